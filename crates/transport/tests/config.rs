//! The configuration crosses two borders: as JSON from the gateway, as postcard to the engine.

#![allow(clippy::unwrap_used, reason = "tests state what they know")]

use samma_transport::config::{Config, Endpoint, Server, Tls};

#[test]
fn a_server_of_which_little_is_known_crosses_both_borders_whole() {
    let little = Server {
        id: "example".to_owned(),
        imap: Some(Endpoint {
            host: "mail.example.org".to_owned(),
            port: 143,
            tls: Tls::StartTls,
        }),
        ..Server::default()
    };
    let bytes = postcard::to_allocvec(&little).unwrap();
    assert_eq!(postcard::from_bytes::<Server>(&bytes).unwrap(), little);
    let text = serde_json::to_string(&little).unwrap();
    assert_eq!(serde_json::from_str::<Server>(&text).unwrap(), little);
}

#[test]
fn a_short_configuration_written_by_hand_is_enough() {
    let text = r#"{
        "servers": [{
            "id": "home",
            "name": "At home",
            "imap": { "host": "mail.home.test", "port": 993, "tls": "implicit" },
            "colour": "a field of the future"
        }]
    }"#;
    let config: Config = serde_json::from_str(text).unwrap();
    assert_eq!(config.gateway, "");
    let [server] = config.servers.as_slice() else {
        unreachable!("one server was written");
    };
    assert_eq!(server.imap.as_ref().unwrap().tls, Tls::Implicit);
    assert_eq!((server.submission.as_ref(), server.ca.as_str()), (None, ""));
}
