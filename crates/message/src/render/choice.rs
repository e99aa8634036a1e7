//! What is chosen of a message: the vocabulary between [`choose`](super::choose) and a page.

use serde::{Deserialize, Serialize};

use crate::transfer::TransferEncoding;

/// What to show of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// To be fetched and shown one below the other.
    pub body: Vec<BodyPart>,
    /// To be listed; see [`Choice::listed`] for those that the text shows already.
    pub attachments: Vec<Attachment>,
    /// What to tell about the message.
    pub notices: Vec<Notice>,
}

impl Choice {
    /// The attachments to list, given the `cid:` names and locations that the text refers to
    /// (see [`references`](crate::render::cid::references)).
    pub fn listed(&self, referenced: &[String]) -> Vec<&Attachment> {
        let is_shown = |attachment: &Attachment| {
            attachment.inline
                && [&attachment.content_id, &attachment.location]
                    .into_iter()
                    .flatten()
                    .any(|name| {
                        referenced
                            .iter()
                            .any(|other| other.eq_ignore_ascii_case(name))
                    })
        };
        self.attachments
            .iter()
            .filter(|attachment| !is_shown(attachment))
            .collect()
    }

    /// The attachment that a `cid:` link names.
    pub fn by_content_id(&self, content_id: &str) -> Option<&Attachment> {
        self.attachments
            .iter()
            .find(|attachment| attachment.content_id.as_deref() == Some(content_id))
    }
}

/// A part that is text of the message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyPart {
    /// For `BODY.PEEK[...]`.
    pub section: String,
    /// How to read it.
    pub kind: BodyKind,
    /// Declared charset, for [`to_utf8`](crate::charset::to_utf8).
    pub charset: Option<String>,
    /// For [`decode`](crate::transfer::decode).
    pub encoding: TransferEncoding,
    /// As transferred.
    pub size_octets: u32,
    /// `format=flowed` (RFC 3676).
    pub flowed: bool,
    /// `delsp=yes` beside it.
    pub delete_space: bool,
    /// The same text in other forms, which the reader may ask for.
    pub alternatives: Vec<Self>,
}

/// How a body part is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum BodyKind {
    /// text/plain, and text of types unknown to us (RFC 2046 4.1.4).
    #[default]
    Text,
    /// text/html.
    Html,
    /// text/enriched and text/richtext (RFC 1896): text with a few tags.
    Enriched,
    /// message/delivery-status (RFC 3464): who did not get it, and why.
    DeliveryStatus,
    /// message/disposition-notification (RFC 8098): somebody read it.
    DispositionNotification,
}

/// A part that is offered as a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// For `BODY.PEEK[...]`.
    pub section: String,
    /// The sender's name for it, or one made up; never empty, safe to save under.
    pub name: String,
    /// As declared.
    pub mime_type: String,
    /// For [`decode`](crate::transfer::decode).
    pub encoding: TransferEncoding,
    /// As transferred.
    pub size_octets: u32,
    /// Estimated size of the file.
    pub file_size_octets: u32,
    /// What `cid:` links call it.
    pub content_id: Option<String>,
    /// What relative links may call it.
    pub location: Option<String>,
    /// Meant to be shown within the text: listed only if the text does not refer to it.
    pub inline: bool,
    /// What it is to the message.
    pub role: Role,
}

/// What an attachment is to the message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// A file.
    #[default]
    File,
    /// A message.
    Message,
    /// An invitation, or an answer to one.
    Calendar,
    /// The signature over another part.
    Signature,
    /// The sealed content of an encrypted message, or its control part.
    Sealed,
    /// A machine-readable part of a report: its headers, its status outside a report.
    Report,
    /// Text that is also shown in the body, listed so that it can be saved.
    Shown,
}

/// Something to tell about a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// Part `section` carries a signature; nobody has checked it.
    Signed {
        /// The multipart, or the S/MIME leaf.
        section: String,
        /// How it was made.
        format: SecurityFormat,
    },
    /// Part `section` is encrypted.
    Encrypted {
        /// The multipart, or the S/MIME leaf.
        section: String,
        /// How it was made.
        format: SecurityFormat,
    },
    /// A report; `report_type` in lower case: "delivery-status", "disposition-notification".
    Report {
        /// The multipart.
        section: String,
        /// As declared.
        report_type: String,
    },
    /// Part `section` is an invitation or an answer to one.
    Invitation {
        /// The calendar part.
        section: String,
        /// In lower case: "request", "reply", "cancel".
        method: Option<String>,
    },
    /// A fragment of a message (RFC 2046 5.2.2).
    Partial {
        /// The fragment.
        section: String,
    },
    /// The content is elsewhere (RFC 2046 5.2.3). Never fetched.
    ExternalBody {
        /// The pointer.
        section: String,
        /// As declared, in lower case.
        access_type: String,
    },
    /// Multiparts too deep to look into; each is listed as one attachment.
    TooDeep {
        /// How many.
        count: u32,
    },
    /// Leaves beyond the bound, neither shown nor listed.
    TooMany {
        /// How many.
        count: u32,
    },
}

/// Who makes signatures and seals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecurityFormat {
    /// RFC 3156.
    OpenPgp,
    /// RFC 8551.
    Smime,
    /// Anything else.
    Other,
}
