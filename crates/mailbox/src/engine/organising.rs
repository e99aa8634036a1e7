//! What people do to folders: shown at once, confirmed by the tagged OK, taken back on NO.
//!
//! All of it goes over the watching connection, so that LIST answers tell of it in order. A mailbox that is
//! open is closed before it is renamed or removed: servers differ in what they do to whoever has it open.

use std::collections::BTreeSet;

use samma_protocol::imap::command::Command as Imap;
use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::response::{Code, Status, StatusKind};

use super::Engine;
use super::acting::flag_changes;
use super::connecting::{problem, refusal};
use crate::action::{Action, Gather, Kind};
use crate::change::{Change, Flags, Problem, ProblemKind, Progress, Role};
use crate::command::{ActionId, MailboxAction};
use crate::connection::{Job, Purpose};
use crate::input::{ClientId, ConnectionId};
use crate::role;
use crate::tree::Expected;

/// Something done to a folder that the server has not confirmed.
#[derive(Debug)]
pub(super) struct Organising {
    id: u32,
    client: ClientId,
    name: ActionId,
    what: Expected,
    sent: bool,
    /// The answer was lost: to be looked up in the next LIST before it is said again.
    doubtful: bool,
    problem: Option<Problem>,
}

impl Organising {
    /// The connection that was asked is lost.
    pub(super) fn lost(&mut self, id: u32) {
        if self.id == id {
            self.doubtful |= std::mem::take(&mut self.sent);
            self.problem = None;
        }
    }

    /// Is it so, by the names that LIST told.
    fn is_so(&self, names: &BTreeSet<&str>) -> bool {
        match &self.what {
            Expected::Created(name) => names.contains(name.as_str()),
            Expected::Renamed { from, to } => {
                names.contains(to.as_str()) && !names.contains(from.as_str())
            }
            Expected::Deleted(gone) => gone.iter().all(|name| !names.contains(name.as_str())),
            Expected::Subscribed(..) | Expected::Used(..) => false,
        }
    }
}

impl Engine {
    /// A person does something to a folder.
    pub(super) fn organise(&mut self, client: ClientId, name: ActionId, what: MailboxAction) {
        let Some(account) = &mut self.account else {
            return;
        };
        let expected = match what {
            MailboxAction::Create { parent, label } => {
                let full = account.tree.name_for(parent.as_deref(), &label);
                full.ok_or(ProblemKind::BadName).and_then(|full| {
                    if account.tree.contains(&full) {
                        Err(ProblemKind::AlreadyExists)
                    } else {
                        Ok(Some(Expected::Created(full)))
                    }
                })
            }
            MailboxAction::Rename {
                mailbox,
                parent,
                label,
            } => {
                let is_below = parent
                    .as_ref()
                    .is_some_and(|parent| account.tree.with_below(&mailbox).contains(parent));
                match account.tree.name_for(parent.as_deref(), &label) {
                    _ if !account.tree.contains(&mailbox) => Err(ProblemKind::NoMailbox),
                    Some(to) if !is_below => {
                        if to == mailbox {
                            Ok(None)
                        } else if account.tree.contains(&to) {
                            Err(ProblemKind::AlreadyExists)
                        } else {
                            Ok(Some(Expected::Renamed { from: mailbox, to }))
                        }
                    }
                    _ => Err(ProblemKind::BadName),
                }
            }
            MailboxAction::Delete { mailbox } => {
                if account.tree.contains(&mailbox) {
                    Ok(Some(Expected::Deleted(account.tree.with_below(&mailbox))))
                } else {
                    Err(ProblemKind::NoMailbox)
                }
            }
            MailboxAction::Subscribe {
                mailbox,
                subscribed,
            } => Ok(Some(Expected::Subscribed(mailbox, subscribed))),
            MailboxAction::SetRole { mailbox, role } => Ok(Some(Expected::Used(mailbox, role))),
            MailboxAction::MarkAllRead { mailbox } => {
                let seen = Flags {
                    seen: true,
                    ..Flags::default()
                };
                let kind = Kind::Flags(flag_changes(seen, Flags::default()));
                return self.do_to_all(client, name, mailbox, kind, true);
            }
            MailboxAction::Empty { mailbox } => {
                return self.do_to_all(client, name, mailbox, Kind::Delete, false);
            }
        };
        let id = account.new_action();
        match expected {
            Ok(Some(what)) => self.begin_organising(id, client, name, what),
            Ok(None) => self.organised(client, name, Ok(0)),
            Err(kind) => self.organised(client, name, Err(problem(kind, None))),
        }
    }

