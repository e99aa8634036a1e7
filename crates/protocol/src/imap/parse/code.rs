//! Response codes (RFC 9051 7.1, RFC 5530 and extensions), from within their brackets.

use super::response::{capabilities, flags};
use super::token::{Cursor, lossy, upper};
use crate::imap::flag::Flag;
use crate::imap::response::Code;
use crate::imap::uid::{ModSeq, UidSet, UidValidity, parse_ranges};

/// `None` for empty brackets.
pub(super) fn read(c: &mut Cursor<'_>) -> Option<Code> {
    c.spaces();
    let name = upper(c.word()?);
    c.spaces();
    if c.is_end()
        && let Some(code) = bare(&name)
    {
        return Some(code);
    }
    let begin = c.mark();
    if let Some(code) = with_values(&name, c) {
        return Some(code);
    }
    c.reset(begin);
    let values = c.values();
    Some(Code::Other { name, values })
}

/// Codes that are one word and nothing else.
// A `match` and not a table: cloning out of a table brings in the clone of every other code.
fn bare(name: &str) -> Option<Code> {
    Some(match name {
        "ALERT" => Code::Alert,
        "ALREADYEXISTS" => Code::AlreadyExists,
        "AUTHENTICATIONFAILED" => Code::AuthenticationFailed,
        "AUTHORIZATIONFAILED" => Code::AuthorizationFailed,
        "CANNOT" => Code::Cannot,
        "CLIENTBUG" => Code::ClientBug,
        "CLOSED" => Code::Closed,
        "COMPRESSIONACTIVE" => Code::CompressionActive,
        "CONTACTADMIN" => Code::ContactAdmin,
        "CORRUPTION" => Code::Corruption,
        "EXPIRED" => Code::Expired,
        "EXPUNGEISSUED" => Code::ExpungeIssued,
        "HASCHILDREN" => Code::HasChildren,
        "INUSE" => Code::InUse,
        "LIMIT" => Code::Limit,
        "NOMODSEQ" => Code::NoModSeq,
        "NONEXISTENT" => Code::NonExistent,
        "NOPERM" => Code::NoPerm,
        "NOTIFICATIONOVERFLOW" => Code::NotificationOverflow,
        "NOTSAVED" => Code::NotSaved,
        "OVERQUOTA" => Code::OverQuota,
        "PARSE" => Code::Parse,
        "PRIVACYREQUIRED" => Code::PrivacyRequired,
        "READ-ONLY" => Code::ReadOnly,
        "READ-WRITE" => Code::ReadWrite,
        "SERVERBUG" => Code::ServerBug,
        "TOOBIG" => Code::TooBig,
        "TRYCREATE" => Code::TryCreate,
        "UIDNOTSTICKY" => Code::UidNotSticky,
        "UIDREQUIRED" => Code::UidRequired,
        "UNAVAILABLE" => Code::Unavailable,
        "UNKNOWN-CTE" => Code::UnknownCte,
        "USEATTR" => Code::UseAttr,
        _ => return None,
    })
}

fn with_values(name: &str, c: &mut Cursor<'_>) -> Option<Code> {
    Some(match name {
        "APPENDUID" => Code::AppendUid {
            uid_validity: uid_validity(c)?,
            uids: uids(c)?,
        },
        // Without its list the code still says what is wrong.
        "BADCHARSET" => Code::BadCharset(event_or_charset_names(c)?),
        "BADEVENT" => Code::BadEvent(event_or_charset_names(c)?),
        "CAPABILITY" => Code::Capability(capabilities(c)),
        "COPYUID" => Code::CopyUid {
            uid_validity: uid_validity(c)?,
            source: ascending(c)?,
            target: ascending(c)?,
        },
        "HIGHESTMODSEQ" => Code::HighestModSeq(ModSeq::new(c.number()?)),
        "INPROGRESS" => in_progress(c)?,
        "MAILBOXID" => {
            let mut ids = c.word_list()?;
            Code::MailboxId(ids.pop()?)
        }
        "MESSAGELIMIT" => {
            let limit = c.number32()?;
            c.spaces();
            let last = c.number32();
            Code::MessageLimit { limit, last }
        }
        "METADATA" => metadata(c)?,
        "MODIFIED" => Code::Modified(uids(c)?),
        "PERMANENTFLAGS" => {
            let mut flags = flags(c)?;
            let before = flags.len();
            flags.retain(|flag| !matches!(flag, Flag::Keyword(name) if &**name == "\\*"));
            let any = flags.len() < before;
            Code::PermanentFlags { flags, any }
        }
        "REFERRAL" => Code::Referral(lossy(c.take_rest())),
        "UIDNEXT" => Code::UidNext(c.number32()?),
        "UIDVALIDITY" => Code::UidValidity(uid_validity(c)?),
        "UNSEEN" => Code::Unseen(c.number32()?),
        _ => return None,
    })
}

fn uid_validity(c: &mut Cursor<'_>) -> Option<UidValidity> {
    Some(UidValidity::new(c.number32()?))
}

fn uids(c: &mut Cursor<'_>) -> Option<UidSet> {
    c.spaces();
    UidSet::parse(c.word()?)
}

/// A set that is in order already, so that two of them stay paired when they are kept as sets.
fn ascending(c: &mut Cursor<'_>) -> Option<UidSet> {
    c.spaces();
    let ranges = parse_ranges(c.word()?)?;
    let mut before = 0;
    for (first, last) in &ranges {
        if first.get() <= before || last < first {
            return None;
        }
        before = last.get();
    }
    Some(UidSet::from_ranges(ranges))
}

/// In a list or (Dovecot's BADEVENT) without its parentheses; or none at all.
fn event_or_charset_names(c: &mut Cursor<'_>) -> Option<Vec<String>> {
    if c.peek() == Some(b'(') {
        return c.word_list();
    }
    let mut names = Vec::new();
    loop {
        c.spaces();
        if c.is_end() {
            return Some(names);
        }
        c.claim()?;
        names.push(c.words()?);
    }
}

/// `("A1" 5 20)`, each of them NIL if unknown; or nothing (RFC 9585).
fn in_progress(c: &mut Cursor<'_>) -> Option<Code> {
    let mut tag = None;
    let mut progress = None;
    let mut goal = None;
    if c.eat(b'(') {
        tag = c.nstring()?.map(|tag| lossy(&tag));
        c.spaces();
        progress = if c.nil() { None } else { Some(c.number32()?) };
        c.spaces();
        goal = if c.nil() { None } else { Some(c.number32()?) };
    }
    Some(Code::InProgress {
        tag,
        progress,
        goal,
    })
}

fn metadata(c: &mut Cursor<'_>) -> Option<Code> {
    let kind = upper(c.word()?);
    c.spaces();
    Some(match kind.as_str() {
        "LONGENTRIES" => Code::MetadataLongEntries(c.number()?),
        "MAXSIZE" => Code::MetadataMaxSize(c.number()?),
        "TOOMANY" => Code::MetadataTooMany,
        "NOPRIVATE" => Code::MetadataNoPrivate,
        _ => return None,
    })
}
