//! A search as a tree.

use super::{Feature, State};

/// What a search asks of a message.
///
/// Trees that this module makes are in one form: lists of [`Node::And`] and [`Node::Or`] have at least two elements and none
/// of their own kind, and nothing is negated twice. Printing such a tree gives a search that is read as the same tree.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Node {
    /// Nothing: every message fulfils it.
    All,
    /// All of these.
    And(Vec<Node>),
    /// One of these.
    Or(Vec<Node>),
    /// Not this.
    Not(Box<Node>),
    /// These words one right after the other in one entry of this field. The text is as it was written, with single blanks;
    /// [`spaced`](super::spaced), then the index's own rules make words of it, for the search as for the message.
    Words {
        /// Where.
        field: Field,
        /// Which.
        text: String,
    },
    /// Two such texts near each other, in either order.
    Near {
        /// Where.
        field: Field,
        /// The one.
        first: String,
        /// The other.
        second: String,
        /// How many words may stand between them.
        words_between_max: u32,
    },
    /// An address of the user in this field.
    Me(Field),
    /// A label of the user's, or its id, as [`labels::key`](crate::labels::key) of what was written.
    Label(String),
    /// A place or a state that system labels tell.
    System(&'static State),
    /// Something in it.
    Has(Feature),
    /// The Message-ID, without angle brackets.
    MessageId(String),
    /// Came at this time or later: milliseconds since 1970, whole seconds.
    After(i64),
    /// Came before this time: milliseconds since 1970, whole seconds.
    Before(i64),
    /// Has more bytes than this.
    Larger(u64),
    /// Has fewer bytes than this.
    Smaller(u64),
}

/// Where words are looked for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Field {
    /// The text of the message, its subject, its addresses and names, and the names of its attachments.
    Any,
    /// Whom it is from.
    From,
    /// Whom it is for: the headers To, Cc and Bcc.
    To,
    /// The header Cc alone.
    Cc,
    /// The header Bcc alone.
    Bcc,
    /// The header Delivered-To.
    DeliveredTo,
    /// The subject.
    Subject,
    /// The headers List-Id and List-Post.
    List,
    /// The names of attachments.
    Filename,
}

impl Field {
    /// The field's name among a message's texts, which is its operator's; empty for [`Field::Any`].
    pub fn name(self) -> &'static str {
        match self {
            Field::Any => "",
            Field::From => "from",
            Field::To => "to",
            Field::Cc => "cc",
            Field::Bcc => "bcc",
            Field::DeliveredTo => "deliveredto",
            Field::Subject => "subject",
            Field::List => "list",
            Field::Filename => "filename",
        }
    }

    /// Whether it holds addresses, so that `me` is the user.
    pub fn has_addresses(self) -> bool {
        matches!(self, Field::From | Field::To | Field::Cc | Field::Bcc | Field::DeliveredTo)
    }
}

impl Node {
    /// All of these; without any, [`Node::All`]. Pictures and signs, of which no index has words, are left out beside
    /// anything else.
    pub fn all_of(nodes: impl IntoIterator<Item = Node>) -> Node {
        let flat = nodes.into_iter().flat_map(|node| match node {
            Node::And(inner) => inner,
            Node::All => Vec::new(),
            other => vec![other],
        });
        let mut nodes: Vec<Node> = flat.collect();
        if !nodes.iter().all(Node::is_wordless) {
            nodes.retain(|node| !node.is_wordless());
        }
        only(nodes).unwrap_or_else(|nodes| if nodes.is_empty() { Node::All } else { Node::And(nodes) })
    }

    /// One of these; without any, [`Node::All`], since nothing was asked.
    pub fn any_of(nodes: impl IntoIterator<Item = Node>) -> Node {
        let flat = nodes.into_iter().flat_map(|node| match node {
            Node::Or(inner) => inner,
            other => vec![other],
        });
        only(flat.collect()).unwrap_or_else(|nodes| if nodes.is_empty() { Node::All } else { Node::Or(nodes) })
    }

    /// Not this.
    #[must_use]
    pub fn negated(self) -> Node {
        match self {
            Node::Not(inner) => *inner,
            other => Node::Not(Box::new(other)),
        }
    }

    /// Whether it asks for messages with this system label, so that they are shown though the label hides them: SPAM and
    /// TRASH are asked for by `in:spam`, `in:trash`, `label:trash` and `in:anywhere`, wherever they are not negated.
    pub fn asks_for(&self, label: &str) -> bool {
        match self {
            Node::And(nodes) | Node::Or(nodes) => nodes.iter().any(|node| node.asks_for(label)),
            Node::System(state) => state.is_anywhere() || state.any.contains(&label),
            _ => false,
        }
    }

    /// What it calls labels of the user's, so that these can be looked up; each time it does.
    pub fn labels(&self) -> Vec<&str> {
        match self {
            Node::And(nodes) | Node::Or(nodes) => nodes.iter().flat_map(Node::labels).collect(),
            Node::Not(node) => node.labels(),
            Node::Label(key) => vec![key],
            _ => Vec::new(),
        }
    }

    /// Whether it asks anywhere for this to be in a message, or not to be.
    pub fn asks_whether_has(&self, feature: Feature) -> bool {
        match self {
            Node::And(nodes) | Node::Or(nodes) => nodes.iter().any(|node| node.asks_whether_has(feature)),
            Node::Not(node) => node.asks_whether_has(feature),
            Node::Has(asked) => *asked == feature,
            _ => false,
        }
    }

    /// Whether it asks for text in which no letter or digit is, and for nothing else: no message has that.
    fn is_wordless(&self) -> bool {
        match self {
            Node::And(nodes) | Node::Or(nodes) => nodes.iter().all(Node::is_wordless),
            Node::Words { text, .. } => !text.chars().any(char::is_alphanumeric),
            _ => false,
        }
    }

    /// How many levels the tree has; a leaf has one.
    pub fn depth(&self) -> usize {
        match self {
            Node::And(nodes) | Node::Or(nodes) => 1 + nodes.iter().map(Node::depth).max().unwrap_or(0),
            Node::Not(node) => 1 + node.depth(),
            _ => 1,
        }
    }
}

fn only(mut nodes: Vec<Node>) -> Result<Node, Vec<Node>> {
    match nodes.pop() {
        Some(node) if nodes.is_empty() => Ok(node),
        Some(node) => {
            nodes.push(node);
            Err(nodes)
        }
        None => Err(nodes),
    }
}
