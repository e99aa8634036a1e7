//! Commands as bytes: each in its form, none that a text could turn into two.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may stop where it is surprised"
)]

use proptest::prelude::*;
use samma_protocol::{
    Error,
    imap::{
        command::*,
        flag::Flag,
        mailbox_name::MailboxName,
        session::{Event, Session},
        uid::{ModSeq, Uid, UidSet, UidValidity},
    },
    limits,
    secret::Secret,
};

/// A signed-in session that was offered `capabilities`.
fn session(capabilities: &str) -> Session {
    let mut session = Session::new();
    session.set_secure(true);
    session
        .receive(format!("* PREAUTH [CAPABILITY IMAP4rev1 {capabilities}] ready\r\n").as_bytes());
    assert!(matches!(session.next_event(), Some(Event::Greeting(_))));
    session
}

/// What is written where LITERAL+ is offered, without the tag.
fn octets(command: Command) -> Result<Vec<u8>, Error> {
    let mut session = session("LITERAL+");
    session.send(command)?;
    let output = session.take_output();
    assert!(output.starts_with(b"A1 "));
    Ok(output[3..].to_vec())
}

fn wire(command: Command) -> String {
    String::from_utf8(octets(command).unwrap()).unwrap()
}

fn name(name: &str) -> MailboxName {
    MailboxName::new(name)
}

fn uids(text: &str) -> UidSet {
    UidSet::parse(text.as_bytes()).unwrap()
}

fn fetch(items: Vec<FetchItem>) -> Command {
    Command::Fetch {
        uid: true,
        set: uids("1:3,7").into(),
        items,
        changed_since: None,
        vanished: false,
    }
}

fn search(criteria: Vec<Criterion>) -> Command {
    Command::Search {
        uid: true,
        return_: None,
        criteria,
    }
}

