//! The TLS client against a server in memory: what it accepts, what it refuses, and in which words.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests state what they know"
)]

use std::io::{Read, Write};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, SupportedProtocolVersion, version};
use samma_transport::error::Error;
use samma_transport::tls::Tls;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, "Test authority");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn server_params(names: &[&str]) -> CertificateParams {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    CertificateParams::new(names).unwrap()
}

/// A client and a server, with what is on its way between them.
struct Pair {
    client: Tls,
    server: ServerConnection,
    /// Most bytes that go from server to client at once.
    step: usize,
}

impl Pair {
    fn new(client: Tls, authority: &Authority, params: &CertificateParams) -> Self {
        Self::with_versions(client, authority, params, rustls::ALL_VERSIONS)
    }

    fn with_versions(
        client: Tls,
        authority: &Authority,
        params: &CertificateParams,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, authority).unwrap();
        let config =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_protocol_versions(versions)
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(
                    vec![certificate.der().clone()],
                    PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
                )
                .unwrap();
        Self {
            client,
            server: ServerConnection::new(Arc::new(config)).unwrap(),
            step: usize::MAX,
        }
    }

    /// Carries bytes both ways until neither side has more to say.
    fn run(&mut self) -> Result<(), Error> {
        loop {
            let up = self.client.take_ciphertext();
            let mut rest = up.as_slice();
            while !rest.is_empty() {
                self.server.read_tls(&mut rest).unwrap();
                // The client's alerts are errors to the server; it is the client that is looked at here.
                let _ = self.server.process_new_packets();
            }
            let down = self.server_bytes();
            if up.is_empty() && down.is_empty() {
                return Ok(());
            }
            for piece in down.chunks(self.step.min(down.len()).max(1)) {
                self.client.receive(piece)?;
            }
        }
    }

    fn server_bytes(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while self.server.wants_write() {
            self.server.write_tls(&mut bytes).unwrap();
        }
        bytes
    }

    fn server_says(&mut self, plaintext: &[u8]) {
        self.server.writer().write_all(plaintext).unwrap();
    }

    fn server_heard(&mut self) -> Vec<u8> {
        let mut heard = Vec::new();
        // Ends with "would block" where the client has not closed.
        let _ = self.server.reader().read_to_end(&mut heard);
        heard
    }
}

/// A pair that trusts each other and has shaken hands.
fn connected() -> Pair {
    let authority = authority();
    let client = Tls::new("mail.samma.test", &authority.pem()).unwrap();
    let mut pair = Pair::new(client, &authority, &server_params(&["mail.samma.test"]));
    pair.run().unwrap();
    assert!(!pair.client.is_handshaking());
    pair
}

/// What the handshake fails with.
fn refusal(
    server_name: &str,
    trusted: &str,
    authority: &Authority,
    params: &CertificateParams,
) -> Error {
    let mut pair = Pair::new(Tls::new(server_name, trusted).unwrap(), authority, params);
    let error = pair.run().unwrap_err();
    assert!(pair.client.is_handshaking());
    assert!(pair.client.take_plaintext().is_empty());
    assert!(
        !pair.client.take_ciphertext().is_empty(),
        "the server is told by an alert"
    );
    error
}

#[test]
fn bytes_go_both_ways_after_a_handshake() {
    let mut pair = connected();
    pair.server_says(b"* OK ready\r\n");
    pair.client.write(b"a CAPABILITY\r\n").unwrap();
    pair.run().unwrap();
    assert_eq!(pair.client.take_plaintext(), b"* OK ready\r\n");
    assert!(pair.client.take_plaintext().is_empty());
    assert_eq!(pair.server_heard(), b"a CAPABILITY\r\n");
}

#[test]
fn what_is_written_during_the_handshake_is_sent_sealed_after_it() {
    let authority = authority();
    let client = Tls::new("mail.samma.test", &authority.pem()).unwrap();
    let mut pair = Pair::new(client, &authority, &server_params(&["mail.samma.test"]));
    pair.client.write(b"secret words").unwrap();
    let hello = pair.client.take_ciphertext();
    assert!(!hello.windows(12).any(|bytes| bytes == b"secret words"));
    let mut rest = hello.as_slice();
    pair.server.read_tls(&mut rest).unwrap();
    pair.server.process_new_packets().unwrap();
    assert!(pair.server_heard().is_empty());
    pair.run().unwrap();
    assert_eq!(pair.server_heard(), b"secret words");
}

#[test]
fn tls_1_2_and_1_3_both_prefer_chacha20() {
    let authority = authority();
    for version in [&version::TLS12, &version::TLS13] {
        let client = Tls::new("mail.samma.test", &authority.pem()).unwrap();
        let params = server_params(&["mail.samma.test"]);
        let mut pair = Pair::with_versions(client, &authority, &params, &[version]);
        // A server that leaves the choice to us, as most do.
        let mut offered = pair.client.take_ciphertext();
        let suites = offered_suites(&offered);
        let first = suites.iter().position(|suite| !CHACHA20.contains(suite));
        assert_eq!(first, Some(CHACHA20.len()), "{suites:x?}");
        let mut rest = offered.as_slice();
        pair.server.read_tls(&mut rest).unwrap();
        pair.server.process_new_packets().unwrap();
        offered.clear();
        pair.run().unwrap();
        assert!(!pair.client.is_handshaking());
        assert_eq!(pair.server.protocol_version(), Some(version.version));
    }
}

