//! What `in:`, `is:`, `category:` and `has:` with a star ask for, in terms of labels.

use crate::labels::{DRAFT, INBOX, NOT_ARCHIVED, SENT, SPAM, STARRED, STARS, TRASH, UNREAD, key};

/// A place or a state, as a rule over the ids of labels.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct State {
    /// How a search asks for it.
    pub written: &'static str,
    /// A message must have one of these; empty: it need not.
    pub any: &'static [&'static str],
    /// And it must have none of these.
    pub none: &'static [&'static str],
}

/// States and what they are called after `in:`, `is:` and `label:`. Some no message can be in here, since nothing mutes,
/// snoozes or schedules it: they find nothing.
const PLACES: [(&[&str], State); 15] = [
    (&["anywhere"], state("in:anywhere", &[])),
    (&["archive", "archived"], State { written: "in:archive", any: &[], none: &NOT_ARCHIVED }),
    (&["inbox"], state("in:inbox", &[INBOX])),
    (&["sent", "sent-mail"], state("in:sent", &[SENT])),
    (&["draft", "drafts"], state("in:drafts", &[DRAFT])),
    (&["spam"], state("in:spam", &[SPAM])),
    (&["trash", "bin"], state("in:trash", &[TRASH])),
    (&["chat", "chats"], state("in:chats", &["CHAT"])),
    (&["snoozed"], state("in:snoozed", &["SNOOZED"])),
    (&["scheduled"], state("in:scheduled", &["SCHEDULED"])),
    (&["starred"], state("is:starred", &[STARRED])),
    (&["important"], state("is:important", &["IMPORTANT"])),
    (&["muted"], state("is:muted", &["MUTED"])),
    (&["unread"], state("is:unread", &[UNREAD])),
    (&["read"], State { written: "is:read", any: &[], none: &[UNREAD] }),
];

/// Categories and what they are called after `category:`. The API has no label for the last two: they find nothing.
const CATEGORIES: [(&[&str], State); 7] = [
    (&["primary", "personal"], state("category:primary", &["CATEGORY_PERSONAL"])),
    (&["social"], state("category:social", &["CATEGORY_SOCIAL"])),
    (&["promotions"], state("category:promotions", &["CATEGORY_PROMOTIONS"])),
    (&["updates"], state("category:updates", &["CATEGORY_UPDATES"])),
    (&["forums"], state("category:forums", &["CATEGORY_FORUMS"])),
    (&["reservations"], state("category:reservations", &["CATEGORY_RESERVATIONS"])),
    (&["purchases"], state("category:purchases", &["CATEGORY_PURCHASES"])),
];

/// Stars and what they are called after `has:`. STARRED alone is a yellow star, which is what a first click gives.
const STAR_KINDS: [(&[&str], State); 12] = [
    (&["yellow-star"], State { written: "has:yellow-star", any: &["YELLOW_STAR", STARRED], none: STARS.split_at(1).1 }),
    (&["orange-star"], state("has:orange-star", &["ORANGE_STAR"])),
    (&["red-star"], state("has:red-star", &["RED_STAR"])),
    (&["purple-star"], state("has:purple-star", &["PURPLE_STAR"])),
    (&["blue-star"], state("has:blue-star", &["BLUE_STAR"])),
    (&["green-star"], state("has:green-star", &["GREEN_STAR"])),
    (&["red-bang"], state("has:red-bang", &["RED_BANG"])),
    (&["orange-guillemet"], state("has:orange-guillemet", &["ORANGE_GUILLEMET"])),
    (&["yellow-bang"], state("has:yellow-bang", &["YELLOW_BANG"])),
    (&["green-check"], state("has:green-check", &["GREEN_CHECK"])),
    (&["blue-info"], state("has:blue-info", &["BLUE_INFO"])),
    (&["purple-question"], state("has:purple-question", &["PURPLE_QUESTION"])),
];

/// What only looks like a label: a label of the user's may be called so.
const NO_LABELS: [&str; 3] = ["in:anywhere", "in:archive", "is:read"];

impl State {
    /// What `in:` and `is:` call so.
    pub(super) fn place(name: &str) -> Option<&'static State> {
        find(&PLACES, name)
    }

    /// The system label that `label:` names, by its name or its id.
    pub(super) fn label(name: &str) -> Option<&'static State> {
        let name = key(name);
        let by_name = State::place(&name).filter(|state| !NO_LABELS.contains(&state.written));
        by_name.or_else(|| by_id(&CATEGORIES, &name)).or_else(|| by_id(&STAR_KINDS, &name))
    }

    /// What `category:` calls so.
    pub(super) fn category(name: &str) -> Option<&'static State> {
        find(&CATEGORIES, name)
    }

    /// The kind of star that `has:` calls so.
    pub(super) fn star(name: &str) -> Option<&'static State> {
        find(&STAR_KINDS, name)
    }

    /// Whether it is every message, also what is hidden.
    pub fn is_anywhere(&self) -> bool {
        self.any.is_empty() && self.none.is_empty()
    }

    /// Whether a message with these labels is in this state.
    pub fn holds(&self, has_label: impl Fn(&str) -> bool) -> bool {
        (self.any.is_empty() || self.any.iter().any(|id| has_label(id))) && !self.none.iter().any(|id| has_label(id))
    }
}

const fn state(written: &'static str, any: &'static [&'static str]) -> State {
    State { written, any, none: &[] }
}

fn find(rows: &'static [(&[&str], State)], name: &str) -> Option<&'static State> {
    let name = name.to_ascii_lowercase();
    rows.iter().find(|(names, _)| names.contains(&name.as_str())).map(|(_, state)| state)
}

fn by_id(rows: &'static [(&[&str], State)], id: &str) -> Option<&'static State> {
    let is_it = |state: &State| state.any.first().is_some_and(|label| label.eq_ignore_ascii_case(id));
    rows.iter().map(|(_, state)| state).find(|state| is_it(state))
}
