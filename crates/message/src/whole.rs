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
    /// Names and raw values of the message's header.
    header: Vec<(String, Vec<u8>)>,
    /// The file, then each embedded message that came in Base64 or quoted-printable, decoded.
    buffers: Vec<Vec<u8>>,
    /// Where the octets of each section are.
    places: BTreeMap<String, Place>,
}

/// Octets of a part as transferred: which buffer, from where to where. Ranges, since embedded
/// messages hold each other, and copies of each level would multiply the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Place {
    buffer: usize,
    from: usize,
    to: usize,
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
    let Some(root) = message.parts.first() else {
        return Whole::text(raw);
    };
    let mut builder = Builder {
        hook,
        buffers: vec![raw.to_vec()],
        places: Vec::new(),
        parts_left: limits::PARTS.saturating_mul(4),
    };
    let mut tree = builder.part(
        &message,
        root,
        At {
            raw,
            buffer: 0,
            depth: 0,
            in_digest: false,
        },
    );
    tree.assign_sections();
    let mut places = BTreeMap::new();
    name_places(&tree, &mut builder.places.into_iter(), &mut places);
    Whole {
        root: tree,
        header: header_fields(root, raw),
        buffers: builder.buffers,
        places,
    }
}

impl Whole {
    /// Octets of a section as transferred.
    pub fn section(&self, section: &str) -> Option<&[u8]> {
        let place = self.places.get(section)?;
        self.buffers.get(place.buffer)?.get(place.from..place.to)
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
            size_octets: u32::try_from(raw.len()).unwrap_or(u32::MAX),
            ..Part::default()
        };
        root.assign_sections();
        let whole = Place {
            buffer: 0,
            from: 0,
            to: raw.len(),
        };
        Self {
            places: BTreeMap::from([(root.section.clone(), whole)]),
            root,
            header: Vec::new(),
            buffers: vec![raw.to_vec()],
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
    buffers: Vec<Vec<u8>>,
    /// In the order of the tree; named once sections are known.
    places: Vec<Place>,
    parts_left: usize,
}

/// Where in the file a part stands.
#[derive(Clone, Copy)]
struct At<'a> {
    raw: &'a [u8],
    buffer: usize,
    depth: usize,
    in_digest: bool,
}

impl Builder {
    fn part(&mut self, message: &Message<'_>, part: &MessagePart<'_>, at: At<'_>) -> Part {
        let mut tree = self.leaf(&header_fields(part, at.raw), at.in_digest);
        let place = place_of(part, at);
        tree.size_octets = u32::try_from(place.to.saturating_sub(place.from)).unwrap_or(u32::MAX);
        self.places.push(place);
        // Twice what is shown, so that `choose` is what tells about the depth.
        let too_much = at.depth >= limits::DEPTH.saturating_mul(2) || self.parts_left == 0;
        self.parts_left = self.parts_left.saturating_sub(1);
        let depth = at.depth.saturating_add(1);
        match &part.body {
            PartType::Multipart(ids) if !too_much => {
                if !tree.is_multipart() {
                    tree.mime_type = "multipart/mixed".to_owned();
                }
                let in_digest = tree.mime_type == "multipart/digest";
                let below = At {
                    depth,
                    in_digest,
                    ..at
                };
                tree.children = ids
                    .iter()
                    .filter_map(|id| message.part(*id))
                    .map(|child| self.part(message, child, below))
                    .collect();
            }
            PartType::Message(inner) if !too_much => {
                if !tree.is_message() {
                    tree.mime_type = "message/rfc822".to_owned();
                }
                let raw: &[u8] = &inner.raw_message;
                // A message that came encoded (against RFC 2046 5.2.1) brings its own octets.
                let is_same = raw.len() == at.raw.len() && raw.as_ptr() == at.raw.as_ptr();
                let mut buffer = at.buffer;
                if !is_same {
                    buffer = self.buffers.len();
                    self.buffers.push(raw.to_vec());
                }
                let below = At {
                    raw,
                    buffer,
                    depth,
                    in_digest: false,
                };
                tree.children = inner
                    .parts
                    .first()
                    .map(|root| self.part(inner, root, below))
                    .into_iter()
                    .collect();
            }
            _ => {
                // The boundary was not found: what is there can at least be read.
                let is_unread_message = tree.is_message() && matches!(part.body, PartType::Text(_));
                if tree.is_multipart() && !too_much || is_unread_message {
                    tree.mime_type = "text/plain".to_owned();
                }
                if part.is_encoding_problem {
                    tree.encoding = transfer::TransferEncoding::EightBit;
                }
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
        let language = value("content-language").unwrap_or_default();
        Part::from_fields(
            &PartFields {
                media_type,
                subtype,
                parameters: pairs(&content_type),
                content_id: value("content-id"),
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

fn place_of(part: &MessagePart<'_>, at: At<'_>) -> Place {
    let length = at.raw.len();
    let to = usize::try_from(part.offset_end)
        .unwrap_or(length)
        .min(length);
    let from = usize::try_from(part.offset_body).unwrap_or(length).min(to);
    Place {
        buffer: at.buffer,
        from,
        to,
    }
}

fn slice(raw: &[u8], from: u32, to: u32) -> Option<&[u8]> {
    let from = usize::try_from(from).ok()?;
    let to = usize::try_from(to).ok()?.min(raw.len());
    raw.get(from..to)
}

/// Puts the octets under the sections that their parts got.
fn name_places(
    part: &Part,
    places: &mut impl Iterator<Item = Place>,
    out: &mut BTreeMap<String, Place>,
) {
    if let Some(place) = places.next() {
        out.insert(part.section.clone(), place);
    }
    for child in &part.children {
        name_places(child, places, out);
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
