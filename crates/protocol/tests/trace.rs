//! Conversations as text: each `traces/*.txt` is played against a [`Session`], three times, with what the server says
//! cut in different ways.
//!
//! ```text
//! # a remark
//! @ secure             what the caller does besides commands: secure, secured, done, compressed
//! > select INBOX       the caller sends a command (the words are those of `command` below)
//! >! unsafe login a b  the same, and it must be refused like this
//! S: * 3 EXISTS        the server says a line; neighbouring lines may arrive in one piece
//! C: A1 SELECT "INBOX" one write of the client: all neighbouring `C:` lines, and nothing else
//! C-                   the client has nothing to write
//! E: data Exists(3)    the next event; each must be named before anything else is said
//! E*                   whatever events there are
//! ? idle               what the session says of itself
//! ```

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may stop where it is surprised"
)]

use std::{collections::VecDeque, fs, path::Path};

use samma_protocol::{
    Error,
    imap::{
        command::{Command, Criterion, FetchItem, ListReturn, MessageSet, StatusItem},
        mailbox_name::MailboxName,
        response::{Code, Data, Status, StatusKind},
        session::{Event, Session},
    },
    sasl::{Credentials, Mechanism, choose},
    secret::Secret,
};

/// The nonce of the example in RFC 5802 5, before base64.
const SEED: [u8; 18] = [
    0x7f, 0x29, 0x28, 0xf9, 0xdd, 0xa5, 0x6d, 0xb1, 0x60, 0x38, 0xd4, 0x6f, 0xf6, 0xa9, 0x31, 0x75,
    0xac, 0x0b,
];

