//! What two other parsers can read must come out the same here.
//!
//! Each oracle's result is put into our types and compared as a whole. The oracles are strict, so
//! this covers what is well formed; what is not is the matter of `responses.rs` and `quirk.rs`.
//!
//! Where we agree to differ, and why:
//! - A missing transfer encoding is `7bit` here and by imap-proto (RFC 2045 6.1), empty by
//!   imap-codec.
//! - Text that is missing: imap-codec puts a placeholder, we leave it empty.
//! - imap-codec keeps codes that it does not know as octets, imap-proto drops them with part of
//!   the text: neither is compared.
//! - imap-codec splits the text of a continuation as if it were a status: only that there is one
//!   is compared.
//! - imap-proto gives names of mailboxes undecoded: they are decoded before comparing. It takes ID
//!   apart into a map without NILs, rights into sets, and reads UID 0: those are compared as far
//!   as they go, or not.
//! - imap-proto leaves the backslashes in quoted strings: responses with any are not compared.
//!   Nor are its ENABLED, which it takes for CAPABILITY, and its HEADER.FIELDS, which it takes
//!   for HEADER.
//! - A NIL media type: imap-proto wants strings, imap-codec too; no comparison arises.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "tests may fail"
)]

mod codec;
mod generate;
mod proto;

use proptest::prelude::*;
use samma_protocol::imap::parse;
use samma_protocol::imap::response::{BodyStructure, Code, Data, Response, Status};
use std::path::PathBuf;

/// How many responses an oracle has read, and how many of those could be compared.
#[derive(Default)]
struct Compared {
    codec: usize,
    proto: usize,
}

fn check(octets: &[u8], compared: &mut Compared) {
    each(octets, &codec::decode, &mut compared.codec);
    each(octets, &proto::decode, &mut compared.proto);
}

/// What follows a response, and the response where it can be compared.
type Decoded<'a> = Option<(&'a [u8], Option<Response>)>;

fn each(octets: &[u8], decode: &dyn Fn(&[u8]) -> Decoded<'_>, compared: &mut usize) {
    let mut rest = octets;
    while !rest.is_empty() {
        let Some((after, expected)) = decode(rest) else {
            let line = rest
                .iter()
                .position(|b| *b == b'\n')
                .map_or(rest.len(), |at| at + 1);
            rest = &rest[line..];
            continue;
        };
        let read = &rest[..rest.len() - after.len()];
        if let Some(expected) = expected {
            agree(read, expected);
            *compared += 1;
        }
        assert!(after.len() < rest.len(), "an oracle goes forward");
        rest = after;
    }
}

fn agree(octets: &[u8], expected: Response) {
    let text = String::from_utf8_lossy(octets);
    let ours = parse::response(octets, false).unwrap_or_else(|| panic!("unread: {text}"));
    let (mut ours, mut expected) = (ours, expected);
    settle(&mut ours);
    settle(&mut expected);
    if let (Some(ours), Some(expected)) = (status_of(&mut ours), status_of(&mut expected)) {
        // Told as "not compared" by the oracle's side.
        if matches!(&expected.code, Some(Code::Other { name, .. }) if name.is_empty()) {
            expected.code.clone_from(&ours.code);
            expected.text.clone_from(&ours.text);
        }
        if ours.text.is_empty() {
            expected.text.clear();
        }
    }
    assert_eq!(ours, expected, "{text}");
}

const fn status_of(response: &mut Response) -> Option<&mut Status> {
    match response {
        Response::Tagged { status, .. } | Response::Untagged(Data::Status(status)) => Some(status),
        _ => None,
    }
}

/// Takes away what the oracles cannot know, and spellings that mean the same.
fn settle(response: &mut Response) {
    match response {
        Response::Continuation { text } => text.clear(),
        Response::Tagged { status, .. } | Response::Untagged(Data::Status(status)) => {
            status.text = status.text.trim().to_owned();
        }
        Response::Untagged(Data::Fetch(fetch)) => {
            fetch.other.clear();
            for section in &mut fetch.sections {
                section.name = section.name.to_ascii_uppercase().replace('"', "");
            }
            if let Some(body) = &mut fetch.body_structure {
                settle_body(body);
            }
        }
        Response::Untagged(Data::List(entry) | Data::Lsub(entry)) => {
            for attribute in &mut entry.attributes {
                attribute.make_ascii_lowercase();
            }
        }
        Response::Untagged(Data::Id(pairs)) => {
            pairs.retain(|(_, value)| value.is_some());
            pairs.sort();
            pairs.dedup_by(|a, b| a.0 == b.0);
        }
        _ => {}
    }
}

fn settle_body(body: &mut BodyStructure) {
    if body.encoding.is_empty() && !body.is_multipart() {
        body.encoding = "7bit".to_owned();
    }
    for part in &mut body.parts {
        settle_body(part);
    }
}

