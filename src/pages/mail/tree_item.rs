//! One folder in the tree.

use leptos::{attr::custom::custom_attribute, prelude::*};
use samma_mailbox::change::{Mailbox, Role, Section};
use web_sys::{FocusEvent, MouseEvent};

use super::desk::use_desk;
use super::layout::mailbox_label;
use super::tree::open_menu;
use crate::components::{Icon, at_button, icon, memo, shared};
use crate::i18n::{Texts, use_formats, use_texts};
use crate::routes::Route;
use crate::state::{TreeRow, use_state};

/// One folder in the tree.
#[component]
pub(crate) fn TreeItem(
    /// Its full name.
    name: String,
    /// All lines of its part of the tree.
    lines: Memo<Vec<TreeRow>>,
    /// The folder that takes the Tab key.
    tab_stop: Memo<Option<String>>,
    /// The folder under the keyboard.
    focused: RwSignal<Option<String>>,
    /// The open folder.
    current: Memo<Option<String>>,
    /// The folder that something is dragged over.
    over: RwSignal<Option<String>>,
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
    let label = memo(move || row.with(|row| mailbox_label(&row.mailbox, texts)));
    let unread = memo(move || row.with(|row| row.mailbox.unread));
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
        memo(move || current.with(|current| current.as_deref() == Some(name.as_str())))
    };
    let is_tab_stop = {
        let name = name.clone();
        memo(move || tab_stop.with(|stop| stop.as_deref() == Some(name.as_str())))
    };
    let is_target = {
        let name = name.clone();
        memo(move || over.with(|over| over.as_deref() == Some(name.as_str())))
    };
    let has_children = memo(move || row.with(|row| row.mailbox.has_children));
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
    let is_fresh = memo(move || row.with(|row| row.mailbox.fresh));
    let icon_of_row = memo(move || row.with(|row| icon_of(&row.mailbox)));
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
            class:drop-target=shared(move || is_target.get())
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
            {more(row)}
        </a>
    }
}

/// Opens the menu of a folder; for pointers only, keys have one for menus.
fn more(row: Memo<TreeRow>) -> AnyView {
    let state = use_state();
    let desk = use_desk();
    let open = move |event: MouseEvent| {
        event.prevent_default();
        event.stop_propagation();
        let mailbox = row.with_untracked(|row| row.mailbox.clone());
        open_menu(state, desk, &mailbox, at_button(&event));
    };
    view! {
        <span class="tree-more" aria-hidden="true" on:click=open>
            {icon(Icon::More)}
        </span>
    }
    .into_any()
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

/// What stands before a folder's name.
pub(crate) const fn icon_of(mailbox: &Mailbox) -> Icon {
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
