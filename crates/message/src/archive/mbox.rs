//! mbox: many messages in one file, each behind a line that begins with `From ` (RFC 4155).
//!
//! Reading ([`MboxReader`], in `read`): pieces of a file in any cut come in, messages go out.
//! Writing ([`from_line`], [`MboxQuoter`]): a message in any cut comes in, what belongs in the
//! file goes out.
//!
//! There are four dialects, and no file says which one it is. mboxrd puts a `>` before each
//! line that is `From ` behind any number of `>`, and can be undone; it is what is written.
//! mboxo does so for `From ` alone, which reads the same save for what was `>From ` before.
//! mboxcl2 quotes nothing and tells lengths in `Content-Length` instead; mboxcl does both.

mod from_line;
mod read;

pub use from_line::from_line;
pub use read::{MboxMessage, MboxReader};

use std::{borrow::Cow, mem};

/// Turns a message in any cuts into what stands in an mboxrd file behind its `From ` line.
///
/// CRLF becomes LF, as RFC 4155 wants it and as what reads mbox files expects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MboxQuoter {
    at: Place,
    /// A CR that was held back: an LF may follow.
    has_return: bool,
}

/// Where in a line the quoter is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// At its beginning.
    #[default]
    Start,
    /// Behind `>` and nothing else.
    Quoted,
    /// This many octets of `From ` came and were held back.
    Word(usize),
    /// Behind what decides.
    Inside,
}

const WORD: &[u8] = b"From ";

impl MboxQuoter {
    /// A quoter for one message.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next octets of the message; appends to `out` what can be written already.
    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        let mut rest = chunk;
        while let Some((octet, after)) = rest.split_first() {
            if self.at == Place::Inside && !self.has_return {
                // Nothing to decide until the line ends: most of a message goes through here.
                let plain = rest
                    .iter()
                    .take_while(|o| !matches!(o, b'\r' | b'\n'))
                    .count();
                let (plain, after) = rest.split_at_checked(plain).unwrap_or((rest, &[]));
                if !plain.is_empty() {
                    out.extend_from_slice(plain);
                    rest = after;
                    continue;
                }
            }
            rest = after;
            self.octet(*octet, out);
        }
    }

    /// Ends the message: a line break where it has none, and the empty line before the next.
    pub fn end(mut self, out: &mut Vec<u8>) {
        self.release(out);
        if self.at != Place::Start {
            out.push(b'\n');
        }
        out.push(b'\n');
    }

    fn octet(&mut self, octet: u8, out: &mut Vec<u8>) {
        if octet == b'\n' {
            self.has_return = false;
            self.release_word(out);
            out.push(b'\n');
            self.at = Place::Start;
            return;
        }
        if self.has_return {
            self.release(out);
        }
        match (self.at, octet) {
            (_, b'\r') => self.has_return = true,
            (Place::Start | Place::Quoted, b'>') => {
                self.at = Place::Quoted;
                out.push(b'>');
            }
            (Place::Start | Place::Quoted, b'F') => self.at = Place::Word(1),
            (Place::Word(count), octet) if WORD.get(count) == Some(&octet) => {
                let count = count.saturating_add(1);
                self.at = Place::Word(count);
                if count == WORD.len() {
                    // Before the word is as good as before the `>` in front of it.
                    out.push(b'>');
                    self.release_word(out);
                }
            }
            (_, octet) => {
                self.release_word(out);
                out.push(octet);
            }
        }
    }

    /// Writes what was held back: it did not become what it looked like.
    fn release(&mut self, out: &mut Vec<u8>) {
        if self.has_return || matches!(self.at, Place::Word(_)) {
            self.release_word(out);
        }
        if mem::take(&mut self.has_return) {
            out.push(b'\r');
        }
    }

    fn release_word(&mut self, out: &mut Vec<u8>) {
        if let Place::Word(count) = self.at {
            out.extend_from_slice(WORD.get(..count).unwrap_or_default());
        }
        self.at = Place::Inside;
    }
}

/// A message with CRLF at the end of each line, as IMAP's APPEND takes it.
pub fn with_crlf(octets: &[u8]) -> Cow<'_, [u8]> {
    let mut before = 0;
    let bare = octets.iter().filter(|octet| {
        let is_bare = **octet == b'\n' && before != b'\r';
        before = **octet;
        is_bare
    });
    let count = bare.count();
    if count == 0 {
        return Cow::Borrowed(octets);
    }
    let mut out = Vec::with_capacity(octets.len().saturating_add(count));
    for octet in octets {
        if *octet == b'\n' && out.last() != Some(&b'\r') {
            out.push(b'\r');
        }
        out.push(*octet);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(message: &str, cut: usize) -> String {
        let (mut quoter, mut out) = (MboxQuoter::new(), Vec::new());
        for chunk in message.as_bytes().chunks(cut) {
            // What was written is the caller's: nothing may depend on finding it there.
            let mut piece = Vec::new();
            quoter.push(chunk, &mut piece);
            out.append(&mut piece);
        }
        let mut piece = Vec::new();
        quoter.end(&mut piece);
        out.append(&mut piece);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_that_look_like_the_next_message_are_quoted_in_every_cut() {
        for (message, expected) in [
            ("", "\n"),
            ("a", "a\n\n"),
            ("a\r\n", "a\n\n"),
            (">", ">\n\n"),
            ("From ", ">From \n\n"),
            ("From", "From\n\n"),
            ("Fro\r\nFrom x\r\n", "Fro\n>From x\n\n"),
            (">>From x\n> From y\n", ">>>From x\n> From y\n\n"),
            (
                "FFrom x\nFrFrom \n>F>From ",
                "FFrom x\nFrFrom \n>F>From \n\n",
            ),
            ("a\rFrom b\r\r\nF\r", "a\rFrom b\r\nF\r\n\n"),
            ("\n\nFrom a\nFrom b", "\n\n>From a\n>From b\n\n"),
        ] {
            for cut in 1..=message.len().max(1) {
                assert_eq!(quoted(message, cut), expected, "{message:?} by {cut}");
            }
        }
    }

    #[test]
    fn bare_line_feeds_get_their_return() {
        assert_eq!(&*with_crlf(b"\na\r\nb\n\r\n"), b"\r\na\r\nb\r\n\r\n");
        assert!(matches!(with_crlf(b"a\r\n"), Cow::Borrowed(_)));
    }
}
