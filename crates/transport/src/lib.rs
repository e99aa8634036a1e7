//! A byte's first steps: from the gateway's socket to plaintext.
//!
//! [`config`] and [`tunnel`] are the contract with the gateway, which uses this crate without the `tls`
//! feature and so can't hold a key. With it, the TLS client turns ciphertext into plaintext and back; it is
//! sans-I/O: bytes in, bytes out.

pub mod config;
pub mod tunnel;
