//! `cargo xtask bench`: sizes now, then the crates' benchmarks, then figures in a browser on real servers.
//!
//! The browser's part is `tests/bench/run.mjs`, given its kind (`open` or `live`) and started with the repository
//! as its folder; it starts the servers that it needs by `cargo xtask serve`, as the browser tests do.

use crate::args::Args;
use crate::console::{Failure, Outcome, heading, step};
use crate::tools::{self, Need};
use crate::{app, process, sizes, workspace};

pub(crate) fn run(args: &Args) -> Outcome {
    let live = match args.names() {
        [] => false,
        [one] if one == "live" => true,
        _ => return Err(Failure::new("bench takes one word, `live`, or none")),
    };
    heading("Build");
    let needs: &[Need] = if live {
        &[Need::Build, Need::Dovecot, Need::OtherServers, Need::Tests]
    } else {
        &[Need::Build, Need::Dovecot, Need::Tests]
    };
    app::build(needs)?;

    heading("Sizes");
    let fits = sizes::print()?;
    if !live {
        heading("Crates");
        process::run(
            &mut process::command("cargo", &["bench", "--workspace", "--exclude", "samma"]),
            "cargo bench",
        )?;
    }
    heading(if live { "Live" } else { "Browser" });
    let script = workspace::root().join("tests/bench/run.mjs");
    if script.exists() {
        let mut node = process::command("node", &[]);
        node.arg(&script)
            .arg(if live { "live" } else { "open" })
            .env("PATH", tools::path())
            .env("SAMMA_BENCH_FOLDER", workspace::server_folder("bench")?);
        process::run(&mut node, "The benchmark")?;
    } else {
        step("not measured: tests/bench/run.mjs is not there");
    }
    if fits {
        Ok(())
    } else {
        Err(Failure::new("A size is over its target"))
    }
}
