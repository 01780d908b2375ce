//! Which records belong to an answer.

/// The most nodes of one filter.
pub(crate) const FILTER_NODES_MAX: usize = 2500;
/// How deep a filter may nest.
pub(crate) const FILTER_DEPTH_MAX: usize = 64;
/// The most bytes of all words, tags and bounds of one filter.
pub(crate) const FILTER_BYTES_MAX: usize = 256 << 10;

/// Which records belong to the answer. Two-valued: a record without the thing asked for does not match.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Filter {
    /// Every record.
    All,
    /// What matches each of these; without any, every record.
    And(Vec<Filter>),
    /// What does not match this.
    Not(Box<Filter>),
    /// What matches one of these; without any, no record.
    Or(Vec<Filter>),
    /// Records whose sort key in this declared order lies in a range.
    Range {
        /// The order's name.
        order: String,
        /// The lowest key that matches; `None` for no bound.
        from: Option<Vec<u8>>,
        /// The lowest key above those that match; `None` for no bound.
        to: Option<Vec<u8>>,
    },
    /// Records that have this tag.
    Tag(String),
    /// Records in whose text this stands.
    Text(TextFilter),
}

impl Filter {
    /// Records whose text has this word. What [`tokens`](crate::text::tokens) takes apart counts as a phrase, and what has
    /// no token matches nothing.
    pub fn word(word: impl Into<String>) -> Filter {
        Filter::phrase(word)
    }

    /// Records whose text has the words of this one, one right after the other.
    pub fn phrase(words: impl Into<String>) -> Filter {
        Filter::text(Pattern::Phrase(words.into()))
    }

    /// As a phrase, but the last word only begins so.
    pub fn prefix(words: impl Into<String>) -> Filter {
        Filter::text(Pattern::Prefix(words.into()))
    }

    /// Records whose text has both phrases, in either order and with at most so many words between them.
    pub fn near(one: impl Into<String>, other: impl Into<String>, words_max: u32) -> Filter {
        Filter::text(Pattern::Near { one: one.into(), other: other.into(), words_max })
    }

    /// The same with all its words sought in the field of this name, and in no other.
    #[must_use]
    pub fn within(self, field: &str) -> Filter {
        let each = |parts: Vec<Filter>| parts.into_iter().map(|part| part.within(field)).collect();
        match self {
            Filter::And(parts) => Filter::And(each(parts)),
            Filter::Not(part) => Filter::Not(Box::new(part.within(field))),
            Filter::Or(parts) => Filter::Or(each(parts)),
            Filter::Text(text) => Filter::Text(TextFilter { field: field.to_owned(), ..text }),
            other => other,
        }
    }

    fn text(pattern: Pattern) -> Filter {
        Filter::Text(TextFilter { field: String::new(), pattern })
    }

    /// Whether it asks for texts.
    pub(crate) fn has_text(&self) -> bool {
        match self {
            Filter::And(parts) | Filter::Or(parts) => parts.iter().any(Filter::has_text),
            Filter::Not(part) => part.has_text(),
            Filter::Text(_) => true,
            Filter::All | Filter::Range { .. } | Filter::Tag(_) => false,
        }
    }

    /// Whether the filter is within the limits of what is answered.
    pub(crate) fn is_bounded(&self) -> bool {
        let mut size = Size::default();
        size.measure(self, 1);
        size.nodes <= FILTER_NODES_MAX && size.depth <= FILTER_DEPTH_MAX && size.bytes <= FILTER_BYTES_MAX
    }
}

/// What must stand in a record's text.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct TextFilter {
    /// In the field of this name; the empty one is the field of entries without a name.
    pub field: String,
    /// What must stand there.
    pub pattern: Pattern,
}

/// What must stand in a text. What has no token stands nowhere.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Pattern {
    /// Two phrases not far from each other, in either order; they may overlap.
    Near {
        /// The one phrase.
        one: String,
        /// The other.
        other: String,
        /// How many words may be between them.
        words_max: u32,
    },
    /// The words of this text, one right after the other.
    Phrase(String),
    /// As a phrase, but the last word only begins so.
    Prefix(String),
}

impl TextFilter {
    fn bytes(&self) -> usize {
        let pattern = match &self.pattern {
            Pattern::Near { one, other, .. } => one.len() + other.len(),
            Pattern::Phrase(text) | Pattern::Prefix(text) => text.len(),
        };
        self.field.len() + pattern
    }
}

#[derive(Default)]
struct Size {
    nodes: usize,
    depth: usize,
    bytes: usize,
}

impl Size {
    /// Stops early where a limit is passed, so that measuring is bounded as well.
    fn measure(&mut self, filter: &Filter, depth: usize) {
        self.nodes += 1;
        self.depth = self.depth.max(depth);
        if self.nodes > FILTER_NODES_MAX || depth > FILTER_DEPTH_MAX {
            return;
        }
        match filter {
            Filter::All => {}
            Filter::And(parts) | Filter::Or(parts) => parts.iter().for_each(|part| self.measure(part, depth + 1)),
            Filter::Not(part) => self.measure(part, depth + 1),
            Filter::Range { from, to, .. } => {
                self.bytes += from.as_ref().map_or(0, Vec::len) + to.as_ref().map_or(0, Vec::len)
            }
            Filter::Tag(tag) => self.bytes += tag.len(),
            Filter::Text(text) => self.bytes += text.bytes(),
        }
    }
}
