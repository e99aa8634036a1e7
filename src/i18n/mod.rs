//! Words, dates and numbers in the person's language.
//!
//! A language is a [`Texts`] of plain strings and functions: the compiler finds what is missing. A view
//! takes its texts once; changing the language draws the page anew. Dates and numbers come from the
//! browser's `Intl`.

mod about;
mod actions;
mod cards;
mod english;
mod format;
mod reader;
mod swedish;
mod texts;

use leptos::prelude::*;

pub(crate) use about::AboutTexts;
pub(crate) use actions::{ActionTexts, GIVEN_ROLES};
pub(crate) use cards::CardTexts;
pub(crate) use format::Formats;
pub(crate) use reader::ReaderTexts;
pub(crate) use texts::{KeyTexts, MailTexts, Texts};

/// A language that the page speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// English.
    English,
    /// Swedish.
    Swedish,
}

impl Language {
    /// All, in the order of the menu.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::Swedish];

    /// BCP 47 tag.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Swedish => "sv",
        }
    }

    /// What its speakers call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Swedish => "Svenska",
        }
    }

    /// Its words.
    pub(crate) const fn texts(self) -> &'static Texts {
        match self {
            Self::English => &english::TEXTS,
            Self::Swedish => &swedish::TEXTS,
        }
    }

    /// Reads a BCP 47 tag, of which only the language counts.
    pub(crate) fn parse(tag: &str) -> Option<Self> {
        let language = tag.split('-').next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|one| one.tag().eq_ignore_ascii_case(language))
    }

    /// The first of the browser's languages that the page speaks, else English.
    pub(crate) fn of_browser() -> Self {
        window()
            .navigator()
            .languages()
            .iter()
            .filter_map(|tag| tag.as_string())
            .find_map(|tag| Self::parse(&tag))
            .unwrap_or(Self::English)
    }
}

/// The texts in the present language. To be taken once, when a view is made.
pub(crate) fn use_texts() -> &'static Texts {
    crate::state::use_state()
        .settings
        .language
        .get_untracked()
        .texts()
}

/// Dates and numbers in the present language, as [`use_texts`].
pub(crate) fn use_formats() -> Formats {
    expect_context()
}
