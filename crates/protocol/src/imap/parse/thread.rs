//! THREAD (RFC 5256 4), without recursion: a thread nests as deep as people quarrel.

use super::token::Cursor;
use crate::imap::response::ThreadNode;
use crate::limits;

/// `(2)(3 6 (4 23)(44 7 96))((5)(8))`, to the end.
pub(super) fn read(c: &mut Cursor<'_>) -> Option<Vec<ThreadNode>> {
    let mut nodes = Vec::new();
    // Depths to go back to when lists end.
    let mut open: Vec<u32> = Vec::new();
    let mut depth: u32 = 0;
    // Whether the list at hand has no message yet: lists within it then hang on one that is
    // not in the mailbox.
    let mut bare = false;
    loop {
        c.spaces();
        if c.eat(b'(') {
            if bare {
                nodes.push(ThreadNode { id: None, depth });
                depth = depth.saturating_add(1);
            }
            if open.len() >= limits::VALUES {
                return None;
            }
            open.push(depth);
            bare = true;
        } else if c.eat(b')') {
            depth = open.pop()?;
            bare = false;
        } else if c.is_end() {
            return Some(nodes);
        } else {
            let id = Some(c.number32()?);
            nodes.push(ThreadNode { id, depth });
            depth = depth.saturating_add(1);
            bare = false;
        }
    }
}
