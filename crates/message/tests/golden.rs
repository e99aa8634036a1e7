//! Our own messages and what is made of them: `golden/*.eml` beside `golden/*.json`.
//!
//! Each is read with LF and with CRLF line ends and must give the same. `UPDATE_GOLDEN=1` writes
//! the results anew; they are read like code before they are committed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets what it does not expect has to fail"
)]

use std::{env, fs, path::Path};

use samma_message::{
    charset::to_utf8,
    date, header, policy,
    render::{self, BodyKind, Flow, choose, cid, text_body},
    whole,
};
use serde_json::{Value, json};

fn hook(label: &str, bytes: &[u8]) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

/// Everything that a page would show of a message; sizes in octets are left out, since they
/// differ with the line ends.
fn shown(raw: &[u8]) -> Value {
    let whole = whole::parse(raw, hook);
    let choice = choose(&whole.root);
    let text_of = |section: &str, charset: Option<&str>| {
        let octets = whole.content(section).expect("chosen sections have octets");
        to_utf8(charset, &octets, hook).replace("\r\n", "\n")
    };
    let mut referenced = Vec::new();
    let body: Vec<Value> = choice
        .body
        .iter()
        .map(|part| {
            let text = text_of(&part.section, part.charset.as_deref());
            let others: Vec<_> = part.alternatives.iter().map(|other| (&other.section, other.kind)).collect();
            let content = if part.kind == BodyKind::Html {
                referenced.extend(cid::references(&text));
                json!(render::html::to_text(&text, 10_000))
            } else {
                json!(text_body(&text, Flow::of(part)))
            };
            json!({ "section": part.section, "kind": part.kind, "alternatives": others, "content": content })
        })
        .collect();
    let listed: Vec<_> = choice
        .listed(&referenced)
        .iter()
        .map(|a| a.section.clone())
        .collect();
    let attachments: Vec<Value> = choice
        .attachments
        .iter()
        .map(|a| {
            json!({
                "section": a.section, "name": a.name, "mime_type": a.mime_type, "role": a.role,
                "inline": a.inline, "listed": listed.contains(&a.section),
                "danger": policy::attachment_danger(&a.name, &a.mime_type),
                "preview": policy::preview(&a.name, &a.mime_type),
            })
        })
        .collect();
    let snippet = render::preview_section(&whole.root).map(|part| {
        let text = text_of(&part.section, part.charset.as_deref());
        if part.mime_type == "text/html" {
            render::snippet_of_html(&text)
        } else {
            render::snippet_of_text(&text)
        }
    });
    json!({
        "subject": header::decode_unstructured(whole.header("Subject").unwrap_or_default(), hook),
        "date": whole.header("Date").and_then(date::parse),
        "snippet": snippet,
        "has_attachment": render::has_attachment(&whole.root),
        "has_invitation": render::has_invitation(&whole.root),
        "body": body,
        "attachments": attachments,
        "notices": choice.notices,
    })
}

#[test]
fn our_own_messages_are_shown_as_agreed_with_either_line_end() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let update = env::var_os("UPDATE_GOLDEN").is_some();
    let mut names: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
        .collect();
    names.sort();
    assert!(names.len() >= 8, "the messages are there");
    for path in names {
        let lf = fs::read_to_string(&path).unwrap();
        assert!(!lf.contains('\r'), "{} is kept with LF", path.display());
        let ours = shown(lf.as_bytes());
        assert_eq!(
            ours,
            shown(lf.replace('\n', "\r\n").as_bytes()),
            "{} with CRLF",
            path.display()
        );
        let golden = path.with_extension("json");
        let text = serde_json::to_string_pretty(&ours).unwrap() + "\n";
        if update {
            fs::write(&golden, text).unwrap();
            continue;
        }
        let agreed = fs::read_to_string(&golden).unwrap_or_default();
        assert!(
            !agreed.trim().is_empty(),
            "{} is missing: UPDATE_GOLDEN=1 writes it",
            golden.display()
        );
        assert_eq!(text, agreed, "{}", golden.display());
    }
}
