//! Texts of the open message.

use samma_mailbox::change::Notice;
use samma_message::policy::Danger;

/// Texts of the open message.
#[derive(Debug)]
pub(crate) struct ReaderTexts {
    /// Name of the bar of buttons above it.
    pub(crate) actions: &'static str,
    /// While headers are on their way.
    pub(crate) loading: &'static str,
    /// Takes `\Seen` away.
    pub(crate) mark_unread: &'static str,
    /// Sets it.
    pub(crate) mark_read: &'static str,
    /// Sets `\Flagged`.
    pub(crate) flag: &'static str,
    /// Takes it away.
    pub(crate) unflag: &'static str,
    /// Saves the message as a file.
    pub(crate) save_message: &'static str,
    /// The same, short.
    pub(crate) save: &'static str,
    /// Heading where the subject is empty.
    pub(crate) no_subject: &'static str,
    /// Instead of a missing sender.
    pub(crate) no_sender: &'static str,
    /// The line of recipients: "to me, Karin Lund".
    pub(crate) to_line: fn(people: &str) -> String,
    /// The reader, among recipients.
    pub(crate) me: &'static str,
    /// Recipients beyond the first few.
    pub(crate) and_others: fn(count: usize) -> String,
    /// No recipients are named.
    pub(crate) undisclosed: &'static str,
    /// Labels of the headers.
    pub(crate) from: &'static str,
    /// See above.
    pub(crate) reply_to: &'static str,
    /// See above.
    pub(crate) to: &'static str,
    /// See above.
    pub(crate) cc: &'static str,
    /// See above.
    pub(crate) bcc: &'static str,
    /// See above.
    pub(crate) date: &'static str,
    /// See above.
    pub(crate) size: &'static str,
    /// Remote pictures are off; hidden ones among them.
    pub(crate) pictures_blocked: fn(trackers: u32) -> String,
    /// The same, for a narrow pane.
    pub(crate) pictures_blocked_short: &'static str,
    /// Shows them.
    pub(crate) show_pictures: &'static str,
    /// The same, for a narrow pane.
    pub(crate) show_short: &'static str,
    /// Only hidden pictures were kept out.
    pub(crate) trackers_stopped: fn(trackers: u32) -> String,
    /// Name of the frame that shows HTML.
    pub(crate) message_body: &'static str,
    /// The files that show HTML can't be loaded.
    pub(crate) html_failed: &'static str,
    /// The text is too long to be shown whole.
    pub(crate) cut: &'static str,
    /// Unfolds quoted text.
    pub(crate) quoted: &'static str,
    /// Heading of the attachments.
    pub(crate) attachments: fn(count: usize) -> String,
    /// Name of a button: saves this file.
    pub(crate) save_file: fn(name: &str) -> String,
    /// Name of a button: stops fetching this file.
    pub(crate) cancel_file: fn(name: &str) -> String,
    /// Stops fetching.
    pub(crate) cancel: &'static str,
    /// Octets done of all.
    pub(crate) of: fn(done: &str, all: &str) -> String,
    /// It was saved.
    pub(crate) saved: &'static str,
    /// It could not be fetched.
    pub(crate) not_saved: &'static str,
    /// What is wrong with a kind of file, and what that means; `None`: nothing much.
    pub(crate) danger: fn(Danger) -> Option<&'static str>,
    /// Saves it all the same.
    pub(crate) save_anyway: &'static str,
    /// Does not.
    pub(crate) dont_save: &'static str,
    /// What to tell about a message.
    pub(crate) notice: fn(Notice) -> &'static str,
    /// The message left its folder while it was open.
    pub(crate) gone: &'static str,
    /// The message does not exist.
    pub(crate) no_message: &'static str,
    /// Below it.
    pub(crate) no_message_hint: &'static str,
    /// Fetches a large picture.
    pub(crate) show_picture: &'static str,
    /// A picture in the text can't be shown.
    pub(crate) picture_failed: &'static str,
}

