//! A whole message in one piece (an .eml file): the same tree as IMAP gives, and each section's
//! octets, so that one way of choosing and showing serves both.
//!
//! mail-parser finds where parts begin and end; what stands in their headers is decoded here,
//! as it is for parts from a server.

use std::{borrow::Cow, collections::BTreeMap};

use mail_parser::{Message, MessageParser, MessagePart, PartType};

use crate::{
    charset::DecodeCharset,
    header::field::{self, Field},
    limits,
    structure::{Part, PartFields},
    transfer,
};

/// A parsed message file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whole {
    /// The tree, sections assigned.
    pub root: Part,
    /// Raw header lines of the message, for `Subject` and the like.
    header: Vec<(String, Vec<u8>)>,
    /// Octets as transferred, by section. Multiparts have none.
    parts: BTreeMap<String, Vec<u8>>,
}

/// Reads a message; LF and CRLF, also a broken one. What has no header at all is one text.
pub fn parse(raw: &[u8], hook: DecodeCharset) -> Whole {
    let raw = skip_mbox_line(raw);
    let parsed = MessageParser::default().parse(raw);
    let has_header = |message: &Message<'_>| {
        let root = message.parts.first();
        root.is_some_and(|root| root.headers.iter().any(|header| is_field(header, raw)))
    };
    let Some(message) = parsed.filter(has_header) else {
        return Whole::text(raw);
    };
    let mut builder = Builder {
        hook,
        bodies: Vec::new(),
        parts_left: limits::PARTS.saturating_mul(4),
    };
    let root = message.parts.first();
    let mut tree = root.map_or_else(Part::default, |part| {
        builder.part(&message, part, raw, 0, false)
    });
    tree.assign_sections();
    let mut parts = BTreeMap::new();
    collect(&tree, &mut builder.bodies.into_iter(), &mut parts);
    let header = root.map_or_else(Vec::new, |part| header_fields(part, raw));
    Whole {
        root: tree,
        header,
        parts,
    }
}

impl Whole {
    /// Octets of a section as transferred.
    pub fn section(&self, section: &str) -> Option<&[u8]> {
        self.parts.get(section).map(Vec::as_slice)
    }

    /// Octets of a section, its transfer encoding taken off.
    pub fn content(&self, section: &str) -> Option<Cow<'_, [u8]>> {
        let part = self.root.find(section)?;
        Some(transfer::decode(part.encoding, self.section(section)?))
    }

    /// The raw value of the first header field of that name.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.header
            .iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_slice())
    }

    fn text(raw: &[u8]) -> Self {
        let mut root = Part {
            mime_type: "text/plain".to_owned(),
            size_octets: size(raw),
            ..Part::default()
        };
        root.assign_sections();
        let parts = BTreeMap::from([(root.section.clone(), raw.to_vec())]);
        Self {
            root,
            header: Vec::new(),
            parts,
        }
    }
}

/// "From a@b Mon Nov 23 ..." in front, as mbox files have it.
fn skip_mbox_line(raw: &[u8]) -> &[u8] {
    if !raw.starts_with(b"From ") {
        return raw;
    }
    let end = raw.iter().position(|octet| *octet == b'\n');
    end.and_then(|end| raw.get(end.saturating_add(1)..))
        .unwrap_or(raw)
}

struct Builder {
    hook: DecodeCharset,
    /// In the order of the tree; taken up once sections are known.
    bodies: Vec<Vec<u8>>,
    parts_left: usize,
}

impl Builder {
    fn part(
        &mut self,
        message: &Message<'_>,
        part: &MessagePart<'_>,
        raw: &[u8],
        depth: usize,
        in_digest: bool,
    ) -> Part {
        let fields = header_fields(part, raw);
        let mut tree = self.leaf(&fields, in_digest);
        let body = body_octets(part, raw);
        tree.size_octets = size(body);
        let too_much = depth >= limits::DEPTH.saturating_mul(2) || self.parts_left == 0;
        self.parts_left = self.parts_left.saturating_sub(1);
        let below = depth.saturating_add(1);
        match &part.body {
            PartType::Multipart(ids) if !too_much => {
                if !tree.is_multipart() {
                    tree.mime_type = "multipart/mixed".to_owned();
                }
                self.bodies.push(Vec::new());
                let in_digest = tree.mime_type == "multipart/digest";
                tree.children = ids
                    .iter()
                    .filter_map(|id| message.part(*id))
                    .map(|child| self.part(message, child, raw, below, in_digest))
                    .collect();
            }
            PartType::Message(inner) if !too_much => {
                if !tree.is_message() {
                    tree.mime_type = "message/rfc822".to_owned();
                }
                self.bodies.push(body.to_vec());
                // Decoded messages (Base64, against RFC 2046 5.2.1) bring their own octets.
                let inner_raw: &[u8] = &inner.raw_message;
                tree.children = inner
                    .parts
                    .first()
                    .map(|root| self.part(inner, root, inner_raw, below, false))
                    .into_iter()
                    .collect();
            }
            _ => {
                // The boundary was not found: what is there can at least be read.
                let is_unread_message = tree.is_message() && matches!(part.body, PartType::Text(_));
                if tree.is_multipart() || is_unread_message {
                    tree.mime_type = "text/plain".to_owned();
                }
                if part.is_encoding_problem {
                    tree.encoding = transfer::TransferEncoding::EightBit;
                }
                self.bodies.push(body.to_vec());
            }
        }
        tree
    }

