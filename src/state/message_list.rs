//! The list of messages: a window of rows over a folder of any size, and the cursor in it.
//!
//! The engine owns all rows and sends those that were asked for, with the edits that moved them. Each
//! loaded row is an [`Entry`] of signals, so that a changed flag redraws one row, and rows that arrive
//! above move the others without drawing them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use leptos::prelude::*;
use samma_mailbox::change::{Edit, MessageRef, Problem, Row};
use samma_mailbox::command::{Command, MAX_WINDOW, ViewId};

use super::Selection;
use crate::client::Commands;

/// The list of messages.
#[derive(Clone, Copy)]
pub(crate) struct MessageList {
    /// Decoded full name of the folder that is shown, and the words searched for in it.
    pub(crate) question: RwSignal<Option<Question>>,
    /// What is known of the folder itself.
    pub(crate) kind: RwSignal<Kind>,
    /// Which messages are selected.
    pub(crate) selection: Selection,
    /// Rows that just left, with the places that they had: to be seen leaving.
    pub(crate) leaving: RwSignal<Arc<BTreeMap<u32, Entry>>>,
    /// How many rows there are; `None` while the server has not said.
    pub(crate) total: RwSignal<Option<u32>>,
    /// The loaded rows by position; 0 is the newest message.
    pub(crate) rows: RwSignal<Arc<BTreeMap<u32, Entry>>>,
    /// Why the list can't be shown.
    pub(crate) problem: RwSignal<Option<Problem>>,
    /// Where the keyboard is; moved by keys, clicks and edits.
    pub(crate) cursor: RwSignal<Option<Cursor>>,
    /// Grows when there are edits to take.
    pub(crate) edited: RwSignal<u32>,
    /// Grows when another list begins.
    pub(crate) generation: RwSignal<u32>,
    /// Grows when rows must be asked for anew.
    pub(crate) renewed: RwSignal<u32>,
    /// Where lists were scrolled to when they were left, in CSS pixels; the oldest first.
    pub(crate) offsets: StoredValue<Vec<(Question, f64)>>,
    edits: StoredValue<Vec<Edit>>,
    pub(super) view: StoredValue<Option<ViewId>>,
    asked: StoredValue<Option<(u32, u32)>>,
    is_answered: StoredValue<bool>,
}

/// What is known of a folder that is listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kind {
    /// UIDVALIDITY, 0 while unknown.
    pub(crate) uid_validity: u32,
    /// Nothing can be changed in it.
    pub(crate) read_only: bool,
    /// New keywords can be made.
    pub(crate) keywords: bool,
}

/// Decoded full name of a folder, and words searched for in it.
pub(crate) type Question = (String, Option<String>);

/// A loaded row.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// UID: what the row is known by.
    pub(crate) uid: u32,
    /// What it shows.
    pub(crate) row: ArcRwSignal<Arc<Row>>,
    /// Where it is.
    pub(crate) position: ArcRwSignal<u32>,
    /// Grows each time that somebody else changed it.
    pub(crate) wash: ArcRwSignal<u32>,
}

/// Where the keyboard is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The position.
    pub(crate) position: u32,
    /// The message there, where it is loaded.
    pub(crate) uid: Option<u32>,
    /// Open the message that is there once the keys rest.
    pub(crate) opens: bool,
}

/// A move of the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Down (towards older), by rows.
    Down(u32),
    /// Up, by rows.
    Up(u32),
    /// To the newest.
    First,
    /// To the oldest.
    Last,
}

/// Rows asked for beyond the screen, each way: about two screens, so that scrolling meets loaded rows.
const MARGIN: u32 = 40;

/// How far from the window rows stay in memory, in rows.
const KEPT: u32 = 400;

/// Rows that come at once when a folder is opened: more than any screen shows.
const FIRST_ROWS: u32 = 60;

impl MessageList {
    pub(super) fn new() -> Self {
        Self {
            question: RwSignal::new(None),
            kind: RwSignal::new(Kind::default()),
            selection: Selection::new(),
            leaving: RwSignal::new(Arc::default()),
            total: RwSignal::new(None),
            rows: RwSignal::new(Arc::default()),
            problem: RwSignal::new(None),
            cursor: RwSignal::new(None),
            edited: RwSignal::new(0),
            generation: RwSignal::new(0),
            renewed: RwSignal::new(0),
            offsets: StoredValue::new(Vec::new()),
            edits: StoredValue::new(Vec::new()),
            view: StoredValue::new(None),
            asked: StoredValue::new(None),
            is_answered: StoredValue::new(false),
        }
    }

    /// Shows this folder, or what a search in it finds. Does nothing where it is shown already.
    pub(crate) fn open(self, mailbox: &str, search: Option<&str>) {
        let is_same = self.question.with_untracked(|question| {
            question
                .as_ref()
                .is_some_and(|(name, words)| name == mailbox && words.as_deref() == search)
        });
        if is_same && self.view.get_value().is_some() {
            return;
        }
        if !is_same {
            self.begin(Kind::default(), None);
            self.cursor.set(None);
            self.question
                .set(Some((mailbox.to_owned(), search.map(str::to_owned))));
        }
        self.ask();
    }

