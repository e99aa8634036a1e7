//! Conversations with servers that say odd things, or nothing, at a clock turned by hand.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a test may stop where it is surprised"
)]

#[path = "script/mod.rs"]
mod harness;

use harness::{BARE, FIRST, RICH, Script, TAB, row};
use samma_mailbox::change::{
    Change, Connection, Edit, Flags, MessageRef, ProblemKind, Progress, Session,
};
use samma_mailbox::command::{
    ActionId, Command, MessageAction, Messages, RequestId, ViewId, Which,
};
use samma_mailbox::effect::Audience;
use samma_mailbox::input::{ClientId, CloseReason, ConnectionId, Input};
use samma_transport::config::Tls;

fn closed(kind: ProblemKind) -> CloseReason {
    CloseReason {
        kind,
        detail: String::new(),
    }
}

fn refused_with(script: &mut Script) -> ProblemKind {
    let told = script.news().into_iter().find_map(|change| match change {
        Change::SignInFailed(problem) => Some(problem.kind),
        _ => None,
    });
    told.expect("the sign-in was refused")
}

fn states(script: &mut Script) -> Vec<Connection> {
    script
        .news()
        .into_iter()
        .filter_map(|change| match change {
            Change::Connection(state) => Some(state),
            _ => None,
        })
        .collect()
}

#[test]
fn a_tab_hears_at_once_whether_it_must_sign_in() {
    let mut script = Script::new();
    assert!(matches!(
        script.news()[..],
        [Change::Welcome {
            session: Session::SignedOut,
            ..
        }]
    ));
}

#[test]
fn nothing_follows_the_login_before_its_answer() {
    let mut script = Script::greeted();
    script.open(1, "INBOX");
    assert_eq!(script.lines(FIRST).len(), 1);
}

#[test]
fn limits_and_wrong_passwords_are_told_apart() {
    for (answer, kind) in [
        ("NO [LIMIT] too many", ProblemKind::TooManyConnections),
        ("NO [UNAVAILABLE] later", ProblemKind::ServerUnreachable),
        ("NO [AUTHENTICATIONFAILED] no", ProblemKind::WrongPassword),
        ("NO no", ProblemKind::WrongPassword),
        ("NO", ProblemKind::WrongPassword),
    ] {
        let mut script = Script::greeted();
        let tag = script.tag("AUTHENTICATE");
        script.server(&format!("{tag} {answer}"));
        assert_eq!(refused_with(&mut script), kind, "{answer}");
        assert_eq!(script.closed, [FIRST]);
    }
}

#[test]
fn a_server_that_wants_nobody_is_told_with_its_words() {
    let mut script = Script::new();
    script.command(Command::SignIn(Box::new(Script::login(Tls::Implicit))));
    script.input(Input::Connected(FIRST));
    script.server("* BYE come back tomorrow");
    let told = script.news();
    let Some(Change::SignInFailed(problem)) = told.last() else {
        panic!("{told:?}")
    };
    assert_eq!(problem.kind, ProblemKind::ServerClosed);
    assert_eq!(problem.server_text.as_deref(), Some("come back tomorrow"));
}

#[test]
fn rubbish_instead_of_a_greeting_is_told() {
    let mut script = Script::new();
    script.command(Command::SignIn(Box::new(Script::login(Tls::Implicit))));
    script.input(Input::Connected(FIRST));
    script.server("HTTP/1.1 400 Bad Request");
    assert_eq!(refused_with(&mut script), ProblemKind::Broken);
}

#[test]
fn a_silent_server_is_given_up_within_thirty_seconds() {
    let mut script = Script::new();
    script.command(Command::SignIn(Box::new(Script::login(Tls::Implicit))));
    script.input(Input::Connected(FIRST));
    script.wait(24_000.0);
    assert!(script.closed.is_empty());
    script.wait(6_000.0);
    assert_eq!(refused_with(&mut script), ProblemKind::ServerSilent);
}

