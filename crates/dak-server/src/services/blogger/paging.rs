//! Pages of lists: where one is, and the tokens for those beside it.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use dak_proto::fault::Fault;
use dak_proto::page::{self, Token};
use dak_proto::rope::Rope;
use dak_store::{Cursor, Direction, Filter, Query, Record, time_key};

use super::blog::Blog;
use super::index;
use crate::clock::parse_rfc3339;
use crate::services::{Call, store_fault};

/// How many items a page has unless the request says otherwise.
const ITEMS_DEFAULT: u64 = 10;
/// How many items a page has at most.
const ITEMS_MAX: u64 = 500;
/// What may change from page to page.
const PAGING: [&str; 2] = ["pageToken", "maxResults"];

/// The first byte of a place whose page follows it, and of one whose page precedes it.
const WAYS: [u8; 2] = [b'>', b'<'];

/// Where a page is: after a record or before it, be the record still there or not.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    is_before: bool,
    /// Without one it is the whole list's beginning, or its end.
    edge: Option<Cursor>,
}

/// A page of a list.
pub(super) struct Part {
    /// Its records, in the list's order.
    pub(super) records: Vec<Record>,
    next: Option<Place>,
    previous: Option<Place>,
}

/// The page of a blog's collection that a request asks for, of those that match all of `filter`.
pub(super) async fn page(
    call: &Call<'_>,
    blog: &Blog,
    collection: &'static str,
    filter: Vec<Filter>,
) -> Result<Part, Fault> {
    let place = place(call)?;
    let is_ascending = call.arguments.text("sortOption") == Some("ASCENDING");
    let order = order(call);
    let query = Query {
        filter: Filter::And(filter),
        direction: if is_ascending == place.is_before { Direction::Descending } else { Direction::Ascending },
        limit: items(call),
        bytes_max: call.app.settings.limits.page_bytes_max,
        after: place.edge.clone(),
        ..Query::new(blog.space.clone(), collection, order)
    };
    let page = call.app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    Ok(Part::new(&place, order, page.records, page.next.is_some()))
}

impl Part {
    /// The records that were found going away from `place`, and whether there are more.
    fn new(place: &Place, order: &str, mut records: Vec<Record>, has_more: bool) -> Part {
        if place.is_before {
            records.reverse();
        }
        let cursor = |record: Option<&Record>| record.map(|record| index::cursor(order, record));
        // What was found on the way here is there, or was.
        let (is_followed, is_preceded) = match place.is_before {
            true => (true, has_more),
            false => (has_more, place.edge.is_some()),
        };
        Part {
            next: is_followed.then(|| Place { is_before: false, edge: cursor(records.last()) }),
            previous: is_preceded.then(|| Place { is_before: true, edge: cursor(records.first()) }),
            records,
        }
    }

    /// The member with the next page's token, where there is a next page.
    pub(super) fn next(&self, call: &Call<'_>) -> Option<(Cow<'static, str>, Rope)> {
        self.next.as_ref().map(|place| ("nextPageToken".into(), place.token(call)))
    }

    /// The member with the token of the page before, where there is one.
    pub(super) fn previous(&self, call: &Call<'_>) -> Option<(Cow<'static, str>, Rope)> {
        self.previous.as_ref().map(|place| ("prevPageToken".into(), place.token(call)))
    }
}

impl Place {
    fn token(&self, call: &Call<'_>) -> Rope {
        Rope::string(&Token { cursor: self.to_bytes(), filter: fingerprint(call) }.encode())
    }

    fn to_bytes(&self) -> Vec<u8> {
        let edge = self.edge.as_ref().map_or_else(Vec::new, Cursor::to_bytes);
        [&[WAYS[usize::from(self.is_before)]], edge.as_slice()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Place> {
        let (way, edge) = bytes.split_first()?;
        let is_before = *way == WAYS[1];
        let edge = if edge.is_empty() { None } else { Some(Cursor::from_bytes(edge)?) };
        WAYS.contains(way).then_some(Place { is_before, edge })
    }
}

/// From `startDate` on, and before `endDate`.
///
/// # Errors
/// 400 for a date that is none.
pub(super) fn between(call: &Call<'_>) -> Result<Option<Filter>, Fault> {
    let date = |name: &str| match call.arguments.text(name) {
        None => Ok(None),
        Some(text) => match parse_rfc3339(text) {
            Some(time_ms) => Ok(Some(time_key(time_ms).to_vec())),
            None => Err(Fault::invalid_parameter(name, format!("\"{name}\" is no time such as 2026-11-30T12:00:00Z."))),
        },
    };
    let (from, to) = (date("startDate")?, date("endDate")?);
    let is_bounded = from.is_some() || to.is_some();
    Ok(is_bounded.then(|| Filter::Range { order: index::PUBLISHED.to_owned(), from, to }))
}

/// Whether the token is one, before anything is answered without it.
///
/// # Errors
/// 400 `Invalid Value`.
pub(super) fn check(call: &Call<'_>) -> Result<(), Fault> {
    place(call).map(drop)
}

fn order(call: &Call<'_>) -> &'static str {
    match call.arguments.text("orderBy") {
        Some("UPDATED") => index::UPDATED,
        _ => index::PUBLISHED,
    }
}

fn items(call: &Call<'_>) -> usize {
    let asked = call.arguments.unsigned("maxResults").filter(|asked| *asked > 0);
    usize::try_from(asked.unwrap_or(ITEMS_DEFAULT).min(ITEMS_MAX)).unwrap_or(1)
}

fn place(call: &Call<'_>) -> Result<Place, Fault> {
    let token = call.arguments.text("pageToken").filter(|token| !token.is_empty());
    let Some(token) = token else { return Ok(Place { is_before: false, edge: None }) };
    let place = Place::from_bytes(&Token::decode(token, fingerprint(call))?.cursor);
    place.ok_or_else(|| Fault::invalid_parameter("pageToken", "Invalid Value"))
}

/// What a token is bound to: the method and all parameters but the token and the page's size.
fn fingerprint(call: &Call<'_>) -> u64 {
    let narrowing = call.arguments.iter().filter(|(name, _)| !PAGING.contains(name));
    page::fingerprint(narrowing.chain([("", call.method.id.as_str())]))
}
