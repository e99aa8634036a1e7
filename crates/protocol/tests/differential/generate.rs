//! Responses as RFC 9051 writes them, with every way to write a string.

use proptest::collection::vec;
use proptest::prelude::*;

/// A strategy for octets.
type Octets = BoxedStrategy<Vec<u8>>;

fn fixed(text: &'static str) -> Octets {
    Just(text.as_bytes().to_vec()).boxed()
}

fn of(texts: &'static [&'static str]) -> Octets {
    prop::sample::select(texts)
        .prop_map(|text| text.as_bytes().to_vec())
        .boxed()
}

/// All after one another, with `between` between them.
fn joined(between: &'static str, parts: Vec<Octets>) -> Octets {
    parts
        .prop_map(move |parts| parts.join(between.as_bytes()))
        .boxed()
}

fn listed(between: &'static str, part: Octets, count: std::ops::Range<usize>) -> Octets {
    vec(part, count)
        .prop_map(move |parts| [b"(", &parts.join(between.as_bytes())[..], b")"].concat())
        .boxed()
}

fn number() -> Octets {
    prop_oneof![0..200_u32, any::<u32>()]
        .prop_map(|n| n.to_string().into_bytes())
        .boxed()
}

fn positive() -> Octets {
    prop_oneof![1..200_u32, 1..=u32::MAX]
        .prop_map(|n| n.to_string().into_bytes())
        .boxed()
}

/// Quoted, or as a literal of either kind.
fn string() -> Octets {
    let text = prop_oneof![Just(String::new()), "[ -~]{0,14}", "[a-z]{1,8}"];
    (text, 0..4_u8)
        .prop_map(|(text, way)| {
            let octets = text.len();
            match way {
                0 => format!("{{{octets}}}\r\n{text}"),
                _ => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            }
            .into_bytes()
        })
        .boxed()
}

fn nstring() -> Octets {
    prop_oneof![1 => fixed("NIL"), 3 => string()].boxed()
}

fn flag() -> Octets {
    of(&[
        "\\Seen",
        "\\answered",
        "\\Flagged",
        "\\Deleted",
        "\\Draft",
        "$Forwarded",
        "Junk",
        "\\X-new",
    ])
}

fn parameters() -> Octets {
    let pair = joined(" ", vec![string(), string()]);
    prop_oneof![fixed("NIL"), listed(" ", pair, 1..4)].boxed()
}

fn addresses() -> Octets {
    let address = joined(" ", vec![nstring(), nstring(), nstring(), nstring()])
        .prop_map(|inner| [b"(", &inner[..], b")"].concat());
    prop_oneof![fixed("NIL"), listed("", address.boxed(), 1..4)].boxed()
}

fn envelope() -> Octets {
    let mut fields = vec![nstring(), nstring()];
    fields.extend((0..6).map(|_| addresses()));
    fields.extend([nstring(), nstring()]);
    joined(" ", fields)
        .prop_map(|inner| [b"(", &inner[..], b")"].concat())
        .boxed()
}

/// Disposition, language and location, or only the first of them.
fn extension() -> Octets {
    let disposition = joined(
        " ",
        vec![of(&["\"attachment\"", "\"INLINE\""]), parameters()],
    )
    .prop_map(|inner| [b"(", &inner[..], b")"].concat());
    let disposition = prop_oneof![fixed("NIL"), disposition];
    let language = prop_oneof![fixed("NIL"), fixed("\"sv\""), fixed("(\"sv\" \"en\")")];
    (disposition, language, nstring(), 0..4_usize)
        .prop_map(|(disposition, language, location, count)| {
            let mut out = Vec::new();
            for field in [disposition, language, location].iter().take(count) {
                out.push(b' ');
                out.extend(field);
            }
            out
        })
        .boxed()
}

fn body() -> Octets {
    let fields = || {
        joined(
            " ",
            vec![
                parameters(),
                nstring(),
                nstring(),
                of(&["\"7BIT\"", "\"base64\"", "\"x-own\""]),
                number(),
            ],
        )
    };
    let md5 = || {
        prop_oneof![
            Just(Vec::new()),
            (nstring(), extension()).prop_map(|(md5, rest)| [b" ", &md5[..], &rest].concat())
        ]
    };
    let wrap = |head: Octets, tail: BoxedStrategy<Vec<u8>>| {
        (head, tail)
            .prop_map(|(head, tail)| [b"(", &head[..], &tail, b")"].concat())
            .boxed()
    };
    let text = wrap(
        joined(
            " ",
            vec![
                fixed("\"TEXT\""),
                of(&["\"PLAIN\"", "\"html\""]),
                fields(),
                number(),
            ],
        ),
        md5().boxed(),
    );
    let basic = wrap(
        joined(
            " ",
            vec![
                of(&[
                    "\"image\" \"PNG\"",
                    "\"APPLICATION\" \"pdf\"",
                    "\"audio\" \"mixed\"",
                ]),
                fields(),
            ],
        ),
        md5().boxed(),
    );
    let leaf = prop_oneof![text, basic].boxed();
    leaf.prop_recursive(4, 12, 3, move |inner| {
        let md5 = prop_oneof![
            Just(Vec::new()),
            (nstring(), extension()).prop_map(|(md5, rest)| [b" ", &md5[..], &rest].concat())
        ];
        let message = (
            fields_of_message(),
            envelope(),
            inner.clone(),
            number(),
            md5,
        )
            .prop_map(|(fields, envelope, inner, lines, md5)| {
                [
                    b"(\"MESSAGE\" \"RFC822\" ",
                    &fields[..],
                    b" ",
                    &envelope,
                    b" ",
                    &inner,
                    b" ",
                    &lines,
                    &md5,
                    b")",
                ]
                .concat()
            });
        let multi_tail = prop_oneof![
            Just(Vec::new()),
            (parameters(), extension()).prop_map(|(parameters, rest)| [
                b" ",
                &parameters[..],
                &rest
            ]
            .concat())
        ];
        let multi = (
            vec(inner, 1..4),
            of(&["\"mixed\"", "\"ALTERNATIVE\""]),
            multi_tail,
        )
            .prop_map(|(parts, subtype, tail)| {
                [b"(", &parts.concat()[..], b" ", &subtype, &tail, b")"].concat()
            });
        prop_oneof![message, multi].boxed()
    })
    .boxed()
}

