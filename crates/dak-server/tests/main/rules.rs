//! What rules say of methods, carried out (`D57`).

use dak_api::{Api, Rules};
use dak_server::Settings;
use serde_json::{Value, json};

use crate::stage::Stage;

const RULES: &str = "
api: library:v1
methods:
  library.books.lend:
    if: { state: [NEW, null] }
    set: { state: LENT, lentTo: $body.to }
  library.books.move:
    move: $body.to
  library.books.burn:
    delete: true
  library.books.count:
    returns: { pages: $item.pages, by: $user }
  library.shelves.clear:
    of: shelves.books
    each: { state: LENT }
    delete: true
  library.shelves.stamp:
    of: shelves.books
    each: {}
    set: { state: NEW }
  library.shelves.print:
    of: shelves.books
    insert: { title: $body.to }
    set: { state: NEW, pages: 7 }
  library.version:
    returns: { by: library }
";

/// Shelves and their books, by names such as `shelves/1/books/2`.
fn library() -> Value {
    let text = json!({ "type": "string" });
    let parameter =
        |pattern: &str| json!({ "type": "string", "location": "path", "required": true, "pattern": pattern });
    let method = |id: &str, line: &str, pattern: &str, request: &str, response: &str| {
        let (http_method, path) = line.split_once(' ').unwrap();
        let name = path.split("{+").nth(1).and_then(|rest| rest.split('}').next());
        let parameters: serde_json::Map<String, Value> =
            name.into_iter().map(|name| (name.to_owned(), parameter(pattern))).collect();
        let schema = |name: &str| if name.is_empty() { Value::Null } else { json!({ "$ref": name }) };
        json!({ "id": format!("library.{id}"), "httpMethod": http_method, "path": path, "parameters": parameters,
            "request": schema(request), "response": schema(response) })
    };
    let (shelf, book) = ("^shelves/[^/]+$", "^shelves/[^/]+/books/[^/]+$");
    json!({
        "name": "library", "version": "v1",
        "schemas": {
            "Shelf": { "type": "object", "properties": { "name": text } },
            "Book": { "type": "object", "properties": { "name": text, "title": text, "lentTo": text,
                "pages": { "type": "integer" }, "state": { "type": "string", "enum": ["NEW", "LENT"] } } },
            "Books": { "type": "object", "properties": {
                "books": { "type": "array", "items": { "$ref": "Book" } }, "nextPageToken": text } },
            "Count": { "type": "object", "properties": { "pages": { "type": "integer" }, "by": text } },
            "To": { "type": "object", "properties": { "to": text } },
            "Nothing": { "type": "object", "properties": {} },
        },
        "methods": { "version": method("version", "GET v1/version", "", "", "Count") },
        "resources": { "shelves": {
            "methods": {
                "get": method("shelves.get", "GET v1/{+name}", shelf, "", "Shelf"),
                "create": method("shelves.create", "POST v1/shelves", "", "Shelf", "Shelf"),
                "clear": method("shelves.clear", "POST v1/{+name}:clear", shelf, "Nothing", "Nothing"),
                "stamp": method("shelves.stamp", "POST v1/{+name}:stamp", shelf, "Nothing", "Nothing"),
                "print": method("shelves.print", "POST v1/{+parent}:print", shelf, "To", "Book"),
                "fold": method("shelves.fold", "POST v1/{+name}:fold", shelf, "Nothing", "Shelf"),
            },
            "resources": { "books": { "methods": {
                "list": method("books.list", "GET v1/{+parent}/books", shelf, "", "Books"),
                "get": method("books.get", "GET v1/{+name}", book, "", "Book"),
                "create": method("books.create", "POST v1/{+parent}/books", shelf, "Book", "Book"),
                "lend": method("books.lend", "POST v1/{+name}:lend", book, "To", "Book"),
                "move": method("books.move", "POST v1/{+name}:move", book, "To", "Book"),
                "burn": method("books.burn", "POST v1/{+name}:burn", book, "Nothing", "Nothing"),
                "count": method("books.count", "GET v1/{+name}:count", book, "", "Count"),
            } } },
        } },
    })
}

/// A library with the shelves `a` and `b`, and on `a` the book `one`.
async fn stage() -> Stage {
    let api = Api::parse(library().to_string().as_bytes()).unwrap();
    let stage = Stage::of(api.ruled(&Rules::parse(RULES).unwrap()).unwrap(), Settings::default());
    for name in ["shelves/a", "shelves/b"] {
        stage.json(200, &post("shelves", &json!({ "name": name }))).await;
    }
    stage.json(200, &post("shelves/a/books", &json!({ "name": "one", "title": "One", "pages": 3 }))).await;
    stage
}

