//! Rules of recurrence (RFC 5545 3.3.10), to say in words how often something happens.
//!
//! In: the value of an RRULE. Out: its parts as data; nothing is expanded.

use serde::{Deserialize, Serialize};

use super::when::{Stamp, When};
use crate::limits;

/// How often an event happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    /// The unit that `interval` counts.
    pub frequency: Frequency,
    /// Every so many units; at least 1.
    pub interval: u16,
    /// On these days of the week.
    pub by_weekday: Vec<OnWeekday>,
    /// On these days of the month: 1 to 31, or -1 to -31 from its end.
    pub by_month_day: Vec<i8>,
    /// In these months: 1 to 12.
    pub by_month: Vec<u8>,
    /// Which of the days that the other lists give, within one unit: 1 the first, -1 the last.
    /// One position of one weekday is in `by_weekday` instead.
    pub by_position: Vec<i16>,
    /// Ends after so many times.
    pub count: Option<u32>,
    /// Ends then, that time included.
    pub until: Option<When>,
    /// Whether the rule says more than is here (days of the year, weeks, hours).
    pub is_simplified: bool,
}

/// The unit of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the words say it")]
pub enum Frequency {
    Secondly,
    Minutely,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A day of the week, each one or one in a month or year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnWeekday {
    /// `Some(2)`: the second, `Some(-1)`: the last, in the month, or in the year where a yearly
    /// rule names no month. `None`: each.
    pub ordinal: Option<i8>,
    /// The day.
    pub weekday: Weekday,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the words say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Recurrence {
    /// Reads a rule; `None` when it does not say how often.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let mut frequency = None;
        let mut rule = Self {
            frequency: Frequency::Daily,
            interval: 1,
            by_weekday: Vec::new(),
            by_month_day: Vec::new(),
            by_month: Vec::new(),
            by_position: Vec::new(),
            count: None,
            until: None,
            is_simplified: false,
        };
        for part in value.split(';').take(limits::CARD_ITEMS) {
            let Some((name, value)) = part.split_once('=') else {
                continue;
            };
            let value = value.trim();
            match name.trim().to_ascii_uppercase().as_str() {
                "FREQ" => frequency = Frequency::parse(value),
                "INTERVAL" => rule.interval = value.parse().unwrap_or(1).max(1),
                "COUNT" => rule.count = value.parse().ok(),
                "UNTIL" => rule.until = Stamp::parse(value).map(|stamp| stamp.resolve(&[])),
                "BYDAY" => rule.by_weekday = list(value, OnWeekday::parse),
                "BYMONTHDAY" => {
                    rule.by_month_day = list(value, |item| {
                        let day = item.parse::<i8>().ok()?;
                        (1..=31).contains(&day.unsigned_abs()).then_some(day)
                    });
                }
                "BYMONTH" => {
                    rule.by_month = list(value, |item| {
                        item.parse().ok().filter(|month| (1..=12).contains(month))
                    });
                }
                "BYSETPOS" => rule.by_position = list(value, |item| item.parse().ok()),
                name => rule.is_simplified |= name.starts_with("BY"),
            }
        }
        rule.frequency = frequency?;
        rule.place_weekday();
        Some(rule)
    }

    /// Outlook writes the second Monday as `BYDAY=MO;BYSETPOS=2`.
    fn place_weekday(&mut self) {
        let fits = matches!(self.frequency, Frequency::Monthly | Frequency::Yearly)
            && self.by_month_day.is_empty();
        if let ([day], [position], true) = (
            self.by_weekday.as_mut_slice(),
            self.by_position.as_slice(),
            fits,
        ) && day.ordinal.is_none()
            && let Ok(ordinal) = i8::try_from(*position)
        {
            day.ordinal = Some(ordinal);
            self.by_position.clear();
        }
    }
}

fn list<T>(value: &str, parse: fn(&str) -> Option<T>) -> Vec<T> {
    let items = value.split(',').take(limits::CARD_ITEMS);
    items.filter_map(|item| parse(item.trim())).collect()
}

impl Frequency {
    fn parse(value: &str) -> Option<Self> {
        Some(match value.to_ascii_uppercase().as_str() {
            "SECONDLY" => Self::Secondly,
            "MINUTELY" => Self::Minutely,
            "HOURLY" => Self::Hourly,
            "DAILY" => Self::Daily,
            "WEEKLY" => Self::Weekly,
            "MONTHLY" => Self::Monthly,
            "YEARLY" => Self::Yearly,
            _ => return None,
        })
    }
}

impl OnWeekday {
    /// "MO", "2MO", "-1FR".
    fn parse(item: &str) -> Option<Self> {
        let (ordinal, day) = item.split_at_checked(item.len().checked_sub(2)?)?;
        Some(Self {
            ordinal: match ordinal.trim() {
                "" => None,
                ordinal => ordinal.parse().ok().filter(|ordinal| *ordinal != 0),
            },
            weekday: match day.to_ascii_uppercase().as_str() {
                "MO" => Weekday::Monday,
                "TU" => Weekday::Tuesday,
                "WE" => Weekday::Wednesday,
                "TH" => Weekday::Thursday,
                "FR" => Weekday::Friday,
                "SA" => Weekday::Saturday,
                "SU" => Weekday::Sunday,
                _ => return None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_part_by_part() {
        let rule = Recurrence::parse(
            "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR,MO;BYMONTH=1,12,13;BYMONTHDAY=-1,31,32,0;COUNT=5",
        )
        .unwrap();
        assert_eq!(rule.frequency, Frequency::Monthly);
        assert_eq!(rule.interval, 2);
        let days = [
            OnWeekday {
                ordinal: Some(-1),
                weekday: Weekday::Friday,
            },
            OnWeekday {
                ordinal: None,
                weekday: Weekday::Monday,
            },
        ];
        assert_eq!(rule.by_weekday, days);
        assert_eq!(rule.by_month, [1, 12]);
        assert_eq!(rule.by_month_day, [-1, 31]);
        assert_eq!(rule.count, Some(5));
        assert!(!rule.is_simplified);
    }

    #[test]
    fn a_position_of_one_weekday_is_its_ordinal() {
        let rule = Recurrence::parse("freq=monthly;byday=tu;bysetpos=2").unwrap();
        let day = OnWeekday {
            ordinal: Some(2),
            weekday: Weekday::Tuesday,
        };
        assert_eq!((rule.by_weekday, rule.by_position), (vec![day], vec![]));
        let rule = Recurrence::parse("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1").unwrap();
        assert_eq!((rule.by_weekday.len(), rule.by_position), (5, vec![-1]));
    }

    #[test]
    fn what_no_sentence_says_is_told() {
        assert!(
            Recurrence::parse("FREQ=YEARLY;BYYEARDAY=100")
                .unwrap()
                .is_simplified
        );
        let rule = Recurrence::parse("FREQ=DAILY;INTERVAL=0;UNTIL=20240131;WKST=MO;;X").unwrap();
        assert_eq!(rule.interval, 1);
        assert_eq!(
            rule.until,
            Some(When::AllDay {
                year: 2024,
                month: 1,
                day: 31
            })
        );
        assert!(!rule.is_simplified);
        assert_eq!(Recurrence::parse("INTERVAL=2"), None);
        assert_eq!(Recurrence::parse("FREQ=OFTEN"), None);
    }

    #[test]
    fn lists_end_at_their_bound() {
        for days in [limits::CARD_ITEMS, limits::CARD_ITEMS + 1] {
            let rule = format!("FREQ=WEEKLY;BYDAY={}", vec!["MO"; days].join(","));
            let rule = Recurrence::parse(&rule).unwrap();
            assert_eq!(rule.by_weekday.len(), limits::CARD_ITEMS);
        }
    }
}
