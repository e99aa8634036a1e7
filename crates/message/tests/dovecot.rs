//! Tables of Dovecot's own unit tests, read as data: what its decoders make of each input, and
//! where ours differs by intent.
//!
//! The folder is named by `SAMMA_CORPORA` (default `../shared/corpora` beside the repository);
//! where there is none the tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets what it does not expect has to fail"
)]

use std::{fs, path::Path};

use samma_message::{
    TransferEncoding,
    charset::to_utf8,
    date, header, render,
    render::html,
    structure::Part,
    transfer::{base64, decode, quoted_printable},
    whole,
};
use serde_json::Value;

fn hook(label: &str, bytes: &[u8]) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

/// The `values` of each row of a source file's tables; empty where there are no corpora.
fn rows(file: &str, table: &str) -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = match std::env::var_os("SAMMA_CORPORA") {
        Some(folder) => root.join(folder),
        None => root.join("../shared/corpora"),
    };
    let Ok(lines) = fs::read_to_string(folder.join("tables/dovecot_tables.jsonl")) else {
        println!("skipped: no corpora at {}", folder.display());
        return Vec::new();
    };
    let rows: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("one object a line"))
        .filter(|row| row["file"] == format!("lib-mail/{file}") && row["table"] == table)
        .map(|row| row["values"].clone())
        .collect();
    assert!(!rows.is_empty(), "the tables have {file} {table}");
    rows
}

/// Text, or octets in Base64.
fn octets(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => text.clone().into_bytes(),
        other => base64::decode(other["b64"].as_str().unwrap().as_bytes()),
    }
}

/// Compares row by row; a difference is agreed if its input is listed with what we give.
struct Comparison<'a> {
    agreed: &'a [(&'a str, &'a str)],
    faults: Vec<String>,
}

impl<'a> Comparison<'a> {
    fn new(agreed: &'a [(&'a str, &'a str)]) -> Self {
        Self {
            agreed,
            faults: Vec::new(),
        }
    }

    fn row(&mut self, input: &str, theirs: &str, ours: &str) {
        let expected = self
            .agreed
            .iter()
            .find(|(at, _)| *at == input)
            .map_or(theirs, |(_, ours)| *ours);
        if ours != expected {
            self.faults
                .push(format!("{input:?}: {ours:?}, not {expected:?}"));
        }
    }

    fn finish(self) {
        assert!(self.faults.is_empty(), "{}", self.faults.join("\n"));
    }
}

#[test]
fn quoted_printable_agrees() {
    let agreed = [
        // Line ends stay as they are: a part's octets may be a file, and CRLF is the wire's.
        ("\n\n", "\n\n"),
        ("\r\n\n\n\r\n", "\r\n\n\n\r\n"),
        ("         0\n", "         0\n"),
        // A fault does not end the part; what is no escape stays as written.
        ("=FJ=X1", "=FJ=X1"),
        ("=----------- =C3=9C", "=----------- Ü"),
        ("foo= \r", "foo"),
        ("foo=A", "foo"),
        // The end of a prefix may cut a soft break.
        ("=C3=9C = ", "Ü "),
        ("p=c3", "p\u{FFFD}"),
    ];
    let mut comparison = Comparison::new(&agreed);
    for file in ["test-istream-qp-decoder.c", "test-qp-decoder.c"] {
        for row in rows(file, "tests") {
            let input = octets(&row[0]);
            let ours = quoted_printable::decode(&input);
            let shown = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
            comparison.row(&shown(&input), &shown(&octets(&row[1])), &shown(&ours));
        }
    }
    comparison.finish();
}

#[test]
fn html_to_text_agrees() {
    let agreed = [
        // No blank where an inline element or one without text stood.
        ("a<script>javascript <p>foo</p> ignored</script>b", "ab"),
        // Not a number: stays as written, as browsers show it.
        ("&#deee;", "&#deee;"),
    ];
    let mut comparison = Comparison::new(&agreed);
    for row in rows("test-mail-html2text.c", "tests") {
        let (input, output) = (row[0].as_str().unwrap(), row[1].as_str().unwrap());
        comparison.row(input, output, &html::to_text(input, 10_000));
    }
    for input in rows("test-mail-html2text.c", "test_blockquote_input") {
        // Depth is told by the number of marks; theirs has one for any depth.
        let ours = html::to_text(input.as_str().unwrap(), 10_000);
        assert_eq!(ours, "a\n> b\n>>> c\n>> d\n> e\nf");
    }
    comparison.finish();
}

