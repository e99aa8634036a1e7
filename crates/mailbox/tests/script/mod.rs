//! An engine whose server is the test: lines in, lines out, and a clock that is turned by hand.

#![allow(dead_code, reason = "each test uses what it needs")]

use samma_mailbox::change::{Change, Row};
use samma_mailbox::command::{Command, Login, VERSION, ViewId};
use samma_mailbox::effect::{Audience, Effect};
use samma_mailbox::engine::Engine;
use samma_mailbox::input::{ClientId, CloseReason, ConnectionId, Input, Moment};
use samma_transport::config::{Endpoint, Server, Tls};

pub const TAB: ClientId = ClientId(1);
/// The first connection that an engine opens.
pub const FIRST: ConnectionId = ConnectionId(1);

/// Capabilities of a server that has what Dovecot has.
pub const RICH: &str = "IMAP4rev1 IDLE ENABLE CONDSTORE QRESYNC ESEARCH LIST-EXTENDED LIST-STATUS SPECIAL-USE \
                        LITERAL+ SASL-IR NAMESPACE UIDPLUS MOVE";
/// Of one that has next to nothing.
pub const BARE: &str = "IMAP4rev1 IDLE";

pub struct Script {
    engine: Engine,
    ms: f64,
    /// What was told, and not looked at yet.
    pub changes: Vec<(Audience, Change)>,
    sent: Vec<(ConnectionId, String)>,
    pub dialled: Vec<ConnectionId>,
    pub closed: Vec<ConnectionId>,
    pub forgotten: bool,
    /// LIST tells of a second mailbox, "Shelf".
    pub shelf: bool,
    /// Address and messages of the poke channel.
    pub poked: Vec<Vec<u8>>,
    pub unsealing: Option<Vec<u8>>,
}

impl Script {
    pub fn new() -> Self {
        let mut script = Self {
            engine: Engine::new([3; 32], samma_message::charset::without_hook),
            ms: 0.0,
            changes: Vec::new(),
            sent: Vec::new(),
            dialled: Vec::new(),
            closed: Vec::new(),
            forgotten: false,
            shelf: false,
            poked: Vec::new(),
            unsealing: None,
        };
        script.hello(TAB, None);
        script
    }

    pub fn hello(&mut self, tab: ClientId, ticket: Option<Vec<u8>>) {
        self.input(Input::Command(
            tab,
            Command::Hello {
                version: VERSION,
                ticket,
            },
        ));
    }

    pub fn login(tls: Tls) -> Login {
        Login {
            address: "anna@samma.test".to_owned(),
            user: "anna".to_owned(),
            password: "secret".to_owned(),
            server: Server {
                id: "s".to_owned(),
                name: "S".to_owned(),
                imap: Some(Endpoint {
                    host: "imap.samma.test".to_owned(),
                    port: 993,
                    tls,
                }),
                ..Server::default()
            },
            gateway: "wss://gateway".to_owned(),
            keep: true,
            poke: false,
        }
    }

    /// Connected and greeted; the login is on its way.
    pub fn greeted() -> Self {
        let mut script = Self::new();
        script.command(Command::SignIn(Box::new(Self::login(Tls::Implicit))));
        assert_eq!(script.dialled, [FIRST]);
        script.input(Input::Connected(FIRST));
        script.server("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello");
        script.expect("AUTHENTICATE PLAIN");
        script
    }

    /// Signed in to a server with these capabilities, INBOX being selected.
    pub fn signed_in(capabilities: &str) -> Self {
        let mut script = Self::greeted();
        script.open(1, "INBOX");
        let tag = script.tag("AUTHENTICATE");
        script.server(&format!("{tag} OK [CAPABILITY {capabilities}] in"));
        script
    }

    /// INBOX is open with `count` messages of UIDs 1 to `count`, all shown.
    pub fn selected(capabilities: &str, count: u32) -> Self {
        let mut script = Self::signed_in(capabilities);
        script.select_answer(7, count);
        script.answer_all(count);
        script.server("+ idling");
        script
    }

    /// Answers SELECT.
    pub fn select_answer(&mut self, uid_validity: u32, count: u32) {
        if let Some(tag) = self.find_tag("ENABLE") {
            self.server(&format!("* ENABLED QRESYNC\n{tag} OK enabled"));
        }
        let tag = self.tag("SELECT");
        let next = count + 1;
        self.server(&format!(
            "* FLAGS (\\Seen)\n* {count} EXISTS\n* OK [UIDVALIDITY {uid_validity}] v\n* OK [UIDNEXT {next}] n\n\
             * OK [HIGHESTMODSEQ 100] h\n{tag} OK [READ-WRITE] selected"
        ));
    }

