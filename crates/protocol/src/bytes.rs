//! The input buffer: what came from the link and has not been taken yet.
//!
//! Octets are taken from its front without moving the rest; the room they leave is used again
//! when more is received, so that a response costs one copy however it was cut.

/// Octets in the order in which they came.
#[derive(Debug, Default)]
pub struct Input {
    octets: Vec<u8>,
    /// How many at the front are taken.
    taken: usize,
}

/// Capacity that is kept when the buffer runs empty, in octets.
const KEPT: usize = 64 * 1024;

impl Input {
    /// With nothing in it.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            octets: Vec::new(),
            taken: 0,
        }
    }

    /// Puts more at the end.
    pub fn push(&mut self, octets: &[u8]) {
        if self.taken > 0 {
            self.octets.drain(..self.taken.min(self.octets.len()));
            self.taken = 0;
        }
        if self.octets.is_empty() {
            // One long response must not hold its memory for the life of the connection.
            self.octets.shrink_to(KEPT);
        }
        self.octets.extend_from_slice(octets);
    }

    /// What has not been taken.
    #[must_use]
    pub fn rest(&self) -> &[u8] {
        self.octets.get(self.taken..).unwrap_or_default()
    }

    /// Takes `count` octets from the front, or all if there are fewer.
    pub fn advance(&mut self, count: usize) {
        self.taken = self.taken.saturating_add(count).min(self.octets.len());
    }
}
