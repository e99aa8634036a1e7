//! What people do to messages and folders, on a real server, and what another program sees of it.
//!
//! `SAMMA_TEST_IMAP=host:port,user,password` runs them on another server, with an account of their own, one
//! after the other; its INBOX is emptied.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod fixture;
mod pump;
#[path = "../../protocol/tests/server/mod.rs"]
mod server;

use fixture::{append, fixture, subjects};
use pump::Pump;
use samma_mailbox::change::{Change, Flags, ProblemKind, Progress, Role};
use samma_mailbox::command::{
    ActionId, Command, Destination, MailboxAction, MessageAction, Messages, ViewId, Which,
};
use samma_protocol::imap::flag::Flag;

fn act(samma: &mut Pump, action: u32, which: Which, what: MessageAction) {
    samma.command(Command::Act {
        action: ActionId(action),
        on: Messages {
            mailbox: "INBOX".to_owned(),
            uid_validity: samma.uid_validity,
            which,
        },
        what,
    });
}

fn organise(samma: &mut Pump, action: u32, what: MailboxAction) {
    samma.command(Command::Organise {
        action: ActionId(action),
        what,
    });
}

fn acted(samma: &mut Pump, from: usize, action: u32) -> Progress {
    let wanted = |change: &Change| {
        matches!(change, Change::Acted { action: one, progress }
            if one.0 == action && !matches!(progress, Progress::Running { .. }))
    };
    match samma.until_from(from, "the end of the action", wanted) {
        Change::Acted { progress, .. } => progress,
        _ => unreachable!("matched above"),
    }
}

fn done(count: u32, undo: bool) -> Progress {
    Progress::Done { count, undo }
}

fn uids(samma: &Pump) -> Vec<u32> {
    samma.rows.iter().map(|row| row.uid).collect()
}

fn to(name: &str) -> Destination {
    Destination::Mailbox(name.to_owned())
}

fn named(samma: &Pump, label: &str) -> Option<String> {
    let mut all = samma.mailboxes.iter();
    all.find(|one| one.label == label)
        .map(|one| one.name.clone())
}

fn total(samma: &Pump, label: &str) -> Option<u32> {
    let mut all = samma.mailboxes.iter();
    all.find(|one| one.label == label)?.total
}

/// Makes a folder, and waits for it; answers with its full name.
fn folder(samma: &mut Pump, action: u32, label: &str) -> String {
    let from = samma.changes.len();
    organise(
        samma,
        action,
        MailboxAction::Create {
            parent: None,
            label: label.to_owned(),
        },
    );
    assert!(named(samma, label).is_some(), "shown at once");
    assert_eq!(acted(samma, from, action), done(1, false));
    named(samma, label).unwrap()
}

#[test]
fn messages_move_at_once_and_come_back_by_undo() {
    let Some(fixture) = fixture() else { return };
    let mut other = fixture.other();
    for n in 1..=3 {
        append(&mut other, "INBOX", &format!("M{n}"), "\r\nText.\r\n");
    }
    let mut samma = fixture.samma();
    samma.until_shown("three rows", |samma| {
        samma.rows.len() == 3 && !samma.mailboxes.is_empty()
    });
    let place = folder(&mut samma, 1, "Moved here");

    let middle = samma.rows[1].uid;
    let from = samma.changes.len();
    act(
        &mut samma,
        2,
        Which::These(vec![middle]),
        MessageAction::Move(to(&place)),
    );
    assert_eq!(subjects(&samma), ["M3", "M1"], "gone at once");
    assert_eq!(samma.total, 2);
    assert_eq!(total(&samma, "Moved here"), Some(1), "counted at once");
    assert_eq!(acted(&mut samma, from, 2), done(1, true));
    assert_eq!(fixture.subjects_in(&place), ["M2"]);
    assert_eq!(fixture.subjects_in("INBOX"), ["M1", "M3"]);
    fixture.until(
        "the mark is off",
        || {
            fixture
                .flags_in(&place)
                .iter()
                .all(|flags| flags.iter().all(|flag| !flag.as_str().starts_with("$mv")))
        },
        &mut samma,
    );

    let from = samma.changes.len();
    samma.command(Command::Undo {
        action: ActionId(3),
        undoes: ActionId(2),
    });
    assert_eq!(acted(&mut samma, from, 3), done(1, true));
    samma.until_shown("three rows again", |samma| samma.rows.len() == 3);
    assert_eq!(fixture.subjects_in(&place), Vec::<String>::new());
    assert_eq!(fixture.subjects_in("INBOX").len(), 3);
    samma.until_shown("counts", |samma| total(samma, "Moved here") == Some(0));
}

