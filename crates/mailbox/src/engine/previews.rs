//! First words of messages: by PREVIEW (RFC 8970) where the server has it, else from the beginning of their text.

use samma_message::render::{preview_section, snippet};
use samma_message::{charset, transfer};
use samma_protocol::imap::command::{Command as Imap, FetchItem, MessageSet, Partial};
use samma_protocol::imap::uid::{Uid, UidSet};

use super::Engine;
use crate::connection::{Job, PreviewPart};
use crate::limits;

impl Engine {
    /// First words, once there is nothing more urgent.
    pub(super) fn ask_previews(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(id) = account.watch().map(|watch| watch.id) else {
            return;
        };
        let Some(connection) = account.connections.get_mut(&id) else {
            return;
        };
        let Some(mailbox) = connection.selected.clone() else {
            return;
        };
        if connection.is_waiting() {
            return;
        }
        let Some(contents) = account.contents.get_mut(&mailbox) else {
            return;
        };
        let mut uids = UidSet::new();
        let views = self.clients.values().filter_map(|tab| tab.view.as_ref());
        for view in views.filter(|view| view.mailbox == mailbox) {
            for uid in view
                .window(contents)
                .filter_map(|place| view.uid(place, contents))
            {
                let entry = contents.rows.get(&uid.get());
                if entry.is_some_and(|entry| entry.row.preview.is_none() && !entry.preview_asked) {
                    uids.insert(uid);
                }
            }
        }
        if uids.is_empty() {
            return;
        }
        for uid in uids.iter() {
            if let Some(entry) = contents.rows.get_mut(&uid.get()) {
                entry.preview_asked = true;
            }
        }
        if connection.offers.preview {
            let command = Imap::Fetch {
                uid: true,
                set: MessageSet::Uids(uids.clone()),
                items: vec![FetchItem::Uid, FetchItem::Preview { lazy: false }],
                changed_since: None,
                vanished: false,
            };
            connection.send(command, Job::Previews { mailbox, uids }, now_ms);
        } else {
            self.previews_done(&mailbox, &uids);
        }
    }

    /// Reads the beginning of the text of those that the server had no words for.
    pub(super) fn previews_done(&mut self, mailbox: &str, uids: &UidSet) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(contents) = account.contents.get_mut(mailbox) else {
            return;
        };
        // One command for each section and length: most messages share theirs.
        let mut groups: std::collections::BTreeMap<(String, u32), UidSet> =
            std::collections::BTreeMap::new();
        let mut wordless = Vec::new();
        for uid in uids.iter().take(limits::ROWS_KEPT) {
            let Some(entry) = contents
                .rows
                .get(&uid.get())
                .filter(|entry| entry.row.preview.is_none())
            else {
                continue;
            };
            match preview_section(&entry.structure) {
                Some(part) if part.size_octets > 0 => {
                    let octets = if part.mime_type == "text/html" {
                        limits::PREVIEW_OCTETS_HTML
                    } else {
                        limits::PREVIEW_OCTETS_TEXT
                    };
                    groups
                        .entry((part.section.clone(), octets))
                        .or_default()
                        .insert(uid);
                }
                _ => wordless.push(uid),
            }
        }
        for uid in wordless {
            contents.set_preview(uid, String::new());
        }
        let Some(watch) = account
            .watch()
            .filter(|watch| watch.selected.as_deref() == Some(mailbox))
        else {
            return;
        };
        for ((section, octets), uids) in groups {
            let parts = uids
                .iter()
                .map(|uid| PreviewPart {
                    uid: uid.get(),
                    section: section.clone(),
                    bytes: None,
                })
                .collect();
            let command = Imap::Fetch {
                uid: true,
                set: MessageSet::Uids(uids),
                items: vec![
                    FetchItem::Uid,
                    FetchItem::Body {
                        section,
                        peek: true,
                        partial: Some(Partial { offset: 0, octets }),
                    },
                ],
                changed_since: None,
                vanished: false,
            };
            let job = Job::PreviewParts {
                mailbox: mailbox.to_owned(),
                parts,
            };
            watch.send(command, job, now_ms);
        }
    }

    pub(super) fn preview_parts_done(&mut self, mailbox: &str, parts: &[PreviewPart]) {
        let hook = self.charsets;
        let Some(contents) = self.contents(mailbox) else {
            return;
        };
        for part in parts {
            let (Some(uid), Some(bytes)) = (Uid::new(part.uid), &part.bytes) else {
                continue;
            };
            let Some(found) = contents
                .rows
                .get(&part.uid)
                .and_then(|entry| entry.structure.find(&part.section))
            else {
                continue;
            };
            let decoded = transfer::decode(found.encoding, bytes);
            let text = charset::to_utf8(found.charset.as_deref(), &decoded, hook);
            let words = if found.mime_type == "text/html" {
                snippet::snippet_of_html(&text)
            } else {
                snippet::snippet_of_text(&text)
            };
            contents.set_preview(uid, words);
        }
    }
}
