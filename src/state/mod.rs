//! What is on screen, as signals. Written here and nowhere else: by [`State::apply`] when the engine
//! reports a change, and by the few functions that say what the person wants to see.
//!
//! Plain signals and no store of nested fields: the rows of a list come and go under their readers, and
//! a signal held by a row outlives the row's place in the list, where a path into a store would not.

mod account;
mod choosing;
mod mailboxes;
mod message_list;
mod pictures;
mod place;
mod reader;
mod remembered;
mod selection;
mod settings;
mod toasts;

use leptos::prelude::*;
use samma_mailbox::change::{Change, Connection, Session};

pub(crate) use account::{Account, Opened};
pub(crate) use mailboxes::{Mailboxes, TreeRow};
pub(crate) use message_list::{Entry, Kind, MessageList, Step, follow};
pub(crate) use pictures::Pictures;
pub(crate) use place::Place;
pub(crate) use reader::{PartEvent, Reader};
pub(crate) use selection::Selection;
pub(crate) use settings::{NewMail, Settings, Theme};
pub(crate) use toasts::{Deed, Note, Stage, Toasts};

use crate::client::Commands;
use crate::routes::Route;

/// All of it. A handle: copies are the same state.
#[derive(Clone, Copy)]
pub(crate) struct State {
    /// Who is signed in, and the live state.
    pub(crate) account: Account,
    /// The folder tree.
    pub(crate) mailboxes: Mailboxes,
    /// The list of messages.
    pub(crate) list: MessageList,
    /// The open message.
    pub(crate) reader: Reader,
    /// Language, theme and widths.
    pub(crate) settings: Settings,
    /// Whose remote pictures are shown.
    pub(crate) pictures: Pictures,
    /// What is told in passing.
    pub(crate) toasts: Toasts,
    /// Where the person is.
    pub(crate) place: Place,
}

impl State {
    /// Empty state, and what this device remembers. To be called once, under the root owner.
    pub(crate) fn new() -> Self {
        let settings = Settings::load();
        Self {
            account: Account::new(),
            mailboxes: Mailboxes::load(),
            list: MessageList::new(),
            reader: Reader::new(),
            settings,
            pictures: Pictures::load(),
            toasts: Toasts::new(),
            place: Place::new(),
        }
    }

    /// Takes one piece of news.
    pub(crate) fn apply(self, change: Change) {
        match change {
            Change::Welcome { session, .. } => {
                self.account.welcomed(session);
                // The engine may be a new one that knows nothing of what was open here.
                self.list.forget_question();
                self.reader.forget_question();
                self.toasts.forget();
            }
            Change::SignedIn { address, server } => {
                self.account
                    .set_session(Session::SignedIn { address, server });
                // What was asked while a kept login was being opened found no account.
                if !self.list.is_answered() {
                    self.list.forget_question();
                    self.reader.forget_question();
                    self.account.ask_again();
                }
            }
            Change::SignInFailed(problem) => self.account.failed(problem),
            Change::SignedOut => {
                self.account.signed_out();
                self.mailboxes.clear();
                self.list.clear();
                self.reader.close();
                self.toasts.forget();
                self.pictures.clear();
                // Not even the folder's name stays in the address.
                self.place.replace(Route::inbox());
            }
            Change::Connection(connection) => {
                if connection == Connection::Live {
                    self.list.retry_after_failure();
                }
                self.account.set_connection(connection);
            }
            Change::Mailboxes(mailboxes) => self.mailboxes.replace(mailboxes),
            Change::ViewReset {
                view,
                mailbox: _,
                uid_validity,
                total,
                read_only,
                keywords,
            } => self.list.reset(
                view,
                total,
                Kind {
                    uid_validity,
                    read_only,
                    keywords,
                },
            ),
            Change::Rows {
                view,
                total,
                edits,
                first,
                rows,
                touched,
            } => self.list.rows(view, total, &edits, first, rows, &touched),
            Change::ViewFailed { view, problem } => self.list.failed(view, problem),
            Change::Message { request, message } => self.reader.message(request, *message),
            Change::About { request, about } => self.reader.about(request, *about),
            Change::Body { request, parts } => self.reader.body(request, parts),
            Change::MessageFlags { message, flags } => self.reader.flags(&message, flags),
            Change::MessageGone { message } => self.reader.gone(&message),
            Change::PartBytes {
                request,
                bytes,
                progress,
                last,
            } => self.reader.part(
                request,
                PartEvent::Bytes {
                    bytes,
                    progress,
                    last,
                },
            ),
            Change::RequestFailed { request, problem } => self.reader.failed(request, problem),
            Change::Acted { action, progress } => self.toasts.acted(action, progress),
            Change::MailboxRenamed { from, to } => self.renamed(&from, &to),
            Change::NewMail {
                message,
                from,
                subject,
            } => self.settings.tell_of(NewMail {
                message,
                from,
                subject,
            }),
            // Kept by the port's end, never passed on.
            Change::Ticket { .. } => {}
        }
    }
}

impl State {
    /// A folder has another name: what is open stays open, under that name.
    fn renamed(self, from: &str, to: &str) {
        self.mailboxes.renamed(from, to);
        self.list.renamed(from, to);
        self.reader.renamed(from, to);
        self.place.renamed(from, to);
    }
}

/// The state, from its context.
pub(crate) fn use_state() -> State {
    expect_context()
}

/// Sends what people want to the engine.
pub(crate) fn use_commands() -> Commands {
    Commands
}
