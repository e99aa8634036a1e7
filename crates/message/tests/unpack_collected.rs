//! What other projects collected of TNEF, mbox, uuencode and yEnc, unpacked and compared with the
//! results that lie beside it.
//!
//! The collection's folder is named by `SAMMA_CORPORA` (default `../shared/corpora` beside the
//! repository); where there is none the tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test that meets what it does not expect has to fail"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use samma_message::{
    archive::mbox::MboxReader,
    tnef::{self, Unpacked},
    transfer::{
        embedded::{Piece, embedded_files},
        yenc::Integrity,
    },
    whole,
};

fn hook(label: &str, bytes: &[u8]) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

fn corpora() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = match std::env::var_os("SAMMA_CORPORA") {
        Some(folder) => root.join(folder),
        None => root.join("../shared/corpora"),
    };
    if folder.join("INDEX.tsv").is_file() {
        return Some(folder);
    }
    println!("skipped: no corpora at {}", folder.display());
    None
}

/// Case files below `mime/`, with their tags.
fn cases(folder: &Path) -> Vec<(String, String)> {
    fs::read_to_string(folder.join("INDEX.tsv"))
        .expect("the index is text")
        .lines()
        .map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>())
        .filter(|columns| columns.len() > 8)
        .filter(|columns| columns[0].starts_with("mime/") && columns[2] == "case")
        .map(|columns| (columns[0].clone(), format!("{},{}", columns[7], columns[8])))
        .collect()
}

fn names(unpacked: &Unpacked) -> Vec<String> {
    let listed = unpacked
        .attachments
        .iter()
        .map(|attachment| attachment.name.clone());
    listed.collect()
}

/// TNEF files as such, and those within messages.
#[test]
fn collected_tnef_files_are_unpacked() {
    let Some(folder) = corpora() else { return };
    let (mut files, mut attachments, mut bodies, mut compared) = (0, 0, 0, 0);
    for (path, tags) in cases(&folder) {
        let raw = fs::read(folder.join(&path)).unwrap();
        let mut found = Vec::new();
        if path.ends_with(".tnef") {
            found.push(raw);
        } else if tags.contains("tnef") {
            let whole = whole::parse(&raw, hook);
            let mut open = vec![&whole.root];
            while let Some(part) = open.pop() {
                open.extend(&part.children);
                let name = part.name.as_deref().unwrap_or_default();
                if part.mime_type.ends_with("ms-tnef") || name.eq_ignore_ascii_case("winmail.dat") {
                    found.extend(
                        whole
                            .content(&part.section)
                            .map(|content| content.into_owned()),
                    );
                }
            }
        }
        for file in found {
            let unpacked = tnef::unpack(&file, hook).expect(&path);
            files += 1;
            attachments += unpacked.attachments.len();
            let has_body = unpacked.text.is_some() || unpacked.html.is_some();
            bodies += usize::from(has_body);
            println!("{path}: {:?}, {:?}", unpacked.subject, names(&unpacked));
            let stem = path.rsplit('/').next().unwrap().trim_end_matches(".tnef");
            let list = folder.join(format!("mime/mimekit/expected/{stem}.list"));
            let Ok(list) = fs::read_to_string(list) else {
                continue;
            };
            compared += 1;
            let mut left = names(&unpacked);
            for expected in list.lines().filter(|line| !line.trim().is_empty()) {
                if expected == "body.rtf" {
                    assert!(has_body, "{path}");
                } else {
                    let at = left.iter().position(|name| name == expected);
                    left.remove(at.unwrap_or_else(|| panic!("{path}: {expected}")));
                }
            }
            assert!(
                stem.contains("long-filename") || left.is_empty(),
                "{path}: {left:?}"
            );
        }
    }
    println!("{files} TNEF files: {attachments} attachments, {bodies} bodies, {compared} compared");
    assert!(files > 0);
}

/// The number of messages is told by the index; every cut has to give the same ones.
#[test]
fn collected_mboxes_are_parted() {
    let Some(folder) = corpora() else { return };
    let (mut files, mut messages) = (0, 0);
    for (path, tags) in cases(&folder) {
        let raw = fs::read(folder.join(&path)).unwrap();
        let is_mbox = tags.split(',').any(|tag| tag == "mbox");
        if !is_mbox && !raw.starts_with(b"From ") {
            continue;
        }
        let read = |cut: usize| {
            let mut reader = MboxReader::default();
            let mut out: Vec<_> = raw
                .chunks(cut)
                .flat_map(|chunk| reader.push(chunk))
                .collect();
            out.extend(reader.finish());
            out
        };
        let found = read(raw.len());
        assert_eq!(read(997), found, "{path}");
        files += 1;
        messages += found.len();
        let tagged = tags
            .split(',')
            .find_map(|tag| tag.strip_prefix("messages="));
        let expected = match tagged {
            Some(count) => count.parse().unwrap(),
            None if path.ends_with("unmunged.mbox") => 2,
            None => 1,
        };
        assert_eq!(found.len(), expected, "{path}");
    }
    println!("{files} mbox files: {messages} messages");
    assert!(files > 0);
}

/// Messages whole: what stands in them is found wherever it stands.
#[test]
fn collected_files_in_text_are_found() {
    let Some(folder) = corpora() else { return };
    let (mut looked, mut by_integrity) = (0, BTreeMap::new());
    for (path, tags) in cases(&folder) {
        let raw = fs::read(folder.join(&path)).unwrap();
        looked += 1;
        let pieces = embedded_files(&raw);
        let mut at = 0;
        for piece in &pieces {
            let range = match piece {
                Piece::Text(range) => range,
                Piece::File(file) => {
                    let told = format!("{:?}", file.integrity);
                    println!("{path}: {:?} {} {told}", file.name, file.content.len());
                    *by_integrity.entry(told).or_insert(0) += 1;
                    &file.range
                }
            };
            assert_eq!(range.start, at, "{path}");
            at = range.end;
        }
        assert_eq!(at, raw.len(), "{path}");
        let files = || {
            pieces
                .iter()
                .filter(|piece| matches!(piece, Piece::File(_)))
        };
        // Backslashes that became yen signs: damaged beyond use, and shown as the text it is.
        let is_damaged = raw.windows(2).any(|two| two == b"\xC2\xA5");
        assert!(
            !tags.contains("uuencode") || is_damaged || files().count() > 0,
            "{path}"
        );
        if tags.contains("yenc") {
            let is_whole = |piece: &Piece| match piece {
                Piece::File(file) => file.integrity == Integrity::ChecksumRight,
                Piece::Text(_) => false,
            };
            assert!(pieces.iter().any(is_whole), "{path}");
        }
    }
    println!("{looked} looked through: {by_integrity:?}");
}
