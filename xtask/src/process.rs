//! Programs: found, run to their end, or kept running and ended with us.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::console::{Failure, OrSay, Outcome};
use crate::workspace;

/// Are we root.
pub(crate) fn is_root() -> bool {
    user_and_group().0 == 0
}

/// Numbers of the user and group that we run as.
pub(crate) fn user_and_group() -> (u32, u32) {
    // The owner of our own entry in /proc is who we are; the standard library has no other way to ask.
    std::fs::metadata("/proc/self").map_or((u32::MAX, u32::MAX), |meta| (meta.uid(), meta.gid()))
}

/// Looks `program` up in `PATH` and where servers live, which an ordinary user's `PATH` often leaves out.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// A command in the repository's root.
pub(crate) fn command(program: impl AsRef<OsStr>, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(workspace::root());
    command
}

/// Runs `command` to its end, its output passed through to stderr; `what` names it in a failure.
pub(crate) fn run(command: &mut Command, what: &str) -> Outcome {
    let status = command
        .stdin(Stdio::null())
        .stdout(std::io::stderr())
        .status();
    let status = status.or_say(format!(
        "Could not start {}",
        command.get_program().display()
    ))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!(
            "{what} failed ({status}); its own words stand above"
        )))
    }
}

/// Runs `command` to its end and returns what it wrote; on failure the end of that is in the sentence.
pub(crate) fn read(command: &mut Command) -> Outcome<String> {
    let program = command.get_program().display().to_string();
    let output = command
        .stdin(Stdio::null())
        .output()
        .or_say(format!("Could not start {program}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(if output.stderr.is_empty() {
        &output.stdout
    } else {
        &output.stderr
    })
    .into_owned();
    Err(Failure::new(format!(
        "{program} failed ({}): {}",
        output.status,
        last_lines(&words, 3)
    )))
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(count)..].join(" | ")
}

/// How long a service may take to end by itself.
const GRACE: Duration = Duration::from_secs(5);

/// How often a state of the system is looked at that can't be waited for.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A program that runs as long as this value lives.
///
/// It leads a process group of its own, so that a Ctrl-C reaches us alone and we end things in order, and
/// so that nothing it started outlives it. Should we be killed, the kernel ends it (`setpriv --pdeathsig`),
/// which holds as long as the thread that started it is the main one.
pub(crate) struct Service {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Service {
    /// Starts `command`; what it writes goes to `log`.
    pub(crate) fn start(name: &'static str, command: &Command, log: &Path) -> Outcome<Self> {
        let file = File::create(log).or_say(format!("Could not write {}", log.display()))?;
        let errors = file
            .try_clone()
            .or_say(format!("Could not write {}", log.display()))?;
        let mut leader = Command::new("setpriv");
        leader
            .args(["--pdeathsig", "TERM", "--"])
            .arg(command.get_program())
            .args(command.get_args());
        for (key, value) in command.get_envs() {
            match value {
                Some(value) => leader.env(key, value),
                None => leader.env_remove(key),
            };
        }
        let child = leader
            .current_dir(command.get_current_dir().unwrap_or(Path::new("/")))
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            .spawn()
            .or_say(format!("Could not start {name}"))?;
        Ok(Self {
            name,
            child,
            log: log.to_owned(),
        })
    }

    /// The sentence about its end, if it has ended.
    pub(crate) fn ended(&mut self) -> Option<Failure> {
        let status = self.child.try_wait().ok().flatten()?;
        Some(Failure::new(format!(
            "{} ended ({status}): {}",
            self.name,
            self.last_words()
        )))
    }

    fn last_words(&self) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let words = last_lines(&String::from_utf8_lossy(&log), 3);
        if words.is_empty() {
            format!("nothing in {}", self.log.display())
        } else {
            words
        }
    }

    /// Waits until `port` of 127.0.0.1 is open, or the program has ended, or `within` is over.
    pub(crate) fn wait_for_port(&mut self, port: u16, within: Duration) -> Outcome {
        let begun = Instant::now();
        loop {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(());
            }
            if let Some(failure) = self.ended() {
                return Err(failure);
            }
            if begun.elapsed() > within {
                let name = self.name;
                return Err(Failure::new(format!(
                    "{name} did not open port {port} in time: {}",
                    self.last_words()
                )));
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Asks the program to end, and makes it after [`GRACE`]; what it started ends with it.
    pub(crate) fn stop(&mut self) {
        let leader = self.child.id();
        if matches!(self.child.try_wait(), Ok(None)) {
            // All of its group: `unshare`, which leads one of them, is deaf to this, and its child is not.
            signal("TERM", &format!("-{leader}"));
            let begun = Instant::now();
            while begun.elapsed() < GRACE && matches!(self.child.try_wait(), Ok(None)) {
                std::thread::sleep(LOOK_EVERY);
            }
        }
        signal("KILL", &format!("-{leader}"));
        // Should the shell not have been able to.
        drop(self.child.kill());
        // Reaps it; it is dead by now, so the only failure is that somebody did so before.
        drop(self.child.wait());
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Sends a signal to a process, or with a leading minus to a group; that it is gone already is fine.
fn signal(name: &str, target: &str) {
    // The shell's own `kill`: there is always a shell, and not always a program of that name.
    // (`-s NAME --` is the one form that both dash and bash take for a group.)
    let mut shell = Command::new("sh");
    shell.args([
        "-c",
        "kill -s \"$1\" -- \"$2\" 2>/dev/null",
        "sh",
        name,
        target,
    ]);
    drop(shell.status());
}

/// Fails with a sentence if somebody listens on `port` of 127.0.0.1 already.
pub(crate) fn port_is_free(port: u16, remedy: &str) -> Outcome {
    match std::net::TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Err(Failure::new(format!(
            "Port {port} is in use by another program; {remedy}"
        ))),
        Err(error) => Err(Failure::new(format!(
            "Port {port} can't be opened ({error}); {remedy}"
        ))),
    }
}
