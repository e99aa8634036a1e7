//! Each quirk, read.

use super::*;
use crate::imap::parse::{Framed, Framer};
use crate::imap::response::{
    BodyStructure, Code, Data, Envelope, Fetch, Response, SectionData, Status,
};
use crate::imap::uid::{ModSeq, Uid};

fn response(quirk: Quirk) -> Response {
    let mut framer = Framer::new();
    framer.receive(quirk.line);
    match framer.next() {
        Some(Framed::Response(response)) => response,
        other => panic!("{}: {other:?}", quirk.name),
    }
}

fn data(quirk: Quirk) -> Data {
    match response(quirk) {
        Response::Untagged(data) => data,
        other => panic!("{}: {other:?}", quirk.name),
    }
}

fn status(quirk: Quirk) -> Status {
    match response(quirk) {
        Response::Tagged { status, .. } | Response::Untagged(Data::Status(status)) => status,
        other => panic!("{}: {other:?}", quirk.name),
    }
}

fn fetch(quirk: Quirk) -> Fetch {
    match data(quirk) {
        Data::Fetch(fetch) => {
            assert!(fetch.other.is_empty(), "{}: {:?}", quirk.name, fetch.other);
            *fetch
        }
        other => panic!("{}: {other:?}", quirk.name),
    }
}

fn body(quirk: Quirk) -> BodyStructure {
    fetch(quirk).body_structure.unwrap()
}

fn envelope(quirk: Quirk) -> Envelope {
    fetch(quirk).envelope.unwrap()
}

#[test]
fn every_quirk_is_read_and_named_once() {
    for (at, quirk) in ALL.iter().enumerate() {
        let read = response(*quirk);
        let unknown = matches!(&read, Response::Untagged(Data::Unknown { .. }));
        assert!(!unknown, "{}: {read:?}", quirk.name);
        assert!(!quirk.seen_in.is_empty());
        assert!(ALL[..at].iter().all(|other| other.name != quirk.name));
    }
}

#[test]
fn line_ends_without_cr_end_lines() {
    assert_eq!(data(BARE_LF), Data::Exists(3));
}

#[test]
fn missing_text_is_empty() {
    assert_eq!(status(MISSING_TEXT).text, "");
}

#[test]
fn text_in_another_charset_is_shown_as_far_as_it_goes() {
    assert_eq!(status(EIGHT_BIT_TEXT).text, "Bj\u{fffd}rn v\u{fffd}ntar");
}

#[test]
fn headers_in_another_charset_keep_their_octets() {
    assert_eq!(envelope(EIGHT_BIT_HEADER).subject.unwrap(), b"v\xe4g");
}

#[test]
fn keywords_with_brackets_do_not_end_their_code() {
    let Some(Code::PermanentFlags { flags, any: true }) = status(BRACKETS_IN_FLAGS).code else {
        panic!()
    };
    assert_eq!(flags[1].as_str(), "OIB-Seen-[Gmail]/All");
}

#[test]
fn mod_seq_of_zero_is_one() {
    assert_eq!(fetch(ZERO_MOD_SEQ).mod_seq, Some(ModSeq::new(0)));
}

#[test]
fn multiparts_without_parts_are_multiparts() {
    for quirk in [EMPTY_MULTIPART_NIL, EMPTY_MULTIPART_BARE] {
        let found = body(quirk);
        assert!(
            found.is_multipart() && found.parts.is_empty(),
            "{}",
            quirk.name
        );
        assert_eq!(found.media_subtype, "mixed");
        assert_eq!(found.parameter("boundary"), Some(&b"x"[..]));
    }
}

#[test]
fn a_part_without_media_type_is_text_if_it_says_plain() {
    let found = body(NIL_MEDIA_TYPE);
    assert_eq!((found.media_type.as_str(), found.lines), ("text", Some(1)));
}

#[test]
fn a_part_without_encoding_is_7bit() {
    assert_eq!(body(NIL_ENCODING).encoding, "7bit");
}

