//! What a header says beside who wrote a message: could the receiving server confirm its sender, and how to leave the
//! list that it came by.
//!
//! In: the octets of a few header fields (HEADER.FIELDS, RFC 9051 6.4.5), and whose word counts. Out: [`About`].
//! Senders write what they like; only fields that the reader's own server put there are believed, and those are the
//! topmost ones.
//!
//! RFC 8601 (Authentication-Results), 2369 (List-Unsubscribe), 2919 (List-Id).

mod results;

use serde::{Deserialize, Serialize};

use crate::limits;

pub use results::{Results, Verdict};

/// The header fields that [`about`] reads.
pub const FIELDS: [&str; 3] = ["AUTHENTICATION-RESULTS", "LIST-UNSUBSCRIBE", "LIST-ID"];

/// What the header says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// What the reader's own server found out about the sender; `None` where it says nothing.
    pub results: Option<Results>,
    /// How to leave the list.
    pub unsubscribe: Option<Unsubscribe>,
    /// The list's name, as its List-Id has it in angle brackets.
    pub list: Option<String>,
}

/// How to leave a mailing list; one of them at least.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsubscribe {
    /// A page, by https.
    pub page: Option<String>,
    /// An address to write to, with `mailto:` and what the list wants to be said.
    pub mailto: Option<String>,
}

/// Is the sender who the From field says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sender {
    /// Yes: the message comes from this domain, which is that of the From field.
    Confirmed(String),
    /// Another domain stands for it: lists and senders of newsletters.
    SignedBy(String),
    /// The server looked, and it does not fit.
    Doubtful,
    /// Nobody looked, or there was nothing to look at.
    Unknown,
}

/// Reads the header fields. `trusted` are domains of the reader's own server, such as that of the account's address and
/// the mail server's host: results are believed of servers in these domains.
pub fn about(header: &[u8], trusted: &[&str]) -> About {
    let mut about = About::default();
    let mut by = None;
    for (name, value) in fields(header) {
        match name.as_str() {
            "authentication-results" => {
                // Each further field of the same server, from the top on, adds what it checked.
                let is_next = by.as_ref().is_none_or(|by| *by == results::server(&value));
                if is_next && results::is_by(&value, trusted) {
                    by = Some(results::server(&value));
                    let found = about.results.get_or_insert_default();
                    results::read(&value, found);
                } else {
                    // Below it is what others wrote, the sender among them.
                    by = Some(String::new());
                }
            }
            "list-unsubscribe" if about.unsubscribe.is_none() => {
                about.unsubscribe = unsubscribe(&value);
            }
            "list-id" if about.list.is_none() => about.list = bracketed(&value).next(),
            _ => {}
        }
    }
    about
}

impl About {
    /// Is the sender who the From field says, whose address is this.
    pub fn sender(&self, from: &str) -> Sender {
        let Some(results) = &self.results else {
            return Sender::Unknown;
        };
        let domain = from.rsplit_once('@').map_or("", |(_, domain)| domain);
        let domain = domain.to_ascii_lowercase();
        let signed = results.signers.iter();
        let own = signed.clone().find(|signer| is_related(signer, &domain));
        match (results.dmarc, own, results.signers.first()) {
            (Verdict::Pass, ..) if !domain.is_empty() => Sender::Confirmed(domain),
            (Verdict::Fail, ..) => Sender::Doubtful,
            (_, Some(_), _) => Sender::Confirmed(domain),
            (_, None, Some(other)) => Sender::SignedBy(other.clone()),
            _ if results.spf == Verdict::Fail || results.dkim == Verdict::Fail => Sender::Doubtful,
            _ => Sender::Unknown,
        }
    }
}

/// Header fields in order: names in lower case, values unfolded. Bounded.
fn fields(header: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(header);
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.split('\n').map(|line| line.trim_end_matches('\r')) {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut()
                && value.len() < limits::FIELD_OCTETS
            {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':')
            && fields.len() < limits::FIELDS_READ
        {
            let name = name.trim().to_ascii_lowercase();
            fields.push((name, value.trim().to_owned()));
        }
    }
    fields
}

/// The addresses in angle brackets.
fn bracketed(value: &str) -> impl Iterator<Item = String> + '_ {
    value.split('<').skip(1).filter_map(|rest| {
        let inside: String = rest
            .split_once('>')?
            .0
            .chars()
            .filter(|c| !c.is_whitespace() && !c.is_control())
            .collect();
        (!inside.is_empty() && inside.len() <= limits::ADDRESS_OCTETS).then_some(inside)
    })
}

fn unsubscribe(value: &str) -> Option<Unsubscribe> {
    let mut found = Unsubscribe::default();
    for address in bracketed(value).take(limits::FIELDS_READ) {
        let start: String = address.chars().take(8).collect();
        let start = start.to_ascii_lowercase();
        if start.starts_with("https://") {
            found.page.get_or_insert(address);
        } else if start.starts_with("mailto:") && address.contains('@') {
            found.mailto.get_or_insert(address);
        }
    }
    (found != Unsubscribe::default()).then_some(found)
}

