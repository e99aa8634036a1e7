//! The lines that calendars, contacts and reports are written in, and the text in them.
//!
//! In: a part's text. Out: unfolded lines, and of a content line (RFC 5545 3.1, RFC 6350 3.3)
//! its name, parameters and raw value. Tolerates bare LF and CR, blank lines, a missing end,
//! quotes that never close, and vCard 2.1's parameters without names.

use crate::{header, limits};

/// Unfolded lines, blank ones included.
///
/// A line longer than [`limits::CARD_LINE_OCTETS`] is cut there.
pub(super) struct Lines<'a> {
    rest: &'a str,
    folding: Folding,
}

/// What becomes of the white space that a folded line begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Folding {
    /// One character of it was put there to fold (RFC 5545, RFC 6350).
    Dropped,
    /// It is part of the text (RFC 5322), and a line of nothing else ends a group of fields.
    Kept,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str, folding: Folding) -> Self {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        Self {
            rest: head(text, limits::CARD_OCTETS),
            folding,
        }
    }

    /// The next line as it stands in the part.
    fn physical(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.find(['\n', '\r']).unwrap_or(self.rest.len());
        let (line, after) = self.rest.split_at_checked(end)?;
        self.rest = after
            .strip_prefix("\r\n")
            .or_else(|| after.strip_prefix(['\n', '\r']))
            .unwrap_or(after);
        Some(line)
    }

    /// Joins what follows a soft line break of quoted-printable to `line`, which it ends.
    ///
    /// vCard 2.1 has them in place of folding.
    pub(super) fn join_soft_breaks(&mut self, line: &mut String) {
        while line.ends_with('=') {
            line.pop();
            let Some(next) = self.physical() else { break };
            append(line, next.trim_end());
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let mut line = String::new();
        append(&mut line, self.physical()?);
        while self.rest.starts_with([' ', '\t']) {
            let ahead = self.rest;
            let Some(next) = self.physical() else { break };
            match self.folding {
                Folding::Dropped => append(&mut line, next.get(1..).unwrap_or_default()),
                Folding::Kept if next.trim().is_empty() => {
                    self.rest = ahead.trim_start_matches([' ', '\t']);
                    break;
                }
                Folding::Kept => append(&mut line, next),
            }
        }
        Some(line)
    }
}

fn append(line: &mut String, more: &str) {
    let room = limits::CARD_LINE_OCTETS.saturating_sub(line.len());
    line.push_str(head(more, room));
}

/// The first `most` octets, less where that would cut a character.
fn head(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

/// `group.NAME;PARAMETER=value:value`
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Upper case, without its group.
    pub(super) name: String,
    /// Names in upper case ("TYPE" where there was none), values without quotes.
    pub(super) parameters: Vec<(String, String)>,
    /// Escapes are still in it.
    pub(super) value: String,
}

impl Line {
    /// Splits a line; `None` when it has no colon or no name.
    pub(super) fn parse(line: &str) -> Option<Self> {
        // A quote that never closes would hide the colon.
        let colon = outside_quotes(line, ':').or_else(|| line.find(':'))?;
        let (before, value) = line.split_at_checked(colon)?;
        let mut pieces = Pieces {
            rest: Some(before),
            separator: ';',
            skip: outside_quotes,
        };
        let name = pieces.next()?.trim();
        let name = name.rsplit_once('.').map_or(name, |(_, name)| name);
        if name.is_empty() {
            return None;
        }
        let parameters = pieces.take(limits::CARD_PARAMETERS).map(parameter);
        Some(Self {
            name: name.to_ascii_uppercase(),
            parameters: parameters.collect(),
            value: value.get(1..).unwrap_or_default().to_owned(),
        })
    }

    /// Value of the first parameter of that name (upper case).
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let (_, value) = parameters.find(|(key, _)| key == name)?;
        Some(value)
    }

    /// Whether a parameter of that name has `word` in its list of values, in any case.
    pub(super) fn says(&self, name: &str, word: &str) -> bool {
        let mut values = self.parameters.iter().filter(|(key, _)| key == name);
        values.any(|(_, value)| {
            let mut words = value.split(',');
            words.any(|found| found.trim().eq_ignore_ascii_case(word))
        })
    }

    /// The value as one line to show.
    pub(super) fn one_line(&self) -> Option<String> {
        one_line(&unescape(&self.value), limits::CARD_LINE_CHARS)
    }
}

