//! What people do, as it goes over the wire: the conversations that no real server can be made to have.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a test may stop where it is surprised"
)]

#[path = "script/mod.rs"]
mod script;

use samma_mailbox::change::{Change, Flags, ProblemKind, Progress};
use samma_mailbox::command::{ActionId, Command, Destination, MessageAction, Messages, Which};
use samma_mailbox::input::{CloseReason, ConnectionId, Input};
use samma_transport::poke::{self, Kind};
use script::{BARE, FIRST, RICH, Script};

const SECOND: ConnectionId = ConnectionId(2);

/// INBOX with `count` messages, in which keywords can be made, and a folder "Shelf".
fn open(capabilities: &str, count: u32) -> Script {
    let mut script = Script::signed_in(capabilities);
    if let Some(tag) = script.find_tag("ENABLE") {
        script.server(&format!("* ENABLED QRESYNC\n{tag} OK"));
    }
    let tag = script.tag("SELECT");
    script.server(&format!(
        "* {count} EXISTS\n* OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] p\n* OK [UIDVALIDITY 7] v\n\
         * OK [UIDNEXT {}] n\n* OK [HIGHESTMODSEQ 100] h\n{tag} OK [READ-WRITE] selected",
        count + 1
    ));
    script.shelf = true;
    script.answer_all(count);
    script.server("+ idling");
    script.forget_lines();
    script.news();
    script
}

fn shelve(script: &mut Script, uids: Vec<u32>) {
    let shelf = Destination::Mailbox("Shelf".to_owned());
    act(script, uids, MessageAction::Move(shelf));
}

fn act(script: &mut Script, uids: Vec<u32>, what: MessageAction) {
    act_as(script, ActionId(1), uids, what);
}

fn act_as(script: &mut Script, action: ActionId, uids: Vec<u32>, what: MessageAction) {
    script.command(Command::Act {
        action,
        on: Messages {
            mailbox: "INBOX".to_owned(),
            uid_validity: 7,
            which: Which::These(uids),
        },
        what,
    });
}

fn progress(script: &mut Script) -> Option<Progress> {
    script
        .news()
        .into_iter()
        .rev()
        .find_map(|change| match change {
            Change::Acted { progress, .. } => Some(progress),
            _ => None,
        })
}

#[test]
fn a_move_is_guarded_and_its_mark_taken_off_where_it_arrives() {
    let mut script = open(RICH, 3);
    shelve(&mut script, vec![2, 3]);
    assert_eq!(script.rows().0, 1, "at once");
    let tag = script.tag("UID STORE 2:3 (UNCHANGEDSINCE 100) +FLAGS.SILENT ($mv-");
    script.server(&format!("{tag} OK done"));
    let tag = script.tag("UID MOVE 2:3 \"Shelf\"");
    script.server(&format!(
        "* OK [COPYUID 9 2:3 11:12] Moved\n* VANISHED 2:3\n{tag} OK done"
    ));
    assert_eq!(
        progress(&mut script),
        Some(Progress::Done {
            count: 2,
            undo: true
        })
    );
    script.expect("STATUS \"Shelf\"");
    // The second connection opens it there.
    script.sign_in_again(SECOND, RICH);
    let tag = script.tag("ENABLE");
    script.server_on(SECOND, &format!("{tag} OK"));
    let tag = script.tag("SELECT \"Shelf\"");
    script.server_on(
        SECOND,
        &format!("* 2 EXISTS\n* OK [UIDVALIDITY 9] v\n{tag} OK [READ-WRITE] selected"),
    );
    script.expect("UID STORE 11:12 -FLAGS.SILENT ($mv-");
    // Nobody knows whether it was heard.
    script.answer_all(1);
    script.server("+ idling");
    script.forget_lines();
    let reason = CloseReason {
        kind: ProblemKind::ServerClosed,
        detail: String::new(),
    };
    script.lost(SECOND, reason);
    // It did not live long, so that the first one does it.
    let tag = script.tag("SELECT \"Shelf\"");
    script.server(&format!(
        "* 2 EXISTS\n* OK [UIDVALIDITY 9] v\n{tag} OK [READ-WRITE] selected"
    ));
    script.expect("UID STORE 11:12 -FLAGS.SILENT ($mv-");
}

