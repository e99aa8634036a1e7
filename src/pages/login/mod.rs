//! The sign-in page.

mod choice;
mod config;
mod page;

pub(crate) use page::LoginPage;
