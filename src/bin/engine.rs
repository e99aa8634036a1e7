//! The worker: the engine, and the pump that carries things in and out of it.

#[path = "../browser/mod.rs"]
mod browser;
#[path = "../port.rs"]
mod port;
#[path = "../pump/mod.rs"]
mod pump;

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.to_string();
        web_sys::console::error_1(&text.as_str().into());
        browser::ports::fail(&text);
    }));
    pump::start();
}