#[test]
fn a_move_whose_answer_is_lost_is_found_by_its_mark() {
    let mut script = open(RICH, 3);
    shelve(&mut script, vec![2, 3]);
    let lines = script.lines(FIRST);
    let store = lines.iter().find(|line| line.contains("UNCHANGEDSINCE"));
    let mark = store.unwrap().rsplit_once('(').unwrap().1.replace(')', "");
    let tag = script.tag("UNCHANGEDSINCE 100");
    script.server(&format!("{tag} OK done"));
    script.expect("UID MOVE 2:3 \"Shelf\"");
    script.lost(
        FIRST,
        CloseReason {
            kind: ProblemKind::ServerUnreachable,
            detail: String::new(),
        },
    );
    script.forget_lines();
    let before = script.dialled.len();
    script.wait(1_000.0);
    let mut signed_in = before;
    let mut unmarked = Vec::new();
    loop {
        if script.dialled.len() > signed_in {
            let id = script.dialled[signed_in];
            script.sign_in_again(id, RICH);
            signed_in += 1;
        }
        let Some((id, tag, line)) = script.next_command() else {
            break;
        };
        let answer = if line.contains("ENABLE") {
            "* ENABLED QRESYNC\n"
        } else if line.contains("SELECT \"Shelf\"") {
            "* 2 EXISTS\n* OK [PERMANENTFLAGS (\\Seen \\*)] p\n* OK [UIDVALIDITY 9] v\n"
        } else if line.contains("SELECT \"INBOX\"") {
            "* 1 EXISTS\n* OK [PERMANENTFLAGS (\\Seen \\*)] p\n* OK [UIDVALIDITY 7] v\n* OK [UIDNEXT 4] n\n\
             * OK [HIGHESTMODSEQ 110] h\n* VANISHED (EARLIER) 2:3\n"
        } else if line.contains("MESSAGE-ID") && line.contains(":*") {
            &format!(
                "* 1 FETCH (UID 11 FLAGS ({mark}) BODY[HEADER.FIELDS (MESSAGE-ID)] \"Message-ID: <a@b>\")\n\
                 * 2 FETCH (UID 12 FLAGS ({mark}) BODY[HEADER.FIELDS (MESSAGE-ID)] \"Message-ID: <c@d>\")\n"
            )
        } else {
            ""
        };
        if line.contains("IDLE") {
            script.server_on(id, "+ idling");
        } else {
            script.server_on(id, &format!("{answer}{tag} OK"));
        }
        if line.contains("$mv-") {
            unmarked.push(line);
        }
    }
    assert!(
        unmarked
            .iter()
            .any(|line| line.contains("UID STORE 11:12 -FLAGS.SILENT ($mv-")),
        "{unmarked:?}"
    );
    assert_eq!(
        progress(&mut script),
        Some(Progress::Done {
            count: 2,
            undo: true
        })
    );
}

