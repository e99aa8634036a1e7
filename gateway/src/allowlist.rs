//! The mail servers that tunnels may lead to, and nothing else.
//!
//! A page names an entry and a service by words of a strict grammar; host and port come from the configuration only.
//! So there is no target to smuggle: no port scan, no relay, no way to an address inside.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use samma_transport::{config::Tls, tunnel::Service};
use tokio::{net::lookup_host, sync::Mutex, time::Instant};

use crate::config::{Fault, Server, Upstream};

/// How long a name's addresses are kept: a reconnecting crowd asks once, a moved server is found again soon.
const KEPT: Duration = Duration::from_secs(30);
/// Most addresses of one name that are tried.
const ADDRESSES: usize = 8;

/// One service of one mail server.
#[derive(Debug)]
pub struct Target {
    /// The server's id.
    pub server_id: String,
    /// Where it is.
    pub upstream: Upstream,
    /// Does it expect a PROXY header.
    pub proxy_protocol: bool,
    resolved: Mutex<Option<(Instant, Vec<SocketAddr>)>>,
}

/// Why a target has no address to dial.
#[derive(Debug, thiserror::Error)]
pub enum NoAddress {
    /// The look-up failed.
    #[error("{0} has no address: {1}")]
    Lookup(String, std::io::Error),
    /// The look-up gave nothing.
    #[error("{0} has no address")]
    Nothing(String),
    /// Mail would travel in clear.
    #[error("{0} is {1}, which is not this machine; tls = \"none\" is for loopback only")]
    InClear(String, SocketAddr),
}

impl Target {
    /// The addresses to dial, in order. Without TLS all of them must be loopback, each time anew: a name may change.
    ///
    /// # Errors
    /// There is none, or one that must not be dialled.
    pub async fn addresses(&self) -> Result<Vec<SocketAddr>, NoAddress> {
        // The lock is held over the look-up, so that many who wait cause one.
        let mut resolved = self.resolved.lock().await;
        if let Some((at, addresses)) = &*resolved
            && at.elapsed() < KEPT
        {
            return Ok(addresses.clone());
        }
        let (host, port) = (self.upstream.host.as_str(), self.upstream.port);
        let found: Vec<_> = match host.parse() {
            Ok(ip) => vec![SocketAddr::new(ip, port)],
            Err(_) => lookup_host((host, port))
                .await
                .map_err(|error| NoAddress::Lookup(host.to_owned(), error))?
                .take(ADDRESSES)
                .collect(),
        };
        if found.is_empty() {
            return Err(NoAddress::Nothing(host.to_owned()));
        }
        let in_clear = self.upstream.tls == Tls::None;
        let outside = found.iter().find(|a| !a.ip().to_canonical().is_loopback());
        if let (true, Some(&outside)) = (in_clear, outside) {
            return Err(NoAddress::InClear(host.to_owned(), outside));
        }
        *resolved = Some((Instant::now(), found.clone()));
        Ok(found)
    }

    /// The addresses led nowhere: look them up again next time.
    pub async fn forget_addresses(&self) {
        *self.resolved.lock().await = None;
    }
}

/// All targets.
#[derive(Debug)]
pub struct Allowlist {
    targets: Vec<Arc<Target>>,
}

impl Allowlist {
    /// The services of `servers`.
    #[must_use]
    pub fn new(servers: &[Server]) -> Self {
        let targets = servers.iter().flat_map(|server| {
            server.upstreams.iter().map(|upstream| {
                Arc::new(Target {
                    server_id: server.public.id.clone(),
                    upstream: upstream.clone(),
                    proxy_protocol: server.proxy_protocol,
                    resolved: Mutex::default(),
                })
            })
        });
        Self {
            targets: targets.collect(),
        }
    }

    /// The target of that name, compared exactly.
    #[must_use]
    pub fn find(&self, server_id: &str, service: Service) -> Option<&Arc<Target>> {
        self.targets
            .iter()
            .find(|t| t.upstream.service == service && t.server_id == server_id)
    }

    /// Looks every target up. Faults are those that would send mail in clear; a name without an address is a
    /// warning, since name servers may come up after the gateway.
    pub async fn check(&self) -> (Vec<Fault>, Vec<Fault>) {
        let (mut faults, mut warnings) = (Vec::new(), Vec::new());
        for target in &self.targets {
            let Err(error) = target.addresses().await else {
                continue;
            };
            let fault = Fault {
                line: target.upstream.line,
                text: error.to_string(),
            };
            match target.upstream.tls {
                Tls::None => faults.push(fault),
                Tls::Implicit | Tls::StartTls => warnings.push(fault),
            }
        }
        (faults, warnings)
    }
}
