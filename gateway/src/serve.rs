//! Listening: connections in, each to the routes; until told to stop.

use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, body::Body, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    task::JoinHandle,
    time::timeout,
};

use crate::{
    admission::{Channel, ConnectionPass},
    config::Config,
    poke::nats,
    routes::{Connection, Gateway},
};

/// Pause after an accept that failed: out of descriptors, the next one would fail too.
const AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(100);

/// A gateway that listens.
#[derive(Debug)]
pub struct Server {
    gateway: Arc<Gateway>,
    listeners: Vec<TcpListener>,
    tls: Tls,
}

impl Server {
    /// Listens where the configuration says.
    ///
    /// # Errors
    /// An address can't be listened at, or a file that the configuration names can't be read.
    pub async fn bind(config: Config) -> io::Result<Self> {
        let mut listeners = Vec::new();
        for address in &config.listen {
            let listener = TcpListener::bind(address).await;
            let listener = listener.map_err(|error| {
                io::Error::new(error.kind(), format!("can't listen at {address}: {error}"))
            })?;
            listeners.push(listener);
        }
        let tls = Tls::read(&config)?;
        let gateway = Gateway::new(config)?;
        Ok(Self {
            gateway,
            listeners,
            tls,
        })
    }

    /// What its connections share.
    #[must_use]
    pub const fn gateway(&self) -> &Arc<Gateway> {
        &self.gateway
    }

    /// Where it listens; port 0 of the configuration has become a real one.
    #[must_use]
    pub fn addresses(&self) -> Vec<SocketAddr> {
        let addresses = self.listeners.iter().map(TcpListener::local_addr);
        addresses.filter_map(Result::ok).collect()
    }

    /// A handle that reads the certificate again.
    #[must_use]
    pub fn tls(&self) -> Tls {
        self.tls.clone()
    }

    /// Serves until `stop` is ready, then ends all channels in order and waits for them, within the limit.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let gateway = self.gateway;
        let router = gateway.router();
        let accepting: Vec<_> = self
            .listeners
            .into_iter()
            .map(|listener| {
                let (gateway, router) = (Arc::clone(&gateway), router.clone());
                tokio::spawn(accept(listener, gateway, router, self.tls.clone()))
            })
            .collect();
        let relaying = relay(&gateway);
        stop.await;
        for task in accepting.iter().chain(&relaying) {
            task.abort();
        }
        gateway.admission.close();
        let open = || {
            let open = |channel| gateway.admission.open(channel);
            (open(Channel::Tunnel), open(Channel::Poke))
        };
        let (tunnels, pokes) = open();
        tracing::info!(tunnels, pokes, "stopping");
        gateway.shutdown.send_replace(true);
        let limit = gateway.config().limits.shutdown;
        if timeout(limit, gateway.shutdown.closed()).await.is_err() {
            let (tunnels, pokes) = open();
            tracing::warn!(tunnels, pokes, "not all had ended in time");
        }
    }
}

/// Passes pokes on between this gateway and others, where that is configured.
fn relay(gateway: &Gateway) -> Option<JoinHandle<()>> {
    let address = gateway.config().nats.clone()?;
    let (relay, queue) = mpsc::channel(nats::QUEUE);
    gateway.hub.relay_to(relay);
    Some(tokio::spawn(nats::run(
        address,
        Arc::clone(&gateway.hub),
        queue,
    )))
}

async fn accept(listener: TcpListener, gateway: Arc<Gateway>, router: Router, tls: Tls) {
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "accept failed");
                tokio::time::sleep(AFTER_FAILED_ACCEPT).await;
                continue;
            }
        };
        let trusted = &gateway.config().trusted_proxies;
        let is_proxy = trusted.iter().any(|network| network.contains(peer.ip()));
        let counted = (!is_proxy).then_some(peer.ip());
        let Some(pass) = gateway.admission.connection(counted, Instant::now()) else {
            turn_away(&stream, &tls);
            continue;
        };
        let (gateway, router, tls) = (Arc::clone(&gateway), router.clone(), tls.clone());
        tokio::spawn(async move {
            if let Err(error) = converse(stream, peer, gateway, router, tls, pass).await {
                tracing::debug!(%peer, %error, "connection ended");
            }
        });
    }
}

