//! The criteria of a filter as a search.

use dak_proto::fault::Fault;

use super::cursor::is_quote;
use super::operator::Operator;
use super::parser::parse_within;
use super::{Context, Feature, Field, Node, State, parse};

/// What a filter asks of incoming mail: the members of `FilterCriteria`. Empty texts ask for nothing.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Criteria<'a> {
    /// The sender: what may stand in `from:(…)`.
    pub from: &'a str,
    /// A recipient: what may stand in `to:(…)`.
    pub to: &'a str,
    /// A phrase of the subject; with brackets, quotes or capital `OR`, what may stand in `subject:(…)`.
    pub subject: &'a str,
    /// A search.
    pub query: &'a str,
    /// A search that must not be fulfilled.
    pub negated_query: &'a str,
    /// Only mail with an attachment.
    pub has_attachment: bool,
    /// No chats.
    pub exclude_chats: bool,
    /// Only what has more bytes than this.
    pub larger: Option<u64>,
    /// Only what has fewer bytes than this.
    pub smaller: Option<u64>,
}

/// All the criteria together; [`Node::All`] if there are none. 400 as for [`parse`].
pub fn criteria(criteria: &Criteria<'_>, context: &Context) -> Result<Node, Fault> {
    let chats = State::place("chats").filter(|_| criteria.exclude_chats);
    let parts = [
        parse_within(Operator::Text(Field::From), criteria.from, context)?,
        parse_within(Operator::Text(Field::To), criteria.to, context)?,
        subject(criteria.subject, context)?,
        parse(criteria.query, context)?,
        excluded(parse(criteria.negated_query, context)?),
        if criteria.has_attachment { Node::Has(Feature::Attachment) } else { Node::All },
        chats.map_or(Node::All, |state| Node::System(state).negated()),
        criteria.larger.map_or(Node::All, Node::Larger),
        criteria.smaller.map_or(Node::All, Node::Smaller),
    ];
    Ok(Node::all_of(parts))
}

/// The description calls it a phrase; what people put there with Gmail's own form is often a search.
fn subject(text: &str, context: &Context) -> Result<Node, Fault> {
    let is_search = text.contains(|c| is_quote(c) || matches!(c, '(' | '{'))
        || text.split_whitespace().any(|word| matches!(word, "OR" | "AND"));
    let scope = Operator::Text(Field::Subject);
    match is_search {
        true => parse_within(scope, text, context),
        false => Ok(scope.leaf(text, context).unwrap_or(Node::All)),
    }
}

fn excluded(node: Node) -> Node {
    match node {
        Node::All => Node::All,
        other => other.negated(),
    }
}
