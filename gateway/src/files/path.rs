//! A request's path, checked and decoded.
//!
//! Files are found in a table of those that exist, so no path can leave the asset folder; what is refused here is what no
//! honest client asks for, so that it never gets the app's page with a 200 either.

/// Decodes `raw`, once. `None` for what is refused: dot segments and names that begin with a dot, empty
/// segments, backslashes, control characters, broken escapes, and escapes that hide any of these.
#[must_use]
pub(super) fn decode(raw: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(octet) = rest.next() {
        let octet = match octet {
            b'%' => {
                let (high, low) = (rest.next().and_then(digit)?, rest.next().and_then(digit)?);
                let escaped = high << 4 | low;
                // Nobody needs to escape a dot, but to hide it.
                if escaped == b'.' {
                    return None;
                }
                escaped
            }
            plain => plain,
        };
        octets.push(octet);
    }
    let path = String::from_utf8(octets).ok()?;
    let hidden = ["%2e", "%2f", "%5c", "%00", "%25"];
    let lower = path.to_ascii_lowercase();
    if path.contains(|c: char| c.is_control() || c == '\\')
        || hidden.iter().any(|h| lower.contains(h))
    {
        return None;
    }
    let inner = path.strip_prefix('/')?;
    let (folders, last) = inner.rsplit_once('/').unwrap_or(("", inner));
    let broken = |segment: &str| segment.is_empty() || segment.starts_with('.');
    let in_folders = !folders.is_empty() && folders.split('/').any(broken);
    let empty_first = inner.starts_with('/');
    (!in_folders && !empty_first && !last.starts_with('.')).then_some(path)
}

const fn digit(octet: u8) -> Option<u8> {
    match octet {
        b'0'..=b'9' => Some(octet ^ b'0'),
        b'a'..=b'f' => Some(octet.wrapping_sub(b'a' - 10)),
        b'A'..=b'F' => Some(octet.wrapping_sub(b'A' - 10)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_app_are_decoded_once() {
        let same = ["/", "/index.html", "/mail/INBOX/1", "/mail/", "/a.b/c"];
        for path in same {
            assert_eq!(decode(path).as_deref(), Some(path));
        }
        assert_eq!(
            decode("/mail/%C3%84rende%20x").as_deref(),
            Some("/mail/Ärende x")
        );
        assert_eq!(decode("/mail/a%2Fb").as_deref(), Some("/mail/a/b"));
    }

    #[test]
    fn hostile_paths_are_refused() {
        for path in [
            "",
            "index.html",
            "//etc/passwd",
            "/a//b",
            "/..",
            "/../x",
            "/a/../b",
            "/./a",
            "/%2e%2e/x",
            "/%2E./x",
            "/..%2fx",
            "/%252e%252e%252fetc/passwd",
            "/index.html%00.js",
            "/a%0d%0ab",
            "/a\\b",
            "/a%5cb",
            "/.env",
            "/.git/config",
            "/a/.env",
            "/a%",
            "/a%2",
            "/a%zz",
            "/%ff",
            "/a%2f%2fb",
            "/a%2f.env",
        ] {
            assert_eq!(decode(path), None, "{path}");
        }
    }
}
