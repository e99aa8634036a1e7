//! Finds where responses end, and gives each to the parser.

use crate::Error;
use crate::imap::response::Response;

/// What [`Framer::next`] gives.
#[derive(Debug, Clone, PartialEq)]
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
    /// A limit was passed; nothing can be read from this connection any more.
    Broken(Error),
}

/// Turns bytes, cut anywhere, into responses.
#[derive(Debug, Default)]
pub struct Framer {
    input: Vec<u8>,
    utf8: bool,
}

impl Framer {
    /// With nothing received.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether names of mailboxes are UTF-8 from now on: after `ENABLE UTF8=ACCEPT` or
    /// `IMAP4rev2` was confirmed.
    pub fn set_utf8(&mut self, utf8: bool) {
        self.utf8 = utf8;
    }

    /// Takes what came from the link.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.input.extend_from_slice(bytes);
    }

    /// Gives back what was received and not read yet, for a link that changes its form here
    /// (COMPRESS, RFC 4978).
    pub fn take_rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.input)
    }

    /// The next thing that is complete; `None` until more is received.
    #[expect(
        clippy::should_implement_trait,
        reason = "not an iterator: `None` is not the end"
    )]
    pub fn next(&mut self) -> Option<Framed> {
        None
    }
}
