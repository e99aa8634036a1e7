//! The service worker that lets the app start without a network (`public/sw.js`).

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{RegistrationOptions, ServiceWorkerContainer, ServiceWorkerRegistration};

use super::worker;

/// Registers it. To be called once the page is up: installing fetches all of the app's files.
///
/// A new worker waits until no page of an older build is open. If this page is of the new build and the only
/// one open, it says so, and the worker takes over at once; the worker judges.
pub(crate) fn register() {
    // Builds for development have no list of files, and would be hidden behind an old one.
    let Some(build) = option_env!("SAMMA_BUILD") else {
        return;
    };
    spawn_local(async move {
        // Refused in private windows and on pages without TLS: the app works without.
        if let Some(registration) = registration().await {
            offer(&registration, build);
            let found = registration.clone();
            let on_found = Closure::<dyn FnMut()>::new(move || watch(&found, build));
            registration.set_onupdatefound(Some(on_found.as_ref().unchecked_ref()));
            // Lives as long as the page.
            on_found.forget();
        }
    });
}

async fn registration() -> Option<ServiceWorkerRegistration> {
    let window = web_sys::window()?;
    let container: ServiceWorkerContainer =
        js_sys::Reflect::get(&window.navigator(), &"serviceWorker".into())
            .ok()?
            .dyn_into()
            .ok()?;
    let root = worker::root();
    let options = RegistrationOptions::new();
    options.set_scope(&root);
    let registered = container.register_with_options(&format!("{root}sw.js"), &options);
    JsFuture::from(registered).await.ok()?.dyn_into().ok()
}

/// Offers to take over once a worker that is being installed is ready.
fn watch(registration: &ServiceWorkerRegistration, build: &'static str) {
    let Some(installing) = registration.installing() else {
        return;
    };
    let registration = registration.clone();
    let on_change = Closure::<dyn FnMut()>::new(move || offer(&registration, build));
    installing.set_onstatechange(Some(on_change.as_ref().unchecked_ref()));
    // One per update that this page lives through.
    on_change.forget();
}

fn offer(registration: &ServiceWorkerRegistration, build: &str) {
    let Some(waiting) = registration.waiting() else {
        return;
    };
    let message = js_sys::Object::new();
    let is_set = js_sys::Reflect::set(&message, &"type".into(), &"activate".into()).is_ok()
        && js_sys::Reflect::set(&message, &"build".into(), &build.into()).is_ok();
    if is_set {
        // Fails only on what can't be copied; text can.
        let _ = waiting.post_message(&message);
    }
}
