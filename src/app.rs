//! Puts the page together: state, engine, and the view that fits whether somebody is signed in.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser::service_worker;
use crate::client;
use crate::i18n::Formats;
use crate::pages::login::LoginPage;
use crate::pages::mail::MailPage;
use crate::state::{Opened, State};

/// When the app is kept for starts without a network: not before what this start needs is here.
const KEEP_AFTER: Duration = Duration::from_secs(3);

/// Starts the engine, then draws.
pub(crate) fn start() {
    mount_to_body(|| {
        let state = State::new();
        provide_context(state);
        // First: it loads while the page builds itself.
        client::start(
            move |change| state.apply(change),
            move |failure| state.account.broke(failure),
        );
        let is_open = Memo::new(move |_| state.account.opened.get() != Opened::No);
        move || {
            let language = state.settings.language.get();
            provide_context(Formats::new(language));
            if is_open.get() {
                MailPage().into_any()
            } else {
                LoginPage().into_any()
            }
        }
    });
    set_timeout(service_worker::register, KEEP_AFTER);
}
