//! What people read: headings, progress, and failures of one sentence.
//!
//! Everything goes to stderr, so that stdout stays free for what programs read (`serve` prints JSON there).

use std::fmt::{self, Display};
use std::io::IsTerminal;

/// Why a command ended: a sentence that says what can be done.
#[derive(Debug)]
pub(crate) struct Failure(String);

/// What the parts of a command return.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// `sentence` has no full stop; [`failed`] ends it.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Turns an error of the system into a [`Failure`] that says what was tried.
pub(crate) trait OrSay<T> {
    /// "`what`: the system's words".
    fn or_say(self, what: impl Display) -> Outcome<T>;
}

impl<T, E: Display> OrSay<T> for Result<T, E> {
    fn or_say(self, what: impl Display) -> Outcome<T> {
        self.map_err(|error| Failure(format!("{what}: {error}")))
    }
}

fn paint(code: &str, text: &str) -> String {
    if std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        format!("\x1b[{code}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

/// A part of a command begins.
pub(crate) fn heading(text: &str) {
    eprintln!("\n{}", paint("1", &format!("== {text}")));
}

/// One thing is being done.
pub(crate) fn step(text: impl Display) {
    eprintln!("{} {text}", paint("34", "->"));
}

/// The command ends with a failure.
pub(crate) fn failed(failure: &Failure) {
    let stop = if failure.0.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    eprintln!("\n{} {failure}{stop}", paint("31", "Failed:"));
}

/// `12.3 s` or `2 min 05 s`.
pub(crate) fn duration(elapsed: std::time::Duration) -> String {
    let seconds = elapsed.as_secs();
    if seconds < 60 {
        format!("{:.1} s", elapsed.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}
