//! Items in an order that the store does not keep: all of them are looked at, and the first are kept.

use std::sync::Arc;

use dak_api::Listing;
use dak_proto::fault::Fault;
use dak_proto::order_by::OrderBy;
use dak_store::{Cursor, Direction, Query, Record};

use super::best::Best;
use super::{Found, query};
use crate::services::resources::asked::{self, Asked};
use crate::services::resources::places::{Place, Places};
use crate::services::resources::turn::{self, Turn};
use crate::services::{Call, store_fault};

/// The most items of a list that is ordered so.
const ITEMS_MAX: usize = 10_000;
/// How many are read at once.
const ITEMS_PER_QUESTION: usize = 500;

/// A page. Where the order's members are the same, parents and ids decide.
pub(super) async fn page<'a>(
    call: &Call<'a>,
    listing: &Listing,
    asked: &Asked<'_>,
    order: &OrderBy,
    (turn, filter): (&Turn, u64),
) -> Result<Found<'a>, Fault> {
    let best = Best::new(listing.page_size.items(call.arguments), call.app.settings.limits.page_bytes_max);
    let after = turn.edge.as_ref().map(whole);
    let mut sorting = Sorting { call, listing, asked, order, after, best, seen: 0 };
    let mut places = Places::of(call, &listing.collection, None);
    while let Some(place) = places.next().await? {
        sorting.add_all(&Arc::new(place)).await?;
    }
    Ok(sorting.found(filter))
}

/// Items that are being put in order.
struct Sorting<'s, 'a> {
    call: &'s Call<'a>,
    listing: &'s Listing,
    asked: &'s Asked<'s>,
    order: &'s OrderBy,
    /// What the page comes after.
    after: Option<Vec<u8>>,
    best: Best<(Cursor, Arc<Place<'a>>, Record)>,
    seen: usize,
}

impl<'a> Sorting<'_, 'a> {
    async fn add_all(&mut self, place: &Arc<Place<'a>>) -> Result<(), Fault> {
        let mut question = Query {
            direction: Direction::Ascending,
            limit: ITEMS_PER_QUESTION,
            ..query(self.call, self.listing, self.asked, place, None)
        };
        loop {
            let page = self.call.app.store.query(&question).await.map_err(|error| store_fault(&error))?;
            // A parent without items is looked into as well.
            self.seen += page.records.len().max(1);
            if self.seen > ITEMS_MAX {
                return Err(too_many(self.listing));
            }
            page.records.into_iter().for_each(|record| self.add(place, record));
            question.after = page.next;
            if question.after.is_none() {
                return Ok(());
            }
        }
    }

    fn add(&mut self, place: &Arc<Place<'a>>, record: Record) {
        let shown = asked::shown(self.call, self.listing, place, &record);
        let cursor = Cursor { key: key(self.order, place, &shown), id: record.id.to_string() };
        let whole = whole(&cursor);
        if self.asked.fits_as(&record, &shown) && self.after.as_ref().is_none_or(|after| whole > *after) {
            self.best.push(whole, record.head.len() + record.body.len(), (cursor, Arc::clone(place), record));
        }
    }

    fn found(self, filter: u64) -> Found<'a> {
        let (kept, is_more) = self.best.finish();
        let next = kept.last().filter(|_| is_more).map(|(cursor, _, _)| turn::token_after(cursor, filter));
        Found { items: kept.into_iter().map(|(_, place, record)| (place, record)).collect(), tokens: (next, None) }
    }
}

/// The order's bytes, then the parents: a zero ends them, which is in no name.
fn key(order: &OrderBy, place: &Place<'_>, shown: &serde_json::Value) -> Vec<u8> {
    [order.key(shown).as_slice(), place.space.as_bytes(), &[0]].concat()
}

fn whole(cursor: &Cursor) -> Vec<u8> {
    [cursor.key.as_slice(), cursor.id.as_bytes()].concat()
}

fn too_many(listing: &Listing) -> Fault {
    let name = listing.ordering.as_ref().map_or("orderBy", |ordering| ordering.parameter.as_str());
    let message = format!(
        "Invalid value at '{name}': this order is for lists of up to {ITEMS_MAX} items; narrow the list, or leave the order out."
    );
    Fault::invalid_parameter(name, message)
}
