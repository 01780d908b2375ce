//! The labels of a post.

#[cfg(test)]
mod tests;

use dak_proto::fault::Fault;
use serde_json::{Map, Value};

/// The most labels of a post.
const LABELS_MAX: usize = 20;
/// The most characters of all labels of a post, with two between each and the next.
const CHARS_MAX: usize = 200;

/// Brings a post's labels into the form they are kept in: without blanks around them, each once, none empty. A comma
/// parts labels, as it does where they are looked for.
///
/// # Errors
/// 400 in Blogger's words where there are too many or they are too long.
pub(super) fn settle(post: &mut Map<String, Value>) -> Result<(), Fault> {
    let Some(Value::Array(sent)) = post.get("labels") else { return Ok(()) };
    let mut labels: Vec<&str> = Vec::new();
    for label in sent.iter().filter_map(Value::as_str).flat_map(|label| label.split(',')).map(str::trim) {
        if !label.is_empty() && !labels.contains(&label) {
            labels.push(label);
        }
        if labels.len() > LABELS_MAX {
            return Err(invalid());
        }
    }
    if labels.join(", ").chars().count() > CHARS_MAX {
        return Err(invalid());
    }
    let settled: Value = labels.into();
    post.insert("labels".to_owned(), settled);
    Ok(())
}

fn invalid() -> Fault {
    Fault::bad_request("invalid", "We're sorry, but the value for field labels was not valid.")
}
