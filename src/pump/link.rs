//! One connection: the socket, the TLS inside it, and how long either may take.
//!
//! A target with implicit TLS counts as connected when the handshake is done, others when the gateway has
//! opened the tunnel. The gateway dials meanwhile, so a mail server that can't be reached shows later, as
//! a close code; a deadline runs until the first sign of life for the case that nothing shows.

use samma_mailbox::change::ProblemKind;
use samma_mailbox::effect::Target;
use samma_mailbox::input::{CloseReason, ConnectionId, Input};
use samma_transport::tls::Tls;
use samma_transport::tunnel;

use super::reason;
use crate::browser::socket::{Event, Socket};

/// How long the gateway has to open a tunnel.
const OPEN_MS: f64 = 10_000.0;

/// How long it may take from there until the mail server has answered: its first words, or all of the TLS
/// handshake. Longer than the gateway tries to dial, so that its better reason comes first.
const ANSWER_MS: f64 = 15_000.0;

/// How long the gateway has to say why it does not open a tunnel.
const ASK_MS: f64 = 5_000.0;

/// One connection to a mail server.
pub(super) struct Link {
    target: Target,
    /// `None` once it has failed to open.
    socket: Option<Socket>,
    tls: Option<Tls>,
    phase: Phase,
    deadline_ms: Option<f64>,
    /// Bytes in clear for the next frame; TLS keeps its own.
    clear: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The gateway is to open the tunnel.
    Opening,
    /// The gateway has not opened it, and is asked why.
    Asking,
    /// The tunnel is open; a TLS handshake is to end as this.
    Securing(Secured),
    /// Bytes flow.
    Up,
}

/// What the end of a handshake is to the engine.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Secured {
    /// The connection began with it.
    First,
    /// The engine asked for it later.
    Later,
}

impl Secured {
    /// As the engine's input.
    pub(super) const fn input(self, id: ConnectionId) -> Input {
        match self {
            Self::First => Input::Connected(id),
            Self::Later => Input::Secured(id),
        }
    }
}

/// What came of a frame.
#[derive(Default)]
pub(super) struct Heard {
    /// The handshake ended with it.
    pub(super) secured: Option<Secured>,
    /// What it says.
    pub(super) plaintext: Vec<u8>,
    /// The connection is over.
    pub(super) closed: Option<CloseReason>,
}

impl Link {
    /// Starts to connect. `happened` is called later, never from within.
    pub(super) fn open(
        target: Target,
        now_ms: f64,
        happened: impl Fn(Event) + Clone + 'static,
    ) -> Result<Self, CloseReason> {
        let socket = Socket::open(&target.url, tunnel::SUBPROTOCOL, happened)
            .map_err(|words| reason::reason(ProblemKind::GatewayRefused, &words))?;
        // Made while the gateway is being reached: keys and roots take longer than all that follows.
        let tls = target.is_implicit().then(|| new_tls(&target)).transpose()?;
        Ok(Self {
            target,
            socket: Some(socket),
            tls,
            phase: Phase::Opening,
            deadline_ms: Some(now_ms + OPEN_MS),
            clear: Vec::new(),
        })
    }

    /// Where the tunnel is.
    pub(super) fn url(&self) -> &str {
        &self.target.url
    }

    /// When [`lapse`](Self::lapse) has to be asked.
    pub(super) const fn deadline_ms(&self) -> Option<f64> {
        self.deadline_ms
    }

    /// The tunnel is open. Is the connection up with that?
    pub(super) fn opened(&mut self, now_ms: f64) -> bool {
        self.deadline_ms = Some(now_ms + ANSWER_MS);
        if self.tls.is_some() {
            self.phase = Phase::Securing(Secured::First);
        } else {
            self.phase = Phase::Up;
        }
        self.phase == Phase::Up
    }

    /// A frame came.
    pub(super) fn received(&mut self, bytes: &[u8]) -> Heard {
        let Some(tls) = &mut self.tls else {
            self.deadline_ms = None;
            return Heard {
                plaintext: bytes.to_vec(),
                ..Heard::default()
            };
        };
        let result = tls.receive(bytes);
        let mut heard = Heard {
            plaintext: tls.take_plaintext(),
            ..Heard::default()
        };
        if let Phase::Securing(how) = self.phase
            && !tls.is_handshaking()
        {
            self.phase = Phase::Up;
            self.deadline_ms = None;
            heard.secured = Some(how);
        }
        heard.closed = match result {
            Err(error) => Some(reason::insecure(&error)),
            Ok(()) if tls.has_ended() => Some(reason::closed(1000, false)),
            Ok(()) => None,
        };
        if heard.closed.is_some() {
            // The alert that tells the server why.
            self.flush();
        }
        heard
    }

    /// The socket closed. Why, if that is known; else only the gateway can say.
    pub(super) fn ended(&mut self, code: u16, now_ms: f64) -> Option<CloseReason> {
        self.socket = None;
        if self.phase == Phase::Opening {
            self.phase = Phase::Asking;
            self.deadline_ms = Some(now_ms + ASK_MS);
            return None;
        }
        let cut = self.phase == Phase::Up && self.tls.is_some();
        Some(reason::closed(code, cut))
    }

    /// Why it is over, if its time is.
    pub(super) fn lapse(&self, now_ms: f64) -> Option<CloseReason> {
        if self.deadline_ms? > now_ms {
            return None;
        }
        let (kind, detail) = match self.phase {
            Phase::Opening | Phase::Asking => (
                ProblemKind::GatewayUnreachable,
                "The gateway did not answer in time",
            ),
            Phase::Securing(_) => (
                ProblemKind::ServerSilent,
                "The mail server did not finish the TLS handshake in time",
            ),
            Phase::Up => (
                ProblemKind::ServerSilent,
                "The mail server said nothing in time",
            ),
        };
        Some(reason::reason(kind, detail))
    }

    /// Takes plaintext, to go with the next frame.
    pub(super) fn write(&mut self, plaintext: &[u8]) -> Result<(), CloseReason> {
        match &mut self.tls {
            Some(tls) => tls
                .write(plaintext)
                .map_err(|error| reason::insecure(&error)),
            None => {
                self.clear.extend_from_slice(plaintext);
                Ok(())
            }
        }
    }

    /// Begins a TLS handshake on what began in clear.
    pub(super) fn start_tls(&mut self, now_ms: f64) -> Result<(), CloseReason> {
        // The command in clear must not wait behind the handshake that it asked for.
        self.flush();
        self.tls = Some(new_tls(&self.target)?);
        self.phase = Phase::Securing(Secured::Later);
        self.deadline_ms = Some(now_ms + ANSWER_MS);
        Ok(())
    }

    /// Sends what waits, as one frame.
    pub(super) fn flush(&mut self) {
        let Some(socket) = &self.socket else { return };
        if self.phase == Phase::Opening {
            return;
        }
        let bytes = match &mut self.tls {
            Some(tls) => tls.take_ciphertext(),
            None => std::mem::take(&mut self.clear),
        };
        if !bytes.is_empty() {
            socket.send(&bytes);
        }
    }

    /// Ends it from our side, after what waits was sent.
    pub(super) fn close(mut self) {
        if let Some(tls) = &mut self.tls {
            tls.close();
        }
        self.flush();
    }
}

fn new_tls(target: &Target) -> Result<Tls, CloseReason> {
    Tls::new(&target.endpoint.host, &target.ca).map_err(|error| reason::insecure(&error))
}
