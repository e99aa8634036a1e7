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

/// Octets of a header field of which more is said than that it is there.
pub const FIELD_OCTETS: usize = 20_000;

/// Header fields, and addresses in one, that are read for what they say about a message.
pub const FIELDS_READ: usize = 50;

/// Octets of an address by which a list is left.
pub const ADDRESS_OCTETS: usize = 4_000;

/// Domains that signed a message.
pub const SIGNERS: usize = 10;

/// Octets of a part that are read for a card: calendar, contacts, report.
///
/// An invitation has some kilobytes, an address book with photos megabytes; what lies behind is
/// not looked at.
pub const CARD_OCTETS: usize = 4 * 1_024 * 1_024;

/// Octets of one line of a calendar, contact or report once it is unfolded; the rest is dropped.
///
/// A description has some thousands. What is longer are photos and files, which no card shows.
pub const CARD_LINE_OCTETS: usize = 32 * 1_024;

/// Parameters of one such line. The standards define some twenty.
pub const CARD_PARAMETERS: usize = 32;

/// Items of one list in such a line: days of a rule, components of a name.
pub const CARD_ITEMS: usize = 64;

/// Characters of one line of text on a card: a name, a place, a subject.
pub const CARD_LINE_CHARS: usize = 300;

/// Characters of a text of several lines on a card: a description, a note.
pub const CARD_TEXT_CHARS: usize = 8_192;

/// Attendees of an event that are kept; the rest is counted.
pub const CARD_ATTENDEES: usize = 300;

/// Time zones that one calendar defines. Events name one or two.
pub const CARD_ZONES: usize = 32;

/// Changes of the clock that one zone defines, rules and single ones. Exchange sends years of
/// single ones, two a year.
pub const CARD_ZONE_CHANGES: usize = 512;

/// Contacts of one part; a longer file is an address book to import, not a card to show.
pub const CARD_CONTACTS: usize = 100;

/// Addresses, telephone numbers or links of one contact, each.
pub const CARD_ENTRIES: usize = 20;

/// Recipients in one report.
pub const CARD_RECIPIENTS: usize = 200;

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
