//! The text of a message, drawn by text nodes and links alone: nothing in it is ever markup.
//!
//! Quoted text is drawn by depth. What is quoted behind the writer's last word is folded, as is what is
//! quoted within a quote; what is answered line by line stays open, or the answers could not be read.

use leptos::prelude::*;
use samma_message::render::{Block, Run};

use crate::i18n::ReaderTexts;

/// Draws the blocks of one text part.
pub(super) fn text_body(blocks: &[Block], texts: &'static ReaderTexts) -> AnyView {
    view! { <div class="message-text">{quoted(blocks, 0, texts)}</div> }.into_any()
}

/// Draws blocks that are quoted `depth` times or deeper. Recursion ends at the crate's bound on depth.
fn quoted(blocks: &[Block], depth: u8, texts: &'static ReaderTexts) -> Vec<AnyView> {
    let mut views = Vec::new();
    let mut rest = blocks;
    let mut has_own_text = false;
    while let Some((first, behind)) = rest.split_first() {
        if first.quote_depth <= depth {
            has_own_text |= !is_blank(first);
            views.push(lines(first));
            rest = behind;
            continue;
        }
        let deeper = rest
            .iter()
            .take_while(|block| block.quote_depth > depth)
            .count();
        let (quote, behind) = rest.split_at_checked(deeper).unwrap_or((rest, &[]));
        let is_last = behind
            .iter()
            .all(|block| block.signature || is_blank(block));
        let inner = quoted(quote, depth.saturating_add(1), texts);
        let quote = view! { <blockquote>{inner}</blockquote> };
        views.push(if has_own_text && (is_last || depth > 0) {
            view! {
                <details class="quoted">
                    <summary aria-label=texts.quoted title=texts.quoted>
                        "···"
                    </summary>
                    {quote}
                </details>
            }
            .into_any()
        } else {
            quote.into_any()
        });
        rest = behind;
    }
    views
}

fn is_blank(block: &Block) -> bool {
    block.lines.iter().flatten().all(|run| match run {
        Run::Text(text) => text.trim().is_empty(),
        Run::Link { .. } => false,
    })
}

/// One block: as few nodes as can be, since a long letter has thousands of lines.
fn lines(block: &Block) -> AnyView {
    let mut views: Vec<AnyView> = Vec::new();
    let mut text = String::new();
    let mut is_first = true;
    for line in &block.lines {
        if !is_first {
            text.push('\n');
        }
        is_first = false;
        for run in line {
            match run {
                Run::Text(piece) => text.push_str(piece),
                Run::Link { text: label, url } => {
                    if !text.is_empty() {
                        views.push(std::mem::take(&mut text).into_any());
                    }
                    views.push(link(label, url));
                }
            }
        }
    }
    if !text.is_empty() {
        views.push(text.into_any());
    }
    let class = if block.signature {
        "text-block signature"
    } else {
        "text-block"
    };
    view! { <div class=class>{views}</div> }.into_any()
}

fn link(label: &str, url: &str) -> AnyView {
    // The engine made them of allowed schemes only; said twice, since this is where they open.
    if !samma_message::policy::link_scheme_allowed(url) {
        return label.to_owned().into_any();
    }
    view! {
        <a href=url.to_owned() target="_blank" rel="noopener noreferrer">
            {label.to_owned()}
        </a>
    }
    .into_any()
}
