//! Open a message, save a part, search: tasks that wait until a connection has their mailbox open.
//!
//! What is quick goes over the watching connection, which has the mailbox open anyhow. Large parts
//! and searches get the second one, so that reading goes on meanwhile; where the server refuses a
//! second one, the first does it all.

use std::collections::VecDeque;

use samma_message::charset;
use samma_message::render::choice::{self, BodyKind, Choice};
use samma_message::render::{choose, cid, html, text};
use samma_message::transfer::{self, TransferEncoding};
use samma_protocol::imap::command::{
    Command as Imap, Criterion, FetchItem, MessageSet, Partial, SearchReturn,
};
use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::response::{Status, StatusKind};
use samma_protocol::imap::uid::{Uid, UidSet};

use super::Engine;
use super::connecting::{problem, refusal};
use crate::change::{BodyPart, Change, Message, MessageRef, Notice, Problem, ProblemKind};
use crate::command::RequestId;
use crate::connection::{Connection, Job, Phase, Purpose, Reading, Wanted};
use crate::contents::Entry;
use crate::decoder::Decoder;
use crate::input::{ClientId, ConnectionId};
use crate::limits;

/// Something that waits for a connection.
#[derive(Debug)]
pub(super) struct Task {
    mailbox: String,
    kind: TaskKind,
}

#[derive(Debug)]
enum TaskKind {
    Read(Reading),
    Search { client: ClientId, words: String },
}

impl Task {
    pub(super) fn search(client: ClientId, mailbox: &str, words: &str) -> Self {
        let kind = TaskKind::Search {
            client,
            words: words.to_owned(),
        };
        Self {
            mailbox: mailbox.to_owned(),
            kind,
        }
    }

    pub(super) fn client(&self) -> ClientId {
        match &self.kind {
            TaskKind::Read(reading) => reading.client,
            TaskKind::Search { client, .. } => *client,
        }
    }

    pub(super) fn is_search_of(&self, of: ClientId) -> bool {
        matches!(&self.kind, TaskKind::Search { client, .. } if *client == of)
    }
}

/// A part on its way to a tab.
#[derive(Debug)]
pub(super) struct Download {
    pub(super) client: ClientId,
    request: RequestId,
    message: MessageRef,
    section: String,
    /// Octets as transferred, as the structure has them: how much to expect.
    expected: u32,
    /// Octets as transferred that came.
    done: u32,
    asked: bool,
    decoder: Decoder,
}

/// Bodies of the messages opened last, so that going back costs nothing.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    kept: VecDeque<(MessageRef, Vec<BodyPart>, usize)>,
    octets: usize,
}

impl Bodies {
    fn get(&self, message: &MessageRef) -> Option<Vec<BodyPart>> {
        let (_, parts, _) = self.kept.iter().find(|(known, ..)| known == message)?;
        Some(parts.clone())
    }

    fn keep(&mut self, message: MessageRef, parts: Vec<BodyPart>, octets: usize) {
        if octets > limits::BODIES_KEPT_OCTETS {
            return;
        }
        self.kept.push_back((message, parts, octets));
        self.octets = self.octets.saturating_add(octets);
        while self.octets > limits::BODIES_KEPT_OCTETS {
            let Some((.., octets)) = self.kept.pop_front() else {
                break;
            };
            self.octets = self.octets.saturating_sub(octets);
        }
    }
}

impl Engine {
    pub(super) fn open_message(
        &mut self,
        client: ClientId,
        request: RequestId,
        mut message: MessageRef,
    ) {
        let Some(account) = &mut self.account else {
            return;
        };
        // Only the newest one is looked at.
        account.tasks.retain(
            |task| !matches!(&task.kind, TaskKind::Read(reading) if reading.client == client),
        );
        let validity = account
            .contents
            .get(&message.mailbox)
            .and_then(|contents| contents.uid_validity)
            .map(|validity| validity.get());
        if message.uid_validity == 0 {
            message.uid_validity = validity.unwrap_or(0);
        } else if validity.is_some_and(|validity| validity != message.uid_validity) {
            self.request_failed(client, request, problem(ProblemKind::NoMessage, None));
            return;
        }
        if let Some(tab) = self.clients.get_mut(&client) {
            tab.reading = Some(message.clone());
        }
        let Some(account) = &mut self.account else {
            return;
        };
        let reading = Reading {
            client,
            request,
            message,
        };
        let body = account.bodies.get(&reading.message);
        if self.tell_message(&reading)
            && let Some(parts) = body
        {
            self.tell(client, Change::Body { request, parts });
            return;
        }
        let offline = self.offline_problem();
        let Some(account) = &mut self.account else {
            return;
        };
        if account.watch().is_none() && account.offline.is_some() {
            self.request_failed(client, request, offline);
            return;
        }
        account.tasks.push(Task {
            mailbox: reading.message.mailbox.clone(),
            kind: TaskKind::Read(reading),
        });
    }

