//! Data about messages: FETCH, ENVELOPE, BODYSTRUCTURE, sections (RFC 9051 7.5.2).

use super::value::Value;
use crate::imap::flag::Flag;
use crate::imap::uid::{ModSeq, Uid};

/// What one FETCH tells of one message: what was asked, or what changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fetch {
    /// Sequence number; 0 in UIDFETCH, which has none (RFC 9586).
    pub seq: u32,
    /// `UID`.
    pub uid: Option<Uid>,
    /// `FLAGS`: all of them.
    pub flags: Option<Vec<Flag>>,
    /// `MODSEQ` (RFC 7162).
    pub mod_seq: Option<ModSeq>,
    /// `INTERNALDATE`, in seconds since 1970 UTC.
    pub internal_date: Option<i64>,
    /// `RFC822.SIZE`, in octets.
    pub size: Option<u64>,
    /// `ENVELOPE`.
    pub envelope: Option<Envelope>,
    /// `BODYSTRUCTURE`, or `BODY`, which lacks the fields from `md5` on.
    pub body_structure: Option<BodyStructure>,
    /// `BODY[...]`, `BINARY[...]`, `RFC822`, `RFC822.HEADER`, `RFC822.TEXT`.
    pub sections: Vec<Section>,
    /// `BINARY.SIZE[...]`: section and its size in octets after decoding.
    pub binary_sizes: Vec<(String, u64)>,
    /// `PREVIEW` (RFC 8970); `Some(None)` where there is none (yet).
    pub preview: Option<Option<Vec<u8>>>,
    /// `EMAILID` (RFC 8474).
    pub email_id: Option<String>,
    /// `THREADID` (RFC 8474); `None` also for NIL.
    pub thread_id: Option<String>,
    /// `SAVEDATE` (RFC 8514), in seconds since 1970 UTC; `Some(None)` where the mailbox has none.
    pub save_date: Option<Option<i64>>,
    /// Other items and those that could not be read as their type, by name, upper case.
    pub other: Vec<(String, Value)>,
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// `1.2`, `HEADER`, `1.MIME`, `HEADER.FIELDS (From)`; empty for the whole message.
    pub name: String,
    /// Where a partial fetch begins, in octets.
    pub origin: Option<u32>,
    /// Its transfer encoding was taken off by the server (BINARY, RFC 3516).
    pub binary: bool,
    /// `None` for NIL: there is no such part.
    pub data: Option<SectionData>,
}

/// The octets of a [`Section`].
#[derive(Debug, Clone, PartialEq)]
pub enum SectionData {
    /// Here they are.
    Inline(Vec<u8>),
    /// They were too many to keep, and were delivered in pieces before this.
    Streamed {
        /// The pieces' id.
        id: u64,
        /// How many they were.
        octets: u64,
    },
}

/// Header fields as the server parsed them (RFC 9051 7.5.2). Octets as sent: encoded words
/// (RFC 2047) and stray 8-bit charsets are for the reader of messages to decode.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Envelope {
    /// `Date`.
    pub date: Option<Vec<u8>>,
    /// `Subject`.
    pub subject: Option<Vec<u8>>,
    /// `From`.
    pub from: Vec<Address>,
    /// `Sender`, else the same as `from`.
    pub sender: Vec<Address>,
    /// `Reply-To`, else the same as `from`.
    pub reply_to: Vec<Address>,
    /// `To`.
    pub to: Vec<Address>,
    /// `Cc`.
    pub cc: Vec<Address>,
    /// `Bcc`.
    pub bcc: Vec<Address>,
    /// `In-Reply-To`.
    pub in_reply_to: Option<Vec<u8>>,
    /// `Message-ID`.
    pub message_id: Option<Vec<u8>>,
}

/// One address, or the begin (`mailbox` is the group's name) or end (`mailbox` is `None`) of a
/// group, both of which have no `host`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The name shown.
    pub name: Option<Vec<u8>>,
    /// The route of old times.
    pub adl: Option<Vec<u8>>,
    /// What is before the `@`.
    pub mailbox: Option<Vec<u8>>,
    /// What is behind it.
    pub host: Option<Vec<u8>>,
}

/// Name in lower case, and value as sent.
pub type Parameter = (String, Vec<u8>);

/// Kind in lower case (`inline`, `attachment`), and parameters.
pub type Disposition = (String, Vec<Parameter>);

/// A part of a message, and what is in it (RFC 9051 7.5.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BodyStructure {
    /// Lower case; `multipart` for those with several parts.
    pub media_type: String,
    /// Lower case.
    pub media_subtype: String,
    /// Of `Content-Type`.
    pub parameters: Vec<Parameter>,
    /// `Content-ID`.
    pub id: Option<Vec<u8>>,
    /// `Content-Description`.
    pub description: Option<Vec<u8>>,
    /// Of the transfer, lower case; empty for multiparts.
    pub encoding: String,
    /// In octets, still encoded; one that passes 32 bits is the largest there is.
    pub size: u32,
    /// In lines, for text and messages.
    pub lines: Option<u32>,
    /// Of a message within a message.
    pub envelope: Option<Box<Envelope>>,
    /// Of a multipart; or the one body of a message within a message.
    pub parts: Vec<Self>,
    /// `Content-MD5`.
    pub md5: Option<Vec<u8>>,
    /// `Content-Disposition`.
    pub disposition: Option<Disposition>,
    /// `Content-Language`.
    pub language: Vec<String>,
    /// `Content-Location`.
    pub location: Option<Vec<u8>>,
}

impl BodyStructure {
    /// Value of the parameter `name` (lower case) of `Content-Type`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&[u8]> {
        find(&self.parameters, name)
    }

    /// Value of the parameter `name` (lower case) of `Content-Disposition`.
    #[must_use]
    pub fn disposition_parameter(&self, name: &str) -> Option<&[u8]> {
        find(&self.disposition.as_ref()?.1, name)
    }

    /// Whether it has parts side by side.
    #[must_use]
    pub fn is_multipart(&self) -> bool {
        self.media_type == "multipart"
    }
}

fn find<'a>(parameters: &'a [Parameter], name: &str) -> Option<&'a [u8]> {
    parameters
        .iter()
        .find(|(n, _)| n == name)
        .map(|(_, value)| value.as_slice())
}
