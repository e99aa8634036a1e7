//! Whether the page is seen, connected and alive: visibility, network and page lifecycle events.

use wasm_bindgen::prelude::*;
use web_sys::{Document, EventTarget, PageTransitionEvent, VisibilityState, Window};

/// What a page lives through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// It came to the front (again), or went to the back.
    Visible(bool),
    /// The browser says that there is, or is no, network.
    Online(bool),
    /// It is about to be closed, left or frozen.
    Leaving,
    /// It was frozen after it had been left, and somebody came back to it.
    Back,
}

/// Is the page seen.
pub(crate) fn is_visible() -> bool {
    document().is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Does the browser believe in a network.
pub(crate) fn is_online() -> bool {
    window().is_none_or(|window| window.navigator().on_line())
}

/// Calls back for each event from now on.
pub(crate) fn watch(callback: impl Fn(Event) + Copy + 'static) {
    let (Some(window), Some(document)) = (window(), document()) else {
        return;
    };
    let visible = move |_: web_sys::Event| callback(Event::Visible(is_visible()));
    listen(&document, "visibilitychange", visible);
    // A phone that wakes up may not change visibility, and a desktop window may have been covered.
    listen(&document, "resume", visible);
    listen(&window, "focus", visible);
    listen(&window, "online", move |_| callback(Event::Online(true)));
    listen(&window, "offline", move |_| callback(Event::Online(false)));
    listen(&window, "pagehide", move |_| callback(Event::Leaving));
    listen(&window, "pageshow", move |event| {
        // The first one, after loading, is no return.
        if event.unchecked_into::<PageTransitionEvent>().persisted() {
            callback(Event::Back);
        }
    });
}

fn listen(target: &EventTarget, name: &str, listener: impl Fn(web_sys::Event) + 'static) {
    let listener = Closure::<dyn Fn(web_sys::Event)>::new(listener).into_js_value();
    let _ = target.add_event_listener_with_callback(name, listener.unchecked_ref());
}

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}
