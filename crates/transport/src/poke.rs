//! The contract of the poke channel: "look there", told between the devices of one person, and never what changed.
//!
//! - Path [`PATH`], sub-protocol [`SUBPROTOCOL`], binary frames only; one frame is one message: a [`Kind`], one
//!   octet, then so many [`Topic`]s. Anything else ends the channel with [`Close::BadData`].
//! - A page says with [`Kind::Join`] which topics it wants to hear of, and with [`Kind::Poke`] which ones others
//!   should look at. The gateway passes a poke on to everybody else who joined, as [`Kind::Poked`].
//! - What the gateway refuses before the upgrade, a plain `GET` of the same path answers as JSON
//!   [`Verdict`](crate::tunnel::Verdict), as for tunnels. A gateway without the channel answers `404`, and
//!   [`Config::poke`](crate::config::Config::poke) says so beforehand.
//!
//! A poke is a hint: it may be merged with others, come late or not at all. Whoever is poked asks the mail server,
//! and whoever is not will be told by the mail server later.

/// Path of the channel, without the gateway's base address.
pub const PATH: &str = "/poke";

/// WebSocket sub-protocol; its number changes with the form of the messages.
pub const SUBPROTOCOL: &str = "samma-poke.1";

/// Octets of a topic: 128 bits of a hash can be neither guessed nor met by chance.
pub const TOPIC_OCTETS: usize = 16;

/// Most topics that a channel can have joined: a person's accounts and the folders that are open or watched, with
/// room to spare. The gateway keeps them in memory for as long as the channel is open.
pub const JOINED_TOPICS: usize = 512;

/// Most topics in one [`Kind::Poke`]: a change touches one folder, a move two, each under a few kinds. What a poke
/// costs the gateway is bounded by this.
pub const POKE_TOPICS: usize = 16;

/// Most octets of a message: the largest [`Kind::Join`].
pub const MESSAGE_OCTETS: usize = 1 + JOINED_TOPICS * TOPIC_OCTETS;

/// What a poke is about: a hash that only those who share the account can make. To the gateway it is opaque; it can't
/// tell the account, the folder or the kind of change from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic(pub [u8; TOPIC_OCTETS]);

/// What a message says; its first octet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Page to gateway: all topics that this channel wants to hear of from now on, in place of those before; none
    /// to hear of nothing. At most [`JOINED_TOPICS`].
    Join = 1,
    /// Page to gateway: tell the others. At least one topic, at most [`POKE_TOPICS`]; they need not be joined, and
    /// the channel that pokes is not told itself.
    Poke = 2,
    /// Gateway to page: somebody poked these, all of which are joined. At least one, at most [`JOINED_TOPICS`],
    /// each once: what comes while a page is slow is merged.
    Poked = 3,
}

impl Kind {
    /// How many topics a message of this kind may have.
    const fn topics(self) -> core::ops::RangeInclusive<usize> {
        match self {
            Self::Join => 0..=JOINED_TOPICS,
            Self::Poke => 1..=POKE_TOPICS,
            Self::Poked => 1..=JOINED_TOPICS,
        }
    }
}

/// Writes a message. Topics past the kind's bound are left out, so that what is written can be read: whoever has
/// more of them chooses before, or pokes twice.
#[must_use]
pub fn encode(kind: Kind, topics: &[Topic]) -> Vec<u8> {
    let topics = topics.iter().take(*kind.topics().end());
    let octets = topics.len().saturating_mul(TOPIC_OCTETS);
    let mut message = Vec::with_capacity(octets.saturating_add(1));
    message.push(kind as u8);
    message.extend(topics.flat_map(|topic| topic.0));
    message
}

/// Reads a message; `None` if its kind is unknown, its length no whole number of topics, or their number out of the
/// kind's bounds. A topic may be there twice.
#[must_use]
pub fn decode(message: &[u8]) -> Option<(Kind, Vec<Topic>)> {
    let (first, rest) = message.split_first()?;
    let kind = [Kind::Join, Kind::Poke, Kind::Poked]
        .into_iter()
        .find(|kind| *kind as u8 == *first)?;
    let (topics, odd) = rest.as_chunks::<TOPIC_OCTETS>();
    if !odd.is_empty() || !kind.topics().contains(&topics.len()) {
        return None;
    }
    Some((kind, topics.iter().copied().map(Topic).collect()))
}

