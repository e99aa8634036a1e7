//! Reports about mail that was sent: what became of it on its way (RFC 3464) and at the reader's
//! (RFC 8098).
//!
//! In: the text of a message/delivery-status or message/disposition-notification part, which
//! are groups of header fields. Out: plain values, and why a delivery failed in a [`Reason`]
//! that a person can act on.

mod reason;

use serde::{Deserialize, Serialize};

pub use reason::Reason;

use crate::{
    card::line::{Folding, Lines, mail_address, one_line},
    date::{self, Date},
    limits,
};

/// What a server tells about the delivery of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryReport {
    /// Name of the server that tells.
    pub reporting_mta: Option<String>,
    /// One for each recipient, at most [`limits::CARD_RECIPIENTS`].
    pub recipients: Vec<Recipient>,
    /// Recipients beyond those.
    pub further_recipients: u32,
}

/// What became of the message for one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The address that delivery was tried to.
    pub final_address: Option<String>,
    /// The address that the sender wrote, where they differ.
    pub original_address: Option<String>,
    /// What happened.
    pub action: Action,
    /// The status as a code.
    pub status: Option<StatusCode>,
    /// Why, where it failed or is late.
    pub reason: Option<Reason>,
    /// What the servers say about it, one line.
    pub diagnostic: Option<String>,
    /// Name of the server that did not take the message.
    pub remote_mta: Option<String>,
    /// How long a late message will be tried.
    pub will_retry_until: Option<Date>,
}

/// What happened to a message (RFC 3464 2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// It was given up.
    Failed,
    /// It is tried again.
    Delayed,
    /// It is in the mailbox.
    Delivered,
    /// It went on to a server that tells no more.
    Relayed,
    /// It went on to the members of a list.
    Expanded,
}

/// An enhanced status code (RFC 3463): "5.1.1".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCode {
    /// 2 success, 4 for now, 5 for good.
    pub class: u8,
    /// What it is about: 1 the address, 2 the mailbox, 4 the network, 7 security.
    pub subject: u16,
    /// What exactly.
    pub detail: u16,
}

/// What a reader's program tells about a message (RFC 8098 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposition {
    /// Whose mailbox it was in.
    pub address: Option<String>,
    /// What was done.
    pub kind: DispositionKind,
    /// Whether a program did it by itself; else a person.
    pub is_automatic: bool,
    /// Message-ID of the message, without its angle brackets.
    pub original_message_id: Option<String>,
}

/// What was done with a message. Displayed does not mean read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DispositionKind {
    /// Shown to somebody.
    Displayed,
    /// Deleted, perhaps without being shown.
    Deleted,
    /// Sent on.
    Dispatched,
    /// Handled by a program, without being shown.
    Processed,
    /// The reader wants to tell nothing (RFC 2298).
    Denied,
    /// Something went wrong (RFC 2298).
    Failed,
    /// Another word.
    Other,
}

/// Reads a message/delivery-status part; `None` when it tells of no recipient.
pub fn delivery_report(text: &str) -> Option<DeliveryReport> {
    let mut report = DeliveryReport::default();
    let mut draft = Draft::default();
    fields(text, &mut |name, value| {
        let is_next = match name {
            "FINAL-RECIPIENT" => draft.final_address.is_some(),
            "ORIGINAL-RECIPIENT" => draft.original_address.is_some(),
            // The end of a group.
            "" => true,
            _ => false,
        };
        if is_next {
            report.add(std::mem::take(&mut draft));
        }
        match name {
            "REPORTING-MTA" => report.reporting_mta = line(typed(value)),
            "FINAL-RECIPIENT" => draft.final_address = address(value),
            "ORIGINAL-RECIPIENT" => draft.original_address = address(value),
            "ACTION" => draft.action = Action::parse(value),
            "STATUS" => value.clone_into(&mut draft.status),
            "DIAGNOSTIC-CODE" => value.clone_into(&mut draft.diagnostic),
            "REMOTE-MTA" => draft.remote_mta = line(typed(value)),
            "WILL-RETRY-UNTIL" => draft.will_retry_until = date::parse(value.as_bytes()),
            _ => {}
        }
    });
    report.add(draft);
    (!report.recipients.is_empty()).then_some(report)
}

impl DeliveryReport {
    fn add(&mut self, draft: Draft) {
        let Some(recipient) = draft.finish() else {
            return;
        };
        if self.recipients.len() < limits::CARD_RECIPIENTS {
            self.recipients.push(recipient);
        } else {
            self.further_recipients = self.further_recipients.saturating_add(1);
        }
    }
}

/// Reads a message/disposition-notification part; `None` when it tells of no disposition.
pub fn disposition(text: &str) -> Option<Disposition> {
    let mut original_address = None;
    let mut final_address = None;
    let mut original_message_id = None;
    let mut told = None;
    fields(text, &mut |name, value| match name {
        "FINAL-RECIPIENT" => final_address = address(value),
        "ORIGINAL-RECIPIENT" => original_address = address(value),
        "ORIGINAL-MESSAGE-ID" => {
            let id = value.trim_start_matches('<').trim_end_matches('>');
            original_message_id = line(id);
        }
        "DISPOSITION" => told = Some(value.to_ascii_lowercase()),
        _ => {}
    });
    let told = told?;
    let (mode, kind) = told.split_once(';').unwrap_or(("", &told));
    let word = kind.split(['/', ',', ';']).next().unwrap_or_default();
    Some(Disposition {
        address: final_address.or(original_address),
        kind: match word.trim() {
            "displayed" | "read" => DispositionKind::Displayed,
            "deleted" => DispositionKind::Deleted,
            "dispatched" => DispositionKind::Dispatched,
            "processed" => DispositionKind::Processed,
            "denied" => DispositionKind::Denied,
            "failed" => DispositionKind::Failed,
            _ => DispositionKind::Other,
        },
        is_automatic: mode.contains("automatic-action"),
        original_message_id,
    })
}

