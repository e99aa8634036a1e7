//! Values of MIME parameters (RFC 2231): continuations, percent-encoding, charset and language;
//! and RFC 2047 words in them, which is not allowed and what many mailers do.

use crate::{
    charset::{self, DecodeCharset},
    header::decode_words,
    limits,
    transfer::quoted_printable::hex,
};

/// The decoded value of the parameter `name` among raw pairs; `None` if it is not there.
///
/// Forms with charset (`name*`, `name*0*`) win over the plain one, which is the fallback that
/// mailers write beside them for old readers (RFC 6266 4.3 says the same for HTTP). Control
/// characters are not removed: the value may still be cut at them or cleaned by the caller.
pub fn decode<N, V>(pairs: &[(N, V)], name: &str, hook: DecodeCharset) -> Option<String>
where
    N: AsRef<[u8]>,
    V: AsRef<[u8]>,
{
    let mut plain: Option<&[u8]> = None;
    let mut segments: Vec<Segment<'_>> = Vec::new();
    for (key, value) in pairs {
        let (key, value) = (key.as_ref().trim_ascii(), value.as_ref());
        let Some((head, tail)) = key.split_at_checked(name.len()) else {
            continue;
        };
        if !head.eq_ignore_ascii_case(name.as_bytes()) {
            continue;
        }
        if tail.is_empty() {
            // The first one counts: a second is a fault, or an attempt to show two names.
            plain = plain.or(Some(value));
        } else if let Some(segment) = Segment::parse(tail, value)
            && segments.len() < limits::PARAMETER_SEGMENTS
        {
            segments.push(segment);
        }
    }
    if segments.is_empty() {
        return plain.map(|value| plain_value(value, hook));
    }
    // Order of arrival means nothing (RFC 2231 3); a stable sort keeps the first of doubles.
    segments.sort_by_key(|segment| segment.index);
    segments.dedup_by_key(|segment| segment.index);
    Some(joined(&segments, hook))
}

/// `*0*` and its value.
struct Segment<'a> {
    index: u32,
    encoded: bool,
    value: &'a [u8],
}

impl<'a> Segment<'a> {
    fn parse(suffix: &[u8], value: &'a [u8]) -> Option<Self> {
        let rest = suffix.strip_prefix(b"*")?;
        let (digits, encoded) = match rest.strip_suffix(b"*") {
            Some(digits) => (digits, true),
            None => (rest, rest.is_empty()),
        };
        let index = if digits.is_empty() {
            0
        } else {
            std::str::from_utf8(digits).ok()?.parse().ok()?
        };
        Some(Self {
            index,
            encoded,
            value,
        })
    }
}

fn joined(segments: &[Segment<'_>], hook: DecodeCharset) -> String {
    let mut label: Option<String> = None;
    let mut octets = Vec::new();
    for (position, segment) in segments.iter().enumerate() {
        let mut value = segment.value;
        if segment.encoded {
            if position == 0
                && let Some((charset, text)) = charset_and_text(value)
            {
                label = Some(String::from_utf8_lossy(charset).into_owned());
                value = text;
            }
            percent_decode(value, &mut octets);
        } else {
            octets.extend_from_slice(value);
        }
        if octets.len() > limits::HEADER_OCTETS {
            break;
        }
    }
    match label.filter(|label| !label.is_empty()) {
        Some(label) => charset::to_utf8(Some(&label), &octets, hook),
        None => plain_value(&octets, hook),
    }
}

/// Splits `charset'language'text`. Without both apostrophes there is no charset.
fn charset_and_text(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut pieces = value.splitn(3, |octet| *octet == b'\'');
    let (charset, _language, text) = (pieces.next()?, pieces.next()?, pieces.next()?);
    Some((charset, text))
}

fn percent_decode(value: &[u8], out: &mut Vec<u8>) {
    let mut rest = value;
    while let Some((octet, after)) = rest.split_first() {
        rest = after;
        if let (b'%', [high, low, tail @ ..]) = (octet, after)
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            out.push(high << 4 | low);
            rest = tail;
        } else {
            out.push(*octet);
        }
    }
}

/// A value without RFC 2231: raw text in any charset, or RFC 2047 words.
fn plain_value(value: &[u8], hook: DecodeCharset) -> String {
    decode_words(value, hook)
}

#[cfg(test)]
mod tests {
    use super::decode;
    use crate::header::test_hook;

    fn value(pairs: &[(&str, &str)]) -> Option<String> {
        decode(pairs, "filename", test_hook)
    }

    #[test]
    fn names_are_found_whatever_their_case() {
        assert_eq!(value(&[("FileName", "a.txt")]).as_deref(), Some("a.txt"));
        assert_eq!(value(&[("filenames", "a.txt")]), None);
    }

    #[test]
    fn charset_and_percent_encoding_decode() {
        assert_eq!(
            value(&[("filename*", "utf-8'sv'r%C3%A4k.txt")]).as_deref(),
            Some("räk.txt")
        );
        assert_eq!(
            value(&[("filename*", "iso-8859-1''%E5%zz")]).as_deref(),
            Some("å%zz")
        );
    }

    #[test]
    fn continuations_join_in_the_order_of_their_numbers() {
        let pairs = [
            ("filename*1*", "%A4k"),
            ("filename*2", ".t%20xt"),
            ("filename*0*", "utf-8''r%C3"),
        ];
        assert_eq!(value(&pairs).as_deref(), Some("räk.t%20xt"));
        let ten: Vec<(String, &str)> = (0..11).map(|n| (format!("filename*{n}"), "x")).collect();
        assert_eq!(
            decode(&ten, "filename", test_hook).as_deref(),
            Some("xxxxxxxxxxx")
        );
    }

    #[test]
    fn the_form_with_charset_wins_over_the_plain_one() {
        let pairs = [
            ("filename", "r_k.txt"),
            ("filename*", "utf-8''r%C3%A4k.txt"),
        ];
        assert_eq!(value(&pairs).as_deref(), Some("räk.txt"));
    }

    #[test]
    fn encoded_words_decode_also_when_split_over_continuations() {
        assert_eq!(
            value(&[("filename", "=?utf-8?q?r=C3=A4k.txt?=")]).as_deref(),
            Some("räk.txt")
        );
        let pairs = [
            ("filename*0", "=?utf-8?q?r=C3="),
            ("filename*1", "A4k.txt?="),
        ];
        assert_eq!(value(&pairs).as_deref(), Some("räk.txt"));
    }

    #[test]
    fn faulty_values_still_give_a_name() {
        assert_eq!(
            value(&[("filename*", "r%C3%A4k.txt")]).as_deref(),
            Some("räk.txt")
        );
        assert_eq!(
            value(&[("filename*", "x-no''r%C3%A4k")]).as_deref(),
            Some("räk")
        );
        assert_eq!(
            value(&[("filename*99999999999", "a"), ("filename", "b")]).as_deref(),
            Some("b")
        );
    }
}
