//! Everything that a client says: one variant per command, in the RFC's words.
//!
//! A [`Command`] is plain data. [`encode`] turns it into a line in which every piece that comes from a person or
//! from the server is either checked (atoms, sets, sections) or carried as a string, so that no mailbox name,
//! search text or flag can start a second command. How strings travel (quoted, or which kind of literal) is only
//! decided when the line is written, because it depends on what the server offers by then; see
//! [`session`](super::session).
//!
//! RFC 9051 6, 3501 6, and the extensions named at each variant.

use crate::{
    imap::flag::Flag, imap::mailbox_name::MailboxName, imap::uid::*, sasl, secret::Secret,
};

pub(crate) mod encode;
mod fetch;
pub(crate) mod line;
mod list;
mod notify;
mod search;

pub use fetch::{FetchItem, MessageSet, Partial};
pub use list::{ListReturn, ListSelection, StatusItem};
pub use notify::{NotifyEvent, NotifyFilter, NotifyGroup, NotifySet};
pub use search::{Criterion, Date, SearchReturn, SortKey, ThreadAlgorithm};

/// One command of the client.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Command {
    /// CAPABILITY (RFC 9051 6.1.1).
    Capability,
    /// NOOP (RFC 9051 6.1.2): also the question "anything new?".
    Noop,
    /// LOGOUT (RFC 9051 6.1.3).
    Logout,
    /// ID (RFC 2971) with these fields; none is `NIL`.
    Id(Vec<(String, String)>),
    /// STARTTLS (RFC 9051 6.2.1); ends in [`Event::StartTlsReady`](super::session::Event::StartTlsReady).
    StartTls,
    /// LOGIN (RFC 9051 6.2.3).
    Login {
        /// Name of the user.
        user: String,
        /// The password.
        password: Secret,
    },
    /// AUTHENTICATE (RFC 9051 6.2.2), with the initial response where SASL-IR (RFC 4959) is offered.
    Authenticate(sasl::Mechanism),
    /// ENABLE (RFC 9051 6.3.1, RFC 5161).
    Enable(Vec<&'static str>),
    /// SELECT or EXAMINE (RFC 9051 6.3.2, 6.3.3).
    Select {
        /// The mailbox to open.
        mailbox: MailboxName,
        /// EXAMINE: nothing may be changed by it.
        examine: bool,
        /// Ask for mod-sequences (RFC 7162 3.1.8).
        condstore: bool,
        /// What we have of it (RFC 7162 3.2.5); QRESYNC must be enabled before.
        qresync: Option<Qresync>,
    },
    /// UNSELECT (RFC 9051 6.4.2).
    Unselect,
    /// CLOSE (RFC 9051 6.4.1): expunges as well.
    Close,
    /// CREATE (RFC 9051 6.3.4), with `USE` (RFC 6154 3) if the new mailbox is to have a role.
    Create {
        /// The new mailbox.
        mailbox: MailboxName,
        /// Attribute of its role, such as `\Archive`.
        special_use: Option<String>,
    },
    /// DELETE (RFC 9051 6.3.5).
    Delete(MailboxName),
    /// RENAME (RFC 9051 6.3.6).
    Rename {
        /// The name as it is.
        from: MailboxName,
        /// The name as it shall be.
        to: MailboxName,
    },
    /// SUBSCRIBE (RFC 9051 6.3.7).
    Subscribe(MailboxName),
    /// UNSUBSCRIBE (RFC 9051 6.3.8).
    Unsubscribe(MailboxName),
    /// LIST, plain or extended (RFC 9051 6.3.9, RFC 5258, 5819, 6154, 8440).
    List {
        /// Which mailboxes; empty for plain LIST.
        selection: Vec<ListSelection>,
        /// Put in front of each pattern; usually empty.
        reference: String,
        /// Names with `*` and `%`; at least one, more than one only with LIST-EXTENDED.
        patterns: Vec<String>,
        /// What to tell of each.
        return_: ListReturn,
    },
    /// LSUB (RFC 3501 6.3.9), for servers without LIST-EXTENDED.
    Lsub {
        /// Put in front of the pattern; usually empty.
        reference: String,
        /// A name with `*` and `%`.
        pattern: String,
    },
    /// STATUS (RFC 9051 6.3.11).
    Status {
        /// The mailbox asked about; not the selected one.
        mailbox: MailboxName,
        /// What to tell of it; at least one.
        items: Vec<StatusItem>,
    },
    /// NAMESPACE (RFC 9051 6.3.10).
    Namespace,
    /// APPEND (RFC 9051 6.3.12).
    Append {
        /// Where to.
        mailbox: MailboxName,
        /// Flags of the new message.
        flags: Vec<Flag>,
        /// Its INTERNALDATE in seconds since 1970; none means now.
        internal_date: Option<i64>,
        /// The message with CRLF line ends.
        data: Vec<u8>,
    },
    /// REPLACE (RFC 8508): APPEND and expunge of the old one in one step, as drafts need it.
    Replace {
        /// The message of the selected mailbox that goes.
        uid: Uid,
        /// Where the new one goes to.
        mailbox: MailboxName,
        /// Flags of the new message.
        flags: Vec<Flag>,
        /// Its INTERNALDATE in seconds since 1970; none means now.
        internal_date: Option<i64>,
        /// The message with CRLF line ends.
        data: Vec<u8>,
    },
    /// IDLE (RFC 9051 6.3.13); the session ends it by itself before the next command.
    Idle,
    /// NOTIFY SET (RFC 5465), or NOTIFY NONE.
    Notify(Option<NotifySet>),
    /// SEARCH (RFC 9051 6.4.4).
    Search {
        /// UIDs in the answer.
        uid: bool,
        /// RETURN options (ESEARCH, RFC 4731; SAVE, RFC 5182); `None` asks in the old way.
        return_: Option<Vec<SearchReturn>>,
        /// All must hold; empty is ALL.
        criteria: Vec<Criterion>,
    },
    /// FETCH (RFC 9051 6.4.5).
    Fetch {
        /// UID FETCH; the numbers of `set` are UIDs.
        uid: bool,
        /// Which messages.
        set: MessageSet,
        /// What of them; at least one.
        items: Vec<FetchItem>,
        /// Only what changed since (RFC 7162 3.1.4.1).
        changed_since: Option<ModSeq>,
        /// Also tell what went away since (RFC 7162 3.2.6).
        vanished: bool,
    },
    /// UID STORE (RFC 9051 6.4.6).
    Store {
        /// UIDs of the messages.
        set: UidSet,
        /// Only where nothing changed since (RFC 7162 3.1.3): the test-and-set.
        unchanged_since: Option<ModSeq>,
        /// Add, remove or replace.
        action: StoreAction,
        /// Spare us the echo.
        silent: bool,
        /// Which flags.
        flags: Vec<Flag>,
    },
    /// UID COPY (RFC 9051 6.4.7).
    Copy {
        /// UIDs of the messages.
        set: UidSet,
        /// Where to.
        mailbox: MailboxName,
    },
    /// UID MOVE (RFC 9051 6.4.8, RFC 6851).
    Move {
        /// UIDs of the messages.
        set: UidSet,
        /// Where to.
        mailbox: MailboxName,
    },
    /// EXPUNGE (RFC 9051 6.4.3): all that is `\Deleted`, also by others.
    Expunge,
    /// UID EXPUNGE (RFC 4315 2.1).
    UidExpunge(UidSet),
    /// SORT (RFC 5256), with RETURN options where ESORT (RFC 5267) is offered.
    Sort {
        /// UIDs in the answer.
        uid: bool,
        /// RETURN options; `None` asks in the old way.
        return_: Option<Vec<SearchReturn>>,
        /// Order; at least one key, `true` beside it for REVERSE.
        keys: Vec<(SortKey, bool)>,
        /// All must hold; empty is ALL.
        criteria: Vec<Criterion>,
    },
    /// THREAD (RFC 5256).
    Thread {
        /// UIDs in the answer.
        uid: bool,
        /// How to make threads.
        algorithm: ThreadAlgorithm,
        /// All must hold; empty is ALL.
        criteria: Vec<Criterion>,
    },
    /// GETQUOTAROOT (RFC 9208 4.1.2).
    GetQuotaRoot(MailboxName),
    /// GETQUOTA (RFC 9208 4.1.1) of a quota root.
    GetQuota(String),
    /// GETACL (RFC 4314 3.3).
    GetAcl(MailboxName),
    /// SETACL (RFC 4314 3.1).
    SetAcl {
        /// The mailbox.
        mailbox: MailboxName,
        /// Whose rights.
        identifier: String,
        /// The rights, with `+` or `-` in front to change instead of set.
        rights: String,
    },
    /// DELETEACL (RFC 4314 3.2).
    DeleteAcl {
        /// The mailbox.
        mailbox: MailboxName,
        /// Whose rights.
        identifier: String,
    },
    /// MYRIGHTS (RFC 4314 3.5).
    MyRights(MailboxName),
    /// LISTRIGHTS (RFC 4314 3.4).
    ListRights {
        /// The mailbox.
        mailbox: MailboxName,
        /// Whose rights.
        identifier: String,
    },
    /// GETMETADATA (RFC 5464 4.2).
    GetMetadata {
        /// The mailbox; `None` for the server's own entries.
        mailbox: Option<MailboxName>,
        /// Names such as `/private/comment`; at least one.
        entries: Vec<String>,
    },
    /// SETMETADATA (RFC 5464 4.3).
    SetMetadata {
        /// The mailbox; `None` for the server's own entries.
        mailbox: Option<MailboxName>,
        /// Names and values; `None` removes. At least one.
        entries: Vec<(String, Option<Vec<u8>>)>,
    },
    /// COMPRESS DEFLATE (RFC 4978); nothing is written behind it before its answer.
    Compress,
}

