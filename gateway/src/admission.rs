//! Who may still come in: connections, tunnels, poke channels and upgrades, counted by address and in all.
//!
//! A pass is given out while there is room and takes itself back when dropped. What it costs to keep count is
//! bounded as well: addresses that hold nothing are forgotten.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use samma_transport::tunnel::Refusal;

use crate::{address::counted, limits::Limits};

/// Addresses remembered at one time. A flood from more than these shares one account.
const ADDRESSES: usize = 65_536;
const MINUTE: Duration = Duration::from_secs(60);

/// What an upgrade leads to. Each kind has its own room; upgrades are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// [`crate::tunnel`].
    Tunnel,
    /// [`crate::poke`].
    Poke,
}

/// Channels open, by kind.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    tunnels: usize,
    pokes: usize,
}

impl Open {
    const fn of(&mut self, channel: Channel) -> &mut usize {
        match channel {
            Channel::Tunnel => &mut self.tunnels,
            Channel::Poke => &mut self.pokes,
        }
    }
}

/// The counts.
#[derive(Debug)]
pub struct Admission {
    limits: Limits,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    connections: usize,
    open: Open,
    closing: bool,
    addresses: HashMap<IpAddr, Held>,
    swept: Option<Instant>,
}

#[derive(Debug)]
struct Held {
    connections: usize,
    open: Open,
    /// Upgrades in the minute that began at `since`.
    upgrades: u32,
    since: Instant,
}

impl Held {
    fn is_idle(&self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.since);
        let nothing = self.connections == 0 && self.open.tunnels == 0 && self.open.pokes == 0;
        nothing && passed >= MINUTE
    }
}

/// Room for one HTTP connection.
#[derive(Debug)]
pub struct ConnectionPass {
    admission: Arc<Admission>,
    address: Option<IpAddr>,
}

/// Room for one channel.
#[derive(Debug)]
pub struct ChannelPass {
    admission: Arc<Admission>,
    address: IpAddr,
    channel: Channel,
}

