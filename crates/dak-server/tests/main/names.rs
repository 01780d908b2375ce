//! APIs whose resources have names of several segments, as Google's newer ones describe them.

use serde_json::{Value, json};

use crate::stage::Stage;

const SHELF: &str = "^projects/[^/]+/shelves/[^/]+$";
const BOOK: &str = "^projects/[^/]+/shelves/[^/]+/books/[^/]+$";

fn parameter(pattern: &str) -> Value {
    json!({ "type": "string", "location": "path", "required": true, "pattern": pattern })
}

fn query(kind: &str) -> Value {
    json!({ "type": kind, "location": "query" })
}

/// Shelves, whose changes are operations, and the books in them.
fn library() -> Value {
    let object = |properties: Value| json!({ "type": "object", "properties": properties });
    let text = || json!({ "type": "string" });
    let reference = |name: &str| json!({ "$ref": name });
    let shelf = |id: &str, http_method: &str, path: &str, parameters: Value, request: &str, response: &str| {
        let mut method = json!({ "id": id, "httpMethod": http_method, "path": path, "parameters": parameters,
                                 "response": reference(response) });
        if !request.is_empty() {
            method["request"] = reference(request);
        }
        method
    };
    let pages = json!({ "parent": parameter(SHELF), "pageSize": { "type": "integer", "format": "int32", "location": "query" },
                        "pageToken": query("string") });
    json!({
        "name": "library", "version": "v1",
        "schemas": {
            "Shelf": object(json!({ "name": text(), "theme": text() })),
            "Shelves": object(json!({ "shelves": { "type": "array", "items": reference("Shelf") } })),
            "CreateShelfRequest": object(json!({ "shelfId": text(), "shelf": reference("Shelf") })),
            "Book": object(json!({
                "name": text(), "title": text(), "etag": text(), "createTime": { "type": "string", "format": "google-datetime" },
                "size": object(json!({ "pages": { "type": "integer", "format": "int32" }, "height": text() })),
            })),
            "Books": object(json!({ "books": { "type": "array", "items": reference("Book") }, "nextPageToken": text() })),
            "Operation": object(json!({ "name": text(), "done": { "type": "boolean" },
                "response": { "type": "object", "additionalProperties": { "type": "any" } } })),
            "Empty": object(json!({})),
        },
        "resources": { "projects": { "resources": {
            "shelves": {
                "methods": {
                    "create": shelf("shelves.create", "POST", "v1/{+parent}/shelves",
                                    json!({ "parent": parameter("^projects/[^/]+$") }), "CreateShelfRequest", "Operation"),
                    "get": shelf("shelves.get", "GET", "v1/{+name}", json!({ "name": parameter(SHELF) }), "", "Shelf"),
                    "delete": shelf("shelves.delete", "DELETE", "v1/{+name}", json!({ "name": parameter(SHELF) }), "",
                                    "Operation"),
                },
                "resources": { "books": { "methods": {
                    "create": shelf("books.create", "POST", "v1/{+parent}/books",
                                    json!({ "parent": parameter(SHELF), "bookId": query("string") }), "Book", "Book"),
                    "list": shelf("books.list", "GET", "v1/{+parent}/books", pages, "", "Books"),
                    "get": shelf("books.get", "GET", "v1/{+name}", json!({ "name": parameter(BOOK) }), "", "Book"),
                    "patch": shelf("books.patch", "PATCH", "v1/{+name}", json!({ "name": parameter(BOOK),
                        "updateMask": query("string"), "allowMissing": query("boolean"), "validateOnly": query("boolean"),
                    }), "Book", "Book"),
                    "delete": shelf("books.delete", "DELETE", "v1/{+name}", json!({ "name": parameter(BOOK) }), "", "Empty"),
                    "move": shelf("books.move", "POST", "v1/{+name}:move", json!({ "name": parameter(BOOK) }), "Book", "Book"),
                } } },
            },
            "operations": { "methods": {
                "get": shelf("operations.get", "GET", "v1/{+name}",
                             json!({ "name": parameter("^projects/[^/]+/operations/[^/]+$") }), "", "Operation"),
            } },
        } } },
    })
}

async fn with_shelf() -> Stage {
    let stage = Stage::serving(&library());
    stage.json(200, "POST /v1/projects/p/shelves\n\n{\"shelfId\":\"s\",\"shelf\":{\"theme\":\"poems\"}}").await;
    stage
}

