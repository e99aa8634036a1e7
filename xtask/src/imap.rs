//! The smallest IMAP client that can fill mailboxes: LOGIN, CREATE, APPEND, one command at a time or many.
//!
//! For our own fixtures on loopback, in clear; the product's client is `crates/protocol`, which is not used
//! here so that a demo can be started while that is being worked on, and so that tests have a second opinion.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::console::{Failure, OrSay, Outcome};

/// Longest wait for the server.
const PATIENCE: Duration = Duration::from_secs(120);

/// A logged-in connection.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    tags: u32,
    capabilities: String,
    /// What stands before the names of the user's own mailboxes, and between their levels.
    prefix: String,
    separator: String,
}

/// A message to be appended.
pub(crate) struct Append<'a> {
    /// System flags and keywords.
    pub(crate) flags: &'a [&'a str],
    /// `date-time` of RFC 9051, without quotes.
    pub(crate) internal_date: String,
    /// The message, lines ended by CRLF.
    pub(crate) bytes: &'a [u8],
}

impl Client {
    /// Connects to `address` (`host:port`) and logs in.
    pub(crate) fn log_in(address: &str, user: &str, password: &str) -> Outcome<Self> {
        let stream =
            TcpStream::connect(address).or_say(format!("Could not connect to {address}"))?;
        stream
            .set_nodelay(true)
            .or_say("Could not set up the connection")?;
        stream
            .set_read_timeout(Some(PATIENCE))
            .or_say("Could not set up the connection")?;
        let mut client = Self {
            stream: BufReader::new(stream),
            tags: 0,
            capabilities: String::new(),
            prefix: String::new(),
            separator: "/".to_owned(),
        };
        client.line()?;
        client.command(&format!("LOGIN {} {}", quoted(user), quoted(password)))?;
        client.capabilities = client.command("CAPABILITY")?.join(" ").to_ascii_uppercase();
        client.learn_namespace()?;
        Ok(client)
    }

    /// NAMESPACE (RFC 2342): the first personal one. Courier's is `("INBOX." ".")`.
    fn learn_namespace(&mut self) -> Outcome {
        if self.offers("NAMESPACE") {
            let answer = self.command("NAMESPACE")?.join(" ");
            let strings: Vec<&str> = answer.split('"').collect();
            if let [before, prefix, _, separator, ..] = strings.as_slice()
                && before.ends_with("NAMESPACE ((")
            {
                (self.prefix, self.separator) = ((*prefix).to_owned(), (*separator).to_owned());
            }
        }
        Ok(())
    }

    /// The name on the wire of the mailbox that we call `name`, its levels parted by `/`.
    pub(crate) fn wire_name(&self, name: &str) -> String {
        if name == "INBOX" {
            return quoted(name);
        }
        mailbox_name(&format!(
            "{}{}",
            self.prefix,
            name.replace('/', &self.separator)
        ))
    }

    /// Does the server offer `name` after login.
    pub(crate) fn offers(&self, name: &str) -> bool {
        self.capabilities
            .split_ascii_whitespace()
            .any(|capability| capability == name)
    }

    /// Sends one command and returns the untagged lines; a NO or BAD is a failure with the server's words.
    pub(crate) fn command(&mut self, text: &str) -> Outcome<Vec<String>> {
        let tag = self.send_command(text)?;
        self.finish(&tag)
    }

    /// Makes a mailbox, and is content when it is there already.
    pub(crate) fn create(&mut self, mailbox: &str) -> Outcome {
        let name = self.wire_name(mailbox);
        // A refusal may mean "exists"; an APPEND to it will tell.
        let tag = self.send_command(&format!("CREATE {name}"))?;
        drop(self.finish(&tag));
        self.command(&format!("SUBSCRIBE {name}")).map(drop)
    }

