//! What is told in passing: an action that was refused.

use leptos::prelude::*;
use samma_mailbox::change::Problem;

/// Notes that show for a while, newest last.
#[derive(Clone, Copy)]
pub(crate) struct Toasts {
    /// With a number each, to tell equal ones apart.
    pub(crate) shown: RwSignal<Vec<(u32, Toast)>>,
    next: StoredValue<u32>,
}

/// One note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Toast {
    /// An action was refused and taken back.
    Refused(Problem),
}

/// Most notes on screen; older ones make room.
const MOST: usize = 3;

impl Toasts {
    pub(super) fn new() -> Self {
        Self {
            shown: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        }
    }

    /// Shows a note for eight seconds, or until it is closed.
    pub(crate) fn push(self, toast: Toast) {
        let number = self.next.get_value();
        self.next.set_value(number.wrapping_add(1));
        self.shown.update(|shown| {
            shown.push((number, toast));
            while shown.len() > MOST {
                shown.remove(0);
            }
        });
        set_timeout(
            move || self.close(number),
            std::time::Duration::from_secs(8),
        );
    }

    /// Takes a note away.
    pub(crate) fn close(self, number: u32) {
        self.shown
            .update(|shown| shown.retain(|(one, _)| *one != number));
    }

    pub(super) fn clear(self) {
        self.shown.set(Vec::new());
    }
}
