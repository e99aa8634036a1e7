//! Addresses in plain text that become links.
//!
//! Only what a person would take for one: `http://`, `https://`, `mailto:`, `tel:`, `www.` and
//! mail addresses. The end is where the sentence goes on: closing punctuation and unpaired
//! brackets are not part of an address.

use crate::{limits, policy, render::text::Run};

/// Splits one line into text and links; `budget` counts down the links still allowed.
pub(super) fn runs(line: &str, budget: &mut usize, out: &mut Vec<Run>) {
    let mut plain_from = line;
    let mut rest = line;
    let mut before: Option<char> = None;
    while let Some(c) = rest.chars().next() {
        let at_word_start =
            before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '@' | '.' | '-' | '_'));
        if at_word_start
            && *budget > 0
            && let Some((length, url)) = link_at(rest)
            && let Some((text, after)) = rest.split_at_checked(length)
        {
            before = text.chars().next_back();
            // Without a target it is an address that can't be one: passed over as a whole, so
            // that what it is made of is not looked at again.
            if let Some(url) = url {
                let plain = plain_from
                    .get(..plain_from.len().saturating_sub(rest.len()))
                    .unwrap_or_default();
                push_text(plain, out);
                out.push(Run::Link {
                    text: text.to_owned(),
                    url,
                });
                *budget = budget.saturating_sub(1);
                plain_from = after;
            }
            rest = after;
            continue;
        }
        before = Some(c);
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    push_text(plain_from, out);
}

fn push_text(text: &str, out: &mut Vec<Run>) {
    if text.is_empty() {
        return;
    }
    if let Some(Run::Text(last)) = out.last_mut() {
        last.push_str(text);
    } else {
        out.push(Run::Text(text.to_owned()));
    }
}

/// The length and target of an address that begins here; no target if it is too long.
fn link_at(text: &str) -> Option<(usize, Option<String>)> {
    // Most words begin none of these: one look at the first letter spares the rest. What can be
    // refused by the letters behind the scheme is refused before its end is searched.
    let first = text.chars().next()?;
    let (length, url) = match first.to_ascii_lowercase() {
        'h' if has_prefix(text, "https://") || has_prefix(text, "http://") => {
            let (_, host) = text.split_once("://")?;
            if !host.starts_with(|c: char| c.is_alphanumeric() || c == '[') {
                return None;
            }
            let address = address(text)?;
            (address.len(), address.to_owned())
        }
        'm' if has_prefix(text, "mailto:") => {
            mail_address(text.get(7..)?)?;
            let address = address(text)?;
            (address.len(), address.to_owned())
        }
        't' if has_prefix(text, "tel:+") => {
            let number = text.get(5..)?.chars().take(24);
            if number.filter(char::is_ascii_digit).count() < 5 {
                return None;
            }
            let address = address(text)?;
            (address.len(), address.to_owned())
        }
        'w' if has_prefix(text, "www.") => {
            let host = text.get(4..)?;
            let name = host
                .chars()
                .take(64)
                .take_while(|c| c.is_alphanumeric() || *c == '-')
                .count();
            if name == 0 || host.chars().nth(name) != Some('.') {
                return None;
            }
            let address = address(text)?;
            // "www.a." at the end of a sentence has lost its dot, and is no host.
            if !address.get(4..)?.contains('.') {
                return None;
            }
            (address.len(), format!("https://{address}"))
        }
        c if c.is_ascii_alphanumeric() => {
            let length = mail_address(text)?;
            (length, format!("mailto:{}", text.get(..length)?))
        }
        _ => return None,
    };
    let fits = url.len() <= limits::LINK_OCTETS && policy::link_scheme_allowed(&url);
    (length > 0).then(|| (length, fits.then_some(url)))
}

