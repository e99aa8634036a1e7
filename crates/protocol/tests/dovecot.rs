//! The session against a real server: a private Dovecot 2.3, where it is installed.
//!
//! `SAMMA_TEST_IMAP=127.0.0.1:25300,anna,pass,` runs the same commands against another server on a trusted link;
//! behind the last comma stands what names of mailboxes begin with there (Courier: `INBOX.`).

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a test may stop where it is surprised"
)]

mod server;

use samma_protocol::{
    imap::{
        capability::Capabilities,
        command::*,
        flag::Flag,
        mailbox_name::MailboxName,
        response::{Code, Data, Status, StatusKind},
        session::Event,
        uid::{ModSeq, Uid, UidSet},
    },
    sasl::{Credentials, Mechanism, choose},
    secret::Secret,
};
use server::{Dovecot, Link};

const SEED: [u8; 18] = *b"eighteen octets of";

const MESSAGE: &[u8] =
    b"From: Anna <anna@samma.test>\r\nTo: bertil@samma.test\r\nSubject: =?utf-8?q?Hall=C3=A5?=\r\n\
    Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@samma.test>\r\n\r\nHej!\r\n";

fn sign_in(link: &mut Link, user: &str, password: &str) -> Status {
    let capabilities = match link.session.capabilities() {
        Some(list) => list.clone(),
        None => {
            link.ask(Command::Capability);
            link.session
                .capabilities()
                .expect("an answer to CAPABILITY")
                .clone()
        }
    };
    let credentials = Credentials::Password {
        user: user.to_owned(),
        password: Secret::new(password),
    };
    let status = link
        .ask(choose(&capabilities, &credentials, &SEED).unwrap())
        .0;
    if status.kind == StatusKind::Ok && link.session.capabilities().is_none() {
        link.ask(Command::Capability);
    }
    status
}

fn signed_in(address: &str, user: &str, password: &str) -> Link {
    let mut link = Link::open(address);
    let status = sign_in(&mut link, user, password);
    assert_eq!(status.kind, StatusKind::Ok, "{status:?}");
    link
}

fn inbox() -> Command {
    Command::Select {
        mailbox: MailboxName::new("INBOX"),
        examine: false,
        condstore: false,
        qresync: None,
    }
}

fn append(mailbox: &str, data: &[u8]) -> Command {
    Command::Append {
        mailbox: MailboxName::new(mailbox),
        flags: vec![Flag::Flagged, Flag::Keyword("$Label1".into())],
        internal_date: Some(1_795_426_541),
        data: data.to_vec(),
    }
}

fn fetch(range: &str, items: Vec<FetchItem>) -> Command {
    Command::Fetch {
        uid: true,
        set: MessageSet::Range(range.to_owned()),
        items,
        changed_since: None,
        vanished: false,
    }
}

#[test]
fn every_mechanism_signs_in_and_a_wrong_password_does_not() {
    let Some(dovecot) = Dovecot::start("") else {
        return;
    };
    // A password with all that a quoted string would have to escape.
    for (user, password) in [("anna", "pass"), ("bertil", "p\\\"å{3}")] {
        let ways: [fn(&str, &Secret) -> Command; 5] = [
            |user, password| Command::Authenticate(Mechanism::scram_sha_256(user, password, &SEED)),
            |user, password| Command::Authenticate(Mechanism::scram_sha_1(user, password, &SEED)),
            |user, password| Command::Authenticate(Mechanism::plain(user, password)),
            |user, password| Command::Authenticate(Mechanism::login(user, password)),
            |user, password| Command::Login {
                user: user.to_owned(),
                password: password.clone(),
            },
        ];
        for way in ways {
            let mut link = Link::open(&dovecot.address());
            let status = link.ask(way(user, &Secret::new(password))).0;
            assert_eq!(
                status.kind,
                StatusKind::Ok,
                "{user} by {:?}: {status:?}",
                way(user, &Secret::new(""))
            );
            assert!(
                link.session
                    .capabilities()
                    .is_some_and(Capabilities::notify)
            );
        }
    }
    let mut link = Link::open(&dovecot.address());
    assert_eq!(
        sign_in(&mut link, "anna", "password").code,
        Some(Code::AuthenticationFailed)
    );
}

