//! The shortcuts: one table, from which the help is made too.
//!
//! None fires while somebody writes, and none with a modifier that its line does not name. What moves within the list by arrow keys
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
    /// Move to the archive.
    Archive,
    /// Move to a folder.
    Move,
    /// Copy to a folder.
    Copy,
    /// Move to the trash.
    Delete,
    /// It is junk, or is none.
    Junk,
    /// Mark as unread.
    Unread,
    /// Mark as read.
    Read,
    /// Flag, or do so no more.
    Flag,
    /// Set and take away tags.
    Tags,
    /// Take back what was done last.
    Undo,
    /// Select the message under the cursor, or do so no more.
    Select,
    /// Select the next (older) message too.
    ExtendDown,
    /// Select the previous (newer) message too.
    ExtendUp,
    /// Select all that are loaded.
    SelectAll,
    /// The menu of what has the focus. The platform's own key: listed for the help.
    Menu,
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
    /// As `KeyboardEvent.key` has it, behind `Ctrl+` (or the command key) and, for keys that print nothing,
    /// `Shift+`; a space between two that are pressed one after the other.
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

const TABLE: [Shortcut; 32] = [
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
    everywhere("e", Action::Archive),
    everywhere("v", Action::Move),
    everywhere("c", Action::Copy),
    everywhere("#", Action::Delete),
    everywhere("Delete", Action::Delete),
    everywhere("!", Action::Junk),
    everywhere("u", Action::Unread),
    everywhere("U", Action::Read),
    everywhere("s", Action::Flag),
    everywhere("l", Action::Tags),
    everywhere("z", Action::Undo),
    everywhere("Ctrl+z", Action::Undo),
    everywhere("x", Action::Select),
    in_list("Shift+ArrowDown", Action::ExtendDown),
    in_list("Shift+ArrowUp", Action::ExtendUp),
    in_list("Ctrl+a", Action::SelectAll),
    in_list("ContextMenu", Action::Menu),
    in_list("Shift+F10", Action::Menu),
    everywhere("?", Action::Help),
];

/// A line of the help: keys that do the same, and what they do.
pub(crate) struct HelpLine {
    /// Each a list of what is pressed one after the other, and that a list of what is held together.
    pub(crate) keys: Vec<Vec<Vec<&'static str>>>,
    /// What they do.
    pub(crate) text: &'static str,
}

/// The help, from the table.
pub(crate) fn help(texts: &'static KeyTexts) -> Vec<HelpLine> {
    let mut lines: Vec<HelpLine> = Vec::new();
    for shortcut in &TABLE {
        let text = text(shortcut.action, texts);
        let keys: Vec<Vec<&'static str>> = if shortcut.key == " " {
            vec![vec![texts.space]]
        } else {
            let pressed = |keys: &'static str| keys.split('+').map(cap).collect();
            shortcut.key.split(' ').map(pressed).collect()
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
        Action::Archive => texts.archive,
        Action::Move => texts.move_to,
        Action::Copy => texts.copy,
        Action::Delete => texts.delete,
        Action::Junk => texts.junk,
        Action::Unread => texts.unread,
        Action::Read => texts.read,
        Action::Flag => texts.flag,
        Action::Tags => texts.tags,
        Action::Undo => texts.undo,
        Action::Select => texts.select,
        Action::ExtendDown | Action::ExtendUp => texts.extend,
        Action::SelectAll => texts.select_all,
        Action::Menu => texts.menu,
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
        "ContextMenu" => "☰",
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
        if event.default_prevented() || event.alt_key() || event.is_composing() {
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
        let mut key = event.key();
        // What is printed on a key with Shift is a key of its own.
        if event.shift_key() && key.chars().nth(1).is_some() {
            key.insert_str(0, "Shift+");
        }
        if event.ctrl_key() || event.meta_key() {
            key.insert_str(0, "Ctrl+");
        }
        let sequence =
            (!first.is_empty() && now - at < SEQUENCE_MS).then(|| format!("{first} {key}"));

        let found = |wanted: &str| {
            TABLE.iter().find(|shortcut| {
                shortcut.key == wanted
                    && shortcut.action != Action::Menu
                    && (shortcut.scope == Scope::Everywhere || is_in_list)
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
