//! Zip files as other programs read them: from their end, by a reader of our own and by Python.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test that meets what it does not expect has to fail"
)]

use std::{collections::BTreeMap, fs, process::Command};

use samma_message::archive::zip::ZipWriter;

/// The zip files of the tests below: folders, names beyond ASCII, nothing and something.
fn zipped() -> Vec<u8> {
    let (mut writer, mut out) = (ZipWriter::new(), Vec::new());
    for (name, content) in [
        ("Räk/a.eml", &b"From: a\r\n\r\nb"[..]),
        ("Räk/a.eml", b"another"),
        ("empty.txt", b""),
    ] {
        writer.begin(name, 1_700_000_000, &mut out);
        writer.data(content);
        out.extend_from_slice(content);
        writer.end(&mut out);
    }
    writer.finish(&mut out);
    out
}

fn number(file: &[u8], at: usize, octets: usize) -> u64 {
    let digits = file[at..at + octets].iter().rev();
    digits.fold(0, |value, octet| value << 8 | u64::from(*octet))
}

/// Reads a zip file the way that unpackers do, from its end.
fn unzipped(file: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let end = file.len() - 22;
    assert_eq!(file[end..end + 4], *b"PK\x05\x06");
    let (mut count, mut at) = (
        number(file, end + 10, 2),
        number(file, end + 16, 4) as usize,
    );
    if count == 0xFFFF {
        assert_eq!(file[end - 20..end - 16], *b"PK\x06\x07");
        let wide = number(file, end - 12, 8) as usize;
        assert_eq!(file[wide..wide + 4], *b"PK\x06\x06");
        count = number(file, wide + 32, 8);
        at = number(file, wide + 48, 8) as usize;
    }
    let mut out = BTreeMap::new();
    for _ in 0..count {
        assert_eq!(file[at..at + 4], *b"PK\x01\x02");
        let [size, name, extra, local] = [(24, 4), (28, 2), (30, 2), (42, 4)]
            .map(|(from, len)| number(file, at + from, len) as usize);
        let text = String::from_utf8(file[at + 46..at + 46 + name].to_vec()).unwrap();
        assert_eq!(file[local..local + 4], *b"PK\x03\x04");
        assert_eq!(&file[local + 30..local + 30 + name], text.as_bytes());
        let from = local + 30 + name + number(file, local + 28, 2) as usize;
        let after = from + size;
        assert_eq!(file[after..after + 4], *b"PK\x07\x08");
        assert_eq!(number(file, after + 4, 4), number(file, at + 16, 4));
        assert_eq!(number(file, after + 8, 4), size as u64);
        assert!(out.insert(text, file[from..after].to_vec()).is_none());
        at += 46 + name + extra;
    }
    out
}

#[test]
fn what_is_zipped_is_read_back() {
    let files = unzipped(&zipped());
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        ["Räk/a (2).eml", "Räk/a.eml", "empty.txt"]
    );
    assert_eq!(files["Räk/a (2).eml"], b"another");
}

#[test]
fn the_number_of_files_at_sixteen_bits_and_beyond_is_read_back() {
    for count in [65_534, 65_535, 65_536] {
        let (mut writer, mut out) = (ZipWriter::new(), Vec::new());
        for index in 0..count {
            writer.begin(&index.to_string(), 0, &mut out);
        }
        writer.finish(&mut out);
        assert_eq!(unzipped(&out).len(), count);
    }
}

#[test]
fn python_reads_what_is_zipped() {
    let path = std::env::temp_dir().join(format!("samma-unpack-{}.zip", std::process::id()));
    fs::write(&path, zipped()).unwrap();
    let run = Command::new("python3")
        .args(["-m", "zipfile", "-t"])
        .arg(&path)
        .output();
    fs::remove_file(&path).unwrap();
    match run {
        Err(fault) => println!("skipped: no python3 here ({fault})"),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(
                output.status.success() && said.contains("Done"),
                "{output:?}"
            );
            assert!(!said.contains("corrupted"), "{said}");
        }
    }
}
