//! Cards in an open message: invitations, reports of what became of a message, and contacts. All of it is text.

use leptos::prelude::*;
use samma_message::card::calendar::{Invitation, Method, Person, Status, When};
use samma_message::card::contact::Contact;
use samma_message::card::report::{Action, DeliveryReport, Disposition, Recipient};

use crate::components::{Icon, icon};
use crate::i18n::{Formats, use_formats, use_texts};

/// People of an invitation that are named.
const NAMED: usize = 12;

/// An invitation, or what became of one.
pub(super) fn invitation(invitation: &Invitation) -> AnyView {
    let words = use_texts().cards;
    let formats = use_formats();
    let is_off =
        invitation.method == Method::Cancel || invitation.status == Some(Status::Cancelled);
    let note = if is_off {
        Some(words.cancelled)
    } else {
        (invitation.status == Some(Status::Tentative)).then_some(words.tentative)
    };
    let people: Vec<AnyView> = invitation
        .attendees
        .iter()
        .take(NAMED)
        .map(|attendee| {
            let answer = (words.answer)(attendee.answer);
            let answer = (!answer.is_empty()).then(|| format!(" – {answer}"));
            view! { <li dir="auto">{called(&attendee.person)} {answer}</li> }.into_any()
        })
        .collect();
    let left = invitation.attendees.len().saturating_sub(NAMED);
    let left = invitation
        .further_attendees
        .saturating_add(u32::try_from(left).unwrap_or(u32::MAX));
    let more = (left > 0).then(|| view! { <li>{(words.more)(left)}</li> });
    let who = (!people.is_empty()).then(|| view! { <ul>{people} {more}</ul> }.into_any());
    let when = invitation
        .start
        .as_ref()
        .map(|start| span(start, invitation.end.as_ref(), formats));
    let repeats = invitation.recurrence.as_ref().map(|rule| {
        let until = rule.until.as_ref().map(|until| moment(until, formats));
        (words.recurrence)(rule, until)
    });
    let link = invitation
        .conference
        .clone()
        .or_else(|| invitation.url.clone())
        .filter(|address| samma_message::policy::link_scheme_allowed(address))
        .map(|address| {
            let shown = address.clone();
            view! { <a href=address target="_blank" rel="noopener noreferrer">{shown}</a> }
                .into_any()
        });
    let text = |text: Option<String>| text.map(|text| view! { {text} }.into_any());
    let rows = [
        (words.when, text(when)),
        (words.repeats, text(repeats)),
        (words.place, text(invitation.location.clone())),
        (
            words.organizer,
            text(invitation.organizer.as_ref().map(called)),
        ),
        (words.people, who),
        (words.link, link),
    ];
    let rows = rows
        .into_iter()
        .filter_map(|(label, value)| {
            let value = value?;
            Some(view! { <div><dt>{label}</dt><dd dir="auto">{value}</dd></div> })
        })
        .collect_view();
    let more = (invitation.further_events > 0)
        .then(|| view! { <p>{(words.more)(invitation.further_events)}</p> });
    let heading = invitation.summary.clone();
    view! {
        <section class="card" class:off=is_off>
            {icon(Icon::Calendar)}
            <div>
                <p class="card-kind">{(words.method)(invitation.method)}</p>
                {heading.map(|heading| view! { <h2 dir="auto">{heading}</h2> })}
                {note.map(|note| view! { <p class="card-note">{note}</p> })}
                <dl>{rows}</dl>
                {more}
            </div>
        </section>
    }
    .into_any()
}

/// What became of a message on its way.
pub(super) fn report(report: &DeliveryReport) -> AnyView {
    report
        .recipients
        .iter()
        .map(recipient)
        .collect_view()
        .into_any()
}

