//! Tags: keywords that people gave to messages, as chips, and the menu that sets them.

use leptos::prelude::*;
use samma_mailbox::change::Flags;

use super::acting::{Act, Target, perform, texts_of};
use super::desk::{Asked, Desk, Field};
use crate::components::{Icon, MenuItem};
use crate::i18n::ActionTexts;
use crate::state::State;

/// Keywords that programs use among themselves; those that begin with `$` or `\` are left out as well.
const SYSTEM: [&str; 7] = [
    "junk",
    "nonjunk",
    "notjunk",
    "forwarded",
    "redirected",
    "mdnsent",
    "recent",
];

/// The keywords that Thunderbird made a custom of: `$label1` to `$label5`.
const LABEL: &str = "$label";

/// How many colours there are in the style sheet.
const COLOURS: u32 = 8;

/// Longest keyword that is made, in characters.
const LONGEST: usize = 40;

/// Is a keyword shown to people.
fn is_tag(keyword: &str) -> bool {
    if label_number(keyword).is_some() {
        return true;
    }
    let is_system = keyword.starts_with(['$', '\\'])
        || SYSTEM.iter().any(|one| one.eq_ignore_ascii_case(keyword));
    !is_system && !keyword.is_empty()
}

/// 0 to 4 for `$label1` to `$label5`.
fn label_number(keyword: &str) -> Option<usize> {
    let (start, digit) = keyword.split_at_checked(LABEL.len())?;
    if !start.eq_ignore_ascii_case(LABEL) {
        return None;
    }
    let number: usize = digit.parse().ok()?;
    number.checked_sub(1).filter(|number| *number < 5)
}

/// The tags of a message, as the server spells them.
pub(crate) fn of(flags: &Flags) -> impl Iterator<Item = &String> {
    flags.keywords.iter().filter(|keyword| is_tag(keyword))
}

/// What people call a tag.
pub(crate) fn label(keyword: &str, texts: &ActionTexts) -> String {
    label_number(keyword)
        .and_then(|number| texts.labels.get(number))
        .map_or_else(|| keyword.replace('_', " "), |label| (*label).to_owned())
}

/// The keyword for a name: without what IMAP keeps for itself, RFC 9051 `atom`. `None`: nothing is left.
fn keyword_of(name: &str, texts: &ActionTexts) -> Option<String> {
    let name = name.trim();
    let known = texts
        .labels
        .iter()
        .position(|label| label.eq_ignore_ascii_case(name));
    if let Some(number) = known {
        return Some(format!("{LABEL}{}", number.saturating_add(1)));
    }
    // Letters of the alphabet without what is above or below them: the browser has the tables.
    let plain: String = js_sys::JsString::from(name).normalize("NFD").into();
    let mut keyword = String::new();
    for letter in plain.chars() {
        let is_kept = letter.is_ascii_graphic() && !"(){%*\"\\]$".contains(letter);
        if is_kept {
            keyword.push(letter);
        } else if letter == ' ' && !keyword.ends_with('_') {
            keyword.push('_');
        }
        if keyword.len() >= LONGEST {
            break;
        }
    }
    let keyword = keyword.trim_matches('_').to_owned();
    (!keyword.is_empty() && is_tag(&keyword)).then_some(keyword)
}

/// A colour for each, the same everywhere.
fn colour(keyword: &str) -> String {
    let sum = keyword.bytes().fold(2_166_136_261_u32, |sum, byte| {
        (sum ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(16_777_619)
    });
    (sum.rotate_left(16) % COLOURS).to_string()
}

/// Chips for the tags of a message.
pub(crate) fn chips(flags: &Flags, texts: &ActionTexts) -> AnyView {
    of(flags)
        .map(|keyword| {
            view! {
                <span class="chip" data-colour=colour(keyword) dir="auto">
                    {label(keyword, texts)}
                </span>
            }
        })
        .collect_view()
        .into_any()
}

/// Tags of the loaded rows and of the open message.
fn known(state: State) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    let mut add = |flags: &Flags| {
        for keyword in of(flags) {
            if !known.iter().any(|one| one.eq_ignore_ascii_case(keyword)) {
                let at = known.iter().position(|one| one > keyword);
                known.insert(at.unwrap_or(known.len()), keyword.clone());
            }
        }
    };
    state.reader.flags.with_untracked(&mut add);
    state.list.rows.with_untracked(|rows| {
        for entry in rows.values() {
            entry.row.with_untracked(|row| add(&row.flags));
        }
    });
    known
}

/// Can a tag be set here.
pub(crate) fn are_offered(state: State) -> bool {
    state.list.kind.get_untracked().keywords || !known(state).is_empty()
}

/// Opens the menu that sets and takes away tags.
pub(crate) fn open_menu(state: State, desk: Desk, target: Target, at: (f64, f64)) {
    let texts = texts_of(state).actions;
    let can_make = state.list.kind.get_untracked().keywords;
    let mut keywords = known(state);
    if can_make {
        for number in 1..=texts.labels.len() {
            let keyword = format!("{LABEL}{number}");
            if !keywords
                .iter()
                .any(|one| one.eq_ignore_ascii_case(&keyword))
            {
                keywords.push(keyword);
            }
        }
    }
    let mut items: Vec<MenuItem> = keywords
        .into_iter()
        .map(|keyword| {
            let is_set = target.all(state, |flags| {
                flags
                    .keywords
                    .iter()
                    .any(|one| one.eq_ignore_ascii_case(&keyword))
            });
            let name = label(&keyword, texts);
            let target = target.clone();
            MenuItem::new(Icon::Tag, name, move || {
                let act = Act::Tag(keyword.clone(), !is_set);
                perform(state, desk, target.clone(), act);
            })
            .marked(is_set)
        })
        .collect();
    if can_make {
        items.push(
            MenuItem::new(Icon::Plus, texts.new_tag, move || {
                ask_name(state, desk, target.clone());
            })
            .group(),
        );
    }
    desk.menus.open(texts.tags.trim_end_matches('…'), at, items);
}

fn ask_name(state: State, desk: Desk, target: Target) {
    let texts = texts_of(state).actions;
    desk.ask(Asked {
        heading: texts.new_tag.trim_end_matches('…').to_owned(),
        text: None,
        field: Some(Field {
            label: texts.tag_name,
            value: String::new(),
            problem: None,
        }),
        submit: texts.set_tag.to_owned(),
        is_danger: false,
        run: std::rc::Rc::new(move |name| {
            if let Some(keyword) = keyword_of(&name, texts) {
                perform(state, desk, target.clone(), Act::Tag(keyword, true));
            }
        }),
    });
}
