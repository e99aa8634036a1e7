//! Which pages may open a tunnel: the `Origin` check of RFC 6455 10.2.
//!
//! A browser sends `Origin` with every WebSocket, and a page can't change it. A client that sends none is no
//! browser; it has no business here and is refused, although it could as well lie: what protects the mailbox
//! is the mail server's login inside of TLS, never this check.

/// The origins that may open tunnels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    listed: Vec<String>,
    https_only: bool,
}

impl Origins {
    /// `listed` are normal forms as from [`normal`]; none means: the gateway's own, which is the origin whose host is
    /// the request's `Host`. With `https_only` (the gateway itself speaks HTTPS) that own origin is `https`.
    #[must_use]
    pub const fn new(listed: Vec<String>, https_only: bool) -> Self {
        Self { listed, https_only }
    }

    /// May the page at `origin` open a tunnel by a request for `host`. Forwarding headers have no say.
    #[must_use]
    pub fn allow(&self, origin: &str, host: Option<&str>) -> bool {
        let Some(origin) = normal(origin) else {
            return false;
        };
        if !self.listed.is_empty() {
            return self.listed.contains(&origin);
        }
        let (Some((scheme, _)), Some(host)) = (origin.split_once("://"), host) else {
            return false;
        };
        if self.https_only && scheme != "https" {
            return false;
        }
        // Behind a proxy that does TLS the page's scheme is not the connection's, so `Host` takes the page's.
        normal(&format!("{scheme}://{host}")).is_some_and(|own| own == origin)
    }
}

/// Normal form of an origin, `scheme://host[:port]` with the host in lower case and without the scheme's own
/// port; `None` if it is none of `http` or `https`.
#[must_use]
pub fn normal(origin: &str) -> Option<String> {
    let (scheme, authority) = origin.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let (host, port) = host_and_port(authority)?;
    match port {
        Some(port) if port != default_port => Some(format!("{scheme}://{host}:{port}")),
        _ => Some(format!("{scheme}://{host}")),
    }
}

/// Reads `host[:port]` as in a `Host` header: a host name, an IPv4 address, or an IPv6 address in brackets.
#[must_use]
pub fn host_and_port(authority: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let port = match port {
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => Some(digits.parse().ok()?),
        Some(_) => return None,
        None => None,
    };
    if let Some(address) = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        let address: std::net::Ipv6Addr = address.parse().ok()?;
        return Some((format!("[{address}]"), port));
    }
    is_host_name(host).then(|| (host.to_ascii_lowercase(), port))
}

/// RFC 1123 2.1: letters, digits and hyphens in labels of at most 63, 253 in all. Underscores occur inside of
/// networks and are let through.
#[must_use]
pub fn is_host_name(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    (1..=253).contains(&name.len()) && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_origin_is_let_in() {
        let listed = Origins::new(vec!["https://mail.example".into()], false);
        for right in [
            "https://mail.example",
            "HTTPS://MAIL.example",
            "https://mail.example:443",
        ] {
            assert!(listed.allow(right, None), "{right}");
        }
        for wrong in [
            "http://mail.example",
            "https://mail.example:8443",
            "https://mail.example.evil.example",
            "https://evil-mail.example",
            "https://mail.example@evil.example",
            "https://mail.example/",
            "chrome-extension://abcdef",
            "null",
            "",
        ] {
            assert!(!listed.allow(wrong, Some("mail.example")), "{wrong}");
        }
    }

    #[test]
    fn without_a_list_the_origin_is_the_host_asked() {
        let own = Origins::new(Vec::new(), false);
        assert!(own.allow("http://127.0.0.1:8080", Some("127.0.0.1:8080")));
        assert!(own.allow("https://mail.example", Some("Mail.Example")));
        assert!(own.allow("https://mail.example", Some("mail.example:443")));
        assert!(own.allow("http://[::1]:8080", Some("[0::1]:8080")));
        assert!(!own.allow("https://mail.example:8443", Some("mail.example")));
        assert!(!own.allow("https://mail.example", Some("mail.example:8443")));
        assert!(!own.allow("https://mail.example", None));
        assert!(!Origins::new(Vec::new(), true).allow("http://mail.example", Some("mail.example")));
    }

    #[test]
    fn host_names_follow_the_grammar() {
        for right in [
            "localhost",
            "imap.example.org",
            "a",
            "xn--bcher-kva.example",
            "db_1",
        ] {
            assert!(is_host_name(right), "{right}");
        }
        for wrong in [
            "",
            ".",
            "a..b",
            "-a",
            "a-",
            "a b",
            "a/b",
            "a\r\n",
            "ä",
            "example.org.",
        ] {
            assert!(!is_host_name(wrong), "{wrong:?}");
        }
        assert_eq!(host_and_port("a:99999"), None);
        assert_eq!(host_and_port("a:+1"), None);
    }
}
