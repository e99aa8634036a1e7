//! The charset of text that does not say, or says wrong.
//!
//! In order: ASCII with ISO-2022 escapes, UTF-8 (nothing else looks like it), mostly UTF-8, and
//! then by the share of octets beyond ASCII: little of it is a Latin script in windows-1252,
//! much of it is Cyrillic or an East Asian script, told apart by which decoding makes sense.

use std::str;

use mail_parser::decoders::charsets::map::charset_decoder;

use super::{DecodeCharset, shifted_korean};

/// Decodes text without a usable label.
pub(super) fn unlabelled(bytes: &[u8], hook: DecodeCharset) -> String {
    if bytes.is_ascii() {
        if let Some(text) = escaped(bytes, hook) {
            return text;
        }
        return String::from_utf8_lossy(bytes).into_owned();
    }
    if is_mostly_utf8(bytes, false) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    if let Some(text) = escaped(bytes, hook) {
        return text;
    }
    if is_dense(bytes)
        && let Some(text) = likeliest(bytes, hook)
    {
        return text;
    }
    table("windows-1252", bytes)
}

/// Characters beyond ASCII if the whole is UTF-8 (an incomplete last one aside), else 0.
pub(super) fn utf8_characters(bytes: &[u8]) -> usize {
    let valid = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(fault) if fault.error_len().is_none() => bytes
            .get(..fault.valid_up_to())
            .and_then(|head| str::from_utf8(head).ok())
            .unwrap_or_default(),
        Err(_) => return 0,
    };
    valid.chars().filter(|c| !c.is_ascii()).count()
}

/// Whether there is more UTF-8 in it than faults: text with a damaged character, or two texts
/// glued together, is better shown as UTF-8.
pub(super) fn is_mostly_utf8(bytes: &[u8], labelled: bool) -> bool {
    let mut whole: usize = 0;
    let mut faults: usize = 0;
    for chunk in bytes.utf8_chunks() {
        whole = whole.saturating_add(chunk.valid().chars().filter(|c| !c.is_ascii()).count());
        if !chunk.invalid().is_empty() {
            faults = faults.saturating_add(1);
        }
    }
    // An incomplete character at the end is what cutting makes, and no fault; without a label
    // there must be whole ones too, for "\xE4" alone is Latin.
    if let Err(fault) = str::from_utf8(bytes)
        && fault.error_len().is_none()
        && (labelled || whole > 0)
    {
        faults = 0;
    }
    faults == 0 || whole > faults
}

fn escaped(bytes: &[u8], hook: DecodeCharset) -> Option<String> {
    let escape = bytes.iter().position(|octet| *octet == 0x1B)?;
    let after = bytes.get(escape.saturating_add(1)..)?;
    match after {
        [b'$', b')', b'C', ..] => Some(shifted_korean(bytes, hook)),
        [b'$', b'B' | b'@' | b'(', ..] | [b'(', b'J' | b'I', ..] => hook("iso-2022-jp", bytes),
        _ => None,
    }
}

/// Whether so many octets are beyond ASCII that the script can't be Latin.
fn is_dense(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|octet| !octet.is_ascii()).count();
    let letters = bytes
        .iter()
        .filter(|octet| octet.is_ascii_alphabetic())
        .count();
    high >= 4 && high > letters
}

fn likeliest(bytes: &[u8], hook: DecodeCharset) -> Option<String> {
    let tables = ["windows-1251", "koi8-r"];
    let hooked = ["gb18030", "shift_jis", "euc-jp", "euc-kr", "big5"];
    // The Chinese and Korean charsets have kana too, at the places of EUC-JP's.
    let is_japanese = |label: &str| matches!(label, "shift_jis" | "euc-jp");
    // Tried on the beginning: seven decodings of a large text would take a second.
    let sample = bytes.get(..SAMPLE_OCTETS).unwrap_or(bytes);
    let (_, label) =
        tables
            .iter()
            .map(|label| (score(&table(label, sample), false), *label))
            .chain(hooked.iter().filter_map(|label| {
                Some((score(&hook(label, sample)?, is_japanese(label)), *label))
            }))
            .filter(|(score, _)| *score > 0)
            // The first of equals, hence not `max_by_key`.
            .reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    if tables.contains(&label) {
        Some(table(label, bytes))
    } else {
        hook(label, bytes)
    }
}

