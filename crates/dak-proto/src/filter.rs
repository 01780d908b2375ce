//! What a list is narrowed by: `filter` (AIP-160), and `q` where it is one and not words.
//!
//! ```text
//! state = "OPEN" AND (size.pages > 3 OR labels:urgent) AND NOT createTime < "2026-01-01T00:00:00Z"
//! name contains 'report' and 'folder7' in parents and trashed = false
//! ```

mod reader;
mod search;
mod term;
#[cfg(test)]
pub(crate) mod tests;
mod tree;
mod words;

use std::fmt;

use serde_json::Value;

use crate::comparable::Typed;
use reader::{Dialect, Leaf, Reader};
use term::Term;

pub use search::Search;
pub use tree::Tree;

/// The longest filter, in bytes.
pub const FILTER_BYTES_MAX: usize = 8192;
/// The most comparisons and words of a filter.
pub const TERMS_MAX: usize = 200;
/// How deep parentheses and negations may stand.
const DEPTH_MAX: usize = 20;

/// What the items of a list must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    tree: Tree<Term>,
}

/// Why a filter is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// There is no such member. A name with underscores is also known in camel case.
    Unknown(String),
    /// It is more than comparisons, or no filter at all: what stands there.
    Beyond(String),
    /// The member, and what it cannot be.
    Value(String, String),
    /// A member with members of its own, which cannot be compared.
    Whole(String),
}

impl Filter {
    /// What fits everything.
    pub fn all() -> Filter {
        Filter { tree: Tree::All(Vec::new()) }
    }

    /// Reads a filter. An empty one fits everything. `OR` binds tighter than `AND`, and terms without a word between them
    /// are as with `AND`.
    ///
    /// # Errors
    /// The first thing in it that is not understood.
    pub fn parse<S: Typed>(text: &str, shape: &S) -> Result<Filter, Misfit> {
        Filter::of(Reader::read(text, Dialect::Filter)?, shape)
    }

    fn of<S: Typed>(leaves: Tree<Leaf>, shape: &S) -> Result<Filter, Misfit> {
        let tree = leaves.resolved(&|leaf| match leaf {
            Leaf::Comparison(comparison) => Term::new(comparison, shape),
            Leaf::Word(word) => Err(Misfit::Beyond(word)),
        })?;
        Ok(Filter { tree })
    }

    /// What fits both.
    #[must_use]
    pub fn and(self, other: Filter) -> Filter {
        match (self.is_all(), other.is_all()) {
            (true, _) => other,
            (_, true) => self,
            _ => Filter { tree: Tree::All(vec![self.tree, other.tree]) },
        }
    }

    /// Whether everything fits.
    pub fn is_all(&self) -> bool {
        matches!(&self.tree, Tree::All(parts) if parts.is_empty())
    }

    /// Whether an item fits. Of an array one element is enough; a member that is not there is like an empty text, 0 or
    /// false, and a time that is not there is before and after nothing.
    pub fn fits(&self, item: &Value) -> bool {
        self.tree.holds(&|term| term.is_so(item))
    }
}

/// In the words of a message: `"titel" is no member of the resource`.
impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Misfit::Unknown(path) => write!(f, "\"{path}\" is no member of the resource"),
            Misfit::Value(path, value) => write!(f, "\"{value}\" is nothing that {path} can be"),
            Misfit::Whole(path) => write!(f, "\"{path}\" has members of its own; name one of them"),
            Misfit::Beyond(text) => write!(
                f,
                "\"{text}\" is not understood; write members and what they are, such as state = \"OPEN\" AND size > 3"
            ),
        }
    }
}

/// The beginning of a text that an error repeats.
fn beyond(text: &str) -> Misfit {
    const SHOWN_CHARS_MAX: usize = 100;
    Misfit::Beyond(text.chars().take(SHOWN_CHARS_MAX).collect())
}
