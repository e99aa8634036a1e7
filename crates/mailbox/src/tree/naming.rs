//! Names, roles and rights of mailboxes: which one is used for what, how a new one is called, what a person
//! may do with it.

use samma_protocol::imap::mailbox_name::MailboxName;

use super::Tree;
use crate::change::{Rights, Role, Section};
use crate::limits;

impl Tree {
    /// The mailbox that is used for this.
    pub(crate) fn with_role(&self, role: Role) -> Option<String> {
        let roles = self.roles();
        let mut found = roles.into_iter().filter(|(_, of)| *of == role);
        found.next().map(|(name, _)| name.to_owned())
    }

    /// This mailbox and all below it, the deepest first.
    pub(crate) fn with_below(&self, name: &str) -> Vec<String> {
        let delimiter = self.nodes.get(name).and_then(|node| node.delimiter);
        let below = delimiter.map(|delimiter| format!("{name}{delimiter}"));
        let is_below = |other: &str| below.as_ref().is_some_and(|below| other.starts_with(below));
        let found = self.nodes.keys();
        let mut found: Vec<String> = found
            .filter(|other| *other == name || is_below(other))
            .cloned()
            .collect();
        found.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        found
    }

    /// The full name of a mailbox that a person wants to call `label`, below `parent` or at the top of their
    /// own; `None` where it can't be had: empty, or with the hierarchy's delimiter, a wildcard of LIST or a
    /// control character in it.
    pub(crate) fn name_for(&self, parent: Option<&str>, label: &str) -> Option<String> {
        let label = label.trim();
        let delimiter = parent
            .and_then(|parent| self.nodes.get(parent)?.delimiter)
            .or_else(|| self.delimiter());
        let is_bad = |c: char| c.is_control() || matches!(c, '*' | '%') || Some(c) == delimiter;
        if label.is_empty() || label.len() > limits::LABEL_OCTETS || label.contains(is_bad) {
            return None;
        }
        match (parent, delimiter) {
            (Some(parent), Some(delimiter)) => Some(format!("{parent}{delimiter}{label}")),
            (Some(_), None) => None,
            (None, _) => {
                let space = self.namespaces.personal.first();
                let prefix = space.map_or("", |space| space.prefix.as_str());
                Some(format!("{prefix}{label}"))
            }
        }
    }

    pub(super) fn delimiter(&self) -> Option<char> {
        let space = self.namespaces.personal.first();
        space
            .and_then(|space| space.delimiter)
            .or_else(|| self.nodes.values().find_map(|node| node.delimiter))
    }

    /// What MYRIGHTS told (RFC 4314 2.1), with the letters of RFC 2086 that some servers still use.
    pub(crate) fn set_rights(&mut self, name: &str, letters: &str) {
        let has = |wanted: &[char]| letters.contains(wanted);
        let rights = Rights {
            insert: has(&['i']),
            seen: has(&['s']),
            write: has(&['w']),
            delete_messages: has(&['t', 'd']) && has(&['e', 'd']),
            create: has(&['k', 'c']),
            delete_mailbox: has(&['x', 'd']),
        };
        if let Some(node) = self.nodes.get_mut(name) {
            self.changed |= node.rights != rights;
            node.rights = rights;
            node.rights_known = true;
        }
    }

    /// Mailboxes of others whose rights were not asked about.
    pub(crate) fn rights_wanted(&mut self) -> Vec<MailboxName> {
        let wanted: Vec<String> = self
            .nodes
            .iter()
            .filter(|(_, node)| node.selectable && !node.rights_known)
            .filter(|(name, node)| self.place(name, node.delimiter).section != Section::Personal)
            .map(|(name, _)| name.clone())
            .take(limits::RIGHTS_ASKED)
            .collect();
        let mut names = Vec::new();
        for name in wanted {
            if let Some(node) = self.nodes.get_mut(&name) {
                node.rights_known = true;
                names.push(node.name.clone());
            }
        }
        names
    }
}
