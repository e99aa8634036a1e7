//! What people do to messages, step by step: what is asked of the server, and what its answers mean.
//!
//! MOVE (RFC 6851) is not atomic between devices: two that move the same message make two copies of it.
//! So a device first marks the messages by a STORE that only succeeds where nothing has changed since
//! (UNCHANGEDSINCE, RFC 7162 3.1.3), and moves those that it could mark. The mark travels along, and is
//! taken off where it arrives. Servers without CONDSTORE have no such test: there twins are looked for
//! after the fact, and all devices agree which of a pair has to go.
//!
//! Where an answer was lost, nothing is repeated before it is known what became of it (`looking`).

use samma_protocol::imap::command::{Command as Imap, Criterion};
use samma_protocol::imap::command::{SearchReturn, StoreAction};
use samma_protocol::imap::flag::Flag;
use samma_protocol::imap::response::{Code, MailboxStatus, Status, StatusKind};
use samma_protocol::imap::uid::{Uid, UidSet, UidValidity};

use super::Engine;
use super::asking::{ask, begin};
use super::connecting::refusal;
use crate::action::{Action, Batch, Kind, Step, Undo, count, minus};
use crate::connection::{Job, Marked, TidyUp};
use crate::input::ConnectionId;
use crate::limits;
use crate::mark::Mark;

/// Rounds of the guard before it is left out: somebody changes the messages all the time.
const GUARD_ROUNDS: u32 = 5;

/// For so long a mark of another device is believed, and its messages left to it; one that died in between left it
/// for ever.
const MARK_MS: f64 = 3_000.0;

/// Two devices that have both seen the other's mark, and left the messages to one another, begin anew so far apart
/// for each step between their marks.
const APART_MS: f64 = 30.0;

/// Messages are left to others so often, and then no more.
const DEFERRALS: u32 = 5;

/// A device that has marked messages moves them within this time, or marks them anew.
const LATE_MS: f64 = 1_000.0;

impl Engine {
    /// Asks the next thing for each action that waits for nothing.
    pub(super) fn run_actions(&mut self) {
        let ids: Vec<u32> = self
            .account
            .iter()
            .flat_map(|account| &account.actions)
            .map(|action| action.id)
            .collect();
        for id in ids {
            self.run_gather(id);
            self.run_action(id);
        }
        self.run_tidies();
    }

    fn action(&mut self, id: u32) -> Option<&mut Action> {
        let account = self.account.as_mut()?;
        account.actions.iter_mut().find(|action| action.id == id)
    }

    pub(super) fn batch(&mut self, id: u32) -> Option<&mut Batch> {
        self.action(id)?.batch.as_mut()
    }

    /// Asks which messages are meant.
    fn run_gather(&mut self, id: u32) {
        let now_ms = self.now.monotonic_ms;
        let Some(gather) = self
            .action(id)
            .and_then(|action| action.gather.as_ref())
            .filter(|gather| !gather.asked)
        else {
            return;
        };
        let (mailbox, unseen) = (gather.mailbox.clone(), gather.unseen);
        // One that was told of all that is there.
        let newest = UidSet::from(Uid::MAX);
        let Some(connection) = self.fresh_connection_for(&mailbox, false, &newest) else {
            return;
        };
        if let Some(gather) = self.action(id).and_then(|action| action.gather.as_mut()) {
            gather.asked = true;
        }
        let Some(connection) = self.connection(connection) else {
            return;
        };
        let criterion = if unseen {
            Criterion::NotFlag(Flag::Seen)
        } else {
            Criterion::All
        };
        let command = Imap::Search {
            uid: true,
            return_: connection.offers.esearch.then(|| vec![SearchReturn::All]),
            criteria: vec![criterion],
        };
        let job = Job::Gather {
            action: id,
            uids: None,
        };
        connection.send(command, job, now_ms);
    }

