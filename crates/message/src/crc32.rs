//! CRC-32 as yEnc and zip have it (ISO 3309, reflected polynomial EDB88320).
//!
//! In: octets in any cuts. Out: the sum of all of them.

/// A sum in the making.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crc32 {
    state: u32,
}

impl Crc32 {
    /// The sum of nothing.
    pub(crate) const fn new() -> Self {
        Self { state: u32::MAX }
    }

    /// Takes more octets in.
    pub(crate) fn update(&mut self, octets: &[u8]) {
        self.state = octets.iter().fold(self.state, |state, octet| {
            let [low, ..] = state.to_le_bytes();
            let row = TABLE.get(usize::from(low ^ octet)).copied();
            row.unwrap_or_default() ^ (state >> 8)
        });
    }

    /// The sum of all octets so far.
    pub(crate) const fn value(self) -> u32 {
        !self.state
    }
}

/// The sum of one piece.
pub(crate) fn of(octets: &[u8]) -> u32 {
    let mut sum = Crc32::new();
    sum.update(octets);
    sum.value()
}

static TABLE: [u32; 256] = table();

#[allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "computed by the compiler, which fails where a panic would be"
)]
const fn table() -> [u32; 256] {
    let mut rows = [0; 256];
    let mut index: u32 = 0;
    while index < 256 {
        let mut row = index;
        let mut bit = 0;
        while bit < 8 {
            row = (row >> 1) ^ (0xEDB8_8320 * (row & 1));
            bit += 1;
        }
        rows[index as usize] = row;
        index += 1;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_check_value_comes_out_in_any_cut() {
        assert_eq!(of(b""), 0);
        assert_eq!(of(b"123456789"), 0xCBF4_3926);
        let mut sum = Crc32::new();
        sum.update(b"1234");
        sum.update(b"56789");
        assert_eq!(sum.value(), 0xCBF4_3926);
    }
}
