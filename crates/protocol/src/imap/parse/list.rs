//! LIST, LSUB, STATUS, NAMESPACE (RFC 9051 7.3).

use super::response::{fallback, items};
use super::token::{Cursor, lossy, upper};
use crate::imap::mailbox_name::MailboxName;
use crate::imap::response::{ListEntry, MailboxStatus, Namespace, Namespaces, Value};
use crate::imap::uid::{ModSeq, UidValidity};

/// `(\HasChildren) "/" name (extended items)`.
pub(super) fn entry(c: &mut Cursor<'_>) -> Option<ListEntry> {
    let attributes = c.word_list()?;
    c.spaces();
    let delimiter = delimiter(c)?;
    c.spaces();
    let mut entry = ListEntry {
        attributes,
        delimiter,
        name: list_name(c)?,
        ..ListEntry::default()
    };
    c.spaces();
    if c.peek() == Some(b'(') {
        entry.other = extended_items(
            c,
            &mut entry.child_info,
            &mut entry.old_name,
            &mut entry.my_rights,
        )?;
    }
    Some(entry)
}

fn extended_items(
    c: &mut Cursor<'_>,
    child_info: &mut Vec<String>,
    old_name: &mut Option<MailboxName>,
    my_rights: &mut Option<String>,
) -> Option<Vec<(String, Value)>> {
    items(c, &mut |name, c| {
        match name {
            "CHILDINFO" => *child_info = c.word_list()?,
            "OLDNAME" => {
                let listed = c.eat(b'(');
                *old_name = Some(c.mailbox()?);
                if listed {
                    super::envelope::close(c)?;
                }
            }
            "MYRIGHTS" => *my_rights = Some(one_or_listed(c)?),
            _ => return None,
        }
        Some(())
    })
}

fn one_or_listed(c: &mut Cursor<'_>) -> Option<String> {
    if c.peek() == Some(b'(') {
        return c.word_list()?.pop();
    }
    c.words()
}

/// A character in quotes, or NIL; also without its quotes, or none between them.
fn delimiter(c: &mut Cursor<'_>) -> Option<Option<char>> {
    let text = c.nstring()?.unwrap_or_default();
    Some(lossy(&text).chars().next())
}

/// The name of a LIST. Quirk: one with spaces or parentheses and without quotes goes on to the
/// end of the line.
fn list_name(c: &mut Cursor<'_>) -> Option<MailboxName> {
    let begin = c.mark();
    let whole = c.rest();
    let quoted = matches!(c.peek()?, b'"' | b'{');
    let name = c.mailbox();
    let begins_items =
        c.is_end() || c.rest().trim_ascii_start().starts_with(b"(") && c.peek() == Some(b' ');
    if name.is_some() && (quoted || begins_items || c.rest().trim_ascii().is_empty()) {
        return name;
    }
    c.reset(begin);
    if quoted {
        return None;
    }
    c.take_rest();
    Some(MailboxName::from_wire(whole.trim_ascii_end(), c.utf8))
}

/// `name (MESSAGES 1 UIDNEXT 2)`.
pub(super) fn status(c: &mut Cursor<'_>) -> Option<MailboxStatus> {
    let mut status = MailboxStatus {
        name: status_name(c)?,
        ..MailboxStatus::default()
    };
    c.spaces();
    let other = items(c, &mut |name, c| {
        match name {
            "MESSAGES" => status.messages = Some(c.number32()?),
            "RECENT" => status.recent = Some(c.number32()?),
            "UIDNEXT" => status.uid_next = Some(c.number32()?),
            "UNSEEN" => status.unseen = Some(c.number32()?),
            "DELETED" => status.deleted = Some(c.number32()?),
            "UIDVALIDITY" => status.uid_validity = Some(UidValidity::new(c.number32()?)),
            "HIGHESTMODSEQ" => status.highest_mod_seq = Some(ModSeq::new(c.number()?)),
            "SIZE" => status.size = Some(c.number()?),
            "DELETED-STORAGE" => status.deleted_storage = Some(c.number()?),
            "MAILBOXID" => status.mailbox_id = Some(one_or_listed(c)?),
            // NIL: no limit for this one.
            "APPENDLIMIT" if c.nil() => status.append_limit = None,
            "APPENDLIMIT" => status.append_limit = Some(c.number()?),
            _ => return None,
        }
        Some(())
    })?;
    status.other = other;
    Some(status)
}

/// The name of a STATUS. Quirk: one with spaces and without quotes goes on to the last `(`.
fn status_name(c: &mut Cursor<'_>) -> Option<MailboxName> {
    let begin = c.mark();
    let name = c.mailbox()?;
    c.spaces();
    if c.peek() == Some(b'(') {
        return Some(name);
    }
    c.reset(begin);
    let at = memchr::memrchr(b'(', c.rest())?;
    let wire = c.take(at)?.trim_ascii_end();
    Some(MailboxName::from_wire(wire, c.utf8))
}

pub(super) fn namespaces(c: &mut Cursor<'_>) -> Option<Namespaces> {
    Some(Namespaces {
        personal: namespace_list(c)?,
        other_users: namespace_list(c)?,
        shared: namespace_list(c)?,
    })
}

/// NIL, or `(("prefix" "/" extensions)...)`; a missing list is as NIL.
fn namespace_list(c: &mut Cursor<'_>) -> Option<Vec<Namespace>> {
    let mut found = Vec::new();
    c.spaces();
    if c.nil() || c.is_end() {
        return Some(found);
    }
    c.list(&mut |c| {
        if !c.eat(b'(') {
            return c.skip();
        }
        c.spaces();
        let prefix = c.mailbox()?;
        c.spaces();
        let delimiter = delimiter(c)?;
        let mut extensions = Vec::new();
        loop {
            c.spaces();
            if c.eat(b')') || c.is_end() {
                break;
            }
            c.claim()?;
            let name = upper(&c.string()?);
            c.spaces();
            extensions.extend(fallback(name, c));
        }
        found.push(Namespace {
            prefix,
            delimiter,
            extensions,
        });
        Some(())
    })?;
    Some(found)
}
