//! What a method that changes an item takes and answers.

use serde_json::Value;

use crate::action::{Collection, Keeping};
use crate::arguments::Arguments;
use crate::method::{Method, is_creation};
use crate::parameter::{Parameter, Place};
use crate::rules::{Asked, Expression};
use crate::schema::{Form, Object, SchemaId, Schemas};

/// A method that makes, changes or deletes an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The item's collection.
    pub collection: Collection,
    /// The member of the body that holds the item; `None` where the body is the item.
    pub item_member: Option<String>,
    /// What says which id a new item gets.
    pub new_id: Option<Source>,
    /// Whether the item's own id in the body says which item it is, where no parameter does.
    pub is_named_inside: bool,
    /// What says which members are changed.
    pub mask: Option<Source>,
    /// Query parameters that are called like members of a new item, and are their values where its body leaves them out.
    pub filling: Vec<String>,
    /// What says which version of the item the request is about (AIP-154).
    pub tagged: Option<Tagged>,
    /// Whether a request may ask that an item which is not there is made.
    pub takes_allow_missing: bool,
    /// Whether a request may ask that everything is checked and nothing done.
    pub takes_validate_only: bool,
    /// What it answers.
    pub outcome: Outcome,
    /// How it keeps media where its shape alone does not tell what it does.
    pub keeping: Option<Keeping>,
}

/// Where a request says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In this parameter.
    Query(String),
    /// In this member of the body, beside the item.
    Body(String),
}

/// Where a request says which version of an item it is about: as the parameter or member [`ETAG`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tagged {
    /// In the query.
    Parameter,
    /// In the body, beside the item.
    Beside,
    /// In the item.
    Inside,
}

/// What a parameter or member is called that has a tag.
pub const ETAG: &str = "etag";

/// What a change is answered with.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The item.
    Item,
    /// The item as this member.
    Inside(String),
    /// The item as the only one of this list.
    Listed(String),
    /// An operation that is done.
    Operation(Box<Operation>),
    /// Nothing, not even an object.
    Nothing,
    /// An object without members.
    Empty,
    /// An object of this schema: the members it shares with the item, or with what was sent.
    Told(SchemaId),
    /// What a rule says.
    Said(Box<Expression>),
}

/// A record of what was done, in an API whose changes take their time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// What it is.
    pub schema: SchemaId,
    /// The operations a method of the API gives, if there are any that this one can be among.
    pub collection: Option<Collection>,
    /// The member of the answer that holds it; `None` where it is the answer.
    pub member: Option<String>,
}

impl Change {
    pub(crate) fn new(
        method: &Method,
        collection: Collection,
        item_member: Option<String>,
        outcome: Outcome,
        schemas: &Schemas,
    ) -> Change {
        let beside = item_member.as_ref().and_then(|_| schemas.object(method.request?));
        Change {
            new_id: new_id(method, beside, &collection),
            is_named_inside: is_update(method) && !collection.is_single && !has_id_in_path(method, &collection),
            mask: mask(method, beside, schemas),
            filling: filling(method, &collection, schemas),
            tagged: tagged(method, &collection, schemas),
            takes_allow_missing: method.parameter("allowMissing").is_some(),
            takes_validate_only: method.parameter("validateOnly").is_some(),
            outcome,
            item_member,
            collection,
            keeping: None,
        }
    }
}

impl Change {
    /// The tag of the version that a request is about, if it says one (`D81`). An empty one is none.
    pub fn tag<'r>(&self, arguments: &'r Arguments<'_>, body: Option<&'r Value>) -> Option<&'r str> {
        let item = || match &self.item_member {
            Some(member) => body?.get(member),
            None => body,
        };
        let tag = match self.tagged? {
            Tagged::Parameter => arguments.text(ETAG),
            Tagged::Beside => body?.get(ETAG)?.as_str(),
            Tagged::Inside => item()?.get(ETAG)?.as_str(),
        };
        tag.filter(|tag| !tag.is_empty())
    }
}

impl Source {
    /// The parameter or member.
    pub(crate) fn name(&self) -> &str {
        match self {
            Source::Query(name) | Source::Body(name) => name,
        }
    }