    pub(super) fn gathered(
        &mut self,
        id: ConnectionId,
        action: u32,
        uids: Option<UidSet>,
        status: &Status,
    ) {
        let validity = self
            .connection(id)
            .and_then(|connection| connection.uid_validity);
        let Some(gather) = self.action(action).and_then(|action| action.gather.take()) else {
            return;
        };
        if status.kind != StatusKind::Ok {
            return self.action_failed(action, refusal(status));
        }
        let Some(validity) =
            validity.filter(|now| gather.uid_validity.is_none_or(|then| then == *now))
        else {
            let why = super::connecting::problem(crate::change::ProblemKind::MailboxReplaced, None);
            return self.action_failed(action, why);
        };
        let uids = uids.unwrap_or_default();
        let Some(account) = &mut self.account else {
            return;
        };
        account.doubtful.insert(gather.mailbox.clone());
        if let Some(at) = account.actions.iter().position(|one| one.id == action) {
            let mut one = account.actions.remove(at);
            let uids = account.show_done(&gather.mailbox, &gather.kind, &uids, &mut one);
            if let (Kind::Flags(changes), true, true) =
                (&gather.kind, gather.unseen, one.undo.is_empty())
                && !uids.is_empty()
            {
                // All of them were unread.
                one.undo.push(Undo {
                    mailbox: gather.mailbox.clone(),
                    uid_validity: validity,
                    uids: uids.clone(),
                    kind: Kind::Flags(changes.iter().map(opposite).collect()),
                });
            }
            one.add(&gather.mailbox, validity, &gather.kind, &uids);
            self.enqueue(one);
        }
    }

    /// Asks the next thing for one action.
    fn run_action(&mut self, id: u32) {
        let now_ms = self.now.monotonic_ms;
        let Some(batch) = self.action(id).and_then(|action| action.current(now_ms)) else {
            return;
        };
        if batch.asked {
            return;
        }
        if let Some(target) = batch.kind.target()
            && let Some(role) = target.make
        {
            let name = target.mailbox.clone();
            self.make_for_role(id, &name, role);
            return;
        }
        let mailbox = batch.works_in().to_owned();
        let is_long = batch.uids.len() > limits::QUICK_BATCH;
        let uids = match &batch.step {
            Step::Begin | Step::LookHere => batch.uids.clone(),
            // Copies have come there since.
            Step::LookThere(_) | Step::LookForTwins => UidSet::from(Uid::MAX),
            _ => UidSet::new(),
        };
        let connection = if uids.is_empty() {
            self.connection_for(&mailbox, is_long)
        } else {
            self.fresh_connection_for(&mailbox, is_long, &uids)
        };
        let Some(connection) = connection else {
            return;
        };
        let is_void = self.batch(id).is_some_and(|batch| batch.mailbox == mailbox)
            && self.batch(id).map(|batch| batch.uid_validity)
                != self.connection(connection).and_then(|one| one.uid_validity);
        if is_void {
            let why = super::connecting::problem(crate::change::ProblemKind::MailboxReplaced, None);
            return self.action_failed(id, why);
        }
        self.leave_claimed(id);
        self.ask_step(id, connection);
    }

    /// Another device has marked messages of this batch a moment ago, and is about to move them: they are left
    /// to it for a while.
    fn leave_claimed(&mut self, id: u32) {
        let begins = |batch: &&mut Batch| batch.step == Step::Begin && batch.kind.removes();
        if self.batch(id).filter(begins).is_none() {
            return;
        }
        let claimed = self.claimed(id);
        let until_ms = until_ms(self.now.monotonic_ms, self.mark);
        if let Some(action) = self.action(id) {
            action.put_off(&claimed, until_ms);
        }
    }

    /// Messages of this batch that another device has marked a moment ago. None any more once they were left to
    /// others often enough.
    fn claimed(&self, id: u32) -> UidSet {
        let since_ms = self.now.monotonic_ms - MARK_MS;
        let claimed = self.account.as_ref().and_then(|account| {
            let action = account.actions.iter().find(|action| action.id == id)?;
            let batch = action.batch.as_ref()?;
            let contents = account.contents.get(&batch.mailbox)?;
            let is_tired = batch.deferrals >= DEFERRALS;
            (!is_tired).then(|| contents.claims.by_others(&batch.uids, self.mark, since_ms))
        });
        claimed.unwrap_or_default()
    }

