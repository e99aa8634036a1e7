//! Which parts of a message are its text, and which are attachments.
//!
//! In: the MIME tree. Out: the sections to fetch and show in order, the attachments to list, and
//! what there is to say about the message. Nothing is lost: every leaf within the bounds is in
//! `body` (as itself or among the alternatives of one that is) or in `attachments`.
//!
//! RFC 2046 5.1 (mixed, alternative, digest), 2387 (related), 1847 (signed, encrypted), 3462
//! (report), 8551 (S/MIME).

use super::choice::{Attachment, BodyKind, BodyPart, Choice, Notice, Role, SecurityFormat};
use crate::{
    filename, limits,
    structure::{Disposition, Part},
};

/// Chooses what to show of the message whose root is `root`; also of an embedded one.
pub fn choose(root: &Part) -> Choice {
    let mut chooser = Chooser::default();
    if !root.is_multipart() && is_body_type(root) && root.disposition != Disposition::Attachment {
        // The only part there is: a name does not make it a file.
        chooser.body(root);
    } else {
        chooser.part(root, Place::default());
    }
    chooser.finish()
}

/// Whether a row in the list shows the paper clip: files or messages, no signatures, no pictures
/// that belong to the text, no invitations (they have a sign of their own).
pub fn has_attachment(root: &Part) -> bool {
    let choice = choose(root);
    // Without HTML nothing can refer to a picture.
    let has_html = choice.body.iter().any(|part| part.kind == BodyKind::Html);
    choice
        .attachments
        .iter()
        .any(|attachment| match attachment.role {
            Role::File => !(attachment.inline && has_html),
            Role::Message => true,
            _ => false,
        })
}

/// Whether the message invites to something, or answers to an invitation.
pub fn has_invitation(root: &Part) -> bool {
    choose(root)
        .notices
        .iter()
        .any(|notice| matches!(notice, Notice::Invitation { .. }))
}

/// The part to fetch the first octets of for a snippet: plain text where there is some, since
/// HTML begins with kilobytes of style; else HTML; else the text of a forwarded message.
pub fn preview_section(root: &Part) -> Option<&Part> {
    let choice = choose(root);
    let first = choice.body.first();
    let plain = first.and_then(|body| {
        std::iter::once(body)
            .chain(&body.alternatives)
            .find(|part| part.kind == BodyKind::Text && part.size_octets > 0)
    });
    if let Some(body) = plain.or(first) {
        return root.find(&body.section);
    }
    embedded_root(root, 0).and_then(preview_section)
}

/// Where in the tree a part stands.
#[derive(Clone, Copy, Default)]
struct Place {
    depth: usize,
    /// Beside the root of a multipart/related.
    related: bool,
}

impl Place {
    fn below(self) -> Self {
        Self {
            depth: self.depth.saturating_add(1),
            related: self.related,
        }
    }
}

#[derive(Default)]
struct Chooser {
    choice: Choice,
    taken: usize,
    left_out: u32,
    too_deep: u32,
}

impl Chooser {
    fn finish(mut self) -> Choice {
        if self.too_deep > 0 {
            let count = self.too_deep;
            self.choice.notices.push(Notice::TooDeep { count });
        }
        if self.left_out > 0 {
            let count = self.left_out;
            self.choice.notices.push(Notice::TooMany { count });
        }
        self.choice
    }

    fn part(&mut self, part: &Part, place: Place) {
        if !part.is_multipart() {
            self.leaf(part, place);
        } else if place.depth >= limits::DEPTH || part.children.is_empty() {
            // A multipart without parts is what servers make of broken boundaries: the octets
            // are still there to be saved.
            if !part.children.is_empty() {
                self.too_deep = self.too_deep.saturating_add(1);
            }
            self.attachment(part, Role::File, false);
        } else {
            match part.mime_type.as_str() {
                "multipart/alternative" => self.alternative(part, place),
                "multipart/related" => self.related(part, place),
                "multipart/signed" => self.signed(part, place),
                "multipart/encrypted" => self.encrypted(part),
                "multipart/report" => self.report(part, place),
                // mixed, digest, form-data, and all that we don't know (RFC 2046 5.1.7).
                _ => self.each(part, place),
            }
        }
    }

