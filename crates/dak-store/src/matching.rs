//! Whether a record matches a filter: one evaluator for every engine.

use crate::{Error, Filter, Order, TextFilter};

/// What a filter may ask of one record.
pub(crate) trait Facts {
    /// Why the text cannot be known.
    type Error;

    /// Whether it has this tag.
    fn has_tag(&self, tag: &str) -> bool;

    /// Its key in a declared order.
    fn sort_key(&self, order: &str) -> &[u8];

    /// Whether this stands in its text.
    fn has_text(&mut self, filter: &TextFilter) -> Result<bool, Self::Error>;
}

/// Whether the record of these facts matches.
pub(crate) fn matches<F: Facts>(filter: &Filter, facts: &mut F) -> Result<bool, F::Error> {
    match filter {
        Filter::All => Ok(true),
        Filter::And(parts) => matches_all(parts, facts),
        Filter::Not(part) => matches(part, facts).map(|matches| !matches),
        Filter::Or(parts) => {
            for part in parts {
                if matches(part, facts)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Filter::Range { order, from, to } => Ok(within(facts.sort_key(order), from.as_deref(), to.as_deref())),
        Filter::Tag(tag) => Ok(facts.has_tag(tag)),
        Filter::Text(text) => facts.has_text(text),
    }
}

/// Whether the record of these facts matches each of these.
pub(crate) fn matches_all<'f, F: Facts>(
    parts: impl IntoIterator<Item = &'f Filter>,
    facts: &mut F,
) -> Result<bool, F::Error> {
    for part in parts {
        if !matches(part, facts)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Refuses a filter that asks for an order the collection does not declare.
pub(crate) fn check_orders(filter: &Filter, orders: &[Order]) -> Result<(), Error> {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().try_for_each(|part| check_orders(part, orders)),
        Filter::Not(part) => check_orders(part, orders),
        Filter::Range { order, .. } => check_order(order, orders),
        _ => Ok(()),
    }
}

/// Refuses an order the collection does not declare.
pub(crate) fn check_order(order: &str, orders: &[Order]) -> Result<(), Error> {
    match orders.iter().any(|declared| declared.name == order) {
        true => Ok(()),
        false => Err(Error::invalid(format!("The order '{order}' is not declared by this collection."))),
    }
}

fn within(key: &[u8], from: Option<&[u8]>, to: Option<&[u8]>) -> bool {
    from.is_none_or(|from| key >= from) && to.is_none_or(|to| key < to)
}
