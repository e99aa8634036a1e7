//! A byte's first steps: from the gateway's socket to plaintext.
//!
//! [`config`], [`tunnel`] and [`poke`] are the contract with the gateway, which uses this crate without the `tls`
//! feature and so can't hold a key. With it, the TLS client turns ciphertext into plaintext and back; it is
//! sans-I/O: bytes in, bytes out.

pub mod config;
#[cfg(feature = "tls")]
pub mod error;
pub mod poke;
#[cfg(feature = "tls")]
mod roots;
#[cfg(feature = "tls")]
pub mod tls;
pub mod tunnel;
