//! What this device remembers of how the page looks, in `localStorage`. Never mail, never passwords.
//!
//! A browser may refuse storage (private windows, full disks): then nothing is remembered, and nothing breaks.

use leptos::prelude::window;
use web_sys::Storage;

/// Reads a value.
pub(super) fn read(key: &str) -> Option<String> {
    storage()?.get_item(&name(key)).ok()?
}

/// Remembers a value.
pub(super) fn write(key: &str, value: &str) {
    if let Some(storage) = storage() {
        // A full or forbidden storage: the setting holds until the page is left.
        let _ = storage.set_item(&name(key), value);
    }
}

/// Forgets a value.
pub(super) fn forget(key: &str) {
    if let Some(storage) = storage() {
        // As above.
        let _ = storage.remove_item(&name(key));
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok()?
}

/// Several apps may live at one origin.
fn name(key: &str) -> String {
    format!("samma.{key}")
}