/// Why a channel closed, as a WebSocket close code (RFC 6455 7.4; 4000 and up are ours, and mean the same as in
/// [`tunnel::Close`](crate::tunnel::Close) where both have them).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Close {
    /// The gateway is shutting down; connect again.
    GoingAway = 1001,
    /// A text frame, a frame over the limit, or no message by this contract.
    BadData = 1003,
    /// Nothing moved, and pings went unanswered.
    Idle = 4004,
    /// Far more messages than anybody needs; wait before connecting again.
    TooMuch = 4005,
}

impl Close {
    /// Reads a close code; `None` for codes that this contract does not know.
    #[must_use]
    pub fn from_code(code: u16) -> Option<Self> {
        [Self::GoingAway, Self::BadData, Self::Idle, Self::TooMuch]
            .into_iter()
            .find(|close| *close as u16 == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [Kind; 3] = [Kind::Join, Kind::Poke, Kind::Poked];

    fn topics(count: usize) -> Vec<Topic> {
        let topic = |n: usize| {
            Topic(
                (n as u128)
                    .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                    .to_be_bytes(),
            )
        };
        (0..count).map(topic).collect()
    }

    #[test]
    fn what_is_written_is_read_for_every_kind_and_number() {
        for kind in KINDS {
            for count in kind.topics() {
                let message = encode(kind, &topics(count));
                assert_eq!(message.len(), 1 + count * TOPIC_OCTETS);
                assert!(message.len() <= MESSAGE_OCTETS);
                assert_eq!(decode(&message), Some((kind, topics(count))));
            }
        }
    }

    #[test]
    fn the_form_on_the_wire_is_fixed() {
        let topic = Topic(*b"sixteen octets..");
        assert_eq!(encode(Kind::Join, &[]), [1]);
        assert_eq!(encode(Kind::Poke, &[topic]), b"\x02sixteen octets..");
        assert_eq!(encode(Kind::Poked, &[topic]), b"\x03sixteen octets..");
    }

    #[test]
    fn one_topic_too_many_is_not_read_and_not_written() {
        for (kind, most) in KINDS
            .into_iter()
            .zip([JOINED_TOPICS, POKE_TOPICS, JOINED_TOPICS])
        {
            let over = topics(most + 1);
            let mut message = vec![kind as u8];
            message.extend(over.iter().flat_map(|topic| topic.0));
            assert_eq!(decode(&message), None, "{kind:?}");
            let (_, read) = decode(&encode(kind, &over)).unwrap();
            assert_eq!(read.len(), most, "{kind:?}");
        }
    }

    #[test]
    fn a_join_may_be_empty_and_the_others_may_not() {
        assert_eq!(decode(&[1]), Some((Kind::Join, Vec::new())));
        assert_eq!(decode(&[2]), None);
        assert_eq!(decode(&[3]), None);
    }

    #[test]
    fn lengths_and_kinds_that_are_none_are_refused() {
        assert_eq!(decode(&[]), None);
        for kind in (0..=255).filter(|kind| !(1..=3).contains(kind)) {
            assert_eq!(decode(&[[kind].as_slice(), &[7; 16]].concat()), None);
        }
        for kind in KINDS {
            let whole = encode(kind, &topics(3));
            for cut in (1..whole.len()).filter(|cut| cut % TOPIC_OCTETS != 1) {
                assert_eq!(decode(&whole[..cut]), None, "{kind:?} {cut}");
            }
        }
    }

    /// Whatever can be read at all is written the same again.
    #[test]
    fn rubbish_is_refused_or_written_as_it_was_read() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_be_bytes()[0]
        };
        let mut read = 0;
        for _ in 0..20_000 {
            let length = usize::from(random()) * usize::from(random() % 3);
            let mut message: Vec<u8> = (0..length).map(|_| random()).collect();
            if let [first, ..] = &mut message[..] {
                *first %= 5;
            }
            if let Some((kind, topics)) = decode(&message) {
                read += 1;
                assert_eq!(encode(kind, &topics), message);
            }
        }
        assert!(read > 100, "{read}");
    }

    #[test]
    fn close_codes_are_known_by_their_number() {
        for close in [
            Close::GoingAway,
            Close::BadData,
            Close::Idle,
            Close::TooMuch,
        ] {
            assert_eq!(Close::from_code(close as u16), Some(close));
        }
        assert_eq!(Close::from_code(1000), None);
        for shared in [Close::GoingAway, Close::BadData, Close::Idle] {
            let other = crate::tunnel::Close::from_code(shared as u16).unwrap();
            assert_eq!(format!("{shared:?}"), format!("{other:?}"));
        }
    }
}
