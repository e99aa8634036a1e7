//! A line between two panes that can be dragged, or moved by arrow keys.

use leptos::prelude::*;

use super::shared;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

/// The window splitter pattern of WAI-ARIA: its value is the width of the pane before it, in CSS pixels.
#[component]
pub(crate) fn Splitter(
    /// Name for screen readers.
    label: &'static str,
    /// The width; `None`: as the style sheet has it.
    #[prop(into)]
    width: Signal<Option<i32>>,
    /// Width when the style sheet decides.
    default: i32,
    /// Least width.
    least: i32,
    /// Greatest width.
    most: i32,
    /// Called with each new width; `true` when the person has let go.
    on_move: impl Fn(i32, bool) + Copy + 'static,
) -> impl IntoView {
    let value = move || width.get().unwrap_or(default);
    // Pointer's x minus width, while dragging.
    let offset: RwSignal<Option<i32>> = RwSignal::new(None);
    let start = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        event.prevent_default();
        if let Some(element) = target(&event) {
            // Fails when the pointer is gone already: then there is nothing to follow.
            let _ = element.set_pointer_capture(event.pointer_id());
        }
        let width = before(&event).unwrap_or_else(value);
        offset.set(Some(event.client_x().saturating_sub(width)));
    };
    let drag = move |event: PointerEvent| {
        if let Some(offset) = offset.get_untracked() {
            on_move(
                event.client_x().saturating_sub(offset).clamp(least, most),
                false,
            );
        }
    };
    let stop = move |_: PointerEvent| {
        if offset.get_untracked().is_some() {
            offset.set(None);
            on_move(value().clamp(least, most), true);
        }
    };
    let key = move |event: KeyboardEvent| {
        let now = untrack(value);
        let next = match event.key().as_str() {
            "ArrowLeft" => now.saturating_sub(STEP),
            "ArrowRight" => now.saturating_add(STEP),
            "Home" => least,
            "End" => most,
            _ => return,
        };
        event.prevent_default();
        on_move(next.clamp(least, most), true);
    };
    view! {
        <div
            class="splitter"
            class:dragging=shared(move || offset.get().is_some())
            role="separator"
            tabindex="0"
            aria-orientation="vertical"
            aria-label=label
            aria-valuemin=least.to_string()
            aria-valuemax=most.to_string()
            aria-valuenow=shared(move || value().to_string())
            on:pointerdown=start
            on:pointermove=drag
            on:pointerup=stop
            on:pointercancel=stop
            on:keydown=key
        ></div>
    }
}

/// How far one press of an arrow key moves it, in CSS pixels.
const STEP: i32 = 16;

fn target(event: &PointerEvent) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}

/// The width that the pane before the splitter really has.
fn before(event: &PointerEvent) -> Option<i32> {
    let pane = target(event)?.previous_element_sibling()?;
    Some(pane.client_width())
}
