//! Installs what is missing, and nothing else; what is there in the right version is used as it is.
//!
//! Order as on a fresh machine: Node is asked for (it can't be had from every distribution), then Debian's
//! packages, the wasm target, the crates, Trunk and wasm-bindgen (debug builds: a quarter of the time, same
//! output), the npm packages. Trunk and wasm-bindgen of another version that somebody has for other projects
//! stay untouched: ours go to `tools/` in the target folder then.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use crate::console::{Failure, OrSay, Outcome, step};
use crate::fingerprint::Fingerprint;
use crate::{process, workspace};

const TRUNK: &str = "0.21.14";
const WASM_BINDGEN: &str = "0.2.130";
const CARGO_DENY: &str = "0.20.2";
const CARGO_FUZZ: &str = "0.13.2";
const OLDEST_NODE: u32 = 20;
const TARGET: &str = "wasm32-unknown-unknown";

/// What a command is about to do, and so what must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Building the app and the gateway.
    Build,
    /// A Dovecot to run.
    Dovecot,
    /// Cyrus and Courier beside it.
    OtherServers,
    /// The three browser engines, and cargo-deny.
    Tests,
}

/// A Debian package, and the file by which one sees that it is there.
struct Package {
    name: &'static str,
    file: &'static str,
    need: Need,
}

const PACKAGES: &[Package] = &[
    // ring's C code, compiled for wasm32; gcc has no such target.
    Package {
        name: "clang",
        file: "/usr/bin/clang",
        need: Need::Build,
    },
    Package {
        name: "dovecot-imapd",
        file: "/usr/lib/dovecot/imap",
        need: Need::Dovecot,
    },
    Package {
        name: "cyrus-common",
        file: "/usr/lib/cyrus/bin/master",
        need: Need::OtherServers,
    },
    Package {
        name: "sasl2-bin",
        file: "/usr/sbin/saslpasswd2",
        need: Need::OtherServers,
    },
    Package {
        name: "libsasl2-modules",
        file: "/usr/share/doc/libsasl2-modules",
        need: Need::OtherServers,
    },
    Package {
        name: "chromium",
        file: "/usr/bin/chromium",
        need: Need::Tests,
    },
    Package {
        name: "firefox-esr",
        file: "/usr/bin/firefox-esr",
        need: Need::Tests,
    },
    Package {
        name: "webkit2gtk-driver",
        file: "/usr/bin/WebKitWebDriver",
        need: Need::Tests,
    },
    Package {
        name: "xvfb",
        file: "/usr/bin/Xvfb",
        need: Need::Tests,
    },
];

/// Sees to it that everything for `needs` is there.
pub(crate) fn ensure(needs: &[Need]) -> Outcome {
    if needs.contains(&Need::Build) {
        node()?;
    }
    packages(needs)?;
    if needs.contains(&Need::Build) {
        wasm_target()?;
        crates()?;
        cargo_tool("trunk", "trunk", TRUNK, true)?;
        // Its own lock file may name a release that a registry does not have; without it the newest fit.
        cargo_tool("wasm-bindgen", "wasm-bindgen-cli", WASM_BINDGEN, false)?;
        npm()?;
    }
    if needs.contains(&Need::Tests) {
        cargo_tool("cargo-deny", "cargo-deny", CARGO_DENY, true)?;
        // A nightly toolchain is used where there is one; without it the fuzz targets run as property tests.
        if process::read(&mut process::command(
            "rustup",
            &["run", "nightly", "rustc", "--version"],
        ))
        .is_ok()
        {
            cargo_tool("cargo-fuzz", "cargo-fuzz", CARGO_FUZZ, true)?;
        }
    }
    Ok(())
}

/// `PATH` with the tools of this project in front.
pub(crate) fn path() -> OsString {
    let ours = [
        workspace::root().join("node_modules/.bin"),
        private_tools().join("bin"),
    ];
    let path = std::env::var_os("PATH").unwrap_or_default();
    // A folder of PATH can't hold the separator, as it was split at it; ours could, in a strange checkout.
    std::env::join_paths(ours.into_iter().chain(std::env::split_paths(&path))).unwrap_or(path)
}

fn private_tools() -> PathBuf {
    workspace::target().join("tools")
}

fn node() -> Outcome {
    let Ok(words) = process::read(&mut process::command("node", &["--version"])) else {
        return Err(Failure::new(format!(
            "Node.js was not found; install version {OLDEST_NODE} or newer, with npm, and start again"
        )));
    };
    let version = words.trim();
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|part| part.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        return Err(Failure::new(format!(
            "Node.js {version} is too old; install version {OLDEST_NODE} or newer and start again"
        )));
    }
    if process::find("npm").is_none() {
        return Err(Failure::new(
            "npm was not found beside Node.js; install it and start again",
        ));
    }
    Ok(())
}

