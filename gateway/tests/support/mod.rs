//! A gateway in this process, a mail server that the test plays, and a page made of a raw socket.
#![allow(dead_code, reason = "each test file uses its part of it")]

pub(crate) mod poke;

use std::{net::SocketAddr, path::Path, time::Duration};

use samma_gateway::{config::Config, serve::Server};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

/// How long anything may take before a test gives up on it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What is awaited, or the end of the test.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    timeout(PATIENCE, what).await.expect("it takes too long")
}

/// A running gateway.
pub(crate) struct Gateway {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
}

impl Gateway {
    /// With `text` as its configuration, but for `listen`.
    pub(crate) async fn start(text: &str) -> Self {
        Self::start_in(Path::new("."), text).await
    }

    /// The same, with paths relative to `base`.
    pub(crate) async fn start_in(base: &Path, text: &str) -> Self {
        let text = format!("listen = '127.0.0.1:0'\n{text}");
        let config = Config::parse(&text, base).expect("the test's configuration is good");
        let server = Server::bind(config).await.unwrap();
        let address = server.addresses()[0];
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(server.run(async { drop(stopped.await) }));
        Self {
            address,
            stop: Some(stop),
            running,
        }
    }

    /// Tells it to stop, and waits for that.
    pub(crate) async fn stop(mut self) {
        drop(self.stop.take());
        soon(self.running).await.unwrap();
    }

    /// Its own origin.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends `head`, a request line and header lines, and reads the whole answer.
    pub(crate) async fn ask(&self, head: &str) -> Answer {
        let host = self.address;
        self.ask_raw(&format!(
            "{head}\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        ))
        .await
    }

    /// Sends exactly `request`, and reads the whole answer.
    pub(crate) async fn ask_raw(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut octets = Vec::new();
        // A reset after the answer is the gateway's right where the request was none.
        let _ = soon(stream.read_to_end(&mut octets)).await;
        Answer::read(&octets)
    }

    /// Asks for the upgrade that opens a tunnel, with more header lines, and gives the socket with the answer.
    pub(crate) async fn upgrade(&self, path: &str, more: &str) -> (TcpStream, Answer) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let host = self.address;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match soon(stream.read_u8()).await {
                Ok(octet) => head.push(octet),
                Err(_) => break,
            }
        }
        (stream, Answer::read(&head))
    }

    /// Opens a tunnel as a page of the gateway's own does.
    pub(crate) async fn page(&self, path: &str) -> Page {
        let origin = format!(
            "Origin: {}\r\nSec-WebSocket-Protocol: binary\r\n",
            self.origin()
        );
        let (stream, answer) = self.upgrade(path, &origin).await;
        assert_eq!(answer.status, 101, "{answer:?}");
        Page { stream }
    }

    /// The status with which an upgrade is answered.
    pub(crate) async fn upgrade_status(&self, path: &str, more: &str) -> u16 {
        self.upgrade(path, more).await.1.status
    }
}

/// An answer over HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    fn read(octets: &[u8]) -> Self {
        let end = octets
            .windows(4)
            .position(|w| w == b"\r\n\r\n")
            .map_or(octets.len(), |at| at + 4);
        let head = String::from_utf8_lossy(&octets[..end]).into_owned();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0);
        Self {
            status,
            head,
            body: octets[end..].to_vec(),
        }
    }

    /// Value of a header; empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value.trim())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// The page's end of a tunnel, frame by frame.
pub(crate) struct Page {
    pub(crate) stream: TcpStream,
}

/// What a page gets.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Got {
    Data(Vec<u8>),
    Ping,
    Pong(Vec<u8>),
    Close(u16),
    /// The connection is gone.
    Gone,
}

impl Page {
    /// Sends a whole masked frame.
    pub(crate) async fn send(&mut self, first: u8, payload: &[u8]) {
        self.stream
            .write_all(&masked(first, payload))
            .await
            .unwrap();
    }

    /// Reads one frame.
    pub(crate) async fn get(&mut self) -> Got {
        soon(self.read()).await.unwrap_or(Got::Gone)
    }

    async fn read(&mut self) -> std::io::Result<Got> {
        let (first, second) = (self.stream.read_u8().await?, self.stream.read_u8().await?);
        let length = match second {
            126 => u64::from(self.stream.read_u16().await?),
            127 => self.stream.read_u64().await?,
            short => u64::from(short),
        };
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        self.stream.read_exact(&mut payload).await?;
        Ok(match first {
            0x82 => Got::Data(payload),
            0x89 => Got::Ping,
            0x8a => Got::Pong(payload),
            0x88 => Got::Close(payload.try_into().map_or(1005, u16::from_be_bytes)),
            other => panic!("a frame that begins with {other:#x}"),
        })
    }

    /// Reads data until `octets` came.
    pub(crate) async fn data(&mut self, octets: usize) -> Vec<u8> {
        let mut data = Vec::new();
        while data.len() < octets {
            match self.get().await {
                Got::Data(more) => data.extend(more),
                other => panic!("{other:?} after {} octets", data.len()),
            }
        }
        data
    }
}

/// A frame as a page sends it.
pub(crate) fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [9, 8, 7, 6];
    let mut frame = vec![first];
    match payload.len() {
        short @ 0..=125 => frame.push(0x80 | u8::try_from(short).unwrap()),
        medium @ 126..=0xffff => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(medium).unwrap().to_be_bytes());
        }
        long => {
            frame.push(0x80 | 127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(
        payload
            .iter()
            .zip(MASK.iter().cycle())
            .map(|(octet, mask)| octet ^ mask),
    );
    frame
}

/// The mail server that a test plays.
pub(crate) struct MailServer {
    pub(crate) listener: TcpListener,
    pub(crate) port: u16,
}

impl MailServer {
    pub(crate) async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        Self { listener, port }
    }

    /// A `[[server]]` for it, id `mail`.
    pub(crate) fn entry(&self) -> String {
        let port = self.port;
        format!(
            "[[server]]\nid = 'mail'\ndomains = ['samma.test']\n\
             imap = {{ host = '127.0.0.1', port = {port}, tls = 'none' }}\n"
        )
    }

    pub(crate) async fn accept(&self) -> TcpStream {
        soon(self.listener.accept()).await.unwrap().0
    }
}

/// A gateway with one mail server, and `more` configuration behind it.
pub(crate) async fn gateway_and_server(more: &str) -> (Gateway, MailServer) {
    let server = MailServer::listen().await;
    let gateway = Gateway::start(&format!("{}{more}", server.entry())).await;
    (gateway, server)
}

/// An open tunnel: both ends.
pub(crate) async fn tunnel(gateway: &Gateway, server: &MailServer) -> (Page, TcpStream) {
    let page = gateway.page("/tunnel/mail/imap").await;
    (page, server.accept().await)
}
