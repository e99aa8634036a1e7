//! yEnc: `=ybegin line=128 size=584 name=a.txt`, octets shifted by 42, `=yend size=584`
//! (yEnc draft 1.3).
//!
//! In: the octets of a text, not decoded under any charset. Out: the first file in it. Sizes
//! and checksums are compared and told about; the octets are given all the same, since half a
//! picture is better than none.

use crate::{crc32, filename};

/// A file, or a part of one, taken out of yEnc.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct YencFile {
    /// Cleaned; empty if none was given.
    pub name: String,
    /// What was in it.
    pub content: Vec<u8>,
    /// Which part of a larger file this is; `None` for a whole file.
    pub part: Option<YencPart>,
    /// Whether the closing line came, and its size and checksum are those of the content.
    pub integrity: Integrity,
}

/// `=ypart`: a piece of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct YencPart {
    /// From 1; 0 where it was not given.
    pub number: u64,
    /// How many there are; 0 where it was not given.
    pub total: u64,
    /// The first octet's place in the file, from 0.
    pub offset_octets: u64,
    /// Size of the whole file.
    pub file_octets: u64,
}

/// What the closing line says of the content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Integrity {
    /// The closing line is missing: cut off.
    #[default]
    Incomplete,
    /// Another size, or another checksum.
    Damaged,
    /// The size is right, and there is no checksum.
    SizeRight,
    /// The checksum is right.
    ChecksumRight,
}

/// Decodes the first yEnc file in `octets`; `None` when there is none.
pub fn decode(octets: &[u8]) -> Option<YencFile> {
    let mut lines = octets
        .split(|octet| *octet == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let begin = lines.by_ref().find(|line| is_begin(line))?;
    let size = number(begin, b"size");
    let mut file = YencFile {
        name: name(begin),
        ..YencFile::default()
    };
    file.content.reserve(octets.len());
    for line in lines {
        if line.starts_with(b"=yend") {
            file.integrity = integrity(line, &file);
            break;
        }
        if line.starts_with(b"=ypart ") {
            file.part = Some(YencPart {
                number: number(begin, b"part").unwrap_or_default(),
                total: number(begin, b"total").unwrap_or_default(),
                offset_octets: number(line, b"begin").unwrap_or_default().saturating_sub(1),
                file_octets: size.unwrap_or_default(),
            });
            continue;
        }
        decode_line(line, &mut file.content);
    }
    Some(file)
}

/// Whether a line opens a file. Prose about yEnc lacks the two numbers.
pub(super) fn is_begin(line: &[u8]) -> bool {
    line.starts_with(b"=ybegin ")
        && number(line, b"size").is_some()
        && number(line, b"line").is_some()
}

fn decode_line(line: &[u8], out: &mut Vec<u8>) {
    // Doubled dots at a line's start are undone by whoever took the text off NNTP or SMTP.
    let mut escaped = false;
    for octet in line {
        if escaped {
            out.push(octet.wrapping_sub(106));
            escaped = false;
        } else if *octet == b'=' {
            escaped = true;
        } else {
            out.push(octet.wrapping_sub(42));
        }
    }
}

fn integrity(end: &[u8], file: &YencFile) -> Integrity {
    let length = u64::try_from(file.content.len()).ok();
    if number(end, b"size") != length {
        return Integrity::Damaged;
    }
    // A part's own sum is "pcrc32"; "crc32" is then the whole file's.
    let key: &[u8] = if file.part.is_some() {
        b"pcrc32"
    } else {
        b"crc32"
    };
    let sum = value(end, key).and_then(|text| {
        let text = String::from_utf8_lossy(text);
        u32::from_str_radix(text.trim_start_matches("0x"), 16).ok()
    });
    match sum {
        Some(sum) if sum == crc32::of(&file.content) => Integrity::ChecksumRight,
        Some(_) => Integrity::Damaged,
        None => Integrity::SizeRight,
    }
}

/// The name is the last and goes on to the end of the line, blanks and all.
fn name(begin: &[u8]) -> String {
    let key = b" name=";
    let at = begin.windows(key.len()).position(|window| window == key);
    let name = at.and_then(|at| begin.get(at.saturating_add(key.len())..));
    let name = String::from_utf8_lossy(name.unwrap_or_default());
    filename::clean(name.trim().trim_matches('"'))
}

/// `key=value` in a line, ahead of the name.
fn value<'a>(line: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    line.split(|octet| *octet == b' ')
        .take_while(|word| !word.starts_with(b"name="))
        .find_map(|word| word.strip_prefix(key)?.strip_prefix(b"="))
}