/// Is one of two domains the other, or above it; not such short ones as `se` and `co.uk`, as far as can be told.
fn is_related(one: &str, other: &str) -> bool {
    let is_below = |low: &str, high: &str| {
        high.contains('.')
            && high.len() > 5
            && low
                .strip_suffix(high)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    is_below(one, other) || is_below(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &[u8] = b"Authentication-Results: mx.example.org;\r\n\tdkim=pass (2048-bit key; unprotected) \
        header.d=shop.example header.i=@shop.example;\r\n\tspf=pass smtp.mailfrom=bounce@shop.example;\r\n\
        \tdmarc=pass (p=REJECT) header.from=shop.example\r\n";

    #[test]
    fn a_sender_that_the_own_server_confirmed_is_told_with_its_domain() {
        let about = about(GOOD, &["example.org"]);
        assert_eq!(
            about.sender("Info@Shop.Example"),
            Sender::Confirmed("shop.example".to_owned())
        );
        let results = about.results.unwrap();
        assert_eq!(
            (results.spf, results.dkim, results.dmarc),
            (Verdict::Pass, Verdict::Pass, Verdict::Pass)
        );
        assert_eq!(results.by, "mx.example.org");
    }

    #[test]
    fn results_of_strangers_count_for_nothing() {
        assert_eq!(about(GOOD, &["elsewhere.example"]).results, None);
        assert_eq!(about(GOOD, &[]).results, None);
        // A name that only ends alike.
        assert_eq!(about(GOOD, &["ample.org"]).results, None);
        // Below the own server's there may be what the sender wrote, in that server's name as well.
        let forged = [
            b"Authentication-Results: relay.other.example; dmarc=fail\r\n",
            GOOD,
        ]
        .concat();
        assert_eq!(about(&forged, &["example.org"]).results, None);
    }

    #[test]
    fn a_sender_that_does_not_fit_is_doubtful_and_a_list_signs_for_itself() {
        let doubtful = about(
            b"Authentication-Results: example.org; dmarc=fail header.from=bank.example; dkim=none",
            &["example.org"],
        );
        assert_eq!(doubtful.sender("help@bank.example"), Sender::Doubtful);
        let list = about(
            b"Authentication-Results: example.org; dkim=pass header.d=lists.example",
            &["example.org"],
        );
        assert_eq!(
            list.sender("anna@home.example"),
            Sender::SignedBy("lists.example".to_owned())
        );
        assert_eq!(
            list.sender("news@lists.example"),
            Sender::Confirmed("lists.example".to_owned())
        );
        let unsigned = about(
            b"Authentication-Results: example.org; spf=softfail; dkim=none",
            &["example.org"],
        );
        assert_eq!(unsigned.sender("x@y.example"), Sender::Doubtful);
        let nothing = about(
            b"Authentication-Results: example.org 1; none",
            &["example.org"],
        );
        assert_eq!(nothing.sender("x@y.example"), Sender::Unknown);
    }

    #[test]
    fn several_fields_of_the_own_server_add_up() {
        let fields = b"Authentication-Results: mx.example.org; spf=pass\nAuthentication-Results: mx.example.org; dkim=pass \
            header.d=a.example\nAuthentication-Results: spoof.example; dmarc=pass\n";
        let results = about(fields, &["example.org"]).results.unwrap();
        assert_eq!((results.spf, results.dmarc), (Verdict::Pass, Verdict::None));
        assert_eq!(results.signers, ["a.example"]);
    }

    #[test]
    fn lists_are_left_by_a_page_or_an_address_and_by_nothing_else() {
        let header = b"List-Id: Members of the club\r\n <club.example.org>\r\nList-Unsubscribe: <mailto:leave@example.org?subject=no>,\r\n\
            \t<https://example.org/\r\n leave>, <http://example.org/plain>, <javascript:alert(1)>\r\n";
        let about = about(header, &[]);
        assert_eq!(about.list.as_deref(), Some("club.example.org"));
        let unsubscribe = about.unsubscribe.unwrap();
        assert_eq!(
            unsubscribe.page.as_deref(),
            Some("https://example.org/leave")
        );
        assert_eq!(
            unsubscribe.mailto.as_deref(),
            Some("mailto:leave@example.org?subject=no")
        );
        assert_eq!(
            super::about(b"List-Unsubscribe: <javascript:x>, <ftp://a@b>", &[]).unsubscribe,
            None
        );
        assert_eq!(super::about(b"List-Unsubscribe: NO", &[]), About::default());
    }

    #[test]
    fn what_a_sender_sizes_is_bounded() {
        let many = "List-Unsubscribe: <x>\n".repeat(100_000);
        assert_eq!(about(many.as_bytes(), &[]), About::default());
        let long = format!("List-Unsubscribe: <https://{}>\n", "a".repeat(1_000_000));
        assert_eq!(about(long.as_bytes(), &[]).unsubscribe, None);
        let deep = format!(
            "Authentication-Results: example.org; {}dkim=pass",
            "(".repeat(100_000)
        );
        assert!(about(deep.as_bytes(), &["example.org"]).results.is_some());
    }
}