#[test]
fn commands_have_the_forms_of_their_rfcs() {
    let row = vec![
        FetchItem::Uid,
        FetchItem::Flags,
        FetchItem::InternalDate,
        FetchItem::Size,
        FetchItem::Envelope,
    ];
    let expected = [
        (Command::Id(Vec::new()), "ID NIL\r\n"),
        (
            Command::Id(vec![("name".to_owned(), "Samma".to_owned())]),
            "ID (\"name\" \"Samma\")\r\n",
        ),
        (
            Command::Select {
                mailbox: name("inbox"),
                examine: true,
                condstore: true,
                qresync: None,
            },
            "EXAMINE \"INBOX\" (CONDSTORE)\r\n",
        ),
        (
            Command::Select {
                mailbox: name("Entwürfe"),
                examine: false,
                condstore: true,
                qresync: Some(Qresync {
                    uid_validity: UidValidity::new(67_890_007),
                    mod_seq: ModSeq::new(20_050_715_194_045_000),
                    known: Some(uids("41,43:211")),
                }),
            },
            "SELECT \"Entw&APw-rfe\" (QRESYNC (67890007 20050715194045000 41,43:211))\r\n",
        ),
        (
            Command::Create {
                mailbox: name("Old"),
                special_use: Some("\\Archive".to_owned()),
            },
            "CREATE \"Old\" (USE (\\Archive))\r\n",
        ),
        (
            Command::List {
                selection: vec![ListSelection::Subscribed, ListSelection::RecursiveMatch],
                reference: String::new(),
                patterns: vec!["*".to_owned(), "Å%".to_owned()],
                return_: ListReturn {
                    subscribed: true,
                    children: true,
                    special_use: true,
                    my_rights: true,
                    status: vec![StatusItem::Messages, StatusItem::HighestModSeq],
                },
            },
            "LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (\"*\" \"&AMU-%\") \
             RETURN (SUBSCRIBED CHILDREN SPECIAL-USE MYRIGHTS STATUS (MESSAGES HIGHESTMODSEQ))\r\n",
        ),
        (
            Command::Append {
                mailbox: name("Sent"),
                flags: vec![Flag::Seen, Flag::Keyword("$Label1".into())],
                internal_date: Some(0),
                data: b"a\r\nb".to_vec(),
            },
            "APPEND \"Sent\" (\\Seen $Label1) \" 1-Jan-1970 00:00:00 +0000\" {4+}\r\na\r\nb\r\n",
        ),
        (
            Command::Append {
                mailbox: name("Sent"),
                flags: Vec::new(),
                internal_date: Some(951_827_696),
                data: b"\0".to_vec(),
            },
            "APPEND \"Sent\" \"29-Feb-2000 12:34:56 +0000\" ~{1+}\r\n\0\r\n",
        ),
        (
            Command::Replace {
                uid: Uid::MIN,
                mailbox: name("Drafts"),
                flags: vec![Flag::Draft],
                internal_date: Some(-1),
                data: b"a".to_vec(),
            },
            "UID REPLACE 1 \"Drafts\" (\\Draft) \"31-Dec-1969 23:59:59 +0000\" {1+}\r\na\r\n",
        ),
        (Command::Notify(None), "NOTIFY NONE\r\n"),
        (
            Command::Notify(Some(NotifySet {
                status: true,
                groups: vec![
                    NotifyGroup {
                        filter: NotifyFilter::Selected,
                        events: vec![
                            NotifyEvent::MessageNew(row.clone()),
                            NotifyEvent::MessageExpunge,
                        ],
                    },
                    NotifyGroup {
                        filter: NotifyFilter::Mailboxes(vec![name("a"), name("b")]),
                        events: Vec::new(),
                    },
                ],
            })),
            "NOTIFY SET STATUS (selected (MessageNew (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE) MessageExpunge)) \
             (mailboxes (\"a\" \"b\") NONE)\r\n",
        ),
        (
            Command::Fetch {
                uid: false,
                set: MessageSet::Range("951:*".to_owned()),
                items: row,
                changed_since: Some(ModSeq::new(5)),
                vanished: true,
            },
            "FETCH 951:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE) (CHANGEDSINCE 5 VANISHED)\r\n",
        ),
        (
            fetch(vec![
                FetchItem::Body {
                    section: "1.2.MIME".to_owned(),
                    peek: true,
                    partial: Some(Partial {
                        offset: 10,
                        octets: 20,
                    }),
                },
                FetchItem::HeaderFields {
                    part: "3".to_owned(),
                    not: true,
                    fields: vec!["To".to_owned()],
                },
                FetchItem::Binary {
                    part: "2".to_owned(),
                    peek: false,
                    partial: None,
                },
                FetchItem::Preview { lazy: true },
            ]),
            "UID FETCH 1:3,7 (BODY.PEEK[1.2.MIME]<10.20> BODY.PEEK[3.HEADER.FIELDS.NOT (To)] BINARY[2] \
             PREVIEW (LAZY))\r\n",
        ),
        (
            Command::Store {
                set: uids("4"),
                unchanged_since: Some(ModSeq::new(9)),
                action: StoreAction::Remove,
                silent: true,
                flags: vec![Flag::Flagged],
            },
            "UID STORE 4 (UNCHANGEDSINCE 9) -FLAGS.SILENT (\\Flagged)\r\n",
        ),
        (
            Command::Search {
                uid: true,
                return_: Some(vec![SearchReturn::Save, SearchReturn::Partial(-1, -100)]),
                criteria: vec![
                    Criterion::Or(
                        Box::new(Criterion::NotFlag(Flag::Keyword("$Junk".into()))),
                        Box::new(Criterion::Not(Box::new(Criterion::And(vec![
                            Criterion::From("anna".to_owned()),
                            Criterion::Since(Date::new(2026, 11, 3).unwrap()),
                        ])))),
                    ),
                    Criterion::Fuzzy(Box::new(Criterion::Text("hallå".to_owned()))),
                ],
            },
            "UID SEARCH RETURN (SAVE PARTIAL -1:-100) CHARSET UTF-8 \
             OR UNKEYWORD $Junk NOT (FROM \"anna\" SINCE 3-Nov-2026) FUZZY TEXT {6+}\r\nhallå\r\n",
        ),
        (
            Command::Sort {
                uid: true,
                return_: None,
                keys: vec![(SortKey::Date, true), (SortKey::Subject, false)],
                criteria: Vec::new(),
            },
            "UID SORT (REVERSE DATE SUBJECT) UTF-8 ALL\r\n",
        ),
        (
            Command::SetMetadata {
                mailbox: None,
                entries: vec![
                    ("/shared/comment".to_owned(), None),
                    ("/private/x".to_owned(), Some(Vec::new())),
                ],
            },
            "SETMETADATA \"\" (\"/shared/comment\" NIL \"/private/x\" \"\")\r\n",
        ),
    ];
    for (command, text) in expected {
        let said = format!("{command:?}");
        assert_eq!(wire(command), text, "{said}");
    }
}

