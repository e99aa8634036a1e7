//! The steps between a part's octets and what is drawn, put together: transfer encoding,
//! charset, kind of text.

use super::{
    BodyKind, BodyPart, Flow, TextBody, enriched, snippet_of_html, snippet_of_text, text_body,
};
use crate::{DecodeCharset, Part, TransferEncoding, charset, limits, transfer};

/// Text of a body part from its octets as transferred.
///
/// HTML comes out as HTML: it goes to the sanitiser, never into the page as it is.
pub fn decoded(part: &BodyPart, octets: &[u8], hook: DecodeCharset) -> String {
    let is_html = part.kind == BodyKind::Html;
    decode(
        part.encoding,
        part.charset.as_deref(),
        is_html,
        octets,
        hook,
    )
}

/// Blocks of a body part that is drawn as text, from its octets as transferred.
///
/// Of HTML it makes the plain form, for readers who ask for that.
pub fn blocks(part: &BodyPart, octets: &[u8], hook: DecodeCharset) -> TextBody {
    let text = decoded(part, octets, hook);
    match part.kind {
        BodyKind::Html => text_body(
            &super::html::to_text(&text, limits::TEXT_OCTETS),
            Flow::Fixed,
        ),
        BodyKind::Enriched => text_body(&enriched::to_text(&text), Flow::Fixed),
        BodyKind::Text | BodyKind::DeliveryStatus | BodyKind::DispositionNotification => {
            text_body(&text, Flow::of(part))
        }
    }
}

/// One line for the list, from the first octets of the part that
/// [`preview_section`](super::preview_section) chose.
pub fn snippet(part: &Part, octets: &[u8], hook: DecodeCharset) -> String {
    let is_html = is_html(part);
    let octets = octets.get(..limits::SNIPPET_OCTETS).unwrap_or(octets);
    let text = decode(
        part.encoding,
        part.charset.as_deref(),
        is_html,
        octets,
        hook,
    );
    if is_html {
        snippet_of_html(&text)
    } else if matches!(part.mime_type.as_str(), "text/enriched" | "text/richtext") {
        snippet_of_text(&enriched::to_text(&text))
    } else {
        snippet_of_text(&text)
    }
}

/// How many octets to fetch of a part for its snippet.
///
/// Plain text says what it says at once; HTML opens with its style.
pub fn snippet_octets(part: &Part) -> u32 {
    let wanted = if is_html(part) { 16_384 } else { 1_024 };
    wanted.min(part.size_octets)
}

fn is_html(part: &Part) -> bool {
    part.mime_type == "text/html"
}

fn decode(
    encoding: TransferEncoding,
    label: Option<&str>,
    is_html: bool,
    octets: &[u8],
    hook: DecodeCharset,
) -> String {
    let octets = transfer::decode(encoding, octets);
    if is_html {
        charset::html_to_utf8(label, &octets, hook)
    } else {
        charset::to_utf8(label, &octets, hook)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{header::test_hook, render::Run};

    #[test]
    fn octets_become_blocks_through_every_step() {
        let part = BodyPart {
            charset: Some("iso-8859-1".into()),
            encoding: TransferEncoding::QuotedPrintable,
            ..BodyPart::default()
        };
        let body = blocks(&part, b"R=E4k=\r\nsm=F6rg=E5s", test_hook);
        assert_eq!(
            body.blocks.first().map(|b| b.lines.clone()),
            Some(vec![vec![Run::Text("Räksmörgås".into())]])
        );
    }

    #[test]
    fn snippets_take_a_prefix_cut_anywhere() {
        let part = Part {
            mime_type: "text/html".into(),
            encoding: TransferEncoding::Base64,
            charset: Some("utf-8".into()),
            ..Part::default()
        };
        // "<p>Räk</p>" up to the middle of the character.
        assert_eq!(snippet(&part, b"PHA+UsM", test_hook), "R");
    }

    #[test]
    fn html_is_asked_for_more_than_text_and_nobody_for_more_than_there_is() {
        let part = |mime_type: &str, size_octets| Part {
            mime_type: mime_type.into(),
            size_octets,
            ..Part::default()
        };
        assert_eq!(snippet_octets(&part("text/plain", 5_000)), 1_024);
        assert_eq!(snippet_octets(&part("text/html", 5_000)), 5_000);
    }
}
