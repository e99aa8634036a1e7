//! `MessagePort`: the tabs that talk to this worker.
//!
//! A `SharedWorker` gets a port by each `connect` event; in a dedicated `Worker` the global scope is the
//! one port. The bootstrap script keeps what came before this program ran.

use std::cell::RefCell;

use js_sys::{Array, ArrayBuffer, Function, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::MessageEvent;

/// One tab's port.
pub(crate) struct Tab {
    port: Port,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Tab {
    /// Sends one message.
    pub(crate) fn post(&self, bytes: &[u8]) {
        let buffer = Uint8Array::from(bytes).buffer();
        let transfer = Array::of1(&buffer);
        self.port.post_message(&buffer, &transfer);
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        PORTS.with_borrow_mut(|ports| ports.retain(|port| *port != self.port));
        self.port.set_onmessage(None);
        self.port.close();
    }
}

/// Calls `arrived` for each tab, those first that are waiting already.
pub(crate) fn accept(mut arrived: impl FnMut(Port) + 'static) {
    let scope = js_sys::global();
    // A shared worker has nobody in particular to post to.
    if Reflect::has(&scope, &"postMessage".into()).unwrap_or(false) {
        return arrived(scope.unchecked_into());
    }
    for port in kept(&scope, "__ports").iter() {
        arrived(port.unchecked_into());
    }
    let on_connect = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
        arrived(event.ports().get(0).unchecked_into());
    });
    // Fails only for objects that forbid it, and this is none.
    let _ = Reflect::set(&scope, &"onconnect".into(), &on_connect.into_js_value());
}

/// Listens to a tab. Its messages from before come with it, the later ones by `received`.
pub(crate) fn attach(
    port: Port,
    mut received: impl FnMut(Vec<u8>) + 'static,
) -> (Tab, Vec<Vec<u8>>) {
    let early = kept(&port, "__messages")
        .iter()
        .filter_map(|event| read(&event.unchecked_into()))
        .collect();
    let on_message = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
        if let Some(bytes) = read(&event) {
            received(bytes);
        }
    });
    port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    PORTS.with_borrow_mut(|ports| ports.push(port.clone()));
    let tab = Tab {
        port,
        _on_message: on_message,
    };
    (tab, early)
}

/// Tells all tabs that the engine is broken, and ends this worker.
///
/// For the panic hook: in whatever state all else is, this works.
pub(crate) fn fail(text: &str) {
    PORTS.with(|ports| {
        for port in ports.try_borrow().iter().flat_map(|ports| ports.iter()) {
            port.post_message(&text.into(), &Array::new());
        }
    });
    js_sys::global().unchecked_into::<Port>().close();
}

thread_local! {
    static PORTS: RefCell<Vec<Port>> = const { RefCell::new(Vec::new()) };
}

fn read(event: &MessageEvent) -> Option<Vec<u8>> {
    let buffer = event.data().dyn_into::<ArrayBuffer>().ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// What the bootstrap kept on this object under this name.
fn kept(holder: &JsValue, name: &str) -> Array {
    let kept = Reflect::get(holder, &name.into()).unwrap_or_default();
    kept.dyn_into().unwrap_or_default()
}

#[wasm_bindgen]
extern "C" {
    /// A `MessagePort`, or the global scope of a dedicated worker, which does the same.
    #[derive(Clone, PartialEq)]
    pub(crate) type Port;

    #[wasm_bindgen(method, js_name = postMessage)]
    fn post_message(this: &Port, message: &JsValue, transfer: &Array);

    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &Port, handler: Option<&Function>);

    #[wasm_bindgen(method)]
    fn close(this: &Port);
}
