//! Dates and numbers, by the browser's `Intl`.

use js_sys::{Array, Date, Function, Intl, JsString, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::Language;

/// Formatters of one language, made once: making one costs more than a hundred uses.
#[derive(Clone, Copy)]
pub(crate) struct Formats {
    language: Language,
    inner: StoredValue<Formatters, LocalStorage>,
}

struct Formatters {
    number: Function,
    bytes: [Function; 3],
    time: Function,
    weekday: Function,
    day: Function,
    full: Function,
    long_day: Function,
    yesterday: String,
}

const MINUTE_MS: f64 = 60_000.0;
const DAY_MS: f64 = 86_400_000.0;

impl Formats {
    /// Makes the formatters of a language.
    pub(crate) fn new(language: Language) -> Self {
        // English readers here are European as often as not: a 24-hour clock, day before month.
        let tag = match language {
            Language::English => "en-GB",
            Language::Swedish => "sv-SE",
        };
        let locales = Array::of1(&tag.into());
        let unit = |unit: &str, digits: i32| {
            let number = Intl::NumberFormat::new(
                &locales,
                &options(&[
                    ("style", "unit".into()),
                    ("unit", unit.into()),
                    ("maximumFractionDigits", digits.into()),
                ]),
            );
            number.format()
        };
        let date = |pairs: &[(&str, JsValue)]| {
            Intl::DateTimeFormat::new(&locales, &options(pairs)).format()
        };
        let yesterday =
            Intl::RelativeTimeFormat::new(&locales, &options(&[("numeric", "auto".into())]))
                .format(-1.0, "day");
        Self {
            language,
            inner: StoredValue::new_local(Formatters {
                number: Intl::NumberFormat::new(&locales, &Object::new()).format(),
                bytes: [unit("byte", 0), unit("kilobyte", 0), unit("megabyte", 1)],
                time: date(&[("hour", "2-digit".into()), ("minute", "2-digit".into())]),
                weekday: date(&[("weekday", "short".into())]),
                day: date(&[("day", "numeric".into()), ("month", "short".into())]),
                full: date(&[
                    ("weekday", "long".into()),
                    ("year", "numeric".into()),
                    ("month", "long".into()),
                    ("day", "numeric".into()),
                    ("hour", "2-digit".into()),
                    ("minute", "2-digit".into()),
                ]),
                long_day: date(&[
                    ("weekday", "long".into()),
                    ("year", "numeric".into()),
                    ("month", "long".into()),
                    ("day", "numeric".into()),
                ]),
                yesterday: capitalised(&String::from(yesterday)),
            }),
        }
    }

    /// A whole number, grouped as the language does: 104,218.
    pub(crate) fn number(self, number: u32) -> String {
        self.inner
            .with_value(|formatters| call(&formatters.number, f64::from(number)))
    }

    /// A size: 412 kB.
    pub(crate) fn size(self, octets: u32) -> String {
        let octets = f64::from(octets);
        self.inner.with_value(|formatters| {
            let [byte, kilobyte, megabyte] = &formatters.bytes;
            if octets < 1_000.0 {
                call(byte, octets)
            } else if octets < 999_500.0 {
                call(kilobyte, octets / 1_000.0)
            } else {
                call(megabyte, octets / 1_000_000.0)
            }
        })
    }

    /// The time of day: 10:42.
    pub(crate) fn time(self, unix_ms: f64) -> String {
        self.inner
            .with_value(|formatters| call(&formatters.time, unix_ms))
    }

    /// A date for a list, as short as the distance allows: now, 10:42, Yesterday, Sat, 3 Nov, 2024-11-03.
    pub(crate) fn short_date(self, unix_s: i64, now_ms: f64) -> String {
        let then_ms = milliseconds(unix_s);
        let texts = self.language.texts();
        self.inner
            .with_value(|formatters| match distance(then_ms, now_ms) {
                Distance::Now => texts.mail.now.to_owned(),
                Distance::Today => call(&formatters.time, then_ms),
                Distance::Yesterday => formatters.yesterday.clone(),
                Distance::Week => capitalised(&call(&formatters.weekday, then_ms)),
                Distance::Year => call(&formatters.day, then_ms),
                Distance::Far => iso_date(then_ms),
            })
    }

    /// A date for the head of a message: the short one, with the time where that has none.
    pub(crate) fn medium_date(self, unix_s: i64, now_ms: f64) -> String {
        let short = self.short_date(unix_s, now_ms);
        let then_ms = milliseconds(unix_s);
        match distance(then_ms, now_ms) {
            Distance::Now | Distance::Today => self.time(then_ms),
            _ => format!("{short} {}", self.time(then_ms)),
        }
    }

    /// A day of the calendar: Saturday, 28 November 2026.
    pub(crate) fn day(self, year: u16, month: u8, day: u8) -> String {
        let then_ms = wall_clock_ms(year, month, day, 0, 0);
        self.inner
            .with_value(|formatters| call(&formatters.long_day, then_ms))
    }

    /// The whole of a date that a clock on the wall shows, wherever that hangs.
    pub(crate) fn wall_clock(self, year: u16, month: u8, day: u8, hour: u8, minute: u8) -> String {
        let then_ms = wall_clock_ms(year, month, day, hour, minute);
        self.inner
            .with_value(|formatters| call(&formatters.full, then_ms))
    }

    /// The time of day: 10:42.
    pub(crate) fn time_of(self, unix_s: i64) -> String {
        self.time(milliseconds(unix_s))
    }

    /// Are two moments on one day of the person's calendar.
    pub(crate) fn is_same_day(self, one: i64, other: i64) -> bool {
        self.inner.with_value(|formatters| {
            let day = |unix_s| call(&formatters.long_day, milliseconds(unix_s));
            day(one) == day(other)
        })
    }

    /// The whole of a date, for a tooltip.
    pub(crate) fn full_date(self, unix_s: i64) -> String {
        self.inner
            .with_value(|formatters| call(&formatters.full, milliseconds(unix_s)))
    }
}

fn wall_clock_ms(year: u16, month: u8, day: u8, hour: u8, minute: u8) -> f64 {
    Date::new_with_year_month_day_hr_min(
        u32::from(year),
        i32::from(month).saturating_sub(1),
        i32::from(day),
        i32::from(hour),
        i32::from(minute),
    )
    .get_time()
}

/// How far a moment lies back, in the person's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Distance {
    Now,
    Today,
    Yesterday,
    Week,
    Year,
    Far,
}

