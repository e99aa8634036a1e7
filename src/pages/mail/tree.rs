//! The folder tree: the tree pattern of WAI-ARIA, with a section for what others share.

use leptos::{attr::custom::custom_attribute, prelude::*};
use samma_mailbox::change::{Mailbox, Role, Section};
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, HtmlElement, KeyboardEvent, MouseEvent};

use super::account::AccountMenu;
use super::layout::mailbox_label;
use super::live::LiveState;
use crate::components::{Icon, Mark, icon, shared};
use crate::i18n::{Texts, use_formats, use_texts};
use crate::routes::Route;
use crate::state::{State, TreeRow, use_state};

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
            <Tree />
            <footer class="folder-foot">
                <LiveState />
                <AccountMenu help />
            </footer>
        </nav>
    }
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
    let texts = &use_texts().mail;
    let rows = Memo::new(move |_| state.mailboxes.visible());
    // The folder under the keyboard; none: the open one.
    let focused: RwSignal<Option<String>> = RwSignal::new(None);
    let current = Memo::new(move |_| {
        let listed = state.place.listed.get();
        listed.list().map(|(mailbox, _)| mailbox.to_owned())
    });
    // One line of the tree takes the Tab key.
    let tab_stop = Memo::new(move |_| {
        let rows = rows.get();
        let is_shown = |name: &String| rows.iter().any(|row| row.mailbox.name == *name);
        focused
            .get()
            .filter(is_shown)
            .or_else(|| current.get().filter(is_shown))
            .or_else(|| rows.first().map(|row| row.mailbox.name.clone()))
    });

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
        let lines = Memo::new(move |_| lines());
        let is_there = Memo::new(move |_| !lines.with(Vec::is_empty));
        view! {
            <Show when=move || is_there.get()>
                <div role="group" class="tree-group" aria-label=label.unwrap_or(texts.folders)>
                    {label.map(|label| view! { <div class="tree-heading" aria-hidden="true">{label}</div> })}
                    <For
                        each=move || lines.get()
                        key=|row| row.mailbox.name.clone()
                        let(row)
                    >
                        <TreeItem name=row.mailbox.name lines tab_stop focused current />
                    </For>
                </div>
            </Show>
        }
    };
    let key = move |event: KeyboardEvent| {
        let Some(here) = tab_stop.get_untracked() else {
            return;
        };
        if let Some(next) = moved(state, &rows.get_untracked(), &here, &event) {
            event.prevent_default();
            event.stop_propagation();
            if next != here {
                focused.set(Some(next.clone()));
                focus_line(&next);
            }
        }
    };
    view! {
        <div class="tree" role="tree" aria-label=texts.folders on:keydown=key>
            {group(Group::Roles, None)}
            {group(Group::Own, Some(texts.own_folders))}
            {group(Group::Shared, Some(texts.shared))}
        </div>
    }
}

