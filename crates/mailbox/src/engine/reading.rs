//! Open a message: headers at once where they are known, then the parts that are shown.

use std::collections::VecDeque;

use samma_message::charset;
use samma_message::render::choice::{self, BodyKind, Choice};
use samma_message::render::{choose, cid, html, text};
use samma_message::transfer::{self};
use samma_protocol::imap::command::{Command as Imap, FetchItem, MessageSet, Partial};
use samma_protocol::imap::response::{Status, StatusKind};
use samma_protocol::imap::uid::{Uid, UidSet};

use super::Engine;
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