const SAMPLE_OCTETS: usize = 4_096;

/// How much a decoding looks like writing, from -1,000 to 1,000 per thousand characters.
///
/// Wrong decodings show as U+FFFD, as letters of rare blocks, and in Cyrillic as capitals within
/// words (KOI8 and 1251 have the cases swapped).
fn score(text: &str, japanese: bool) -> i64 {
    let mut points: i64 = 0;
    let mut counted: i64 = 0;
    let mut previous_small = false;
    for c in text.chars().filter(|c| !c.is_ascii()) {
        counted = counted.saturating_add(1);
        points = points.saturating_add(match c {
            'А'..='Я' | 'Ё' if previous_small => -4,
            'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' => 2,
            // Kana and the syllables and ideographs in daily use, taken by frequency.
            'ぁ'..='ん' | 'ァ'..='ヶ' | 'ー' if !japanese => 0,
            'ぁ'..='ん' | 'ァ'..='ヶ' | 'ー' | '、' | '。' | '，' | '！' | '？' => 3,
            '가'..='힣' => 2,
            '\u{4E00}'..='\u{9FFF}' if COMMON_IDEOGRAPHS.contains(c) => 4,
            '\u{4E00}'..='\u{9FFF}' => 1,
            // Half-width kana is what Shift_JIS makes of other East Asian octets.
            '\u{FF61}'..='\u{FF9F}' => -2,
            char::REPLACEMENT_CHARACTER => -10,
            '\u{80}'..='\u{9F}' | '\u{E000}'..='\u{F8FF}' => -8,
            _ => -1,
        });
        previous_small = matches!(c, 'а'..='я' | 'ё');
    }
    points
        .saturating_mul(1_000)
        .checked_div(counted)
        .unwrap_or(0)
}

/// Among the most frequent of Chinese (both scripts) and Japanese text.
const COMMON_IDEOGRAPHS: &str = "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次東政府市民時開國會們來這說對學經發業從種個為電話請謝您公司信郵件件年月日本語御座様送致申願";

fn table(label: &str, bytes: &[u8]) -> String {
    charset_decoder(label.as_bytes())
        .map(|decode| decode(bytes))
        .unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::test_hook as hook;

    #[test]
    fn russian_without_a_label_is_read_in_either_charset() {
        let text = "Привет, мир! Как дела?";
        let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode(text);
        let (koi8, _, _) = encoding_rs::KOI8_R.encode(text);
        assert_eq!(unlabelled(&cyrillic, hook), text);
        assert_eq!(unlabelled(&koi8, hook), text);
    }

    #[test]
    fn east_asian_text_without_a_label_is_read() {
        for (encoding, text) in [
            (encoding_rs::GBK, "你好，我们明天在公司开会，请准时到。"),
            (encoding_rs::BIG5, "您好，我們明天在公司開會，請準時到。"),
            (encoding_rs::SHIFT_JIS, "こんにちは、お元気ですか。"),
            (encoding_rs::EUC_JP, "こんにちは、お元気ですか。"),
            (encoding_rs::EUC_KR, "안녕하세요 반갑습니다"),
        ] {
            let (bytes, _, _) = encoding.encode(text);
            assert_eq!(unlabelled(&bytes, hook), text, "{}", encoding.name());
        }
    }

    #[test]
    fn swedish_without_a_label_is_latin() {
        assert_eq!(unlabelled(b"R\xE4ksm\xF6rg\xE5s", hook), "Räksmörgås");
        assert_eq!(unlabelled(b"\xC5\xC4\xD6", hook), "ÅÄÖ");
    }
}
