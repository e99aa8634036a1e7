//! Ask for rows, flags and lists of UIDs: what is on screen and not known.

use std::collections::BTreeSet;

use samma_protocol::imap::command::{
    Command as Imap, Criterion, FetchItem, MessageSet, SearchReturn,
};
use samma_protocol::imap::flag::Flag;
use samma_protocol::imap::uid::{Uid, UidSet};

use super::Engine;
use crate::command::ViewId;
use crate::connection::Job;
use crate::input::ConnectionId;
use crate::limits;
use crate::view::View;

impl Engine {
    /// Asks for messages that were announced. With NOTIFY they come by themselves, with their count:
    /// what is here by the end of the step is not asked for.
    pub(super) fn ask_new_rows(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(watch) = account.watch() else { return };
        let id = watch.id;
        let Some(mailbox) = watch.selected.clone() else {
            return;
        };
        if watch.is_selecting()
            || watch
                .jobs
                .iter()
                .any(|(_, job)| matches!(job, Job::NewRows { .. }))
        {
            return;
        }
        let Some(contents) = account.contents.get_mut(&mailbox) else {
            return;
        };
        let added = contents.take_arrived();
        if added == 0 {
            return;
        }
        let next = contents
            .map
            .last_known()
            .map_or(contents.uid_next, |uid| uid.get().checked_add(1));
        let Some(next) = next.filter(|_| added <= limits::NEW_ROWS) else {
            contents.suspect = true;
            return;
        };
        contents.arriving = true;
        let command = Imap::Fetch {
            uid: true,
            set: MessageSet::Range(format!("{next}:*")),
            items: row_items(),
            changed_since: None,
            vanished: false,
        };
        if let Some(connection) = account.connections.get_mut(&id) {
            connection.send(command, Job::NewRows { mailbox }, now_ms);
        }
    }

    /// Asks for the rows on screen that are not known.
    pub(super) fn ask_rows(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(id) = account.watch().map(|watch| watch.id) else {
            return;
        };
        let Some(connection) = account.connections.get_mut(&id) else {
            return;
        };
        let Some(mailbox) = connection.selected.clone() else {
            return;
        };
        if connection.is_selecting() {
            return;
        }
        let Some(contents) = account.contents.get(&mailbox) else {
            return;
        };
        let mut uids = UidSet::new();
        let mut places = BTreeSet::new();
        // While the page draws itself for the first time it has not said what it shows: most likely this.
        let likely = View::new(ViewId::default(), mailbox.clone(), None, limits::FIRST_ROWS);
        let is_said = self.clients.values().any(|tab| tab.view.is_some());
        let views = self.clients.values().filter_map(|tab| tab.view.as_ref());
        for view in views
            .chain((!is_said).then_some(&likely))
            .filter(|view| view.mailbox == mailbox)
        {
            for place in view.window(contents) {
                match view.uid(place, contents) {
                    Some(uid) if !contents.rows.contains_key(&uid.get()) => uids.insert(uid),
                    Some(_) => {}
                    None if !contents.stuck => {
                        places.insert(contents.raw_place(place));
                    }
                    None => {}
                }
            }
        }
        for (_, job) in &connection.jobs {
            match job {
                Job::Rows {
                    places: asked,
                    uids: asked_uids,
                    ..
                } => {
                    for place in asked {
                        places.remove(place);
                    }
                    uids = without(&uids, asked_uids);
                }
                // These come by themselves.
                Job::NewRows { .. } => {
                    while places
                        .first()
                        .is_some_and(|place| contents.map.at_place(*place).is_none())
                    {
                        places.pop_first();
                    }
                }
                _ => {}
            }
        }
        for chunk in uids.chunks(limits::ROWS_PER_FETCH, limits::SET_OCTETS) {
            let asked = chunk.iter().map(Uid::get).collect();
            let job = Job::Rows {
                mailbox: mailbox.clone(),
                places: Vec::new(),
                uids: asked,
            };
            connection.send(fetch_rows(true, MessageSet::Uids(chunk)), job, now_ms);
        }
        for (newest, oldest) in runs(&places) {
            let (Some(last), Some(first)) =
                (contents.map.sequence(newest), contents.map.sequence(oldest))
            else {
                continue;
            };
            let job = Job::Rows {
                mailbox: mailbox.clone(),
                places: (newest..=oldest).collect(),
                uids: Vec::new(),
            };
            let set = MessageSet::Range(format!("{first}:{last}"));
            connection.send(fetch_rows(false, set), job, now_ms);
        }
        if contents.suspect {
            self.ask_lists(id);
        }
    }

    /// A row that was asked for and did not come would be asked for for ever.
    pub(super) fn rows_done(&mut self, mailbox: &str, places: &[u32], uids: &[u32], ok: bool) {
        let Some(contents) = self.contents(mailbox) else {
            return;
        };
        for uid in uids {
            let still_there = Uid::new(*uid).is_some_and(|uid| contents.map.place(uid).is_some());
            if still_there && !contents.rows.contains_key(uid) {
                contents.insert_blank(*uid);
            }
        }
        let unnamed = places
            .iter()
            .any(|place| *place < contents.map.len() && contents.map.at_place(*place).is_none());
        contents.stuck |= unnamed || (!ok && !places.is_empty());
        contents.suspect |= unnamed && ok;
    }

