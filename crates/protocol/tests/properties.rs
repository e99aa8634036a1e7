//! The fuzz targets as properties: octets that look like responses, and octets that do not.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "tests may fail"
)]

mod targets;

use proptest::collection::vec;
use proptest::prelude::*;
use samma_protocol::imap::uid::{Uid, UidSet};

/// Pieces that responses are made of, well joined and badly.
const PIECES: &[&str] = &[
    "* ",
    "+ ",
    "A1 ",
    "OK ",
    "NO ",
    "BAD ",
    "BYE ",
    "\r\n",
    "\n",
    " ",
    "(",
    ")",
    "((",
    "))",
    "[",
    "]",
    "<",
    ">",
    "\"",
    "\\",
    "\"a\"",
    "\"\\\"\"",
    "NIL",
    "nil",
    "0",
    "1",
    "7",
    "4294967295",
    "4294967296",
    "99999999999999999999",
    "-1",
    "*",
    "1:3,5",
    "1:*",
    "{0}\r\n",
    "{3}\r\nabc",
    "{3+}\r\na\r\n",
    "~{2}\r\n\0\0",
    "{5}\r\n",
    "{70000}\r\n",
    "{-1}\r\n",
    "{x}\r\n",
    "1 FETCH (",
    "UIDFETCH (",
    "UID ",
    "FLAGS ",
    "(\\Seen $a)",
    "MODSEQ (5)",
    "INTERNALDATE ",
    "\" 1-Jan-2026 00:00:00 +0100\"",
    "RFC822.SIZE ",
    "ENVELOPE ",
    "(NIL NIL NIL NIL)",
    "BODYSTRUCTURE ",
    "BODY",
    "BODY[] ",
    "BODY[1.MIME]<5> ",
    "BINARY.SIZE[1] ",
    "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 5 1)",
    "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 5 ",
    "\"mixed\"",
    "PREVIEW ",
    "EXISTS",
    "EXPUNGE",
    "LIST ",
    "() \"/\" ",
    "STATUS ",
    "INBOX",
    "&AOU-",
    "&",
    "MESSAGES ",
    "SEARCH ",
    "ESEARCH ",
    "(TAG \"A\") ",
    "ALL ",
    "SORT ",
    "THREAD ",
    "VANISHED ",
    "(EARLIER) ",
    "CAPABILITY ",
    "IMAP4rev2",
    "ENABLED ",
    "NAMESPACE ",
    "ID ",
    "ACL ",
    "QUOTA ",
    "METADATA ",
    "[UIDVALIDITY 1] ",
    "[PERMANENTFLAGS (\\*)] ",
    "[COPYUID 1 1:2 3:4] ",
    "[X (",
    "\u{e5}",
    "\0",
];

fn octets() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        12 => prop::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..6),
    ];
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn uid() -> impl Strategy<Value = u32> {
    prop_oneof![1..60_u32, u32::MAX - 5..=u32::MAX, 1..=u32::MAX]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn octets_cut_anywhere_give_the_same_events(octets in octets(), cuts in vec(1..40_usize, 1..20)) {
        let mut cuts = cuts.iter().cycle();
        targets::framer(&octets, &mut || *cuts.next().unwrap());
    }

    #[test]
    fn any_octets_are_a_response_or_none(octets in octets()) {
        targets::response(&octets);
    }

    #[test]
    fn any_octets_are_a_response_or_none_behind_each_begin(
        begin in prop::sample::select(PIECES),
        octets in octets(),
    ) {
        targets::response(&[b"* ", begin.as_bytes(), b" ", &octets].concat());
        targets::response(&[b"* 1 FETCH (", begin.as_bytes(), b" ", &octets].concat());
    }

    #[test]
    fn names_go_back_as_they_came(octets in prop_oneof![
        vec(any::<u8>(), 0..20),
        "[a-zA-Z&+,/-]{0,12}".prop_map(String::into_bytes),
        "\\PC{0,12}".prop_map(String::into_bytes),
    ]) {
        targets::mailbox_name(&octets);
    }

    #[test]
    fn sets_are_sets(ranges in vec((uid(), uid()), 0..20), probe in uid()) {
        let mut inserted = UidSet::new();
        let mut text = Vec::new();
        for (a, b) in &ranges {
            inserted.insert_range(Uid::new(*a).unwrap(), Uid::new(*b).unwrap());
            text.push(format!("{a}:{b}"));
        }
        targets::uid_set(&inserted);
        if !text.is_empty() {
            prop_assert_eq!(UidSet::parse(text.join(",").as_bytes()), Some(inserted.clone()));
        }
        let expected = ranges.iter().any(|(a, b)| (*a.min(b)..=*a.max(b)).contains(&probe));
        prop_assert_eq!(inserted.contains(Uid::new(probe).unwrap()), expected);
    }

    #[test]
    fn single_uids_make_the_same_set_in_any_order(uids in vec(1..200_u32, 0..60)) {
        let collected: UidSet = uids.iter().map(|n| Uid::new(*n).unwrap()).collect();
        targets::uid_set(&collected);
        let mut sorted = uids.clone();
        sorted.sort_unstable();
        sorted.dedup();
        prop_assert_eq!(collected.iter().map(Uid::get).collect::<Vec<_>>(), sorted);
        for chunk in collected.chunks(7, 20) {
            prop_assert!(chunk.len() <= 7 && chunk.to_string().len() <= 20);
        }
    }
}
