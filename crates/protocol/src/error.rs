//! The one error of this crate; its variants are what the reader can do about it.

/// Why something was not done, or why the connection is of no more use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The peer broke the protocol, or passed a limit: drop the connection.
    #[error("Connection is broken: {reason}")]
    Broken {
        /// What was seen, in a few words.
        reason: &'static str,
    },
    /// Going on would have been unsafe, so we did not.
    #[error("Refused for safety: {reason}")]
    Unsafe {
        /// What was wrong, in a few words, with the RFC that forbids it.
        reason: &'static str,
    },
    /// The caller asked for something that cannot be said on the wire.
    #[error("Cannot be sent: {reason}")]
    Unsendable {
        /// What is wrong with it.
        reason: &'static str,
    },
}
