//! Where a page of a list begins, and which way it goes from there.

use dak_api::{Arguments, Listing, NamedOrder};
use dak_proto::fault::Fault;
use dak_proto::page::Token;
use dak_proto::rope::Rope;
use dak_store::{Cursor, Direction, Page, Record};

use super::indexer;

/// The first byte of a token that leads on, and of one that leads back.
const WAYS: [u8; 2] = *b"><";

/// A place between two items.
#[derive(Clone, Debug, Default)]
pub(super) struct Turn {
    /// Whether the page is what stands before it, not behind.
    is_before: bool,
    /// The item at whose edge it is; none is the beginning.
    pub(super) edge: Option<Cursor>,
}

impl Turn {
    /// Where a request's token says.
    pub(super) fn of(arguments: &Arguments<'_>, listing: &Listing, filter: u64) -> Result<Turn, Fault> {
        let token = listing.token_parameter.as_deref().and_then(|name| arguments.text(name));
        let Some(token) = token.filter(|token| !token.is_empty()) else { return Ok(Turn::default()) };
        let bytes = Token::decode(token, filter)?.cursor;
        let parsed = bytes.split_first().filter(|(way, _)| WAYS.contains(way));
        let turn = parsed
            .and_then(|(way, edge)| Some(Turn { is_before: *way == WAYS[1], edge: Some(Cursor::from_bytes(edge)?) }));
        turn.ok_or_else(|| Fault::invalid_parameter("pageToken", "Invalid Value"))
    }

    /// Which way through the list's order it goes.
    pub(super) fn direction(&self, is_descending: bool) -> Direction {
        if is_descending != self.is_before { Direction::Descending } else { Direction::Ascending }
    }

    /// The tokens of the page after a page that was found from here, and of that before it. Its items come in the list's
    /// order then.
    pub(super) fn around(
        &self,
        page: &mut Page,
        order: Option<&NamedOrder>,
        filter: u64,
    ) -> (Option<Rope>, Option<Rope>) {
        let has_more = page.next.take();
        let edge = |record: Option<&Record>| record.map(|record| indexer::cursor(order, record));
        let (next, previous) = match self.is_before {
            true => {
                page.records.reverse();
                (edge(page.records.last()), has_more.and_then(|_| edge(page.records.first())))
            }
            false => (has_more, self.edge.as_ref().and_then(|_| edge(page.records.first()))),
        };
        (next.map(|edge| token(WAYS[0], &edge, filter)), previous.map(|edge| token(WAYS[1], &edge, filter)))
    }
}

/// The token that leads on from a place.
pub(super) fn token_after(edge: &Cursor, filter: u64) -> Rope {
    token(WAYS[0], edge, filter)
}

fn token(way: u8, edge: &Cursor, filter: u64) -> Rope {
    Rope::string(&Token { cursor: [&[way], edge.to_bytes().as_slice()].concat(), filter }.encode())
}
