//! English.

use samma_mailbox::change::{ProblemKind, Role};

use super::texts::{KeyTexts, LoginTexts, MailTexts, ProblemText, Texts};
use super::{about, actions, cards, reader};

/// English.
pub(super) static TEXTS: Texts = Texts {
    login: LoginTexts {
        title: "Open your mailbox",
        heading: "Open your mailbox",
        lead: "Your mail stays on your mail server. Every device you open shows the same.",
        address: "Email address",
        address_example: "anna@example.org",
        password: "Password",
        server: "Mail server",
        choose_server: "Choose your mail server",
        keep: "Keep me signed in on this device",
        submit: "Open mailbox",
        submitting: "Opening…",
        sealed: |host| {
            format!(
                "Encrypted from this browser to {host}. The gateway in between carries sealed bytes and can't read them."
            )
        },
        not_sealed: |host| {
            format!(
                "{host} is the same machine as the gateway; between the two nothing is encrypted."
            )
        },
        address_invalid: "Write the whole address, with the part after @.",
        password_missing: "Write your password.",
        server_missing: "Choose the mail server that has your mailbox.",
        config_failed: "The list of mail servers can't be loaded. Check the network, then try again.",
        no_servers: "No mail server is set up here. Whoever runs this site can name one in the gateway's configuration.",
        engine_failed: "This page could not start. Loading it again often helps.",
        new_version: "There is a new version of Samma. Load the page again to use it.",
        kinds: "Two kinds of account",
        imap_badge: "best for most people",
        imap: "The mail stays on the server. Phone, computer and tablet show the same folders, and what you do on one shows on the others at once.",
        pop: "The mail is downloaded to one device and removed from the server, unless you leave a copy. For reading on one computer only.",
        pop_warning: "Samma opens your mailbox with IMAP. If you use IMAP elsewhere, never add the account with POP in another program: it would take the mail away from your other devices.",
    },
    mail: MailTexts {
        folders: "Folders",
        own_folders: "Folders",
        shared: "Shared with you",
        role: |role| match role {
            Role::Inbox => Some("Inbox"),
            Role::Flagged => Some("Flagged"),
            Role::Drafts => Some("Drafts"),
            Role::Sent => Some("Sent"),
            Role::Archive => Some("Archive"),
            Role::Junk => Some("Junk"),
            Role::Trash => Some("Trash"),
            Role::All => Some("All mail"),
            Role::None => None,
        },
        folder_unread: |name, unread| format!("{name}, {unread} unread"),
        just_added: "just added",
        expand: "Show folders inside",
        collapse: "Hide folders inside",
        live: "Live",
        connecting: "Connecting…",
        offline: "Offline",
        offline_since: |time| format!("Offline since {time}"),
        try_now: "Try now",
        unreachable: "The mail server can't be reached. What is shown here is as it last was.",
        what_can_i_do: "What can I do?",
        account: "Account",
        language: "Language",
        theme: "Appearance",
        themes: ["Auto", "Light", "Dark"],
        keyboard: "Keyboard shortcuts",
        sign_out: "Sign out",
        sign_out_hint: "Forgets the password and everything else of this account on this device. Your mail stays on the server.",
        search: "Search mail",
        messages: "Messages",
        unread_of: |unread, total| format!("{unread} unread of {total}"),
        message_count: |count, written| match count {
            1 => "1 message".to_owned(),
            _ => format!("{written} messages"),
        },
        found: |_, written| format!("{written} found"),
        results: |words| format!("“{words}”"),
        searching: "Searching…",
        unread: "unread",
        flagged: "flagged",
        answered: "answered",
        attachment: "attachment",
        invitation: "invitation",
        to: "To",
        no_subject: "(no subject)",
        no_sender: "(no sender)",
        no_recipient: "nobody yet",
        loading: "Loading",
        empty: "Nothing here",
        empty_hint: "Messages that come to this folder show at once.",
        empty_inbox: "Nothing in the inbox",
        nothing_found: |words| format!("Nothing found for “{words}”"),
        nothing_found_hint: "The search looks in headers and text of this folder. Fewer or shorter words find more.",
        show_all: |mailbox| format!("Show all of {mailbox}"),
        folder_gone: "This folder no longer exists",
        folder_gone_hint: "It was renamed or deleted, here or on another device.",
        to_inbox: "Go to the inbox",
        not_found: "There is nothing at this address",
        not_found_hint: "The link may be cut off or old. Your mail is not affected.",
        nothing_open: "No message open",
        nothing_open_hint: "Choose one in the list, or press j and k to go through them.",
        now: "now",
        tabs: ["Mail", "Folders", "Search", "Account"],
        bar: "Main",
        skip: "Skip to messages",
        list_width: "Width of the message list",
    },
    reader: &reader::ENGLISH,
    about: &about::ENGLISH,
    cards: &cards::ENGLISH,
    actions: &actions::ENGLISH,
    keys: KeyTexts {
        heading: "Keyboard shortcuts",
        or: "or",
        then: "then",
        next: "Next message",
        previous: "Previous message",
        first: "Newest message",
        last: "Oldest message",
        page: "A page down or up",
        open: "Open the message",
        back: "Back to the list; leave a search",
        search: "Search this folder",
        inbox: "Go to the inbox",
        archive: "Archive",
        move_to: "Move to a folder",
        copy: "Copy to a folder",
        delete: "Delete",
        junk: "Mark as junk, or as not junk",
        unread: "Mark as unread",
        read: "Mark as read",
        flag: "Flag, or remove the flag",
        tags: "Tags",
        undo: "Undo",
        select: "Select the message",
        extend: "Select the next or previous too",
        select_all: "Select all that are loaded",
        menu: "Menu of a message or folder",
        help: "Show this help",
        space: "Space",
    },
    problem,
    server_said: "The server said:",
    details: "Details",
    try_again: "Try again",
    reload: "Load again",
    close: "Close",
};

