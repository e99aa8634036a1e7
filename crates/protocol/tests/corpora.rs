//! Test material of other projects: replies that servers gave or could give, attacks, and tables
//! of a server's own tests. It is not part of this repository; where it is absent, these tests
//! say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "tests may fail"
)]

mod targets;

use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::parse::{self, Framed};
use samma_protocol::imap::response::{BodyStructure, Data, Fetch, Response};
use samma_protocol::imap::uid::Uid;
use serde_json::Value as Json;
use std::path::PathBuf;

fn folder() -> PathBuf {
    std::env::var_os("SAMMA_CORPORA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
        PathBuf::from,
    )
}

/// The rows of a file, or none and a word about it.
fn rows(file: &str) -> Vec<Json> {
    let path = folder().join(file);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no {}", path.display());
        return Vec::new();
    };
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn base64(text: &str) -> Vec<u8> {
    use base64ct::Encoding as _;
    base64ct::Base64::decode_vec(text).unwrap()
}

fn octets(row: &Json) -> Vec<u8> {
    let mut octets = base64(row["bytes_b64"].as_str().unwrap());
    // Many are told without the end of their line.
    if !octets.ends_with(b"\n") {
        octets.extend(b"\r\n");
    }
    octets
}

fn all(octets: &[u8]) -> Vec<Framed> {
    targets::framer(octets, &mut || 7);
    targets::response(octets);
    targets::events(octets, &mut || octets.len())
}

fn fetch(items: &str) -> Fetch {
    let line = format!("* 1 FETCH ({items} UID 77)\r\n");
    match parse::response(line.as_bytes(), false) {
        Some(Response::Untagged(Data::Fetch(fetch))) => {
            assert_eq!(fetch.uid, Uid::new(77), "{line}");
            *fetch
        }
        other => panic!("{line}: {other:?}"),
    }
}

/// What no server says: holes to fill in, and pieces of commands or of other protocols.
fn is_reply(line: &[u8]) -> bool {
    line.first().is_some_and(|b| !b"?{".contains(b))
        && line.contains(&b' ')
        && !line.contains(&b'{')
}

#[test]
fn replies_that_were_seen_are_read() {
    let mut fetched = 0;
    for row in rows("imap/responses.jsonl") {
        if row["dir"] != "s2c" {
            continue;
        }
        let good = row["hint"] != "error-expected";
        for event in all(&octets(&row)) {
            match event {
                Framed::Broken(error) => panic!("{row}: {error}"),
                Framed::Skipped { line } => assert!(!good || !is_reply(&line), "{row}"),
                Framed::Response(Response::Untagged(Data::Fetch(found))) => {
                    let odd = found.other.iter().any(|(name, _)| {
                        matches!(name.as_str(), "UID" | "FLAGS" | "ENVELOPE" | "INTERNALDATE")
                    });
                    assert!(!good || !odd, "{row}: {:?}", found.other);
                    fetched += 1;
                }
                _ => {}
            }
        }
    }
    println!("{fetched} FETCH responses");
}

#[test]
fn attacks_do_nothing() {
    for row in rows("imap/derived_from_cve.jsonl") {
        let events = all(&octets(&row));
        let text = format!("{events:?}");
        assert!(!text.contains("Broken"), "{row}");
        let untagged = |event: &Framed| match event {
            Framed::Response(Response::Untagged(data)) => Some(data.clone()),
            _ => None,
        };
        let data: Vec<_> = events.iter().filter_map(untagged).collect();
        let tagged = events
            .iter()
            .filter(|event| matches!(event, Framed::Response(Response::Tagged { .. })))
            .count();
        match row["klass"].as_str().unwrap() {
            // What a person types is no answer, even if it came back.
            "client-command-injection" if data.is_empty() => assert_eq!(tagged, 0, "{row}"),
            "smtp" | "pop3" => assert_eq!((data.len(), tagged), (0, 0), "{row}"),
            "nil-vs-string" => {
                let Some(Data::Fetch(found)) = data.first() else {
                    panic!("{row}")
                };
                assert!(found.other.is_empty(), "{row}: {:?}", found.other);
                assert!(found.envelope.is_some() || found.body_structure.is_some());
            }
            "no-text" => assert_eq!(tagged, 1, "{row}"),
            "mailbox-name" => {
                for entry in &data {
                    let Data::List(entry) = entry else {
                        panic!("{row}")
                    };
                    let wire = String::from_utf8(entry.name.to_wire(false)).unwrap();
                    let sent = row["text"].as_str().unwrap();
                    assert!(sent.contains(&wire.replace('\\', "\\\\")), "{wire}");
                }
                assert!(!data.is_empty(), "{row}");
            }
            "copyuid" | "sequence-set" => assert!(text.len() < 2000, "{row}"),
            _ => {}
        }
    }
}

