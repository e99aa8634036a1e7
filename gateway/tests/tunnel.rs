//! Tunnels end to end: a page's socket, the gateway, a mail server's socket.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test states what it knows"
)]

mod support;

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use samma_transport::tunnel::{Refusal, Verdict};
use support::{Gateway, Got, MailServer, Page, gateway_and_server, masked, soon, tunnel};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

const BINARY: u8 = 0x82;

#[tokio::test]
async fn bytes_pass_both_ways_whatever_they_are() {
    let (gateway, server) = gateway_and_server("").await;
    let (mut page, mut mail) = tunnel(&gateway, &server).await;
    let every: Vec<u8> = (0..=255).collect();
    // In clear first, then anything: the gateway takes no part in STARTTLS.
    mail.write_all(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
        .await
        .unwrap();
    assert_eq!(
        page.get().await,
        Got::Data(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n".to_vec())
    );
    page.send(BINARY, b"a STARTTLS\r\n").await;
    page.send(BINARY, &every).await;
    let mut read = vec![0; 12 + 256];
    soon(mail.read_exact(&mut read)).await.unwrap();
    assert_eq!(read, [b"a STARTTLS\r\n".as_slice(), &every].concat());
    mail.write_all(&every).await.unwrap();
    assert_eq!(page.data(256).await, every);
}

#[tokio::test]
async fn another_websocket_implementation_gets_along() {
    let (gateway, server) = gateway_and_server("").await;
    let mut request = format!("ws://{}/tunnel/mail/imap", gateway.address)
        .into_client_request()
        .unwrap();
    let headers = request.headers_mut();
    headers.insert("origin", gateway.origin().parse().unwrap());
    headers.insert("sec-websocket-protocol", "binary".parse().unwrap());
    let stream = TcpStream::connect(gateway.address).await.unwrap();
    let (mut socket, response) = tokio_tungstenite::client_async(request, stream)
        .await
        .unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "binary");
    let mut mail = server.accept().await;
    let large: Vec<u8> = (0..1_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    socket.send(Message::binary(large.clone())).await.unwrap();
    let mut read = vec![0; large.len()];
    soon(mail.read_exact(&mut read)).await.unwrap();
    assert!(read == large);
    socket
        .send(Message::Ping("are you there".into()))
        .await
        .unwrap();
    let pong = soon(socket.next()).await.unwrap().unwrap();
    assert_eq!(pong, Message::Pong("are you there".into()));
    soon(mail.write_all(&large)).await.unwrap();
    drop(mail);
    let mut read = Vec::new();
    let close = loop {
        match soon(socket.next()).await.unwrap().unwrap() {
            Message::Binary(more) => read.extend(more),
            other => break other,
        }
    };
    assert!(read == large);
    let Message::Close(Some(close)) = close else {
        panic!("{close:?}");
    };
    assert_eq!(u16::from(close.code), 1000);
}

/// Kernel buffers take some megabytes on the way, and the gateway one chunk.
const HELD_AT_MOST: usize = 24 << 20;
const OFFERED: usize = 128 << 20;

/// Writes `piece` again and again until nothing more is taken, and says how much was.
async fn write_until_full(to: &mut TcpStream, piece: &[u8]) -> usize {
    let mut written = 0;
    while written < OFFERED {
        let rest = &piece[written % piece.len()..];
        let Ok(n) = timeout(Duration::from_secs(2), to.write(rest)).await else {
            break;
        };
        written += n.unwrap();
    }
    written
}

#[tokio::test]
async fn a_page_that_does_not_read_holds_the_mail_server_back() {
    let (gateway, server) = gateway_and_server("").await;
    let (mut page, mut mail) = tunnel(&gateway, &server).await;
    let written = write_until_full(&mut mail, &[5; 65_536]).await;
    assert!(written < HELD_AT_MOST, "{written}");
    drop(mail);
    assert_eq!(page.data(written).await.len(), written);
    assert_eq!(page.get().await, Got::Close(1000));
}

#[tokio::test]
async fn a_mail_server_that_does_not_read_holds_the_page_back() {
    let (gateway, server) = gateway_and_server("").await;
    let (mut page, mut mail) = tunnel(&gateway, &server).await;
    let frame = masked(BINARY, &[5; 65_536]);
    let written = write_until_full(&mut page.stream, &frame).await;
    assert!(written < HELD_AT_MOST, "{written}");
    let frames = written / frame.len();
    let mut read = vec![0; frames * 65_536];
    soon(mail.read_exact(&mut read)).await.unwrap();
    assert!(read.iter().all(|&octet| octet == 5));
}

#[tokio::test]
async fn the_mail_server_s_end_is_the_tunnel_s() {
    let (gateway, server) = gateway_and_server("").await;
    let (mut page, mut mail) = tunnel(&gateway, &server).await;
    mail.write_all(b"* BYE\r\n").await.unwrap();
    drop(mail);
    assert_eq!(page.get().await, Got::Data(b"* BYE\r\n".to_vec()));
    assert_eq!(page.get().await, Got::Close(1000));
    page.send(0x88, &1000_u16.to_be_bytes()).await;
    assert_eq!(page.get().await, Got::Gone);
}

#[tokio::test]
async fn a_connection_that_breaks_is_told_from_one_that_ends() {
    let (gateway, server) = gateway_and_server("").await;
    let (mut page, mail) = tunnel(&gateway, &server).await;
    // Closing with no time to linger sends a reset.
    rustix::net::sockopt::set_socket_linger(&mail, Some(Duration::ZERO)).unwrap();
    drop(mail);
    assert_eq!(page.get().await, Got::Close(4002));
}

#[tokio::test]
async fn a_page_that_closes_gets_its_answer_and_the_mail_server_an_end() {
    let (gateway, server) = gateway_and_server("").await;
    let (mut page, mut mail) = tunnel(&gateway, &server).await;
    page.send(BINARY, b"a LOGOUT\r\n").await;
    page.send(0x88, &1000_u16.to_be_bytes()).await;
    let mut read = Vec::new();
    soon(mail.read_to_end(&mut read)).await.unwrap();
    assert_eq!(read, b"a LOGOUT\r\n");
    assert_eq!(page.get().await, Got::Close(1000));
    assert_eq!(page.get().await, Got::Gone);
}

#[tokio::test]
async fn a_page_that_is_gone_ends_the_mail_server_s_connection() {
    let (gateway, server) = gateway_and_server("").await;
    let (page, mut mail) = tunnel(&gateway, &server).await;
    drop(page);
    assert_eq!(soon(mail.read(&mut [0; 1])).await.unwrap(), 0);
}

#[tokio::test]
async fn text_is_refused() {
    let (gateway, server) = gateway_and_server("").await;
    let (mut page, mut mail) = tunnel(&gateway, &server).await;
    page.send(0x81, b"a LOGOUT\r\n").await;
    assert_eq!(page.get().await, Got::Close(1003));
    assert_eq!(soon(mail.read(&mut [0; 1])).await.unwrap(), 0);
}

#[tokio::test]
async fn a_frame_over_the_limit_is_refused_by_its_head() {
    let (gateway, server) = gateway_and_server("[limits]\nframe_octets = 2000\n").await;
    let (mut page, mut mail) = tunnel(&gateway, &server).await;
    page.send(BINARY, &[1; 2_000]).await;
    soon(mail.read_exact(&mut [0; 2_000])).await.unwrap();
    page.stream
        .write_all(&masked(BINARY, &[1; 2_001])[..8])
        .await
        .unwrap();
    assert_eq!(page.get().await, Got::Close(1003));
}

#[tokio::test]
async fn a_port_that_is_closed_shows_as_a_code() {
    let (gateway, server) = gateway_and_server("").await;
    drop(server);
    let mut page = gateway.page("/tunnel/mail/imap").await;
    assert_eq!(page.get().await, Got::Close(4000));
}

#[tokio::test]
async fn a_name_without_an_address_shows_as_a_code() {
    let gateway =
        Gateway::start("[[server]]\nid = 'mail'\nimap = { host = 'nowhere.invalid' }\n").await;
    let mut page = gateway.page("/tunnel/mail/imap").await;
    assert!(matches!(page.get().await, Got::Close(4000 | 4001)));
}

#[tokio::test]
async fn a_server_that_does_not_answer_shows_as_a_code() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    // Nobody accepts, and once its queue is full the kernel doesn't answer.
    let mut waiting = Vec::new();
    while let Ok(stream) = timeout(Duration::from_millis(500), TcpStream::connect(address)).await {
        waiting.push(stream.unwrap());
    }
    let port = address.port();
    let gateway = Gateway::start(&format!(
        "[[server]]\nid = 'mail'\nimap = {{ host = '127.0.0.1', port = {port}, tls = 'none' }}\n\
         [limits]\ndial_seconds = 1\n"
    ))
    .await;
    let mut page = gateway.page("/tunnel/mail/imap").await;
    assert_eq!(page.get().await, Got::Close(4001));
}

#[tokio::test]
async fn what_a_page_says_before_the_dial_is_done_is_kept() {
    let (gateway, server) = gateway_and_server("").await;
    let head = format!("Origin: {}\r\n", gateway.origin());
    let (mut stream, _) = gateway.upgrade("/tunnel/mail/imap", &head).await;
    stream.write_all(&masked(BINARY, b"hello")).await.unwrap();
    let mut mail = server.accept().await;
    let mut read = [0; 5];
    soon(mail.read_exact(&mut read)).await.unwrap();
    assert_eq!(&read, b"hello");
}

#[tokio::test]
async fn the_proxy_header_comes_before_anything_else() {
    let (gateway, server) = gateway_and_server("proxy_protocol = true\n").await;
    let (mut page, mut mail) = tunnel(&gateway, &server).await;
    page.send(BINARY, b"x").await;
    let mut read = [0; 29];
    soon(mail.read_exact(&mut read)).await.unwrap();
    let own = page.stream.local_addr().unwrap().port();
    let mut expected =
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\x7f\x00\x00\x01\x7f\x00\x00\x01".to_vec();
    expected.extend(own.to_be_bytes());
    expected.extend(gateway.address.port().to_be_bytes());
    expected.push(b'x');
    assert_eq!(read.as_slice(), expected);
}

#[tokio::test]
async fn the_proxy_header_names_whom_a_trusted_proxy_names() {
    let server = MailServer::listen().await;
    let text = format!(
        "trusted_proxies = '127.0.0.0/8'\n{}proxy_protocol = true\n",
        server.entry()
    );
    let gateway = Gateway::start(&text).await;
    let head = format!(
        "Origin: {}\r\nX-Forwarded-For: 6.6.6.6, 2001:db8::7\r\n",
        gateway.origin()
    );
    let (_stream, answer) = gateway.upgrade("/tunnel/mail/imap", &head).await;
    assert_eq!(answer.status, 101);
    let mut read = [0; 52];
    soon(server.accept().await.read_exact(&mut read))
        .await
        .unwrap();
    let source: std::net::Ipv6Addr = "2001:db8::7".parse().unwrap();
    assert_eq!(read[16..32], source.octets());
}

#[tokio::test]
async fn a_page_that_answers_pings_stays() {
    let (gateway, server) =
        gateway_and_server("[limits]\nping_seconds = 1\npong_seconds = 1\n").await;
    let (mut page, mut mail) = tunnel(&gateway, &server).await;
    for _ in 0..3 {
        assert_eq!(page.get().await, Got::Ping);
        page.send(0x8a, b"").await;
    }
    mail.write_all(b"still here").await.unwrap();
    assert_eq!(page.data(10).await, b"still here");
}

#[tokio::test]
async fn a_page_that_does_not_answer_pings_is_given_up() {
    let (gateway, server) =
        gateway_and_server("[limits]\nping_seconds = 1\npong_seconds = 1\n").await;
    let (mut page, mut mail) = tunnel(&gateway, &server).await;
    assert_eq!(page.get().await, Got::Ping);
    assert_eq!(page.get().await, Got::Close(4004));
    assert_eq!(soon(mail.read(&mut [0; 1])).await.unwrap(), 0);
}

#[tokio::test]
async fn a_side_that_takes_nothing_is_given_up() {
    let (gateway, server) = gateway_and_server("[limits]\nstall_seconds = 1\n").await;
    let (page, mut mail) = tunnel(&gateway, &server).await;
    let piece = [5; 65_536];
    let refused = async { while mail.write_all(&piece).await.is_ok() {} };
    soon(refused).await;
    drop(page);
}

#[tokio::test]
async fn a_tunnel_keeps_to_its_pace() {
    let (gateway, server) = gateway_and_server("[limits]\noctets_per_second = 100000\n").await;
    let (mut page, mut mail) = tunnel(&gateway, &server).await;
    let began = std::time::Instant::now();
    // One second's worth at once, and then two seconds more.
    soon(mail.write_all(&[1; 300_000])).await.unwrap();
    page.data(300_000).await;
    let took = began.elapsed();
    assert!(took > Duration::from_millis(1_500), "{took:?}");
}

#[tokio::test]
async fn stopping_closes_every_tunnel_and_says_so() {
    let (gateway, server) = gateway_and_server("").await;
    let mut tunnels = Vec::new();
    for _ in 0..20 {
        tunnels.push(tunnel(&gateway, &server).await);
    }
    let ends = tokio::spawn(async move {
        for (mut page, mut mail) in tunnels {
            assert_eq!(page.get().await, Got::Close(1001));
            assert_eq!(page.get().await, Got::Gone);
            assert_eq!(soon(mail.read(&mut [0; 1])).await.unwrap(), 0);
        }
    });
    gateway.stop().await;
    ends.await.unwrap();
}

async fn verdict(gateway: &Gateway, path: &str, more: &str) -> Verdict {
    let answer = gateway.ask(&format!("GET {path} HTTP/1.1{more}")).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    serde_json::from_slice(&answer.body).unwrap()
}

#[tokio::test]
async fn a_page_can_ask_why() {
    let (gateway, server) = gateway_and_server("[limits]\ntunnels_per_address = 1\n").await;
    let refused = |reason| Verdict {
        open: false,
        reason: Some(reason),
    };
    let path = "/tunnel/mail/imap";
    let open = verdict(&gateway, path, "").await;
    assert!(open.open && open.reason.is_none());
    for unknown in [
        "/tunnel/other/imap",
        "/tunnel/mail/pop3",
        "/tunnel/mail/smtp",
        "/tunnel/mail/imap/x",
    ] {
        assert_eq!(
            verdict(&gateway, unknown, "").await,
            refused(Refusal::UnknownServer),
            "{unknown}"
        );
    }
    let foreign = "\r\nOrigin: https://evil.example";
    assert_eq!(
        verdict(&gateway, path, foreign).await,
        refused(Refusal::Origin)
    );
    let _held = tunnel(&gateway, &server).await;
    assert_eq!(
        verdict(&gateway, path, "").await,
        refused(Refusal::TooManyFromAddress)
    );
}

#[tokio::test]
async fn limits_refuse_the_next_and_leave_the_others() {
    let (gateway, server) = gateway_and_server("[limits]\ntunnels_per_address = 2\n").await;
    let origin = format!("Origin: {}\r\n", gateway.origin());
    let (mut first, mut mail) = tunnel(&gateway, &server).await;
    let second = tunnel(&gateway, &server).await;
    let (_, answer) = gateway.upgrade("/tunnel/mail/imap", &origin).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "30"));
    first.send(BINARY, b"x").await;
    assert_eq!(soon(mail.read_u8()).await.unwrap(), b'x');
    let (mut page, _) = second;
    page.send(0x88, b"").await;
    assert_eq!(page.get().await, Got::Close(1005));
    assert_eq!(page.get().await, Got::Gone);
    reopened(&gateway, &server).await;
}

