//! Why a connection closed, in the engine's terms.

use samma_mailbox::change::ProblemKind;
use samma_mailbox::input::CloseReason;
use samma_transport::error::Error;
use samma_transport::tunnel::{Close, Refusal};

use crate::browser::verdict::Answer;

/// A socket that was open closed with this code. `cut`: TLS was up, and the server had not ended it.
pub(super) fn closed(code: u16, cut: bool) -> CloseReason {
    let Some(close) = Close::from_code(code) else {
        // 1006: the network ended it, or the gateway died.
        return reason(ProblemKind::GatewayUnreachable, "The connection broke");
    };
    match close {
        Close::Done if cut => reason(
            ProblemKind::ServerClosed,
            "The mail server closed the connection without ending TLS",
        ),
        Close::Done => reason(
            ProblemKind::ServerClosed,
            "The mail server closed the connection",
        ),
        Close::GoingAway => reason(ProblemKind::GatewayUnreachable, "The gateway is restarting"),
        Close::BadData => reason(ProblemKind::GatewayRefused, "The gateway refused a frame"),
        Close::Internal => reason(ProblemKind::GatewayUnreachable, "The gateway failed"),
        Close::Unreachable => reason(
            ProblemKind::ServerUnreachable,
            "The mail server refused the connection, or its name has no address",
        ),
        Close::TimedOut => reason(
            ProblemKind::ServerUnreachable,
            "The mail server did not take the connection in time",
        ),
        Close::Broken => reason(
            ProblemKind::ServerClosed,
            "The connection between gateway and mail server broke",
        ),
        Close::TooMany => reason(
            ProblemKind::GatewayBusy,
            "The gateway has too many connections",
        ),
        Close::Idle => reason(
            ProblemKind::GatewayUnreachable,
            "The gateway got no sign of life from this device",
        ),
    }
}

/// A socket did not open, and this is what the gateway says.
pub(super) fn refused(answer: &Answer) -> CloseReason {
    match answer {
        Answer::Refused(Refusal::Origin) => reason(
            ProblemKind::GatewayRefused,
            "The gateway does not serve pages of this address",
        ),
        Answer::Refused(Refusal::UnknownServer) => reason(
            ProblemKind::GatewayRefused,
            "The gateway does not know this mail server",
        ),
        Answer::Refused(Refusal::TooManyFromAddress) => reason(
            ProblemKind::GatewayBusy,
            "The gateway has too many connections from this network",
        ),
        Answer::Refused(Refusal::TooMany) => reason(
            ProblemKind::GatewayBusy,
            "The gateway has too many connections",
        ),
        Answer::Refused(Refusal::ShuttingDown) => {
            reason(ProblemKind::GatewayUnreachable, "The gateway is restarting")
        }
        Answer::Open => reason(
            ProblemKind::GatewayUnreachable,
            "The gateway answers, but the connection broke before it was open",
        ),
        Answer::Strange { status } => reason(
            ProblemKind::GatewayUnreachable,
            &format!("No gateway answers at its address (HTTP {status})"),
        ),
        Answer::None => reason(
            ProblemKind::GatewayUnreachable,
            "The gateway can't be reached",
        ),
    }
}

/// TLS refused to go on.
pub(super) fn insecure(error: &Error) -> CloseReason {
    let kind = match error {
        Error::CertificateName { .. } => ProblemKind::CertificateName,
        Error::CertificateUnknown(_) => ProblemKind::CertificateUnknown,
        Error::CertificateExpired(_) => ProblemKind::CertificateExpired,
        _ => ProblemKind::Tls,
    };
    reason(kind, &error.to_string())
}

pub(super) fn reason(kind: ProblemKind, detail: &str) -> CloseReason {
    CloseReason {
        kind,
        detail: detail.to_owned(),
    }
}