impl Admission {
    /// Nobody is in yet.
    #[must_use]
    pub fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            counts: Mutex::default(),
        })
    }

    /// Room for a connection from `address`, or, with `None`, from a trusted proxy; `None` if there is none left.
    #[must_use]
    pub fn connection(
        self: &Arc<Self>,
        address: Option<IpAddr>,
        now: Instant,
    ) -> Option<ConnectionPass> {
        let mut counts = self.counts();
        let address = address.map(|address| counts.account(address, now));
        if counts.connections >= self.limits.connections {
            return None;
        }
        if let Some(address) = address {
            let held = counts.held(address, now);
            if held.connections >= self.limits.connections_per_address {
                return None;
            }
            held.connections = held.connections.saturating_add(1);
        }
        counts.connections = counts.connections.saturating_add(1);
        Some(ConnectionPass {
            admission: Arc::clone(self),
            address,
        })
    }

    /// Room for a `channel` from `address`.
    ///
    /// # Errors
    /// The first reason against it.
    pub fn channel(
        self: &Arc<Self>,
        channel: Channel,
        address: IpAddr,
        now: Instant,
    ) -> Result<ChannelPass, Refusal> {
        let mut counts = self.counts();
        let address = counts.account(address, now);
        let allowed = self.verdict(&mut counts, channel, address, now);
        // Refused ones count too, or knocking would cost nothing.
        let held = counts.held(address, now);
        held.upgrades = held.upgrades.saturating_add(1);
        allowed?;
        let open = held.open.of(channel);
        *open = open.saturating_add(1);
        let open = counts.open.of(channel);
        *open = open.saturating_add(1);
        Ok(ChannelPass {
            admission: Arc::clone(self),
            address,
            channel,
        })
    }

    /// Would [`Self::channel`] give a pass now.
    ///
    /// # Errors
    /// The first reason against it.
    pub fn would_admit(
        &self,
        channel: Channel,
        address: IpAddr,
        now: Instant,
    ) -> Result<(), Refusal> {
        let mut counts = self.counts();
        let address = counts.account(address, now);
        self.verdict(&mut counts, channel, address, now)
    }

    /// From now on no channel is admitted.
    pub fn close(&self) {
        self.counts().closing = true;
    }

    /// Channels of a kind that are open.
    #[must_use]
    pub fn open(&self, channel: Channel) -> usize {
        *self.counts().open.of(channel)
    }

    fn verdict(
        &self,
        counts: &mut Counts,
        channel: Channel,
        address: IpAddr,
        now: Instant,
    ) -> Result<(), Refusal> {
        if counts.closing {
            return Err(Refusal::ShuttingDown);
        }
        let held = counts.held(address, now);
        let limits = &self.limits;
        let (per_address, in_all) = match channel {
            Channel::Tunnel => (limits.tunnels_per_address, limits.tunnels),
            Channel::Poke => (limits.pokes_per_address, limits.pokes),
        };
        if *held.open.of(channel) >= per_address || held.upgrades >= limits.upgrades_per_minute {
            return Err(Refusal::TooManyFromAddress);
        }
        if *counts.open.of(channel) >= in_all {
            return Err(Refusal::TooMany);
        }
        Ok(())
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        // Counts are whole after every statement, so a panic elsewhere leaves nothing half done.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    /// Under which address `address` is counted. While the book is full, newcomers share one page of it.
    fn account(&mut self, address: IpAddr, now: Instant) -> IpAddr {
        let address = counted(address);
        if self.addresses.len() < ADDRESSES || self.addresses.contains_key(&address) {
            return address;
        }
        // A sweep reads the whole book, so a flood must not cause more than one a second.
        let due = |swept| now.saturating_duration_since(swept) >= Duration::from_secs(1);
        if self.swept.is_none_or(due) {
            self.swept = Some(now);
            self.addresses.retain(|_, held| !held.is_idle(now));
        }
        if self.addresses.len() < ADDRESSES {
            address
        } else {
            IpAddr::from([0, 0, 0, 0])
        }
    }

    fn held(&mut self, account: IpAddr, now: Instant) -> &mut Held {
        let held = self.addresses.entry(account).or_insert(Held {
            connections: 0,
            open: Open::default(),
            upgrades: 0,
            since: now,
        });
        if now.saturating_duration_since(held.since) >= MINUTE {
            (held.upgrades, held.since) = (0, now);
        }
        held
    }
}

impl Drop for ConnectionPass {
    fn drop(&mut self) {
        let mut counts = self.admission.counts();
        counts.connections = counts.connections.saturating_sub(1);
        if let Some(held) = self.address.and_then(|a| counts.addresses.get_mut(&a)) {
            held.connections = held.connections.saturating_sub(1);
        }
    }
}

