//! Line icons on a grid of 24, and the product's mark. They only decorate: the words beside them, or the
//! label of the control around them, say what they mean.

use leptos::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    /// Inbox.
    Inbox,
    /// Flag, as an outline.
    Flag,
    /// Flag, filled.
    Flagged,
    /// Pen.
    Pen,
    /// Paper plane.
    Sent,
    /// Box with a lid.
    Archive,
    /// Exclamation mark in a circle.
    Junk,
    /// Bin.
    Trash,
    /// Sheets.
    All,
    /// Folder.
    Folder,
    /// Two people.
    People,
    /// Magnifying glass.
    Search,
    /// Paper clip.
    Clip,
    /// Calendar.
    Calendar,
    /// Arrow back.
    Reply,
    /// Padlock.
    Lock,
    /// Cross.
    Close,
    /// Three lines.
    Menu,
    /// Triangle to the right.
    Chevron,
    /// Arrow to the left.
    Back,
    /// Triangle with an exclamation mark.
    Warning,
    /// Arrow into a tray.
    Download,
    /// Crossed-out eye.
    Hidden,
    /// Tick.
    Check,
    /// Three dots.
    More,
    /// Plus sign.
    Plus,
    /// Two sheets.
    Copy,
    /// Label with a hole.
    Tag,
    /// Closed envelope.
    Unread,
    /// Open envelope.
    Read,
    /// Printer.
    Print,
    /// Angle brackets.
    Source,
}

impl Icon {
    /// Path data; several icons are one path of several strokes.
    const fn path(self) -> &'static str {
        match self {
            Self::Inbox => "M4 13l2.5-7.5h11L20 13v5.5H4zM4 13h5l1.2 2.5h3.6L15 13h5",
            Self::Flag => "M6 20.5V4.5h11.5l-2.2 4 2.2 4H6",
            Self::Flagged => "M5.5 21V4h13l-2.5 4.5L18.5 13h-11v8z",
            Self::Pen => "M4.5 19.5l1-4L16.2 4.8l3 3L8.5 18.5z",
            Self::Sent => "M20.5 3.5L3.5 10l7 3.5 3.5 7zM10.5 13.5l4-4",
            Self::Archive => "M3.5 4.5h17v4h-17zM5 8.5v11h14v-11M10 12.5h4",
            Self::Junk => "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17M12 7.8v5M12 15.7v.6",
            Self::Trash => {
                "M4 6.5h16M9.5 6.5v-2.5h5v2.5M6 6.5l.8 13.5h10.4L18 6.5M10 10.5v6M14 10.5v6"
            }
            Self::All => "M6.5 7.5h13v12h-13zM6.5 16.5h-2v-12h13v3",
            Self::Folder => "M3.5 6h6l2 2.5h9v10.5h-17z",
            Self::People => {
                "M9 5.5a3 3 0 1 0 0 6a3 3 0 1 0 0-6M3.5 19c0-3.5 2.5-5 5.5-5s5.5 1.5 5.5 5M15.5 5.8a3 3 0 0 1 0 5.5M17 14.3c2.2.6 3.5 2 3.5 4.7"
            }
            Self::Search => "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M15.3 15.3l5 5",
            Self::Clip => {
                "M19.5 11.5l-7.7 7.7a4.6 4.6 0 0 1-6.5-6.5l8-8a3.1 3.1 0 0 1 4.4 4.4l-7.9 7.9a1.5 1.5 0 0 1-2.2-2.2l7-7"
            }
            Self::Calendar => "M4 6h16v13.5h-16zM4 10.5h16M8.5 3.5v4M15.5 3.5v4",
            Self::Reply => "M9.5 6l-5.5 5.5l5.5 5.5M4 11.5h9c4 0 7 2 7 6.5",
            Self::Lock => "M6 10.5h12v9.5h-12zM8.5 10.5v-3.5a3.5 3.5 0 0 1 7 0v3.5",
            Self::Close => "M6 6l12 12M18 6l-12 12",
            Self::Menu => "M4 6.5h16M4 12h16M4 17.5h16",
            Self::Chevron => "M9.5 6.5l5.5 5.5l-5.5 5.5",
            Self::Back => "M14.5 6l-6 6l6 6",
            Self::Warning => "M12 4.5l9 15.5h-18zM12 10.5v4.5M12 17.3v.6",
            Self::Download => "M12 4v11M7.5 10.5l4.5 4.5l4.5-4.5M4.5 19.5h15",
            Self::Check => "M5 12.5l4.5 4.5l9.5-10.5",
            Self::More => "M4.9 12h.9M11.5 12h.9M18.1 12h.9",
            Self::Plus => "M12 5.5v13M5.5 12h13",
            Self::Copy => "M8.5 8.5h11v11h-11zM5.5 15.5h-1v-11h11v1",
            Self::Tag => "M4 4.5h8l8 8l-7.5 7.5l-8.5-8.5zM8.2 8.6h.1",
            Self::Unread => "M3.5 6h17v12.5h-17zM3.5 6.5l8.5 7l8.5-7",
            Self::Read => "M3.5 10l8.5-5.5l8.5 5.5v9h-17zM3.5 10.5l8.5 5l8.5-5",
            Self::Print => "M7 8.5v-5h10v5M7 17h-3v-8.5h16v8.5h-3M7 14h10v6.5h-10z",
            Self::Source => "M8.5 7l-5 5l5 5M15.5 7l5 5l-5 5",
            Self::Hidden => {
                "M4 4l16 16M9.8 5.5a9.5 9.5 0 0 1 11.2 6.5a12 12 0 0 1-2.5 3.7M15 17.7a9 9 0 0 1-12-5.7a11 11 0 0 1 3.5-4.7M10 10.2a2.8 2.8 0 0 0 3.9 3.9"
            }
        }
    }
}

/// Draws an icon. It takes the colour of the text and its size from the style sheet.
pub(crate) fn icon(icon: Icon) -> impl IntoView {
    let class = if icon == Icon::Flagged {
        "icon filled"
    } else {
        "icon"
    };
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true">
            <path d=icon.path()></path>
        </svg>
    }
}

/// The product's mark and name.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    view! {
        <span class="mark">
            <svg viewBox="0 0 24 24" aria-hidden="true">
                <rect width="24" height="24" rx="6"></rect>
                <path d="M6.5 9.2h11M6.5 14.8h11"></path>
            </svg>
            "Samma"
        </span>
    }
}