/// RFC 7905 2 and RFC 8446 B.4.
const CHACHA20: [u16; 3] = [0x1303, 0xcca9, 0xcca8];

/// Cipher suites of a ClientHello, RFC 8446 4.1.2: record header, handshake header, version, random,
/// session id, suites.
fn offered_suites(hello: &[u8]) -> Vec<u16> {
    let session_id = 5 + 4 + 2 + 32;
    let suites = session_id + 1 + usize::from(hello[session_id]);
    let octets = usize::from(u16::from_be_bytes([hello[suites], hello[suites + 1]]));
    hello[suites + 2..suites + 2 + octets]
        .chunks(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect()
}

#[test]
fn pieces_of_one_byte_make_the_same_conversation() {
    let authority = authority();
    let client = Tls::new("mail.samma.test", &authority.pem()).unwrap();
    let mut pair = Pair::new(client, &authority, &server_params(&["mail.samma.test"]));
    pair.step = 1;
    pair.run().unwrap();
    pair.server_says(b"* OK ready\r\n* 3 EXISTS\r\n");
    pair.run().unwrap();
    assert_eq!(
        pair.client.take_plaintext(),
        b"* OK ready\r\n* 3 EXISTS\r\n"
    );
}

#[test]
fn megabytes_arrive_whole_in_frames_of_any_size() {
    let mut pair = connected();
    let sent: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    pair.server.set_buffer_limit(None);
    pair.server_says(&sent);
    pair.client.write(&sent).unwrap();
    let wire = pair.server_bytes();
    let mut received = Vec::new();
    let mut rest = wire.as_slice();
    for size in [1, 4_095, 16_384, 65_536, 1_000_003].iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, after) = rest.split_at((*size).min(rest.len()));
        pair.client.receive(piece).unwrap();
        received.extend(pair.client.take_plaintext());
        rest = after;
    }
    assert!(received == sent);

    let up = pair.client.take_ciphertext();
    let mut rest = up.as_slice();
    let mut heard = Vec::new();
    while !rest.is_empty() {
        pair.server.read_tls(&mut rest).unwrap();
        pair.server.process_new_packets().unwrap();
        heard.extend(pair.server_heard());
    }
    assert!(heard == sent);
}

#[test]
fn a_certificate_for_another_name_is_refused_with_both_names() {
    let authority = authority();
    let params = server_params(&["other.test", "third.test"]);
    let error = refusal("mail.samma.test", &authority.pem(), &authority, &params);
    assert!(matches!(error, Error::CertificateName { .. }));
    assert_eq!(
        error.to_string(),
        "Certificate is for other.test, third.test, not for mail.samma.test"
    );
}

#[test]
fn a_certificate_by_an_unknown_authority_is_refused() {
    let authority = authority();
    let params = server_params(&["mail.samma.test"]);
    for trusted in [String::new(), self::authority().pem()] {
        let error = refusal("mail.samma.test", &trusted, &authority, &params);
        assert!(matches!(error, Error::CertificateUnknown(_)), "{error:?}");
    }
}

#[test]
fn a_certificate_outside_its_time_is_refused_with_the_date() {
    let authority = authority();
    let mut params = server_params(&["mail.samma.test"]);
    params.not_before = date_time_ymd(2019, 3, 1);
    params.not_after = date_time_ymd(2020, 3, 1);
    let error = refusal("mail.samma.test", &authority.pem(), &authority, &params);
    assert_eq!(
        error,
        Error::CertificateExpired("it ended on 2020-03-01".to_owned())
    );

    params.not_before = date_time_ymd(2990, 12, 31);
    params.not_after = date_time_ymd(2999, 1, 1);
    let error = refusal("mail.samma.test", &authority.pem(), &authority, &params);
    assert_eq!(
        error,
        Error::CertificateExpired("it begins on 2990-12-31".to_owned())
    );
}

#[test]
fn ip_addresses_are_names_too() {
    let authority = authority();
    let params = server_params(&["127.0.0.1", "::1"]);
    for name in ["127.0.0.1", "::1", "[::1]"] {
        let client = Tls::new(name, &authority.pem()).unwrap();
        let mut pair = Pair::new(client, &authority, &params);
        pair.run().unwrap();
        assert!(!pair.client.is_handshaking());
    }
    let error = refusal("127.0.0.2", &authority.pem(), &authority, &params);
    assert!(matches!(error, Error::CertificateName { .. }), "{error:?}");
}

#[test]
fn a_host_name_may_end_with_the_dot_of_the_root_and_nonsense_is_refused() {
    assert!(Tls::new("mail.samma.test.", "").is_ok());
    for name in ["", "mail samma", "mail.samma.test:993", "å.test", ".."] {
        let error = Tls::new(name, "").unwrap_err();
        assert_eq!(error, Error::ServerName(name.to_owned()));
    }
}

