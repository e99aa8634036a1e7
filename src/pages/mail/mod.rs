//! The mail page: folders, list and message, side by side or one at a time.

mod account;
mod acting;
mod asking;
mod attachments;
mod desk;
mod dragging;
mod gestures;
mod help;
mod html_frame;
mod layout;
mod list;
mod list_place;
mod list_states;
mod live;
mod menus;
mod news;
mod notice;
mod organising;
mod page;
mod picker;
mod reader;
mod reader_bar;
mod reader_head;
mod reader_text;
mod row;
mod search;
mod selecting;
mod tags;
mod toasts;
mod tree;
mod tree_item;

pub(crate) use layout::{focus_list, focus_reading, is_single_pane, mailbox_title};
pub(crate) use notice::ServerWords;
pub(crate) use page::{EngineFailure, MailPage};
