//! What a finger does to rows: it swipes one to the right to archive it, to the left to delete it, and stays
//! on one to select it. The browser keeps the vertical direction (`touch-action`), and takes the finger
//! away from us (`pointercancel`) when it scrolls.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, PointerEvent};

use super::acting::{Act, Target, allowed, perform};
use super::desk::Desk;
use super::row::row_id;
use crate::components::{Icon, icon};
use crate::state::State;

/// Follows fingers over the rows of the list.
#[derive(Clone, Copy)]
pub(super) struct Gestures {
    state: State,
    desk: Desk,
    touch: StoredValue<Touch>,
}

#[derive(Clone, Copy, Default)]
struct Touch {
    finger: Option<Finger>,
    is_touch: bool,
    /// A finger did something already: what comes of lifting it is no click.
    is_done: bool,
    /// The message that was last swiped out.
    swiped: Option<u32>,
}

#[derive(Clone, Copy)]
struct Finger {
    pointer: i32,
    uid: u32,
    from: (i32, i32),
    swipes: bool,
    timer: Option<TimeoutHandle>,
}

/// How long a finger stays on a row to select it.
const LONG_PRESS: Duration = Duration::from_millis(450);

/// How far it may tremble meanwhile, in CSS pixels.
const TREMBLE: i32 = 10;

/// How far a row is swiped before letting go does something, in CSS pixels.
const FAR: i32 = 96;

/// How long a row takes to leave, or to come back; as the style sheet has it.
const SLIDE: Duration = Duration::from_millis(160);

/// How long a row that was swiped out stays out of sight at most: until it left the list, or came back.
const GONE: Duration = Duration::from_millis(900);

impl Gestures {
    pub(super) fn new(state: State, desk: Desk) -> Self {
        Self {
            state,
            desk,
            touch: StoredValue::new(Touch::default()),
        }
    }

    /// Was the list last touched by a finger.
    pub(super) fn is_touch(self) -> bool {
        self.touch.get_value().is_touch
    }

    /// Is a click only the end of what a finger did.
    pub(super) fn takes_click(self) -> bool {
        let is_done = self.touch.get_value().is_done;
        self.set_done(false);
        is_done
    }

    /// Did this message leave by being swiped.
    pub(super) fn was_swiped(self, uid: u32) -> bool {
        self.touch.get_value().swiped == Some(uid)
    }

    /// A pointer was pressed.
    pub(super) fn down(self, event: &PointerEvent, uid: Option<u32>) {
        self.set_done(false);
        let is_touch = event.pointer_type() != "mouse";
        self.touch.update_value(|touch| touch.is_touch = is_touch);
        self.drop_finger();
        let Some(uid) = uid.filter(|_| is_touch && event.is_primary()) else {
            return;
        };
        let select = move || {
            let finger = self.touch.try_get_value().and_then(|touch| touch.finger);
            if finger.is_some_and(|finger| finger.uid == uid && !finger.swipes) {
                self.drop_finger();
                self.set_done(true);
                self.state.list.toggle(uid);
            }
        };
        // Moves that wait for the next frame come first, on a busy device too.
        let select = move || request_animation_frame(select);
        self.set_finger(Some(Finger {
            pointer: event.pointer_id(),
            uid,
            from: (event.client_x(), event.client_y()),
            swipes: false,
            timer: set_timeout_with_handle(select, LONG_PRESS).ok(),
        }));
    }

    /// A pointer moved.
    pub(super) fn moved(self, event: &PointerEvent) {
        let Some(mut finger) = self.finger_of(event) else {
            return;
        };
        let dx = event.client_x().saturating_sub(finger.from.0);
        let dy = event.client_y().saturating_sub(finger.from.1);
        if !finger.swipes {
            if dx.abs() <= TREMBLE && dy.abs() <= TREMBLE {
                return;
            }
            // Down or up is the browser's; while messages are selected nothing is swiped.
            let is_selecting = untrack(move || self.state.list.selection.is_there());
            if dy.abs() >= dx.abs() || is_selecting {
                return self.drop_finger();
            }
            stop(finger.timer.take());
            finger.swipes = true;
            self.set_finger(Some(finger));
            if let Some(row) = row(finger.uid) {
                // Fails when the finger is gone already: then there is nothing to follow.
                let _ = row.set_pointer_capture(finger.pointer);
                // Fails never: the name is one.
                let _ = row.class_list().add_1("swiped");
            }
        }
        let dx = if self.act(dx > 0).is_some() {
            dx
        } else {
            dx / 8
        };
        slide(finger.uid, Some(&format!("{dx}px")));
        show_behind(self.state.list.position_of(finger.uid), dx);
    }

