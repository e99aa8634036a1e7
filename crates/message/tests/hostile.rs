//! Inputs built to be slow: rows of beginnings without ends, deep nesting, endless lines. 200 KB
//! of each pass in far less than a second when the work grows with the input, and in minutes
//! when it grows with its square.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "the sizes in these tests are known"
)]

use std::time::{Duration, Instant};

use samma_message::{
    Part, charset, filename,
    header::{self, field, parameter},
    limits,
    render::{self, Flow, choose, cid, enriched, html, text_body},
    transfer, whole,
};

/// Debug builds on a busy machine; each of these takes some 0.1 s.
const MOST_TIME: Duration = Duration::from_secs(10);

fn within_time(name: &str, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    let took = start.elapsed();
    println!("{took:>12.1?} {name:?}");
    assert!(took < MOST_TIME, "{name} took {took:?}");
}

fn rows(piece: &str) -> String {
    piece.repeat(200_000 / piece.len())
}

#[test]
fn headers_full_of_beginnings_are_read_in_time() {
    for piece in [
        "=?",
        "=?a?q?x",
        "=?a?q?x ",
        "=?utf-8?B?QQ==?=",
        "=?a?q?=?=",
        "?=",
        "\r\n ",
        "\u{202E}",
    ] {
        let raw = rows(piece);
        within_time(piece, || {
            let text = header::decode_unstructured(raw.as_bytes(), charset::without_hook);
            assert!(text.chars().count() <= limits::HEADER_CHARS + 1);
            let _ = header::display_name(raw.as_bytes(), charset::without_hook);
            let _ = filename::clean(&raw);
        });
    }
}

#[test]
fn fields_full_of_brackets_and_parameters_are_read_in_time() {
    for piece in ["(", "(;", "(\\", "\"", "a=b;", "a*0=b;", ";", "=", "\\\""] {
        let raw = rows(piece);
        within_time(piece, || {
            let field = field::parse(raw.as_bytes());
            let _ = parameter::decode(&field.parameters, "a", charset::without_hook);
        });
    }
}

#[test]
fn texts_full_of_half_addresses_are_drawn_in_time() {
    for piece in [
        "http://",
        "http:///",
        "http://a/",
        "mailto:",
        "mailto:a@b.se,",
        "www.",
        "www.a/",
        "tel:+",
        "tel:+1/",
        "a@",
        "a@b.",
        "a.",
        ">",
        "> >\n",
        "\n",
        "http://a)",
        "http://a((",
        " \n",
        "-- \n",
        "x \n",
    ] {
        let text = rows(piece);
        within_time(piece, || {
            let _ = text_body(&text, Flow::Fixed);
            let _ = text_body(&text, Flow::Flowed { delete_space: true });
            let _ = render::snippet_of_text(&text);
        });
    }
}

#[test]
fn html_full_of_beginnings_is_read_in_time() {
    for piece in [
        "<",
        "<a",
        "<a ",
        "<!--",
        "<!-->",
        "<script>",
        "<style></style",
        "<p style=display:none>",
        "<div style='display:none'><div>",
        "<blockquote>",
        "&",
        "&#",
        "&#x",
        "&ampampampamp",
        "<a title='",
        "<![CDATA[",
        "</",
        "<param>",
        "<<",
        "cid:",
        "<head>",
        "<br>",
    ] {
        let text = rows(piece);
        within_time(piece, || {
            let _ = html::to_text(&text, limits::TEXT_OCTETS);
            let _ = render::snippet_of_html(&text);
            let _ = enriched::to_text(&text);
            let _ = cid::references(&text);
            let _ = charset::html_to_utf8(None, text.as_bytes(), charset::without_hook);
        });
    }
}

#[test]
fn octets_of_any_encoding_and_charset_are_decoded_in_time() {
    for piece in [
        "=",
        "=\n",
        "A",
        "A=",
        "begin 644 a\n",
        "\u{1b}$B",
        "+",
        "+AA",
        "~{",
        "\u{E5}",
        " \t",
        "\r",
    ] {
        let octets = rows(piece).into_bytes();
        within_time(piece, || {
            let _ = transfer::base64::decode(&octets);
            let _ = transfer::quoted_printable::decode(&octets);
            let _ = transfer::uuencode::decode(&octets);
            for label in [
                "utf-8",
                "utf-7",
                "utf-16",
                "hz",
                "iso-2022-kr",
                "koi8-r",
                "",
            ] {
                let _ = charset::to_utf8(Some(label), &octets, charset::without_hook);
            }
        });
    }
}

#[test]
fn deep_and_wide_trees_are_chosen_from_in_time() {
    let multi = |subtype: &str, children| Part {
        mime_type: format!("multipart/{subtype}"),
        children,
        ..Part::default()
    };
    let leaf = || Part {
        mime_type: "text/html".into(),
        size_octets: 1,
        ..Part::default()
    };
    for subtype in ["mixed", "alternative", "related", "signed", "report"] {
        let deep = (0..1_000).fold(leaf(), |inner, _| {
            multi(subtype, vec![leaf(), inner, leaf()])
        });
        let wide = multi(subtype, vec![leaf(); 50_000]);
        within_time(subtype, || {
            for mut root in [deep, wide] {
                root.assign_sections();
                let choice = choose(&root);
                assert!(choice.body.len() + choice.attachments.len() <= 2 * limits::PARTS);
                let _ = render::preview_section(&root);
            }
        });
    }
}

#[test]
fn files_of_many_or_deep_parts_are_read_in_time() {
    let many = format!(
        "Content-Type: multipart/mixed; boundary=b\n\n{}",
        "--b\n\nx\n".repeat(20_000)
    );
    let deep = "Content-Type: message/rfc822\n\n".repeat(2_000);
    let nested: String = (0..500)
        .map(|level| format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"))
        .collect();
    for (name, raw) in [("many", many), ("deep", deep), ("nested", nested)] {
        within_time(name, || {
            let whole = whole::parse(raw.as_bytes(), charset::without_hook);
            let choice = choose(&whole.root);
            assert!(!choice.body.is_empty() || !choice.attachments.is_empty());
        });
    }
}
