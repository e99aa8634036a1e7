//! The PROXY protocol header, version 2, which tells a mail server who is behind a connection.
//!
//! Sent before any other byte to servers with `proxy_protocol = true`, so that their logs, limits and bans
//! see the person's address in place of the gateway's.

use std::net::{IpAddr, SocketAddr};

const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";
/// Version 2, command PROXY.
const VERSION_AND_COMMAND: u8 = 0x21;
const TCP_OVER_IPV4: u8 = 0x11;
const TCP_OVER_IPV6: u8 = 0x21;

/// The header for a connection from `source` that arrived at `destination`.
#[must_use]
pub fn encode(source: SocketAddr, destination: SocketAddr) -> Vec<u8> {
    let mut header = SIGNATURE.to_vec();
    header.push(VERSION_AND_COMMAND);
    match (source.ip().to_canonical(), destination.ip().to_canonical()) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            header.push(TCP_OVER_IPV4);
            header.extend(12_u16.to_be_bytes());
            header.extend(source.octets());
            header.extend(destination.octets());
        }
        // The header knows one family for both: IPv4 is written as mapped into IPv6 where they differ.
        (source, destination) => {
            header.push(TCP_OVER_IPV6);
            header.extend(36_u16.to_be_bytes());
            header.extend(mapped(source));
            header.extend(mapped(destination));
        }
    }
    header.extend(source.port().to_be_bytes());
    header.extend(destination.port().to_be_bytes());
    header
}

fn mapped(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => v6.octets(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(source: &str, destination: &str) -> Vec<u8> {
        encode(source.parse().unwrap(), destination.parse().unwrap())
    }

    #[test]
    fn ipv4_takes_28_octets() {
        let mut expected = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c".to_vec();
        expected.extend([192, 0, 2, 7, 127, 0, 0, 1, 0x30, 0x39, 0x1f, 0x90]);
        assert_eq!(header("192.0.2.7:12345", "127.0.0.1:8080"), expected);
        assert_eq!(
            header("[::ffff:192.0.2.7]:12345", "127.0.0.1:8080"),
            expected
        );
    }

    #[test]
    fn mixed_families_are_written_as_ipv6() {
        let header = header("[2001:db8::1]:1", "10.0.0.1:2");
        assert_eq!(header.len(), 52);
        assert_eq!(&header[12..16], [0x21, 0x21, 0, 36]);
        assert_eq!(&header[42..48], [0xff, 0xff, 10, 0, 0, 1]);
    }
}
