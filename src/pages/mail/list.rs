//! The list of messages: head, search, states, and the virtual list.

use std::time::Duration;

use leptos::prelude::*;
use samma_mailbox::change::{ProblemKind, Role};
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use super::live::{LiveState, OfflineBanner};
use super::notice::{Notice, ProblemNotice};
use super::row::{MessageRow, SkeletonRow, row_id};
use super::search::Search;
use super::{is_single_pane, mailbox_title};
use crate::components::{Geometry, Icon, VirtualList, icon, shared};
use crate::i18n::{use_formats, use_texts};
use crate::keys::Action;
use crate::routes::Route;
use crate::state::{Entry, State, Step, follow, use_state};

/// The pane with the list.
#[component]
pub(crate) fn List(
    /// Shortcuts that concern the list.
    keys: RwSignal<Option<Action>>,
) -> impl IntoView {
    let state = use_state();
    let texts = use_texts();
    let list = state.list;
    let total = Memo::new(move |_| list.total.get().unwrap_or(0));
    // With the generation: another list is drawn anew, and does not inherit where this one was scrolled to.
    let state_of_list = Memo::new(move |_| {
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

#[component]
fn ListHead() -> impl IntoView {
    let state = use_state();
    let texts = use_texts();
    let formats = use_formats();
    let list = state.list;
    let question = list.question;
    let words =
        move || question.with(|question| question.as_ref().and_then(|(_, words)| words.clone()));
    let title = move || match words() {
        Some(words) => (texts.mail.results)(&words),
        None => question
            .with(|question| question.as_ref().map(|(mailbox, _)| mailbox.clone()))
            .map_or_else(String::new, |mailbox| {
                mailbox_title(state.mailboxes, &mailbox, texts)
            }),
    };
    let unread = move || {
        question
            .with(|question| question.as_ref().map(|(mailbox, _)| mailbox.clone()))
            .and_then(|mailbox| state.mailboxes.find(&mailbox))
            .and_then(|mailbox| mailbox.unread)
            .filter(|unread| *unread > 0)
    };
    let count = move || {
        let total = list.total.get();
        match (words().is_some(), total, unread()) {
            (true, None, _) => texts.mail.searching.to_owned(),
            (true, Some(total), _) => (texts.mail.found)(total, &formats.number(total)),
            (false, None, _) => String::new(),
            (false, Some(total), Some(unread)) => {
                (texts.mail.unread_of)(&formats.number(unread), &formats.number(total))
            }
            (false, Some(total), None) => (texts.mail.message_count)(total, &formats.number(total)),
        }
    };
    let place = state.place;
    view! {
        <header class="list-head">
            <div class="list-title">
                <a class="icon-button menu-button" href=place.href(&Route::Folders) aria-label=texts.mail.folders>
                    {icon(Icon::Menu)}
                </a>
                <h1>{shared(title)}</h1>
                <span class="count">{shared(count)}</span>
                <LiveState />
            </div>
            <Search />
        </header>
    }
}

fn loading() -> impl IntoView {
    let texts = use_texts();
    view! {
        <div class="virtual" aria-busy="true">
            <span class="visually-hidden">{texts.mail.loading}</span>
            <div class="skeletons">
                {(0..10).map(|position| view! { <SkeletonRow position /> }).collect_view()}
            </div>
        </div>
    }
}

fn problem(state: State) -> impl IntoView {
    let texts = use_texts();
    let list = state.list;
    shared(move || {
        list.problem.get().map(|problem| {
            if problem.kind == ProblemKind::NoMailbox {
                view! {
                    <Notice what=texts.mail.folder_gone hint=texts.mail.folder_gone_hint>
                        <a class="button" href=state.place.href(&Route::inbox())>{texts.mail.to_inbox}</a>
                    </Notice>
                }
                .into_any()
            } else {
                view! {
                    <ProblemNotice problem>
                        <button type="button" class="button" on:click=move |_| list.retry()>
                            {texts.try_again}
                        </button>
                    </ProblemNotice>
                }
                .into_any()
            }
        })
    })
}

fn empty(state: State) -> impl IntoView {
    let texts = use_texts();
    shared(move || {
        let (mailbox, words) = state.list.question.get().unwrap_or_default();
        let found = state.mailboxes.find(&mailbox);
        match words {
            Some(words) => {
                let title = mailbox_title(state.mailboxes, &mailbox, texts);
                view! {
                    <Notice what=(texts.mail.nothing_found)(&words) hint=texts.mail.nothing_found_hint>
                        <a class="button" href=state.place.href(&Route::mailbox(mailbox))>
                            {(texts.mail.show_all)(&title)}
                        </a>
                    </Notice>
                }
                .into_any()
            }
            None => {
                let is_inbox = found.is_some_and(|found| found.role == Role::Inbox);
                let what = if is_inbox {
                    texts.mail.empty_inbox
                } else {
                    texts.mail.empty
                };
                view! { <Notice what hint=texts.mail.empty_hint /> }.into_any()
            }
        }
    })
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

/// How long the cursor rests on a message before it opens: holding an arrow key opens nothing.
const SETTLE: Duration = Duration::from_millis(140);

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
    let geometry = Geometry::new(total);
    let open = Memo::new(move |_| {
        state
            .reader
            .wanted
            .with(|wanted| wanted.as_ref().map(|message| message.uid))
    });
    let cursor = Memo::new(move |_| list.cursor.get().and_then(|cursor| cursor.uid));

    let drawn = Memo::new(move |_| geometry.drawn());
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

    ask_for_rows(state, geometry);
    keep_place(state, geometry);
    follow_route(state, open);
    open_at_rest(state);
    remember_offset(state, geometry);
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
        Action::Back | Action::Search | Action::Inbox | Action::Help => {}
    };
    Effect::new(move || {
        if let Some(action) = keys.get() {
            keys.set(None);
            act(action);
            if let Some(position) = list.cursor.get_untracked().map(|cursor| cursor.position) {
                geometry.reveal(position);
            }
        }
    });

    let clicked = move |event: MouseEvent| {
        let uid = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|element| element.closest("[data-uid]").ok().flatten())
            .and_then(|row| row.get_attribute("data-uid"))
            .and_then(|uid| uid.parse().ok());
        let Some(uid) = uid else { return };
        if event.ctrl_key() || event.meta_key() {
            if let Some(route) = route_of(state, uid) {
                // A blocked pop-up leaves things as they are.
                let _ = window().open_with_url_and_target(&place.href(&route), "_blank");
            }
            return;
        }
        list.point_at(uid);
        open_message(state, uid);
        if is_single_pane() {
            super::focus_reading();
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
            attr:aria-label=texts.mail.messages
            attr:aria-activedescendant=shared(active)
            on:click=clicked
        >
            <For each=slots key=Slot::key let(slot)>
                {match slot.entry {
                    Some(entry) => {
                        view! { <MessageRow entry open cursor total /> }.into_any()
                    }
                    None => view! { <SkeletonRow position=slot.position /> }.into_any(),
                }}
            </For>
        </VirtualList>
    }
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
fn open_message(state: State, uid: u32) {
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

/// Tells the engine which rows are on screen, at most once a frame.
fn ask_for_rows(state: State, geometry: Geometry) {
    let is_waiting = StoredValue::new(false);
    let on_screen = Memo::new(move |_| geometry.on_screen());
    Effect::new(move || {
        on_screen.track();
        state.list.renewed.track();
        if is_waiting.get_value() {
            return;
        }
        is_waiting.set_value(true);
        request_animation_frame(move || {
            is_waiting.set_value(false);
            if let Some((first, end)) = on_screen.try_get_untracked() {
                state.list.show(first, end.saturating_sub(first));
            }
        });
    });
}

/// Keeps the rows that are read where they are when others come or go above them. At the very top new
/// ones show.
fn keep_place(state: State, geometry: Geometry) {
    Effect::new(move || {
        state.list.edited.track();
        let edits = state.list.take_edits();
        let row = geometry.row_height.get_untracked();
        let offset = geometry.offset();
        if edits.is_empty() || row <= 0.0 || offset <= 0.0 {
            return;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a quotient of lengths on screen; casts saturate"
        )]
        let before = (offset / row).floor() as u32;
        let after = edits
            .iter()
            .fold(before, |position, edit| follow(position, *edit));
        if after != before {
            geometry.scroll_to(offset + (f64::from(after) - f64::from(before)) * row);
        }
    });
}

/// Puts the cursor on the message that the URL names, once it is loaded.
fn follow_route(state: State, open: Memo<Option<u32>>) {
    Effect::new(move |placed: Option<Option<u32>>| {
        let open = open.get();
        state.list.rows.track();
        let placed = placed.flatten();
        if open != placed
            && let Some(uid) = open
        {
            let is_there = state
                .list
                .cursor
                .get_untracked()
                .is_some_and(|cursor| cursor.uid == Some(uid));
            if !is_there {
                state.list.point_at(uid);
            }
            let is_there = state
                .list
                .cursor
                .get_untracked()
                .is_some_and(|cursor| cursor.uid == Some(uid));
            return is_there.then_some(uid).or(placed);
        }
        open
    });
}

/// Opens the message under the cursor when keys rest on it, where list and message are side by side.
fn open_at_rest(state: State) {
    Effect::new(move || {
        let Some(cursor) = state.list.cursor.get() else {
            return;
        };
        let Some(uid) = cursor.uid.filter(|_| cursor.opens) else {
            return;
        };
        if is_single_pane() {
            return;
        }
        set_timeout(
            move || {
                if state.list.cursor.try_get_untracked().flatten() == Some(cursor) {
                    open_message(state, uid);
                }
            },
            SETTLE,
        );
    });
}

/// By Back and Forward, comes back to where a list was left.
fn remember_offset(state: State, geometry: Geometry) {
    let offsets = state.list.offsets;
    let question = state.list.question.get_untracked();
    let restored = offsets.with_value(|offsets| {
        offsets
            .iter()
            .find(|(one, _)| state.place.is_return.get_value() && Some(one) == question.as_ref())
            .map(|(_, offset)| *offset)
    });
    let is_restored = StoredValue::new(false);
    Effect::new(move || {
        if geometry.row_height.get() > 0.0 && !is_restored.get_value() {
            is_restored.set_value(true);
            if let Some(offset) = restored {
                geometry.scroll_to(offset);
            }
        }
    });
    on_cleanup(move || {
        let Some(question) = question else { return };
        let offset = geometry.offset();
        offsets.update_value(|offsets| {
            offsets.retain(|(one, _)| *one != question);
            offsets.push((question, offset));
            if offsets.len() > REMEMBERED {
                offsets.remove(0);
            }
        });
    });
}

/// Lists whose scroll positions are remembered.
const REMEMBERED: usize = 30;