    /// The query parameter, if it is one.
    pub fn parameter(&self) -> Option<&str> {
        match self {
            Source::Query(name) => Some(name),
            Source::Body(_) => None,
        }
    }
}

impl Outcome {
    /// `None` if the method's answer is none of those known.
    pub(crate) fn of(
        method: &Method,
        item: SchemaId,
        operations: impl FnOnce(SchemaId) -> Option<Collection>,
        schemas: &Schemas,
    ) -> Option<Outcome> {
        let Some(response) = method.response.map(|response| schemas.target(response)) else {
            return Some(Outcome::Nothing);
        };
        let object = schemas.object(response)?;
        if response == item {
            return Some(Outcome::Item);
        }
        if is_operation(object, schemas) {
            let operation = Operation { schema: response, collection: operations(response), member: None };
            return Some(Outcome::Operation(Box::new(operation)));
        }
        match object.properties() {
            [] => Some(Outcome::Empty),
            [only] if schemas.target(only.schema) == item => Some(Outcome::Inside(only.name.clone())),
            // Some APIs tell of a deletion in words of their own.
            _ if method.http_method == http::Method::DELETE => Some(Outcome::Empty),
            _ => None,
        }
    }
}

impl Outcome {
    /// The same with what a rule takes from a request filled in.
    pub(crate) fn bound(&self, asked: &Asked<'_>) -> Outcome {
        match self {
            Outcome::Said(said) => Outcome::Said(Box::new(said.bound(asked))),
            other => other.clone(),
        }
    }

    /// Whether it tells of one item.
    pub(crate) fn shows_item(&self) -> bool {
        matches!(self, Outcome::Item | Outcome::Inside(_) | Outcome::Listed(_) | Outcome::Operation(_))
    }

    /// What a rule says.
    pub(crate) fn said(&self) -> Option<&Expression> {
        match self {
            Outcome::Said(said) => Some(said),
            _ => None,
        }
    }
}

/// Whether it says of something that takes its time whether it is done: `done` and `response`, or the type of the
/// operation and a status that can be `DONE`.
pub(crate) fn is_operation(object: &Object, schemas: &Schemas) -> bool {
    let has = |name: &str| object.property(name).is_some();
    let status = object.property("status").map(|property| schemas.form(property.schema));
    let may_be_done = matches!(status, Some(Form::Scalar(scalar)) if scalar.values().iter().any(|value| value.eq_ignore_ascii_case("done")));
    let has_type = has("operationType") || (has("type") && has("startTime"));
    (has("done") && has("response")) || (has_type && may_be_done)
}

/// The member of a request that holds the item.
pub(crate) fn item_member(request: SchemaId, item: SchemaId, schemas: &Schemas) -> Option<String> {
    let properties = schemas.object(request)?.properties();
    let mut holders = properties.iter().filter(|property| schemas.target(property.schema) == item);
    let holder = holders.next().filter(|_| holders.next().is_none())?;
    Some(holder.name.clone())
}

/// Query parameters that are named and typed like a member of what a method makes.
fn filling(method: &Method, collection: &Collection, schemas: &Schemas) -> Vec<String> {
    let Some(item) = schemas.object(collection.item).filter(|_| makes(method)) else { return Vec::new() };
    let is_own =
        |name: &str| [ETAG, "kind", "selfLink"].contains(&name) || item.times().iter().any(|time| time.name == name);
    let fills = |parameter: &&Parameter| {
        let member = item.property(&parameter.name).map(|property| schemas.form(property.schema));
        let member = match (member, parameter.repeated) {
            (Some(Form::Array(element)), true) => Some(schemas.form(*element)),
            (member, repeated) => member.filter(|_| !repeated),
        };
        let is_like = matches!(member, Some(Form::Scalar(scalar)) if scalar.is_like(&parameter.scalar));
        parameter.place == Place::Query && is_like && !is_own(&parameter.name)
    };
    method.parameters.iter().filter(fills).map(|parameter| parameter.name.clone()).collect()
}

fn makes(method: &Method) -> bool {
    method.http_method == http::Method::POST || is_creation(&method.id)
}

