//! Identifiers of messages and of the state of a mailbox, and sets of them.
//!
//! RFC 9051 2.3.1 (UID, UIDVALIDITY), RFC 7162 3.1 (MODSEQ), RFC 9051 9 (`sequence-set`).
//! A set is kept as ranges and never expanded: a server that says `1:4294967295` costs eight
//! octets.

use core::fmt;
use core::num::NonZeroU32;

/// A message within one mailbox and one [`UidValidity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid(NonZeroU32);

impl Uid {
    /// The smallest UID there can be.
    pub const MIN: Self = Self(NonZeroU32::MIN);
    /// The largest UID there can be.
    pub const MAX: Self = Self(NonZeroU32::MAX);

    /// `None` for 0, which is no UID.
    #[must_use]
    pub const fn new(value: u32) -> Option<Self> {
        match NonZeroU32::new(value) {
            Some(value) => Some(Self(value)),
            None => None,
        }
    }

    /// The number on the wire, never 0.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The life of a mailbox: when it changes, all UIDs known before are void.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UidValidity(u32);

impl UidValidity {
    /// Any number; RFC 9051 excludes 0, some servers do not, and it is compared only.
    #[must_use]
    pub const fn new(value: u32) -> Self {
        Self(value)
    }

    /// The number on the wire.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for UidValidity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// When a message, or the newest change of a mailbox, was made (RFC 7162).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModSeq(u64);

impl ModSeq {
    /// Any number; RFC 7162 excludes 0, some servers do not.
    #[must_use]
    pub const fn new(value: u64) -> Self {
        Self(value)
    }

    /// The number on the wire.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ModSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A set of UIDs (or of sequence numbers, where a response speaks of those), as sorted ranges
/// that neither overlap nor touch.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct UidSet {
    ranges: Vec<(Uid, Uid)>,
}

impl UidSet {
    /// The empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self { ranges: Vec::new() }
    }

    /// From ranges in any order, each with its ends in any order. Costs one sort at most.
    #[must_use]
    pub fn from_ranges(mut ranges: Vec<(Uid, Uid)>) -> Self {
        let mut sorted = true;
        let mut before: u32 = 0;
        for (first, last) in &mut ranges {
            if first > last {
                core::mem::swap(first, last);
            }
            // A gap of at least one number, else they are to be joined.
            sorted &= before == 0 || first.get() > before.saturating_add(1);
            before = last.get();
        }
        if !sorted {
            sort(&mut ranges);
            ranges.dedup_by(|next, kept| {
                let joins = next.0.get() <= kept.1.get().saturating_add(1);
                if joins {
                    kept.1 = kept.1.max(next.1);
                }
                joins
            });
        }
        Self { ranges }
    }

    /// Reads the wire form, `1:3,5,10:*`; `*` is the largest number there is.
    ///
    /// `None` for anything else, 0 and numbers past 32 bits included.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        Some(Self::from_ranges(parse_ranges(text)?))
    }

    /// Adds one.
    pub fn insert(&mut self, uid: Uid) {
        self.insert_range(uid, uid);
    }

    /// Adds all from `first` to `last`, both included, in either order.
    pub fn insert_range(&mut self, first: Uid, last: Uid) {
        let (first, last) = (first.min(last), first.max(last));
        // Ranges that end before `first`, not even touching it, stay; so do those after `last`.
        let from = self
            .ranges
            .partition_point(|r| r.1.get().saturating_add(1) < first.get());
        let to = self
            .ranges
            .partition_point(|r| r.0.get() <= last.get().saturating_add(1));
        let joined = self.ranges.get(from..to).unwrap_or_default();
        let first = joined.first().map_or(first, |r| r.0.min(first));
        let last = joined.last().map_or(last, |r| r.1.max(last));
        self.ranges.splice(from..to, [(first, last)]);
    }

    /// Whether `uid` is in the set.
    #[must_use]
    pub fn contains(&self, uid: Uid) -> bool {
        let at = self.ranges.partition_point(|r| r.1 < uid);
        self.ranges.get(at).is_some_and(|r| r.0 <= uid)
    }

