//! imap-proto's types, as ours.

use imap_proto as t;
use samma_protocol::imap::flag::Flag;
use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::parse;
use samma_protocol::imap::response as r;
use samma_protocol::imap::uid::{ModSeq, Uid, UidSet, UidValidity};
use std::borrow::Cow;

pub(super) fn decode(octets: &[u8]) -> super::Decoded<'_> {
    let (rest, response) = t::Response::parse(octets).ok()?;
    let read = octets.get(..octets.len() - rest.len())?;
    Some((
        rest,
        if is_different(read) {
            None
        } else {
            convert(response, read)
        },
    ))
}

/// What it reads otherwise, as told in `main.rs`.
fn is_different(read: &[u8]) -> bool {
    let has = |part: &[u8]| read.windows(part.len()).any(|at| at == part);
    has(b"\\\\") || has(b"\\\"") || has(b"HEADER.FIELDS") || has(b"* ENABLED")
}

fn convert(response: t::Response<'_>, read: &[u8]) -> Option<r::Response> {
    use t::Response;
    let untagged = |data| Some(r::Response::Untagged(data));
    match response {
        Response::Continue(_) => Some(r::Response::Continuation { text: Vec::new() }),
        Response::Done {
            tag,
            status,
            outcome,
        } => Some(r::Response::Tagged {
            tag: r::Tag::new(&tag.0),
            status: r::Status {
                kind: kind(&status),
                ..outcome_of(outcome)
            },
        }),
        Response::Data { status, outcome } => untagged(r::Data::Status(r::Status {
            kind: kind(&status),
            ..outcome_of(outcome)
        })),
        Response::Capabilities(found) => untagged(r::Data::Capability(capabilities(&found))),
        Response::Expunge(n) => (n > 0).then_some(r::Response::Untagged(r::Data::Expunge(n))),
        Response::Vanished { earlier, uids } => {
            let ranges = uids
                .iter()
                .map(|r| Some((Uid::new(*r.start())?, Uid::new(*r.end())?)));
            let uids = UidSet::from_ranges(ranges.collect::<Option<_>>()?);
            untagged(r::Data::Vanished { earlier, uids })
        }
        Response::Fetch(seq, items) => {
            let mut found = r::Fetch {
                seq,
                ..Default::default()
            };
            for item in items {
                fetch_item(item, &mut found)?;
            }
            untagged(r::Data::Fetch(Box::new(found)))
        }
        Response::MailboxData(datum) => untagged(mailbox_datum(datum, read)?),
        Response::Quota(quota) => untagged(r::Data::Quota(r::Quota {
            root: quota.root_name.into_owned(),
            resources: quota
                .resources
                .into_iter()
                .map(|q| r::QuotaResource {
                    name: match q.name {
                        t::rfc2087::QuotaResourceName::Storage => "STORAGE".to_owned(),
                        t::rfc2087::QuotaResourceName::Message => "MESSAGE".to_owned(),
                        t::rfc2087::QuotaResourceName::Atom(name) => name.to_ascii_uppercase(),
                    },
                    usage: q.usage,
                    limit: q.limit,
                })
                .collect(),
        })),
        Response::QuotaRoot(found) => untagged(r::Data::QuotaRoot {
            mailbox: name(&found.mailbox_name),
            roots: owned(found.quota_root_names),
        }),
        Response::Id(found) => untagged(r::Data::Id(
            found
                .unwrap_or_default()
                .into_iter()
                .map(|(name, value)| (name.into_owned(), Some(value.into_owned())))
                .collect(),
        )),
        Response::MyRights(found) => untagged(r::Data::MyRights {
            mailbox: name(&found.mailbox),
            rights: found.rights.into_iter().map(char::from).collect(),
        }),
        Response::Acl(found) => untagged(r::Data::Acl(r::Acl {
            mailbox: name(&found.mailbox),
            entries: found
                .acls
                .into_iter()
                .map(|e| {
                    (
                        e.identifier.into_owned(),
                        e.rights.into_iter().map(char::from).collect(),
                    )
                })
                .collect(),
        })),
        // Its groups of optional rights are taken apart there.
        _ => None,
    }
}

