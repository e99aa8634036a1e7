//! The page's end of the port to the engine.
//!
//! [`start`] starts the engine in its worker (or joins the one that another tab started), greets it with
//! the sealed login that this tab kept, and calls back for each [`Change`]. What people want goes the
//! other way by [`Commands::send`]. Three things never reach the page: tickets, which are kept here;
//! the tab's visibility and the network's state, which are told from here; and changes of another build.
//!
//! [`Change::Welcome`] is the first change, and **comes again** whenever the engine had to be started
//! anew, or forgot this tab while the browser had it frozen: the engine then knows nothing of what was
//! open here, and no request from before will be answered. A page that opens what it shows at each
//! `Welcome` does right in all cases.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Uint8Array;
use samma_mailbox::change::Change;
use samma_mailbox::command::{ActionId, Command, RequestId, VERSION, ViewId};

use crate::browser::timer::Timer;
use crate::browser::{lifecycle, lock, tickets, vault, worker};
use crate::port::{Downward, Upward, VaultTask};

/// Deaths of the engine that are answered by a new start, in the life of a tab; past that something is
/// wrong that starting won't cure.
const MAX_DEATHS: u32 = 3;

/// How long an engine that is started anew may take to answer: its files are in the browser's cache.
const PATIENCE_MS: f64 = 10_000.0;

/// Why there is no engine to talk to. Each is cured by loading the page again, or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The worker could not be started: its files are missing, or the browser refuses.
    Start(String),
    /// The engine ran and broke, more than once.
    Broken(String),
    /// Page and engine come from different builds; loading the page again brings them together.
    Version,
}

/// Sends what people want to the engine. A handle to pass around and to put in a context; there is one
/// engine per page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Commands;

impl Commands {
    /// Sends one command. Nothing is lost while the engine still loads.
    pub(crate) fn send(self, command: Command) {
        CLIENT.with_borrow(|client| {
            if let Some(client) = client {
                client.post(&Upward::Command(command));
            }
        });
    }

    /// A name for a question that no other question of this tab has.
    #[must_use]
    pub(crate) fn new_request(self) -> RequestId {
        RequestId(next_number())
    }

    /// A name for something done that nothing else this tab did has.
    #[must_use]
    pub(crate) fn new_action(self) -> ActionId {
        ActionId(next_number())
    }

    /// A name for a list that no other list of this tab has.
    #[must_use]
    pub(crate) fn new_view(self) -> ViewId {
        ViewId(next_number())
    }
}

/// Starts the engine. To be called once, first thing: it loads while the page builds itself.
///
/// `on_change` hears each change, in order; `on_failure` hears that there will be none, and may hear it
/// before this returns.
pub(crate) fn start(
    on_change: impl Fn(Change) + 'static,
    on_failure: impl Fn(Failure) + 'static,
) -> Commands {
    let client = Rc::new(Client {
        on_change: Box::new(on_change),
        on_failure: Box::new(on_failure),
        engine: RefCell::new(None),
        start: Cell::new(0),
        deaths: Cell::new(0),
        welcomed: Cell::new(false),
        watched: Cell::new(false),
        last_words: Cell::new(None),
        lock: RefCell::new(None),
        patience: RefCell::new(Timer::new(|| with_client(Client::lost_patience))),
    });
    CLIENT.set(Some(Rc::clone(&client)));
    client.start_engine();

    lock::hold("tab", |name| with_client(|client| client.hold(name)));
    lifecycle::watch(|event| {
        with_client(|client| match event {
            lifecycle::Event::Visible(visible) => {
                client.post(&Upward::Command(Command::Visible(visible)));
            }
            lifecycle::Event::Online(online) => {
                client.post(&Upward::Command(Command::Online(online)));
            }
            lifecycle::Event::Leaving => client.post(&Upward::Leaving),
            lifecycle::Event::Back => client.start_engine(),
        });
    });
    tickets::on_forgotten_elsewhere(|| {
        with_client(|client| {
            // Tabs that share an engine hear it from there.
            if client
                .engine
                .borrow()
                .as_ref()
                .is_some_and(|engine| !engine.is_shared())
            {
                client.post(&Upward::Command(Command::SignOut));
            }
        });
    });
    Commands
}

thread_local! {
    static CLIENT: RefCell<Option<Rc<Client>>> = const { RefCell::new(None) };
    static NUMBER: Cell<u32> = const { Cell::new(0) };
}

fn next_number() -> u32 {
    NUMBER.set(NUMBER.get().wrapping_add(1));
    NUMBER.get()
}

/// Not borrowed while `f` runs: callbacks of the page may send commands.
fn with_client(f: impl FnOnce(&Client)) {
    let client = CLIENT.with_borrow(Clone::clone);
    if let Some(client) = client {
        f(&client);
    }
}

