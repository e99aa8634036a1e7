//! Which response it is (RFC 9051 9, `response`), and those too small for a file of their own.

use super::token::{Cursor, lossy, upper};
use super::{acl, code, fetch, list, metadata, search, thread};
use crate::imap::capability::Capabilities;
use crate::imap::flag::Flag;
use crate::imap::response::{Data, Response, Status, StatusKind, Tag, Value};
use crate::imap::uid::UidSet;

pub(super) fn read(mut c: Cursor<'_>) -> Option<Response> {
    if c.eat(b'+') {
        c.eat(b' ');
        return Some(Response::Continuation {
            text: c.take_rest().to_vec(),
        });
    }
    let tag = c.word()?;
    c.spaces();
    if tag == b"*" {
        return untagged(&mut c).map(Response::Untagged);
    }
    // A tag is ASCII (RFC 9051 9); all else is noise, not the end of a command.
    let tag = core::str::from_utf8(tag)
        .ok()
        .filter(|tag| tag.is_ascii())?;
    let kind = match status_kind(c.word()?)? {
        kind @ (StatusKind::Ok | StatusKind::No | StatusKind::Bad) => kind,
        StatusKind::PreAuth | StatusKind::Bye => return None,
    };
    Some(Response::Tagged {
        tag: Tag::new(tag),
        status: status(kind, &mut c),
    })
}

pub(super) fn status_kind(word: &[u8]) -> Option<StatusKind> {
    [
        (&b"OK"[..], StatusKind::Ok),
        (b"NO", StatusKind::No),
        (b"BAD", StatusKind::Bad),
        (b"BYE", StatusKind::Bye),
        (b"PREAUTH", StatusKind::PreAuth),
    ]
    .into_iter()
    .find(|(name, _)| word.eq_ignore_ascii_case(name))
    .map(|(_, kind)| kind)
}

/// From behind its word; the text may be missing (RFC 9051 wants one, servers forget it).
fn status(kind: StatusKind, c: &mut Cursor<'_>) -> Status {
    c.spaces();
    let mut code = None;
    let begin = c.mark();
    if c.eat(b'[') {
        match c.bracketed() {
            Some(between) => code = code::read(&mut c.within(between)),
            // No `]` at all: then it is text.
            None => c.reset(begin),
        }
        c.eat(b' ');
    }
    Status {
        kind,
        code,
        text: lossy(c.take_rest()),
    }
}

fn untagged(c: &mut Cursor<'_>) -> Option<Data> {
    let begin = c.mark();
    if matches!(c.peek(), Some(b'0'..=b'9')) {
        if let Some(data) = numbered(c) {
            return Some(data);
        }
    } else {
        let name = c.word()?;
        if let Some(kind) = status_kind(name) {
            return Some(Data::Status(status(kind, c)));
        }
        c.spaces();
        if let Some(data) = named(name, c) {
            return Some(data);
        }
    }
    c.reset(begin);
    unknown(c)
}

/// `* 5 EXISTS` and the like.
fn numbered(c: &mut Cursor<'_>) -> Option<Data> {
    let number = c.number32()?;
    c.spaces();
    let name = c.word()?;
    c.spaces();
    let is = |wanted: &[u8]| name.eq_ignore_ascii_case(wanted);
    if is(b"FETCH") {
        return Some(Data::Fetch(fetch::read(number, c)?));
    }
    if is(b"UIDFETCH") {
        let mut fetch = fetch::read(0, c)?;
        fetch.uid = Some(crate::imap::uid::Uid::new(number)?);
        return Some(Data::Fetch(fetch));
    }
    if is(b"EXISTS") {
        return Some(Data::Exists(number));
    }
    if is(b"RECENT") {
        return Some(Data::Recent(number));
    }
    // There is no message 0, and "the one before the first" must not become a valid index.
    (is(b"EXPUNGE") && number > 0).then_some(Data::Expunge(number))
}

