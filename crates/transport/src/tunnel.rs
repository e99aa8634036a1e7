//! The contract between page and gateway: one WebSocket is one TCP connection.
//!
//! - Path `/tunnel/{server id}/{service}`, sub-protocol [`SUBPROTOCOL`], binary frames only: bytes in,
//!   bytes out, no framing of our own. Text frames end the tunnel with [`Close::BadData`].
//! - The gateway answers the upgrade at once and dials meanwhile; a mail server that can't be reached
//!   shows as a close code. What it refuses before the upgrade (origin, limits, unknown server) a browser
//!   can't see, so a plain `GET` of the same path answers JSON [`Verdict`] with the reason.

use serde::{Deserialize, Serialize};

/// WebSocket sub-protocol, as websockify has it.
pub const SUBPROTOCOL: &str = "binary";

/// A service of a mail server, as named in the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// IMAP, RFC 9051.
    Imap,
    /// Message submission, RFC 6409.
    Submission,
    /// POP3, RFC 1939.
    Pop3,
}

impl Service {
    /// The path segment.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Imap => "imap",
            Self::Submission => "submission",
            Self::Pop3 => "pop3",
        }
    }

    /// Reads a path segment; `None` for anything else.
    #[must_use]
    pub fn parse(segment: &str) -> Option<Self> {
        [Self::Imap, Self::Submission, Self::Pop3]
            .into_iter()
            .find(|service| service.as_str() == segment)
    }
}

/// Path of a tunnel, without the gateway's base address.
#[must_use]
pub fn path(server_id: &str, service: Service) -> String {
    format!("/tunnel/{server_id}/{}", service.as_str())
}

/// Why a tunnel closed, as a WebSocket close code (RFC 6455 7.4; 4000 and up are ours).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Close {
    /// The mail server closed the connection.
    Done = 1000,
    /// The gateway is shutting down; connect again.
    GoingAway = 1001,
    /// A text frame, or a frame over the limit.
    BadData = 1003,
    /// The gateway failed.
    Internal = 1011,
    /// The mail server refused the connection, or its name has no address.
    Unreachable = 4000,
    /// The mail server did not answer in time.
    TimedOut = 4001,
    /// The connection to the mail server broke.
    Broken = 4002,
    /// Too many tunnels, from this address or in all.
    TooMany = 4003,
    /// Nothing moved, and pings went unanswered.
    Idle = 4004,
}

impl Close {
    /// Reads a close code; `None` for codes that this contract does not know.
    #[must_use]
    pub fn from_code(code: u16) -> Option<Self> {
        [
            Self::Done,
            Self::GoingAway,
            Self::BadData,
            Self::Internal,
            Self::Unreachable,
            Self::TimedOut,
            Self::Broken,
            Self::TooMany,
            Self::Idle,
        ]
        .into_iter()
        .find(|close| *close as u16 == code)
    }
}

/// Answer to a plain `GET` of a tunnel's path: would it open now, and if not, why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Would an upgrade be accepted.
    pub open: bool,
    /// The first reason against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Refusal>,
}

/// Why the gateway refuses to open a tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// The page's origin is not on the list.
    Origin,
    /// No such server, or it has no such service.
    UnknownServer,
    /// This address has as many tunnels as it may.
    TooManyFromAddress,
    /// The gateway has as many tunnels as it may.
    TooMany,
    /// The gateway is shutting down.
    ShuttingDown,
}
