//! Plain text to blocks that a page draws: paragraphs by quote depth, links, the signature.
//!
//! In: a decoded text/plain part. Out: blocks whose runs, put together, are the text; the page
//! sets them as text nodes and links, so nothing in them is ever markup. format=flowed
//! (RFC 3676) joins what the sender's line length cut; other text keeps its lines.

use serde::{Deserialize, Serialize};

use crate::{header::overrides_direction, limits, render::link};

/// A text part, ready to draw.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextBody {
    /// In reading order.
    pub blocks: Vec<Block>,
    /// There was more than [`limits::TEXT_OCTETS`] or [`limits::TEXT_BLOCKS`]; the rest can be
    /// had by saving the part.
    pub cut: bool,
}

/// Lines of one quote depth that follow each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// 0 is the writer's own text. Deeper than [`limits::QUOTE_DEPTH`] counts as that.
    pub quote_depth: u8,
    /// Behind the line "-- " (RFC 3676 4.3).
    pub signature: bool,
    /// One entry a line; an empty one is an empty line. White space in them counts.
    pub lines: Vec<Vec<Run>>,
}

/// Part of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Run {
    /// Shown as it is.
    Text(String),
    /// Shown as `text`, opens `url`, whose scheme is one of the allowed four.
    Link {
        /// As written.
        text: String,
        /// Where it leads.
        url: String,
    },
}

/// How the lines of a text part hang together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flow {
    /// Each line stands for itself.
    #[default]
    Fixed,
    /// A line that ends in a blank goes on in the next one.
    Flowed {
        /// That blank is not part of the text (`delsp=yes`).
        delete_space: bool,
    },
}

impl Flow {
    /// From what the part declares.
    pub fn of(part: &super::BodyPart) -> Self {
        if part.flowed {
            Self::Flowed {
                delete_space: part.delete_space,
            }
        } else {
            Self::Fixed
        }
    }
}

/// Splits text into blocks.
pub fn text_body(text: &str, flow: Flow) -> TextBody {
    let (text, mut cut) = bounded(text);
    let mut builder = Builder::default();
    let mut lines = text.lines().map(|line| line.trim_end_matches('\r'));
    for line in &mut lines {
        builder.line(line, flow);
        if builder.blocks.len() > limits::TEXT_BLOCKS {
            cut = true;
            break;
        }
    }
    builder.end_paragraph();
    let mut blocks = builder.blocks;
    blocks.truncate(limits::TEXT_BLOCKS);
    trim_empty_lines(&mut blocks);
    TextBody { blocks, cut }
}

fn bounded(text: &str) -> (&str, bool) {
    if text.len() <= limits::TEXT_OCTETS {
        return (text, false);
    }
    let end = text.floor_char_boundary(limits::TEXT_OCTETS);
    let head = text.get(..end).unwrap_or_default();
    // At a line's end, unless that would lose a very long line.
    let whole_lines = head.rfind('\n').filter(|at| *at > limits::TEXT_OCTETS / 2);
    (
        whole_lines.and_then(|at| head.get(..at)).unwrap_or(head),
        true,
    )
}

#[derive(Default)]
struct Builder {
    blocks: Vec<Block>,
    /// A flowed paragraph that is not at its end, and its depth.
    paragraph: Option<(u8, String)>,
    in_signature: bool,
    links: usize,
}

impl Builder {
    fn line(&mut self, line: &str, flow: Flow) {
        let (depth, content) = match flow {
            Flow::Fixed => quoted_fixed(line),
            Flow::Flowed { .. } => quoted_flowed(line),
        };
        let is_separator = content == "-- " || content == "--" && depth == 0;
        if is_separator {
            self.end_paragraph();
            if depth == 0 {
                self.in_signature = true;
            }
            return self.push(depth, content);
        }
        let Flow::Flowed { delete_space } = flow else {
            return self.push(depth, content);
        };
        if self
            .paragraph
            .as_ref()
            .is_some_and(|(open, _)| *open != depth)
        {
            self.end_paragraph();
        }
        let goes_on = content.ends_with(' ');
        let content = if goes_on && delete_space {
            content.strip_suffix(' ').unwrap_or(content)
        } else {
            content
        };
        let (_, paragraph) = self.paragraph.get_or_insert_with(|| (depth, String::new()));
        paragraph.push_str(content);
        if !goes_on {
            self.end_paragraph();
        }
    }

    fn end_paragraph(&mut self) {
        if let Some((depth, text)) = self.paragraph.take() {
            self.push(depth, &text);
        }
    }

    fn push(&mut self, depth: u8, line: &str) {
        if depth > 0 {
            // Quoted text below a signature is the old message, not the signature.
            self.in_signature = false;
        }
        let clean = displayable(line);
        let mut runs = Vec::new();
        let mut budget = limits::LINKS.saturating_sub(self.links);
        let before = budget;
        link::runs(clean.trim_end(), &mut budget, &mut runs);
        self.links = self.links.saturating_add(before.saturating_sub(budget));
        match self.blocks.last_mut() {
            Some(block) if block.quote_depth == depth && block.signature == self.in_signature => {
                block.lines.push(runs);
            }
            _ => self.blocks.push(Block {
                quote_depth: depth,
                signature: self.in_signature,
                lines: vec![runs],
            }),
        }
    }
}

