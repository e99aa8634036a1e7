//! imap-codec's types, as ours.

use imap_codec::ResponseCodec;
use imap_codec::decode::Decoder as _;
use imap_codec::imap_types as t;
use samma_protocol::imap::flag::Flag;
use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::response as r;
use samma_protocol::imap::uid::{ModSeq, Uid, UidSet, UidValidity};

pub(super) fn decode(octets: &[u8]) -> super::Decoded<'_> {
    let (rest, response) = ResponseCodec::default().decode(octets).ok()?;
    Some((rest, convert(response)))
}

fn convert(response: t::response::Response<'_>) -> Option<r::Response> {
    use t::response::{Response, Status, StatusKind};
    let kind = |kind| match kind {
        StatusKind::Ok => r::StatusKind::Ok,
        StatusKind::No => r::StatusKind::No,
        StatusKind::Bad => r::StatusKind::Bad,
    };
    let status = |kind, found: Option<_>, text: t::core::Text<'_>| r::Status {
        kind,
        code: found.map(code),
        text: text.inner().to_owned(),
    };
    Some(match response {
        Response::CommandContinuationRequest(_) => r::Response::Continuation { text: Vec::new() },
        Response::Data(found) => r::Response::Untagged(data(found)?),
        Response::Status(Status::Untagged(body)) => r::Response::Untagged(r::Data::Status(status(
            kind(body.kind),
            body.code,
            body.text,
        ))),
        Response::Status(Status::Bye(bye)) => r::Response::Untagged(r::Data::Status(status(
            r::StatusKind::Bye,
            bye.code,
            bye.text,
        ))),
        Response::Status(Status::Tagged(tagged)) => r::Response::Tagged {
            tag: r::Tag::new(tagged.tag.inner()),
            status: status(kind(tagged.body.kind), tagged.body.code, tagged.body.text),
        },
    })
}

const fn not_compared() -> r::Code {
    r::Code::Other {
        name: String::new(),
        values: Vec::new(),
    }
}

fn code(code: t::response::Code<'_>) -> r::Code {
    use t::response::Code;
    match code {
        Code::Alert => r::Code::Alert,
        Code::BadCharset { allowed } => {
            r::Code::BadCharset(allowed.iter().map(|c| c.as_ref().to_owned()).collect())
        }
        Code::Capability(found) => r::Code::Capability(
            found
                .as_ref()
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .iter()
                .map(String::as_str)
                .collect(),
        ),
        Code::Parse => r::Code::Parse,
        Code::PermanentFlags(found) => r::Code::PermanentFlags {
            any: found.contains(&t::flag::FlagPerm::Asterisk),
            flags: found
                .iter()
                .filter_map(|flag| match flag {
                    t::flag::FlagPerm::Flag(flag) => Some(Flag::from(&*flag.to_string())),
                    t::flag::FlagPerm::Asterisk => None,
                })
                .collect(),
        },
        Code::ReadOnly => r::Code::ReadOnly,
        Code::ReadWrite => r::Code::ReadWrite,
        Code::TryCreate => r::Code::TryCreate,
        Code::UidNext(n) => r::Code::UidNext(n.get()),
        Code::UidValidity(n) => r::Code::UidValidity(UidValidity::new(n.get())),
        Code::Unseen(n) => r::Code::Unseen(n.get()),
        Code::Referral(url) => r::Code::Referral(url.into_owned()),
        Code::CompressionActive => r::Code::CompressionActive,
        Code::OverQuota => r::Code::OverQuota,
        Code::TooBig => r::Code::TooBig,
        Code::Metadata(found) => match found {
            t::extensions::metadata::MetadataCode::LongEntries(n) => {
                r::Code::MetadataLongEntries(n.into())
            }
            t::extensions::metadata::MetadataCode::MaxSize(n) => r::Code::MetadataMaxSize(n.into()),
            t::extensions::metadata::MetadataCode::TooMany => r::Code::MetadataTooMany,
            t::extensions::metadata::MetadataCode::NoPrivate => r::Code::MetadataNoPrivate,
        },
        Code::UnknownCte => r::Code::UnknownCte,
        Code::AppendUid { uid_validity, uid } => r::Code::AppendUid {
            uid_validity: UidValidity::new(uid_validity.get()),
            uids: Uid::new(uid.get()).unwrap().into(),
        },
        Code::CopyUid {
            uid_validity,
            source,
            destination,
        } => copy_uid(uid_validity.get(), &source, &destination),
        Code::UidNotSticky => r::Code::UidNotSticky,
        Code::HighestModSeq(n) => r::Code::HighestModSeq(ModSeq::new(n.get())),
        Code::Modified(set) => r::Code::Modified(sequence_set(&set)),
        Code::NoModSeq => r::Code::NoModSeq,
        Code::Closed => r::Code::Closed,
        _ => not_compared(),
    }
}

