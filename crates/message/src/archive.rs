//! Files that hold many messages: mbox to read and write, zip to write.
//!
//! Everything here is fed in pieces and keeps no more than one message, or one line per file,
//! so that a folder of gigabytes passes through a browser. Reading and writing octets is the
//! caller's.

pub mod mbox;
pub mod zip;

/// A point in time in UTC, in the units of a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moment {
    year: i64,
    /// 1 to 12.
    month: usize,
    /// 1 to 31.
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    /// 0 is Sunday.
    weekday: usize,
}

impl Moment {
    /// Years 1970 to 9999; what is outside becomes the nearest moment.
    #[allow(
        clippy::arithmetic_side_effects,
        reason = "the seconds are clamped to years 1970 to 9999 first, all far from the ends of i64"
    )]
    fn of(unix_s: i64) -> Self {
        let unix_s = unix_s.clamp(0, 253_402_300_799);
        let (days, seconds) = (unix_s / 86_400, unix_s % 86_400);
        // Eras of 400 years that begin in March, so that leap days come last.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        Self {
            year: era * 400 + year_of_era + i64::from(month <= 2),
            month: usize::try_from(month).unwrap_or(1),
            day: day_of_year - (153 * from_march + 2) / 5 + 1,
            hour: seconds / 3_600,
            minute: seconds / 60 % 60,
            second: seconds % 60,
            weekday: usize::try_from((days + 4) % 7).unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;
    use crate::date;

    #[test]
    fn moments_are_those_that_dates_are_read_as() {
        for unix_s in [
            0,
            951_782_399,
            951_782_400,
            1_709_164_800,
            4_107_542_399,
            253_402_300_799,
        ] {
            let m = Moment::of(unix_s);
            let written = format!(
                "{}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                m.year, m.month, m.day, m.hour, m.minute, m.second
            );
            let read = date::parse(written.as_bytes()).map(|date| date.unix_seconds);
            assert_eq!(read, Some(unix_s), "{written}");
        }
        assert_eq!(Moment::of(-5), Moment::of(0));
        assert_eq!(Moment::of(i64::MAX), Moment::of(253_402_300_799));
        assert_eq!(Moment::of(0).weekday, 4);
    }
}