    /// Answers everything that is asked on the first connection, as a server with UIDs 1 to `count` does.
    pub fn answer_all(&mut self, count: u32) {
        for _ in 0..50 {
            let waiting: Vec<String> = self
                .lines(FIRST)
                .into_iter()
                .filter(|line| !line.contains("IDLE") && !line.contains("DONE"))
                .collect();
            if waiting.is_empty() {
                return;
            }
            self.sent.retain(|(id, _)| *id != FIRST);
            for line in waiting {
                let (tag, command) = line.split_once(' ').unwrap();
                let data = self.answer(command, count);
                self.server(&format!("{data}{tag} OK done"));
            }
        }
        panic!("the engine does not stop asking: {:?}", self.sent);
    }

    fn answer(&self, command: &str, count: u32) -> String {
        if let Some(rest) = command
            .strip_prefix("FETCH ")
            .or_else(|| command.strip_prefix("UID FETCH "))
        {
            let set = rest.split(' ').next().unwrap();
            let (first, last) = set.split_once(':').unwrap_or((set, set));
            let first: u32 = first.parse().unwrap();
            let last: u32 = last.parse().unwrap_or(count);
            let mut out = String::new();
            for uid in first..=last.min(count) {
                out += &if command.contains("ENVELOPE") {
                    row(uid, uid, "")
                } else if command.contains("BODY.PEEK[1]") {
                    format!("* {uid} FETCH (UID {uid} BODY[1]<0> \"words {uid}\")\n")
                } else {
                    format!("* {uid} FETCH (UID {uid} FLAGS ())\n")
                };
            }
            return out;
        }
        match command {
            "UID SEARCH RETURN (ALL) ALL" | "UID SEARCH RETURN (ALL) UNSEEN" if count > 0 => {
                format!("* ESEARCH UID ALL 1:{count}\n")
            }
            "UID SEARCH ALL" | "UID SEARCH UNSEEN" => {
                let uids: Vec<String> = (1..=count).map(|uid| uid.to_string()).collect();
                format!("* SEARCH {}\n", uids.join(" "))
            }
            list if list.starts_with("LIST ") && self.shelf => {
                let status = if list.contains("STATUS") {
                    "* STATUS Shelf (MESSAGES 0 UIDNEXT 10 UIDVALIDITY 9 UNSEEN 0)\n"
                } else {
                    ""
                };
                format!("* LIST () \"/\" INBOX\n* LIST () \"/\" Shelf\n{status}")
            }
            list if list.starts_with("LIST ") => "* LIST () \"/\" INBOX\n".to_owned(),
            status if status.starts_with("STATUS \"Shelf\"") => {
                "* STATUS Shelf (MESSAGES 0 UIDNEXT 10 UIDVALIDITY 9 UNSEEN 0)\n".to_owned()
            }
            _ => String::new(),
        }
    }

    pub fn open(&mut self, view: u32, mailbox: &str) {
        self.command(Command::Open {
            view: ViewId(view),
            mailbox: mailbox.to_owned(),
            search: None,
            rows: 50,
        });
    }

    pub fn command(&mut self, command: Command) {
        self.input(Input::Command(TAB, command));
    }

    /// Lines of the server, on the first connection.
    pub fn server(&mut self, lines: &str) {
        self.server_on(FIRST, lines);
    }

    pub fn server_on(&mut self, id: ConnectionId, lines: &str) {
        let bytes = lines.replace('\n', "\r\n") + "\r\n";
        self.input(Input::Received(id, bytes.into_bytes()));
    }

    pub fn lost(&mut self, id: ConnectionId, reason: CloseReason) {
        self.input(Input::Closed(id, reason));
    }

