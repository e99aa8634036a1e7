//! The open message: what was asked, and what came of it.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use samma_mailbox::change::{BodyPart, Flags, Message, MessageRef, Problem};
use samma_mailbox::command::{Command, RequestId};
use samma_message::about::About;

use crate::client::Commands;

/// The open message.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    /// The message that the URL names; `None`: none is open.
    pub(crate) wanted: RwSignal<Option<MessageRef>>,
    /// Headers and structure, once they are here.
    pub(crate) message: RwSignal<Option<Arc<Message>>>,
    /// What its header says of its sender and its list, where it says something.
    pub(crate) about: RwSignal<Option<Arc<About>>>,
    /// What to show of it, once it is here.
    pub(crate) body: RwSignal<Option<Arc<Vec<BodyPart>>>>,
    /// The message's flags, as they now are.
    pub(crate) flags: RwSignal<Flags>,
    /// The message left its mailbox while it was open.
    pub(crate) is_gone: RwSignal<bool>,
    /// Why it can't be shown.
    pub(crate) problem: RwSignal<Option<Problem>>,
    request: StoredValue<Option<RequestId>>,
    parts: StoredValue<HashMap<u32, PartHandler>, LocalStorage>,
}

/// One piece of news about a part that was asked for.
#[derive(Debug)]
pub(crate) enum PartEvent {
    /// Bytes, in order.
    Bytes {
        /// Decoded bytes.
        bytes: Vec<u8>,
        /// Octets done and to be done.
        progress: (u32, u32),
        /// Nothing follows.
        last: bool,
    },
    /// It can't be had; nothing follows.
    Failed(Problem),
}

/// Hears about one part. Taken away after its last event.
type PartHandler = std::rc::Rc<dyn Fn(PartEvent)>;

impl Reader {
    pub(super) fn new() -> Self {
        Self {
            wanted: RwSignal::new(None),
            message: RwSignal::new(None),
            about: RwSignal::new(None),
            body: RwSignal::new(None),
            flags: RwSignal::new(Flags::default()),
            is_gone: RwSignal::new(false),
            problem: RwSignal::new(None),
            request: StoredValue::new(None),
            parts: StoredValue::new_local(HashMap::new()),
        }
    }

    /// Shows this message. Does nothing when it is open already and was answered or is being asked for.
    pub(crate) fn open(self, message: MessageRef) {
        let is_open = self
            .wanted
            .with_untracked(|wanted| wanted.as_ref() == Some(&message));
        if is_open && self.request.get_value().is_some() {
            return;
        }
        if !is_open {
            self.forget();
            self.wanted.set(Some(message.clone()));
        }
        self.ask(message);
    }

    /// Asks again after a problem.
    pub(crate) fn retry(self) {
        self.problem.set(None);
        if let Some(message) = self.wanted.get_untracked() {
            self.ask(message);
        }
    }

    /// Shows no message.
    pub(crate) fn close(self) {
        self.forget();
        if self.wanted.with_untracked(Option::is_some) {
            self.wanted.set(None);
        }
    }

    /// The folder has another name: the open message stays open.
    pub(super) fn renamed(self, from: &str, to: &str) {
        let rename = |message: &MessageRef| MessageRef {
            mailbox: to.to_owned(),
            ..message.clone()
        };
        let wanted = self.wanted.get_untracked();
        let Some(wanted) = wanted.filter(|wanted| wanted.mailbox == from) else {
            return;
        };
        self.wanted.set(Some(rename(&wanted)));
        if let Some(message) = self.message.get_untracked() {
            let mut message = (*message).clone();
            message.message = rename(&message.message);
            self.message.set(Some(Arc::new(message)));
        }
    }

    /// Asks for one part; `hear` is called for each piece of it.
    ///
    /// The request outlives the view that asked: cancel it where nobody waits any more.
    pub(crate) fn fetch_part(
        self,
        message: MessageRef,
        section: String,
        hear: impl Fn(PartEvent) + 'static,
    ) -> RequestId {
        let request = Commands.new_request();
        self.parts.update_value(|parts| {
            parts.insert(request.0, std::rc::Rc::new(hear));
        });
        Commands.send(Command::FetchPart {
            request,
            message,
            section,
        });
        request
    }

    /// Gives up a part that was asked for.
    pub(crate) fn cancel_part(self, request: RequestId) {
        let known = self
            .parts
            .try_update_value(|parts| parts.remove(&request.0).is_some());
        if known == Some(true) {
            Commands.send(Command::Cancel { request });
        }
    }

    /// The engine is a new one: what was asked will not be answered.
    pub(super) fn forget_question(self) {
        if self.message.with_untracked(Option::is_none) || self.body.with_untracked(Option::is_none)
        {
            self.request.set_value(None);
        }
        let parts = self.parts.try_update_value(std::mem::take);
        for hear in parts.unwrap_or_default().into_values() {
            hear(PartEvent::Failed(Problem {
                kind: samma_mailbox::change::ProblemKind::Offline,
                server_text: None,
            }));
        }
    }

    pub(super) fn message(self, request: RequestId, message: Message) {
        if self.is_current(request) {
            self.flags.set(message.flags.clone());
            self.problem.set(None);
            self.message.set(Some(Arc::new(message)));
        }
    }

    pub(super) fn about(self, request: RequestId, about: About) {
        if self.is_current(request) {
            self.about.set(Some(Arc::new(about)));
        }
    }

    pub(super) fn body(self, request: RequestId, parts: Vec<BodyPart>) {
        if self.is_current(request) {
            self.body.set(Some(Arc::new(parts)));
        }
    }

    pub(super) fn flags(self, message: &MessageRef, flags: Flags) {
        if self.is_wanted(message) {
            self.flags.set(flags);
        }
    }

    pub(super) fn gone(self, message: &MessageRef) {
        if self.is_wanted(message) {
            self.is_gone.set(true);
        }
    }

    pub(super) fn part(self, request: RequestId, event: PartEvent) {
        let is_last = matches!(
            event,
            PartEvent::Bytes { last: true, .. } | PartEvent::Failed(_)
        );
        // Taken out before it is called: it may ask for more.
        let hear = self
            .parts
            .try_update_value(|parts| {
                if is_last {
                    parts.remove(&request.0)
                } else {
                    parts.get(&request.0).cloned()
                }
            })
            .flatten();
        if let Some(hear) = hear {
            hear(event);
        }
    }

    pub(super) fn failed(self, request: RequestId, problem: Problem) {
        if self.is_current(request) {
            self.problem.set(Some(problem));
        } else {
            self.part(request, PartEvent::Failed(problem));
        }
    }

    fn ask(self, message: MessageRef) {
        let request = Commands.new_request();
        self.request.set_value(Some(request));
        Commands.send(Command::OpenMessage { request, message });
    }

    fn forget(self) {
        if let Some(request) = self.request.get_value() {
            Commands.send(Command::Cancel { request });
        }
        self.request.set_value(None);
        self.message.set(None);
        self.about.set(None);
        self.body.set(None);
        self.problem.set(None);
        self.is_gone.set(false);
    }

    fn is_current(self, request: RequestId) -> bool {
        self.request.get_value() == Some(request)
    }

    /// A UIDVALIDITY of 0 stands for whatever it now is.
    fn is_wanted(self, message: &MessageRef) -> bool {
        self.wanted.with_untracked(|wanted| {
            wanted.as_ref().is_some_and(|wanted| {
                wanted.uid == message.uid
                    && wanted.mailbox == message.mailbox
                    && (wanted.uid_validity == message.uid_validity || wanted.uid_validity == 0)
            })
        })
    }
}
