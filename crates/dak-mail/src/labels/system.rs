//! The labels every mailbox has.

/// In the inbox.
pub const INBOX: &str = "INBOX";
/// Sent by the user.
pub const SENT: &str = "SENT";
/// Not sent yet.
pub const DRAFT: &str = "DRAFT";
/// Not asked for.
pub const SPAM: &str = "SPAM";
/// Thrown away.
pub const TRASH: &str = "TRASH";
/// Not read yet.
pub const UNREAD: &str = "UNREAD";
/// Marked with a star of whichever kind.
pub const STARRED: &str = "STARRED";

/// The kinds of stars beside the plain one, as ids of labels.
pub const STARS: [&str; 12] = [
    "YELLOW_STAR",
    "ORANGE_STAR",
    "RED_STAR",
    "PURPLE_STAR",
    "BLUE_STAR",
    "GREEN_STAR",
    "RED_BANG",
    "ORANGE_GUILLEMET",
    "YELLOW_BANG",
    "GREEN_CHECK",
    "BLUE_INFO",
    "PURPLE_QUESTION",
];

/// The categories of an inbox with tabs, as ids of labels.
pub const CATEGORIES: [&str; 5] =
    ["CATEGORY_PERSONAL", "CATEGORY_SOCIAL", "CATEGORY_PROMOTIONS", "CATEGORY_UPDATES", "CATEGORY_FORUMS"];

/// A message with any of these is somewhere; what has none is in the archive.
pub const NOT_ARCHIVED: [&str; 6] = [INBOX, SENT, DRAFT, SPAM, TRASH, "CHAT"];

/// A label that every mailbox has. Its name is its id.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SystemLabel {
    /// The id, which is the name as well.
    pub id: &'static str,
    /// `messageListVisibility` and `labelListVisibility`; some labels have neither.
    pub visibility: Option<(&'static str, &'static str)>,
    /// Whether a request may put it on a message or take it off.
    pub by_hand: bool,
    /// Whether it is listed even when no message has it.
    pub always_listed: bool,
}

/// All of them, those that are always listed first and in the order in which they are listed.
pub const SYSTEM: [SystemLabel; 26] = [
    shown("CHAT", "labelHide", Hand::No),
    shown(SENT, "labelShow", Hand::No),
    shown(INBOX, "labelShow", Hand::Yes),
    shown("IMPORTANT", "labelShow", Hand::Yes),
    shown(TRASH, "labelHide", Hand::Yes),
    shown(DRAFT, "labelShow", Hand::No),
    shown(SPAM, "labelHide", Hand::Yes),
    plain("CATEGORY_FORUMS"),
    plain("CATEGORY_UPDATES"),
    plain("CATEGORY_PERSONAL"),
    plain("CATEGORY_PROMOTIONS"),
    plain("CATEGORY_SOCIAL"),
    shown(STARRED, "labelShow", Hand::Yes),
    plain(UNREAD),
    star(0),
    star(1),
    star(2),
    star(3),
    star(4),
    star(5),
    star(6),
    star(7),
    star(8),
    star(9),
    star(10),
    star(11),
];

/// The system label of this id; ids are compared exactly.
pub fn system(id: &str) -> Option<&'static SystemLabel> {
    SYSTEM.iter().find(|label| label.id == id)
}

enum Hand {
    Yes,
    No,
}

const fn shown(id: &'static str, list: &'static str, hand: Hand) -> SystemLabel {
    SystemLabel { id, visibility: Some(("hide", list)), by_hand: matches!(hand, Hand::Yes), always_listed: true }
}

const fn plain(id: &'static str) -> SystemLabel {
    SystemLabel { id, visibility: None, by_hand: true, always_listed: true }
}

/// Kinds of stars are listed once they are used.
const fn star(index: usize) -> SystemLabel {
    SystemLabel { id: STARS[index], visibility: None, by_hand: true, always_listed: false }
}
