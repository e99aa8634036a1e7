//! One type for all closures of a view that give the same kind of value.
//!
//! Leptos writes out its machinery for each closure's own type; behind one type it is there once for all
//! texts, once for all flags, and so on. That is a good part of the page's weight.

use std::sync::{Arc, Mutex};

use leptos::tachys::reactive_graph::SharedReactiveFunction;

/// A closure for an attribute, a class or a text, of no type of its own.
pub(crate) fn shared<T: 'static>(
    compute: impl FnMut() -> T + Send + 'static,
) -> SharedReactiveFunction<T> {
    Arc::new(Mutex::new(compute))
}
