//! What the menus of messages hold.

use leptos::prelude::*;

use super::acting::{self, Act, Target, allowed};
use super::desk::Desk;
use super::row::row_id;
use super::tags;
use crate::components::{Icon, MenuItem};
use crate::state::State;

/// What a menu leaves out, as it is at hand already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    /// Nothing.
    Nothing,
    /// Archive, move and delete.
    Bar,
    /// Those, and flags.
    BarWithFlag,
}

/// Lines for what can be done to these messages.
pub(crate) fn message_items(
    state: State,
    desk: Desk,
    target: &Target,
    beside: Beside,
    at: (f64, f64),
) -> Vec<MenuItem> {
    let texts = acting::texts_of(state);
    let (actions, reader) = (texts.actions, texts.reader);
    let allowed = untrack(|| allowed(state));
    let item = |icon, label: &str, act: Act| {
        let target = target.clone();
        MenuItem::new(icon, label, move || {
            acting::perform(state, desk, target.clone(), act.clone());
        })
    };
    let pick = |icon, label: &str, copies: bool| {
        let target = target.clone();
        MenuItem::new(icon, label, move || {
            acting::pick_folder(state, desk, target.clone(), copies);
        })
    };
    let mut items = Vec::new();
    if beside == Beside::Nothing {
        if allowed.archive {
            items.push(item(Icon::Archive, actions.archive, Act::Archive));
        }
        if allowed.remove {
            items.push(pick(Icon::Folder, actions.move_to_folder, false));
        }
    }
    items.push(pick(Icon::Copy, actions.copy_to, true));
    if let Some(junk) = allowed.junk {
        let label = if junk { actions.junk } else { actions.not_junk };
        items.push(item(Icon::Junk, label, Act::Junk(junk)));
    }
    if allowed.remove && beside == Beside::Nothing {
        items.push(item(Icon::Trash, actions.delete, Act::Delete));
    }
    if allowed.seen {
        let is_seen = target.all(state, |flags| flags.seen);
        let is_unseen = target.all(state, |flags| !flags.seen);
        if !is_seen {
            items.push(item(Icon::Read, reader.mark_read, Act::Seen(true)).group());
        }
        if !is_unseen {
            let unread = item(Icon::Unread, reader.mark_unread, Act::Seen(false));
            items.push(if is_seen { unread.group() } else { unread });
        }
    }
    if allowed.write {
        if beside != Beside::BarWithFlag {
            let is_flagged = target.all(state, |flags| flags.flagged);
            let (icon, label) = if is_flagged {
                (Icon::Flag, reader.unflag)
            } else {
                (Icon::Flagged, reader.flag)
            };
            items.push(item(icon, label, Act::Flag(!is_flagged)));
        }
        if tags::are_offered(state) {
            let target = target.clone();
            items.push(MenuItem::new(Icon::Tag, actions.tags, move || {
                tags::open_menu(state, desk, target.clone(), at);
            }));
        }
    }
    items
}

/// Opens the menu of messages that were pointed at.
pub(crate) fn open(state: State, desk: Desk, target: &Target, beside: Beside, at: (f64, f64)) {
    let label = acting::texts_of(state).reader.actions;
    desk.menus
        .open(label, at, message_items(state, desk, target, beside, at));
}

/// Where a menu that was asked for by key belongs: at the row under the cursor, else in the middle.
pub(crate) fn place_at_focus(state: State) -> (f64, f64) {
    let row = state
        .list
        .cursor
        .get_untracked()
        .and_then(|cursor| cursor.uid)
        .and_then(|uid| document().get_element_by_id(&row_id(uid)));
    row.map_or((320.0, 160.0), |row| {
        let rect = row.get_bounding_client_rect();
        (rect.left() + 32.0, rect.bottom() - 8.0)
    })
}
