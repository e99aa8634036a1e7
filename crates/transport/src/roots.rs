//! Whom we trust: Mozilla's root certificates, and those that the configuration adds for one server.
//!
//! The browser's own list can't be read by a page. Mozilla's is compiled in and ages with the build; a
//! household's or a company's own authority comes as PEM with the server's entry in `/config.json`.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::error::Error;

/// Most certificates that a configuration may add. A chain has two or three; a hundred is somebody's
/// whole `ca-certificates.crt`, which we have already.
const MAX_EXTRA: usize = 100;

/// Mozilla's roots and the certificates in `pem`, which may be empty.
///
/// # Errors
/// [`Authorities`](Error::Authorities) where `pem` holds something that is no certificate, or holds no
/// certificate but is not blank: an authority that was meant must not be missing in silence.
pub(crate) fn trusted(pem: &str) -> Result<RootCertStore, Error> {
    let mut store = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if pem.trim().is_empty() {
        return Ok(store);
    }
    let mut count = 0_usize;
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        count = count.saturating_add(1);
        if count > MAX_EXTRA {
            return Err(Error::Authorities(format!("more than {MAX_EXTRA} of them")));
        }
        certificate
            .map_err(|error| error.to_string())
            .and_then(|der| store.add(der).map_err(|error| error.to_string()))
            .map_err(|error| Error::Authorities(format!("number {count}: {error}")))?;
    }
    if count == 0 {
        return Err(Error::Authorities("no PEM certificate found".to_owned()));
    }
    Ok(store)
}