    /// Tells headers and structure, where they are known.
    fn tell_message(&mut self, reading: &Reading) -> bool {
        let Some(entry) = self.entry(&reading.message) else {
            return false;
        };
        let mut message: Message = entry.message.clone();
        let choice = choose(&entry.structure);
        let is_html = choice.body.iter().any(|part| part.kind == BodyKind::Html);
        message.attachments = choice
            .attachments
            .into_iter()
            .filter(|attachment| {
                !(attachment.inline && is_html && is_picture(&attachment.mime_type))
            })
            .collect();
        let change = Change::Message {
            request: reading.request,
            message: Box::new(message),
        };
        self.tell(reading.client, change);
        true
    }

    fn entry(&self, message: &MessageRef) -> Option<&Entry> {
        let contents = self.account.as_ref()?.contents.get(&message.mailbox)?;
        contents.rows.get(&message.uid).filter(|entry| !entry.blank)
    }

    fn request_failed(&mut self, client: ClientId, request: RequestId, problem: Problem) {
        self.tell(client, Change::RequestFailed { request, problem });
    }

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

    /// The connection that has this mailbox open and may be asked now. Opens it on the second one
    /// (and opens that one) where need be.
    pub(super) fn connection_for(&mut self, mailbox: &str, long: bool) -> Option<ConnectionId> {
        let now_ms = self.now.monotonic_ms;
        let account = self.account.as_mut()?;
        let watch = account.watch()?;
        let watching = (watch.selected.as_deref() == Some(mailbox) && !watch.is_selecting())
            .then_some(watch.id);
        let refused = now_ms < account.work_refused_ms;
        if let Some(id) = watching
            && (!long || refused)
        {
            return Some(id);
        }
        if refused {
            // One connection only: it would have to leave the mailbox that is looked at.
            return None;
        }
        account.work_used_ms = now_ms;
        let Some(work) = account.connection(Purpose::Work) else {
            self.dial(Purpose::Work);
            return None;
        };
        if work.phase != Phase::Ready {
            return None;
        }
        if work.selected.as_deref() == Some(mailbox) {
            return Some(work.id);
        }
        if !work.is_waiting() {
            let command = Imap::Select {
                mailbox: MailboxName::new(mailbox),
                examine: false,
                condstore: false,
                qresync: None,
            };
            work.send(
                command,
                Job::Visit {
                    mailbox: mailbox.to_owned(),
                },
                now_ms,
            );
        }
        None
    }

    pub(super) fn visit_done(&mut self, id: ConnectionId, mailbox: String, status: &Status) {
        let ok = status.kind == StatusKind::Ok;
        if let Some(connection) = self.connection(id) {
            connection.selected = ok.then(|| mailbox.clone());
        }
        if ok {
            return;
        }
        let Some(account) = &mut self.account else {
            return;
        };
        let mut failed = Vec::new();
        account.tasks.retain(|task| {
            let lost = task.mailbox == mailbox;
            if lost && let TaskKind::Read(reading) = &task.kind {
                failed.push((reading.client, reading.request));
            }
            !lost
        });
        account.downloads.retain(|download| {
            let lost = download.message.mailbox == mailbox;
            if lost {
                failed.push((download.client, download.request));
            }
            !lost
        });
        for (client, request) in failed {
            self.request_failed(client, request, refusal(status));
        }
    }

    pub(super) fn run_tasks(&mut self) {
        let tasks = self
            .account
            .as_mut()
            .map(|account| std::mem::take(&mut account.tasks))
            .unwrap_or_default();
        let mut waiting = Vec::new();
        for task in tasks {
            let long = matches!(task.kind, TaskKind::Search { .. });
            match self.connection_for(&task.mailbox, long) {
                Some(id) => match task.kind {
                    TaskKind::Read(reading) => self.read(id, reading),
                    TaskKind::Search { client, words } => self.search(id, client, &words),
                },
                None => waiting.push(task),
            }
        }
        if let Some(account) = &mut self.account {
            waiting.append(&mut account.tasks);
            account.tasks = waiting;
        }
    }

