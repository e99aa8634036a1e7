//! Contacts sent as vCards (2.1; 3.0, RFC 2426; 4.0, RFC 6350).
//!
//! In: the text of a text/vcard, text/x-vcard or text/directory part. Out: what a person wants to
//! see and keep of each contact. A photo is only told of. Charsets of vCard 2.1 are declared
//! line by line, within quoted-printable, hence the [`DecodeCharset`].

use serde::{Deserialize, Serialize};

use crate::{
    card::line::{
        Folding, Line, Lines, mail_address, one_line, pieces, several_lines, unescape, web_link,
    },
    charset::{self, DecodeCharset},
    limits,
    transfer::quoted_printable,
};

/// One contact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The name as the sender formats it, or put together from its parts; else a nickname, the
    /// organisation, or the first address.
    pub name: Option<String>,
    /// Organisation and units, one line.
    pub organisation: Option<String>,
    /// What they do there.
    pub title: Option<String>,
    /// Mail addresses, preferred ones first, as in all these lists.
    pub emails: Vec<Entry>,
    /// Telephone numbers as written, or as "tel:" links write them.
    pub phones: Vec<Entry>,
    /// Postal addresses, one line each.
    pub addresses: Vec<Entry>,
    /// Web pages; http or https.
    pub urls: Vec<Entry>,
    /// Several lines of text.
    pub note: Option<String>,
    /// "1970-04-12", "--04-12" where no year is said, or else the sender's words.
    pub birthday: Option<String>,
    /// Whether there is a photo, or a link to one.
    pub has_photo: bool,
}

/// A number or an address, and what it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// One line.
    pub value: String,
    /// What the sender says of it.
    pub kind: Kind,
}

/// What a number or an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Nothing was said.
    Unspecified,
    /// Private.
    Home,
    /// At work.
    Work,
    /// A mobile telephone.
    Mobile,
    /// A fax machine.
    Fax,
}

/// Reads the contacts of a part, at most [`limits::CARD_CONTACTS`]; empty ones are left out.
pub fn contacts(text: &str, hook: DecodeCharset) -> Vec<Contact> {
    let mut done = Vec::new();
    let mut current: Option<Draft> = None;
    let mut lines = Lines::new(text, Folding::Dropped);
    while done.len() < limits::CARD_CONTACTS {
        let Some(raw) = lines.next() else {
            done.extend(current.and_then(Draft::finish));
            break;
        };
        let Some(line) = read(raw, &mut lines, hook) else {
            continue;
        };
        let is_card = line.value.trim().eq_ignore_ascii_case("VCARD");
        match (line.name.as_str(), &mut current) {
            // vCard 2.1 puts the card of an assistant inside.
            ("BEGIN", Some(draft)) if is_card && draft.expects_agent => {
                draft.expects_agent = false;
                draft.is_in_agent = true;
            }
            ("BEGIN", _) if is_card => {
                done.extend(current.take().and_then(Draft::finish));
                current = Some(Draft::default());
            }
            ("END", Some(draft)) if is_card && draft.is_in_agent => draft.is_in_agent = false,
            ("END", _) if is_card => done.extend(current.take().and_then(Draft::finish)),
            (_, Some(draft)) if !draft.is_in_agent => draft.take(&line),
            _ => {}
        }
    }
    done
}

/// Splits a line and decodes its value. What is in Base64 has no text.
fn read(mut raw: String, lines: &mut Lines<'_>, hook: DecodeCharset) -> Option<Line> {
    let mut line = Line::parse(&raw)?;
    let encoded = |line: &Line, word| line.says("ENCODING", word) || line.says("TYPE", word);
    if encoded(&line, "QUOTED-PRINTABLE") {
        if raw.ends_with('=') {
            lines.join_soft_breaks(&mut raw);
            line = Line::parse(&raw)?;
        }
        let octets = quoted_printable::decode(line.value.as_bytes());
        line.value = charset::to_utf8(line.parameter("CHARSET"), &octets, hook);
    } else if line.name != "PHOTO" && (encoded(&line, "B") || encoded(&line, "BASE64")) {
        return None;
    }
    Some(line)
}

