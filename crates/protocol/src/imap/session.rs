//! One connection to an IMAP server, from its greeting to its end: bytes and commands in, events and bytes out.
//!
//! - In: [`receive`](Session::receive) with plaintext, cut anywhere; [`send`](Session::send) with commands.
//! - Out: [`next_event`](Session::next_event) until `None`, then [`take_output`](Session::take_output) for one write.
//!
//! The session knows tags, what may be written behind what (RFC 9051 5.5), continuations, IDLE and DONE, SASL, and
//! what may be believed and said before TLS. It does not know what a mailbox is: data goes to the caller as it comes,
//! asked for or not.
//!
//! Before the link is secure nothing that matters is said or believed: only CAPABILITY, NOOP, STARTTLS and LOGOUT go
//! out, and what came in is forgotten by [`secured`](Session::secured), bytes already received included (RFC 9051
//! 6.2.1 and 11.1). A caller that has TLS from the first byte, or speaks to a loopback address, says so by
//! [`set_secure`](Session::set_secure).
//!
//! ```
//! use samma_protocol::imap::{command::Command, session::{Event, Session}};
//!
//! let mut session = Session::new();
//! session.set_secure(true);
//! session.receive(b"* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n");
//! assert!(matches!(session.next_event(), Some(Event::Greeting(_))));
//! let login = session.send(Command::Login { user: "anna".into(), password: "pass".into() })?;
//! assert_eq!(session.take_output(), b"A1 LOGIN \"anna\" \"pass\"\r\n");
//! session.receive(b"A1 OK welcome\r\n");
//! assert!(matches!(session.next_event(), Some(Event::Done { tag, .. }) if tag == login));
//! assert!(session.capabilities().is_none(), "the old list is void, a new one was not told");
//! # Ok::<(), samma_protocol::Error>(())
//! ```

mod hear;
mod write;

use std::{collections::VecDeque, fmt};

use self::write::{Literals, Wire};
use super::{
    capability::Capabilities,
    command::{Command, encode, line::Piece},
    parse::{Framed, Framer},
    response::{Data, Status, Tag},
};
use crate::{Error, limits, sasl::Mechanism};

/// What happened on the connection.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The server is there: OK, PREAUTH (signed in already) or BYE (it does not want us).
    Greeting(Status),
    /// Untagged data, asked for or not.
    Data(Data),
    /// A command's tagged answer; IDLE's comes after its DONE.
    Done {
        /// The command's.
        tag: Tag,
        /// How it went.
        status: Status,
    },
    /// IDLE is in force: the server tells by itself now.
    IdleStarted {
        /// The command's.
        tag: Tag,
    },
    /// A piece of a long literal; all its pieces come before the response that names them by `id`.
    Literal {
        /// Counts up from 1.
        id: u64,
        /// The next octets.
        bytes: Vec<u8>,
        /// No more come.
        last: bool,
    },
    /// STARTTLS was granted: the caller starts TLS now, then calls [`Session::secured`]. Nothing is read or written
    /// by the session before.
    StartTlsReady,
    /// COMPRESS was granted (its `Done` came before): the caller calls [`Session::compressed`] now, and passes all
    /// bytes through DEFLATE from there on. Nothing is read or written by the session before.
    CompressReady,
    /// Something that could not be read, was not asked for, or is not believed; for the log.
    Skipped {
        /// Its beginning, or a word about it.
        line: Vec<u8>,
    },
    /// The connection is of no more use; drop it. No event follows.
    Broken(Error),
}

/// One connection. See the module's documentation.
pub struct Session {
    framer: Framer,
    phase: Phase,
    secure: bool,
    capabilities: Option<Capabilities>,
    /// A list came since the last command that makes the old one void.
    capabilities_heard: bool,
    enabled: Capabilities,
    utf8: bool,
    next_tag: u64,
    /// Not written yet, in the order sent.
    queue: VecDeque<Pending>,
    /// Written, at least in part, and not answered yet.
    flight: Vec<Flight>,
    wait: Wait,
    /// Whose wait it is: always of the command written last.
    wait_tag: Option<Tag>,
    /// The IDLE that is to be ended although nothing is queued behind it.
    done_for: Option<Tag>,
    output: Vec<u8>,
    events: VecDeque<Event>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Greeting,
    Open,
    /// BYE was said: what comes is still read, nothing is written any more.
    Closing,
    Over,
}

/// Why nothing more may be written now.
enum Wait {
    Nothing,
    /// `+`, then the rest of the command.
    Literal(VecDeque<Wire>),
    /// `+` for IDLE; DONE must not come before it (RFC 2177).
    IdleStart,
    /// The server tells; DONE ends it.
    Idling,
    /// `+` with a challenge, or the tagged answer.
    Sasl,
    /// The tagged answer.
    Answer,
    /// [`Session::secured`]
    Tls,
    /// [`Session::compressed`]
    Deflate,
}