    fn read(&mut self, id: ConnectionId, reading: Reading) {
        let now_ms = self.now.monotonic_ms;
        let Some(uid) = Uid::new(reading.message.uid) else {
            self.request_failed(
                reading.client,
                reading.request,
                problem(ProblemKind::NoMessage, None),
            );
            return;
        };
        let choice = self
            .entry(&reading.message)
            .map(|entry| choose(&entry.structure));
        let sections = choice.as_ref().map(|choice| {
            choice
                .body
                .iter()
                .map(|part| Wanted {
                    uid: uid.get(),
                    section: part.section.clone(),
                    bytes: None,
                })
                .collect::<Vec<_>>()
        });
        let mut one = UidSet::new();
        one.insert(uid);
        let (items, job) = match sections {
            None => (
                vec![
                    FetchItem::Uid,
                    FetchItem::Flags,
                    FetchItem::InternalDate,
                    FetchItem::Size,
                    FetchItem::Envelope,
                    FetchItem::BodyStructure,
                ],
                Job::Details { reading },
            ),
            Some(sections) if sections.is_empty() => {
                let Reading {
                    client, request, ..
                } = reading;
                // Nothing to fetch: a picture, sealed content, or no text at all.
                let parts = choice
                    .map(|choice| body_parts(&choice, &sections, self.charsets))
                    .unwrap_or_default();
                self.tell(client, Change::Body { request, parts });
                return;
            }
            Some(sections) => {
                let mut items = vec![FetchItem::Uid];
                items.extend(sections.iter().map(|wanted| FetchItem::Body {
                    section: wanted.section.clone(),
                    peek: true,
                    partial: Some(Partial {
                        offset: 0,
                        octets: limits::BODY_OCTETS,
                    }),
                }));
                (items, Job::Body { reading, sections })
            }
        };
        let command = Imap::Fetch {
            uid: true,
            set: MessageSet::Uids(one),
            items,
            changed_since: None,
            vanished: false,
        };
        if let Some(connection) = self.connection(id) {
            connection.send(command, job, now_ms);
        }
    }

    pub(super) fn details_done(&mut self, reading: &Reading, status: &Status) {
        if self.tell_message(reading) {
            if let Some(account) = &mut self.account {
                account.tasks.push(Task {
                    mailbox: reading.message.mailbox.clone(),
                    kind: TaskKind::Read(reading.clone()),
                });
            }
            return;
        }
        let why = if status.kind == StatusKind::Ok {
            problem(ProblemKind::NoMessage, None)
        } else {
            refusal(status)
        };
        self.request_failed(reading.client, reading.request, why);
    }

