//! What people did to mailboxes and the server has not confirmed: shown as done, whatever LIST says meanwhile.

use samma_protocol::imap::mailbox_name::MailboxName;

use super::{Node, Tree};
use crate::change::Role;

/// What a person did to a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Made it.
    Created(String),
    /// Gave it another name, and what is below it.
    Renamed {
        /// As it was.
        from: String,
        /// As it is to be.
        to: String,
    },
    /// Removed these.
    Deleted(Vec<String>),
    /// Subscribed or unsubscribed.
    Subscribed(String, bool),
    /// Uses it for this.
    Used(String, Role),
}

impl Tree {
    /// Shows something as done before the server has confirmed it. `id` names it.
    pub(crate) fn expect_done(&mut self, id: u32, expected: Expected) {
        self.show(&expected);
        self.expected.push((id, expected));
    }

    /// The server has confirmed something, or refused it: then it is taken back as far as that is known, and
    /// the next LIST tells the rest. Answers with what it was.
    pub(crate) fn came_true(&mut self, id: u32, confirmed: bool) -> Option<Expected> {
        let at = self.expected.iter().position(|(known, _)| *known == id)?;
        let (_, expected) = self.expected.remove(at);
        if !confirmed {
            match &expected {
                Expected::Created(name) => {
                    self.nodes.remove(name);
                }
                Expected::Renamed { from, to } => self.show(&Expected::Renamed {
                    from: to.clone(),
                    to: from.clone(),
                }),
                Expected::Subscribed(name, subscribed) => {
                    self.show(&Expected::Subscribed(name.clone(), !subscribed));
                }
                Expected::Deleted(_) | Expected::Used(..) => {}
            }
            self.changed = true;
        }
        Some(expected)
    }

    pub(super) fn show(&mut self, expected: &Expected) {
        self.changed = true;
        match expected {
            Expected::Created(name) => {
                let delimiter = self.delimiter();
                self.nodes.entry(name.clone()).or_insert_with(|| Node {
                    name: MailboxName::new(name),
                    delimiter,
                    selectable: true,
                    subscribed: true,
                    inferiors: true,
                    fresh: true,
                    messages: Some(0),
                    unseen: Some(0),
                    ..Node::default()
                });
            }
            Expected::Renamed { from, to } => {
                let delimiter = self.nodes.get(from).and_then(|node| node.delimiter);
                self.rename(from, to, delimiter);
            }
            Expected::Deleted(names) => {
                for name in names {
                    self.nodes.remove(name);
                }
            }
            Expected::Subscribed(name, subscribed) => {
                if let Some(node) = self.nodes.get_mut(name) {
                    node.subscribed = *subscribed;
                }
            }
            Expected::Used(name, role) => {
                for node in self.nodes.values_mut() {
                    if *role != Role::None && node.attribute_role == *role {
                        node.attribute_role = Role::None;
                    }
                }
                if let Some(node) = self.nodes.get_mut(name) {
                    node.attribute_role = *role;
                }
            }
        }
    }

    /// Uses a mailbox for this where the server can't be told to.
    pub(crate) fn give_role(&mut self, name: &str, role: Role) {
        self.given.retain(|_, given| *given != role);
        self.given.insert(name.to_owned(), role);
        self.changed = true;
    }
}
