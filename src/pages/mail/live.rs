//! The live state: the mark of the product.

use std::time::Duration;

use leptos::prelude::*;
use samma_mailbox::change::Connection;
use samma_mailbox::command::Command;

use super::notice::ServerWords;
use crate::components::{effect, memo, shared};
use crate::i18n::{MailTexts, use_formats, use_texts};
use crate::state::{use_commands, use_state};

/// A dot and a word, and while there is no connection the button that tries again.
#[component]
pub(crate) fn LiveState() -> impl IntoView {
    let state = use_state();
    let texts = &use_texts().mail;
    let formats = use_formats();
    let actions = use_texts().actions;
    let connection = state.account.connection;
    let now_ms = count_seconds(connection);
    let word = move || {
        connection.with(|connection| match connection {
            Connection::Live => texts.live.to_owned(),
            Connection::Checked { at_ms } => {
                let ago_ms = now_ms.get() - *at_ms;
                (actions.checked_ago)(seconds(ago_ms))
            }
            Connection::Connecting => texts.connecting.to_owned(),
            Connection::Offline { since_ms, .. } if *since_ms > 0.0 => {
                (texts.offline_since)(&formats.time(*since_ms))
            }
            Connection::Offline { .. } => texts.offline.to_owned(),
        })
    };
    let kind = move || {
        connection.with(|connection| match connection {
            Connection::Live | Connection::Checked { .. } => "live",
            Connection::Connecting => "connecting",
            Connection::Offline { .. } => "offline",
        })
    };
    // Seconds that are counted are not read out.
    let politeness = move || {
        connection
            .with(|connection| matches!(connection, Connection::Checked { .. }))
            .then_some("off")
    };
    let is_offline = memo(move || matches!(connection.get(), Connection::Offline { .. }));
    view! {
        <div class="live" data-state=shared(kind)>
            <span role="status" class="live-word" aria-live=shared(politeness)>
                <span class="dot" aria-hidden="true"></span>
                {shared(word)}
            </span>
            {shared(move || is_offline.get().then(|| try_now(texts)))}
        </div>
    }
}

/// The time, each second, while there is something to count.
fn count_seconds(connection: RwSignal<Connection>) -> RwSignal<f64> {
    let now_ms = RwSignal::new(js_sys::Date::now());
    let is_counting = memo(move || {
        connection.with(|connection| matches!(connection, Connection::Checked { .. }))
    });
    effect(move || {
        now_ms.set(js_sys::Date::now());
        let tick = move || {
            // The view may be gone.
            let _ = now_ms.try_set(js_sys::Date::now());
        };
        if is_counting.get()
            && let Ok(interval) = set_interval_with_handle(tick, Duration::from_secs(1))
        {
            on_cleanup(move || interval.clear());
        }
    });
    now_ms
}

fn seconds(ms: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "float to integer casts saturate, which is what is wanted"
    )]
    let seconds = (ms / 1_000.0).round() as u32;
    seconds
}

fn try_now(texts: &'static MailTexts) -> AnyView {
    let connect = move |_| use_commands().send(Command::Refresh);
    view! { <button type="button" class="link" on:click=connect>{texts.try_now}</button> }
        .into_any()
}

/// Above the list while there is no connection: what that means, and what can be done.
#[component]
pub(crate) fn OfflineBanner() -> impl IntoView {
    let state = use_state();
    let texts = use_texts();
    shared(move || match state.account.connection.get() {
        Connection::Offline { problem, .. } => {
            let words = (texts.problem)(problem.kind);
            Some(
                view! {
                    <details class="banner">
                        <summary>
                            <span>{texts.mail.unreachable}</span>
                            " "
                            <span class="link">{texts.mail.what_can_i_do}</span>
                        </summary>
                        <p>{words.what} " " {words.hint}</p>
                        <ServerWords text=problem.server_text />
                    </details>
                }
                .into_any(),
            )
        }
        Connection::Live | Connection::Checked { .. } | Connection::Connecting => None,
    })
}
