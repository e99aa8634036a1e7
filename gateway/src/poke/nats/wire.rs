//! The NATS client protocol as far as one subject needs it, without a socket: bytes in, what the server says out.
//! <https://docs.nats.io/reference/reference-protocols/nats-protocol>
//!
//! Lines end with CR LF. The server begins with `INFO {json}`; we answer `CONNECT {json}` and `SUB`. Messages come as
//! `MSG subject sid [reply-to] octets`, then the payload and CR LF, and go as `PUB subject octets` likewise. `PING`
//! is answered with `PONG`.

use samma_transport::poke::{POKE_TOPICS, TOPIC_OCTETS, Topic};
use serde::{Deserialize, Serialize};

use super::Address;

/// The subject by which gateways pass pokes on.
pub(super) const SUBJECT: &str = "samma.poke";

/// Which gateway a poke comes from, so that it knows its own.
pub(super) type Origin = [u8; 8];

/// Longest line that a server may send: `INFO` of a large cluster names all its servers.
const LINE_OCTETS: usize = 64 * 1024;
/// Largest payload of ours. Larger ones are others', and skipped.
const PAYLOAD_OCTETS: usize = 8 + POKE_TOPICS * TOPIC_OCTETS;

/// What a server says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// The greeting; is TLS needed to go on.
    Info {
        tls_required: bool,
    },
    /// A message on our subject.
    Message(Vec<u8>),
    Ping,
    Pong,
    /// It refuses something, and most likely closes.
    Error(String),
}

/// That is not the NATS protocol.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// Reads what a server sends.
#[derive(Debug, Default)]
pub(super) struct Reader {
    bytes: Vec<u8>,
    /// Where the part of `bytes` begins that is not read yet.
    from: usize,
    /// Octets of a payload that is due, the CR LF behind it included.
    payload: Option<usize>,
}

#[derive(Deserialize)]
struct Info {
    #[serde(default)]
    tls_required: bool,
}

impl Reader {
    /// Takes `bytes` as received.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.from.min(self.bytes.len()));
        self.from = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// What the server says next; `None` until more is fed.
    pub(super) fn next(&mut self) -> Result<Option<Said>, Malformed> {
        loop {
            if let Some(due) = self.payload {
                match self.take_payload(due)? {
                    Some(payload) if payload.len() <= PAYLOAD_OCTETS => {
                        return Ok(Some(Said::Message(payload)));
                    }
                    Some(_) => continue,
                    None => return Ok(None),
                }
            }
            let Some(line) = self.take_line()? else {
                // All is read, and memory is for what moves.
                if self.from == self.bytes.len() {
                    (self.bytes, self.from) = (Vec::new(), 0);
                }
                return Ok(None);
            };
            let (verb, rest) = line.split_once([' ', '\t']).unwrap_or((&line, ""));
            return Ok(Some(match verb.to_ascii_uppercase().as_str() {
                "MSG" => {
                    let fields: Vec<_> = rest.split_ascii_whitespace().collect();
                    let (&[_, _, octets] | &[_, _, _, octets]) = fields.as_slice() else {
                        return Err(Malformed);
                    };
                    let octets: usize = octets.parse().map_err(|_| Malformed)?;
                    self.payload = Some(octets.checked_add(2).ok_or(Malformed)?);
                    continue;
                }
                "+OK" => continue,
                "PING" => Said::Ping,
                "PONG" => Said::Pong,
                "INFO" => {
                    let info: Info = serde_json::from_str(rest).map_err(|_| Malformed)?;
                    let tls_required = info.tls_required;
                    Said::Info { tls_required }
                }
                "-ERR" => Said::Error(rest.trim_matches([' ', '\'']).to_owned()),
                _ => return Err(Malformed),
            }));
        }
    }

