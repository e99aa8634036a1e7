//! Open a message, save a part, search: tasks that wait until a connection has their mailbox open.
//!
//! What is quick goes over the watching connection, which has the mailbox open anyhow. Large parts
//! and searches get the second one, so that reading goes on meanwhile; where the server refuses a
//! second one, the first does it all.

use samma_protocol::imap::command::{Command as Imap, Criterion, SearchReturn};
use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::response::{Status, StatusKind};
use samma_protocol::imap::uid::{Uid, UidSet};

use super::Engine;
use super::connecting::{problem, refusal};
use crate::action::Action;
use crate::change::{Change, Problem, ProblemKind};
use crate::connection::{Connection, Job, Phase, Purpose, Reading};
use crate::input::{ClientId, ConnectionId};
use crate::limits;

/// Something that waits for a connection.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) mailbox: String,
    pub(super) kind: TaskKind,
}

#[derive(Debug)]
pub(super) enum TaskKind {
    Read(Reading),
    Search {
        client: ClientId,
        words: String,
    },
    /// New mail of INBOX, from this UID on.
    Peek {
        first: u32,
    },
}

impl Task {
    /// A mailbox has another name.
    pub(super) fn rename(&mut self, rename: &impl Fn(&mut String)) {
        rename(&mut self.mailbox);
        if let TaskKind::Read(reading) = &mut self.kind {
            rename(&mut reading.message.mailbox);
        }
    }

    pub(super) fn search(client: ClientId, mailbox: &str, words: &str) -> Self {
        let kind = TaskKind::Search {
            client,
            words: words.to_owned(),
        };
        Self {
            mailbox: mailbox.to_owned(),
            kind,
        }
    }

    pub(super) fn client(&self) -> ClientId {
        match &self.kind {
            TaskKind::Read(reading) => reading.client,
            TaskKind::Search { client, .. } => *client,
            // No tab's in particular.
            TaskKind::Peek { .. } => ClientId(u32::MAX),
        }
    }

    pub(super) fn is_search_of(&self, of: ClientId) -> bool {
        matches!(&self.kind, TaskKind::Search { client, .. } if *client == of)
    }
}

impl Engine {
    /// The connection that has this mailbox open and may be asked now. Opens it on the second one
    /// (and opens that one) where need be.
    pub(super) fn connection_for(&mut self, mailbox: &str, long: bool) -> Option<ConnectionId> {
        let now_ms = self.now.monotonic_ms;
        let account = self.account.as_mut()?;
        let watch = account.watch()?;
        let watching = (watch.selected.as_deref() == Some(mailbox) && !watch.is_selecting())
            .then_some(watch.id);
        let refused = now_ms < account.work_refused_ms;
        if account.unvisited.contains_key(mailbox) {
            return None;
        }
        let account = self.account.as_mut()?;
        if let Some(id) = watching
            && (!long || refused)
        {
            return Some(id);
        }
        if refused {
            // One connection only: it would have to leave the mailbox that is looked at.
            return None;
        }
        account.work_used_ms = now_ms;
        let Some(work) = account.connection(Purpose::Work) else {
            self.dial(Purpose::Work);
            return None;
        };
        if work.phase != Phase::Ready {
            return None;
        }
        if work.selected.as_deref() == Some(mailbox) {
            return Some(work.id);
        }
        if !work.is_waiting() {
            let command = Imap::Select {
                mailbox: MailboxName::new(mailbox),
                examine: false,
                condstore: work.offers.condstore && !work.offers.enable,
                qresync: None,
            };
            // What is told from now on is of the new one, but for the last words on the old one.
            work.closed();
            work.send(
                command,
                Job::Visit {
                    mailbox: mailbox.to_owned(),
                },
                now_ms,
            );
        }
        None
    }

    pub(super) fn visit_done(&mut self, id: ConnectionId, mailbox: String, status: &Status) {
        let ok = status.kind == StatusKind::Ok;
        if let Some(connection) = self.connection(id) {
            connection.selected = ok.then(|| mailbox.clone());
            connection.fresh = ok;
        }
        if !ok {
            self.could_not_open(mailbox, refusal(status));
        }
    }

    /// A mailbox could not be opened. It may have another name: LIST tells, and nothing waits under the old
    /// one then.
    pub(super) fn could_not_open(&mut self, mailbox: String, problem: Problem) {
        if let Some(account) = &mut self.account {
            account.unvisited.insert(mailbox, problem);
            account.next_list_ms = 0.0;
        }
        self.list();
    }