/// A parameter, a member beside the item, or the item's own tag where its description says that it guards a change.
fn tagged(method: &Method, collection: &Collection, schemas: &Schemas) -> Option<Tagged> {
    if method.parameter(ETAG).is_some_and(|parameter| parameter.place == Place::Query) {
        return Some(Tagged::Parameter);
    }
    let request = method.request.map(|request| schemas.target(request))?;
    let tag = |schema: SchemaId| schemas.object(schema)?.property(ETAG);
    if request != collection.item && tag(request).is_some() {
        return Some(Tagged::Beside);
    }
    tag(collection.item).filter(|tag| tag.guards_changes).map(|_| Tagged::Inside)
}

fn is_update(method: &Method) -> bool {
    [http::Method::PATCH, http::Method::PUT].contains(&method.http_method)
}

fn has_id_in_path(method: &Method, collection: &Collection) -> bool {
    let id = collection.id.as_ref().and_then(|id| method.parameter(&id.parameter));
    id.is_some_and(|parameter| parameter.place == Place::Path)
}

/// `thingId` for a collection `things` or a schema `Thing`, or the one text that ends in `Id`.
fn new_id(method: &Method, beside: Option<&Object>, collection: &Collection) -> Option<Source> {
    if method.http_method != http::Method::POST {
        return None;
    }
    let queried = method.parameters.iter().filter(|parameter| parameter.place == Place::Query);
    let queried: Vec<&str> = queried.map(|parameter| parameter.name.as_str()).collect();
    let members: Vec<&str> =
        beside.map_or(&[][..], Object::properties).iter().map(|property| property.name.as_str()).collect();
    let found = |names: &[&str]| id_among(names, &collection.name).map(str::to_owned);
    found(&queried).map(Source::Query).or_else(|| found(&members).map(Source::Body))
}

/// The member `thingId` of a body that is not the item.
pub(super) fn new_id_beside(beside: &Object, collection: &Collection) -> Option<Source> {
    let last = collection.path.rsplit(['.', '/']).next().unwrap_or_default();
    let wanted = format!("{}Id", singular(last));
    let id = beside.properties().iter().find(|property| property.name.eq_ignore_ascii_case(&wanted))?;
    Some(Source::Body(id.name.clone()))
}

fn id_among<'n>(names: &[&'n str], collection: &str) -> Option<&'n str> {
    let last = collection.rsplit('.').next().unwrap_or(collection);
    let wanted = format!("{}Id", singular(last));
    let exact = names.iter().find(|name| name.eq_ignore_ascii_case(&wanted));
    let mut ids = names.iter().filter(|name| name.ends_with("Id") && **name != "requestId");
    let only = ids.next().filter(|_| ids.next().is_none());
    exact.or(only).copied()
}

/// `entries` → `entry`, `addresses` → `address`, `things` → `thing`.
pub(crate) fn singular(plural: &str) -> String {
    let cut = |end: &str| plural.strip_suffix(end);
    match (cut("ies"), cut("sses"), cut("s")) {
        (Some(stem), _, _) => format!("{stem}y"),
        (_, Some(stem), _) => format!("{stem}ss"),
        (_, _, Some(stem)) => stem.to_owned(),
        _ => plural.to_owned(),
    }
}

fn mask(method: &Method, beside: Option<&Object>, schemas: &Schemas) -> Option<Source> {
    if method.http_method != http::Method::PATCH {
        return None;
    }
    let named = method.parameters.iter().find(|parameter| parameter.name == "updateMask");
    let typed = |parameter: &&Parameter| {
        parameter.place == Place::Query && parameter.scalar.is_field_mask() && parameter.name.starts_with("update")
    };
    let queried = named.or_else(|| method.parameters.iter().find(typed));
    let is_mask = |schema| matches!(schemas.form(schema), Form::Scalar(scalar) if scalar.is_field_mask());
    let member = beside.and_then(|object| object.properties().iter().find(|property| is_mask(property.schema)));
    let queried = queried.map(|parameter| Source::Query(parameter.name.clone()));
    queried.or_else(|| member.map(|member| Source::Body(member.name.clone())))
}
