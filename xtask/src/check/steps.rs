//! The steps of `cargo xtask test`, in the order in which they run.

use std::path::PathBuf;
use std::process::Command;

use super::{Step, Verdict, invariants};
use crate::console::{Failure, Outcome, step};
use crate::tools::{self, Need};
use crate::{app, process, sizes, workspace};

const WASM: &str = "wasm32-unknown-unknown";

/// Seconds that each fuzz target runs.
const FUZZ_SECONDS: u32 = 30;

pub(super) const STEPS: &[Step] = &[
    Step {
        name: "tools",
        about: "what the other steps need",
        run: install,
    },
    Step {
        name: "format",
        about: "rustfmt",
        run: format,
    },
    Step {
        name: "clippy",
        about: "the workspace, for this machine",
        run: clippy,
    },
    Step {
        name: "clippy-wasm",
        about: "page and engine, for wasm32",
        run: clippy_wasm,
    },
    Step {
        name: "invariants",
        about: "what pure crates may not name",
        run: || invariants::check().map(|()| Verdict::Passed),
    },
    Step {
        name: "unit",
        about: "cargo test of every crate, and of the worker",
        run: unit,
    },
    Step {
        name: "pure",
        about: "the pure crates, for wasm32",
        run: pure,
    },
    Step {
        name: "deny",
        about: "licences, sources, doubled crates",
        run: deny,
    },
    Step {
        name: "fuzz",
        about: "fuzz targets, half a minute each",
        run: fuzz,
    },
    Step {
        name: "build",
        about: "the release app and the gateway",
        run: || app::build(&[Need::Build]).map(|_| Verdict::Passed),
    },
    Step {
        name: "sizes",
        about: "brotli bytes of page and engine",
        run: size,
    },
    Step {
        name: "browser",
        about: "Playwright, in Chromium",
        run: playwright,
    },
    Step {
        name: "smoke",
        about: "the same signs of life in Firefox and WebKitGTK",
        run: smoke,
    },
];

fn cargo(words: &str) -> Outcome {
    let args: Vec<&str> = words.split(' ').collect();
    process::run(
        &mut process::command("cargo", &args),
        &format!("cargo {words}"),
    )
}

fn install() -> Outcome<Verdict> {
    tools::ensure(&[Need::Build, Need::Dovecot, Need::OtherServers, Need::Tests])?;
    Ok(Verdict::Passed)
}

fn format() -> Outcome<Verdict> {
    cargo("fmt --all --check")?;
    Ok(Verdict::Passed)
}

fn clippy() -> Outcome<Verdict> {
    cargo(
        "clippy --locked --quiet --workspace --exclude samma --all-targets --all-features -- -D warnings",
    )?;
    Ok(Verdict::Passed)
}

fn clippy_wasm() -> Outcome<Verdict> {
    for binary in ["samma --features page", "engine --features engine"] {
        cargo(&format!(
            "clippy --locked --quiet --package samma --target {WASM} --bin {binary} -- -D warnings"
        ))?;
    }
    Ok(Verdict::Passed)
}

fn unit() -> Outcome<Verdict> {
    cargo("test --locked --quiet --workspace --exclude samma --all-features")?;
    // What the worker decides by itself runs on this machine too; the page has nothing to test without a browser.
    cargo("test --locked --quiet --package samma --features engine --bin engine")?;
    Ok(Verdict::Passed)
}

fn pure() -> Outcome<Verdict> {
    let crates = [
        "samma-mailbox",
        "samma-message",
        "samma-protocol",
        "samma-transport",
    ];
    for name in crates {
        cargo(&format!(
            "check --locked --quiet --target {WASM} --all-features --package {name}"
        ))?;
    }
    Ok(Verdict::Passed)
}

fn deny() -> Outcome<Verdict> {
    let mut command = process::command(
        "cargo-deny",
        &[
            "--all-features",
            "--locked",
            "check",
            "--hide-inclusion-graph",
            "bans",
            "licenses",
            "sources",
        ],
    );
    process::run(command.env("PATH", tools::path()), "cargo deny")?;
    Ok(Verdict::Passed)
}

/// cargo-fuzz where a nightly toolchain has it. The same targets also run as property tests in `unit`.
fn fuzz() -> Outcome<Verdict> {
    let folder = workspace::root().join("fuzz");
    if !folder.join("Cargo.toml").exists() {
        return Ok(Verdict::NotRun("fuzz/ is not there".to_owned()));
    }
    let Ok(list) = process::read(nightly_fuzz(&folder).arg("list")) else {
        return Ok(Verdict::NotRun("no nightly toolchain with cargo-fuzz here; the targets ran as property tests in `unit`".to_owned()));
    };
    for target in list.split_whitespace() {
        step(format_args!("{target}, {FUZZ_SECONDS} s"));
        let mut command = nightly_fuzz(&folder);
        command.args([
            "run",
            target,
            "--",
            &format!("-max_total_time={FUZZ_SECONDS}"),
            "-rss_limit_mb=1024",
            "-timeout=10",
            "-verbosity=0",
        ]);
        process::run(&mut command, &format!("Fuzzing {target}"))?;
    }
    Ok(Verdict::Passed)
}

fn nightly_fuzz(folder: &PathBuf) -> Command {
    let mut command = process::command("cargo", &["+nightly", "fuzz"]);
    command.current_dir(folder).env("PATH", tools::path());
    // Cargo sets these for us to the stable toolchain, and they would override `+nightly`.
    for name in ["RUSTUP_TOOLCHAIN", "RUSTC", "CARGO"] {
        command.env_remove(name);
    }
    command
}

fn size() -> Outcome<Verdict> {
    Ok(if sizes::print()? {
        Verdict::Passed
    } else {
        Verdict::Failed(Failure::new("A part weighs more than it may"))
    })
}

fn playwright() -> Outcome<Verdict> {
    let config = workspace::root().join("tests/playwright.config.ts");
    if !config.exists() {
        return Ok(Verdict::NotRun(
            "tests/playwright.config.ts is not there".to_owned(),
        ));
    }
    let mut command = process::command("npx", &["--no-install", "playwright", "test", "--config"]);
    process::run(
        command
            .arg(&config)
            .env("PATH", tools::path())
            .env("CI", "1"),
        "The browser tests",
    )?;
    Ok(Verdict::Passed)
}

fn smoke() -> Outcome<Verdict> {
    let script = workspace::root().join("tests/smoke/run.mjs");
    if !script.exists() {
        return Ok(Verdict::NotRun(
            "tests/smoke/run.mjs is not there".to_owned(),
        ));
    }
    process::run(
        process::command("node", &[])
            .arg(&script)
            .env("PATH", tools::path()),
        "The smoke tests",
    )?;
    Ok(Verdict::Passed)
}
