//! What is told of the mailbox outside of the page: the title, the app's badge, and notifications.

use std::rc::Rc;

use leptos::prelude::*;
use samma_mailbox::change::Role;

use super::layout::mailbox_title;
use crate::browser::{lifecycle, notifications};
use crate::components::{effect, memo};
use crate::i18n::use_texts;
use crate::routes::Route;
use crate::state::{NewMail, State};

/// Keeps the outside told, until the page goes away.
pub(crate) fn follow(state: State) {
    title(state);
    tell_of_mail(state);
}

/// "Inbox (12) – Samma"; "(12) Receipts – Samma" while nobody sees the page.
fn title(state: State) {
    let texts = use_texts();
    let is_visible = RwSignal::new(lifecycle::is_visible());
    let listener = window_event_listener_untyped("visibilitychange", move |_| {
        is_visible.set(lifecycle::is_visible());
    });
    on_cleanup(move || listener.remove());
    let in_inbox = memo(move || {
        state
            .mailboxes
            .of_role(Role::Inbox)
            .and_then(|inbox| inbox.unread)
            .unwrap_or(0)
    });
    effect(move || notifications::set_badge(in_inbox.get()));
    effect(move || {
        let listed = state.place.listed.get();
        let Some((mailbox, _)) = listed.list() else {
            return;
        };
        let label = mailbox_title(state.mailboxes, mailbox, texts);
        let unread = state
            .mailboxes
            .find(mailbox)
            .and_then(|mailbox| mailbox.unread)
            .unwrap_or(0);
        let title = match (is_visible.get(), in_inbox.get(), unread) {
            (false, in_inbox @ 1.., _) => format!("({in_inbox}) {label} – Samma"),
            (_, _, unread @ 1..) => format!("{label} ({unread}) – Samma"),
            _ => format!("{label} – Samma"),
        };
        document().set_title(&title);
    });
    on_cleanup(|| notifications::set_badge(0));
}

/// Says who wrote about what, to those who asked for it.
fn tell_of_mail(state: State) {
    let texts = use_texts();
    let open = move |path: &str| {
        let route = Route::parse(path, None);
        if route.message().is_some() {
            state.place.go(route);
        }
    };
    notifications::on_click(open);
    let tell = move |mail: NewMail| {
        let from = mail
            .from
            .first()
            .map(|person| {
                if person.name.trim().is_empty() {
                    person.address.clone()
                } else {
                    person.name.clone()
                }
            })
            .unwrap_or_else(|| texts.mail.no_sender.to_owned());
        let subject = match mail.subject.trim() {
            "" => texts.mail.no_subject,
            subject => subject,
        };
        let tag = format!("{}.{}", mail.message.uid_validity, mail.message.uid);
        let route = Route::Message {
            message: mail.message,
            search: None,
        };
        let sign = state.place.asset("icons/samma-192.png");
        notifications::show(&from, subject, &tag, &sign, route.path());
    };
    state.settings.herald.set_value(Some(Rc::new(tell)));
}