#[test]
fn every_trace_goes_as_written_however_the_bytes_are_cut() {
    let mut traces: Vec<_> =
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces"))
            .expect("traces are there")
            .map(|entry| entry.expect("a readable folder").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
            .collect();
    traces.sort();
    assert!(traces.len() > 20, "traces are missing: {traces:?}");
    for path in traces {
        let text = fs::read_to_string(&path).expect("a readable trace");
        for cut in [usize::MAX, 7, 1] {
            Player::new(
                format!("{} cut at {cut}", path.file_name().unwrap().display()),
                cut,
            )
            .play(&text);
        }
    }
}

struct Player {
    name: String,
    line: usize,
    /// Longest piece in which the server's bytes arrive.
    cut: usize,
    session: Session,
    events: VecDeque<String>,
    heard: Vec<u8>,
    written: Option<Vec<u8>>,
}

impl Player {
    fn new(name: String, cut: usize) -> Self {
        Self {
            name,
            line: 0,
            cut,
            session: Session::new(),
            events: VecDeque::new(),
            heard: Vec::new(),
            written: None,
        }
    }

    fn play(mut self, text: &str) {
        for line in text.lines() {
            self.line += 1;
            let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
            if mark != "S:" {
                self.hear();
            }
            if mark != "C:" {
                self.compare_write();
            }
            match mark {
                "" | "#" => {}
                "S:" => {
                    self.no_events_left();
                    self.heard.extend_from_slice(rest.as_bytes());
                    self.heard.extend_from_slice(b"\r\n");
                }
                "C:" => {
                    self.no_events_left();
                    let written = self.written.get_or_insert_default();
                    written.extend_from_slice(rest.as_bytes());
                    written.extend_from_slice(b"\r\n");
                }
                "C-" => {
                    let output = self.session.take_output();
                    assert!(
                        output.is_empty(),
                        "{}: wrote {}",
                        self.place(),
                        output.escape_ascii()
                    );
                }
                "E:" => {
                    let event = self.events.pop_front();
                    assert_eq!(event.as_deref(), Some(rest), "{}", self.place());
                }
                "E*" => self.events.clear(),
                "@" => match rest {
                    "secure" => self.session.set_secure(true),
                    "secured" => self.session.secured(),
                    "done" => self.session.done_idle(),
                    "compressed" => assert!(self.session.compressed().is_empty()),
                    other => panic!("{}: unknown act {other}", self.place()),
                },
                ">" => {
                    self.no_events_left();
                    let command = self
                        .command(rest)
                        .unwrap_or_else(|error| panic!("{}: {error}", self.place()));
                    self.session
                        .send(command)
                        .unwrap_or_else(|error| panic!("{}: {error}", self.place()));
                }
                ">!" => {
                    let (kind, rest) = rest.split_once(' ').unwrap();
                    let error = self
                        .command(rest)
                        .and_then(|command| self.session.send(command));
                    assert_eq!(
                        error.as_ref().err().map(kind_of),
                        Some(kind),
                        "{}",
                        self.place()
                    );
                }
                "?" => self.ask(rest),
                other => panic!("{}: unknown mark {other}", self.place()),
            }
        }
        self.hear();
        self.compare_write();
        self.no_events_left();
        let output = self.session.take_output();
        assert!(
            output.is_empty(),
            "{}: wrote {} at the end",
            self.place(),
            output.escape_ascii()
        );
    }

    fn place(&self) -> String {
        format!("{}, line {}", self.name, self.line)
    }

    fn hear(&mut self) {
        for piece in std::mem::take(&mut self.heard).chunks(self.cut.min(1 << 20)) {
            self.session.receive(piece);
            while let Some(event) = self.session.next_event() {
                self.events.push_back(tell(&event));
            }
        }
    }

    fn compare_write(&mut self) {
        if let Some(written) = self.written.take() {
            let output = self.session.take_output();
            assert_eq!(
                String::from_utf8_lossy(&output),
                String::from_utf8_lossy(&written),
                "{}",
                self.place()
            );
        }
    }

    fn no_events_left(&self) {
        assert!(
            self.events.is_empty(),
            "{}: not foretold: {:?}",
            self.place(),
            self.events
        );
    }

    fn ask(&self, question: &str) {
        let words: Vec<&str> = question.split(' ').collect();
        let holds = match words[..] {
            ["idle"] => self.session.is_idle(),
            ["not", "idle"] => !self.session.is_idle(),
            ["in", "flight", count] => self.session.in_flight().to_string() == count,
            ["capabilities", "none"] => self.session.capabilities().is_none(),
            ["capability", name] => self
                .session
                .capabilities()
                .is_some_and(|list| list.has(name)),
            ["no", "capability", name] => self
                .session
                .capabilities()
                .is_some_and(|list| !list.has(name)),
            ["enabled", name] => self.session.enabled().has(name),
            ["not", "enabled", name] => !self.session.enabled().has(name),
            _ => panic!("{}: unknown question", self.place()),
        };
        assert!(
            holds,
            "{}: {question}? {:?}",
            self.place(),
            self.session.capabilities()
        );
    }

    fn command(&self, text: &str) -> Result<Command, Error> {
        let words: Vec<&str> = text.split(' ').collect();
        Ok(match words[..] {
            ["capability"] => Command::Capability,
            ["noop"] => Command::Noop,
            ["logout"] => Command::Logout,
            ["idle"] => Command::Idle,
            ["starttls"] => Command::StartTls,
            ["namespace"] => Command::Namespace,
            ["compress"] => Command::Compress,
            ["login", user, password] => Command::Login {
                user: user.to_owned(),
                password: password.into(),
            },
            ["sign-in", user, password] => {
                let credentials = Credentials::Password {
                    user: user.to_owned(),
                    password: Secret::new(password),
                };
                choose(
                    self.session.capabilities().expect("a list of capabilities"),
                    &credentials,
                    &SEED,
                )?
            }
            ["sign-in-by-token", user, token] => {
                let credentials = Credentials::Token {
                    user: user.to_owned(),
                    token: Secret::new(token),
                    host: "mail.example.org".to_owned(),
                    port: 993,
                };
                choose(
                    self.session.capabilities().expect("a list of capabilities"),
                    &credentials,
                    &SEED,
                )?
            }
            ["plain", user, password] => {
                Command::Authenticate(Mechanism::plain(user, &Secret::new(password)))
            }
            ["sasl-login", user, password] => {
                Command::Authenticate(Mechanism::login(user, &Secret::new(password)))
            }
            ["enable", "QRESYNC"] => Command::Enable(vec!["QRESYNC"]),
            ["enable", "UTF8=ACCEPT"] => Command::Enable(vec!["UTF8=ACCEPT"]),
            ["select", name] => Command::Select {
                mailbox: MailboxName::new(name),
                examine: false,
                condstore: false,
                qresync: None,
            },
            ["create", name] => Command::Create {
                mailbox: MailboxName::new(name),
                special_use: None,
            },
            ["status", name] => Command::Status {
                mailbox: MailboxName::new(name),
                items: vec![StatusItem::Messages],
            },
            ["list"] => Command::List {
                selection: Vec::new(),
                reference: String::new(),
                patterns: vec!["*".to_owned()],
                return_: ListReturn::default(),
            },
            ["fetch", range] => Command::Fetch {
                uid: false,
                set: MessageSet::Range(range.to_owned()),
                items: vec![FetchItem::Uid, FetchItem::Flags],
                changed_since: None,
                vanished: false,
            },
            ["search", "subject", subject] => Command::Search {
                uid: true,
                return_: None,
                criteria: vec![Criterion::Subject(subject.to_owned())],
            },
            ["append", name, text] => Command::Append {
                mailbox: MailboxName::new(name),
                flags: Vec::new(),
                internal_date: None,
                data: text.as_bytes().to_vec(),
            },
            _ => panic!("{}: unknown command", self.place()),
        })
    }
}

fn kind_of(error: &Error) -> &'static str {
    match error {
        Error::Broken { .. } => "broken",
        Error::Unsafe { .. } => "unsafe",
        Error::Unsendable { .. } => "unsendable",
        Error::TooLong { .. } => "too-long",
        _ => "other",
    }
}

