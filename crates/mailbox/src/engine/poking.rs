//! The poke channel: tell other devices where to look, and look where they tell.
//!
//! Mail servers tell other devices late (Dovecot after a fixed 500 ms) or never. So whoever has changed
//! something, and has the server's word for it, pokes; the gateway passes that on to whoever joined the same
//! topics, and who is poked asks the mail server. What a topic is about is known to those who can see the
//! mailbox on the server: it is a hash over its UIDVALIDITY, which nobody else is told. Nothing depends on
//! a poke: all that it speeds up comes without it too.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use samma_protocol::imap::command::Command as Imap;
use samma_protocol::imap::uid::UidValidity;
use samma_transport::poke::{self, JOINED_TOPICS, Kind, POKE_TOPICS, TOPIC_OCTETS, Topic};

use super::{Account, Engine};
use crate::connection::{Job, Purpose};
use crate::effect::Effect;
use crate::limits;
use crate::tree::Node;

/// The channel of an account.
#[derive(Debug, Default)]
pub(super) struct Pokes {
    state: State,
    /// What each joined topic is about: a mailbox, or all of them.
    joined: BTreeMap<Topic, Option<String>>,
    /// Mailboxes were told of since then. Hashing all of them takes too long for every step.
    stale: bool,
    /// Topics to poke, once the step is over.
    due: Vec<Topic>,
    /// When to try again.
    retry_ms: Option<f64>,
    failures: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Closed,
    Opening,
    Open,
}

impl Pokes {
    /// Mailboxes may be others now, or their UIDVALIDITY.
    pub(super) fn note_change(&mut self) {
        self.stale = true;
    }

    /// When something is due.
    pub(super) fn wakes_ms(&self) -> Option<f64> {
        self.retry_ms.filter(|_| self.state == State::Closed)
    }
}

impl Engine {
    /// Something in a mailbox was changed by this device, and the server has confirmed it.
    pub(super) fn changed_here(&mut self, mailbox: &str) {
        let Some(account) = &mut self.account else {
            return;
        };
        account.doubtful.insert(mailbox.to_owned());
        let topic = account.topic_of(mailbox);
        account.pokes.due.extend(topic);
    }

    /// Mailboxes came, went, or have other names, by this device.
    pub(super) fn tree_changed_here(&mut self) {
        let Some(account) = &mut self.account else {
            return;
        };
        let topic = account.tree_topic();
        account.pokes.due.extend(topic);
    }

    /// The channel is up.
    pub(super) fn pokes_opened(&mut self) {
        if let Some(account) = &mut self.account {
            account.pokes.state = State::Open;
            account.pokes.failures = 0;
            account.pokes.joined.clear();
            account.pokes.stale = true;
        }
    }

    /// The channel is gone.
    pub(super) fn pokes_closed(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let jitter = 0.8 + 0.4 * self.random.fraction();
        let Some(account) = &mut self.account else {
            return;
        };
        let pokes = &mut account.pokes;
        let step = pokes
            .failures
            .min(limits::POKES_BACKOFF_MS.len().saturating_sub(1));
        let wait = limits::POKES_BACKOFF_MS
            .get(step)
            .copied()
            .unwrap_or(300_000.0);
        pokes.failures = pokes.failures.saturating_add(1);
        pokes.state = State::Closed;
        pokes.retry_ms = Some(now_ms + wait * jitter);
    }

    /// Another device says where to look.
    pub(super) fn poked(&mut self, message: &[u8]) {
        let Some((Kind::Poked, topics)) = poke::decode(message) else {
            return;
        };
        let Some(account) = &mut self.account else {
            return;
        };
        for topic in topics {
            match account.pokes.joined.get(&topic) {
                Some(Some(mailbox)) => {
                    account.doubtful.insert(mailbox.clone());
                }
                Some(None) => account.next_list_ms = 0.0,
                None => {}
            }
        }
    }

