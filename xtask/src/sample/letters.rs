//! Single letters: other languages and charsets, invitations, pictures, drafts.

use super::Item;
use super::files;
use super::mime::{ANNA, Letter, Part, Person, Transfer};
use super::moment::Moment;

/// A letter in a charset of its language.
struct Foreign {
    from: Person,
    subject: &'static str,
    charset: &'static str,
    transfer: Transfer,
    text: &'static str,
}

const FOREIGN: &[Foreign] = &[
    Foreign {
        from: ("田中 由紀", "yuki.tanaka@example.jp"),
        subject: "来月のストックホルム訪問について",
        charset: "iso-2022-jp",
        transfer: Transfer::Eight,
        text: "アンナさん、こんにちは。\n\n来月の十日にストックホルムに着きます。ボートハウスを見るのを楽しみにしています。\nお土産は何がいいですか。\n\n田中由紀\n",
    },
    Foreign {
        from: ("李伟", "li.wei@example.cn"),
        subject: "关于帆船比赛的报名",
        charset: "gb18030",
        transfer: Transfer::Base64,
        text: "安娜你好:\n\n我们想报名参加六月的比赛,一共四个人。请告诉我们需要准备哪些文件。\n\n李伟\n",
    },
    Foreign {
        from: ("陳美玲", "meiling.chen@example.tw"),
        subject: "謝謝你的照片",
        charset: "big5",
        transfer: Transfer::Base64,
        text: "親愛的安娜:\n\n照片收到了,非常漂亮!孩子們最喜歡那艘綠色的小船。\n\n美玲\n",
    },
    Foreign {
        from: ("Ольга Смирнова", "olga.smirnova@example.org"),
        subject: "Привет из Выборга",
        charset: "koi8-r",
        transfer: Transfer::Eight,
        text: "Дорогая Анна!\n\nЛёд уже встал, яхты на берегу. Весной снова приедем к вам в гости, если вы не против.\n\nОльга\n",
    },
    Foreign {
        from: ("Ελένη Παπαδοπούλου", "eleni.p@example.gr"),
        subject: "Καλοκαίρι στην Πάρο",
        charset: "iso-8859-7",
        transfer: Transfer::Quoted,
        text: "Αγαπητή Άννα,\n\nτο σπίτι είναι ελεύθερο την πρώτη εβδομάδα του Ιουνίου. Να το κρατήσω για εσάς;\n\nΕλένη\n",
    },
    Foreign {
        from: ("ليلى حداد", "layla.haddad@example.net"),
        subject: "دعوة لحفل الزفاف",
        charset: "windows-1256",
        transfer: Transfer::Base64,
        text: "عزيزتي آنا،\n\nيسعدنا أن ندعوكم إلى حفل زفاف ابنتنا يوم السبت القادم الساعة 18:00.\nأرجو تأكيد الحضور على layla.haddad@example.net.\n\nليلى\n",
    },
    Foreign {
        from: ("נועה לוי", "noa.levi@example.net"),
        subject: "תמונות מהטיול",
        charset: "utf-8",
        transfer: Transfer::Base64,
        text: "שלום אנה,\n\nמצורפות התמונות מהטיול לארכיפלג. היה נהדר! Samma time next year?\n\nנועה\n",
    },
    Foreign {
        from: ("김민준", "minjun.kim@example.kr"),
        subject: "요트 클럽 교류 프로그램",
        charset: "euc-kr",
        transfer: Transfer::Base64,
        text: "안녕하세요, 안나 씨.\n\n내년 여름 교류 프로그램에 학생 네 명을 보내고 싶습니다.\n\n김민준\n",
    },
    Foreign {
        from: ("สมชาย ใจดี", "somchai@example.th"),
        subject: "ขอบคุณสำหรับการต้อนรับ",
        charset: "windows-874",
        transfer: Transfer::Base64,
        text: "สวัสดีครับคุณแอนนา\n\nขอบคุณมากสำหรับการต้อนรับที่อบอุ่น หวังว่าจะได้พบกันอีก\n\nสมชาย\n",
    },
    Foreign {
        from: ("Łukasz Wójcik", "lukasz.wojcik@example.pl"),
        subject: "Części do silnika: zamówienie gotowe",
        charset: "iso-8859-2",
        transfer: Transfer::Quoted,
        text: "Dzień dobry,\n\nzamówione części są gotowe do wysyłki. Proszę o potwierdzenie adresu.\n\nŁukasz Wójcik\n",
    },
    Foreign {
        from: ("अनीता शर्मा", "anita.sharma@example.in"),
        subject: "दीपावली की शुभकामनाएँ 🪔",
        charset: "utf-8",
        transfer: Transfer::Base64,
        text: "प्रिय आना,\n\nआपको और आपके परिवार को दीपावली की हार्दिक शुभकामनाएँ! 👨‍👩‍👧‍👦✨\n\nअनीता\n",
    },
    Foreign {
        from: ("Bibliotekét i Viken", "bibliotek@viken.example"),
        subject: "Dina lån går ut på fredag",
        charset: "iso-8859-1",
        transfer: Transfer::Quoted,
        text: "Hej Anna!\n\nFöljande lån går ut på fredag:\n\n  - Skärgårdens fåglar (Åke Öström)\n  - Båtbyggaren\n\nDu kan låna om på vår webbplats eller ringa 0176-555 01.\n\nHälsningar\nBiblioteket\n",
    },
    Foreign {
        from: ("Försäkringsbolaget Ankaret", "kund@ankaret.example"),
        subject: "Besked om din båtförsäkring",
        charset: "windows-1252",
        transfer: Transfer::Eight,
        text: "Hej!\n\nDin premie för nästa år blir 2 340 kr – det är 8 % mer än i år. Priset gäller “helförsäkring”\nmed självrisk 1 500 kr… Hör av dig om du vill ändra något.\n\nAnkaret\n",
    },
    Foreign {
        from: ("Jürgen Groß", "juergen.gross@example.de"),
        subject: "Grüße aus Lübeck – und eine Frage",
        charset: "iso-8859-15",
        transfer: Transfer::Quoted,
        text: "",
    },
];