#[derive(Default)]
struct Draft {
    known: Contact,
    /// Family, given, further names, titles before and after, in the order to show them.
    parts: Option<String>,
    nickname: Option<String>,
    role: Option<String>,
    expects_agent: bool,
    is_in_agent: bool,
}

impl Draft {
    fn take(&mut self, line: &Line) {
        let known = &mut self.known;
        let value = line.value.trim();
        self.expects_agent = line.name == "AGENT" && value.is_empty();
        match line.name.as_str() {
            "FN" => keep(&mut known.name, line.one_line()),
            "N" => keep(&mut self.parts, name(value)),
            "NICKNAME" => keep(&mut self.nickname, line.one_line()),
            "ORG" => keep(&mut known.organisation, joined(value)),
            "TITLE" => keep(&mut known.title, line.one_line()),
            "ROLE" => keep(&mut self.role, line.one_line()),
            "EMAIL" => add(&mut known.emails, line, mail_address(&unescape(value))),
            "TEL" => {
                let scheme = value
                    .get(..4)
                    .filter(|start| start.eq_ignore_ascii_case("tel:"));
                let number = scheme.and_then(|_| value.get(4..)).unwrap_or(value);
                add(
                    &mut known.phones,
                    line,
                    one_line(&unescape(number), limits::CARD_LINE_CHARS),
                );
            }
            "ADR" => {
                let label = line
                    .parameter("LABEL")
                    .map(|label| unescape(label).replace('\n', ", "));
                let label = label.and_then(|label| one_line(&label, limits::CARD_LINE_CHARS));
                add(&mut known.addresses, line, label.or_else(|| joined(value)));
            }
            "URL" => add(&mut known.urls, line, url(&unescape(value))),
            "NOTE" => keep(&mut known.note, several_lines(&unescape(value))),
            "BDAY" => keep(&mut known.birthday, birthday(line)),
            "PHOTO" => known.has_photo |= !value.is_empty(),
            _ => {}
        }
    }

    fn finish(self) -> Option<Contact> {
        let mut known = self.known;
        known.title = known.title.or(self.role);
        for name in [self.parts, self.nickname, known.organisation.clone()] {
            keep(&mut known.name, name);
        }
        let first = known.emails.first().or(known.phones.first());
        known.name = known
            .name
            .or_else(|| first.map(|entry| entry.value.clone()));
        (known != Contact::default()).then_some(known)
    }
}

fn keep(field: &mut Option<String>, value: Option<String>) {
    if field.is_none() {
        *field = value;
    }
}

fn add(list: &mut Vec<Entry>, line: &Line, value: Option<String>) {
    let Some(value) = value.filter(|_| list.len() < limits::CARD_ENTRIES) else {
        return;
    };
    if list.iter().any(|entry| entry.value == value) {
        return;
    }
    let is = |word| line.says("TYPE", word);
    let kind = if is("FAX") {
        Kind::Fax
    } else if is("CELL") || is("MOBILE") || is("IPHONE") {
        Kind::Mobile
    } else if is("WORK") {
        Kind::Work
    } else if is("HOME") {
        Kind::Home
    } else {
        Kind::Unspecified
    };
    let is_preferred = is("PREF") || line.says("PREF", "1");
    let at = if is_preferred { 0 } else { list.len() };
    list.insert(at, Entry { value, kind });
}

/// The components of a structured value that are there, as one line.
fn joined(value: &str) -> Option<String> {
    let mut out = String::new();
    for piece in pieces(value, ';') {
        let text = unescape(piece);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if !out.is_empty() {
                out.push_str(", ");
            }
            out.push_str(line);
        }
    }
    one_line(&out, limits::CARD_LINE_CHARS)
}

