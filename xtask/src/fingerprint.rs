//! Are the sources still those that were built: FNV-1a over names and contents.
//!
//! The same number is the build's id. It need not resist an attacker, only tell two builds apart, and must
//! be the same on every machine and with every compiler, which the standard library's hasher is not.

use std::path::{Path, PathBuf};

use crate::console::{OrSay, Outcome};

/// A hash being computed.
#[derive(Clone, Copy)]
pub(crate) struct Fingerprint(u64);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fingerprint {
    /// Takes `bytes`, and their number, so that two neighbours can't trade bytes.
    pub(crate) fn with(mut self, bytes: &[u8]) -> Self {
        for byte in bytes.iter().chain(&(bytes.len() as u64).to_le_bytes()) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        self
    }

    /// Takes names and contents of all files in `folder`, but not those whose path below `folder` `skip` names.
    pub(crate) fn with_files(
        mut self,
        folder: &Path,
        skip: &dyn Fn(&Path) -> bool,
    ) -> Outcome<Self> {
        for file in files(folder, skip)? {
            let content =
                std::fs::read(&file).or_say(format!("Could not read {}", file.display()))?;
            let name = file.strip_prefix(folder).unwrap_or(&file);
            self = self
                .with(name.as_os_str().as_encoded_bytes())
                .with(&content);
        }
        Ok(self)
    }

    /// Sixteen hex digits.
    pub(crate) fn hex(self) -> String {
        format!("{:016x}", self.0)
    }
}

/// All files below `folder`, in order of their names; links are not followed.
pub(crate) fn files(folder: &Path, skip: &dyn Fn(&Path) -> bool) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        let entries =
            std::fs::read_dir(&next).or_say(format!("Could not read {}", next.display()))?;
        for entry in entries {
            let entry = entry.or_say(format!("Could not read {}", next.display()))?;
            let path = entry.path();
            if skip(path.strip_prefix(folder).unwrap_or(&path)) {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => waiting.push(path),
                Ok(kind) if kind.is_file() => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_do_not_trade_bytes() {
        let one = Fingerprint::default().with(b"ab").with(b"c");
        let other = Fingerprint::default().with(b"a").with(b"bc");
        assert_ne!(one.hex(), other.hex());
        assert_eq!(one.hex().len(), 16);
    }
}
