//! Something that a person does to messages, on its way to the server.
//!
//! An action is cut into batches, done one after the other; each says in which mailbox its messages are, so
//! that an action and its undoing are the same kind of thing. A batch goes through [`Step`]s, each of which
//! waits for one tagged answer. When the connection is lost meanwhile, [`Batch::lost`] says where to begin
//! again: what may be repeated is repeated, what may not is looked up first.

use std::collections::{BTreeMap, VecDeque};

use samma_protocol::imap::command::StoreAction;
use samma_protocol::imap::uid::{ModSeq, Uid, UidSet, UidValidity};

use crate::change::{Flags, Problem, Role};
use crate::command::ActionId;
use crate::input::ClientId;
use crate::limits;

/// An action under way.
#[derive(Debug)]
pub(crate) struct Action {
    /// The engine's own name for it.
    pub(crate) id: u32,
    pub(crate) client: ClientId,
    /// The page's name for it.
    pub(crate) name: ActionId,
    /// Which messages are meant is to be asked of the server.
    pub(crate) gather: Option<Gather>,
    pub(crate) todo: VecDeque<Batch>,
    pub(crate) batch: Option<Batch>,
    pub(crate) done: u32,
    pub(crate) of: u32,
    pub(crate) stopped: bool,
    /// What it takes to undo what was done.
    pub(crate) undo: Vec<Undo>,
    /// Whoever wants it undone once it is done.
    pub(crate) undo_as: Option<(ClientId, ActionId)>,
}

/// Messages that the server must name before anything can be done to them.
#[derive(Debug)]
pub(crate) struct Gather {
    pub(crate) mailbox: String,
    pub(crate) uid_validity: Option<UidValidity>,
    /// Only unread ones; else all.
    pub(crate) unseen: bool,
    pub(crate) kind: Kind,
    pub(crate) asked: bool,
}

/// What is done to a batch.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Set and take away flags.
    Flags(Vec<FlagChange>),
    /// Move, after changing these flags.
    Move(Target, Vec<FlagChange>),
    Copy(Target),
    /// Remove for good.
    Delete,
}

impl Kind {
    /// Messages leave their mailbox by it.
    pub(crate) fn removes(&self) -> bool {
        matches!(self, Self::Move(..) | Self::Delete)
    }

    /// Flags that change with a move.
    pub(crate) fn also(&self) -> &[FlagChange] {
        match self {
            Self::Move(_, also) => also,
            _ => &[],
        }
    }

    /// Where messages go.
    pub(crate) fn target(&self) -> Option<&Target> {
        match self {
            Self::Move(target, _) | Self::Copy(target) => Some(target),
            Self::Flags(_) | Self::Delete => None,
        }
    }

    pub(crate) fn target_mut(&mut self) -> Option<&mut Target> {
        match self {
            Self::Move(target, _) | Self::Copy(target) => Some(target),
            Self::Flags(_) | Self::Delete => None,
        }
    }
}

/// Flags to set or to take away.
pub(crate) type FlagChange = (StoreAction, Flags);

/// Where messages go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) mailbox: String,
    /// There is no such mailbox yet: make it, for this.
    pub(crate) make: Option<Role>,
}

/// Messages of one mailbox that are handled together.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) mailbox: String,
    pub(crate) uid_validity: UidValidity,
    pub(crate) kind: Kind,
    /// Those still to be handled.
    pub(crate) uids: UidSet,
    pub(crate) step: Step,
    /// The server was asked, and has not answered.
    pub(crate) asked: bool,
    /// Messages that this device and no other is to move.
    pub(crate) won: UidSet,
    /// Another device was about to move these: not to be begun before.
    pub(crate) after_ms: f64,
    /// They were left to others so often.
    pub(crate) deferrals: u32,
    /// When the guard was last answered.
    pub(crate) guarded_ms: f64,
    /// The flags that change with a move are changed.
    pub(crate) prepared: bool,
    /// The guard was tried so often.
    pub(crate) rounds: u32,
    /// The guard's answer was lost once: its mark on a message may be our own.
    pub(crate) marked_before: bool,
    /// The target's UIDNEXT before anything was put there.
    pub(crate) next: Option<u32>,
    /// Copies in the target: UIDVALIDITY there, and UIDs from here to there.
    pub(crate) copies: Option<(UidValidity, BTreeMap<u32, u32>)>,
    /// Messages to begin again with, once the others are through.
    pub(crate) left: UidSet,
    /// A command of this step was refused.
    pub(crate) problem: Option<Problem>,
}

