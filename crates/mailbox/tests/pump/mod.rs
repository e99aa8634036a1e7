//! The engine over plain TCP: what the worker's pump does, in threads and channels.

#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod line;
pub mod raw;
pub mod site;
pub mod truth;

use std::collections::{BTreeMap, HashMap};
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use samma_mailbox::change::{Change, Connection, Edit, Mailbox, ProblemKind, Progress, Row};
use samma_mailbox::command::{
    ActionId, Command, Login, MailboxAction, MessageAction, Messages, VERSION, ViewId, Which,
};
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
    /// The mailbox that the list shows.
    pub mailbox: String,
    view: u32,
    /// The live state as last told.
    pub live: Option<Connection>,
    /// How far each action is, as last told.
    pub progress: BTreeMap<ActionId, Progress>,
    last_action: u32,
    /// How far the clock was turned by hand.
    turned: Duration,
    /// Rows that were told at a place which the edits before do not lead to.
    pub jumps: Vec<String>,
    places: Places,
    /// The open mailbox could not be opened.
    failed: bool,
    /// It has another name since.
    reopen: bool,
}

/// Which message is at which place, where that is known: what a page keeps to hold the reader's place.
#[derive(Debug, Default)]
struct Places(BTreeMap<u32, u32>);

impl Places {
    /// Takes rows in as the page does; the first place where they contradict the edits.
    fn take(&mut self, edits: &[Edit], first: u32, rows: &[Row]) -> Option<(u32, u32, u32)> {
        for edit in edits {
            let behind = edit.at + edit.removed;
            let moved = |place: u32| place - edit.removed + edit.inserted;
            self.0 = std::mem::take(&mut self.0)
                .into_iter()
                .filter(|(place, _)| *place < edit.at || *place >= behind)
                .map(|(place, uid)| {
                    if place < edit.at {
                        (place, uid)
                    } else {
                        (moved(place), uid)
                    }
                })
                .collect();
        }
        let mut contradiction = None;
        for (place, row) in (first..).zip(rows) {
            if let Some(before) = self.0.insert(place, row.uid)
                && before != row.uid
            {
                contradiction = contradiction.or(Some((place, before, row.uid)));
            }
        }
        contradiction
    }
}

