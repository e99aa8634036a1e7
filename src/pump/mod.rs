//! The pump: carries what happens outside into the engine, and does what the engine wants done.
//!
//! ```text
//!  tabs ------ Upward --->                             <--- Event ---- WebSockets
//!  timer ------ ended --->  Input -> Engine -> Effect
//!  gateway --- verdict --->                             ---> bytes ---> WebSockets
//!                                                       ---> Downward -> tabs
//! ```
//!
//! Each thing that happens is handled to its end: the engine takes it, all effects are carried out, and
//! only then what goes to one tab is posted as one message, and what goes to one server is sent as one
//! frame. The pump is the only owner of the engine and of the connections, and decides nothing about mail.

mod link;
mod reason;
mod vault;

use std::cell::RefCell;
use std::collections::VecDeque;

use samma_mailbox::change::Change;
use samma_mailbox::effect::{Audience, Effect, Target};
use samma_mailbox::engine::Engine;
use samma_mailbox::input::{ClientId, CloseReason, ConnectionId, Input};
use samma_transport::poke;
use wasm_bindgen_futures::spawn_local;

use crate::browser::ports::{self, Port, Tab};
use crate::browser::socket::Socket;
use crate::browser::timer::Timer;
use crate::browser::{clock, lock, random, socket, text_decoder, verdict};
use crate::port::{Downward, Upward, VaultTask};
use link::Link;
use vault::Vault;

/// Starts the engine and waits for tabs.
pub(crate) fn start() {
    PUMP.set(Some(Pump {
        engine: Engine::new(random::octets(), text_decoder::decode),
        tabs: Vec::new(),
        links: Vec::new(),
        inbox: VecDeque::new(),
        timer: Timer::new(|| with_pump(Pump::woke)),
        lock: None,
        last_tab: 0,
        last_heard: ClientId(0),
        vault: Vault::default(),
        pokes: None,
        channel: 0,
    }));
    ports::accept(arrived);
    lock::hold("engine", |name| {
        with_pump(|pump| {
            pump.tell_all(&Downward::Holds(name.clone()));
            pump.lock = Some(name);
        });
    });
}

thread_local! {
    static PUMP: RefCell<Option<Pump>> = const { RefCell::new(None) };
}

/// All callbacks of the browser come in here, one after the other: none comes while another runs.
fn with_pump(f: impl FnOnce(&mut Pump)) {
    PUMP.with_borrow_mut(|pump| pump.as_mut().map(f));
}

fn arrived(port: Port) {
    with_pump(|pump| {
        pump.last_tab = pump.last_tab.wrapping_add(1);
        let client = ClientId(pump.last_tab);
        let (tab, early) = ports::attach(port, move |bytes| {
            with_pump(|pump| pump.heard(client, &bytes));
        });
        if let Some(name) = &pump.lock {
            post(&tab, &Downward::Holds(name.clone()));
        }
        pump.tabs.push(Client {
            id: client,
            tab,
            changes: Vec::new(),
        });
        for bytes in early {
            pump.heard(client, &bytes);
        }
    });
}

/// A tab, and the changes that wait to be posted to it.
struct Client {
    id: ClientId,
    tab: Tab,
    changes: Vec<Change>,
}

struct Pump {
    engine: Engine,
    // Lists and no maps: there are two or three of each.
    tabs: Vec<Client>,
    links: Vec<(ConnectionId, Link)>,
    inbox: VecDeque<Input>,
    timer: Timer,
    /// The lock that tells tabs that the engine lives, once it is held.
    lock: Option<String>,
    last_tab: u32,
    last_heard: ClientId,
    vault: Vault,
    /// The poke channel, while there is one.
    pokes: Option<Socket>,
    /// Counts them, so that late words of an older one can be told from its successor's.
    channel: u32,
}

