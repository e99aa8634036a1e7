//! What servers say, as RFC 9051 and its extensions have it, and as they say it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests may fail"
)]

use samma_protocol::imap::flag::Flag;
use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::parse;
use samma_protocol::imap::response::{
    Address, Code, Data, Fetch, QuotaResource, Response, SectionData, Status, StatusKind, Tag,
    ThreadNode, Value,
};
use samma_protocol::imap::uid::{ModSeq, Uid, UidSet, UidValidity};

fn data(line: &str) -> Data {
    match parse::response(line.as_bytes(), false) {
        Some(Response::Untagged(data)) => data,
        other => panic!("{line}: {other:?}"),
    }
}

fn fetch(items: &str) -> Fetch {
    match data(&format!("* 1 FETCH ({items})\r\n")) {
        Data::Fetch(fetch) => *fetch,
        other => panic!("{items}: {other:?}"),
    }
}

fn status(line: &str) -> Status {
    match parse::response(line.as_bytes(), false) {
        Some(Response::Tagged { status, .. } | Response::Untagged(Data::Status(status))) => status,
        other => panic!("{line}: {other:?}"),
    }
}

fn code(text: &str) -> Code {
    status(&format!("* OK [{text}] Words")).code.unwrap()
}

fn uids(text: &str) -> UidSet {
    UidSet::parse(text.as_bytes()).unwrap()
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

fn inline(text: &[u8]) -> Option<SectionData> {
    Some(SectionData::Inline(text.to_vec()))
}

// --- status responses -----------------------------------------------------------------------

#[test]
fn a_tagged_answer_has_tag_word_code_and_text() {
    let answer = parse::response(b"A7 NO [OVERQUOTA] Sorry\r\n", false);
    let status = Status {
        kind: StatusKind::No,
        code: Some(Code::OverQuota),
        text: "Sorry".to_owned(),
    };
    let tag = Tag::new("A7");
    assert_eq!(answer, Some(Response::Tagged { tag, status }));
}

#[test]
fn text_and_code_may_be_missing() {
    for line in ["a OK", "a OK ", "a OK\r\n", "a ok \r\n"] {
        let found = status(line);
        assert_eq!(
            (found.kind, found.code, found.text.as_str()),
            (StatusKind::Ok, None, "")
        );
    }
    let found = status("a OK [ALERT]");
    assert_eq!((found.code, found.text.as_str()), (Some(Code::Alert), ""));
    let found = status("a OK [ALERT]no space");
    assert_eq!(
        (found.code, found.text.as_str()),
        (Some(Code::Alert), "no space")
    );
    assert_eq!(status("a NO [] x").code, None);
}

#[test]
fn text_in_any_charset_is_kept() {
    assert_eq!(status("a OK Klart på svenska").text, "Klart på svenska");
    let latin1 = parse::response(b"* OK v\xe4lkommen\r\n", false);
    let Some(Response::Untagged(Data::Status(found))) = latin1 else {
        panic!("{latin1:?}");
    };
    assert_eq!(found.text, "v\u{fffd}lkommen");
}

#[test]
fn a_bracket_that_never_ends_is_text() {
    let found = status("* OK [ALERT and so on");
    assert_eq!(
        (found.code, found.text.as_str()),
        (None, "[ALERT and so on")
    );
}

#[test]
fn greetings_are_status_responses() {
    assert_eq!(status("* PREAUTH hello").kind, StatusKind::PreAuth);
    assert_eq!(status("* BYE Too many").kind, StatusKind::Bye);
    assert_eq!(status("* BAD [CLIENTBUG] x").code, Some(Code::ClientBug));
}

#[test]
fn codes_with_values_are_typed() {
    assert_eq!(
        code("PERMANENTFLAGS (\\Seen OIB-Seen-[Gmail]/All \\*)"),
        Code::PermanentFlags {
            flags: vec![Flag::Seen, "OIB-Seen-[Gmail]/All".into()],
            any: true,
        }
    );
    assert_eq!(
        code("UIDVALIDITY 7"),
        Code::UidValidity(UidValidity::new(7))
    );
    assert_eq!(code("uidnext 12"), Code::UidNext(12));
    assert_eq!(code("UNSEEN 3"), Code::Unseen(3));
    assert_eq!(
        code("HIGHESTMODSEQ 9223372036854775807"),
        Code::HighestModSeq(ModSeq::new(i64::MAX as u64))
    );
    assert_eq!(code("MODIFIED 7,9:8"), Code::Modified(uids("7:9")));
    assert_eq!(
        code("REFERRAL imap://other/"),
        Code::Referral("imap://other/".to_owned())
    );
    assert_eq!(code("BADCHARSET"), Code::BadCharset(vec![]));
    assert_eq!(
        code("BADCHARSET (UTF-8 \"x\")"),
        Code::BadCharset(strings(&["UTF-8", "x"]))
    );
    assert_eq!(
        code("MAILBOXID (F2212ea87)"),
        Code::MailboxId("F2212ea87".to_owned())
    );
    assert_eq!(
        code("MESSAGELIMIT 1000 23221"),
        Code::MessageLimit {
            limit: 1000,
            last: Some(23221)
        }
    );
    assert_eq!(
        code("METADATA LONGENTRIES 2199"),
        Code::MetadataLongEntries(2199)
    );
    assert_eq!(code("METADATA MAXSIZE 1024"), Code::MetadataMaxSize(1024));
    assert_eq!(code("METADATA TOOMANY"), Code::MetadataTooMany);
    assert_eq!(code("METADATA NOPRIVATE"), Code::MetadataNoPrivate);
    let Code::Capability(found) = code("CAPABILITY IMAP4rev1 idle AUTH=PLAIN") else {
        panic!()
    };
    assert!(found.idle() && found.has_auth("plain") && !found.move_());
}

#[test]
fn uids_of_copies_are_sets_as_long_as_they_are_in_order() {
    let uid_validity = UidValidity::new(5);
    assert_eq!(
        code("APPENDUID 5 3:4,9"),
        Code::AppendUid {
            uid_validity,
            uids: uids("3:4,9")
        }
    );
    assert_eq!(
        code("COPYUID 5 1:4294967295 1:4294967295"),
        Code::CopyUid {
            uid_validity,
            source: uids("1:*"),
            target: uids("1:*")
        }
    );
    // Paired by position: sorting would pair other messages.
    let Code::Other { name, values } = code("COPYUID 5 9,3 10:11") else {
        panic!()
    };
    assert_eq!((name.as_str(), values.len()), ("COPYUID", 3));
}

#[test]
fn events_that_are_refused_are_named_as_dovecot_and_as_cyrus_do() {
    let expected = Code::BadEvent(strings(&["MailboxMetadataChange", "ServerMetadataChange"]));
    assert_eq!(
        code("BADEVENT (MailboxMetadataChange ServerMetadataChange)"),
        expected
    );
    assert_eq!(
        code("BADEVENT MailboxMetadataChange ServerMetadataChange"),
        expected
    );
}

#[test]
fn progress_may_be_unknown_in_each_part() {
    let progress = |tag: Option<&str>, progress, goal| Code::InProgress {
        tag: tag.map(ToOwned::to_owned),
        progress,
        goal,
    };
    assert_eq!(code("INPROGRESS"), progress(None, None, None));
    assert_eq!(
        code("INPROGRESS (\"A1\" 5 20)"),
        progress(Some("A1"), Some(5), Some(20))
    );
    assert_eq!(
        code("INPROGRESS (NIL 5 NIL)"),
        progress(None, Some(5), None)
    );
}

#[test]
fn codes_of_one_word_are_typed_and_others_kept() {
    for (text, expected) in [
        ("ALREADYEXISTS", Code::AlreadyExists),
        ("AUTHENTICATIONFAILED", Code::AuthenticationFailed),
        ("closed", Code::Closed),
        ("HASCHILDREN", Code::HasChildren),
        ("LIMIT", Code::Limit),
        ("NOTIFICATIONOVERFLOW", Code::NotificationOverflow),
        ("READ-ONLY", Code::ReadOnly),
        ("TRYCREATE", Code::TryCreate),
        ("UIDREQUIRED", Code::UidRequired),
        ("UNKNOWN-CTE", Code::UnknownCte),
    ] {
        assert_eq!(code(text), expected);
    }
    let values = vec![
        Value::Number(5),
        Value::List(vec![Value::Atom(b"x".to_vec())]),
    ];
    let name = "X-NEW".to_owned();
    assert_eq!(code("x-new 5 (x)"), Code::Other { name, values });
    let values = vec![Value::Atom(b"soon".to_vec())];
    let name = "UIDNEXT".to_owned();
    assert_eq!(code("UIDNEXT soon"), Code::Other { name, values });
}

#[test]
fn a_code_may_hold_a_literal() {
    let found = status("* NO [BADCHARSET ({5}\r\nUTF-8)] no");
    assert_eq!(found.code, Some(Code::BadCharset(strings(&["UTF-8"]))));
    assert_eq!(found.text, "no");
}

#[test]
fn continuations_need_no_text() {
    for (line, expected) in [
        ("+ idling\r\n", "idling"),
        ("+ ", ""),
        ("+\r\n", ""),
        ("+ cmVhZHk=", "cmVhZHk="),
    ] {
        let text = expected.as_bytes().to_vec();
        assert_eq!(
            parse::response(line.as_bytes(), false),
            Some(Response::Continuation { text })
        );
    }
}

// --- mailboxes ------------------------------------------------------------------------------

#[test]
fn counts_and_lists_of_a_mailbox() {
    assert_eq!(data("* 172 EXISTS"), Data::Exists(172));
    assert_eq!(data("* 0 recent"), Data::Recent(0));
    assert_eq!(data("* 3 EXPUNGE "), Data::Expunge(3));
    assert_eq!(
        data("* FLAGS (\\Seen $Junk)"),
        Data::Flags(vec![Flag::Seen, "$junk".into()])
    );
    assert_eq!(
        data("* VANISHED (EARLIER) 300:310,405"),
        Data::Vanished {
            earlier: true,
            uids: uids("300:310,405")
        }
    );
    assert_eq!(
        data("* VANISHED 1:4294967295"),
        Data::Vanished {
            earlier: false,
            uids: uids("1:*")
        }
    );
    let Data::Enabled(found) = data("* ENABLED CONDSTORE X-GOOD-IDEA") else {
        panic!()
    };
    assert!(found.has("condstore") && found.has("X-Good-Idea"));
    let Data::Capability(found) = data("* CAPABILITY") else {
        panic!()
    };
    assert!(found.is_empty());
}

#[test]
fn numbers_that_cannot_be_are_not_taken_for_others() {
    for line in [
        "* 0 EXPUNGE",
        "* 4294967296 EXISTS",
        "* 99999999999999999999 EXPUNGE",
    ] {
        let found = data(line);
        assert!(matches!(found, Data::Unknown { .. }), "{found:?}");
    }
}

#[test]
fn list_tells_attributes_delimiter_and_name() {
    let Data::List(found) = data("* LIST (\\HasNoChildren \\Sent) \"/\" \"Arkiv/S&AOQ-nt\"\r\n")
    else {
        panic!()
    };
    assert!(found.has_attribute("\\sent") && !found.has_attribute("\\Trash"));
    assert_eq!(
        (found.delimiter, found.name.as_str()),
        (Some('/'), "Arkiv/Sänt")
    );
    let Data::Lsub(found) = data("* LSUB () NIL inbox") else {
        panic!()
    };
    assert!(found.name.is_inbox());
    assert_eq!(found.delimiter, None);
    let Data::List(found) = data("* XLIST (\\AllMail) \"\\\\\" {3}\r\na b") else {
        panic!()
    };
    assert_eq!((found.delimiter, found.name.as_str()), (Some('\\'), "a b"));
    let Data::List(found) = data("* LIST () \"/\" 2024") else {
        panic!()
    };
    assert_eq!(found.name.as_str(), "2024");
}

#[test]
fn list_keeps_its_extended_items() {
    let line = r#"* LIST (\NonExistent) "/" Foo ("CHILDINFO" ("SUBSCRIBED") OLDNAME ("B&AOU-t") X-NEW (1 "a"))"#;
    let Data::List(found) = data(line) else {
        panic!()
    };
    assert_eq!(found.child_info, strings(&["SUBSCRIBED"]));
    assert_eq!(found.old_name, Some(MailboxName::new("Båt")));
    assert_eq!(found.other[0].0, "X-NEW");
    let Data::List(found) = data(r#"* LIST () "/" Nw (OLDNAME (Old) MYRIGHTS "lrs")"#) else {
        panic!()
    };
    assert_eq!(
        (found.old_name, found.my_rights.as_deref()),
        (Some("Old".into()), Some("lrs"))
    );
}

#[test]
fn status_tells_each_item_that_can_be_read() {
    let Data::MailboxStatus(found) = data(
        "* STATUS INBOX (MESSAGES 231 UIDNEXT 44292 UNSEEN 2 RECENT 0 DELETED 3 UIDVALIDITY 7 HIGHESTMODSEQ 77 \
         SIZE 5000000000 DELETED-STORAGE 4 MAILBOXID (F1) APPENDLIMIT 100 X-NEW (a) UIDNEXT x)\r\n",
    ) else {
        panic!()
    };
    assert_eq!(
        (found.messages, found.uid_next, found.unseen),
        (Some(231), Some(44292), Some(2))
    );
    assert_eq!(
        (found.recent, found.deleted, found.size),
        (Some(0), Some(3), Some(5_000_000_000))
    );
    assert_eq!(found.uid_validity, Some(UidValidity::new(7)));
    assert_eq!(found.highest_mod_seq, Some(ModSeq::new(77)));
    assert_eq!(
        (found.mailbox_id.as_deref(), found.append_limit),
        (Some("F1"), Some(100))
    );
    assert_eq!(found.deleted_storage, Some(4));
    assert_eq!(found.other.len(), 2);
    let Data::MailboxStatus(found) = data("* STATUS \"\" (APPENDLIMIT NIL MESSAGES 0)") else {
        panic!()
    };
    assert_eq!(
        (found.append_limit, found.messages, found.other.len()),
        (None, Some(0), 0)
    );
    assert!(matches!(data("* STATUS"), Data::Unknown { .. }));
}

#[test]
fn namespaces_come_in_three_kinds() {
    let Data::Namespace(found) = data(
        r#"* NAMESPACE (("" "/")("mh/" "/" "X-PARAM" ("F1" "F2"))) NIL (("Delade &AOU-/" "."))"#,
    ) else {
        panic!()
    };
    assert_eq!(
        (
            found.personal.len(),
            found.other_users.len(),
            found.shared.len()
        ),
        (2, 0, 1)
    );
    assert_eq!(found.personal[1].extensions[0].0, "X-PARAM");
    assert_eq!(
        (found.shared[0].prefix.as_str(), found.shared[0].delimiter),
        ("Delade å/", Some('.'))
    );
}

#[test]
fn id_may_be_nil_cut_off_or_odd() {
    let pair = |name: &str, value: Option<&str>| (name.to_owned(), value.map(ToOwned::to_owned));
    assert_eq!(data("* ID NIL"), Data::Id(vec![]));
    assert_eq!(
        data("* ID (\"name\" \"Dovecot\" \"os\" NIL)"),
        Data::Id(vec![pair("name", Some("Dovecot")), pair("os", None)])
    );
    assert_eq!(data("* ID ("), Data::Id(vec![]));
    for line in ["* ID", "* ID (\"name\"", "* ID (\"name"] {
        assert!(matches!(data(line), Data::Unknown { .. }), "{line}");
    }
}

#[test]
fn rights_and_quotas() {
    let Data::Acl(found) = data("* ACL \"Team a\" anna lrswi \"-bert\" \"\"") else {
        panic!()
    };
    assert_eq!(found.mailbox.as_str(), "Team a");
    assert_eq!(
        found.entries,
        [
            ("anna".to_owned(), "lrswi".to_owned()),
            ("-bert".to_owned(), String::new())
        ]
    );
    assert_eq!(
        data("* MYRIGHTS INBOX lrs"),
        Data::MyRights {
            mailbox: "INBOX".into(),
            rights: "lrs".to_owned()
        }
    );
    let Data::ListRights(found) = data("* LISTRIGHTS x smith la r swicdkxte") else {
        panic!()
    };
    assert_eq!(
        (found.required.as_str(), found.optional),
        ("la", strings(&["r", "swicdkxte"]))
    );
    let Data::Quota(found) = data("* QUOTA \"\" (storage 10 512  MESSAGE 2 9)") else {
        panic!()
    };
    let resource = |name: &str, usage, limit| QuotaResource {
        name: name.to_owned(),
        usage,
        limit,
    };
    assert_eq!(
        found.resources,
        [resource("STORAGE", 10, 512), resource("MESSAGE", 2, 9)]
    );
    let Data::Quota(found) = data("* QUOTA root ()") else {
        panic!()
    };
    assert_eq!((found.root.as_str(), found.resources.len()), ("root", 0));
    let Data::QuotaRoot { roots, .. } = data("* QUOTAROOT INBOX \"\" b") else {
        panic!()
    };
    assert_eq!(roots, strings(&["", "b"]));
}

#[test]
fn metadata_tells_values_or_only_names() {
    let Data::Metadata(found) =
        data("* METADATA \"\" (/shared/comment ~{3}\r\na\0b /private/x NIL)")
    else {
        panic!()
    };
    assert_eq!(
        found.entries,
        [
            ("/shared/comment".to_owned(), Some(b"a\0b".to_vec())),
            ("/private/x".to_owned(), None)
        ]
    );
    let Data::Metadata(found) = data("* METADATA INBOX /shared/comment \"/private/x\"") else {
        panic!()
    };
    assert_eq!(found.changed, strings(&["/shared/comment", "/private/x"]));
}

#[test]
fn what_has_no_type_is_kept() {
    for (line, expected, count) in [
        ("* LANGUAGE (EN)", "LANGUAGE", 1),
        ("* COMPARATOR i;unicode-casemap", "COMPARATOR", 1),
        ("* JMAPACCESS", "JMAPACCESS", 0),
        ("* 5 X-NEW (a)", "X-NEW", 2),
        ("* CONVERSION \"x\" NIL", "CONVERSION", 2),
        ("* X )( y", "X", 0),
    ] {
        let Data::Unknown { name, values } = data(line) else {
            panic!("{line}")
        };
        assert_eq!((name.as_str(), values.len()), (expected, count), "{line}");
    }
}

#[test]
fn what_is_no_response_is_refused() {
    for line in [
        "",
        "*",
        "* ",
        "HTTP/1.1 400 Bad Request",
        "A9 EXPUNGE\"))",
        "a BYE x",
        "\u{e5} OK x",
        "(",
        "\0",
    ] {
        assert_eq!(parse::response(line.as_bytes(), false), None, "{line:?}");
    }
}

// --- searching ------------------------------------------------------------------------------

#[test]
fn search_and_sort_give_numbers_in_order() {
    assert_eq!(
        data("* SEARCH"),
        Data::Search {
            ids: vec![],
            mod_seq: None
        }
    );
    assert_eq!(
        data("* SEARCH 2 5 6 (MODSEQ 917162500) "),
        Data::Search {
            ids: vec![2, 5, 6],
            mod_seq: Some(ModSeq::new(917_162_500))
        }
    );
    assert_eq!(
        data("* SORT 9  2 x 99999999999 4"),
        Data::Sort {
            ids: vec![9, 2, 4],
            mod_seq: None
        }
    );
}

#[test]
fn extended_search_gives_what_was_asked() {
    let Data::ESearch(found) = data(
        "* ESEARCH (TAG \"A7\") UID MIN 7 MAX 3800 COUNT 15 MODSEQ 1236 ALL 7,10:12 X-NEW (1)",
    ) else {
        panic!()
    };
    assert_eq!((found.tag, found.uid), (Some(Tag::new("A7")), true));
    assert_eq!(
        (found.min, found.max, found.count),
        (Some(7), Some(3800), Some(15))
    );
    assert_eq!((found.all, found.order.len()), (Some(uids("7,10:12")), 0));
    assert_eq!(
        (found.mod_seq, found.other.len()),
        (Some(ModSeq::new(1236)), 1)
    );
    let Data::ESearch(found) = data("* ESEARCH") else {
        panic!()
    };
    assert_eq!(found.all, None);
}

#[test]
fn extended_sort_keeps_its_order() {
    let uid = |n| Uid::new(n).unwrap();
    let Data::ESearch(found) = data("* ESEARCH (TAG \"A\") UID ALL 9,5:3") else {
        panic!()
    };
    assert_eq!(found.order, [(uid(9), uid(9)), (uid(5), uid(3))]);
    assert_eq!(found.all, Some(uids("3:5,9")));
    let Data::ESearch(found) =
        data("* ESEARCH (TAG \"A\") UID PARTIAL (-1:-100 7,4) ADDTO (1 2733 0 9) REMOVEFROM (0 4)")
    else {
        panic!()
    };
    let partial = found.partial.unwrap();
    assert_eq!(
        (partial.range.as_str(), partial.ranges.len()),
        ("-1:-100", 2)
    );
    assert_eq!((found.added.len(), found.removed[0].0), (2, 0));
    let Data::ESearch(found) = data("* ESEARCH (TAG \"A\") PARTIAL (1:10 NIL)") else {
        panic!()
    };
    assert!(found.partial.unwrap().ranges.is_empty());
}

#[test]
fn a_search_over_several_mailboxes_names_each() {
    let Data::ESearch(found) =
        data("* ESEARCH (TAG \"t\" MAILBOX \"&AOU-\" UIDVALIDITY 1) UID ALL 4001")
    else {
        panic!()
    };
    assert_eq!(
        (found.mailbox, found.uid_validity),
        (Some("å".into()), Some(UidValidity::new(1)))
    );
}

#[test]
fn threads_are_told_parents_first() {
    let node = |id, depth| ThreadNode {
        id: Some(id),
        depth,
    };
    assert_eq!(
        data("* THREAD (2)(3 6 (4 23)(44 7 96))((5)(8))"),
        Data::Thread(vec![
            node(2, 0),
            node(3, 0),
            node(6, 1),
            node(4, 2),
            node(23, 3),
            node(44, 2),
            node(7, 3),
            node(96, 4),
            ThreadNode { id: None, depth: 0 },
            node(5, 1),
            node(8, 1),
        ])
    );
    assert_eq!(data("* THREAD"), Data::Thread(vec![]));
    assert!(matches!(data("* THREAD (1))"), Data::Unknown { .. }));
}

// --- messages -------------------------------------------------------------------------------

#[test]
fn fetch_gives_each_item_its_type() {
    let found = fetch(
        "UID 7 FLAGS (\\Seen $a) MODSEQ (65402) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 4286 \
         EMAILID (M6d99) THREADID NIL SAVEDATE NIL PREVIEW \"Hej\" X-GM-MSGID 5 X-GM-LABELS (\\Inbox \"a b\")",
    );
    assert_eq!((found.seq, found.uid), (1, Uid::new(7)));
    assert_eq!(found.flags, Some(vec![Flag::Seen, "$a".into()]));
    assert_eq!(found.mod_seq, Some(ModSeq::new(65402)));
    assert_eq!(
        (found.internal_date, found.size),
        (Some(837_596_665), Some(4286))
    );
    assert_eq!(
        (found.email_id.as_deref(), found.thread_id),
        (Some("M6d99"), None)
    );
    assert_eq!(
        (found.save_date, found.preview),
        (Some(None), Some(Some(b"Hej".to_vec())))
    );
    assert_eq!(found.other[0], ("X-GM-MSGID".to_owned(), Value::Number(5)));
    assert_eq!(found.other[1].1.list().map(<[Value]>::len), Some(2));
}

#[test]
fn one_odd_item_never_costs_the_others() {
    for odd in [
        "X-NEW atom",
        "X-NEW (a (b \"c\") 5)",
        "X-NEW {3}\r\n)\r\n",
        "X-NEW ~{3}\r\n\0\0\0",
        "ENVELOPE NIL",
        "ENVELOPE (",
        "BODYSTRUCTURE 5",
        "BODYSTRUCTURE (\"text\" (())",
        "INTERNALDATE \"yesterday\"",
        "MODSEQ ()",
        "SAVEDATE 5",
        "RFC822.SIZE big",
        "FLAGS \\Seen",
        "BINARY.SIZE[1] NIL",
        "NIL",
        "\"x\"",
        "()",
    ] {
        let found = fetch(&format!("UID 9 {odd}"));
        assert_eq!(found.uid, Uid::new(9), "{odd}");
        // What never ends takes the rest of the line with it.
        if odd.matches('(').count() == odd.matches(')').count() || odd.contains("{3}") {
            let found = fetch(&format!("{odd} UID 9 FLAGS (\\Seen)"));
            assert_eq!(
                (found.uid, found.flags),
                (Uid::new(9), Some(vec![Flag::Seen])),
                "{odd}"
            );
        }
    }
}

#[test]
fn an_empty_fetch_is_one() {
    assert_eq!(
        fetch(""),
        Fetch {
            seq: 1,
            ..Fetch::default()
        }
    );
}

#[test]
fn uidfetch_has_a_uid_and_no_sequence_number() {
    let Data::Fetch(found) = data("* 25996 UIDFETCH (FLAGS (\\Seen))") else {
        panic!()
    };
    assert_eq!((found.seq, found.uid), (0, Uid::new(25996)));
}

#[test]
fn modseq_may_be_zero_and_flags_may_hold_brackets() {
    let found = fetch("MODSEQ (0) FLAGS (OIB-Seen-[Gmail]/All \\Recent NonJunk)");
    assert_eq!(found.mod_seq, Some(ModSeq::new(0)));
    assert_eq!(found.flags.unwrap()[0], "OIB-Seen-[Gmail]/All".into());
}

#[test]
fn flags_that_could_not_be_sent_back_are_left_out() {
    let found = fetch("FLAGS (\\Seen \"a b\" \"x(\" \"\" \"ok\")");
    assert_eq!(found.flags, Some(vec![Flag::Seen, "ok".into()]));
}

#[test]
fn sections_carry_name_origin_and_octets() {
    let found = fetch(
        "BODY[] {5}\r\na\r\n)( BODY[HEADER.FIELDS (From \"X]\")] \"From: x\" BODY[1.mime]<20> {0}\r\n BODY[2] NIL \
         BINARY[3] ~{3}\r\n\0\u{1}\u{2} BINARY.SIZE[3] 3 RFC822 \"r\" RFC822.HEADER \"h\" RFC822.TEXT \"t\"",
    );
    let names: Vec<_> = found.sections.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "",
            "HEADER.FIELDS (From \"X]\")",
            "1.MIME",
            "2",
            "3",
            "",
            "HEADER",
            "TEXT"
        ]
    );
    assert_eq!(found.sections[0].data, inline(b"a\r\n)("));
    assert_eq!(
        (found.sections[2].origin, &found.sections[2].data),
        (Some(20), &inline(b""))
    );
    assert_eq!(found.sections[3].data, None);
    assert!(found.sections[4].binary && !found.sections[0].binary);
    assert_eq!(found.sections[4].data, inline(b"\0\x01\x02"));
    assert_eq!(found.binary_sizes, [("3".to_owned(), 3)]);
    assert!(found.other.is_empty(), "{:?}", found.other);
}

