//! The gateway of a demo or a test: its configuration, and the running program.

use std::path::Path;
use std::time::Duration;

use crate::console::{OrSay, Outcome};
use crate::process::{self, Service};
use crate::server::{self, Settings};
use crate::workspace;

/// Where pages open their tunnels to.
pub(crate) struct Upstream {
    /// The `[[server]]` section.
    section: String,
}

impl Upstream {
    /// One of our own servers. Its name is one of the certificate's; nobody resolves it, as `dial` says where it is.
    pub(crate) fn fixture(settings: &Settings, ca: &Path) -> Self {
        let (port, ca) = (settings.imaps_port, toml_text(&ca.display().to_string()));
        let domain = server::DOMAIN;
        Self {
            section: format!(
                "[[server]]
id = \"demo\"
name = \"Samma demo\"
domains = [\"{domain}\"]
imap = {{ host = \"imap.{domain}\", port = {port}, tls = \"implicit\", dial = \"127.0.0.1:{port}\" }}
ca = {ca}
"
            ),
        }
    }

    /// A mail server elsewhere; port 143 starts with STARTTLS, any other with TLS.
    pub(crate) fn real(host: &str, port: u16) -> Self {
        let (host, tls) = (
            toml_text(host),
            if port == 143 { "starttls" } else { "implicit" },
        );
        Self {
            section: format!(
                "[[server]]
id = \"mail\"
name = {host}
imap = {{ host = {host}, port = {port}, tls = \"{tls}\" }}
"
            ),
        }
    }
}

/// Starts the gateway on `port` of 127.0.0.1; `limits` is the body of `[limits]`, for tests.
pub(crate) fn start(
    folder: &Path,
    port: u16,
    upstream: &Upstream,
    limits: &str,
) -> Outcome<Service> {
    let assets = toml_text(&workspace::dist().display().to_string());
    let text = format!(
        "listen = [\"127.0.0.1:{port}\"]
assets = {assets}
origins = [\"http://127.0.0.1:{port}\", \"http://localhost:{port}\"]

[limits]
{limits}

{}",
        upstream.section
    );
    let config = folder.join("gateway.toml");
    std::fs::write(&config, text).or_say(format!("Could not write {}", config.display()))?;
    let mut command = process::command(workspace::gateway(), &["--config"]);
    command.arg(&config);
    let mut service = Service::start("The gateway", &command, &folder.join("gateway.log"))?;
    service.wait_for_port(port, Duration::from_secs(10))?;
    Ok(service)
}

/// A basic string of TOML, whose escapes are those of JSON.
fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
