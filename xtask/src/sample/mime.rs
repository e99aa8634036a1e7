//! Writes messages: headers with encoded words (RFC 2047), parts in any charset and encoding (RFC 2045).
//!
//! Plain and predictable rather than complete; odd messages are written by hand in [`super::odd`].

use encoding_rs::Encoding;

use super::Item;
use super::moment::Moment;

/// Somebody with an address; the name may have any letters.
pub(super) type Person = (&'static str, &'static str);

/// Whose mailbox this is.
pub(super) const ANNA: Person = ("Anna Lindqvist", "anna@samma.test");

/// How a part's octets become lines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Transfer {
    Eight,
    Quoted,
    Base64,
}

/// A body, or a part of one.
pub(super) struct Part {
    headers: String,
    body: Vec<u8>,
}

impl Part {
    /// Plain text in UTF-8; quoted-printable if it must be.
    pub(super) fn text(text: &str) -> Self {
        let transfer = if text.is_ascii() {
            Transfer::Eight
        } else {
            Transfer::Quoted
        };
        Self::text_in("text/plain", "utf-8", transfer, text)
    }

    /// HTML in UTF-8, quoted-printable.
    pub(super) fn html(text: &str) -> Self {
        Self::text_in("text/html", "utf-8", Transfer::Quoted, text)
    }

    /// Text that wraps as wide as the window (RFC 3676): paragraphs are one line here, `>` quotes.
    pub(super) fn flowed(text: &str) -> Self {
        let mut lines = String::new();
        for paragraph in text.lines() {
            let quote = paragraph.len() - paragraph.trim_start_matches('>').len();
            let (marks, words) = paragraph.split_at(quote);
            let mut line = String::new();
            for word in words.split(' ').filter(|word| !word.is_empty()) {
                if line.chars().count() + word.chars().count() > 66 {
                    push_flowed(&mut lines, marks, &line, " ");
                    line.clear();
                }
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            push_flowed(&mut lines, marks, &line, "");
        }
        let transfer = if text.is_ascii() {
            Transfer::Eight
        } else {
            Transfer::Quoted
        };
        Self::text_in(
            "text/plain; format=flowed; delsp=no",
            "utf-8",
            transfer,
            &lines,
        )
    }

    /// Text of any type, in any charset that `encoding_rs` writes.
    pub(super) fn text_in(kind: &str, charset: &str, transfer: Transfer, text: &str) -> Self {
        let crlf = text.replace('\n', "\r\n");
        let octets = encode(charset, &crlf);
        Self::octets(&format!("{kind}; charset={charset}"), "", transfer, &octets)
    }

    /// A file to save.
    pub(super) fn file(kind: &str, name: &str, octets: &[u8]) -> Self {
        let disposition = if name.is_ascii() {
            format!("Content-Disposition: attachment; filename=\"{name}\"\r\n")
        } else {
            // RFC 2231 4.
            let spelt = name.bytes().fold(String::new(), |mut spelt, byte| {
                if byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-' {
                    spelt.push(char::from(byte));
                } else {
                    spelt.push_str(&format!("%{byte:02X}"));
                }
                spelt
            });
            format!("Content-Disposition: attachment; filename*=utf-8''{spelt}\r\n")
        };
        Self::octets(kind, &disposition, Transfer::Base64, octets)
    }

    /// A picture that HTML names by `cid:`.
    pub(super) fn inline(kind: &str, cid: &str, octets: &[u8]) -> Self {
        let headers = format!("Content-ID: <{cid}>\r\nContent-Disposition: inline\r\n");
        Self::octets(kind, &headers, Transfer::Base64, octets)
    }

    /// Any octets with any headers.
    pub(super) fn octets(kind: &str, headers: &str, transfer: Transfer, octets: &[u8]) -> Self {
        let (name, body) = match transfer {
            Transfer::Eight if octets.is_ascii() => ("7bit", octets.to_vec()),
            Transfer::Eight => ("8bit", octets.to_vec()),
            Transfer::Quoted => ("quoted-printable", quoted_printable(octets)),
            Transfer::Base64 => ("base64", lines(&base64(octets))),
        };
        Self {
            headers: format!(
                "Content-Type: {kind}\r\n{headers}Content-Transfer-Encoding: {name}\r\n"
            ),
            body,
        }
    }

