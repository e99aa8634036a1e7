//! One tunnel: a page's WebSocket on one side, a mail server's TCP connection on the other, bytes between.
//!
//! Both ways run in one task. What one side can't take yet is not read from the other, so a tunnel holds at most one
//! chunk each way ([`crate::chunk::OCTETS`]); an idle one holds no buffer at all. Only the way down writes to the page, so that
//! frames never mix: the way up leaves it pongs to send in what they share.
//!
//! When one side goes, the other goes at once. The codes are [`Close`]'s, and RFC 6455's for what breaks the protocol.

mod pace;

use std::{
    io,
    pin::pin,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use samma_transport::tunnel::Close;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf},
    net::{
        TcpStream,
        tcp::{ReadHalf as ServerReader, WriteHalf as ServerWriter},
    },
    sync::{Notify, watch},
    time::{Instant, sleep_until, timeout},
};

use self::pace::Pace;
use crate::{
    chunk::{bare, read_chunk, write},
    dial::quick_ack,
    limits::Limits,
    websocket::frame::{self, Control, Decoder, Violation},
};

/// How long a page gets to take the Close frame and to go.
const FAREWELL: Duration = Duration::from_secs(2);

/// How a tunnel ended.
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

/// What a tunnel carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Octets from the page to the mail server.
    pub up: u64,
    /// Octets from the mail server to the page.
    pub down: u64,
}

/// Runs a tunnel to its end: `page` after the upgrade, `dialled` the connection to the mail server being made.
pub async fn run<P>(
    page: P,
    dialled: impl Future<Output = Result<TcpStream, Close>>,
    limits: &Limits,
    mut shutdown: watch::Receiver<bool>,
) -> (End, Carried)
where
    P: AsyncRead + AsyncWrite + Unpin,
{
    let (mut reader, mut writer) = tokio::io::split(page);
    let shared = Shared::new(limits);
    let end = tokio::select! {
        end = shared.carry(&mut reader, &mut writer, dialled, limits) => end,
        _ = shutdown.wait_for(|&down| down) => End::Closed(Close::GoingAway),
    };
    // By now the mail server's connection is closed.
    let _ = timeout(FAREWELL, shared.say_farewell(end, &mut reader, &mut writer)).await;
    let carried = shared.state().carried;
    (end, carried)
}

/// What both ways share.
struct Shared {
    // Both run in one task, so it is never waited for; the runtime may move the task between threads.
    state: Mutex<State>,
    pong_due: Notify,
    stall: Duration,
}

struct State {
    carried: Carried,
    /// The ping to answer next. A later one replaces an earlier one, RFC 6455 5.5.3.
    ping: Option<Control>,
    /// When the page was last known to be there: it said something, or took something.
    alive: Instant,
    /// The way up waits for the mail server, so what the page says is not read.
    up_waits: bool,
    /// A frame to the page is half written: another can't follow.
    mid_frame: bool,
}

