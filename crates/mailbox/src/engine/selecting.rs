//! Open a mailbox, fetch the rows that are looked at, and take in what the server tells.

use std::collections::BTreeSet;

use samma_message::render::{choose::preview_section, snippet};
use samma_message::{charset, transfer};
use samma_protocol::imap::command::{
    Command as Imap, Criterion, FetchItem, MessageSet, Partial, Qresync, SearchReturn,
};
use samma_protocol::imap::flag::Flag;
use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::response::{Code, Data, Fetch, SectionData, Status, StatusKind};
use samma_protocol::imap::uid::{Uid, UidSet};

use super::connecting::{problem, refusal};
use super::{Account, Engine};
use crate::change::{Change, ProblemKind};
use crate::connection::{Job, Origin, PreviewPart, Purpose, Selecting};
use crate::contents::Contents;
use crate::input::{ClientId, ConnectionId};
use crate::limits;
use crate::view::View;

impl Engine {
    /// A tab shows a list from now on.
    pub(super) fn open(&mut self, client: ClientId, view: View) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let mailbox = view.mailbox.clone();
        let outgoing = account.tree.is_outgoing(&mailbox);
        let contents = account
            .contents
            .entry(mailbox.clone())
            .or_insert_with(|| Contents::new(MailboxName::new(&mailbox)));
        contents.used_ms = now_ms;
        contents.outgoing = outgoing;
        if let Some(search) = &view.search {
            account.tasks.retain(|task| !task.is_search_of(client));
            account.tasks.push(super::reading::Task::search(
                client,
                &mailbox,
                &search.words,
            ));
        }
        if let Some(tab) = self.clients.get_mut(&client) {
            tab.active_ms = now_ms;
            tab.view = Some(view);
        }
        self.tell_reset(client);
        self.select_wanted();
        self.evict();
    }

    pub(super) fn tell_reset(&mut self, client: ClientId) {
        let Some(account) = &self.account else { return };
        let Some(view) = self.clients.get(&client).and_then(|tab| tab.view.as_ref()) else {
            return;
        };
        let Some(contents) = account.contents.get(&view.mailbox) else {
            return;
        };
        let change = Change::ViewReset {
            view: view.id,
            mailbox: view.mailbox.clone(),
            uid_validity: contents.uid_validity.map_or(0, |validity| validity.get()),
            total: view.total(contents),
            read_only: contents.read_only,
        };
        self.tell(client, change);
    }

    /// The list of the tab in front.
    fn shown_view(&self) -> Option<&View> {
        self.clients
            .values()
            .filter_map(|tab| tab.view.as_ref().map(|view| (tab, view)))
            .max_by(|(a, _), (b, _)| {
                (a.visible, a.active_ms)
                    .partial_cmp(&(b.visible, b.active_ms))
                    .unwrap_or(std::cmp::Ordering::Equal)
            })
            .map(|(_, view)| view)
    }

    /// Opens on the server what is looked at, if it is not open.
    pub(super) fn select_wanted(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let shown = self.shown_view();
        let wanted = shown
            .map_or("INBOX", |view| view.mailbox.as_str())
            .to_owned();
        let rows = shown.map_or(50, View::rows_on_screen);
        let Some(account) = &mut self.account else {
            return;
        };
        let contents = account
            .contents
            .entry(wanted.clone())
            .or_insert_with(|| Contents::new(MailboxName::new(&wanted)));
        let known = (contents.known)
            .then_some(contents.uid_validity.zip(contents.highest_mod_seq))
            .flatten();
        let mailbox = contents.name.clone();
        let is_known = contents.known;
        let count = account.tree.count(&wanted).filter(|_| !is_known);
        let Some(watch) = account.watch() else { return };
        let selecting = watch.jobs.iter().rev().find_map(|(_, job)| match job {
            Job::Select(selecting) => Some(selecting.mailbox.as_str()),
            _ => None,
        });
        if selecting.or(watch.selected.as_deref()) == Some(wanted.as_str()) {
            return;
        }
        let qresync = known
            .filter(|_| watch.offers.qresync && watch.offers.enable)
            .map(|(uid_validity, mod_seq)| Qresync {
                uid_validity,
                mod_seq,
                known: None,
            });
        let job = Job::Select(Box::new(Selecting {
            mailbox: wanted.clone(),
            resync: qresync.is_some(),
            // QRESYNC servers say [CLOSED] between the old mailbox and the new one.
            opened: watch.selected.is_none() || !watch.offers.qresync || !watch.offers.enable,
            ..Selecting::default()
        }));
        let command = Imap::Select {
            mailbox,
            examine: false,
            condstore: watch.offers.condstore && !watch.offers.enable,
            qresync,
        };
        watch.send(command, job, now_ms);
        // On the first visit the first rows are asked for in the same write, by the count that
        // STATUS told. Should it be off by then, these are other rows, and fit all the same.
        let Some(count) = count.filter(|count| *count > 0) else {
            return;
        };
        let rows = rows.min(count);
        let first = count.saturating_sub(rows).saturating_add(1);
        let job = Job::Rows {
            mailbox: wanted,
            places: (0..rows).collect(),
            uids: Vec::new(),
        };
        let set = MessageSet::Range(format!("{first}:*"));
        watch.send(fetch_rows(false, set), job, now_ms);
    }

    /// Untagged OK, NO and BAD, and what their codes say of the mailbox that is being opened.
    pub(super) fn selected_status(&mut self, id: ConnectionId, status: Status) {
        let Some(connection) = self.connection(id) else {
            return;
        };
        let Some(selecting) = connection.selecting() else {
            if let Some(Code::HighestModSeq(mod_seq)) = status.code {
                self.note_mod_seq(id, mod_seq);
            }
            return;
        };
        match status.code {
            Some(Code::Closed) => selecting.opened = true,
            Some(Code::UidValidity(validity)) => selecting.uid_validity = Some(validity),
            Some(Code::UidNext(next)) => selecting.uid_next = Some(next),
            Some(Code::HighestModSeq(mod_seq)) => selecting.highest_mod_seq = Some(mod_seq),
            Some(Code::NoModSeq) => selecting.highest_mod_seq = None,
            _ => {}
        }
    }

    /// The mailbox changed up to here, and we have seen all of it: RFC 7162 3.1.2.1 sends this
    /// behind the data.
    fn note_mod_seq(&mut self, id: ConnectionId, mod_seq: samma_protocol::imap::uid::ModSeq) {
        let Some(contents) = self.selected_contents(id) else {
            return;
        };
        contents.highest_mod_seq = contents.highest_mod_seq.max(Some(mod_seq));
    }

    fn selected_contents(&mut self, id: ConnectionId) -> Option<&mut Contents> {
        let account = self.account.as_mut()?;
        let name = account.connections.get(&id)?.selected.as_ref()?;
        account.contents.get_mut(name)
    }

    /// EXISTS, EXPUNGE, VANISHED.
    pub(super) fn count_data(&mut self, id: ConnectionId, data: Data) {
        let Some(connection) = self.connection(id) else {
            return;
        };
        let purpose = connection.purpose;
        if let Some(selecting) = connection.selecting().filter(|selecting| selecting.opened) {
            match data {
                Data::Exists(count) => selecting.exists = count,
                Data::Vanished { uids, .. } => {
                    for (first, last) in uids.ranges() {
                        selecting.vanished.insert_range(*first, *last);
                    }
                }
                _ => {}
            }
            return;
        }
        // The second connection has its own sequence numbers, and the first one hears it all.
        if purpose == Purpose::Work {
            return;
        }
        let Some(contents) = self.selected_contents(id) else {
            return;
        };
        match data {
            Data::Exists(count) => contents.exists(count),
            Data::Expunge(sequence) => contents.expunge(sequence),
            Data::Vanished { uids, .. } => contents.vanished(&uids),
            _ => {}
        }
    }

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

    pub(super) fn fetch_data(&mut self, id: ConnectionId, mut fetch: Fetch) {
        let hook = self.charsets;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(connection) = account.connections.get_mut(&id) else {
            return;
        };
        if let Some(selecting) = connection.selecting().filter(|selecting| selecting.opened) {
            selecting.fetched.push(fetch);
            return;
        }
        for section in &mut fetch.sections {
            if let Some(SectionData::Streamed { id: literal, .. }) = section.data {
                section.data = Some(SectionData::Inline(connection.take_literal(literal)));
            }
        }
        let origin = connection.origin();
        if connection.purpose == Purpose::Work {
            fetch.seq = 0;
        }
        if let Some(uid) = fetch.uid {
            for section in &mut fetch.sections {
                if let Some(SectionData::Inline(bytes)) = section.data.take() {
                    connection.section(uid.get(), &section.name, bytes);
                }
            }
        }
        let Some(mailbox) = connection.selected.clone() else {
            return;
        };
        let Some(contents) = account.contents.get_mut(&mailbox) else {
            return;
        };
        contents.fetched(&fetch, origin, hook);
        if let (Some(uid), Some(Some(words))) = (fetch.uid, &fetch.preview) {
            let words = snippet::snippet_of_text(&String::from_utf8_lossy(words));
            contents.set_preview(uid, words);
        }
    }

    pub(super) fn search_data(&mut self, id: ConnectionId, data: Data) {
        let Some(connection) = self.connection(id) else {
            return;
        };
        let (tag, found) = match data {
            Data::Search { ids, .. } => (None, uid_set(ids)),
            Data::ESearch(answer) => (answer.tag, answer.all.unwrap_or_default()),
            _ => return,
        };
        let job = match tag {
            Some(tag) => connection
                .jobs
                .iter_mut()
                .find(|(known, _)| *known == tag)
                .map(|(_, job)| job),
            None => connection.oldest(|job| {
                matches!(
                    job,
                    Job::UidMap { .. } | Job::Unseen { .. } | Job::Search { .. }
                )
            }),
        };
        if let Some(
            Job::UidMap { uids, .. } | Job::Unseen { uids, .. } | Job::Search { uids, .. },
        ) = job
        {
            match uids {
                // A server may answer in several lines.
                Some(uids) => {
                    for (first, last) in found.ranges() {
                        uids.insert_range(*first, *last);
                    }
                }
                None => *uids = Some(found),
            }
        }
    }

    /// The tagged answer of a command.
    pub(super) fn done(&mut self, id: ConnectionId, job: Job, status: Status) {
        let ok = status.kind == StatusKind::Ok;
        match job {
            Job::Capability | Job::StartTls | Job::Authenticate => {
                self.sign_in_step(id, &job, &status)
            }
            Job::List { entries } if ok => self.list_done(id, &entries),
            Job::Lsub { entries } if ok => self.lsub_done(&entries),
            Job::Select(selecting) => self.select_done(id, *selecting, status),
            Job::Rows {
                mailbox,
                places,
                uids,
            } => self.rows_done(&mailbox, &places, &uids, ok),
            Job::NewRows { mailbox } => {
                if let Some(contents) = self.contents(&mailbox) {
                    contents.arriving = false;
                    // The server gave other messages than it had announced.
                    contents.suspect |=
                        contents.map.len() > 0 && contents.map.at_place(0).is_none();
                }
            }
            Job::UidMap { mailbox, uids } if ok => {
                if let Some(contents) = self.contents(&mailbox) {
                    contents.replace_map(&uids.unwrap_or_default());
                }
            }
            Job::Unseen { mailbox, uids } if ok => {
                if let Some(contents) = self.contents(&mailbox) {
                    let unseen: BTreeSet<u32> = uids
                        .unwrap_or_default()
                        .iter()
                        .take(1_000_000)
                        .map(Uid::get)
                        .collect();
                    contents.replace_unseen(unseen);
                }
            }
            Job::Previews { mailbox, uids } => self.previews_done(&mailbox, &uids),
            Job::PreviewParts { mailbox, parts } => self.preview_parts_done(&mailbox, &parts),
            Job::Details { reading } => self.details_done(&reading, &status),
            Job::Body { reading, sections } => self.body_done(&reading, &sections, &status),
            Job::Part { request, wanted } => self.part_done(request, wanted, &status),
            Job::Search {
                client,
                words,
                uids,
            } => self.search_done(client, &words, uids, &status),
            Job::Store { id: store } => self.store_done(id, store, &status),
            Job::Notify if !ok => self.notify_refused(id),
            Job::Logout => {
                self.effects.push_back(crate::effect::Effect::Close(id));
                if let Some(account) = &mut self.account {
                    account.connections.remove(&id);
                }
            }
            Job::Visit { mailbox } => self.visit_done(id, mailbox, &status),
            _ => {}
        }
    }

    fn contents(&mut self, mailbox: &str) -> Option<&mut Contents> {
        self.account.as_mut()?.contents.get_mut(mailbox)
    }

    fn select_done(&mut self, id: ConnectionId, selecting: Selecting, status: Status) {
        let now_ms = self.now.monotonic_ms;
        let hook = self.charsets;
        let first = self
            .account
            .as_ref()
            .is_some_and(|account| !account.tree.is_listed());
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(connection) = account.connections.get_mut(&id) else {
            return;
        };
        if status.kind != StatusKind::Ok {
            connection.selected = None;
            account.unopened = Some((selecting.mailbox, refusal(&status)));
            self.list();
            return;
        }
        connection.selected = Some(selecting.mailbox.clone());
        connection.notified = None;
        let Some(contents) = account.contents.get_mut(&selecting.mailbox) else {
            return;
        };
        contents.read_only = status.code == Some(Code::ReadOnly);
        let same = contents.known && contents.uid_validity == selecting.uid_validity;
        if !same {
            contents.reset(selecting.uid_validity, selecting.exists);
        } else if selecting.resync {
            contents.vanished(&selecting.vanished);
            contents.exists(selecting.exists);
            for fetch in &selecting.fetched {
                contents.fetched(fetch, Origin::Others, hook);
            }
        } else {
            // No way to ask what changed: list the UIDs again, and read what is on screen anew.
            contents.suspect = true;
            contents.unseen = None;
        }
        contents.uid_next = selecting.uid_next.or(contents.uid_next);
        contents.highest_mod_seq = selecting.highest_mod_seq.or(contents.highest_mod_seq);
        contents.used_ms = now_ms;
        if same && !selecting.resync {
            self.keep_only_windows(&selecting.mailbox);
            self.refresh_flags();
        }
        self.ask_rows();
        self.ask_lists(id);
        if first {
            self.list();
        }
    }

    /// All UIDs, and the unread ones, where they are not known.
    fn ask_lists(&mut self, id: ConnectionId) {
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
        let need_unseen =
            contents.unseen.is_none() && !asking(&|job| matches!(job, Job::Unseen { .. }));
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
                },
                now_ms,
            );
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
        let views = self.clients.values().filter_map(|tab| tab.view.as_ref());
        for view in views.filter(|view| view.mailbox == mailbox) {
            for place in view.window(contents) {
                match view.uid(place, contents) {
                    Some(uid) if !contents.rows.contains_key(&uid.get()) => uids.insert(uid),
                    Some(_) => {}
                    None if !contents.stuck => {
                        places.insert(place);
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
    fn rows_done(&mut self, mailbox: &str, places: &[u32], uids: &[u32], ok: bool) {
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

    /// First words, once there is nothing more urgent.
    pub(super) fn ask_previews(&mut self) {
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
        if connection.is_waiting() {
            return;
        }
        let Some(contents) = account.contents.get_mut(&mailbox) else {
            return;
        };
        let mut uids = UidSet::new();
        let views = self.clients.values().filter_map(|tab| tab.view.as_ref());
        for view in views.filter(|view| view.mailbox == mailbox) {
            for uid in view
                .window(contents)
                .filter_map(|place| view.uid(place, contents))
            {
                let entry = contents.rows.get(&uid.get());
                if entry.is_some_and(|entry| entry.row.preview.is_none() && !entry.preview_asked) {
                    uids.insert(uid);
                }
            }
        }
        if uids.is_empty() {
            return;
        }
        for uid in uids.iter() {
            if let Some(entry) = contents.rows.get_mut(&uid.get()) {
                entry.preview_asked = true;
            }
        }
        if connection.offers.preview {
            let command = Imap::Fetch {
                uid: true,
                set: MessageSet::Uids(uids.clone()),
                items: vec![FetchItem::Uid, FetchItem::Preview { lazy: false }],
                changed_since: None,
                vanished: false,
            };
            connection.send(command, Job::Previews { mailbox, uids }, now_ms);
        } else {
            self.previews_done(&mailbox, &uids);
        }
    }

    /// Reads the beginning of the text of those that the server had no words for.
    fn previews_done(&mut self, mailbox: &str, uids: &UidSet) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(contents) = account.contents.get_mut(mailbox) else {
            return;
        };
        // One command for each section and length: most messages share theirs.
        let mut groups: std::collections::BTreeMap<(String, u32), UidSet> =
            std::collections::BTreeMap::new();
        let mut wordless = Vec::new();
        for uid in uids.iter().take(limits::ROWS_KEPT) {
            let Some(entry) = contents
                .rows
                .get(&uid.get())
                .filter(|entry| entry.row.preview.is_none())
            else {
                continue;
            };
            match preview_section(&entry.structure) {
                Some(part) if part.size_octets > 0 => {
                    let octets = if part.mime_type == "text/html" {
                        limits::PREVIEW_OCTETS_HTML
                    } else {
                        limits::PREVIEW_OCTETS_TEXT
                    };
                    groups
                        .entry((part.section.clone(), octets))
                        .or_default()
                        .insert(uid);
                }
                _ => wordless.push(uid),
            }
        }
        for uid in wordless {
            contents.set_preview(uid, String::new());
        }
        let Some(watch) = account
            .watch()
            .filter(|watch| watch.selected.as_deref() == Some(mailbox))
        else {
            return;
        };
        for ((section, octets), uids) in groups {
            let parts = uids
                .iter()
                .map(|uid| PreviewPart {
                    uid: uid.get(),
                    section: section.clone(),
                    bytes: None,
                })
                .collect();
            let command = Imap::Fetch {
                uid: true,
                set: MessageSet::Uids(uids),
                items: vec![
                    FetchItem::Uid,
                    FetchItem::Body {
                        section,
                        peek: true,
                        partial: Some(Partial { offset: 0, octets }),
                    },
                ],
                changed_since: None,
                vanished: false,
            };
            let job = Job::PreviewParts {
                mailbox: mailbox.to_owned(),
                parts,
            };
            watch.send(command, job, now_ms);
        }
    }

    fn preview_parts_done(&mut self, mailbox: &str, parts: &[PreviewPart]) {
        let hook = self.charsets;
        let Some(contents) = self.contents(mailbox) else {
            return;
        };
        for part in parts {
            let (Some(uid), Some(bytes)) = (Uid::new(part.uid), &part.bytes) else {
                continue;
            };
            let Some(found) = contents
                .rows
                .get(&part.uid)
                .and_then(|entry| entry.structure.find(&part.section))
            else {
                continue;
            };
            let decoded = transfer::decode(found.encoding, bytes);
            let text = charset::to_utf8(found.charset.as_deref(), &decoded, hook);
            let words = if found.mime_type == "text/html" {
                snippet::snippet_of_html(&text)
            } else {
                snippet::snippet_of_text(&text)
            };
            contents.set_preview(uid, words);
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

    /// Tells views and readers what changed in their mailboxes.
    pub(super) fn tell_news(&mut self) {
        let Some(account) = &mut self.account else {
            return;
        };
        let mut changes = Vec::new();
        let mut resets = Vec::new();
        for (name, contents) in &mut account.contents {
            let Some(news) = contents.take_news() else {
                continue;
            };
            for (client, tab) in &mut self.clients {
                if let Some(view) = tab.view.as_mut().filter(|view| view.mailbox == *name) {
                    if news.reset {
                        view.reset();
                        resets.push(*client);
                    }
                    view.hear(&news);
                }
                let Some(message) = tab
                    .reading
                    .as_ref()
                    .filter(|message| message.mailbox == *name)
                else {
                    continue;
                };
                let message = message.clone();
                if news.reset || Uid::new(message.uid).is_some_and(|uid| news.gone.contains(uid)) {
                    tab.reading = None;
                    changes.push((*client, Change::MessageGone { message }));
                } else if news.flags.contains(&message.uid)
                    && let Some(entry) = contents.rows.get(&message.uid)
                {
                    let flags = entry.row.flags.clone();
                    changes.push((*client, Change::MessageFlags { message, flags }));
                }
            }
        }
        for client in resets {
            self.tell_reset(client);
        }
        for (client, change) in changes {
            self.tell(client, change);
        }
        let Some(account) = &self.account else { return };
        let mut rows = Vec::new();
        for (client, tab) in &mut self.clients {
            let Some(view) = &mut tab.view else { continue };
            let Some(contents) = account.contents.get(&view.mailbox) else {
                continue;
            };
            rows.extend(view.flush(contents).map(|change| (*client, change)));
        }
        for (client, change) in rows {
            self.tell(client, change);
        }
    }

    /// A mailbox that would not open, once LIST has told whether it is there at all: few servers say
    /// so by a code.
    pub(super) fn tell_unopened(&mut self) {
        let Some(account) = &mut self.account else {
            return;
        };
        let Some((mailbox, mut problem)) = account.unopened.take() else {
            return;
        };
        if problem.kind == ProblemKind::Refused && !account.tree.contains(&mailbox) {
            problem.kind = ProblemKind::NoMailbox;
        }
        self.view_failed(&mailbox, &problem);
    }

    fn view_failed(&mut self, mailbox: &str, problem: &crate::change::Problem) {
        let failed: Vec<_> = self
            .clients
            .iter()
            .filter_map(|(client, tab)| Some((*client, tab.view.as_ref()?)))
            .filter(|(_, view)| view.mailbox == mailbox)
            .map(|(client, view)| (client, view.id))
            .collect();
        for (client, view) in failed {
            if let Some(tab) = self.clients.get_mut(&client) {
                tab.view = None;
            }
            self.tell(
                client,
                Change::ViewFailed {
                    view,
                    problem: problem.clone(),
                },
            );
        }
        if let Some(account) = &mut self.account {
            account.contents.remove(mailbox);
        }
    }

    /// Of this mailbox, keeps the rows on screen only.
    fn keep_only_windows(&mut self, mailbox: &str) {
        let mut keep = BTreeSet::new();
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(contents) = account.contents.get_mut(mailbox) else {
            return;
        };
        for view in self.clients.values().filter_map(|tab| tab.view.as_ref()) {
            if view.mailbox == mailbox {
                keep.extend(
                    view.window(contents)
                        .filter_map(|place| view.uid(place, contents))
                        .map(Uid::get),
                );
            }
        }
        contents.evict(|uid| keep.contains(&uid));
    }

    /// Keeps memory bounded: drops mailboxes that nobody looked at for longest, then rows off screen.
    fn evict(&mut self) {
        let shown: BTreeSet<String> = self
            .clients
            .values()
            .filter_map(|tab| tab.view.as_ref())
            .map(|view| view.mailbox.clone())
            .collect();
        let Some(account) = &mut self.account else {
            return;
        };
        let selected = account.watch().and_then(|watch| watch.selected.clone());
        while account.contents.len() > limits::MAILBOXES_KEPT
            || rows_kept(account) > limits::ROWS_KEPT
        {
            let oldest = account
                .contents
                .values()
                .filter(|contents| !shown.contains(contents.name.as_str()))
                .filter(|contents| selected.as_deref() != Some(contents.name.as_str()))
                .min_by(|a, b| a.used_ms.total_cmp(&b.used_ms))
                .map(|contents| contents.name.as_str().to_owned());
            let Some(oldest) = oldest else { break };
            account.contents.remove(&oldest);
        }
    }

    /// Rows off screen of the mailboxes that are shown, when there are too many.
    pub(super) fn trim_rows(&mut self) {
        let Some(account) = &self.account else { return };
        if rows_kept(account) <= limits::ROWS_KEPT {
            return;
        }
        self.evict();
        let names: Vec<String> = self
            .account
            .iter()
            .filter(|account| rows_kept(account) > limits::ROWS_KEPT)
            .flat_map(|account| account.contents.keys().cloned())
            .collect();
        for name in names {
            self.keep_only_windows(&name);
        }
    }

    /// Nothing can be shown of a mailbox while there is no connection and nothing is known.
    pub(super) fn offline_problem(&self) -> crate::change::Problem {
        self.account
            .as_ref()
            .and_then(|account| account.offline.as_ref())
            .map_or_else(
                || problem(ProblemKind::Offline, None),
                |(_, problem)| problem.clone(),
            )
    }
}

fn rows_kept(account: &Account) -> usize {
    account
        .contents
        .values()
        .map(|contents| contents.rows.len())
        .sum()
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

fn fetch_rows(uid: bool, set: MessageSet) -> Imap {
    Imap::Fetch {
        uid,
        set,
        items: row_items(),
        changed_since: None,
        vanished: false,
    }
}

fn uid_set(ids: Vec<u32>) -> UidSet {
    UidSet::from_ranges(
        ids.into_iter()
            .filter_map(Uid::new)
            .map(|uid| (uid, uid))
            .collect(),
    )
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
