//! Dates of header fields (RFC 5322 3.3, with the obsolete forms of 4.3) to points in time.
//!
//! Tolerant of what mailers write: two-digit years, missing seconds, weekday or zone, names of
//! zones, full names of months, dots between time fields, ISO 8601, ctime. Out comes UTC and the
//! offset that the writer was at, for "sent at 10:42 there".

use serde::{Deserialize, Serialize};

/// A point in time, and the writer's offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Date {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub unix_seconds: i64,
    /// Minutes east of UTC; 0 where the writer did not say.
    pub offset_minutes: i16,
}

/// Reads a date; `None` when there is no day, month and year in it, or they can't be.
///
/// Years 1900 to 9999. A leap second counts as the second before it.
pub fn parse(raw: &[u8]) -> Option<Date> {
    let text = String::from_utf8_lossy(raw.get(..LONGEST).unwrap_or(raw));
    let mut found = Found::default();
    for word in Words::new(&text) {
        found.take(word);
    }
    found.finish()
}

/// A date with a comment of the zone's full name; what is longer is no date.
const LONGEST: usize = 256;

#[derive(Default)]
struct Found {
    day: Option<u32>,
    month: Option<u32>,
    year: Option<i64>,
    /// Seconds since midnight.
    time: Option<i64>,
    offset: Option<i16>,
    afternoon: Option<bool>,
}

impl Found {
    fn take(&mut self, word: &str) {
        if self.month.is_none()
            && let Some(month) = month(word)
        {
            self.month = Some(month);
        } else if word.contains(':') && self.time.is_none() {
            self.take_clock(word);
        } else if word.bytes().all(|b| b.is_ascii_digit()) {
            self.take_number(word);
        } else if self.time.is_some()
            && self.offset.is_none()
            && let Some(offset) = numeric_offset(word)
        {
            self.offset = Some(offset);
        } else if word.contains('-') || word.contains('/') {
            self.take_joined(word);
        } else if word.eq_ignore_ascii_case("pm") || word.eq_ignore_ascii_case("am") {
            self.afternoon = Some(word.eq_ignore_ascii_case("pm"));
        } else if self.time.is_none() && word.contains('.') {
            // "10.42.00", as some mailers write with their locale.
            self.take_clock(&word.replace('.', ":"));
        } else if self.time.is_some() && self.offset.is_none() {
            self.offset = named_offset(word);
        }
    }

    fn take_number(&mut self, digits: &str) {
        let Ok(number) = digits.parse::<u32>() else {
            return;
        };
        if self.day.is_none() && digits.len() <= 2 && (1..=31).contains(&number) {
            self.day = Some(number);
        } else if self.year.is_none() && self.month.is_some() {
            self.year = year(digits.len(), number);
        } else if self.year.is_none() && digits.len() == 4 {
            self.year = year(4, number);
        }
    }

    /// "2007-11-07", "07-Nov-2007", "11/07/2007", also with "T01:07:20Z" behind.
    fn take_joined(&mut self, word: &str) {
        let mut pieces = word.split(['-', '/']);
        let (Some(a), Some(b), Some(c), None) =
            (pieces.next(), pieces.next(), pieces.next(), pieces.next())
        else {
            return;
        };
        if let Some(named) = month(b) {
            self.day = a.parse().ok();
            self.month = Some(named);
            self.year = c.parse().ok().and_then(|number| year(c.len(), number));
        } else if a.len() == 4 {
            self.year = a.parse().ok().and_then(|number| year(4, number));
            self.month = b.parse().ok();
            self.day = c.parse().ok();
        }
    }

