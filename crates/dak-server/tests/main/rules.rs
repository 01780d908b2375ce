//! What rules say of methods, carried out (`D57`).

use dak_api::{Api, Rules};
use dak_server::Settings;
use serde_json::{Value, json};

use crate::describe;
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
  library.books.copy:
    insert: $item
    set: { title: $body.to, name: $body.to }
  library.books.count:
    returns: { pages: $item.pages, by: $user }
  library.shelves.clear:
    of: books
    each: { state: LENT }
    delete: true
  library.shelves.stamp:
    of: books
    each: {}
    set: { state: NEW }
  library.shelves.print:
    of: books
    insert: { title: $body.to }
    set: { state: NEW, pages: 7 }
  library.library.version:
    returns: { by: library }
";

const SCHEMAS: &[(&str, &str)] = &[
    ("Shelf", "name"),
    ("Book", "name title lentTo pages:integer state:NEW|LENT"),
    ("Books", "books:[Book] nextPageToken"),
    ("Count", "pages:integer by"),
    ("To", "to"),
    ("Nothing", ""),
];

const METHODS: &[&str] = &[
    "library.version GET v1/version - Count",
    "shelves.get GET v1/{+name=shelves/*} - Shelf",
    "shelves.create POST v1/shelves Shelf Shelf",
    "shelves.clear POST v1/{+name=shelves/*}:clear Nothing Nothing",
    "shelves.stamp POST v1/{+name=shelves/*}:stamp Nothing Nothing",
    "shelves.print POST v1/{+parent=shelves/*}:print To Book",
    "shelves.fold POST v1/{+name=shelves/*}:fold Nothing Shelf",
    "books.list GET v1/{+parent=shelves/*}/books - Books pageSize:integer pageToken",
    "books.get GET v1/{+name=shelves/*/books/*} - Book",
    "books.create POST v1/{+parent=shelves/*}/books Book Book",
    "books.lend POST v1/{+name=shelves/*/books/*}:lend To Book",
    "books.move POST v1/{+name=shelves/*/books/*}:move To Book",
    "books.copy POST v1/{+name=shelves/*/books/*}:copy To Book",
    "books.burn POST v1/{+name=shelves/*/books/*}:burn Nothing Nothing",
    "books.count GET v1/{+name=shelves/*/books/*}:count - Count",
];

/// A library with the shelves `a` and `b`, and on `a` the book `one`.
async fn stage() -> Stage {
    let api = Api::parse(describe::document("library", SCHEMAS, METHODS).to_string().as_bytes()).unwrap();
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

/// An item is made of another one, without what the server sets in that, and the other one stays.
#[tokio::test]
async fn items_are_copied() {
    let stage = stage().await;
    let copied = stage.json(200, &post("shelves/a/books/one:copy", &json!({ "to": "Two" }))).await;
    assert_eq!((&copied["title"], &copied["pages"]), (&json!("Two"), &json!(3)));
    let name = copied["name"].as_str().unwrap();
    assert_eq!(name, "shelves/a/books/Two");
    assert_eq!(stage.json(200, &get(name)).await, copied);
    assert_eq!(stage.json(200, &get("shelves/a/books/one")).await["title"], "One");
    stage.json(409, &post("shelves/a/books/one:copy", &json!({ "to": "Two" }))).await;
    let unnamed = stage.json(200, &post("shelves/a/books/one:copy", &json!({}))).await;
    assert_ne!(unnamed["name"], copied["name"]);
    stage.json(404, &post("shelves/a/books/two:copy", &json!({}))).await;
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
