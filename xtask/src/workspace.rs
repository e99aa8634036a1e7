//! Where things are: the repository, the build's output, and the folders that servers work in.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::console::{OrSay, Outcome};
use crate::fingerprint::Fingerprint;
use crate::process;

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    // Set at compile time; the binary lies in the target folder and is not carried elsewhere.
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or_else(|| Path::new("."))
        .to_owned()
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The built app.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The gateway, as [`crate::app::build`] leaves it.
pub(crate) fn gateway() -> PathBuf {
    target().join("release/samma-gateway")
}

/// Longest path of a server's folder, in bytes: Unix sockets below it must stay under 108.
const LONGEST_FOLDER: usize = 64;

/// A folder for a server named `name`: under the target folder, or under `/var/tmp` where that is
/// out of reach for the user that the mail server runs as, or too long for its sockets.
pub(crate) fn server_folder(name: &str) -> Outcome<PathBuf> {
    let usual = target().join(name);
    std::fs::create_dir_all(&usual).or_say(format!("Could not make {}", usual.display()))?;
    let usual = usual
        .canonicalize()
        .or_say(format!("Could not find {}", usual.display()))?;
    let folder = if fits(&usual) {
        usual
    } else {
        let id = Fingerprint::default()
            .with(usual.as_os_str().as_encoded_bytes())
            .hex();
        PathBuf::from(format!("/var/tmp/samma-{name}-{}", &id[..8]))
    };
    std::fs::create_dir_all(&folder).or_say(format!("Could not make {}", folder.display()))?;
    Ok(folder)
}

/// Can a mail server work in `folder`, as the user it would run as.
pub(crate) fn fits(folder: &Path) -> bool {
    let reachable = || {
        folder.ancestors().skip(1).all(|above| {
            std::fs::metadata(above).is_ok_and(|meta| meta.permissions().mode() & 0o001 != 0)
        })
    };
    folder.as_os_str().len() <= LONGEST_FOLDER && (!process::is_root() || reachable())
}
