//! Prints how fast the hot paths are: `cargo bench -p samma-message`. Input: none. Output: MB/s
//! of input, the best of ten runs.

use std::{hint::black_box, time::Instant};

use samma_message::transfer;

fn main() {
    let line = format!("{}\r\n", "QUJD".repeat(19));
    let base64 = line.repeat(10_000_000 / 57).into_bytes();
    measure("base64", base64.len(), || {
        black_box(transfer::base64::decode(black_box(&base64)));
    });
    let quoted = "R=C3=A4ksm=C3=B6rg=C3=A5s och annat som st=\r\når i ett brev.\r\n".repeat(20_000);
    measure("quoted-printable", quoted.len(), || {
        black_box(transfer::quoted_printable::decode(black_box(
            quoted.as_bytes(),
        )));
    });
}

/// Runs `work` ten times over `octets` of input and prints the best.
fn measure(name: &str, octets: usize, mut work: impl FnMut()) {
    let best = (0..10)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .min()
        .unwrap_or_default();
    let megabytes = octets as f64 / 1e6;
    println!(
        "{name:<24}{:>8.1} MB/s  ({megabytes:.1} MB in {:.1} ms)",
        megabytes / best.as_secs_f64(),
        best.as_secs_f64() * 1e3
    );
}
