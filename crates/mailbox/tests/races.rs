//! Two devices do something to the same thing at the same moment: nothing is doubled, nothing is lost.
//!
//! `SAMMA_RACES` says how often (30); a long run takes 300. Runs on a private Dovecot, or on what
//! `SAMMA_TEST_IMAP` names. Servers don't help here: two clients that move the same message by MOVE alone make
//! two of it on Dovecot and Cyrus nearly every time.

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

use std::collections::BTreeMap;
use std::sync::Barrier;
use std::time::Duration;

use pump::Pump;
use pump::raw::{Raw, wire};
use pump::site::Site;
use pump::truth;
use samma_mailbox::change::Progress;
use samma_mailbox::command::{Destination, MailboxAction, MessageAction};

/// How often each kind of race is run, by default.
const ROUNDS: u32 = 30;

fn rounds() -> u32 {
    std::env::var("SAMMA_RACES").map_or(ROUNDS, |text| text.parse().unwrap())
}

struct Race {
    site: Site,
    /// One of two devices wins for certain. Without it two that move a message to two places leave it in both.
    has_guard: bool,
    other: Raw,
    /// Two devices.
    devices: Vec<Pump>,
    left: String,
    right: String,
}

impl Race {
    fn new() -> Option<Self> {
        let site = Site::any()?;
        let mut other = site.other();
        let (left, right) = (other.name("Left"), other.name("Right"));
        for name in [&left, &right] {
            other.ask(&format!("CREATE {}", wire(name)));
            other.ask(&format!("SUBSCRIBE {}", wire(name)));
        }
        let mut devices = vec![site.samma(), site.samma()];
        for device in &mut devices {
            let (left, right) = (left.clone(), right.clone());
            device.until_shown("both folders", |device| {
                device.folder(&left).is_some() && device.folder(&right).is_some()
            });
        }
        let has_guard = other.has_guard();
        Some(Self {
            site,
            has_guard,
            other,
            devices,
            left,
            right,
        })
    }

    /// A message in INBOX that both devices show; its UID.
    fn message(&mut self, id: &str) -> u32 {
        self.other.append("INBOX", id);
        for _ in 0..400 {
            truth::go_on(&mut self.devices, Duration::from_millis(20));
            let rows: Vec<_> = self
                .devices
                .iter()
                .filter_map(|device| device.row(id))
                .collect();
            if rows.len() == 2 {
                assert_eq!(rows[0].uid, rows[1].uid);
                return rows[0].uid;
            }
        }
        panic!("{id} was not shown by both: {}", self.devices[0].tail());
    }

    /// Both do what they do at the same moment, each in a thread of its own; what became of it.
    fn at_once(
        &mut self,
        deeds: [&(dyn Fn(&mut Pump) -> samma_mailbox::command::ActionId + Sync); 2],
    ) -> Vec<Progress> {
        let barrier = Barrier::new(2);
        std::thread::scope(|scope| {
            let running: Vec<_> = self
                .devices
                .iter_mut()
                .zip(deeds)
                .map(|(device, deed)| {
                    let barrier = &barrier;
                    scope.spawn(move || {
                        barrier.wait();
                        let action = deed(device);
                        device.until_acted(action)
                    })
                })
                .collect();
            running.into_iter().map(|one| one.join().unwrap()).collect()
        })
    }

    /// Where each message is once both devices show what is true.
    fn whereabouts(&mut self) -> BTreeMap<String, Vec<String>> {
        if let Err(why) = truth::settle(&self.site, &mut self.devices) {
            panic!("{why}");
        }
        truth::whereabouts(&mut self.other)
    }
}

/// Counts of what became of the two sides.
#[derive(Default)]
struct Tally(BTreeMap<String, u32>);

impl Tally {
    fn count(&mut self, ends: &[Progress]) {
        self.count_as("", ends);
    }

    fn count_as(&mut self, what: &str, ends: &[Progress]) {
        let mut words: Vec<String> = ends.iter().map(short).collect();
        words.sort();
        *self
            .0
            .entry(format!("{what}{}", words.join(" / ")))
            .or_default() += 1;
    }
}

fn short(progress: &Progress) -> String {
    match progress {
        Progress::Done { count, .. } => format!("done {count}"),
        Progress::Refused { problem, .. } => {
            // The server's words, without its figures.
            let words = problem.server_text.as_deref().unwrap_or("no words");
            let words: String = words.chars().take_while(|c| *c != '(').collect();
            format!("refused {:?}, {words:?}", problem.kind)
        }
        other => format!("{other:?}"),
    }
}

fn to(mailbox: &str) -> MessageAction {
    MessageAction::Move(Destination::Mailbox(mailbox.to_owned()))
}

