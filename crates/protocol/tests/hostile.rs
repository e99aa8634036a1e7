//! A server that means harm: each limit at its edge and one past it, and work that must not grow
//! faster than what was sent.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "tests may fail"
)]

mod targets;

use samma_protocol::Error;
use samma_protocol::imap::parse::{self, Framed, Framer};
use samma_protocol::imap::response::{BodyStructure, Data, Fetch, Response, SectionData, Value};
use samma_protocol::imap::uid::Uid;
use samma_protocol::limits;

fn all(octets: &[u8]) -> Vec<Framed> {
    targets::events(octets, &mut || octets.len())
}

fn data(octets: &[u8]) -> Data {
    match parse::response(octets, false) {
        Some(Response::Untagged(data)) => data,
        other => panic!("{other:?}"),
    }
}

fn fetch(items: &str) -> Fetch {
    match data(format!("* 1 FETCH ({items})").as_bytes()) {
        Data::Fetch(fetch) => *fetch,
        other => panic!("{other:?}"),
    }
}

fn is_broken(events: &[Framed]) -> bool {
    matches!(events, [.., Framed::Broken(Error::Broken { .. })])
}

#[test]
fn a_literal_at_the_limit_is_kept_and_one_past_it_is_streamed() {
    let limit = usize::try_from(limits::INLINE_LITERAL).unwrap();
    for octets in [limit, limit + 1] {
        let mut input = format!("* 1 FETCH (BODY[] {{{octets}}}\r\n").into_bytes();
        input.resize(input.len() + octets, b'x');
        input.extend(b" UID 7)\r\n* 2 EXISTS\r\n");
        let events = all(&input);
        let Some(
            [
                Framed::Response(Response::Untagged(Data::Fetch(found))),
                Framed::Response(_),
            ],
        ) = events.last_chunk()
        else {
            panic!("{} events", events.len());
        };
        assert_eq!(found.uid, Uid::new(7));
        match &found.sections[0].data {
            Some(SectionData::Inline(data)) => assert_eq!((data.len(), octets), (limit, limit)),
            Some(SectionData::Streamed { id, octets: told }) => {
                let Framed::Literal {
                    id: piece,
                    bytes,
                    last: true,
                } = &events[0]
                else {
                    panic!()
                };
                assert_eq!((id, *told, bytes.len()), (piece, octets as u64, limit + 1));
            }
            None => panic!(),
        }
        targets::framer(&input, &mut || 4096);
    }
}

#[test]
fn literals_of_one_response_are_told_apart() {
    let mut input = b"* 1 FETCH (".to_vec();
    for fill in [b'a', b'b'] {
        input.extend(b"BODY[1] {70000}\r\n");
        input.resize(input.len() + 70_000, fill);
        input.extend(b" BODY[2] {3}\r\n}\r\n ");
    }
    input.extend(b"ENVELOPE (NIL {70000}\r\n");
    input.resize(input.len() + 70_000, b'c');
    input.extend(b" NIL NIL NIL NIL NIL NIL NIL \"<id>\") X-NEW {70000}\r\n");
    input.resize(input.len() + 70_000, b'd');
    input.extend(b" UID 3)\r\n");
    let events = all(&input);
    let Some(Framed::Response(Response::Untagged(Data::Fetch(found)))) = events.last() else {
        panic!()
    };
    let ids: Vec<_> = found
        .sections
        .iter()
        .map(|section| match section.data.as_ref().unwrap() {
            SectionData::Inline(data) => u64::from(data[0]) + 1000,
            SectionData::Streamed { id, .. } => *id,
        })
        .collect();
    assert_eq!(ids, [1, 1125, 2, 1125]);
    let envelope = found.envelope.as_ref().unwrap();
    assert_eq!(
        (&envelope.subject, envelope.message_id.as_deref()),
        (&None, Some(&b"<id>"[..]))
    );
    assert_eq!(
        found.other,
        [(
            "X-NEW".to_owned(),
            Value::Streamed {
                id: 4,
                octets: 70_000
            }
        )]
    );
    assert_eq!(found.uid, Uid::new(3));
    targets::framer(&input, &mut || 999);
}

#[test]
fn a_literal_longer_than_any_mailbox_breaks_the_connection() {
    let announce = |octets: u64| all(format!("* 1 FETCH (BODY[] {{{octets}}}\r\n").as_bytes());
    assert!(!is_broken(&announce(limits::LITERAL)));
    assert!(is_broken(&announce(limits::LITERAL + 1)));
    assert!(is_broken(&all(
        b"* 1 FETCH (BODY[] {99999999999999999999999999}\r\n"
    )));
}

#[test]
fn a_response_at_the_limit_is_read_and_one_past_it_breaks_the_connection() {
    for (octets, broken) in [(limits::RESPONSE, false), (limits::RESPONSE + 1, true)] {
        let mut input = b"* OK ".to_vec();
        input.resize(octets - 2, b'x');
        input.extend(b"\r\n");
        assert_eq!(is_broken(&all(&input)), broken);
        assert_eq!(is_broken(&targets::events(&input, &mut || 10_000)), broken);
    }
}

