//! Pages of lists: where one begins, and the token for the next.

use std::borrow::Cow;

use dak_proto::fault::Fault;
use dak_proto::page::{self, Token};
use dak_proto::rope::Rope;
use dak_store::{Cursor, Direction, Filter, Page, Query, time_key};

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

/// The page of a blog's collection that a request asks for, of those that match all of `filter`.
pub(super) async fn page(
    call: &Call<'_>,
    blog: &Blog,
    collection: &'static str,
    filter: Vec<Filter>,
) -> Result<Page, Fault> {
    let query = Query {
        filter: Filter::And(filter),
        direction: match call.arguments.text("sortOption") {
            Some("ASCENDING") => Direction::Ascending,
            _ => Direction::Descending,
        },
        limit: items(call),
        bytes_max: call.app.settings.limits.page_bytes_max,
        after: after(call)?,
        ..Query::new(blog.space.clone(), collection, order(call))
    };
    call.app.store.query(&query).await.map_err(|error| store_fault(&error))
}

/// The member with the next page's token, where there is a next page.
pub(super) fn next(call: &Call<'_>, page: &Page) -> Option<(Cow<'static, str>, Rope)> {
    let cursor = page.next.as_ref()?.to_bytes();
    let token = Token { cursor, filter: fingerprint(call) }.encode();
    Some(("nextPageToken".into(), Rope::string(&token)))
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
    after(call).map(drop)
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

fn after(call: &Call<'_>) -> Result<Option<Cursor>, Fault> {
    let token = call.arguments.text("pageToken").filter(|token| !token.is_empty());
    let Some(token) = token else { return Ok(None) };
    let cursor = Cursor::from_bytes(&Token::decode(token, fingerprint(call))?.cursor);
    cursor.map(Some).ok_or_else(|| Fault::invalid_parameter("pageToken", "Invalid Value"))
}

/// What a token is bound to: the method and all parameters but the token and the page's size.
fn fingerprint(call: &Call<'_>) -> u64 {
    let narrowing = call.arguments.iter().filter(|(name, _)| !PAGING.contains(name));
    page::fingerprint(narrowing.chain([("", call.method.id.as_str())]))
}