    fn ask_step(&mut self, id: u32, connection: ConnectionId) {
        let now_ms = self.now.monotonic_ms;
        let mark = self.mark;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(batch) = account
            .actions
            .iter_mut()
            .find(|action| action.id == id)
            .and_then(|action| action.batch.as_mut())
        else {
            return;
        };
        let Some(connection) = account.connections.get_mut(&connection) else {
            return;
        };
        let is_late = batch.step == Step::Transfer
            && !batch.won.is_empty()
            && batch.rounds < GUARD_ROUNDS
            && now_ms > batch.guarded_ms + LATE_MS;
        if is_late {
            // Others may take this device for dead by now, and move them.
            batch.rounds = batch.rounds.saturating_add(1);
            batch.marked_before = true;
            batch.step = Step::Begin;
        }
        if batch.step == Step::Begin {
            if let Some(target) = batch.kind.target() {
                batch.next = account
                    .contents
                    .get(&target.mailbox)
                    .and_then(|contents| contents.uid_next)
                    .max(account.tree.uid_next(&target.mailbox));
            }
            begin(batch, connection);
        }
        if batch.step == Step::Transfer
            && !batch.prepared
            && connection.keywords
            && !batch.kind.also().is_empty()
        {
            // In a step of its own: Dovecot moves messages as it knew them before it wrote.
            batch.step = Step::Prepare;
        }
        let changes_nothing = matches!(&batch.kind, Kind::Flags(changes) if changes.is_empty());
        if batch.uids.is_empty() || changes_nothing {
            // Nothing is left of it.
            self.batch_over(id);
            return;
        }
        batch.asked = true;
        ask(id, batch, connection, mark, now_ms);
    }

    /// A tagged answer to a command of a step.
    pub(super) fn step_answered(
        &mut self,
        connection: ConnectionId,
        id: u32,
        last: bool,
        status: &Status,
    ) {
        if last {
            return self.step_done(connection, id, status);
        }
        if status.kind != StatusKind::Ok
            && let Some(batch) = self.batch(id)
        {
            batch.problem.get_or_insert_with(|| refusal(status));
        }
    }

