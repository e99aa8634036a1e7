//! Attacks on gateways that others collected, each tried on this one.
//!
//! The collection is no part of this repository: its folder is taken from `SAMMA_CORPORA`, and the test says that it was
//! skipped where there is none. For each case it prints how it was answered, or why it does not apply.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test states what it knows"
)]

mod support;

use std::{fs, path::PathBuf, time::Duration};

use serde_json::Value;
use support::{Answer, Gateway, Got, MailServer, soon};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// How a case went.
enum Outcome {
    Answered(String),
    NotApplicable(&'static str),
}
use Outcome::{Answered, NotApplicable};

struct Lab {
    /// Pages of `https://mail.example` may open tunnels to `mail`.
    gateway: Gateway,
    server: MailServer,
    /// A connection here would be one that no configuration asks for.
    trap: MailServer,
    _folder: tempfile::TempDir,
}

const ORIGIN: &str = "Origin: https://mail.example\r\n";

async fn lab() -> Lab {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("dist");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("index.html"), "<!doctype html>the app").unwrap();
    fs::write(folder.path().join("secret.txt"), "outside").unwrap();
    let server = MailServer::listen().await;
    let trap = MailServer::listen().await;
    let text = format!(
        "assets = 'dist'\norigins = 'https://mail.example'\n{}[limits]\nhead_seconds = 1\n\
         tunnels_per_address = 1000\nconnections_per_address = 1000\n",
        server.entry()
    );
    Lab {
        gateway: Gateway::start_in(folder.path(), &text).await,
        server,
        trap,
        _folder: folder,
    }
}

#[tokio::test]
async fn every_case_that_applies_is_answered_as_expected() {
    let folder = std::env::var_os("SAMMA_CORPORA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpora")),
        PathBuf::from,
    );
    let path = folder.join("gateway/cases.jsonl");
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: no corpora at {}", folder.display());
        return;
    };
    let lab = lab().await;
    let (mut answered, mut apart) = (0, 0);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let case: Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
        let outcome = lab.run(&case, &field("klass"), &field("attack")).await;
        let about = format!("{} {}: {}", field("id"), field("klass"), field("attack"));
        match outcome {
            Answered(how) => {
                answered += 1;
                println!("answered        {about} -> {how}");
            }
            NotApplicable(why) => {
                apart += 1;
                println!("not applicable  {about} -> {why}");
            }
        }
    }
    println!("{answered} answered as expected, {apart} do not apply");
    assert!(answered > 0, "the file holds no case");
    let stray = timeout(Duration::from_millis(100), lab.trap.listener.accept()).await;
    assert!(
        stray.is_err(),
        "a connection went where no configuration sends one"
    );
}

impl Lab {
    async fn run(&self, case: &Value, class: &str, attack: &str) -> Outcome {
        match class {
            "cswsh" => self.origin(case).await,
            "path-traversal" => {
                self.traversal(case["probe"]["raw_path"].as_str().unwrap())
                    .await
            }
            "csp" => self.headers().await,
            "static-serving" => self.listing().await,
            "header-injection" | "target-parse" => {
                self.target(case["probe"]["target"].as_str().unwrap()).await
            }
            "open-proxy" => self.targets(case).await,
            "ssrf-target" => self.target(case["probe"]["url"].as_str().unwrap()).await,
            "dns-rebinding" => self.names(attack).await,
            "ws-protocol" => self.websocket(case, attack).await,
            "connection-flood" => self.flood().await,
            "smtp-relay-abuse" => relay(),
            "smtp-smuggling" => {
                NotApplicable("the mail client writes SMTP; the gateway sees sealed bytes")
            }
            other => panic!("a class that this test does not know: {other}"),
        }
    }

    /// A foreign page gets 403 and no connection; none at all is refused as well, by choice.
    async fn origin(&self, case: &Value) -> Outcome {
        let mut lines = String::new();
        for (name, value) in case["probe"]["headers"].as_object().unwrap() {
            lines += &format!("{name}: {}\r\n", value.as_str().unwrap());
        }
        let status = self
            .gateway
            .upgrade_status("/tunnel/mail/imap", &lines)
            .await;
        assert_eq!(status, 403, "{lines}");
        // The gateway of the same name as the page's host, but without a list, judges alike.
        let bare = Gateway::start(&self.server.entry()).await;
        let status = bare.upgrade_status("/tunnel/mail/imap", &lines).await;
        assert_eq!(status, 403, "{lines}");
        Answered("403 before the upgrade".into())
    }

