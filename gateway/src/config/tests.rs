//! Configurations good and bad.

use super::*;

const LEAST: &str =
    "listen = '127.0.0.1:0'\n[[server]]\nid = 'a'\nimap = { host = 'imap.example' }\n";

fn parse(text: &str) -> Result<Config, Vec<Fault>> {
    Config::parse(text, Path::new(env!("CARGO_MANIFEST_DIR")))
}

fn faults(text: &str) -> Vec<String> {
    parse(text)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn the_example_is_good_and_shows_the_defaults() {
    let text = include_str!("../../gateway.example.toml");
    let config = parse(text).unwrap();
    assert_eq!(config.servers.len(), 1);
    assert_eq!(config.limits, Limits::default());
    // With the bounds not commented out, they are the same.
    let (before, bounds) = text.split_once("# [limits]").unwrap();
    let bounds = bounds.replace("\n# ", "\n");
    let config = parse(&format!("{before}[limits]{bounds}")).unwrap();
    assert_eq!(config.limits, Limits::default());
}

#[test]
fn every_other_setting_of_the_example_is_known() {
    let text = include_str!("../../gateway.example.toml");
    let shown = |line: &&str| line.starts_with("# ") && line.contains(" = ");
    let names: Vec<_> = text
        .lines()
        .filter(shown)
        .filter_map(|l| l.split(' ').nth(1))
        .collect();
    for name in [
        "assets",
        "origins",
        "poke",
        "nats",
        "trusted_proxies",
        "cert",
        "key",
        "pop3",
        "ca",
        "proxy_protocol",
    ] {
        assert!(names.contains(&name), "{name}");
    }
}

#[test]
fn a_server_needs_little() {
    let config = parse(LEAST).unwrap();
    let upstream = &config.servers[0].upstreams[0];
    assert_eq!(
        (upstream.host.as_str(), upstream.port),
        ("imap.example", 993)
    );
    assert_eq!(upstream.tls, public::Tls::Implicit);
    assert_eq!(config.public().servers[0].name, "a");
}

#[test]
fn dial_leads_elsewhere_and_the_page_is_not_told() {
    let config = parse(&LEAST.replace(" }", ", dial = '[::1]:11993' }")).unwrap();
    let upstream = &config.servers[0].upstreams[0];
    assert_eq!((upstream.host.as_str(), upstream.port), ("::1", 11_993));
    let endpoint = config.public().servers[0].imap.clone().unwrap();
    assert_eq!(
        (endpoint.host.as_str(), endpoint.port),
        ("imap.example", 993)
    );
}

#[test]
fn every_fault_is_named_with_its_line() {
    let text = "listen = 'nowhere'\norigins = ['https://a.example/', 7]\nassets = 'no-such-folder'\n\
        trusted_proxies = ['10.0.0.0/99']\nlisten_port = 1\n[tls]\ncert = 'c'\n\n[[server]]\nid = 'A'\n\
        imap = { port = 70000, tls = 'maybe' }\nca = 'none.pem'\n[[server]]\nid = 'b'\n\
        submission = { host = 'a b', port = 25, colour = 'red', dial = 'x' }\nproxy_protocol = 'yes'\n\
        [limits]\ntunnels = 0\nhead_octets = 10\n";
    let found = faults(text);
    for expected in [
        "line 1: listen: must be",
        "line 2: origins: must be an origin",
        "line 2: origins: must be a list",
        "line 3: assets: ",
        "line 4: trusted_proxies: must be",
        "line 5: listen_port: there is no such setting",
        "line 6: tls.key: is missing",
        "line 10: server.id: must be",
        "line 11: server.imap.host: is missing",
        "line 11: server.imap.port: must be a whole number from 1 to 65535",
        "line 11: server.imap.tls: must be",
        "line 12: server.ca: ",
        "line 15: server.submission.host: must be",
        "line 15: server.submission.port: 25 is",
        "line 15: server.submission.colour: there is no such setting",
        "line 15: server.submission.dial: must be",
        "line 16: server.proxy_protocol: must be true or false",
        "line 18: limits.tunnels: must be",
        "line 19: limits.head_octets: must be",
    ] {
        assert!(
            found.iter().any(|f| f.starts_with(expected)),
            "{expected} in {found:#?}"
        );
    }
    assert_eq!(found.len(), 19, "{found:#?}");
}

#[test]
fn pokes_are_passed_on_unless_that_is_switched_off() {
    let nats = "nats = 'nats://nats.example'\n";
    let config = parse(&format!("{nats}{LEAST}")).unwrap();
    assert_eq!(config.nats.unwrap().to_string(), "nats.example:4222");
    let config = parse(LEAST).unwrap();
    assert!(config.poke && config.public().poke && config.nats.is_none());
    let config = parse(&format!("poke = false\n{nats}{LEAST}")).unwrap();
    assert!(!config.poke && !config.public().poke && config.nats.is_none());
    assert_eq!(config.limits.pokes, 0);
    let found = faults(&format!(
        "nats = 'secret@nats.example'\npoke = 1\n{LEAST}[limits]\npokes = 0\n"
    ));
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found[0].starts_with("line 1: nats: must be a NATS server's address"));
    assert!(!found[0].contains("secret"));
    assert!(found[1].starts_with("line 2: poke: must be true or false"));
    assert!(found[2].ends_with("limits.pokes: must be a whole number from 1 to 10000000"));
}

#[test]
fn what_is_missing_or_twice_is_a_fault() {
    assert_eq!(faults("").len(), 2);
    let twice = format!("{LEAST}[[server]]\nid = 'a'\n");
    let found = faults(&twice);
    assert_eq!(
        found[0],
        "line 5: server.imap: a server needs imap, submission or pop3"
    );
    assert_eq!(found[1], "line 6: server.id: another server has this id");
}

#[test]
fn broken_toml_is_named_by_line_too() {
    let found = faults("listen = '127.0.0.1:0'\nid = = 1\nx = \n");
    assert!(found[0].starts_with("line 2: "), "{found:?}");
    assert!(found.iter().any(|f| f.starts_with("line 3: ")), "{found:?}");
}

#[test]
fn only_certificates_of_the_ca_file_are_published() {
    let folder = tempfile::tempdir().unwrap();
    let ca = rcgen::generate_simple_self_signed(["mail.example".to_owned()]).unwrap();
    let pem = format!(
        "comment\n{}{}",
        ca.signing_key.serialize_pem(),
        ca.cert.pem()
    );
    std::fs::write(folder.path().join("ca.pem"), pem).unwrap();
    let config = Config::parse(&format!("{LEAST}ca = 'ca.pem'\n"), folder.path()).unwrap();
    let published = config.public().servers[0].ca.clone();
    assert!(!published.contains("PRIVATE KEY") && !published.contains("comment"));
    let certificate = CertificateDer::from_pem_slice(published.as_bytes()).unwrap();
    assert_eq!(&certificate, ca.cert.der());
    std::fs::write(folder.path().join("ca.pem"), "nothing").unwrap();
    assert!(Config::parse(&format!("{LEAST}ca = 'ca.pem'\n"), folder.path()).is_err());
}
