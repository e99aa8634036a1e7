//! What responses are made of (RFC 9051 4 and 9): words, numbers, strings, lists.
//!
//! A [`Cursor`] walks over one whole response whose literals are in place. Each method either
//! takes what it is named after, or gives `None` and may have moved: callers who have another
//! reading to try keep a [`Mark`].

use crate::imap::mailbox_name::MailboxName;
use crate::imap::response::Value;
use crate::limits;
use memchr::{memchr, memchr2};
use std::borrow::Cow;

/// A literal that is not in the response any more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Streamed {
    /// Where it was: octets of the response before it.
    pub(super) at: usize,
    pub(super) id: u64,
    pub(super) octets: u64,
}

/// A string, wherever its octets are.
pub(super) enum Text<'a> {
    Here(Cow<'a, [u8]>),
    Streamed { id: u64, octets: u64 },
}

/// A place to come back to.
#[derive(Clone, Copy)]
pub(super) struct Mark<'a>(&'a [u8]);

pub(super) struct Cursor<'a> {
    rest: &'a [u8],
    total: usize,
    streamed: &'a [Streamed],
    /// How many more values may be kept ([`limits::VALUES`]).
    room: usize,
    /// How many more octets may be read a second time ([`limits::REREAD`]).
    reread: usize,
    /// Names of mailboxes are UTF-8.
    pub(super) utf8: bool,
}

