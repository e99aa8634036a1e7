//! The session's writing half: what of the queue may go now, and in which form.

use std::collections::VecDeque;

use base64ct::{Base64, Encoding as _};

use super::{Flight, Kind, Pending, Phase, Session, Wait};
use crate::{Error, imap::command::line::Piece, limits, sasl::Mechanism};

/// A piece of a command whose form is decided.
pub(super) enum Wire {
    Octets(Vec<u8>),
    /// Nothing behind it is written before `+`.
    AwaitContinuation,
}

/// Which literals need no `+` (RFC 7888).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Literals {
    Synchronising,
    /// LITERAL-: those up to 4,096 octets.
    Minus,
    /// LITERAL+: all, but we ask before long ones.
    Plus,
}

impl Literals {
    fn wait_for(self, octets: usize) -> bool {
        match self {
            Self::Synchronising => true,
            Self::Minus => octets > 4_096,
            Self::Plus => octets > limits::LITERAL_UNASKED,
        }
    }
}

/// A command as it takes its form.
#[derive(Default)]
struct Wires(VecDeque<Wire>);

impl Wires {
    fn octets(&mut self, octets: &[u8]) {
        if let Some(Wire::Octets(last)) = self.0.back_mut() {
            last.extend_from_slice(octets);
        } else {
            self.0.push_back(Wire::Octets(octets.to_vec()));
        }
    }

    fn piece(&mut self, piece: Piece, literals: Literals, utf8: bool) {
        match piece {
            Piece::Text(text) => self.octets(text.as_bytes()),
            Piece::Charset if utf8 => {}
            Piece::Charset => self.octets(b" CHARSET UTF-8"),
            Piece::Mailbox(name) => self.string(&name.to_wire(utf8), literals, utf8),
            Piece::String(octets) => self.string(&octets, literals, utf8),
            Piece::Secret(secret) => {
                self.string(secret.expose().as_bytes(), literals, utf8);
            }
            Piece::Literal { octets, binary } => self.literal(octets, binary, literals),
        }
    }

    fn string(&mut self, octets: &[u8], literals: Literals, utf8: bool) {
        if is_quotable(octets, utf8) {
            self.octets(b"\"");
            self.octets(octets);
            self.octets(b"\"");
        } else {
            self.literal(octets.to_vec(), false, literals);
        }
    }

    fn literal(&mut self, octets: Vec<u8>, binary: bool, literals: Literals) {
        let wait = literals.wait_for(octets.len());
        let tilde = if binary { "~" } else { "" };
        let plus = if wait { "" } else { "+" };
        self.octets(format!("{tilde}{{{}{plus}}}\r\n", octets.len()).as_bytes());
        if wait {
            self.0.push_back(Wire::AwaitContinuation);
        }
        // A message moves, it is not copied once more.
        self.0.push_back(Wire::Octets(octets));
    }
}

/// Whether it goes between quotes: nothing that would have to be escaped, which servers get wrong, and no octets
/// beyond ASCII but UTF-8 where that is enabled (RFC 9051 4.3, RFC 9755 3).
fn is_quotable(octets: &[u8], utf8: bool) -> bool {
    octets.len() <= limits::QUOTED
        && octets.iter().all(|octet| match octet {
            b'"' | b'\\' => false,
            b' '..=b'~' => true,
            _ => utf8 && *octet >= 0x80,
        })
        && (octets.is_ascii() || std::str::from_utf8(octets).is_ok())
}

/// base64 of the first response; `=` for one of no octets (RFC 4959 3). `None` if the server begins, or if the line
/// would be too long: then it follows the first challenge.
fn initial_response(mechanism: &mut Mechanism) -> Result<Option<Vec<u8>>, Error> {
    let mut first = mechanism.clone();
    let Some(response) = first.initial_response()? else {
        return Ok(None);
    };
    let encoded = if response.is_empty() {
        "=".to_owned()
    } else {
        Base64::encode_string(&response)
    };
    if encoded.len() > limits::INITIAL_RESPONSE {
        return Ok(None);
    }
    *mechanism = first;
    Ok(Some(encoded.into_bytes()))
}

impl Session {
    /// Writes as many of the queued commands as may be written.
    pub(super) fn write_queue(&mut self) {
        while self.phase == Phase::Open {
            match self.wait {
                Wait::Nothing => {}
                Wait::Idling if self.done_for == self.wait_tag || !self.queue.is_empty() => {
                    self.output.extend_from_slice(b"DONE\r\n");
                    if self.done_for == self.wait_tag {
                        self.done_for = None;
                    }
                    self.settle();
                }
                _ => break,
            }
            let may = |front: &Pending, session: &Self| {
                (session.secure || front.kind.is_harmless())
                    && (session.flight.is_empty() || !front.kind.needs_quiet())
            };
            if !self.queue.front().is_some_and(|front| may(front, self)) {
                break;
            }
            let Some(pending) = self.queue.pop_front() else {
                break;
            };
            self.write(pending);
        }
    }

    fn write(&mut self, pending: Pending) {
        let Pending {
            tag,
            mut kind,
            pieces,
        } = pending;
        let mut wire = Wires::default();
        wire.octets(tag.as_str().as_bytes());
        wire.octets(b" ");
        let literals = self.literals();
        for piece in pieces {
            wire.piece(piece, literals, self.utf8);
        }
        if let Kind::Authenticate(mechanism) = &mut kind
            && self
                .capabilities
                .as_ref()
                .is_some_and(|list| list.sasl_ir())
        {
            match initial_response(mechanism) {
                Ok(Some(response)) => {
                    wire.octets(b" ");
                    wire.octets(&response);
                }
                Ok(None) => {}
                Err(error) => return self.give_up(error),
            }
        }
        wire.octets(b"\r\n");
        if matches!(kind, Kind::Login | Kind::Authenticate(_)) {
            self.capabilities_heard = false;
        }
        self.wait_tag = Some(tag.clone());
        self.flight.push(Flight { tag, kind });
        self.write_wire(wire.0);
    }

    /// Writes up to the next literal that must be waited for.
    pub(super) fn write_wire(&mut self, mut wire: VecDeque<Wire>) {
        while let Some(next) = wire.pop_front() {
            match next {
                Wire::Octets(octets) if self.output.is_empty() => self.output = octets,
                Wire::Octets(octets) => self.output.extend_from_slice(&octets),
                Wire::AwaitContinuation => {
                    self.wait = Wait::Literal(wire);
                    return;
                }
            }
        }
        self.wait = self
            .flight
            .last()
            .map_or(Wait::Nothing, |last| last.kind.wait());
        if matches!(self.wait, Wait::Nothing) {
            self.wait_tag = None;
        }
    }
}
