//! The shortcuts: one table, from which the help is made too.
//!
//! None fires with a modifier held, or while somebody writes. What moves within the list by arrow keys
//! fires in the list only: elsewhere those keys scroll.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use crate::i18n::KeyTexts;

/// What a shortcut does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Next (older) message.
    Next,
    /// Previous (newer) message.
    Previous,
    /// Newest message.
    First,
    /// Oldest message.
    Last,
    /// A screen towards older messages.
    PageDown,
    /// A screen towards newer messages.
    PageUp,
    /// Open the message under the cursor.
    Open,
    /// Back to the list, or out of a search.
    Back,
    /// To the search field.
    Search,
    /// To the inbox.
    Inbox,
    /// Show the help.
    Help,
}

/// Where a shortcut fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Everywhere,
    List,
}

/// One line of the table.
struct Shortcut {
    /// As `KeyboardEvent.key` has it; a space between two that are pressed one after the other.
    key: &'static str,
    scope: Scope,
    action: Action,
}

const fn everywhere(key: &'static str, action: Action) -> Shortcut {
    Shortcut {
        key,
        scope: Scope::Everywhere,
        action,
    }
}

const fn in_list(key: &'static str, action: Action) -> Shortcut {
    Shortcut {
        key,
        scope: Scope::List,
        action,
    }
}

const TABLE: [Shortcut; 14] = [
    everywhere("j", Action::Next),
    in_list("ArrowDown", Action::Next),
    everywhere("k", Action::Previous),
    in_list("ArrowUp", Action::Previous),
    in_list("Home", Action::First),
    in_list("End", Action::Last),
    in_list("PageDown", Action::PageDown),
    in_list("PageUp", Action::PageUp),
    in_list("Enter", Action::Open),
    in_list(" ", Action::Open),
    everywhere("Escape", Action::Back),
    everywhere("/", Action::Search),
    everywhere("g i", Action::Inbox),
    everywhere("?", Action::Help),
];

/// A line of the help: keys that do the same, and what they do.
pub(crate) struct HelpLine {
    /// Each a list of keys that are pressed one after the other.
    pub(crate) keys: Vec<Vec<&'static str>>,
    /// What they do.
    pub(crate) text: &'static str,
}

/// The help, from the table.
pub(crate) fn help(texts: &'static KeyTexts) -> Vec<HelpLine> {
    let mut lines: Vec<HelpLine> = Vec::new();
    for shortcut in &TABLE {
        let text = text(shortcut.action, texts);
        let keys: Vec<&'static str> = if shortcut.key == " " {
            vec!["Space"]
        } else {
            shortcut.key.split(' ').map(cap).collect()
        };
        match lines.iter_mut().find(|line| line.text == text) {
            Some(line) => line.keys.push(keys),
            None => lines.push(HelpLine {
                keys: vec![keys],
                text,
            }),
        }
    }
    lines
}

const fn text(action: Action, texts: &KeyTexts) -> &'static str {
    match action {
        Action::Next => texts.next,
        Action::Previous => texts.previous,
        Action::First => texts.first,
        Action::Last => texts.last,
        Action::PageDown | Action::PageUp => texts.page,
        Action::Open => texts.open,
        Action::Back => texts.back,
        Action::Search => texts.search,
        Action::Inbox => texts.inbox,
        Action::Help => texts.help,
    }
}

/// What is printed on the key.
fn cap(key: &'static str) -> &'static str {
    match key {
        "ArrowDown" => "↓",
        "ArrowUp" => "↑",
        "Escape" => "Esc",
        "PageDown" => "Page Down",
        "PageUp" => "Page Up",
        other => other,
    }
}

/// How long a first key waits for its second.
const SEQUENCE_MS: f64 = 1_500.0;

/// Calls `act` for each shortcut, until the view that listens goes away.
pub(crate) fn listen(act: impl Fn(Action) + 'static) {
    let begun: StoredValue<(f64, String), LocalStorage> =
        StoredValue::new_local((0.0, String::new()));
    let listener = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        if event.default_prevented()
            || event.ctrl_key()
            || event.meta_key()
            || event.alt_key()
            || event.is_composing()
        {
            return;
        }
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        if target.as_ref().is_some_and(takes_keys) {
            return;
        }
        let is_in_list = target
            .and_then(|element| element.closest("[role=listbox]").ok().flatten())
            .is_some();

        let now = js_sys::Date::now();
        let (at, first) = begun.get_value();
        begun.set_value((0.0, String::new()));
        let key = event.key();
        let sequence =
            (!first.is_empty() && now - at < SEQUENCE_MS).then(|| format!("{first} {key}"));

        let found = |wanted: &str| {
            TABLE.iter().find(|shortcut| {
                shortcut.key == wanted && (shortcut.scope == Scope::Everywhere || is_in_list)
            })
        };
        let shortcut = sequence.as_deref().and_then(found).or_else(|| found(&key));
        if let Some(shortcut) = shortcut {
            event.prevent_default();
            act(shortcut.action);
        } else if TABLE.iter().any(|one| {
            one.key
                .split_once(' ')
                .is_some_and(|(begin, _)| begin == key && !begin.is_empty())
        }) {
            begun.set_value((now, key));
        }
    });
    on_cleanup(move || listener.remove());
}

/// Somebody writes or chooses there.
fn takes_keys(element: &Element) -> bool {
    let inside = element
        .closest("input, textarea, select, [contenteditable], dialog, [popover]:popover-open")
        .ok()
        .flatten();
    inside.is_some()
}
