//! SCRAM-SHA-1 (RFC 5802) and SCRAM-SHA-256 (RFC 7677): the password stays here, and the server proves that it
//! knows it too.
//!
//! Without channel binding (`n,,`): TLS ends in the same program, but its exporter is not within this crate's
//! reach. Name and password go in as typed, without SASLprep (RFC 4013): its tables weigh more than the rest of
//! this crate, and mail servers store passwords as typed as well.

use std::fmt;

use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{Error, limits, secret::Secret};

/// Which hash, and so which mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
}

/// One exchange.
#[derive(Clone)]
pub(super) struct Scram {
    hash: Hash,
    user: String,
    password: Secret,
    nonce: String,
    step: Step,
}

#[derive(Clone)]
enum Step {
    /// Nothing is said.
    First,
    /// The nonce is said; salt and count are awaited.
    Salt,
    /// The proof is said; the server's is awaited, and must be this.
    Signature(Zeroizing<Vec<u8>>),
    /// The server has proved itself.
    Proven,
    /// It has not.
    Failed,
}

impl fmt::Debug for Scram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scram")
            .field("hash", &self.hash)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl Scram {
    pub(super) fn new(hash: Hash, user: &str, password: &Secret, seed: &[u8; 18]) -> Self {
        // 18 octets are 24 characters of base64, none of which is a comma.
        Self::with_nonce(hash, user, password, Base64::encode_string(seed))
    }

    fn with_nonce(hash: Hash, user: &str, password: &Secret, nonce: String) -> Self {
        Self {
            hash,
            user: user.to_owned(),
            password: password.clone(),
            nonce,
            step: Step::First,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self.hash {
            Hash::Sha1 => "SCRAM-SHA-1",
            Hash::Sha256 => "SCRAM-SHA-256",
        }
    }

    pub(super) fn is_proven(&self) -> bool {
        matches!(self.step, Step::Proven)
    }

    /// client-first-message (RFC 5802 7)
    pub(super) fn initial_response(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        if !matches!(self.step, Step::First) {
            return Ok(None);
        }
        if self.user.contains('\0') {
            return Err(Error::Unsendable {
                operation: "AUTHENTICATE SCRAM",
                reason: "a NUL in the name",
            });
        }
        self.step = Step::Salt;
        Ok(Some(Zeroizing::new(
            format!("n,,{}", self.first_bare()).into_bytes(),
        )))
    }

    pub(super) fn respond(&mut self, challenge: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let challenge = std::str::from_utf8(challenge).map_err(|_| broken())?;
        match std::mem::replace(&mut self.step, Step::Failed) {
            Step::Salt => self.prove(challenge),
            Step::Signature(expected) => {
                let claimed = challenge.strip_prefix("v=").ok_or_else(broken)?;
                let claimed = claimed.split(',').next().unwrap_or_default();
                let claimed = Base64::decode_vec(claimed).map_err(|_| broken())?;
                if !equal(&claimed, &expected) {
                    return Err(Error::Unsafe {
                        reason: "the server does not know the password (RFC 5802 9)",
                    });
                }
                self.step = Step::Proven;
                Ok(Zeroizing::new(Vec::new()))
            }
            Step::First | Step::Proven | Step::Failed => Err(broken()),
        }
    }

    fn first_bare(&self) -> String {
        format!("n={},r={}", escape_name(&self.user), self.nonce)
    }

    /// server-first-message to client-final-message (RFC 5802 3 and 7)
    fn prove(&mut self, server_first: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
        let mut fields = server_first.split(',');
        // `m=` would come first and is something that must be understood: none is known (RFC 5802 5.1).
        let nonce = fields
            .next()
            .and_then(|field| field.strip_prefix("r="))
            .ok_or_else(broken)?;
        let salt = fields
            .next()
            .and_then(|field| field.strip_prefix("s="))
            .ok_or_else(broken)?;
        let count = fields
            .next()
            .and_then(|field| field.strip_prefix("i="))
            .ok_or_else(broken)?;
        if nonce.len() <= self.nonce.len() || !nonce.starts_with(&self.nonce) {
            return Err(Error::Unsafe {
                reason: "SCRAM nonce is not ours (RFC 5802 5.1)",
            });
        }
        let salt = Base64::decode_vec(salt).map_err(|_| broken())?;
        let count: u32 = count.parse().map_err(|_| broken())?;
        if !(limits::SCRAM_ITERATIONS_MIN..=limits::SCRAM_ITERATIONS_MAX).contains(&count) {
            return Err(Error::Unsafe {
                reason: "SCRAM iteration count is out of bounds (RFC 7677 4)",
            });
        }

        // `biws` is base64 of `n,,`: no channel binding.
        let final_bare = format!("c=biws,r={nonce}");
        let message = format!("{},{server_first},{final_bare}", self.first_bare());

        let salted = self
            .hash
            .salted_password(self.password.expose().as_bytes(), &salt, count);
        let client_key = self.hash.hmac(&salted, &[b"Client Key"]);
        let stored_key = self.hash.digest(&client_key);
        let mut proof = self.hash.hmac(&stored_key, &[message.as_bytes()]);
        for (octet, key) in proof.iter_mut().zip(client_key.iter()) {
            *octet ^= key;
        }
        let server_key = self.hash.hmac(&salted, &[b"Server Key"]);
        self.step = Step::Signature(self.hash.hmac(&server_key, &[message.as_bytes()]));

        let proof = Base64::encode_string(&proof);
        Ok(Zeroizing::new(
            format!("{final_bare},p={proof}").into_bytes(),
        ))
    }
}

/// RFC 5802 5.1: `,` and `=` of a name are written as `=2C` and `=3D`.
pub(super) fn escape_name(name: &str) -> String {
    name.replace('=', "=3D").replace(',', "=2C")
}

fn broken() -> Error {
    Error::Broken {
        reason: "SCRAM message can't be read (RFC 5802 7)",
    }
}

/// In time that does not tell where the first difference is.
fn equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .fold(0, |differs, (a, b)| differs | (a ^ b))
            == 0
}

