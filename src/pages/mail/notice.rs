//! A calm word where a list or a message would be: empty, gone, not reachable.

use leptos::prelude::*;
use samma_mailbox::change::Problem;

use crate::i18n::use_texts;

/// What is the case, what it means, and (as children) what can be done.
#[component]
pub(crate) fn Notice(
    /// What is the case.
    #[prop(into)]
    what: String,
    /// What it means.
    #[prop(into)]
    hint: String,
    /// What can be done.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="notice">
            <h2>{what}</h2>
            <p>{hint}</p>
            {children.map(|children| view! { <p class="notice-actions">{children()}</p> })}
        </div>
    }
}

/// A problem in plain words, with the server's own at hand.
#[component]
pub(crate) fn ProblemNotice(
    /// The problem.
    problem: Problem,
    /// What can be done.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let texts = (use_texts().problem)(problem.kind);
    view! {
        <div class="notice" role="alert">
            <h2>{texts.what}</h2>
            <p>{texts.hint}</p>
            <ServerWords text=problem.server_text />
            {children.map(|children| view! { <p class="notice-actions">{children()}</p> })}
        </div>
    }
}

/// The server's own words, folded away.
#[component]
pub(crate) fn ServerWords(
    /// Its words, if it had any.
    text: Option<String>,
) -> impl IntoView {
    let texts = use_texts();
    text.filter(|text| !text.trim().is_empty()).map(|text| {
        view! {
            <details class="server-words">
                <summary>{texts.details}</summary>
                <p>{texts.server_said} " " <q>{text}</q></p>
            </details>
        }
    })
}
