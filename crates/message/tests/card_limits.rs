//! Calendars, contacts and reports of any size: each bound, and that none takes long.

#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test that meets what it does not expect has to fail"
)]

use std::time::{Duration, Instant};

use samma_message::{
    card::{
        calendar::{When, invitation},
        contact::contacts,
        report::{delivery_report, disposition},
    },
    charset::without_hook,
    limits,
};

#[test]
fn parameters_end_at_their_bound() {
    for (before, is_read) in [
        (limits::CARD_PARAMETERS - 1, true),
        (limits::CARD_PARAMETERS, false),
    ] {
        let parameters = ";X=1".repeat(before);
        let text = format!("BEGIN:VEVENT\nORGANIZER{parameters};CN=Bo:mailto:b@x\n");
        let organizer = invitation(&text).unwrap().organizer.unwrap();
        assert_eq!(organizer.name.is_some(), is_read);
        assert_eq!(organizer.address.as_deref(), Some("b@x"));
    }
}

#[test]
fn components_of_a_value_end_at_their_bound() {
    for (before, is_read) in [(limits::CARD_ITEMS - 1, true), (limits::CARD_ITEMS, false)] {
        let text = format!("BEGIN:VCARD\nORG:a{}b\n", ";".repeat(before));
        let contact = contacts(&text, without_hook).remove(0);
        let expected = if is_read { "a, b" } else { "a" };
        assert_eq!(contact.organisation.as_deref(), Some(expected));
    }
}

#[test]
fn texts_end_at_their_bound() {
    for (chars, is_cut) in [
        (limits::CARD_TEXT_CHARS, false),
        (limits::CARD_TEXT_CHARS + 1, true),
    ] {
        let text = format!(
            "BEGIN:VEVENT\nDESCRIPTION:{}\n",
            "å\\nä".repeat(chars / 3) + &"ö".repeat(chars % 3)
        );
        let description = invitation(&text).unwrap().description.unwrap();
        assert_eq!(description.ends_with('…'), is_cut);
        assert_eq!(description.chars().count(), chars);
    }
}

fn zone(id: usize, changes: usize) -> String {
    let early = "BEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETTO:+0100\nEND:STANDARD\n";
    let last = "BEGIN:STANDARD\nDTSTART:20010101T000000\nTZOFFSETTO:+0200\nEND:STANDARD\n";
    let early = early.repeat(changes - 1);
    format!("BEGIN:VTIMEZONE\nTZID:Z{id}\n{early}{last}END:VTIMEZONE\n")
}

#[test]
fn zones_and_their_changes_end_at_their_bounds() {
    let zones: String = (0..=limits::CARD_ZONES).map(|id| zone(id, 1)).collect();
    for (id, is_known) in [(limits::CARD_ZONES - 1, true), (limits::CARD_ZONES, false)] {
        let text = format!("{zones}BEGIN:VEVENT\nDTSTART;TZID=Z{id}:20240101T000000\n");
        let start = invitation(&text).unwrap().start.unwrap();
        assert_eq!(matches!(start, When::At { .. }), is_known, "{start:?}");
    }
    for (changes, hours) in [
        (limits::CARD_ZONE_CHANGES, 2),
        (limits::CARD_ZONE_CHANGES + 1, 1),
    ] {
        let text = format!(
            "{}BEGIN:VEVENT\nDTSTART;TZID=Z0:19700102T000000\n",
            zone(0, changes)
        );
        let text = text.replace("19700102", "20240102");
        let unix_s = 1_704_153_600 - hours * 3_600;
        assert_eq!(invitation(&text).unwrap().start, Some(When::At { unix_s }));
    }
}

#[test]
fn a_part_is_read_to_its_bound() {
    let event = "BEGIN:VEVENT\nSUMMARY:x";
    let room = limits::CARD_OCTETS - event.len();
    for (before, summary) in [(room, Some("x")), (room + 1, None)] {
        let text = "\n".repeat(before) + event;
        assert_eq!(invitation(&text).unwrap().summary.as_deref(), summary);
    }
}

/// In a debug build on a busy machine; release is some 20 times quicker.
#[test]
fn no_text_takes_long() {
    let (most, mut slowest) = (Duration::from_secs(10), (Duration::ZERO, "", ""));
    for scrap in [
        "\n",
        "\r",
        "\n ",
        " ",
        ":",
        ";",
        "\"",
        "\\",
        "^",
        "=",
        "=\n",
        "a:\n",
        "\u{E5}",
        "A;\"=:\n",
        "BEGIN:VEVENT\n",
        "BEGIN:VCARD\n",
        "BEGIN:VCARD\nFN:a\n",
        "BEGIN:VTIMEZONE\n",
        "BEGIN:X\n",
        "BEGIN:VEVENT\nDESCRIPTION:<br\\n&amp;</b>\n",
        "Status: 5.1.1\n\n",
        "Diagnostic-Code: 550-a\n",
    ] {
        for start in [
            "BEGIN:VEVENT\n",
            "BEGIN:VEVENT\nATTENDEE;CN=",
            "BEGIN:VEVENT\nRDATE:",
            "BEGIN:VCARD\nADR:",
            "BEGIN:VCARD\nNOTE;QUOTED-PRINTABLE:",
            "Diagnostic-Code: ",
            "BEGIN:VTIMEZONE\nBEGIN:STANDARD\nRDATE:",
        ] {
            let mut text = start.to_owned();
            text.push_str(&scrap.repeat(limits::CARD_OCTETS / 128 / scrap.len()));
            let began = Instant::now();
            let _ = (invitation(&text), contacts(&text, without_hook));
            let _ = (delivery_report(&text), disposition(&text));
            slowest = slowest.max((began.elapsed(), start, scrap));
            assert!(
                began.elapsed() < most,
                "{start:?} {scrap:?} took {:?}",
                began.elapsed()
            );
        }
    }
    println!("slowest {slowest:?}");
    // The dearest zones: each change of each of them is looked at for each time.
    let dates = "20240101T000000,".repeat(500);
    let change =
        format!("BEGIN:STANDARD\nDTSTART:20000101T000000\nRRULE:FREQ=YEARLY\nRDATE:{dates}\n");
    let text = format!(
        "BEGIN:VTIMEZONE\nTZID:Z\n{}BEGIN:VEVENT\nDTSTART;TZID=Z:20240101T000000\nDTEND;TZID=Z:20240102T000000\n",
        change.repeat(400)
    );
    let began = Instant::now();
    assert!(matches!(
        invitation(&text).unwrap().end,
        Some(When::At { .. })
    ));
    println!("zones {:?}", began.elapsed());
    assert!(began.elapsed() < most, "took {:?}", began.elapsed());
}
