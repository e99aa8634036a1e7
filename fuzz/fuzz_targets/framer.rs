//! Octets cut anywhere give the same events; the first octet says how they are cut.

#![no_main]

#[path = "../../crates/protocol/tests/targets/mod.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    let Some((seed, octets)) = octets.split_first() else {
        return;
    };
    let mut state = u32::from(*seed) | 0x1_0000;
    targets::framer(octets, &mut || {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        (state >> 16) as usize % 61
    });
});