    fn each(&mut self, part: &Part, place: Place) {
        for child in &part.children {
            self.part(child, place.below());
        }
    }

    /// The last form that can be shown is the best (RFC 2046 5.1.4); an empty one is not.
    fn alternative(&mut self, part: &Part, place: Place) {
        let best = part
            .children
            .iter()
            .rposition(|child| rank(child, place.depth) == Rank::Html)
            .or_else(|| {
                part.children
                    .iter()
                    .rposition(|child| rank(child, place.depth) == Rank::Text)
            });
        let Some(best) = best else {
            return self.each(part, place);
        };
        let body_before = self.choice.body.len();
        if let Some(child) = part.children.get(best) {
            self.part(child, place.below());
        }
        let mut others = Vec::new();
        for (_, child) in part
            .children
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != best)
        {
            self.other_form(child, place.below(), &mut others);
        }
        match self.choice.body.get_mut(body_before) {
            Some(first) => first.alternatives.extend(others),
            // What was best showed nothing (no room left): its other forms stand for it.
            None => self.choice.body.extend(others),
        }
    }

    /// Of a form that was not chosen: its text as an alternative, the rest as it would be.
    fn other_form(&mut self, part: &Part, place: Place, others: &mut Vec<BodyPart>) {
        let is_text = part.is_text() && !is_calendar(part);
        if is_text && part.disposition != Disposition::Attachment {
            if self.take() {
                others.push(body_part(part));
            }
        } else if part.is_multipart() && place.depth < limits::DEPTH {
            for child in &part.children {
                let related = place.related || part.mime_type == "multipart/related";
                let below = Place {
                    related,
                    ..place.below()
                };
                self.other_form(child, below, others);
            }
        } else {
            self.part(part, place);
        }
    }

    fn related(&mut self, part: &Part, place: Place) {
        let root = related_root(part);
        for (at, child) in part.children.iter().enumerate() {
            let below = place.below();
            if at == root {
                self.part(child, below);
            } else {
                self.part(
                    child,
                    Place {
                        related: true,
                        ..below
                    },
                );
            }
        }
    }

    fn signed(&mut self, part: &Part, place: Place) {
        self.choice.notices.push(Notice::Signed {
            section: part.section.clone(),
            format: security_format(part.parameter("protocol").unwrap_or_default()),
        });
        for (at, child) in part.children.iter().enumerate() {
            if at == 1 && !child.is_multipart() {
                self.attachment(child, Role::Signature, false);
            } else {
                self.part(child, place.below());
            }
        }
    }

    fn encrypted(&mut self, part: &Part) {
        self.choice.notices.push(Notice::Encrypted {
            section: part.section.clone(),
            format: security_format(part.parameter("protocol").unwrap_or_default()),
        });
        for child in &part.children {
            self.attachment(child, Role::Sealed, false);
        }
    }

    fn report(&mut self, part: &Part, place: Place) {
        self.choice.notices.push(Notice::Report {
            section: part.section.clone(),
            report_type: part
                .parameter("report-type")
                .unwrap_or_default()
                .to_ascii_lowercase(),
        });
        for child in &part.children {
            match child.mime_type.as_str() {
                "message/delivery-status"
                | "message/global-delivery-status"
                | "message/disposition-notification"
                | "message/global-disposition-notification" => self.body(child),
                "text/rfc822-headers" | "message/global-headers" | "message/feedback-report" => {
                    self.attachment(child, Role::Report, false);
                }
                _ => self.part(child, place.below()),
            }
        }
    }

    fn leaf(&mut self, part: &Part, place: Place) {
        match part.mime_type.as_str() {
            _ if is_calendar(part) => return self.calendar(part),
            "message/partial" => self.choice.notices.push(Notice::Partial {
                section: part.section.clone(),
            }),
            "message/external-body" => self.choice.notices.push(Notice::ExternalBody {
                section: part.section.clone(),
                access_type: part
                    .parameter("access-type")
                    .unwrap_or_default()
                    .to_ascii_lowercase(),
            }),
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => return self.smime(part),
            "application/pgp-signature"
            | "application/pkcs7-signature"
            | "application/x-pkcs7-signature" => {
                return self.attachment(part, Role::Signature, false);
            }
            _ if self.is_body(part, place) => {
                self.body(part);
                if part.name.is_some() {
                    self.listed_again(part);
                }
                return;
            }
            _ => {}
        }
        let role = if part.is_message() {
            Role::Message
        } else {
            Role::File
        };
        self.attachment(part, role, is_inline(part, place));
    }

    fn calendar(&mut self, part: &Part) {
        let method = part.parameter("method").map(str::to_ascii_lowercase);
        // PUBLISH is a calendar to look at (RFC 5546 3.2.1), no invitation; a plain file with
        // no method is just a file.
        let invites = match method.as_deref() {
            Some(method) => method != "publish",
            None => {
                part.mime_type == "text/calendar" && part.disposition != Disposition::Attachment
            }
        };
        // Mailers send the same invitation twice, as a form of the text and as a file.
        let told = self
            .choice
            .notices
            .iter()
            .any(|notice| matches!(notice, Notice::Invitation { .. }));
        if invites && !told {
            self.choice.notices.push(Notice::Invitation {
                section: part.section.clone(),
                method,
            });
        }
        self.attachment(part, Role::Calendar, false);
    }

    fn smime(&mut self, part: &Part) {
        let kind = part
            .parameter("smime-type")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let section = part.section.clone();
        let format = SecurityFormat::Smime;
        self.choice.notices.push(match kind.as_str() {
            "signed-data" | "signed-receipt" | "certs-only" => Notice::Signed { section, format },
            _ => Notice::Encrypted { section, format },
        });
        self.attachment(part, Role::Sealed, false);
    }

    /// Whether a leaf of a mixed (or like) multipart is text to show.
    fn is_body(&self, part: &Part, place: Place) -> bool {
        if !is_body_type(part) || place.related && part.content_id.is_some() {
            return false;
        }
        match part.disposition {
            Disposition::Attachment => false,
            Disposition::Inline => part.size_octets <= MOST_INLINE_OCTETS,
            // "Content-Type: text/plain; name=notes.txt" and no disposition: the text of the
            // message if there is none yet, else a file.
            Disposition::Unspecified => part.name.is_none() || self.choice.body.is_empty(),
        }
    }

    fn body(&mut self, part: &Part) {
        if self.take() {
            self.choice.body.push(body_part(part));
        }
    }

    fn attachment(&mut self, part: &Part, role: Role, inline: bool) {
        if self.take() {
            self.choice.attachments.push(attachment(part, role, inline));
        }
    }

    fn listed_again(&mut self, part: &Part) {
        if self.taken <= limits::PARTS {
            self.choice
                .attachments
                .push(attachment(part, Role::Shown, false));
        }
    }

    fn take(&mut self) -> bool {
        if self.taken >= limits::PARTS {
            self.left_out = self.left_out.saturating_add(1);
            return false;
        }
        self.taken = self.taken.saturating_add(1);
        true
    }
}