/// Family; given; further; before; after.
fn name(value: &str) -> Option<String> {
    let parts: Vec<&str> = pieces(value, ';').collect();
    let mut out = String::new();
    for index in [3, 1, 2, 0, 4] {
        for name in pieces(parts.get(index).copied().unwrap_or_default(), ',') {
            out.push_str(&unescape(name));
            out.push(' ');
        }
    }
    one_line(&out, limits::CARD_LINE_CHARS)
}

/// Many write a host alone.
fn url(value: &str) -> Option<String> {
    let value = value.trim();
    if value.contains(':') || !value.contains('.') {
        return web_link(value);
    }
    web_link(&format!("https://{value}"))
}

/// Dates in one form: "19700412", "1970-04-12T00:00:00Z", "--0412".
fn birthday(line: &Line) -> Option<String> {
    let words = line.one_line()?;
    let date = words.split(['T', ' ']).next().unwrap_or_default();
    let digits: String = date.chars().filter(|c| *c != '-').collect();
    let is_date = digits.len() == if date.starts_with("--") { 4 } else { 8 }
        && digits.bytes().all(|octet| octet.is_ascii_digit());
    let day = digits
        .len()
        .checked_sub(4)
        .and_then(|at| digits.split_at_checked(at));
    let Some((year, day)) = day.filter(|_| is_date) else {
        return Some(words);
    };
    let (month, day) = day.split_at_checked(2)?;
    // Apple's programs write a year that they say does not count.
    let year = if line.parameter("X-APPLE-OMIT-YEAR") == Some(year) {
        ""
    } else {
        year
    };
    Some(match year {
        "" => format!("--{month}-{day}"),
        _ => format!("{year}-{month}-{day}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::test_hook;

    fn one(text: &str) -> Contact {
        let mut all = contacts(text, test_hook);
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    fn entry(value: &str, kind: Kind) -> Entry {
        Entry {
            value: value.into(),
            kind,
        }
    }

    #[test]
    fn a_contact_of_a_telephone_is_read() {
        let contact = one("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Ek;Åsa;;;\r\nFN:Åsa Ek\r\n\
            ORG:Räkor AB;Försäljning\r\nTITLE:Chef\\, nord\r\n\
            item1.EMAIL;type=INTERNET;type=WORK:asa@rakor.se\r\nitem1.X-ABLabel:_$!<Other>!$_\r\n\
            EMAIL;type=HOME;type=pref:asa@ek.se\r\nTEL;type=CELL;type=VOICE:+46 70 123\r\n\
            TEL;TYPE=\"work,fax\":08-1\r\nADR;type=HOME:;;Storgatan 1\\nuppg. B;Stad;;123 45;Sverige\r\n\
            URL:http\\://rakor.se/\r\nURL:www.ek.se\r\nURL:javascript:alert(1)\r\n\
            NOTE:Rad ett\\nrad två\r\nBDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12\r\n\
            PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\n SkZJRg==\r\nEND:VCARD\r\n");
        assert_eq!(contact.name.as_deref(), Some("Åsa Ek"));
        assert_eq!(
            contact.organisation.as_deref(),
            Some("Räkor AB, Försäljning")
        );
        assert_eq!(contact.title.as_deref(), Some("Chef, nord"));
        let emails = [
            entry("asa@ek.se", Kind::Home),
            entry("asa@rakor.se", Kind::Work),
        ];
        assert_eq!(contact.emails, emails);
        let phones = [entry("+46 70 123", Kind::Mobile), entry("08-1", Kind::Fax)];
        assert_eq!(contact.phones, phones);
        let address = "Storgatan 1, uppg. B, Stad, 123 45, Sverige";
        assert_eq!(contact.addresses, [entry(address, Kind::Home)]);
        let urls = ["http://rakor.se/", "https://www.ek.se"];
        assert_eq!(contact.urls, urls.map(|url| entry(url, Kind::Unspecified)));
        assert_eq!(contact.note.as_deref(), Some("Rad ett\nrad två"));
        assert_eq!(contact.birthday.as_deref(), Some("--04-12"));
        assert!(contact.has_photo);
    }

    #[test]
    fn version_two_brings_its_own_charsets_and_line_breaks() {
        let contact = one("BEGIN:VCARD\nVERSION:2.1\n\
            N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:=D6berg;J=F6rgen\n\
            TEL;HOME;VOICE:1\nTEL;PREF;CELL:2\n\
            NOTE;QUOTED-PRINTABLE;CHARSET=UTF-8:f=C3=B6rsta=0D=0A=\nandra ra=\nden\n\
            ORG;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=93=FA=96=7B\n\
            KEY;ENCODING=BASE64:AAAA\n  BBBB\n\nBDAY:19700412\nEND:VCARD\n");
        assert_eq!(contact.name.as_deref(), Some("Jörgen Öberg"));
        assert_eq!(
            contact.phones,
            [entry("2", Kind::Mobile), entry("1", Kind::Home)]
        );
        assert_eq!(contact.note.as_deref(), Some("första\nandra raden"));
        assert_eq!(contact.organisation.as_deref(), Some("日本"));
        assert_eq!(contact.birthday.as_deref(), Some("1970-04-12"));
    }

    #[test]
    fn version_four_writes_links_and_labels() {
        let contact = one(
            "BEGIN:VCARD\nVERSION:4.0\nFN:Dr Q\nTEL;VALUE=uri;PREF=1;TYPE=\"voice,home\":tel:+1-555;ext=5\n\
            EMAIL:mailto:q@x.se\nADR;LABEL=\"Box 1^nStad\":;;Box 1;Stad;;;\nBDAY;VALUE=text:circa 1800\n\
            PHOTO:https://x.se/q.png\nNOTE:\n",
        );
        assert_eq!(contact.phones, [entry("+1-555;ext=5", Kind::Home)]);
        assert_eq!(contact.emails, [entry("q@x.se", Kind::Unspecified)]);
        assert_eq!(contact.addresses, [entry("Box 1, Stad", Kind::Unspecified)]);
        assert_eq!(contact.birthday.as_deref(), Some("circa 1800"));
        assert_eq!(contact.note, None);
        assert!(contact.has_photo);
    }

    #[test]
    fn every_contact_of_a_file_is_read_also_where_ends_are_missing() {
        let all = contacts(
            "X-OUTSIDE:1\nbegin:vcard\nfn:A\nBEGIN:VCARD\nEMAIL:b@x\nEND:VCARD\n\
             BEGIN:VCARD\nVERSION:2.1\nEND:VCARD\nBEGIN:VCARD\nFN:C\nAGENT:\nBEGIN:VCARD\nFN:D\n\
             TEL:9\nEND:VCARD\nTEL:1\nEND:VCARD\n",
            test_hook,
        );
        let names: Vec<_> = all
            .iter()
            .filter_map(|contact| contact.name.as_deref())
            .collect();
        assert_eq!(names, ["A", "b@x", "C"]);
        assert_eq!(all.last().unwrap().phones, [entry("1", Kind::Unspecified)]);
    }

    #[test]
    fn contacts_and_their_lists_end_at_their_bounds() {
        for more in [0, 1] {
            let phones: String = (0..limits::CARD_ENTRIES + more)
                .map(|n| format!("TEL:{n}\n"))
                .collect();
            let card = format!("BEGIN:VCARD\n{phones}END:VCARD\n");
            assert_eq!(one(&card).phones.len(), limits::CARD_ENTRIES);
            let cards = card.repeat(limits::CARD_CONTACTS + more);
            assert_eq!(contacts(&cards, test_hook).len(), limits::CARD_CONTACTS);
        }
    }
}
