//! What the page asks of the engine. Plain data that crosses a port as postcard bytes.

use samma_transport::config::Server;
use serde::{Deserialize, Serialize};

use crate::change::{Flags, MessageRef, Role};

/// Version of [`Command`] and [`Change`](crate::change::Change) as they cross the port.
///
/// A page and a worker of different builds must not talk: the first message says it on both sides.
pub const VERSION: u32 = 3;

/// The page's name for one opened list; it makes a new one for each mailbox, search or reset, so that
/// late answers about an older list can be told from current ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ViewId(pub u32);

/// The page's name for one question that gets one answer (or a stream of parts).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestId(pub u32);

/// The page's name for something that a person does to mail or folders; what becomes of it is told by
/// this name, and it can be undone by it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub struct ActionId(pub u32);

/// How to reach and open an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The person's email address, as typed (trimmed).
    pub address: String,
    /// Name for the server, where it differs from the address.
    pub user: String,
    /// The password. Lives in a sealed ticket or in memory, nowhere else.
    pub password: String,
    /// The server entry of `/config.json` that this account lives on.
    pub server: Server,
    /// Base address of the gateway, `ws://` or `wss://`, without a trailing slash.
    pub gateway: String,
    /// Keep the sealed ticket when the browser closes.
    pub keep: bool,
    /// The gateway has a poke channel ([`samma_transport::poke`]).
    pub poke: bool,
}

/// One thing that a person, or the page on their behalf, wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// First message of a tab. Answered by [`Change::Welcome`](crate::change::Change::Welcome).
    ///
    /// The engine opens the ticket (sealed login) if it has no account yet.
    Hello {
        /// [`VERSION`] of the page.
        version: u32,
        /// The sealed login that this tab kept, if any.
        ticket: Option<Vec<u8>>,
    },
    /// Open this account. Answered by `SignedIn` or `SignInFailed`.
    SignIn(Box<Login>),
    /// Forget the account, its password and everything kept of it, in all tabs.
    SignOut,
    /// This tab shows this mailbox (or what a search finds in it) from now on.
    ///
    /// Answered by `ViewReset` and `Rows`, at once from memory where possible.
    Open {
        /// The page's new name for the list.
        view: ViewId,
        /// Decoded full name.
        mailbox: String,
        /// Words to search for, in headers and text; empty or absent: the whole mailbox.
        search: Option<String>,
        /// How many rows from the top shall come at once.
        rows: u32,
    },
    /// The rows that are on screen, with overscan. The engine keeps sending these as they change.
    ShowRows {
        /// Which list.
        view: ViewId,
        /// Position of the first row; 0 is the newest message.
        first: u32,
        /// How many; at most [`MAX_WINDOW`].
        count: u32,
    },
    /// Show one message. Answered by `Message` and then `Body`, or `RequestFailed`.
    OpenMessage {
        /// Name of the answer.
        request: RequestId,
        /// Which message.
        message: MessageRef,
    },
    /// Send the bytes of one part, decoded from its transfer encoding, as `PartBytes`, in order.
    FetchPart {
        /// Name of the answers.
        request: RequestId,
        /// Which message.
        message: MessageRef,
        /// Section, "1.2"; empty: the whole message as it is on the server (RFC 5322 bytes).
        section: String,
    },
    /// Stop sending what this request asked for.
    Cancel {
        /// The request.
        request: RequestId,
    },
    /// Do something to messages. Shown at once; what becomes of it is told as `Acted`.
    Act {
        /// Name of what is done.
        action: ActionId,
        /// Which messages.
        on: Messages,
        /// What is done.
        what: MessageAction,
    },
    /// Do something to a folder. Shown at once where that can be known; `Acted` tells what becomes of it.
    Organise {
        /// Name of what is done.
        action: ActionId,
        /// What is done.
        what: MailboxAction,
    },
    /// Undo what was done, once the server has done it; for actions whose [`Progress`](crate::change::Progress)
    /// says that it can be.
    Undo {
        /// Name of the undoing.
        action: ActionId,
        /// Name of what was done.
        undoes: ActionId,
    },
    /// Do no more of an action that takes long; what is done stays done.
    Stop {
        /// Name of the action.
        action: ActionId,
    },
    /// Connect now instead of waiting for the next try, and look for changes.
    Refresh,
    /// This tab came to the front or went to the back.
    Visible(bool),
    /// The browser says that there is, or is no, network.
    Online(bool),
}

/// Messages of one mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Messages {
    /// Decoded full name of the mailbox.
    pub mailbox: String,
    /// Its UIDVALIDITY, as in the rows.
    pub uid_validity: u32,
    /// Which of them.
    pub which: Which,
}

/// Which messages of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Which {
    /// These UIDs; at most [`MAX_SELECTION`].
    These(Vec<u32>),
    /// All that are in this list (folder or search result) when the command arrives; what comes later
    /// is not touched.
    All(ViewId),
}

/// What a person does to messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageAction {
    /// Set and take away flags and keywords.
    Flags {
        /// Flags to set.
        add: Flags,
        /// Flags to take away.
        remove: Flags,
    },
    /// Move elsewhere.
    Move(Destination),
    /// Copy elsewhere.
    Copy(Destination),
    /// Say that it is junk (`true`) and move it there, or that it is none, and move it to INBOX.
    Junk(bool),
    /// Remove for good. Can't be undone: ask first.
    Delete,
}

/// Where messages go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Destination {
    /// Decoded full name of a mailbox.
    Mailbox(String),
    /// The mailbox for this, which is made where there is none.
    Role(Role),
}

/// What a person does to a folder. Names are decoded full names; labels are last parts of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailboxAction {
    /// Make one.
    Create {
        /// Below this one; `None`: at the top of the person's own folders.
        parent: Option<String>,
        /// As the person typed it.
        label: String,
    },
    /// Give it another name, another parent, or both.
    Rename {
        /// Which one.
        mailbox: String,
        /// Below this one; `None`: at the top.
        parent: Option<String>,
        /// As the person typed it.
        label: String,
    },
    /// Remove it with all its messages, and what is below it. Can't be undone: ask first.
    Delete {
        /// Which one.
        mailbox: String,
    },
    /// Subscribe or unsubscribe.
    Subscribe {
        /// Which one.
        mailbox: String,
        /// Subscribe.
        subscribed: bool,
    },
    /// Remove all messages in it for good. Can't be undone: ask first.
    Empty {
        /// Which one.
        mailbox: String,
    },
    /// Mark all messages in it as read. Can be undone.
    MarkAllRead {
        /// Which one.
        mailbox: String,
    },
    /// Use it for this from now on; [`Role::None`]: for nothing in particular.
    SetRole {
        /// Which one.
        mailbox: String,
        /// What for.
        role: Role,
    },
}

/// Most rows that a window may ask for.
pub const MAX_WINDOW: u32 = 400;

/// Most messages that one command may name.
pub const MAX_SELECTION: usize = 200_000;
