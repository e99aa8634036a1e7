//! Links of the open message: where the one that is pointed at leads, and a question before one that says something
//! else is opened. `html_frame.js` tells of both by events.

use std::rc::Rc;

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::CustomEvent;

use super::desk::{Asked, use_desk};
use crate::components::shared;
use crate::i18n::use_texts;

/// Most of an address that is shown, in characters.
const SHOWN: usize = 300;

/// Shows where the link under the pointer leads, and asks about doubtful ones.
#[component]
pub(super) fn Links() -> impl IntoView {
    let desk = use_desk();
    let words = use_texts().about;
    let pointed = RwSignal::new(String::new());
    let pointing = window_event_listener(ev::Custom::new("pointed"), move |event: CustomEvent| {
        pointed.set(event.detail().as_string().unwrap_or_default());
    });
    let doubting = window_event_listener(ev::Custom::new("doubted"), move |event: CustomEvent| {
        let detail: js_sys::Array = match event.detail().dyn_into() {
            Ok(detail) => detail,
            Err(_) => return,
        };
        let text = |at: u32| detail.get(at).as_string().unwrap_or_default();
        let (says, goes, address) = (text(0), text(1), text(2));
        event.prevent_default();
        desk.ask(Asked {
            heading: words.link_heading.to_owned(),
            text: Some((words.link_text)(&says, &goes)),
            field: None,
            submit: (words.link_open)(&goes),
            is_danger: true,
            run: Rc::new(move |_| open(&address)),
        });
    });
    on_cleanup(move || {
        pointing.remove();
        doubting.remove();
    });
    shared(move || {
        let address = pointed.get();
        (!address.is_empty()).then(|| {
            let shown: String = address.chars().take(SHOWN).collect();
            // The browser's own bar is for those who hear the page; the link tells them itself.
            view! { <p class="link-target" dir="ltr" aria-hidden="true">{shown}</p> }.into_any()
        })
    })
}

/// Opens an address in a tab of its own, which learns nothing of this one.
pub(super) fn open(address: &str) {
    // A browser that blocks it tells so itself.
    let _: Result<_, JsValue> =
        window().open_with_url_and_target_and_features(address, "_blank", "noopener,noreferrer");
}
