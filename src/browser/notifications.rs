//! The Notifications and Badging APIs. A browser that lacks one of them shows nothing, and nothing breaks.

use std::cell::RefCell;

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type Notification;

    #[wasm_bindgen(constructor, catch)]
    fn new(title: &str, options: &Object) -> Result<Notification, JsValue>;

    #[wasm_bindgen(static_method_of = Notification, getter)]
    fn permission() -> String;

    #[wasm_bindgen(static_method_of = Notification, js_name = requestPermission)]
    fn request_permission() -> Promise;

    #[wasm_bindgen(method, setter, js_name = onclick)]
    fn set_onclick(this: &Notification, callback: &Function);

    type Promise;

    #[wasm_bindgen(method)]
    fn then(this: &Promise, kept: &Function, broken: &Function);
}

/// Opens a message's path.
type Open = Box<dyn Fn(&str)>;

thread_local! {
    static OPEN: RefCell<Option<Open>> = const { RefCell::new(None) };
}

/// Does this browser have notifications.
pub(crate) fn are_there() -> bool {
    Reflect::has(&js_sys::global(), &"Notification".into()).unwrap_or(false)
}

/// Did somebody allow them.
pub(crate) fn are_allowed() -> bool {
    are_there() && Notification::permission() == "granted"
}

/// Asks for the permission; to be called by a click only. `answer` is told whether it was given.
pub(crate) fn ask(answer: impl FnOnce(bool) + 'static) {
    if !are_there() {
        return answer(false);
    }
    // Refused or failed: there are none either way.
    after(&Notification::request_permission(), move |_| {
        answer(are_allowed());
    });
}

/// Calls `open` with the path of a notification that was clicked, instead of what was called before.
pub(crate) fn on_click(open: impl Fn(&str) + 'static) {
    OPEN.set(Some(Box::new(open)));
    let Some(workers) = workers() else { return };
    // Where only the service worker may show notifications, it hears of the click.
    let heard = Closure::<dyn Fn(JsValue)>::new(|event: JsValue| {
        let path = Reflect::get(&event, &"data".into())
            .and_then(|data| Reflect::get(&data, &"open".into()))
            .ok()
            .and_then(|path| path.as_string());
        if let Some(path) = path {
            clicked(&path);
        }
    });
    // Fails on read-only properties; this is not.
    let _ = Reflect::set(&workers, &"onmessage".into(), &heard.into_js_value());
}

/// Shows one; a later one with the same tag takes its place.
pub(crate) fn show(title: &str, body: &str, tag: &str, icon: &str, path: String) {
    if !are_allowed() {
        return;
    }
    let options = Object::new();
    let data = Object::new();
    let set = |object: &Object, name: &str, value: &JsValue| {
        // Setting a property of a fresh object has no way to fail.
        let _ = Reflect::set(object, &name.into(), value);
    };
    set(&data, "open", &path.as_str().into());
    set(&options, "body", &body.into());
    set(&options, "tag", &tag.into());
    set(&options, "icon", &icon.into());
    set(&options, "silent", &true.into());
    set(&options, "data", &data);
    if let Ok(notification) = Notification::new(title, &options) {
        let callback = Closure::once_into_js(move || {
            if let Some(window) = web_sys::window() {
                // Fails where the browser does not let pages come to the front.
                let _ = window.focus();
            }
            clicked(&path);
        });
        notification.set_onclick(callback.unchecked_ref());
    } else {
        // Phones leave it to the service worker.
        show_by_worker(title.to_owned(), options);
    }
}

/// Shows a number at the app's icon; 0: none.
pub(crate) fn set_badge(count: u32) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let navigator = window.navigator();
    let name = if count > 0 {
        "setAppBadge"
    } else {
        "clearAppBadge"
    };
    let set = Reflect::get(&navigator, &name.into())
        .ok()
        .and_then(|set| set.dyn_into::<Function>().ok());
    if let Some(set) = set {
        let done = if count > 0 {
            set.call1(&navigator, &count.into())
        } else {
            set.call0(&navigator)
        };
        if let Ok(promise) = done {
            // Refused where the app is not installed.
            after(promise.unchecked_ref(), |_| {});
        }
    }
}

/// Calls back when a promise is kept or broken.
fn after(promise: &Promise, f: impl FnOnce(JsValue) + 'static) {
    let f: Box<dyn FnOnce(JsValue)> = Box::new(f);
    let callback: Function = Closure::once_into_js(f).unchecked_into();
    promise.then(&callback, &callback);
}

fn clicked(path: &str) {
    OPEN.with_borrow(|open| {
        if let Some(open) = open {
            open(path);
        }
    });
}

fn show_by_worker(title: String, options: Object) {
    let Some(workers) = workers() else { return };
    let Ok(ready) = workers.ready() else { return };
    after(ready.unchecked_ref(), move |registration| {
        let show = Reflect::get(&registration, &"showNotification".into())
            .ok()
            .and_then(|show| show.dyn_into::<Function>().ok());
        if let Some(show) = show {
            // Refused: then there is none.
            let _ = show.call2(&registration, &title.into(), &options);
        }
    });
}

fn workers() -> Option<web_sys::ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    // Not there on pages that are not secure.
    Reflect::has(&navigator, &"serviceWorker".into())
        .unwrap_or(false)
        .then(|| navigator.service_worker())
}
