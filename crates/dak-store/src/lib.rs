//! Records that last: transactions, ordered lists, full-text search. And bytes that last, of any size.
//!
//! The crate knows nothing of HTTP or of any API. Its words:
//!
//! - A **space** is what is listed, counted and searched by itself: a mailbox, a blog. Each commit to a space draws the
//!   next number of its sequence.
//! - A **record** has a [`Key`] (space, collection, id), a small mutable *head*, an immutable *body* and a version [`Tag`].
//! - **Index entries** (tags, sort keys, a group, text) come from one pure [`Indexer`], so that they can be made again.
//! - A [`Batch`] changes records and counters together, or nothing. A [`Query`] lists records in a declared [`Order`].
//!
//! - A **blob** is bytes that no record holds: a file of any size. It is a list of **segments**, each written once from the
//!   front. Records say which segments are a blob and how many of their bytes count; only then are there any.
//!
//! [`Records`] is what an engine of records offers. There are two: [`sqlite::Sqlite`], which lasts, and [`memory::Memory`],
//! which is also the model that [`conformance`] compares engines with. [`Blobs`] is what an engine of bytes offers:
//! [`files::Files`] and [`memory::MemoryBlobs`].
//!
//! ```
//! use std::sync::Arc;
//! use dak_store::{Batch, Entries, Indexer, Key, Order, Query, Records, Tag, TextField, memory::Memory};
//!
//! struct ByName;
//! impl Indexer for ByName {
//!     fn orders(&self, _collection: &str) -> Vec<Order> {
//!         vec![Order::bytes("name")]
//!     }
//!     fn entries(&self, key: &Key, _head: &[u8], _body: &[u8]) -> Entries {
//!         Entries::default().with_sort("name", key.id.as_bytes())
//!     }
//!     fn text(&self, _key: &Key, _body: &[u8]) -> Vec<TextField> {
//!         Vec::new()
//!     }
//! }
//!
//! # dak_store::conformance::block_on(async {
//! let store = Memory::new(Arc::new(ByName));
//! let batch = Batch::new([1; 16], Tag([7; 12])).put(Key::new("s", "c", "a"), "{}", r#"{"title":"A"}"#);
//! store.commit(batch).await?;
//! let page = store.query(&Query::new("s", "c", "name")).await?;
//! assert_eq!(&*page.records[0].id, "a");
//! # Ok::<(), dak_store::Error>(()) }).unwrap();
//! ```

pub mod conformance;
pub mod files;
pub mod memory;
pub mod sqlite;
pub mod text;

mod batch;
mod blobs;
mod error;
mod filter;
mod folder;
mod index;
mod matching;
mod query;
mod record;
mod records;

pub use batch::{Addition, Batch, Committed, Expectation, Operation};
pub use blobs::{Blobs, Reading, Segment, Writing};
pub use error::{Error, ErrorKind};
pub use filter::{Filter, Pattern, TextFilter};
pub use index::{Entries, Indexer, Order, OrderKind, sequence_key, time_key};
pub use query::{CountedPage, Cursor, Direction, Page, Query};
pub use record::{Key, Lookup, Record, SpaceVersion, Tag};
pub use records::{BoxFuture, Records};
pub use text::TextField;