    /// Appends `messages`, in one command where the server has MULTIAPPEND (RFC 3502).
    pub(crate) fn append(&mut self, mailbox: &str, messages: &[Append<'_>]) -> Outcome {
        let at_once = if self.offers("MULTIAPPEND") {
            messages.len().max(1)
        } else {
            1
        };
        let plus = self.offers("LITERAL+");
        for batch in messages.chunks(at_once) {
            let tag = self.tag();
            let mut out = format!("{tag} APPEND {}", self.wire_name(mailbox)).into_bytes();
            for message in batch {
                let sign = if plus { "+" } else { "" };
                let flags = message.flags.join(" ");
                let (date, octets) = (&message.internal_date, message.bytes.len());
                out.extend(format!(" ({flags}) \"{date}\" {{{octets}{sign}}}\r\n").bytes());
                if !plus {
                    self.send(&out)?;
                    out.clear();
                    self.continuation()?;
                }
                out.extend(message.bytes);
            }
            out.extend(b"\r\n");
            self.send(&out)?;
            self.finish(&tag)
                .map_err(|failure| Failure::new(format!("{mailbox}: {failure}")))?;
        }
        Ok(())
    }

    fn tag(&mut self) -> String {
        self.tags += 1;
        format!("a{}", self.tags)
    }

    fn send_command(&mut self, text: &str) -> Outcome<String> {
        let tag = self.tag();
        self.send(format!("{tag} {text}\r\n").as_bytes())?;
        Ok(tag)
    }

    fn send(&mut self, bytes: &[u8]) -> Outcome {
        self.stream
            .get_mut()
            .write_all(bytes)
            .or_say("The connection to the mail server broke")
    }

    fn continuation(&mut self) -> Outcome {
        loop {
            let line = self.line()?;
            if line.starts_with('+') {
                return Ok(());
            }
            if !line.starts_with('*') {
                return Err(Failure::new(format!("The mail server refused: {line}")));
            }
        }
    }

    fn finish(&mut self, tag: &str) -> Outcome<Vec<String>> {
        let mut untagged = Vec::new();
        loop {
            let line = self.line()?;
            match line
                .strip_prefix(tag)
                .and_then(|rest| rest.strip_prefix(' '))
            {
                Some(rest) if rest.starts_with("OK") => return Ok(untagged),
                Some(rest) => return Err(Failure::new(format!("The mail server refused: {rest}"))),
                None => untagged.push(line),
            }
        }
    }

    /// One response line, its literals replaced by nothing: nobody here reads them.
    fn line(&mut self) -> Outcome<String> {
        let mut whole = String::new();
        loop {
            let mut line = Vec::new();
            let read = self
                .stream
                .read_until(b'\n', &mut line)
                .or_say("The mail server did not answer")?;
            if read == 0 {
                return Err(Failure::new("The mail server closed the connection"));
            }
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end();
            whole.push_str(text);
            let literal = text
                .strip_suffix('}')
                .and_then(|text| text.rsplit_once('{'))
                .and_then(|(_, n)| n.parse::<u64>().ok());
            let Some(octets) = literal else {
                return Ok(whole);
            };
            std::io::copy(&mut self.stream.by_ref().take(octets), &mut std::io::sink())
                .or_say("The mail server did not answer")?;
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A mailbox's name in modified UTF-7 (RFC 3501 5.1.3), quoted.
fn mailbox_name(name: &str) -> String {
    let mut out = String::new();
    let mut shifted: Vec<u16> = Vec::new();
    let flush = |shifted: &mut Vec<u16>, out: &mut String| {
        if !shifted.is_empty() {
            let bytes: Vec<u8> = shifted.drain(..).flat_map(u16::to_be_bytes).collect();
            let base64 = crate::sample::base64(&bytes)
                .trim_end_matches('=')
                .replace('/', ",");
            out.push_str(&format!("&{base64}-"));
        }
    };
    for character in name.chars() {
        if (' '..='~').contains(&character) {
            flush(&mut shifted, &mut out);
            out.push(character);
            if character == '&' {
                out.push('-');
            }
        } else {
            shifted.extend(character.encode_utf16(&mut [0; 2]).iter());
        }
    }
    flush(&mut shifted, &mut out);
    quoted(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailbox_names_are_written_in_modified_utf_7() {
        assert_eq!(
            mailbox_name("Möten & protokoll"),
            "\"M&APY-ten &- protokoll\""
        );
        assert_eq!(mailbox_name("台北/日本語"), "\"&U,BTFw-/&ZeVnLIqe-\"");
    }
}