/// Says that there is no room, as far as that can be said at once.
fn turn_away(stream: &TcpStream, tls: &Tls) {
    const BUSY: &[u8] =
        b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 30\r\ncontent-length: 0\r\n\
        connection: close\r\n\r\n";
    if !tls.is_on() {
        // A new socket has room for it, and nobody waits if not.
        let _ = stream.try_write(BUSY);
    }
}

/// One connection, to its end or to the upgrade that makes it a channel.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    gateway: Arc<Gateway>,
    router: Router,
    tls: Tls,
    pass: ConnectionPass,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // With Nagle on, small frames would wait 40 ms for the acknowledgement of those before them.
    stream.set_nodelay(true)?;
    give_up_after(&stream, gateway.config().limits.stall);
    let connection = Connection {
        peer,
        local: stream.local_addr()?,
    };
    match tls {
        Tls::Off => respond(stream, connection, gateway, router, pass).await,
        #[cfg(feature = "tls")]
        Tls::On(config, _) => {
            let config = Arc::clone(
                &config
                    .read()
                    .unwrap_or_else(std::sync::PoisonError::into_inner),
            );
            let handshake = tokio_rustls::TlsAcceptor::from(config).accept(stream);
            let stream = timeout(gateway.config().limits.handshake, handshake).await??;
            respond(stream, connection, gateway, router, pass).await
        }
    }
}

/// Notices somebody who is gone without a word in that time, not after fifteen minutes of retransmission.
fn give_up_after(stream: &TcpStream, silence: Duration) {
    #[cfg(target_os = "linux")]
    {
        let millis = u32::try_from(silence.as_millis()).unwrap_or(u32::MAX);
        // A socket that can't is served all the same.
        let _ = rustix::net::sockopt::set_tcp_user_timeout(stream, millis);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (stream, silence);
}

async fn respond<S>(
    stream: S,
    connection: Connection,
    gateway: Arc<Gateway>,
    router: Router,
    pass: ConnectionPass,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = &gateway.config().limits;
    let mut shutdown = gateway.shutdown.subscribe();
    let service = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(connection);
        hyper::service::Service::call(&service, request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(limits.head_octets)
        .max_headers(100)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        ended = &mut connection => ended?,
        () = stopping(&mut shutdown) => {
            connection.as_mut().graceful_shutdown();
            connection.await?;
        }
    }
    drop(pass);
    Ok(())
}

async fn stopping(shutdown: &mut watch::Receiver<bool>) {
    // An error would mean that the gateway is gone, which is the same to the connection.
    let _ = shutdown.wait_for(|&down| down).await;
}

/// How connections begin.
#[derive(Clone, Debug)]
pub enum Tls {
    /// In clear; a proxy may do TLS in front.
    Off,
    /// With a handshake; the files are kept to read them again.
    #[cfg(feature = "tls")]
    On(
        Arc<std::sync::RwLock<Arc<tokio_rustls::rustls::ServerConfig>>>,
        crate::config::TlsFiles,
    ),
}

impl Tls {
    fn read(config: &Config) -> io::Result<Self> {
        match &config.tls {
            #[cfg(feature = "tls")]
            Some(files) => {
                let read = crate::tls::server_config(files).map_err(io::Error::other)?;
                Ok(Self::On(
                    Arc::new(std::sync::RwLock::new(read)),
                    files.clone(),
                ))
            }
            #[cfg(not(feature = "tls"))]
            Some(_) => Err(io::Error::other("this gateway was built without TLS")),
            None => Ok(Self::Off),
        }
    }

    const fn is_on(&self) -> bool {
        !matches!(self, Self::Off)
    }

    /// Reads the certificate again, after it was renewed; connections that are open keep theirs.
    pub fn renew(&self) {
        #[cfg(feature = "tls")]
        if let Self::On(held, files) = self {
            match crate::tls::server_config(files) {
                Ok(config) => {
                    *held
                        .write()
                        .unwrap_or_else(std::sync::PoisonError::into_inner) = config;
                    tracing::info!("certificate read again");
                }
                Err(error) => tracing::error!(%error, "certificate not renewed"),
            }
        }
    }
}
