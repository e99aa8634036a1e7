//! What people do to folders: the menu of one, and the questions that come first.

use std::collections::HashSet;
use std::rc::Rc;

use leptos::prelude::*;
use samma_mailbox::change::{Mailbox, Problem, ProblemKind, Role, Section};
use samma_mailbox::command::MailboxAction;

use super::acting::{texts_of, written};
use super::desk::{Asked, Desk, Field, Picking};
use super::layout::mailbox_label;
use crate::components::{Icon, MenuItem};
use crate::i18n::GIVEN_ROLES;
use crate::routes::Route;
use crate::state::{Deed, State};

/// Can a folder be renamed, moved and removed.
pub(crate) fn is_movable(mailbox: &Mailbox) -> bool {
    mailbox.rights.delete_mailbox && mailbox.role != Role::Inbox
}

/// Can a folder be made below this one.
fn takes_folders(mailbox: &Mailbox) -> bool {
    mailbox.can_have_children && mailbox.rights.create
}

/// Lines for what can be done to a folder.
pub(crate) fn items(state: State, desk: Desk, mailbox: &Mailbox, at: (f64, f64)) -> Vec<MenuItem> {
    let texts = texts_of(state).actions;
    let label = mailbox_label(mailbox, texts_of(state));
    let item = |icon: Option<Icon>, label: &str, run: fn(State, Desk, Mailbox)| {
        let mailbox = mailbox.clone();
        MenuItem::new(icon, label, move || run(state, desk, mailbox.clone()))
    };
    let mut items = Vec::new();
    if mailbox.selectable && mailbox.rights.seen && mailbox.unread != Some(0) {
        items.push(item(Some(Icon::Read), texts.mark_all_read, mark_all_read));
    }
    if takes_folders(mailbox) {
        items.push(item(
            Some(Icon::Plus),
            texts.new_folder_inside,
            |state, desk, mailbox| create(state, desk, Some(&mailbox)),
        ));
    }
    if is_movable(mailbox) {
        items.push(item(Some(Icon::Pen), texts.rename, rename));
        items.push(item(Some(Icon::Folder), texts.move_to_folder, pick_parent));
    }
    if mailbox.section == Section::Personal && mailbox.role != Role::Inbox && mailbox.selectable {
        let mailbox = mailbox.clone();
        items.push(MenuItem::new(None, texts.use_as, move || {
            let label = texts.use_as.trim_end_matches('…');
            desk.menus.open(label, at, roles(state, &mailbox));
        }));
    }
    let (subscription, subscribed) = if mailbox.subscribed {
        (texts.unsubscribe, false)
    } else {
        (texts.subscribe, true)
    };
    if mailbox.role != Role::Inbox {
        let name = mailbox.name.clone();
        items.push(MenuItem::new(None, subscription, move || {
            let what = MailboxAction::Subscribe {
                mailbox: name.clone(),
                subscribed,
            };
            state.toasts.organise(what, Deed::QuietFolder, None);
        }));
    }
    let can_empty = matches!(mailbox.role, Role::Trash | Role::Junk)
        && mailbox.rights.delete_messages
        && mailbox.total != Some(0);
    if can_empty {
        items.push(
            item(Some(Icon::Trash), &(texts.empty)(&label), empty)
                .danger()
                .group(),
        );
    }
    if is_movable(mailbox) {
        let delete = item(Some(Icon::Trash), texts.delete_folder, delete).danger();
        items.push(if can_empty { delete } else { delete.group() });
    }
    items
}

fn roles(state: State, mailbox: &Mailbox) -> Vec<MenuItem> {
    let texts = texts_of(state);
    GIVEN_ROLES
        .into_iter()
        .map(|role| {
            let name = mailbox.name.clone();
            let label = (texts.mail.role)(role).unwrap_or(texts.actions.use_as_nothing);
            MenuItem::new(None, label, move || {
                let what = MailboxAction::SetRole {
                    mailbox: name.clone(),
                    role,
                };
                state.toasts.organise(what, Deed::QuietFolder, None);
            })
            .marked(mailbox.role == role)
        })
        .collect()
}

fn mark_all_read(state: State, _: Desk, mailbox: Mailbox) {
    let deed = Deed::AllRead(mailbox_label(&mailbox, texts_of(state)));
    let what = MailboxAction::MarkAllRead {
        mailbox: mailbox.name,
    };
    state.toasts.organise(what, deed, None);
}

/// Asks for the name of a folder to be made, below `parent` or at the top.
pub(crate) fn create(state: State, desk: Desk, parent: Option<&Mailbox>) {
    ask_new(state, desk, parent.cloned(), String::new(), None);
}

