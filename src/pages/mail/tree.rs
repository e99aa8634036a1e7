//! The folder tree: the tree pattern of WAI-ARIA, with a section for what others share.

use leptos::prelude::*;
use samma_mailbox::change::{Mailbox, Role, Section};
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Element, HtmlElement, KeyboardEvent, MouseEvent};

use super::account::AccountMenu;
use super::desk::{Desk, set_dragged, use_desk};
use super::dragging::{self, Drops};
use super::layout::mailbox_label;
use super::live::LiveState;
use super::organising;
use super::tree_item::TreeItem;
use crate::components::{Icon, Mark, icon, memo, place_of, shared};
use crate::i18n::use_texts;
use crate::routes::Route;
use crate::state::{State, TreeRow, use_state};

pub(crate) use super::tree_item::icon_of;

/// The pane with the folders.
#[component]
pub(crate) fn FolderPane(
    /// Shows the help on shortcuts.
    help: RwSignal<bool>,
) -> impl IntoView {
    let texts = &use_texts().mail;
    view! {
        <nav class="pane folder-pane" aria-label=texts.folders>
            <header class="folder-head">
                <Mark />
            </header>
            <div class="tree-scroll">
                <Tree />
                {new_folder()}
            </div>
            <footer class="folder-foot">
                <LiveState />
                <AccountMenu help />
            </footer>
        </nav>
    }
}

/// Makes a folder at the top. Drawn at the heading of the person's own folders; not a part of the tree.
fn new_folder() -> AnyView {
    let state = use_state();
    let desk = use_desk();
    let label = use_texts().actions.new_folder;
    let is_there = memo(move || state.mailboxes.all.with(Option::is_some));
    shared(move || {
        is_there.get().then(|| {
            view! {
                <button
                    type="button"
                    class="icon-button tree-new"
                    aria-label=label
                    title=label
                    on:click=move |_| organising::create(state, desk, None)
                >
                    {icon(Icon::Plus)}
                </button>
            }
            .into_any()
        })
    })
    .into_any()
}

/// Parts of the tree, in the order in which they are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    /// Folders with a role.
    Roles,
    /// The person's other folders.
    Own,
    /// Folders of others.
    Shared,
}

impl Group {
    fn of(mailbox: &Mailbox) -> Self {
        if mailbox.section != Section::Personal {
            Self::Shared
        } else if mailbox.role == Role::None {
            Self::Own
        } else {
            Self::Roles
        }
    }
}

#[component]
fn Tree() -> impl IntoView {
    let state = use_state();
    let desk = use_desk();
    let drops = Drops::new(state, desk);
    let texts = &use_texts().mail;
    let rows = memo(move || state.mailboxes.visible());
    // The folder under the keyboard; none: the open one.
    let focused: RwSignal<Option<String>> = RwSignal::new(None);
    let current = memo(move || {
        let listed = state.place.listed.get();
        listed.list().map(|(mailbox, _)| mailbox.to_owned())
    });
    // One line of the tree takes the Tab key.
    let tab_stop = memo(move || {
        let rows = rows.get();
        let is_shown = |name: &String| rows.iter().any(|row| row.mailbox.name == *name);
        focused
            .get()
            .filter(is_shown)
            .or_else(|| current.get().filter(is_shown))
            .or_else(|| rows.first().map(|row| row.mailbox.name.clone()))
    });

    let has_all = memo(move || state.mailboxes.all.with(Option::is_some));
    let group = move |wanted: Group, label: Option<&'static str>| {
        // A child follows its parent even where only the parent has a role.
        let lines = move || -> Vec<TreeRow> {
            let mut of_root = Group::Roles;
            rows.get()
                .into_iter()
                .filter(|row| {
                    if row.mailbox.depth == 0 || row.mailbox.parent.is_none() {
                        of_root = Group::of(&row.mailbox);
                    }
                    of_root == wanted
                })
                .collect()
        };
        let lines = memo(lines);
        // At this heading folders are made, and dropped to come to the top.
        let is_there =
            memo(move || !lines.with(Vec::is_empty) || (wanted == Group::Own && has_all.get()));
        let name = match wanted {
            Group::Roles => "roles",
            Group::Own => "own",
            Group::Shared => "shared",
        };
        let is_target =
            move || wanted == Group::Own && drops.over.with(|over| over.as_deref() == Some(""));
        view! {
            <Show when=move || is_there.get()>
                <div
                    role="group"
                    class="tree-group"
                    data-group=name
                    aria-label=label.unwrap_or(texts.folders)
                >
                    {label.map(|label| {
                        view! {
                            <div
                                class="tree-heading"
                                class:drop-target=shared(is_target)
                                aria-hidden="true"
                            >
                                {label}
                            </div>
                        }
                    })}
                    <For
                        each=move || lines.get()
                        key=|row| row.mailbox.name.clone()
                        let(row)
                    >
                        <TreeItem name=row.mailbox.name lines tab_stop focused current over=drops.over />
                    </For>
                </div>
            </Show>
        }
    };
    let key = move |event: KeyboardEvent| {
        let Some(here) = tab_stop.get_untracked() else {
            return;
        };
        if organised(state, desk, &here, &event) {
            event.prevent_default();
            event.stop_propagation();
        } else if let Some(next) = moved(state, &rows.get_untracked(), &here, &event) {
            event.prevent_default();
            event.stop_propagation();
            if next != here {
                focused.set(Some(next.clone()));
                focus_line(&next);
            }
        }
    };
    let menu = move |event: MouseEvent| {
        let item = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|element| element.closest("[data-mailbox]").ok().flatten());
        if let Some((item, mailbox)) = item.zip(mailbox_of(state, &event)) {
            event.prevent_default();
            open_menu(state, desk, &mailbox, place_of(&event, &item));
        }
    };
    let drag = move |event: DragEvent| {
        if let Some(mailbox) = mailbox_of(state, &event) {
            dragging::start_folder(&event, &mailbox);
        }
    };
    view! {
        <div
            class="tree"
            role="tree"
            aria-label=texts.folders
            on:keydown=key
            on:contextmenu=menu
            on:dragstart=drag
            on:dragend=move |_| {
                set_dragged(None);
                drops.left();
            }
            on:dragover=move |event: DragEvent| drops.over(&event, dragging::event_name(&event))
            on:dragleave=move |_| drops.left()
            on:drop=move |event: DragEvent| drops.dropped(&event, dragging::event_name(&event))
        >
            {group(Group::Roles, None)}
            {group(Group::Own, Some(texts.own_folders))}
            {group(Group::Shared, Some(texts.shared))}
        </div>
    }
}

