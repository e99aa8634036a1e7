//! The TLS client, sans-I/O: ciphertext in, plaintext out, and back.
//!
//! ```text
//!  socket -> receive() -> [ Tls ] -> take_plaintext() -> protocol
//!  socket <- take_ciphertext() <- [ Tls ] <- write()  <- protocol
//! ```
//!
//! After each `receive`, `write` or `close`, what [`Tls::take_ciphertext`] gives has to be sent. TLS 1.2
//! and 1.3 (RFC 5246, 8446) by rustls and ring, certificates by webpki and nothing else: there is no way
//! to switch that off. Time and randomness come from the platform, as rustls takes them.

use core::net::IpAddr;
use std::io::{BufRead, Write};
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, KeyProvider, ring};
use rustls::pki_types::{DnsName, PrivateKeyDer, ServerName};
use rustls::sign::SigningKey;
use rustls::{ClientConfig, ClientConnection};

use crate::error::Error;
use crate::roots;

/// One TLS connection, from our side.
#[derive(Debug)]
pub struct Tls {
    connection: ClientConnection,
    plaintext: Vec<u8>,
    /// The peer said that nothing follows.
    ended: bool,
}

impl Tls {
    /// Begins a connection to `server_name`, a host name or an IP address as in the certificate, trusting
    /// the PEM certificates in `ca_pem` beside Mozilla's roots.
    ///
    /// # Errors
    /// [`ServerName`](Error::ServerName) and [`Authorities`](Error::Authorities): the configuration is wrong.
    pub fn new(server_name: &str, ca_pem: &str) -> Result<Self, Error> {
        let name = read_name(server_name)?;
        let mut config = ClientConfig::builder_with_provider(Arc::new(provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots::trusted(ca_pem)?)
            .with_no_client_auth();
        // A full handshake takes 2 ms, and mail servers that keep one process per connection can't resume.
        config.resumption = Resumption::disabled();
        let mut connection = ClientConnection::new(Arc::new(config), name)?;
        // What is waiting to be sent is bounded by whoever writes; half a command would help nobody.
        connection.set_buffer_limit(None);
        Ok(Self {
            connection,
            plaintext: Vec::new(),
            ended: false,
        })
    }

    /// Takes bytes from the socket, in pieces of any size. What follows the peer's end is ignored.
    ///
    /// # Errors
    /// The connection is over. An alert that tells the peer so may wait in
    /// [`take_ciphertext`](Self::take_ciphertext), and whole records from before the fault in
    /// [`take_plaintext`](Self::take_plaintext).
    pub fn receive(&mut self, mut ciphertext: &[u8]) -> Result<(), Error> {
        while !ciphertext.is_empty() && !self.ended {
            let read = self.connection.read_tls(&mut ciphertext);
            let taken = read.map_err(|error| Error::Tls(error.to_string()))?;
            let state = self.connection.process_new_packets()?;
            self.ended = state.peer_has_closed();
            self.drain()?;
            if taken == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Plaintext from the peer that has not been taken yet.
    #[must_use]
    pub fn take_plaintext(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.plaintext)
    }

    /// Seals `plaintext` for the peer; during the handshake it waits inside.
    ///
    /// # Errors
    /// [`Tls`](Error::Tls) where nothing can be sent any more.
    pub fn write(&mut self, plaintext: &[u8]) -> Result<(), Error> {
        let written = self.connection.writer().write_all(plaintext);
        written.map_err(|error| Error::Tls(error.to_string()))
    }

    /// Bytes for the socket; empty where there is nothing to say.
    #[must_use]
    pub fn take_ciphertext(&mut self) -> Vec<u8> {
        let mut ciphertext = Vec::new();
        while self.connection.wants_write() {
            // A vector takes all it is given.
            if self.connection.write_tls(&mut ciphertext).is_err() {
                break;
            }
        }
        ciphertext
    }

    /// Is the handshake still going on: the peer is not yet known to be whom we asked for.
    #[must_use]
    pub fn is_handshaking(&self) -> bool {
        self.connection.is_handshaking()
    }

    /// Has the peer said that nothing follows (close_notify, RFC 8446 6.1).
    ///
    /// A socket that closes without it was cut, by a fault or by somebody: what came last may be half.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        self.ended
    }

    /// Tells the peer that nothing follows from us.
    pub fn close(&mut self) {
        self.connection.send_close_notify();
    }

    fn drain(&mut self) -> Result<(), Error> {
        let mut reader = self.connection.reader();
        loop {
            match reader.fill_buf() {
                Ok([]) => return Ok(()),
                Ok(bytes) => {
                    self.plaintext.extend_from_slice(bytes);
                    let taken = bytes.len();
                    reader.consume(taken);
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(Error::Tls(error.to_string())),
            }
        }
    }
}

/// A host name, with or without the root's dot, or an IP address, with or without brackets.
fn read_name(text: &str) -> Result<ServerName<'static>, Error> {
    let bare = text.trim();
    let address = bare
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
        .unwrap_or(bare);
    if let Ok(address) = address.parse::<IpAddr>() {
        return Ok(ServerName::IpAddress(address.into()));
    }
    let host = bare.strip_suffix('.').unwrap_or(bare).to_owned();
    DnsName::try_from(host)
        .map(ServerName::DnsName)
        .map_err(|_| Error::ServerName(text.to_owned()))
}

/// ring, with ChaCha20-Poly1305 first: in WebAssembly, without AES instructions, it is four to six times
/// as fast as AES-GCM.
fn provider() -> CryptoProvider {
    let mut provider = CryptoProvider {
        key_provider: &NoKeys,
        ..ring::default_provider()
    };
    provider.cipher_suites.sort_by_key(|suite| {
        use rustls::CipherSuite as Suite;
        !matches!(
            suite.suite(),
            Suite::TLS13_CHACHA20_POLY1305_SHA256
                | Suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
                | Suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
        )
    });
    provider
}

/// We never show a certificate of our own; without ring's reader of private keys the linker leaves out
/// all that signs.
#[derive(Debug)]
struct NoKeys;

impl KeyProvider for NoKeys {
    fn load_private_key(
        &self,
        _key: PrivateKeyDer<'static>,
    ) -> Result<Arc<dyn SigningKey>, rustls::Error> {
        Err(rustls::Error::General("No private keys here".to_owned()))
    }
}
