//! Texts about a message beside what it says: its sender, its list, its source, and links that lead elsewhere.

/// Those texts.
#[derive(Debug)]
pub(crate) struct AboutTexts {
    /// The server could not confirm the sender.
    pub(crate) doubtful: fn(server: &str) -> String,
    /// Another domain stands for the message.
    pub(crate) signed_by: fn(domain: &str) -> String,
    /// Label of the line that says what the server found out.
    pub(crate) check: &'static str,
    /// The sender is who it says.
    pub(crate) confirmed: fn(domain: &str, server: &str) -> String,
    /// Nothing could be found out.
    pub(crate) unknown: fn(server: &str) -> String,
    /// Label of the list's name.
    pub(crate) list: &'static str,
    /// Leaves the list.
    pub(crate) unsubscribe: &'static str,
    /// Asks whether to.
    pub(crate) unsubscribe_heading: &'static str,
    /// What will happen: a page opens.
    pub(crate) unsubscribe_page: fn(host: &str) -> String,
    /// What will happen: a message is written.
    pub(crate) unsubscribe_mail: fn(address: &str) -> String,
    /// Opens a page.
    pub(crate) open_page: &'static str,
    /// Writes a message.
    pub(crate) write: &'static str,
    /// Prints the message.
    pub(crate) print: &'static str,
    /// Shows all of the message as it was sent.
    pub(crate) source: &'static str,
    /// Heading above it.
    pub(crate) source_heading: &'static str,
    /// Only its beginning is shown.
    pub(crate) source_cut: &'static str,
    /// Saves all files of a message in one.
    pub(crate) save_all: &'static str,
    /// Some of them can do harm.
    pub(crate) save_all_danger: &'static str,
    /// A link leads elsewhere than it says.
    pub(crate) link_heading: &'static str,
    /// Where it leads.
    pub(crate) link_text: fn(says: &str, goes: &str) -> String,
    /// Opens it all the same.
    pub(crate) link_open: fn(host: &str) -> String,
    /// Always shows remote pictures from this sender.
    pub(crate) always_pictures: &'static str,
    /// The same, for a narrow pane.
    pub(crate) always_short: &'static str,
    /// Remote pictures are shown, as always.
    pub(crate) pictures_shown: fn(address: &str) -> String,
    /// Not any more.
    pub(crate) stop_pictures: &'static str,
}

/// English.
pub(super) static ENGLISH: AboutTexts = AboutTexts {
    doubtful: |server| {
        format!(
            "The sender may not be who it says: {server} could not confirm where this message comes from."
        )
    },
    signed_by: |domain| format!("by way of {domain}"),
    check: "Sender check",
    confirmed: |domain, server| format!("Comes from {domain}, says {server}"),
    unknown: |server| format!("{server} could not find out where it comes from"),
    list: "Mailing list",
    unsubscribe: "Unsubscribe",
    unsubscribe_heading: "Leave this mailing list?",
    unsubscribe_page: |host| format!("A page of {host} opens. You leave the list there."),
    unsubscribe_mail: |address| {
        format!(
            "The list is left by a message to {address}. Your mail program opens, and you send it."
        )
    },
    open_page: "Open the page",
    write: "Write the message",
    print: "Print…",
    source: "Show source",
    source_heading: "The message as it was sent",
    source_cut: "This is the beginning. Save the message to have all of it.",
    save_all: "Save all in one file",
    save_all_danger: "There are files among these that can harm your computer when they are opened.",
    link_heading: "This link leads elsewhere",
    link_text: |says, goes| {
        format!(
            "It says “{says}”, but opens {goes}. Harmful mail does that to get passwords. If you are not sure, don't open it."
        )
    },
    link_open: |host| format!("Open {host}"),
    always_pictures: "Always from this sender",
    always_short: "Always",
    pictures_shown: |address| format!("Pictures are always shown from {address}."),
    stop_pictures: "Not any more",
};

/// Swedish.
pub(super) static SWEDISH: AboutTexts = AboutTexts {
    doubtful: |server| {
        format!(
            "Avsändaren kanske inte är den som anges: {server} kunde inte bekräfta varifrån meddelandet kommer."
        )
    },
    signed_by: |domain| format!("via {domain}"),
    check: "Avsändarkontroll",
    confirmed: |domain, server| format!("Kommer från {domain}, enligt {server}"),
    unknown: |server| format!("{server} kunde inte avgöra varifrån det kommer"),
    list: "E-postlista",
    unsubscribe: "Avsluta prenumerationen",
    unsubscribe_heading: "Lämna e-postlistan?",
    unsubscribe_page: |host| format!("En sida hos {host} öppnas. Där lämnar du listan."),
    unsubscribe_mail: |address| {
        format!(
            "Listan lämnas genom ett meddelande till {address}. Ditt e-postprogram öppnas, och du skickar det."
        )
    },
    open_page: "Öppna sidan",
    write: "Skriv meddelandet",
    print: "Skriv ut…",
    source: "Visa källtext",
    source_heading: "Meddelandet som det skickades",
    source_cut: "Det här är början. Spara meddelandet för att få allt.",
    save_all: "Spara alla i en fil",
    save_all_danger: "Bland filerna finns sådana som kan skada din dator när de öppnas.",
    link_heading: "Länken leder någon annanstans",
    link_text: |says, goes| {
        format!(
            "Det står ”{says}”, men den öppnar {goes}. Så gör skadlig post för att få tag på lösenord. Öppna den inte om du är osäker."
        )
    },
    link_open: |host| format!("Öppna {host}"),
    always_pictures: "Alltid från denna avsändare",
    always_short: "Alltid",
    pictures_shown: |address| format!("Bilder visas alltid från {address}."),
    stop_pictures: "Inte längre",
};
