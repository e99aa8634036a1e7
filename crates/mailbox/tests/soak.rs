//! Three clients of one account, two of them engines, do what they like; then everybody sees the same.
//!
//! `SAMMA_SOAK_CHANGES` says how many changes (150), `SAMMA_SOAK_SEED` which ones. Runs on a private Dovecot, or
//! on what `SAMMA_TEST_IMAP` names; `cargo xtask soak` does it on other servers.
//!
//! Each message has its own Message-ID, which begins with what may be done to it, so that it is known how many
//! there must be: `keep` is moved by engines, `theirs` by the foreign program, `copy` is also copied, `mortal`
//! also removed for good. Folders that begin with `S` stay, whatever their name; those with `D` come and go.

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

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pump::Pump;
use pump::raw::{Raw, wire};
use pump::site::Site;
use pump::truth::{self, Settled};
use samma_mailbox::change::{Flags, Progress, Role};
use samma_mailbox::command::{ActionId, Destination, MailboxAction, MessageAction};

const DEFAULT_CHANGES: u32 = 150;

/// Changes between two looks at whether all agree.
const UNTIL_QUIET: u32 = 50;

/// Folders that stay, as they begin.
const STABLE: &[&str] = &["S1", "S2", "S3", "S4"];

/// Keywords that people set here; any other must be gone once it is quiet.
const KEYWORDS: &[&str] = &["$Soak", "Wichtig", "$Label1"];
/// Those that say what is junk.
const ABOUT_JUNK: &[&str] = &["$junk", "$notjunk", "junk", "nonjunk"];

/// Actions of one engine that may be under way at one time.
const AT_ONCE: usize = 5;

/// Messages in a folder; a list shows no more.
const MOST_IN_FOLDER: u32 = 350;

#[test]
fn three_clients_agree_whatever_they_do() {
    let Some(site) = Site::any() else { return };
    let changes =
        number("SAMMA_SOAK_CHANGES").map_or(DEFAULT_CHANGES, |n| u32::try_from(n).unwrap());
    let seed = number("SAMMA_SOAK_SEED").unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        u64::from(now.subsec_nanos()) ^ now.as_secs()
    });
    eprintln!("soak: SAMMA_SOAK_SEED={seed} SAMMA_SOAK_CHANGES={changes}");
    let mut soak = Soak::new(site, seed);
    for change in 1..=changes {
        soak.change();
        if change % UNTIL_QUIET == 0 || change == changes {
            soak.quiet(change);
        }
    }
    soak.tell();
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is no number"))
    })
}