    /// Several parts; `kind` is `mixed`, `alternative; ...`, `related` and so on.
    pub(super) fn multi(kind: &str, parts: Vec<Self>) -> Self {
        let inner: Vec<u8> = parts
            .iter()
            .flat_map(|part| part.headers.bytes().chain(part.body.iter().copied()))
            .collect();
        let boundary = format!(
            "=_{}",
            crate::fingerprint::Fingerprint::default()
                .with(&inner)
                .hex()
        );
        let mut body = b"This message has several parts.\r\n".to_vec();
        for part in parts {
            body.extend(format!("\r\n--{boundary}\r\n{}\r\n", part.headers).bytes());
            body.extend(part.body);
        }
        body.extend(format!("\r\n--{boundary}--\r\n").bytes());
        Self {
            headers: format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n"),
            body,
        }
    }
}

fn push_flowed(lines: &mut String, marks: &str, line: &str, soft: &str) {
    let space = if marks.is_empty() { "" } else { " " };
    lines.push_str(&format!("{marks}{space}{line}{soft}\n"));
}

/// A message in the making.
pub(super) struct Letter {
    headers: String,
    charset: &'static str,
    at: Moment,
}

impl Letter {
    /// From somebody to Anna.
    pub(super) fn new(at: Moment, from: Person, subject: &str) -> Self {
        Self::in_charset("utf-8", at, from, subject)
    }

    /// As [`new`](Self::new), its header written in `charset`.
    pub(super) fn in_charset(
        charset: &'static str,
        at: Moment,
        from: Person,
        subject: &str,
    ) -> Self {
        let mut letter = Self {
            headers: String::new(),
            charset,
            at,
        };
        letter.people("From", &[from]);
        letter.words("Subject", subject);
        letter
            .headers
            .push_str(&format!("Date: {}\r\n", at.header()));
        letter
    }

    /// Its `Message-ID`; `id` needs only be unique among the sample.
    pub(super) fn id(mut self, id: &str) -> Self {
        self.headers
            .push_str(&format!("Message-ID: <{id}@sample.example>\r\n"));
        self
    }

    /// Who gets it.
    pub(super) fn to(mut self, people: &[Person]) -> Self {
        self.people("To", people);
        self
    }

    /// Who else gets it.
    pub(super) fn cc(mut self, people: &[Person]) -> Self {
        if !people.is_empty() {
            self.people("Cc", people);
        }
        self
    }

    /// What it answers, the oldest first.
    pub(super) fn answers(mut self, ids: &[String]) -> Self {
        if let Some(last) = ids.last() {
            self.headers
                .push_str(&format!("In-Reply-To: <{last}@sample.example>\r\n"));
            let all: Vec<String> = ids
                .iter()
                .map(|id| format!("<{id}@sample.example>"))
                .collect();
            self.headers
                .push_str(&format!("References: {}\r\n", all.join("\r\n ")));
        }
        self
    }

