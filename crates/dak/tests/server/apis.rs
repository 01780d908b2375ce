//! Descriptions of APIs, one and many, from files and folders.

use std::fs;
use std::path::Path;

use dak_testkit::Call;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{check, dak, dak_ok, launch, refusal, text};

/// An API whose notes stand where those of every other one like it do.
fn notes(name: &str) -> Value {
    let id = json!({ "type": "string", "location": "path", "required": true });
    let note = json!({ "$ref": "Note" });
    json!({
        "name": name, "version": "v1", "servicePath": "v1/",
        "schemas": { "Note": { "type": "object", "properties": {
            "id": { "type": "string" }, "text": { "type": "string" },
        } } },
        "resources": { "notes": { "methods": {
            "insert": { "id": "notes.insert", "httpMethod": "POST", "path": "notes", "request": note, "response": note },
            "get": { "id": "notes.get", "httpMethod": "GET", "path": "notes/{id}", "parameters": { "id": id },
                     "response": note },
        } } },
    })
}

fn folder(documents: &[(&str, Value)]) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for (name, document) in documents {
        fs::write(folder.path().join(name), document.to_string()).expect("a file");
    }
    folder
}

fn refused(apis: &Path) -> String {
    refusal(&["--listen", "127.0.0.1:0", "--ephemeral", "--api", text(apis)])
}

#[test]
fn documents_that_cannot_be_served_together_are_named() {
    let mut broken = notes("a");
    broken["resources"]["notes"]["methods"]["get"]["path"] = json!("notes/{id");
    let mut double = notes("a");
    let mut again = double["resources"]["notes"]["methods"]["get"].clone();
    again["id"] = json!("notes.again");
    double["resources"]["notes"]["methods"]["again"] = again;
    let mut other = notes("a");
    other["title"] = json!("Another");
    let cases = [
        (vec![("a.json", notes("a")), ("b.json", notes("b"))], ["a:v1 notes.insert", "b:v1 notes.insert", "--apart"]),
        (vec![("a.json", notes("a")), ("b.json", other)], ["a.json", "b.json", "a:v1"]),
        (vec![("b.json", broken)], ["b.json", "resources.notes.methods.get", "{id"]),
        (vec![("a.json", double)], ["GET notes/{id}", "a:v1 notes.get", "out of the document"]),
        (vec![], ["Discovery document", "*.json", "no"]),
    ];
    for (documents, words) in cases {
        let said = refused(folder(&documents).path());
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
    }
    let own = folder(&[("own.json", notes("demo"))]);
    let said = refused(&own.path().join("own.json"));
    assert!(said.contains("demo:v1, which is built in; leave it out"), "{said}");
}

/// A folder may have what Google's clients ship beside the documents: APIs that are built in, and the list of all.
#[test]
fn folders_with_more_than_documents() {
    let list = json!({ "kind": "discovery#directoryList", "items": [] });
    let documents = folder(&[("a.json", notes("a")), ("index.json", list), ("own.json", notes("demo"))]);
    let checked = dak(&["api", "check", text(documents.path())]);
    assert!(checked.complaint.contains("own.json describes demo:v1, which is built in"), "{checked:?}");
    let server = launch().arguments(&["--api", text(documents.path())]).start();
    drop(server.send(&Call::new("POST", "/v1/notes").json(&json!({ "text": "x" }))).expect(200));
    drop(server.get("/demo/v1/324").expect(200));
}

/// A file of rules changes what one API does, is shown by the check, and is refused with the place that is wrong (`D57`).
#[test]
fn rules_give_verbs_behaviour() {
    let mut document = notes("a");
    document["resources"]["notes"]["methods"]["shout"] = json!({
        "id": "notes.shout", "httpMethod": "POST", "path": "notes/{id}:shout", "response": { "$ref": "Note" },
        "parameters": { "id": { "type": "string", "location": "path", "required": true } },
    });
    let documents = folder(&[("a.json", document)]);
    let (api, rules) = (documents.path().join("a.json"), documents.path().join("a.yaml"));
    let write =
        |rule: &str| fs::write(&rules, format!("api: a:v1\nmethods:\n  notes.shout: {rule}\n")).expect("a file");
    let arguments = ["--listen", "127.0.0.1:0", "--ephemeral", "--api", text(&api), "--rules", text(&rules)];
    write("{ set: { words: LOUD } }");
    let said = refusal(&arguments);
    assert!(said.contains("a.yaml: methods.notes.shout.set.words: Note has no such member"), "{said}");
    write("{ set: { text: LOUD } }");
    let said = dak_ok(&["api", "check", text(&api), "--rules", text(&rules)]);
    assert!(said.contains("  notes.shout  POST v1/notes/{id}:shout  verb, served\n"), "{said}");
    let server = launch().arguments(&["--api", text(&api), "--rules", text(&rules)]).start();
    let note = server.send(&Call::new("POST", "/v1/notes").json(&json!({ "text": "soft" }))).expect(200).json();
    let path = format!("/v1/notes/{}", note["id"].as_str().expect("an id"));
    let loud = server.send(&Call::new("POST", &format!("{path}:shout")).json(&json!({}))).expect(200).json();
    assert_eq!(loud["text"], "LOUD");
    assert_eq!(server.get(&path).expect(200).json(), loud);
}

