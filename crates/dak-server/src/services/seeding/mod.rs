//! What all seeds have in common: their members, with places for who must mend them, and their dates.

pub(super) mod date;
pub(super) mod member;
