//! The mechanisms that hand over an access token: XOAUTH2 and OAUTHBEARER (RFC 7628).
//!
//! Both end a refusal with one more challenge (JSON that says why), which must be answered before the server says
//! NO.

use zeroize::Zeroizing;

use crate::{Error, secret::Secret};

/// `user=…^Aauth=Bearer …^A^A`
#[derive(Debug, Clone)]
pub(super) struct XOAuth2 {
    user: String,
    token: Option<Secret>,
    refused: bool,
}

impl XOAuth2 {
    pub(super) fn new(user: &str, token: &Secret) -> Self {
        Self {
            user: user.to_owned(),
            token: Some(token.clone()),
            refused: false,
        }
    }

    pub(super) fn initial_response(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let Some(token) = self.token.take() else {
            return Ok(None);
        };
        check("AUTHENTICATE XOAUTH2", [&self.user, token.expose()])?;
        let text = Zeroizing::new(format!(
            "user={}\x01auth=Bearer {}\x01\x01",
            self.user,
            token.expose()
        ));
        Ok(Some(Zeroizing::new(text.as_bytes().to_vec())))
    }

    /// The refusal is answered with nothing.
    pub(super) fn respond(&mut self) -> Result<Zeroizing<Vec<u8>>, Error> {
        once(&mut self.refused)?;
        Ok(Zeroizing::new(Vec::new()))
    }
}

/// `n,a=user,^Ahost=…^Aport=…^Aauth=Bearer …^A^A` (RFC 7628 3.1)
#[derive(Debug, Clone)]
pub(super) struct OAuthBearer {
    user: String,
    host: String,
    port: u16,
    token: Option<Secret>,
    refused: bool,
}

impl OAuthBearer {
    pub(super) fn new(user: &str, token: &Secret, host: &str, port: u16) -> Self {
        Self {
            user: user.to_owned(),
            host: host.to_owned(),
            port,
            token: Some(token.clone()),
            refused: false,
        }
    }

    pub(super) fn initial_response(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let Some(token) = self.token.take() else {
            return Ok(None);
        };
        check(
            "AUTHENTICATE OAUTHBEARER",
            [&self.user, &self.host, token.expose()],
        )?;
        let text = Zeroizing::new(format!(
            "n,a={},\x01host={}\x01port={}\x01auth=Bearer {}\x01\x01",
            super::scram::escape_name(&self.user),
            self.host,
            self.port,
            token.expose()
        ));
        Ok(Some(Zeroizing::new(text.as_bytes().to_vec())))
    }

    /// The refusal is answered with a lone `^A` (RFC 7628 3.2.3).
    pub(super) fn respond(&mut self) -> Result<Zeroizing<Vec<u8>>, Error> {
        once(&mut self.refused)?;
        Ok(Zeroizing::new(vec![1]))
    }
}

/// Control characters end a field in both forms: one in a name could add a field.
fn check<const N: usize>(operation: &'static str, texts: [&str; N]) -> Result<(), Error> {
    if texts.iter().any(|text| text.chars().any(char::is_control)) {
        return Err(Error::Unsendable {
            operation,
            reason: "a control character in name or token",
        });
    }
    Ok(())
}

fn once(refused: &mut bool) -> Result<(), Error> {
    if std::mem::replace(refused, true) {
        return Err(Error::Broken {
            reason: "SASL challenge after the refusal of a token (RFC 7628 3.2.3)",
        });
    }
    Ok(())
}