    pub(super) fn body_done(&mut self, reading: &Reading, sections: &[Wanted], status: &Status) {
        if status.kind != StatusKind::Ok && sections.iter().all(|wanted| wanted.bytes.is_none()) {
            self.request_failed(reading.client, reading.request, refusal(status));
            return;
        }
        let hook = self.charsets;
        let Some(entry) = self.entry(&reading.message) else {
            self.request_failed(
                reading.client,
                reading.request,
                problem(ProblemKind::NoMessage, None),
            );
            return;
        };
        let choice = choose(&entry.structure);
        let octets = sections
            .iter()
            .filter_map(|wanted| wanted.bytes.as_ref().map(Vec::len))
            .fold(0, usize::saturating_add);
        let parts = body_parts(&choice, sections, hook);
        if let Some(account) = &mut self.account {
            account
                .bodies
                .keep(reading.message.clone(), parts.clone(), octets);
        }
        let change = Change::Body {
            request: reading.request,
            parts,
        };
        self.tell(reading.client, change);
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

    fn search(&mut self, id: ConnectionId, client: ClientId, words: &str) {
        let now_ms = self.now.monotonic_ms;
        let criteria: Vec<Criterion> = words
            .split_whitespace()
            .take(limits::SEARCH_WORDS)
            .map(|word| Criterion::Text(word.to_owned()))
            .collect();
        let Some(connection) = self.connection(id) else {
            return;
        };
        let return_ = connection.offers.esearch.then(|| vec![SearchReturn::All]);
        let job = Job::Search {
            client,
            words: words.to_owned(),
            uids: None,
        };
        let sent = connection.send(
            Imap::Search {
                uid: true,
                return_,
                criteria,
            },
            job,
            now_ms,
        );
        if !sent {
            self.search_failed(client, problem(ProblemKind::Refused, None));
        }
    }

    pub(super) fn search_done(
        &mut self,
        client: ClientId,
        words: &str,
        uids: Option<UidSet>,
        status: &Status,
    ) {
        if status.kind != StatusKind::Ok {
            self.search_failed(client, refusal(status));
            return;
        }
        let searching = self.view_mut(client).filter(|view| {
            view.search
                .as_ref()
                .is_some_and(|search| search.words == words && search.found.is_none())
        });
        if let Some(view) = searching {
            view.found(&uids.unwrap_or_default());
            self.tell_reset(client);
        }
    }

    fn search_failed(&mut self, client: ClientId, problem: Problem) {
        let Some(view) = self.view_mut(client).filter(|view| view.search.is_some()) else {
            return;
        };
        let view = view.id;
        self.tell(client, Change::ViewFailed { view, problem });
    }

    /// What a lost connection had not answered waits for the next one.
    pub(super) fn recover_jobs(&mut self, lost: Connection) {
        let Some(account) = &mut self.account else {
            return;
        };
        for download in &mut account.downloads {
            let was_there = lost.jobs.iter().any(
                |(_, job)| matches!(job, Job::Part { request, .. } if *request == download.request),
            );
            download.asked &= !was_there;
        }
        for (_, job) in lost.jobs {
            match job {
                Job::Details { reading } | Job::Body { reading, .. } => account.tasks.push(Task {
                    mailbox: reading.message.mailbox.clone(),
                    kind: TaskKind::Read(reading),
                }),
                Job::Search { client, words, .. } => {
                    let shown = self.clients.get(&client).and_then(|tab| tab.view.as_ref());
                    if let Some(view) = shown {
                        account
                            .tasks
                            .push(Task::search(client, &view.mailbox, &words));
                    }
                }
                Job::Store { id } => {
                    for store in &mut account.stores {
                        store.unsent(id);
                    }
                }
                Job::Previews { mailbox, uids } => {
                    if let Some(contents) = account.contents.get_mut(&mailbox) {
                        contents
                            .ask_previews_again(uids.iter().take(limits::ROWS_KEPT).map(Uid::get));
                    }
                }
                Job::PreviewParts { mailbox, parts } => {
                    if let Some(contents) = account.contents.get_mut(&mailbox) {
                        contents.ask_previews_again(parts.iter().map(|part| part.uid));
                    }
                }
                Job::NewRows { mailbox } => {
                    if let Some(contents) = account.contents.get_mut(&mailbox) {
                        contents.arriving = false;
                    }
                }
                Job::UidMap { mailbox, .. } => {
                    if let Some(contents) = account.contents.get_mut(&mailbox) {
                        contents.suspect = true;
                    }
                }
                _ => {}
            }
        }
    }
}

fn is_picture(mime_type: &str) -> bool {
    matches!(
        mime_type,
        "image/png"
            | "image/jpeg"
            | "image/jpg"
            | "image/gif"
            | "image/webp"
            | "image/avif"
            | "image/bmp"
    )
}

/// Decodes what was fetched, in the order chosen.
fn body_parts(
    choice: &Choice,
    sections: &[Wanted],
    hook: samma_message::DecodeCharset,
) -> Vec<BodyPart> {
    let mut parts: Vec<BodyPart> = choice.notices.iter().filter_map(notice).collect();
    let mut referenced = Vec::new();
    for part in &choice.body {
        let fetched = sections
            .iter()
            .find(|wanted| wanted.section == part.section)
            .and_then(|wanted| wanted.bytes.as_ref());
        let Some(bytes) = fetched else {
            if part.size_octets > 0 {
                parts.push(BodyPart::Notice(Notice::Missing));
            }
            continue;
        };
        let cut = part.size_octets > limits::BODY_OCTETS;
        let decoded = transfer::decode(part.encoding, bytes);
        let source = charset::to_utf8(part.charset.as_deref(), &decoded, hook);
        match part.kind {
            BodyKind::Html => {
                let named = cid::references(&source);
                let inline = choice
                    .attachments
                    .iter()
                    .filter(|attachment| {
                        attachment.content_id.as_ref().is_some_and(|id| {
                            named.iter().any(|name| name.eq_ignore_ascii_case(id))
                        })
                    })
                    .cloned()
                    .collect();
                referenced.extend(named);
                parts.push(BodyPart::Html {
                    html: source,
                    cut,
                    inline,
                });
            }
            kind => {
                let source = if kind == BodyKind::Enriched {
                    html::to_text(&source, limits::BODY_OCTETS as usize)
                } else {
                    source
                };
                let body = text::text_body(&source, text::Flow::of(part));
                parts.push(BodyPart::Text {
                    blocks: body.blocks,
                    cut: cut || body.cut,
                });
            }
        }
    }
    parts.extend(
        choice
            .listed(&referenced)
            .into_iter()
            .filter(|attachment| attachment.inline && is_picture(&attachment.mime_type))
            .cloned()
            .map(BodyPart::Image),
    );
    let says_something = parts.iter().any(|part| match part {
        BodyPart::Notice(Notice::Signed) => false,
        BodyPart::Text { blocks, .. } => blocks
            .iter()
            .any(|block| block.lines.iter().any(|line| !line.is_empty())),
        _ => true,
    });
    if !says_something {
        parts.push(BodyPart::Notice(Notice::Empty));
    }
    parts
}

fn notice(notice: &choice::Notice) -> Option<BodyPart> {
    match notice {
        choice::Notice::Encrypted { .. } => Some(BodyPart::Notice(Notice::Encrypted)),
        choice::Notice::Signed { .. } => Some(BodyPart::Notice(Notice::Signed)),
        _ => None,
    }
}
