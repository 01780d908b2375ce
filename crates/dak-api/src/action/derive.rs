//! From the shapes of all methods of a document to what each does.
//!
//! A path that ends in a variable is an item's, the path before it its collection's; a `{+name}` counts as the
//! segments its pattern has.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method as Http;

use crate::action::change::{self, Change};
use crate::action::place::{self, Place};
use crate::action::{Action, Collection, Listing, NamePart, Outcome, Slot};
use crate::method::Method;
use crate::schema::{Form, Object, SchemaId, Schemas};

/// Gives each method its action.
pub(crate) fn assign(methods: &mut [Method], schemas: &Schemas, store: &str) {
    let collections = Collections::new(methods, schemas, store);
    let actions: Vec<Action> = methods.iter().map(|method| collections.action(method)).collect();
    for (method, action) in methods.iter_mut().zip(actions) {
        method.action = action;
    }
}

/// A collection, as all its methods together show it.
struct Group {
    name: String,
    item: Option<SchemaId>,
    id_parameter: Option<String>,
    name_parts: Option<Vec<NamePart>>,
    /// Whether a method makes items of it.
    is_made: bool,
    /// Whether another method has to do with its items, so that its path does not end in a verb.
    is_used: bool,
}

fn groups(methods: &[Method], schemas: &Schemas) -> BTreeMap<String, Group> {
    let places: Vec<Option<Place>> = methods.iter().map(Place::of).collect();
    let mut members: BTreeMap<&str, Vec<(&Method, &Place)>> = BTreeMap::new();
    for (method, place) in methods.iter().zip(&places) {
        if let Some(place) = place {
            members.entry(&place.key).or_default().push((method, place));
        }
    }
    // What has items takes its name before what has none, lest a verb take that of the collection it is about.
    let mut members: Vec<_> = members.into_iter().collect();
    members.sort_by_key(|(key, members)| (!members.iter().any(|(method, place)| reads(method, place)), *key));
    let mut names: Vec<String> = Vec::new();
    let mut group = |(key, members): (&str, Vec<(&Method, &Place)>)| {
        let group = Group::new(key, &members, &names, schemas);
        names.push(group.name.clone());
        (key.to_owned(), group)
    };
    members.into_iter().map(&mut group).collect()
}

/// Whether a method gets an item, or lists some.
fn reads(method: &Method, place: &Place) -> bool {
    let verb = method.id.rsplit('.').next();
    method.http_method == Http::GET && (place.id.is_some() || verb == Some("list"))
}

impl Group {
    fn new(key: &str, members: &[(&Method, &Place)], taken: &[String], schemas: &Schemas) -> Group {
        let of_item = || members.iter().filter(|(_, place)| place.id.is_some());
        let get = of_item().find(|(method, _)| method.http_method == Http::GET);
        let named = get.or_else(|| of_item().next());
        let place = named.map(|(_, place)| *place);
        let item = item(members, schemas);
        let resource = get.or(members.first()).map_or("", |(method, _)| &*method.resource);
        Group {
            name: free_name(resource, key, taken),
            item,
            is_used: members.iter().any(|(method, place)| place.id.is_some() || reads(method, place)),
            id_parameter: place.and_then(|place| Some(place.id.as_ref()?.parameter.clone())),
            name_parts: place.and_then(|place| place.name_parts.clone()),
            is_made: item.is_some_and(|item| members.iter().any(|(method, place)| makes(method, place, item, schemas))),
        }
    }
}

/// The resource, and where another collection has that name already, the last word of the path too, or all of it.
fn free_name(resource: &str, key: &str, taken: &[String]) -> String {
    let path = key.trim_start_matches('/');
    let last = path.rsplit('/').find(|part| *part != "*").unwrap_or_default();
    let names = [resource.to_owned(), format!("{resource}.{last}")];
    let free = names.into_iter().find(|name| !name.is_empty() && !taken.contains(name));
    free.unwrap_or_else(|| format!("{resource}.{}", path.replace('/', "-")))
}

/// What a collection's items are: what get answers, else what the others take and answer.
fn item(members: &[(&Method, &Place)], schemas: &Schemas) -> Option<SchemaId> {
    let object = |id: Option<SchemaId>| id.map(|id| schemas.target(id)).filter(|id| schemas.object(*id).is_some());
    let got = |(method, place): &(&Method, &Place)| {
        let is_get = method.http_method == Http::GET && place.id.is_some();
        object(method.response.filter(|_| is_get))
    };
    let same = |(method, _): &(&Method, &Place)| {
        object(method.request).filter(|request| object(method.response) == Some(*request))
    };
    let operated = |(method, _): &(&Method, &Place)| {
        let is_operation = object(method.response).and_then(|id| schemas.object(id));
        object(method.request).filter(|_| is_operation.is_some_and(|object| change::is_operation(object, schemas)))
    };
    let is_change = |(method, _): &&(&Method, &Place)| method.http_method != Http::GET;
    let changes = || members.iter().filter(is_change);
    members.iter().find_map(got).or_else(|| changes().find_map(same)).or_else(|| changes().find_map(operated))
}

/// Whether a method makes new items: a POST to the collection, or a PUT that says so.
fn makes(method: &Method, place: &Place, item: SchemaId, schemas: &Schemas) -> bool {
    let takes = |request| request == item || change::item_member(request, item, schemas).is_some();
    let takes_item = method.request.is_some_and(|request| takes(schemas.target(request)));
    takes_item
        && match (&method.http_method, &place.id) {
            (&Http::POST, None) => true,
            (&Http::PUT, Some(_)) => is_creation(method),
            _ => false,
        }
}

