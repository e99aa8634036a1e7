//! Octets to text, whatever the label says.
//!
//! UTF-8, UTF-16, UTF-7 and the single-byte charsets are decoded here (the tables are
//! mail-parser's); Chinese, Japanese and Korean ones by the caller's [`DecodeCharset`], in the
//! app the browser's TextDecoder, because their tables weigh more than all the rest of this
//! crate. Labels are often missing, unknown or wrong, so the octets have the last word:
//! text that can only be UTF-8 is UTF-8 whatever its label. Never fails: U+FFFD at worst.

mod guess;
mod utf7;

use mail_parser::decoders::charsets::map::charset_decoder;

/// Decodes `bytes` as the charset that `label` names; `None` when it doesn't know the label.
///
/// Labels are lower case, in the spelling of the WHATWG Encoding Standard where it has one.
/// Malformed sequences become U+FFFD.
pub type DecodeCharset = fn(label: &str, bytes: &[u8]) -> Option<String>;

/// A [`DecodeCharset`] that knows none.
pub fn without_hook(_label: &str, _bytes: &[u8]) -> Option<String> {
    None
}

/// Decodes text under its declared charset, or the one that its octets show it to be in.
pub fn to_utf8(label: Option<&str>, bytes: &[u8], hook: DecodeCharset) -> String {
    if let Some(text) = with_byte_order_mark(bytes) {
        return text;
    }
    let label = label.map(normalise).unwrap_or_default();
    match Family::of(&label) {
        Family::Unlabelled => guess::unlabelled(bytes, hook),
        Family::Utf8 => utf8(bytes, hook),
        Family::Utf7 => utf7::decode(bytes),
        Family::Utf16(order) => utf16(bytes, order),
        Family::Iso2022Kr => shifted_korean(bytes, hook),
        Family::Hz => hz(bytes, hook),
        Family::Table { least_utf8 } => {
            if guess::utf8_characters(bytes) >= least_utf8 {
                return String::from_utf8_lossy(bytes).into_owned();
            }
            match charset_decoder(label.as_bytes()).map(|decode| decode(bytes)) {
                Some(text) if !text.contains(char::REPLACEMENT_CHARACTER) => text,
                // The tables have holes, and some are left out.
                Some(text) => hook(&label, bytes).unwrap_or(text),
                None => hook(&label, bytes).unwrap_or_else(|| guess::unlabelled(bytes, hook)),
            }
        }
        Family::Hooked(name) => {
            if name != "iso-2022-jp" && guess::utf8_characters(bytes) >= SURE_UTF8 {
                return String::from_utf8_lossy(bytes).into_owned();
            }
            hook(name, bytes).unwrap_or_else(|| guess::unlabelled(bytes, hook))
        }
    }
}

/// Decodes HTML: where the part's header names no charset, the document's `meta` is asked.
pub fn html_to_utf8(label: Option<&str>, bytes: &[u8], hook: DecodeCharset) -> String {
    let named = label.map(normalise).unwrap_or_default();
    if Family::of(&named) != Family::Unlabelled || guess::utf8_characters(bytes) > 0 {
        return to_utf8(label, bytes, hook);
    }
    let declared = declared_in_meta(bytes);
    // A document that can be read as octets is not in UTF-16, whatever it says (HTML 13.2.3.2).
    let declared = declared.filter(|label| !matches!(Family::of(label), Family::Utf16(_)));
    to_utf8(declared.as_deref().or(label), bytes, hook)
}

/// `charset=` within a `meta` tag of the beginning.
fn declared_in_meta(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..META_OCTETS).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    head.split("<meta").skip(1).find_map(|tag| {
        let tag = tag.split('>').next()?;
        let (_, value) = tag.split_once("charset")?;
        let value = value.trim_start().strip_prefix('=')?.trim_start();
        let label: String = value
            .trim_start_matches(['"', '\''])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
            .collect();
        (!label.is_empty()).then_some(label)
    })
}

/// HTML asks for the first 1,024 octets; mail's editors put comments before their `meta`.
const META_OCTETS: usize = 4_096;

/// Characters of UTF-8 beyond ASCII, and nothing that is not UTF-8, that prove a label other
/// than Latin wrong. One or two can be chance in Chinese or Thai; four in a row can't.
const SURE_UTF8: usize = 4;

