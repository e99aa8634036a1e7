//! The program itself: its command line, its signals, HTTPS.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test states what it knows"
)]

mod support;

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use samma_transport::poke::{Kind, Topic, encode};
use support::{Got, MailServer, Page, poke::join, soon};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

fn program(config: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_samma-gateway"));
    command.arg("--config").arg(config).env_remove("SAMMA_LOG");
    command
}

fn check(text: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("gateway.toml");
    fs::write(&config, text).unwrap();
    program(&config).arg("--check").output().unwrap()
}

#[test]
fn check_names_every_fault_by_line() {
    let faulty =
        check("listen = 'x'\n[[server]]\nid = 'UPPER'\nimap = { host = 'h', port = 'no' }\n");
    let text = String::from_utf8(faulty.stderr).unwrap();
    assert_eq!(faulty.status.code(), Some(2));
    for line in [
        "line 1: listen",
        "line 3: server.id",
        "line 4: server.imap.port",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn check_refuses_mail_in_clear_to_another_machine() {
    let faulty = check(
        "listen = '127.0.0.1:0'\n[[server]]\nid = 'a'\n\nimap = { host = '192.0.2.1', tls = 'none' }\n",
    );
    let text = String::from_utf8(faulty.stderr).unwrap();
    assert!(
        text.contains("line 5: 192.0.2.1 is 192.0.2.1:143, which is not this machine"),
        "{text}"
    );
    assert_eq!(faulty.status.code(), Some(2));
}

#[test]
fn check_says_that_a_good_one_is_good() {
    let good = check(
        "listen = '127.0.0.1:0'\n[[server]]\nid = 'a'\nimap = { host = '127.0.0.1', tls = 'none' }\n",
    );
    assert_eq!(good.status.code(), Some(0));
    assert!(
        String::from_utf8(good.stdout)
            .unwrap()
            .contains("good, 1 mail server")
    );
}

#[test]
fn a_command_line_that_is_wrong_is_explained() {
    for arguments in [&["--config"][..], &["--port", "1"], &[]] {
        let output = Command::new(env!("CARGO_BIN_EXE_samma-gateway"))
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            String::from_utf8(output.stderr)
                .unwrap()
                .contains("--check")
        );
    }
    let missing = program(Path::new("no-such.toml")).output().unwrap();
    assert_eq!(missing.status.code(), Some(2));
}

/// The program, running; the address that it says it listens at.
struct Running {
    child: Child,
    address: String,
    log: BufReader<std::process::ChildStderr>,
}

impl Running {
    fn start(folder: &Path, text: &str) -> Self {
        let config = folder.join("gateway.toml");
        fs::write(&config, text).unwrap();
        let mut child = program(&config).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert!(log.read_line(&mut line).unwrap() > 0, "it ended");
            if let Some((_, address)) = line.split_once("listening address=") {
                break address.trim().to_owned();
            }
        };
        Self {
            child,
            address,
            log,
        }
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, signal).unwrap();
    }

    /// Waits for its end, and gives the rest of its log.
    fn end(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.log, &mut rest).unwrap();
        (code, rest)
    }
}

