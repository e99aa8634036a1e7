//! `crypto.getRandomValues()`.

use wasm_bindgen::prelude::*;

/// Random octets that nobody can guess.
pub(crate) fn octets<const N: usize>() -> [u8; N] {
    let mut octets = [0; N];
    fill(&mut octets);
    octets
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn fill(octets: &mut [u8]);
}
