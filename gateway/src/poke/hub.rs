//! Who has joined what, and who is poked: a poke's topics in, wakened members out. In memory, nothing else.
//!
//! Passing a poke on never waits for anybody. A member has a set of topics that it was poked about and has not told
//! its page yet; more pokes only add to that set, which is never larger than what the member has joined. So a page
//! that is slow costs as much as one that is quick, and holds up nobody.
//!
//! Memberships lie in one ordered map from (topic, member). It has no list of its own for each topic, so that half a
//! million memberships are that many entries and no more; and it has no hashes, so that topics, which others choose,
//! can't be chosen to make it slow.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use samma_transport::poke::Topic;
use tokio::sync::{Notify, mpsc};

/// Most members that one topic's poke reaches, the longest joined first: a person's devices, or a team's. It bounds
/// what a poke can cost.
const REACHED: usize = 1_000;

/// All members of one gateway.
#[derive(Debug)]
pub struct Hub {
    /// Memberships that there may be.
    most: usize,
    joined: Mutex<Joined>,
    next_member: AtomicU64,
    /// To the other gateways.
    relay: OnceLock<mpsc::Sender<Vec<Topic>>>,
}

#[derive(Debug, Default)]
struct Joined {
    seats: BTreeMap<(Topic, u64), Arc<Seat>>,
    /// Somebody could not join all that they asked for; told once until there is room again.
    is_full: bool,
}

/// What the hub knows of one member.
#[derive(Debug, Default)]
struct Seat {
    /// Poked and not yet told; sorted, each once, all of them joined.
    pending: Mutex<Vec<Topic>>,
    due: Notify,
}

impl Seat {
    fn pending(&self) -> MutexGuard<'_, Vec<Topic>> {
        // A sorted list after every statement, so a panic elsewhere leaves nothing half done.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poke(&self, topic: Topic) {
        let mut pending = self.pending();
        if let Err(place) = pending.binary_search(&topic) {
            pending.insert(place, topic);
            self.due.notify_one();
        }
    }
}

impl Hub {
    /// A hub in which all members together may join `most` topics.
    #[must_use]
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            joined: Mutex::default(),
            next_member: AtomicU64::new(0),
            relay: OnceLock::new(),
        })
    }

    /// A new member, that has joined nothing.
    #[must_use]
    pub fn member(self: &Arc<Self>) -> Member {
        Member {
            hub: Arc::clone(self),
            number: self.next_member.fetch_add(1, Ordering::Relaxed),
            seat: Arc::default(),
            topics: Vec::new(),
        }
    }

    /// Pokes by members of this gateway go to `relay` too, as far as it has room. Only the first one counts.
    pub fn relay_to(&self, relay: mpsc::Sender<Vec<Topic>>) {
        let _ = self.relay.set(relay);
    }

    /// Pokes everybody here who has joined one of `topics`, for somebody at another gateway. Says how many
    /// memberships that met.
    pub fn poke(&self, topics: &[Topic]) -> usize {
        self.poke_but(topics, None)
    }

    fn poke_but(&self, topics: &[Topic], sender: Option<u64>) -> usize {
        let joined = self.joined();
        let mut met = 0_usize;
        for &topic in topics {
            let seats = joined.seats.range((topic, 0)..=(topic, u64::MAX));
            let others = seats.filter(|((_, member), _)| Some(*member) != sender);
            for (_, seat) in others.take(REACHED) {
                seat.poke(topic);
                met = met.saturating_add(1);
            }
        }
        met
    }

    fn joined(&self) -> MutexGuard<'_, Joined> {
        self.joined.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One member; it leaves when dropped.
#[derive(Debug)]
pub struct Member {
    hub: Arc<Hub>,
    number: u64,
    seat: Arc<Seat>,
    /// Joined; sorted, each once.
    topics: Vec<Topic>,
}

impl Member {
    /// Joins `topics` in place of those before. Where the hub has no room, new ones are left out.
    pub fn join(&mut self, mut topics: Vec<Topic>) {
        topics.sort_unstable();
        topics.dedup();
        let mut joined = self.hub.joined();
        for &topic in &self.topics {
            if topics.binary_search(&topic).is_err() {
                joined.seats.remove(&(topic, self.number));
            }
        }
        let is_old = |topic: &Topic| self.topics.binary_search(topic).is_ok();
        let mut room = self.hub.most.saturating_sub(joined.seats.len());
        let asked = topics.len();
        topics.retain(|&topic| {
            if is_old(&topic) {
                return true;
            }
            let fits = room > 0;
            if fits {
                room = room.saturating_sub(1);
                let seat = Arc::clone(&self.seat);
                joined.seats.insert((topic, self.number), seat);
            }
            fits
        });
        if topics.len() < asked && !joined.is_full {
            joined.is_full = true;
            tracing::warn!(most = self.hub.most, "no room for more topics to join");
        }
        joined.is_full &= has_little_room(joined.seats.len(), self.hub.most);
        // While the hub is locked nobody pokes, so nothing can be pending that is not joined.
        let mut pending = self.seat.pending();
        pending.retain(|topic| topics.binary_search(topic).is_ok());
        drop((pending, joined));
        topics.shrink_to_fit();
        self.topics = topics;
    }

    /// Pokes all others who have joined one of `topics`, here and at the other gateways. Says how many memberships
    /// that met here.
    pub fn poke(&self, topics: &[Topic]) -> usize {
        if let Some(relay) = self.hub.relay.get() {
            // Without room the others are not told: a poke is a hint, and the way to them stands still anyway.
            let _ = relay.try_send(topics.to_vec());
        }
        self.hub.poke_but(topics, Some(self.number))
    }