    pub fn input(&mut self, input: Input) {
        let now = Moment {
            monotonic_ms: self.ms,
            unix_ms: 1_795_426_541_000.0 + self.ms,
        };
        self.engine.handle(input, now);
        while let Some(effect) = self.engine.next_effect() {
            match effect {
                Effect::Connect(id, target) => {
                    assert_eq!(target.url, "wss://gateway/tunnel/s/imap");
                    self.dialled.push(id);
                }
                Effect::Send(id, bytes) => {
                    let text = String::from_utf8(bytes).unwrap();
                    self.sent
                        .extend(text.lines().map(|line| (id, line.to_owned())));
                }
                Effect::Close(id) => self.closed.push(id),
                Effect::Changed(to, change) => self.changes.push((to, change)),
                Effect::Seal(bytes) => {
                    // Sealed by nobody: the test reads it.
                    self.unsealing = Some(bytes);
                }
                Effect::Unseal(ticket) => self.unsealing = Some(ticket),
                Effect::Forget => self.forgotten = true,
                Effect::PokesOpen(url) => self.poked.push(url.into_bytes()),
                Effect::PokesSend(bytes) => self.poked.push(bytes),
                Effect::StartTls(_) | Effect::PokesClose => {}
            }
        }
    }

    /// Turns the clock to when the engine wants to be woken, at most `ms` on; says how far.
    pub fn wait(&mut self, ms: f64) {
        let end = self.ms + ms;
        while let Some(wake) = self.engine.next_wake().filter(|wake| *wake <= end) {
            self.ms = self.ms.max(wake);
            self.input(Input::Woke);
        }
        self.ms = end;
    }

    /// Lines sent on a connection that were not looked at yet.
    pub fn lines(&self, id: ConnectionId) -> Vec<String> {
        self.sent
            .iter()
            .filter(|(to, _)| *to == id)
            .map(|(_, line)| line.clone())
            .collect()
    }

    /// The engine has said something that contains this.
    pub fn expect(&self, words: &str) {
        assert!(
            self.sent.iter().any(|(_, line)| line.contains(words)),
            "{words} was not said: {:?}",
            self.sent
        );
    }

    pub fn find_tag(&mut self, words: &str) -> Option<String> {
        let at = self
            .sent
            .iter()
            .position(|(_, line)| line.contains(words))?;
        let (_, line) = self.sent.remove(at);
        line.split(' ').next().map(str::to_owned)
    }

    /// The tag of the oldest command that contains this; the line counts as looked at.
    pub fn tag(&mut self, words: &str) -> String {
        self.find_tag(words)
            .unwrap_or_else(|| panic!("{words} was not said: {:?}", self.sent))
    }

    /// The tag of the oldest command that was not looked at.
    pub fn next_tag(&mut self) -> Option<String> {
        self.next_command().map(|(_, tag, _)| tag)
    }

    /// The oldest command that was not looked at: on which connection, its tag, and all of it.
    pub fn next_command(&mut self) -> Option<(ConnectionId, String, String)> {
        self.sent.retain(|(_, line)| line != "DONE");
        if self.sent.is_empty() {
            return None;
        }
        let (id, line) = self.sent.remove(0);
        let tag = line.split(' ').next()?.to_owned();
        Some((id, tag, line))
    }

    /// A connection that was dialled comes up and is signed in.
    pub fn sign_in_again(&mut self, id: ConnectionId, capabilities: &str) {
        assert!(self.dialled.contains(&id), "{:?} is dialled", self.dialled);
        self.input(Input::Connected(id));
        self.server_on(id, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello");
        let tag = self.tag("AUTHENTICATE");
        self.server_on(id, &format!("{tag} OK [CAPABILITY {capabilities}] in"));
    }

    pub fn forget_lines(&mut self) {
        self.sent.clear();
    }

    /// What was told since the last call.
    pub fn news(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
            .into_iter()
            .map(|(_, change)| change)
            .collect()
    }

    /// The rows told last; what was told before is looked at.
    pub fn rows(&mut self) -> (u32, Vec<Row>) {
        let told = self
            .news()
            .into_iter()
            .rev()
            .find_map(|change| match change {
                Change::Rows { total, rows, .. } => Some((total, rows)),
                _ => None,
            });
        told.expect("rows were told")
    }
}

/// A FETCH answer with all that a row needs; `flags` such as `\Seen`.
pub fn row(sequence: u32, uid: u32, flags: &str) -> String {
    format!(
        "* {sequence} FETCH (UID {uid} FLAGS ({flags}) INTERNALDATE \"23-Nov-2026 10:00:00 +0000\" RFC822.SIZE 100 \
         ENVELOPE (NIL \"Subject {uid}\" ((\"Anna\" NIL \"anna\" \"samma.test\")) NIL NIL NIL NIL NIL NIL NIL) \
         BODYSTRUCTURE (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 10 1 NIL NIL NIL NIL))\n"
    )
}
