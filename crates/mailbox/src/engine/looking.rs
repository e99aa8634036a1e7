//! What became of messages whose move or copy was not answered, and which of two copies has to go.
//!
//! Messages are known again by their Message-ID (RFC 5322 3.6.4): what is in the target since before the
//! action began and has the Message-ID of one that is still in the source was copied already. Those
//! without one are taken as not copied: a second copy is better than a lost message.

use std::collections::BTreeMap;

use samma_protocol::imap::response::{Status, StatusKind};
use samma_protocol::imap::uid::{Uid, UidSet, UidValidity};

use super::Engine;
use super::connecting::refusal;
use crate::action::{Batch, Kind, Step, minus};
use crate::connection::TidyUp;
use crate::input::ConnectionId;

impl Engine {
    /// The Message-IDs of the messages that were asked about.
    pub(super) fn look_done(
        &mut self,
        connection: ConnectionId,
        id: u32,
        found: BTreeMap<u32, String>,
        ours: &UidSet,
        status: &Status,
    ) {
        let there = self
            .connection(connection)
            .and_then(|connection| connection.uid_validity);
        let Some(batch) = self.batch(id) else { return };
        batch.asked = false;
        if status.kind != StatusKind::Ok {
            return self.action_failed(id, refusal(status));
        }
        match batch.step.clone() {
            Step::LookHere => {
                let gone = batch
                    .uids
                    .iter()
                    .filter(|uid| !found.contains_key(&uid.get()));
                let gone: UidSet = gone.collect();
                // What a move took away has arrived, by our hand or another's. If by ours, it has our mark on it.
                let is_over = found.is_empty()
                    && match batch.kind {
                        Kind::Move(..) => batch.won.is_empty(),
                        _ => !gone.is_empty(),
                    };
                if is_over {
                    return self.batch_over(id);
                }
                self.next_step(id, Step::LookThere(found));
            }
            Step::LookThere(here) => {
                let first = batch.next.unwrap_or(1);
                let mut arrived: BTreeMap<u32, String> =
                    found.into_iter().filter(|(uid, _)| *uid >= first).collect();
                let gone = batch.uids.iter().map(Uid::get);
                let gone: Vec<u32> = gone.filter(|uid| !here.contains_key(uid)).collect();
                let (copied, again) = told_apart(&here, &mut arrived);
                let marked = ours.iter().filter(|uid| arrived.contains_key(&uid.get()));
                let marked: UidSet = marked.collect();
                let is_over = here.is_empty() || settle(batch, &copied, again, there);
                // More of them are another action's as well: which are whose is not known then.
                if marked.iter().count() <= gone.len() {
                    let pairs = gone.into_iter().zip(marked.iter().map(Uid::get));
                    note_copies(batch, there, &pairs.collect());
                }
                let place = batch.kind.target().map(|target| target.mailbox.clone());
                if let (Some(mailbox), Some(uid_validity)) = (place, there) {
                    let what = TidyUp::Unmark(self.mark.keywords());
                    self.tidy(mailbox, uid_validity, marked, what);
                }
                if is_over {
                    self.batch_over(id);
                }
            }
            Step::LookForTwins => {
                let twins = twins(batch, &found);
                let place = batch.kind.target().map(|target| target.mailbox.clone());
                if let (Some(mailbox), Some(uid_validity)) = (place, there) {
                    self.tidy(mailbox, uid_validity, twins, TidyUp::Twins);
                }
                self.batch_over(id);
            }
            _ => {}
        }
    }

    /// Could another device have copied the same meanwhile, unnoticed.
    pub(super) fn may_have_twins(&mut self, id: u32) -> bool {
        self.batch(id)
            .is_some_and(|batch| batch.won.is_empty() && batch.copies.is_some())
    }
}

/// Messages that are here, by whether a copy of them has arrived: from here to there, and those without.
fn told_apart(
    here: &BTreeMap<u32, String>,
    arrived: &mut BTreeMap<u32, String>,
) -> (BTreeMap<u32, u32>, UidSet) {
    let mut copied = BTreeMap::new();
    let mut again = UidSet::new();
    for (uid, message_id) in here {
        let copy = arrived
            .iter()
            .find(|(_, other)| !message_id.is_empty() && *other == message_id)
            .map(|(copy, _)| *copy);
        match copy {
            // Each copy is that of one message.
            Some(copy) => {
                arrived.remove(&copy);
                copied.insert(*uid, copy);
            }
            None => again.extend(Uid::new(*uid)),
        }
    }
    (copied, again)
}