fn packages(needs: &[Need]) -> Outcome {
    let missing: Vec<&str> = PACKAGES
        .iter()
        .filter(|package| needs.contains(&package.need))
        .filter(|package| !std::path::Path::new(package.file).exists())
        .map(|package| package.name)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if process::find("apt-get").is_none() {
        return Err(Failure::new(format!(
            "These are missing, and there is no apt-get here to install them: {list}; install them by your own package manager and start again"
        )));
    }
    let sudo = if process::is_root() {
        None
    } else if process::find("sudo").is_some() {
        Some("sudo")
    } else {
        return Err(Failure::new(format!(
            "These packages are missing, and neither root nor sudo is at hand to install them: {list}"
        )));
    };
    step(format_args!("installing {list} (apt-get)"));
    // Mail servers start themselves when installed; ours run privately, so the installation's own are kept off.
    let script = r#"
        export DEBIAN_FRONTEND=noninteractive
        policy=/usr/sbin/policy-rc.d
        if [ ! -e $policy ]; then printf '#!/bin/sh\nexit 101\n' > $policy; chmod +x $policy; trap 'rm -f $policy' EXIT; fi
        had_dovecot=; [ -e /usr/sbin/dovecot ] && had_dovecot=1
        apt-get update -qq || exit 80
        apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 "$@" || exit 81
        if [ -z "$had_dovecot" ] && [ -d /run/systemd/system ]; then systemctl disable --quiet dovecot.service dovecot.socket; fi
        exit 0
    "#;
    let mut install = match sudo {
        Some(sudo) => {
            let mut command = Command::new(sudo);
            command.arg("sh");
            command
        }
        None => Command::new("sh"),
    };
    install
        .args(["-c", script, "sh"])
        .args(&missing)
        .stdout(std::io::stderr());
    // Not through `process::run`: sudo may want to ask for a password.
    let status = install.status().or_say("Could not start apt-get")?;
    match status.code() {
        Some(0) => Ok(()),
        Some(80) => Err(Failure::new(format!(
            "The package lists could not be fetched; is there a network? Missing are: {list}"
        ))),
        Some(81) => Err(Failure::new(format!(
            "apt-get could not install {list} (is there a network?); its own words stand above"
        ))),
        _ => Err(Failure::new(format!(
            "Installing {list} ended early ({status})"
        ))),
    }
}

fn wasm_target() -> Outcome {
    let folder = process::read(&mut process::command(
        "rustc",
        &["--print", "target-libdir", "--target", TARGET],
    ))?;
    if std::path::Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    step(format_args!("installing Rust's target {TARGET}"));
    process::run(
        &mut process::command("rustup", &["target", "add", TARGET]),
        "Installing the wasm target (is there a network?)",
    )
}

/// Downloads the crates, as Trunk builds offline.
fn crates() -> Outcome {
    if process::read(&mut process::command(
        "cargo",
        &["fetch", "--locked", "--offline", "--quiet"],
    ))
    .is_ok()
    {
        return Ok(());
    }
    step("downloading crates");
    process::run(
        &mut process::command("cargo", &["fetch", "--locked"]),
        "Downloading crates (is there a network?)",
    )
}

/// Installs `package` so that `program --version` says `version`.
fn cargo_tool(program: &str, package: &str, version: &str, locked: bool) -> Outcome {
    let installed = process::read(Command::new(program).arg("--version").env("PATH", path()));
    if installed
        .as_ref()
        .is_ok_and(|words| words.split_whitespace().any(|word| word == version))
    {
        return Ok(());
    }
    step(format_args!(
        "installing {package} {version} (compiles for one to four minutes)"
    ));
    let mut cargo = process::command(
        "cargo",
        &["install", "--debug", package, "--version", version],
    );
    if locked {
        cargo.arg("--locked");
    }
    if installed.is_ok() {
        cargo.arg("--force").arg("--root").arg(private_tools());
    }
    // Outside our target folder, which another toolchain's or profile's artefacts should not fill.
    cargo.env_remove("CARGO_TARGET_DIR");
    process::run(
        &mut cargo,
        &format!("Installing {package} (is there a network?)"),
    )
}

/// Installs the npm packages when the lock file is not the one they were installed from.
fn npm() -> Outcome {
    let root = workspace::root();
    let lock =
        std::fs::read(root.join("package-lock.json")).or_say("Could not read package-lock.json")?;
    let now = Fingerprint::default().with(&lock).hex();
    let stamp = root.join("node_modules/.samma-lock");
    if std::fs::read_to_string(&stamp).is_ok_and(|then| then == now) {
        return Ok(());
    }
    step("installing npm packages (npm ci)");
    let mut npm = process::command(
        "npm",
        &[
            "ci",
            "--ignore-scripts",
            "--no-progress",
            "--loglevel=error",
        ],
    );
    process::run(&mut npm, "npm ci (is there a network?)")?;
    std::fs::write(&stamp, now).or_say(format!("Could not write {}", stamp.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_agree_with_trunk_and_cargo() {
        let read = |name: &str| std::fs::read_to_string(workspace::root().join(name)).unwrap();
        assert!(read("Trunk.toml").contains(&format!("wasm_bindgen = \"{WASM_BINDGEN}\"")));
        assert!(read("Cargo.toml").contains(&format!("wasm-bindgen = \"={WASM_BINDGEN}\"")));
        let binaryen = read("package.json");
        let major = binaryen
            .split("\"binaryen\": \"")
            .nth(1)
            .and_then(|rest| rest.split('.').next())
            .unwrap();
        assert!(read("Trunk.toml").contains(&format!("wasm_opt = \"version_{major}\"")));
    }
}
