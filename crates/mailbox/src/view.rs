//! One tab's list: which mailbox or search it shows, which rows are on screen, and what the tab was
//! last told of them.

use samma_protocol::imap::uid::{Uid, UidSet};

use crate::change::{Change, Edit, Row};
use crate::command::{MAX_WINDOW, ViewId};
use crate::contents::{Contents, News};
use crate::limits;

/// A list in a tab.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) id: ViewId,
    /// Decoded full name.
    pub(crate) mailbox: String,
    pub(crate) search: Option<Search>,
    first: u32,
    count: u32,
    edits: Vec<Edit>,
    touched: Vec<u32>,
    sent: Option<Sent>,
    dirty: bool,
}

/// A search within the mailbox.
#[derive(Debug)]
pub(crate) struct Search {
    pub(crate) words: String,
    /// What it found, newest first; `None` while it runs.
    pub(crate) found: Option<Vec<u32>>,
    /// All that it found, as the server said it.
    all: UidSet,
}

/// What the tab has.
#[derive(Debug, PartialEq)]
struct Sent {
    total: u32,
    first: u32,
    rows: Vec<Row>,
}

impl View {
    /// A list that shows `rows` rows from the top.
    pub(crate) fn new(id: ViewId, mailbox: String, words: Option<String>, rows: u32) -> Self {
        Self {
            id,
            mailbox,
            search: words.map(|words| Search {
                words,
                found: None,
                all: UidSet::new(),
            }),
            first: 0,
            count: rows.clamp(1, MAX_WINDOW),
            edits: Vec::new(),
            touched: Vec::new(),
            sent: None,
            dirty: true,
        }
    }

    /// The tab scrolled.
    pub(crate) fn show(&mut self, first: u32, count: u32) {
        self.first = first;
        self.count = count.clamp(1, MAX_WINDOW);
        self.dirty = true;
    }

    /// Starts anew after a reset: nothing that the tab has is true any more.
    pub(crate) fn reset(&mut self) {
        self.edits.clear();
        self.touched.clear();
        self.sent = None;
        self.dirty = true;
    }

    /// The search found this, in any order.
    pub(crate) fn found(&mut self, uids: &UidSet, contents: Option<&Contents>) {
        if let Some(search) = &mut self.search {
            search.all.clone_from(uids);
            let is_shown = |uid: &Uid| contents.is_none_or(|contents| !contents.is_hidden(*uid));
            let mut found: Vec<u32> = uids
                .iter()
                .take(1_000_000)
                .filter(is_shown)
                .map(Uid::get)
                .collect();
            found.reverse();
            search.found = Some(found);
            self.dirty = true;
        }
    }

    /// How many rows the list has, where known.
    pub(crate) fn total(&self, contents: &Contents) -> Option<u32> {
        match &self.search {
            None => contents.known.then(|| contents.len()),
            Some(search) => search
                .found
                .as_ref()
                .map(|found| u32::try_from(found.len()).unwrap_or(u32::MAX)),
        }
    }

    /// All messages of the list, where they are known.
    pub(crate) fn all(&self, contents: &Contents) -> Option<UidSet> {
        match &self.search {
            None => contents.all(),
            Some(search) => {
                let found = search.found.as_ref()?.iter().rev();
                Some(found.filter_map(|uid| Uid::new(*uid)).collect())
            }
        }
    }

    /// The message at a place, where its UID is known.
    pub(crate) fn uid(&self, place: u32, contents: &Contents) -> Option<Uid> {
        match &self.search {
            None => contents.at_place(place),
            Some(search) => Uid::new(*search.found.as_ref()?.get(place as usize)?),
        }
    }

    /// How many rows the tab shows.
    pub(crate) fn rows_on_screen(&self) -> u32 {
        self.count
    }

    /// Places on screen.
    pub(crate) fn window(&self, contents: &Contents) -> std::ops::Range<u32> {
        let total = self.total(contents).unwrap_or(0);
        let first = self.first.min(total.saturating_sub(self.count));
        first..first.saturating_add(self.count).min(total)
    }

    /// Takes in what changed in the mailbox.
    pub(crate) fn hear(&mut self, news: &News) {
        self.dirty = true;
        self.touched.extend(news.touched.iter());
        let Some(search) = &mut self.search else {
            self.edits.extend(&news.edits);
            if self.edits.len() > limits::EDITS {
                self.sent = None;
                self.edits.clear();
            }
            return;
        };
        if let Some(found) = &mut search.found
            && !(news.gone.is_empty() && news.hidden.is_empty())
        {
            let mut place: u32 = 0;
            let edits = &mut self.edits;
            found.retain(|uid| {
                let gone = Uid::new(*uid)
                    .is_none_or(|uid| news.gone.contains(uid) || news.hidden.contains(uid));
                if gone {
                    edits.push(Edit {
                        at: place,
                        removed: 1,
                        inserted: 0,
                    });
                } else {
                    place = place.saturating_add(1);
                }
                !gone
            });
        }
        if let Some(found) = &mut search.found {
            for uid in news.shown.iter().filter(|uid| search.all.contains(*uid)) {
                // Newest first.
                let at = found.partition_point(|other| *other > uid.get());
                if found.get(at) != Some(&uid.get()) {
                    found.insert(at, uid.get());
                    self.edits.push(Edit {
                        at: u32::try_from(at).unwrap_or(u32::MAX),
                        removed: 0,
                        inserted: 1,
                    });
                }
            }
        }
    }

    /// What the tab has to be told, if anything.
    pub(crate) fn flush(&mut self, contents: &Contents) -> Option<Change> {
        if contents.arriving || !std::mem::take(&mut self.dirty) {
            return None;
        }
        let total = self.total(contents)?;
        let (first, rows) = self.loaded_run(contents);
        let now = Sent { total, first, rows };
        if rows_lack(&now) && self.sent.as_ref().is_none_or(|sent| sent.total == total) && total > 0
        {
            // Nothing to show yet; the rows have been asked for.
            return None;
        }
        if self.edits.is_empty() && self.sent.as_ref() == Some(&now) {
            return None;
        }
        let mut touched = std::mem::take(&mut self.touched);
        touched.retain(|uid| now.rows.iter().any(|row| row.uid == *uid));
        let change = Change::Rows {
            view: self.id,
            total,
            edits: std::mem::take(&mut self.edits),
            first: now.first,
            rows: now.rows.clone(),
            touched,
        };
        self.sent = Some(now);
        Some(change)
    }

    /// The first unbroken run of rows in the window that are known.
    fn loaded_run(&self, contents: &Contents) -> (u32, Vec<Row>) {
        let mut first = None;
        let mut rows = Vec::new();
        for place in self.window(contents) {
            let row = self
                .uid(place, contents)
                .and_then(|uid| contents.rows.get(&uid.get()));
            match row {
                Some(entry) => {
                    first.get_or_insert(place);
                    rows.push(entry.row.clone());
                }
                None if first.is_some() => break,
                None => {}
            }
        }
        (first.unwrap_or(self.first), rows)
    }
}

fn rows_lack(sent: &Sent) -> bool {
    sent.rows.is_empty()
}
