//! The configuration: `gateway.toml` in, checked [`Config`] or every fault with its line out.
//!
//! All that can be known without the network is checked here, the files that it names included. Whether
//! `tls = "none"` leads to loopback depends on addresses, so that is [`crate::allowlist`]'s to check.

mod document;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use rustls_pki_types::{CertificateDer, pem::PemObject};
use samma_transport::config as public;
use samma_transport::tunnel::Service;
use toml::{Spanned, de::DeTable};

pub use self::document::Fault;
use self::document::{Faults, Section};
use crate::{address::Network, limits::Limits, origin, poke::nats};

/// What `gateway.toml` says.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: Vec<SocketAddr>,
    /// The built app; without it the gateway only carries tunnels.
    pub assets: Option<PathBuf>,
    /// Origins whose pages may open tunnels, in normal form; none: its own.
    pub origins: Vec<String>,
    /// Certificate and key, if the gateway itself speaks HTTPS.
    pub tls: Option<TlsFiles>,
    /// Are pokes passed on; if not, [`Limits::pokes`] is 0.
    pub poke: bool,
    /// The NATS server by which gateways pass pokes to one another; none if this one is alone, or passes none on.
    pub nats: Option<nats::Address>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Bounds.
    pub limits: Limits,
    /// The mail servers, in their order.
    pub servers: Vec<Server>,
}

/// PEM files for HTTPS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// Certificate chain, the gateway's own first.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// One `[[server]]`.
#[derive(Clone, Debug)]
pub struct Server {
    /// What the page is told of it.
    pub public: public::Server,
    /// Where its services are.
    pub upstreams: Vec<Upstream>,
    /// Does it expect a PROXY header, version 2, before anything else.
    pub proxy_protocol: bool,
}

/// Where one service of a mail server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// The service.
    pub service: Service,
    /// Host name or address to dial.
    pub host: String,
    /// Port to dial.
    pub port: u16,
    /// How TLS starts; without any, only loopback is dialled.
    pub tls: public::Tls,
    /// Its line in the configuration, for faults found later.
    pub line: usize,
}

/// Most bytes of a CA file: `/config.json` carries it to every page.
const CA_OCTETS: u64 = 256 * 1024;

impl Config {
    /// Reads and checks `text`; relative paths in it start at `base`.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of lines.
    pub fn parse(text: &str, base: &Path) -> Result<Self, Vec<Fault>> {
        let faults = Faults::new(text);
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            faults.add(&error.span().unwrap_or_default(), error.message());
        }
        if !errors.is_empty() {
            // What could not be read would show as missing settings, and hide the real fault.
            return Err(faults.into_sorted());
        }
        let config = {
            let root = Section::new("", document.get_ref(), document.span(), &faults);
            Reader { base }.config(&root)
        };
        let found = faults.into_sorted();
        if found.is_empty() {
            Ok(config)
        } else {
            Err(found)
        }
    }

    /// The answer to `/config.json`.
    #[must_use]
    pub fn public(&self) -> public::Config {
        public::Config {
            gateway: String::new(),
            servers: self.servers.iter().map(|s| s.public.clone()).collect(),
            poke: self.poke,
        }
    }
}

struct Reader<'p> {
    base: &'p Path,
}

