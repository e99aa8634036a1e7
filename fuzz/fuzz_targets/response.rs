//! Any octets are a response or none, alone and behind the begin of the longest readers.

#![no_main]

#[path = "../../crates/protocol/tests/targets/mod.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    targets::response(octets);
    for begin in ["* 1 FETCH (", "* LIST ", "* ESEARCH ", "* OK ["] {
        targets::response(&[begin.as_bytes(), octets].concat());
    }
});
