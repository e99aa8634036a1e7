//! Reading mbox: pieces of the file come in, messages go out as soon as the next one opens.
//!
//! A message is kept as it stands in the file until it ends, then its quoting is undone. Where
//! `Content-Length` says that it goes on over a `From ` line, both readings are kept open: what
//! stands at the promised end decides. The first wrong promise of a file is the last one that
//! is believed, so that nothing is read a second time more than once.

use std::{mem, ops::Range};

use super::from_line::{address_and_time, is_from_line};
use crate::{date, limits};

/// One message of an mbox file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MboxMessage {
    /// The sender's address in the `From ` line, as it stands there; empty if there is none.
    pub address: String,
    /// The time in the `From ` line, mostly that of delivery.
    pub unix_s: Option<i64>,
    /// The message, its quoting undone, line breaks as in the file. Empty if it is too large.
    pub octets: Vec<u8>,
    /// Where it stands in the file, in octets from the beginning, without its `From ` line. Of a
    /// message that is too large the empty line behind it is counted in.
    pub range: Range<u64>,
    /// Whether it is larger than the reader was told to keep.
    pub is_too_large: bool,
}

/// Takes an mbox file in pieces and gives its messages.
///
/// A file that does not begin with a `From ` line is taken for one message up to the first
/// such line. Messages of no octets are left out.
#[derive(Debug)]
pub struct MboxReader {
    most_octets: usize,
    /// Where in the file the next octet stands.
    at: u64,
    /// The beginning of a line whose end did not come yet.
    line: Vec<u8>,
    /// Whether the line went on for so long that its beginning was dealt with.
    is_inside_line: bool,
    is_behind_empty: bool,
    believes_lengths: bool,
    open: Open,
    done: Vec<MboxMessage>,
}

/// The message that the file is in.
#[derive(Debug, Default)]
struct Open {
    address: String,
    unix_s: Option<i64>,
    /// As in the file.
    octets: Vec<u8>,
    from: u64,
    size: u64,
    is_in_body: bool,
    /// Content-Length, while it can still come true.
    promised: Option<usize>,
    /// Where the promised end is, in `octets`.
    promised_end: Option<usize>,
    /// The first `From ` line ahead of that end, in `octets`.
    candidate: Option<usize>,
}

impl Default for MboxReader {
    fn default() -> Self {
        Self::new(limits::MBOX_MESSAGE_OCTETS)
    }
}

impl MboxReader {
    /// A reader that keeps messages up to `most_octets`; of larger ones it tells the place.
    pub fn new(most_octets: usize) -> Self {
        Self {
            most_octets,
            at: 0,
            line: Vec::new(),
            is_inside_line: false,
            is_behind_empty: true,
            believes_lengths: true,
            open: Open::default(),
            done: Vec::new(),
        }
    }

