//! What a server says it can do (RFC 9051 7.2.2).

use crate::limits;

/// A set of capabilities, upper case, as one CAPABILITY response or code listed them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Sorted, so that equal lists are equal whatever their order was.
    names: Vec<Box<str>>,
}

/// What RFC 9051 Appendix E folds into the base protocol, sorted.
const IN_REV2: &[&str] = &[
    "ENABLE",
    "ESEARCH",
    "IDLE",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "LITERAL-",
    "MOVE",
    "NAMESPACE",
    "SASL-IR",
    "SEARCHRES",
    "SPECIAL-USE",
    "STATUS=SIZE",
    "UIDPLUS",
    "UNSELECT",
];

impl Capabilities {
    /// The empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self { names: Vec::new() }
    }

    /// Adds one, in any case. Past [`limits::CAPABILITIES`] it is left out.
    pub fn insert(&mut self, name: &str) {
        let name = name.to_ascii_uppercase().into_boxed_str();
        if let Err(at) = self.names.binary_search(&name)
            && self.names.len() < limits::CAPABILITIES
        {
            self.names.insert(at, name);
        }
    }

    /// Whether it is listed, or follows from IMAP4rev2; in any case.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        let listed = |wanted: &str| {
            self.names
                .iter()
                .any(|listed| listed.eq_ignore_ascii_case(wanted))
        };
        listed(name)
            || IN_REV2
                .iter()
                .any(|folded| folded.eq_ignore_ascii_case(name))
                && listed("IMAP4REV2")
    }

    /// Whether SASL mechanism `name` is offered.
    #[must_use]
    pub fn has_auth(&self, name: &str) -> bool {
        self.auth_mechanisms()
            .any(|listed| listed.eq_ignore_ascii_case(name))
    }

    /// SASL mechanisms offered.
    pub fn auth_mechanisms(&self) -> impl Iterator<Item = &str> {
        self.values("AUTH=")
    }

    /// What stands after `prefix` (upper case, with its `=`) in each that begins with it.
    pub fn values<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter()
            .filter_map(move |name| name.strip_prefix(prefix))
    }

    /// All that are listed, upper case, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }

    /// How many are listed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether none is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The largest APPEND the server takes, in octets, where it tells (RFC 7889).
    #[must_use]
    pub fn append_limit(&self) -> Option<u64> {
        self.values("APPENDLIMIT=")
            .find_map(|value| value.parse().ok())
    }
}

impl<'a> FromIterator<&'a str> for Capabilities {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let mut set = Self::new();
        for name in names {
            set.insert(name);
        }
        set
    }
}

macro_rules! offered {
    ($($method:ident: $name:literal $(or $other:literal)?, $doc:literal;)*) => {
        impl Capabilities {
            $(#[doc = concat!("`", $name, "`: ", $doc)]
            #[must_use]
            pub fn $method(&self) -> bool {
                self.has($name) $(|| self.has($other))?
            })*
        }
    };
}

