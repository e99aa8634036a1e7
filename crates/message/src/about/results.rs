//! One Authentication-Results field, RFC 8601 2.2: `server; method=result (words) type.property=value; …`.

use serde::{Deserialize, Serialize};

use super::is_related;
use crate::limits;

/// What a server found out about a message's sender.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// The server that says so.
    pub by: String,
    /// May the host that sent it send for the envelope's domain, RFC 7208.
    pub spf: Verdict,
    /// Is it as one who signed it has sent it, RFC 6376: the best of its signatures.
    pub dkim: Verdict,
    /// Does one of them fit the domain of the From field, RFC 7489.
    pub dmarc: Verdict,
    /// Domains whose signatures are right, in lower case.
    pub signers: Vec<String>,
}

/// What became of a check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Not done, or there was nothing to check.
    #[default]
    None,
    /// It is right.
    Pass,
    /// It is wrong, `softfail` among it.
    Fail,
    /// It could not be done, or says neither.
    Unclear,
}

impl Verdict {
    fn of(result: &str) -> Self {
        match result {
            "none" => Self::None,
            "pass" => Self::Pass,
            "fail" | "softfail" | "hardfail" => Self::Fail,
            _ => Self::Unclear,
        }
    }

    /// Two signatures: one that is right is enough.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Pass, _) | (_, Self::Pass) => Self::Pass,
            (Self::None, other) => other,
            (one, _) => one,
        }
    }
}

/// Whose word it is, in lower case.
pub(super) fn server(value: &str) -> String {
    let bare = bare(value);
    let first = bare.split(';').next().unwrap_or_default();
    // A version may follow.
    let name = first.split_whitespace().next().unwrap_or_default();
    name.trim_matches('"').to_ascii_lowercase()
}

/// Is it the word of a server in one of these domains.
pub(super) fn is_by(value: &str, trusted: &[&str]) -> bool {
    let server = server(value);
    let mut trusted = trusted.iter();
    !server.is_empty() && trusted.any(|domain| is_related(&server, &domain.to_ascii_lowercase()))
}

/// Adds what a field says.
pub(super) fn read(value: &str, results: &mut Results) {
    results.by = server(value);
    for part in bare(value).split(';').skip(1) {
        let mut words = part.split_whitespace();
        let Some((method, result)) = words.next().and_then(|word| word.split_once('=')) else {
            continue;
        };
        let result = Verdict::of(&result.to_ascii_lowercase());
        // A version may follow the method: `dkim/1`.
        let method = method.split('/').next().unwrap_or_default();
        match method.to_ascii_lowercase().as_str() {
            "spf" => results.spf = results.spf.or(result),
            "dmarc" => results.dmarc = results.dmarc.or(result),
            "dkim" => {
                results.dkim = results.dkim.or(result);
                let signer = words.find_map(signer);
                if let Some(signer) = signer.filter(|_| result == Verdict::Pass)
                    && results.signers.len() < limits::SIGNERS
                    && !results.signers.contains(&signer)
                {
                    results.signers.push(signer);
                }
            }
            _ => {}
        }
    }
}

/// The domain in `header.d=…`, or in `header.i=…` behind its `@`.
fn signer(word: &str) -> Option<String> {
    let (property, value) = word.split_once('=')?;
    let value = value.trim_matches('"');
    let domain = match property.to_ascii_lowercase().as_str() {
        "header.d" => value,
        "header.i" => value.rsplit_once('@')?.1,
        _ => return None,
    };
    (!domain.is_empty()).then(|| domain.to_ascii_lowercase())
}

/// Without comments, RFC 5322 3.2.2; blanks around `=` are taken out as well.
fn bare(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut depth: u32 = 0;
    let mut quoted = false;
    let mut escaped = false;
    for c in value.chars() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
            continue;
        } else if c == '"' && depth == 0 {
            quoted = !quoted;
        } else if c == '(' && !quoted {
            depth = depth.saturating_add(1);
            continue;
        } else if c == ')' && !quoted && depth > 0 {
            depth = depth.saturating_sub(1);
            continue;
        }
        if depth == 0 {
            out.push(c);
        }
    }
    if depth > 0 {
        // A comment without an end is none of our business: what is before it counts.
        out.push(' ');
    }
    out.replace(" =", "=").replace("= ", "=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_quotes_and_versions_are_read_past() {
        let mut results = Results::default();
        let value = "\"mx.example.org\" 1 (it (really; dmarc=pass) is); dkim/1 = fail (bad \\) sign) header.d=a.example; \
            dkim=pass header.i=@B.example; spf=neutral";
        read(value, &mut results);
        assert_eq!(server(value), "mx.example.org");
        assert_eq!(results.signers, ["b.example"]);
        assert_eq!(
            (results.spf, results.dkim, results.dmarc),
            (Verdict::Unclear, Verdict::Pass, Verdict::None)
        );
    }
}
