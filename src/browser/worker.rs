//! `SharedWorker`, or `Worker` where there is none: starts the engine, and carries bytes to and from it.

use js_sys::{Array, ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{
    ErrorEvent, MessageEvent, MessagePort, SharedWorker, Worker, WorkerOptions, WorkerType,
};

/// Address of a file that belongs to this build: of the engine, or of what the page loads later.
///
/// Its folder is named by the build, so that the page of one build never meets the engine of another: a
/// `SharedWorker` is the same one if its address is.
pub(crate) fn file(name: &str) -> String {
    let root = root();
    match option_env!("SAMMA_BUILD") {
        Some(id) => format!("{root}build-{id}/{name}"),
        None => format!("{root}build/{name}"),
    }
}

/// A running engine. Dropped, it ends if it was this tab's own, and only forgets this tab if it is shared.
pub(crate) struct Engine {
    kind: Kind,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

enum Kind {
    Shared(SharedWorker, MessagePort),
    Own(Worker),
}

/// Starts the engine, or joins it. `received` gets each message; `died` gets the reason, if it could not
/// start after all or broke.
///
/// # Errors
/// The browser's words, if it refuses to start any worker.
pub(crate) fn start(
    mut received: impl FnMut(Vec<u8>) + 'static,
    died: impl Fn(String) + Clone + 'static,
) -> Result<Engine, String> {
    let kind = start_worker().map_err(|error| words(&error))?;
    let died_of_error = died.clone();
    let on_message = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
        let data = event.data();
        match data.dyn_ref::<ArrayBuffer>() {
            Some(buffer) => received(Uint8Array::new(buffer).to_vec()),
            // The engine could not be loaded, or broke.
            None => died(data.as_string().unwrap_or_default()),
        }
    });
    let on_error = Closure::<dyn FnMut(_)>::new(move |event: ErrorEvent| {
        // A file that can't be loaded makes a plain event, without a message.
        let message = Reflect::get(&event, &"message".into());
        let message = message.ok().and_then(|message| message.as_string());
        died_of_error(
            message.unwrap_or_else(|| "The engine's files could not be loaded".to_owned()),
        );
    });
    match &kind {
        Kind::Shared(worker, port) => {
            worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
            // Also starts the port.
            port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        }
        Kind::Own(worker) => {
            worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
            worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        }
    }
    Ok(Engine {
        kind,
        _on_message: on_message,
        _on_error: on_error,
    })
}

impl Engine {
    /// Sends one message.
    pub(crate) fn post(&self, bytes: &Uint8Array) {
        let buffer = bytes.buffer();
        let transfer = Array::of1(&buffer);
        // Fails only for data that can't be transferred; a fresh buffer can.
        let _ = match &self.kind {
            Kind::Shared(_, port) => port.post_message_with_transferable(&buffer, &transfer),
            Kind::Own(worker) => worker.post_message_with_transfer(&buffer, &transfer),
        };
    }

    /// Do all tabs share it.
    pub(crate) const fn is_shared(&self) -> bool {
        matches!(self.kind, Kind::Shared(..))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        match &self.kind {
            Kind::Shared(worker, port) => {
                worker.set_onerror(None);
                port.set_onmessage(None);
                port.close();
            }
            Kind::Own(worker) => {
                worker.set_onerror(None);
                worker.set_onmessage(None);
                worker.terminate();
            }
        }
    }
}

fn start_worker() -> Result<Kind, JsValue> {
    let url = file("engine_loader.js");
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name("samma");
    if Reflect::has(&js_sys::global(), &"SharedWorker".into())? {
        let shared = SharedWorker::new_with_worker_options(&url, &options);
        if let Ok(worker) = shared {
            let port = worker.port();
            return Ok(Kind::Shared(worker, port));
        }
    }
    Worker::new_with_options(&url, &options).map(Kind::Own)
}

/// Where the app's files are: the page's `<base>`, else the root. Not the page's address, which is the
/// place that a person looks at.
pub(crate) fn root() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    document
        .filter(|document| matches!(document.query_selector("base[href]"), Ok(Some(_))))
        .and_then(|document| document.base_uri().ok().flatten())
        .and_then(|base| {
            base.rfind('/')
                .map(|end| base.split_at(end.saturating_add(1)).0.to_owned())
        })
        .unwrap_or_else(|| "/".to_owned())
}

fn words(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(
        || format!("{error:?}"),
        |error| String::from(error.message()),
    )
}
