//! What methods that take or give media do where their shape alone does not tell: media is kept, and given back.

#[cfg(test)]
mod tests;

use http::Method as Http;

use crate::action::derive::Collections;
use crate::action::group::Group;
use crate::action::place::{self, Place};
use crate::action::{Action, Change, Collection, Operation, Outcome, Slot, change};
use crate::method::Method;
use crate::parameter::{Parameter, Place::Query as InQuery};
use crate::schema::{Form, Object, Property, SchemaId, Schemas};

/// Names by which descriptions call what is known of an item's media: its size, type and checksums.
pub const MEDIA_MEMBERS: [&str; 13] = [
    "size",
    "sizeBytes",
    "size_bytes",
    "fileSize",
    "filesize",
    "mimeType",
    "mime_type",
    "contentType",
    "crc32c",
    "md5Hash",
    "md5Checksum",
    "sha256",
    "sha256Checksum",
];

/// Members that the server sets wherever they are.
const TOLD_ANYWAY: [&str; 3] = ["etag", "kind", "selfLink"];

/// How a method keeps media where its shape alone does not tell what it does (`D92`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keeping {
    /// The members of the body that are members of the item as well; `None` where the body is the item or holds it.
    pub alike: Option<Vec<String>>,
    /// Whether an item that is not there is made.
    pub makes_missing: bool,
    /// Where the path is, if the item is elsewhere: what that is inside of must be there (`D51`).
    pub within: Option<Box<Collection>>,
    /// Members of the body that have no effect.
    pub idle: Vec<String>,
    /// Members of what is answered that nobody tells.
    pub blank: Vec<String>,
}

