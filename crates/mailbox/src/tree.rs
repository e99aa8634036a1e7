//! The mailboxes of an account: what LIST, STATUS and NAMESPACE said, as a tree for people.
//!
//! In: LIST answers ([`Tree::replace`]), STATUS data. Out: [`Mailbox`]es in display order. What a
//! server calls a namespace (RFC 2342) shows as a section, its prefix is not shown; a mailbox with a
//! role stands at the top wherever it lies on the server; parents that LIST does not name are made up.
//!
//! [`display`] puts them in order, [`naming`] finds names and roles, [`expected`] shows what people did before
//! the server has confirmed it.

mod display;
mod expected;
mod naming;

use std::collections::{BTreeMap, BTreeSet};

use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::response::{ListEntry, MailboxStatus, Namespaces};
use samma_protocol::imap::uid::{ModSeq, UidValidity};

use crate::change::{Rights, Role};
use crate::{limits, role};

pub(crate) use expected::Expected;

/// What is known of one mailbox.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    pub(crate) name: MailboxName,
    delimiter: Option<char>,
    selectable: bool,
    subscribed: bool,
    attribute_role: Role,
    fresh: bool,
    /// Not `\Noinferiors`.
    inferiors: bool,
    pub(crate) rights: Rights,
    /// MYRIGHTS was asked, or told.
    rights_known: bool,
    pub(crate) messages: Option<u32>,
    pub(crate) unseen: Option<u32>,
    pub(crate) uid_next: Option<u32>,
    pub(crate) uid_validity: Option<UidValidity>,
    pub(crate) highest_mod_seq: Option<ModSeq>,
}

impl Node {
    /// Can it be opened.
    pub(crate) fn is_selectable(&self) -> bool {
        self.selectable
    }

    /// Is it subscribed.
    pub(crate) fn is_subscribed(&self) -> bool {
        self.subscribed
    }
}

/// All mailboxes of an account.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    nodes: BTreeMap<String, Node>,
    namespaces: Namespaces,
    listed: bool,
    changed: bool,
    /// Counts that came before the LIST answer that names their mailboxes was complete: RFC 5819 has
    /// STATUS between the LIST lines.
    early: Vec<MailboxStatus>,
    /// What people did and the server has not confirmed: shown as done, whatever LIST says meanwhile.
    expected: Vec<(u32, Expected)>,
    /// Roles that people gave where the server can't keep them.
    given: BTreeMap<String, Role>,
    /// Mailboxes that were there, and are gone.
    missing: BTreeSet<String>,
}

impl Tree {
    /// What NAMESPACE said.
    pub(crate) fn set_namespaces(&mut self, namespaces: Namespaces) {
        self.namespaces = namespaces;
        self.changed = true;
    }

    /// May the tree look different since the last call.
    pub(crate) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Has a LIST been answered.
    pub(crate) fn is_listed(&self) -> bool {
        self.listed
    }

    /// A whole LIST answer. Counts of mailboxes that stay are kept; those that were not there
    /// before are fresh, unless this is the first answer.
    ///
    /// `subscriptions`: the answer tells them; else they stay as they were until LSUB is answered.
    ///
    /// Answers with the mailboxes that seem to have another name now, as it was and as it is.
    pub(crate) fn replace(
        &mut self,
        entries: &[ListEntry],
        subscriptions: bool,
    ) -> Vec<(String, String)> {
        self.changed = true;
        let mut before = std::mem::take(&mut self.nodes);
        for entry in entries.iter().take(limits::MAILBOXES) {
            let missing = entry.has_attribute("\\NonExistent");
            let key = entry.name.as_str().to_owned();
            if missing && !entry.has_attribute("\\HasChildren") {
                // Removed while the list was being told, if it was told before.
                self.nodes.remove(&key);
                continue;
            }
            if let Some(old) = &entry.old_name {
                // Renamed while the list was being told.
                self.nodes.remove(old.as_str());
            }
            let known = before.remove(&key);
            let fresh = self.listed && known.is_none();
            let mut node = known.unwrap_or_default();
            node.name = entry.name.clone();
            node.delimiter = entry.delimiter;
            node.selectable = !missing && !entry.has_attribute("\\Noselect");
            if subscriptions {
                node.subscribed = entry.has_attribute("\\Subscribed");
            }
            node.attribute_role = entry
                .attributes
                .iter()
                .map(|attribute| role::from_attribute(attribute))
                .find(|role| *role != Role::None)
                .unwrap_or_default();
            node.fresh = fresh;
            node.inferiors = !entry.has_attribute("\\Noinferiors");
            self.nodes.insert(key, node);
        }
        self.listed = true;
        for status in std::mem::take(&mut self.early) {
            if self.nodes.contains_key(status.name.as_str()) {
                self.apply_status(&status);
            }
        }
        let renamed = self.renamed(&before);
        let is_renamed = |name: &String| renamed.iter().any(|(from, _)| from == name);
        self.missing
            .extend(before.into_keys().filter(|name| !is_renamed(name)));
        for (_, expected) in self.expected.clone() {
            self.show(&expected);
        }
        renamed
    }

