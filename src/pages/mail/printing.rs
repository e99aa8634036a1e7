//! Printing the open message: `html_print.js`, loaded when it is first wanted.

use leptos::{ev, prelude::*};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Element;

use crate::browser::worker;
use crate::state::{Reader, use_state};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = import)]
    fn import(url: &str) -> js_sys::Promise;

    type Module;

    #[wasm_bindgen(method, catch)]
    fn print(this: &Module, article: &Element, title: &str) -> Result<(), JsValue>;
}

/// Prints the open message, if its text is there.
pub(super) fn print(reader: Reader) {
    let title = reader.message.with_untracked(|message| {
        let subject = message.as_ref()?.subject.trim().to_owned();
        Some(subject).filter(|_| reader.body.with_untracked(Option::is_some))
    });
    let article = document().query_selector("article.message").ok().flatten();
    let (Some(title), Some(article)) = (title, article) else {
        return;
    };
    spawn_local(async move {
        let printed = async {
            let module = JsFuture::from(import(&worker::file("html_print.js"))).await?;
            module.unchecked_into::<Module>().print(&article, &title)
        };
        if printed.await.is_err() {
            // Without the module: as the browser prints the page.
            let _ = window().print();
        }
    });
}

/// The browser's own key prints the message and not the page around it.
pub(super) fn listen() {
    let reader = use_state().reader;
    let listener = window_event_listener(ev::keydown, move |event| {
        let is_it = (event.ctrl_key() || event.meta_key())
            && !event.alt_key()
            && !event.shift_key()
            && event.key().eq_ignore_ascii_case("p");
        if is_it && reader.body.with_untracked(Option::is_some) {
            event.prevent_default();
            print(reader);
        }
    });
    on_cleanup(move || listener.remove());
}
