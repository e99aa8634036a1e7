//! What keeps the list in place: which rows are asked for, where it is scrolled to, which message has the
//! cursor. Rows stay under the pointer and the finger, whatever comes and goes above them.

use std::time::Duration;

use leptos::prelude::*;
use samma_mailbox::change::Edit;
use web_sys::PointerEvent;

use super::is_single_pane;
use super::list::open_message;
use crate::components::{Geometry, effect, memo, shared};
use crate::i18n::use_texts;
use crate::state::{State, follow};

/// How long the cursor rests on a message before it opens: holding an arrow key opens nothing.
const SETTLE: Duration = Duration::from_millis(140);

/// How long after its last move a mouse is about to do something: one that was left lying there is not.
const AIMS: Duration = Duration::from_millis(2_500);

/// Somebody is at the rows: they stay where they are.
#[derive(Clone, Copy)]
pub(super) struct Hold {
    state: State,
    geometry: Geometry,
    pointer: StoredValue<Pointer>,
    /// New rows above those on screen that nobody has seen.
    above: RwSignal<u32>,
}

#[derive(Clone, Copy, Default)]
struct Pointer {
    /// Where it is, in CSS pixels from the top of the list; `None`: elsewhere, or at rest.
    at: Option<f64>,
    /// Counts moves, so that a mouse at rest is known.
    moves: u32,
    is_waiting: bool,
}

impl Hold {
    pub(super) fn new(state: State, geometry: Geometry) -> Self {
        let hold = Self {
            state,
            geometry,
            pointer: StoredValue::new(Pointer::default()),
            above: RwSignal::new(0),
        };
        effect(move || {
            // At the top there is nothing above.
            if geometry.first_shown() == 0 {
                hold.above.set(0);
            }
        });
        hold
    }

    /// A pointer moved or was pressed.
    pub(super) fn touched(self, event: &PointerEvent) {
        let top = self
            .geometry
            .scroller
            .get_untracked()
            .map(|scroller| scroller.get_bounding_client_rect().top());
        let Pointer {
            moves, is_waiting, ..
        } = self.pointer.get_value();
        let is_mouse = event.pointer_type() == "mouse";
        self.pointer.set_value(Pointer {
            at: top.map(|top| f64::from(event.client_y()) - top),
            moves: moves.wrapping_add(1),
            is_waiting: is_waiting || is_mouse,
        });
        if is_mouse && !is_waiting {
            self.wait();
        }
    }

    /// Lets go when the mouse has not moved for a while.
    fn wait(self) {
        let before = self.pointer.get_value().moves;
        set_timeout(
            move || match self.pointer.try_get_value() {
                Some(now) if now.moves == before => self.left(),
                Some(_) => self.wait(),
                None => {}
            },
            AIMS,
        );
    }

    /// A pointer was released. A finger is gone then; a mouse is not.
    pub(super) fn let_go(self, event: &PointerEvent) {
        if event.pointer_type() != "mouse" {
            self.left();
        }
    }

    /// No pointer is at the rows any more.
    pub(super) fn left(self) {
        self.pointer.update_value(|pointer| {
            pointer.at = None;
            pointer.is_waiting = false;
        });
        self.geometry.set_shift(0.0);
    }

    /// The distance from the top of the list at which a row must stay, in CSS pixels.
    fn anchor(self) -> Option<f64> {
        let is_selecting = untrack(move || self.state.list.selection.is_there());
        self.pointer
            .get_value()
            .at
            .or_else(|| is_selecting.then_some(0.0))
    }
}

/// "1 new", which leads to the top.
pub(super) fn pill(hold: Hold) -> impl IntoView {
    let texts = use_texts().actions;
    shared(move || {
        let above = hold.above.get();
        (above > 0).then(|| {
            let show = move |_| {
                hold.left();
                hold.geometry.scroll_to(0.0);
            };
            view! {
                <button type="button" class="new-pill" on:click=show>
                    {(texts.new_above)(above)}
                </button>
            }
            .into_any()
        })
    })
}

/// Tells the engine which rows are on screen, at most once a frame.
pub(super) fn ask_for_rows(state: State, geometry: Geometry) {
    let is_waiting = StoredValue::new(false);
    let on_screen = memo(move || geometry.on_screen());
    effect(move || {
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
/// ones show, unless somebody is about to hit a row.
pub(super) fn keep_place(state: State, geometry: Geometry, hold: Hold) {
    effect(move || {
        state.list.edited.track();
        let edits = state.list.take_edits();
        let row = geometry.row_height.get_untracked();
        let offset = geometry.offset();
        let shift = geometry.shift();
        let anchor = hold.anchor();
        if edits.is_empty() || row <= 0.0 || (offset <= 0.0 && shift == 0.0 && anchor.is_none()) {
            return;
        }
        let position = |y: f64| position_at(y - shift, row);
        let first = position(offset);
        let before = position(offset + anchor.unwrap_or_default());
        let moved = |position: u32| edits.iter().fold(position, |at, edit| follow(at, *edit));
        let wanted = offset + (f64::from(moved(before)) - f64::from(before)) * row;
        if (wanted - offset).abs() > 0.5 {
            geometry.scroll_to(wanted);
            // What scrolling can't do, as at the ends of the list.
            let rest = wanted - geometry.offset();
            if anchor.is_some() && rest.abs() > 1.0 {
                geometry.set_shift(shift - rest);
            }
        }
        let inserted = inserted_before(&edits, first);
        if inserted > 0 && moved(first) > first {
            hold.above
                .update(|above| *above = above.saturating_add(inserted));
        }
    });
}

/// The row at a distance from the top of the list.
fn position_at(y: f64, row: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a quotient of lengths on screen; casts saturate"
    )]
    let position = (y / row).floor() as u32;
    position
}

/// How many rows came above the first one on screen.
fn inserted_before(edits: &[Edit], first: u32) -> u32 {
    let mut at = first;
    let mut count = 0_u32;
    for edit in edits {
        if edit.at <= at {
            count = count.saturating_add(edit.inserted);
        }
        at = follow(at, *edit);
    }
    count
}

/// Puts the cursor on the message that the URL names, once it is loaded.
pub(super) fn follow_route(state: State, open: Memo<Option<u32>>) {
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
pub(super) fn open_at_rest(state: State) {
    effect(move || {
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
pub(super) fn remember_offset(state: State, geometry: Geometry) {
    let offsets = state.list.offsets;
    let question = state.list.question.get_untracked();
    let restored = offsets.with_value(|offsets| {
        offsets
            .iter()
            .find(|(one, _)| state.place.is_return.get_value() && Some(one) == question.as_ref())
            .map(|(_, offset)| *offset)
    });
    let is_restored = StoredValue::new(false);
    effect(move || {
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