/// The place of a tunnel that ended is free once its task is done, a moment after the page sees the end.
async fn reopened(gateway: &Gateway, server: &MailServer) -> (Page, TcpStream) {
    let origin = format!("Origin: {}\r\n", gateway.origin());
    loop {
        let (stream, answer) = soon(gateway.upgrade("/tunnel/mail/imap", &origin)).await;
        if answer.status == 101 {
            return (Page { stream }, server.accept().await);
        }
    }
}

#[tokio::test]
async fn all_tunnels_together_have_a_limit() {
    let (gateway, server) = gateway_and_server("[limits]\ntunnels = 1\n").await;
    let _held = tunnel(&gateway, &server).await;
    let origin = format!("Origin: {}\r\n", gateway.origin());
    assert_eq!(
        gateway.upgrade_status("/tunnel/mail/imap", &origin).await,
        503
    );
}

#[tokio::test]
async fn knocking_has_a_limit() {
    let (gateway, _server) = gateway_and_server("[limits]\nupgrades_per_minute = 3\n").await;
    let origin = format!("Origin: {}\r\n", gateway.origin());
    for _ in 0..3 {
        assert_eq!(
            gateway.upgrade_status("/tunnel/mail/imap", &origin).await,
            101
        );
    }
    assert_eq!(
        gateway.upgrade_status("/tunnel/mail/imap", &origin).await,
        429
    );
}

