//! The server's side of a WebSocket, RFC 6455, as far as tunnels and pokes need it.
//!
//! A tunnel doesn't care where messages begin and end, so frames are never put together here: their payload is
//! unmasked where it lies and passed on as it arrives; where messages end is told to those who ask. That keeps an idle tunnel free of buffers and a frame's size
//! without weight, and lets every violation be answered with the code that the RFC gives it. No extension is
//! offered, permessage-deflate least of all: sealed bytes don't shrink, and bombs do not inflate.

pub mod frame;
pub mod handshake;