/// Text that claims to be inline and is longer is a log file, not a letter.
const MOST_INLINE_OCTETS: u32 = 256 * 1_024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Nothing,
    Text,
    Html,
}

/// The best that a form of an alternative has to show.
fn rank(part: &Part, depth: usize) -> Rank {
    if part.is_multipart() {
        if depth >= limits::DEPTH {
            return Rank::Nothing;
        }
        let below = depth.saturating_add(1);
        return part
            .children
            .iter()
            .map(|child| rank(child, below))
            .max()
            .unwrap_or(Rank::Nothing);
    }
    if part.size_octets == 0 || part.disposition == Disposition::Attachment || !is_body_type(part) {
        Rank::Nothing
    } else if part.mime_type == "text/html" {
        Rank::Html
    } else {
        Rank::Text
    }
}

/// Index of the part that the others of a multipart/related belong to (RFC 2387 3.2).
fn related_root(part: &Part) -> usize {
    let start = part
        .parameter("start")
        .map(|id| id.trim().trim_start_matches('<').trim_end_matches('>'));
    let by_start = start.and_then(|start| {
        part.children
            .iter()
            .position(|child| child.content_id.as_deref() == Some(start))
    });
    // Some mailers put the pictures first and say nothing.
    by_start
        .or_else(|| {
            part.children
                .iter()
                .position(|child| rank(child, 0) != Rank::Nothing)
        })
        .unwrap_or(0)
}

