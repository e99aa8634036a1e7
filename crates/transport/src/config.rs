//! What `/config.json` says: which mail servers there are, and how to reach them.
//!
//! Written by the gateway (or by hand, for a static host), read by the page. Unknown fields are
//! ignored, so that an older page can read a newer gateway's answer.

use serde::{Deserialize, Serialize};

/// The whole of `/config.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// Base address of the gateway, `wss://host[:port][/path]`; empty: where the page came from.
    #[serde(default)]
    pub gateway: String,
    /// The mail servers, in the order in which people shall see them.
    #[serde(default)]
    pub servers: Vec<Server>,
    /// Does the gateway pass pokes on, [`crate::poke`].
    #[serde(default)]
    pub poke: bool,
}

/// One mail server that the gateway carries bytes to.
///
/// Crosses the port to the engine as postcard too, which has no names for fields: none may be left out
/// when it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// Name in tunnel paths; `[a-z0-9-]{1,64}`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Mail domains (the part after `@`, lower case) whose accounts live here.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Reading mail, RFC 9051.
    #[serde(default)]
    pub imap: Option<Endpoint>,
    /// Sending mail, RFC 6409.
    #[serde(default)]
    pub submission: Option<Endpoint>,
    /// Fetching mail, RFC 1939.
    #[serde(default)]
    pub pop3: Option<Endpoint>,
    /// PEM certificates that the app trusts for this server beside Mozilla's roots.
    #[serde(default)]
    pub ca: String,
}

/// Where a service listens, and how its TLS starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Host name as in the server's certificate; shown to people, never dialled by the page.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How TLS starts.
    pub tls: Tls,
}

/// How TLS starts on a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// From the first byte, RFC 8314.
    #[default]
    Implicit,
    /// By a command in clear, before anything else is said.
    StartTls,
    /// Never: only towards loopback, where the gateway and the mail server are one machine.
    None,
}
