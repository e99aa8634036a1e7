//! N synthetic messages into a mailbox, quickly: for tests and figures with 1,000 and 100,000.
//!
//! Small mails of a believable shape (about 700 bytes, conversations of one to five, four fifths read), spread
//! over the years before now, one every half hour. At the end the server's cache is warmed by one FETCH of
//! what a mail client asks for, as it would be in a mailbox that somebody uses; `--cold` leaves that out.

use std::time::Instant;

use crate::args::Args;
use crate::console::{Failure, Outcome, duration, step};
use crate::imap::{Append, Client};
use crate::sample::moment::Moment;
use crate::server::PASSWORD;

/// Messages in one APPEND.
const BATCH: u32 = 500;

/// Seconds between two messages.
const EVERY: i64 = 1_800;

pub(crate) fn run(args: &Args) -> Outcome {
    let count: u32 = args.number("count", 1_000)?;
    if count == 0 {
        return Err(Failure::new("--count wants one message at least"));
    }
    let address = args.value("imap").unwrap_or("127.0.0.1:11143");
    let user = args.value("user").unwrap_or("anna@samma.test");
    let mut client = Client::log_in(address, user, args.value("password").unwrap_or(PASSWORD))?;
    fill(
        &mut client,
        args.required("folder")?,
        count,
        !args.has("cold"),
    )
}

/// Appends `count` messages to `mailbox`, oldest first.
pub(crate) fn fill(client: &mut Client, mailbox: &str, count: u32, warm: bool) -> Outcome {
    let begun = Instant::now();
    let now = Moment::now();
    if mailbox != "INBOX" {
        client.create(mailbox)?;
    }
    let mut next = 0;
    while next < count {
        let end = count.min(next + BATCH);
        let messages: Vec<_> = (next..end)
            .map(|number| (number, now.earlier(i64::from(count - number) * EVERY)))
            .map(|(number, date)| (flags(number), date, message(number, date)))
            .collect();
        let appends: Vec<_> = messages
            .iter()
            .map(|(flags, date, bytes)| Append {
                flags,
                internal_date: date.internal_date(),
                bytes,
            })
            .collect();
        client.append(mailbox, &appends)?;
        next = end;
        if next % 10_000 == 0 || next == count {
            step(format_args!(
                "{next} of {count} in {mailbox} after {}",
                duration(begun.elapsed())
            ));
        }
    }
    if warm {
        let name = client.wire_name(mailbox);
        client.command(&format!("EXAMINE {name}"))?;
        // In runs, so that the answers stay small on both sides.
        let mut first = 1;
        while first <= count {
            let last = first.saturating_add(9_999).min(count);
            client.command(&format!(
                "FETCH {first}:{last} (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"
            ))?;
            first = last + 1;
        }
        step(format_args!(
            "cache warmed after {}",
            duration(begun.elapsed())
        ));
    }
    Ok(())
}

fn flags(number: u32) -> &'static [&'static str] {
    match number % 25 {
        7 => &["\\Seen", "\\Flagged"],
        3 | 13 => &["\\Seen", "\\Answered"],
        0 | 5 | 10 | 15 | 20 => &[],
        _ => &["\\Seen"],
    }
}

fn message(number: u32, date: Moment) -> Vec<u8> {
    const PEOPLE: [(&str, &str); 8] = [
        ("Karin Lund", "karin.lund"),
        ("Stefan Berg", "stefan.berg"),
        ("Johan Ek", "johan.ek"),
        ("Lena Holm", "lena.holm"),
        ("Omar Haddad", "omar.haddad"),
        ("Mary O'Brien", "mary.obrien"),
        ("Yuki Tanaka", "yuki.tanaka"),
        ("Elisabet Nyman", "elisabet.nyman"),
    ];
    const ABOUT: [&str; 9] = [
        "the boathouse roof",
        "keys to the shed",
        "Sunday's race",
        "the spring clean-up",
        "mooring fees",
        "a lost dinghy",
        "the club's newsletter",
        "coffee rota",
        "the crane booking",
    ];
    // Conversations of one to five: those of one block answer its first message.
    let (block, place) = (number / 5, number % 5);
    let root = if block % 3 == 0 { block * 5 } else { number };
    let (name, local) = PEOPLE[(number as usize * 7 + place as usize) % PEOPLE.len()];
    let about = ABOUT[root as usize % ABOUT.len()];
    let reply = root != number;
    let subject = if reply {
        format!("Re: No. {root}: {about}")
    } else {
        format!("No. {root}: {about}")
    };
    let thread = if reply {
        format!(
            "In-Reply-To: <fill-{root}@example.org>\r\nReferences: <fill-{root}@example.org>\r\n"
        )
    } else {
        String::new()
    };
    let written = date.header();
    format!(
        "From: {name} <{local}@example.org>\r\nTo: Anna Lindqvist <anna@samma.test>\r\nSubject: {subject}\r\n\
         Date: {written}\r\nMessage-ID: <fill-{number}@example.org>\r\n{thread}MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         Hi Anna,\r\n\r\nthis is number {number}, about {about}. Could you look at it before the board\r\n\
         meets on Thursday? I have put the list in the drawer by the door, and the\r\n\
         spare key hangs where it always does.\r\n\r\n{name}\r\n"
    )
    .into_bytes()
}