#[test]
fn what_no_server_could_read_as_meant_is_refused() {
    let body = |section: &str| FetchItem::Body {
        section: section.to_owned(),
        peek: true,
        partial: None,
    };
    let range = |range: &str| Command::Fetch {
        uid: true,
        set: MessageSet::Range(range.to_owned()),
        items: vec![FetchItem::Uid],
        changed_since: None,
        vanished: false,
    };
    let store = |flag: Flag| Command::Store {
        set: uids("1"),
        unchanged_since: None,
        action: StoreAction::Add,
        silent: false,
        flags: vec![flag],
    };
    let mut deep = Criterion::All;
    for _ in 0..32 {
        deep = Criterion::Not(Box::new(deep));
    }
    let refused = [
        fetch(Vec::new()),
        fetch(vec![body("1] BODY[2")]),
        fetch(vec![body("0")]),
        fetch(vec![body("1.")]),
        fetch(vec![body("MIME")]),
        fetch(vec![body("1\r\nA9 NOOP")]),
        fetch(vec![FetchItem::HeaderFields {
            part: String::new(),
            not: false,
            fields: vec!["To) X".to_owned()],
        }]),
        fetch(vec![FetchItem::HeaderFields {
            part: "TEXT".to_owned(),
            not: false,
            fields: vec!["To".to_owned()],
        }]),
        range(""),
        range("1 (UID)"),
        range("1\r\nA9 NOOP"),
        Command::UidExpunge(UidSet::new()),
        Command::Delete(name("")),
        Command::Delete(name("a\r\nA9 DELETE b")),
        Command::Delete(MailboxName::from_wire(b"&a\0", false)),
        search(vec![Criterion::Subject("a\0b".to_owned())]),
        search(vec![Criterion::EmailId("a) OR (".to_owned())]),
        search(vec![Criterion::And(Vec::new())]),
        search(vec![deep]),
        store(Flag::Recent),
        store(Flag::Keyword("a b".into())),
        store(Flag::Keyword("a)\r\nA9 NOOP".into())),
        store(Flag::Keyword("".into())),
        Command::Create {
            mailbox: name("a"),
            special_use: Some("\\Sent))".to_owned()),
        },
        Command::Login {
            user: "anna\0".to_owned(),
            password: Secret::new("pass"),
        },
        Command::Append {
            mailbox: name("a"),
            flags: Vec::new(),
            internal_date: None,
            data: Vec::new(),
        },
        Command::Append {
            mailbox: name("a"),
            flags: Vec::new(),
            internal_date: Some(i64::MAX),
            data: vec![b'a'],
        },
        Command::Append {
            mailbox: name("a"),
            flags: Vec::new(),
            internal_date: Some(i64::MIN),
            data: vec![b'a'],
        },
        Command::Enable(vec!["A\r\nB"]),
        Command::Status {
            mailbox: name("a"),
            items: Vec::new(),
        },
    ];
    for command in refused {
        let said = format!("{command:?}").chars().take(200).collect::<String>();
        assert!(
            matches!(octets(command), Err(Error::Unsendable { .. })),
            "{said}"
        );
    }
}

