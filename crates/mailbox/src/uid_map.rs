//! Which message stands at which place of a mailbox: sequence number to UID.
//!
//! Sequence numbers (RFC 9051 2.3.1.2) live in this file; only FETCH by place uses them. Places are counted
//! from the newest, as the list shows them: place 0 is sequence number `len`. A UID may be
//! unknown: after EXISTS the server has named a count, not the messages. 100,000 messages are
//! 400 KB.

use samma_protocol::imap::uid::{Uid, UidSet};

use crate::change::Edit;
use crate::limits;

/// The map of one mailbox.
#[derive(Debug, Default)]
pub(crate) struct UidMap {
    /// `uids[sequence number - 1]`; 0 where unknown. Known ones ascend.
    uids: Vec<u32>,
    unknown: usize,
    /// The largest UID that was ever known.
    highest: u32,
}

impl UidMap {
    /// How many messages there are.
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.uids.len()).unwrap_or(u32::MAX)
    }

    /// Every UID is known.
    pub(crate) fn is_complete(&self) -> bool {
        self.unknown == 0
    }

    /// Forgets all and begins with `count` unknown messages.
    pub(crate) fn reset(&mut self, count: u32) {
        self.uids.clear();
        self.uids.shrink_to_fit();
        self.uids.resize(bounded(count), 0);
        self.unknown = self.uids.len();
        self.highest = 0;
    }

    /// EXISTS: there are `count` messages now, the new ones last. `None` where there are fewer
    /// than we know of, which only EXPUNGE may say: the map is then to be loaded anew.
    pub(crate) fn grow(&mut self, count: u32) -> Option<Edit> {
        let added = bounded(count).checked_sub(self.uids.len())?;
        self.uids.resize(bounded(count), 0);
        self.unknown = self.unknown.saturating_add(added);
        Some(Edit {
            at: 0,
            removed: 0,
            inserted: u32::try_from(added).unwrap_or(u32::MAX),
        })
    }

    /// The message with this sequence number has this UID. `false` where that can't be: the
    /// map is then to be loaded anew.
    pub(crate) fn learn(&mut self, sequence: u32, uid: Uid) -> bool {
        let Some(index) = (sequence as usize).checked_sub(1) else {
            return false;
        };
        let before = index.checked_sub(1).and_then(|i| self.uids.get(i)).copied();
        let after = index.checked_add(1).and_then(|i| self.uids.get(i)).copied();
        let fits = before.is_none_or(|before| before < uid.get())
            && after.is_none_or(|after| after == 0 || after > uid.get());
        let Some(slot) = self.uids.get_mut(index) else {
            return false;
        };
        if *slot == uid.get() {
            return true;
        }
        if *slot != 0 || !fits {
            return false;
        }
        *slot = uid.get();
        self.unknown = self.unknown.saturating_sub(1);
        self.highest = self.highest.max(uid.get());
        true
    }

    /// The UID at a sequence number, where known.
    pub(crate) fn at_sequence(&self, sequence: u32) -> Option<Uid> {
        let index = (sequence as usize).checked_sub(1)?;
        Uid::new(*self.uids.get(index)?)
    }

    /// The UID at a place, where known.
    pub(crate) fn at_place(&self, place: u32) -> Option<Uid> {
        self.at_sequence(self.sequence(place)?)
    }

    /// The sequence number at a place.
    pub(crate) fn sequence(&self, place: u32) -> Option<u32> {
        self.len()
            .checked_sub(place)
            .filter(|sequence| *sequence > 0)
    }

    /// Where a message stands, if its UID is known.
    pub(crate) fn place(&self, uid: Uid) -> Option<u32> {
        let index = if self.is_complete() {
            self.uids.binary_search(&uid.get()).ok()?
        } else {
            self.uids.iter().rposition(|known| *known == uid.get())?
        };
        self.len()
            .checked_sub(u32::try_from(index).ok()?)?
            .checked_sub(1)
    }

    /// Is this message there, as far as is known: it is new, or nobody has said yet which are there.
    pub(crate) fn may_have(&self, uid: Uid) -> bool {
        uid.get() > self.highest || !self.is_complete() || self.place(uid).is_some()
    }

    /// The largest UID known.
    pub(crate) fn last_known(&self) -> Option<Uid> {
        self.uids.iter().rev().find_map(|uid| Uid::new(*uid))
    }

    /// All UIDs that are known, ascending.
    pub(crate) fn uids(&self) -> impl Iterator<Item = Uid> + '_ {
        self.uids.iter().filter_map(|uid| Uid::new(*uid))
    }

    /// EXPUNGE: this sequence number is gone. Answers with its UID, where known, and the edit;
    /// `None` where there is no such message.
    pub(crate) fn remove_sequence(&mut self, sequence: u32) -> Option<(Option<Uid>, Edit)> {
        let index = (sequence as usize).checked_sub(1)?;
        let at = self.len().checked_sub(sequence)?;
        if index >= self.uids.len() {
            return None;
        }
        let uid = self.uids.remove(index);
        if uid == 0 {
            self.unknown = self.unknown.saturating_sub(1);
        }
        let edit = Edit {
            at,
            removed: 1,
            inserted: 0,
        };
        Some((Uid::new(uid), edit))
    }

    /// VANISHED: these UIDs are gone. Answers with the edits, oldest place last; `None` where the
    /// map does not know enough to tell which places they had: it is then to be loaded anew.
    pub(crate) fn remove_uids(&mut self, gone: &UidSet) -> Option<Vec<Edit>> {
        if self.is_complete() {
            return Some(self.retain(|uid| Uid::new(uid).is_none_or(|uid| !gone.contains(uid))));
        }
        if gone.len() > 64 {
            return None;
        }
        let mut edits = Vec::new();
        for uid in gone.iter() {
            // An unknown UID stood in the gap of unknown places between its neighbours; which of
            // them does not matter, as all of them are unknown.
            let after = self.uids.iter().position(|known| *known >= uid.get());
            let index = match after {
                Some(index) if self.uids.get(index) == Some(&uid.get()) => Some(index),
                Some(index) => index.checked_sub(1),
                None => self.uids.len().checked_sub(1),
            };
            let Some(index) = index else { continue };
            let known = self.uids.get(index).copied().unwrap_or_default();
            if known != 0 && known != uid.get() {
                continue;
            }
            let sequence = u32::try_from(index).ok()?.checked_add(1)?;
            edits.extend(self.remove_sequence(sequence).map(|(_, edit)| edit));
        }
        Some(edits)
    }

    /// The server's own list of all UIDs. Answers with what that changes.
    pub(crate) fn replace(&mut self, all: &UidSet) -> Vec<Edit> {
        let limit = bounded(u32::MAX);
        let uids: Vec<u32> = all.iter().take(limit).map(Uid::get).collect();
        if self.uids == uids {
            return Vec::new();
        }
        let old = self.len();
        let was_complete = self.is_complete();
        let mut edits = Vec::new();
        if was_complete {
            edits = self.retain(|uid| Uid::new(uid).is_some_and(|uid| all.contains(uid)));
            let newest = self.uids.last().copied().unwrap_or_default();
            let grown = self.uids.len() <= uids.len()
                && uids.get(..self.uids.len()) == Some(self.uids.as_slice());
            if grown {
                let inserted = uids.iter().filter(|uid| **uid > newest).count();
                if inserted > 0 {
                    edits.push(Edit {
                        at: 0,
                        removed: 0,
                        inserted: u32::try_from(inserted).unwrap_or(u32::MAX),
                    });
                }
            } else {
                // UIDs in the middle: only a server that broke the rules has those.
                edits = vec![Edit {
                    at: 0,
                    removed: old,
                    inserted: len(&uids),
                }];
            }
        } else if old < len(&uids) {
            edits.push(Edit {
                at: 0,
                removed: 0,
                inserted: len(&uids).saturating_sub(old),
            });
        } else if old > len(&uids) {
            edits = vec![Edit {
                at: 0,
                removed: old,
                inserted: len(&uids),
            }];
        }
        self.highest = uids.last().copied().unwrap_or_default().max(self.highest);
        self.uids = uids;
        self.unknown = 0;
        edits
    }

    /// Keeps what `keep` says; edits with the oldest place first, so that none shifts the next.
    fn retain(&mut self, keep: impl Fn(u32) -> bool) -> Vec<Edit> {
        let len = self.len();
        let mut edits: Vec<Edit> = Vec::new();
        let mut index: u32 = 0;
        self.uids.retain(|uid| {
            let at = len.saturating_sub(index).saturating_sub(1);
            index = index.saturating_add(1);
            if keep(*uid) {
                return true;
            }
            match edits.last_mut() {
                Some(last) if last.at == at.saturating_add(1) => {
                    last.at = at;
                    last.removed = last.removed.saturating_add(1);
                }
                _ => edits.push(Edit {
                    at,
                    removed: 1,
                    inserted: 0,
                }),
            }
            false
        });
        if edits.len() > limits::EDITS {
            return vec![Edit {
                at: 0,
                removed: len,
                inserted: self.len(),
            }];
        }
        edits
    }
}

