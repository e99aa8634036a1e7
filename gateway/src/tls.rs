//! HTTPS by the gateway itself: PEM files in, a rustls configuration out.
//!
//! This protects the app on its way to the browser. The mail inside of a tunnel is sealed once more, by the page and
//! for the mail server, and the gateway has no key to that.

use std::sync::Arc;

use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio_rustls::rustls::{self, ServerConfig, crypto::ring};

use crate::config::TlsFiles;

/// Why there is no HTTPS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is not there or is no PEM.
    #[error("{0}: {1}")]
    Pem(String, rustls_pki_types::pem::Error),
    /// The certificate file holds none.
    #[error("{0}: holds no certificate in PEM")]
    NoCertificate(String),
    /// Certificate and key do not fit, or rustls can't use them.
    #[error("certificate and key can't be used: {0}")]
    Unusable(#[from] rustls::Error),
}

/// Reads certificate and key. HTTP/1.1 is all that is spoken: that is what WebSockets begin with.
///
/// # Errors
/// What is wrong with them.
pub fn server_config(files: &TlsFiles) -> Result<Arc<ServerConfig>, TlsError> {
    let name = |path: &std::path::Path| path.display().to_string();
    let pem_error = |error| TlsError::Pem(name(&files.cert), error);
    let chain = CertificateDer::pem_file_iter(&files.cert).map_err(pem_error)?;
    let chain: Vec<_> = chain.collect::<Result<_, _>>().map_err(pem_error)?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(name(&files.cert)));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| TlsError::Pem(name(&files.key), error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
