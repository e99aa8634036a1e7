//! One connection to the mail server: how far it has come, and what was asked on it.
//!
//! The session below knows the protocol; here is what each tagged answer means to us ([`Job`]).

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use samma_protocol::imap::command::Command;
use samma_protocol::imap::mailbox_name::MailboxName;
use samma_protocol::imap::response::{Code, Fetch, ListEntry, Status, Tag};
use samma_protocol::imap::session::Session;
use samma_protocol::imap::uid::{ModSeq, Uid, UidSet, UidValidity};

use crate::change::MessageRef;
use crate::command::RequestId;
use crate::input::{ClientId, ConnectionId};
use crate::limits;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Holds the open mailbox and idles there; does what is quick.
    Watch,
    /// Opened on demand for what takes long: saving attachments, searching.
    Work,
}

/// How far a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No TCP yet, or no TLS.
    Dialling,
    /// Waiting for the server's first line.
    Greeting,
    /// Asked what the server can do, before login.
    Capability,
    /// STARTTLS was sent, or TLS is being set up.
    StartingTls,
    /// The login was sent.
    Authenticating,
    /// Asked what the server can do, after login.
    CapabilityAgain,
    /// Signed in.
    Ready,
    /// Said goodbye; whatever comes is of no interest.
    Leaving,
}

/// What a command was sent for.
#[derive(Debug)]
pub(crate) enum Job {
    Capability,
    StartTls,
    Authenticate,
    Enable,
    Namespace,
    List {
        entries: Vec<ListEntry>,
    },
    Lsub {
        entries: Vec<ListEntry>,
    },
    Status,
    Select(Box<Selecting>),
    /// Rows by UID or place, of the mailbox that is selected.
    Rows {
        mailbox: String,
        places: Vec<u32>,
        uids: Vec<u32>,
    },
    /// What came after the last known message.
    NewRows {
        mailbox: String,
    },
    Flags,
    UidMap {
        mailbox: String,
        uids: Option<UidSet>,
        /// [`Contents::turn`](crate::contents::Contents::turn) when the answer came.
        turn: u64,
    },
    Unseen {
        mailbox: String,
        uids: Option<UidSet>,
        /// As above.
        turn: u64,
    },
    Previews {
        mailbox: String,
        uids: UidSet,
    },
    PreviewParts {
        mailbox: String,
        parts: Vec<PreviewPart>,
    },
    Details {
        reading: Reading,
    },
    Body {
        reading: Reading,
        sections: Vec<Wanted>,
        /// The header fields of [`samma_message::about`].
        header: Option<Vec<u8>>,
    },
    Part {
        request: RequestId,
        wanted: Wanted,
    },
    Search {
        client: ClientId,
        words: String,
        uids: Option<UidSet>,
    },
    /// Which messages an action means.
    Gather {
        action: u32,
        uids: Option<UidSet>,
    },
    /// A command of an action; the last one of its step.
    Step {
        action: u32,
        last: bool,
    },
    /// The UIDNEXT of an action's target, before anything is put there.
    Before {
        action: u32,
    },
    /// Which messages of an action other devices have marked.
    Claims {
        action: u32,
        asked: UidSet,
        marked: Vec<Marked>,
    },
    /// Message-IDs, by UID, and which of them have this device's mark.
    Look {
        action: u32,
        asked: UidSet,
        found: BTreeMap<u32, String>,
        ours: UidSet,
    },
    /// The mailbox that an action needs.
    Make {
        action: u32,
        name: String,
        plain: bool,
    },
    /// Something done to a mailbox; its last command.
    Organise {
        id: u32,
        last: bool,
    },
    /// What nobody waits for.
    Tidy,
    /// What is left to do after a move; done again should the answer be lost.
    TidyUp {
        mailbox: String,
        uid_validity: UidValidity,
        uids: UidSet,
        what: TidyUp,
    },
    MyRights,
    /// Closes the mailbox that was open.
    Leave,
    /// New mail in a mailbox that is not looked at.
    Peek {
        mailbox: String,
        first: u32,
        fetched: Vec<Fetch>,
    },
    /// The second connection opens a mailbox.
    Visit {
        mailbox: String,
    },
    Noop,
    /// NOOP, so that it is told of all that is new.
    Freshen,
    Notify,
    Idle,
    Logout,
}

