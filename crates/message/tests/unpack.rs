//! TNEF as Outlook builds it, broken in every place; and files of all kinds built to be slow.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test that meets what it does not expect has to fail"
)]

use samma_message::{
    archive::{mbox::MboxReader, zip::ZipWriter},
    limits,
    tnef::{self, Attachment, AttachmentKind, Unpacked},
    transfer::embedded::embedded_files,
};

fn hook(label: &str, bytes: &[u8]) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

mod build {
    //! TNEF files by hand.

    pub(crate) fn file(attributes: &[Vec<u8>]) -> Vec<u8> {
        let mut out = b"\x78\x9f\x3e\x22\x01\0".to_vec();
        out.extend(attributes.concat());
        out
    }

    pub(crate) fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
        let mut out = vec![level];
        out.extend(id.to_le_bytes());
        out.extend((data.len() as u32).to_le_bytes());
        out.extend(data);
        // A checksum that is wrong, mostly.
        out.extend([0xAB, 0xCD]);
        out
    }

    pub(crate) fn properties(all: &[Vec<u8>]) -> Vec<u8> {
        let mut out = (all.len() as u32).to_le_bytes().to_vec();
        out.extend(all.concat());
        out
    }

    pub(crate) fn sized(tag: u32, data: &[u8]) -> Vec<u8> {
        let mut out = tag.to_le_bytes().to_vec();
        out.extend(1_u32.to_le_bytes());
        out.extend((data.len() as u32).to_le_bytes());
        out.extend(data);
        out.resize(out.len().next_multiple_of(4), 0);
        out
    }

    pub(crate) fn number(tag: u32, value: u32) -> Vec<u8> {
        [tag.to_le_bytes(), value.to_le_bytes()].concat()
    }

    pub(crate) fn unicode(tag: u32, text: &str) -> Vec<u8> {
        let units = text.encode_utf16().chain([0]);
        sized(tag, &units.flat_map(u16::to_le_bytes).collect::<Vec<_>>())
    }

    pub(crate) fn message(props: &[Vec<u8>]) -> Vec<u8> {
        attribute(1, 0x0006_9003, &properties(props))
    }

    pub(crate) fn attachment(title: &[u8], data: Option<&[u8]>, props: &[Vec<u8>]) -> Vec<u8> {
        let mut out = attribute(2, 0x0006_9002, &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        out.extend(attribute(2, 0x0001_8010, title));
        if let Some(data) = data {
            out.extend(attribute(2, 0x0006_800F, data));
        }
        if !props.is_empty() {
            out.extend(attribute(2, 0x0006_9005, &properties(props)));
        }
        out
    }

    /// Stored and not compressed.
    pub(crate) fn rtf(text: &str) -> Vec<u8> {
        let mut data = b"\0\0\0\0\0\0\0\0MELA\0\0\0\0".to_vec();
        data.extend(text.as_bytes());
        sized(0x1009_0102, &data)
    }

    pub(crate) fn embedded(inner: &[u8]) -> Vec<u8> {
        let mut object = b"\x07\x03\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46".to_vec();
        object.extend(inner);
        sized(0x3701_000D, &object)
    }
}

fn unpack(file: &[u8]) -> Unpacked {
    tnef::unpack(file, hook).expect("it is TNEF")
}

fn octets<'a>(file: &'a [u8], attachment: &Attachment) -> &'a [u8] {
    &file[attachment.range.clone()]
}