#[test]
fn a_line_that_never_ends_breaks_the_connection_at_the_limit() {
    let mut framer = Framer::new();
    for received in 0.. {
        framer.receive(&[b'x'; 65_536]);
        match framer.next() {
            None => assert!(received * 65_536 <= limits::RESPONSE),
            Some(Framed::Broken(_)) => break,
            other => panic!("{other:?}"),
        }
    }
    framer.receive(b"* OK\r\n");
    assert_eq!(framer.next(), None);
}

#[test]
fn many_literals_within_one_response_break_the_connection_at_the_limit() {
    let mut input = b"* 1 FETCH (".to_vec();
    while input.len() < limits::RESPONSE + 70_000 {
        input.extend(b"BODY[] {65536}\r\n");
        input.resize(input.len() + 65_536, b'x');
    }
    assert!(is_broken(&all(&input)));
}

#[test]
fn lists_are_read_to_their_limit_and_passed_over_beneath_it() {
    let depth_of = |text: &str| {
        let found = fetch(&format!("X-NEW {text} UID 5"));
        assert_eq!(found.uid, Uid::new(5));
        let mut value = &found.other[0].1;
        let mut depth = 0;
        while let Value::List(values) = value {
            depth += 1;
            match values.first() {
                Some(first) => value = first,
                None => break,
            }
        }
        depth
    };
    let nested = |depth| "(".repeat(depth) + &")".repeat(depth);
    assert_eq!(depth_of(&nested(limits::DEPTH)), limits::DEPTH);
    assert_eq!(depth_of(&nested(limits::DEPTH + 1)), limits::DEPTH + 1);
    assert_eq!(depth_of(&nested(limits::DEPTH + 2)), limits::DEPTH + 1);
    assert_eq!(depth_of(&nested(100_000)), limits::DEPTH + 1);
}

#[test]
fn body_structures_are_read_to_their_limit_and_passed_over_beneath_it() {
    let depth_of = |text: &str| {
        let found = fetch(&format!("BODYSTRUCTURE {text} UID 5"));
        assert_eq!(found.uid, Uid::new(5));
        let mut body: &BodyStructure = found.body_structure.as_ref().unwrap();
        let mut depth = 1;
        while let Some(part) = body.parts.first() {
            body = part;
            depth += 1;
        }
        (depth, body.media_type.clone())
    };
    let text = "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 5 1)";
    let multipart = |depth: usize| "(".repeat(depth - 1) + text + &" \"mixed\")".repeat(depth - 1);
    assert_eq!(
        depth_of(&multipart(limits::DEPTH)),
        (limits::DEPTH, "text".to_owned())
    );
    let placeholder = (limits::DEPTH + 1, "application".to_owned());
    assert_eq!(depth_of(&multipart(limits::DEPTH + 1)), placeholder);
    assert_eq!(depth_of(&multipart(10_000)), placeholder);
    let message = |depth: usize| {
        "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 5 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) "
            .repeat(depth - 1)
            + text
            + &" 3)".repeat(depth - 1)
    };
    assert_eq!(
        depth_of(&message(limits::DEPTH)),
        (limits::DEPTH, "text".to_owned())
    );
    assert_eq!(depth_of(&message(10_000)), placeholder);
}

#[test]
fn values_are_kept_to_their_limit_and_an_item_past_it_is_dropped() {
    let flags = |count: usize| fetch(&format!("FLAGS ({}) UID 5", "a ".repeat(count)));
    let found = flags(limits::VALUES);
    assert_eq!(
        (found.flags.map(|f| f.len()), found.uid),
        (Some(limits::VALUES), Uid::new(5))
    );
    let found = flags(limits::VALUES + 1);
    assert_eq!(
        (found.flags, found.other.len(), found.uid),
        (None, 0, Uid::new(5))
    );
    let found = fetch(&format!(
        "ENVELOPE (NIL NIL ({}) NIL NIL NIL NIL NIL NIL NIL) UID 5",
        "()".repeat(limits::VALUES + 1)
    ));
    assert_eq!(
        (found.envelope.map(|e| e.from.len()), found.uid),
        (Some(0), Uid::new(5))
    );
}

