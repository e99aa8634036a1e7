//! ACL, MYRIGHTS, LISTRIGHTS (RFC 4314 3) and QUOTA, QUOTAROOT (RFC 9208 5).

use super::token::{Cursor, upper};
use crate::imap::mailbox_name::MailboxName;
use crate::imap::response::{Acl, ListRights, Quota, QuotaResource};

/// `box anna lrs bertil lr`.
pub(super) fn acl(c: &mut Cursor<'_>) -> Option<Acl> {
    let mailbox = c.mailbox()?;
    let mut words = rest_as_words(c)?.into_iter();
    let mut entries = Vec::new();
    while let Some(identifier) = words.next() {
        entries.push((identifier, words.next().unwrap_or_default()));
    }
    Some(Acl { mailbox, entries })
}

/// `box lrs`.
pub(super) fn my_rights(c: &mut Cursor<'_>) -> Option<(MailboxName, String)> {
    let mailbox = c.mailbox()?;
    c.spaces();
    Some((mailbox, c.words()?))
}

/// `box anna la r swicd k x t e`.
pub(super) fn list_rights(c: &mut Cursor<'_>) -> Option<ListRights> {
    let mailbox = c.mailbox()?;
    let mut words = rest_as_words(c)?.into_iter();
    Some(ListRights {
        mailbox,
        identifier: words.next()?,
        required: words.next().unwrap_or_default(),
        optional: words.collect(),
    })
}

/// `root (STORAGE 10 512 MESSAGE 1 100)`.
pub(super) fn quota(c: &mut Cursor<'_>) -> Option<Quota> {
    // An empty root without its quotes leaves nothing to read.
    let root = if c.peek() == Some(b'(') {
        String::new()
    } else {
        c.words()?
    };
    c.spaces();
    let mut resources = Vec::new();
    c.list(&mut |c| {
        let name = upper(&c.string()?);
        c.spaces();
        let usage = c.size()?;
        c.spaces();
        let limit = c.size()?;
        resources.push(QuotaResource { name, usage, limit });
        Some(())
    })?;
    Some(Quota { root, resources })
}

/// `box root root`.
pub(super) fn quota_root(c: &mut Cursor<'_>) -> Option<(MailboxName, Vec<String>)> {
    Some((c.mailbox()?, rest_as_words(c)?))
}

fn rest_as_words(c: &mut Cursor<'_>) -> Option<Vec<String>> {
    let mut words = Vec::new();
    loop {
        c.spaces();
        if c.is_end() {
            return Some(words);
        }
        c.claim()?;
        words.push(c.words()?);
    }
}
