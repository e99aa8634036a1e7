//! Header values as they come in an ENVELOPE: raw octets to text for display.
//!
//! RFC 2047 encoded words, with the faults that mailers make: characters split between words,
//! words without white space around them or with white space in them, missing ends, wrong
//! charsets, and raw 8-bit text beside them. What comes out is one line that can't disturb the
//! page around it: no control characters, no overrides of the writing direction.

pub mod field;
pub mod parameter;

use crate::{
    charset::{self, DecodeCharset},
    limits,
    transfer::{base64, quoted_printable},
};

/// Decodes a Subject, a Content-Description or a comment to one line for display.
///
/// At most [`limits::HEADER_CHARS`] characters, then `…`.
pub fn decode_unstructured(raw: &[u8], hook: DecodeCharset) -> String {
    one_line(&decode_words(raw, hook))
}

/// Decodes the name beside an address; `None` when nothing is left to show.
///
/// Takes quotes and backslashes away that mailers put around or inside the encoded form.
pub fn display_name(raw: &[u8], hook: DecodeCharset) -> Option<String> {
    let decoded = one_line(&decode_words(raw, hook));
    let mut name = decoded.trim();
    for (open, close) in [('"', '"'), ('\'', '\'')] {
        if let Some(inner) = name
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
            && !inner.trim().is_empty()
        {
            name = inner.trim();
        }
    }
    let name = name.replace("\\\"", "\"").replace("\\\\", "\\");
    let visible = name.chars().any(|c| !c.is_whitespace() && !is_invisible(c));
    visible.then_some(name)
}

/// An address for display, from the two halves that an ENVELOPE gives.
///
/// Never decoded (RFC 2047 5 forbids encoded words here, and decoding them is how a false
/// address gets shown); white space, control characters and invisible ones are removed.
pub fn address(local_part: &[u8], domain: &[u8]) -> String {
    let clean = |raw: &[u8]| -> String {
        String::from_utf8_lossy(raw.get(..1_024).unwrap_or(raw))
            .chars()
            .filter(|c| !c.is_whitespace() && !c.is_control() && !is_invisible(*c))
            .collect()
    };
    let (local_part, domain) = (clean(local_part), clean(domain));
    if domain.is_empty() {
        local_part
    } else {
        format!("{local_part}@{domain}")
    }
}

/// Decodes encoded words; keeps every character, control characters included.
pub(crate) fn decode_words(raw: &[u8], hook: DecodeCharset) -> String {
    let raw = raw.get(..limits::HEADER_OCTETS).unwrap_or(raw);
    let mut out = String::with_capacity(raw.len());
    let mut run = Run::default();
    let mut plain_from = raw;
    let mut rest = raw;
    while let Some(at) = find(rest, b"=?") {
        let candidate = rest.get(at..).unwrap_or_default();
        let Some((word, after)) = Word::parse(candidate) else {
            rest = candidate.get(2..).unwrap_or_default();
            continue;
        };
        let plain = plain_from
            .get(..plain_from.len().saturating_sub(candidate.len()))
            .unwrap_or_default();
        // White space between two encoded words is not part of the text (RFC 2047 6.2).
        if !(run.open && plain.iter().all(u8::is_ascii_whitespace)) {
            run.close(&mut out, hook);
            out.push_str(&charset::to_utf8(None, plain, hook));
        }
        run.append(&word, &mut out, hook);
        plain_from = after;
        rest = after;
    }
    run.close(&mut out, hook);
    out.push_str(&charset::to_utf8(None, plain_from, hook));
    out
}

/// Octets of adjacent words in one charset: decoded together, because mailers cut words in the
/// middle of a character (against RFC 2047 5, and it is common).
#[derive(Default)]
struct Run {
    open: bool,
    charset: String,
    octets: Vec<u8>,
}

impl Run {
    fn append(&mut self, word: &Word<'_>, out: &mut String, hook: DecodeCharset) {
        let charset = String::from_utf8_lossy(word.charset);
        if !self.charset.eq_ignore_ascii_case(&charset) {
            self.close(out, hook);
            self.charset = charset.into_owned();
        }
        self.open = true;
        self.octets.extend_from_slice(&word.octets());
    }

