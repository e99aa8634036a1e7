//! The MIME tree of a message, as IMAP's BODYSTRUCTURE tells it (RFC 9051 7.5.2), decoded.
//!
//! In: the raw strings of one part ([`PartFields`]). Out: a [`Part`], lower case where MIME
//! does not care, decoded where a person reads it. The caller builds the tree through
//! `children` and calls [`Part::assign_sections`] on the root once.

use serde::{Deserialize, Serialize};

use crate::{
    charset::DecodeCharset,
    filename,
    header::{decode_unstructured, parameter},
    transfer::TransferEncoding,
};

/// One part of a message: a leaf, a multipart, or an embedded message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What to put between the brackets of `BODY.PEEK[...]`: "1", "1.2". A message that is one
    /// part has "1". The multipart at the top of a message, which IMAP gives no number, has
    /// "TEXT" ("2.TEXT" for a message embedded as part 2), which fetches its body all the same.
    pub section: String,
    /// Lower case, "text/html". Unreadable types are "application/octet-stream", except that
    /// no type, or text of an unreadable kind, is "text/plain".
    pub mime_type: String,
    /// The declared charset as it was written, without RFC 2231 decoration.
    pub charset: Option<String>,
    /// How the part's octets are wrapped.
    pub encoding: TransferEncoding,
    /// Size as transferred, in octets.
    pub size_octets: u32,
    /// Lines as transferred, where the server says so (text and message/rfc822).
    pub lines: Option<u32>,
    /// Content-ID without its angle brackets, as `cid:` links name it.
    pub content_id: Option<String>,
    /// Content-Disposition's type.
    pub disposition: Disposition,
    /// File name, decoded and safe to show and to save under.
    pub name: Option<String>,
    /// Content-Description, decoded.
    pub description: Option<String>,
    /// The type's parameters that decide how a part is read, names in lower case:
    /// see [`KEPT_PARAMETERS`].
    pub parameters: Vec<(String, String)>,
    /// Content-Language tags.
    pub language: Vec<String>,
    /// Content-Location.
    pub location: Option<String>,
    /// Of a multipart: its parts. Of message/rfc822 and message/global: one, the root of the
    /// embedded message.
    pub children: Vec<Self>,
}

/// Type parameters that a [`Part`] keeps.
pub const KEPT_PARAMETERS: [&str; 9] = [
    "format",
    "delsp",
    "method",
    "protocol",
    "report-type",
    "smime-type",
    "start",
    "type",
    "access-type",
];

/// What the sender wishes done with a part (RFC 2183).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Disposition {
    /// Nothing was said.
    #[default]
    Unspecified,
    /// Show it with the message.
    Inline,
    /// Offer it as a file. Unknown words mean this too (RFC 2183 2.8).
    Attachment,
}

/// The raw strings of one part, as a server sends them or as they stand in the part's header.
#[derive(Debug, Clone, Default)]
pub struct PartFields<'a> {
    /// "text", "TEXT"; empty for NIL.
    pub media_type: &'a [u8],
    /// "plain".
    pub subtype: &'a [u8],
    /// Parameters of the type, undecoded: `("name*0*", "utf-8''a%20")`.
    pub parameters: Vec<(&'a [u8], &'a [u8])>,
    /// With or without angle brackets.
    pub content_id: Option<&'a [u8]>,
    /// Raw Content-Description.
    pub description: Option<&'a [u8]>,
    /// Content-Transfer-Encoding; empty means 7bit.
    pub encoding: &'a [u8],
    /// Octets as transferred.
    pub size_octets: u32,
    /// Lines as transferred.
    pub lines: Option<u32>,
    /// Type of the disposition; `None` when there is no such field.
    pub disposition: Option<&'a [u8]>,
    /// Parameters of the disposition, undecoded.
    pub disposition_parameters: Vec<(&'a [u8], &'a [u8])>,
    /// Content-Language tags.
    pub language: Vec<&'a [u8]>,
    /// Raw Content-Location.
    pub location: Option<&'a [u8]>,
}

