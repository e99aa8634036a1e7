//! Collects an [`Invitation`] from the lines of a file.
//!
//! Events may come before the zones that their times are in, so times stay as they are written
//! until all is read.

use super::{
    Answer, Attendee, Invitation, Method, Person, Recurrence, Role, Status, When,
    when::{Clock, DAY_S, Stamp, duration},
    zone::Zone,
};
use crate::{
    card::line::{
        Folding, Line, Lines, mail_address, one_line, pieces, several_lines, unescape, web_link,
    },
    limits,
    render::html,
};

/// Reads a file.
pub(super) fn read(text: &str) -> Option<Invitation> {
    let mut file = File::default();
    for line in Lines::new(text, Folding::Dropped) {
        if let Some(line) = Line::parse(&line) {
            file.take(&line);
        }
    }
    file.finish()
}

#[derive(Default)]
struct File {
    method: Method,
    place: Place,
    zones: Vec<Zone>,
    event: Option<Draft>,
    /// The one being read; it is the file's event or one of the others once it ends.
    current: Draft,
    events: u32,
}

/// Which component a line belongs to.
#[derive(Default, PartialEq)]
enum Place {
    #[default]
    Calendar,
    Event,
    Zone,
    /// STANDARD or DAYLIGHT.
    Change,
    /// An alarm, a task: nothing of it is shown.
    Other {
        name: String,
        in_event: bool,
    },
}

