//! From a message's parts to what a page draws.

pub mod body;
pub mod choice;
pub mod choose;
pub mod cid;
pub mod enriched;
pub mod html;
pub mod link;
pub mod snippet;
pub mod text;

pub use body::{blocks, decoded, snippet, snippet_octets};
pub use choice::{Attachment, BodyKind, BodyPart, Choice, Notice, Role, SecurityFormat};
pub use choose::{choose, has_attachment, has_invitation, preview_section};
pub use snippet::{snippet_of_html, snippet_of_text};
pub use text::{Block, Flow, Run, TextBody, text_body};