    /// LIST was answered: what still waits for mailboxes that could not be opened won't be done.
    pub(super) fn fail_unvisited(&mut self) {
        let unvisited = self
            .account
            .as_mut()
            .map(|account| std::mem::take(&mut account.unvisited))
            .unwrap_or_default();
        for (mailbox, problem) in unvisited {
            self.fail_all_in(&mailbox, &problem);
        }
        let Some(account) = &self.account else { return };
        let is_open = |name: &String| {
            let mut connections = account.connections.values();
            connections.any(|one| one.selected.as_ref() == Some(name))
        };
        let gone: Vec<String> = account
            .actions
            .iter()
            .filter_map(Action::waits_in)
            .filter(|name| !account.tree.contains(name) && !is_open(name))
            .collect();
        for mailbox in gone {
            self.fail_all_in(&mailbox, &problem(ProblemKind::NoMailbox, None));
        }
    }

    fn fail_all_in(&mut self, mailbox: &str, problem: &Problem) {
        let Some(account) = &mut self.account else {
            return;
        };
        let mut failed = Vec::new();
        account.tasks.retain(|task| {
            let lost = task.mailbox == mailbox;
            if lost && let TaskKind::Read(reading) = &task.kind {
                failed.push((reading.client, reading.request));
            }
            !lost
        });
        let stuck: Vec<u32> = account
            .actions
            .iter()
            .filter(|action| action.waits_for(mailbox))
            .map(|action| action.id)
            .collect();
        account.downloads.retain(|download| {
            let lost = download.message.mailbox == mailbox;
            if lost {
                failed.push((download.client, download.request));
            }
            !lost
        });
        for (client, request) in failed {
            self.request_failed(client, request, problem.clone());
        }
        self.tidies_failed(mailbox);
        for id in stuck {
            self.action_failed(id, problem.clone());
        }
    }

    /// The same as [`connection_for`](Self::connection_for), on a connection that has been told of these
    /// messages: what came after it opened the mailbox it would not find. Dovecot carries out what comes in one
    /// write before it looks for what is new, so the answer to NOOP is waited for.
    pub(super) fn fresh_connection_for(
        &mut self,
        mailbox: &str,
        long: bool,
        uids: &UidSet,
    ) -> Option<ConnectionId> {
        let now_ms = self.now.monotonic_ms;
        let id = self.connection_for(mailbox, long)?;
        let account = self.account.as_mut()?;
        let connection = account.connections.get_mut(&id)?;
        let contents = account.contents.get(mailbox);
        let is_known = connection.purpose == Purpose::Watch
            && contents
                .is_some_and(|contents| uids.iter().all(|uid| contents.map.place(uid).is_some()));
        if is_known || connection.fresh {
            return Some(id);
        }
        if !connection
            .jobs
            .iter()
            .any(|(_, job)| matches!(job, Job::Freshen))
        {
            connection.send(Imap::Noop, Job::Freshen, now_ms);
        }
        None
    }

    /// Where the server allows one connection only, lends it to a mailbox that is not looked at but has
    /// something to be done in it, and takes it back afterwards.
    pub(super) fn lend(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let needed: Vec<String> = if now_ms < account.work_refused_ms {
            let tasks = account.tasks.iter().map(|task| task.mailbox.clone());
            let actions = account.actions.iter().filter_map(Action::waits_in);
            let tidies = account.tidies.iter().map(|tidy| tidy.mailbox.clone());
            let downloads = account.downloads.iter();
            let downloads = downloads.map(|download| download.message.mailbox.clone());
            tasks
                .chain(actions)
                .chain(tidies)
                .chain(downloads)
                .collect()
        } else {
            Vec::new()
        };
        let is_needed = account
            .borrowed
            .as_ref()
            .is_some_and(|mailbox| needed.contains(mailbox));
        let Some(watch) = account.watch().filter(|watch| !watch.is_waiting()) else {
            return;
        };
        if is_needed {
            return;
        }
        let here = watch.selected.clone();
        let next = needed
            .into_iter()
            .find(|mailbox| Some(mailbox) != here.as_ref());
        let is_back = account.borrowed.is_some() && next.is_none();
        if next.is_some() || is_back {
            account.borrowed = next;
            self.select_wanted();
        }
    }

    pub(super) fn run_tasks(&mut self) {
        let tasks = self
            .account
            .as_mut()
            .map(|account| std::mem::take(&mut account.tasks))
            .unwrap_or_default();
        let mut waiting = Vec::new();
        for task in tasks {
            let long = matches!(task.kind, TaskKind::Search { .. });
            match self.connection_for(&task.mailbox, long) {
                Some(id) => match task.kind {
                    TaskKind::Read(reading) => self.read(id, reading),
                    TaskKind::Search { client, words } => self.search(id, client, &words),
                    TaskKind::Peek { first } => self.peek(id, first),
                },
                None => waiting.push(task),
            }
        }
        if let Some(account) = &mut self.account {
            waiting.append(&mut account.tasks);
            account.tasks = waiting;
        }
    }