#[test]
fn first_write_behind_the_login_is_answered_whole_and_new_mail_shows_in_idle() {
    let Some(dovecot) = Dovecot::start("") else {
        return;
    };
    let mut other = signed_in(&dovecot.address(), "anna", "pass");
    assert_eq!(other.ask(append("INBOX", MESSAGE)).0.kind, StatusKind::Ok);

    let mut link = signed_in(&dovecot.address(), "anna", "pass");
    let row = || {
        vec![
            FetchItem::Uid,
            FetchItem::Flags,
            FetchItem::Envelope,
            FetchItem::BodyStructure,
        ]
    };
    let events = vec![
        NotifyEvent::MessageNew(Vec::new()),
        NotifyEvent::MessageExpunge,
        NotifyEvent::FlagChange,
    ];
    let tags = [
        link.send(Command::Enable(vec!["QRESYNC"])),
        link.send(inbox()),
        link.send(Command::Fetch {
            uid: false,
            set: MessageSet::Range("1:*".to_owned()),
            items: row(),
            changed_since: None,
            vanished: false,
        }),
        link.send(Command::List {
            selection: Vec::new(),
            reference: String::new(),
            patterns: vec!["*".to_owned()],
            return_: ListReturn {
                subscribed: true,
                children: true,
                special_use: true,
                status: vec![
                    StatusItem::Messages,
                    StatusItem::Unseen,
                    StatusItem::HighestModSeq,
                ],
                my_rights: false,
            },
        }),
        link.send(Command::Notify(Some(NotifySet {
            status: true,
            groups: vec![
                NotifyGroup {
                    filter: NotifyFilter::Selected,
                    events: vec![
                        NotifyEvent::MessageNew(row()),
                        NotifyEvent::MessageExpunge,
                        NotifyEvent::FlagChange,
                    ],
                },
                NotifyGroup {
                    filter: NotifyFilter::Personal,
                    events: [
                        vec![NotifyEvent::MailboxName, NotifyEvent::SubscriptionChange],
                        events.clone(),
                    ]
                    .concat(),
                },
            ],
        }))),
        link.send(Command::Idle),
    ];
    let writes = link.wrote.len();
    let events = link.until(|event| matches!(event, Event::IdleStarted { .. }));
    assert_eq!(link.wrote.len(), writes + 1, "one write");
    for tag in &tags[..5] {
        let done = |event: &Event| matches!(event, Event::Done { tag: answered, status } if answered == tag && status.kind == StatusKind::Ok);
        assert!(events.iter().any(done), "{tag} in {events:?}");
    }
    let envelope = events.iter().find_map(|event| match event {
        Event::Data(Data::Fetch(fetch)) => fetch.envelope.as_ref(),
        _ => None,
    });
    assert_eq!(
        envelope.and_then(|envelope| envelope.message_id.as_deref()),
        Some(b"<1@samma.test>".as_slice())
    );
    assert!(events.iter().any(
        |event| matches!(event, Event::Data(Data::List(entry)) if entry.name.as_str() == "Sent")
    ));
    assert!(link.session.is_idle());

    assert_eq!(other.ask(append("INBOX", MESSAGE)).0.kind, StatusKind::Ok);
    link.until(|event| matches!(event, Event::Data(Data::Exists(2))));
    // DONE and the question are one write, and IDLE's answer comes before the question's.
    let noop = link.send(Command::Noop);
    let events = link.until_done(&[tags[5].clone(), noop]);
    assert_eq!(
        link.wrote
            .last()
            .map(|octets| octets.starts_with(b"DONE\r\nA")),
        Some(true)
    );
    assert!(
        matches!(events.last(), Some(Event::Done { status, .. }) if status.kind == StatusKind::Ok)
    );
    assert_eq!(link.session.in_flight(), 0);
}

