//! What can go wrong with TLS, by what a person can do about it.

use rustls::CertificateError;
use rustls::pki_types::UnixTime;

/// Why there is no TLS (any more). Every one of them ends the connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The certificate belongs to another name: a wrong address, or somebody in between.
    #[error("Certificate is for {presented}, not for {expected}")]
    CertificateName {
        /// The name that we asked for.
        expected: String,
        /// Names in the certificate, as many as fit in a sentence.
        presented: String,
    },
    /// Nobody whom we trust vouches for the certificate.
    #[error("Certificate is not trusted: {0}")]
    CertificateUnknown(String),
    /// The certificate's time is over or has not begun, or this device's clock is wrong.
    #[error("Certificate is not valid at this time: {0}")]
    CertificateExpired(String),
    /// The configured authorities can't be read.
    #[error("Configured certificates can't be used: {0}")]
    Authorities(String),
    /// The configured server name is neither a host name nor an IP address.
    #[error("Not a server name: {0:?}")]
    ServerName(String),
    /// The peer broke TLS, or has no version or cipher in common with us.
    #[error("TLS failed: {0}")]
    Tls(String),
}

/// Names of a certificate that are repeated to people; a hostile one may have thousands.
const MAX_NAMES: usize = 3;

/// Octets of a name that are repeated: those of the longest host name.
const MAX_NAME_OCTETS: usize = 253;

impl From<rustls::Error> for Error {
    fn from(error: rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(error) => certificate(error),
            rustls::Error::InvalidMessage(
                rustls::InvalidMessage::InvalidContentType
                | rustls::InvalidMessage::UnknownProtocolVersion,
            ) => Self::Tls("the server sent something that is not TLS".to_owned()),
            error => Self::Tls(error.to_string()),
        }
    }
}

fn certificate(error: CertificateError) -> Error {
    match error {
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => Error::CertificateName {
            expected: expected.to_str().into_owned(),
            presented: names(&presented),
        },
        CertificateError::ExpiredContext { not_after, .. } => {
            Error::CertificateExpired(format!("it ended on {}", date(not_after)))
        }
        CertificateError::NotValidYetContext { not_before, .. } => {
            Error::CertificateExpired(format!("it begins on {}", date(not_before)))
        }
        CertificateError::UnknownIssuer => {
            Error::CertificateUnknown("its issuer is unknown".to_owned())
        }
        error => Error::CertificateUnknown(error.to_string()),
    }
}

/// The names in a certificate, as a person would write them. rustls gives them as `DnsName("a.test")`.
fn names(presented: &[String]) -> String {
    if presented.is_empty() {
        return "no host name at all".to_owned();
    }
    let mut text = presented
        .iter()
        .take(MAX_NAMES)
        .map(|name| {
            name.split_once('(')
                .and_then(|(_, name)| name.strip_suffix(')'))
                .unwrap_or(name)
                .trim_matches('"')
                .chars()
                .take(MAX_NAME_OCTETS)
                .collect::<String>()
        })
        .collect::<Vec<_>>()
        .join(", ");
    if presented.len() > MAX_NAMES {
        text.push_str(" and others");
    }
    text
}

/// A day in the proleptic Gregorian calendar, UTC.
fn date(time: UnixTime) -> String {
    // Years are counted from 1 March, so that the leap day comes last; eras of 400 years are all alike.
    let days = i64::try_from(time.as_secs() / 86_400)
        .unwrap_or(0)
        .saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = day_of_era
        .saturating_sub(day_of_era / 1_460)
        .saturating_add(day_of_era / 36_524)
        .saturating_sub(day_of_era / 146_096)
        / 365;
    let day_of_year = day_of_era.saturating_sub(
        year_of_era
            .saturating_mul(365)
            .saturating_add(year_of_era / 4)
            .saturating_sub(year_of_era / 100),
    );
    let month_from_march = day_of_year.saturating_mul(5).saturating_add(2) / 153;
    let day = day_of_year
        .saturating_sub(month_from_march.saturating_mul(153).saturating_add(2) / 5)
        .saturating_add(1);
    let month = if month_from_march < 10 {
        month_from_march.saturating_add(3)
    } else {
        month_from_march.saturating_sub(9)
    };
    let year = era
        .saturating_mul(400)
        .saturating_add(year_of_era)
        .saturating_add(i64::from(month <= 2));
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (unix_s, expected) in [
            (0, "1970-01-01"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_735_689_599, "2024-12-31"),
            (4_102_444_800, "2100-01-01"),
            (4_107_542_400, "2100-03-01"),
        ] {
            let time = UnixTime::since_unix_epoch(Duration::from_secs(unix_s));
            assert_eq!(date(time), expected);
        }
    }

    #[test]
    fn a_certificate_of_a_thousand_names_makes_a_short_sentence() {
        let presented: Vec<_> = (0..1000)
            .map(|n| format!("DnsName(\"{n}.test\")"))
            .collect();
        assert_eq!(names(&presented), "0.test, 1.test, 2.test and others");
        assert_eq!(names(&["IpAddress(10.0.0.1)".to_owned()]), "10.0.0.1");
    }
}
