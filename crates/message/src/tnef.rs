//! `winmail.dat`: the file that Outlook packs a message's rich text and attachments into.
//!
//! In: the octets of an `application/ms-tnef` part. Out: subject, body and attachments, the
//! latter as ranges of the input, so that nothing large is copied. Messages attached to the
//! message are unpacked the same way, [`limits::TNEF_DEPTH`] levels deep.
//!
//! Checksums are not looked at, and a file that breaks off or has rubbish behind it gives what
//! was found before: an attachment that can be saved matters more than a fault in a frame.
//!
//! MS-OXTNEF (the stream), MS-OXCDATA 2.11 (property types), MS-OXRTFCP (compressed RTF),
//! MS-OXRTFEX (HTML within RTF).

mod body;
mod properties;
mod rtf;
mod rtf_compressed;
mod text;

use std::{mem, ops::Range};

use crate::{charset::DecodeCharset, filename, header, limits};
use body::BodySources;
use properties::{BINARY, Cursor, INTEGER32, OBJECT, Properties, Property, STRING8, UNICODE};
use text::text;

/// What was in a TNEF file, or in a message embedded in one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// One line, safe to show; empty if there is none.
    pub subject: String,
    /// The body as plain text, if there is one. What only RTF told is in here too.
    pub text: Option<String>,
    /// The body as HTML, as hostile as any; also what was encapsulated in RTF.
    pub html: Option<String>,
    /// In the order of the file; [`limits::PARTS`] of them at most, embedded ones included.
    pub attachments: Vec<Attachment>,
    /// Whether the stream broke off, or there is more than the limits let through.
    pub is_incomplete: bool,
}

/// A file or a message that was attached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attachment {
    /// Cleaned, and never empty; of a message its subject, if it has one.
    pub name: String,
    /// As the sender gave it, in lower case; empty where it was not given or is no type.
    pub mime_type: String,
    /// Without angle brackets, as `cid:` links in the HTML name it.
    pub content_id: Option<String>,
    /// Where its octets are in the input given to [`unpack`], on every level.
    pub range: Range<usize>,
    /// What the octets are.
    pub kind: AttachmentKind,
}

/// What an attachment's octets are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum AttachmentKind {
    /// A file as it was attached.
    #[default]
    File,
    /// A message, itself in TNEF.
    Message(Box<Unpacked>),
    /// An object of another program (OLE); the octets are its storage.
    Object,
}

/// Unpacks a TNEF file; `None` when it is none.
pub fn unpack(octets: &[u8], hook: DecodeCharset) -> Option<Unpacked> {
    let mut budget = Budget {
        attachments: limits::PARTS,
        body_octets: limits::TNEF_BODY_OCTETS,
        hook,
    };
    message(octets, 0..octets.len(), 0, &mut budget)
}

/// What may still be taken out, all levels together.
struct Budget {
    attachments: usize,
    body_octets: usize,
    hook: DecodeCharset,
}

fn message(
    octets: &[u8],
    range: Range<usize>,
    depth: usize,
    budget: &mut Budget,
) -> Option<Unpacked> {
    let mut cursor = Cursor::new(octets, range);
    if cursor.u32()? != SIGNATURE {
        return None;
    }
    // The key, which ties attachments to places in the text.
    cursor.u16()?;
    let mut builder = Builder {
        octets,
        depth,
        codepage: 0,
        subject: None,
        body: BodySources::default(),
        open: None,
        out: Unpacked::default(),
    };
    while !cursor.is_empty() {
        let Some(attribute) = Attribute::read(&mut cursor) else {
            builder.out.is_incomplete = true;
            break;
        };
        builder.attribute(&attribute, budget);
    }
    Some(builder.finish(budget))
}

const SIGNATURE: u32 = 0x223E_9F78;

/// MS-OXTNEF 2.1.1: level, identifier with type, length, data, checksum.
struct Attribute {
    is_of_attachment: bool,
    id: u16,
    data: Range<usize>,
}

