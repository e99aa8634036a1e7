//! Invitations and other calendar mail (iCalendar, RFC 5545; iTIP, RFC 5546; RFC 7986).
//!
//! In: the text of a text/calendar part. Out: the one event it is about, as plain values, with
//! times as instants wherever the file itself defines their zone. A file of several events gives
//! the first, for a series the series itself, and counts the others. Tasks, journals and
//! free/busy times are no invitations.

mod civil;
mod draft;
mod recurrence;
mod when;
mod zone;

use serde::{Deserialize, Serialize};

pub use recurrence::{Frequency, OnWeekday, Recurrence, Weekday};
pub use when::{LocalTime, When};

/// What a calendar part says about its event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// What the sender wants done with it.
    pub method: Method,
    /// Names the event, in every message about it.
    pub uid: Option<String>,
    /// Grows with each change that matters.
    pub sequence: u32,
    /// Of a series: the one date that this is about, as it was planned.
    pub occurrence: Option<When>,
    /// Title, one line.
    pub summary: Option<String>,
    /// Where, one line.
    pub location: Option<String>,
    /// What about, several lines of plain text.
    pub description: Option<String>,
    /// What the answering person added (RFC 5546 3.2.3), several lines.
    pub comment: Option<String>,
    /// Who invites.
    pub organizer: Option<Person>,
    /// Who is invited; of a reply, who answers.
    pub attendees: Vec<Attendee>,
    /// Attendees beyond [`CARD_ATTENDEES`](crate::limits::CARD_ATTENDEES).
    pub further_attendees: u32,
    /// Of the event itself.
    pub status: Option<Status>,
    /// When it begins.
    pub start: Option<When>,
    /// When it ends; of whole days the last one, included. `None` where nothing is said.
    pub end: Option<When>,
    /// The zone that the start was written in, as the sender calls it.
    pub zone: Option<String>,
    /// How often it happens, where it is a series.
    pub recurrence: Option<Recurrence>,
    /// Dates that were added to it one by one (RDATE).
    pub extra_dates: u32,
    /// Where to read more; http or https.
    pub url: Option<String>,
    /// Where to join a meeting on the net; http or https.
    pub conference: Option<String>,
    /// Other events in the same file.
    pub further_events: u32,
}

/// What an iTIP message is for (RFC 5546 1.4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// An event to know of; nobody answers. Files that say nothing mean this too.
    #[default]
    Publish,
    /// An invitation, or its change.
    Request,
    /// An answer.
    Reply,
    /// It does not take place, or not with the reader.
    Cancel,
    /// An attendee proposes a change.
    Counter,
    /// Another one.
    Other,
}

/// Name and address, either of which may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// One line.
    pub name: Option<String>,
    /// "a@b.se".
    pub address: Option<String>,
}

/// Somebody, or something, invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendee {
    /// Who.
    pub person: Person,
    /// What they answered.
    pub answer: Answer,
    /// How much they are wanted.
    pub role: Role,
    /// Whether an answer is asked for.
    pub wants_answer: bool,
    /// A room or a thing, not a person.
    pub is_resource: bool,
}

/// An attendee's answer (RFC 5545 3.2.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// None so far.
    NeedsAction,
    /// Comes.
    Accepted,
    /// Does not come.
    Declined,
    /// May come.
    Tentative,
    /// Sends somebody else.
    Delegated,
}

/// An attendee's role (RFC 5545 3.2.16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Needed; the chair too.
    Required,
    /// Welcome.
    Optional,
    /// Is only told.
    Informed,
}

/// How sure an event is (RFC 5545 3.8.1.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It takes place.
    Confirmed,
    /// It may.
    Tentative,
    /// It does not.
    Cancelled,
}

