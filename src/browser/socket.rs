//! `WebSocket`: a tunnel to a mail server, or the poke channel.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

/// What happens to a socket.
pub(crate) enum Event {
    /// It is open.
    Opened,
    /// Bytes came: one frame.
    Received(Vec<u8>),
    /// It closed, or never opened. Nothing follows.
    Closed {
        /// RFC 6455 7.4; 1006 where the connection just ended.
        code: u16,
    },
}

/// A socket. Dropped, it closes, once what was sent is gone.
pub(crate) struct Socket {
    socket: WebSocket,
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
    _on_error: Closure<dyn FnMut()>,
}

impl Socket {
    /// Starts to open a socket; `happened` is called later, never from within.
    ///
    /// # Errors
    /// The browser's words, where the address is none or the page's policy forbids it.
    pub(crate) fn open(
        url: &str,
        protocol: &str,
        happened: impl Fn(Event) + Clone + 'static,
    ) -> Result<Self, String> {
        let socket = WebSocket::new_with_str(url, protocol).map_err(|error| {
            let error = error.dyn_ref::<js_sys::Error>();
            error.map_or_else(String::new, |error| error.message().into())
        })?;
        socket.set_binary_type(BinaryType::Arraybuffer);

        let opened = happened.clone();
        let on_open = Closure::<dyn FnMut()>::new(move || opened(Event::Opened));
        let received = happened.clone();
        let failed = happened.clone();
        let on_message = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
            // Text frames are no part of the contract, and hold no bytes of the mail server's.
            if let Ok(buffer) = event.data().dyn_into::<ArrayBuffer>() {
                received(Event::Received(Uint8Array::new(&buffer).to_vec()));
            }
        });
        let on_close = Closure::<dyn FnMut(_)>::new(move |event: CloseEvent| {
            happened(Event::Closed { code: event.code() });
        });
        // Closing follows, but not where the page's policy forbids the address.
        let on_error = Closure::<dyn FnMut()>::new(move || failed(Event::Closed { code: 1006 }));
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        socket.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            socket,
            _on_open: on_open,
            _on_message: on_message,
            _on_close: on_close,
            _on_error: on_error,
        })
    }

    /// Sends one frame.
    pub(crate) fn send(&self, bytes: &[u8]) {
        // Fails only before the socket is open; on one that closes it does nothing, and `Closed` follows.
        let _ = self.socket.send_with_u8_array(bytes);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // The browser keeps the socket until it has closed; it must not call what is gone.
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        self.socket.set_onerror(None);
        let _ = self.socket.close();
    }
}
