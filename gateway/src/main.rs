//! `samma-gateway --config gateway.toml [--check]`
//!
//! Exit codes: 0 stopped as told, or the configuration is good; 1 it could not start; 2 the configuration or the
//! command line is wrong.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    str::FromStr,
};

use samma_gateway::{
    allowlist::Allowlist,
    config::{Config, Fault},
    limits::raise_descriptors,
    serve::Server,
};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::filter::LevelFilter;

const USAGE: &str = "\
samma-gateway --config FILE [--check]

  --config FILE  the configuration; gateway.example.toml explains it
  --check        only say what is wrong with it, by line
  --version      print the version

SAMMA_LOG sets how much is logged: error, warn, info (the default) or debug.
SIGTERM and SIGINT stop it in order; SIGHUP reads a renewed certificate.
";

enum Asked {
    Run { config: PathBuf, only_check: bool },
    Say(&'static str),
}

fn main() -> ExitCode {
    match arguments(std::env::args().skip(1)) {
        Ok(Asked::Say(text)) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Ok(Asked::Run { config, only_check }) => {
            log();
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                // They only look up names and read the app's files.
                .max_blocking_threads(32)
                .build();
            match runtime {
                Ok(runtime) => runtime.block_on(run(&config, only_check)),
                Err(error) => fail(&format!("can't start: {error}"), 1),
            }
        }
        Err(text) => fail(&format!("{text}\n\n{USAGE}"), 2),
    }
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<Asked, String> {
    let (mut config, mut only_check) = (None, false);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--config" => config = Some(given.next().ok_or("--config needs a file")?.into()),
            "--check" => only_check = true,
            "--version" => {
                return Ok(Asked::Say(concat!(
                    "samma-gateway ",
                    env!("CARGO_PKG_VERSION"),
                    "\n"
                )));
            }
            "--help" | "-h" => return Ok(Asked::Say(USAGE)),
            other => return Err(format!("{other} is not known here")),
        }
    }
    let config = config.ok_or("--config is missing")?;
    Ok(Asked::Run { config, only_check })
}

fn log() {
    let level = std::env::var("SAMMA_LOG").ok();
    let level = level.and_then(|level| LevelFilter::from_str(&level).ok());
    tracing_subscriber::fmt()
        .with_max_level(level.unwrap_or(LevelFilter::INFO))
        .with_target(false)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr)
        .init();
}

async fn run(path: &Path, only_check: bool) -> ExitCode {
    let mut config = match read(path).await {
        Ok(config) => config,
        Err(faults) => {
            let lines: Vec<_> = faults
                .iter()
                .map(|f| format!("{}: {f}", path.display()))
                .collect();
            return fail(&lines.join("\n"), 2);
        }
    };
    if only_check {
        println!(
            "{}: good, {} mail server(s)",
            path.display(),
            config.servers.len()
        );
        return ExitCode::SUCCESS;
    }
    let descriptors = raise_descriptors();
    if config.limits.fit(descriptors) {
        let (tunnels, pokes) = (config.limits.tunnels, config.limits.pokes);
        let connections = config.limits.connections;
        tracing::warn!(
            descriptors,
            tunnels,
            pokes,
            connections,
            "limits lowered to the open files allowed"
        );
    }
    let server = match Server::bind(config).await {
        Ok(server) => server,
        Err(error) => return fail(&error.to_string(), 1),
    };
    let tls = server.tls();
    let (terminate, interrupt, hangup) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
        signal(SignalKind::hangup()),
    );
    let (Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)) = (terminate, interrupt, hangup)
    else {
        return fail("can't listen for signals", 1);
    };
    for address in server.addresses() {
        tracing::info!(%address, "listening");
    }
    server
        .run(async {
            loop {
                tokio::select! {
                    _ = terminate.recv() => break,
                    _ = interrupt.recv() => break,
                    _ = hangup.recv() => tls.renew(),
                }
            }
        })
        .await;
    ExitCode::SUCCESS
}

/// Reads the configuration and looks its servers up.
async fn read(path: &Path) -> Result<Config, Vec<Fault>> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let text = error.to_string();
        vec![Fault { line: 0, text }]
    })?;
    let base = path.parent().unwrap_or(Path::new("."));
    let config = Config::parse(&text, base)?;
    let is_outside = config
        .listen
        .iter()
        .any(|address| !address.ip().is_loopback());
    if config.origins.is_empty() && is_outside {
        let origins = "origins is not set: any name that leads here is taken for the gateway's own";
        eprintln!("{}: {origins}", path.display());
    }
    let (faults, warnings) = Allowlist::new(&config.servers).check().await;
    for warning in warnings {
        eprintln!("{}: {warning}", path.display());
    }
    if faults.is_empty() {
        Ok(config)
    } else {
        Err(faults)
    }
}

fn fail(text: &str, code: u8) -> ExitCode {
    eprintln!("{text}");
    ExitCode::from(code)
}
