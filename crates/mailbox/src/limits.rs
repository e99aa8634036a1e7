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
/// connections after about five; counts in a hidden tab's title may be a minute old.
pub(crate) const POLL_HIDDEN_MS: f64 = 60_000.0;

/// Time that passed without the engine being called although it was due: the device slept.
pub(crate) const SLEPT_MS: f64 = 20_000.0;

/// A connection that may have died while the device slept, or the network changed, has so long to answer.
pub(crate) const PROBE_MS: f64 = 5_000.0;

/// The second connection is closed when it had nothing to do for so long.
pub(crate) const WORK_IDLE_MS: f64 = 60_000.0;

/// A second connection that ended sooner than this was not lost by chance: it waits as long for the next one.
pub(crate) const WORK_SETTLED_MS: f64 = 3_000.0;

/// How long the account stays connected with no tab: a reload takes less.
pub(crate) const NO_TABS_MS: f64 = 30_000.0;

/// Waits before the next try to connect.
pub(crate) const BACKOFF_MS: [f64; 5] = [200.0, 1_000.0, 3_000.0, 10_000.0, 20_000.0];

/// Searches for more words than this are cut: each word is one more pass over the mailbox.
pub(crate) const SEARCH_WORDS: usize = 8;

/// Messages that are handled in one command: a MOVE of so many takes a second on a slow server, and that is
/// how finely progress is told and an action can be stopped.
pub(crate) const BATCH: usize = 500;

/// Batches up to this size go over the watching connection; larger ones would keep reading waiting.
pub(crate) const QUICK_BATCH: u64 = 100;

/// Actions that can be undone, the last ones.
pub(crate) const UNDOABLE: usize = 50;

/// How long messages stay hidden that the server, or another device, should have removed.
pub(crate) const SHOW_AGAIN_MS: f64 = 15_000.0;

/// Octets of a name that a person gives to a mailbox; servers have limits of their own near this.
pub(crate) const LABEL_OCTETS: usize = 200;

/// Mailboxes of others about which MYRIGHTS is asked at a time.
pub(crate) const RIGHTS_ASKED: usize = 200;

/// How often servers are asked that tell nothing of other mailboxes by themselves, while a tab is looked at.
pub(crate) const POLL_BARE_MS: f64 = 5_000.0;

/// How often they list all mailboxes, where that takes one command for each.
pub(crate) const LIST_BARE_MS: f64 = 15_000.0;

/// Waits before the poke channel is tried again. Nothing depends on it.
pub(crate) const POKES_BACKOFF_MS: [f64; 4] = [1_000.0, 5_000.0, 30_000.0, 300_000.0];

/// Messages of a mailbox that are known to be marked by devices that are about to move them.
pub(crate) const CLAIMS: usize = 10_000;

/// When NOTIFY is set anew after other commands.
pub(crate) const REARM_MS: f64 = 1_000.0;

/// New messages of a mailbox that is not looked at, of which people are told one by one.
pub(crate) const PEEKED: usize = 5;

/// Messages of a mailbox that are looked through for those whose move was not answered.
pub(crate) const LOOKED: usize = 100_000;

/// Cards of one message that are drawn.
pub(crate) const CARDS: usize = 4;

/// Octets, as transferred, of a part that is drawn as a card.
pub(crate) const CARD_OCTETS: u32 = 256 * 1024;
