//! What became of what the person did, at the foot of the window: with Undo, Stop, or the reason.

use leptos::prelude::*;
use samma_mailbox::change::Problem;

use super::notice::ServerWords;
use crate::components::shared;
use crate::i18n::{use_formats, use_texts};
use crate::state::{Deed, Note, Stage, use_state};

/// The notes.
#[component]
pub(crate) fn Toasts() -> impl IntoView {
    let toasts = use_state().toasts;
    let notes = move || {
        let notes = toasts.shown.get().into_iter();
        notes.map(draw).collect_view().into_any()
    };
    let hold = move |held: bool| toasts.is_held.set(held);
    view! {
        <div
            class="toasts"
            role="status"
            on:mouseenter=move |_| hold(true)
            on:mouseleave=move |_| hold(false)
            on:focusin=move |_| hold(true)
            on:focusout=move |_| hold(false)
        >
            {shared(notes)}
        </div>
    }
}

fn draw(note: Note) -> AnyView {
    let texts = use_texts();
    let formats = use_formats();
    let toasts = use_state().toasts;
    let Note {
        action,
        deed,
        count,
        stage,
    } = note;
    let can_undo = can_be_undone(&deed);
    let close = move || {
        view! {
            <button type="button" class="link" on:click=move |_| toasts.close(action)>
                {texts.close}
            </button>
        }
    };
    let undo = move || {
        view! {
            <button type="button" class="link" on:click=move |_| toasts.undo(action)>
                {texts.actions.undo}
            </button>
        }
        .into_any()
    };
    let content = {
        let done = || (texts.actions.done)(&deed, count, &formats.number(count));
        match stage {
            Stage::Running(so_far, of) if of > 1 => {
                let words =
                    (texts.actions.running)(&deed, &formats.number(so_far), &formats.number(of));
                view! {
                    <p>{words}</p>
                    <progress max=of value=so_far></progress>
                    <button type="button" class="link" on:click=move |_| toasts.stop(action)>
                        {texts.actions.stop}
                    </button>
                }
                .into_any()
            }
            Stage::Acting | Stage::Running(..) => view! {
                <p>{done()}</p>
                {can_undo.then(undo)}
            }
            .into_any(),
            Stage::Done { undo: offers } => view! {
                <p>{done()}</p>
                {(offers && can_undo).then(undo)}
            }
            .into_any(),
            Stage::Stopped { done, undo: offers } => view! {
                <p>{(texts.actions.stopped)(&formats.number(done))}</p>
                {offers.then(undo)}
            }
            .into_any(),
            Stage::Refused(done, of, problem) => {
                let some = (done > 0).then(|| {
                    (texts.actions.refused_after)(&formats.number(done), &formats.number(of))
                });
                view! {
                    {refusal((texts.actions.refused)(&deed), some, problem)}
                    {close()}
                }
                .into_any()
            }
        }
    };
    view! { <div class="toast">{content}</div> }.into_any()
}

fn refusal(what: String, some: Option<String>, problem: Problem) -> AnyView {
    let words = (use_texts().problem)(problem.kind);
    view! {
        <div role="alert">
            <p>{what} " " {words.what} " " {some}</p>
            <p class="toast-hint">{words.hint}</p>
            <ServerWords text=problem.server_text />
        </div>
    }
    .into_any()
}

/// Is Undo offered before the server has answered.
const fn can_be_undone(deed: &Deed) -> bool {
    matches!(
        deed,
        Deed::Moved(_)
            | Deed::Copied(_)
            | Deed::Archived
            | Deed::Trashed
            | Deed::Junk(_)
            | Deed::Seen(_)
            | Deed::Flagged(_)
            | Deed::Tagged(..)
            | Deed::AllRead(_)
    )
}
