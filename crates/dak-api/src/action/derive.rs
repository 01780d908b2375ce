//! From the shapes of all methods of a document to what each does.
//!
//! A path that ends in a variable is an item's, the path before it its collection's; a `{+name}` counts as the
//! segments its pattern has. What has a path of its own and is got and changed there is the only one of its kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method as Http;

use crate::action::change::{self, Change};
use crate::action::group::{self, Group, id_inside, id_max, id_member, noun};
use crate::action::place::{self, Place};
use crate::action::{Action, Collection, Listing, Outcome, Slot, upload};
use crate::method::{Method, is_creation};
use crate::parameter::Place::Query as InQuery;
use crate::schema::{Form, Object, SchemaId, Schemas};

/// Gives each method its action.
pub(crate) fn assign(methods: &mut [Method], schemas: &Schemas, store: &str) {
    let collections = Collections::new(methods, schemas, store);
    let actions: Vec<Action> = methods.iter().map(|method| collections.action(method, methods)).collect();
    for (method, action) in methods.iter_mut().zip(actions) {
        method.action = action;
    }
}

/// The collections of a document.
pub(crate) struct Collections<'a> {
    pub(super) groups: BTreeMap<String, Group>,
    pub(super) schemas: &'a Schemas,
    store: &'a str,
}