    /// The last answer of a step came.
    fn step_done(&mut self, connection: ConnectionId, id: u32, status: &Status) {
        let Some(batch) = self.batch(id) else { return };
        batch.asked = false;
        let problem = batch.problem.take();
        if let Step::Guard(tried, _) = &batch.step {
            let tried = tried.clone();
            return self.guarded(id, &tried, status);
        }
        if batch.step == Step::Prepare {
            // Messages go where they are wanted, also if a keyword can't be set.
            batch.prepared = true;
            return self.next_step(id, Step::Transfer);
        }
        let failed = match status.kind {
            StatusKind::Ok => problem,
            _ => Some(refusal(status)),
        };
        if let Some(Code::CopyUid {
            uid_validity,
            source,
            target,
        }) = &status.code
        {
            batch.copy_uid(*uid_validity, source, target);
        }
        let some_are_gone = matches!(status.code, Some(Code::ExpungeIssued))
            || status.text.contains("no longer exist");
        if failed.is_some()
            && some_are_gone
            && batch.step == Step::Transfer
            && batch.rounds < GUARD_ROUNDS
        {
            batch.rounds = batch.rounds.saturating_add(1);
            if matches!(batch.kind, Kind::Copy(_)) {
                // COPY does all or nothing (RFC 9051 6.4.7).
                batch.copied_none();
            }
            return self.next_step(id, Step::LookHere);
        }
        if let Some(failed) = failed {
            if batch.step == Step::Expunge {
                // What is not removed must not stay marked as such.
                let place = (
                    batch.mailbox.clone(),
                    batch.uid_validity,
                    batch.uids.clone(),
                );
                self.tidy(place.0, place.1, place.2, TidyUp::Undelete);
                return self.action_failed(id, failed);
            }
            // What is not moved must not keep our mark.
            let is_marked = !batch.won.is_empty();
            let marked = (is_marked && batch.step == Step::Transfer)
                .then(|| (batch.mailbox.clone(), batch.uid_validity, batch.won.clone()));
            if let Some((mailbox, uid_validity, uids)) = marked {
                let mark = self.mark;
                self.tidy(mailbox, uid_validity, uids, TidyUp::Unmark(mark.keywords()));
            }
            return self.action_failed(id, failed);
        }
        let offers = self
            .connection(connection)
            .map(|connection| connection.offers)
            .unwrap_or_default();
        let Some(batch) = self.batch(id) else { return };
        let is_copy = matches!(batch.kind, Kind::Copy(_));
        if batch.step == Step::Transfer && offers.uidplus && batch.copies.is_none() {
            // All of them were gone: nothing was copied.
            batch.copied_none();
        }
        let is_delete = matches!(batch.kind, Kind::Delete);
        let has_move = offers.move_;
        match self.batch(id).map(|batch| batch.step.clone()) {
            Some(Step::Transfer) if !is_copy && !has_move => self.next_step(id, Step::Remove),
            Some(Step::Begin) if is_delete && offers.uidplus => self.next_step(id, Step::Expunge),
            Some(Step::Remove) if offers.uidplus => self.next_step(id, Step::Expunge),
            Some(Step::Remove | Step::Expunge) if self.may_have_twins(id) => {
                self.next_step(id, Step::LookForTwins);
            }
            _ => self.batch_over(id),
        }
    }

    pub(super) fn next_step(&mut self, id: u32, step: Step) {
        if let Some(batch) = self.batch(id) {
            batch.step = step;
            batch.asked = false;
        }
    }

    /// STATUS of an action's target, asked for right before its COPY.
    pub(super) fn note_next(&mut self, id: ConnectionId, status: &MailboxStatus) {
        let asked = self
            .connection(id)
            .and_then(|connection| connection.oldest(|job| matches!(job, Job::Before { .. })));
        let Some(Job::Before { action }) = asked else {
            return;
        };
        let action = *action;
        if let Some(batch) = self.batch(action)
            && batch
                .kind
                .target()
                .is_some_and(|target| target.mailbox == status.name.as_str())
        {
            batch.next = status.uid_next.or(batch.next);
        }
    }

    /// The guard's answer: those not named in MODIFIED are marked as ours.
    fn guarded(&mut self, id: u32, tried: &UidSet, status: &Status) {
        let now_ms = self.now.monotonic_ms;
        let Some(batch) = self.batch(id) else { return };
        // From the answer and not from the question: a slow line is no reason to begin anew.
        batch.guarded_ms = now_ms;
        let modified = match &status.code {
            Some(Code::Modified(set)) => set.clone(),
            _ if status.kind == StatusKind::Ok => UidSet::new(),
            // No more keywords can be had: without the guard then.
            _ if lacks_keywords(status) => {
                batch.won = batch.uids.clone();
                batch.step = Step::Transfer;
                return;
            }
            // Whatever else it is, nothing is moved on a guess: Dovecot says so of a mailbox that was made anew
            // under our feet, and would move what has the same UID.
            _ => return self.action_failed(id, refusal(status)),
        };
        batch.won.extend(minus(tried, &modified).iter());
        batch.step = if modified.is_empty() {
            Step::Transfer
        } else {
            Step::Claims(modified)
        };
        self.yield_to_others(id);
    }

