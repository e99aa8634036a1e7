//! MAPI properties within a TNEF attribute (MS-OXTNEF 2.1.3.4): in comes a range of the file,
//! out come identifiers, types and the ranges of their first values.
//!
//! Reading stops at the first thing that does not fit; each step takes at least four octets.

use std::ops::Range;

// Property types (MS-OXCDATA 2.11.1).
pub(super) const INTEGER32: u16 = 0x0003;
pub(super) const OBJECT: u16 = 0x000D;
pub(super) const STRING8: u16 = 0x001E;
pub(super) const UNICODE: u16 = 0x001F;
pub(super) const BINARY: u16 = 0x0102;

/// A place in the file, and where it has to stop.
pub(super) struct Cursor<'a> {
    octets: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(octets: &'a [u8], range: Range<usize>) -> Self {
        let end = range.end.min(octets.len());
        Self {
            octets,
            at: range.start.min(end),
            end,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.at >= self.end
    }

    pub(super) fn rest(&self) -> Range<usize> {
        self.at..self.end
    }

    /// The next `length` octets, if there are so many.
    pub(super) fn take(&mut self, length: usize) -> Option<Range<usize>> {
        let to = self.at.checked_add(length).filter(|to| *to <= self.end)?;
        let range = self.at..to;
        self.at = to;
        Some(range)
    }

    /// The next `length` octets, or those that are left.
    pub(super) fn take_most(&mut self, length: usize) -> Range<usize> {
        let to = self.at.saturating_add(length).min(self.end);
        let range = self.at..to;
        self.at = to;
        range
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let range = self.take(N)?;
        self.octets.get(range)?.try_into().ok()
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// A length of 32 bits and as many octets, padded to four.
    fn sized(&mut self) -> Option<Range<usize>> {
        let length = usize::try_from(self.u32()?).ok()?;
        let range = self.take(length)?;
        // The padding of the last one is left out by some writers.
        self.take_most(length.wrapping_neg() & 3);
        Some(range)
    }
}

/// A property and its first value.
pub(super) struct Property {
    pub(super) id: u16,
    /// Its type; of many values the type of one.
    pub(super) kind: u16,
    pub(super) value: Range<usize>,
}

/// The properties of an attribute, one after the other.
pub(super) struct Properties<'a> {
    cursor: Cursor<'a>,
    left: u32,
}

impl<'a> Properties<'a> {
    pub(super) fn new(octets: &'a [u8], range: Range<usize>) -> Self {
        let mut cursor = Cursor::new(octets, range);
        let left = cursor.u32().unwrap_or_default();
        Self { cursor, left }
    }

    fn read(&mut self) -> Option<Property> {
        let kind = self.cursor.u16()?;
        let id = self.cursor.u16()?;
        if id >= 0x8000 {
            self.skip_name()?;
        }
        let is_many = kind & MANY != 0;
        let kind = kind & !MANY;
        let value = match kind {
            STRING8 | UNICODE | OBJECT | BINARY => {
                let count = self.cursor.u32()?;
                let first = if count == 0 {
                    0..0
                } else {
                    self.cursor.sized()?
                };
                for _ in 1..count {
                    self.cursor.sized()?;
                }
                first
            }
            _ => {
                let size = fixed_size(kind)?;
                let count = if is_many {
                    usize::try_from(self.cursor.u32()?).ok()?
                } else {
                    1
                };
                let all = self.cursor.take(size.checked_mul(count)?)?;
                all.start..all.end.min(all.start.saturating_add(size))
            }
        };
        Some(Property { id, kind, value })
    }

    /// Names of properties without a number of their own: a set, then a number or a string.
    fn skip_name(&mut self) -> Option<()> {
        self.cursor.take(16)?;
        if self.cursor.u32()? == 0 {
            self.cursor.take(4)?;
        } else {
            self.cursor.sized()?;
        }
        Some(())
    }
}

impl Iterator for Properties<'_> {
    type Item = Property;

    fn next(&mut self) -> Option<Property> {
        self.left = self.left.checked_sub(1)?;
        let property = self.read();
        if property.is_none() {
            self.left = 0;
        }
        property
    }
}

/// The flag of types with many values.
const MANY: u16 = 0x1000;

/// Octets of a value, padded to four (MS-OXCDATA 2.11.1).
fn fixed_size(kind: u16) -> Option<usize> {
    Some(match kind {
        // Null has no value.
        0x0000 | 0x0001 => 0,
        // 16 and 32 bits, float, error, boolean.
        0x0002 | 0x0003 | 0x0004 | 0x000A | 0x000B => 4,
        // Double, currency, floating time, 64 bits, time.
        0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => 8,
        // An identifier.
        0x0048 => 16,
        _ => return None,
    })
}
