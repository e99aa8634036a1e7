//! What the engine tells the page. A closed set, in the past tense; whatever way the news took.

use serde::{Deserialize, Serialize};

use samma_message::about::About;
use samma_message::card::calendar::Invitation;
use samma_message::card::contact::Contact;
use samma_message::card::report::{DeliveryReport, Disposition};
use samma_message::render::{choice::Attachment, text::Block};

use crate::command::{ActionId, RequestId, ViewId};

/// One piece of news.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// Answer to `Hello`.
    Welcome {
        /// [`VERSION`](crate::command::VERSION) of the engine.
        version: u32,
        /// What the engine is doing about an account.
        session: Session,
    },
    /// A sealed login for this tab to keep (`keep`: until sign-out; else until the tab closes).
    Ticket {
        /// Opaque bytes; useless without the key that stays in the browser's vault.
        ticket: Vec<u8>,
        /// Keep it when the browser closes.
        keep: bool,
    },
    /// The server accepted the login; the mailbox list follows.
    SignedIn {
        /// The person's address.
        address: String,
        /// The server's name, for people.
        server: String,
    },
    /// The account could not be opened; nothing is kept.
    SignInFailed(Problem),
    /// The account was closed, by this tab or another one; the page forgets everything.
    SignedOut,
    /// The live state.
    Connection(Connection),
    /// All mailboxes, in display order (parents before children). Replaces the list.
    Mailboxes(Vec<Mailbox>),
    /// A list begins anew: opened, or its UIDVALIDITY changed. Rows follow.
    ViewReset {
        /// Which list.
        view: ViewId,
        /// Decoded full name.
        mailbox: String,
        /// Its UIDVALIDITY, 0 while unknown.
        uid_validity: u32,
        /// How many rows it has; `None` while the server has not said.
        total: Option<u32>,
        /// Nothing can be changed in it.
        read_only: bool,
        /// New keywords can be made (`\*` in PERMANENTFLAGS).
        keywords: bool,
    },
    /// Rows of a list, as they now are.
    Rows {
        /// Which list.
        view: ViewId,
        /// How many rows the list has.
        total: u32,
        /// What happened to positions since the last `Rows` of this list, oldest first.
        edits: Vec<Edit>,
        /// Position of `rows[0]`.
        first: u32,
        /// Rows from there on.
        rows: Vec<Row>,
        /// UIDs among them that somebody else changed since the last `Rows`.
        touched: Vec<u32>,
    },
    /// A list can't be shown.
    ViewFailed {
        /// Which list.
        view: ViewId,
        /// Why.
        problem: Problem,
    },
    /// Answer to `OpenMessage`: all but the body.
    Message {
        /// The request.
        request: RequestId,
        /// Headers and structure.
        message: Box<Message>,
    },
    /// Answer to `OpenMessage`: what the header says of its sender and its list. Told before the body, and only
    /// where it says something.
    About {
        /// The request.
        request: RequestId,
        /// What it says.
        about: Box<About>,
    },
    /// Answer to `OpenMessage`: the body.
    Body {
        /// The request.
        request: RequestId,
        /// What to show, in order.
        parts: Vec<BodyPart>,
    },
    /// The open message's flags changed.
    MessageFlags {
        /// Which message.
        message: MessageRef,
        /// As they now are.
        flags: Flags,
    },
    /// The open message is gone from its mailbox.
    MessageGone {
        /// Which message.
        message: MessageRef,
    },
    /// Answer to `FetchPart`.
    PartBytes {
        /// The request.
        request: RequestId,
        /// Decoded bytes, in order.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
        /// Octets done and to be done, both in the server's (encoded) octets.
        progress: (u32, u32),
        /// Nothing follows.
        last: bool,
    },
    /// A request has no answer.
    RequestFailed {
        /// The request.
        request: RequestId,
        /// Why.
        problem: Problem,
    },
    /// What became of an action, to the tab that did it.
    Acted {
        /// The action.
        action: ActionId,
        /// How far it is.
        progress: Progress,
    },
    /// A mailbox has a new name, by whomever: what is open stays open, under that name. Told before
    /// the tree that has it.
    MailboxRenamed {
        /// Decoded full name as it was.
        from: String,
        /// As it now is.
        to: String,
    },
    /// Mail has come to INBOX, unread: told to one tab, whatever folder is open.
    NewMail {
        /// Which message, to be opened from a notification.
        message: MessageRef,
        /// Who it is from.
        from: Vec<Person>,
        /// Decoded subject; may be empty.
        subject: String,
    },
}

/// How far an action is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    /// Under way; told where it takes several steps, and while there is no connection.
    Running {
        /// Messages done.
        done: u32,
        /// Messages to be done in all.
        of: u32,
    },
    /// The server has done it.
    Done {
        /// Messages or mailboxes concerned.
        count: u32,
        /// Can be undone.
        undo: bool,
    },
    /// The server refused, and what it has not done is taken back on screen.
    Refused {
        /// Messages done all the same.
        done: u32,
        /// Messages to be done in all.
        of: u32,
        /// Why, with the server's words.
        problem: Problem,
    },
    /// Stopped by the person before its end.
    Stopped {
        /// Messages done.
        done: u32,
        /// Messages to be done in all.
        of: u32,
        /// What was done can be undone.
        undo: bool,
    },
}

