//! Time zones that a calendar defines for itself (RFC 5545 3.6.5), to turn its local times into
//! instants.
//!
//! In: the lines of a VTIMEZONE. Out: the offset at a local time. Rules are the yearly ones
//! that programs write: a weekday or a day in a month; other rules count as their first day.

use super::{
    civil::{day_number, days_in_month},
    recurrence::{Frequency, OnWeekday, Recurrence},
    when::{DAY_S, LocalTime, Stamp, When},
};
use crate::{
    card::line::{Line, pieces},
    limits,
};

/// One VTIMEZONE.
#[derive(Debug, Default)]
pub(super) struct Zone {
    /// What TZID parameters name it by.
    pub(super) id: String,
    changes: Vec<Change>,
}

/// One STANDARD or DAYLIGHT: when clocks change from one offset to another.
#[derive(Debug, Default)]
struct Change {
    /// Seconds east of UTC, before and after.
    from: i64,
    to: i64,
    /// On the clock as it was before.
    start: Option<i64>,
    rule: Option<Recurrence>,
    more_starts: Vec<i64>,
}

impl Zone {
    /// A STANDARD or DAYLIGHT begins; `false` when there are enough.
    pub(super) fn begin_change(&mut self) -> bool {
        let has_room = self.changes.len() < limits::CARD_ZONE_CHANGES;
        if has_room {
            self.changes.push(Change::default());
        }
        has_room
    }

    /// A line of the STANDARD or DAYLIGHT that began last.
    pub(super) fn take(&mut self, line: &Line) {
        let Some(change) = self.changes.last_mut() else {
            return;
        };
        match line.name.as_str() {
            "DTSTART" => change.start = Stamp::parse(&line.value).map(|stamp| stamp.seconds),
            "TZOFFSETFROM" => change.from = offset(&line.value),
            "TZOFFSETTO" => change.to = offset(&line.value),
            "RRULE" => change.rule = Recurrence::parse(&line.value),
            "RDATE" => {
                let room = limits::CARD_ZONE_CHANGES.saturating_sub(change.more_starts.len());
                let dates = pieces(&line.value, ',').filter_map(Stamp::parse);
                change
                    .more_starts
                    .extend(dates.take(room).map(|stamp| stamp.seconds));
            }
            _ => {}
        }
    }

    /// Seconds east of UTC when clocks there show `local`; `None` when the zone says nothing.
    ///
    /// A time that clocks skip counts by the offset before, one that they show twice is the
    /// first (RFC 5545 3.3.5).
    pub(super) fn offset_s(&self, local: i64) -> Option<i64> {
        let mut latest: Option<(i64, i64)> = None;
        let mut first: Option<(i64, i64)> = None;
        let year = i64::from(LocalTime::from_seconds(local).year);
        for change in &self.changes {
            let rule = [year, year.saturating_sub(1)].map(|year| change.in_year(year));
            let starts = change.more_starts.iter().copied().map(Some);
            let starts = starts.chain(rule).chain([change.start]).flatten();
            for start in starts {
                let instant = start.saturating_sub(change.from);
                if first.is_none_or(|(earlier, _)| instant < earlier) {
                    first = Some((instant, change.from));
                }
                let skipped = change.to.saturating_sub(change.from).max(0);
                let is_past = start.saturating_add(skipped) <= local;
                if is_past && latest.is_none_or(|(earlier, _)| instant >= earlier) {
                    latest = Some((instant, change.to));
                }
            }
        }
        latest.or(first).map(|(_, offset)| offset)
    }
}

