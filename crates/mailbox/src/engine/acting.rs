//! What people do to messages: shown at once, put in a queue, undone on demand.
//!
//! Here an action begins and ends; what is asked of the server in between, and what its answers mean, is
//! in `stepping`.

use samma_protocol::imap::command::StoreAction;
use samma_protocol::imap::uid::{Uid, UidSet, UidValidity};

use super::connecting::problem;
use super::{Account, Engine};
use crate::action::{Action, Batch, FlagChange, Gather, Kind, Step, Target, Undo, count};
use crate::change::{Change, Flags, Problem, ProblemKind, Progress, Role};
use crate::command::{ActionId, Destination, MAX_SELECTION, MessageAction, Messages, Which};
use crate::contents::Contents;
use crate::input::ClientId;
use crate::limits;

/// An action that can be undone.
#[derive(Debug)]
pub(super) struct Undoable {
    client: ClientId,
    name: ActionId,
    undo: Vec<Undo>,
}

impl Undoable {
    /// What it takes, to be changed.
    pub(super) fn undo_mut(&mut self) -> &mut [Undo] {
        &mut self.undo
    }
}

impl Engine {
    /// A person does something to messages.
    pub(super) fn act(
        &mut self,
        client: ClientId,
        name: ActionId,
        on: Messages,
        what: MessageAction,
    ) {
        let Some(account) = &mut self.account else {
            return;
        };
        let id = account.new_action();
        let mut action = Action::new(id, client, name);
        let kind = match account.kind_of(what) {
            // It is there already: what is left are the flags.
            Ok(Kind::Move(target, also)) if target.mailbox == on.mailbox => Kind::Flags(also),
            Ok(kind) => kind,
            Err(why) => return self.refuse_action(&action, problem(why, None)),
        };
        let known = account.contents.get(&on.mailbox);
        let known_validity = known.and_then(|contents| contents.uid_validity);
        let uid_validity = UidValidity::new(on.uid_validity);
        if known_validity.is_some_and(|known| known != uid_validity) {
            return self.refuse_action(&action, problem(ProblemKind::MailboxReplaced, None));
        }
        let uids = match on.which {
            Which::These(uids) => Some(these(&uids)),
            Which::All(wanted) => {
                let view = self.clients.get(&client).and_then(|tab| tab.view.as_ref());
                let view = view.filter(|shown| shown.id == wanted);
                known
                    .zip(view)
                    .and_then(|(contents, view)| view.all(contents))
            }
        };
        match uids {
            Some(uids) => {
                let uids = account.show_done(&on.mailbox, &kind, &uids, &mut action);
                action.add(&on.mailbox, uid_validity, &kind, &uids);
            }
            None => {
                action.gather = Some(Gather {
                    mailbox: on.mailbox,
                    uid_validity: Some(uid_validity),
                    unseen: false,
                    kind,
                    asked: false,
                });
            }
        }
        self.enqueue(action);
    }

    /// Puts an action in the queue, and says how long it will take where that may be long.
    pub(super) fn enqueue(&mut self, action: Action) {
        if action.of as usize > limits::BATCH {
            self.tell_running(&action);
        }
        let Some(account) = &mut self.account else {
            return;
        };
        account.actions.push(action);
        self.finish_actions();
    }

    /// Undoes what was done, or what is being done once it is done.
    pub(super) fn undo(&mut self, client: ClientId, name: ActionId, undoes: ActionId) {
        let Some(account) = &mut self.account else {
            return;
        };
        if let Some(action) = account
            .actions
            .iter_mut()
            .find(|action| action.client == client && action.name == undoes)
        {
            action.stopped = true;
            action.undo_as = Some((client, name));
            self.take_back_rest(client, undoes);
            self.finish_actions();
            return;
        }
        let at = account
            .undoable
            .iter()
            .position(|done| done.client == client && done.name == undoes);
        let Some(done) = at.and_then(|at| account.undoable.remove(at)) else {
            let id = account.new_action();
            let action = Action::new(id, client, name);
            self.refuse_action(&action, problem(ProblemKind::NoMessage, None));
            return;
        };
        self.undo_these(client, name, done.undo);
    }

    pub(super) fn undo_these(&mut self, client: ClientId, name: ActionId, undo: Vec<Undo>) {
        let Some(account) = &mut self.account else {
            return;
        };
        let id = account.new_action();
        let mut action = Action::new(id, client, name);
        // The last thing done is undone first.
        for one in undo.into_iter().rev() {
            let known = account.contents.get(&one.mailbox);
            let is_void = known
                .and_then(|contents| contents.uid_validity)
                .is_some_and(|known| known != one.uid_validity);
            if is_void {
                continue;
            }
            let uids = account.show_done(&one.mailbox, &one.kind, &one.uids, &mut action);
            action.add(&one.mailbox, one.uid_validity, &one.kind, &uids);
        }
        for batch in action.batches_mut() {
            // We put them there: a mark that they bear is our own.
            batch.marked_before = true;
        }
        self.enqueue(action);
    }

