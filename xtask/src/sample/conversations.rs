//! Conversations: the words of [`super::talk`] as messages; Anna's own turns lie in Sent.
//!
//! Every reply carries the thread's `References`, and the later ones quote what they answer, as people do.

use super::Item;
use super::files;
use super::mime::{ANNA, Letter, Part, Person};
use super::moment::Moment;
use super::talk::{CONVERSATIONS, Conversation, DAY, HOUR, JOHAN, KARIN, MARY, STEFAN, Turn};

/// All of them, with their attachments.
pub(super) fn all(now: Moment) -> Vec<Item> {
    let mut items: Vec<Item> = CONVERSATIONS
        .iter()
        .enumerate()
        .flat_map(|(number, conversation)| conversation.items(number, now))
        .collect();
    items.extend(deep_quotes(now));
    items
}

impl Turn {
    /// People sleep: what is older than a day was written between nine and ten in the evening, in the same order.
    fn at(&self, now: Moment, number: usize) -> Moment {
        if self.minutes < DAY {
            return now.earlier(self.minutes * 60);
        }
        let days = (self.minutes + DAY - 1) / DAY;
        let within = days * DAY - self.minutes;
        let awake = if within <= 10 * HOUR {
            within
        } else {
            10 * HOUR + (within - 10 * HOUR) / 7
        };
        let odd = (number as i64 * 17 + self.text.len() as i64) % 50;
        now.days_ago(days, 9, awake + odd)
    }
}

impl Conversation {
    fn items(&self, number: usize, now: Moment) -> Vec<Item> {
        let mut ids: Vec<String> = Vec::new();
        let mut items = Vec::new();
        for (place, turn) in self.turns.iter().enumerate() {
            let at = turn.at(now, number);
            let id = format!("talk-{number}-{place}");
            let subject = if place == 0 {
                self.subject.to_owned()
            } else {
                format!("Re: {}", self.subject)
            };
            let mine = turn.who == ANNA;
            // My own turn goes to whoever else speaks first; others write to me.
            let to = if mine {
                self.turns
                    .iter()
                    .map(|turn| turn.who)
                    .find(|who| *who != ANNA)
                    .unwrap_or(ANNA)
            } else {
                ANNA
            };
            let cc: Vec<Person> = self
                .others
                .iter()
                .copied()
                .filter(|who| *who != turn.who && *who != to)
                .collect();
            let letter = Letter::new(at, turn.who, &subject)
                .to(&[to])
                .cc(&cc)
                .id(&id)
                .answers(&ids);
            let unread = !mine && place + self.unread >= self.turns.len();
            let answered = self
                .turns
                .get(place + 1)
                .is_some_and(|next| next.who == ANNA);
            let mut flags = Vec::new();
            if !unread {
                flags.push("\\Seen");
            }
            if answered {
                flags.push("\\Answered");
            }
            if self.subject.starts_with("Contract") && place == 2 {
                flags.push("\\Flagged");
            }
            if self.subject.starts_with("Old tiles") {
                flags.push("garden");
            }
            let quoted = match place
                .checked_sub(1)
                .and_then(|before| self.turns.get(before))
            {
                Some(before) if place >= 2 => quote(turn.text, before, now),
                _ => turn.text.to_owned(),
            };
            let mailbox = if mine { "Sent" } else { self.mailbox };
            items.push(letter.item(mailbox, &flags, body(self.subject, place, &quoted)));
            ids.push(id);
        }
        items
    }
}

fn quote(text: &str, before: &Turn, now: Moment) -> String {
    let day = before.at(now, 0).day();
    let lines: Vec<String> = before
        .text
        .lines()
        .map(|line| format!("> {line}"))
        .collect();
    format!(
        "{text}\n\n{} wrote on {day}:\n{}\n",
        before.who.0,
        lines.join("\n")
    )
}