    async fn traversal(&self, path: &str) -> Outcome {
        for accept in ["*/*", "text/html"] {
            let answer = self
                .gateway
                .ask(&format!("GET {path} HTTP/1.1\r\nAccept: {accept}"))
                .await;
            assert!(matches!(answer.status, 400 | 404), "{path}: {answer:?}");
        }
        Answered("400 or 404, as a file and as a page".into())
    }

    async fn headers(&self) -> Outcome {
        for path in [
            "/",
            "/missing",
            "/config.json",
            "/healthz",
            "/tunnel/mail/imap",
        ] {
            let answer = self.gateway.ask(&format!("GET {path} HTTP/1.1")).await;
            let policy = answer.header("content-security-policy");
            assert!(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'")
            );
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        }
        Answered(
            "on every response; the frame of a message has its own, narrower policy from the app"
                .into(),
        )
    }

    async fn listing(&self) -> Outcome {
        let bare = Gateway::start(&self.server.entry()).await;
        for path in ["/", "/Cargo.toml", "/src/", "/src/main.rs"] {
            assert_eq!(
                bare.ask(&format!("GET {path} HTTP/1.1")).await.status,
                404,
                "{path}"
            );
        }
        Answered("without an asset folder nothing is served".into())
    }

    /// A target that is not an entry's name can't be said: 400 or 404, and nothing is dialled.
    async fn target(&self, target: &str) -> Outcome {
        for status in self.attempts(target).await {
            assert!(matches!(status, 400 | 404), "{target}: {status}");
        }
        self.nothing_dialled().await;
        Answered("400 or 404, nothing dialled".into())
    }

    /// Every way in which a page could try to say a target: as a name, a service, a query. A target that is not fit
    /// for a request line is escaped, as a browser would.
    async fn attempts(&self, target: &str) -> Vec<u16> {
        let escaped: String = target
            .bytes()
            .map(|octet| match octet {
                b' ' | b'"' | b'<' | b'>' | b'#' | 0x7f.. | 0..=0x1f => format!("%{octet:02x}"),
                plain => char::from(plain).to_string(),
            })
            .collect();
        let mut statuses = Vec::new();
        for path in [
            format!("/tunnel/{escaped}/imap"),
            format!("/tunnel/mail/{escaped}"),
            format!("/tunnel/{escaped}?target={escaped}"),
        ] {
            statuses.push(self.gateway.upgrade_status(&path, ORIGIN).await);
        }
        statuses
    }

    async fn nothing_dialled(&self) {
        for port in [&self.server, &self.trap] {
            let dialled = timeout(Duration::from_millis(5), port.listener.accept()).await;
            assert!(dialled.is_err(), "something was dialled");
        }
    }

    async fn targets(&self, case: &Value) -> Outcome {
        let trap = format!("127.0.0.1:{}", self.trap.port);
        let named = case["probe"]["targets"].as_array().unwrap().iter();
        for target in
            named
                .map(|target| target.as_str().unwrap())
                .chain([trap.as_str(), "MAIL", "mail%20"])
        {
            self.target(target).await;
        }
        // A query beside an entry's own name changes nothing of where it leads.
        let path = format!("/tunnel/mail/imap?host=127.0.0.1&port={}", self.trap.port);
        let (_stream, answer) = self.gateway.upgrade(&path, ORIGIN).await;
        assert_eq!(answer.status, 101);
        self.server.accept().await;
        Answered("no way to name a host or a port".into())
    }

    async fn names(&self, attack: &str) -> Outcome {
        if attack.contains("mix of public and private") {
            return NotApplicable(
                "names come from the operator's configuration only, and a mail server on a private address is \
                 usual; without TLS every address must be loopback, at each dial",
            );
        }
        let text = "origins = 'https://mail.example'\n[[server]]\nid = 'mail'\nimap = { host = 'nowhere.invalid' }\n";
        let gateway = Gateway::start(text).await;
        let (stream, answer) = gateway.upgrade("/tunnel/mail/imap", ORIGIN).await;
        assert_eq!(answer.status, 101);
        let got = support::Page { stream }.get().await;
        assert!(matches!(got, Got::Close(4000 | 4001)), "{got:?}");
        Answered("closed with the code that a closed port has".into())
    }

