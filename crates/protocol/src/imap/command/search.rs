//! What SEARCH, SORT and THREAD ask for (RFC 9051 6.4.4; RFC 4731, 5032, 5182, 5256, 5267, 5957, 6203, 7162, 8474, 8514, 9394).

use std::fmt;

use super::{MessageSet, fetch, line::Line};
use crate::{
    Error,
    imap::{
        flag::Flag,
        uid::{ModSeq, UidSet},
    },
};

/// A day, as searches know it: without time and zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, if the calendar has it; years 1 to 9999.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        ((1..=9999).contains(&year) && (1..=days).contains(&day)).then_some(Self {
            year,
            month,
            day,
        })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}-{}-{:04}",
            self.day,
            month_name(self.month),
            self.year
        )
    }
}

/// Month as IMAP writes it; 1 is January.
pub(super) fn month_name(month: u8) -> &'static str {
    match month {
        1 => "Jan",
        2 => "Feb",
        3 => "Mar",
        4 => "Apr",
        5 => "May",
        6 => "Jun",
        7 => "Jul",
        8 => "Aug",
        9 => "Sep",
        10 => "Oct",
        11 => "Nov",
        _ => "Dec",
    }
}

/// One condition of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Criterion {
    /// Every message.
    All,
    /// Has the flag.
    Flag(Flag),
    /// Does not have it.
    NotFlag(Flag),
    /// These messages; sequence numbers if it is a [`Range`](MessageSet::Range).
    Messages(MessageSet),
    /// These UIDs.
    Uid(UidSet),
    /// Text in a From field.
    From(String),
    /// Text in a To field.
    To(String),
    /// Text in a Cc field.
    Cc(String),
    /// Text in a Bcc field.
    Bcc(String),
    /// Text in the subject.
    Subject(String),
    /// Text in the body.
    Body(String),
    /// Text in header or body.
    Text(String),
    /// Text in the named header field; empty if the field only must be there.
    Header {
        /// Name of the field.
        name: String,
        /// What it must contain.
        value: String,
    },
    /// INTERNALDATE before the day.
    Before(Date),
    /// INTERNALDATE on the day.
    On(Date),
    /// INTERNALDATE on the day or later.
    Since(Date),
    /// Date field before the day.
    SentBefore(Date),
    /// Date field on the day.
    SentOn(Date),
    /// Date field on the day or later.
    SentSince(Date),
    /// Saved in this mailbox before the day (RFC 8514).
    SavedBefore(Date),
    /// Saved in this mailbox on the day (RFC 8514).
    SavedOn(Date),
    /// Saved in this mailbox on the day or later (RFC 8514).
    SavedSince(Date),
    /// More octets than these.
    Larger(u32),
    /// Fewer octets than these.
    Smaller(u32),
    /// Arrived more than so many seconds ago (RFC 5032).
    Older(u32),
    /// Arrived within so many seconds (RFC 5032).
    Younger(u32),
    /// Changed at or after (RFC 7162 3.1.5).
    ModSeq(ModSeq),
    /// The message with this EMAILID (RFC 8474).
    EmailId(String),
    /// Messages of this THREADID (RFC 8474).
    ThreadId(String),
    /// A search that may find what is only similar (RFC 6203).
    Fuzzy(Box<Self>),
    /// Not so.
    Not(Box<Self>),
    /// One of both.
    Or(Box<Self>, Box<Self>),
    /// All of them; at least one.
    And(Vec<Self>),
}

/// How a search answers (RFC 4731, 5182, 9394).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SearchReturn {
    /// The lowest.
    Min,
    /// The highest.
    Max,
    /// All, as a set.
    All,
    /// How many.
    Count,
    /// Keep it as `$`; nothing is told unless another option asks.
    Save,
    /// From the first to the second result; negative counts from the end.
    Partial(i32, i32),
}

/// What SORT orders by (RFC 5256, 5957).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    /// INTERNALDATE
    Arrival,
    /// First Cc mailbox.
    Cc,
    /// Date field.
    Date,
    /// First From mailbox.
    From,
    /// Octets.
    Size,
    /// Base subject.
    Subject,
    /// First To mailbox.
    To,
    /// From as shown to people (RFC 5957).
    DisplayFrom,
    /// To as shown to people (RFC 5957).
    DisplayTo,
}

