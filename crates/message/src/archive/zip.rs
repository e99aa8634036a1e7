//! Writing zip files, stored and in one pass (PKWARE APPNOTE.TXT 6.3.10).
//!
//! In: a name, a time and octets in any cuts, file by file. Out: what belongs in front of, behind
//! and at the end of them; the octets themselves the caller writes. Nothing is compressed: mail
//! is Base64 or compressed already for the most part, and a browser's time is better kept.
//!
//! What is kept of each file is its line in the directory at the end and its name. Sizes are
//! told behind each file, since they are not known in front of it; zip64 is used where numbers
//! ask for it and nowhere else, because some systems' own unpackers don't have it.

mod name;

use super::Moment;
use crate::crc32::Crc32;
use name::Names;

/// Writes the frame of a zip file around what the caller writes.
///
/// Each method appends to `out` what is to be written at once: `begin`, then the file's octets,
/// told through `data`, then `end`; after the last one `finish`.
#[derive(Debug, Default)]
pub struct ZipWriter {
    /// Octets written so far.
    at: u64,
    count: u64,
    directory: Vec<u8>,
    names: Names,
    open: Option<Entry>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    date: u16,
    time: u16,
    unix_s: Option<i32>,
    /// Where it begins.
    at: u64,
    size: u64,
    sum: Crc32,
}

impl ZipWriter {
    /// A file without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens an entry under a safe form of `name`, whose folders are parted by `/`.
    ///
    /// A name that is taken already, in any case of letters, gets " (2)". An entry that is still
    /// open is ended first.
    pub fn begin(&mut self, name: &str, unix_s: i64, out: &mut Vec<u8>) {
        self.end(out);
        let m = Moment::of(unix_s);
        // DOS has two-second steps from 1980 to 2107.
        let pack = |value: i64, shift: u32| u16::try_from(value).unwrap_or_default() << shift;
        let (date, time) = if (1980..=2107).contains(&m.year) {
            let month = i64::try_from(m.month).unwrap_or(1);
            (
                pack(m.year.saturating_sub(1980), 9) | pack(month, 5) | pack(m.day, 0),
                pack(m.hour, 11) | pack(m.minute, 5) | pack(m.second / 2, 0),
            )
        } else {
            (pack(1, 5) | pack(1, 0), 0)
        };
        let entry = Entry {
            name: self.names.free(name),
            date,
            time,
            unix_s: i32::try_from(unix_s).ok(),
            at: self.at,
            size: 0,
            sum: Crc32::new(),
        };
        let mut local = Vec::new();
        local.extend_from_slice(b"PK\x03\x04");
        entry.common(&mut local, VERSION, [0; 3]);
        let times = entry.times();
        put16(&mut local, times.len());
        local.extend_from_slice(entry.name.as_bytes());
        local.extend_from_slice(&times);
        self.emit(&local, out);
        self.open = Some(entry);
    }

    /// Takes note of octets that the caller writes into the open entry.
    pub fn data(&mut self, bytes: &[u8]) {
        if let Some(entry) = &mut self.open {
            let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            entry.sum.update(bytes);
            entry.size = entry.size.saturating_add(length);
            self.at = self.at.saturating_add(length);
        }
    }