    /// Takes the next octets; gives the messages that ended within them.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<MboxMessage> {
        let mut rest = chunk;
        while !rest.is_empty() {
            let end = rest.iter().position(|octet| *octet == b'\n');
            let length = end.map_or(rest.len(), |end| end.saturating_add(1));
            let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            rest = after;
            self.piece(piece, end.is_some());
        }
        mem::take(&mut self.done)
    }

    /// Ends the file; gives what was not given yet.
    pub fn finish(mut self) -> Vec<MboxMessage> {
        let line = mem::take(&mut self.line);
        if !line.is_empty() {
            self.take(&line, true);
        }
        // A promise that ends here is kept, with the empty line that closes a file or without.
        let kept = self.open.promised_end.is_some_and(|end| {
            let rest = self.open.octets.get(end..);
            rest.is_some_and(|rest| matches!(rest, b"" | b"\n" | b"\r\n"))
        });
        if self.open.candidate.is_some() && !kept {
            self.read_again();
        }
        self.close(kept);
        self.done
    }

    /// A whole line, or as much of one as there is.
    fn piece(&mut self, piece: &[u8], is_end: bool) {
        if self.is_inside_line {
            if self.breaks_promise(piece) {
                self.read_again();
            }
            self.keep(piece);
            self.is_inside_line = !is_end;
        } else if is_end && self.line.is_empty() {
            self.take(piece, true);
        } else {
            self.line.extend_from_slice(piece);
            if is_end || self.line.len() >= limits::MBOX_LINE_OCTETS {
                let line = mem::take(&mut self.line);
                self.take(&line, is_end);
                self.is_inside_line = !is_end;
            }
        }
    }

    /// The beginning of a line, or all of it.
    fn take(&mut self, raw: &[u8], is_whole: bool) {
        let line = raw.strip_suffix(b"\n").unwrap_or(raw);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let is_first = self.at == 0;
        let shown = if is_first {
            line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line)
        } else {
            line
        };
        let opens = is_whole
            && shown.starts_with(b"From ")
            && (is_first || is_from_line(shown, self.is_behind_empty));
        if opens && self.ends_here() {
            let kept = self.open.promised_end.is_some();
            self.close(kept);
            self.at = self
                .at
                .saturating_add(u64::try_from(raw.len()).unwrap_or(u64::MAX));
            let (address, time) = address_and_time(shown);
            self.open = Open {
                address,
                unix_s: date::parse(time).map(|date| date.unix_seconds),
                from: self.at,
                ..Open::default()
            };
            self.is_behind_empty = false;
            return;
        }
        if self.breaks_promise(raw) {
            self.read_again();
            self.take(raw, is_whole);
            return;
        }
        self.is_behind_empty = is_whole && line.is_empty();
        if self.is_behind_empty && self.open.size == 0 && self.open.from == 0 {
            // Empty lines ahead of all messages.
            self.at = self
                .at
                .saturating_add(u64::try_from(raw.len()).unwrap_or(u64::MAX));
            return;
        }
        let was_in_body = self.open.is_in_body;
        if !was_in_body {
            self.header_line(line);
        }
        self.keep(raw);
        if !was_in_body && self.open.is_in_body {
            let start = self.open.octets.len();
            let end = self
                .open
                .promised
                .and_then(|length| start.checked_add(length));
            self.open.promised_end = end.filter(|end| *end <= self.most_octets);
        }
    }

    /// Whether a `From ` line ends the open message, by what its Content-Length says.
    fn ends_here(&mut self) -> bool {
        let here = self.open.octets.len();
        let ends_here = self.open.promised_end.is_none_or(|end| here >= end);
        if !ends_here {
            self.open.candidate.get_or_insert(here);
        }
        ends_here
    }

    /// Whether the next octets break the promise: only an empty line may stand behind its end.
    fn breaks_promise(&self, next: &[u8]) -> bool {
        self.open.promised_end.is_some_and(|end| {
            let here = self.open.octets.len();
            let behind = match end.checked_sub(here) {
                Some(ahead) => next.get(ahead..).unwrap_or_default(),
                None => next,
            };
            let is_gap = matches!(behind, b"" | b"\n" | b"\r\n");
            !is_gap || here > end && !behind.is_empty()
        })
    }

    /// Believes no length from here on, and goes back to the first `From ` line that was passed
    /// over for a wrong one.
    fn read_again(&mut self) {
        self.believes_lengths = false;
        self.open.promised_end = None;
        let Some(candidate) = self.open.candidate.take() else {
            return;
        };
        let rest = self
            .open
            .octets
            .split_off(candidate.min(self.open.octets.len()));
        let length = |octets: &[u8]| u64::try_from(octets.len()).unwrap_or(u64::MAX);
        self.at = self.at.saturating_sub(length(&rest));
        self.open.size = length(&self.open.octets);
        let ends_empty =
            self.open.octets.ends_with(b"\n\n") || self.open.octets.ends_with(b"\n\r\n");
        self.is_behind_empty = ends_empty;
        for line in rest.split_inclusive(|octet| *octet == b'\n') {
            self.take(line, true);
        }
    }

    fn header_line(&mut self, line: &[u8]) {
        if line.is_empty() {
            self.open.is_in_body = true;
        } else if self.believes_lengths
            && let Some((name, value)) = line.split_at_checked(15)
            && name.eq_ignore_ascii_case(b"content-length:")
        {
            let value = String::from_utf8_lossy(value.trim_ascii());
            self.open.promised = value.parse().ok();
        }
    }

    /// Adds octets to the open message, or counts them once it is too large.
    fn keep(&mut self, octets: &[u8]) {
        let length = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        self.at = self.at.saturating_add(length);
        self.open.size = self.open.size.saturating_add(length);
        if self.is_too_large() {
            self.open.octets = Vec::new();
        } else {
            self.open.octets.extend_from_slice(octets);
        }
    }

    fn is_too_large(&self) -> bool {
        // The empty line that parts messages is not counted: it may still be taken off.
        usize::try_from(self.open.size)
            .map_or(true, |size| size.saturating_sub(2) > self.most_octets)
    }

    /// Gives the open message; one that kept its promise is not quoted.
    fn close(&mut self, kept_promise: bool) {
        let mut open = mem::take(&mut self.open);
        if open.size == 0 {
            return;
        }
        let mut octets = mem::take(&mut open.octets);
        let end = if kept_promise {
            open.promised_end
        } else {
            None
        };
        let whole = octets.len();
        octets.truncate(end.unwrap_or_else(|| without_last_empty(&octets)));
        let cut = u64::try_from(whole.saturating_sub(octets.len())).unwrap_or_default();
        let to = open.from.saturating_add(open.size).saturating_sub(cut);
        let is_too_large = octets.len() > self.most_octets || whole == 0;
        if is_too_large {
            octets = Vec::new();
        } else if !kept_promise {
            unquote(&mut octets);
        }
        if to > open.from {
            self.done.push(MboxMessage {
                address: open.address,
                unix_s: open.unix_s,
                octets,
                range: open.from..to,
                is_too_large,
            });
        }
    }
}

/// Length without the empty line that parts a message from the next.
fn without_last_empty(octets: &[u8]) -> usize {
    let without = octets.strip_suffix(b"\n").unwrap_or(octets);
    let without = without.strip_suffix(b"\r").unwrap_or(without);
    if without.ends_with(b"\n") || without.is_empty() {
        without.len()
    } else {
        octets.len()
    }
}

/// Takes one `>` off each line that is `From ` behind some of them.
fn unquote(octets: &mut Vec<u8>) {
    let is_quoted = |line: &[u8]| {
        let count = line.iter().take_while(|octet| **octet == b'>').count();
        count > 0
            && line
                .get(count..)
                .is_some_and(|rest| rest.starts_with(b"From "))
    };
    let mut lines = octets.split_inclusive(|octet| *octet == b'\n');
    if !lines.any(is_quoted) {
        return;
    }
    let mut out = Vec::with_capacity(octets.len());
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        let from = usize::from(is_quoted(line));
        out.extend_from_slice(line.get(from..).unwrap_or_default());
    }
    *octets = out;
}
