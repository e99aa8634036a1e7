//! Finds where responses end, and gives each to the parser.
//!
//! A response is a line, or several with literals between them (RFC 9051 4.3). Literals above
//! [`limits::INLINE_LITERAL`] are handed on in pieces as they come and leave a mark; all else is
//! read where it lies in the input buffer. Every octet is looked at once here, however the
//! input is cut.

use super::response;
use super::token::{Cursor, Streamed, literal_octets};
use crate::imap::response::Response;
use crate::{Error, bytes::Input, limits};
use memchr::{memchr, memrchr};

/// What [`Framer::next`] gives.
#[derive(Debug, Clone, PartialEq)]
// Not `expect`: where pointers are small there is nothing to expect.
#[allow(
    clippy::large_enum_variant,
    reason = "nearly all are responses, and one at a time is alive"
)]
pub enum Framed {
    /// A whole response.
    Response(Response),
    /// A piece of a literal longer than [`crate::limits::INLINE_LITERAL`]; all pieces come
    /// before the response that names them by `id`.
    Literal {
        /// Counts up from 1.
        id: u64,
        /// The next octets of it.
        bytes: Vec<u8>,
        /// There are no more.
        last: bool,
    },
    /// A line that could not be read at all; the next one may be.
    Skipped {
        /// Its beginning, [`crate::limits::SKIPPED`] octets at most.
        line: Vec<u8>,
    },
    /// A limit was passed; nothing can be read from this connection any more. Given once.
    Broken(Error),
}

/// Turns bytes, cut anywhere, into responses.
#[derive(Debug, Default)]
pub struct Framer {
    input: Input,
    /// The response at hand, as far as it is not in `input` any more: up to the last streamed
    /// literal, without the octets of those.
    head: Vec<u8>,
    /// The literals missing in `head`.
    streamed: Vec<Streamed>,
    /// The literal that is being handed on, and how much of it is still to come.
    streaming: Option<(u64, u64)>,
    literals: u64,
    /// How far `input` was searched for the end of the line at hand.
    searched: usize,
    /// Where in `input` that line begins; an inline literal may stand before it.
    line: usize,
    utf8: bool,
    broken: bool,
}

/// What the end of a line means.
enum LineEnd {
    Response,
    Literal(u64),
    TooLong,
}

impl Framer {
    /// With nothing received.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether names of mailboxes are UTF-8 from now on: after `ENABLE UTF8=ACCEPT` or
    /// `IMAP4rev2` was confirmed.
    pub const fn set_utf8(&mut self, utf8: bool) {
        self.utf8 = utf8;
    }

    /// Takes what came from the link.
    pub fn receive(&mut self, bytes: &[u8]) {
        if !self.broken {
            self.input.push(bytes);
        }
    }

    /// Forgets what was received and not read yet.
    fn discard(&mut self) {
        *self = Self {
            utf8: self.utf8,
            literals: self.literals,
            ..Self::default()
        };
    }

    /// Takes back what was received and not read yet: after COMPRESS it was compressed.
    #[must_use]
    pub fn take_rest(&mut self) -> Vec<u8> {
        let rest = self.input.rest().to_vec();
        self.discard();
        rest
    }