    /// Takes a payload of which `due` octets are missing, or as much of it as came if it is not ours.
    fn take_payload(&mut self, due: usize) -> Result<Option<Vec<u8>>, Malformed> {
        let rest = self.bytes.get(self.from..).unwrap_or_default();
        let is_foreign = due > PAYLOAD_OCTETS.saturating_add(2);
        let Some((payload, _)) = rest.split_at_checked(due) else {
            if is_foreign {
                // One octet more than a payload of ours is left over, so that it is still known for foreign.
                let most = due.saturating_sub(PAYLOAD_OCTETS.saturating_add(3));
                let skipped = rest.len().min(most);
                self.from = self.from.saturating_add(skipped);
                self.payload = Some(due.saturating_sub(skipped));
            }
            return Ok(None);
        };
        let payload = payload.strip_suffix(b"\r\n").ok_or(Malformed)?.to_vec();
        self.from = self.from.saturating_add(due);
        self.payload = None;
        Ok(Some(payload))
    }

    fn take_line(&mut self) -> Result<Option<String>, Malformed> {
        let rest = self.bytes.get(self.from..).unwrap_or_default();
        let Some(end) = rest.windows(2).position(|two| two == b"\r\n") else {
            return if rest.len() > LINE_OCTETS {
                Err(Malformed)
            } else {
                Ok(None)
            };
        };
        let line = rest.get(..end).unwrap_or_default().to_vec();
        self.from = self.from.saturating_add(end).saturating_add(2);
        String::from_utf8(line).map(Some).map_err(|_| Malformed)
    }
}

#[derive(Serialize)]
struct Connect<'a> {
    verbose: bool,
    pedantic: bool,
    tls_required: bool,
    name: &'static str,
    lang: &'static str,
    version: &'static str,
    protocol: u8,
    /// Own messages are not to come back.
    echo: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pass: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_token: Option<&'a str>,
}

/// What is said to a server after its greeting. Its `PONG` means that it took all of it.
pub(super) fn hello(address: &Address) -> Vec<u8> {
    let (user, pass) = (address.user.as_deref(), address.password.as_deref());
    let connect = serde_json::to_string(&Connect {
        verbose: false,
        pedantic: false,
        tls_required: false,
        name: "samma-gateway",
        lang: "rust",
        version: env!("CARGO_PKG_VERSION"),
        protocol: 1,
        echo: false,
        // A name without a password is a token.
        user: user.filter(|_| pass.is_some()),
        pass,
        auth_token: user.filter(|_| pass.is_none()),
    });
    // There is nothing in it that could not be written.
    let connect = connect.unwrap_or_default();
    format!("CONNECT {connect}\r\nSUB {SUBJECT} 1\r\nPING\r\n").into_bytes()
}

pub(super) const PING: &[u8] = b"PING\r\n";
pub(super) const PONG: &[u8] = b"PONG\r\n";

/// Writes a poke behind `out`.
pub(super) fn publish(out: &mut Vec<u8>, origin: Origin, topics: &[Topic]) {
    let octets = topics.len().saturating_mul(TOPIC_OCTETS);
    let octets = octets.saturating_add(origin.len());
    out.extend(format!("PUB {SUBJECT} {octets}\r\n").into_bytes());
    out.extend(origin);
    out.extend(topics.iter().flat_map(|topic| topic.0));
    out.extend(b"\r\n");
}

