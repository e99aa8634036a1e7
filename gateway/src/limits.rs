//! Every bound that the gateway sets to what others may use of it, with its default and its reason.
//!
//! `[limits]` of the configuration changes them by these names; each is a whole number.

use std::time::Duration;

/// The bounds, as configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Tunnels open at one time. Each needs two file descriptors.
    pub tunnels: usize,
    /// Tunnels open at one time from one address (IPv6: one /64). A device holds two per account, and a whole
    /// office may share one address.
    pub tunnels_per_address: usize,
    /// Poke channels open at one time, one for each device that is signed in. Each needs one file descriptor.
    pub pokes: usize,
    /// Poke channels open at one time from one address, for as many devices as there may be tunnels of.
    pub pokes_per_address: usize,
    /// Topics that all poke channels have joined together. Each costs some 80 octets for as long as it is joined.
    pub poke_topics: usize,
    /// Upgrades that one address may ask for in a minute, all of them at once if it likes. An office whose
    /// line was down comes back together.
    pub upgrades_per_minute: u32,
    /// HTTP connections open at one time, those that became channels not counted.
    pub connections: usize,
    /// HTTP connections open at one time from one address; a trusted proxy has all that there are.
    pub connections_per_address: usize,
    /// Time for a request's head to arrive, and for the next one on a connection kept open.
    pub head: Duration,
    /// Size of a request's head.
    pub head_octets: usize,
    /// Time for the TLS handshake, where the gateway itself speaks HTTPS.
    pub handshake: Duration,
    /// Time for a mail server to accept the connection, its name's look-up included.
    pub dial: Duration,
    /// Size of one WebSocket frame from a page. Frames are passed on as they arrive and never held whole, so
    /// this bounds nonsense, not memory.
    pub frame_octets: u64,
    /// Octets per second that one tunnel carries each way.
    pub octets_per_second: u64,
    /// Silence from a page after which it is pinged. Many proxies cut a silent connection after 60 s.
    pub ping: Duration,
    /// Time for the answer to a ping.
    pub pong: Duration,
    /// Time for which one side may refuse to take what the other sends.
    pub stall: Duration,
    /// Time for channels to end in when the gateway is told to stop.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tunnels: 8_000,
            tunnels_per_address: 200,
            pokes: 20_000,
            pokes_per_address: 100,
            poke_topics: 2_000_000,
            upgrades_per_minute: 600,
            connections: 2_000,
            connections_per_address: 200,
            head: Duration::from_secs(10),
            head_octets: 16 * 1024,
            handshake: Duration::from_secs(10),
            dial: Duration::from_secs(10),
            frame_octets: 16 * 1024 * 1024,
            octets_per_second: 1_000_000_000,
            ping: Duration::from_secs(45),
            pong: Duration::from_secs(20),
            stall: Duration::from_secs(60),
            shutdown: Duration::from_secs(5),
        }
    }
}

/// Descriptors for what is neither a channel nor a connection: listeners, log, runtime.
const OTHER_DESCRIPTORS: usize = 64;

impl Limits {
    /// Lowers tunnels, poke channels and connections to what `descriptors` open files can carry; true if it had to.
    pub fn fit(&mut self, descriptors: usize) -> bool {
        let before = (self.tunnels, self.pokes, self.connections);
        let usable = descriptors.saturating_sub(OTHER_DESCRIPTORS);
        self.connections = self.connections.min(usable / 4).max(1);
        let left = usable.saturating_sub(self.connections);
        // A device has a poke channel to two tunnels, so they share alike; what tunnels leave is there for pokes too.
        let not_tunnels = left.saturating_sub(self.tunnels.saturating_mul(2));
        self.pokes = self.pokes.min(not_tunnels.max(left / 5));
        self.tunnels = self.tunnels.min(left.saturating_sub(self.pokes) / 2).max(1);
        before != (self.tunnels, self.pokes, self.connections)
    }
}

/// Raises this process's limit of open files as far as it may, and says what it is then.
#[must_use]
pub fn raise_descriptors() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let current = if setrlimit(Resource::Nofile, raised).is_ok() {
        limit.maximum
    } else {
        limit.current
    };
    // No limit at all is told as `None`.
    current.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_shrink_to_the_descriptors_there_are() {
        let mut limits = Limits::default();
        assert!(!limits.fit(100_000));
        assert!(limits.fit(1_064));
        let fitted = (limits.connections, limits.tunnels, limits.pokes);
        assert_eq!(fitted, (250, 300, 150));
        assert!(limits.fit(0));
        assert_eq!((limits.connections, limits.tunnels), (1, 1));
        // A gateway without pokes keeps all for its tunnels.
        let mut limits = Limits {
            pokes: 0,
            ..Limits::default()
        };
        assert!(limits.fit(1_064));
        assert_eq!((limits.tunnels, limits.pokes), (375, 0));
    }
}
