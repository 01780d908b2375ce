use bytes::Bytes;
use dak_proto::retry::GiveUp;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Version};
use serde_json::{Value, json};

use super::{Edit, EditStep, ROUNDS_MAX};
use crate::client::Client;
use crate::error::{Error, Refusal};
use crate::response::{Head, Response};

fn answer(status: u16, etag: Option<&'static str>, body: Value) -> Response {
    let headers = HeaderMap::from_iter(etag.map(|etag| (http::header::ETAG, HeaderValue::from_static(etag))));
    let status = StatusCode::from_u16(status).unwrap();
    let url = "http://a.example/1".parse().unwrap();
    let head = Head { status, version: Version::HTTP_11, headers, url, attempts: 1 };
    Response::new(head, Bytes::from(body.to_string()), 0)
}

fn overtaken() -> Result<Response, Error> {
    let response = answer(412, None, json!({}));
    let fault = dak_proto::fault::Fault::from_response(412, b"");
    Err(Error::Status(Box::new(Refusal { response, fault, gave_up: GiveUp::Permanent })))
}

fn edit(change: impl FnMut(&mut Value)) -> Edit<impl FnMut(&mut Value)> {
    Edit::new(Client::new().get("http://a.example/1").into_call().unwrap(), change)
}

/// The call of a step: method, If-Match, body.
fn sent(step: EditStep) -> (Method, Option<String>, Value) {
    let EditStep::Send(call) = step else { panic!("the edit is over") };
    let condition = call.headers.get("if-match").map(|value| value.to_str().unwrap().to_owned());
    let body = call.body.as_bytes().map(|bytes| serde_json::from_slice(bytes).unwrap());
    (call.method.clone(), condition, body.unwrap_or_default())
}

#[test]
fn only_the_difference_is_sent_for_the_version_that_was_read() {
    let mut edit = edit(|item| {
        item["title"] = "New".into();
        item.as_object_mut().unwrap().remove("comment");
    });
    assert_eq!(sent(edit.start()), (Method::GET, None, Value::Null));
    let item = json!({"title": "Old", "comment": "c", "status": "s"});
    let step = edit.heard(Ok(answer(200, Some("\"v1\""), item))).unwrap();
    let difference = json!({"comment": null, "title": "New"});
    assert_eq!(sent(step), (Method::PATCH, Some("\"v1\"".to_owned()), difference));
    let step = edit.heard(Ok(answer(200, Some("\"v2\""), json!({"title": "New"})))).unwrap();
    assert!(matches!(step, EditStep::Done(response) if response["title"] == "New"));
}

#[test]
fn the_body_may_name_the_version() {
    let mut edit = edit(|item| item["a"] = 2.into());
    edit.start();
    let step = edit.heard(Ok(answer(200, None, json!({"etag": "v1", "a": 1})))).unwrap();
    assert_eq!(sent(step).1.as_deref(), Some("\"v1\""));
}

#[test]
fn without_a_version_there_is_no_safe_edit() {
    let mut edit = edit(|item| item["a"] = 2.into());
    edit.start();
    let error = edit.heard(Ok(answer(200, None, json!({"a": 1})))).map(drop).unwrap_err();
    assert!(matches!(error, Error::Unreadable(_)));
}

#[test]
fn no_difference_sends_nothing() {
    let mut edit = edit(|_| {});
    edit.start();
    let step = edit.heard(Ok(answer(200, Some("\"v1\""), json!({"a": 1})))).unwrap();
    assert!(matches!(step, EditStep::Done(response) if response["a"] == 1));
}

#[test]
fn whoever_is_overtaken_starts_again_but_not_for_ever() {
    let mut edit = edit(|item| item["a"] = 2.into());
    let mut step = Ok(edit.start());
    let mut patches = 0;
    while let Ok(EditStep::Send(call)) = step {
        step = if call.method == Method::GET {
            edit.heard(Ok(answer(200, Some("\"v\""), json!({"a": 1}))))
        } else {
            patches += 1;
            edit.heard(overtaken())
        };
    }
    assert_eq!(patches, ROUNDS_MAX);
    assert_eq!(step.map(drop).unwrap_err().status(), Some(StatusCode::PRECONDITION_FAILED));
}