    /// A pointer was released.
    pub(super) fn up(self, event: &PointerEvent) {
        let Some(finger) = self.finger_of(event) else {
            return;
        };
        self.drop_finger_quietly();
        if !finger.swipes {
            return;
        }
        self.set_done(true);
        let dx = event.client_x().saturating_sub(finger.from.0);
        let act = self.act(dx > 0).filter(|_| dx.abs() >= FAR);
        let target = Target::of(self.state, vec![finger.uid]);
        let (Some(act), Some(target)) = (act, target) else {
            return self.settle(finger.uid);
        };
        // What is asked about first comes back until it is answered.
        if matches!(act, Act::Delete) && self.asks() {
            self.settle(finger.uid);
            return perform(self.state, self.desk, target, act);
        }
        settling(finger.uid);
        slide(finger.uid, Some(if dx > 0 { "105%" } else { "-105%" }));
        self.touch
            .update_value(|touch| touch.swiped = Some(finger.uid));
        set_timeout(
            move || {
                perform(self.state, self.desk, target.clone(), act.clone());
                show_behind(None, 0);
            },
            SLIDE,
        );
        set_timeout(move || slide(finger.uid, None), GONE);
    }

    /// The browser took the pointer to scroll.
    pub(super) fn cancel(self) {
        if let Some(finger) = self.touch.get_value().finger
            && finger.swipes
        {
            self.settle(finger.uid);
        }
        self.drop_finger_quietly();
    }

    /// What swiping does, to the right or to the left.
    fn act(self, to_right: bool) -> Option<Act> {
        let state = self.state;
        let allowed = untrack(move || allowed(state));
        if to_right {
            allowed.archive.then_some(Act::Archive)
        } else {
            allowed.remove.then_some(Act::Delete)
        }
    }

    fn asks(self) -> bool {
        let question = self.state.list.question.get_untracked();
        let mailboxes = self.state.mailboxes;
        question
            .and_then(|(mailbox, _)| untrack(move || mailboxes.find(&mailbox)))
            .is_some_and(|mailbox| mailbox.role == samma_mailbox::change::Role::Trash)
    }

    fn finger_of(self, event: &PointerEvent) -> Option<Finger> {
        self.touch
            .get_value()
            .finger
            .filter(|finger| finger.pointer == event.pointer_id())
    }

    fn drop_finger(self) {
        if let Some(finger) = self.touch.get_value().finger
            && finger.swipes
        {
            self.settle(finger.uid);
        }
        self.drop_finger_quietly();
    }

    fn drop_finger_quietly(self) {
        if let Some(finger) = self.touch.get_value().finger {
            stop(finger.timer);
        }
        self.set_finger(None);
    }

    fn set_finger(self, finger: Option<Finger>) {
        self.touch.update_value(|touch| touch.finger = finger);
    }

    fn set_done(self, is_done: bool) {
        self.touch.update_value(|touch| touch.is_done = is_done);
    }

    /// The row goes back to its place.
    fn settle(self, uid: u32) {
        settling(uid);
        slide(uid, None);
        set_timeout(|| show_behind(None, 0), SLIDE);
    }
}

/// What shows behind a row that is being swiped: one element, put where it is needed.
pub(super) fn behind() -> impl IntoView {
    view! {
        <div id=BEHIND class="swipe-behind" aria-hidden="true" hidden>
            {icon(Icon::Archive)}
            {icon(Icon::Trash)}
        </div>
    }
}

const BEHIND: &str = "swipe-behind";

/// Shows it behind the row at a position that was moved so far; `None`: not at all.
fn show_behind(position: Option<u32>, dx: i32) {
    let element = document()
        .get_element_by_id(BEHIND)
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let Some(element) = element else { return };
    element.set_hidden(position.is_none());
    let name = if dx > 0 { "archive" } else { "delete" };
    let at = position.unwrap_or_default().to_string();
    // Fail on names that are none, and on properties that are read-only.
    let _ = element.set_attribute("data-act", name);
    let _ = element
        .class_list()
        .toggle_with_force("armed", dx.abs() >= FAR);
    let _ = element.style().set_property("--at", &at);
}

fn stop(timer: Option<TimeoutHandle>) {
    if let Some(timer) = timer {
        timer.clear();
    }
}

fn row(uid: u32) -> Option<HtmlElement> {
    document().get_element_by_id(&row_id(uid))?.dyn_into().ok()
}

/// Moves a row sideways; `None`: back.
fn slide(uid: u32, by: Option<&str>) {
    if let Some(row) = row(uid) {
        // Fails on properties that are read-only; this is not.
        let _ = match by {
            Some(by) => row.style().set_property("--swipe", by),
            None => row.style().remove_property("--swipe").map(drop),
        };
    }
}

/// From now on the row moves by itself.
fn settling(uid: u32) {
    if let Some(row) = row(uid) {
        // Fails never: the names are some.
        let _ = row.class_list().remove_1("swiped");
        let _ = row.class_list().add_1("settling");
        set_timeout(
            move || {
                let _ = row.class_list().remove_1("settling");
            },
            SLIDE,
        );
    }
}