/// All of them.
pub(super) fn all(now: Moment) -> Vec<Item> {
    let mut items = foreign(now);
    items.extend(pictures(now));
    items.extend(invitations(now));
    items.extend(own(now));
    items
}

fn foreign(now: Moment) -> Vec<Item> {
    let mut items = Vec::new();
    for (number, letter) in FOREIGN.iter().enumerate() {
        let days = 1 + number as i64 * 2;
        let at = now.days_ago(days, 7 + number as i64 % 12, 3 * number as i64);
        let flags: &[&str] = if number < 2 {
            &[]
        } else if number == 4 {
            &["\\Seen", "\\Flagged"]
        } else {
            &["\\Seen"]
        };
        let part = if letter.text.is_empty() {
            // UTF-8 would be the modern way; this one has the euro sign, which Latin-9 was made for.
            let text = "Liebe Anna,\n\nwas kostet ein Gastliegeplatz für zwölf Meter? Hier sind es 31 € die Nacht.\n\nSchöne Grüße\nJürgen\n";
            Part::text_in("text/plain", letter.charset, letter.transfer, text)
        } else {
            Part::text_in("text/plain", letter.charset, letter.transfer, letter.text)
        };
        // Latin-9 has no en dash; its header goes in UTF-8, as many programs do.
        let charset = if letter.charset == "iso-8859-15" {
            "utf-8"
        } else {
            letter.charset
        };
        let id = format!("letter-{number}");
        items.push(
            Letter::in_charset(charset, at, letter.from, letter.subject)
                .to(&[ANNA])
                .id(&id)
                .item("INBOX", flags, part),
        );
    }
    items
}

