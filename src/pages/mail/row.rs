//! One message in the list.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use samma_mailbox::change::{Person, Row};

use super::gestures::Gestures;
use super::{dragging, tags};
use crate::components::{Geometry, Icon, effect, icon, memo, shared};
use crate::i18n::{Formats, MailTexts, Texts, use_formats, use_texts};
use crate::state::{Entry, State, use_state};

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
    let texts = use_texts();
    let formats = use_formats();
    let state = use_state();
    let now_ms = state.settings.now_ms;
    let selection = state.list.selection;
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
    let seen = memo(move || seen.get().flags.seen);
    let flagged = memo(move || flagged.get().flags.flagged);
    let at = {
        let position = position.clone();
        move || position.get().to_string()
    };
    // What is open counts as selected while nothing else is.
    let is_selected = memo(move || {
        if selection.is_there() {
            selection.has(uid)
        } else {
            open.get() == Some(uid)
        }
    });
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
            draggable=dragging::is_there().then_some("true")
            aria-selected=shared(move || is_selected.get().to_string())
            aria-setsize=shared(move || total.get().to_string())
            aria-posinset=shared(move || position.get().saturating_add(1).to_string())
            style:--at=shared(at)
        >
            <span class="row-check" aria-hidden="true">
                {icon(Icon::Check)}
            </span>
            <time class="row-date">{shared(date)}</time>
            {shared(move || content_of(&content.get(), texts, formats).into_any())}
        </div>
    }
}

/// Rows that just left, seen leaving. Who asked for less movement sees none.
pub(crate) fn ghosts(state: State, geometry: Geometry, touch: Gestures) -> impl IntoView {
    let texts = use_texts();
    let formats = use_formats();
    let leaving = state.list.leaving;
    effect(move || {
        if leaving.with(|leaving| !leaving.is_empty()) {
            let shown = leaving.get_untracked();
            set_timeout(
                move || {
                    if leaving
                        .try_get_untracked()
                        .is_some_and(|now| Arc::ptr_eq(&now, &shown))
                    {
                        state.list.forget_leaving();
                    }
                },
                LEAVES,
            );
        }
    });
    shared(move || {
        let (first, end) = untrack(move || geometry.on_screen());
        leaving
            .get()
            .iter()
            .filter(|(at, entry)| (first..end).contains(at) && !touch.was_swiped(entry.uid))
            .map(|(at, entry)| {
                let row = entry.row.get_untracked();
                let date = formats.short_date(row.date, state.settings.now_ms.get_untracked());
                view! {
                    <div
                        class="row leaving"
                        aria-hidden="true"
                        data-seen=row.flags.seen.to_string()
                        style:--at=at.to_string()
                    >
                        <time class="row-date">{date}</time>
                        {content_of(&row, texts, formats).into_any()}
                    </div>
                }
                .into_any()
            })
            .collect_view()
            .into_any()
    })
}

/// How long a row takes to leave; as the style sheet has it.
const LEAVES: Duration = Duration::from_millis(250);

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

fn content_of(row: &Arc<Row>, texts: &'static Texts, formats: Formats) -> impl IntoView + use<> {
    let chips = tags::chips(&row.flags, texts.actions);
    let texts = &texts.mail;
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
        <div class="row-preview">{chips} {row.preview.clone().unwrap_or_default()}</div>
    }
}

/// What a screen reader says, and tests look for.
fn spoken(row: &Row, date: &str, texts: &Texts) -> String {
    let actions = texts.actions;
    let texts = &texts.mail;
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
    let mut tags = tags::of(&row.flags).peekable();
    if tags.peek().is_some() {
        name.push_str(", ");
        name.push_str(actions.tagged);
    }
    for tag in tags {
        name.push(' ');
        name.push_str(&tags::label(tag, actions));
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