fn distance(then_ms: f64, now_ms: f64) -> Distance {
    let age_ms = now_ms - then_ms;
    // A server's clock may be a little ahead; a date in a year to come is spam, and is told in full.
    if (-10.0 * MINUTE_MS..MINUTE_MS).contains(&age_ms) {
        return Distance::Now;
    }
    let then = Date::new(&then_ms.into());
    let now = Date::new(&now_ms.into());
    let days = ((midnight(&now) - midnight(&then)) / DAY_MS).round();
    if days == 0.0 {
        Distance::Today
    } else if days == 1.0 {
        Distance::Yesterday
    } else if (2.0..7.0).contains(&days) {
        Distance::Week
    } else if then.get_full_year() == now.get_full_year() {
        Distance::Year
    } else {
        Distance::Far
    }
}

/// The day's local begin, as if it were one of UTC: days of 23 and 25 hours count as one.
fn midnight(date: &Date) -> f64 {
    Date::utc(
        f64::from(date.get_full_year()),
        f64::from(u8::try_from(date.get_month()).unwrap_or_default()),
    ) + f64::from(date.get_date()) * DAY_MS
}

fn iso_date(unix_ms: f64) -> String {
    let date = Date::new(&unix_ms.into());
    format!(
        "{:04}-{:02}-{:02}",
        date.get_full_year(),
        date.get_month().saturating_add(1),
        date.get_date()
    )
}

fn milliseconds(unix_s: i64) -> f64 {
    // Seconds of any year that a calendar knows are exact in an f64; ECMAScript ends at 8.64e15 ms.
    #[expect(clippy::cast_precision_loss, reason = "see above")]
    let seconds = unix_s as f64;
    (seconds * 1_000.0).clamp(-8.64e15, 8.64e15)
}

fn options(pairs: &[(&str, JsValue)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        // Setting a property of a fresh object has no way to fail.
        let _ = Reflect::set(&options, &(*name).into(), value);
    }
    options
}

fn call(format: &Function, number: f64) -> String {
    format
        .call1(&JsValue::UNDEFINED, &number.into())
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// "yesterday" stands alone in its column. By the browser, which has the tables of letters already.
fn capitalised(text: &str) -> String {
    let rest = text.char_indices().nth(1).map_or(text.len(), |(at, _)| at);
    let (first, rest) = text.split_at(rest);
    format!(
        "{}{rest}",
        String::from(JsString::from(first).to_upper_case())
    )
}