fn pictures(now: Moment) -> Vec<Item> {
    let johan = ("Johan Ek", "johan.ek@example.se");
    let mut parts = vec![Part::text(
        "Twelve pictures, the last one is the best. See you on Saturday!\n\nJohan\n",
    )];
    for number in 1..=12 {
        parts.push(Part::file(
            "image/png",
            &format!("archipelago-{number:02}.png"),
            &files::png(160, 120, number),
        ));
    }
    let photos = Letter::new(
        now.days_ago(1, 16, 20),
        johan,
        "Photos from the archipelago",
    )
    .to(&[ANNA])
    .id("photos")
    .item("INBOX", &[], Part::multi("mixed", parts));

    let html = "<html><body style=\"font-family: Georgia, serif\"><p>Hello Anna,</p><p>here is how she looks with the new sail:</p>\
        <p><img src=\"cid:sail-1@sample.example\" alt=\"A boat under a white sail\" width=\"240\" height=\"180\"></p>\
        <p>and from the other side:</p><p><img src=\"cid:sail-2@sample.example\" alt=\"The same boat from port side\" width=\"240\" height=\"180\"></p>\
        <p>Mary</p></body></html>";
    let related = Part::multi(
        "related; type=\"text/html\"",
        vec![
            Part::html(html),
            Part::inline(
                "image/png",
                "sail-1@sample.example",
                &files::png(240, 180, 20),
            ),
            Part::inline(
                "image/png",
                "sail-2@sample.example",
                &files::png(240, 180, 31),
            ),
        ],
    );
    let text = Part::text(
        "Hello Anna,\n\nhere is how she looks with the new sail (two pictures).\n\nMary\n",
    );
    let inline = Letter::new(
        now.days_ago(4, 19, 44),
        ("Mary O'Brien", "mary.obrien@example.ie"),
        "The new sail ⛵",
    )
    .to(&[ANNA])
    .id("sail")
    .item(
        "INBOX",
        &["\\Seen", "\\Flagged"],
        Part::multi("alternative", vec![text, related]),
    );
    vec![photos, inline]
}

fn invitations(now: Moment) -> Vec<Item> {
    let region = ("Region Väst", "kalender@regionvast.example");
    let make = |number: i64,
                days: i64,
                from: Person,
                summary: &str,
                place: &str,
                ahead: i64,
                mailbox: &'static str,
                flags: &[&'static str]| {
        let start = now.days_ago(-ahead, 14, 0);
        let calendar =
            files::invitation(&format!("meeting-{number}"), from.1, summary, place, start);
        let text = format!(
            "Agenda and directions follow. Please answer before Friday.\n\nWhen: {} 14:00\nWhere: {place}\n",
            start.day()
        );
        let part = Part::multi(
            "mixed",
            vec![
                Part::multi(
                    "alternative",
                    vec![
                        Part::text(&text),
                        Part::text_in(
                            "text/calendar; method=REQUEST",
                            "utf-8",
                            Transfer::Quoted,
                            &calendar,
                        ),
                    ],
                ),
                Part::file(
                    "application/ics",
                    "invite.ics",
                    calendar.replace('\n', "\r\n").as_bytes(),
                ),
            ],
        );
        Letter::new(
            now.days_ago(days, 11, 5),
            from,
            &format!("Invitation: {summary}"),
        )
        .to(&[ANNA])
        .id(&format!("invitation-{number}"))
        .item(mailbox, flags, part)
    };
    let mary = ("Mary O'Brien", "mary.obrien@example.ie");
    let dentist = ("Tandläkarna vid torget", "bokning@tandlakarna.example");
    vec![
        make(
            1,
            1,
            region,
            "Water board",
            "Kungsgatan 4\\, Uddevalla",
            9,
            "INBOX",
            &["\\Seen"],
        ),
        make(
            2,
            6,
            mary,
            "Book circle: The Summer Book",
            "Berth 23",
            12,
            "INBOX",
            &["\\Seen", "\\Answered"],
        ),
        make(
            3,
            10,
            dentist,
            "Undersökning, Elsa Lindqvist",
            "Torget 2\\, 1 tr",
            20,
            "INBOX",
            &["\\Seen"],
        ),
        make(
            4,
            45,
            region,
            "Samråd om farleden",
            "Digitalt",
            -30,
            "Möten & protokoll",
            &["\\Seen"],
        ),
    ]
}