fn post(path: &str, body: &Value) -> String {
    format!("POST /v1/{path}\nContent-Type: application/json\n\n{body}")
}

fn get(path: &str) -> String {
    format!("GET /v1/{path}")
}

#[tokio::test]
async fn members_are_set_where_the_state_is_right() {
    let stage = stage().await;
    let lent = stage.json(200, &post("shelves/a/books/one:lend", &json!({ "to": "Rina" }))).await;
    assert_eq!(
        lent,
        json!({ "name": "shelves/a/books/one", "title": "One", "pages": 3, "state": "LENT", "lentTo": "Rina" })
    );
    assert_eq!(stage.json(200, &get("shelves/a/books/one")).await, lent);
    let refused = stage.json(400, &post("shelves/a/books/one:lend", &json!({ "to": "Karim" }))).await;
    assert_eq!(refused["error"]["errors"][0]["reason"], "failedPrecondition");
    assert_eq!(refused["error"]["message"], "library.books.lend is for items whose state is \"NEW\" or null.");
    stage.json(404, &post("shelves/a/books/two:lend", &json!({}))).await;
    stage.json(400, &post("shelves/a/books/one:lend", &json!({ "by": "me" }))).await;
}

#[tokio::test]
async fn items_move_to_another_parent() {
    for to in ["b", "shelves/b"] {
        let stage = stage().await;
        let moved = stage.json(200, &post("shelves/a/books/one:move", &json!({ "to": to }))).await;
        assert_eq!(moved["name"], "shelves/b/books/one");
        stage.json(404, &get("shelves/a/books/one")).await;
        assert_eq!(stage.json(200, &get("shelves/b/books/one")).await, moved);
        assert_eq!(stage.json(200, &get("shelves/b/books")).await["books"], json!([moved]));
    }
    let stage = stage().await;
    for (status, to) in [(404, "c"), (400, "lamps/b"), (400, "shelves/a/books"), (200, "a")] {
        stage.json(status, &post("shelves/a/books/one:move", &json!({ "to": to }))).await;
    }
    stage.json(200, &post("shelves/b/books", &json!({ "name": "one" }))).await;
    stage.json(409, &post("shelves/a/books/one:move", &json!({ "to": "b" }))).await;
    stage.json(200, &get("shelves/a/books/one")).await;
}

#[tokio::test]
async fn items_are_deleted_made_and_told_of() {
    let stage = stage().await;
    let count = json!({ "pages": 3, "by": "me@example.com" });
    assert_eq!(stage.json(200, &get("shelves/a/books/one:count")).await, count);
    assert_eq!(stage.json(200, &get("version")).await, json!({ "by": "library" }));
    assert_eq!(stage.json(200, &post("shelves/a/books/one:burn", &json!({}))).await, json!({}));
    stage.json(404, &get("shelves/a/books/one")).await;
    let printed = stage.json(200, &post("shelves/a:print", &json!({ "to": "Two" }))).await;
    assert_eq!((&printed["title"], &printed["state"], &printed["pages"]), (&json!("Two"), &json!("NEW"), &json!(7)));
    assert_eq!(stage.json(200, &get(printed["name"].as_str().unwrap())).await, printed);
    stage.json(404, &post("shelves/c:print", &json!({ "to": "Two" }))).await;
}

#[tokio::test]
async fn all_of_a_collection() {
    let stage = stage().await;
    for number in 0..1_200 {
        let state = if number % 3 == 0 { "LENT" } else { "NEW" };
        stage.json(200, &post("shelves/a/books", &json!({ "state": state }))).await;
    }
    assert_eq!(stage.json(200, &post("shelves/a:clear", &json!({}))).await, json!({}));
    let page = stage.json(200, &get("shelves/a/books")).await;
    let left = page["books"].as_array().unwrap();
    assert!(left.len() == 100 && left.iter().all(|book| book["state"] != "LENT"));
    stage.json(200, &post("shelves/a:stamp", &json!({}))).await;
    assert_eq!(stage.json(200, &get("shelves/a/books/one")).await["state"], "NEW");
    stage.json(404, &post("shelves/c:clear", &json!({}))).await;
}

#[tokio::test]
async fn a_method_without_a_rule_says_how_to_give_it_one() {
    let stage = stage().await;
    let refused = stage.json(501, &post("shelves/a:fold", &json!({}))).await;
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("The method library.shelves.fold is described here, but nothing is known"),
        "{message}"
    );
    let (_, example) = message.split_once("\n\n").unwrap();
    assert_eq!(example, "api: library:v1\nmethods:\n  library.shelves.fold:\n    {}\n");
}