/// What the engine is doing about an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Session {
    /// There is none: show the sign-in page.
    SignedOut,
    /// A ticket is being opened, or the server is being asked.
    SigningIn,
    /// There is one.
    SignedIn {
        /// The person's address.
        address: String,
        /// The server's name, for people.
        server: String,
    },
}

/// The live state, told honestly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Connection {
    /// Changes arrive as they happen.
    Live,
    /// Connected, but this server tells nothing by itself: it is asked every few seconds.
    Checked {
        /// When it last answered, in milliseconds of Unix time.
        at_ms: f64,
    },
    /// Connecting, or asking what was missed.
    Connecting,
    /// No connection.
    Offline {
        /// Since when, in milliseconds of Unix time.
        since_ms: f64,
        /// When the next try is due, likewise; `None`: waiting for the network.
        retry_ms: Option<f64>,
        /// Why.
        problem: Problem,
    },
}

/// What went wrong, by what the reader can do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The kind; the page has words for each.
    pub kind: ProblemKind,
    /// The server's own words, if it had any.
    pub server_text: Option<String>,
}

/// Kinds of [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ProblemKind {
    /// The server does not accept this name and password.
    WrongPassword,
    /// The gateway can't be reached: no network, or the gateway is down.
    GatewayUnreachable,
    /// The gateway does not carry bytes for this page, or not to this server.
    GatewayRefused,
    /// The gateway has too many connections.
    GatewayBusy,
    /// The mail server can't be reached.
    ServerUnreachable,
    /// The mail server stopped answering.
    ServerSilent,
    /// The mail server closed the connection.
    ServerClosed,
    /// The mail server refuses further connections for this account.
    TooManyConnections,
    /// The mail server's certificate is not valid for its name.
    CertificateName,
    /// The mail server's certificate is signed by nobody we trust.
    CertificateUnknown,
    /// The mail server's certificate has expired or is not valid yet (or this device's clock is wrong).
    CertificateExpired,
    /// TLS failed in another way.
    Tls,
    /// The server offers no safe way to sign in.
    NoSafeLogin,
    /// The server said something that breaks the protocol.
    Broken,
    /// The server said NO.
    Refused,
    /// The mailbox does not exist (any more).
    NoMailbox,
    /// The message does not exist (any more).
    NoMessage,
    /// The sealed login can't be opened: sign in again.
    TicketLost,
    /// The account is offline and this is not in memory.
    Offline,
    /// The mailbox is full (quota), or the server's disk.
    OverQuota,
    /// The person has no right to do this.
    NoPermission,
    /// There is such a mailbox already.
    AlreadyExists,
    /// Such a name can't be had: empty, or with a character that the server keeps for itself.
    BadName,
    /// The mailbox was made anew meanwhile (UIDVALIDITY): what was meant is not known any more.
    MailboxReplaced,
}

/// A message, for as long as its mailbox keeps its UIDVALIDITY.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessageRef {
    /// Decoded full name of the mailbox.
    pub mailbox: String,
    /// UIDVALIDITY; 0: whatever it now is.
    pub uid_validity: u32,
    /// UID.
    pub uid: u32,
}

/// A mailbox, as the tree shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// Decoded full name; the identity.
    pub name: String,
    /// Last part of the name, for people; the page has its own word where there is a role.
    pub label: String,
    /// Full name of the parent, where that is in the list.
    pub parent: Option<String>,
    /// How deep, 0 at the top.
    pub depth: u16,
    /// What it is for.
    pub role: Role,
    /// Which part of the tree it belongs to.
    pub section: Section,
    /// Can be opened (not `\Noselect`).
    pub selectable: bool,
    /// Is subscribed.
    pub subscribed: bool,
    /// Has mailboxes below it in the list.
    pub has_children: bool,
    /// Unread messages, where known.
    pub unread: Option<u32>,
    /// Messages, where known.
    pub total: Option<u32>,
    /// Appeared while we watched: show it as just added.
    pub fresh: bool,
    /// Can have mailboxes below it (no `\Noinferiors`, and the server has a hierarchy).
    pub can_have_children: bool,
    /// What the person may do with it.
    pub rights: Rights,
}

/// What a person may do with a mailbox, RFC 4314; all of it where the server does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// Put messages in it: `i`.
    pub insert: bool,
    /// Mark messages as read and unread, for good: `s`.
    pub seen: bool,
    /// Change other flags and keywords: `w`.
    pub write: bool,
    /// Remove messages, and so move them elsewhere: `t` and `e`.
    pub delete_messages: bool,
    /// Make mailboxes below it: `k`.
    pub create: bool,
    /// Rename or remove it: `x`.
    pub delete_mailbox: bool,
}

