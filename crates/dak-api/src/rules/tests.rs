use serde_json::{Value, json};

use super::{Asked, Rule, Rules};
use crate::action::Action;
use crate::api::Api;
use crate::sample;
use crate::verdict::Verdict;
use dak_proto::query::Query;

/// Shelves with books: a book can be moved and archived, a shelf be cleared.
fn library() -> Api {
    let path = |name: &str| (name.to_owned(), json!({ "type": "string", "location": "path", "required": true }));
    let query = |name: &str, kind: &str| (name.to_owned(), json!({ "type": kind, "location": "query" }));
    let method = |line: &str, request: &str, response: &str, queries: Vec<(String, Value)>| {
        let words: Vec<&str> = line.split(' ').collect();
        let names = words[2].split('{').skip(1).map(|rest| path(rest.split('}').next().unwrap()));
        let parameters: serde_json::Map<String, Value> = names.chain(queries).collect();
        let schema = |name: &str| if name.is_empty() { Value::Null } else { json!({ "$ref": name }) };
        json!({ "id": words[0], "httpMethod": words[1], "path": words[2], "parameters": parameters,
            "request": schema(request), "response": schema(response) })
    };
    let text = || json!({ "type": "string" });
    let state = json!({ "type": "string", "enum": ["NEW", "READ", "ARCHIVED"] });
    let book = json!({ "id": text(), "title": text(), "state": state, "year": { "type": "integer" },
        "tags": { "type": "array", "items": text() }, "loan": { "$ref": "Loan" } });
    let object = |properties: Value| json!({ "type": "object", "properties": properties });
    sample::document(&json!({
        "schemas": {
            "Book": object(book),
            "Loan": object(json!({ "to": text(), "days": { "type": "integer" } })),
            "Books": object(json!({ "items": { "type": "array", "items": { "$ref": "Book" } } })),
            "Count": object(json!({ "total": { "type": "integer" } })),
            "Shelf": object(json!({ "id": text(), "label": text() })),
        },
        "resources": { "shelves": {
            "methods": {
                "get": method("shelves.get GET shelves/{shelf}", "", "Shelf", vec![]),
                "insert": method("shelves.insert POST shelves", "Shelf", "Shelf", vec![]),
                "clear": method("shelves.clear POST shelves/{shelf}/clear", "", "", vec![]),
            },
            "resources": { "books": { "methods": {
                "list": method("books.list GET shelves/{shelf}/books", "", "Books", vec![]),
                "get": method("books.get GET shelves/{shelf}/books/{book}", "", "Book", vec![]),
                "insert": method("books.insert POST shelves/{shelf}/books", "Book", "Book", vec![]),
                "lend": method("books.lend POST shelves/{shelf}/books/{book}:lend", "Loan", "Book",
                    vec![query("days", "integer"), query("to", "string")]),
                "quick": method("books.quick POST shelves/{shelf}/books/quick", "", "Book", vec![query("text", "string")]),
                "count": method("books.count POST shelves/{shelf}/books/{book}/count", "Book", "Count", vec![]),
                "copy": method("books.copy POST shelves/{shelf}/books/{book}:copy", "Book", "Book", vec![]),
                "tally": method("books.tally GET tally", "", "Count", vec![]),
            } } },
        } },
    }))
}

fn ruled(rules: &str) -> Result<Api, String> {
    let rules = Rules::parse(rules).map_err(|error| error.to_string())?;
    library().ruled(&rules).map_err(|error| error.to_string())
}

fn one(method: &str, rule: &str) -> String {
    format!("api: test:v1\nmethods:\n  {method}: {rule}\n")
}

#[test]
fn what_can_be_said() {
    let cases = [
        ("books.lend", "{ if: { state: [NEW, null] }, set: { loan: $body, state: READ, year: null } }"),
        ("books.lend", "{ set: { loan.to: $parameters.to, loan.days: $parameters.days, title: $item.title } }"),
        ("books.lend", "{ move: $body.to }"),
        ("books.lend", "{ set: { state: READ }, returns: $item }"),
        ("books.lend", "{ of: shelves.books, delete: true }"),
        ("books.lend", "{}"),
        ("books.quick", "{ insert: { title: $parameters.text, tags: [$user, $now] }, set: { state: NEW } }"),
        ("books.count", "{ returns: { total: $body.year } }"),
        ("books.lend", "{ insert: $item, set: { title: $body.to, id: $body.to } }"),
        ("books.tally", "{ returns: { total: 3 } }"),
        ("shelves.clear", "{ of: shelves.books, each: { state: ARCHIVED }, delete: true }"),
        ("shelves.clear", "{ of: shelves.books, each: {}, set: { tags: [] } }"),
        ("books.insert", "{ insert: $body, set: { state: NEW } }"),
    ];
    for (method, rule) in cases {
        let api = ruled(&one(method, rule)).unwrap_or_else(|error| panic!("{rule}: {error}"));
        let method = api.method(method).unwrap();
        assert!(matches!(method.action, Action::Ruled(_)), "{rule}");
        assert!(!matches!(method.verdict(), Verdict::Not(_)), "{rule}");
    }
}

