//! Strings of TNEF: octets in some codepage, or UTF-16.

use super::properties::UNICODE;
use crate::charset::{self, DecodeCharset};

/// A string property up to its NUL; at most `left` octets, which are taken off.
pub(super) fn text(
    octets: &[u8],
    kind: u16,
    codepage: u32,
    left: &mut usize,
    hook: DecodeCharset,
) -> String {
    let octets = octets.get(..*left).unwrap_or(octets);
    *left = left.saturating_sub(octets.len());
    let decoded = if kind == UNICODE {
        let whole = octets.len() & !1;
        charset::to_utf8(
            Some("utf-16le"),
            octets.get(..whole).unwrap_or_default(),
            hook,
        )
    } else {
        let end = octets.iter().position(|octet| *octet == 0);
        let octets = end.and_then(|end| octets.get(..end)).unwrap_or(octets);
        charset::to_utf8(label(codepage).as_deref(), octets, hook)
    };
    match decoded.split_once('\0') {
        Some((text, _)) => text.to_owned(),
        None => decoded,
    }
}

/// A Windows codepage under the name that [`charset`] knows.
pub(super) fn label(codepage: u32) -> Option<String> {
    Some(match codepage {
        1_200 => "utf-16le".to_owned(),
        1_250..=1_258 => format!("windows-{codepage}"),
        20_866 => "koi8-r".to_owned(),
        21_866 => "koi8-u".to_owned(),
        28_591..=28_606 => format!("iso-8859-{}", codepage.saturating_sub(28_590)),
        50_220..=50_222 => "iso-2022-jp".to_owned(),
        51_932 => "euc-jp".to_owned(),
        51_949 => "euc-kr".to_owned(),
        54_936 => "gb18030".to_owned(),
        10_000 => "macintosh".to_owned(),
        65_000 => "utf-7".to_owned(),
        65_001 => "utf-8".to_owned(),
        437..=950 => format!("cp{codepage}"),
        _ => return None,
    })
}

/// The codepage of an RTF font's charset; `None` where the document's holds.
pub(super) fn codepage_of(charset: i32) -> Option<u32> {
    Some(match charset {
        77 => 10_000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1_253,
        162 => 1_254,
        163 => 1_258,
        177 => 1_255,
        178 => 1_256,
        186 => 1_257,
        204 => 1_251,
        222 => 874,
        238 => 1_250,
        _ => return None,
    })
}
