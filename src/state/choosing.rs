//! Where the keyboard is in the list, and selecting: one by one, from one to another, all that are loaded, all there are.

use leptos::prelude::*;
use samma_mailbox::command::{Messages, Which};

use super::message_list::Cursor;
use super::{MessageList, Step};

impl MessageList {
    /// Moves the cursor.
    pub(crate) fn step(self, step: Step) {
        let Some(last) = self
            .total
            .get_untracked()
            .and_then(|total| total.checked_sub(1))
        else {
            return;
        };
        let here = self.cursor.get_untracked().map(|cursor| cursor.position);
        let position = match (step, here) {
            (Step::First, _) => 0,
            (Step::Last, _) => last,
            // The first key press lands on the first row, whichever way it points.
            (Step::Down(_) | Step::Up(_), None) => 0,
            (Step::Down(by), Some(here)) => here.saturating_add(by).min(last),
            (Step::Up(by), Some(here)) => here.saturating_sub(by),
        };
        self.cursor.set(Some(Cursor {
            position,
            uid: self.uid_at(position),
            opens: true,
        }));
    }

    /// Puts the cursor on a message, if it is loaded.
    pub(crate) fn point_at(self, uid: u32) {
        if let Some(position) = self.position_of(uid) {
            let cursor = Cursor {
                position,
                uid: Some(uid),
                opens: false,
            };
            if self.cursor.get_untracked() != Some(cursor) {
                self.cursor.set(Some(cursor));
            }
        }
    }

    /// The message at a position, where it is loaded.
    pub(crate) fn uid_at(self, position: u32) -> Option<u32> {
        self.rows
            .with_untracked(|rows| rows.get(&position).map(|entry| entry.uid))
    }

    /// Selects a message, or does so no more. A later range begins there.
    pub(crate) fn toggle(self, uid: u32) {
        let mut uids = self.chosen();
        match uids.iter().position(|one| *one == uid) {
            Some(at) => {
                uids.swap_remove(at);
            }
            None => uids.push(uid),
        }
        self.selection.set(uids);
        self.selection.anchor.set_value(Some(uid));
        self.point_at(uid);
    }

    /// Selects from where a range begins to this message; `adds`: beside what is selected already.
    pub(crate) fn extend_to(self, uid: u32, adds: bool) {
        let anchor = self
            .selection
            .anchor
            .get_value()
            .or_else(|| self.cursor.get_untracked().and_then(|cursor| cursor.uid))
            .unwrap_or(uid);
        let (Some(from), Some(to)) = (self.position_of(anchor), self.position_of(uid)) else {
            return self.toggle(uid);
        };
        let mut uids = if adds { self.chosen() } else { Vec::new() };
        self.rows.with_untracked(|rows| {
            for (_, entry) in rows.range(from.min(to)..=from.max(to)) {
                if !uids.contains(&entry.uid) {
                    uids.push(entry.uid);
                }
            }
        });
        self.selection.set(uids);
        self.selection.anchor.set_value(Some(anchor));
        self.point_at(uid);
    }

    /// Moves the cursor and selects up to it.
    pub(crate) fn extend_by(self, step: Step) {
        let before = self.cursor.get_untracked();
        self.step(step);
        let Some(cursor) = self.cursor.get_untracked() else {
            return;
        };
        if self.selection.anchor.get_value().is_none() {
            let anchor = before.and_then(|cursor| cursor.uid).or(cursor.uid);
            self.selection.anchor.set_value(anchor);
        }
        if let Some(uid) = cursor.uid {
            self.extend_to(uid, false);
        }
    }

    /// Selects all that are loaded.
    pub(crate) fn select_loaded(self) {
        let uids = self
            .rows
            .with_untracked(|rows| rows.values().map(|entry| entry.uid).collect());
        self.selection.set(uids);
    }

    /// Selects all there are.
    pub(crate) fn select_all(self) {
        self.select_loaded();
        self.selection.is_all.set(true);
    }

    /// How many are selected.
    pub(crate) fn selected_count(self) -> u32 {
        if self.selection.is_all.get() {
            return self.total.get().unwrap_or(0);
        }
        self.selection
            .uids
            .with(|uids| u32::try_from(uids.len()).unwrap_or(u32::MAX))
    }

    /// Names what is selected; `None`: nothing is.
    pub(crate) fn selected(self) -> Option<Messages> {
        if self.selection.is_all.get_untracked() {
            let view = self.view.get_value()?;
            return self.named(Which::All(view));
        }
        let uids = self.selection.uids.get_untracked();
        if uids.is_empty() {
            return None;
        }
        self.named(Which::These(uids.to_vec()))
    }

    /// Names messages of this list.
    pub(crate) fn named(self, which: Which) -> Option<Messages> {
        let (mailbox, _) = self.question.get_untracked()?;
        Some(Messages {
            mailbox,
            uid_validity: self.kind.get_untracked().uid_validity,
            which,
        })
    }

    /// Where a loaded message is.
    pub(crate) fn position_of(self, uid: u32) -> Option<u32> {
        self.rows.with_untracked(|rows| {
            rows.iter()
                .find(|(_, entry)| entry.uid == uid)
                .map(|(position, _)| *position)
        })
    }

    fn chosen(self) -> Vec<u32> {
        if self.selection.is_all.get_untracked() {
            // All but one: of those that are loaded, as the others have no names here.
            return self
                .rows
                .with_untracked(|rows| rows.values().map(|entry| entry.uid).collect());
        }
        (*self.selection.uids.get_untracked()).clone()
    }
}
