//! What the panes share to ask and to offer: the menu, the dialogs, and what is being dragged.

use std::rc::Rc;

use leptos::prelude::*;
use samma_mailbox::change::{Mailbox, Problem};

use super::acting::Target;
use crate::components::Menus;

/// Handles to what the page has one of. Copies are the same.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// The menu.
    pub(crate) menus: Menus,
    /// What is asked, if anything is.
    pub(crate) asked: RwSignal<Option<Asked>, LocalStorage>,
    /// What a folder is being chosen for, if for anything.
    pub(crate) picking: RwSignal<Option<Picking>, LocalStorage>,
    /// What is being dragged.
    pub(crate) dragged: RwSignal<Option<Dragged>, LocalStorage>,
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
            asked: RwSignal::new_local(None),
            picking: RwSignal::new_local(None),
            dragged: RwSignal::new_local(None),
        }
    }
}

/// The desk, from its context.
pub(crate) fn use_desk() -> Desk {
    expect_context()
}
