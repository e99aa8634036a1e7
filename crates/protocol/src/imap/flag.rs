//! Flags and keywords of a message (RFC 9051 2.3.2).

use core::fmt;
use core::hash::{Hash, Hasher};

/// One flag. System flags are told apart from keywords; all compare without regard to case.
#[derive(Debug, Clone)]
pub enum Flag {
    /// `\Seen`: has been read.
    Seen,
    /// `\Answered`.
    Answered,
    /// `\Flagged`: marked as urgent or of interest.
    Flagged,
    /// `\Deleted`: to be removed by EXPUNGE.
    Deleted,
    /// `\Draft`.
    Draft,
    /// `\Recent` (RFC 3501): set by the server only.
    Recent,
    /// A keyword such as `$Forwarded`, or a system flag of an extension, spelled as it was sent.
    Keyword(Box<str>),
}

impl Flag {
    /// Reads the wire form. Octets that are no UTF-8 become U+FFFD, as no flag has them.
    #[must_use]
    pub fn parse(text: &[u8]) -> Self {
        if text.first() == Some(&b'\\') {
            for flag in [
                Self::Seen,
                Self::Answered,
                Self::Flagged,
                Self::Deleted,
                Self::Draft,
                Self::Recent,
            ] {
                if text.eq_ignore_ascii_case(flag.as_str().as_bytes()) {
                    return flag;
                }
            }
        }
        Self::Keyword(String::from_utf8_lossy(text).into())
    }

    /// The wire form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Seen => "\\Seen",
            Self::Answered => "\\Answered",
            Self::Flagged => "\\Flagged",
            Self::Deleted => "\\Deleted",
            Self::Draft => "\\Draft",
            Self::Recent => "\\Recent",
            Self::Keyword(name) => name,
        }
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<&str> for Flag {
    fn from(text: &str) -> Self {
        Self::parse(text.as_bytes())
    }
}

impl PartialEq for Flag {
    fn eq(&self, other: &Self) -> bool {
        self.as_str().eq_ignore_ascii_case(other.as_str())
    }
}

impl Eq for Flag {}

impl Hash for Flag {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for octet in self.as_str().bytes() {
            state.write_u8(octet.to_ascii_lowercase());
        }
        state.write_u8(0xff);
    }
}

impl PartialOrd for Flag {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// By name, without regard to case: the same order for every spelling.
impl Ord for Flag {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        let lower = |b: u8| b.to_ascii_lowercase();
        let (a, b) = (self.as_str().bytes(), other.as_str().bytes());
        a.map(lower).cmp(b.map(lower))
    }
}

#[cfg(test)]
mod tests {
    use super::Flag;
    use std::collections::{BTreeSet, HashSet};

    #[test]
    fn flags_compare_without_case_and_keep_their_spelling() {
        assert_eq!(Flag::parse(b"\\SEEN"), Flag::Seen);
        assert_eq!(Flag::parse(b"\\seen").to_string(), "\\Seen");
        let keyword = Flag::parse(b"$Forwarded");
        assert_eq!(keyword, Flag::parse(b"$forwarded"));
        assert_eq!(keyword.to_string(), "$Forwarded");
        assert_ne!(Flag::parse(b"Seen"), Flag::Seen);
    }

    #[test]
    fn equal_flags_are_one_in_any_kind_of_set() {
        let flags = ["$A", "$a", "\\Draft", "\\DRAFT"].map(Flag::from);
        assert_eq!(flags.iter().collect::<HashSet<_>>().len(), 2);
        assert_eq!(flags.iter().collect::<BTreeSet<_>>().len(), 2);
    }
}
