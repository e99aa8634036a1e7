//! Text that RTF gives octet by octet, collected until its characters are whole.
//!
//! In: octets with the codepage they are in, UTF-16 units from `\u`. Out: a string.

use std::mem;

use crate::{
    charset::{self, DecodeCharset},
    limits,
    tnef::text::label,
};

pub(super) struct Collector {
    hook: DecodeCharset,
    /// Octets of one codepage: its characters can be two octets long.
    octets: Vec<u8>,
    codepage: u32,
    /// Units behind those octets: characters can be two units long.
    units: Vec<u16>,
    /// Whether what is collected is text within HTML, whose signs are no markup.
    is_escaped: bool,
    out: String,
}

impl Collector {
    pub(super) fn new(hook: DecodeCharset) -> Self {
        Self {
            hook,
            octets: Vec::new(),
            codepage: 0,
            units: Vec::new(),
            is_escaped: false,
            out: String::new(),
        }
    }

    pub(super) fn octet(&mut self, octet: u8, codepage: u32, is_escaped: bool) {
        let is_other = codepage != self.codepage || is_escaped != self.is_escaped;
        if is_other || !self.units.is_empty() {
            self.flush();
        }
        (self.codepage, self.is_escaped) = (codepage, is_escaped);
        self.octets.push(octet);
    }

    pub(super) fn unit(&mut self, unit: u16, is_escaped: bool) {
        if is_escaped != self.is_escaped {
            self.flush();
        }
        self.is_escaped = is_escaped;
        self.units.push(unit);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.out.is_empty() && self.octets.is_empty() && self.units.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.out.len() >= limits::TNEF_BODY_OCTETS
    }

    pub(super) fn finish(mut self) -> String {
        self.flush();
        self.out
    }

    fn flush(&mut self) {
        let octets = mem::take(&mut self.octets);
        let mut text = if octets.is_ascii() {
            String::from_utf8(octets).unwrap_or_default()
        } else {
            charset::to_utf8(label(self.codepage).as_deref(), &octets, self.hook)
        };
        let units = char::decode_utf16(mem::take(&mut self.units));
        text.extend(units.map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
        if !self.is_escaped {
            self.out.push_str(&text);
            return;
        }
        for c in text.chars() {
            match c {
                _ if self.is_full() => break,
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '&' => self.out.push_str("&amp;"),
                c => self.out.push(c),
            }
        }
    }
}
