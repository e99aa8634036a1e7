//! Which way to sign in, of those that the server offers.

use super::Mechanism;
use crate::{
    Error,
    imap::{capability::Capabilities, command::Command},
    secret::Secret,
};

/// What a person signs in with.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Credentials {
    /// Name and password.
    Password {
        /// Usually the mail address.
        user: String,
        /// The password.
        password: Secret,
    },
    /// Name and an OAuth 2 access token for this server.
    Token {
        /// Usually the mail address.
        user: String,
        /// The access token.
        token: Secret,
        /// Name of the mail server, as the person knows it.
        host: String,
        /// Its port.
        port: u16,
    },
}

/// The command that signs in: the way that tells the server least, of those it offers.
///
/// `seed` is random and new for each call; only SCRAM uses it.
///
/// # Errors
/// [`Unsafe`](Error::Unsafe) if the server offers no way that we know.
pub fn choose(
    capabilities: &Capabilities,
    credentials: &Credentials,
    seed: &[u8; 18],
) -> Result<Command, Error> {
    match credentials {
        Credentials::Password { user, password } => {
            let mechanism = if capabilities.has_auth("SCRAM-SHA-256") {
                Mechanism::scram_sha_256(user, password, seed)
            } else if capabilities.has_auth("SCRAM-SHA-1") {
                Mechanism::scram_sha_1(user, password, seed)
            } else if capabilities.has_auth("PLAIN") {
                Mechanism::plain(user, password)
            } else if capabilities.has_auth("LOGIN") {
                Mechanism::login(user, password)
            } else if !capabilities.login_disabled() {
                return Ok(Command::Login {
                    user: user.clone(),
                    password: password.clone(),
                });
            } else {
                return Err(Error::Unsafe {
                    reason: "no known way to sign in is offered (RFC 9051 6.2.3)",
                });
            };
            Ok(Command::Authenticate(mechanism))
        }
        Credentials::Token {
            user,
            token,
            host,
            port,
        } => {
            if capabilities.has_auth("OAUTHBEARER") {
                Ok(Command::Authenticate(Mechanism::oauthbearer(
                    user, token, host, *port,
                )))
            } else if capabilities.has_auth("XOAUTH2") {
                Ok(Command::Authenticate(Mechanism::xoauth2(user, token)))
            } else {
                // A token must not end up where passwords are logged or checked.
                Err(Error::Unsafe {
                    reason: "access tokens are not taken by this server (RFC 7628)",
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(capabilities: &str) -> String {
        let list = capabilities.split(' ').collect();
        let credentials = Credentials::Password {
            user: "anna".to_owned(),
            password: Secret::new("pass"),
        };
        match choose(&list, &credentials, &[1; 18]) {
            Ok(Command::Authenticate(mechanism)) => mechanism.name().to_owned(),
            Ok(other) => other.name().to_lowercase(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_way_that_tells_least_is_chosen() {
        let all = "AUTH=LOGIN AUTH=PLAIN AUTH=SCRAM-SHA-1 AUTH=SCRAM-SHA-256";
        assert_eq!(chosen(all), "SCRAM-SHA-256");
        assert_eq!(
            chosen("AUTH=LOGIN AUTH=PLAIN AUTH=SCRAM-SHA-1"),
            "SCRAM-SHA-1"
        );
        assert_eq!(chosen("AUTH=LOGIN AUTH=PLAIN"), "PLAIN");
        assert_eq!(chosen("AUTH=LOGIN"), "LOGIN");
        assert_eq!(chosen("IMAP4rev1 AUTH=GSSAPI"), "login");
        assert!(chosen("LOGINDISABLED AUTH=GSSAPI").contains("no known way"));
    }

    #[test]
    fn a_token_goes_only_to_a_mechanism_for_tokens() {
        let credentials = Credentials::Token {
            user: "anna".to_owned(),
            token: Secret::new("token"),
            host: "mail.example".to_owned(),
            port: 993,
        };
        let name = |capabilities: &str| {
            let list = capabilities.split(' ').collect();
            match choose(&list, &credentials, &[1; 18]) {
                Ok(Command::Authenticate(mechanism)) => Some(mechanism.name()),
                _ => None,
            }
        };
        assert_eq!(name("AUTH=XOAUTH2 AUTH=OAUTHBEARER"), Some("OAUTHBEARER"));
        assert_eq!(name("AUTH=XOAUTH2 AUTH=PLAIN"), Some("XOAUTH2"));
        assert_eq!(name("IMAP4rev1 AUTH=PLAIN"), None);
    }
}
