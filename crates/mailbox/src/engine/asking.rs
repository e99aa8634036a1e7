//! What each step of an action says to the server.

use samma_protocol::imap::command::{
    Command as Imap, FetchItem, MessageSet, StatusItem, StoreAction,
};
use samma_protocol::imap::flag::Flag;
use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::uid::{ModSeq, Uid, UidSet};

use crate::action::{Batch, Kind, Step};
use crate::connection::{Connection, Job};
use crate::convert;
use crate::mark::Mark;

/// Where a batch goes from its beginning.
pub(super) fn begin(batch: &mut Batch, connection: &Connection) {
    batch.won = UidSet::new();
    batch.step = match &batch.kind {
        Kind::Flags(_) | Kind::Delete => Step::Begin,
        Kind::Copy(_) => Step::Transfer,
        Kind::Move(..) => match guard_from(connection) {
            // They were left to another device: which of them are still there.
            Some(_) if batch.after_ms > 0.0 => Step::Claims(batch.uids.clone()),
            Some(mod_seq) => Step::Guard(batch.uids.clone(), mod_seq),
            None => Step::Transfer,
        },
    };
}

/// Up to where this connection has seen all changes, if messages can be marked on it at all.
fn guard_from(connection: &Connection) -> Option<ModSeq> {
    let offers = connection.offers;
    connection
        .mod_seq
        .filter(|_| offers.condstore && offers.move_ && connection.keywords)
}

/// Asks what a batch's step asks.
pub(super) fn ask(id: u32, batch: &Batch, connection: &mut Connection, mark: Mark, now_ms: f64) {
    let offers = connection.offers;
    let uids = &batch.uids;
    let mut commands = Vec::new();
    match (&batch.step, &batch.kind) {
        (Step::Begin, Kind::Flags(changes)) => {
            for (action, flags) in changes {
                commands.push(change(uids, *action, convert::protocol_flags(flags), None));
            }
        }
        // Without UID EXPUNGE all that is marked would go, also what others marked: it stays marked.
        (Step::Begin | Step::Remove, _) => {
            commands.push(change(uids, StoreAction::Add, vec![Flag::Deleted], None));
        }
        (Step::Expunge, _) => commands.push(Imap::UidExpunge(uids.clone())),
        (Step::Guard(set, mod_seq), _) => {
            commands.push(change(set, StoreAction::Add, mark.flags(), Some(*mod_seq)));
        }
        (Step::Prepare, kind) => {
            let set = batch.transferred();
            for (action, flags) in kind.also() {
                let flags = convert::protocol_flags(flags);
                commands.push(change(set, *action, flags, None));
            }
        }
        (Step::Transfer, kind) => {
            let Some(target) = kind.target() else { return };
            let set = batch.transferred().clone();
            let mailbox = MailboxName::new(&target.mailbox);
            if batch.won.is_empty() {
                // Without the guard, what comes there from now on may be another device's copy; what is there
                // already is none.
                let command = Imap::Status {
                    mailbox: mailbox.clone(),
                    items: vec![StatusItem::UidNext],
                };
                connection.send(command, Job::Before { action: id }, now_ms);
            }
            commands.push(match kind {
                Kind::Move(..) if offers.move_ => Imap::Move { set, mailbox },
                _ => Imap::Copy { set, mailbox },
            });
        }
        (Step::Claims(set), _) => {
            let command = Imap::Fetch {
                uid: true,
                set: MessageSet::Uids(set.clone()),
                items: vec![FetchItem::Uid, FetchItem::Flags, FetchItem::ModSeq],
                changed_since: None,
                vanished: false,
            };
            let job = Job::Claims {
                action: id,
                asked: set.clone(),
                marked: Vec::new(),
            };
            connection.send(command, job, now_ms);
        }
        (Step::LookHere, _) => look(id, uids.clone(), None, connection, now_ms),
        (Step::LookThere(_) | Step::LookForTwins, _) => {
            let first = batch.next.and_then(Uid::new).unwrap_or(Uid::MIN);
            let from = UidSet::from_ranges(vec![(first, Uid::MAX)]);
            look(id, from, Some(first), connection, now_ms);
        }
    }
    let last = commands.len().saturating_sub(1);
    for (at, command) in commands.into_iter().enumerate() {
        let job = Job::Step {
            action: id,
            last: at == last,
        };
        connection.send(command, job, now_ms);
    }
}

pub(super) fn change(
    set: &UidSet,
    action: StoreAction,
    flags: Vec<Flag>,
    unchanged_since: Option<ModSeq>,
) -> Imap {
    Imap::Store {
        set: set.clone(),
        unchanged_since,
        action,
        silent: true,
        flags,
    }
}

/// Asks for Message-IDs and marks, of these messages or of all from one on.
fn look(id: u32, asked: UidSet, from: Option<Uid>, connection: &mut Connection, now_ms: f64) {
    let command = Imap::Fetch {
        uid: true,
        set: match from {
            Some(first) => MessageSet::Range(format!("{}:*", first.get())),
            None => MessageSet::Uids(asked.clone()),
        },
        items: vec![
            FetchItem::Uid,
            FetchItem::Flags,
            FetchItem::HeaderFields {
                part: String::new(),
                not: false,
                fields: vec!["MESSAGE-ID".to_owned()],
            },
        ],
        changed_since: None,
        vanished: false,
    };
    let job = Job::Look {
        action: id,
        asked,
        found: std::collections::BTreeMap::new(),
        ours: UidSet::new(),
    };
    connection.send(command, job, now_ms);
}