impl File {
    fn take(&mut self, line: &Line) {
        let component = || line.value.trim().to_ascii_uppercase();
        match (line.name.as_str(), &self.place) {
            ("BEGIN", _) => self.begin(component()),
            ("END", _) => self.end(&component()),
            ("METHOD", Place::Calendar) => self.method = method(&line.value),
            (_, Place::Event) => self.current.take(line),
            ("TZID", Place::Zone) => {
                if let Some(zone) = self.zones.last_mut() {
                    line.value.trim().clone_into(&mut zone.id);
                }
            }
            (_, Place::Change) => {
                if let Some(zone) = self.zones.last_mut() {
                    zone.take(line);
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self, component: String) {
        let is_change = matches!(component.as_str(), "STANDARD" | "DAYLIGHT");
        self.place = match component.as_str() {
            "VEVENT" => {
                self.end_event();
                self.events = self.events.saturating_add(1);
                Place::Event
            }
            "VTIMEZONE" if self.zones.len() < limits::CARD_ZONES => {
                self.end_event();
                self.zones.push(Zone::default());
                Place::Zone
            }
            "VCALENDAR" => Place::Calendar,
            _ if is_change && self.begin_change() => Place::Change,
            _ => Place::Other {
                name: component,
                in_event: match &self.place {
                    Place::Other { in_event, .. } => *in_event,
                    place => *place == Place::Event,
                },
            },
        };
    }

    fn begin_change(&mut self) -> bool {
        let is_in_zone = matches!(self.place, Place::Zone | Place::Change);
        let zone = self.zones.last_mut().filter(|_| is_in_zone);
        zone.is_some_and(Zone::begin_change)
    }

    fn end(&mut self, component: &str) {
        let place = match (&self.place, component) {
            (_, "VEVENT" | "VTIMEZONE" | "VCALENDAR") => Place::Calendar,
            (Place::Change, "STANDARD" | "DAYLIGHT") => Place::Zone,
            (Place::Other { name, in_event }, _) if name == component => {
                if *in_event {
                    Place::Event
                } else {
                    Place::Calendar
                }
            }
            _ => return,
        };
        self.place = place;
    }

    /// The event read so far is complete. A series goes before the exceptions from it.
    fn end_event(&mut self) {
        let current = std::mem::take(&mut self.current);
        let is_first = self.event.is_none() && self.events > 0;
        let is_series = current.start.is_some()
            && current.occurrence.is_none()
            && self.event.as_ref().is_some_and(|event| {
                event.occurrence.is_some() && event.known.uid == current.known.uid
            });
        if is_first || is_series {
            self.event = Some(current);
        }
    }

    fn finish(mut self) -> Option<Invitation> {
        self.end_event();
        let mut invitation = self.event?.finish(&self.zones);
        invitation.method = self.method;
        invitation.further_events = self.events.saturating_sub(1);
        Some(invitation)
    }
}

/// One event, times as written.
#[derive(Default)]
struct Draft {
    known: Invitation,
    start: Option<Stamp>,
    end: Option<Stamp>,
    duration: Option<(i64, i64)>,
    occurrence: Option<Stamp>,
    /// Outlook says so where it writes days as times.
    is_all_day: bool,
}

impl Draft {
    fn take(&mut self, line: &Line) {
        let known = &mut self.known;
        let value = line.value.trim();
        match line.name.as_str() {
            "UID" => known.uid = line.one_line(),
            "SEQUENCE" => known.sequence = value.parse().unwrap_or(0),
            "SUMMARY" => keep(&mut known.summary, line.one_line()),
            "LOCATION" => keep(&mut known.location, line.one_line()),
            "DESCRIPTION" => keep(
                &mut known.description,
                several_lines(&plain(unescape(value))),
            ),
            "COMMENT" => keep(&mut known.comment, several_lines(&unescape(value))),
            "ORGANIZER" => known.organizer = Some(person(line)),
            "ATTENDEE" if known.attendees.len() < limits::CARD_ATTENDEES => {
                known.attendees.push(attendee(line));
            }
            "ATTENDEE" => known.further_attendees = known.further_attendees.saturating_add(1),
            "STATUS" => known.status = status(value),
            "RRULE" if known.recurrence.is_none() => known.recurrence = Recurrence::parse(value),
            "RDATE" => {
                let dates = u32::try_from(pieces(value, ',').count()).unwrap_or(u32::MAX);
                known.extra_dates = known.extra_dates.saturating_add(dates);
            }
            "URL" => keep(&mut known.url, web_link(value)),
            "CONFERENCE" | "X-GOOGLE-CONFERENCE" | "X-MICROSOFT-SKYPETEAMSMEETINGURL" => {
                keep(&mut known.conference, web_link(value));
            }
            "DTSTART" => self.start = Stamp::of(line),
            "DTEND" => self.end = Stamp::of(line),
            "DURATION" => self.duration = duration(value),
            "RECURRENCE-ID" => self.occurrence = Stamp::of(line),
            "X-MICROSOFT-CDO-ALLDAYEVENT" => self.is_all_day = value.eq_ignore_ascii_case("true"),
            _ => {}
        }
    }

    fn finish(mut self, zones: &[Zone]) -> Invitation {
        if self.is_all_day {
            // Where it is written in another zone than it is meant in, its days are not known.
            for stamp in [&mut self.start, &mut self.end].into_iter().flatten() {
                if stamp.clock != Clock::Utc && stamp.midnight() == stamp.seconds {
                    stamp.clock = Clock::Day;
                }
            }
        }
        let mut known = self.known;
        if let Some(Stamp {
            clock: Clock::Zone(tzid),
            ..
        }) = &self.start
        {
            known.zone = one_line(tzid, limits::CARD_LINE_CHARS);
        }
        // Many put the link where the room would stand.
        let link = known.location.as_deref().and_then(web_link);
        keep(&mut known.conference, link);
        known.end = end(self.start.as_ref(), self.end.as_ref(), self.duration, zones);
        known.start = self.start.map(|start| start.resolve(zones));
        known.occurrence = self.occurrence.map(|stamp| stamp.resolve(zones));
        known
    }
}

/// Google's calendar writes tags into descriptions, and line ends beside them.
fn plain(text: String) -> String {
    if text.contains("</") || text.contains("<br") {
        html::to_text(&text.replace('\n', "<br>"), limits::CARD_LINE_OCTETS)
    } else {
        text
    }
}

fn keep(field: &mut Option<String>, value: Option<String>) {
    if field.is_none() {
        *field = value;
    }
}

fn end(
    start: Option<&Stamp>,
    end: Option<&Stamp>,
    duration: Option<(i64, i64)>,
    zones: &[Zone],
) -> Option<When> {
    let all_day = |start: &Stamp, after: i64| {
        // An end on the first day itself is a fault for that one day.
        let days = after.saturating_sub(start.seconds).div_euclid(DAY_S);
        Some(
            start
                .days_later(days.saturating_sub(1).max(0))
                .resolve(zones),
        )
    };
    match (start, end, duration) {
        (Some(start), Some(end), _) if start.clock == Clock::Day && end.clock == Clock::Day => {
            all_day(start, end.seconds)
        }
        (_, Some(end), _) => Some(end.resolve(zones)),
        (Some(start), None, duration) if start.clock == Clock::Day => {
            let (days, _) = duration.unwrap_or((1, 0));
            all_day(start, start.days_later(days).seconds)
        }
        (Some(start), None, Some((days, seconds))) => {
            Some(start.days_later(days).resolve(zones).later(seconds))
        }
        _ => None,
    }
}

fn person(line: &Line) -> Person {
    let name = line.parameter("CN");
    let name = name.and_then(|name| one_line(name.trim_matches('\''), limits::CARD_LINE_CHARS));
    Person {
        name: name
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty()),
        // Apple's calendars put the address beside a name of their own (RFC 7986 6.2).
        address: mail_address(&line.value)
            .or_else(|| line.parameter("EMAIL").and_then(mail_address)),
    }
}

fn attendee(line: &Line) -> Attendee {
    Attendee {
        person: person(line),
        answer: match upper(line.parameter("PARTSTAT")).as_str() {
            "ACCEPTED" => Answer::Accepted,
            "DECLINED" => Answer::Declined,
            "TENTATIVE" => Answer::Tentative,
            "DELEGATED" => Answer::Delegated,
            _ => Answer::NeedsAction,
        },
        role: match upper(line.parameter("ROLE")).as_str() {
            "OPT-PARTICIPANT" => Role::Optional,
            "NON-PARTICIPANT" => Role::Informed,
            _ => Role::Required,
        },
        wants_answer: line.says("RSVP", "TRUE"),
        is_resource: line.says("CUTYPE", "ROOM") || line.says("CUTYPE", "RESOURCE"),
    }
}

fn upper(value: Option<&str>) -> String {
    value.unwrap_or_default().trim().to_ascii_uppercase()
}

fn status(value: &str) -> Option<Status> {
    Some(match value.to_ascii_uppercase().as_str() {
        "CONFIRMED" => Status::Confirmed,
        "TENTATIVE" => Status::Tentative,
        "CANCELLED" | "CANCELED" => Status::Cancelled,
        _ => return None,
    })
}

fn method(value: &str) -> Method {
    match value.trim().to_ascii_uppercase().as_str() {
        "PUBLISH" | "" => Method::Publish,
        "REQUEST" => Method::Request,
        "REPLY" => Method::Reply,
        "CANCEL" => Method::Cancel,
        "COUNTER" => Method::Counter,
        _ => Method::Other,
    }
}
