//! What servers get wrong and we read all the same: one item each, with who needs it.
//!
//! Tolerance that has no name spreads. Each item here is a fault seen in a server, the line that
//! shows it, and what we make of it; the test beside it holds the reader to that, and a reader that
//! is made stricter fails there and not at somebody's mail. Where a response is merely longer
//! than the RFC that we know (an item, a code, a response of an extension to come) no quirk is
//! needed: unknown things are kept as values wherever they stand.

/// One fault of servers.
#[derive(Debug, Clone, Copy)]
pub struct Quirk {
    /// What is wrong, in a few words.
    pub name: &'static str,
    /// Who was seen to send it, where that is known.
    pub seen_in: &'static str,
    /// A response that shows it.
    pub line: &'static [u8],
}

/// Lines end in LF alone, or in two CR and LF.
pub const BARE_LF: Quirk = Quirk {
    name: "line ends without CR, or with two",
    seen_in: "not traced to a server",
    line: b"* 3 EXISTS\n",
};

/// A status response without the text that RFC 9051 7.1 wants.
pub const MISSING_TEXT: Quirk = Quirk {
    name: "status without text",
    seen_in: "not traced to a server; RFC 7162 has it in its examples",
    line: b"A1 OK\r\n",
};

/// Text that is no ASCII, although UTF-8 was not enabled: greetings in the local language.
pub const EIGHT_BIT_TEXT: Quirk = Quirk {
    name: "8-bit text in a status",
    seen_in: "not traced to a server",
    line: b"* OK Bj\xf6rn v\xe4ntar\r\n",
};

/// Headers in their own charset instead of encoded words, within quoted strings.
pub const EIGHT_BIT_HEADER: Quirk = Quirk {
    name: "8-bit octets in ENVELOPE and BODYSTRUCTURE",
    seen_in: "Dovecot, Cyrus, for mail that has them",
    line: b"* 1 FETCH (ENVELOPE (NIL \"v\xe4g\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n",
};

/// Keywords with brackets, which no atom may hold.
pub const BRACKETS_IN_FLAGS: Quirk = Quirk {
    name: "[ and ] in keywords",
    seen_in: "not traced to a server; the keyword is made from a Gmail label",
    line: b"* OK [PERMANENTFLAGS (\\Seen OIB-Seen-[Gmail]/All \\*)] ok\r\n",
};

/// `MODSEQ (0)`, for messages that have none.
pub const ZERO_MOD_SEQ: Quirk = Quirk {
    name: "MODSEQ of 0",
    seen_in: "not traced to a server",
    line: b"* 1 FETCH (MODSEQ (0))\r\n",
};

/// A multipart without parts is told by its subtype alone, behind NIL.
pub const EMPTY_MULTIPART_NIL: Quirk = Quirk {
    name: "multipart without parts as NIL and subtype",
    seen_in: "Exchange, Domino",
    line: b"* 1 FETCH (BODYSTRUCTURE (NIL \"mixed\" (\"boundary\" \"x\") NIL NIL))\r\n",
};

/// A multipart without parts is told by its subtype alone.
pub const EMPTY_MULTIPART_BARE: Quirk = Quirk {
    name: "multipart without parts as subtype",
    seen_in: "not traced to a server",
    line: b"* 1 FETCH (BODYSTRUCTURE (\"mixed\" (\"boundary\" \"x\") NIL NIL))\r\n",
};

/// A media type of NIL, for mail that has none.
pub const NIL_MEDIA_TYPE: Quirk = Quirk {
    name: "NIL for a media type",
    seen_in: "not traced to a server",
    line: b"* 1 FETCH (BODYSTRUCTURE (NIL \"plain\" NIL NIL NIL \"7bit\" 5 1))\r\n",
};

/// A transfer encoding of NIL, where RFC 9051 wants a string.
pub const NIL_ENCODING: Quirk = Quirk {
    name: "NIL for a transfer encoding",
    seen_in: "iCloud, maddy",
    line: b"* 1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL NIL 5 1))\r\n",
};

/// A parameter without a value.
pub const NIL_PARAMETER: Quirk = Quirk {
    name: "NIL for the value of a parameter",
    seen_in: "mail.ru",
    line: b"* 1 FETCH (BODYSTRUCTURE (\"image\" \"png\" (\"name\" NIL) NIL NIL \"base64\" 5))\r\n",
};

/// Sizes below zero.
pub const NEGATIVE_SIZE: Quirk = Quirk {
    name: "negative sizes",
    seen_in: "Dovecot",
    line: b"* 1 FETCH (RFC822.SIZE -1 BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" -1 -1))\r\n",
};

/// A message within a message, told like any other attachment.
pub const SHORT_MESSAGE_PART: Quirk = Quirk {
    name: "message/rfc822 without envelope and structure",
    seen_in: "not traced to a server",
    line: b"* 1 FETCH (BODYSTRUCTURE (\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 99 NIL (\"attachment\" (\"filename\" \"a.eml\")) NIL NIL))\r\n",
};

/// A disposition without its list.
pub const BARE_DISPOSITION: Quirk = Quirk {
    name: "disposition as a string",
    seen_in: "not traced to a server",
    line: b"* 1 FETCH (BODYSTRUCTURE (\"image\" \"png\" NIL NIL NIL \"base64\" 5 NIL \"attachment\" NIL NIL))\r\n",
};

