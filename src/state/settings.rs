//! What people choose about how the page looks, and the minute that it is.

use leptos::prelude::*;
use samma_mailbox::change::{MessageRef, Person};
use wasm_bindgen::JsValue;

use super::remembered;
use crate::i18n::Language;

/// Choices, and the clock that dates in lists follow.
#[derive(Clone, Copy)]
pub(crate) struct Settings {
    /// The language of the page. Changing it draws the page anew.
    pub(crate) language: RwSignal<Language>,
    /// Light, dark, or as the system has it.
    pub(crate) theme: RwSignal<Theme>,
    /// Width of the list in the three-pane layout, in CSS pixels; `None`: as the style sheet has it.
    pub(crate) list_width: RwSignal<Option<i32>>,
    /// Tell of new mail outside of the page.
    pub(crate) notify: RwSignal<bool>,
    /// Tells of mail that has just come.
    pub(crate) herald: StoredValue<Option<Herald>, LocalStorage>,
    /// Milliseconds of Unix time, renewed each half minute.
    pub(crate) now_ms: RwSignal<f64>,
}

/// Tells of mail that has just come.
pub(crate) type Herald = std::rc::Rc<dyn Fn(NewMail)>;

/// A message that has just come.
#[derive(Clone, Debug)]
pub(crate) struct NewMail {
    /// Which message.
    pub(crate) message: MessageRef,
    /// Who it is from.
    pub(crate) from: Vec<Person>,
    /// Decoded subject; may be empty.
    pub(crate) subject: String,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system has it.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All, in the order of the menu.
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// As it is kept, and as `data-theme` has it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Settings {
    /// What this device remembers, else what the browser says. Sets up the outside: the document's
    /// language and theme, and the clock.
    pub(super) fn load() -> Self {
        let theme = remembered::read("theme");
        let settings = Self {
            language: RwSignal::new(
                remembered::read("language")
                    .and_then(|tag| Language::parse(&tag))
                    .unwrap_or_else(Language::of_browser),
            ),
            theme: RwSignal::new(
                Theme::ALL
                    .into_iter()
                    .find(|one| Some(one.name()) == theme.as_deref())
                    .unwrap_or(Theme::Auto),
            ),
            list_width: RwSignal::new(
                remembered::read("list-width").and_then(|text| text.parse().ok()),
            ),
            notify: RwSignal::new(remembered::read("notify").is_some()),
            herald: StoredValue::new_local(None),
            now_ms: RwSignal::new(js_sys::Date::now()),
        };
        Effect::new(move || root_attribute("lang", settings.language.get().tag()));
        Effect::new(move || root_attribute("data-theme", settings.theme.get().name()));
        // The page lives as long as its clock.
        let _ = set_interval_with_handle(
            move || settings.now_ms.set(js_sys::Date::now()),
            std::time::Duration::from_secs(30),
        );
        settings
    }

    /// Chooses a language.
    pub(crate) fn choose_language(self, language: Language) {
        remembered::write("language", language.tag());
        self.language.set(language);
    }

    /// Chooses a theme.
    pub(crate) fn choose_theme(self, theme: Theme) {
        remembered::write("theme", theme.name());
        self.theme.set(theme);
    }

    /// Chooses whether new mail is told of outside of the page.
    pub(crate) fn choose_notify(self, notify: bool) {
        if notify {
            remembered::write("notify", "yes");
        } else {
            remembered::forget("notify");
        }
        self.notify.set(notify);
    }

    pub(super) fn tell_of(self, mail: NewMail) {
        let herald = self.herald.get_value();
        if let Some(herald) = herald.filter(|_| self.notify.get_untracked()) {
            herald(mail);
        }
    }

    /// Remembers the width that the list was dragged to.
    pub(crate) fn choose_list_width(self, width: i32) {
        remembered::write("list-width", &width.to_string());
        self.list_width.set(Some(width));
    }
}

fn root_attribute(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        // Fails on names that are no names; these are.
        let _: Result<(), JsValue> = root.set_attribute(name, value);
    }
}