/// Numbers that look random: xorshift64*.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap() % sides.max(1)
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = self.roll(of.len());
        of.get(at)
    }

    /// The name of a weighted choice.
    fn choose(&mut self, of: &[(&'static str, usize)]) -> &'static str {
        let mut left = self.roll(of.iter().map(|(_, weight)| weight).sum());
        for (name, weight) in of {
            if left < *weight {
                return name;
            }
            left -= weight;
        }
        unreachable!("less than the sum")
    }
}

/// What an action may have done to how many messages there are.
#[derive(Clone, Debug)]
enum Meant {
    Nothing,
    Copy(String),
    Remove(Vec<String>),
    /// Undoes this one.
    Undo(ActionId),
}

struct Soak {
    site: Site,
    dice: Dice,
    engines: Vec<Pump>,
    foreign: Raw,
    has_guard: bool,
    /// What each engine's actions were about.
    meant: [BTreeMap<ActionId, Meant>; 2],
    /// Undone, or tried to.
    undone: [BTreeSet<ActionId>; 2],
    /// All that was ever appended.
    appended: Vec<String>,
    /// Copies that the foreign program made.
    copied: BTreeMap<String, u32>,
    /// Messages that may be gone.
    removed: BTreeSet<String>,
    serial: u32,
    done: BTreeMap<&'static str, u32>,
    refused: BTreeMap<String, u32>,
    settled: Vec<Settled>,
    /// How often the server had lost track of its own folders, as last seen, and at how many quiet points.
    broken: (usize, u32),
    log: Vec<String>,
}

impl Soak {
    fn new(site: Site, seed: u64) -> Self {
        let mut foreign = site.other();
        for path in ["S1-0", "S2-0 Båten & co", "S3-0", "S3-0/S4-0 inner", "D1-0"] {
            let name = foreign.name(path);
            foreign.ask(&format!("CREATE {}", wire(&name)));
            foreign.ask(&format!("SUBSCRIBE {}", wire(&name)));
        }
        let mut soak = Self {
            engines: vec![site.samma(), site.samma()],
            site,
            has_guard: foreign.has_guard(),
            dice: Dice(seed.wrapping_mul(2) + 1),
            foreign,
            meant: Default::default(),
            undone: Default::default(),
            appended: Vec::new(),
            copied: BTreeMap::new(),
            removed: BTreeSet::new(),
            serial: 0,
            done: BTreeMap::new(),
            refused: BTreeMap::new(),
            settled: Vec::new(),
            broken: (0, 0),
            log: Vec::new(),
        };
        for _ in 0..20 {
            soak.foreign_appends();
        }
        for engine in &mut soak.engines {
            engine.show_all();
        }
        soak.quiet(0);
        soak
    }

    /// One change by one of the three; the engines go on for a moment before it.
    fn change(&mut self) {
        let moment = self.dice.roll(40);
        truth::go_on(
            &mut self.engines,
            Duration::from_millis(u64::try_from(moment).unwrap()),
        );
        let who = self.dice.roll(3);
        if who == 2 {
            self.foreign_change();
            return;
        }
        for _ in 0..200 {
            if self.engines[who].open_actions().len() < AT_ONCE {
                break;
            }
            truth::go_on(&mut self.engines, Duration::from_millis(50));
        }
        self.engine_change(who);
    }

    fn note(&mut self, what: &'static str, line: String) {
        *self.done.entry(what).or_default() += 1;
        if std::env::var_os("SAMMA_TEST_TRACE").is_some() {
            eprintln!("## {line}");
        }
        self.log.push(line);
    }

    // The engines.

    fn engine_change(&mut self, who: usize) {
        let choice = self.dice.choose(&[
            ("open", 14),
            ("flags", 24),
            ("move", 18),
            ("to a role", 6),
            ("junk", 4),
            ("copy", 7),
            ("delete", 6),
            ("undo", 9),
            ("create", 3),
            ("rename", 4),
            ("delete folder", 2),
            ("subscribe", 3),
            ("mark all read", 3),
            ("empty", 2),
            ("cut", 2),
        ]);
        let line = format!("engine {who} in {}: {choice}", self.engines[who].mailbox);
        let did = match choice {
            "open" => self.open(who),
            "flags" => self.flags(who),
            "move" => self.moves(who),
            "to a role" => {
                let role = [Role::Trash, Role::Archive][self.dice.roll(2)];
                self.act(
                    who,
                    &["keep", "copy", "mortal"],
                    3,
                    MessageAction::Move(Destination::Role(role)),
                )
            }
            "junk" => {
                let is_junk = self.dice.roll(2) == 0;
                self.act(who, &["keep", "copy"], 2, MessageAction::Junk(is_junk))
            }
            "copy" => {
                let to = self.destination(who);
                to.and_then(|to| {
                    self.act(
                        who,
                        &["copy"],
                        1,
                        MessageAction::Copy(Destination::Mailbox(to)),
                    )
                })
            }
            "delete" => self.act(who, &["mortal"], 3, MessageAction::Delete),
            "undo" => self.undo(who),
            "cut" => {
                self.engines[who].cut();
                Some(String::new())
            }
            folder => self.organise(who, folder),
        };
        if let Some(about) = did {
            self.note(choice, format!("{line} {about}"));
        }
    }

    /// Names of mailboxes that an engine shows, whose last part begins so.
    fn shown(&self, who: usize, prefixes: &[&str]) -> Vec<String> {
        let all = self.engines[who].mailboxes.iter();
        all.filter(|one| {
            one.selectable && prefixes.iter().any(|prefix| one.label.starts_with(prefix))
        })
        .map(|one| one.name.clone())
        .collect()
    }

    fn destination(&mut self, who: usize) -> Option<String> {
        let mut names = self.shown(who, STABLE);
        names.push("INBOX".to_owned());
        names.retain(|name| *name != self.engines[who].mailbox);
        names.retain(|name| {
            self.engines[who]
                .folder(name)
                .is_some_and(|one| one.total.unwrap_or(0) < MOST_IN_FOLDER)
        });
        self.dice.one(&names).cloned()
    }

    fn open(&mut self, who: usize) -> Option<String> {
        let mut names = self.shown(who, &["S", "D1", "D2", "D3", "Trash", "Archive", "Junk"]);
        names.push("INBOX".to_owned());
        let name = self.dice.one(&names)?.clone();
        self.engines[who].show(&name);
        Some(name)
    }

    /// Some rows of these kinds, with their subjects.
    fn some_rows(&mut self, who: usize, kinds: &[&str], most: usize) -> Vec<(u32, String)> {
        let mut rows: Vec<(u32, String)> = self.engines[who]
            .rows
            .iter()
            .filter(|row| kinds.iter().any(|kind| row.subject.starts_with(kind)))
            .map(|row| (row.uid, row.subject.clone()))
            .collect();
        let wanted = 1 + self.dice.roll(most);
        while rows.len() > wanted {
            let at = self.dice.roll(rows.len());
            rows.swap_remove(at);
        }
        rows
    }

    fn act(
        &mut self,
        who: usize,
        kinds: &[&str],
        most: usize,
        what: MessageAction,
    ) -> Option<String> {
        let rows = self.some_rows(who, kinds, most);
        let subjects: Vec<String> = rows.iter().map(|(_, subject)| subject.clone()).collect();
        let meant = match &what {
            _ if rows.is_empty() => return None,
            MessageAction::Copy(_) => Meant::Copy(subjects[0].clone()),
            MessageAction::Delete => Meant::Remove(subjects.clone()),
            _ => Meant::Nothing,
        };
        let about = format!("{what:?} {rows:?}");
        let uids = rows.into_iter().map(|(uid, _)| uid).collect();
        let action = self.engines[who].act(uids, what);
        if let Meant::Remove(ids) = &meant {
            self.removed.extend(ids.iter().cloned());
        }
        self.meant[who].insert(action, meant);
        Some(format!("{action:?} {about}"))
    }

    fn flags(&mut self, who: usize) -> Option<String> {
        let mut flags = Flags::default();
        match self.dice.roll(5) {
            0 | 1 => flags.seen = true,
            2 => flags.flagged = true,
            3 => flags.answered = true,
            _ => flags.keywords = vec![(*self.dice.one(KEYWORDS)?).to_owned()],
        }
        let what = if self.dice.roll(5) < 3 {
            MessageAction::Flags {
                add: flags,
                remove: Flags::default(),
            }
        } else {
            MessageAction::Flags {
                add: Flags::default(),
                remove: flags,
            }
        };
        self.act(who, &["keep", "theirs", "copy", "mortal"], 4, what)
    }

    fn moves(&mut self, who: usize) -> Option<String> {
        let to = self.destination(who)?;
        self.act(
            who,
            &["keep", "copy", "mortal"],
            5,
            MessageAction::Move(Destination::Mailbox(to)),
        )
    }

    fn undo(&mut self, who: usize) -> Option<String> {
        let undoable: Vec<ActionId> = self.engines[who]
            .progress
            .iter()
            .filter(|(action, progress)| {
                matches!(progress, Progress::Done { undo: true, .. })
                    && !self.undone[who].contains(action)
            })
            .map(|(action, _)| *action)
            .collect();
        let recent = &undoable[undoable.len().saturating_sub(4)..];
        let undoes = *self.dice.one(recent)?;
        self.undone[who].insert(undoes);
        let action = self.engines[who].undo(undoes);
        self.meant[who].insert(action, Meant::Undo(undoes));
        Some(format!("{action:?} {undoes:?}"))
    }

    fn organise(&mut self, who: usize, choice: &str) -> Option<String> {
        self.serial += 1;
        let serial = self.serial;
        let stable = self.shown(who, STABLE);
        let doomed = self.shown(who, &["D"]);
        let doomed: Vec<String> = doomed
            .into_iter()
            .filter(|name| !name.ends_with("Drafts"))
            .collect();
        let what = match choice {
            "create" => {
                let parent = (self.dice.roll(3) == 0)
                    .then(|| self.dice.one(&doomed).cloned())
                    .flatten();
                let number = 1 + self.dice.roll(9);
                MailboxAction::Create {
                    parent,
                    label: format!("D{number}-{serial}"),
                }
            }
            "rename" => {
                let all = [stable, doomed].concat();
                let mailbox = self.dice.one(&all)?.clone();
                let shown = self.engines[who].folder(&mailbox)?;
                let begin: String = shown.label.chars().take(2).collect();
                MailboxAction::Rename {
                    parent: shown.parent.clone().filter(|parent| parent != "INBOX"),
                    label: format!("{begin}-{serial} ö"),
                    mailbox,
                }
            }
            "delete folder" => MailboxAction::Delete {
                mailbox: self.dice.one(&doomed)?.clone(),
            },
            "subscribe" => {
                let all = [stable, doomed].concat();
                let mailbox = self.dice.one(&all)?.clone();
                let subscribed = !self.engines[who].folder(&mailbox)?.subscribed;
                MailboxAction::Subscribe {
                    mailbox,
                    subscribed,
                }
            }
            "mark all read" => {
                let mut all = stable;
                all.push("INBOX".to_owned());
                MailboxAction::MarkAllRead {
                    mailbox: self.dice.one(&all)?.clone(),
                }
            }
            "empty" => MailboxAction::Empty {
                mailbox: self.dice.one(&doomed)?.clone(),
            },
            other => unreachable!("{other}"),
        };
        let about = format!("{what:?}");
        let action = self.engines[who].organise(what);
        self.meant[who].insert(action, Meant::Nothing);
        Some(format!("{action:?} {about}"))
    }

    // The foreign program.

    fn foreign_change(&mut self) {
        let choice = self.dice.choose(&[
            ("append", 26),
            ("store", 18),
            ("foreign move", 8),
            ("foreign copy", 3),
            ("foreign expunge", 5),
            ("foreign create", 3),
            ("foreign rename", 3),
            ("foreign delete", 2),
            ("foreign subscribe", 3),
        ]);
        let about = match choice {
            "append" => Some(self.foreign_appends()),
            "store" => self.foreign_stores(),
            "foreign move" => self.foreign_moves(),
            "foreign copy" => self.foreign_copies(),
            "foreign expunge" => self.foreign_expunges(),
            folder => self.foreign_organises(folder),
        };
        if let Some(about) = about {
            self.note(choice, format!("foreign {choice}: {about}"));
        }
    }

    fn there(&mut self, prefixes: &[&str]) -> Vec<String> {
        let delimiter = self.foreign.delimiter.clone();
        let all = self.foreign.list();
        all.into_iter()
            .filter(|one| !one.is("\\Noselect"))
            .map(|one| one.name)
            .filter(|name| {
                let label = name.rsplit(&delimiter).next().unwrap();
                prefixes.iter().any(|prefix| label.starts_with(prefix))
                    && !label.starts_with("Drafts")
            })
            .collect()
    }

    /// A mailbox that stays, or INBOX more often than others.
    fn foreign_place(&mut self) -> String {
        let mut names = self.there(STABLE);
        names.push("INBOX".to_owned());
        names.push("INBOX".to_owned());
        self.dice.one(&names).unwrap().clone()
    }

    fn foreign_appends(&mut self) -> String {
        self.serial += 1;
        let kind = ["keep", "keep", "theirs", "copy", "mortal"][self.dice.roll(5)];
        let id = format!("{kind}-{}", self.serial);
        let doomed = self.there(&["D"]);
        let mailbox = if kind == "mortal" && !doomed.is_empty() && self.dice.roll(2) == 0 {
            // What is in there goes with it.
            self.removed.insert(id.clone());
            self.dice.one(&doomed).unwrap().clone()
        } else {
            self.foreign_place()
        };
        let flags = ["", "", "\\Seen", "\\Flagged", "\\Seen $Soak"][self.dice.roll(5)];
        // An engine may have renamed it since.
        match self.foreign.try_append(&mailbox, &id, flags, 0) {
            Ok(()) => self.appended.push(id.clone()),
            Err(answer) if answer.starts_with('r') => return format!("{id} {mailbox}: {answer}"),
            // No answer: it may be there or not.
            Err(_) => {
                self.removed.insert(id.clone());
                self.appended.push(id.clone());
            }
        }
        format!("{id} to {mailbox}")
    }

    /// A mailbox and some UIDs in it whose ids begin so; it stays selected.
    fn foreign_pick(&mut self, kinds: &[&str]) -> Option<(String, Vec<(u32, String)>)> {
        let mailbox = self.foreign_place();
        if self.foreign.select(&mailbox).ok()? == 0 {
            return None;
        }
        let mut ids = self.foreign.selected_ids().ok()?;
        ids.retain(|(_, id)| kinds.iter().any(|kind| id.starts_with(kind)));
        let wanted = 1 + self.dice.roll(3);
        while ids.len() > wanted {
            let at = self.dice.roll(ids.len());
            ids.swap_remove(at);
        }
        (!ids.is_empty()).then_some((mailbox, ids))
    }

    fn foreign_stores(&mut self) -> Option<String> {
        let (mailbox, ids) = self.foreign_pick(&["keep", "theirs", "copy", "mortal"])?;
        let sign = ['+', '-'][self.dice.roll(2)];
        let flag = [
            "\\Seen",
            "\\Flagged",
            "\\Answered",
            KEYWORDS[0],
            KEYWORDS[1],
        ][self.dice.roll(5)];
        let set = set(&ids);
        drop(
            self.foreign
                .say(&format!("UID STORE {set} {sign}FLAGS.SILENT ({flag})")),
        );
        Some(format!("{mailbox} {ids:?} {sign}{flag}"))
    }

    fn foreign_moves(&mut self) -> Option<String> {
        let (mailbox, ids) = self.foreign_pick(&["theirs"])?;
        let to = self.foreign_place();
        if to == mailbox {
            return None;
        }
        let set = set(&ids);
        let target = wire(&to);
        let answer = self.foreign.say(&format!("UID MOVE {set} {target}"));
        // No MOVE; only a copy that was made leads to a removal.
        if answer.is_err()
            && self
                .foreign
                .say(&format!("UID COPY {set} {target}"))
                .is_ok()
        {
            self.foreign
                .ask(&format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)"));
            self.foreign.ask(&format!("UID EXPUNGE {set}"));
        }
        Some(format!("{mailbox} {ids:?} to {to}"))
    }

    fn foreign_copies(&mut self) -> Option<String> {
        let (mailbox, mut ids) = self.foreign_pick(&["copy"])?;
        ids.truncate(1);
        let to = self.foreign_place();
        let before = self.foreign.status(&to).ok()?;
        let answer = self
            .foreign
            .say(&format!("UID COPY {} {}", ids[0].0, wire(&to)));
        // OK is also what a server says of a message that is gone: only COPYUID says that one was made.
        if answer.is_ok_and(|lines| lines.last().unwrap().contains("[COPYUID")) {
            *self.copied.entry(ids[0].1.clone()).or_default() += 1;
        }
        Some(format!("{mailbox} {ids:?} to {to} {before:?}"))
    }

    fn foreign_expunges(&mut self) -> Option<String> {
        let (mailbox, ids) = self.foreign_pick(&["mortal"])?;
        self.removed.extend(ids.iter().map(|(_, id)| id.clone()));
        let set = set(&ids);
        drop(
            self.foreign
                .say(&format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)")),
        );
        drop(self.foreign.say(&format!("UID EXPUNGE {set}")));
        Some(format!("{mailbox} {ids:?}"))
    }

    fn foreign_organises(&mut self, choice: &str) -> Option<String> {
        self.serial += 1;
        let serial = self.serial;
        // On some servers the selected mailbox can't be renamed or removed.
        self.foreign.select("INBOX").unwrap();
        let doomed = self.there(&["D"]);
        let all = self.there(&["S", "D"]);
        let all: Vec<String> = all
            .into_iter()
            .filter(|name| !name.ends_with("Sent"))
            .collect();
        let command = match choice {
            "foreign create" => {
                let name = self
                    .foreign
                    .name(&format!("D{}-{serial}", 1 + self.dice.roll(9)));
                format!("CREATE {}", wire(&name))
            }
            "foreign rename" => {
                let from = self.dice.one(&all)?.clone();
                let delimiter = self.foreign.delimiter.clone();
                let (parent, label) = match from.rsplit_once(&delimiter) {
                    Some((parent, label)) => (format!("{parent}{delimiter}"), label),
                    None => (String::new(), from.as_str()),
                };
                let begin: String = label.chars().take(2).collect();
                format!(
                    "RENAME {} {}",
                    wire(&from),
                    wire(&format!("{parent}{begin}-{serial} f"))
                )
            }
            "foreign delete" => {
                let name = self.dice.one(&doomed)?.clone();
                format!("DELETE {}", wire(&name))
            }
            "foreign subscribe" => {
                let name = self.dice.one(&all)?.clone();
                let verb = ["SUBSCRIBE", "UNSUBSCRIBE"][self.dice.roll(2)];
                format!("{verb} {}", wire(&name))
            }
            other => unreachable!("{other}"),
        };
        let answer = self.foreign.say(&command);
        Some(format!(
            "{command}: {}",
            answer.map_or_else(|no| no, |_| "OK".to_owned())
        ))
    }

    // What must be true.

    /// Nobody does anything: everything ends, and everybody sees the same.
    fn quiet(&mut self, change: u32) {
        let ended = truth::finish(&mut self.engines);
        self.check(change, ended);
        let broken = self.site.broken_lists();
        if broken > self.broken.0 {
            // Only a new session is told the truth.
            self.broken = (broken, self.broken.1 + 1);
            for engine in &mut self.engines {
                engine.cut();
            }
            self.foreign = self.site.other();
        }
        let settled = truth::settle(&self.site, &mut self.engines);
        self.check(change, settled.as_ref().map(drop).map_err(Clone::clone));
        self.settled.extend(settled);
        let jumps: Vec<String> = self
            .engines
            .iter_mut()
            .flat_map(|one| std::mem::take(&mut one.jumps))
            .collect();
        self.check(
            change,
            if jumps.is_empty() {
                Ok(())
            } else {
                Err(jumps.join("\n"))
            },
        );
        let census = self.census();
        self.check(change, census);
    }

    fn check(&self, change: u32, result: Result<(), String>) {
        let Err(why) = result else { return };
        let last = &self.log[self.log.len().saturating_sub(60)..];
        panic!(
            "after {change} changes: {why}\nthe last of them:\n{}",
            last.join("\n")
        );
    }

    /// Counts messages over all mailboxes.
    fn census(&mut self) -> Result<(), String> {
        let mut raw = self.site.other();
        let found = truth::whereabouts(&mut raw);
        let mut lines = Vec::new();
        for id in &self.appended {
            let places = found.get(id).cloned().unwrap_or_default();
            let (least, most) = self.expected(id);
            let count = u32::try_from(places.len()).unwrap();
            if count < least || count > most {
                lines.push(format!(
                    "- {id}: {count} of them in {places:?}, and not {least} to {most}"
                ));
            }
        }
        for id in found.keys().filter(|id| !self.appended.contains(id)) {
            lines.push(format!("- {id:?} was never appended"));
        }
        for prefix in STABLE {
            let count = self.there(&[prefix]).len();
            if count != 1 {
                lines.push(format!("- {count} folders begin with {prefix}"));
            }
        }
        for name in self.there(&["S", "D", "INBOX", "Trash", "Archive", "Junk"]) {
            let contents = raw.contents(&name).unwrap_or_default();
            let ids: BTreeMap<u32, String> = match raw.selected_ids() {
                Ok(ids) if !contents.is_empty() => ids.into_iter().collect(),
                _ => BTreeMap::new(),
            };
            for (uid, flags) in contents {
                // The foreign program copies marks along; they go when somebody looks into that mailbox.
                let is_foreign_copy = ids.get(&uid).is_some_and(|id| self.copied.contains_key(id));
                let strange = flags.iter().find(|flag| {
                    !flag.starts_with('\\')
                        && !KEYWORDS.iter().any(|one| one.eq_ignore_ascii_case(flag))
                        && !ABOUT_JUNK.contains(&flag.as_str())
                });
                if let Some(flag) = strange.filter(|_| !is_foreign_copy) {
                    lines.push(format!("- {name} {uid} keeps {flag}"));
                }
                if flags.iter().any(|flag| flag == "\\deleted") {
                    lines.push(format!("- {name} {uid} is still there as deleted"));
                }
            }
        }
        if lines.is_empty() {
            Ok(())
        } else {
            Err(lines.join("\n"))
        }
    }

    /// How many there may be of a message.
    fn expected(&self, id: &str) -> (u32, u32) {
        let mut most = 1 + self.copied.get(id).copied().unwrap_or(0);
        let mut least = most;
        for (engine, meant) in self.engines.iter().zip(&self.meant) {
            for (action, about) in meant {
                let copies = |about: &Meant| matches!(about, Meant::Copy(of) if of == id);
                match (about, engine.end_of(*action)) {
                    (about, Some(Progress::Done { count, .. })) if copies(about) => {
                        most += count;
                        least += count;
                    }
                    (about, Some(Progress::Refused { done, .. })) if copies(about) => {
                        most += done;
                        least += done;
                    }
                    // The copy may have been moved on meanwhile: then it stays.
                    (Meant::Undo(undoes), Some(_)) if meant.get(undoes).is_some_and(copies) => {
                        least = least.saturating_sub(1);
                    }
                    _ => {}
                }
            }
        }
        // Without a guard two devices that move a message to two places leave it in both, and a copy can't be told from
        // such a twin where both come to one mailbox.
        if !self.has_guard {
            least = least.min(1);
            most *= 2;
        }
        if self.removed.contains(id) {
            least = 0;
        }
        (least, most)
    }

    /// Prints what was done and how long agreement took.
    fn tell(&mut self) {
        for engine in &self.engines {
            for progress in engine.progress.values() {
                if let Progress::Refused { problem, .. } = progress {
                    let words = problem.server_text.as_deref().unwrap_or("no words");
                    *self
                        .refused
                        .entry(format!("{:?}: {words}", problem.kind))
                        .or_default() += 1;
                }
            }
        }
        let mut took: Vec<u128> = self
            .settled
            .iter()
            .map(|one| one.took.as_millis())
            .collect();
        took.sort_unstable();
        let turned = self
            .settled
            .iter()
            .filter(|one| !one.turned.is_zero())
            .count();
        if self.broken.1 > 0 {
            eprintln!(
                "soak: the server had broken its index of folders at {} quiet points",
                self.broken.1
            );
        }
        eprintln!("soak: {:?}", self.done);
        eprintln!("soak: refused {:#?}", self.refused);
        eprintln!(
            "soak: {} messages; agreement after {} ms (median), {} ms at most; {turned} of {} times the clock was turned",
            self.appended.len(),
            took[took.len() / 2],
            took.last().unwrap(),
            took.len()
        );
    }
}

fn set(ids: &[(u32, String)]) -> String {
    let uids: Vec<String> = ids.iter().map(|(uid, _)| uid.to_string()).collect();
    uids.join(",")
}
