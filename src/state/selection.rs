//! Which messages of the list are selected: by UID, so that rows may come, go and leave the memory.

use std::sync::Arc;

use leptos::prelude::*;

/// The selected messages of the list. Another list begins with none.
#[derive(Clone, Copy)]
pub(crate) struct Selection {
    /// Their UIDs, in no order.
    pub(crate) uids: RwSignal<Arc<Vec<u32>>>,
    /// The whole list is selected, with what is not loaded.
    pub(crate) is_all: RwSignal<bool>,
    /// The message that a range begins at.
    pub(super) anchor: StoredValue<Option<u32>>,
}

impl Selection {
    pub(super) fn new() -> Self {
        Self {
            uids: RwSignal::new(Arc::default()),
            is_all: RwSignal::new(false),
            anchor: StoredValue::new(None),
        }
    }

    /// Is anything selected.
    pub(crate) fn is_there(self) -> bool {
        self.is_all.get() || self.uids.with(|uids| !uids.is_empty())
    }

    /// Is this message selected.
    pub(crate) fn has(self, uid: u32) -> bool {
        self.is_all.get() || self.uids.with(|uids| uids.contains(&uid))
    }

    /// Selects nothing any more.
    pub(crate) fn clear(self) {
        self.anchor.set_value(None);
        self.set(Vec::new());
    }

    /// Selects exactly these.
    pub(super) fn set(self, uids: Vec<u32>) {
        if self.is_all.get_untracked() {
            self.is_all.set(false);
        }
        if self.uids.with_untracked(|old| **old != uids) {
            self.uids.set(Arc::new(uids));
        }
    }

    /// These messages left the list.
    pub(super) fn left(self, gone: &[u32]) {
        let mut uids = (*self.uids.get_untracked()).clone();
        let before = uids.len();
        uids.retain(|uid| !gone.contains(uid));
        if uids.len() != before {
            self.uids.set(Arc::new(uids));
        }
    }
}
