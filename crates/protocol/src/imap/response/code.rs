//! Status responses and their codes (RFC 9051 7.1, RFC 5530 and extensions).

use super::value::Value;
use crate::imap::capability::Capabilities;
use crate::imap::flag::Flag;
use crate::imap::uid::{ModSeq, UidSet, UidValidity};

/// How something went, in one word, a code for us, and words for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// The word.
    pub kind: StatusKind,
    /// The code in brackets.
    pub code: Option<Code>,
    /// The rest; octets that are no UTF-8 are shown as U+FFFD.
    pub text: String,
}

/// The word of a [`Status`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatusKind {
    /// Done; untagged: information.
    Ok,
    /// Refused; untagged: a warning.
    No,
    /// Not understood, or out of place.
    Bad,
    /// Greeting of a connection that is signed in already.
    PreAuth,
    /// The server is about to close the connection.
    Bye,
}

/// What a server says to a program within a [`Status`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Code {
    /// `ALERT`: the text must be shown to the person.
    Alert,
    /// `ALREADYEXISTS` (RFC 5530).
    AlreadyExists,
    /// `APPENDUID` (RFC 4315).
    AppendUid {
        /// Of the mailbox appended to.
        uid_validity: UidValidity,
        /// What the messages are there.
        uids: UidSet,
    },
    /// `AUTHENTICATIONFAILED` (RFC 5530): wrong name or password.
    AuthenticationFailed,
    /// `AUTHORIZATIONFAILED` (RFC 5530): right password, but not for that mailbox owner.
    AuthorizationFailed,
    /// `BADCHARSET`, with those that are known where they are told.
    BadCharset(Vec<String>),
    /// `BADEVENT` (RFC 5465): event names; those not known, or (Cyrus) those that are.
    BadEvent(Vec<String>),
    /// `CANNOT` (RFC 5530): never will.
    Cannot,
    /// `CAPABILITY`.
    Capability(Capabilities),
    /// `CLIENTBUG` (RFC 5530).
    ClientBug,
    /// `CLOSED` (RFC 7162 3.2.11): what follows is of the newly selected mailbox.
    Closed,
    /// `COMPRESSIONACTIVE` (RFC 4978).
    CompressionActive,
    /// `CONTACTADMIN` (RFC 5530).
    ContactAdmin,
    /// `COPYUID` (RFC 4315). Two sets as long as one another, paired in the order sent, which is
    /// ascending on every server measured; a set told in another order is in [`Code::Other`].
    CopyUid {
        /// Of the mailbox copied to.
        uid_validity: UidValidity,
        /// What the messages are here.
        source: UidSet,
        /// What they are there.
        target: UidSet,
    },
    /// `CORRUPTION` (RFC 5530).
    Corruption,
    /// `EXPIRED` (RFC 5530): a password.
    Expired,
    /// `EXPUNGEISSUED` (RFC 5530): some of the messages are gone meanwhile.
    ExpungeIssued,
    /// `HASCHILDREN` (RFC 9051 7.1): not deleted for that reason.
    HasChildren,
    /// `HIGHESTMODSEQ` (RFC 7162).
    HighestModSeq(ModSeq),
    /// `INPROGRESS` (RFC 9585): what to tell somebody who waits.
    InProgress {
        /// Of which command.
        tag: Option<String>,
        /// How far.
        progress: Option<u32>,
        /// Of how much.
        goal: Option<u32>,
    },
    /// `INUSE` (RFC 5530): later.
    InUse,
    /// `LIMIT` (RFC 5530).
    Limit,
    /// `MAILBOXID` (RFC 8474).
    MailboxId(String),
    /// `MESSAGELIMIT` (RFC 9738): at most that many messages in one command; the last one done.
    MessageLimit {
        /// The limit.
        limit: u32,
        /// The lowest UID that was handled.
        last: Option<u32>,
    },
    /// `METADATA LONGENTRIES` (RFC 5464 4.2.1): some values were longer than asked for.
    MetadataLongEntries(u64),
    /// `METADATA MAXSIZE`: the most octets that a value may have.
    MetadataMaxSize(u64),
    /// `METADATA TOOMANY`.
    MetadataTooMany,
    /// `METADATA NOPRIVATE`.
    MetadataNoPrivate,
    /// `MODIFIED` (RFC 7162 3.1.3): those that failed the test of UNCHANGEDSINCE; UIDs after
    /// UID STORE, else sequence numbers.
    Modified(UidSet),
    /// `NOMODSEQ` (RFC 7162).
    NoModSeq,
    /// `NONEXISTENT` (RFC 5530).
    NonExistent,
    /// `NOPERM` (RFC 5530).
    NoPerm,
    /// `NOTIFICATIONOVERFLOW` (RFC 5465): events are no longer told.
    NotificationOverflow,
    /// `NOTSAVED` (RFC 5182): `$` is empty now.
    NotSaved,
    /// `OVERQUOTA` (RFC 5530).
    OverQuota,
    /// `PARSE`: a message could not be read by the server.
    Parse,
    /// `PERMANENTFLAGS`.
    PermanentFlags {
        /// Those that can be changed for good.
        flags: Vec<Flag>,
        /// `\*`: new keywords can be made.
        any: bool,
    },
    /// `PRIVACYREQUIRED` (RFC 5530): TLS is wanted first.
    PrivacyRequired,
    /// `READ-ONLY`.
    ReadOnly,
    /// `READ-WRITE`.
    ReadWrite,
    /// `REFERRAL` (RFC 2221): a URL.
    Referral(String),
    /// `SERVERBUG` (RFC 5530).
    ServerBug,
    /// `TOOBIG` (RFC 7889, RFC 4469).
    TooBig,
    /// `TRYCREATE`: it would work after a CREATE.
    TryCreate,
    /// `UIDNEXT`.
    UidNext(u32),
    /// `UIDNOTSTICKY` (RFC 4315).
    UidNotSticky,
    /// `UIDREQUIRED` (RFC 9586).
    UidRequired,
    /// `UIDVALIDITY`.
    UidValidity(UidValidity),
    /// `UNAVAILABLE` (RFC 5530): something behind the server is down.
    Unavailable,
    /// `UNKNOWN-CTE` (RFC 9051 7.1).
    UnknownCte,
    /// `UNSEEN` (RFC 3501): sequence number of the first unseen message.
    Unseen(u32),
    /// `USEATTR` (RFC 6154): a special use was refused.
    UseAttr,
    /// Any other, or one of the above that could not be read as such.
    Other {
        /// Upper case.
        name: String,
        /// What follows it.
        values: Vec<Value>,
    },
}
