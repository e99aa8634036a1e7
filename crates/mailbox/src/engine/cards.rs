//! Parts of a message that are shown as a card: invitations, people's cards, and reports.

use samma_message::card::{calendar, contact, report};
use samma_message::render::choice::{BodyKind, Choice, Notice};
use samma_message::render::text;
use samma_message::transfer::{self, TransferEncoding};
use samma_message::{DecodeCharset, Part, charset, tnef};

use crate::change::{BodyPart, UnpackedFile};
use crate::limits;

/// A part that is to be fetched for its card.
#[derive(Clone, Debug)]
pub(super) struct Card {
    /// For `BODY.PEEK[...]`.
    pub(super) section: String,
    kind: Kind,
    encoding: TransferEncoding,
    charset: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Invitation,
    Contacts,
    Tnef,
}

impl Kind {
    fn most_octets(self) -> u32 {
        match self {
            Self::Invitation | Self::Contacts => limits::CARD_OCTETS,
            // Files may be in it; what is larger can be saved as it is.
            Self::Tnef => limits::BODY_OCTETS,
        }
    }
}

/// The parts of a message that have a card. Not those that are too large for one.
pub(super) fn of(root: &Part, choice: &Choice) -> Vec<Card> {
    let invitations = choice.notices.iter().filter_map(|notice| match notice {
        Notice::Invitation { section, .. } => Some((section, Kind::Invitation)),
        _ => None,
    });
    let contacts = choice.attachments.iter().filter_map(|attachment| {
        let is_contact = matches!(
            attachment.mime_type.as_str(),
            "text/vcard" | "text/x-vcard" | "text/directory"
        );
        is_contact.then_some((&attachment.section, Kind::Contacts))
    });
    let packed = choice.attachments.iter().filter_map(|attachment| {
        let is_packed = matches!(
            attachment.mime_type.as_str(),
            "application/ms-tnef" | "application/vnd.ms-tnef"
        ) || attachment.name.eq_ignore_ascii_case("winmail.dat");
        is_packed.then_some((&attachment.section, Kind::Tnef))
    });
    invitations
        .chain(contacts)
        .chain(packed)
        .filter_map(|(section, kind)| {
            let part = root.find(section)?;
            Some(Card {
                section: section.clone(),
                kind,
                encoding: part.encoding,
                charset: part.charset.clone(),
            })
            .filter(|_| part.size_octets <= kind.most_octets())
        })
        .take(limits::CARDS)
        .collect()
}

impl Card {
    /// Is it shown before the text.
    pub(super) fn is_first(&self) -> bool {
        self.kind == Kind::Invitation
    }

    /// What is shown of the part's octets.
    pub(super) fn read(&self, octets: &[u8], hook: DecodeCharset) -> Vec<BodyPart> {
        let decoded = transfer::decode(self.encoding, octets);
        // Both are UTF-8 where nothing is said (RFC 5545 3.1.4, 6350 3.1).
        let declared = self.charset.as_deref().or(Some("utf-8"));
        let source = || charset::to_utf8(declared, &decoded, hook);
        match self.kind {
            Kind::Invitation => calendar::invitation(&source())
                .map(|invitation| BodyPart::Invitation(Box::new(invitation)))
                .into_iter()
                .collect(),
            Kind::Contacts => {
                let contacts = contact::contacts(&source(), hook);
                if contacts.is_empty() {
                    Vec::new()
                } else {
                    vec![BodyPart::Contacts(contacts)]
                }
            }
            Kind::Tnef => self.unpack(&decoded, hook),
        }
    }

    /// The text of a `winmail.dat` and its files, those of messages within it among them.
    fn unpack(&self, octets: &[u8], hook: DecodeCharset) -> Vec<BodyPart> {
        let Some(unpacked) = tnef::unpack(octets, hook) else {
            return Vec::new();
        };
        let mut parts = Vec::new();
        let mut files = Vec::new();
        self.list(&unpacked.attachments, &mut files);
        if let Some(html) = unpacked.html {
            parts.push(BodyPart::Html {
                html,
                cut: false,
                inline: Vec::new(),
            });
        } else if let Some(text) = unpacked.text {
            let body = text::text_body(&text, text::Flow::Fixed);
            parts.push(BodyPart::Text {
                blocks: body.blocks,
                cut: body.cut,
            });
        }
        if !files.is_empty() {
            parts.push(BodyPart::Unpacked(files));
        }
        parts
    }

    fn list(&self, attachments: &[tnef::Attachment], files: &mut Vec<UnpackedFile>) {
        for attachment in attachments {
            if let tnef::AttachmentKind::Message(inner) = &attachment.kind {
                self.list(&inner.attachments, files);
                continue;
            }
            let offset = u32::try_from(attachment.range.start);
            let size = u32::try_from(attachment.range.len());
            if let (Ok(offset_octets), Ok(size_octets)) = (offset, size) {
                files.push(UnpackedFile {
                    section: self.section.clone(),
                    name: attachment.name.clone(),
                    mime_type: attachment.mime_type.clone(),
                    offset_octets,
                    size_octets,
                });
            }
        }
    }
}

/// A report, from the machine-readable part of one; `None` where it says nothing, or the part is another one.
pub(super) fn report(kind: BodyKind, source: &str) -> Option<BodyPart> {
    match kind {
        BodyKind::DeliveryStatus => report::delivery_report(source).map(BodyPart::Report),
        BodyKind::DispositionNotification => report::disposition(source).map(BodyPart::Receipt),
        _ => None,
    }
}
