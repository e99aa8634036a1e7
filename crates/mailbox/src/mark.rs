//! The keywords by which a device marks messages that it is about to move.
//!
//! A mark is three of eight keywords, so that few devices have the same one and each of two different marks has a
//! keyword that the other has not. There are no more keywords than that, as some servers keep a hundred for each
//! mailbox and never forget one, and Maildir has room for 26.

use std::collections::BTreeSet;

use samma_protocol::imap::flag::Flag;

const KEYWORDS: [&str; 8] = [
    "$mv-a", "$mv-b", "$mv-c", "$mv-d", "$mv-e", "$mv-f", "$mv-g", "$mv-h",
];

/// So many different marks there are: three of eight.
const MARKS: u64 = 56;

/// The mark of one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    keywords: [&'static str; 3],
    number: u32,
}

impl Mark {
    /// The mark that belongs to a random number.
    pub(crate) fn new(random: u64) -> Self {
        let number = u32::try_from(random % MARKS).unwrap_or_default();
        let after = |one: &'static str| KEYWORDS.into_iter().filter(move |other| *other > one);
        let mut all = KEYWORDS.into_iter().flat_map(|first| {
            let pairs = after(first)
                .flat_map(move |second| after(second).map(move |third| (second, third)));
            pairs.map(move |(second, third)| [first, second, third])
        });
        let at = usize::try_from(number).unwrap_or_default();
        let [first, second, third, ..] = KEYWORDS;
        Self {
            keywords: all.nth(at).unwrap_or([first, second, third]),
            number,
        }
    }

    /// Different for different marks, below 56.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Is this keyword part of the mark.
    pub(crate) fn has(&self, keyword: &str) -> bool {
        let mut keywords = self.keywords.iter();
        keywords.any(|one| one.eq_ignore_ascii_case(keyword))
    }

    pub(crate) fn keywords(&self) -> BTreeSet<&'static str> {
        self.keywords.into_iter().collect()
    }

    /// As STORE has them.
    pub(crate) fn flags(&self) -> Vec<Flag> {
        flags(&self.keywords())
    }
}

/// Keywords as STORE has them.
pub(crate) fn flags(keywords: &BTreeSet<&'static str>) -> Vec<Flag> {
    let keywords = keywords.iter();
    keywords.map(|one| Flag::Keyword((*one).into())).collect()
}

/// The keyword of marks that this flag is.
pub(crate) fn keyword(flag: &str) -> Option<&'static str> {
    let mut keywords = KEYWORDS.into_iter();
    keywords.find(|one| one.eq_ignore_ascii_case(flag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mark_has_what_no_other_has() {
        let marks: Vec<Mark> = (0..MARKS).map(Mark::new).collect();
        for one in &marks {
            for other in marks.iter().filter(|other| *other != one) {
                assert_ne!(one.number(), other.number());
                assert!(one.keywords().iter().any(|keyword| !other.has(keyword)));
            }
            assert_eq!(one.keywords().len(), 3);
        }
        assert_eq!(Mark::new(MARKS), marks[0]);
        assert_eq!(keyword("$MV-a"), Some("$mv-a"));
        assert_eq!(keyword("$mv-x"), None);
    }
}
