//! What a method does, told from its HTTP method, the shape of its path and its schemas.

mod derive;
mod listing;
#[cfg(test)]
mod tests;

use std::fmt::Write;
use std::sync::Arc;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::arguments::Arguments;
use crate::schema::SchemaId;

pub(crate) use derive::assign;
pub use listing::{Listing, Order, Ordering, PageSize};

/// What a method does to which collection.
#[derive(Clone, Debug)]
pub enum Action {
    /// GET of a collection: a page of its items.
    List(Box<Listing>),
    /// GET of an item.
    Get(Collection),
    /// POST to a collection: a new item.
    Insert(Collection),
    /// PUT of an item: the whole of it (`P13`).
    Update(Collection),
    /// PATCH of an item: a part of it (`P7`).
    Patch(Collection),
    /// DELETE of an item.
    Delete(Collection),
    /// Something else.
    Custom,
}

impl Action {
    /// Says in which data its collection is.
    fn settle(&mut self, store: &str) {
        let collection = match self {
            Action::List(listing) => &mut listing.collection,
            Action::Get(collection)
            | Action::Insert(collection)
            | Action::Update(collection)
            | Action::Patch(collection)
            | Action::Delete(collection) => collection,
            Action::Custom => return,
        };
        collection.path = format!("{store}/{}", collection.name).into();
    }

    /// The collection it is about.
    pub fn collection(&self) -> Option<&Collection> {
        match self {
            Action::List(listing) => Some(&listing.collection),
            Action::Get(collection)
            | Action::Insert(collection)
            | Action::Update(collection)
            | Action::Patch(collection)
            | Action::Delete(collection) => Some(collection),
            Action::Custom => None,
        }
    }
}

/// Items of one kind. Methods of several APIs over the same store that have the same name share them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    /// Its name: the resource its methods stand under, e.g. `items` or `posts.comments`.
    pub name: String,
    /// Where its items stand in the store, whatever their parents: the data's name and its own, e.g. `demo/items`.
    pub path: Arc<str>,
    /// The parameters that say inside which other items it is, outermost first.
    pub parents: Vec<String>,
    /// The parameter that says which item. Methods of the whole collection have the one its other methods use.
    pub id_parameter: Option<String>,
    /// The member of an item that holds its id.
    pub id_member: Option<String>,
    /// What an item is.
    pub item: SchemaId,
}

impl Collection {
    /// Where the items of these parents stand: the path and the parents' ids, e.g. `blogger/posts.comments/12/7`.
    pub fn space(&self, arguments: &Arguments<'_>) -> Arc<str> {
        if self.parents.is_empty() {
            return Arc::clone(&self.path);
        }
        let mut space = self.path.to_string();
        for parent in &self.parents {
            let id = arguments.text(parent).unwrap_or_default();
            let _ = write!(space, "/{}", utf8_percent_encode(id, NON_ALPHANUMERIC));
        }
        space.into()
    }

    /// The id of the item that a request is about.
    pub fn id<'a>(&self, arguments: &'a Arguments<'_>) -> Option<&'a str> {
        arguments.text(self.id_parameter.as_deref()?)
    }
}
