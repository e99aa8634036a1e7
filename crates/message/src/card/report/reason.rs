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
    // x.0.0 says nothing.
    let speaks = |code: &StatusCode| code.class != 2 && (code.subject, code.detail) != (0, 0);
    let own = StatusCode::find(&text).filter(speaks);
    // Where the other server's answer has a code in it, that is nearer to the cause: sendmail
    // makes 5.1.1 of every 550, and 4.4.7 only tells that it lasted.
    let is_sure = |code: &StatusCode| code.subject == 7 || exact(*code).is_some();
    let status = own.filter(is_sure).or(status.filter(speaks)).or(own);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(status: &str, text: &str) -> Reason {
        find(StatusCode::find(status), text)
    }

    #[test]
    fn exact_codes_are_believed() {
        for (status, expected) in [
            ("5.1.1", Reason::NoSuchMailbox),
            ("5.1.2", Reason::HostUnknown),
            ("5.1.6", Reason::Moved),
            ("4.2.2", Reason::MailboxFull),
            ("5.3.4", Reason::MessageTooLarge),
            ("4.4.1", Reason::HostUnreachable),
            ("4.4.7", Reason::Expired),
            ("5.7.1", Reason::Blocked),
            ("5.7.133", Reason::Refused),
            ("5.4.4", Reason::HostUnknown),
            ("5.0.0", Reason::Other),
            ("2.1.5", Reason::Other),
            ("", Reason::Other),
        ] {
            assert_eq!(reason(status, status), expected, "{status}");
        }
    }

    #[test]
    fn words_tell_where_codes_do_not() {
        for (status, text, expected) in [
            ("5.0.0", "550 No such user here", Reason::NoSuchMailbox),
            ("5.0.0", "550 5.2.2 the box is full", Reason::MailboxFull),
            ("5.7.1", "550 5.7.1 User unknown", Reason::NoSuchMailbox),
            (
                "5.7.1",
                "554 5.7.1 <a@b.se>: Relay access denied",
                Reason::Refused,
            ),
            (
                "5.7.1",
                "550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized",
                Reason::Refused,
            ),
            (
                "5.1.10",
                "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
                Reason::NoSuchMailbox,
            ),
            (
                "5.1.10",
                "556 5.1.10 no mail for this domain",
                Reason::HostUnknown,
            ),
            (
                "5.4.1",
                "550 5.4.1 Recipient address rejected: Access denied",
                Reason::NoSuchMailbox,
            ),
            (
                "4.7.1",
                "450 4.7.1 Recipient address rejected: Greylisted",
                Reason::Blocked,
            ),
            (
                "5.0.0",
                "host mx.b.se [192.0.2.1] said: 552 message size exceeds limit",
                Reason::MessageTooLarge,
            ),
            ("5.0.0", "retry timeout exceeded", Reason::Expired),
            (
                "5.0.0",
                "Name service error for name=b.se type=A: Host not found",
                Reason::HostUnknown,
            ),
            (
                "4.0.0",
                "connect to b.se[192.0.2.1]:25: Connection refused",
                Reason::HostUnreachable,
            ),
        ] {
            assert_eq!(reason(status, text), expected, "{text}");
        }
    }

    #[test]
    fn the_code_in_the_answer_goes_before_the_one_made_of_it() {
        assert_eq!(
            reason("5.1.1", "550 5.7.1 your address is on our list"),
            Reason::Blocked
        );
        assert_eq!(reason("4.4.7", "452 4.2.2 later"), Reason::MailboxFull);
        assert_eq!(reason("4.4.7", "451 4.3.0 later"), Reason::Expired);
    }

    #[test]
    fn reply_codes_tell_where_nothing_else_does() {
        for (text, expected) in [
            ("421 bye", Reason::HostUnreachable),
            ("said: 552 nej", Reason::MailboxFull),
            ("551 nej", Reason::Moved),
            ("553 nej", Reason::NoSuchMailbox),
            ("554-nej", Reason::Refused),
            ("451 nej", Reason::Other),
            ("5500 nej", Reason::Other),
        ] {
            assert_eq!(reason("5.0.0", text), expected, "{text}");
        }
    }
}