    /// "01:07", "01:07:20", "01:07:20.5", "01:07:20+02:00".
    fn take_clock(&mut self, word: &str) {
        let (clock, zone) = match word.find(['+', '-', 'Z', 'z']) {
            Some(at) => word.split_at_checked(at).unwrap_or((word, "")),
            None => (word, ""),
        };
        let mut pieces = clock.split(':');
        let mut next = |most: i64| -> Option<i64> {
            let piece = pieces.next()?;
            let whole = piece.split(['.', ',']).next().unwrap_or_default();
            whole.parse::<i64>().ok().filter(|n| (0..=most).contains(n))
        };
        let (Some(hour), Some(minute)) = (next(24), next(59)) else {
            return;
        };
        let second = next(60).unwrap_or(0).min(59);
        self.time = Some(
            hour.saturating_mul(3_600)
                .saturating_add(minute.saturating_mul(60))
                .saturating_add(second),
        );
        if !zone.is_empty() {
            self.offset = if zone.eq_ignore_ascii_case("z") {
                Some(0)
            } else {
                numeric_offset(zone)
            };
        }
    }

    fn finish(self) -> Option<Date> {
        let (day, month, year) = (self.day?, self.month?, self.year?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let mut time = self.time?;
        match self.afternoon {
            Some(true) if time < 43_200 => time = time.saturating_add(43_200),
            Some(false) if (43_200..46_800).contains(&time) => time = time.saturating_sub(43_200),
            _ => {}
        }
        let offset_minutes = self.offset.unwrap_or(0);
        let unix_seconds = days_from_civil(year, i64::from(month), i64::from(day))
            .saturating_mul(86_400)
            .saturating_add(time)
            .saturating_sub(i64::from(offset_minutes).saturating_mul(60));
        Some(Date {
            unix_seconds,
            offset_minutes,
        })
    }
}

/// Words without comments, commas and blanks; "T" between an ISO date and its time separates.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    fn new(rest: &'a str) -> Self {
        Self { rest }
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        loop {
            let rest = self.rest.trim_start_matches(|c: char| {
                c.is_whitespace() || c.is_control() || matches!(c, ',' | '"' | '\'')
            });
            if let Some(comment) = rest.strip_prefix('(') {
                // The zone's name in words, usually; a real one stands before it.
                self.rest = comment.split_once(')').map_or("", |(_, after)| after);
                continue;
            }
            if rest.is_empty() {
                return None;
            }
            let end = rest
                .char_indices()
                .find(|(at, c)| {
                    c.is_whitespace()
                        || c.is_control()
                        || matches!(c, ',' | '(' | '"')
                        || (*c == 'T'
                            && *at == 10
                            && rest.as_bytes().first().is_some_and(u8::is_ascii_digit))
                })
                .map_or(rest.len(), |(at, _)| at);
            let (word, after) = rest.split_at_checked(end)?;
            self.rest = after.strip_prefix(['T', ',']).unwrap_or(after);
            return Some(word);
        }
    }
}

