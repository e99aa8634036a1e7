//! Parts of a message that are shown as a card: invitations, people's cards, and reports.

use samma_message::card::{calendar, contact, report};
use samma_message::render::choice::{BodyKind, Choice, Notice};
use samma_message::transfer::{self, TransferEncoding};
use samma_message::{DecodeCharset, Part, charset};

use crate::change::BodyPart;
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
    invitations
        .chain(contacts)
        .filter_map(|(section, kind)| {
            let part = root.find(section)?;
            Some(Card {
                section: section.clone(),
                kind,
                encoding: part.encoding,
                charset: part.charset.clone(),
            })
            .filter(|_| part.size_octets <= limits::CARD_OCTETS)
        })
        .take(limits::CARDS)
        .collect()
}

impl Card {
    /// The card, from the part's octets.
    pub(super) fn read(&self, octets: &[u8], hook: DecodeCharset) -> Option<BodyPart> {
        let decoded = transfer::decode(self.encoding, octets);
        // Both are UTF-8 where nothing is said (RFC 5545 3.1.4, 6350 3.1).
        let declared = self.charset.as_deref().or(Some("utf-8"));
        let source = charset::to_utf8(declared, &decoded, hook);
        match self.kind {
            Kind::Invitation => {
                let invitation = calendar::invitation(&source)?;
                Some(BodyPart::Invitation(Box::new(invitation)))
            }
            Kind::Contacts => {
                let contacts = contact::contacts(&source, hook);
                (!contacts.is_empty()).then_some(BodyPart::Contacts(contacts))
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
