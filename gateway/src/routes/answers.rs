//! Answers, and what stands in their heads.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use samma_transport::tunnel::{Refusal, Verdict};

use crate::websocket::handshake::{Accepted, BadHandshake};

/// The answer that makes a connection a WebSocket.
pub(super) fn switching(accepted: &Accepted) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let fields = response.headers_mut();
    fields.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    fields.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::try_from(&accepted.accept) {
        fields.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    if let Some(subprotocol) = accepted.subprotocol {
        let subprotocol = HeaderValue::from_static(subprotocol);
        fields.insert(header::SEC_WEBSOCKET_PROTOCOL, subprotocol);
    }
    response
}

pub(super) fn bad_handshake(error: BadHandshake) -> Response<Body> {
    let text = format!("{error}\n");
    match error {
        BadHandshake::Version => {
            let mut response = plain(StatusCode::UPGRADE_REQUIRED, text);
            let version = HeaderValue::from_static("13");
            response
                .headers_mut()
                .insert(header::SEC_WEBSOCKET_VERSION, version);
            response
        }
        BadHandshake::Malformed | BadHandshake::Subprotocol(_) => {
            plain(StatusCode::BAD_REQUEST, text)
        }
    }
}

/// To an upgrade, the status tells; a page's question is answered with 200, since it was answered.
pub(super) fn refuse(status: StatusCode, refusal: Refusal, is_upgrade: bool) -> Response<Body> {
    let is_malformed = status == StatusCode::BAD_REQUEST;
    let status = if is_upgrade || is_malformed {
        status
    } else {
        StatusCode::OK
    };
    let mut response = verdict_json(status, Some(refusal));
    if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
        let soon = Duration::from_secs(30).as_secs().into();
        response.headers_mut().insert(header::RETRY_AFTER, soon);
    }
    response
}

pub(super) fn verdict_json(status: StatusCode, reason: Option<Refusal>) -> Response<Body> {
    let verdict = Verdict {
        open: reason.is_none(),
        reason,
    };
    let mut response = json(status, serde_json::to_vec(&verdict).unwrap_or_default());
    let fields = response.headers_mut();
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // The app may come from another host, and must learn that its origin is not on the list.
    fields.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    response
}

pub(super) fn json(status: StatusCode, content: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(content.into());
    *response.status_mut() = status;
    let fields = response.headers_mut();
    fields.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

pub(super) fn plain(status: StatusCode, text: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, text);
    response
}