fn problem(kind: ProblemKind) -> ProblemText {
    let (what, hint) = match kind {
        ProblemKind::WrongPassword => (
            "The address and the password don't match.",
            "Check the password and try again. Some servers want a password made for apps.",
        ),
        ProblemKind::GatewayUnreachable => (
            "There is no connection to this site.",
            "Check the network. Your mail is safe on its server.",
        ),
        ProblemKind::GatewayRefused => (
            "The gateway does not carry mail from here to this server.",
            "Whoever runs this site can allow it in the gateway's configuration.",
        ),
        ProblemKind::GatewayBusy => (
            "The gateway has too many connections just now.",
            "Close other tabs of Samma, or wait a minute.",
        ),
        ProblemKind::ServerUnreachable => (
            "The mail server can't be reached.",
            "It may be down, or the network to it. Your mail is safe there; Samma keeps trying.",
        ),
        ProblemKind::ServerSilent => (
            "The mail server stopped answering.",
            "It may be busy or down. Your mail is safe there; Samma keeps trying.",
        ),
        ProblemKind::ServerClosed => (
            "The mail server closed the connection.",
            "That happens when it restarts. Samma connects again by itself.",
        ),
        ProblemKind::TooManyConnections => (
            "The mail server accepts no more connections for this account.",
            "Close mail programs on other devices, or wait a few minutes.",
        ),
        ProblemKind::CertificateName => (
            "This is not the mail server that it should be: its certificate is for another name.",
            "Nothing was sent to it. Ask whoever runs the mail server.",
        ),
        ProblemKind::CertificateUnknown => (
            "The mail server's certificate is signed by nobody that Samma trusts.",
            "Nothing was sent to it. Whoever runs this site can add the server's own authority to the configuration.",
        ),
        ProblemKind::CertificateExpired => (
            "The mail server's certificate is not valid today.",
            "Nothing was sent to it. Check this device's clock; if it is right, ask whoever runs the mail server.",
        ),
        ProblemKind::Tls => (
            "No secure connection to the mail server could be made.",
            "Nothing was sent to it. Ask whoever runs the mail server.",
        ),
        ProblemKind::NoSafeLogin => (
            "The mail server offers no safe way to sign in.",
            "Your password was not sent. Ask whoever runs the mail server.",
        ),
        ProblemKind::Broken => (
            "The mail server said something that makes no sense.",
            "Your mail is not changed. If it happens again, tell whoever runs the mail server.",
        ),
        ProblemKind::Refused => (
            "The mail server refused.",
            "Nothing was changed. Its own words below may say why.",
        ),
        ProblemKind::NoMailbox => (
            "This folder no longer exists.",
            "It was renamed or deleted, here or on another device.",
        ),
        ProblemKind::NoMessage => (
            "This message is no longer in this folder.",
            "It was moved or deleted, here or on another device.",
        ),
        ProblemKind::TicketLost => (
            "Please sign in again.",
            "This browser no longer has the key to the password that was kept here.",
        ),
        ProblemKind::Offline => (
            "There is no connection, and this was not loaded before.",
            "It shows as soon as the connection is back.",
        ),
        ProblemKind::OverQuota => (
            "The mailbox is full.",
            "Nothing was lost. Delete mail that you don't need and empty the trash, then try again.",
        ),
        ProblemKind::NoPermission => (
            "You may not do this in this folder.",
            "Nothing was changed. Whoever owns the folder can allow it.",
        ),
        ProblemKind::AlreadyExists => (
            "There is a folder with this name already.",
            "Choose another name.",
        ),
        ProblemKind::BadName => (
            "A folder can't have this name.",
            "It is empty, or has a character that the mail server keeps for itself.",
        ),
        ProblemKind::MailboxReplaced => (
            "This folder was made anew on the server meanwhile.",
            "What you asked for was not done, as its messages are others now. Look again, and try once more.",
        ),
    };
    ProblemText { what, hint }
}
