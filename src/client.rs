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
use samma_mailbox::command::{Command, RequestId, VERSION, ViewId};

use crate::browser::{lifecycle, lock, tickets, worker};
use crate::port::{Downward, Upward};

/// Deaths of the engine that are answered by a new start, in the life of a tab; past that something is
/// wrong that starting won't cure.
const MAX_DEATHS: u32 = 3;

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

    /// A name for a list that no other list of this tab has.
    #[must_use]
    pub(crate) fn new_view(self) -> ViewId {
        ViewId(next_number())
    }
}

/// Starts the engine. To be called once, first thing: it loads while the page builds itself.
///
/// `on_change` hears each change, in order; `on_failure` hears that there will be none.
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
        lock: RefCell::new(None),
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
    /// The lock that tells the engine that this tab lives, once it is held.
    lock: RefCell<Option<String>>,
}

impl Client {
    /// Starts or joins the engine and greets it. An older one of this tab is let go.
    fn start_engine(&self) {
        let start = self.next_start();
        self.welcomed.set(false);
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
                        client.died(text);
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
                            client.died("The browser ended the engine".to_owned());
                        }
                    });
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
            Change::Welcome { .. } => self.welcomed.set(true),
            Change::Ticket { ticket, keep } => return tickets::save(ticket, *keep),
            Change::SignedOut | Change::SignInFailed(_) => tickets::forget(),
            _ => {}
        }
        (self.on_change)(change);
    }

    /// Starts again after an engine that had worked: browsers end workers to save memory.
    fn died(&self, text: String) {
        if !self.welcomed.get() {
            self.fail(Failure::Start(text));
        } else if self.deaths.get() < MAX_DEATHS {
            self.deaths.set(self.deaths.get().saturating_add(1));
            self.start_engine();
        } else {
            self.fail(Failure::Broken(text));
        }
    }

    fn fail(&self, failure: Failure) {
        self.next_start();
        *self.engine.borrow_mut() = None;
        (self.on_failure)(failure);
    }
}
