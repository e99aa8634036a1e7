//! Language, appearance, help and signing out: a menu at the foot of the folders, a pane on a phone.

use leptos::prelude::*;
use samma_mailbox::command::Command;

use crate::browser::notifications;
use crate::components::shared;
use crate::i18n::{Language, use_texts};
use crate::state::{Opened, Theme, use_commands, use_state};

/// The address, which opens the menu.
#[component]
pub(crate) fn AccountMenu(
    /// Shows the help on shortcuts.
    help: RwSignal<bool>,
) -> impl IntoView {
    let state = use_state();
    let texts = &use_texts().mail;
    let address = move || address(state.account.opened);
    view! {
        <button
            type="button"
            class="account-button"
            popovertarget=MENU
            aria-label=shared(move || format!("{}: {}", texts.account, address()))
        >
            {shared(address)}
        </button>
        <div id=MENU popover="auto" class="menu" role="dialog" aria-label=texts.account>
            <AccountPanel help />
        </div>
    }
}

const MENU: &str = "account-menu";

/// The pane on a phone.
#[component]
pub(crate) fn AccountPane(
    /// Shows the help on shortcuts.
    help: RwSignal<bool>,
) -> impl IntoView {
    let texts = &use_texts().mail;
    view! {
        <section class="pane account-pane" aria-label=texts.account>
            <h1>{texts.account}</h1>
            <AccountPanel help />
        </section>
    }
}

#[component]
fn AccountPanel(help: RwSignal<bool>) -> impl IntoView {
    let state = use_state();
    let texts = &use_texts().mail;
    let settings = state.settings;
    let choose = move |event| {
        if let Some(language) = Language::parse(&event_target_value(&event)) {
            settings.choose_language(language);
        }
    };
    let themes = Theme::ALL
        .into_iter()
        .zip(texts.themes)
        .map(|(theme, name)| {
            view! {
                <button
                    type="button"
                    class="segment"
                    aria-pressed=shared(move || (settings.theme.get() == theme).to_string())
                    on:click=move |_| settings.choose_theme(theme)
                >
                    {name}
                </button>
            }
        });
    let languages = Language::ALL.into_iter().map(|language| {
        view! {
            <option
                value=language.tag()
                lang=language.tag()
                selected=language == settings.language.get_untracked()
            >
                {language.name()}
            </option>
        }
    });
    view! {
        <div class="account-panel">
            <p class="account-address">{shared(move || address(state.account.opened))}</p>
            <label class="field">
                <span>{texts.language}</span>
                <select on:change=choose>{languages.collect_view()}</select>
            </label>
            <div class="field" role="group" aria-label=texts.theme>
                <span aria-hidden="true">{texts.theme}</span>
                <div class="segments">{themes.collect_view()}</div>
            </div>
            {notifications()}
            <button type="button" class="button" on:click=move |_| help.set(true)>
                {texts.keyboard}
            </button>
            <button
                type="button"
                class="button danger"
                on:click=move |_| use_commands().send(Command::SignOut)
            >
                {texts.sign_out}
            </button>
            <p class="hint">{texts.sign_out_hint}</p>
        </div>
    }
}

/// Opts in to notifications. The browser asks for its permission at the click, never before.
fn notifications() -> Option<AnyView> {
    if !notifications::are_there() {
        return None;
    }
    let settings = use_state().settings;
    let texts = use_texts().actions;
    let is_denied = RwSignal::new(false);
    let is_on = move || settings.notify.get() && notifications::are_allowed();
    let chosen = move |event| {
        if event_target_checked(&event) {
            notifications::ask(move |allowed| {
                settings.choose_notify(allowed);
                // The panel may be gone.
                let _ = is_denied.try_set(!allowed);
            });
        } else {
            settings.choose_notify(false);
        }
    };
    let hint = move || {
        if is_denied.get() {
            texts.notify_denied
        } else {
            texts.notify_hint
        }
    };
    Some(
        view! {
            <div class="notify">
                <label class="check">
                    <input type="checkbox" prop:checked=shared(is_on) on:change=chosen />
                    {texts.notify}
                </label>
                <p class="hint" role="status">{shared(hint)}</p>
            </div>
        }
        .into_any(),
    )
}

fn address(opened: RwSignal<Opened>) -> String {
    opened.with(|opened| match opened {
        Opened::Yes { address } => address.clone(),
        Opened::No | Opened::Reopening => String::new(),
    })
}
