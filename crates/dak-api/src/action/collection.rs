//! Items of one kind, and where they stand.

use std::fmt::Write;
use std::sync::Arc;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::arguments::Arguments;
use crate::schema::SchemaId;

/// Items of one kind. Methods of several APIs over the same store that have the same name share them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    /// Its name: the resource its methods stand under, e.g. `items` or `posts.comments`.
    pub name: String,
    /// What one of its items is called in a sentence, e.g. `calendar list entry`: the words of its schema's name, else the
    /// last one of its path.
    pub noun: String,
    /// Where its items stand in the store, whatever their parents: the data's name and its own, e.g. `demo/items`.
    pub path: Arc<str>,
    /// What says inside which other items it is, outermost first.
    pub parents: Vec<Slot>,
    /// The path of the collection it is directly inside of, if a method of the API makes items of that: the one it is
    /// inside of must then be there.
    pub parent_path: Option<Arc<str>>,
    /// What says which item; `None` for methods of the whole collection.
    pub id: Option<Slot>,
    /// The parameter by which the collection's items are named, whichever of its methods this is.
    pub id_parameter: Option<String>,
    /// The largest id there may be, where ids are numbers of few digits.
    pub id_max: Option<u64>,
    /// The member of an item that tells its name or id.
    pub id_member: Option<IdMember>,
    /// The object in an item, and the member of that, which tell its id: `thingReference.thingId`.
    pub id_inside: Option<[String; 2]>,
    /// Whether there is one item and no other, made when it is first changed.
    pub is_single: bool,
    /// What an item's name is made of, e.g. `projects/p/things/t`; `None` where it is the id alone.
    pub name_parts: Option<Vec<NamePart>>,
    /// What an item is.
    pub item: SchemaId,
}

/// A member that tells what an item is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdMember {
    /// The member.
    pub name: String,
    /// Whether it is the whole name and not the id alone.
    pub is_name: bool,
    /// Whether it is a JSON number.
    pub is_number: bool,
}

/// In place of a parent's id it means whichever (AIP-159).
const ANY: &str = "-";

/// The id of an item that is the only one.
const SINGLE: &str = "single";

/// A part of a path parameter that holds one id: `t` of `projects/p/things/t`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The parameter.
    pub parameter: String,
    /// How many of its segments stand before.
    pub skipped: usize,
    /// Whether all that follows belongs to it, slashes included.
    pub is_open: bool,
}

/// A part of an item's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamePart {
    /// This text.
    Literal(String),
    /// The id of the parent with this place among [`Collection::parents`].
    Parent(usize),
    /// The item's own id.
    Id,
}

impl Slot {
    /// All of a parameter.
    pub(crate) fn whole(parameter: &str) -> Slot {
        Slot { parameter: parameter.to_owned(), skipped: 0, is_open: true }
    }

    /// The parameter with another id in this part.
    fn put(&self, text: &str, id: &str) -> Option<String> {
        let mut segments: Vec<&str> = text.split('/').collect();
        *segments.get_mut(self.skipped)? = id;
        if self.is_open {
            segments.truncate(self.skipped + 1);
        }
        Some(segments.join("/"))
    }

    /// What a request says there.
    pub fn value<'a>(&self, arguments: &'a Arguments<'_>) -> Option<&'a str> {
        let mut text = arguments.text(&self.parameter)?;
        for _ in 0..self.skipped {
            (_, text) = text.split_once('/')?;
        }
        if self.is_open { Some(text) } else { text.split('/').next() }
    }
}

impl Collection {
    /// Parameters whose values are those of members with the same names in a new item (`D60`): ids, and of what there is one
    /// of all that says where it is.
    pub fn located(&self) -> impl Iterator<Item = &str> {
        let names = self.parents.iter().map(|slot| slot.parameter.as_str());
        names.filter(|name| self.is_single || name.ends_with("Id"))
    }

    /// Where the items of these parents stand: the path and the parents' ids, e.g. `blogger/posts.comments/12/7`.
    pub fn space(&self, arguments: &Arguments<'_>) -> Arc<str> {
        if self.parents.is_empty() {
            return Arc::clone(&self.path);
        }
        self.space_at(&self.path, &self.parents, arguments)
    }

    /// Whether a request is about what is in all parents of a kind at once: it says `-` for one (AIP-159).
    pub fn is_across(&self, arguments: &Arguments<'_>) -> bool {
        self.parents.iter().any(|parent| parent.value(arguments) == Some(ANY))
    }

    /// How all the spaces begin that such a request is about.
    pub fn space_prefix(&self, arguments: &Arguments<'_>) -> String {
        let known = self.parents.iter().take_while(|parent| parent.value(arguments) != Some(ANY)).count();
        let parents = self.parents.get(..known).unwrap_or_default();
        format!("{}/", self.space_at(&self.path, parents, arguments))
    }