    /// Does no more of an action.
    pub(super) fn stop(&mut self, client: ClientId, name: ActionId) {
        let Some(account) = &mut self.account else {
            return;
        };
        for action in &mut account.actions {
            if action.client == client && action.name == name {
                action.stopped = true;
            }
        }
        self.take_back_rest(client, name);
        self.finish_actions();
    }

    /// Takes back on screen what a stopped action has not begun.
    fn take_back_rest(&mut self, client: ClientId, name: ActionId) {
        let Some(account) = &mut self.account else {
            return;
        };
        let mut rest = Vec::new();
        for action in &mut account.actions {
            if action.client != client || action.name != name {
                continue;
            }
            let id = action.id;
            rest.extend(action.todo.drain(..).map(|batch| (id, batch)));
            // Begun, but nothing was said to the server yet.
            let is_unsaid = |batch: &mut Batch| !batch.asked && batch.step == Step::Begin;
            rest.extend(action.batch.take_if(is_unsaid).map(|batch| (id, batch)));
        }
        for (id, batch) in &rest {
            account.show_undone(*id, batch);
        }
    }

    /// An action came to nothing, or to no more than `done`.
    pub(super) fn refuse_action(&mut self, action: &Action, problem: Problem) {
        let progress = Progress::Refused {
            done: action.done,
            of: action.of,
            problem,
        };
        self.tell_progress(action, progress);
    }

    pub(super) fn tell_running(&mut self, action: &Action) {
        let progress = Progress::Running {
            done: action.done,
            of: action.of,
        };
        self.tell_progress(action, progress);
    }

    fn tell_progress(&mut self, action: &Action, progress: Progress) {
        let change = Change::Acted {
            action: action.name,
            progress,
        };
        self.tell(action.client, change);
    }

    /// Tells what is over, and remembers how to undo it.
    pub(super) fn finish_actions(&mut self) {
        let Some(account) = &mut self.account else {
            return;
        };
        let (over, rest) = std::mem::take(&mut account.actions)
            .into_iter()
            .partition(Action::is_over);
        account.actions = rest;
        for action in over {
            self.finish_action(action);
        }
    }

    fn finish_action(&mut self, mut action: Action) {
        let undo = std::mem::take(&mut action.undo);
        let can_undo = !undo.is_empty();
        let progress = if action.stopped && action.undo_as.is_none() && action.done < action.of {
            Progress::Stopped {
                done: action.done,
                of: action.of,
                undo: can_undo,
            }
        } else if action.done == 0 && action.of > 0 && action.undo_as.is_none() {
            // Others were faster.
            Progress::Refused {
                done: 0,
                of: action.of,
                problem: problem(ProblemKind::NoMessage, None),
            }
        } else {
            Progress::Done {
                count: action.done,
                undo: can_undo && action.undo_as.is_none(),
            }
        };
        self.tell_progress(&action, progress);
        if let Some((client, name)) = action.undo_as {
            self.undo_these(client, name, undo);
        } else {
            self.remember_undo(action.client, action.name, undo);
        }
    }

    pub(super) fn remember_undo(&mut self, client: ClientId, name: ActionId, undo: Vec<Undo>) {
        let Some(account) = &mut self.account else {
            return;
        };
        if undo.is_empty() {
            return;
        }
        if account.undoable.len() >= limits::UNDOABLE {
            account.undoable.pop_front();
        }
        account.undoable.push_back(Undoable { client, name, undo });
    }

    /// Ends an action whose batch was refused: what is not done is taken back on screen.
    pub(super) fn action_failed(&mut self, id: u32, problem: Problem) {
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(at) = account.actions.iter().position(|action| action.id == id) else {
            return;
        };
        let mut action = account.actions.remove(at);
        for batch in action.batches() {
            account.show_undone(id, batch);
        }
        let undo = std::mem::take(&mut action.undo);
        self.refuse_action(&action, problem);
        self.remember_undo(action.client, action.name, undo);
    }

    /// A mailbox was made anew: its UIDs mean other messages, or none. What was meant is not done.
    pub(super) fn cancel_actions_of(&mut self, mailbox: &str, uid_validity: UidValidity) {
        let Some(account) = &self.account else { return };
        let is_void = |action: &&Action| {
            action
                .batches()
                .any(|batch| batch.mailbox == mailbox && batch.uid_validity != uid_validity)
        };
        let void: Vec<u32> = account
            .actions
            .iter()
            .filter(is_void)
            .map(|action| action.id)
            .collect();
        for id in void {
            self.action_failed(id, problem(ProblemKind::MailboxReplaced, None));
        }
    }
}

impl Account {
    pub(super) fn new_action(&mut self) -> u32 {
        self.next_action = self.next_action.wrapping_add(1);
        self.next_action
    }