#[test]
fn what_another_device_has_marked_is_left_to_it() {
    let mut script = open(RICH, 3);
    shelve(&mut script, vec![1, 2, 3]);
    let tag = script.tag("UNCHANGEDSINCE 100");
    script.server(&format!("{tag} OK [MODIFIED 1:2] conditional store failed"));
    // The first was marked by another device, the second only read.
    let tag = script.tag("UID FETCH 1:2 (UID FLAGS MODSEQ)");
    script.server(&format!(
        "* 1 FETCH (UID 1 FLAGS () MODSEQ (100))\n\
         * 1 FETCH (UID 1 FLAGS ($mv-x $mv-a $mv-b) MODSEQ (101))\n\
         * 2 FETCH (UID 2 FLAGS (\\Seen) MODSEQ (102))\n{tag} OK"
    ));
    let tag = script.tag("UID STORE 2 (UNCHANGEDSINCE 102)");
    script.server(&format!("{tag} OK"));
    let tag = script.tag("UID MOVE 2:3 \"Shelf\"");
    script.server(&format!(
        "* OK [COPYUID 9 2:3 11:12] Moved\n* VANISHED 2:3\n{tag} OK"
    ));
    assert_eq!(
        progress(&mut script),
        None,
        "one is left to the other device"
    );
    // The other device has died: what it left is moved after all.
    script.answer_all(3);
    script.server("+ idling");
    script.forget_lines();
    script.wait(6_000.0);
    let tag = script.tag("UID FETCH 1 (UID FLAGS MODSEQ)");
    script.server(&format!(
        "* 1 FETCH (UID 1 FLAGS ($mv-a $mv-b) MODSEQ (101))\n{tag} OK"
    ));
    let tag = script.tag("UID STORE 1 (UNCHANGEDSINCE 101");
    script.server(&format!("{tag} OK"));
    let tag = script.tag("UID MOVE 1 \"Shelf\"");
    script.server(&format!(
        "* OK [COPYUID 9 1 13] Moved\n* VANISHED 1\n{tag} OK"
    ));
    assert_eq!(
        progress(&mut script),
        Some(Progress::Done {
            count: 3,
            undo: true
        })
    );
}

#[test]
fn what_is_told_of_other_messages_meanwhile_moves_none_of_them() {
    let mut script = open(RICH, 3);
    shelve(&mut script, vec![1]);
    let tag = script.tag("UNCHANGEDSINCE 100");
    script.server(&format!("{tag} OK [MODIFIED 1] conditional store failed"));
    let tag = script.tag("UID FETCH 1 (UID FLAGS MODSEQ)");
    script.server(&format!(
        "* 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (101))\n\
         * 2 FETCH (UID 2 FLAGS (\\Flagged) MODSEQ (102))\n{tag} OK"
    ));
    let tag = script.tag("UID STORE 1 (UNCHANGEDSINCE 101)");
    script.server(&format!("{tag} OK"));
    script.expect("UID MOVE 1 \"Shelf\"");
}

#[test]
fn each_action_hears_of_its_own_messages_whatever_the_order() {
    let mut script = open(RICH, 3);
    let shelf = || MessageAction::Move(Destination::Mailbox("Shelf".to_owned()));
    act_as(&mut script, ActionId(1), vec![1], shelf());
    act_as(&mut script, ActionId(2), vec![2], shelf());
    let first = script.tag("UID STORE 1 (UNCHANGEDSINCE 100)");
    let second = script.tag("UID STORE 2 (UNCHANGEDSINCE 100)");
    script.server(&format!(
        "{first} OK [MODIFIED 1] failed\n{second} OK [MODIFIED 2] failed"
    ));
    let first = script.tag("UID FETCH 1 (UID FLAGS MODSEQ)");
    let second = script.tag("UID FETCH 2 (UID FLAGS MODSEQ)");
    // Dovecot carries out both before it ends the first.
    script.server(&format!(
        "* 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (101))\n\
         * 2 FETCH (UID 2 FLAGS (\\Seen) MODSEQ (102))\n{first} OK\n{second} OK"
    ));
    script.expect("UID STORE 1 (UNCHANGEDSINCE 101)");
    script.expect("UID STORE 2 (UNCHANGEDSINCE 102)");
}

#[test]
fn flags_that_were_read_before_they_were_changed_are_read_again() {
    let mut script = open(RICH, 3);
    script.command(Command::Organise {
        action: ActionId(4),
        what: samma_mailbox::command::MailboxAction::MarkAllRead {
            mailbox: "Shelf".to_owned(),
        },
    });
    script.sign_in_again(SECOND, RICH);
    let tag = script.tag("ENABLE");
    script.server_on(SECOND, &format!("{tag} OK"));
    let tag = script.tag("SELECT \"Shelf\"");
    script.server_on(
        SECOND,
        &format!("* 1 EXISTS\n* OK [UIDVALIDITY 9] v\n{tag} OK [READ-WRITE]"),
    );
    let tag = script.tag("UNSEEN");
    script.server_on(SECOND, &format!("* ESEARCH UID ALL 1\n{tag} OK"));
    let tag = script.tag("A5 NOOP");
    script.server_on(SECOND, &format!("{tag} OK"));
    let store = script.tag("UID STORE 1 +FLAGS.SILENT (\\Seen)");
    // Opened meanwhile, by the first connection, which is told of it as unread.
    script.open(2, "Shelf");
    script.select_answer(9, 1);
    script.answer_all(1);
    script.server("+ idling");
    script.forget_lines();
    script.server_on(SECOND, &format!("{store} OK"));
    script.expect("UID SEARCH RETURN (ALL) UNSEEN");
}

