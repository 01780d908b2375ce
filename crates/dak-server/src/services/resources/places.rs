//! Where the items are that a request is about: in one space, or in those of all parents (AIP-159).

use std::collections::VecDeque;
use std::sync::Arc;

use dak_api::{Arguments, Collection};
use dak_proto::fault::Fault;
use dak_store::{Key, Lookup};

use super::layout;
use crate::services::{Call, store_fault};

/// How many spaces are asked for at once.
const SPACES_PER_QUESTION: usize = 100;
/// In how many spaces one item is looked for.
const SPACES_MAX: usize = 10_000;

/// A space, and what a request about it alone would say.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    pub(super) space: Arc<str>,
    pub(super) arguments: Arguments<'a>,
}

/// The spaces of a request, one after the other in the order of their names.
pub(super) struct Places<'c, 'a> {
    call: &'c Call<'a>,
    collection: &'c Collection,
    prefix: String,
    /// What was found and not yet given.
    found: VecDeque<Place<'a>>,
    /// Behind which name to look for more; `None` if there is no more.
    after: Option<String>,
}

impl<'c, 'a> Places<'c, 'a> {
    /// The spaces that a request is about; `from` is where an earlier one ended, itself included.
    pub(super) fn of(call: &'c Call<'a>, collection: &'c Collection, from: Option<&str>) -> Places<'c, 'a> {
        let mut places = Places { call, collection, prefix: String::new(), found: VecDeque::new(), after: None };
        if !collection.is_across(call.arguments) {
            let space = collection.space(call.arguments);
            places.found.push_back(Place { space, arguments: call.arguments.clone() });
            return places;
        }
        places.prefix = collection.space_prefix(call.arguments);
        places.after = Some(from.unwrap_or_default().to_owned());
        places.add(from.map(Arc::from));
        places
    }

    /// The next one.
    pub(super) async fn next(&mut self) -> Result<Option<Place<'a>>, Fault> {
        loop {
            if let Some(place) = self.found.pop_front() {
                return Ok(Some(place));
            }
            let Some(after) = self.after.take() else { return Ok(None) };
            let store = &self.call.app.store;
            let spaces = store.spaces(&self.prefix, &after, SPACES_PER_QUESTION).await;
            let spaces = spaces.map_err(|error| store_fault(&error))?;
            self.after = spaces.last().filter(|_| spaces.len() == SPACES_PER_QUESTION).map(ToString::to_string);
            self.add(spaces);
        }
    }

    fn add(&mut self, spaces: impl IntoIterator<Item = Arc<str>>) {
        let (call, collection) = (self.call, self.collection);
        let place = |space: Arc<str>| Some(Place { arguments: collection.within(call.arguments, &space)?, space });
        self.found.extend(spaces.into_iter().filter_map(place));
    }
}

/// What a request for one item in any of its parents would say if it named the one that it is in.
pub(super) async fn of_only<'a>(call: &Call<'a>, collection: &Collection) -> Result<Arguments<'a>, Fault> {
    let id = collection.id(call.arguments).unwrap_or_default();
    let mut places = Places::of(call, collection, None);
    let (mut found, mut seen) = (None, 0);
    while let Some(place) = places.next().await? {
        seen += 1;
        let key = Key::new(place.space, Arc::clone(&collection.path), id);
        let is_there = !id.is_empty() && id.len() <= Key::PART_BYTES_MAX && {
            let lookup = call.app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))?;
            !matches!(lookup, Lookup::Absent)
        };
        if seen > SPACES_MAX || is_there && found.is_some() {
            return Err(layout::ambiguous(collection, id));
        }
        if is_there {
            found = Some(place.arguments);
        }
    }
    found.ok_or_else(|| layout::not_found(collection, id))
}
