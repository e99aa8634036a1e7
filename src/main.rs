//! The page: views and the state they show.
//!
//! Everything that a mailbox *is* lives in the engine, in its worker. The page sends
//! [`Command`](samma_mailbox::command::Command)s, hears [`Change`](samma_mailbox::change::Change)s,
//! keeps what is on screen in `state`, and draws it.

#![expect(
    unreachable_pub,
    reason = "the `#[component]` macro makes its props `pub`, whatever the component is"
)]

mod app;
mod browser;
mod client;
mod components;
mod i18n;
mod keys;
mod pages;
mod port;
mod routes;
mod state;

fn main() {
    app::start();
}
