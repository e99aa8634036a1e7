//! A private Dovecot 2.3 on loopback, and a session over a socket to it or to another server.

use std::{
    collections::HashSet,
    fs,
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Child, Command as Process, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use samma_protocol::imap::{
    command::Command,
    response::{Status, StatusKind, Tag},
    session::{Event, Session},
};

/// A Dovecot of our own; it ends, and its files go, with the value.
pub struct Dovecot {
    child: Child,
    folder: PathBuf,
    port: u16,
}

impl Dovecot {
    /// Starts one with `extra` lines of configuration. `None`, and a line that says so, where there is no Dovecot 2.3.
    pub fn start(extra: &str) -> Option<Self> {
        let version = Process::new("dovecot").arg("--version").output();
        let version = version
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            .unwrap_or_default();
        if !version.starts_with("2.3.") {
            eprintln!("skipped: no Dovecot 2.3 here ({})", version.trim());
            return None;
        }
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        // Short: a Unix socket's path has 107 octets at most.
        let folder = std::env::temp_dir().join(format!("samma-p{}-{count}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("home")).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        fs::write(
            folder.join("users"),
            "anna:{PLAIN}pass\nbertil:{PLAIN}p\\\"å{3}\n",
        )
        .unwrap();
        fs::write(
            folder.join("dovecot.conf"),
            configuration(&folder, port, extra),
        )
        .unwrap();
        let child = run(&folder);
        let mut dovecot = Self {
            child,
            folder,
            port,
        };
        dovecot.wait_until_it_listens();
        Some(dovecot)
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What it has logged so far.
    #[allow(dead_code, reason = "some tests have no use for it")]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Ends it; its connections end with it, its mail stays.
    #[allow(dead_code, reason = "some tests have no use for it")]
    pub fn stop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let id = self.child.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
        // TERM lets it end its own children; KILL would leave them.
        let _ = Process::new("kill")
            .args(["-TERM", &id.to_string()])
            .status();
        let _ = self.child.wait();
        // Those that serve somebody outlive it for some seconds.
        let children = children.unwrap_or_default();
        let _ = Process::new("kill")
            .arg("-KILL")
            .args(children.split_whitespace())
            .stderr(Stdio::null())
            .status();
    }

    /// Starts it again after [`Self::stop`], on the same port.
    #[allow(dead_code, reason = "some tests have no use for it")]
    pub fn start_again(&mut self) {
        self.child = run(&self.folder);
        self.wait_until_it_listens();
    }

    fn wait_until_it_listens(&mut self) {
        let end = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(self.address()).is_err() {
            let ended = self.child.try_wait().unwrap();
            let said = fs::read_to_string(self.folder.join("stderr")).unwrap_or_default();
            assert!(
                ended.is_none() && Instant::now() < end,
                "Dovecot did not start: {said}"
            );
            thread::yield_now();
        }
    }
}

fn run(folder: &Path) -> Child {
    Process::new("dovecot")
        .args(["-F", "-c"])
        .arg(folder.join("dovecot.conf"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.join("stderr")).unwrap())
        .spawn()
        .unwrap()
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
        if thread::panicking() {
            eprintln!(
                "Dovecot's log:\n{}",
                fs::read_to_string(self.folder.join("log")).unwrap_or_default()
            );
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn configuration(folder: &Path, port: u16, extra: &str) -> String {
    let home = folder.join("home");
    let owner = fs::metadata(&home).unwrap();
    let (uid, gid, users) = if owner.uid() == 0 {
        // Dovecot serves no mail as root: Debian's `mail` does.
        std::os::unix::fs::chown(&home, Some(8), Some(8)).unwrap();
        (8, 8, String::new())
    } else {
        // Without root there is one user for everything, and nothing to lock it into.
        let name = |flag| {
            let output = Process::new("id").args([flag, "-n"]).output().unwrap();
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        let users = format!(
            "default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n\
             service imap-login {{\n  chroot =\n}}\nservice anvil {{\n  chroot =\n}}\n",
            user = name("-u"),
            group = name("-g"),
        );
        (owner.uid(), owner.gid(), users)
    };
    let folder = folder.display();
    format!(
        "\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login scram-sha-1 scram-sha-256
mail_location = maildir:~/Maildir
mail_plugins = acl quota
mail_max_userip_connections = 50
imap_metadata = yes
mail_attribute_dict = file:%h/attributes
first_valid_uid = {uid}
first_valid_gid = {gid}
{users}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
}}
plugin {{
  acl = vfile
  quota = maildir:User quota
  quota_rule = *:storage=1G
}}
protocol imap {{
  mail_plugins = acl quota imap_acl imap_quota
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
{extra}
"
    )
}

/// A session and its socket.
pub struct Link {
    pub session: Session,
    socket: TcpStream,
    /// What was written, for messages.
    pub wrote: Vec<Vec<u8>>,
}

impl Link {
    /// Connects and waits for the greeting.
    pub fn open(address: &str) -> Self {
        let socket = TcpStream::connect(address).unwrap();
        socket.set_nodelay(true).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let mut session = Session::new();
        session.set_secure(true);
        let mut link = Self {
            session,
            socket,
            wrote: Vec::new(),
        };
        link.until(
            |event| matches!(event, Event::Greeting(status) if status.kind == StatusKind::Ok),
        );
        link
    }

    pub fn send(&mut self, command: Command) -> Tag {
        let said = format!("{command:?}");
        self.session
            .send(command)
            .unwrap_or_else(|error| panic!("{said}: {error}"))
    }

    /// All events up to and with the one that is waited for.
    pub fn until(&mut self, waited_for: impl Fn(&Event) -> bool) -> Vec<Event> {
        let mut events = Vec::new();
        let mut buffer = vec![0; 4096];
        loop {
            while let Some(event) = self.session.next_event() {
                assert!(
                    !matches!(event, Event::Broken(_)),
                    "{event:?} after {}",
                    self.last_written()
                );
                let last = waited_for(&event);
                events.push(event);
                if last {
                    return events;
                }
            }
            let output = self.session.take_output();
            if !output.is_empty() {
                self.socket.write_all(&output).unwrap();
                self.wrote.push(output);
            }
            match self.socket.read(&mut buffer) {
                Ok(0) => panic!("closed after {}, with {events:?}", self.last_written()),
                Ok(octets) => self.session.receive(&buffer[..octets]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => panic!("{error} after {}, with {events:?}", self.last_written()),
            }
        }
    }

    fn last_written(&self) -> String {
        self.wrote
            .last()
            .map(|octets| octets.escape_ascii().to_string())
            .unwrap_or_default()
    }

    /// All events up to the answer to every one of `tags`.
    pub fn until_done(&mut self, tags: &[Tag]) -> Vec<Event> {
        let mut open: HashSet<Tag> = tags.iter().cloned().collect();
        let mut all = Vec::new();
        while !open.is_empty() {
            let events = self.until(|event| matches!(event, Event::Done { .. }));
            for event in &events {
                if let Event::Done { tag, .. } = event {
                    open.remove(tag);
                }
            }
            all.extend(events);
        }
        all
    }

    /// Sends one command and waits for its answer; what came before it is given as well.
    pub fn ask(&mut self, command: Command) -> (Status, Vec<Event>) {
        let tag = self.send(command);
        let mut events = self.until_done(&[tag]);
        match events.pop() {
            Some(Event::Done { status, .. }) => (status, events),
            other => panic!("{other:?} is no answer"),
        }
    }
}
