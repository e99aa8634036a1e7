//! Prints how fast the hot paths are: `cargo bench -p samma-message`. Input: none. Output: MB/s
//! of input, the best of ten runs.

#![allow(clippy::arithmetic_side_effects, reason = "sizes here are constants")]

use std::{hint::black_box, time::Instant};

use samma_message::{
    charset, header,
    render::{self, Flow},
    transfer,
};

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
    let letter = "> Gammalt om https://example.org/a?b=c.\nNytt från asa@example.org, \nsom är två rader.\n\n";
    let text = letter.repeat(500_000 / letter.len());
    measure("text blocks", text.len(), || {
        black_box(render::text_body(
            black_box(&text),
            Flow::Flowed {
                delete_space: false,
            },
        ));
    });
    let latin: Vec<u8> = text
        .chars()
        .map(|c| if c.is_ascii() { c as u8 } else { 0xE5 })
        .collect();
    measure("iso-8859-1", latin.len(), || {
        black_box(charset::to_utf8(
            Some("iso-8859-1"),
            black_box(&latin),
            charset::without_hook,
        ));
    });
    let row = "<tr><td style=\"padding:0;font:14px sans-serif\"><a href='https://example.org/x'>R&auml;k</a></td></tr>\n";
    let html = row.repeat(1_000_000 / row.len());
    measure("HTML to text", html.len(), || {
        black_box(render::html::to_text(black_box(&html), 10_000_000));
    });
    let subject = b"=?utf-8?Q?R=C3=A4ksm=C3=B6rg=C3?= =?utf-8?Q?=A5s?= och annat";
    measure("headers (10,000)", subject.len() * 10_000, || {
        for _ in 0..10_000 {
            black_box(header::decode_unstructured(
                black_box(subject),
                charset::without_hook,
            ));
        }
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
