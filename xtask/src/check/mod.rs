//! `cargo xtask test`: what CI runs, in order, each step under a heading, with a summary at the end.
//!
//! A failed step does not keep the later ones from running, except those that need what it makes. A step that
//! can't run here is named in the summary with the reason; none is left out in silence. With names on the
//! command line only those steps run.

mod invariants;
mod steps;

use std::time::{Duration, Instant};

use crate::args::Args;
use crate::console::{Failure, Outcome, duration, failed, heading};

/// How a step went.
enum Verdict {
    /// Everything it looked at is right.
    Passed,
    /// It found something.
    Failed(Failure),
    /// What it needs is not here.
    NotRun(String),
}

/// One step of the run.
struct Step {
    name: &'static str,
    about: &'static str,
    run: fn() -> Outcome<Verdict>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let wanted = args.names();
    let unknown = wanted
        .iter()
        .find(|name| !steps::STEPS.iter().any(|step| step.name == name.as_str()));
    if let Some(name) = unknown {
        let names: Vec<&str> = steps::STEPS.iter().map(|step| step.name).collect();
        return Err(Failure::new(format!(
            "There is no step `{name}`; there are {}",
            names.join(", ")
        )));
    }
    let chosen = steps::STEPS
        .iter()
        .filter(|step| wanted.is_empty() || wanted.iter().any(|name| name == step.name));
    let begun = Instant::now();
    let mut results: Vec<(&Step, Verdict, Duration)> = Vec::new();
    for step in chosen {
        heading(&format!("{}: {}", step.name, step.about));
        let started = Instant::now();
        let verdict = (step.run)().unwrap_or_else(Verdict::Failed);
        if let Verdict::Failed(failure) = &verdict {
            failed(failure);
        }
        results.push((step, verdict, started.elapsed()));
    }

    println!("\n== Summary, after {}", duration(begun.elapsed()));
    for (step, verdict, took) in &results {
        let (word, why) = match verdict {
            Verdict::Passed => ("passed", String::new()),
            Verdict::Failed(failure) => ("FAILED", format!("  {failure}")),
            Verdict::NotRun(why) => ("not run", format!("  {why}")),
        };
        println!("  {word:8} {:<12} {:>12}{why}", step.name, duration(*took));
    }
    let count = |matching: fn(&Verdict) -> bool| {
        results
            .iter()
            .filter(|(_, verdict, _)| matching(verdict))
            .count()
    };
    let passed = count(|verdict| matches!(verdict, Verdict::Passed));
    let failures = count(|verdict| matches!(verdict, Verdict::Failed(_)));
    println!("\n{passed} passed, {failures} failed");
    if failures == 0 {
        Ok(())
    } else {
        Err(Failure::new("Not everything is right"))
    }
}
