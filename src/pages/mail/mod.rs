//! The mail page: folders, list and message, side by side or one at a time.

mod account;
mod attachments;
mod help;
mod html_frame;
mod layout;
mod list;
mod live;
mod notice;
mod page;
mod reader;
mod reader_head;
mod reader_text;
mod row;
mod search;
mod tree;

pub(crate) use layout::{focus_list, focus_reading, is_single_pane, mailbox_title};
pub(crate) use notice::ServerWords;
pub(crate) use page::{EngineFailure, MailPage};