    /// The next thing that is complete; `None` until more is received.
    #[expect(
        clippy::should_implement_trait,
        reason = "not an iterator: `None` is not the end"
    )]
    pub fn next(&mut self) -> Option<Framed> {
        loop {
            if self.streaming.is_some() {
                return self.next_piece();
            }
            let line_end = self.find_line_end()?;
            match line_end {
                Some(LineEnd::Response) => {
                    if let Some(framed) = self.take_response() {
                        return Some(framed);
                    }
                }
                Some(LineEnd::Literal(octets)) if octets <= limits::INLINE_LITERAL => {
                    let octets = usize::try_from(octets).unwrap_or(usize::MAX);
                    self.searched = self.searched.saturating_add(octets);
                    self.line = self.searched;
                }
                Some(LineEnd::Literal(octets)) => self.begin_streaming(octets),
                Some(LineEnd::TooLong) => {
                    return Some(self.fail("literal longer than any mailbox"));
                }
                None => return Some(self.fail("response longer than 16 MiB")),
            }
            if self.head.len().saturating_add(self.searched) > limits::RESPONSE {
                return Some(self.fail("response longer than 16 MiB"));
            }
        }
    }

    /// `None`: not there yet. `Some(None)`: it will not come within the limit.
    #[expect(clippy::option_option, reason = "two kinds of none, said above")]
    fn find_line_end(&mut self) -> Option<Option<LineEnd>> {
        if self.broken {
            return None;
        }
        let rest = self.input.rest();
        // Past the end: within an inline literal that has not come yet.
        let unseen = rest.get(self.searched..)?;
        let Some(at) = memchr(b'\n', unseen) else {
            self.searched = rest.len();
            let held = self.head.len().saturating_add(self.searched);
            return (held > limits::RESPONSE).then_some(None);
        };
        self.searched = self.searched.saturating_add(at).saturating_add(1);
        if self.head.len().saturating_add(self.searched) > limits::RESPONSE {
            return Some(None);
        }
        let line = rest.get(self.line..self.searched).unwrap_or_default();
        let line = trim_line_end(line);
        if line.last() != Some(&b'}') {
            return Some(Some(LineEnd::Response));
        }
        let so_far = rest.get(..self.searched).unwrap_or_default();
        Some(Some(match announced(line) {
            Some(digits) if !self.ends_in_text(so_far) => match literal_octets(digits) {
                Some(octets) if octets <= limits::LITERAL => LineEnd::Literal(octets),
                _ => LineEnd::TooLong,
            },
            _ => LineEnd::Response,
        }))
    }

    /// Whether the response is at words for people, where `{5}` announces nothing.
    fn ends_in_text(&self, so_far: &[u8]) -> bool {
        // No status response is streamed, so that its begin is never in `head` alone.
        let begin = if self.head.is_empty() {
            so_far
        } else {
            &self.head
        };
        if begin.first() == Some(&b'+') {
            return true;
        }
        let mut c = Cursor::new(begin, &[], false);
        let untagged = c.word() == Some(b"*");
        c.spaces();
        let is_status = c
            .word()
            .is_some_and(|word| response::status_kind(word).is_some());
        if untagged && !is_status {
            return false;
        }
        c.spaces();
        // A code may hold strings, and literals are strings.
        c.peek() != Some(b'[') || memchr(b']', c.rest()).is_some()
    }

    fn begin_streaming(&mut self, octets: u64) {
        let before = self.input.rest().get(..self.searched).unwrap_or_default();
        self.head.extend_from_slice(before);
        self.input.advance(self.searched);
        self.searched = 0;
        self.line = 0;
        self.literals = self.literals.saturating_add(1);
        self.streamed.push(Streamed {
            at: self.head.len(),
            id: self.literals,
            octets,
        });
        self.streaming = Some((self.literals, octets));
    }

    fn next_piece(&mut self) -> Option<Framed> {
        let (id, left) = self.streaming?;
        let rest = self.input.rest();
        if rest.is_empty() {
            return None;
        }
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
        let bytes = rest.get(..count).unwrap_or_default().to_vec();
        self.input.advance(count);
        let left = left.saturating_sub(count as u64);
        self.streaming = (left > 0).then_some((id, left));
        Some(Framed::Literal {
            id,
            bytes,
            last: left == 0,
        })
    }

    /// Reads the response that ends at `searched`; `None` for a line with nothing on it, which
    /// some servers send between responses.
    fn take_response(&mut self) -> Option<Framed> {
        let end = core::mem::take(&mut self.searched);
        let begin = core::mem::take(&mut self.line);
        let tail = self.input.rest().get(..end).unwrap_or_default();
        // Of the last line alone: a CR before it may belong to a literal.
        let line = trim_line_end(tail.get(begin..).unwrap_or_default());
        let tail = tail
            .get(..begin.saturating_add(line.len()))
            .unwrap_or_default();
        let framed = if self.head.is_empty() {
            read(tail, &[], self.utf8)
        } else {
            let mut whole = core::mem::take(&mut self.head);
            whole.extend_from_slice(tail);
            let streamed = core::mem::take(&mut self.streamed);
            read(&whole, &streamed, self.utf8)
        };
        self.input.advance(end);
        framed
    }

    fn fail(&mut self, reason: &'static str) -> Framed {
        self.discard();
        self.broken = true;
        Framed::Broken(Error::Broken { reason })
    }
}

fn read(octets: &[u8], streamed: &[Streamed], utf8: bool) -> Option<Framed> {
    if octets.is_empty() {
        return None;
    }
    Some(match response::read(Cursor::new(octets, streamed, utf8)) {
        Some(response) => Framed::Response(response),
        None => Framed::Skipped {
            line: octets.iter().take(limits::SKIPPED).copied().collect(),
        },
    })
}

/// Without LF, and the CR before it; LF alone ends lines too, and some proxies double the CR.
fn trim_line_end(mut line: &[u8]) -> &[u8] {
    if let Some(before) = line.strip_suffix(b"\n") {
        line = before;
    }
    while let Some(before) = line.strip_suffix(b"\r") {
        line = before;
    }
    line
}

/// What is between the braces that end `line`, if that announces a literal.
fn announced(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_suffix(b"}")?;
    let open = memrchr(b'{', line)?;
    let digits = line.get(open.saturating_add(1)..)?;
    let number = match digits.split_last()? {
        (b'+' | b'-', number) => number,
        _ => digits,
    };
    let all_digits = !number.is_empty() && number.iter().all(u8::is_ascii_digit);
    all_digits.then_some(digits)
}
