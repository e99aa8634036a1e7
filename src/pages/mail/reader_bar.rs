//! The bar of actions above the open message.

use leptos::prelude::*;
use samma_message::filename;

use super::acting::{Act, Allowed, Target, allowed, perform, pick_folder};
use super::attachments::{Transfer, TransferState};
use super::desk::use_desk;
use super::layout::is_single_pane;
use super::menus::{Beside, message_items};
use super::printing;
use crate::components::{Icon, MenuItem, at_button, effect, icon, memo, shared};
use crate::i18n::use_texts;
use crate::state::use_state;

/// What can be done with the message.
#[component]
pub(super) fn Actions() -> impl IntoView {
    let state = use_state();
    let desk = use_desk();
    let reader = state.reader;
    let texts = use_texts();
    let (words, names) = (texts.reader, texts.actions);
    let transfer = Transfer::new();
    // What became of saving one message says nothing of the next.
    effect(move || {
        reader.wanted.track();
        if !matches!(transfer.state.get_untracked(), TransferState::Running(..)) {
            transfer.state.set(TransferState::Idle);
        }
    });
    // A message that is gone can still be read and saved, but nothing else.
    let may = memo(move || {
        if reader.is_gone.get() {
            Allowed::default()
        } else {
            allowed(state)
        }
    });
    let is_flagged = memo(move || reader.flags.with(|flags| flags.flagged));
    let act = move |act: Act| {
        if let Some(target) = Target::open(state) {
            perform(state, desk, target, act);
        }
    };
    let button = move |sign: Icon, label: &'static str, class: &'static str, run: Act| {
        view! {
            <button
                type="button"
                class=class
                aria-label=label
                title=label
                on:click=move |_| act(run.clone())
            >
                {icon(sign)}
                <span>{label}</span>
            </button>
        }
        .into_any()
    };
    let moving = move |_| {
        if let Some(target) = Target::open(state) {
            pick_folder(state, desk, target, false);
        }
    };
    // Apart from the others, which stay, and the focus with them, when the flag changes.
    let flag_label = move || {
        if is_flagged.get() {
            words.unflag
        } else {
            words.flag
        }
    };
    let flag = move || {
        let sign = move || {
            icon(if is_flagged.get() {
                Icon::Flagged
            } else {
                Icon::Flag
            })
            .into_any()
        };
        view! {
            <button
                type="button"
                class="bar-button icon-only not-narrow"
                aria-label=shared(flag_label)
                title=shared(flag_label)
                on:click=move |_| act(Act::Flag(!is_flagged.get_untracked()))
            >
                {shared(sign)}
            </button>
        }
        .into_any()
    };
    let buttons = move || {
        let Allowed {
            archive,
            remove,
            junk,
            write,
            ..
        } = may.get();
        view! {
            {archive
                .then(|| button(Icon::Archive, names.archive, "bar-button", Act::Archive))}
            {remove.then(|| {
                view! {
                    <button
                        type="button"
                        class="bar-button"
                        aria-label=names.move_to
                        title=names.move_to_folder
                        on:click=moving
                    >
                        {icon(Icon::Folder)}
                        <span>{names.move_to}</span>
                    </button>
                }
                .into_any()
            })}
            {remove.then(|| button(Icon::Trash, names.delete, "bar-button", Act::Delete))}
            {junk.map(|junk| {
                let label = if junk { names.junk } else { names.not_junk };
                button(Icon::Junk, label, "bar-button not-narrow", Act::Junk(junk))
            })}
            {write.then(flag)}
        }
        .into_any()
    };
    let save = move || {
        if let Some(message) = reader.message.get_untracked() {
            let subject = message.subject.trim();
            let subject = if subject.is_empty() {
                "message"
            } else {
                subject
            };
            let name = filename::clean(&format!("{subject}.eml"));
            transfer.start(reader, message.message.clone(), String::new(), name);
        }
    };
    let file_items = move || {
        let about = texts.about;
        let show_source = move || {
            if let Some(message) = reader.message.get_untracked() {
                desk.show_source(message.message.clone());
            }
        };
        [
            MenuItem::new(Icon::Print, about.print, move || printing::print(reader)).group(),
            MenuItem::new(Icon::Download, words.save_message, save),
            MenuItem::new(Icon::Source, about.source, show_source),
        ]
    };
    let more = move |event: leptos::ev::MouseEvent| {
        let Some(target) = Target::open(state) else {
            return;
        };
        let at = at_button(&event);
        let mut items = if reader.is_gone.get_untracked() {
            Vec::new()
        } else {
            // What is on the bar of a wide pane is here on a narrow one.
            let beside = if is_single_pane() {
                Beside::Bar
            } else {
                Beside::BarWithFlag
            };
            message_items(state, desk, &target, beside, at)
        };
        items.extend(file_items());
        desk.menus.open(words.actions, at, items);
    };
    let saving = move || match transfer.state.get() {
        TransferState::Running(done, all) => view! {
            <progress max=(all > 0).then_some(all) value=(all > 0).then_some(done)></progress>
            <button type="button" class="bar-button" on:click=move |_| transfer.cancel(reader)>
                {icon(Icon::Close)}
                <span>{words.cancel}</span>
            </button>
        }
        .into_any(),
        other => view! {
            {matches!(other, TransferState::Failed(_))
                .then(|| view! { <span role="status">{words.not_saved}</span> })}
            <button
                type="button"
                class="bar-button not-narrow"
                aria-label=words.save_message
                title=words.save_message
                on:click=move |_| save()
            >
                {icon(Icon::Download)}
                <span>{words.save}</span>
            </button>
        }
        .into_any(),
    };
    view! {
        {shared(buttons)}
        <span class="bar-space"></span>
        {shared(saving)}
        <button
            type="button"
            class="bar-button"
            aria-haspopup="menu"
            aria-label=names.more
            title=names.more
            on:click=more
        >
            {icon(Icon::More)}
        </button>
    }
}