#[test]
fn literals_of_every_kind_are_read_in_every_place() {
    for literal in [
        "{2}\r\nhi",
        "{2+}\r\nhi",
        "~{2}\r\nhi",
        "~{2+}\r\nhi",
        "{2}\nhi",
        "{00000000000000000000002}\r\nhi",
    ] {
        let found = fetch(&format!("BODY[] {literal} UID 5"));
        assert_eq!(
            (&found.sections[0].data, found.uid),
            (&inline(b"hi"), Uid::new(5)),
            "{literal}"
        );
    }
}

#[test]
fn envelopes_hold_octets_as_sent() {
    let found = fetch(
        "ENVELOPE (\"Mon, 23 Nov 2026\" {4}\r\na\"\\b ((\"An \\\"A\\\" \\\\\" NIL \"anna\" \"x.se\")) NIL NIL \
         ((NIL NIL \"friends\" NIL)(NIL NIL \"b\" \"x.se\") (NIL NIL NIL NIL)) () NIL NIL \"<m@x>\")",
    );
    let envelope = found.envelope.unwrap();
    assert_eq!(envelope.subject.as_deref(), Some(&b"a\"\\b"[..]));
    assert_eq!(
        envelope.from,
        [Address {
            name: Some(b"An \"A\" \\".to_vec()),
            adl: None,
            mailbox: Some(b"anna".to_vec()),
            host: Some(b"x.se".to_vec()),
        }]
    );
    assert_eq!((envelope.to.len(), envelope.cc.len()), (3, 0));
    assert_eq!(
        (&envelope.to[0].mailbox, &envelope.to[0].host),
        (&Some(b"friends".to_vec()), &None)
    );
    assert_eq!(envelope.message_id.as_deref(), Some(&b"<m@x>"[..]));
}

