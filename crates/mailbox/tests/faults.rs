//! What goes wrong between an engine and a real server, and how it is right again by itself: nothing lost, nothing
//! doubled, and what is shown is what the server has.
//!
//! Each test has a private Dovecot, configured for its fault. `SAMMA_FAULTS_MESSAGES` (1,000) says how many
//! messages come at once where many do; 10,000 is what a long run takes.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a test may stop where it is surprised"
)]

mod pump;
#[path = "../../protocol/tests/server/mod.rs"]
#[allow(dead_code, reason = "the raw client is another one here")]
mod server;

use std::time::Duration;

use pump::Pump;
use pump::line::Line;
use pump::raw::{Raw, wire};
use pump::site::Site;
use pump::truth;
use samma_mailbox::change::{Change, Connection, Flags, ProblemKind, Progress, Role};
use samma_mailbox::command::{Destination, MailboxAction, MessageAction};

/// Longer than a server may be silent that owes an answer.
const SILENCE: Duration = Duration::from_secs(26);
/// Longer than between two looks for changes.
const LOOK: Duration = Duration::from_secs(11);
const HOUR: Duration = Duration::from_secs(3_600);

fn settled(site: &Site, samma: Pump) -> Pump {
    let mut both = [samma];
    if let Err(why) =
        truth::finish(&mut both).and_then(|()| truth::settle(site, &mut both).map(drop))
    {
        panic!("{why}");
    }
    let [samma] = both;
    assert_eq!(samma.jumps, Vec::<String>::new());
    samma
}

fn places(other: &mut Raw, id: &str) -> Vec<String> {
    truth::whereabouts(other).remove(id).unwrap_or_default()
}

fn to(mailbox: &str) -> MessageAction {
    MessageAction::Move(Destination::Mailbox(mailbox.to_owned()))
}

fn read() -> MessageAction {
    MessageAction::Flags {
        add: Flags {
            seen: true,
            ..Flags::default()
        },
        remove: Flags::default(),
    }
}

fn uid(samma: &mut Pump, id: &str) -> u32 {
    samma.until_shown(id, |samma| samma.row(id).is_some());
    samma.row(id).unwrap().uid
}

fn is_live(samma: &Pump) -> bool {
    matches!(
        samma.live,
        Some(Connection::Live | Connection::Checked { .. })
    )
}

fn resets(samma: &Pump) -> usize {
    let is_reset = |change: &&Change| matches!(change, Change::ViewReset { .. });
    samma.changes.iter().filter(is_reset).count()
}

#[test]
fn a_server_that_is_restarted_finds_everything_as_it_was() {
    let Some(mut site) = Site::dovecot("") else {
        return;
    };
    site.other().append("INBOX", "before");
    let mut samma = site.samma();
    let message = uid(&mut samma, "before");
    let before = resets(&samma);
    site.stop();
    samma.until_shown("no connection", |samma| {
        matches!(samma.live, Some(Connection::Offline { .. }))
    });
    assert_eq!(samma.rows.len(), 1, "what was shown stays");
    // Said while nobody hears it.
    let move_ = samma.act(vec![message], to("Archive"));
    samma.until_shown("it is seen at once", |samma| samma.row("before").is_none());
    site.start();
    site.other().append("INBOX", "after");
    samma.until_shown("it is live", is_live);
    assert!(truth::is_done(&samma.until_acted(move_)));
    samma.until_shown("what came meanwhile", |samma| samma.row("after").is_some());
    assert_eq!(resets(&samma), before, "the list was not cleared");
    settled(&site, samma);
    assert_eq!(places(&mut site.other(), "before"), ["Archive"]);
}

#[test]
fn what_was_asked_and_never_arrived_is_asked_again() {
    let Some(site) = Site::dovecot("") else {
        return;
    };
    let line = Line::to(&site.address);
    let mut other = site.other();
    for id in ["moved", "read", "copied", "deleted"] {
        other.append("INBOX", id);
    }
    let mut samma = site.samma_at(&line.address);
    let ids = ["moved", "read", "copied", "deleted"].map(|id| uid(&mut samma, id));
    line.lose_what_is_asked();
    let deeds = [
        samma.act(vec![ids[0]], to("Archive")),
        samma.act(vec![ids[1]], read()),
        samma.act(
            vec![ids[2]],
            MessageAction::Copy(Destination::Mailbox("Archive".to_owned())),
        ),
        samma.act(vec![ids[3]], MessageAction::Delete),
    ];
    samma.go_on(Duration::from_millis(300));
    assert_eq!(
        places(&mut other, "moved"),
        ["INBOX"],
        "the server has not heard of it"
    );
    samma.turn_clock(SILENCE);
    for deed in deeds {
        assert!(
            truth::is_done(&samma.until_acted(deed)),
            "{:?}",
            samma.end_of(deed)
        );
    }
    settled(&site, samma);
    assert_eq!(places(&mut other, "moved"), ["Archive"]);
    assert_eq!(places(&mut other, "copied").len(), 2);
    assert_eq!(places(&mut other, "deleted"), Vec::<String>::new());
    assert_eq!(other.status("INBOX").unwrap(), (2, 1));
}

