//! The list of messages: the virtual list of its rows, and what keys and pointers do there.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Element, MouseEvent, PointerEvent};

use super::acting::Target;
use super::desk::{set_dragged, use_desk};
use super::gestures::Gestures;
use super::is_single_pane;
use super::list_place::{self, Hold};
use super::list_states::{ListHead, empty, loading, problem};
use super::live::OfflineBanner;
use super::menus::{self, Beside};
use super::row::{MessageRow, SkeletonRow, ghosts, row_id};
use super::{dragging, gestures};
use crate::components::{Geometry, VirtualList, effect, memo, place_of, shared};
use crate::i18n::use_texts;
use crate::keys::Action;
use crate::routes::Route;
use crate::state::{Entry, State, Step, use_state};

/// The pane with the list.
#[component]
pub(crate) fn List(
    /// Shortcuts that concern the list.
    keys: RwSignal<Option<Action>>,
) -> impl IntoView {
    let state = use_state();
    let texts = use_texts();
    let list = state.list;
    let total = memo(move || list.total.get().unwrap_or(0));
    // With the generation: another list is drawn anew, and does not inherit where this one was scrolled to.
    let state_of_list = memo(move || {
        let shown = if list.problem.with(Option::is_some) {
            Shown::Problem
        } else {
            match list.total.get() {
                None => Shown::Loading,
                Some(0) => Shown::Empty,
                Some(_) => Shown::Rows,
            }
        };
        (shown, list.generation.get())
    });
    view! {
        <section class="pane list-pane" aria-label=texts.mail.messages>
            <OfflineBanner />
            <ListHead />
            {shared(move || match state_of_list.get().0 {
                Shown::Problem => problem(state).into_any(),
                Shown::Loading => loading().into_any(),
                Shown::Empty => empty(state).into_any(),
                Shown::Rows => view! { <Rows total=total keys=keys /> }.into_any(),
            })}
        </section>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Problem,
    Loading,
    Empty,
    Rows,
}

/// What the list draws at one place.
#[derive(Clone)]
struct Slot {
    position: u32,
    entry: Option<Entry>,
}

/// Loaded rows are known by their message, others by their place.
type SlotKey = (Option<u32>, u32);

impl Slot {
    fn key(&self) -> SlotKey {
        match &self.entry {
            Some(entry) => (Some(entry.uid), 0),
            None => (None, self.position),
        }
    }
}

#[component]
fn Rows(
    /// How many rows the list has.
    total: Memo<u32>,
    /// Shortcuts that concern the list.
    keys: RwSignal<Option<Action>>,
) -> impl IntoView {
    let state = use_state();
    let texts = use_texts();
    let State { list, place, .. } = state;
    let desk = use_desk();
    let geometry = Geometry::new(total);
    let hold = Hold::new(state, geometry);
    let touch = Gestures::new(state, desk);
    let open = memo(move || {
        state
            .reader
            .wanted
            .with(|wanted| wanted.as_ref().map(|message| message.uid))
    });
    let cursor = memo(move || list.cursor.get().and_then(|cursor| cursor.uid));

    let drawn = memo(move || geometry.drawn());
    let slots = move || -> Vec<Slot> {
        let rows = list.rows.get();
        let (first, end) = drawn.get();
        (first..end)
            .map(|position| Slot {
                position,
                entry: rows.get(&position).cloned(),
            })
            .collect()
    };

    list_place::ask_for_rows(state, geometry);
    list_place::keep_place(state, geometry, hold);
    list_place::follow_route(state, open);
    list_place::open_at_rest(state);
    list_place::remember_offset(state, geometry);
    // Arrow keys move through the list unless something else was chosen.
    if !is_single_pane() && super::layout::is_focus_nowhere() {
        super::focus_list();
    }

    let act = move |action: Action| match action {
        Action::Next => list.step(Step::Down(1)),
        Action::Previous => list.step(Step::Up(1)),
        Action::First => list.step(Step::First),
        Action::Last => list.step(Step::Last),
        Action::PageDown => list.step(Step::Down(geometry.page())),
        Action::PageUp => list.step(Step::Up(geometry.page())),
        Action::Open => {
            if let Some(uid) = list.cursor.get_untracked().and_then(|cursor| cursor.uid) {
                open_message(state, uid);
                super::focus_reading();
            }
        }
        Action::Select => {
            if let Some(uid) = list.cursor.get_untracked().and_then(|cursor| cursor.uid) {
                list.toggle(uid);
            }
        }
        Action::ExtendDown => list.extend_by(Step::Down(1)),
        Action::ExtendUp => list.extend_by(Step::Up(1)),
        Action::SelectAll => list.select_loaded(),
        _ => {}
    };
    effect(move || {
        if let Some(action) = keys.get() {
            keys.set(None);
            act(action);
            if let Some(position) = list.cursor.get_untracked().map(|cursor| cursor.position) {
                geometry.reveal(position);
            }
        }
    });

    let clicked = move |event: MouseEvent| {
        let Some(uid) = uid_of(&event) else { return };
        if touch.takes_click() {
            return;
        }
        let selection = list.selection;
        let is_selecting = untrack(move || selection.is_there());
        let with_control = event.ctrl_key() || event.meta_key();
        if event.shift_key() {
            list.extend_to(uid, with_control);
        } else if with_control || is_check(&event) || (is_selecting && touch.is_touch()) {
            list.toggle(uid);
        } else {
            if is_selecting {
                selection.clear();
            }
            list.point_at(uid);
            open_message(state, uid);
            if is_single_pane() {
                super::focus_reading();
            }
        }
    };
    // The middle button opens another tab, as with links.
    let other_clicked = move |event: MouseEvent| {
        if event.button() == 1
            && let Some(route) = uid_of(&event).and_then(|uid| route_of(state, uid))
        {
            // A blocked pop-up leaves things as they are.
            let _ = window().open_with_url_and_target(&place.href(&route), "_blank");
        }
    };
    let menu = move |event: MouseEvent| {
        event.prevent_default();
        // A finger that stays selects.
        if touch.is_touch() {
            return;
        }
        let uid =
            uid_of(&event).or_else(|| list.cursor.get_untracked().and_then(|cursor| cursor.uid));
        let Some(uid) = uid else { return };
        let row = document().get_element_by_id(&row_id(uid));
        if let (Some(row), Some(target)) = (row, Target::of_row(state, uid)) {
            list.point_at(uid);
            menus::open(
                state,
                desk,
                &target,
                Beside::Nothing,
                place_of(&event, &row),
            );
        }
    };
    let drag = move |event: DragEvent| {
        if let Some(target) = uid_of(&event).and_then(|uid| Target::of_row(state, uid)) {
            dragging::start_messages(state, &event, target);
        }
    };
    // Only rows in the document can be pointed at.
    let active = move || {
        let cursor = list.cursor.get()?;
        let (first, end) = drawn.get();
        let uid = cursor.uid?;
        (first..end).contains(&cursor.position).then(|| row_id(uid))
    };

    view! {
        <VirtualList
            geometry
            attr:id="messages"
            attr:role="listbox"
            attr:tabindex="0"
            attr:aria-multiselectable="true"
            attr:aria-label=texts.mail.messages
            attr:aria-activedescendant=shared(active)
            on:click=clicked
            on:auxclick=other_clicked
            on:contextmenu=menu
            on:dragstart=drag
            on:dragend=move |_| set_dragged(None)
            on:pointerdown=move |event: PointerEvent| {
                hold.touched(&event);
                touch.down(&event, uid_of(&event));
            }
            on:pointermove=move |event: PointerEvent| {
                hold.touched(&event);
                touch.moved(&event);
            }
            on:pointerup=move |event: PointerEvent| {
                touch.up(&event);
                hold.let_go(&event);
            }
            on:pointercancel=move |event: PointerEvent| {
                touch.cancel();
                hold.let_go(&event);
            }
            on:mouseleave=move |_| hold.left()
        >
            {gestures::behind()}
            {ghosts(state, geometry, touch)}
            <For each=slots key=Slot::key let(slot)>
                {match slot.entry {
                    Some(entry) => {
                        view! { <MessageRow entry open cursor total /> }.into_any()
                    }
                    None => view! { <SkeletonRow position=slot.position /> }.into_any(),
                }}
            </For>
        </VirtualList>
        {list_place::pill(hold)}
    }
}

/// The message whose row an event is about.
fn uid_of(event: &web_sys::Event) -> Option<u32> {
    event
        .target()?
        .dyn_into::<Element>()
        .ok()?
        .closest("[role=option]")
        .ok()??
        .get_attribute("data-uid")?
        .parse()
        .ok()
}

/// Was the mark hit that selects a row.
fn is_check(event: &MouseEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|element| element.closest(".row-check").ok().flatten())
        .is_some()
}

/// Where the list is.
pub(super) fn list_route(state: State) -> Option<Route> {
    let (mailbox, search) = state.list.question.get_untracked()?;
    Some(Route::Mailbox { mailbox, search })
}

/// Where a message of the list is.
fn route_of(state: State, uid: u32) -> Option<Route> {
    let message = state.list.message(uid)?;
    let search = state
        .list
        .question
        .with_untracked(|question| question.as_ref().and_then(|(_, words)| words.clone()));
    Some(Route::Message { message, search })
}

/// From the list to a message is a step forward; from message to message stays on one step, so that Back
/// leads to the list.
pub(super) fn open_message(state: State, uid: u32) {
    let Some(route) = route_of(state, uid) else {
        return;
    };
    let is_reading = state
        .place
        .route
        .with_untracked(|here| here.message().is_some());
    if is_reading {
        state.place.replace(route);
    } else {
        state.place.go(route);
    }
}