#[test]
fn the_trash_is_made_where_there_is_none_and_undo_may_come_early() {
    let Some(fixture) = fixture() else { return };
    let mut other = fixture.other();
    append(&mut other, "INBOX", "One", "\r\nText.\r\n");
    append(&mut other, "INBOX", "Two", "\r\nText.\r\n");
    let mut samma = fixture.samma();
    samma.until_shown("two rows", |samma| {
        samma.rows.len() == 2 && !samma.mailboxes.is_empty()
    });
    let uid = samma.rows[0].uid;
    let from = samma.changes.len();
    let trash = || Destination::Role(Role::Trash);
    act(
        &mut samma,
        1,
        Which::These(vec![uid]),
        MessageAction::Move(trash()),
    );
    assert_eq!(acted(&mut samma, from, 1), done(1, true));
    samma.until_shown("a trash", |samma| {
        samma
            .mailboxes
            .iter()
            .any(|one| one.role == Role::Trash && one.total == Some(1))
    });
    // Undone before the server has said anything.
    let uid = samma.rows[0].uid;
    let from = samma.changes.len();
    act(
        &mut samma,
        2,
        Which::These(vec![uid]),
        MessageAction::Move(trash()),
    );
    assert_eq!(samma.total, 0);
    samma.command(Command::Undo {
        action: ActionId(3),
        undoes: ActionId(2),
    });
    let progress = acted(&mut samma, from, 3);
    assert!(matches!(progress, Progress::Done { .. }), "{progress:?}");
    samma.until_shown("one row", |samma| samma.total == 1 && samma.rows.len() == 1);
    assert_eq!(fixture.subjects_in("INBOX"), ["One"]);
}

#[test]
fn copies_are_made_and_undone_and_messages_are_removed_for_good() {
    let Some(fixture) = fixture() else { return };
    let mut other = fixture.other();
    for n in 1..=4 {
        append(&mut other, "INBOX", &format!("C{n}"), "\r\nText.\r\n");
    }
    let mut samma = fixture.samma();
    samma.until_shown("rows", |samma| {
        samma.rows.len() == 4 && !samma.mailboxes.is_empty()
    });
    let place = folder(&mut samma, 1, "Copies");
    let all = uids(&samma);
    let from = samma.changes.len();
    act(
        &mut samma,
        2,
        Which::These(all[..2].to_vec()),
        MessageAction::Copy(to(&place)),
    );
    assert_eq!(acted(&mut samma, from, 2), done(2, true));
    assert_eq!(fixture.subjects_in(&place), ["C3", "C4"]);
    let from = samma.changes.len();
    samma.command(Command::Undo {
        action: ActionId(3),
        undoes: ActionId(2),
    });
    assert_eq!(acted(&mut samma, from, 3), done(2, false));
    assert!(fixture.subjects_in(&place).is_empty());
    assert_eq!(samma.total, 4);

    let from = samma.changes.len();
    act(
        &mut samma,
        4,
        Which::These(vec![all[0], all[3]]),
        MessageAction::Delete,
    );
    assert_eq!(subjects(&samma), ["C3", "C2"]);
    assert_eq!(acted(&mut samma, from, 4), done(2, false));
    assert_eq!(fixture.subjects_in("INBOX"), ["C2", "C3"]);
    // All of the list, as it is.
    let from = samma.changes.len();
    act(
        &mut samma,
        5,
        Which::All(ViewId(1)),
        MessageAction::Move(to(&place)),
    );
    assert_eq!(samma.total, 0);
    assert_eq!(acted(&mut samma, from, 5), done(2, true));
    assert_eq!(fixture.subjects_in(&place), ["C2", "C3"]);
    let from = samma.changes.len();
    organise(
        &mut samma,
        6,
        MailboxAction::Empty {
            mailbox: place.clone(),
        },
    );
    assert_eq!(acted(&mut samma, from, 6), done(2, false));
    assert!(fixture.subjects_in(&place).is_empty());
    samma.until_shown("counts", |samma| total(samma, "Copies") == Some(0));
}

