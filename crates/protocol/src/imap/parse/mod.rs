//! From bytes to responses.

mod framer;

pub use framer::{Framed, Framer};