/// README's example: a description, and the rules for what it cannot say.
#[test]
fn the_example_of_a_library() {
    let example = |name: &str| format!("{}/../../examples/library/{name}", env!("CARGO_MANIFEST_DIR"));
    let (api, rules) = (example("library.v1.json"), example("library.yaml"));
    let readme = fs::read_to_string(example("../../README.md")).expect("a file");
    let shown = fs::read_to_string(&rules).expect("a file");
    let shown = shown.split_once('\n').expect("a first line").1;
    assert!(readme.contains(shown), "README shows other rules than those that are there");
    let server = launch().arguments(&["--api", &api, "--rules", &rules]).start();
    let post = |status: u16, path: &str, body: Value| {
        server.send(&Call::new("POST", &format!("/library/v1/shelves{path}")).json(&body)).expect(status).json()
    };
    let made = |path: &str, body: Value| post(200, path, body)["id"].as_str().expect("an id").to_owned();
    let (novels, poems) = (made("", json!({ "label": "Novels" })), made("", json!({ "label": "Poems" })));
    post(400, &format!("/{novels}/books"), json!({ "title": "Emma", "pages": 0 }));
    let book = made(&format!("/{novels}/books"), json!({ "title": "Middlemarch", "state": "READ" }));
    assert_eq!(post(200, &format!("/{novels}/books/{book}:archive"), json!({}))["state"], "ARCHIVED");
    post(400, &format!("/{novels}/books/{book}:archive"), json!({}));
    post(200, &format!("/{novels}/books/{book}:move"), json!({ "destination": poems }));
    let books = |shelf: &str| server.get(&format!("/library/v1/shelves/{shelf}/books?fields=books/title")).json();
    assert_eq!(
        (books(&novels), books(&poems)),
        (json!({ "books": [] }), json!({ "books": [{ "title": "Middlemarch" }] }))
    );
    post(200, &format!("/{poems}:clear"), json!({}));
    assert_eq!(books(&poems), json!({ "books": [] }));
}

#[test]
fn apart_many_are_served_and_remembered() {
    let documents = folder(&[("a.json", notes("a")), ("again.json", notes("a")), ("b.json", notes("b"))]);
    let mut server = launch().arguments(&["--apart", "--api", text(documents.path())]).start();
    let data = server.data().to_owned();
    let insert = Call::new("POST", "/b/v1/v1/notes").json(&json!({ "text": "kept" }));
    let id = server.send(&insert).expect(200).json()["id"].as_str().expect("an id").to_owned();
    drop(server.get(&format!("/b/v1/v1/notes/{id}")).expect(200));
    drop(server.get(&format!("/a/v1/v1/notes/{id}")).expect(404));
    let document = server.get("/discovery/v1/apis/b/v1/rest").expect(200).json();
    assert_eq!(document["servicePath"], "b/v1/v1/");
    assert_eq!(document.get("dakApart"), None);
    assert!(server.stop().success());
    check(&data);
}

#[test]
fn a_check_says_what_each_method_would_do() {
    let mut document = notes("a");
    document["resources"]["notes"]["methods"]["run"] =
        json!({ "id": "notes.run", "httpMethod": "POST", "path": "notes:run" });
    let documents = folder(&[("a.json", document)]);
    let said = dak_ok(&["api", "check", text(documents.path())]);
    let lines = [
        "a:v1",
        "  notes.insert  POST v1/notes  insert, served",
        "  notes.get  GET v1/notes/{id}  get, served",
        "  notes.run  POST v1/notes:run  custom, not: its verb is its own",
        "all             2        0        1",
    ];
    for line in lines {
        assert!(said.lines().any(|other| other == line), "{line}\n{said}");
    }
    let totals = dak_ok(&["api", "check", "--totals", text(documents.path())]);
    assert!(said.ends_with(&totals) && !totals.contains("notes.get"), "{totals}");
    let run = dak(&["api", "check", text(&documents.path().join("none.json"))]);
    assert!(run.code != Some(0) && run.complaint.contains("none.json"), "{run:?}");
}