/// Sets that are not in order are kept by us as they came.
fn copy_uid(
    uid_validity: u32,
    source: &t::extensions::uidplus::UidSet,
    target: &t::extensions::uidplus::UidSet,
) -> r::Code {
    use t::extensions::uidplus::UidElement;
    let set = |set: &t::extensions::uidplus::UidSet| {
        let mut ranges = Vec::new();
        for element in set.0.as_ref() {
            let (first, last) = match element {
                UidElement::Single(n) => (*n, *n),
                UidElement::Range(a, b) => (*a, *b),
            };
            ranges.push((
                Uid::new(first.get()).unwrap(),
                Uid::new(last.get()).unwrap(),
            ));
        }
        let ascending = ranges.is_sorted_by(|a, b| a.1 < b.0) && ranges.iter().all(|r| r.0 <= r.1);
        ascending.then(|| UidSet::from_ranges(ranges))
    };
    match (set(source), set(target)) {
        (Some(source), Some(target)) => r::Code::CopyUid {
            uid_validity: UidValidity::new(uid_validity),
            source,
            target,
        },
        _ => not_compared(),
    }
}

fn sequence_set(set: &t::sequence::SequenceSet) -> UidSet {
    use t::sequence::{SeqOrUid, Sequence};
    let uid = |n: &SeqOrUid| match n {
        SeqOrUid::Value(n) => Uid::new(n.get()).unwrap(),
        SeqOrUid::Asterisk => Uid::MAX,
    };
    let ranges = set.0.as_ref().iter().map(|s| match s {
        Sequence::Single(n) => (uid(n), uid(n)),
        Sequence::Range(a, b) => (uid(a), uid(b)),
    });
    UidSet::from_ranges(ranges.collect())
}

fn mailbox(mailbox: &t::mailbox::Mailbox<'_>) -> MailboxName {
    match mailbox {
        t::mailbox::Mailbox::Inbox => MailboxName::new("INBOX"),
        t::mailbox::Mailbox::Other(other) => MailboxName::from_wire(other.as_ref(), false),
    }
}

fn lossy(octets: impl AsRef<[u8]>) -> String {
    String::from_utf8_lossy(octets.as_ref()).into_owned()
}

fn lower(octets: impl AsRef<[u8]>) -> String {
    lossy(octets).to_ascii_lowercase()
}

fn nstring(found: t::core::NString<'_>) -> Option<Vec<u8>> {
    found.into_option().map(std::borrow::Cow::into_owned)
}

