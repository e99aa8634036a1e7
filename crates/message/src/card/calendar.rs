//! Invitations and other calendar mail (iCalendar, RFC 5545; iTIP, RFC 5546; RFC 7986).
//!
//! In: the text of a text/calendar part. Out: the one event it is about, as plain values, with
//! times as instants wherever the file itself defines their zone. A file of several events gives
//! the first, for a series the series itself, and counts the others. Tasks, journals and
//! free/busy times are no invitations.

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