const fn kind(status: &t::Status) -> r::StatusKind {
    match status {
        t::Status::Ok => r::StatusKind::Ok,
        t::Status::No => r::StatusKind::No,
        t::Status::Bad => r::StatusKind::Bad,
        t::Status::PreAuth => r::StatusKind::PreAuth,
        t::Status::Bye => r::StatusKind::Bye,
    }
}

/// No code: there was none, or one that it does not know; either way not compared.
fn outcome_of(outcome: t::Outcome<'_>) -> r::Status {
    let other = r::Code::Other {
        name: String::new(),
        values: Vec::new(),
    };
    r::Status {
        kind: r::StatusKind::Ok,
        code: Some(outcome.code.and_then(code).unwrap_or(other)),
        text: outcome.information.unwrap_or_default().into_owned(),
    }
}

fn code(code: t::ResponseCode<'_>) -> Option<r::Code> {
    use t::ResponseCode as C;
    Some(match code {
        C::Alert => r::Code::Alert,
        C::BadCharset(found) => r::Code::BadCharset(owned(found.unwrap_or_default())),
        C::Capabilities(found) => r::Code::Capability(capabilities(&found)),
        C::HighestModSeq(n) => r::Code::HighestModSeq(ModSeq::new(n)),
        C::Parse => r::Code::Parse,
        C::PermanentFlags(found) => r::Code::PermanentFlags {
            any: found.iter().any(|f| f == "\\*"),
            flags: found
                .iter()
                .filter(|f| *f != "\\*")
                .map(|f| Flag::from(&**f))
                .collect(),
        },
        C::ReadOnly => r::Code::ReadOnly,
        C::ReadWrite => r::Code::ReadWrite,
        C::TryCreate => r::Code::TryCreate,
        C::UidNext(n) => r::Code::UidNext(n),
        C::UidValidity(n) => r::Code::UidValidity(UidValidity::new(n)),
        C::Unseen(n) => r::Code::Unseen(n),
        C::AppendUid(n, uids) => r::Code::AppendUid {
            uid_validity: UidValidity::new(n),
            uids: uid_set(&uids)?,
        },
        C::CopyUid(n, source, target) => r::Code::CopyUid {
            uid_validity: UidValidity::new(n),
            source: uid_set(&source)?,
            target: uid_set(&target)?,
        },
        C::UidNotSticky => r::Code::UidNotSticky,
        C::MetadataLongEntries(n) => r::Code::MetadataLongEntries(n),
        C::MetadataMaxSize(n) => r::Code::MetadataMaxSize(n),
        C::MetadataTooMany => r::Code::MetadataTooMany,
        C::MetadataNoPrivate => r::Code::MetadataNoPrivate,
        _ => return None,
    })
}

fn uid_set(members: &[t::rfc4315::UidSetMember]) -> Option<UidSet> {
    use t::rfc4315::UidSetMember as M;
    let ranges: Option<Vec<_>> = members
        .iter()
        .map(|member| match member {
            M::Uid(n) => Some((Uid::new(*n)?, Uid::new(*n)?)),
            M::UidRange(range) => Some((Uid::new(*range.start())?, Uid::new(*range.end())?)),
        })
        .collect();
    // Sets out of order are kept by us as they came, in COPYUID.
    let ranges = ranges?;
    let ascending = ranges.is_sorted_by(|a, b| a.1 < b.0);
    ascending.then(|| UidSet::from_ranges(ranges))
}

