//! New mail in INBOX, told to people whatever folder they look at.

use samma_protocol::imap::command::MessageSet;
use samma_protocol::imap::response::{Fetch, MailboxStatus};

use super::Engine;
use super::rows::fetch_rows;
use super::tasks::{Task, TaskKind};
use crate::change::{Change, MessageRef};
use crate::connection::Job;
use crate::convert;
use crate::input::ConnectionId;
use crate::limits;

const INBOX: &str = "INBOX";

impl Engine {
    /// STATUS tells of INBOX while another mailbox is open: has it more unread mail than before.
    pub(super) fn notice_new_mail(&mut self, status: &MailboxStatus) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        if !status.name.is_inbox() || now_ms < account.work_refused_ms {
            return;
        }
        let is_open = account
            .watch()
            .is_some_and(|watch| watch.selected.as_deref() == Some(INBOX));
        let before = account.tree.node(INBOX).and_then(|node| node.uid_next);
        let (Some(first), Some(next)) = (before, status.uid_next) else {
            return;
        };
        let unread = account.tree.node(INBOX).and_then(|node| node.unseen);
        let has_unread = status
            .unseen
            .is_none_or(|now| unread.is_none_or(|then| now > then));
        if is_open || next <= first || !has_unread {
            return;
        }
        account.tasks.push(Task {
            mailbox: INBOX.to_owned(),
            kind: TaskKind::Peek { first },
        });
    }

    pub(super) fn peek(&mut self, id: ConnectionId, first: u32) {
        let now_ms = self.now.monotonic_ms;
        let Some(connection) = self.connection(id) else {
            return;
        };
        let job = Job::Peek {
            mailbox: INBOX.to_owned(),
            first,
            fetched: Vec::new(),
        };
        let set = MessageSet::Range(format!("{first}:*"));
        connection.send(fetch_rows(true, set), job, now_ms);
    }

    /// What is new in INBOX.
    pub(super) fn peeked(&mut self, mailbox: &str, first: u32, fetched: &[Fetch]) {
        let hook = self.charsets;
        let mut news = Vec::new();
        for fetch in fetched {
            let (Some(uid), Some(envelope), Some(structure)) =
                (fetch.uid, &fetch.envelope, &fetch.body_structure)
            else {
                continue;
            };
            let entry = convert::entry(uid, fetch, envelope, structure, hook);
            // `n:*` names the last message even where its UID is lower.
            if uid.get() >= first && !entry.row.flags.seen {
                news.push(Change::NewMail {
                    message: MessageRef {
                        mailbox: mailbox.to_owned(),
                        uid_validity: 0,
                        uid: uid.get(),
                    },
                    from: entry.message.from,
                    subject: entry.message.subject,
                });
            }
        }
        self.tell_new_mail(news);
    }

    /// Tells one tab, the one in front: the browser shows a notice once, however many tabs there are.
    pub(super) fn tell_new_mail(&mut self, news: Vec<Change>) {
        let front = self
            .clients
            .iter()
            .max_by(|(_, a), (_, b)| {
                (a.visible, a.active_ms)
                    .partial_cmp(&(b.visible, b.active_ms))
                    .unwrap_or(std::cmp::Ordering::Equal)
            })
            .map(|(client, _)| *client);
        let Some(front) = front else { return };
        for change in news.into_iter().take(limits::PEEKED) {
            self.tell(front, change);
        }
    }
}