#[test]
fn with_starttls_nothing_is_said_before_tls_but_that() {
    let mut script = Script::new();
    script.command(Command::SignIn(Box::new(Script::login(Tls::StartTls))));
    script.input(Input::Connected(FIRST));
    script.server("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR] hello");
    let lines = script.lines(FIRST);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].ends_with("STARTTLS"));
    let tag = script.tag("STARTTLS");
    // What an attacker puts behind the grant is not believed.
    script.server(&format!(
        "{tag} OK go\n* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] x"
    ));
    script.input(Input::Secured(FIRST));
    assert!(
        script.lines(FIRST)[0].ends_with("CAPABILITY"),
        "asked anew: {:?}",
        script.lines(FIRST)
    );
}

#[test]
fn starttls_refused_or_already_in_is_refused() {
    let mut script = Script::new();
    script.command(Command::SignIn(Box::new(Script::login(Tls::StartTls))));
    script.input(Input::Connected(FIRST));
    script.server("* PREAUTH welcome");
    assert_eq!(refused_with(&mut script), ProblemKind::NoSafeLogin);

    let mut script = Script::new();
    script.command(Command::SignIn(Box::new(Script::login(Tls::StartTls))));
    script.input(Input::Connected(FIRST));
    script.server("* OK hello");
    let tag = script.tag("STARTTLS");
    script.server(&format!("{tag} BAD what"));
    assert_eq!(refused_with(&mut script), ProblemKind::NoSafeLogin);
}

#[test]
fn a_ticket_opens_the_account_without_asking_and_offline_too() {
    let mut script = Script::signed_in(RICH);
    let login = script.unsealing.take().expect("the login was sealed");
    assert!(!format!("{login:?}").is_empty());

    let mut later = Script::new();
    later.news();
    later.hello(TAB, Some(b"ticket".to_vec()));
    assert_eq!(later.unsealing.as_deref(), Some(b"ticket".as_slice()));
    later.input(Input::Unsealed(Some(login)));
    let told = later.news();
    assert!(
        told.iter()
            .any(|change| matches!(change, Change::SignedIn { .. })),
        "{told:?}"
    );
    later.lost(FIRST, closed(ProblemKind::GatewayUnreachable));
    let told = states(&mut later);
    assert!(
        matches!(&told[..], [.., Connection::Offline { problem, retry_ms: Some(_), .. }]
            if problem.kind == ProblemKind::GatewayUnreachable),
        "{told:?}"
    );
    // It tries again by itself.
    later.wait(1_000.0);
    assert_eq!(later.dialled.len(), 2);
}

#[test]
fn a_ticket_that_cannot_be_opened_asks_for_sign_in() {
    let mut script = Script::new();
    script.hello(TAB, Some(b"ticket".to_vec()));
    script.input(Input::Unsealed(None));
    assert_eq!(refused_with(&mut script), ProblemKind::TicketLost);
}

#[test]
fn a_password_changed_elsewhere_forgets_the_ticket() {
    let mut script = Script::signed_in(RICH);
    script.lost(FIRST, closed(ProblemKind::ServerClosed));
    script.wait(1_000.0);
    let second = ConnectionId(2);
    script.input(Input::Connected(second));
    script.server_on(
        second,
        "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello",
    );
    script.forget_lines();
    script.server_on(second, "A1 NO [AUTHENTICATIONFAILED] no");
    assert_eq!(refused_with(&mut script), ProblemKind::WrongPassword);
    assert!(script.forgotten);
}

#[test]
fn waits_between_tries_grow_and_refresh_ends_them() {
    let mut script = Script::signed_in(RICH);
    script.news();
    for _ in 0..6 {
        let id = *script.dialled.last().unwrap();
        script.lost(id, closed(ProblemKind::GatewayUnreachable));
        // Longer than any wait, shorter than a dial that nobody answers.
        script.wait(25_000.0);
    }
    let tries = script.dialled.len();
    assert_eq!(tries, 7, "one try per wait");
    let id = *script.dialled.last().unwrap();
    script.lost(id, closed(ProblemKind::GatewayUnreachable));
    script.command(Command::Refresh);
    assert_eq!(script.dialled.len(), tries + 1);
}