struct Client {
    on_change: Box<dyn Fn(Change)>,
    on_failure: Box<dyn Fn(Failure)>,
    /// The engine now in use; `None` before the first start and after the last failure.
    engine: RefCell<Option<worker::Engine>>,
    /// Counts starts, so that late words of an engine that was let go can be told from its successor's.
    start: Cell<u32>,
    deaths: Cell<u32>,
    /// Has this start of the engine answered.
    welcomed: Cell<bool>,
    /// Will the engine's end show by its lock.
    watched: Cell<bool>,
    /// What the engine said of its end, until it has come.
    last_words: Cell<Option<String>>,
    /// The lock that tells the engine that this tab lives, once it is held.
    lock: RefCell<Option<String>>,
    /// Ends when an engine that was started anew has not answered.
    patience: RefCell<Timer>,
}

impl Client {
    /// Starts or joins the engine and greets it. An older one of this tab is let go.
    fn start_engine(&self) {
        let start = self.next_start();
        self.welcomed.set(false);
        self.watched.set(false);
        self.last_words.set(None);
        let started = worker::start(
            move |bytes| {
                with_client(|client| {
                    if client.start.get() == start {
                        client.receive(&bytes);
                    }
                });
            },
            move |text| {
                with_client(|client| {
                    if client.start.get() == start {
                        client.failed(text);
                    }
                });
            },
        );
        match started {
            Ok(engine) => *self.engine.borrow_mut() = Some(engine),
            Err(text) => return self.fail(Failure::Start(text)),
        }
        self.post(&Upward::Command(Command::Hello {
            version: VERSION,
            ticket: tickets::load(),
        }));
        self.post(&Upward::Command(Command::Visible(lifecycle::is_visible())));
        self.post(&Upward::Command(Command::Online(lifecycle::is_online())));
        if let Some(name) = self.lock.borrow().clone() {
            self.post(&Upward::Holds(name));
        }
    }

    fn next_start(&self) -> u32 {
        self.start.set(self.start.get().wrapping_add(1));
        self.start.get()
    }

    fn hold(&self, name: String) {
        self.post(&Upward::Holds(name.clone()));
        *self.lock.borrow_mut() = Some(name);
    }

    fn post(&self, message: &Upward) {
        // Serialising plain data into a growing vector has no way to fail.
        let Ok(bytes) = postcard::to_allocvec(message) else {
            return;
        };
        if let Some(engine) = &*self.engine.borrow() {
            engine.post(&Uint8Array::from(bytes.as_slice()));
        }
    }

    fn receive(&self, bytes: &[u8]) {
        match postcard::from_bytes(bytes) {
            Ok(Downward::Changes(changes)) => {
                for change in changes {
                    self.hear(change);
                }
            }
            Ok(Downward::Holds(name)) => {
                let start = self.start.get();
                lock::when_free(&name, move || {
                    with_client(|client| {
                        if client.start.get() == start {
                            let words = client.last_words.take();
                            client.died(words.unwrap_or("The browser ended it".to_owned()));
                        }
                    });
                });
                self.watched.set(true);
            }
            Ok(Downward::Vault(task)) => {
                let answered = task != VaultTask::Forget;
                vault::queue(task, move |result| {
                    if answered {
                        with_client(|client| client.post(&Upward::Vault(result)));
                    }
                });
            }
            Err(_) => self.fail(Failure::Version),
        }
    }

    fn hear(&self, change: Change) {
        match &change {
            Change::Welcome { version, .. } if *version != VERSION => {
                return self.fail(Failure::Version);
            }
            Change::Welcome { .. } => {
                self.welcomed.set(true);
                self.patience.borrow_mut().set(None, 0.0);
            }
            Change::Ticket { ticket, keep } => return tickets::save(ticket, *keep),
            Change::SignedOut | Change::SignInFailed(_) => tickets::forget(),
            _ => {}
        }
        (self.on_change)(change);
    }

    /// The engine said that it is broken, and is about to end.
    fn failed(&self, text: String) {
        let shared = self
            .engine
            .borrow()
            .as_ref()
            .is_some_and(worker::Engine::is_shared);
        if shared && self.watched.get() {
            // Until it is gone, starting anew would join the one that ends.
            self.last_words.set(Some(text));
        } else {
            self.died(text);
        }
    }

    /// Starts again after an engine that had worked: browsers end workers to save memory.
    fn died(&self, text: String) {
        if !self.welcomed.get() {
            self.fail(Failure::Start(text));
        } else if self.deaths.get() < MAX_DEATHS {
            self.deaths.set(self.deaths.get().saturating_add(1));
            self.start_engine();
            self.patience.borrow_mut().set(Some(PATIENCE_MS), 0.0);
        } else {
            self.fail(Failure::Broken(text));
        }
    }

    fn lost_patience(&self) {
        self.patience.borrow_mut().ended();
        self.fail(Failure::Broken("It does not answer".to_owned()));
    }

    fn fail(&self, failure: Failure) {
        self.next_start();
        *self.engine.borrow_mut() = None;
        (self.on_failure)(failure);
    }
}
