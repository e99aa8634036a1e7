//! Mail servers that run privately: own folder, own ports, own certificate, ended with us.

mod courier;
mod cyrus;
mod dovecot;

use std::path::{Path, PathBuf};

use crate::certificate::Certificate;
use crate::console::{Failure, OrSay, Outcome};
use crate::process::Service;

/// Mail domain of every account.
pub(crate) const DOMAIN: &str = "samma.test";
/// Password of every account.
pub(crate) const PASSWORD: &str = "samma";

/// A program that speaks IMAP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Dovecot 2.3 or 2.4.
    Dovecot,
    /// Cyrus 3.6 or later.
    Cyrus,
    /// Courier-IMAP 5.
    Courier,
}

impl Kind {
    /// Reads the name on the command line.
    pub(crate) fn parse(name: &str) -> Outcome<Self> {
        match name {
            "dovecot" => Ok(Self::Dovecot),
            "cyrus" => Ok(Self::Cyrus),
            "courier" => Ok(Self::Courier),
            other => Err(Failure::new(format!(
                "There is no server `{other}`; there are dovecot, cyrus and courier"
            ))),
        }
    }
}

/// What a server is to be like.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Which program.
    pub(crate) kind: Kind,
    /// Everything it writes is below this.
    pub(crate) folder: PathBuf,
    /// IMAP with STARTTLS on 127.0.0.1.
    pub(crate) imap_port: u16,
    /// IMAP over TLS on 127.0.0.1.
    pub(crate) imaps_port: u16,
    /// Names before the `@`.
    pub(crate) users: Vec<String>,
    /// How Dovecot keeps mail: `maildir` or `sdbox`.
    pub(crate) format: String,
    /// Connections that one user may have from one address.
    pub(crate) connections: u16,
    /// Lines to append to the server's configuration.
    pub(crate) extra: String,
}

impl Settings {
    /// The usual ones for `kind`; plain IMAP on `imap_port`, TLS on the next one.
    pub(crate) fn new(kind: Kind, folder: &Path, imap_port: u16, imaps_port: u16) -> Self {
        Self {
            kind,
            folder: folder.to_owned(),
            imap_port,
            imaps_port,
            users: ["anna", "bertil"].map(str::to_owned).to_vec(),
            format: "maildir".to_owned(),
            // What each has by itself; Courier counts per address, whoever the user is.
            connections: if kind == Kind::Courier { 20 } else { 10 },
            extra: String::new(),
        }
    }

    /// Full addresses of the users, which are their login names too.
    pub(crate) fn addresses(&self) -> Vec<String> {
        self.users
            .iter()
            .map(|user| format!("{user}@{DOMAIN}"))
            .collect()
    }

    /// The certificate that the server shows.
    pub(crate) fn certificate(&self) -> Outcome<Certificate> {
        Certificate::in_folder(&self.folder.join("tls"))
    }

    /// Writes the configuration and starts the server; returns once it accepts connections.
    pub(crate) fn start(&self) -> Outcome<Service> {
        match self.kind {
            Kind::Dovecot => dovecot::start(self),
            Kind::Cyrus => cyrus::start(self),
            Kind::Courier => courier::start(self),
        }
    }

    /// Throws all mail away; the server must not be running.
    pub(crate) fn forget_mail(&self) -> Outcome {
        for folder in ["home", "conf", "spool"] {
            let folder = self.folder.join(folder);
            if folder.exists() {
                std::fs::remove_dir_all(&folder)
                    .or_say(format!("Could not empty {}", folder.display()))?;
            }
        }
        Ok(())
    }
}

fn write(file: &Path, text: &str) -> Outcome {
    std::fs::write(file, text).or_say(format!("Could not write {}", file.display()))
}

fn make_folder(folder: &Path) -> Outcome {
    std::fs::create_dir_all(folder).or_say(format!("Could not make {}", folder.display()))
}