impl Pump {
    /// An engine with one tab, and no account yet.
    pub fn new(address: &str) -> Self {
        // No two devices roll the same dice.
        static SEED: AtomicU8 = AtomicU8::new(7);
        let seed = SEED.fetch_add(1, Ordering::Relaxed);
        let (sender, inbox) = channel();
        let mut pump = Self {
            engine: Engine::new([seed; 32], samma_message::charset::without_hook),
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
            mailbox: String::new(),
            view: 0,
            live: None,
            progress: BTreeMap::new(),
            last_action: 100_000,
            turned: Duration::ZERO,
            jumps: Vec::new(),
            places: Places::default(),
            failed: false,
            reopen: false,
        };
        pump.command(Command::Hello {
            version: VERSION,
            ticket: None,
        });
        pump.command(Command::Visible(true));
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

    /// Opens another mailbox, and asks for as many rows as may be asked for.
    pub fn show(&mut self, mailbox: &str) {
        let view = self.view + 1;
        self.open(view, mailbox, None);
        self.show_all();
    }

    /// Asks for as many rows of the open list as may be asked for.
    pub fn show_all(&mut self) {
        self.command(Command::ShowRows {
            view: ViewId(self.view),
            first: 0,
            count: samma_mailbox::command::MAX_WINDOW,
        });
    }

    pub fn command(&mut self, command: Command) {
        if let Command::Open { view, mailbox, .. } = &command {
            self.view = view.0;
            self.mailbox.clone_from(mailbox);
            self.places = Places::default();
        }
        self.step(Input::Command(TAB, command));
    }

    fn next_action(&mut self) -> ActionId {
        self.last_action += 1;
        ActionId(self.last_action)
    }

    /// Does something to messages of the open list.
    pub fn act(&mut self, uids: Vec<u32>, what: MessageAction) -> ActionId {
        self.act_on(Which::These(uids), what)
    }

    /// Does something to all messages of the open list.
    pub fn act_on_all(&mut self, what: MessageAction) -> ActionId {
        self.act_on(Which::All(ViewId(self.view)), what)
    }

    fn act_on(&mut self, which: Which, what: MessageAction) -> ActionId {
        let action = self.next_action();
        let on = Messages {
            mailbox: self.mailbox.clone(),
            uid_validity: self.uid_validity,
            which,
        };
        self.command(Command::Act { action, on, what });
        action
    }

    /// Does something to a folder.
    pub fn organise(&mut self, what: MailboxAction) -> ActionId {
        let action = self.next_action();
        self.command(Command::Organise { action, what });
        action
    }

    /// Undoes an action.
    pub fn undo(&mut self, undoes: ActionId) -> ActionId {
        let action = self.next_action();
        self.command(Command::Undo { action, undoes });
        action
    }

    /// What became of an action, once that is known.
    pub fn end_of(&self, action: ActionId) -> Option<&Progress> {
        self.progress
            .get(&action)
            .filter(|progress| !matches!(progress, Progress::Running { .. }))
    }

    /// Goes on until it is known what became of an action.
    pub fn until_acted(&mut self, action: ActionId) -> Progress {
        self.until_shown(&format!("the end of {action:?}"), |pump| {
            pump.end_of(action).is_some()
        });
        self.end_of(action).unwrap().clone()
    }

    /// Actions of which it is not known yet what became of them, and what was told last.
    pub fn open_actions(&self) -> Vec<(ActionId, Option<Progress>)> {
        (100_001..=self.last_action)
            .map(ActionId)
            .filter(|action| self.end_of(*action).is_none())
            .map(|action| (action, self.progress.get(&action).cloned()))
            .collect()
    }

    /// The mailbox of this name, as last told.
    pub fn folder(&self, name: &str) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|one| one.name == name)
    }

    /// The row with this subject, as last told.
    pub fn row(&self, subject: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.subject == subject)
    }

    /// Turns the clock, as a device does that slept: nothing happened meanwhile.
    pub fn turn_clock(&mut self, by: Duration) {
        self.turned += by;
        self.step(Input::Woke);
    }

    fn now(&self) -> Moment {
        let ms = (self.started.elapsed() + self.turned).as_secs_f64() * 1_000.0;
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
        if std::mem::take(&mut self.reopen) {
            let mailbox = self.mailbox.clone();
            self.show(&mailbox);
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
                self.failed = false;
                self.total = total.unwrap_or(0);
                self.rows.clear();
                self.places = Places::default();
                self.uid_validity = *uid_validity;
            }
            Change::Rows {
                total,
                first,
                rows,
                edits,
                view,
                ..
            } if view.0 == self.view => {
                if let Some((place, before, now)) = self.places.take(edits, *first, rows) {
                    self.jumps.push(format!(
                        "place {place} of {} had UID {before}, has {now}; edits {edits:?}",
                        self.mailbox
                    ));
                }
                self.total = *total;
                self.first = *first;
                self.rows.clone_from(rows);
            }
            Change::Connection(live) => self.live = Some(live.clone()),
            Change::Acted { action, progress } => {
                self.progress.insert(*action, progress.clone());
            }
            Change::MailboxRenamed { from, to } if *from == self.mailbox => {
                self.mailbox.clone_from(to);
                self.reopen = self.failed;
            }
            Change::ViewFailed { view, .. } if view.0 == self.view => self.failed = true,
            _ => {}
        }
        if std::env::var_os("SAMMA_TEST_TRACE").is_some() {
            eprintln!("   {}", told(&change));
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
            let _gone_already = socket.shutdown(Shutdown::Both);
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

    /// Goes on for a while, whatever happens.
    pub fn go_on(&mut self, within: Duration) {
        let deadline = Instant::now() + within;
        while self.turn(deadline) {}
    }

    /// Goes to another address from the next connection on.
    pub fn move_to(&mut self, address: &str) {
        address.clone_into(&mut self.address);
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
                "waited in vain for {what}:\n{}",
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
                "waited in vain for {what}:\n{}",
                self.tail()
            );
        }
    }

    /// The last things told.
    pub fn tail(&self) -> String {
        let last = &self.changes[self.changes.len().saturating_sub(8)..];
        let lines: Vec<String> = last.iter().map(told).collect();
        lines.join("\n")
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

/// A change in one line.
fn told(change: &Change) -> String {
    match change {
        Change::Rows {
            total,
            edits,
            first,
            rows,
            ..
        } => {
            let uids: Vec<u32> = rows.iter().map(|row| row.uid).collect();
            format!("Rows of {total} from {first}: {uids:?}, {edits:?}")
        }
        Change::Mailboxes(all) => {
            let names: Vec<String> = all
                .iter()
                .map(|one| format!("{} {:?}/{:?}", one.name, one.unread, one.total))
                .collect();
            format!("Mailboxes {}", names.join(", "))
        }
        other => format!("{other:?}"),
    }
}
