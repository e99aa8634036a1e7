//! BODYSTRUCTURE and BODY (RFC 9051 7.5.2).
//!
//! The extension data of one are those of the other, or missing. Where a field is not as it
//! should be, its kind tells what it is meant to be: servers leave out fields, and put NIL where
//! a string is due.

use super::envelope::{self, close};
use super::token::{Cursor, lower};
use crate::imap::response::{BodyStructure, Disposition, Parameter};
use crate::limits;

pub(super) fn read(c: &mut Cursor<'_>) -> Option<BodyStructure> {
    body(c, 0)
}

fn body(c: &mut Cursor<'_>, depth: usize) -> Option<BodyStructure> {
    if depth >= limits::DEPTH {
        c.skip()?;
        return Some(unreadable());
    }
    if !c.eat(b'(') {
        return None;
    }
    c.spaces();
    match c.peek() {
        Some(b'(') => multipart(c, depth),
        // `()`: nothing at all.
        Some(b')') => {
            c.eat(b')');
            Some(unreadable())
        }
        _ => single(c, depth),
    }
}

/// What stands for a part that cannot be read, so that its siblings keep their numbers.
fn unreadable() -> BodyStructure {
    BodyStructure {
        media_type: "application".to_owned(),
        media_subtype: "octet-stream".to_owned(),
        encoding: "7bit".to_owned(),
        ..BodyStructure::default()
    }
}

fn multipart(c: &mut Cursor<'_>, depth: usize) -> Option<BodyStructure> {
    let mut parts = Vec::new();
    while c.peek() == Some(b'(') {
        c.claim()?;
        parts.push(body(c, depth.saturating_add(1))?);
        c.spaces();
    }
    let subtype = c.nstring()?;
    multipart_of(c, parts, subtype)
}

/// From behind the subtype.
fn multipart_of(
    c: &mut Cursor<'_>,
    parts: Vec<BodyStructure>,
    subtype: Option<Vec<u8>>,
) -> Option<BodyStructure> {
    let mut body = BodyStructure {
        media_type: "multipart".to_owned(),
        // RFC 2046 5.1.7: an unknown subtype is as `mixed`.
        media_subtype: subtype.map_or_else(|| "mixed".to_owned(), |s| lower(&s)),
        parts,
        ..BodyStructure::default()
    };
    c.spaces();
    body.parameters = parameters(c)?;
    extension(c, &mut body)?;
    Some(body)
}

fn single(c: &mut Cursor<'_>, depth: usize) -> Option<BodyStructure> {
    let media_type = c.nstring()?.map(|s| lower(&s));
    c.spaces();
    if let Some(subtype) = &media_type
        && is_multipart_subtype(subtype)
        && (c.peek() == Some(b'(') || c.nil())
    {
        // Quirk: a multipart without parts, `("mixed" ("boundary" "x") NIL NIL)`.
        let subtype = Some(subtype.clone().into_bytes());
        return multipart_of(c, Vec::new(), subtype);
    }
    let media_subtype = c.nstring()?.map(|s| lower(&s));
    let (media_type, media_subtype) = match (media_type, media_subtype) {
        (None, Some(subtype)) if is_multipart_subtype(&subtype) => {
            // Quirk: a multipart without parts, `(NIL "mixed" ...)`.
            return multipart_of(c, Vec::new(), Some(subtype.into_bytes()));
        }
        (None, Some(subtype)) if matches!(subtype.as_str(), "plain" | "html") => {
            ("text".to_owned(), subtype)
        }
        (None, _) => ("application".to_owned(), "octet-stream".to_owned()),
        (Some(kind), None) if kind == "text" => (kind, "plain".to_owned()),
        (Some(kind), None) => (kind, "octet-stream".to_owned()),
        (Some(kind), Some(subtype)) => (kind, subtype),
    };
    let mut body = BodyStructure {
        media_type,
        media_subtype,
        ..BodyStructure::default()
    };
    c.spaces();
    body.parameters = parameters(c)?;
    body.id = optional(c)?;
    body.description = optional(c)?;
    // RFC 2045 6.1: what is not told is 7bit.
    body.encoding = optional(c)?.map_or_else(|| "7bit".to_owned(), |s| lower(&s));
    c.spaces();
    if !matches!(c.peek(), None | Some(b')')) {
        body.size = u32::try_from(c.size()?).unwrap_or(u32::MAX);
    }
    c.spaces();
    if body.media_type == "message" {
        let begin = c.mark();
        if message(c, &mut body, depth).is_none() {
            // Quirk: told as if it were any other attachment.
            c.reset(begin);
            body.envelope = None;
            body.parts.clear();
        }
    }
    c.spaces();
    if body.lines.is_none() && matches!(c.peek(), Some(b'0'..=b'9' | b'-')) {
        body.lines = Some(u32::try_from(c.size()?).unwrap_or(u32::MAX));
    }
    c.spaces();
    // NIL for the lines of a text, and then the MD5: only the count of fields could tell, and
    // NIL is what the MD5 is in practice.
    if c.peek() != Some(b'(') {
        body.md5 = optional(c)?;
    }
    extension(c, &mut body)?;
    Some(body)
}

