//! HTML to plain text, for snippets, search and replies. Never for display: what is shown as
//! HTML goes through the browser's own parser and a sanitiser.
//!
//! A tolerant tokenizer, one pass, no tree: tags go, blocks and line breaks become line ends,
//! `script`, `style`, `head` and the like go with their content, entities become characters.
//! Takes a prefix that ends anywhere.

mod entity;

/// Text of an HTML part; quoted lines (`blockquote`) begin with `>`. Output is at most
/// `most_octets` long, and a little more than twice the input at worst.
pub fn to_text(html: &str, most_octets: usize) -> String {
    let mut writer = Writer::new(most_octets);
    let mut rest = html;
    while !rest.is_empty() && !writer.is_full() {
        let Some(at) = rest.find(['<', '&']) else {
            writer.text(rest);
            break;
        };
        let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
        writer.text(plain);
        rest = if let Some(entity) = special.strip_prefix('&') {
            let (decoded, after) = entity::decode(entity);
            match decoded {
                Some(decoded) => writer.push(decoded),
                None => writer.text("&"),
            }
            after
        } else {
            markup(special, &mut writer)
        };
    }
    writer.finish()
}

/// Handles what begins with `<`; gives back what follows it.
fn markup<'a>(html: &'a str, writer: &mut Writer) -> &'a str {
    if let Some(comment) = html.strip_prefix("<!--") {
        // Also "<!-->" and "<!--->", which browsers end at once.
        return comment
            .strip_prefix('>')
            .or_else(|| comment.strip_prefix("->"))
            .unwrap_or_else(|| comment.split_once("-->").map_or("", |(_, after)| after));
    }
    if let Some(data) = html.strip_prefix("<![CDATA[") {
        let (text, after) = data.split_once("]]>").unwrap_or((data, ""));
        writer.text(text);
        return after;
    }
    if html.starts_with("<!") || html.starts_with("<?") {
        return html.split_once('>').map_or("", |(_, after)| after);
    }
    let Some(tag) = Tag::parse(html) else {
        writer.text("<");
        return html.strip_prefix('<').unwrap_or_default();
    };
    if !tag.closing && is_hidden(tag.name) {
        return after_closing(tag.after, tag.name);
    }
    if !tag.closing && is_styled_away(tag.attributes) && !is_void(tag.name) {
        return after_element(tag.after, tag.name);
    }
    if tag.name.eq_ignore_ascii_case("blockquote") {
        writer.quote(!tag.closing);
    } else if tag.name.eq_ignore_ascii_case("br") {
        writer.line_break();
    } else if is_block(tag.name) {
        writer.new_line();
    } else if !is_phrase(tag.name) {
        // Cells and what we don't know: a gap, no line.
        writer.text(" ");
    }
    tag.after
}

struct Tag<'a> {
    name: &'a str,
    closing: bool,
    attributes: &'a str,
    after: &'a str,
}

impl<'a> Tag<'a> {
    /// `None` when this `<` begins no tag ("a < b"). A tag that the end cuts takes all the rest.
    fn parse(html: &'a str) -> Option<Self> {
        let inner = html.strip_prefix('<')?;
        let (closing, inner) = match inner.strip_prefix('/') {
            Some(inner) => (true, inner),
            None => (false, inner),
        };
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let end = inner
            .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
            .unwrap_or(inner.len());
        let (name, rest) = inner.split_at_checked(end)?;
        let (attributes, after) = split_attributes(rest);
        Some(Self {
            name,
            closing,
            attributes,
            after,
        })
    }
}

/// Up to the `>` that ends a tag: those in quoted values don't.
fn split_attributes(rest: &str) -> (&str, &str) {
    let mut quote: Option<char> = None;
    let mut after_equals = false;
    for (at, c) in rest.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '>' => {
                let (attributes, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
                return (attributes, after.strip_prefix('>').unwrap_or(after));
            }
            // A quote elsewhere than before a value is a letter to browsers.
            None if after_equals && matches!(c, '"' | '\'') => quote = Some(c),
            None => {}
        }
        if !c.is_whitespace() {
            after_equals = c == '=' && quote.is_none();
        }
    }
    (rest, "")
}

/// Elements whose content is no text of the message.
fn is_hidden(name: &str) -> bool {
    [
        "script", "style", "head", "title", "template", "noscript", "object", "svg", "math",
        "select", "textarea", "iframe", "xml",
    ]
    .iter()
    .any(|hidden| name.eq_ignore_ascii_case(hidden))
}

/// "display:none" and like: preheaders and tracking blocks. Only for elements that end.
fn is_styled_away(attributes: &str) -> bool {
    if attributes.is_empty() {
        return false;
    }
    let style: String = attributes
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(2_048)
        .collect::<String>()
        .to_ascii_lowercase();
    style.contains("display:none") || style.contains("visibility:hidden")
}

fn is_void(name: &str) -> bool {
    [
        "img", "input", "hr", "meta", "link", "area", "base", "col", "wbr", "source", "br", "body",
        "html",
    ]
    .iter()
    .any(|void| name.eq_ignore_ascii_case(void))
}

fn is_block(name: &str) -> bool {
    [
        "p",
        "div",
        "tr",
        "table",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "pre",
        "center",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "nav",
        "aside",
        "address",
        "figure",
        "figcaption",
        "form",
        "fieldset",
        "body",
        "html",
        "tbody",
        "thead",
        "tfoot",
        "caption",
    ]
    .iter()
    .any(|block| name.eq_ignore_ascii_case(block))
}

