//! From the server's words to ours: FETCH to rows and messages, flags both ways.

use samma_message::header::{address, decode_unstructured, display_name};
use samma_message::render::choose;
use samma_message::{DecodeCharset, Part, PartFields, date};
use samma_protocol::imap::flag::Flag;
use samma_protocol::imap::response::{Address, BodyStructure, Envelope, Fetch};
use samma_protocol::imap::uid::Uid;

use crate::change::{Flags, Message, MessageRef, Person, Row};
use crate::contents::Entry;
use crate::mark;

/// Deepest nesting of parts that is read; deeper ones are shown as one attachment.
const DEPTH: usize = 32;

/// A row, and what opening it will need. Mailbox and UIDVALIDITY are the caller's to fill in.
pub(crate) fn entry(
    uid: Uid,
    fetch: &Fetch,
    envelope: &Envelope,
    structure: &BodyStructure,
    hook: DecodeCharset,
) -> Entry {
    let mut root = part(structure, hook, 0);
    root.assign_sections();
    let subject = envelope
        .subject
        .as_deref()
        .map(|raw| decode_unstructured(raw, hook))
        .unwrap_or_default();
    let from = people(&envelope.from, hook);
    let flags = fetch.flags.as_deref().map(flags).unwrap_or_default();
    let size_octets = fetch
        .size
        .map_or(0, |size| u32::try_from(size).unwrap_or(u32::MAX));
    let written = envelope.date.as_deref().and_then(date::parse);
    let sent = written.map(|date| date.unix_seconds);
    let arrived = fetch.internal_date.or(sent).unwrap_or_default();
    let row = Row {
        uid: uid.get(),
        people: from.clone(),
        outgoing: false,
        subject: subject.clone(),
        date: arrived,
        preview: None,
        size_octets,
        flags: flags.clone(),
        attachment: choose::has_attachment(&root),
        invitation: choose::has_invitation(&root),
    };
    let message = Message {
        message: MessageRef {
            uid: uid.get(),
            ..MessageRef::default()
        },
        subject,
        reply_to: people(&envelope.reply_to, hook)
            .into_iter()
            .filter(|one| from.iter().all(|author| author.address != one.address))
            .collect(),
        from,
        to: people(&envelope.to, hook),
        cc: people(&envelope.cc, hook),
        bcc: people(&envelope.bcc, hook),
        date: sent.unwrap_or(arrived),
        message_id: envelope
            .message_id
            .as_deref()
            .map(|raw| String::from_utf8_lossy(raw).trim().to_owned()),
        flags,
        size_octets,
        attachments: Vec::new(),
    };
    Entry {
        row,
        message,
        structure: root,
        preview_asked: false,
        blank: false,
    }
}

/// Addresses of an ENVELOPE. A group (RFC 5322 3.4) shows as its name if nobody is named in it.
fn people(addresses: &[Address], hook: DecodeCharset) -> Vec<Person> {
    let mut people = Vec::new();
    let mut group: Option<String> = None;
    for one in addresses.iter().take(1_000) {
        let mailbox = one.mailbox.as_deref().unwrap_or_default();
        match (&one.host, mailbox.is_empty()) {
            // Start of a group, and its end: NIL mailbox, NIL host.
            (None, false) if one.name.is_none() => group = Some(decode_unstructured(mailbox, hook)),
            (None, true) => {
                if let Some(name) = group.take() {
                    people.push(Person {
                        name,
                        address: String::new(),
                    });
                }
            }
            (host, _) => {
                group = None;
                people.push(Person {
                    name: one
                        .name
                        .as_deref()
                        .and_then(|raw| display_name(raw, hook))
                        .unwrap_or_default(),
                    address: address(mailbox, host.as_deref().unwrap_or_default()),
                });
            }
        }
    }
    people
}

fn part(structure: &BodyStructure, hook: DecodeCharset, depth: usize) -> Part {
    let disposition = structure.disposition.as_ref();
    let mut part = Part::from_fields(
        &PartFields {
            media_type: structure.media_type.as_bytes(),
            subtype: structure.media_subtype.as_bytes(),
            parameters: slices(&structure.parameters),
            content_id: structure.id.as_deref(),
            description: structure.description.as_deref(),
            encoding: structure.encoding.as_bytes(),
            size_octets: structure.size,
            lines: structure.lines,
            disposition: disposition.map(|(kind, _)| kind.as_bytes()),
            disposition_parameters: disposition
                .map(|(_, list)| slices(list))
                .unwrap_or_default(),
            language: structure.language.iter().map(String::as_bytes).collect(),
            location: structure.location.as_deref(),
        },
        hook,
    );
    if depth < DEPTH {
        part.children = structure
            .parts
            .iter()
            .map(|child| self::part(child, hook, depth.saturating_add(1)))
            .collect();
    }
    part
}