    /// Mailboxes that were there, and are gone, since the last call.
    pub(crate) fn take_missing(&mut self) -> Vec<String> {
        let missing = std::mem::take(&mut self.missing);
        let gone = missing.into_iter();
        gone.filter(|name| !self.nodes.contains_key(name)).collect()
    }

    /// The UID that the next message in the open mailbox will have at least.
    pub(crate) fn note_uid_next(&mut self, name: &str, uid_next: Option<u32>) {
        if let Some(node) = self.nodes.get_mut(name) {
            node.uid_next = node.uid_next.max(uid_next);
        }
    }

    /// Guesses which of the mailboxes that are gone (`before`) are there under a new name: UIDVALIDITY is the
    /// same, UIDNEXT no lower, and no other one has them. Servers without NOTIFY tell no more.
    fn renamed(&self, before: &BTreeMap<String, Node>) -> Vec<(String, String)> {
        let is_same = |old: &Node, new: &Node| {
            old.uid_validity.is_some()
                && old.uid_validity == new.uid_validity
                && old.uid_next <= new.uid_next
        };
        let is_rival = |old: &Node, other: &Node| old.uid_validity == other.uid_validity;
        let mut renamed = Vec::new();
        for (from, old) in before.iter().filter(|(_, old)| !old.name.is_inbox()) {
            let mut same = self
                .nodes
                .iter()
                .filter(|(_, new)| new.fresh && is_same(old, new));
            let rivals = before.values().filter(|other| is_rival(old, other)).count();
            if let (Some((to, _)), None, 1) = (same.next(), same.next(), rivals) {
                renamed.push((from.clone(), to.clone()));
            }
        }
        renamed
    }

    /// One LIST line that nobody asked for (RFC 5465 5.4): a mailbox came, went, has a new name, or was
    /// subscribed to. Cyrus names no children of a renamed mailbox, so they are renamed along.
    pub(crate) fn hear(&mut self, entry: &ListEntry) {
        if !self.listed {
            return;
        }
        self.changed = true;
        let key = entry.name.as_str();
        if entry.has_attribute("\\NonExistent") {
            if self.nodes.remove(key).is_some() {
                self.missing.insert(key.to_owned());
            }
            return;
        }
        if let Some(old) = &entry.old_name {
            self.rename(old.as_str(), key, entry.delimiter);
            return;
        }
        if let Some(node) = self.nodes.get_mut(key) {
            node.subscribed |= entry.has_attribute("\\Subscribed");
            return;
        }
        if self.nodes.len() < limits::MAILBOXES {
            let node = Node {
                name: entry.name.clone(),
                delimiter: entry.delimiter,
                selectable: !entry.has_attribute("\\Noselect"),
                subscribed: entry.has_attribute("\\Subscribed"),
                fresh: true,
                inferiors: !entry.has_attribute("\\Noinferiors"),
                ..Node::default()
            };
            self.nodes.insert(key.to_owned(), node);
        }
    }

    /// Another device gave a mailbox another name, and those below it.
    pub(crate) fn renamed_to(&mut self, from: &str, to: &str) {
        let delimiter = self.nodes.get(from).and_then(|node| node.delimiter);
        self.rename(from, to, delimiter);
        self.changed = true;
    }

    fn rename(&mut self, old: &str, to: &str, delimiter: Option<char>) {
        let below = delimiter.map(|delimiter| format!("{old}{delimiter}"));
        let is_below = |name: &str| {
            below
                .as_ref()
                .is_some_and(|below| name.starts_with(below.as_str()))
        };
        let moved: Vec<String> = self
            .nodes
            .keys()
            .filter(|name| *name == old || is_below(name))
            .cloned()
            .collect();
        for name in moved {
            let Some(mut node) = self.nodes.remove(&name) else {
                continue;
            };
            let rest = name.strip_prefix(old).unwrap_or_default();
            let new = format!("{to}{rest}");
            node.name = MailboxName::new(&new);
            self.nodes.entry(new).or_insert(node);
        }
    }

