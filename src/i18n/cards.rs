//! Texts of the cards for invitations, reports and contacts.

use samma_message::card::calendar::{Answer, Frequency, Method, OnWeekday, Recurrence, Weekday};
use samma_message::card::report::{DispositionKind, Reason};

/// Those texts.
#[derive(Debug)]
pub(crate) struct CardTexts {
    /// What a calendar part is for: "Invitation".
    pub(crate) method: fn(Method) -> &'static str,
    /// The event does not take place.
    pub(crate) cancelled: &'static str,
    /// It may take place.
    pub(crate) tentative: &'static str,
    /// Labels.
    pub(crate) when: &'static str,
    /// See above.
    pub(crate) place: &'static str,
    /// See above.
    pub(crate) organizer: &'static str,
    /// See above.
    pub(crate) people: &'static str,
    /// See above.
    pub(crate) repeats: &'static str,
    /// See above.
    pub(crate) link: &'static str,
    /// Times are the event's own, of no zone that is known here.
    pub(crate) in_zone: fn(time: &str, zone: &str) -> String,
    /// What somebody answered, behind the name; empty for no answer.
    pub(crate) answer: fn(Answer) -> &'static str,
    /// More people, or more events.
    pub(crate) more: fn(count: u32) -> String,
    /// A rule in words.
    pub(crate) recurrence: fn(&Recurrence, until: Option<String>) -> String,
    /// A message did not get through to somebody.
    pub(crate) failed: fn(who: &str) -> String,
    /// It is tried again.
    pub(crate) delayed: fn(who: &str) -> String,
    /// It arrived.
    pub(crate) delivered: fn(who: &str) -> String,
    /// Why not.
    pub(crate) reason: fn(Reason) -> &'static str,
    /// Until then.
    pub(crate) retried_until: fn(date: &str) -> String,
    /// Before the other server's own words.
    pub(crate) server_wrote: &'static str,
    /// Somebody, where no address is named.
    pub(crate) somebody: &'static str,
    /// What became of a message at its reader's.
    pub(crate) receipt: fn(who: &str, kind: DispositionKind) -> String,
    /// Name of a contact without one.
    pub(crate) contact: &'static str,
}

