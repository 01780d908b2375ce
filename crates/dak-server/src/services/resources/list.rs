//! List.

mod best;
mod named;
mod sorted;
mod walked;

use std::borrow::Cow;
use std::sync::Arc;

use dak_api::{Listing, NamedOrder};
use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::page;
use dak_proto::rope::Rope;
use dak_store::{Filter, Page, Query, Record, SpaceVersion};

use super::asked::{Asked, Way};
use super::outcome::value;
use super::places::Place;
use super::turn::Turn;
use super::{indexer, layout, present};
use crate::reply::Reply;
use crate::services::{Call, store_fault};
use crate::shelf::Draft;

/// How many items are looked at for one page of a filtered list.
const SEEN_MAX: usize = 10_000;

/// Items, each with where it is, and the tokens of the page after them and of that before.
struct Found<'a> {
    items: Vec<(Arc<Place<'a>>, Record)>,
    tokens: (Option<Rope>, Option<Rope>),
}

/// Gives a page of items.
pub(super) async fn list(call: Call<'_>, listing: &Listing) -> Result<Reply, Fault> {
    let call = &call;
    let asked = Asked::of(call, listing)?;
    if listing.collection.is_across(call.arguments) {
        return across(call, listing, &asked).await;
    }
    layout::parent(call, &listing.collection).await?;
    let space = listing.collection.space(call.arguments);
    let filter = fingerprint(call, listing, &space);
    let turn = Turn::of(call.arguments, listing, filter)?;
    let version = call.app.store.version(&space).await.map_err(|error| store_fault(&error))?;
    let etag = list_etag(&version);
    if let Some(reply) = call.short_cut(&etag.clone().into())? {
        return Ok(reply);
    }
    let draft_key = call.draft_key();
    if let Some(draft) = call.app.shelf.find_draft(&draft_key, &etag) {
        return Ok(Reply::read(draft.rope.clone(), etag));
    }
    let found = match (&asked.way, &asked.ids) {
        (Way::Stored(None, false), Some(ids)) if asked.stored == Filter::All => {
            named::page(call, listing, &asked, ids, (&turn, filter)).await?
        }
        (Way::Stored(named, descending), _) => {
            stored(call, listing, &asked, (*named, *descending), (&turn, filter)).await?
        }
        (Way::Sorted(order), _) => sorted::page(call, listing, &asked, order, (&turn, filter)).await?,
    };
    let rope = Arc::new(shown(call, listing, found, Some(&etag)));
    call.app.shelf.keep_draft(draft_key, Draft { etag: etag.clone(), rope: rope.clone() });
    Ok(Reply::read(rope, etag))
}

/// A page of what is in all parents. It has no tag: it is of many versions.
async fn across(call: &Call<'_>, listing: &Listing, asked: &Asked<'_>) -> Result<Reply, Fault> {
    let filter = fingerprint(call, listing, &listing.collection.space_prefix(call.arguments));
    let turn = Turn::of(call.arguments, listing, filter)?;
    let found = match &asked.way {
        Way::Stored(..) => walked::page(call, listing, asked, (&turn, filter)).await?,
        Way::Sorted(order) => sorted::page(call, listing, asked, order, (&turn, filter)).await?,
    };
    Ok(Reply::shown(Arc::new(shown(call, listing, found, None))))
}

/// A page in an order that the store keeps.
async fn stored<'a>(
    call: &Call<'a>,
    listing: &Listing,
    asked: &Asked<'_>,
    (named, descending): (Option<&NamedOrder>, bool),
    (turn, filter): (&Turn, u64),
) -> Result<Found<'a>, Fault> {
    let space = listing.collection.space(call.arguments);
    let place = Arc::new(Place { space, arguments: call.arguments.clone() });
    let query = Query {
        direction: turn.direction(descending),
        limit: listing.page_size.items(call.arguments),
        after: turn.edge.clone(),
        ..query(call, listing, asked, &place, named)
    };
    let (mut page, _) = page(call, listing, asked, &place, query).await?;
    let tokens = turn.around(&mut page, named, filter);
    let items = page.records.into_iter().map(|record| (Arc::clone(&place), record)).collect();
    Ok(Found { items, tokens })
}