#[test]
fn what_was_done_and_whose_answer_was_lost_is_not_done_twice() {
    let Some(site) = Site::dovecot("") else {
        return;
    };
    let line = Line::to(&site.address);
    let mut other = site.other();
    let all = ["moved", "read", "copied", "deleted"];
    for id in all {
        other.append("INBOX", id);
    }
    let mut samma = site.samma_at(&line.address);
    let ids = all.map(|id| uid(&mut samma, id));
    // One after the other: an engine may need several answers for one deed.
    for (id, what) in ids.into_iter().zip([
        to("Archive"),
        read(),
        MessageAction::Copy(Destination::Mailbox("Archive".to_owned())),
        MessageAction::Delete,
    ]) {
        samma.until_shown("it is live", is_live);
        samma.go_on(Duration::from_millis(50));
        line.lose_what_is_answered();
        let deed = samma.act(vec![id], what.clone());
        samma.go_on(Duration::from_millis(300));
        samma.turn_clock(SILENCE);
        let end = samma.until_acted(deed);
        assert!(truth::is_done(&end), "{what:?}: {end:?}");
    }
    settled(&site, samma);
    assert_eq!(places(&mut other, "moved"), ["Archive"]);
    let mut copied = places(&mut other, "copied");
    copied.sort();
    assert_eq!(copied, ["Archive", "INBOX"]);
    assert_eq!(places(&mut other, "deleted"), Vec::<String>::new());
    assert_eq!(other.status("INBOX").unwrap(), (2, 1));
}

#[test]
fn a_folder_that_was_made_and_whose_answer_was_lost_is_made_once() {
    let Some(site) = Site::dovecot("") else {
        return;
    };
    let line = Line::to(&site.address);
    let mut other = site.other();
    other.ask("CREATE Old");
    other.append("Old", "inside");
    let mut samma = site.samma_at(&line.address);
    samma.until_shown("the folder", |samma| samma.folder("Old").is_some());
    for what in [
        MailboxAction::Create {
            parent: None,
            label: "Made".to_owned(),
        },
        MailboxAction::Rename {
            mailbox: "Old".to_owned(),
            parent: None,
            label: "New".to_owned(),
        },
        MailboxAction::Delete {
            mailbox: "Made".to_owned(),
        },
    ] {
        samma.until_shown("it is live", is_live);
        samma.go_on(Duration::from_millis(50));
        line.lose_what_is_answered();
        let deed = samma.organise(what.clone());
        samma.go_on(Duration::from_millis(300));
        samma.turn_clock(SILENCE);
        let end = samma.until_acted(deed);
        // The person sees what they wanted: that is no failure.
        assert!(truth::is_done(&end), "{what:?}: {end:?}");
    }
    settled(&site, samma);
    assert_eq!(places(&mut other, "inside"), ["New"]);
    assert!(
        !other
            .list()
            .iter()
            .any(|one| one.name == "Made" || one.name == "Old")
    );
}

#[test]
fn a_line_that_goes_silent_is_noticed_and_made_anew() {
    let Some(site) = Site::dovecot("") else {
        return;
    };
    let line = Line::to(&site.address);
    let mut other = site.other();
    let mut samma = site.samma_at(&line.address);
    samma.until_shown("it is live", is_live);
    samma.go_on(Duration::from_millis(300));
    line.go_silent();
    other.append("INBOX", "unheard");
    samma.go_on(Duration::from_millis(900));
    assert!(samma.row("unheard").is_none(), "the line is silent");
    // It looks for changes, and gets no answer.
    samma.turn_clock(LOOK);
    samma.go_on(Duration::from_millis(50));
    samma.turn_clock(SILENCE);
    samma.until_shown("what was missed", |samma| samma.row("unheard").is_some());
    settled(&site, samma);
}

