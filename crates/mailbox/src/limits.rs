//! Every bound of this crate, with its reason. What a server may send is bounded in
//! `samma_protocol::limits`; here is what is asked for and kept.

/// Rows kept in memory over all mailboxes. A row with its structure weighs about 1.5 KB.
pub(crate) const ROWS_KEPT: usize = 3_000;

/// Mailboxes whose rows are kept after another one was opened.
pub(crate) const MAILBOXES_KEPT: usize = 12;

/// Rows asked for in one FETCH: a reply of some 100 KB, under 0.2 s at 10 Mbit/s.
pub(crate) const ROWS_PER_FETCH: usize = 200;

/// Octets of a set in one command line: keeps the line below 8,192 octets (RFC 7162 4).
pub(crate) const SET_OCTETS: usize = 7_000;

/// Rows asked for before a tab has said how many it shows: two screens of a desktop.
pub(crate) const FIRST_ROWS: u32 = 30;

/// Messages that may be new before the list is loaded anew instead of row by row.
pub(crate) const NEW_ROWS: u32 = 200;

/// Octets of a text part that are fetched to be shown; more can be saved.
pub(crate) const BODY_OCTETS: u32 = 2 * 1024 * 1024;

/// Octets of a part that are fetched to find its first words: HTML mail begins with its styles.
pub(crate) const PREVIEW_OCTETS_TEXT: u32 = 768;
/// See [`PREVIEW_OCTETS_TEXT`].
pub(crate) const PREVIEW_OCTETS_HTML: u32 = 3_072;

/// Octets of bodies kept so that a message opens again at once.
pub(crate) const BODIES_KEPT_OCTETS: usize = 4 * 1024 * 1024;

/// Octets asked for at a time when a part is saved: a WebSocket has no back-pressure of its own.
pub(crate) const PART_CHUNK_OCTETS: u32 = 512 * 1024;

/// A part up to this size comes over the watching connection; larger ones over their own.
pub(crate) const SMALL_PART_OCTETS: u32 = 128 * 1024;

/// Octets of streamed literals held for one connection. Only what was asked for should come:
/// twice the largest request.
pub(crate) const LITERALS_OCTETS: usize = 8 * 1024 * 1024;

/// Places where a list changed, told one by one; beyond, the list is told anew.
pub(crate) const EDITS: usize = 256;

/// Mailboxes that are shown.
pub(crate) const MAILBOXES: usize = 10_000;

/// A server that owes an answer and says nothing for so long counts as dead.
pub(crate) const SILENCE_MS: f64 = 25_000.0;

/// How long dialling and securing may take before it counts as failed; the layer below
/// has shorter limits of its own.
pub(crate) const DIAL_MS: f64 = 28_000.0;

/// How often changes are asked for while a tab is looked at: catches what IDLE does not tell
/// (other mailboxes, exhausted watches on the server).
pub(crate) const POLL_VISIBLE_MS: f64 = 10_000.0;

/// How often all mailboxes are listed where NOTIFY tells of changes: Cyrus tells neither the children
/// of a renamed mailbox nor every removal.
pub(crate) const LIST_MS: f64 = 60_000.0;

/// The same while no tab is looked at. RFC 9051 6.3.13 allows IDLE 29 minutes; NATs forget
/// connections after about five.
pub(crate) const POLL_HIDDEN_MS: f64 = 240_000.0;

/// The second connection is closed when it had nothing to do for so long.
pub(crate) const WORK_IDLE_MS: f64 = 60_000.0;

/// How long the account stays connected with no tab: a reload takes less.
pub(crate) const NO_TABS_MS: f64 = 30_000.0;

/// Waits before the next try to connect.
pub(crate) const BACKOFF_MS: [f64; 5] = [200.0, 1_000.0, 3_000.0, 10_000.0, 20_000.0];

/// Searches for more words than this are cut: each word is one more pass over the mailbox.
pub(crate) const SEARCH_WORDS: usize = 8;