impl Drop for ChannelPass {
    fn drop(&mut self) {
        let mut counts = self.admission.counts();
        let open = counts.open.of(self.channel);
        *open = open.saturating_sub(1);
        if let Some(held) = counts.addresses.get_mut(&self.address) {
            let open = held.open.of(self.channel);
            *open = open.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(change: impl FnOnce(&mut Limits)) -> Arc<Admission> {
        let mut limits = Limits::default();
        change(&mut limits);
        Admission::new(limits)
    }

    fn ip(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn an_address_gets_its_tunnels_and_not_one_more() {
        let admission = admission(|l| l.tunnels_per_address = 2);
        let now = Instant::now();
        let first = admission.channel(Channel::Tunnel, ip(1), now).unwrap();
        let _second = admission.channel(Channel::Tunnel, ip(1), now).unwrap();
        assert_eq!(
            admission.channel(Channel::Tunnel, ip(1), now).unwrap_err(),
            Refusal::TooManyFromAddress
        );
        assert_eq!(
            admission.would_admit(Channel::Tunnel, ip(1), now),
            Err(Refusal::TooManyFromAddress)
        );
        assert_eq!(admission.would_admit(Channel::Tunnel, ip(2), now), Ok(()));
        drop(first);
        assert!(admission.channel(Channel::Tunnel, ip(1), now).is_ok());
    }

    #[test]
    fn all_together_get_what_there_is() {
        let admission = admission(|l| l.tunnels = 2);
        let now = Instant::now();
        let _held = [
            admission.channel(Channel::Tunnel, ip(1), now),
            admission.channel(Channel::Tunnel, ip(2), now),
        ];
        assert_eq!(
            admission.channel(Channel::Tunnel, ip(3), now).unwrap_err(),
            Refusal::TooMany
        );
        assert_eq!(admission.open(Channel::Tunnel), 2);
    }

    #[test]
    fn pokes_have_room_of_their_own() {
        let admission = admission(|l| {
            (l.tunnels, l.pokes, l.pokes_per_address) = (1, 3, 2);
        });
        let now = Instant::now();
        let poke = |last| admission.channel(Channel::Poke, ip(last), now);
        let _tunnel = admission.channel(Channel::Tunnel, ip(1), now).unwrap();
        let (first, _second) = (poke(1).unwrap(), poke(1).unwrap());
        assert_eq!(poke(1).unwrap_err(), Refusal::TooManyFromAddress);
        let _third = poke(2).unwrap();
        assert_eq!(poke(2).unwrap_err(), Refusal::TooMany);
        assert_eq!(admission.open(Channel::Poke), 3);
        assert_eq!(admission.open(Channel::Tunnel), 1);
        drop(first);
        assert!(poke(1).is_ok());
    }

    #[test]
    fn upgrades_are_counted_by_the_minute_refused_ones_too() {
        let admission = admission(|l| l.upgrades_per_minute = 3);
        let now = Instant::now();
        for _ in 0..3 {
            assert!(admission.channel(Channel::Tunnel, ip(1), now).is_ok());
        }
        assert!(admission.channel(Channel::Tunnel, ip(1), now).is_err());
        assert!(admission.channel(Channel::Tunnel, ip(2), now).is_ok());
        let later = now.checked_add(MINUTE).unwrap();
        assert!(admission.channel(Channel::Tunnel, ip(1), later).is_ok());
    }

    #[test]
    fn connections_are_counted_by_address_but_a_proxy_has_all() {
        let admission = admission(|l| (l.connections, l.connections_per_address) = (4, 2));
        let now = Instant::now();
        let held = [Some(ip(1)), Some(ip(1)), None, None].map(|a| admission.connection(a, now));
        assert!(held.iter().all(Option::is_some));
        assert!(admission.connection(Some(ip(2)), now).is_none());
        drop(held);
        assert!(admission.connection(Some(ip(1)), now).is_some());
    }

    #[test]
    fn the_book_of_addresses_is_bounded_and_forgets() {
        let admission = admission(|_| ());
        let now = Instant::now();
        let many = u32::try_from(ADDRESSES).unwrap();
        for number in 0..many + 10 {
            let _ = admission.channel(
                Channel::Tunnel,
                std::net::Ipv4Addr::from_bits(number + 1).into(),
                now,
            );
        }
        assert!(admission.counts().addresses.len() <= ADDRESSES + 1);
        assert_eq!(admission.open(Channel::Tunnel), 0);
        let later = now.checked_add(MINUTE * 2).unwrap();
        assert!(admission.channel(Channel::Tunnel, ip(1), later).is_ok());
        assert!(admission.counts().addresses.len() < 10);
    }

    #[test]
    fn nobody_is_admitted_once_it_closes() {
        let admission = admission(|_| ());
        admission.close();
        assert_eq!(
            admission.would_admit(Channel::Tunnel, ip(1), Instant::now()),
            Err(Refusal::ShuttingDown)
        );
    }
}
