//! The head of an open message: who wrote it, to whom and when.

use leptos::prelude::*;
use samma_mailbox::change::{Message, Person};

use super::reader_about;
use crate::components::shared;
use crate::i18n::{ReaderTexts, use_formats, use_texts};
use crate::state::{Opened, use_state};

/// Recipients named before the rest are counted.
const NAMED: usize = 4;

/// Draws the head.
pub(super) fn head(message: &Message) -> AnyView {
    let state = use_state();
    let texts = use_texts().reader;
    let formats = use_formats();
    let me = state.account.opened.with_untracked(|opened| match opened {
        Opened::Yes { address } => address.clone(),
        Opened::No | Opened::Reopening => String::new(),
    });
    let unknown = Person {
        name: texts.no_sender.to_owned(),
        address: String::new(),
    };
    let author = message.from.first().unwrap_or(&unknown);
    let date = message.date;
    let line = recipients(message, &me, texts);
    let rows = [
        (texts.from, people(&message.from)),
        (texts.reply_to, people(&message.reply_to)),
        (texts.to, people(&message.to)),
        (texts.cc, people(&message.cc)),
        (texts.bcc, people(&message.bcc)),
        (texts.date, formats.full_date(date)),
        (texts.size, formats.size(message.size_octets)),
    ];
    let rows = rows
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| view! { <div><dt>{label}</dt><dd dir="auto">{value}</dd></div> })
        .collect_view();
    let has_name = !author.name.trim().is_empty();
    view! {
        <header class="message-head">
            <span class="avatar" aria-hidden="true">
                {initials(author)}
            </span>
            <div class="message-people">
                <p class="message-author">
                    <strong dir="auto">{called(author).to_owned()}</strong>
                    {has_name.then(|| view! { " " <span class="address">{author.address.clone()}</span> })}
                    {reader_about::beside_author(message)}
                </p>
                <details class="recipients">
                    <summary dir="auto">{line}</summary>
                    <dl>{rows} {reader_about::lines(message)}</dl>
                </details>
            </div>
            <time class="message-date" title=formats.full_date(date)>
                {shared(move || formats.medium_date(date, state.settings.now_ms.get()))}
            </time>
        </header>
    }
    .into_any()
}

/// "to me, Karin Lund and 3 others".
fn recipients(message: &Message, me: &str, texts: &ReaderTexts) -> String {
    let all: Vec<&Person> = message
        .to
        .iter()
        .chain(&message.cc)
        .chain(&message.bcc)
        .collect();
    if all.is_empty() {
        return texts.undisclosed.to_owned();
    }
    // One more name is shorter than "and 1 other".
    let named = if all.len() > NAMED.saturating_add(1) {
        NAMED
    } else {
        all.len()
    };
    let names: Vec<&str> = all
        .iter()
        .take(named)
        .map(|person| {
            if !me.is_empty() && person.address.eq_ignore_ascii_case(me) {
                texts.me
            } else {
                called(person)
            }
        })
        .collect();
    let mut line = names.join(", ");
    let others = all.len().saturating_sub(named);
    if others > 0 {
        line.push(' ');
        line.push_str(&(texts.and_others)(others));
    }
    (texts.to_line)(&line)
}

fn called(person: &Person) -> &str {
    let name = person.name.trim();
    if name.is_empty() {
        &person.address
    } else {
        name
    }
}

fn people(people: &[Person]) -> String {
    let names: Vec<String> = people
        .iter()
        .map(
            |person| match (person.name.trim(), person.address.as_str()) {
                ("", address) => address.to_owned(),
                (name, "") => name.to_owned(),
                (name, address) => format!("{name} <{address}>"),
            },
        )
        .collect();
    names.join(", ")
}

/// First letters of the first and last word of a name; of an address, its first letter.
pub(super) fn initials(person: &Person) -> String {
    let mut letters = called(person)
        .split_whitespace()
        .filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()))
        .filter(|letter| letter.is_alphanumeric());
    let first = letters.next();
    let last = letters.next_back();
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}
