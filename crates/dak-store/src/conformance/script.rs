//! Two engines, one script, the same answers.

use super::{block_on, wait};
use crate::{Batch, CountedPage, Error, ErrorKind, Key, Lookup, Query, Records, Tag};

/// The most pages a list may have before it is held to be endless.
const PAGES_MAX: usize = 10_000;

/// One step of a script.
#[derive(Clone, Debug)]
pub enum Step {
    /// Commits a batch.
    Commit(Batch),
    /// Goes through all pages of a query, and counts what it finds up to a limit with each.
    Count(Query, usize),
    /// Reads a counter of a space.
    Counter(String, String),
    /// Looks up a record.
    Lookup(Key, Option<Tag>),
    /// Goes through all pages of a query.
    Query(Query),
    /// Reads the version of a space.
    Version(String),
}

/// Carries out the script on both stores, which are empty and index alike.
///
/// # Panics
///
/// At the first answer that differs, with the step.
pub fn agree(store: &dyn Records, model: &dyn Records, script: &[Step]) {
    for (position, step) in script.iter().enumerate() {
        match step {
            Step::Commit(batch) => assert_eq!(commit(store, batch), commit(model, batch), "step {position}: {batch:?}"),
            Step::Count(query, count_max) => {
                assert_eq!(
                    counted(store, query, *count_max),
                    counted(model, query, *count_max),
                    "step {position}: {step:?}"
                );
            }
            Step::Counter(space, name) => {
                assert_eq!(
                    wait(store.counter(space, name)),
                    wait(model.counter(space, name)),
                    "step {position}: {step:?}"
                );
            }
            Step::Lookup(key, unless) => {
                assert_eq!(lookup(store, key, *unless), lookup(model, key, *unless), "step {position}: {step:?}");
            }
            Step::Query(query) => assert_eq!(pages(store, query), pages(model, query), "step {position}: {query:?}"),
            Step::Version(space) => {
                assert_eq!(wait(store.version(space)), wait(model.version(space)), "step {position}: {step:?}");
            }
        }
    }
}

fn commit(store: &dyn Records, batch: &Batch) -> Result<crate::Committed, ErrorKind> {
    block_on(store.commit(batch.clone())).map_err(|error| error.kind())
}

fn lookup(store: &dyn Records, key: &Key, unless: Option<Tag>) -> Lookup {
    wait(store.lookup(key, unless))
}

fn pages(store: &dyn Records, query: &Query) -> Result<Vec<CountedPage>, ErrorKind> {
    all_pages(query, |query| block_on(store.query(query)).map(|page| CountedPage { page, count: 0 }))
}

fn counted(store: &dyn Records, query: &Query, count_max: usize) -> Result<Vec<CountedPage>, ErrorKind> {
    all_pages(query, |query| block_on(store.query_counted(query, count_max)))
}

fn all_pages(query: &Query, ask: impl Fn(&Query) -> Result<CountedPage, Error>) -> Result<Vec<CountedPage>, ErrorKind> {
    let (mut query, mut pages) = (query.clone(), Vec::new());
    while pages.len() < PAGES_MAX {
        let counted = ask(&query).map_err(|error| error.kind())?;
        query.after = counted.page.next.clone();
        pages.push(counted);
        if query.after.is_none() {
            break;
        }
    }
    Ok(pages)
}
