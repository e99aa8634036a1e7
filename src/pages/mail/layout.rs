//! What the panes share: how many there are, where the focus goes, how a folder is called.

use leptos::prelude::*;
use samma_mailbox::change::Mailbox;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::components::{Icon, icon, shared};
use crate::i18n::{Texts, use_texts};
use crate::routes::Route;
use crate::state::{Mailboxes, use_state};

/// Id of the pane with the open message.
pub(crate) const READING_PANE: &str = "reading";

/// The media query of the style sheet below which one pane shows at a time.
const SINGLE_PANE: &str = "(width < 40rem)";

/// Does one pane show at a time.
pub(crate) fn is_single_pane() -> bool {
    window()
        .match_media(SINGLE_PANE)
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

/// Puts the focus on the open message.
pub(crate) fn focus_reading() {
    focus(READING_PANE);
}

/// Puts the focus on the list.
pub(crate) fn focus_list() {
    focus("messages");
}

/// Nothing has the focus: the page was just drawn, or what had it is gone.
pub(crate) fn is_focus_nowhere() -> bool {
    document()
        .active_element()
        .is_none_or(|element| element.tag_name() == "BODY")
}

/// Puts the focus on an element, once the view has followed the state.
pub(crate) fn focus(id: &'static str) {
    request_animation_frame(move || {
        let element = document()
            .get_element_by_id(id)
            .and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element {
            // Fails on elements that are not in the document; this is.
            let _ = element.focus();
        }
    });
}

/// What people call a folder.
pub(crate) fn mailbox_label(mailbox: &Mailbox, texts: &Texts) -> String {
    (texts.mail.role)(mailbox.role).map_or_else(|| mailbox.label.clone(), str::to_owned)
}

/// The same for a full name, of which nothing else may be known yet.
pub(crate) fn mailbox_title(mailboxes: Mailboxes, name: &str, texts: &Texts) -> String {
    mailboxes.find(name).map_or_else(
        || {
            if name == "INBOX" {
                (texts.mail.role)(samma_mailbox::change::Role::Inbox)
                    .unwrap_or(name)
                    .to_owned()
            } else {
                name.to_owned()
            }
        },
        |mailbox| mailbox_label(&mailbox, texts),
    )
}

/// Leads from a message to its list, where one pane shows at a time: "‹ Inbox".
#[component]
pub(crate) fn BackLink() -> impl IntoView {
    let state = use_state();
    let texts = use_texts();
    let list = move || {
        let listed = state.place.listed.get();
        let (mailbox, search) = listed.list()?;
        Some(Route::Mailbox {
            mailbox: mailbox.to_owned(),
            search: search.map(str::to_owned),
        })
    };
    let label = move || match list() {
        Some(Route::Mailbox {
            mailbox,
            search: None,
        }) => mailbox_title(state.mailboxes, &mailbox, texts),
        Some(Route::Mailbox {
            search: Some(words),
            ..
        }) => (texts.mail.results)(&words),
        _ => String::new(),
    };
    view! {
        <a
            class="back-link"
            href=shared(move || list().map(|route| state.place.href(&route)))
            on:click=move |event| {
                if let Some(route) = list() {
                    event.prevent_default();
                    state.place.back_to(route);
                    focus_list();
                }
            }
        >
            {icon(Icon::Back)}
            <span>{shared(label)}</span>
        </a>
    }
}
