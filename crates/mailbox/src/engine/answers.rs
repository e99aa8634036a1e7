//! What the server says about the open mailbox, and tagged answers: each goes to what it is about.

use std::collections::BTreeSet;

use samma_message::render::snippet;
use samma_protocol::imap::response::{Data, Fetch, SectionData, Status, StatusKind};
use samma_protocol::imap::uid::{Uid, UidSet};

use super::Engine;
use crate::connection::{Connection, Job, Marked, Purpose, TidyUp};
use crate::contents::Contents;
use crate::input::ConnectionId;
use crate::limits;
use crate::mark::{self, Mark};

impl Engine {
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
            Job::UidMap {
                mailbox,
                uids,
                turn,
            } if ok => {
                if let Some(contents) = self.contents(&mailbox) {
                    if uids.is_some() && turn != contents.turn {
                        contents.suspect = true;
                    } else {
                        contents.replace_map(&uids.unwrap_or_default());
                    }
                }
            }
            Job::Unseen {
                mailbox,
                uids,
                turn,
            } if ok => {
                if let Some(contents) = self.contents(&mailbox) {
                    if uids.is_some() && turn != contents.turn {
                        contents.doubt_unseen();
                        return;
                    }
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
            Job::Body {
                reading,
                sections,
                header,
            } => self.body_done(&reading, &sections, header.as_deref(), &status),
            Job::Part { request, wanted } => self.part_done(request, wanted, &status),
            Job::Search {
                client,
                words,
                uids,
            } => self.search_done(client, &words, uids, &status),
            Job::Gather { action, uids } => self.gathered(id, action, uids, &status),
            Job::Step { action, last } => self.step_answered(id, action, last, &status),
            Job::TidyUp {
                mailbox,
                uid_validity,
                uids,
                what: TidyUp::Twins,
            } if ok => self.tidy(mailbox, uid_validity, uids, TidyUp::Expunge),
            Job::Claims { action, marked, .. } => self.claims_done(action, &marked, &status),
            Job::Look {
                action,
                found,
                ours,
                ..
            } => self.look_done(id, action, found, &ours, &status),
            Job::Make {
                action,
                name,
                plain,
            } => self.made(id, action, name, plain, &status),
            Job::Organise { id, last } => self.organise_step(id, last, &status),
            Job::Peek {
                mailbox,
                first,
                fetched,
            } => self.peeked(&mailbox, first, &fetched),
            Job::Notify if !ok => self.notify_refused(id),
            Job::Logout => {
                self.effects.push_back(crate::effect::Effect::Close(id));
                if let Some(account) = &mut self.account {
                    account.connections.remove(&id);
                }
            }
            Job::Freshen => {
                if let Some(connection) = self.connection(id) {
                    connection.fresh = ok;
                }
            }
            Job::Leave => self.select_wanted(),
            Job::Visit { mailbox } => self.visit_done(id, mailbox, &status),
            _ => {}
        }
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

    pub(super) fn fetch_data(&mut self, id: ConnectionId, mut fetch: Fetch) {
        let hook = self.charsets;
        let now_ms = self.now.monotonic_ms;
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
        note_marks(connection, &fetch, self.mark);
        if let Some(Job::Peek { fetched, .. }) =
            connection.oldest(|job| matches!(job, Job::Peek { .. }))
            && fetched.len() < limits::PEEKED
        {
            fetched.push(fetch.clone());
        }
        if connection.purpose == Purpose::Work {
            fetch.seq = 0;
        }
        if let Some(uid) = fetch.uid {
            for section in &mut fetch.sections {
                if let Some(SectionData::Inline(bytes)) = section.data.take() {
                    connection.section(uid, &section.name, bytes);
                }
            }
        }
        let Some(mailbox) = connection.selected.clone() else {
            return;
        };
        let Some(contents) = account.contents.get_mut(&mailbox) else {
            return;
        };
        contents.now_ms = now_ms;
        contents.fetched(&fetch, origin, hook);
        if let (Some(uid), Some(Some(words))) = (fetch.uid, &fetch.preview) {
            let words = snippet::snippet_of_text(&String::from_utf8_lossy(words));
            contents.set_preview(uid, words);
        }
    }

    pub(super) fn search_data(&mut self, id: ConnectionId, data: Data) {
        let here = self
            .selected_contents(id)
            .map_or(0, |contents| contents.turn);
        let Some(connection) = self.connection(id) else {
            return;
        };
        let (tag, found) = match data {
            Data::Search { ids, .. } => (None, uid_set(ids)),
            Data::ESearch(answer) => (answer.tag, answer.all.unwrap_or_default()),
            _ => return,
        };
        let mut job = match tag {
            Some(tag) => connection
                .jobs
                .iter_mut()
                .find(|(known, _)| *known == tag)
                .map(|(_, job)| job),
            None => connection.oldest(|job| {
                matches!(
                    job,
                    Job::UidMap { .. }
                        | Job::Unseen { .. }
                        | Job::Search { .. }
                        | Job::Gather { .. }
                )
            }),
        };
        if let Some(Job::UidMap { uids, turn, .. } | Job::Unseen { uids, turn, .. }) = &mut job
            && uids.is_none()
        {
            *turn = here;
        }
        if let Some(
            Job::UidMap { uids, .. }
            | Job::Unseen { uids, .. }
            | Job::Search { uids, .. }
            | Job::Gather { uids, .. },
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

    pub(super) fn contents(&mut self, mailbox: &str) -> Option<&mut Contents> {
        self.account.as_mut()?.contents.get_mut(mailbox)
    }

    pub(super) fn selected_contents(&mut self, id: ConnectionId) -> Option<&mut Contents> {
        let account = self.account.as_mut()?;
        let name = account.connections.get(&id)?.selected.as_ref()?;
        account.contents.get_mut(name)
    }
}

/// Who is about to move a message, for all actions that asked. Dovecot answers what comes in one write at once, and
/// tells of other messages as well.
fn note_marks(connection: &mut Connection, fetch: &Fetch, own: Mark) {
    let (Some(uid), Some(flags)) = (fetch.uid, &fetch.flags) else {
        return;
    };
    let keywords = || flags.iter().filter_map(|flag| mark::keyword(flag.as_str()));
    for (_, job) in &mut connection.jobs {
        match job {
            Job::Claims { asked, marked, .. } if asked.contains(uid) => {
                // Dovecot answers by what it knew, and then tells what is new: the last word counts.
                marked.retain(|one| one.uid != uid);
                marked.push(Marked {
                    uid,
                    by_us: keywords().any(|one| own.has(one)),
                    by_another: keywords().any(|one| !own.has(one)),
                    mod_seq: fetch.mod_seq,
                });
            }
            Job::Look { asked, ours, .. } if asked.contains(uid) => {
                let found: BTreeSet<&str> = keywords().collect();
                if own.keywords().is_subset(&found) {
                    ours.insert(uid);
                }
            }
            _ => {}
        }
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
