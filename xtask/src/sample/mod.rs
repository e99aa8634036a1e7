//! The sample mailbox: a household and its boat club, in Swedish and English, some hundred messages.
//!
//! The same words every time; dates count back from now. Beside what people get every day it holds what mail
//! clients stumble over: many charsets, format=flowed, deep quotes, a huge header, broken MIME, bounces,
//! invitations, nested folders with letters that modified UTF-7 has to spell.

mod conversations;
mod files;
mod letters;
mod mime;
mod newsletters;
mod odd;
mod series;
mod talk;

/// Dates relative to now.
pub(crate) mod moment;

use std::collections::BTreeMap;

use crate::console::{Outcome, step};
use crate::fingerprint::Fingerprint;
use crate::imap::{Append, Client};
use crate::server::PASSWORD;
use moment::Moment;

pub(crate) use mime::base64;

/// One message, and where and how it lies.
struct Item {
    mailbox: &'static str,
    flags: Vec<&'static str>,
    at: Moment,
    bytes: Vec<u8>,
}

/// Changes when the sample does, so that an older one is written anew.
pub(crate) fn version() -> String {
    // Contents depend on dates, so not they but the sources are what is looked at.
    let sources = [
        include_str!("conversations.rs"),
        include_str!("files.rs"),
        include_str!("letters.rs"),
        include_str!("mime.rs"),
        include_str!("newsletters.rs"),
        include_str!("odd.rs"),
        include_str!("series.rs"),
        include_str!("talk.rs"),
    ];
    sources
        .iter()
        .fold(Fingerprint::default(), |hash, source| {
            hash.with(source.as_bytes())
        })
        .hex()
}

/// Writes the samples of `anna` and `bertil` over IMAP to `server` (`host:port`); returns how many messages.
pub(crate) fn write(server: &str, addresses: &[String]) -> Outcome<usize> {
    let now = Moment::now();
    let mut written = 0;
    for address in addresses {
        let mut items = match address.split('@').next() {
            Some("anna") => everything(now),
            Some("bertil") => series::for_bertil(now),
            _ => continue,
        };
        // A mailbox numbers messages as they come, so they come in order of time.
        items.sort_by_key(|item| item.at);
        let mut client = Client::log_in(server, address, PASSWORD)?;
        let mut by_mailbox: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
        for item in &items {
            by_mailbox.entry(item.mailbox).or_default().push(item);
        }
        written += items.len();
        for (mailbox, items) in by_mailbox {
            if mailbox != "INBOX" {
                client.create(mailbox)?;
            }
            let appends: Vec<_> = items
                .iter()
                .map(|item| Append {
                    flags: &item.flags,
                    internal_date: item.at.internal_date(),
                    bytes: &item.bytes,
                })
                .collect();
            if client.append(mailbox, &appends).is_ok() {
                continue;
            }
            // Cyrus takes no message whose header is broken; with the others as they come.
            for append in &appends {
                if let Err(failure) = client.append(mailbox, std::slice::from_ref(append)) {
                    step(format_args!("left out one of the broken ones, {failure}"));
                    written -= 1;
                }
            }
        }
    }
    Ok(written)
}

fn everything(now: Moment) -> Vec<Item> {
    [
        conversations::all(now),
        letters::all(now),
        series::all(now),
        odd::all(now),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items() -> Vec<Item> {
        everything(Moment::now())
    }

    #[test]
    fn the_sample_has_a_few_hundred_messages_and_none_from_tomorrow() {
        let items = items();
        assert!((300..600).contains(&items.len()), "{}", items.len());
        assert!(items.iter().all(|item| item.at <= Moment::now()));
    }

    #[test]
    fn every_line_ends_with_crlf_and_none_is_longer_than_smtp_carries() {
        for item in items() {
            for line in item.bytes.split_inclusive(|byte| *byte == b'\n') {
                let text = String::from_utf8_lossy(line);
                assert!(line.ends_with(b"\r\n"), "{}: {text}", item.mailbox);
                assert!(
                    line.len() <= 1_000,
                    "{}: {} octets: {text}",
                    item.mailbox,
                    line.len()
                );
            }
        }
    }

    #[test]
    fn message_ids_are_unique_and_references_lead_somewhere() {
        let items = items();
        let mut ids = Vec::new();
        let mut references = Vec::new();
        for item in &items {
            let text = String::from_utf8_lossy(&item.bytes);
            let head = text
                .split("\r\n\r\n")
                .next()
                .unwrap_or_default()
                .replace("\r\n ", " ");
            for line in head.lines() {
                if let Some(id) = line.strip_prefix("Message-ID: ") {
                    ids.push(id.to_owned());
                } else if let Some(id) = line.strip_prefix("In-Reply-To: ") {
                    references.push(id.to_owned());
                }
            }
        }
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count);
        assert!(references.len() > 40);
        assert!(
            references.iter().all(|id| ids.contains(id)),
            "{references:?}"
        );
    }
}
