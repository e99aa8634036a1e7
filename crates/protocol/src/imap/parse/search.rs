//! SEARCH, SORT (RFC 5256) and ESEARCH (RFC 9051 7.3.4, RFC 5267, RFC 7377, RFC 9394).

use super::response::fallback;
use super::token::{Cursor, lossy, upper};
use crate::imap::response::{ESearch, Partial, Tag};
use crate::imap::uid::{ModSeq, Uid, UidSet, UidValidity, parse_ranges};

/// `2 84 882 (MODSEQ 917162500)`, to the end. What is no number of 32 bits is left out.
pub(super) fn ids(c: &mut Cursor<'_>) -> (Vec<u32>, Option<ModSeq>) {
    let mut ids = Vec::new();
    let mut mod_seq = None;
    loop {
        c.spaces();
        if let Some(id) = c.number32() {
            ids.push(id);
        } else if c.is_end() {
            return (ids, mod_seq);
        } else if c.eat(b'(') {
            c.spaces();
            if c.word()
                .is_some_and(|name| name.eq_ignore_ascii_case(b"MODSEQ"))
            {
                c.spaces();
                mod_seq = c.number().map(ModSeq::new);
            }
        } else if c.word().is_none() && c.take(1).is_none() {
            return (ids, mod_seq);
        }
    }
}

pub(super) fn extended(c: &mut Cursor<'_>) -> Option<ESearch> {
    let mut found = ESearch::default();
    if c.peek() == Some(b'(') {
        correlator(c, &mut found)?;
    }
    loop {
        c.spaces();
        if c.is_end() {
            return Some(found);
        }
        c.claim()?;
        let name = upper(&c.string()?);
        if name == "UID" {
            found.uid = true;
            continue;
        }
        c.spaces();
        let begin = c.mark();
        if item(&name, c, &mut found).is_none() {
            c.reset(begin);
            found.other.extend(fallback(name, c));
        }
    }
}

/// `(TAG "A1" MAILBOX box UIDVALIDITY 1)`.
fn correlator(c: &mut Cursor<'_>, found: &mut ESearch) -> Option<()> {
    c.list(&mut |c| {
        let name = upper(&c.string()?);
        c.spaces();
        match name.as_str() {
            "TAG" => found.tag = Some(Tag::new(&c.words()?)),
            "MAILBOX" => found.mailbox = Some(c.mailbox()?),
            "UIDVALIDITY" => found.uid_validity = Some(UidValidity::new(c.number32()?)),
            _ => c.skip()?,
        }
        Some(())
    })
}

fn item(name: &str, c: &mut Cursor<'_>, found: &mut ESearch) -> Option<()> {
    match name {
        "ALL" => {
            let ranges = ranges(c)?;
            found.all = Some(UidSet::from_ranges(ranges.clone()));
            // `5:3` and `3:5` are the same set, so the ends count as well.
            if !ranges.is_sorted() || ranges.iter().any(|(first, last)| first > last) {
                found.order = ranges;
            }
        }
        "COUNT" => found.count = Some(c.number32()?),
        "MIN" => found.min = Some(c.number32()?),
        "MAX" => found.max = Some(c.number32()?),
        "MODSEQ" => found.mod_seq = Some(ModSeq::new(c.number()?)),
        "PARTIAL" => {
            let mut range = None;
            let mut partial = Vec::new();
            c.list(&mut |c| {
                if range.is_none() {
                    range = Some(lossy(c.word()?));
                } else if !c.nil() {
                    partial.extend(ranges(c)?);
                }
                Some(())
            })?;
            found.partial = Some(Partial {
                range: range?,
                ranges: partial,
            });
        }
        "ADDTO" => found.added.extend(positions(c)?),
        "REMOVEFROM" => found.removed.extend(positions(c)?),
        _ => return None,
    }
    Some(())
}

/// `(0 2733 0 2731:2732)`: positions, each with what is there, RFC 5267 4.3.
#[expect(clippy::type_complexity, reason = "as the field it fills")]
fn positions(c: &mut Cursor<'_>) -> Option<Vec<(u32, Vec<(Uid, Uid)>)>> {
    let mut found = Vec::new();
    c.list(&mut |c| {
        let position = c.number32()?;
        c.spaces();
        found.push((position, ranges(c)?));
        Some(())
    })?;
    Some(found)
}

fn ranges(c: &mut Cursor<'_>) -> Option<Vec<(Uid, Uid)>> {
    parse_ranges(&c.string()?)
}
