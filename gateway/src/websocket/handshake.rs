//! The opening handshake, RFC 6455 4.2: request headers in, the `Sec-WebSocket-Accept` value or a refusal out.

use axum::http::{HeaderMap, Method, Request, Version, header};
use base64::{Engine, prelude::BASE64_STANDARD};
use sha1::{Digest, Sha1};

/// Does the request ask for a WebSocket at all; else it is a plain one.
#[must_use]
pub fn wanted(headers: &HeaderMap) -> bool {
    has_token(headers, header::UPGRADE, "websocket")
}

/// An acceptable handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Value of `Sec-WebSocket-Accept`.
    pub accept: String,
    /// The sub-protocol, if the client named it; then it must be named back.
    pub subprotocol: Option<&'static str>,
}

/// Why a handshake is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadHandshake {
    /// Another version of the protocol; answered with `426` and the version spoken here.
    #[error("WebSocket version 13 is spoken here")]
    Version,
    /// No WebSocket handshake.
    #[error("not a WebSocket handshake by RFC 6455")]
    Malformed,
    /// Sub-protocols are named, and ours is not among them.
    #[error("the sub-protocol here is \"{0}\"")]
    Subprotocol(&'static str),
}

/// Checks a handshake for `subprotocol`. Clients that name no sub-protocol are let in: that is how simple tools connect.
///
/// # Errors
/// What is wrong with it.
pub fn check<B>(request: &Request<B>, subprotocol: &'static str) -> Result<Accepted, BadHandshake> {
    let headers = request.headers();
    if request.method() != Method::GET
        || request.version() != Version::HTTP_11
        || !has_token(headers, header::CONNECTION, "upgrade")
    {
        return Err(BadHandshake::Malformed);
    }
    if headers
        .get(header::SEC_WEBSOCKET_VERSION)
        .map(|v| v.as_bytes())
        != Some(b"13")
    {
        return Err(BadHandshake::Version);
    }
    let key = headers
        .get(header::SEC_WEBSOCKET_KEY)
        .ok_or(BadHandshake::Malformed)?;
    if BASE64_STANDARD.decode(key).map_or(0, |nonce| nonce.len()) != 16 {
        return Err(BadHandshake::Malformed);
    }
    let is_named = headers.contains_key(header::SEC_WEBSOCKET_PROTOCOL);
    if is_named && !has_token(headers, header::SEC_WEBSOCKET_PROTOCOL, subprotocol) {
        return Err(BadHandshake::Subprotocol(subprotocol));
    }
    Ok(Accepted {
        accept: accept(key.as_bytes()),
        subprotocol: is_named.then_some(subprotocol),
    })
}

fn accept(key: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(key);
    hash.update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    BASE64_STANDARD.encode(hash.finalize())
}

fn has_token(headers: &HeaderMap, name: header::HeaderName, token: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|item| item.trim().eq_ignore_ascii_case(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(change: &[(&'static str, &str)]) -> Request<()> {
        let mut request = Request::get("/").body(()).unwrap();
        let usual = [
            ("connection", "keep-alive, Upgrade"),
            ("upgrade", "WebSocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        for (name, value) in usual.iter().chain(change) {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        request
    }

    #[test]
    fn the_example_of_the_rfc_is_accepted() {
        let accepted = check(&request(&[]), "binary").unwrap();
        assert_eq!(accepted.accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(accepted.subprotocol, None);
    }

    #[test]
    fn the_sub_protocol_is_ours_or_none() {
        let named = |value| check(&request(&[("sec-websocket-protocol", value)]), "binary");
        assert_eq!(named("chat, binary").unwrap().subprotocol, Some("binary"));
        assert_eq!(named("chat"), Err(BadHandshake::Subprotocol("binary")));
    }

    #[test]
    fn what_is_no_handshake_is_refused() {
        let refused = |name, value| check(&request(&[(name, value)]), "binary").unwrap_err();
        assert_eq!(refused("sec-websocket-version", "8"), BadHandshake::Version);
        assert_eq!(
            refused("sec-websocket-key", "short"),
            BadHandshake::Malformed
        );
        assert_eq!(refused("connection", "close"), BadHandshake::Malformed);
        let mut post = request(&[]);
        *post.method_mut() = Method::POST;
        assert_eq!(check(&post, "binary"), Err(BadHandshake::Malformed));
    }
}
