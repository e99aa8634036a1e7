//! What became of what the person did: told in passing, undone, stopped.
//!
//! Each action has a note from the moment that it is done, so that Undo is at hand at once: the engine undoes
//! what the server has not answered yet, too.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use samma_mailbox::change::{Problem, Progress};
use samma_mailbox::command::{ActionId, Command, MailboxAction, MessageAction, Messages};

use crate::client::Commands;

/// Notes that show for a while, and the actions that they are about.
#[derive(Clone, Copy)]
pub(crate) struct Toasts {
    /// The notes, newest last.
    pub(crate) shown: RwSignal<Vec<Note>>,
    /// Somebody points at the notes, or has the focus there: they stay.
    pub(crate) is_held: RwSignal<bool>,
    pending: StoredValue<Vec<Pending>, LocalStorage>,
    /// What can be undone, newest last.
    undoable: StoredValue<Vec<ActionId>>,
}

/// One note.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    /// The action that it is about.
    pub(crate) action: ActionId,
    /// What was done.
    pub(crate) deed: Deed,
    /// How many messages or folders it concerns.
    pub(crate) count: u32,
    /// How far it is.
    pub(crate) stage: Stage,
}

/// What a person did, with the names that tell of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Messages were moved to this folder.
    Moved(String),
    /// Messages were copied to this folder.
    Copied(String),
    /// Messages were moved to the archive.
    Archived,
    /// Messages were moved to the trash.
    Trashed,
    /// Messages were removed for good.
    Removed,
    /// Messages were said to be junk, or not.
    Junk(bool),
    /// Messages were marked as read, or unread.
    Seen(bool),
    /// Messages were flagged, or not any more.
    Flagged(bool),
    /// A tag was set, or taken away.
    Tagged(String, bool),
    /// A folder was made.
    Created(String),
    /// A folder was renamed.
    Renamed(String),
    /// A folder was moved.
    FolderMoved(String),
    /// A folder was removed.
    FolderDeleted(String),
    /// All messages of a folder were removed.
    Emptied(String),
    /// All messages of a folder were marked as read.
    AllRead(String),
    /// Something was undone.
    Undone,
    /// Something about a message that shows by itself, such as one flag: told only when it was refused.
    Quiet,
    /// The same about a folder.
    QuietFolder,
}

impl Deed {
    const fn is_quiet(&self) -> bool {
        matches!(self, Self::Quiet | Self::QuietFolder)
    }
}

/// How far an action is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Shown as done; the server was asked.
    Acting,
    /// Under way: done, of all.
    Running(u32, u32),
    /// The server has done it.
    Done {
        /// It can be undone.
        undo: bool,
    },
    /// It was stopped after so many.
    Stopped {
        /// Messages done.
        done: u32,
        /// They can be undone.
        undo: bool,
    },
    /// The server refused: done, of all, and why.
    Refused(u32, u32, Problem),
}

struct Pending {
    action: ActionId,
    deed: Deed,
    hear: Option<Hear>,
}

/// Hears what became of one action, once: the refusal, or `None` where it was done. `true`: it tells of it
/// itself.
pub(crate) type Hear = Rc<dyn Fn(Option<Problem>) -> bool>;

/// Most notes on screen; older ones make room.
const MOST: usize = 3;

/// How long a note stays.
const STAYS: Duration = Duration::from_secs(8);

/// How long it stays after nobody points at it any more.
const LINGERS: Duration = Duration::from_secs(2);

/// Actions that Undo reaches back to.
const REMEMBERED: usize = 20;

impl Toasts {
    pub(super) fn new() -> Self {
        Self {
            shown: RwSignal::new(Vec::new()),
            is_held: RwSignal::new(false),
            pending: StoredValue::new_local(Vec::new()),
            undoable: StoredValue::new(Vec::new()),
        }
    }

    /// Does something to messages, of which there are `count`.
    pub(crate) fn act(self, on: Messages, what: MessageAction, deed: Deed, count: u32) {
        let action = Commands.new_action();
        let can_undo = what != MessageAction::Delete && !deed.is_quiet();
        self.begin(action, deed, count, can_undo, None);
        Commands.send(Command::Act { action, on, what });
    }

    /// Does something to a folder; `hear` is told what became of it.
    pub(crate) fn organise(self, what: MailboxAction, deed: Deed, hear: Option<Hear>) {
        let action = Commands.new_action();
        let can_undo = matches!(what, MailboxAction::MarkAllRead { .. });
        self.begin(action, deed, 1, can_undo, hear);
        Commands.send(Command::Organise { action, what });
    }

