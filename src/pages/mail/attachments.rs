//! What a message brings along: cards to save it from, and the pictures that are part of the text.

use std::cell::Cell;

use leptos::prelude::*;
use samma_mailbox::change::{MessageRef, Problem, UnpackedFile};
use samma_mailbox::command::RequestId;
use samma_message::filename;
use samma_message::policy::{self, Danger, Preview};
use samma_message::render::{Attachment, Role};

use super::save_all::SaveAll;
use crate::browser::files::{Address, Pieces};
use crate::components::{Icon, effect, icon, shared};
use crate::i18n::{use_formats, use_texts};
use crate::state::{PartEvent, Reader, use_state};

/// A file on its way from the server to the person's disk. It goes on when the message is left.
#[derive(Clone, Copy)]
pub(super) struct Transfer {
    /// How far it is.
    pub(super) state: RwSignal<TransferState>,
    request: StoredValue<Option<RequestId>>,
}

/// How far a [`Transfer`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TransferState {
    /// Not begun.
    Idle,
    /// The person is asked whether they want a dangerous file.
    Warned(Danger),
    /// Octets done and to be done.
    Running(u32, u32),
    /// Handed to the browser.
    Saved,
    /// Not to be had.
    Failed(Problem),
}

/// Octets from which on progress is told in numbers: smaller files are there before one could read them.
const BIG_OCTETS: u32 = 1_000_000;

impl Transfer {
    /// One that has not begun.
    pub(super) fn new() -> Self {
        Self {
            state: RwSignal::new(TransferState::Idle),
            request: StoredValue::new(None),
        }
    }

    /// Fetches a part and saves it under this name.
    pub(super) fn start(self, reader: Reader, message: MessageRef, section: String, name: String) {
        self.start_within(reader, message, section, name, None);
    }

    /// The same for a file that is so far within a part, and so long.
    fn start_within(
        self,
        reader: Reader,
        message: MessageRef,
        section: String,
        name: String,
        within: Option<(u32, u32)>,
    ) {
        if matches!(self.state.get_untracked(), TransferState::Running(..)) {
            return;
        }
        self.state.set(TransferState::Running(0, 0));
        let pieces = Pieces::default();
        let before = Cell::new(0_usize);
        let request = reader.fetch_part(message, section, move |event| {
            let state = match event {
                PartEvent::Bytes {
                    bytes,
                    progress: (done, all),
                    last,
                } => {
                    pieces.push(part_of(&bytes, before.get(), within));
                    before.set(before.get().saturating_add(bytes.len()));
                    if last {
                        pieces.save(&name);
                        TransferState::Saved
                    } else {
                        TransferState::Running(done, all)
                    }
                }
                PartEvent::Failed(problem) => TransferState::Failed(problem),
            };
            // The card may be gone.
            let _ = self.state.try_set(state);
        });
        self.request.set_value(Some(request));
    }

    /// Gives up.
    pub(super) fn cancel(self, reader: Reader) {
        if let Some(request) = self.request.get_value() {
            reader.cancel_part(request);
        }
        self.state.set(TransferState::Idle);
    }
}

/// What of a piece, which so many octets have come before, belongs to a file within the part.
fn part_of(bytes: &[u8], before: usize, within: Option<(u32, u32)>) -> &[u8] {
    let Some((offset, size)) = within else {
        return bytes;
    };
    let first = (offset as usize).saturating_sub(before);
    let end = (offset as usize).saturating_add(size as usize);
    let last = end.saturating_sub(before).min(bytes.len());
    bytes.get(first..last).unwrap_or_default()
}

/// Are these listed: what the text shows already is not, and a signature is no file to anybody.
pub(super) fn is_listed(attachment: &Attachment) -> bool {
    !matches!(attachment.role, Role::Signature | Role::Shown)
}

/// Cards for the attachments of a message.
#[component]
pub(super) fn Attachments(message: MessageRef, attachments: Vec<Attachment>) -> impl IntoView {
    let texts = use_texts().reader;
    let count = attachments.len();
    let (all, whose) = (attachments.clone(), message.clone());
    let cards = attachments
        .into_iter()
        .map(|attachment| view! { <li>{card(message.clone(), attachment, None)}</li> })
        .collect_view();
    (count > 0).then(|| {
        view! {
            <section class="attachments">
                <h2 class="visually-hidden">{(texts.attachments)(count)}</h2>
                <ul>{cards}</ul>
                <SaveAll message=whose attachments=all />
            </section>
        }
    })
}

