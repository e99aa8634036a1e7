//! What a mailbox is for: by the server's word (RFC 6154), else by a name that everybody uses.

use crate::change::Role;

/// Reads a SPECIAL-USE attribute; [`Role::None`] for any other.
pub(crate) fn from_attribute(attribute: &str) -> Role {
    const ATTRIBUTES: [(&str, Role); 8] = [
        ("\\Drafts", Role::Drafts),
        ("\\Sent", Role::Sent),
        ("\\Archive", Role::Archive),
        ("\\Junk", Role::Junk),
        ("\\Trash", Role::Trash),
        ("\\Flagged", Role::Flagged),
        ("\\All", Role::All),
        // XLIST, which RFC 6154 replaced and some servers still answer with.
        ("\\Spam", Role::Junk),
    ];
    ATTRIBUTES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(attribute))
        .map_or(Role::None, |(_, role)| *role)
}

/// The attribute of a role, as CREATE and METADATA want it (RFC 6154 3, 4); `None` for what has none.
pub(crate) fn attribute(role: Role) -> Option<&'static str> {
    match role {
        Role::Flagged => Some("\\Flagged"),
        Role::Drafts => Some("\\Drafts"),
        Role::Sent => Some("\\Sent"),
        Role::Archive => Some("\\Archive"),
        Role::Junk => Some("\\Junk"),
        Role::Trash => Some("\\Trash"),
        Role::All => Some("\\All"),
        Role::Inbox | Role::None => None,
    }
}

/// What a mailbox is called that is made for a role, so that other programs know it by its name.
pub(crate) fn usual_name(role: Role) -> Option<&'static str> {
    match role {
        Role::Drafts => Some("Drafts"),
        Role::Sent => Some("Sent"),
        Role::Archive => Some("Archive"),
        Role::Junk => Some("Junk"),
        Role::Trash => Some("Trash"),
        Role::Inbox | Role::Flagged | Role::All | Role::None => None,
    }
}

/// Guesses by name, for servers without SPECIAL-USE. `name` is the part after the namespace.
pub(crate) fn from_name(name: &str) -> Role {
    const NAMES: [(Role, &[&str]); 5] = [
        (
            Role::Drafts,
            &[
                "drafts",
                "draft",
                "utkast",
                "entwürfe",
                "brouillons",
                "kladder",
                "luonnokset",
            ],
        ),
        (
            Role::Sent,
            &[
                "sent",
                "sent items",
                "sent mail",
                "sent messages",
                "sent-mail",
                "skickat",
                "skickade",
                "skickade objekt",
                "skickad e-post",
                "gesendet",
                "sendt",
                "lähetetyt",
            ],
        ),
        (
            Role::Archive,
            &[
                "archive",
                "archives",
                "arkiv",
                "arkiverat",
                "archiv",
                "arkisto",
            ],
        ),
        (
            Role::Junk,
            &[
                "junk",
                "spam",
                "junk email",
                "junk e-mail",
                "junk mail",
                "bulk mail",
                "skräp",
                "skräppost",
                "søppelpost",
                "roskaposti",
            ],
        ),
        (
            Role::Trash,
            &[
                "trash",
                "deleted",
                "deleted items",
                "deleted messages",
                "bin",
                "papperskorg",
                "papperskorgen",
                "borttaget",
                "borttagna objekt",
                "papirkurv",
                "roskakori",
            ],
        ),
    ];
    let lower = name.to_lowercase();
    NAMES
        .iter()
        .find(|(_, names)| names.contains(&lower.as_str()))
        .map_or(Role::None, |(role, _)| *role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_word_is_read_in_any_case() {
        assert_eq!(from_attribute("\\sent"), Role::Sent);
        assert_eq!(from_attribute("\\HasChildren"), Role::None);
    }

    #[test]
    fn swedish_names_are_known() {
        assert_eq!(from_name("Papperskorgen"), Role::Trash);
        assert_eq!(from_name("SKRÄPPOST"), Role::Junk);
        assert_eq!(from_name("Skickat 2024"), Role::None);
    }
}
