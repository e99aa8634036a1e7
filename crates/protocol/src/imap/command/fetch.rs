//! Which messages, and what of them: the arguments of FETCH (RFC 9051 6.4.5).

use super::line::Line;
use crate::{Error, imap::uid::UidSet};

/// Which messages a command is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageSet {
    /// These UIDs; the command must be a UID one.
    Uids(UidSet),
    /// A sequence set as RFC 9051 writes it, such as `951:*` or `1,3:5`; UIDs or sequence numbers as the command has it.
    Range(String),
    /// `$`: what the last SEARCH with SAVE found (RFC 5182).
    Saved,
}

impl From<UidSet> for MessageSet {
    fn from(set: UidSet) -> Self {
        Self::Uids(set)
    }
}

/// A piece of a section: `<offset.octets>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partial {
    /// First octet.
    pub offset: u32,
    /// How many at most.
    pub octets: u32,
}

/// One thing to fetch of each message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchItem {
    /// UID
    Uid,
    /// FLAGS
    Flags,
    /// INTERNALDATE
    InternalDate,
    /// RFC822.SIZE
    Size,
    /// ENVELOPE
    Envelope,
    /// BODYSTRUCTURE
    BodyStructure,
    /// MODSEQ (RFC 7162 3.1.4.2)
    ModSeq,
    /// `BODY[section]`: text, header or MIME header of a part.
    Body {
        /// `""`, `"1.2"`, `"HEADER"`, `"TEXT"`, `"1.MIME"`.
        section: String,
        /// Leave `\Seen` as it is.
        peek: bool,
        /// Only a piece of it.
        partial: Option<Partial>,
    },
    /// `BODY.PEEK[HEADER.FIELDS (…)]`
    HeaderFields {
        /// `""` for the message's own header, else the number of a message/rfc822 part.
        part: String,
        /// All fields but the named ones.
        not: bool,
        /// Names of header fields; at least one.
        fields: Vec<String>,
    },
    /// `BINARY[part]` (RFC 3516): a part with its transfer encoding undone by the server.
    Binary {
        /// `"1.2"`
        part: String,
        /// Leave `\Seen` as it is.
        peek: bool,
        /// Only a piece of it.
        partial: Option<Partial>,
    },
    /// `BINARY.SIZE[part]` (RFC 3516)
    BinarySize {
        /// `"1.2"`
        part: String,
    },
    /// EMAILID (RFC 8474)
    EmailId,
    /// THREADID (RFC 8474)
    ThreadId,
    /// PREVIEW (RFC 8970); lazy: only if the server has it at hand.
    Preview {
        /// `PREVIEW (LAZY)`
        lazy: bool,
    },
    /// SAVEDATE (RFC 8514)
    SaveDate,
}

pub(super) fn set(line: &mut Line, set: &MessageSet) -> Result<(), Error> {
    match set {
        MessageSet::Uids(uids) => uid_set(line, uids),
        MessageSet::Range(range) => {
            let written = |c: char| c.is_ascii_digit() || matches!(c, ':' | ',' | '*');
            if range.is_empty() || !range.chars().all(written) {
                return Err(line.refuse("not a sequence set"));
            }
            line.text(range);
            Ok(())
        }
        MessageSet::Saved => {
            line.text("$");
            Ok(())
        }
    }
}

pub(super) fn uid_set(line: &mut Line, uids: &UidSet) -> Result<(), Error> {
    if uids.is_empty() {
        return Err(line.refuse("no message is named"));
    }
    line.display(uids);
    Ok(())
}

pub(super) fn items(line: &mut Line, items: &[FetchItem]) -> Result<(), Error> {
    if items.is_empty() {
        return Err(line.refuse("nothing is asked for"));
    }
    line.list(items, item)
}

pub(super) fn item(line: &mut Line, item: &FetchItem) -> Result<(), Error> {
    match item {
        FetchItem::Uid => line.text("UID"),
        FetchItem::Flags => line.text("FLAGS"),
        FetchItem::InternalDate => line.text("INTERNALDATE"),
        FetchItem::Size => line.text("RFC822.SIZE"),
        FetchItem::Envelope => line.text("ENVELOPE"),
        FetchItem::BodyStructure => line.text("BODYSTRUCTURE"),
        FetchItem::ModSeq => line.text("MODSEQ"),
        FetchItem::EmailId => line.text("EMAILID"),
        FetchItem::ThreadId => line.text("THREADID"),
        FetchItem::SaveDate => line.text("SAVEDATE"),
        FetchItem::Preview { lazy: false } => line.text("PREVIEW"),
        FetchItem::Preview { lazy: true } => line.text("PREVIEW (LAZY)"),
        FetchItem::Body {
            section,
            peek,
            partial,
        } => {
            if !is_section(section) {
                return Err(line.refuse("not a section"));
            }
            line.text(if *peek { "BODY.PEEK[" } else { "BODY[" });
            line.text(section);
            line.text("]");
            piece(line, *partial)?;
        }
        FetchItem::HeaderFields { part, not, fields } => {
            if !is_part(part) {
                return Err(line.refuse("not the number of a part"));
            }
            if fields.is_empty() {
                return Err(line.refuse("no header field is named"));
            }
            line.text("BODY.PEEK[");
            line.text(part);
            if !part.is_empty() {
                line.text(".");
            }
            line.text(if *not {
                "HEADER.FIELDS.NOT "
            } else {
                "HEADER.FIELDS "
            });
            // RFC 5322 3.6.8 field names never need quoting; what is not one would never match either.
            line.list(fields, |line, field| line.atom(field))?;
            line.text("]");
        }
        FetchItem::Binary {
            part,
            peek,
            partial,
        } => {
            if !is_part(part) {
                return Err(line.refuse("not the number of a part"));
            }
            line.text(if *peek { "BINARY.PEEK[" } else { "BINARY[" });
            line.text(part);
            line.text("]");
            piece(line, *partial)?;
        }
        FetchItem::BinarySize { part } => {
            if !is_part(part) {
                return Err(line.refuse("not the number of a part"));
            }
            line.text("BINARY.SIZE[");
            line.text(part);
            line.text("]");
        }
    }
    Ok(())
}

fn piece(line: &mut Line, partial: Option<Partial>) -> Result<(), Error> {
    let Some(partial) = partial else {
        return Ok(());
    };
    if partial.octets == 0 {
        return Err(line.refuse("a piece of no octets is asked for"));
    }
    line.text("<");
    line.display(&partial.offset);
    line.text(".");
    line.display(&partial.octets);
    line.text(">");
    Ok(())
}

/// `""`, `"1"`, `"1.2.3"`: numbers from 1, with dots between.
fn is_part(part: &str) -> bool {
    let number =
        |n: &str| !n.is_empty() && !n.starts_with('0') && n.bytes().all(|b| b.is_ascii_digit());
    part.is_empty() || part.split('.').all(number)
}

/// A part, or one with HEADER, TEXT or MIME behind it (MIME only of a part).
fn is_section(section: &str) -> bool {
    let (part, word) = match section.rsplit_once('.') {
        Some((part, word)) => (part, word),
        None => ("", section),
    };
    match word {
        "HEADER" | "TEXT" => is_part(part),
        "MIME" => !part.is_empty() && is_part(part),
        _ => is_part(section),
    }
}