fn data(data: t::response::Data<'_>) -> Option<r::Data> {
    use t::response::Data;
    Some(match data {
        Data::Capability(found) => {
            let names: Vec<_> = found.as_ref().iter().map(ToString::to_string).collect();
            r::Data::Capability(names.iter().map(String::as_str).collect())
        }
        Data::List {
            items,
            delimiter,
            mailbox,
        } => r::Data::List(list(&items, delimiter, &mailbox)),
        Data::Lsub {
            items,
            delimiter,
            mailbox,
        } => r::Data::Lsub(list(&items, delimiter, &mailbox)),
        Data::Status {
            mailbox: name,
            items,
        } => {
            let mut found = r::MailboxStatus {
                name: mailbox(&name),
                ..Default::default()
            };
            for item in items.iter() {
                use t::status::StatusDataItem as I;
                match item {
                    I::Messages(n) => found.messages = Some(*n),
                    I::Recent(n) => found.recent = Some(*n),
                    I::UidNext(n) => found.uid_next = Some(n.get()),
                    I::UidValidity(n) => found.uid_validity = Some(UidValidity::new(n.get())),
                    I::Unseen(n) => found.unseen = Some(*n),
                    I::Deleted(n) => found.deleted = Some(*n),
                    I::DeletedStorage(n) => found.deleted_storage = Some(*n),
                    I::Size(n) => found.size = Some(*n),
                    I::HighestModSeq(n) => found.highest_mod_seq = Some(ModSeq::new(*n)),
                }
            }
            r::Data::MailboxStatus(found)
        }
        Data::Search(ids, mod_seq) => r::Data::Search {
            ids: ids.iter().map(|n| n.get()).collect(),
            mod_seq: mod_seq.map(|n| ModSeq::new(n.get())),
        },
        Data::Sort(ids, mod_seq) => r::Data::Sort {
            ids: ids.iter().map(|n| n.get()).collect(),
            mod_seq: mod_seq.map(|n| ModSeq::new(n.get())),
        },
        Data::Thread(threads) => {
            let mut nodes = Vec::new();
            for thread in &threads {
                flatten(thread, 0, &mut nodes);
            }
            r::Data::Thread(nodes)
        }
        Data::Flags(found) => {
            r::Data::Flags(found.iter().map(|f| Flag::from(&*f.to_string())).collect())
        }
        Data::Exists(n) => r::Data::Exists(n),
        Data::Recent(n) => r::Data::Recent(n),
        Data::Expunge(n) => r::Data::Expunge(n.get()),
        Data::Fetch { seq, items } => {
            let mut found = r::Fetch {
                seq: seq.get(),
                ..Default::default()
            };
            for item in items.into_inner() {
                fetch_item(item, &mut found);
            }
            r::Data::Fetch(Box::new(found))
        }
        Data::Enabled { capabilities } => {
            let names: Vec<_> = capabilities.iter().map(ToString::to_string).collect();
            r::Data::Enabled(names.iter().map(String::as_str).collect())
        }
        Data::Quota { root, quotas } => r::Data::Quota(r::Quota {
            root: lossy(root),
            resources: quotas
                .as_ref()
                .iter()
                .map(|q| r::QuotaResource {
                    name: q.resource.to_string().to_ascii_uppercase(),
                    usage: q.usage,
                    limit: q.limit,
                })
                .collect(),
        }),
        Data::QuotaRoot {
            mailbox: name,
            roots,
        } => r::Data::QuotaRoot {
            mailbox: mailbox(&name),
            roots: roots.iter().map(lossy).collect(),
        },
        Data::Id { parameters } => r::Data::Id(
            parameters
                .unwrap_or_default()
                .into_iter()
                .map(|(name, value)| (lossy(name), nstring(value).map(lossy)))
                .collect(),
        ),
        Data::Metadata {
            mailbox: name,
            items,
        } => {
            use t::extensions::metadata::MetadataResponse as M;
            let mut found = r::Metadata {
                mailbox: mailbox(&name),
                entries: vec![],
                changed: vec![],
            };
            match items {
                M::WithValues(values) => {
                    for value in values.into_inner() {
                        found
                            .entries
                            .push((lossy(&value.entry), nstring8(value.value)));
                    }
                }
                M::WithoutValues(names) => {
                    found.changed = names.as_ref().iter().map(lossy).collect()
                }
            }
            r::Data::Metadata(found)
        }
        Data::Vanished {
            earlier,
            known_uids,
        } => r::Data::Vanished {
            earlier,
            uids: sequence_set(&known_uids),
        },
        Data::Namespace {
            personal,
            other,
            shared,
        } => r::Data::Namespace(r::Namespaces {
            personal: namespaces(&personal)?,
            other_users: namespaces(&other)?,
            shared: namespaces(&shared)?,
        }),
        #[allow(unreachable_patterns, reason = "more with other features")]
        _ => return None,
    })
}

