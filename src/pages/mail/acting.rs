//! What people do to messages: which messages are meant, what may be done to them, and what shows next.

use leptos::prelude::*;
use samma_mailbox::change::{Flags, Mailbox, MessageRef, Role};
use samma_mailbox::command::{Destination, MessageAction, Messages, Which};

use super::desk::{Asked, Desk, Picking};
use super::layout::{focus_list, is_single_pane, mailbox_label};
use super::list::{list_route, open_message};
use super::tags;
use crate::i18n::Texts;
use crate::keys::Action;
use crate::state::{Deed, State};

/// Messages that something is done to.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    messages: Messages,
    /// How many they are.
    pub(crate) count: u32,
}

/// What is done to messages.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Move them to the archive.
    Archive,
    /// Move them to a folder.
    Move(Mailbox),
    /// Copy them to a folder.
    Copy(Mailbox),
    /// Move them to the trash; from there, remove them for good.
    Delete,
    /// Say that they are junk, or are none.
    Junk(bool),
    /// Mark them as read, or unread.
    Seen(bool),
    /// Flag them, or do so no more.
    Flag(bool),
    /// Set or take away a keyword.
    Tag(String, bool),
}

/// What the person may do to messages of the listed folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Allowed {
    /// Move them elsewhere, or remove them.
    pub(crate) remove: bool,
    /// Archive them: that they are not archived already.
    pub(crate) archive: bool,
    /// Say that they are junk (`true`), or are none.
    pub(crate) junk: Option<bool>,
    /// Mark them as read and unread.
    pub(crate) seen: bool,
    /// Flag and tag them.
    pub(crate) write: bool,
}

impl Target {
    /// These messages of the list.
    pub(crate) fn of(state: State, uids: Vec<u32>) -> Option<Self> {
        let count = u32::try_from(uids.len()).unwrap_or(u32::MAX);
        let messages = state.list.named(Which::These(uids))?;
        (count > 0).then_some(Self { messages, count })
    }

    /// The open message.
    pub(crate) fn open(state: State) -> Option<Self> {
        let message = match state.reader.message.get_untracked() {
            Some(message) => message.message.clone(),
            None => state.reader.wanted.get_untracked()?,
        };
        Some(Self {
            messages: Messages {
                mailbox: message.mailbox,
                uid_validity: message.uid_validity,
                which: Which::These(vec![message.uid]),
            },
            count: 1,
        })
    }

    /// What is selected.
    pub(crate) fn selected(state: State) -> Option<Self> {
        let messages = state.list.selected()?;
        let count = untrack(move || state.list.selected_count());
        Some(Self { messages, count })
    }

    /// What a key means: what is selected, else the message under the cursor, else the open one.
    pub(crate) fn of_key(state: State) -> Option<Self> {
        let cursor = || {
            // On a phone the list is out of sight while a message is read.
            let is_hidden = is_single_pane() && open_uid(state).is_some();
            let cursor = state.list.cursor.get_untracked().filter(|_| !is_hidden)?;
            Self::of(state, vec![cursor.uid?])
        };
        Self::selected(state)
            .or_else(cursor)
            .or_else(|| Self::open(state))
    }

    /// A row that was pointed at: all that is selected, if it is too.
    pub(crate) fn of_row(state: State, uid: u32) -> Option<Self> {
        if untrack(move || state.list.selection.has(uid)) {
            Self::selected(state)
        } else {
            Self::of(state, vec![uid])
        }
    }

    /// The folder that they are in.
    pub(crate) fn mailbox(&self) -> &str {
        &self.messages.mailbox
    }

    /// Is this message among them.
    pub(crate) fn has(&self, uid: u32) -> bool {
        match &self.messages.which {
            Which::These(uids) => uids.contains(&uid),
            Which::All(_) => true,
        }
    }

    /// Is this so of all of them, as far as they are known.
    pub(crate) fn all(&self, state: State, is_so: impl Fn(&Flags) -> bool) -> bool {
        let open = state.reader.message.get_untracked();
        if let (Which::These(uids), Some(open)) = (&self.messages.which, open)
            && uids.as_slice() == [open.message.uid]
            && open.message.mailbox == self.messages.mailbox
        {
            return state.reader.flags.with_untracked(is_so);
        }
        state.list.rows.with_untracked(|rows| {
            rows.values()
                .filter(|entry| self.has(entry.uid))
                .all(|entry| entry.row.with_untracked(|row| is_so(&row.flags)))
        })
    }
}

