//! Senders whose remote pictures are shown without being asked for. Kept on this device, and forgotten at sign-out.

use leptos::prelude::*;

use super::remembered;

/// Under which name they are kept.
const KEY: &str = "pictures-from";

/// Most of them; the oldest goes.
const MOST: usize = 500;

/// The senders. A handle.
#[derive(Clone, Copy)]
pub(crate) struct Pictures {
    senders: RwSignal<Vec<String>>,
}

impl Pictures {
    pub(super) fn load() -> Self {
        let kept = remembered::read(KEY).unwrap_or_default();
        let senders = kept.lines().take(MOST).map(str::to_owned).collect();
        Self {
            senders: RwSignal::new(senders),
        }
    }

    /// Are pictures of this address shown. Tracked.
    pub(crate) fn shows(self, address: &str) -> bool {
        let address = address.to_lowercase();
        self.senders.with(|senders| senders.contains(&address))
    }

    /// From now on they are.
    pub(crate) fn allow(self, address: &str) {
        let address = address.to_lowercase();
        if address.is_empty() || address.contains('\n') {
            return;
        }
        self.senders.update(|senders| {
            senders.retain(|one| *one != address);
            senders.push(address);
            let over = senders.len().saturating_sub(MOST);
            senders.drain(..over);
        });
        self.keep();
    }

    /// They are no more.
    pub(crate) fn stop(self, address: &str) {
        let address = address.to_lowercase();
        self.senders
            .update(|senders| senders.retain(|one| *one != address));
        self.keep();
    }

    pub(super) fn clear(self) {
        self.senders.set(Vec::new());
        remembered::forget(KEY);
    }

    fn keep(self) {
        self.senders
            .with_untracked(|senders| remembered::write(KEY, &senders.join("\n")));
    }
}