    /// Does something to all messages of a mailbox, or all unread ones.
    fn do_to_all(
        &mut self,
        client: ClientId,
        name: ActionId,
        mailbox: String,
        kind: Kind,
        unseen: bool,
    ) {
        let Some(account) = &mut self.account else {
            return;
        };
        let id = account.new_action();
        let mut action = Action::new(id, client, name);
        let is_open = account
            .watch()
            .is_some_and(|watch| watch.selected.as_deref() == Some(mailbox.as_str()));
        let contents = account.contents.get(&mailbox).filter(|_| is_open);
        let known = contents.and_then(|contents| {
            let uids = if unseen {
                contents.unread_uids()
            } else {
                contents.all()
            };
            Some((contents.uid_validity?, uids?))
        });
        if let Some((uid_validity, uids)) = known {
            let uids = account.show_done(&mailbox, &kind, &uids, &mut action);
            action.add(&mailbox, uid_validity, &kind, &uids);
        } else {
            if unseen {
                // Its count is known, if not its messages.
                account.tree.expect(&mailbox, 0, i64::from(i32::MIN));
            }
            action.gather = Some(Gather {
                mailbox,
                uid_validity: None,
                unseen,
                kind,
                asked: false,
            });
        }
        self.enqueue(action);
    }

    fn begin_organising(&mut self, id: u32, client: ClientId, name: ActionId, what: Expected) {
        if let Expected::Renamed { from, to } = &what {
            self.follow_rename(from, to);
        }
        let Some(account) = &mut self.account else {
            return;
        };
        account.tree.expect_done(id, what.clone());
        account.organisings.push(Organising {
            id,
            client,
            name,
            what: what.clone(),
            sent: false,
            doubtful: false,
            problem: None,
        });
        if let Expected::Deleted(names) = &what {
            for name in names {
                self.view_failed(name, &problem(ProblemKind::NoMailbox, None));
            }
        }
    }

    /// Says what was not said, when there is a connection.
    pub(super) fn run_organisings(&mut self) {
        let waiting: Vec<u32> = self
            .account
            .iter()
            .flat_map(|account| &account.organisings)
            .filter(|one| !one.sent && !one.doubtful)
            .map(|one| one.id)
            .collect();
        for id in waiting {
            self.say_organising(id);
        }
    }