#[test]
fn eight_bit_headers_are_kept() {
    let line = b"* 1 FETCH (ENVELOPE (NIL \"v\xe4g\" NIL NIL NIL NIL NIL NIL NIL NIL) UID 4)";
    let Some(Response::Untagged(Data::Fetch(found))) = parse::response(line, false) else {
        panic!()
    };
    assert_eq!(
        found.envelope.unwrap().subject.as_deref(),
        Some(&b"v\xe4g"[..])
    );
    assert_eq!(found.uid, Uid::new(4));
}

#[test]
fn body_structures_nest() {
    let found = fetch(
        "BODYSTRUCTURE (((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"8BIT\" 12 1 NIL NIL NIL NIL)(\"text\" \"html\" NIL \
         \"<id>\" \"desc\" \"base64\" 99 2) \"ALTERNATIVE\" (\"boundary\" \"b\") NIL NIL NIL)(\"message\" \"rfc822\" NIL NIL NIL \
         \"7bit\" 342 (NIL \"inner\" NIL NIL NIL NIL NIL NIL NIL NIL) (\"image\" \"png\" NIL NIL NIL \"base64\" 4) 7 \"md5\" \
         (\"attachment\" (\"filename\" \"a.eml\")) (\"sv\" \"en\") \"http://x\" 5 (\"more\")) \"mixed\")",
    );
    let body = found.body_structure.unwrap();
    assert!(body.is_multipart());
    assert_eq!(
        (body.media_subtype.as_str(), body.parts.len()),
        ("mixed", 2)
    );
    let alternative = &body.parts[0];
    assert_eq!(alternative.parameter("boundary"), Some(&b"b"[..]));
    let text = &alternative.parts[0];
    assert_eq!(
        (text.media_type.as_str(), text.encoding.as_str()),
        ("text", "8bit")
    );
    assert_eq!(
        (text.size, text.lines, text.parameter("charset")),
        (12, Some(1), Some(&b"utf-8"[..]))
    );
    let html = &alternative.parts[1];
    assert_eq!(
        (html.id.as_deref(), html.description.as_deref()),
        (Some(&b"<id>"[..]), Some(&b"desc"[..]))
    );
    let message = &body.parts[1];
    assert_eq!(
        message.envelope.as_ref().unwrap().subject.as_deref(),
        Some(&b"inner"[..])
    );
    assert_eq!(
        (message.parts[0].media_type.as_str(), message.lines),
        ("image", Some(7))
    );
    assert_eq!(
        message.disposition_parameter("filename"),
        Some(&b"a.eml"[..])
    );
    assert_eq!(message.language, strings(&["sv", "en"]));
    assert_eq!(
        (message.md5.as_deref(), message.location.as_deref()),
        (Some(&b"md5"[..]), Some(&b"http://x"[..]))
    );
    assert!(found.other.is_empty());
}

#[test]
fn body_without_extensions_is_read_as_body_structure() {
    let found =
        fetch("BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 3028 92)");
    assert_eq!(found.body_structure.unwrap().lines, Some(92));
}

#[test]
fn sizes_past_32_bits_are_the_largest_there_is() {
    let found = fetch(
        "RFC822.SIZE 5000000000 BODYSTRUCTURE (\"a\" \"b\" NIL NIL NIL \"7bit\" 99999999999999999999999)",
    );
    assert_eq!(found.size, Some(5_000_000_000));
    assert_eq!(found.body_structure.unwrap().size, u32::MAX);
}

#[test]
fn names_are_utf8_once_that_was_enabled() {
    let read = |utf8| match parse::response("* LIST () \"/\" \"&AOU-\u{e5}\"".as_bytes(), utf8) {
        Some(Response::Untagged(Data::List(entry))) => entry.name,
        other => panic!("{other:?}"),
    };
    assert_eq!(read(true).as_str(), "&AOU-å");
    // Not modified UTF-7: kept, and sent back as it came.
    assert_eq!(read(false).to_wire(false), "&AOU-å".as_bytes());
}
