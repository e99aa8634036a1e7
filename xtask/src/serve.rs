//! `cargo xtask serve`: a mail server and a gateway for tests, until stdin closes or SIGTERM comes.
//!
//! stdout has one line of JSON once both are up: `url`, `imap_port`, `imaps_port`, `users`, `password`, `ca`,
//! `domain`, `server`, `folder`. Then each line on stdin is an order, answered by one line `{"done": order}` or
//! `{"failed": order, "why": text}`:
//!
//! - `mail stop`, `mail start`, `gateway stop`, `gateway start`: to see how the app takes it;
//! - `fill USER FOLDER COUNT`: synthetic messages, for example `fill test-7 Big 1000`.
//!
//! Users are `anna` and `bertil` (with the sample mailbox, unless `--mailbox empty`), and `test-1` to `test-40`
//! with nothing in theirs, so that every test can have one of its own.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::args::Args;
use crate::console::{Failure, OrSay, Outcome, step};
use crate::gateway::{self, Upstream};
use crate::imap::Client;
use crate::process::{self, Service};
use crate::server::{DOMAIN, Kind, PASSWORD, Settings};
use crate::stop::{self, Wake};
use crate::tools::{self, Need};
use crate::{app, demo, fill, workspace};

/// Options that take a value.
pub(crate) const VALUES: &[&str] = &[
    "dir",
    "port",
    "imap-base",
    "server",
    "mailbox",
    "format",
    "extra",
    "connections",
];

/// Accounts that tests share out among themselves.
const TEST_USERS: usize = 40;

/// All tests come from one address, so the bounds per address would be met by a mere test run.
const LIMITS: &str = "tunnels_per_address = 5000
connections_per_address = 1500
upgrades_per_minute = 100000";

/// How often it is looked whether what we started still runs.
const CHECK_EVERY: Duration = Duration::from_millis(500);

/// The two programs; `None` while an order has stopped one.
struct Stage {
    settings: Settings,
    port: u16,
    upstream: Upstream,
    mail: Option<Service>,
    gateway: Option<Service>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let port: u16 = args.required("port").and_then(|_| args.number("port", 0))?;
    let base: u16 = args
        .required("imap-base")
        .and_then(|_| args.number("imap-base", 0))?;
    let imaps = base
        .checked_add(1)
        .ok_or_else(|| Failure::new("--imap-base is too high"))?;
    for port in [port, base, imaps] {
        process::port_is_free(port, "choose others with --port and --imap-base")?;
    }
    let kind = Kind::parse(args.value("server").unwrap_or("dovecot"))?;
    let folder = folder(args.required("dir")?)?;

    tools::ensure(if kind == Kind::Dovecot {
        &[Need::Dovecot]
    } else {
        &[Need::OtherServers]
    })?;
    if !workspace::dist().join("index.html").exists() || !workspace::gateway().exists() {
        app::build(&[Need::Build])?;
    } else if !app::is_fresh() {
        step("dist/ is older than the sources; `cargo xtask build` renews it");
    }

    let mut settings = Settings::new(kind, &folder, base, imaps);
    settings
        .users
        .extend((1..=TEST_USERS).map(|number| format!("test-{number}")));
    settings.connections = args.number("connections", settings.connections)?;
    if let Some(format) = args.value("format") {
        format.clone_into(&mut settings.format);
    }
    if let Some(extra) = args.value("extra") {
        extra.clone_into(&mut settings.extra);
    }

    let (sender, wake) = stop::hear()?;
    stop::hear_stdin(sender);
    let mail = match args.value("mailbox").unwrap_or("sample") {
        "sample" => demo::mail_server(&settings, args.has("fresh"))?,
        "empty" => {
            settings.forget_mail()?;
            drop(std::fs::remove_file(folder.join("sample")));
            settings.start()?
        }
        other => {
            return Err(Failure::new(format!(
                "There is no mailbox `{other}`; there are sample and empty"
            )));
        }
    };
    let ca = settings.certificate()?.ca;
    let upstream = Upstream::fixture(&settings, &ca);
    let gateway = gateway::start(&folder, port, &upstream, LIMITS)?;
    say(&json!({
        "url": format!("http://127.0.0.1:{port}"),
        "imap_port": base,
        "imaps_port": imaps,
        "users": settings.addresses(),
        "password": PASSWORD,
        "domain": DOMAIN,
        "ca": ca,
        "server": format!("{kind:?}").to_lowercase(),
        "folder": folder,
    }))?;
    let mut stage = Stage {
        settings,
        port,
        upstream,
        mail: Some(mail),
        gateway: Some(gateway),
    };

    loop {
        match wake.recv_timeout(CHECK_EVERY) {
            Ok(Wake::Stop) => break,
            Ok(Wake::Line(line)) => {
                let order = line.trim();
                match stage.obey(order) {
                    Ok(()) => say(&json!({ "done": order }))?,
                    Err(failure) => say(&json!({ "failed": order, "why": failure.to_string() }))?,
                }
            }
            Err(_) => {
                let ended = [&mut stage.mail, &mut stage.gateway]
                    .into_iter()
                    .flatten()
                    .find_map(Service::ended);
                if let Some(failure) = ended {
                    return Err(failure);
                }
            }
        }
    }
    // The gateway first: it tells the pages that it goes.
    drop(stage.gateway.take());
    Ok(())
}

impl Stage {
    fn obey(&mut self, order: &str) -> Outcome {
        let words: Vec<&str> = order.split_ascii_whitespace().collect();
        match words.as_slice() {
            ["mail", "stop"] => drop(self.mail.take()),
            ["mail", "start"] if self.mail.is_none() => self.mail = Some(self.settings.start()?),
            ["gateway", "stop"] => drop(self.gateway.take()),
            ["gateway", "start"] if self.gateway.is_none() => {
                self.gateway = Some(gateway::start(
                    &self.settings.folder,
                    self.port,
                    &self.upstream,
                    LIMITS,
                )?);
            }
            ["mail" | "gateway", "start"] => return Err(Failure::new("It is running")),
            ["fill", user, mailbox, count] => {
                let count = count.parse().or_say("The count")?;
                let address = format!("127.0.0.1:{}", self.settings.imap_port);
                let mut client = Client::log_in(&address, &format!("{user}@{DOMAIN}"), PASSWORD)?;
                fill::fill(&mut client, mailbox, count, true)?;
            }
            _ => return Err(Failure::new("There is no such order")),
        }
        Ok(())
    }
}

fn say(line: &serde_json::Value) -> Outcome {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .or_say("Nobody reads stdout")
}

/// The folder that was asked for, if a mail server can work there.
fn folder(name: &str) -> Outcome<std::path::PathBuf> {
    let given = Path::new(name);
    std::fs::create_dir_all(given).or_say(format!("Could not make {name}"))?;
    let folder = given
        .canonicalize()
        .or_say(format!("Could not find {name}"))?;
    if workspace::fits(&folder) {
        Ok(folder)
    } else {
        Err(Failure::new(format!(
            "{} is out of reach for the mail server's user, or too long for its sockets; choose another --dir",
            folder.display()
        )))
    }
}
