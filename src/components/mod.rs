//! Parts that know nothing of mail.

mod dialog;
mod icon;
mod menu;
mod shared;
mod splitter;
mod virtual_list;

pub(crate) use dialog::Dialog;
pub(crate) use icon::{Icon, Mark, icon};
pub(crate) use menu::{Menu, MenuItem, Menus, at_button, place_of};
pub(crate) use shared::{effect, memo, shared};
pub(crate) use splitter::Splitter;
pub(crate) use virtual_list::{Geometry, VirtualList};
