//! The folder picker: type to filter, arrow keys, Enter. The combobox pattern of WAI-ARIA in a dialog.

use std::rc::Rc;

use leptos::prelude::*;
use samma_mailbox::change::Mailbox;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, MouseEvent};

use super::asking::leave_when_closed;
use super::desk::{Desk, Picking};
use super::layout::mailbox_label;
use super::organising;
use super::tree::icon_of;
use crate::components::{Dialog, Icon, icon, memo, shared};
use crate::i18n::{Texts, use_texts};
use crate::state::{State, use_state};

/// One line of the picker.
#[derive(Clone, PartialEq)]
enum Choice {
    Top,
    Folder(Mailbox),
    New(String),
}

/// The dialog, while a folder is being chosen.
pub(super) fn draw(desk: Desk, picking: Picking) -> AnyView {
    let state = use_state();
    let texts = use_texts();
    let open = RwSignal::new(true);
    let words = RwSignal::new(String::new());
    let active = RwSignal::new(0_u32);
    let heading = picking.heading.clone();
    let picking = StoredValue::new_local(picking);
    let choices =
        memo(move || picking.with_value(|picking| choices(state, picking, &words.get(), texts)));
    let pick = move |at: u32| {
        let Some(choice) = choices.with_untracked(|choices| choices.get(at as usize).cloned())
        else {
            return;
        };
        open.set(false);
        let run = picking.with_value(|picking| Rc::clone(&picking.run));
        match choice {
            Choice::Top => run(None),
            Choice::Folder(mailbox) => run(Some(mailbox)),
            Choice::New(label) => organising::create_then(state, desk, None, label, run),
        }
    };
    leave_when_closed(desk, open);
    view! {
        <Dialog open heading close=texts.close>
            {body(words, active, choices, pick, texts)}
        </Dialog>
    }
    .into_any()
}

fn body(
    words: RwSignal<String>,
    active: RwSignal<u32>,
    choices: Memo<Vec<Choice>>,
    pick: impl Fn(u32) + Copy + Send + Sync + 'static,
    texts: &'static Texts,
) -> AnyView {
    let typed = move |event| {
        words.set(event_target_value(&event));
        active.set(0);
    };
    let key = move |event: KeyboardEvent| {
        let last = choices
            .with_untracked(|choices| u32::try_from(choices.len()).unwrap_or(0))
            .saturating_sub(1);
        let here = active.get_untracked();
        let next = match event.key().as_str() {
            "ArrowDown" if here >= last => 0,
            "ArrowDown" => here.saturating_add(1),
            "ArrowUp" => here.checked_sub(1).unwrap_or(last),
            "PageDown" => here.saturating_add(8).min(last),
            "PageUp" => here.saturating_sub(8),
            "Enter" => {
                event.prevent_default();
                return pick(here);
            }
            _ => return,
        };
        event.prevent_default();
        active.set(next);
        if let Some(option) = document().get_element_by_id(&option_id(next)) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&options);
        }
    };
    let clicked = move |event: MouseEvent| {
        let at = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|element| element.closest("[data-at]").ok().flatten())
            .and_then(|option| option.get_attribute("data-at"))
            .and_then(|at| at.parse().ok());
        if let Some(at) = at {
            pick(at);
        }
    };
    let options = move || {
        let is_filtered = words.with(|words| !words.trim().is_empty());
        choices
            .get()
            .into_iter()
            .zip(0..)
            .map(|(choice, at)| option(at, choice, is_filtered, active, texts))
            .collect_view()
            .into_any()
    };
    view! {
        <div class="picker">
            <input
                type="text"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                aria-expanded="true"
                aria-controls="picker-options"
                aria-activedescendant=shared(move || Some(option_id(active.get())))
                aria-label=texts.actions.pick_filter
                placeholder=texts.actions.pick_filter
                autofocus=true
                on:input=typed
                on:keydown=key
            />
            <div
                id="picker-options"
                role="listbox"
                aria-label=texts.actions.pick
                on:click=clicked
                on:mousedown=|event| event.prevent_default()
            >
                {shared(options)}
            </div>
            {shared(move || choices.with(Vec::is_empty).then(|| nothing(texts)))}
        </div>
    }
    .into_any()
}

fn nothing(texts: &'static Texts) -> AnyView {
    view! { <p class="hint" role="status">{texts.actions.pick_nothing}</p> }.into_any()
}

fn option_id(at: u32) -> String {
    format!("picker-{at}")
}

fn option(
    at: u32,
    choice: Choice,
    is_filtered: bool,
    active: RwSignal<u32>,
    texts: &'static Texts,
) -> AnyView {
    let (sign, label, depth, path) = match choice {
        Choice::Top => (Icon::Folder, texts.actions.top_level.to_owned(), 0, None),
        Choice::New(label) => (Icon::Plus, (texts.actions.create_named)(&label), 0, None),
        Choice::Folder(mailbox) => {
            let depth = if is_filtered { 0 } else { mailbox.depth };
            let path = mailbox.parent.clone().filter(|_| is_filtered);
            (
                icon_of(&mailbox),
                mailbox_label(&mailbox, texts),
                depth,
                path,
            )
        }
    };
    view! {
        <div
            role="option"
            id=option_id(at)
            class="picker-option"
            data-at=at.to_string()
            style:--depth=depth.to_string()
            aria-selected=shared(move || (active.get() == at).to_string())
        >
            {icon(sign)}
            <span>{label}</span>
            {path.map(|path| view! { <small dir="auto">{path}</small> })}
        </div>
    }
    .into_any()
}

fn choices(state: State, picking: &Picking, words: &str, texts: &Texts) -> Vec<Choice> {
    let typed = words.trim();
    let wanted = lower(typed);
    let all = state.mailboxes.all.get().unwrap_or_default();
    let mut choices = Vec::new();
    if picking.top && wanted.is_empty() {
        choices.push(Choice::Top);
    }
    let mut is_exact = false;
    // What begins with the words comes before what has them elsewhere.
    let mut others = Vec::new();
    for mailbox in all.iter() {
        let label = lower(&mailbox_label(mailbox, texts));
        is_exact |= label == wanted;
        if !(picking.takes)(mailbox) {
            continue;
        }
        if label.starts_with(&wanted) {
            choices.push(Choice::Folder(mailbox.clone()));
        } else if label.contains(&wanted) || lower(&mailbox.name).contains(&wanted) {
            others.push(Choice::Folder(mailbox.clone()));
        }
    }
    choices.append(&mut others);
    if picking.creates && !wanted.is_empty() && !is_exact {
        choices.push(Choice::New(typed.to_owned()));
    }
    choices
}

/// By the browser, which has the tables of letters already.
fn lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}
