//! What must hold for any octets at all: the bodies of the fuzz targets in `fuzz/`, and of the
//! property tests beside this file, which need no nightly compiler.

#![allow(dead_code, reason = "each includer uses its own of them")]

use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::parse::{self, Framed, Framer};
use samma_protocol::imap::response::{Data, Response};
use samma_protocol::imap::uid::UidSet;
use samma_protocol::limits;

/// Any octets, cut anywhere, give the same events as in one piece; and pieces of literals are
/// whole before the response that names them.
pub(crate) fn framer(octets: &[u8], cut: &mut dyn FnMut() -> usize) {
    let whole = events(octets, &mut || octets.len());
    let single = events(octets, &mut || 1);
    assert_eq!(whole, single, "octet by octet is as in one piece");
    let cut = events(octets, cut);
    assert_eq!(whole, cut, "cut anywhere is as in one piece");
}

/// All events; pieces of one literal are joined, as where they are cut depends on the input.
pub(crate) fn events(octets: &[u8], cut: &mut dyn FnMut() -> usize) -> Vec<Framed> {
    let mut framer = Framer::new();
    let mut events = Vec::new();
    let mut rest = octets;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(cut().clamp(1, rest.len()));
        rest = after;
        framer.receive(piece);
        while let Some(event) = framer.next() {
            match (events.last_mut(), event) {
                (
                    Some(Framed::Literal {
                        id: open,
                        bytes: joined,
                        last: ended @ false,
                    }),
                    Framed::Literal { id, bytes, last },
                ) => {
                    assert_eq!(*open, id, "one literal at a time");
                    joined.extend(bytes);
                    *ended = last;
                }
                (Some(Framed::Literal { last: false, .. }), event) => {
                    panic!("{event:?} within a literal")
                }
                (_, Framed::Skipped { line }) => {
                    assert!(line.len() <= limits::SKIPPED);
                    events.push(Framed::Skipped { line });
                }
                (Some(Framed::Broken(_)), event) => panic!("{event:?} after the end"),
                (_, event) => events.push(event),
            }
        }
    }
    events
}

/// Any octets as one response: read or not, but without panic; and what is read keeps its word.
pub(crate) fn response(octets: &[u8]) {
    for utf8 in [false, true] {
        let Some(response) = parse::response(octets, utf8) else {
            continue;
        };
        match response {
            Response::Untagged(Data::Vanished { uids, .. }) => uid_set(&uids),
            Response::Untagged(Data::ESearch(found)) => {
                uid_set(&found.all.unwrap_or_default());
            }
            Response::Untagged(Data::List(entry)) => {
                let wire = entry.name.to_wire(utf8);
                assert_eq!(MailboxName::from_wire(&wire, utf8), entry.name);
            }
            Response::Untagged(Data::Capability(found)) => {
                assert!(found.len() <= limits::CAPABILITIES);
            }
            Response::Tagged { tag, .. } => assert!(!tag.as_str().is_empty()),
            _ => {}
        }
    }
}

/// Sorted, apart, and the same again from its wire form and from its chunks.
pub(crate) fn uid_set(set: &UidSet) {
    let mut before = 0;
    for (first, last) in set.ranges() {
        assert!(first <= last && (before == 0 || u64::from(first.get()) > before + 1));
        before = u64::from(last.get());
    }
    if !set.is_empty() {
        assert_eq!(
            UidSet::parse(set.to_string().as_bytes()).as_ref(),
            Some(set)
        );
    }
    let mut left = set.len();
    let mut joined = UidSet::new();
    for chunk in set.chunks(1 << 30, 64) {
        assert!(chunk.len() <= 1 << 30 && chunk.to_string().len() <= 64);
        left -= chunk.len();
        for (first, last) in chunk.ranges() {
            joined.insert_range(*first, *last);
        }
    }
    assert_eq!((left, &joined), (0, set));
}

/// Any octets as a name: the server gets back what it sent; any text as a name: it comes back.
pub(crate) fn mailbox_name(octets: &[u8]) {
    for utf8 in [false, true] {
        let name = MailboxName::from_wire(octets, utf8);
        if !name.is_inbox() {
            assert_eq!(name.to_wire(utf8), octets);
        }
        assert_eq!(MailboxName::from_wire(&name.to_wire(utf8), utf8), name);
        if let Ok(text) = core::str::from_utf8(octets) {
            let chosen = MailboxName::new(text);
            let wire = chosen.to_wire(utf8);
            assert!(utf8 || wire.iter().all(|octet| matches!(octet, b' '..=b'~')));
            assert_eq!(MailboxName::from_wire(&wire, utf8), chosen);
        }
    }
}
