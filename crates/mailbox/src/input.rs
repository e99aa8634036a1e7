//! What happens to the engine.

use crate::change::ProblemKind;
use crate::command::Command;

/// A tab's port, as numbered by the pump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(pub u32);

/// A connection, as numbered by the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u32);

/// A moment, passed in with every input: the engine has no clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Moment {
    /// Milliseconds that only ever grow.
    pub monotonic_ms: f64,
    /// Milliseconds of Unix time, as the device has it.
    pub unix_ms: f64,
}

/// One thing that happened.
#[derive(Debug)]
pub enum Input {
    /// A tab said something.
    Command(ClientId, Command),
    /// A tab went away.
    Gone(ClientId),
    /// The connection is up, and secured if its target starts with TLS.
    Connected(ConnectionId),
    /// TLS is up after [`Effect::StartTls`](crate::effect::Effect::StartTls).
    Secured(ConnectionId),
    /// Plaintext from the server.
    Received(ConnectionId, Vec<u8>),
    /// The connection is gone, or never came up.
    Closed(ConnectionId, CloseReason),
    /// Answer to [`Effect::Unseal`](crate::effect::Effect::Unseal): the login's postcard bytes, or
    /// `None` where the ticket can't be opened.
    Unsealed(Option<Vec<u8>>),
    /// Answer to [`Effect::Seal`](crate::effect::Effect::Seal); `None` where the browser can't.
    Sealed(Option<Vec<u8>>),
    /// The channel of [`Effect::PokesOpen`](crate::effect::Effect::PokesOpen) is up.
    PokesOpened,
    /// A message came on it: [`samma_transport::poke`].
    PokesReceived(Vec<u8>),
    /// It is gone, or never came up.
    PokesClosed,
    /// The time of [`Engine::next_wake`](crate::engine::Engine::next_wake) has come.
    Woke,
}

/// Why a connection closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseReason {
    /// The kind, as the person will be told it.
    pub kind: ProblemKind,
    /// Words of the layer below, for the details.
    pub detail: String,
}