fn parameter(raw: &str) -> (String, String) {
    let (name, value) = raw.split_once('=').unwrap_or(("TYPE", raw));
    let mut out = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => {}
            // RFC 6868: what can't stand between quotes. Any other caret is one.
            '^' => {
                let ahead = characters.clone().next();
                let meant = match ahead {
                    Some('n') => '\n',
                    Some('\'') => '"',
                    _ => '^',
                };
                if matches!(ahead, Some('n' | '\'' | '^')) {
                    characters.next();
                }
                out.push(meant);
            }
            _ => out.push(c),
        }
    }
    (name.trim().to_ascii_uppercase(), out)
}

/// Where `wanted` stands first outside of quotes.
fn outside_quotes(text: &str, wanted: char) -> Option<usize> {
    let mut quoted = false;
    let mut characters = text.char_indices();
    let (at, _) = characters.find(|(_, c)| {
        quoted ^= *c == '"';
        *c == wanted && !quoted
    })?;
    Some(at)
}

/// Where `wanted` stands first without a backslash before it.
fn unescaped(text: &str, wanted: char) -> Option<usize> {
    let mut escaped = false;
    let mut characters = text.char_indices();
    let (at, _) = characters.find(|(_, c)| {
        let found = *c == wanted && !escaped;
        escaped = *c == '\\' && !escaped;
        found
    })?;
    Some(at)
}

/// The pieces of a list or of a structured value, escapes still in them.
pub(super) fn pieces(value: &str, separator: char) -> impl Iterator<Item = &str> {
    let pieces = Pieces {
        rest: Some(value),
        separator,
        skip: unescaped,
    };
    pieces.take(limits::CARD_ITEMS)
}

struct Pieces<'a> {
    rest: Option<&'a str>,
    separator: char,
    skip: fn(&str, char) -> Option<usize>,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest.take()?;
        let Some(at) = (self.skip)(rest, self.separator) else {
            return Some(rest);
        };
        let (piece, after) = rest.split_at_checked(at)?;
        self.rest = after.get(1..);
        Some(piece)
    }
}

/// Takes the escapes of text values away (RFC 5545 3.3.11, RFC 6350 3.4).
///
/// A backslash before anything but a mark or an N is one: some programs write paths as they are.
pub(super) fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(c) = characters.next() {
        let next = characters.clone().next();
        match next {
            Some('n' | 'N') if c == '\\' => out.push('\n'),
            Some(mark) if c == '\\' && mark.is_ascii_punctuation() => out.push(mark),
            _ => {
                out.push(c);
                continue;
            }
        }
        characters.next();
    }
    out
}

/// One line to show, `None` when nothing is left of it.
pub(super) fn one_line(text: &str, most_chars: usize) -> Option<String> {
    bounded(header::one_line(text), most_chars)
}

/// Text of several lines to show, without blank ones at its ends or more than one in a row.
pub(super) fn several_lines(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut blank = 0_u8;
    for line in text.lines() {
        let line = header::one_line(line);
        if line.is_empty() {
            blank = 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank == 0 { "\n" } else { "\n\n" });
        }
        blank = 0;
        out.push_str(&line);
        if out.len() > limits::CARD_TEXT_CHARS.saturating_mul(4) {
            break;
        }
    }
    bounded(out, limits::CARD_TEXT_CHARS)
}

fn bounded(mut text: String, most_chars: usize) -> Option<String> {
    if let Some((at, _)) = text.char_indices().nth(most_chars) {
        text.truncate(at);
        text.push('…');
    }
    (!text.is_empty()).then_some(text)
}

/// An address, from "mailto:a@b", "<a@b>" or "a@b"; `None` when it has no `@`, or has blanks.
pub(super) fn mail_address(raw: &str) -> Option<String> {
    // Also behind the rest of a name that had a colon in it and no quotes.
    let at = raw.to_ascii_lowercase().rfind("mailto:");
    let raw = at
        .and_then(|at| raw.get(at.saturating_add(7)..))
        .unwrap_or(raw);
    let raw = raw.trim().trim_start_matches('<').trim_end_matches('>');
    if raw.contains(char::is_whitespace) {
        return None;
    }
    let (local_part, domain) = raw.rsplit_once('@')?;
    let address = header::address(local_part.as_bytes(), domain.as_bytes());
    bounded(address, limits::CARD_LINE_CHARS)
}