#[test]
fn a_message_of_a_megabyte_comes_in_pieces_and_whole() {
    let Some(dovecot) = Dovecot::start("") else {
        return;
    };
    let mut link = signed_in(&dovecot.address(), "anna", "pass");
    let body: Vec<u8> = (0..13_000)
        .flat_map(|line| format!("{line:>78}\r\n").into_bytes())
        .collect();
    let message = [MESSAGE, &body].concat();
    assert_eq!(link.ask(append("INBOX", &message)).0.kind, StatusKind::Ok);
    link.ask(inbox());
    let section = FetchItem::Body {
        section: String::new(),
        peek: true,
        partial: None,
    };
    let (status, events) = link.ask(fetch("1:*", vec![FetchItem::Uid, section]));
    assert_eq!(status.kind, StatusKind::Ok);
    let mut received = Vec::new();
    let mut pieces = 0;
    for event in &events {
        if let Event::Literal { bytes, .. } = event {
            received.extend_from_slice(bytes);
            pieces += 1;
        }
    }
    assert!(
        received == message,
        "{} of {} octets",
        received.len(),
        message.len()
    );
    assert!(pieces > 1, "streamed");
    assert!(
        matches!(events.last(), Some(Event::Data(Data::Fetch(fetch))) if fetch.sections.len() == 1)
    );
}

#[test]
fn literals_wait_where_the_server_has_no_literal_plus() {
    let Some(dovecot) = Dovecot::start("imap_capability = IMAP4rev1 UIDPLUS") else {
        return;
    };
    let mut link = signed_in(&dovecot.address(), "anna", "pass");
    assert!(!link.session.capabilities().unwrap().literal_minus());
    // Queued together: each waits for its turn, and nothing gets mixed up.
    let tags = [
        link.send(Command::Create {
            mailbox: MailboxName::new("quotes \" and \\"),
            special_use: None,
        }),
        link.send(append("quotes \" and \\", MESSAGE)),
        link.send(Command::Status {
            mailbox: MailboxName::new("quotes \" and \\"),
            items: vec![StatusItem::Messages],
        }),
    ];
    let events = link.until_done(&tags);
    let count = events.iter().find_map(|event| match event {
        Event::Data(Data::MailboxStatus(status)) => status.messages,
        _ => None,
    });
    assert_eq!(count, Some(1), "{events:?}");
}

#[test]
fn names_in_any_script_come_back_as_sent() {
    let Some(dovecot) = Dovecot::start("") else {
        return;
    };
    let mut link = signed_in(&dovecot.address(), "anna", "pass");
    let names = [
        "Entwürfe & Söhne",
        "日本語",
        "a&b",
        "tab\"quote",
        "🦊",
        "back\\slash",
        "per%cent star*",
    ];
    for name in names {
        let status = link
            .ask(Command::Create {
                mailbox: MailboxName::new(name),
                special_use: None,
            })
            .0;
        assert_eq!(status.kind, StatusKind::Ok, "{name}: {status:?}");
    }
    let (_, events) = link.ask(Command::List {
        selection: Vec::new(),
        reference: String::new(),
        patterns: vec!["*".to_owned()],
        return_: ListReturn::default(),
    });
    let listed: Vec<&str> = events
        .iter()
        .filter_map(|event| match event {
            Event::Data(Data::List(entry)) => Some(entry.name.as_str()),
            _ => None,
        })
        .collect();
    for name in names {
        assert!(listed.contains(&name), "{name} in {listed:?}");
    }
}

/// Names and texts in UTF-8, where the server takes them (Courier, Cyrus from 3.8 on).
fn speaks_utf_8(address: &str, user: &str, password: &str, prefix: &str) {
    let mut link = signed_in(address, user, password);
    if !link
        .session
        .capabilities()
        .is_some_and(Capabilities::utf8_accept)
    {
        eprintln!("skipped: {address} has no UTF8=ACCEPT");
        return;
    }
    let name = format!("{prefix}Entwürfe & Söhne");
    let tags = [
        link.send(Command::Enable(vec!["UTF8=ACCEPT"])),
        link.send(Command::Create {
            mailbox: MailboxName::new(&name),
            special_use: None,
        }),
        link.send(Command::List {
            selection: Vec::new(),
            reference: String::new(),
            patterns: vec!["*".to_owned()],
            return_: ListReturn::default(),
        }),
        link.send(inbox()),
        link.send(search(vec![Criterion::Subject("å".to_owned())], None)),
        link.send(Command::Delete(MailboxName::new(&name))),
    ];
    let events = link.until_done(&tags);
    assert!(link.session.enabled().utf8_accept());
    let refused = |event: &&Event| matches!(event, Event::Done { status, .. } if status.kind != StatusKind::Ok);
    assert_eq!(events.iter().find(refused), None);
    let listed = |event: &Event| matches!(event, Event::Data(Data::List(entry)) if entry.name.as_str() == name);
    assert!(events.iter().any(listed), "{events:?}");
    let written = String::from_utf8_lossy(link.wrote.last().expect("a write"));
    assert!(written.contains("\"å\""), "{written}");
}