offered! {
    acl: "ACL", "rights of others (RFC 4314).";
    binary: "BINARY", "parts decoded by the server (RFC 3516).";
    catenate: "CATENATE", "APPEND from parts (RFC 4469).";
    children: "CHILDREN", "`\\HasChildren` in LIST (RFC 3348).";
    compress_deflate: "COMPRESS=DEFLATE", "compression (RFC 4978).";
    condstore: "CONDSTORE" or "QRESYNC", "MODSEQ and UNCHANGEDSINCE (RFC 7162).";
    context_search: "CONTEXT=SEARCH", "searches that are kept up to date (RFC 5267).";
    enable: "ENABLE" or "QRESYNC", "ENABLE (RFC 5161).";
    esearch: "ESEARCH", "SEARCH RETURN (RFC 4731).";
    esort: "ESORT", "SORT RETURN (RFC 5267).";
    id: "ID", "names of both ends (RFC 2971).";
    idle: "IDLE", "changes as they happen (RFC 2177).";
    imap4rev2: "IMAP4REV2", "RFC 9051.";
    list_extended: "LIST-EXTENDED", "LIST RETURN (RFC 5258).";
    list_metadata: "LIST-METADATA", "METADATA within LIST (RFC 9590).";
    list_myrights: "LIST-MYRIGHTS", "MYRIGHTS within LIST (RFC 8440).";
    list_status: "LIST-STATUS", "STATUS within LIST (RFC 5819).";
    literal_minus: "LITERAL-" or "LITERAL+", "literals up to 4,096 octets without waiting (RFC 7888).";
    literal_plus: "LITERAL+", "literals without waiting (RFC 7888).";
    login_disabled: "LOGINDISABLED", "LOGIN is refused now (RFC 9051 6.2.3).";
    metadata: "METADATA", "annotations of mailboxes (RFC 5464).";
    move_: "MOVE", "MOVE (RFC 6851).";
    multiappend: "MULTIAPPEND", "several messages in one APPEND (RFC 3502).";
    namespace: "NAMESPACE", "NAMESPACE (RFC 2342).";
    notify: "NOTIFY", "events of other mailboxes (RFC 5465).";
    object_id: "OBJECTID", "MAILBOXID, EMAILID, THREADID (RFC 8474).";
    partial: "PARTIAL", "paged SEARCH and FETCH (RFC 9394).";
    preview: "PREVIEW", "PREVIEW in FETCH (RFC 8970).";
    qresync: "QRESYNC", "what changed since, within SELECT (RFC 7162).";
    quota: "QUOTA", "QUOTA (RFC 9208).";
    replace: "REPLACE", "REPLACE (RFC 8508).";
    sasl_ir: "SASL-IR", "AUTHENTICATE with the first response at once (RFC 4959).";
    save_date: "SAVEDATE", "SAVEDATE in FETCH (RFC 8514).";
    search_fuzzy: "SEARCH=FUZZY", "FUZZY in SEARCH (RFC 6203).";
    searchres: "SEARCHRES", "`$` (RFC 5182).";
    sort: "SORT", "SORT (RFC 5256).";
    sort_display: "SORT=DISPLAY", "SORT by what is shown of an address (RFC 5957).";
    special_use: "SPECIAL-USE", "`\\Sent` and the like in LIST (RFC 6154).";
    create_special_use: "CREATE-SPECIAL-USE", "CREATE with USE (RFC 6154).";
    starttls: "STARTTLS", "TLS on this connection (RFC 9051 6.2.1).";
    status_size: "STATUS=SIZE", "SIZE in STATUS (RFC 8438).";
    thread: "THREAD=REFERENCES", "THREAD by References (RFC 5256).";
    thread_refs: "THREAD=REFS", "THREAD by References, without regard to subjects.";
    thread_ordered_subject: "THREAD=ORDEREDSUBJECT", "THREAD by subject (RFC 5256).";
    uidonly: "UIDONLY", "no sequence numbers (RFC 9586).";
    uidplus: "UIDPLUS", "UID EXPUNGE, APPENDUID, COPYUID (RFC 4315).";
    unselect: "UNSELECT", "UNSELECT (RFC 3691).";
    utf8_accept: "UTF8=ACCEPT" or "UTF8=ONLY", "UTF-8 in quoted strings and names (RFC 9755).";
    within: "WITHIN", "OLDER and YOUNGER in SEARCH (RFC 5032).";
}

#[cfg(test)]
mod tests {
    use super::Capabilities;

    #[test]
    fn capabilities_are_found_in_any_case() {
        let found: Capabilities = ["IMAP4rev1", "Idle", "auth=plain", "APPENDLIMIT=35651584"]
            .into_iter()
            .collect();
        assert!(found.has("idle") && found.idle() && !found.move_());
        assert!(found.has_auth("PLAIN") && !found.has_auth("LOGIN"));
        assert_eq!(found.append_limit(), Some(35_651_584));
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn what_includes_others_offers_them() {
        let found: Capabilities = ["IMAP4rev2", "QRESYNC", "LITERAL+"].into_iter().collect();
        assert!(found.move_() && found.esearch() && found.list_status() && found.status_size());
        assert!(found.condstore() && found.enable() && found.literal_minus());
        assert!(!found.sort() && !found.notify() && !found.starttls());
        let found: Capabilities = ["IMAP4rev1"].into_iter().collect();
        assert!(!found.move_());
    }

    #[test]
    fn order_and_repetition_make_no_difference() {
        let one: Capabilities = ["A", "B", "a"].into_iter().collect();
        let other: Capabilities = ["b", "a"].into_iter().collect();
        assert_eq!(one, other);
    }
}
