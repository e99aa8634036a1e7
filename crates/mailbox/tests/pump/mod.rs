//! The engine over plain TCP: what the worker's pump does, in threads and channels.

#![allow(dead_code, reason = "each test uses what it needs")]

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use samma_mailbox::change::{Change, Mailbox, ProblemKind, Row};
use samma_mailbox::command::{Command, Login, VERSION, ViewId};
use samma_mailbox::effect::Effect;
use samma_mailbox::engine::Engine;
use samma_mailbox::input::{ClientId, CloseReason, ConnectionId, Input, Moment};
use samma_transport::config::{Endpoint, Server, Tls};

/// The only tab of these tests.
pub const TAB: ClientId = ClientId(1);

/// Longest wait for anything; only a failing test gets there.
const PATIENCE: Duration = Duration::from_secs(20);

/// An engine, its sockets, and what it has told.
pub struct Pump {
    engine: Engine,
    started: Instant,
    sockets: HashMap<ConnectionId, TcpStream>,
    inbox: Receiver<Input>,
    sender: Sender<Input>,
    address: String,
    /// Everything told, in order.
    pub changes: Vec<Change>,
    /// Mailboxes as last told.
    pub mailboxes: Vec<Mailbox>,
    /// Total and rows as last told.
    pub total: u32,
    pub first: u32,
    pub rows: Vec<Row>,
    pub uid_validity: u32,
}

impl Pump {
    /// An engine with one tab, and no account yet.
    pub fn new(address: &str) -> Self {
        let (sender, inbox) = channel();
        let mut pump = Self {
            engine: Engine::new([7; 32], samma_message::charset::without_hook),
            started: Instant::now(),
            sockets: HashMap::new(),
            inbox,
            sender,
            address: address.to_owned(),
            changes: Vec::new(),
            mailboxes: Vec::new(),
            total: 0,
            first: 0,
            rows: Vec::new(),
            uid_validity: 0,
        };
        pump.command(Command::Hello {
            version: VERSION,
            ticket: None,
        });
        pump
    }

    /// An engine whose account is open and whose tab shows INBOX.
    pub fn signed_in(address: &str, user: &str, password: &str) -> Self {
        let mut pump = Self::new(address);
        pump.sign_in(user, password);
        pump.until("signed in", |change| {
            matches!(change, Change::SignedIn { .. })
        });
        pump.open(1, "INBOX", None);
        pump
    }

    pub fn sign_in(&mut self, user: &str, password: &str) {
        let login = Login {
            address: user.to_owned(),
            user: user.to_owned(),
            password: password.to_owned(),
            server: Server {
                id: "test".to_owned(),
                name: "Test".to_owned(),
                imap: Some(Endpoint {
                    host: "localhost".to_owned(),
                    port: 143,
                    tls: Tls::None,
                }),
                ..Server::default()
            },
            gateway: "ws://gateway".to_owned(),
            keep: false,
            poke: false,
        };
        self.command(Command::SignIn(Box::new(login)));
    }

    pub fn open(&mut self, view: u32, mailbox: &str, search: Option<&str>) {
        self.command(Command::Open {
            view: ViewId(view),
            mailbox: mailbox.to_owned(),
            search: search.map(str::to_owned),
            rows: 50,
        });
    }

    pub fn command(&mut self, command: Command) {
        self.step(Input::Command(TAB, command));
    }

    fn now(&self) -> Moment {
        let ms = self.started.elapsed().as_secs_f64() * 1_000.0;
        Moment {
            monotonic_ms: ms,
            unix_ms: 1_795_426_541_000.0 + ms,
        }
    }

    fn step(&mut self, input: Input) {
        if std::env::var_os("SAMMA_TEST_TRACE").is_some() {
            trace(&input);
        }
        self.engine.handle(input, self.now());
        while let Some(effect) = self.engine.next_effect() {
            match effect {
                Effect::Connect(id, _) => self.connect(id),
                Effect::Send(id, bytes) => {
                    if std::env::var_os("SAMMA_TEST_TRACE").is_some() {
                        eprintln!("C{}: {}", id.0, String::from_utf8_lossy(&bytes));
                    }
                    if let Some(socket) = self.sockets.get_mut(&id) {
                        // A dead socket tells by itself, through its reader.
                        let _told_by_reader = socket.write_all(&bytes);
                    }
                }
                Effect::Close(id) => {
                    if let Some(socket) = self.sockets.remove(&id) {
                        let _gone_already = socket.shutdown(Shutdown::Both);
                    }
                }
                Effect::Seal(bytes) => self.sender.send(Input::Sealed(Some(bytes))).unwrap(),
                Effect::Unseal(bytes) => self.sender.send(Input::Unsealed(Some(bytes))).unwrap(),
                Effect::Changed(_, change) => self.heard(change),
                Effect::StartTls(_)
                | Effect::Forget
                | Effect::PokesOpen(_)
                | Effect::PokesSend(_)
                | Effect::PokesClose => {}
            }
        }
    }

