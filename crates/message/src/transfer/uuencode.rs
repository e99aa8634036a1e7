//! uuencode: `begin 644 name`, lines that open with their length, `end` (POSIX).

use crate::filename;

/// A file taken out of uuencoded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UuFile {
    /// Cleaned; empty if none was given.
    pub name: String,
    /// What was in it.
    pub content: Vec<u8>,
}

/// Decodes the first uuencoded file in `octets`; `None` when there is none.
pub fn decode(octets: &[u8]) -> Option<UuFile> {
    let mut lines = octets.split(|octet| *octet == b'\n').map(trim_return);
    let name = lines.by_ref().find_map(begin)?;
    let mut content = Vec::with_capacity(octets.len());
    for line in lines {
        if line == b"end" {
            break;
        }
        decode_line(line, &mut content);
    }
    Some(UuFile {
        name: filename::clean(&String::from_utf8_lossy(name)),
        content,
    })
}

fn trim_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The name in "begin 644 name"; `None` for any other line.
fn begin(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"begin ")?;
    let digits = rest
        .iter()
        .take_while(|octet| (b'0'..=b'7').contains(octet))
        .count();
    if !(3..=4).contains(&digits) {
        return None;
    }
    rest.get(digits..)?
        .strip_prefix(b" ")
        .map(<[u8]>::trim_ascii)
}

fn decode_line(line: &[u8], out: &mut Vec<u8>) {
    let Some((length, body)) = line.split_first() else {
        return;
    };
    let mut left = usize::from(six(*length));
    for four in body.chunks(4) {
        // Trailing spaces are often lost on the way; a missing letter is a zero.
        let letter = |at: usize| four.get(at).map_or(0, |octet| six(*octet));
        let (a, b, c, d) = (letter(0), letter(1), letter(2), letter(3));
        for octet in [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d] {
            if left == 0 {
                return;
            }
            out.push(octet);
            left = left.saturating_sub(1);
        }
    }
}

fn six(octet: u8) -> u8 {
    octet.wrapping_sub(b' ') & 0x3F
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn a_file_between_other_lines_is_found() {
        let text = b"Hello,\r\n\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nBye\r\n";
        let file = decode(text).expect("there is one");
        assert_eq!(file.name, "cat.txt");
        assert_eq!(file.content, b"Cat");
    }

    #[test]
    fn prose_that_begins_is_no_file() {
        assert_eq!(decode(b"begin with the end\nin mind\n"), None);
    }
}