fn recipient(recipient: &Recipient) -> AnyView {
    let words = use_texts().cards;
    let formats = use_formats();
    let who = recipient
        .original_address
        .as_deref()
        .or(recipient.final_address.as_deref())
        .unwrap_or(words.somebody);
    let (what, is_bad) = match recipient.action {
        Action::Failed => ((words.failed)(who), true),
        Action::Delayed => ((words.delayed)(who), false),
        Action::Delivered | Action::Relayed | Action::Expanded => ((words.delivered)(who), false),
    };
    let why = recipient.reason.map(words.reason);
    let until = recipient
        .will_retry_until
        .map(|date| (words.retried_until)(&formats.full_date(date.unix_seconds)));
    let wrote = recipient.diagnostic.clone().map(|diagnostic| {
        view! {
            <details>
                <summary>{words.server_wrote}</summary>
                <p class="card-words" dir="auto">
                    {diagnostic}
                </p>
            </details>
        }
    });
    view! {
        <section class="card" class:bad=is_bad>
            {icon(if is_bad { Icon::Warning } else { Icon::Sent })}
            <div>
                <h2 dir="auto">{what}</h2>
                {why.map(|why| view! { <p>{why}</p> })}
                {until.map(|until| view! { <p>{until}</p> })}
                {wrote}
            </div>
        </section>
    }
    .into_any()
}

/// What became of a message at its reader's.
pub(super) fn receipt(receipt: &Disposition) -> AnyView {
    let words = use_texts().cards;
    let who = receipt.address.as_deref().unwrap_or(words.somebody);
    let what = (words.receipt)(who, receipt.kind);
    view! {
        <section class="card">
            {icon(Icon::Read)}
            <div>
                <h2 dir="auto">{what}</h2>
            </div>
        </section>
    }
    .into_any()
}

/// People's cards.
pub(super) fn contacts(contacts: &[Contact]) -> AnyView {
    contacts.iter().map(contact).collect_view().into_any()
}

fn contact(contact: &Contact) -> AnyView {
    let words = use_texts().cards;
    let name = contact
        .name
        .clone()
        .or_else(|| contact.organisation.clone());
    let about = [&contact.title, &contact.organisation]
        .into_iter()
        .flatten()
        .filter(|line| Some(*line) != name.as_ref())
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let link = |scheme: &str, value: &str| {
        let address = format!("{scheme}{value}");
        let shown = value.to_owned();
        if samma_message::policy::link_scheme_allowed(&address) {
            view! { <li><a href=address target="_blank" rel="noopener noreferrer">{shown}</a></li> }
                .into_any()
        } else {
            view! { <li>{shown}</li> }.into_any()
        }
    };
    let mut lines: Vec<AnyView> = Vec::new();
    lines.extend(
        contact
            .emails
            .iter()
            .map(|entry| link("mailto:", &entry.value)),
    );
    lines.extend(
        contact
            .phones
            .iter()
            .map(|entry| link("tel:", &entry.value)),
    );
    lines.extend(contact.urls.iter().map(|entry| link("", &entry.value)));
    lines.extend(
        contact
            .addresses
            .iter()
            .map(|entry| view! { <li dir="auto">{entry.value.clone()}</li> }.into_any()),
    );
    view! {
        <section class="card">
            {icon(Icon::People)}
            <div>
                <h2 dir="auto">{name.unwrap_or_else(|| words.contact.to_owned())}</h2>
                {(!about.is_empty()).then(|| view! { <p dir="auto">{about}</p> })}
                <ul>{lines}</ul>
                {contact.note.clone().map(|note| view! { <p dir="auto">{note}</p> })}
            </div>
        </section>
    }
    .into_any()
}

fn called(person: &Person) -> String {
    match (&person.name, &person.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => String::new(),
    }
}

/// From when to when, in the reader's zone where that can be told.
fn span(start: &When, end: Option<&When>, formats: Formats) -> String {
    let from = moment(start, formats);
    match (start, end) {
        (_, None) => from,
        (When::At { unix_s: one }, Some(When::At { unix_s: other })) if one == other => from,
        (When::At { unix_s: one }, Some(When::At { unix_s: other }))
            if formats.is_same_day(*one, *other) =>
        {
            format!("{from} – {}", formats.time_of(*other))
        }
        (_, Some(end)) => {
            let to = moment(end, formats);
            if from == to {
                from
            } else {
                format!("{from} – {to}")
            }
        }
    }
}

fn moment(when: &When, formats: Formats) -> String {
    let words = use_texts().cards;
    match when {
        When::AllDay { year, month, day } => formats.day(*year, *month, *day),
        When::At { unix_s } => formats.full_date(*unix_s),
        When::Floating { local } => {
            formats.wall_clock(local.year, local.month, local.day, local.hour, local.minute)
        }
        When::Zoned { local, tzid } => {
            let time =
                formats.wall_clock(local.year, local.month, local.day, local.hour, local.minute);
            (words.in_zone)(&time, tzid)
        }
    }
}