#[tokio::test]
async fn listed_origins_and_no_others_open_tunnels() {
    let server = MailServer::listen().await;
    let text = format!("origins = ['https://mail.example']\n{}", server.entry());
    let gateway = Gateway::start(&text).await;
    let status = async |origin: &str| gateway.upgrade_status("/tunnel/mail/imap", origin).await;
    assert_eq!(status("Origin: https://mail.example\r\n").await, 101);
    assert_eq!(status("Origin: https://mail.example:8443\r\n").await, 403);
    assert_eq!(
        status(&format!("Origin: {}\r\n", gateway.origin())).await,
        403
    );
    assert_eq!(status("").await, 403);
    assert_eq!(status("Origin: null\r\n").await, 403);
}

#[tokio::test]
async fn handshakes_that_are_none_are_refused() {
    let (gateway, _server) = gateway_and_server("").await;
    let origin = gateway.origin();
    let ask = async |lines: &str| {
        let head = format!(
            "GET /tunnel/mail/imap HTTP/1.1\r\nOrigin: {origin}\r\nUpgrade: websocket\r\n{lines}"
        );
        gateway
            .ask_raw(&format!("{head}\r\nHost: {}\r\n\r\n", gateway.address))
            .await
    };
    let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nConnection: Upgrade";
    let old = ask(&format!(
        "{key}\r\nSec-WebSocket-Version: 8\r\nConnection: close"
    ))
    .await;
    assert_eq!(
        (old.status, old.header("sec-websocket-version")),
        (426, "13")
    );
    let other = format!(
        "{key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat\r\nConnection: close"
    );
    assert_eq!(ask(&other).await.status, 400);
    assert_eq!(
        ask("Sec-WebSocket-Version: 13\r\nConnection: close")
            .await
            .status,
        400
    );
}