impl Collections<'_> {
    /// What a method does that takes media: it makes an item of the collection of its path, changes the media of the item
    /// that its path names, or keeps the media as something of its own.
    pub(super) fn of_upload(&self, method: &Method) -> Option<Action> {
        let is_change = [Http::POST, Http::PUT, Http::PATCH].contains(&method.http_method);
        method.media_upload.as_ref().filter(|_| is_change)?;
        let own = self.place(method).map(|place| Place { id: place.id.or_else(|| set_id(method)), ..place });
        let is_used = |place: &&Place| self.groups.get(&place.key).is_some_and(|group| group.is_used);
        let given_back = self.kept_for_download(method, own.as_ref());
        let known = given_back.clone().filter(|action| !matches!(action, Action::Insert(_)));
        let known = known.or_else(|| self.kept_among(method, own.as_ref().filter(is_used)?, None));
        let known = known.or_else(|| self.kept_among(method, &Place::of_verb(method)?, place::verb(method)));
        let known = known.or_else(|| self.kept_as_part(method)).or(given_back);
        let known = known.or_else(|| self.kept_among(method, own.as_ref()?, None));
        Some(known.unwrap_or_else(|| self.kept_apart(method, own.as_ref())))
    }

    /// Media that a download gives by a name which the answer tells: `media/{+resourceName}`.
    fn kept_for_download(&self, method: &Method, own: Option<&Place>) -> Option<Action> {
        let item = made(method, self.schemas)?;
        let tells = |name: &String| self.schemas.object(item).is_some_and(|item| item.property(name).is_some());
        let gives = |group: &Group| group.gives_media_by_name && group.id_parameter.as_ref().is_some_and(tells);
        let mut groups = self.groups.iter().filter(|(_, group)| gives(group));
        let (key, group) = groups.next().filter(|_| groups.next().is_none())?;
        let id = own.and_then(|own| own.id.clone()).filter(|id| Some(&id.parameter) == group.id_parameter.as_ref());
        let place = Place { key: key.clone(), parent_key: None, parents: Vec::new(), id, name_parts: None };
        let path = own.cloned().or_else(|| Place::of_verb(method));
        let within = path.filter(|_| place.id.is_none()).map(|path| self.kept_alone(method, &path, item));
        let action = self.kept(method, self.collection(&place, group, item), true);
        Some(action.keeping(|keeping| keeping.within = within.map(Box::new)))
    }

    /// Media of an item whose collection is known.
    fn kept_among(&self, method: &Method, place: &Place, verb: Option<&str>) -> Option<Action> {
        let group = self.groups.get(&place.key)?;
        let collection = self.collection(place, group, group.item?);
        let is_kept = match (&collection.id, verb) {
            (_, None) => true,
            (Some(_), Some(verb)) => verb == "upload",
            (None, Some(_)) => self.answer(method, &collection).is_some_and(|answer| answer.shows_item()),
        };
        let makes_missing = verb.is_none() && (method.http_method == Http::POST || !group.is_made);
        is_kept.then(|| self.kept(method, collection, makes_missing))
    }

    /// Media of one thing that the item has which the path names.
    fn kept_as_part(&self, method: &Method) -> Option<Action> {
        let (place, what) = part(method, "upload")?;
        let item = made(method, self.schemas).unwrap_or(Schemas::ANYTHING);
        Some(self.kept(method, self.single(place, what, item), true))
    }

    /// Media of which no other method tells what it is of.
    fn kept_apart(&self, method: &Method, own: Option<&Place>) -> Action {
        let item = made(method, self.schemas).unwrap_or(Schemas::ANYTHING);
        let own = own.and_then(|place| Some(self.collection(place, self.groups.get(&place.key)?, item)));
        let place = || Place::of_verb(method).unwrap_or_else(|| Place::whole(method));
        self.kept(method, own.unwrap_or_else(|| self.kept_alone(method, &place(), item)), true)
    }

    /// Items that only one method makes.
    fn kept_alone(&self, method: &Method, place: &Place, item: SchemaId) -> Collection {
        let last = method.id.rsplit('.').next().unwrap_or_default();
        self.collection(place, &Group::of_upload(format!("{}:{last}", method.resource), place), item)
    }

    /// A new item, or the one that is named: where the body is the item it is the whole of it, else a part.
    fn kept(&self, method: &Method, collection: Collection, makes_missing: bool) -> Action {
        let is_named = collection.id.is_some() || collection.is_single;
        let is_item = method.request.is_some_and(|request| self.schemas.target(request) == collection.item);
        let answer = self.answer(method, &collection);
        let outcome = answer.unwrap_or_else(|| Outcome::Told(method.response.unwrap_or(Schemas::ANYTHING)));
        let change = Box::new(self.keeping(method, collection, outcome, makes_missing));
        match (is_named, is_item) {
            (false, _) => Action::Insert(change),
            (true, true) => Action::Update(change),
            (true, false) => Action::Patch(change),
        }
    }

    /// What a method answers that takes media: the item or an operation, also inside of something.
    fn answer(&self, method: &Method, collection: &Collection) -> Option<Outcome> {
        self.outcome(method, collection).or_else(|| {
            let response = self.schemas.object(method.response?)?;
            response.properties().iter().find_map(|property| self.answer_inside(method, collection, property))
        })
    }

    fn answer_inside(&self, method: &Method, collection: &Collection, property: &Property) -> Option<Outcome> {
        let (schema, member) = (self.schemas.target(property.schema), property.name.clone());
        match self.schemas.form(schema) {
            _ if schema == collection.item => Some(Outcome::Inside(member)),
            Form::Array(element) if self.schemas.target(*element) == collection.item => Some(Outcome::Listed(member)),
            Form::Object(object) if change::is_operation(object, self.schemas) => {
                let collection = self.operations(method, collection, schema);
                Some(Outcome::Operation(Box::new(Operation { schema, collection, member: Some(member) })))
            }
            _ => None,
        }
    }

    fn keeping(&self, method: &Method, collection: Collection, outcome: Outcome, makes_missing: bool) -> Change {
        let request = method.request.map(|request| self.schemas.target(request));
        let beside = request.filter(|request| *request != collection.item);
        let member = beside.and_then(|request| change::item_member(request, collection.item, self.schemas));
        let beside = beside.filter(|_| member.is_none()).and_then(|request| self.schemas.object(request));
        let mut change = Change::new(method, collection, member, outcome, self.schemas);
        let mut keeping = Keeping { makes_missing, ..Keeping::default() };
        if let Some(beside) = beside {
            let alike = self.alike(beside, change.collection.item);
            if change.collection.id.is_none() {
                change.new_id = change.new_id.or_else(|| change::new_id_beside(beside, &change.collection));
            }
            change.filling.retain(|name| beside.property(name).is_some());
            let is_idle = |name: &&String| !alike.contains(name) && !self.has_effect(&change, name);
            keeping.idle = names(beside).filter(is_idle).cloned().collect();
            keeping.alike = Some(alike);
        }
        if beside.is_some() || request.is_none() {
            keeping.blank = self.blank(&change, keeping.alike.as_deref().unwrap_or_default());
        }
        change.keeping = Some(keeping);
        change
    }

    /// Members of a body that an item has too.
    fn alike(&self, body: &Object, item: SchemaId) -> Vec<String> {
        let is_alike = |property: &&Property| {
            let other = self.schemas.object(item).and_then(|item| item.property(&property.name));
            other.is_some_and(|other| match (self.schemas.form(property.schema), self.schemas.form(other.schema)) {
                (Form::Scalar(one), Form::Scalar(other)) => one.is_like(other),
                _ => self.schemas.target(property.schema) == self.schemas.target(other.schema),
            })
        };
        body.properties().iter().filter(is_alike).map(|property| property.name.clone()).collect()
    }

    /// Whether a member of the body that is none of the item does something.
    fn has_effect(&self, change: &Change, name: &str) -> bool {
        let is_told = match change.outcome {
            Outcome::Told(schema) => self.schemas.object(schema).is_some_and(|told| told.property(name).is_some()),
            _ => false,
        };
        is_told || change.new_id.as_ref().is_some_and(|source| source.name() == name)
    }

    /// Members that an answer leaves out because nobody tells them.
    fn blank(&self, change: &Change, alike: &[String]) -> Vec<String> {
        let collection = &change.collection;
        let is_shown = matches!(change.outcome, Outcome::Item | Outcome::Inside(_) | Outcome::Listed(_));
        let Some(item) = self.schemas.object(collection.item).filter(|_| is_shown) else { return Vec::new() };
        let is_located = |name: &String| collection.located().any(|parameter| parameter == name);
        let is_id = |name: &String| collection.id_member.as_ref().is_some_and(|member| member.name == **name);
        let is_of_server = |name: &String| {
            let is_of_media = MEDIA_MEMBERS.contains(&name.as_str()) || TOLD_ANYWAY.contains(&name.as_str());
            is_of_media || item.times().iter().any(|time| time.name == **name)
        };
        let is_told = |name: &&String| alike.contains(name) || change.filling.contains(name) || is_located(name);
        names(item).filter(|name| !is_told(name) && !is_id(name) && !is_of_server(name)).cloned().collect()
    }

    /// What a method does that gives the media of the item its path names, and that alone: `things/{id}:download`.
    pub(super) fn of_download(&self, method: &Method) -> Option<Action> {
        let is_bytes = method.media_download && method.http_method == Http::GET && method.response.is_none();
        let own = self.place(method).filter(|place| place.id.is_some() && (is_bytes || is_download(method)));
        let of_verb = || Place::of_verb(method).filter(|place| place.id.is_some() && is_download(method));
        let place = own.or_else(of_verb)?;
        let group = self.groups.get(&place.key)?;
        Some(Action::Download(Box::new(self.collection(&place, group, group.item?))))
    }

    /// The same for `downloadThing`, which gives what `uploadThing` of the same path keeps.
    pub(super) fn of_part_download(&self, method: &Method, all: &[Method]) -> Option<Action> {
        if !is_download(method) {
            return None;
        }
        let (place, what) = part(method, "download")?;
        let keeps = |other: &&Method| {
            let kept = part(other, "upload").filter(|_| other.media_upload.is_some());
            kept.is_some_and(|(other, kept)| kept == what && other.is_beside(&place))
        };
        let upload = all.iter().find(keeps)?;
        let kept = self.of_upload(upload)?;
        let single = kept.collection().filter(|collection| collection.is_single)?;
        Some(Action::Download(Box::new(self.single(place, what, single.item))))
    }
}

