//! What an account knows and wants.
//!
//! [`Engine`](engine::Engine) takes [`Input`](input::Input)s and gives [`Effect`](effect::Effect)s; it
//! neither reads, waits nor looks at a clock. [`Command`](command::Command)s come from the page,
//! [`Change`](change::Change)s go to it.

pub mod change;
pub mod command;
pub mod effect;
pub mod engine;
pub mod input;

mod action;
mod claims;
mod connection;
mod contents;
mod convert;
mod decoder;
mod hidden;
mod limits;
mod mark;
mod random;
mod role;
mod tree;
mod uid_map;
mod view;
