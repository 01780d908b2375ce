//! What a method does, told from its HTTP method, the shape of its path and its schemas.

mod change;
mod collection;
mod derive;
mod group;
mod listing;
mod place;
#[cfg(test)]
mod tests;
mod upload;
mod verb;

use crate::rules::{Asked, Expression, Rule};

pub use change::{Change, ETAG, Operation, Outcome, Source, Tagged};
pub use collection::{Collection, IdMember, NamePart, Parent, Slot};
pub(crate) use derive::{Collections, assign};
pub use listing::{Listing, MemberParameter, NamedOrder, Order, Ordering, PageSize};
pub use upload::{Keeping, MEDIA_MEMBERS};

/// What a method does to which collection.
#[derive(Clone, Debug)]
pub enum Action {
    /// GET of a collection: a page of its items.
    List(Box<Listing>),
    /// GET of an item.
    Get(Box<Collection>),
    /// GET of an item's media by a word of its own.
    Download(Box<Collection>),
    /// POST to a collection, or PUT of an item that is still to be made: a new item.
    Insert(Box<Change>),
    /// PUT of an item: the whole of it (`P13`).
    Update(Box<Change>),
    /// PATCH of an item: a part of it (`P7`).
    Patch(Box<Change>),
    /// DELETE of an item.
    Delete(Box<Change>),
    /// What its verb does: as a person said, or as verbs of its kind do.
    Ruled(Box<Rule>),
    /// Something else, and why that is thought.
    Custom(&'static str),
}

impl Action {
    /// What its shape tells, where a rule only says what is answered.
    pub fn shape(&self) -> &Action {
        match self {
            Action::Ruled(rule) => match &**rule {
                Rule::Shape(action) => action,
                Rule::Act(_) | Rule::Answer(_) => self,
            },
            _ => self,
        }
    }

    /// The collection it is about.
    pub fn collection(&self) -> Option<&Collection> {
        match self.shape() {
            Action::List(listing) => Some(&listing.collection),
            Action::Get(collection) | Action::Download(collection) => Some(collection),
            Action::Ruled(rule) => match &**rule {
                Rule::Act(act) => Some(&act.change.collection),
                Rule::Answer(_) | Rule::Shape(_) => None,
            },
            Action::Custom(_) => None,
            shape => shape.change().map(|change| &change.collection),
        }
    }

    /// The change it makes.
    pub fn change(&self) -> Option<&Change> {
        match self.shape() {
            Action::Insert(change) | Action::Update(change) | Action::Patch(change) | Action::Delete(change) => {
                Some(change)
            }
            Action::List(_) | Action::Get(_) | Action::Download(_) | Action::Ruled(_) | Action::Custom(_) => None,
        }
    }

    /// The same with what a rule takes from a request filled in.
    #[must_use]
    pub fn bound(&self, asked: &Asked<'_>) -> Action {
        let mut action = self.clone();
        if let Action::Insert(change) | Action::Update(change) | Action::Patch(change) = &mut action {
            change.outcome = change.outcome.bound(asked);
        }
        action
    }

    /// The same with more said of the media that is kept.
    fn keeping(mut self, say: impl FnOnce(&mut Keeping)) -> Action {
        if let Action::Insert(change) | Action::Update(change) | Action::Patch(change) = &mut self
            && let Some(keeping) = &mut change.keeping
        {
            say(keeping);
        }
        self
    }

    /// The same, answered with what a rule says.
    pub(crate) fn saying(mut self, said: Expression) -> Action {
        if let Action::Insert(change) | Action::Update(change) | Action::Patch(change) = &mut self {
            change.outcome = Outcome::Said(Box::new(said));
        }
        self
    }
}
