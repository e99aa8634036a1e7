//! From [`Command`] to a [`Line`]: each command's arguments, in the order of its RFC.

use super::{Command, StoreAction, fetch, line::Line, list, notify, search};
use crate::{Error, imap::mailbox_name::MailboxName, limits};

/// Checks `command` and cuts it into pieces; a message is taken out of it, not copied. AUTHENTICATE is not here: its exchange is the session's.
///
/// # Errors
/// [`Unsendable`](Error::Unsendable) for what no server could read as meant, [`TooLong`](Error::TooLong) above
/// [`COMMAND_LINE`](limits::COMMAND_LINE).
pub(crate) fn encode(command: &mut Command) -> Result<Line, Error> {
    let mut line = Line::new(command.name());
    arguments(&mut line, command)?;
    let octets = line.octets();
    if octets > limits::COMMAND_LINE {
        return Err(Error::TooLong {
            operation: command.name(),
            octets,
        });
    }
    Ok(line)
}

fn arguments(line: &mut Line, command: &mut Command) -> Result<(), Error> {
    match command {
        Command::Capability
        | Command::Noop
        | Command::Logout
        | Command::StartTls
        | Command::Unselect
        | Command::Close
        | Command::Namespace
        | Command::Idle
        | Command::Expunge => {}
        Command::Compress => line.text(" DEFLATE"),
        Command::Id(fields) => id(line, fields)?,
        Command::Login { user, password } => {
            line.text(" ");
            line.string(user.as_bytes())?;
            line.text(" ");
            line.secret(password)?;
        }
        Command::Authenticate(mechanism) => {
            line.text(" ");
            line.text(mechanism.name());
        }
        Command::Enable(names) => {
            if names.is_empty() {
                return Err(line.refuse("nothing is to be enabled"));
            }
            line.text(" ");
            line.spaced(names, |line, name| line.atom(name))?;
        }
        Command::Select {
            mailbox,
            condstore,
            qresync,
            ..
        } => {
            line.text(" ");
            line.mailbox(mailbox)?;
            if let Some(known) = qresync {
                line.text(" (QRESYNC (");
                line.display(&known.uid_validity.get());
                line.text(" ");
                line.display(&known.mod_seq.get());
                if let Some(uids) = known.known.as_ref().filter(|uids| !uids.is_empty()) {
                    line.text(" ");
                    line.display(uids);
                }
                line.text("))");
            } else if *condstore {
                line.text(" (CONDSTORE)");
            }
        }
        Command::Create {
            mailbox,
            special_use,
        } => {
            line.text(" ");
            line.mailbox(mailbox)?;
            if let Some(role) = special_use {
                if !role.starts_with('\\') {
                    return Err(line.refuse("not a special-use attribute"));
                }
                line.text(" (USE (");
                line.flag_keyword(role)?;
                line.text("))");
            }
        }
        Command::Delete(mailbox)
        | Command::Subscribe(mailbox)
        | Command::Unsubscribe(mailbox)
        | Command::GetQuotaRoot(mailbox)
        | Command::GetAcl(mailbox)
        | Command::MyRights(mailbox) => {
            line.text(" ");
            line.mailbox(mailbox)?;
        }
        Command::Rename { from, to } => {
            line.text(" ");
            line.mailbox(from)?;
            line.text(" ");
            line.mailbox(to)?;
        }
        Command::List {
            selection,
            reference,
            patterns,
            return_,
        } => {
            list::list(line, selection, reference, patterns, return_)?;
        }
        Command::Lsub { reference, pattern } => {
            line.text(" ");
            line.pattern(reference)?;
            line.text(" ");
            line.pattern(pattern)?;
        }
        Command::Status { mailbox, items } => {
            line.text(" ");
            line.mailbox(mailbox)?;
            line.text(" ");
            list::status_items(line, items)?;
        }
        Command::Append {
            mailbox,
            flags,
            internal_date,
            data,
        } => {
            line.text(" ");
            line.mailbox(mailbox)?;
            line.message(flags, *internal_date, data)?;
        }
        Command::Replace {
            uid,
            mailbox,
            flags,
            internal_date,
            data,
        } => {
            line.text(" ");
            line.display(&uid.get());
            line.text(" ");
            line.mailbox(mailbox)?;
            line.message(flags, *internal_date, data)?;
        }
        Command::Notify(set) => notify::set(line, set.as_ref())?,
        Command::Search {
            return_, criteria, ..
        } => {
            if let Some(options) = return_ {
                search::search_return(line, options)?;
            }
            if search::needs_charset(criteria) {
                line.charset();
            }
            line.text(" ");
            search::criteria(line, criteria)?;
        }
        Command::Fetch {
            set,
            items,
            changed_since,
            vanished,
            ..
        } => {
            line.text(" ");
            fetch::set(line, set)?;
            line.text(" ");
            fetch::items(line, items)?;
            if let Some(mod_seq) = changed_since {
                line.text(" (CHANGEDSINCE ");
                line.display(&mod_seq.get());
                if *vanished {
                    line.text(" VANISHED");
                }
                line.text(")");
            } else if *vanished {
                // RFC 7162 3.2.6
                return Err(line.refuse("VANISHED needs CHANGEDSINCE"));
            }
        }
        Command::Store {
            set,
            unchanged_since,
            action,
            silent,
            flags,
        } => {
            line.text(" ");
            fetch::uid_set(line, set)?;
            line.text(" ");
            if let Some(mod_seq) = unchanged_since {
                line.text("(UNCHANGEDSINCE ");
                line.display(&mod_seq.get());
                line.text(") ");
            }
            line.text(match action {
                StoreAction::Add => "+FLAGS",
                StoreAction::Remove => "-FLAGS",
                StoreAction::Replace => "FLAGS",
            });
            line.text(if *silent { ".SILENT " } else { " " });
            line.list(flags, Line::flag)?;
        }
        Command::Copy { set, mailbox } | Command::Move { set, mailbox } => {
            line.text(" ");
            fetch::uid_set(line, set)?;
            line.text(" ");
            line.mailbox(mailbox)?;
        }
        Command::UidExpunge(set) => {
            line.text(" ");
            fetch::uid_set(line, set)?;
        }
        Command::Sort {
            return_,
            keys,
            criteria,
            ..
        } => {
            if let Some(options) = return_ {
                search::search_return(line, options)?;
            }
            line.text(" ");
            search::sort_keys(line, keys)?;
            // RFC 5256: the charset is not optional here, whatever is enabled.
            line.text(" UTF-8 ");
            search::criteria(line, criteria)?;
        }
        Command::Thread {
            algorithm,
            criteria,
            ..
        } => {
            line.text(" ");
            line.text(algorithm.name());
            line.text(" UTF-8 ");
            search::criteria(line, criteria)?;
        }
        Command::GetQuota(root) => {
            line.text(" ");
            line.string(root.as_bytes())?;
        }
        Command::SetAcl {
            mailbox,
            identifier,
            rights,
        } => {
            line.text(" ");
            line.mailbox(mailbox)?;
            line.text(" ");
            line.string(identifier.as_bytes())?;
            line.text(" ");
            line.string(rights.as_bytes())?;
        }
        Command::DeleteAcl {
            mailbox,
            identifier,
        }
        | Command::ListRights {
            mailbox,
            identifier,
        } => {
            line.text(" ");
            line.mailbox(mailbox)?;
            line.text(" ");
            line.string(identifier.as_bytes())?;
        }
        Command::GetMetadata { mailbox, entries } => {
            metadata_mailbox(line, mailbox.as_ref())?;
            if entries.is_empty() {
                return Err(line.refuse("no entry is named"));
            }
            line.list(entries, |line, entry| line.string(entry.as_bytes()))?;
        }
        Command::SetMetadata { mailbox, entries } => {
            metadata_mailbox(line, mailbox.as_ref())?;
            if entries.is_empty() {
                return Err(line.refuse("no entry is named"));
            }
            line.list(entries, |line, (entry, value)| {
                line.string(entry.as_bytes())?;
                line.text(" ");
                match value {
                    None => {
                        line.text("NIL");
                        Ok(())
                    }
                    Some(value) => line.string(value),
                }
            })?;
        }
    }
    Ok(())
}

fn id(line: &mut Line, fields: &[(String, String)]) -> Result<(), Error> {
    line.text(" ");
    if fields.is_empty() {
        line.text("NIL");
        return Ok(());
    }
    // RFC 2971 3.3: at most 30 fields, names up to 30 octets, values up to 1,024.
    if fields.len() > 30
        || fields
            .iter()
            .any(|(name, value)| name.len() > 30 || value.len() > 1_024)
    {
        return Err(line.refuse("more than RFC 2971 allows"));
    }
    line.list(fields, |line, (name, value)| {
        line.string(name.as_bytes())?;
        line.text(" ");
        line.string(value.as_bytes())
    })
}

fn metadata_mailbox(line: &mut Line, mailbox: Option<&MailboxName>) -> Result<(), Error> {
    line.text(" ");
    match mailbox {
        Some(name) => line.mailbox(name)?,
        None => line.text("\"\""),
    }
    line.text(" ");
    Ok(())
}
