//! What is known of a message beside what it says: whether its sender could be confirmed, and the list it came by.

use std::rc::Rc;

use leptos::prelude::*;
use samma_mailbox::change::Message;
use samma_message::about::{About, Sender, Unsubscribe, Verdict};

use super::desk::{Asked, Desk, use_desk};
use crate::components::{Icon, icon, shared};
use crate::i18n::{AboutTexts, use_texts};
use crate::state::use_state;

/// Address of the author, or nothing.
pub(super) fn author(message: &Message) -> String {
    message
        .from
        .first()
        .map(|person| person.address.clone())
        .unwrap_or_default()
}

/// A warning where the sender may be another one.
pub(super) fn warning(message: &Message) -> AnyView {
    let about = use_state().reader.about;
    let words = use_texts().about;
    let from = author(message);
    shared(move || {
        about.with(|about| {
            let about = about.as_ref()?;
            (about.sender(&from) == Sender::Doubtful).then(|| {
                let text = (words.doubtful)(server(about));
                view! {
                    <p class="message-note doubtful" role="note">
                        {icon(Icon::Warning)}
                        <span>{text}</span>
                    </p>
                }
                .into_any()
            })
        })
    })
    .into_any()
}

/// Beside the author: by way of whom, and how to leave the list.
pub(super) fn beside_author(message: &Message) -> AnyView {
    let about = use_state().reader.about;
    let desk = use_desk();
    let words = use_texts().about;
    let from = author(message);
    shared(move || {
        about.with(|about| {
            let about = about.as_ref()?;
            let way = match about.sender(&from) {
                Sender::SignedBy(domain) => {
                    Some(view! { <span class="way">{(words.signed_by)(&domain)}</span> " " })
                }
                _ => None,
            };
            let leave = about.unsubscribe.clone().map(|way| {
                view! {
                    <button type="button" class="link" on:click=move |_| ask_to_leave(desk, words, &way)>
                        {words.unsubscribe}
                    </button>
                }
            });
            Some(view! { " " {way} {leave} }.into_any())
        })
    })
    .into_any()
}

/// Lines for the details.
pub(super) fn lines(message: &Message) -> AnyView {
    let about = use_state().reader.about;
    let words = use_texts().about;
    let from = author(message);
    let line = |label: &'static str, value: String| view! { <div><dt>{label}</dt><dd dir="auto">{value}</dd></div> };
    shared(move || {
        about.with(|about| {
            let about = about.as_ref()?;
            let list = about.list.clone().map(|list| line(words.list, list));
            let check = about.results.is_some().then(|| {
                let text = match about.sender(&from) {
                    Sender::Confirmed(domain) => (words.confirmed)(&domain, server(about)),
                    Sender::SignedBy(domain) => (words.signed_by)(&domain),
                    Sender::Doubtful => (words.doubtful)(server(about)),
                    Sender::Unknown => (words.unknown)(server(about)),
                };
                line(words.check, format!("{text} ({})", verdicts(about)))
            });
            Some(view! { {list} {check} }.into_any())
        })
    })
    .into_any()
}

fn server(about: &About) -> &str {
    about.results.as_ref().map_or("", |results| &results.by)
}

/// "SPF pass, DKIM none, DMARC fail": the words that whoever looks after mail knows.
fn verdicts(about: &About) -> String {
    let word = |verdict: Verdict| match verdict {
        Verdict::None => "none",
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Unclear => "unclear",
    };
    about.results.as_ref().map_or_else(String::new, |results| {
        format!(
            "SPF {}, DKIM {}, DMARC {}",
            word(results.spf),
            word(results.dkim),
            word(results.dmarc)
        )
    })
}

fn ask_to_leave(desk: Desk, words: &'static AboutTexts, way: &Unsubscribe) {
    let (address, text, submit) = match (&way.page, &way.mailto) {
        (Some(page), _) => {
            let host = web_sys::Url::new(page).map_or_else(|_| page.clone(), |url| url.hostname());
            (page, (words.unsubscribe_page)(&host), words.open_page)
        }
        (None, Some(mailto)) => {
            let to = mailto.split(['?', ':']).nth(1).unwrap_or_default();
            (mailto, (words.unsubscribe_mail)(to), words.write)
        }
        (None, None) => return,
    };
    let address = address.clone();
    desk.ask(Asked {
        heading: words.unsubscribe_heading.to_owned(),
        text: Some(text),
        field: None,
        submit: submit.to_owned(),
        is_danger: false,
        run: Rc::new(move |_| super::links::open(&address)),
    });
}