    /// Whether nothing is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// How many are in the set.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.ranges.iter().map(|r| width(*r)).sum()
    }

    /// The smallest in the set.
    #[must_use]
    pub fn first(&self) -> Option<Uid> {
        self.ranges.first().map(|r| r.0)
    }

    /// The largest in the set.
    #[must_use]
    pub fn last(&self) -> Option<Uid> {
        self.ranges.last().map(|r| r.1)
    }

    /// All in the set, ascending. Up to 4,294,967,295 of them if a server said so: take what is
    /// needed, do not collect a set that came from outside.
    pub fn iter(&self) -> impl Iterator<Item = Uid> + '_ {
        self.ranges
            .iter()
            .flat_map(|r| r.0.get()..=r.1.get())
            .filter_map(Uid::new)
    }

    /// The ranges, ascending, ends included.
    #[must_use]
    pub fn ranges(&self) -> &[(Uid, Uid)] {
        &self.ranges
    }

    /// Cut into sets of at most `max_uids` members and `max_octets` in wire form, for command
    /// lines under a limit. A single range is never refused, however small the limits are.
    pub fn chunks(&self, max_uids: usize, max_octets: usize) -> Chunks<'_> {
        Chunks {
            rest: &self.ranges,
            begun: None,
            max_uids: (max_uids as u64).max(1),
            max_octets,
        }
    }
}

/// Heapsort. Sets that are not sorted are rare; the sort of the standard library would be the
/// largest function but three of this crate.
fn sort(ranges: &mut [(Uid, Uid)]) {
    let mut begun = ranges.len() / 2;
    let mut end = ranges.len();
    while end > 1 {
        // First the heap is made, from its last parent on; then its largest goes to the end.
        if begun > 0 {
            begun = begun.saturating_sub(1);
        } else {
            end = end.saturating_sub(1);
            ranges.swap(0, end);
        }
        let mut parent = begun;
        loop {
            let left = parent.saturating_mul(2).saturating_add(1);
            let right = left.saturating_add(1);
            let Some(heap) = ranges.get(..end) else { break };
            let larger = match (heap.get(left), heap.get(right)) {
                (Some(a), Some(b)) if b > a => right,
                (Some(_), _) => left,
                (None, _) => break,
            };
            if heap.get(parent) >= heap.get(larger) {
                break;
            }
            ranges.swap(parent, larger);
            parent = larger;
        }
    }
}

fn width((first, last): (Uid, Uid)) -> u64 {
    u64::from(last.get())
        .saturating_sub(u64::from(first.get()))
        .saturating_add(1)
}

/// Ranges in the order sent: what ESORT (RFC 5267 3.1) needs, whose order is the answer.
pub(crate) fn parse_ranges(text: &[u8]) -> Option<Vec<(Uid, Uid)>> {
    let mut ranges = Vec::new();
    for part in text.split(|b| *b == b',') {
        let range = match part.iter().position(|b| *b == b':') {
            Some(at) => {
                let (first, last) = part.split_at_checked(at)?;
                (number(first)?, number(last.get(1..)?)?)
            }
            None => {
                let one = number(part)?;
                (one, one)
            }
        };
        ranges.push(range);
    }
    Some(ranges)
}

fn number(digits: &[u8]) -> Option<Uid> {
    if digits == b"*" {
        return Some(Uid::MAX);
    }
    if digits.is_empty() {
        return None;
    }
    let mut value: u32 = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value
            .checked_mul(10)?
            .checked_add(u32::from(digit.wrapping_sub(b'0')))?;
    }
    Uid::new(value)
}

impl FromIterator<Uid> for UidSet {
    fn from_iter<I: IntoIterator<Item = Uid>>(uids: I) -> Self {
        let mut ranges: Vec<(Uid, Uid)> = Vec::new();
        for uid in uids {
            match ranges.last_mut() {
                // Ascending runs, which is what callers have, never grow the list.
                Some(last) if uid.get().checked_sub(1) == Some(last.1.get()) => last.1 = uid,
                _ => ranges.push((uid, uid)),
            }
        }
        Self::from_ranges(ranges)
    }
}

impl Extend<Uid> for UidSet {
    fn extend<I: IntoIterator<Item = Uid>>(&mut self, uids: I) {
        let more: Self = uids.into_iter().collect();
        self.ranges.extend(more.ranges);
        *self = Self::from_ranges(core::mem::take(&mut self.ranges));
    }
}

impl From<Uid> for UidSet {
    fn from(uid: Uid) -> Self {
        Self {
            ranges: vec![(uid, uid)],
        }
    }
}

/// The wire form; nothing for the empty set, which the wire cannot say.
impl fmt::Display for UidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (first, last)) in self.ranges.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            first.fmt(f)?;
            if first != last {
                f.write_str(":")?;
                last.fmt(f)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for UidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UidSet({self})")
    }
}

/// What [`UidSet::chunks`] gives.
pub struct Chunks<'a> {
    rest: &'a [(Uid, Uid)],
    /// What is left of a range that was cut.
    begun: Option<(Uid, Uid)>,
    max_uids: u64,
    max_octets: usize,
}