#[test]
fn a_parameter_without_value_is_empty() {
    assert_eq!(body(NIL_PARAMETER).parameter("name"), Some(&b""[..]));
}

#[test]
fn negative_sizes_are_zero() {
    let found = fetch(NEGATIVE_SIZE);
    let body = found.body_structure.unwrap();
    assert_eq!((found.size, body.size, body.lines), (Some(0), 0, Some(0)));
}

#[test]
fn a_message_told_as_attachment_is_an_attachment() {
    let found = body(SHORT_MESSAGE_PART);
    assert_eq!(
        (found.media_subtype.as_str(), found.parts.len()),
        ("rfc822", 0)
    );
    assert_eq!(found.disposition_parameter("filename"), Some(&b"a.eml"[..]));
}

#[test]
fn a_bare_disposition_is_one() {
    assert_eq!(body(BARE_DISPOSITION).disposition.unwrap().0, "attachment");
}

#[test]
fn empty_lists_are_no_addresses() {
    let found = envelope(EMPTY_LISTS);
    assert_eq!(
        (found.from.len(), found.subject.as_deref()),
        (0, Some(&b"s"[..]))
    );
}

#[test]
fn spaces_between_addresses_are_passed_over() {
    assert_eq!(envelope(SPACED_ADDRESSES).from.len(), 2);
}

#[test]
fn quotes_and_backslashes_that_are_not_escaped_stand_for_themselves() {
    assert_eq!(
        envelope(UNESCAPED_QUOTES).from[0].name.as_deref(),
        Some(&b"Bok, \"B.\", Bertil"[..])
    );
    assert_eq!(
        envelope(UNESCAPED_BACKSLASHES).subject.unwrap(),
        b"C:\\Temp".to_vec()
    );
    assert_eq!(fetch(UNESCAPED_QUOTES).uid, Uid::new(5));
}

#[test]
fn words_are_strings() {
    let found = body(UNQUOTED_STRINGS);
    assert_eq!(
        (found.media_type.as_str(), found.parameter("charset")),
        ("text", Some(&b"utf-8"[..]))
    );
}

#[test]
fn names_go_on_to_where_they_end() {
    let Data::List(found) = data(UNQUOTED_NAMES) else {
        panic!()
    };
    assert_eq!(found.name.as_str(), "Sent Items");
    let Data::MailboxStatus(found) = data(UNQUOTED_NAMES_IN_STATUS) else {
        panic!()
    };
    assert_eq!(
        (found.name.as_str(), found.messages),
        ("Sent Items", Some(3))
    );
}

#[test]
fn trailing_spaces_are_nothing() {
    assert_eq!(
        data(TRAILING_SPACES),
        Data::Search {
            ids: vec![1, 2],
            mod_seq: None
        }
    );
}

#[test]
fn a_preview_is_its_text() {
    assert_eq!(
        fetch(PREVIEW_ALGORITHM).preview,
        Some(Some(b"Hej".to_vec()))
    );
}

#[test]
fn literal8_is_a_literal() {
    let data = fetch(LITERAL8_BODY).sections.remove(0).data;
    assert_eq!(data, Some(SectionData::Inline(b"a\0b".to_vec())));
}

#[test]
fn an_origin_with_its_length_is_an_origin() {
    assert_eq!(fetch(ORIGIN_WITH_LENGTH).sections[0].origin, Some(0));
}

#[test]
fn a_quota_without_resources_is_one() {
    let Data::Quota(found) = data(EMPTY_QUOTA) else {
        panic!()
    };
    assert!(found.resources.is_empty());
}

#[test]
fn a_name_in_no_encoding_goes_back_as_it_came() {
    let Data::List(found) = data(RAW_NAMES) else {
        panic!()
    };
    assert_eq!(found.name.as_str(), "Entw\u{fffd}rfe &");
    assert_eq!(found.name.to_wire(false), b"Entw\xfcrfe &");
}
