//! Invitations, contacts and reports of real mail, and hostile ones.
//!
//! The folder is named by `SAMMA_CORPORA` (default `../shared/corpora` beside the repository);
//! where there is none its test says so and passes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test that meets what it does not expect has to fail"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use samma_message::{
    Part,
    card::{
        calendar::{When, invitation},
        contact::contacts,
        report::{Reason, delivery_report, disposition},
    },
    charset::to_utf8,
    whole,
};

fn hook(label: &str, bytes: &[u8]) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

/// The case files below `mime/`, and what is in them.
fn cases() -> Option<Vec<(String, Vec<u8>)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder: PathBuf = match std::env::var_os("SAMMA_CORPORA") {
        Some(folder) => root.join(folder),
        None => root.join("../shared/corpora"),
    };
    let Ok(index) = fs::read_to_string(folder.join("INDEX.tsv")) else {
        println!("skipped: no corpora at {}", folder.display());
        return None;
    };
    let paths = index.lines().filter_map(|line| {
        let mut columns = line.split('\t');
        let path = columns.next()?;
        let role = columns.nth(1)?;
        (path.starts_with("mime/") && role == "case").then(|| path.to_owned())
    });
    let read = |path: String| (path.clone(), fs::read(folder.join(path)).unwrap());
    Some(paths.map(read).collect())
}

fn parts<'a>(part: &'a Part, out: &mut Vec<&'a Part>) {
    out.push(part);
    for child in &part.children {
        parts(child, out);
    }
}

/// Type and text of the files that are parts themselves, and of all parts of messages.
fn texts(path: &str, raw: &[u8]) -> Vec<(String, String)> {
    let file_type = match path.rsplit('.').next() {
        Some("ics") => "text/calendar",
        Some("vcf") => "text/vcard",
        _ => "",
    };
    if !file_type.is_empty() {
        return vec![(file_type.to_owned(), to_utf8(None, raw, hook))];
    }
    let whole = whole::parse(raw, hook);
    let mut all = Vec::new();
    parts(&whole.root, &mut all);
    let decoded = all.into_iter().filter_map(|part| {
        let octets = whole.content(&part.section)?;
        let text = to_utf8(part.charset.as_deref(), &octets, hook);
        Some((part.mime_type.clone(), text))
    });
    decoded.collect()
}

#[test]
fn cards_of_real_mail_are_read() {
    let Some(cases) = cases() else { return };
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut count = |what: &str| *counts.entry(what.to_owned()).or_default() += 1;
    for (path, raw) in &cases {
        for (mime_type, text) in texts(path, raw) {
            // Whatever a part says it is, none may harm any of them.
            let event = invitation(&text);
            let people = contacts(&text, hook);
            let report = delivery_report(&text);
            let told = disposition(&text);
            match mime_type.as_str() {
                "text/calendar" | "application/ics" => {
                    count("calendars");
                    match event {
                        Some(event) => {
                            count("  events");
                            match &event.start {
                                Some(When::Zoned { .. }) => count("  starts in an unknown zone"),
                                None => count("  without a start"),
                                _ => {}
                            }
                            println!("{path}: {event:?}");
                        }
                        None => println!("no event: {path}"),
                    }
                }
                "text/vcard" | "text/x-vcard" | "text/directory" => {
                    count("vcards");
                    if people.is_empty() {
                        println!("no contact: {path}");
                    }
                    for person in people {
                        count("  contacts");
                        println!("{path}: {person:?}");
                    }
                }
                "message/delivery-status" | "message/global-delivery-status" => {
                    count("reports");
                    let Some(report) = report else {
                        println!("no report: {path}");
                        continue;
                    };
                    count("  read");
                    for recipient in report.recipients {
                        count("  recipients");
                        count(&format!("    {:?}", recipient.action));
                        let Some(reason) = recipient.reason else {
                            continue;
                        };
                        count(&format!("    Reason::{reason:?}"));
                        let status = recipient.status.map(|status| status.to_string());
                        println!(
                            "{reason:?}\t{}\t{}\t{path}",
                            status.unwrap_or_default(),
                            recipient.diagnostic.unwrap_or_default()
                        );
                        if reason == Reason::Other && recipient.final_address.is_none() {
                            println!("nothing known: {path}");
                        }
                    }
                }
                "message/disposition-notification" | "message/global-disposition-notification" => {
                    count("dispositions");
                    match told {
                        Some(told) => {
                            count("  read");
                            println!("{path}: {told:?}");
                        }
                        None => println!("no disposition: {path}"),
                    }
                }
                _ => {}
            }
        }
    }
    for (what, number) in &counts {
        println!("{what}: {number}");
    }
}