#[test]
fn a_refused_move_comes_back_where_it_was_with_the_reason() {
    let mut script = open(RICH, 3);
    shelve(&mut script, vec![2]);
    assert_eq!(script.rows().0, 2);
    let tag = script.tag("UNCHANGEDSINCE");
    script.server(&format!("{tag} OK"));
    let tag = script.tag("UID MOVE 2 \"Shelf\"");
    script.server(&format!("{tag} NO [OVERQUOTA] Quota exceeded"));
    let told = script.news();
    let refused = told.iter().any(|change| {
        matches!(change, Change::Acted { progress: Progress::Refused { problem, .. }, .. }
            if problem.kind == ProblemKind::OverQuota && problem.server_text.as_deref() == Some("Quota exceeded"))
    });
    assert!(refused, "{told:?}");
    let back = told.iter().rev().find_map(|change| match change {
        Change::Rows { edits, rows, .. } => Some((edits.clone(), rows.len())),
        _ => None,
    });
    let (edits, rows) = back.unwrap();
    assert_eq!((edits[0].at, edits[0].inserted, rows), (1, 1, 3));
    script.expect("UID STORE 2 -FLAGS.SILENT ($mv-");
}

#[test]
fn what_a_server_has_to_have_written_before_is_waited_for() {
    // Dovecot carries out what comes in one write as it saw the mailbox before.
    let mut script = open(RICH, 3);
    act(&mut script, vec![2], MessageAction::Delete);
    let tag = script.tag("UID STORE 2 +FLAGS.SILENT (\\Deleted)");
    assert!(script.find_tag("UID EXPUNGE").is_none());
    script.server(&format!("{tag} OK"));
    let tag = script.tag("UID EXPUNGE 2");
    script.server(&format!("{tag} NO [NOPERM] not you"));
    script.expect("UID STORE 2 -FLAGS.SILENT (\\Deleted)");
    assert!(matches!(
        progress(&mut script),
        Some(Progress::Refused { done: 0, .. })
    ));

    let mut script = open(RICH, 3);
    act(&mut script, vec![2], MessageAction::Junk(true));
    let tag = script.tag("CREATE \"Junk\"");
    script.server(&format!("{tag} OK"));
    let tag = script.tag("UNCHANGEDSINCE 100");
    script.server(&format!("{tag} OK"));
    let add = script.tag("UID STORE 2 +FLAGS.SILENT ($Junk)");
    let remove = script.tag("UID STORE 2 -FLAGS.SILENT ($NotJunk)");
    assert!(script.find_tag("UID MOVE").is_none());
    script.server(&format!("{add} NO no such keyword\n{remove} OK"));
    script.expect("UID MOVE 2 ");
}

#[test]
fn what_is_gone_counts_as_neither_read_nor_unread() {
    let mut script = open(RICH, 3);
    let seen = Flags {
        seen: true,
        ..Flags::default()
    };
    let read = MessageAction::Flags {
        add: seen,
        remove: Flags::default(),
    };
    act(&mut script, vec![2, 3], read);
    assert_eq!(unread(&mut script), Some(1));
    let tag = script.tag("UID STORE 2:3 +FLAGS.SILENT (\\Seen)");
    // The newest goes meanwhile.
    script.server(&format!("{tag} OK\n* VANISHED 3"));
    script.answer_all(2);
    script.command(Command::Undo {
        action: ActionId(2),
        undoes: ActionId(1),
    });
    assert_eq!(unread(&mut script), Some(2), "and not all three");
}