fn len(uids: &[u32]) -> u32 {
    u32::try_from(uids.len()).unwrap_or(u32::MAX)
}

/// A count from the server, bounded: it says how much memory the map takes (20 million: 80 MB).
fn bounded(count: u32) -> usize {
    (count as usize).min(20_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uid(n: u32) -> Uid {
        Uid::new(n).unwrap()
    }

    fn set(text: &str) -> UidSet {
        UidSet::parse(text.as_bytes()).unwrap()
    }

    fn map(text: &str) -> UidMap {
        let mut map = UidMap::default();
        map.replace(&set(text));
        map
    }

    #[test]
    fn places_count_from_the_newest() {
        let map = map("10,20,30");
        assert_eq!(map.at_place(0), Some(uid(30)));
        assert_eq!(map.at_place(2), Some(uid(10)));
        assert_eq!(map.at_place(3), None);
        assert_eq!(map.place(uid(20)), Some(1));
    }

    #[test]
    fn new_messages_are_unknown_until_learnt_and_come_first() {
        let mut map = map("10,20");
        assert_eq!(
            map.grow(4),
            Some(Edit {
                at: 0,
                removed: 0,
                inserted: 2
            })
        );
        assert_eq!(map.at_place(0), None);
        assert!(map.learn(4, uid(41)));
        assert!(!map.is_complete());
        assert!(!map.learn(3, uid(42)), "UIDs ascend");
        assert!(map.learn(3, uid(40)));
        assert!(map.is_complete());
        assert_eq!(map.place(uid(41)), Some(0));
    }

    #[test]
    fn exists_may_not_shrink() {
        assert_eq!(map("1:5").grow(3), None);
    }

    #[test]
    fn expunge_removes_by_sequence_number() {
        let mut map = map("10,20,30");
        let (gone, edit) = map.remove_sequence(1).unwrap();
        assert_eq!(gone, Some(uid(10)));
        assert_eq!(
            edit,
            Edit {
                at: 2,
                removed: 1,
                inserted: 0
            }
        );
        assert!(map.remove_sequence(3).is_none());
        assert!(map.remove_sequence(0).is_none());
    }

    #[test]
    fn vanished_runs_become_one_edit_each_oldest_first() {
        let mut map = map("1:10");
        let edits = map.remove_uids(&set("2:3,9,77")).unwrap();
        assert_eq!(
            edits,
            [
                Edit {
                    at: 7,
                    removed: 2,
                    inserted: 0
                },
                Edit {
                    at: 1,
                    removed: 1,
                    inserted: 0
                }
            ]
        );
        assert_eq!(map.len(), 7);
    }

    #[test]
    fn vanished_among_unknown_places_takes_one_of_them() {
        let mut map = UidMap::default();
        map.reset(6);
        assert!(map.learn(2, uid(20)));
        assert!(map.learn(5, uid(50)));
        let edits = map.remove_uids(&set("30")).unwrap();
        assert_eq!(edits.len(), 1);
        assert_eq!(map.len(), 5);
        assert_eq!(map.at_sequence(2), Some(uid(20)));
        assert_eq!(map.at_sequence(4), Some(uid(50)));
        // No room between these two: it was never there.
        assert!(map.learn(3, uid(40)));
        assert!(map.remove_uids(&set("45")).unwrap().is_empty());
    }

    #[test]
    fn a_hostile_vanished_is_not_expanded() {
        let mut map = UidMap::default();
        map.reset(3);
        assert_eq!(map.remove_uids(&set("1:4294967295")), None);
    }

    #[test]
    fn a_fresh_list_tells_what_left_and_what_came() {
        let mut map = map("1:5");
        let edits = map.replace(&set("1,3:5,8:9"));
        assert_eq!(
            edits,
            [
                Edit {
                    at: 3,
                    removed: 1,
                    inserted: 0
                },
                Edit {
                    at: 0,
                    removed: 0,
                    inserted: 2
                }
            ]
        );
        assert!(map.replace(&set("1,3:5,8:9")).is_empty());
    }

    #[test]
    fn edits_replayed_on_the_old_list_give_the_new_one() {
        let mut state = 7_u32;
        let mut random = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        for _ in 0..300 {
            let mut old = UidSet::new();
            let mut new = UidSet::new();
            for n in 1..40 {
                if random() % 2 == 0 {
                    old.insert(uid(n));
                    if random() % 4 != 0 {
                        new.insert(uid(n));
                    }
                }
            }
            for n in 40..40 + random() % 5 {
                new.insert(uid(n));
            }
            let mut map = UidMap::default();
            map.replace(&old);
            let mut places: Vec<Option<u32>> = old.iter().map(|u| Some(u.get())).collect();
            places.reverse();
            for edit in map.replace(&new) {
                let at = edit.at as usize;
                let inserted = std::iter::repeat_n(None, edit.inserted as usize);
                places.splice(at..at + edit.removed as usize, inserted);
            }
            let mut want: Vec<u32> = new.iter().map(Uid::get).collect();
            want.reverse();
            assert_eq!(places.len(), want.len());
            for (place, want) in places.iter().zip(want) {
                assert!(place.is_none() || *place == Some(want));
            }
        }
    }
}