impl Part {
    /// Decodes the strings of one part. Section and children are the caller's.
    pub fn from_fields(fields: &PartFields<'_>, hook: DecodeCharset) -> Self {
        let name = ["filename", "name"]
            .iter()
            .find_map(|key| parameter::decode(&fields.disposition_parameters, key, hook))
            .or_else(|| parameter::decode(&fields.parameters, "name", hook))
            .or_else(|| parameter::decode(&fields.parameters, "filename", hook))
            .map(|name| filename::clean(&name))
            .filter(|name| !name.is_empty());
        let parameters = KEPT_PARAMETERS
            .iter()
            .filter_map(|key| {
                let value = parameter::decode(&fields.parameters, key, hook)?;
                Some(((*key).to_owned(), value))
            })
            .collect();
        Self {
            section: String::new(),
            mime_type: mime_type(fields.media_type, fields.subtype),
            charset: parameter::decode(&fields.parameters, "charset", hook)
                .filter(|charset| !charset.is_empty()),
            encoding: TransferEncoding::from_label(fields.encoding),
            size_octets: fields.size_octets,
            lines: fields.lines,
            content_id: fields.content_id.and_then(content_id),
            disposition: fields
                .disposition
                .map_or(Disposition::Unspecified, Disposition::from_label),
            name,
            description: fields
                .description
                .map(|raw| decode_unstructured(raw, hook))
                .filter(|text| !text.is_empty()),
            parameters,
            language: fields
                .language
                .iter()
                .map(|tag| String::from_utf8_lossy(tag).trim().to_ascii_lowercase())
                .filter(|tag| !tag.is_empty())
                .collect(),
            location: fields
                .location
                .map(|raw| decode_unstructured(raw, hook))
                .filter(|text| !text.is_empty()),
            children: Vec::new(),
        }
    }

    /// Gives every part of the tree its section; to be called on the root of a message.
    pub fn assign_sections(&mut self) {
        self.assign_root("");
    }

    /// Value of one of the [`KEPT_PARAMETERS`].
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether this is a multipart of any kind.
    pub fn is_multipart(&self) -> bool {
        self.mime_type.starts_with("multipart/")
    }

    /// Whether this holds a whole message: message/rfc822 or message/global (RFC 6532).
    pub fn is_message(&self) -> bool {
        matches!(self.mime_type.as_str(), "message/rfc822" | "message/global")
    }

    /// Whether the type is text of any kind.
    pub fn is_text(&self) -> bool {
        self.mime_type.starts_with("text/")
    }

    /// The part with this section, anywhere below, embedded messages included.
    pub fn find(&self, section: &str) -> Option<&Self> {
        if self.section == section {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(section))
    }

    /// Size after decoding, in octets, estimated from the size as transferred.
    ///
    /// What a person is told about a file. Base64 with CRLF each 76 characters is 57 for 78.
    pub fn decoded_size_octets(&self) -> u32 {
        match self.encoding {
            TransferEncoding::Base64 => {
                let estimate = u64::from(self.size_octets).saturating_mul(57) / 78;
                u32::try_from(estimate).unwrap_or(u32::MAX)
            }
            _ => self.size_octets,
        }
    }

    fn assign_root(&mut self, prefix: &str) {
        if self.is_multipart() {
            self.section = join(prefix, "TEXT");
            self.assign_children(prefix);
        } else {
            self.assign_leaf(join(prefix, "1"));
        }
    }

    fn assign_leaf(&mut self, section: String) {
        if self.is_multipart() {
            self.assign_children(&section);
        } else if let Some(root) = self.children.first_mut() {
            root.assign_root(&section);
        }
        self.section = section;
    }

    fn assign_children(&mut self, prefix: &str) {
        for (index, child) in self.children.iter_mut().enumerate() {
            child.assign_leaf(join(prefix, &index.saturating_add(1).to_string()));
        }
    }
}

impl Disposition {
    /// Reads the disposition's type.
    pub fn from_label(raw: &[u8]) -> Self {
        let word = raw.trim_ascii();
        if word.is_empty() {
            Self::Unspecified
        } else if word.eq_ignore_ascii_case(b"inline") {
            Self::Inline
        } else {
            Self::Attachment
        }
    }
}

fn join(prefix: &str, last: &str) -> String {
    if prefix.is_empty() {
        last.to_owned()
    } else {
        format!("{prefix}.{last}")
    }
}

fn mime_type(media_type: &[u8], subtype: &[u8]) -> String {
    match (token(media_type), token(subtype)) {
        (Some(media), Some(sub)) => format!("{media}/{sub}"),
        // No type at all, and "Content-Type: text" alone, mean RFC 2045 5.2's default.
        (None, None) if media_type.trim_ascii().is_empty() && subtype.trim_ascii().is_empty() => {
            "text/plain".to_owned()
        }
        (Some(media), None) if media == "text" => "text/plain".to_owned(),
        (Some(media), None) if media == "multipart" => "multipart/mixed".to_owned(),
        _ => "application/octet-stream".to_owned(),
    }
}

