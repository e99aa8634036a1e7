//! Open a mailbox: the one that the tab in front shows.

use samma_protocol::imap::command::{Command as Imap, MessageSet, Qresync};
use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::response::{Code, Status, StatusKind};

use super::Engine;
use super::connecting::{problem, refusal};
use super::rows::fetch_rows;
use super::tasks::Task;
use crate::change::{Change, ProblemKind};
use crate::connection::{Job, Origin, Purpose, Selecting};
use crate::contents::Contents;
use crate::input::{ClientId, ConnectionId};
use crate::view::View;

impl Engine {
    /// A tab shows a list from now on.
    pub(super) fn open(&mut self, client: ClientId, view: View) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let mailbox = view.mailbox.clone();
        let outgoing = account.tree.is_outgoing(&mailbox);
        let contents = account
            .contents
            .entry(mailbox.clone())
            .or_insert_with(|| Contents::new(MailboxName::new(&mailbox)));
        contents.used_ms = now_ms;
        contents.outgoing = outgoing;
        if let Some(search) = &view.search {
            account.tasks.retain(|task| !task.is_search_of(client));
            account
                .tasks
                .push(Task::search(client, &mailbox, &search.words));
        }
        if let Some(tab) = self.clients.get_mut(&client) {
            tab.active_ms = now_ms;
            tab.view = Some(view);
        }
        self.tell_reset(client);
        self.select_wanted();
        self.evict();
    }

    pub(super) fn tell_reset(&mut self, client: ClientId) {
        let Some(account) = &self.account else { return };
        let Some(view) = self.clients.get(&client).and_then(|tab| tab.view.as_ref()) else {
            return;
        };
        let Some(contents) = account.contents.get(&view.mailbox) else {
            return;
        };
        let change = Change::ViewReset {
            view: view.id,
            mailbox: view.mailbox.clone(),
            uid_validity: contents.uid_validity.map_or(0, |validity| validity.get()),
            total: view.total(contents),
            read_only: contents.read_only,
            keywords: contents.keywords,
        };
        self.tell(client, change);
    }

    /// The list of the tab in front.
    pub(super) fn shown_view(&self) -> Option<&View> {
        self.clients
            .values()
            .filter_map(|tab| tab.view.as_ref().map(|view| (tab, view)))
            .max_by(|(a, _), (b, _)| {
                (a.visible, a.active_ms)
                    .partial_cmp(&(b.visible, b.active_ms))
                    .unwrap_or(std::cmp::Ordering::Equal)
            })
            .map(|(_, view)| view)
    }

    /// Opens on the server what is looked at, if it is not open.
    pub(super) fn select_wanted(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let shown = self.shown_view();
        let borrowed = self
            .account
            .as_ref()
            .and_then(|account| account.borrowed.clone());
        let wanted = borrowed.unwrap_or_else(|| {
            shown
                .map_or("INBOX", |view| view.mailbox.as_str())
                .to_owned()
        });
        let rows = shown.map_or(50, View::rows_on_screen);
        let Some(account) = &mut self.account else {
            return;
        };
        let contents = account
            .contents
            .entry(wanted.clone())
            .or_insert_with(|| Contents::new(MailboxName::new(&wanted)));
        let known = (contents.known)
            .then_some(contents.uid_validity.zip(contents.highest_mod_seq))
            .flatten();
        let mailbox = contents.name.clone();
        let is_known = contents.known;
        let count = account.tree.count(&wanted).filter(|_| !is_known);
        let Some(watch) = account.watch() else { return };
        if watch.jobs.iter().any(|(_, job)| matches!(job, Job::Leave)) {
            // Its answer comes back here.
            return;
        }
        let selecting = watch.jobs.iter().rev().find_map(|(_, job)| match job {
            Job::Select(selecting) => Some(selecting.mailbox.as_str()),
            _ => None,
        });
        if selecting.or(watch.selected.as_deref()) == Some(wanted.as_str()) {
            return;
        }
        let qresync = known
            .filter(|_| watch.offers.qresync && watch.offers.enable)
            .map(|(uid_validity, mod_seq)| Qresync {
                uid_validity,
                mod_seq,
                known: None,
            });
        let job = Job::Select(Box::new(Selecting {
            mailbox: wanted.clone(),
            resync: qresync.is_some(),
            // QRESYNC servers say [CLOSED] between the old mailbox and the new one.
            opened: watch.selected.is_none() || !watch.offers.qresync || !watch.offers.enable,
            ..Selecting::default()
        }));
        let command = Imap::Select {
            mailbox,
            examine: false,
            condstore: watch.offers.condstore && !watch.offers.enable,
            qresync,
        };
        watch.send(command, job, now_ms);
        // On the first visit the first rows are asked for in the same write, by the count that
        // STATUS told. Should it be off by then, these are other rows, and fit all the same.
        let Some(count) = count.filter(|count| *count > 0) else {
            return;
        };
        let rows = rows.min(count);
        let first = count.saturating_sub(rows).saturating_add(1);
        let job = Job::Rows {
            mailbox: wanted,
            places: (0..rows).collect(),
            uids: Vec::new(),
        };
        let set = MessageSet::Range(format!("{first}:*"));
        watch.send(fetch_rows(false, set), job, now_ms);
    }

    /// Untagged OK, NO and BAD, and what their codes say of the mailbox that is being opened.
    pub(super) fn selected_status(&mut self, id: ConnectionId, status: Status) {
        let Some(connection) = self.connection(id) else {
            return;
        };
        let Some(selecting) = connection.selecting() else {
            connection.note(&status);
            // What the second connection was told, the first one has not heard yet.
            if let Some(Code::HighestModSeq(mod_seq)) = status.code
                && connection.purpose == Purpose::Watch
            {
                self.note_mod_seq(id, mod_seq);
            }
            return;
        };
        match status.code {
            Some(Code::Closed) => selecting.opened = true,
            Some(Code::UidValidity(validity)) => selecting.uid_validity = Some(validity),
            Some(Code::UidNext(next)) => selecting.uid_next = Some(next),
            Some(Code::HighestModSeq(mod_seq)) => selecting.highest_mod_seq = Some(mod_seq),
            Some(Code::NoModSeq) => selecting.highest_mod_seq = None,
            Some(Code::PermanentFlags { any, .. }) => selecting.keywords = any,
            _ => {}
        }
    }

    /// The mailbox changed up to here, and we have seen all of it: RFC 7162 3.1.2.1 sends this
    /// behind the data.
    pub(super) fn note_mod_seq(
        &mut self,
        id: ConnectionId,
        mod_seq: samma_protocol::imap::uid::ModSeq,
    ) {
        let Some(contents) = self.selected_contents(id) else {
            return;
        };
        contents.highest_mod_seq = contents.highest_mod_seq.max(Some(mod_seq));
    }

    pub(super) fn select_done(&mut self, id: ConnectionId, selecting: Selecting, status: Status) {
        let now_ms = self.now.monotonic_ms;
        let hook = self.charsets;
        let first = self
            .account
            .as_ref()
            .is_some_and(|account| !account.tree.is_listed());
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(connection) = account.connections.get_mut(&id) else {
            return;
        };
        if status.kind != StatusKind::Ok {
            connection.closed();
            let problem = refusal(&status);
            account.unopened = Some((selecting.mailbox.clone(), problem.clone()));
            self.could_not_open(selecting.mailbox, problem);
            return;
        }
        connection.selected = Some(selecting.mailbox.clone());
        connection.notified = None;
        connection.uid_validity = selecting.uid_validity;
        connection.mod_seq = selecting.highest_mod_seq;
        connection.keywords = selecting.keywords;
        let Some(contents) = account.contents.get_mut(&selecting.mailbox) else {
            return;
        };
        contents.read_only = status.code == Some(Code::ReadOnly);
        contents.keywords = selecting.keywords;
        let same = contents.known && contents.uid_validity == selecting.uid_validity;
        if !same {
            contents.reset(selecting.uid_validity, selecting.exists);
        } else if selecting.resync {
            contents.vanished(&selecting.vanished);
            contents.exists(selecting.exists);
            for fetch in &selecting.fetched {
                contents.fetched(fetch, Origin::Others, hook);
            }
        } else {
            // No way to ask what changed: list the UIDs again, and read what is on screen anew.
            contents.suspect = true;
            contents.unseen = None;
        }
        let uid_validity = contents.uid_validity;
        contents.uid_next = selecting.uid_next.or(contents.uid_next);
        contents.highest_mod_seq = selecting.highest_mod_seq.or(contents.highest_mod_seq);
        contents.used_ms = now_ms;
        connection.fresh = true;
        if same && !selecting.resync {
            self.keep_only_windows(&selecting.mailbox);
            self.refresh_flags();
        }
        if let Some(uid_validity) = uid_validity {
            self.cancel_actions_of(&selecting.mailbox, uid_validity);
        }
        self.ask_rows();
        self.ask_lists(id);
        if first {
            self.list();
        }
    }

    /// A mailbox that would not open, once LIST has told whether it is there at all: few servers say
    /// so by a code.
    pub(super) fn tell_unopened(&mut self) {
        let Some(account) = &mut self.account else {
            return;
        };
        let unopened = account.unopened.take();
        if let Some((mailbox, _)) = &unopened
            && account.borrowed.as_ref() == Some(mailbox)
        {
            account.borrowed = None;
        }
        self.fail_unvisited();
        let Some(account) = &mut self.account else {
            return;
        };
        let Some((mailbox, mut problem)) = unopened else {
            return;
        };
        if problem.kind == ProblemKind::Refused && !account.tree.contains(&mailbox) {
            problem.kind = ProblemKind::NoMailbox;
        }
        self.view_failed(&mailbox, &problem);
    }

    pub(super) fn view_failed(&mut self, mailbox: &str, problem: &crate::change::Problem) {
        let failed: Vec<_> = self
            .clients
            .iter()
            .filter_map(|(client, tab)| Some((*client, tab.view.as_ref()?)))
            .filter(|(_, view)| view.mailbox == mailbox)
            .map(|(client, view)| (client, view.id))
            .collect();
        for (client, view) in failed {
            if let Some(tab) = self.clients.get_mut(&client) {
                tab.view = None;
            }
            self.tell(
                client,
                Change::ViewFailed {
                    view,
                    problem: problem.clone(),
                },
            );
        }
        if let Some(account) = &mut self.account {
            account.contents.remove(mailbox);
        }
    }

    /// Nothing can be shown of a mailbox while there is no connection and nothing is known.
    pub(super) fn offline_problem(&self) -> crate::change::Problem {
        self.account
            .as_ref()
            .and_then(|account| account.offline.as_ref())
            .map_or_else(
                || problem(ProblemKind::Offline, None),
                |(_, problem)| problem.clone(),
            )
    }
}
