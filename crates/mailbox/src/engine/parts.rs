//! Save a part: piece by piece, as a WebSocket has no back-pressure of its own.

use samma_message::transfer::TransferEncoding;
use samma_protocol::imap::command::{Command as Imap, FetchItem, MessageSet, Partial};
use samma_protocol::imap::response::{Status, StatusKind};
use samma_protocol::imap::uid::{Uid, UidSet};

use super::Engine;
use super::connecting::{problem, refusal};
use super::tasks::TaskKind;
use crate::change::{Change, MessageRef, ProblemKind};
use crate::command::RequestId;
use crate::connection::{Job, Wanted};
use crate::decoder::Decoder;
use crate::input::ClientId;
use crate::limits;

/// A part on its way to a tab.
#[derive(Debug)]
pub(super) struct Download {
    pub(super) client: ClientId,
    pub(super) request: RequestId,
    pub(super) message: MessageRef,
    section: String,
    /// Octets as transferred, as the structure has them: how much to expect.
    expected: u32,
    /// Octets as transferred that came.
    done: u32,
    pub(super) asked: bool,
    decoder: Decoder,
}

impl Engine {
    pub(super) fn fetch_part(
        &mut self,
        client: ClientId,
        request: RequestId,
        message: MessageRef,
        section: String,
    ) {
        let structure = self.entry(&message).map(|entry| {
            let part = entry.structure.find(&section);
            (
                entry.row.size_octets,
                part.map(|part| (part.size_octets, part.encoding)),
            )
        });
        let known = match structure {
            Some((size, _)) if section.is_empty() => Some((size, TransferEncoding::Binary)),
            Some((_, part)) => part,
            None => None,
        };
        let Some((expected, encoding)) = known else {
            self.request_failed(client, request, problem(ProblemKind::NoMessage, None));
            return;
        };
        let offline = self.offline_problem();
        let Some(account) = &mut self.account else {
            return;
        };
        if account.watch().is_none() && account.offline.is_some() {
            self.request_failed(client, request, offline);
            return;
        }
        account.downloads.push(Download {
            client,
            request,
            message,
            section,
            expected,
            done: 0,
            asked: false,
            decoder: Decoder::new(encoding),
        });
    }

    pub(super) fn run_downloads(&mut self) {
        let now_ms = self.now.monotonic_ms;
        let waiting: Vec<(usize, String, bool)> = self
            .account
            .iter()
            .flat_map(|account| account.downloads.iter().enumerate())
            .filter(|(_, download)| !download.asked)
            .map(|(at, download)| {
                let long = download.expected > limits::SMALL_PART_OCTETS;
                (at, download.message.mailbox.clone(), long)
            })
            .collect();
        for (at, mailbox, long) in waiting {
            let Some(id) = self.connection_for(&mailbox, long) else {
                continue;
            };
            let Some(account) = &mut self.account else {
                return;
            };
            let Some(download) = account.downloads.get_mut(at) else {
                continue;
            };
            let Some(uid) = Uid::new(download.message.uid) else {
                continue;
            };
            let mut one = UidSet::new();
            one.insert(uid);
            let command = Imap::Fetch {
                uid: true,
                set: MessageSet::Uids(one),
                items: vec![
                    FetchItem::Uid,
                    FetchItem::Body {
                        section: download.section.clone(),
                        peek: true,
                        partial: Some(Partial {
                            offset: download.done,
                            octets: limits::PART_CHUNK_OCTETS,
                        }),
                    },
                ],
                changed_since: None,
                vanished: false,
            };
            let wanted = Wanted {
                uid: uid.get(),
                section: download.section.clone(),
                bytes: None,
            };
            let job = Job::Part {
                request: download.request,
                wanted,
            };
            download.asked = true;
            account.work_used_ms = now_ms;
            if let Some(connection) = account.connections.get_mut(&id) {
                connection.send(command, job, now_ms);
            }
        }
    }

    pub(super) fn part_done(&mut self, request: RequestId, wanted: Wanted, status: &Status) {
        let now_ms = self.now.monotonic_ms;
        let Some(account) = &mut self.account else {
            return;
        };
        account.work_used_ms = now_ms;
        let Some(at) = account
            .downloads
            .iter()
            .position(|download| download.request == request && download.message.uid == wanted.uid)
        else {
            return;
        };
        let Some(download) = account.downloads.get_mut(at) else {
            return;
        };
        let client = download.client;
        let Some(bytes) = wanted.bytes.filter(|_| status.kind == StatusKind::Ok) else {
            account.downloads.remove(at);
            let why = if status.kind == StatusKind::Ok {
                problem(ProblemKind::NoMessage, None)
            } else {
                refusal(status)
            };
            self.request_failed(client, request, why);
            return;
        };
        let count = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        download.done = download.done.saturating_add(count);
        download.asked = false;
        // Shorter than asked: that was the end, whatever size the server had told.
        let last = count < limits::PART_CHUNK_OCTETS;
        let decoded = download.decoder.decode(&bytes, last);
        let progress = (download.done, download.expected.max(download.done));
        if last {
            account.downloads.remove(at);
        }
        self.tell(
            client,
            Change::PartBytes {
                request,
                bytes: decoded,
                progress,
                last,
            },
        );
    }

    pub(super) fn cancel(&mut self, client: ClientId, request: RequestId) {
        let Some(account) = &mut self.account else {
            return;
        };
        account
            .downloads
            .retain(|download| download.client != client || download.request != request);
        account.tasks.retain(|task| {
            !matches!(&task.kind, TaskKind::Read(reading) if reading.client == client && reading.request == request)
        });
    }
}
