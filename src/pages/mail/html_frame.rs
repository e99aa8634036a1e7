//! HTML parts of a message: `html_frame.js`, which makes them harmless and frames them, loaded when the
//! first one is opened.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::Promise;
use leptos::{html, prelude::*};
use samma_mailbox::change::MessageRef;
use samma_mailbox::command::RequestId;
use samma_message::render::Attachment;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlElement;

use super::attachments::fetch_picture;
use crate::browser::{files::Address, worker};
use crate::components::{effect, shared};
use crate::i18n::use_texts;
use crate::state::{Reader, use_state};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = import)]
    fn import(url: &str) -> Promise;

    /// The module.
    #[derive(Clone)]
    type Module;

    #[wasm_bindgen(method, catch)]
    fn show(
        this: &Module,
        host: &HtmlElement,
        html: &str,
        pictures: bool,
        title: &str,
    ) -> Result<Frame, JsValue>;

    /// Its `Frame`.
    #[derive(Clone)]
    type Frame;

    #[wasm_bindgen(method, getter)]
    fn remote(this: &Frame) -> u32;

    #[wasm_bindgen(method, getter)]
    fn trackers(this: &Frame) -> u32;

    #[wasm_bindgen(method, getter)]
    fn wanted(this: &Frame) -> Vec<String>;

    #[wasm_bindgen(method)]
    fn fill(this: &Frame, id: &str, url: &str);

    #[wasm_bindgen(method)]
    fn close(this: &Frame);
}

/// What was kept out of the HTML parts of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct KeptOut {
    /// Pictures from elsewhere that would be seen.
    pub(super) pictures: u32,
    /// Pictures that nobody would see.
    pub(super) trackers: u32,
}

/// A part, as the engine hands it over.
#[derive(Clone)]
pub(super) struct HtmlPart {
    /// Which message it is of.
    pub(super) message: MessageRef,
    /// The source, hostile until shown otherwise.
    pub(super) html: String,
    /// Pictures that it may name.
    pub(super) inline: Vec<Attachment>,
}

thread_local! {
    static MODULE: RefCell<Option<Module>> = const { RefCell::new(None) };
}

/// Loads the module, so that it is there when the first HTML message is opened.
pub(super) fn prepare() {
    spawn_local(async {
        // Whoever needs it tells of the failure.
        let _ = module().await;
    });
}

async fn module() -> Result<Module, JsValue> {
    if let Some(module) = MODULE.with_borrow(Clone::clone) {
        return Ok(module);
    }
    let loaded = JsFuture::from(import(&worker::file("html_frame.js"))).await?;
    let module: Module = loaded.unchecked_into();
    MODULE.set(Some(module.clone()));
    Ok(module)
}

/// Shows one HTML part.
#[component]
pub(super) fn HtmlFrame(
    /// What to show.
    part: HtmlPart,
    /// May pictures load from elsewhere.
    pictures: RwSignal<bool>,
    /// Learns what was kept out.
    kept_out: RwSignal<KeptOut>,
) -> impl IntoView {
    let texts = use_texts();
    let reader = use_state().reader;
    let host: NodeRef<html::Div> = NodeRef::new();
    let has_failed = RwSignal::new(false);
    let tries = RwSignal::new(0_u32);
    let shown: StoredValue<Option<Rc<Shown>>, LocalStorage> = StoredValue::new_local(None);
    let part = Rc::new(part);

    effect(move || {
        let (Some(host), pictures) = (host.get(), pictures.get()) else {
            return;
        };
        tries.track();
        let part = Rc::clone(&part);
        let draw = move |module: &Module| {
            let title = texts.reader.message_body;
            match module.show(&host, &part.html, pictures, title) {
                Ok(frame) => {
                    kept_out.set(KeptOut {
                        pictures: frame.remote(),
                        trackers: frame.trackers(),
                    });
                    let next = Rc::new(Shown::new(reader, frame));
                    next.fetch_inline(&host, &part);
                    shown.set_value(Some(next));
                    has_failed.set(false);
                }
                Err(_) => has_failed.set(true),
            }
        };
        // At once where it can be: waiting would cost a frame.
        if let Some(module) = MODULE.with_borrow(Clone::clone) {
            draw(&module);
            return;
        }
        spawn_local(async move {
            match module().await {
                // The message may have been left meanwhile.
                Ok(module) if shown.try_get_value().is_some() => draw(&module),
                Ok(_) => {}
                Err(_) => {
                    let _ = has_failed.try_set(true);
                }
            }
        });
    });

    view! {
        <div class="message-html" node_ref=host></div>
        {shared(move || {
            has_failed
                .get()
                .then(|| {
                    view! {
                        <p class="message-note" role="alert">
                            {texts.reader.html_failed}
                            " "
                            <button
                                type="button"
                                class="link"
                                on:click=move |_| tries.update(|tries| *tries = tries.wrapping_add(1))
                            >
                                {texts.try_again}
                            </button>
                        </p>
                    }
                    .into_any()
                })
        })}
    }
}

/// A frame on screen, and what it holds on to.
struct Shown {
    reader: Reader,
    frame: Frame,
    requests: RefCell<Vec<RequestId>>,
    addresses: RefCell<HashMap<String, Address>>,
    on_shown: RefCell<Option<Closure<dyn FnMut()>>>,
}

impl Shown {
    fn new(reader: Reader, frame: Frame) -> Self {
        Self {
            reader,
            frame,
            requests: RefCell::default(),
            addresses: RefCell::default(),
            on_shown: RefCell::default(),
        }
    }

    /// Fetches the pictures that the HTML names, once it is on screen.
    fn fetch_inline(self: &Rc<Self>, host: &HtmlElement, part: &Rc<HtmlPart>) {
        if part.inline.is_empty() {
            return;
        }
        let shown = Rc::downgrade(self);
        let part = Rc::clone(part);
        let on_shown = Closure::<dyn FnMut()>::new(move || {
            let Some(shown) = shown.upgrade() else {
                return;
            };
            for id in shown.frame.wanted() {
                let found = part.inline.iter().find(|attachment| {
                    attachment
                        .content_id
                        .as_deref()
                        .is_some_and(|other| other.eq_ignore_ascii_case(&id))
                });
                if let Some(attachment) = found {
                    shown.fetch(&part.message, attachment, id);
                }
            }
        });
        // Fails only on names that are none.
        let _ = host.add_event_listener_with_callback("shown", on_shown.as_ref().unchecked_ref());
        self.on_shown.replace(Some(on_shown));
    }

    fn fetch(self: &Rc<Self>, message: &MessageRef, attachment: &Attachment, id: String) {
        let shown = Rc::downgrade(self);
        let request = fetch_picture(self.reader, message.clone(), attachment, move |address| {
            if let (Some(shown), Some(address)) = (shown.upgrade(), address) {
                shown.frame.fill(&id, address.as_str());
                shown.addresses.borrow_mut().insert(id.clone(), address);
            }
        });
        self.requests.borrow_mut().extend(request);
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        for request in self.requests.take() {
            self.reader.cancel_part(request);
        }
        self.frame.close();
    }
}
