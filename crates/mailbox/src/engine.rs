//! The engine: takes what happened, says what is to be done.
//!
//! [`Engine::handle`] takes one [`Input`]; then [`Engine::next_effect`] is called until it gives
//! nothing. It never blocks and never fails: what fails is told as a [`Change`]. The parts, in the
//! order in which a session meets them:
//!
//! ```text
//!  connecting   dial, greet, secure; give up, try again
//!  signing_in   prove who we are, and keep the sealed login
//!  mailboxes    LIST, STATUS, NOTIFY, the tree; the regular look at what is not told
//!  selecting    open a mailbox; answers: what the server says of it
//!  rows         rows, flags, UIDs; previews: first words
//!  tasks        what waits for a connection: reading a message, saving parts of it, searching
//!  acting       what people do to messages: shown at once, undone on demand
//!  stepping     and done step by step; asking: each step in the server's words; looking: what became
//!               of it where an answer was lost; tidying: what is left to do afterwards
//!  organising   what people do to folders
//!  peeking      new mail in INBOX while another mailbox is open
//!  poking       tell other devices to look, and look when told
//!  telling      what tabs are told, and what is forgotten
//! ```
//!
//! At the end of every step [`Engine::settle`] asks for what is missing on screen, and tells each tab
//! what looks different: views and readers are never told in the middle of a step.

mod acting;
mod answers;
mod asking;
mod cards;
mod connecting;
mod looking;
mod mailboxes;
mod organising;
mod parts;
mod peeking;
mod poking;
mod previews;
mod reading;
mod rows;
mod selecting;
mod signing_in;
mod stepping;
mod tasks;
mod telling;
mod tidying;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use samma_message::DecodeCharset;
use samma_protocol::imap::response::Data;
use samma_protocol::imap::session::Event;
use samma_protocol::imap::uid::UidSet;

use crate::action::Action;
use crate::change::{
    Change, Connection as LiveState, Mailbox, MessageRef, Problem, ProblemKind, Session,
};
use crate::command::{Command, Login, VERSION};
use crate::connection::{Connection, Phase, Purpose};
use crate::contents::Contents;
use crate::effect::{Audience, Effect};
use crate::input::{ClientId, ConnectionId, Input, Moment};
use crate::limits;
use crate::mark::Mark;
use crate::random::Random;
use crate::tree::Tree;
use crate::view::View;

use self::acting::Undoable;
use self::organising::Organising;
use self::parts::Download;
use self::poking::Pokes;
use self::reading::Bodies;
use self::tasks::Task;
use self::tidying::Tidy;

/// One account and all that its tabs see of it.
#[derive(Debug)]
pub struct Engine {
    random: Random,
    charsets: DecodeCharset,
    effects: VecDeque<Effect>,
    clients: BTreeMap<ClientId, Client>,
    account: Option<Account>,
    /// A ticket is being opened.
    unsealing: bool,
    next_connection: u32,
    /// The keyword by which this device marks messages that it is about to move.
    mark: Mark,
    now: Moment,
}

/// A tab.
#[derive(Debug, Default)]
struct Client {
    view: Option<View>,
    visible: bool,
    reading: Option<MessageRef>,
    /// When it last came to the front or opened a list.
    active_ms: f64,
}

/// The account that is open.
#[derive(Debug)]
struct Account {
    login: Login,
    /// The sealed login, until tabs may have it.
    ticket: Option<Vec<u8>>,
    /// The server has accepted the login at least once, now or when the ticket was made.
    accepted: bool,
    tree: Tree,
    tree_sent: Vec<Mailbox>,
    contents: BTreeMap<String, Contents>,
    connections: BTreeMap<ConnectionId, Connection>,
    tasks: Vec<Task>,
    downloads: Vec<Download>,
    /// What people do to messages, and the server has not done.
    actions: Vec<Action>,
    /// Actions and what is done to folders have their names from here.
    next_action: u32,
    /// What was done, the last ones.
    undoable: VecDeque<Undoable>,
    tidies: Vec<Tidy>,
    organisings: Vec<Organising>,
    /// Messages that are left out of lists, and when they show again if they are still there.
    hidden_until: Vec<(String, UidSet, f64)>,
    /// Mailboxes whose counts, or contents if they are open, are to be asked for.
    doubtful: BTreeSet<String>,
    /// A mailbox that is not looked at has the only connection, for a while.
    borrowed: Option<String>,
    pokes: Pokes,
    bodies: Bodies,
    state_sent: Option<LiveState>,
    /// Tries that failed since the last success.
    failures: usize,
    /// When to dial again.
    retry_ms: Option<f64>,
    /// Why, and since when, there is no connection.
    offline: Option<(f64, Problem)>,
    /// The browser says that there is a network.
    online: bool,
    next_poll_ms: f64,
    /// When all mailboxes are to be listed again.
    next_list_ms: f64,
    /// Mailboxes that could not be opened, until LIST tells whether they are there.
    unvisited: BTreeMap<String, Problem>,
    /// When a session was last given up because it was confused.
    renewed_ms: f64,
    /// A mailbox that the server would not open, and its words.
    unopened: Option<(String, Problem)>,
    /// Until then the second connection is not tried again.
    work_refused_ms: f64,
    work_used_ms: f64,
    no_tabs_ms: Option<f64>,
}

