//! Pokes between gateways: several behind one balancer tell one another by a NATS server.
//!
//! One connection, one subject. What is poked here is published; what others publish is poked here. All of it is a
//! hint: while the connection is lost, pages of this gateway still tell one another, and what could not be published
//! by then is out of date and dropped. It speaks in clear, with a server of the own network: what is told there means
//! nothing to whoever hears it, and somebody who speaks there can do no more than make pages ask their mail server.

mod wire;

use std::{
    fmt,
    hash::{BuildHasher, Hasher, RandomState},
    io,
    sync::Arc,
    time::Duration,
};

use samma_transport::poke::Topic;
use tokio::{
    net::TcpStream,
    sync::mpsc,
    time::{Instant, sleep, sleep_until, timeout},
};

use self::wire::{Malformed, Origin, Reader, Said};
use super::hub::Hub;
use crate::{
    chunk::{bare, read_chunk, write},
    origin::host_and_port,
};

/// Pokes that may wait to be published.
pub const QUEUE: usize = 1_024;
/// Pokes published in one write.
const AT_ONCE: usize = 64;
/// Time for the server to accept and greet.
const DIAL: Duration = Duration::from_secs(10);
/// Silence after which the server is pinged, time for its answer, and time for which it may refuse to take bytes.
const SILENCE: Duration = Duration::from_secs(20);
/// Pause before connecting again; it doubles, up to the longest, until a connection lasted for that long.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Where a NATS server is, and who we are to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
    /// A user's name with a password, a token without.
    user: Option<String>,
    password: Option<String>,
}

impl Address {
    /// Reads `nats://[user:password@]host[:port]` or `nats://[token@]host[:port]`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("nats://")?;
        let (login, authority) = match rest.rsplit_once('@') {
            Some((login, authority)) => (Some(login), authority),
            None => (None, rest),
        };
        let (user, password) = match login.map(|login| login.split_once(':')) {
            None => (None, None),
            Some(None) => (login, None),
            Some(Some((user, password))) => (Some(user), Some(password)),
        };
        if user == Some("") {
            return None;
        }
        let (host, port) = host_and_port(authority.trim_end_matches('/'))?;
        Some(Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: port.unwrap_or(4222),
            user: user.map(str::to_owned),
            password: password.map(str::to_owned),
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Without the secrets.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("it closed the connection")]
    Closed,
    #[error("it does not answer")]
    Silent,
    #[error("it refuses: {0}")]
    Refused(String),
    #[error("it wants TLS, which is not spoken here")]
    NeedsTls,
    #[error("that is no NATS server")]
    Malformed,
}

