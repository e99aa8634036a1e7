//! Names go back to the server as they came, and what a person chooses comes back as chosen.

#![no_main]

#[path = "../../crates/protocol/tests/targets/mod.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::mailbox_name(octets));
