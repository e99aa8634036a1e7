//! The open message: its bar of actions, its head, its text and what it brings along.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use samma_mailbox::change::{BodyPart, Flags, Message, MessageRef, Notice, Problem, ProblemKind};
use samma_mailbox::command::{Command, MessageAction, Messages, Which};
use samma_message::about::Sender;

use super::attachments::{self, Attachments, Picture, drawable, is_listed};
use super::cards;
use super::html_frame::{self, HtmlFrame, HtmlPart, KeptOut};
use super::layout::{BackLink, READING_PANE};
use super::links::Links;
use super::notice::{Notice as NoticeView, ProblemNotice};
use super::printing;
use super::reader_about;
use super::reader_bar::Actions;
use super::reader_head::head;
use super::reader_text::text_body;
use super::tags;
use crate::browser::lifecycle;
use crate::components::{Icon, effect, icon, memo, shared};
use crate::i18n::use_texts;
use crate::state::{use_commands, use_state};

/// How long after the first message was opened the rest of what messages may need is loaded: not before what
/// is being read.
const PREPARE_AFTER: Duration = Duration::from_millis(300);

/// The open message.
#[component]
pub(crate) fn Reader() -> impl IntoView {
    let reader = use_state().reader;
    let words = use_texts().reader;
    set_timeout(html_frame::prepare, PREPARE_AFTER);
    printing::listen();
    effect(move || {
        reader.wanted.track();
        // Another message begins at its top.
        if let Some(pane) = document().get_element_by_id(READING_PANE) {
            pane.set_scroll_top(0);
        }
    });
    // Stays while the next message is on its way, and the focus with it.
    let is_there =
        memo(move || reader.message.with(Option::is_some) || reader.problem.with(Option::is_none));
    let content = move || {
        if let Some(message) = reader.message.get() {
            article(message)
        } else if let Some(problem) = reader.problem.get() {
            failure(problem)
        } else {
            view! {
                <div class="reader-waiting" role="status" aria-label=words.loading>
                    <span></span>
                    <span></span>
                    <span></span>
                    <span></span>
                </div>
            }
            .into_any()
        }
    };
    view! {
        <div class="reader">
            <div class="reader-bar" role="toolbar" aria-label=words.actions>
                <BackLink />
                {shared(move || is_there.get().then(|| Actions().into_any()))}
            </div>
            {shared(content)}
            <Links />
        </div>
    }
}

fn send_flags(message: &MessageRef, add: Flags, remove: Flags) {
    let commands = use_commands();
    commands.send(Command::Act {
        action: commands.new_action(),
        on: Messages {
            mailbox: message.mailbox.clone(),
            uid_validity: message.uid_validity,
            which: Which::These(vec![message.uid]),
        },
        what: MessageAction::Flags { add, remove },
    });
}

fn article(message: Arc<Message>) -> AnyView {
    let reader = use_state().reader;
    let words = use_texts().reader;
    let pictures = RwSignal::new(false);
    let kept_out = RwSignal::new(KeptOut::default());
    mark_read(Arc::clone(&message));
    let subject = if message.subject.trim().is_empty() {
        words.no_subject.to_owned()
    } else {
        message.subject.clone()
    };
    let shown = Arc::clone(&message);
    let author = reader_about::author(&message);
    let sender = author.clone();
    let body = move || match (reader.body.get(), reader.problem.get()) {
        (Some(parts), _) => {
            pictures.set(untrack(|| always_shows_pictures(&sender)));
            body_parts(&shown, &parts, pictures, kept_out)
        }
        (None, Some(problem)) => failure(problem),
        (None, None) => {
            view! { <div class="reader-waiting"><span></span><span></span><span></span></div> }
                .into_any()
        }
    };
    let gone = move || {
        reader.is_gone.get().then(|| {
            view! { <p class="message-note gone" role="status">{words.gone}</p> }.into_any()
        })
    };
    let listed = Arc::clone(&message);
    let attachments = move || {
        let parts = reader.body.get()?;
        let attachments = listed
            .attachments
            .iter()
            .filter(|attachment| {
                is_listed(attachment) && !is_in_text(&parts, attachment.content_id.as_deref())
            })
            .cloned()
            .collect();
        let message = listed.message.clone();
        Some(view! { <Attachments message attachments /> }.into_any())
    };
    view! {
            <article class="message" aria-labelledby="message-subject">
                <h1 id="message-subject" dir="auto">
                    {subject}
                </h1>
                {shared(gone)}
                {shared(move || reader.flags.with(|flags| tags::chips(flags, use_texts().actions)))}
                {head(&message)}
                {reader_about::warning(&message)}
                {shared(move || pictures_bar(kept_out.get(), pictures, &author))}
                {shared(body)}
                {shared(attachments)}
            </article>
    }
    .into_any()
}

