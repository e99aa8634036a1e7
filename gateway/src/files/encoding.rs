//! `Accept-Encoding`, RFC 9110 12.5.3: which of the stored forms of a file to send.

/// A stored form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Brotli, `.br` beside the file.
    Brotli,
    /// Gzip, `.gz` beside the file.
    Gzip,
}

impl Encoding {
    /// Value of `Content-Encoding`.
    #[must_use]
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// Ending of the stored file.
    #[must_use]
    pub(super) const fn ending(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }

    /// May it be sent to a client with that `Accept-Encoding`.
    #[must_use]
    pub(super) fn is_accepted(self, accept: &str) -> bool {
        let weight_of = |name: &str| {
            accept.split(',').find_map(|item| {
                let mut parts = item.split(';').map(str::trim);
                if !parts.next()?.eq_ignore_ascii_case(name) {
                    return None;
                }
                let weight =
                    parts.find_map(|p| p.strip_prefix("q=").or_else(|| p.strip_prefix("Q=")));
                Some(weight.map_or(1.0, |w| w.parse().unwrap_or(0.0)))
            })
        };
        let weight: Option<f32> = weight_of(self.as_str()).or_else(|| weight_of("*"));
        weight.is_some_and(|weight| weight > 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_heeded() {
        assert!(Encoding::Brotli.is_accepted("gzip, deflate, br, zstd"));
        assert!(Encoding::Gzip.is_accepted("GZIP;q=0.5"));
        assert!(Encoding::Brotli.is_accepted("*"));
        for none in ["", "gzip", "br;q=0", "br; q=0.000, *", "brotli", "br;q=x"] {
            assert!(!Encoding::Brotli.is_accepted(none), "{none}");
        }
    }
}