fn month(word: &str) -> Option<u32> {
    let start: String = word
        .chars()
        .take(3)
        .collect::<String>()
        .to_ascii_lowercase();
    if !word.chars().all(|c| c.is_ascii_alphabetic() || c == '.') {
        return None;
    }
    (1..)
        .zip(MONTHS)
        .find(|(_, name)| *name == start)
        .map(|(number, _)| number)
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// RFC 5322 4.3: two digits below 50 are 20xx, above 19xx; three digits count from 1900.
fn year(digits: usize, number: u32) -> Option<i64> {
    let number = i64::from(number);
    let year = match digits {
        1 | 2 if number < 50 => number.saturating_add(2_000),
        1..=3 => number.saturating_add(1_900),
        _ => number,
    };
    (1_900..=9_999).contains(&year).then_some(year)
}

/// "+0200", "-02:00", "+2"; "GMT+0200".
fn numeric_offset(word: &str) -> Option<i16> {
    let word = word.trim_start_matches("GMT").trim_start_matches("UTC");
    // "+-0500", from programs that put a sign before a signed number.
    let word = word
        .strip_prefix('+')
        .filter(|rest| rest.starts_with('-'))
        .unwrap_or(word);
    let (sign, digits) = match word.as_bytes() {
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let digits: String = digits
        .iter()
        .filter(|b| **b != b':')
        .map(|b| char::from(*b))
        .collect();
    let number: i16 = digits.parse().ok().filter(|_| digits.len() <= 4)?;
    let (hours, minutes) = if digits.len() <= 2 {
        (number, 0)
    } else {
        (number / 100, number % 100)
    };
    // RFC 5322 allows 99:59; no place is further than 14 hours off, faults up to a day are kept.
    (hours <= 24 && minutes <= 59).then(|| {
        hours
            .saturating_mul(60)
            .saturating_add(minutes)
            .saturating_mul(sign)
    })
}

/// RFC 5322 4.3; single letters say nothing since RFC 822 had their signs wrong.
fn named_offset(word: &str) -> Option<i16> {
    let hours = match word.to_ascii_uppercase().as_str() {
        "GMT" | "UT" | "UTC" | "Z" | "WET" => 0,
        "EST" => -5,
        "EDT" | "AST" => -4,
        "CST" => -6,
        "CDT" => -5,
        "MST" => -7,
        "MDT" => -6,
        "PST" => -8,
        "PDT" => -7,
        "CET" | "MET" | "WEST" | "BST" => 1,
        "CEST" | "MEST" | "EET" => 2,
        "EEST" | "MSK" => 3,
        "JST" | "KST" => 9,
        _ => return None,
    };
    i16::checked_mul(hours, 60)
}

/// Days since 1970-01-01 in the Gregorian calendar, by eras of 400 years that begin in March.
#[allow(
    clippy::arithmetic_side_effects,
    reason = "year is 1900..=9999, month 1..=12, day 1..=31: all far from the ends of i64"
)]
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year / 400;
    let year_of_era = year % 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(i64, i16)> {
        parse(text.as_bytes()).map(|date| (date.unix_seconds, date.offset_minutes))
    }

    #[test]
    fn the_usual_form_is_read() {
        assert_eq!(
            read("Wed, 07 Nov 2007 01:07:20 +0000"),
            Some((1_194_397_640, 0))
        );
        assert_eq!(
            read("Tue, 30 Jun 2015 23:59:59 +0300"),
            Some((1_435_697_999, 180))
        );
        assert_eq!(
            read("30 Jun 2015 15:29:59 -0530 (a comment)"),
            Some((1_435_697_999, -330))
        );
    }

    #[test]
    fn obsolete_forms_are_read() {
        assert_eq!(read("7 Nov 07 01:07:20 GMT"), Some((1_194_397_640, 0)));
        assert_eq!(
            read("Wed, 07 Nov 107 01:07:20 UT"),
            Some((1_194_397_640, 0))
        );
        assert_eq!(
            read("Tue, 6 Nov 2007 20:07 EST"),
            Some((1_194_397_620, -300))
        );
        assert_eq!(read("1 Jan 70 00:00:00 Z"), Some((0, 0)));
    }

    #[test]
    fn common_faults_are_read() {
        for text in [
            "Wed, 07 Nov 2007 01:07:20",
            "Wed Nov  7 01:07:20 2007",
            "Wed Nov  7 01:07:20 UTC 2007",
            "2007-11-07T01:07:20Z",
            "2007-11-07 01:07:20 +0000",
            "07-Nov-2007 01:07:20 +0000",
            "Wed, 07 November 2007 01:07:20 GMT",
            "Wed,07 Nov 2007 01:07:20 +0000",
            "Wednesday, 7 Nov 2007 01.07.20 +0000",
            "Wed, 07 Nov 2007 01:07:20.123 GMT+0000",
            "Wed, 7 Nov 2007 1:07:20 AM +0000",
        ] {
            assert_eq!(read(text), Some((1_194_397_640, 0)), "{text}");
        }
        assert_eq!(
            read("2007-11-07T03:07:20+02:00"),
            Some((1_194_397_640, 120))
        );
        assert_eq!(
            read("Sat, 31 Dec 2016 23:59:60 +0200"),
            Some((1_483_221_599, 120))
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "Tue, 19 Jan 2038",
            "32 Jan 2001 00:00:00",
            "1 Foo 2001 00:00",
            "(",
            "1 Jan 1800 00:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
