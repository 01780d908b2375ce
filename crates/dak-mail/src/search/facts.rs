//! Whether a message fulfils a search.

use super::{Feature, Field, Node};

/// What a search may ask of one message. Texts are compared by words: how a text is taken apart is the store's rule, after
/// [`spaced`](super::spaced).
pub trait Facts {
    /// Whether the words of this text stand one right after the other in one entry of the field. A text without a word is
    /// nowhere.
    fn has_words(&self, field: Field, text: &str) -> bool;

    /// Whether two texts stand in the field with at most so many words between them, in either order.
    fn has_near(&self, field: Field, first: &str, second: &str, words_between_max: u32) -> bool;

    /// Whether it has the label of this id.
    fn has_label(&self, id: &str) -> bool;

    /// Whether it has a label whose name, or whose id, has this [`key`](crate::labels::key).
    fn has_label_called(&self, key: &str) -> bool;

    /// Whether this is in it.
    fn has(&self, feature: Feature) -> bool;

    /// Whether an address of the user stands in this field.
    fn has_me(&self, field: Field) -> bool;

    /// Whether this is its Message-ID, without angle brackets.
    fn has_message_id(&self, id: &str) -> bool;

    /// When it came, in milliseconds since 1970.
    fn time_ms(&self) -> i64;

    /// How many bytes it has.
    fn size_bytes(&self) -> u64;
}

/// Whether a message fulfils a search.
pub fn matches(node: &Node, facts: &impl Facts) -> bool {
    match node {
        Node::All => true,
        Node::And(nodes) => nodes.iter().all(|node| matches(node, facts)),
        Node::Or(nodes) => nodes.iter().any(|node| matches(node, facts)),
        Node::Not(node) => !matches(node, facts),
        Node::Words { field, text } => facts.has_words(*field, text),
        Node::Near { field, first, second, words_between_max } => {
            facts.has_near(*field, first, second, *words_between_max)
        }
        Node::Me(field) => facts.has_me(*field),
        Node::Label(key) => facts.has_label_called(key),
        Node::System(state) => state.holds(|id| facts.has_label(id)),
        Node::Has(feature) => facts.has(*feature),
        Node::MessageId(id) => facts.has_message_id(id),
        Node::After(time_ms) => facts.time_ms() >= *time_ms,
        Node::Before(time_ms) => facts.time_ms() < *time_ms,
        Node::Larger(bytes) => facts.size_bytes() > *bytes,
        Node::Smaller(bytes) => facts.size_bytes() < *bytes,
    }
}