/// Extensions have values of our own kind: those with any are not compared.
fn namespaces(found: &[t::extensions::namespace::Namespace<'_>]) -> Option<Vec<r::Namespace>> {
    found
        .iter()
        .map(|n| {
            n.extensions.is_empty().then(|| r::Namespace {
                prefix: MailboxName::from_wire(n.prefix.as_ref(), false),
                delimiter: n.delimiter.as_ref().map(t::core::QuotedChar::inner),
                extensions: vec![],
            })
        })
        .collect()
}

fn nstring8(value: t::core::NString8<'_>) -> Option<Vec<u8>> {
    match value {
        t::core::NString8::NString(value) => nstring(value),
        t::core::NString8::Literal8(literal) => Some(literal.data.into_owned()),
    }
}

fn list(
    items: &[t::flag::FlagNameAttribute<'_>],
    delimiter: Option<t::core::QuotedChar>,
    name: &t::mailbox::Mailbox<'_>,
) -> r::ListEntry {
    r::ListEntry {
        attributes: items.iter().map(ToString::to_string).collect(),
        delimiter: delimiter.map(|d| d.inner()),
        name: mailbox(name),
        ..Default::default()
    }
}

fn flatten(thread: &t::extensions::thread::Thread, depth: u32, nodes: &mut Vec<r::ThreadNode>) {
    use t::extensions::thread::Thread;
    let mut depth = depth;
    let answers = match thread {
        Thread::Members { prefix, answers } => {
            for id in prefix.as_ref() {
                nodes.push(r::ThreadNode {
                    id: Some(id.get()),
                    depth,
                });
                depth += 1;
            }
            answers.as_ref()
        }
        Thread::Nested { answers } => {
            nodes.push(r::ThreadNode { id: None, depth });
            depth += 1;
            Some(answers)
        }
    };
    for answer in answers.map(AsRef::as_ref).unwrap_or_default() {
        flatten(answer, depth, nodes);
    }
}

fn fetch_item(item: t::fetch::MessageDataItem<'_>, found: &mut r::Fetch) {
    use t::fetch::MessageDataItem as I;
    let section = |name: String, data: Option<Vec<u8>>| r::Section {
        name,
        origin: None,
        binary: false,
        data: data.map(r::SectionData::Inline),
    };
    let part = |numbers: &[std::num::NonZeroU32]| {
        let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
        numbers.join(".")
    };
    match item {
        I::Body(body) | I::BodyStructure(body) => found.body_structure = Some(structure(body)),
        I::BodyExt {
            section: name,
            origin,
            data,
        } => found.sections.push(r::Section {
            origin,
            ..section(name.map(section_name).unwrap_or_default(), nstring(data))
        }),
        I::Envelope(found_envelope) => found.envelope = Some(envelope(found_envelope)),
        I::Flags(flags) => {
            let flag = |flag: &t::flag::FlagFetch<'_>| match flag {
                t::flag::FlagFetch::Flag(flag) => Flag::from(&*flag.to_string()),
                t::flag::FlagFetch::Recent => Flag::Recent,
            };
            found.flags = Some(flags.iter().map(flag).collect());
        }
        I::InternalDate(date) => found.internal_date = Some(date.as_ref().timestamp()),
        I::Rfc822(data) => found.sections.push(section(String::new(), nstring(data))),
        I::Rfc822Header(data) => found
            .sections
            .push(section("HEADER".to_owned(), nstring(data))),
        I::Rfc822Text(data) => found
            .sections
            .push(section("TEXT".to_owned(), nstring(data))),
        I::Rfc822Size(size) => found.size = Some(size.into()),
        I::Uid(uid) => found.uid = Uid::new(uid.get()),
        I::Binary {
            section: name,
            value,
        } => found.sections.push(r::Section {
            binary: true,
            ..section(part(&name), nstring8(value))
        }),
        I::BinarySize { section, size } => found.binary_sizes.push((part(&section), size.into())),
        I::ModSeq(n) => found.mod_seq = Some(ModSeq::new(n.get())),
    }
}

fn section_name(section: t::fetch::Section<'_>) -> String {
    use t::fetch::{Part, Section};
    let (part, what): (Option<Part>, String) = match section {
        Section::Part(part) => (Some(part), String::new()),
        Section::Header(part) => (part, "HEADER".to_owned()),
        Section::HeaderFields(part, names) => (part, fields("HEADER.FIELDS", names.as_ref())),
        Section::HeaderFieldsNot(part, names) => {
            (part, fields("HEADER.FIELDS.NOT", names.as_ref()))
        }
        Section::Text(part) => (part, "TEXT".to_owned()),
        Section::Mime(part) => (Some(part), "MIME".to_owned()),
    };
    let mut words: Vec<_> = part
        .iter()
        .flat_map(|part| part.0.as_ref().iter().map(ToString::to_string))
        .collect();
    if !what.is_empty() {
        words.push(what);
    }
    words.join(".")
}

fn fields(what: &str, names: &[t::core::AString<'_>]) -> String {
    let names: Vec<_> = names.iter().map(lossy).collect();
    format!("{what} ({})", names.join(" "))
}

fn envelope(found: t::envelope::Envelope<'_>) -> r::Envelope {
    let addresses = |found: Vec<t::envelope::Address<'_>>| {
        let address = |a: t::envelope::Address<'_>| r::Address {
            name: nstring(a.name),
            adl: nstring(a.adl),
            mailbox: nstring(a.mailbox),
            host: nstring(a.host),
        };
        found.into_iter().map(address).collect()
    };
    r::Envelope {
        date: nstring(found.date),
        subject: nstring(found.subject),
        from: addresses(found.from),
        sender: addresses(found.sender),
        reply_to: addresses(found.reply_to),
        to: addresses(found.to),
        cc: addresses(found.cc),
        bcc: addresses(found.bcc),
        in_reply_to: nstring(found.in_reply_to),
        message_id: nstring(found.message_id),
    }
}

