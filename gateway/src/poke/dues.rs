//! How often one channel may say something: more than that is merged, and far more ends it.
//!
//! A page that changes a thousand messages pokes a few topics a thousand times; told twenty times a second, the
//! others miss nothing. So what comes too early is kept and merged until its time: pokes into one, of joins the last.
//! What is kept is bounded by one message of each kind.

use std::time::Duration;

use samma_transport::poke::{Kind, POKE_TOPICS, Topic};
use tokio::time::Instant;

/// Between two pokes, in the long run: nobody's mailbox changes twenty times a second by hand.
const POKE_EVERY: Duration = Duration::from_millis(50);
/// Pokes that may come at once.
const POKES_AT_ONCE: u32 = 50;
/// Between two joins, in the long run. One costs the hub up to two times 512 steps, and is due when somebody opens
/// another folder.
const JOIN_EVERY: Duration = Duration::from_millis(500);
/// Joins that may come at once.
const JOINS_AT_ONCE: u32 = 20;
/// Between two messages of any kind, ten times as many as pokes are passed on: no page does that by mistake for long.
const MESSAGE_EVERY: Duration = Duration::from_millis(5);
/// Messages that may come at once.
const MESSAGES_AT_ONCE: u32 = 500;

/// A channel has said far more than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMuch;

/// What is to be done now.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Act {
    Join(Vec<Topic>),
    Poke(Vec<Topic>),
}

/// What one channel may still say, and what it has said too early.
#[derive(Debug)]
pub(super) struct Dues {
    pokes: Bucket,
    joins: Bucket,
    messages: Bucket,
    /// Topics to poke; sorted, each once.
    owed: Vec<Topic>,
    wanted: Option<Vec<Topic>>,
}

impl Dues {
    pub(super) const fn new(now: Instant) -> Self {
        Self {
            pokes: Bucket::new(now),
            joins: Bucket::new(now),
            messages: Bucket::new(now),
            owed: Vec::new(),
            wanted: None,
        }
    }

    /// Takes a message. What is to be done for it by now, [`Self::ripe`] tells.
    pub(super) fn take(
        &mut self,
        kind: Kind,
        topics: Vec<Topic>,
        now: Instant,
    ) -> Result<(), TooMuch> {
        if !self.messages.take(MESSAGE_EVERY, MESSAGES_AT_ONCE, now) {
            return Err(TooMuch);
        }
        if kind == Kind::Join {
            self.wanted = Some(topics);
            return Ok(());
        }
        for topic in topics {
            // Over the bound the others are not told of it: a poke is a hint.
            if let Err(place) = self.owed.binary_search(&topic)
                && self.owed.len() < POKE_TOPICS
            {
                self.owed.insert(place, topic);
            }
        }
        Ok(())
    }

    /// What is to be done now, one after the other; `None` when that was all.
    pub(super) fn ripe(&mut self, now: Instant) -> Option<Act> {
        if let Some(topics) = self
            .wanted
            .take_if(|_| self.joins.take(JOIN_EVERY, JOINS_AT_ONCE, now))
        {
            return Some(Act::Join(topics));
        }
        if !self.owed.is_empty() && self.pokes.take(POKE_EVERY, POKES_AT_ONCE, now) {
            return Some(Act::Poke(std::mem::take(&mut self.owed)));
        }
        None
    }

    /// When there will be something to do, if there will.
    pub(super) fn due(&self) -> Option<Instant> {
        let join = self.wanted.as_ref();
        let join = join.and_then(|_| self.joins.ready(JOIN_EVERY, JOINS_AT_ONCE));
        let poke = (!self.owed.is_empty()).then(|| self.pokes.ready(POKE_EVERY, POKES_AT_ONCE));
        join.into_iter().chain(poke.flatten()).min()
    }
}

/// So many at once and then one every so often. It keeps when all that it let through would have passed one by one.
#[derive(Debug)]
struct Bucket {
    paid_until: Instant,
}

impl Bucket {
    const fn new(now: Instant) -> Self {
        Self { paid_until: now }
    }