/// `* ` lines of imaptest scripts: answers as expected there, with holes that we fill in.
#[test]
fn answers_in_scripts_are_read() {
    let mut count = 0;
    for part in ["imap/imaptest", "mime/imaptest/expected"] {
        let Ok(files) = std::fs::read_dir(folder().join(part)) else {
            println!("skipped: no {part}");
            continue;
        };
        for file in files {
            let text = std::fs::read(file.unwrap().path()).unwrap();
            for line in String::from_utf8_lossy(&text)
                .lines()
                .filter(|line| line.starts_with("* "))
            {
                // `$!unordered` and the like say how to compare.
                let filled: Vec<_> = line
                    .split(' ')
                    .filter(|word| !word.contains("$!"))
                    .map(|word| {
                        word.replace("${sep}", "/")
                            .replace("$sep", "\"/\"")
                            .replace('$', "")
                    })
                    .collect();
                let line = filled.join(" ") + "\r\n";
                targets::response(line.as_bytes());
                let Some(Response::Untagged(data)) = parse::response(line.as_bytes(), false) else {
                    panic!("{line}");
                };
                if let Data::Fetch(found) = data {
                    assert!(
                        found.body_structure.is_some() || !line.contains("BODYSTRUCTURE ("),
                        "{line}"
                    );
                    assert!(
                        found.envelope.is_some() || !line.contains("ENVELOPE ("),
                        "{line}"
                    );
                }
                count += 1;
            }
        }
    }
    println!("{count} answers");
}

#[test]
fn names_are_coded_as_dovecot_does() {
    for row in rows("tables/dovecot_tables.jsonl") {
        if row["test"] != "test_imap_utf7_by_example" {
            continue;
        }
        let (name, wire) = (&row["values"][0], row["values"][1].as_str().unwrap());
        targets::mailbox_name(wire.as_bytes());
        match name.as_str() {
            Some(name) => {
                assert_eq!(MailboxName::new(name).to_wire(false), wire.as_bytes());
                assert_eq!(
                    MailboxName::from_wire(wire.as_bytes(), false).as_str(),
                    name
                );
            }
            // Not to be decoded.
            None => assert_eq!(
                MailboxName::from_wire(wire.as_bytes(), false).as_str(),
                wire
            ),
        }
    }
}

#[test]
fn body_structures_and_envelopes_are_read_as_dovecot_writes_them() {
    for row in rows("tables/dovecot_tables.jsonl") {
        let file = row["file"].as_str().unwrap();
        let values: Vec<_> = (0..3)
            .map(|n| row["values"][n].as_str().unwrap_or_default())
            .collect();
        match (
            row["table"].as_str().unwrap(),
            file.rsplit_once('/').unwrap().1,
        ) {
            ("parse_tests", "test-imap-envelope.c") => {
                let found = fetch(&format!("ENVELOPE ({})", values[1]));
                let from = found.envelope.unwrap().from;
                assert!(found.other.is_empty() && from.len() == 1 && from[0].host.is_some());
            }
            ("parse_tests" | "normalize_tests", "test-imap-bodystructure.c") => {
                let long = fetch(&format!("BODYSTRUCTURE ({})", values[1]));
                let short = fetch(&format!("BODY ({})", values[2]));
                assert!(long.other.is_empty() && short.other.is_empty(), "{row}");
                let (mut long, mut short) =
                    (long.body_structure.unwrap(), short.body_structure.unwrap());
                without_extensions(&mut long);
                without_extensions(&mut short);
                assert_eq!(long, short, "{row}");
            }
            ("truncation_tests", _) => {
                assert!(
                    fetch(&format!("BODYSTRUCTURE ({})", values[1]))
                        .body_structure
                        .is_some()
                );
            }
            // Invalid ones: whatever we make of them, the mail stays in the list with its structure.
            ("invalid_bodystructure_tests", _) => {
                let found = fetch(&format!("BODYSTRUCTURE ({})", values[1]));
                let body = found.body_structure.unwrap_or_else(|| panic!("{row}"));
                assert_eq!(
                    (body.media_type.as_str(), body.media_subtype.as_str()),
                    ("text", "plain")
                );
            }
            _ => {}
        }
    }
}

fn without_extensions(body: &mut BodyStructure) {
    (body.md5, body.disposition, body.location) = (None, None, None);
    body.language.clear();
    if body.is_multipart() {
        body.parameters.clear();
    }
    body.parts.iter_mut().for_each(without_extensions);
}
