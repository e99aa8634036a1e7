//! Names of files in an archive: safe wherever it is unpacked, and no two the same.

use std::collections::BTreeMap;

use crate::{filename, limits};

/// The names that an archive has, in lower case, since not every system tells letters' case
/// apart; and the number that the last one of each name got.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeMap<String, u32>,
}

impl Names {
    /// A safe form of `name` that was not given before, " (2)" at the end of its stem if need be.
    pub(super) fn free(&mut self, name: &str) -> String {
        let name = safe_path(name);
        let key = name.to_lowercase();
        let mut number = self.taken.get(&key).copied().unwrap_or(0);
        if number == 0 {
            self.taken.insert(key, 1);
            return name;
        }
        let (folder, base) = name.rsplit_once('/').unwrap_or(("", &name));
        let (stem, ending) = match base.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
            _ => (base, String::new()),
        };
        let slash = if folder.is_empty() { "" } else { "/" };
        let (numbered, numbered_key) = loop {
            number = number.saturating_add(1);
            let numbered = format!("{folder}{slash}{stem} ({number}){ending}");
            let numbered_key = numbered.to_lowercase();
            if number == u32::MAX || !self.taken.contains_key(&numbered_key) {
                break (numbered, numbered_key);
            }
        };
        self.taken.insert(numbered_key, 1);
        self.taken.insert(key, number);
        numbered
    }
}

/// Each folder and the name cleaned; no way up, no root, never empty.
fn safe_path(name: &str) -> String {
    let mut parts: Vec<String> = name
        .rsplit(['/', '\\'])
        .map(filename::clean)
        .filter(|part| !part.is_empty())
        .take(limits::ARCHIVE_FOLDERS.saturating_add(1))
        .collect();
    parts.reverse();
    if parts.is_empty() {
        "file".to_owned()
    } else {
        parts.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(given: &[&str]) -> Vec<String> {
        let mut names = Names::default();
        given.iter().map(|name| names.free(name)).collect()
    }

    #[test]
    fn names_are_safe_and_no_two_are_the_same() {
        assert_eq!(
            names(&[
                "a.txt",
                "A.TXT",
                "a.txt",
                "a (2).txt",
                "b/a.txt",
                "b/a.txt",
                ".x",
                "x",
                "c.d/e",
                "c.d/e"
            ]),
            [
                "a.txt",
                "A (2).TXT",
                "a (3).txt",
                "a (2) (2).txt",
                "b/a.txt",
                "b/a (2).txt",
                "x",
                "x (2)",
                "c.d/e",
                "c.d/e (2)"
            ]
        );
        assert_eq!(
            names(&[
                "/etc/passwd",
                "../../x",
                "C:\\a\\b",
                "..",
                "",
                "a/./b",
                "gpj\u{202e}.exe\n",
                "con/aux.txt"
            ]),
            [
                "etc/passwd",
                "x",
                "C_/a/b",
                "file",
                "file (2)",
                "a/b",
                "gpj.exe",
                "_con/_aux.txt"
            ]
        );
        let deep = "d/".repeat(limits::ARCHIVE_FOLDERS + 9) + "f";
        assert_eq!(
            names(&[&deep]),
            ["d/".repeat(limits::ARCHIVE_FOLDERS) + "f"]
        );
    }
}
