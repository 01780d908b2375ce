//! The operators, and what each makes of a value.

use std::fmt;

use super::words::{collapsed, near, searchable};
use super::{Context, Feature, Field, Node, State, dates, sizes};
use crate::labels::key;

/// What stands before a colon.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Operator {
    /// Words in a field; [`Field::Any`] has no operator.
    Text(Field),
    Label,
    In,
    Is,
    Has,
    Category,
    MessageId,
    After(&'static str),
    Before(&'static str),
    OlderThan,
    NewerThan,
    Larger(&'static str),
    Smaller,
}

const OPERATORS: [Operator; 23] = [
    Operator::Text(Field::From),
    Operator::Text(Field::To),
    Operator::Text(Field::Cc),
    Operator::Text(Field::Bcc),
    Operator::Text(Field::DeliveredTo),
    Operator::Text(Field::Subject),
    Operator::Text(Field::List),
    Operator::Text(Field::Filename),
    Operator::Label,
    Operator::In,
    Operator::Is,
    Operator::Has,
    Operator::Category,
    Operator::MessageId,
    Operator::After("after"),
    Operator::After("newer"),
    Operator::Before("before"),
    Operator::Before("older"),
    Operator::OlderThan,
    Operator::NewerThan,
    Operator::Larger("larger"),
    Operator::Larger("size"),
    Operator::Smaller,
];

impl Operator {
    /// Words anywhere.
    pub(super) const PLAIN: Operator = Operator::Text(Field::Any);

    /// The operator at the head of a text, if there is one, and what stands behind its colon.
    pub(super) fn split(text: &str) -> Option<(Operator, &str)> {
        let (name, rest) = text.split_at_checked(text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?)?;
        let rest = rest.strip_prefix(':')?;
        let operator = OPERATORS.into_iter().find(|operator| operator.name().eq_ignore_ascii_case(name))?;
        Some((operator, rest))
    }

    /// What a value asks for; `None` if it asks for nothing. What means nothing to the operator is text.
    pub(super) fn leaf(self, value: &str, context: &Context) -> Option<Node> {
        if let Operator::Text(field) = self {
            return text(field, value);
        }
        let value = collapsed(value);
        if value.is_empty() {
            return None;
        }
        self.meaning(&value, context).or_else(|| text(Field::Any, &format!("{self}:{value}")))
    }

    fn meaning(self, value: &str, context: &Context) -> Option<Node> {
        match self {
            Operator::Text(field) => text(field, value),
            Operator::Label => Some(State::label(value).map_or_else(|| Node::Label(key(value)), Node::System)),
            Operator::In | Operator::Is => {
                let state = State::place(value).or_else(|| State::label(value));
                Some(state.map_or_else(|| Node::Label(key(value)), Node::System))
            }
            Operator::Has => has(value),
            Operator::Category => State::category(value).map(Node::System),
            Operator::MessageId => message_id(value),
            Operator::After(_) => dates::time_ms(value).map(Node::After),
            Operator::Before(_) => dates::time_ms(value).map(Node::Before),
            Operator::OlderThan => dates::ago_ms(value, context.now_ms).map(Node::Before),
            Operator::NewerThan => dates::ago_ms(value, context.now_ms).map(Node::After),
            Operator::Larger(_) => sizes::bytes(value).map(Node::Larger),
            Operator::Smaller => sizes::bytes(value).map(Node::Smaller),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Operator::Text(field) => field.name(),
            Operator::Label => "label",
            Operator::In => "in",
            Operator::Is => "is",
            Operator::Has => "has",
            Operator::Category => "category",
            Operator::MessageId => "rfc822msgid",
            Operator::OlderThan => "older_than",
            Operator::NewerThan => "newer_than",
            Operator::Smaller => "smaller",
            Operator::After(name) | Operator::Before(name) | Operator::Larger(name) => name,
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

fn text(field: Field, value: &str) -> Option<Node> {
    let text = searchable(value)?;
    if field.has_addresses() && text.eq_ignore_ascii_case("me") {
        return Some(Node::Me(field));
    }
    match near(&text) {
        Some((first, second, words_between_max)) => Some(Node::Near { field, first, second, words_between_max }),
        None => Some(Node::Words { field, text }),
    }
}

fn has(value: &str) -> Option<Node> {
    if value.eq_ignore_ascii_case("nouserlabels") {
        return Some(Node::Has(Feature::UserLabels).negated());
    }
    Feature::named(value).map(Node::Has).or_else(|| State::star(value).map(Node::System))
}

fn message_id(value: &str) -> Option<Node> {
    let id = value.trim_start_matches('<').trim_end_matches('>').trim();
    (!id.is_empty()).then(|| Node::MessageId(id.to_owned()))
}
