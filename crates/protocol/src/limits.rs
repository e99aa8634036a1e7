//! Every bound on what a peer can make us keep or do, with its reason.
//!
//! A response is text of the server's choosing; so are its length, its nesting and its counts.

/// Longest response without its streamed literals, in octets.
///
/// `SEARCH` of a mailbox with 1,000,000 messages is 6.9 MB in one line, the longest honest one.
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

/// Most capabilities kept of one list; Dovecot 2.3 has about 40.
pub const CAPABILITIES: usize = 512;

/// How much of a line that cannot be read is handed on for the log, in octets.
pub const SKIPPED: usize = 256;

/// Longest command line we send, literals left out, in octets.
///
/// RFC 7162 4 tells clients to stay below 8,192; callers split their sets to get there.
pub const COMMAND_LINE: usize = 8_192;

/// Longest text within a command, in octets: a name, a search text, the value of an annotation.
///
/// Dovecot and Cyrus end the connection of a client whose argument is longer than 64 KiB.
pub const COMMAND_STRING: usize = 65_536;

/// Longest text that is quoted and not sent as a literal, in octets.
///
/// Keeps a line with several texts below [`COMMAND_LINE`]; RFC 9051 4.3 leaves the choice to us.
pub const QUOTED: usize = 1_000;

/// Longest message we append, in octets; servers and submission stop far below.
pub const APPEND: usize = 256 * 1024 * 1024;

/// Fewest iterations a server may ask of SCRAM (RFC 7677 4): fewer make a stolen exchange
/// cheap to guess from.
pub const SCRAM_ITERATIONS_MIN: u32 = 4_096;

/// Most iterations a server may ask of SCRAM: about two seconds of work in WebAssembly, during
/// which the engine answers nobody.
pub const SCRAM_ITERATIONS_MAX: u32 = 1_000_000;

/// Longest SASL challenge, in octets of base64; SCRAM needs about 200.
pub const SASL_CHALLENGE: usize = 16_384;

/// Longest SASL response sent within the command line of AUTHENTICATE, in octets of base64;
/// longer ones (access tokens) wait for the challenge. Leaves room within [`COMMAND_LINE`].
pub const INITIAL_RESPONSE: usize = 6_000;

/// How often the octets of a response may be read again, on average, to try another reading.
///
/// What is not as its RFC says is read up to three times: as its type, as any value, as nothing.
/// A response made of such within such would take its length times its depth.
pub const REREAD: usize = 4;

/// Longest literal sent without asking where LITERAL+ would let us send any, in octets.
///
/// A mailbox over its quota says so before the message then; one round trip is little beside the
/// time that a megabyte takes.
pub const LITERAL_UNASKED: usize = 1024 * 1024;