    fn say_organising(&mut self, id: u32) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(at) = account.organisings.iter().position(|one| one.id == id) else {
            return;
        };
        let Some(what) = account.organisings.get(at).map(|one| one.what.clone()) else {
            return;
        };
        let concerned: Vec<String> = match &what {
            // Its name is the new one by now, here.
            Expected::Renamed { to, .. } => account.tree.with_below(to),
            Expected::Deleted(names) => names.clone(),
            _ => Vec::new(),
        };
        let Some(watch) = account.watch().filter(|watch| !watch.is_selecting()) else {
            return;
        };
        let is_concerned =
            |selected: Option<&String>| selected.is_some_and(|name| concerned.contains(name));
        if is_concerned(watch.selected.as_ref()) {
            watch.leave(now_ms);
        }
        let offers = watch.offers;
        let mailbox = |name: &str| MailboxName::new(name);
        let commands: Vec<Imap> = match &what {
            Expected::Created(name) => vec![Imap::Create {
                mailbox: mailbox(name),
                special_use: None,
            }],
            Expected::Renamed { from, to } => vec![Imap::Rename {
                from: mailbox(from),
                to: mailbox(to),
            }],
            Expected::Deleted(names) => names
                .iter()
                .map(|name| Imap::Delete(mailbox(name)))
                .collect(),
            Expected::Subscribed(name, true) => vec![Imap::Subscribe(mailbox(name))],
            Expected::Subscribed(name, false) => vec![Imap::Unsubscribe(mailbox(name))],
            Expected::Used(name, role) if offers.metadata => vec![Imap::SetMetadata {
                mailbox: Some(mailbox(name)),
                entries: vec![(
                    "/private/specialuse".to_owned(),
                    role::attribute(*role).map(|word| word.as_bytes().to_vec()),
                )],
            }],
            Expected::Used(..) => Vec::new(),
        };
        let last = commands.len().saturating_sub(1);
        let mut sent = !commands.is_empty();
        for (at, command) in commands.into_iter().enumerate() {
            let job = Job::Organise {
                id,
                last: at == last,
            };
            sent &= watch.send(command, job, now_ms);
        }
        if let Some(work) = account.connection(Purpose::Work)
            && is_concerned(work.selected.as_ref())
        {
            work.leave(now_ms);
        }
        if let Some(one) = account.organisings.iter_mut().find(|one| one.id == id) {
            one.sent = true;
        }
        if !sent {
            let kind = match what {
                // This server can't keep it: it holds on this device.
                Expected::Used(..) => None,
                _ => Some(problem(ProblemKind::BadName, None)),
            };
            self.organising_over(id, kind);
        }
    }

    /// A tagged answer to one of its commands.
    pub(super) fn organise_step(&mut self, id: u32, last: bool, status: &Status) {
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(one) = account.organisings.iter_mut().find(|one| one.id == id) else {
            return;
        };
        // What is gone already is gone.
        let is_fine = status.kind == StatusKind::Ok
            || (matches!(one.what, Expected::Deleted(_))
                && matches!(status.code, Some(Code::NonExistent)));
        if !is_fine && one.problem.is_none() {
            one.problem = Some(refusal(status));
        }
        if last {
            let problem = one.problem.take();
            self.organising_over(id, problem);
        }
    }

    fn organising_over(&mut self, id: u32, failed: Option<Problem>) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(at) = account.organisings.iter().position(|one| one.id == id) else {
            return;
        };
        let one = account.organisings.remove(at);
        account.tree.came_true(id, failed.is_none());
        match (&one.what, failed.is_some()) {
            (Expected::Used(name, role), true) => {
                // Some servers have roles and let nobody change them: then it holds on this device.
                account.tree.give_role(name, *role);
            }
            (Expected::Used(name, role), false) if *role != Role::None => {
                account.tree.give_role(name, *role);
            }
            _ => {}
        }
        let failed = failed.filter(|_| !matches!(one.what, Expected::Used(..)));
        if failed.is_none() {
            self.keep_subscriptions(&one.what, now_ms);
        } else if let Expected::Renamed { from, to } = &one.what {
            self.follow_rename(to, from);
        }
        if let Some(account) = &mut self.account {
            account.next_list_ms = 0.0;
        }
        self.tree_changed_here();
        self.select_wanted();
        self.organised(one.client, one.name, failed.map_or(Ok(1), Err));
    }

    /// Few servers keep subscriptions in step by themselves.
    fn keep_subscriptions(&mut self, what: &Expected, now_ms: f64) {
        let Some(account) = &mut self.account else {
            return;
        };
        let commands: Vec<Imap> = match what {
            Expected::Created(name) => vec![Imap::Subscribe(MailboxName::new(name))],
            Expected::Renamed { from, to } => {
                let moved = account.tree.with_below(to);
                let is_subscribed = |name: &&String| {
                    account
                        .tree
                        .node(name)
                        .is_some_and(crate::tree::Node::is_subscribed)
                };
                let moved = moved.iter().filter(is_subscribed);
                moved
                    .flat_map(|name| {
                        let rest = name.strip_prefix(to.as_str()).unwrap_or_default();
                        [
                            Imap::Unsubscribe(MailboxName::new(&format!("{from}{rest}"))),
                            Imap::Subscribe(MailboxName::new(name)),
                        ]
                    })
                    .collect()
            }
            Expected::Deleted(names) => names
                .iter()
                .map(|name| Imap::Unsubscribe(MailboxName::new(name)))
                .collect(),
            Expected::Subscribed(..) | Expected::Used(..) => Vec::new(),
        };
        if let Some(watch) = account.watch() {
            for command in commands {
                watch.send(command, Job::Tidy, now_ms);
            }
        }
    }

    fn organised(&mut self, client: ClientId, action: ActionId, result: Result<u32, Problem>) {
        let progress = match result {
            Ok(count) => Progress::Done { count, undo: false },
            Err(problem) => Progress::Refused {
                done: 0,
                of: 1,
                problem,
            },
        };
        self.tell(client, Change::Acted { action, progress });
    }

    /// LIST was answered: what was said when the connection broke is done, or is said again.
    pub(super) fn look_up_organisings(&mut self, names: &BTreeSet<&str>) {
        let Some(account) = &mut self.account else {
            return;
        };
        let mut done = Vec::new();
        for one in account.organisings.iter_mut().filter(|one| one.doubtful) {
            one.doubtful = false;
            if one.is_so(names) {
                one.sent = true;
                done.push(one.id);
            }
        }
        for id in done {
            self.organising_over(id, None);
        }
    }

    /// Makes the mailbox that an action needs.
    pub(super) fn make_for_role(&mut self, action: u32, name: &str, role: Role) {
        let now_ms = self.now.monotonic_ms;
        let Some(watch) = self.account.as_mut().and_then(|account| account.watch()) else {
            return;
        };
        let special_use = role::attribute(role)
            .filter(|_| watch.offers.create_special_use)
            .map(str::to_owned);
        let job = Job::Make {
            action,
            name: name.to_owned(),
            plain: special_use.is_none(),
        };
        let command = Imap::Create {
            mailbox: MailboxName::new(name),
            special_use,
        };
        watch.send(command, job, now_ms);
        if let Some(batch) = self.batch(action) {
            batch.asked = true;
        }
    }

    /// The mailbox that an action needs is there, or can't be had.
    pub(super) fn made(
        &mut self,
        id: ConnectionId,
        action: u32,
        name: String,
        plain: bool,
        status: &Status,
    ) {
        let now_ms = self.now.monotonic_ms;
        let is_there =
            status.kind == StatusKind::Ok || matches!(status.code, Some(Code::AlreadyExists));
        let mailbox = MailboxName::new(&name);
        let Some(connection) = self.connection(id) else {
            return;
        };
        if !is_there && !plain {
            let command = Imap::Create {
                mailbox,
                special_use: None,
            };
            let job = Job::Make {
                action,
                name,
                plain: true,
            };
            connection.send(command, job, now_ms);
            return;
        }
        if !is_there {
            return self.action_failed(action, refusal(status));
        }
        connection.send(Imap::Subscribe(mailbox), Job::Tidy, now_ms);
        if let Some(account) = &mut self.account {
            account.next_list_ms = 0.0;
            for one in &mut account.actions {
                for batch in one.batches_mut() {
                    if one_target(batch, &name) {
                        batch.asked = false;
                    }
                }
            }
        }
        self.tree_changed_here();
    }

    /// A mailbox and what is below it have other names: everything that names them follows.
    pub(super) fn follow_rename(&mut self, from: &str, to: &str) {
        let Some(account) = &mut self.account else {
            return;
        };
        let mut names: BTreeSet<String> = account.tree.with_below(from).into_iter().collect();
        names.insert(from.to_owned());
        names.extend(account.tree.with_below(to).into_iter().filter_map(|name| {
            let rest = name.strip_prefix(to)?;
            Some(format!("{from}{rest}"))
        }));
        let new = |name: &str| {
            let rest = names.contains(name).then(|| name.strip_prefix(from))??;
            Some(format!("{to}{rest}"))
        };
        let rename = |name: &mut String| {
            if let Some(new) = new(name) {
                *name = new;
            }
        };
        for name in &names {
            let (Some(mut contents), Some(new)) = (account.contents.remove(name), new(name)) else {
                continue;
            };
            contents.rename(&new);
            account.contents.insert(new, contents);
        }
        for action in &mut account.actions {
            if let Some(gather) = &mut action.gather {
                rename(&mut gather.mailbox);
            }
            for undo in &mut action.undo {
                rename(&mut undo.mailbox);
            }
            for batch in action.batches_mut() {
                rename(&mut batch.mailbox);
                if let Some(target) = batch.kind.target_mut() {
                    rename(&mut target.mailbox);
                }
            }
        }
        for undo in account.undoable.iter_mut().flat_map(|one| one.undo_mut()) {
            rename(&mut undo.mailbox);
            if let Some(target) = undo.kind.target_mut() {
                rename(&mut target.mailbox);
            }
        }
        for tidy in &mut account.tidies {
            rename(&mut tidy.mailbox);
        }
        for (mailbox, _, _) in &mut account.hidden_until {
            rename(mailbox);
        }
        for task in &mut account.tasks {
            task.rename(&rename);
        }
        for download in &mut account.downloads {
            rename(&mut download.message.mailbox);
        }
        for connection in account.connections.values_mut() {
            for name in [&mut connection.selected, &mut connection.notified] {
                name.iter_mut().for_each(rename);
            }
            for (_, job) in &mut connection.jobs {
                if let Job::TidyUp { mailbox, .. } = job {
                    rename(mailbox);
                }
            }
        }
        for tab in self.clients.values_mut() {
            if let Some(view) = &mut tab.view {
                rename(&mut view.mailbox);
            }
            if let Some(message) = &mut tab.reading {
                rename(&mut message.mailbox);
            }
        }
        for name in &names {
            if let Some(to) = new(name) {
                let from = name.clone();
                self.tell_all(Change::MailboxRenamed { from, to });
            }
        }
    }
}

/// The target of this batch is there now.
fn one_target(batch: &mut crate::action::Batch, name: &str) -> bool {
    match batch.kind.target_mut() {
        Some(target) if target.make.is_some() && target.mailbox == name => {
            target.make = None;
            true
        }
        _ => false,
    }
}
