//! What a server says, typed (RFC 9051 7).
//!
//! Fields are as lenient as servers are: what may be missing is an `Option`, octets whose
//! charset is decided elsewhere stay octets, and what no RFC that we know describes is kept as
//! [`Value`]s rather than lost.

mod code;
mod fetch;
mod list;
mod search;
mod value;

pub use code::{Code, Status, StatusKind};
pub use fetch::{
    Address, BodyStructure, Disposition, Envelope, Fetch, Parameter, Section, SectionData,
};
pub use list::{
    Acl, ListEntry, ListRights, MailboxStatus, Metadata, Namespace, Namespaces, Quota,
    QuotaResource,
};
pub use search::{ESearch, Partial, ThreadNode};
pub use value::Value;

use super::capability::Capabilities;
use super::flag::Flag;
use super::mailbox_name::MailboxName;
use super::uid::{ModSeq, UidSet};
use core::fmt;

/// One response (RFC 9051 7).
#[derive(Debug, Clone, PartialEq)]
pub enum Response {
    /// `+`: the server waits for more of a command, or of a SASL exchange.
    Continuation {
        /// What stands behind the `+ `: base64 in SASL, else words for people or nothing.
        text: Vec<u8>,
    },
    /// The end of a command.
    Tagged {
        /// Which command's.
        tag: Tag,
        /// How it went.
        status: Status,
    },
    /// `*`: data, asked for or not.
    Untagged(Data),
}

/// What connects a command and its answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(Box<str>);

impl Tag {
    /// A tag as it stands on the wire.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// As it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Untagged data (RFC 9051 7.1 to 7.5, and extensions).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Data {
    /// `OK`, `NO`, `BAD`, `PREAUTH`, `BYE` without a tag.
    Status(Status),
    /// `CAPABILITY`.
    Capability(Capabilities),
    /// `ENABLED` (RFC 5161).
    Enabled(Capabilities),
    /// `FLAGS`: those that messages of the selected mailbox may have.
    Flags(Vec<Flag>),
    /// `LIST`, and the XLIST that came before SPECIAL-USE.
    List(ListEntry),
    /// `LSUB` (RFC 3501).
    Lsub(ListEntry),
    /// `STATUS`.
    MailboxStatus(MailboxStatus),
    /// `NAMESPACE`.
    Namespace(Namespaces),
    /// `ID` (RFC 2971): names as sent, and values where they are not NIL.
    Id(Vec<(String, Option<String>)>),
    /// `SEARCH`: UIDs or sequence numbers, as it was asked.
    Search {
        /// In the order sent.
        ids: Vec<u32>,
        /// The highest of those found, when MODSEQ was searched for (RFC 7162 3.1.5).
        mod_seq: Option<ModSeq>,
    },
    /// `ESEARCH` (RFC 9051 7.3.4).
    ESearch(ESearch),
    /// `SORT` (RFC 5256): UIDs or sequence numbers, as it was asked.
    Sort {
        /// In the order asked for.
        ids: Vec<u32>,
        /// As in [`Data::Search`].
        mod_seq: Option<ModSeq>,
    },
    /// `THREAD` (RFC 5256), flattened: see [`ThreadNode`].
    Thread(Vec<ThreadNode>),
    /// `EXISTS`: how many messages the selected mailbox has.
    Exists(u32),
    /// `RECENT` (RFC 3501).
    Recent(u32),
    /// `EXPUNGE`: the message of that sequence number is gone, and those after it move up.
    Expunge(u32),
    /// `VANISHED` (RFC 7162 3.2.10).
    Vanished {
        /// Gone before the mailbox was selected: sequence numbers do not move.
        earlier: bool,
        /// Those that are gone, known ones or not.
        uids: UidSet,
    },
    /// `FETCH`, `UIDFETCH` (RFC 9586).
    Fetch(Box<Fetch>),
    /// `ACL` (RFC 4314).
    Acl(Acl),
    /// `MYRIGHTS` (RFC 4314).
    MyRights {
        /// Of which mailbox.
        mailbox: MailboxName,
        /// One letter each.
        rights: String,
    },
    /// `LISTRIGHTS` (RFC 4314).
    ListRights(ListRights),
    /// `QUOTA` (RFC 9208).
    Quota(Quota),
    /// `QUOTAROOT` (RFC 9208).
    QuotaRoot {
        /// Of which mailbox.
        mailbox: MailboxName,
        /// Names of the roots that count it.
        roots: Vec<String>,
    },
    /// `METADATA` (RFC 5464).
    Metadata(Metadata),
    /// What we have no type for, or could not read as its type.
    Unknown {
        /// Its first word, upper case.
        name: String,
        /// All of it that could be read, the number before its name included.
        values: Vec<Value>,
    },
}