#[test]
fn the_first_loss_is_healed_before_it_is_told_as_offline() {
    let mut script = Script::selected(RICH, 3);
    script.news();
    script.lost(FIRST, closed(ProblemKind::ServerClosed));
    assert_eq!(states(&mut script), [Connection::Connecting]);
    script.wait(1_000.0);
    let second = ConnectionId(2);
    assert!(script.dialled.contains(&second));
    script.lost(second, closed(ProblemKind::GatewayUnreachable));
    assert!(matches!(
        states(&mut script)[..],
        [Connection::Offline { .. }]
    ));
}

#[test]
fn expunge_during_fetch_keeps_rows_in_place() {
    let mut script = Script::signed_in(BARE);
    script.select_answer(7, 3);
    let tag = script.tag("FETCH 1:3");
    script.server(format!("{}{}", row(1, 11, ""), row(2, 12, "")).trim_end());
    script.server("* 1 EXPUNGE");
    script.server(&format!("{}{tag} OK", row(2, 13, "")));
    let (total, rows) = script.rows();
    assert_eq!(total, 2);
    let uids: Vec<u32> = rows.iter().map(|row| row.uid).collect();
    assert_eq!(uids, [13, 12]);
}

#[test]
fn new_mail_is_one_change_with_its_row_and_its_place() {
    let mut script = Script::selected(RICH, 3);
    script.news();
    script.forget_lines();
    script.server("* 4 EXISTS");
    let told = script.news();
    assert!(
        !told
            .iter()
            .any(|change| matches!(change, Change::Rows { .. })),
        "not before it can be shown"
    );
    let tag = script.tag("UID FETCH 4:*");
    script.server(&format!("{}{tag} OK", row(4, 4, "")));
    let told = script.news();
    let Some(Change::Rows {
        total: 4,
        edits,
        rows,
        touched,
        ..
    }) = told
        .iter()
        .find(|change| matches!(change, Change::Rows { .. }))
    else {
        panic!("{told:?}")
    };
    assert_eq!(
        *edits,
        [Edit {
            at: 0,
            removed: 0,
            inserted: 1
        }]
    );
    assert_eq!(rows[0].uid, 4);
    assert_eq!(*touched, [4]);
}

#[test]
fn uidvalidity_change_discards_rows_and_starts_over() {
    let mut script = Script::selected(RICH, 3);
    script.news();
    script.lost(FIRST, closed(ProblemKind::ServerClosed));
    script.wait(1_000.0);
    let second = ConnectionId(2);
    script.input(Input::Connected(second));
    script.server_on(
        second,
        "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello",
    );
    let tag = script.tag("AUTHENTICATE");
    script.server_on(second, &format!("{tag} OK [CAPABILITY {RICH}] in"));
    script.expect("(QRESYNC (7 100))");
    let enable = script.tag("ENABLE");
    let select = script.tag("SELECT");
    script.server_on(
        second,
        &format!(
            "{enable} OK\n* 2 EXISTS\n* OK [UIDVALIDITY 8] v\n* OK [UIDNEXT 3] n\n{select} OK"
        ),
    );
    let told = script.news();
    assert!(
        told.iter().any(|change| matches!(
            change,
            Change::ViewReset {
                uid_validity: 8,
                total: Some(2),
                ..
            }
        )),
        "{told:?}"
    );
}

#[test]
fn a_resync_tells_what_was_missed_without_clearing() {
    let mut script = Script::selected(RICH, 5);
    script.news();
    script.lost(FIRST, closed(ProblemKind::ServerClosed));
    script.wait(1_000.0);
    let second = ConnectionId(2);
    script.input(Input::Connected(second));
    script.server_on(
        second,
        "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello",
    );
    let tag = script.tag("AUTHENTICATE");
    script.server_on(second, &format!("{tag} OK [CAPABILITY {RICH}] in"));
    let enable = script.tag("ENABLE");
    let select = script.tag("SELECT");
    script.server_on(
        second,
        &format!(
            "{enable} OK\n* 4 EXISTS\n* OK [UIDVALIDITY 7] v\n* OK [UIDNEXT 6] n\n* OK [HIGHESTMODSEQ 110] h\n\
             * VANISHED (EARLIER) 2\n* 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (109))\n{select} OK"
        ),
    );
    let told = script.news();
    assert!(
        !told
            .iter()
            .any(|change| matches!(change, Change::ViewReset { .. }))
    );
    let Some(Change::Rows {
        total, edits, rows, ..
    }) = told
        .iter()
        .find(|change| matches!(change, Change::Rows { .. }))
    else {
        panic!("{told:?}")
    };
    assert_eq!(*total, 4);
    assert_eq!(
        *edits,
        [Edit {
            at: 3,
            removed: 1,
            inserted: 0
        }]
    );
    assert!(rows.iter().any(|row| row.uid == 1 && row.flags.flagged));
}