/// How a label is dealt with.
#[derive(Debug, PartialEq, Eq)]
enum Family {
    Unlabelled,
    Utf8,
    Utf7,
    Utf16(Option<Order>),
    /// SO/SI around Korean; browsers refuse it (as XSS vector in pages), so it is unshifted here.
    Iso2022Kr,
    /// `~{` `~}` around Chinese; browsers refuse it as well.
    Hz,
    /// One octet, one character. As UTF-8 it is read from this many characters on.
    Table {
        least_utf8: usize,
    },
    /// The hook's, by this name.
    Hooked(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Big,
    Little,
}

impl Family {
    fn of(label: &str) -> Self {
        match label {
            "" | "us-ascii" | "ascii" | "ansi_x3.4-1968" | "iso646-us" | "unknown-8bit"
            | "x-unknown" | "unknown" | "default" | "none" | "binary" | "8bit" | "7bit"
            | "_autodetect" | "_autodetect_all" | "utf-8, us-ascii" => Self::Unlabelled,
            "utf-8" | "utf8" | "utf_8" | "utf-8mb4" | "utf8mb4" | "unicode-1-1-utf-8"
            | "cp65001" | "utf-8-sig" => Self::Utf8,
            "utf-7" | "utf7" | "unicode-1-1-utf-7" | "x-unicode-1-1-utf-7" | "csutf7" => Self::Utf7,
            "utf-16" | "utf16" | "unicode" | "ucs-2" | "iso-10646-ucs-2" => Self::Utf16(None),
            "utf-16le" | "utf16le" => Self::Utf16(Some(Order::Little)),
            "utf-16be" | "utf16be" => Self::Utf16(Some(Order::Big)),
            "iso-2022-kr" | "csiso2022kr" => Self::Iso2022Kr,
            "hz-gb-2312" | "hz" => Self::Hz,
            // Latin letters beyond ASCII hardly ever stand in the pairs that UTF-8 needs.
            "iso-8859-1" | "iso8859-1" | "latin1" | "l1" | "windows-1252" | "cp1252"
            | "iso-8859-15" | "iso8859-15" | "latin-9" | "iso88591" => {
                Self::Table { least_utf8: 1 }
            }
            _ => match hooked(label) {
                Some(name) => Self::Hooked(name),
                None => Self::Table {
                    least_utf8: SURE_UTF8,
                },
            },
        }
    }
}

/// The standard's name of a charset whose tables only the hook has.
fn hooked(label: &str) -> Option<&'static str> {
    Some(match label {
        "iso-2022-jp" | "csiso2022jp" | "iso-2022-jp-1" | "iso-2022-jp-2" | "iso-2022-jp-3"
        | "iso-2022-jp-2004" | "iso-2022-jp-ms" | "cp50220" | "cp50221" | "cp50222" | "jis" => {
            "iso-2022-jp"
        }
        "shift_jis" | "shift-jis" | "shiftjis" | "sjis" | "x-sjis" | "csshiftjis" | "ms_kanji"
        | "ms932" | "cp932" | "x-ms-cp932" | "windows-31j" | "windows-932" | "mskanji" => {
            "shift_jis"
        }
        "euc-jp"
        | "x-euc-jp"
        | "eucjp"
        | "eucjp-ms"
        | "cseucpkdfmtjapanese"
        | "cp51932"
        | "extended_unix_code_packed_format_for_japanese" => "euc-jp",
        "euc-kr" | "euckr" | "cseuckr" | "ks_c_5601-1987" | "ks_c_5601-1989" | "ksc5601"
        | "korean" | "ksc_5601" | "csksc56011987" | "iso-ir-149" | "windows-949" | "cp949"
        | "ms949" | "uhc" | "x-windows-949" | "ks_c_5601" | "ks-c-5601-1987" => "euc-kr",
        "big5" | "big-5" | "big5-hkscs" | "big5hkscs" | "cn-big5" | "csbig5" | "x-x-big5"
        | "cp950" | "ms950" | "windows-950" | "x-big5" => "big5",
        "gb2312" | "gb_2312" | "gb_2312-80" | "gb-2312" | "gbk" | "x-gbk" | "cp936" | "ms936"
        | "windows-936" | "chinese" | "csgb2312" | "csiso58gb231280" | "iso-ir-58" | "euc-cn"
        | "x-euc-cn" | "cn-gb" | "gb18030" | "gb-18030" | "csgb18030" | "csgbk" => "gb18030",
        "windows-874" | "dos-874" | "cp874" | "ms874" | "ibm874" | "cswindows874" => "windows-874",
        "ibm866" | "cp866" | "866" | "csibm866" | "dos-866" => "ibm866",
        "x-user-defined" => "x-user-defined",
        "x-mac-cyrillic" | "x-mac-ukrainian" | "mac-cyrillic" => "x-mac-cyrillic",
        _ => return None,
    })
}

