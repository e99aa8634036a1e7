//! A command on its way to bytes: checked text, and strings whose form on the wire is not decided
//! yet.
//!
//! Only words of this crate and checked pieces go in as text; all else goes in as a string and
//! comes out quoted or as a literal. That is what keeps a name or a search text from starting a
//! command.

use std::fmt::{self, Write as _};

use super::search;
use crate::{
    Error,
    imap::{flag::Flag, mailbox_name::MailboxName},
    limits,
    secret::Secret,
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
    /// The same, wiped after it was written.
    Secret(Secret),
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
    pub(super) fn new(operation: &'static str) -> Self {
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
        self.check_string(octets)?;
        self.pieces.push(Piece::String(octets.to_vec()));
        Ok(())
    }

    pub(super) fn secret(&mut self, secret: &Secret) -> Result<(), Error> {
        self.check_string(secret.expose().as_bytes())?;
        self.pieces.push(Piece::Secret(secret.clone()));
        Ok(())
    }

    fn check_string(&self, octets: &[u8]) -> Result<(), Error> {
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
        Ok(())
    }

    /// The charset of the strings behind it, for SEARCH.
    pub(super) fn charset(&mut self) {
        self.pieces.push(Piece::Charset);
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

    pub(super) fn flag(&mut self, flag: &Flag) -> Result<(), Error> {
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
    pub(super) fn message(
        &mut self,
        flags: &[Flag],
        internal_date: Option<i64>,
        data: &mut Vec<u8>,
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
            binary: data.contains(&0),
            octets: std::mem::take(data),
        });
        Ok(())
    }

    /// Octets of the line when every string is counted as if it were quoted.
    pub(super) fn octets(&self) -> usize {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.len(),
                Piece::Mailbox(name) => name.to_wire(false).len().saturating_add(2),
                Piece::String(octets) if octets.len() <= limits::QUOTED => {
                    octets.len().saturating_add(2)
                }
                Piece::String(_) | Piece::Secret(_) | Piece::Literal { .. } | Piece::Charset => 16,
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