    /// Waits until somebody pokes, and takes what was poked: sorted, each once, never empty. Nothing is lost when
    /// dropped before it is ready.
    pub async fn poked(&self) -> Vec<Topic> {
        loop {
            let pending = std::mem::take(&mut *self.seat.pending());
            if !pending.is_empty() {
                return pending;
            }
            self.seat.due.notified().await;
        }
    }

    /// How many topics it has joined.
    #[must_use]
    pub const fn topics(&self) -> usize {
        self.topics.len()
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut joined = self.hub.joined();
        for &topic in &self.topics {
            joined.seats.remove(&(topic, self.number));
        }
        joined.is_full &= has_little_room(joined.seats.len(), self.hub.most);
    }
}

/// Is less than a tenth free. There being room for a moment is not worth telling the next time it is gone.
const fn has_little_room(used: usize, most: usize) -> bool {
    used.saturating_mul(10) > most.saturating_mul(9)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    fn topic(n: u8) -> Topic {
        Topic([n; 16])
    }

    fn topics(numbers: &[u8]) -> Vec<Topic> {
        numbers.iter().copied().map(topic).collect()
    }

    fn member(hub: &Arc<Hub>, numbers: &[u8]) -> Member {
        let mut member = hub.member();
        member.join(topics(numbers));
        member
    }

    async fn poked(member: &Member) -> Vec<Topic> {
        timeout(Duration::from_secs(20), member.poked())
            .await
            .unwrap()
    }

    fn has_none(member: &Member) -> bool {
        member.seat.pending().is_empty()
    }

    #[tokio::test]
    async fn a_poke_reaches_those_who_joined_and_not_its_sender() {
        let hub = Hub::new(100);
        let sender = member(&hub, &[1, 2]);
        let (both, one) = (member(&hub, &[2, 1, 1]), member(&hub, &[2, 3]));
        let stranger = member(&hub, &[4]);
        assert_eq!(sender.poke(&topics(&[2, 1, 5])), 3);
        assert_eq!(poked(&both).await, topics(&[1, 2]));
        assert_eq!(poked(&one).await, topics(&[2]));
        assert!(has_none(&stranger) && has_none(&sender));
        assert_eq!(hub.poke(&topics(&[1])), 2);
        assert_eq!(poked(&sender).await, topics(&[1]));
    }

    #[tokio::test]
    async fn pokes_of_a_slow_member_are_merged() {
        let hub = Hub::new(100);
        let (sender, slow) = (member(&hub, &[]), member(&hub, &[1, 2, 3]));
        for n in [3, 1, 3, 1, 4] {
            sender.poke(&[topic(n)]);
        }
        assert_eq!(poked(&slow).await, topics(&[1, 3]));
        assert!(has_none(&slow));
    }

    #[tokio::test]
    async fn joining_replaces_and_forgets_what_is_no_longer_joined() {
        let hub = Hub::new(100);
        let (sender, mut other) = (member(&hub, &[]), member(&hub, &[1, 2]));
        sender.poke(&topics(&[1, 2]));
        other.join(topics(&[2, 3]));
        assert_eq!(poked(&other).await, topics(&[2]));
        assert_eq!(sender.poke(&topics(&[1])), 0);
        assert_eq!(sender.poke(&topics(&[3])), 1);
        drop(other);
        assert!(hub.joined().seats.is_empty());
    }

    #[test]
    fn all_together_join_as_much_as_there_is_room_for() {
        let hub = Hub::new(4);
        let mut first = member(&hub, &[1, 2, 3]);
        let mut second = member(&hub, &[1, 2]);
        assert_eq!((first.topics(), second.topics()), (3, 1));
        // What was joined stays, wherever it lies among the new ones.
        second.join(topics(&[0, 1]));
        assert_eq!(second.topics, topics(&[1]));
        assert!(hub.joined().is_full);
        first.join(topics(&[3]));
        assert!(!hub.joined().is_full);
        second.join(topics(&[0, 1, 2]));
        assert_eq!(second.topics(), 3);
        drop((first, second));
        assert!(hub.joined().seats.is_empty());
    }

    #[test]
    fn a_topic_s_poke_reaches_so_many_and_no_more() {
        let hub = Hub::new(10_000);
        let members: Vec<_> = (0..=REACHED).map(|_| member(&hub, &[1])).collect();
        assert_eq!(hub.poke(&[topic(1)]), REACHED);
        assert!(has_none(members.last().unwrap()));
        assert_eq!(members[0].poke(&[topic(1)]), REACHED);
        assert!(!has_none(members.last().unwrap()));
    }

    #[tokio::test]
    async fn only_what_is_poked_here_goes_to_the_relay_and_a_full_one_holds_up_nobody() {
        let hub = Hub::new(100);
        let (relay, mut relayed) = mpsc::channel(1);
        hub.relay_to(relay);
        let (sender, other) = (member(&hub, &[]), member(&hub, &[1, 2]));
        hub.poke(&[topic(1)]);
        sender.poke(&[topic(2)]);
        sender.poke(&[topic(1)]);
        assert_eq!(poked(&other).await, topics(&[1, 2]));
        assert_eq!(relayed.recv().await, Some(topics(&[2])));
        assert!(relayed.try_recv().is_err());
    }
}
