//! Mail that other projects collected: real, odd, broken and hostile. Each file goes the way
//! that a message from a server goes: tree, choice, decoding, blocks, snippet.
//!
//! The folder is named by `SAMMA_CORPORA` (default `../shared/corpora` beside the repository);
//! where there is none the tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test that meets what it does not expect has to fail"
)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use samma_message::{
    Part,
    charset::to_utf8,
    date, header, limits,
    render::{self, BodyKind, BodyPart, Choice, Flow, Run, TextBody, choose, html, text_body},
    whole::{self, Whole},
};

/// Longest that one file may take, in a debug build on a busy machine; release is some 20 times
/// quicker.
const MOST_TIME: Duration = Duration::from_secs(10);

fn hook(label: &str, bytes: &[u8]) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

fn corpora() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = match std::env::var_os("SAMMA_CORPORA") {
        Some(folder) => root.join(folder),
        None => root.join("../shared/corpora"),
    };
    if folder.join("INDEX.tsv").is_file() {
        return Some(folder);
    }
    println!("skipped: no corpora at {}", folder.display());
    None
}

/// Paths of the case files below `mime/`.
fn cases(folder: &Path) -> Vec<String> {
    fs::read_to_string(folder.join("INDEX.tsv"))
        .expect("the index is text")
        .lines()
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let path = columns.next()?;
            let role = columns.nth(1)?;
            (path.starts_with("mime/") && role == "case").then(|| path.to_owned())
        })
        .collect()
}

/// One message, or the messages of an mbox.
fn messages(raw: &[u8]) -> Vec<&[u8]> {
    if !raw.starts_with(b"From ") {
        return vec![raw];
    }
    let mut starts = vec![0];
    for (at, window) in raw.windows(6).enumerate() {
        if window == b"\nFrom " {
            starts.push(at + 1);
        }
    }
    starts.push(raw.len());
    starts
        .windows(2)
        .map(|pair| &raw[pair[0]..pair[1]])
        .collect()
}

fn decoded(whole: &Whole, part: &BodyPart) -> String {
    let octets = whole.content(&part.section).unwrap_or_default();
    to_utf8(part.charset.as_deref(), &octets, hook)
}

fn as_text(body: &TextBody) -> String {
    let mut out = String::new();
    for line in body.blocks.iter().flat_map(|block| &block.lines) {
        for run in line {
            match run {
                Run::Text(text) | Run::Link { text, .. } => out.push_str(text),
            }
        }
        out.push('\n');
    }
    out
}

/// What a reader would read of a body part.
fn shown(whole: &Whole, part: &BodyPart) -> String {
    let text = decoded(whole, part);
    match part.kind {
        BodyKind::Html | BodyKind::Enriched => html::to_text(&text, limits::TEXT_OCTETS),
        _ => as_text(&text_body(&text, Flow::of(part))),
    }
}

fn leaves<'a>(part: &'a Part, out: &mut Vec<&'a Part>) {
    if part.is_multipart() && !part.children.is_empty() {
        for child in &part.children {
            leaves(child, out);
        }
    } else {
        out.push(part);
    }
}

fn sections(choice: &Choice) -> BTreeSet<String> {
    let body = choice
        .body
        .iter()
        .flat_map(|part| std::iter::once(part).chain(&part.alternatives));
    body.map(|part| part.section.clone())
        .chain(choice.attachments.iter().map(|a| a.section.clone()))
        .collect()
}