fn ask_new(
    state: State,
    desk: Desk,
    parent: Option<Mailbox>,
    value: String,
    problem: Option<Problem>,
) {
    let texts = texts_of(state);
    let text = parent
        .as_ref()
        .map(|parent| (texts.actions.inside)(&mailbox_label(parent, texts)));
    let parent = parent.map(|parent| parent.name);
    ask_name(
        state,
        desk,
        texts.actions.new_folder.to_owned(),
        text,
        value,
        problem,
        texts.actions.create,
        Rc::new(move |label| {
            create_then(state, desk, parent.clone(), label, Rc::new(|_| {}));
        }),
    );
}

/// Makes a folder, and then does something with it. What the server refuses is asked anew.
pub(crate) fn create_then(
    state: State,
    desk: Desk,
    parent: Option<String>,
    label: String,
    run: Rc<dyn Fn(Option<Mailbox>)>,
) {
    let above = parent
        .as_ref()
        .and_then(|parent| untrack(|| state.mailboxes.find(parent)));
    if has_child(state, parent.as_deref(), &label) {
        return ask_new(state, desk, above, label, Some(exists()));
    }
    let before: HashSet<String> = state
        .mailboxes
        .all
        .get_untracked()
        .iter()
        .flat_map(|all| all.iter().map(|one| one.name.clone()))
        .collect();
    if let Some(parent) = &parent {
        state.mailboxes.set_collapsed(parent, false);
    }
    let what = MailboxAction::Create {
        parent,
        label: label.clone(),
    };
    let deed = Deed::Created(label.clone());
    let hear = move |problem: Option<Problem>| {
        if let Some(problem) = problem {
            ask_new(state, desk, above.clone(), label.clone(), Some(problem));
            return true;
        }
        when_there(state, before.clone(), label.clone(), Rc::clone(&run), 40);
        false
    };
    state.toasts.organise(what, deed, Some(Rc::new(hear)));
}

/// Does something with a folder as soon as the tree has it: that is told apart from its making.
fn when_there(
    state: State,
    before: HashSet<String>,
    label: String,
    run: Rc<dyn Fn(Option<Mailbox>)>,
    tries: u32,
) {
    let made = state.mailboxes.all.with_untracked(|all| {
        all.as_ref()?
            .iter()
            .find(|one| one.label == label && !before.contains(&one.name))
            .cloned()
    });
    if made.is_some() {
        run(made);
    } else if let Some(tries) = tries.checked_sub(1) {
        set_timeout(
            move || when_there(state, before, label, run, tries),
            std::time::Duration::from_millis(50),
        );
    }
}

fn has_child(state: State, parent: Option<&str>, label: &str) -> bool {
    let label = label.trim();
    state.mailboxes.all.with_untracked(|all| {
        all.iter().flat_map(|all| all.iter()).any(|one| {
            one.parent.as_deref() == parent
                && one.section == Section::Personal
                && one.label == label
        })
    })
}

const fn exists() -> Problem {
    Problem {
        kind: ProblemKind::AlreadyExists,
        server_text: None,
    }
}

/// Asks for another name.
pub(crate) fn rename(state: State, desk: Desk, mailbox: Mailbox) {
    let label = mailbox.label.clone();
    ask_rename(state, desk, mailbox, label, None);
}

fn ask_rename(state: State, desk: Desk, mailbox: Mailbox, value: String, problem: Option<Problem>) {
    let texts = texts_of(state);
    let heading = (texts.actions.rename_heading)(&mailbox_label(&mailbox, texts));
    ask_name(
        state,
        desk,
        heading,
        None,
        value,
        problem,
        texts.actions.rename_now,
        Rc::new(move |label| {
            if label == mailbox.label {
                return;
            }
            let parent = mailbox.parent.clone();
            if has_child(state, parent.as_deref(), &label) {
                return ask_rename(state, desk, mailbox.clone(), label, Some(exists()));
            }
            let again = mailbox.clone();
            let typed = label.clone();
            let hear = move |problem: Option<Problem>| {
                let is_refused = problem.is_some();
                if is_refused {
                    ask_rename(state, desk, again.clone(), typed.clone(), problem);
                }
                is_refused
            };
            let deed = Deed::Renamed(label.clone());
            let what = MailboxAction::Rename {
                mailbox: mailbox.name.clone(),
                parent,
                label,
            };
            state.toasts.organise(what, deed, Some(Rc::new(hear)));
        }),
    );
}