impl Pump {
    /// A tab said something.
    fn heard(&mut self, client: ClientId, bytes: &[u8]) {
        match postcard::from_bytes(bytes) {
            Ok(Upward::Command(command)) => {
                self.last_heard = client;
                self.happened(Input::Command(client, command));
            }
            Ok(Upward::Holds(name)) => {
                lock::when_free(&name, move || with_pump(|pump| pump.gone(client)));
            }
            Ok(Upward::Leaving) => self.gone(client),
            Ok(Upward::Vault(result)) => {
                if let Some(input) = self.vault.answered(client, result) {
                    self.happened(input);
                }
            }
            Err(error) => warn(&format!("A tab of another build? {error}")),
        }
    }

    fn gone(&mut self, client: ClientId) {
        let Some(place) = self.tabs.iter().position(|tab| tab.id == client) else {
            return;
        };
        self.tabs.swap_remove(place);
        self.vault.gone(client);
        self.happened(Input::Gone(client));
    }

    /// The timer ended.
    fn woke(&mut self) {
        self.timer.ended();
        let now_ms = clock::now().monotonic_ms;
        let lapsed: Vec<_> = self
            .links
            .iter()
            .filter_map(|(id, link)| Some((*id, link.lapse(now_ms)?)))
            .collect();
        for (id, reason) in lapsed {
            self.closed(id, reason);
        }
        if self
            .engine
            .next_wake()
            .is_some_and(|wake_ms| wake_ms <= now_ms)
        {
            self.inbox.push_back(Input::Woke);
        }
        self.run();
    }

    /// Something happened to a connection's socket.
    fn moved(&mut self, id: ConnectionId, event: socket::Event) {
        let now_ms = clock::now().monotonic_ms;
        let Some(link) = self.link(id) else {
            return;
        };
        match event {
            socket::Event::Opened => {
                if link.opened(now_ms) {
                    self.inbox.push_back(Input::Connected(id));
                }
            }
            socket::Event::Received(bytes) => {
                let heard = link.received(&bytes);
                self.inbox.extend(heard.secured.map(|how| how.input(id)));
                if !heard.plaintext.is_empty() {
                    self.inbox.push_back(Input::Received(id, heard.plaintext));
                }
                if let Some(reason) = heard.closed {
                    self.closed(id, reason);
                }
            }
            socket::Event::Closed { code } => match link.ended(code, now_ms) {
                Some(reason) => self.closed(id, reason),
                None => ask(id, link.url().to_owned()),
            },
        }
        self.run();
    }

    fn closed(&mut self, id: ConnectionId, reason: CloseReason) {
        if self.take_link(id).is_some() {
            self.inbox.push_back(Input::Closed(id, reason));
        }
    }

    fn link(&mut self, id: ConnectionId) -> Option<&mut Link> {
        let mut links = self.links.iter_mut();
        links.find_map(|(of, link)| (*of == id).then_some(link))
    }

    fn take_link(&mut self, id: ConnectionId) -> Option<Link> {
        let place = self.links.iter().position(|(of, _)| *of == id)?;
        Some(self.links.swap_remove(place).1)
    }

    fn happened(&mut self, input: Input) {
        self.inbox.push_back(input);
        self.run();
    }

