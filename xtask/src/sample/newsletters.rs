//! Newsletters: HTML with tables, pictures from elsewhere, counters and ways to leave.

use super::Item;
use super::mime::{ANNA, Letter, Part, Person};
use super::moment::Moment;

/// All of them, for Anna.
pub(super) fn all(now: Moment) -> Vec<Item> {
    let mut items = issues(now);
    items.extend(shop(now));
    items
}

/// A newsletter's page: a table, pictures from elsewhere, a counter.
fn newsletter_html(
    name: &str,
    accent: &str,
    title: &str,
    stories: &[(&str, &str)],
    issue: usize,
) -> String {
    let host = format!("{}.example", name.to_lowercase().replace([' ', '\''], ""));
    let rows: String = stories
        .iter()
        .enumerate()
        .map(|(number, (head, text))| {
            format!(
                "<tr><td style=\"padding:16px 24px;border-bottom:1px solid #ddd\">\n\
                 <img src=\"https://img.{host}/{issue}/{number}.jpg\" width=\"552\" height=\"220\" alt=\"\" style=\"display:block;max-width:100%\">\n\
                 <h2 style=\"font:600 18px/1.3 Arial,sans-serif;color:#222;margin:12px 0 6px\">{head}</h2>\n\
                 <p style=\"font:15px/1.5 Arial,sans-serif;color:#444;margin:0\">{text}\n\
                 <a href=\"https://click.{host}/c/{issue}-{number}?u=anna%40samma.test\" style=\"color:{accent}\">Read on</a></p></td></tr>\n"
            )
        })
        .collect();
    format!(
        "<!doctype html><html><head><meta name=\"viewport\" content=\"width=device-width\">\n\
         <style>@media (max-width: 600px) {{ .page {{ width: 100% !important }} }}</style></head>\n\
         <body style=\"margin:0;background:#f0f0f0\">\n\
         <div style=\"display:none\">{title}</div>\n\
         <table class=\"page\" align=\"center\" width=\"600\" cellpadding=\"0\" cellspacing=\"0\" style=\"background:#fff\">\n\
         <tr><td style=\"background:{accent};padding:20px 24px;font:700 24px Arial,sans-serif;color:#fff\">{name}</td></tr>\n\
         {rows}<tr><td style=\"padding:16px 24px;font:12px Arial,sans-serif;color:#777\">You get this because you asked for it.\n\
         <a href=\"https://{host}/unsubscribe?u=anna\" style=\"color:#777\">Unsubscribe</a></td></tr></table>\n\
         <img src=\"https://open.{host}/{issue}.gif\" width=\"1\" height=\"1\" alt=\"\"></body></html>\n"
    )
}

fn newsletter(
    at: Moment,
    id: &str,
    from: Person,
    subject: &str,
    html: &str,
    text: &str,
) -> (Letter, Part) {
    let domain = from.1.rsplit('@').next().unwrap_or_default();
    let letter = Letter::new(at, from, subject)
        .to(&[ANNA])
        .id(id)
        .header("List-Id", &format!("<news.{domain}>"))
        .header("List-Unsubscribe", &format!("<mailto:leave@{domain}?subject=unsubscribe>,\r\n <https://{domain}/unsubscribe?u=anna>"))
        .header("Authentication-Results", &format!("mx.samma.test;\r\n dkim=pass header.d={domain};\r\n spf=pass smtp.mailfrom={domain};\r\n dmarc=pass header.from={domain}"))
        .header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
        .header("Precedence", "bulk");
    (
        letter,
        Part::multi("alternative", vec![Part::text(text), Part::html(html)]),
    )
}