#[test]
fn subject_bodies_and_attachments_come_out() {
    let file = build::file(&[
        build::attribute(1, 0x0008_9006, &[0, 0, 1, 0]),
        build::attribute(1, 0x0006_9007, &[0xE3, 4, 0, 0, 0, 0, 0, 0]),
        build::attribute(1, 0x0001_8004, b"old\0"),
        build::attribute(1, 0x0002_800C, b"\xCF\xF0\0"),
        build::message(&[
            build::number(0x0E06_0003, 9),
            build::unicode(0x0037_001F, "Re: räk\n"),
            build::sized(0x1013_0102, b"<p>\xE5</p>"),
            build::number(0x3FDE_0003, 28_591),
        ]),
        build::attachment(
            b"SHORT~1.TXT\0",
            Some(b"content"),
            &[
                build::unicode(0x3707_001F, "..\\a long name.txt"),
                build::sized(0x370E_001E, b"Text/Plain\0"),
                build::sized(0x3712_001E, b"<a@b>\0"),
            ],
        ),
        build::attachment(b"\xE0.bin\0", Some(b""), &[]),
        build::attachment(b"\0", None, &[build::sized(0x3701_0102, b"binary")]),
    ]);
    let unpacked = unpack(&file);
    assert_eq!(unpacked.subject, "Re: räk");
    assert_eq!(unpacked.text.as_deref(), Some("Пр"));
    assert_eq!(unpacked.html.as_deref(), Some("<p>å</p>"));
    assert!(!unpacked.is_incomplete);
    let [first, second, third] = &unpacked.attachments[..] else {
        panic!("{unpacked:?}");
    };
    assert_eq!(first.name, "a long name.txt");
    assert_eq!(first.mime_type, "text/plain");
    assert_eq!(first.content_id.as_deref(), Some("a@b"));
    assert_eq!(octets(&file, first), b"content");
    assert_eq!(
        (second.name.as_str(), octets(&file, second)),
        ("а.bin", &b""[..])
    );
    assert_eq!(
        (third.name.as_str(), octets(&file, third)),
        ("part-3.bin", &b"binary"[..])
    );
}

#[test]
fn named_and_many_valued_properties_are_stepped_over() {
    let mut by_number = 0x8001_0003_u32.to_le_bytes().to_vec();
    by_number.extend([7; 16]);
    by_number.extend([0, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0]);
    let mut by_name = 0x8002_000B_u32.to_le_bytes().to_vec();
    by_name.extend([7; 16]);
    by_name.extend([
        1, 0, 0, 0, 6, 0, 0, 0, b'a', 0, b'b', 0, 0, 0, 0, 0, 1, 0, 0, 0,
    ]);
    let mut many = 0x4000_1003_u32.to_le_bytes().to_vec();
    many.extend([2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]);
    let mut many_texts = 0x4001_101E_u32.to_le_bytes().to_vec();
    many_texts.extend([
        2, 0, 0, 0, 1, 0, 0, 0, b'x', 0, 0, 0, 2, 0, 0, 0, b'y', 0, 0, 0,
    ]);
    let subject = build::sized(0x0037_001E, b"found\0");
    let file = build::file(&[build::message(&[
        by_number, by_name, many, many_texts, subject,
    ])]);
    assert_eq!(unpack(&file).subject, "found");
}

#[test]
fn rtf_gives_the_html_or_the_text_that_is_missing() {
    let html = "{\\rtf1\\fromhtml1{\\*\\htmltag <b>}x{\\*\\htmltag </b>}}";
    let of = |props: &[Vec<u8>]| {
        let unpacked = unpack(&build::file(&[build::message(props)]));
        (unpacked.text, unpacked.html)
    };
    assert_eq!(of(&[build::rtf(html)]), (None, Some("<b>x</b>".into())));
    assert_eq!(of(&[build::rtf("{\\rtf1 x}")]), (Some("x".into()), None));
    let plain = build::unicode(0x1000_001F, "plain");
    assert_eq!(
        of(&[plain, build::rtf("{\\rtf1 x}")]),
        (Some("plain".into()), None)
    );
}

fn nested(depth: usize) -> Vec<u8> {
    let mut file = build::file(&[build::message(&[build::unicode(0x0037_001F, "level 0")])]);
    for level in 1..=depth {
        file = build::file(&[
            build::message(&[build::unicode(0x0037_001F, &format!("level {level}"))]),
            build::attachment(b"\0", Some(b"?"), &[build::embedded(&file)]),
        ]);
    }
    file
}