    /// Any other header, ASCII.
    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// The whole, in `mailbox`.
    pub(super) fn item(self, mailbox: &'static str, flags: &[&'static str], part: Part) -> Item {
        let mut bytes = self.headers.into_bytes();
        bytes.extend(b"MIME-Version: 1.0\r\n");
        bytes.extend(part.headers.bytes());
        bytes.extend(b"\r\n");
        bytes.extend(part.body);
        if !bytes.ends_with(b"\r\n") {
            bytes.extend(b"\r\n");
        }
        Item {
            mailbox,
            flags: flags.to_vec(),
            at: self.at,
            bytes,
        }
    }

    fn people(&mut self, name: &str, people: &[Person]) {
        let list: Vec<String> = people
            .iter()
            .map(|(person, address)| {
                if person.is_ascii() && !person.contains(['.', ',', '\'', '(']) {
                    format!("{person} <{address}>")
                } else if person.is_ascii() {
                    format!("\"{person}\" <{address}>")
                } else {
                    format!("{} <{address}>", self.encoded_words(person))
                }
            })
            .collect();
        self.headers
            .push_str(&format!("{name}: {}\r\n", list.join(",\r\n ")));
    }

    fn words(&mut self, name: &str, text: &str) {
        let value = if text.is_ascii() {
            text.to_owned()
        } else {
            self.encoded_words(text)
        };
        self.headers.push_str(&format!("{name}: {value}\r\n"));
    }

    /// Encoded words of whole characters, each at most 75 long.
    fn encoded_words(&self, text: &str) -> String {
        let mut words = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let mut end = 0;
            let mut octets = Vec::new();
            for (start, character) in rest.char_indices() {
                let next = start + character.len_utf8();
                let longer = encode(self.charset, rest.get(..next).unwrap_or(rest));
                if longer.len() > 39 {
                    break;
                }
                (end, octets) = (next, longer);
            }
            words.push(format!("=?{}?B?{}?=", self.charset, base64(&octets)));
            rest = rest.get(end..).unwrap_or_default();
        }
        words.join("\r\n ")
    }
}

/// `text` in `charset`; the sample holds nothing that its charset can't write.
fn encode(charset: &str, text: &str) -> Vec<u8> {
    let label = if charset.eq_ignore_ascii_case("us-ascii") {
        "utf-8"
    } else {
        charset
    };
    match Encoding::for_label(label.as_bytes()) {
        Some(encoding) => encoding.encode(text).0.into_owned(),
        None => text.as_bytes().to_vec(),
    }
}

/// Standard base64 in one line.
pub(crate) fn base64(octets: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in octets.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, octet| bits << 8 | u32::from(*octet))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = if place <= chunk.len() {
                DIGITS[(bits >> (18 - 6 * place) & 63) as usize]
            } else {
                b'='
            };
            out.push(char::from(digit));
        }
    }
    out
}

fn lines(base64: &str) -> Vec<u8> {
    base64
        .as_bytes()
        .chunks(76)
        .flat_map(|line| line.iter().copied().chain(*b"\r\n"))
        .collect()
}

/// RFC 2045 6.7; CRLF in `octets` stay line ends.
fn quoted_printable(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        let (text, end): (&[u8], &[u8]) = match line.strip_suffix(b"\r\n") {
            Some(text) => (text, b"\r\n"),
            None => (line, b""),
        };
        let mut width = 0;
        for (place, octet) in text.iter().enumerate() {
            let last = place + 1 == text.len();
            let plain =
                (*octet > b' ' && *octet < 127 && *octet != b'=') || (*octet == b' ' && !last);
            let spelt = if plain {
                vec![*octet]
            } else {
                format!("={octet:02X}").into_bytes()
            };
            if width + spelt.len() > 75 {
                out.extend(b"=\r\n");
                width = 0;
            }
            width += spelt.len();
            out.extend(spelt);
        }
        out.extend(end);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads_and_quoted_printable_keeps_lines() {
        assert_eq!(base64(b"Samma"), "U2FtbWE=");
        assert_eq!(base64(b""), "");
        assert_eq!(
            quoted_printable("på = \r\nja".as_bytes()),
            b"p=C3=A5 =3D=20\r\nja"
        );
        assert!(
            quoted_printable(&[b'x'; 300])
                .split(|octet| *octet == b'\n')
                .all(|line| line.len() <= 77)
        );
    }

    #[test]
    fn flowed_lines_end_with_a_space_where_they_go_on() {
        let part = Part::flowed(&format!(">{}\nend", "word ".repeat(30)));
        let text = String::from_utf8(part.body).unwrap();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert!(lines[0].starts_with("> word") && lines[0].ends_with(' '));
        assert!(lines.contains(&"end"));
    }
}
