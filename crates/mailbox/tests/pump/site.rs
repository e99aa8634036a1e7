//! The server that a test runs on: a private Dovecot, or the one that `SAMMA_TEST_IMAP` names.

use super::Pump;
use super::raw::Raw;
use crate::server::Dovecot;

/// Mailboxes with roles, which the private Dovecot has from its beginning.
const ROLES: &str = "\
namespace inbox {
  mailbox Drafts {
    auto = subscribe
    special_use = \\Drafts
  }
  mailbox Archive {
    auto = subscribe
    special_use = \\Archive
  }
  mailbox Junk {
    auto = subscribe
    special_use = \\Junk
  }
  mailbox Trash {
    auto = subscribe
    special_use = \\Trash
  }
}
mailbox_list_index = yes
mail_fsync = never
";

/// A server, and an account on it with nothing in it.
pub struct Site {
    pub address: String,
    pub user: String,
    pub password: String,
    dovecot: Option<Dovecot>,
}

impl Site {
    /// A private Dovecot, or the server that was named; `None`, and a line that says so, where there is neither.
    pub fn any() -> Option<Self> {
        Self::given().or_else(|| Self::dovecot(""))
    }

    fn given() -> Option<Self> {
        let given = std::env::var("SAMMA_TEST_IMAP").ok()?;
        let mut parts = given.split(',').map(str::to_owned);
        let site = Self {
            address: parts.next()?,
            user: parts.next()?,
            password: parts.next()?,
            dovecot: None,
        };
        site.other().clear();
        Some(site)
    }

    /// A private Dovecot with further lines of configuration, whatever was named.
    pub fn dovecot(extra: &str) -> Option<Self> {
        let dovecot = Dovecot::start(&format!("{ROLES}{extra}"))?;
        Some(Self {
            address: dovecot.address(),
            user: "anna".to_owned(),
            password: "pass".to_owned(),
            dovecot: Some(dovecot),
        })
    }

    /// Ends the server, all connections with it.
    pub fn stop(&mut self) {
        self.dovecot.as_mut().unwrap().stop();
    }

    /// Starts it again, on the same port and with the same mail.
    pub fn start(&mut self) {
        self.dovecot.as_mut().unwrap().start_again();
    }

    /// How often a private Dovecot has said that its index of all folders is broken. 2.3 breaks it when sessions
    /// rename folders at the same time; sessions that live on then show folders that are not there any more.
    pub fn broken_lists(&self) -> usize {
        let log = self.dovecot.as_ref().map(Dovecot::log).unwrap_or_default();
        log.lines()
            .filter(|line| {
                line.contains("Error: ") && line.contains("list index")
                    || line.contains("list.index")
            })
            .count()
    }

    /// Another program at the account.
    pub fn other(&self) -> Raw {
        Raw::log_in(&self.address, &self.user, &self.password)
    }

    /// An engine with the account open, showing INBOX.
    pub fn samma(&self) -> Pump {
        self.samma_at(&self.address)
    }

    /// The same by another way to the server.
    pub fn samma_at(&self, address: &str) -> Pump {
        let mut samma = Pump::signed_in(address, &self.user, &self.password);
        samma.until_shown("the folders", |samma| !samma.mailboxes.is_empty());
        samma
    }
}