    /// Ends the open entry, if there is one.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        let Some(entry) = self.open.take() else {
            return;
        };
        let sum = entry.sum.value();
        let mut descriptor = b"PK\x07\x08".to_vec();
        descriptor.extend_from_slice(&sum.to_le_bytes());
        match u32::try_from(entry.size) {
            Ok(size) if size < u32::MAX => {
                descriptor.extend_from_slice(&size.to_le_bytes());
                descriptor.extend_from_slice(&size.to_le_bytes());
            }
            _ => {
                descriptor.extend_from_slice(&entry.size.to_le_bytes());
                descriptor.extend_from_slice(&entry.size.to_le_bytes());
            }
        }
        self.emit(&descriptor, out);
        entry.list(sum, &mut self.directory);
        self.count = self.count.saturating_add(1);
    }

    /// Ends the file: its directory, and where that is.
    pub fn finish(mut self, out: &mut Vec<u8>) {
        self.end(out);
        let at = self.at;
        let size = u64::try_from(self.directory.len()).unwrap_or(u64::MAX);
        out.append(&mut self.directory);
        let short = u16::try_from(self.count).unwrap_or(u16::MAX);
        if short == u16::MAX || short32(at) == u32::MAX || short32(size) == u32::MAX {
            out.extend_from_slice(b"PK\x06\x06");
            out.extend_from_slice(&44_u64.to_le_bytes());
            out.extend_from_slice(&MADE_BY_64.to_le_bytes());
            out.extend_from_slice(&VERSION_64.to_le_bytes());
            out.extend_from_slice(&[0; 8]);
            for number in [self.count, self.count, size, at] {
                out.extend_from_slice(&number.to_le_bytes());
            }
            out.extend_from_slice(b"PK\x06\x07\0\0\0\0");
            out.extend_from_slice(&at.saturating_add(size).to_le_bytes());
            out.extend_from_slice(&1_u32.to_le_bytes());
        }
        out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        out.extend_from_slice(&short.to_le_bytes());
        out.extend_from_slice(&short.to_le_bytes());
        out.extend_from_slice(&short32(size).to_le_bytes());
        out.extend_from_slice(&short32(at).to_le_bytes());
        out.extend_from_slice(&[0; 2]);
    }

    fn emit(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(octets);
        let length = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        self.at = self.at.saturating_add(length);
    }
}

impl Entry {
    /// What a file's own header and its line in the directory have in common, up to the length
    /// of the name.
    fn common(&self, out: &mut Vec<u8>, version: u16, numbers: [u32; 3]) {
        out.extend_from_slice(&version.to_le_bytes());
        out.extend_from_slice(&FLAGS.to_le_bytes());
        // Stored.
        out.extend_from_slice(&[0; 2]);
        out.extend_from_slice(&self.time.to_le_bytes());
        out.extend_from_slice(&self.date.to_le_bytes());
        for number in numbers {
            out.extend_from_slice(&number.to_le_bytes());
        }
        put16(out, self.name.len());
    }

    fn list(&self, sum: u32, out: &mut Vec<u8>) {
        let (size, at) = (short32(self.size), short32(self.at));
        let mut extra = self.times();
        let mut large = Vec::new();
        if size == u32::MAX {
            large.extend_from_slice(&self.size.to_le_bytes());
            large.extend_from_slice(&self.size.to_le_bytes());
        }
        if at == u32::MAX {
            large.extend_from_slice(&self.at.to_le_bytes());
        }
        let (mut made_by, mut version) = (MADE_BY, VERSION);
        if !large.is_empty() {
            (made_by, version) = (MADE_BY_64, VERSION_64);
            put16(&mut extra, 1);
            put16(&mut extra, large.len());
            extra.append(&mut large);
        }
        out.extend_from_slice(b"PK\x01\x02");
        out.extend_from_slice(&made_by.to_le_bytes());
        self.common(out, version, [sum, size, size]);
        put16(out, extra.len());
        // No comment, the first disk, no remark on its kind.
        out.extend_from_slice(&[0; 6]);
        out.extend_from_slice(&MODE.to_le_bytes());
        out.extend_from_slice(&at.to_le_bytes());
        out.extend_from_slice(self.name.as_bytes());
        out.append(&mut extra);
    }

    /// Info-ZIP's "UT": the time in UTC, since DOS times are in nobody knows whose zone.
    fn times(&self) -> Vec<u8> {
        let Some(unix_s) = self.unix_s else {
            return Vec::new();
        };
        let mut extra = b"UT\x05\0\x01".to_vec();
        extra.extend_from_slice(&unix_s.to_le_bytes());
        extra
    }
}

/// Sizes stand behind the file; names are UTF-8.
const FLAGS: u16 = 1 << 3 | 1 << 11;
const VERSION: u16 = 20;
const VERSION_64: u16 = 45;
/// On Unix, where the mode below has its meaning.
const MADE_BY: u16 = 3 << 8 | VERSION;
const MADE_BY_64: u16 = 3 << 8 | VERSION_64;
/// A file that its owner writes and everybody reads.
const MODE: u32 = 0o100_644 << 16;