fn capabilities(found: &[t::Capability<'_>]) -> samma_protocol::imap::capability::Capabilities {
    let names: Vec<_> = found
        .iter()
        .map(|capability| match capability {
            t::Capability::Imap4rev1 => "IMAP4rev1".to_owned(),
            t::Capability::Auth(name) => format!("AUTH={name}"),
            t::Capability::Atom(name) => name.clone().into_owned(),
        })
        .collect();
    names.iter().map(String::as_str).collect()
}

fn name(wire: &str) -> MailboxName {
    MailboxName::from_wire(wire.as_bytes(), false)
}

fn owned(words: Vec<Cow<'_, str>>) -> Vec<String> {
    words.into_iter().map(Cow::into_owned).collect()
}

fn mailbox_datum(datum: t::MailboxDatum<'_>, read: &[u8]) -> Option<r::Data> {
    use t::MailboxDatum as M;
    Some(match datum {
        M::Exists(n) => r::Data::Exists(n),
        M::Recent(n) => r::Data::Recent(n),
        M::Flags(found) => r::Data::Flags(found.iter().map(|f| Flag::from(&**f)).collect()),
        M::Search(ids) => r::Data::Search { ids, mod_seq: None },
        M::Sort(ids) => r::Data::Sort { ids, mod_seq: None },
        M::List(found) => {
            let entry = r::ListEntry {
                attributes: found.name_attributes.iter().map(attribute).collect(),
                delimiter: found.delimiter.and_then(|d| d.chars().next()),
                name: name(&found.name),
                ..Default::default()
            };
            // It does not say which of the two it was.
            if matches!(
                parse::response(read, false),
                Some(r::Response::Untagged(r::Data::Lsub(_)))
            ) {
                r::Data::Lsub(entry)
            } else {
                r::Data::List(entry)
            }
        }
        M::Status { mailbox, status } => {
            let mut found = r::MailboxStatus {
                name: name(&mailbox),
                ..Default::default()
            };
            for item in status {
                use t::StatusAttribute as A;
                match item {
                    A::HighestModSeq(n) => found.highest_mod_seq = Some(ModSeq::new(n)),
                    A::Messages(n) => found.messages = Some(n),
                    A::Recent(n) => found.recent = Some(n),
                    A::UidNext(n) => found.uid_next = Some(n),
                    A::UidValidity(n) => found.uid_validity = Some(UidValidity::new(n)),
                    A::Unseen(n) => found.unseen = Some(n),
                    _ => return None,
                }
            }
            r::Data::MailboxStatus(found)
        }
        M::MetadataSolicited { mailbox, values } => r::Data::Metadata(r::Metadata {
            mailbox: name(&mailbox),
            entries: values
                .into_iter()
                .map(|m| (m.entry, m.value.map(String::into_bytes)))
                .collect(),
            changed: vec![],
        }),
        M::MetadataUnsolicited { mailbox, values } => r::Data::Metadata(r::Metadata {
            mailbox: name(&mailbox),
            entries: vec![],
            changed: owned(values),
        }),
        _ => return None,
    })
}

fn attribute(found: &t::NameAttribute<'_>) -> String {
    use t::NameAttribute as A;
    match found {
        A::NoInferiors => "\\Noinferiors",
        A::NoSelect => "\\Noselect",
        A::Marked => "\\Marked",
        A::Unmarked => "\\Unmarked",
        A::All => "\\All",
        A::Archive => "\\Archive",
        A::Drafts => "\\Drafts",
        A::Flagged => "\\Flagged",
        A::Junk => "\\Junk",
        A::Sent => "\\Sent",
        A::Trash => "\\Trash",
        A::Extension(name) => name,
        _ => "",
    }
    .to_owned()
}

/// `None` where the whole response is not to be compared.
fn fetch_item(item: t::AttributeValue<'_>, found: &mut r::Fetch) -> Option<()> {
    use t::AttributeValue as A;
    let section = |name: &str, data: Option<Cow<'_, [u8]>>| r::Section {
        name: name.to_owned(),
        origin: None,
        binary: false,
        data: data.map(|d| r::SectionData::Inline(d.into_owned())),
    };
    match item {
        A::BodySection {
            section: path,
            index,
            data,
        } => found.sections.push(r::Section {
            origin: index,
            ..section(&path.map(section_name).unwrap_or_default(), data)
        }),
        A::BodyStructure(body) => found.body_structure = Some(structure(body)?),
        A::Envelope(found_envelope) => found.envelope = Some(envelope(*found_envelope)),
        A::Flags(flags) => found.flags = Some(flags.iter().map(|f| Flag::from(&**f)).collect()),
        A::InternalDate(_) => {
            // A string there: compared by the other oracle.
            return None;
        }
        A::ModSeq(n) => found.mod_seq = Some(ModSeq::new(n)),
        A::Rfc822(data) => found.sections.push(section("", data)),
        A::Rfc822Header(data) => found.sections.push(section("HEADER", data)),
        A::Rfc822Text(data) => found.sections.push(section("TEXT", data)),
        A::Rfc822Size(size) => found.size = Some(size.into()),
        A::Uid(n) => found.uid = Some(Uid::new(n)?),
        A::EmailId(id) => found.email_id = Some(id.into_owned()),
        A::ThreadId(id) => found.thread_id = id.map(Cow::into_owned),
        // Kept by us under their names, which are not compared.
        A::GmailLabels(_) | A::GmailMsgId(_) | A::GmailThrId(_) => {}
        _ => return None,
    }
    Some(())
}

