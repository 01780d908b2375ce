//! The language of a search: what stands in `q` and in the criteria of filters (`G40` to `G44`).
//!
//! A search is a list of terms; a message must fulfil all of them. The operators are those of Google's help page ("Refine
//! searches in Gmail"). What it leaves open is decided so:
//!
//! - `OR` binds tighter than the blank and than `AND`: `a OR b c` is `(a OR b) c`, as in Google's other searches. In braces
//!   the blank means `OR`, and there `AND` binds tighter.
//! - `OR`, `AND` and `AROUND` are operators in capitals only, and only where they have something on both sides.
//! - An operator takes the word, the phrase or the group behind it, also after a blank: `from: amy`. In a group it goes on to
//!   every word: `subject:(dinner movie)`, `to:{amy -bob}`, `label:(a OR b)`. Without anything it asks for nothing.
//! - What is no operator is text (`http://example.com`), and so is an operator with a value that means nothing (`larger:big`).
//!   Nothing is an error but a search that is too large.
//! - A quote or a bracket that is not closed ends with the search; one that was never opened is not there.
//! - Words are found as they are, in any case: there are no stems and no synonyms. So `+word` and `"word"` say no more than
//!   `word`. A phrase, and a word that has several words in it, is found where its words follow one another.
//! - A date is midnight in UTC-8 all year, which is the PST that Google's guide names; `after:` and `newer:` include it.
//! - `to:` finds recipients of every kind, as people found out and as the description says of filters; `cc:` and `bcc:` are narrower.
//! - `"a AROUND 5 b"`, in quotes, keeps no order: it is the same as without.

mod criteria;
mod cursor;
mod dates;
mod facts;
mod feature;
mod node;
mod operator;
mod parser;
mod print;
mod sizes;
mod state;
#[cfg(test)]
mod tests;
mod words;

pub use self::criteria::{Criteria, criteria};
pub use self::facts::{Facts, matches};
pub use self::feature::Feature;
pub use self::node::{Field, Node};
pub use self::parser::{DEPTH_MAX, TERMS_MAX, parse};
pub use self::state::State;
pub use self::words::spaced;

/// What a search means depends on when it is asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Context {
    /// Now, in milliseconds since 1970: `older_than:` and `newer_than:` count from here.
    pub now_ms: i64,
}
