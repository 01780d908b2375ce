//! The members of a seed, or of what the control desk is asked to plant, each with its place for who must mend it.

use dak_proto::fault::Fault;
use serde_json::Value;

/// The elements of a member, each with its place; nothing where it is absent.
pub(in crate::services) fn list<'v>(value: &'v Value, name: &str, at: &str) -> Result<Vec<(String, &'v Value)>, Fault> {
    match &value[name] {
        Value::Null => Ok(Vec::new()),
        Value::Array(elements) => {
            let place = |(number, element)| (format!("{}[{number}]", within(at, name)), element);
            Ok(elements.iter().enumerate().map(place).collect())
        }
        _ => Err(wrong(at, &format!("\"{name}\" is an array"))),
    }
}

/// Refuses members that mean nothing here.
pub(in crate::services) fn only(value: &Value, known: &[&str], at: &str) -> Result<(), Fault> {
    let whole = || if at.is_empty() { wrong("", "the whole is an object") } else { wrong(at, "this is an object") };
    let members = value.as_object().ok_or_else(whole)?;
    match members.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(wrong(at, &format!("there is no member \"{name}\"; there are {}", known.join(", ")))),
        None => Ok(()),
    }
}

/// A text that must be there.
pub(in crate::services) fn text<'v>(value: &'v Value, name: &str, at: &str) -> Result<&'v str, Fault> {
    value[name].as_str().ok_or_else(|| wrong(at, &format!("\"{name}\" is required, as text")))
}

/// A text that may be absent.
pub(in crate::services) fn optional<'v>(value: &'v Value, name: &str, at: &str) -> Result<Option<&'v str>, Fault> {
    match &value[name] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        _ => Err(wrong(at, &format!("\"{name}\" is text"))),
    }
}

/// The e-mail address of a user, which may be absent.
pub(in crate::services) fn address<'v>(value: &'v Value, name: &str, at: &str) -> Result<Option<&'v str>, Fault> {
    optional(value, name, at)?.map(|address| checked(address, name, at)).transpose()
}

/// The e-mail addresses of users; nothing where they are absent.
pub(in crate::services) fn addresses<'v>(value: &'v Value, name: &str, at: &str) -> Result<Vec<&'v str>, Fault> {
    let complaint = |at: &str| wrong(at, "this is an e-mail address");
    let elements = list(value, name, at)?.into_iter();
    elements.map(|(at, element)| checked(element.as_str().ok_or_else(|| complaint(&at))?, name, &at)).collect()
}

fn checked<'v>(address: &'v str, name: &str, at: &str) -> Result<&'v str, Fault> {
    let is_address = address.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    if is_address { Ok(address) } else { Err(wrong(at, &format!("\"{name}\" is an e-mail address"))) }
}

/// The place of a member.
pub(in crate::services) fn within(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

/// What is wrong, and where; without a place it is the whole that is wrong.
pub(in crate::services) fn wrong(at: &str, what: &str) -> Fault {
    let (colon, what) = (if at.is_empty() { "" } else { ": " }, what.trim_end_matches('.'));
    Fault::bad_request("invalid", format!("{at}{colon}{what}."))
}
