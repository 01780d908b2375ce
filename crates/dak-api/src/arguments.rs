//! The values a request gives to a method's parameters, checked.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use dak_proto::fault::Fault;
use dak_proto::params::is_standard;
use dak_proto::query::Query;
use dak_proto::template::decode_value;
use serde_json::Value;

use crate::method::Method;
use crate::parameter::{Parameter, Place};

/// Values for the parameters of one method. They are right by type, format, limits and number.
#[derive(Clone, Debug)]
pub struct Arguments<'a> {
    parameters: &'a [Parameter],
    /// The parameter's number and a value, repeated ones in the order they came.
    values: Vec<(usize, Cow<'a, str>)>,
}

impl Method {
    /// Checks what a request gives: the captures of its path, still encoded, then its query. Standard parameters are passed over.
    /// Of a parameter that takes one value the first wins.
    ///
    /// # Errors
    /// 400 that names the parameter: unknown, missing, or with a value it cannot have.
    pub fn arguments<'a>(&'a self, captures: &[&'a str], query: &'a Query<'_>) -> Result<Arguments<'a>, Fault> {
        let mut arguments = Arguments { parameters: &self.parameters, values: Vec::with_capacity(captures.len()) };
        for (name, raw) in self.template.variables().zip(captures) {
            arguments.push_capture(name, decode_value(name, raw)?)?;
        }
        for (name, value) in query {
            arguments.push(name, value)?;
        }
        arguments.check_required()?;
        Ok(arguments)
    }
}

impl<'a> Arguments<'a> {
    /// The value of a parameter, or its default.
    pub fn text(&self, name: &str) -> Option<&str> {
        let place = self.place(name)?;
        let given = self.values.iter().find(|(other, _)| *other == place);
        match given {
            Some((_, value)) => Some(value),
            None => self.parameters.get(place)?.default.as_deref(),
        }
    }

    /// The value of a boolean parameter, or its default; false if it has neither.
    pub fn flag(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    /// The value of a parameter that counts something; one beyond 64 bits is the largest.
    pub fn unsigned(&self, name: &str) -> Option<u64> {
        let text = self.text(name)?;
        let whole = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        whole.then(|| text.parse().unwrap_or(u64::MAX))
    }

    /// Every value given for a parameter, in order. The default does not count.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let place = self.place(name);
        let given = self.values.iter().filter(move |(other, _)| Some(*other) == place);
        given.map(|(_, value)| &**value)
    }

    /// What is given for a parameter, or its default, as JSON: of one that may be given more than once an array.
    pub fn value(&self, name: &str) -> Option<Value> {
        let parameter = self.parameters.get(self.place(name)?)?;
        if parameter.repeated {
            let values: Vec<Value> = self.all(name).map(|text| parameter.scalar.value_of(text)).collect();
            return Some(values.into()).filter(|_| self.all(name).next().is_some());
        }
        self.text(name).map(|text| parameter.scalar.value_of(text))
    }

    /// The same with another value for a parameter.
    #[must_use]
    pub fn with(&self, name: &str, value: String) -> Arguments<'a> {
        let mut changed = self.clone();
        if let Some(place) = self.place(name) {
            changed.values.retain(|(other, _)| *other != place);
            changed.values.push((place, Cow::Owned(value)));
        }
        changed
    }

    /// Names and values as given, those of the path first.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &str)> {
        self.values.iter().filter_map(|(place, value)| Some((self.parameters.get(*place)?.name.as_str(), &**value)))
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.parameters.iter().position(|parameter| parameter.name == name)
    }

    fn push_capture(&mut self, name: &'a str, value: Cow<'a, str>) -> Result<(), Fault> {
        let parameters = self.parameters;
        let Some(place) = self.place(name) else {
            return Ok(());
        };
        if let Some(parameter) = parameters.get(place) {
            parameter.accept(&value)?;
        }
        self.values.push((place, value));
        Ok(())
    }

    /// A parameter of the method's own wins over a standard one of the same name.
    fn push(&mut self, name: &str, value: &'a str) -> Result<(), Fault> {
        let parameters = self.parameters;
        let known = self.place(name).and_then(|place| Some((place, parameters.get(place)?)));
        let Some((place, parameter)) = known.filter(|(_, known)| known.place == Place::Query) else {
            return if is_standard(name) { Ok(()) } else { Err(unknown(name)) };
        };
        if parameter.repeated || !self.has(place) {
            self.values.push((place, Cow::Borrowed(parameter.accept(value)?)));
        }
        Ok(())
    }

    fn has(&self, place: usize) -> bool {
        self.values.iter().any(|(other, _)| *other == place)
    }

    fn check_required(&self) -> Result<(), Fault> {
        let missing = |(place, parameter): &(usize, &Parameter)| {
            parameter.required && parameter.default.is_none() && !self.has(*place)
        };
        match self.parameters.iter().enumerate().find(missing) {
            Some((_, parameter)) => Err(Fault::required(&parameter.name)),
            None => Ok(()),
        }
    }
}

fn unknown(name: &str) -> Fault {
    let message = format!("Unknown name \"{name}\": the method has no such query parameter.");
    Fault::invalid_parameter(name, message)
}
