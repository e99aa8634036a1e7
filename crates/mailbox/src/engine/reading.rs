//! Open a message: headers at once where they are known, then the parts that are shown.

use std::collections::VecDeque;

use samma_message::about::{self, About};
use samma_message::charset;
use samma_message::render::choice::{self, BodyKind, Choice};
use samma_message::render::{choose, cid, html, text};
use samma_message::transfer::{self};
use samma_protocol::imap::command::{Command as Imap, FetchItem, MessageSet, Partial};
use samma_protocol::imap::response::{Status, StatusKind};
use samma_protocol::imap::uid::{Uid, UidSet};

use super::Engine;
use super::cards::{self, Card};
use super::connecting::{problem, refusal};
use super::tasks::{Task, TaskKind};
use crate::change::{BodyPart, Change, Message, MessageRef, Notice, Problem, ProblemKind};
use crate::command::RequestId;
use crate::connection::{Job, Reading, Wanted};
use crate::contents::Entry;
use crate::input::{ClientId, ConnectionId};
use crate::limits;

/// Bodies of the messages opened last, so that going back costs nothing.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    kept: VecDeque<(MessageRef, Opened, usize)>,
    octets: usize,
}

/// What was fetched of a message to show it.
#[derive(Clone, Debug)]
struct Opened {
    about: About,
    parts: Vec<BodyPart>,
}

impl Bodies {
    fn get(&self, message: &MessageRef) -> Option<Opened> {
        let (_, opened, _) = self.kept.iter().find(|(known, ..)| known == message)?;
        Some(opened.clone())
    }

    fn keep(&mut self, message: MessageRef, opened: Opened, octets: usize) {
        if octets > limits::BODIES_KEPT_OCTETS {
            return;
        }
        self.kept.push_back((message, opened, octets));
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
        let opened = account.bodies.get(&reading.message);
        if self.tell_message(&reading)
            && let Some(opened) = opened
        {
            self.tell_opened(&reading, opened);
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
    pub(super) fn tell_message(&mut self, reading: &Reading) -> bool {
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

    pub(super) fn entry(&self, message: &MessageRef) -> Option<&Entry> {
        let contents = self.account.as_ref()?.contents.get(&message.mailbox)?;
        contents.rows.get(&message.uid).filter(|entry| !entry.blank)
    }

    pub(super) fn request_failed(
        &mut self,
        client: ClientId,
        request: RequestId,
        problem: Problem,
    ) {
        self.tell(client, Change::RequestFailed { request, problem });
    }

    pub(super) fn read(&mut self, id: ConnectionId, reading: Reading) {
        let now_ms = self.now.monotonic_ms;
        let Some(uid) = Uid::new(reading.message.uid) else {
            self.request_failed(
                reading.client,
                reading.request,
                problem(ProblemKind::NoMessage, None),
            );
            return;
        };
        let chosen = self.entry(&reading.message).map(|entry| {
            let choice = choose(&entry.structure);
            let cards = cards::of(&entry.structure, &choice);
            (choice, cards)
        });
        let sections = chosen.as_ref().map(|(choice, cards)| {
            let body = choice.body.iter().map(|part| &part.section);
            let cards = cards.iter().map(|card| &card.section);
            body.chain(cards)
                .map(|section| Wanted {
                    uid: uid.get(),
                    section: section.clone(),
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
            Some(sections) => {
                if let Some((choice, _)) = chosen.filter(|_| sections.is_empty()) {
                    // Nothing to wait for: a picture, sealed content, or no text at all.
                    let parts = body_parts(&choice, &[], &sections, self.charsets);
                    let request = reading.request;
                    self.tell(reading.client, Change::Body { request, parts });
                }
                let header = FetchItem::HeaderFields {
                    part: String::new(),
                    not: false,
                    fields: about::FIELDS.map(str::to_owned).to_vec(),
                };
                let mut items = vec![FetchItem::Uid, header];
                items.extend(sections.iter().map(|wanted| FetchItem::Body {
                    section: wanted.section.clone(),
                    peek: true,
                    partial: Some(Partial {
                        offset: 0,
                        octets: limits::BODY_OCTETS,
                    }),
                }));
                let job = Job::Body {
                    reading,
                    sections,
                    header: None,
                };
                (items, job)
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

    pub(super) fn body_done(
        &mut self,
        reading: &Reading,
        sections: &[Wanted],
        header: Option<&[u8]>,
        status: &Status,
    ) {
        let about = self.about(header);
        if sections.is_empty() {
            // The body was told already.
            self.tell_about(reading, about);
            return;
        }
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
        let cards = cards::of(&entry.structure, &choice);
        let parts = body_parts(&choice, &cards, sections, hook);
        let opened = Opened { about, parts };
        if let Some(account) = &mut self.account {
            account
                .bodies
                .keep(reading.message.clone(), opened.clone(), octets);
        }
        self.tell_opened(reading, opened);
    }

    fn tell_opened(&mut self, reading: &Reading, opened: Opened) {
        self.tell_about(reading, opened.about);
        let change = Change::Body {
            request: reading.request,
            parts: opened.parts,
        };
        self.tell(reading.client, change);
    }

    fn tell_about(&mut self, reading: &Reading, about: About) {
        if about == About::default() {
            return;
        }
        let change = Change::About {
            request: reading.request,
            about: Box::new(about),
        };
        self.tell(reading.client, change);
    }

    /// What a header says, as far as the person's own servers vouch for it.
    fn about(&self, header: Option<&[u8]>) -> About {
        let (Some(account), Some(header)) = (&self.account, header) else {
            return About::default();
        };
        let login = &account.login;
        let address = login.address.rsplit_once('@').map(|(_, domain)| domain);
        let host = login.server.imap.as_ref().map(|imap| imap.host.as_str());
        // Beside the host that mail is read from there are those that take it in.
        let around = host.and_then(|host| Some(host.split_once('.')?.1));
        let trusted: Vec<&str> = address.into_iter().chain(host).chain(around).collect();
        about::about(header, &trusted)
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
    cards: &[Card],
    sections: &[Wanted],
    hook: samma_message::DecodeCharset,
) -> Vec<BodyPart> {
    let mut parts: Vec<BodyPart> = choice.notices.iter().filter_map(notice).collect();
    let mut behind = Vec::new();
    for card in cards {
        let octets = sections
            .iter()
            .find(|wanted| wanted.section == card.section)
            .and_then(|wanted| wanted.bytes.as_ref());
        let drawn = octets.map(|octets| card.read(octets, hook));
        let place = if card.is_first() {
            &mut parts
        } else {
            &mut behind
        };
        place.extend(drawn.into_iter().flatten());
    }
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
                if let Some(report) = cards::report(kind, &source) {
                    parts.push(report);
                    continue;
                }
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
    parts.extend(behind);
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
        choice::Notice::Partial { .. } => Some(BodyPart::Notice(Notice::Fragment)),
        choice::Notice::ExternalBody { .. } => Some(BodyPart::Notice(Notice::Elsewhere)),
        choice::Notice::TooDeep { .. } | choice::Notice::TooMany { .. } => {
            Some(BodyPart::Notice(Notice::TooManyParts))
        }
        // They have cards.
        choice::Notice::Report { .. } | choice::Notice::Invitation { .. } => None,
    }
}