fn fields_of_message() -> Octets {
    joined(
        " ",
        vec![
            parameters(),
            nstring(),
            nstring(),
            fixed("\"8bit\""),
            number(),
        ],
    )
}

fn date() -> Octets {
    (
        1..29_u32,
        0..12_usize,
        1970..2100_u32,
        0..24_u32,
        0..60_u32,
        prop::sample::select(&["+0000", "-0730", "+1400"]),
    )
        .prop_map(|(day, month, year, hour, minute, zone)| {
            let month = [
                "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
            ][month];
            format!("\"{day:2}-{month}-{year} {hour:02}:{minute:02}:{minute:02} {zone}\"")
                .into_bytes()
        })
        .boxed()
}

/// `* 5 FETCH (...)`.
pub(super) fn fetch() -> impl Strategy<Value = Vec<u8>> {
    let named = |name: &'static str, value: Octets| joined(" ", vec![fixed(name), value]);
    let section = of(&[
        "BODY[]",
        "BODY[HEADER]",
        "BODY[1.2.MIME]",
        "BODY[TEXT]<5>",
        "BODY[3]",
        "RFC822",
        "RFC822.HEADER",
        "RFC822.TEXT",
    ]);
    let item = prop_oneof![
        named("UID", positive()),
        named("FLAGS", listed(" ", flag(), 0..4)),
        named("RFC822.SIZE", number()),
        named("INTERNALDATE", date()),
        named("ENVELOPE", envelope()),
        named("BODYSTRUCTURE", body()),
        named("BODY", body()),
        named("MODSEQ", listed("", positive(), 1..2)),
        joined(" ", vec![section, nstring()]),
    ];
    (positive(), listed(" ", item.boxed(), 1..5))
        .prop_map(|(seq, items)| [b"* ", &seq[..], b" FETCH ", &items, b"\r\n"].concat())
}

/// Any other untagged data.
pub(super) fn data() -> impl Strategy<Value = Vec<u8>> {
    let line = |parts: Vec<Octets>| joined(" ", parts);
    let numbers = || {
        vec(positive(), 0..8).prop_map(|n| {
            n.iter()
                .flat_map(|n| [b" ", &n[..]].concat())
                .collect::<Vec<u8>>()
        })
    };
    let name = || {
        prop_oneof![
            string(),
            of(&["INBOX", "inbox", "Arkiv/&AOU-", "\"a b\"", "2024", "&bad"])
        ]
        .boxed()
    };
    let attribute = of(&["\\HasChildren", "\\Noselect", "\\sent", "\\X-new"]);
    let status = prop_oneof![
        line(vec![of(&["MESSAGES", "RECENT", "UNSEEN"]), number()]),
        line(vec![of(&["UIDNEXT", "UIDVALIDITY"]), positive()]),
    ];
    let code = prop_oneof![
        of(&[
            "[ALERT]",
            "[READ-ONLY]",
            "[TRYCREATE]",
            "[UIDNOTSTICKY]",
            "[CLOSED]",
            "[NEW-CODE x]"
        ]),
        (
            of(&["UIDNEXT", "UIDVALIDITY", "UNSEEN", "HIGHESTMODSEQ"]),
            positive()
        )
            .prop_map(|(n, v)| [b"[", &n[..], b" ", &v, b"]"].concat()),
        listed(" ", prop_oneof![flag(), fixed("\\*")].boxed(), 0..4).prop_map(|f| [
            b"[PERMANENTFLAGS ",
            &f[..],
            b"]"
        ]
        .concat()),
    ];
    prop_oneof![
        line(vec![fixed("*"), number(), of(&["EXISTS", "RECENT"])]),
        line(vec![fixed("*"), positive(), fixed("EXPUNGE")]),
        line(vec![
            fixed("*"),
            of(&["LIST", "LSUB"]),
            listed(" ", attribute, 0..3),
            of(&["\"/\"", "NIL", "\".\"", "\"\\\\\""]),
            name()
        ]),
        line(vec![
            fixed("* STATUS"),
            name(),
            listed(" ", status.boxed(), 0..4)
        ]),
        (of(&["* SEARCH", "* SORT"]), numbers())
            .prop_map(|(head, numbers)| [head, numbers].concat()),
        line(vec![fixed("* FLAGS"), listed(" ", flag(), 0..5)]),
        line(vec![
            of(&["* OK", "* NO", "* BAD", "* BYE", "A1 OK", "A2 NO"]),
            code.boxed(),
            of(&["done", "[x] {3} y", "a  b"])
        ]),
        line(vec![
            fixed("* NAMESPACE"),
            of(&["NIL", "((\"\" \"/\"))", "((\"a/\" \"/\")(\"b.\" \".\"))"]),
            fixed("NIL"),
            of(&["NIL", "((\"&AOU-/\" NIL))"])
        ]),
        line(vec![
            fixed("* QUOTA"),
            name(),
            listed(
                " ",
                line(vec![of(&["STORAGE", "MESSAGE"]), number(), number()]),
                1..3
            )
        ]),
    ]
    .prop_map(|line| [&line[..], b"\r\n"].concat())
}
