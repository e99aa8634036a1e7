//! Quoted-printable (RFC 2045 6.7), and the Q encoding of header words (RFC 2047 4.2).
//!
//! What is not a valid escape stays as it was written, so that text sent under the wrong label
//! can still be read.

/// Decodes a body, or the first octets of one.
///
/// Soft line breaks go, white space at line ends goes (RFC 2045 6.7 rule 3), line ends stay
/// LF or CRLF as they were. An escape that the end cuts in two is dropped.
pub fn decode(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len());
    let mut rest = octets;
    loop {
        // Most text is plain: copy to the next octet that means something.
        let plain = rest
            .iter()
            .position(|octet| matches!(octet, b'=' | b'\n' | b'\r'))
            .unwrap_or(rest.len());
        let (copied, after) = rest.split_at_checked(plain).unwrap_or((rest, &[]));
        out.extend_from_slice(copied);
        match after {
            [] => {
                trim_blanks(&mut out, copied);
                break;
            }
            [b'=', escape @ ..] => match escape {
                [high, low, tail @ ..] if hex(*high).is_some() && hex(*low).is_some() => {
                    out.push(pair(*high, *low));
                    rest = tail;
                }
                // The end of a prefix, inside an escape.
                [] => break,
                [only] if hex(*only).is_some() => break,
                _ => {
                    if let Some(tail) = soft_break(escape) {
                        rest = tail;
                    } else {
                        out.push(b'=');
                        rest = escape;
                    }
                }
            },
            [b'\r', b'\n', tail @ ..] => {
                trim_blanks(&mut out, copied);
                out.extend_from_slice(b"\r\n");
                rest = tail;
            }
            [b'\n', tail @ ..] => {
                trim_blanks(&mut out, copied);
                out.push(b'\n');
                rest = tail;
            }
            [other, tail @ ..] => {
                out.push(*other);
                rest = tail;
            }
        }
    }
    out
}

/// Decodes the text of a header word: `_` is a space, `=XX` an octet.
pub fn decode_q(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len());
    let mut rest = octets;
    while let Some((octet, after)) = rest.split_first() {
        rest = after;
        match (octet, after) {
            (b'_', _) => out.push(b' '),
            (b'=', [high, low, tail @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                out.push(pair(*high, *low));
                rest = tail;
            }
            (other, _) => out.push(*other),
        }
    }
    out
}

/// Drops the white space that ends the run just copied; what came from `=20` stays.
fn trim_blanks(out: &mut Vec<u8>, copied: &[u8]) {
    let blanks = copied
        .iter()
        .rev()
        .take_while(|octet| matches!(octet, b' ' | b'\t'))
        .count();
    out.truncate(out.len().saturating_sub(blanks));
}

/// After `=`: white space and a line end, or the end of input.
fn soft_break(escape: &[u8]) -> Option<&[u8]> {
    let blanks = escape
        .iter()
        .take_while(|octet| matches!(octet, b' ' | b'\t'))
        .count();
    match escape.get(blanks..).unwrap_or_default() {
        [] => Some(&[]),
        [b'\r', b'\n', tail @ ..] | [b'\n', tail @ ..] => Some(tail),
        [b'\r'] => Some(&[]),
        _ => None,
    }
}

fn pair(high: u8, low: u8) -> u8 {
    hex(high).unwrap_or(0) << 4 | hex(low).unwrap_or(0)
}

/// Value of a hexadecimal digit of either case.
pub(crate) fn hex(octet: u8) -> Option<u8> {
    char::from(octet)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::{decode, decode_q};

    #[test]
    fn escapes_of_either_case_decode() {
        assert_eq!(decode(b"p=C3=A4=c3=a4t"), "päät".as_bytes());
    }

    #[test]
    fn soft_breaks_join_lines_also_with_blanks_behind() {
        assert_eq!(decode(b"a=\r\nb=  \nc=\t\r\nd"), b"abcd");
    }

    #[test]
    fn blanks_before_a_line_end_go_and_encoded_ones_stay() {
        assert_eq!(decode(b"a  \r\nb=20\r\nc=20 \n  "), b"a\r\nb \r\nc \n");
    }

    #[test]
    fn what_is_no_escape_stays_as_written() {
        assert_eq!(decode(b"1+1=2 a=b =FJ"), b"1+1=2 a=b =FJ");
    }

    #[test]
    fn an_escape_cut_by_the_end_is_dropped() {
        assert_eq!(decode(b"ab="), b"ab");
        assert_eq!(decode(b"ab=C"), b"ab");
    }

    #[test]
    fn header_words_have_underscores_for_spaces() {
        assert_eq!(decode_q(b"a_b=20c=5Fd=zz"), b"a b c_d=zz");
    }
}
