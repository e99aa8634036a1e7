//! What a language has to say. `i18n/english.rs` and `i18n/swedish.rs` say it.

use samma_mailbox::change::{ProblemKind, Role};

use super::{AboutTexts, ActionTexts, CardTexts, ReaderTexts};

/// All texts of the page in one language.
#[derive(Debug)]
pub(crate) struct Texts {
    /// The sign-in page.
    pub(crate) login: LoginTexts,
    /// Folders and lists.
    pub(crate) mail: MailTexts,
    /// The open message.
    pub(crate) reader: &'static ReaderTexts,
    /// Invitations, reports and contacts.
    pub(crate) cards: &'static CardTexts,
    /// About the open message.
    pub(crate) about: &'static AboutTexts,
    /// What people do to messages and folders.
    pub(crate) actions: &'static ActionTexts,
    /// Shortcuts.
    pub(crate) keys: KeyTexts,
    /// What went wrong, in plain words.
    pub(crate) problem: fn(ProblemKind) -> ProblemText,
    /// Before the server's own words.
    pub(crate) server_said: &'static str,
    /// Heading of the server's own words, where they are folded away.
    pub(crate) details: &'static str,
    /// Asks again.
    pub(crate) try_again: &'static str,
    /// Loads the page again.
    pub(crate) reload: &'static str,
    /// Closes a dialog or a note.
    pub(crate) close: &'static str,
}

/// A problem in plain words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProblemText {
    /// What happened.
    pub(crate) what: &'static str,
    /// What it means, and what can be done.
    pub(crate) hint: &'static str,
}

/// Texts of the sign-in page.
#[derive(Debug)]
pub(crate) struct LoginTexts {
    /// Title of the document, before the product's name.
    pub(crate) title: &'static str,
    /// Heading.
    pub(crate) heading: &'static str,
    /// Below it.
    pub(crate) lead: &'static str,
    /// Label of the address.
    pub(crate) address: &'static str,
    /// Example in the empty address field.
    pub(crate) address_example: &'static str,
    /// Label of the password.
    pub(crate) password: &'static str,
    /// Label of the server's choice.
    pub(crate) server: &'static str,
    /// First line of that choice, before one is made.
    pub(crate) choose_server: &'static str,
    /// Label of the tick.
    pub(crate) keep: &'static str,
    /// The button.
    pub(crate) submit: &'static str,
    /// The button while waiting.
    pub(crate) submitting: &'static str,
    /// What is encrypted, and from where to where.
    pub(crate) sealed: fn(host: &str) -> String,
    /// Instead of that, where the gateway and the server are one machine and speak in clear.
    pub(crate) not_sealed: fn(host: &str) -> String,
    /// The address has no `@`.
    pub(crate) address_invalid: &'static str,
    /// No password was typed.
    pub(crate) password_missing: &'static str,
    /// There are several servers, and none was chosen.
    pub(crate) server_missing: &'static str,
    /// `/config.json` can't be had.
    pub(crate) config_failed: &'static str,
    /// `/config.json` names no mail server.
    pub(crate) no_servers: &'static str,
    /// The engine can't start.
    pub(crate) engine_failed: &'static str,
    /// Page and engine are of different builds.
    pub(crate) new_version: &'static str,
    /// Heading of the explanation, for screen readers.
    pub(crate) kinds: &'static str,
    /// Beside "IMAP".
    pub(crate) imap_badge: &'static str,
    /// About IMAP.
    pub(crate) imap: &'static str,
    /// About POP.
    pub(crate) pop: &'static str,
    /// Warning against POP beside IMAP.
    pub(crate) pop_warning: &'static str,
}