/// `()` for lists that are to be NIL.
pub const EMPTY_LISTS: Quirk = Quirk {
    name: "() for NIL",
    seen_in: "not traced to a server",
    line: b"* 1 FETCH (ENVELOPE (\"\" \"s\" () () () () () () \"\" \"\"))\r\n",
};

/// Spaces between the addresses of a list.
pub const SPACED_ADDRESSES: Quirk = Quirk {
    name: "spaces between addresses",
    seen_in: "not traced to a server",
    line: b"* 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL \"a\" \"x\") (NIL NIL \"b\" \"x\")) NIL NIL NIL NIL NIL NIL NIL))\r\n",
};

/// Quotes within a quoted string that nobody escaped: those that nothing may follow which ends
/// a string.
pub const UNESCAPED_QUOTES: Quirk = Quirk {
    name: "quotes not escaped",
    seen_in: "not traced to a server",
    line:
        b"* 1 FETCH (ENVELOPE (NIL NIL ((\"Bok, \"B.\", Bertil\" NIL \"b\" \"x\")) NIL NIL NIL NIL NIL NIL NIL) UID 5)\r\n",
};

/// Backslashes within a quoted string that nobody doubled.
pub const UNESCAPED_BACKSLASHES: Quirk = Quirk {
    name: "backslashes not escaped",
    seen_in: "not traced to a server",
    line: b"* 1 FETCH (ENVELOPE (NIL \"C:\\Temp\" NIL NIL NIL NIL NIL NIL NIL NIL) UID 5)\r\n",
};

/// Strings without their quotes.
pub const UNQUOTED_STRINGS: Quirk = Quirk {
    name: "words for strings",
    seen_in: "not traced to a server",
    line: b"* 1 FETCH (BODYSTRUCTURE (text plain (charset utf-8) NIL NIL 7bit 5 1))\r\n",
};

/// Names with spaces and without quotes.
pub const UNQUOTED_NAMES: Quirk = Quirk {
    name: "mailbox names with spaces, not quoted",
    seen_in: "not traced to a server",
    line: b"* LIST (\\HasNoChildren) \"/\" Sent Items\r\n",
};

/// STATUS with such a name.
pub const UNQUOTED_NAMES_IN_STATUS: Quirk = Quirk {
    name: "mailbox names with spaces in STATUS, not quoted",
    seen_in: "not traced to a server",
    line: b"* STATUS Sent Items (MESSAGES 3)\r\n",
};

/// Spaces at the end of a line or list.
pub const TRAILING_SPACES: Quirk = Quirk {
    name: "spaces at the end",
    seen_in: "SurgeMail in lists, Outlook in STATUS",
    line: b"* SEARCH 1 2 \r\n",
};

/// PREVIEW with the algorithm that drafts of RFC 8970 had.
pub const PREVIEW_ALGORITHM: Quirk = Quirk {
    name: "PREVIEW with its algorithm",
    seen_in: "not traced to a server",
    line: b"* 1 FETCH (PREVIEW (FUZZY \"Hej\"))\r\n",
};

/// `BODY[]` as literal8, which RFC 3516 keeps to BINARY.
pub const LITERAL8_BODY: Quirk = Quirk {
    name: "literal8 outside BINARY",
    seen_in: "not traced to a server",
    line: b"* 1 FETCH (BODY[] ~{3}\r\na\0b)\r\n",
};

/// `<0.100>`, which is how it is asked for, in place of `<0>`.
pub const ORIGIN_WITH_LENGTH: Quirk = Quirk {
    name: "origin with its length",
    seen_in: "not traced to a server",
    line: b"* 1 FETCH (BODY[]<0.100> \"x\")\r\n",
};

/// An empty resource list, for roots without limits.
pub const EMPTY_QUOTA: Quirk = Quirk {
    name: "QUOTA without resources",
    seen_in: "not traced to a server",
    line: b"* QUOTA \"\" ()\r\n",
};

/// Modified UTF-7 that is none, or UTF-8 that was not enabled.
pub const RAW_NAMES: Quirk = Quirk {
    name: "mailbox names in UTF-8 or in no encoding",
    seen_in: "not traced to a server",
    line: b"* LIST () \"/\" \"Entw\xfcrfe &\"\r\n",
};

/// All of them.
pub const ALL: &[Quirk] = &[
    BARE_LF,
    MISSING_TEXT,
    EIGHT_BIT_TEXT,
    EIGHT_BIT_HEADER,
    BRACKETS_IN_FLAGS,
    ZERO_MOD_SEQ,
    EMPTY_MULTIPART_NIL,
    EMPTY_MULTIPART_BARE,
    NIL_MEDIA_TYPE,
    NIL_ENCODING,
    NIL_PARAMETER,
    NEGATIVE_SIZE,
    SHORT_MESSAGE_PART,
    BARE_DISPOSITION,
    EMPTY_LISTS,
    SPACED_ADDRESSES,
    UNESCAPED_QUOTES,
    UNESCAPED_BACKSLASHES,
    UNQUOTED_STRINGS,
    UNQUOTED_NAMES,
    UNQUOTED_NAMES_IN_STATUS,
    TRAILING_SPACES,
    PREVIEW_ALGORITHM,
    LITERAL8_BODY,
    ORIGIN_WITH_LENGTH,
    EMPTY_QUOTA,
    RAW_NAMES,
];

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may fail"
)]
mod tests;
