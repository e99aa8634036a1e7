//! Data about mailboxes: LIST, STATUS, NAMESPACE, ACL, QUOTA, METADATA.

use super::value::Value;
use crate::imap::mailbox_name::MailboxName;
use crate::imap::uid::{ModSeq, UidValidity};

/// One mailbox of a LIST or LSUB (RFC 9051 7.3.1).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListEntry {
    /// As sent, e.g. `\HasChildren`.
    pub attributes: Vec<String>,
    /// What parts the levels of the name; `None` where there are no levels.
    pub delimiter: Option<char>,
    /// The full name.
    pub name: MailboxName,
    /// `CHILDINFO`: by which selection options a child matched (RFC 9051 6.3.9).
    pub child_info: Vec<String>,
    /// `OLDNAME`: what it was before a RENAME, or what was asked for (RFC 5465, RFC 9051).
    pub old_name: Option<MailboxName>,
    /// `MYRIGHTS` (RFC 8440).
    pub my_rights: Option<String>,
    /// Other extended items, by name.
    pub other: Vec<(String, Value)>,
}

impl ListEntry {
    /// Whether `attribute` (with its `\`) is among them, in any case.
    #[must_use]
    pub fn has_attribute(&self, attribute: &str) -> bool {
        self.attributes
            .iter()
            .any(|a| a.eq_ignore_ascii_case(attribute))
    }
}

/// What STATUS tells of one mailbox (RFC 9051 7.3.4): what was asked, or what changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MailboxStatus {
    /// Which mailbox.
    pub name: MailboxName,
    /// `MESSAGES`.
    pub messages: Option<u32>,
    /// `RECENT` (RFC 3501).
    pub recent: Option<u32>,
    /// `UIDNEXT`.
    pub uid_next: Option<u32>,
    /// `UNSEEN`: how many.
    pub unseen: Option<u32>,
    /// `DELETED`: how many carry `\Deleted`.
    pub deleted: Option<u32>,
    /// `UIDVALIDITY`.
    pub uid_validity: Option<UidValidity>,
    /// `HIGHESTMODSEQ` (RFC 7162).
    pub highest_mod_seq: Option<ModSeq>,
    /// `SIZE`, in octets (RFC 8438).
    pub size: Option<u64>,
    /// `DELETED-STORAGE`, in octets (RFC 9208).
    pub deleted_storage: Option<u64>,
    /// `MAILBOXID` (RFC 8474).
    pub mailbox_id: Option<String>,
    /// `APPENDLIMIT` (RFC 7889), in octets.
    pub append_limit: Option<u64>,
    /// Other items, by name, upper case.
    pub other: Vec<(String, Value)>,
}

/// The three kinds of namespaces (RFC 2342); NIL is empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Namespaces {
    /// One's own.
    pub personal: Vec<Namespace>,
    /// Of other persons.
    pub other_users: Vec<Namespace>,
    /// Of nobody in particular.
    pub shared: Vec<Namespace>,
}

/// One namespace.
#[derive(Debug, Clone, PartialEq)]
pub struct Namespace {
    /// What names in it begin with, the delimiter included; may be empty.
    pub prefix: MailboxName,
    /// What parts the levels.
    pub delimiter: Option<char>,
    /// Extensions, by name, e.g. `TRANSLATION` (RFC 5255).
    pub extensions: Vec<(String, Value)>,
}

/// Who may do what with a mailbox (RFC 4314 3.6).
#[derive(Debug, Clone, PartialEq)]
pub struct Acl {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// Identifier and rights, one letter each.
    pub entries: Vec<(String, String)>,
}

/// Which rights can be given to somebody (RFC 4314 3.7).
#[derive(Debug, Clone, PartialEq)]
pub struct ListRights {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// To whom.
    pub identifier: String,
    /// Those that are always there.
    pub required: String,
    /// Those that can be given, in groups that go together.
    pub optional: Vec<String>,
}

/// One quota root and what it limits (RFC 9208 5.1).
#[derive(Debug, Clone, PartialEq)]
pub struct Quota {
    /// Its name; may be empty.
    pub root: String,
    /// What is limited.
    pub resources: Vec<QuotaResource>,
}

/// One resource of a [`Quota`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaResource {
    /// `STORAGE` (in units of 1,024 octets), `MESSAGE`, `MAILBOX`...; upper case.
    pub name: String,
    /// What is used.
    pub usage: u64,
    /// What there is.
    pub limit: u64,
}

/// Annotations of a mailbox, or with an empty name of the server (RFC 5464 4.4).
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// Entry names with values; `None` where there is none.
    pub entries: Vec<(String, Option<Vec<u8>>)>,
    /// Names of entries that have changed (an unasked response has no values).
    pub changed: Vec<String>,
}