#[test]
fn what_is_wrong_and_where() {
    let cases = [
        ("books.lend", "", ": says nothing; write {} for a method that changes nothing"),
        ("books.lend", "{ sets: {} }", ".sets: is none of these: of, each, if, set, move, insert, delete, returns"),
        ("books.lend", "{ set: { colour: red } }", ".set.colour: Book has no such member"),
        ("books.lend", "{ set: { loan.by: me } }", ".set.loan.by: Book has no such member"),
        ("books.lend", "{ set: { state: LOST } }", ".set.state: must be one of NEW, READ, ARCHIVED"),
        ("books.lend", "{ set: { year: soon } }", ".set.year: must be a whole number from -2147483648 to 2147483647"),
        ("books.lend", "{ set: { tags: old } }", ".set.tags: must be an array"),
        ("books.lend", "{ set: { loan: { by: me } } }", ".set.loan.by: there is no such member"),
        ("books.lend", "{ set: { id: \"7\" } }", ".set.id: is set by the server itself"),
        ("books.lend", "{ set: { title: $parameters.text } }", ".set.title: books.lend has no such thing"),
        ("books.lend", "{ set: { title: $body.title } }", ".set.title: books.lend has no such thing"),
        ("books.lend", "{ set: { title: $item.name } }", ".set.title: books.lend has no such thing"),
        ("books.lend", "{ set: {}, delete: true }", ": does one of these: move and set, insert and set, or delete"),
        ("books.lend", "{ each: {}, delete: true }", ": \"each\" is for all of shelves.books, and this is about one"),
        ("books.lend", "{ of: books }", ".of: there is no collection books; there are shelves, shelves.books"),
        ("books.lend", "{ of: shelves }", ".of: shelves is inside of 0 others, and the path names 2"),
        ("books.lend", "{ delete: yes }", ".delete: must be true or false"),
        (
            "books.count",
            "{ set: { state: READ } }",
            ": answers Count, which is not told by Book: say what it holds with \"returns\"",
        ),
        ("books.count", "{ returns: { sum: 1 } }", ".returns.sum: there is no such member"),
        (
            "shelves.clear",
            "{ of: shelves.books, delete: true }",
            ": the path names none of shelves.books; say which with \"each\", all of them with {}",
        ),
        ("books.lend", "{ set: { titel: x } }", ".set.titel: Book has no such member (did you mean \"title\"?)"),
        (
            "books.lend",
            "{ set: { title: $body.two } }",
            ".set.title: books.lend has no such thing (did you mean \"to\"?)",
        ),
        (
            "books.tally",
            "{ returns: { totla: 1 } }",
            ".returns.totla: there is no such member (did you mean \"total\"?)",
        ),
        ("shelves.clear", "{ move: x }", ": \"move\" needs a parent, and shelves is inside of nothing"),
        ("shelves.clear", "{ returns: {} }", ".returns: the method answers nothing"),
        ("books.burn", "{}", ": test:v1 has no such method"),
        ("books.lent", "{}", ": test:v1 has no such method (did you mean \"books.lend\"?)"),
    ];
    for (method, rule, wrong) in cases {
        let error = ruled(&one(method, rule)).map(drop).unwrap_err();
        assert_eq!(error, format!("methods.{method}{wrong}"), "{rule}");
    }
    let dollar = ruled(&one("books.lend", "{ set: { title: $time } }")).map(drop).unwrap_err();
    assert!(dollar.starts_with("methods.books.lend.set.title: is none of $now, $user, "), "{dollar}");
}

#[test]
fn files_that_are_none() {
    let cases = [
        ("api: [", "not YAML: line 1, column 6: unclosed bracket '['"),
        ("", "must be an object"),
        ("methods: {}", "has no \"api\""),
        ("api: test:v1", "has no \"methods\""),
        ("api: test:v1\nmethod: {}", "method: is none of these: api, methods"),
        ("api: test:v2\nmethods: {}", "is for test:v2, and this is test:v1"),
        ("api: test:v1\nmethods: 3", "methods: must be an object"),
    ];
    for (text, wrong) in cases {
        assert_eq!(ruled(text).map(drop).unwrap_err(), wrong, "{text}");
    }
}

#[test]
fn examples_are_right_as_they_stand() {
    let library = library();
    for method in &library.methods {
        let example = library.rules_example(method);
        let rules = Rules::parse(&example).unwrap_or_else(|error| panic!("{error}\n{example}"));
        library.clone().ruled(&rules).unwrap_or_else(|error| panic!("{error}\n{example}"));
        assert_eq!(example.contains("insert: $item"), method.id == "books.copy", "{example}");
    }
}

#[test]
fn values_come_from_request_and_item() {
    let rule = "{ set: { title: $$5, year: $parameters.days, tags: [$user, $now, $parameters.to], loan: $body } }";
    let api = ruled(&one("books.lend", rule)).unwrap();
    let method = api.method("books.lend").unwrap();
    let query = Query::parse("days=3").unwrap();
    let arguments = method.arguments(&["s", "b"], &query).unwrap();
    let body = json!({ "to": "Rina" });
    let asked = Asked { now: "2026-11-22T09:00:00Z", user: "me@example.com", arguments: &arguments, body: &body };
    let Action::Ruled(rule) = &method.action else { panic!("{method:?}") };
    let Rule::Act(act) = &**rule else { panic!("{rule:?}") };
    let super::Effect::Alter { set, .. } = act.bound(&asked).effect else { panic!("{act:?}") };
    let mut changed = serde_json::Map::new();
    set.iter().for_each(|assignment| assignment.apply(&mut changed, &json!({})));
    let expected = json!({ "title": "$5", "year": 3, "tags": ["me@example.com", "2026-11-22T09:00:00Z"], "loan": { "to": "Rina" } });
    assert_eq!(Value::Object(changed), expected);
}
