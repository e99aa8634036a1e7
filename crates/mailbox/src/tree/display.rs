//! The tree as people see it: sections, roles, parents that LIST did not name, and the order of it all.

use std::collections::BTreeMap;

use super::Tree;
use crate::change::{Mailbox, Role, Section};
use crate::role;

impl Tree {
    /// The tree, parents before children, in display order.
    pub(crate) fn mailboxes(&self) -> Vec<Mailbox> {
        let roles = self.roles();
        let mut all: BTreeMap<String, Mailbox> = BTreeMap::new();
        for (name, node) in &self.nodes {
            let role = roles.get(name.as_str()).copied().unwrap_or_default();
            let place = self.place(name, node.delimiter);
            let parent = if role == Role::None {
                place.parent
            } else {
                None
            };
            self.make_up_parents(parent.as_deref(), node.delimiter, &mut all);
            all.insert(
                name.clone(),
                Mailbox {
                    name: name.clone(),
                    label: place.label,
                    parent,
                    depth: 0,
                    role,
                    section: place.section,
                    selectable: node.selectable,
                    subscribed: node.subscribed,
                    has_children: false,
                    unread: node.unseen,
                    total: node.messages,
                    fresh: node.fresh,
                    can_have_children: node.delimiter.is_some() && node.inferiors,
                    rights: node.rights,
                },
            );
        }
        order(all)
    }

    /// Parents that LIST did not name; they can't be opened.
    fn make_up_parents(
        &self,
        parent: Option<&str>,
        delimiter: Option<char>,
        all: &mut BTreeMap<String, Mailbox>,
    ) {
        let mut next = parent.map(str::to_owned);
        while let Some(name) = next {
            if self.nodes.contains_key(&name) || all.contains_key(&name) {
                return;
            }
            let place = self.place(&name, delimiter);
            next = place.parent.clone();
            all.insert(
                name.clone(),
                Mailbox {
                    name,
                    label: place.label,
                    parent: place.parent,
                    section: place.section,
                    ..Mailbox::default()
                },
            );
        }
    }

    /// One role, one mailbox: the server's word first, then well-known names at the top.
    pub(super) fn roles(&self) -> BTreeMap<&str, Role> {
        let mut roles: BTreeMap<&str, Role> = BTreeMap::new();
        for (name, node) in &self.nodes {
            let role = if node.name.is_inbox() {
                Role::Inbox
            } else {
                self.given.get(name).copied().unwrap_or(node.attribute_role)
            };
            let personal = self.place(name, node.delimiter).section == Section::Personal;
            if role != Role::None && personal && roles.values().all(|taken| *taken != role) {
                roles.insert(name, role);
            }
        }
        for (name, node) in &self.nodes {
            let place = self.place(name, node.delimiter);
            if roles.contains_key(name.as_str())
                || place.parent.is_some()
                || place.section != Section::Personal
            {
                continue;
            }
            let role = role::from_name(&place.label);
            if role != Role::None && roles.values().all(|taken| *taken != role) {
                roles.insert(name, role);
            }
        }
        roles
    }

    pub(super) fn place(&self, name: &str, delimiter: Option<char>) -> Place {
        let spaces = &self.namespaces;
        let sections = [
            (Section::OtherUsers, &spaces.other_users),
            (Section::Shared, &spaces.shared),
            (Section::Personal, &spaces.personal),
        ];
        let mut section = Section::Personal;
        let mut rest = name;
        'found: for (of, list) in sections {
            for space in list {
                let prefix = space.prefix.as_str();
                let root = prefix.trim_end_matches(space.delimiter.unwrap_or('\0'));
                if of != Section::Personal && !prefix.is_empty() && name == root {
                    section = of;
                    break 'found;
                }
                if let Some(stripped) = name.strip_prefix(prefix)
                    && !prefix.is_empty()
                    && !stripped.is_empty()
                {
                    section = of;
                    rest = stripped;
                    break 'found;
                }
            }
        }
        let split = delimiter.and_then(|delimiter| rest.rsplit_once(delimiter));
        let Some((above, label)) =
            split.filter(|(above, label)| !above.is_empty() && !label.is_empty())
        else {
            return Place {
                label: rest.to_owned(),
                parent: None,
                section,
            };
        };
        let prefix = name.strip_suffix(rest).unwrap_or_default();
        Place {
            label: label.to_owned(),
            parent: Some(format!("{prefix}{above}")),
            section,
        }
    }
}

/// Where a mailbox stands.
pub(super) struct Place {
    pub(super) label: String,
    pub(super) parent: Option<String>,
    pub(super) section: Section,
}

/// Depth first: sections, then roles, then names.
fn order(all: BTreeMap<String, Mailbox>) -> Vec<Mailbox> {
    let mut below: BTreeMap<Option<String>, Vec<Mailbox>> = BTreeMap::new();
    for mailbox in all.into_values() {
        below
            .entry(mailbox.parent.clone())
            .or_default()
            .push(mailbox);
    }
    for siblings in below.values_mut() {
        // Reversed: they are taken from the end.
        siblings.sort_by_cached_key(|mailbox| {
            let role = if mailbox.role == Role::None {
                Role::None as u8
            } else {
                mailbox.role as u8
            };
            std::cmp::Reverse((
                mailbox.section,
                role,
                mailbox.label.to_lowercase(),
                mailbox.name.clone(),
            ))
        });
    }
    let mut sorted = Vec::new();
    let mut path: Vec<(u16, Vec<Mailbox>)> = below
        .remove(&None)
        .map(|roots| (0, roots))
        .into_iter()
        .collect();
    while let Some((depth, siblings)) = path.last_mut() {
        let depth = *depth;
        let Some(mut mailbox) = siblings.pop() else {
            path.pop();
            continue;
        };
        mailbox.depth = depth;
        let children = below.remove(&Some(mailbox.name.clone()));
        mailbox.has_children = children.is_some();
        // A made-up or closed parent whose children all moved to the top has nothing to show.
        if !mailbox.selectable && children.is_none() {
            continue;
        }
        sorted.push(mailbox);
        if let Some(children) = children {
            path.push((depth.saturating_add(1), children));
        }
    }
    sorted
}