/// Those that one asked for.
pub(super) fn issues(now: Moment) -> Vec<Item> {
    const ISSUES: [&str; 10] = [
        "one codec to parse them all",
        "borrowing without tears",
        "a garden of small crates",
        "why your build is slow",
        "traits, told slowly",
        "async in the kitchen",
        "the year in lifetimes",
        "unsafe, and how to sleep",
        "a parser in a weekend",
        "numbers that can't be wrong",
    ];
    const EVENINGS: [&str; 4] = [
        "the sound of clay",
        "maps that never were",
        "ropes and sails",
        "the ice book",
    ];
    let mut items = Vec::new();
    for (number, title) in ISSUES.into_iter().enumerate() {
        let issue = 574 - number;
        let subject = format!("Issue {issue}: {title}");
        let stories = [
            (title, "A long look at a small thing, with measurements."),
            (
                "From the community",
                "Three talks, two meet-ups and a cake in the shape of a crab.",
            ),
            (
                "Jobs",
                "Somebody in Gothenburg looks for somebody like you.",
            ),
        ];
        let html = newsletter_html("Rust Weekly", "#a33b20", &subject, &stories, issue);
        let text = format!(
            "{subject}\n\n{}\n\nRead on: https://rustweekly.example/{issue}\n",
            stories[0].1
        );
        let at = now.days_ago(number as i64 * 7 + 1, 8, 1);
        let (letter, part) = newsletter(
            at,
            &format!("rust-{issue}"),
            ("Rust Weekly", "editor@rustweekly.example"),
            &subject,
            &html,
            &text,
        );
        let (mailbox, flags): (_, &[&str]) = if number < 6 {
            ("INBOX", &["\\Seen", "$Newsletter"])
        } else {
            ("Archive", &["\\Seen"])
        };
        items.push(letter.item(mailbox, if number == 0 { &[] } else { flags }, part));
    }
    for (number, title) in EVENINGS.into_iter().enumerate() {
        let subject = format!("Members' evening: {title}");
        let stories = [
            (
                "A guided tour after closing time",
                "Wine is served in the yard if the weather allows.",
            ),
            ("Next month", "The shop has a sale on postcards."),
        ];
        let html = newsletter_html("Museum friends", "#3c5a3e", &subject, &stories, 40 + number);
        let at = now.days_ago(3 + number as i64 * 28, 17, 30);
        let (letter, part) = newsletter(
            at,
            &format!("museum-{number}"),
            ("Museum friends", "friends@museum.example"),
            &subject,
            &html,
            &format!("{subject}\n\n{}\n{}\n", stories[0].0, stories[0].1),
        );
        items.push(letter.item("INBOX", &["\\Seen"], part));
    }
    items
}

/// A shop that writes too often, HTML only, with styles in the head and a table in a table.
fn shop(now: Moment) -> Vec<Item> {
    const OFFERS: [&str; 9] = [
        "20 % på alla fendrar 🛟",
        "Sista chansen: impregnering",
        "Nyhet: lanternor med LED",
        "Vinterförvara rätt",
        "Du glömde något i varukorgen",
        "Black Week börjar nu",
        "Fri frakt till söndag",
        "Vi firar 25 år",
        "Tågvirke på rea",
    ];
    OFFERS
        .into_iter()
        .enumerate()
        .map(|(number, offer)| {
            let stories = [
                (
                    offer,
                    "Gäller så långt lagret räcker. Priserna är inklusive moms.",
                ),
                ("Öppettider", "Vardagar 9–18, lördag 10–14."),
            ];
            let html = newsletter_html("Batbutiken", "#0a5c8a", offer, &stories, 900 + number);
            let at = now.days_ago(2 + number as i64 * 5, 6, 0);
            let letter = Letter::new(at, ("Båtbutiken", "erbjudande@batbutiken.example"), offer)
                .to(&[ANNA])
                .id(&format!("shop-{number}"))
                .header("List-Unsubscribe", "<https://batbutiken.example/av?u=anna>")
                .header("X-Mailer", "Sender 9");
            let flags: &[&str] = if number == 0 { &[] } else { &["\\Seen"] };
            letter.item(
                if number < 5 { "INBOX" } else { "Trash" },
                flags,
                Part::html(&html),
            )
        })
        .collect()
}