/// Notes which copies are there: they can be taken back.
fn note_copies(batch: &mut Batch, there: Option<UidValidity>, found: &BTreeMap<u32, u32>) {
    let Some(uid_validity) = there.filter(|_| !found.is_empty()) else {
        return;
    };
    match &mut batch.copies {
        Some((known, pairs)) if *known == uid_validity => pairs.extend(found),
        copies => *copies = Some((uid_validity, found.clone())),
    }
}

/// Goes on with what is known: copied messages are removed here (or are done, if they were to be copied),
/// the others are handled again. `true`: all is done.
fn settle(
    batch: &mut Batch,
    copied: &BTreeMap<u32, u32>,
    again: UidSet,
    there: Option<UidValidity>,
) -> bool {
    note_copies(batch, there, copied);
    let arrived: UidSet = copied.keys().filter_map(|uid| Uid::new(*uid)).collect();
    let is_copy = matches!(batch.kind, Kind::Copy(_));
    match (is_copy, again.is_empty()) {
        (true, true) => return true,
        (false, true) => {
            batch.uids = arrived;
            batch.step = Step::Remove;
        }
        (true, false) => {
            batch.uids = again;
            batch.step = Step::Transfer;
        }
        // A server died between the two halves of a MOVE for some: those first, the rest is found out then.
        (false, false) if !arrived.is_empty() => {
            batch.uids = minus(&batch.uids, &again);
            batch.step = Step::Remove;
            batch.left.extend(again.iter());
        }
        (false, false) => {
            batch.marked_before = true;
            batch.uids = again;
            batch.step = Step::Begin;
        }
    }
    false
}

/// Copies that we made of messages that another device copied there as well, and first: all devices agree
/// that the lowest UID stays.
fn twins(batch: &Batch, found: &BTreeMap<u32, String>) -> UidSet {
    let ours = batch.copied();
    let first = batch.next.unwrap_or(1);
    let mut others: Vec<(u32, &str)> = found
        .iter()
        .filter(|(uid, _)| **uid >= first)
        .filter(|(uid, _)| Uid::new(**uid).is_some_and(|uid| !ours.contains(uid)))
        .map(|(uid, message_id)| (*uid, message_id.as_str()))
        .collect();
    let mut twins = UidSet::new();
    for uid in ours.iter() {
        let Some(message_id) = found.get(&uid.get()).filter(|id| !id.is_empty()) else {
            continue;
        };
        let twin = others
            .iter()
            .position(|(other, id)| *other < uid.get() && id == message_id);
        if let Some(at) = twin {
            others.swap_remove(at);
            twins.insert(uid);
        }
    }
    twins
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(pairs: &[(u32, &str)]) -> BTreeMap<u32, String> {
        let pairs = pairs.iter();
        pairs.map(|(uid, id)| (*uid, (*id).to_owned())).collect()
    }

    #[test]
    fn each_copy_is_that_of_one_message_and_none_without_a_message_id() {
        let here = ids(&[(1, "<a>"), (2, "<a>"), (3, ""), (4, "<b>")]);
        let mut there = ids(&[(11, "<a>"), (12, ""), (13, "<c>")]);
        let (copied, again) = told_apart(&here, &mut there);
        assert_eq!(copied, BTreeMap::from([(1, 11)]));
        assert_eq!(again.to_string(), "2:4");
    }

    #[test]
    fn of_twins_the_lower_stays_on_all_devices() {
        let mut batch = Batch::new("INBOX", UidValidity::new(1), Kind::Delete, UidSet::new());
        batch.next = Some(10);
        let (ours, theirs) = (UidValidity::new(2), [(10, "<a>"), (11, "<a>")]);
        batch.copies = Some((ours, BTreeMap::from([(1, 11)])));
        assert_eq!(twins(&batch, &ids(&theirs)).to_string(), "11");
        batch.copies = Some((ours, BTreeMap::from([(1, 10)])));
        assert!(twins(&batch, &ids(&theirs)).is_empty());
        // An old message with the same Message-ID is nobody's twin.
        batch.copies = Some((ours, BTreeMap::from([(1, 11)])));
        assert!(twins(&batch, &ids(&[(9, "<a>"), (11, "<a>")])).is_empty());
    }
}