    pub(super) fn search(&mut self, id: ConnectionId, client: ClientId, words: &str) {
        let now_ms = self.now.monotonic_ms;
        let criteria: Vec<Criterion> = words
            .split_whitespace()
            .take(limits::SEARCH_WORDS)
            .map(|word| Criterion::Text(word.to_owned()))
            .collect();
        let Some(connection) = self.connection(id) else {
            return;
        };
        let return_ = connection.offers.esearch.then(|| vec![SearchReturn::All]);
        let job = Job::Search {
            client,
            words: words.to_owned(),
            uids: None,
        };
        let sent = connection.send(
            Imap::Search {
                uid: true,
                return_,
                criteria,
            },
            job,
            now_ms,
        );
        if !sent {
            self.search_failed(client, problem(ProblemKind::Refused, None));
        }
    }

    pub(super) fn search_done(
        &mut self,
        client: ClientId,
        words: &str,
        uids: Option<UidSet>,
        status: &Status,
    ) {
        if status.kind != StatusKind::Ok {
            self.search_failed(client, refusal(status));
            return;
        }
        let contents = self.account.as_ref().map(|account| &account.contents);
        let tab = self.clients.get_mut(&client);
        let searching = tab.and_then(|tab| tab.view.as_mut()).filter(|view| {
            view.search
                .as_ref()
                .is_some_and(|search| search.words == words && search.found.is_none())
        });
        if let Some(view) = searching {
            let contents = contents.and_then(|contents| contents.get(&view.mailbox));
            view.found(&uids.unwrap_or_default(), contents);
            self.tell_reset(client);
        }
    }

    pub(super) fn search_failed(&mut self, client: ClientId, problem: Problem) {
        let Some(view) = self.view_mut(client).filter(|view| view.search.is_some()) else {
            return;
        };
        let view = view.id;
        self.tell(client, Change::ViewFailed { view, problem });
    }

    /// What a lost connection had not answered waits for the next one.
    pub(super) fn recover_jobs(&mut self, lost: Connection) {
        let Some(account) = &mut self.account else {
            return;
        };
        for download in &mut account.downloads {
            let was_there = lost.jobs.iter().any(
                |(_, job)| matches!(job, Job::Part { request, .. } if *request == download.request),
            );
            download.asked &= !was_there;
        }
        let mut tidies = Vec::new();
        for (_, job) in lost.jobs {
            match job {
                Job::TidyUp {
                    mailbox,
                    uid_validity,
                    uids,
                    what,
                } => tidies.push((mailbox, uid_validity, uids, what)),
                Job::Details { reading } | Job::Body { reading, .. } => account.tasks.push(Task {
                    mailbox: reading.message.mailbox.clone(),
                    kind: TaskKind::Read(reading),
                }),
                Job::Search { client, words, .. } => {
                    let shown = self.clients.get(&client).and_then(|tab| tab.view.as_ref());
                    if let Some(view) = shown {
                        account
                            .tasks
                            .push(Task::search(client, &view.mailbox, &words));
                    }
                }
                Job::Gather { action, .. }
                | Job::Step { action, .. }
                | Job::Claims { action, .. }
                | Job::Look { action, .. }
                | Job::Make { action, .. } => {
                    let lost = account.actions.iter_mut().find(|one| one.id == action);
                    if let Some(lost) = lost {
                        lost.lost();
                    }
                }
                Job::Organise { id, .. } => {
                    for one in &mut account.organisings {
                        one.lost(id);
                    }
                    // It tells what became of it.
                    account.next_list_ms = 0.0;
                }
                Job::Previews { mailbox, uids } => {
                    if let Some(contents) = account.contents.get_mut(&mailbox) {
                        contents
                            .ask_previews_again(uids.iter().take(limits::ROWS_KEPT).map(Uid::get));
                    }
                }
                Job::PreviewParts { mailbox, parts } => {
                    if let Some(contents) = account.contents.get_mut(&mailbox) {
                        contents.ask_previews_again(parts.iter().map(|part| part.uid));
                    }
                }
                Job::NewRows { mailbox } => {
                    if let Some(contents) = account.contents.get_mut(&mailbox) {
                        contents.arriving = false;
                    }
                }
                Job::UidMap { mailbox, .. } => {
                    if let Some(contents) = account.contents.get_mut(&mailbox) {
                        contents.suspect = true;
                    }
                }
                _ => {}
            }
        }
        for (mailbox, uid_validity, uids, what) in tidies {
            self.tidy(mailbox, uid_validity, uids, what);
        }
    }
}
