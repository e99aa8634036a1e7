//! Bytes to and from a mail server, as commands and events, and no opinion about mailboxes.
//!
//! Nothing here reads, writes, waits or asks the time: bytes come in as slices, commands as
//! values; bytes and events go out.
//!
//! ```text
//!  plaintext from the link                    commands of the caller
//!        v                                            v
//!  imap::parse::Framer  (lines, literals)     imap::command  (atoms, strings, literals)
//!        v                                            v
//!  imap::response  (typed, item by item)      bytes, cut where the server has to say `+`
//!        v                                            v
//!  imap::session::Session    tags, pipelining, IDLE, SASL, what is safe before TLS
//!        v                                            v
//!  events                                     plaintext to the link
//! ```
//!
//! What a server may send is bounded in [`limits`], and what cannot be read is kept or told,
//! never guessed: one odd item does not lose a line, one odd line does not lose the connection.

pub mod bytes;
mod error;
pub mod imap;
pub mod limits;
pub mod sasl;
pub mod secret;

pub use error::Error;
