//! Frames, RFC 6455 5: what a page sends is unmasked in place, what goes to it gets its head.
//!
//! [`Decoder::feed`] takes bytes as they come from the socket, in pieces of any size, and leaves in the buffer what
//! is payload. Where messages end, [`Decoder::feed_messages`] tells those who care. It holds at most one frame's head and one control frame's payload (139 octets).

use samma_transport::tunnel::Close;

/// A code for a Close frame, with the reason where the RFC wants one told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation(pub u16);

impl Violation {
    /// Against the framing, RFC 6455 7.4.1.
    pub const PROTOCOL: Self = Self(1002);
    /// A close reason that is not UTF-8.
    pub const NOT_UTF8: Self = Self(1007);
    /// A text frame, or one over the limit.
    pub const BAD_DATA: Self = Self(Close::BadData as u16);
}

/// Most octets in a control frame, RFC 6455 5.5.
const CONTROL_OCTETS: usize = 125;

/// A control frame's payload.
#[derive(Clone, Copy)]
pub struct Control {
    octets: [u8; CONTROL_OCTETS],
    length: usize,
}

impl Control {
    const EMPTY: Self = Self {
        octets: [0; CONTROL_OCTETS],
        length: 0,
    };

    /// The octets, unmasked.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or_default()
    }

    fn push(&mut self, more: &[u8]) {
        let end = self.length.saturating_add(more.len());
        // The head was refused if it announced more than fits.
        if let Some(room) = self.octets.get_mut(self.length..end) {
            room.copy_from_slice(more);
            self.length = end;
        }
    }
}

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Control({} octets)", self.length)
    }
}

impl PartialEq for Control {
    fn eq(&self, other: &Self) -> bool {
        self.payload() == other.payload()
    }
}

/// What else was in the bytes, beside payload.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fed {
    /// The last ping; earlier ones need no answer, RFC 6455 5.5.3.
    pub ping: Option<Control>,
    /// A Close frame came: its code, and nothing after it was read.
    pub close: Option<u16>,
}

/// The code for a Close frame that brought none, RFC 6455 7.1.5. It is never sent.
pub const NO_CODE: u16 = 1005;

/// Reads the frames of one client.
#[derive(Debug)]
pub struct Decoder {
    most: u64,
    head: Head,
    body: Option<Body>,
    fragmented: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Head {
    octets: [u8; 14],
    have: usize,
}

#[derive(Clone, Copy, Debug)]
struct Body {
    remaining: u64,
    mask: [u8; 4],
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Data,
    Close(Control),
    Ping(Control),
    Pong,
}

impl Decoder {
    /// A decoder that refuses frames of more than `most` octets.
    #[must_use]
    pub const fn new(most: u64) -> Self {
        let head = Head {
            octets: [0; 14],
            have: 0,
        };
        Self {
            most,
            head,
            body: None,
            fragmented: false,
        }
    }

    /// Takes `bytes` as received; afterwards they are the payload of data frames only.
    ///
    /// # Errors
    /// The code to close with. Nothing of `bytes` may then be passed on.
    pub fn feed(&mut self, bytes: &mut Vec<u8>) -> Result<Fed, Violation> {
        self.feed_messages(bytes, |_| ())
    }

    /// As [`Self::feed`]; `ends` is told, in order, after how many octets of that payload a message ends.
    ///
    /// # Errors
    /// The code to close with. Nothing of `bytes` may then be passed on.
    pub fn feed_messages(
        &mut self,
        bytes: &mut Vec<u8>,
        mut ends: impl FnMut(usize),
    ) -> Result<Fed, Violation> {
        let mut fed = Fed::default();
        let (mut from, mut kept) = (0_usize, 0_usize);
        loop {
            let Some(mut body) = self.body.take() else {
                let Some(&octet) = bytes.get(from) else { break };
                from = from.saturating_add(1);
                self.body = self.take_head(octet)?;
                // A frame without payload is whole with its head.
                if let Some(body) = self.body.take_if(|body| body.remaining == 0) {
                    if self.ends_message(body.kind) {
                        ends(kept);
                    }
                    if finish(body.kind, &mut fed)? {
                        break;
                    }
                }
                continue;
            };
            let here = bytes.len().saturating_sub(from);
            let take = usize::try_from(body.remaining).map_or(here, |left| left.min(here));
            if take == 0 {
                self.body = Some(body);
                break;
            }
            let end = from.saturating_add(take);
            let kept_end = kept.saturating_add(take);
            bytes.copy_within(from..end, kept);
            let payload = bytes.get_mut(kept..kept_end).unwrap_or_default();
            unmask(payload, body.mask);
            body.mask.rotate_left(take % 4);
            body.remaining = body.remaining.saturating_sub(take as u64);
            match &mut body.kind {
                Kind::Data => kept = kept_end,
                Kind::Close(control) | Kind::Ping(control) => control.push(payload),
                Kind::Pong => {}
            }
            from = end;
            if body.remaining > 0 {
                self.body = Some(body);
                continue;
            }
            if self.ends_message(body.kind) {
                ends(kept);
            }
            if finish(body.kind, &mut fed)? {
                break;
            }
        }
        bytes.truncate(kept);
        Ok(fed)
    }

    /// Was that the last frame of a message.
    const fn ends_message(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Data) && !self.fragmented
    }

