//! `performance.now()` and `Date.now()`.

use samma_mailbox::input::Moment;
use wasm_bindgen::prelude::*;

/// Now.
pub(crate) fn now() -> Moment {
    Moment {
        monotonic_ms: performance_now(),
        unix_ms: js_sys::Date::now(),
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}
