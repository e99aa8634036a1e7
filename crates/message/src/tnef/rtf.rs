//! RTF to what a message said: plain text, or the HTML that was encapsulated (MS-OXRTFEX).
//!
//! In: RTF of any kind, also broken. Out: text without any of its looks. Exchange turns HTML
//! into RTF that carries each tag in an ignorable group, `{\*\htmltag64 <p>}`, and what only
//! RTF needs between `\htmlrtf` and `\htmlrtf0`; taking the ones and leaving the others gives
//! the HTML back. It is as hostile as HTML from anywhere.
//!
//! Word's Rich Text Format specification 1.9.1 for the rest. Pictures, fields' codes, headers
//! and footers are left out.

mod collect;

use std::{collections::BTreeMap, mem};

use super::text::codepage_of;
use crate::{charset::DecodeCharset, limits};
use collect::Collector;

/// What an RTF document turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// A text of its own, or one that was encapsulated (`\fromtext`).
    Text(String),
    /// Encapsulated HTML (`\fromhtml1`).
    Html(String),
}

/// Reads a document; at most [`limits::TNEF_BODY_OCTETS`] of text.
pub(super) fn read(rtf: &[u8], hook: DecodeCharset) -> Body {
    let mut reader = Reader {
        rest: rtf,
        group: Group::default(),
        stack: Vec::new(),
        deeper: 0,
        fonts: BTreeMap::new(),
        codepage: 1_252,
        default_font: 0,
        to_skip: 0,
        is_html: false,
        out: Collector::new(hook),
    };
    while !reader.out.is_full() && reader.step().is_some() {}
    let text = reader.out.finish();
    if reader.is_html {
        Body::Html(text)
    } else {
        Body::Text(text)
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    group: Group,
    stack: Vec<Group>,
    /// Open groups beyond the stack's limit.
    deeper: usize,
    /// Codepages of fonts that have one of their own.
    fonts: BTreeMap<i32, u32>,
    codepage: u32,
    default_font: i32,
    /// Characters still to be left out: the stand-in for a `\u` that was understood.
    to_skip: usize,
    is_html: bool,
    out: Collector,
}

/// What holds until the closing brace.
#[derive(Clone, Copy)]
struct Group {
    destination: Destination,
    /// Between `\htmlrtf` and `\htmlrtf0`.
    is_rtf_only: bool,
    /// Right behind `{\*`: the next word names a destination that may be ignored.
    is_optional: bool,
    font: Option<i32>,
    /// Characters that follow a `\u` for readers that don't know it.
    stand_in: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Destination {
    Text,
    HtmlTag,
    Fonts,
    Ignored,
}

impl Default for Group {
    fn default() -> Self {
        Self {
            destination: Destination::Text,
            is_rtf_only: false,
            is_optional: false,
            font: None,
            stand_in: 1,
        }
    }
}

impl Reader<'_> {
    /// Takes one token; `None` at the end.
    fn step(&mut self) -> Option<()> {
        let (octet, after) = self.rest.split_first()?;
        self.rest = after;
        match octet {
            b'{' => {
                self.to_skip = 0;
                if self.stack.len() < limits::RTF_GROUPS {
                    self.stack.push(self.group);
                } else {
                    self.deeper = self.deeper.saturating_add(1);
                }
                self.group.is_optional = false;
            }
            b'}' => {
                self.to_skip = 0;
                if self.deeper > 0 {
                    self.deeper = self.deeper.saturating_sub(1);
                } else if let Some(group) = self.stack.pop() {
                    self.group = group;
                }
            }
            b'\\' => self.control()?,
            b'\r' | b'\n' | 0 => {}
            octet => self.octet(*octet),
        }
        Some(())
    }

    fn control(&mut self) -> Option<()> {
        let (first, after) = self.rest.split_first()?;
        if first.is_ascii_alphabetic() {
            let letters = self
                .rest
                .iter()
                .take_while(|octet| octet.is_ascii_alphabetic());
            let (word, after) = self.rest.split_at_checked(letters.count())?;
            self.rest = after;
            let parameter = self.parameter();
            self.word(word, parameter);
            return Some(());
        }
        self.rest = after;
        match first {
            b'\'' => {
                let (digits, after) = self.rest.split_first_chunk::<2>()?;
                if let Ok(octet) = u8::from_str_radix(&String::from_utf8_lossy(digits), 16) {
                    self.rest = after;
                    self.octet(octet);
                }
            }
            b'*' => self.group.is_optional = true,
            b'\\' | b'{' | b'}' => self.octet(*first),
            b'~' => self.character('\u{A0}'),
            b'_' => self.character('\u{2011}'),
            b'\r' | b'\n' => self.character('\n'),
            _ => {}
        }
        Some(())
    }

    /// The number behind a word, and the blank that ends it.
    fn parameter(&mut self) -> Option<i32> {
        let (is_negative, digits) = match self.rest {
            [b'-', after @ ..] => (true, after),
            digits => (false, digits),
        };
        let count = digits
            .iter()
            .take_while(|octet| octet.is_ascii_digit())
            .count();
        let mut number = None;
        if let Some((digits, after)) = digits.split_at_checked(count)
            && count > 0
        {
            let value = digits.iter().fold(0_i32, |value, digit| {
                let digit = i32::from(digit.wrapping_sub(b'0'));
                value.saturating_mul(10).saturating_add(digit)
            });
            number = Some(if is_negative {
                value.saturating_neg()
            } else {
                value
            });
            self.rest = after;
        }
        self.rest = self.rest.strip_prefix(b" ").unwrap_or(self.rest);
        number
    }

    fn word(&mut self, word: &[u8], parameter: Option<i32>) {
        if mem::take(&mut self.group.is_optional) {
            self.group.destination = match word {
                b"htmltag" if self.is_html && self.group.destination == Destination::Text => {
                    Destination::HtmlTag
                }
                _ => Destination::Ignored,
            };
            return;
        }
        let number = parameter.unwrap_or_default();
        match word {
            b"u" => {
                // Above 32,767 it is written as a negative number, or as it is against the rule.
                let [.., high, low] = number.to_be_bytes();
                self.unit(u16::from_be_bytes([high, low]));
                self.to_skip = self.group.stand_in;
                return;
            }
            b"uc" => self.group.stand_in = usize::try_from(number).unwrap_or(1).min(16),
            b"bin" => {
                let length = usize::try_from(number).unwrap_or_default();
                self.rest = self.rest.get(length..).unwrap_or_default();
            }
            b"f" => self.group.font = Some(number),
            b"plain" => self.group.font = None,
            b"deff" => self.default_font = number,
            b"fcharset" if self.group.destination == Destination::Fonts => {
                if let (Some(font), Some(codepage)) = (self.group.font, codepage_of(number))
                    && self.fonts.len() < limits::RTF_FONTS
                {
                    self.fonts.insert(font, codepage);
                }
            }
            b"ansicpg" => self.codepage = u32::try_from(number).unwrap_or(1_252),
            b"mac" => self.codepage = 10_000,
            b"pc" => self.codepage = 437,
            b"pca" => self.codepage = 850,
            b"fromhtml" => self.is_html |= number == 1 && self.out.is_empty(),
            b"htmlrtf" => self.group.is_rtf_only = parameter != Some(0),
            b"fonttbl" => self.group.destination = Destination::Fonts,
            b"colortbl" | b"stylesheet" | b"info" | b"pict" | b"header" | b"headerl"
            | b"headerr" | b"headerf" | b"footer" | b"footerl" | b"footerr" | b"footerf"
            | b"nonshppict" | b"filetbl" | b"fldinst" | b"objdata" | b"tc" | b"xe" => {
                self.group.destination = Destination::Ignored;
            }
            b"par" | b"line" | b"row" | b"sect" | b"page" => self.character('\n'),
            b"tab" | b"cell" | b"nestcell" => self.character('\t'),
            b"lquote" => self.character('‘'),
            b"rquote" => self.character('’'),
            b"ldblquote" => self.character('“'),
            b"rdblquote" => self.character('”'),
            b"bullet" => self.character('•'),
            b"endash" => self.character('–'),
            b"emdash" => self.character('—'),
            b"enspace" | b"emspace" => self.character(' '),
            _ => return,
        }
        self.to_skip = 0;
    }

    fn is_shown(&self) -> bool {
        let destination = self.group.destination;
        let is_text = matches!(destination, Destination::Text | Destination::HtmlTag);
        is_text && !(self.is_html && self.group.is_rtf_only)
    }

    /// An octet of text.
    fn octet(&mut self, octet: u8) {
        self.group.is_optional = false;
        if self.to_skip > 0 {
            self.to_skip = self.to_skip.saturating_sub(1);
            return;
        }
        if !self.is_shown() {
            return;
        }
        // Tags are in the document's codepage, whatever the font around them is.
        let codepage = if self.group.destination == Destination::HtmlTag {
            self.codepage
        } else {
            let font = self.group.font.unwrap_or(self.default_font);
            self.fonts.get(&font).copied().unwrap_or(self.codepage)
        };
        self.out.octet(octet, codepage, self.is_escaped());
    }

    fn unit(&mut self, unit: u16) {
        if self.is_shown() {
            self.out.unit(unit, self.is_escaped());
        }
    }

    /// What stands outside of tags is text.
    fn is_escaped(&self) -> bool {
        self.is_html && self.group.destination == Destination::Text
    }

    fn character(&mut self, c: char) {
        let mut units = [0; 2];
        for unit in c.encode_utf16(&mut units) {
            self.unit(*unit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::test_hook;

    fn text(rtf: &str) -> String {
        match read(rtf.as_bytes(), test_hook) {
            Body::Text(text) => text,
            Body::Html(html) => panic!("{html}"),
        }
    }

    fn html(rtf: &str) -> String {
        match read(rtf.as_bytes(), test_hook) {
            Body::Html(html) => html,
            Body::Text(text) => panic!("{text}"),
        }
    }

    #[test]
    fn words_become_text_and_looks_are_left_out() {
        assert_eq!(
            text(
                "{\\rtf1\\ansi{\\fonttbl{\\f0\\fswiss Arial;}}{\\colortbl;\\red0;}{\\*\\generator Riched20;}\r\n\
                 \\pard\\b Hello\\b0 , w\\'f6rld\\par\r\n1\\tab 2\\~3 \\{x\\}\\par}"
            ),
            "Hello, wörld\n1\t2\u{A0}3 {x}\n"
        );
    }

    #[test]
    fn fonts_have_their_charsets() {
        let rtf = "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 A;}{\\f1\\fcharset204 B;}{\\f2\\fcharset128 C;}}\
                   \\'e5{\\f1\\'cf\\'f0}\\f2\\'83n\\plain\\'e5}";
        assert_eq!(text(rtf), "åПрハå");
    }

    #[test]
    fn unicode_takes_the_place_of_its_stand_in() {
        assert_eq!(text("{\\rtf1 a\\u8217\\'92b\\u8211?c}"), "a’b–c");
        assert_eq!(text("{\\rtf1\\uc2 \\u26085\\'93\\'fa!}"), "日!");
        assert_eq!(text("{\\rtf1\\uc0 \\u-10179\\u-8704.}"), "😀.");
        assert_eq!(text("{\\rtf1 \\u55357?x}"), "\u{FFFD}x");
    }

    #[test]
    fn encapsulated_html_comes_out() {
        let rtf = "{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl{\\f0\\fswiss Arial;}}\n\
            {\\*\\htmltag18 <html>}{\\*\\htmltag64 <p>}\\htmlrtf \\par {\\b\\htmlrtf0 \
            A {\\*\\htmltag84 &amp;}\\htmlrtf &\\htmlrtf0  b\\'e9 1<2\
            \\htmlrtf }\\htmlrtf0 {\\*\\mhtmltag64 <x>}{\\*\\htmltag72 </p>}\\par{\\*\\htmltag4 \\par }{\\*\\htmltag19 <style>a \\{ b \\}</style>}}";
        assert_eq!(
            html(rtf),
            "<html><p>A &amp; bé 1&lt;2</p>\n\n<style>a { b }</style>"
        );
    }

    #[test]
    fn tags_in_a_document_of_its_own_are_ignored() {
        assert_eq!(text("{\\rtf1\\fromtext a{\\*\\htmltag1 <b>}c}"), "ac");
    }

    #[test]
    fn binary_data_is_stepped_over() {
        assert_eq!(text("{\\rtf1 a{\\pict\\bin4 }}}}}b}"), "ab");
        assert_eq!(text("{\\rtf1 a\\bin99999999999 b}"), "a");
    }

    #[test]
    fn groups_beyond_the_limit_still_close() {
        let deep = limits::RTF_GROUPS + 10;
        let rtf = format!("{}x{}y", "{".repeat(deep), "}".repeat(deep));
        assert_eq!(text(&rtf), "xy");
    }

    #[test]
    fn broken_documents_give_what_is_there() {
        for rtf in [
            "",
            "\\",
            "{\\u",
            "{\\'4",
            "}}}a",
            "{\\*",
            "\\u-",
            "{\\fonttbl{\\f",
        ] {
            let _ = read(rtf.as_bytes(), test_hook);
        }
        assert_eq!(text("}}}a"), "a");
    }
}