/// Texts of folders and lists.
#[derive(Debug)]
pub(crate) struct MailTexts {
    /// Name of the folder tree.
    pub(crate) folders: &'static str,
    /// Heading over folders without a role.
    pub(crate) own_folders: &'static str,
    /// Heading over folders of others.
    pub(crate) shared: &'static str,
    /// Name of a role; `None`: the folder's own.
    pub(crate) role: fn(Role) -> Option<&'static str>,
    /// "Inbox, 12 unread"; the number as written.
    pub(crate) folder_unread: fn(name: &str, unread: &str) -> String,
    /// Beside a folder that another device made.
    pub(crate) just_added: &'static str,
    /// Opens a branch of the tree.
    pub(crate) expand: &'static str,
    /// Closes it.
    pub(crate) collapse: &'static str,
    /// Live state: changes arrive.
    pub(crate) live: &'static str,
    /// Live state: connecting.
    pub(crate) connecting: &'static str,
    /// Live state: none, for less than a minute.
    pub(crate) offline: &'static str,
    /// Live state: none, since a time.
    pub(crate) offline_since: fn(time: &str) -> String,
    /// Connects at once.
    pub(crate) try_now: &'static str,
    /// Above the list while offline.
    pub(crate) unreachable: &'static str,
    /// Unfolds what can be done about it.
    pub(crate) what_can_i_do: &'static str,
    /// Name of the account's menu and pane.
    pub(crate) account: &'static str,
    /// Label of the language.
    pub(crate) language: &'static str,
    /// Label of the theme.
    pub(crate) theme: &'static str,
    /// Themes: as the system, light, dark.
    pub(crate) themes: [&'static str; 3],
    /// Opens the help on shortcuts.
    pub(crate) keyboard: &'static str,
    /// Signs out.
    pub(crate) sign_out: &'static str,
    /// Below it.
    pub(crate) sign_out_hint: &'static str,
    /// Label and placeholder of the search field.
    pub(crate) search: &'static str,
    /// Name of the list.
    pub(crate) messages: &'static str,
    /// "12 unread of 104,218"; numbers as written.
    pub(crate) unread_of: fn(unread: &str, total: &str) -> String,
    /// "104,218 messages".
    pub(crate) message_count: fn(count: u32, written: &str) -> String,
    /// "3 found" beside the heading of a search.
    pub(crate) found: fn(count: u32, written: &str) -> String,
    /// Heading of a search.
    pub(crate) results: fn(words: &str) -> String,
    /// While the server searches.
    pub(crate) searching: &'static str,
    /// Word in an option's name.
    pub(crate) unread: &'static str,
    /// Word in an option's name.
    pub(crate) flagged: &'static str,
    /// Word in an option's name.
    pub(crate) answered: &'static str,
    /// Word in an option's name.
    pub(crate) attachment: &'static str,
    /// Word in an option's name.
    pub(crate) invitation: &'static str,
    /// Before recipients, in Sent and Drafts.
    pub(crate) to: &'static str,
    /// Instead of an empty subject.
    pub(crate) no_subject: &'static str,
    /// Instead of a missing sender.
    pub(crate) no_sender: &'static str,
    /// Instead of missing recipients, after `to`.
    pub(crate) no_recipient: &'static str,
    /// Name of a row that is not loaded yet.
    pub(crate) loading: &'static str,
    /// Heading of an empty folder.
    pub(crate) empty: &'static str,
    /// Below it.
    pub(crate) empty_hint: &'static str,
    /// Heading of an empty inbox.
    pub(crate) empty_inbox: &'static str,
    /// Heading of a search without hits.
    pub(crate) nothing_found: fn(words: &str) -> String,
    /// Below it.
    pub(crate) nothing_found_hint: &'static str,
    /// Leads out of a search.
    pub(crate) show_all: fn(mailbox: &str) -> String,
    /// A folder that is gone.
    pub(crate) folder_gone: &'static str,
    /// Below it.
    pub(crate) folder_gone_hint: &'static str,
    /// Leads to the inbox.
    pub(crate) to_inbox: &'static str,
    /// Heading of an address that leads nowhere.
    pub(crate) not_found: &'static str,
    /// Below it.
    pub(crate) not_found_hint: &'static str,
    /// In the empty reading pane.
    pub(crate) nothing_open: &'static str,
    /// Below it.
    pub(crate) nothing_open_hint: &'static str,
    /// Less than a minute ago.
    pub(crate) now: &'static str,
    /// Tabs of the bottom bar: mail, folders, search, account.
    pub(crate) tabs: [&'static str; 4],
    /// Name of the bottom bar.
    pub(crate) bar: &'static str,
    /// Skips to the list.
    pub(crate) skip: &'static str,
    /// Name of the splitter.
    pub(crate) list_width: &'static str,
}

/// Texts of shortcuts.
#[derive(Debug)]
pub(crate) struct KeyTexts {
    /// Heading of the help.
    pub(crate) heading: &'static str,
    /// Between two keys for the same thing.
    pub(crate) or: &'static str,
    /// Between two keys that are pressed one after the other.
    pub(crate) then: &'static str,
    /// What each shortcut does.
    pub(crate) next: &'static str,
    /// See above.
    pub(crate) previous: &'static str,
    /// See above.
    pub(crate) first: &'static str,
    /// See above.
    pub(crate) last: &'static str,
    /// See above.
    pub(crate) page: &'static str,
    /// See above.
    pub(crate) open: &'static str,
    /// See above.
    pub(crate) back: &'static str,
    /// See above.
    pub(crate) search: &'static str,
    /// See above.
    pub(crate) inbox: &'static str,
    /// See above.
    pub(crate) archive: &'static str,
    /// See above.
    pub(crate) move_to: &'static str,
    /// See above.
    pub(crate) copy: &'static str,
    /// See above.
    pub(crate) delete: &'static str,
    /// See above.
    pub(crate) junk: &'static str,
    /// See above.
    pub(crate) unread: &'static str,
    /// See above.
    pub(crate) read: &'static str,
    /// See above.
    pub(crate) flag: &'static str,
    /// See above.
    pub(crate) tags: &'static str,
    /// See above.
    pub(crate) undo: &'static str,
    /// See above.
    pub(crate) select: &'static str,
    /// See above.
    pub(crate) extend: &'static str,
    /// See above.
    pub(crate) select_all: &'static str,
    /// See above.
    pub(crate) menu: &'static str,
    /// See above.
    pub(crate) help: &'static str,
    /// See above.
    pub(crate) space: &'static str,
}
