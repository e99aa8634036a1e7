//! `cargo xtask demo`: from a fresh machine to an open mailbox.
//!
//! Without `--server`: a private Dovecot with the sample mailbox. With it: a real mail server. In both the
//! release app and the gateway, until Ctrl-C.

use std::net::ToSocketAddrs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::args::Args;
use crate::console::{Failure, OrSay, Outcome, duration, heading, step};
use crate::gateway::{self, Upstream};
use crate::process::{self, Service};
use crate::server::{DOMAIN, Kind, PASSWORD, Settings};
use crate::stop::{self, Wake};
use crate::tools::Need;
use crate::{app, sample, workspace};

const IMAP_PORT: u16 = 11_143;
const IMAPS_PORT: u16 = 11_993;

/// How often it is looked whether what we started still runs.
const CHECK_EVERY: Duration = Duration::from_secs(1);

pub(crate) fn run(args: &Args) -> Outcome {
    let begun = Instant::now();
    let port: u16 = args.number("port", 8_080)?;
    let real = args.value("server").map(host_and_port).transpose()?;
    // Before the long part, so that nobody waits for it in vain.
    process::port_is_free(port, "choose another with --port, or end that program")?;
    if real.is_none() {
        for port in [IMAP_PORT, IMAPS_PORT] {
            process::port_is_free(
                port,
                "the demo's mail server needs it: is another demo running?",
            )?;
        }
    }
    heading("Build");
    app::build(if real.is_some() {
        &[Need::Build]
    } else {
        &[Need::Build, Need::Dovecot]
    })?;

    heading("Start");
    let folder = workspace::server_folder("demo")?;
    // From here on Ctrl-C ends what we start, in order.
    let (_keep, wake) = stop::hear()?;
    let mut services = Vec::new();
    let upstream = match &real {
        Some((host, port)) => {
            reach(host, *port)?;
            Upstream::real(host, *port)
        }
        None => {
            let settings = Settings::new(Kind::Dovecot, &folder, IMAP_PORT, IMAPS_PORT);
            services.push(mail_server(&settings, args.has("fresh"))?);
            Upstream::fixture(&settings, &settings.certificate()?.ca)
        }
    };
    step("starting the gateway");
    services.push(gateway::start(&folder, port, &upstream, "")?);
    announce(port, real.as_ref(), &folder, begun.elapsed());

    let outcome = loop {
        match wake.recv_timeout(CHECK_EVERY) {
            Ok(Wake::Stop) => break Ok(()),
            Ok(Wake::Line(_)) => {}
            Err(_) => {
                if let Some(failure) = services.iter_mut().find_map(Service::ended) {
                    break Err(failure);
                }
            }
        }
    };
    eprintln!();
    step("ending the gateway and what it led to");
    // The gateway first: it tells the pages that it goes.
    while let Some(mut service) = services.pop() {
        service.stop();
    }
    outcome
}

/// Starts the server and, the first time or when `fresh`, writes the sample mailbox into it.
pub(crate) fn mail_server(settings: &Settings, fresh: bool) -> Outcome<Service> {
    let mark = settings.folder.join("sample");
    let wanted = sample::version();
    let written = std::fs::read_to_string(&mark).is_ok_and(|found| found == wanted) && !fresh;
    if !written {
        drop(std::fs::remove_file(&mark));
        settings.forget_mail()?;
    }
    step(format_args!(
        "starting {:?} on ports {} and {}",
        settings.kind, settings.imap_port, settings.imaps_port
    ));
    let service = settings.start()?;
    if !written {
        step("writing the sample mailbox");
        let count = sample::write(
            &format!("127.0.0.1:{}", settings.imap_port),
            &settings.addresses(),
        )?;
        step(format_args!("{count} messages written"));
        std::fs::write(&mark, wanted).or_say(format!("Could not write {}", mark.display()))?;
    }
    Ok(service)
}

fn host_and_port(text: &str) -> Outcome<(String, u16)> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()),
        None => (text, Some(993)),
    };
    match port {
        Some(port) if !host.is_empty() => Ok((host.to_owned(), port)),
        _ => Err(Failure::new(format!(
            "--server wants a host and perhaps a port, `imap.example.org:993`, not `{text}`"
        ))),
    }
}

/// Fails early, and with a sentence, if the mail server can't be reached from here.
fn reach(host: &str, port: u16) -> Outcome {
    step(format_args!("looking for {host}:{port}"));
    let addresses = (host, port)
        .to_socket_addrs()
        .or_say(format!("{host} has no address (is there a network?)"))?;
    let mut last = None;
    for address in addresses {
        match std::net::TcpStream::connect_timeout(&address, Duration::from_secs(10)) {
            Ok(_) => return Ok(()),
            Err(error) => last = Some(error),
        }
    }
    let words = last.map_or_else(|| "no address".to_owned(), |error| error.to_string());
    Err(Failure::new(format!(
        "{host} does not answer on port {port}: {words}"
    )))
}

fn announce(port: u16, real: Option<&(String, u16)>, folder: &Path, took: Duration) {
    println!(
        "\n  Samma is open (ready after {}):\n\n    http://127.0.0.1:{port}\n",
        duration(took)
    );
    match real {
        Some((host, port)) => println!("  Sign in with your account on {host}:{port}.\n"),
        None => {
            println!("    Email address   anna@{DOMAIN}   (or bertil@{DOMAIN})");
            println!("    Password        {PASSWORD}\n");
            println!(
                "  IMAP for other programs: 127.0.0.1, TLS {IMAPS_PORT}, STARTTLS {IMAP_PORT}."
            );
        }
    }
    println!("  Logs are in {}.", folder.display());
    println!("  Ctrl-C ends everything.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_without_port_means_imap_over_tls() {
        assert_eq!(
            host_and_port("imap.example.org").unwrap(),
            ("imap.example.org".to_owned(), 993)
        );
        assert_eq!(host_and_port("imap.example.org:143").unwrap().1, 143);
        assert!(host_and_port("imap.example.org:imap").is_err());
        assert!(host_and_port(":993").is_err());
    }
}
