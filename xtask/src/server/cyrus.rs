//! Cyrus IMAP, from Debian's `cyrus-common` and from packages unpacked privately; root only.
//!
//! `cyrus-imapd` conflicts with Dovecot's package, so it is downloaded and unpacked below the server's folder;
//! nothing of the system changes. `idled` runs, so that IDLE tells at once.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{DOMAIN, PASSWORD, Settings, make_folder, write};
use crate::console::{Failure, OrSay, Outcome};
use crate::process::{self, Service};

const LIBEXEC: &str = "/usr/lib/cyrus/bin";

pub(super) fn start(settings: &Settings) -> Outcome<Service> {
    if !process::is_root() {
        return Err(Failure::new(
            "Cyrus and Courier are started by root only, as they change to users of their own",
        ));
    }
    let imapd = imapd(&settings.folder)?;
    let config = settings.folder.join("imapd.conf");
    let services = settings.folder.join("cyrus.conf");
    for folder in [
        "conf/db",
        "conf/user",
        "conf/quota",
        "conf/log",
        "conf/msg",
        "conf/lock",
        "conf/socket",
        "conf/proc",
        "spool",
    ] {
        make_folder(&settings.folder.join(folder))?;
    }
    write(&config, &imapd_conf(settings)?)?;
    write(&services, &cyrus_conf(settings, &imapd, &config))?;
    accounts(settings)?;
    for folder in ["conf", "spool", "sasldb2"] {
        process::run(
            process::command("chown", &["-R", "cyrus:mail"]).arg(settings.folder.join(folder)),
            "chown",
        )?;
    }

    let mut command = process::command(format!("{LIBEXEC}/master"), &["-C"]);
    command
        .arg(&config)
        .arg("-M")
        .arg(&services)
        .arg("-p")
        .arg(settings.folder.join("master.pid"));
    command.current_dir(&settings.folder);
    let mut service = Service::start("Cyrus", &command, &settings.folder.join("cyrus.out"))?;
    for port in [settings.imap_port, settings.imaps_port] {
        service.wait_for_port(port, Duration::from_secs(20))?;
    }
    Ok(service)
}

/// The folder with `imapd` and `idled`.
fn imapd(folder: &Path) -> Outcome<PathBuf> {
    let installed = PathBuf::from(LIBEXEC);
    if installed.join("imapd").exists() {
        return Ok(installed);
    }
    unpack(folder, &["cyrus-imapd"])?;
    Ok(folder
        .join("packages")
        .join(LIBEXEC.trim_start_matches('/')))
}

/// Downloads Debian packages and unpacks them to `packages/` below `folder`, once.
pub(super) fn unpack(folder: &Path, packages: &[&str]) -> Outcome {
    let to = folder.join("packages");
    let done = to.join(".unpacked");
    if done.exists() {
        return Ok(());
    }
    make_folder(&to)?;
    // apt's download user may not write here, which it says and then goes on as root.
    process::read(
        process::command("apt-get", &["download", "-qq"])
            .args(packages)
            .current_dir(&to),
    )
    .map_err(|failure| {
        Failure::new(format!(
            "Packages could not be downloaded (is there a network?): {failure}"
        ))
    })?;
    for entry in std::fs::read_dir(&to).or_say("Could not read the packages")? {
        let file = entry.or_say("Could not read the packages")?.path();
        if file.extension().is_some_and(|extension| extension == "deb") {
            process::read(process::command("dpkg", &["-x"]).arg(&file).arg(&to))?;
        }
    }
    write(&done, "")
}

fn accounts(settings: &Settings) -> Outcome {
    let database = settings.folder.join("sasldb2");
    let mark = settings.folder.join("accounts");
    let wanted = settings.users.join(" ");
    if database.exists() && std::fs::read_to_string(&mark).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    for user in &settings.users {
        let mut child = Command::new("saslpasswd2")
            .args(["-p", "-c", "-u", DOMAIN, "-f"])
            .arg(&database)
            .arg(user)
            .stdin(Stdio::piped())
            .spawn()
            .or_say("Could not start saslpasswd2")?;
        if let Some(mut stdin) = child.stdin.take() {
            std::io::Write::write_all(&mut stdin, PASSWORD.as_bytes()).or_say("saslpasswd2")?;
        }
        if !child.wait().or_say("saslpasswd2")?.success() {
            return Err(Failure::new(format!("saslpasswd2 did not take {user}")));
        }
    }
    write(&mark, &wanted)
}

fn imapd_conf(settings: &Settings) -> Outcome<String> {
    let certificate = settings.certificate()?;
    let (chain, key) = (certificate.chain.display(), certificate.key.display());
    let folder = settings.folder.display();
    Ok(format!(
        "configdirectory: {folder}/conf
defaultpartition: default
partition-default: {folder}/spool
proc_path: {folder}/conf/proc
mboxname_lockpath: {folder}/conf/lock
servername: {DOMAIN}
virtdomains: userid
defaultdomain: {DOMAIN}
unixhierarchysep: yes
altnamespace: yes
userprefix: Other Users
sharedprefix: Shared Folders
allowplaintext: yes
sasl_mech_list: PLAIN LOGIN
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {folder}/sasldb2
autocreate_quota: 0
autocreate_post: yes
autocreate_inbox_folders: Drafts | Sent | Archive | Junk | Trash
autocreate_subscribe_folders: Drafts | Sent | Archive | Junk | Trash
xlist-drafts: Drafts
xlist-sent: Sent
xlist-archive: Archive
xlist-junk: Junk
xlist-trash: Trash
specialusealways: yes
tls_server_cert: {chain}
tls_server_key: {key}
idlesocket: {folder}/conf/socket/idle
notifysocket: {folder}/conf/socket/notify
lmtpsocket: {folder}/conf/socket/lmtp
imapidlepoll: 60
allowallsubscribe: 1
delete_mode: delayed
expunge_mode: delayed
skiplist_unsafe: yes
maxlogins_per_user: {}
{}
",
        settings.connections, settings.extra
    ))
}

fn cyrus_conf(settings: &Settings, imapd: &Path, config: &Path) -> String {
    let (imapd, config) = (imapd.display(), config.display());
    let (imap, imaps) = (settings.imap_port, settings.imaps_port);
    format!(
        "START {{
  recover cmd=\"{LIBEXEC}/ctl_cyrusdb -C {config} -r\"
}}
SERVICES {{
  imap cmd=\"{imapd}/imapd -C {config} -U 30\" listen=\"127.0.0.1:{imap}\" prefork=1
  imaps cmd=\"{imapd}/imapd -C {config} -s -U 30\" listen=\"127.0.0.1:{imaps}\" prefork=1
}}
DAEMON {{
  idled cmd=\"{imapd}/idled -C {config}\"
}}
EVENTS {{
  checkpoint cmd=\"{LIBEXEC}/ctl_cyrusdb -C {config} -c\" period=300
}}
"
    )
}