/// One of each kind, so that a wrong turn here does not need the generator's luck.
const LINES: &[&str] = &[
    "* OK [CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN] ready\r\n",
    "* PREAUTH [UIDNEXT 5] hello\r\n",
    "* BYE going\r\n",
    "A1 OK [COPYUID 38505 304,319:320 3956:3958] Done\r\n",
    "A1 OK [APPENDUID 38505 3955] APPEND completed\r\n",
    "A1 NO [TRYCREATE] no\r\n",
    "A1 OK [HIGHESTMODSEQ 715194045007] x\r\n",
    "A1 OK [MODIFIED 7,9] x\r\n",
    "* OK [PERMANENTFLAGS (\\Deleted \\Seen $a \\*)] Limited\r\n",
    "* OK [BADCHARSET (UTF-8 US-ASCII)] x\r\n",
    "* NO [METADATA LONGENTRIES 2199] x\r\n",
    "* OK [UIDVALIDITY 3857529045] x\r\n",
    "* OK [UNSEEN 12] x\r\n",
    "+ idling\r\n",
    "* CAPABILITY IMAP4rev1 STARTTLS AUTH=GSSAPI XPIG-LATIN\r\n",
    "* FLAGS (\\Answered \\Flagged $Forwarded)\r\n",
    "* 23 EXISTS\r\n",
    "* 5 RECENT\r\n",
    "* 44 EXPUNGE\r\n",
    "* LIST (\\Noselect \\HasChildren) \"/\" ~/Mail/foo\r\n",
    "* LSUB () \".\" \"#news.comp.&AOU-\"\r\n",
    "* LIST () NIL {3}\r\na b\r\n",
    "* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292 UIDVALIDITY 1 UNSEEN 2 RECENT 1)\r\n",
    "* STATUS inbox (MESSAGES 1 SIZE 99 HIGHESTMODSEQ 3 DELETED 4 DELETED-STORAGE 5)\r\n",
    "* SEARCH 2 3 6\r\n",
    "* SEARCH 2 5 6 (MODSEQ 917162500)\r\n",
    "* SORT 5 3 4\r\n",
    "* THREAD (2)(3 6 (4 23)(44 7 96))((5)(8))\r\n",
    "* VANISHED (EARLIER) 41,43:116,118\r\n",
    "* NAMESPACE ((\"\" \"/\")) ((\"~\" \"/\")) ((\"#shared/\" \"/\")(\"#public/\" NIL))\r\n",
    "* ENABLED CONDSTORE\r\n",
    "* ID (\"name\" \"Cyrus\" \"os\" NIL)\r\n",
    "* QUOTA \"\" (STORAGE 10 512)\r\n",
    "* QUOTAROOT INBOX \"\"\r\n",
    "* ACL INBOX Fred rwipslxetad\r\n",
    "* MYRIGHTS INBOX rwiptsldaex\r\n",
    "* METADATA \"INBOX\" (/shared/comment \"Hi\" /private/comment NIL)\r\n",
    "* METADATA \"\" /shared/comment\r\n",
    "* 12 FETCH (FLAGS (\\Seen) UID 4827313 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 4286 MODSEQ (9))\r\n",
    "* 12 FETCH (BODY[HEADER] {7}\r\nDate: x BODY[1.2.MIME]<0> NIL BODY[TEXT] \"\" RFC822.TEXT \"a\" BODY[1] \"b\")\r\n",
    "* 12 FETCH (BINARY[1.2] ~{3}\r\na\0b BINARY.SIZE[3] 7)\r\n",
    "* 12 FETCH (BODY[HEADER.FIELDS (DATE \"From\")] {2}\r\n\r\n)\r\n",
];

#[test]
fn both_oracles_agree_on_one_of_each_kind() {
    let mut compared = Compared::default();
    for line in LINES {
        check(line.as_bytes(), &mut compared);
    }
    println!(
        "compared: imap-codec {}, imap-proto {}",
        compared.codec, compared.proto
    );
    assert!(compared.codec >= 36 && compared.proto >= 31);
}

#[test]
fn both_oracles_agree_on_what_servers_were_seen_to_say() {
    let folder = std::env::var_os("SAMMA_CORPORA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
        PathBuf::from,
    );
    let Ok(lines) = std::fs::read_to_string(folder.join("imap/responses.jsonl")) else {
        println!("skipped: no corpora in {}", folder.display());
        return;
    };
    let mut compared = Compared::default();
    for line in lines.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        if case["dir"] == "s2c" {
            check(case["text"].as_str().unwrap().as_bytes(), &mut compared);
        }
    }
    println!(
        "compared: imap-codec {}, imap-proto {}",
        compared.codec, compared.proto
    );
    assert!(compared.codec > 100 && compared.proto > 100);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_oracles_agree_on_any_fetch(line in generate::fetch()) {
        check(&line, &mut Compared::default());
    }

    #[test]
    fn both_oracles_agree_on_any_data(line in generate::data()) {
        check(&line, &mut Compared::default());
    }
}

/// The properties above would hold for lines that no oracle can read.
#[test]
fn the_oracles_can_read_most_of_what_is_generated() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut compared = Compared::default();
    for _ in 0..300 {
        for line in [generate::fetch().boxed(), generate::data().boxed()] {
            check(
                &line.new_tree(&mut runner).unwrap().current(),
                &mut compared,
            );
        }
    }
    println!(
        "of 600: imap-codec {}, imap-proto {}",
        compared.codec, compared.proto
    );
    assert!(compared.codec > 300 && compared.proto > 200);
}
