//! What is in all parents, one parent after the other, each in the order of its items' creation.

use std::sync::Arc;

use dak_api::Listing;
use dak_proto::fault::Fault;
use dak_store::{Cursor, Direction, Query};

use super::{Found, SEEN_MAX, page as page_of, query};
use crate::services::Call;
use crate::services::resources::asked::Asked;
use crate::services::resources::places::Places;
use crate::services::resources::turn::{self, Turn};

/// How many parents are looked into for one page.
const SPACES_MAX: usize = 1_000;

/// A page. It ends early where little fits, or where many parents have nothing.
pub(super) async fn page<'a>(
    call: &Call<'a>,
    listing: &Listing,
    asked: &Asked<'_>,
    (turn, filter): (&Turn, u64),
) -> Result<Found<'a>, Fault> {
    let limit = listing.page_size.items(call.arguments);
    let bytes_max = call.app.settings.limits.page_bytes_max;
    let (start, mut after) = turn.edge.as_ref().and_then(split).unzip();
    let mut places = Places::of(call, &listing.collection, start.as_deref());
    let (mut items, mut bytes, mut seen, mut spaces) = (Vec::new(), 0, 0, 0);
    let mut next = None;
    while let Some(place) = places.next().await? {
        let place = Arc::new(place);
        spaces += 1;
        let question = Query {
            direction: Direction::Ascending,
            limit: limit - items.len(),
            bytes_max: bytes_max - bytes,
            after: after.take().filter(|_| start.as_deref() == Some(&*place.space)),
            ..query(call, listing, asked, &place, None)
        };
        let (found, looked_at) = page_of(call, listing, asked, &place, question).await?;
        seen += looked_at;
        bytes += found.records.iter().map(|record| record.head.len() + record.body.len()).sum::<usize>();
        items.extend(found.records.into_iter().map(|record| (Arc::clone(&place), record)));
        let may_end = (seen >= SEEN_MAX || spaces >= SPACES_MAX) && listing.token_member.is_some();
        if found.next.is_some() || items.len() >= limit || bytes >= bytes_max || may_end {
            next = Some(turn::token_after(&joined(&place.space, found.next), filter));
            break;
        }
    }
    Ok(Found { items, tokens: (next, None) })
}

/// A place in a space as one in all of them: the space's length (four bytes, big-endian), the space, the key.
fn joined(space: &str, cursor: Option<Cursor>) -> Cursor {
    // Behind all that was ever made.
    let Cursor { key, id } = cursor.unwrap_or(Cursor { key: vec![u8::MAX; 9], id: String::new() });
    let length = u32::try_from(space.len()).unwrap_or(u32::MAX);
    Cursor { key: [&length.to_be_bytes(), space.as_bytes(), &key].concat(), id }
}

fn split(cursor: &Cursor) -> Option<(String, Cursor)> {
    let (length, rest) = cursor.key.split_first_chunk::<4>()?;
    let (space, key) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    Some((String::from_utf8(space.to_vec()).ok()?, Cursor { key: key.to_vec(), id: cursor.id.clone() }))
}