#[test]
fn every_command_is_understood() {
    let Some(dovecot) = Dovecot::start("") else {
        return;
    };
    understands(&dovecot.address(), "anna", "pass", "");
}

#[test]
fn every_command_is_understood_by_the_server_named_in_the_environment() {
    let Ok(server) = std::env::var("SAMMA_TEST_IMAP") else {
        eprintln!("skipped: SAMMA_TEST_IMAP is not set");
        return;
    };
    let [address, user, password, prefix] = server.split(',').collect::<Vec<_>>()[..] else {
        panic!("SAMMA_TEST_IMAP=address,user,password,prefix")
    };
    understands(address, user, password, prefix);
    speaks_utf_8(address, user, password, prefix);
}

/// Sends each command in each form that the server offers; none may be answered with BAD.
fn understands(address: &str, user: &str, password: &str, prefix: &str) {
    let mut link = signed_in(address, user, password);
    let offered = link.session.capabilities().expect("a list").clone();
    for name in ["Understood", "Renamed", "Understood too"] {
        link.ask(Command::Delete(MailboxName::new(&format!(
            "{prefix}{name}"
        ))));
    }
    assert_eq!(link.ask(append("INBOX", MESSAGE)).0.kind, StatusKind::Ok);
    assert_eq!(link.ask(append("INBOX", MESSAGE)).0.kind, StatusKind::Ok);
    let commands = commands(&offered, prefix);
    let (mut refused, mut unread) = (Vec::new(), Vec::new());
    for command in commands {
        let said = format!("{command:?}");
        let (status, events) = link.ask(command);
        assert_ne!(status.kind, StatusKind::Bad, "{said}: {status:?}");
        if status.kind == StatusKind::No {
            refused.push(format!("{said}: {}", status.text));
        }
        for event in events {
            assert!(!matches!(event, Event::Skipped { .. }), "{said}: {event:?}");
            if matches!(event, Event::Data(Data::Unknown { .. })) {
                unread.push(format!("{said}: {event:?}"));
            }
        }
    }
    // Seen with --nocapture, for servers that never say BAD. Courier's QUOTA of a mailbox
    // without one is not as RFC 9208 has it.
    eprintln!(
        "{address} refused:\n{}\nand was not read in:\n{}",
        refused.join("\n"),
        unread.join("\n")
    );
    assert!(refused.len() < 8, "{refused:#?}");
    assert!(unread.len() < 2, "{unread:#?}");
}

