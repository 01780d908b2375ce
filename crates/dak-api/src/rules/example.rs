//! A rule to begin with, for a method of which nothing is known.

use http::Method as Http;
use serde_json::Value;

use crate::action::{Collection, Collections};
use crate::api::Api;
use crate::body::SERVER_SET;
use crate::method::Method;
use crate::schema::{Form, Object, Property, SchemaId};

impl Api {
    /// A file of rules that is right for this method, for a person to change: what it sets, makes or answers is a guess.
    pub fn rules_example(&self, method: &Method) -> String {
        format!("api: {}\nmethods:\n  {}:\n    {}\n", self.id(), method.id, self.rule_example(method))
    }

    fn rule_example(&self, method: &Method) -> String {
        const ANSWER: &str = "returns: {}";
        let collections = Collections::new(&self.methods, &self.schemas, &self.store);
        let nothing = if method.response.is_some() { ANSWER } else { "{}" };
        let Ok(collection) = collections.about(method, None) else { return nothing.to_owned() };
        let has_id = collection.id.is_some();
        let told = collections.outcome(method, &collection);
        let is_told = told.is_some_and(|outcome| has_id || !outcome.shows_item());
        let with_answer = |rule: String| if is_told { rule } else { format!("{rule}\n    {ANSWER}") };
        let answers_item = method.response.map(|id| self.schemas.target(id)) == Some(collection.item);
        let takes_item = method.request.map(|id| self.schemas.target(id)) == Some(collection.item);
        match (&method.http_method, self.example_member(&collection)) {
            (&Http::DELETE, _) if has_id => with_answer("delete: true".to_owned()),
            (&Http::DELETE, _) => {
                let which = self.marked_by(method, collection.item);
                with_answer(format!("each: {{{which}}}\n    delete: true"))
            }
            (&Http::GET, _) if is_told => "{}".to_owned(),
            (&Http::GET, _) => nothing.to_owned(),
            _ if has_id && answers_item && method.id.ends_with(".copy") => "insert: $item".to_owned(),
            (_, Some(set)) if has_id => with_answer(format!("set: {{ {set} }}")),
            (_, _) if !has_id && answers_item && takes_item => "insert: $body".to_owned(),
            (_, Some(set)) if !has_id && answers_item => format!("insert: {{ {set} }}"),
            _ if is_told => "{}".to_owned(),
            _ => nothing.to_owned(),
        }
    }

    /// The items that a method is for whose last word is that of a flag: `trashed` ones for `trash`, else all.
    fn marked_by(&self, method: &Method, item: SchemaId) -> String {
        let last = method.template.to_string();
        let word = last.rsplit(['/', ':']).next().unwrap_or_default().to_ascii_lowercase();
        let properties = self.schemas.object(item).map_or(&[][..], Object::properties);
        let is_flag = |property: &&Property| {
            let is_boolean = self.schemas.takes(property.schema, &Value::Bool(true));
            is_boolean && !word.is_empty() && property.name.to_ascii_lowercase().starts_with(&word)
        };
        let flag = properties.iter().find(is_flag);
        flag.map_or_else(String::new, |flag| format!(" {}: true ", flag.name))
    }

    /// A member that says in which state an item is, or any text of it.
    fn example_member(&self, collection: &Collection) -> Option<String> {
        let properties = self.schemas.object(collection.item)?.properties().iter();
        let is_id =
            |name: &str| name == "name" || collection.id_member.as_ref().is_some_and(|member| member.name == name);
        let mut texts: Vec<(&str, Value)> = properties
            .filter(|property| !SERVER_SET.contains(&property.name.as_str()) && !is_id(&property.name))
            .filter_map(|property| match self.schemas.form(property.schema) {
                Form::Scalar(scalar) => {
                    let value = scalar.values().last().map_or("changed", String::as_str);
                    self.schemas.takes(property.schema, &value.into()).then(|| (&*property.name, value.into()))
                }
                _ => None,
            })
            .collect();
        texts.sort_by_key(|(name, _)| !matches!(*name, "state" | "status"));
        texts.first().map(|(name, value)| format!("{name}: {value}"))
    }
}