#[expect(clippy::too_many_arguments, reason = "it only fills in the question")]
fn ask_name(
    state: State,
    desk: Desk,
    heading: String,
    text: Option<String>,
    value: String,
    problem: Option<Problem>,
    submit: &str,
    run: Rc<dyn Fn(String)>,
) {
    desk.ask(Asked {
        heading,
        text,
        field: Some(Field {
            label: texts_of(state).actions.folder_name,
            value,
            problem,
        }),
        submit: submit.to_owned(),
        is_danger: false,
        run,
    });
}

/// Can a folder be moved below another one; `None`: to the top.
pub(crate) fn can_move(mailbox: &Mailbox, inside: &[Mailbox], to: Option<&Mailbox>) -> bool {
    let to_name = to.map(|to| to.name.as_str());
    is_movable(mailbox)
        && mailbox.parent.as_deref() != to_name
        && to_name != Some(mailbox.name.as_str())
        && to.is_none_or(|to| {
            takes_folders(to)
                && to.section == mailbox.section
                && !inside.iter().any(|one| one.name == to.name)
        })
}

/// Moves a folder below another one, or to the top.
pub(crate) fn move_folder(state: State, mailbox: &Mailbox, to: Option<&Mailbox>) {
    if !can_move(mailbox, &state.mailboxes.inside(&mailbox.name), to) {
        return;
    }
    if let Some(to) = to {
        state.mailboxes.set_collapsed(&to.name, false);
    }
    let what = MailboxAction::Rename {
        mailbox: mailbox.name.clone(),
        parent: to.map(|to| to.name.clone()),
        label: mailbox.label.clone(),
    };
    let deed = Deed::FolderMoved(mailbox_label(mailbox, texts_of(state)));
    state.toasts.organise(what, deed, None);
}

fn pick_parent(state: State, desk: Desk, mailbox: Mailbox) {
    let texts = texts_of(state).actions;
    let inside = state.mailboxes.inside(&mailbox.name);
    let moved = mailbox.clone();
    desk.pick(Picking {
        heading: texts.move_to_folder.trim_end_matches('…').to_owned(),
        top: can_move(&mailbox, &inside, None),
        creates: false,
        takes: Rc::new(move |to| can_move(&mailbox, &inside, Some(to))),
        run: Rc::new(move |to| move_folder(state, &moved, to.as_ref())),
    });
}

/// Asks whether to remove a folder, with all that is in it.
pub(crate) fn delete(state: State, desk: Desk, mailbox: Mailbox) {
    if !is_movable(&mailbox) {
        return;
    }
    let texts = texts_of(state).actions;
    let label = mailbox_label(&mailbox, texts_of(state));
    let inside = u32::try_from(state.mailboxes.inside(&mailbox.name).len()).unwrap_or(u32::MAX);
    let total = mailbox.total;
    let hint = (texts.delete_folder_hint)(total, &written(state, total.unwrap_or(0)), inside);
    confirm(
        desk,
        (texts.delete_folder_heading)(&label),
        hint,
        texts.delete,
        move || {
            leave(state, &mailbox);
            let what = MailboxAction::Delete {
                mailbox: mailbox.name.clone(),
            };
            state
                .toasts
                .organise(what, Deed::FolderDeleted(label.clone()), None);
        },
    );
}

/// Nobody stays in a folder that they remove.
fn leave(state: State, mailbox: &Mailbox) {
    let inside = state.mailboxes.inside(&mailbox.name);
    let is_in = state.place.listed.with_untracked(|listed| {
        listed.list().is_some_and(|(name, _)| {
            name == mailbox.name || inside.iter().any(|one| one.name == name)
        })
    });
    if is_in {
        state.place.replace(Route::inbox());
    }
}

/// Asks whether to remove all messages of a folder.
pub(crate) fn empty(state: State, desk: Desk, mailbox: Mailbox) {
    let texts = texts_of(state).actions;
    let label = mailbox_label(&mailbox, texts_of(state));
    let hint = (texts.empty_hint)(mailbox.total, &written(state, mailbox.total.unwrap_or(0)));
    confirm(
        desk,
        (texts.empty_heading)(&label),
        hint,
        texts.empty_now,
        move || {
            let what = MailboxAction::Empty {
                mailbox: mailbox.name.clone(),
            };
            state
                .toasts
                .organise(what, Deed::Emptied(label.clone()), None);
        },
    );
}

fn confirm(desk: Desk, heading: String, hint: String, submit: &str, run: impl Fn() + 'static) {
    desk.ask(Asked {
        heading,
        text: Some(hint),
        field: None,
        submit: submit.to_owned(),
        is_danger: true,
        run: Rc::new(move |_| run()),
    });
}
