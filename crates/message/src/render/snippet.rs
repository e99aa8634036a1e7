//! One line that tells what a message says, for its row in the list.
//!
//! From the first octets of a text part, which may end anywhere. Quoted text, "On Monday, Å
//! wrote:" and the signature are passed over while there is something of the writer's own;
//! invisible padding, which newsletters put behind their preheader, does not count.

use crate::{
    header::{is_invisible, overrides_direction},
    limits,
    render::html,
};

/// From plain text.
pub fn snippet_of_text(text: &str) -> String {
    let text = bounded(text);
    let own = collect(text, Take::Own);
    if own.is_empty() {
        collect(text, Take::All)
    } else {
        own
    }
}

/// From HTML.
pub fn snippet_of_html(text: &str) -> String {
    // Padding of newsletters is some hundreds of invisible characters before the first word.
    snippet_of_text(&html::to_text(bounded(text), 8 * 1_024))
}

fn bounded(text: &str) -> &str {
    let end = text.floor_char_boundary(limits::SNIPPET_OCTETS);
    // What the prefix cut in two is no character.
    text.get(..end)
        .unwrap_or_default()
        .trim_end_matches(char::REPLACEMENT_CHARACTER)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Take {
    Own,
    All,
}

fn collect(text: &str, take: Take) -> String {
    let mut line = Line::default();
    let mut lines = text.lines().map(str::trim).peekable();
    while let Some(raw) = lines.next() {
        if line.is_full() {
            break;
        }
        let content = if take == Take::Own {
            if raw == "--" {
                // "-- " and the blank gone: the signature begins.
                break;
            }
            // The line above a quote that names who is quoted; it may be folded in two.
            let next = lines.peek().copied().unwrap_or_default();
            if raw.starts_with('>')
                || is_attribution(raw) && (next.starts_with('>') || next.is_empty())
                || is_attribution_start(raw) && is_attribution(next)
            {
                continue;
            }
            if is_separator(raw) {
                // "-----Original Message-----": what follows is quoted whole.
                break;
            }
            raw
        } else {
            raw.trim_start_matches(['>', ' '])
        };
        if !is_ruler(content) {
            line.push(content);
        }
    }
    line.finish()
}

#[derive(Default)]
struct Line {
    text: String,
    characters: usize,
    /// Seen since the last character; they count if another one follows at once.
    joiners: String,
    blank_due: bool,
    cut: bool,
}

impl Line {
    fn is_full(&self) -> bool {
        self.cut
    }

    fn push(&mut self, content: &str) {
        self.blank_due = true;
        self.joiners.clear();
        for c in content.chars() {
            if c.is_whitespace() || is_padding(c) {
                if c.is_whitespace() {
                    self.blank_due = true;
                    self.joiners.clear();
                }
            } else if is_joiner(c) {
                // Within emoji and Indic or Persian words they matter, elsewhere they pad.
                if !self.blank_due && self.joiners.len() < 64 {
                    self.joiners.push(c);
                }
            } else if !c.is_control() && !overrides_direction(c) {
                let blank = self.blank_due && !self.text.is_empty();
                if self.characters.saturating_add(usize::from(blank)) >= limits::SNIPPET_CHARS {
                    self.cut = true;
                    return;
                }
                if blank {
                    self.text.push(' ');
                    self.characters = self.characters.saturating_add(1);
                }
                self.blank_due = false;
                self.text.push_str(&self.joiners);
                self.joiners.clear();
                self.text.push(c);
                self.characters = self.characters.saturating_add(1);
            }
            // Joiners aren't counted, but they must not make the line endless.
            if self.text.len() >= limits::SNIPPET_CHARS.saturating_mul(8) {
                self.cut = true;
                return;
            }
        }
    }

    fn finish(self) -> String {
        let mut text = self.text;
        if self.cut {
            text.push('…');
        }
        text
    }
}

/// Characters that newsletters pad with, and that show nothing anywhere.
fn is_padding(c: char) -> bool {
    !is_joiner(c) && is_invisible(c) || matches!(c, '\u{2800}' | '\u{7F}')
}

/// Zero width non-joiner, joiner, and the selectors of emoji.
fn is_joiner(c: char) -> bool {
    matches!(
        c,
        '\u{200C}' | '\u{200D}' | '\u{FE0E}' | '\u{FE0F}' | '\u{E0020}'..='\u{E007F}'
    )
}

/// "On Mon, Nov 7, Åsa wrote:", "Den 7 nov skrev Åsa:".
fn is_attribution(line: &str) -> bool {
    line.len() <= 300 && line.ends_with(':') && {
        let lower = line.to_lowercase();
        [
            "wrote",
            "writes",
            "skrev",
            "schrieb",
            "a écrit",
            "escribió",
            "ha scritto",
            "schreef",
            "skriver",
            "kirjoitti",
            "napisał",
            "написал",
            "пишет",
            "escreveu",
            "写道",
            "のメール",
        ]
        .iter()
        .any(|verb| lower.contains(verb))
    }
}

/// The first half of one that was folded.
fn is_attribution_start(line: &str) -> bool {
    let lower = line.get(..4).unwrap_or_default().to_ascii_lowercase();
    matches!(
        lower.as_str(),
        "on m" | "on t" | "on w" | "on f" | "on s" | "den "
    ) && line.contains(|c: char| c.is_ascii_digit())
}

fn is_separator(line: &str) -> bool {
    let inner = line.trim_matches(['-', '_', ' ']);
    let dashes = line.len().saturating_sub(inner.len());
    dashes >= 6
        && [
            "original message",
            "ursprungligt meddelande",
            "originalmeddelande",
            "forwarded message",
            "ursprüngliche nachricht",
            "message d'origine",
            "mensaje original",
            "messaggio originale",
            "vidarebefordrat meddelande",
        ]
        .iter()
        .any(|words| inner.eq_ignore_ascii_case(words) || inner.to_lowercase() == *words)
}

/// A line drawn with characters.
fn is_ruler(line: &str) -> bool {
    line.chars().count() >= 3
        && line.chars().all(|c| {
            matches!(
                c,
                '-' | '_' | '=' | '*' | '~' | '#' | '.' | '─' | '━' | '—' | '–' | ' '
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_one() {
        assert_eq!(snippet_of_text("  Hej\r\n\r\n på\tdig \n"), "Hej på dig");
        assert_eq!(snippet_of_text(""), "");
    }

    #[test]
    fn quotes_are_passed_over_when_there_is_more() {
        let text = "On Mon, 7 Nov 2022 at 10:42, Åsa <a@b.se> wrote:\n> gammalt\n\nNytt\n-- \nsig";
        assert_eq!(snippet_of_text(text), "Nytt");
        let folded = "On Mon, 7 Nov 2022 at 10:42,\nÅsa <a@b.se> wrote:\n> gammalt\nNytt";
        assert_eq!(snippet_of_text(folded), "Nytt");
        assert_eq!(snippet_of_text("> bara\n>> gammalt"), "bara gammalt");
        assert_eq!(
            snippet_of_text("Ja!\n-----Original Message-----\nFrom: x"),
            "Ja!"
        );
    }

    #[test]
    fn a_forwarded_message_alone_is_shown() {
        assert_eq!(
            snippet_of_text("---------- Forwarded message ---------\nFrom: a\nHej"),
            "---------- Forwarded message --------- From: a Hej"
        );
    }

    #[test]
    fn invisible_padding_does_not_count() {
        let padded = format!(
            "Nyheter{}{}Nästa",
            "\u{200C}\u{A0}\u{AD}\u{34F} ".repeat(90),
            "\u{FEFF}"
        );
        assert_eq!(snippet_of_text(&padded), "Nyheter Nästa");
        assert_eq!(
            snippet_of_text("👨\u{200D}👩\u{200D}👧 hej ❤\u{FE0F}"),
            "👨\u{200D}👩\u{200D}👧 hej ❤"
        );
    }

    #[test]
    fn long_text_is_cut_with_a_mark() {
        let at = "å".repeat(limits::SNIPPET_CHARS);
        assert_eq!(snippet_of_text(&at), at);
        assert_eq!(snippet_of_text(&format!("{at}b")), format!("{at}…"));
    }

    #[test]
    fn html_gives_its_text() {
        let html = "<html><head><style>p{}</style></head><body><div style='display:none'>x</div>\
                    <h1>R&auml;k</h1><p>ost &amp; sill</p><blockquote>old</blockquote>";
        assert_eq!(snippet_of_html(html), "Räk ost & sill");
        assert_eq!(snippet_of_html("<p>a</p><p>b <img src=\"x"), "a b");
    }

    #[test]
    fn a_character_cut_by_the_prefix_is_left_out() {
        assert_eq!(snippet_of_text("R\u{E4}k\u{FFFD}"), "Räk");
    }
}