#[test]
fn every_case_is_shown_within_its_time_and_nothing_is_lost() {
    let Some(folder) = corpora() else { return };
    let cases = cases(&folder);
    assert!(cases.len() > 1_000, "the index lists the cases");
    let (mut count, mut with_text, mut slowest) = (0, 0, (Duration::ZERO, String::new()));
    let mut faults = Vec::new();
    for path in &cases {
        let raw = fs::read(folder.join(path)).expect("listed files are there");
        for message in messages(&raw) {
            let start = Instant::now();
            count += 1;
            let whole = whole::parse(message, hook);
            let choice = choose(&whole.root);
            let placed = sections(&choice);
            let mut all = Vec::new();
            leaves(&whole.root, &mut all);
            let lost = all
                .iter()
                .filter(|leaf| !placed.contains(&leaf.section))
                .count();
            let told = choice.notices.iter().any(|n| {
                matches!(
                    n,
                    render::Notice::TooMany { .. } | render::Notice::TooDeep { .. }
                )
            });
            if lost > 0 && !told {
                faults.push(format!("{path}: {lost} leaves lost"));
            }
            for part in &choice.body {
                let text = decoded(&whole, part);
                let display = shown(&whole, part);
                if part.kind == BodyKind::Text && !text.trim_matches(is_blank).is_empty() {
                    with_text += 1;
                    if display.trim().is_empty() {
                        faults.push(format!("{path}: {} shows nothing", part.section));
                    }
                }
                for other in &part.alternatives {
                    let _ = shown(&whole, other);
                }
            }
            // A message whose octets hold text below the header must show or list something.
            if choice.body.is_empty() && choice.attachments.is_empty() {
                faults.push(format!("{path}: nothing shown, nothing listed"));
            }
            if let Some(part) = render::preview_section(&whole.root) {
                let octets = whole.content(&part.section).unwrap_or_default();
                let text = to_utf8(
                    part.charset.as_deref(),
                    &octets[..octets.len().min(1_024)],
                    hook,
                );
                let line = if part.mime_type == "text/html" {
                    render::snippet_of_html(&text)
                } else {
                    render::snippet_of_text(&text)
                };
                if line.contains(['\n', '\r', '\0'])
                    || line.chars().count() > 2 * limits::SNIPPET_CHARS
                {
                    faults.push(format!("{path}: snippet {line:?}"));
                }
            }
            for name in ["subject", "from"] {
                let value =
                    header::decode_unstructured(whole.header(name).unwrap_or_default(), hook);
                if value.chars().any(char::is_control) {
                    faults.push(format!("{path}: {name} {value:?}"));
                }
            }
            for attachment in &choice.attachments {
                let name = &attachment.name;
                if name.is_empty() || name.contains(['/', '\\', '\u{202E}', '\n', '\0']) {
                    faults.push(format!("{path}: name {name:?}"));
                }
            }
            let _ = whole.header("date").map(date::parse);
            let took = start.elapsed();
            if took > MOST_TIME {
                faults.push(format!("{path}: took {took:?}"));
            }
            if took > slowest.0 {
                slowest = (took, path.clone());
            }
        }
    }
    println!(
        "{} files, {count} messages, {with_text} texts shown, slowest {:?} {}",
        cases.len(),
        slowest.0,
        slowest.1
    );
    assert!(
        with_text > 800,
        "most messages have text, {with_text} showed some"
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || c == '\u{FEFF}'
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// What some of the mails with odd charsets say, as a person reads it: part of the text, or of
/// the subject, chosen where a wrong guess would show.
#[test]
fn charsets_of_real_mail_are_read_right() {
    let Some(folder) = corpora() else { return };
    let mut faults = Vec::new();
    for path in cases(&folder)
        .iter()
        .filter(|path| path.contains("/summary__"))
    {
        let raw = fs::read(folder.join(path)).unwrap();
        let whole = whole::parse(&raw, hook);
        let subject =
            header::decode_unstructured(whole.header("subject").unwrap_or_default(), hook);
        let body: String = choose(&whole.root)
            .body
            .iter()
            .map(|part| shown(&whole, part))
            .collect();
        println!("{path}\n  {subject}\n  {}", render::snippet_of_text(&body));
        let bad = body
            .chars()
            .filter(|c| *c == char::REPLACEMENT_CHARACTER)
            .count();
        if bad * 20 > body.chars().count() || subject.contains(char::REPLACEMENT_CHARACTER) {
            faults.push(format!("{path}: {bad} characters lost"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