/// Cards for what was in a `winmail.dat`.
pub(super) fn unpacked(message: &MessageRef, files: &[UnpackedFile]) -> AnyView {
    let cards = files
        .iter()
        .map(|file| {
            let attachment = Attachment {
                section: file.section.clone(),
                name: file.name.clone(),
                mime_type: file.mime_type.clone(),
                file_size_octets: file.size_octets,
                ..Attachment::default()
            };
            let within = Some((file.offset_octets, file.size_octets));
            view! { <li>{card(message.clone(), attachment, within)}</li> }
        })
        .collect_view();
    view! {
        <section class="attachments">
            <ul>{cards}</ul>
        </section>
    }
    .into_any()
}

fn card(message: MessageRef, attachment: Attachment, within: Option<(u32, u32)>) -> AnyView {
    let texts = use_texts();
    let reader_texts = texts.reader;
    let formats = use_formats();
    let reader = use_state().reader;
    let transfer = Transfer::new();
    let Attachment {
        section,
        name,
        mime_type,
        file_size_octets,
        role,
        ..
    } = attachment;
    let danger = policy::attachment_danger(&name, &mime_type);
    let warning = danger.and_then(reader_texts.danger);
    let facts = format!(
        "{} · {}",
        kind(&name, &mime_type),
        formats.size(file_size_octets)
    );
    let begin = {
        let name = name.clone();
        move || {
            let (message, section) = (message.clone(), section.clone());
            transfer.start_within(reader, message, section, name.clone(), within);
        }
    };
    let begin = StoredValue::new_local(begin);
    let ask = move |_| match danger.filter(|_| warning.is_some()) {
        Some(danger) => transfer.state.set(TransferState::Warned(danger)),
        None => begin.with_value(|begin| begin()),
    };
    let save_name = (reader_texts.save_file)(&name);
    let cancel_name = (reader_texts.cancel_file)(&name);
    let action = move || match transfer.state.get() {
        TransferState::Running(done, all) => view! {
            " · "
            {progress(done, all)}
            {(all >= BIG_OCTETS)
                .then(|| (reader_texts.of)(&formats.size(done), &formats.size(all)) + " ")}
            <button
                type="button"
                class="link"
                aria-label=cancel_name.clone()
                on:click=move |_| transfer.cancel(reader)
            >
                {reader_texts.cancel}
            </button>
        }
        .into_any(),
        TransferState::Warned(_) => ().into_any(),
        other => {
            let told = match other {
                TransferState::Saved => Some(reader_texts.saved),
                TransferState::Failed(_) => Some(reader_texts.not_saved),
                _ => None,
            };
            view! {
                " · "
                {told.map(|told| view! { <span role="status">{told}</span> " · " })}
                <button type="button" class="link" aria-label=save_name.clone() on:click=ask>
                    {match told {
                        Some(told) if told == reader_texts.not_saved => texts.try_again,
                        _ => reader_texts.save,
                    }}
                </button>
            }
            .into_any()
        }
    };
    let problem = move || match transfer.state.get() {
        TransferState::Failed(problem) => {
            let what = (texts.problem)(problem.kind).what;
            Some(view! { <p class="attachment-note">{what}</p> }.into_any())
        }
        TransferState::Warned(_) => warning.map(|warning| {
            view! {
                <div class="attachment-note danger" role="alert">
                    <p>{warning}</p>
                    <p>
                        <button
                            type="button"
                            class="link"
                            on:click=move |_| transfer.state.set(TransferState::Idle)
                        >
                            {reader_texts.dont_save}
                        </button>
                        <button
                            type="button"
                            class="link danger"
                            on:click=move |_| begin.with_value(|begin| begin())
                        >
                            {reader_texts.save_anyway}
                        </button>
                    </p>
                </div>
            }
            .into_any()
        }),
        _ => None,
    };
    let sign = match (warning, role) {
        (Some(_), _) => Icon::Warning,
        (None, Role::Calendar) => Icon::Calendar,
        (None, Role::Sealed) => Icon::Lock,
        (None, _) => Icon::Clip,
    };
    view! {
        <div class="attachment" class:dangerous=warning.is_some()>
            {icon(sign)}
            <div>
                <p class="attachment-name" dir="auto" title=name.clone()>
                    {name.clone()}
                </p>
                <p class="attachment-facts">{facts} {shared(action)}</p>
                {shared(problem)}
            </div>
        </div>
    }
    .into_any()
}

