//! What the compiler can't see: rules on which crate may name what.
//!
//! The crates of a byte's way in (`crates/*`) are pure: they take data, time and randomness and return data. So
//! their code names no browser, no socket, no clock and no view. Secrets and sequence numbers stay where they
//! belong. Comments may name anything; test code may too.

use std::path::Path;

use crate::console::{Failure, OrSay, Outcome};
use crate::fingerprint::files;
use crate::workspace;

/// Words that a pure crate's code does not hold, and why.
const IMPURE: &[(&str, &str)] = &[
    ("web_sys", "a browser's API belongs in src/browser"),
    ("js_sys", "a browser's API belongs in src/browser"),
    ("wasm_bindgen", "a browser's API belongs in src/browser"),
    ("leptos", "views belong in src/"),
    ("std::net", "sockets belong to the edges"),
    ("std::fs", "files belong to the edges"),
    ("std::thread", "the core does not wait"),
    ("Instant::now", "time is an argument"),
    ("SystemTime::now", "time is an argument"),
    ("UnixTime::now", "time is an argument"),
    ("getrandom", "randomness is an argument"),
    ("thread_rng", "randomness is an argument"),
];

/// Looks through the sources; what is found is listed, and is a failure.
pub(super) fn check() -> Outcome {
    let crates = workspace::root().join("crates");
    let mut found = Vec::new();
    for file in files(&crates, &|path| !is_source(path))? {
        let text =
            std::fs::read_to_string(&file).or_say(format!("Could not read {}", file.display()))?;
        let name = file
            .strip_prefix(workspace::root())
            .unwrap_or(&file)
            .display()
            .to_string();
        found.extend(faults(&name, &text));
    }
    for fault in &found {
        eprintln!("  {fault}");
    }
    match found.len() {
        0 => Ok(()),
        count => Err(Failure::new(format!(
            "Pure crates name what they may not, {count} times"
        ))),
    }
}

/// Folders, and Rust files of a crate's `src`; tests, benches and examples may do as they like.
fn is_source(path: &Path) -> bool {
    let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    match parts.as_slice() {
        [_] | [_, "src"] => true,
        [_, "src", .., last] => !last.contains('.') || last.ends_with(".rs"),
        _ => false,
    }
}

fn faults(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        // By the house's order tests are last in a file.
        if line.trim_start().starts_with("#[cfg(test)]") {
            break;
        }
        let code = line.split("//").next().unwrap_or_default();
        for (word, why) in IMPURE {
            if code.contains(word) {
                found.push(format!("{name}:{}: `{word}`: {why}", number + 1));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_looked_at_and_comments_and_tests_are_not() {
        let text = "//! Not web_sys.\nuse std::net::IpAddr; // why\nlet x = 1; // Instant::now\n#[cfg(test)]\nmod tests { use std::fs; }\n";
        let found = faults("crates/x/src/lib.rs", text);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with("crates/x/src/lib.rs:2: `std::net`"),
            "{found:?}"
        );
    }

    #[test]
    fn only_sources_are_read() {
        assert!(is_source(Path::new("protocol/src/imap/parse/token.rs")));
        assert!(!is_source(Path::new("protocol/tests/dovecot.rs")));
        assert!(!is_source(Path::new("protocol/Cargo.toml")));
    }
}
