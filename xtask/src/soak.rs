//! `cargo xtask soak`: the engine's long tests on each mail server, which start no server of their own for it.
//!
//! `three clients agree` and the races run with an account of their own; the engine's other tests on a real
//! server follow. Every server runs although one before it failed; the summary is last.

use std::time::Instant;

use crate::args::Args;
use crate::console::{Failure, Outcome, duration, failed, heading, step};
use crate::server::{DOMAIN, Kind, PASSWORD, Settings};
use crate::tools::{self, Need};
use crate::{process, workspace};

/// Options that take a value.
pub(crate) const VALUES: &[&str] = &["server", "changes", "races", "seed", "port"];

/// Where the servers listen, unless said otherwise.
const PORT: u16 = 12_900;

/// Changes of the long run, and how often each race is run.
const CHANGES: u32 = 2_000;
const RACES: u32 = 300;

const SERVERS: [&str; 3] = ["dovecot", "cyrus", "courier"];

pub(crate) fn run(args: &Args) -> Outcome {
    let changes = args.number("changes", CHANGES)?;
    let races = args.number("races", RACES)?;
    let port = args.number("port", PORT)?;
    let seed = args.value("seed");
    let servers: Vec<&str> = match args.value("server") {
        Some(one) => vec![one],
        None => SERVERS.to_vec(),
    };
    let mut results = Vec::new();
    for name in servers {
        heading(&format!(
            "{name}: {changes} changes, {races} races of each kind"
        ));
        let begun = Instant::now();
        let result = on_server(Kind::parse(name)?, name, port, changes, races, seed);
        if let Err(failure) = &result {
            failed(failure);
        }
        results.push((name, result, begun.elapsed()));
    }
    println!("\n== Summary");
    for (name, result, took) in &results {
        let word = if result.is_ok() { "passed" } else { "FAILED" };
        println!("  {word:8} {name:<12} {:>12}", duration(*took));
    }
    if results.iter().all(|(_, result, _)| result.is_ok()) {
        Ok(())
    } else {
        Err(Failure::new("Clients of one account did not agree"))
    }
}

fn on_server(
    kind: Kind,
    name: &str,
    port: u16,
    changes: u32,
    races: u32,
    seed: Option<&str>,
) -> Outcome {
    tools::ensure(if kind == Kind::Dovecot {
        &[Need::Dovecot]
    } else {
        &[Need::OtherServers]
    })?;
    let tls = port
        .checked_add(1)
        .ok_or_else(|| Failure::new("--port is too high"))?;
    for port in [port, tls] {
        process::port_is_free(port, "choose another with --port")?;
    }
    let folder = workspace::server_folder(&format!("soak-{name}"))?;
    let mut settings = Settings::new(kind, &folder, port, tls);
    // Three clients, and those that look at what is true.
    settings.connections = 40;
    settings.forget_mail()?;
    let server = settings.start()?;
    step(format_args!("{name} runs on port {port}"));
    let mut cargo = process::command(
        "cargo",
        &[
            "test",
            "--quiet",
            "--package",
            "samma-mailbox",
            "--test",
            "soak",
            "--test",
            "races",
            "--no-fail-fast",
            "--",
            "--test-threads=1",
            "--nocapture",
        ],
    );
    let account = format!("127.0.0.1:{port},anna@{DOMAIN},{PASSWORD}");
    cargo
        .env("SAMMA_TEST_IMAP", account)
        .env("SAMMA_SOAK_CHANGES", changes.to_string())
        .env("SAMMA_RACES", races.to_string());
    if let Some(seed) = seed {
        cargo.env("SAMMA_SOAK_SEED", seed);
    }
    let result = process::run(&mut cargo, "The soak");
    drop(server);
    result
}