    fn leaf(&self, fields: &[(String, Vec<u8>)], in_digest: bool) -> Part {
        let value = |name: &str| -> Option<&[u8]> {
            fields
                .iter()
                .find(|(field, _)| field.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.as_slice())
        };
        let content_type = value("content-type").map(field::parse).unwrap_or_default();
        let (media_type, subtype) = media(&content_type, in_digest);
        let disposition = value("content-disposition").map(field::parse);
        let content_id = value("content-id");
        let language = value("content-language").unwrap_or_default();
        Part::from_fields(
            &PartFields {
                media_type,
                subtype,
                parameters: pairs(&content_type),
                content_id,
                description: value("content-description"),
                encoding: value("content-transfer-encoding").unwrap_or_default(),
                size_octets: 0,
                lines: None,
                disposition: disposition.as_ref().map(|field| field.value.as_slice()),
                disposition_parameters: disposition.as_ref().map(pairs).unwrap_or_default(),
                language: language.split(|octet| *octet == b',').collect(),
                location: value("content-location"),
            },
            self.hook,
        )
    }
}

/// Type and subtype; what has none is text, in a digest a message (RFC 2046 5.1.5).
fn media(content_type: &Field, in_digest: bool) -> (&[u8], &[u8]) {
    let value = &content_type.value;
    if value.is_empty() {
        return if in_digest {
            (b"message", b"rfc822")
        } else {
            (b"text", b"plain")
        };
    }
    match value.iter().position(|octet| *octet == b'/') {
        Some(at) => (
            value.get(..at).unwrap_or_default(),
            value.get(at.saturating_add(1)..).unwrap_or_default(),
        ),
        None => (value, b""),
    }
}

fn pairs(field: &Field) -> Vec<(&[u8], &[u8])> {
    field
        .parameters
        .iter()
        .map(|(name, value)| (name.as_slice(), value.as_slice()))
        .collect()
}

/// Names and raw values of a part's header, unfolded as they stand.
fn header_fields(part: &MessagePart<'_>, raw: &[u8]) -> Vec<(String, Vec<u8>)> {
    part.headers
        .iter()
        .filter_map(|header| {
            let value = slice(raw, header.offset_start, header.offset_end)?;
            Some((header.name().to_owned(), value.trim_ascii().to_vec()))
        })
        .collect()
}

/// Whether it is a field with a colon, and not a line of text taken for one.
fn is_field(header: &mail_parser::Header<'_>, raw: &[u8]) -> bool {
    slice(raw, header.offset_field, header.offset_start)
        .is_some_and(|name| name.trim_ascii_end().ends_with(b":"))
        && header.name().bytes().all(|octet| octet.is_ascii_graphic())
}

fn body_octets<'a>(part: &MessagePart<'_>, raw: &'a [u8]) -> &'a [u8] {
    slice(raw, part.offset_body, part.offset_end).unwrap_or_default()
}

fn slice(raw: &[u8], from: u32, to: u32) -> Option<&[u8]> {
    let from = usize::try_from(from).ok()?;
    let to = usize::try_from(to).ok()?.min(raw.len());
    raw.get(from..to)
}

fn size(octets: &[u8]) -> u32 {
    u32::try_from(octets.len()).unwrap_or(u32::MAX)
}

/// Puts the octets under the sections that their parts got.
fn collect(
    part: &Part,
    bodies: &mut impl Iterator<Item = Vec<u8>>,
    out: &mut BTreeMap<String, Vec<u8>>,
) {
    if let Some(body) = bodies.next()
        && !(part.is_multipart() && body.is_empty())
    {
        out.insert(part.section.clone(), body);
    }
    for child in &part.children {
        collect(child, bodies, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{header::test_hook, render::choose};

    #[test]
    fn sections_and_octets_agree() {
        let raw = b"Subject: =?utf-8?q?R=C3=A4k?=\nContent-Type: multipart/mixed; boundary=b\n\n\
            --b\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nR=E4k\n\
            --b\nContent-Type: message/rfc822\n\nSubject: inner\nContent-Type: text/html\n\n<p>x\n--b--\n";
        let whole = parse(raw, test_hook);
        assert_eq!(whole.root.section, "TEXT");
        assert_eq!(whole.header("subject"), Some(&b"=?utf-8?q?R=C3=A4k?="[..]));
        assert_eq!(whole.content("1").as_deref(), Some(&b"R\xE4k"[..]));
        assert_eq!(whole.section("2.1"), Some(&b"<p>x"[..]));
        assert_eq!(
            whole.root.find("2.1").map(|p| p.mime_type.as_str()),
            Some("text/html")
        );
        let choice = choose(&whole.root);
        assert_eq!(choice.body.len(), 1);
        assert_eq!(choice.attachments.len(), 1);
    }

    #[test]
    fn what_is_no_message_is_text() {
        let whole = parse(b"just some words", test_hook);
        assert_eq!(whole.root.mime_type, "text/plain");
        assert_eq!(whole.section("1"), Some(&b"just some words"[..]));
    }
}
