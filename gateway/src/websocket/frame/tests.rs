//! Frames cut anywhere, and frames that are none.

use super::*;

const MASK: [u8; 4] = [0xa1, 0, 0x5c, 0xff];

fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    head(&mut frame, first, payload.len());
    frame[1] |= 0x80;
    frame.extend(MASK);
    frame.extend(
        payload
            .iter()
            .zip(MASK.iter().cycle())
            .map(|(octet, mask)| octet ^ mask),
    );
    frame
}

fn feed(bytes: &[u8]) -> Result<(Vec<u8>, Fed), Violation> {
    let mut bytes = bytes.to_vec();
    let fed = Decoder::new(1 << 20).feed(&mut bytes)?;
    Ok((bytes, fed))
}

/// Feeds `bytes` in pieces of `size`, and gathers what each leaves.
fn feed_in_pieces(bytes: &[u8], size: usize) -> (Vec<u8>, Fed) {
    let mut decoder = Decoder::new(1 << 20);
    let (mut payload, mut all) = (Vec::new(), Fed::default());
    for piece in bytes.chunks(size) {
        let mut piece = piece.to_vec();
        let fed = decoder.feed(&mut piece).unwrap();
        payload.append(&mut piece);
        all.ping = fed.ping.or(all.ping);
        all.close = fed.close.or(all.close);
    }
    (payload, all)
}

#[test]
fn payload_comes_out_whole_however_the_bytes_are_cut() {
    let payloads = [0, 1, 7, 125, 126, 127, 300, 65_535, 65_536].map(|length: usize| {
        let octet = |i: usize| u8::try_from(i % 251).unwrap();
        (0..length).map(octet).collect::<Vec<_>>()
    });
    let mut bytes = Vec::new();
    for payload in &payloads {
        bytes.extend(masked(0x82, payload));
        bytes.extend(masked(0x89, b"are you there"));
    }
    bytes.extend(masked(0x02, b"in "));
    bytes.extend(masked(0x8a, b"pong"));
    bytes.extend(masked(0x00, b"three "));
    bytes.extend(masked(0x80, b"parts"));
    bytes.extend(masked(0x88, b"\x03\xe8bye"));
    bytes.extend(b"nothing after a Close is read");
    let mut expected = payloads.concat();
    expected.extend(b"in three parts");
    for size in [1, 2, 3, 5, 13, 14, 64, 1_000, 70_000, bytes.len()] {
        let (payload, fed) = feed_in_pieces(&bytes[..bytes.len() - 29], size);
        assert!(payload == expected, "pieces of {size}");
        assert_eq!(fed.ping.unwrap().payload(), b"are you there");
        assert_eq!(fed.close, Some(1000));
    }
    let (payload, fed) = feed(&bytes).unwrap();
    assert!(payload == expected);
    assert_eq!(fed.close, Some(1000));
}