impl<'a> Collections<'a> {
    pub(crate) fn new(methods: &[Method], schemas: &'a Schemas, store: &'a str) -> Collections<'a> {
        Collections { groups: group::groups(methods, schemas), schemas, store }
    }

    /// The collection that a method is about: that of its path, without the verb if there is one, or the one of this name.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) fn about(&self, method: &Method, name: Option<&str>) -> Result<Collection, String> {
        let is_whole = |place: &Place| self.groups.get(&place.key).is_some_and(|group| group.is_used);
        let own = self.place(method).filter(is_whole).or_else(|| Place::of_verb(method));
        let place = own.ok_or("its path may have any number of segments")?;
        let place = match name {
            Some(name) => self.place_of(name, place)?,
            None => place,
        };
        let group = self.groups.get(&place.key);
        let (group, item) = group.and_then(|group| Some((group, group.item?))).ok_or_else(|| {
            format!("its path names no collection; say which with \"of\": {}", self.names().join(", "))
        })?;
        Ok(self.collection(&place, group, item))
    }

    /// The place that the variables of another one name in this collection.
    fn place_of(&self, name: &str, place: Place) -> Result<Place, String> {
        let found = self.groups.iter().find(|(_, group)| group.name == name && group.item.is_some());
        let (key, group) =
            found.ok_or_else(|| format!("there is no collection {name}; there are {}", self.names().join(", ")))?;
        let mut parents: Vec<Slot> = place.parents.into_iter().chain(place.id).collect();
        let depth = key.matches("/*").count();
        let id = if parents.len() == depth + 1 { parents.pop() } else { None };
        if parents.len() != depth {
            return Err(format!("{name} is inside of {depth} others, and the path names {}", parents.len()));
        }
        let parent_key = key.rsplit_once("/*").map(|(before, _)| before.to_owned());
        Ok(Place { key: key.clone(), parent_key, parents, id, name_parts: group.name_parts.clone() })
    }

    /// The names of the collections whose items are known.
    fn names(&self) -> Vec<&str> {
        self.groups.values().filter(|group| group.item.is_some()).map(|group| group.name.as_str()).collect()
    }

    /// What a change by this method is answered with, as its description has it.
    pub(crate) fn outcome(&self, method: &Method, collection: &Collection) -> Option<Outcome> {
        let operations = |schema| self.operations(method, collection, schema);
        Outcome::of(method, collection.item, operations, self.schemas)
    }

    /// A change by this method of an item that is all of its body.
    pub(crate) fn change(&self, method: &Method, collection: Collection, outcome: Outcome) -> Change {
        Change::new(method, collection, None, outcome, self.schemas)
    }

    fn action(&self, method: &Method, all: &[Method]) -> Action {
        if let Some(download) = self.of_part_download(method, all) {
            return download;
        }
        let place = self.place(method);
        let known = place.as_ref().and_then(|place| Some((place, self.groups.get(&place.key)?)));
        let action = match known {
            Some((place, group)) => self.of_shape(method, place, group),
            None if place::has_verb(method) => Err("its verb is its own"),
            None => Err("its path has no fixed length"),
        };
        let action = action.or_else(|why| self.of_verb(method, all).ok_or(why));
        let action = action.or_else(|why| self.of_upload(method).ok_or(why));
        action.or_else(|why| self.of_download(method).ok_or(why)).unwrap_or_else(Action::Custom)
    }

    /// Where a method stands, seen together with the others: what another one's items are below is a collection though it
    /// ends in a variable, and a query may have an item's id by the name that it has in the others' paths.
    pub(super) fn place(&self, method: &Method) -> Option<Place> {
        let mut place = Place::of(method)?;
        let group = self.groups.get(&place.key)?;
        let id_parameter = group.id_parameter.as_ref();
        let queried = |name: &&String| method.parameter(name).is_some_and(|known| known.place == InQuery);
        match &method.http_method {
            &Http::POST | &Http::GET if place.id.is_some() => {
                let inner = format!("{}/*", place.key);
                if self.groups.get(&inner).is_some_and(|inner| self.is_about(method, inner)) {
                    place = place.into_collection(inner);
                }
            }
            &Http::PATCH | &Http::PUT | &Http::DELETE if place.id.is_none() => {
                place.id = id_parameter.filter(queried).map(|name| Slot::whole(name));
            }
            _ => {}
        }
        Some(place)
    }

    /// Whether a method takes an item of a collection or answers some.
    fn is_about(&self, method: &Method, group: &Group) -> bool {
        let Some(item) = group.item.filter(|_| group.is_used) else { return false };
        let response = method.response.and_then(|response| self.schemas.object(response));
        let lists = response.is_some_and(|response| items(response, Some(item), self.schemas).is_some());
        let makes = || group::takes(method, item, self.schemas) || upload::makes(method, item, self.schemas);
        if method.http_method == Http::GET { lists } else { makes() }
    }

    fn of_shape(&self, method: &Method, place: &Place, group: &Group) -> Result<Action, &'static str> {
        const NO_ITEM: &str = "what the items of its collection are is not told by their methods";
        let has_body = || method.request.is_some() && group.is_used;
        match (&method.http_method, &place.id) {
            (&Http::GET, None) if !group.is_single => self.list(method, place, group).map(Box::new).map(Action::List),
            (&Http::GET, _) => {
                let item = method.response.map(|id| self.schemas.target(id)).filter(|id| group.item == Some(*id));
                let item = item.ok_or("it does not answer an item")?;
                Ok(Action::Get(Box::new(self.collection(place, group, item))))
            }
            (&Http::POST, None) if !group.is_used => Err("no other method has to do with what it would make"),
            (&Http::POST, None) => self.writing(method, place, group).map(Action::Insert),
            (&Http::PUT, Some(_)) if is_creation(&method.id) => self.writing(method, place, group).map(Action::Insert),
            (&Http::PUT, id) if id.is_some() || has_body() => self.writing(method, place, group).map(Action::Update),
            (&Http::PATCH, id) if id.is_some() || has_body() => self.writing(method, place, group).map(Action::Patch),
            (&Http::DELETE, id) if id.is_some() || group.is_single => {
                let item = group.item.ok_or(NO_ITEM)?;
                self.changed(method, self.collection(place, group, item), None).map(Action::Delete)
            }
            _ => Err("its HTTP method and path are none of a collection's"),
        }
    }

    /// Insert, update and patch take an item, as their body or as a member of it.
    fn writing(&self, method: &Method, place: &Place, group: &Group) -> Result<Box<Change>, &'static str> {
        const NO_ITEM: &str = "it does not take an item of its collection";
        let request = method.request.map(|id| self.schemas.target(id)).ok_or(NO_ITEM)?;
        let item = group.item.ok_or(NO_ITEM)?;
        let member = change::item_member(request, item, self.schemas);
        if request != item && member.is_none() {
            return Err(NO_ITEM);
        }
        self.changed(method, self.collection(place, group, item), member.filter(|_| request != item))
    }

    pub(super) fn changed(
        &self,
        method: &Method,
        collection: Collection,
        member: Option<String>,
    ) -> Result<Box<Change>, &'static str> {
        let outcome = self.outcome(method, &collection);
        let outcome = outcome.ok_or("it answers neither an item, nor an operation, nor nothing")?;
        Ok(Box::new(Change::new(method, collection, member, outcome, self.schemas)))
    }

    fn list(&self, method: &Method, place: &Place, group: &Group) -> Result<Listing, &'static str> {
        let response = method.response.and_then(|id| self.schemas.object(id)).ok_or("it answers no object")?;
        let is_list = method.id.rsplit('.').next().is_some_and(|word| word.starts_with("list"));
        let found = items(response, group.item, self.schemas)
            .or_else(|| items(response, None, self.schemas).filter(|_| is_list && group.is_used));
        let (member, shown) = found.ok_or("it answers no list of items")?;
        let collection = self.collection(place, group, group.item.unwrap_or(shown));
        Ok(Listing::new(method, response, (member, shown), collection, self.schemas))
    }

    pub(super) fn collection(&self, place: &Place, group: &Group, item: SchemaId) -> Collection {
        let noun = noun(&place.key);
        let member = id_member(item, group, &noun, self.schemas);
        Collection {
            name: group.name.clone(),
            path: self.path(group),
            parents: place.parents.clone(),
            parent_path: self.parent_path(place.parent_key.as_deref(), &place.parents),
            id: place.id.clone(),
            id_parameter: group.id_parameter.clone(),
            id_max: id_max(item, group, member.as_ref(), self.schemas),
            id_member: member,
            id_inside: id_inside(item, group, self.schemas),
            is_single: group.is_single,
            name_parts: group.name_parts.clone(),
            item,
            noun: self.schemas.name_of(item).map_or(noun, group::words),
        }
    }

    /// The one thing with this name that an item or a collection has beside its members.
    pub(super) fn single(&self, place: Place, what: &str, item: SchemaId) -> Collection {
        let owner = self.groups.get(&place.key).map_or(place.key.as_str(), |group| &group.name);
        let name = format!("{owner}:{what}");
        Collection {
            path: format!("{}/{name}", self.store).into(),
            name,
            noun: self.schemas.name_of(item).map_or_else(|| what.to_owned(), group::words),
            parent_path: self.parent_path(place.id.as_ref().map(|_| place.key.as_str()), &[]),
            parents: place.parents.into_iter().chain(place.id).collect(),
            id: None,
            id_parameter: None,
            id_max: None,
            id_member: None,
            id_inside: None,
            is_single: true,
            name_parts: None,
            item,
        }
    }

    /// The path of a collection of which a method makes items: what is inside of one needs it to be there (`D51`).
    fn parent_path(&self, key: Option<&str>, parents: &[Slot]) -> Option<Arc<str>> {
        let group = self.groups.get(key?).or_else(|| self.named_elsewhere(parents))?;
        group.is_made.then(|| self.path(group))
    }

    /// The only collection whose items' own paths, which are elsewhere, call the id as these paths call their one parent's.
    fn named_elsewhere(&self, parents: &[Slot]) -> Option<&Group> {
        let [parent] = parents else { return None };
        let is_same = |group: &Group| parent.is_open && group.id_parameter.as_ref() == Some(&parent.parameter);
        let mut found = self.groups.iter().filter(|(key, group)| !key.contains("/*") && is_same(group));
        found.next().filter(|_| found.next().is_none()).map(|(_, group)| group)
    }

    fn path(&self, group: &Group) -> Arc<str> {
        format!("{}/{}", self.store, group.name).into()
    }

    /// The operations among which one of this method's is: of those that a method gives, the ones whose path goes
    /// along with the method's the farthest.
    pub(super) fn operations(&self, method: &Method, collection: &Collection, schema: SchemaId) -> Option<Collection> {
        let row = Place::of(method).or_else(|| Place::of_verb(method))?.key;
        let along = |key: &str| {
            let parents = key.matches("/*").count();
            let before = key.rsplit_once("/*").map_or("", |(before, _)| before);
            (parents == 0 || row.starts_with(&format!("{before}/*"))).then_some(parents)
        };
        let candidates = self.groups.iter().filter(|(_, group)| group.item == Some(schema));
        let found = candidates.filter_map(|(key, group)| Some((along(key)?, key, group)));
        let (parents, key, group) = found.max_by_key(|(parents, _, _)| *parents)?;
        let parents = collection.parents.iter().take(parents).cloned().collect();
        let place = Place { key: key.clone(), parent_key: None, parents, id: None, name_parts: None };
        Some(self.collection(&place, group, schema))
    }
}

/// The member that holds the items, and what they are: `items`, or the only list of objects.
fn items(response: &Object, wanted: Option<SchemaId>, schemas: &Schemas) -> Option<(String, SchemaId)> {
    let arrays = response.properties().iter().filter_map(|property| match schemas.form(property.schema) {
        Form::Array(element) => Some((property, schemas.target(*element))),
        _ => None,
    });
    let mut lists: Vec<_> = arrays.filter(|(_, element)| schemas.object(*element).is_some()).collect();
    if wanted.is_some() {
        lists.retain(|(_, element)| Some(*element) == wanted);
    }
    let named = lists.iter().find(|(property, _)| property.name == "items");
    let (member, item) = named.or_else(|| lists.first().filter(|_| lists.len() == 1))?;
    Some((member.name.clone(), *item))
}
