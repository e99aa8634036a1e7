//! Messages that a person moved or deleted and the server has not removed yet: the list leaves them out.
//!
//! The map of a mailbox counts *raw* places, as the server has them; the list counts *shown* ones, in which
//! hidden messages have none. Both count from the newest. Raw places of hidden messages are kept here and
//! follow each edit of the map, so that neither way needs a look at the whole mailbox.

use std::collections::BTreeSet;

use samma_protocol::imap::uid::{Uid, UidSet};

use crate::change::Edit;
use crate::uid_map::UidMap;

/// The hidden messages of one mailbox.
#[derive(Debug, Default)]
pub(crate) struct Hidden {
    /// Raw places, ascending.
    places: Vec<u32>,
    uids: BTreeSet<u32>,
}

impl Hidden {
    /// How many places are left out.
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.places.len()).unwrap_or(u32::MAX)
    }

    /// Is this message hidden.
    pub(crate) fn contains(&self, uid: Uid) -> bool {
        self.uids.contains(&uid.get())
    }

    /// UIDs of all that are hidden.
    pub(crate) fn uids(&self) -> impl Iterator<Item = u32> + '_ {
        self.uids.iter().copied()
    }

    /// Nothing is hidden any more, and nobody has to be told.
    pub(crate) fn clear(&mut self) {
        self.places.clear();
        self.uids.clear();
    }

    /// The raw place of a shown one.
    pub(crate) fn raw(&self, shown: u32) -> u32 {
        // The i-th hidden place has i hidden ones before it: with `places[i] - i` shown ones.
        let before = partition(self.places.len(), |at| {
            let hidden = self.places.get(at).copied().unwrap_or(u32::MAX);
            hidden.saturating_sub(count(at)) <= shown
        });
        shown.saturating_add(count(before))
    }

    /// The shown place of a raw one; `None` where it is hidden.
    pub(crate) fn shown(&self, raw: u32) -> Option<u32> {
        match self.places.binary_search(&raw) {
            Ok(_) => None,
            Err(before) => Some(raw.saturating_sub(count(before))),
        }
    }

    /// Hides these messages, as far as the map knows where they are. Answers with the edits of the list,
    /// oldest place first, and the messages that were not hidden before.
    pub(crate) fn hide(&mut self, uids: &UidSet, map: &UidMap) -> (Vec<Edit>, UidSet) {
        let mut raw = Vec::new();
        let mut new = UidSet::new();
        for uid in uids.iter().filter(|uid| !self.uids.contains(&uid.get())) {
            if let Some(place) = map.place(uid) {
                raw.push(place);
                new.insert(uid);
            }
        }
        raw.sort_unstable();
        let mut edits: Vec<Edit> = Vec::new();
        for shown in raw.iter().rev().filter_map(|place| self.shown(*place)) {
            match edits.last_mut() {
                Some(last) if last.at == shown.saturating_add(1) => {
                    last.at = shown;
                    last.removed = last.removed.saturating_add(1);
                }
                _ => edits.push(Edit {
                    at: shown,
                    removed: 1,
                    inserted: 0,
                }),
            }
        }
        self.uids.extend(new.iter().map(Uid::get));
        self.places.extend(raw);
        self.places.sort_unstable();
        (edits, new)
    }

    /// Shows these messages again. Answers with the edits of the list, newest place first, and the
    /// messages that were hidden.
    pub(crate) fn show(&mut self, uids: &UidSet, map: &UidMap) -> (Vec<Edit>, UidSet) {
        let mut raw = Vec::new();
        let mut back = UidSet::new();
        for uid in uids.iter() {
            if self.uids.remove(&uid.get()) {
                back.insert(uid);
                raw.extend(map.place(uid));
            }
        }
        raw.sort_unstable();
        self.places
            .retain(|place| raw.binary_search(place).is_err());
        let mut edits: Vec<Edit> = Vec::new();
        for shown in raw.iter().filter_map(|place| self.shown(*place)) {
            match edits.last_mut() {
                Some(last) if last.at.saturating_add(last.inserted) == shown => {
                    last.inserted = last.inserted.saturating_add(1);
                }
                _ => edits.push(Edit {
                    at: shown,
                    removed: 0,
                    inserted: 1,
                }),
            }
        }
        (edits, back)
    }

    /// The map changed by this edit of raw places: follows it, and answers with what it is to the list.
    pub(crate) fn follow(&mut self, edit: Edit) -> Option<Edit> {
        if self.places.is_empty() {
            return Some(edit);
        }
        let end = edit.at.saturating_add(edit.removed);
        let before = self.places.partition_point(|place| *place < edit.at);
        let within = self.places.partition_point(|place| *place < end);
        let hidden = count(within.saturating_sub(before));
        self.places.drain(before..within);
        for place in self.places.iter_mut().skip(before) {
            *place = place
                .saturating_sub(edit.removed)
                .saturating_add(edit.inserted);
        }
        let shown = Edit {
            at: edit.at.saturating_sub(count(before)),
            removed: edit.removed.saturating_sub(hidden),
            inserted: edit.inserted,
        };
        (shown.removed > 0 || shown.inserted > 0).then_some(shown)
    }

    /// The server removed this message.
    pub(crate) fn forget(&mut self, uid: Uid) {
        self.uids.remove(&uid.get());
    }

    /// The whole map was replaced: messages that are hidden and still there lost their places. Answers as
    /// [`hide`](Self::hide) does.
    pub(crate) fn find_again(&mut self, map: &UidMap) -> Vec<Edit> {
        if self.uids.is_empty() || self.places.len() == self.uids.len() {
            return Vec::new();
        }
        let lost: UidSet = self
            .uids
            .iter()
            .filter_map(|uid| Uid::new(*uid))
            .filter(|uid| {
                map.place(*uid)
                    .is_some_and(|place| self.places.binary_search(&place).is_err())
            })
            .collect();
        for uid in lost.iter() {
            self.uids.remove(&uid.get());
        }
        self.hide(&lost, map).0
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The first index of `0..len` for which `holds` is false; it is true before and false after.
fn partition(len: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low.saturating_add(high.saturating_sub(low) / 2);
        if holds(middle) {
            low = middle.saturating_add(1);
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "small numbers of a test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(uids: &[u32]) -> UidSet {
        uids.iter().filter_map(|uid| Uid::new(*uid)).collect()
    }

    fn map(uids: &[u32]) -> UidMap {
        let mut map = UidMap::default();
        map.reset(0);
        map.replace(&set(uids));
        map
    }

    /// What the list shows, newest first.
    fn listed(map: &UidMap, hidden: &Hidden) -> Vec<u32> {
        (0..map.len() - hidden.len())
            .map(|shown| map.at_place(hidden.raw(shown)).unwrap().get())
            .collect()
    }

    fn apply(list: &mut Vec<u32>, edits: &[Edit], truth: &[u32]) {
        for edit in edits {
            let at = edit.at as usize;
            list.drain(at..at + edit.removed as usize);
            for _ in 0..edit.inserted {
                list.insert(at, 0);
            }
        }
        assert_eq!(list.len(), truth.len());
        for (slot, uid) in list.iter_mut().zip(truth) {
            assert!(*slot == 0 || *slot == *uid, "{list:?} is not {truth:?}");
            *slot = *uid;
        }
    }

    #[test]
    fn hidden_messages_have_no_place_and_come_back_to_theirs() {
        let map = map(&[1, 2, 3, 4, 5]);
        let mut hidden = Hidden::default();
        let (edits, new) = hidden.hide(&set(&[2, 3, 5]), &map);
        assert_eq!(new, set(&[2, 3, 5]));
        assert_eq!(
            edits,
            [
                Edit {
                    at: 2,
                    removed: 2,
                    inserted: 0
                },
                Edit {
                    at: 0,
                    removed: 1,
                    inserted: 0
                }
            ]
        );
        assert_eq!(listed(&map, &hidden), [4, 1]);
        let (edits, _) = hidden.show(&set(&[3, 5, 9]), &map);
        assert_eq!(
            edits,
            [
                Edit {
                    at: 0,
                    removed: 0,
                    inserted: 1
                },
                Edit {
                    at: 2,
                    removed: 0,
                    inserted: 1
                }
            ]
        );
        assert_eq!(listed(&map, &hidden), [5, 4, 3, 1]);
    }

    proptest! {
        #[test]
        fn a_list_that_follows_the_edits_shows_what_is_not_hidden(
            steps in proptest::collection::vec((0_u8..5, proptest::collection::vec(1_u32..40, 1..6)), 1..40)
        ) {
            let mut uids: Vec<u32> = (1..=20).collect();
            let mut map = map(&uids);
            let mut hidden = Hidden::default();
            let mut away = BTreeSet::new();
            let mut list = listed(&map, &hidden);
            let mut next = 41;
            for (step, chosen) in steps {
                let edits = match step {
                    0 => {
                        away.extend(chosen.iter().filter(|uid| uids.contains(uid)));
                        hidden.hide(&set(&chosen), &map).0
                    }
                    1 => {
                        away.retain(|uid| !chosen.contains(uid));
                        hidden.show(&set(&chosen), &map).0
                    }
                    2 => {
                        uids.retain(|uid| !chosen.contains(uid));
                        let edits = map.remove_uids(&set(&chosen)).unwrap();
                        for uid in set(&chosen).iter() {
                            hidden.forget(uid);
                        }
                        edits.into_iter().filter_map(|edit| hidden.follow(edit)).collect()
                    }
                    3 => {
                        uids.push(next);
                        let edit = map.grow(map.len() + 1).unwrap();
                        map.learn(map.len(), Uid::new(next).unwrap());
                        next += 1;
                        hidden.follow(edit).into_iter().collect()
                    }
                    _ => {
                        uids.retain(|uid| !chosen.contains(uid));
                        uids.push(next);
                        next += 1;
                        let edits = map.replace(&set(&uids));
                        for uid in set(&chosen).iter() {
                            hidden.forget(uid);
                        }
                        let mut edits: Vec<Edit> =
                            edits.into_iter().filter_map(|edit| hidden.follow(edit)).collect();
                        edits.extend(hidden.find_again(&map));
                        edits
                    }
                };
                away.retain(|uid| uids.contains(uid));
                let mut want: Vec<u32> = uids.iter().copied().filter(|uid| !away.contains(uid)).collect();
                want.reverse();
                prop_assert_eq!(&listed(&map, &hidden), &want);
                apply(&mut list, &edits, &want);
            }
        }
    }
}
