//! What poke channels cost: memory of a live one, processor time and delay at a steady rate. Loopback only.
//!
//! `cargo run --profile native -p samma-gateway --example poke_bench`
//!
//! The gateway runs in a process of its own (this program again), so that its memory and time are told from the
//! load's. People have two devices each, which share their topics; idle tunnels stand beside. Takes about half a
//! minute, and prints plain lines:
//! ```text
//! gateway idle poke channel: 2.0 KB
//! gateway idle poke channel with 50 topics: 5.4 KB
//! gateway poke channels: 5000, with 2000 idle tunnels beside them
//! gateway pokes: 1000/s, 10000 of 10000 heard
//! gateway poke processor time: 7 % of a core
//! gateway poke delay: median 0.17 ms, p95 0.30 ms
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a bench that meets the unexpected shall stop, and its figures are for people"
)]

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use samma_gateway::{config::Config, limits::raise_descriptors, serve::Server, websocket::frame};
use samma_transport::poke::{self, Kind, Topic, decode, encode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    runtime::Runtime,
    sync::mpsc,
    time::{MissedTickBehavior, interval, timeout},
};

const CHANNELS: usize = 5_000;
const TUNNELS: usize = 2_000;
/// Channels opened before the first look at memory, so that the runtime's own is not counted.
const WARM: usize = 100;
const TOPICS: usize = 50;
const PER_SECOND: usize = 1_000;
const POKES: usize = 10 * PER_SECOND;
const PATIENCE: Duration = Duration::from_secs(60);

fn main() {
    let descriptors = raise_descriptors();
    let runtime = Runtime::new().unwrap();
    match std::env::args().nth(1).as_deref() {
        Some("gateway") => runtime.block_on(gateway(&std::env::args().nth(2).unwrap())),
        _ => {
            // This process holds one end of each channel and both of each tunnel.
            let room = descriptors.saturating_sub(1_000);
            let channels = CHANNELS.min(room / 2) & !1;
            let tunnels = TUNNELS.min((room - channels) / 2);
            runtime.block_on(bench(channels, tunnels));
        }
    }
}