/// English.
pub(super) static ENGLISH: CardTexts = CardTexts {
    method: |method| match method {
        Method::Request => "Invitation",
        Method::Reply => "Answer to an invitation",
        Method::Cancel => "Cancelled",
        Method::Counter => "Another time is proposed",
        Method::Publish | Method::Other => "Event",
    },
    cancelled: "It does not take place.",
    tentative: "It is not certain yet.",
    when: "When",
    place: "Where",
    organizer: "From",
    people: "Who",
    repeats: "Repeats",
    link: "Link",
    in_zone: |time, zone| format!("{time} ({zone})"),
    answer: |answer| match answer {
        Answer::NeedsAction => "",
        Answer::Accepted => "comes",
        Answer::Declined => "does not come",
        Answer::Tentative => "may come",
        Answer::Delegated => "sends somebody else",
    },
    more: |count| format!("and {count} more"),
    recurrence: |rule, until| {
        let every = |one: &str, many: &str| match rule.interval {
            0 | 1 => format!("every {one}"),
            count => format!("every {count} {many}"),
        };
        let mut words = match rule.frequency {
            Frequency::Secondly => every("second", "seconds"),
            Frequency::Minutely => every("minute", "minutes"),
            Frequency::Hourly => every("hour", "hours"),
            Frequency::Daily => every("day", "days"),
            Frequency::Weekly => every("week", "weeks"),
            Frequency::Monthly => every("month", "months"),
            Frequency::Yearly => every("year", "years"),
        };
        let days = list(rule.by_weekday.iter().map(english_day), "and");
        if !days.is_empty() {
            words.push_str(" on ");
            words.push_str(&days);
        }
        let days = list(
            rule.by_month_day.iter().map(|day| match day {
                -1 => "the last day".to_owned(),
                day => format!("day {day}"),
            }),
            "and",
        );
        if !days.is_empty() {
            words.push_str(" on ");
            words.push_str(&days);
        }
        if let Some(count) = rule.count {
            words.push_str(&format!(", {count} times"));
        }
        if let Some(until) = until {
            words.push_str(&format!(", until {until}"));
        }
        words
    },
    failed: |who| format!("{who} did not get the message."),
    delayed: |who| {
        format!(
            "{who} has not got the message yet. It is tried again by itself; you need not send it anew."
        )
    },
    delivered: |who| format!("{who} has got the message."),
    reason: |reason| match reason {
        Reason::NoSuchMailbox => "There is no such address. Look whether it is spelled right.",
        Reason::MailboxFull => "The mailbox there is full.",
        Reason::MessageTooLarge => {
            "The message is too large. Send what is attached in some other way."
        }
        Reason::Blocked => "The server there took it for spam, or does not trust the sending one.",
        Reason::HostUnknown => {
            "What stands behind the @ does not exist, or takes no mail. Look whether it is spelled right."
        }
        Reason::HostUnreachable => "The server there could not be reached.",
        Reason::Refused => "The server there does not take it from this sender.",
        Reason::Expired => "It was tried for days, and then given up.",
        Reason::Moved => "The recipient has another address now.",
        Reason::Other => "The server does not say clearly why.",
    },
    retried_until: |date| format!("It is tried until {date}."),
    server_wrote: "The server wrote:",
    somebody: "A recipient",
    receipt: |who, kind| match kind {
        DispositionKind::Displayed => format!("{who} has had the message on screen."),
        DispositionKind::Deleted => format!("{who} has deleted the message."),
        DispositionKind::Dispatched => format!("{who} has sent the message on."),
        DispositionKind::Denied => format!("{who} does not tell whether the message was read."),
        DispositionKind::Processed | DispositionKind::Failed | DispositionKind::Other => {
            format!("The message has reached {who}.")
        }
    },
    contact: "Contact",
};