/// How THREAD makes threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThreadAlgorithm {
    /// By subject (RFC 5256).
    OrderedSubject,
    /// By References (RFC 5256).
    References,
    /// By References alone, newest thread last.
    Refs,
}

impl ThreadAlgorithm {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::OrderedSubject => "ORDEREDSUBJECT",
            Self::References => "REFERENCES",
            Self::Refs => "REFS",
        }
    }
}

pub(super) fn search_return(line: &mut Line, options: &[SearchReturn]) -> Result<(), Error> {
    line.text(" RETURN ");
    line.list(options, |line, option| {
        match option {
            SearchReturn::Min => line.text("MIN"),
            SearchReturn::Max => line.text("MAX"),
            SearchReturn::All => line.text("ALL"),
            SearchReturn::Count => line.text("COUNT"),
            SearchReturn::Save => line.text("SAVE"),
            SearchReturn::Partial(first, last) => {
                // RFC 9394 3.1: both from the start, or both from the end; there is no result 0.
                if *first == 0 || *last == 0 || first.signum() != last.signum() {
                    return Err(line.refuse("not a range of results"));
                }
                line.text("PARTIAL ");
                line.display(first);
                line.text(":");
                line.display(last);
            }
        }
        Ok(())
    })
}

pub(super) fn sort_keys(line: &mut Line, keys: &[(SortKey, bool)]) -> Result<(), Error> {
    if keys.is_empty() {
        return Err(line.refuse("no order is named"));
    }
    line.list(keys, |line, (key, reverse)| {
        if *reverse {
            line.text("REVERSE ");
        }
        line.text(match key {
            SortKey::Arrival => "ARRIVAL",
            SortKey::Cc => "CC",
            SortKey::Date => "DATE",
            SortKey::From => "FROM",
            SortKey::Size => "SIZE",
            SortKey::Subject => "SUBJECT",
            SortKey::To => "TO",
            SortKey::DisplayFrom => "DISPLAYFROM",
            SortKey::DisplayTo => "DISPLAYTO",
        });
        Ok(())
    })
}

/// Whether any text of it has octets beyond ASCII, so that SEARCH must name the charset.
pub(super) fn needs_charset(criteria: &[Criterion]) -> bool {
    // A list as stack: a search made by a person is short, but it may be nested deeper than our stack.
    let mut left: Vec<&Criterion> = criteria.iter().collect();
    while let Some(criterion) = left.pop() {
        match criterion {
            Criterion::From(text)
            | Criterion::To(text)
            | Criterion::Cc(text)
            | Criterion::Bcc(text)
            | Criterion::Subject(text)
            | Criterion::Body(text)
            | Criterion::Text(text)
            | Criterion::Header { value: text, .. }
                if !text.is_ascii() =>
            {
                return true;
            }
            Criterion::Fuzzy(inner) | Criterion::Not(inner) => left.push(inner),
            Criterion::Or(one, other) => left.extend([&**one, &**other]),
            Criterion::And(all) => left.extend(all),
            _ => {}
        }
    }
    false
}

/// Writes all of `criteria`, with spaces between; `ALL` if there are none.
pub(super) fn criteria(line: &mut Line, criteria: &[Criterion]) -> Result<(), Error> {
    if criteria.is_empty() {
        line.text("ALL");
    }
    line.spaced(criteria, |line, item| criterion(line, item, DEPTH))
}

/// How deep conditions may be nested; servers give up at about the same.
const DEPTH: usize = 32;