/// What the client knows of a mailbox, for a quick resynchronisation (RFC 7162 3.2.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qresync {
    /// UIDVALIDITY as last seen.
    pub uid_validity: UidValidity,
    /// Highest mod-sequence of which everything was applied.
    pub mod_seq: ModSeq,
    /// The UIDs we hold; `None` if we hold all.
    pub known: Option<UidSet>,
}

/// How STORE changes flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreAction {
    /// `+FLAGS`
    Add,
    /// `-FLAGS`
    Remove,
    /// `FLAGS`
    Replace,
}

impl Command {
    /// Its name in the RFC's words, as errors and logs tell it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Capability => "CAPABILITY",
            Self::Noop => "NOOP",
            Self::Logout => "LOGOUT",
            Self::Id(_) => "ID",
            Self::StartTls => "STARTTLS",
            Self::Login { .. } => "LOGIN",
            Self::Authenticate(_) => "AUTHENTICATE",
            Self::Enable(_) => "ENABLE",
            Self::Select { examine: false, .. } => "SELECT",
            Self::Select { examine: true, .. } => "EXAMINE",
            Self::Unselect => "UNSELECT",
            Self::Close => "CLOSE",
            Self::Create { .. } => "CREATE",
            Self::Delete(_) => "DELETE",
            Self::Rename { .. } => "RENAME",
            Self::Subscribe(_) => "SUBSCRIBE",
            Self::Unsubscribe(_) => "UNSUBSCRIBE",
            Self::List { .. } => "LIST",
            Self::Lsub { .. } => "LSUB",
            Self::Status { .. } => "STATUS",
            Self::Namespace => "NAMESPACE",
            Self::Append { .. } => "APPEND",
            Self::Replace { .. } => "UID REPLACE",
            Self::Idle => "IDLE",
            Self::Notify(_) => "NOTIFY",
            Self::Search { uid: false, .. } => "SEARCH",
            Self::Search { uid: true, .. } => "UID SEARCH",
            Self::Fetch { uid: false, .. } => "FETCH",
            Self::Fetch { uid: true, .. } => "UID FETCH",
            Self::Store { .. } => "UID STORE",
            Self::Copy { .. } => "UID COPY",
            Self::Move { .. } => "UID MOVE",
            Self::Expunge => "EXPUNGE",
            Self::UidExpunge(_) => "UID EXPUNGE",
            Self::Sort { uid: false, .. } => "SORT",
            Self::Sort { uid: true, .. } => "UID SORT",
            Self::Thread { uid: false, .. } => "THREAD",
            Self::Thread { uid: true, .. } => "UID THREAD",
            Self::GetQuotaRoot(_) => "GETQUOTAROOT",
            Self::GetQuota(_) => "GETQUOTA",
            Self::GetAcl(_) => "GETACL",
            Self::SetAcl { .. } => "SETACL",
            Self::DeleteAcl { .. } => "DELETEACL",
            Self::MyRights(_) => "MYRIGHTS",
            Self::ListRights { .. } => "LISTRIGHTS",
            Self::GetMetadata { .. } => "GETMETADATA",
            Self::SetMetadata { .. } => "SETMETADATA",
            Self::Compress => "COMPRESS",
        }
    }
}