#[test]
fn what_was_gone_before_it_was_copied_is_not_said_to_be_copied() {
    let mut script = open(RICH, 3);
    let shelf = Destination::Mailbox("Shelf".to_owned());
    act(&mut script, vec![3], MessageAction::Copy(shelf));
    let tag = script.tag("UID COPY 3 ");
    script.server(&format!("* VANISHED 3\n{tag} NO [EXPUNGEISSUED] gone"));
    script.answer_all(2);
    assert!(matches!(
        progress(&mut script),
        Some(Progress::Refused { done: 0, problem, .. }) if problem.kind == ProblemKind::NoMessage
    ));
}

/// How many are said to be unread in INBOX, last.
fn unread(script: &mut Script) -> Option<u32> {
    script
        .news()
        .iter()
        .rev()
        .find_map(|change| match change {
            Change::Mailboxes(all) => all.iter().find(|one| one.name == "INBOX"),
            _ => None,
        })
        .and_then(|inbox| inbox.unread)
}

#[test]
fn without_move_messages_are_copied_and_then_removed_by_uid() {
    let mut script = open("IMAP4rev1 IDLE UIDPLUS", 3);
    shelve(&mut script, vec![3]);
    let tag = script.tag("UID COPY 3 \"Shelf\"");
    assert!(
        script
            .lines(FIRST)
            .iter()
            .all(|line| !line.contains("EXPUNGE"))
    );
    script.server(&format!("{tag} OK [COPYUID 9 3 11] copied"));
    let tag = script.tag("UID STORE 3 +FLAGS.SILENT (\\Deleted)");
    script.server(&format!("{tag} OK"));
    let tag = script.tag("UID EXPUNGE 3");
    script.server(&format!("* 3 EXPUNGE\n{tag} OK"));
    // Has another device copied the same? The lower of the two stays.
    script.sign_in_again(SECOND, "IMAP4rev1 UIDPLUS");
    let tag = script.tag("SELECT \"Shelf\"");
    script.server_on(
        SECOND,
        &format!("* 2 EXISTS\n* OK [UIDVALIDITY 9] v\n{tag} OK [READ-WRITE]"),
    );
    let tag = script.tag("UID FETCH 10:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])");
    let header = |uid: u32| {
        format!("* 1 FETCH (UID {uid} BODY[HEADER.FIELDS (MESSAGE-ID)] \"Message-ID: <a@b>\")\n")
    };
    script.server_on(SECOND, &format!("{}{}{tag} OK", header(10), header(11)));
    assert_eq!(
        progress(&mut script),
        Some(Progress::Done {
            count: 1,
            undo: true
        })
    );
    // In a step of its own, so that it is told of all that is there.
    let tag = script.tag("A4 NOOP");
    script.server_on(SECOND, &format!("{tag} OK"));
    let tag = script.tag("UID STORE 11 +FLAGS.SILENT (\\Deleted)");
    assert!(script.find_tag("UID EXPUNGE 11").is_none());
    script.server_on(SECOND, &format!("{tag} OK"));
    let tag = script.tag("A6 NOOP");
    script.server_on(SECOND, &format!("{tag} OK"));
    script.expect("UID EXPUNGE 11");
}

#[test]
fn where_one_connection_must_do_it_is_lent_and_comes_back() {
    let mut script = open(BARE, 3);
    script.command(Command::Organise {
        action: ActionId(4),
        what: samma_mailbox::command::MailboxAction::Empty {
            mailbox: "Shelf".to_owned(),
        },
    });
    assert_eq!(script.dialled.last(), Some(&SECOND));
    let reason = CloseReason {
        kind: ProblemKind::TooManyConnections,
        detail: "one is enough".to_owned(),
    };
    script.lost(SECOND, reason);
    let tag = script.tag("SELECT \"Shelf\"");
    script.server(&format!(
        "* 0 EXISTS\n* OK [UIDVALIDITY 9] v\n{tag} OK [READ-WRITE]"
    ));
    let tag = script.tag("UID SEARCH ALL");
    script.server(&format!("* SEARCH\n{tag} OK"));
    for _ in 0..10 {
        if let Some(tag) = script.find_tag("SEARCH") {
            script.server(&format!("* SEARCH\n{tag} OK"));
        } else if let Some(tag) = script.find_tag("LIST").or_else(|| script.find_tag("LSUB")) {
            script.server(&format!(
                "* LIST () \"/\" INBOX\n* LIST () \"/\" Shelf\n{tag} OK"
            ));
        } else if let Some(tag) = script
            .find_tag("STATUS")
            .or_else(|| script.find_tag("NOOP"))
        {
            script.server(&format!("{tag} OK"));
        }
    }
    script.expect("SELECT \"INBOX\"");
    assert_eq!(
        progress(&mut script),
        Some(Progress::Done {
            count: 0,
            undo: false
        })
    );
}

