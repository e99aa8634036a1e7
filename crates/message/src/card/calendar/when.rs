//! Points in time of a calendar (RFC 5545 3.3.4, 3.3.5, 3.3.6): dates, local times, durations.
//!
//! In: a content line. Out: a [`When`], once the file's zones are known. A local time is
//! counted inside as seconds since 1970-01-01T00:00:00 of the same clock.

use serde::{Deserialize, Serialize};

use super::{
    civil::{day_number, days_from_civil},
    zone::Zone,
};
use crate::card::line::Line;

/// When something begins or ends, as exactly as the file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// A day, wherever the reader is. As an end it is the last day, included.
    AllDay {
        /// 1 to 9999.
        year: u16,
        /// 1 to 12.
        month: u8,
        /// 1 to 31.
        day: u8,
    },
    /// A known instant.
    At {
        /// Seconds since 1970-01-01T00:00:00Z.
        unix_s: i64,
    },
    /// That time on the reader's own clock.
    Floating {
        /// Date and time.
        local: LocalTime,
    },
    /// That time in a zone which the file names and does not define.
    Zoned {
        /// Date and time there.
        local: LocalTime,
        /// As sent: "Europe/Stockholm", or whatever else the sender calls it.
        tzid: String,
    },
}

/// Date and time on a clock of no known zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LocalTime {
    /// 1 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
}

pub(super) const DAY_S: i64 = 86_400;

/// A point in time as it is written, its zone not yet looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Of the clock that `clock` tells.
    pub(super) seconds: i64,
    pub(super) clock: Clock,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Clock {
    /// None: a whole day.
    Day,
    Utc,
    Floating,
    Zone(String),
}

impl Stamp {
    pub(super) fn of(line: &Line) -> Option<Self> {
        let mut stamp = Self::parse(&line.value)?;
        if line.says("VALUE", "DATE") {
            stamp.clock = Clock::Day;
        }
        if let (Clock::Floating, Some(tzid)) = (&stamp.clock, line.parameter("TZID")) {
            let tzid = tzid.trim();
            stamp.clock = match tzid.to_ascii_uppercase().as_str() {
                "" => Clock::Floating,
                "UTC" | "GMT" | "Z" | "ETC/UTC" | "ETC/GMT" => Clock::Utc,
                _ => Clock::Zone(tzid.to_owned()),
            };
        }
        if stamp.clock == Clock::Day {
            stamp.seconds = stamp.midnight();
        }
        Some(stamp)
    }

    /// "20240131", "20240131T093000", "20240131T093000Z", also with the marks of ISO 8601.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let (date, time) = value
            .trim()
            .split_once(['T', 't', ' '])
            .unwrap_or((value, ""));
        let date = digits(date);
        let number = |digits: &str, from: usize, to: usize| -> Option<i64> {
            digits.get(from..to)?.parse().ok()
        };
        let days = day_number(
            number(&date, 0, 4)?,
            number(&date, 4, 6)?,
            number(&date, 6, 8)?,
        )?;
        let is_utc = time.ends_with(['Z', 'z']);
        let time = digits(time);
        let (Some(hour), Some(minute)) = (number(&time, 0, 2), number(&time, 2, 4)) else {
            return Some(Self {
                seconds: days.saturating_mul(DAY_S),
                clock: Clock::Day,
            });
        };
        let second = number(&time, 4, 6).unwrap_or(0);
        if hour > 24 || minute > 59 || second > 60 {
            return None;
        }
        let time = hour
            .saturating_mul(3_600)
            .saturating_add(minute.saturating_mul(60));
        let time = time.saturating_add(second.min(59));
        Some(Self {
            seconds: days.saturating_mul(DAY_S).saturating_add(time),
            clock: if is_utc { Clock::Utc } else { Clock::Floating },
        })
    }

    /// What it means, with the zones of its file.
    pub(super) fn resolve(&self, zones: &[Zone]) -> When {
        let local = LocalTime::from_seconds(self.seconds);
        match &self.clock {
            Clock::Day => When::AllDay {
                year: local.year,
                month: local.month,
                day: local.day,
            },
            Clock::Utc => When::At {
                unix_s: self.seconds,
            },
            Clock::Floating => When::Floating { local },
            Clock::Zone(tzid) => {
                let mut zones = zones
                    .iter()
                    .filter(|zone| zone.id.eq_ignore_ascii_case(tzid));
                match zones.find_map(|zone| zone.offset_s(self.seconds)) {
                    Some(offset) => When::At {
                        unix_s: self.seconds.saturating_sub(offset),
                    },
                    None => When::Zoned {
                        local,
                        tzid: tzid.clone(),
                    },
                }
            }
        }
    }

    /// The same time so many days away.
    pub(super) fn days_later(&self, days: i64) -> Self {
        Self {
            seconds: self.seconds.saturating_add(days.saturating_mul(DAY_S)),
            clock: self.clock.clone(),
        }
    }

    /// When the day of this time begins.
    pub(super) fn midnight(&self) -> i64 {
        self.seconds.saturating_sub(self.seconds.rem_euclid(DAY_S))
    }
}

impl When {
    /// So many seconds later; days stay as they are.
    pub(super) fn later(self, seconds: i64) -> Self {
        let add =
            |local: LocalTime| LocalTime::from_seconds(local.seconds().saturating_add(seconds));
        match self {
            Self::AllDay { .. } => self,
            Self::At { unix_s } => Self::At {
                unix_s: unix_s.saturating_add(seconds),
            },
            Self::Floating { local } => Self::Floating { local: add(local) },
            Self::Zoned { local, tzid } => Self::Zoned {
                local: add(local),
                tzid,
            },
        }
    }
}