    /// Handles what has happened, and what comes of it, until nothing is left; then posts and sends.
    fn run(&mut self) {
        while let Some(input) = self.inbox.pop_front() {
            self.engine.handle(input, clock::now());
            while let Some(effect) = self.engine.next_effect() {
                self.perform(effect);
            }
        }
        for (_, link) in &mut self.links {
            link.flush();
        }
        for client in &mut self.tabs {
            if !client.changes.is_empty() {
                let changes = std::mem::take(&mut client.changes);
                post(&client.tab, &Downward::Changes(changes));
            }
        }
        // The tab that spoke last is one that runs; browsers freeze those in the background.
        let running = self.tabs.iter().find(|tab| tab.id == self.last_heard);
        if let Some(client) = running.or(self.tabs.first()) {
            while let Some(task) = self.vault.next(client.id) {
                post(&client.tab, &Downward::Vault(task));
            }
        }
        let now_ms = clock::now().monotonic_ms;
        let wake_ms = self
            .links
            .iter()
            .map(|(_, link)| link.deadline_ms())
            .chain([self.engine.next_wake()])
            .flatten()
            .reduce(f64::min);
        self.timer.set(wake_ms, now_ms);
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Connect(id, target) => self.connect(id, target),
            Effect::Send(id, plaintext) => {
                if let Some(link) = self.link(id)
                    && let Err(reason) = link.write(&plaintext)
                {
                    self.closed(id, reason);
                }
            }
            Effect::StartTls(id) => {
                let now_ms = clock::now().monotonic_ms;
                if let Some(link) = self.link(id)
                    && let Err(reason) = link.start_tls(now_ms)
                {
                    self.closed(id, reason);
                }
            }
            Effect::Close(id) => {
                if let Some(link) = self.take_link(id) {
                    link.close();
                }
            }
            Effect::Changed(Audience::One(client), change) => {
                if let Some(tab) = self.tabs.iter_mut().find(|tab| tab.id == client) {
                    tab.changes.push(change);
                }
            }
            Effect::Changed(Audience::All, change) => {
                for tab in &mut self.tabs {
                    tab.changes.push(change.clone());
                }
            }
            Effect::PokesOpen(url) => self.open_pokes(&url),
            Effect::PokesSend(message) => {
                if let Some(socket) = &self.pokes {
                    socket.send(&message);
                }
            }
            Effect::PokesClose => {
                self.channel = self.channel.wrapping_add(1);
                self.pokes = None;
            }
            Effect::Seal(plain) => self.vault.ask(VaultTask::Seal(plain)),
            Effect::Unseal(ticket) => self.vault.ask(VaultTask::Unseal(ticket)),
            Effect::Forget => self.vault.ask(VaultTask::Forget),
        }
    }

    fn connect(&mut self, id: ConnectionId, target: Target) {
        let now_ms = clock::now().monotonic_ms;
        let link = Link::open(target, now_ms, move |event| {
            with_pump(|pump| pump.moved(id, event));
        });
        match link {
            Ok(link) => self.links.push((id, link)),
            Err(reason) => self.inbox.push_back(Input::Closed(id, reason)),
        }
    }

    fn open_pokes(&mut self, url: &str) {
        self.channel = self.channel.wrapping_add(1);
        let channel = self.channel;
        let socket = Socket::open(url, poke::SUBPROTOCOL, move |event| {
            with_pump(|pump| {
                if pump.channel == channel {
                    pump.pokes_moved(event);
                }
            });
        });
        match socket {
            Ok(socket) => self.pokes = Some(socket),
            Err(words) => {
                warn(&words);
                self.inbox.push_back(Input::PokesClosed);
            }
        }
    }

    /// Something happened to the poke channel's socket.
    fn pokes_moved(&mut self, event: socket::Event) {
        let input = match event {
            socket::Event::Opened => Input::PokesOpened,
            socket::Event::Received(message) => Input::PokesReceived(message),
            socket::Event::Closed { .. } => {
                // An error and a close may both tell of the same end.
                self.channel = self.channel.wrapping_add(1);
                self.pokes = None;
                Input::PokesClosed
            }
        };
        self.happened(input);
    }

    fn tell_all(&self, message: &Downward) {
        for client in &self.tabs {
            post(&client.tab, message);
        }
    }
}

/// A tunnel did not open, and the browser does not say why. The gateway does.
fn ask(id: ConnectionId, url: String) {
    spawn_local(async move {
        let answer = verdict::ask(&url).await;
        with_pump(|pump| {
            pump.closed(id, reason::refused(&answer));
            pump.run();
        });
    });
}

fn post(tab: &Tab, message: &Downward) {
    // Serialising plain data into a growing vector has no way to fail.
    if let Ok(bytes) = postcard::to_allocvec(message) {
        tab.post(&bytes);
    }
}

fn warn(text: &str) {
    web_sys::console::warn_1(&text.into());
}