fn parameters(found: Vec<(t::core::IString<'_>, t::core::IString<'_>)>) -> Vec<r::Parameter> {
    let pair =
        |(name, value): (_, t::core::IString<'_>)| (lower(name), value.into_inner().into_owned());
    found.into_iter().map(pair).collect()
}

fn structure(found: t::body::BodyStructure<'_>) -> r::BodyStructure {
    use t::body::{BodyStructure, SpecificFields};
    match found {
        BodyStructure::Single {
            body,
            extension_data,
        } => {
            let mut ours = r::BodyStructure {
                parameters: parameters(body.basic.parameter_list),
                id: nstring(body.basic.id),
                description: nstring(body.basic.description),
                encoding: lower(body.basic.content_transfer_encoding),
                size: body.basic.size,
                ..Default::default()
            };
            let (kind, subtype) = match body.specific {
                SpecificFields::Basic { r#type, subtype } => (lower(r#type), lower(subtype)),
                SpecificFields::Message {
                    envelope: e,
                    body_structure,
                    number_of_lines,
                } => {
                    ours.envelope = Some(Box::new(envelope(*e)));
                    ours.parts.push(structure(*body_structure));
                    ours.lines = Some(number_of_lines);
                    ("message".to_owned(), "rfc822".to_owned())
                }
                SpecificFields::Text {
                    subtype,
                    number_of_lines,
                } => {
                    ours.lines = Some(number_of_lines);
                    ("text".to_owned(), lower(subtype))
                }
            };
            (ours.media_type, ours.media_subtype) = (kind, subtype);
            if let Some(extension) = extension_data {
                ours.md5 = nstring(extension.md5);
                tail(extension.tail, &mut ours);
            }
            ours
        }
        BodyStructure::Multi {
            bodies,
            subtype,
            extension_data,
        } => {
            let mut ours = r::BodyStructure {
                media_type: "multipart".to_owned(),
                media_subtype: lower(subtype),
                parts: bodies.into_inner().into_iter().map(structure).collect(),
                ..Default::default()
            };
            if let Some(extension) = extension_data {
                ours.parameters = parameters(extension.parameter_list);
                tail(extension.tail, &mut ours);
            }
            ours
        }
    }
}

fn tail(found: Option<t::body::Disposition<'_>>, ours: &mut r::BodyStructure) {
    let Some(disposition) = found else { return };
    ours.disposition = disposition
        .disposition
        .map(|(kind, p)| (lower(kind), parameters(p)));
    let Some(language) = disposition.tail else {
        return;
    };
    ours.language = language.language.iter().map(lossy).collect();
    let Some(location) = language.tail else {
        return;
    };
    ours.location = nstring(location.location);
}