impl Iterator for Chunks<'_> {
    type Item = UidSet;

    fn next(&mut self) -> Option<UidSet> {
        let mut ranges = Vec::new();
        let mut room = self.max_uids;
        let mut octets: usize = 0;
        while room > 0 {
            let Some(range) = self.begun.take().or_else(|| {
                let (first, rest) = self.rest.split_first()?;
                self.rest = rest;
                Some(*first)
            }) else {
                break;
            };
            let after = octets.saturating_add(wire_octets(range));
            if after > self.max_octets && !ranges.is_empty() {
                self.begun = Some(range);
                break;
            }
            octets = after;
            if width(range) <= room {
                room = room.saturating_sub(width(range));
                ranges.push(range);
                continue;
            }
            // `room` is below the width here, so it fits in 32 bits and the cut is inside.
            let next = range
                .0
                .get()
                .saturating_add(u32::try_from(room).unwrap_or(u32::MAX));
            let next = Uid::new(next)?;
            let last = Uid::new(next.get().saturating_sub(1))?;
            ranges.push((range.0, last));
            self.begun = Some((next, range.1));
            room = 0;
        }
        (!ranges.is_empty()).then_some(UidSet { ranges })
    }
}

/// Octets of a range and the comma after it.
fn wire_octets((first, last): (Uid, Uid)) -> usize {
    let digits = |uid: Uid| (uid.get().ilog10() as usize).saturating_add(2);
    if first == last {
        digits(first)
    } else {
        digits(first).saturating_add(digits(last))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may fail")]
mod tests {
    use super::{Uid, UidSet};

    fn set(text: &str) -> UidSet {
        UidSet::parse(text.as_bytes()).unwrap()
    }

    fn uid(number: u32) -> Uid {
        Uid::new(number).unwrap()
    }

    #[test]
    fn sets_are_read_sorted_and_joined() {
        for (text, expected) in [
            ("5", "5"),
            ("1:3,5,10:*", "1:3,5,10:4294967295"),
            ("9:7,8:12,1", "1,7:12"),
            ("1,2,3", "1:3"),
            ("1:4294967295,4294967295", "1:4294967295"),
            ("*", "4294967295"),
        ] {
            assert_eq!(set(text).to_string(), expected);
        }
        for text in [
            "",
            "0",
            "1:0",
            "a",
            "1,",
            ",1",
            "1::2",
            "4294967296",
            "1 2",
            "-1",
            "$",
        ] {
            assert_eq!(UidSet::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn all_uids_there_are_cost_one_range() {
        let all = set("1:*");
        assert_eq!((all.len(), all.ranges().len()), (u64::from(u32::MAX), 1));
        assert!(all.contains(Uid::MAX) && all.contains(Uid::MIN));
        assert_eq!(all.iter().take(2).map(Uid::get).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn inserting_joins_what_touches() {
        let mut found = set("1:3,7,20:30");
        found.insert(uid(5));
        assert_eq!(found.to_string(), "1:3,5,7,20:30");
        found.insert(uid(4));
        assert_eq!(found.to_string(), "1:5,7,20:30");
        found.insert_range(uid(31), uid(6));
        assert_eq!(found.to_string(), "1:31");
        found.insert(Uid::MAX);
        assert_eq!(found.to_string(), "1:31,4294967295");
        assert!(!found.contains(uid(32)));
    }

    #[test]
    fn chunks_keep_both_limits_and_lose_nothing() {
        let found = set("1:10,20,30:35");
        let cut: Vec<_> = found.chunks(4, 100).map(|c| c.to_string()).collect();
        assert_eq!(cut, ["1:4", "5:8", "9:10,20,30", "31:34", "35"]);
        let cut: Vec<_> = found.chunks(100, 8).map(|c| c.to_string()).collect();
        assert_eq!(cut, ["1:10,20", "30:35"]);
        // A range longer than the limit is not refused, or the caller would never come to an end.
        assert_eq!(found.chunks(0, 0).count(), 17);
        assert_eq!(UidSet::new().chunks(1, 1).count(), 0);
        let all = set("1:*");
        assert_eq!(
            all.chunks(usize::MAX, 100)
                .map(|c| c.len())
                .collect::<Vec<_>>(),
            [all.len()]
        );
    }

    #[test]
    fn collecting_and_extending_are_inserting() {
        let mut found: UidSet = [5, 4, 9, 10, 5].map(uid).into_iter().collect();
        assert_eq!(found.to_string(), "4:5,9:10");
        found.extend([uid(6), uid(1)]);
        assert_eq!(found.to_string(), "1,4:6,9:10");
        assert_eq!((found.first(), found.last()), (Uid::new(1), Uid::new(10)));
    }
}
