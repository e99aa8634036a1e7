//! METADATA (RFC 5464 4.4).

use super::token::Cursor;
use crate::imap::response::Metadata;

/// `box (/shared/comment "text")`, or unasked `box /shared/comment /private/comment`.
pub(super) fn read(c: &mut Cursor<'_>) -> Option<Metadata> {
    let mut metadata = Metadata {
        mailbox: c.mailbox()?,
        entries: Vec::new(),
        changed: Vec::new(),
    };
    c.spaces();
    if c.peek() == Some(b'(') {
        c.list(&mut |c| {
            let name = c.words()?;
            c.spaces();
            metadata.entries.push((name, c.nstring()?));
            Some(())
        })?;
        return Some(metadata);
    }
    loop {
        c.spaces();
        if c.is_end() {
            return Some(metadata);
        }
        c.claim()?;
        metadata.changed.push(c.words()?);
    }
}
