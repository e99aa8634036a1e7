//! The help on shortcuts, made from their table.

use leptos::prelude::*;

use crate::components::Dialog;
use crate::i18n::use_texts;
use crate::keys;

/// The help on shortcuts.
#[component]
pub(crate) fn Help(
    /// Shown or not.
    open: RwSignal<bool>,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <Dialog open heading=texts.keys.heading close=texts.close>
            <dl class="shortcuts">
                {keys::help(&texts.keys)
                    .into_iter()
                    .map(|line| {
                        view! {
                            <dt>{line.text}</dt>
                            <dd>{choices(&line.keys)}</dd>
                        }
                    })
                    .collect_view()}
            </dl>
        </Dialog>
    }
}

/// "j or ↓", "g then i", "Ctrl A".
fn choices(choices: &[Vec<Vec<&'static str>>]) -> impl IntoView + use<> {
    let texts = &use_texts().keys;
    choices
        .iter()
        .enumerate()
        .map(|(at, sequence)| {
            let keys: Vec<_> = sequence
                .iter()
                .enumerate()
                .map(|(at, held)| {
                    let held = held.iter().map(|key| view! { <kbd>{*key}</kbd> " " });
                    view! {
                        {(at > 0).then(|| view! { <small>" " {texts.then} " "</small> })}
                        {held.collect_view()}
                    }
                })
                .collect();
            view! {
                {(at > 0).then(|| view! { <small>" " {texts.or} " "</small> })}
                {keys}
            }
        })
        .collect_view()
}