/// Swedish.
pub(super) static SWEDISH: CardTexts = CardTexts {
    method: |method| match method {
        Method::Request => "Inbjudan",
        Method::Reply => "Svar på en inbjudan",
        Method::Cancel => "Inställt",
        Method::Counter => "En annan tid föreslås",
        Method::Publish | Method::Other => "Händelse",
    },
    cancelled: "Det blir inte av.",
    tentative: "Det är inte säkert än.",
    when: "När",
    place: "Var",
    organizer: "Från",
    people: "Vilka",
    repeats: "Upprepas",
    link: "Länk",
    in_zone: |time, zone| format!("{time} ({zone})"),
    answer: |answer| match answer {
        Answer::NeedsAction => "",
        Answer::Accepted => "kommer",
        Answer::Declined => "kommer inte",
        Answer::Tentative => "kommer kanske",
        Answer::Delegated => "skickar någon annan",
    },
    more: |count| format!("och {count} till"),
    recurrence: |rule, until| {
        // "varannan vecka", but "vartannat år".
        let every = |one: &str| {
            let (each, unit) = one.split_once(' ').unwrap_or(("varje", one));
            let is_neuter = each == "vart";
            match rule.interval {
                0 | 1 => one.to_owned(),
                2 => format!(
                    "{} {unit}",
                    if is_neuter { "vartannat" } else { "varannan" }
                ),
                count => format!(
                    "{} {count}:e {unit}",
                    if is_neuter { "vart" } else { "var" }
                ),
            }
        };
        let mut words = match rule.frequency {
            Frequency::Secondly => every("varje sekund"),
            Frequency::Minutely => every("varje minut"),
            Frequency::Hourly => every("varje timme"),
            Frequency::Daily => every("varje dag"),
            Frequency::Weekly => every("varje vecka"),
            Frequency::Monthly => every("varje månad"),
            Frequency::Yearly => every("vart år"),
        };
        let days = list(rule.by_weekday.iter().map(swedish_day), "och");
        if !days.is_empty() {
            words.push_str(" på ");
            words.push_str(&days);
        }
        let days = list(
            rule.by_month_day.iter().map(|day| match day {
                -1 => "sista dagen".to_owned(),
                day => format!("den {day}:e"),
            }),
            "och",
        );
        if !days.is_empty() {
            words.push(' ');
            words.push_str(&days);
        }
        if let Some(count) = rule.count {
            words.push_str(&format!(", {count} gånger"));
        }
        if let Some(until) = until {
            words.push_str(&format!(", till och med {until}"));
        }
        words
    },
    failed: |who| format!("{who} fick inte meddelandet."),
    delayed: |who| {
        format!(
            "{who} har inte fått meddelandet än. Nya försök görs av sig självt; du behöver inte skicka det igen."
        )
    },
    delivered: |who| format!("{who} har fått meddelandet."),
    reason: |reason| match reason {
        Reason::NoSuchMailbox => "Adressen finns inte. Se efter om den är rätt stavad.",
        Reason::MailboxFull => "Brevlådan där är full.",
        Reason::MessageTooLarge => {
            "Meddelandet är för stort. Skicka det bifogade på något annat sätt."
        }
        Reason::Blocked => {
            "Servern där tog det för skräppost, eller litar inte på den som skickade."
        }
        Reason::HostUnknown => {
            "Det som står efter @ finns inte, eller tar inte emot post. Se efter om det är rätt stavat."
        }
        Reason::HostUnreachable => "Servern där gick inte att nå.",
        Reason::Refused => "Servern där tar inte emot det från denna avsändare.",
        Reason::Expired => "Försök gjordes i flera dagar och gavs sedan upp.",
        Reason::Moved => "Mottagaren har en annan adress nu.",
        Reason::Other => "Servern säger inte tydligt varför.",
    },
    retried_until: |date| format!("Försök görs till {date}."),
    server_wrote: "Servern skrev:",
    somebody: "En mottagare",
    receipt: |who, kind| match kind {
        DispositionKind::Displayed => format!("{who} har haft meddelandet på skärmen."),
        DispositionKind::Deleted => format!("{who} har tagit bort meddelandet."),
        DispositionKind::Dispatched => format!("{who} har skickat meddelandet vidare."),
        DispositionKind::Denied => format!("{who} berättar inte om meddelandet är läst."),
        DispositionKind::Processed | DispositionKind::Failed | DispositionKind::Other => {
            format!("Meddelandet har nått {who}.")
        }
    },
    contact: "Kontakt",
};

/// "a, b and c".
fn list(words: impl Iterator<Item = String>, and: &str) -> String {
    let mut words: Vec<String> = words.collect();
    match words.pop() {
        None => String::new(),
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} {and} {last}", words.join(", ")),
    }
}

fn english_day(day: &OnWeekday) -> String {
    let name = match day.weekday {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    };
    match day.ordinal {
        None => name.to_owned(),
        Some(-1) => format!("the last {name}"),
        Some(1) => format!("the first {name}"),
        Some(2) => format!("the second {name}"),
        Some(3) => format!("the third {name}"),
        Some(count) => format!("{name} number {count}"),
    }
}

fn swedish_day(day: &OnWeekday) -> String {
    let name = match day.weekday {
        Weekday::Monday => "måndag",
        Weekday::Tuesday => "tisdag",
        Weekday::Wednesday => "onsdag",
        Weekday::Thursday => "torsdag",
        Weekday::Friday => "fredag",
        Weekday::Saturday => "lördag",
        Weekday::Sunday => "söndag",
    };
    match day.ordinal {
        None => name.to_owned(),
        Some(-1) => format!("sista {name}en"),
        Some(1) => format!("första {name}en"),
        Some(2) => format!("andra {name}en"),
        Some(3) => format!("tredje {name}en"),
        Some(count) => format!("{name} nummer {count}"),
    }
}