/// What the store is asked for in one space.
fn query(
    call: &Call<'_>,
    listing: &Listing,
    asked: &Asked<'_>,
    place: &Place<'_>,
    named: Option<&NamedOrder>,
) -> Query {
    let order = named.map_or(layout::CREATED[0], |named| named.name.as_str());
    Query {
        filter: asked.stored.clone(),
        bytes_max: call.app.settings.limits.page_bytes_max,
        ..Query::new(Arc::clone(&place.space), Arc::clone(&listing.collection.path), indexer::order_name(order))
    }
}

/// A page of what fits, and how many items were looked at. It ends early where that is rare: what is looked at for one
/// request has a bound.
async fn page(
    call: &Call<'_>,
    listing: &Listing,
    asked: &Asked<'_>,
    place: &Place<'_>,
    mut query: Query,
) -> Result<(Page, usize), Fault> {
    let (limit, mut seen, mut records) = (query.limit, 0, Vec::new());
    loop {
        query.limit = limit - records.len();
        let page = call.app.store.query(&query).await.map_err(|error| store_fault(&error))?;
        seen += page.records.len();
        if asked.is_stored() {
            return Ok((page, seen));
        }
        records.extend(page.records.into_iter().filter(|record| asked.fits(call, listing, place, record)));
        let may_end = seen >= SEEN_MAX && listing.token_member.is_some();
        if page.next.is_none() || records.len() == limit || may_end {
            return Ok((Page { records, next: page.next }, seen));
        }
        query.after = page.next;
    }
}

/// A list's validator: the tag of the last commit to its space, which never comes again, not even after an older
/// copy of the store was put in its place.
fn list_etag(version: &SpaceVersion) -> Etag {
    Etag::from_tag(&version.tag.0)
}

/// What a page token is bound to: the list and all parameters but the token and the page's size.
fn fingerprint(call: &Call<'_>, listing: &Listing, space: &str) -> u64 {
    let paging = [listing.token_parameter.as_deref(), listing.page_size.parameter.as_deref()];
    let narrowing = call.arguments.iter().filter(|(name, _)| !paging.contains(&Some(name)));
    page::fingerprint(narrowing.chain([("", space)]))
}

fn shown(call: &Call<'_>, listing: &Listing, found: Found<'_>, etag: Option<&Etag>) -> Rope {
    let response = call.method.response.and_then(|response| call.api.schemas.object(response));
    let mut members = response.map_or_else(Vec::new, present::fixed);
    if response.is_some_and(|response| response.property("etag").is_some()) {
        members.extend(etag.map(|etag| (Cow::Borrowed("etag"), Rope::string(etag.opaque()))));
    }
    let items = found.items.iter().map(|(place, record)| listed(call, listing, place, record)).collect();
    members.push((Cow::Owned(listing.items_member.clone()), Rope::array(items)));
    let (next, previous) = found.tokens;
    for (token, member) in [(next, &listing.token_member), (previous, &listing.previous_member)] {
        members.extend(member.clone().zip(token).map(|(member, token)| (Cow::Owned(member), token)));
    }
    Rope::object(members)
}

/// An item as a list shows it: of one that shows less than get what its description has.
fn listed(call: &Call<'_>, listing: &Listing, place: &Place<'_>, record: &Record) -> Rope {
    let item = present::item(&call.with_arguments(&place.arguments), &listing.collection, record);
    if listing.shown == listing.collection.item {
        return item;
    }
    let mut item = value(&item);
    if let (Some(members), Some(object)) = (item.as_object_mut(), call.api.schemas.object(listing.shown)) {
        members.retain(|name, _| object.member(name).is_some());
        let fixed = present::fixed(object).into_iter();
        members.extend(fixed.map(|(name, rope)| (name.into_owned(), value(&rope))));
    }
    Rope::value(&item)
}
