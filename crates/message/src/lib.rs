//! What a message is made of and how it is shown: from the bytes that IMAP hands over to
//! values that a page can draw.
//!
//! The mail stays on the server. What comes in is an ENVELOPE, a BODYSTRUCTURE and then the few
//! parts that are looked at; a whole message comes in only when somebody opens a file.
//!
//! ```text
//!  ENVELOPE strings ──> header::{decode_unstructured, display_name}, date ──> text for rows
//!  BODYSTRUCTURE ─────> structure::Part ──> render::choose ──> which sections to fetch, and
//!                                                              what to list as attachments
//!  BODY.PEEK[1.2] ────> transfer::decode ──> charset::to_utf8 ──> render::text (blocks)
//!                                                             └─> render::snippet (one line)
//!  whole file ────────> whole::Whole: the same tree, and each section's bytes
//!  header fields ─────> about: is the sender confirmed, how is the list left
//!  text/calendar, … ──> card: invitations, contacts, reports
//!  winmail.dat, yEnc ─> tnef, transfer: the files in them
//!  messages ──────────> archive: mbox and zip, read and written piece by piece
//! ```
//!
//! Nothing here fails: mail is written by everybody, and a reader wants to see what is there.
//! Wrong declarations are guessed around, what can't be decoded becomes U+FFFD, and everything
//! whose size a sender chooses is bounded (`limits`). No input/output, no clock, no randomness.
//!
//! RFC 5322 (header), 2045-2049 (MIME), 2047 and 2231 (encoded words and parameters), 3676
//! (format=flowed), 2183 (disposition), 2387 (related), 1847 (signed, encrypted), 3462 (report).

pub mod about;
pub mod archive;
pub mod card;
pub mod charset;
mod crc32;
pub mod date;
pub mod filename;
pub mod header;
pub mod limits;
pub mod policy;
pub mod render;
pub mod structure;
pub mod tnef;
pub mod transfer;
pub mod whole;

pub use charset::DecodeCharset;
pub use structure::{Disposition, Part, PartFields};
pub use transfer::TransferEncoding;
