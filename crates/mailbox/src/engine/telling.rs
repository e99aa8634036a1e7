//! Tell tabs what looks different, and forget what nobody looks at.

use std::collections::BTreeSet;

use samma_protocol::imap::uid::Uid;

use super::{Account, Engine};
use crate::change::Change;
use crate::limits;

impl Engine {
    /// Tells views and readers what changed in their mailboxes.
    pub(super) fn tell_news(&mut self) {
        let Some(account) = &mut self.account else {
            return;
        };
        let mut changes = Vec::new();
        let mut resets = Vec::new();
        let mut arrived = BTreeSet::new();
        for (name, contents) in &mut account.contents {
            let Some(news) = contents.take_news() else {
                continue;
            };
            if contents.name.is_inbox() {
                arrived.clone_from(&news.arrived);
            }
            for (client, tab) in &mut self.clients {
                if let Some(view) = tab.view.as_mut().filter(|view| view.mailbox == *name) {
                    if news.reset {
                        view.reset();
                        resets.push(*client);
                    }
                    view.hear(&news);
                }
                let Some(message) = tab
                    .reading
                    .as_ref()
                    .filter(|message| message.mailbox == *name)
                else {
                    continue;
                };
                let message = message.clone();
                // A mailbox that is opened, or read anew, begins with a reset too.
                let is_void = news.reset
                    && message.uid_validity != 0
                    && contents
                        .uid_validity
                        .is_some_and(|uid_validity| uid_validity.get() != message.uid_validity);
                if is_void || Uid::new(message.uid).is_some_and(|uid| news.gone.contains(uid)) {
                    tab.reading = None;
                    changes.push((*client, Change::MessageGone { message }));
                } else if news.flags.contains(&message.uid)
                    && let Some(entry) = contents.rows.get(&message.uid)
                {
                    let flags = entry.row.flags.clone();
                    changes.push((*client, Change::MessageFlags { message, flags }));
                }
            }
        }
        let arrivals = arrivals(account, &arrived);
        for client in resets {
            self.tell_reset(client);
        }
        self.tell_new_mail(arrivals);
        for (client, change) in changes {
            self.tell(client, change);
        }
        let Some(account) = &self.account else { return };
        let mut rows = Vec::new();
        for (client, tab) in &mut self.clients {
            let Some(view) = &mut tab.view else { continue };
            let Some(contents) = account.contents.get(&view.mailbox) else {
                continue;
            };
            rows.extend(view.flush(contents).map(|change| (*client, change)));
        }
        for (client, change) in rows {
            self.tell(client, change);
        }
    }

    /// Shows messages again that were left out of their list, and that nobody has removed in time.
    pub(super) fn show_what_stayed(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let (over, rest) = std::mem::take(&mut account.hidden_until)
            .into_iter()
            .partition(|(_, _, until_ms)| now_ms >= *until_ms);
        account.hidden_until = rest;
        for (mailbox, uids, _) in over {
            if let Some(contents) = account.contents.get_mut(&mailbox) {
                contents.show_again(&uids);
            }
        }
    }

    /// Keeps memory bounded: drops mailboxes that nobody looked at for longest, then rows off screen.
    pub(super) fn evict(&mut self) {
        let shown: BTreeSet<String> = self
            .clients
            .values()
            .filter_map(|tab| tab.view.as_ref())
            .map(|view| view.mailbox.clone())
            .collect();
        let Some(account) = &mut self.account else {
            return;
        };
        let selected = account.watch().and_then(|watch| watch.selected.clone());
        while account.contents.len() > limits::MAILBOXES_KEPT
            || rows_kept(account) > limits::ROWS_KEPT
        {
            let oldest = account
                .contents
                .values()
                .filter(|contents| !shown.contains(contents.name.as_str()))
                .filter(|contents| selected.as_deref() != Some(contents.name.as_str()))
                .min_by(|a, b| a.used_ms.total_cmp(&b.used_ms))
                .map(|contents| contents.name.as_str().to_owned());
            let Some(oldest) = oldest else { break };
            account.contents.remove(&oldest);
        }
    }

    /// Rows off screen of the mailboxes that are shown, when there are too many.
    pub(super) fn trim_rows(&mut self) {
        let Some(account) = &self.account else { return };
        if rows_kept(account) <= limits::ROWS_KEPT {
            return;
        }
        self.evict();
        let names: Vec<String> = self
            .account
            .iter()
            .filter(|account| rows_kept(account) > limits::ROWS_KEPT)
            .flat_map(|account| account.contents.keys().cloned())
            .collect();
        for name in names {
            self.keep_only_windows(&name);
        }
    }

    /// Of this mailbox, keeps the rows on screen only.
    pub(super) fn keep_only_windows(&mut self, mailbox: &str) {
        let mut keep = BTreeSet::new();
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(contents) = account.contents.get_mut(mailbox) else {
            return;
        };
        for view in self.clients.values().filter_map(|tab| tab.view.as_ref()) {
            if view.mailbox == mailbox {
                keep.extend(
                    view.window(contents)
                        .filter_map(|place| view.uid(place, contents))
                        .map(Uid::get),
                );
            }
        }
        contents.evict(|uid| keep.contains(&uid));
    }
}

/// New unread mail of INBOX, as people are told of it.
fn arrivals(account: &Account, arrived: &BTreeSet<u32>) -> Vec<Change> {
    let Some(contents) = account.contents.get("INBOX") else {
        return Vec::new();
    };
    arrived
        .iter()
        .filter_map(|uid| contents.rows.get(uid))
        .filter(|entry| !entry.row.flags.seen && !entry.row.flags.draft)
        .map(|entry| Change::NewMail {
            message: entry.message.message.clone(),
            from: entry.message.from.clone(),
            subject: entry.message.subject.clone(),
        })
        .collect()
}

fn rows_kept(account: &Account) -> usize {
    account
        .contents
        .values()
        .map(|contents| contents.rows.len())
        .sum()
}