/// A type is shown in warnings and chosen by; anything but the characters of registered names
/// (RFC 6838 4.2) is a trick or a fault.
fn token(raw: &[u8]) -> Option<String> {
    let word = raw.trim_ascii();
    let fits = !word.is_empty()
        && word.len() <= 127
        && word
            .iter()
            .all(|octet| octet.is_ascii_alphanumeric() || b"!#$&-^_.+*%'".contains(octet));
    fits.then(|| String::from_utf8_lossy(word).to_ascii_lowercase())
}

fn content_id(raw: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(raw);
    let inner = text.trim().trim_start_matches('<').trim_end_matches('>');
    let id: String = inner.chars().filter(|c| !c.is_control()).collect();
    (!id.is_empty() && id.len() <= 998).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charset::without_hook;

    fn part(mime_type: &str, children: Vec<Part>) -> Part {
        Part {
            mime_type: mime_type.into(),
            children,
            ..Part::default()
        }
    }

    fn sections(part: &Part, out: &mut Vec<String>) {
        out.push(part.section.clone());
        for child in &part.children {
            sections(child, out);
        }
    }

    fn all_sections(mut root: Part) -> Vec<String> {
        root.assign_sections();
        let mut out = Vec::new();
        sections(&root, &mut out);
        out
    }

    #[test]
    fn a_single_part_is_section_one() {
        assert_eq!(all_sections(part("text/plain", vec![])), ["1"]);
    }

    #[test]
    fn parts_of_a_multipart_are_numbered_from_one() {
        let root = part(
            "multipart/mixed",
            vec![
                part(
                    "multipart/alternative",
                    vec![part("text/plain", vec![]), part("text/html", vec![])],
                ),
                part("image/png", vec![]),
            ],
        );
        assert_eq!(all_sections(root), ["TEXT", "1", "1.1", "1.2", "2"]);
    }

    /// The example of RFC 9051 6.4.5.1.
    #[test]
    fn embedded_messages_number_their_own_parts() {
        let embedded = part(
            "multipart/mixed",
            vec![part("text/plain", vec![]), part("image/gif", vec![])],
        );
        let root = part(
            "multipart/mixed",
            vec![
                part("text/plain", vec![]),
                part("message/rfc822", vec![part("text/plain", vec![])]),
                part("message/rfc822", vec![embedded]),
            ],
        );
        assert_eq!(
            all_sections(root),
            ["TEXT", "1", "2", "2.1", "3", "3.TEXT", "3.1", "3.2"]
        );
    }

    #[test]
    fn fields_are_decoded_and_cleaned() {
        let fields = PartFields {
            media_type: b"TEXT",
            subtype: b"Plain",
            parameters: vec![
                (b"CHARSET", b"ISO-8859-1"),
                (b"Format", b"Flowed"),
                (b"x-unix-mode", b"0644"),
            ],
            content_id: Some(b"<a@b>"),
            encoding: b"BASE64",
            size_octets: 78,
            disposition: Some(b"ATTACHMENT"),
            disposition_parameters: vec![(b"filename*", b"utf-8''a%2Fr%C3%A4k.txt")],
            ..PartFields::default()
        };
        let part = Part::from_fields(&fields, without_hook);
        assert_eq!(part.mime_type, "text/plain");
        assert_eq!(part.charset.as_deref(), Some("ISO-8859-1"));
        assert_eq!(part.parameter("format"), Some("Flowed"));
        assert_eq!(part.parameter("x-unix-mode"), None);
        assert_eq!(part.content_id.as_deref(), Some("a@b"));
        assert_eq!(part.encoding, TransferEncoding::Base64);
        assert_eq!(part.decoded_size_octets(), 57);
        assert_eq!(part.disposition, Disposition::Attachment);
        assert_eq!(part.name.as_deref(), Some("a_räk.txt"));
    }

    #[test]
    fn types_with_markup_in_them_are_octet_streams() {
        for (media, sub) in [
            (&b"<img src=x>"[..], &b"plain"[..]),
            (b"image", b"\"onload=\""),
            (b"", b"html"),
        ] {
            let fields = PartFields {
                media_type: media,
                subtype: sub,
                ..PartFields::default()
            };
            let part = Part::from_fields(&fields, without_hook);
            assert_eq!(part.mime_type, "application/octet-stream");
        }
    }
}