/// English.
pub(super) static ENGLISH: ReaderTexts = ReaderTexts {
    actions: "Message actions",
    loading: "Loading the message",
    mark_unread: "Mark as unread",
    mark_read: "Mark as read",
    flag: "Flag",
    unflag: "Remove flag",
    save_message: "Save message as a file",
    save: "Save",
    no_subject: "(no subject)",
    no_sender: "(no sender)",
    to_line: |people| format!("to {people}"),
    me: "me",
    and_others: |count| match count {
        1 => "and 1 other".to_owned(),
        _ => format!("and {count} others"),
    },
    undisclosed: "no recipients named",
    from: "From",
    reply_to: "Reply to",
    to: "To",
    cc: "Cc",
    bcc: "Bcc",
    date: "Date",
    size: "Size",
    pictures_blocked: |trackers| match trackers {
        0 => "Remote pictures are blocked.".to_owned(),
        1 => "Remote pictures are blocked. 1 tracker stopped.".to_owned(),
        _ => format!("Remote pictures are blocked. {trackers} trackers stopped."),
    },
    pictures_blocked_short: "Pictures blocked",
    show_pictures: "Show pictures",
    show_short: "Show",
    trackers_stopped: |trackers| match trackers {
        1 => "1 tracker stopped.".to_owned(),
        _ => format!("{trackers} trackers stopped."),
    },
    message_body: "Message body",
    html_failed: "The part of Samma that shows this kind of message could not be loaded.",
    cut: "The rest of this text is too long to show here. Save the message to read all of it.",
    quoted: "Show quoted text",
    attachments: |count| match count {
        1 => "1 attachment".to_owned(),
        _ => format!("{count} attachments"),
    },
    save_file: |name| format!("Save {name}"),
    cancel_file: |name| format!("Stop fetching {name}"),
    cancel: "Cancel",
    of: |done, all| format!("{done} of {all}"),
    saved: "Saved",
    not_saved: "Could not be fetched",
    danger: |danger| match danger {
        Danger::Program => Some(
            "This file is a program. It can do anything on your computer. Save it only if you asked for it.",
        ),
        Danger::Disguised => Some(
            "This file is a program that is named like a document. That is what harmful mail does.",
        ),
        Danger::Macros => Some(
            "This kind of document can hold macros, small programs. Open it only if you trust where it comes from.",
        ),
        Danger::ActivePage => Some(
            "This file is a page that can run scripts when it is opened. Open it only if you trust where it comes from.",
        ),
        Danger::Shortcut => Some(
            "This file can open another place or disk on your computer. Save it only if you asked for it.",
        ),
        Danger::Archive => None,
    },
    save_anyway: "Save anyway",
    dont_save: "Don't save",
    notice: |notice| match notice {
        Notice::Encrypted => {
            "This message is encrypted and can't be read here. Save it to open it in a program that has your key."
        }
        Notice::Signed => "This message is signed. The signature was not checked.",
        Notice::Empty => "This message has no text.",
        Notice::Missing => "A part of this message could not be fetched.",
        Notice::Fragment => {
            "This is one piece of a message that was sent in several. Save all of them to put them together in another program."
        }
        Notice::Elsewhere => {
            "A part of this message is not in it but somewhere else. It is not fetched from there, as that would tell that you read this."
        }
        Notice::TooManyParts => {
            "This message has more parts than can be shown. Save it to have all of them."
        }
    },
    gone: "This message is no longer in the folder: it was moved or removed. You can read it until you leave it.",
    no_message: "This message is no longer here.",
    no_message_hint: "It was moved or removed, perhaps on another device.",
    show_picture: "Show picture",
    picture_failed: "The picture can't be shown.",
};

