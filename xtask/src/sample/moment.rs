//! Dates of the sample mailbox: seconds since 1970, written as mail and IMAP want them, in Swedish winter time.

use std::time::{SystemTime, UNIX_EPOCH};

/// A second, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(i64);

const DAY: i64 = 86_400;

/// Everybody in the sample writes from Sweden in winter; +0100.
const ZONE: i64 = 3_600;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// Year, month (1-12), day, hour, minute, second, and day of the week counted from a Thursday.
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    weekday: i64,
}

impl Moment {
    /// This second.
    pub(crate) fn now() -> Self {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        Self(i64::try_from(since).unwrap_or(0))
    }

    /// `seconds` before this.
    pub(crate) fn earlier(self, seconds: i64) -> Self {
        Self(self.0 - seconds)
    }

    /// `days` before this day, at `hour:minute` local time.
    pub(crate) fn days_ago(self, days: i64, hour: i64, minute: i64) -> Self {
        let midnight = (self.0 + ZONE).div_euclid(DAY) * DAY - ZONE;
        Self(midnight - days * DAY + hour * 3_600 + minute * 60)
    }

    /// `date-time` of RFC 5322: `Mon, 23 Nov 2026 10:42:00 +0100`.
    pub(crate) fn header(self) -> String {
        let Civil {
            year,
            month,
            day,
            hour,
            minute,
            second,
            weekday,
        } = civil(self.0 + ZONE);
        let (weekday, month) = (DAYS[weekday as usize], MONTHS[month as usize - 1]);
        format!("{weekday}, {day} {month} {year} {hour:02}:{minute:02}:{second:02} +0100")
    }

    /// `date-time` of RFC 9051: `23-Nov-2026 10:42:00 +0100`.
    pub(crate) fn internal_date(self) -> String {
        let Civil {
            year,
            month,
            day,
            hour,
            minute,
            second,
            ..
        } = civil(self.0 + ZONE);
        format!(
            "{day:2}-{}-{year} {hour:02}:{minute:02}:{second:02} +0100",
            MONTHS[month as usize - 1]
        )
    }

    /// UTC form of RFC 5545: `20261123T094200Z`.
    pub(crate) fn calendar(self) -> String {
        let Civil {
            year,
            month,
            day,
            hour,
            minute,
            second,
            ..
        } = civil(self.0);
        format!("{year}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
    }

    /// For people: `2026-11-23`.
    pub(crate) fn day(self) -> String {
        let Civil {
            year, month, day, ..
        } = civil(self.0 + ZONE);
        format!("{year}-{month:02}-{day:02}")
    }
}

/// Days are counted from 1 March of year 0, so that the leap day is the last of its year.
fn civil(seconds: i64) -> Civil {
    let (days, within) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let from_march = days + 719_468;
    let era = from_march.div_euclid(146_097);
    let of_era = from_march.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    Civil {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month,
        day: of_year - (153 * shifted + 2) / 5 + 1,
        hour: within / 3_600,
        minute: within % 3_600 / 60,
        second: within % 60,
        weekday: days.rem_euclid(7),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_mail_and_imap_want_them() {
        let moment = Moment(1_795_426_920);
        assert_eq!(moment.header(), "Mon, 23 Nov 2026 10:42:00 +0100");
        assert_eq!(moment.internal_date(), "23-Nov-2026 10:42:00 +0100");
        assert_eq!(moment.calendar(), "20261123T094200Z");
        assert_eq!(Moment(1_709_164_800).day(), "2024-02-29");
        assert_eq!(
            moment.days_ago(1, 9, 15).header(),
            "Sun, 22 Nov 2026 09:15:00 +0100"
        );
    }
}
