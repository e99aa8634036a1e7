//! One file per web API, each as thin as it can be: no decisions about mail are made here.
//!
//! Page and worker are two binaries and take what they need.

pub(crate) mod lock;
pub(crate) mod random;
pub(crate) mod timer;

#[cfg(feature = "page")]
pub(crate) mod database;
#[cfg(feature = "page")]
pub(crate) mod files;
#[cfg(feature = "page")]
pub(crate) mod lifecycle;
#[cfg(feature = "page")]
pub(crate) mod notifications;
#[cfg(feature = "page")]
pub(crate) mod service_worker;
#[cfg(feature = "page")]
pub(crate) mod tickets;
#[cfg(feature = "page")]
pub(crate) mod vault;
#[cfg(feature = "page")]
pub(crate) mod worker;

#[cfg(feature = "engine")]
pub(crate) mod clock;
#[cfg(feature = "engine")]
pub(crate) mod ports;
#[cfg(feature = "engine")]
pub(crate) mod socket;
#[cfg(feature = "engine")]
pub(crate) mod text_decoder;
#[cfg(feature = "engine")]
pub(crate) mod verdict;