    /// The mailboxes that LSUB named.
    pub(crate) fn set_subscribed(&mut self, entries: &[ListEntry]) {
        let names: BTreeSet<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
        for (name, node) in &mut self.nodes {
            node.subscribed = names.contains(name.as_str());
        }
        self.changed = true;
    }

    /// STATUS data. Mailboxes that LIST has not named are not made up from it.
    pub(crate) fn apply_status(&mut self, status: &MailboxStatus) {
        let Some(node) = self.nodes.get_mut(status.name.as_str()) else {
            if self.early.len() < limits::MAILBOXES {
                self.early.push(status.clone());
            }
            return;
        };
        let before = (node.messages, node.unseen);
        node.messages = status.messages.or(node.messages);
        node.unseen = status.unseen.or(node.unseen);
        self.changed |= before != (node.messages, node.unseen);
        node.uid_next = status.uid_next.or(node.uid_next);
        node.uid_validity = status.uid_validity.or(node.uid_validity);
        node.highest_mod_seq = status.highest_mod_seq.or(node.highest_mod_seq);
    }

    /// Messages come or go by what a person does: counted at once, until STATUS tells what is true.
    pub(crate) fn expect(&mut self, name: &str, messages: i64, unread: i64) {
        let add = |known: Option<u32>, more: i64| {
            known.map(|known| {
                let sum = i64::from(known).saturating_add(more).max(0);
                u32::try_from(sum).unwrap_or(u32::MAX)
            })
        };
        if let Some(node) = self.nodes.get_mut(name) {
            node.messages = add(node.messages, messages);
            node.unseen = add(node.unseen, unread);
            self.changed = true;
        }
    }

    /// The UID that the next message there will have at least, where known.
    pub(crate) fn uid_next(&self, name: &str) -> Option<u32> {
        self.nodes.get(name)?.uid_next
    }

    /// What is known of one mailbox.
    pub(crate) fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.get(name)
    }

    /// All mailboxes.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.values()
    }

    /// Is there such a mailbox.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.nodes.contains_key(name)
    }

    /// How many messages a mailbox has, where known.
    pub(crate) fn count(&self, name: &str) -> Option<u32> {
        self.nodes.get(name)?.messages
    }

    /// Sets the counts of the mailbox that is open, which nobody else knows as well.
    pub(crate) fn set_counts(&mut self, name: &str, messages: u32, unseen: Option<u32>) {
        if let Some(node) = self.nodes.get_mut(name) {
            let before = (node.messages, node.unseen);
            node.messages = Some(messages);
            node.unseen = unseen.or(node.unseen);
            self.changed |= before != (node.messages, node.unseen);
        }
    }

    /// Names of the mailboxes that can be opened.
    pub(crate) fn selectable(&self) -> impl Iterator<Item = &MailboxName> {
        self.nodes
            .values()
            .filter(|node| node.selectable)
            .map(|node| &node.name)
    }

    /// Does mail in this mailbox go out, so that recipients are what tells messages apart.
    pub(crate) fn is_outgoing(&self, name: &str) -> bool {
        let roles = self.roles();
        matches!(roles.get(name), Some(Role::Sent | Role::Drafts))
    }
}

#[cfg(test)]
mod tests {
    use samma_protocol::imap::response::Namespace;

    use super::*;
    use crate::change::Section;

    fn entry(name: &str, delimiter: char, attributes: &[&str]) -> ListEntry {
        ListEntry {
            attributes: attributes.iter().map(|a| (*a).to_owned()).collect(),
            delimiter: Some(delimiter),
            name: MailboxName::new(name),
            ..ListEntry::default()
        }
    }

    fn shown(tree: &Tree) -> Vec<String> {
        tree.mailboxes()
            .into_iter()
            .map(|m| {
                let mark = if m.selectable { "" } else { "!" };
                format!(
                    "{}{mark}{} {:?}",
                    "-".repeat(m.depth.into()),
                    m.label,
                    m.role
                )
            })
            .collect()
    }

    #[test]
    fn counts_that_come_before_the_list_is_complete_are_kept() {
        let mut tree = Tree::default();
        tree.apply_status(&MailboxStatus {
            name: MailboxName::new("Receipts"),
            messages: Some(7),
            unseen: Some(2),
            ..MailboxStatus::default()
        });
        tree.replace(&[entry("Receipts", '/', &[])], false);
        let receipts = tree.mailboxes().into_iter().next();
        assert_eq!(
            receipts.map(|mailbox| (mailbox.total, mailbox.unread)),
            Some((Some(7), Some(2)))
        );
    }

