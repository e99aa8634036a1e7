//! LIST, STATUS, the tree; NOTIFY, and the regular look at what the server does not tell by itself.
//!
//! With NOTIFY (RFC 5465) the server tells of all mailboxes while we idle. It is set anew at every look:
//! Dovecot loses sight of a mailbox when its log is rotated, and a new `NOTIFY SET STATUS` both repairs
//! that and reconciles all counts in one answer.

use std::collections::BTreeSet;

use samma_protocol::imap::command::{
    Command as Imap, ListReturn, NotifyEvent, NotifyFilter, NotifyGroup, NotifySet, StatusItem,
};
use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::response::{Data, ListEntry};

use super::Engine;
use super::connecting::problem;
use super::rows::row_items;
use crate::change::{Change, Mailbox, ProblemKind};
use crate::connection::{Connection, Job};
use crate::input::ConnectionId;
use crate::limits;

/// Mailboxes asked about one by one, where the server can't tell all at once: 500 cost 55 ms.
const STATUS_AT_ONCE: usize = 500;

impl Engine {
    /// Asks for all mailboxes and their counts.
    pub(super) fn list(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let looked_at = self.is_looked_at();
        let Some(account) = &mut self.account else {
            return;
        };
        let first = !account.tree.is_listed();
        let Some(watch) = account.watch() else { return };
        let offers = watch.offers;
        let interval = poll_interval(looked_at, offers.notify);
        if first && offers.namespace {
            watch.send(Imap::Namespace, Job::Namespace, now_ms);
        }
        let mut return_ = ListReturn::default();
        if offers.list_extended || offers.list_status {
            return_.subscribed = offers.list_extended;
            return_.children = offers.list_extended;
            return_.special_use = offers.special_use;
        }
        if offers.list_status {
            return_.status = status_items(offers.condstore);
        }
        let job = Job::List {
            entries: Vec::new(),
        };
        let list = Imap::List {
            selection: Vec::new(),
            reference: String::new(),
            patterns: vec!["*".to_owned()],
            return_,
        };
        watch.send(list, job, now_ms);
        account.next_poll_ms = now_ms + interval;
        account.next_list_ms = now_ms
            + match (offers.notify, offers.list_status) {
                (true, _) => limits::LIST_MS.max(interval),
                (false, true) => interval,
                (false, false) => limits::LIST_BARE_MS.max(interval),
            };
    }

    pub(super) fn mailbox_data(&mut self, id: ConnectionId, data: Data) {
        let Some(account) = &mut self.account else {
            return;
        };
        match data {
            Data::MailboxStatus(status) => {
                self.note_next(id, &status);
                self.notice_new_mail(&status);
                let Some(account) = &mut self.account else {
                    return;
                };
                let is_unknown =
                    account.tree.is_listed() && !account.tree.contains(status.name.as_str());
                account.tree.apply_status(&status);
                let listing = account.connections.values().any(Connection::is_listing);
                // We were not told that it came, or was renamed to this.
                if is_unknown && !listing {
                    account.next_list_ms = 0.0;
                }
            }
            Data::Namespace(namespaces) => account.tree.set_namespaces(namespaces),
            Data::MyRights { mailbox, rights } => {
                account.tree.set_rights(mailbox.as_str(), &rights);
            }
            Data::List(entry) | Data::Lsub(entry) => {
                let Some(connection) = account.connections.get_mut(&id) else {
                    return;
                };
                let asked =
                    connection.oldest(|job| matches!(job, Job::List { .. } | Job::Lsub { .. }));
                let Some(Job::List { entries: gathered } | Job::Lsub { entries: gathered }) = asked
                else {
                    // NOTIFY: a mailbox came, went, was renamed or subscribed to. What it says is shown
                    // now, and what it leaves out is asked for.
                    account.next_list_ms = 0.0;
                    self.hear_of_mailbox(&entry);
                    return;
                };
                if gathered.len() < limits::MAILBOXES {
                    gathered.push(entry);
                }
            }
            _ => {}
        }
    }

