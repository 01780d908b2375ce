//! The records the cases are about.

use serde_json::{Value, json};

use crate::{Batch, Entries, Indexer, Key, Order, Query, Tag, TextField, time_key};

/// The space the cases use unless they need another.
pub(crate) const SPACE: &str = "space";
/// On how many bytes of a body in `letters` the entries depend.
pub(crate) const LETTER_BYTES: usize = 1000;
/// The collection the cases use unless they need another.
pub(crate) const COLLECTION: &str = "notes";

/// Indexes [`Sample`]s. The orders are `time`, the list order, `name` and `sequence`. The collection `changes` has `sequence`
/// for its list order, and `plain` declares none. Records of `letters` are indexed by so much of their bodies, and have a tag
/// that tells how much of it was given: `seen=1000`.
pub struct Fixture;

impl Indexer for Fixture {
    fn orders(&self, collection: &str) -> Vec<Order> {
        match collection {
            "plain" => Vec::new(),
            "changes" => vec![Order::sequence("sequence"), Order::time("time")],
            _ => vec![Order::time("time"), Order::bytes("name"), Order::sequence("sequence")],
        }
    }

    fn entries(&self, key: &Key, head: &[u8], body: &[u8]) -> Entries {
        let mut entries = Entries::default();
        if &*key.collection == "letters" {
            entries = entries.with_tag(format!("seen={}", body.len()));
        }
        let (head, body) = (read(head), read(body));
        for tag in head["tags"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            entries = entries.with_tag(tag);
        }
        // No use: the engine knows better.
        entries = entries.with_sort("sequence", "zzzzzzzz");
        if let Some(time_ms) = head["time"].as_i64() {
            entries = entries.with_sort("time", time_key(time_ms));
        }
        if let Some(name) = head["name"].as_str() {
            entries = entries.with_sort("name", name);
        }
        entries.group = body["group"].as_str().map(str::to_owned);
        entries
    }

    fn entries_body_bytes_max(&self, collection: &str) -> usize {
        if collection == "letters" { LETTER_BYTES } else { usize::MAX }
    }

    fn text(&self, _key: &Key, body: &[u8]) -> Vec<TextField> {
        let body = read(body);
        let part = |entry: &Value, position: usize| entry[position].as_str().unwrap_or_default().to_owned();
        let entries = body["texts"].as_array().into_iter().flatten();
        entries.map(|entry| TextField::new(part(entry, 0), part(entry, 1))).collect()
    }
}

/// What a record of the cases says; what is indexed of it is plain to see.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Sample {
    /// Its id.
    pub id: String,
    /// Its time, if it has one; in the head.
    pub time_ms: Option<i64>,
    /// Its name, if it has one; in the head.
    pub name: Option<String>,
    /// Its tags; in the head.
    pub tags: Vec<String>,
    /// The entries of its text; in the body.
    pub texts: Vec<TextField>,
    /// Its group, if it has one; in the body.
    pub group: Option<String>,
}

impl Sample {
    /// A sample of this id and time.
    pub fn at(id: &str, time_ms: i64) -> Sample {
        Sample { id: id.to_owned(), time_ms: Some(time_ms), ..Sample::default() }
    }

    /// The same with one more entry of text, without a name.
    #[must_use]
    pub fn saying(self, text: &str) -> Sample {
        self.saying_in("", text)
    }

    /// The same with one more entry of text in this field.
    #[must_use]
    pub fn saying_in(mut self, field: &str, text: &str) -> Sample {
        self.texts.push(TextField::new(field, text));
        self
    }

    /// The same with one more tag.
    #[must_use]
    pub fn tagged(mut self, tag: &str) -> Sample {
        self.tags.push(tag.to_owned());
        self
    }

    /// The same with a name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Sample {
        self.name = Some(name.to_owned());
        self
    }

    /// The same in a group.
    #[must_use]
    pub fn within(mut self, group: &str) -> Sample {
        self.group = Some(group.to_owned());
        self
    }

    /// Its head.
    pub fn head(&self) -> Vec<u8> {
        json!({ "time": self.time_ms, "name": self.name, "tags": self.tags }).to_string().into_bytes()
    }

    /// Its body.
    pub fn body(&self) -> Vec<u8> {
        let texts: Vec<[&str; 2]> = self.texts.iter().map(|entry| [&*entry.name, &*entry.text]).collect();
        json!({ "texts": texts, "group": self.group }).to_string().into_bytes()
    }

    /// A batch that also puts it.
    pub fn put_in(&self, batch: Batch) -> Batch {
        batch.put(key(&self.id), self.head(), self.body())
    }
}

/// The key of an id in the cases' list.
pub fn key(id: &str) -> Key {
    Key::new(SPACE, COLLECTION, id)
}

/// A batch whose tag is made of this number.
pub(crate) fn batch(number: u8) -> Batch {
    Batch::new([number; 16], tag(number))
}

/// A tag made of this number.
pub(crate) fn tag(number: u8) -> Tag {
    Tag([number; 12])
}

/// All of the cases' list, latest first.
pub(crate) fn latest() -> Query {
    Query::new(SPACE, COLLECTION, "time")
}

fn read(json: &[u8]) -> Value {
    serde_json::from_slice(json).unwrap_or_default()
}