impl Attribute {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let level = cursor.u8()?;
        let id = cursor.u16()?;
        let _kind = cursor.u16()?;
        let length = usize::try_from(cursor.u32()?).ok()?;
        if !matches!(level, 1 | 2) {
            return None;
        }
        // What breaks off within its data is used as far as it goes; the next read tells.
        let data = cursor.take_most(length);
        if data.len() == length {
            let _checksum = cursor.u16();
        } else if data.is_empty() {
            return None;
        }
        Some(Self {
            is_of_attachment: level == 2,
            id,
            data,
        })
    }
}

/// Attribute identifiers without their types (MS-OXTNEF 2.1.3.2).
mod id {
    pub(super) const SUBJECT: u16 = 0x8004;
    pub(super) const BODY: u16 = 0x800C;
    pub(super) const ATTACH_DATA: u16 = 0x800F;
    pub(super) const ATTACH_TITLE: u16 = 0x8010;
    pub(super) const ATTACH_TRANSPORT_NAME: u16 = 0x9001;
    pub(super) const ATTACH_RENDER: u16 = 0x9002;
    pub(super) const MESSAGE_PROPERTIES: u16 = 0x9003;
    pub(super) const ATTACH_PROPERTIES: u16 = 0x9005;
    pub(super) const CODEPAGE: u16 = 0x9007;
}

struct Builder<'a> {
    octets: &'a [u8],
    depth: usize,
    /// 0 while none was given.
    codepage: u32,
    subject: Option<String>,
    body: BodySources,
    open: Option<OpenAttachment>,
    out: Unpacked,
}

/// What is known of the attachment that the stream is in.
#[derive(Default)]
struct OpenAttachment {
    /// The least telling first.
    names: [Option<String>; 5],
    mime_type: String,
    content_id: Option<String>,
    data: Option<Range<usize>>,
    object: Option<(bool, Range<usize>)>,
}

