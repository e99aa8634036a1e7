//! Why a delivery failed, in the few kinds that a person can do something about.
//!
//! In: the status code and what the servers wrote. A code is believed where it is exact, words
//! where it is not, its general sense and the SMTP reply code (RFC 5321 4.2.3) where there are
//! no known words.

use serde::{Deserialize, Serialize};

use super::{StatusCode, is_reply};

/// Why a message did not get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// Nobody has that address, or not any more.
    NoSuchMailbox,
    /// The recipient's mailbox takes nothing more.
    MailboxFull,
    /// The message is too large.
    MessageTooLarge,
    /// Taken for spam, or against a policy; also a server that is not trusted or sends too much.
    Blocked,
    /// What follows the `@` takes no mail, or does not exist.
    HostUnknown,
    /// The recipient's server does not answer.
    HostUnreachable,
    /// The server does not take this message from this sender.
    Refused,
    /// It was tried for as long as it is tried.
    Expired,
    /// The recipient has another address now.
    Moved,
    /// None of these, or nothing was said.
    Other,
}

/// The reason that a code and a text give.
pub(super) fn find(status: Option<StatusCode>, text: &str) -> Reason {
    let text = text.to_ascii_lowercase();
    // x.0.0 says nothing; the answer of the other server may have a better one in it.
    let says_something = |status: &StatusCode| (status.subject, status.detail) != (0, 0);
    let status = status
        .filter(says_something)
        .or_else(|| StatusCode::find(&text));
    status
        .and_then(exact)
        .or_else(|| by_words(&text))
        .or_else(|| status.and_then(general))
        .or_else(|| by_reply(&text))
        .unwrap_or(Reason::Other)
}

/// Codes that mean one thing whoever writes them.
fn exact(status: StatusCode) -> Option<Reason> {
    Some(match (status.class, status.subject, status.detail) {
        (5, 1, 1) => Reason::NoSuchMailbox,
        (_, 1, 2) => Reason::HostUnknown,
        (_, 1, 6) => Reason::Moved,
        (_, 2, 2) => Reason::MailboxFull,
        (_, 2, 3) | (_, 3, 4) => Reason::MessageTooLarge,
        (4, 4, 1) | (_, 4, 2) => Reason::HostUnreachable,
        (_, 4, 7) => Reason::Expired,
        _ => return None,
    })
}

/// Codes that servers use for more than RFC 3463 says.
fn general(status: StatusCode) -> Option<Reason> {
    Some(match (status.class, status.subject, status.detail) {
        (_, 1, 7 | 8) => Reason::Refused,
        // RFC 7505.
        (_, 1, 10) => Reason::HostUnknown,
        (_, 1, _) | (5, 2, 1) | (_, 7, 13) => Reason::NoSuchMailbox,
        (_, 3, 1) => Reason::MailboxFull,
        (_, 3, 2) | (_, 4, 1 | 3 | 5) => Reason::HostUnreachable,
        (_, 4, 4) => Reason::HostUnknown,
        // Exchange has 100 to 199 for what a sender may not do.
        (_, 7, 2 | 8 | 100..=199) | (_, 5, 3) => Reason::Refused,
        (_, 7, _) => Reason::Blocked,
        _ => return None,
    })
}

fn by_words(text: &str) -> Option<Reason> {
    let mut kinds = WORDS.iter();
    let (_, reason) =
        kinds.find(|(words, _)| words.split('|').any(|words| text.contains(words)))?;
    Some(*reason)
}

/// In order: what names its subject goes before what may be said of several.
const WORDS: [(&str, Reason); 13] = [
    (
        "sender address rejected|sender rejected|sender verif|relay access denied|relaying|\
         unable to relay|relay not permitted|authentication required|authrequired|\
         smtp authentication|not authorized|notauthorized|too many recipients|\
         address is not verified",
        Reason::Refused,
    ),
    ("greylist|graylist", Reason::Blocked),
    (
        "quota|mailbox full|mailbox is full|inbox is full|out of storage|storage allocation|\
         insufficient storage|disk full|not enough space|no space",
        Reason::MailboxFull,
    ),
    (
        "too large|too big|size limit|message size|maximum size|exceeds size",
        Reason::MessageTooLarge,
    ),
    (
        "host not found|domain not found|host unknown|unknown host|nxdomain|no such domain|\
         domain does not exist|invalid domain|unknown domain|no such host|null mx|nullmx|\
         does not accept mail|dns error|name or service not known",
        Reason::HostUnknown,
    ),
    (
        "has moved|mailbox moved|has changed|new address",
        Reason::Moved,
    ),
    (
        "user unknown|unknown user|unknown recipient|recipient unknown|unknown address|\
         unknown local|no such |user not found|recipient not found|recipnotfound|\
         recipientnotfound|mailbox not found|not exist|n't exist|doesn't have a|\
         invalid recipient|invalid mailbox|invalid address|unrouteable address|\
         unroutable address|is disabled|account disabled|been disabled|inactive|no longer|\
         not our customer|address rejected: access denied|not a valid",
        Reason::NoSuchMailbox,
    ),
    (
        "spam|blocked|blocklist|block list|blacklist|black list|blackhole|listed|reputation|\
         policy|policies|spf |dkim|dmarc|unsolicited| ube|virus|malware|content rejected|\
         banned|prohibited|suspicious|reverse dns|rate limit|frequency|too many|abuse|filter",
        Reason::Blocked,
    ),
    (
        "address rejected|mailbox unavailable",
        Reason::NoSuchMailbox,
    ),
    (
        "expired|retry timeout|in the queue|in queue|too long|too old|unable to deliver in",
        Reason::Expired,
    ),
    (
        "timed out|timeout|connection refused|no route|unreachable|connection lost|\
         lost connection|connect to|connection reset|connection dropped|no answer|\
         currently unavailable",
        Reason::HostUnreachable,
    ),
    ("authoriz|permission|permitted|not allowed", Reason::Refused),
    ("rejected|refused|denied|not accepted", Reason::Refused),
];

/// By the first reply code in the text.
fn by_reply(text: &str) -> Option<Reason> {
    let words = text.split([' ', '-', '\'', ':', '<']);
    let mut codes = words.filter(|word| word.len() == 3 && is_reply(word));
    Some(match codes.next()? {
        "421" => Reason::HostUnreachable,
        "452" | "552" => Reason::MailboxFull,
        "551" => Reason::Moved,
        "553" => Reason::NoSuchMailbox,
        // It may be the address, the sender or the message: that it was refused is what is sure.
        code if code.starts_with('5') => Reason::Refused,
        _ => return None,
    })
}
