//! A rule to begin with, for a method of which nothing is known.

use serde_json::Value;

use crate::action::Collections;
use crate::api::Api;
use crate::body::SERVER_SET;
use crate::method::Method;
use crate::schema::{Form, SchemaId};

impl Api {
    /// A file of rules that is right for this method, for a person to change: what it sets, makes or answers is a guess.
    pub fn rules_example(&self, method: &Method) -> String {
        format!("api: {}\nmethods:\n  {}:\n    {}\n", self.id(), method.id, self.rule_example(method))
    }

    fn rule_example(&self, method: &Method) -> String {
        let collections = Collections::new(&self.methods, &self.schemas, &self.store);
        let answer = if method.response.is_some() { "returns: {}" } else { "{}" };
        let Ok(collection) = collections.about(method, None) else {
            return "returns: {}".to_owned();
        };
        let is_known = collections.outcome(method, &collection).is_some();
        let answers_item = method.response.map(|id| self.schemas.target(id)) == Some(collection.item);
        let request = method.request.map(|id| self.schemas.target(id));
        match (&collection.id, self.example_member(collection.item)) {
            (Some(_), Some(set)) if is_known => format!("set: {{ {set} }}"),
            (Some(_), Some(set)) => format!("set: {{ {set} }}\n    {answer}"),
            (None, _) if answers_item && request == Some(collection.item) => "insert: $body".to_owned(),
            (None, Some(set)) if answers_item => format!("insert: {{ {set} }}"),
            _ if is_known => "{}".to_owned(),
            _ => answer.to_owned(),
        }
    }

    /// A member that says in which state an item is, or any text of it.
    fn example_member(&self, item: SchemaId) -> Option<String> {
        let properties = self.schemas.object(item)?.properties().iter();
        let mut texts: Vec<(&str, Value)> = properties
            .filter(|property| !SERVER_SET.contains(&property.name.as_str()) && property.name != "name")
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
