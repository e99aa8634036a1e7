//! What is in one mailbox, as far as it is known: who stands where, which messages are unread, and
//! the rows that were looked at.
//!
//! In: what the server said about the selected mailbox. Out: [`News`], which views and readers are
//! told at the end of each step. Everything is keyed by UID and applied idempotently: a push is a
//! hint, and may be a repetition.

use std::collections::{BTreeSet, HashMap};

use samma_message::{DecodeCharset, Part};
use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::response::Fetch;
use samma_protocol::imap::uid::{ModSeq, Uid, UidSet, UidValidity};

use crate::change::{Edit, Flags, Message, Row};
use crate::connection::Origin;
use crate::convert;
use crate::uid_map::UidMap;

/// A message that was looked at.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) row: Row,
    pub(crate) message: Message,
    pub(crate) structure: Part,
    /// Its first words were asked for.
    pub(crate) preview_asked: bool,
    /// The server names this message but tells nothing of it.
    pub(crate) blank: bool,
}

/// What changed since it was last told.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// Places that came and went, in order.
    pub(crate) edits: Vec<Edit>,
    /// Messages that somebody else changed or sent.
    pub(crate) touched: BTreeSet<u32>,
    /// Messages whose flags changed, by whomever.
    pub(crate) flags: BTreeSet<u32>,
    /// Messages that are gone.
    pub(crate) gone: UidSet,
    /// All UIDs are void.
    pub(crate) reset: bool,
    /// Some row looks different.
    pub(crate) rows: bool,
}

impl News {
    fn is_empty(&self) -> bool {
        self.edits.is_empty()
            && self.gone.is_empty()
            && self.flags.is_empty()
            && !self.reset
            && !self.rows
    }
}

/// One mailbox.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) name: MailboxName,
    pub(crate) uid_validity: Option<UidValidity>,
    pub(crate) uid_next: Option<u32>,
    pub(crate) highest_mod_seq: Option<ModSeq>,
    pub(crate) read_only: bool,
    /// New keywords can be made.
    pub(crate) keywords: bool,
    pub(crate) map: UidMap,
    pub(crate) rows: HashMap<u32, Entry>,
    /// UIDs without `\Seen`, once the server listed them.
    pub(crate) unseen: Option<BTreeSet<u32>>,
    /// It was opened at least once; what is known can be shown.
    pub(crate) known: bool,
    /// What we know contradicts what the server says: list all UIDs again.
    pub(crate) suspect: bool,
    /// Places that the server would not name: not to be asked for again before something changes.
    pub(crate) stuck: bool,
    /// Messages announced by EXISTS.
    arrived: u32,
    /// New messages were announced, and asked for: they are shown when they can be shown whole.
    pub(crate) arriving: bool,
    /// People write to the addressees of this mailbox: rows show recipients.
    pub(crate) outgoing: bool,
    /// When it was last shown, for eviction.
    pub(crate) used_ms: f64,
    news: News,
}

impl Contents {
    /// Nothing known but the name.
    pub(crate) fn new(name: MailboxName) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// What changed since the last call; `None` where nothing did.
    pub(crate) fn take_news(&mut self) -> Option<News> {
        if self.news.is_empty() {
            return None;
        }
        Some(std::mem::take(&mut self.news))
    }

    /// UIDs are void (UIDVALIDITY changed, or this is the first visit): `count` unknown messages.
    pub(crate) fn reset(&mut self, uid_validity: Option<UidValidity>, count: u32) {
        self.uid_validity = uid_validity;
        self.map.reset(count);
        self.rows.clear();
        self.unseen = None;
        self.highest_mod_seq = None;
        self.known = true;
        self.suspect = false;
        self.arrived = 0;
        self.news = News {
            reset: true,
            ..News::default()
        };
    }

    /// EXISTS.
    pub(crate) fn exists(&mut self, count: u32) {
        self.stuck = false;
        match self.map.grow(count) {
            Some(edit) if edit.inserted > 0 => {
                self.arrived = self.arrived.saturating_add(edit.inserted);
                self.news.edits.push(edit);
            }
            Some(_) => {}
            None => self.suspect = true,
        }
    }

    /// How many messages were announced since the last call, if the newest of them is not known yet.
    pub(crate) fn take_arrived(&mut self) -> u32 {
        let arrived = std::mem::take(&mut self.arrived);
        if self.map.at_place(0).is_some() {
            0
        } else {
            arrived
        }
    }

    /// EXPUNGE.
    pub(crate) fn expunge(&mut self, sequence: u32) {
        if let Some((uid, edit)) = self.map.remove_sequence(sequence) {
            self.news.edits.push(edit);
            if let Some(uid) = uid {
                self.forget(uid);
            }
        }
    }

    /// VANISHED.
    pub(crate) fn vanished(&mut self, gone: &UidSet) {
        let before = self.map.len();
        match self.map.remove_uids(gone) {
            Some(edits) => self.news.edits.extend(edits),
            None => self.suspect = true,
        }
        if self.map.len() == before {
            return;
        }
        self.forget_where(|uid| gone.contains(uid));
    }

    /// The server's own list of all UIDs.
    pub(crate) fn replace_map(&mut self, all: &UidSet) {
        self.suspect = false;
        self.stuck = false;
        let edits = self.map.replace(all);
        self.news.edits.extend(edits);
        // New places may now have names.
        self.news.rows = true;
        self.forget_where(|uid| !all.contains(uid));
    }