impl Reader<'_> {
    fn config(&self, root: &Section<'_, '_>) -> Config {
        let listen = root.texts("listen");
        if listen.is_empty() {
            root.fault(
                root.span(),
                "listen",
                "is missing, for example \"127.0.0.1:8080\"",
            );
        }
        let listen = each(
            root,
            "listen",
            &listen,
            "an address and port, \"127.0.0.1:8080\"",
            |t| t.parse().ok(),
        );
        let origins = root.texts("origins");
        let wanted = "an origin as browsers write it, \"https://mail.example.org\"";
        let origins = each(root, "origins", &origins, wanted, origin::normal);
        let proxies = root.texts("trusted_proxies");
        let wanted = "an address or a network, \"10.0.0.0/8\"";
        let trusted_proxies = each(root, "trusted_proxies", &proxies, wanted, Network::parse);
        let mut limits = root
            .section("limits")
            .map_or_else(Limits::default, |s| limits(&s));
        let poke = root.flag("poke", true);
        if !poke {
            limits.pokes = 0;
        }
        let nats = root.text("nats").and_then(|text| {
            let read = nats::Address::parse(text.get_ref());
            if read.is_none() {
                let wanted = "must be a NATS server's address, \"nats://127.0.0.1:4222\"";
                root.fault(&text.span(), "nats", wanted);
            }
            read
        });
        Config {
            listen,
            assets: self.assets(root),
            origins,
            tls: root.section("tls").and_then(|tls| self.tls(&tls)),
            poke,
            nats: nats.filter(|_| poke),
            trusted_proxies,
            limits,
            servers: self.servers(root),
        }
    }

    fn assets(&self, root: &Section<'_, '_>) -> Option<PathBuf> {
        let assets = root.text("assets")?;
        let path = self.base.join(assets.get_ref());
        if !path.join("index.html").is_file() {
            let text = format!("{} holds no index.html: is the app built?", path.display());
            root.fault(&assets.span(), "assets", &text);
        }
        Some(path)
    }

    fn tls(&self, section: &Section<'_, '_>) -> Option<TlsFiles> {
        let cert = section.required_text("cert");
        let key = section.required_text("key");
        let (cert, key) = (cert?, key?);
        let files = TlsFiles {
            cert: self.base.join(cert.get_ref()),
            key: self.base.join(key.get_ref()),
        };
        if cfg!(not(feature = "tls")) {
            section.fault(section.span(), "cert", "this gateway was built without TLS");
        }
        #[cfg(feature = "tls")]
        if let Err(error) = crate::tls::server_config(&files) {
            section.fault(&cert.span(), "cert", &error.to_string());
        }
        Some(files)
    }

    fn servers(&self, root: &Section<'_, '_>) -> Vec<Server> {
        let sections = root.sections("server");
        if sections.is_empty() {
            root.fault(
                root.span(),
                "server",
                "there is no [[server]], so there is nothing to carry to",
            );
        }
        let mut ids = BTreeMap::new();
        let mut servers = Vec::new();
        for section in &sections {
            if let Some(server) = self.server(section, &mut ids) {
                servers.push(server);
            }
        }
        servers
    }

    fn server(&self, section: &Section<'_, '_>, ids: &mut BTreeMap<String, ()>) -> Option<Server> {
        let id = section.required_text("id");
        if let Some(id) = &id {
            if !is_server_id(id.get_ref()) {
                let text = "must be 1 to 64 of the characters a-z, 0-9 and -";
                section.fault(&id.span(), "id", text);
            }
            if ids.insert((*id.get_ref()).to_owned(), ()).is_some() {
                section.fault(&id.span(), "id", "another server has this id");
            }
        }
        let name = section.text("name");
        let domains = section.texts("domains");
        let domains = each(
            section,
            "domains",
            &domains,
            "a domain, \"example.org\"",
            |text| origin::is_host_name(text).then(|| text.to_ascii_lowercase()),
        );
        let mut upstreams = Vec::new();
        let mut service = |key: &'static str, service: Service| {
            let section = section.section(key)?;
            let (endpoint, upstream) = endpoint(&section, service)?;
            upstreams.push(upstream);
            Some(endpoint)
        };
        let imap = service("imap", Service::Imap);
        let submission = service("submission", Service::Submission);
        let pop3 = service("pop3", Service::Pop3);
        if !["imap", "submission", "pop3"]
            .iter()
            .any(|key| section.has(key))
        {
            section.fault(
                section.span(),
                "imap",
                "a server needs imap, submission or pop3",
            );
        }
        let ca = self.ca(section);
        let proxy_protocol = section.flag("proxy_protocol", false);
        let id = id?.into_inner().to_owned();
        let name = name.map_or_else(|| id.clone(), |name| name.into_inner().to_owned());
        Some(Server {
            public: public::Server {
                id,
                name,
                domains,
                imap,
                submission,
                pop3,
                ca,
            },
            upstreams,
            proxy_protocol,
        })
    }

    /// The certificates of the file that `ca` names, and nothing else that it may hold: they are published.
    fn ca(&self, section: &Section<'_, '_>) -> String {
        let Some(ca) = section.text("ca") else {
            return String::new();
        };
        let path = self.base.join(ca.get_ref());
        let fault = |text: &str| {
            section.fault(&ca.span(), "ca", &format!("{}: {text}", path.display()));
            String::new()
        };
        let pem = match read_bounded(&path, CA_OCTETS) {
            Ok(pem) => pem,
            Err(error) => return fault(&error.to_string()),
        };
        let certificates: Result<Vec<_>, _> =
            CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        match certificates {
            Ok(found) if found.is_empty() => fault("holds no certificate in PEM"),
            Ok(found) => found.iter().map(|c| pem_text(c)).collect(),
            Err(error) => fault(&format!("is not PEM: {error}")),
        }
    }
}

fn endpoint(section: &Section<'_, '_>, service: Service) -> Option<(public::Endpoint, Upstream)> {
    let host = section.required_text("host");
    if let Some(host) = &host
        && !is_host(host.get_ref())
    {
        section.fault(&host.span(), "host", "must be a host name or an address");
    }
    let tls = section.text("tls");
    let starts = match tls.as_ref().map_or("implicit", |tls| *tls.get_ref()) {
        "implicit" => public::Tls::Implicit,
        "starttls" => public::Tls::StartTls,
        "none" => public::Tls::None,
        _ => {
            let text = "must be \"implicit\", \"starttls\" or \"none\"";
            section.fault(&tls.as_ref().map_or(0..0, Spanned::span), "tls", text);
            public::Tls::Implicit
        }
    };
    let default_port = match (service, starts) {
        (Service::Imap, public::Tls::Implicit) => 993,
        (Service::Imap, _) => 143,
        (Service::Submission, public::Tls::Implicit) => 465,
        (Service::Submission, _) => 587,
        (Service::Pop3, public::Tls::Implicit) => 995,
        (Service::Pop3, _) => 110,
    };
    let port = section.number("port", 1..=65_535).map(Spanned::into_inner);
    let port = port
        .and_then(|port| u16::try_from(port).ok())
        .unwrap_or(default_port);
    if port == 25 && service == Service::Submission {
        let text = "25 is for servers among themselves; submission is 465 or 587, RFC 6409";
        section.fault(section.span(), "port", text);
    }
    let dial = section.text("dial").and_then(|dial| {
        let read = host_port(dial.get_ref());
        if read.is_none() {
            section.fault(
                &dial.span(),
                "dial",
                "must be a host and a port, \"127.0.0.1:993\"",
            );
        }
        read
    });
    let line = section.line();
    let host = host?.into_inner().to_owned();
    let (dial_host, dial_port) = dial.unwrap_or_else(|| (host.clone(), port));
    Some((
        public::Endpoint {
            host,
            port,
            tls: starts,
        },
        Upstream {
            service,
            host: dial_host,
            port: dial_port,
            tls: starts,
            line,
        },
    ))
}