    fn close(&mut self, out: &mut String, hook: DecodeCharset) {
        if self.open {
            out.push_str(&charset::to_utf8(Some(&self.charset), &self.octets, hook));
        }
        *self = Self::default();
    }
}

/// `=?charset*language?encoding?text?=`
struct Word<'a> {
    charset: &'a [u8],
    base64: bool,
    text: &'a [u8],
}

impl<'a> Word<'a> {
    /// Reads a word at the start of `raw`; gives back what follows it.
    fn parse(raw: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let rest = raw.strip_prefix(b"=?")?;
        let end = rest.iter().take(64).position(|octet| *octet == b'?')?;
        let (charset, rest) = (rest.get(..end)?, rest.get(end.saturating_add(1)..)?);
        if charset.is_empty() || !charset.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        let [encoding, b'?', text @ ..] = rest else {
            return None;
        };
        let base64 = match encoding {
            b'B' | b'b' => true,
            b'Q' | b'q' => false,
            _ => return None,
        };
        // One look forward, to the end of this word or the start of the next: a value full of
        // beginnings without ends must not be searched to its end for each of them.
        let mut blank = None;
        for (at, pair) in text.windows(2).enumerate() {
            match pair {
                b"?=" => {
                    let word = Self {
                        charset,
                        base64,
                        text: text.get(..at)?,
                    };
                    return Some((word, text.get(at.saturating_add(2)..)?));
                }
                // A raw "=" before the end ("=?=") is a fault that costs one character.
                b"=?" if text.get(at.saturating_add(2)) != Some(&b'=') => return None,
                [octet, _] if blank.is_none() && !octet.is_ascii_graphic() => blank = Some(at),
                _ => {}
            }
        }
        // No end: the value was cut. Up to the next white space.
        let (body, after) = text.split_at_checked(blank.unwrap_or(text.len()))?;
        let body = body.strip_suffix(b"?").unwrap_or(body);
        let word = Self {
            charset,
            base64,
            text: body,
        };
        (!body.is_empty()).then_some((word, after))
    }

    fn octets(&self) -> Vec<u8> {
        if self.base64 {
            base64::decode(self.text)
        } else {
            quoted_printable::decode_q(self.text)
        }
    }
}

/// One line without control characters or overrides of direction, bounded.
pub(crate) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(limits::HEADER_CHARS));
    let mut blank = true;
    for (count, c) in text.chars().enumerate() {
        if count >= limits::HEADER_OCTETS || out.len() >= limits::HEADER_CHARS.saturating_mul(4) {
            break;
        }
        if c == '\0' {
            continue;
        }
        // Runs that come from folding become one blank; a no-break space stays what it is.
        if matches!(
            c,
            '\t' | '\n' | '\r' | ' ' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        ) {
            if !blank {
                out.push(' ');
            }
            blank = true;
        } else if !c.is_control() && !overrides_direction(c) {
            out.push(c);
            blank = false;
        }
    }
    if blank {
        out.truncate(out.trim_end_matches(' ').len());
    }
    if let Some((at, _)) = out.char_indices().nth(limits::HEADER_CHARS) {
        out.truncate(at);
        out.push('…');
    }
    out
}

/// Embeddings, overrides and isolates: they reorder what stands around them.
pub(crate) fn overrides_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Characters without a glyph that can make two texts look alike.
pub(crate) fn is_invisible(c: char) -> bool {
    overrides_direction(c)
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}')
}

pub(crate) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len().max(1))
        .position(|window| window == needle)
}