#[test]
fn a_message_that_the_server_will_not_tell_of_does_not_stop_the_list() {
    for capabilities in [RICH, BARE] {
        let mut script = Script::signed_in(capabilities);
        script.select_answer(7, 3);
        // UID 2 never comes.
        for _ in 0..30 {
            let lines: Vec<String> = script.lines(FIRST);
            script.forget_lines();
            for line in lines
                .iter()
                .filter(|line| !line.contains("IDLE") && !line.contains("DONE"))
            {
                let (tag, command) = line.split_once(' ').unwrap();
                let data = if command.contains("ENVELOPE") {
                    format!("{}{}", row(1, 1, ""), row(3, 3, ""))
                } else if command.contains("RETURN (ALL)") {
                    "* ESEARCH UID ALL 1:3\n".to_owned()
                } else if command.contains("SEARCH") {
                    "* SEARCH 1 2 3\n".to_owned()
                } else {
                    String::new()
                };
                script.server(&format!("{data}{tag} OK"));
            }
        }
        assert!(
            script.lines(FIRST).iter().all(|line| line.contains("IDLE")),
            "still asking: {:?}",
            script.lines(FIRST)
        );
        let (total, rows) = script.rows();
        assert_eq!((total, rows.len()), (3, 3));
    }
}

#[test]
fn a_refused_flag_is_taken_back_with_the_reason() {
    let mut script = Script::selected(RICH, 3);
    script.news();
    let flagged = Flags {
        flagged: true,
        ..Flags::default()
    };
    script.command(Command::Act {
        action: ActionId(1),
        on: Messages {
            mailbox: "INBOX".to_owned(),
            uid_validity: 7,
            which: Which::These(vec![2]),
        },
        what: MessageAction::Flags {
            add: flagged,
            remove: Flags::default(),
        },
    });
    assert!(
        script
            .rows()
            .1
            .iter()
            .any(|row| row.uid == 2 && row.flags.flagged),
        "at once"
    );
    let tag = script.tag("UID STORE 2 +FLAGS.SILENT (\\Flagged)");
    script.server(&format!("{tag} NO [NOPERM] not yours"));
    let told = script.news();
    assert!(
        told.iter()
            .any(|change| matches!(change, Change::Acted { progress: Progress::Refused { problem, .. }, .. }
            if problem.server_text.as_deref() == Some("not yours"))),
        "{told:?}"
    );
    let tag = script.tag("UID FETCH 2 (UID FLAGS)");
    script.server(&format!("* 2 FETCH (UID 2 FLAGS ())\n{tag} OK"));
    assert!(script.rows().1.iter().all(|row| !row.flags.flagged));
}

#[test]
fn a_flag_whose_answer_was_lost_is_said_again() {
    let mut script = Script::selected(RICH, 3);
    script.command(Command::Act {
        action: ActionId(1),
        on: Messages {
            mailbox: "INBOX".to_owned(),
            uid_validity: 7,
            which: Which::These(vec![2]),
        },
        what: MessageAction::Flags {
            add: Flags {
                seen: true,
                ..Flags::default()
            },
            remove: Flags::default(),
        },
    });
    script.expect("UID STORE 2 +FLAGS.SILENT (\\Seen)");
    script.lost(FIRST, closed(ProblemKind::ServerClosed));
    script.forget_lines();
    script.wait(1_000.0);
    let second = ConnectionId(2);
    script.input(Input::Connected(second));
    script.server_on(
        second,
        "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello",
    );
    let tag = script.tag("AUTHENTICATE");
    script.server_on(second, &format!("{tag} OK [CAPABILITY {RICH}] in"));
    let enable = script.tag("ENABLE");
    let select = script.tag("SELECT");
    script.server_on(
        second,
        &format!("{enable} OK\n* 3 EXISTS\n* OK [UIDVALIDITY 7] v\n* OK [HIGHESTMODSEQ 100] h\n{select} OK"),
    );
    script.expect("UID STORE 2 +FLAGS.SILENT (\\Seen)");
}