/// How far a transfer is, as a bar; without a value while the size is not known.
fn progress(done: u32, all: u32) -> AnyView {
    if all == 0 {
        view! { <progress></progress> " " }.into_any()
    } else {
        view! { <progress max=all value=done></progress> " " }.into_any()
    }
}

/// What people call a kind of file: its ending, else what its sender says.
fn kind(name: &str, mime_type: &str) -> String {
    let extension = filename::extension(name);
    if !extension.is_empty() && extension.len() <= 5 {
        return extension.to_uppercase();
    }
    mime_type
        .split_once('/')
        .map_or(mime_type, |(_, subtype)| subtype)
        .to_owned()
}

/// The type under which the page may draw a part: pictures that can't run anything.
pub(super) fn drawable(attachment: &Attachment) -> Option<&'static str> {
    if policy::preview(&attachment.name, &attachment.mime_type) != Preview::Image {
        return None;
    }
    let subtype = attachment
        .mime_type
        .strip_prefix("image/")
        .map_or_else(|| filename::extension(&attachment.name), str::to_owned);
    Some(match subtype.as_str() {
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        _ => "image/jpeg",
    })
}

/// Fetches a picture of the message; `ready` gets its address, or nothing if there is none to be had.
pub(super) fn fetch_picture(
    reader: Reader,
    message: MessageRef,
    attachment: &Attachment,
    ready: impl Fn(Option<Address>) + 'static,
) -> Option<RequestId> {
    let Some(mime_type) = drawable(attachment) else {
        ready(None);
        return None;
    };
    let pieces = Pieces::default();
    let section = attachment.section.clone();
    Some(
        reader.fetch_part(message, section, move |event| match event {
            PartEvent::Bytes { bytes, last, .. } => {
                pieces.push(&bytes);
                if last {
                    ready(pieces.address(mime_type));
                }
            }
            PartEvent::Failed(_) => ready(None),
        }),
    )
}

/// Largest picture that is fetched without being asked for, in octets: a screen's worth, not a camera's.
const PICTURE_OCTETS: u32 = 3_000_000;

/// A picture in line with the text. A large one waits until somebody asks for it.
#[component]
pub(super) fn Picture(message: MessageRef, attachment: Attachment) -> impl IntoView {
    let texts = use_texts().reader;
    let formats = use_formats();
    let reader = use_state().reader;
    let address: RwSignal<Option<Option<Address>>, LocalStorage> = RwSignal::new_local(None);
    let is_asked = RwSignal::new(attachment.file_size_octets <= PICTURE_OCTETS);
    let request = StoredValue::new(None);
    effect({
        let attachment = attachment.clone();
        move || {
            if is_asked.get() {
                let message = message.clone();
                request.set_value(fetch_picture(reader, message, &attachment, move |ready| {
                    // The message may have been left.
                    let _ = address.try_set(Some(ready));
                }));
            }
        }
    });
    on_cleanup(move || {
        if let Some(request) = request.try_get_value().flatten() {
            reader.cancel_part(request);
        }
    });
    shared(move || {
        let name = attachment.name.clone();
        if !is_asked.get() {
            let label = format!(
                "{} · {name} · {}",
                texts.show_picture,
                formats.size(attachment.file_size_octets)
            );
            return view! {
                <p class="message-note">
                    <button type="button" class="link" on:click=move |_| is_asked.set(true)>
                        {label}
                    </button>
                </p>
            }
            .into_any();
        }
        address.with(|address| match address {
            None => view! { <p class="picture waiting"></p> }.into_any(),
            Some(Some(address)) => view! {
                <p class="picture">
                    <img src=address.as_str().to_owned() alt=name />
                </p>
            }
            .into_any(),
            Some(None) => {
                view! { <p class="message-note">{texts.picture_failed} " " {name}</p> }.into_any()
            }
        })
    })
}