    /// Opens the channel, joins what is there, and pokes what is due.
    pub(super) fn keep_pokes(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        if !account.login.poke {
            account.pokes.due.clear();
            return;
        }
        let is_live = account.watch().is_some();
        let due = account.pokes.retry_ms.is_none_or(|when| now_ms >= when);
        match account.pokes.state {
            State::Closed if is_live && due => {
                account.pokes.state = State::Opening;
                account.pokes.retry_ms = None;
                let url = format!("{}{}", account.login.gateway, poke::PATH);
                self.effects.push_back(Effect::PokesOpen(url));
            }
            State::Closed | State::Opening => {}
            State::Open => {
                if std::mem::take(&mut account.pokes.stale) {
                    let wanted = account.topics();
                    let is_new = !wanted.keys().eq(account.pokes.joined.keys());
                    if is_new {
                        let topics: Vec<Topic> = wanted.keys().copied().collect();
                        let message = poke::encode(Kind::Join, &topics);
                        self.effects.push_back(Effect::PokesSend(message));
                    }
                    account.pokes.joined = wanted;
                }
                let mut topics = std::mem::take(&mut account.pokes.due);
                topics.sort_unstable();
                topics.dedup();
                for topics in topics.chunks(POKE_TOPICS) {
                    let message = poke::encode(Kind::Poke, topics);
                    self.effects.push_back(Effect::PokesSend(message));
                }
                return;
            }
        }
        if let Some(account) = &mut self.account
            && account.pokes.state == State::Closed
        {
            account.pokes.due.clear();
        }
    }

    /// Asks for what may have changed: the counts of a mailbox, or what is new in the open one.
    pub(super) fn ask_doubtful(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        if account.doubtful.is_empty() {
            return;
        }
        let Some(watch) = account.connection(Purpose::Watch).filter(|watch| {
            watch.phase == crate::connection::Phase::Ready && !watch.is_selecting()
        }) else {
            return;
        };
        let selected = watch.selected.clone();
        let notify = watch.offers.notify;
        let items = super::mailboxes::status_items(watch.offers.condstore);
        let mut read_flags = false;
        for name in std::mem::take(&mut account.doubtful) {
            if selected.as_ref() == Some(&name) {
                if let Some(watch) = account.watch() {
                    read_flags |= !(watch.offers.qresync && watch.offers.enable);
                    watch.send(Imap::Noop, Job::Noop, now_ms);
                }
                continue;
            }
            let mailbox = account
                .tree
                .node(&name)
                .filter(|node| node.is_selectable())
                .map(|node| node.name.clone());
            if let (Some(mailbox), Some(watch)) = (mailbox, account.watch()) {
                let command = Imap::Status {
                    mailbox,
                    items: items.clone(),
                };
                watch.send(command, Job::Status, now_ms);
            }
        }
        // Dovecot takes a second after each command until it watches other mailboxes again, and sometimes does
        // not at all: NOTIFY is set anew then.
        if notify {
            account.next_poll_ms = account.next_poll_ms.min(now_ms + limits::REARM_MS);
        }
        if read_flags {
            self.refresh_flags();
        }
    }
}

impl Account {
    /// Everything to hear of: all mailboxes, and each of them.
    fn topics(&self) -> BTreeMap<Topic, Option<String>> {
        let mut topics = BTreeMap::new();
        topics.extend(self.tree_topic().map(|topic| (topic, None)));
        for node in self.tree.nodes() {
            if topics.len() >= JOINED_TOPICS {
                break;
            }
            let name = node.name.as_str();
            topics.extend(
                self.validity(node)
                    .map(|validity| (self.hash(&["mailbox"], validity), Some(name.to_owned()))),
            );
        }
        topics
    }

    fn topic_of(&self, mailbox: &str) -> Option<Topic> {
        let node = self.tree.node(mailbox)?;
        Some(self.hash(&["mailbox"], self.validity(node)?))
    }

    /// That the mailboxes of this account are others now. INBOX's UIDVALIDITY is what strangers don't know.
    fn tree_topic(&self) -> Option<Topic> {
        let inbox = self.tree.node("INBOX")?;
        let user = self.login.user.as_str();
        Some(self.hash(&["tree", user], self.validity(inbox)?))
    }

    fn validity(&self, node: &Node) -> Option<UidValidity> {
        node.uid_validity
            .or_else(|| self.contents.get(node.name.as_str())?.uid_validity)
    }

    /// Shared mailboxes have another name for each who sees them, so the name is no part of it.
    fn hash(&self, words: &[&str], validity: UidValidity) -> Topic {
        let mut hash = Sha256::new();
        for word in ["samma poke 1", self.login.server.id.as_str()]
            .iter()
            .chain(words)
        {
            hash.update(word.as_bytes());
            hash.update([0]);
        }
        hash.update(validity.get().to_be_bytes());
        let mut topic = [0; TOPIC_OCTETS];
        for (to, from) in topic.iter_mut().zip(hash.finalize()) {
            *to = from;
        }
        Topic(topic)
    }
}