    /// Asks again for a list that could not be shown.
    pub(crate) fn retry(self) {
        self.problem.set(None);
        self.ask();
    }

    pub(super) fn retry_after_failure(self) {
        if self.problem.with_untracked(Option::is_some) {
            self.retry();
        }
    }

    /// Says which rows are on screen.
    pub(crate) fn show(self, first: u32, count: u32) {
        let Some(view) = self.view.get_value() else {
            return;
        };
        let total = self.total.get_untracked().unwrap_or(0);
        let end = first.saturating_add(count).min(total);
        let covered = self
            .asked
            .get_value()
            .is_some_and(|(from, to)| from <= first && end <= to);
        if covered || end <= first {
            return;
        }
        let first = first.saturating_sub(MARGIN);
        let end = end
            .saturating_add(MARGIN)
            .min(total)
            .min(first.saturating_add(MAX_WINDOW));
        self.asked.set_value(Some((first, end)));
        Commands.send(Command::ShowRows {
            view,
            first,
            count: end.saturating_sub(first),
        });
    }

    /// Edits since this was last called, oldest first.
    pub(crate) fn take_edits(self) -> Vec<Edit> {
        self.edits
            .try_update_value(std::mem::take)
            .unwrap_or_default()
    }

    /// How the rest of the app names a message of this list.
    pub(crate) fn message(self, uid: u32) -> Option<MessageRef> {
        self.question.with_untracked(|question| {
            question.as_ref().map(|(mailbox, _)| MessageRef {
                mailbox: mailbox.clone(),
                uid_validity: self.kind.get_untracked().uid_validity,
                uid,
            })
        })
    }

    /// Rows that left were seen leaving.
    pub(crate) fn forget_leaving(self) {
        self.leaving.set(Arc::default());
    }

    /// The folder has another name; its list stays as it is.
    pub(super) fn renamed(self, from: &str, to: &str) {
        let renamed = self.question.with_untracked(|question| {
            let (mailbox, words) = question.as_ref().filter(|(mailbox, _)| mailbox == from)?;
            (mailbox != to).then(|| (to.to_owned(), words.clone()))
        });
        if renamed.is_none() {
            return;
        }
        self.question.set(renamed);
        if self.problem.with_untracked(Option::is_some) {
            // It could not be opened under the old name.
            self.ask();
        }
    }

    /// The engine is a new one: the list must be asked for again, and stays on screen meanwhile.
    pub(super) fn forget_question(self) {
        self.view.set_value(None);
        self.asked.set_value(None);
    }

    /// Has the engine heard of the list: it answers at once that one begins.
    pub(super) fn is_answered(self) -> bool {
        self.is_answered.get_value()
    }

    pub(super) fn clear(self) {
        self.forget_question();
        self.begin(Kind::default(), None);
        self.cursor.set(None);
        self.question.set(None);
        self.offsets.set_value(Vec::new());
    }

    pub(super) fn reset(self, view: ViewId, total: Option<u32>, kind: Kind) {
        if self.view.get_value() != Some(view) {
            return;
        }
        self.is_answered.set_value(true);
        // The same folder again, after a new engine: what is on screen stays until its rows come.
        let is_renewal =
            kind.uid_validity != 0 && self.kind.get_untracked().uid_validity == kind.uid_validity;
        if is_renewal {
            self.kind.set(kind);
            if let Some(total) = total {
                self.problem.set(None);
                self.set_total(total);
            }
        } else {
            self.begin(kind, total);
        }
        // `Open` asks for these.
        self.asked.set_value(Some((0, FIRST_ROWS)));
        self.renewed.update(grow);
    }