#[tokio::test]
async fn what_takes_its_time_is_done_at_once_and_remembered() {
    let stage = Stage::serving(&library());
    let body = "{\"shelfId\":\"s\",\"shelf\":{\"theme\":\"poems\"}}";
    let operation = stage.json(200, &format!("POST /v1/projects/p/shelves\n\n{body}")).await;
    assert_eq!(operation["done"], true);
    let shelf = json!({ "@type": "type.googleapis.com/Shelf", "name": "projects/p/shelves/s", "theme": "poems" });
    assert_eq!(operation["response"], shelf);
    let name = operation["name"].as_str().unwrap();
    assert!(name.starts_with("projects/p/operations/"), "{name}");
    assert_eq!(stage.json(200, &format!("GET /v1/{name}")).await, operation);
    assert_eq!(stage.json(200, "GET /v1/projects/p/shelves/s").await["theme"], "poems");
    stage.json(409, &format!("POST /v1/projects/p/shelves\n\n{body}")).await;
    assert_eq!(stage.json(200, "DELETE /v1/projects/p/shelves/s").await["done"], true);
    stage.json(404, "GET /v1/projects/p/shelves/s").await;
    stage.json(404, "DELETE /v1/projects/p/shelves/s").await;
}

#[tokio::test]
async fn ids_and_names() {
    let stage = with_shelf().await;
    let books = "/v1/projects/p/shelves/s/books";
    let cases = [
        ("?bookId=b", "{\"title\":\"B\",\"name\":\"ignored\"}", Some("b")),
        ("", "{\"name\":\"c\"}", Some("c")),
        ("", "{\"name\":\"projects/p/shelves/s/books/d\"}", Some("d")),
        ("", "{\"name\":\"projects/p/shelves/other/books/e\"}", None),
        ("", "{}", None),
    ];
    for (query, body, id) in cases {
        let made = stage.json(200, &format!("POST {books}{query}\n\n{body}")).await;
        let name = made["name"].as_str().unwrap();
        let drawn = name.strip_prefix("projects/p/shelves/s/books/").unwrap();
        assert!(id.is_none_or(|id| id == drawn) && !drawn.is_empty(), "{body}: {name}");
        assert!(made["createTime"].is_string());
        assert_eq!(stage.json(200, &format!("GET /v1/{name}")).await, made);
    }
    let taken = stage.json(409, &format!("POST {books}?bookId=b\n\n{{}}")).await;
    assert!(taken["error"]["message"].as_str().unwrap().contains("\"b\""), "{taken}");
    stage.json(400, &format!("POST {books}?bookId=a%2Fb\n\n{{}}")).await;
    assert_eq!(stage.json(200, &format!("GET {books}?pageSize=2")).await["books"].as_array().unwrap().len(), 2);
    assert_eq!(stage.json(200, &format!("GET {books}")).await["books"].as_array().unwrap().len(), cases.len());
}

/// Shelves are made here, projects are not.
#[tokio::test]
async fn what_something_is_in_must_be_there_if_it_is_made_here() {
    let stage = Stage::serving(&library());
    for request in ["POST /v1/projects/p/shelves/none/books\n\n{}", "GET /v1/projects/p/shelves/none/books"] {
        let refusal = stage.json(404, request).await;
        assert!(refusal["error"]["message"].as_str().unwrap().contains("\"none\""), "{refusal}");
    }
    stage.json(200, "GET /v1/projects/p/shelves/-/books").await;
}

#[tokio::test]
async fn masks_of_changes() {
    let stage = with_shelf().await;
    let book = "/v1/projects/p/shelves/s/books/b";
    stage.json(404, &format!("PATCH {book}\n\n{{\"title\":\"T\"}}")).await;
    let rehearsed =
        stage.json(200, &format!("PATCH {book}?allowMissing=true&validateOnly=true\n\n{{\"title\":\"T\"}}")).await;
    assert_eq!(rehearsed["title"], "T");
    stage.json(404, &format!("GET {book}")).await;
    let body = "{\"title\":\"T\",\"size\":{\"pages\":1,\"height\":\"1m\"}}";
    stage.json(200, &format!("PATCH {book}?allowMissing=true\n\n{body}")).await;
    let cases = [
        ("title", json!({ "title": "U" }), json!({ "title": "U", "size": { "pages": 1, "height": "1m" } })),
        ("size.pages,title", json!({ "size": { "pages": 2 } }), json!({ "size": { "pages": 2, "height": "1m" } })),
        ("", json!({ "title": "V" }), json!({ "title": "V", "size": { "pages": 2, "height": "1m" } })),
        ("*", json!({ "title": "W" }), json!({ "title": "W" })),
    ];
    for (mask, body, expected) in cases {
        let patched = stage.json(200, &format!("PATCH {book}?updateMask={mask}&fields=title,size\n\n{body}")).await;
        assert_eq!(patched, expected, "{mask}");
    }
    let refusal = stage.json(400, &format!("PATCH {book}?updateMask=titel\n\n{{}}")).await;
    assert!(refusal["error"]["message"].as_str().unwrap().contains("\"titel\""), "{refusal}");
    assert_eq!(stage.json(200, &format!("DELETE {book}")).await, json!({}));
    let custom = stage.json(501, &format!("POST {book}:move\n\n{{}}")).await;
    assert!(custom["error"]["message"].as_str().unwrap().contains("books.move"), "{custom}");
}
