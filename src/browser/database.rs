//! `IndexedDB`, as far as the vault needs it: one object store that holds one value by its name.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbOpenDbRequest, IdbRequest, IdbTransactionMode};

/// An open database. Closed when dropped, so that it never stands in the way of [`destroy`].
pub(crate) struct Database(IdbDatabase);

impl Database {
    /// Opens the database, and makes it with an empty object store of the same name if there is none.
    ///
    /// # Errors
    /// There is no IndexedDB, or the browser refuses it to this page.
    pub(crate) async fn open(name: &'static str) -> Result<Self, JsValue> {
        let request = factory()?.open_with_u32(name, 1)?;
        let opening: IdbOpenDbRequest = request.clone();
        let make = Closure::once(move |_: JsValue| {
            if let Ok(database) = opening.result() {
                // Fails where it is there already, which is as good.
                let _ = database
                    .unchecked_into::<IdbDatabase>()
                    .create_object_store(name);
            }
        });
        request.set_onupgradeneeded(Some(make.as_ref().unchecked_ref()));
        let database = finish(&request).await;
        request.set_onupgradeneeded(None);
        Ok(Self(database?.unchecked_into()))
    }

    /// What is kept under this key; `undefined` if nothing is.
    ///
    /// # Errors
    /// The browser's.
    pub(crate) async fn load(&self, key: &str) -> Result<JsValue, JsValue> {
        let name = self.0.name();
        let transaction = self.0.transaction_with_str(&name)?;
        let store = transaction.object_store(&name)?;
        finish(&store.get(&key.into())?).await
    }

    /// Keeps a value under this key, unless there is one.
    ///
    /// # Errors
    /// There is one, or the browser can't keep it.
    pub(crate) async fn add(&self, key: &str, value: &JsValue) -> Result<(), JsValue> {
        let name = self.0.name();
        let mode = IdbTransactionMode::Readwrite;
        let transaction = self.0.transaction_with_str_and_mode(&name, mode)?;
        let store = transaction.object_store(&name)?;
        finish(&store.add_with_key(value, &key.into())?).await?;
        Ok(())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Deletes the database of this name, if there is one.
///
/// # Errors
/// The browser's.
pub(crate) async fn destroy(name: &str) -> Result<(), JsValue> {
    let request = factory()?.delete_database(name)?;
    finish(&request).await?;
    Ok(())
}

fn factory() -> Result<IdbFactory, JsValue> {
    // Window and workers both have it, and have no type in common that says so.
    let factory = Reflect::get(&js_sys::global(), &"indexedDB".into())?;
    if factory.is_object() {
        Ok(factory.unchecked_into())
    } else {
        Err(factory)
    }
}

/// The result of a request. Callbacks keep no hold on it: they are called once, and cleared by that.
async fn finish(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let done = Promise::new(&mut |resolve: Function, reject: Function| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(done).await?;
    request.result()
}