fn slices(list: &[(String, Vec<u8>)]) -> Vec<(&[u8], &[u8])> {
    list.iter()
        .map(|(name, value)| (name.as_bytes(), value.as_slice()))
        .collect()
}

/// The server's flags in our words; `\Recent` means nothing to people.
pub(crate) fn flags(flags: &[Flag]) -> Flags {
    let mut out = Flags::default();
    for flag in flags {
        match flag {
            Flag::Seen => out.seen = true,
            Flag::Answered => out.answered = true,
            Flag::Flagged => out.flagged = true,
            Flag::Deleted => out.deleted = true,
            Flag::Draft => out.draft = true,
            Flag::Recent => {}
            // A device is about to move it: nothing that people set or see.
            Flag::Keyword(name) if mark::keyword(name).is_some() => {}
            Flag::Keyword(name) => out.keywords.push(name.to_string()),
        }
    }
    out.keywords.sort_unstable();
    out
}

/// The flags one by one.
pub(crate) fn each_flag(flags: &Flags) -> Vec<Flags> {
    protocol_flags(flags)
        .into_iter()
        .map(|flag| self::flags(&[flag]))
        .collect()
}

/// Our flags in the server's words.
pub(crate) fn protocol_flags(flags: &Flags) -> Vec<Flag> {
    let system = [
        (flags.seen, Flag::Seen),
        (flags.answered, Flag::Answered),
        (flags.flagged, Flag::Flagged),
        (flags.deleted, Flag::Deleted),
        (flags.draft, Flag::Draft),
    ];
    system
        .into_iter()
        .filter_map(|(set, flag)| set.then_some(flag))
        .chain(
            flags
                .keywords
                .iter()
                .map(|name| Flag::Keyword(name.as_str().into())),
        )
        .collect()
}

/// `old` with flags added and taken away.
pub(crate) fn change_flags(old: &Flags, add: &Flags, remove: &Flags) -> Flags {
    let set = |old: bool, add: bool, remove: bool| add || (old && !remove);
    let same = |a: &String, b: &String| a.eq_ignore_ascii_case(b);
    let mut keywords: Vec<String> = old
        .keywords
        .iter()
        .filter(|one| !remove.keywords.iter().any(|gone| same(gone, one)))
        .cloned()
        .collect();
    for one in &add.keywords {
        if !keywords.iter().any(|known| same(known, one)) {
            keywords.push(one.clone());
        }
    }
    keywords.sort_unstable();
    Flags {
        seen: set(old.seen, add.seen, remove.seen),
        flagged: set(old.flagged, add.flagged, remove.flagged),
        answered: set(old.answered, add.answered, remove.answered),
        draft: set(old.draft, add.draft, remove.draft),
        deleted: set(old.deleted, add.deleted, remove.deleted),
        keywords,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_go_there_and_back() {
        let ours = Flags {
            seen: true,
            keywords: vec!["$Forwarded".to_owned()],
            ..Flags::default()
        };
        assert_eq!(flags(&protocol_flags(&ours)), ours);
    }

    #[test]
    fn keywords_are_compared_without_case() {
        let old = Flags {
            keywords: vec!["Work".to_owned()],
            ..Flags::default()
        };
        let work = Flags {
            keywords: vec!["WORK".to_owned()],
            ..Flags::default()
        };
        assert_eq!(
            change_flags(&old, &work, &Flags::default()).keywords,
            ["Work"]
        );
        assert!(
            change_flags(&old, &Flags::default(), &work)
                .keywords
                .is_empty()
        );
    }

    #[test]
    fn an_empty_group_shows_its_name() {
        let text = |text: &str| Some(text.as_bytes().to_vec());
        let group = [
            Address {
                mailbox: text("undisclosed-recipients"),
                ..Address::default()
            },
            Address::default(),
            Address {
                name: text("Anna"),
                mailbox: text("anna"),
                host: text("samma.test"),
                adl: None,
            },
        ];
        let shown = people(&group, samma_message::charset::without_hook);
        assert_eq!(shown[0].name, "undisclosed-recipients");
        assert_eq!(shown[1].address, "anna@samma.test");
        assert_eq!(shown.len(), 2);
    }
}
