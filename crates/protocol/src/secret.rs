//! Passwords and tokens: readable only by asking, never printed, wiped when dropped.
//!
//! What is written from a secret (a command line, a SASL response) can't be tracked once the bytes are on their
//! way to TLS; everything kept for longer than one write stays in here.

use std::fmt;

use zeroize::Zeroizing;

/// A password or an access token.
///
/// It is `Clone` because a connection that breaks is opened again without asking the person; each copy is wiped
/// by itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes over `text`; its memory is wiped when the secret is dropped.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. The caller writes it to the peer it belongs to and keeps no copy.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not even the length: a short one is worth guessing.
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_nothing_of_the_secret() {
        let secret = Secret::new("correct horse");
        let printed = format!("{secret:?} {:#?}", Some(&secret));
        assert!(!printed.contains("horse"), "{printed}");
        assert!(!printed.contains("13"), "{printed}");
        assert_eq!(secret.expose(), "correct horse");
    }
}