fn number(line: &[u8], key: &[u8]) -> Option<u64> {
    let digits = value(line, key)?;
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let text = String::from_utf8_lossy(digits);
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(content: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for (at, octet) in content.iter().enumerate() {
            if at > 0 && at % 128 == 0 {
                out.extend_from_slice(b"\r\n");
            }
            match octet.wrapping_add(42) {
                critical @ (0 | b'\n' | b'\r' | b'=') => {
                    out.extend_from_slice(&[b'=', critical.wrapping_add(64)]);
                }
                plain => out.push(plain),
            }
        }
        out
    }

    fn file(begin: &str, content: &[u8], end: &str) -> Vec<u8> {
        let mut out = b"Hello,\r\n\r\n".to_vec();
        out.extend_from_slice(begin.as_bytes());
        out.extend_from_slice(&encoded(content));
        out.extend_from_slice(end.as_bytes());
        out
    }

    #[test]
    fn every_octet_comes_through_and_the_checksum_is_told() {
        let content: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
        let sum = crc32::of(&content);
        let text = file(
            "=ybegin line=128 size=512 name= a cat.bin \r\n",
            &content,
            &format!("\r\n=yend size=512 crc32={sum:08x}\r\nBye\r\n"),
        );
        let found = decode(&text).unwrap();
        assert_eq!(found.name, "a cat.bin");
        assert_eq!(found.content, content);
        assert_eq!(found.part, None);
        assert_eq!(found.integrity, Integrity::ChecksumRight);
    }

    #[test]
    fn a_part_says_where_it_belongs() {
        let sum = crc32::of(b"cat");
        let text = file(
            "=ybegin part=2 total=3 line=128 size=9 name=c.txt\n=ypart begin=4 end=6\n",
            b"cat",
            &format!("\n=yend size=3 part=2 pcrc32={sum:X} crc32=12345678\n"),
        );
        let found = decode(&text).unwrap();
        assert_eq!(
            found.part,
            Some(YencPart {
                number: 2,
                total: 3,
                offset_octets: 3,
                file_octets: 9
            })
        );
        assert_eq!(found.integrity, Integrity::ChecksumRight);
    }

    #[test]
    fn damage_is_told_and_the_octets_are_given() {
        for (end, expected) in [
            ("\n=yend size=3 crc32=00000000\n", Integrity::Damaged),
            ("\n=yend size=4\n", Integrity::Damaged),
            ("\n=yend size=3\n", Integrity::SizeRight),
            ("\n=yend size=3 crc32=zzz\n", Integrity::SizeRight),
            ("", Integrity::Incomplete),
        ] {
            let text = file("=ybegin line=128 size=3 name=c\n", b"cat", end);
            let found = decode(&text).unwrap();
            assert_eq!(
                (found.integrity, &*found.content),
                (expected, &b"cat"[..]),
                "{end}"
            );
        }
    }

    #[test]
    fn prose_about_yenc_is_no_file() {
        assert_eq!(decode(b"=ybegin and =yend are its lines\n"), None);
        assert_eq!(decode(b"=ybegin line=128 name=x size=3\n"), None);
        assert_eq!(decode(b"=ybeginx line=128 size=3 name=x\n"), None);
    }
}