#[test]
fn messages_in_messages_are_unpacked_down_to_the_limit() {
    for (depth, is_all) in [
        (1, true),
        (limits::TNEF_DEPTH - 1, true),
        (limits::TNEF_DEPTH, false),
    ] {
        let file = nested(depth);
        let mut at = &unpack(&file);
        let mut found = 0;
        let mut is_incomplete = at.is_incomplete;
        while let Some(Attachment {
            kind: AttachmentKind::Message(inner),
            name,
            range,
            ..
        }) = at.attachments.first()
        {
            assert!(file[range.clone()].starts_with(b"\x78\x9f\x3e\x22"));
            found += 1;
            is_incomplete |= inner.is_incomplete;
            if !inner.subject.is_empty() {
                assert_eq!(*name, inner.subject);
            }
            at = inner;
        }
        assert_eq!((found, is_incomplete), (depth, !is_all));
    }
}

#[test]
fn attachments_at_the_limit_are_listed_and_one_more_is_told() {
    for (count, is_incomplete) in [(limits::PARTS, false), (limits::PARTS + 1, true)] {
        let one = build::attachment(b"a\0", Some(b"x"), &[]);
        let unpacked = unpack(&build::file(&vec![one; count]));
        assert_eq!(unpacked.attachments.len(), limits::PARTS);
        assert_eq!(unpacked.is_incomplete, is_incomplete);
    }
}

#[test]
fn what_breaks_off_or_is_overwritten_never_panics() {
    assert_eq!(tnef::unpack(b"PK\x03\x04 no TNEF", hook), None);
    let file = build::file(&[
        build::message(&[
            build::unicode(0x0037_001F, "subject"),
            build::rtf("{\\rtf1\\ansi {\\b x}\\u8217\\'92}"),
        ]),
        build::attachment(b"a.txt\0", Some(b"content"), &[build::embedded(&nested(2))]),
    ]);
    for end in 0..file.len() {
        if let Some(unpacked) = tnef::unpack(&file[..end], hook) {
            for attachment in &unpacked.attachments {
                assert!(attachment.range.end <= end);
            }
        }
    }
    for at in 6..file.len() {
        for octet in [0, 1, 0x7F, 0xFF] {
            let mut broken = file.clone();
            broken[at] = octet;
            let _ = tnef::unpack(&broken, hook);
        }
    }
}

/// 500 KB of each pass in far less than a second when the work grows with the input.
#[test]
fn rows_of_beginnings_are_read_in_time() {
    let start = std::time::Instant::now();
    for piece in [
        "begin 644 a\n",
        "begin 644 a\n#0V%T\n",
        "begin 644 a\n\n",
        "=ybegin line=1 size=1 name=a\n",
        "=ybegin line=1 size=1 name=a\n=ypart begin=1 end=1\n",
    ] {
        let _ = embedded_files(piece.repeat(500_000 / piece.len()).as_bytes());
    }
    for piece in [
        "From -\n\n",
        "From a@b Fri Feb 22 17:06:23 2008\nContent-Length: 999999\n\n\n",
        "From a@b Fri Feb 22 17:06:23 2008\nContent-Length: 1\n\n\n",
        ">",
        "F",
    ] {
        let mut reader = MboxReader::default();
        let file = piece.repeat(500_000 / piece.len());
        let _ = reader.push(file.as_bytes());
        let _ = reader.finish();
    }
    for piece in [
        "{",
        "}",
        "\\f1 ",
        "\\'",
        "{\\*\\htmltag ",
        "\\u1",
        "{\\fonttbl",
        "\\bin1 ",
    ] {
        for header in ["{\\rtf1 ", "{\\rtf1\\fromhtml1 "] {
            let rtf = format!("{header}{}", piece.repeat(500_000 / piece.len()));
            let _ = unpack(&build::file(&[build::message(&[build::rtf(&rtf)])]));
        }
    }
    let names = "a".repeat(300);
    let (mut writer, mut out) = (ZipWriter::new(), Vec::new());
    for _ in 0..2_000 {
        writer.begin(&names, 0, &mut out);
    }
    writer.finish(&mut out);
    let took = start.elapsed();
    println!("{took:?}");
    assert!(took.as_secs() < 60, "{took:?}");
}