impl Default for Rights {
    fn default() -> Self {
        Self {
            insert: true,
            seen: true,
            write: true,
            delete_messages: true,
            create: true,
            delete_mailbox: true,
        }
    }
}

/// What a mailbox is for: RFC 6154, or a well-known name.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub enum Role {
    /// INBOX.
    Inbox,
    /// `\Flagged`.
    Flagged,
    /// `\Drafts`.
    Drafts,
    /// `\Sent`.
    Sent,
    /// `\Archive`.
    Archive,
    /// `\Junk`.
    Junk,
    /// `\Trash`.
    Trash,
    /// `\All`.
    All,
    /// None of these.
    #[default]
    None,
}

/// Which part of the tree a mailbox belongs to, RFC 2342.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub enum Section {
    /// The person's own.
    #[default]
    Personal,
    /// Another person's, shared with this one.
    OtherUsers,
    /// Nobody's in particular.
    Shared,
}

/// A place in a list where rows went or came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Position of the first row concerned.
    pub at: u32,
    /// Rows that left from there.
    pub removed: u32,
    /// Rows that came there.
    pub inserted: u32,
}

/// One message in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// UID; with the list's UIDVALIDITY the identity.
    pub uid: u32,
    /// Who it is from (in Sent and Drafts: who it is to), decoded.
    pub people: Vec<Person>,
    /// `people` are recipients.
    pub outgoing: bool,
    /// Decoded subject; may be empty.
    pub subject: String,
    /// When the server got it, in seconds of Unix time.
    pub date: i64,
    /// First words of the text; `None` while unknown.
    pub preview: Option<String>,
    /// Octets.
    pub size_octets: u32,
    /// Flags.
    pub flags: Flags,
    /// Something is attached.
    pub attachment: bool,
    /// Is an invitation.
    pub invitation: bool,
}

/// A name and address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Display name, decoded; may be empty.
    pub name: String,
    /// `local@domain`; may be empty.
    pub address: String,
}

/// Flags of a message, RFC 9051 2.3.2.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags {
    /// `\Seen`
    pub seen: bool,
    /// `\Flagged`
    pub flagged: bool,
    /// `\Answered`
    pub answered: bool,
    /// `\Draft`
    pub draft: bool,
    /// `\Deleted`
    pub deleted: bool,
    /// Keywords, as the server spells them.
    pub keywords: Vec<String>,
}

/// Headers and structure of an open message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Which message.
    pub message: MessageRef,
    /// Decoded subject; may be empty.
    pub subject: String,
    /// Authors.
    pub from: Vec<Person>,
    /// Where answers go, if elsewhere.
    pub reply_to: Vec<Person>,
    /// Recipients.
    pub to: Vec<Person>,
    /// Further recipients.
    pub cc: Vec<Person>,
    /// Hidden recipients (own mail only).
    pub bcc: Vec<Person>,
    /// Date header, else when the server got it, in seconds of Unix time.
    pub date: i64,
    /// Message-ID with its angle brackets.
    pub message_id: Option<String>,
    /// Flags.
    pub flags: Flags,
    /// Octets of the whole message.
    pub size_octets: u32,
    /// What can be saved, in order.
    pub attachments: Vec<Attachment>,
}

/// One piece of what an open message shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BodyPart {
    /// Plain text, cut into blocks.
    Text {
        /// The blocks.
        blocks: Vec<Block>,
        /// There is more; save the part to read it.
        cut: bool,
    },
    /// HTML, decoded to UTF-8 and **not** sanitised: only for the sanitiser and the frame.
    Html {
        /// The source.
        html: String,
        /// There is more; save the part to read it.
        cut: bool,
        /// Pictures that the HTML may name by `cid:`.
        inline: Vec<Attachment>,
    },
    /// A picture in line with the text.
    Image(Attachment),
    /// An invitation, or what became of one.
    Invitation(Box<Invitation>),
    /// Who did not get a message, and why.
    Report(DeliveryReport),
    /// What became of a message at its reader's.
    Receipt(Disposition),
    /// People's cards.
    Contacts(Vec<Contact>),
    /// What was in a `winmail.dat` beside text, which is told as text.
    Unpacked(Vec<UnpackedFile>),
    /// Something to be told about the message.
    Notice(Notice),
}

/// A file within another one that is attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnpackedFile {
    /// The attached file, for `FetchPart`.
    pub section: String,
    /// Safe to save under.
    pub name: String,
    /// As declared; may be empty.
    pub mime_type: String,
    /// Where it begins in the decoded octets of that part.
    pub offset_octets: u32,
    /// Its size.
    pub size_octets: u32,
}

/// Things to be told about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// It is encrypted and can't be read here.
    Encrypted,
    /// It is signed; the signature was not checked.
    Signed,
    /// It has no text.
    Empty,
    /// A part could not be fetched.
    Missing,
    /// It is one piece of a message that was sent in several (RFC 2046 5.2.2).
    Fragment,
    /// Some of it is elsewhere (RFC 2046 5.2.3), and is not fetched.
    Elsewhere,
    /// It has more parts than are looked at.
    TooManyParts,
}