#[test]
fn idle_that_goes_quiet_is_asked_and_then_given_up() {
    let mut script = Script::selected(RICH, 1);
    script.forget_lines();
    script.wait(10_500.0);
    script.expect("NOOP");
    assert_eq!(script.lines(FIRST)[0], "DONE");
    script.wait(26_000.0);
    assert!(script.closed.contains(&FIRST), "nothing was heard for 25 s");
    assert!(script.dialled.len() > 1, "and it is dialled again");
}

#[test]
fn a_hidden_tab_asks_seldom() {
    let mut script = Script::selected(RICH, 1);
    script.command(Command::Visible(false));
    script.wait(10_500.0);
    script.answer_all(1);
    script.server("+ idling");
    script.forget_lines();
    script.wait(45_000.0);
    assert!(script.lines(FIRST).is_empty(), "{:?}", script.lines(FIRST));
    script.command(Command::Visible(true));
    script.expect("NOOP");
}

#[test]
fn a_second_tab_gets_what_is_known_and_hears_what_concerns_it() {
    let mut script = Script::selected(RICH, 3);
    script.news();
    let other = ClientId(2);
    script.hello(other, None);
    let told = std::mem::take(&mut script.changes);
    assert!(told.iter().all(|(to, _)| *to == Audience::One(other)));
    assert!(told.iter().any(|(_, change)| matches!(
        change,
        Change::Welcome {
            session: Session::SignedIn { .. },
            ..
        }
    )));
    assert!(
        told.iter()
            .any(|(_, change)| matches!(change, Change::Mailboxes(_)))
    );
    script.input(Input::Command(
        other,
        Command::Open {
            view: ViewId(4),
            mailbox: "INBOX".to_owned(),
            search: None,
            rows: 50,
        },
    ));
    let told = std::mem::take(&mut script.changes);
    assert!(told.iter().any(|(to, change)| *to == Audience::One(other)
        && matches!(
            change,
            Change::Rows {
                view: ViewId(4),
                total: 3,
                ..
            }
        )));
    script.server("* VANISHED 3");
    let told = std::mem::take(&mut script.changes);
    let heard: Vec<_> = told
        .iter()
        .filter(|(_, change)| matches!(change, Change::Rows { total: 2, .. }))
        .map(|(to, _)| *to)
        .collect();
    assert_eq!(heard, [Audience::One(TAB), Audience::One(other)]);
}

#[test]
fn the_account_closes_when_all_tabs_are_gone_but_survives_a_reload() {
    let mut script = Script::selected(RICH, 1);
    script.input(Input::Gone(TAB));
    script.wait(5_000.0);
    assert!(script.closed.is_empty());
    script.hello(ClientId(2), None);
    script.wait(60_000.0);
    let gave_up = script.closed.len();
    script.input(Input::Gone(ClientId(2)));
    script.wait(31_000.0);
    assert!(script.closed.len() > gave_up);
}

#[test]
fn a_stale_message_url_opens_no_other_message() {
    let mut script = Script::selected(RICH, 3);
    script.news();
    let message = MessageRef {
        mailbox: "INBOX".to_owned(),
        uid_validity: 6,
        uid: 2,
    };
    script.command(Command::OpenMessage {
        request: RequestId(1),
        message,
    });
    let told = script.news();
    assert!(
        matches!(&told[..], [Change::RequestFailed { problem, .. }] if problem.kind == ProblemKind::NoMessage),
        "{told:?}"
    );
}

