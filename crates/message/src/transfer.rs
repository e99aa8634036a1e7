//! Content-Transfer-Encoding (RFC 2045 6): a part's octets as transferred, unwrapped.
//!
//! Decoders take any octets, also a prefix of a part that was cut anywhere (for snippets), and
//! never fail: what does not belong is skipped (Base64) or kept as it stands
//! (quoted-printable). Output is never longer than input.

pub mod base64;
pub mod embedded;
pub mod quoted_printable;
pub mod uuencode;
pub mod yenc;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// How a part's octets are wrapped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TransferEncoding {
    /// Lines of ASCII, as they stand.
    #[default]
    SevenBit,
    /// Lines of octets, as they stand.
    EightBit,
    /// Any octets, as they stand.
    Binary,
    /// `=C3=A4`.
    QuotedPrintable,
    /// `w6Q=`.
    Base64,
    /// `x-uuencode` and its other names.
    Uuencode,
    /// A word we don't know; shown as it stands, and best treated as a file (RFC 2045 6.4).
    Unknown,
}

impl TransferEncoding {
    /// Reads the field's value: case, comments and stray characters around it don't matter.
    pub fn from_label(raw: &[u8]) -> Self {
        let start = match raw.trim_ascii() {
            // "( comment ) base64 ( comment )" is legal, RFC 822 allowed comments anywhere.
            [b'(', rest @ ..] => rest
                .iter()
                .position(|octet| *octet == b')')
                .and_then(|end| rest.get(end.saturating_add(1)..))
                .unwrap_or_default(),
            word => word,
        };
        let word: Vec<u8> = start
            .trim_ascii()
            .iter()
            .skip_while(|octet| matches!(octet, b'"' | b'\''))
            .take_while(|octet| octet.is_ascii_alphanumeric() || **octet == b'-')
            .map(u8::to_ascii_lowercase)
            .collect();
        match word.as_slice() {
            b"" | b"7bit" | b"7-bit" => Self::SevenBit,
            b"8bit" | b"8-bit" => Self::EightBit,
            b"binary" => Self::Binary,
            b"quoted-printable" | b"quotedprintable" | b"qp" => Self::QuotedPrintable,
            b"base64" | b"base-64" => Self::Base64,
            b"uuencode" | b"x-uuencode" | b"x-uue" | b"uue" => Self::Uuencode,
            _ => Self::Unknown,
        }
    }
}

/// Unwraps a part, or the first octets of one.
pub fn decode(encoding: TransferEncoding, octets: &[u8]) -> Cow<'_, [u8]> {
    match encoding {
        TransferEncoding::Base64 => Cow::Owned(base64::decode(octets)),
        TransferEncoding::QuotedPrintable => Cow::Owned(quoted_printable::decode(octets)),
        TransferEncoding::Uuencode => match uuencode::decode(octets) {
            Some(file) => Cow::Owned(file.content),
            None => Cow::Borrowed(octets),
        },
        TransferEncoding::SevenBit
        | TransferEncoding::EightBit
        | TransferEncoding::Binary
        | TransferEncoding::Unknown => Cow::Borrowed(octets),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_through_comments_case_and_quotes() {
        for label in [
            &b"base64"[..],
            b" BASE64 ",
            b"\"base64\"",
            b"( a ) base64 ( a)",
            b"base64 (",
            b"base64;",
        ] {
            assert_eq!(
                TransferEncoding::from_label(label),
                TransferEncoding::Base64
            );
        }
        assert_eq!(
            TransferEncoding::from_label(b""),
            TransferEncoding::SevenBit
        );
        assert_eq!(
            TransferEncoding::from_label(b"rot13"),
            TransferEncoding::Unknown
        );
    }

    #[test]
    fn unknown_encodings_leave_octets_alone() {
        assert_eq!(&*decode(TransferEncoding::Unknown, b"=41QQ=="), b"=41QQ==");
    }
}