impl Hash {
    /// `Hi()` of RFC 5802 2.2: PBKDF2 (RFC 8018 5.2) with one block.
    fn salted_password(self, password: &[u8], salt: &[u8], count: u32) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Sha1 => iterate::<Hmac<Sha1>>(password, salt, count),
            Self::Sha256 => iterate::<Hmac<Sha256>>(password, salt, count),
        }
    }

    fn hmac(self, key: &[u8], message: &[&[u8]]) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Sha1 => hmac::<Hmac<Sha1>>(keyed(key), message),
            Self::Sha256 => hmac::<Hmac<Sha256>>(keyed(key), message),
        }
    }

    fn digest(self, message: &[u8]) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Self::Sha1 => Sha1::digest(message).to_vec(),
            Self::Sha256 => Sha256::digest(message).to_vec(),
        })
    }
}

#[expect(
    clippy::expect_used,
    reason = "HMAC takes keys of any length; the error is of other MACs"
)]
fn keyed<M: Mac + KeyInit>(key: &[u8]) -> M {
    <M as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn hmac<M: Mac>(mut mac: M, message: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    for part in message {
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().to_vec())
}

fn iterate<M: Mac + KeyInit + Clone>(
    password: &[u8],
    salt: &[u8],
    count: u32,
) -> Zeroizing<Vec<u8>> {
    // Keyed once: the two blocks that take the password in would double the work of each round.
    let mac: M = keyed(password);
    let mut last = hmac(mac.clone(), &[salt, &1_u32.to_be_bytes()]);
    let mut all = last.clone();
    for _ in 1..count {
        let mut round = mac.clone();
        round.update(&last);
        last.copy_from_slice(&round.finalize().into_bytes());
        for (octet, new) in all.iter_mut().zip(last.iter()) {
            *octet ^= new;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(hash: Hash, nonce: &str) -> Scram {
        Scram::with_nonce(hash, "user", &Secret::new("pencil"), nonce.to_owned())
    }

    fn said(response: Zeroizing<Vec<u8>>) -> String {
        String::from_utf8(response.to_vec()).unwrap()
    }

    #[test]
    fn scram_sha_1_is_as_in_rfc_5802_5() {
        let mut scram = exchange(Hash::Sha1, "fyko+d2lbbFgONRv9qkxdawL");
        let first = said(scram.initial_response().unwrap().unwrap());
        assert_eq!(first, "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
        let challenge = b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
        assert_eq!(
            said(scram.respond(challenge).unwrap()),
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
        );
        assert!(!scram.is_proven());
        let end = scram.respond(b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=").unwrap();
        assert_eq!(said(end), "");
        assert!(scram.is_proven());
    }

    #[test]
    fn scram_sha_256_is_as_in_rfc_7677_3() {
        let mut scram = exchange(Hash::Sha256, "rOprNGfwEbeRWgbNEkqO");
        scram.initial_response().unwrap();
        let challenge = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
            s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
        assert_eq!(
            said(scram.respond(challenge).unwrap()),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
             p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        );
        scram
            .respond(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
            .unwrap();
        assert!(scram.is_proven());
    }

    #[test]
    fn what_a_server_may_not_say_ends_the_exchange() {
        let unsafe_ = [
            // Somebody else's nonce, and ours with nothing added.
            "r=other+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            "r=nonce,s=QSXCR+Q6sek8bf92,i=4096",
            // One below and one above the limits; far above would take hours.
            "r=noncemore,s=QSXCR+Q6sek8bf92,i=4095",
            "r=noncemore,s=QSXCR+Q6sek8bf92,i=1000001",
            "r=noncemore,s=QSXCR+Q6sek8bf92,i=4294967295",
        ];
        for challenge in unsafe_ {
            let mut scram = exchange(Hash::Sha256, "nonce");
            scram.initial_response().unwrap();
            let answer = scram.respond(challenge.as_bytes());
            assert!(
                matches!(answer, Err(Error::Unsafe { .. })),
                "{challenge}: {answer:?}"
            );
        }
        let broken = [
            "",
            "e=other-error",
            "m=ext,r=noncemore,s=QSXCR+Q6sek8bf92,i=4096",
            "r=noncemore,s=QSXC,i=",
            "r=noncemore,s=@,i=4096",
            "r=noncemore,s=QSXCR+Q6sek8bf92,i=99999999999",
            "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
        ];
        for challenge in broken {
            let mut scram = exchange(Hash::Sha1, "nonce");
            scram.initial_response().unwrap();
            let answer = scram.respond(challenge.as_bytes());
            assert!(
                matches!(answer, Err(Error::Broken { .. })),
                "{challenge}: {answer:?}"
            );
            // Whatever comes next, it is not believed any more.
            assert!(scram.respond(b"v=").is_err());
            assert!(!scram.is_proven());
        }
    }

    #[test]
    fn iteration_count_is_accepted_at_its_lower_limit() {
        let mut scram = exchange(Hash::Sha256, "nonce");
        scram.initial_response().unwrap();
        assert!(
            scram
                .respond(b"r=noncemore,s=QSXCR+Q6sek8bf92,i=4096")
                .is_ok()
        );
    }

    #[test]
    fn names_cannot_add_a_field() {
        let mut scram =
            Scram::with_nonce(Hash::Sha1, "a,r=b", &Secret::new("p"), "nonce".to_owned());
        let first = said(scram.initial_response().unwrap().unwrap());
        assert_eq!(first, "n,,n=a=2Cr=3Db,r=nonce");
    }

    #[test]
    fn debug_of_an_exchange_shows_no_password() {
        let scram = Scram::new(Hash::Sha1, "user", &Secret::new("pencil"), &[0; 18]);
        assert!(!format!("{scram:?}").contains("pencil"));
    }
}
