//! Every bound on what a peer can make us keep or do, with its reason.
//!
//! A response is text of the server's choosing; so are its length, its nesting and its counts.

/// Longest response without its streamed literals, in octets.
///
/// `SEARCH` of a mailbox with 1,000,000 messages is 7.9 MB in one line, the longest honest one.
/// Past it the connection is broken: the end of the response cannot be found in bounded memory.
pub const RESPONSE: usize = 16 * 1024 * 1024;

/// Longest literal kept within its response, in octets; longer ones are delivered in pieces.
///
/// Headers, previews and most texts stay below; attachments pass it.
pub const INLINE_LITERAL: u64 = 64 * 1024;

/// Longest literal that can be announced, in octets: 2^40 is past any mailbox, and far from
/// where sums of lengths would overflow.
pub const LITERAL: u64 = 1 << 40;

/// Deepest nesting read within a response, in lists or body parts.
///
/// Dovecot nests 100 MIME parts at most. Each level costs a stack frame, and a worker's stack is
/// 1 MiB. What is deeper is passed over, its surroundings are kept.
pub const DEPTH: usize = 128;

/// Most values kept of one response: addresses, parts, parameters, flags, list members.
///
/// `()` are two octets on the wire and some 32 in memory: without this a response of 16 MiB
/// could take 256 MiB. A letter to 10,000 recipients stays far below.
pub const VALUES: usize = 200_000;

/// Most capabilities kept of one list; Dovecot has about 60, Cyrus 70.
pub const CAPABILITIES: usize = 512;

/// How much of a line that cannot be read is handed on for the log, in octets.
pub const SKIPPED: usize = 256;
