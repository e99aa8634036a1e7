//! What the server has, read afresh, and how a model differs from it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use samma_mailbox::change::{Flags, Progress};

use super::Pump;
use super::raw::{Raw, normal};
use super::site::Site;

/// How long two models may take by themselves before the clock is turned, so that they look for changes.
const BY_THEMSELVES: Duration = Duration::from_secs(4);

/// How far it is turned at a time, and at most in all: farther than the longest interval of the engine.
const TURN: Duration = Duration::from_secs(11);
const TURNED_AT_MOST: Duration = Duration::from_secs(132);

/// Between two looks at the server.
const LOOK_EVERY: Duration = Duration::from_millis(150);

/// Longest wait for the server's answers to what was asked of it.
const PATIENCE: Duration = Duration::from_secs(90);

/// A mailbox on the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub selectable: bool,
    pub subscribed: bool,
    pub total: u32,
    pub unread: u32,
}

/// Reads all mailboxes, and those of which the server says that they are there and are not: Dovecot 2.3 lists such
/// ones after folders were renamed at the same time.
pub fn mailboxes(raw: &mut Raw) -> (BTreeMap<String, Counted>, BTreeSet<String>) {
    let subscribed = raw.subscribed();
    let mut all = BTreeMap::new();
    let mut doubtful = BTreeSet::new();
    for one in raw.list() {
        let selectable = !one.is("\\Noselect");
        let counts = if selectable {
            raw.status(&one.name)
        } else {
            Ok((0, 0))
        };
        let Ok((total, unread)) = counts else {
            doubtful.insert(one.name);
            continue;
        };
        let counted = Counted {
            selectable,
            subscribed: subscribed.contains(&one.name),
            total,
            unread,
        };
        all.insert(one.name, counted);
    }
    (all, doubtful)
}

/// Where each message is, by what it is known by: every mailbox that has it, as often as it has it.
pub fn whereabouts(raw: &mut Raw) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let names: Vec<String> = raw
        .list()
        .into_iter()
        .filter(|one| !one.is("\\Noselect"))
        .map(|one| one.name)
        .collect();
    for name in names {
        // What can't be opened has nothing that could be found.
        for (_, id) in raw.ids(&name).unwrap_or_default() {
            found.entry(id).or_default().push(name.clone());
        }
    }
    found
}

/// What is shown and is not so: one line each.
pub fn differences(pump: &Pump, raw: &mut Raw) -> Vec<String> {
    let (truth, doubtful) = mailboxes(raw);
    let mut lines = Vec::new();
    for (name, counted) in &truth {
        let Some(shown) = pump.folder(name) else {
            lines.push(format!("- {name} is not shown"));
            continue;
        };
        if shown.selectable != counted.selectable {
            lines.push(format!(
                "- {name}: selectable {}, shown {}",
                counted.selectable, shown.selectable
            ));
        }
        // INBOX is there whether somebody subscribed to it or not.
        if shown.subscribed != counted.subscribed && name != "INBOX" {
            lines.push(format!(
                "- {name}: subscribed {}, shown {}",
                counted.subscribed, shown.subscribed
            ));
        }
        if counted.selectable && shown.total != Some(counted.total) {
            lines.push(format!(
                "- {name}: {} messages, shown {:?}",
                counted.total, shown.total
            ));
        }
        if counted.selectable && shown.unread != Some(counted.unread) {
            lines.push(format!(
                "- {name}: {} unread, shown {:?}",
                counted.unread, shown.unread
            ));
        }
    }
    for shown in &pump.mailboxes {
        if !truth.contains_key(&shown.name) && !doubtful.contains(&shown.name) {
            lines.push(format!("- {} is shown and is not there", shown.name));
        }
    }
    if truth.get(&pump.mailbox).is_some_and(|one| one.selectable) {
        lines.extend(rows(pump, raw));
    }
    lines
}

