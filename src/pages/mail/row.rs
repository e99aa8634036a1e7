//! One message in the list.

use std::sync::Arc;

use leptos::prelude::*;
use samma_mailbox::change::{Person, Row};

use crate::components::{Icon, icon, shared};
use crate::i18n::{Formats, MailTexts, use_formats, use_texts};
use crate::state::{Entry, use_state};

/// The element's id, for `aria-activedescendant`.
pub(crate) fn row_id(uid: u32) -> String {
    format!("message-{uid}")
}

/// One message in the list: an option of its listbox.
#[component]
pub(crate) fn MessageRow(
    /// The row.
    entry: Entry,
    /// The UID of the open message.
    #[prop(into)]
    open: Signal<Option<u32>>,
    /// The UID under the cursor.
    #[prop(into)]
    cursor: Signal<Option<u32>>,
    /// How many rows the list has.
    #[prop(into)]
    total: Signal<u32>,
) -> impl IntoView {
    let texts = &use_texts().mail;
    let formats = use_formats();
    let now_ms = use_state().settings.now_ms;
    let uid = entry.uid;
    let Entry {
        row,
        position,
        wash,
        ..
    } = entry;
    let date = {
        let row = row.clone();
        move || formats.short_date(row.get().date, now_ms.get())
    };
    let name = {
        let (row, date) = (row.clone(), date.clone());
        move || spoken(&row.get(), &date(), texts)
    };
    let (seen, flagged, content) = (row.clone(), row.clone(), row);
    let seen = Memo::new(move |_| seen.get().flags.seen);
    let flagged = Memo::new(move |_| flagged.get().flags.flagged);
    let at = {
        let position = position.clone();
        move || position.get().to_string()
    };
    // Two names for one animation: changing the name starts it anew.
    let washed = move || match wash.get() {
        0 => None,
        count if count % 2 == 1 => Some("odd"),
        _ => Some("even"),
    };
    view! {
        <div
            role="option"
            id=row_id(uid)
            class="row"
            class:at-cursor=shared(move || cursor.get() == Some(uid))
            data-uid=uid.to_string()
            data-seen=shared(move || seen.get().to_string())
            data-flagged=shared(move || flagged.get().to_string())
            data-washed=shared(washed)
            aria-label=shared(name)
            aria-selected=shared(move || (open.get() == Some(uid)).to_string())
            aria-setsize=shared(move || total.get().to_string())
            aria-posinset=shared(move || position.get().saturating_add(1).to_string())
            style:--at=shared(at)
        >
            <time class="row-date">{shared(date)}</time>
            {shared(move || content_of(&content.get(), texts, formats).into_any())}
        </div>
    }
}

/// A place in the list whose message is not loaded yet.
#[component]
pub(crate) fn SkeletonRow(
    /// Position in the list.
    position: u32,
) -> impl IntoView {
    view! {
        <div
            class="row skeleton"
            role="presentation"
            aria-hidden="true"
            style:--at=position.to_string()
        >
            <span></span>
            <span></span>
            <span></span>
        </div>
    }
}

fn content_of(
    row: &Arc<Row>,
    texts: &'static MailTexts,
    formats: Formats,
) -> impl IntoView + use<> {
    let people = people(row, texts);
    let subject = subject(row, texts);
    let hint = formats.full_date(row.date);
    view! {
        <div class="row-people" title=hint>
            {row.outgoing.then(|| view! { <span class="row-to">{texts.to} " "</span> })}
            {people}
        </div>
        <div class="row-subject">
            {row.flags.flagged.then(|| icon(Icon::Flagged))}
            {row.flags.answered.then(|| icon(Icon::Reply))}
            <span class="row-subject-text">{subject}</span>
            {row.attachment.then(|| icon(Icon::Clip))}
            {row.invitation.then(|| icon(Icon::Calendar))}
        </div>
        <div class="row-preview">{row.preview.clone().unwrap_or_default()}</div>
    }
}

/// What a screen reader says, and tests look for.
fn spoken(row: &Row, date: &str, texts: &MailTexts) -> String {
    let mut name = String::new();
    if row.outgoing {
        name.push_str(texts.to);
        name.push(' ');
    }
    name.push_str(&people(row, texts));
    let marks = [
        (!row.flags.seen, texts.unread),
        (row.flags.flagged, texts.flagged),
        (row.flags.answered, texts.answered),
        (row.attachment, texts.attachment),
        (row.invitation, texts.invitation),
    ];
    let marks = marks
        .into_iter()
        .filter_map(|(is_so, word)| is_so.then_some(word));
    for part in [subject(row, texts).as_str(), date]
        .into_iter()
        .chain(marks)
    {
        name.push_str(", ");
        name.push_str(part);
    }
    name
}

fn subject(row: &Row, texts: &MailTexts) -> String {
    let subject = row.subject.trim();
    if subject.is_empty() {
        texts.no_subject
    } else {
        subject
    }
    .to_owned()
}

/// One name in full; of several, all shortened by the style sheet where they do not fit.
fn people(row: &Row, texts: &MailTexts) -> String {
    let names: Vec<&str> = row
        .people
        .iter()
        .map(display)
        .filter(|name| !name.is_empty())
        .collect();
    if names.is_empty() {
        let nobody = if row.outgoing {
            texts.no_recipient
        } else {
            texts.no_sender
        };
        nobody.to_owned()
    } else {
        names.join(", ")
    }
}

fn display(person: &Person) -> &str {
    let name = person.name.trim();
    if name.is_empty() {
        person.address.trim()
    } else {
        name
    }
}
