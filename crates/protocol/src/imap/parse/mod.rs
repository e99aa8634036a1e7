//! From bytes to responses.
//!
//! In comes what the link delivers, cut anywhere; out come [`Framed`] things. [`Framer`] finds
//! where a response ends, counting literals; then one pass reads it into its type. Nothing fails
//! as a whole for one odd part: an item that is not as its RFC says is read as a generic
//! [`Value`](super::response::Value), one that is not even that is passed over, and what stands
//! around it is kept. See [`quirk`](super::quirk) for what is tolerated by design.

mod acl;
mod body_structure;
mod code;
mod date;
mod envelope;
mod fetch;
mod framer;
mod list;
mod metadata;
mod response;
mod search;
mod thread;
mod token;

pub use framer::{Framed, Framer};

use super::response::Response;

/// Reads one whole response, its literals in place, with or without its final CRLF.
///
/// `None` where it cannot be read even as [`Data::Unknown`](super::response::Data::Unknown).
#[must_use]
pub fn response(octets: &[u8], utf8: bool) -> Option<Response> {
    // Only the line end: what is before it may belong to a literal.
    let octets = octets.strip_suffix(b"\n").unwrap_or(octets);
    let octets = octets.strip_suffix(b"\r").unwrap_or(octets);
    response::read(token::Cursor::new(octets, &[], utf8))
}