    /// The answer to LIST is complete.
    pub(super) fn list_done(&mut self, id: ConnectionId, entries: &[ListEntry]) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(connection) = account.connections.get_mut(&id) else {
            return;
        };
        let names: BTreeSet<&str> = entries
            .iter()
            .filter(|entry| !entry.has_attribute("\\NonExistent"))
            .map(|entry| entry.name.as_str())
            .collect();
        let renamed = account
            .tree
            .replace(entries, connection.offers.list_extended);
        if !connection.offers.list_extended {
            let lsub = Imap::Lsub {
                reference: String::new(),
                pattern: "*".to_owned(),
            };
            connection.send(
                lsub,
                Job::Lsub {
                    entries: Vec::new(),
                },
                now_ms,
            );
        }
        if !connection.offers.list_status {
            self.status_each(id);
        }
        for (from, to) in renamed {
            self.renamed_elsewhere(&from, &to);
        }
        self.drop_missing();
        self.reopen_replaced();
        self.look_up_organisings(&names);
        self.ask_rights(id);
        self.tell_unopened();
        self.renew_confused(id);
    }

    /// The open mailbox has another UIDVALIDITY by now: another device removed it and made one of that name.
    fn reopen_replaced(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let here = account.watch().filter(|watch| !watch.is_selecting());
        let Some((name, known)) =
            here.and_then(|watch| watch.selected.clone().zip(watch.uid_validity))
        else {
            return;
        };
        let told = account.tree.node(&name).and_then(|node| node.uid_validity);
        if told.is_some_and(|told| told != known) {
            if let Some(watch) = account.watch() {
                watch.leave(now_ms);
            }
            self.select_wanted();
        }
    }

    /// A new session sees what is true; once a minute at most.
    fn renew_confused(&mut self, id: ConnectionId) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let is_due = now_ms >= account.renewed_ms + limits::LIST_MS;
        let Some(connection) = account.connections.get_mut(&id) else {
            return;
        };
        if std::mem::take(&mut connection.confused) && is_due {
            account.renewed_ms = now_ms;
            self.give_up(id, ProblemKind::ServerClosed, "");
        }
    }

    /// Mailboxes that are open and were removed by another device: servers differ in what they say of it, if
    /// anything, so that it is gone from LIST is what counts.
    fn drop_missing(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let missing = account.tree.take_missing();
        for name in &missing {
            for connection in account.connections.values_mut() {
                if connection.selected.as_ref() == Some(name) {
                    connection.leave(now_ms);
                }
            }
        }
        for name in missing {
            self.view_failed(&name, &problem(ProblemKind::NoMailbox, None));
        }
    }

    /// NOTIFY tells that a mailbox came, went, has another name, or was subscribed to.
    fn hear_of_mailbox(&mut self, entry: &ListEntry) {
        let Some(account) = &mut self.account else {
            return;
        };
        // What we did ourselves is known.
        let old = entry.old_name.as_ref().map(MailboxName::as_str);
        let known = old.filter(|old| account.tree.contains(old));
        match known.map(str::to_owned) {
            Some(from) => self.renamed_elsewhere(&from, entry.name.as_str()),
            None => account.tree.hear(entry),
        }
        self.drop_missing();
    }

    /// Another device gave a mailbox another name. The server may know what is open by neither name now, so
    /// it is opened anew; the list stays.
    fn renamed_elsewhere(&mut self, from: &str, to: &str) {
        let now_ms = self.now.monotonic_ms;
        self.follow_rename(from, to);
        let Some(account) = &mut self.account else {
            return;
        };
        account.tree.renamed_to(from, to);
        if let Some((mailbox, _)) = &mut account.unopened
            && mailbox == from
        {
            account.unopened = None;
        }
        let below = account.tree.with_below(to);
        for connection in account.connections.values_mut() {
            if connection
                .selected
                .as_ref()
                .is_some_and(|name| below.contains(name))
            {
                connection.leave(now_ms);
            }
        }
        self.select_wanted();
    }

    /// What the person may do with mailboxes of others (RFC 4314 3.5).
    fn ask_rights(&mut self, id: ConnectionId) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(connection) = account.connections.get_mut(&id) else {
            return;
        };
        if !connection.offers.acl {
            return;
        }
        for mailbox in account.tree.rights_wanted() {
            connection.send(Imap::MyRights(mailbox), Job::MyRights, now_ms);
        }
    }

    /// The answer to LSUB is complete.
    pub(super) fn lsub_done(&mut self, entries: &[ListEntry]) {
        if let Some(account) = &mut self.account {
            account.tree.set_subscribed(entries);
        }
    }

    /// Counts, one mailbox at a time; all in one write.
    fn status_each(&mut self, id: ConnectionId) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(connection) = account.connections.get_mut(&id) else {
            return;
        };
        let items = status_items(connection.offers.condstore);
        for name in account.tree.selectable().take(STATUS_AT_ONCE) {
            // RFC 9051 6.3.11: not for the selected mailbox; of that one we know more anyhow.
            if connection.selected.as_deref() != Some(name.as_str()) {
                let command = Imap::Status {
                    mailbox: name.clone(),
                    items: items.clone(),
                };
                connection.send(command, Job::Status, now_ms);
            }
        }
    }

    /// Tells the tree when it looks different.
    pub(super) fn tell_tree(&mut self) {
        let Some(account) = &mut self.account else {
            return;
        };
        if !account.tree.is_listed() {
            return;
        }
        let selected = account.watch().and_then(|watch| watch.selected.clone());
        if let Some(contents) = selected.and_then(|name| account.contents.get(&name))
            && contents.known
        {
            let unread = contents.unread();
            account
                .tree
                .set_counts(contents.name.as_str(), contents.len(), unread);
            account
                .tree
                .note_uid_next(contents.name.as_str(), contents.uid_next);
        }
        if !account.tree.take_changed() {
            return;
        }
        account.pokes.note_change();
        let mailboxes: Vec<Mailbox> = account.tree.mailboxes();
        if mailboxes != account.tree_sent {
            account.tree_sent.clone_from(&mailboxes);
            self.tell_all(Change::Mailboxes(mailboxes));
        }
    }

    /// Looks for changes now, if there is a connection that is free to.
    pub(super) fn look_now(&mut self) {
        if let Some(account) = &mut self.account
            && account.watch().is_some()
        {
            account.next_poll_ms = 0.0;
        }
    }

    pub(super) fn poll_if_due(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let looked_at = self.is_looked_at();
        let Some(account) = &mut self.account else {
            return;
        };
        let notify = account.watch().is_none_or(|watch| watch.offers.notify);
        let interval = poll_interval(looked_at, notify);
        // A tab came to the front: what was hours away is due soon.
        account.next_poll_ms = account.next_poll_ms.min(now_ms + interval);
        if now_ms < account.next_poll_ms {
            return;
        }
        account.next_poll_ms = now_ms + interval;
        let Some(watch) = account.watch().filter(|watch| !watch.is_waiting()) else {
            return;
        };
        if watch.offers.notify {
            watch.notified = None;
        } else {
            watch.send(Imap::Noop, Job::Noop, now_ms);
            let (id, at_once) = (watch.id, watch.offers.list_status);
            if at_once {
                account.next_list_ms = 0.0;
            } else if now_ms < account.next_list_ms {
                self.status_each(id);
            }
        }
        self.refresh_flags();
        self.tidy_forgotten_marks();
    }

    /// Lists all mailboxes when it is time to, and has the server tell of them where it can.
    pub(super) fn ask_mailboxes(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let list_due = account.tree.is_listed() && now_ms >= account.next_list_ms;
        let Some(watch) = account.watch() else { return };
        if watch.is_selecting() {
            return;
        }
        let asking = |wanted: &dyn Fn(&Job) -> bool| watch.jobs.iter().any(|(_, job)| wanted(job));
        let listing = watch.is_listing();
        let notifying = asking(&|job| matches!(job, Job::Notify));
        // Behind the rows: the first of them are waited for.
        let rows = asking(&|job| matches!(job, Job::Rows { .. }));
        let notify_due =
            watch.offers.notify && watch.selected.is_some() && watch.notified != watch.selected;
        if notify_due && !notifying && !rows {
            watch.notified.clone_from(&watch.selected);
            watch.send(Imap::Notify(Some(everything())), Job::Notify, now_ms);
        }
        if list_due && !listing {
            self.list();
        }
    }

    /// The server can't tell what we asked it to (RFC 5465 8, BADEVENT), or not any more: ask instead.
    pub(super) fn notify_refused(&mut self, id: ConnectionId) {
        if let Some(connection) = self.connection(id) {
            connection.offers.notify = false;
        }
    }
}