/// The decoder of every charset for tests: what the browser's TextDecoder is in the app.
#[cfg(test)]
pub(crate) fn test_hook(label: &str, bytes: &[u8]) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(raw: &str) -> String {
        decode_unstructured(raw.as_bytes(), test_hook)
    }

    #[test]
    fn words_of_both_encodings_decode() {
        assert_eq!(decoded("=?utf-8?q?R=C3=A4k_ost?="), "Räk ost");
        assert_eq!(decoded("=?UTF-8?B?UsOkaw==?="), "Räk");
        assert_eq!(decoded("a =?iso-8859-1*sv?Q?=E5?= b"), "a å b");
    }

    #[test]
    fn white_space_between_words_goes_and_around_them_stays() {
        assert_eq!(decoded("=?utf-8?q?a?= \r\n =?utf-8?q?b?= c"), "ab c");
        assert_eq!(decoded("=?utf-8?q?a?= x =?utf-8?q?b?="), "a x b");
    }

    #[test]
    fn a_character_split_between_words_is_whole_again() {
        assert_eq!(decoded("=?utf-8?q?=C3?= =?utf-8?q?=A5?="), "å");
        assert_eq!(decoded("=?UTF-8?B?w6U=?= =?utf-8?q?=C3=A4?="), "åä");
    }

    #[test]
    fn words_in_different_charsets_stand_side_by_side() {
        assert_eq!(decoded("=?iso-8859-1?q?=E5?= =?koi8-r?q?=C1?="), "åа");
    }

    #[test]
    fn words_glued_to_text_decode_all_the_same() {
        assert_eq!(decoded("Re:=?utf-8?q?=C3=A5?=!"), "Re:å!");
        assert_eq!(decoded("=?utf-8?q?a b?="), "a b");
    }

    #[test]
    fn a_missing_end_does_not_hide_the_text() {
        assert_eq!(decoded("=?utf-8?B?UsOkaw=="), "Räk");
        assert_eq!(decoded("=?utf-8?Q?R=C3=A4k? and more"), "Räk and more");
    }

    #[test]
    fn what_is_no_word_stays_as_written() {
        for text in ["=?", "=?=", "=?utf-8?x?a?=", "a =? b ?= c", "=??q?a?="] {
            assert_eq!(decoded(text), text);
        }
    }

    #[test]
    fn raw_text_in_any_charset_is_read() {
        assert_eq!(decode_unstructured("Räk".as_bytes(), test_hook), "Räk");
        assert_eq!(decode_unstructured(b"R\xE4k", test_hook), "Räk");
    }

    #[test]
    fn control_characters_and_overrides_can_not_come_out() {
        assert_eq!(decoded("=?utf-8?q?a=0D=0ABcc:=20b=00c?="), "a Bcc: bc");
        assert_eq!(decoded("=?utf-8?q?gpj=E2=80=AEexe?="), "gpjexe");
        assert_eq!(decoded("a\t \r\n  b"), "a b");
    }

    #[test]
    fn long_values_are_cut_with_a_mark() {
        let subject = decoded(&"å".repeat(limits::HEADER_CHARS.saturating_add(1)));
        assert_eq!(
            subject.chars().count(),
            limits::HEADER_CHARS.saturating_add(1)
        );
        assert!(subject.ends_with('…'));
        let whole = decoded(&"å".repeat(limits::HEADER_CHARS));
        assert_eq!(whole.chars().count(), limits::HEADER_CHARS);
        assert!(!whole.ends_with('…'));
    }

    #[test]
    fn names_lose_their_quotes_and_empty_ones_are_none() {
        let name = |raw: &str| display_name(raw.as_bytes(), test_hook);
        assert_eq!(
            name("\"Åsa \\\"Å\\\" Öst\"").as_deref(),
            Some("Åsa \"Å\" Öst")
        );
        assert_eq!(name("=?utf-8?q?=22a=22?=").as_deref(), Some("a"));
        assert_eq!(name("'O'Brien'").as_deref(), Some("O'Brien"));
        assert_eq!(name("\"\""), Some("\"\"".into()));
        assert_eq!(name(" \u{200B} "), None);
    }

    #[test]
    fn encoded_words_in_addresses_stay_encoded() {
        assert_eq!(
            address(b"=?utf-8?Q?=42=45=47=49=4E?=", b"example.org"),
            "=?utf-8?Q?=42=45=47=49=4E?=@example.org"
        );
        assert_eq!(
            address(b"a\r\nb\0", "ö.example\u{200B}".as_bytes()),
            "ab@ö.example"
        );
        assert_eq!(address(b"undisclosed", b""), "undisclosed");
    }
}
