//! Pages that break the protocol, by raw bytes: each gets the code of RFC 6455, and the mail server nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test states what it knows"
)]

mod support;

use support::{Got, gateway_and_server, masked, soon, tunnel};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Sends `bytes` over a new tunnel, and says how the page is answered and what the mail server got.
async fn answer(bytes: &[u8]) -> (Got, Vec<u8>) {
    let (gateway, server) = gateway_and_server("").await;
    let (mut page, mut mail) = tunnel(&gateway, &server).await;
    page.stream.write_all(bytes).await.unwrap();
    let got = page.get().await;
    let mut passed = Vec::new();
    soon(mail.read_to_end(&mut passed)).await.unwrap();
    (got, passed)
}

async fn expect_close(what: &str, bytes: &[u8], code: u16) {
    assert_eq!(
        answer(bytes).await,
        (Got::Close(code), Vec::new()),
        "{what}"
    );
}

#[tokio::test]
async fn unmasked_frames_are_refused() {
    expect_close("binary", b"\x82\x05hello", 1002).await;
    expect_close("ping", b"\x89\x00", 1002).await;
    expect_close("close", b"\x88\x02\x03\xe8", 1002).await;
}

#[tokio::test]
async fn reserved_opcodes_and_bits_are_refused() {
    for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
        expect_close("opcode", &masked(0x80 | opcode, b"hello"), 1002).await;
    }
    for bit in [0x40, 0x20, 0x10] {
        expect_close("bit", &masked(0x82 | bit, b"hello"), 1002).await;
    }
}

#[tokio::test]
async fn lengths_that_lie_are_refused_before_their_payload() {
    let mask = [0; 4];
    let head = |octets: &[u8]| [octets, &mask].concat();
    expect_close("longer than need be", &head(&[0x82, 0xfe, 0, 5]), 1002).await;
    expect_close(
        "longer than need be",
        &head(&[0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 5]),
        1002,
    )
    .await;
    expect_close(
        "64 bits",
        &head(&[0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        1002,
    )
    .await;
    expect_close(
        "63 bits",
        &head(&[0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        1003,
    )
    .await;
    expect_close("ping of 126", &head(&[0x89, 0xfe, 0, 126]), 1002).await;
}

#[tokio::test]
async fn fragments_out_of_order_are_refused() {
    expect_close("nothing to continue", &masked(0x80, b"x"), 1002).await;
    expect_close("a ping in fragments", &masked(0x09, b"x"), 1002).await;
    let two = [masked(0x02, b"x"), masked(0x82, b"y")].concat();
    expect_close("a new one within the old", &two, 1002).await;
}

#[tokio::test]
async fn closes_that_make_no_sense_are_refused() {
    expect_close("one octet", &masked(0x88, b"\x03"), 1002).await;
    for code in [0_u16, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000] {
        expect_close("code", &masked(0x88, &code.to_be_bytes()), 1002).await;
    }
    expect_close("no text", &masked(0x88, b"\x03\xe8\xc3\x28"), 1007).await;
}

#[tokio::test]
async fn closes_that_make_sense_are_echoed() {
    for code in [1000_u16, 1001, 1011, 3000, 4000, 4999] {
        expect_close("code", &masked(0x88, &code.to_be_bytes()), code).await;
    }
    expect_close("none", &masked(0x88, b""), 1005).await;
}

#[tokio::test]
async fn fragments_and_pings_between_pass() {
    let bytes = [
        masked(0x02, b"a "),
        masked(0x89, b"ping"),
        masked(0x00, b""),
        masked(0x80, b"NOOP\r\n"),
        masked(0x88, b""),
    ]
    .concat();
    let (got, passed) = answer(&bytes).await;
    assert_eq!(passed, b"a NOOP\r\n");
    // The pong may be overtaken by the end.
    assert!(matches!(got, Got::Pong(_) | Got::Close(1005)), "{got:?}");
}

#[tokio::test]
async fn a_ping_is_answered_with_its_payload() {
    let (gateway, server) = gateway_and_server("").await;
    let (mut page, _mail) = tunnel(&gateway, &server).await;
    for payload in [vec![], b"x".to_vec(), vec![7; 125]] {
        page.send(0x89, &payload).await;
        assert_eq!(page.get().await, Got::Pong(payload));
    }
}

#[tokio::test]
async fn frames_octet_by_octet_pass() {
    let (gateway, server) = gateway_and_server("").await;
    let (mut page, mut mail) = tunnel(&gateway, &server).await;
    let payload = vec![3; 200];
    for octet in masked(0x82, &payload) {
        page.stream.write_all(&[octet]).await.unwrap();
    }
    let mut read = vec![0; 200];
    soon(mail.read_exact(&mut read)).await.unwrap();
    assert_eq!(read, payload);
}

#[tokio::test]
async fn no_extension_is_agreed_to() {
    let (gateway, _server) = gateway_and_server("").await;
    let lines = format!(
        "Origin: {}\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n",
        gateway.origin()
    );
    let (_stream, answer) = gateway.upgrade("/tunnel/mail/imap", &lines).await;
    assert_eq!(answer.status, 101);
    assert_eq!(answer.header("sec-websocket-extensions"), "");
}
