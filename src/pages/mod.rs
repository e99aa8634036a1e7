//! What fills the window: the sign-in page, and the mail page with its three panes.

pub(crate) mod login;
pub(crate) mod mail;