impl Change {
    /// When the rule has clocks change in a year, or in the last one before that it covers.
    fn in_year(&self, year: i64) -> Option<i64> {
        let (start, rule) = (self.start?, self.rule.as_ref()?);
        if rule.frequency != Frequency::Yearly {
            return None;
        }
        let until = match rule.until {
            None => i64::MAX,
            // RFC 5545 3.6.5 wants UTC here.
            Some(When::At { unix_s }) => unix_s.saturating_add(self.from),
            Some(When::Floating { local } | When::Zoned { local, .. }) => local.seconds(),
            Some(When::AllDay { year, month, day }) => {
                let day = day_number(year.into(), month.into(), day.into())?;
                day.saturating_add(1).saturating_mul(DAY_S)
            }
        };
        let begin = LocalTime::from_seconds(start);
        let mut year = year.min(LocalTime::from_seconds(until).year.into());
        if let Some(count) = rule.count {
            let last = i64::from(begin.year)
                .saturating_add(count.into())
                .saturating_sub(1);
            year = year.min(last);
        }
        // In the last year it may end before its day.
        let candidates = [year, year.saturating_sub(1)].map(|year| occurrence(rule, begin, year));
        let time = start.rem_euclid(DAY_S);
        let mut starts = candidates
            .into_iter()
            .flatten()
            .map(|day| day.saturating_mul(DAY_S).saturating_add(time));
        starts.find(|found| *found >= start && *found <= until)
    }
}

/// The day that a yearly rule gives in a year.
fn occurrence(rule: &Recurrence, begin: LocalTime, year: i64) -> Option<i64> {
    let month = i64::from(rule.by_month.first().copied().unwrap_or(begin.month));
    let last = days_in_month(year, month);
    let in_month = |day: i8| {
        let day = i64::from(day);
        if day < 0 {
            last.saturating_add(day).saturating_add(1)
        } else {
            day
        }
    };
    let first_of_month = day_number(year, month, 1)?;
    let day = match (rule.by_weekday.first(), rule.by_month_day.first()) {
        (None, None) => i64::from(begin.day),
        (None, Some(day)) => in_month(*day),
        // "SU on one of 8 to 14", as some write the second Sunday.
        (Some(on), Some(_)) => {
            let mut days = rule.by_month_day.iter().map(|day| in_month(*day));
            days.find(|day| weekday_of(first_of_month, *day) == on.weekday as i64)?
        }
        (Some(on), None) => nth_weekday(first_of_month, last, *on),
    };
    day_number(year, month, day)
}

/// Day of the month.
fn nth_weekday(first_of_month: i64, last: i64, on: OnWeekday) -> i64 {
    let ordinal = i64::from(on.ordinal.unwrap_or(1));
    let weeks = ordinal.abs().saturating_sub(1).saturating_mul(7);
    let wanted = on.weekday as i64;
    if ordinal < 0 {
        let back = weekday_of(first_of_month, last)
            .saturating_sub(wanted)
            .rem_euclid(7);
        last.saturating_sub(back).saturating_sub(weeks)
    } else {
        let ahead = wanted
            .saturating_sub(weekday_of(first_of_month, 1))
            .rem_euclid(7);
        weeks.saturating_add(ahead).saturating_add(1)
    }
}

/// 0 is Monday; 1970-01-01 was a Thursday.
fn weekday_of(first_of_month: i64, day: i64) -> i64 {
    first_of_month
        .saturating_add(day)
        .saturating_add(2)
        .rem_euclid(7)
}

