//! Whose address a request comes from.
//!
//! In: the connection's peer and, from a trusted proxy only, `X-Forwarded-For`. Out: one address to log, to count
//! by and to tell to the mail server. Forwarding headers from anybody else are ignored: they are free text.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// A network in CIDR form, `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: u128,
    mask: u128,
}

impl Network {
    /// Reads `address` or `address/bits`; `None` if it is neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let width: u32 = if address.is_ipv4() { 32 } else { 128 };
        let host_bits = width.checked_sub(bits.unwrap_or(width))?;
        let mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
        let base = number(address) & mask;
        Some(Self { base, mask })
    }

    /// Does `address` lie in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        number(address) & self.mask == self.base
    }
}

/// IPv4 lies in `::ffff:0:0/96`, so that one comparison serves both families.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// The address behind a request.
///
/// `forwarded` are the values of `X-Forwarded-For` in order. They are read from the right, past trusted proxies,
/// to the first address that is not one: what stands left of it anybody could have written.
#[must_use]
pub fn client<'a>(
    peer: SocketAddr,
    forwarded: impl DoubleEndedIterator<Item = &'a str>,
    trusted: &[Network],
) -> SocketAddr {
    let mut client = SocketAddr::new(peer.ip().to_canonical(), peer.port());
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut hops = forwarded.rev().flat_map(|value| value.rsplit(','));
    while is_trusted(client.ip()) {
        let Some(hop) = hops.next().and_then(|hop| read_hop(hop.trim())) else {
            break;
        };
        client = hop;
    }
    client
}

/// `1.2.3.4`, `1.2.3.4:5`, `::1`, `[::1]`, `[::1]:5`.
fn read_hop(text: &str) -> Option<SocketAddr> {
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
    let address = match bare.unwrap_or(text).parse::<IpAddr>() {
        Ok(ip) => SocketAddr::new(ip, 0),
        Err(_) => text.parse().ok()?,
    };
    Some(SocketAddr::new(address.ip().to_canonical(), address.port()))
}

/// What addresses are counted by: an IPv4 address, or an IPv6 /64, which is the least that one subscriber gets.
#[must_use]
pub fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        v4 @ IpAddr::V4(_) => v4,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let trusted: Vec<_> = trusted.iter().map(|t| Network::parse(t).unwrap()).collect();
        client(peer.parse().unwrap(), forwarded.iter().copied(), &trusted)
            .ip()
            .to_string()
    }

    #[test]
    fn a_stranger_cannot_name_its_own_address() {
        assert_eq!(seen("9.9.9.9:1", &["1.1.1.1"], &[]), "9.9.9.9");
        assert_eq!(seen("9.9.9.9:1", &["1.1.1.1"], &["10.0.0.0/8"]), "9.9.9.9");
    }

    #[test]
    fn a_trusted_proxy_names_the_last_address_that_is_not_a_proxy() {
        let trusted = ["10.0.0.0/8", "::1"];
        let ask = |forwarded: &[&str]| seen("10.0.0.1:1", forwarded, &trusted);
        assert_eq!(ask(&["6.6.6.6, 1.1.1.1, 10.2.3.4"]), "1.1.1.1");
        assert_eq!(ask(&["6.6.6.6", "1.1.1.1"]), "1.1.1.1");
        assert_eq!(ask(&["[2001:db8::5]:77"]), "2001:db8::5");
        assert_eq!(ask(&["1.1.1.1:80"]), "1.1.1.1");
        assert_eq!(ask(&["1.1.1.1, unknown"]), "10.0.0.1");
        assert_eq!(ask(&[]), "10.0.0.1");
        assert_eq!(
            seen("[::ffff:10.0.0.1]:1", &["1.1.1.1"], &trusted),
            "1.1.1.1"
        );
    }

    #[test]
    fn networks_are_read_and_compared_by_bits() {
        let within = |network: &str, address: &str| {
            Network::parse(network).is_some_and(|n| n.contains(address.parse().unwrap()))
        };
        assert!(within("192.168.0.0/16", "192.168.255.1"));
        assert!(!within("192.168.0.0/16", "192.169.0.1"));
        assert!(within("0.0.0.0/0", "8.8.8.8"));
        assert!(!within("0.0.0.0/0", "2001:db8::1"));
        assert!(within("2001:db8::/32", "2001:db8:1::1"));
        for wrong in ["", "10.0.0.0/33", "10.0.0.0/-1", "x", "::/129", "10.0.0/8"] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ipv6_is_counted_by_the_64() {
        let key = |text: &str| counted(text.parse().unwrap()).to_string();
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(key("::ffff:1.2.3.4"), "1.2.3.4");
    }
}
