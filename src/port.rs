//! The envelope around what crosses the port between a tab and the engine.
//!
//! Each message is one [`Upward`] or [`Downward`] as postcard bytes in an `ArrayBuffer`, which is
//! transferred and not copied. Both ends come from one build: the worker's address holds the build's id,
//! and [`Command::Hello`] and [`Change::Welcome`](samma_mailbox::change::Change::Welcome) say the version
//! to make sure. Bytes that can't be read are another build's. A message that is a string and no buffer
//! says that the engine could not be loaded, or broke, and why.

use samma_mailbox::change::Change;
use samma_mailbox::command::Command;
use serde::{Deserialize, Serialize};

/// From a tab to the engine.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Upward {
    /// What the person wants.
    Command(Command),
    /// The tab holds the Web Lock of this name for as long as it lives.
    ///
    /// A port does not tell when its other end is gone; a lock does.
    Holds(String),
    /// The tab is about to go.
    Leaving,
    /// Answer to [`Downward::Vault`], but for `Forget`, which has none.
    Vault(Option<Vec<u8>>),
}

/// From the engine to a tab.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Downward {
    /// News, oldest first: all that came of one thing that happened.
    Changes(Vec<Change>),
    /// The engine holds the Web Lock of this name for as long as it lives.
    Holds(String),
    /// Something to do for the engine with the key that is in the browser's vault.
    Vault(VaultTask),
}

/// What the engine wants of the vault.
///
/// Tabs have the key in their hands, and not the worker, because WebKit's shared workers can't keep one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum VaultTask {
    /// Seal these bytes, with a new key if there is none. The answer is the ticket.
    Seal(Vec<u8>),
    /// Open this ticket. The answer is what was sealed.
    Unseal(Vec<u8>),
    /// Destroy the key: no ticket can be opened any more.
    Forget,
}