#[test]
fn a_body_is_fetched_once_and_shown_again_from_memory() {
    let mut script = Script::selected(RICH, 3);
    script.news();
    script.forget_lines();
    let message = MessageRef {
        mailbox: "INBOX".to_owned(),
        uid_validity: 7,
        uid: 2,
    };
    let open = |request| Command::OpenMessage {
        request: RequestId(request),
        message: message.clone(),
    };
    script.command(open(1));
    assert!(
        script
            .news()
            .iter()
            .any(|change| matches!(change, Change::Message { .. })),
        "headers at once"
    );
    let tag = script.tag(
        "UID FETCH 2 (UID BODY.PEEK[HEADER.FIELDS (AUTHENTICATION-RESULTS LIST-UNSUBSCRIBE LIST-ID)] BODY.PEEK[1]<0.",
    );
    // A server that tells the UID last, and spells the section its own way.
    script.server(&format!(
        "* 2 FETCH (BODY[HEADER.FIELDS (\"Authentication-Results\" \"List-Unsubscribe\" \"List-Id\")] {{24}}\n\
         List-Id: <a.example.org>\x20BODY[1]<0> {{4}}\nHej! UID 2)\n{tag} OK"
    ));
    let told = script.news();
    let list = told.iter().find_map(|change| match change {
        Change::About { about, .. } => about.list.clone(),
        _ => None,
    });
    assert_eq!(list.as_deref(), Some("a.example.org"));
    assert!(
        told.iter()
            .any(|change| matches!(change, Change::Body { .. }))
    );
    script.forget_lines();
    script.command(open(2));
    assert!(script.news().iter().any(|change| matches!(
        change,
        Change::Body {
            request: RequestId(2),
            ..
        }
    )));
    assert!(
        script
            .lines(FIRST)
            .iter()
            .all(|line| !line.contains("FETCH"))
    );
}

#[test]
fn a_literal_that_nobody_asked_for_is_not_kept_for_ever() {
    let mut script = Script::selected(RICH, 1);
    let chunk = "x".repeat(1_000_000);
    let mut header = String::from("* 1 FETCH (UID 1 BODY[9] {30000000}\n");
    header.truncate(header.len() - 1);
    script.server(&header);
    for _ in 0..12 {
        script.input(Input::Received(FIRST, chunk.clone().into_bytes()));
    }
    assert!(script.closed.contains(&FIRST));
}

#[test]
fn counts_that_lie_do_not_stop_or_panic_anything() {
    let mut script = Script::selected(RICH, 3);
    for line in [
        "* 1 EXISTS",
        "* 4294967295 EXISTS",
        "* 0 EXPUNGE",
        "* 77 EXPUNGE",
        "* VANISHED 1:4294967295",
        "* 5 FETCH (UID 1 FLAGS ())",
        "* 1 FETCH (UID 4294967295 FLAGS (\\Seen))",
        "* 0 FETCH (FLAGS ())",
        "* STATUS INBOX (UNSEEN 99999999999)",
        "* LIST (\\NonExistent) NIL \"\"",
        "* ESEARCH (TAG \"A1\") UID ALL 1:*",
        "* SEARCH 1 2 3",
        "* OK [COPYUID 1 1:4294967295 1:4294967295] x",
        "* BYE",
    ] {
        script.server(line);
    }
    script.wait(60_000.0);
}

#[test]
fn signing_out_closes_and_forgets() {
    let mut script = Script::selected(RICH, 3);
    script.command(Command::SignOut);
    assert!(script.forgotten);
    assert_eq!(script.closed, [FIRST]);
    assert!(matches!(script.news().last(), Some(Change::SignedOut)));
    script.wait(600_000.0);
    assert_eq!(script.dialled.len(), 1);
}

#[test]
fn notify_is_set_once_the_rows_are_there_and_again_at_every_look() {
    let mut script = Script::signed_in(&format!("{RICH} NOTIFY"));
    script.select_answer(7, 2);
    assert!(
        script
            .lines(FIRST)
            .iter()
            .all(|line| !line.contains("NOTIFY"))
    );
    script.answer_all(2);
    script.server("+ idling");
    script.forget_lines();
    script.wait(10_500.0);
    let lines = script.lines(FIRST);
    assert_eq!(lines[0], "DONE");
    assert!(
        lines[1].contains("NOTIFY SET STATUS (selected (MessageNew (UID FLAGS"),
        "{lines:?}"
    );
    assert!(lines.iter().all(|line| !line.contains("LIST")), "{lines:?}");
}

