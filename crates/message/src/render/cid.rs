//! Which parts an HTML text refers to by `cid:` links (RFC 2392).

use crate::limits;

/// The Content-IDs that `html` names, each once, percent-decoded.
///
/// A search for `cid:`, not a parse: finding one too many hides a picture's entry in the list
/// only if a part of that name exists and is meant to be inline.
pub fn references(html: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some(at) = find_ignoring_case(rest, "cid:") {
        rest = rest.get(at.saturating_add(4)..).unwrap_or_default();
        let end = rest
            .char_indices()
            .take(LONGEST_ID)
            .find(|(_, c)| c.is_whitespace() || "\"'><)&;".contains(*c))
            .map_or_else(|| rest.floor_char_boundary(LONGEST_ID), |(at, _)| at);
        let (id, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let id = percent_decoded(id);
        rest = after;
        if !id.is_empty() && !found.contains(&id) {
            found.push(id);
        }
        if found.len() >= limits::PARTS {
            break;
        }
    }
    found
}

/// Characters of an id; a line of a header can't hold more (RFC 5322 2.1.1).
const LONGEST_ID: usize = 998;

/// `cid` of a URL, as [`Attachment::content_id`](super::Attachment::content_id) has it.
pub fn content_id(url: &str) -> Option<String> {
    let (scheme, id) = url.trim().split_once(':')?;
    (scheme.eq_ignore_ascii_case("cid") && !id.is_empty()).then(|| percent_decoded(id))
}

fn find_ignoring_case(haystack: &str, needle: &str) -> Option<usize> {
    haystack
        .as_bytes()
        .windows(needle.len())
        .position(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

fn percent_decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((octet, after)) = rest.split_first() {
        rest = after;
        let digits = match octet {
            b'%' => after
                .get(..2)
                .and_then(|pair| std::str::from_utf8(pair).ok())
                .and_then(|pair| u8::from_str_radix(pair, 16).ok()),
            _ => None,
        };
        if let Some(decoded) = digits {
            out.push(decoded);
            rest = after.get(2..).unwrap_or_default();
        } else {
            out.push(*octet);
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{content_id, references};

    #[test]
    fn links_in_attributes_and_styles_are_found_once() {
        let html =
            "<img src=\"cid:a@b\"><IMG SRC='CID:a@b'><td style=\"background:url(cid:c%40d)\">";
        assert_eq!(references(html), ["a@b", "c@d"]);
    }

    #[test]
    fn urls_give_their_id() {
        assert_eq!(content_id("cid:a%40b").as_deref(), Some("a@b"));
        assert_eq!(content_id("https://a"), None);
    }
}
