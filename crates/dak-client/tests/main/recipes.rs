//! Pages, edits, and requests under another name.

use dak_client::{StatusCode, blocking};
use dak_testkit::{Play, Scripted};
use serde_json::json;

#[test]
fn pages_follow_their_tokens() {
    let server = Scripted::start([
        Play::json(200, &json!({"items": [1, 2], "nextPageToken": "t1"})),
        Play::json(200, &json!({"items": [3]})),
    ]);
    let pages = blocking::Client::new().list(server.url("/list?maxResults=2"));
    let items: Vec<_> = pages.flat_map(|page| page.unwrap()["items"].as_array().unwrap().clone()).collect();
    assert_eq!(items, [1, 2, 3]);
    assert_eq!(server.requests()[1].target, "/list?maxResults=2&pageToken=t1");
}

#[tokio::test]
async fn async_pages_end_too() {
    let server = Scripted::start([Play::json(200, &json!({"nextPageToken": "t1"})), Play::json(200, &json!({}))]);
    let mut pages = dak_client::Client::new().list(server.url("/list"));
    let mut count = 0;
    while let Some(_page) = pages.next_page().await.unwrap() {
        count += 1;
    }
    assert_eq!(count, 2);
}

#[tokio::test]
async fn an_edit_that_was_overtaken_starts_again() {
    let item = |etag, title| Play::new(200, &[("ETag", etag)], json!({"title": title, "n": 1}).to_string());
    let server = Scripted::start([
        item("\"v1\"", "old"),
        Play::json(412, &json!({})),
        item("\"v2\"", "other"),
        item("\"v3\"", "other!"),
    ]);
    let change = |item: &mut serde_json::Value| item["title"] = format!("{}!", item["title"].as_str().unwrap()).into();
    let answer = dak_client::Client::new().edit(server.url("/1"), change).await.unwrap();
    assert_eq!(answer["title"], "other!");
    let requests = server.requests();
    assert_eq!((requests[1].header("if-match"), &requests[1].body[..]), (Some("\"v1\""), &b"{\"title\":\"old!\"}"[..]));
    assert_eq!(
        (requests[3].header("if-match"), &requests[3].body[..]),
        (Some("\"v2\""), &b"{\"title\":\"other!\"}"[..])
    );
}

#[test]
fn an_edit_gives_up_after_five_rounds() {
    let rounds = (0..5).flat_map(|_| [Play::new(200, &[("ETag", "\"v\"")], "{}"), Play::json(412, &json!({}))]);
    let server = Scripted::start(rounds);
    let error = blocking::Client::new().edit(server.url("/1"), |item| item["a"] = 1.into()).unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::PRECONDITION_FAILED));
    assert_eq!(server.requests().len(), 10);
}

#[test]
fn a_patch_can_go_as_a_post() {
    let server = Scripted::start([Play::new(200, &[], "")]);
    blocking::Client::new().patch(server.url("/1")).method_override(true).json(&json!({"a": null})).send().unwrap();
    let request = &server.requests()[0];
    assert_eq!((&*request.method, request.header("x-http-method-override")), ("POST", Some("PATCH")));
    assert_eq!(request.body, b"{\"a\":null}");
}

#[test]
fn a_request_can_be_compressed() {
    let server = Scripted::start([Play::new(200, &[], "")]);
    let text = "words and words ".repeat(1000);
    blocking::Client::new().post(server.url("/")).gzip_body(true).body(text.clone()).send().unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.header("content-encoding"), Some("gzip"));
    let mut plain = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&request.body[..]), &mut plain).unwrap();
    assert_eq!(plain, text);
}