fn is_calendar(part: &Part) -> bool {
    matches!(part.mime_type.as_str(), "text/calendar" | "application/ics")
}

/// Text that is written to be read, as against data in the form of text.
fn is_body_type(part: &Part) -> bool {
    part.is_text()
        && !matches!(
            part.mime_type.as_str(),
            "text/calendar"
                | "text/x-vcalendar"
                | "text/vcard"
                | "text/x-vcard"
                | "text/directory"
                | "text/rtf"
                | "text/csv"
                | "text/css"
                | "text/javascript"
                | "text/ecmascript"
                | "text/xml"
                | "text/rfc822-headers"
                | "text/x-amp-html"
                | "text/watch-html"
                | "text/tab-separated-values"
        )
}

/// Whether a part is meant to appear within the text: a picture, sound or style that has a name
/// which HTML can refer to.
fn is_inline(part: &Part, place: Place) -> bool {
    let has_name = part.content_id.is_some() || part.location.is_some();
    let is_picture = part.mime_type.starts_with("image/");
    let is_text = part.is_text() && part.mime_type != "text/css";
    let belongs = place.related && !is_text && !part.is_message();
    has_name && (belongs || is_picture && part.disposition != Disposition::Attachment)
}

fn security_format(protocol: &str) -> SecurityFormat {
    let protocol = protocol.to_ascii_lowercase();
    if protocol.contains("pgp") {
        SecurityFormat::OpenPgp
    } else if protocol.contains("pkcs7") {
        SecurityFormat::Smime
    } else {
        SecurityFormat::Other
    }
}

fn body_part(part: &Part) -> BodyPart {
    let is = |name: &str, value: &str| {
        part.parameter(name)
            .is_some_and(|found| found.trim().eq_ignore_ascii_case(value))
    };
    let kind = match part.mime_type.as_str() {
        "text/html" | "text/x-amp-html" | "text/watch-html" => BodyKind::Html,
        "text/enriched" | "text/richtext" => BodyKind::Enriched,
        "message/delivery-status" | "message/global-delivery-status" => BodyKind::DeliveryStatus,
        "message/disposition-notification" | "message/global-disposition-notification" => {
            BodyKind::DispositionNotification
        }
        _ => BodyKind::Text,
    };
    BodyPart {
        section: part.section.clone(),
        kind,
        charset: part.charset.clone(),
        encoding: part.encoding,
        size_octets: part.size_octets,
        flowed: kind == BodyKind::Text && is("format", "flowed"),
        delete_space: is("delsp", "yes"),
        alternatives: Vec::new(),
    }
}

fn attachment(part: &Part, role: Role, inline: bool) -> Attachment {
    Attachment {
        section: part.section.clone(),
        name: name(part),
        mime_type: part.mime_type.clone(),
        encoding: part.encoding,
        size_octets: part.size_octets,
        file_size_octets: part.decoded_size_octets(),
        content_id: part.content_id.clone(),
        location: part.location.clone(),
        inline,
        role,
    }
}

fn name(part: &Part) -> String {
    let given = part.name.clone();
    if !part.is_message() {
        return given.unwrap_or_else(|| filename::fallback(&part.mime_type, &part.section));
    }
    // Forwarded messages often carry their subject as name or description; without the ending
    // no program knows what they are.
    let described = || part.description.as_deref().map(filename::clean);
    match given.or_else(described).filter(|name| !name.is_empty()) {
        Some(name) if filename::extension(&name) == "eml" => name,
        Some(name) => filename::clean(&format!("{name}.eml")),
        None => filename::fallback(&part.mime_type, &part.section),
    }
}

fn embedded_root(part: &Part, depth: usize) -> Option<&Part> {
    if depth >= limits::DEPTH {
        return None;
    }
    if part.is_message() {
        return part.children.first();
    }
    let below = depth.saturating_add(1);
    part.children
        .iter()
        .find_map(|child| embedded_root(child, below))
}

#[cfg(test)]
mod tests;
