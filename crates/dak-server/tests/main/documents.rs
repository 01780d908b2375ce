//! The examples of the document on an API's performance (P1 to P15, P2 and P10 among them), each quoted under its id and
//! run: first as the document has them, over its demo API, then the same over Blogger, whose document it is.
//!
//! A transcript is a text of examples. `## P2 …` begins one, on a server of its own. `> ` is a line of a request, `< ` the
//! status that is answered and header fields; what follows is the whole body, or, behind `< 200 in part`, some of its
//! members, of which `null` is one that must not be there. `$name` stands for a value that is taken where it is met first
//! and must be the same from then on.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::stage::{Stage, Told};

const TRANSCRIPTS: [&str; 2] = [include_str!("documents/demo.txt"), include_str!("documents/blogger.txt")];
/// The requirements that the document is made of.
const IDS: std::ops::RangeInclusive<usize> = 1..=15;

#[tokio::test]
async fn the_documents_examples() {
    for transcript in TRANSCRIPTS {
        let examples: Vec<&str> = transcript.split("\n## ").skip(1).collect();
        for id in IDS {
            let quoted = examples.iter().filter(|example| example.split_whitespace().next() == Some(&format!("P{id}")));
            assert!(quoted.count() > 0, "P{id} has no example");
        }
        for example in examples {
            run(example).await;
        }
    }
}

/// Runs one example, step by step.
async fn run(example: &str) {
    let (title, steps) = example.split_once('\n').unwrap_or_else(|| panic!("{example}"));
    let stage = Stage::new().await;
    let mut known = BTreeMap::new();
    for step in steps.trim().split("\n\n> ") {
        Step::parse(step, &known).run(&stage, title, &mut known).await;
    }
}

/// A request and what is expected of its answer.
struct Step {
    request: String,
    status: u16,
    is_part: bool,
    fields: Vec<(String, String)>,
    body: String,
}

impl Step {
    fn parse(text: &str, known: &BTreeMap<String, String>) -> Step {
        let mut request: Vec<&str> = Vec::new();
        let (mut answer, mut body) = (Vec::new(), String::new());
        for line in text.lines() {
            match line.split_at_checked(1) {
                Some((">", line)) => request.push(line.strip_prefix(' ').unwrap_or(line)),
                Some(("<", line)) => answer.push(line.trim()),
                _ if request.is_empty() => request.push(line),
                _ => body.push_str(line),
            }
        }
        let mut words = answer.first().unwrap_or_else(|| panic!("no answer is expected: {text}")).split(' ');
        let fields = answer.iter().skip(1).filter_map(|line| line.split_once(':'));
        let request = known.iter().fold(request.join("\n"), |request, (name, value)| request.replace(name, value));
        Step {
            request,
            status: words.next().and_then(|status| status.parse().ok()).unwrap_or_default(),
            is_part: words.next().is_some(),
            fields: fields.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect(),
            body,
        }
    }

    async fn run(&self, stage: &Stage, title: &str, known: &mut BTreeMap<String, String>) {
        let told = stage.send(&self.request).await;
        let context = format!("{title}\n{}\n{}", self.request, told.text);
        assert_eq!(told.status, self.status, "{context}");
        for (name, expected) in &self.fields {
            assert!(is_text(expected, told.header(name), known), "{name} is {}: {context}", told.header(name));
        }
        if !self.body.is_empty() {
            let expected: Value = serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {context}"));
            assert!(self.holds(&expected, &told, known), "{context}");
        }
    }

    fn holds(&self, expected: &Value, told: &Told, known: &mut BTreeMap<String, String>) -> bool {
        is(expected, &told.json(), self.is_part, known)
    }
}

/// Whether a value is as expected.
fn is(expected: &Value, found: &Value, is_part: bool, known: &mut BTreeMap<String, String>) -> bool {
    match (expected, found) {
        (Value::String(expected), Value::String(found)) => is_text(expected, found, known),
        (Value::Object(expected), Value::Object(found)) => {
            let same = |(name, value): (&String, &Value)| match found.get(name) {
                None => is_part && value.is_null(),
                Some(found) => is(value, found, is_part, known),
            };
            (is_part || expected.len() == found.len()) && expected.iter().all(same)
        }
        (Value::Array(expected), Value::Array(found)) => {
            let pairs = expected.iter().zip(found);
            expected.len() == found.len() && pairs.into_iter().all(|(one, other)| is(one, other, is_part, known))
        }
        _ => expected == found,
    }
}

/// Whether a text is as expected; the first `$name` of a kind takes what it meets.
fn is_text(expected: &str, found: &str, known: &mut BTreeMap<String, String>) -> bool {
    let quoted = expected.starts_with('"');
    let name = expected.trim_matches('"');
    if !name.starts_with('$') {
        return expected == found;
    }
    let found = if quoted { found.trim_matches('"') } else { found };
    !found.is_empty() && known.entry(name.to_owned()).or_insert_with(|| found.to_owned()) == found
}
