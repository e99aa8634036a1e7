//! The folder tree: the engine's list, and which branches are closed.

use std::collections::HashSet;
use std::sync::Arc;

use leptos::prelude::*;
use samma_mailbox::change::{Mailbox, Role};

use super::remembered;

/// The folder tree.
#[derive(Clone, Copy)]
pub(crate) struct Mailboxes {
    /// All mailboxes, parents before children; `None` until the server has said.
    pub(crate) all: RwSignal<Option<Arc<Vec<Mailbox>>>>,
    /// Full names of those whose children are not shown.
    pub(crate) collapsed: RwSignal<HashSet<String>>,
}

/// One line of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TreeRow {
    /// The mailbox.
    pub(crate) mailbox: Mailbox,
    /// Its children are not shown.
    pub(crate) is_collapsed: bool,
}

const KEY: &str = "collapsed";

/// No mailbox name holds a line break.
const SEPARATOR: char = '\n';

impl Mailboxes {
    pub(super) fn load() -> Self {
        let collapsed = remembered::read(KEY).map_or_else(HashSet::new, |names| {
            names.split(SEPARATOR).map(str::to_owned).collect()
        });
        Self {
            all: RwSignal::new(None),
            collapsed: RwSignal::new(collapsed),
        }
    }

    pub(super) fn replace(self, mailboxes: Vec<Mailbox>) {
        let is_same = self.all.with_untracked(|all| {
            all.as_ref()
                .is_some_and(|all| all.as_slice() == mailboxes.as_slice())
        });
        if !is_same {
            self.all.set(Some(Arc::new(mailboxes)));
        }
    }

    /// The account was closed: not even folder names stay on the device.
    pub(super) fn clear(self) {
        remembered::forget(KEY);
        self.collapsed.set(HashSet::new());
        self.all.set(None);
    }

    /// A closed branch stays closed under its new name.
    pub(super) fn renamed(self, from: &str, to: &str) {
        if self
            .collapsed
            .with_untracked(|collapsed| collapsed.contains(from))
        {
            self.set_collapsed(from, false);
            self.set_collapsed(to, true);
        }
    }

    /// Those that are below a mailbox, at any depth, in the order of the list.
    pub(crate) fn inside(self, name: &str) -> Vec<Mailbox> {
        let all = self.all.get_untracked().unwrap_or_default();
        let mut rest = all.iter().skip_while(|one| one.name != name);
        let depth = rest.next().map_or(u16::MAX, |one| one.depth);
        rest.take_while(|one| one.depth > depth).cloned().collect()
    }

    /// The mailbox for this, where there is one.
    pub(crate) fn of_role(self, role: Role) -> Option<Mailbox> {
        self.all
            .with(|all| all.as_ref()?.iter().find(|one| one.role == role).cloned())
    }

    /// Shows or hides a mailbox's children.
    pub(crate) fn set_collapsed(self, name: &str, collapse: bool) {
        self.collapsed.update(|collapsed| {
            if collapse {
                collapsed.insert(name.to_owned());
            } else {
                collapsed.remove(name);
            }
        });
        let names = self.collapsed.with_untracked(|collapsed| {
            let mut names: Vec<&str> = collapsed.iter().map(String::as_str).collect();
            names.sort_unstable();
            names.join(&SEPARATOR.to_string())
        });
        remembered::write(KEY, &names);
    }

    /// What is known of one mailbox.
    pub(crate) fn find(self, name: &str) -> Option<Mailbox> {
        self.all
            .with(|all| all.as_ref()?.iter().find(|one| one.name == name).cloned())
    }

    /// The lines to show: those below a closed branch are left out.
    pub(crate) fn visible(self) -> Vec<TreeRow> {
        let Some(all) = self.all.get() else {
            return Vec::new();
        };
        self.collapsed.with(|collapsed| {
            let mut hidden_below: Option<u16> = None;
            let mut rows = Vec::with_capacity(all.len());
            for mailbox in all.iter() {
                if hidden_below.is_some_and(|depth| mailbox.depth > depth) {
                    continue;
                }
                let is_collapsed = mailbox.has_children && collapsed.contains(&mailbox.name);
                hidden_below = is_collapsed.then_some(mailbox.depth);
                rows.push(TreeRow {
                    mailbox: mailbox.clone(),
                    is_collapsed,
                });
            }
            rows
        })
    }
}
