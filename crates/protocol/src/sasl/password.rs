//! The mechanisms that hand the password over: PLAIN (RFC 4616) and LOGIN.

use zeroize::Zeroizing;

use crate::{Error, secret::Secret};

/// `NUL user NUL password`, in one response.
#[derive(Debug, Clone)]
pub(super) struct Plain {
    user: String,
    password: Option<Secret>,
}

impl Plain {
    pub(super) fn new(user: &str, password: &Secret) -> Self {
        Self {
            user: user.to_owned(),
            password: Some(password.clone()),
        }
    }

    pub(super) fn initial_response(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let Some(password) = self.password.take() else {
            return Ok(None);
        };
        // NUL is what stands between the fields: one in a name would shift them.
        refuse_nul("AUTHENTICATE PLAIN", &self.user)?;
        refuse_nul("AUTHENTICATE PLAIN", password.expose())?;
        let room = self
            .user
            .len()
            .saturating_add(password.expose().len())
            .saturating_add(2);
        let mut response = Zeroizing::new(Vec::with_capacity(room));
        response.push(0);
        response.extend_from_slice(self.user.as_bytes());
        response.push(0);
        response.extend_from_slice(password.expose().as_bytes());
        Ok(Some(response))
    }
}

/// The name, then the password, whatever the server calls them (`Username:`, `User Name`, nothing).
#[derive(Debug, Clone)]
pub(super) struct Login {
    user: Option<String>,
    password: Option<Secret>,
}

impl Login {
    pub(super) fn new(user: &str, password: &Secret) -> Self {
        Self {
            user: Some(user.to_owned()),
            password: Some(password.clone()),
        }
    }

    pub(super) fn respond(&mut self) -> Result<Zeroizing<Vec<u8>>, Error> {
        if let Some(user) = self.user.take() {
            return Ok(Zeroizing::new(user.into_bytes()));
        }
        if let Some(password) = self.password.take() {
            return Ok(Zeroizing::new(password.expose().as_bytes().to_vec()));
        }
        Err(Error::Broken {
            reason: "SASL challenge after the end of LOGIN",
        })
    }
}

fn refuse_nul(operation: &'static str, text: &str) -> Result<(), Error> {
    if text.contains('\0') {
        return Err(Error::Unsendable {
            operation,
            reason: "a NUL in name or password",
        });
    }
    Ok(())
}