/// What a batch waits for, or what it is to do next.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// Nothing was asked yet.
    Begin,
    /// Mark those as ours that nobody changed up to here.
    Guard(UidSet, ModSeq),
    /// Read the flags of those that somebody changed.
    Claims(UidSet),
    /// Change the flags that change with a move.
    Prepare,
    /// MOVE or COPY.
    Transfer,
    /// Mark as deleted here what was copied there, or what is to go for good.
    Remove,
    /// And expunge it. In a step of its own: Dovecot looks for what is marked before it has looked at what it wrote.
    Expunge,
    /// An answer to MOVE or COPY was lost: which messages are still here, by Message-ID.
    LookHere,
    /// And which of those are there already.
    LookThere(BTreeMap<u32, String>),
    /// No test-and-set on this server: did another device copy the same.
    LookForTwins,
}

impl Batch {
    pub(crate) fn new(mailbox: &str, uid_validity: UidValidity, kind: Kind, uids: UidSet) -> Self {
        Self {
            mailbox: mailbox.to_owned(),
            uid_validity,
            kind,
            uids,
            step: Step::Begin,
            asked: false,
            won: UidSet::new(),
            after_ms: 0.0,
            deferrals: 0,
            guarded_ms: 0.0,
            prepared: false,
            rounds: 0,
            marked_before: false,
            next: None,
            copies: None,
            left: UidSet::new(),
            problem: None,
        }
    }

    /// Messages that MOVE or COPY is about: those that are marked, where there are marks.
    pub(crate) fn transferred(&self) -> &UidSet {
        if self.won.is_empty() {
            &self.uids
        } else {
            &self.won
        }
    }

    /// In which mailbox the next command is given.
    pub(crate) fn works_in(&self) -> &str {
        match (&self.step, self.kind.target()) {
            (Step::LookThere(_) | Step::LookForTwins, Some(target)) => &target.mailbox,
            _ => &self.mailbox,
        }
    }

    /// The connection that was asked is lost.
    pub(crate) fn lost(&mut self) {
        if !std::mem::take(&mut self.asked) {
            return;
        }
        self.step = match (&self.step, &self.kind) {
            // Setting flags and removing for good may be repeated.
            (Step::Begin, _) | (_, Kind::Flags(_) | Kind::Delete) => Step::Begin,
            (Step::Guard(..) | Step::Claims(_) | Step::Prepare, _) => {
                self.marked_before = true;
                Step::Begin
            }
            (Step::Transfer | Step::LookHere | Step::LookThere(_), _) => Step::LookHere,
            (Step::Remove | Step::Expunge, _) => Step::Remove,
            (Step::LookForTwins, _) => Step::LookForTwins,
        };
    }

    /// UIDs of the copies.
    pub(crate) fn copied(&self) -> UidSet {
        let pairs = self.copies.iter().flat_map(|(_, pairs)| pairs.values());
        pairs.filter_map(|uid| Uid::new(*uid)).collect()
    }

    /// It is known that no copies were made up to now.
    pub(crate) fn copied_none(&mut self) {
        self.copies
            .get_or_insert_with(|| (self.uid_validity, BTreeMap::new()));
    }

    /// What COPYUID told: two sets, paired in ascending order (RFC 4315 3).
    pub(crate) fn copy_uid(&mut self, uid_validity: UidValidity, source: &UidSet, target: &UidSet) {
        let pairs = source.iter().zip(target.iter());
        let pairs = pairs
            .take(limits::BATCH)
            .map(|(from, to)| (from.get(), to.get()));
        match &mut self.copies {
            Some((known, all)) if *known == uid_validity => all.extend(pairs),
            copies => *copies = Some((uid_validity, pairs.collect())),
        }
    }
}

