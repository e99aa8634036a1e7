//! The engine on a real server: a private Dovecot, where one is installed.
//!
//! `SAMMA_TEST_IMAP=127.0.0.1:25300,anna,pass` runs the same on any other server over a trusted link, with
//! `--test-threads=1`. The account is the tests' own: its INBOX is emptied before each.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a test may stop where it is surprised"
)]

mod fixture;
mod pump;
#[path = "../../protocol/tests/server/mod.rs"]
mod server;

use fixture::{append, fixture, select, store, subjects};
use pump::Pump;
use samma_mailbox::change::{BodyPart, Change, Flags, MessageRef, ProblemKind, Role};
use samma_mailbox::command::{
    ActionId, Command, MessageAction, Messages, RequestId, ViewId, Which,
};
use samma_message::render::text::Run;
use samma_protocol::imap::command::Command as Imap;
use samma_protocol::imap::flag::Flag;
use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::response::StatusKind;
use samma_protocol::imap::uid::{Uid, UidSet};

fn text_of(change: &Change) -> String {
    let Change::Body { parts, .. } = change else {
        panic!("{change:?}")
    };
    let mut text = String::new();
    for part in parts {
        if let BodyPart::Text { blocks, .. } = part {
            for run in blocks.iter().flat_map(|block| block.lines.iter().flatten()) {
                match run {
                    Run::Text(words) | Run::Link { text: words, .. } => text.push_str(words),
                }
            }
        }
    }
    text
}

#[test]
fn a_mailbox_opens_is_read_and_shows_what_others_do() {
    let Some(fixture) = fixture() else { return };
    let mut other = fixture.other();
    for n in 1..=3 {
        append(
            &mut other,
            "INBOX",
            &format!("Message {n}"),
            &format!("\r\nText number {n}.\r\n"),
        );
    }
    let mut samma = fixture.samma();
    samma.until_shown("three rows", |samma| samma.rows.len() == 3);
    assert_eq!(subjects(&samma), ["Message 3", "Message 2", "Message 1"]);
    samma.until_shown("first words", |samma| {
        samma.rows[0].preview.as_deref() == Some("Text number 3.")
    });
    samma.until_shown("the tree", |samma| {
        samma
            .mailboxes
            .first()
            .is_some_and(|one| one.role == Role::Inbox && one.unread == Some(3))
    });

    // Reading.
    let message = MessageRef {
        mailbox: "INBOX".to_owned(),
        uid_validity: samma.uid_validity,
        uid: samma.rows[1].uid,
    };
    let before = samma.changes.len();
    samma.command(Command::OpenMessage {
        request: RequestId(1),
        message: message.clone(),
    });
    let body = samma.until_from(before, "the body", |change| {
        matches!(change, Change::Body { .. })
    });
    assert_eq!(text_of(&body), "Text number 2.");

    // Marking read: at once here, and in truth there.
    samma.command(Command::Act {
        action: ActionId(1),
        on: Messages {
            mailbox: "INBOX".to_owned(),
            uid_validity: samma.uid_validity,
            which: Which::These(vec![message.uid]),
        },
        what: MessageAction::Flags {
            add: Flags {
                seen: true,
                ..Flags::default()
            },
            remove: Flags::default(),
        },
    });
    assert!(samma.rows[1].flags.seen, "not waiting for the server");
    samma.until_shown("two unread", |samma| samma.mailboxes[0].unread == Some(2));

    // New mail.
    append(&mut other, "INBOX", "News", "\r\nHello.\r\n");
    samma.until_shown("the new row", |samma| subjects(samma)[0] == "News");
    assert_eq!(samma.total, 4);
    let touched = samma.changes.iter().any(|change| {
        matches!(change, Change::Rows { touched, edits, .. } if touched.len() == 1 && edits.len() == 1)
    });
    assert!(touched, "the new row is marked as somebody else's doing");

    // Flags by others.
    other.ask(select("INBOX"));
    let mut one = UidSet::new();
    one.insert(Uid::new(message.uid).unwrap());
    other.ask(store(&one, Flag::Flagged));
    samma.until_shown("the flag", |samma| {
        samma
            .rows
            .iter()
            .any(|row| row.uid == message.uid && row.flags.flagged)
    });

    // Removal by others, while it is being read.
    other.ask(store(&one, Flag::Deleted));
    other.ask(Imap::Expunge);
    samma.until(
        "it is gone",
        |change| matches!(change, Change::MessageGone { message: gone } if *gone == message),
    );
    samma.until_shown("three rows again", |samma| samma.rows.len() == 3);
    assert_eq!(samma.total, 3);
    samma.until_shown("counts", |samma| samma.mailboxes[0].total == Some(3));

    // A lost connection: nothing is cleared, and what was missed comes.
    let before = samma.changes.len();
    samma.cut();
    append(&mut other, "INBOX", "Missed", "\r\nWhile away.\r\n");
    samma.until_shown("what was missed", |samma| subjects(samma)[0] == "Missed");
    let cleared = samma.changes[before..]
        .iter()
        .any(|change| matches!(change, Change::ViewReset { .. }));
    assert!(!cleared);
}

#[test]
fn a_wrong_password_is_told_with_the_servers_words() {
    let Some(fixture) = fixture() else { return };
    let mut samma = Pump::new(&fixture.address);
    samma.sign_in(&fixture.user, "wrong");
    let told = samma.until("a refusal", |change| {
        matches!(change, Change::SignInFailed(_))
    });
    let Change::SignInFailed(problem) = told else {
        unreachable!()
    };
    assert_eq!(problem.kind, ProblemKind::WrongPassword);
    assert!(problem.server_text.is_some());
}

