//! Parts that are data about something a person acts on, shown as a card: invitations, contacts,
//! reports about delivery.
//!
//! In: the text of one part, its transfer encoding and charset taken off. Out: plain values that
//! a page draws as text. Every string is clean for that (no control characters, no overrides of
//! direction) and nothing more: names and addresses are what the sender claims, and text may
//! look like HTML.

pub mod calendar;
pub mod contact;
mod line;
pub mod report;
