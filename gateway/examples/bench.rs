//! What a tunnel costs: memory of an idle one, and bytes per second of a busy one. Loopback only.
//!
//! `cargo run --profile native -p samma-gateway --example bench`
//!
//! The gateway runs in a process of its own (this program again), so that its memory is told from the load's. Prints
//! plain lines:
//! ```text
//! gateway idle tunnel: 3.1 KB
//! gateway throughput: 900 MB/s
//! gateway throughput up: 800 MB/s
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a bench that meets the unexpected shall stop"
)]

use std::{
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use samma_gateway::{config::Config, limits::raise_descriptors, serve::Server, websocket::frame};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    time::timeout,
};

const IDLE_TUNNELS: usize = 2_000;
/// Tunnels opened before the first look at memory, so that the runtime's own is not counted.
const WARM_TUNNELS: usize = 50;
const OCTETS: usize = 1 << 30;
const CHUNK: usize = 64 * 1024;
/// What a mail server and a page say while they sign in, about.
const HELLO: usize = 4_096;
const PATIENCE: Duration = Duration::from_secs(60);

fn main() {
    let descriptors = raise_descriptors();
    let runtime = Runtime::new().unwrap();
    match std::env::args().nth(1).as_deref() {
        Some("gateway") => runtime.block_on(gateway(&std::env::args().nth(2).unwrap())),
        _ => {
            // This process holds both ends of each tunnel.
            let tunnels = IDLE_TUNNELS.min(descriptors.saturating_sub(200) / 2);
            runtime.block_on(bench(tunnels));
        }
    }
}

/// The child: a gateway whose only server is at `upstream`, until standard input is closed.
async fn gateway(upstream: &str) {
    let port = upstream.rsplit_once(':').unwrap().1;
    let text = format!(
        "listen = '127.0.0.1:0'\n[[server]]\nid = 'bench'\n\
         imap = {{ host = '127.0.0.1', port = {port}, tls = 'none' }}\n\
         [limits]\ntunnels_per_address = 100000\nupgrades_per_minute = 100000\n"
    );
    let config = Config::parse(&text, std::path::Path::new(".")).unwrap();
    let server = Server::bind(config).await.unwrap();
    println!("{}", server.addresses()[0]);
    let closed = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new()));
    server.run(async { drop(closed.await) }).await;
}

struct Running {
    child: Child,
    address: SocketAddr,
}

impl Running {
    fn start(upstream: SocketAddr) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["gateway", &upstream.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let address = line.trim().parse().unwrap();
        Self { child, address }
    }

    /// Resident memory, KB.
    fn memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Closing its standard input stops it.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

async fn bench(tunnels: usize) {
    let upstream = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = Running::start(upstream.local_addr().unwrap());

    let mut held = Vec::new();
    for _ in 0..WARM_TUNNELS {
        held.push(idle_tunnel(&gateway, &upstream).await);
    }
    let before = gateway.memory();
    for _ in 0..tunnels {
        held.push(idle_tunnel(&gateway, &upstream).await);
    }
    let grown = gateway.memory().saturating_sub(before);
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let each = grown as f64 / tunnels as f64;
    println!("gateway idle tunnel: {each:.1} KB");
    drop(held);

    println!(
        "gateway throughput: {} MB/s",
        best(async || down(&gateway, &upstream).await).await
    );
    println!(
        "gateway throughput up: {} MB/s",
        best(async || up(&gateway, &upstream).await).await
    );
    std::io::stdout().flush().unwrap();
}

/// Best of three: the rest is what else the machine does.
async fn best(mut run: impl AsyncFnMut() -> u128) -> u128 {
    run().await.max(run().await).max(run().await)
}

/// A tunnel over which a sign-in's worth of bytes went both ways.
async fn idle_tunnel(gateway: &Running, upstream: &TcpListener) -> (TcpStream, TcpStream) {
    let (mut page, mut server) = open(gateway, upstream).await;
    server.write_all(&[7; HELLO]).await.unwrap();
    read_payload(&mut page, HELLO).await;
    page.write_all(&masked(&[7; HELLO])).await.unwrap();
    server.read_exact(&mut [0; HELLO]).await.unwrap();
    (page, server)
}

async fn down(gateway: &Running, upstream: &TcpListener) -> u128 {
    let (mut page, mut server) = open(gateway, upstream).await;
    let began = Instant::now();
    let sending = tokio::spawn(async move {
        let chunk = vec![7; CHUNK];
        for _ in 0..OCTETS / CHUNK {
            server.write_all(&chunk).await.unwrap();
        }
        server
    });
    read_payload(&mut page, OCTETS).await;
    let _server = sending.await.unwrap();
    megabytes_per_second(began)
}

async fn up(gateway: &Running, upstream: &TcpListener) -> u128 {
    let (mut page, mut server) = open(gateway, upstream).await;
    let began = Instant::now();
    let sending = tokio::spawn(async move {
        let frame = masked(&vec![7; CHUNK]);
        for _ in 0..OCTETS / CHUNK {
            page.write_all(&frame).await.unwrap();
        }
        page
    });
    let mut room = vec![0; CHUNK];
    let mut left = OCTETS;
    while left > 0 {
        left -= timeout(PATIENCE, server.read(&mut room))
            .await
            .unwrap()
            .unwrap();
    }
    let _page = sending.await.unwrap();
    megabytes_per_second(began)
}

fn megabytes_per_second(began: Instant) -> u128 {
    OCTETS as u128 / began.elapsed().as_micros().max(1)
}

async fn open(gateway: &Running, upstream: &TcpListener) -> (TcpStream, TcpStream) {
    let mut page = TcpStream::connect(gateway.address).await.unwrap();
    page.set_nodelay(true).unwrap();
    let host = gateway.address;
    let request = format!(
        "GET /tunnel/bench/imap HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: binary\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    page.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(timeout(PATIENCE, page.read_u8()).await.unwrap().unwrap());
    }
    assert!(
        head.starts_with(b"HTTP/1.1 101"),
        "{}",
        String::from_utf8_lossy(&head)
    );
    let (server, _) = timeout(PATIENCE, upstream.accept()).await.unwrap().unwrap();
    (page, server)
}

/// A frame as a page sends it. The gateway unmasks by whatever the mask is.
fn masked(payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    frame::binary_head(&mut frame, payload.len());
    frame[1] |= 0x80;
    frame.extend([1, 2, 3, 4]);
    frame.extend(
        payload
            .iter()
            .zip([1, 2, 3, 4].iter().cycle())
            .map(|(octet, mask)| octet ^ mask),
    );
    frame
}

/// Reads binary frames until `octets` of payload came.
async fn read_payload(page: &mut TcpStream, octets: usize) {
    let mut room = vec![0; 2 * CHUNK];
    let mut left = octets;
    while left > 0 {
        page.read_exact(&mut room[..2]).await.unwrap();
        assert_eq!(room[0], 0x82);
        let length = match room[1] {
            126 => usize::from(page.read_u16().await.unwrap()),
            127 => usize::try_from(page.read_u64().await.unwrap()).unwrap(),
            short => usize::from(short),
        };
        let read = timeout(PATIENCE, page.read_exact(&mut room[..length])).await;
        left -= read.unwrap().unwrap();
    }
}
