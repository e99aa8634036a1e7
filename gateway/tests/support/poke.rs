//! The page's end of a poke channel.

use samma_transport::poke::{Kind, Topic, decode, encode};

use super::{Gateway, Got, Page, gateway_and_server};

pub(crate) const BINARY: u8 = 0x82;

pub(crate) fn topics(numbers: &[u8]) -> Vec<Topic> {
    numbers.iter().map(|&n| Topic([n; 16])).collect()
}

pub(crate) async fn gateway(more: &str) -> Gateway {
    gateway_and_server(more).await.0
}

/// Header lines of a page of the gateway's own.
pub(crate) fn own(gateway: &Gateway) -> String {
    format!(
        "Origin: {}\r\nSec-WebSocket-Protocol: samma-poke.1\r\n",
        gateway.origin()
    )
}

/// A channel that has joined these, as far as the gateway has read that.
pub(crate) async fn open(gateway: &Gateway, joined: &[u8]) -> Page {
    let (stream, answer) = gateway.upgrade("/poke", &own(gateway)).await;
    assert_eq!(answer.status, 101, "{answer:?}");
    assert_eq!(answer.header("sec-websocket-protocol"), "samma-poke.1");
    let mut page = Page { stream };
    join(&mut page, &topics(joined)).await;
    page
}

pub(crate) async fn join(page: &mut Page, joined: &[Topic]) {
    page.send(BINARY, &encode(Kind::Join, joined)).await;
    until_read(page).await;
}

pub(crate) async fn poke(page: &mut Page, poked: &[u8]) {
    page.send(BINARY, &encode(Kind::Poke, &topics(poked))).await;
}

/// Waits until the gateway has read all that the page said: it answers a ping behind that.
pub(crate) async fn until_read(page: &mut Page) {
    page.send(0x89, b"read?").await;
    assert_eq!(page.get().await, Got::Pong(b"read?".to_vec()));
}

/// The topics that the page is told next.
pub(crate) async fn poked(page: &mut Page) -> Vec<Topic> {
    match page.get().await {
        Got::Data(message) => match decode(&message) {
            Some((Kind::Poked, topics)) => topics,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}
