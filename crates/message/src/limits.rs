//! Every bound on what a sender can size, with its reason.

/// Longest decoded header text for display, in characters; the rest is replaced by `…`.
///
/// A subject is a line. RFC 5322 2.1.1 allows 998 octets for one, folding allows any length;
/// this is far above what anybody writes and far below what slows a list down.
pub const HEADER_CHARS: usize = 4_096;

/// Longest raw header value that is looked at, in octets.
///
/// Encoded words take up to 12 octets for one character (Base64 of UTF-16 surrogates and the
/// word's own frame), so [`HEADER_CHARS`] characters fit.
pub const HEADER_OCTETS: usize = 65_536;

/// Longest file name, in characters and in octets of UTF-8.
///
/// Common file systems take 255 octets or UTF-16 units; a browser adds " (1)" and ".crdownload".
pub const FILENAME_CHARS: usize = 120;
/// See [`FILENAME_CHARS`].
pub const FILENAME_OCTETS: usize = 200;

/// Segments of one RFC 2231 parameter.
///
/// At 60 octets each this is twice [`HEADER_OCTETS`]' share of any honest name.
pub const PARAMETER_SEGMENTS: usize = 256;

/// Levels of multipart that are looked into; a deeper one is listed as one attachment.
///
/// Real mail stays below 10; recursion on a browser's stack is safe to some thousands.
pub const DEPTH: usize = 32;

/// Parts of a message that are shown or listed; a notice counts the rest.
///
/// A digest or a camera roll has some hundreds; a list of more can't be used anyway.
pub const PARTS: usize = 1_000;

/// Octets of a text part that become display blocks; the flag `cut` says that there is more.
///
/// About 6,000 lines: 100 printed pages. Drawing more freezes a phone for seconds.
pub const TEXT_OCTETS: usize = 512 * 1_024;

/// Blocks of one text part, for texts that change their quote depth with each line.
pub const TEXT_BLOCKS: usize = 10_000;

/// Longest quote depth told apart; deeper lines are shown at this depth.
pub const QUOTE_DEPTH: u8 = 32;

/// Longest address that is made a link, in octets. Browsers give up at 2,083 to 65,536.
pub const LINK_OCTETS: usize = 2_048;

/// Links in one text part; later addresses stay plain text.
pub const LINKS: usize = 2_000;

/// Characters of a snippet, without the closing `…`.
pub const SNIPPET_CHARS: usize = 140;

/// Octets of a part that are looked at for a snippet.
///
/// HTML mail opens with kilobytes of style; what is fetched is the caller's choice, this only
/// keeps a list's cost bounded when it hands over everything.
pub const SNIPPET_OCTETS: usize = 64 * 1_024;

/// Levels of messages within messages that are unpacked from TNEF; a deeper one is one file.
///
/// Outlook nests what was forwarded as an attachment: two or three levels in real mail.
pub const TNEF_DEPTH: usize = 8;

/// Octets of body text taken out of one TNEF file, all messages in it together, and of RTF
/// unpacked for it.
///
/// Compressed RTF grows eightfold at most; the text of a message stays below one megabyte.
pub const TNEF_BODY_OCTETS: usize = 8 * 1_024 * 1_024;

/// Longest subject, file name or type read from TNEF, in octets before decoding.
pub const TNEF_LINE_OCTETS: usize = 4_096;

/// Groups within groups of RTF whose state is kept; deeper ones share the last.
pub const RTF_GROUPS: usize = 512;

/// Fonts of an RTF document whose charset is kept.
pub const RTF_FONTS: usize = 4_096;

/// Uuencoded and yEnc files taken out of one text; later ones stay text.
pub const EMBEDDED_FILES: usize = 200;

/// Largest message read from an mbox file, unless the caller says otherwise, in octets.
///
/// Servers take 25 to 50 MB; a larger one is told, with its place in the file.
pub const MBOX_MESSAGE_OCTETS: usize = 64 * 1_024 * 1_024;

/// Octets of a line that are looked at for `From ` and `Content-Length`; RFC 5322 2.1.1 allows
/// 998.
pub const MBOX_LINE_OCTETS: usize = 1_024;

/// Folders in the name of a file in an archive; of a longer path the last ones are kept.
pub const ARCHIVE_FOLDERS: usize = 16;