/// The folder that an event is about.
fn mailbox_of(state: State, event: &web_sys::Event) -> Option<Mailbox> {
    let name = dragging::event_name(event)?;
    untrack(move || state.mailboxes.find(&name))
}

/// Opens the menu of a folder.
pub(super) fn open_menu(state: State, desk: Desk, mailbox: &Mailbox, at: (f64, f64)) {
    let texts = super::acting::texts_of(state);
    let label = (texts.actions.folder_actions)(&mailbox_label(mailbox, texts));
    let items = organising::items(state, desk, mailbox, at);
    desk.menus.open(label, at, items);
}

/// F2 renames, Delete asks to remove. `true`: the key was one of these.
fn organised(state: State, desk: Desk, here: &str, event: &KeyboardEvent) -> bool {
    let act = match event.key().as_str() {
        "F2" => organising::rename,
        "Delete" => organising::delete,
        _ => return false,
    };
    let mailbox = untrack(move || state.mailboxes.find(here)).filter(organising::is_movable);
    if let Some(mailbox) = mailbox {
        act(state, desk, mailbox);
    }
    true
}

/// Where a key leads, as the pattern has it; `None` for keys that are not the tree's.
fn moved(state: State, rows: &[TreeRow], here: &str, event: &KeyboardEvent) -> Option<String> {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return None;
    }
    let at = rows.iter().position(|row| row.mailbox.name == here)?;
    let row = rows.get(at)?;
    let name_at = |at: usize| rows.get(at).map(|row| row.mailbox.name.clone());
    let stay = Some(here.to_owned());
    match event.key().as_str() {
        "ArrowDown" => name_at(at.saturating_add(1)).or(stay),
        "ArrowUp" => name_at(at.saturating_sub(1)),
        "Home" => name_at(0),
        "End" => name_at(rows.len().saturating_sub(1)),
        "ArrowRight" if row.is_collapsed => {
            state.mailboxes.set_collapsed(here, false);
            stay
        }
        "ArrowRight" if row.mailbox.has_children => name_at(at.saturating_add(1)).or(stay),
        "ArrowRight" => stay,
        "ArrowLeft" if row.mailbox.has_children && !row.is_collapsed => {
            state.mailboxes.set_collapsed(here, true);
            stay
        }
        "ArrowLeft" => row.mailbox.parent.clone().or(stay),
        "Enter" | " " => {
            if row.mailbox.selectable {
                state.place.go(Route::mailbox(here.to_owned()));
            } else {
                state.mailboxes.set_collapsed(here, !row.is_collapsed);
            }
            stay
        }
        _ => None,
    }
}

/// Puts the focus on a line of the tree.
fn focus_line(name: &str) {
    // Names hold any character; comparing is simpler and safer than escaping a selector.
    let Ok(lines) = document().query_selector_all("[role=treeitem]") else {
        return;
    };
    for at in 0..lines.length() {
        let line = lines
            .get(at)
            .and_then(|line| line.dyn_into::<HtmlElement>().ok());
        if let Some(line) = line
            && line.get_attribute("data-mailbox").as_deref() == Some(name)
        {
            // Fails on elements that are not in the document; this is.
            let _ = line.focus();
            return;
        }
    }
}