/// What Anna writes: drafts, and a few letters that nobody answered.
fn own(now: Moment) -> Vec<Item> {
    let karin = ("Karin Lund", "karin.lund@example.se");
    let draft = |number: i64, days: i64, to: &[Person], subject: &str, text: &str| {
        let letter =
            Letter::new(now.days_ago(days, 21, 10), ANNA, subject).id(&format!("draft-{number}"));
        let letter = if to.is_empty() { letter } else { letter.to(to) };
        letter.item("Drafts", &["\\Draft", "\\Seen"], Part::flowed(text))
    };
    let mut items = vec![
        draft(
            1,
            1,
            &[karin],
            "Cake for the permit",
            "Karin,\n\nprinsesstårta or something with chocolate? I could",
        ),
        draft(
            2,
            12,
            &[],
            "Tack för i somras",
            "Hej Elisabet!\n\nJag har tänkt skriva länge. Bilderna från Nordingrå",
        ),
    ];
    const SENT: [(&str, Person, &str); 6] = [
        (
            "Nyckel till klubbhuset",
            ("Göran Öberg", "kassor@batklubbenviken.example"),
            "Hej Göran,\n\nnyckeln ligger i kassaskåpet. Koden har du.\n\nAnna",
        ),
        (
            "Recipe for the herring with orange",
            ("Mary O'Brien", "mary.obrien@example.ie"),
            "Dear Mary,\n\n400 g herring, two oranges, one red onion, star anise. The rest is patience.\n\nAnna",
        ),
        (
            "Ledig måndag",
            ("Helena Strand", "helena.strand@example.com"),
            "Hej Helena,\n\njag tar ledigt på måndag för taket. Omar tar mötet.\n\nAnna",
        ),
        (
            "Invoice 2231 was paid twice",
            ("Roslagstak AB", "ekonomi@roslagstak.example"),
            "Hello,\n\nwe seem to have paid invoice 2231 on the 2nd and again on the 4th. Could you send it back\nto the same account?\n\nAnna Lindqvist\nBåtklubben Viken",
        ),
        (
            "Bilder till hemsidan",
            ("Johan Ek", "johan.ek@example.se"),
            "Fyra bilder bifogade. Ta den tredje.\n\nAnna",
        ),
        (
            "Re: Grüße aus Lübeck – und eine Frage",
            ("Jürgen Groß", "juergen.gross@example.de"),
            "Lieber Jürgen,\n\n250 Kronen die Nacht, Strom und Sauna inbegriffen.\n\nAnna",
        ),
    ];
    for (number, (subject, to, text)) in SENT.into_iter().enumerate() {
        let at = now.days_ago(2 + number as i64 * 5, 20, 12 + number as i64);
        let part = if subject.starts_with("Bilder") {
            let pictures = (1..=4).map(|n| {
                Part::file(
                    "image/png",
                    &format!("brygga {n}.png"),
                    &files::png(120, 90, 40 + n),
                )
            });
            Part::multi(
                "mixed",
                std::iter::once(Part::text(text)).chain(pictures).collect(),
            )
        } else {
            Part::text(text)
        };
        items.push(
            Letter::new(at, ANNA, subject)
                .to(&[to])
                .id(&format!("sent-{number}"))
                .item("Sent", &["\\Seen"], part),
        );
    }
    items
}
