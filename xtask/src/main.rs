//! The project's commands: `cargo xtask demo | build | test | bench | soak | serve | fill`.
//!
//! What comes in is a command line; what comes out is a built app, running servers, or a verdict. Each
//! command installs what it misses, says what it does while it does it, and fails with one sentence that
//! tells what can be done. Few dependencies, because this compiles before anything else does.

mod app;
mod args;
mod bench;
mod certificate;
mod check;
mod console;
mod demo;
mod fill;
mod fingerprint;
mod gateway;
mod imap;
mod process;
mod sample;
mod serve;
mod server;
mod sizes;
mod soak;
mod stop;
mod tools;
mod workspace;

use std::process::ExitCode;

use args::Args;
use console::{Failure, Outcome};

const HELP: &str = "\
cargo xtask <command>

  build                        the release app in dist/ and target/release/samma-gateway
  demo   [--port 8080] [--fresh]
                               the app on a private mail server with a sample mailbox
         [--server host[:993]] the same app on a real mail server instead (:143 starts with STARTTLS)
  test   [step ...]            everything that CI runs; with names, only those steps
  bench  [live]                sizes and figures, on fixtures of their own
  soak   [--server dovecot|cyrus|courier] [--changes 2000] [--races 300] [--seed N] [--port 12900]
                               three clients of one account, and races between two, on each mail server
  serve  --dir D --port P --imap-base B [--server dovecot|cyrus|courier] [--mailbox sample|empty]
         [--format maildir|sdbox] [--extra 'lines of server configuration'] [--connections 10]
                               mail server and gateway for tests: one line of JSON, then commands on stdin
  fill   --folder F --count N [--user anna@samma.test] [--password samma] [--imap 127.0.0.1:11143]
                               N synthetic messages, appended over IMAP
  help                         this text
";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_else(|| "help".to_owned());
    match run(&command, words.collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            console::failed(&failure);
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, words: Vec<String>) -> Outcome {
    match command {
        "build" => {
            Args::parse(words, &[], &[])?;
            app::build(&[tools::Need::Build]).map(drop)
        }
        "demo" => demo::run(&Args::parse(words, &["port", "server"], &["fresh"])?),
        "test" => check::run(&Args::parse_with_names(words, &[], &[])?),
        "bench" => bench::run(&Args::parse_with_names(words, &[], &[])?),
        "soak" => soak::run(&Args::parse(words, soak::VALUES, &[])?),
        "serve" => serve::run(&Args::parse(words, serve::VALUES, &["fresh"])?),
        "fill" => fill::run(&Args::parse(
            words,
            &["folder", "count", "user", "password", "imap"],
            &["cold"],
        )?),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(Failure::new(format!(
            "There is no command `{other}`; `cargo xtask help` lists them"
        ))),
    }
}