    /// The guard is not the whole test: Dovecot may let a STORE through on what it knew before it looked at what
    /// other sessions have written. But it has looked when it answers, and so of two devices the one that came
    /// second is told of the first's mark, and leaves the messages to it. Should both have been told, then both do, and
    /// begin anew at different times.
    fn yield_to_others(&mut self, id: u32) {
        let now_ms = self.now.monotonic_ms;
        let mark = self.mark;
        let claimed = self.claimed(id);
        let Some(action) = self.action(id) else {
            return;
        };
        let Some(batch) = &mut action.batch else {
            return;
        };
        let claimed: UidSet = claimed
            .iter()
            .filter(|uid| batch.won.contains(*uid))
            .collect();
        if claimed.is_empty() {
            return;
        }
        batch.won = minus(&batch.won, &claimed);
        if batch.won.is_empty() && batch.step == Step::Transfer {
            batch.uids = claimed.clone();
        }
        let (mailbox, uid_validity) = (batch.mailbox.clone(), batch.uid_validity);
        action.put_off(&claimed, until_ms(now_ms, mark));
        self.tidy(
            mailbox,
            uid_validity,
            claimed,
            TidyUp::Unmark(mark.keywords()),
        );
    }

    /// The flags of messages that somebody had changed: marked by another device, they are left to it;
    /// else the guard is tried again.
    pub(super) fn claims_done(&mut self, id: u32, marked: &[Marked], status: &Status) {
        let now_ms = self.now.monotonic_ms;
        let mark = self.mark;
        let claimed = self.claimed(id);
        let Some(batch) = self.batch(id) else { return };
        batch.asked = false;
        let Step::Claims(asked) = batch.step.clone() else {
            return;
        };
        if status.kind != StatusKind::Ok {
            return self.action_failed(id, refusal(status));
        }
        let there: UidSet = marked.iter().map(|one| one.uid).collect();
        let is_again = batch.after_ms > 0.0;
        let is_free = |one: &&Marked| {
            let is_ours = one.by_us && !batch.marked_before;
            (is_again || !(one.by_another || is_ours)) && !claimed.contains(one.uid)
        };
        let again: UidSet = marked.iter().filter(is_free).map(|one| one.uid).collect();
        let left = minus(&there, &again);
        let gone = minus(&asked, &there);
        let newest = marked.iter().filter_map(|one| one.mod_seq).max();
        batch.uids = minus(&batch.uids, &gone);
        batch.rounds = batch.rounds.saturating_add(1);
        batch.step = match newest {
            Some(newest) if !again.is_empty() && batch.rounds < GUARD_ROUNDS => {
                Step::Guard(again, newest)
            }
            _ => {
                batch.won.extend(again.iter());
                Step::Transfer
            }
        };
        if batch.won.is_empty() && batch.step == Step::Transfer {
            batch.uids = left.clone();
        }
        let mailbox = batch.mailbox.clone();
        if let Some(action) = self.action(id) {
            action.put_off(&left, until_ms(now_ms, mark));
        }
        if let Some(account) = &mut self.account {
            let until_ms = now_ms + limits::SHOW_AGAIN_MS;
            account.hidden_until.push((mailbox, gone, until_ms));
        }
    }

    /// COPYUID came before the tagged answer, as RFC 6851 4.3 has it: it is of the action that has these
    /// messages, as Dovecot may answer several commands before it ends the first.
    pub(super) fn copy_uid_data(
        &mut self,
        connection: ConnectionId,
        uid_validity: UidValidity,
        source: &UidSet,
        target: &UidSet,
    ) {
        let Some(one) = self.connection(connection) else {
            return;
        };
        let asked: Vec<u32> = one
            .jobs
            .iter()
            .filter_map(|(_, job)| match job {
                Job::Step { action, .. } => Some(*action),
                _ => None,
            })
            .collect();
        let is_its = |batch: &Batch| source.iter().any(|uid| batch.transferred().contains(uid));
        for id in asked {
            if let Some(batch) = self.batch(id).filter(|batch| is_its(batch)) {
                batch.copy_uid(uid_validity, source, target);
                return;
            }
        }
    }