/// What an upload makes where no other method tells it: the item that its response is or holds, else its request.
pub(super) fn made(method: &Method, schemas: &Schemas) -> Option<SchemaId> {
    method.media_upload.as_ref().filter(|_| method.http_method != Http::GET)?;
    let response = method.response.map(|response| schemas.target(response));
    let held = response.and_then(|response| held(response, schemas)).or(response);
    let is_item = |id: &SchemaId| {
        let object = schemas.object(*id);
        object.is_some_and(|object| !object.properties().is_empty() && !change::is_operation(object, schemas))
    };
    let request = method.request.map(|request| schemas.target(request)).filter(|id| schemas.object(*id).is_some());
    held.filter(is_item).or(request)
}

/// What a response is only there to hold: the one member that it has, or its `items`.
fn held(response: SchemaId, schemas: &Schemas) -> Option<SchemaId> {
    let properties = schemas.object(response)?.properties();
    let listed = properties.iter().find(|property| property.name == "items");
    let only = properties.first().filter(|_| properties.len() == 1);
    let held = schemas.target(schemas.element(listed.or(only)?.schema));
    schemas.object(held).map(|_| held)
}

/// What the items of a collection are that are made of media, where no other method tells it.
pub(super) fn item(members: &[(&Method, &Place)], schemas: &Schemas) -> Option<SchemaId> {
    let makes = |(method, place): &&(&Method, &Place)| is_upload(method) && place.id.is_none();
    members.iter().find(makes).and_then(|(method, _)| made(method, schemas))
}