/// A duration (RFC 5545 3.3.6): days of the calendar, and exact seconds.
pub(super) fn duration(value: &str) -> Option<(i64, i64)> {
    let value = value.trim();
    // One that runs backwards ends no event.
    let rest = value
        .strip_prefix('+')
        .unwrap_or(value)
        .strip_prefix(['P', 'p'])?;
    let (mut days, mut seconds, mut number) = (0_i64, 0_i64, 0_i64);
    for c in rest.chars() {
        if let Some(digit) = c.to_digit(10) {
            number = number.saturating_mul(10).saturating_add(i64::from(digit));
            continue;
        }
        let (counted, unit) = match c.to_ascii_uppercase() {
            'W' => (&mut days, 7),
            'D' => (&mut days, 1),
            'H' => (&mut seconds, 3_600),
            'M' => (&mut seconds, 60),
            'S' => (&mut seconds, 1),
            'T' => continue,
            _ => return None,
        };
        *counted = counted.saturating_add(number.saturating_mul(unit));
        number = 0;
    }
    // Longer than a century is no event, and far from where times can't be counted.
    (days <= 36_525 && seconds <= 36_525 * DAY_S).then_some((days, seconds))
}

fn digits(text: &str) -> String {
    let text = text.split(['+', 'Z', 'z']).next().unwrap_or_default();
    text.chars().filter(char::is_ascii_digit).take(14).collect()
}

impl LocalTime {
    pub(super) fn seconds(self) -> i64 {
        let days = days_from_civil(self.year.into(), self.month.into(), self.day.into());
        let time = i64::from(self.hour)
            .saturating_mul(3_600)
            .saturating_add(i64::from(self.minute).saturating_mul(60))
            .saturating_add(self.second.into());
        days.saturating_mul(DAY_S).saturating_add(time)
    }

    /// Clamped to years 1 to 9999.
    #[allow(
        clippy::arithmetic_side_effects,
        reason = "the clamp keeps every step within its era, month and day"
    )]
    pub(super) fn from_seconds(seconds: i64) -> Self {
        let seconds = seconds.clamp(FIRST_S, LAST_S);
        let (days, time) = (seconds.div_euclid(DAY_S), seconds.rem_euclid(DAY_S));
        let days = days + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Self {
            year: year as u16,
            month: month as u8,
            day: day as u8,
            hour: (time / 3_600) as u8,
            minute: (time / 60 % 60) as u8,
            second: (time % 60) as u8,
        }
    }
}

/// 0001-01-01T00:00:00 and 9999-12-31T23:59:59.
const FIRST_S: i64 = -62_135_596_800;
const LAST_S: i64 = 253_402_300_799;

#[cfg(test)]
mod tests {
    use super::*;

    fn local(year: u16, month: u8, day: u8, hour: u8, minute: u8) -> LocalTime {
        LocalTime {
            year,
            month,
            day,
            hour,
            minute,
            second: 0,
        }
    }

    fn read(line: &str) -> Option<When> {
        Some(Stamp::of(&Line::parse(line)?)?.resolve(&[]))
    }

    #[test]
    fn days_and_their_numbers_agree() {
        for (year, month, day) in [
            (1, 1, 1),
            (1601, 1, 1),
            (1970, 1, 1),
            (2024, 2, 29),
            (9999, 12, 31),
        ] {
            let days = day_number(year, month, day).unwrap();
            let back = LocalTime::from_seconds(days * DAY_S);
            assert_eq!(
                (back.year.into(), back.month.into(), back.day.into()),
                (year, month, day)
            );
            assert_eq!(back.seconds(), days * DAY_S);
        }
        assert_eq!(day_number(1970, 1, 1), Some(0));
        assert_eq!(day_number(2023, 2, 29), None);
        assert_eq!(day_number(1900, 2, 29), None);
        assert_eq!(LocalTime::from_seconds(i64::MIN).year, 1);
        assert_eq!(LocalTime::from_seconds(i64::MAX).year, 9_999);
    }

    #[test]
    fn every_form_of_a_time_is_read() {
        let at = When::At {
            unix_s: 1_706_693_400,
        };
        assert_eq!(read("DTSTART:20240131T093000Z"), Some(at.clone()));
        assert_eq!(read("DTSTART:2024-01-31T09:30:00Z"), Some(at.clone()));
        assert_eq!(read("DTSTART;TZID=Etc/UTC:20240131T093000"), Some(at));
        let local = local(2024, 1, 31, 9, 30);
        assert_eq!(
            read("DTSTART:20240131T0930"),
            Some(When::Floating { local })
        );
        let tzid = "Europe/Stockholm".to_owned();
        assert_eq!(
            read("DTSTART;TZID=Europe/Stockholm:20240131T093000"),
            Some(When::Zoned { local, tzid })
        );
        let day = When::AllDay {
            year: 2024,
            month: 1,
            day: 31,
        };
        for line in [
            "D;VALUE=DATE:20240131",
            "D:20240131",
            "D;VALUE=DATE;TZID=X:20240131T093000",
        ] {
            assert_eq!(read(line), Some(day.clone()), "{line}");
        }
        for line in [
            "D:",
            "D:tomorrow",
            "D:20240230",
            "D:20240131T9999",
            "D:2024å131",
            "D:00000101",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn durations_have_days_and_seconds() {
        assert_eq!(duration("PT1H30M"), Some((0, 5_400)));
        assert_eq!(duration("P1W2DT15S"), Some((9, 15)));
        assert_eq!(duration("-PT15M"), None);
        assert_eq!(duration("P99999999999999999999D"), None);
        assert_eq!(duration("1H"), None);
    }
}
