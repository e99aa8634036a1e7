//! Reading without a buffer that waits: memory is taken when bytes are there, and as much as there are.

use std::{
    future::poll_fn,
    io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Poll, ready},
};

use tokio::io::{AsyncRead, ReadBuf};

/// Most octets read at once.
pub(super) const OCTETS: usize = 64 * 1024;

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    /// The head, then what was read.
    pub(super) bytes: Vec<u8>,
    /// How much was read.
    pub(super) octets: usize,
}

/// Reads what there is, behind the head that `head` writes for its length; `None` at the end. Reads nothing when
/// dropped before it is ready.
pub(super) async fn read_chunk(
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
