//! The release build: `dist/` and `target/release/samma-gateway`, and nothing that is fresh is built again.
//!
//! Trunk compiles, binds and shrinks page and engine. What is done to its output here:
//!
//! 1. `build/`, whose files Trunk does not hash, becomes `build-<id>/`. The page knows the id from the
//!    environment variable `SAMMA_BUILD`, which both its binaries are compiled with.
//! 2. Trunk's inline module script becomes a file, so that `script-src 'self' 'wasm-unsafe-eval'` holds,
//!    from any host, without a hash or a nonce.
//! 3. `sw.js` learns the list of files to keep (`/*PRECACHE*/`) and the id (`/*BUILD*/`).
//! 4. Everything gets compressed copies.
//!
//! The work is done in a folder beside and moved when it is whole: a gateway may be serving `dist/`.

use std::path::{Path, PathBuf};

use crate::console::{Failure, OrSay, Outcome, step};
use crate::fingerprint::{Fingerprint, files};
use crate::tools::{self, Need};
use crate::{process, workspace};

/// Records what `dist/` was built from.
const STAMP: &str = ".samma-build";

/// Builds app and gateway; `needs` are installed before. Returns the build's id.
pub(crate) fn build(needs: &[Need]) -> Outcome<String> {
    tools::ensure(needs)?;
    let id = app()?;
    gateway()?;
    Ok(id)
}

/// Is `dist/` what the sources would give now.
pub(crate) fn is_fresh() -> bool {
    sources().is_ok_and(|id| stamped(&id))
}

fn stamped(id: &str) -> bool {
    std::fs::read_to_string(workspace::dist().join(STAMP)).is_ok_and(|then| then == id)
}

/// Folders and files that the app is not made of.
fn is_other(path: &Path) -> bool {
    let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    let markdown = path.extension().is_some_and(|extension| extension == "md");
    markdown
        || matches!(
            parts.as_slice(),
            [".git" | ".ci" | ".github" | "target" | "dist" | "node_modules" | "gateway" | "tests" | "fuzz" | "docs"]
                | ["test-results" | "playwright-report" | ".gitignore" | "deny.toml" | "clippy.toml" | "rustfmt.toml"]
                | ["crates", _, "tests" | "benches" | "examples"]
                // Of xtask only the build itself counts.
                | ["xtask", "Cargo.toml"]
        )
        || matches!(parts.as_slice(), ["xtask", "src", rest @ ..] if !matches!(rest, [] | ["app.rs" | "compress.mjs"]))
}

fn sources() -> Outcome<String> {
    let compiler = process::read(&mut process::command("rustc", &["--version"]))?;
    Ok(Fingerprint::default()
        .with(compiler.as_bytes())
        .with_files(&workspace::root(), &is_other)?
        .hex())
}

fn app() -> Outcome<String> {
    let id = sources()?;
    if stamped(&id) {
        step(format_args!("dist/ is fresh (build {id})"));
        return Ok(id);
    }
    step("building page and engine (trunk build --release)");
    let made = workspace::target().join("dist-next");
    if made.exists() {
        std::fs::remove_dir_all(&made).or_say(format!("Could not empty {}", made.display()))?;
    }
    let mut trunk = process::command("trunk", &["build", "--release", "--dist"]);
    trunk
        .arg(&made)
        .env("PATH", tools::path())
        .env("SAMMA_BUILD", &id);
    // Trunk takes any value of these for an option of its own and stops at `NO_COLOR=1`.
    trunk.env_remove("NO_COLOR");
    process::run(&mut trunk, "trunk build")?;

    let named = made.join(format!("build-{id}"));
    std::fs::rename(made.join("build"), &named).or_say("Trunk made no folder `build`")?;
    take_out_inline_scripts(&made)?;
    write_precache(&made, &id)?;
    step("compressing (brotli 11, gzip 9)");
    let script = workspace::root().join("xtask/src/compress.mjs");
    process::run(
        process::command("node", &[]).arg(script).arg(&made),
        "Compressing",
    )?;
    std::fs::write(made.join(STAMP), &id).or_say("Could not write the build's stamp")?;
    replace(&made, &workspace::dist())?;
    Ok(id)
}

