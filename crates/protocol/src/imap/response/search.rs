//! Results of searching, sorting and threading.

use super::Tag;
use super::value::Value;
use crate::imap::mailbox_name::MailboxName;
use crate::imap::uid::{ModSeq, Uid, UidSet, UidValidity};

/// Result of an extended search (RFC 9051 7.3.4, RFC 4731, RFC 5267, RFC 9394).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ESearch {
    /// Of which command.
    pub tag: Option<Tag>,
    /// Numbers are UIDs.
    pub uid: bool,
    /// `ALL`.
    pub all: Option<UidSet>,
    /// `ALL` of a sorted search, where its order is not ascending: ranges in the order sent,
    /// a range whose ends are reversed counting down (RFC 5267 3.1).
    pub order: Vec<(Uid, Uid)>,
    /// `COUNT`.
    pub count: Option<u32>,
    /// `MIN`.
    pub min: Option<u32>,
    /// `MAX`.
    pub max: Option<u32>,
    /// `MODSEQ`: the highest of those found.
    pub mod_seq: Option<ModSeq>,
    /// `PARTIAL`.
    pub partial: Option<Partial>,
    /// `ADDTO` of a kept search (RFC 5267): position and what was added there, in order.
    pub added: Vec<(u32, Vec<(Uid, Uid)>)>,
    /// `REMOVEFROM` of a kept search.
    pub removed: Vec<(u32, Vec<(Uid, Uid)>)>,
    /// Which mailbox, in a search over several (RFC 7377).
    pub mailbox: Option<MailboxName>,
    /// Its UIDVALIDITY.
    pub uid_validity: Option<UidValidity>,
    /// Other items, by name, upper case.
    pub other: Vec<(String, Value)>,
}

/// One page of a search result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partial {
    /// Which page was asked for, as sent: `1:100`, `-1:-50`.
    pub range: String,
    /// What is on it, in order; empty for NIL.
    pub ranges: Vec<(Uid, Uid)>,
}

/// One message of a THREAD response (RFC 5256 4).
///
/// Threads are told flat, parents before their children: a thread may be as long as its mailbox,
/// and a tree of that depth could not even be dropped without recursion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadNode {
    /// UID or sequence number, as asked; `None` for a parent that is not in the mailbox.
    pub id: Option<u32>,
    /// 0 begins a thread; its parent is the nearest node before it with one less.
    pub depth: u32,
}
