//! One type for all closures of a view that give the same kind of value, and for all effects and memos.
//!
//! Leptos writes out its machinery for each closure's own type; behind one type it is there once for all
//! texts, once for all flags, and so on. That is a good part of the page's weight.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;
use leptos::tachys::reactive_graph::SharedReactiveFunction;

/// A closure for an attribute, a class or a text, of no type of its own.
pub(crate) fn shared<T: 'static>(
    compute: impl FnMut() -> T + Send + 'static,
) -> SharedReactiveFunction<T> {
    Arc::new(Mutex::new(compute))
}

/// An effect: runs again when what it read has changed.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    fn begin(run: Box<dyn FnMut()>) {
        Effect::new(run);
    }
    begin(Box::new(run));
}

/// A memo: what it gives is new only when it differs.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(
    compute: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    let compute: Box<dyn Fn() -> T + Send + Sync> = Box::new(compute);
    Memo::new(move |_| compute())
}
