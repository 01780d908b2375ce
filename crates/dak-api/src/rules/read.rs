//! Reads one rule and holds it against the description.

use serde_json::Value;

use crate::action::{Action, Change, Collection, Collections, Outcome};
use crate::body::SERVER_SET;
use crate::document::{DocumentError, Node};
use crate::method::Method;
use crate::nearest::hint;
use crate::rules::act::{Act, Assignment, Condition, Effect, Rule, Scope};
use crate::rules::expression::Expression;
use crate::schema::{Form, SchemaId, Schemas};

const MEMBERS: [&str; 8] = ["of", "each", "if", "set", "move", "insert", "delete", "returns"];
const SOURCES: &str =
    "$now, $user, $parameters.NAME, $body.MEMBER and $item.MEMBER; for a text that begins with a dollar sign write two";

/// Reads the rule of one method.
pub(super) struct Reader<'a> {
    method: &'a Method,
    schemas: &'a Schemas,
    collections: &'a Collections<'a>,
}

/// What an expression may take from and must fit.
#[derive(Clone, Copy)]
struct Context {
    /// What an item is, where there is one.
    item: Option<SchemaId>,
    /// What the value must be; `None` where anything may stand.
    wanted: Option<SchemaId>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(method: &'a Method, schemas: &'a Schemas, collections: &'a Collections<'a>) -> Reader<'a> {
        Reader { method, schemas, collections }
    }

    pub(super) fn rule(&self, node: &Node<'_>) -> Result<Rule, DocumentError> {
        if node.value().is_null() {
            return Err(node.error("says nothing; write {} for a method that changes nothing"));
        }
        node.only(&MEMBERS)?;
        let returns_alone = node.members()?.iter().all(|member| member.name() == "returns");
        if returns_alone && let Some(kept) = self.kept(node)? {
            return Ok(Rule::Shape(Box::new(kept)));
        }
        match self.collection(node) {
            Err(_) if returns_alone && (node.member("returns").is_some() || self.method.response.is_none()) => {
                self.said(node, None).map(|said| Rule::Answer(said.unwrap_or(Expression::Known(None))))
            }
            collection => self.act(node, collection?).map(Box::new).map(Rule::Act),
        }
    }

    /// What a method that takes media does by its shape, where a rule says nothing else of it (`D93`).
    fn kept(&self, node: &Node<'_>) -> Result<Option<Action>, DocumentError> {
        let change = self.method.action.change().filter(|_| self.method.media_upload.is_some());
        let Some(change) = change else { return Ok(None) };
        let said = self.said(node, Some(change.collection.item))?;
        let shape = self.method.action.shape().clone();
        Ok(Some(match said {
            Some(said) => shape.saying(said),
            None => shape,
        }))
    }

    fn collection(&self, node: &Node<'_>) -> Result<Collection, DocumentError> {
        let of = node.optional_text("of")?;
        let collection = self.collections.about(self.method, of);
        collection.map_err(|why| node.member("of").map_or_else(|| node.error(&*why), |of| of.error(&*why)))
    }

    fn act(&self, node: &Node<'_>, collection: Collection) -> Result<Act, DocumentError> {
        let effect = self.effect(node, &collection)?;
        let scope = self.scope(node, &collection, &effect)?;
        let item = Some(collection.item).filter(|_| scope == Scope::Item || matches!(effect, Effect::Insert { .. }));
        let conditions = self.conditions(node, "if", collection.item)?;
        if scope != Scope::Item && !conditions.is_empty() {
            return Err(node.error("\"if\" is for the item that a path names; narrow a collection with \"each\""));
        }
        let change = self.change(node, collection, item)?;
        Ok(Act { change, scope, conditions, effect })
    }

    fn effect(&self, node: &Node<'_>, collection: &Collection) -> Result<Effect, DocumentError> {
        let has = |name: &str| node.member(name).is_some();
        if (has("delete") && (has("set") || has("move") || has("insert"))) || (has("insert") && has("move")) {
            return Err(node.error("does one of these: move and set, insert and set, or delete"));
        }
        let about = |wanted| Context { item: Some(collection.item), wanted };
        let set = node
            .member("set")
            .map(|set| self.assignments(&set, collection, has("insert")))
            .transpose()?
            .unwrap_or_default();
        if let Some(item) = node.member("insert") {
            let context = Context {
                item: Some(collection.item).filter(|_| collection.id.is_some()),
                wanted: Some(collection.item),
            };
            return Ok(Effect::Insert { item: self.expression(&item, context)?, set });
        }
        if has("delete") {
            return if node.flag("delete")? { Ok(Effect::Delete) } else { Ok(Effect::Nothing) };
        }
        let parent = node.member("move").map(|parent| self.expression(&parent, about(None))).transpose()?;
        if parent.is_some() && collection.parents.is_empty() {
            return Err(node.error(format!("\"move\" needs a parent, and {} is inside of nothing", collection.name)));
        }
        Ok(if set.is_empty() && parent.is_none() { Effect::Nothing } else { Effect::Alter { set, parent } })
    }

    fn scope(&self, node: &Node<'_>, collection: &Collection, effect: &Effect) -> Result<Scope, DocumentError> {
        let names_item = collection.id.is_some();
        let is_insert = matches!(effect, Effect::Insert { .. });
        let name = &collection.name;
        match node.member("each") {
            Some(_) if names_item || is_insert => {
                Err(node.error(format!("\"each\" is for all of {name}, and this is about one")))
            }
            Some(_) if matches!(effect, Effect::Alter { parent: Some(_), .. }) => {
                Err(node.error("\"move\" is for one item, not for each"))
            }
            Some(_) => self.conditions(node, "each", collection.item).map(Scope::Each),
            None if !is_insert && !names_item && *effect != Effect::Nothing => {
                Err(node
                    .error(format!("the path names none of {name}; say which with \"each\", all of them with {{}}")))
            }
            None if names_item => Ok(Scope::Item),
            None => Ok(Scope::Collection),
        }
    }

    /// What it answers: as the rule says, else as its description says.
    fn change(&self, node: &Node<'_>, collection: Collection, item: Option<SchemaId>) -> Result<Change, DocumentError> {
        let said = self.said(node, item)?.map(|said| Outcome::Said(Box::new(said)));
        let told = self.collections.outcome(self.method, &collection);
        let told = told.filter(|outcome| item.is_some() || !outcome.shows_item());
        let outcome = said.or(told).ok_or_else(|| {
            let name = |schema| self.schemas.name_of(schema).unwrap_or("an object");
            let (answer, about) = (self.method.response.map_or("nothing", name), name(collection.item));
            node.error(format!("answers {answer}, which is not told by {about}: say what it holds with \"returns\""))
        })?;
        Ok(self.collections.change(self.method, collection, outcome))
    }

    fn said(&self, node: &Node<'_>, item: Option<SchemaId>) -> Result<Option<Expression>, DocumentError> {
        let Some(returns) = node.member("returns") else { return Ok(None) };
        let wanted = self.method.response.ok_or_else(|| returns.error("the method answers nothing"))?;
        self.expression(&returns, Context { item, wanted: Some(wanted) }).map(Some)
    }

    fn conditions(&self, node: &Node<'_>, name: &str, item: SchemaId) -> Result<Vec<Condition>, DocumentError> {
        let Some(conditions) = node.member(name) else { return Ok(Vec::new()) };
        let read = |member: &Node<'_>| {
            let (path, wanted) = self.path(member, item)?;
            let context = Context { item: None, wanted: Some(wanted) };
            let is_choice = member.value().is_array() && !matches!(self.schemas.form(wanted), Form::Array(_));
            let values = match is_choice {
                true => member.elements()?.iter().map(|value| self.expression(value, context)).collect(),
                false => self.expression(member, context).map(|value| vec![value]),
            };
            Ok(Condition { path, values: values? })
        };
        conditions.members()?.iter().map(read).collect()
    }

    fn assignments(
        &self,
        set: &Node<'_>,
        collection: &Collection,
        is_insert: bool,
    ) -> Result<Vec<Assignment>, DocumentError> {
        let read = |member: &Node<'_>| {
            let (path, wanted) = self.path(member, collection.item)?;
            let is_server_set = |name: &String| match &collection.id_member {
                // What is made may be called as the rule says.
                Some(member) if member.name == *name => !is_insert,
                _ => SERVER_SET.contains(&name.as_str()),
            };
            if path.len() == 1 && path.iter().any(is_server_set) {
                return Err(member.error("is set by the server itself"));
            }
            let context = Context { item: Some(collection.item), wanted: Some(wanted) };
            Ok(Assignment { path, value: self.expression(member, context)? })
        };
        set.members()?.iter().map(read).collect()
    }

    /// The names that a member is written with, and what it is.
    fn path(&self, member: &Node<'_>, item: SchemaId) -> Result<(Vec<String>, SchemaId), DocumentError> {
        let path: Vec<String> = member.name().split('.').map(str::to_owned).collect();
        let wanted = self.member_at(item, &path).ok_or_else(|| {
            let name = self.schemas.name_of(item).unwrap_or("item");
            member.error(format!("{name} has no such member{}", self.member_hint(item, &path)))
        })?;
        Ok((path, wanted))
    }

    /// The member of an object that the first unknown one of some names may be meant for.
    fn member_hint(&self, schema: SchemaId, path: &[String]) -> String {
        let known = (0..path.len()).rev().find_map(|length| {
            let (before, rest) = path.split_at_checked(length)?;
            Some((self.schemas.object(self.member_at(schema, before)?)?, rest.first()?))
        });
        known.map_or_else(String::new, |(object, name)| {
            hint(name, object.properties().iter().map(|property| property.name.as_str()))
        })
    }

    /// What the member is to which names lead; where anything may stand, so it may there.
    fn member_at(&self, schema: SchemaId, path: &[String]) -> Option<SchemaId> {
        path.iter().try_fold(schema, |schema, name| match self.schemas.form(schema) {
            Form::Any => Some(schema),
            Form::Object(object) => object.member(name),
            _ => None,
        })
    }

    fn expression(&self, node: &Node<'_>, context: Context) -> Result<Expression, DocumentError> {
        match node.value() {
            Value::Null => Ok(Expression::Known(None)),
            Value::String(text) if text.starts_with('$') => {
                let parsed = Expression::parse(text);
                let expression = parsed.ok_or_else(|| node.error(format!("is none of {SOURCES}")))?;
                self.check(node, &expression, context).map(|()| expression)
            }
            Value::Object(_) => self.object(node, context),
            Value::Array(_) => self.array(node, context),
            scalar => self.scalar(node, scalar.clone(), context),
        }
    }

    /// What it takes from must be there.
    fn check(&self, node: &Node<'_>, expression: &Expression, context: Context) -> Result<(), DocumentError> {
        let is_known = match expression {
            Expression::Parameter(name) => self.method.parameter(name).is_some(),
            Expression::Body(path) => match self.method.request {
                Some(request) => self.member_at(request, path).is_some(),
                None => false,
            },
            Expression::Item(path) => context.item.is_some_and(|item| self.member_at(item, path).is_some()),
            _ => true,
        };
        let hint = || match (expression, self.method.request, context.item) {
            (Expression::Parameter(name), _, _) => {
                hint(name, self.method.parameters.iter().map(|parameter| parameter.name.as_str()))
            }
            (Expression::Body(path), Some(schema), _) | (Expression::Item(path), _, Some(schema)) => {
                self.member_hint(schema, path)
            }
            _ => String::new(),
        };
        if is_known { Ok(()) } else { Err(node.error(format!("{} has no such thing{}", self.method.id, hint()))) }
    }

    fn object(&self, node: &Node<'_>, context: Context) -> Result<Expression, DocumentError> {
        let form = context.wanted.map(|wanted| self.schemas.form(wanted));
        let read = |member: &Node<'_>| {
            let wanted = match form {
                None | Some(Form::Any) => None,
                Some(Form::Object(object)) => {
                    let known = object.properties().iter().map(|property| property.name.as_str());
                    let unknown = || member.error(format!("there is no such member{}", hint(member.name(), known)));
                    Some(object.member(member.name()).ok_or_else(unknown)?)
                }
                Some(_) => return Err(node.error("must be no object")),
            };
            Ok((member.name().to_owned(), self.expression(member, Context { wanted, ..context })?))
        };
        node.members()?.iter().map(read).collect::<Result<_, _>>().map(Expression::Object)
    }

    fn array(&self, node: &Node<'_>, context: Context) -> Result<Expression, DocumentError> {
        let wanted = match context.wanted.map(|wanted| self.schemas.form(wanted)) {
            None | Some(Form::Any) => None,
            Some(Form::Array(element)) => Some(*element),
            Some(_) => return Err(node.error("must be no array")),
        };
        let elements = node.elements()?;
        let read = |element: &Node<'_>| self.expression(element, Context { wanted, ..context });
        elements.iter().map(read).collect::<Result<_, _>>().map(Expression::Array)
    }

    fn scalar(&self, node: &Node<'_>, mut value: Value, context: Context) -> Result<Expression, DocumentError> {
        match context.wanted.map(|wanted| self.schemas.form(wanted)) {
            Some(Form::Scalar(scalar)) => {
                scalar.accept_value(&mut value).map_err(|expected| node.error(format!("must be {expected}")))?;
            }
            Some(Form::Object(_)) => return Err(node.error("must be an object")),
            Some(Form::Array(_)) => return Err(node.error("must be an array")),
            _ => {}
        }
        Ok(Expression::Known(Some(value)))
    }
}
