//! From a message's parts to what a page draws.

pub mod choose;
pub mod cid;

pub use choose::{
    Attachment, BodyKind, BodyPart, Choice, Notice, Role, choose, has_attachment, has_invitation,
    preview_section,
};
