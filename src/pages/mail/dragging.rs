//! Drag and drop: messages and folders onto folders. What is dragged stays within the page, so it is kept
//! here; the browser's own data only says that something is.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use samma_mailbox::change::Mailbox;
use wasm_bindgen::prelude::*;
use web_sys::{DragEvent, Element, HtmlElement};

use super::acting::{self, Act, Target};
use super::desk::{Desk, Dragged, dragged, set_dragged};
use super::organising;
use crate::state::State;

#[wasm_bindgen]
extern "C" {
    type DataTransfer;

    #[wasm_bindgen(method, js_name = setData)]
    fn set_data(this: &DataTransfer, format: &str, data: &str);

    #[wasm_bindgen(method, js_name = setDragImage)]
    fn set_drag_image(this: &DataTransfer, image: &Element, x: i32, y: i32);

    #[wasm_bindgen(method, setter, js_name = effectAllowed)]
    fn set_effect_allowed(this: &DataTransfer, effect: &str);

    #[wasm_bindgen(method, setter, js_name = dropEffect)]
    fn set_drop_effect(this: &DataTransfer, effect: &str);
}

/// How long something hovers over a closed folder until that opens.
const OPENS: Duration = Duration::from_millis(600);

/// Is there a pointer to drag with: a finger that stays on a row selects it.
pub(super) fn is_there() -> bool {
    thread_local! {
        static IS_THERE: bool = window()
            .match_media("(hover: hover) and (pointer: fine)")
            .ok()
            .flatten()
            .is_some_and(|query| query.matches());
    }
    IS_THERE.with(|is_there| *is_there)
}

/// Messages are being dragged from now on.
pub(super) fn start_messages(state: State, event: &DragEvent, target: Target) {
    let texts = acting::texts_of(state).actions;
    let count = target.count;
    let words = (texts.selected)(count, &acting::written(state, count));
    let Some(transfer) = transfer(event) else {
        return;
    };
    transfer.set_data("text/plain", &words);
    transfer.set_effect_allowed("copyMove");
    draw(&transfer, &words);
    set_dragged(Some(Dragged::Messages(target)));
}

/// A folder is being dragged from now on.
pub(super) fn start_folder(event: &DragEvent, mailbox: &Mailbox) {
    let Some(transfer) = transfer(event).filter(|_| organising::is_movable(mailbox)) else {
        return event.prevent_default();
    };
    transfer.set_data("text/plain", &mailbox.label);
    transfer.set_effect_allowed("move");
    draw(&transfer, &mailbox.label);
    set_dragged(Some(Dragged::Folder(mailbox.name.clone())));
}

/// The tree's part: where something would be dropped.
#[derive(Clone, Copy)]
pub(super) struct Drops {
    state: State,
    desk: Desk,
    /// The folder that it is over, by its full name; empty: the top of the tree.
    pub(super) over: RwSignal<Option<String>>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Drops {
    pub(super) fn new(state: State, desk: Desk) -> Self {
        Self {
            state,
            desk,
            over: RwSignal::new(None),
            timer: StoredValue::new(None),
        }
    }

    /// Something is over the tree; `name`: of the folder there, empty at the top.
    pub(super) fn over(self, event: &DragEvent, name: Option<String>) {
        let Some(name) = name.filter(|name| self.takes(name)) else {
            // A folder that takes nothing may hold one that does.
            self.wait_over(event_name(event));
            return self.point(None);
        };
        event.prevent_default();
        if let Some(transfer) = transfer(event) {
            transfer.set_drop_effect(if self.copies(event) { "copy" } else { "move" });
        }
        self.wait_over(Some(name.clone()));
        self.point(Some(name));
    }

    /// It was dropped.
    pub(super) fn dropped(self, event: &DragEvent, name: Option<String>) {
        let what = dragged();
        let Some(name) = name.filter(|name| self.takes(name)) else {
            return self.left();
        };
        event.prevent_default();
        self.left();
        set_dragged(None);
        let to = self.find(&name);
        match what {
            Some(Dragged::Messages(target)) => {
                if let Some(to) = to {
                    let copies =
                        self.copies(event) || !untrack(|| acting::allowed(self.state)).remove;
                    let act = if copies { Act::Copy(to) } else { Act::Move(to) };
                    acting::perform(self.state, self.desk, target, act);
                }
            }
            Some(Dragged::Folder(folder)) => {
                if let Some(folder) = self.find(&folder) {
                    organising::move_folder(self.state, &folder, to.as_ref());
                }
            }
            None => {}
        }
    }

    /// Nothing is over the tree any more.
    pub(super) fn left(self) {
        self.point(None);
        self.wait_over(None);
    }

    fn copies(self, event: &DragEvent) -> bool {
        let is_folder = matches!(dragged(), Some(Dragged::Folder(_)));
        !is_folder && (event.ctrl_key() || event.alt_key())
    }

    fn takes(self, name: &str) -> bool {
        let to = self.find(name);
        match dragged() {
            Some(Dragged::Messages(target)) => to
                .is_some_and(|to| to.selectable && to.rights.insert && to.name != target.mailbox()),
            Some(Dragged::Folder(folder)) => self.find(&folder).is_some_and(|folder| {
                let inside = self.state.mailboxes.inside(&folder.name);
                (name.is_empty() || to.is_some())
                    && organising::can_move(&folder, &inside, to.as_ref())
            }),
            None => false,
        }
    }

    fn find(self, name: &str) -> Option<Mailbox> {
        let mailboxes = self.state.mailboxes;
        untrack(move || mailboxes.find(name))
    }

    fn point(self, name: Option<String>) {
        if self.over.with_untracked(|over| *over != name) {
            self.over.set(name);
        }
    }

    /// Opens a closed folder after a while.
    fn wait_over(self, name: Option<String>) {
        thread_local! {
            static WAITS: std::cell::RefCell<Option<String>> = const { std::cell::RefCell::new(None) };
        }
        if WAITS.with_borrow(|waits| *waits == name) {
            return;
        }
        WAITS.set(name.clone());
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
        }
        let timer = name.and_then(|name| {
            let open = move || self.state.mailboxes.set_collapsed(&name, false);
            set_timeout_with_handle(open, OPENS).ok()
        });
        self.timer.set_value(timer);
    }
}

/// The folder that an event of the tree is about; empty: the top.
pub(super) fn event_name(event: &web_sys::Event) -> Option<String> {
    let element: Element = event.target()?.dyn_into().ok()?;
    if let Some(item) = element.closest("[data-mailbox]").ok()? {
        return item.get_attribute("data-mailbox");
    }
    element
        .closest(".tree-heading")
        .ok()?
        .map(|_| String::new())
}

fn transfer(event: &DragEvent) -> Option<DataTransfer> {
    let transfer = js_sys::Reflect::get(event, &"dataTransfer".into()).ok()?;
    (!transfer.is_null()).then(|| transfer.unchecked_into())
}

/// Draws what follows the pointer: a word on a card, in the document for the moment that it takes to copy it.
fn draw(transfer: &DataTransfer, words: &str) {
    let card = document()
        .create_element("div")
        .ok()
        .and_then(|card| card.dyn_into::<HtmlElement>().ok());
    let (Some(card), Some(body)) = (card, document().body()) else {
        return;
    };
    card.set_class_name("drag-card");
    card.set_text_content(Some(words));
    // Fails on elements that can't have children; the body can.
    let _ = body.append_child(&card);
    transfer.set_drag_image(&card, 12, 12);
    request_animation_frame(move || card.remove());
}