/// One recipient's fields.
#[derive(Default)]
struct Draft {
    final_address: Option<String>,
    original_address: Option<String>,
    action: Option<Action>,
    status: String,
    diagnostic: String,
    remote_mta: Option<String>,
    will_retry_until: Option<Date>,
}

impl Draft {
    fn finish(self) -> Option<Recipient> {
        let status = StatusCode::find(&self.status);
        let is_empty = self.final_address.is_none()
            && self.original_address.is_none()
            && self.action.is_none()
            && status.is_none();
        if is_empty {
            return None;
        }
        let action = self
            .action
            .unwrap_or(match status.map(|status| status.class) {
                Some(2) => Action::Delivered,
                Some(4) => Action::Delayed,
                _ => Action::Failed,
            });
        let diagnostic = diagnostic(&self.diagnostic);
        // Some say it only in the comment beside the code.
        let said = format!(
            "{} {}",
            diagnostic.as_deref().unwrap_or_default(),
            self.status
        );
        let is_bad = matches!(action, Action::Failed | Action::Delayed);
        Some(Recipient {
            original_address: self
                .original_address
                .filter(|original| self.final_address.as_ref() != Some(original)),
            final_address: self.final_address,
            action,
            status,
            reason: is_bad.then(|| reason::find(status, &said)),
            diagnostic,
            remote_mta: self.remote_mta,
            will_retry_until: self.will_retry_until,
        })
    }
}

/// Gives names in upper case and values of fields to `take`; an empty name where a group ends.
///
/// A line that is no field goes on the one before: some servers copy answers of several lines
/// and don't fold them.
fn fields(text: &str, take: &mut dyn FnMut(&str, &str)) {
    let mut last = (String::new(), String::new());
    for line in Lines::new(text, Folding::Kept) {
        let field = line.split_once(':').filter(|(name, value)| {
            let name = name.trim_end();
            let mut octets = name.bytes();
            let is_token = octets.all(|octet| octet.is_ascii_alphanumeric() || octet == b'-');
            is_token && !name.is_empty() && !value.starts_with("//")
        });
        let is_blank = line.trim().is_empty();
        if field.is_none() && !is_blank {
            if last.1.len() < limits::CARD_LINE_OCTETS {
                last.1.push(' ');
                last.1.push_str(&line);
            }
            continue;
        }
        if !last.0.is_empty() {
            take(&last.0, &last.1);
        }
        if is_blank {
            take("", "");
        }
        let (name, value) = field.unwrap_or_default();
        last = (
            name.trim_end().to_ascii_uppercase(),
            value.trim().to_owned(),
        );
    }
    if !last.0.is_empty() {
        take(&last.0, &last.1);
    }
}

fn line(value: &str) -> Option<String> {
    one_line(value, limits::CARD_LINE_CHARS)
}

/// What follows the type in "rfc822; a@b", "dns; mx.se", "smtp; 550 no".
fn typed(value: &str) -> &str {
    match value.split_once(';') {
        Some((kind, rest)) if !kind.trim().contains([' ', '@', '.']) => rest,
        _ => value,
    }
}

fn address(value: &str) -> Option<String> {
    let value = typed(value);
    mail_address(value).or_else(|| line(value))
}

/// One line. Answers of several lines repeat their code before each of them.
fn diagnostic(value: &str) -> Option<String> {
    let mut out = String::new();
    let mut repeated = String::new();
    for word in typed(value).split_whitespace() {
        if !repeated.is_empty() && word.starts_with(repeated.as_str()) {
            continue;
        }
        // "550-5.1.1 The address" goes on with "550-5.1.1", or "550 5.1.1" at the end.
        let code = word
            .get(..4)
            .filter(|code| code.ends_with('-') && is_reply(code));
        if let (true, Some(code)) = (repeated.is_empty(), code) {
            code.clone_into(&mut repeated);
            out.push_str(&word.replacen('-', " ", 1));
        } else {
            out.push_str(word);
        }
        out.push(' ');
    }
    line(&out)
}

/// Whether it begins with an SMTP reply code of a failure.
fn is_reply(word: &str) -> bool {
    matches!(word.as_bytes(), [b'4' | b'5', b'0'..=b'9', b'0'..=b'9', ..])
}

impl Action {
    fn parse(value: &str) -> Option<Self> {
        let word = value.trim().to_ascii_lowercase();
        let known = [
            ("fail", Self::Failed),
            ("delay", Self::Delayed),
            ("deliver", Self::Delivered),
            ("relay", Self::Relayed),
            ("expand", Self::Expanded),
        ];
        let found = known.iter().find(|(start, _)| word.starts_with(start));
        found.map(|(_, action)| *action)
    }
}

impl StatusCode {
    /// The first code in a text: in "#5.1.1", "5.1.1 (bad address)", "550 5.1.1 no".
    pub(crate) fn find(text: &str) -> Option<Self> {
        let words = text.split(|c: char| !c.is_ascii_digit() && c != '.');
        words
            .map(|word| word.trim_end_matches('.'))
            .find_map(|word| {
                let mut numbers = word.split('.').map(|number| number.parse::<u16>().ok());
                let code = (numbers.next()??, numbers.next()??, numbers.next()??);
                let (class @ (2 | 4 | 5), subject @ 0..=99, detail @ 0..=999) = code else {
                    return None;
                };
                let class = u8::try_from(class).ok()?;
                let code = Self {
                    class,
                    subject,
                    detail,
                };
                numbers.next().is_none().then_some(code)
            })
    }
}

impl std::fmt::Display for StatusCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}
