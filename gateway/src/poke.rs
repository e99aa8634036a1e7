//! One poke channel: a page's WebSocket on one side, the [`hub`] on the other. The contract is
//! [`samma_transport::poke`].
//!
//! All runs in one task, which holds no buffer while nothing moves: a message is put together only as far as it came
//! in pieces. While a page does not take what it is told, nothing more is read from it, and what others poke
//! meanwhile waits in the hub, merged.

mod dues;
pub mod hub;
pub mod nats;

use std::{io, time::Duration};

use samma_transport::poke::{Close, Kind, MESSAGE_OCTETS, Topic, decode, encode};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    sync::watch,
    time::{Instant, sleep_until, timeout},
};

use self::{
    dues::{Act, Dues, TooMuch},
    hub::Member,
};
use crate::{
    chunk::{bare, read_chunk, write},
    limits::Limits,
    websocket::frame::{self, Decoder, Violation},
};

/// How long a page gets to take the Close frame and to go.
const FAREWELL: Duration = Duration::from_secs(2);

/// How a channel ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The gateway closed it, and why.
    Closed(Close),
    /// The page broke the protocol.
    Violation(Violation),
    /// The page closed it with this code.
    ByPage(u16),
    /// The page's connection is gone.
    PageGone,
}

/// What a channel was used for; in messages, after merging.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Topics joined at the end.
    pub joined: usize,
    /// Pokes by the page.
    pub pokes: u64,
    /// How often the page was poked.
    pub poked: u64,
}

/// Runs a channel to its end: `page` after the upgrade, `member` its place in the hub.
pub async fn run<P>(
    page: P,
    member: Member,
    limits: &Limits,
    mut shutdown: watch::Receiver<bool>,
) -> (End, Used)
where
    P: AsyncRead + AsyncWrite + Unpin,
{
    let now = Instant::now();
    let mut channel = Channel {
        page,
        member,
        decoder: Decoder::new(MESSAGE_OCTETS as u64),
        partial: Vec::new(),
        dues: Dues::new(now),
        heard: now,
        pinged: None,
        is_mid_frame: false,
        used: Used::default(),
    };
    let end = tokio::select! {
        end = channel.serve(limits) => end,
        _ = shutdown.wait_for(|&down| down) => End::Closed(Close::GoingAway),
    };
    let Channel {
        page,
        member,
        is_mid_frame,
        mut used,
        ..
    } = channel;
    used.joined = member.topics();
    // Nobody shall poke who can't be told any more.
    drop(member);
    if !is_mid_frame {
        let _ = timeout(FAREWELL, say_farewell(page, end)).await;
    }
    (end, used)
}

struct Channel<P> {
    page: P,
    member: Member,
    decoder: Decoder,
    /// The beginning of a message whose end has not come.
    partial: Vec<u8>,
    dues: Dues,
    /// When the page last said something.
    heard: Instant,
    /// A ping is out since then.
    pinged: Option<Instant>,
    /// A frame to the page is half written: another can't follow.
    is_mid_frame: bool,
    used: Used,
}

impl<P: AsyncRead + AsyncWrite + Unpin> Channel<P> {
    async fn serve(&mut self, limits: &Limits) -> End {
        loop {
            let silent = match self.pinged {
                None => self.heard.checked_add(limits.ping),
                Some(at) => at.checked_add(limits.pong),
            };
            let due = self.dues.due().into_iter().chain(silent).min();
            let out = tokio::select! {
                biased;
                read = read_chunk(&mut self.page, bare) => {
                    let Ok(Some(chunk)) = read else {
                        return End::PageGone;
                    };
                    match self.take(chunk.bytes) {
                        Ok(None) => continue,
                        Ok(Some(pong)) => pong,
                        Err(end) => return end,
                    }
                }
                topics = self.member.poked() => {
                    self.used.poked = self.used.poked.saturating_add(1);
                    poked(&topics)
                }
                () = sleep_until(due.unwrap_or_else(Instant::now)) => {
                    let now = Instant::now();
                    self.act(now);
                    if silent.is_none_or(|silent| silent > now) {
                        continue;
                    }
                    if self.pinged.is_some() {
                        return End::Closed(Close::Idle);
                    }
                    self.pinged = Some(now);
                    frame::PING.to_vec()
                }
            };
            self.is_mid_frame = true;
            if write(&mut self.page, &out, limits.stall).await.is_err() {
                return End::PageGone;
            }
            self.is_mid_frame = false;
        }
    }

    /// Takes what the page said; what it is answered at once, if it is.
    fn take(&mut self, mut bytes: Vec<u8>) -> Result<Option<Vec<u8>>, End> {
        let now = Instant::now();
        (self.heard, self.pinged) = (now, None);
        let mut ends = Vec::new();
        let fed = self.decoder.feed_messages(&mut bytes, |end| ends.push(end));
        let fed = fed.map_err(End::Violation)?;
        let mut from = 0;
        for end in ends {
            let rest = bytes.get(from..end).unwrap_or_default();
            let message = if self.partial.is_empty() {
                decode(rest)
            } else {
                self.partial.extend_from_slice(rest);
                decode(&std::mem::take(&mut self.partial))
            };
            from = end;
            let (kind, topics) = match message {
                Some((Kind::Poked, _)) | None => return Err(End::Closed(Close::BadData)),
                Some(message) => message,
            };
            let taken = self.dues.take(kind, topics, now);
            taken.map_err(|TooMuch| End::Closed(Close::TooMuch))?;
            self.act(now);
        }
        self.partial
            .extend_from_slice(bytes.get(from..).unwrap_or_default());
        // One frame is no larger, but a message may come in many.
        if self.partial.len() > MESSAGE_OCTETS {
            return Err(End::Closed(Close::BadData));
        }
        match fed.close {
            Some(code) => Err(End::ByPage(code)),
            None => Ok(fed.ping.as_ref().map(frame::pong)),
        }
    }

    /// Does what may be done by now.
    fn act(&mut self, now: Instant) {
        while let Some(act) = self.dues.ripe(now) {
            match act {
                Act::Join(topics) => self.member.join(topics),
                Act::Poke(topics) => {
                    self.used.pokes = self.used.pokes.saturating_add(1);
                    let met = self.member.poke(&topics);
                    tracing::debug!(topics = topics.len(), met, "poke");
                }
            }
        }
    }
}

/// The frame that tells a page.
fn poked(topics: &[Topic]) -> Vec<u8> {
    let message = encode(Kind::Poked, topics);
    let mut out = Vec::with_capacity(message.len().saturating_add(frame::HEAD_OCTETS));
    frame::binary_head(&mut out, message.len());
    out.extend(message);
    out
}

/// Tells the page why, and waits until it has taken that: closing a socket with something unread in it would reset the
/// connection, and the reset could overtake the Close frame.
async fn say_farewell<P: AsyncRead + AsyncWrite + Unpin>(mut page: P, end: End) -> io::Result<()> {
    let code = match end {
        End::PageGone => return Ok(()),
        End::Closed(close) => close as u16,
        End::Violation(Violation(code)) | End::ByPage(code) => code,
    };
    page.write_all(&frame::close(code)).await?;
    page.shutdown().await?;
    // A page that closed has said its last.
    let is_answer = matches!(end, End::ByPage(_));
    while !is_answer && read_chunk(&mut page, bare).await?.is_some() {}
    Ok(())
}
