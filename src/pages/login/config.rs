//! `/config.json`: which mail servers there are. Fetched and parsed by the browser, read field by field:
//! a JSON parser of our own would weigh more than this whole page's logic.

use gloo_net::http::Request;
use js_sys::{Array, Reflect};
use leptos::prelude::document;
use samma_transport::config::{Config, Endpoint, Server, Tls};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Url;

/// Fetches the configuration from `address`; `None` where there is none that makes sense.
pub(super) async fn fetch(address: &str) -> Option<Config> {
    let response = Request::get(address).send().await.ok()?;
    if !response.ok() {
        return None;
    }
    let json = js_sys::JSON::parse(&response.text().await.ok()?).ok()?;
    json.is_object().then(|| read(&json))
}

/// Base address of the gateway, `ws://` or `wss://`, without a trailing slash.
pub(super) fn gateway(config: &Config) -> String {
    let named = config.gateway.trim().trim_end_matches('/');
    if !named.is_empty() {
        return named.to_owned();
    }
    let base = document()
        .base_uri()
        .ok()
        .flatten()
        .and_then(|uri| Url::new(&uri).ok());
    base.map_or_else(String::new, |url| {
        let scheme = if url.protocol() == "http:" {
            "ws"
        } else {
            "wss"
        };
        let path = url.pathname();
        // The base names a folder by its slash, or a file in it.
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{scheme}://{}{folder}", url.host())
    })
}

fn read(json: &JsValue) -> Config {
    Config {
        gateway: text(json, "gateway").unwrap_or_default(),
        poke: field(json, "poke").is_some_and(|poke| poke.is_truthy()),
        servers: items(json, "servers")
            .filter_map(|json| server(&json))
            .collect(),
    }
}

/// A server without a name to call it by in tunnel paths is of no use.
fn server(json: &JsValue) -> Option<Server> {
    Some(Server {
        id: text(json, "id")?,
        name: text(json, "name").unwrap_or_default(),
        domains: items(json, "domains")
            .filter_map(|domain| domain.as_string())
            .map(|domain| domain.to_ascii_lowercase())
            .collect(),
        imap: endpoint(json, "imap"),
        submission: endpoint(json, "submission"),
        pop3: endpoint(json, "pop3"),
        ca: text(json, "ca").unwrap_or_default(),
    })
}

fn endpoint(json: &JsValue, name: &str) -> Option<Endpoint> {
    let json = field(json, name)?;
    let port = field(&json, "port")?.as_f64()?;
    Some(Endpoint {
        host: text(&json, "host")?,
        port: (1..=u16::MAX).find(|one| f64::from(*one) == port)?,
        tls: match text(&json, "tls")?.as_str() {
            "implicit" => Tls::Implicit,
            "starttls" => Tls::StartTls,
            "none" => Tls::None,
            // Not understood is not trusted.
            _ => return None,
        },
    })
}

fn field(json: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(json, &name.into())
        .ok()
        .filter(|value| !value.is_null() && !value.is_undefined())
}

fn text(json: &JsValue, name: &str) -> Option<String> {
    field(json, name)?.as_string()
}

fn items(json: &JsValue, name: &str) -> impl Iterator<Item = JsValue> + use<> {
    field(json, name)
        .and_then(|value| value.dyn_into::<Array>().ok())
        .unwrap_or_default()
        .into_iter()
}