fn commands(offered: &Capabilities, prefix: &str) -> Vec<Command> {
    let name = |name: &str| match name {
        "INBOX" => MailboxName::new(name),
        _ => MailboxName::new(&format!("{prefix}{name}")),
    };
    let all: UidSet = [Uid::MIN, Uid::MAX].into_iter().collect();
    let first = UidSet::from(Uid::MIN);
    let mut commands = vec![
        Command::Capability,
        Command::Noop,
        Command::Create {
            mailbox: name("Understood"),
            special_use: None,
        },
        Command::Subscribe(name("Understood")),
        Command::Unsubscribe(name("Understood")),
        Command::Rename {
            from: name("Understood"),
            to: name("Renamed"),
        },
        Command::Lsub {
            reference: String::new(),
            pattern: "*".to_owned(),
        },
        Command::List {
            selection: Vec::new(),
            reference: String::new(),
            patterns: vec!["%".to_owned()],
            return_: ListReturn::default(),
        },
        Command::Status {
            mailbox: name("Renamed"),
            items: vec![
                StatusItem::Messages,
                StatusItem::Recent,
                StatusItem::UidNext,
                StatusItem::UidValidity,
                StatusItem::Unseen,
            ],
        },
    ];
    let ids = vec![("name".to_owned(), "Samma \"test\"".to_owned())];
    let offer = |is: bool, list: Vec<Command>| if is { list } else { Vec::new() };
    commands.extend(offer(
        offered.id(),
        vec![Command::Id(ids), Command::Id(Vec::new())],
    ));
    commands.extend(offer(offered.namespace(), vec![Command::Namespace]));
    commands.extend(offer(
        offered.list_extended() && offered.list_status() && offered.special_use(),
        vec![
            Command::List {
                selection: vec![ListSelection::Subscribed, ListSelection::RecursiveMatch],
                reference: String::new(),
                patterns: vec!["*".to_owned(), "Entwürfe/%".to_owned()],
                return_: ListReturn {
                    subscribed: true,
                    children: true,
                    special_use: true,
                    status: vec![StatusItem::Messages, StatusItem::UidNext],
                    my_rights: false,
                },
            },
            Command::List {
                selection: vec![ListSelection::SpecialUse],
                reference: String::new(),
                patterns: vec!["*".to_owned()],
                return_: ListReturn {
                    status: vec![StatusItem::Unseen],
                    ..ListReturn::default()
                },
            },
        ],
    ));
    commands.extend(offer(
        offered.status_size(),
        vec![Command::Status {
            mailbox: name("Renamed"),
            items: vec![StatusItem::Size],
        }],
    ));
    commands.extend(offer(
        offered.qresync(),
        vec![Command::Enable(vec!["QRESYNC"])],
    ));
    commands.push(inbox());
    commands.extend(offer(
        offered.qresync(),
        vec![
            Command::Select {
                mailbox: name("INBOX"),
                examine: true,
                condstore: false,
                qresync: Some(Qresync {
                    uid_validity: samma_protocol::imap::uid::UidValidity::new(1),
                    mod_seq: ModSeq::new(1),
                    known: Some(first.clone()),
                }),
            },
            Command::Select {
                mailbox: name("INBOX"),
                examine: false,
                condstore: true,
                qresync: None,
            },
            Command::Fetch {
                uid: true,
                set: all.clone().into(),
                items: vec![FetchItem::Flags],
                changed_since: Some(ModSeq::new(1)),
                vanished: true,
            },
            fetch("1:*", vec![FetchItem::ModSeq]),
            Command::Store {
                set: first.clone(),
                unchanged_since: Some(ModSeq::new(1_000_000)),
                action: StoreAction::Add,
                silent: true,
                flags: vec![Flag::Keyword("$mv-1".into())],
            },
            search(vec![Criterion::ModSeq(ModSeq::new(1))], None),
        ],
    ));
    let partial = Some(Partial {
        offset: 3,
        octets: 20,
    });
    commands.push(fetch(
        "1:*",
        vec![
            FetchItem::Uid,
            FetchItem::Flags,
            FetchItem::InternalDate,
            FetchItem::Size,
            FetchItem::Envelope,
            FetchItem::BodyStructure,
            FetchItem::Body {
                section: String::new(),
                peek: true,
                partial,
            },
            FetchItem::Body {
                section: "HEADER".to_owned(),
                peek: true,
                partial: None,
            },
            FetchItem::Body {
                section: "TEXT".to_owned(),
                peek: true,
                partial,
            },
            FetchItem::Body {
                section: "1".to_owned(),
                peek: true,
                partial: None,
            },
            FetchItem::Body {
                section: "1.MIME".to_owned(),
                peek: true,
                partial: None,
            },
            FetchItem::HeaderFields {
                part: String::new(),
                not: false,
                fields: vec!["Subject".to_owned(), "List-Id".to_owned()],
            },
            FetchItem::HeaderFields {
                part: String::new(),
                not: true,
                fields: vec!["Received".to_owned()],
            },
        ],
    ));
    commands.extend(offer(
        offered.binary(),
        vec![fetch(
            "1:*",
            vec![
                FetchItem::Binary {
                    part: "1".to_owned(),
                    peek: true,
                    partial,
                },
                FetchItem::BinarySize {
                    part: "1".to_owned(),
                },
            ],
        )],
    ));
    commands.extend(offer(
        offered.preview(),
        vec![
            fetch("1:*", vec![FetchItem::Preview { lazy: true }]),
            fetch("1:*", vec![FetchItem::Preview { lazy: false }]),
        ],
    ));
    commands.extend(offer(
        offered.save_date(),
        vec![fetch("1:*", vec![FetchItem::SaveDate])],
    ));
    commands.extend(offer(
        offered.object_id(),
        vec![fetch("1:*", vec![FetchItem::EmailId, FetchItem::ThreadId])],
    ));
    commands.push(search(everything(), None));
    commands.push(search(
        vec![
            Criterion::Subject("Hallå".to_owned()),
            Criterion::Text("\"å\"".to_owned()),
        ],
        None,
    ));
    commands.extend(offer(
        offered.within(),
        vec![search(
            vec![Criterion::Or(
                Box::new(Criterion::Older(3_600)),
                Box::new(Criterion::Younger(3_600)),
            )],
            None,
        )],
    ));
    commands.extend(offer(
        offered.esearch(),
        vec![search(
            Vec::new(),
            Some(vec![
                SearchReturn::Min,
                SearchReturn::Max,
                SearchReturn::All,
                SearchReturn::Count,
            ]),
        )],
    ));
    commands.extend(offer(
        offered.searchres(),
        vec![
            search(Vec::new(), Some(vec![SearchReturn::Save])),
            Command::Fetch {
                uid: true,
                set: MessageSet::Saved,
                items: vec![FetchItem::Flags],
                changed_since: None,
                vanished: false,
            },
            search(vec![Criterion::Messages(MessageSet::Saved)], None),
        ],
    ));
    commands.extend(offer(
        offered.sort(),
        vec![Command::Sort {
            uid: true,
            return_: None,
            keys: vec![(SortKey::Subject, true), (SortKey::Arrival, false)],
            criteria: vec![Criterion::Subject("å".to_owned())],
        }],
    ));
    commands.extend(offer(
        offered.esort(),
        vec![Command::Sort {
            uid: true,
            return_: Some(vec![SearchReturn::All]),
            keys: vec![(SortKey::From, false)],
            criteria: Vec::new(),
        }],
    ));
    commands.extend(offer(
        offered.thread(),
        vec![Command::Thread {
            uid: true,
            algorithm: ThreadAlgorithm::References,
            criteria: Vec::new(),
        }],
    ));
    for action in [StoreAction::Replace, StoreAction::Add, StoreAction::Remove] {
        commands.push(Command::Store {
            set: all.clone(),
            unchanged_since: None,
            action,
            silent: action == StoreAction::Add,
            flags: vec![Flag::Seen, Flag::Keyword("$Forwarded".into())],
        });
    }
    commands.push(Command::Store {
        set: first.clone(),
        unchanged_since: None,
        action: StoreAction::Replace,
        silent: false,
        flags: Vec::new(),
    });
    commands.push(Command::Copy {
        set: all.clone(),
        mailbox: name("Renamed"),
    });
    commands.extend(offer(
        offered.move_(),
        vec![Command::Move {
            set: first.clone(),
            mailbox: name("Renamed"),
        }],
    ));
    commands.extend(offer(offered.uidplus(), vec![Command::UidExpunge(first)]));
    commands.push(Command::Expunge);
    commands.extend(offer(
        offered.quota(),
        vec![Command::GetQuotaRoot(name("INBOX"))],
    ));
    commands.extend(offer(
        offered.acl(),
        vec![
            Command::MyRights(name("Renamed")),
            Command::GetAcl(name("Renamed")),
            Command::SetAcl {
                mailbox: name("Renamed"),
                identifier: "bertil".to_owned(),
                rights: "+lrs".to_owned(),
            },
            Command::ListRights {
                mailbox: name("Renamed"),
                identifier: "bertil".to_owned(),
            },
            Command::DeleteAcl {
                mailbox: name("Renamed"),
                identifier: "bertil".to_owned(),
            },
        ],
    ));
    let comment = "/private/comment".to_owned();
    commands.extend(offer(
        offered.metadata(),
        vec![
            Command::SetMetadata {
                mailbox: Some(name("Renamed")),
                entries: vec![(comment.clone(), Some("två\r\nrader".into()))],
            },
            Command::GetMetadata {
                mailbox: Some(name("Renamed")),
                entries: vec![comment.clone()],
            },
            Command::SetMetadata {
                mailbox: Some(name("Renamed")),
                entries: vec![(comment, None)],
            },
            Command::GetMetadata {
                mailbox: None,
                entries: vec!["/shared/admin".to_owned()],
            },
        ],
    ));
    commands.extend(offer(
        offered.notify(),
        vec![
            Command::Notify(Some(NotifySet {
                status: false,
                groups: vec![
                    NotifyGroup {
                        filter: NotifyFilter::SelectedDelayed,
                        events: vec![
                            NotifyEvent::MessageNew(vec![FetchItem::Uid]),
                            NotifyEvent::MessageExpunge,
                        ],
                    },
                    NotifyGroup {
                        filter: NotifyFilter::Subtree(vec![name("Renamed")]),
                        events: Vec::new(),
                    },
                    NotifyGroup {
                        filter: NotifyFilter::Mailboxes(vec![name("INBOX"), name("Entwürfe")]),
                        events: vec![NotifyEvent::MailboxName, NotifyEvent::SubscriptionChange],
                    },
                ],
            })),
            Command::Notify(None),
        ],
    ));
    commands.extend(offer(
        offered.create_special_use(),
        vec![
            Command::Create {
                mailbox: name("Understood too"),
                special_use: Some("\\Archive".to_owned()),
            },
            Command::Delete(name("Understood too")),
        ],
    ));
    commands.extend(offer(offered.unselect(), vec![Command::Unselect]));
    commands.extend([
        inbox(),
        Command::Close,
        Command::Delete(name("Renamed")),
        Command::Logout,
    ]);
    commands
}

