//! The head of the list, and what shows where there are no rows.

use leptos::prelude::*;
use samma_mailbox::change::{ProblemKind, Role};

use super::desk::use_desk;
use super::live::LiveState;
use super::mailbox_title;
use super::notice::{Notice, ProblemNotice};
use super::organising;
use super::row::SkeletonRow;
use super::search::Search;
use super::selecting::selection_head;
use crate::components::{Icon, at_button, icon, memo, shared};
use crate::i18n::{use_formats, use_texts};
use crate::routes::Route;
use crate::state::{State, use_state};

/// The folder's name and numbers, and the search; while messages are selected, what can be done with them.
#[component]
pub(super) fn ListHead() -> impl IntoView {
    let state = use_state();
    let is_selecting = memo(move || state.list.selection.is_there());
    view! {
        <header class="list-head">
            <div class="list-title">
                {shared(move || {
                    if is_selecting.get() { selection_head() } else { folder_head(state) }
                })}
                <LiveState />
            </div>
            <Search />
        </header>
    }
}

fn folder_head(state: State) -> AnyView {
    let desk = use_desk();
    let texts = use_texts();
    let formats = use_formats();
    let list = state.list;
    let question = list.question;
    let words =
        move || question.with(|question| question.as_ref().and_then(|(_, words)| words.clone()));
    let title = move || match words() {
        Some(words) => (texts.mail.results)(&words),
        None => question
            .with(|question| question.as_ref().map(|(mailbox, _)| mailbox.clone()))
            .map_or_else(String::new, |mailbox| {
                mailbox_title(state.mailboxes, &mailbox, texts)
            }),
    };
    let unread = move || {
        question
            .with(|question| question.as_ref().map(|(mailbox, _)| mailbox.clone()))
            .and_then(|mailbox| state.mailboxes.find(&mailbox))
            .and_then(|mailbox| mailbox.unread)
            .filter(|unread| *unread > 0)
    };
    let count = move || {
        let total = list.total.get();
        match (words().is_some(), total, unread()) {
            (true, None, _) => texts.mail.searching.to_owned(),
            (true, Some(total), _) => (texts.mail.found)(total, &formats.number(total)),
            (false, None, _) => String::new(),
            (false, Some(total), Some(unread)) => {
                (texts.mail.unread_of)(&formats.number(unread), &formats.number(total))
            }
            (false, Some(total), None) => (texts.mail.message_count)(total, &formats.number(total)),
        }
    };
    let place = state.place;
    let more = move |event: leptos::ev::MouseEvent| {
        let mailbox = question
            .with_untracked(|question| question.as_ref().map(|(mailbox, _)| mailbox.clone()))
            .and_then(|mailbox| untrack(|| state.mailboxes.find(&mailbox)));
        if let Some(mailbox) = mailbox {
            let at = at_button(&event);
            let label = mailbox_title(state.mailboxes, &mailbox.name, texts);
            let items = organising::items(state, desk, &mailbox, at);
            desk.menus
                .open((texts.actions.folder_actions)(&label), at, items);
        }
    };
    let more_label = { move || (texts.actions.folder_actions)(&title()) };
    view! {
        <a
            class="icon-button menu-button"
            href=place.href(&Route::Folders)
            aria-label=texts.mail.folders
        >
            {icon(Icon::Menu)}
        </a>
        <h1>{shared(title)}</h1>
        <span class="count">{shared(count)}</span>
        <button
            type="button"
            class="icon-button list-more"
            aria-haspopup="menu"
            aria-label=shared(more_label)
            title=texts.actions.more
            on:click=more
        >
            {icon(Icon::More)}
        </button>
    }
    .into_any()
}

/// While the server has not said how many rows there are.
pub(super) fn loading() -> impl IntoView {
    let texts = use_texts();
    view! {
        <div class="virtual" aria-busy="true">
            <span class="visually-hidden">{texts.mail.loading}</span>
            <div class="skeletons">
                {(0..10).map(|position| view! { <SkeletonRow position /> }).collect_view()}
            </div>
        </div>
    }
}

/// Why the list can't be shown.
pub(super) fn problem(state: State) -> impl IntoView {
    let texts = use_texts();
    let list = state.list;
    shared(move || {
        list.problem.get().map(|problem| {
            if problem.kind == ProblemKind::NoMailbox {
                view! {
                    <Notice what=texts.mail.folder_gone hint=texts.mail.folder_gone_hint>
                        <a class="button" href=state.place.href(&Route::inbox())>{texts.mail.to_inbox}</a>
                    </Notice>
                }
                .into_any()
            } else {
                view! {
                    <ProblemNotice problem>
                        <button type="button" class="button" on:click=move |_| list.retry()>
                            {texts.try_again}
                        </button>
                    </ProblemNotice>
                }
                .into_any()
            }
        })
    })
}

/// There is nothing to list.
pub(super) fn empty(state: State) -> impl IntoView {
    let texts = use_texts();
    shared(move || {
        let (mailbox, words) = state.list.question.get().unwrap_or_default();
        let found = state.mailboxes.find(&mailbox);
        match words {
            Some(words) => {
                let title = mailbox_title(state.mailboxes, &mailbox, texts);
                view! {
                    <Notice what=(texts.mail.nothing_found)(&words) hint=texts.mail.nothing_found_hint>
                        <a class="button" href=state.place.href(&Route::mailbox(mailbox))>
                            {(texts.mail.show_all)(&title)}
                        </a>
                    </Notice>
                }
                .into_any()
            }
            None => {
                let is_inbox = found.is_some_and(|found| found.role == Role::Inbox);
                let what = if is_inbox {
                    texts.mail.empty_inbox
                } else {
                    texts.mail.empty
                };
                view! { <Notice what hint=texts.mail.empty_hint /> }.into_any()
            }
        }
    })
}