/// Reads a calendar part; `None` when there is no event in it.
pub fn invitation(text: &str) -> Option<Invitation> {
    draft::read(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;

    fn read(lines: &str) -> Invitation {
        invitation(lines).unwrap()
    }

    /// An event of these lines alone.
    fn event(lines: &str) -> Invitation {
        read(&format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT"))
    }

    const fn day(month: u8, day: u8) -> When {
        When::AllDay {
            year: 2024,
            month,
            day,
        }
    }

    const fn at(unix_s: i64) -> When {
        When::At { unix_s }
    }

    /// In the manner of Outlook: a Windows name, its zone after the rest of the header, folded
    /// lines, an alarm with a text of its own.
    const OUTLOOK: &str = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nPRODID:Microsoft Exchange Server 2010\r\n\
        VERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\nBEGIN:STANDARD\r\n\
        DTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n\
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\n\
        DTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n\
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n\
        BEGIN:VEVENT\r\nORGANIZER;CN=Åsa Ek:mailto:asa@rakor.se\r\n\
        ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN='Bo Al':MAILTO:b\r\n o@ek.se\r\n\
        ATTENDEE;ROLE=NON-PARTICIPANT;CUTYPE=RESOURCE;PARTSTAT=ACCEPTED;CN=\"Rum; 2\":mailto:rum2@rakor.se\r\n\
        DESCRIPTION;LANGUAGE=sv-SE:Hej\\,\\n\\nvi ses\\n\\n\r\nUID:040000008200E00074C5\r\n\
        SUMMARY;LANGUAGE=sv-SE:Möte\r\nDTSTART;TZID=W. Europe Standard Time:20240710T093000\r\n\
        DTEND;TZID=W. Europe Standard Time:20240710T103000\r\nPRIORITY:5\r\nSEQUENCE:3\r\nSTATUS:CONFIRMED\r\n\
        LOCATION;LANGUAGE=sv-SE:Rum 2\r\nX-MICROSOFT-CDO-ALLDAYEVENT:FALSE\r\n\
        RRULE:FREQ=MONTHLY;UNTIL=20241231T083000Z;BYDAY=WE;BYSETPOS=2\r\n\
        X-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.example/l/1\r\n\
        BEGIN:VALARM\r\nDESCRIPTION:REMINDER\r\nTRIGGER;RELATED=START:-PT15M\r\nEND:VALARM\r\n\
        END:VEVENT\r\nEND:VCALENDAR\r\n";

    #[test]
    fn an_invitation_of_outlook_is_read_whole() {
        let found = read(OUTLOOK);
        assert_eq!(found.method, Method::Request);
        assert_eq!(found.uid.as_deref(), Some("040000008200E00074C5"));
        assert_eq!(found.sequence, 3);
        assert_eq!(found.summary.as_deref(), Some("Möte"));
        assert_eq!(found.location.as_deref(), Some("Rum 2"));
        assert_eq!(found.description.as_deref(), Some("Hej,\n\nvi ses"));
        assert_eq!(found.status, Some(Status::Confirmed));
        assert_eq!(
            found.conference.as_deref(),
            Some("https://teams.example/l/1")
        );
        let organizer = found.organizer.unwrap();
        assert_eq!(organizer.name.as_deref(), Some("Åsa Ek"));
        assert_eq!(organizer.address.as_deref(), Some("asa@rakor.se"));
        let [bo, room] = found.attendees.as_slice() else {
            panic!("two attendees")
        };
        assert_eq!(bo.person.name.as_deref(), Some("Bo Al"));
        assert_eq!(bo.person.address.as_deref(), Some("bo@ek.se"));
        assert_eq!((bo.answer, bo.role), (Answer::NeedsAction, Role::Required));
        assert!(bo.wants_answer && !bo.is_resource);
        assert_eq!(room.person.name.as_deref(), Some("Rum; 2"));
        assert_eq!((room.answer, room.role), (Answer::Accepted, Role::Informed));
        assert!(!room.wants_answer && room.is_resource);
        // 09:30 in summer is 07:30 UTC.
        assert_eq!(found.start, Some(at(1_720_596_600)));
        assert_eq!(found.end, Some(at(1_720_600_200)));
        assert_eq!(found.zone.as_deref(), Some("W. Europe Standard Time"));
        let rule = found.recurrence.unwrap();
        let wednesday = OnWeekday {
            ordinal: Some(2),
            weekday: Weekday::Wednesday,
        };
        assert_eq!(
            (rule.frequency, rule.by_weekday),
            (Frequency::Monthly, vec![wednesday])
        );
        assert_eq!(rule.until, Some(at(1_735_633_800)));
        assert_eq!(found.further_events, 0);
    }

    #[test]
    fn ends_and_cases_may_be_missing_or_wrong() {
        let careless: String = OUTLOOK
            .lines()
            .filter(|line| !line.starts_with("END:"))
            .map(|line| format!("{line}\n\n"))
            .collect::<String>()
            .replace("\n\n o@", "\n o@")
            .replace("BEGIN:", "begin:")
            .replace("DTSTART", "dtStart");
        let (found, whole) = (read(&careless), read(OUTLOOK));
        // Without ends the alarm's text still is not the event's.
        assert_eq!(found, whole);
    }

    #[test]
    fn zones_may_come_after_their_events_or_not_at_all() {
        let (zone, event) = OUTLOOK.split_at(OUTLOOK.find("BEGIN:VEVENT").unwrap());
        assert_eq!(
            read(&format!("{event}{zone}")).start,
            Some(at(1_720_596_600))
        );
        let local = LocalTime {
            year: 2024,
            month: 7,
            day: 10,
            hour: 9,
            minute: 30,
            second: 0,
        };
        let tzid = "W. Europe Standard Time".to_owned();
        assert_eq!(read(event).start, Some(When::Zoned { local, tzid }));
    }

    #[test]
    fn the_end_of_whole_days_is_the_last_of_them() {
        for (lines, last) in [
            (
                "DTSTART;VALUE=DATE:20240228\nDTEND;VALUE=DATE:20240301",
                day(2, 29),
            ),
            (
                "DTSTART;VALUE=DATE:20240228\nDTEND;VALUE=DATE:20240229",
                day(2, 28),
            ),
            (
                "DTSTART;VALUE=DATE:20240228\nDTEND;VALUE=DATE:20240228",
                day(2, 28),
            ),
            ("DTSTART;VALUE=DATE:20240228", day(2, 28)),
            ("DTSTART;VALUE=DATE:20240228\nDURATION:P1W", day(3, 5)),
            (
                "DTSTART;TZID=X:20240228T000000\nDTEND;TZID=X:20240301T000000\n\
                 X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
                day(2, 29),
            ),
        ] {
            let found = event(lines);
            assert_eq!(found.start, Some(day(2, 28)), "{lines}");
            assert_eq!(found.end, Some(last), "{lines}");
        }
    }

    #[test]
    fn a_duration_gives_the_end_also_across_a_change_of_the_clock() {
        let found = event("DTSTART:20240131T093000Z\nDURATION:P1DT1H30M");
        assert_eq!(found.end, Some(at(1_706_785_200)));
        let zone = OUTLOOK.split("BEGIN:VEVENT").next().unwrap();
        let start = "DTSTART;TZID=W. Europe Standard Time:20240330T120000";
        for (duration, seconds) in [("P1D", 82_800), ("PT24H", 86_400)] {
            let found = read(&format!("{zone}BEGIN:VEVENT\n{start}\nDURATION:{duration}"));
            assert_eq!(found.start, Some(at(1_711_796_400)));
            assert_eq!(found.end, Some(at(1_711_796_400 + seconds)), "{duration}");
        }
        let found = event("DTSTART:20240131T233000\nDURATION:PT45M");
        let local = LocalTime {
            year: 2024,
            month: 2,
            day: 1,
            hour: 0,
            minute: 15,
            second: 0,
        };
        assert_eq!(found.end, Some(When::Floating { local }));
    }

    #[test]
    fn a_series_goes_before_its_exceptions_and_the_rest_is_counted() {
        let found = read(
            "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20240131T093000Z\nDTSTART:20240201T093000Z\nEND:VEVENT\n\
             BEGIN:VEVENT\nUID:2\nDTSTART:20240101T093000Z\nEND:VEVENT\n\
             BEGIN:VEVENT\nUID:1\nDTSTART:20240103T093000Z\nRRULE:FREQ=WEEKLY\n\
             RDATE:20240104T093000Z,20240105T093000Z\nEND:VEVENT\nBEGIN:VTODO\nSUMMARY:x\nEND:VTODO",
        );
        assert_eq!((found.occurrence, found.further_events), (None, 2));
        assert!(found.recurrence.is_some());
        assert_eq!(found.extra_dates, 2);
        let found = event("RECURRENCE-ID;VALUE=DATE:20240131\nDTSTART;VALUE=DATE:20240201");
        assert_eq!(found.occurrence, Some(day(1, 31)));
    }

    #[test]
    fn answers_have_a_method_a_status_and_perhaps_a_comment() {
        let found = read(
            "BEGIN:VCALENDAR\nMETHOD:reply\nBEGIN:VEVENT\nUID:1\nCOMMENT:Kommer\\nsent\n\
             ATTENDEE;PARTSTAT=TENTATIVE;ROLE=OPT-PARTICIPANT;EMAIL=bo@ek.se:urn:uuid:1\nEND:VEVENT\nEND:VCALENDAR",
        );
        assert_eq!(found.method, Method::Reply);
        assert_eq!(found.comment.as_deref(), Some("Kommer\nsent"));
        let bo = found.attendees.first().unwrap();
        assert_eq!(bo.person.address.as_deref(), Some("bo@ek.se"));
        assert_eq!((bo.answer, bo.role), (Answer::Tentative, Role::Optional));
        assert_eq!(read("METHOD:CANCEL\nBEGIN:VEVENT").method, Method::Cancel);
        assert_eq!(read("METHOD:REFRESH\nBEGIN:VEVENT").method, Method::Other);
        assert_eq!(
            invitation("BEGIN:VCALENDAR\nBEGIN:VTODO\nEND:VTODO\nEND:VCALENDAR"),
            None
        );
        assert_eq!(invitation("hello"), None);
    }

    #[test]
    fn tags_in_descriptions_are_taken_for_what_they_are() {
        let found = event("DESCRIPTION:Ta <b>med</b>:<br>ost &amp\\; vin\\nHej");
        assert_eq!(
            found.description.as_deref(),
            Some("Ta med:\nost & vin\nHej")
        );
        let found = event("DESCRIPTION:1 < 2 &amp\\; <a@b.se>\nSUMMARY:<b>x</b>");
        assert_eq!(found.description.as_deref(), Some("1 < 2 &amp; <a@b.se>"));
        assert_eq!(found.summary.as_deref(), Some("<b>x</b>"));
    }

    #[test]
    fn links_are_links_only_to_the_web() {
        let found = event("URL:javascript:alert(1)\nLOCATION:https://zoom.example/j/1");
        assert_eq!(found.url, None);
        assert_eq!(
            found.conference.as_deref(),
            Some("https://zoom.example/j/1")
        );
    }

    #[test]
    fn attendees_end_at_their_bound_and_the_rest_is_counted() {
        for further in [0, 1] {
            let attendees = "ATTENDEE:mailto:a@b\n".repeat(limits::CARD_ATTENDEES + further);
            let found = event(&attendees);
            assert_eq!(found.attendees.len(), limits::CARD_ATTENDEES);
            assert_eq!(found.further_attendees, u32::try_from(further).unwrap());
        }
    }
}
