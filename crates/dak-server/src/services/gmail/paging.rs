//! Pages of lists: how much of one, where it begins, and the token for the next.

use std::borrow::Cow;

use dak_proto::fault::Fault;
use dak_proto::page::{self, Token};
use dak_proto::rope::Rope;
use dak_store::{Cursor, Page};

use super::mailbox::Mailbox;
use crate::services::Call;

/// How many items a page has unless the request says otherwise.
const ITEMS_DEFAULT: u64 = 100;
/// How many items a page has at most.
const ITEMS_MAX: u64 = 500;
/// What may change from page to page.
const PAGING: [&str; 2] = ["pageToken", "maxResults"];

/// How many items the page has.
pub(super) fn items(call: &Call<'_>) -> usize {
    let asked = call.arguments.unsigned("maxResults").filter(|asked| *asked > 0);
    usize::try_from(asked.unwrap_or(ITEMS_DEFAULT).min(ITEMS_MAX)).unwrap_or(1)
}

/// Where the page begins.
///
/// # Errors
/// 400 for a token that is none of this list's.
pub(super) fn after(call: &Call<'_>, mailbox: &Mailbox) -> Result<Option<Cursor>, Fault> {
    let token = call.arguments.text("pageToken").filter(|token| !token.is_empty());
    let Some(token) = token else { return Ok(None) };
    let cursor = Cursor::from_bytes(&Token::decode(token, fingerprint(call, mailbox))?.cursor);
    cursor.map(Some).ok_or_else(|| Fault::invalid_parameter("pageToken", "Invalid Value"))
}

/// The member with the next page's token, where there is a next page.
pub(super) fn next(call: &Call<'_>, mailbox: &Mailbox, page: &Page) -> Option<(Cow<'static, str>, Rope)> {
    let cursor = page.next.as_ref()?.to_bytes();
    let token = Token { cursor, filter: fingerprint(call, mailbox) }.encode();
    Some(("nextPageToken".into(), Rope::string(&token)))
}

/// What a token is bound to: the method, the mailbox and all parameters but the token and the page's size.
fn fingerprint(call: &Call<'_>, mailbox: &Mailbox) -> u64 {
    let narrowing = call.arguments.iter().filter(|(name, _)| !PAGING.contains(name) && *name != "userId");
    page::fingerprint(narrowing.chain([("", call.method.id.as_str()), ("", &*mailbox.address)]))
}