/// Lower case; without the quotes, comments and language tags that get stuck to labels.
fn normalise(label: &str) -> String {
    label
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | ','))
        .split(['*', '(', ';'])
        .next()
        .unwrap_or_default()
        .trim()
        .chars()
        .take(64)
        .collect::<String>()
        .to_ascii_lowercase()
}

fn with_byte_order_mark(bytes: &[u8]) -> Option<String> {
    match bytes {
        [0xEF, 0xBB, 0xBF, text @ ..] => Some(String::from_utf8_lossy(text).into_owned()),
        // Two octets alone could be anything; with a NUL among the text it is UTF-16.
        [0xFF, 0xFE, text @ ..] if text.contains(&0) => Some(utf16(text, Some(Order::Little))),
        [0xFE, 0xFF, text @ ..] if text.contains(&0) => Some(utf16(text, Some(Order::Big))),
        _ => None,
    }
}

/// Labelled UTF-8: a fault here and there becomes U+FFFD, text that is no UTF-8 is guessed.
fn utf8(bytes: &[u8], hook: DecodeCharset) -> String {
    if !bytes.is_ascii() && guess::is_mostly_utf8(bytes, true) {
        String::from_utf8_lossy(bytes).into_owned()
    } else {
        guess::unlabelled(bytes, hook)
    }
}

fn utf16(bytes: &[u8], order: Option<Order>) -> String {
    let (order, bytes) = match (order, bytes) {
        (_, [0xFE, 0xFF, text @ ..]) => (Order::Big, text),
        (_, [0xFF, 0xFE, text @ ..]) => (Order::Little, text),
        (Some(order), text) => (order, text),
        // RFC 2781 4.3 says big without a mark, most writers say little: ASCII tells.
        (None, text) => {
            let zeros = |skip| {
                text.iter()
                    .skip(skip)
                    .step_by(2)
                    .filter(|b| **b == 0)
                    .count()
            };
            if zeros(0) > zeros(1) {
                (Order::Big, text)
            } else {
                (Order::Little, text)
            }
        }
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| match order {
        Order::Big => u16::from_be_bytes(*pair),
        Order::Little => u16::from_le_bytes(*pair),
    });
    let mut text: String = char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    if !rest.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    text
}

/// ISO-2022-KR (RFC 1557): between SO and SI the octets are EUC-KR without their high bit.
fn shifted_korean(bytes: &[u8], hook: DecodeCharset) -> String {
    let mut shifted = false;
    let mut euc = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((octet, after)) = rest.split_first() {
        rest = after;
        match octet {
            0x0E => shifted = true,
            0x0F => shifted = false,
            0x1B if after.starts_with(b"$)C") => rest = after.get(3..).unwrap_or_default(),
            b'\r' | b'\n' => {
                shifted = false;
                euc.push(*octet);
            }
            0x21..=0x7E if shifted => euc.push(octet | 0x80),
            other => euc.push(*other),
        }
    }
    hook("euc-kr", &euc).unwrap_or_else(|| guess::unlabelled(&euc, hook))
}

