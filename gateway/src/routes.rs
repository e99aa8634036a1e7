//! What each path answers.
//!
//! | path | answer |
//! |---|---|
//! | `/tunnel/{server}/{service}` | a WebSocket; to a plain `GET`, the [`Verdict`] |
//! | `/config.json` | the mail servers, for the page |
//! | `/healthz` | `ok` |
//! | any other | the app's files |

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header},
    middleware::{self, Next},
    routing::{any, get},
};
use hyper_util::rt::TokioIo;
use samma_transport::tunnel::{Refusal, SUBPROTOCOL, Service, Verdict};
use tokio::sync::watch;

use crate::{
    address,
    admission::{Admission, TunnelPass},
    allowlist::{Allowlist, Target},
    config::{self, Config},
    dial::{self, Client},
    files::Files,
    headers,
    origin::Origins,
    tunnel,
    websocket::handshake::{self, Accepted, BadHandshake},
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
    /// True once the gateway stops; tunnels and connections hold receivers, so it is closed when all are gone.
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
            .route("/tunnel/{*target}", any(open))
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
async fn open(State(gateway): State<Arc<Gateway>>, mut request: Request<Body>) -> Response<Body> {
    let Some(&connection) = request.extensions().get::<Connection>() else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "");
    };
    let source = gateway.source(connection, request.headers());
    let is_upgrade = handshake::wanted(request.headers());
    if request.method() != Method::GET {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "");
    }
    if !gateway.is_origin_allowed(request.headers(), is_upgrade) {
        return refuse(StatusCode::FORBIDDEN, Refusal::Origin, is_upgrade);
    }
    let target = match gateway.target(request.uri().path()) {
        Ok(target) => target,
        Err(status) => return refuse(status, Refusal::UnknownServer, is_upgrade),
    };
    if !is_upgrade {
        let verdict = gateway.admission.would_admit(source.ip(), Instant::now());
        return match verdict {
            Ok(()) => verdict_json(StatusCode::OK, None),
            Err(refusal) => verdict_json(StatusCode::OK, Some(refusal)),
        };
    }
    let accepted = match handshake::check(&request) {
        Ok(accepted) => accepted,
        Err(error) => return bad_handshake(error),
    };
    let pass = match gateway.admission.tunnel(source.ip(), Instant::now()) {
        Ok(pass) => pass,
        Err(refusal) => {
            tracing::warn!(%source, server = target.server_id, ?refusal, "tunnel refused");
            let status = match refusal {
                Refusal::TooManyFromAddress => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            };
            return refuse(status, refusal, true);
        }
    };
    let upgrade = hyper::upgrade::on(&mut request);
    let client = Client {
        source,
        destination: connection.local,
    };
    tokio::spawn(carry(gateway, target, client, upgrade, pass));
    switching(&accepted)
}

/// The tunnel, from the upgrade to its line in the log.
async fn carry(
    gateway: Arc<Gateway>,
    target: Arc<Target>,
    client: Client,
    upgrade: hyper::upgrade::OnUpgrade,
    pass: TunnelPass,
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

fn switching(accepted: &Accepted) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let fields = response.headers_mut();
    fields.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    fields.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::try_from(&accepted.accept) {
        fields.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    if accepted.with_subprotocol {
        let subprotocol = HeaderValue::from_static(SUBPROTOCOL);
        fields.insert(header::SEC_WEBSOCKET_PROTOCOL, subprotocol);
    }
    response
}

fn bad_handshake(error: BadHandshake) -> Response<Body> {
    let text = format!("{error}\n");
    match error {
        BadHandshake::Version => {
            let mut response = plain(StatusCode::UPGRADE_REQUIRED, text);
            let version = HeaderValue::from_static("13");
            response
                .headers_mut()
                .insert(header::SEC_WEBSOCKET_VERSION, version);
            response
        }
        BadHandshake::Malformed | BadHandshake::Subprotocol => plain(StatusCode::BAD_REQUEST, text),
    }
}

/// To an upgrade, the status tells; a page's question is answered with 200, since it was answered.
fn refuse(status: StatusCode, refusal: Refusal, is_upgrade: bool) -> Response<Body> {
    let is_malformed = status == StatusCode::BAD_REQUEST;
    let status = if is_upgrade || is_malformed {
        status
    } else {
        StatusCode::OK
    };
    let mut response = verdict_json(status, Some(refusal));
    if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
        let soon = Duration::from_secs(30).as_secs().into();
        response.headers_mut().insert(header::RETRY_AFTER, soon);
    }
    response
}

fn verdict_json(status: StatusCode, reason: Option<Refusal>) -> Response<Body> {
    let verdict = Verdict {
        open: reason.is_none(),
        reason,
    };
    let mut response = json(status, serde_json::to_vec(&verdict).unwrap_or_default());
    let fields = response.headers_mut();
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // The app may come from another host, and must learn that its origin is not on the list.
    fields.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    response
}

fn json(status: StatusCode, content: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(content.into());
    *response.status_mut() = status;
    let fields = response.headers_mut();
    fields.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn plain(status: StatusCode, text: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, text);
    response
}