impl Builder<'_> {
    fn attribute(&mut self, attribute: &Attribute, budget: &mut Budget) {
        let data = attribute.data.clone();
        if attribute.is_of_attachment {
            if attribute.id == id::ATTACH_RENDER || self.open.is_none() {
                self.close(budget);
                if budget.attachments == 0 {
                    self.out.is_incomplete = true;
                    return;
                }
                budget.attachments = budget.attachments.saturating_sub(1);
                self.open = Some(OpenAttachment::default());
            }
            self.attachment(attribute.id, data, budget.hook);
            return;
        }
        match attribute.id {
            id::SUBJECT => self.subject = Some(self.line(STRING8, data, budget.hook)),
            // The property, which can be Unicode, is the better one.
            id::BODY if self.body.plain.is_none() => self.body.plain = Some((STRING8, data)),
            id::CODEPAGE => {
                self.codepage = Cursor::new(self.octets, data).u32().unwrap_or_default();
            }
            id::MESSAGE_PROPERTIES => {
                for property in Properties::new(self.octets, data) {
                    self.message_property(property, budget.hook);
                }
            }
            _ => {}
        }
    }

    fn message_property(&mut self, property: Property, hook: DecodeCharset) {
        let Property { id, kind, value } = property;
        match (id, kind) {
            // PidTagSubject, which has what PidTagNormalizedSubject lacks: "Re: ".
            (0x0037, STRING8 | UNICODE) => self.subject = Some(self.line(kind, value, hook)),
            (0x1000, STRING8 | UNICODE) => self.body.plain = Some((kind, value)),
            (0x1009, BINARY) => self.body.rtf = Some(value),
            (0x1013, STRING8 | UNICODE | BINARY) => self.body.html = Some((kind, value)),
            (0x3FDE, INTEGER32) => {
                self.body.html_codepage = Cursor::new(self.octets, value).u32().unwrap_or_default();
            }
            (0x3FFD, INTEGER32) if self.codepage == 0 => {
                self.codepage = Cursor::new(self.octets, value).u32().unwrap_or_default();
            }
            _ => {}
        }
    }

    fn attachment(&mut self, id: u16, data: Range<usize>, hook: DecodeCharset) {
        let Some(mut open) = self.open.take() else {
            return;
        };
        let [transport, display, short, title, long] = &mut open.names;
        match id {
            id::ATTACH_DATA => open.data = Some(data),
            id::ATTACH_TITLE => *title = Some(self.line(STRING8, data, hook)),
            id::ATTACH_TRANSPORT_NAME => *transport = Some(self.line(STRING8, data, hook)),
            id::ATTACH_PROPERTIES => {
                for Property { id, kind, value } in Properties::new(self.octets, data) {
                    match (id, kind) {
                        (0x3001, STRING8 | UNICODE) => {
                            *display = Some(self.line(kind, value, hook));
                        }
                        (0x3704, STRING8 | UNICODE) => *short = Some(self.line(kind, value, hook)),
                        (0x3707, STRING8 | UNICODE) => *long = Some(self.line(kind, value, hook)),
                        (0x370E, STRING8 | UNICODE) => {
                            open.mime_type = mime_type(&self.line(kind, value, hook));
                        }
                        (0x3712, STRING8 | UNICODE) => {
                            open.content_id = content_id(&self.line(kind, value, hook));
                        }
                        (0x3701, BINARY) if open.data.is_none() => open.data = Some(value),
                        (0x3701, OBJECT) => open.object = self.object(value),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        self.open = Some(open);
    }

    /// An object's interface and its octets.
    fn object(&self, value: Range<usize>) -> Option<(bool, Range<usize>)> {
        let mut cursor = Cursor::new(self.octets, value);
        let interface = cursor.take(16)?;
        let is_message = self.octets.get(interface)? == INTERFACE_MESSAGE;
        Some((is_message, cursor.rest()))
    }

    /// Lists the attachment that ends here.
    fn close(&mut self, budget: &mut Budget) {
        let Some(open) = self.open.take() else {
            return;
        };
        let mut name = open.names.into_iter().rev().flatten();
        let mut name = name.find_map(|name| Some(filename::clean(&name)).filter(|n| !n.is_empty()));
        let (range, kind) = match open.object {
            Some((true, range)) => {
                let below = self.depth.saturating_add(1);
                let inner = (below < limits::TNEF_DEPTH)
                    .then(|| message(self.octets, range.clone(), below, budget))
                    .flatten();
                self.out.is_incomplete |= inner.is_none();
                let inner = inner.unwrap_or_default();
                // Outlook calls most of them "Untitled Attachment".
                let subject = filename::clean(&inner.subject);
                name = Some(subject).filter(|subject| !subject.is_empty()).or(name);
                (range, AttachmentKind::Message(Box::new(inner)))
            }
            Some((false, range)) => (range, AttachmentKind::Object),
            None => (open.data.unwrap_or_default(), AttachmentKind::File),
        };
        let number = self.out.attachments.len().saturating_add(1).to_string();
        self.out.attachments.push(Attachment {
            name: name.unwrap_or_else(|| filename::fallback(&open.mime_type, &number)),
            mime_type: open.mime_type,
            content_id: open.content_id,
            range,
            kind,
        });
    }

    fn finish(mut self, budget: &mut Budget) -> Unpacked {
        self.close(budget);
        self.out.subject = self.subject.take().unwrap_or_default();
        mem::take(&mut self.body).read(self.octets, self.codepage, budget, &mut self.out);
        self.out
    }

    fn line(&self, kind: u16, value: Range<usize>, hook: DecodeCharset) -> String {
        let mut left = limits::TNEF_LINE_OCTETS;
        header::one_line(&text(
            self.octets.get(value).unwrap_or_default(),
            kind,
            self.codepage,
            &mut left,
            hook,
        ))
    }
}

fn mime_type(given: &str) -> String {
    let is_type = given.split('/').count() == 2
        && given.len() <= 127
        && given.split('/').all(|half| {
            let plain = |octet: u8| octet.is_ascii_alphanumeric() || b"-_.+".contains(&octet);
            !half.is_empty() && half.bytes().all(plain)
        });
    if is_type {
        given.to_ascii_lowercase()
    } else {
        String::new()
    }
}

fn content_id(given: &str) -> Option<String> {
    let id = given.trim().trim_start_matches('<').trim_end_matches('>');
    (!id.is_empty()).then(|| id.to_owned())
}

/// IID_IMessage: {00020307-0000-0000-C000-000000000046}.
const INTERFACE_MESSAGE: [u8; 16] = [
    0x07, 0x03, 0x02, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46,
];
