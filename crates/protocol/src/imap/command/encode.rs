//! From [`Command`] to a [`Line`]: pieces of text, and strings whose form on the wire is not decided yet.
//!
//! Only `&'static`-like text of this crate and checked pieces go in as text; all else goes in as a string and
//! comes out quoted or as a literal. That is what keeps a name or a search text from starting a command.

use std::fmt::{self, Write as _};

use super::{Command, StoreAction, fetch, list, notify, search};
use crate::{
    Error,
    imap::{flag::Flag, mailbox_name::MailboxName},
    limits,
};

/// One piece of a command.
#[derive(Clone)]
pub(crate) enum Piece {
    /// Goes out as it is.
    Text(String),
    /// A mailbox name (or LIST pattern): modified UTF-7 or UTF-8, as enabled by then.
    Mailbox(MailboxName),
    /// Octets without NUL: quoted if plain, else a literal.
    String(Vec<u8>),
    /// Octets that always go as a literal: a message. `binary`: `~{}` (RFC 3516 4.4).
    Literal { octets: Vec<u8>, binary: bool },
    /// ` CHARSET UTF-8`, left out where UTF-8 is enabled (RFC 9755 3, RFC 9051 6.4.4).
    Charset,
}

/// A command on its way to bytes, without tag and CRLF.
#[derive(Clone)]
pub(crate) struct Line {
    operation: &'static str,
    pieces: Vec<Piece>,
}

impl Line {
    fn new(operation: &'static str) -> Self {
        let mut line = Self {
            operation,
            pieces: Vec::new(),
        };
        line.text(operation);
        line
    }

    pub(crate) fn into_pieces(self) -> Vec<Piece> {
        self.pieces
    }

    pub(super) fn refuse(&self, reason: &'static str) -> Error {
        Error::Unsendable {
            operation: self.operation,
            reason,
        }
    }

    /// Text of ours, or checked by the caller.
    pub(super) fn text(&mut self, text: &str) {
        if let Some(Piece::Text(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.pieces.push(Piece::Text(text.to_owned()));
        }
    }

    /// A number, a set or a date, whose written form can't hold anything else.
    pub(super) fn display(&mut self, value: &dyn fmt::Display) {
        let mut text = String::new();
        // Writing to a String can't fail.
        let _ = write!(text, "{value}");
        self.text(&text);
    }

    /// RFC 9051 9: `atom`.
    pub(super) fn atom(&mut self, atom: &str) -> Result<(), Error> {
        if !is_atom(atom) {
            return Err(self.refuse("not an atom"));
        }
        self.text(atom);
        Ok(())
    }

    pub(super) fn string(&mut self, octets: &[u8]) -> Result<(), Error> {
        if octets.contains(&0) {
            // RFC 9051 4.3: no string has a NUL.
            return Err(self.refuse("a text has a NUL"));
        }
        if octets.len() > limits::COMMAND_STRING {
            return Err(Error::TooLong {
                operation: self.operation,
                octets: octets.len(),
            });
        }
        self.pieces.push(Piece::String(octets.to_vec()));
        Ok(())
    }

    pub(super) fn mailbox(&mut self, name: &MailboxName) -> Result<(), Error> {
        let wire = name.to_wire(true);
        if wire.is_empty() {
            return Err(self.refuse("the mailbox has no name"));
        }
        self.name(name, &wire)
    }

    /// A LIST reference or pattern; may be empty.
    pub(super) fn pattern(&mut self, pattern: &str) -> Result<(), Error> {
        if pattern.is_empty() {
            self.text("\"\"");
            return Ok(());
        }
        let name = MailboxName::new(pattern);
        let wire = name.to_wire(true);
        self.name(&name, &wire)
    }

    fn name(&mut self, name: &MailboxName, wire: &[u8]) -> Result<(), Error> {
        // CR and LF would travel safely in a literal, but no server makes such a mailbox.
        if wire.iter().any(|octet| matches!(octet, 0 | b'\r' | b'\n')) {
            return Err(self.refuse("the name of the mailbox has a control character"));
        }
        if wire.len() > limits::COMMAND_STRING {
            return Err(Error::TooLong {
                operation: self.operation,
                octets: wire.len(),
            });
        }
        self.pieces.push(Piece::Mailbox(name.clone()));
        Ok(())
    }

    fn flag(&mut self, flag: &Flag) -> Result<(), Error> {
        match flag {
            Flag::Keyword(keyword) => self.flag_keyword(keyword),
            // RFC 9051 2.3.2: only the server sets it.
            Flag::Recent => Err(self.refuse("\\Recent can't be set")),
            system => {
                self.display(system);
                Ok(())
            }
        }
    }

    /// A keyword as some server gave it to us. Dovecot has keywords with `]` (as clients of webmail made them),
    /// so that is let through; RFC 9051 `atom` forbids it, but nothing can start or end there.
    /// `\Foo` (flag-extension) is a flag as well.
    pub(super) fn flag_keyword(&mut self, keyword: &str) -> Result<(), Error> {
        let name = keyword.strip_prefix('\\').unwrap_or(keyword);
        if name.is_empty()
            || !name
                .bytes()
                .all(|octet| is_atom_octet(octet) || octet == b']')
        {
            return Err(self.refuse("not a keyword"));
        }
        self.text(keyword);
        Ok(())
    }

    /// `(a b c)`
    pub(super) fn list<T>(
        &mut self,
        items: &[T],
        write: impl FnMut(&mut Self, &T) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.text("(");
        self.spaced(items, write)?;
        self.text(")");
        Ok(())
    }

    /// `a b c`
    pub(super) fn spaced<T>(
        &mut self,
        items: &[T],
        mut write: impl FnMut(&mut Self, &T) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.text(" ");
            }
            write(self, item)?;
        }
        Ok(())
    }

    /// RFC 9051 `flag-list`, INTERNALDATE and the literal, as APPEND and REPLACE have them.
    fn message(
        &mut self,
        flags: &[Flag],
        internal_date: Option<i64>,
        data: &[u8],
    ) -> Result<(), Error> {
        if data.len() > limits::APPEND {
            return Err(Error::TooLong {
                operation: self.operation,
                octets: data.len(),
            });
        }
        if data.is_empty() {
            // RFC 3502: a literal of nothing cancels the APPEND.
            return Err(self.refuse("the message is empty"));
        }
        if !flags.is_empty() {
            self.text(" ");
            self.list(flags, Self::flag)?;
        }
        if let Some(seconds) = internal_date {
            let date = date_time(seconds).ok_or_else(|| self.refuse("the date is out of range"))?;
            self.text(" ");
            self.text(&date);
        }
        self.text(" ");
        self.pieces.push(Piece::Literal {
            octets: data.to_vec(),
            binary: data.contains(&0),
        });
        Ok(())
    }

    /// Octets of the line when every string is counted as if it were quoted.
    fn octets(&self) -> usize {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.len(),
                Piece::Mailbox(name) => name.to_wire(false).len().saturating_add(2),
                Piece::String(octets) if octets.len() <= limits::QUOTED => {
                    octets.len().saturating_add(2)
                }
                Piece::String(_) | Piece::Literal { .. } | Piece::Charset => 16,
            })
            .fold(0, usize::saturating_add)
    }
}