/// Does an HTML part show this picture.
fn is_in_text(parts: &[BodyPart], content_id: Option<&str>) -> bool {
    let Some(content_id) = content_id else {
        return false;
    };
    parts.iter().any(|part| match part {
        BodyPart::Html { html, inline, .. } => {
            html.contains(&format!("cid:{content_id}"))
                && inline
                    .iter()
                    .any(|attachment| attachment.content_id.as_deref() == Some(content_id))
        }
        _ => false,
    })
}

/// Most pictures that are shown of a message that has nothing else to show.
const PICTURES: usize = 4;

fn body_parts(
    message: &Message,
    parts: &[BodyPart],
    pictures: RwSignal<bool>,
    kept_out: RwSignal<KeptOut>,
) -> AnyView {
    // A picture that was sent without a word is the message.
    if matches!(parts, [BodyPart::Notice(Notice::Empty)]) {
        let shown: Vec<AnyView> = message
            .attachments
            .iter()
            .filter(|attachment| drawable(attachment).is_some())
            .take(PICTURES)
            .map(|attachment| {
                let (message, attachment) = (message.message.clone(), attachment.clone());
                view! { <Picture message attachment /> }.into_any()
            })
            .collect();
        if !shown.is_empty() {
            return shown.into_any();
        }
    }
    parts
        .iter()
        .map(|part| body_part(message, part, pictures, kept_out))
        .collect_view()
        .into_any()
}

fn body_part(
    message: &Message,
    part: &BodyPart,
    pictures: RwSignal<bool>,
    kept_out: RwSignal<KeptOut>,
) -> AnyView {
    let words = use_texts().reader;
    let cut_note = |cut: bool| cut.then(|| view! { <p class="message-note">{words.cut}</p> });
    match part {
        BodyPart::Text { blocks, cut } => view! {
            {text_body(blocks, words)}
            {cut_note(*cut)}
        }
        .into_any(),
        BodyPart::Html { html, cut, inline } => {
            let part = HtmlPart {
                message: message.message.clone(),
                html: html.clone(),
                inline: inline.clone(),
            };
            view! {
                <HtmlFrame part pictures kept_out />
                {cut_note(*cut)}
            }
            .into_any()
        }
        BodyPart::Image(attachment) => {
            let (message, attachment) = (message.message.clone(), attachment.clone());
            view! { <Picture message attachment /> }.into_any()
        }
        BodyPart::Invitation(invitation) => cards::invitation(invitation),
        BodyPart::Report(report) => cards::report(report),
        BodyPart::Receipt(receipt) => cards::receipt(receipt),
        BodyPart::Contacts(contacts) => cards::contacts(contacts),
        BodyPart::Unpacked(files) => attachments::unpacked(&message.message, files),
        BodyPart::Notice(notice) => {
            view! { <p class="message-note">{(words.notice)(*notice)}</p> }.into_any()
        }
    }
}

/// Are remote pictures of this sender shown without being asked for: not where it may be another one.
fn always_shows_pictures(author: &str) -> bool {
    !is_doubtful(author) && use_state().pictures.shows(author)
}

