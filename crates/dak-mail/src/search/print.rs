//! A tree as a search that is read as the same tree.

use std::fmt::{self, Display, Formatter};

use super::{Field, Node};

impl Display for Node {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Node::And(nodes) => list(out, nodes),
            other => term(out, other),
        }
    }
}

/// A node that can stand beside others.
fn term(out: &mut Formatter<'_>, node: &Node) -> fmt::Result {
    match node {
        Node::All => Ok(()),
        Node::And(nodes) => between(out, "(", nodes, ")"),
        Node::Or(nodes) => between(out, "{", nodes, "}"),
        Node::Not(node) => {
            out.write_str("-")?;
            term(out, node)
        }
        Node::Words { field, text } => write!(out, "{}\"{text}\"", prefix(*field)),
        Node::Near { field, first, second, words_between_max } => {
            write!(out, "{}\"{first} AROUND {words_between_max} {second}\"", prefix(*field))
        }
        Node::Me(field) => write!(out, "{}me", prefix(*field)),
        Node::Label(name) => write!(out, "label:\"{name}\""),
        Node::System(state) => out.write_str(state.written),
        Node::Has(feature) => write!(out, "has:{}", feature.name()),
        Node::MessageId(id) => write!(out, "rfc822msgid:\"{id}\""),
        Node::After(time_ms) => write!(out, "after:{}", time_ms.div_euclid(1_000)),
        Node::Before(time_ms) => write!(out, "before:{}", time_ms.div_euclid(1_000)),
        Node::Larger(bytes) => write!(out, "larger:{bytes}"),
        Node::Smaller(bytes) => write!(out, "smaller:{bytes}"),
    }
}

fn between(out: &mut Formatter<'_>, open: &str, nodes: &[Node], close: &str) -> fmt::Result {
    out.write_str(open)?;
    list(out, nodes)?;
    out.write_str(close)
}

fn list(out: &mut Formatter<'_>, nodes: &[Node]) -> fmt::Result {
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            out.write_str(" ")?;
        }
        term(out, node)?;
    }
    Ok(())
}

fn prefix(field: Field) -> String {
    match field {
        Field::Any => String::new(),
        other => format!("{}:", other.name()),
    }
}