    /// What such a request would say if it were about this space alone; `None` if it is not about it.
    pub fn within<'a>(&self, arguments: &Arguments<'a>, space: &str) -> Option<Arguments<'a>> {
        let ids = space.strip_prefix(&*self.path)?.strip_prefix('/')?;
        let ids: Vec<&str> = ids.split('/').collect();
        if ids.len() != self.parents.len() {
            return None;
        }
        let mut narrowed = arguments.clone();
        for (parent, id) in self.parents.iter().zip(ids) {
            let id = percent_decode_str(id).decode_utf8().ok()?;
            let asked = parent.value(arguments)?;
            if asked != ANY && asked != id {
                return None;
            }
            let text = parent.put(narrowed.text(&parent.parameter)?, &id)?;
            narrowed = narrowed.with(&parent.parameter, text);
        }
        Some(narrowed)
    }

    /// The space and the id of the item it is directly inside of, if that must be there.
    pub fn parent(&self, arguments: &Arguments<'_>) -> Option<Parent> {
        let path = self.parent_path.as_ref()?;
        let (last, before) = self.parents.split_last()?;
        let id = last.value(arguments)?.to_owned();
        Some(Parent { path: Arc::clone(path), space: self.space_at(path, before, arguments), id })
    }

    /// The id of the item that a request is about.
    pub fn id<'a>(&self, arguments: &'a Arguments<'_>) -> Option<&'a str> {
        if self.is_single { Some(SINGLE) } else { self.id.as_ref()?.value(arguments) }
    }

    /// What the member says that tells an item's name or id.
    pub fn told_id(&self, id: &str, arguments: &Arguments<'_>) -> String {
        match &self.id_member {
            Some(member) if !member.is_name => id.to_owned(),
            _ => self.item_name(id, arguments),
        }
    }

    /// What the item with this id is called: its id, or the name it has with those of its parents.
    pub fn item_name(&self, id: &str, arguments: &Arguments<'_>) -> String {
        let Some(parts) = &self.name_parts else { return id.to_owned() };
        let text = |part: &'_ NamePart| match part {
            NamePart::Literal(text) => text.clone(),
            NamePart::Parent(place) => {
                let value = self.parents.get(*place).and_then(|slot| slot.value(arguments));
                value.unwrap_or_default().to_owned()
            }
            NamePart::Id => id.to_owned(),
        };
        parts.iter().map(text).collect::<Vec<_>>().join("/")
    }

    /// The id in an item's name as a request's body has it: all of it, or its last part if the others are as they must be.
    pub fn id_in<'n>(&self, name: &'n str, arguments: &Arguments<'_>) -> Option<&'n str> {
        let is_name = self.id_member.as_ref().is_none_or(|member| member.is_name);
        let last = match self.name_parts {
            Some(_) if is_name => name.rsplit('/').next()?,
            _ => name,
        };
        let fits = last == name || self.item_name(last, arguments) == name;
        (fits && !last.is_empty()).then_some(last)
    }

    /// What a request would say if the item it is about were inside another parent: that one's id, or its name such as
    /// `shelves/2`. `None` for a name that no parent here has.
    pub fn under<'a>(&self, arguments: &Arguments<'a>, parent: &str) -> Option<Arguments<'a>> {
        let Some(parts) = &self.name_parts else {
            return Some(arguments.with(&self.parents.last()?.parameter, parent.to_owned()));
        };
        let slot = self.id.as_ref()?;
        let depth = parts.iter().rposition(|part| matches!(part, NamePart::Parent(_)))? + 1;
        let name = self.item_name(slot.value(arguments)?, arguments);
        let mut segments: Vec<&str> = name.split('/').collect();
        let inside = segments.split_off(depth.min(segments.len()));
        match parent.split('/').collect::<Vec<_>>()[..] {
            [id] => *segments.last_mut()? = id,
            ref named => {
                let is_literal = |(part, given): (&NamePart, &&str)| match part {
                    NamePart::Literal(text) => text == given,
                    NamePart::Parent(_) | NamePart::Id => !given.is_empty(),
                };
                let fits = named.len() == depth && parts.iter().zip(named).all(is_literal);
                segments = fits.then(|| named.to_vec())?;
            }
        }
        segments.extend(inside);
        Some(arguments.with(&slot.parameter, segments.join("/")))
    }

    fn space_at(&self, path: &str, parents: &[Slot], arguments: &Arguments<'_>) -> Arc<str> {
        let mut space = path.to_owned();
        for parent in parents {
            let id = parent.value(arguments).unwrap_or_default();
            let _ = write!(space, "/{}", utf8_percent_encode(id, NON_ALPHANUMERIC));
        }
        space.into()
    }
}

/// An item inside which a collection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Its collection's path.
    pub path: Arc<str>,
    /// Where it stands.
    pub space: Arc<str>,
    /// Its id.
    pub id: String,
}
