//! Courier-IMAP, from packages unpacked privately; root only.
//!
//! Its paths are compiled in, so it runs in a mount namespace of its own, where the unpacked folders lie over
//! `/usr/lib/courier`, `/etc/courier` and so on (`courier.sh`). The system outside sees nothing of it but
//! empty mount points. Its processes lie in a namespace too, so that none outlives the script: they leave their
//! group, and would not be found by it.

use std::path::Path;
use std::time::Duration;

use super::{DOMAIN, PASSWORD, Settings, make_folder, write};
use crate::console::{Failure, OrSay, Outcome};
use crate::process::{self, Service};

const PACKAGES: &[&str] = &[
    "courier-imap",
    "courier-base",
    "courier-authlib",
    "courier-authdaemon",
    "courier-authlib-userdb",
    "libcourier-unicode4",
    "gamin",
    "libgamin0",
    "libidn12",
    "libltdl7",
    "libgdbm6",
    "libpcre3",
];

pub(super) fn start(settings: &Settings) -> Outcome<Service> {
    if !process::is_root() {
        return Err(Failure::new(
            "Cyrus and Courier are started by root only, as they change to users of their own",
        ));
    }
    super::cyrus::unpack(&settings.folder, PACKAGES)?;
    let folder = settings.folder.as_path();
    for name in ["etc", "run/authdaemon", "home"] {
        make_folder(&folder.join(name))?;
    }
    configure(settings)?;
    let script = folder.join("courier.sh");
    write(&script, include_str!("courier.sh"))?;

    let mut command = process::command(
        "unshare",
        &[
            "--mount",
            "--propagation",
            "private",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc",
            "sh",
        ],
    );
    command
        .arg(&script)
        .arg(folder)
        .args(
            [
                settings.imap_port,
                settings.imaps_port,
                settings.connections,
            ]
            .map(|number| number.to_string()),
        )
        .current_dir(folder);
    let mut service = Service::start("Courier", &command, &folder.join("courier.out"))?;
    for port in [settings.imap_port, settings.imaps_port] {
        service.wait_for_port(port, Duration::from_secs(20))?;
    }
    Ok(service)
}

fn configure(settings: &Settings) -> Outcome {
    let folder = settings.folder.as_path();
    let etc = folder.join("etc");
    process::read(
        process::command("cp", &["-R"])
            .arg(folder.join("packages/etc/courier/."))
            .arg(&etc),
    )?;
    let daemon = etc.join("authdaemonrc");
    let text = std::fs::read_to_string(&daemon).or_say("Could not read authdaemonrc")?;
    let lines: Vec<&str> = text
        .lines()
        .map(|line| match line.split('=').next() {
            Some("authmodulelist") => "authmodulelist=\"authuserdb\"",
            Some("daemons") => "daemons=3",
            _ => line,
        })
        .collect();
    write(&daemon, &(lines.join("\n") + "\n"))?;

    let certificate = settings.certificate()?;
    let read = |file: &Path| std::fs::read_to_string(file).or_say("Could not read the certificate");
    write(
        &folder.join("both.pem"),
        &(read(&certificate.key)? + &read(&certificate.chain)?),
    )?;

    let hash = process::read(&mut process::command(
        "openssl",
        &["passwd", "-6", PASSWORD],
    ))?;
    let mut users = String::new();
    for user in &settings.users {
        let home = folder.join("home").join(user);
        for part in ["cur", "new", "tmp"] {
            make_folder(&home.join("Maildir").join(part))?;
        }
        let (home, hash) = (home.display(), hash.trim());
        users.push_str(&format!(
            "{user}@{DOMAIN}\tuid=8|gid=8|home={home}|mail={home}/Maildir|systempw={hash}\n"
        ));
    }
    let file = etc.join("userdb");
    write(&file, &users)?;
    // makeuserdb refuses one that others can read.
    process::read(process::command("chmod", &["600"]).arg(&file))?;
    process::read(process::command("chmod", &["755"]).arg(folder.join("run/authdaemon")))?;
    process::run(
        process::command("chown", &["-R", "mail:mail"])
            .arg(folder.join("home"))
            .arg(folder.join("run/authdaemon")),
        "chown",
    )?;
    write(&etc.join("samma.env"), &settings.extra)
}