/// A response by its name; `None` where there is no type for it, or it is not as it should be.
fn named(name: &[u8], c: &mut Cursor<'_>) -> Option<Data> {
    // Upper case on the stack: one comparison each below, no allocation.
    let mut upper = [0; 16];
    let name = {
        let upper = upper.get_mut(..name.len())?;
        upper.copy_from_slice(name);
        upper.make_ascii_uppercase();
        &*upper
    };
    Some(match name {
        b"SEARCH" => {
            let (ids, mod_seq) = search::ids(c);
            Data::Search { ids, mod_seq }
        }
        b"SORT" => {
            let (ids, mod_seq) = search::ids(c);
            Data::Sort { ids, mod_seq }
        }
        b"ESEARCH" => Data::ESearch(search::extended(c)?),
        b"VANISHED" => vanished(c)?,
        b"THREAD" => Data::Thread(thread::read(c)?),
        b"LIST" | b"XLIST" => Data::List(list::entry(c)?),
        b"LSUB" => Data::Lsub(list::entry(c)?),
        b"STATUS" => Data::MailboxStatus(list::status(c)?),
        b"CAPABILITY" => Data::Capability(capabilities(c)),
        b"ENABLED" => Data::Enabled(capabilities(c)),
        b"FLAGS" => Data::Flags(flags(c)?),
        b"NAMESPACE" => Data::Namespace(list::namespaces(c)?),
        b"ID" => Data::Id(id(c)?),
        b"ACL" => Data::Acl(acl::acl(c)?),
        b"MYRIGHTS" => {
            let (mailbox, rights) = acl::my_rights(c)?;
            Data::MyRights { mailbox, rights }
        }
        b"LISTRIGHTS" => Data::ListRights(acl::list_rights(c)?),
        b"QUOTA" => Data::Quota(acl::quota(c)?),
        b"QUOTAROOT" => {
            let (mailbox, roots) = acl::quota_root(c)?;
            Data::QuotaRoot { mailbox, roots }
        }
        b"METADATA" => Data::Metadata(metadata::read(c)?),
        _ => return None,
    })
}

fn unknown(c: &mut Cursor<'_>) -> Option<Data> {
    let mut values = Vec::new();
    if matches!(c.peek(), Some(b'0'..=b'9')) {
        values.push(c.value()?);
        c.spaces();
    }
    let name = upper(c.word().unwrap_or_default());
    values.extend(c.values());
    let empty = name.is_empty() && values.is_empty();
    (!empty).then_some(Data::Unknown { name, values })
}

/// To the end.
pub(super) fn capabilities(c: &mut Cursor<'_>) -> Capabilities {
    let mut found = Capabilities::new();
    loop {
        c.spaces();
        match c.word().map(core::str::from_utf8) {
            Some(Ok(name)) => found.insert(name),
            Some(Err(_)) => {}
            None => return found,
        }
    }
}

/// `(\Seen $Junk)`. What could not be a flag in a command is left out: it would be sent back.
pub(super) fn flags(c: &mut Cursor<'_>) -> Option<Vec<Flag>> {
    let mut found = Vec::new();
    c.list(&mut |c| {
        let text = c.string()?;
        let special = |octet: &u8| matches!(octet, 0..=b' ' | 0x7f | b'(' | b')' | b'{' | b'"');
        if !text.is_empty() && !text.iter().any(special) {
            found.push(Flag::parse(&text));
        }
        Some(())
    })?;
    Some(found)
}

/// `(EARLIER) 1:3,5`, RFC 7162 3.2.10.
fn vanished(c: &mut Cursor<'_>) -> Option<Data> {
    let mut earlier = false;
    if c.peek() == Some(b'(') {
        let tags = c.word_list()?;
        earlier = tags.iter().any(|tag| tag.eq_ignore_ascii_case("EARLIER"));
        c.spaces();
    }
    let uids = UidSet::parse(c.word()?)?;
    Some(Data::Vanished { earlier, uids })
}

/// NIL or `("name" "value" ...)`, RFC 2971 3.2.
fn id(c: &mut Cursor<'_>) -> Option<Vec<(String, Option<String>)>> {
    let mut found = Vec::new();
    if !c.nil() {
        c.list(&mut |c| {
            let name = c.nstring()?;
            c.spaces();
            let value = c.nstring()?.map(|value| lossy(&value));
            found.extend(name.map(|name| (lossy(&name), value)));
            Some(())
        })?;
    }
    Some(found)
}

/// `NAME value` pairs in a list: the value as `typed` reads it, else as it is.
///
/// `typed` gives `None` for names that it does not know and for values that it cannot read.
pub(super) fn items(
    c: &mut Cursor<'_>,
    typed: &mut dyn FnMut(&str, &mut Cursor<'_>) -> Option<()>,
) -> Option<Vec<(String, Value)>> {
    let mut other = Vec::new();
    c.list(&mut |c| {
        let name = upper(&c.string()?);
        c.spaces();
        let begin = c.mark();
        if typed(&name, c).is_none() {
            c.reset(begin);
            other.extend(fallback(name, c));
        }
        Some(())
    })?;
    Some(other)
}

/// An item that has no type, or is not as its type should be.
pub(super) fn fallback(name: String, c: &mut Cursor<'_>) -> Option<(String, Value)> {
    let begin = c.mark();
    if matches!(c.peek(), None | Some(b')')) {
        return Some((name, Value::Nil));
    }
    if let Some(value) = c.value() {
        return Some((name, value));
    }
    c.reset(begin);
    if c.skip().is_none() {
        // What is left cannot be told apart: its octets end the list.
        c.take_rest();
    }
    None
}
