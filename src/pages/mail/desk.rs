//! What the panes share to ask and to offer: the menu, the dialogs, and what is being dragged.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use samma_mailbox::change::{Mailbox, MessageRef, Problem};

use super::acting::Target;
use crate::components::Menus;

/// Handles to what the page has one of. Copies are the same.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// The menu.
    pub(crate) menus: Menus,
    /// What is asked, if anything is.
    pub(super) question: RwSignal<Option<Question>, LocalStorage>,
}

/// What is asked in a dialog.
#[derive(Clone)]
pub(super) enum Question {
    /// Whether to do something, or by which name.
    Ask(Asked),
    /// Which folder.
    Pick(Picking),
    /// Nothing: the source of this message is looked at.
    Source(MessageRef),
}

/// A question in a dialog: whether to do something, or by which name.
#[derive(Clone)]
pub(crate) struct Asked {
    /// What is asked.
    pub(crate) heading: String,
    /// What it means.
    pub(crate) text: Option<String>,
    /// A name to be written.
    pub(crate) field: Option<Field>,
    /// The button that does it.
    pub(crate) submit: String,
    /// It can't be undone.
    pub(crate) is_danger: bool,
    /// Does it, with the name.
    pub(crate) run: Rc<dyn Fn(String)>,
}

/// A name to be written.
#[derive(Clone)]
pub(crate) struct Field {
    /// Its label.
    pub(crate) label: &'static str,
    /// What is in it at first.
    pub(crate) value: String,
    /// Why the name that is in it can't be had.
    pub(crate) problem: Option<Problem>,
}

/// A folder is being chosen.
#[derive(Clone)]
pub(crate) struct Picking {
    /// For what.
    pub(crate) heading: String,
    /// Which folders can be chosen.
    pub(crate) takes: Rc<dyn Fn(&Mailbox) -> bool>,
    /// The top of the tree can be chosen.
    pub(crate) top: bool,
    /// A folder can be made.
    pub(crate) creates: bool,
    /// Does it, with the folder; `None`: the top of the tree.
    pub(crate) run: Rc<dyn Fn(Option<Mailbox>)>,
}

/// What is being dragged.
#[derive(Clone)]
pub(crate) enum Dragged {
    /// Messages.
    Messages(Target),
    /// A folder, by its full name.
    Folder(String),
}

impl Desk {
    /// An empty desk. To be called once.
    pub(super) fn new() -> Self {
        Self {
            menus: Menus::new(),
            question: RwSignal::new_local(None),
        }
    }

    /// Asks whether to do something, or by which name.
    pub(super) fn ask(self, asked: Asked) {
        self.pose(Question::Ask(asked));
    }

    /// Asks which folder.
    pub(super) fn pick(self, picking: Picking) {
        self.pose(Question::Pick(picking));
    }

    /// Shows the source of a message.
    pub(super) fn show_source(self, message: MessageRef) {
        self.pose(Question::Source(message));
    }

    /// One question at a time: the dialog of another one closes first, gives the focus back and goes.
    fn pose(self, question: Question) {
        if self.question.with_untracked(Option::is_none) {
            return self.question.set(Some(question));
        }
        request_animation_frame(move || {
            request_animation_frame(move || self.question.set(Some(question)));
        });
    }
}

thread_local! {
    static DRAGGED: RefCell<Option<Dragged>> = const { RefCell::new(None) };
}

/// What is being dragged.
pub(super) fn dragged() -> Option<Dragged> {
    DRAGGED.with_borrow(Clone::clone)
}

/// From now on this is being dragged, or nothing.
pub(super) fn set_dragged(dragged: Option<Dragged>) {
    DRAGGED.set(dragged);
}

/// The desk, from its context.
pub(crate) fn use_desk() -> Desk {
    expect_context()
}
