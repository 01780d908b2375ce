//! Items by their ids, in the order in which they were named.

use std::sync::Arc;

use dak_api::Listing;
use dak_proto::fault::Fault;
use dak_store::{Cursor, Key, Lookup};

use super::Found;
use crate::services::resources::asked::Asked;
use crate::services::resources::places::Place;
use crate::services::resources::turn::{self, Turn};
use crate::services::{Call, store_fault};

/// The most items of a page where the request does not say how many it wants.
const ITEMS_MAX: usize = 1_000;

/// Those that are there. What is not is left out.
pub(super) async fn page<'a>(
    call: &Call<'a>,
    listing: &Listing,
    asked: &Asked<'_>,
    ids: &[String],
    (turn, filter): (&Turn, u64),
) -> Result<Found<'a>, Fault> {
    let collection = &listing.collection;
    let place = Arc::new(Place { space: collection.space(call.arguments), arguments: call.arguments.clone() });
    let limit = items_max(call, listing);
    let mut items = Vec::new();
    let (mut bytes, mut next) = (0, None);
    let start = turn.edge.as_ref().and_then(|edge| ids.iter().position(|id| *id == edge.id));
    let rest = ids.iter().enumerate().skip(start.map_or(0, |start| start + 1));
    for (number, id) in rest.filter(|(_, id)| id.len() <= Key::PART_BYTES_MAX) {
        let key = Key::new(Arc::clone(&place.space), Arc::clone(&collection.path), id.as_str());
        let lookup = call.app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))?;
        let Lookup::Found(record) = lookup else { continue };
        if !asked.fits(call, listing, &place, &record) {
            continue;
        }
        bytes += record.head.len() + record.body.len();
        items.push((Arc::clone(&place), record));
        if items.len() == limit || bytes >= call.app.settings.limits.page_bytes_max {
            let is_more = number + 1 < ids.len();
            next = is_more.then(|| turn::token_after(&Cursor { key: Vec::new(), id: id.clone() }, filter));
            break;
        }
    }
    Ok(Found { items, tokens: (next, None) })
}

/// Who names items wants all of them, unless it says how many: some clients cannot ask for the next page of such a list.
fn items_max(call: &Call<'_>, listing: &Listing) -> usize {
    let asked = listing.page_size.parameter.as_deref().filter(|name| call.arguments.all(name).next().is_some());
    asked.map_or(ITEMS_MAX, |_| listing.page_size.items(call.arguments))
}