#[test]
fn lines_and_texts_are_sent_up_to_their_limit_and_not_past_it() {
    // Every second UID, so that no two join into a range.
    let sets = |octets: usize| {
        let mut set = UidSet::new();
        let mut uid = 10_000;
        while set.to_string().len() + 6 <= octets {
            set.insert(Uid::new(uid).unwrap());
            uid += 2;
        }
        set
    };
    let fixed = "UID EXPUNGE ".len();
    let line = wire(Command::UidExpunge(sets(limits::COMMAND_LINE - fixed)));
    assert!(
        line.len() <= limits::COMMAND_LINE + 2 && line.len() > limits::COMMAND_LINE - 6,
        "{}",
        line.len()
    );
    let over = octets(Command::UidExpunge(sets(limits::COMMAND_LINE + 6)));
    assert!(matches!(over, Err(Error::TooLong { .. })), "{over:?}");

    let text = |octets: usize| search(vec![Criterion::Text("a".repeat(octets))]);
    assert!(wire(text(limits::QUOTED)).contains('"'));
    assert!(wire(text(limits::QUOTED + 1)).contains("{1001+}\r\n"));
    assert!(octets(text(limits::COMMAND_STRING)).is_ok());
    assert!(matches!(
        octets(text(limits::COMMAND_STRING + 1)),
        Err(Error::TooLong { .. })
    ));
}

#[test]
fn conditions_nest_up_to_their_limit() {
    let mut deep = Criterion::All;
    for _ in 0..31 {
        deep = Criterion::Not(Box::new(deep));
    }
    let line = wire(search(vec![deep.clone()]));
    assert_eq!(line.matches("NOT ").count(), 31);
    assert!(octets(search(vec![Criterion::Not(Box::new(deep))])).is_err());
}

#[test]
fn literals_above_the_limit_wait_for_the_server() {
    let append = |octets: usize| Command::Append {
        mailbox: name("a"),
        flags: Vec::new(),
        internal_date: None,
        data: vec![b'a'; octets],
    };
    for (offered, limit) in [("LITERAL-", 4_096), ("LITERAL+", limits::LITERAL_UNASKED)] {
        let mut session = session(offered);
        session.send(append(limit)).unwrap();
        session.send(append(limit + 1)).unwrap();
        let output = String::from_utf8(session.take_output()).unwrap();
        assert!(
            output.contains(&format!("{{{limit}+}}\r\naaa")),
            "{offered}"
        );
        assert!(
            output.ends_with(&format!("A2 APPEND \"a\" {{{}}}\r\n", limit + 1)),
            "{offered}"
        );
        session.receive(b"+ go\r\n");
        assert_eq!(session.next_event(), None);
        assert_eq!(session.take_output().len(), limit + 1 + 2);
    }
}

#[test]
fn debug_of_a_command_and_of_a_session_shows_no_password() {
    let login = Command::Login {
        user: "anna".to_owned(),
        password: Secret::new("s3cret"),
    };
    assert!(!format!("{login:?}").contains("s3cret"));
    let mut session = session("LITERAL+");
    session.send(login).unwrap();
    assert!(!format!("{session:?}").contains("s3cret"));
}

/// A token as a server reads it.
#[derive(Debug, PartialEq)]
enum Token {
    Bare(String),
    Text(Vec<u8>),
}