    async fn websocket(&self, case: &Value, attack: &str) -> Outcome {
        if let Some(hex) = case["probe"]["hex"].as_str() {
            return self.frame(hex, attack).await;
        }
        if case["probe"]["extension"].is_string() {
            let lines = format!("{ORIGIN}Sec-WebSocket-Extensions: permessage-deflate\r\n");
            let (_stream, answer) = self.gateway.upgrade("/tunnel/mail/imap", &lines).await;
            assert_eq!(
                (answer.status, answer.header("sec-websocket-extensions")),
                (101, "")
            );
            self.server.accept().await;
            return Answered("the extension is not agreed to".into());
        }
        self.drip().await
    }

    async fn frame(&self, hex: &str, attack: &str) -> Outcome {
        let digits: String = hex.split_whitespace().collect();
        let octet = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        let mut bytes: Vec<u8> = (0..digits.len() / 2).map(|n| octet(2 * n)).collect();
        if attack.contains("126-byte payload") {
            bytes.extend([0; 126]);
        }
        let expected: &[u16] = match attack {
            a if a.contains("64-bit length") => &[1002, 1009],
            a if a.contains("invalid UTF-8") => &[1003, 1007],
            _ => &[1002],
        };
        let (stream, answer) = self.gateway.upgrade("/tunnel/mail/imap", ORIGIN).await;
        assert_eq!(answer.status, 101);
        let mut mail = self.server.accept().await;
        let mut page = support::Page { stream };
        page.stream.write_all(&bytes).await.unwrap();
        let Got::Close(code) = page.get().await else {
            panic!("{attack}: no close");
        };
        assert!(expected.contains(&code), "{attack}: {code}");
        let mut passed = Vec::new();
        soon(mail.read_to_end(&mut passed)).await.unwrap();
        assert!(passed.is_empty(), "{attack}: forwarded {passed:?}");
        Answered(format!("closed with {code}, nothing forwarded"))
    }

    /// A head that never ends is cut off by time, one that is too large by size.
    async fn drip(&self) -> Outcome {
        let mut stream = TcpStream::connect(self.gateway.address).await.unwrap();
        stream
            .write_all(b"GET /tunnel/mail/imap HTTP/1.1\r\nHost: a\r\nX")
            .await
            .unwrap();
        let mut rest = Vec::new();
        let _ = soon(stream.read_to_end(&mut rest)).await;
        let large = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(40_000));
        let answer: Answer = self.gateway.ask_raw(&large).await;
        assert_eq!(answer.status, 431);
        Answered("cut off after head_seconds; 431 over head_octets".into())
    }

    /// Bounded here to what loopback and this test's own descriptors can take.
    async fn flood(&self) -> Outcome {
        let server = MailServer::listen().await;
        let text = format!(
            "origins = 'https://mail.example'\n{}[limits]\ntunnels_per_address = 20\nconnections_per_address = 40\n",
            server.entry()
        );
        let gateway = Gateway::start(&text).await;
        let (stream, answer) = gateway.upgrade("/tunnel/mail/imap", ORIGIN).await;
        assert_eq!(answer.status, 101);
        let mut page = support::Page { stream };
        let mut mail = server.accept().await;
        let (mut tunnels, mut refused) = (Vec::new(), 0);
        for _ in 0..60 {
            let (stream, answer) = gateway.upgrade("/tunnel/mail/imap", ORIGIN).await;
            match answer.status {
                101 => tunnels.push((stream, server.accept().await)),
                429 => refused += 1,
                other => panic!("{other}"),
            }
        }
        assert_eq!(refused, 41);
        let mut idle = Vec::new();
        for _ in 0..200 {
            idle.push(TcpStream::connect(gateway.address).await.unwrap());
        }
        page.send(0x82, b"x").await;
        assert_eq!(soon(mail.read_u8()).await.unwrap(), b'x');
        Answered(format!(
            "{refused} of 61 tunnels got 429, the first went on under 200 idle connections"
        ))
    }
}

/// Port 25 is no submission, and a configuration that says so is refused.
fn relay() -> Outcome {
    let text = "listen = '127.0.0.1:0'\n[[server]]\nid = 'a'\nsubmission = { host = 'smtp.example', port = 25 }\n";
    let faults = samma_gateway::config::Config::parse(text, std::path::Path::new(".")).unwrap_err();
    assert!(
        faults[0]
            .to_string()
            .contains("25 is for servers among themselves")
    );
    Answered(
        "only configured submission servers, never port 25; upgrades are counted by the minute"
            .into(),
    )
}