#[test]
fn a_line_that_is_dead_is_told_and_tried_again_until_it_works() {
    let Some(site) = Site::dovecot("") else {
        return;
    };
    let line = Line::to(&site.address);
    let mut other = site.other();
    let mut samma = site.samma_at(&line.address);
    samma.until_shown("it is live", is_live);
    line.set_dead(true);
    line.go_silent();
    for _ in 0..4 {
        samma.turn_clock(SILENCE);
        samma.go_on(Duration::from_millis(50));
    }
    samma.until_shown("no connection", |samma| {
        matches!(samma.live, Some(Connection::Offline { .. }))
    });
    other.append("INBOX", "unheard");
    line.set_dead(false);
    for _ in 0..4 {
        samma.turn_clock(SILENCE);
        samma.go_on(Duration::from_millis(50));
    }
    samma.until_shown("what was missed", |samma| samma.row("unheard").is_some());
    settled(&site, samma);
}

#[test]
fn a_device_that_slept_for_an_hour_shows_what_is_true_when_it_wakes() {
    let Some(site) = Site::dovecot("") else {
        return;
    };
    let mut other = site.other();
    other.ask("CREATE Elsewhere");
    other.append("INBOX", "gone meanwhile");
    for dies in [false, true] {
        let line = Line::to(&site.address);
        let mut samma = site.samma_at(&line.address);
        samma.until_shown("it is live", is_live);
        if dies {
            // The router forgot the connection.
            line.go_silent();
        }
        // Nothing runs while a device sleeps.
        other.append("INBOX", &format!("night {dies}"));
        other.append("Elsewhere", &format!("elsewhere {dies}"));
        if !dies {
            other.select("INBOX").unwrap();
            other.ask("STORE 1 +FLAGS.SILENT (\\Deleted)");
            other.ask("EXPUNGE");
        }
        samma.turn_clock(HOUR);
        if dies {
            samma.go_on(Duration::from_millis(50));
            samma.turn_clock(SILENCE);
        }
        samma.until_shown("the night's mail", |samma| {
            samma.row(&format!("night {dies}")).is_some()
        });
        settled(&site, samma);
    }
}

#[test]
fn a_full_quota_is_told_in_the_servers_words_and_taken_back() {
    let Some(site) = Site::dovecot("plugin {\n  quota_rule = *:bytes=300000\n}\n") else {
        return;
    };
    let mut other = site.other();
    other.try_append("INBOX", "large", "", 200_000).unwrap();
    other.try_append("INBOX", "second", "", 50_000).unwrap();
    let words = other.try_append("INBOX", "third", "", 100_000).unwrap_err();
    assert!(words.contains("OVERQUOTA"), "the quota is full: {words}");
    let mut samma = site.samma();
    let large = uid(&mut samma, "large");
    let copy = samma.act(
        vec![large],
        MessageAction::Copy(Destination::Mailbox("Archive".to_owned())),
    );
    let Progress::Refused { done, problem, .. } = samma.until_acted(copy) else {
        panic!("{:?}", samma.end_of(copy));
    };
    assert_eq!((done, problem.kind), (0, ProblemKind::OverQuota));
    assert!(
        problem
            .server_text
            .as_ref()
            .is_some_and(|words| words.contains("uota")),
        "{problem:?}"
    );
    let mut samma = settled(&site, samma);
    assert_eq!(places(&mut other, "large"), ["INBOX"]);
    // Moving takes no room.
    let moved = samma.act(vec![large], to("Archive"));
    assert!(
        truth::is_done(&samma.until_acted(moved)),
        "{:?}",
        samma.end_of(moved)
    );
    let mut samma = settled(&site, samma);
    assert_eq!(places(&mut other, "large"), ["Archive"]);
    // Removing makes room.
    let second = uid(&mut samma, "second");
    samma.show("Archive");
    let large = uid(&mut samma, "large");
    let delete = samma.act(vec![large], MessageAction::Delete);
    assert!(truth::is_done(&samma.until_acted(delete)));
    samma.show("INBOX");
    uid(&mut samma, "second");
    let copy = samma.act(
        vec![second],
        MessageAction::Copy(Destination::Mailbox("Archive".to_owned())),
    );
    assert!(
        truth::is_done(&samma.until_acted(copy)),
        "{:?}",
        samma.end_of(copy)
    );
    settled(&site, samma);
}