    /// Undoes an action.
    pub(crate) fn undo(self, action: ActionId) {
        self.undoable
            .update_value(|all| all.retain(|one| *one != action));
        self.close(action);
        let undoes = action;
        let action = Commands.new_action();
        self.begin(action, Deed::Undone, 1, false, None);
        Commands.send(Command::Undo { action, undoes });
    }

    /// Undoes what was done last; nothing where there is nothing.
    pub(crate) fn undo_last(self) {
        let last = self
            .undoable
            .with_value(|undoable| undoable.last().copied());
        if let Some(action) = last {
            self.undo(action);
        }
    }

    /// Does no more of an action that takes long.
    pub(crate) fn stop(self, action: ActionId) {
        Commands.send(Command::Stop { action });
    }

    /// Takes a note away.
    pub(crate) fn close(self, action: ActionId) {
        self.shown
            .update(|shown| shown.retain(|note| note.action != action));
        if self.shown.with_untracked(Vec::is_empty) {
            self.is_held.set(false);
        }
    }

    pub(super) fn acted(self, action: ActionId, progress: Progress) {
        let stage = match progress {
            Progress::Running { done, of } => Stage::Running(done, of),
            Progress::Done { undo, .. } => Stage::Done { undo },
            Progress::Refused { done, of, problem } => Stage::Refused(done, of, problem),
            Progress::Stopped { done, undo, .. } => Stage::Stopped { done, undo },
        };
        if let Stage::Running(..) = stage {
            return self.set_stage(action, stage);
        }
        let pending = self
            .pending
            .try_update_value(|pending| {
                let at = pending.iter().position(|one| one.action == action)?;
                Some(pending.swap_remove(at))
            })
            .flatten();
        let can_undo = matches!(
            stage,
            Stage::Done { undo: true } | Stage::Stopped { undo: true, .. }
        );
        if !can_undo {
            self.undoable
                .update_value(|all| all.retain(|one| *one != action));
        }
        let Some(pending) = pending else { return };
        let problem = match &stage {
            Stage::Refused(_, _, problem) => Some(problem.clone()),
            _ => None,
        };
        let is_told = pending.hear.is_some_and(|hear| hear(problem.clone()));
        if is_told {
            return self.close(action);
        }
        // A refusal is told even where the note is gone, or never was.
        if problem.is_some() {
            let is_shown = self
                .shown
                .with_untracked(|shown| shown.iter().any(|note| note.action == action));
            if !is_shown {
                self.show(action, pending.deed, 1);
            }
        }
        self.set_stage(action, stage);
    }

    /// The engine is a new one: it knows nothing of what was done before.
    pub(super) fn forget(self) {
        self.pending.update_value(Vec::clear);
        self.undoable.update_value(Vec::clear);
        self.shown.set(Vec::new());
    }

    fn begin(self, action: ActionId, deed: Deed, count: u32, can_undo: bool, hear: Option<Hear>) {
        self.pending.update_value(|pending| {
            pending.push(Pending {
                action,
                deed: deed.clone(),
                hear,
            });
        });
        if can_undo {
            self.undoable.update_value(|all| {
                all.push(action);
                if all.len() > REMEMBERED {
                    all.remove(0);
                }
            });
        }
        if !deed.is_quiet() {
            self.show(action, deed, count);
        }
    }

    fn show(self, action: ActionId, deed: Deed, count: u32) {
        let note = Note {
            action,
            deed,
            count,
            stage: Stage::Acting,
        };
        self.shown.update(|shown| {
            // One after the other: what is done makes room for what is done next.
            shown.retain(|note| matches!(note.stage, Stage::Running(..) | Stage::Refused(..)));
            shown.push(note);
            while shown.len() > MOST {
                shown.remove(0);
            }
        });
        self.close_after(action, STAYS);
    }

    fn set_stage(self, action: ActionId, stage: Stage) {
        if self.stage_of(action).is_none_or(|old| old == stage) {
            return;
        }
        if !matches!(stage, Stage::Running(..) | Stage::Done { .. }) {
            self.close_after(action, STAYS);
        }
        self.shown.update(|shown| {
            for note in shown.iter_mut().filter(|note| note.action == action) {
                note.stage = stage.clone();
            }
        });
    }

    fn stage_of(self, action: ActionId) -> Option<Stage> {
        self.shown.with_untracked(|shown| {
            let note = shown.iter().find(|note| note.action == action)?;
            Some(note.stage.clone())
        })
    }

    fn close_after(self, action: ActionId, time: Duration) {
        set_timeout(
            move || {
                let is_running = matches!(self.stage_of(action), Some(Stage::Running(..)));
                if is_running || self.is_held.get_untracked() {
                    self.close_after(action, LINGERS);
                } else {
                    self.close(action);
                }
            },
            time,
        );
    }
}
