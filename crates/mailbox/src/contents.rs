//! What is in one mailbox, as far as it is known: who stands where, which messages are unread, and
//! the rows that were looked at.
//!
//! In: what the server said about the selected mailbox. Out: [`News`], which views and readers are
//! told at the end of each step. Everything is keyed by UID and applied idempotently: a push is a
//! hint, and may be a repetition.

use std::collections::{BTreeSet, HashMap};

use samma_message::{DecodeCharset, Part};
use samma_protocol::imap::command::StoreAction;
use samma_protocol::imap::flag::Flag;
use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::response::Fetch;
use samma_protocol::imap::uid::{ModSeq, Uid, UidSet, UidValidity};

use crate::action::{self, FlagChange};
use crate::change::{Edit, Flags, Message, Row};
use crate::claims::Claims;
use crate::connection::Origin;
use crate::convert;
use crate::hidden::Hidden;
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
    /// Messages that left the list before they left the mailbox, and those that are back in it.
    pub(crate) hidden: UidSet,
    /// See [`hidden`](Self::hidden).
    pub(crate) shown: UidSet,
    /// All UIDs are void.
    pub(crate) reset: bool,
    /// Unread messages that have come, by whomever.
    pub(crate) arrived: BTreeSet<u32>,
    /// Some row looks different.
    pub(crate) rows: bool,
}

