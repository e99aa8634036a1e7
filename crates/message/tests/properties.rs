//! Whatever the octets are: no panic, and output within its bounds.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "the sizes in these tests are small and known"
)]

use proptest::prelude::*;
use samma_message::{
    TransferEncoding, charset, date, filename,
    header::{self, field, parameter},
    limits, policy,
    render::{self, Flow, Run, choose, cid, html, text_body},
    transfer, whole,
};

fn hook(label: &str, bytes: &[u8]) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

/// Octets that look like mail more often than chance does.
fn mail_like() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..12),
        prop::sample::select(vec![
            "=?utf-8?q?",
            "=?iso-2022-jp?B?",
            "?=",
            "=C3",
            "=A5",
            "=\r\n",
            " ",
            "\r\n",
            "\n",
            "\t",
            "--b",
            "--b--",
            "Content-Type: ",
            "multipart/mixed; boundary=b",
            "text/html",
            "message/rfc822",
            ";",
            "=",
            "\"",
            "*0*",
            "utf-8''",
            "%C3%A5",
            "<",
            ">",
            "</",
            "<!--",
            "-->",
            "<style>",
            "&amp;",
            "&#",
            "x",
            "> ",
            ">>",
            "-- ",
            "http://a.se",
            "a@b.se",
            "begin 644 a",
            "end",
            "\u{202E}",
            "\u{200B}",
            "\u{FEFF}",
            "+AOU-",
            "~{",
            "~}",
            "\u{1b}$B",
            "(",
            ")",
            "[",
            "]",
            ":",
            "Nov",
            "2007",
            "07",
            "+0200",
            "cid:",
            "display:none",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn is_one_clean_line(text: &str) -> bool {
    !text.chars().any(|c| {
        c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn headers_become_one_clean_bounded_line(raw in mail_like()) {
        let text = header::decode_unstructured(&raw, hook);
        prop_assert!(is_one_clean_line(&text), "{text:?}");
        prop_assert!(text.chars().count() <= limits::HEADER_CHARS + 1);
        if let Some(name) = header::display_name(&raw, hook) {
            prop_assert!(is_one_clean_line(&name) && !name.trim().is_empty(), "{name:?}");
        }
        let address = header::address(&raw, &raw);
        prop_assert!(is_one_clean_line(&address) && !address.contains(' '), "{address:?}");
    }

    #[test]
    fn parameters_and_dates_take_anything(raw in mail_like()) {
        let field = field::parse(&raw);
        let octets: usize = field.parameters.iter().map(|(n, v)| n.len() + v.len()).sum();
        prop_assert!(field.value.len() + octets <= raw.len());
        for (name, _) in &field.parameters {
            let name = String::from_utf8_lossy(name);
            let _ = parameter::decode(&field.parameters, name.split('*').next().unwrap_or(""), hook);
        }
        let _ = date::parse(&raw);
    }

    #[test]
    fn file_names_are_safe_and_clean_twice_as_once(raw in mail_like()) {
        let name = filename::clean(&String::from_utf8_lossy(&raw));
        prop_assert!(is_one_clean_line(&name));
        prop_assert!(!name.contains(['/', '\\', ':', '<', '>', '"', '|', '*', '?']), "{name:?}");
        prop_assert!(!name.starts_with('.') && !name.ends_with('.') && name.trim() == name, "{name:?}");
        prop_assert!(name.chars().count() <= limits::FILENAME_CHARS && name.len() <= limits::FILENAME_OCTETS);
        prop_assert_eq!(filename::clean(&name), name);
    }

    #[test]
    fn transfer_decoding_never_grows(raw in mail_like()) {
        for encoding in [
            TransferEncoding::Base64,
            TransferEncoding::QuotedPrintable,
            TransferEncoding::Uuencode,
            TransferEncoding::Unknown,
        ] {
            prop_assert!(transfer::decode(encoding, &raw).len() <= raw.len());
        }
    }

    #[test]
    fn charsets_take_anything(label in "[ -~]{0,20}", raw in mail_like()) {
        for label in [label.as_str(), "utf-8", "utf-7", "utf-16", "iso-2022-kr", "hz", "gbk", "koi8-r"] {
            let text = charset::to_utf8(Some(label), &raw, hook);
            prop_assert!(text.len() <= raw.len() * 3 + 3);
            let _ = charset::to_utf8(Some(label), &raw, charset::without_hook);
        }
    }

    #[test]
    fn text_blocks_are_bounded_and_their_links_allowed(raw in mail_like()) {
        let text = String::from_utf8_lossy(&raw);
        for flow in [Flow::Fixed, Flow::Flowed { delete_space: false }, Flow::Flowed { delete_space: true }] {
            let body = text_body(&text, flow);
            let mut octets = 0;
            for run in body.blocks.iter().flat_map(|block| &block.lines).flatten() {
                match run {
                    Run::Text(text) => octets += text.len(),
                    Run::Link { text, url } => {
                        octets += text.len();
                        prop_assert!(policy::link_scheme_allowed(url) && url.ends_with(text.as_str()), "{url}");
                    }
                }
            }
            prop_assert!(octets <= text.len());
        }
    }

    #[test]
    fn html_becomes_text_within_its_bound(raw in mail_like(), most in 0_usize..200) {
        let html = String::from_utf8_lossy(&raw);
        prop_assert!(html::to_text(&html, most).len() <= most + 16);
        let _ = cid::references(&html);
        for line in [render::snippet_of_html(&html), render::snippet_of_text(&html)] {
            prop_assert!(is_one_clean_line(&line), "{line:?}");
            prop_assert!(line.len() <= limits::SNIPPET_CHARS * 10);
        }
    }

    #[test]
    fn whole_messages_of_any_octets_are_chosen_from(raw in mail_like(), header in any::<bool>()) {
        let mut message = Vec::new();
        if header {
            message.extend_from_slice(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n");
        }
        message.extend_from_slice(&raw);
        let whole = whole::parse(&message, hook);
        let choice = choose(&whole.root);
        prop_assert!(!choice.body.is_empty() || !choice.attachments.is_empty());
        for section in choice.body.iter().map(|p| &p.section).chain(choice.attachments.iter().map(|a| &a.section)) {
            prop_assert!(whole.section(section).is_some(), "{section}");
        }
    }
}
