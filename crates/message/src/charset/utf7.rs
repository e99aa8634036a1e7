//! UTF-7 (RFC 2152): `+AOU-`. Written by some old mailers and by attackers.

use crate::transfer::base64;

/// Decodes; a run that is no Base64 stays as it stands.
pub(super) fn decode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((octet, after)) = rest.split_first() {
        rest = after;
        if *octet != b'+' {
            // Octets beyond ASCII don't belong; as Latin-1 they can at least be read.
            out.push(char::from(*octet));
            continue;
        }
        let length = after
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
            .count();
        let (run, tail) = after.split_at_checked(length).unwrap_or((after, &[]));
        match (run, tail) {
            ([], [b'-', tail @ ..]) => {
                out.push('+');
                rest = tail;
            }
            ([], _) => out.push('+'),
            (run, tail) => {
                let octets = base64::decode(run);
                let (pairs, _) = octets.as_chunks::<2>();
                let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
                out.extend(
                    char::decode_utf16(units)
                        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)),
                );
                rest = tail.strip_prefix(b"-").unwrap_or(tail);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::decode;

    /// The examples of RFC 2152, and a run that the end cuts.
    #[test]
    fn runs_decode_and_what_follows_them_stays() {
        assert_eq!(decode(b"Hi Mom -+Jjo--!"), "Hi Mom -☺-!");
        assert_eq!(decode(b"+ZeVnLIqe-"), "日本語");
        assert_eq!(decode(b"Item 3 is +AKM-1."), "Item 3 is £1.");
        assert_eq!(decode(b"1 +- 1 = 2"), "1 + 1 = 2");
        assert_eq!(decode(b"+AOU b"), "å b");
        assert_eq!(decode(b"+AOUA5A"), "åä");
    }
}
