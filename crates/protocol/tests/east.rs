//! The attacks on STARTTLS of the EAST corpus, played against a session that demands TLS.
//!
//! Each script tells what a false server says before TLS. The client here is as obliging as the session lets it be:
//! it asks, starts TLS where that is granted, and tries to sign in at every step. The session must keep the
//! credentials from the clear, and hold nothing to be true afterwards that was heard before.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may stop where it is surprised"
)]

use std::{
    collections::VecDeque,
    env, fs,
    path::{Path, PathBuf},
};

use samma_protocol::{
    Error,
    imap::{
        command::Command,
        mailbox_name::MailboxName,
        response::{Code, Data, StatusKind},
        session::{Event, Session},
    },
    sasl::Mechanism,
    secret::Secret,
};

#[test]
fn no_script_gets_credentials_in_clear_or_is_believed_after_tls() {
    let Some(scripts) = scripts() else { return };
    let mut with_tls = 0;
    for path in &scripts {
        let text = fs::read_to_string(path).unwrap();
        for script in Script::read(&text) {
            for cut in [usize::MAX, 1] {
                with_tls += usize::from(play(&script, cut, &path.display().to_string()));
            }
        }
    }
    eprintln!(
        "{} scripts, {with_tls} ways that ended in TLS",
        scripts.len()
    );
    assert!(
        scripts.len() > 20 && with_tls > 20,
        "{} scripts, {with_tls} with TLS",
        scripts.len()
    );
}

fn scripts() -> Option<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let corpora =
        env::var_os("SAMMA_CORPORA").map_or_else(|| "../shared/corpora".into(), PathBuf::from);
    let folder = root.join(corpora).join("imap/east");
    let mut folders = VecDeque::from([
        folder.join("imap"),
        folder.join("Certificate_Validation/imap"),
    ]);
    let mut scripts = Vec::new();
    while let Some(folder) = folders.pop_front() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push_back(path);
            } else if path.extension().is_some_and(|extension| extension == "ron") {
                scripts.push(path);
            }
        }
    }
    if scripts.is_empty() {
        eprintln!("skipped: no EAST scripts in {}", folder.display());
        return None;
    }
    scripts.sort();
    Some(scripts)
}

/// What the false server says.
#[derive(Clone)]
struct Script {
    greeting: String,
    after_greeting: String,
    capabilities: Vec<String>,
    capabilities_tls: Vec<String>,
    /// With `<tag>` in it.
    starttls: String,
    after_tls: String,
}

impl Script {
    /// The script as it is, and once more for each answer that its remarks propose.
    fn read(text: &str) -> Vec<Self> {
        let live: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        let greeting = match string(&live, "\"greeting\":") {
            Some(raw) => raw,
            None => {
                let kind = if live.contains("kind: PreAuth") {
                    "PREAUTH"
                } else {
                    "OK"
                };
                let code = match field(&live, "code: Some(") {
                    Some(code) if code.starts_with("Capability") => {
                        format!("[CAPABILITY {}] ", capabilities(code).join(" "))
                    }
                    Some(code) if code.starts_with("Alert") => "[ALERT] ".to_owned(),
                    Some(code) if code.starts_with("Parse") => "[PARSE] ".to_owned(),
                    Some(code) if code.starts_with("BadCharset") => {
                        "[BADCHARSET (kkgIhdNV)] ".to_owned()
                    }
                    Some(code) => panic!("unknown code {code}"),
                    None => String::new(),
                };
                let text = string(&live, "text: Text(").expect("a text");
                format!("* {kind} {code}{text}\r\n")
            }
        };
        let script = Self {
            greeting,
            after_greeting: string(&live, "response_after_greeting: Some(").unwrap_or_default(),
            capabilities: field(&live, "caps:").map(capabilities).unwrap_or_default(),
            capabilities_tls: field(&live, "caps_tls:")
                .map(capabilities)
                .unwrap_or_default(),
            starttls: string(&live, "starttls_response: Some(")
                .unwrap_or_else(|| "<tag> OK begin\r\n".to_owned()),
            after_tls: String::new(),
        };
        let proposed = text
            .lines()
            .filter(|line| line.trim_start().starts_with("//"))
            .filter_map(|line| {
                let mut script = script.clone();
                if let Some(starttls) = string(line, "starttls_response: Some(") {
                    script.starttls = starttls;
                } else {
                    script.after_tls = string(line, "response_after_tls: Some(")?;
                }
                Some(script)
            });
        [script.clone()].into_iter().chain(proposed).collect()
    }
}

/// What stands behind `name`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split_once(name).map(|(_, rest)| rest.trim_start())
}

/// The quoted string behind `name`.
fn string(text: &str, name: &str) -> Option<String> {
    let mut out = String::new();
    let mut characters = field(text, name)?.strip_prefix('"')?.chars();
    loop {
        match characters.next()? {
            '"' => return Some(out),
            '\\' => out.push(match characters.next()? {
                'r' => '\r',
                'n' => '\n',
                other => other,
            }),
            other => out.push(other),
        }
    }
}

/// `[Imap4Rev1, Auth(Plain), Other(CapabilityOther(inner: Atom("X")))]`
fn capabilities(text: &str) -> Vec<String> {
    let (_, list) = text.split_once('[').expect("a list");
    let (list, _) = list.split_once(']').expect("its end");
    list.split(", ")
        .filter(|name| !name.is_empty())
        .map(|name| match name.split_once('(') {
            Some(("Auth", mechanism)) => {
                format!("AUTH={}", mechanism.trim_end_matches(')').to_uppercase())
            }
            Some(("Other", _)) => string(name, "Atom(").expect("a name"),
            Some(("Compress", _)) => "COMPRESS=DEFLATE".to_owned(),
            Some((other, _)) => panic!("unknown capability {other}"),
            None if name == "MailboxReferrals" => "MAILBOX-REFERRALS".to_owned(),
            None => name.to_uppercase(),
        })
        .collect()
}