    /// Lets one through, or not yet.
    fn take(&mut self, every: Duration, at_once: u32, now: Instant) -> bool {
        if self.ready(every, at_once).is_some_and(|ready| ready > now) {
            return false;
        }
        if let Some(paid) = self.paid_until.max(now).checked_add(every) {
            self.paid_until = paid;
        }
        true
    }

    /// When the next one may pass; `None` if that is long past.
    fn ready(&self, every: Duration, at_once: u32) -> Option<Instant> {
        let ahead = every.saturating_mul(at_once.saturating_sub(1));
        self.paid_until.checked_sub(ahead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(numbers: &[u8]) -> Vec<Topic> {
        numbers.iter().map(|&n| Topic([n; 16])).collect()
    }

    fn after(now: Instant, millis: u64) -> Instant {
        now.checked_add(Duration::from_millis(millis)).unwrap()
    }

    fn poke(dues: &mut Dues, number: u8, now: Instant) -> Option<Act> {
        dues.take(Kind::Poke, topics(&[number]), now).unwrap();
        dues.ripe(now)
    }

    #[test]
    fn pokes_pass_until_the_burst_is_over_and_then_merge_until_their_time() {
        let now = Instant::now();
        let mut dues = Dues::new(now);
        for _ in 0..POKES_AT_ONCE {
            assert_eq!(poke(&mut dues, 1, now), Some(Act::Poke(topics(&[1]))));
        }
        assert_eq!(dues.due(), None);
        for number in [3, 2, 3] {
            assert_eq!(poke(&mut dues, number, now), None);
        }
        let due = dues.due().unwrap();
        assert_eq!(due, now.checked_add(POKE_EVERY).unwrap());
        assert_eq!(dues.ripe(due), Some(Act::Poke(topics(&[2, 3]))));
        assert_eq!((dues.ripe(due), dues.due()), (None, None));
        assert_eq!(poke(&mut dues, 1, due), None);
        assert_eq!(
            poke(&mut dues, 1, after(due, 60_000)),
            Some(Act::Poke(topics(&[1])))
        );
    }

    #[test]
    fn of_joins_that_come_too_early_the_last_one_counts() {
        let now = Instant::now();
        let mut dues = Dues::new(now);
        for _ in 0..JOINS_AT_ONCE {
            dues.take(Kind::Join, topics(&[1]), now).unwrap();
            assert_eq!(dues.ripe(now), Some(Act::Join(topics(&[1]))));
        }
        for number in [2, 3] {
            dues.take(Kind::Join, topics(&[number]), now).unwrap();
            assert_eq!(dues.ripe(now), None);
        }
        let due = dues.due().unwrap();
        assert_eq!(due, now.checked_add(JOIN_EVERY).unwrap());
        assert_eq!(dues.ripe(due), Some(Act::Join(topics(&[3]))));
        assert_eq!(dues.due(), None);
    }

    #[test]
    fn what_is_merged_is_no_more_than_one_poke() {
        let now = Instant::now();
        let mut dues = Dues::new(now);
        while poke(&mut dues, 0, now).is_some() {}
        for number in 0..100 {
            assert_eq!(poke(&mut dues, number, now), None);
        }
        let Some(Act::Poke(merged)) = dues.ripe(after(now, 1_000)) else {
            panic!("it is time");
        };
        assert_eq!(merged.len(), POKE_TOPICS);
    }

    #[test]
    fn ten_times_too_much_is_too_much() {
        let now = Instant::now();
        let mut dues = Dues::new(now);
        for _ in 0..MESSAGES_AT_ONCE {
            assert_eq!(dues.take(Kind::Poke, topics(&[1]), now), Ok(()));
        }
        assert_eq!(dues.take(Kind::Poke, topics(&[1]), now), Err(TooMuch));
        assert_eq!(dues.take(Kind::Join, topics(&[1]), now), Err(TooMuch));
        assert_eq!(dues.take(Kind::Poke, topics(&[1]), after(now, 5)), Ok(()));
    }
}