/// "+0100", "-053000", also without the sign.
fn offset(value: &str) -> i64 {
    let value = value.trim();
    let digits: String = value.chars().filter(char::is_ascii_digit).take(6).collect();
    let pair = |at: usize| -> i64 {
        let digits = digits.get(at..at.saturating_add(2));
        digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
    };
    let seconds = pair(0)
        .saturating_mul(3_600)
        .saturating_add(pair(2).saturating_mul(60))
        .saturating_add(pair(4));
    if value.starts_with('-') {
        seconds.saturating_neg()
    } else {
        seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINTER: i64 = 3_600;
    const SUMMER: i64 = 7_200;

    fn zone(changes: &[&str]) -> Zone {
        let mut zone = Zone::default();
        for change in changes {
            zone.begin_change();
            for line in change.lines() {
                zone.take(&Line::parse(line.trim()).unwrap());
            }
        }
        zone
    }

    fn offset_at(zone: &Zone, local: &str) -> i64 {
        zone.offset_s(Stamp::parse(local).unwrap().seconds).unwrap()
    }

    /// As Windows has it: rules since 1601.
    fn stockholm() -> Zone {
        zone(&[
            "DTSTART:16010101T030000
             TZOFFSETFROM:+0200
             TZOFFSETTO:+0100
             RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10",
            "DTSTART:16010101T020000
             TZOFFSETFROM:+0100
             TZOFFSETTO:+0200
             RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3",
        ])
    }

    #[test]
    fn the_last_sundays_of_march_and_october_change_the_clock() {
        let zone = stockholm();
        for (local, offset) in [
            ("20240101T000000", WINTER),
            ("20240331T015959", WINTER),
            ("20240331T030000", SUMMER),
            ("20240701T120000", SUMMER),
            ("20241027T015959", SUMMER),
            ("20241027T030000", WINTER),
            ("20241231T235959", WINTER),
        ] {
            assert_eq!(offset_at(&zone, local), offset, "{local}");
        }
    }

    #[test]
    fn skipped_times_count_from_before_and_doubled_ones_are_the_first() {
        assert_eq!(offset_at(&stockholm(), "20240331T023000"), WINTER);
        assert_eq!(offset_at(&stockholm(), "20241027T023000"), SUMMER);
    }

    #[test]
    fn rules_that_ended_give_way_to_those_that_began() {
        let zone = zone(&[
            "DTSTART:19870405T020000
             TZOFFSETFROM:-0500
             TZOFFSETTO:-0400
             RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z",
            "DTSTART:20070311T020000
             TZOFFSETFROM:-0500
             TZOFFSETTO:-0400
             RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8,9,10,11,12,13,14;BYDAY=SU",
            "DTSTART:19671029T020000
             TZOFFSETFROM:-0400
             TZOFFSETTO:-0500
             RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z",
            "DTSTART:20071104T020000
             TZOFFSETFROM:-0400
             TZOFFSETTO:-0500
             RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
        ]);
        for (local, hours) in [
            ("20060401T120000", -5),
            ("20060403T120000", -4),
            ("20061030T120000", -5),
            ("20070310T120000", -5),
            ("20070312T120000", -4),
            ("20071103T120000", -4),
            ("20240309T120000", -5),
            ("20240311T120000", -4),
            ("20241104T120000", -5),
        ] {
            assert_eq!(offset_at(&zone, local), hours * 3_600, "{local}");
        }
    }

    #[test]
    fn single_changes_and_lists_of_dates_are_followed() {
        let zone = zone(&[
            "DTSTART:20240331T020000
             RDATE:20250330T020000,20260329T020000
             TZOFFSETFROM:+0100
             TZOFFSETTO:+0200",
            "DTSTART:20241027T030000
             RDATE:20251026T030000
             TZOFFSETFROM:+0200
             TZOFFSETTO:+0100",
        ]);
        assert_eq!(offset_at(&zone, "20240101T000000"), WINTER);
        assert_eq!(offset_at(&zone, "20240501T000000"), SUMMER);
        assert_eq!(offset_at(&zone, "20250201T000000"), WINTER);
        assert_eq!(offset_at(&zone, "20250501T000000"), SUMMER);
        assert_eq!(offset_at(&zone, "20271201T000000"), SUMMER);
    }

    #[test]
    fn a_zone_of_one_offset_always_has_it() {
        let zone = zone(&["DTSTART:19700101T000000\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0530"]);
        assert_eq!(offset_at(&zone, "20240101T000000"), 19_800);
        assert_eq!(offset_at(&zone, "19000101T000000"), 19_800);
        assert_eq!(Zone::default().offset_s(0), None);
        assert_eq!(offset("-053015"), -19_815);
        assert_eq!(offset("0100"), 3_600);
        assert_eq!(offset(""), 0);
    }
}
