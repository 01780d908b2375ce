//! Labels: those every mailbox has, what may be done with them, which names others may take, and what becomes of a
//! message's labels.
//!
//! Everything here is a rule over names and ids; which labels a mailbox has is the caller's to know.

mod change;
mod names;
mod palette;
mod system;
#[cfg(test)]
mod tests;

pub use self::change::{
    CHANGE_LABELS_MAX, Change, check_places, delivered, drafted, imported, inserted, moved_in, sent, untrashed,
};
pub use self::names::{NAME_CHARS_MAX, already_there, check_name, key, possible_name};
pub use self::palette::{COLOURS, check_colour};
pub use self::system::{
    CATEGORIES, DRAFT, INBOX, NOT_ARCHIVED, SENT, SPAM, STARRED, STARS, SYSTEM, SystemLabel, TRASH, UNREAD, system,
};

use dak_proto::fault::Fault;

/// 400: a label that is not there, or that may not be set by hand.
pub fn invalid(id: &str) -> Fault {
    Fault::bad_request("invalidArgument", format!("Invalid label: {id}"))
}

/// The most user labels of one mailbox (the discovery document).
pub const MAILBOX_LABELS_MAX: usize = 10_000;

/// Whether an id has the form of a user label's: `Label_`, then digits.
pub fn is_user_label(id: &str) -> bool {
    id.strip_prefix("Label_").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}
