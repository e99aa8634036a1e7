//! The arguments of LIST and STATUS (RFC 9051 6.3.9 and 6.3.11; RFC 5258, 5819, 6154, 8440).

use super::line::Line;
use crate::Error;

/// Which mailboxes LIST tells (RFC 5258 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListSelection {
    /// Subscribed ones, also if they do not exist any more.
    Subscribed,
    /// Also those on other servers.
    Remote,
    /// Also parents of what matches.
    RecursiveMatch,
    /// Those with a role (RFC 6154).
    SpecialUse,
}

/// What LIST tells of each mailbox (RFC 5258 3.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListReturn {
    /// `\Subscribed`
    pub subscribed: bool,
    /// `\HasChildren` and `\HasNoChildren`
    pub children: bool,
    /// Roles (RFC 6154).
    pub special_use: bool,
    /// A STATUS answer for each (RFC 5819).
    pub status: Vec<StatusItem>,
    /// Own rights (RFC 8440).
    pub my_rights: bool,
}

/// What STATUS tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatusItem {
    /// MESSAGES
    Messages,
    /// RECENT (RFC 3501)
    Recent,
    /// UIDNEXT
    UidNext,
    /// UIDVALIDITY
    UidValidity,
    /// UNSEEN
    Unseen,
    /// DELETED (RFC 9051)
    Deleted,
    /// SIZE (RFC 8438)
    Size,
    /// HIGHESTMODSEQ (RFC 7162)
    HighestModSeq,
    /// MAILBOXID (RFC 8474)
    MailboxId,
    /// APPENDLIMIT (RFC 7889)
    AppendLimit,
}

impl StatusItem {
    fn name(self) -> &'static str {
        match self {
            Self::Messages => "MESSAGES",
            Self::Recent => "RECENT",
            Self::UidNext => "UIDNEXT",
            Self::UidValidity => "UIDVALIDITY",
            Self::Unseen => "UNSEEN",
            Self::Deleted => "DELETED",
            Self::Size => "SIZE",
            Self::HighestModSeq => "HIGHESTMODSEQ",
            Self::MailboxId => "MAILBOXID",
            Self::AppendLimit => "APPENDLIMIT",
        }
    }
}

pub(super) fn status_items(line: &mut Line, items: &[StatusItem]) -> Result<(), Error> {
    if items.is_empty() {
        return Err(line.refuse("nothing is asked for"));
    }
    line.list(items, |line, item| {
        line.text(item.name());
        Ok(())
    })
}

pub(super) fn list(
    line: &mut Line,
    selection: &[ListSelection],
    reference: &str,
    patterns: &[String],
    return_: &ListReturn,
) -> Result<(), Error> {
    if !selection.is_empty() {
        line.text(" ");
        line.list(selection, |line, option| {
            line.text(match option {
                ListSelection::Subscribed => "SUBSCRIBED",
                ListSelection::Remote => "REMOTE",
                ListSelection::RecursiveMatch => "RECURSIVEMATCH",
                ListSelection::SpecialUse => "SPECIAL-USE",
            });
            Ok(())
        })?;
    }
    line.text(" ");
    line.pattern(reference)?;
    line.text(" ");
    match patterns {
        [] => return Err(line.refuse("no pattern is named")),
        [one] => line.pattern(one)?,
        several => line.list(several, |line, pattern| line.pattern(pattern))?,
    }
    list_return(line, return_)
}

fn list_return(line: &mut Line, return_: &ListReturn) -> Result<(), Error> {
    let ListReturn {
        subscribed,
        children,
        special_use,
        status,
        my_rights,
    } = return_;
    let words = [
        (*subscribed, "SUBSCRIBED"),
        (*children, "CHILDREN"),
        (*special_use, "SPECIAL-USE"),
        (*my_rights, "MYRIGHTS"),
        (!status.is_empty(), "STATUS"),
    ];
    let asked: Vec<&str> = words
        .iter()
        .filter(|(asked, _)| *asked)
        .map(|(_, word)| *word)
        .collect();
    if asked.is_empty() {
        return Ok(());
    }
    line.text(" RETURN ");
    line.list(&asked, |line, word| {
        line.text(word);
        if *word == "STATUS" {
            line.text(" ");
            status_items(line, status)?;
        }
        Ok(())
    })
}