    #[test]
    fn roles_come_first_in_their_order_then_names() {
        let mut tree = Tree::default();
        tree.replace(
            &[
                entry("Zoo", '/', &[]),
                entry("Trash", '/', &["\\Trash"]),
                entry("Projects/Boathouse", '/', &[]),
                entry("INBOX", '/', &[]),
                entry("Skickat", '/', &["\\Sent"]),
                entry("alpha", '/', &[]),
            ],
            true,
        );
        assert_eq!(
            shown(&tree),
            [
                "INBOX Inbox",
                "Skickat Sent",
                "Trash Trash",
                "alpha None",
                "!Projects None",
                "-Boathouse None",
                "Zoo None"
            ]
        );
    }

    #[test]
    fn a_personal_prefix_is_not_shown_and_names_give_roles() {
        let mut tree = Tree::default();
        tree.set_namespaces(Namespaces {
            personal: vec![Namespace {
                prefix: MailboxName::new("INBOX."),
                delimiter: Some('.'),
                extensions: Vec::new(),
            }],
            ..Namespaces::default()
        });
        tree.replace(
            &[
                entry("INBOX", '.', &[]),
                entry("INBOX.Papperskorgen", '.', &[]),
                entry("INBOX.Work.Bills", '.', &[]),
            ],
            true,
        );
        assert_eq!(
            shown(&tree),
            [
                "INBOX Inbox",
                "Papperskorgen Trash",
                "!Work None",
                "-Bills None"
            ]
        );
        let bills = tree.mailboxes().pop().unwrap();
        assert_eq!(bills.parent.as_deref(), Some("INBOX.Work"));
    }

    #[test]
    fn a_rename_takes_the_children_along_and_keeps_counts() {
        let mut tree = Tree::default();
        tree.replace(
            &[
                entry("A", '/', &[]),
                entry("A/b", '/', &[]),
                entry("Ab", '/', &[]),
            ],
            true,
        );
        tree.set_counts("A/b", 9, Some(4));
        let mut renamed = entry("Z", '/', &[]);
        renamed.old_name = Some(MailboxName::new("A"));
        tree.hear(&renamed);
        let all = tree.mailboxes();
        let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["Ab", "Z", "Z/b"]);
        assert_eq!(all[2].unread, Some(4));
        tree.hear(&entry("Z/b", '/', &["\\NonExistent"]));
        assert_eq!(tree.mailboxes().len(), 2);
    }

    #[test]
    fn other_peoples_mailboxes_are_a_section_of_their_own() {
        let mut tree = Tree::default();
        tree.set_namespaces(Namespaces {
            other_users: vec![Namespace {
                prefix: MailboxName::new("shared/"),
                delimiter: Some('/'),
                extensions: Vec::new(),
            }],
            ..Namespaces::default()
        });
        tree.replace(
            &[
                entry("INBOX", '/', &[]),
                entry("shared", '/', &["\\Noselect", "\\HasChildren"]),
                entry("shared/bertil/Trash", '/', &["\\Trash"]),
            ],
            true,
        );
        let all = tree.mailboxes();
        let last = all.last().unwrap();
        assert_eq!(last.section, Section::OtherUsers);
        assert_eq!(last.role, Role::None, "another's Trash is not mine");
        assert_eq!(last.parent.as_deref(), Some("shared/bertil"));
        assert!(
            all.iter().all(|m| m.name != "shared"),
            "nothing to show there"
        );
    }

    #[test]
    fn what_comes_while_we_watch_is_fresh_and_counts_stay() {
        let mut tree = Tree::default();
        tree.replace(&[entry("INBOX", '/', &[])], true);
        tree.apply_status(&MailboxStatus {
            name: MailboxName::new("inbox"),
            unseen: Some(3),
            ..MailboxStatus::default()
        });
        tree.replace(&[entry("INBOX", '/', &[]), entry("New", '/', &[])], true);
        let all = tree.mailboxes();
        assert_eq!(all[0].unread, Some(3));
        assert!(!all[0].fresh);
        assert!(all[1].fresh);
    }

    #[test]
    fn names_that_are_only_delimiters_do_not_loop() {
        let mut tree = Tree::default();
        tree.replace(
            &[
                entry("//", '/', &[]),
                entry("/a//b/", '/', &[]),
                entry("", '/', &[]),
            ],
            true,
        );
        assert!(tree.mailboxes().len() <= 5);
    }
}