/// Moves folder `from` to `to`; what was there before goes.
fn replace(from: &Path, to: &Path) -> Outcome {
    if to.exists() {
        std::fs::remove_dir_all(to).or_say(format!("Could not empty {}", to.display()))?;
    }
    if std::fs::rename(from, to).is_ok() {
        return Ok(());
    }
    // The target folder may be on another disk.
    process::run(
        process::command("cp", &["-R"]).arg(from).arg(to),
        "Copying the built app",
    )
}

/// Turns each inline script of index.html into `start-<hash>.js`.
fn take_out_inline_scripts(made: &Path) -> Outcome {
    const OPENING: &str = "<script type=\"module\">";
    const CLOSING: &str = "</script>";
    let index = made.join("index.html");
    let mut rest = read_text(&index)?;
    let mut page = String::new();
    while let Some((before, behind)) = rest.split_once(OPENING) {
        let Some((script, behind)) = behind.split_once(CLOSING) else {
            return Err(Failure::new("index.html has a script without an end"));
        };
        let name = format!(
            "start-{}.js",
            Fingerprint::default().with(script.as_bytes()).hex()
        );
        std::fs::write(made.join(&name), format!("{}\n", script.trim()))
            .or_say("Could not write the start script")?;
        page.push_str(before);
        page.push_str(&format!(
            "<script type=\"module\" src=\"/{name}\"></script>"
        ));
        rest = behind.to_owned();
    }
    page.push_str(&rest);
    std::fs::write(&index, page).or_say("Could not write index.html")
}

/// Writes the files that a start needs into the service worker, if there is one.
fn write_precache(made: &Path, id: &str) -> Outcome {
    let worker = made.join("sw.js");
    if !worker.exists() {
        return Ok(());
    }
    let mut list = vec!["/".to_owned()];
    for file in files(made, &|_| false)? {
        let path = file
            .strip_prefix(made)
            .unwrap_or(&file)
            .display()
            .to_string();
        // The worker does not keep itself, the index is kept as `/`, and robots don't start offline.
        if !matches!(path.as_str(), "sw.js" | "index.html" | "robots.txt" | STAMP) {
            list.push(format!("/{path}"));
        }
    }
    let elements: Vec<String> = list
        .iter()
        .map(|path| serde_json::Value::from(path.as_str()).to_string())
        .collect();
    let text = read_text(&worker)?;
    if !text.contains("/*PRECACHE*/") || !text.contains("/*BUILD*/") {
        return Err(Failure::new(
            "public/sw.js lacks one of the places /*PRECACHE*/ and /*BUILD*/",
        ));
    }
    let text = text
        .replace("/*PRECACHE*/", &elements.join(", "))
        .replace("/*BUILD*/", id);
    std::fs::write(&worker, text).or_say("Could not write sw.js")
}

fn read_text(file: &PathBuf) -> Outcome<String> {
    std::fs::read_to_string(file).or_say(format!("Could not read {}", file.display()))
}

/// Builds the gateway for speed, and puts it where people look for it. Cargo knows what is fresh.
fn gateway() -> Outcome {
    step("building the gateway (cargo build --profile native)");
    let args = [
        "build",
        "--locked",
        "--quiet",
        "--profile",
        "native",
        "--package",
        "samma-gateway",
    ];
    process::run(
        &mut process::command("cargo", &args),
        "Building the gateway",
    )?;
    let built = workspace::target().join("native/samma-gateway");
    let wanted = workspace::gateway();
    let same = |a: &Path, b: &Path| matches!((std::fs::read(a), std::fs::read(b)), (Ok(a), Ok(b)) if a == b);
    if same(&built, &wanted) {
        return Ok(());
    }
    if let Some(folder) = wanted.parent() {
        std::fs::create_dir_all(folder).or_say(format!("Could not make {}", folder.display()))?;
    }
    // By a rename, as a program that runs can't be written over.
    let beside = wanted.with_extension("new");
    std::fs::copy(&built, &beside).or_say("Could not copy the gateway")?;
    std::fs::rename(&beside, &wanted).or_say("Could not copy the gateway")
}