impl From<Malformed> for Lost {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// Passes pokes on between `hub` and the server at `address`, and connects again whenever that is lost. Never ends.
pub async fn run(address: Address, hub: Arc<Hub>, mut queue: mpsc::Receiver<Vec<Topic>>) {
    let origin = random();
    let mut pause = PAUSE;
    // Each change is told once, the first failure too.
    let mut was_lost = false;
    loop {
        let began = Instant::now();
        let connected = timeout(DIAL, connect(&address)).await;
        let lost = match connected.unwrap_or(Err(Lost::Silent)) {
            Ok((stream, reader)) => {
                tracing::info!(nats = %address, "pokes pass between gateways");
                was_lost = false;
                while queue.try_recv().is_ok() {}
                converse(stream, reader, origin, &hub, &mut queue).await
            }
            Err(lost) => Some(lost),
        };
        let Some(lost) = lost else { return };
        if was_lost {
            tracing::debug!(nats = %address, %lost, "still not connected");
        } else {
            tracing::warn!(nats = %address, %lost, "pokes stay within this gateway");
        }
        was_lost = true;
        if began.elapsed() >= LONGEST_PAUSE {
            pause = PAUSE;
        }
        sleep(pause).await;
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
}

/// Connects, and subscribes.
async fn connect(address: &Address) -> Result<(TcpStream, Reader), Lost> {
    let mut stream = TcpStream::connect((address.host.as_str(), address.port)).await?;
    stream.set_nodelay(true)?;
    let mut reader = Reader::default();
    loop {
        let Some(chunk) = read_chunk(&mut stream, bare).await? else {
            return Err(Lost::Closed);
        };
        reader.feed(&chunk.bytes);
        while let Some(said) = reader.next()? {
            match said {
                Said::Info { tls_required: true } => return Err(Lost::NeedsTls),
                Said::Info { .. } => write(&mut stream, &wire::hello(address), SILENCE).await?,
                Said::Ping => write(&mut stream, wire::PONG, SILENCE).await?,
                Said::Error(text) => return Err(Lost::Refused(text)),
                Said::Pong => return Ok((stream, reader)),
                // Nothing is missed by one that came before we were ready.
                Said::Message(_) => {}
            }
        }
    }
}

/// Passes pokes both ways until the connection is lost; `None` if there is nobody left to poke.
async fn converse(
    mut stream: TcpStream,
    mut reader: Reader,
    origin: Origin,
    hub: &Hub,
    queue: &mut mpsc::Receiver<Vec<Topic>>,
) -> Option<Lost> {
    let (mut heard, mut is_pinged) = (Instant::now(), false);
    let mut pokes = Vec::new();
    loop {
        let mut out = Vec::new();
        let due = heard.checked_add(if is_pinged {
            SILENCE.saturating_mul(2)
        } else {
            SILENCE
        });
        tokio::select! {
            read = read_chunk(&mut stream, bare) => {
                match read {
                    Ok(Some(chunk)) => reader.feed(&chunk.bytes),
                    Ok(None) => return Some(Lost::Closed),
                    Err(error) => return Some(error.into()),
                }
                (heard, is_pinged) = (Instant::now(), false);
                if let Err(lost) = take(&mut reader, origin, hub, &mut out) {
                    return Some(lost);
                }
            }
            count = queue.recv_many(&mut pokes, AT_ONCE) => {
                if count == 0 {
                    return None;
                }
                for topics in pokes.drain(..) {
                    wire::publish(&mut out, origin, &topics);
                }
            }
            () = sleep_until(due.unwrap_or(heard)) => {
                if is_pinged {
                    return Some(Lost::Silent);
                }
                is_pinged = true;
                out.extend(wire::PING);
            }
        }
        if let Err(error) = write(&mut stream, &out, SILENCE).await {
            return Some(error.into());
        }
    }
}

/// Takes all that the server has said; what it is to be answered goes to `out`.
fn take(reader: &mut Reader, origin: Origin, hub: &Hub, out: &mut Vec<u8>) -> Result<(), Lost> {
    while let Some(said) = reader.next()? {
        match said {
            Said::Message(payload) => match wire::read(&payload) {
                Some((from, topics)) if from != origin => {
                    let met = hub.poke(&topics);
                    tracing::debug!(topics = topics.len(), met, "poke from another gateway");
                }
                Some(_) => {}
                None => tracing::debug!("something else was published where pokes are"),
            },
            Said::Ping => out.extend(wire::PONG),
            Said::Error(text) => return Err(Lost::Refused(text)),
            // The greeting comes again when a cluster changes.
            Said::Info { .. } | Said::Pong => {}
        }
    }
    Ok(())
}

/// A number that no other gateway has. The standard library seeds its hash maps from the system's randomness.
fn random() -> Origin {
    RandomState::new().build_hasher().finish().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use tokio::{io::AsyncWriteExt, net::TcpListener};

    use super::*;

    #[test]
    fn addresses_are_read_and_their_secrets_not_printed() {
        let plain = Address::parse("nats://127.0.0.1:4223").unwrap();
        assert_eq!(
            (plain.to_string().as_str(), plain.user),
            ("127.0.0.1:4223", None)
        );
        let own = Address::parse("nats://anna:a:b@c@nats.example/").unwrap();
        assert_eq!((own.host.as_str(), own.port), ("nats.example", 4222));
        assert_eq!(
            (own.user.as_deref(), own.password.as_deref()),
            (Some("anna"), Some("a:b@c"))
        );
        assert_eq!(
            format!("{own:?} {own}"),
            "Address(nats.example:4222) nats.example:4222"
        );
        assert_eq!(Address::parse("nats://[::1]").unwrap().host, "::1");
        for wrong in [
            "127.0.0.1:4222",
            "nats://",
            "tls://a",
            "nats://a:b",
            "nats://@a",
            "nats://:x@a",
            "nats://a/b",
        ] {
            assert_eq!(Address::parse(wrong), None, "{wrong}");
        }
    }

    /// What a connection comes to with a server that says `text` and no more.
    async fn connect_to(text: &str) -> Result<(TcpStream, Reader), Lost> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address =
            Address::parse(&format!("nats://{}", listener.local_addr().unwrap())).unwrap();
        let text = text.to_owned();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(text.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            // So that nothing is reset before it is read.
            while let Ok(Some(_)) = read_chunk(&mut stream, bare).await {}
        });
        let connected = timeout(DIAL, connect(&address)).await.unwrap();
        server.abort();
        connected
    }

    #[tokio::test]
    async fn servers_that_refuse_or_are_none_are_told_apart() {
        let info = "INFO {\"auth_required\":true}\r\n";
        assert!(connect_to(&format!("{info}PING\r\nPONG\r\n")).await.is_ok());
        for (text, reason) in [
            (
                format!("{info}-ERR 'Authorization Violation'\r\n"),
                "it refuses: Authorization Violation",
            ),
            (
                "INFO {\"tls_required\":true}\r\n".to_owned(),
                "it wants TLS, which is not spoken here",
            ),
            (
                "220 mail.example ESMTP\r\n".to_owned(),
                "that is no NATS server",
            ),
            (info.to_owned(), "it closed the connection"),
        ] {
            assert_eq!(connect_to(&text).await.unwrap_err().to_string(), reason);
        }
    }
}
