//! The dialog that asks: whether to do what can't be undone, or by which name.

use leptos::{html, prelude::*};
use web_sys::SubmitEvent;

use super::desk::{Asked, Desk, Field, Question, use_desk};
use super::notice::ServerWords;
use super::{picker, source};
use crate::components::{Dialog, effect, shared};
use crate::i18n::use_texts;

/// The dialog, while something is asked.
#[component]
pub(crate) fn Asking() -> impl IntoView {
    let desk = use_desk();
    shared(move || {
        desk.question.get().map(|question| match question {
            Question::Ask(asked) => draw(desk, asked),
            Question::Pick(picking) => picker::draw(desk, picking),
            Question::Source(message) => source::draw(desk, message),
        })
    })
}

/// The dialog closes first, so that the focus goes back to where it was, and then leaves the page, unless
/// something else is asked by then.
pub(super) fn leave_when_closed(desk: Desk, open: RwSignal<bool>) {
    effect(move || {
        if !open.get() {
            request_animation_frame(move || {
                if open.try_get_untracked() == Some(false) {
                    desk.question.set(None);
                }
            });
        }
    });
}

fn draw(desk: Desk, asked: Asked) -> AnyView {
    let texts = use_texts();
    let open = RwSignal::new(true);
    let heading = asked.heading.clone();
    let asked = StoredValue::new_local(asked);
    let field: NodeRef<html::Input> = NodeRef::new();
    leave_when_closed(desk, open);
    let is_missing = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let value = field
            .get_untracked()
            .map(|field| field.value().trim().to_owned());
        if value.as_deref() == Some("") {
            is_missing.set(true);
            return;
        }
        open.set(false);
        let run = asked.with_value(|asked| std::rc::Rc::clone(&asked.run));
        run(value.unwrap_or_default());
    };
    let content = move || {
        let Asked {
            text,
            field: wanted,
            submit: label,
            is_danger,
            ..
        } = asked.get_value();
        view! {
            <form class="asking" on:submit=submit>
                {text.map(|text| view! { <p>{text}</p> })}
                {wanted.map(|wanted| name_field(wanted, field, is_missing))}
                <div class="asking-actions">
                    <button type="button" class="button" on:click=move |_| open.set(false)>
                        {texts.actions.cancel}
                    </button>
                    <button type="submit" class="button" class:primary=!is_danger class:danger=is_danger>
                        {label}
                    </button>
                </div>
            </form>
        }
        .into_any()
    };
    view! { <Dialog open heading close=texts.close>{content()}</Dialog> }.into_any()
}

fn name_field(wanted: Field, field: NodeRef<html::Input>, is_missing: RwSignal<bool>) -> AnyView {
    let texts = use_texts();
    let is_wrong = wanted.problem.is_some();
    let complaint = wanted.problem.map(|problem| {
        let words = (texts.problem)(problem.kind);
        view! {
            <p>{words.what} " " {words.hint}</p>
            <ServerWords text=problem.server_text />
        }
    });
    let missing = move || {
        let words = (texts.problem)(samma_mailbox::change::ProblemKind::BadName);
        is_missing
            .get()
            .then(|| view! { <p>{words.what} " " {words.hint}</p> }.into_any())
    };
    view! {
        <label class="field">
            <span>{wanted.label}</span>
            <input
                type="text"
                autocomplete="off"
                maxlength="200"
                prop:value=wanted.value
                aria-invalid=shared(move || (is_wrong || is_missing.get()).to_string())
                aria-describedby="asking-problem"
                autofocus=true
                node_ref=field
                on:focus=move |_| {
                    if let Some(field) = field.get_untracked() {
                        field.select();
                    }
                }
            />
        </label>
        <div id="asking-problem" class="asking-problem" role="alert">
            {complaint}
            {shared(missing)}
        </div>
    }
    .into_any()
}