#[test]
fn any_of_several_authorities_in_one_pem_will_do() {
    let (first, second) = (authority(), authority());
    let pem = format!("Our own:\n{}\n\n{}", first.pem(), second.pem());
    for authority in [&first, &second] {
        let client = Tls::new("mail.samma.test", &pem).unwrap();
        let mut pair = Pair::new(client, authority, &server_params(&["mail.samma.test"]));
        pair.run().unwrap();
        assert!(!pair.client.is_handshaking());
    }
}

#[test]
fn pem_that_holds_no_certificate_is_an_error_in_words() {
    let good = authority().pem();
    let cut = &good[..good.len() / 2];
    let no_der = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (pem, words) in [
        ("hello", "no PEM certificate found"),
        (cut, "number 1: missing section end marker"),
        (&format!("{good}{no_der}"), "number 2: "),
        (
            "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n",
            "number 1: base64 decode error",
        ),
        (&good.repeat(101), "more than 100"),
    ] {
        let error = Tls::new("mail.samma.test", pem).unwrap_err();
        assert!(matches!(error, Error::Authorities(_)));
        assert!(error.to_string().contains(words), "{error}");
    }
    assert!(Tls::new("mail.samma.test", &good.repeat(100)).is_ok());
    assert!(Tls::new("mail.samma.test", " \n").is_ok());
}

#[test]
fn an_orderly_end_is_told_from_a_cut_connection() {
    let mut pair = connected();
    pair.server_says(b"* BYE\r\n");
    pair.run().unwrap();
    assert!(!pair.client.has_ended(), "so far it could be a cut");
    pair.server.send_close_notify();
    pair.run().unwrap();
    assert!(pair.client.has_ended());
    assert_eq!(pair.client.take_plaintext(), b"* BYE\r\n");
}

#[test]
fn half_a_record_gives_nothing() {
    let mut pair = connected();
    pair.server_says(b"* 1 FETCH (FLAGS ())\r\n");
    let wire = pair.server_bytes();
    pair.client.receive(&wire[..wire.len() - 1]).unwrap();
    assert!(pair.client.take_plaintext().is_empty());
    assert!(!pair.client.has_ended());
}

#[test]
fn bytes_after_the_end_are_ignored() {
    let mut pair = connected();
    pair.server.send_close_notify();
    let mut wire = pair.server_bytes();
    wire.extend(b"* OK injected\r\n");
    pair.client.receive(&wire).unwrap();
    pair.client.receive(b"* OK injected\r\n").unwrap();
    assert!(pair.client.has_ended());
    assert!(pair.client.take_plaintext().is_empty());
}

#[test]
fn our_close_reaches_the_server() {
    let mut pair = connected();
    pair.client.close();
    pair.run().unwrap();
    let mut heard = Vec::new();
    // Zero and no error: the server saw close_notify.
    assert_eq!(pair.server.reader().read_to_end(&mut heard).unwrap(), 0);
}

#[test]
fn injected_or_changed_bytes_end_the_connection_and_give_nothing() {
    let mut pair = connected();
    pair.server_says(b"* 1 EXISTS\r\n");
    let good = pair.server_bytes();
    pair.client.receive(&good).unwrap();
    pair.server_says(b"* 2 EXISTS\r\n");
    let mut changed = pair.server_bytes();
    *changed.last_mut().unwrap() ^= 1;
    let error = pair.client.receive(&changed).unwrap_err();
    assert!(matches!(error, Error::Tls(_)), "{error:?}");
    assert_eq!(pair.client.take_plaintext(), b"* 1 EXISTS\r\n");
    assert!(pair.client.receive(&good).is_err(), "it does not recover");
    assert!(pair.client.take_plaintext().is_empty());

    let mut pair = connected();
    let error = pair.client.receive(b"* OK injected\r\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "TLS failed: the server sent something that is not TLS"
    );
    assert!(pair.client.take_plaintext().is_empty());
}

#[test]
fn a_server_that_speaks_in_clear_is_told_apart() {
    for greeting in ["* OK [CAPABILITY IMAP4rev1] ready\r\n", "220 smtp\r\n"] {
        let mut client = Tls::new("mail.samma.test", "").unwrap();
        let error = client.receive(greeting.as_bytes()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "TLS failed: the server sent something that is not TLS"
        );
    }
}

#[test]
fn rubbish_of_any_kind_never_panics_nor_makes_a_connection() {
    let mut state = 0x2545_f491_u32;
    for length in 0..600_usize {
        let rubbish: Vec<u8> = (0..length)
            .map(|_| {
                // Xorshift: any bytes do, as long as they are the same each time.
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                state as u8
            })
            .collect();
        let mut record = vec![0x16, 3, 3];
        record.extend(u16::try_from(length).unwrap().to_be_bytes());
        record.extend(&rubbish);
        for rubbish in [rubbish, record] {
            let mut client = Tls::new("mail.samma.test", "").unwrap();
            let _ = client.receive(&rubbish);
            assert!(client.is_handshaking());
            assert!(client.take_plaintext().is_empty());
        }
    }
}
