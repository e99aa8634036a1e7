//! The body of a message in TNEF: up to three times in there, as plain text, HTML and RTF.
//!
//! In: where each stands. Out: text and HTML. RTF is only unpacked where the HTML, or all, is
//! missing: it is made from one of them, or it is all that Outlook sent.

use std::ops::Range;

use super::{
    Budget, Unpacked,
    properties::{BINARY, UNICODE},
    rtf, rtf_compressed,
    text::{label, text},
};
use crate::charset;

/// Types and places of the bodies.
#[derive(Default)]
pub(super) struct BodySources {
    pub(super) plain: Option<(u16, Range<usize>)>,
    pub(super) html: Option<(u16, Range<usize>)>,
    /// PidTagInternetCodepage; 0 while none was given.
    pub(super) html_codepage: u32,
    pub(super) rtf: Option<Range<usize>>,
}

impl BodySources {
    pub(super) fn read(
        self,
        octets: &[u8],
        codepage: u32,
        budget: &mut Budget,
        out: &mut Unpacked,
    ) {
        let hook = budget.hook;
        let left = &mut budget.body_octets;
        let slice = |range: Range<usize>| octets.get(range).unwrap_or_default();
        let has_more = |range: &Range<usize>, left: usize| range.len() > left;
        if let Some((kind, range)) = self.plain {
            out.is_incomplete |= has_more(&range, *left);
            out.text = Some(text(slice(range), kind, codepage, left, hook));
        }
        if let Some((kind, range)) = self.html {
            out.is_incomplete |= has_more(&range, *left);
            let octets = slice(range);
            let html = if kind == UNICODE {
                text(octets, kind, codepage, left, hook)
            } else {
                let codepage = match (self.html_codepage, kind) {
                    (0, BINARY) => 0,
                    (0, _) => codepage,
                    (given, _) => given,
                };
                let octets = octets.get(..*left).unwrap_or(octets);
                *left = left.saturating_sub(octets.len());
                let html = charset::html_to_utf8(label(codepage).as_deref(), octets, hook);
                html.trim_end_matches('\0').to_owned()
            };
            out.html = Some(html);
        }
        let is_filled = |body: &Option<String>| body.as_ref().is_some_and(|b| !b.trim().is_empty());
        if let Some(range) = self.rtf
            && !is_filled(&out.html)
            && let Some(unpacked) = rtf_compressed::unpack(slice(range), *left)
        {
            out.is_incomplete |= unpacked.is_cut;
            *left = left.saturating_sub(unpacked.rtf.len());
            match rtf::read(&unpacked.rtf, hook) {
                rtf::Body::Html(html) => out.html = Some(html),
                rtf::Body::Text(text) if !is_filled(&out.text) => out.text = Some(text),
                rtf::Body::Text(_) => {}
            }
        }
        out.text = out.text.take().filter(|body| !body.trim().is_empty());
        out.html = out.html.take().filter(|body| !body.trim().is_empty());
    }
}
