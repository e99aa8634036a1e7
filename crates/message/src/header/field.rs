//! Structured header fields as raw text: `token; name=value; name="value"` (RFC 2045 5.1).
//!
//! IMAP's BODYSTRUCTURE comes parsed; this is for whole messages from disk and for the headers
//! inside them. Tolerates comments, doubled semicolons, missing quotes, and unquoted values with
//! blanks or 8-bit text in them, as mailers write file names.

use crate::limits;

/// A field's value and its parameters, undecoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    /// What stands before the first semicolon, without comments.
    pub value: Vec<u8>,
    /// Names and values, quotes, backslashes and comments resolved.
    pub parameters: Vec<(Vec<u8>, Vec<u8>)>,
}

/// Parameters beyond this many are left out; RFC 2231 continuations are the honest maximum.
const MOST_PARAMETERS: usize = 512;

/// Octets in which a comment must end to be one: a row of brackets is looked through once for
/// each of them.
const LONGEST_COMMENT: usize = 1_024;

/// Splits a raw field value.
pub fn parse(raw: &[u8]) -> Field {
    let raw = raw.get(..limits::HEADER_OCTETS).unwrap_or(raw);
    let (value, mut rest) = piece(raw, b";", Quotes::Kept);
    let mut parameters = Vec::new();
    while let [_, after @ ..] = rest {
        if parameters.len() >= MOST_PARAMETERS {
            break;
        }
        let (name, at_equals) = piece(after, b"=;", Quotes::Kept);
        rest = at_equals;
        if let [b'=', after @ ..] = at_equals {
            let (value, at_end) = piece(after, b";", Quotes::Resolved);
            rest = at_end;
            if !name.is_empty() {
                parameters.push((name, value));
            }
        }
    }
    Field { value, parameters }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Kept,
    Resolved,
}

/// Text up to one of `ends` outside quotes and comments, trimmed; and the rest from there.
fn piece<'a>(raw: &'a [u8], ends: &[u8], quotes: Quotes) -> (Vec<u8>, &'a [u8]) {
    let mut out = Vec::new();
    let mut rest = raw;
    let mut was_quoted = false;
    while let Some((octet, after)) = rest.split_first() {
        match octet {
            octet if ends.contains(octet) => break,
            b'"' if quotes == Quotes::Resolved && !was_quoted && out.trim_ascii().is_empty() => {
                out.clear();
                rest = quoted(after, &mut out);
                was_quoted = true;
                continue;
            }
            b'(' => {
                if let Some(after_comment) = skip_comment(after) {
                    rest = after_comment;
                    continue;
                }
                out.push(b'(');
            }
            // Folding: the line end goes, the blank after it stays.
            b'\r' | b'\n' => {}
            // After the closing quote only the next semicolon matters.
            _ if was_quoted => {}
            other => out.push(*other),
        }
        rest = after;
    }
    let text = if was_quoted {
        out
    } else {
        out.trim_ascii().to_vec()
    };
    (text, rest)
}

/// The rest of a quoted string; without a closing quote it goes to the end.
fn quoted<'a>(raw: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    let mut rest = raw;
    while let Some((octet, after)) = rest.split_first() {
        rest = after;
        match (octet, after) {
            (b'"', _) => break,
            (b'\\', [escaped @ (b'"' | b'\\'), tail @ ..]) => {
                out.push(*escaped);
                rest = tail;
            }
            // "C:\Users\a" unescaped is more common than an escaped letter.
            (b'\r' | b'\n', _) => {}
            (other, _) => out.push(*other),
        }
    }
    rest
}

/// What follows a comment that has an end; comments nest (RFC 5322 3.2.2).
fn skip_comment(raw: &[u8]) -> Option<&[u8]> {
    let mut depth: usize = 1;
    let mut rest = raw;
    while let Some((octet, after)) = rest.split_first() {
        if raw.len().saturating_sub(after.len()) > LONGEST_COMMENT {
            return None;
        }
        rest = after;
        match octet {
            b'(' => depth = depth.saturating_add(1),
            b')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(rest);
                }
            }
            b'\\' => rest = after.get(1..).unwrap_or_default(),
            b';' | b'"' => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn shown(raw: &str) -> (String, Vec<(String, String)>) {
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        let field = parse(raw.as_bytes());
        let parameters = field.parameters.iter().map(|(n, v)| (text(n), text(v)));
        (text(&field.value), parameters.collect())
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter()
            .map(|(n, v)| ((*n).into(), (*v).into()))
            .collect()
    }

    #[test]
    fn parameters_are_split_at_semicolons_outside_quotes() {
        let (value, parameters) = shown("text/plain; charset=utf-8;\r\n name=\"a; b.txt\"");
        assert_eq!(value, "text/plain");
        assert_eq!(
            parameters,
            pairs(&[("charset", "utf-8"), ("name", "a; b.txt")])
        );
    }

    #[test]
    fn comments_go_and_brackets_in_names_stay() {
        let (value, parameters) = shown("(a) text/plain (b (c)); name=\"x (1).txt\"; y=z (d)");
        assert_eq!(value, "text/plain");
        assert_eq!(parameters, pairs(&[("name", "x (1).txt"), ("y", "z")]));
    }

    #[test]
    fn faults_in_quoting_still_give_names() {
        let (_, parameters) = shown("a/b; name=my file.txt; other=\"no end;");
        assert_eq!(
            parameters,
            pairs(&[("name", "my file.txt"), ("other", "no end;")])
        );
        let (_, parameters) = shown("a/b;; name=\"C:\\dir\\f.txt\" junk; ; q=\"a\\\"b\"");
        assert_eq!(
            parameters,
            pairs(&[("name", "C:\\dir\\f.txt"), ("q", "a\"b")])
        );
    }
}
