//! The page: which panes there are, and what follows the place.

use leptos::prelude::*;

use super::account::AccountPane;
use super::acting;
use super::asking::Asking;
use super::desk::Desk;
use super::help::Help;
use super::layout::{READING_PANE, focus, focus_list, is_single_pane};
use super::list::List;
use super::news;
use super::notice::Notice;
use super::reader::Reader;
use super::search::{SEARCH_FIELD, search};
use super::selecting::{selection_notice, tools};
use super::toasts::Toasts;
use super::tree::FolderPane;
use crate::client::Failure;
use crate::components::{Icon, Menu, Splitter, effect, icon, memo, shared};
use crate::i18n::use_texts;
use crate::keys::{self, Action};
use crate::routes::Route;
use crate::state::{Opened, State, use_state};

/// Width of the list in CSS pixels: what the style sheet has, and how far it can be dragged.
const LIST_WIDTH: (i32, i32, i32) = (391, 280, 720);

/// The mail page.
#[component]
pub(crate) fn MailPage() -> impl IntoView {
    let state = use_state();
    let texts = use_texts();
    let State {
        place, settings, ..
    } = state;
    let help = RwSignal::new(false);
    let list_keys = RwSignal::new(None);

    let desk = Desk::new();
    provide_context(desk);
    let is_selecting = memo(move || state.list.selection.is_there());

    follow_place(state);
    news::follow(state);
    shortcuts(state, desk, help, list_keys);

    let pane = move || {
        place.route.with(|route| match route {
            Route::Mailbox { .. } => "list",
            Route::Message { .. } => "reading",
            Route::Folders => "folders",
            Route::Account => "account",
            Route::NotFound => "not-found",
        })
    };
    let list_width = move || settings.list_width.get().map(|width| format!("{width}px"));
    view! {
        <a class="skip" href="#messages" on:click=move |event| {
            event.prevent_default();
            focus_list();
        }>
            {texts.mail.skip}
        </a>
        <div
            class="shell"
            class:selecting=shared(move || is_selecting.get())
            data-pane=shared(pane)
            style:--list-width=shared(list_width)
        >
            <FolderPane help />
            // Beside folders that lie over the list, anything else closes them.
            <main class="panes" on:click=move |_| {
                let route = place.route.get_untracked();
                if matches!(route, Route::Folders | Route::Account) {
                    place.back_to(place.listed.get_untracked());
                }
            }>
                <List keys=list_keys />
                <Splitter
                    label=texts.mail.list_width
                    width=settings.list_width
                    default=LIST_WIDTH.0
                    least=LIST_WIDTH.1
                    most=LIST_WIDTH.2
                    on_move=move |width, done| {
                        if done {
                            settings.choose_list_width(width);
                        } else {
                            settings.list_width.set(Some(width));
                        }
                    }
                />
                <section class="pane reading-pane" id=READING_PANE tabindex="-1">
                    {shared(move || reading(state))}
                    {shared(move || is_selecting.get().then(selection_notice))}
                </section>
            </main>
            <AccountPane help />
            {shared(move || bar(is_selecting.get()))}
        </div>
        <Help open=help />
        <Asking />
        <Menu menus=desk.menus />
        <Toasts />
        <EngineFailure />
    }
}

/// The open message, or a word in its place.
fn reading(state: State) -> AnyView {
    let texts = &use_texts().mail;
    // The reader's word and not the place's: a pane that covers the message leaves it open behind it.
    let is_open = memo(move || state.reader.wanted.with(Option::is_some));
    let is_lost = memo(move || state.place.route.with(|route| *route == Route::NotFound));
    if is_lost.get() {
        view! {
            <Notice what=texts.not_found hint=texts.not_found_hint>
                <a class="button" href=state.place.href(&Route::inbox())>{texts.to_inbox}</a>
            </Notice>
        }
        .into_any()
    } else if is_open.get() {
        Reader().into_any()
    } else {
        view! { <Notice what=texts.nothing_open hint=texts.nothing_open_hint /> }.into_any()
    }
}

/// Asks for what the place names, and again when the engine is a new one.
fn follow_place(state: State) {
    let State {
        place,
        list,
        reader,
        account,
        ..
    } = state;
    effect(move || {
        account.welcomes.track();
        // An engine without an account has nothing to show.
        if account.opened.with(|opened| *opened == Opened::No) {
            return;
        }
        place.listed.with(|route| {
            if let Some((mailbox, search)) = route.list() {
                list.open(mailbox, search);
            }
        });
        place.route.with(|route| match route.message() {
            Some(message) => reader.open(message.clone()),
            // A pane that covers the message leaves it open behind it.
            None if route.list().is_some() => reader.close(),
            None => {}
        });
    });
}

