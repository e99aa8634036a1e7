//! The message as it was sent, header and all.

use leptos::prelude::*;
use samma_mailbox::change::MessageRef;

use super::asking::leave_when_closed;
use super::desk::Desk;
use crate::components::{Dialog, shared};
use crate::i18n::use_texts;
use crate::state::{PartEvent, use_state};

/// Most octets that are shown; the rest is for those who save the message.
const SHOWN_OCTETS: usize = 500_000;

/// The dialog, while the source of a message is looked at.
pub(super) fn draw(desk: Desk, message: MessageRef) -> AnyView {
    let texts = use_texts();
    let reader = use_state().reader;
    let open = RwSignal::new(true);
    leave_when_closed(desk, open);
    let octets = RwSignal::new(Vec::new());
    let is_there = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let request = StoredValue::new(None);
    let stop = move || {
        if let Some(request) = request.try_get_value().flatten() {
            reader.cancel_part(request);
        }
    };
    let asked = reader.fetch_part(message, String::new(), move |event| match event {
        PartEvent::Bytes { bytes, last, .. } => {
            let length = octets.try_update(|octets: &mut Vec<u8>| {
                octets.extend(bytes);
                octets.len()
            });
            if last {
                let _ = is_there.try_set(true);
            } else if length.is_some_and(|length| length > SHOWN_OCTETS) {
                let _ = is_there.try_set(true);
                stop();
            }
        }
        PartEvent::Failed(failure) => {
            let _ = problem.try_set(Some(failure));
        }
    });
    request.set_value(Some(asked));
    on_cleanup(stop);
    let content = move || {
        if let Some(failure) = problem.get() {
            let what = (texts.problem)(failure.kind).what;
            return view! { <p class="message-note" role="alert">{what}</p> }.into_any();
        }
        if !is_there.get() {
            return view! { <progress aria-label=texts.reader.loading></progress> }.into_any();
        }
        octets.with_untracked(|octets| {
            let shown = octets.get(..SHOWN_OCTETS).unwrap_or(octets);
            let text = String::from_utf8_lossy(shown).into_owned();
            let cut = octets.len() > SHOWN_OCTETS;
            view! {
                {cut.then(|| view! { <p class="message-note">{texts.about.source_cut}</p> })}
                <pre class="source" tabindex="0" dir="ltr">{text}</pre>
            }
            .into_any()
        })
    };
    view! {
        <Dialog open heading=texts.about.source_heading close=texts.close>
            {shared(content)}
        </Dialog>
    }
    .into_any()
}
