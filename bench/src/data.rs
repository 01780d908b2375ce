//! What is served: items as people write them, with escapes and scripts beyond ASCII.

use serde_json::{Value, json};

/// Words that fill an item, a tenth of them Bengali.
const WORDS: [&str; 10] = [
    "river",
    "a \"quoted\" word",
    "lantern",
    "back\\slash",
    "September",
    "বিশ্ববিদ্যালয়",
    "harbour",
    "tab\tbed",
    "meadow",
    "copper",
];

/// An item whose JSON has about so many bytes as it is stored.
pub(crate) fn item(number: usize, bytes: usize) -> String {
    let mut item = json!({
        "title": format!("Item {number} of many"),
        "comment": "",
        "characteristics": {
            "length": "short",
            "level": (number % 10).to_string(),
            "followers": ["Jo", "Will", format!("Reader {number}")],
        },
        "status": if number.is_multiple_of(3) { "pending" } else { "active" },
        "author": { "uri": format!("https://example.com/people/{number}"), "email": format!("w{number}@example.com") },
        "pagemap": { "article": { "title": format!("Item {number}, the article") } },
        "links": { "self": { "href": format!("https://example.com/items/{number}") } },
    });
    let comment = comment(number, bytes.saturating_sub(item.to_string().len()));
    item["comment"] = Value::from(comment);
    item.to_string()
}

/// Text that takes up about so many bytes in JSON.
fn comment(number: usize, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes);
    let mut words = WORDS.iter().cycle().skip(number);
    while let Some(word) = words.next().filter(|word| text.len() + word.len() < bytes) {
        text.push_str(word);
        text.push(' ');
    }
    text
}
