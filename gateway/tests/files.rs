//! The app's files over HTTP: what is found, in which form, with which headers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test states what it knows"
)]

mod support;

use std::{fs, path::Path};

use support::{Answer, Gateway, soon};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const INDEX: &str = "<!doctype html><title>Samma</title><script type=\"module\">start()</script>";
const SERVER: &str = "[[server]]\nid = 'mail'\nimap = { host = 'imap.example' }\n";

struct Site {
    gateway: Gateway,
    folder: tempfile::TempDir,
}

async fn site() -> Site {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("secret.txt"), "outside").unwrap();
    let root = folder.path().join("dist");
    fs::create_dir_all(root.join("icons")).unwrap();
    fs::create_dir_all(root.join(".git")).unwrap();
    for (name, content) in [
        ("index.html", INDEX),
        ("app-0123456789abcdef.js", "plain"),
        ("app-0123456789abcdef.js.br", "brotli"),
        ("app-0123456789abcdef.js.gz", "gzip"),
        ("app-0123456789abcdef_bg.wasm", "wasm"),
        ("sw.js", "worker"),
        ("icons/192.png", "png"),
        (".env", "hidden"),
        (".git/config.json", "hidden"),
        ("unknown.xyz", "unknown"),
    ] {
        fs::write(root.join(name), content).unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret.txt", root.join("link.txt")).unwrap();
    let gateway = Gateway::start_in(folder.path(), &format!("assets = 'dist'\n{SERVER}")).await;
    Site { gateway, folder }
}

impl Site {
    async fn get(&self, path: &str, more: &str) -> Answer {
        self.gateway
            .ask(&format!("GET {path} HTTP/1.1{more}"))
            .await
    }
}

const PAGE: &str = "\r\nAccept: text/html,application/xhtml+xml,*/*;q=0.8";

#[tokio::test]
async fn files_come_with_type_and_caching() {
    let site = site().await;
    for (path, content_type, caching, content) in [
        ("/", "text/html; charset=utf-8", "no-cache", INDEX),
        ("/index.html", "text/html; charset=utf-8", "no-cache", INDEX),
        (
            "/app-0123456789abcdef.js",
            "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable",
            "plain",
        ),
        (
            "/app-0123456789abcdef_bg.wasm",
            "application/wasm",
            "public, max-age=31536000, immutable",
            "wasm",
        ),
        (
            "/sw.js",
            "text/javascript; charset=utf-8",
            "no-cache",
            "worker",
        ),
        ("/icons/192.png", "image/png", "no-cache", "png"),
        ("/icons/192.png?v=2", "image/png", "no-cache", "png"),
    ] {
        let answer = site.get(path, "").await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), content_type, "{path}");
        assert_eq!(answer.header("cache-control"), caching, "{path}");
        assert_eq!(answer.text(), content, "{path}");
    }
}

#[tokio::test]
async fn the_stored_form_fits_what_the_browser_accepts() {
    let site = site().await;
    let path = "/app-0123456789abcdef.js";
    let mut tags = Vec::new();
    for (accept, encoding, content) in [
        ("gzip, deflate, br, zstd", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("br;q=0, gzip", "gzip", "gzip"),
        ("identity", "", "plain"),
    ] {
        let answer = site
            .get(path, &format!("\r\nAccept-Encoding: {accept}"))
            .await;
        assert_eq!(answer.header("content-encoding"), encoding, "{accept}");
        assert_eq!(answer.text(), content, "{accept}");
        assert_eq!(answer.header("vary"), "accept-encoding");
        tags.push(answer.header("etag").to_owned());
    }
    tags.dedup();
    assert_eq!(tags.len(), 3, "each form has its own tag: {tags:?}");
    assert_eq!(
        site.get("/app-0123456789abcdef.js.br", "").await.status,
        404
    );
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let site = site().await;
    let tag = site.get("/", "").await.header("etag").to_owned();
    let known = site
        .get("/", &format!("\r\nIf-None-Match: \"other\", W/{tag}"))
        .await;
    assert_eq!(
        (known.status, known.body.len(), known.header("etag")),
        (304, 0, tag.as_str())
    );
    assert_eq!(
        site.get("/", "\r\nIf-None-Match: \"other\"").await.status,
        200
    );
}

#[tokio::test]
async fn head_is_get_without_content() {
    let site = site().await;
    let answer = site.gateway.ask("HEAD / HTTP/1.1").await;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    assert_eq!(answer.header("content-length"), INDEX.len().to_string());
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let answer = site.gateway.ask(&format!("{method} / HTTP/1.1")).await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, "GET, HEAD"),
            "{method}"
        );
    }
}

#[tokio::test]
async fn places_in_the_app_get_its_page() {
    let site = site().await;
    for place in [
        "/login",
        "/mail/INBOX",
        "/mail/INBOX.Sent/17",
        "/mail/%C3%84rende",
        "/mail/Work%2FClients",
    ] {
        let answer = site.get(place, PAGE).await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (200, INDEX),
            "{place}"
        );
        assert_eq!(
            site.get(place, "\r\nAccept: */*").await.status,
            404,
            "{place}"
        );
    }
    assert_eq!(
        site.get("/gone-0123456789abcdef.js", PAGE).await.status,
        404
    );
}