#[test]
fn everything_works_over_the_only_connection_that_is_allowed() {
    // The other program has one, and it is the same address.
    let Some(site) = Site::dovecot("mail_max_userip_connections = 2\n") else {
        return;
    };
    let line = Line::to(&site.address);
    let mut other = site.other();
    for number in 1..=30 {
        other.append("INBOX", &format!("number {number}"));
    }
    other.try_append("INBOX", "large", "", 400_000).unwrap();
    let mut samma = site.samma_at(&line.address);
    let large = uid(&mut samma, "large");
    let request = samma_mailbox::command::RequestId(1);
    samma.command(samma_mailbox::command::Command::FetchPart {
        request,
        message: samma_mailbox::change::MessageRef {
            mailbox: "INBOX".to_owned(),
            uid_validity: samma.uid_validity,
            uid: large,
        },
        section: String::new(),
    });
    samma.until("the end of the part", |change| {
        matches!(change, Change::PartBytes { last: true, .. })
    });
    let ids: Vec<u32> = (1..=9)
        .map(|number| uid(&mut samma, &format!("number {number}")))
        .collect();
    let deeds = [
        samma.act(ids[0..3].to_vec(), to("Archive")),
        samma.act(ids[3..5].to_vec(), read()),
        samma.act(
            ids[5..7].to_vec(),
            MessageAction::Copy(Destination::Mailbox("Junk".to_owned())),
        ),
        samma.act(ids[7..9].to_vec(), MessageAction::Delete),
        samma.organise(MailboxAction::Create {
            parent: None,
            label: "Made".to_owned(),
        }),
        samma.organise(MailboxAction::MarkAllRead {
            mailbox: "INBOX".to_owned(),
        }),
    ];
    for deed in deeds {
        assert!(
            truth::is_done(&samma.until_acted(deed)),
            "{:?}",
            samma.end_of(deed)
        );
    }
    let undo = samma.undo(deeds[0]);
    assert!(
        truth::is_done(&samma.until_acted(undo)),
        "{:?}",
        samma.end_of(undo)
    );
    samma.until_shown("they are back", |samma| samma.total == 29);
    assert!(samma.folder("Made").is_some());
    assert_eq!(line.open(), 1, "the second one was refused");
    assert!(is_live(&samma), "{:?}", samma.live);
    // The truth is read over a connection of its own, so the engine's has to go.
    // Those that were away were not marked as read.
    assert_eq!(other.status("INBOX").unwrap(), (29, 3));
    assert_eq!(other.status("Junk").unwrap().0, 2);
}

#[test]
fn a_folder_made_anew_under_its_name_is_another_one() {
    let Some(site) = Site::dovecot("") else {
        return;
    };
    let mut other = site.other();
    other.ask("CREATE Again");
    for id in ["one", "two", "three"] {
        other.append("Again", id);
    }
    let mut samma = site.samma();
    samma.show("Again");
    let two = uid(&mut samma, "two");
    let old = samma.uid_validity;
    other.ask("DELETE Again");
    other.ask("CREATE Again");
    // Dovecot may refuse a first time, while the session of the old one still does something.
    for id in ["four", "five", "six"] {
        if other.try_append("Again", id, "", 0).is_err() {
            other.append("Again", id);
        }
    }
    // Meant for the message that had this UID. A move and no removal: that it is gone would be true of both, as the
    // folder took it along.
    let deed = samma.act(
        vec![two],
        MessageAction::Move(Destination::Role(Role::Archive)),
    );
    let end = samma.until_acted(deed);
    assert!(
        !truth::is_done(&end) || matches!(end, Progress::Done { count: 0, .. }),
        "{end:?}"
    );
    samma.until_shown("the new ones", |samma| {
        samma.row("six").is_some() && samma.total == 3
    });
    assert_ne!(samma.uid_validity, old);
    settled(&site, samma);
    // Over a connection of its own: Dovecot breaks the index that the older one goes by.
    let mut fresh = site.other();
    for id in ["four", "five", "six"] {
        assert_eq!(places(&mut fresh, id), ["Again"], "{id} was not meant");
    }
}

#[test]
fn the_open_folder_that_another_renames_stays_open_under_its_new_name() {
    let Some(site) = Site::dovecot("") else {
        return;
    };
    let mut other = site.other();
    other.ask("CREATE Old");
    other.append("Old", "inside");
    let mut samma = site.samma();
    samma.show("Old");
    uid(&mut samma, "inside");
    other.ask("RENAME Old New");
    samma.until("its new name", |change| {
        matches!(change, Change::MailboxRenamed { from, to } if from == "Old" && to == "New")
    });
    other.append("New", "later");
    samma.until_shown("what comes later", |samma| samma.row("later").is_some());
    assert_eq!(samma.mailbox, "New");
    settled(&site, samma);
}