impl Shared {
    fn new(limits: &Limits) -> Self {
        Self {
            state: Mutex::new(State {
                carried: Carried::default(),
                ping: None,
                alive: Instant::now(),
                up_waits: false,
                mid_frame: false,
            }),
            pong_due: Notify::new(),
            stall: limits.stall,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn carry<P: AsyncRead + AsyncWrite + Unpin>(
        &self,
        reader: &mut ReadHalf<P>,
        writer: &mut WriteHalf<P>,
        dialled: impl Future<Output = Result<TcpStream, Close>>,
        limits: &Limits,
    ) -> End {
        let mut early = Vec::new();
        let mut server = {
            let mut dialled = pin!(dialled);
            // A page that goes meanwhile ends the dial; what it says is kept, one chunk of it.
            let first = tokio::select! {
                biased;
                dialled = &mut dialled => Err(dialled),
                read = read_chunk(reader, bare) => Ok(read),
            };
            let dialled = match first {
                Err(dialled) => dialled,
                Ok(Ok(Some(chunk))) => {
                    early = chunk.bytes;
                    dialled.await
                }
                Ok(_) => return End::PageGone,
            };
            match dialled {
                Ok(server) => server,
                Err(close) => return End::Closed(close),
            }
        };
        let (server_reader, server_writer) = server.split();
        let pace = || Pace::new(limits.octets_per_second);
        tokio::select! {
            end = self.carry_up(reader, server_writer, early, Decoder::new(limits.frame_octets), pace()) => end,
            end = self.carry_down(server_reader, writer, pace(), limits) => end,
        }
    }

    /// From the page to the mail server.
    async fn carry_up<P: AsyncRead + AsyncWrite>(
        &self,
        page: &mut ReadHalf<P>,
        mut server: ServerWriter<'_>,
        early: Vec<u8>,
        mut decoder: Decoder,
        mut pace: Pace,
    ) -> End {
        let mut chunk = early;
        loop {
            if chunk.is_empty() {
                chunk = match read_chunk(page, bare).await {
                    Ok(Some(chunk)) => chunk.bytes,
                    _ => return End::PageGone,
                };
                self.state().alive = Instant::now();
            }
            let fed = match decoder.feed(&mut chunk) {
                Ok(fed) => fed,
                Err(violation) => return End::Violation(violation),
            };
            if fed.ping.is_some() {
                self.state().ping = fed.ping;
                self.pong_due.notify_one();
            }
            if !chunk.is_empty() {
                self.state().up_waits = true;
                pace.wait(chunk.len()).await;
                let written = write(&mut server, &chunk, self.stall).await;
                if written.is_err() {
                    return End::Closed(Close::Broken);
                }
                let mut state = self.state();
                state.up_waits = false;
                state.alive = Instant::now();
                state.carried.up = state.carried.up.saturating_add(chunk.len() as u64);
                chunk = Vec::new();
            }
            if let Some(code) = fed.close {
                return End::ByPage(code);
            }
        }
    }

    /// From the mail server to the page, with pongs and pings between.
    async fn carry_down<P: AsyncRead + AsyncWrite>(
        &self,
        mut server: ServerReader<'_>,
        page: &mut WriteHalf<P>,
        mut pace: Pace,
        limits: &Limits,
    ) -> End {
        let mut pinged: Option<Instant> = None;
        loop {
            let due = match pinged {
                None => self.state().alive.checked_add(limits.ping),
                Some(at) => at.checked_add(limits.pong),
            };
            let mut carried = 0;
            let out = tokio::select! {
                biased;
                () = self.pong_due.notified() => match self.take_ping() {
                    Some(ping) => frame::pong(&ping),
                    None => continue,
                },
                read = read_chunk(&mut server, frame::binary_head) => {
                    let chunk = match read {
                        Ok(Some(chunk)) => chunk,
                        Ok(None) => return End::Closed(Close::Done),
                        Err(_) => return End::Closed(Close::Broken),
                    };
                    quick_ack(server.as_ref());
                    pace.wait(chunk.octets).await;
                    carried = chunk.octets as u64;
                    chunk.bytes
                }
                () = sleep_until(due.unwrap_or_else(Instant::now)) => {
                    let now = Instant::now();
                    let heard = self.state().alive;
                    match pinged {
                        Some(at) if heard <= at && !self.state().up_waits => {
                            return End::Closed(Close::Idle);
                        }
                        Some(_) => {
                            pinged = None;
                            continue;
                        }
                        None if now.saturating_duration_since(heard) < limits.ping => continue,
                        None => {
                            pinged = Some(now);
                            frame::PING.to_vec()
                        }
                    }
                }
            };
            self.state().mid_frame = true;
            if write(page, &out, self.stall).await.is_err() {
                return End::PageGone;
            }
            let mut state = self.state();
            state.mid_frame = false;
            if carried > 0 {
                state.alive = Instant::now();
                state.carried.down = state.carried.down.saturating_add(carried);
            }
        }
    }

    fn take_ping(&self) -> Option<Control> {
        self.state().ping.take()
    }

    /// Tells the page why, and waits until it has taken that: closing a socket with something unread in it would
    /// reset the connection, and the reset could overtake the Close frame.
    async fn say_farewell<P: AsyncRead + AsyncWrite>(
        &self,
        end: End,
        reader: &mut ReadHalf<P>,
        writer: &mut WriteHalf<P>,
    ) -> io::Result<()> {
        let code = match end {
            End::PageGone => return Ok(()),
            End::Closed(close) => close as u16,
            End::Violation(Violation(code)) | End::ByPage(code) => code,
        };
        if self.state().mid_frame {
            return Ok(());
        }
        writer.write_all(&frame::close(code)).await?;
        writer.shutdown().await?;
        // A page that closed has said its last.
        let is_answer = matches!(end, End::ByPage(_));
        while !is_answer && read_chunk(reader, bare).await?.is_some() {}
        Ok(())
    }
}