/// Reads one command as strictly as RFC 9051 9 has it. `None` unless it is exactly one.
fn tokens(mut octets: &[u8]) -> Option<Vec<Token>> {
    let mut tokens = vec![Token::Bare(String::new())];
    loop {
        let (&octet, rest) = octets.split_first()?;
        octets = rest;
        match octet {
            b'\r' => return (octets == b"\n").then_some(tokens),
            b'"' => {
                let end = octets.iter().position(|octet| *octet == b'"')?;
                let text = &octets[..end];
                // Nothing is escaped, and nothing that would have to be.
                if text
                    .iter()
                    .any(|octet| matches!(octet, b'\\' | b'\r' | b'\n' | 0) || !octet.is_ascii())
                {
                    return None;
                }
                tokens.push(Token::Text(text.to_vec()));
                octets = &octets[end + 1..];
                tokens.push(Token::Bare(String::new()));
            }
            b'{' => {
                let end = octets.windows(4).position(|window| window == b"+}\r\n")?;
                let count: usize = std::str::from_utf8(&octets[..end]).ok()?.parse().ok()?;
                let text = octets.get(end + 4..end + 4 + count)?;
                tokens.push(Token::Text(text.to_vec()));
                octets = &octets[end + 4 + count..];
                tokens.push(Token::Bare(String::new()));
            }
            b' '..=b'~' => {
                let Some(Token::Bare(bare)) = tokens.last_mut() else {
                    return None;
                };
                bare.push(char::from(octet));
            }
            _ => return None,
        }
    }
}

/// Texts as people and attackers write them: much of what has a meaning in the grammar.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        proptest::collection::vec(
            prop_oneof![
                Just("\r\n"),
                Just("\n"),
                Just("\r"),
                Just("\""),
                Just("\\"),
                Just("{3}\r\n"),
                Just("{3+}\r\n"),
                Just(")"),
                Just("("),
                Just(" "),
                Just("A9 LOGOUT"),
                Just("*"),
                Just("%"),
                Just("&"),
                Just("&-"),
                Just("å"),
                Just("🦊"),
                Just("a"),
                Just("]"),
                Just("\u{0}"),
                Just("\u{7f}"),
                Just("\u{85}"),
                Just("\u{2028}"),
            ],
            0..12
        )
        .prop_map(|parts| parts.concat()),
    ]
}

