//! `Blob`: bytes that come in pieces, to be saved as a file or shown as a picture.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Bytes in the order in which they came. They live outside the page's WebAssembly memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pieces(Array);

/// An address for bytes, valid until it is dropped.
#[derive(Debug)]
pub(crate) struct Address(String);

/// How long an address that a download was started from stays valid, in milliseconds: browsers read it
/// after the click, and some ask the person first.
const DOWNLOAD_MS: i32 = 120_000;

impl Pieces {
    /// Appends bytes.
    pub(crate) fn push(&self, bytes: &[u8]) {
        self.0.push(&Uint8Array::from(bytes));
    }

    /// Saves them under this name, the browser's way.
    pub(crate) fn save(&self, name: &str) {
        // A type that no browser opens in place: a file is a file, whatever it says that it is.
        let Some(address) = self.address("application/octet-stream") else {
            return;
        };
        let Some(window) = web_sys::window() else {
            return;
        };
        let link = window
            .document()
            .and_then(|document| document.create_element("a").ok())
            .and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok());
        let Some(link) = link else {
            return;
        };
        link.set_href(address.as_str());
        link.set_download(name);
        link.click();
        let release = Closure::once_into_js(move || drop(address));
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(
            release.unchecked_ref(),
            DOWNLOAD_MS,
        );
    }

    /// An address under which the page can show them as this type.
    pub(crate) fn address(&self, mime_type: &str) -> Option<Address> {
        let options = BlobPropertyBag::new();
        options.set_type(mime_type);
        let blob = Blob::new_with_u8_array_sequence_and_options(&self.0, &options).ok()?;
        Url::create_object_url_with_blob(&blob).ok().map(Address)
    }
}

impl Address {
    /// As text, `blob:…`.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for Address {
    fn drop(&mut self) {
        // Fails only on addresses that are none.
        let _ = Url::revoke_object_url(&self.0);
    }
}
