//! IMAP: RFC 9051 and RFC 3501 with the extensions that mail servers offer.

pub mod capability;
pub mod command;
pub mod flag;
pub mod mailbox_name;
pub mod parse;
pub mod quirk;
pub mod response;
pub mod session;
pub mod uid;