fn is_creation(method: &Method) -> bool {
    let last = method.id.rsplit('.').next().unwrap_or_default();
    ["create", "insert"].iter().any(|word| last.starts_with(word))
}

/// The collections of a document.
pub(crate) struct Collections<'a> {
    groups: BTreeMap<String, Group>,
    schemas: &'a Schemas,
    store: &'a str,
}

impl<'a> Collections<'a> {
    pub(crate) fn new(methods: &[Method], schemas: &'a Schemas, store: &'a str) -> Collections<'a> {
        Collections { groups: groups(methods, schemas), schemas, store }
    }

    /// The collection that a method is about: that of its path, without the verb if there is one, or the one of this name.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) fn about(&self, method: &Method, name: Option<&str>) -> Result<Collection, String> {
        let is_whole = |place: &Place| self.groups.get(&place.key).is_some_and(|group| group.is_used);
        let own = Place::of(method).filter(is_whole).or_else(|| Place::of_verb(method));
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

    fn action(&self, method: &Method) -> Action {
        let place = Place::of(method);
        let known = place.as_ref().and_then(|place| Some((place, self.groups.get(&place.key)?)));
        let Some((place, group)) = known else {
            return Action::Custom(match place::has_verb(method) {
                true => "its verb is its own",
                false => "its path has no fixed length",
            });
        };
        self.of_shape(method, place, group).unwrap_or_else(Action::Custom)
    }

    fn of_shape(&self, method: &Method, place: &Place, group: &Group) -> Result<Action, &'static str> {
        const NO_ITEM: &str = "what the items of its collection are is not told by their methods";
        match (&method.http_method, &place.id) {
            (&Http::GET, None) => self.list(method, place, group).map(Box::new).map(Action::List),
            (&Http::GET, Some(_)) => {
                let item = method.response.map(|id| self.schemas.target(id)).filter(|id| group.item == Some(*id));
                let item = item.ok_or("it does not answer an item")?;
                Ok(Action::Get(Box::new(self.collection(place, group, item))))
            }
            (&Http::POST, None) if !group.is_used => Err("no other method has to do with what it would make"),
            (&Http::POST, None) => self.writing(method, place, group).map(Action::Insert),
            (&Http::PUT, Some(_)) if is_creation(method) => self.writing(method, place, group).map(Action::Insert),
            (&Http::PUT, Some(_)) => self.writing(method, place, group).map(Action::Update),
            (&Http::PATCH, Some(_)) => self.writing(method, place, group).map(Action::Patch),
            (&Http::DELETE, Some(_)) => {
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

    fn changed(
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
        let (member, item) = items(response, group.item, self.schemas).ok_or("it answers no list of items")?;
        let collection = self.collection(place, group, item);
        Ok(Listing::new(method, response, member, collection, self.schemas))
    }

    fn collection(&self, place: &Place, group: &Group, item: SchemaId) -> Collection {
        let parent = place.parent_key.as_deref().and_then(|key| self.groups.get(key)).filter(|group| group.is_made);
        Collection {
            name: group.name.clone(),
            noun: noun(&place.key),
            path: self.path(group),
            parents: place.parents.clone(),
            parent_path: parent.map(|parent| self.path(parent)),
            id: place.id.clone(),
            id_parameter: group.id_parameter.clone(),
            id_member: id_member(item, group, self.schemas),
            name_parts: group.name_parts.clone(),
            item,
        }
    }

    fn path(&self, group: &Group) -> Arc<str> {
        format!("{}/{}", self.store, group.name).into()
    }

    /// The operations among which one of this method's is: of those that a method gives, the ones whose path goes
    /// along with the method's the farthest.
    fn operations(&self, method: &Method, collection: &Collection, schema: SchemaId) -> Option<Collection> {
        let row = Place::of(method)?.key;
        let along = |key: &str| {
            let parents = key.matches("/*").count();
            let before = key.rsplit_once("/*").map_or("", |(before, _)| before);
            (parents == 0 || row.starts_with(&format!("{before}/*"))).then_some(parents)
        };
        let candidates = self.groups.iter().filter(|(_, group)| group.item == Some(schema));
        let found = candidates.filter_map(|(key, group)| Some((along(key)?, key, group)));
        let (parents, key, group) = found.max_by_key(|(parents, _, _)| *parents)?;
        Some(Collection {
            name: group.name.clone(),
            noun: noun(key),
            path: self.path(group),
            parents: collection.parents.iter().take(parents).cloned().collect(),
            parent_path: None,
            id: None,
            id_parameter: group.id_parameter.clone(),
            id_member: id_member(schema, group, self.schemas),
            name_parts: group.name_parts.clone(),
            item: schema,
        })
    }
}

/// The last word of a collection's path, for one of its items.
fn noun(key: &str) -> String {
    let last = key.rsplit('/').find(|part| !part.is_empty() && *part != "*");
    change::singular(last.unwrap_or("item"))
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

/// `name`, where a parameter is called an id `id`; where names are composed, the member with the parameter's name.
fn id_member(item: SchemaId, group: &Group, schemas: &Schemas) -> Option<String> {
    let object = schemas.object(item)?;
    let parameter = group.id_parameter.as_deref();
    let is_id = parameter.is_none_or(|name| name.to_ascii_lowercase().ends_with("id"));
    let candidates = match (&group.name_parts, is_id) {
        (Some(_), _) => [parameter, Some("name"), None],
        (None, true) => [Some("id"), parameter, Some("name")],
        (None, false) => [Some("name"), parameter, Some("id")],
    };
    let mut present = candidates.into_iter().flatten().filter(|name| object.property(name).is_some());
    present.next().map(str::to_owned)
}
