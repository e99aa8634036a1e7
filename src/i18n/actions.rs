//! Texts of what people do to messages and folders.

use samma_mailbox::change::Role;

use crate::state::Deed;

/// Texts of what people do to messages and folders.
#[derive(Debug)]
pub(crate) struct ActionTexts {
    /// Names of the buttons and menu items.
    pub(crate) archive: &'static str,
    /// See above.
    pub(crate) move_to: &'static str,
    /// The same, where more words fit.
    pub(crate) move_to_folder: &'static str,
    /// See above.
    pub(crate) copy_to: &'static str,
    /// See above.
    pub(crate) delete: &'static str,
    /// See above.
    pub(crate) delete_for_good: &'static str,
    /// See above.
    pub(crate) junk: &'static str,
    /// See above.
    pub(crate) not_junk: &'static str,
    /// See above.
    pub(crate) tags: &'static str,
    /// Opens a menu with the rest.
    pub(crate) more: &'static str,
    /// Takes back what was done.
    pub(crate) undo: &'static str,
    /// Does no more of what takes long.
    pub(crate) stop: &'static str,
    /// Leaves a dialog without doing anything.
    pub(crate) cancel: &'static str,
    /// Name of the buttons for what is selected.
    pub(crate) selection: &'static str,
    /// "4 selected".
    pub(crate) selected: fn(count: u32, written: &str) -> String,
    /// "Select all 104,218".
    pub(crate) select_all: fn(written: &str) -> String,
    /// Selects nothing any more.
    pub(crate) clear: &'static str,
    /// Below "4 selected", in the reading pane.
    pub(crate) selected_hint: &'static str,
    /// "1 new", leads to the top of the list.
    pub(crate) new_above: fn(count: u32) -> String,
    /// What was done; the count as a number and as written.
    pub(crate) done: fn(deed: &Deed, count: u32, written: &str) -> String,
    /// "Moving 1,200 of 5,000".
    pub(crate) running: fn(deed: &Deed, done: &str, of: &str) -> String,
    /// "Stopped after 1,200".
    pub(crate) stopped: fn(done: &str) -> String,
    /// Before the reason: what was not done.
    pub(crate) refused: fn(deed: &Deed) -> String,
    /// Some was done before the server refused.
    pub(crate) refused_after: fn(done: &str, of: &str) -> String,
    /// Asks before messages are removed for good: heading, and what it means.
    pub(crate) delete_heading: fn(count: u32, written: &str) -> String,
    /// See above.
    pub(crate) delete_hint: &'static str,
    /// Names of `$label1` to `$label5`.
    pub(crate) labels: [&'static str; 5],
    /// Makes a tag.
    pub(crate) new_tag: &'static str,
    /// Sets the tag that was named.
    pub(crate) set_tag: &'static str,
    /// Label of the field with a tag's name.
    pub(crate) tag_name: &'static str,
    /// Before tags, in an option's name.
    pub(crate) tagged: &'static str,
    /// Heading of the folder picker.
    pub(crate) pick: &'static str,
    /// Its field.
    pub(crate) pick_filter: &'static str,
    /// Nothing fits what was typed.
    pub(crate) pick_nothing: &'static str,
    /// The top of the tree.
    pub(crate) top_level: &'static str,
    /// Makes a folder of this name.
    pub(crate) create_named: fn(label: &str) -> String,
    /// Folders: names of menu items.
    pub(crate) folder_actions: fn(name: &str) -> String,
    /// See above.
    pub(crate) new_folder: &'static str,
    /// See above.
    pub(crate) new_folder_inside: &'static str,
    /// See above.
    pub(crate) rename: &'static str,
    /// See above.
    pub(crate) delete_folder: &'static str,
    /// See above.
    pub(crate) subscribe: &'static str,
    /// See above.
    pub(crate) unsubscribe: &'static str,
    /// See above.
    pub(crate) mark_all_read: &'static str,
    /// See above.
    pub(crate) empty: fn(name: &str) -> String,
    /// See above.
    pub(crate) use_as: &'static str,
    /// For nothing in particular.
    pub(crate) use_as_nothing: &'static str,
    /// Label of the field with a folder's name.
    pub(crate) folder_name: &'static str,
    /// Where a new folder goes.
    pub(crate) inside: fn(parent: &str) -> String,
    /// Makes it.
    pub(crate) create: &'static str,
    /// Gives it the new name.
    pub(crate) rename_now: &'static str,
    /// Heading of a dialog: "Rename Receipts".
    pub(crate) rename_heading: fn(name: &str) -> String,
    /// Asks before a folder is removed.
    pub(crate) delete_folder_heading: fn(name: &str) -> String,
    /// What goes with it: messages, folders inside.
    pub(crate) delete_folder_hint: fn(messages: Option<u32>, written: &str, inside: u32) -> String,
    /// Asks before a folder is emptied.
    pub(crate) empty_heading: fn(name: &str) -> String,
    /// What goes.
    pub(crate) empty_hint: fn(messages: Option<u32>, written: &str) -> String,
    /// The button that empties.
    pub(crate) empty_now: &'static str,
    /// "Checked 5 s ago".
    pub(crate) checked_ago: fn(seconds: u32) -> String,
    /// Opts in to notifications.
    pub(crate) notify: &'static str,
    /// Below it.
    pub(crate) notify_hint: &'static str,
    /// The browser was told not to show any.
    pub(crate) notify_denied: &'static str,
}

/// English.
pub(super) static ENGLISH: ActionTexts = ActionTexts {
    archive: "Archive",
    move_to: "Move",
    move_to_folder: "Move to…",
    copy_to: "Copy to…",
    delete: "Delete",
    delete_for_good: "Delete for good",
    junk: "Junk",
    not_junk: "Not junk",
    tags: "Tags…",
    more: "More",
    undo: "Undo",
    stop: "Stop",
    cancel: "Cancel",
    selection: "Selected messages",
    selected: |_, written| format!("{written} selected"),
    select_all: |written| format!("Select all {written}"),
    clear: "Select nothing",
    selected_hint: "Press e to archive, v to move, # to delete, u for unread",
    new_above: |count| format!("{count} new"),
    done: |deed, count, written| {
        let number = if count == 1 {
            String::new()
        } else {
            format!(" {written}")
        };
        match deed {
            Deed::Moved(to) => format!("Moved{number} to {to}"),
            Deed::Copied(to) => format!("Copied{number} to {to}"),
            Deed::Archived => format!("Archived{number}"),
            Deed::Trashed => format!("Deleted{number}"),
            Deed::Removed => format!("Deleted{number} for good"),
            Deed::Junk(true) => format!("Marked{number} as junk"),
            Deed::Junk(false) => format!("Marked{number} as not junk"),
            Deed::Seen(true) => format!("Marked{number} as read"),
            Deed::Seen(false) => format!("Marked{number} as unread"),
            Deed::Flagged(true) => format!("Flagged{number}"),
            Deed::Flagged(false) => format!("Removed the flag{number}"),
            Deed::Tagged(tag, true) => format!("Tagged{number} {tag}"),
            Deed::Tagged(tag, false) => format!("Removed the tag {tag}"),
            Deed::Created(name) => format!("Made the folder {name}"),
            Deed::Renamed(name) => format!("Renamed to {name}"),
            Deed::FolderMoved(name) => format!("Moved {name}"),
            Deed::FolderDeleted(name) => format!("Deleted the folder {name}"),
            Deed::Emptied(name) => format!("Emptied {name}"),
            Deed::AllRead(name) => format!("Marked all in {name} as read"),
            Deed::Undone => "Undone".to_owned(),
            Deed::Quiet | Deed::QuietFolder => "Changed".to_owned(),
        }
    },
    running: |deed, done, of| {
        let doing = match deed {
            Deed::Moved(_) | Deed::FolderMoved(_) => "Moving",
            Deed::Copied(_) => "Copying",
            Deed::Archived => "Archiving",
            Deed::Trashed | Deed::Removed | Deed::FolderDeleted(_) | Deed::Emptied(_) => "Deleting",
            Deed::Undone => "Undoing",
            _ => "Changing",
        };
        format!("{doing} {done} of {of}")
    },
    stopped: |done| format!("Stopped after {done}"),
    refused: |deed| {
        match deed {
            Deed::Moved(_) | Deed::Archived | Deed::FolderMoved(_) => "Could not be moved.",
            Deed::Copied(_) => "Could not be copied.",
            Deed::Trashed | Deed::Removed | Deed::FolderDeleted(_) | Deed::Emptied(_) => {
                "Could not be deleted."
            }
            Deed::Created(_) => "The folder could not be made.",
            Deed::Renamed(_) => "The folder could not be renamed.",
            Deed::AllRead(_) | Deed::QuietFolder => "The folder could not be changed.",
            Deed::Undone => "Could not be undone.",
            _ => "The mark could not be changed, and is as it was.",
        }
        .to_owned()
    },
    refused_after: |done, of| format!("{done} of {of} were done."),
    delete_heading: |count, written| match count {
        1 => "Delete this message for good?".to_owned(),
        _ => format!("Delete {written} messages for good?"),
    },
    delete_hint: "They can't be brought back.",
    labels: ["Important", "Work", "Personal", "To do", "Later"],
    new_tag: "New tag…",
    set_tag: "Add tag",
    tag_name: "Name of the tag",
    tagged: "tagged",
    pick: "Choose a folder",
    pick_filter: "Find a folder",
    pick_nothing: "No folder has this name.",
    top_level: "Top level",
    create_named: |label| format!("New folder “{label}”"),
    folder_actions: |name| format!("Actions for {name}"),
    new_folder: "New folder",
    new_folder_inside: "New folder inside…",
    rename: "Rename…",
    delete_folder: "Delete…",
    subscribe: "Subscribe",
    unsubscribe: "Unsubscribe",
    mark_all_read: "Mark all as read",
    empty: |name| format!("Empty {name}…"),
    use_as: "Use as…",
    use_as_nothing: "Nothing in particular",
    folder_name: "Name of the folder",
    inside: |parent| format!("Inside {parent}"),
    create: "Make folder",
    rename_now: "Rename",
    rename_heading: |name| format!("Rename {name}"),
    delete_folder_heading: |name| format!("Delete the folder {name}?"),
    delete_folder_hint: |messages, written, inside| {
        let messages = match messages {
            Some(0) => "It has no messages.".to_owned(),
            Some(1) => "Its 1 message is deleted for good.".to_owned(),
            Some(_) => format!("Its {written} messages are deleted for good."),
            None => "Its messages are deleted for good.".to_owned(),
        };
        match inside {
            0 => messages,
            1 => format!("{messages} So is the folder inside it, with its messages."),
            _ => format!("{messages} So are the {inside} folders inside it, with their messages."),
        }
    },
    empty_heading: |name| format!("Empty {name}?"),
    empty_hint: |messages, written| match messages {
        Some(1) => "1 message is deleted for good.".to_owned(),
        Some(_) => format!("{written} messages are deleted for good."),
        None => "All messages in it are deleted for good.".to_owned(),
    },
    empty_now: "Empty",
    checked_ago: |seconds| format!("Checked {seconds} s ago"),
    notify: "Notify about new mail",
    notify_hint: "Shows who wrote and about what while Samma is open in a tab.",
    notify_denied: "This browser was told to show no notifications from here. Its settings for this site can allow them.",
};

/// Swedish.
pub(super) static SWEDISH: ActionTexts = ActionTexts {
    archive: "Arkivera",
    move_to: "Flytta",
    move_to_folder: "Flytta till…",
    copy_to: "Kopiera till…",
    delete: "Ta bort",
    delete_for_good: "Ta bort för gott",
    junk: "Skräp",
    not_junk: "Inte skräp",
    tags: "Etiketter…",
    more: "Mer",
    undo: "Ångra",
    stop: "Stoppa",
    cancel: "Avbryt",
    selection: "Markerade meddelanden",
    selected: |count, written| match count {
        1 => "1 markerat".to_owned(),
        _ => format!("{written} markerade"),
    },
    select_all: |written| format!("Markera alla {written}"),
    clear: "Markera inget",
    selected_hint: "Tryck e för att arkivera, v för att flytta, # för att ta bort, u för oläst",
    new_above: |count| match count {
        1 => "1 nytt".to_owned(),
        _ => format!("{count} nya"),
    },
    done: |deed, count, written| {
        let number = if count == 1 {
            String::new()
        } else {
            format!(" {written}")
        };
        match deed {
            Deed::Moved(to) => format!("Flyttade{number} till {to}"),
            Deed::Copied(to) => format!("Kopierade{number} till {to}"),
            Deed::Archived => format!("Arkiverade{number}"),
            Deed::Trashed => format!("Tog bort{number}"),
            Deed::Removed => format!("Tog bort{number} för gott"),
            Deed::Junk(true) => format!("Markerade{number} som skräp"),
            Deed::Junk(false) => format!("Markerade{number} som inte skräp"),
            Deed::Seen(true) => format!("Markerade{number} som läst"),
            Deed::Seen(false) => format!("Markerade{number} som oläst"),
            Deed::Flagged(true) => format!("Flaggade{number}"),
            Deed::Flagged(false) => format!("Tog bort flaggan{number}"),
            Deed::Tagged(tag, true) => format!("Satte etiketten {tag}{number}"),
            Deed::Tagged(tag, false) => format!("Tog bort etiketten {tag}"),
            Deed::Created(name) => format!("Skapade mappen {name}"),
            Deed::Renamed(name) => format!("Bytte namn till {name}"),
            Deed::FolderMoved(name) => format!("Flyttade {name}"),
            Deed::FolderDeleted(name) => format!("Tog bort mappen {name}"),
            Deed::Emptied(name) => format!("Tömde {name}"),
            Deed::AllRead(name) => format!("Markerade allt i {name} som läst"),
            Deed::Undone => "Ångrat".to_owned(),
            Deed::Quiet | Deed::QuietFolder => "Ändrat".to_owned(),
        }
    },
    running: |deed, done, of| {
        let doing = match deed {
            Deed::Moved(_) | Deed::FolderMoved(_) => "Flyttar",
            Deed::Copied(_) => "Kopierar",
            Deed::Archived => "Arkiverar",
            Deed::Trashed | Deed::Removed | Deed::FolderDeleted(_) | Deed::Emptied(_) => "Tar bort",
            Deed::Undone => "Ångrar",
            _ => "Ändrar",
        };
        format!("{doing} {done} av {of}")
    },
    stopped: |done| format!("Stoppat efter {done}"),
    refused: |deed| {
        match deed {
            Deed::Moved(_) | Deed::Archived | Deed::FolderMoved(_) => "Kunde inte flyttas.",
            Deed::Copied(_) => "Kunde inte kopieras.",
            Deed::Trashed | Deed::Removed | Deed::FolderDeleted(_) | Deed::Emptied(_) => {
                "Kunde inte tas bort."
            }
            Deed::Created(_) => "Mappen kunde inte skapas.",
            Deed::Renamed(_) => "Mappen kunde inte byta namn.",
            Deed::AllRead(_) | Deed::QuietFolder => "Mappen kunde inte ändras.",
            Deed::Undone => "Kunde inte ångras.",
            _ => "Markeringen kunde inte ändras och är som den var.",
        }
        .to_owned()
    },
    refused_after: |done, of| format!("{done} av {of} blev gjorda."),
    delete_heading: |count, written| match count {
        1 => "Ta bort meddelandet för gott?".to_owned(),
        _ => format!("Ta bort {written} meddelanden för gott?"),
    },
    delete_hint: "De kan inte fås tillbaka.",
    labels: ["Viktigt", "Arbete", "Privat", "Att göra", "Senare"],
    new_tag: "Ny etikett…",
    set_tag: "Sätt etikett",
    tag_name: "Etikettens namn",
    tagged: "etikett",
    pick: "Välj en mapp",
    pick_filter: "Hitta en mapp",
    pick_nothing: "Ingen mapp heter så.",
    top_level: "Översta nivån",
    create_named: |label| format!("Ny mapp ”{label}”"),
    folder_actions: |name| format!("Åtgärder för {name}"),
    new_folder: "Ny mapp",
    new_folder_inside: "Ny mapp inuti…",
    rename: "Byt namn…",
    delete_folder: "Ta bort…",
    subscribe: "Prenumerera",
    unsubscribe: "Sluta prenumerera",
    mark_all_read: "Markera alla som lästa",
    empty: |name| format!("Töm {name}…"),
    use_as: "Använd som…",
    use_as_nothing: "Inget särskilt",
    folder_name: "Mappens namn",
    inside: |parent| format!("Inuti {parent}"),
    create: "Skapa mapp",
    rename_now: "Byt namn",
    rename_heading: |name| format!("Byt namn på {name}"),
    delete_folder_heading: |name| format!("Ta bort mappen {name}?"),
    delete_folder_hint: |messages, written, inside| {
        let messages = match messages {
            Some(0) => "Den har inga meddelanden.".to_owned(),
            Some(1) => "Dess enda meddelande tas bort för gott.".to_owned(),
            Some(_) => format!("Dess {written} meddelanden tas bort för gott."),
            None => "Dess meddelanden tas bort för gott.".to_owned(),
        };
        match inside {
            0 => messages,
            1 => format!("{messages} Det gör också mappen inuti, med sina meddelanden."),
            _ => format!(
                "{messages} Det gör också de {inside} mapparna inuti, med sina meddelanden."
            ),
        }
    },
    empty_heading: |name| format!("Töm {name}?"),
    empty_hint: |messages, written| match messages {
        Some(1) => "1 meddelande tas bort för gott.".to_owned(),
        Some(_) => format!("{written} meddelanden tas bort för gott."),
        None => "Alla meddelanden i den tas bort för gott.".to_owned(),
    },
    empty_now: "Töm",
    checked_ago: |seconds| format!("Kontrollerat för {seconds} s sedan"),
    notify: "Meddela när det kommer ny e-post",
    notify_hint: "Visar vem som skrev och om vad, så länge Samma är öppet i en flik.",
    notify_denied: "Webbläsaren får inte visa notiser härifrån. Dess inställningar för webbplatsen kan tillåta det.",
};

/// Roles that a person may give a folder, in the order of the menu.
pub(crate) const GIVEN_ROLES: [Role; 6] = [
    Role::Archive,
    Role::Drafts,
    Role::Sent,
    Role::Junk,
    Role::Trash,
    Role::None,
];