/// What may be done to messages of the listed folder.
pub(crate) fn allowed(state: State) -> Allowed {
    let kind = state.list.kind.get();
    let mailbox = state
        .list
        .question
        .with(|question| question.as_ref().map(|(mailbox, _)| mailbox.clone()))
        .and_then(|mailbox| state.mailboxes.find(&mailbox));
    let Some(mailbox) = mailbox.filter(|_| !kind.read_only) else {
        return Allowed::default();
    };
    let remove = mailbox.rights.delete_messages;
    Allowed {
        remove,
        archive: remove && !matches!(mailbox.role, Role::Archive | Role::Drafts),
        junk: match mailbox.role {
            _ if !remove => None,
            Role::Junk => Some(false),
            Role::Drafts | Role::Sent => None,
            _ => Some(true),
        },
        seen: mailbox.rights.seen,
        write: mailbox.rights.write,
    }
}

/// The role of the listed folder.
fn role_of(state: State, mailbox: &str) -> Role {
    untrack(|| state.mailboxes.find(mailbox)).map_or(Role::None, |mailbox| mailbox.role)
}

/// The texts, also where there is no view around.
pub(crate) fn texts_of(state: State) -> &'static Texts {
    state.settings.language.get_untracked().texts()
}

/// A number as the language writes it, also where there is no view around.
pub(crate) fn written(state: State, number: u32) -> String {
    let tag = state.settings.language.get_untracked().tag();
    js_sys::Number::from(number).to_locale_string(tag).into()
}

/// Does it, and shows what comes next. What can't be undone is asked first.
pub(crate) fn perform(state: State, desk: Desk, target: Target, act: Act) {
    let texts = texts_of(state);
    let allowed = untrack(|| allowed(state));
    let is_allowed = match &act {
        Act::Archive => allowed.archive,
        Act::Move(to) => allowed.remove && to.name != target.mailbox(),
        Act::Delete => allowed.remove,
        Act::Copy(_) => true,
        Act::Junk(junk) => allowed.junk == Some(*junk),
        Act::Seen(_) => allowed.seen,
        Act::Flag(_) | Act::Tag(..) => allowed.write,
    };
    if !is_allowed {
        return;
    }
    let flag = |set: bool, flags: Flags| {
        let (add, remove) = if set {
            (flags, Flags::default())
        } else {
            (Flags::default(), flags)
        };
        MessageAction::Flags { add, remove }
    };
    let label = |mailbox: &Mailbox| mailbox_label(mailbox, texts);
    let is_single = target.count == 1;
    let quiet = |deed: Deed| if is_single { Deed::Quiet } else { deed };
    let (what, deed, leaves) = match act {
        Act::Archive => (
            MessageAction::Move(Destination::Role(Role::Archive)),
            Deed::Archived,
            true,
        ),
        Act::Move(to) => {
            let deed = Deed::Moved(label(&to));
            (
                MessageAction::Move(Destination::Mailbox(to.name)),
                deed,
                true,
            )
        }
        Act::Copy(to) => {
            let deed = Deed::Copied(label(&to));
            (
                MessageAction::Copy(Destination::Mailbox(to.name)),
                deed,
                false,
            )
        }
        Act::Delete if role_of(state, target.mailbox()) == Role::Trash => {
            return ask_to_remove(state, desk, target);
        }
        Act::Delete => (
            MessageAction::Move(Destination::Role(Role::Trash)),
            Deed::Trashed,
            true,
        ),
        Act::Junk(junk) => (MessageAction::Junk(junk), Deed::Junk(junk), true),
        Act::Seen(set) => {
            let flags = Flags {
                seen: true,
                ..Flags::default()
            };
            (flag(set, flags), quiet(Deed::Seen(set)), false)
        }
        Act::Flag(set) => {
            let flags = Flags {
                flagged: true,
                ..Flags::default()
            };
            (flag(set, flags), quiet(Deed::Flagged(set)), false)
        }
        Act::Tag(keyword, set) => {
            let name = tags::label(&keyword, texts.actions);
            let flags = Flags {
                keywords: vec![keyword],
                ..Flags::default()
            };
            (flag(set, flags), quiet(Deed::Tagged(name, set)), false)
        }
    };
    send(state, target, what, deed, leaves);
}