    fn heard(&mut self, change: Change) {
        match &change {
            Change::Mailboxes(all) => self.mailboxes.clone_from(all),
            Change::ViewReset {
                total,
                uid_validity,
                ..
            } => {
                self.total = total.unwrap_or(0);
                self.rows.clear();
                self.uid_validity = *uid_validity;
            }
            Change::Rows {
                total, first, rows, ..
            } => {
                self.total = *total;
                self.first = *first;
                self.rows.clone_from(rows);
            }
            _ => {}
        }
        self.changes.push(change);
    }

    fn connect(&mut self, id: ConnectionId) {
        let Ok(socket) = TcpStream::connect(&self.address) else {
            let reason = CloseReason {
                kind: ProblemKind::ServerUnreachable,
                detail: String::new(),
            };
            self.sender.send(Input::Closed(id, reason)).unwrap();
            return;
        };
        socket.set_nodelay(true).unwrap();
        let mut reader = socket.try_clone().unwrap();
        self.sockets.insert(id, socket);
        let sender = self.sender.clone();
        sender.send(Input::Connected(id)).unwrap();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            loop {
                let input = match reader.read(&mut buffer) {
                    Ok(count) if count > 0 => Input::Received(id, buffer[..count].to_vec()),
                    _ => Input::Closed(
                        id,
                        CloseReason {
                            kind: ProblemKind::ServerClosed,
                            detail: String::new(),
                        },
                    ),
                };
                let last = matches!(input, Input::Closed(..));
                if sender.send(input).is_err() || last {
                    return;
                }
            }
        });
    }

    /// Cuts all connections, as a lost network does.
    pub fn cut(&mut self) {
        for socket in self.sockets.values() {
            let _closed_already = socket.shutdown(Shutdown::Both);
        }
    }

    /// One thing that happens: bytes, a close, or time.
    fn turn(&mut self, deadline: Instant) -> bool {
        let now_ms = self.now().monotonic_ms;
        let wake = self.engine.next_wake().map(|when| when - now_ms);
        let left = deadline.saturating_duration_since(Instant::now());
        let wait = wake.map_or(left, |ms| {
            left.min(Duration::from_secs_f64(ms.max(0.0) / 1_000.0))
        });
        match self.inbox.recv_timeout(wait) {
            Ok(input) => self.step(input),
            Err(RecvTimeoutError::Timeout) => self.step(Input::Woke),
            Err(RecvTimeoutError::Disconnected) => unreachable!("we hold a sender"),
        }
        Instant::now() < deadline
    }

    /// One thing that happens, or a tenth of a second without.
    pub fn once(&mut self) {
        self.turn(Instant::now() + Duration::from_millis(100));
    }

    /// Goes on until something is told; what was told before this call counts not.
    pub fn until(&mut self, what: &str, wanted: impl Fn(&Change) -> bool) -> Change {
        let from = self.changes.len();
        self.until_from(from, what, wanted)
    }

    /// Goes on until something is told that is not before `from`.
    pub fn until_from(
        &mut self,
        from: usize,
        what: &str,
        wanted: impl Fn(&Change) -> bool,
    ) -> Change {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(change) = self.changes[from..].iter().find(|change| wanted(change)) {
                return change.clone();
            }
            assert!(
                self.turn(deadline),
                "waited in vain for {what}: {:#?}",
                self.tail()
            );
        }
    }

    /// Goes on until what is shown is as wanted.
    pub fn until_shown(&mut self, what: &str, wanted: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !wanted(self) {
            assert!(
                self.turn(deadline),
                "waited in vain for {what}: {:#?}",
                self.tail()
            );
        }
    }

    fn tail(&self) -> &[Change] {
        &self.changes[self.changes.len().saturating_sub(6)..]
    }
}

/// `SAMMA_TEST_TRACE=1` prints the conversation.
fn trace(input: &Input) {
    match input {
        Input::Received(id, bytes) => eprintln!("S{}: {}", id.0, String::from_utf8_lossy(bytes)),
        Input::Closed(id, reason) => eprintln!("S{}: closed, {reason:?}", id.0),
        _ => {}
    }
}
