//! `date-time` of INTERNALDATE and SAVEDATE (RFC 9051 9): ` 1-Feb-2026 12:00:00 +0100`.

/// Seconds since 1970 UTC.
///
/// Tolerated: a day of one digit, months in any case, a missing or named zone (UTC).
pub(super) fn date_time(text: &[u8]) -> Option<i64> {
    let mut rest = text.trim_ascii_start();
    let day = number(&mut rest, b'-')?;
    let (name, after) = rest.split_at_checked(3)?;
    let month = MONTHS
        .iter()
        .position(|month| month.eq_ignore_ascii_case(name))?;
    rest = after.strip_prefix(b"-")?;
    let year = number(&mut rest, b' ')?;
    rest = rest.trim_ascii_start();
    let hour = number(&mut rest, b':')?;
    let minute = number(&mut rest, b':')?;
    let second = number(&mut rest, b' ')?;
    let possible = (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    if !possible {
        return None;
    }
    let days = days_before(year, i64::try_from(month).ok()?).checked_add(day.checked_sub(1)?)?;
    let minutes = days.checked_mul(24)?.checked_add(hour)?.checked_mul(60)?;
    let minutes = minutes.checked_add(minute)?.checked_sub(zone(rest))?;
    minutes.checked_mul(60)?.checked_add(second)
}

const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// One to four digits, and `end` or the end behind them.
fn number(rest: &mut &[u8], end: u8) -> Option<i64> {
    let mut value: i64 = 0;
    let before = rest.len();
    while let Some((octet, after)) = rest.split_first() {
        if *octet == end {
            break;
        }
        let digit = octet.is_ascii_digit().then(|| octet.wrapping_sub(b'0'))?;
        value = value.checked_mul(10)?.checked_add(i64::from(digit))?;
        *rest = after;
    }
    let digits = before.saturating_sub(rest.len());
    *rest = rest.get(1..).unwrap_or_default();
    (1..=4).contains(&digits).then_some(value)
}

/// Minutes east of UTC.
fn zone(text: &[u8]) -> i64 {
    let (sign, mut digits) = match text.split_first() {
        Some((b'-', digits)) => (-1, digits),
        Some((b'+', digits)) => (1, digits),
        _ => return 0,
    };
    let value = number(&mut digits, b' ').unwrap_or(0);
    let minutes = (value / 100).saturating_mul(60).saturating_add(value % 100);
    minutes.saturating_mul(sign)
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
