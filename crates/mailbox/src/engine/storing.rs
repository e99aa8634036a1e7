//! Flags that people change: shown at once, confirmed by the tagged OK, taken back on NO.

use samma_protocol::imap::command::{Command as Imap, FetchItem, MessageSet, StoreAction};
use samma_protocol::imap::response::{Status, StatusKind};
use samma_protocol::imap::uid::{Uid, UidSet, UidValidity};

use super::Engine;
use super::connecting::refusal;
use crate::change::{Change, Flags, Progress};
use crate::command::{ActionId, MAX_SELECTION};
use crate::connection::Job;
use crate::convert;
use crate::input::{ClientId, ConnectionId};
use crate::limits;

/// A change that the server has not confirmed. Setting and taking away flags may be repeated, so
/// after a lost connection it is simply said again.
#[derive(Debug)]
pub(super) struct PendingStore {
    id: u32,
    client: ClientId,
    asked_as: ActionId,
    mailbox: String,
    uid_validity: UidValidity,
    uids: UidSet,
    action: StoreAction,
    flags: Flags,
    sent: bool,
}

impl PendingStore {
    /// The connection that was asked is lost.
    pub(super) fn unsent(&mut self, lost: u32) {
        self.sent &= self.id != lost;
    }
}

impl Engine {
    pub(super) fn store_flags(
        &mut self,
        client: ClientId,
        asked_as: ActionId,
        mailbox: String,
        uid_validity: u32,
        uids: &[u32],
        add: Flags,
        remove: Flags,
    ) {
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(contents) = account.contents.get_mut(&mailbox) else {
            return;
        };
        let Some(known) = contents
            .uid_validity
            .filter(|known| known.get() == uid_validity)
        else {
            return;
        };
        let mut set = UidSet::new();
        for uid in uids
            .iter()
            .take(MAX_SELECTION)
            .filter_map(|uid| Uid::new(*uid))
        {
            set.insert(uid);
            contents.change_flags(uid, &add, &remove);
        }
        for (action, flags) in [(StoreAction::Add, add), (StoreAction::Remove, remove)] {
            if flags == Flags::default() {
                continue;
            }
            for uids in set.chunks(MAX_SELECTION, limits::SET_OCTETS) {
                account.next_store = account.next_store.wrapping_add(1);
                account.stores.push(PendingStore {
                    id: account.next_store,
                    client,
                    asked_as,
                    mailbox: mailbox.clone(),
                    uid_validity: known,
                    uids,
                    action,
                    flags: flags.clone(),
                    sent: false,
                });
            }
        }
    }

    /// Sends what was not sent, where a connection has the mailbox open.
    pub(super) fn run_stores(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let waiting: Vec<(u32, String)> = self
            .account
            .iter()
            .flat_map(|account| &account.stores)
            .filter(|store| !store.sent)
            .map(|store| (store.id, store.mailbox.clone()))
            .collect();
        for (id, mailbox) in waiting {
            let Some(connection) = self.connection_for(&mailbox, false) else {
                continue;
            };
            let Some(account) = &mut self.account else {
                return;
            };
            let validity = account
                .contents
                .get(&mailbox)
                .and_then(|contents| contents.uid_validity);
            let Some(store) = account.stores.iter_mut().find(|store| store.id == id) else {
                continue;
            };
            if validity.is_some_and(|validity| validity != store.uid_validity) {
                // The UIDs mean other messages now, or none.
                account.stores.retain(|store| store.id != id);
                continue;
            }
            store.sent = true;
            let command = Imap::Store {
                set: store.uids.clone(),
                unchanged_since: None,
                action: store.action,
                silent: true,
                flags: convert::protocol_flags(&store.flags),
            };
            let sent = account
                .connections
                .get_mut(&connection)
                .is_some_and(|connection| connection.send(command, Job::Store { id }, now_ms));
            if !sent {
                account.stores.retain(|store| store.id != id);
            }
        }
    }

    pub(super) fn store_done(&mut self, connection: ConnectionId, id: u32, status: &Status) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        let Some(at) = account.stores.iter().position(|store| store.id == id) else {
            return;
        };
        let store = account.stores.remove(at);
        let of = u32::try_from(store.uids.len()).unwrap_or(u32::MAX);
        if status.kind == StatusKind::Ok {
            return;
        }
        // What is true now, the server knows best.
        let Some(connection) = account.connections.get_mut(&connection) else {
            return;
        };
        let items = vec![FetchItem::Uid, FetchItem::Flags];
        let command = Imap::Fetch {
            uid: true,
            set: MessageSet::Uids(store.uids),
            items,
            changed_since: None,
            vanished: false,
        };
        connection.send(command, Job::Flags, now_ms);
        let progress = Progress::Refused {
            done: 0,
            of,
            problem: refusal(status),
        };
        self.tell(
            store.client,
            Change::Acted {
                action: store.asked_as,
                progress,
            },
        );
    }
}