impl Action {
    pub(crate) fn new(id: u32, client: ClientId, name: ActionId) -> Self {
        Self {
            id,
            client,
            name,
            gather: None,
            todo: VecDeque::new(),
            batch: None,
            done: 0,
            of: 0,
            stopped: false,
            undo: Vec::new(),
            undo_as: None,
        }
    }

    /// Adds messages, cut into batches. The first one is small, so that the first sign of progress is early.
    pub(crate) fn add(
        &mut self,
        mailbox: &str,
        uid_validity: UidValidity,
        kind: &Kind,
        uids: &UidSet,
    ) {
        self.of = self.of.saturating_add(count(uids));
        for chunk in uids.chunks(limits::BATCH, limits::SET_OCTETS) {
            let batch = Batch::new(mailbox, uid_validity, kind.clone(), chunk);
            self.todo.push_back(batch);
        }
    }

    /// The batch that is being done, or the next one that is due.
    pub(crate) fn current(&mut self, now_ms: f64) -> Option<&mut Batch> {
        if self.batch.is_none() && !self.stopped {
            let due = self.todo.iter().position(|batch| now_ms >= batch.after_ms);
            self.batch = due.and_then(|at| self.todo.remove(at));
        }
        self.batch.as_mut()
    }

    /// When the first of those that are waited for is due.
    pub(crate) fn wakes_ms(&self) -> Option<f64> {
        let waiting = self.todo.iter().filter(|_| self.batch.is_none());
        waiting.map(|batch| batch.after_ms).reduce(f64::min)
    }

    /// Leaves messages of the batch that is being done to another device, which is about to move them. What is
    /// still there then is begun anew: that device has died.
    pub(crate) fn put_off(&mut self, uids: &UidSet, until_ms: f64) {
        let Some(batch) = self.batch.as_mut().filter(|_| !uids.is_empty()) else {
            return;
        };
        batch.uids = minus(&batch.uids, uids);
        let mut rest = Batch::new(
            &batch.mailbox,
            batch.uid_validity,
            batch.kind.clone(),
            uids.clone(),
        );
        rest.after_ms = until_ms;
        rest.deferrals = batch.deferrals.saturating_add(1);
        self.todo.push_back(rest);
    }

    /// The mailbox in which something is to be asked now.
    pub(crate) fn waits_in(&self) -> Option<String> {
        if let Some(gather) = &self.gather {
            return Some(gather.mailbox.clone());
        }
        let batch = self.batches().next()?;
        Some(batch.works_in().to_owned())
    }

    /// Is something to be asked in this mailbox.
    pub(crate) fn waits_for(&self, mailbox: &str) -> bool {
        self.waits_in().as_deref() == Some(mailbox)
    }

    /// The connection that was asked is lost.
    pub(crate) fn lost(&mut self) {
        if let Some(gather) = &mut self.gather {
            gather.asked = false;
        }
        if let Some(batch) = &mut self.batch {
            batch.lost();
        }
    }

    /// All batches that are not finished.
    pub(crate) fn batches(&self) -> impl Iterator<Item = &Batch> {
        self.batch.iter().chain(&self.todo)
    }

    /// The same, to be changed.
    pub(crate) fn batches_mut(&mut self) -> impl Iterator<Item = &mut Batch> {
        self.batch.iter_mut().chain(&mut self.todo)
    }

    /// Nothing is left to do.
    pub(crate) fn is_over(&self) -> bool {
        self.gather.is_none() && self.batch.is_none() && (self.stopped || self.todo.is_empty())
    }
}

/// What it takes to undo one batch.
#[derive(Clone, Debug)]
pub(crate) struct Undo {
    pub(crate) mailbox: String,
    pub(crate) uid_validity: UidValidity,
    pub(crate) uids: UidSet,
    pub(crate) kind: Kind,
}

/// How many messages a set names.
pub(crate) fn count(uids: &UidSet) -> u32 {
    u32::try_from(uids.len()).unwrap_or(u32::MAX)
}

/// `set` without `other`.
pub(crate) fn minus(set: &UidSet, other: &UidSet) -> UidSet {
    set.iter().filter(|uid| !other.contains(*uid)).collect()
}
