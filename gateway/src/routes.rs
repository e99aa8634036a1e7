//! What each path answers.
//!
//! | path | answer |
//! |---|---|
//! | `/tunnel/{server}/{service}` | a WebSocket; to a plain `GET`, the [`Verdict`] |
//! | `/poke` | the same, unless it is switched off |
//! | `/config.json` | the mail servers, for the page |
//! | `/healthz` | `ok` |
//! | any other | the app's files |

mod answers;

use std::{net::SocketAddr, sync::Arc, time::Instant};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header},
    middleware::{self, Next},
    routing::{any, get},
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use samma_transport::{
    poke as poke_contract,
    tunnel::{self as tunnel_contract, Refusal, Service},
};
use tokio::sync::watch;

use self::answers::{bad_handshake, json, plain, refuse, switching, verdict_json};
use crate::{
    address,
    admission::{Admission, Channel, ChannelPass},
    allowlist::{Allowlist, Target},
    config::{self, Config},
    dial::{self, Client},
    files::Files,
    headers,
    origin::Origins,
    poke::{self, hub::Hub},
    tunnel,
    websocket::handshake,
};

/// What all requests share.
#[derive(Debug)]
pub struct Gateway {
    config: Config,
    config_json: Bytes,
    origins: Origins,
    allowlist: Allowlist,
    files: Option<Files>,
    /// Who may come in.
    pub admission: Arc<Admission>,
    /// Who is poked about what; nobody, where pokes are switched off.
    pub hub: Arc<Hub>,
    /// True once the gateway stops; channels and connections hold receivers, so it is closed when all are gone.
    pub shutdown: watch::Sender<bool>,
}

/// Both ends of the connection that a request came by.
#[derive(Clone, Copy, Debug)]
pub struct Connection {
    /// The other end.
    pub peer: SocketAddr,
    /// This end.
    pub local: SocketAddr,
}

impl Gateway {
    /// Makes it from a checked configuration.
    ///
    /// # Errors
    /// The asset folder can't be read.
    pub fn new(config: Config) -> std::io::Result<Arc<Self>> {
        let files = config.assets.as_deref().map(Files::read).transpose()?;
        let config_json = serde_json::to_vec(&config.public())?;
        Ok(Arc::new(Self {
            config_json: config_json.into(),
            origins: Origins::new(config.origins.clone(), config.tls.is_some()),
            allowlist: Allowlist::new(&config.servers),
            files,
            hub: Hub::new(config.limits.poke_topics),
            admission: Admission::new(config.limits.clone()),
            shutdown: watch::Sender::new(false),
            config,
        }))
    }

    /// The configuration.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The targets.
    #[must_use]
    pub const fn allowlist(&self) -> &Allowlist {
        &self.allowlist
    }

    /// The routes, to be given requests with a [`Connection`] among their extensions.
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/config.json", get(config_json))
            .route("/healthz", get(healthz))
            .route("/tunnel/{*target}", any(open_tunnel))
            .route(poke_contract::PATH, any(open_poke))
            .fallback(file)
            .layer(middleware::from_fn_with_state(Arc::clone(self), secure))
            .with_state(Arc::clone(self))
    }

    /// The person's address: the peer's, or what a trusted proxy says.
    fn source(&self, connection: Connection, headers: &HeaderMap) -> SocketAddr {
        let forwarded = headers.get_all(HeaderName::from_static("x-forwarded-for"));
        let forwarded = forwarded.iter().filter_map(|value| value.to_str().ok());
        address::client(connection.peer, forwarded, &self.config.trusted_proxies)
    }

    /// The target that a path names; the status if it names none.
    fn target(&self, path: &str) -> Result<Arc<Target>, StatusCode> {
        let names = path
            .strip_prefix("/tunnel/")
            .and_then(|names| names.split_once('/'));
        let (server_id, service) = names.ok_or(StatusCode::NOT_FOUND)?;
        if !config::is_server_id(server_id) {
            return Err(StatusCode::BAD_REQUEST);
        }
        let service = Service::parse(service).ok_or(StatusCode::NOT_FOUND)?;
        let target = self.allowlist.find(server_id, service);
        target.cloned().ok_or(StatusCode::NOT_FOUND)
    }

    /// A browser always names the origin of a page that opens a WebSocket. For the plain question it names it only to
    /// another origin, so there none is no reason against.
    fn is_origin_allowed(&self, headers: &HeaderMap, is_upgrade: bool) -> bool {
        let text = |name| headers.get(name).map(HeaderValue::to_str);
        match text(header::ORIGIN) {
            Some(Ok(origin)) => {
                let host = text(header::HOST).and_then(Result::ok);
                self.origins.allow(origin, host)
            }
            Some(Err(_)) => false,
            None => !is_upgrade,
        }
    }
}

