//! Which mail server an address lives on.

use samma_transport::config::Server;

/// What is known of an address's server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// This one, by its place in the list.
    Found(usize),
    /// There are several, and none says that it has the address's domain: the person chooses.
    Ask,
}

/// Finds the server for an address: the one that names its domain, or the only one there is.
///
/// Servers without IMAP are left out by the caller.
pub(super) fn choose(address: &str, servers: &[Server]) -> Choice {
    let domain = address
        .rsplit_once('@')
        .map(|(_, domain)| domain.trim().to_ascii_lowercase())
        .filter(|domain| !domain.is_empty());
    let found = domain.and_then(|domain| {
        servers
            .iter()
            .position(|server| server.domains.contains(&domain))
    });
    match (found, servers) {
        (Some(at), _) => Choice::Found(at),
        (None, [_]) => Choice::Found(0),
        (None, _) => Choice::Ask,
    }
}