    /// All UIDs, and the unread ones, where they are not known.
    pub(super) fn ask_lists(&mut self, id: ConnectionId) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(connection) = account.connections.get_mut(&id) else {
            return;
        };
        let Some(mailbox) = connection.selected.clone() else {
            return;
        };
        let Some(contents) = account.contents.get_mut(&mailbox) else {
            return;
        };
        let return_ = connection.offers.esearch.then(|| vec![SearchReturn::All]);
        let asking =
            |wanted: &dyn Fn(&Job) -> bool| connection.jobs.iter().any(|(_, job)| wanted(job));
        let need_map = contents.suspect || !contents.map.is_complete();
        let need_map =
            need_map && !asking(&|job| matches!(job, Job::UidMap { .. } | Job::NewRows { .. }));
        // Who is not where we thought may also be unread where we thought not.
        let need_unseen = (contents.unseen.is_none() || contents.suspect)
            && !asking(&|job| matches!(job, Job::Unseen { .. }));
        if need_map {
            contents.suspect = false;
            let command = Imap::Search {
                uid: true,
                return_: return_.clone(),
                criteria: vec![Criterion::All],
            };
            let job = Job::UidMap {
                mailbox: mailbox.clone(),
                uids: None,
                turn: 0,
            };
            connection.send(command, job, now_ms);
        }
        if need_unseen {
            let criteria = vec![Criterion::NotFlag(Flag::Seen)];
            let command = Imap::Search {
                uid: true,
                return_,
                criteria,
            };
            connection.send(
                command,
                Job::Unseen {
                    mailbox,
                    uids: None,
                    turn: 0,
                },
                now_ms,
            );
        }
    }

    /// Reads flags again that may be shown wrong.
    pub(super) fn ask_doubted_flags(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(id) = account.watch().map(|watch| watch.id) else {
            return;
        };
        let Some(connection) = account.connections.get_mut(&id) else {
            return;
        };
        let selected = connection.selected.as_ref();
        let Some(contents) = selected.and_then(|name| account.contents.get_mut(name)) else {
            return;
        };
        let doubted = contents.take_doubts();
        let recount = contents.take_recount();
        for chunk in doubted.chunks(limits::ROWS_PER_FETCH, limits::SET_OCTETS) {
            let command = Imap::Fetch {
                uid: true,
                set: MessageSet::Uids(chunk),
                items: vec![FetchItem::Uid, FetchItem::Flags],
                changed_since: None,
                vanished: false,
            };
            connection.send(command, Job::Flags, now_ms);
        }
        if recount {
            self.ask_lists(id);
        }
    }

    /// Reads the flags of what is on screen again, where the server does not tell of every change.
    pub(super) fn refresh_flags(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(watch) = account.watch() else { return };
        if watch.offers.qresync && watch.offers.enable {
            return;
        }
        let id = watch.id;
        let Some(mailbox) = watch.selected.clone() else {
            return;
        };
        let Some(contents) = account.contents.get(&mailbox) else {
            return;
        };
        let mut uids = UidSet::new();
        let views = self.clients.values().filter_map(|tab| tab.view.as_ref());
        for view in views.filter(|view| view.mailbox == mailbox) {
            for uid in view
                .window(contents)
                .filter_map(|place| view.uid(place, contents))
            {
                uids.insert(uid);
            }
        }
        let Some(connection) = account.connections.get_mut(&id) else {
            return;
        };
        for chunk in uids.chunks(limits::ROWS_PER_FETCH, limits::SET_OCTETS) {
            let command = Imap::Fetch {
                uid: true,
                set: MessageSet::Uids(chunk),
                items: vec![FetchItem::Uid, FetchItem::Flags],
                changed_since: None,
                vanished: false,
            };
            connection.send(command, Job::Flags, now_ms);
        }
    }
}

pub(super) fn row_items() -> Vec<FetchItem> {
    vec![
        FetchItem::Uid,
        FetchItem::Flags,
        FetchItem::InternalDate,
        FetchItem::Size,
        FetchItem::Envelope,
        FetchItem::BodyStructure,
    ]
}

pub(super) fn fetch_rows(uid: bool, set: MessageSet) -> Imap {
    Imap::Fetch {
        uid,
        set,
        items: row_items(),
        changed_since: None,
        vanished: false,
    }
}

fn without(uids: &UidSet, asked: &[u32]) -> UidSet {
    let mut rest = UidSet::new();
    for uid in uids.iter().filter(|uid| !asked.contains(&uid.get())) {
        rest.insert(uid);
    }
    rest
}

/// Unbroken runs of places, each at most one FETCH long.
fn runs(places: &BTreeSet<u32>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for place in places {
        match runs.last_mut() {
            Some((first, last))
                if last.checked_add(1) == Some(*place)
                    && (place.saturating_sub(*first) as usize) < limits::ROWS_PER_FETCH =>
            {
                *last = *place;
            }
            _ => runs.push((*place, *place)),
        }
    }
    runs
}