/// An event in one line.
fn tell(event: &Event) -> String {
    match event {
        Event::Greeting(status) => format!("greeting {}", tell_status(status)),
        Event::Data(Data::Status(status)) => format!("data {}", tell_status(status)),
        Event::Data(Data::Capability(_)) => "data Capability".to_owned(),
        Event::Data(Data::Enabled(_)) => "data Enabled".to_owned(),
        Event::Data(Data::List(entry)) => format!("data List {}", entry.name),
        Event::Data(Data::MailboxStatus(status)) => format!("data MailboxStatus {}", status.name),
        Event::Data(Data::Fetch(fetch)) => format!("data Fetch {}", fetch.seq),
        Event::Data(Data::Flags(flags)) => format!("data Flags {}", flags.len()),
        Event::Data(Data::Search { ids, .. }) => format!("data Search {ids:?}"),
        Event::Data(Data::Unknown { name, .. }) => format!("data Unknown {name}"),
        Event::Data(data) => format!("data {data:?}"),
        Event::Done { tag, status } => format!("done {tag} {}", tell_status(status)),
        Event::IdleStarted { tag } => format!("idle {tag}"),
        Event::Literal { bytes, last, .. } => format!("literal {} {last}", bytes.len()),
        Event::StartTlsReady => "starttls".to_owned(),
        Event::CompressReady => "compress".to_owned(),
        Event::Skipped { .. } => "skipped".to_owned(),
        Event::Broken(error) => format!("broken {}", kind_of(error)),
        other => format!("{other:?}"),
    }
}

fn tell_status(status: &Status) -> String {
    let kind = match status.kind {
        StatusKind::Ok => "OK",
        StatusKind::No => "NO",
        StatusKind::Bad => "BAD",
        StatusKind::PreAuth => "PREAUTH",
        StatusKind::Bye => "BYE",
    };
    match &status.code {
        None => kind.to_owned(),
        Some(Code::Capability(_)) => format!("{kind} [Capability]"),
        Some(Code::PermanentFlags { .. }) => format!("{kind} [PermanentFlags]"),
        Some(Code::Other { name, .. }) => format!("{kind} [Other {name}]"),
        Some(code) => format!("{kind} [{code:?}]"),
    }
}