    pub(super) fn rows(
        self,
        view: ViewId,
        total: u32,
        edits: &[Edit],
        first: u32,
        rows: Vec<Row>,
        touched: &[u32],
    ) {
        // Late words about another list.
        if self.view.get_value() != Some(view) {
            return;
        }
        let old = self.rows.get_untracked();
        let known: HashMap<u32, Entry> = old
            .values()
            .map(|entry| (entry.uid, entry.clone()))
            .collect();
        let mut kept = (*old).clone();
        for edit in edits {
            kept = shifted(kept, *edit);
        }

        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let end = first.saturating_add(count);
        let fresh: HashMap<u32, ()> = rows.iter().map(|row| (row.uid, ())).collect();
        kept.retain(|position, entry| {
            *position < total
                && !(first..end).contains(position)
                && position.saturating_add(KEPT) >= first
                && *position <= end.saturating_add(KEPT)
                && !fresh.contains_key(&entry.uid)
        });
        for (position, row) in (first..end).zip(rows) {
            let is_touched = touched.contains(&row.uid);
            let entry = if let Some(entry) = known.get(&row.uid) {
                let is_same = entry.row.with_untracked(|old| **old == row);
                if !is_same {
                    entry.row.set(Arc::new(row));
                }
                if is_touched {
                    entry.wash.update(grow);
                }
                entry.clone()
            } else {
                Entry {
                    uid: row.uid,
                    row: ArcRwSignal::new(Arc::new(row)),
                    position: ArcRwSignal::new(position),
                    wash: ArcRwSignal::new(u32::from(is_touched)),
                }
            };
            kept.insert(position, entry);
        }
        for (position, entry) in &kept {
            if entry.position.with_untracked(|old| old != position) {
                entry.position.set(*position);
            }
        }

        let gone = left(&old, &kept, edits);
        let has_moved = !edits.is_empty();
        let order = |rows: &BTreeMap<u32, Entry>| -> Vec<(u32, u32)> {
            rows.iter().map(|(at, entry)| (*at, entry.uid)).collect()
        };
        let has_changed = order(&old) != order(&kept);
        self.set_total(total);
        self.problem.set(None);
        if has_changed {
            self.rows.set(Arc::new(kept));
        }
        self.move_cursor(edits, total);
        if !gone.is_empty() {
            let uids: Vec<u32> = gone.values().map(|entry| entry.uid).collect();
            self.selection.left(&uids);
            self.leaving.set(Arc::new(gone));
        }
        if has_moved {
            // What was asked for is counted in positions, which are others now.
            self.edits.update_value(|all| all.extend_from_slice(edits));
            self.edited.update(grow);
        }
    }

    pub(super) fn failed(self, view: ViewId, problem: Problem) {
        if self.view.get_value() == Some(view) {
            self.problem.set(Some(problem));
        }
    }

    fn ask(self) {
        let Some((mailbox, search)) = self.question.get_untracked() else {
            return;
        };
        let view = Commands.new_view();
        self.view.set_value(Some(view));
        self.asked.set_value(None);
        self.is_answered.set_value(false);
        Commands.send(Command::Open {
            view,
            mailbox,
            search,
            rows: FIRST_ROWS,
        });
    }

    fn begin(self, kind: Kind, total: Option<u32>) {
        self.take_edits();
        self.selection.clear();
        self.leaving.set(Arc::default());
        self.generation.update(grow);
        self.rows.set(Arc::default());
        self.kind.set(kind);
        self.total.set(total);
        self.problem.set(None);
    }

    fn set_total(self, total: u32) {
        if self.total.get_untracked() != Some(total) {
            self.total.set(Some(total));
        }
    }

    /// Keeps the cursor on its message, or else at its place.
    fn move_cursor(self, edits: &[Edit], total: u32) {
        let Some(cursor) = self.cursor.get_untracked() else {
            return;
        };
        let found = cursor.uid.and_then(|uid| self.position_of(uid));
        let position = found.unwrap_or_else(|| {
            edits
                .iter()
                .fold(cursor.position, |position, edit| follow(position, *edit))
        });
        let moved = total.checked_sub(1).map(|last| {
            let position = position.min(last);
            Cursor {
                position,
                uid: self.uid_at(position),
                // A row that moved under the cursor was not chosen by anybody.
                opens: cursor.opens && (cursor.uid.is_none() || found.is_some()),
            }
        });
        if moved != Some(cursor) {
            self.cursor.set(moved);
        }
    }
}

/// Rows that edits took away, with the places that they had.
fn left(
    old: &BTreeMap<u32, Entry>,
    now: &BTreeMap<u32, Entry>,
    edits: &[Edit],
) -> BTreeMap<u32, Entry> {
    if edits.iter().all(|edit| edit.removed == 0) {
        return BTreeMap::new();
    }
    old.iter()
        .filter(|(_, entry)| !now.values().any(|one| one.uid == entry.uid))
        .filter_map(|(position, entry)| {
            let mut at = *position;
            let mut is_gone = false;
            for edit in edits {
                is_gone |= (edit.at..edit.at.saturating_add(edit.removed)).contains(&at);
                at = follow(at, *edit);
            }
            is_gone.then(|| (*position, entry.clone()))
        })
        .collect()
}

fn grow(count: &mut u32) {
    *count = count.wrapping_add(1);
}

/// Where a position is after an edit.
pub(crate) fn follow(position: u32, edit: Edit) -> u32 {
    if position < edit.at {
        return position;
    }
    let left = edit.at.max(position.saturating_sub(edit.removed));
    left.saturating_add(edit.inserted)
}

fn shifted(rows: BTreeMap<u32, Entry>, edit: Edit) -> BTreeMap<u32, Entry> {
    let gone = edit.at..edit.at.saturating_add(edit.removed);
    rows.into_iter()
        .filter(|(position, _)| !gone.contains(position))
        .map(|(position, entry)| (follow(position, edit), entry))
        .collect()
}