/// Swedish.
pub(super) static SWEDISH: ReaderTexts = ReaderTexts {
    actions: "Åtgärder för meddelandet",
    loading: "Hämtar meddelandet",
    mark_unread: "Markera som oläst",
    mark_read: "Markera som läst",
    flag: "Flagga",
    unflag: "Ta bort flaggan",
    save_message: "Spara meddelandet som fil",
    save: "Spara",
    no_subject: "(inget ämne)",
    no_sender: "(ingen avsändare)",
    to_line: |people| format!("till {people}"),
    me: "mig",
    and_others: |count| match count {
        1 => "och 1 till".to_owned(),
        _ => format!("och {count} till"),
    },
    undisclosed: "inga mottagare angivna",
    from: "Från",
    reply_to: "Svar till",
    to: "Till",
    cc: "Kopia",
    bcc: "Dold kopia",
    date: "Datum",
    size: "Storlek",
    pictures_blocked: |trackers| match trackers {
        0 => "Bilder utifrån är blockerade.".to_owned(),
        1 => "Bilder utifrån är blockerade. 1 spårare stoppad.".to_owned(),
        _ => format!("Bilder utifrån är blockerade. {trackers} spårare stoppade."),
    },
    pictures_blocked_short: "Bilder blockerade",
    show_pictures: "Visa bilder",
    show_short: "Visa",
    trackers_stopped: |trackers| match trackers {
        1 => "1 spårare stoppad.".to_owned(),
        _ => format!("{trackers} spårare stoppade."),
    },
    message_body: "Meddelandets text",
    html_failed: "Den del av Samma som visar sådana här meddelanden kunde inte hämtas.",
    cut: "Resten av texten är för lång för att visas här. Spara meddelandet för att läsa allt.",
    quoted: "Visa citerad text",
    attachments: |count| match count {
        1 => "1 bilaga".to_owned(),
        _ => format!("{count} bilagor"),
    },
    save_file: |name| format!("Spara {name}"),
    cancel_file: |name| format!("Sluta hämta {name}"),
    cancel: "Avbryt",
    of: |done, all| format!("{done} av {all}"),
    saved: "Sparad",
    not_saved: "Kunde inte hämtas",
    danger: |danger| match danger {
        Danger::Program => Some(
            "Filen är ett program. Det kan göra vad som helst på din dator. Spara den bara om du har bett om den.",
        ),
        Danger::Disguised => {
            Some("Filen är ett program som ser ut som ett dokument på namnet. Så gör skadlig post.")
        }
        Danger::Macros => Some(
            "Sådana här dokument kan innehålla makron, små program. Öppna det bara om du litar på avsändaren.",
        ),
        Danger::ActivePage => Some(
            "Filen är en sida som kan köra skript när den öppnas. Öppna den bara om du litar på avsändaren.",
        ),
        Danger::Shortcut => Some(
            "Filen kan öppna en annan plats eller skiva på din dator. Spara den bara om du har bett om den.",
        ),
        Danger::Archive => None,
    },
    save_anyway: "Spara ändå",
    dont_save: "Spara inte",
    notice: |notice| match notice {
        Notice::Encrypted => {
            "Meddelandet är krypterat och kan inte läsas här. Spara det och öppna det i ett program som har din nyckel."
        }
        Notice::Signed => "Meddelandet är signerat. Signaturen har inte kontrollerats.",
        Notice::Empty => "Meddelandet har ingen text.",
        Notice::Missing => "En del av meddelandet kunde inte hämtas.",
        Notice::Fragment => {
            "Det här är en bit av ett meddelande som skickades i flera. Spara alla och sätt ihop dem i ett annat program."
        }
        Notice::Elsewhere => {
            "En del av meddelandet finns inte i det utan någon annanstans. Den hämtas inte därifrån, eftersom det skulle avslöja att du läser."
        }
        Notice::TooManyParts => {
            "Meddelandet har fler delar än vad som kan visas. Spara det för att få alla."
        }
    },
    gone: "Meddelandet finns inte kvar i mappen: det flyttades eller togs bort. Du kan läsa det tills du lämnar det.",
    no_message: "Meddelandet finns inte kvar här.",
    no_message_hint: "Det flyttades eller togs bort, kanske på en annan enhet.",
    show_picture: "Visa bilden",
    picture_failed: "Bilden kan inte visas.",
};
