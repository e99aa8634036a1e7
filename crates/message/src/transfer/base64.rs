//! Base64 as mail has it (RFC 2045 6.8): any line breaks, anything else skipped.
//!
//! Padding in the middle ends a run and starts the next (concatenated encodings), unless what
//! follows is plainly text, such as a footer that a mailing list added.

/// Decodes; skips what is no Base64; takes a cut input.
pub fn decode(octets: &[u8]) -> Vec<u8> {
    // 3 for each 4, a little over: no second allocation.
    let mut out = Vec::with_capacity((octets.len() / 4).saturating_mul(3).saturating_add(3));
    let mut pending = Pending::default();
    let mut rest = octets;
    loop {
        // Four letters at a time while nothing is pending: this is where attachments go through.
        if pending.count == 0 {
            while let Some((four, after)) = rest.split_first_chunk::<4>() {
                let [a, b, c, d] = four.map(value);
                if (a | b | c | d) & SKIP != 0 {
                    break;
                }
                out.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
                rest = after;
            }
        }
        let Some((octet, after)) = rest.split_first() else {
            break;
        };
        rest = after;
        if *octet == b'=' {
            if pending.count != 0 {
                pending.flush(&mut out);
                if is_text_after_padding(rest) {
                    break;
                }
            }
        } else {
            let six = value(*octet);
            if six & SKIP == 0 {
                pending.push(six, &mut out);
            }
        }
    }
    pending.flush(&mut out);
    out
}

/// Letters that don't make three octets yet.
#[derive(Default)]
struct Pending {
    bits: u32,
    count: u8,
}

impl Pending {
    fn push(&mut self, six: u8, out: &mut Vec<u8>) {
        self.bits = self.bits << 6 | u32::from(six);
        self.count = self.count.saturating_add(1);
        if self.count == 4 {
            let [_, a, b, c] = self.bits.to_be_bytes();
            out.extend_from_slice(&[a, b, c]);
            *self = Self::default();
        }
    }

    fn flush(&mut self, out: &mut Vec<u8>) {
        match self.count {
            2 => out.push((self.bits >> 4) as u8),
            3 => out.extend_from_slice(&[(self.bits >> 10) as u8, (self.bits >> 2) as u8]),
            _ => {}
        }
        *self = Self::default();
    }
}

/// Whether the line after the padding holds anything that no encoder writes.
fn is_text_after_padding(rest: &[u8]) -> bool {
    rest.iter()
        .skip_while(|octet| matches!(octet, b'=' | b'\r' | b'\n' | b' ' | b'\t'))
        .take(76)
        .take_while(|octet| !matches!(octet, b'\r' | b'\n'))
        .any(|octet| value(*octet) & SKIP != 0 && *octet != b'=')
}

fn value(octet: u8) -> u8 {
    VALUES.get(usize::from(octet)).copied().unwrap_or(SKIP)
}

/// Marks an octet outside the alphabet; above every value.
const SKIP: u8 = 0x80;

const VALUES: [u8; 256] = values();

#[allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "evaluated by the compiler, which refuses what is out of range"
)]
const fn values() -> [u8; 256] {
    let mut table = [SKIP; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut at = 0;
    while at < alphabet.len() {
        table[alphabet[at] as usize] = at as u8;
        at += 1;
    }
    // The URL alphabet (RFC 4648 5), which some mailers use; these two are free otherwise.
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn whole_and_padded_inputs_decode() {
        assert_eq!(decode(b"Zm9vYmFy"), b"foobar");
        assert_eq!(decode(b"Zm9vYmE="), b"fooba");
        assert_eq!(decode(b"Zm9vYg=="), b"foob");
        assert_eq!(decode(b""), b"");
    }

    #[test]
    fn line_breaks_spaces_and_rubbish_are_skipped() {
        assert_eq!(decode(b"Zm9\r\nv Ym\tF!y\r\n"), b"foobar");
    }

    #[test]
    fn missing_padding_and_cut_inputs_give_what_is_whole() {
        assert_eq!(decode(b"Zm9vYmE"), b"fooba");
        assert_eq!(decode(b"Zm9vYm"), b"foob");
        assert_eq!(decode(b"Zm9vY"), b"foo");
    }

    #[test]
    fn concatenated_runs_are_joined() {
        assert_eq!(decode(b"Zm8=\r\nb2JhcmJheg==\r\n"), b"foobarbaz");
    }

    #[test]
    fn a_footer_after_the_padding_is_left_out() {
        assert_eq!(
            decode(b"Zm9vYg==\r\n\r\n-- \r\nList footer, see https://example.org\r\n"),
            b"foob"
        );
    }

    #[test]
    fn long_inputs_with_line_breaks_decode_whole() {
        let line = "QUJD".repeat(19) + "\r\n";
        assert_eq!(
            decode(line.repeat(100).as_bytes()),
            "ABC".repeat(1900).as_bytes()
        );
    }
}
