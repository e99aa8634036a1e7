//! How fast responses are read, beside the floor: finding the line ends in the same octets.
//!
//! `cargo bench -p samma-protocol --bench fetch` prints, for the first list of a mailbox and for
//! the flags of a large one, the best of several runs; machines are shared, the best is the code.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a bench speaks to nobody, and may fail"
)]

use samma_protocol::imap::parse::{Framed, Framer};
use samma_protocol::imap::response::{Data, Response};
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// As octets come off a WebSocket.
const CHUNK: usize = 64 * 1024;
const RUNS: usize = 15;

fn main() {
    measure("list", 10_000, &list(10_000));
    measure("flags", 100_000, &flags(100_000));
}

fn measure(name: &str, expected: usize, octets: &[u8]) {
    let floor = best(|| {
        memchr::memchr_iter(b'\n', octets)
            .filter(|at| octets.get(at - 1) == Some(&b'\r'))
            .count()
    });
    let parse = best(|| parse(octets));
    assert_eq!(parse.1, expected, "all of them are read");
    let (floor, parse) = (floor.0.as_secs_f64(), parse.0.as_secs_f64());
    #[expect(clippy::cast_precision_loss, reason = "for people to read")]
    let (megabytes, count) = (octets.len() as f64 / 1e6, expected as f64);
    println!(
        "{name}: {count} responses, {megabytes:.1} MB: {:.1} ms, {:.0} MB/s, {:.0} responses/s; \
         line ends alone {:.2} ms; ratio {:.1}",
        parse * 1e3,
        megabytes / parse,
        count / parse,
        floor * 1e3,
        parse / floor,
    );
}

fn best(mut run: impl FnMut() -> usize) -> (Duration, usize) {
    let mut best = (Duration::MAX, 0);
    for _ in 0..RUNS {
        let begin = Instant::now();
        let count = black_box(run());
        best = best.min((begin.elapsed(), count));
    }
    best
}

fn parse(octets: &[u8]) -> usize {
    let mut framer = Framer::new();
    let mut count = 0;
    for chunk in octets.chunks(CHUNK) {
        framer.receive(black_box(chunk));
        while let Some(framed) = framer.next() {
            if let Framed::Response(Response::Untagged(Data::Fetch(fetch))) = &framed {
                assert!(fetch.other.is_empty());
                count += 1;
            }
            black_box(&framed);
        }
    }
    count
}

fn list(count: u32) -> Vec<u8> {
    let mut out = String::new();
    for n in 1..=count {
        let flags = ["", "\\Seen", "\\Seen \\Answered", "\\Flagged $Forwarded"][n as usize % 4];
        let from = format!("((\"Sender Number {n}\" NIL \"sender.{n}\" \"example.org\"))");
        let body = match n % 3 {
            0 => "(\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" 1532 44 NIL NIL NIL NIL)".to_owned(),
            1 => "((\"text\" \"plain\" (\"charset\" \"utf-8\" \"format\" \"flowed\") NIL NIL \"8bit\" 932 24 NIL NIL NIL NIL)(\"text\" \"html\" (\"charset\" \"utf-8\") NIL NIL \"base64\" 9532 122 NIL NIL NIL NIL) \"alternative\" (\"boundary\" \"=_b1\") NIL NIL NIL)".to_owned(),
            _ => format!("((\"text\" \"html\" (\"charset\" \"iso-8859-1\") NIL NIL \"7bit\" 2532 60 NIL NIL NIL NIL)(\"application\" \"pdf\" (\"name\" \"Report {n}.pdf\") \"<part{n}@example.org>\" NIL \"base64\" 912532 NIL (\"attachment\" (\"filename\" \"Report {n}.pdf\")) NIL NIL) \"mixed\" (\"boundary\" \"----=_Part_{n}\") NIL (\"en\" \"sv\") NIL)"),
        };
        write!(
            out,
            "* {n} FETCH (UID {} FLAGS ({flags}) INTERNALDATE \"{:2}-Nov-2026 09:{:02}:00 +0100\" RFC822.SIZE {} \
             ENVELOPE (\"Mon, 23 Nov 2026 09:15:00 +0100\" \"=?utf-8?Q?M=C3=B6te_om_planen?= no. {n}\" {from} {from} {from} \
             ((NIL NIL \"anna\" \"samma.test\")(\"Bertil \\\"B\\\" Bok\" NIL \"bertil\" \"samma.test\")) NIL NIL \
             \"<parent.{n}@mail.example.org>\" \"<message.{n}@mail.example.org>\") BODYSTRUCTURE {body})\r\n",
            n + 1000,
            n % 28 + 1,
            n % 60,
            1000 + n * 7,
        )
        .unwrap();
    }
    out.into_bytes()
}

fn flags(count: u32) -> Vec<u8> {
    let mut out = String::new();
    for n in 1..=count {
        let flags = ["", "\\Seen", "\\Seen \\Answered", "\\Seen $Label1"][n as usize % 4];
        write!(out, "* {n} FETCH (UID {} FLAGS ({flags}))\r\n", n + 1000).unwrap();
    }
    out.into_bytes()
}