fn criterion(line: &mut Line, criterion_: &Criterion, depth: usize) -> Result<(), Error> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(line.refuse("conditions are nested too deep"));
    };
    let (word, text) = match criterion_ {
        Criterion::All => {
            return {
                line.text("ALL");
                Ok(())
            };
        }
        Criterion::Flag(flag) => return flag_key(line, flag, true),
        Criterion::NotFlag(flag) => return flag_key(line, flag, false),
        Criterion::Messages(set) => return fetch::set(line, set),
        Criterion::Uid(uids) => {
            line.text("UID ");
            return fetch::uid_set(line, uids);
        }
        Criterion::From(text) => ("FROM ", text),
        Criterion::To(text) => ("TO ", text),
        Criterion::Cc(text) => ("CC ", text),
        Criterion::Bcc(text) => ("BCC ", text),
        Criterion::Subject(text) => ("SUBJECT ", text),
        Criterion::Body(text) => ("BODY ", text),
        Criterion::Text(text) => ("TEXT ", text),
        Criterion::Header { name, value } => {
            line.text("HEADER ");
            line.string(name.as_bytes())?;
            (" ", value)
        }
        Criterion::Before(date) => return dated(line, "BEFORE ", date),
        Criterion::On(date) => return dated(line, "ON ", date),
        Criterion::Since(date) => return dated(line, "SINCE ", date),
        Criterion::SentBefore(date) => return dated(line, "SENTBEFORE ", date),
        Criterion::SentOn(date) => return dated(line, "SENTON ", date),
        Criterion::SentSince(date) => return dated(line, "SENTSINCE ", date),
        Criterion::SavedBefore(date) => return dated(line, "SAVEDBEFORE ", date),
        Criterion::SavedOn(date) => return dated(line, "SAVEDON ", date),
        Criterion::SavedSince(date) => return dated(line, "SAVEDSINCE ", date),
        Criterion::Larger(octets) => return dated(line, "LARGER ", octets),
        Criterion::Smaller(octets) => return dated(line, "SMALLER ", octets),
        Criterion::Older(seconds) => return dated(line, "OLDER ", &seconds.max(&1)),
        Criterion::Younger(seconds) => return dated(line, "YOUNGER ", &seconds.max(&1)),
        Criterion::ModSeq(mod_seq) => return dated(line, "MODSEQ ", &mod_seq.get()),
        Criterion::EmailId(id) => {
            line.text("EMAILID ");
            return line.atom(id);
        }
        Criterion::ThreadId(id) => {
            line.text("THREADID ");
            return line.atom(id);
        }
        Criterion::Fuzzy(inner) => {
            line.text("FUZZY ");
            return criterion(line, inner, depth);
        }
        Criterion::Not(inner) => {
            line.text("NOT ");
            return criterion(line, inner, depth);
        }
        Criterion::Or(one, other) => {
            line.text("OR ");
            criterion(line, one, depth)?;
            line.text(" ");
            return criterion(line, other, depth);
        }
        Criterion::And(all) => {
            if all.is_empty() {
                return Err(line.refuse("a group without conditions"));
            }
            return line.list(all, |line, item| criterion(line, item, depth));
        }
    };
    line.text(word);
    line.string(text.as_bytes())
}

fn dated(line: &mut Line, word: &str, value: &dyn fmt::Display) -> Result<(), Error> {
    line.text(word);
    line.display(value);
    Ok(())
}

fn flag_key(line: &mut Line, flag: &Flag, set: bool) -> Result<(), Error> {
    line.text(match (flag, set) {
        (Flag::Seen, true) => "SEEN",
        (Flag::Seen, false) => "UNSEEN",
        (Flag::Answered, true) => "ANSWERED",
        (Flag::Answered, false) => "UNANSWERED",
        (Flag::Flagged, true) => "FLAGGED",
        (Flag::Flagged, false) => "UNFLAGGED",
        (Flag::Deleted, true) => "DELETED",
        (Flag::Deleted, false) => "UNDELETED",
        (Flag::Draft, true) => "DRAFT",
        (Flag::Draft, false) => "UNDRAFT",
        (Flag::Recent, true) => "RECENT",
        (Flag::Recent, false) => "OLD",
        (Flag::Keyword(_), true) => "KEYWORD ",
        (Flag::Keyword(_), false) => "UNKEYWORD ",
    });
    match flag {
        Flag::Keyword(keyword) => line.flag_keyword(keyword),
        _ => Ok(()),
    }
}
