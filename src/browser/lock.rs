//! Web Locks: how one side of a port learns that the other is gone, however it went.
//!
//! Where there are none (a page that did not come by HTTPS nor from this machine) nothing is ever held.

use js_sys::{Function, Math, Promise, Reflect};
use wasm_bindgen::prelude::*;

/// Takes a lock with a name that nobody else has, to hold it until this page or worker is gone.
/// `held` is told the name.
pub(crate) fn hold(kind: &str, held: impl FnOnce(String) + 'static) {
    // Chance is enough: a name that two had would only delay a tab's end.
    let name = format!("samma-{kind}-{:x}", (Math::random() * 2f64.powi(52)) as u64);
    let held_name = name.clone();
    request(&name, move || {
        held(held_name);
        Promise::new(&mut |_, _| {})
    });
}

/// Calls `free` once nobody holds this lock any more.
pub(crate) fn when_free(name: &str, free: impl FnOnce() + 'static) {
    request(name, move || {
        free();
        Promise::resolve(&JsValue::UNDEFINED)
    });
}

fn request(name: &str, granted: impl FnOnce() -> Promise + 'static) {
    let locks = Reflect::get(&js_sys::global(), &"navigator".into())
        .and_then(|navigator| Reflect::get(&navigator, &"locks".into()));
    let Ok(locks) = locks else { return };
    if locks.is_undefined() {
        return;
    }
    let granted = Closure::once_into_js(move |_lock: JsValue| granted());
    let done = locks
        .unchecked_into::<LockManager>()
        .request(name, granted.unchecked_ref());
    // Rejected where the browser forbids locks to this page: then there are none.
    let refused = Closure::once(|_: JsValue| {});
    let _ = done.catch(&refused);
    refused.forget();
}

// web-sys has these behind its flag for unstable interfaces only.
#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(method)]
    fn request(this: &LockManager, name: &str, granted: &Function) -> Promise;
}
