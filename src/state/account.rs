//! Who is signed in, and the live state.

use leptos::prelude::*;
use samma_mailbox::change::{Connection, Problem, Session};

/// The account.
#[derive(Clone, Copy)]
pub(crate) struct Account {
    /// What the window shows: the sign-in page, or mail.
    pub(crate) opened: RwSignal<Opened>,
    /// The live state.
    pub(crate) connection: RwSignal<Connection>,
    /// Why the last sign-in failed.
    pub(crate) problem: RwSignal<Option<Problem>>,
    /// A sign-in is under way.
    pub(crate) is_signing_in: RwSignal<bool>,
    /// Grows when what is open must be asked for again: when an engine greets this page, for one.
    pub(crate) welcomes: RwSignal<u32>,
    /// There is no engine to talk to, in its own words; `None`: there is.
    pub(crate) failure: RwSignal<Option<crate::client::Failure>>,
}

/// Whose mail is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// Nobody's.
    No,
    /// An account's that this device kept; its name is not known yet.
    Reopening,
    /// An account's.
    Yes {
        /// The person's address.
        address: String,
    },
}

impl Account {
    pub(super) fn new() -> Self {
        // A kept login is opened without asking: no sign-in page flashes by.
        let opened = if crate::browser::tickets::load().is_some() {
            Opened::Reopening
        } else {
            Opened::No
        };
        Self {
            opened: RwSignal::new(opened),
            connection: RwSignal::new(Connection::Connecting),
            problem: RwSignal::new(None),
            is_signing_in: RwSignal::new(false),
            welcomes: RwSignal::new(0),
            failure: RwSignal::new(None),
        }
    }

    /// The person sent the sign-in form.
    pub(crate) fn signing_in(self) {
        self.problem.set(None);
        self.is_signing_in.set(true);
    }

    pub(super) fn welcomed(self, session: Session) {
        self.set_session(session);
        self.ask_again();
    }

    /// What is open must be asked for again.
    pub(super) fn ask_again(self) {
        self.welcomes.update(|count| *count = count.wrapping_add(1));
    }

    pub(super) fn set_session(self, session: Session) {
        match session {
            // The form may have been sent before the engine was there to say so.
            Session::SignedOut => {
                if !self.is_signing_in.get_untracked() {
                    self.opened.set(Opened::No);
                }
            }
            Session::SigningIn => {
                if !self.is_signing_in.get_untracked() {
                    self.opened.set(Opened::Reopening);
                }
            }
            Session::SignedIn { address, .. } => {
                self.is_signing_in.set(false);
                self.problem.set(None);
                self.opened.set(Opened::Yes { address });
            }
        }
    }

    pub(super) fn failed(self, problem: Problem) {
        self.is_signing_in.set(false);
        self.problem.set(Some(problem));
        self.opened.set(Opened::No);
    }

    pub(super) fn signed_out(self) {
        self.is_signing_in.set(false);
        self.problem.set(None);
        self.connection.set(Connection::Connecting);
        self.opened.set(Opened::No);
    }

    pub(super) fn set_connection(self, connection: Connection) {
        if self.connection.with_untracked(|old| *old != connection) {
            self.connection.set(connection);
        }
    }

    /// No engine will answer.
    pub(crate) fn broke(self, failure: crate::client::Failure) {
        self.is_signing_in.set(false);
        self.failure.set(Some(failure));
    }
}