#[test]
fn capabilities_are_kept_to_their_limit() {
    let list = |count: usize| {
        let names: Vec<_> = (0..count).map(|n| format!("X{n}")).collect();
        match data(format!("* CAPABILITY {}", names.join(" ")).as_bytes()) {
            Data::Capability(found) => found.len(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(list(limits::CAPABILITIES), limits::CAPABILITIES);
    assert_eq!(list(limits::CAPABILITIES + 1), limits::CAPABILITIES);
}

#[test]
fn a_line_that_is_skipped_is_told_by_its_beginning() {
    let line =
        |count: usize| match &all(&[&b"?".repeat(count)[..], b"\r\n* 1 EXISTS\r\n"].concat())[..] {
            [
                Framed::Skipped { line },
                Framed::Response(Response::Untagged(Data::Exists(1))),
            ] => line.len(),
            other => panic!("{other:?}"),
        };
    assert_eq!(line(limits::SKIPPED), limits::SKIPPED);
    assert_eq!(line(limits::SKIPPED + 1), limits::SKIPPED);
}

#[test]
fn nothing_within_a_literal_is_taken_for_a_response() {
    let events = all(b"* 1 FETCH (BODY[] {10}\r\nhello)\r\n* 2 EXISTS\r\nA1 OK done\r\n");
    assert!(matches!(
        &events[..],
        [
            Framed::Response(Response::Untagged(Data::Fetch(_))),
            Framed::Response(Response::Tagged { .. })
        ]
    ));
}

#[test]
fn line_ends_at_the_end_of_a_literal_belong_to_it() {
    for content in ["\r\n", "\n", "\r", "a\r\r\n", ""] {
        for line_end in ["\r\n", "\n", "\r\r\n"] {
            let line = format!("* METADATA {{1}}\r\nx {{{}}}\r\n{content}", content.len());
            let events = all(format!("{line}{line_end}* 1 EXISTS\r\n").as_bytes());
            let [
                Framed::Response(Response::Untagged(Data::Metadata(found))),
                Framed::Response(_),
            ] = &events[..]
            else {
                panic!("{events:?}");
            };
            assert_eq!(found.changed, [content]);
        }
    }
}

#[test]
fn braces_in_words_for_people_announce_nothing() {
    for line in [
        "* OK see {3}",
        "a OK {3}",
        "+ {3}",
        "* BYE [ALERT] {3}",
        "* ok {3}",
        "a no {30}",
    ] {
        let events = all(format!("{line}\r\n* 7 EXISTS\r\n").as_bytes());
        assert!(
            matches!(
                &events[..],
                [_, Framed::Response(Response::Untagged(Data::Exists(7)))]
            ),
            "{line}: {events:?}"
        );
    }
    let events = all(b"* NO [BADCHARSET ({5}\r\nUTF-8)] no {5}\r\n* 7 EXISTS\r\n");
    assert_eq!(events.len(), 2);
}

#[test]
fn lines_may_be_empty_or_end_in_lf_or_in_two_cr() {
    let events = all(b"\r\n\n* OK a\n* OK b\r\r\n\r\n* OK c\r\n");
    assert_eq!(events.len(), 3);
    for event in events {
        let Framed::Response(Response::Untagged(Data::Status(status))) = event else {
            panic!()
        };
        assert_eq!(status.text.len(), 1);
    }
}

/// Each takes minutes or all memory where work or memory grows faster than the input.
#[test]
fn work_grows_no_faster_than_the_input() {
    let many = 400_000;
    for line in [
        format!("* 1 FETCH ({}", "x[ ".repeat(many)),
        format!("* 1 FETCH ({}", "y[\"x] ".repeat(many)),
        format!("* 1 FETCH ({}", "y[(] ".repeat(many)),
        format!("* 1 FETCH ({}", "a {5 ".repeat(many)),
        format!("* 1 FETCH ({}", "a \"b".repeat(many)),
        format!("* 1 FETCH ({}", "a \"b\" ".repeat(many)),
        format!("* 1 FETCH ({}", "ENVELOPE (".repeat(many)),
        format!("* 1 FETCH ({}", "BODYSTRUCTURE ((".repeat(many)),
        format!("* 1 FETCH ({}", "(".repeat(many)),
        format!(
            "* 1 FETCH (BODYSTRUCTURE {}",
            "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 5 NIL ".repeat(many / 10)
        ),
        format!(
            "* 1 FETCH (BODYSTRUCTURE {}({}){}",
            "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 5 NIL ".repeat(100),
            "\"a\" ".repeat(many),
            " x)".repeat(100)
        ),
        format!("* LIST ({}", "(".repeat(many)),
        format!("* STATUS x ({}", "a (".repeat(many)),
        format!("* OK [{}", "(".repeat(many)),
        format!("* OK [{}]", "x (".repeat(many)),
        format!("* THREAD {}", "(".repeat(many)),
        format!("* THREAD {}", "(1 ".repeat(many / 4)),
        format!("* SEARCH {}", "a ".repeat(many)),
        format!(
            "* VANISHED {}",
            (1..many)
                .rev()
                .map(|n| (2 * n).to_string())
                .collect::<Vec<_>>()
                .join(",")
        ),
        format!("* X {}", "()".repeat(many)),
        format!("* CAPABILITY {}", "a ".repeat(many)),
    ] {
        let _ = std::hint::black_box(parse::response(line.as_bytes(), false));
    }
}

#[test]
fn a_long_line_octet_by_octet_is_searched_once() {
    let mut framer = Framer::new();
    for octet in b"* SEARCH".iter().chain(b" 12345678".repeat(30_000).iter()) {
        framer.receive(core::slice::from_ref(octet));
        assert_eq!(framer.next(), None);
    }
    framer.receive(b"\r\n");
    let Some(Framed::Response(Response::Untagged(Data::Search { ids, .. }))) = framer.next() else {
        panic!()
    };
    assert_eq!(ids.len(), 30_000);
}