/// A number where it fits; else the value that stands for "see zip64".
fn short32(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Lengths that are bounded far below 65,536.
fn put16(out: &mut Vec<u8>, length: usize) {
    let length = u16::try_from(length).unwrap_or_default();
    out.extend_from_slice(&length.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zipped(files: &[(&str, i64, &[u8])]) -> Vec<u8> {
        let (mut writer, mut out) = (ZipWriter::new(), Vec::new());
        for (name, unix_s, content) in files {
            writer.begin(name, *unix_s, &mut out);
            for chunk in content.chunks(3) {
                writer.data(chunk);
                out.extend_from_slice(chunk);
            }
            writer.end(&mut out);
        }
        writer.finish(&mut out);
        out
    }

    #[test]
    fn one_file_has_the_octets_that_the_note_prescribes() {
        let expected = [
            // File header: version 20, flags 0x808, stored, 17:06:22 on 2008-02-22.
            &b"PK\x03\x04\x14\0\x08\x08\0\0\xcb\x88\x56\x38\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\x09\0"[..],
            b"a.txt", b"UT\x05\0\x01\x0f\x01\xbf\x47", b"123456789",
            // Sum, and size twice.
            b"PK\x07\x08\x26\x39\xf4\xcb\x09\0\0\0\x09\0\0\0",
            b"PK\x01\x02\x14\x03\x14\0\x08\x08\0\0\xcb\x88\x56\x38\x26\x39\xf4\xcb\x09\0\0\0\x09\0\0\0\x05\0\x09\0",
            b"\0\0\0\0\0\0\0\0\xa4\x81\0\0\0\0", b"a.txt", b"UT\x05\0\x01\x0f\x01\xbf\x47",
            // One entry of one, 60 octets at 69.
            b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x3c\0\0\0\x45\0\0\0\0\0",
        ]
        .concat();
        assert_eq!(zipped(&[("a.txt", 1_203_699_983, b"123456789")]), expected);
    }

    #[test]
    fn times_that_dos_does_not_have_are_its_first() {
        for (unix_s, has_utc) in [(0, true), (-1, true), (i64::MAX, false)] {
            let out = zipped(&[("a", unix_s, b"")]);
            assert_eq!(out[10..14], [0, 0, 0x21, 0]);
            assert_eq!(out.windows(2).any(|two| two == b"UT"), has_utc);
        }
    }

    #[test]
    fn files_over_four_gigabytes_have_their_sizes_in_zip64() {
        let (mut writer, mut out) = (ZipWriter::new(), Vec::new());
        writer.begin("a", 0, &mut out);
        let large = u64::from(u32::MAX);
        writer.open.as_mut().unwrap().size = large;
        writer.at += large;
        out.clear();
        writer.end(&mut out);
        assert_eq!(out.len(), 24, "8 octets for each size");
        writer.begin("b", 0, &mut out);
        out.clear();
        let at = writer.at;
        writer.finish(&mut out);
        let find = |what: &[u8]| {
            out.windows(what.len())
                .filter(|window| window == &what)
                .count()
        };
        assert_eq!(
            find(b"\x01\0\x10\0\xff\xff\xff\xff\0\0\0\0\xff\xff\xff\xff\0\0\0\0"),
            1
        );
        assert_eq!(find(b"\x01\0\x08\0"), 1, "the place of the second");
        assert_eq!(find(b"PK\x06\x06"), 1);
        let end = out.len() - 22;
        assert_eq!(out[end + 16..end + 20], [0xff; 4]);
        let where_at = (at + 16).to_le_bytes();
        assert_eq!(out[end - 28..end - 20], where_at, "the directory's place");
    }

    #[test]
    fn calls_out_of_order_do_no_harm() {
        let (mut writer, mut out) = (ZipWriter::new(), Vec::new());
        writer.data(b"lost");
        writer.end(&mut out);
        assert!(out.is_empty());
        writer.begin("a", 0, &mut out);
        writer.begin("b", 0, &mut out);
        writer.finish(&mut out);
        assert_eq!(
            out.windows(4).filter(|four| four == b"PK\x01\x02").count(),
            2
        );
    }
}
