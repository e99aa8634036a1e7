//! `setTimeout`: one timer that is set to ever new times.

use js_sys::Function;
use wasm_bindgen::prelude::*;

/// Longest time that browsers take; a longer one would end at once.
const MAX_DELAY_MS: f64 = 2_147_483_647.0;

/// A timer that calls back once each time that it was set.
pub(crate) struct Timer {
    callback: Closure<dyn FnMut()>,
    set: Option<(f64, f64)>,
}

impl Timer {
    /// A timer that is not set.
    pub(crate) fn new(callback: impl FnMut() + 'static) -> Self {
        Self {
            callback: Closure::new(callback),
            set: None,
        }
    }

    /// Sets it to this time instead of any other, or to none. Times are monotonic milliseconds.
    pub(crate) fn set(&mut self, at_ms: Option<f64>, now_ms: f64) {
        if let Some((set_ms, handle)) = self.set {
            if at_ms == Some(set_ms) {
                return;
            }
            clear_timeout(handle);
        }
        self.set = at_ms.map(|at_ms| {
            // Rounded up: a timer that ends early finds nothing to do and has to be set again.
            let delay_ms = (at_ms - now_ms).clamp(0.0, MAX_DELAY_MS).ceil();
            let callback = self.callback.as_ref().unchecked_ref();
            (at_ms, set_timeout(callback, delay_ms))
        });
    }

    /// To be called by the callback: the time has come and the timer is not set any more.
    pub(crate) const fn ended(&mut self) {
        self.set = None;
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, delay_ms: f64) -> f64;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(handle: f64);
}