/// The child: a gateway whose only server is at `upstream`, until standard input is closed.
async fn gateway(upstream: &str) {
    let port = upstream.rsplit_once(':').unwrap().1;
    let text = format!(
        "listen = '127.0.0.1:0'\n[[server]]\nid = 'bench'\n\
         imap = {{ host = '127.0.0.1', port = {port}, tls = 'none' }}\n\
         [limits]\ntunnels_per_address = 100000\npokes_per_address = 100000\nupgrades_per_minute = 1000000\n"
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
    fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let field = line.unwrap().split_whitespace().nth(1);
        field.unwrap().parse().unwrap()
    }

    /// Processor time so far, in all threads, seconds.
    fn processor(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<_> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
        let ticks: u64 = [fields[11], fields[12]]
            .iter()
            .map(|ticks| ticks.parse::<u64>().unwrap())
            .sum();
        // Linux tells them in hundredths of a second.
        ticks as f64 / 100.0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Closing its standard input stops it.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

async fn bench(count: usize, tunnels: usize) {
    let upstream = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = Running::start(upstream.local_addr().unwrap());
    let channel = async || open(&gateway, poke::PATH, poke::SUBPROTOCOL).await;
    let mut channels = Vec::new();
    for _ in 0..WARM.min(count / 2) {
        channels.push(channel().await);
    }
    let (before, warm) = (gateway.memory(), channels.len());
    while channels.len() < count {
        channels.push(channel().await);
    }
    let idle = gateway.memory();
    let each = (idle - before) / (count - warm) as f64;
    println!("gateway idle poke channel: {each:.1} KB");
    for (n, channel) in channels.iter_mut().enumerate() {
        let topics: Vec<_> = (0..TOPICS).map(|topic| topic_of(n / 2, topic)).collect();
        let join = [message(Kind::Join, &topics), masked(0x89, b"")].concat();
        channel.write_all(&join).await.unwrap();
        // The answer to the ping shows that the join was read.
        channel.read_exact(&mut [0; 2]).await.unwrap();
    }
    let joined = each + (gateway.memory() - idle) / count as f64;
    println!("gateway idle poke channel with {TOPICS} topics: {joined:.1} KB");
    let mut held = Vec::new();
    for _ in 0..tunnels {
        let page = open(&gateway, "/tunnel/bench/imap", "binary").await;
        let (server, _) = timeout(PATIENCE, upstream.accept()).await.unwrap().unwrap();
        held.push((page, server));
    }
    println!("gateway poke channels: {count}, with {tunnels} idle tunnels beside them");
    steady(&gateway, channels).await;
}

/// Pokes at a steady rate, one person after the other; each by one device, heard by the other.
async fn steady(gateway: &Running, channels: Vec<TcpStream>) {
    let began = Instant::now();
    let sent: Arc<Vec<AtomicU64>> = Arc::new((0..POKES).map(|_| AtomicU64::new(0)).collect());
    let (heard, mut delays) = mpsc::unbounded_channel();
    let (mut senders, mut readers) = (Vec::<OwnedWriteHalf>::new(), Vec::new());
    let people = channels.len() / 2;
    for (n, channel) in channels.into_iter().enumerate() {
        let (reader, writer) = channel.into_split();
        if n % 2 == 0 {
            senders.push(writer);
        } else {
            let (sent, heard) = (Arc::clone(&sent), heard.clone());
            // Dropping the writer would close the channel.
            readers.push(tokio::spawn(async move {
                let _writer = writer;
                listen(reader, (n / 2, people), began, &sent, &heard).await;
            }));
        }
    }
    drop(heard);
    let (before, from) = (gateway.processor(), Instant::now());
    // Timers count in milliseconds, so each tick sends what is due by then.
    let mut tick = interval(Duration::from_millis(2));
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut next = 0;
    while next < POKES {
        tick.tick().await;
        let due = from.elapsed().as_micros() as usize * PER_SECOND / 1_000_000;
        while next < due.min(POKES) {
            let (person, round) = (next % people, next / people);
            let poke = message(Kind::Poke, &[topic_of(person, round % TOPICS)]);
            sent[next].store(micros(began), Ordering::Relaxed);
            senders[person].write_all(&poke).await.unwrap();
            next += 1;
        }
    }
    let mut all = Vec::new();
    while all.len() < POKES
        && let Ok(Some(delay)) = timeout(Duration::from_secs(5), delays.recv()).await
    {
        all.push(delay);
    }
    let took = from.elapsed().as_secs_f64();
    let share = 100.0 * (gateway.processor() - before) / took;
    all.sort_unstable();
    let delay = |percent: usize| all[all.len() * percent / 100] as f64 / 1_000.0;
    println!(
        "gateway pokes: {PER_SECOND}/s, {} of {POKES} heard",
        all.len()
    );
    println!("gateway poke processor time: {share:.0} % of a core");
    println!(
        "gateway poke delay: median {:.2} ms, p95 {:.2} ms",
        delay(50),
        delay(95)
    );
    for reader in readers {
        reader.abort();
    }
}

/// Tells how long each poke of `person` took, microseconds.
async fn listen(
    mut reader: OwnedReadHalf,
    (person, people): (usize, usize),
    began: Instant,
    sent: &[AtomicU64],
    heard: &mpsc::UnboundedSender<u64>,
) {
    let mut head = [0; 2];
    while reader.read_exact(&mut head).await.is_ok() {
        assert_eq!(head[0], 0x82);
        let mut message = vec![0; usize::from(head[1])];
        reader.read_exact(&mut message).await.unwrap();
        let (_, topics) = decode(&message).unwrap();
        let now = micros(began);
        for topic in topics {
            let round = usize::from(topic.0[15]);
            let poke = round * people + person;
            let _ = heard.send(now.saturating_sub(sent[poke].load(Ordering::Relaxed)));
        }
    }
}

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap()
}

/// Both devices of a person have the same topics. They lie anywhere, as hashes do, but for the last octet.
fn topic_of(person: usize, topic: usize) -> Topic {
    let number = (person * TOPICS + topic) as u128;
    let mut octets = number
        .wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834)
        .to_be_bytes();
    octets[15] = u8::try_from(topic).unwrap();
    Topic(octets)
}

async fn open(gateway: &Running, path: &str, subprotocol: &str) -> TcpStream {
    let mut page = TcpStream::connect(gateway.address).await.unwrap();
    page.set_nodelay(true).unwrap();
    let host = gateway.address;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {subprotocol}\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    page.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(timeout(PATIENCE, page.read_u8()).await.unwrap().unwrap());
    }
    let text = String::from_utf8_lossy(&head);
    assert!(text.starts_with("HTTP/1.1 101"), "{text}");
    page
}

fn message(kind: Kind, topics: &[Topic]) -> Vec<u8> {
    masked(0x82, &encode(kind, topics))
}

/// A frame as a page sends it. The gateway unmasks by whatever the mask is, by this one too.
fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    frame::binary_head(&mut frame, payload.len());
    frame[0] = first;
    frame[1] |= 0x80;
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}
