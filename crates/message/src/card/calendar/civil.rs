//! Days of the Gregorian calendar and their numbers since 1970-01-01.

/// Days since 1970-01-01 of a day that exists, in years 1 to 9999.
pub(super) fn day_number(year: i64, month: i64, day: i64) -> Option<i64> {
    let exists = (1..=9_999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day);
    exists.then(|| days_from_civil(year, month, day))
}

/// 28 to 31.
pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// In the Gregorian calendar, by eras of 400 years that begin in March.
#[allow(
    clippy::arithmetic_side_effects,
    reason = "year is 1..=9999, month 1..=12, day 1..=31: all far from the ends of i64"
)]
pub(super) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year / 400;
    let year_of_era = year % 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}
