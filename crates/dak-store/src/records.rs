//! What an engine of records offers.

use std::pin::Pin;
use std::sync::Arc;

use crate::{Batch, Committed, CountedPage, Error, Key, Lookup, Page, Query, SpaceVersion, Tag};

/// A boxed future of a store's answer.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// An engine that keeps records.
///
/// What all engines promise, and [`conformance`](crate::conformance) tests:
///
/// - A batch happens whole or not at all, and once its commit was answered it lasts as long as the engine's medium does.
/// - Every call begun after a commit was answered sees it; no call sees a value older than one already seen.
/// - A page shows one moment. Nothing is kept open between calls.
pub trait Records: Send + Sync {
    /// The record of this key, unless its tag is `unless`.
    fn lookup<'a>(&'a self, key: &'a Key, unless: Option<Tag>) -> BoxFuture<'a, Lookup>;

    /// A page of records. Undeclared orders and filters beyond the limits are [`ErrorKind::Invalid`](crate::ErrorKind).
    ///
    /// To label a page with a version, ask for the [version](Records::version) first: the page may be newer than its label
    /// then, which only costs a fetch, but never older.
    fn query<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Page>;

    /// A page of records, and how many records all pages have together from the first on (wherever this one begins), but at
    /// most `count_max`, beyond which nobody counts. Both are of one moment. Refused like the query.
    fn query_counted<'a>(&'a self, query: &'a Query, count_max: usize) -> BoxFuture<'a, CountedPage>;

    /// The state of a space.
    fn version<'a>(&'a self, space: &'a str) -> BoxFuture<'a, SpaceVersion>;

    /// The names of the spaces that were ever written and whose names begin so, in the order of their bytes: those after
    /// `after`, at most `limit`.
    fn spaces<'a>(&'a self, prefix: &'a str, after: &'a str, limit: usize) -> BoxFuture<'a, Vec<Arc<str>>>;

    /// The sum of all additions to a counter.
    fn counter<'a>(&'a self, space: &'a str, name: &'a str) -> BoxFuture<'a, i64>;

    /// Carries out a batch. It is handed over by the call itself: dropping the future does not take it back.
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Committed>;
}