impl News {
    fn is_empty(&self) -> bool {
        self.edits.is_empty()
            && self.gone.is_empty()
            && self.hidden.is_empty()
            && self.shown.is_empty()
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
    /// Who stands where on the server.
    pub(crate) map: UidMap,
    hidden: Hidden,
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
    /// Messages whose flags are to be read again.
    doubts: UidSet,
    /// The unread ones are to be listed again, which is asked for once: a server may refuse.
    recount: bool,
    /// Flags that people changed and the server has not confirmed, by action.
    expected: Vec<(u32, UidSet, Vec<FlagChange>)>,
    /// Counts what was told of this mailbox. A list of UIDs is out of date if something else was told between it
    /// and the end of its command, as NOTIFY and pipelined commands bring about.
    pub(crate) turn: u64,
    /// Messages that devices are about to move, on screen or not.
    pub(crate) claims: Claims,
    /// The time of the step, in milliseconds.
    pub(crate) now_ms: f64,
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
        self.hidden.clear();
        self.claims.clear();
        self.expected.clear();
        self.doubts = UidSet::new();
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

    /// How many messages the list has.
    pub(crate) fn len(&self) -> u32 {
        self.map.len().saturating_sub(self.hidden.len())
    }

    /// The message at a place of the list, where its UID is known.
    pub(crate) fn at_place(&self, place: u32) -> Option<Uid> {
        self.map.at_place(self.hidden.raw(place))
    }

    /// The place on the server of a place in the list.
    pub(crate) fn raw_place(&self, place: u32) -> u32 {
        self.hidden.raw(place)
    }

    /// How many messages of the list are unread, where known.
    pub(crate) fn unread(&self) -> Option<u32> {
        let unseen = self.unseen.as_ref()?;
        let hidden = self.hidden.uids().filter(|uid| unseen.contains(uid));
        u32::try_from(unseen.len().saturating_sub(hidden.count())).ok()
    }

    /// Is this message left out of the list.
    pub(crate) fn is_hidden(&self, uid: Uid) -> bool {
        self.hidden.contains(uid)
    }

    /// UIDs of the list, where all are known.
    pub(crate) fn all(&self) -> Option<UidSet> {
        if self.suspect || !self.map.is_complete() {
            return None;
        }
        Some(
            self.map
                .uids()
                .filter(|uid| !self.is_hidden(*uid))
                .collect(),
        )
    }

    /// Leaves messages out of the list: a person moved or deleted them. Answers with those that were in it.
    pub(crate) fn hide(&mut self, uids: &UidSet) -> UidSet {
        let (edits, new) = self.hidden.hide(uids, &self.map);
        self.news.edits.extend(edits);
        self.news.hidden.extend(new.iter());
        new
    }

    /// Shows messages again that were left out.
    pub(crate) fn show_again(&mut self, uids: &UidSet) {
        let (edits, back) = self.hidden.show(uids, &self.map);
        self.news.edits.extend(edits);
        self.news.shown.extend(back.iter());
        self.news.rows |= !back.is_empty();
    }

    fn edit(&mut self, edit: Edit) {
        self.news.edits.extend(self.hidden.follow(edit));
    }

    /// EXISTS.
    pub(crate) fn exists(&mut self, count: u32) {
        self.turn = self.turn.wrapping_add(1);
        self.stuck = false;
        match self.map.grow(count) {
            Some(edit) if edit.inserted > 0 => {
                self.arrived = self.arrived.saturating_add(edit.inserted);
                self.edit(edit);
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
        self.turn = self.turn.wrapping_add(1);
        if let Some((uid, edit)) = self.map.remove_sequence(sequence) {
            self.edit(edit);
            if let Some(uid) = uid {
                self.forget(uid);
            }
        }
    }

    /// VANISHED.
    pub(crate) fn vanished(&mut self, gone: &UidSet) {
        self.turn = self.turn.wrapping_add(1);
        if let Some(unseen) = &mut self.unseen {
            unseen.retain(|uid| Uid::new(*uid).is_some_and(|uid| !gone.contains(uid)));
        }
        let before = self.map.len();
        match self.map.remove_uids(gone) {
            Some(edits) => edits.into_iter().for_each(|edit| self.edit(edit)),
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
        edits.into_iter().for_each(|edit| self.edit(edit));
        // New places may now have names.
        self.news.rows = true;
        self.forget_where(|uid| !all.contains(uid));
        let edits = self.hidden.find_again(&self.map);
        self.news.edits.extend(edits);
    }

    /// The server's own list of all unread UIDs.
    pub(crate) fn replace_unseen(&mut self, unseen: BTreeSet<u32>) {
        self.unseen = Some(unseen);
        self.news.rows = true;
        for (_, uids, changes) in self.expected.clone() {
            let seen = |change: &&FlagChange| change.1.seen;
            for change in changes.iter().filter(seen) {
                let (add, remove) = added_and_removed(change);
                for uid in uids.iter() {
                    self.change_flags(uid, &add, &remove);
                }
            }
        }
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
                self.news.arrived.insert(uid.get());
            }
        }
        if let Some(flags) = &fetch.flags {
            self.note_claim(uid, flags, origin == Origin::Ours);
            let flags = self.as_expected(uid, convert::flags(flags));
            self.set_flags(uid, flags, origin == Origin::Others);
        }
    }

    /// Notes when another device was first seen to be about to move a message.
    ///
    /// What is there when a mailbox is opened (`is_old`) was not marked just now, most likely.
    fn note_claim(&mut self, uid: Uid, flags: &[Flag], is_old: bool) {
        let at_ms = if is_old {
            self.now_ms - OLD_MS
        } else {
            self.now_ms
        };
        self.claims.note(uid, flags, at_ms);
    }

    /// The flags of a message, as the server or we want them.
    pub(crate) fn set_flags(&mut self, uid: Uid, flags: Flags, foreign: bool) {
        let changed = self.set_seen(uid, flags.seen);
        self.turn = self.turn.wrapping_add(u64::from(changed));
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

    /// A person changes flags: until the server has confirmed it, whatever it says of them is older.
    pub(crate) fn expect_flags(&mut self, id: u32, uids: &UidSet, changes: &[FlagChange]) {
        for uid in uids.iter() {
            for change in changes {
                let (add, remove) = added_and_removed(change);
                self.change_flags(uid, &add, &remove);
            }
        }
        self.expected.push((id, uids.clone(), changes.to_vec()));
    }

    /// The server has confirmed flags that a person changed, or refused. `false`: they were not shown here: the mailbox
    /// was opened since, and its flags read before they were changed.
    pub(crate) fn flags_settled(&mut self, id: u32, uids: &UidSet) -> bool {
        let mut were_shown = false;
        for (of, rest, _) in &mut self.expected {
            if *of == id {
                *rest = action::minus(rest, uids);
                were_shown = true;
            }
        }
        self.expected.retain(|(_, rest, _)| !rest.is_empty());
        were_shown
    }

    /// What the server says of flags, and over it what people want and the server has not confirmed.
    fn as_expected(&self, uid: Uid, mut flags: Flags) -> Flags {
        for (_, uids, changes) in &self.expected {
            if uids.contains(uid) {
                for change in changes {
                    let (add, remove) = added_and_removed(change);
                    flags = convert::change_flags(&flags, &add, &remove);
                }
            }
        }
        flags
    }

    /// Adds and takes away flags before the server has said anything.
    pub(crate) fn change_flags(&mut self, uid: Uid, add: &Flags, remove: &Flags) {
        match self.rows.get(&uid.get()) {
            Some(entry) => {
                let flags = convert::change_flags(&entry.row.flags, add, remove);
                self.set_flags(uid, flags, false);
            }
            None => {
                if add.seen || remove.seen {
                    self.set_seen(uid, add.seen);
                }
            }
        }
    }

    /// Counts a message as read or unread. `true` if that is new.
    ///
    /// What is gone counts as neither: the second connection may tell of messages that the first one knows to be
    /// gone, and people undo what they did to messages that somebody has moved since.
    fn set_seen(&mut self, uid: Uid, seen: bool) -> bool {
        let is_there = self.map.may_have(uid);
        let Some(unseen) = self.unseen.as_mut().filter(|_| is_there) else {
            return false;
        };
        let changed = if seen {
            unseen.remove(&uid.get())
        } else {
            unseen.insert(uid.get())
        };
        self.news.rows |= changed;
        changed
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

    /// UIDs of the unread messages in the list, where known.
    pub(crate) fn unread_uids(&self) -> Option<UidSet> {
        let unseen = self.unseen.as_ref()?.iter();
        let uids = unseen.filter_map(|uid| Uid::new(*uid));
        Some(uids.filter(|uid| !self.is_hidden(*uid)).collect())
    }

    /// Does a message have a flag; `None` where that is not known. `one` is a single flag or keyword.
    pub(crate) fn has_flag(&self, uid: Uid, one: &Flags) -> Option<bool> {
        if let Some(entry) = self.rows.get(&uid.get()) {
            let flags = &entry.row.flags;
            return Some(convert::change_flags(flags, one, &Flags::default()) == *flags);
        }
        let unseen = self.unseen.as_ref().filter(|_| one.seen)?;
        Some(!unseen.contains(&uid.get()))
    }

    /// What we know of the flags of a message may be wrong: they are to be read again.
    pub(crate) fn doubt_flags(&mut self, uid: Uid) {
        if self.rows.contains_key(&uid.get()) {
            self.doubts.insert(uid);
        } else {
            self.doubt_unseen();
        }
    }

    /// What we know of unread messages may be wrong: they are to be listed again.
    pub(crate) fn doubt_unseen(&mut self) {
        self.unseen = None;
        self.recount = true;
    }

    /// Are unread messages to be listed again.
    pub(crate) fn take_recount(&mut self) -> bool {
        std::mem::take(&mut self.recount)
    }

    /// Messages whose flags are to be read again.
    pub(crate) fn take_doubts(&mut self) -> UidSet {
        std::mem::take(&mut self.doubts)
    }

    /// The mailbox has another name.
    pub(crate) fn rename(&mut self, name: &str) {
        self.name = MailboxName::new(name);
        for entry in self.rows.values_mut() {
            entry.message.message.mailbox = name.to_owned();
        }
    }

    /// Drops rows that `keep` does not want.
    pub(crate) fn evict(&mut self, keep: impl Fn(u32) -> bool) {
        self.rows.retain(|uid, _| keep(*uid));
    }

    fn forget(&mut self, uid: Uid) {
        self.rows.remove(&uid.get());
        self.claims.forget(uid);
        self.hidden.forget(uid);
        if let Some(unseen) = &mut self.unseen {
            unseen.remove(&uid.get());
        }
        self.news.gone.insert(uid);
    }

    fn forget_where(&mut self, gone: impl Fn(Uid) -> bool) {
        let is_gone = |uid: &u32| Uid::new(*uid).is_some_and(&gone);
        let known = self.rows.keys().copied().chain(self.hidden.uids());
        let lost: Vec<u32> = known.filter(is_gone).collect();
        for uid in lost.into_iter().filter_map(Uid::new) {
            self.forget(uid);
        }
        if let Some(unseen) = &mut self.unseen {
            unseen.retain(|uid| !is_gone(uid));
        }
    }
}

/// How old a mark is taken to be that was there when its message was first read, in milliseconds.
const OLD_MS: f64 = 2_000.0;

fn added_and_removed((action, flags): &FlagChange) -> (Flags, Flags) {
    match action {
        StoreAction::Remove => (Flags::default(), flags.clone()),
        _ => (flags.clone(), Flags::default()),
    }
}
