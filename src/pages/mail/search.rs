//! The search field in the head of the list: searches the open folder.

use leptos::{html, prelude::*};
use web_sys::{KeyboardEvent, SubmitEvent};

use crate::components::{Icon, effect, icon, memo};
use crate::i18n::use_texts;
use crate::routes::Route;
use crate::state::{Place, use_state};

/// The field's id: shortcuts and the bottom bar lead to it.
pub(crate) const SEARCH_FIELD: &str = "search";

/// The search field.
#[component]
pub(crate) fn Search() -> impl IntoView {
    let place = use_state().place;
    let texts = &use_texts().mail;
    let field: NodeRef<html::Input> = NodeRef::new();

    // The words are the URL's: going back brings back the older ones.
    let words = memo(move || {
        place
            .listed
            .with(|route| {
                route
                    .list()
                    .and_then(|(_, search)| search.map(str::to_owned))
            })
            .unwrap_or_default()
    });
    effect(move || {
        let words = words.get();
        if let Some(field) = field.get()
            && field.value() != words
        {
            field.set_value(&words);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            search(place, &field.value());
        }
    };
    let key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            if let Some(field) = field.get_untracked() {
                field.set_value("");
                // Fails on elements that are not in the document; this is.
                let _ = field.blur();
            }
            search(place, "");
        }
    };
    // The browser's own cross in the field, and an emptied field, end the search.
    let input = move |_| {
        if field
            .get_untracked()
            .is_some_and(|field| field.value().is_empty())
        {
            search(place, "");
        }
    };
    view! {
        <form class="search" role="search" on:submit=submit>
            {icon(Icon::Search)}
            <input
                id=SEARCH_FIELD
                type="search"
                name="q"
                autocomplete="off"
                enterkeyhint="search"
                spellcheck="false"
                node_ref=field
                placeholder=texts.search
                aria-label=texts.search
                on:keydown=key
                on:input=input
            />
            <kbd aria-hidden="true">"/"</kbd>
        </form>
    }
}

/// Searches the listed folder for `words`, or shows all of it when there are none.
pub(crate) fn search(place: Place, words: &str) {
    let words = words.trim();
    let listed = place.listed.get_untracked();
    let Some((mailbox, before)) = listed.list() else {
        return;
    };
    let route = Route::Mailbox {
        mailbox: mailbox.to_owned(),
        search: (!words.is_empty()).then(|| words.to_owned()),
    };
    if words.is_empty() {
        if before.is_some() {
            place.back_to(route);
        }
    } else if before.is_some() {
        // One search after the other is one step of the history.
        place.replace(route);
    } else {
        place.go(route);
    }
}