async fn healthz() -> &'static str {
    "ok\n"
}

async fn config_json(State(gateway): State<Arc<Gateway>>) -> Response<Body> {
    json(StatusCode::OK, gateway.config_json.clone())
}

async fn file(State(gateway): State<Arc<Gateway>>, request: Request<Body>) -> Response<Body> {
    match &gateway.files {
        Some(files) => files.answer(request.method(), request.uri().path(), request.headers()),
        None => plain(StatusCode::NOT_FOUND, "this gateway serves no files\n"),
    }
}

/// Sets the headers that every response has.
async fn secure(
    State(gateway): State<Arc<Gateway>>,
    request: Request<Body>,
    next: Next,
) -> Response<Body> {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.map(str::to_owned);
    if gateway
        .files
        .as_ref()
        .is_some_and(|files| files.is_due(Instant::now()))
    {
        let gateway = Arc::clone(&gateway);
        // It reads files, which may block.
        let refresh =
            tokio::task::spawn_blocking(move || gateway.files.as_ref().map(Files::refresh));
        let _ = refresh.await;
    }
    let mut response = next.run(request).await;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let hashes = gateway
            .files
            .as_ref()
            .map(Files::script_hashes)
            .unwrap_or_default();
        let https = gateway.config.tls.is_some();
        headers::insert(response.headers_mut(), &hashes, host.as_deref(), https);
    }
    response
}

/// Opens a tunnel, or says whether one would open.
async fn open_tunnel(
    State(gateway): State<Arc<Gateway>>,
    mut request: Request<Body>,
) -> Response<Body> {
    let knock = match Knock::read(&gateway, &request) {
        Ok(knock) => knock,
        Err(answer) => return *answer,
    };
    let target = match gateway.target(request.uri().path()) {
        Ok(target) => target,
        Err(status) => return refuse(status, Refusal::UnknownServer, knock.is_upgrade),
    };
    let subprotocol = tunnel_contract::SUBPROTOCOL;
    match knock.admit(&gateway, &mut request, Channel::Tunnel, subprotocol) {
        Ok((pass, upgrade, answer)) => {
            tokio::spawn(carry(gateway, target, knock.client, upgrade, pass));
            answer
        }
        Err(answer) => *answer,
    }
}

/// Opens a poke channel, or says whether one would open.
async fn open_poke(
    State(gateway): State<Arc<Gateway>>,
    mut request: Request<Body>,
) -> Response<Body> {
    if !gateway.config.poke {
        return plain(StatusCode::NOT_FOUND, "this gateway passes no pokes on\n");
    }
    let knock = match Knock::read(&gateway, &request) {
        Ok(knock) => knock,
        Err(answer) => return *answer,
    };
    let subprotocol = poke_contract::SUBPROTOCOL;
    match knock.admit(&gateway, &mut request, Channel::Poke, subprotocol) {
        Ok((pass, upgrade, answer)) => {
            tokio::spawn(pass_pokes(gateway, knock.client.source, upgrade, pass));
            answer
        }
        Err(answer) => *answer,
    }
}