    /// The server's own list of all unread UIDs.
    pub(crate) fn replace_unseen(&mut self, unseen: BTreeSet<u32>) {
        self.unseen = Some(unseen);
        self.news.rows = true;
    }

    /// FETCH: whatever it says about the place, the flags and the row.
    pub(crate) fn fetched(&mut self, fetch: &Fetch, origin: Origin, hook: DecodeCharset) {
        let Some(uid) = fetch.uid.or_else(|| self.map.at_sequence(fetch.seq)) else {
            return;
        };
        if fetch.seq > 0 && fetch.uid.is_some() && !self.map.learn(fetch.seq, uid) {
            self.suspect = true;
        }
        self.uid_next = self.uid_next.max(Some(uid.get().saturating_add(1)));
        let is_new = !self.rows.contains_key(&uid.get());
        if let (Some(envelope), Some(structure)) = (&fetch.envelope, &fetch.body_structure) {
            let mut entry = convert::entry(uid, fetch, envelope, structure, hook);
            entry.row.outgoing = self.outgoing;
            if self.outgoing {
                entry.row.people = entry.message.to.clone();
            }
            entry.message.message.mailbox = self.name.as_str().to_owned();
            entry.message.message.uid_validity = self.uid_validity.map_or(0, UidValidity::get);
            if let Some(old) = self.rows.remove(&uid.get()) {
                entry.row.preview = old.row.preview;
                entry.preview_asked = old.preview_asked;
                if fetch.flags.is_none() {
                    entry.row.flags = old.row.flags;
                }
            }
            self.rows.insert(uid.get(), entry);
            self.news.rows = true;
            if origin != Origin::Ours && is_new {
                self.news.touched.insert(uid.get());
            }
        }
        if let Some(flags) = &fetch.flags {
            self.set_flags(uid, convert::flags(flags), origin == Origin::Others);
        }
    }

    /// The flags of a message, as the server or we want them.
    pub(crate) fn set_flags(&mut self, uid: Uid, flags: Flags, foreign: bool) {
        if let Some(unseen) = &mut self.unseen {
            let changed = if flags.seen {
                unseen.remove(&uid.get())
            } else {
                unseen.insert(uid.get())
            };
            self.news.rows |= changed;
        }
        let Some(entry) = self.rows.get_mut(&uid.get()) else {
            return;
        };
        entry.message.flags.clone_from(&flags);
        if entry.row.flags == flags {
            return;
        }
        entry.row.flags = flags;
        self.news.rows = true;
        self.news.flags.insert(uid.get());
        if foreign {
            self.news.touched.insert(uid.get());
        }
    }

    /// Adds and takes away flags before the server has said anything.
    pub(crate) fn change_flags(&mut self, uid: Uid, add: &Flags, remove: &Flags) {
        match self.rows.get(&uid.get()) {
            Some(entry) => {
                let flags = convert::change_flags(&entry.row.flags, add, remove);
                self.set_flags(uid, flags, false);
            }
            None => {
                if let Some(unseen) = &mut self.unseen {
                    if add.seen {
                        unseen.remove(&uid.get());
                    } else if remove.seen {
                        unseen.insert(uid.get());
                    }
                    self.news.rows = true;
                }
            }
        }
    }

    /// First words of a message.
    pub(crate) fn set_preview(&mut self, uid: Uid, preview: String) {
        if let Some(entry) = self.rows.get_mut(&uid.get()) {
            entry.row.preview = Some(preview);
            self.news.rows = true;
        }
    }

    /// Asks for these first words once more.
    pub(crate) fn ask_previews_again(&mut self, uids: impl Iterator<Item = u32>) {
        for uid in uids {
            if let Some(entry) = self.rows.get_mut(&uid) {
                entry.preview_asked = false;
            }
        }
    }

    /// A row for a message that the server names but tells nothing of: an empty row is better than
    /// a list that never gets past it.
    pub(crate) fn insert_blank(&mut self, uid: u32) {
        let row = Row {
            uid,
            preview: Some(String::new()),
            ..Row::default()
        };
        let entry = Entry {
            row,
            message: Message::default(),
            structure: Part::default(),
            preview_asked: true,
            blank: true,
        };
        self.rows.insert(uid, entry);
        self.news.rows = true;
    }

    /// Drops rows that `keep` does not want.
    pub(crate) fn evict(&mut self, keep: impl Fn(u32) -> bool) {
        self.rows.retain(|uid, _| keep(*uid));
    }

    fn forget(&mut self, uid: Uid) {
        self.rows.remove(&uid.get());
        if let Some(unseen) = &mut self.unseen {
            unseen.remove(&uid.get());
        }
        self.news.gone.insert(uid);
    }

    fn forget_where(&mut self, gone: impl Fn(Uid) -> bool) {
        let is_gone = |uid: &u32| Uid::new(*uid).is_some_and(&gone);
        let lost: Vec<u32> = self.rows.keys().copied().filter(is_gone).collect();
        for uid in lost.into_iter().filter_map(Uid::new) {
            self.forget(uid);
        }
        if let Some(unseen) = &mut self.unseen {
            unseen.retain(|uid| !is_gone(uid));
        }
    }
}
