//! FETCH (RFC 9051 7.5.2), item by item: one that is odd never costs the others.

use super::date::date_time;
use super::response::{fallback, flags};
use super::token::{Cursor, Text, lossy, upper};
use super::{body_structure, envelope};
use crate::imap::response::{Fetch, Section, SectionData, Value};
use crate::imap::uid::{ModSeq, Uid};

/// From its `(`.
pub(super) fn read(seq: u32, c: &mut Cursor<'_>) -> Option<Box<Fetch>> {
    let mut fetch = Box::new(Fetch {
        seq,
        ..Fetch::default()
    });
    if !c.eat(b'(') {
        return None;
    }
    loop {
        c.spaces();
        if c.eat(b')') || c.is_end() {
            return Some(fetch);
        }
        let Some(name) = name(c) else {
            // Nothing that begins an item: what follows it may.
            c.skip()?;
            continue;
        };
        c.spaces();
        let begin = c.mark();
        if item(&name, c, &mut fetch).is_none() {
            c.reset(begin);
            let mut kept = upper(name.word);
            if let Some(section) = name.section {
                kept.push('[');
                kept.push_str(&lossy(section));
                kept.push(']');
            }
            if at_item(c) {
                // An item without a value: the next one must not be taken for it.
                c.reset(begin);
                fetch.other.push((kept, Value::Nil));
                continue;
            }
            c.reset(begin);
            fetch.other.extend(fallback(kept, c));
        }
    }
}

/// Whether the next word is an item that nothing else is named like.
fn at_item(c: &mut Cursor<'_>) -> bool {
    let word = c.word().unwrap_or_default();
    [
        &b"UID"[..],
        b"FLAGS",
        b"MODSEQ",
        b"ENVELOPE",
        b"BODYSTRUCTURE",
        b"INTERNALDATE",
        b"RFC822.SIZE",
    ]
    .iter()
    .any(|item| word.eq_ignore_ascii_case(item))
}

/// `BODY[1.MIME]<0>`.
struct Name<'a> {
    word: &'a [u8],
    section: Option<&'a [u8]>,
    origin: Option<u32>,
}

fn name<'a>(c: &mut Cursor<'a>) -> Option<Name<'a>> {
    let rest = c.rest();
    let count = rest
        .iter()
        .position(|octet| matches!(octet, b' ' | b'(' | b')' | b'[' | b'"' | b'{'))
        .unwrap_or(rest.len());
    if count == 0 {
        return None;
    }
    let mut name = Name {
        word: c.take(count)?,
        section: None,
        origin: None,
    };
    if c.eat(b'[') {
        name.section = Some(c.bracketed()?);
        if c.eat(b'<') {
            // Up to the `>`; `<0.1024>` (a request's form) is heard from some servers.
            let origin = c.word()?.strip_suffix(b">")?;
            let first = origin.split(|octet| *octet == b'.').next()?;
            name.origin = c.within(first).number32();
        }
    }
    Some(name)
}

fn item(name: &Name<'_>, c: &mut Cursor<'_>, fetch: &mut Fetch) -> Option<()> {
    let is = |wanted: &[u8]| name.word.eq_ignore_ascii_case(wanted);
    if name.section.is_some() {
        if is(b"BODY") || is(b"BODY.PEEK") || is(b"RFC822") {
            fetch.sections.push(section(name, c, false)?);
        } else if is(b"BINARY") || is(b"BINARY.PEEK") {
            fetch.sections.push(section(name, c, true)?);
        } else if is(b"BINARY.SIZE") {
            let size = c.number()?;
            fetch.binary_sizes.push((section_name(name), size));
        } else {
            return None;
        }
    } else if is(b"UID") {
        fetch.uid = Some(Uid::new(c.number32()?)?);
    } else if is(b"FLAGS") {
        fetch.flags = Some(if c.nil() { Vec::new() } else { flags(c)? });
    } else if is(b"MODSEQ") {
        let listed = c.eat(b'(');
        let mod_seq = ModSeq::new(c.number()?);
        if listed {
            envelope::close(c)?;
        }
        fetch.mod_seq = Some(mod_seq);
    } else if is(b"INTERNALDATE") {
        fetch.internal_date = Some(date_time(&c.string()?)?);
    } else if is(b"RFC822.SIZE") {
        fetch.size = Some(c.size()?);
    } else if is(b"ENVELOPE") {
        fetch.envelope = Some(envelope::read(c)?);
    } else if is(b"BODYSTRUCTURE") || is(b"BODY") {
        fetch.body_structure = Some(body_structure::read(c)?);
    } else if is(b"RFC822") {
        fetch.sections.push(section(name, c, false)?);
    } else if is(b"RFC822.HEADER") || is(b"RFC822.TEXT") {
        let mut found = section(name, c, false)?;
        found.name = upper(name.word.get(7..)?);
        fetch.sections.push(found);
    } else if is(b"PREVIEW") {
        fetch.preview = Some(preview(c)?);
    } else if is(b"EMAILID") {
        fetch.email_id = object_id(c)?;
    } else if is(b"THREADID") {
        fetch.thread_id = object_id(c)?;
    } else if is(b"SAVEDATE") {
        fetch.save_date = Some(match c.nstring()? {
            Some(text) => Some(date_time(&text)?),
            None => None,
        });
    } else {
        return None;
    }
    Some(())
}

fn section_name(name: &Name<'_>) -> String {
    upper_but_quoted(name.section.unwrap_or_default())
}

/// Section names compare without regard to case; what is in quotes is a header's name.
fn upper_but_quoted(section: &[u8]) -> String {
    let mut text = lossy(section);
    if !text.contains('"') {
        text.make_ascii_uppercase();
    }
    text
}

fn section(name: &Name<'_>, c: &mut Cursor<'_>, binary: bool) -> Option<Section> {
    let data = if c.nil() {
        None
    } else {
        Some(match c.peek()? {
            b'"' | b'{' | b'~' => match c.text()? {
                Text::Here(octets) => SectionData::Inline(octets.into_owned()),
                Text::Streamed { id, octets } => SectionData::Streamed { id, octets },
            },
            // Quirk: text without quotes.
            _ => SectionData::Inline(c.word()?.to_vec()),
        })
    };
    Some(Section {
        name: section_name(name),
        origin: name.origin,
        binary,
        data,
    })
}

/// A string, or (Dovecot 2.3) the algorithm's name and the string in a list.
fn preview(c: &mut Cursor<'_>) -> Option<Option<Vec<u8>>> {
    if c.peek() != Some(b'(') {
        return c.nstring();
    }
    match c.value()? {
        Value::List(mut values) => Some(match values.pop()? {
            Value::Atom(text) | Value::String(text) => Some(text),
            _ => None,
        }),
        _ => None,
    }
}

/// `(M6d99ac3275bb4e)`, RFC 8474; or NIL.
fn object_id(c: &mut Cursor<'_>) -> Option<Option<String>> {
    if c.peek() == Some(b'(') {
        return Some(c.word_list()?.pop());
    }
    Some(c.nstring()?.map(|id| lossy(&id)))
}