#[test]
fn a_device_pokes_what_it_changed_and_looks_where_it_is_poked() {
    let mut script = Script::new();
    let mut login = Script::login(samma_transport::config::Tls::Implicit);
    login.poke = true;
    script.command(Command::SignIn(Box::new(login)));
    script.input(Input::Connected(FIRST));
    script.server("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello");
    script.open(1, "INBOX");
    let tag = script.tag("AUTHENTICATE");
    script.server(&format!("{tag} OK [CAPABILITY {RICH}] in"));
    script.select_answer(7, 2);
    script.answer_all(2);
    script.server("+ idling");
    assert_eq!(script.poked.remove(0), b"wss://gateway/poke");
    script.input(Input::PokesOpened);
    let (kind, joined) = poke::decode(&script.poked.remove(0)).unwrap();
    assert_eq!(
        (kind, joined.len()),
        (Kind::Join, 2),
        "all mailboxes, and INBOX"
    );

    // A change of our own.
    act(&mut script, vec![1], MessageAction::Delete);
    assert!(
        script.poked.is_empty(),
        "not before the server has confirmed it"
    );
    let tag = script.tag("\\Deleted");
    script.server(&format!("{tag} OK"));
    let tag = script.tag("UID EXPUNGE");
    script.server(&format!("* VANISHED 1\n{tag} OK"));
    let (kind, topics) = poke::decode(&script.poked.remove(0)).unwrap();
    assert_eq!(kind, Kind::Poke);
    assert!(topics.iter().all(|topic| joined.contains(topic)) && topics.len() == 1);
    script.answer_all(2);
    script.server("+ idling");
    script.forget_lines();

    // And one of another device.
    script.input(Input::PokesReceived(poke::encode(Kind::Poked, &topics)));
    script.expect("NOOP");
    script.answer_all(2);
    script.server("+ idling");
    let tree = joined.iter().find(|topic| !topics.contains(topic)).unwrap();
    script.input(Input::PokesReceived(poke::encode(Kind::Poked, &[*tree])));
    script.expect("LIST");
    // Rubbish is nobody's fault but the gateway's.
    script.input(Input::PokesReceived(vec![9, 9, 9]));
    script.input(Input::PokesClosed);
    script.wait(2_000.0);
    assert_eq!(script.poked.last().unwrap(), b"wss://gateway/poke");
}

#[test]
fn a_slow_line_moves_all_the_same() {
    let mut script = open(RICH, 3);
    shelve(&mut script, vec![2]);
    let tag = script.tag("UNCHANGEDSINCE 100");
    script.wait(1_500.0);
    script.server(&format!("{tag} OK"));
    script.expect("UID MOVE 2 \"Shelf\"");
}

#[test]
fn what_a_server_will_not_list_is_not_asked_for_without_end() {
    let mut script = open(RICH, 3);
    // Flags that are refused are read again, and those off screen are counted again.
    script.command(Command::Act {
        action: ActionId(1),
        on: Messages {
            mailbox: "INBOX".to_owned(),
            uid_validity: 7,
            which: Which::These(vec![2, 99]),
        },
        what: MessageAction::Flags {
            add: Flags {
                seen: true,
                ..Flags::default()
            },
            remove: Flags::default(),
        },
    });
    script.server("A10 OK");
    let tag = script.tag("NOOP");
    script.server(&format!("{tag} OK"));
    let tag = script.tag("UID STORE");
    script.server(&format!("{tag} NO Mailbox does not exist"));
    let mut asked = 0;
    while let Some(tag) = script.find_tag("UNSEEN") {
        asked += 1;
        assert!(asked < 5, "asked again at every refusal");
        script.server(&format!("{tag} NO Mailbox does not exist"));
    }
    assert_eq!(asked, 1, "asked once");
}

