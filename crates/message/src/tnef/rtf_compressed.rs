//! Compressed RTF (MS-OXRTFCP): in comes the property's octets, out comes RTF.
//!
//! LZ with a ring of 4,096 octets that starts out filled. The sizes and the checksum of the
//! header are not believed; what is there is unpacked, up to the caller's bound.

/// RTF taken out of its compression.
pub(super) struct UnpackedRtf {
    pub(super) rtf: Vec<u8>,
    /// Whether there was more than the bound let through.
    pub(super) is_cut: bool,
}

/// Unpacks at most `most` octets; `None` for an unknown kind of compression.
pub(super) fn unpack(octets: &[u8], most: usize) -> Option<UnpackedRtf> {
    let (header, rest) = octets.split_first_chunk::<16>()?;
    let [.., a, b, c, d, _, _, _, _] = *header;
    match &[a, b, c, d] {
        b"MELA" => {
            let rtf = rest.get(..most).unwrap_or(rest);
            Some(UnpackedRtf {
                rtf: rtf.to_vec(),
                is_cut: rtf.len() < rest.len(),
            })
        }
        b"LZFu" => Some(inflate(rest, most)),
        _ => None,
    }
}

fn inflate(mut rest: &[u8], most: usize) -> UnpackedRtf {
    // What was written is its own dictionary: the ring is the last 4,096 octets of it.
    let mut out = FIRST.to_vec();
    let end = most.saturating_add(FIRST.len());
    let mut is_cut = false;
    'runs: while let Some((control, after)) = rest.split_first() {
        rest = after;
        for bit in 0..8 {
            if out.len() >= end {
                is_cut = !rest.is_empty();
                break 'runs;
            }
            if control >> bit & 1 == 0 {
                let Some((octet, after)) = rest.split_first() else {
                    break 'runs;
                };
                out.push(*octet);
                rest = after;
                continue;
            }
            let Some((reference, after)) = rest.split_first_chunk::<2>() else {
                break 'runs;
            };
            rest = after;
            let reference = usize::from(u16::from_be_bytes(*reference));
            let (from, length) = (reference >> 4, (reference & 15).saturating_add(2));
            // How far back: a place in the ring that is the one to be written next is the end.
            let back = out.len().wrapping_sub(from) & (RING - 1);
            if back == 0 {
                break 'runs;
            }
            for _ in 0..length {
                let octet = out
                    .len()
                    .checked_sub(back)
                    .and_then(|at| out.get(at))
                    .copied();
                // Places that were never written are blank in no implementation; zero is as good.
                out.push(octet.unwrap_or_default());
            }
        }
    }
    out.truncate(end);
    out.drain(..FIRST.len());
    UnpackedRtf { rtf: out, is_cut }
}

const RING: usize = 4_096;

/// What the ring is filled with (MS-OXRTFCP 2.1.2.1); writing goes on behind it.
const FIRST: &[u8; 207] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of MS-OXRTFCP 4.1 and 4.2.
    const SIMPLE: &[u8] = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x42\x32\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
    const CROSSING: &[u8] =
        b"\x1a\0\0\0\x1c\0\0\0LZFu\xe2\xd4\x4b\x51\x41\0\x04 WXYZ\x0d\x6e}\x01\x0e\xb0";

    #[test]
    fn the_examples_of_the_specification_come_out() {
        let simple = unpack(SIMPLE, 1_000).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&simple.rtf),
            "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
        );
        let crossing = unpack(CROSSING, 1_000).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&crossing.rtf),
            "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
        );
        assert!(!crossing.is_cut);
    }

    #[test]
    fn what_is_stored_comes_out_as_it_is() {
        let stored = unpack(b"\x10\0\0\0\x05\0\0\0MELA\0\0\0\0{\\rtf", 3).unwrap();
        assert_eq!(stored.rtf, b"{\\r");
        assert!(stored.is_cut);
    }

    #[test]
    fn the_bound_holds_whatever_the_header_says() {
        // Runs of 17 octets without an end.
        let mut bomb = b"\xff\xff\xff\xff\xff\xff\xff\xffLZFu\0\0\0\0".to_vec();
        for _ in 0..10_000 {
            bomb.extend_from_slice(b"\xff\0\x0f\0\x0f\0\x0f\0\x0f\0\x0f\0\x0f\0\x0f\0\x0f");
        }
        let unpacked = unpack(&bomb, 5_000).unwrap();
        assert_eq!(unpacked.rtf.len(), 5_000);
        assert!(unpacked.is_cut);
    }

    #[test]
    fn what_breaks_off_gives_its_beginning() {
        for end in 16..SIMPLE.len() {
            let whole = unpack(SIMPLE, 1_000).unwrap().rtf;
            let cut = unpack(&SIMPLE[..end], 1_000).unwrap().rtf;
            assert!(whole.starts_with(&cut), "{end}");
        }
        assert!(unpack(b"too short", 9).is_none());
    }
}