fn limits(section: &Section<'_, '_>) -> Limits {
    const MOST: u64 = 1 << 40;
    let defaults = Limits::default();
    let number = |key, least: u64, default: u64| {
        let read = section.number(key, least..=MOST);
        read.map_or(default, Spanned::into_inner)
    };
    let count = |key, default: usize| {
        let read = section.number(key, 1..=10_000_000);
        read.and_then(|n| usize::try_from(n.into_inner()).ok())
            .unwrap_or(default)
    };
    let seconds = |key, default: Duration| {
        let read = section.number(key, 1..=86_400);
        read.map_or(default, |n| Duration::from_secs(n.into_inner()))
    };
    let head_octets = section.number("head_octets", 8_192..=1_048_576);
    let per_minute = section.number("upgrades_per_minute", 1..=1_000_000);
    Limits {
        tunnels: count("tunnels", defaults.tunnels),
        tunnels_per_address: count("tunnels_per_address", defaults.tunnels_per_address),
        pokes: count("pokes", defaults.pokes),
        pokes_per_address: count("pokes_per_address", defaults.pokes_per_address),
        poke_topics: count("poke_topics", defaults.poke_topics),
        upgrades_per_minute: per_minute
            .and_then(|n| u32::try_from(n.into_inner()).ok())
            .unwrap_or(defaults.upgrades_per_minute),
        connections: count("connections", defaults.connections),
        connections_per_address: count("connections_per_address", defaults.connections_per_address),
        head: seconds("head_seconds", defaults.head),
        head_octets: head_octets
            .and_then(|n| usize::try_from(n.into_inner()).ok())
            .unwrap_or(defaults.head_octets),
        handshake: seconds("handshake_seconds", defaults.handshake),
        dial: seconds("dial_seconds", defaults.dial),
        frame_octets: number("frame_octets", 1_024, defaults.frame_octets),
        octets_per_second: number("octets_per_second", 1_024, defaults.octets_per_second),
        ping: seconds("ping_seconds", defaults.ping),
        pong: seconds("pong_seconds", defaults.pong),
        stall: seconds("stall_seconds", defaults.stall),
        shutdown: seconds("shutdown_seconds", defaults.shutdown),
    }
}

/// Reads each of `texts`; what can't be read is a fault saying that it must be `wanted`.
fn each<T>(
    section: &Section<'_, '_>,
    key: &str,
    texts: &[Spanned<&str>],
    wanted: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Vec<T> {
    let mut values = Vec::new();
    for text in texts {
        match read(text.get_ref()) {
            Some(value) => values.push(value),
            None => section.fault(&text.span(), key, &format!("must be {wanted}")),
        }
    }
    values
}

/// Is `id` fit to stand in a tunnel's path: `[a-z0-9-]{1,64}`.
#[must_use]
pub fn is_server_id(id: &str) -> bool {
    let of_it = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=64).contains(&id.len()) && id.bytes().all(of_it)
}

fn is_host(host: &str) -> bool {
    host.parse::<std::net::IpAddr>().is_ok() || origin::is_host_name(host)
}

fn host_port(text: &str) -> Option<(String, u16)> {
    let (host, port) = origin::host_and_port(text)?;
    let host = host.trim_matches(['[', ']']).to_owned();
    port.filter(|&port| port != 0).map(|port| (host, port))
}

fn pem_text(certificate: &[u8]) -> String {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let encoded = BASE64_STANDARD.encode(certificate);
    let mut text = String::from("-----BEGIN CERTIFICATE-----\n");
    // Base64 is ASCII, so every chunk is a text of its own.
    for line in encoded.as_bytes().chunks(64) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push('\n');
    }
    text.push_str("-----END CERTIFICATE-----\n");
    text
}

/// Reads a text file of at most `most` octets.
///
/// # Errors
/// It can't be read, is no text, or is larger.
pub(crate) fn read_bounded(path: &Path, most: u64) -> std::io::Result<String> {
    use std::io::Read;
    let mut text = String::new();
    let mut file = std::fs::File::open(path)?.take(most.saturating_add(1));
    let read = file.read_to_string(&mut text)?;
    if read as u64 > most {
        return Err(std::io::Error::other(format!(
            "is larger than {most} octets"
        )));
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