impl Account {
    fn new(login: Login, accepted: bool) -> Self {
        Self {
            login,
            ticket: None,
            accepted,
            tree: Tree::default(),
            tree_sent: Vec::new(),
            contents: BTreeMap::new(),
            connections: BTreeMap::new(),
            tasks: Vec::new(),
            downloads: Vec::new(),
            actions: Vec::new(),
            next_action: 0,
            undoable: VecDeque::new(),
            tidies: Vec::new(),
            organisings: Vec::new(),
            hidden_until: Vec::new(),
            doubtful: BTreeSet::new(),
            borrowed: None,
            pokes: Pokes::default(),
            bodies: Bodies::default(),
            state_sent: None,
            failures: 0,
            retry_ms: None,
            offline: None,
            online: true,
            next_poll_ms: f64::MAX,
            next_list_ms: 0.0,
            unvisited: BTreeMap::new(),
            renewed_ms: f64::MIN,
            unopened: None,
            work_refused_ms: 0.0,
            work_used_ms: 0.0,
            no_tabs_ms: None,
        }
    }

    fn connection(&mut self, purpose: Purpose) -> Option<&mut Connection> {
        self.connections
            .values_mut()
            .find(|one| one.purpose == purpose && one.phase != Phase::Leaving)
    }

    /// The watching connection, signed in.
    fn watch(&mut self) -> Option<&mut Connection> {
        self.connection(Purpose::Watch)
            .filter(|one| one.phase == Phase::Ready)
    }
}

impl Engine {
    /// An engine with no account. `seed` is random; `charsets` decodes what Rust does not.
    #[must_use]
    pub fn new(seed: [u8; 32], charsets: DecodeCharset) -> Self {
        let mut random = Random::new(seed);
        Self {
            mark: Mark::new(random.next_u64()),
            random,
            charsets,
            effects: VecDeque::new(),
            clients: BTreeMap::new(),
            account: None,
            unsealing: false,
            next_connection: 1,
            now: Moment::default(),
        }
    }

    /// Takes one thing that happened.
    pub fn handle(&mut self, input: Input, now: Moment) {
        let due = self.next_wake().unwrap_or(f64::MAX);
        self.now = now;
        if now.monotonic_ms > due + limits::SLEPT_MS {
            self.probe();
        }
        match input {
            Input::Command(client, command) => self.command(client, command),
            Input::Gone(client) => self.gone(client),
            Input::Connected(id) => self.connected(id),
            Input::Secured(id) => self.secured(id),
            Input::Received(id, bytes) => self.received(id, &bytes),
            Input::Closed(id, reason) => self.closed(id, &reason),
            Input::Unsealed(login) => self.unsealed(login.as_deref()),
            Input::Sealed(ticket) => self.sealed(ticket),
            Input::PokesOpened => self.pokes_opened(),
            Input::PokesReceived(bytes) => self.poked(&bytes),
            Input::PokesClosed => self.pokes_closed(),
            Input::Woke => {}
        }
        self.keep_time();
        self.settle();
    }

