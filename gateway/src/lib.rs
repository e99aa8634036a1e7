//! The gateway: carries sealed bytes between browsers and the mail servers on its list, and serves the app.
//!
//! ```text
//!   browser                             gateway                                   mail server
//!   page, worker  -- HTTPS -->  serve -> routes -> files
//!   TLS inside of -- WebSocket ->             |`-> tunnel -> dial (allowlist) -- TCP --> imap, submission, pop3
//!   "look there"  -- WebSocket ->              `-> poke   -> hub --> the other pages
//! ```
//!
//! It passes bytes and understands none of them: TLS runs from the page to the mail server. So there is nothing to
//! configure about mail here, and nothing to steal but the way to the server. What a page may ask for is one of
//! the configured entries, by name. Everything that others can make large or many is bounded in [`limits`].
//!
//! The binary is `samma-gateway`; this library is its parts, for its tests and its bench.

pub mod address;
pub mod admission;
pub mod allowlist;
mod chunk;
pub mod config;
pub mod dial;
pub mod files;
pub mod headers;
pub mod limits;
pub mod origin;
pub mod poke;
pub mod proxy_header;
pub mod routes;
pub mod serve;
#[cfg(feature = "tls")]
pub mod tls;
pub mod tunnel;
pub mod websocket;
