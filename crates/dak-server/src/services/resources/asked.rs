//! What a list request asks for: which items, in which order.

use dak_api::{Listing, NamedOrder, Order};
use dak_proto::comparable::Typed;
use dak_proto::fault::Fault;
use dak_proto::filter::{Filter as Members, Search, Tree};
use dak_proto::order_by::{Disorder, OrderBy, OrderMember};
use dak_store::{Filter, Record};
use serde_json::Value;

use super::outcome::value;
use super::places::Place;
use super::{indexer, layout, present};
use crate::services::Call;

/// What a list request asks for.
pub(super) struct Asked<'l> {
    /// What the store can tell of: words, and members that have parameters.
    pub(super) stored: Filter,
    /// What must be looked at in each item.
    members: Members,
    /// The ids of the items.
    pub(super) ids: Option<Vec<String>>,
    pub(super) way: Way<'l>,
}

/// In which order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Way<'l> {
    /// One that the store keeps: by creation, or as a description names it; and whether the largest comes first.
    Stored(Option<&'l NamedOrder>, bool),
    /// By members, for which all items are looked at.
    Sorted(OrderBy),
}

impl<'l> Asked<'l> {
    pub(super) fn of(call: &Call<'_>, listing: &'l Listing) -> Result<Asked<'l>, Fault> {
        let shape = call.api.shape(listing.collection.item);
        let members = listing.filters(call.arguments).map(|(member, values)| {
            let path = member.path.join(".");
            Filter::Or(values.into_iter().map(|value| Filter::Tag(indexer::tag(&path, value))).collect())
        });
        let mut stored: Vec<Filter> = members.collect();
        let mut members = filter(call, listing, &shape)?;
        match search(call, listing, &shape)? {
            Some(Search::Text(words)) => stored.push(text(words)),
            Some(Search::Members(found)) => members = members.and(found),
            None => {}
        }
        let ids = listing.ids(call.arguments);
        Ok(Asked {
            stored: if stored.is_empty() { Filter::All } else { Filter::And(stored) },
            members,
            ids: ids.map(|ids| ids.into_iter().map(str::to_owned).collect()),
            way: way(call, listing)?,
        })
    }

    /// Whether the store tells all of it.
    pub(super) fn is_stored(&self) -> bool {
        self.members.is_all() && self.ids.is_none()
    }

    /// Whether an item fits what the store cannot tell.
    pub(super) fn fits(&self, call: &Call<'_>, listing: &Listing, place: &Place<'_>, record: &Record) -> bool {
        self.is_asked(record) && (self.members.is_all() || self.members.fits(&shown(call, listing, place, record)))
    }

    /// The same for an item of which it is known how it is shown.
    pub(super) fn fits_as(&self, record: &Record, shown: &Value) -> bool {
        self.is_asked(record) && self.members.fits(shown)
    }

    fn is_asked(&self, record: &Record) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.iter().any(|id| **id == *record.id))
    }
}

/// An item as it is shown.
pub(super) fn shown(call: &Call<'_>, listing: &Listing, place: &Place<'_>, record: &Record) -> Value {
    value(&present::item(&call.with_arguments(&place.arguments), &listing.collection, record))
}

fn filter<S: Typed>(call: &Call<'_>, listing: &Listing, shape: &S) -> Result<Members, Fault> {
    let Some((name, text)) = said(call, listing.filter_parameter.as_ref()) else { return Ok(Members::all()) };
    Members::parse(text, shape).map_err(|misfit| invalid(name, &misfit.to_string()))
}

fn search<S: Typed>(call: &Call<'_>, listing: &Listing, shape: &S) -> Result<Option<Search>, Fault> {
    let Some((name, text)) = said(call, listing.search_parameter.as_ref()) else { return Ok(None) };
    Search::parse(text, shape).map(Some).map_err(|misfit| invalid(name, &misfit.to_string()))
}

fn said<'c>(call: &'c Call<'_>, parameter: Option<&'c String>) -> Option<(&'c str, &'c str)> {
    let name = parameter?;
    Some((name, call.arguments.text(name)?))
}

fn text(words: Tree<String>) -> Filter {
    let all = |parts: Vec<Tree<String>>| parts.into_iter().map(text).collect();
    match words {
        Tree::All(parts) => Filter::And(all(parts)),
        Tree::Any(parts) => Filter::Or(all(parts)),
        Tree::Not(part) => Filter::Not(Box::new(text(*part))),
        Tree::Is(phrase) => Filter::phrase(phrase),
    }
}

fn way<'l>(call: &Call<'_>, listing: &'l Listing) -> Result<Way<'l>, Fault> {
    let shape = call.api.shape(listing.collection.item);
    let is_across = listing.collection.is_across(call.arguments);
    let Some(ordering) = &listing.ordering else { return Ok(Way::Stored(None, false)) };
    let order = ordering.order(call.arguments, &shape).map_err(|disorder| {
        let why = match disorder {
            Disorder::Unknown(name) => format!("\"{name}\" is no member of the resource that can be ordered by"),
            Disorder::Beyond(text) => {
                format!("\"{text}\" is not understood; write members between commas, such as name, size desc")
            }
        };
        invalid(&ordering.parameter, &why)
    })?;
    Ok(match order {
        None => Way::Stored(None, false),
        Some(Order::Named(named, descending)) if !is_across => Way::Stored(Some(named), descending),
        Some(Order::Named(named, descending)) => {
            let member = named.member.clone().map(|member| OrderBy::member(OrderMember { descending, ..member }));
            Way::Sorted(member.unwrap_or_default())
        }
        Some(Order::By(order)) => match order.members() {
            [only] if !is_across && layout::CREATED.iter().any(|name| only.path == [*name]) => {
                Way::Stored(None, only.descending)
            }
            _ => Way::Sorted(order),
        },
    })
}

fn invalid(name: &str, why: &str) -> Fault {
    Fault::invalid_parameter(name, format!("Invalid value at '{name}': {why}."))
}
