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

/// "j or ↓", "g then i".
fn choices(choices: &[Vec<&'static str>]) -> impl IntoView + use<> {
    let texts = &use_texts().keys;
    choices
        .iter()
        .enumerate()
        .map(|(at, sequence)| {
            let keys: Vec<_> = sequence
                .iter()
                .enumerate()
                .map(|(at, key)| {
                    let key = *key;
                    view! {
                        {(at > 0).then(|| view! { <small>" " {texts.then} " "</small> })}
                        <kbd>{key}</kbd>
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