/// Somebody who asks for a channel, or whether they would get one.
struct Knock {
    client: Client,
    is_upgrade: bool,
}

impl Knock {
    /// Reads who asks for what; the answer if it is not one for a page of ours.
    fn read(gateway: &Gateway, request: &Request<Body>) -> Result<Self, Box<Response<Body>>> {
        let Some(&connection) = request.extensions().get::<Connection>() else {
            return Err(plain(StatusCode::INTERNAL_SERVER_ERROR, "").into());
        };
        let is_upgrade = handshake::wanted(request.headers());
        if request.method() != Method::GET {
            return Err(plain(StatusCode::METHOD_NOT_ALLOWED, "").into());
        }
        if !gateway.is_origin_allowed(request.headers(), is_upgrade) {
            return Err(refuse(StatusCode::FORBIDDEN, Refusal::Origin, is_upgrade).into());
        }
        let client = Client {
            source: gateway.source(connection, request.headers()),
            destination: connection.local,
        };
        Ok(Self { client, is_upgrade })
    }

    /// Room for a channel, its connection once the answer is sent, and that answer; else another one.
    fn admit(
        &self,
        gateway: &Gateway,
        request: &mut Request<Body>,
        channel: Channel,
        subprotocol: &'static str,
    ) -> Result<(ChannelPass, OnUpgrade, Response<Body>), Box<Response<Body>>> {
        let (admission, now) = (&gateway.admission, Instant::now());
        let source = self.client.source;
        if !self.is_upgrade {
            let verdict = admission.would_admit(channel, source.ip(), now);
            return Err(verdict_json(StatusCode::OK, verdict.err()).into());
        }
        let accepted = handshake::check(request, subprotocol);
        let accepted = accepted.map_err(bad_handshake)?;
        let pass = admission.channel(channel, source.ip(), now);
        let pass = pass.map_err(|refusal| {
            let path = request.uri().path();
            tracing::warn!(%source, path, ?refusal, "channel refused");
            let status = match refusal {
                Refusal::TooManyFromAddress => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            };
            refuse(status, refusal, true)
        })?;
        Ok((pass, hyper::upgrade::on(request), switching(&accepted)))
    }
}

/// The tunnel, from the upgrade to its line in the log.
async fn carry(
    gateway: Arc<Gateway>,
    target: Arc<Target>,
    client: Client,
    upgrade: OnUpgrade,
    pass: ChannelPass,
) {
    let limits = &gateway.config.limits;
    let began = Instant::now();
    let Ok(page) = upgrade.await else {
        return;
    };
    let dialled = dial::dial(&target, client, limits.dial);
    let shutdown = gateway.shutdown.subscribe();
    let (end, carried) = tunnel::run(TokioIo::new(page), dialled, limits, shutdown).await;
    drop(pass);
    tracing::info!(
        source = %client.source,
        server = target.server_id,
        service = target.upstream.service.as_str(),
        up = carried.up,
        down = carried.down,
        seconds = began.elapsed().as_secs(),
        ?end,
        "tunnel closed"
    );
}

/// The poke channel, from the upgrade to its line in the log.
async fn pass_pokes(
    gateway: Arc<Gateway>,
    source: SocketAddr,
    upgrade: OnUpgrade,
    pass: ChannelPass,
) {
    let limits = &gateway.config.limits;
    let began = Instant::now();
    let Ok(page) = upgrade.await else {
        return;
    };
    let (member, shutdown) = (gateway.hub.member(), gateway.shutdown.subscribe());
    let (end, used) = poke::run(TokioIo::new(page), member, limits, shutdown).await;
    drop(pass);
    tracing::info!(
        %source,
        joined = used.joined,
        pokes = used.pokes,
        poked = used.poked,
        seconds = began.elapsed().as_secs(),
        ?end,
        "poke channel closed"
    );
}