/// Depth and content of a line as people and old mailers quote: "> > a", ">>a", " > a".
fn quoted_fixed(line: &str) -> (u8, &str) {
    let mut depth: u8 = 0;
    let mut rest = line;
    // One blank before a mark is a habit; more is an indented ">" of the writer's own.
    while let Some(after) = rest.strip_prefix('>').or_else(|| rest.strip_prefix(" >")) {
        // mbox writers escape a line that begins with "From " (RFC 4155).
        if depth == 0 && after.starts_with("From ") {
            return (0, after);
        }
        depth = depth.saturating_add(1).min(limits::QUOTE_DEPTH);
        rest = after;
    }
    let content = if depth > 0 {
        rest.strip_prefix(' ').unwrap_or(rest)
    } else {
        line
    };
    (depth, content)
}

/// RFC 3676 4.4 and 4.5: marks first, then one stuffed blank.
fn quoted_flowed(line: &str) -> (u8, &str) {
    let unquoted = line.trim_start_matches('>');
    let marks = line.len().saturating_sub(unquoted.len());
    let depth = u8::try_from(marks)
        .unwrap_or(u8::MAX)
        .min(limits::QUOTE_DEPTH);
    (depth, unquoted.strip_prefix(' ').unwrap_or(unquoted))
}

/// Without control characters and overrides of direction; a tab stays.
fn displayable(line: &str) -> String {
    line.chars()
        .filter(|c| *c == '\t' || !c.is_control() && !overrides_direction(*c))
        .collect()
}

/// Empty lines at the end of the message and before its first line say nothing.
fn trim_empty_lines(blocks: &mut Vec<Block>) {
    while let Some(last) = blocks.last_mut() {
        while last.lines.last().is_some_and(Vec::is_empty) {
            last.lines.pop();
        }
        if !last.lines.is_empty() {
            break;
        }
        blocks.pop();
    }
    if let Some(first) = blocks.first_mut() {
        let leading = first
            .lines
            .iter()
            .take_while(|line| line.is_empty())
            .count();
        first.lines.drain(..leading);
        if first.lines.is_empty() {
            blocks.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line as "depth|text", signatures as "s|text".
    fn shown(text: &str, flow: Flow) -> Vec<String> {
        let body = text_body(text, flow);
        body.blocks
            .iter()
            .flat_map(|block| {
                block.lines.iter().map(move |line| {
                    let text: String = line
                        .iter()
                        .map(|run| match run {
                            Run::Text(text) => text.clone(),
                            Run::Link { text, .. } => format!("[{text}]"),
                        })
                        .collect();
                    let mark = if block.signature {
                        "s".to_owned()
                    } else {
                        block.quote_depth.to_string()
                    };
                    format!("{mark}|{text}")
                })
            })
            .collect()
    }

    const FLOWED: Flow = Flow::Flowed {
        delete_space: false,
    };

    #[test]
    fn lines_keep_their_order_and_blanks() {
        assert_eq!(
            shown("a\r\n  b\n\nc\n\n", Flow::Fixed),
            ["0|a", "0|  b", "0|", "0|c"]
        );
    }

    #[test]
    fn quotes_are_told_apart_by_depth() {
        let text = "a\n> b\n> > c\n>>> d\ne\n >f\n  >g";
        assert_eq!(
            shown(text, Flow::Fixed),
            ["0|a", "1|b", "2|c", "3|d", "0|e", "1|f", "0|  >g"]
        );
    }

    #[test]
    fn an_escaped_from_is_no_quote() {
        assert_eq!(shown(">From here on", Flow::Fixed), ["0|From here on"]);
    }

    #[test]
    fn the_signature_is_what_follows_its_line() {
        assert_eq!(
            shown("a\n-- \nÅsa\n> b", Flow::Fixed),
            ["0|a", "s|--", "s|Åsa", "1|b"]
        );
    }

    #[test]
    fn flowed_lines_join_within_their_depth() {
        assert_eq!(shown("a \nb\nc", FLOWED), ["0|a b", "0|c"]);
        assert_eq!(
            shown("> a \n> b\n>> c \n> d", FLOWED),
            ["1|a b", "2|c", "1|d"]
        );
        assert_eq!(shown(" > stuffed \n From", FLOWED), ["0|> stuffed From"]);
        assert_eq!(shown("a \n-- \nb", FLOWED), ["0|a", "s|--", "s|b"]);
    }

    #[test]
    fn delsp_takes_the_blank_away() {
        let delsp = Flow::Flowed { delete_space: true };
        assert_eq!(shown("日本 \n語", delsp), ["0|日本語"]);
        assert_eq!(shown("a  \nb", delsp), ["0|a b"]);
    }

    #[test]
    fn links_cross_the_lines_that_flowed_text_cut() {
        assert_eq!(
            shown("see https://a.se/b now", Flow::Fixed),
            ["0|see [https://a.se/b] now"]
        );
    }

    #[test]
    fn control_characters_and_overrides_are_left_out() {
        assert_eq!(
            shown("a\u{1b}[31m\tb\u{202E}c\0", Flow::Fixed),
            ["0|a[31m\tbc"]
        );
    }

    #[test]
    fn text_is_bounded_and_says_so() {
        let line = "a".repeat(63) + "\n";
        let at = text_body(&line.repeat(limits::TEXT_OCTETS / 64), Flow::Fixed);
        assert!(!at.cut);
        let past = text_body(&line.repeat(limits::TEXT_OCTETS / 64 + 1), Flow::Fixed);
        assert!(past.cut);
        assert_eq!(at.blocks, past.blocks);
    }

    #[test]
    fn blocks_are_bounded_and_say_so() {
        let pairs = limits::TEXT_BLOCKS / 2;
        assert!(!text_body(&"a\n>b\n".repeat(pairs), Flow::Fixed).cut);
        let past = text_body(&"a\n>b\n".repeat(pairs + 1), Flow::Fixed);
        assert!(past.cut);
        assert_eq!(past.blocks.len(), limits::TEXT_BLOCKS);
    }
}
