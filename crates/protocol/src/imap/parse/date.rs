//! `date-time` of INTERNALDATE and SAVEDATE (RFC 9051 9): ` 1-Feb-2026 12:00:00 +0100`.

/// Seconds since 1970 UTC.
///
/// Tolerated: a day of one digit, months and zones in any case, a missing or named zone (UTC).
pub(super) fn date_time(text: &[u8]) -> Option<i64> {
    let text = core::str::from_utf8(text).ok()?.trim_ascii();
    let mut words = text.split_ascii_whitespace();
    let mut date = words.next()?.splitn(3, '-');
    let day: i64 = number(date.next()?)?;
    let month = date.next()?;
    let month = MONTHS
        .iter()
        .position(|name| name.eq_ignore_ascii_case(month))?;
    let year: i64 = number(date.next()?)?;
    let mut time = words.next()?.splitn(3, ':');
    let hour: i64 = number(time.next()?)?;
    let minute: i64 = number(time.next()?)?;
    let second: i64 = number(time.next().unwrap_or("0"))?;
    let possible = (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    if !possible || year > 9999 {
        return None;
    }
    let days = days_before(year, i64::try_from(month).ok()?).checked_add(day.checked_sub(1)?)?;
    let local = days
        .checked_mul(86_400)?
        .checked_add(hour.checked_mul(3600)?)?
        .checked_add(minute.checked_mul(60)?)?
        .checked_add(second)?;
    local.checked_sub(words.next().and_then(zone).unwrap_or(0))
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn number(text: &str) -> Option<i64> {
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && text.len() <= 4;
    digits.then(|| text.parse().ok())?
}

/// Seconds east of UTC.
fn zone(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    let value = number(digits).filter(|_| digits.len() == 4)?;
    let minutes = value
        .div_euclid(100)
        .checked_mul(60)?
        .checked_add(value.rem_euclid(100))?;
    minutes.checked_mul(60)?.checked_mul(sign)
}

/// Days from 1970-01-01 to the first of `month` (0 is January) of `year`.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "year is below 10,000 and month below 12"
)]
const fn days_before(year: i64, month: i64) -> i64 {
    // A year that begins in March has its leap day at its end, and months of 153 days in five.
    let (year, month) = if month < 2 {
        (year - 1, month + 10)
    } else {
        (year, month - 2)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 - 719_468
}

#[cfg(test)]
mod tests {
    use super::date_time;

    #[test]
    fn dates_are_counted_from_1970() {
        assert_eq!(date_time(b"01-Jan-1970 00:00:00 +0000"), Some(0));
        assert_eq!(date_time(b" 1-Jan-1970 01:00:00 +0100"), Some(0));
        assert_eq!(date_time(b"17-Jul-1996 02:44:25 -0700"), Some(837_596_665));
        assert_eq!(date_time(b"29-Feb-2000 23:59:59 +0000"), Some(951_868_799));
        assert_eq!(date_time(b"31-Dec-1969 23:59:59 +0000"), Some(-1));
        assert_eq!(
            date_time(b"23-Nov-2026 09:15:00 +0000"),
            Some(1_795_425_300)
        );
    }

    #[test]
    fn zones_that_say_nothing_are_utc() {
        assert_eq!(date_time(b"1-jan-1970 00:00:07"), Some(7));
        assert_eq!(date_time(b"1-JAN-1970 00:00:07 GMT"), Some(7));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "x",
            "1-Jan-1970",
            "0-Jan-1970 00:00:00 +0000",
            "1-Foo-1970 00:00:00 +0000",
            "1-Jan-1970 24:00:00 +0000",
            "1-Jan-99999999999999999999 00:00:00 +0000",
            "1-Jan-1970 0:-1:00 +0000",
        ] {
            assert_eq!(date_time(text.as_bytes()), None, "{text}");
        }
    }
}