#[test]
fn dates_agree() {
    let mut comparison = Comparison::new(&[]);
    for row in rows("test-message-date.c", "tests") {
        let input = row[0].as_str().unwrap();
        let valid = row[3].as_bool().unwrap();
        let zone: i64 = row[2]
            .as_str()
            .unwrap()
            .split('*')
            .map(|n| n.trim().parse::<i64>().unwrap())
            .product();
        let theirs = if valid {
            format!("{} {zone}", row[1].as_str().unwrap())
        } else {
            "none".into()
        };
        let ours = date::parse(input.as_bytes()).map_or("none".into(), |date| {
            format!("{} {}", date.unix_seconds, date.offset_minutes)
        });
        comparison.row(input, &theirs, &ours);
    }
    comparison.finish();
}

#[test]
fn encoded_words_agree() {
    // The table's inputs; the results stand in that test's code, and are these.
    let expected = ["a ä b", "a ää ä b", "a Päivää b", "a Päivää b"];
    for (row, expected) in rows("test-message-header-decode.c", "data")
        .iter()
        .zip(expected)
    {
        let ours = header::decode_unstructured(row.as_str().unwrap().as_bytes(), hook);
        assert_eq!(ours, expected);
    }
    for row in rows("test-quoted-printable.c", "data") {
        let _ = quoted_printable::decode_q(&octets(&row));
    }
}

#[test]
fn transfer_encodings_are_read_through_comments() {
    for row in rows("test-message-decoder.c", "test_case") {
        let label = row.as_str().unwrap();
        assert_eq!(
            TransferEncoding::from_label(label.as_bytes()),
            TransferEncoding::Base64,
            "{label}"
        );
    }
}

#[test]
fn types_agree() {
    let agreed = [
        // A type is shown and chosen by: only registered characters count.
        ("含量/種類", "application/octet-stream"),
        // Theirs refuses the whole; ours takes text of an unknown kind for text, so that it is
        // shown rather than offered as a file.
        ("/;charset=us-ascii", "text/plain"),
        ("/ ;charset=us-ascii", "text/plain"),
        ("text/", "text/plain"),
        ("text/;charset=us-ascii", "text/plain"),
        ("text/ ;charset=us-ascii", "text/plain"),
        ("text/plain/format", "text/plain"),
        ("text/plain/format ;charset=us-ascii", "text/plain"),
        // Two words where one belongs, a comment between: as above.
        (
            "(hello) text (plain) / (world) plain (eod);charset=us-ascii",
            "text/plain",
        ),
    ];
    let mut comparison = Comparison::new(&agreed);
    for row in rows("test-rfc822-parser.c", "test_cases") {
        let input = row[0].as_str().unwrap();
        let raw = format!("Content-Type: {input}\r\n\r\nbody\r\n");
        let ours = whole::parse(raw.as_bytes(), hook).root.mime_type;
        let theirs = match row
            .as_array()
            .unwrap()
            .last()
            .and_then(Value::as_str)
            .unwrap()
        {
            "" => "application/octet-stream",
            theirs => theirs,
        };
        comparison.row(input, theirs, &ours);
    }
    comparison.finish();
}

#[test]
fn snippets_agree() {
    let agreed = [
        // A line that a blank indents is quoted all the same.
        (
            "line1\n>quote2\n> quote3\n > line4\n\n  \t\t  \nline5\n  \t ",
            "line1 line5",
        ),
        // Their mark for "all of this is quoted" is left out.
        (">quote1\n>quote2\n", "quote1 quote2"),
        // The last form of an alternative is the best (RFC 2046 5.1.4); theirs takes the first.
        ("> original text", "part two"),
        ("<html>", "quoted text is included"),
    ];
    let mut comparison = Comparison::new(&agreed);
    for row in rows("test-message-snippet.c", "tests") {
        let (input, most, theirs) = (&row[0], &row[1], row[2].as_str().unwrap());
        let input = input.as_str().unwrap();
        let parsed = whole::parse(input.as_bytes(), hook);
        let Some(part) = render::preview_section(&parsed.root) else {
            panic!("no text in {input:?}");
        };
        let line = snippet(&parsed, part);
        // Our bound is a constant; theirs is given by the row.
        let most: usize = most.as_str().unwrap().parse().unwrap();
        let ours: String = line.chars().take(most).collect();
        let body = input.split_once("\n\n").unwrap().1;
        let key = if part.mime_type == "text/html" && theirs.starts_with('>') {
            "<html>"
        } else if theirs == ">original text" {
            "> original text"
        } else {
            body
        };
        comparison.row(key, theirs, &ours);
    }
    comparison.finish();
}

fn snippet(whole: &whole::Whole, part: &Part) -> String {
    let octets = decode(part.encoding, whole.section(&part.section).unwrap());
    let text = to_utf8(part.charset.as_deref(), &octets, hook);
    if part.mime_type == "text/html" {
        render::snippet_of_html(&text)
    } else {
        render::snippet_of_text(&text)
    }
}