fn section_name(path: t::SectionPath) -> String {
    let message = |section| match section {
        t::MessageSection::Header => "HEADER",
        t::MessageSection::Mime => "MIME",
        t::MessageSection::Text => "TEXT",
    };
    match path {
        t::SectionPath::Full(section) => message(section).to_owned(),
        t::SectionPath::Part(numbers, section) => {
            let mut words: Vec<_> = numbers.iter().map(ToString::to_string).collect();
            words.extend(section.map(|s| message(s).to_owned()));
            words.join(".")
        }
    }
}

fn envelope(found: t::Envelope<'_>) -> r::Envelope {
    let text = |text: Option<Cow<'_, [u8]>>| text.map(Cow::into_owned);
    let addresses = |found: Option<Vec<t::Address<'_>>>| {
        let address = |a: t::Address<'_>| r::Address {
            name: text(a.name),
            adl: text(a.adl),
            mailbox: text(a.mailbox),
            host: text(a.host),
        };
        found.unwrap_or_default().into_iter().map(address).collect()
    };
    r::Envelope {
        date: text(found.date),
        subject: text(found.subject),
        from: addresses(found.from),
        sender: addresses(found.sender),
        reply_to: addresses(found.reply_to),
        to: addresses(found.to),
        cc: addresses(found.cc),
        bcc: addresses(found.bcc),
        in_reply_to: text(found.in_reply_to),
        message_id: text(found.message_id),
    }
}

fn bytes(text: Option<Cow<'_, str>>) -> Option<Vec<u8>> {
    text.map(|t| t.into_owned().into_bytes())
}

fn parameters(found: t::BodyParams<'_>) -> Vec<r::Parameter> {
    found
        .unwrap_or_default()
        .into_iter()
        .map(|(name, value)| (name.to_lowercase(), value.into_owned().into_bytes()))
        .collect()
}

fn common(found: t::BodyContentCommon<'_>) -> r::BodyStructure {
    r::BodyStructure {
        media_type: found.ty.ty.to_ascii_lowercase(),
        media_subtype: found.ty.subtype.to_ascii_lowercase(),
        parameters: parameters(found.ty.params),
        disposition: found
            .disposition
            .map(|d| (d.ty.to_ascii_lowercase(), parameters(d.params))),
        language: owned(found.language.unwrap_or_default()),
        location: bytes(found.location),
        ..Default::default()
    }
}

fn single(
    found: t::BodyContentCommon<'_>,
    other: t::BodyContentSinglePart<'_>,
) -> r::BodyStructure {
    r::BodyStructure {
        id: bytes(other.id),
        md5: bytes(other.md5),
        description: bytes(other.description),
        encoding: match other.transfer_encoding {
            t::ContentEncoding::SevenBit => "7bit".to_owned(),
            t::ContentEncoding::EightBit => "8bit".to_owned(),
            t::ContentEncoding::Binary => "binary".to_owned(),
            t::ContentEncoding::Base64 => "base64".to_owned(),
            t::ContentEncoding::QuotedPrintable => "quoted-printable".to_owned(),
            t::ContentEncoding::Other(name) => name.to_ascii_lowercase(),
        },
        size: other.octets,
        ..common(found)
    }
}

fn structure(found: t::BodyStructure<'_>) -> Option<r::BodyStructure> {
    use t::BodyStructure as B;
    Some(match found {
        B::Basic { common, other, .. } => single(common, other),
        B::Text {
            common,
            other,
            lines,
            ..
        } => r::BodyStructure {
            lines: Some(lines),
            ..single(common, other)
        },
        B::Message {
            common,
            other,
            envelope: e,
            body,
            lines,
            ..
        } => r::BodyStructure {
            envelope: Some(Box::new(envelope(e))),
            parts: vec![structure(*body)?],
            lines: Some(lines),
            ..single(common, other)
        },
        B::Multipart {
            common: found,
            bodies,
            ..
        } => r::BodyStructure {
            parts: bodies.into_iter().map(structure).collect::<Option<_>>()?,
            ..common(found)
        },
    })
}