fn send(state: State, target: Target, what: MessageAction, deed: Deed, leaves: bool) {
    if leaves {
        show_next(state, &target);
        let was_selected = untrack(move || state.list.selection.is_there());
        if was_selected {
            state.list.selection.clear();
            // The buttons that acted are gone.
            focus_list();
        }
    }
    state.toasts.act(target.messages, what, deed, target.count);
}

fn ask_to_remove(state: State, desk: Desk, target: Target) {
    let texts = texts_of(state).actions;
    let count = target.count;
    desk.ask(Asked {
        heading: (texts.delete_heading)(count, &written(state, count)),
        text: Some(texts.delete_hint.to_owned()),
        field: None,
        submit: texts.delete_for_good.to_owned(),
        is_danger: true,
        run: std::rc::Rc::new(move |_| {
            send(
                state,
                target.clone(),
                MessageAction::Delete,
                Deed::Removed,
                true,
            );
        }),
    });
}

/// When the open message is about to leave, opens the one that takes its place; where one pane shows at a
/// time, leads back to the list.
fn show_next(state: State, target: &Target) {
    let Some(open) = open_uid(state).filter(|uid| target.has(*uid)) else {
        return;
    };
    let list = state.list;
    let next = list.position_of(open).and_then(|at| {
        list.rows.with_untracked(|rows| {
            let stays = |uid: &u32| !target.has(*uid);
            let below = rows.range(at..).map(|(_, entry)| entry.uid).find(stays);
            below.or_else(|| {
                rows.range(..at)
                    .rev()
                    .map(|(_, entry)| entry.uid)
                    .find(stays)
            })
        })
    });
    let is_single_message = target.count == 1;
    match (next, list_route(state)) {
        (Some(next), _) if is_single_message && !is_single_pane() => {
            list.point_at(next);
            open_message(state, next);
        }
        (_, Some(route)) if is_single_pane() => {
            state.place.back_to(route);
            focus_list();
        }
        (_, Some(route)) => state.place.replace(route),
        _ => {}
    }
}

/// UID of the open message, if it is one of the listed folder.
pub(crate) fn open_uid(state: State) -> Option<u32> {
    state
        .place
        .route
        .with_untracked(|route| route.message().map(|message: &MessageRef| message.uid))
}

/// Lets a folder be chosen, and moves or copies there.
pub(crate) fn pick_folder(state: State, desk: Desk, target: Target, copies: bool) {
    if !copies && !untrack(|| allowed(state)).remove {
        return;
    }
    let texts = texts_of(state).actions;
    let from = target.mailbox().to_owned();
    desk.pick(Picking {
        heading: if copies {
            texts.copy_to
        } else {
            texts.move_to_folder
        }
        .trim_end_matches('…')
        .to_owned(),
        takes: std::rc::Rc::new(move |mailbox| {
            mailbox.selectable && mailbox.rights.insert && mailbox.name != from
        }),
        top: false,
        creates: true,
        run: std::rc::Rc::new(move |mailbox| {
            if let Some(to) = mailbox {
                let act = if copies { Act::Copy(to) } else { Act::Move(to) };
                perform(state, desk, target.clone(), act);
            }
        }),
    });
}

/// Does what a key asks for.
pub(crate) fn by_key(state: State, desk: Desk, action: Action) {
    let act = |act: fn(&Target) -> Act| {
        if let Some(target) = Target::of_key(state) {
            let act = act(&target);
            perform(state, desk, target, act);
        }
    };
    match action {
        Action::Archive => act(|_| Act::Archive),
        Action::Delete => act(|_| Act::Delete),
        Action::Junk => {
            let junk = untrack(|| allowed(state)).junk;
            if let (Some(target), Some(junk)) = (Target::of_key(state), junk) {
                perform(state, desk, target, Act::Junk(junk));
            }
        }
        Action::Unread => act(|_| Act::Seen(false)),
        Action::Read => act(|_| Act::Seen(true)),
        Action::Flag => {
            if let Some(target) = Target::of_key(state) {
                let set = !target.all(state, |flags| flags.flagged);
                perform(state, desk, target, Act::Flag(set));
            }
        }
        Action::Move | Action::Copy => {
            if let Some(target) = Target::of_key(state) {
                pick_folder(state, desk, target, action == Action::Copy);
            }
        }
        Action::Tags => {
            if let Some(target) = Target::of_key(state) {
                tags::open_menu(state, desk, target, super::menus::place_at_focus(state));
            }
        }
        Action::Undo => state.toasts.undo_last(),
        _ => {}
    }
}