    /// A batch is done: notes how to undo it, and has everybody look.
    pub(super) fn batch_over(&mut self, id: u32) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(action) = account.actions.iter_mut().find(|action| action.id == id) else {
            return;
        };
        let Some(batch) = action.batch.take() else {
            return;
        };
        if !batch.left.is_empty() {
            let left = batch.left.clone();
            let mut rest = Batch::new(&batch.mailbox, batch.uid_validity, batch.kind.clone(), left);
            rest.marked_before = true;
            action.todo.push_front(rest);
        }
        let done = match (&batch.kind, &batch.copies) {
            // Some may have been gone already.
            (Kind::Move(..) | Kind::Copy(_), Some(_)) => count(&batch.copied()),
            _ => count(&batch.uids),
        };
        action.done = action.done.saturating_add(done);
        let is_last = action.todo.is_empty();
        if let Some(contents) = account.contents.get_mut(&batch.mailbox) {
            let were_shown = contents.flags_settled(id, &batch.uids);
            if !were_shown && matches!(batch.kind, Kind::Flags(_)) {
                batch.uids.iter().for_each(|uid| contents.doubt_flags(uid));
            }
        }
        let copied = batch.copied();
        // Another device's as well: it came too late to take it off.
        let mut marks = account
            .contents
            .get(&batch.mailbox)
            .map(|contents| contents.claims.keywords(&batch.uids))
            .unwrap_or_default();
        if !batch.won.is_empty() {
            marks.extend(self.mark.keywords());
        }
        if let (Some((uid_validity, _)), Some(target)) = (&batch.copies, batch.kind.target())
            && !copied.is_empty()
        {
            let back = crate::action::Target {
                mailbox: batch.mailbox.clone(),
                make: None,
            };
            let kind = match &batch.kind {
                Kind::Move(_, also) => Kind::Move(back, also.iter().map(opposite).collect()),
                _ => Kind::Delete,
            };
            action.undo.push(Undo {
                mailbox: target.mailbox.clone(),
                uid_validity: *uid_validity,
                uids: copied.clone(),
                kind,
            });
        }
        let is_multiple = action.of as usize > limits::BATCH && !is_last;
        let running = is_multiple.then_some((action.client, action.name, action.done, action.of));
        let (mailbox, kind, uids) = (batch.mailbox, batch.kind, batch.uids);
        let twins = batch.copies.map(|(uid_validity, _)| uid_validity);
        if kind.removes() {
            // The server should have said that they are gone. Should it not, they show again.
            account
                .hidden_until
                .push((mailbox.clone(), uids, now_ms + limits::SHOW_AGAIN_MS));
        }
        if let Some((client, action, done, of)) = running {
            let progress = crate::change::Progress::Running { done, of };
            self.tell(client, crate::change::Change::Acted { action, progress });
        }
        if let Some(target) = kind.target() {
            if let Some(uid_validity) = twins.filter(|_| !marks.is_empty()) {
                let what = TidyUp::Unmark(marks);
                self.tidy(target.mailbox.clone(), uid_validity, copied, what);
            }
            self.changed_here(&target.mailbox);
        }
        self.changed_here(&mailbox);
        self.finish_actions();
    }
}

/// Is this NO about keywords: Cyrus has room for a hundred in each mailbox, others forbid new ones.
fn lacks_keywords(status: &Status) -> bool {
    let text = status.text.to_ascii_lowercase();
    matches!(status.code, Some(Code::Limit | Code::Cannot))
        || text.contains("user flags")
        || text.contains("keyword")
}

/// When to begin anew with messages that are left to another device.
fn until_ms(now_ms: f64, own: Mark) -> f64 {
    now_ms + MARK_MS + f64::from(own.number()) * APART_MS
}

fn opposite((action, flags): &crate::action::FlagChange) -> crate::action::FlagChange {
    let back = match action {
        StoreAction::Remove => StoreAction::Add,
        _ => StoreAction::Remove,
    };
    (back, flags.clone())
}
