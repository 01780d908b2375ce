//! In which order a list comes.

use dak_proto::order_by::{Disorder, OrderBy, OrderMember};

use crate::arguments::Arguments;
use crate::parameter::Parameter;
use crate::schema::SchemaShape;

/// The orders a list has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordering {
    /// The parameter that picks one.
    pub parameter: String,
    /// Those that the description names. Without any all members can be ordered by (AIP-132).
    pub named: Vec<NamedOrder>,
}

/// An order that a description names, forwards or backwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedOrder {
    /// What it is called.
    pub name: String,
    /// The member of that name, if there is one; nothing else is known of what it means.
    pub member: Option<OrderMember>,
}

/// The order a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order<'a> {
    /// One that the description names, and whether the largest comes first.
    Named(&'a NamedOrder, bool),
    /// By these members.
    By(OrderBy),
}

impl Ordering {
    pub(super) fn of(parameter: &Parameter, shape: &SchemaShape<'_>) -> Option<Ordering> {
        if parameter.repeated {
            return None;
        }
        let values = parameter.scalar.values();
        // Without values of its own the default is one of many.
        let values = parameter.default.iter().filter(|_| !values.is_empty()).chain(values);
        let mut named: Vec<NamedOrder> = Vec::new();
        for value in values {
            let (name, _) = split(value);
            if !named.iter().any(|known| known.name == name) {
                let member = OrderBy::parse(name, shape).ok().and_then(|order| order.members().first().cloned());
                named.push(NamedOrder { name: name.to_owned(), member });
            }
        }
        Some(Ordering { parameter: parameter.name.clone(), named })
    }

    /// The order a request asks for; `None` where it leaves it to the collection.
    ///
    /// # Errors
    /// What is no order, of a request that says so itself.
    pub fn order(&self, arguments: &Arguments<'_>, shape: &SchemaShape<'_>) -> Result<Option<Order<'_>>, Disorder> {
        let Some(text) = arguments.text(&self.parameter) else { return Ok(None) };
        if !self.named.is_empty() {
            let (name, descending) = split(text);
            let named = self.named.iter().find(|named| named.name == name);
            return Ok(named.map(|named| Order::Named(named, descending)));
        }
        match OrderBy::parse(text, shape) {
            Ok(order) if order.members().is_empty() => Ok(None),
            Ok(order) => Ok(Some(Order::By(order))),
            Err(_) if arguments.all(&self.parameter).next().is_none() => Ok(None),
            Err(disorder) => Err(disorder),
        }
    }
}

/// `member`, `member asc` or `member desc`.
fn split(text: &str) -> (&str, bool) {
    let mut words = text.split_ascii_whitespace();
    (words.next().unwrap_or_default(), words.next() == Some("desc"))
}