fn is_atom(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_atom_octet)
}

/// RFC 9051 9: `ATOM-CHAR`.
fn is_atom_octet(octet: u8) -> bool {
    octet.is_ascii_graphic()
        && !matches!(
            octet,
            b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']'
        )
}

/// `"17-Jul-1996 02:44:25 +0000"` (RFC 9051 `date-time`); years 1 to 9999.
fn date_time(seconds: i64) -> Option<String> {
    let days = seconds.div_euclid(86_400);
    let second = seconds.rem_euclid(86_400);
    // Days to a civil date, counted in eras of 400 years that begin on the first of March.
    let days = days.checked_add(719_468)?;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "day_of_era is below 146,097, era is a quotient of it"
    )]
    let (year, month, day) = {
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        (year_of_era + era * 400 + i64::from(month <= 2), month, day)
    };
    if !(1..=9999).contains(&year) {
        return None;
    }
    let month = search::month_name(u8::try_from(month).ok()?);
    let (hour, minute) = (
        second.div_euclid(3_600),
        second.rem_euclid(3_600).div_euclid(60),
    );
    let second = second.rem_euclid(60);
    Some(format!(
        "\"{day:2}-{month}-{year:04} {hour:02}:{minute:02}:{second:02} +0000\""
    ))
}

/// Checks `command` and cuts it into pieces. AUTHENTICATE is not here: its exchange is the session's.
///
/// # Errors
/// [`Unsendable`](Error::Unsendable) for what no server could read as meant, [`TooLong`](Error::TooLong) above
/// [`COMMAND_LINE`](limits::COMMAND_LINE).
pub(crate) fn encode(command: &Command) -> Result<Line, Error> {
    let mut line = Line::new(command.name());
    arguments(&mut line, command)?;
    let octets = line.octets();
    if octets > limits::COMMAND_LINE {
        return Err(Error::TooLong {
            operation: line.operation,
            octets,
        });
    }
    Ok(line)
}

fn arguments(line: &mut Line, command: &Command) -> Result<(), Error> {
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
            line.string(password.expose().as_bytes())?;
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
                line.pieces.push(Piece::Charset);
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
