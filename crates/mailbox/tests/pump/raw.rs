//! Another program at the account: IMAP by hand, so that it and the engine judge each other.
//!
//! One command at a time, in clear. Answers are text; names of mailboxes are decoded ones.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use samma_protocol::imap::mailbox_name::MailboxName;

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection, signed in.
pub struct Raw {
    socket: TcpStream,
    buffer: Vec<u8>,
    tags: u32,
    /// Between the levels of a name.
    pub delimiter: String,
    /// What names of the person's own mailboxes begin with: Courier keeps all below INBOX.
    pub prefix: String,
    selected: Option<String>,
    /// To log in again: servers end the session of who has a mailbox open that another renames.
    account: [String; 3],
    ended: bool,
}

/// What a closed connection answers.
const CLOSED: &str = "the server closed";

/// A mailbox, as LIST tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub name: String,
    pub attributes: Vec<String>,
}

impl Listed {
    pub fn is(&self, attribute: &str) -> bool {
        self.attributes
            .iter()
            .any(|one| one.eq_ignore_ascii_case(attribute))
    }
}

impl Raw {
    pub fn log_in(address: &str, user: &str, password: &str) -> Self {
        Self::try_log_in(address, user, password).unwrap_or_else(|why| panic!("{address}: {why}"))
    }

    /// The same where the server may not want us.
    pub fn try_log_in(address: &str, user: &str, password: &str) -> Result<Self, String> {
        let mut raw = Self::connect(address)?;
        raw.account = [address, user, password].map(str::to_owned);
        raw.say(&format!("LOGIN {} {}", quoted(user), quoted(password)))?;
        raw.find_out();
        Ok(raw)
    }

    fn connect(address: &str) -> Result<Self, String> {
        let socket = TcpStream::connect(address).map_err(|error| error.to_string())?;
        socket.set_nodelay(true).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut raw = Self {
            socket,
            buffer: Vec::new(),
            tags: 0,
            delimiter: "/".to_owned(),
            prefix: String::new(),
            selected: None,
            account: Default::default(),
            ended: false,
        };
        let greeting = raw.response()?;
        if greeting.starts_with("* OK") {
            Ok(raw)
        } else {
            Err(greeting)
        }
    }

    fn find_out(&mut self) {
        let answers = self.ask("NAMESPACE");
        let personal = answers
            .iter()
            .find_map(|line| line.strip_prefix("* NAMESPACE (("));
        if let Some(personal) = personal {
            let mut words = personal.split('"').skip(1).step_by(2);
            self.prefix = words.next().unwrap_or_default().to_owned();
            self.delimiter = words.next().unwrap_or("/").to_owned();
        }
    }

    /// Does the server have a test-and-set for flags: without one it can't be known who moved a message first.
    pub fn has_guard(&mut self) -> bool {
        let answers = self.ask("CAPABILITY");
        answers.iter().any(|line| line.contains(" CONDSTORE"))
    }

    /// The full name of a mailbox at the top, as this server has it.
    pub fn name(&self, path: &str) -> String {
        format!("{}{}", self.prefix, path.replace('/', &self.delimiter))
    }

    /// Sends a command; its untagged answers and last the tagged OK. Panics at NO and BAD.
    pub fn ask(&mut self, command: &str) -> Vec<String> {
        self.say(command)
            .or_else(|answer| {
                if answer == CLOSED {
                    self.say(command)
                } else {
                    Err(answer)
                }
            })
            .unwrap_or_else(|answer| panic!("{command}: {answer}"))
    }

    /// The same where NO is an answer too.
    pub fn say(&mut self, command: &str) -> Result<Vec<String>, String> {
        self.come_back();
        self.tags += 1;
        let tag = format!("r{}", self.tags);
        self.write(format!("{tag} {command}\r\n").as_bytes())?;
        self.until_done(&tag)
    }

