//! ENVELOPE (RFC 9051 7.5.2).

use super::token::Cursor;
use crate::imap::response::{Address, Envelope};

/// A field that is not as it should be is passed over and left empty; so are missing ones.
pub(super) fn read(c: &mut Cursor<'_>) -> Option<Envelope> {
    if !c.eat(b'(') {
        return None;
    }
    let mut envelope = Envelope {
        date: field(c, nstring)?,
        subject: field(c, nstring)?,
        from: field(c, addresses)?,
        sender: field(c, addresses)?,
        reply_to: field(c, addresses)?,
        to: field(c, addresses)?,
        cc: field(c, addresses)?,
        bcc: field(c, addresses)?,
        in_reply_to: None,
        message_id: None,
    };
    envelope.in_reply_to = field(c, nstring)?;
    envelope.message_id = field(c, nstring)?;
    close(c)?;
    Some(envelope)
}

/// Passes over what RFC 9051 does not have, up to the end of the list.
pub(super) fn close(c: &mut Cursor<'_>) -> Option<()> {
    loop {
        c.spaces();
        if c.eat(b')') || c.is_end() {
            return Some(());
        }
        c.skip()?;
    }
}

fn field<T: Default>(c: &mut Cursor<'_>, read: fn(&mut Cursor<'_>) -> Option<T>) -> Option<T> {
    c.spaces();
    if matches!(c.peek(), None | Some(b')')) {
        return Some(T::default());
    }
    let begin = c.mark();
    if let Some(value) = read(c) {
        return Some(value);
    }
    c.reset(begin);
    c.skip()?;
    Some(T::default())
}

fn nstring(c: &mut Cursor<'_>) -> Option<Option<Vec<u8>>> {
    c.nstring()
}

fn addresses(c: &mut Cursor<'_>) -> Option<Vec<Address>> {
    let mut found = Vec::new();
    if c.nil() {
        return Some(found);
    }
    c.list(&mut |c| {
        if c.peek() != Some(b'(') {
            // NIL within the list, or a word that is no address.
            return c.skip();
        }
        c.eat(b'(');
        found.push(Address {
            name: field(c, nstring)?,
            adl: field(c, nstring)?,
            mailbox: field(c, nstring)?,
            host: field(c, nstring)?,
        });
        close(c)
    })?;
    Some(found)
}
