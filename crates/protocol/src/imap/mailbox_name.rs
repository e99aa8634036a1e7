//! Names of mailboxes: modified UTF-7 (RFC 3501 5.1.3) and UTF-8 (RFC 9051 5.1, RFC 9755).
//!
//! A name that cannot be decoded, or that would be encoded to something else again, is kept as it
//! was sent and goes back as it was sent: the mailbox must stay reachable under the only name by
//! which its server knows it.

use core::fmt;

/// The full name of a mailbox, decoded. `INBOX` is always in upper case (RFC 9051 5.1).
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailboxName {
    name: Box<str>,
    /// As sent, where that is not what [`Self::to_wire`] would make of `name`.
    wire: Option<Box<[u8]>>,
}

impl MailboxName {
    /// A name that a person or this program chose.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let name = if name.eq_ignore_ascii_case("INBOX") {
            "INBOX"
        } else {
            name
        };
        Self {
            name: name.into(),
            wire: None,
        }
    }

    /// Reads a name as the server sent it, without quotes: UTF-8 where `utf8` says so (after
    /// `ENABLE UTF8=ACCEPT` or `IMAP4rev2`), else modified UTF-7.
    #[must_use]
    pub fn from_wire(wire: &[u8], utf8: bool) -> Self {
        let text = core::str::from_utf8(wire).ok();
        let decoded = match text {
            Some(text) if utf8 => Some(text.to_owned()),
            // Most names; `decode` would give the same.
            Some(text) if wire.iter().all(|b| matches!(b, b' '..=b'~') && *b != b'&') => {
                Some(text.to_owned())
            }
            Some(text) => decode(text).filter(|name| encode(name) == text),
            None => None,
        };
        match decoded {
            Some(name) => Self::new(&name),
            None => Self {
                name: String::from_utf8_lossy(wire).into(),
                wire: Some(wire.into()),
            },
        }
    }

    /// The name for people.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The name for the server, without quotes; see [`Self::from_wire`].
    #[must_use]
    pub fn to_wire(&self, utf8: bool) -> Vec<u8> {
        match &self.wire {
            Some(wire) => wire.to_vec(),
            None if utf8 => self.name.as_bytes().to_vec(),
            None => encode(&self.name).into_bytes(),
        }
    }

    /// Whether it is the mailbox that every account has.
    #[must_use]
    pub fn is_inbox(&self) -> bool {
        &*self.name == "INBOX"
    }
}

impl fmt::Display for MailboxName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for MailboxName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.name, f)
    }
}

impl From<&str> for MailboxName {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

/// Base64 of RFC 3501 5.1.3: `,` in place of `/`, no padding.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut bits: u32 = 0;
    let mut count: u32 = 0;
    let mut shifted = false;
    let sextet = |value: u32| char::from(*ALPHABET.get((value & 63) as usize).unwrap_or(&b'A'));
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            if shifted {
                if count > 0 {
                    out.push(sextet(bits << (6_u32.saturating_sub(count))));
                }
                out.push('-');
                (shifted, bits, count) = (false, 0, 0);
            }
            out.push(c);
            if c == '&' {
                out.push('-');
            }
            continue;
        }
        if !shifted {
            out.push('&');
            shifted = true;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            bits = (bits << 16) | u32::from(*unit);
            count = count.saturating_add(16);
            while count >= 6 {
                count = count.saturating_sub(6);
                out.push(sextet(bits >> count));
            }
        }
    }
    if shifted {
        if count > 0 {
            out.push(sextet(bits << (6_u32.saturating_sub(count))));
        }
        out.push('-');
    }
    out
}

fn decode(wire: &str) -> Option<String> {
    let mut out = String::with_capacity(wire.len());
    let mut octets = wire.bytes();
    while let Some(octet) = octets.next() {
        match octet {
            b'&' => decode_shifted(&mut octets, &mut out)?,
            b' '..=b'~' => out.push(char::from(octet)),
            _ => return None,
        }
    }
    Some(out)
}

/// From behind an `&` to behind its `-`.
fn decode_shifted(octets: &mut core::str::Bytes<'_>, out: &mut String) -> Option<()> {
    let mut units = Vec::new();
    let mut bits: u32 = 0;
    let mut count: u32 = 0;
    let mut first = true;
    loop {
        let octet = octets.next()?;
        if octet == b'-' {
            break;
        }
        let value = ALPHABET.iter().position(|a| *a == octet)?;
        bits = (bits << 6) | u32::try_from(value).ok()?;
        count = count.saturating_add(6);
        if count >= 16 {
            count = count.saturating_sub(16);
            units.push(((bits >> count) & 0xffff) as u16);
        }
        first = false;
    }
    if first {
        out.push('&');
        return Some(());
    }
    // Left-over bits are checked by the caller, who encodes the result again.
    for c in char::decode_utf16(units) {
        out.push(c.ok()?);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::MailboxName;

    /// Wire form, and the name it is.
    const NAMES: &[(&str, &str)] = &[
        ("Skickat", "Skickat"),
        ("Utkast/F&APY-rslag", "Utkast/F\u{f6}rslag"),
        ("&AMUA5AD2-", "\u{c5}\u{e4}\u{f6}"),
        ("R&-D", "R&D"),
        ("&2D3eAA-", "\u{1f600}"),
        ("&U,BTFw-", "\u{53f0}\u{5317}"),
        ("tab&AAk-", "tab\t"),
        ("", ""),
    ];

    #[test]
    fn modified_utf7_is_read_and_written() {
        for (wire, name) in NAMES {
            let read = MailboxName::from_wire(wire.as_bytes(), false);
            assert_eq!(read.as_str(), *name, "{wire}");
            assert_eq!(MailboxName::new(name).to_wire(false), wire.as_bytes());
            assert_eq!(MailboxName::new(name), read);
        }
    }

    #[test]
    fn names_that_cannot_be_decoded_go_back_as_they_came() {
        for wire in [
            &b"&AGE"[..],
            b"&",
            b"&&&&-",
            b"&ZeVnLIqe",
            b"&AGE-",
            b"&AOQ-&AOQ-",
            b"&AOR-",
            b"&2D0-",
            b"&*-",
            b"v\xe4g",
            "v\u{e4}g".as_bytes(),
            b"&AOQA-",
        ] {
            let name = MailboxName::from_wire(wire, false);
            assert_eq!(name.to_wire(false), wire);
            assert_eq!(name.as_str(), String::from_utf8_lossy(wire));
        }
        assert_ne!(
            MailboxName::from_wire(b"&AGE-", false),
            MailboxName::new("a")
        );
    }

    #[test]
    fn inbox_is_one_in_any_case_and_others_are_not() {
        let inbox = MailboxName::from_wire(b"iNbOx", false);
        assert!(inbox.is_inbox());
        assert_eq!(inbox, MailboxName::new("INBOX"));
        assert_eq!(inbox.to_wire(true), b"INBOX");
        assert_ne!(MailboxName::new("inbox/a"), MailboxName::new("INBOX/a"));
    }

    #[test]
    fn utf8_names_are_as_they_stand() {
        let name = MailboxName::from_wire("F\u{f6}rslag &AOQ-".as_bytes(), true);
        assert_eq!(name.as_str(), "F\u{f6}rslag &AOQ-");
        assert_eq!(name.to_wire(true), name.as_str().as_bytes());
        assert_eq!(name.to_wire(false), b"F&APY-rslag &-AOQ-");
    }
}