/// Envelope, structure and lines of a message within the message.
fn message(c: &mut Cursor<'_>, body: &mut BodyStructure, depth: usize) -> Option<()> {
    if !matches!(body.media_subtype.as_str(), "rfc822" | "global") {
        return None;
    }
    let inner = depth.saturating_add(1);
    if !c.nil() {
        body.envelope = Some(Box::new(envelope::read(c)?));
    }
    c.spaces();
    if !c.nil() {
        c.claim()?;
        body.parts.push(self::body(c, inner)?);
    }
    c.spaces();
    body.lines = Some(u32::try_from(c.size()?).unwrap_or(u32::MAX));
    Some(())
}

/// Disposition, language and location, each if it is there; then whatever else there is.
fn extension(c: &mut Cursor<'_>, body: &mut BodyStructure) -> Option<()> {
    c.spaces();
    let begin = c.mark();
    if extension_fields(c, body).is_none() {
        // An attachment whose name cannot be read is an attachment all the same.
        c.reset(begin);
    }
    close(c)
}

fn extension_fields(c: &mut Cursor<'_>, body: &mut BodyStructure) -> Option<()> {
    let at_end = |c: &mut Cursor<'_>| {
        c.spaces();
        matches!(c.peek(), None | Some(b')'))
    };
    if at_end(c) {
        return Some(());
    }
    body.disposition = disposition(c)?;
    if at_end(c) {
        return Some(());
    }
    if c.peek() == Some(b'(') {
        body.language = c.word_list()?;
    } else {
        body.language
            .extend(c.nstring()?.map(|s| super::token::lossy(&s)));
    }
    if !at_end(c) {
        body.location = c.nstring()?;
    }
    Some(())
}

/// NIL, `("attachment" ("filename" "a.pdf"))`, or (quirk) only the word.
fn disposition(c: &mut Cursor<'_>) -> Option<Option<Disposition>> {
    if !c.eat(b'(') {
        let word = c.nstring()?;
        return Some(word.map(|kind| (lower(&kind), Vec::new())));
    }
    c.spaces();
    let kind = c.nstring()?.map(|kind| lower(&kind));
    c.spaces();
    let parameters = parameters(c)?;
    close(c)?;
    Some(kind.map(|kind| (kind, parameters)))
}

/// NIL or `("name" "value" ...)`; nothing where the list ends or something else stands.
fn parameters(c: &mut Cursor<'_>) -> Option<Vec<Parameter>> {
    let mut found = Vec::new();
    if c.nil() || matches!(c.peek(), None | Some(b')')) {
        return Some(found);
    }
    if c.peek() != Some(b'(') {
        // Quirk: `""` for none.
        c.skip()?;
        return Some(found);
    }
    c.list(&mut |c| {
        let name = c.nstring()?;
        c.spaces();
        if matches!(c.peek(), None | Some(b')')) {
            // A name without its value.
            return Some(());
        }
        if c.peek() == Some(b'(') {
            return c.skip();
        }
        // Quirk: NIL for an empty value (mail.ru).
        let value = c.nstring()?.unwrap_or_default();
        if let Some(name) = name {
            found.push((lower(&name), value));
        }
        Some(())
    })?;
    Some(found)
}

/// String or NIL; nothing where the list ends.
fn optional(c: &mut Cursor<'_>) -> Option<Option<Vec<u8>>> {
    c.spaces();
    match c.peek() {
        None | Some(b')') => Some(None),
        // No string at all.
        Some(b'(') => c.skip().map(|()| None),
        Some(_) => c.nstring(),
    }
}

fn is_multipart_subtype(word: &str) -> bool {
    const KNOWN: &[&str] = &[
        "mixed",
        "alternative",
        "related",
        "digest",
        "report",
        "signed",
        "encrypted",
        "parallel",
        "form-data",
        "appledouble",
    ];
    KNOWN.contains(&word)
}