/// The text, and for some what is attached to it.
fn body(subject: &str, place: usize, text: &str) -> Part {
    match (subject, place) {
        ("Permit for the boathouse roof", 4) => {
            let letter = files::pdf(
                "Building permit BN 2026-1181",
                &[
                    "Roof of boathouse, Viken 4:12.",
                    "Approved. Tiles in the same colour as before.",
                ],
            );
            Part::multi(
                "mixed",
                vec![
                    Part::text(text),
                    Part::file("application/pdf", "permit-BN-2026-1181.pdf", &letter),
                ],
            )
        }
        ("Minutes from Tuesday and the next steps", 3) => {
            let drawing = files::pdf(
                "Boathouse, roof, 1:100",
                &["Ridge 4.60 m, eaves 2.90 m, 31 rafters."],
            );
            let offer = "row;what;kr\r\n12;timber;41200\r\n13;tiles;38900\r\n14;deposit;22500\r\n";
            let paragraphs: Vec<String> = text
                .split("\n\n")
                .map(|paragraph| format!("<p>{}</p>", paragraph.replace('\n', " ")))
                .collect();
            let html = format!(
                "<!doctype html><html><head><style>p {{ margin: 0 0 1em; font: 15px/1.5 sans-serif }}</style></head><body>{}\
                 <img src=\"https://open.mailcounter.example/o/91c2?u=anna\" width=\"1\" height=\"1\" alt=\"\">\
                 <p><img src=\"https://www.example.se/signature/stefan.png\" width=\"180\" height=\"60\" alt=\"Stefan Berg, Viken\"></p>\
                 <img src=\"https://t.example/p.gif?m=17\" width=\"1\" height=\"1\" alt=\"\"></body></html>",
                paragraphs.join("\n")
            );
            Part::multi(
                "mixed",
                vec![
                    Part::multi("alternative", vec![Part::text(text), Part::html(&html)]),
                    Part::file("application/pdf", "boathouse-roof.pdf", &drawing),
                    Part::file("text/csv", "offer-rev2.csv", offer.as_bytes()),
                ],
            )
        }
        ("Contract, final version", 2) => {
            let contract = files::pdf(
                "Berth lease",
                &["Signed by both parties.", "Replaces the lease of 2021."],
            );
            Part::multi(
                "mixed",
                vec![
                    Part::text(text),
                    Part::file("application/pdf", "contract-final-signed.pdf", &contract),
                ],
            )
        }
        ("Budget för nästa år", 0 | 4) => {
            let table = "konto;belopp\r\nAvgifter;212000\r\nTak;-118000\r\nFörsäkring;-31500\r\nÖvrigt;-48500\r\n";
            Part::multi(
                "mixed",
                vec![
                    Part::text(text),
                    Part::file(
                        "text/csv; charset=utf-8",
                        "budget för nästa år.csv",
                        table.as_bytes(),
                    ),
                ],
            )
        }
        // Some of the others as their programs would send them: wrapped by the reader, or as HTML beside.
        (_, 1) if text.is_ascii() => Part::flowed(text),
        (_, 2) => {
            let escaped = text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('\n', "<br>\n");
            Part::multi(
                "alternative",
                vec![
                    Part::text(text),
                    Part::html(&format!(
                        "<html><body><div dir=\"ltr\">{escaped}</div></body></html>"
                    )),
                ],
            )
        }
        _ => Part::text(text),
    }
}

/// One thread in which everybody quotes everything.
fn deep_quotes(now: Moment) -> Vec<Item> {
    const WORDS: [&str; 12] = [
        "Who brings what for the crane day?",
        "We bring the long ropes.",
        "And we the short ones.",
        "Coffee from us, two thermoses.",
        "Has anybody ordered the crane itself?",
        "I thought you had!",
        "I did, in January. It is 1,850 kr an hour now.",
        "An hour for how many boats?",
        "Eight last year, when nobody was late.",
        "So five.",
        "I'll write a list with times. Be there ten minutes before.",
        "List attached below everything, scroll down. :-)",
    ];
    const PEOPLE: [Person; 4] = [JOHAN, STEFAN, KARIN, MARY];
    let mut ids: Vec<String> = Vec::new();
    let mut items = Vec::new();
    let mut before = String::new();
    for (place, words) in WORDS.iter().enumerate() {
        let who = PEOPLE[place % PEOPLE.len()];
        let at = now.days_ago(33, 8 + place as i64, 7);
        let id = format!("crane-{place}");
        let subject = format!("{}Crane day", if place == 0 { "" } else { "Re: " });
        let mut text = (*words).to_owned();
        if !before.is_empty() {
            let quoted: Vec<String> = before.lines().map(|line| format!(">{line}")).collect();
            text = format!("{words}\n\n{}", quoted.join("\n"));
        }
        items.push(
            Letter::new(at, who, &subject)
                .to(&[ANNA])
                .cc(&PEOPLE)
                .id(&id)
                .answers(&ids)
                .item("INBOX", &["\\Seen"], Part::flowed(&text)),
        );
        before = text;
        ids.push(id);
    }
    items
}