/// A SELECT under way: what it said is applied with its tagged OK, all at once.
#[derive(Debug, Default)]
pub(crate) struct Selecting {
    pub(crate) mailbox: String,
    pub(crate) resync: bool,
    /// Data is about the new mailbox by now.
    pub(crate) opened: bool,
    pub(crate) exists: u32,
    pub(crate) uid_validity: Option<UidValidity>,
    pub(crate) uid_next: Option<u32>,
    pub(crate) highest_mod_seq: Option<ModSeq>,
    /// New keywords can be made.
    pub(crate) keywords: bool,
    pub(crate) vanished: UidSet,
    pub(crate) fetched: Vec<Fetch>,
}

/// A message somebody opens.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) client: ClientId,
    pub(crate) request: RequestId,
    pub(crate) message: MessageRef,
}

/// What is done to messages once they have been moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TidyUp {
    /// Take these keywords of marks off.
    Unmark(BTreeSet<&'static str>),
    /// Remove them: another device has moved the same there.
    Twins,
    /// They are marked as deleted: expunge them.
    Expunge,
    /// They were marked as deleted, and could not be expunged.
    Undelete,
}

/// A message of an action, and who is about to move it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marked {
    pub(crate) uid: Uid,
    pub(crate) by_us: bool,
    pub(crate) by_another: bool,
    pub(crate) mod_seq: Option<ModSeq>,
}

/// One message whose first words were asked for.
#[derive(Debug)]
pub(crate) struct PreviewPart {
    pub(crate) uid: u32,
    pub(crate) section: String,
    pub(crate) bytes: Option<Vec<u8>>,
}

/// One section that was asked for, and what came.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) uid: u32,
    pub(crate) section: String,
    pub(crate) bytes: Option<Vec<u8>>,
}

/// What the server offers that changes how we ask.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Offers {
    pub(crate) idle: bool,
    pub(crate) condstore: bool,
    pub(crate) qresync: bool,
    pub(crate) enable: bool,
    pub(crate) list_status: bool,
    pub(crate) list_extended: bool,
    pub(crate) special_use: bool,
    pub(crate) esearch: bool,
    pub(crate) preview: bool,
    pub(crate) namespace: bool,
    /// NOTIFY, until the server refuses it.
    pub(crate) notify: bool,
    pub(crate) move_: bool,
    pub(crate) uidplus: bool,
    pub(crate) unselect: bool,
    pub(crate) acl: bool,
    pub(crate) metadata: bool,
    pub(crate) create_special_use: bool,
}

/// Why the server tells about messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// We asked for rows.
    Ours,
    /// We asked for flags, or changed some.
    OurFlags,
    /// Somebody else did something.
    Others,
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) id: ConnectionId,
    pub(crate) purpose: Purpose,
    pub(crate) session: Session,
    pub(crate) phase: Phase,
    pub(crate) offers: Offers,
    /// Commands without their tagged answer, oldest first.
    pub(crate) jobs: VecDeque<(Tag, Job)>,
    /// The mailbox that the server has open for us.
    pub(crate) selected: Option<String>,
    /// Its UIDVALIDITY.
    pub(crate) uid_validity: Option<UidValidity>,
    /// All changes of it up to here were told on this connection.
    pub(crate) mod_seq: Option<ModSeq>,
    /// New keywords can be made in it.
    pub(crate) keywords: bool,
    /// The last BYE, for when the connection closes.
    pub(crate) goodbye: Option<String>,
    /// What NOTIFY was set for: it is void with the next SELECT.
    pub(crate) notified: Option<String>,
    pub(crate) since_ms: f64,
    pub(crate) heard_ms: f64,
    pub(crate) asked_ms: f64,
    /// It was told of all that is new a moment ago: true until the end of the step.
    pub(crate) fresh: bool,
    /// It sees mailboxes that are not there any more, for as long as it lives.
    pub(crate) confused: bool,
    /// It may be dead without anybody knowing: it has less time to answer.
    pub(crate) probed: bool,
    literals: HashMap<u64, Vec<u8>>,
    literal_octets: usize,
}

