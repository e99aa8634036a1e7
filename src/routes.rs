//! Path and query <-> [`Route`], both ways, in one place.
//!
//! ```text
//! /                                        the inbox
//! /mail/{mailbox}[?q=words]                a folder, or what a search in it finds
//! /mail/{mailbox}/{uidvalidity}.{uid}      a message
//! /folders  /account                       panes of their own on a phone
//! ```
//! `{mailbox}` is the decoded full name, percent-encoded with its `/` too. Names that would be taken for
//! `.` or `..` by the browser, and names that begin with `~`, get one `~` in front.

use js_sys::{decode_uri_component, encode_uri_component};
use samma_mailbox::change::MessageRef;

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// A folder.
    Mailbox {
        /// Decoded full name.
        mailbox: String,
        /// Words searched for.
        search: Option<String>,
    },
    /// A message, with its folder's list beside it.
    Message {
        /// The message.
        message: MessageRef,
        /// Words searched for in the list beside it.
        search: Option<String>,
    },
    /// The folder tree.
    Folders,
    /// Language, theme, signing out.
    Account,
    /// No place of ours.
    NotFound,
}

/// The one name that every IMAP server has, RFC 9051 5.1.
const INBOX: &str = "INBOX";

impl Route {
    /// The inbox.
    pub(crate) fn inbox() -> Self {
        Self::mailbox(INBOX.to_owned())
    }

    /// A folder, all of it.
    pub(crate) const fn mailbox(mailbox: String) -> Self {
        Self::Mailbox {
            mailbox,
            search: None,
        }
    }

    /// The list that this place belongs to: mailbox, and words searched for.
    pub(crate) fn list(&self) -> Option<(&str, Option<&str>)> {
        match self {
            Self::Mailbox { mailbox, search } => Some((mailbox, search.as_deref())),
            Self::Message { message, search } => Some((&message.mailbox, search.as_deref())),
            Self::Folders | Self::Account | Self::NotFound => None,
        }
    }

    /// The message that is open here.
    pub(crate) const fn message(&self) -> Option<&MessageRef> {
        match self {
            Self::Message { message, .. } => Some(message),
            _ => None,
        }
    }

    /// Reads a path (below the app's base, beginning with `/`) and the value of the parameter `q`.
    pub(crate) fn parse(path: &str, search: Option<String>) -> Self {
        let search = search
            .map(|words| words.trim().to_owned())
            .filter(|words| !words.is_empty());
        let mut segments = path.trim_matches('/').split('/');
        let places = (
            segments.next().unwrap_or_default(),
            segments.next(),
            segments.next(),
            segments.next(),
        );
        match places {
            ("", None, ..) => Self::Mailbox {
                mailbox: INBOX.to_owned(),
                search,
            },
            ("folders", None, ..) => Self::Folders,
            ("account", None, ..) => Self::Account,
            ("mail", Some(name), None, _) => match decode(name) {
                Some(mailbox) => Self::Mailbox { mailbox, search },
                None => Self::NotFound,
            },
            ("mail", Some(name), Some(id), None) => match (decode(name), parse_id(id)) {
                (Some(mailbox), Some((uid_validity, uid))) => Self::Message {
                    message: MessageRef {
                        mailbox,
                        uid_validity,
                        uid,
                    },
                    search,
                },
                _ => Self::NotFound,
            },
            _ => Self::NotFound,
        }
    }

    /// The path and query, below the app's base, beginning with `/`.
    pub(crate) fn path(&self) -> String {
        let (mut path, search) = match self {
            Self::Mailbox { mailbox, search } => (format!("/mail/{}", encode(mailbox)), search),
            Self::Message { message, search } => (
                format!(
                    "/mail/{}/{}.{}",
                    encode(&message.mailbox),
                    message.uid_validity,
                    message.uid
                ),
                search,
            ),
            Self::Folders => ("/folders".to_owned(), &None),
            Self::Account => ("/account".to_owned(), &None),
            Self::NotFound => ("/".to_owned(), &None),
        };
        if let Some(words) = search {
            path.push_str("?q=");
            path.push_str(&String::from(encode_uri_component(words)));
        }
        path
    }
}

fn encode(name: &str) -> String {
    let escape = if matches!(name, "." | "..") || name.starts_with('~') {
        "~"
    } else {
        ""
    };
    format!("{escape}{}", String::from(encode_uri_component(name)))
}

fn decode(segment: &str) -> Option<String> {
    let name = String::from(decode_uri_component(segment).ok()?);
    let name = name.strip_prefix('~').map_or(name.as_str(), |rest| rest);
    (!name.is_empty()).then(|| name.to_owned())
}

fn parse_id(id: &str) -> Option<(u32, u32)> {
    let (uid_validity, uid) = id.split_once('.')?;
    let uid = uid.parse().ok().filter(|uid| *uid > 0)?;
    Some((uid_validity.parse().ok()?, uid))
}
