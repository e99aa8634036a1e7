//! Reading without a buffer that waits: memory is taken when bytes are there, and as much as there are. Writing that
//! does not wait for ever.

use std::{
    future::poll_fn,
    io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf},
    time::timeout,
};

/// Most octets read at once.
pub(crate) const OCTETS: usize = 64 * 1024;

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// The head, then what was read.
    pub(crate) bytes: Vec<u8>,
    /// How much was read.
    pub(crate) octets: usize,
}

/// Reads what there is, behind the head that `head` writes for its length; `None` at the end. Reads nothing when
/// dropped before it is ready.
pub(crate) async fn read_chunk(
    from: &mut (impl AsyncRead + Unpin),
    head: impl Fn(&mut Vec<u8>, usize),
) -> io::Result<Option<Chunk>> {
    poll_fn(|context| {
        // On the stack of the poll, and left uninitialised: it costs nothing while there is nothing to read.
        let mut room = [MaybeUninit::uninit(); OCTETS];
        let mut read = ReadBuf::uninit(&mut room);
        ready!(Pin::new(&mut *from).poll_read(context, &mut read))?;
        let filled = read.filled();
        if filled.is_empty() {
            return Poll::Ready(Ok(None));
        }
        let mut bytes = Vec::with_capacity(filled.len().saturating_add(HEAD_ROOM));
        head(&mut bytes, filled.len());
        bytes.extend_from_slice(filled);
        Poll::Ready(Ok(Some(Chunk {
            bytes,
            octets: filled.len(),
        })))
    })
    .await
}

/// Room for the longest head of a frame.
const HEAD_ROOM: usize = 10;

/// No head, for what is passed on bare.
pub(crate) const fn bare(_: &mut Vec<u8>, _: usize) {}

/// Writes all of `bytes`, as long as the other side goes on taking some within `stall`.
pub(crate) async fn write(
    to: &mut (impl AsyncWrite + Unpin),
    bytes: &[u8],
    stall: Duration,
) -> io::Result<()> {
    let mut left = bytes;
    while !left.is_empty() {
        let written = timeout(stall, to.write(left)).await??;
        left = match left.get(written..) {
            Some(rest) if written > 0 => rest,
            _ => return Err(io::ErrorKind::WriteZero.into()),
        };
    }
    timeout(stall, to.flush()).await?
}