struct Pending {
    tag: Tag,
    kind: Kind,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Flight {
    tag: Tag,
    kind: Kind,
}

/// What the session itself must know of a command.
#[derive(Debug)]
enum Kind {
    Plain,
    /// Allowed before TLS.
    Harmless,
    Idle,
    StartTls,
    Login,
    Authenticate(Box<Mechanism>),
    Compress,
    Enable {
        utf8: bool,
    },
}

impl Kind {
    fn of(command: Command) -> Self {
        match command {
            Command::Capability | Command::Noop | Command::Logout => Self::Harmless,
            Command::Idle => Self::Idle,
            Command::StartTls => Self::StartTls,
            Command::Login { .. } => Self::Login,
            Command::Authenticate(mechanism) => Self::Authenticate(Box::new(mechanism)),
            Command::Compress => Self::Compress,
            Command::Enable(names) => Self::Enable {
                utf8: names.iter().any(|name| {
                    name.eq_ignore_ascii_case("UTF8=ACCEPT")
                        || name.eq_ignore_ascii_case("IMAP4REV2")
                }),
            },
            _ => Self::Plain,
        }
    }

    /// May be said to a server that has not proved who it is, where everybody listens.
    fn is_harmless(&self) -> bool {
        matches!(self, Self::Harmless | Self::StartTls)
    }

    /// Is written only when every command before it is answered: what changes the state of the connection must not
    /// meet answers of before.
    fn needs_quiet(&self) -> bool {
        matches!(
            self,
            Self::StartTls | Self::Login | Self::Authenticate(_) | Self::Compress
        )
    }

    /// What is waited for once it is written.
    fn wait(&self) -> Wait {
        match self {
            Self::Plain | Self::Harmless | Self::Enable { utf8: false } => Wait::Nothing,
            Self::Idle => Wait::IdleStart,
            Self::Authenticate(_) => Wait::Sasl,
            // Names behind it are written in UTF-8, or not: its answer decides.
            Self::StartTls | Self::Login | Self::Compress | Self::Enable { utf8: true } => {
                Wait::Answer
            }
        }
    }
}

impl fmt::Debug for Session {
    /// Without what is queued or written: it holds passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("phase", &self.phase)
            .field("secure", &self.secure)
            .field("queue", &self.queue.len())
            .field("flight", &self.flight)
            .finish_non_exhaustive()
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

impl Session {
    /// A connection of which nothing was heard, and which is not secure.
    #[must_use]
    pub fn new() -> Self {
        Self {
            framer: Framer::new(),
            phase: Phase::Greeting,
            secure: false,
            capabilities: None,
            capabilities_heard: false,
            enabled: Capabilities::new(),
            utf8: false,
            next_tag: 1,
            queue: VecDeque::new(),
            flight: Vec::new(),
            wait: Wait::Nothing,
            wait_tag: None,
            done_for: None,
            output: Vec::new(),
            events: VecDeque::new(),
        }
    }

    /// Says whether the link is TLS from its first byte, or can't leave the machine. Called before the greeting.
    ///
    /// Without it the session demands STARTTLS.
    pub fn set_secure(&mut self, secure: bool) {
        self.secure = secure;
    }

    /// Takes plaintext from the link.
    pub fn receive(&mut self, bytes: &[u8]) {
        // What comes between the grant of STARTTLS and TLS was put there by somebody else (RFC 9051 6.2.1).
        if self.phase != Phase::Over && !matches!(self.wait, Wait::Tls) {
            self.framer.receive(bytes);
        }
    }

    /// The next event; `None` until more is received.
    #[must_use]
    pub fn next_event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            if self.phase == Phase::Over || matches!(self.wait, Wait::Tls | Wait::Deflate) {
                return None;
            }
            match self.framer.next()? {
                Framed::Response(response) => self.take(response),
                Framed::Literal { id, bytes, last } => {
                    if self.secure {
                        self.events.push_back(Event::Literal { id, bytes, last });
                    }
                }
                Framed::Skipped { line } => {
                    if self.phase == Phase::Greeting && !line.trim_ascii().is_empty() {
                        self.give_up(Error::Broken {
                            reason: "no IMAP greeting (RFC 9051 7.1)",
                        });
                    } else {
                        self.events.push_back(Event::Skipped { line });
                    }
                }
                Framed::Broken(error) => self.give_up(error),
            }
        }
    }