/// May the message come from somebody else.
fn is_doubtful(author: &str) -> bool {
    use_state().reader.about.with(|about| {
        about
            .as_ref()
            .is_some_and(|about| about.sender(author) == Sender::Doubtful)
    })
}

/// Tells what was kept out, and offers to let pictures in.
fn pictures_bar(kept_out: KeptOut, pictures: RwSignal<bool>, author: &str) -> Option<AnyView> {
    let state = use_state();
    let texts = use_texts();
    let (words, about) = (texts.reader, texts.about);
    let KeptOut {
        pictures: remote,
        trackers,
    } = kept_out;
    let (text, short, buttons) = if remote > 0 && !pictures.get() {
        let address = author.to_owned();
        let always = move |_| {
            state.pictures.allow(&address);
            pictures.set(true);
        };
        let buttons = view! {
            <button
                type="button"
                class="link"
                aria-label=words.show_pictures
                on:click=move |_| pictures.set(true)
            >
                <span class="wide">{words.show_pictures}</span>
                <span class="narrow">{words.show_short}</span>
            </button>
            {(!author.is_empty() && !is_doubtful(author))
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="link"
                            aria-label=about.always_pictures
                            on:click=always
                        >
                            <span class="wide">{about.always_pictures}</span>
                            <span class="narrow">{about.always_short}</span>
                        </button>
                    }
                })}
        };
        let text = (words.pictures_blocked)(trackers);
        (text, words.pictures_blocked_short, buttons.into_any())
    } else if remote > 0 && always_shows_pictures(author) {
        let address = author.to_owned();
        let stop = move |_| {
            state.pictures.stop(&address);
            pictures.set(false);
        };
        let buttons = view! {
            <button type="button" class="link" on:click=stop>
                {about.stop_pictures}
            </button>
        };
        ((about.pictures_shown)(author), "", buttons.into_any())
    } else if trackers > 0 {
        ((words.trackers_stopped)(trackers), "", ().into_any())
    } else {
        return None;
    };
    let has_short = !short.is_empty();
    Some(
        view! {
            <div class="pictures-bar">
                {icon(Icon::Hidden)}
                <span class:wide=has_short>{text}</span>
                {has_short.then(|| view! { <span class="narrow">{short}</span> })}
                {buttons}
            </div>
        }
        .into_any(),
    )
}

/// Sets `\Seen` once the text is on screen of a page that is seen. Once: who then marks the message as unread
/// means it.
fn mark_read(message: Arc<Message>) {
    let reader = use_state().reader;
    let is_done = StoredValue::new(false);
    let mark = move || {
        let is_due = !is_done.get_value()
            && reader.body.with_untracked(Option::is_some)
            && lifecycle::is_visible();
        if is_due {
            is_done.set_value(true);
            if !reader.flags.with_untracked(|flags| flags.seen) {
                let seen = Flags {
                    seen: true,
                    ..Flags::default()
                };
                send_flags(&message.message, seen, Flags::default());
            }
        }
    };
    let again = mark.clone();
    let listener = window_event_listener_untyped("visibilitychange", move |_| again());
    on_cleanup(move || listener.remove());
    effect(move || {
        reader.body.track();
        mark();
    });
}

/// Why there is nothing to read, and what can be done.
fn failure(problem: Problem) -> AnyView {
    let reader = use_state().reader;
    let texts = use_texts();
    let retry = move || {
        view! {
            <button type="button" class="button" on:click=move |_| reader.retry()>
                {texts.try_again}
            </button>
        }
    };
    if problem.kind == ProblemKind::NoMessage {
        let (what, hint) = (texts.reader.no_message, texts.reader.no_message_hint);
        view! { <NoticeView what hint>{retry()}</NoticeView> }.into_any()
    } else {
        view! { <ProblemNotice problem>{retry()}</ProblemNotice> }.into_any()
    }
}