/// All that NOTIFY can tell of a person's mailboxes. Shared ones are told of if they are subscribed.
fn everything() -> NotifySet {
    let counts = || {
        vec![
            NotifyEvent::MessageNew(Vec::new()),
            NotifyEvent::MessageExpunge,
            NotifyEvent::FlagChange,
        ]
    };
    let mut personal = vec![NotifyEvent::MailboxName, NotifyEvent::SubscriptionChange];
    personal.extend(counts());
    NotifySet {
        status: true,
        groups: vec![
            NotifyGroup {
                filter: NotifyFilter::Selected,
                events: vec![
                    NotifyEvent::MessageNew(row_items()),
                    NotifyEvent::MessageExpunge,
                    NotifyEvent::FlagChange,
                ],
            },
            NotifyGroup {
                filter: NotifyFilter::Personal,
                events: personal,
            },
            NotifyGroup {
                filter: NotifyFilter::Subscribed,
                events: counts(),
            },
        ],
    }
}

fn poll_interval(looked_at: bool, notify: bool) -> f64 {
    match (looked_at, notify) {
        (true, true) => limits::POLL_VISIBLE_MS,
        (true, false) => limits::POLL_BARE_MS,
        (false, _) => limits::POLL_HIDDEN_MS,
    }
}

pub(super) fn status_items(condstore: bool) -> Vec<StatusItem> {
    let mut items = vec![
        StatusItem::Messages,
        StatusItem::UidNext,
        StatusItem::UidValidity,
        StatusItem::Unseen,
    ];
    if condstore {
        items.push(StatusItem::HighestModSeq);
    }
    items
}