#[test]
fn only_a_lack_of_keywords_moves_without_the_guard() {
    for (refusal, moves) in [
        ("Too many user flags in mailbox", true),
        ("[CANNOT] Keyword length too long", true),
        ("[SERVERBUG] Internal error occurred", false),
        ("Mailbox was deleted under us", false),
    ] {
        let mut script = open(RICH, 3);
        shelve(&mut script, vec![2]);
        let tag = script.tag("UNCHANGEDSINCE");
        script.server(&format!("{tag} NO {refusal}"));
        assert_eq!(script.find_tag("UID MOVE").is_some(), moves, "{refusal}");
        let refused = matches!(progress(&mut script), Some(Progress::Refused { .. }));
        assert_eq!(refused, !moves, "{refusal}");
    }
}

#[test]
fn who_was_let_through_second_leaves_the_messages_to_the_first() {
    let mut script = open(RICH, 3);
    shelve(&mut script, vec![2, 3]);
    let (tag, own) = guard(&mut script);
    // Its STORE succeeded as well; the answer tells of the other's mark on one of them.
    script.server(&format!(
        "* 2 FETCH (UID 2 MODSEQ (102) FLAGS ({own} {}))\n{tag} OK",
        another(&own)
    ));
    let tag = script.tag("UID MOVE 3 ");
    script.server(&format!(
        "* OK [COPYUID 9 3 11] Moved\n* VANISHED 3\n{tag} OK"
    ));
    assert_eq!(progress(&mut script), None, "one is left to the other");
    let tag = script.tag(&format!("UID STORE 2 -FLAGS.SILENT ({own})"));
    script.server(&format!("{tag} OK"));
    // The other device did the same: whoever comes first now has it.
    script.answer_all(3);
    script.server("+ idling");
    script.forget_lines();
    script.wait(6_000.0);
    let tag = script.tag("UID FETCH 2 (UID FLAGS MODSEQ)");
    script.server(&format!(
        "* 2 FETCH (UID 2 FLAGS () MODSEQ (104))\n{tag} OK"
    ));
    let (tag, _) = guard(&mut script);
    script.server(&format!("{tag} OK"));
    script.expect("UID MOVE 2 ");
}

#[test]
fn a_mark_that_nobody_stands_behind_any_more_holds_up_nothing() {
    let mut script = open(RICH, 3);
    script.server("* 2 FETCH (UID 2 MODSEQ (101) FLAGS ($mv-a $mv-b $mv-c))");
    script.answer_all(3);
    script.wait(3_500.0);
    script.answer_all(3);
    shelve(&mut script, vec![2]);
    let (tag, own) = guard(&mut script);
    script.server(&format!(
        "* 2 FETCH (UID 2 MODSEQ (102) FLAGS ({own} $mv-a $mv-b $mv-c))\n{tag} OK"
    ));
    script.expect("UID MOVE 2 ");
}

/// The tag and the mark of the guard that was asked for.
fn guard(script: &mut Script) -> (String, String) {
    let mut lines = script.lines(FIRST).into_iter();
    let line = lines.find(|line| line.contains("UNCHANGEDSINCE"));
    let (_, mark) = line.as_deref().unwrap().rsplit_once('(').unwrap();
    let mark = mark.trim_end().trim_end_matches(')').to_owned();
    (script.tag("UNCHANGEDSINCE"), mark)
}

/// A mark that has a keyword which this one has not.
fn another(own: &str) -> &'static str {
    if own.contains("$mv-a") {
        "$mv-f $mv-g $mv-h"
    } else {
        "$mv-a $mv-b $mv-c"
    }
}