fn shortcuts(state: State, desk: Desk, help: RwSignal<bool>, list_keys: RwSignal<Option<Action>>) {
    let place = state.place;
    keys::listen(move |action| match action {
        Action::Help => help.set(true),
        Action::Inbox => {
            place.go(Route::inbox());
            focus_list();
        }
        Action::Search => focus_search(state),
        Action::Back if untrack(move || state.list.selection.is_there()) => {
            state.list.selection.clear();
        }
        Action::Back => {
            let here = place.route.get_untracked();
            match &here {
                // Where list and message are side by side, Esc leads the keys back to the list first.
                Route::Message { .. } if !is_single_pane() && is_focus_in(READING_PANE) => {
                    focus_list();
                }
                Route::Mailbox {
                    search: Some(_), ..
                } => search(place, ""),
                Route::Mailbox { .. } => {}
                Route::Message { message, search } => {
                    place.back_to(Route::Mailbox {
                        mailbox: message.mailbox.clone(),
                        search: search.clone(),
                    });
                    focus_list();
                }
                Route::Folders | Route::Account | Route::NotFound => {
                    place.back_to(place.listed.get_untracked());
                }
            }
        }
        Action::Next
        | Action::Previous
        | Action::First
        | Action::Last
        | Action::PageDown
        | Action::PageUp
        | Action::Select
        | Action::ExtendDown
        | Action::ExtendUp
        | Action::SelectAll
        | Action::Open => list_keys.set(Some(action)),
        other => acting::by_key(state, desk, other),
    });
}

/// To the search field, which is in the head of the list.
fn focus_search(state: State) {
    let place = state.place;
    if is_single_pane()
        && let Some((mailbox, words)) = place.listed.get_untracked().list()
    {
        place.go(Route::Mailbox {
            mailbox: mailbox.to_owned(),
            search: words.map(str::to_owned),
        });
    }
    focus(SEARCH_FIELD);
}

fn is_focus_in(id: &str) -> bool {
    document()
        .active_element()
        .and_then(|element| element.closest(&format!("#{id}")).ok().flatten())
        .is_some()
}

/// The bar at the bottom, where one pane shows at a time: where to go, or what to do with what is selected.
fn bar(is_selecting: bool) -> AnyView {
    let texts = use_texts();
    if is_selecting {
        view! {
            <div class="bar selection-bar" role="toolbar" aria-label=texts.actions.selection>
                {tools()}
            </div>
        }
        .into_any()
    } else {
        Bar().into_any()
    }
}

#[component]
fn Bar() -> impl IntoView {
    let state = use_state();
    let texts = &use_texts().mail;
    let place = state.place;
    let [mail, folders, find, account] = texts.tabs;
    let current = move |wanted: &'static [Pane]| {
        place
            .route
            .with(|route| wanted.contains(&Pane::of(route)))
            .then_some("page")
    };
    view! {
        <nav class="bar" aria-label=texts.bar>
            <a
                href=shared(move || place.href(&place.listed.get()))
                aria-current=shared(move || current(&[Pane::Mail]))
            >
                {icon(Icon::Inbox)}
                <span>{mail}</span>
            </a>
            <a href=place.href(&Route::Folders) aria-current=shared(move || current(&[Pane::Folders]))>
                {icon(Icon::Folder)}
                <span>{folders}</span>
            </a>
            <button type="button" on:click=move |_| focus_search(state)>
                {icon(Icon::Search)}
                <span>{find}</span>
            </button>
            <a href=place.href(&Route::Account) aria-current=shared(move || current(&[Pane::Account]))>
                {icon(Icon::People)}
                <span>{account}</span>
            </a>
        </nav>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pane {
    Mail,
    Folders,
    Account,
    None,
}

impl Pane {
    const fn of(route: &Route) -> Self {
        match route {
            Route::Mailbox { .. } | Route::Message { .. } => Self::Mail,
            Route::Folders => Self::Folders,
            Route::Account => Self::Account,
            Route::NotFound => Self::None,
        }
    }
}

/// There is no engine to talk to: nothing here works until the page is loaded again.
#[component]
pub(crate) fn EngineFailure() -> impl IntoView {
    let account = use_state().account;
    let texts = use_texts();
    shared(move || {
        account.failure.get().map(|failure| {
            let (what, detail) = match failure {
                Failure::Version => (texts.login.new_version, None),
                Failure::Start(text) | Failure::Broken(text) => {
                    (texts.login.engine_failed, Some(text))
                }
            };
            view! {
                <div class="failure" role="alert">
                    <p>{what}</p>
                    {detail.map(|detail| view! { <p class="hint">{detail}</p> })}
                    <button type="button" class="button primary" on:click=move |_| reload()>
                        {texts.reload}
                    </button>
                </div>
            }
            .into_any()
        })
    })
}

fn reload() {
    // Fails only where there is no page.
    let _ = window().location().reload();
}
