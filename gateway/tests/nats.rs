//! Pokes between gateways, by a real NATS server where one is installed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test states what it knows"
)]

mod support;

use std::{
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use samma_transport::poke::{Topic, decode};
use support::{
    Gateway, Got, Page,
    poke::{open, poke, poked, topics},
    soon,
};

/// A NATS server of the test's own.
struct Nats {
    child: Child,
    port: u16,
}

impl Nats {
    /// At a port that is free now; `None` where no server is installed.
    fn start() -> Option<Self> {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        Self::start_at(port, &[])
    }

    fn start_at(port: u16, more: &[&str]) -> Option<Self> {
        let places = std::env::var_os("PATH").unwrap_or_default();
        let program = std::env::split_paths(&places)
            .chain([PathBuf::from("/usr/sbin")])
            .map(|place| place.join("nats-server"))
            .find(|program| program.is_file());
        let Some(program) = program else {
            println!("skipped: nats-server is not installed");
            return None;
        };
        let child = Command::new(program)
            .args(["-a", "127.0.0.1", "-p", &port.to_string()])
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self { child, port })
    }

    fn setting(&self, login: &str) -> String {
        format!("nats = 'nats://{login}127.0.0.1:{}'\n", self.port)
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

async fn gateway_with(setting: &str) -> Gateway {
    let server = "[[server]]\nid = 'mail'\nimap = { host = 'imap.example' }\n";
    Gateway::start(&format!("{setting}{server}")).await
}

/// All that a page was told by the time that the gateway had read what it said.
async fn told(page: &mut Page) -> Vec<Topic> {
    page.send(0x89, b"told?").await;
    let mut told = Vec::new();
    loop {
        match page.get().await {
            Got::Data(message) => told.extend(decode(&message).unwrap().1),
            Got::Pong(_) => return told,
            other => panic!("{other:?}"),
        }
    }
}

/// Pokes from one page until another one hears of it: gateways find one another in their own time.
async fn poke_until_heard(from: &mut Page, to: &mut Page, number: u8) {
    let mut pause = tokio::time::interval(Duration::from_millis(100));
    let heard = async {
        loop {
            poke(from, &[number]).await;
            pause.tick().await;
            told(from).await;
            if told(to).await.contains(&topics(&[number])[0]) {
                break;
            }
        }
    };
    soon(heard).await;
}

#[tokio::test]
async fn a_poke_at_one_gateway_reaches_the_pages_of_another_once_and_not_its_sender() {
    let Some(nats) = Nats::start() else { return };
    let (one, other) = (
        gateway_with(&nats.setting("")).await,
        gateway_with(&nats.setting("")).await,
    );
    let mut sender = open(&one, &[2, 3, 5]).await;
    let mut near = open(&one, &[2]).await;
    let mut far = open(&other, &[1, 2]).await;
    let mut stranger = open(&other, &[4]).await;
    poke_until_heard(&mut sender, &mut far, 1).await;
    poke_until_heard(&mut far, &mut sender, 3).await;
    poke(&mut sender, &[2]).await;
    assert_eq!(poked(&mut near).await, topics(&[2]));
    // With what was poked about 1 before, if that is still on its way.
    while !poked(&mut far).await.contains(&topics(&[2])[0]) {}
    // What NATS brings comes in order: behind the answer nothing of the sender's own can come back.
    poke(&mut far, &[5]).await;
    let mut heard = Vec::new();
    while heard.last() != topics(&[5]).last() {
        heard.extend(poked(&mut sender).await);
    }
    assert!(!heard.contains(&topics(&[2])[0]));
    for page in [&mut sender, &mut near, &mut far, &mut stranger] {
        assert_eq!(told(page).await, []);
    }
}

#[tokio::test]
async fn while_nats_is_away_pages_of_one_gateway_hear_one_another_and_later_all_do() {
    let Some(nats) = Nats::start() else { return };
    let (setting, port) = (nats.setting(""), nats.port);
    let (one, other) = (gateway_with(&setting).await, gateway_with(&setting).await);
    let mut sender = open(&one, &[]).await;
    let mut near = open(&one, &[2]).await;
    let mut far = open(&other, &[1]).await;
    poke_until_heard(&mut sender, &mut far, 1).await;
    drop(nats);
    // More than may wait to be published, and as one, since they come too fast.
    for _ in 0..200 {
        poke(&mut sender, &[2]).await;
    }
    assert_eq!(poked(&mut near).await, topics(&[2]));
    let _nats = Nats::start_at(port, &[]).unwrap();
    poke_until_heard(&mut sender, &mut far, 1).await;
}

#[tokio::test]
async fn a_gateway_signs_in_to_nats() {
    let Some(free) = Nats::start() else { return };
    let port = free.port;
    drop(free);
    for (login, arguments) in [
        (
            "anna:it-is-a-secret@",
            &["--user", "anna", "--pass", "it-is-a-secret"][..],
        ),
        ("a-token@", &["--auth", "a-token"]),
    ] {
        let nats = Nats::start_at(port, arguments).unwrap();
        let (one, other) = (
            gateway_with(&nats.setting(login)).await,
            gateway_with(&nats.setting(login)).await,
        );
        let (mut sender, mut far) = (open(&one, &[]).await, open(&other, &[1]).await);
        poke_until_heard(&mut sender, &mut far, 1).await;
    }
}

#[tokio::test]
async fn a_gateway_whose_nats_is_not_there_serves_and_stops_all_the_same() {
    let gateway = gateway_with("nats = 'nats://127.0.0.1:1'\n").await;
    let (mut sender, mut other) = (open(&gateway, &[]).await, open(&gateway, &[1]).await);
    poke(&mut sender, &[1]).await;
    assert_eq!(poked(&mut other).await, topics(&[1]));
    gateway.stop().await;
}
