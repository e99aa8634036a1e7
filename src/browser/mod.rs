//! One file per web API, each as thin as it can be: no decisions about mail are made here.
//!
//! Page and worker are two binaries and take what they need.

#[cfg(feature = "page")]
pub mod lifecycle;
#[cfg(feature = "page")]
pub mod tickets;
#[cfg(feature = "page")]
pub mod worker;

pub mod lock;