    /// Next thing the outside must do; to be called until `None` after every [`handle`](Self::handle).
    #[must_use]
    pub fn next_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When to call `handle(Input::Woke, now)` if nothing else happens before, in milliseconds of
    /// [`Moment::monotonic_ms`].
    #[must_use]
    pub fn next_wake(&self) -> Option<f64> {
        let account = self.account.as_ref()?;
        let mut due = Vec::new();
        for connection in account.connections.values() {
            due.extend(connection.silence_ends_ms());
            if connection.purpose == Purpose::Work && !connection.is_waiting() {
                due.push(account.work_used_ms + limits::WORK_IDLE_MS);
            }
            if connection.purpose == Purpose::Watch && connection.phase == Phase::Ready {
                due.push(account.next_poll_ms);
                due.extend(account.pokes.wakes_ms().filter(|_| account.login.poke));
            }
        }
        due.extend(account.retry_ms);
        due.extend(account.hidden_until.iter().map(|(_, _, when)| *when));
        let put_off = account.actions.iter().filter_map(Action::wakes_ms);
        due.extend(put_off.filter(|when| *when > self.now.monotonic_ms));
        due.extend(account.no_tabs_ms.map(|since| since + limits::NO_TABS_MS));
        due.into_iter()
            .reduce(f64::min)
            .filter(|when| *when < f64::MAX)
    }

    fn command(&mut self, client: ClientId, command: Command) {
        match command {
            Command::Hello { version: _, ticket } => self.hello(client, ticket),
            Command::SignIn(login) => self.sign_in(*login),
            Command::SignOut => self.sign_out(),
            Command::Open {
                view,
                mailbox,
                search,
                rows,
            } => {
                let words = search.filter(|words| !words.trim().is_empty());
                self.open(client, View::new(view, mailbox, words, rows));
            }
            Command::ShowRows { view, first, count } => {
                if let Some(shown) = self.view_mut(client).filter(|shown| shown.id == view) {
                    shown.show(first, count);
                }
            }
            Command::OpenMessage { request, message } => {
                self.open_message(client, request, message)
            }
            Command::FetchPart {
                request,
                message,
                section,
            } => {
                self.fetch_part(client, request, message, section);
            }
            Command::Cancel { request } => self.cancel(client, request),
            Command::Act { action, on, what } => self.act(client, action, on, what),
            Command::Organise { action, what } => self.organise(client, action, what),
            Command::Undo { action, undoes } => self.undo(client, action, undoes),
            Command::Stop { action } => self.stop(client, action),
            Command::Refresh => self.refresh(),
            Command::Visible(visible) => self.visible(client, visible),
            Command::Online(online) => self.set_online(online),
        }
    }

    fn hello(&mut self, client: ClientId, ticket: Option<Vec<u8>>) {
        let active_ms = self.now.monotonic_ms;
        self.clients.insert(
            client,
            Client {
                visible: true,
                active_ms,
                ..Client::default()
            },
        );
        if let Some(account) = &mut self.account {
            account.no_tabs_ms = None;
        } else if let Some(ticket) = ticket
            && !self.unsealing
        {
            self.unsealing = true;
            self.effects.push_back(Effect::Unseal(ticket));
        }
        let session = match &self.account {
            Some(account) if account.accepted => Session::SignedIn {
                address: account.login.address.clone(),
                server: account.login.server.name.clone(),
            },
            None if !self.unsealing => Session::SignedOut,
            _ => Session::SigningIn,
        };
        self.tell(
            client,
            Change::Welcome {
                version: VERSION,
                session,
            },
        );
        let Some(account) = &self.account else { return };
        let known = [
            account.state_sent.clone().map(Change::Connection),
            (!account.tree_sent.is_empty()).then(|| Change::Mailboxes(account.tree_sent.clone())),
        ];
        for change in known.into_iter().flatten() {
            self.tell(client, change);
        }
    }

    fn gone(&mut self, client: ClientId) {
        self.clients.remove(&client);
        let no_tabs = self.clients.is_empty();
        let now_ms = self.now.monotonic_ms;
        if let Some(account) = &mut self.account {
            account.tasks.retain(|task| task.client() != client);
            account
                .downloads
                .retain(|download| download.client != client);
            if no_tabs {
                account.no_tabs_ms = Some(now_ms);
            }
        }
    }

    fn visible(&mut self, client: ClientId, visible: bool) {
        let now_ms = self.now.monotonic_ms;
        if let Some(tab) = self.clients.get_mut(&client) {
            let came_back = visible && !tab.visible;
            tab.visible = visible;
            if visible {
                tab.active_ms = now_ms;
            }
            if came_back {
                self.look_now();
            }
        }
    }

    fn view_mut(&mut self, client: ClientId) -> Option<&mut View> {
        self.clients.get_mut(&client)?.view.as_mut()
    }