#[test]
fn the_open_folder_that_another_deletes_is_told_as_gone() {
    let Some(site) = Site::dovecot("") else {
        return;
    };
    let mut other = site.other();
    other.ask("CREATE Short");
    other.append("Short", "inside");
    let mut samma = site.samma();
    samma.show("Short");
    uid(&mut samma, "inside");
    let before = samma.changes.len();
    other.ask("DELETE Short");
    let told = samma.until_from(before, "it is gone", |change| {
        matches!(change, Change::ViewFailed { .. })
    });
    let Change::ViewFailed { problem, .. } = told else {
        unreachable!()
    };
    assert_eq!(problem.kind, ProblemKind::NoMailbox);
    samma.show("INBOX");
    other.append("INBOX", "life goes on");
    samma.until_shown("new mail", |samma| samma.row("life goes on").is_some());
    settled(&site, samma);
}

#[test]
fn a_server_that_refuses_notify_is_asked_instead() {
    let Some(site) = Site::dovecot("") else {
        return;
    };
    let line = Line::to(&site.address);
    line.answer(
        "NOTIFY",
        "NO [BADEVENT (MessageNew MessageExpunge)] Not these",
    );
    let mut other = site.other();
    other.ask("CREATE Elsewhere");
    let mut samma = site.samma_at(&line.address);
    samma.until_shown("the folders", |samma| samma.folder("Elsewhere").is_some());
    assert!(line.answered() > 0, "it was refused");
    other.append("INBOX", "here");
    other.append("Elsewhere", "there");
    other.ask("CREATE Later");
    samma.until_shown("here", |samma| samma.row("here").is_some());
    settled(&site, samma);
}

#[test]
fn counts_stay_true_while_the_servers_logs_rotate() {
    let Some(site) = Site::dovecot(
        "mail_index_log_rotate_min_size = 4 k\nmail_index_log_rotate_min_age = 1 s\nmail_index_log_rotate_max_size = 8 k\n",
    ) else {
        return;
    };
    let mut other = site.other();
    for number in 0..10 {
        other.ask(&format!("CREATE Box{number}"));
    }
    let mut samma = site.samma();
    samma.show("Box0");
    // Each change is in the list's log too, which rotates at a size of its own.
    for round in 0..60 {
        for number in 0..10 {
            other.append(&format!("Box{number}"), &format!("log-{round}-{number}"));
        }
        samma.go_on(Duration::from_millis(20));
    }
    settled(&site, samma);
}

#[test]
fn thousands_that_come_at_once_are_counted_and_the_newest_shown() {
    let Some(site) = Site::dovecot("") else {
        return;
    };
    let count: u32 =
        std::env::var("SAMMA_FAULTS_MESSAGES").map_or(1_000, |text| text.parse().unwrap());
    let mut other = site.other();
    other.append("INBOX", "first");
    let mut samma = site.samma();
    samma.show_all();
    uid(&mut samma, "first");
    let begun = std::time::Instant::now();
    for number in 1..=count {
        other.append("INBOX", &format!("many {number}"));
        if number % 100 == 0 {
            samma.go_on(Duration::from_millis(1));
        }
    }
    let appended = begun.elapsed();
    samma.until_shown("all of them", |samma| {
        samma.total == count + 1 && samma.row(&format!("many {count}")).is_some()
    });
    eprintln!(
        "faults: {count} messages appended in {appended:?}, shown {:?} after",
        begun.elapsed() - appended
    );
    let mut samma = settled(&site, samma);
    // And go at once, but the first.
    other.select("INBOX").unwrap();
    other.ask("STORE 2:* +FLAGS.SILENT (\\Deleted)");
    other.ask("EXPUNGE");
    samma.until_shown("only the first", |samma| {
        samma.total == 1 && samma.row("first").is_some()
    });
    settled(&site, samma);
}

#[test]
fn five_hundred_folders_are_all_shown_and_followed() {
    let Some(site) = Site::dovecot("") else {
        return;
    };
    let mut other = site.other();
    let mut samma = site.samma();
    for number in 0..500 {
        other.ask(&format!(
            "CREATE {}",
            wire(&format!("F{}/N{number}", number % 20))
        ));
        if number % 50 == 0 {
            samma.go_on(Duration::from_millis(1));
        }
    }
    let mut samma = settled(&site, samma);
    for number in (0..500).step_by(5) {
        other.append(
            &format!("F{}/N{number}", number % 20),
            &format!("f-{number}"),
        );
    }
    for number in (1..500).step_by(2) {
        other.ask(&format!(
            "DELETE {}",
            wire(&format!("F{}/N{number}", number % 20))
        ));
    }
    other.ask("RENAME F4 G4");
    samma.until_shown("children of a renamed folder", |samma| {
        samma.folder("G4/N4").is_some()
    });
    settled(&site, samma);
}