#[tokio::test]
async fn nothing_but_the_app_s_files_is_found() {
    let site = site().await;
    for path in [
        "/../secret.txt",
        "/icons/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%252e%252e%252fsecret.txt",
        "/..%5csecret.txt",
        "//etc/passwd",
        "/etc/passwd",
        "/link.txt",
        "/.env",
        "/.git/config.json",
        "/index.html%00.js",
        "/icons",
        "/icons/",
        "/unknown.xyz",
        "/index.html/",
        "/INDEX.HTML",
    ] {
        let plain = site.get(path, "").await;
        assert!(
            matches!(plain.status, 400 | 404),
            "{path}: {}",
            plain.status
        );
        let text = plain.text();
        assert!(
            !text.contains("outside") && !text.contains("hidden") && !text.contains("root:"),
            "{path}"
        );
    }
    // To a browser's address bar, what hides something is no place in the app either.
    for path in [
        "/%2e%2e/secret.txt",
        "/.env",
        "//etc/passwd",
        "/%252e%252e%252fetc/passwd",
        "/index.html%00.js",
    ] {
        assert!(
            matches!(site.get(path, PAGE).await.status, 400 | 404),
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_response_is_hedged() {
    let site = site().await;
    let hash = "sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00=";
    for path in [
        "/",
        "/sw.js",
        "/missing",
        "/%00",
        "/config.json",
        "/healthz",
        "/tunnel/mail/imap",
        "/tunnel/x/y",
    ] {
        let answer = site.get(path, "").await;
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval' 'sha256-",
            "worker-src 'self'",
            "base-uri 'self'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {part} in {policy}");
        }
        assert!(
            policy.contains(&format!("ws://{}", site.gateway.address)),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("'unsafe-eval'") && !policy.contains('*'),
            "{policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            "same-origin",
            "{path}"
        );
        assert!(
            answer.header("permissions-policy").contains("camera=()"),
            "{path}"
        );
        assert_eq!(answer.header("strict-transport-security"), "", "{path}");
    }
    let policy = site
        .get("/", "")
        .await
        .header("content-security-policy")
        .to_owned();
    assert!(policy.contains(hash), "{policy}");
}

#[tokio::test]
async fn a_new_build_shows_without_a_restart() {
    let site = site().await;
    let new = "<!doctype html><title>Newer</title>";
    fs::write(site.folder.path().join("dist/index.html"), new).unwrap();
    let shown = async {
        while site.get("/", "").await.text() != new {
            tokio::task::yield_now().await;
        }
    };
    soon(shown).await;
}

#[tokio::test]
async fn the_page_learns_the_servers() {
    let server = "[[server]]\nid = 'mail'\nname = 'Mail'\ndomains = ['Samma.Test']\nimap = { host = 'imap.example', \
        dial = '127.0.0.1:1' }\nsubmission = { host = 'smtp.example', tls = 'starttls' }\n";
    let gateway = Gateway::start_in(Path::new("."), server).await;
    let answer = gateway.ask("GET /config.json HTTP/1.1").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "application/json")
    );
    let config: samma_transport::config::Config = serde_json::from_slice(&answer.body).unwrap();
    let server = &config.servers[0];
    assert_eq!(
        (server.id.as_str(), server.domains.as_slice()),
        ("mail", ["samma.test".to_owned()].as_slice())
    );
    assert_eq!(server.imap.as_ref().unwrap().port, 993);
    assert_eq!(server.submission.as_ref().unwrap().port, 587);
    assert!(!answer.text().contains("127.0.0.1"));
    assert_eq!(gateway.ask("GET /healthz HTTP/1.1").await.text(), "ok\n");
    assert_eq!(gateway.ask("GET / HTTP/1.1").await.status, 404);
}

#[tokio::test]
async fn heads_that_are_too_large_or_too_slow_are_cut_off() {
    let gateway = Gateway::start(&format!(
        "{SERVER}[limits]\nhead_seconds = 1\nhead_octets = 8192\n"
    ))
    .await;
    let large = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nX-Large: {}\r\n\r\n",
        "x".repeat(20_000)
    );
    assert_eq!(gateway.ask_raw(&large).await.status, 431);
    let mut slow = TcpStream::connect(gateway.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost:").await.unwrap();
    let mut rest = Vec::new();
    soon(slow.read_to_end(&mut rest)).await.unwrap();
    assert!(!String::from_utf8_lossy(&rest).contains("200"));
    // Nor does a connection that was used once stay for ever.
    let mut kept = TcpStream::connect(gateway.address).await.unwrap();
    kept.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    soon(kept.read_to_end(&mut rest)).await.unwrap();
}

#[tokio::test]
async fn connections_have_a_limit_and_the_next_is_told() {
    let gateway = Gateway::start(&format!("{SERVER}[limits]\nconnections_per_address = 2\n")).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(gateway.address).await.unwrap();
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .unwrap();
        soon(stream.read_u8()).await.unwrap();
        held.push(stream);
    }
    assert_eq!(gateway.ask_raw("").await.status, 503);
    let stream = &mut held[0];
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut rest = Vec::new();
    soon(stream.read_to_end(&mut rest)).await.unwrap();
    assert!(String::from_utf8_lossy(&rest).matches("ok\n").count() == 2);
}
