//! Headers that every response carries: what a browser may do with it.
//!
//! The policy in words: scripts, styles, workers and connections are the gateway's own. Inline scripts run only if
//! they stand in a page of the built app, by their hash: the build writes one that starts the wasm.
//!
//! Two directives are wider than the app itself needs. A message is shown in a `srcdoc` frame without scripts, and
//! such a frame inherits the policy of the page around it; its own `<meta>` policy can only narrow that:
//! - `style-src 'unsafe-inline'`, since the HTML of mail is styled inline;
//! - `img-src https:`, so that "show pictures" can show them. Until somebody asks for that, the frame's own policy
//!   allows none.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

use crate::origin;

/// Adds them, for a request to `host`.
pub fn insert(headers: &mut HeaderMap, script_hashes: &[String], host: Option<&str>, https: bool) {
    if let Ok(policy) = HeaderValue::try_from(content_security_policy(script_hashes, host)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in FIXED {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    if https {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
}

const FIXED: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), \
         magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
    ),
];

fn content_security_policy(script_hashes: &[String], host: Option<&str>) -> String {
    let mut scripts = String::from("'self' 'wasm-unsafe-eval'");
    for hash in script_hashes {
        scripts.push(' ');
        scripts.push_str(hash);
    }
    // Older Safaris don't take a WebSocket to the own host for 'self'. Only a well-formed host is repeated.
    let sockets = match host.and_then(origin::host_and_port) {
        Some((host, Some(port))) => format!(" ws://{host}:{port} wss://{host}:{port}"),
        Some((host, None)) => format!(" ws://{host} wss://{host}"),
        None => String::new(),
    };
    format!(
        "default-src 'none'; script-src {scripts}; worker-src 'self'; connect-src 'self'{sockets}; \
         style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; media-src 'self' blob:; \
         font-src 'self'; frame-src 'self' blob:; manifest-src 'self'; base-uri 'self'; \
         form-action 'none'; frame-ancestors 'none'"
    )
}

/// CSP sources, `'sha256-…'`, of the inline scripts in a page of ours.
#[must_use]
pub fn inline_script_hashes(html: &str) -> Vec<String> {
    let mut hashes = Vec::new();
    let mut rest = html;
    while let Some(at) = find(rest, "<script") {
        let tag = rest.get(at..).and_then(|tag| tag.split_once('>'));
        let Some((attributes, after)) = tag else {
            break;
        };
        let end = find(after, "</script").unwrap_or(after.len());
        let (script, after) = after.split_at_checked(end).unwrap_or((after, ""));
        if !attributes.to_ascii_lowercase().contains("src=") {
            // A browser hashes the text as parsed, and parsing makes every line end LF.
            let script = script.replace("\r\n", "\n");
            let hash = BASE64_STANDARD.encode(Sha256::digest(script));
            hashes.push(format!("'sha256-{hash}'"));
        }
        rest = after;
    }
    hashes
}

/// Where `needle`, given in lower case, stands in `text`, whatever its case there.
fn find(text: &str, needle: &str) -> Option<usize> {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    text.windows(needle.len())
        .position(|window| window.eq_ignore_ascii_case(needle))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_hashed_and_linked_ones_are_not() {
        let html = "<SCRIPT type=module>alert(1)</SCRIPT><script src=\"/a.js\"></script>\n<script>a\r\nb</script>";
        let hash = |text| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)));
        assert_eq!(inline_script_hashes(html), [hash("alert(1)"), hash("a\nb")]);
        assert_eq!(inline_script_hashes("<script"), [""; 0]);
        assert_eq!(inline_script_hashes("<script>a"), [hash("a")]);
        // As another implementation computes it.
        assert_eq!(
            hash(""),
            "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
        );
    }

    #[test]
    fn a_host_that_is_none_is_not_repeated() {
        let policy = |host| content_security_policy(&[], Some(host));
        assert!(
            policy("mail.example:8443")
                .contains("connect-src 'self' ws://mail.example:8443 wss://mail.example:8443;")
        );
        for hostile in ["a; script-src *", "a b", "*", "a,b", ""] {
            assert!(policy(hostile).contains("connect-src 'self';"), "{hostile}");
        }
    }
}