    /// Logs in again where the connection has ended.
    fn come_back(&mut self) {
        if self.ended {
            let [address, user, password] = self.account.clone();
            *self = Self::log_in(&address, &user, &password);
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.socket.write_all(bytes).map_err(|_| {
            self.ended = true;
            CLOSED.to_owned()
        })
    }

    fn until_done(&mut self, tag: &str) -> Result<Vec<String>, String> {
        let mut answers = Vec::new();
        loop {
            let response = self.response()?;
            if let Some(status) = response.strip_prefix(&format!("{tag} ")) {
                if !status.starts_with("OK") {
                    return Err(response);
                }
                answers.push(response);
                return Ok(answers);
            }
            answers.push(response);
        }
    }

    /// One response with its literals.
    fn response(&mut self) -> Result<String, String> {
        loop {
            if let Some(end) = end_of_response(&self.buffer) {
                let rest = self.buffer.split_off(end);
                let whole = std::mem::replace(&mut self.buffer, rest);
                let text = String::from_utf8_lossy(&whole);
                return Ok(text.trim_end_matches("\r\n").to_owned());
            }
            let mut bytes = [0; 65_536];
            match self.socket.read(&mut bytes) {
                Ok(count) if count > 0 => self.buffer.extend_from_slice(&bytes[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    return Err("the server is silent".to_owned());
                }
                _ => {
                    self.ended = true;
                    return Err(CLOSED.to_owned());
                }
            }
        }
    }

    /// Starts to idle; [`Self::pushed`] then hears.
    pub fn idle(&mut self) {
        self.write(b"idle IDLE\r\n").unwrap();
        while !self.response().unwrap().starts_with('+') {}
    }

    /// The next thing told while idling.
    pub fn pushed(&mut self) -> String {
        self.response().unwrap()
    }

    pub fn done(&mut self) {
        self.write(b"DONE\r\n").unwrap();
        self.until_done("idle").unwrap();
    }

    /// Appends a message that is known by `id`, which is its subject too.
    pub fn append(&mut self, mailbox: &str, id: &str) {
        self.try_append(mailbox, id, "", 0)
            .unwrap_or_else(|answer| panic!("APPEND {mailbox}: {answer}"));
    }

    /// The same with flags, and `octets` more in its body.
    pub fn try_append(
        &mut self,
        mailbox: &str,
        id: &str,
        flags: &str,
        octets: usize,
    ) -> Result<(), String> {
        let line = "x".repeat(76) + "\r\n";
        let body = line.repeat(octets / 78 + 1);
        let message = format!(
            "From: Karin <karin@example.org>\r\nTo: anna@samma.test\r\nSubject: {id}\r\n\
             Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMessage-ID: <{id}@soak.test>\r\n\r\n{body}"
        );
        self.come_back();
        self.tags += 1;
        let tag = format!("r{}", self.tags);
        let head = format!(
            "{tag} APPEND {} ({flags}) {{{}}}\r\n",
            wire(mailbox),
            message.len()
        );
        self.write(head.as_bytes())?;
        loop {
            let response = self.response()?;
            if response.starts_with('+') {
                break;
            }
            if response.starts_with(&tag) {
                return Err(response);
            }
        }
        self.write(message.as_bytes())?;
        self.write(b"\r\n")?;
        self.until_done(&tag).map(drop)
    }

    pub fn list(&mut self) -> Vec<Listed> {
        self.listed("LIST")
            .into_iter()
            .filter(|one| !one.is("\\NonExistent"))
            .collect()
    }

    pub fn subscribed(&mut self) -> BTreeSet<String> {
        let all = self.listed("LSUB");
        all.into_iter()
            .filter(|one| !one.is("\\Noselect"))
            .map(|one| one.name)
            .collect()
    }

    fn listed(&mut self, command: &str) -> Vec<Listed> {
        let answers = self.ask(&format!("{command} \"\" \"*\""));
        let head = format!("* {command} (");
        let lines = answers.iter().filter_map(|line| line.strip_prefix(&head));
        lines
            .map(|line| {
                let (attributes, rest) = line.split_once(") ").unwrap();
                let (_, name) = rest.split_once(' ').unwrap();
                Listed {
                    name: read_name(name),
                    attributes: attributes.split_whitespace().map(str::to_owned).collect(),
                }
            })
            .collect()
    }

    /// Messages and unread ones.
    pub fn status(&mut self, mailbox: &str) -> Result<(u32, u32), String> {
        let answers = self.say(&format!("STATUS {} (MESSAGES UNSEEN)", wire(mailbox)))?;
        let line = answers
            .iter()
            .find(|line| line.starts_with("* STATUS"))
            .ok_or("no STATUS")?;
        let value = |name: &str| {
            let rest = line.rsplit(name).next().unwrap().trim_start();
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().unwrap()
        };
        Ok((value("MESSAGES"), value("UNSEEN")))
    }

    /// Opens a mailbox; how many messages are in it.
    pub fn select(&mut self, mailbox: &str) -> Result<u32, String> {
        self.open("SELECT", mailbox)
    }

    /// Opens a mailbox to look at it only.
    pub fn examine(&mut self, mailbox: &str) -> Result<u32, String> {
        self.open("EXAMINE", mailbox)
    }

    fn open(&mut self, command: &str, mailbox: &str) -> Result<u32, String> {
        self.selected = None;
        let answers = self.say(&format!("{command} {}", wire(mailbox)))?;
        self.selected = Some(mailbox.to_owned());
        let exists = answers.iter().find_map(|line| {
            let number = line.strip_prefix("* ")?.strip_suffix(" EXISTS")?;
            number.parse().ok()
        });
        Ok(exists.unwrap_or(0))
    }

    /// UIDs and flags (lower case, sorted, without `\Recent`) of a mailbox, in its order.
    pub fn contents(&mut self, mailbox: &str) -> Result<Vec<(u32, Vec<String>)>, String> {
        if self.examine(mailbox)? == 0 {
            return Ok(Vec::new());
        }
        let answers = self.say("FETCH 1:* (UID FLAGS)")?;
        let mut rows: BTreeMap<u32, (u32, Vec<String>)> = BTreeMap::new();
        for line in &answers {
            let Some((number, uid)) = fetched(line) else {
                continue;
            };
            let Some((_, rest)) = line.split_once("FLAGS (") else {
                continue;
            };
            let flags = rest.split(')').next().unwrap();
            rows.insert(number, (uid, normal(flags.split_whitespace())));
        }
        Ok(rows.into_values().collect())
    }

    /// UIDs and Message-IDs (as given to [`Self::append`]) of a mailbox, in its order.
    pub fn ids(&mut self, mailbox: &str) -> Result<Vec<(u32, String)>, String> {
        if self.examine(mailbox)? == 0 {
            return Ok(Vec::new());
        }
        self.selected_ids()
    }

    /// The same for the mailbox that is open.
    pub fn selected_ids(&mut self) -> Result<Vec<(u32, String)>, String> {
        let answers = self.say("FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")?;
        let mut rows = Vec::new();
        for line in &answers {
            if let Some((_, uid)) = fetched(line) {
                let id = line
                    .split_once('<')
                    .and_then(|(_, rest)| rest.split_once("@soak.test>"));
                rows.push((uid, id.map_or_else(String::new, |(id, _)| id.to_owned())));
            }
        }
        Ok(rows)
    }

    /// Makes the account as a new one: nothing in its mailboxes, no folders of its own.
    pub fn clear(&mut self) {
        let mut names: Vec<String> = self.list().into_iter().map(|one| one.name).collect();
        // Children before their parents.
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        for name in names {
            let kept = ["INBOX", "Drafts", "Sent", "Archive", "Junk", "Trash"];
            let is_kept = kept
                .iter()
                .any(|one| name == *one || name == self.name(one));
            if !is_kept {
                drop(self.say(&format!("DELETE {}", wire(&name))));
                drop(self.say(&format!("UNSUBSCRIBE {}", wire(&name))));
            } else if self.select(&name).is_ok_and(|count| count > 0) {
                self.ask("STORE 1:* +FLAGS.SILENT (\\Deleted)");
                self.ask("EXPUNGE");
            }
        }
        drop(self.say("CLOSE"));
        self.selected = None;
        for name in self.subscribed() {
            if !self.list().iter().any(|one| one.name == name) {
                drop(self.say(&format!("UNSUBSCRIBE {}", wire(&name))));
            }
        }
    }
}

/// Flags as they are compared.
pub fn normal<'a>(flags: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut flags: Vec<String> = flags
        .map(str::to_ascii_lowercase)
        .filter(|flag| flag != "\\recent")
        .collect();
    flags.sort();
    flags
}

/// The sequence number and UID of a FETCH response.
fn fetched(line: &str) -> Option<(u32, u32)> {
    let (number, rest) = line.strip_prefix("* ")?.split_once(" FETCH (")?;
    let (_, uid) = rest.split_once("UID ")?;
    let digits: String = uid.chars().take_while(char::is_ascii_digit).collect();
    Some((number.parse().ok()?, digits.parse().ok()?))
}

/// The wire form of a mailbox's name.
pub fn wire(name: &str) -> String {
    quoted(&String::from_utf8(MailboxName::new(name).to_wire(false)).unwrap())
}

pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn read_name(text: &str) -> String {
    let plain = if let Some(inner) = text.strip_prefix('"') {
        let inner = inner.strip_suffix('"').unwrap_or(inner);
        inner.replace("\\\"", "\"").replace("\\\\", "\\")
    } else if text.starts_with('{') {
        text.split_once("\r\n").unwrap().1.to_owned()
    } else {
        text.to_owned()
    };
    MailboxName::from_wire(plain.as_bytes(), false)
        .as_str()
        .to_owned()
}

/// Where the first response ends, behind its CRLF.
fn end_of_response(buffer: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let end = at + buffer[at..].windows(2).position(|two| two == b"\r\n")?;
        let line = &buffer[at..end];
        let literal = line.strip_suffix(b"}").and_then(|line| {
            let open = line.iter().rposition(|byte| *byte == b'{')?;
            std::str::from_utf8(&line[open + 1..])
                .ok()?
                .parse::<usize>()
                .ok()
        });
        let Some(octets) = literal else {
            return Some(end + 2);
        };
        at = end + 2 + octets;
        if at > buffer.len() {
            return None;
        }
    }
}