/// Ends a word, wherever it is.
const fn ends_word(octet: u8) -> bool {
    matches!(octet, b' ' | b'(' | b')' | b'"' | b'{' | b'\r' | b'\n' | 0)
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(octets: &'a [u8], streamed: &'a [Streamed], utf8: bool) -> Self {
        Self {
            rest: octets,
            total: octets.len(),
            streamed,
            room: limits::VALUES,
            reread: octets.len().saturating_mul(limits::REREAD),
            utf8,
        }
    }

    /// Over a piece of this response, which holds no streamed literal.
    pub(super) const fn within(&self, octets: &'a [u8]) -> Self {
        Self {
            rest: octets,
            total: octets.len(),
            streamed: &[],
            room: self.room,
            reread: octets.len().saturating_mul(limits::REREAD),
            utf8: self.utf8,
        }
    }

    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) const fn is_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) const fn mark(&self) -> Mark<'a> {
        Mark(self.rest)
    }

    /// Goes back, to try another reading; when that was done too often, to the end instead.
    pub(super) fn reset(&mut self, mark: Mark<'a>) {
        let distance = mark.0.len().saturating_sub(self.rest.len());
        match self.reread.checked_sub(distance) {
            Some(left) => {
                self.reread = left;
                self.rest = mark.0;
            }
            None => self.rest = &[],
        }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Takes `octet` if it is next.
    pub(super) fn eat(&mut self, octet: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == octet => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Takes `count` octets.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    /// Takes all that is left.
    pub(super) const fn take_rest(&mut self) -> &'a [u8] {
        let rest = self.rest;
        self.rest = &[];
        rest
    }

    pub(super) fn spaces(&mut self) {
        while self.eat(b' ') {}
    }

    /// One more value is going to be kept. `None` when there are too many.
    pub(super) fn claim(&mut self) -> Option<()> {
        self.room = self.room.checked_sub(1)?;
        Some(())
    }

    /// What up to the next delimiter; never empty. 8-bit octets, brackets and the specials that
    /// RFC 9051 keeps out of atoms belong to it: servers put them into flags and names.
    pub(super) fn word(&mut self) -> Option<&'a [u8]> {
        let count = self
            .rest
            .iter()
            .position(|octet| ends_word(*octet))
            .unwrap_or(self.rest.len());
        if count == 0 { None } else { self.take(count) }
    }

    /// Whether what follows may follow a value.
    fn at_delimiter(&self) -> bool {
        self.peek()
            .is_none_or(|octet| matches!(octet, b' ' | b')' | b'(' | b'\r' | b'\n' | b']'))
    }

    /// Digits up to a delimiter. Past 64 bits it is the largest there is.
    pub(super) fn number(&mut self) -> Option<u64> {
        let mut value: u64 = 0;
        let mut rest = self.rest;
        while let Some((digit @ b'0'..=b'9', after)) = rest.split_first() {
            let digit = u64::from(digit.wrapping_sub(b'0'));
            value = value.saturating_mul(10).saturating_add(digit);
            rest = after;
        }
        if rest.len() == self.rest.len() {
            return None;
        }
        self.rest = rest;
        self.at_delimiter().then_some(value)
    }

    /// A number that has to fit.
    pub(super) fn number32(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    /// A count or size, however it is put: NIL and negative ones are 0, those in quotes are read,
    /// those that do not fit are the largest there is.
    pub(super) fn size(&mut self) -> Option<u64> {
        if self.peek() == Some(b'"') {
            let text = self.string()?;
            return self.within(&text).digits();
        }
        if self.nil() {
            return Some(0);
        }
        if self.eat(b'-') {
            self.number()?;
            return Some(0);
        }
        self.number()
    }

    /// All of it a number.
    fn digits(mut self) -> Option<u64>
    where
        Self: 'a,
    {
        let value = self.number()?;
        self.is_end().then_some(value)
    }

    /// Takes NIL if it is next.
    pub(super) fn nil(&mut self) -> bool {
        if let Some((word, rest)) = self.rest.split_at_checked(3)
            && word.eq_ignore_ascii_case(b"NIL")
            && rest
                .first()
                .is_none_or(|octet| matches!(octet, b' ' | b')' | b'(' | b']'))
        {
            self.rest = rest;
            return true;
        }
        false
    }

    /// Between the quotes, which are not part of it.
    fn quoted(&mut self) -> Option<Cow<'a, [u8]>> {
        if !self.eat(b'"') {
            return None;
        }
        let all = self.rest;
        let mut kept: Vec<u8> = Vec::new();
        loop {
            let at = memchr2(b'"', b'\\', self.rest)?;
            let before = self.take(at)?;
            let special = self.take(1)?;
            if special == b"\\" {
                kept.extend_from_slice(before);
                let escaped = self.take(1)?;
                if !matches!(escaped, b"\"" | b"\\") {
                    // Quirk: a backslash that should have been doubled.
                    kept.push(b'\\');
                }
                kept.extend_from_slice(escaped);
                continue;
            }
            let closes = self.at_delimiter() || self.peek() == Some(b'"');
            if !closes {
                // Quirk: a quote that should have been escaped.
                kept.extend_from_slice(before);
                kept.push(b'"');
                continue;
            }
            if kept.is_empty() {
                // All of it up to this quote, unless an escape came first; then `before` is it.
                let whole = all.len().saturating_sub(self.rest.len()).saturating_sub(1);
                if whole == before.len() {
                    return Some(Cow::Borrowed(before));
                }
            }
            kept.extend_from_slice(before);
            return Some(Cow::Owned(kept));
        }
    }

    /// `{n}`, `{n+}`, `~{n}`, and what it announces.
    fn literal(&mut self) -> Option<Text<'a>> {
        self.eat(b'~');
        if !self.eat(b'{') {
            return None;
        }
        let head = self
            .rest
            .iter()
            .position(|octet| !matches!(octet, b'0'..=b'9' | b'+' | b'-'))?;
        let head = self.take(head)?;
        if !self.eat(b'}') {
            return None;
        }
        let octets = literal_octets(head)?;
        while self.eat(b'\r') {}
        if !self.eat(b'\n') {
            return None;
        }
        let at = self.total.saturating_sub(self.rest.len());
        if let Some(streamed) = self.streamed.iter().find(|s| s.at == at) {
            return Some(Text::Streamed {
                id: streamed.id,
                octets: streamed.octets,
            });
        }
        let octets = self.take(usize::try_from(octets).ok()?)?;
        Some(Text::Here(Cow::Borrowed(octets)))
    }

    /// Quoted string or literal.
    pub(super) fn text(&mut self) -> Option<Text<'a>> {
        match self.peek()? {
            b'"' => self.quoted().map(Text::Here),
            _ => self.literal(),
        }
    }

    /// Quoted string, or literal that is here, or (quirk) a word.
    pub(super) fn string(&mut self) -> Option<Cow<'a, [u8]>> {
        match self.peek()? {
            b'"' => self.quoted(),
            b'{' => self.literal_here(),
            b'~' if self.rest.get(1) == Some(&b'{') => self.literal_here(),
            _ => self.word().map(Cow::Borrowed),
        }
    }

    fn literal_here(&mut self) -> Option<Cow<'a, [u8]>> {
        match self.literal()? {
            Text::Here(octets) => Some(octets),
            Text::Streamed { .. } => None,
        }
    }

    /// NIL or string. A string that was streamed counts as absent: where one is asked for, no
    /// honest one is that long.
    pub(super) fn nstring(&mut self) -> Option<Option<Vec<u8>>> {
        if self.nil() {
            return Some(None);
        }
        if matches!(self.peek()?, b'{' | b'~')
            && let Some(Text::Streamed { .. }) = self.ahead().literal()
        {
            self.literal()?;
            return Some(None);
        }
        self.string().map(|text| Some(text.into_owned()))
    }

    /// A second cursor at the same place, to look ahead with.
    fn ahead(&self) -> Self {
        Self { ..*self }
    }

    /// A string of a known vocabulary; what is no UTF-8 becomes U+FFFD.
    pub(super) fn words(&mut self) -> Option<String> {
        self.string().map(|text| lossy(&text))
    }

    /// The name of a mailbox.
    pub(super) fn mailbox(&mut self) -> Option<MailboxName> {
        let utf8 = self.utf8;
        self.string()
            .map(|wire| MailboxName::from_wire(&wire, utf8))
    }

    /// Reads `(`, then `each` until `)`. A list that never ends is as good as one that does.
    pub(super) fn list(&mut self, each: &mut dyn FnMut(&mut Self) -> Option<()>) -> Option<()> {
        if !self.eat(b'(') {
            return None;
        }
        loop {
            self.spaces();
            if self.eat(b')') || self.is_end() {
                return Some(());
            }
            self.claim()?;
            each(self)?;
        }
    }

    /// A list of words or strings; NIL is an empty one, and within one nothing.
    pub(super) fn word_list(&mut self) -> Option<Vec<String>> {
        let mut found = Vec::new();
        if !self.nil() {
            self.list(&mut |c| {
                if !c.nil() {
                    found.push(c.words()?);
                }
                Some(())
            })?;
        }
        Some(found)
    }

    /// Any value.
    pub(super) fn value(&mut self) -> Option<Value> {
        self.value_at(0)
    }

    fn value_at(&mut self, depth: usize) -> Option<Value> {
        self.claim()?;
        if self.nil() {
            return Some(Value::Nil);
        }
        match self.peek()? {
            b'(' if depth >= limits::DEPTH => {
                self.skip()?;
                Some(Value::List(Vec::new()))
            }
            b'(' => {
                let mut values = Vec::new();
                self.list(&mut |c| {
                    values.push(c.value_at(depth.saturating_add(1))?);
                    Some(())
                })?;
                Some(Value::List(values))
            }
            b'"' => self.quoted().map(|text| Value::String(text.into_owned())),
            b'{' => self.literal_value(),
            b'~' if self.rest.get(1) == Some(&b'{') => self.literal_value(),
            _ => {
                let word = self.word()?;
                let digits = word.iter().all(u8::is_ascii_digit) && word.len() < 20;
                Some(match self.within(word).digits() {
                    Some(number) if digits => Value::Number(number),
                    _ => Value::Atom(word.to_vec()),
                })
            }
        }
    }

    fn literal_value(&mut self) -> Option<Value> {
        Some(match self.literal()? {
            Text::Here(octets) => Value::String(octets.into_owned()),
            Text::Streamed { id, octets } => Value::Streamed { id, octets },
        })
    }

    /// All values up to the end, or up to what is none.
    pub(super) fn values(&mut self) -> Vec<Value> {
        let mut found = Vec::new();
        loop {
            self.spaces();
            if self.is_end() {
                return found;
            }
            match self.value() {
                Some(value) => found.push(value),
                None => return found,
            }
        }
    }

    /// Passes over one value of any depth, keeping nothing.
    pub(super) fn skip(&mut self) -> Option<()> {
        let mut depth: usize = 0;
        loop {
            match self.peek() {
                // An end within a list ends it, as in `list`.
                None => return (depth > 0).then_some(()),
                Some(b'(') => {
                    self.take(1)?;
                    depth = depth.saturating_add(1);
                }
                Some(b')') => {
                    depth = depth.checked_sub(1)?;
                    self.take(1)?;
                }
                Some(b' ') => self.spaces(),
                Some(b'"') => {
                    self.quoted()?;
                }
                Some(b'{') => {
                    self.literal()?;
                }
                Some(b'~') if self.rest.get(1) == Some(&b'{') => {
                    self.literal()?;
                }
                Some(_) => {
                    // An octet that begins nothing is passed over too.
                    if self.word().is_none() {
                        self.take(1)?;
                    }
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// From behind a `[` to behind its `]`; gives what is between. Brackets within parentheses
    /// and quotes do not count, unless those never end.
    pub(super) fn bracketed(&mut self) -> Option<&'a [u8]> {
        let begin = self.mark();
        let close = self.find_close().or_else(|| {
            self.reset(begin);
            memchr(b']', self.rest)
        });
        self.reset(begin);
        let between = self.take(close?)?;
        self.take(1)?;
        Some(between)
    }

    fn find_close(&mut self) -> Option<usize> {
        let begin = self.rest.len();
        loop {
            match self.peek()? {
                b']' => return begin.checked_sub(self.rest.len()),
                b'(' | b'"' | b'{' => self.skip_closed()?,
                _ => {
                    self.take(1)?;
                }
            }
        }
    }

    /// As [`Self::skip`], but what is opened has to be closed.
    fn skip_closed(&mut self) -> Option<()> {
        self.skip()?;
        (!self.is_end()).then_some(())
    }
}

/// The number within the braces of a literal; its `+` or `-` (RFC 7888) says nothing here.
pub(super) fn literal_octets(head: &[u8]) -> Option<u64> {
    let digits = match head.split_last() {
        Some((b'+' | b'-', digits)) => digits,
        _ => head,
    };
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, digit| {
        let digit = digit.is_ascii_digit().then(|| digit.wrapping_sub(b'0'))?;
        value.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

pub(super) fn lossy(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

pub(super) fn lower(octets: &[u8]) -> String {
    let mut text = lossy(octets);
    text.make_ascii_lowercase();
    text
}

pub(super) fn upper(octets: &[u8]) -> String {
    let mut text = lossy(octets);
    text.make_ascii_uppercase();
    text
}