/// Reads a message's payload; `None` if it is none of ours.
pub(super) fn read(payload: &[u8]) -> Option<(Origin, Vec<Topic>)> {
    let (origin, rest) = payload.split_first_chunk()?;
    let (topics, odd) = rest.as_chunks();
    if !odd.is_empty() || !(1..=POKE_TOPICS).contains(&topics.len()) {
        return None;
    }
    Some((*origin, topics.iter().copied().map(Topic).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(count: u8) -> Vec<Topic> {
        (0..count).map(|n| Topic([n; 16])).collect()
    }

    /// All that is said in `bytes`, which come in pieces of `size`.
    fn said(bytes: &[u8], size: usize) -> Result<Vec<Said>, Malformed> {
        let (mut reader, mut all) = (Reader::default(), Vec::new());
        for piece in bytes.chunks(size) {
            reader.feed(piece);
            while let Some(said) = reader.next()? {
                all.push(said);
            }
            assert!(reader.bytes.len().saturating_sub(piece.len()) <= LINE_OCTETS);
        }
        Ok(all)
    }

    #[test]
    fn a_conversation_is_read_however_it_is_cut() {
        let long = "x".repeat(PAYLOAD_OCTETS + 1);
        let just = "y".repeat(PAYLOAD_OCTETS);
        let text = format!(
            "INFO {{\"server_id\":\"N\",\"tls_required\":true,\"max_payload\":1048576}} \r\nPING\r\n+OK\r\n\
             MSG samma.poke 1 3\r\n\r\n!\r\nMSG samma.poke 1 reply.to 0\r\n\r\nMSG samma.poke 1 {}\r\n{long}\r\n\
             MSG samma.poke 1 5000\r\n{}\r\nMSG\tsamma.poke 1 {}\r\n{just}\r\nPONG\r\n\
             -ERR 'Authorization Violation'\r\n",
            long.len(),
            "\r\n".repeat(2_500),
            just.len(),
        );
        for size in [1, 2, 7, 100, 1_000, text.len()] {
            let all = said(text.as_bytes(), size).unwrap();
            let expected = [
                Said::Info { tls_required: true },
                Said::Ping,
                Said::Message(b"\r\n!".to_vec()),
                Said::Message(Vec::new()),
                Said::Message(just.clone().into_bytes()),
                Said::Pong,
                Said::Error("Authorization Violation".to_owned()),
            ];
            assert_eq!(all, expected, "pieces of {size}");
        }
    }

    #[test]
    fn another_protocol_is_noticed() {
        for other in [
            "HTTP/1.1 400 Bad Request\r\n",
            "INFO nothing\r\n",
            "MSG samma.poke 1\r\n",
            "MSG samma.poke 1 18446744073709551615\r\n",
            "MSG samma.poke 1 1\r\nxxx",
            "\u{7f}\r\n",
        ] {
            assert_eq!(said(other.as_bytes(), 100), Err(Malformed), "{other}");
        }
        let endless = vec![b'x'; LINE_OCTETS + 1];
        assert_eq!(said(&endless[1..], 4_096), Ok(Vec::new()));
        assert_eq!(said(&endless, 4_096), Err(Malformed));
    }

    #[test]
    fn a_poke_that_is_written_is_read() {
        for count in [1, 16] {
            let mut out = Vec::new();
            publish(&mut out, *b"gateway1", &topics(count));
            let sent =
                String::from_utf8_lossy(&out).replacen("PUB samma.poke", "MSG samma.poke 1", 1);
            let Some(Said::Message(payload)) = said(sent.as_bytes(), 9).unwrap().pop() else {
                panic!("{sent}");
            };
            assert_eq!(read(&payload), Some((*b"gateway1", topics(count))));
        }
        for odd in [8, 7, 23, 25, PAYLOAD_OCTETS + TOPIC_OCTETS] {
            assert_eq!(read(&vec![1; odd]), None, "{odd}");
        }
    }

    #[test]
    fn a_name_alone_is_a_token_and_quotes_stay_quoted() {
        let hello = |text: &str| {
            let hello = hello(&Address::parse(text).unwrap());
            String::from_utf8(hello).unwrap()
        };
        assert!(hello("nats://h").ends_with("\"echo\":false}\r\nSUB samma.poke 1\r\nPING\r\n"));
        assert!(hello("nats://a\"b:c@h").contains(",\"user\":\"a\\\"b\",\"pass\":\"c\"}"));
        assert!(hello("nats://secret@h").contains(",\"auth_token\":\"secret\"}"));
    }
}
