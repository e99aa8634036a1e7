//! Dovecot from a generated configuration, for 2.3 and for 2.4, which name most settings differently.
//!
//! As root its mail processes run as Debian's user `mail`; as an ordinary user everything runs as that
//! user, without chroot. Mail is not synced to disk: this is a fixture, and thousands of messages get
//! appended to it.

use std::time::Duration;

use super::{DOMAIN, PASSWORD, Settings, make_folder, write};
use crate::console::{Failure, Outcome};
use crate::process::{self, Service};

/// Users whose names the configuration holds.
struct Identity {
    /// Of mail processes.
    uid: u32,
    gid: u32,
    /// Lines that take the place of Dovecot's own users, where we can't switch to them.
    lines: String,
}

pub(super) fn start(settings: &Settings) -> Outcome<Service> {
    let Some(program) = process::find("dovecot") else {
        return Err(Failure::new("Dovecot was not found"));
    };
    let version = process::read(process::command(&program, &["--version"]).current_dir("/"))?;
    let identity = identity()?;
    for folder in ["run", "state", "home"] {
        make_folder(&settings.folder.join(folder))?;
    }
    let home = settings.folder.join("home");
    if process::is_root() {
        std::os::unix::fs::chown(&home, Some(identity.uid), Some(identity.gid)).map_err(
            |error| Failure::new(format!("Could not give {} away: {error}", home.display())),
        )?;
    }

    let mut users = String::new();
    for user in &settings.users {
        let (uid, gid, home) = (identity.uid, identity.gid, home.display());
        users.push_str(&format!(
            "{user}@{DOMAIN}:{{PLAIN}}{PASSWORD}:{uid}:{gid}::{home}/{user}\n"
        ));
    }
    write(&settings.folder.join("users"), &users)?;
    let config = settings.folder.join("dovecot.conf");
    let text = if version.starts_with("2.3") {
        for_2_3(settings, &identity)?
    } else {
        for_2_4(settings, &identity, &version)?
    };
    write(&config, &text)?;

    let mut command = process::command(&program, &["-F", "-c"]);
    command.arg(&config).current_dir(&settings.folder);
    let mut service = Service::start("Dovecot", &command, &settings.folder.join("dovecot.out"))?;
    for port in [settings.imap_port, settings.imaps_port] {
        service.wait_for_port(port, Duration::from_secs(10))?;
    }
    Ok(service)
}

fn identity() -> Outcome<Identity> {
    if process::is_root() {
        // The user `mail` is 8 on every Debian and Ubuntu.
        return Ok(Identity {
            uid: 8,
            gid: 8,
            lines: String::new(),
        });
    }
    let (uid, gid) = process::user_and_group();
    let name = |option| {
        process::read(&mut process::command("id", &[option])).map(|name| name.trim().to_owned())
    };
    let (user, group) = (name("-un")?, name("-gn")?);
    let lines = format!(
        "default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
}}
"
    );
    Ok(Identity { uid, gid, lines })
}

/// What both versions understand.
fn common(settings: &Settings, identity: &Identity) -> String {
    let folder = settings.folder.display();
    let Identity { uid, gid, lines } = identity;
    let (imap, imaps, connections) = (
        settings.imap_port,
        settings.imaps_port,
        settings.connections,
    );
    format!(
        "protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = samma-{imap}
log_path = {folder}/dovecot.log
auth_mechanisms = plain login
ssl = yes
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = {uid}
first_valid_gid = {gid}
mail_fsync = never
mailbox_list_index = yes
mail_max_userip_connections = {connections}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    auto = subscribe
    special_use = \\Drafts
  }}
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Archive {{
    auto = subscribe
    special_use = \\Archive
  }}
  mailbox Junk {{
    auto = subscribe
    special_use = \\Junk
  }}
  mailbox Trash {{
    auto = subscribe
    special_use = \\Trash
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
{lines}"
    )
}

fn for_2_3(settings: &Settings, identity: &Identity) -> Outcome<String> {
    let certificate = settings.certificate()?;
    let (chain, key) = (certificate.chain.display(), certificate.key.display());
    let folder = settings.folder.display();
    let location = match settings.format.as_str() {
        "maildir" => "maildir:~/Maildir",
        "sdbox" => "sdbox:~/sdbox",
        other => return Err(unknown_format(other)),
    };
    Ok(format!(
        "{}ssl_cert = <{chain}
ssl_key = <{key}
auth_username_format = %Lu
disable_plaintext_auth = no
mail_location = {location}
passdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
{}
",
        common(settings, identity),
        settings.extra
    ))
}

fn for_2_4(settings: &Settings, identity: &Identity, version: &str) -> Outcome<String> {
    let certificate = settings.certificate()?;
    let (chain, key) = (certificate.chain.display(), certificate.key.display());
    let folder = settings.folder.display();
    let (driver, path) = match settings.format.as_str() {
        "maildir" => ("maildir", "~/Maildir"),
        "sdbox" => ("sdbox", "~/sdbox"),
        other => return Err(unknown_format(other)),
    };
    // These two must be the first lines, and no newer than the program.
    let version: String = version
        .split(|c: char| !c.is_ascii_digit())
        .take(2)
        .collect::<Vec<_>>()
        .join(".");
    Ok(format!(
        "dovecot_config_version = {version}.0
dovecot_storage_version = {version}.0
{}ssl_server_cert_file = {chain}
ssl_server_key_file = {key}
auth_username_format = %{{user | lower}}
auth_allow_cleartext = yes
mail_driver = {driver}
mail_path = {path}
passdb passwd-file {{
  passwd_file_path = {folder}/users
}}
userdb passwd-file {{
  passwd_file_path = {folder}/users
}}
{}
",
        common(settings, identity),
        settings.extra
    ))
}

fn unknown_format(name: &str) -> Failure {
    Failure::new(format!(
        "There is no mail format `{name}`; there are maildir and sdbox"
    ))
}
