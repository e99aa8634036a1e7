//! Files that stand in the middle of a text: uuencoded and yEnc, as they were sent before MIME.
//!
//! In: the octets of a text part, its transfer encoding taken off, not decoded under a charset
//! (yEnc is not text in any). Out: the same text cut into pieces, in order: stretches of text
//! as ranges, files decoded. A text without files is one piece, and nothing is copied.

use std::ops::Range;

use super::{
    uuencode,
    yenc::{self, Integrity, YencPart},
};
use crate::limits;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text from where to where.
    Text(Range<usize>),
    /// A file that stood there.
    File(EmbeddedFile),
}

/// A file taken out of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedFile {
    /// Cleaned; empty if none was given.
    pub name: String,
    /// What was in it.
    pub content: Vec<u8>,
    /// Which part of a larger file this is; only yEnc says so.
    pub part: Option<YencPart>,
    /// Whether all of it is there.
    pub integrity: Integrity,
    /// Where its lines were in the text.
    pub range: Range<usize>,
}

/// Cuts a text into its pieces; at most [`limits::EMBEDDED_FILES`] files.
///
/// A uuencoded file is one only if its first line is as long as it says: "begin 644 things" can
/// be said, too. It ends with `end`, or ahead of the first line that can't belong to it.
pub fn embedded_files(text: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut files: usize = 0;
    let (mut text_from, mut at) = (0, 0);
    while let Some(line) = line_at(text, at).filter(|_| files < limits::EMBEDDED_FILES) {
        let block = if line.octets.starts_with(b"begin ") {
            uuencoded(text, &line)
        } else if yenc::is_begin(line.octets) {
            yencoded(text, &line)
        } else {
            None
        };
        at = line.end;
        if let Some(file) = block {
            if text_from < line.start {
                pieces.push(Piece::Text(text_from..line.start));
            }
            (text_from, at) = (file.range.end, file.range.end);
            files = files.saturating_add(1);
            pieces.push(Piece::File(file));
        }
    }
    if text_from < text.len() {
        pieces.push(Piece::Text(text_from..text.len()));
    }
    pieces
}

struct Line<'a> {
    start: usize,
    /// Behind its line break.
    end: usize,
    /// Without its line break.
    octets: &'a [u8],
}

fn line_at(text: &[u8], start: usize) -> Option<Line<'_>> {
    let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
    let (octets, end) = match rest.iter().position(|octet| *octet == b'\n') {
        Some(length) => (
            rest.get(..length).unwrap_or_default(),
            start.saturating_add(length).saturating_add(1),
        ),
        None => (rest, text.len()),
    };
    Some(Line {
        start,
        end,
        octets: octets.strip_suffix(b"\r").unwrap_or(octets),
    })
}

fn uuencoded(text: &[u8], begin: &Line<'_>) -> Option<EmbeddedFile> {
    let mut end = begin.end;
    let mut integrity = Integrity::Incomplete;
    let mut is_whole = true;
    while let Some(line) = line_at(text, end) {
        if line.octets == b"end" {
            integrity = Integrity::SizeRight;
            end = line.end;
            break;
        }
        // Lines of no octets close a file, and come as "`", as " ", or as nothing at all.
        if !is_uuencoded(line.octets) && !line.octets.is_empty() {
            if end == begin.end || !is_damaged(line.octets) {
                break;
            }
            is_whole = false;
        }
        end = line.end;
    }
    if !is_whole && integrity == Integrity::SizeRight {
        integrity = Integrity::Damaged;
    }
    let range = begin.start..end;
    let file = uuencode::decode(text.get(range.clone())?)?;
    // An empty file is one only when it is closed.
    let is_file = !file.content.is_empty() || integrity == Integrity::SizeRight;
    is_file.then_some(EmbeddedFile {
        name: file.name,
        content: file.content,
        part: None,
        integrity,
        range,
    })
}

/// Whether a line is as long as its first letter says. Blanks at its end are lost on the way,
/// and some writers add a checksum letter.
fn is_uuencoded(line: &[u8]) -> bool {
    let Some((length, body)) = line.split_first() else {
        return false;
    };
    let octets = usize::from(length.wrapping_sub(b' ') & 63);
    let letters = octets.div_ceil(3).saturating_mul(4);
    // The last group may be written as short as its octets are.
    let least = octets.saturating_mul(4).div_ceil(3);
    let trimmed = body.trim_ascii_end().len();
    line.iter().all(|octet| (b' '..=b'`').contains(octet))
        && trimmed <= letters.saturating_add(1)
        // Lost blanks are the zeros of a file, seldom more than half a line.
        && body.len().saturating_mul(2) >= least
}

