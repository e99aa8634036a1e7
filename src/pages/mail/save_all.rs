//! Saving all files of a message at once: one zip, filled as they come.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use leptos::prelude::*;
use samma_mailbox::change::{MessageRef, Problem};
use samma_mailbox::command::RequestId;
use samma_message::archive::zip::ZipWriter;
use samma_message::policy;
use samma_message::render::Attachment;

use super::desk::{Asked, Desk, use_desk};
use crate::browser::files::Pieces;
use crate::components::{Icon, icon, shared};
use crate::i18n::use_texts;
use crate::state::{PartEvent, Reader, use_state};

/// How far it is.
#[derive(Clone, PartialEq)]
enum Progress {
    Idle,
    /// So many of them are in it.
    Running(usize),
    Saved,
    Failed(Problem),
}

/// A zip on its way.
struct Zipping {
    reader: Reader,
    message: MessageRef,
    /// Name of the file, and its date in seconds of Unix time.
    name: String,
    date: i64,
    left: VecDeque<Attachment>,
    done: usize,
    zip: ZipWriter,
    pieces: Pieces,
    request: Option<RequestId>,
    progress: RwSignal<Progress>,
}

/// A button for two files or more.
#[component]
pub(super) fn SaveAll(
    /// Whose they are.
    message: MessageRef,
    /// The files.
    attachments: Vec<Attachment>,
) -> impl IntoView {
    let state = use_state();
    let desk = use_desk();
    let texts = use_texts();
    let words = texts.about;
    let count = attachments.len();
    let progress = RwSignal::new(Progress::Idle);
    let running: StoredValue<Option<Rc<RefCell<Zipping>>>, LocalStorage> =
        StoredValue::new_local(None);
    let is_dangerous = attachments
        .iter()
        .filter_map(|one| policy::attachment_danger(&one.name, &one.mime_type))
        .any(|danger| (texts.reader.danger)(danger).is_some());
    let begin = move || {
        let (subject, date) = state.reader.message.with_untracked(|message| {
            let message = message.as_ref();
            message.map_or_else(Default::default, |message| {
                (message.subject.trim().to_owned(), message.date)
            })
        });
        let subject = if subject.is_empty() {
            "attachments".to_owned()
        } else {
            subject
        };
        let zipping = Rc::new(RefCell::new(Zipping {
            reader: state.reader,
            message: message.clone(),
            name: samma_message::filename::clean(&format!("{subject}.zip")),
            date,
            left: attachments.clone().into(),
            done: 0,
            zip: ZipWriter::new(),
            pieces: Pieces::default(),
            request: None,
            progress,
        }));
        running.set_value(Some(Rc::clone(&zipping)));
        next(&zipping);
    };
    let begin: Rc<dyn Fn()> = Rc::new(begin);
    let begin = StoredValue::new_local(begin);
    let start = move |_| {
        let run = begin.get_value();
        if is_dangerous {
            ask(
                desk,
                run,
                words.save_all,
                texts.reader.save_anyway,
                words.save_all_danger,
            );
        } else {
            run();
        }
    };
    let stop = move |_| {
        if let Some(zipping) = running.get_value() {
            let zipping = zipping.borrow();
            if let Some(request) = zipping.request {
                zipping.reader.cancel_part(request);
            }
        }
        running.set_value(None);
        progress.set(Progress::Idle);
    };
    let content = move || match progress.get() {
        Progress::Running(done) => view! {
            <progress max=count value=done></progress>
            <button type="button" class="link" on:click=stop>
                {texts.reader.cancel}
            </button>
        }
        .into_any(),
        other => {
            let told = match other {
                Progress::Saved => Some(texts.reader.saved),
                Progress::Failed(problem) => Some((texts.problem)(problem.kind).what),
                _ => None,
            };
            view! {
                {told.map(|told| view! { <span role="status">{told}</span> })}
                <button type="button" class="link" on:click=start>
                    {icon(Icon::Download)}
                    {words.save_all}
                </button>
            }
            .into_any()
        }
    };
    (count > 1).then(|| view! { <p class="save-all">{shared(content)}</p> })
}

fn ask(desk: Desk, run: Rc<dyn Fn()>, heading: &str, submit: &str, text: &str) {
    desk.ask(Asked {
        heading: heading.to_owned(),
        text: Some(text.to_owned()),
        field: None,
        submit: submit.to_owned(),
        is_danger: true,
        run: Rc::new(move |_| run()),
    });
}

/// Fetches the next file, or saves what is there once there is none.
fn next(zipping: &Rc<RefCell<Zipping>>) {
    let mut this = zipping.borrow_mut();
    let mut octets = Vec::new();
    let Some(attachment) = this.left.pop_front() else {
        std::mem::take(&mut this.zip).finish(&mut octets);
        this.pieces.push(&octets);
        this.pieces.save(&this.name);
        // The message may have been left.
        let _ = this.progress.try_set(Progress::Saved);
        return;
    };
    let date = this.date;
    this.zip.begin(&attachment.name, date, &mut octets);
    this.pieces.push(&octets);
    let _ = this.progress.try_set(Progress::Running(this.done));
    let again = Rc::clone(zipping);
    let (reader, message) = (this.reader, this.message.clone());
    let request = reader.fetch_part(message, attachment.section, move |event| match event {
        PartEvent::Bytes { bytes, last, .. } => {
            let mut this = again.borrow_mut();
            this.zip.data(&bytes);
            this.pieces.push(&bytes);
            if last {
                let mut octets = Vec::new();
                this.zip.end(&mut octets);
                this.pieces.push(&octets);
                this.done = this.done.saturating_add(1);
                drop(this);
                next(&again);
            }
        }
        PartEvent::Failed(problem) => {
            let _ = again.borrow().progress.try_set(Progress::Failed(problem));
        }
    });
    this.request = Some(request);
}
