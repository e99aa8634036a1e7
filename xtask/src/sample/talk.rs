//! Who wrote what, and when: the conversations of the sample, as data.
//!
//! Longer than other files, as rustfmt gives each turn its lines; there is no code in it.

use super::mime::{ANNA, Person};

pub(super) const KARIN: Person = ("Karin Lund", "karin.lund@example.se");
pub(super) const STEFAN: Person = ("Stefan Berg", "stefan@example.se");
pub(super) const JOHAN: Person = ("Johan Ek", "johan.ek@example.se");
const LENA: Person = ("Lena Holm", "lena.holm@example.com");
const BERTIL: Person = ("Bertil Lindqvist", "bertil@samma.test");
const MOTHER: Person = ("Gunnel Åkesson", "gunnel.akesson@example.se");
const OMAR: Person = ("Omar Haddad", "omar.haddad@example.net");
pub(super) const MARY: Person = ("Mary O'Brien", "mary.obrien@example.ie");
const ELISABET: Person = ("Elisabet Nyman", "elisabet.nyman@example.se");
const TREASURER: Person = ("Göran Öberg", "kassor@batklubbenviken.example");
const TEACHER: Person = ("Åsa Björk", "asa.bjork@skolan.example");

/// What one person wrote: minutes before now, and the text.
pub(super) struct Turn {
    pub(super) who: Person,
    pub(super) minutes: i64,
    pub(super) text: &'static str,
}

/// Turns about one subject, the oldest first.
pub(super) struct Conversation {
    pub(super) mailbox: &'static str,
    pub(super) subject: &'static str,
    pub(super) others: &'static [Person],
    /// The last turns are unread.
    pub(super) unread: usize,
    pub(super) turns: &'static [Turn],
}

const fn turn(who: Person, minutes: i64, text: &'static str) -> Turn {
    Turn { who, minutes, text }
}

pub(super) const HOUR: i64 = 60;
pub(super) const DAY: i64 = 24 * HOUR;

