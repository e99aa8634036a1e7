//! `fetch`: asks the gateway why it does not open a tunnel, which a `WebSocket` does not tell.

use js_sys::Reflect;
use samma_transport::tunnel::Refusal;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StringDeserializer};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestInit, Response, WorkerGlobalScope};

/// What the gateway said.
pub(crate) enum Answer {
    /// It would open the tunnel now.
    Open,
    /// It would not.
    Refused(Refusal),
    /// Something answered, but no gateway.
    Strange {
        /// HTTP status.
        status: u16,
    },
    /// Nothing answered.
    None,
}

/// Asks at the tunnel's address, `ws(s)://…`.
pub(crate) async fn ask(tunnel: &str) -> Answer {
    // ws -> http, wss -> https
    let Some(rest) = tunnel.strip_prefix("ws") else {
        return Answer::None;
    };
    let Ok(response) = fetch(&format!("http{rest}")).await else {
        return Answer::None;
    };
    read(&response).await.unwrap_or(Answer::Strange {
        status: response.status(),
    })
}

async fn fetch(url: &str) -> Result<Response, JsValue> {
    let scope = js_sys::global().unchecked_into::<WorkerGlobalScope>();
    let options = RequestInit::new();
    options.set_cache(RequestCache::NoStore);
    let response = JsFuture::from(scope.fetch_with_str_and_init(url, &options)).await?;
    response.dyn_into()
}

async fn read(response: &Response) -> Option<Answer> {
    let verdict = JsFuture::from(response.json().ok()?).await.ok()?;
    let field = |name: &str| Reflect::get(&verdict, &name.into()).ok();
    match (field("open")?.as_bool()?, field("reason")?.as_string()) {
        (true, _) => Some(Answer::Open),
        (false, reason) => {
            let reason: StringDeserializer<Error> = reason?.into_deserializer();
            Refusal::deserialize(reason).ok().map(Answer::Refused)
        }
    }
}