#[test]
fn notify_tells_of_mailboxes_and_a_refusal_falls_back_to_asking() {
    let mut script = Script::signed_in(&format!("{RICH} NOTIFY"));
    script.select_answer(7, 1);
    script.answer_all(1);
    script.server("+ idling");
    script.news();
    script.forget_lines();
    script.server("* LIST () \"/\" New\n* STATUS INBOX (UNSEEN 5)");
    let told = script.news();
    let Some(Change::Mailboxes(all)) = told
        .iter()
        .find(|change| matches!(change, Change::Mailboxes(_)))
    else {
        panic!("{told:?}")
    };
    assert!(all.iter().any(|one| one.name == "New" && one.fresh));
    script.expect("LIST \"\" \"*\"");

    // A count of a folder that nobody has told of: it is asked for.
    script.answer_all(1);
    script.server("+ idling");
    script.forget_lines();
    script.server("* STATUS \"Unheard of\" (UNSEEN 1)");
    script.expect("LIST \"\" \"*\"");

    let mut script = Script::signed_in(&format!("{RICH} NOTIFY"));
    script.select_answer(7, 0);
    while let Some(line) = script
        .lines(FIRST)
        .into_iter()
        .find(|line| !line.contains("NOTIFY"))
    {
        let tag = line.split(' ').next().unwrap().to_owned();
        script.tag(&line);
        script.server(&format!("{tag} OK"));
    }
    let tag = script.tag("NOTIFY");
    script.server(&format!("{tag} NO [BADEVENT (MessageNew)] no"));
    script.server("+ idling");
    script.forget_lines();
    script.wait(10_500.0);
    script.expect("NOOP");
    assert!(
        script
            .lines(FIRST)
            .iter()
            .all(|line| !line.contains("NOTIFY"))
    );
}

#[test]
fn with_notify_a_new_message_needs_no_question() {
    let mut script = Script::signed_in(&format!("{RICH} NOTIFY"));
    script.select_answer(7, 2);
    script.answer_all(2);
    script.server("+ idling");
    script.news();
    script.forget_lines();
    script.server(&format!(
        "* 3 EXISTS\n* 1 RECENT\n{}",
        row(3, 3, "").trim_end()
    ));
    let (total, rows) = script.rows();
    assert_eq!((total, rows[0].uid), (3, 3));
    assert!(
        script
            .lines(FIRST)
            .iter()
            .all(|line| !line.contains("ENVELOPE"))
    );
}

#[test]
fn the_first_rows_are_there_before_a_tab_asks_for_them() {
    let mut script = Script::greeted();
    let tag = script.tag("AUTHENTICATE");
    script.server(&format!("{tag} OK [CAPABILITY {RICH}] in"));
    script.select_answer(7, 3);
    script.answer_all(3);
    script.news();
    script.open(1, "INBOX");
    assert_eq!(script.rows().1.len(), 3);
}

#[test]
fn a_ticket_is_ready_when_the_server_accepts_and_never_before() {
    let mut script = Script::greeted();
    let login = script
        .unsealing
        .take()
        .expect("sealed while the server is asked");
    script.input(Input::Sealed(Some(login)));
    assert!(
        !script
            .news()
            .iter()
            .any(|change| matches!(change, Change::Ticket { .. }))
    );
    let tag = script.tag("AUTHENTICATE");
    script.server(&format!("{tag} OK [CAPABILITY {RICH}] in"));
    let told = script.news();
    let ticket = told
        .iter()
        .position(|change| matches!(change, Change::Ticket { .. }));
    let signed_in = told
        .iter()
        .position(|change| matches!(change, Change::SignedIn { .. }));
    assert!(ticket.is_some() && ticket < signed_in, "{told:?}");
}

#[test]
fn a_person_who_tries_now_does_not_wait_for_a_try_that_hangs() {
    let mut script = Script::selected(RICH, 1);
    script.lost(FIRST, closed(ProblemKind::ServerClosed));
    script.wait(1_000.0);
    let second = *script.dialled.last().unwrap();
    script.input(Input::Connected(second));
    script.command(Command::Refresh);
    assert_eq!(script.dialled.len(), 3);
    assert_eq!(script.closed, [second]);
}
