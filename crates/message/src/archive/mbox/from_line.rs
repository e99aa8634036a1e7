//! The line between messages: `From alice@example.org Fri Feb 22 17:06:23 2008`.
//!
//! Writing one is simple. Telling one from a sentence that begins with "From" is not, for
//! neither is every writer's form the one of RFC 4155, nor does every writer quote sentences.

use crate::archive::Moment;

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The line that opens a message, its LF included: sender and time of delivery, in UTC.
///
/// White space and control characters are left out of the address; an empty one becomes
/// MAILER-DAEMON, as for a bounce.
pub fn from_line(address: &str, unix_s: i64) -> String {
    let mut address: String = address
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .take(320)
        .collect();
    if address.is_empty() {
        "MAILER-DAEMON".clone_into(&mut address);
    }
    let m = Moment::of(unix_s);
    let weekday = WEEKDAYS.get(m.weekday).copied().unwrap_or_default();
    let month = MONTHS
        .get(m.month.saturating_sub(1))
        .copied()
        .unwrap_or_default();
    format!(
        "From {address} {weekday} {month} {:2} {:02}:{:02}:{:02} {:04}\n",
        m.day, m.hour, m.minute, m.second, m.year
    )
}

/// Whether a line, its line break taken off, opens a message.
///
/// Behind an empty line a little is enough: a date anywhere, or an address or `-` (Mozilla)
/// alone. Elsewhere the date has to follow the address, since some writers leave the empty line
/// out and nobody begins a sentence that way.
pub(super) fn is_from_line(line: &[u8], is_behind_empty: bool) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else {
        return false;
    };
    let words: Vec<&[u8]> = rest
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .take(16)
        .collect();
    let date_at = words.windows(3).position(|three| match three {
        [weekday, month, day] => {
            WEEKDAYS.iter().any(|name| name.as_bytes() == *weekday)
                && MONTHS.iter().any(|name| name.as_bytes() == *month)
                && day.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    });
    match (date_at, words.as_slice()) {
        (Some(1), _) => true,
        (Some(_), _) => is_behind_empty,
        (None, [only]) => is_behind_empty && (*only == b"-" || only.contains(&b'@')),
        (None, [first, rest @ ..]) => {
            // "From a@b 2 Jan 2006 10:00".
            let has_time = rest.iter().any(|word| match word {
                [a, b, b':', c, d, ..] => [a, b, c, d].iter().all(|o| o.is_ascii_digit()),
                _ => false,
            });
            is_behind_empty && (*first == b"-" || first.contains(&b'@')) && has_time
        }
        (None, []) => false,
    }
}

/// The address and what stands behind it: the time, mostly.
pub(super) fn address_and_time(line: &[u8]) -> (String, &[u8]) {
    let rest = line.strip_prefix(b"From ").unwrap_or_default().trim_ascii();
    let end = rest.iter().position(u8::is_ascii_whitespace);
    let (address, time) = rest
        .split_at_checked(end.unwrap_or(rest.len()))
        .unwrap_or_default();
    let address = String::from_utf8_lossy(address);
    let address = if address == "-" {
        String::new()
    } else {
        address.into_owned()
    };
    (address, time.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_written_as_the_c_library_writes_dates() {
        assert_eq!(
            from_line("a@b.se", 0),
            "From a@b.se Thu Jan  1 00:00:00 1970\n"
        );
        assert_eq!(
            from_line("å b\r\n@c", 1_203_699_983),
            "From åb@c Fri Feb 22 17:06:23 2008\n"
        );
        assert_eq!(
            from_line("", -1),
            "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n"
        );
        let written = from_line(&"a".repeat(999), i64::MAX);
        assert!(
            is_from_line(written.trim_end().as_bytes(), false),
            "{written}"
        );
    }

    #[test]
    fn forms_of_many_writers_are_known_and_sentences_are_none() {
        for line in [
            "From user@domain  Fri Feb 22 22:00:27 2008 +0200",
            "From - Sat Mar  1 10:00:00 2003",
            "From 1234567890@xxx Thu Jan 01 00:00:00 +0000 2015",
            "From MAILER-DAEMON Fri Jul  8 12:08:34 2011",
        ] {
            assert!(is_from_line(line.as_bytes(), false), "{line}");
        }
        for line in [
            "From -",
            "From a@b",
            "From \"a b\"@c Fri Jul  8 12:08:34 2011",
            "From a@b 8 Jul 2011 12:08:34 +0000",
        ] {
            assert!(is_from_line(line.as_bytes(), true), "{line}");
            assert!(!is_from_line(line.as_bytes(), false), "{line}");
        }
        for line in [
            "From Russia with love",
            "From now on, Mon to Fri, at 10:00",
            "From",
            "From ",
            "from a@b Fri Jul  8 12:08:34 2011",
            ">From a@b Fri Jul  8 12:08:34 2011",
        ] {
            assert!(!is_from_line(line.as_bytes(), true), "{line}");
        }
    }
}
