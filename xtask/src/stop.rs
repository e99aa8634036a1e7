//! When to end: Ctrl-C, SIGTERM, a closed terminal, and for `serve` a closed stdin.

use std::sync::mpsc::{self, Receiver, Sender};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::console::{OrSay, Outcome};

/// What the main thread of a running demo wakes up for.
pub(crate) enum Wake {
    /// End everything.
    Stop,
    /// A line from stdin.
    Line(String),
}

/// Hears signals from now on; until now they ended the program by themselves.
pub(crate) fn hear() -> Outcome<(Sender<Wake>, Receiver<Wake>)> {
    let (sender, receiver) = mpsc::channel();
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).or_say("Could not hear signals")?;
    let from_signals = sender.clone();
    std::thread::spawn(move || {
        for _ in signals.forever() {
            if from_signals.send(Wake::Stop).is_err() {
                return;
            }
        }
    });
    Ok((sender, receiver))
}

/// Reads stdin line by line; its end means stop.
pub(crate) fn hear_stdin(sender: Sender<Wake>) {
    std::thread::spawn(move || {
        for line in std::io::stdin().lines() {
            let Ok(line) = line else { break };
            if sender.send(Wake::Line(line)).is_err() {
                return;
            }
        }
        // If nobody listens any more, all is over anyway.
        drop(sender.send(Wake::Stop));
    });
}