#[component]
fn TreeItem(
    name: String,
    lines: Memo<Vec<TreeRow>>,
    tab_stop: Memo<Option<String>>,
    focused: RwSignal<Option<String>>,
    current: Memo<Option<String>>,
) -> impl IntoView {
    let state = use_state();
    let texts = use_texts();
    let formats = use_formats();
    let row = {
        let name = name.clone();
        // The last one known, for the moment between leaving the list and leaving the page.
        Memo::new(move |last: Option<&TreeRow>| {
            lines
                .with(|lines| lines.iter().find(|row| row.mailbox.name == name).cloned())
                .or_else(|| last.cloned())
                .unwrap_or_else(|| TreeRow {
                    mailbox: Mailbox::default(),
                    is_collapsed: false,
                })
        })
    };
    let label = Memo::new(move |_| row.with(|row| mailbox_label(&row.mailbox, texts)));
    let unread = Memo::new(move |_| row.with(|row| row.mailbox.unread));
    let count = move || {
        unread
            .get()
            .filter(|unread| *unread > 0)
            .map(|unread| formats.number(unread))
    };
    let spoken = move || match count() {
        Some(count) => (texts.mail.folder_unread)(&label.get(), &count),
        None => label.get(),
    };
    let is_current = {
        let name = name.clone();
        Memo::new(move |_| current.with(|current| current.as_deref() == Some(name.as_str())))
    };
    let is_tab_stop = {
        let name = name.clone();
        Memo::new(move |_| tab_stop.with(|stop| stop.as_deref() == Some(name.as_str())))
    };
    let has_children = Memo::new(move |_| row.with(|row| row.mailbox.has_children));
    let expanded = move || {
        has_children
            .get()
            .then(|| row.with(|row| (!row.is_collapsed).to_string()))
    };
    // Leptos has no name for this attribute.
    let level = custom_attribute("aria-level", move || {
        row.with(|row| u32::from(row.mailbox.depth).saturating_add(1))
            .to_string()
    });
    let is_fresh = Memo::new(move |_| row.with(|row| row.mailbox.fresh));
    let icon_of_row = Memo::new(move |_| row.with(|row| icon_of(&row.mailbox)));
    let href = {
        let name = name.clone();
        move || {
            row.with(|row| row.mailbox.selectable)
                .then(|| state.place.href(&Route::mailbox(name.clone())))
        }
    };
    let toggle = {
        let name = name.clone();
        move |event: MouseEvent| {
            event.prevent_default();
            event.stop_propagation();
            let is_collapsed = row.with_untracked(|row| row.is_collapsed);
            state.mailboxes.set_collapsed(&name, !is_collapsed);
        }
    };
    let clicked = {
        let (name, toggle) = (name.clone(), toggle.clone());
        move |event: MouseEvent| {
            focused.set(Some(name.clone()));
            // A name that only holds others is opened and closed.
            if !row.with_untracked(|row| row.mailbox.selectable) {
                toggle(event);
            }
        }
    };
    // However the focus came here, keys act on the line that has it.
    let received_focus = {
        let name = name.clone();
        move |_: FocusEvent| focused.set(Some(name.clone()))
    };
    view! {
        <a
            {..level}
            role="treeitem"
            class="tree-item"
            class:fresh=shared(move || is_fresh.get())
            href=shared(href)
            tabindex=shared(move || if is_tab_stop.get() { "0" } else { "-1" })
            data-mailbox=name
            data-unread=shared(move || unread.get().map(|unread| unread.to_string()))
            aria-label=shared(spoken)
            aria-selected=shared(move || is_current.get().to_string())
            aria-expanded=shared(expanded)
            style:--depth=shared(move || row.with(|row| row.mailbox.depth).to_string())
            on:click=clicked
            on:focus=received_focus
        >
            {shared(move || icon(icon_of_row.get()).into_any())}
            <span class="tree-label">{label}</span>
            {shared(move || is_fresh.get().then(|| just_added(texts)))}
            {shared(move || has_children.get().then(|| toggle_of(row, toggle.clone(), texts)))}
            <span class="tree-count">{shared(count)}</span>
        </a>
    }
}

fn just_added(texts: &'static Texts) -> AnyView {
    view! { <span class="just-added">{texts.mail.just_added}</span> }.into_any()
}

/// Opens and closes a branch; for pointers only, keys do it by arrows.
fn toggle_of(
    row: Memo<TreeRow>,
    toggle: impl Fn(MouseEvent) + Send + 'static,
    texts: &'static Texts,
) -> AnyView {
    let hint = move || {
        if row.with(|row| row.is_collapsed) {
            texts.mail.expand
        } else {
            texts.mail.collapse
        }
    };
    view! {
        <span class="tree-toggle" title=shared(hint) on:click=toggle>
            {icon(Icon::Chevron)}
        </span>
    }
    .into_any()
}

const fn icon_of(mailbox: &Mailbox) -> Icon {
    match (mailbox.role, mailbox.section) {
        (Role::Inbox, _) => Icon::Inbox,
        (Role::Flagged, _) => Icon::Flag,
        (Role::Drafts, _) => Icon::Pen,
        (Role::Sent, _) => Icon::Sent,
        (Role::Archive, _) => Icon::Archive,
        (Role::Junk, _) => Icon::Junk,
        (Role::Trash, _) => Icon::Trash,
        (Role::All, _) => Icon::All,
        (Role::None, Section::Personal) => Icon::Folder,
        (Role::None, Section::OtherUsers | Section::Shared) => Icon::People,
    }
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