/// Whether it takes media and makes what a collection has.
fn is_upload(method: &Method) -> bool {
    method.media_upload.is_some() && method.http_method == Http::POST
}

/// Whether a method makes such items of media.
pub(super) fn makes(method: &Method, item: SchemaId, schemas: &Schemas) -> bool {
    is_upload(method) && made(method, schemas) == Some(item)
}

/// The item that a path names, and the word behind `upload` or `download` that names a part of it.
fn part<'m>(method: &'m Method, word: &str) -> Option<(Place, &'m str)> {
    let verb = place::verb(method)?;
    let place = Place::of_verb(method).filter(|place| place.id.is_some())?;
    let what = verb.strip_prefix(word).filter(|what| what.chars().next().is_none_or(|letter| letter.is_uppercase()));
    let what = what.or_else(|| Some(verb).filter(|_| place::has_verb(method)))?;
    Some((place, what))
}

/// Whether it gives media and says so.
fn is_download(method: &Method) -> bool {
    let is_named = method.id.rsplit('.').next().is_some_and(|word| word.starts_with("download"));
    method.media_download && method.http_method == Http::GET && is_named
}

/// The parameter by which a method that sets something says of what, where that is in its query.
fn set_id(method: &Method) -> Option<Slot> {
    let is_set = method.id.rsplit('.').next().is_some_and(|word| word.starts_with("set"));
    let is_id =
        |parameter: &&Parameter| parameter.place == InQuery && parameter.required && parameter.name.ends_with("Id");
    let mut ids = method.parameters.iter().filter(is_id);
    let id = ids.next().filter(|_| is_set && ids.next().is_none())?;
    Some(Slot::whole(&id.name))
}

fn names(object: &Object) -> impl Iterator<Item = &String> {
    object.properties().iter().map(|property| &property.name)
}