/// Elements within a line that put no gap between letters.
fn is_phrase(name: &str) -> bool {
    [
        "a", "b", "i", "u", "s", "em", "strong", "span", "font", "big", "small", "sub", "sup",
        "tt", "code", "abbr", "acronym", "cite", "q", "mark", "del", "ins", "strike", "label",
        "bdo", "bdi", "wbr", "kbd", "samp", "var", "time", "data", "o:p", "nobr", "dfn",
    ]
    .iter()
    .any(|phrase| name.eq_ignore_ascii_case(phrase))
}

/// Past the end tag of an element whose content is not read. `head` also ends where `body`
/// begins: many mails forget to close it.
fn after_closing<'a>(html: &'a str, name: &str) -> &'a str {
    let mut rest = html;
    while let Some((_, tail)) = rest.split_once('<') {
        rest = tail;
        let closing = tail
            .strip_prefix('/')
            .is_some_and(|tail| starts_with_name(tail, name));
        if closing {
            return tail.split_once('>').map_or("", |(_, after)| after);
        }
        if name.eq_ignore_ascii_case("head") && starts_with_name(tail, "body") {
            return split_attributes(tail).1;
        }
    }
    ""
}

/// Past the end tag of an element that holds others of its name.
fn after_element<'a>(html: &'a str, name: &str) -> &'a str {
    let mut depth: usize = 1;
    let mut rest = html;
    while let Some((_, tail)) = rest.split_once('<') {
        rest = tail;
        if starts_with_name(tail, name) {
            depth = depth.saturating_add(1);
        } else if let Some(closing) = tail.strip_prefix('/')
            && starts_with_name(closing, name)
        {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return closing.split_once('>').map_or("", |(_, after)| after);
            }
        }
    }
    ""
}

fn starts_with_name(html: &str, name: &str) -> bool {
    html.get(..name.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(name))
        && !html
            .get(name.len()..)
            .unwrap_or_default()
            .starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
}

/// Collects text: runs of white space are one blank, lines don't begin or end with one.
struct Writer {
    out: String,
    most_octets: usize,
    depth: usize,
    at_line_start: bool,
    blank_due: bool,
}

impl Writer {
    fn new(most_octets: usize) -> Self {
        Self {
            out: String::new(),
            most_octets,
            depth: 0,
            at_line_start: true,
            blank_due: false,
        }
    }

    fn is_full(&self) -> bool {
        self.out.len() >= self.most_octets
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            if self.is_full() {
                return;
            }
            if c.is_ascii_whitespace() {
                self.blank_due = true;
            } else if c != '\0' {
                self.push(c);
            }
        }
    }

    fn push(&mut self, c: char) {
        if self.at_line_start {
            for _ in 0..self.depth.min(8) {
                self.out.push('>');
            }
            if self.depth > 0 {
                self.out.push(' ');
            }
        } else if self.blank_due {
            self.out.push(' ');
        }
        self.blank_due = false;
        self.at_line_start = false;
        self.out.push(c);
    }

    fn new_line(&mut self) {
        if !self.at_line_start {
            self.out.push('\n');
            self.at_line_start = true;
        }
        self.blank_due = false;
    }

    fn line_break(&mut self) {
        // An empty line is kept, a third in a row is not.
        if !self.at_line_start || !self.out.ends_with("\n\n") && !self.out.is_empty() {
            self.out.push('\n');
        }
        self.at_line_start = true;
        self.blank_due = false;
    }

    fn quote(&mut self, opens: bool) {
        self.new_line();
        self.depth = if opens {
            self.depth.saturating_add(1)
        } else {
            self.depth.saturating_sub(1)
        };
    }

    fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end().len());
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::to_text;

    fn text(html: &str) -> String {
        to_text(html, 10_000)
    }

    #[test]
    fn tags_go_and_blocks_become_lines() {
        assert_eq!(
            text("<p>Hej <b>p</b>å dig</p><p>Rad<br>två</p>"),
            "Hej på dig\nRad\ntvå"
        );
        assert_eq!(text("<table><tr><td>a</td><td>b</td></tr></table>"), "a b");
    }

    #[test]
    fn content_that_is_no_text_goes_with_its_tags() {
        assert_eq!(
            text(
                "<html><head><title>t</title><style>p{}</style></head><body>a<script>x<p></script>b"
            ),
            "ab"
        );
        assert_eq!(text("<head><meta x><body class='a>b'>c"), "c");
        assert_eq!(text("a<!-- <p>x</p> -->b<!---->c"), "abc");
        assert_eq!(text("<style>never closed"), "");
    }

    #[test]
    fn hidden_preheaders_go_with_what_they_hold() {
        assert_eq!(
            text("<div style=\"display: none\">a<div>b</div>c</div>d"),
            "d"
        );
        assert_eq!(
            text("<span style='mso-hide:all;VISIBILITY:hidden'>x</span>y"),
            "y"
        );
    }

    #[test]
    fn entities_become_characters() {
        assert_eq!(
            text("&lt;R&auml;k&gt; &amp; &#8364; &#xe5; &copy"),
            "<Räk> & € å ©"
        );
        assert_eq!(text("a &b; & c &#; &#xffffffff;"), "a &b; & c &#; \u{FFFD}");
    }

    #[test]
    fn quotes_are_marked_by_depth() {
        assert_eq!(
            text("a<blockquote>b<blockquote>c</blockquote>d</blockquote>e"),
            "a\n> b\n>> c\n> d\ne"
        );
    }

    #[test]
    fn cut_and_broken_markup_is_no_text() {
        assert_eq!(text("a<b"), "a");
        assert_eq!(text("a<img src=\"x>y"), "a");
        assert_eq!(text("1 < 2 <3"), "1 < 2 <3");
        assert_eq!(text("<a title='>'>x</a>"), "x");
    }

    #[test]
    fn output_stops_at_the_bound() {
        assert_eq!(to_text(&"a".repeat(100), 10).len(), 10);
    }
}