fn strings_of(octets: &[u8]) -> Vec<Vec<u8>> {
    tokens(octets)
        .unwrap_or_else(|| panic!("not one command: {}", octets.escape_ascii()))
        .into_iter()
        .filter_map(|token| match token {
            Token::Text(text) => Some(text),
            Token::Bare(_) => None,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_search_text_stays_one_text(subject in text(), header in text()) {
        let command = search(vec![
            Criterion::Subject(subject.clone()),
            Criterion::Header { name: "Subject".to_owned(), value: header.clone() },
        ]);
        match octets(command) {
            Ok(written) => prop_assert_eq!(strings_of(&written), [subject.as_bytes(), b"Subject", header.as_bytes()]),
            Err(error) => prop_assert!(subject.contains('\0') || header.contains('\0'), "{}", error),
        }
    }

    #[test]
    fn a_mailbox_name_stays_one_name(from in text(), to in text()) {
        match octets(Command::Rename { from: name(&from), to: name(&to) }) {
            Ok(written) => {
                let names = strings_of(&written);
                prop_assert_eq!(names.len(), 2);
                prop_assert_eq!(MailboxName::from_wire(&names[0], false), name(&from));
                prop_assert_eq!(MailboxName::from_wire(&names[1], false), name(&to));
            }
            Err(Error::Unsendable { .. }) => prop_assert!(
                [&from, &to].iter().any(|name| name.is_empty() || name.contains(['\0', '\r', '\n']))
            ),
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn a_name_from_the_server_goes_back_as_it_came(wire in proptest::collection::vec(any::<u8>(), 1..40)) {
        if let Ok(written) = octets(Command::Delete(MailboxName::from_wire(&wire, false))) {
            let inbox = wire.eq_ignore_ascii_case(b"INBOX");
            prop_assert_eq!(strings_of(&written), [if inbox { b"INBOX".to_vec() } else { wire }]);
        }
    }

    #[test]
    fn user_and_password_stay_what_they_are(user in text(), password in text()) {
        let command = Command::Login { user: user.clone(), password: Secret::new(password.clone()) };
        if let Ok(written) = octets(command) {
            prop_assert_eq!(strings_of(&written), [user.as_bytes(), password.as_bytes()]);
        }
    }

    #[test]
    fn a_keyword_is_an_atom_or_not_sent(keyword in text()) {
        let command = Command::Store {
            set: uids("1"),
            unchanged_since: None,
            action: StoreAction::Add,
            silent: true,
            flags: vec![Flag::Keyword(keyword.clone().into())],
        };
        if let Ok(written) = octets(command) {
            let expected = format!("UID STORE 1 +FLAGS.SILENT ({keyword})");
            prop_assert_eq!(tokens(&written), Some(vec![Token::Bare(expected.clone())]));
            prop_assert!(!keyword.contains(['(', ')', ' ', '{', '"', '*', '%']), "{}", expected);
        }
    }

    #[test]
    fn sections_fields_and_ranges_stay_in_their_place(section in "[0-9A-Z.\\] \r\n()]{0,8}", range in "[0-9:,*$ \r\n()]{0,8}") {
        let command = Command::Fetch {
            uid: true,
            set: MessageSet::Range(range),
            items: vec![
                FetchItem::Body { section: section.clone(), peek: true, partial: None },
                FetchItem::HeaderFields { part: String::new(), not: false, fields: vec![section] },
            ],
            changed_since: None,
            vanished: false,
        };
        if let Ok(written) = octets(command) {
            let text = String::from_utf8(written).unwrap();
            prop_assert_eq!(text.matches("\r\n").count(), 1);
            prop_assert_eq!(text.matches(' ').count(), 5);
        }
    }

    #[test]
    fn bytes_from_the_server_never_break_a_session(
        pieces in proptest::collection::vec(
            prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..20),
                prop_oneof![
                    Just("\r\n"), Just("+ \r\n"), Just("+ cj1h\r\n"), Just("A1 OK\r\n"), Just("A2 NO [ALERT] x\r\n"),
                    Just("A3 BAD\r\n"), Just("* BYE\r\n"), Just("* 3 EXISTS\r\n"), Just("* OK [CAPABILITY A LITERAL+] x\r\n"),
                    Just("* ENABLED UTF8=ACCEPT\r\n"), Just("* 1 FETCH (BODY[] {3}\r\nabc)\r\n"), Just("{5}\r\n"),
                ].prop_map(|text| text.as_bytes().to_vec()),
            ],
            0..40
        ),
        commands in proptest::collection::vec(0..8_u8, 0..20),
        secure in any::<bool>(),
    ) {
        let mut session = Session::new();
        session.set_secure(secure);
        session.receive(b"* OK ready\r\n");
        let mut commands = commands.into_iter();
        for piece in pieces {
            session.receive(&piece);
            while let Some(event) = session.next_event() {
                if event == Event::StartTlsReady {
                    session.secured();
                } else if event == Event::CompressReady {
                    let rest = session.compressed();
                    session.receive(&rest);
                }
            }
            let sent = match commands.next() {
                Some(0) => session.send(Command::Idle),
                Some(1) => session.send(search(vec![Criterion::Subject("å\"".to_owned())])),
                Some(2) => session.send(Command::Login { user: "å".to_owned(), password: Secret::new("p") }),
                Some(3) => session.send(Command::StartTls),
                Some(4) => session.send(Command::Compress),
                Some(5) => session.send(Command::Authenticate(samma_protocol::sasl::Mechanism::scram_sha_256(
                    "anna", &Secret::new("s3cret"), &[7; 18],
                ))),
                Some(6) => session.send(Command::Enable(vec!["UTF8=ACCEPT"])),
                _ => session.send(Command::Noop),
            };
            let output = session.take_output();
            prop_assert!(!output.windows(6).any(|window| window == b"s3cret"));
            prop_assert!(sent.is_err() || session.in_flight() > 0 || !output.is_empty());
        }
    }
}
