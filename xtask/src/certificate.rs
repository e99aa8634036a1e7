//! The demo's own certificate authority, and one certificate for the servers it vouches for.
//!
//! Made once per folder. Valid for fixed decades, so that no clock matters.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};

use crate::console::{OrSay, Outcome};

/// Names that the certificate is for.
const NAMES: [&str; 4] = ["localhost", "imap.samma.test", "127.0.0.1", "::1"];

/// Where the PEM files are.
pub(crate) struct Certificate {
    /// The authority's certificate, which clients trust.
    pub(crate) ca: PathBuf,
    /// The server's certificate.
    pub(crate) chain: PathBuf,
    /// The server's private key.
    pub(crate) key: PathBuf,
}

impl Certificate {
    /// The certificate in `folder`, made if it is not there.
    pub(crate) fn in_folder(folder: &Path) -> Outcome<Self> {
        let here = Self {
            ca: folder.join("ca.pem"),
            chain: folder.join("cert.pem"),
            key: folder.join("key.pem"),
        };
        if !here.ca.exists() || !here.chain.exists() || !here.key.exists() {
            std::fs::create_dir_all(folder)
                .or_say(format!("Could not make {}", folder.display()))?;
            here.make().or_say("Could not make a certificate")?;
        }
        Ok(here)
    }

    fn make(&self) -> Result<(), Box<dyn std::error::Error>> {
        let mut authority = CertificateParams::default();
        authority.distinguished_name = named("Samma demo authority");
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        (authority.not_before, authority.not_after) =
            (date_time_ymd(2025, 1, 1), date_time_ymd(2045, 1, 1));
        let authority_key = KeyPair::generate()?;
        std::fs::write(&self.ca, authority.self_signed(&authority_key)?.pem())?;

        let mut server = CertificateParams::new(NAMES.map(str::to_owned))?;
        server.distinguished_name = named("localhost");
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        server.use_authority_key_identifier_extension = true;
        (server.not_before, server.not_after) =
            (date_time_ymd(2025, 1, 1), date_time_ymd(2045, 1, 1));
        let server_key = KeyPair::generate()?;
        let signed = server.signed_by(&server_key, &Issuer::new(authority, authority_key))?;
        std::fs::write(&self.chain, signed.pem())?;
        std::fs::write(&self.key, server_key.serialize_pem())?;
        // Throw-away keys for a server on loopback; Cyrus reads them as a user of its own.
        std::fs::set_permissions(&self.key, PermissionsExt::from_mode(0o644))?;
        Ok(())
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut names = DistinguishedName::new();
    names.push(DnType::CommonName, name);
    names
}
