//! mbox files from their first octet to their last, in every cut: parted, unquoted, and what was
//! written read back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test that meets what it does not expect has to fail"
)]

use samma_message::archive::mbox::{MboxMessage, MboxQuoter, MboxReader, from_line};

fn read(file: &[u8], cut: usize, most_octets: usize) -> Vec<MboxMessage> {
    let mut reader = MboxReader::new(most_octets);
    let mut out: Vec<_> = file
        .chunks(cut)
        .flat_map(|chunk| reader.push(chunk))
        .collect();
    out.extend(reader.finish());
    out
}

/// The messages, having looked that every cut gives the same.
fn messages(file: &str) -> Vec<String> {
    let whole = read(file.as_bytes(), file.len().max(1), 10_000);
    for cut in [1, 2, 3, 7, 64] {
        assert_eq!(read(file.as_bytes(), cut, 10_000), whole, "by {cut}");
    }
    let text = |message: MboxMessage| String::from_utf8(message.octets).unwrap();
    whole.into_iter().map(text).collect()
}

const LINE: &str = "From a@b.se Fri Feb 22 17:06:23 2008";

#[test]
fn messages_of_both_line_ends_are_parted_and_unquoted() {
    let file = format!("{LINE}\nA: b\n\n>From x\n>>From y\n> From\n\n{LINE}\nC: d\n\ne");
    let expected = ["A: b\n\nFrom x\n>From y\n> From\n", "C: d\n\ne"];
    assert_eq!(messages(&file), expected);
    let dos = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(messages(&dos(&file)), expected.map(dos));
}

#[test]
fn the_line_tells_sender_time_and_place() {
    let file = format!("\n{LINE}\nA: b\n\nc\n\nFrom -\nD: e\n");
    let found = read(file.as_bytes(), 5, 100);
    assert_eq!(
        (found[0].address.as_str(), found[0].unix_s),
        ("a@b.se", Some(1_203_699_983))
    );
    assert_eq!((found[1].address.as_str(), found[1].unix_s), ("", None));
    for message in &found {
        let range = message.range.start as usize..message.range.end as usize;
        assert_eq!(&file.as_bytes()[range], message.octets);
    }
}

#[test]
fn sentences_do_not_part_messages() {
    let file = format!("{LINE}\nA: b\n\nHi.\n\nFrom Russia with love\nFrom a@b\n");
    assert_eq!(messages(&file).len(), 1);
}

#[test]
fn what_has_no_line_in_front_is_one_message() {
    assert_eq!(messages("A: b\n\nc\n"), ["A: b\n\nc\n"]);
    assert_eq!(
        messages(&format!("A: b\n\nc\n{LINE}\nD: e\n")),
        ["A: b\n\nc\n", "D: e\n"]
    );
    assert!(messages("").is_empty());
    assert!(messages(&format!("\n{LINE}\n{LINE}\n\n")).is_empty());
}

#[test]
fn a_length_that_is_right_goes_over_lines_between_messages() {
    let body = format!("x\n\n{LINE}\n>From y\n");
    let length = body.len();
    let one = format!("{LINE}\nContent-Length: {length}\n\n{body}");
    let file = format!("{one}\n{one}{one}");
    let expected = format!("Content-Length: {length}\n\n{body}");
    assert_eq!(messages(&file), [expected.as_str(); 3]);
}

#[test]
fn a_length_that_is_wrong_parts_nothing_and_ends_belief_in_lengths() {
    for length in [
        "0",
        "1",
        "30",
        "60",
        "80",
        "5000",
        "20000",
        "-1",
        "99999999999999999999",
    ] {
        let one = format!("{LINE}\nContent-Length: {length}\n\nx\n\n");
        let message = format!("Content-Length: {length}\n\nx\n");
        assert_eq!(messages(&one.repeat(4)), [message.as_str(); 4], "{length}");
    }
}

#[test]
fn messages_at_the_limit_are_kept_and_larger_ones_told() {
    let file = |octets: usize| format!("{LINE}\n{}\n\n{LINE}\nB: c\n", "a".repeat(octets - 1));
    for (octets, is_too_large) in [(3_000, false), (3_001, true), (9_000, true)] {
        let found = read(file(octets).as_bytes(), 100, 3_000);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].is_too_large, is_too_large, "{octets}");
        assert_eq!(found[0].octets.len(), if is_too_large { 0 } else { octets });
        assert_eq!(found[1].octets, b"B: c\n");
    }
}

#[test]
fn a_wrong_length_up_to_the_limit_still_parts_messages() {
    for length in [900, 990, 1_000] {
        let file = format!(
            "{LINE}\nContent-Length: {length}\n\nx\n\n{LINE}\nB: c\n\n{}",
            "y".repeat(5_000)
        );
        for cut in [1, 100, 10_000] {
            let found = read(file.as_bytes(), cut, 1_024);
            assert_eq!(found.len(), 2, "{length} by {cut}");
            assert!(!found[0].is_too_large && found[1].is_too_large);
        }
    }
}

#[test]
fn what_the_quoter_writes_is_read_as_it_was() {
    let mails = [
        "A: b\n\nFrom x\n>From y\n\n\n",
        "From z\n",
        "\n\n",
        "A: b\n\nContent-Length: 3\n",
    ];
    let mut file = Vec::new();
    for mail in mails {
        file.extend_from_slice(from_line("a@b", 7).as_bytes());
        let mut quoter = MboxQuoter::new();
        quoter.push(mail.as_bytes(), &mut file);
        quoter.end(&mut file);
    }
    let file = String::from_utf8(file).unwrap();
    assert_eq!(messages(&file), mails);
}