impl Connection {
    pub(crate) fn new(id: ConnectionId, purpose: Purpose, now_ms: f64) -> Self {
        Self {
            id,
            purpose,
            session: Session::new(),
            phase: Phase::Dialling,
            offers: Offers::default(),
            jobs: VecDeque::new(),
            selected: None,
            uid_validity: None,
            mod_seq: None,
            keywords: false,
            goodbye: None,
            notified: None,
            since_ms: now_ms,
            heard_ms: now_ms,
            asked_ms: now_ms,
            fresh: false,
            confused: false,
            probed: false,
            literals: HashMap::new(),
            literal_octets: 0,
        }
    }

    /// Sends a command; `false` where it can't be said on the wire.
    pub(crate) fn send(&mut self, command: Command, job: Job, now_ms: f64) -> bool {
        let Ok(tag) = self.session.send(command) else {
            return false;
        };
        if !self.is_waiting() {
            self.asked_ms = now_ms;
        }
        self.jobs.push_back((tag, job));
        true
    }

    /// The server owes an answer to something other than IDLE.
    pub(crate) fn is_waiting(&self) -> bool {
        self.jobs.iter().any(|(_, job)| !matches!(job, Job::Idle))
    }

    /// When silence begins to mean that the connection is dead.
    pub(crate) fn silence_ends_ms(&self) -> Option<f64> {
        match self.phase {
            Phase::Dialling => Some(self.since_ms + limits::DIAL_MS),
            Phase::Leaving => Some(self.since_ms + 2_000.0),
            Phase::Ready if !self.is_waiting() => None,
            Phase::Ready if self.probed => {
                Some(self.asked_ms.max(self.heard_ms) + limits::PROBE_MS)
            }
            _ => Some(self.asked_ms.max(self.heard_ms) + limits::SILENCE_MS),
        }
    }

    /// The oldest job of a kind. Which job untagged data answers is told by what it is, not by what
    /// was asked first: Dovecot answers what was asked in one write in an order of its own.
    pub(crate) fn oldest(&mut self, of: impl Fn(&Job) -> bool) -> Option<&mut Job> {
        self.jobs.iter_mut().map(|(_, job)| job).find(|job| of(job))
    }

    /// The SELECT that is under way.
    pub(crate) fn selecting(&mut self) -> Option<&mut Selecting> {
        match self.oldest(|job| matches!(job, Job::Select(_)))? {
            Job::Select(selecting) => Some(selecting),
            _ => None,
        }
    }

    /// Whose doing is it what is told about messages now.
    pub(crate) fn origin(&self) -> Origin {
        let rows = |job: &Job| matches!(job, Job::Rows { .. } | Job::Details { .. });
        let flags = |job: &Job| {
            matches!(
                job,
                Job::Flags | Job::Step { .. } | Job::Tidy | Job::TidyUp { .. }
            )
        };
        let asked = |of: &dyn Fn(&Job) -> bool| self.jobs.iter().any(|(_, job)| of(job));
        if asked(&rows) {
            Origin::Ours
        } else if asked(&flags) {
            Origin::OurFlags
        } else {
            Origin::Others
        }
    }

    /// A LIST has no answer yet.
    pub(crate) fn is_listing(&self) -> bool {
        self.jobs
            .iter()
            .any(|(_, job)| matches!(job, Job::List { .. } | Job::Lsub { .. }))
    }

    /// A SELECT has no answer yet.
    pub(crate) fn is_selecting(&self) -> bool {
        self.jobs
            .iter()
            .any(|(_, job)| matches!(job, Job::Select(_) | Job::Visit { .. } | Job::Leave))
    }

    /// Closes the mailbox that is open, and removes nothing by it.
    pub(crate) fn leave(&mut self, now_ms: f64) {
        let command = if self.offers.unselect {
            Command::Unselect
        } else {
            // Whatever is said of it is nobody's.
            Command::Select {
                mailbox: MailboxName::new("INBOX"),
                examine: true,
                condstore: false,
                qresync: None,
            }
        };
        self.send(command, Job::Leave, now_ms);
        self.closed();
    }