#[test]
fn a_large_part_comes_over_a_connection_of_its_own_and_whole() {
    let Some(fixture) = fixture() else { return };
    let mut other = fixture.other();
    let line = "QUJD".repeat(19) + "\r\n";
    let lines = 12_000;
    append(
        &mut other,
        "INBOX",
        "Large",
        &format!(
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nSee there.\r\n--x\r\n\
             Content-Type: application/pdf; name=large.pdf\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment\r\n\r\n{}--x--\r\n",
            line.repeat(lines)
        ),
    );
    let mut samma = fixture.samma();
    samma.until_shown("the row", |samma| {
        samma.rows.iter().any(|row| row.subject == "Large")
    });
    let row = samma
        .rows
        .iter()
        .find(|row| row.subject == "Large")
        .unwrap();
    assert!(row.attachment);
    let message = MessageRef {
        mailbox: "INBOX".to_owned(),
        uid_validity: samma.uid_validity,
        uid: row.uid,
    };
    let request = RequestId(9);
    samma.command(Command::FetchPart {
        request,
        message,
        section: "2".to_owned(),
    });
    samma.until("the end of the part", |change| {
        matches!(
            change,
            Change::PartBytes { last: true, .. } | Change::RequestFailed { .. }
        )
    });
    let mut whole = Vec::new();
    for change in &samma.changes {
        if let Change::PartBytes { bytes, .. } = change {
            whole.extend_from_slice(bytes);
        }
    }
    assert_eq!(whole, b"ABC".repeat(19 * lines));
}

#[test]
fn a_search_finds_by_text_and_the_list_is_what_it_found() {
    let Some(fixture) = fixture() else { return };
    let mut other = fixture.other();
    for n in 0..5 {
        let word = if n % 2 == 0 { "herring" } else { "salmon" };
        append(
            &mut other,
            "INBOX",
            &format!("Fish {n}"),
            &format!("\r\nOne {word}.\r\n"),
        );
    }
    let mut samma = fixture.samma();
    samma.until_shown("rows", |samma| samma.rows.len() >= 5);
    samma.open(2, "INBOX", Some("herring"));
    samma.until_shown("what it found", |samma| {
        subjects(samma) == ["Fish 4", "Fish 2", "Fish 0"]
    });
    samma.open(3, "INBOX", None);
    samma.until_shown("all again", |samma| samma.rows.len() >= 5);
}

#[test]
fn thousands_are_scrolled_to_any_place() {
    let Some(fixture) = fixture() else { return };
    let mut other = fixture.other();
    for n in 1..=600 {
        append(&mut other, "INBOX", &format!("N{n}"), "\r\nx\r\n");
    }
    let mut samma = fixture.samma();
    samma.until_shown("the top", |samma| {
        samma.rows.len() == 50 && samma.total == 600
    });
    assert_eq!(subjects(&samma)[0], "N600");
    let view = ViewId(1);
    samma.command(Command::ShowRows {
        view,
        first: 550,
        count: 50,
    });
    samma.until_shown("the end", |samma| {
        samma.first == 550 && samma.rows.len() == 50
    });
    assert_eq!(subjects(&samma)[49], "N1");
    samma.command(Command::ShowRows {
        view,
        first: 290,
        count: 60,
    });
    samma.until_shown("the middle", |samma| {
        samma.rows.len() == 60 && samma.first == 290
    });
    assert_eq!(subjects(&samma)[0], "N310");
}

#[test]
fn a_mailbox_that_is_not_there_is_told() {
    let Some(fixture) = fixture() else { return };
    let mut samma = fixture.samma();
    samma.open(5, "Nowhere", None);
    let told = samma.until("a refusal", |change| {
        matches!(change, Change::ViewFailed { .. })
    });
    let Change::ViewFailed { view, problem } = told else {
        unreachable!()
    };
    assert_eq!((view, problem.kind), (ViewId(5), ProblemKind::NoMailbox));
}

#[test]
fn what_others_do_to_folders_shows() {
    let Some(fixture) = fixture() else { return };
    let mut other = fixture.other();
    let mut samma = fixture.samma();
    samma.until_shown("the tree", |samma| !samma.mailboxes.is_empty());
    let create = |name: &str| Imap::Create {
        mailbox: MailboxName::new(name),
        special_use: None,
    };
    let shown = |samma: &Pump, name: &str| samma.mailboxes.iter().any(|one| one.name == name);
    // Courier keeps all folders below INBOX.
    let (one, two) = if other.ask(create("Båten")).0.kind == StatusKind::Ok {
        ("Båten", "Bryggan")
    } else {
        other.ask(create("INBOX.Båten"));
        ("INBOX.Båten", "INBOX.Bryggan")
    };
    samma.until_shown("the new folder", |samma| shown(samma, one));
    append(&mut other, one, "In there", "\r\nx\r\n");
    samma.until_shown("its count", |samma| {
        samma
            .mailboxes
            .iter()
            .any(|mailbox| mailbox.name == one && mailbox.unread == Some(1))
    });
    other.ask(Imap::Rename {
        from: MailboxName::new(one),
        to: MailboxName::new(two),
    });
    samma.until_shown("the new name", |samma| {
        shown(samma, two) && !shown(samma, one)
    });
    other.ask(Imap::Delete(MailboxName::new(two)));
    samma.until_shown("it is gone", |samma| !shown(samma, two));
}
