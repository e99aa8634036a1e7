//! What the engine wants done. The pump does it and reports back as [`Input`](crate::input::Input).

use samma_transport::config::{Endpoint, Tls};

use crate::change::Change;
use crate::input::{ClientId, ConnectionId};

/// One thing that the outside must do.
#[derive(Debug)]
pub enum Effect {
    /// Dial; answer with `Connected` or `Closed`.
    Connect(ConnectionId, Target),
    /// Write plaintext, all of it in one go.
    Send(ConnectionId, Vec<u8>),
    /// Start TLS on a connection that began in clear; answer with `Secured` or `Closed`.
    StartTls(ConnectionId),
    /// Drop the connection at once. No `Closed` follows.
    Close(ConnectionId),
    /// Tell tabs.
    Changed(Audience, Change),
    /// Open the gateway's poke channel at this address, in place of an older one; answer with
    /// `PokesOpened` or `PokesClosed`.
    PokesOpen(String),
    /// Send a message on it; nothing is lost where it is not up.
    PokesSend(Vec<u8>),
    /// Close it. No `PokesClosed` follows.
    PokesClose,
    /// Seal these bytes with the key in the browser's vault (made where there is none); answer with `Sealed`.
    Seal(Vec<u8>),
    /// Open a sealed ticket; answer with `Unsealed`.
    Unseal(Vec<u8>),
    /// Destroy the vault's key and everything kept.
    Forget,
}

/// Where to connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The tunnel's whole address, `wss://…/tunnel/{server}/{service}`.
    pub url: String,
    /// The mail server: name for the certificate, and how TLS starts.
    pub endpoint: Endpoint,
    /// PEM certificates to trust beside Mozilla's roots.
    pub ca: String,
}

impl Target {
    /// Does TLS start with the first byte.
    #[must_use]
    pub fn is_implicit(&self) -> bool {
        self.endpoint.tls == Tls::Implicit
    }
}

/// Which tabs hear a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// All.
    All,
    /// One.
    One(ClientId),
}