/// Whether a full line came through with a letter more or less, or one replaced: gateways did
/// that to signs that national alphabets have letters for. Prose has small letters.
fn is_damaged(line: &[u8]) -> bool {
    line.starts_with(b"M")
        && (55..=75).contains(&line.len())
        && !line.iter().any(u8::is_ascii_lowercase)
}

fn yencoded(text: &[u8], begin: &Line<'_>) -> Option<EmbeddedFile> {
    let mut end = begin.end;
    while let Some(line) = line_at(text, end) {
        // The next file begins where this one was cut off.
        if yenc::is_begin(line.octets) {
            break;
        }
        end = line.end;
        if line.octets.starts_with(b"=yend") {
            break;
        }
    }
    let range = begin.start..end;
    let file = yenc::decode(text.get(range.clone())?)?;
    Some(EmbeddedFile {
        name: file.name,
        content: file.content,
        part: file.part,
        integrity: file.integrity,
        range,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &[u8]) -> Vec<String> {
        let said = |range: Range<usize>| String::from_utf8_lossy(&text[range]).into_owned();
        embedded_files(text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(range) => said(range),
                Piece::File(file) => format!(
                    "[{}: {} {:?}]",
                    file.name,
                    String::from_utf8_lossy(&file.content),
                    file.integrity
                ),
            })
            .collect()
    }

    #[test]
    fn a_text_without_files_is_one_piece() {
        assert_eq!(embedded_files(b"Hello\r\nyou\r\n"), [Piece::Text(0..12)]);
        assert_eq!(embedded_files(b""), []);
    }

    #[test]
    fn several_files_of_both_kinds_are_cut_out() {
        let text = b"Hi,\nbegin 644 cat.txt\n#0V%T\n`\nend\nand\r\n\
            =ybegin line=128 size=3 name=dog\r\n\x8e\x99\x91\r\n=yend size=3\r\n\
            begin 0755 b\r\n#0V%T\r\n\r\nend\r\nBye";
        assert_eq!(
            told(text),
            [
                "Hi,\n",
                "[cat.txt: Cat SizeRight]",
                "and\r\n",
                "[dog: dog SizeRight]",
                "[b: Cat SizeRight]",
                "Bye"
            ]
        );
    }

    #[test]
    fn what_is_only_said_stays_text() {
        for text in [
            &b"begin 644 things\nand finish none of them\n"[..],
            b"begin 644 x\n\n\nlower case letters\n",
            b"begin with the end\nend\n",
            b"=ybegin of something\n=yend\n",
        ] {
            assert_eq!(embedded_files(text), [Piece::Text(0..text.len())]);
        }
    }

    #[test]
    fn a_file_that_breaks_off_ends_where_text_goes_on() {
        assert_eq!(
            told(b"begin 644 a\n#0V%T\nSee you, said he.\n"),
            ["[a: Cat Incomplete]", "See you, said he.\n"]
        );
        assert_eq!(
            told(b"=ybegin line=9 size=3 name=a\n\x8e\n=ybegin line=9 size=3 name=b\n\x8e"),
            ["[a: d Incomplete]", "[b: d Incomplete]"]
        );
    }

    #[test]
    fn lost_blanks_and_checksum_letters_are_tolerated() {
        // 45 octets of which the last 12 are zeros, whose letters were trimmed away.
        let line = format!("M{}", "86)C".repeat(11));
        assert!(is_uuencoded(line.as_bytes()));
        assert!(is_uuencoded(b"#0V%T:"));
        assert!(!is_uuencoded(b"#0V%Tabc"));
        assert!(!is_uuencoded(b"MORE OF IT"));
    }

    #[test]
    fn a_line_that_was_damaged_on_the_way_does_not_end_its_file() {
        let line = format!("M{}", "86)C".repeat(15));
        let damaged = line.replacen(')', "\u{A5}", 1);
        let text = format!("begin 644 a\n{line}\n{damaged}\n`\nend\n");
        let pieces = embedded_files(text.as_bytes());
        let [Piece::File(file)] = &pieces[..] else {
            panic!("{pieces:?}");
        };
        assert_eq!(
            (file.content.len(), file.integrity),
            (90, Integrity::Damaged)
        );
    }

    #[test]
    fn files_beyond_the_limit_stay_text() {
        let file = "begin 644 a\n#0V%T\n`\nend\n";
        let count = |number: usize| {
            let text = file.repeat(number);
            let pieces = embedded_files(text.as_bytes());
            let files = pieces
                .iter()
                .filter(|piece| matches!(piece, Piece::File(_)));
            (files.count(), pieces.len())
        };
        let limit = limits::EMBEDDED_FILES;
        assert_eq!(count(limit), (limit, limit));
        assert_eq!(count(limit + 1), (limit, limit + 1));
    }
}