fn search(criteria: Vec<Criterion>, return_: Option<Vec<SearchReturn>>) -> Command {
    Command::Search {
        uid: true,
        return_,
        criteria,
    }
}

/// Every condition of RFC 9051 that every server knows.
fn everything() -> Vec<Criterion> {
    let text = || "a".to_owned();
    let day = Date::new(2024, 2, 29).expect("a leap year");
    let flags = [
        Flag::Seen,
        Flag::Answered,
        Flag::Flagged,
        Flag::Deleted,
        Flag::Draft,
        Flag::Keyword("$Label1".into()),
    ];
    let mut all: Vec<Criterion> = flags.iter().cloned().map(Criterion::Flag).collect();
    all.extend(flags.into_iter().map(Criterion::NotFlag));
    all.extend([
        Criterion::All,
        Criterion::Messages(MessageSet::Range("1:*".to_owned())),
        Criterion::Uid(UidSet::from(Uid::MIN)),
        Criterion::From(text()),
        Criterion::To(text()),
        Criterion::Cc(text()),
        Criterion::Bcc(text()),
        Criterion::Subject(text()),
        Criterion::Body(text()),
        Criterion::Text(text()),
        Criterion::Header {
            name: "Message-ID".to_owned(),
            value: "<1@samma.test>".to_owned(),
        },
        Criterion::Header {
            name: "List-Id".to_owned(),
            value: String::new(),
        },
        Criterion::Before(day),
        Criterion::On(day),
        Criterion::Since(day),
        Criterion::SentBefore(day),
        Criterion::SentOn(day),
        Criterion::SentSince(day),
        Criterion::Larger(1),
        Criterion::Smaller(100),
        Criterion::Not(Box::new(Criterion::And(vec![
            Criterion::All,
            Criterion::Flag(Flag::Seen),
        ]))),
        Criterion::Or(
            Box::new(Criterion::All),
            Box::new(Criterion::NotFlag(Flag::Seen)),
        ),
    ]);
    all
}
