//! A modal dialog: the platform's own, with its focus trap and its Esc.

use super::effect;
use leptos::{html, prelude::*};

/// Shows its children in a modal dialog while `open` is true.
#[component]
pub(crate) fn Dialog(
    /// Open or not; set to false when it closes.
    open: RwSignal<bool>,
    /// Heading, and name.
    #[prop(into)]
    heading: String,
    /// Label of the button that closes it.
    close: &'static str,
    /// What it shows.
    children: ChildrenFn,
) -> impl IntoView {
    let name = heading.clone();
    let element: NodeRef<html::Dialog> = NodeRef::new();
    effect(move || {
        let Some(element) = element.get() else {
            return;
        };
        if open.get() && !element.open() {
            // Fails on a dialog that is open already, which was asked.
            let _ = element.show_modal();
        } else if !open.get() && element.open() {
            element.close();
        }
    });
    view! {
        <dialog class="dialog" node_ref=element aria-label=name on:close=move |_| open.set(false)>
            <header>
                <h2>{heading}</h2>
                <button
                    type="button"
                    class="icon-button"
                    aria-label=close
                    on:click=move |_| open.set(false)
                >
                    {super::icon(super::Icon::Close)}
                </button>
            </header>
            {super::shared(move || open.get().then(|| children()))}
        </dialog>
    }
}