#[test]
fn a_message_that_two_devices_move_at_once_is_moved_once() {
    let Some(mut race) = Race::new() else { return };
    let mut tally = Tally::default();
    let mut faults = Vec::new();
    let (left, right) = (race.left.clone(), race.right.clone());
    for round in 1..=rounds() {
        let id = format!("move-{round}");
        let uid = race.message(&id);
        // To two places, or both to the same one.
        let second = if round % 3 == 0 { &left } else { &right };
        let ends = race.at_once([&|device| device.act(vec![uid], to(&left)), &|device| {
            device.act(vec![uid], to(second))
        }]);
        tally.count(&ends);
        if round % 10 == 0 || round == rounds() {
            let places = race.whereabouts();
            let to_one = |id: &String| race.has_guard || number_of(id).is_multiple_of(3);
            faults.extend(not_once(&places, "move-", round, to_one));
        }
    }
    eprintln!("races, move and move: {:?}", tally.0);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_message_that_one_device_moves_and_the_other_deletes_is_not_doubled() {
    let Some(mut race) = Race::new() else { return };
    let mut tally = Tally::default();
    let left = race.left.clone();
    for round in 1..=rounds() {
        let id = format!("gone-{round}");
        let uid = race.message(&id);
        let ends = race.at_once([&|device| device.act(vec![uid], to(&left)), &|device| {
            device.act(vec![uid], MessageAction::Delete)
        }]);
        tally.count(&ends);
    }
    let places = race.whereabouts();
    eprintln!("races, move and delete: {:?}", tally.0);
    for round in 1..=rounds() {
        let found = places
            .get(&format!("gone-{round}"))
            .cloned()
            .unwrap_or_default();
        assert!(
            found.len() <= 1 && !found.contains(&"INBOX".to_owned()),
            "{round}: {found:?}"
        );
    }
}

#[test]
fn many_messages_that_two_devices_move_at_once_are_each_moved_once() {
    let Some(mut race) = Race::new() else { return };
    let mut tally = Tally::default();
    let (left, right) = (race.left.clone(), race.right.clone());
    for round in 1..=(rounds() / 5).max(1) {
        let mut uids = Vec::new();
        for number in 0..10 {
            uids.push(race.message(&format!("many-{round}-{number}")));
        }
        // They overlap in the middle.
        let (some, others) = (uids[..8].to_vec(), uids[3..].to_vec());
        let ends = race.at_once([&|device| device.act(some.clone(), to(&left)), &|device| {
            device.act(others.clone(), to(&right))
        }]);
        tally.count(&ends);
    }
    let places = race.whereabouts();
    eprintln!("races, many: {:?}", tally.0);
    for (id, found) in &places {
        let most = if race.has_guard { 1 } else { 2 };
        assert!(
            (1..=most).contains(&found.len()) && !found.contains(&"INBOX".to_owned()),
            "{id}: {found:?}"
        );
    }
    assert_eq!(
        places.len() as u32,
        10 * (rounds() / 5).max(1),
        "none is lost"
    );
}

#[test]
fn a_folder_that_two_devices_rename_at_once_stays_one() {
    let Some(mut race) = Race::new() else { return };
    let mut tally = Tally::default();
    let mut name = race.left.clone();
    race.other.append(&name, "inside");
    for round in 1..=rounds() {
        for device in &mut race.devices {
            let name = name.clone();
            device.until_shown("the folder", |device| device.folder(&name).is_some());
        }
        let rename = |letter: &str| MailboxAction::Rename {
            mailbox: name.clone(),
            parent: None,
            label: format!("Left {round}{letter}"),
        };
        let ends = race.at_once([&|device| device.organise(rename("a")), &|device| {
            device.organise(rename("b"))
        }]);
        tally.count(&ends);
        let there: Vec<String> = race
            .other
            .list()
            .into_iter()
            .map(|one| one.name)
            .filter(|one| one.contains("Left"))
            .collect();
        assert_eq!(there.len(), 1, "round {round}: {there:?}, {ends:?}");
        name.clone_from(&there[0]);
    }
    eprintln!("races, rename: {:?}", tally.0);
    assert_eq!(race.whereabouts()["inside"], [name]);
}

#[test]
fn a_folder_that_one_device_deletes_while_another_moves_into_it_loses_no_message_silently() {
    let Some(mut race) = Race::new() else { return };
    let mut tally = Tally::default();
    for round in 1..=(rounds() / 3).max(1) {
        let target = race.other.name(&format!("Short {round}"));
        race.other.ask(&format!("CREATE {}", wire(&target)));
        let id = format!("into-{round}");
        let uid = race.message(&id);
        for device in &mut race.devices {
            let target = target.clone();
            device.until_shown("the folder", |device| device.folder(&target).is_some());
        }
        let ends = race.at_once([&|device| device.act(vec![uid], to(&target)), &|device| {
            device.organise(MailboxAction::Delete {
                mailbox: target.clone(),
            })
        }]);
        let found = race.whereabouts().remove(&id).unwrap_or_default();
        tally.count_as(&format!("in {found:?}: "), &ends);
        // Where the move was refused it is where it was; where it was done it went with the folder, which the
        // other person was asked about, or outlived it.
        let was_moved = truth::is_done(&ends[0]);
        assert!(found.len() <= 1, "round {round}: {found:?}");
        assert!(
            was_moved || found == ["INBOX"],
            "round {round}: {found:?}, {ends:?}"
        );
    }
    eprintln!("races, move into what is deleted: {:?}", tally.0);
}

/// The number at the end of an id.
fn number_of(id: &str) -> u32 {
    id.rsplit('-').next().unwrap().parse().unwrap()
}

/// Messages whose id begins so and that are lost, still in INBOX, or in more than one mailbox where one is right.
fn not_once(
    places: &BTreeMap<String, Vec<String>>,
    prefix: &str,
    up_to: u32,
    is_one: impl Fn(&String) -> bool,
) -> Vec<String> {
    (1..=up_to)
        .map(|round| format!("{prefix}{round}"))
        .filter_map(|id| {
            let found = places.get(&id).cloned().unwrap_or_default();
            let most = if is_one(&id) { 1 } else { 2 };
            let is_right =
                (1..=most).contains(&found.len()) && !found.contains(&"INBOX".to_owned());
            (!is_right).then(|| format!("{id}: {found:?}"))
        })
        .collect()
}