    /// What an untagged status says of the mailbox that is open.
    pub(crate) fn note(&mut self, status: &Status) {
        match &status.code {
            Some(Code::HighestModSeq(mod_seq)) => self.mod_seq = self.mod_seq.max(Some(*mod_seq)),
            Some(Code::NoModSeq | Code::Closed) => self.mod_seq = None,
            Some(Code::UidValidity(uid_validity)) => self.uid_validity = Some(*uid_validity),
            Some(Code::PermanentFlags { any, .. }) => self.keywords = *any,
            _ => {}
        }
    }

    /// No mailbox is open.
    pub(crate) fn closed(&mut self) {
        self.selected = None;
        self.notified = None;
        self.uid_validity = None;
        self.mod_seq = None;
        self.keywords = false;
    }

    /// A section came: it goes to the oldest job that wants it, and a Message-ID to all that do.
    pub(crate) fn section(&mut self, uid: Uid, section: &str, bytes: Vec<u8>) {
        let is_it = |name: &str| name.eq_ignore_ascii_case(section);
        let is_header_fields = section
            .get(..13)
            .is_some_and(|start| start.eq_ignore_ascii_case("HEADER.FIELDS"));
        let mut is_looked_for = false;
        let is_message_id = is_header_fields && section.to_ascii_uppercase().contains("MESSAGE-ID");
        for (_, job) in self.jobs.iter_mut().filter(|_| is_message_id) {
            if let Job::Look { asked, found, .. } = job
                && asked.contains(uid)
                && found.len() < limits::LOOKED
            {
                found.insert(uid.get(), message_id(&bytes));
                is_looked_for = true;
            }
        }
        if is_looked_for {
            return;
        }
        let uid = uid.get();
        for (_, job) in &mut self.jobs {
            let slot = match job {
                Job::Part { wanted, .. } if wanted.uid == uid && is_it(&wanted.section) => {
                    Some(&mut wanted.bytes)
                }
                Job::Body {
                    reading, header, ..
                } if is_header_fields && reading.message.uid == uid => Some(header),
                Job::Body { sections, .. } => sections
                    .iter_mut()
                    .find(|wanted| wanted.uid == uid && is_it(&wanted.section))
                    .map(|wanted| &mut wanted.bytes),
                Job::PreviewParts { parts, .. } => parts
                    .iter_mut()
                    .find(|part| part.uid == uid && is_it(&part.section))
                    .map(|part| &mut part.bytes),
                _ => None,
            };
            if let Some(slot) = slot.filter(|slot| slot.is_none()) {
                *slot = Some(bytes);
                return;
            }
        }
    }

    /// Takes the job of a tagged answer.
    pub(crate) fn finish(&mut self, tag: &Tag) -> Option<Job> {
        let at = self.jobs.iter().position(|(known, _)| known == tag)?;
        self.jobs.remove(at).map(|(_, job)| job)
    }

    /// Takes in a piece of a streamed literal; `false` where the server sends more than anybody
    /// asked for.
    pub(crate) fn literal(&mut self, id: u64, bytes: &[u8]) -> bool {
        self.literal_octets = self.literal_octets.saturating_add(bytes.len());
        if self.literal_octets > limits::LITERALS_OCTETS {
            return false;
        }
        self.literals
            .entry(id)
            .or_default()
            .extend_from_slice(bytes);
        true
    }

    /// The whole of a streamed literal.
    pub(crate) fn take_literal(&mut self, id: u64) -> Vec<u8> {
        let bytes = self.literals.remove(&id).unwrap_or_default();
        self.literal_octets = self.literal_octets.saturating_sub(bytes.len());
        bytes
    }

    /// Drops literals that no response named.
    pub(crate) fn drop_literals(&mut self) {
        self.literals.clear();
        self.literal_octets = 0;
    }
}

/// The Message-ID in a header of that field alone; empty where there is none. Folding is taken out, as two
/// servers, or two copies on one, may fold differently.
fn message_id(header: &[u8]) -> String {
    let text = String::from_utf8_lossy(header);
    let value = text.split_once(':').map_or("", |(_, value)| value);
    value.split_whitespace().collect()
}
