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

use proptest::prelude::*;
use samma_message::{
    Part,
    card::{
        calendar::{When, invitation},
        contact::contacts,
        report::{Action, DispositionKind, Reason, delivery_report, disposition},
    },
    charset::to_utf8,
    limits, whole,
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
                            count("calendars read");
                            match &event.start {
                                Some(When::Zoned { .. }) => count("calendars read, zone unknown"),
                                None => count("calendars read, no start"),
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
                        count("vcards: contacts");
                        println!("{path}: {person:?}");
                    }
                }
                "message/delivery-status" | "message/global-delivery-status" => {
                    count("reports");
                    let Some(report) = report else {
                        println!("no report: {path}");
                        continue;
                    };
                    count("reports read");
                    for recipient in report.recipients {
                        count("reports: recipients");
                        count(&format!("reports: {:?}", recipient.action));
                        let Some(reason) = recipient.reason else {
                            continue;
                        };
                        count(&format!("reports: Reason::{reason:?}"));
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
                            count("dispositions read");
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
    let of = |what: &str| counts.get(what).copied().unwrap_or(0);
    assert!(of("reports") > 100, "the cases have reports");
    // Those that are not read tell of nobody; those of no reason give none.
    assert!(of("reports read") * 20 > of("reports") * 19);
    assert!(of("reports: Reason::Other") * 8 < of("reports: recipients"));
}

#[test]
fn a_report_of_postfix_tells_of_each_recipient() {
    let report = delivery_report(
        "Reporting-MTA: dns; mail.ek.se\r\nX-Postfix-Queue-ID: 1\r\nArrival-Date: Wed, 31 Jan 2024 09:30:00 +0100\r\n\r\n\
         Final-Recipient: rfc822; bo@rakor.se\r\nOriginal-Recipient: rfc822;bo@rakor.se\r\nAction: failed\r\n\
         Status: 5.1.1\r\nRemote-MTA: dns; mx.rakor.se\r\nDiagnostic-Code: smtp; 550 5.1.1 <bo@rakor.se>: Recipient\r\n    \
         address rejected: User unknown\r\n\r\n\
         Final-Recipient: rfc822; asa@ost.se\r\nOriginal-Recipient: rfc822;chef@ek.se\r\nAction: delayed\r\nStatus: 4.4.1\r\n\
         Diagnostic-Code: X-Postfix; connect to mx.ost.se[192.0.2.1]:25: Connection timed out\r\n\
         Will-Retry-Until: Mon, 5 Feb 2024 09:30:00 +0100\r\n\r\n",
    )
    .unwrap();
    assert_eq!(report.reporting_mta.as_deref(), Some("mail.ek.se"));
    let [bo, asa] = report.recipients.as_slice() else {
        panic!("{report:?}")
    };
    assert_eq!(bo.final_address.as_deref(), Some("bo@rakor.se"));
    assert_eq!(bo.original_address, None);
    assert_eq!(
        (bo.action, bo.reason),
        (Action::Failed, Some(Reason::NoSuchMailbox))
    );
    assert_eq!(bo.status.unwrap().to_string(), "5.1.1");
    assert_eq!(bo.remote_mta.as_deref(), Some("mx.rakor.se"));
    let said = "550 5.1.1 <bo@rakor.se>: Recipient address rejected: User unknown";
    assert_eq!(bo.diagnostic.as_deref(), Some(said));
    assert_eq!(asa.original_address.as_deref(), Some("chef@ek.se"));
    assert_eq!(
        (asa.action, asa.reason),
        (Action::Delayed, Some(Reason::HostUnreachable))
    );
    assert_eq!(asa.will_retry_until.unwrap().unix_seconds, 1_707_121_800);
}

#[test]
fn reports_of_other_servers_are_read_with_their_faults() {
    // An answer of several lines, copied without folding, as relays of Gmail's answers have it.
    let text = "Final-Recipient: rfc822;<bo@x.se>\nAction: Failed\nStatus: 5.2.1 (no)\n\
        Diagnostic-Code: smtp; 550-5.2.1 The account\n550-5.2.1 is disabled. See\n\
        https://x.se/help\n550 5.2.1 bye\nRemote-MTA: dns;mx.x.se (192.0.2.1)\n";
    let found = delivery_report(text).unwrap().recipients.remove(0);
    let said = "550 5.2.1 The account is disabled. See https://x.se/help 550 5.2.1 bye";
    assert_eq!(found.diagnostic.as_deref(), Some(said));
    assert_eq!(found.final_address.as_deref(), Some("bo@x.se"));
    assert_eq!(found.reason, Some(Reason::NoSuchMailbox));
    assert_eq!(found.remote_mta.as_deref(), Some("mx.x.se (192.0.2.1)"));
    // Exim: all in one group, and two recipients without a line between them.
    let report = delivery_report(
        "Reporting-MTA: dns; exim.x.se\nFinal-Recipient: rfc822;a@x.se\nAction: failed\nStatus: 5.0.0\n\
         Final-Recipient: rfc822;b@x.se\nAction: delivered\nStatus: 2.0.0\n",
    )
    .unwrap();
    let [a, b] = report.recipients.as_slice() else {
        panic!("{report:?}")
    };
    assert_eq!((a.action, a.reason), (Action::Failed, Some(Reason::Other)));
    assert_eq!((b.action, b.reason), (Action::Delivered, None));
    // Exchange: no action, an address of its own kind.
    let text = "Final-Recipient: X400;/o=X/cn=bo\nStatus: 5.7.1\n\
        Diagnostic-Code: smtp;550 5.7.1 RESOLVER.RST.AuthRequired; authentication required\n";
    let found = delivery_report(text).unwrap().recipients.remove(0);
    assert_eq!(found.final_address.as_deref(), Some("/o=X/cn=bo"));
    assert_eq!(
        (found.action, found.reason),
        (Action::Failed, Some(Reason::Refused))
    );
    for nobody in [
        "",
        "Reporting-MTA: dns; x.se\n\n",
        "This is no report.\n\n:\n",
    ] {
        assert_eq!(delivery_report(nobody), None, "{nobody:?}");
    }
}

#[test]
fn recipients_and_what_is_said_of_them_end_at_their_bounds() {
    for further in [0, 1] {
        let text = "Action: failed\n\n".repeat(limits::CARD_RECIPIENTS + further);
        let report = delivery_report(&text).unwrap();
        assert_eq!(report.recipients.len(), limits::CARD_RECIPIENTS);
        assert_eq!(report.further_recipients as usize, further);
    }
    let text = format!("Status: 5.0.0\nDiagnostic-Code: smtp; {}", "å".repeat(400));
    let found = delivery_report(&text).unwrap().recipients.remove(0);
    let said = found.diagnostic.unwrap();
    assert_eq!(said.chars().count(), limits::CARD_LINE_CHARS + 1);
    assert!(said.ends_with('…'));
}

#[test]
fn a_disposition_says_who_did_what_and_how() {
    let found = disposition(
        "Reporting-UA: x; y\nOriginal-Recipient: rfc822;a@x.se\nFinal-Recipient: rfc822; b@x.se\n\
         Original-Message-ID: <1@x.se>\nDisposition: manual-action/MDN-sent-manually; Displayed\n",
    )
    .unwrap();
    assert_eq!(found.address.as_deref(), Some("b@x.se"));
    assert_eq!(
        (found.kind, found.is_automatic),
        (DispositionKind::Displayed, false)
    );
    assert_eq!(found.original_message_id.as_deref(), Some("1@x.se"));
    for (told, kind, is_automatic) in [
        (
            "automatic-action/MDN-sent-automatically; deleted/error",
            DispositionKind::Deleted,
            true,
        ),
        (
            "Automatic-Action/MDN-Sent-Manually;processed",
            DispositionKind::Processed,
            true,
        ),
        ("dispatched", DispositionKind::Dispatched, false),
        (
            "manual-action/MDN-sent-manually; denied",
            DispositionKind::Denied,
            false,
        ),
        ("manual-action/x; failed", DispositionKind::Failed, false),
        (";;", DispositionKind::Other, false),
    ] {
        let found = disposition(&format!("Disposition: {told}")).unwrap();
        assert_eq!(
            (found.kind, found.is_automatic),
            (kind, is_automatic),
            "{told}"
        );
    }
    assert_eq!(disposition("Final-Recipient: rfc822; b@x.se\n"), None);
}

/// Words that these formats are made of, in any order.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop_oneof![
        prop::sample::select(vec![
            "BEGIN:VEVENT\n",
            "END:VEVENT\n",
            "BEGIN:VTIMEZONE\nTZID:X\n",
            "BEGIN:STANDARD\n",
            "BEGIN:DAYLIGHT\n",
            "TZOFFSETFROM:+99",
            "TZOFFSETTO:-2359",
            "DTSTART",
            ";TZID=X:",
            ":99991231T235960",
            ":00010101T000000Z",
            "DTEND",
            "DURATION:P36525D",
            "T9999H\n",
            "RRULE:FREQ=YEARLY",
            ";BYDAY=-127SU",
            ";BYMONTHDAY=-31",
            ";BYMONTH=2",
            ";UNTIL=",
            ";COUNT=4294967295",
            "RDATE:",
            "ATTENDEE;CN=\"",
            "^n^",
            "\\",
            ";",
            ":",
            ",",
            "=",
            "\r\n ",
            "\n\n",
            "BEGIN:VCARD\n",
            "END:VCARD\n",
            "AGENT:\n",
            "N:",
            "ADR;LABEL=\"",
            "BDAY:--",
            "TEL:tel",
            "NOTE;QUOTED-PRINTABLE:=",
            "=C3",
            "=\n",
            "å",
            "\u{202E}",
            "\0",
            "Final-Recipient: rfc822;",
            "Status: 5.",
            "Diagnostic-Code: 550-",
            "Disposition:",
            "\t",
        ])
        .prop_map(str::to_owned),
        "[ -~åä\n]{0,8}",
    ];
    prop::collection::vec(scrap, 0..60).prop_map(|scraps| scraps.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_harms_a_parser(text in scraps()) {
        let event = invitation(&text);
        let people = contacts(&text, hook);
        let report = delivery_report(&text);
        let told = disposition(&text);
        let shown = format!("{event:?}{people:?}{report:?}{told:?}");
        prop_assert!(!shown.contains("\\u{202e}"), "{}", shown);
    }
}