/// Plays `script`; whether it came to TLS.
fn play(script: &Script, cut: usize, name: &str) -> bool {
    let mut session = Session::new();
    let mut said = script.greeting.clone() + &script.after_greeting;
    let mut tls = false;
    let mut signed_in = false;
    let mut over = false;
    let mut asked = 0;
    // Every turn: the server's words go in, what happens is looked at, the client's words are answered.
    for _ in 0..20 {
        let was_tls = tls;
        for piece in std::mem::take(&mut said)
            .as_bytes()
            .chunks(cut.min(1 << 20))
        {
            session.receive(piece);
            while let Some(event) = session.next_event() {
                over |= matches!(&event, Event::Broken(_));
                over |= matches!(&event, Event::Greeting(status) if status.kind == StatusKind::Bye);
                if tls {
                    check_after_tls(&event, script, name);
                    signed_in |= matches!(&event, Event::Done { tag, .. } if tag.as_str() == "A4");
                } else {
                    check_before_tls(&event, name);
                }
                if event == Event::StartTlsReady {
                    assert!(
                        session.take_output().is_empty(),
                        "{name}: wrote between the grant and TLS"
                    );
                    assert!(
                        session.next_event().is_none(),
                        "{name}: read between the grant and TLS"
                    );
                    session.secured();
                    assert!(
                        session.capabilities().is_none(),
                        "{name}: believes what it heard before TLS"
                    );
                    tls = true;
                    said.push_str(&script.after_tls);
                    session.send(Command::Capability).unwrap();
                }
            }
            if tls && !was_tls {
                // What the server said in clear behind the grant is the handshake's to refuse.
                break;
            }
        }
        if over {
            assert!(
                session.send(Command::Noop).is_err(),
                "{name}: goes on after the end"
            );
        } else if !tls {
            // At every step, the most careless of callers.
            let credentials = [
                Command::Login {
                    user: "anna".to_owned(),
                    password: Secret::new("s3cret"),
                },
                Command::Authenticate(Mechanism::plain("anna", &Secret::new("s3cret"))),
                Command::Authenticate(Mechanism::login("anna", &Secret::new("s3cret"))),
                Command::Append {
                    mailbox: MailboxName::new("Drafts"),
                    flags: Vec::new(),
                    internal_date: None,
                    data: b"a draft".to_vec(),
                },
            ];
            for command in credentials {
                assert!(
                    matches!(session.send(command), Err(Error::Unsafe { .. })),
                    "{name}"
                );
            }
            if asked == 0 {
                session.send(Command::Capability).unwrap();
            } else if asked == 1 {
                session.send(Command::StartTls).unwrap();
            }
            asked += 1;
        } else if session.in_flight() == 0 && !signed_in {
            session
                .send(Command::Authenticate(Mechanism::plain(
                    "anna",
                    &Secret::new("s3cret"),
                )))
                .unwrap();
        }
        let output = String::from_utf8(session.take_output()).unwrap();
        if !tls {
            for clear in [
                "anna",
                "YW5uYQ",
                "s3cret",
                "AGFubmEAczNjcmV0",
                "LOGIN",
                "AUTHENTICATE",
                "draft",
            ] {
                assert!(
                    !output.contains(clear),
                    "{name}: {clear} in clear: {output}"
                );
            }
        }
        for line in output.split_terminator("\r\n") {
            said.push_str(&answer(script, tls, line));
        }
        if signed_in || over {
            break;
        }
    }
    assert_eq!(
        tls, signed_in,
        "{name}: signs in within TLS, and only there"
    );
    tls
}

fn answer(script: &Script, tls: bool, line: &str) -> String {
    let (tag, command) = line.split_once(' ').unwrap_or((line, ""));
    match command {
        "CAPABILITY" => {
            let list = if tls {
                &script.capabilities_tls
            } else {
                &script.capabilities
            };
            format!("* CAPABILITY {}\r\n{tag} OK done\r\n", list.join(" "))
        }
        "STARTTLS" => script.starttls.replace("<tag>", tag),
        "AUTHENTICATE PLAIN" => "+ \r\n".to_owned(),
        // The response to the challenge: the only command in flight is AUTHENTICATE, the fourth.
        "" => "A4 OK in\r\n".to_owned(),
        _ => format!("{tag} BAD what?\r\n"),
    }
}

fn check_before_tls(event: &Event, name: &str) {
    let believed = match event {
        Event::Data(Data::Status(status))
        | Event::Greeting(status)
        | Event::Done { status, .. } => {
            matches!(status.code, Some(Code::Alert | Code::Referral(_)))
                || status.kind == StatusKind::PreAuth
        }
        Event::Data(Data::Capability(_))
        | Event::StartTlsReady
        | Event::Skipped { .. }
        | Event::Broken(_) => false,
        _ => true,
    };
    assert!(!believed, "{name}: believes before TLS: {event:?}");
}

fn check_after_tls(event: &Event, script: &Script, name: &str) {
    let expected = match event {
        Event::Data(Data::Capability(list)) => {
            script.capabilities_tls.iter().all(|name| list.has(name))
                && list.len() == script.capabilities_tls.len()
        }
        Event::Done { tag, .. } => ["A3", "A4"].contains(&tag.as_str()),
        Event::Data(Data::Status(status)) => {
            !script.after_tls.is_empty() && status.code == Some(Code::Alert)
        }
        _ => false,
    };
    assert!(expected, "{name}: not said within TLS: {event:?}");
}
