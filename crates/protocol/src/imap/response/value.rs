//! The generic form of what a response is made of (RFC 9051 9, `tagged-ext-val` and below).

/// One value of a response that has no type of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `NIL`.
    Nil,
    /// A word; a flag's `\` and a section's `[...]<...>` are part of it.
    Atom(Vec<u8>),
    /// Digits only.
    Number(u64),
    /// Quoted string or literal.
    String(Vec<u8>),
    /// A literal that was too long to keep and was delivered in pieces.
    Streamed {
        /// The pieces' id.
        id: u64,
        /// How long it was.
        octets: u64,
    },
    /// In parentheses.
    List(Vec<Self>),
}

impl Value {
    /// The octets of a word or string; `None` for all others.
    #[must_use]
    pub fn octets(&self) -> Option<&[u8]> {
        match self {
            Self::Atom(octets) | Self::String(octets) => Some(octets),
            _ => None,
        }
    }

    /// The number; `None` for all others.
    #[must_use]
    pub const fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The members; `None` for all others.
    #[must_use]
    pub fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(values) => Some(values),
            _ => None,
        }
    }
}