fn has_prefix(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// From the start of an address to where the sentence goes on.
fn address(text: &str) -> Option<&str> {
    let end = text
        .char_indices()
        .find(|(at, c)| *at > limits::LINK_OCTETS || ends_address(*c))
        .map_or(text.len(), |(at, _)| at);
    let mut address = text.get(..end)?;
    // Punctuation behind belongs to the sentence, and so does a bracket that opened before.
    // Brackets are counted once: a row of a thousand must not cost a million.
    let mut surplus = [('(', ')'), ('[', ']'), ('{', '}')].map(|(open, close)| {
        let closing = address.matches(close).count();
        (close, closing.saturating_sub(address.matches(open).count()))
    });
    while let Some(last) = address.chars().next_back() {
        let is_stop = matches!(
            last,
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | '…'
        );
        let unpaired = surplus
            .iter_mut()
            .find(|(close, count)| *close == last && *count > 0);
        match unpaired {
            Some((_, count)) => *count = count.saturating_sub(1),
            None if is_stop => {}
            None => break,
        }
        address = address.get(..address.len().saturating_sub(last.len_utf8()))?;
    }
    Some(address)
}

fn ends_address(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '<' | '>' | '"' | '“' | '”' | '„' | '«' | '»' | '`' | '|' | '\\' | '^' | '\u{FFFD}'
        )
        || crate::header::is_invisible(c)
        || matches!(
            c,
            '、' | '。' | '，' | '「' | '」' | '（' | '）' | '《' | '》' | '！' | '？'
        )
}

/// Length of a mail address of the common form that begins here.
fn mail_address(text: &str) -> Option<usize> {
    let local = text
        .bytes()
        .take(65)
        .take_while(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_{|}~.".contains(b))
        .count();
    if local > 64 || text.as_bytes().get(local) != Some(&b'@') {
        return None;
    }
    let after_at = text.get(local.saturating_add(1)..)?;
    let host = after_at
        .bytes()
        .take(254)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        .count();
    let host = after_at.get(..host)?.trim_end_matches(['.', '-']);
    let (name, top) = host.rsplit_once('.')?;
    let is_host = !name.is_empty()
        && top.len() >= 2
        && top.bytes().all(|b| b.is_ascii_alphabetic())
        && !host.starts_with(['.', '-'])
        && !host.contains("..");
    is_host.then(|| local.saturating_add(1).saturating_add(host.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links of a line as "text>url", or "text" alone where both are the same.
    fn links(line: &str) -> Vec<String> {
        let mut out = Vec::new();
        runs(line, &mut 100, &mut out);
        let whole: String = out
            .iter()
            .map(|run| match run {
                Run::Text(text) | Run::Link { text, .. } => text.as_str(),
            })
            .collect();
        assert_eq!(whole, line, "runs must add up to the line");
        out.into_iter()
            .filter_map(|run| match run {
                Run::Text(_) => None,
                Run::Link { text, url } if text == url => Some(text),
                Run::Link { text, url } => Some(format!("{text}>{url}")),
            })
            .collect()
    }

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        assert_eq!(
            links("see https://a.se/b?c=d#e, or"),
            ["https://a.se/b?c=d#e"]
        );
        assert_eq!(
            links("(https://a.se/b_(c)) <http://d.se>."),
            ["https://a.se/b_(c)", "http://d.se"]
        );
        assert_eq!(links("\"https://a.se/\"!"), ["https://a.se/"]);
        assert_eq!(links("見て：https://a.se/日本。"), ["https://a.se/日本"]);
    }

    #[test]
    fn hosts_and_mail_addresses_get_a_scheme() {
        assert_eq!(links("www.a.se/b."), ["www.a.se/b>https://www.a.se/b"]);
        assert_eq!(
            links("to a.b+c@d-e.se."),
            ["a.b+c@d-e.se>mailto:a.b+c@d-e.se"]
        );
        assert_eq!(links("<mailto:a@b.se>"), ["mailto:a@b.se"]);
        assert_eq!(links("tel:+46-8-123456"), ["tel:+46-8-123456"]);
    }

    #[test]
    fn nothing_else_becomes_a_link() {
        for line in [
            "javascript:alert(1)",
            "xhttp://a.se",
            "http://",
            "https:// a",
            "a@b",
            "@a.se",
            "file:///etc",
            "www.",
            "user@localhost",
            "ftp://a.se",
            "data:text/html,x",
        ] {
            assert_eq!(links(line), Vec::<String>::new(), "{line}");
        }
    }

    #[test]
    fn links_stop_at_the_budget_and_at_their_length() {
        let mut out = Vec::new();
        runs("http://a.se http://b.se", &mut 1, &mut out);
        assert_eq!(out.len(), 2);
        let at = format!("http://{}", "a".repeat(limits::LINK_OCTETS - 7));
        assert_eq!(links(&at).len(), 1);
        assert_eq!(links(&format!("{at}a")).len(), 0);
    }
}
