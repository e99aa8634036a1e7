//! What is left to do after a move, when a connection has time for it: take marks off where messages arrived,
//! and remove the second of two copies.

use samma_protocol::imap::command::{Command as Imap, StoreAction};
use samma_protocol::imap::flag::Flag;
use samma_protocol::imap::uid::{UidSet, UidValidity};

use super::Engine;
use super::asking::change;
use crate::connection::{Job, TidyUp};
use crate::limits;
use crate::mark;

/// How often a mailbox is tried in which something is to be tidied up, and how long in between.
const TIDY_TRIES: u32 = 4;
/// See [`TIDY_TRIES`].
const TIDY_AGAIN_MS: f64 = 1_000.0;

/// Messages whose marks are to be taken off where they were moved to.
#[derive(Debug)]
pub(super) struct Tidy {
    pub(super) mailbox: String,
    uid_validity: UidValidity,
    pub(super) uids: UidSet,
    what: TidyUp,
    asked: bool,
    /// The mailbox could not be opened so often: it may have another name by now.
    tries: u32,
    /// Not to be tried again before.
    after_ms: f64,
}

/// A mark of which nothing came for so long is nobody's.
const FORGOTTEN_MS: f64 = 10_000.0;

impl Engine {
    /// Takes marks off, or twins away, when a connection has time for it.
    pub(super) fn tidy(
        &mut self,
        mailbox: String,
        uid_validity: UidValidity,
        uids: UidSet,
        what: TidyUp,
    ) {
        let Some(account) = &mut self.account else {
            return;
        };
        if uids.is_empty() {
            return;
        }
        let waiting = account.tidies.iter_mut().find(|tidy| {
            !tidy.asked
                && tidy.mailbox == mailbox
                && tidy.uid_validity == uid_validity
                && tidy.what == what
        });
        if let Some(waiting) = waiting {
            waiting.uids.extend(uids.iter());
            return;
        }
        account.tidies.push(Tidy {
            mailbox,
            uid_validity,
            uids,
            what,
            asked: false,
            tries: 0,
            after_ms: 0.0,
        });
    }

    /// A mailbox in which something is to be tidied up could not be opened. LIST may tell its new name.
    pub(super) fn tidies_failed(&mut self, mailbox: &str) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        for tidy in account
            .tidies
            .iter_mut()
            .filter(|tidy| tidy.mailbox == mailbox)
        {
            tidy.tries = tidy.tries.saturating_add(1);
            tidy.after_ms = now_ms + TIDY_AGAIN_MS;
            account.next_list_ms = 0.0;
        }
        account.tidies.retain(|tidy| tidy.tries < TIDY_TRIES);
    }

    /// Takes off marks of devices that were not heard of since, in the open mailbox.
    pub(super) fn tidy_forgotten_marks(&mut self) {
        let before_ms = self.now.monotonic_ms - FORGOTTEN_MS;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(mailbox) = account.watch().and_then(|watch| watch.selected.clone()) else {
            return;
        };
        let Some(contents) = account.contents.get_mut(&mailbox) else {
            return;
        };
        let forgotten = contents.claims.forgotten(before_ms);
        let Some(uid_validity) = contents.uid_validity else {
            return;
        };
        for (keyword, uids) in forgotten {
            let what = TidyUp::Unmark([keyword].into());
            self.tidy(mailbox.clone(), uid_validity, uids, what);
        }
    }

    pub(super) fn run_tidies(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let waiting: Vec<(String, UidSet)> = self
            .account
            .iter()
            .flat_map(|account| &account.tidies)
            .filter(|tidy| !tidy.asked && now_ms >= tidy.after_ms)
            .map(|tidy| (tidy.mailbox.clone(), tidy.uids.clone()))
            .collect();
        for (mailbox, uids) in waiting {
            let Some(id) = self.fresh_connection_for(&mailbox, false, &uids) else {
                continue;
            };
            let Some(account) = &mut self.account else {
                return;
            };
            let Some(connection) = account.connections.get_mut(&id) else {
                continue;
            };
            let here = connection.uid_validity;
            let due = |tidy: &&mut Tidy| tidy.mailbox == mailbox && !tidy.asked;
            for tidy in account.tidies.iter_mut().filter(due) {
                tidy.asked = true;
                if here != Some(tidy.uid_validity) {
                    continue;
                }
                if let (TidyUp::Unmark(keywords), Some(contents)) =
                    (&tidy.what, account.contents.get_mut(&mailbox))
                {
                    contents.claims.free(&tidy.uids, keywords);
                }
                for set in tidy.uids.chunks(limits::BATCH, limits::SET_OCTETS) {
                    let command = match &tidy.what {
                        TidyUp::Unmark(keywords) => {
                            change(&set, StoreAction::Remove, mark::flags(keywords), None)
                        }
                        TidyUp::Twins => change(&set, StoreAction::Add, vec![Flag::Deleted], None),
                        TidyUp::Expunge => Imap::UidExpunge(set.clone()),
                        TidyUp::Undelete => {
                            change(&set, StoreAction::Remove, vec![Flag::Deleted], None)
                        }
                    };
                    let job = Job::TidyUp {
                        mailbox: mailbox.clone(),
                        uid_validity: tidy.uid_validity,
                        uids: set,
                        what: tidy.what.clone(),
                    };
                    connection.send(command, job, now_ms);
                }
            }
            // Should the connection be lost before it is answered, it is begun anew.
            account
                .tidies
                .retain(|tidy| !(tidy.asked && tidy.mailbox == mailbox));
        }
    }
}
