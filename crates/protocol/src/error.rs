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
    #[error("{operation} cannot be sent: {reason}")]
    Unsendable {
        /// Name of the command, in the RFC's words.
        operation: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The command, or a text in it, is longer than [`limits`](crate::limits) let us send: split it.
    #[error("{operation} cannot be sent: {octets} octets are too long")]
    TooLong {
        /// Name of the command, in the RFC's words.
        operation: &'static str,
        /// How long it, or the text, is.
        octets: usize,
    },
}