    /// Takes one octet of a head; the body if the head is whole by it.
    fn take_head(&mut self, octet: u8) -> Result<Option<Body>, Violation> {
        let head = &mut self.head;
        if let Some(place) = head.octets.get_mut(head.have) {
            *place = octet;
            head.have = head.have.saturating_add(1);
        }
        let [first, second, long @ ..] = head.octets;
        if head.have == 1 {
            return check_first(first, self.fragmented).map(|()| None);
        }
        let (is_control, short) = (first & 0x08 != 0, second & 0x7f);
        if head.have == 2 {
            let masked = second & 0x80 != 0;
            if !masked || (is_control && usize::from(short) > CONTROL_OCTETS) {
                return Err(Violation::PROTOCOL);
            }
        }
        let (length, mask) = match (short, long) {
            (126, [a, b, mask @ .., _, _, _, _, _, _]) if head.have == 8 => {
                (u64::from(u16::from_be_bytes([a, b])), mask)
            }
            (127, [a, b, c, d, e, f, g, h, mask @ ..]) if head.have == 14 => {
                (u64::from_be_bytes([a, b, c, d, e, f, g, h]), mask)
            }
            (0..=125, [mask @ .., _, _, _, _, _, _, _, _]) if head.have == 6 => {
                (u64::from(short), mask)
            }
            _ => return Ok(None),
        };
        // The shortest form must be used, and 64 bits must not be all of them, RFC 6455 5.2.
        let shortest = match short {
            126 => length > 125,
            127 => length > 0xffff && length <= u64::MAX >> 1,
            _ => true,
        };
        if !shortest {
            return Err(Violation::PROTOCOL);
        }
        if length > self.most {
            return Err(Violation::BAD_DATA);
        }
        self.head.have = 0;
        let kind = match first & 0x0f {
            0x8 => Kind::Close(Control::EMPTY),
            0x9 => Kind::Ping(Control::EMPTY),
            0xa => Kind::Pong,
            _ => {
                self.fragmented = first & 0x80 == 0;
                Kind::Data
            }
        };
        Ok(Some(Body {
            remaining: length,
            mask,
            kind,
        }))
    }
}

/// The first octet: FIN, three reserved bits, opcode.
fn check_first(first: u8, fragmented: bool) -> Result<(), Violation> {
    let (fin, reserved, opcode) = (first & 0x80 != 0, first & 0x70, first & 0x0f);
    if reserved != 0 {
        return Err(Violation::PROTOCOL);
    }
    match opcode {
        0x0 if fragmented => Ok(()),
        0x2 if !fragmented => Ok(()),
        0x1 if !fragmented => Err(Violation::BAD_DATA),
        0x8..=0xa if fin => Ok(()),
        _ => Err(Violation::PROTOCOL),
    }
}

/// A frame is whole. True if nothing may follow it.
fn finish(kind: Kind, fed: &mut Fed) -> Result<bool, Violation> {
    match kind {
        Kind::Data | Kind::Pong => {}
        Kind::Ping(control) => fed.ping = Some(control),
        Kind::Close(control) => {
            fed.close = Some(close_code(control.payload())?);
            return Ok(true);
        }
    }
    Ok(false)
}

fn close_code(payload: &[u8]) -> Result<u16, Violation> {
    let [high, low, reason @ ..] = payload else {
        let empty = payload.is_empty();
        return if empty {
            Ok(NO_CODE)
        } else {
            Err(Violation::PROTOCOL)
        };
    };
    let code = u16::from_be_bytes([*high, *low]);
    // RFC 6455 7.4; 1012 to 1014 were registered later.
    if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
        return Err(Violation::PROTOCOL);
    }
    match std::str::from_utf8(reason) {
        Ok(_) => Ok(code),
        Err(_) => Err(Violation::NOT_UTF8),
    }
}

/// RFC 6455 5.3, eight octets at a time.
fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (eights, rest) = payload.as_chunks_mut::<8>();
    for eight in eights {
        *eight = (u64::from_ne_bytes(*eight) ^ wide).to_ne_bytes();
    }
    for (octet, mask) in rest.iter_mut().zip(mask.iter().cycle()) {
        *octet ^= mask;
    }
}

/// Longest head of a frame to a client.
pub const HEAD_OCTETS: usize = 10;

/// Writes the head of a whole binary frame of `length` octets.
pub fn binary_head(frame: &mut Vec<u8>, length: usize) {
    head(frame, 0x82, length);
}

/// A ping without payload.
pub const PING: [u8; 2] = [0x89, 0];

/// The answer to a ping.
#[must_use]
pub fn pong(ping: &Control) -> Vec<u8> {
    let mut frame = Vec::with_capacity(CONTROL_OCTETS.saturating_add(2));
    head(&mut frame, 0x8a, ping.length);
    frame.extend_from_slice(ping.payload());
    frame
}

/// A Close frame; without a code if that is [`NO_CODE`].
#[must_use]
pub fn close(code: u16) -> Vec<u8> {
    let mut frame = vec![0x88, 0];
    if code != NO_CODE {
        frame = vec![0x88, 2];
        frame.extend(code.to_be_bytes());
    }
    frame
}

fn head(frame: &mut Vec<u8>, first: u8, length: usize) {
    frame.push(first);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..=125), _) => frame.push(short),
        (_, Ok(medium)) => {
            frame.push(126);
            frame.extend(medium.to_be_bytes());
        }
        _ => {
            frame.push(127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests;