    /// Queues `command`; it is written by the next [`take_output`](Self::take_output) that may. Running IDLE is ended
    /// in the same write.
    ///
    /// # Errors
    /// [`Unsafe`](Error::Unsafe) for all but CAPABILITY, NOOP, STARTTLS and LOGOUT while the link is not secure, and
    /// for LOGIN where the server disabled it; [`Unsendable`](Error::Unsendable) and [`TooLong`](Error::TooLong) for
    /// what can't be written; [`Broken`](Error::Broken) when the connection is over. Nothing is queued then.
    pub fn send(&mut self, command: Command) -> Result<Tag, Error> {
        if matches!(self.phase, Phase::Closing | Phase::Over) {
            return Err(Error::Broken {
                reason: "the connection is over",
            });
        }
        let mut command = command;
        let pieces = encode::encode(&mut command)?.into_pieces();
        if let Command::Authenticate(mechanism) = &command {
            // What it can't carry is told now, not in the middle of the exchange.
            mechanism.clone().initial_response()?;
        }
        let kind = Kind::of(command);
        if !self.secure && !kind.is_harmless() {
            return Err(Error::Unsafe {
                reason: "the link is not secure yet (RFC 9051 11.1)",
            });
        }
        if self.secure && matches!(kind, Kind::StartTls) {
            return Err(Error::Unsafe {
                reason: "STARTTLS within TLS (RFC 9051 6.2.1)",
            });
        }
        if matches!(kind, Kind::Login)
            && self
                .capabilities
                .as_ref()
                .is_some_and(Capabilities::login_disabled)
        {
            return Err(Error::Unsafe {
                reason: "LOGIN is disabled by the server (RFC 9051 6.2.3)",
            });
        }
        let tag = Tag::new(&format!("A{}", self.next_tag));
        self.next_tag = self.next_tag.saturating_add(1);
        self.queue.push_back(Pending {
            tag: tag.clone(),
            kind,
            pieces,
        });
        Ok(tag)
    }

    /// All bytes that may be written now, for one write; empty if there are none.
    #[must_use]
    pub fn take_output(&mut self) -> Vec<u8> {
        self.write_queue();
        std::mem::take(&mut self.output)
    }

    /// Ends IDLE without another command behind it; does nothing where none is.
    pub fn done_idle(&mut self) {
        self.done_for = self.last_idle().cloned();
    }

    /// IDLE is in force, or will be by what was sent, and nothing will end it but the server.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let last_is_idle = match self.queue.back() {
            Some(last) => matches!(last.kind, Kind::Idle),
            None => matches!(self.wait, Wait::IdleStart | Wait::Idling),
        };
        last_is_idle && self.done_for.as_ref() != self.last_idle()
    }

    fn last_idle(&self) -> Option<&Tag> {
        let queued = self
            .queue
            .iter()
            .rfind(|pending| matches!(pending.kind, Kind::Idle));
        match (queued, &self.wait) {
            (Some(pending), _) => Some(&pending.tag),
            (None, Wait::IdleStart | Wait::Idling) => self.wait_tag.as_ref(),
            _ => None,
        }
    }

    /// Commands that are not answered yet, written or not; IDLE is one.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.flight.len().saturating_add(self.queue.len())
    }

    /// The newest list of what the server can do. `None` until one was heard, and again after signing in or STARTTLS
    /// until one was heard since: then the caller must ask.
    #[must_use]
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref()
    }

    /// What ENABLE has switched on.
    #[must_use]
    pub fn enabled(&self) -> &Capabilities {
        &self.enabled
    }

    /// TLS is up after [`Event::StartTlsReady`]: forgets all that was heard before it (RFC 9051 6.2.1), received bytes
    /// that are not read yet included. Capabilities must be asked for anew.
    pub fn secured(&mut self) {
        self.framer = Framer::new();
        self.capabilities = None;
        self.capabilities_heard = false;
        self.enabled = Capabilities::new();
        self.utf8 = false;
        self.events.clear();
        self.secure = true;
        self.settle();
    }

    /// The caller passes all bytes through DEFLATE from here on, after [`Event::CompressReady`]. Gives back what was
    /// received behind the server's OK: it is compressed already, and comes back through
    /// [`receive`](Self::receive) when it is not any more.
    pub fn compressed(&mut self) -> Vec<u8> {
        if !matches!(self.wait, Wait::Deflate) {
            return Vec::new();
        }
        self.settle();
        self.framer.take_rest()
    }

    fn give_up(&mut self, error: Error) {
        self.phase = Phase::Over;
        self.queue.clear();
        self.flight.clear();
        self.settle();
        self.events.push_back(Event::Broken(error));
    }

    /// Nothing is waited for any more.
    fn settle(&mut self) {
        self.wait = Wait::Nothing;
        self.wait_tag = None;
    }

    fn skip(&mut self, what: &str) {
        let line = what.bytes().take(limits::SKIPPED).collect();
        self.events.push_back(Event::Skipped { line });
    }

    fn literals(&self) -> Literals {
        match &self.capabilities {
            Some(list) if list.literal_plus() => Literals::Plus,
            Some(list) if list.literal_minus() => Literals::Minus,
            _ => Literals::Synchronising,
        }
    }
}
