//! SASL (RFC 4422): proving who one is, as AUTHENTICATE of IMAP (and AUTH of POP3 and SMTP) carries it.
//!
//! In comes a challenge, out goes a response, both without base64. A [`Mechanism`] holds the secret until the
//! exchange is over and is dropped then. No randomness in here: SCRAM's nonce comes from the caller.

mod bearer;
mod choose;
mod password;
mod scram;

pub use choose::{Credentials, choose};
use zeroize::Zeroizing;

use crate::{Error, secret::Secret};

/// One exchange, from its first response to its end.
#[derive(Debug, Clone)]
pub struct Mechanism(Exchange);

#[derive(Debug, Clone)]
enum Exchange {
    Plain(password::Plain),
    Login(password::Login),
    Scram(scram::Scram),
    XOAuth2(bearer::XOAuth2),
    OAuthBearer(bearer::OAuthBearer),
}

impl Mechanism {
    /// PLAIN (RFC 4616): name and password in clear, so only within TLS.
    #[must_use]
    pub fn plain(user: &str, password: &Secret) -> Self {
        Self(Exchange::Plain(password::Plain::new(user, password)))
    }

    /// LOGIN, which no RFC has, but old servers.
    #[must_use]
    pub fn login(user: &str, password: &Secret) -> Self {
        Self(Exchange::Login(password::Login::new(user, password)))
    }

    /// SCRAM-SHA-256 (RFC 7677). `seed` is random, and new for each exchange.
    #[must_use]
    pub fn scram_sha_256(user: &str, password: &Secret, seed: &[u8; 18]) -> Self {
        Self(Exchange::Scram(scram::Scram::new(
            scram::Hash::Sha256,
            user,
            password,
            seed,
        )))
    }

    /// SCRAM-SHA-1 (RFC 5802). `seed` is random, and new for each exchange.
    #[must_use]
    pub fn scram_sha_1(user: &str, password: &Secret, seed: &[u8; 18]) -> Self {
        Self(Exchange::Scram(scram::Scram::new(
            scram::Hash::Sha1,
            user,
            password,
            seed,
        )))
    }

    /// XOAUTH2, the form that Google and Microsoft made before OAUTHBEARER.
    #[must_use]
    pub fn xoauth2(user: &str, token: &Secret) -> Self {
        Self(Exchange::XOAuth2(bearer::XOAuth2::new(user, token)))
    }

    /// OAUTHBEARER (RFC 7628) for the server `host`:`port`.
    #[must_use]
    pub fn oauthbearer(user: &str, token: &Secret, host: &str, port: u16) -> Self {
        Self(Exchange::OAuthBearer(bearer::OAuthBearer::new(
            user, token, host, port,
        )))
    }

    /// Name as in `AUTH=`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match &self.0 {
            Exchange::Plain(_) => "PLAIN",
            Exchange::Login(_) => "LOGIN",
            Exchange::Scram(scram) => scram.name(),
            Exchange::XOAuth2(_) => "XOAUTH2",
            Exchange::OAuthBearer(_) => "OAUTHBEARER",
        }
    }

    /// What the client says first; `None` if the server begins (LOGIN), or if it was said already.
    ///
    /// # Errors
    /// [`Unsendable`](Error::Unsendable) for a name or password that the mechanism can't carry.
    pub fn initial_response(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        match &mut self.0 {
            Exchange::Plain(plain) => plain.initial_response(),
            Exchange::Login(_) => Ok(None),
            Exchange::Scram(scram) => scram.initial_response(),
            Exchange::XOAuth2(bearer) => bearer.initial_response(),
            Exchange::OAuthBearer(bearer) => bearer.initial_response(),
        }
    }

    /// Answers a challenge.
    ///
    /// # Errors
    /// [`Broken`](Error::Broken) if the server said something that the mechanism does not know,
    /// [`Unsafe`](Error::Unsafe) if it could not prove itself or asked for too little work; the exchange must be
    /// cancelled.
    pub fn respond(&mut self, challenge: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        match &mut self.0 {
            // Nothing may follow the one response.
            Exchange::Plain(_) => Err(Error::Broken {
                reason: "SASL challenge after the end of PLAIN (RFC 4616)",
            }),
            Exchange::Login(login) => login.respond(),
            Exchange::Scram(scram) => scram.respond(challenge),
            Exchange::XOAuth2(bearer) => bearer.respond(),
            Exchange::OAuthBearer(bearer) => bearer.respond(),
        }
    }

    /// Whether success may be believed now: the server has proved all that the mechanism makes it prove.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        match &self.0 {
            Exchange::Scram(scram) => scram.is_proven(),
            Exchange::Plain(_)
            | Exchange::Login(_)
            | Exchange::XOAuth2(_)
            | Exchange::OAuthBearer(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_shift_a_field_is_refused() {
        let secret = Secret::new;
        let mut mechanisms = [
            Mechanism::plain("an\0na", &secret("pass")),
            Mechanism::plain("anna", &secret("pa\0ss")),
            Mechanism::xoauth2("anna\x01auth=Bearer x", &secret("token")),
            Mechanism::xoauth2("anna", &secret("to\nken")),
            Mechanism::oauthbearer("anna", &secret("token"), "host\x01", 993),
            Mechanism::scram_sha_1("an\0na", &secret("pass"), &[0; 18]),
        ];
        for mechanism in &mut mechanisms {
            let response = mechanism.initial_response();
            assert!(
                matches!(response, Err(Error::Unsendable { .. })),
                "{mechanism:?}"
            );
        }
    }

    #[test]
    fn oauthbearer_has_the_form_of_rfc_7628_4_1() {
        let mut mechanism = Mechanism::oauthbearer(
            "user@example.com",
            &Secret::new("vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="),
            "server.example.com",
            143,
        );
        let response = mechanism.initial_response().unwrap().unwrap();
        assert_eq!(
            String::from_utf8(response.to_vec()).unwrap(),
            "n,a=user@example.com,\x01host=server.example.com\x01port=143\x01\
             auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"
        );
        assert_eq!(mechanism.initial_response().unwrap(), None);
    }

    #[test]
    fn debug_of_a_mechanism_shows_no_secret() {
        let secret = Secret::new("s3cret");
        let mechanisms = [
            Mechanism::plain("anna", &secret),
            Mechanism::login("anna", &secret),
            Mechanism::xoauth2("anna", &secret),
            Mechanism::oauthbearer("anna", &secret, "host", 993),
            Mechanism::scram_sha_256("anna", &secret, &[0; 18]),
        ];
        assert!(!format!("{mechanisms:?}").contains("s3cret"));
    }
}