    fn is_looked_at(&self) -> bool {
        self.clients.values().any(|client| client.visible)
    }

    /// Takes in bytes, one event after the other.
    fn received(&mut self, id: ConnectionId, bytes: &[u8]) {
        let now_ms = self.now.monotonic_ms;
        let Some(connection) = self.connection(id) else {
            return;
        };
        connection.heard_ms = now_ms;
        connection.probed = false;
        connection.session.receive(bytes);
        while let Some(event) = self.connection(id).and_then(|one| one.session.next_event()) {
            self.event(id, event);
        }
    }

    fn event(&mut self, id: ConnectionId, event: Event) {
        match event {
            Event::Greeting(status) => self.greeted(id, &status),
            Event::Data(data) => self.data(id, data),
            Event::Done { tag, status } => {
                let Some(job) = self.connection(id).and_then(|one| one.finish(&tag)) else {
                    return;
                };
                self.note_confusion(id, &status);
                self.done(id, job, status);
                let connection = self.connection(id);
                if let Some(connection) = connection.filter(|one| !one.is_waiting()) {
                    connection.drop_literals();
                }
            }
            Event::StartTlsReady => self.start_tls(id),
            Event::Literal {
                id: literal, bytes, ..
            } => {
                let bounded = self
                    .connection(id)
                    .is_none_or(|connection| connection.literal(literal, &bytes));
                if !bounded {
                    self.give_up(id, ProblemKind::Broken, "More octets than were asked for");
                }
            }
            Event::Broken(error) => {
                let kind = match error {
                    samma_protocol::Error::Unsafe { .. } => ProblemKind::NoSafeLogin,
                    _ => ProblemKind::Broken,
                };
                self.give_up(id, kind, &error.to_string());
            }
            _ => {}
        }
    }

    fn data(&mut self, id: ConnectionId, data: Data) {
        match data {
            Data::Status(status) => self.status(id, status),
            Data::List(_)
            | Data::Lsub(_)
            | Data::MailboxStatus(_)
            | Data::Namespace(_)
            | Data::MyRights { .. } => {
                self.mailbox_data(id, data);
            }
            Data::Search { .. } | Data::ESearch(_) => self.search_data(id, data),
            Data::Exists(_) | Data::Expunge(_) | Data::Vanished { .. } => self.count_data(id, data),
            Data::Fetch(fetch) => self.fetch_data(id, *fetch),
            // Capabilities are the session's to know; the rest nobody asked for.
            _ => {}
        }
    }

    fn connection(&mut self, id: ConnectionId) -> Option<&mut Connection> {
        self.account.as_mut()?.connections.get_mut(&id)
    }

    fn tell(&mut self, client: ClientId, change: Change) {
        self.effects
            .push_back(Effect::Changed(Audience::One(client), change));
    }

    fn tell_all(&mut self, change: Change) {
        self.effects
            .push_back(Effect::Changed(Audience::All, change));
    }

    /// Ends a step: asks for what is missing, tells what is new, writes what is to be written.
    fn settle(&mut self) {
        self.ask_new_rows();
        self.tell_news();
        self.tell_tree();
        self.tell_state();
        self.ask_rows();
        self.ask_doubted_flags();
        self.ask_mailboxes();
        self.run_organisings();
        self.run_actions();
        self.run_tasks();
        self.run_downloads();
        self.lend();
        self.ask_doubtful();
        self.keep_pokes();
        self.ask_previews();
        self.trim_rows();
        self.forget_fresh();
        self.write();
    }

    /// By the next step others may have changed what connections were told.
    fn forget_fresh(&mut self) {
        if let Some(account) = &mut self.account {
            for connection in account.connections.values_mut() {
                connection.fresh = false;
            }
        }
    }

    /// One write per connection, and back to IDLE when nothing is asked.
    fn write(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        for connection in account.connections.values_mut() {
            if connection.phase == Phase::Ready
                && connection.purpose == Purpose::Watch
                && connection.offers.idle
                && !connection.is_waiting()
                && !connection.session.is_idle()
            {
                connection.send(
                    samma_protocol::imap::command::Command::Idle,
                    crate::connection::Job::Idle,
                    now_ms,
                );
            }
            let bytes = connection.session.take_output();
            if !bytes.is_empty() {
                self.effects.push_back(Effect::Send(connection.id, bytes));
            }
        }
    }
}