#[test]
fn flags_are_undone_where_they_were_changed_and_all_is_marked_read() {
    let Some(fixture) = fixture() else { return };
    let mut other = fixture.other();
    for n in 1..=3 {
        append(&mut other, "INBOX", &format!("F{n}"), "\r\nText.\r\n");
    }
    let mut samma = fixture.samma();
    samma.until_shown("rows", |samma| {
        samma.rows.len() == 3 && !samma.mailboxes.is_empty()
    });
    let all = uids(&samma);
    let flagged = || Flags {
        flagged: true,
        keywords: vec!["Work".to_owned()],
        ..Flags::default()
    };
    let set = |flags| MessageAction::Flags {
        add: flags,
        remove: Flags::default(),
    };
    let from = samma.changes.len();
    act(&mut samma, 1, Which::These(vec![all[0]]), set(flagged()));
    assert_eq!(acted(&mut samma, from, 1), done(1, true));
    let from = samma.changes.len();
    act(&mut samma, 2, Which::These(all.clone()), set(flagged()));
    assert!(samma.rows.iter().all(|row| row.flags.flagged));
    assert_eq!(acted(&mut samma, from, 2), done(3, true));
    let from = samma.changes.len();
    samma.command(Command::Undo {
        action: ActionId(3),
        undoes: ActionId(2),
    });
    assert!(matches!(acted(&mut samma, from, 3), Progress::Done { .. }));
    let left: Vec<u32> = samma
        .rows
        .iter()
        .filter(|row| row.flags.flagged && row.flags.keywords == ["Work"])
        .map(|row| row.uid)
        .collect();
    assert_eq!(left, [all[0]], "what was flagged before stays so");
    let theirs = fixture.flags_in("INBOX");
    let has = |flags: &&Vec<Flag>| flags.contains(&Flag::Flagged);
    assert_eq!(theirs.iter().filter(has).count(), 1);

    let from = samma.changes.len();
    organise(
        &mut samma,
        4,
        MailboxAction::MarkAllRead {
            mailbox: "INBOX".to_owned(),
        },
    );
    assert_eq!(samma.mailboxes[0].unread, Some(0), "at once");
    assert_eq!(acted(&mut samma, from, 4), done(3, true));
    assert!(
        fixture
            .flags_in("INBOX")
            .iter()
            .all(|flags| flags.contains(&Flag::Seen))
    );
}