#[test]
fn violations_get_the_codes_of_the_rfc() {
    let masked_head = |octets: &[u8]| [octets, &MASK].concat();
    let close = |payload: &[u8]| masked(0x88, payload);
    for (what, bytes, violation) in [
        ("no mask", b"\x82\x05hello".to_vec(), Violation::PROTOCOL),
        ("reserved bit", masked(0xc2, b"x"), Violation::PROTOCOL),
        ("data opcode 3", masked(0x83, b"x"), Violation::PROTOCOL),
        ("control opcode 11", masked(0x8b, b"x"), Violation::PROTOCOL),
        ("text", masked(0x81, b"x"), Violation::BAD_DATA),
        ("continues nothing", masked(0x80, b"x"), Violation::PROTOCOL),
        ("ping in fragments", masked(0x09, b"x"), Violation::PROTOCOL),
        (
            "ping of 126",
            masked_head(&[0x89, 0xfe, 0, 126]),
            Violation::PROTOCOL,
        ),
        (
            "126 for 125",
            masked_head(&[0x82, 0xfe, 0, 125]),
            Violation::PROTOCOL,
        ),
        (
            "127 for 65535",
            masked_head(&[0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff]),
            Violation::PROTOCOL,
        ),
        (
            "64 bits",
            masked_head(&[0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            Violation::PROTOCOL,
        ),
        (
            "over the limit",
            masked_head(&[0x82, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 1]),
            Violation::BAD_DATA,
        ),
        ("close of one octet", close(b"\x03"), Violation::PROTOCOL),
        ("close 1005", close(b"\x03\xed"), Violation::PROTOCOL),
        ("close 1006", close(b"\x03\xee"), Violation::PROTOCOL),
        ("close 999", close(b"\x03\xe7"), Violation::PROTOCOL),
        ("close 5000", close(b"\x13\x88"), Violation::PROTOCOL),
        (
            "reason is no text",
            close(b"\x03\xe8\xff"),
            Violation::NOT_UTF8,
        ),
    ] {
        assert_eq!(feed(&bytes), Err(violation), "{what}");
    }
    let unfinished = [masked(0x02, b"a"), masked(0x82, b"b")].concat();
    assert_eq!(feed(&unfinished), Err(Violation::PROTOCOL));
}

#[test]
fn a_frame_at_the_limit_passes() {
    let at_limit = [
        &[0x82, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0],
        &MASK[..],
        b"begin",
    ]
    .concat();
    assert_eq!(feed(&at_limit).unwrap().0.len(), 5);
}

#[test]
fn a_close_without_a_code_is_told_as_such() {
    assert_eq!(feed(&masked(0x88, b"")).unwrap().1.close, Some(NO_CODE));
    assert_eq!(
        feed(&masked(0x88, b"\x0f\xa0")).unwrap().1.close,
        Some(4000)
    );
    assert_eq!(close(NO_CODE), [0x88, 0]);
    assert_eq!(close(1001), [0x88, 2, 0x03, 0xe9]);
}

#[test]
fn only_the_last_of_many_pings_is_answered() {
    let pings: Vec<u8> = (0..9_u8).flat_map(|n| masked(0x89, &[n])).collect();
    let (payload, fed) = feed(&pings).unwrap();
    assert!(payload.is_empty());
    assert_eq!(pong(&fed.ping.unwrap()), [0x8a, 1, 8]);
}

/// Rubbish of any kind is an end or a payload, and never more than was put in.
#[test]
fn rubbish_is_never_more_than_rubbish() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[0]
    };
    for round in 0..20_000 {
        let mut bytes: Vec<u8> = (0..round % 40).map(|_| random()).collect();
        if let [first, second, ..] = &mut bytes[..] {
            // Most would fail at the first octet otherwise.
            *first = (*first & 0x8f) | if round % 3 == 0 { 0x82 } else { 0 };
            *second |= 0x80;
        }
        let before = bytes.len();
        if Decoder::new(64).feed(&mut bytes).is_ok() {
            assert!(bytes.len() <= before);
        }
    }
}

#[test]
fn messages_end_where_their_last_frame_does() {
    let bytes = [
        masked(0x82, b"one"),
        masked(0x82, b""),
        masked(0x02, b"t"),
        masked(0x89, b"ping"),
        masked(0x00, b""),
        masked(0x80, b"wo"),
        masked(0x02, b"three"),
        masked(0x80, b""),
        masked(0x82, b"unfinished"),
    ]
    .concat();
    for size in [1, 3, bytes.len()] {
        let (mut decoder, mut ends, mut before) = (Decoder::new(64), Vec::new(), 0);
        for piece in bytes[..bytes.len() - 1].chunks(size) {
            let mut piece = piece.to_vec();
            decoder
                .feed_messages(&mut piece, |end| ends.push(before + end))
                .unwrap();
            before += piece.len();
        }
        assert_eq!(ends, [3, 3, 6, 11], "pieces of {size}");
    }
}
