use dak_proto::query::Query;
use serde_json::{Value, json};

use crate::action::{Action, Listing, Order, Slot};
use crate::api::Api;
use crate::sample;

fn listing(api: &Api) -> &Listing {
    match &api.method("demo.items.list").unwrap().action {
        Action::List(listing) => listing,
        other => panic!("{other:?}"),
    }
}

#[test]
fn of_the_demo_methods() {
    for (api, prefix) in [(sample::demo(), "demo"), (sample::wrapped(), "wrapped")] {
        for verb in ["list", "get", "insert", "update", "patch", "delete"] {
            let action = &api.method(&format!("{prefix}.items.{verb}")).unwrap().action;
            let collection = action.collection().unwrap();
            assert_eq!(action.word(), verb);
            assert_eq!(collection.name, "items");
            assert_eq!(collection.id_parameter.as_deref(), Some("id"));
            assert_eq!(collection.id_member.as_ref().unwrap().name, "id");
            assert!(collection.parents.is_empty());
            assert_eq!(Some(collection.item), api.schemas.named("Item"));
        }
    }
}

#[test]
fn of_the_demo_list() {
    let api = sample::demo();
    let listing = listing(&api);
    assert_eq!(listing.items_member, "items");
    assert_eq!(listing.token_parameter.as_deref(), Some("pageToken"));
    assert_eq!(listing.token_member.as_deref(), Some("nextPageToken"));
    assert_eq!(listing.search_parameter.as_deref(), Some("q"));
    let members: Vec<_> = listing.member_parameters.iter().map(|member| member.path.as_slice()).collect();
    assert_eq!(members, [["status"]]);
    let named: Vec<_> = listing.ordering.as_ref().unwrap().named.iter().map(|named| &*named.name).collect();
    assert_eq!(named, ["created", "updated", "title"]);
}

#[test]
fn how_many_in_which_order() {
    let api = sample::demo();
    let listing = listing(&api);
    let by = |name: &'static str, descending: bool| Some((name, descending));
    let cases = [
        ("", 100, by("created", false)),
        ("maxResults=0", 100, by("created", false)),
        ("maxResults=7&orderBy=title", 7, by("title", false)),
        ("maxResults=500&orderBy=updated+desc", 500, by("updated", true)),
        ("maxResults=501", 500, by("created", false)),
        ("maxResults=99999999999999999999999", 500, by("created", false)),
    ];
    for (query, items, order) in cases {
        let parsed = Query::parse(query).unwrap();
        let arguments = api.method("demo.items.list").unwrap().arguments(&[], &parsed).unwrap();
        assert_eq!(listing.page_size.items(&arguments), items, "{query}");
        let shape = api.shape(listing.collection.item);
        let told = match listing.ordering.as_ref().unwrap().order(&arguments, &shape).unwrap() {
            Some(Order::Named(named, descending)) => Some((named.name.as_str(), descending)),
            _ => None,
        };
        assert_eq!(told, order, "{query}");
    }
}

#[test]
fn filters_are_what_was_given() {
    let api = sample::demo();
    let query = Query::parse("status=active&q=x").unwrap();
    let arguments = api.method("demo.items.list").unwrap().arguments(&[], &query).unwrap();
    let filters: Vec<_> =
        listing(&api).filters(&arguments).map(|(member, values)| (member.path.join("."), values)).collect();
    assert_eq!(filters, [("status".to_owned(), vec!["active"])]);
}

/// A library with shelves and books, as Google's older documents describe such things.
fn library() -> Value {
    let path = json!({ "type": "string", "location": "path", "required": true });
    let reference = |name: &str| json!({ "$ref": name });
    let method = |id: &str, http_method: &str, path_text: &str, request: Value, response: Value| {
        json!({
            "id": id, "httpMethod": http_method, "path": path_text, "request": request, "response": response,
            "parameters": { "shelf": path, "book": path },
        })
    };
    let book = || reference("Book");
    json!({
        "schemas": {
            "Book": { "type": "object", "properties": { "book": { "type": "string" } } },
            "Books": { "type": "object", "properties": {
                "warnings": { "type": "array", "items": { "type": "object" } },
                "volumes": { "type": "array", "items": { "$ref": "Book" } },
            } },
            "Page": { "type": "object", "properties": { "text": { "type": "string" } } },
        },
        "resources": { "shelves": { "resources": { "books": { "methods": {
            "list": method("l.list", "GET", "shelves/{shelf}/books", json!(null), reference("Books")),
            "get": method("l.get", "GET", "shelves/{shelf}/books/{book}", json!(null), book()),
            "insert": method("l.insert", "POST", "shelves/{shelf}/books", book(), book()),
            "remove": method("l.remove", "DELETE", "shelves/{shelf}/books/{book}", json!(null), json!(null)),
            "move": method("l.move", "POST", "shelves/{shelf}/books/{book}:move", book(), book()),
            "page": method("l.page", "GET", "shelves/{shelf}/page", json!(null), reference("Page")),
            "import": method("l.import", "POST", "shelves/{shelf}/import", reference("Books"), book()),
            "touch": method("l.touch", "POST", "shelves/{shelf}/books/{book}", book(), book()),
            "drop": method("l.drop", "DELETE", "shelves/{shelf}/lamps/{book}", json!(null), json!(null)),
        } } } } },
    })
}

#[test]
fn told_by_shape_alone() {
    let api = sample::document(&library());
    let expected = [
        ("l.list", "list"),
        ("l.get", "get"),
        ("l.insert", "insert"),
        ("l.remove", "delete"),
        ("l.move", "custom"),
        ("l.page", "custom"),
        ("l.import", "custom"),
        ("l.touch", "custom"),
        ("l.drop", "custom"),
    ];
    for (id, action) in expected {
        assert_eq!(api.method(id).unwrap().action.word(), action, "{id}");
    }
}

#[test]
fn inside_a_parent() {
    let api = sample::document(&library());
    let method = api.method("l.get").unwrap();
    let query = Query::default();
    let arguments = method.arguments(&["a%2Fb", "7"], &query).unwrap();
    let collection = method.action.collection().unwrap();
    assert_eq!(collection.parents, [Slot { parameter: "shelf".to_owned(), skipped: 0, is_open: true }]);
    let space = format!("{}/shelves.books/a%2Fb", api.store);
    assert_eq!(*collection.space(&arguments), *space);
    assert_eq!(collection.id(&arguments), Some("7"));
    assert_eq!(collection.id_member.as_ref().unwrap().name, "book");
    match &api.method("l.list").unwrap().action {
        Action::List(listing) => assert_eq!(listing.items_member, "volumes"),
        other => panic!("{other:?}"),
    }
}
