//! What NOTIFY asks to be told (RFC 5465).

use super::{FetchItem, fetch, line::Line};
use crate::{Error, imap::mailbox_name::MailboxName};

/// The argument of NOTIFY SET.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifySet {
    /// Also send a STATUS of each watched mailbox first.
    pub status: bool,
    /// What is watched; at least one. The first that names a mailbox decides for it.
    pub groups: Vec<NotifyGroup>,
}

/// Mailboxes, and what to tell of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifyGroup {
    /// Which mailboxes.
    pub filter: NotifyFilter,
    /// What to tell; none tells nothing.
    pub events: Vec<NotifyEvent>,
}

/// Which mailboxes are watched (RFC 5465 6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotifyFilter {
    /// The selected one, at any time: sequence numbers may shift under a command.
    Selected,
    /// The selected one, removals only when a command allows it.
    SelectedDelayed,
    /// Where mail is delivered to.
    Inboxes,
    /// All of the personal namespaces.
    Personal,
    /// All subscribed ones.
    Subscribed,
    /// These and all below them.
    Subtree(Vec<MailboxName>),
    /// These.
    Mailboxes(Vec<MailboxName>),
}

/// What to tell (RFC 5465 5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotifyEvent {
    /// A new message; of the selected mailbox with these items.
    MessageNew(Vec<FetchItem>),
    /// A message is gone.
    MessageExpunge,
    /// Flags have changed.
    FlagChange,
    /// Annotations have changed.
    AnnotationChange,
    /// A mailbox came, went or has a new name.
    MailboxName,
    /// A subscription came or went.
    SubscriptionChange,
    /// Metadata of a mailbox changed.
    MailboxMetadataChange,
    /// Metadata of the server changed.
    ServerMetadataChange,
}

pub(super) fn set(line: &mut Line, set: Option<&NotifySet>) -> Result<(), Error> {
    let Some(set) = set else {
        line.text(" NONE");
        return Ok(());
    };
    if set.groups.is_empty() {
        return Err(line.refuse("nothing is watched"));
    }
    line.text(if set.status { " SET STATUS" } else { " SET" });
    for group in &set.groups {
        line.text(" (");
        filter(line, &group.filter)?;
        line.text(" ");
        if group.events.is_empty() {
            line.text("NONE");
        } else {
            line.list(&group.events, event)?;
        }
        line.text(")");
    }
    Ok(())
}

fn filter(line: &mut Line, filter: &NotifyFilter) -> Result<(), Error> {
    let (word, names) = match filter {
        NotifyFilter::Selected => ("selected", None),
        NotifyFilter::SelectedDelayed => ("selected-delayed", None),
        NotifyFilter::Inboxes => ("inboxes", None),
        NotifyFilter::Personal => ("personal", None),
        NotifyFilter::Subscribed => ("subscribed", None),
        NotifyFilter::Subtree(names) => ("subtree", Some(names)),
        NotifyFilter::Mailboxes(names) => ("mailboxes", Some(names)),
    };
    line.text(word);
    if let Some(names) = names {
        if names.is_empty() {
            return Err(line.refuse("no mailbox is named"));
        }
        line.text(" ");
        line.list(names, |line, name| line.mailbox(name))?;
    }
    Ok(())
}

fn event(line: &mut Line, event: &NotifyEvent) -> Result<(), Error> {
    let word = match event {
        NotifyEvent::MessageNew(_) => "MessageNew",
        NotifyEvent::MessageExpunge => "MessageExpunge",
        NotifyEvent::FlagChange => "FlagChange",
        NotifyEvent::AnnotationChange => "AnnotationChange",
        NotifyEvent::MailboxName => "MailboxName",
        NotifyEvent::SubscriptionChange => "SubscriptionChange",
        NotifyEvent::MailboxMetadataChange => "MailboxMetadataChange",
        NotifyEvent::ServerMetadataChange => "ServerMetadataChange",
    };
    line.text(word);
    match event {
        NotifyEvent::MessageNew(items) if !items.is_empty() => {
            line.text(" ");
            line.list(items, fetch::item)
        }
        _ => Ok(()),
    }
}
