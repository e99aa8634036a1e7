//! The connection to a mail server: dialled within a time, set up for interactive use, introduced by a PROXY header.

use std::{io, net::SocketAddr, time::Duration};

use samma_transport::tunnel::Close;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    time::{Instant, timeout_at},
};

use crate::{allowlist::Target, proxy_header};

/// Who is behind a tunnel.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// The person's address, as far as proxies tell it.
    pub source: SocketAddr,
    /// Where the gateway took the connection.
    pub destination: SocketAddr,
}

/// Connects to `target` within `limit`.
///
/// # Errors
/// The code to close the tunnel with. It does not tell a closed port from a name without an address: the page gets
/// what it can act on, the log gets the rest.
pub async fn dial(target: &Target, client: Client, limit: Duration) -> Result<TcpStream, Close> {
    let deadline = Instant::now()
        .checked_add(limit)
        .unwrap_or_else(Instant::now);
    let connected = timeout_at(deadline, connect(target, limit)).await;
    let dialled = match connected {
        Ok(Ok(mut stream)) => match introduce(&mut stream, target, client).await {
            Ok(()) => return Ok(stream),
            Err(error) => Err(close_for(&error)),
        },
        Ok(Err(close)) => Err(close),
        Err(_) => Err(Close::TimedOut),
    };
    target.forget_addresses().await;
    dialled
}

/// Tries the addresses in turn; each but the last gets a fair part of the time.
async fn connect(target: &Target, limit: Duration) -> Result<TcpStream, Close> {
    let addresses = target.addresses().await.map_err(|error| {
        tracing::warn!(server = target.server_id, %error, "no address to dial");
        Close::Unreachable
    })?;
    let share = limit
        .checked_div(u32::try_from(addresses.len()).unwrap_or(u32::MAX))
        .unwrap_or(limit);
    let mut close = Close::Unreachable;
    for address in addresses {
        close = match tokio::time::timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => {
                tracing::warn!(server = target.server_id, %address, %error, "dial failed");
                close_for(&error)
            }
            Err(_) => {
                tracing::warn!(server = target.server_id, %address, "dial timed out");
                Close::TimedOut
            }
        };
    }
    Err(close)
}

async fn introduce(stream: &mut TcpStream, target: &Target, client: Client) -> io::Result<()> {
    // Small commands and their small answers go back and forth; Nagle would hold each for 40 ms.
    stream.set_nodelay(true)?;
    quick_ack(stream);
    if target.proxy_protocol {
        let header = proxy_header::encode(client.source, client.destination);
        stream.write_all(&header).await?;
    }
    Ok(())
}

/// Acknowledges what comes next at once. The kernel takes this back by itself, so it is asked for after each read.
pub fn quick_ack(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    // It is only ever a hint; a socket that is gone says so at the next read.
    let _ = rustix::net::sockopt::set_tcp_quickack(stream, true);
}

fn close_for(error: &io::Error) -> Close {
    use rustix::io::Errno;
    // Out of descriptors or of local ports: it is the gateway that is full.
    let full = [Errno::MFILE, Errno::NFILE, Errno::ADDRNOTAVAIL].map(|e| Some(e.raw_os_error()));
    match error.kind() {
        _ if full.contains(&error.raw_os_error()) => Close::TooMany,
        io::ErrorKind::TimedOut => Close::TimedOut,
        _ => Close::Unreachable,
    }
}