    /// The page's words in the engine's.
    fn kind_of(&self, what: MessageAction) -> Result<Kind, ProblemKind> {
        Ok(match what {
            MessageAction::Flags { add, remove } => Kind::Flags(flag_changes(add, remove)),
            MessageAction::Move(to) => Kind::Move(self.target(to)?, Vec::new()),
            MessageAction::Copy(to) => Kind::Copy(self.target(to)?),
            MessageAction::Junk(is_junk) => {
                let role = if is_junk { Role::Junk } else { Role::Inbox };
                let keyword = |name: &str| Flags {
                    keywords: vec![name.to_owned()],
                    ..Flags::default()
                };
                let (add, remove) = if is_junk {
                    ("$Junk", "$NotJunk")
                } else {
                    ("$NotJunk", "$Junk")
                };
                let also = flag_changes(keyword(add), keyword(remove));
                Kind::Move(self.target(Destination::Role(role))?, also)
            }
            MessageAction::Delete => Kind::Delete,
        })
    }

    fn target(&self, to: Destination) -> Result<Target, ProblemKind> {
        let (mailbox, make) = match to {
            Destination::Mailbox(name) => (name, None),
            Destination::Role(role) => match self.tree.with_role(role) {
                Some(name) => (name, None),
                None => {
                    let label = crate::role::usual_name(role).ok_or(ProblemKind::NoMailbox)?;
                    let name = self.tree.name_for(None, label);
                    (name.ok_or(ProblemKind::NoMailbox)?, Some(role))
                }
            },
        };
        Ok(Target { mailbox, make })
    }

    /// Shows what an action will do before the server has said anything, and notes what it takes to undo
    /// it. Answers with the messages that are concerned: not those that are gone already.
    pub(super) fn show_done(
        &mut self,
        mailbox: &str,
        kind: &Kind,
        uids: &UidSet,
        action: &mut Action,
    ) -> UidSet {
        let id = action.id;
        let Some(contents) = self.contents.get_mut(mailbox) else {
            return uids.clone();
        };
        let uids: UidSet = uids
            .iter()
            .filter(|uid| !contents.is_hidden(*uid))
            .collect();
        let unread = unread_among(contents, &uids);
        match kind {
            Kind::Flags(changes) => {
                note_flags(contents, changes, &uids, action);
                contents.expect_flags(id, &uids, changes);
            }
            Kind::Move(..) | Kind::Delete => {
                contents.hide(&uids);
            }
            Kind::Copy(_) => {}
        }
        if let Some(target) = kind.target() {
            self.tree
                .expect(&target.mailbox, i64::from(count(&uids)), unread);
        }
        uids
    }

    /// Takes back what was shown too early.
    pub(super) fn show_undone(&mut self, id: u32, batch: &Batch) {
        if let Some(contents) = self.contents.get_mut(&batch.mailbox) {
            contents.flags_settled(id, &batch.uids);
            match &batch.kind {
                Kind::Flags(_) => {
                    // What is true now, the server knows best.
                    for uid in batch.uids.iter() {
                        contents.doubt_flags(uid);
                    }
                }
                kind if kind.removes() => contents.show_again(&batch.uids),
                _ => {}
            }
        }
        if let Some(target) = batch.kind.target() {
            self.doubtful.insert(target.mailbox.clone());
        }
    }
}

/// Two changes, or one where the other is nothing.
pub(super) fn flag_changes(add: Flags, remove: Flags) -> Vec<FlagChange> {
    [(StoreAction::Add, add), (StoreAction::Remove, remove)]
        .into_iter()
        .filter(|(_, flags)| *flags != Flags::default())
        .collect()
}

fn these(uids: &[u32]) -> UidSet {
    let uids = uids.iter().take(MAX_SELECTION);
    UidSet::from_ranges(
        uids.filter_map(|uid| Uid::new(*uid))
            .map(|uid| (uid, uid))
            .collect(),
    )
}

fn unread_among(contents: &Contents, uids: &UidSet) -> i64 {
    let unseen = contents.unseen.as_ref();
    let unread = unseen.map_or(0, |unseen| {
        uids.iter()
            .filter(|uid| unseen.contains(&uid.get()))
            .count()
    });
    i64::try_from(unread).unwrap_or_default()
}

/// Notes which messages each flag really changes: only those are changed back by Undo.
fn note_flags(contents: &Contents, changes: &[FlagChange], uids: &UidSet, action: &mut Action) {
    let Some(uid_validity) = contents.uid_validity else {
        return;
    };
    for (what, flags) in changes {
        let adds = *what != StoreAction::Remove;
        for one in crate::convert::each_flag(flags) {
            let changed: UidSet = uids
                .iter()
                .filter(|uid| contents.has_flag(*uid, &one).is_none_or(|has| has != adds))
                .collect();
            if changed.is_empty() {
                continue;
            }
            let back = if adds {
                StoreAction::Remove
            } else {
                StoreAction::Add
            };
            action.undo.push(Undo {
                mailbox: contents.name.as_str().to_owned(),
                uid_validity,
                uids: changed,
                kind: Kind::Flags(vec![(back, one)]),
            });
        }
    }
}
