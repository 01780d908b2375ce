//! Get and list.

use std::borrow::Cow;
use std::sync::Arc;

use dak_api::{Collection, Listing, Order};
use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::filter::{Filter as Wanted, Misfit};
use dak_proto::page;
use dak_proto::params::Alt;
use dak_proto::rope::Rope;
use dak_store::{Filter, Key, Lookup, Page, Query, Record, SpaceVersion, Tag};

use super::outcome::value;
use super::turn::Turn;
use super::{indexer, layout, media, present, write};
use crate::reply::Reply;
use crate::services::{Call, store_fault};
use crate::shelf::Draft;

/// How many items are looked at for one page of a filtered list.
const SEEN_MAX: usize = 2_000;

/// Gives one item.
pub(super) async fn get(call: Call<'_>, collection: &Collection) -> Result<Reply, Fault> {
    let call = &call;
    let key = layout::key(collection, call.arguments)?;
    let lookup = call.app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))?;
    let record = match lookup {
        Lookup::Found(record) => record,
        _ if collection.is_single => unset(call, collection, &key).await?,
        _ => return Err(layout::not_found(collection, &key.id)),
    };
    if call.standard.alt == Alt::Media {
        return media::get(call, collection, &record).await;
    }
    let version = present::version(&record);
    match call.short_cut(&version)? {
        Some(reply) => Ok(reply),
        None => Ok(Reply::read(present::item(call, collection, &record), version)),
    }
}

/// The only one of its kind before it was first changed.
async fn unset(call: &Call<'_>, collection: &Collection, key: &Key) -> Result<Record, Fault> {
    layout::parent(call, collection).await?;
    let (head, body) = (write::head(0, 0, None), "{}".into());
    Ok(Record { id: Arc::clone(&key.id), head, body, tag: Tag::default(), sequence: 0 })
}

/// Gives a page of items.
pub(super) async fn list(call: Call<'_>, listing: &Listing) -> Result<Reply, Fault> {
    let call = &call;
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
    let wanted = wanted(call, listing)?;
    let query = query(call, listing, space, &turn);
    let order = query.order.clone();
    let mut page = page(call, listing, query, &wanted).await?;
    let tokens = turn.around(&mut page, &order, filter);
    let rope = Arc::new(shown(call, listing, &page, &etag, tokens));
    call.app.shelf.keep_draft(draft_key, Draft { etag: etag.clone(), rope: rope.clone() });
    Ok(Reply::read(rope, etag))
}

/// What a request's filter asks for.
fn wanted(call: &Call<'_>, listing: &Listing) -> Result<Wanted, Fault> {
    let parameter = listing.filter_parameter.as_deref();
    let Some((name, text)) = parameter.and_then(|name| Some((name, call.arguments.text(name)?))) else {
        return Ok(Wanted::default());
    };
    let shape = call.api.shape(listing.collection.item);
    Wanted::parse(text, &shape).map_err(|misfit| {
        let why = match misfit {
            Misfit::Unknown(path) => format!("\"{path}\" is no member of the resource"),
            Misfit::Beyond(text) => format!(
                "\"{text}\" is not understood; write members and what they are, such as state = \"OPEN\" AND size != 3"
            ),
        };
        Fault::invalid_parameter(name, format!("Invalid value at '{name}': {why}."))
    })
}

/// A page of what a filter asks for. It ends early where that is rare: what is looked at for one request has a bound.
async fn page(call: &Call<'_>, listing: &Listing, mut query: Query, wanted: &Wanted) -> Result<Page, Fault> {
    let (limit, mut seen, mut records) = (query.limit, 0, Vec::new());
    loop {
        query.limit = limit - records.len();
        let page = call.app.store.query(&query).await.map_err(|error| store_fault(&error))?;
        seen += page.records.len();
        if wanted.is_empty() {
            return Ok(page);
        }
        let fits = |record: &Record| wanted.fits(&value(&present::item(call, &listing.collection, record)));
        records.extend(page.records.into_iter().filter(fits));
        let may_end = seen >= SEEN_MAX && listing.token_member.is_some();
        if page.next.is_none() || records.len() == limit || may_end {
            return Ok(Page { records, next: page.next });
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

fn query(call: &Call<'_>, listing: &Listing, space: Arc<str>, turn: &Turn) -> Query {
    let order = listing.order(call.arguments).unwrap_or(Order { member: layout::CREATED[0], descending: false });
    Query {
        filter: filter(call, listing),
        direction: turn.direction(order.descending),
        limit: listing.page_size.items(call.arguments),
        bytes_max: call.app.settings.limits.page_bytes_max,
        after: turn.edge.clone(),
        ..Query::new(space, Arc::clone(&listing.collection.path), indexer::order_name(order.member))
    }
}

/// The members that items must have, and the words that must stand in them.
fn filter(call: &Call<'_>, listing: &Listing) -> Filter {
    let members = listing.filters(call.arguments).map(|(name, value)| Filter::Tag(indexer::tag(name, value)));
    let search = listing.search_parameter.as_deref().and_then(|name| call.arguments.text(name));
    let words = search.into_iter().flat_map(str::split_whitespace).map(Filter::word);
    Filter::And(members.chain(words).collect())
}

fn shown(
    call: &Call<'_>,
    listing: &Listing,
    page: &Page,
    etag: &Etag,
    (next, previous): (Option<Rope>, Option<Rope>),
) -> Rope {
    let response = call.method.response.and_then(|response| call.api.schemas.object(response));
    let mut members = response.map_or_else(Vec::new, present::fixed);
    if response.is_some_and(|response| response.property("etag").is_some()) {
        members.push((Cow::Borrowed("etag"), Rope::string(etag.opaque())));
    }
    let items = page.records.iter().map(|record| listed(call, listing, record)).collect();
    members.push((Cow::Owned(listing.items_member.clone()), Rope::array(items)));
    for (token, member) in [(next, &listing.token_member), (previous, &listing.previous_member)] {
        members.extend(member.clone().zip(token).map(|(member, token)| (Cow::Owned(member), token)));
    }
    Rope::object(members)
}

/// An item as a list shows it: of one that shows less than get what its description has.
fn listed(call: &Call<'_>, listing: &Listing, record: &Record) -> Rope {
    let item = present::item(call, &listing.collection, record);
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