async fn page(address: &str, path: &str) -> Page {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(soon(stream.read_u8()).await.unwrap());
    }
    Page { stream }
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_stop_it_in_order_and_the_log_tells_how_much_but_not_what() {
    for signal in [rustix::process::Signal::TERM, rustix::process::Signal::INT] {
        let folder = tempfile::tempdir().unwrap();
        let server = MailServer::listen().await;
        let running = Running::start(
            folder.path(),
            &format!("listen = '127.0.0.1:0'\n{}", server.entry()),
        );
        let mut page = page(&running.address, "/tunnel/mail/imap").await;
        let mut mail = server.accept().await;
        page.send(0x82, b"a LOGIN anna hunter2\r\n").await;
        soon(mail.read_exact(&mut [0; 22])).await.unwrap();
        mail.write_all(b"a OK hello\r\n").await.unwrap();
        page.data(12).await;
        running.signal(signal);
        assert_eq!(page.get().await, Got::Close(1001));
        drop(page);
        let (code, log) = tokio::task::spawn_blocking(|| running.end()).await.unwrap();
        assert_eq!(code, Some(0));
        for part in [
            "source=127.0.0.1:",
            "server=\"mail\"",
            "service=\"imap\"",
            "up=22",
            "down=12",
            "GoingAway",
        ] {
            assert!(log.contains(part), "{part} in {log}");
        }
        assert!(!log.contains("hunter2") && !log.contains("LOGIN"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poke_channel_ends_in_order_too_and_the_log_tells_how_many_topics_but_not_which() {
    let folder = tempfile::tempdir().unwrap();
    let server = MailServer::listen().await;
    let text = format!("listen = '127.0.0.1:0'\n{}", server.entry());
    let running = Running::start(folder.path(), &text);
    let topic = Topic(*b"secretsecretsecr");
    let mut sender = page(&running.address, "/poke").await;
    let mut other = page(&running.address, "/poke").await;
    join(&mut other, &[topic, Topic([0; 16])]).await;
    sender.send(0x82, &encode(Kind::Poke, &[topic])).await;
    assert_eq!(other.get().await, Got::Data(encode(Kind::Poked, &[topic])));
    running.signal(rustix::process::Signal::TERM);
    assert_eq!(sender.get().await, Got::Close(1001));
    assert_eq!(other.get().await, Got::Close(1001));
    drop((sender, other));
    let (code, log) = tokio::task::spawn_blocking(|| running.end()).await.unwrap();
    assert_eq!(code, Some(0));
    for part in [
        "tunnels=0 pokes=2",
        "source=127.0.0.1:",
        "joined=0 pokes=1 poked=0",
        "joined=2 pokes=0 poked=1",
        "GoingAway",
    ] {
        assert!(log.contains(part), "{part} in {log}");
    }
    assert!(
        !log.contains("secret") && !log.contains("115, 101"),
        "{log}"
    );
}

#[cfg(feature = "tls")]
#[tokio::test(flavor = "multi_thread")]
async fn https_is_spoken_and_a_renewed_certificate_is_taken_up() {
    use std::sync::Arc;
    use tokio_rustls::{TlsConnector, rustls};

    let folder = tempfile::tempdir().unwrap();
    let renew = || {
        let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(folder.path().join("cert.pem"), issued.cert.pem()).unwrap();
        fs::write(
            folder.path().join("key.pem"),
            issued.signing_key.serialize_pem(),
        )
        .unwrap();
        issued.cert.der().clone()
    };
    let ask = async |address: &str, certificate| {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(certificate).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(address).await.unwrap();
        let connector = TlsConnector::from(Arc::new(config));
        let mut stream = connector
            .connect("localhost".try_into().unwrap(), stream)
            .await?;
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .await?;
        let mut answer = String::new();
        soon(stream.read_to_string(&mut answer)).await?;
        std::io::Result::Ok(answer)
    };
    let first = renew();
    let text = "listen = '127.0.0.1:0'\n[tls]\ncert = 'cert.pem'\nkey = 'key.pem'\n\
        [[server]]\nid = 'mail'\nimap = { host = '127.0.0.1' }\n";
    let running = Running::start(folder.path(), text);
    let answer = ask(&running.address, first.clone()).await.unwrap();
    assert!(answer.ends_with("ok\n"), "{answer}");
    assert!(
        answer.contains("strict-transport-security: max-age=31536000"),
        "{answer}"
    );
    let second = renew();
    running.signal(rustix::process::Signal::HUP);
    let renewed = async { while ask(&running.address, second.clone()).await.is_err() {} };
    soon(renewed).await;
    assert!(ask(&running.address, first).await.is_err());
    running.signal(rustix::process::Signal::TERM);
    assert_eq!(
        tokio::task::spawn_blocking(|| running.end())
            .await
            .unwrap()
            .0,
        Some(0)
    );
}