/// HZ (RFC 1843): between `~{` and `~}` the octets are GB 2312 without their high bit.
fn hz(bytes: &[u8], hook: DecodeCharset) -> String {
    let mut chinese = false;
    let mut gb = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((octet, after)) = rest.split_first() {
        rest = after;
        match (octet, after) {
            (b'~', [b'{', tail @ ..]) => (chinese, rest) = (true, tail),
            (b'~', [b'}', tail @ ..]) => (chinese, rest) = (false, tail),
            (b'~', [b'\n', tail @ ..]) => rest = tail,
            (b'~', [b'~', tail @ ..]) if !chinese => {
                gb.push(b'~');
                rest = tail;
            }
            (b'\n', _) => {
                chinese = false;
                gb.push(b'\n');
            }
            (0x21..=0x7E, _) if chinese => gb.push(octet | 0x80),
            (other, _) => gb.push(*other),
        }
    }
    hook("gb18030", &gb).unwrap_or_else(|| guess::unlabelled(&gb, hook))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::test_hook as hook;

    fn decoded(label: &str, bytes: &[u8]) -> String {
        to_utf8(Some(label), bytes, hook)
    }

    #[test]
    fn each_family_decodes_under_its_label() {
        assert_eq!(decoded("utf-8", "åäö €".as_bytes()), "åäö €");
        assert_eq!(decoded("ISO-8859-1", b"\xE5\xE4\xF6"), "åäö");
        assert_eq!(decoded("iso-8859-15", b"\xA4"), "€");
        assert_eq!(decoded("koi8-r", b"\xF0\xD2\xC9\xD7\xC5\xD4"), "Привет");
        assert_eq!(decoded("utf-16le", b"\xE5\x00b\x00"), "åb");
        assert_eq!(decoded("utf-16", b"\x00a\x00b"), "ab");
        assert_eq!(decoded("utf-7", b"+AOU-b"), "åb");
        assert_eq!(decoded("iso-2022-jp", b"\x1b$B%O\x1b(B!"), "ハ!");
        assert_eq!(decoded("cp932", b"\x83n"), "ハ");
        assert_eq!(decoded("windows-874", b"\xE1\xA1\xA7"), "แกง");
        assert_eq!(decoded("gb2312", b"\xC4\xE3\xBA\xC3"), "你好");
        assert_eq!(decoded("iso-2022-kr", b"\x1b$)C\x0e>H3g\x0f!"), "안녕!");
        assert_eq!(decoded("hz-gb-2312", b"~{Dc:C~}!"), "你好!");
    }

    #[test]
    fn labels_come_with_rubbish_around_them() {
        for label in ["\"utf-8\"", " UTF-8; ", "utf-8*en", "UTF-8 (Unicode)"] {
            assert_eq!(decoded(label, "å".as_bytes()), "å");
        }
    }

    #[test]
    fn utf8_under_a_latin_label_is_read_as_utf8() {
        assert_eq!(decoded("iso-8859-1", "Räksmörgås".as_bytes()), "Räksmörgås");
        assert_eq!(decoded("us-ascii", "Räksmörgås".as_bytes()), "Räksmörgås");
    }

    #[test]
    fn latin_under_a_utf8_label_is_read_as_windows_1252() {
        assert_eq!(decoded("utf-8", b"R\xE4ksm\xF6rg\xE5s"), "Räksmörgås");
        assert_eq!(to_utf8(None, b"\x93R\xE4k\x94", hook), "“Räk”");
    }

    #[test]
    fn html_without_a_label_says_its_charset_itself() {
        let html =
            b"<html><head><META http-equiv=x content='text/html; charset=koi8-r'></head>\xC1";
        assert!(html_to_utf8(None, html, hook).ends_with('а'));
        assert!(html_to_utf8(Some("iso-8859-5"), html, hook).ends_with('С'));
        assert_eq!(
            html_to_utf8(None, "<meta charset=koi8-r>å".as_bytes(), hook),
            "<meta charset=koi8-r>å"
        );
    }

    #[test]
    fn one_fault_in_utf8_costs_one_character() {
        assert_eq!(
            decoded("utf-8", b"\xC3\xA5\xC3\xA4 \xFF \xC3\xB6"),
            "åä \u{FFFD} ö"
        );
    }

    #[test]
    fn utf8_that_a_prefix_cuts_stays_utf8() {
        assert_eq!(to_utf8(None, b"\xC3\xA5\xC3", hook), "å\u{FFFD}");
    }

    #[test]
    fn unlabelled_japanese_escapes_are_seen() {
        assert_eq!(to_utf8(None, b"\x1b$B%O\x1b(B", hook), "ハ");
        assert_eq!(decoded("utf-8", b"\x1b$B%O\x1b(B"), "ハ");
    }

    #[test]
    fn unknown_labels_without_a_hook_still_give_text() {
        assert_eq!(
            to_utf8(Some("x-klingon"), b"qapla\xE5", without_hook),
            "qaplaå"
        );
        assert_eq!(to_utf8(Some("big5"), b"abc", without_hook), "abc");
    }
}
