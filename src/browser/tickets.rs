//! `localStorage` and `sessionStorage`: where a tab keeps its sealed login.
//!
//! A browser that refuses storage keeps nothing, and its person signs in at each visit.

use wasm_bindgen::prelude::*;
use web_sys::{Storage, StorageEvent};

const KEY: &str = "samma.ticket";

/// The ticket of this tab, else the one that this device keeps.
pub(crate) fn load() -> Option<Vec<u8>> {
    [session(), local()]
        .into_iter()
        .flatten()
        .find_map(|storage| read_hex(&storage.get_item(KEY).ok()??))
}

/// Keeps a ticket until sign-out (`keep`) or until the tab closes, instead of any other.
pub(crate) fn save(ticket: &[u8], keep: bool) {
    forget();
    if let Some(storage) = if keep { local() } else { session() } {
        // A full storage is the same as none.
        let _ = storage.set_item(KEY, &hex(ticket));
    }
}

/// Keeps none any more.
pub(crate) fn forget() {
    for storage in [session(), local()].into_iter().flatten() {
        let _ = storage.remove_item(KEY);
    }
}

/// Calls back when another tab forgets the ticket that this device keeps.
pub(crate) fn on_forgotten_elsewhere(callback: impl Fn() + 'static) {
    let listener = Closure::<dyn Fn(StorageEvent)>::new(move |event: StorageEvent| {
        // No key: all was cleared.
        if event.key().is_none_or(|key| key == KEY) && event.new_value().is_none() {
            callback();
        }
    });
    if let Some(window) = web_sys::window() {
        let _ = window
            .add_event_listener_with_callback("storage", listener.into_js_value().unchecked_ref());
    }
}

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn session() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(half), 16));
        }
    }
    text
}

fn read_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    pairs
        .iter()
        .map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?))
        .collect()
}