/// The same for the open list.
fn rows(pump: &Pump, raw: &mut Raw) -> Vec<String> {
    let mut truth = raw
        .contents(&pump.mailbox)
        .unwrap_or_else(|why| panic!("{}: {why}", pump.mailbox));
    truth.reverse();
    let mailbox = &pump.mailbox;
    let mut lines = Vec::new();
    if truth.len() != pump.total as usize {
        lines.push(format!(
            "- list of {mailbox}: {} rows, shown {}",
            truth.len(),
            pump.total
        ));
    }
    let from = pump.first as usize;
    let wanted = truth.len().saturating_sub(from).min(400);
    let part = &truth[from.min(truth.len())..(from + wanted).min(truth.len())];
    let uids: Vec<u32> = part.iter().map(|(uid, _)| *uid).collect();
    let shown: Vec<u32> = pump.rows.iter().map(|row| row.uid).collect();
    if uids != shown {
        let lacking: Vec<u32> = uids
            .iter()
            .filter(|uid| !shown.contains(uid))
            .copied()
            .collect();
        let gone: Vec<u32> = shown
            .iter()
            .filter(|uid| !uids.contains(uid))
            .copied()
            .collect();
        lines.push(format!(
            "- list of {mailbox}: not shown {lacking:?}; shown and not there {gone:?}; {} of {} rows from {from}",
            shown.len(),
            uids.len()
        ));
    }
    for (uid, flags) in part {
        // Marks of devices that move it are nobody's to see.
        let flags: Vec<String> = flags
            .iter()
            .filter(|flag| !flag.starts_with("$mv-"))
            .cloned()
            .collect();
        let Some(row) = pump.rows.iter().find(|row| row.uid == *uid) else {
            continue;
        };
        let shown = names_of(&row.flags);
        if shown != flags {
            lines.push(format!(
                "- {mailbox} {uid} ({}): flags {flags:?}, shown {shown:?}",
                row.subject
            ));
        }
    }
    lines
}

/// Flags as they are compared.
pub fn names_of(flags: &Flags) -> Vec<String> {
    let system = [
        (flags.seen, "\\seen"),
        (flags.flagged, "\\flagged"),
        (flags.answered, "\\answered"),
        (flags.draft, "\\draft"),
        (flags.deleted, "\\deleted"),
    ];
    let system = system
        .into_iter()
        .filter_map(|(is_set, name)| is_set.then_some(name));
    normal(system.chain(flags.keywords.iter().map(String::as_str)))
}

/// How long it took until all was true.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settled {
    pub took: Duration,
    /// How far the clocks had to be turned for it.
    pub turned: Duration,
}

/// Lets all of them go on until every action has come to its end.
pub fn finish(pumps: &mut [Pump]) -> Result<(), String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let open: Vec<String> = pumps
            .iter()
            .enumerate()
            .flat_map(|(number, pump)| {
                let open = pump.open_actions();
                open.into_iter()
                    .map(move |(action, told)| format!("- engine {number}: {action:?} is {told:?}"))
            })
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(format!("actions without an end:\n{}", open.join("\n")));
        }
        go_on(pumps, LOOK_EVERY);
    }
}

/// Lets all of them go on side by side.
pub fn go_on(pumps: &mut [Pump], within: Duration) {
    let deadline = Instant::now() + within;
    while Instant::now() < deadline {
        for pump in pumps.iter_mut() {
            pump.go_on(Duration::from_millis(1));
        }
    }
}

/// Lets all of them go on until each shows what is true; a failure says what is not.
pub fn settle(site: &Site, pumps: &mut [Pump]) -> Result<Settled, String> {
    let begun = Instant::now();
    let mut turned = Duration::ZERO;
    let mut next_turn = begun + BY_THEMSELVES;
    loop {
        go_on(pumps, LOOK_EVERY);
        let mut raw = site.other();
        let mut lines = Vec::new();
        for (number, pump) in pumps.iter().enumerate() {
            for line in differences(pump, &mut raw) {
                lines.push(format!("engine {number} {line}"));
            }
        }
        drop(raw.say("LOGOUT"));
        if lines.is_empty() {
            let took = begun.elapsed();
            return Ok(Settled { took, turned });
        }
        if Instant::now() < next_turn {
            continue;
        }
        if turned >= TURNED_AT_MOST {
            return Err(format!(
                "shown is not what is true, after {:?} and a clock turned by {turned:?}:\n{}",
                begun.elapsed(),
                lines.join("\n")
            ));
        }
        if turned.is_zero() {
            let waited = begun.elapsed();
            eprintln!("not so yet after {waited:?}:\n{}", lines.join("\n"));
        }
        turned += TURN;
        next_turn = Instant::now() + Duration::from_secs(1);
        for pump in pumps.iter_mut() {
            pump.turn_clock(TURN);
        }
    }
}

/// Was it done.
pub fn is_done(progress: &Progress) -> bool {
    matches!(progress, Progress::Done { .. })
}
