//! The session's hearing half: what each response means for what is waited for, and what is told
//! of it.

use base64ct::{Base64, Encoding as _};
use zeroize::Zeroizing;

use super::{Event, Flight, Kind, Phase, Session, Wait};
use crate::{
    Error,
    imap::{
        capability::Capabilities,
        response::{Code, Data, Response, Status, StatusKind, Tag},
    },
    limits,
};

impl Session {
    pub(super) fn take(&mut self, response: Response) {
        if self.phase == Phase::Greeting {
            return self.take_greeting(response);
        }
        match response {
            Response::Continuation { text } => self.take_continuation(&text),
            Response::Tagged { tag, status } => self.take_tagged(tag, status),
            Response::Untagged(data) => self.take_data(data),
        }
    }

    fn take_greeting(&mut self, response: Response) {
        let Response::Untagged(Data::Status(status)) = response else {
            return self.give_up(Error::Broken {
                reason: "no IMAP greeting (RFC 9051 7.1)",
            });
        };
        match status.kind {
            // Signed in before TLS: whatever we would do here, we would do in clear, and STARTTLS is not allowed any
            // more (RFC 9051 7.1.4). An attacker's way around TLS.
            StatusKind::PreAuth if !self.secure => {
                self.give_up(Error::Unsafe {
                    reason: "PREAUTH greeting before STARTTLS (RFC 9051 11.1)",
                });
            }
            StatusKind::Ok | StatusKind::PreAuth | StatusKind::Bye => {
                self.phase = Phase::Open;
                let status = self.heard(status);
                self.events.push_back(Event::Greeting(status));
            }
            StatusKind::No | StatusKind::Bad => {
                self.give_up(Error::Broken {
                    reason: "no IMAP greeting (RFC 9051 7.1)",
                });
            }
        }
    }

    fn take_data(&mut self, data: Data) {
        let data = match data {
            Data::Status(status) => Data::Status(self.heard(status)),
            Data::Capability(list) => {
                self.hear_capabilities(&list);
                Data::Capability(list)
            }
            _ if !self.secure => return self.skip("data before TLS is not believed"),
            Data::Enabled(names) => {
                // Only what was asked for: unasked, it would change how names are read.
                if self
                    .flight
                    .iter()
                    .any(|flight| matches!(flight.kind, Kind::Enable { .. }))
                {
                    names.iter().for_each(|name| self.enabled.insert(name));
                    if self.enabled.imap4rev2() || self.enabled.utf8_accept() {
                        self.utf8 = true;
                        self.framer.set_utf8(true);
                    }
                }
                Data::Enabled(names)
            }
            other => other,
        };
        self.events.push_back(Event::Data(data));
    }

    fn take_continuation(&mut self, text: &[u8]) {
        if self.phase != Phase::Open {
            return self.skip("+ after BYE");
        }
        match std::mem::replace(&mut self.wait, Wait::Nothing) {
            Wait::Literal(rest) => self.write_wire(rest),
            Wait::IdleStart => {
                self.wait = Wait::Idling;
                if let Some(tag) = self.wait_tag.clone() {
                    self.events.push_back(Event::IdleStarted { tag });
                }
            }
            Wait::Sasl => {
                self.wait = Wait::Sasl;
                if let Err(error) = self.take_challenge(text) {
                    // RFC 9051 6.2.2: `*` cancels.
                    self.output.extend_from_slice(b"*\r\n");
                    self.give_up(error);
                }
            }
            other => {
                self.wait = other;
                self.skip("+ that nothing waits for");
            }
        }
    }

    fn take_challenge(&mut self, text: &[u8]) -> Result<(), Error> {
        let Some(Flight {
            kind: Kind::Authenticate(mechanism),
            ..
        }) = self.flight.last_mut()
        else {
            return Err(Error::Broken {
                reason: "SASL challenge without AUTHENTICATE (RFC 9051 6.2.2)",
            });
        };
        let response = match mechanism.initial_response()? {
            // The first challenge is empty, or words for people: it says nothing.
            Some(first) => first,
            None if text.len() > limits::SASL_CHALLENGE => {
                return Err(Error::Broken {
                    reason: "SASL challenge is too long",
                });
            }
            None => {
                let text = std::str::from_utf8(text.trim_ascii()).unwrap_or("*");
                let challenge = match Base64::decode_vec(text) {
                    Ok(challenge) => challenge,
                    // LOGIN does not look at the challenge, and some servers do not encode it.
                    Err(_) if mechanism.name() == "LOGIN" => Vec::new(),
                    Err(_) => {
                        return Err(Error::Broken {
                            reason: "SASL challenge is not base64 (RFC 9051 6.2.2)",
                        });
                    }
                };
                mechanism.respond(&challenge)?
            }
        };
        let encoded = Zeroizing::new(Base64::encode_string(&response));
        self.output.extend_from_slice(encoded.as_bytes());
        self.output.extend_from_slice(b"\r\n");
        Ok(())
    }

    fn take_tagged(&mut self, tag: Tag, status: Status) {
        let Some(at) = self.flight.iter().position(|flight| flight.tag == tag) else {
            return self.skip(&format!("answer to a command that was not sent: {tag}"));
        };
        let Flight { kind, .. } = self.flight.remove(at);
        if self.wait_tag.as_ref() == Some(&tag) {
            // Whatever it waited for (a literal refused, an IDLE ended) will not come any more.
            self.settle();
        }
        let granted = status.kind == StatusKind::Ok;
        let status = self.heard(status);
        match kind {
            Kind::StartTls if granted => {
                self.wait = Wait::Tls;
                self.events.push_back(Event::StartTlsReady);
                return;
            }
            Kind::Authenticate(mechanism) if granted && !mechanism.is_proven() => {
                return self.give_up(Error::Unsafe {
                    reason: "the server took the password without proving that it knows it (RFC 5802 9)",
                });
            }
            // RFC 9051 6.2.2: what was offered before is void, unless told anew. Dovecot tells
            // before the tagged answer, Cyrus within it, Courier not at all.
            Kind::Login | Kind::Authenticate(_) if granted && !self.capabilities_heard => {
                self.capabilities = None;
            }
            Kind::Compress if granted => {
                self.wait = Wait::Deflate;
                self.events.push_back(Event::Done { tag, status });
                self.events.push_back(Event::CompressReady);
                return;
            }
            _ => {}
        }
        self.events.push_back(Event::Done { tag, status });
    }

    /// Takes the end of the connection or a list of capabilities out of a status; before TLS, also
    /// what would be shown to the person.
    fn heard(&mut self, mut status: Status) -> Status {
        if status.kind == StatusKind::Bye {
            self.phase = Phase::Closing;
        }
        match &status.code {
            Some(Code::Capability(list)) => {
                let list = list.clone();
                self.hear_capabilities(&list);
            }
            // RFC 9051 7.1 wants ALERT shown, RFC 2221 REFERRAL followed; anybody may have written them.
            Some(Code::Alert | Code::Referral(_)) if !self.secure => status.code = None,
            _ => {}
        }
        status
    }

    fn hear_capabilities(&mut self, list: &Capabilities) {
        self.capabilities = Some(list.clone());
        self.capabilities_heard = true;
    }
}
