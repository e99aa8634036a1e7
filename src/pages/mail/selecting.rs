//! What stands in the head of the list, in the reading pane and at the foot of a phone's screen while
//! messages are selected.

use leptos::prelude::*;

use super::acting::{Act, Allowed, Target, allowed, perform, pick_folder};
use super::desk::use_desk;
use super::layout::focus_list;
use super::menus::{self, Beside};
use super::notice::Notice;
use crate::components::{Icon, at_button, icon, memo, shared};
use crate::i18n::{use_formats, use_texts};
use crate::state::use_state;

/// "4 selected".
pub(crate) fn selected_words() -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let list = use_state().list;
    let texts = use_texts().actions;
    let formats = use_formats();
    move || {
        let count = list.selected_count();
        (texts.selected)(count, &formats.number(count))
    }
}

/// Instead of the folder's name and numbers.
pub(crate) fn selection_head() -> AnyView {
    let list = use_state().list;
    let texts = use_texts().actions;
    let formats = use_formats();
    let words = selected_words();
    let rest = memo(move || {
        list.total
            .get()
            .filter(|total| !list.selection.is_all.get() && *total > list.selected_count())
    });
    let all = move || {
        rest.get().map(|total| {
            view! {
                <button type="button" class="link" on:click=move |_| list.select_all()>
                    {(texts.select_all)(&formats.number(total))}
                </button>
            }
            .into_any()
        })
    };
    view! {
        <button
            type="button"
            class="icon-button selection-clear"
            aria-label=texts.clear
            title=texts.clear
            on:click=move |_| {
                list.selection.clear();
                focus_list();
            }
        >
            {icon(Icon::Close)}
        </button>
        <h1>
            <span aria-live="polite">{shared(words)}</span>
        </h1>
        <span class="select-all">{shared(all)}</span>
        <div class="selection-tools" role="toolbar" aria-label=texts.selection>
            {tools()}
        </div>
    }
    .into_any()
}

/// Buttons for what is selected.
pub(crate) fn tools() -> AnyView {
    let state = use_state();
    let desk = use_desk();
    let texts = use_texts();
    let may = memo(move || allowed(state));
    let button = move |sign: Icon, label: &'static str, run: fn(Target) -> Option<Act>| {
        let click = move |_| {
            if let Some(target) = Target::selected(state) {
                match run(target.clone()) {
                    Some(act) => perform(state, desk, target, act),
                    None => pick_folder(state, desk, target, false),
                }
            }
        };
        view! {
            <button type="button" class="icon-button" aria-label=label title=label on:click=click>
                {icon(sign)}
                <span class="tool-label">{label}</span>
            </button>
        }
        .into_any()
    };
    let more = move |event: leptos::ev::MouseEvent| {
        if let Some(target) = Target::selected(state) {
            menus::open(state, desk, &target, Beside::BarWithFlag, at_button(&event));
        }
    };
    let flag = move |_| {
        if let Some(target) = Target::selected(state) {
            let set = !target.all(state, |flags| flags.flagged);
            perform(state, desk, target, Act::Flag(set));
        }
    };
    let buttons = move || {
        let Allowed {
            archive,
            remove,
            write,
            ..
        } = may.get();
        let (words, reader) = (texts.actions, texts.reader);
        view! {
            {archive.then(|| button(Icon::Archive, words.archive, |_| Some(Act::Archive)))}
            {remove.then(|| button(Icon::Folder, words.move_to, |_| None))}
            {remove.then(|| button(Icon::Trash, words.delete, |_| Some(Act::Delete)))}
            {write.then(|| {
                view! {
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=reader.flag
                        title=reader.flag
                        on:click=flag
                    >
                        {icon(Icon::Flag)}
                        <span class="tool-label">{reader.flag}</span>
                    </button>
                }
                .into_any()
            })}
        }
        .into_any()
    };
    view! {
        {shared(buttons)}
        <button
            type="button"
            class="icon-button"
            aria-haspopup="menu"
            aria-label=texts.actions.more
            title=texts.actions.more
            on:click=more
        >
            {icon(Icon::More)}
            <span class="tool-label">{texts.actions.more}</span>
        </button>
    }
    .into_any()
}

/// In the reading pane.
pub(crate) fn selection_notice() -> AnyView {
    let words = selected_words();
    let hint = use_texts().actions.selected_hint;
    view! {
        <div class="selection-notice">{shared(move || view! { <Notice what=words() hint /> }.into_any())}</div>
    }
    .into_any()
}
