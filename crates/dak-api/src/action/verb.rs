//! Verbs that do the same in every API, told from their words and what they take and answer.

use http::Method as Http;

use crate::action::derive::Collections;
use crate::action::place::{self, Place};
use crate::action::{Action, Change, Collection, Outcome, change, group};
use crate::method::Method;
use crate::rules::{Act, Effect, Expression, Rule, Scope};
use crate::schema::{Form, SchemaId};

impl Collections<'_> {
    /// What a method does whose verb is one of those that are known.
    pub(super) fn of_verb(&self, method: &Method, all: &[Method]) -> Option<Action> {
        let verb = place::verb(method)?;
        let place = Place::of_verb(method)?;
        let words =
            |word: &str| verb.strip_prefix(word).filter(|rest| rest.starts_with(|letter: char| letter.is_uppercase()));
        match (words("get"), words("set"), words("test")) {
            (Some(what), _, _) => self.property(method, place, what, all).map(Box::new).map(Action::Get),
            (_, Some(what), _) => self.set(method, place, what, all),
            (_, _, Some(_)) => self.echo(method),
            _ if self.is_of_thing(verb, place, all) => self.of_thing(method),
            _ if method.http_method != Http::POST => None,
            _ if verb == "delete" => self.delete(method),
            _ => self.of_operation(method),
        }
    }

    /// Whether a verb is `createThing` of a collection, or `updateThing` or `deleteThing` of its items where it has that.
    fn is_of_thing(&self, verb: &str, place: Place, all: &[Method]) -> bool {
        let thing = ["create", "update", "delete"].iter().find_map(|word| verb.strip_prefix(word));
        let Some(thing) = thing.filter(|thing| thing.starts_with(|letter: char| letter.is_uppercase())) else {
            return false;
        };
        let makes = |other: &&Method| {
            let same_place = || Place::of_verb(other).is_some_and(|other| other.key == place.key && other.id.is_none());
            let is_creation = other.http_method == Http::POST && place::has_verb(other);
            is_creation
                && place::verb(other).and_then(|verb| verb.strip_prefix("create")) == Some(thing)
                && same_place()
        };
        all.iter().any(|other| makes(&other))
    }

    fn of_thing(&self, method: &Method) -> Option<Action> {
        let collection = self.about(method, None).ok()?;
        let (has_id, item) = (collection.id.is_some(), collection.item);
        let request = method.request.map(|request| self.schemas.target(request));
        let member = request.filter(|request| *request != item);
        let member = member.and_then(|request| change::item_member(request, item, self.schemas));
        let takes_item = request == Some(item) || member.is_some();
        let as_action: fn(Box<Change>) -> Action = match method.http_method {
            Http::POST if !has_id && takes_item => Action::Insert,
            Http::PUT if has_id && takes_item => Action::Update,
            Http::PATCH if has_id && takes_item => Action::Patch,
            Http::DELETE if has_id => Action::Delete,
            _ => return None,
        };
        self.changed(method, collection, member).ok().map(as_action)
    }

    /// `setThing`, where `getThing` of the same path answers what it takes.
    fn set(&self, method: &Method, place: Place, what: &str, all: &[Method]) -> Option<Action> {
        let collection = self.property(method, place, what, all)?;
        let request = self.schemas.target(method.request?);
        let member = change::item_member(request, collection.item, self.schemas);
        let member = member.filter(|_| request != collection.item);
        self.changed(method, collection, member).ok().map(Action::Update)
    }

    /// What `getThing` and `setThing` of one path are about: an item of its own below that path.
    fn property(&self, method: &Method, place: Place, what: &str, all: &[Method]) -> Option<Collection> {
        let item = self.schemas.target(method.response?);
        self.schemas.object(item)?;
        let is_of_pair = |other: &&Method, verb: &str| {
            let word = place::verb(other).and_then(|word| word.strip_prefix(verb));
            let same_place = || Place::of_verb(other).is_some_and(|other| other.is_beside(&place));
            word == Some(what) && other.response.map(|id| self.schemas.target(id)) == Some(item) && same_place()
        };
        let is_set = |other: &&Method| is_of_pair(other, "set") && group::takes(other, item, self.schemas);
        all.iter().find(|other| is_of_pair(other, "get"))?;
        all.iter().find(is_set)?;
        Some(self.single(place, what, item))
    }

    /// The permissions or the like that are asked for: who may ask has them.
    fn echo(&self, method: &Method) -> Option<Action> {
        let texts = |schema: SchemaId, name: &str| {
            let property = self.schemas.object(schema)?.property(name)?;
            let Form::Array(element) = self.schemas.form(property.schema) else { return None };
            matches!(self.schemas.form(*element), Form::Scalar(_)).then_some(())
        };
        let [only] = self.schemas.object(method.response?)?.properties() else { return None };
        texts(method.response?, &only.name)?;
        texts(method.request?, &only.name)?;
        let said = Expression::Object(vec![(only.name.clone(), Expression::Body(vec![only.name.clone()]))]);
        let rule = match self.about(method, None).ok().filter(|collection| collection.id.is_some()) {
            Some(collection) => self.look(method, collection, Outcome::Said(Box::new(said))),
            None => Rule::Answer(said),
        };
        Some(Action::Ruled(Box::new(rule)))
    }

    fn delete(&self, method: &Method) -> Option<Action> {
        let collection = self.about(method, None).ok().filter(|collection| collection.id.is_some())?;
        self.changed(method, collection, None).ok().map(Action::Delete)
    }

    /// An operation is done when it is first told of: who waits for it gets it, and who cancels it comes too late.
    fn of_operation(&self, method: &Method) -> Option<Action> {
        let collection = self.about(method, None).ok().filter(|collection| collection.id.is_some())?;
        let object = self.schemas.object(collection.item)?;
        let outcome = match method.response.map(|id| self.schemas.target(id)) {
            Some(response) if response == collection.item => Outcome::Item,
            Some(response) if self.schemas.object(response)?.properties().is_empty() => Outcome::Empty,
            Some(_) => return None,
            None => Outcome::Nothing,
        };
        let rule = self.look(method, collection.clone(), outcome);
        change::is_operation(object, self.schemas).then(|| Action::Ruled(Box::new(rule)))
    }

    /// A rule for an item that must be there and stays as it is.
    fn look(&self, method: &Method, collection: Collection, outcome: Outcome) -> Rule {
        let change = self.change(method, collection, outcome);
        Rule::Act(Box::new(Act { change, scope: Scope::Item, conditions: Vec::new(), effect: Effect::Nothing }))
    }
}