/// A link that is safe to follow; `None` for every scheme but http and https.
pub(super) fn web_link(raw: &str) -> Option<String> {
    let link = raw.trim();
    let scheme = link.split_once("://").map(|(scheme, _)| scheme);
    let safe = scheme.is_some_and(|scheme| {
        scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
    });
    let fits = link.len() <= limits::LINK_OCTETS
        && !link
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || header::overrides_direction(c));
    (safe && fits).then(|| link.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        Lines::new(text, Folding::Dropped).collect()
    }

    #[test]
    fn lines_are_unfolded_whatever_ends_them() {
        for end in ["\r\n", "\n", "\r"] {
            let text = format!("A:1{end} 2{end}\t 3{end}{end}B:4");
            assert_eq!(lines(&text), ["A:12 3", "", "B:4"], "{end:?}");
        }
        assert_eq!(lines("\u{FEFF}A:å\n ä"), ["A:åä"]);
    }

    #[test]
    fn the_folding_of_fields_keeps_its_blank_and_ends_at_a_blank_line() {
        let lines: Vec<String> = Lines::new("A: 1\n 2\n \nB: 3", Folding::Kept).collect();
        assert_eq!(lines, ["A: 1 2", "", "B: 3"]);
    }

    #[test]
    fn a_line_is_cut_at_its_bound_and_the_next_one_is_read() {
        let fits = "a".repeat(limits::CARD_LINE_OCTETS);
        assert_eq!(lines(&format!("{fits}\nB")), [fits.as_str(), "B"]);
        assert_eq!(lines(&format!("{fits}a\n b\nB")), [fits.as_str(), "B"]);
    }

    #[test]
    fn parameters_may_be_quoted_bare_or_escaped() {
        let line =
            Line::parse("item1.Attendee;cn=\"Doe; Jo: x\";HOME;X=a^nb^'c^^d^e:mailto:j@x").unwrap();
        assert_eq!(line.name, "ATTENDEE");
        assert_eq!(line.parameter("CN"), Some("Doe; Jo: x"));
        assert!(line.says("TYPE", "home"));
        assert_eq!(line.parameter("X"), Some("a\nb\"c^d^e"));
        assert_eq!(line.value, "mailto:j@x");
        assert_eq!(Line::parse("A;CN=\"x:y").unwrap().value, "y");
        assert!(Line::parse("no colon").is_none());
        assert!(Line::parse(":no name").is_none());
    }

    #[test]
    fn escapes_are_resolved_after_splitting() {
        let split: Vec<String> = pieces(r"a\;b;c\\;d\n\,", ';').map(unescape).collect();
        assert_eq!(split, ["a;b", "c\\", "d\n,"]);
        assert_eq!(unescape(r"C:\temp\"), r"C:\temp\");
    }

    #[test]
    fn addresses_and_links_are_taken_out_of_what_stands_around_them() {
        assert_eq!(mail_address(" MAILTO:a@b.se").as_deref(), Some("a@b.se"));
        assert_eq!(mail_address("Doe:mailto:<a@b>").as_deref(), Some("a@b"));
        assert_eq!(mail_address("urn:uuid:1"), None);
        assert_eq!(mail_address("|/bin/sort a@b /home/a"), None);
        assert_eq!(
            web_link(" https://a.se/b ").as_deref(),
            Some("https://a.se/b")
        );
        assert_eq!(web_link("javascript:alert(1)"), None);
        assert_eq!(web_link("javascript://%0aalert(1)"), None);
        let long = format!("http://{}", "a".repeat(limits::LINK_OCTETS));
        assert_eq!(web_link(&long), None);
    }

    #[test]
    fn text_to_show_is_clean_and_bounded() {
        let text = several_lines("\n a \u{202E}b\0\n\n\n\tc\n\n").unwrap();
        assert_eq!(text, "a b\n\nc");
        let fits = "å".repeat(10);
        assert_eq!(one_line(&fits, 10), Some(fits.clone()));
        assert_eq!(one_line(&format!("{fits}å"), 10), Some(format!("{fits}…")));
        assert_eq!(one_line(" \n", 10), None);
    }
}
