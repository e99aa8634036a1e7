//! WebCrypto: seals logins with a key that never leaves the browser.
//!
//! The key is AES-GCM with 256 bits, not extractable: nobody, not even this program, can read it; it can
//! only be used, in this browser, by this origin. It lives in IndexedDB as the key object itself. A sealed
//! login, the ticket, lives with the page. Neither is of use without the other.
//!
//! ```text
//! ticket = version (1 octet, 1) | IV (12 octets, random) | ciphertext and tag
//! ```
//!
//! What the browser can't do (no IndexedDB in some private windows, no WebCrypto on pages that did not come
//! securely) ends in `None`, and a login that lasts as long as the engine. The page does this for the
//! engine: WebKit can't store a key from within a `SharedWorker` (DataCloneError).

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{CryptoKey, SubtleCrypto};

use crate::browser::database::{self, Database};
use crate::browser::random;
use crate::port::VaultTask;

const VERSION: u8 = 1;
const IV_OCTETS: usize = 12;
const DATABASE: &str = "samma-vault";
const KEY: &str = "ticket";

/// Does a task, after those from before, and calls `done` with what came of it: `None` where it can't be
/// done, and for [`VaultTask::Forget`].
pub(crate) fn queue(task: VaultTask, done: impl FnOnce(Option<Vec<u8>>) + 'static) {
    QUEUE.with_borrow_mut(|queue| queue.push_back((task, Box::new(done))));
    if !BUSY.replace(true) {
        spawn_local(work());
    }
}

type Done = Box<dyn FnOnce(Option<Vec<u8>>)>;

thread_local! {
    static QUEUE: RefCell<VecDeque<(VaultTask, Done)>> = const { RefCell::new(VecDeque::new()) };
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

async fn work() {
    while let Some((task, done)) = QUEUE.with_borrow_mut(VecDeque::pop_front) {
        done(match task {
            VaultTask::Seal(plain) => seal(&plain).await,
            VaultTask::Unseal(ticket) => unseal(&ticket).await,
            VaultTask::Forget => forget().await,
        });
    }
    BUSY.set(false);
}

async fn seal(plain: &[u8]) -> Option<Vec<u8>> {
    let key = match load_key().await {
        Some(key) => key,
        None => make_key().await?,
    };
    // Random: a key seals a few tickets in its life, not the 2^32 after which 96 bits may repeat.
    let iv = random::octets::<IV_OCTETS>();
    let sealed = subtle()?
        .encrypt_with_object_and_js_u8_array(&algorithm(&iv)?, &key, &Uint8Array::from(plain))
        .ok()?;
    let sealed = JsFuture::from(sealed).await.ok()?;
    let mut ticket = vec![VERSION];
    ticket.extend(iv);
    ticket.extend(Uint8Array::new(&sealed).to_vec());
    Some(ticket)
}

/// `None` where the ticket was changed or its key is gone.
async fn unseal(ticket: &[u8]) -> Option<Vec<u8>> {
    let (&version, rest) = ticket.split_first()?;
    let (iv, sealed) = rest.split_at_checked(IV_OCTETS)?;
    if version != VERSION {
        return None;
    }
    let key = load_key().await?;
    let plain = subtle()?
        .decrypt_with_object_and_js_u8_array(&algorithm(iv)?, &key, &Uint8Array::from(sealed))
        .ok()?;
    let plain = JsFuture::from(plain).await.ok()?;
    Some(Uint8Array::new(&plain).to_vec())
}

async fn forget() -> Option<Vec<u8>> {
    // Where there is no database there is no key either.
    let _ = database::destroy(DATABASE).await;
    None
}

async fn load_key() -> Option<CryptoKey> {
    let database = Database::open(DATABASE).await.ok()?;
    database.load(KEY).await.ok()?.dyn_into().ok()
}

async fn make_key() -> Option<CryptoKey> {
    let algorithm = object(&[("name", "AES-GCM".into()), ("length", 256.into())])?;
    let usages = Array::of2(&"encrypt".into(), &"decrypt".into());
    let key = subtle()?
        .generate_key_with_object(&algorithm, false, &usages)
        .ok()?;
    let key = JsFuture::from(key).await.ok()?;
    let added = Database::open(DATABASE).await.ok()?.add(KEY, &key).await;
    match added {
        Ok(()) => key.dyn_into().ok(),
        // Another worker was faster, and its key is the one that stays.
        Err(_) => load_key().await,
    }
}

fn algorithm(iv: &[u8]) -> Option<Object> {
    object(&[
        ("name", "AES-GCM".into()),
        ("iv", Uint8Array::from(iv).into()),
    ])
}

fn object(fields: &[(&str, JsValue)]) -> Option<Object> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value).ok()?;
    }
    Some(object)
}

fn subtle() -> Option<SubtleCrypto> {
    let subtle: JsValue = web_sys::window()?.crypto().ok()?.subtle().into();
    // On pages that did not come securely the property is missing, whatever the type says.
    subtle.is_object().then(|| subtle.unchecked_into())
}
