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
    items_of(call.arguments.unsigned("maxResults"))
}

/// How many items a page has for which so many were asked.
pub(super) fn items_of(asked: Option<u64>) -> usize {
    let asked = asked.filter(|asked| *asked > 0);
    usize::try_from(asked.unwrap_or(ITEMS_DEFAULT).min(ITEMS_MAX)).unwrap_or(1)
}

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// What it comes after; `None` for the first page.
    pub(super) after: Option<Cursor>,
    /// How many items the pages before it had.
    pub(super) items_before: u64,
}

impl Place {
    /// The place that a request's token names.
    ///
    /// # Errors
    /// 400 for a token that is none of this list's.
    pub(super) fn asked(call: &Call<'_>, mailbox: &Mailbox) -> Result<Place, Fault> {
        let token = call.arguments.text("pageToken").filter(|token| !token.is_empty());
        let Some(token) = token else { return Ok(Place::default()) };
        let place = Place::from_bytes(&Token::decode(token, fingerprint(call, mailbox))?.cursor);
        place.ok_or_else(|| Fault::invalid_parameter("pageToken", "Invalid Value"))
    }

    /// How many items the list has, if this page of it is the last one.
    pub(super) fn items_in_all(&self, page: &Page) -> Option<u64> {
        page.next.is_none().then(|| self.items_up_to(page))
    }

    /// The member with the next page's token, where there is a page behind this one.
    pub(super) fn next(&self, call: &Call<'_>, mailbox: &Mailbox, page: &Page) -> Option<(Cow<'static, str>, Rope)> {
        let next = Place { after: Some(page.next.clone()?), items_before: self.items_up_to(page) };
        let token = Token { cursor: next.to_bytes(), filter: fingerprint(call, mailbox) }.encode();
        Some(("nextPageToken".into(), Rope::string(&token)))
    }

    fn items_up_to(&self, page: &Page) -> u64 {
        self.items_before.saturating_add(page.records.len() as u64)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Place> {
        let (items_before, cursor) = bytes.split_first_chunk()?;
        Some(Place { items_before: u64::from_be_bytes(*items_before), after: Some(Cursor::from_bytes(cursor)?) })
    }

    fn to_bytes(&self) -> Vec<u8> {
        let cursor = self.after.as_ref().map(Cursor::to_bytes).unwrap_or_default();
        [self.items_before.to_be_bytes().as_slice(), &cursor].concat()
    }
}

/// What a token is bound to: the method, the mailbox and all parameters but the token and the page's size.
fn fingerprint(call: &Call<'_>, mailbox: &Mailbox) -> u64 {
    let narrowing = call.arguments.iter().filter(|(name, _)| !PAGING.contains(name) && *name != "userId");
    page::fingerprint(narrowing.chain([("", call.method.id.as_str()), ("", &*mailbox.address)]))
}
