//! Which messages of a mailbox devices have marked as about to be moved.

use std::collections::{BTreeMap, BTreeSet};

use samma_protocol::imap::flag::Flag;
use samma_protocol::imap::uid::{Uid, UidSet};

use crate::limits;
use crate::mark::{self, Mark};

/// The marks on messages, each with when it was first seen in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Claims(BTreeMap<u32, Vec<(&'static str, f64)>>);

impl Claims {
    /// Notes the flags that a message has now. A mark that is new was put there at `at_ms`.
    pub(crate) fn note(&mut self, uid: Uid, flags: &[Flag], at_ms: f64) {
        let before = self.0.remove(&uid.get()).unwrap_or_default();
        let since_ms = |keyword| {
            let known = before.iter().find(|(known, _)| *known == keyword);
            (keyword, known.map_or(at_ms, |(_, since_ms)| *since_ms))
        };
        let keywords = flags.iter().filter_map(|flag| mark::keyword(flag.as_str()));
        let claims: Vec<(&'static str, f64)> = keywords.map(since_ms).collect();
        if !claims.is_empty() && self.0.len() < limits::CLAIMS {
            self.0.insert(uid.get(), claims);
        }
    }

    /// Those of these messages that another device has marked since then.
    pub(crate) fn by_others(&self, uids: &UidSet, own: Mark, since_ms: f64) -> UidSet {
        let is_by_another =
            |(keyword, at_ms): &(&'static str, f64)| *at_ms > since_ms && !own.has(keyword);
        let is_claimed = |uid: &Uid| {
            let claims = self.0.get(&uid.get());
            claims.is_some_and(|claims| claims.iter().any(is_by_another))
        };
        uids.iter().filter(is_claimed).collect()
    }

    /// Messages that were marked before this and are still here, by keyword: whoever was to move them did not, or
    /// did and could not take the mark off.
    pub(crate) fn forgotten(&self, before_ms: f64) -> BTreeMap<&'static str, UidSet> {
        let mut forgotten: BTreeMap<&'static str, UidSet> = BTreeMap::new();
        for (uid, claims) in &self.0 {
            for (keyword, _) in claims.iter().filter(|(_, at_ms)| *at_ms < before_ms) {
                forgotten.entry(keyword).or_default().extend(Uid::new(*uid));
            }
        }
        forgotten
    }

    /// These keywords are taken off.
    pub(crate) fn free(&mut self, uids: &UidSet, keywords: &BTreeSet<&'static str>) {
        for uid in uids.iter() {
            if let Some(claims) = self.0.get_mut(&uid.get()) {
                claims.retain(|(keyword, _)| !keywords.contains(keyword));
            }
        }
        self.0.retain(|_, claims| !claims.is_empty());
    }

    /// The keywords of marks that these messages bear.
    pub(crate) fn keywords(&self, uids: &UidSet) -> BTreeSet<&'static str> {
        let claims = uids.iter().filter_map(|uid| self.0.get(&uid.get()));
        claims.flatten().map(|(keyword, _)| *keyword).collect()
    }

    /// The message is gone.
    pub(crate) fn forget(&mut self, uid: Uid) {
        self.0.remove(&uid.get());
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