pub(super) const CONVERSATIONS: &[Conversation] = &[
    Conversation {
        mailbox: "INBOX",
        subject: "Permit for the boathouse roof",
        others: &[STEFAN],
        unread: 1,
        turns: &[
            turn(
                KARIN,
                16 * DAY,
                "Hi Anna,\n\nI called the building office. They want the drawing in scale 1:100 and a letter\nfrom both neighbours. Do you have Omar's address?",
            ),
            turn(
                ANNA,
                15 * DAY,
                "He is copied on most of the club's mail; omar.haddad@example.net. I'll ask him tonight.",
            ),
            turn(
                STEFAN,
                9 * DAY,
                "Drawing is done. The ridge is 40 cm lower than on the old one, so nobody loses any view.",
            ),
            turn(
                KARIN,
                7 * DAY,
                "Handed in today, number BN 2026-1181. They promised an answer within ten working days.",
            ),
            turn(
                KARIN,
                4,
                "They approved it! The letter is attached, and the conditions are mild: tiles in the same\ncolour as before, and a photo to them when it's done.\n\nI think this calls for cake.\n\nKarin",
            ),
        ],
    },
    Conversation {
        mailbox: "INBOX",
        subject: "Minutes from Tuesday and the next steps",
        others: &[KARIN],
        unread: 0,
        turns: &[
            turn(
                STEFAN,
                6 * DAY,
                "Thanks everyone, here are the minutes. Three decisions: we take the offer from Roslagstak,\nwe raise the mooring fee by 5 % from May, and Lena keeps the keys.",
            ),
            turn(
                ANNA,
                5 * DAY,
                "Looks right. One question about the deposit: is that before or after VAT?",
            ),
            turn(KARIN, 4 * DAY, "After. See row 14."),
            turn(
                STEFAN,
                95,
                "Hi both,\n\nI've put the budget in the shared folder. Could you look at row 14 before Thursday? The\ndeposit is higher than we said, but the roofer will start a week earlier if we pay it now,\nand then we're done before the frost.\n\nIf the permit comes this week I suggest that we order the timber on Friday. I attach the\ndrawing and the offer once more, so that you have them in one place.\n\nStefan",
            ),
        ],
    },
    Conversation {
        mailbox: "INBOX",
        subject: "Dinner on Saturday?",
        others: &[BERTIL],
        unread: 0,
        turns: &[
            turn(
                KARIN,
                3 * DAY + 5 * HOUR,
                "We thought of the place by the harbour, seven o'clock? Children welcome, they have\npancakes.",
            ),
            turn(
                ANNA,
                3 * DAY + 2 * HOUR,
                "Yes please! Bertil drives, so somebody else may have my share of the wine. 🍷",
            ),
            turn(KARIN, 3 * DAY, "Booked for eight people under Lund. 🎉"),
        ],
    },
    Conversation {
        mailbox: "INBOX",
        subject: "Julbordet i år",
        others: &[BERTIL, ELISABET],
        unread: 2,
        turns: &[
            turn(
                MOTHER,
                8 * DAY,
                "Hej mina kära!\n\nNu är det dags att bestämma vem som gör vad. Jag tar skinkan och Janssons. Kan Anna ta\nsillen, och Bertil ålen om han får tag i någon?\n\nKram, mamma",
            ),
            turn(
                BERTIL,
                7 * DAY,
                "Ål äter vi inte längre, den är utrotningshotad. Jag gör rökt sik i stället.\n\nBertil",
            ),
            turn(
                ANNA,
                7 * DAY - 2 * HOUR,
                "Jag tar tre sorters sill: senap, lök och den med apelsin som ni tjatar om.",
            ),
            turn(
                ELISABET,
                2 * DAY,
                "Vi kommer den 23:e och stannar till annandagen. Jag bakar vörtbrödet.\n/Elisabet",
            ),
            turn(
                MOTHER,
                22 * HOUR,
                "Så roligt! Då bäddar jag i det gröna rummet. Glöm inte att Göran inte tål nötter.\n\nMamma",
            ),
        ],
    },
    Conversation {
        mailbox: "INBOX",
        subject: "Contract, final version",
        others: &[],
        unread: 0,
        turns: &[
            turn(
                LENA,
                11 * DAY,
                "Second version with the changes from our call. Paragraph 7 is new.",
            ),
            turn(
                ANNA,
                10 * DAY,
                "Paragraph 7 is fine with me. In 4.2 it should say \"calendar days\".",
            ),
            turn(
                LENA,
                2 * DAY + 3 * HOUR,
                "Signed on our side. Keep a copy, please, the old one is void from today.\n\nBest wishes,\nLena",
            ),
        ],
    },
    Conversation {
        mailbox: "INBOX",
        subject: "Keys to the shed",
        others: &[OMAR],
        unread: 1,
        turns: &[
            turn(
                MARY,
                5 * DAY,
                "Does anybody know who has the second key to the shed? I'd like to fetch the jack stands.",
            ),
            turn(
                OMAR,
                5 * DAY - HOUR,
                "I have one. It hangs in our hall, just come by.",
            ),
            turn(
                MARY,
                30 * HOUR,
                "Got them, thank you. I left the key with your daughter, and some apples.",
            ),
        ],
    },
    Conversation {
        mailbox: "Projects/Boathouse",
        subject: "Timber: larch or pine?",
        others: &[KARIN, JOHAN],
        unread: 0,
        turns: &[
            turn(
                STEFAN,
                40 * DAY,
                "The sawmill asks larch or impregnated pine for the battens. Larch costs 38 kr more a metre.",
            ),
            turn(
                JOHAN,
                40 * DAY - 3 * HOUR,
                "Larch. We did pine in 1998 and look at it now.",
            ),
            turn(KARIN, 39 * DAY, "How many metres is it?"),
            turn(STEFAN, 39 * DAY - HOUR, "310, with ten per cent waste."),
            turn(
                ANNA,
                38 * DAY,
                "That is less than what we spend on coffee in two seasons. Larch.",
            ),
            turn(STEFAN, 37 * DAY, "Ordered larch."),
        ],
    },
    Conversation {
        mailbox: "Projects/Boathouse",
        subject: "Scaffolding",
        others: &[STEFAN],
        unread: 1,
        turns: &[
            turn(
                JOHAN,
                20 * DAY,
                "I can borrow scaffolding from work for two weeks if we fetch it ourselves. It fills a trailer.",
            ),
            turn(
                ANNA,
                19 * DAY,
                "Bertil has the trailer and the licence for it. Which day?",
            ),
            turn(
                JOHAN,
                18 * DAY,
                "Saturday, before nine. The gate closes at noon.",
            ),
            turn(
                STEFAN,
                2 * DAY,
                "It has to be back on the 5th, they need it for the school. Can you help taking it down on the\n4th?",
            ),
        ],
    },
    Conversation {
        mailbox: "Projects",
        subject: "Old tiles: who wants them?",
        others: &[],
        unread: 0,
        turns: &[
            turn(
                OMAR,
                29 * DAY,
                "I'd take two hundred for the hen house, if nobody minds.",
            ),
            turn(
                ANNA,
                28 * DAY,
                "They are yours. They weigh about 2.5 kg each, so don't come by bike.",
            ),
            turn(OMAR, 28 * DAY - 2 * HOUR, "Ha! I'll bring the cart."),
        ],
    },
    Conversation {
        mailbox: "Projects/Permits",
        subject: "Neighbours' consent",
        others: &[KARIN],
        unread: 0,
        turns: &[
            turn(
                ANNA,
                15 * DAY - HOUR,
                "Dear Omar,\n\nwe need a line from you for the building office: that you have seen the drawing and have\nnothing against it. May I come by with the paper?",
            ),
            turn(
                OMAR,
                14 * DAY,
                "Of course. I am at home after five. And I have nothing against it, as long as there is still\nroom for the swallows.",
            ),
            turn(
                KARIN,
                14 * DAY - 3 * HOUR,
                "The swallows get two boxes, it's in the drawing.",
            ),
        ],
    },
    Conversation {
        mailbox: "Båtklubben/Styrelsen",
        subject: "Budget för nästa år",
        others: &[STEFAN, KARIN],
        unread: 2,
        turns: &[
            turn(
                TREASURER,
                13 * DAY,
                "Hej alla,\n\nbifogat finns ett första utkast. Vi går plus 14 000 kr om taket håller sig inom ramen.\n\nGöran",
            ),
            turn(
                STEFAN,
                12 * DAY,
                "Ser bra ut. Jag saknar en rad för försäkringen, den går upp med 8 %.",
            ),
            turn(
                TREASURER,
                11 * DAY,
                "Tack, den står under övrigt men jag flyttar upp den.",
            ),
            turn(
                KARIN,
                26 * HOUR,
                "Kan vi lägga undan 5 000 till barnens seglarläger? Vi lovade det på årsmötet.",
            ),
            turn(
                TREASURER,
                20 * HOUR,
                "Det kan vi. Ny version i kväll.\n\n/Göran",
            ),
        ],
    },
    Conversation {
        mailbox: "Båtklubben/Styrelsen",
        subject: "Kallelse: styrelsemöte på tisdag",
        others: &[KARIN, STEFAN, JOHAN],
        unread: 0,
        turns: &[
            turn(
                TREASURER,
                17 * DAY,
                "Dagordning:\n\n1. Föregående protokoll\n2. Taket\n3. Avgifter\n4. Övriga frågor\n\nFika: Johan.",
            ),
            turn(
                JOHAN,
                16 * DAY,
                "Jag tar med kanelbullar. Någon som är allergisk?",
            ),
            turn(ANNA, 16 * DAY - HOUR, "Inte mot kanelbullar."),
        ],
    },
    Conversation {
        mailbox: "Archive",
        subject: "Welcome to the club",
        others: &[],
        unread: 0,
        turns: &[
            turn(
                MARY,
                180 * DAY,
                "Dear Anna,\n\nthank you for the kind welcome. We bought a small clinker boat called Fågel and hope to have\nher in the water by May. What do we need to know?",
            ),
            turn(
                ANNA,
                179 * DAY,
                "Dear Mary,\n\ncrane day is the first Saturday in May, coffee is at ten, and nobody minds questions. Your\nberth is number 23.",
            ),
            turn(MARY, 178 * DAY, "Twenty-three it is. See you then!"),
        ],
    },
    Conversation {
        mailbox: "Archive",
        subject: "Utvecklingssamtal för Elsa",
        others: &[BERTIL],
        unread: 0,
        turns: &[
            turn(
                TEACHER,
                60 * DAY,
                "Hej!\n\nTider för utvecklingssamtal: måndag 15.30, tisdag 16.00 eller torsdag 7.45. Vilken passar er?\n\nÅsa Björk, 4 B",
            ),
            turn(ANNA, 59 * DAY, "Tisdag 16.00 blir bra. Vi kommer båda."),
            turn(
                TEACHER,
                58 * DAY,
                "Välkomna! Elsa har förberett sig, hon vill visa sitt arbete om Östersjön.",
            ),
        ],
    },
    Conversation {
        mailbox: "Archive",
        subject: "Lost: one dinghy, green",
        others: &[KARIN, OMAR, STEFAN],
        unread: 0,
        turns: &[
            turn(
                JOHAN,
                95 * DAY,
                "Has anybody seen our dinghy? It was tied to the guest jetty on Sunday night.",
            ),
            turn(
                OMAR,
                95 * DAY - 2 * HOUR,
                "Green with a white stripe? It went past our window this morning. By itself.",
            ),
            turn(JOHAN, 95 * DAY - 3 * HOUR, "That's the one. Which way?"),
            turn(OMAR, 95 * DAY - 4 * HOUR, "Towards Finland."),
            turn(
                KARIN,
                94 * DAY,
                "Found in the reeds by the bathing place! Oars still in it.",
            ),
            turn(
                JOHAN,
                94 * DAY - HOUR,
                "Thank you all. I'm going to a course in knots.",
            ),
        ],
    },
    Conversation {
        mailbox: "Ångermanland/Släkten",
        subject: "Släktträff i Nordingrå",
        others: &[MOTHER, BERTIL],
        unread: 0,
        turns: &[
            turn(
                ELISABET,
                120 * DAY,
                "Jag har hittat farmors recept på tunnbröd och en bild av huset från 1911. Ska vi ses där\ni sommar, allihop?",
            ),
            turn(
                MOTHER,
                119 * DAY,
                "Åh ja! Första veckan i juli är bygdegården ledig.",
            ),
            turn(
                ANNA,
                118 * DAY,
                "Vi kommer. Jag kan ordna tält åt ungdomarna.",
            ),
            turn(
                ELISABET,
                110 * DAY,
                "Bokat 3-6 juli. Hittills 31 anmälda, varav nio under tio år.",
            ),
        ],
    },
];