#[test]
fn folders_are_made_renamed_moved_and_removed() {
    let Some(fixture) = fixture() else { return };
    let mut other = fixture.other();
    append(&mut other, "INBOX", "Here", "\r\nText.\r\n");
    let mut samma = fixture.samma();
    samma.until_shown("rows", |samma| {
        samma.rows.len() == 1 && !samma.mailboxes.is_empty()
    });
    let fika = folder(&mut samma, 1, "Fika och räksmörgås 🍤");
    let projects = folder(&mut samma, 2, "Projects");
    assert!(fixture.names().contains(&fika));
    let uid = samma.rows[0].uid;
    let from = samma.changes.len();
    act(
        &mut samma,
        3,
        Which::These(vec![uid]),
        MessageAction::Move(to(&fika)),
    );
    assert_eq!(acted(&mut samma, from, 3), done(1, true));

    // Renamed and moved below another one, while it is open.
    samma.open(2, &fika, None);
    samma.until_shown("its message", |samma| samma.rows.len() == 1);
    let from = samma.changes.len();
    organise(
        &mut samma,
        4,
        MailboxAction::Rename {
            mailbox: fika.clone(),
            parent: Some(projects.clone()),
            label: "Möten".to_owned(),
        },
    );
    assert!(named(&samma, "Möten").is_some(), "at once");
    assert_eq!(acted(&mut samma, from, 4), done(1, false));
    let moved = named(&samma, "Möten").unwrap();
    let told = samma.changes[from..].iter().any(|change| {
        matches!(change, Change::MailboxRenamed { from, to } if *from == fika && *to == moved)
    });
    assert!(told, "what is open stays open");
    assert!(fixture.names().contains(&moved) && !fixture.names().contains(&fika));
    assert_eq!(fixture.subjects_in(&moved), ["Here"]);
    append(&mut other, &moved, "Later", "\r\nText.\r\n");
    samma.until_shown("live under its new name", |samma| {
        subjects(samma) == ["Later", "Here"]
    });

    // A name that is taken, and names that can't be had.
    for (action, label, kind) in [
        (5, "Projects", ProblemKind::AlreadyExists),
        (6, "  ", ProblemKind::BadName),
        (7, "a*b", ProblemKind::BadName),
    ] {
        let from = samma.changes.len();
        let what = MailboxAction::Create {
            parent: None,
            label: label.to_owned(),
        };
        organise(&mut samma, action, what);
        let progress = acted(&mut samma, from, action);
        assert!(
            matches!(&progress, Progress::Refused { problem, .. } if problem.kind == kind),
            "{progress:?}"
        );
    }

    // Removed with what is below, while it is open.
    let from = samma.changes.len();
    organise(
        &mut samma,
        8,
        MailboxAction::Delete {
            mailbox: projects.clone(),
        },
    );
    assert!(named(&samma, "Projects").is_none() && named(&samma, "Möten").is_none());
    assert_eq!(acted(&mut samma, from, 8), done(1, false));
    let names = fixture.names();
    assert!(
        !names.contains(&projects) && !names.contains(&moved),
        "{names:?}"
    );
    samma.open(3, "INBOX", None);
    append(&mut other, "INBOX", "Still live", "\r\nText.\r\n");
    samma.until_shown("still live", |samma| subjects(samma) == ["Still live"]);
}

#[test]
fn an_action_whose_answer_is_lost_is_looked_up_and_not_done_twice() {
    let Some(fixture) = fixture() else { return };
    let mut other = fixture.other();
    for n in 1..=5 {
        append(&mut other, "INBOX", &format!("L{n}"), "\r\nText.\r\n");
    }
    let mut samma = fixture.samma();
    samma.until_shown("rows", |samma| {
        samma.rows.len() == 5 && !samma.mailboxes.is_empty()
    });
    let place = folder(&mut samma, 1, "Lost");
    for (action, row) in (2..).zip(0..3) {
        let uid = samma.rows[0].uid;
        let from = samma.changes.len();
        act(
            &mut samma,
            action,
            Which::These(vec![uid]),
            MessageAction::Move(to(&place)),
        );
        // Cut at different moments: right away, and after one or two answers.
        for _ in 0..row {
            samma.once();
        }
        samma.cut();
        assert!(matches!(
            acted(&mut samma, from, action),
            Progress::Done { .. }
        ));
    }
    let uid = samma.rows[0].uid;
    let from = samma.changes.len();
    act(
        &mut samma,
        9,
        Which::These(vec![uid]),
        MessageAction::Copy(to(&place)),
    );
    samma.cut();
    assert!(matches!(acted(&mut samma, from, 9), Progress::Done { .. }));
    assert_eq!(fixture.subjects_in(&place), ["L5", "L4", "L3", "L2"]);
    assert_eq!(fixture.subjects_in("INBOX"), ["L1", "L2"]);
}
