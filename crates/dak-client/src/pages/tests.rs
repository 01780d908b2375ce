use bytes::Bytes;
use http::{HeaderMap, StatusCode, Version};

use super::Pager;
use crate::client::Client;
use crate::error::Error;
use crate::response::{Head, Response};

fn page(body: &str) -> Result<Response, Error> {
    let url = "http://a.example/".parse().unwrap();
    let head = Head { status: StatusCode::OK, version: Version::HTTP_11, headers: HeaderMap::new(), url, attempts: 1 };
    Ok(Response::new(head, Bytes::copy_from_slice(body.as_bytes()), 0))
}

fn pager(url: &str) -> Pager {
    Pager::new(Client::new().get(url).into_call().map_err(|error| error.to_string()))
}

fn next_query(pager: &mut Pager) -> Option<String> {
    let call = pager.next_call().unwrap()?;
    Some(call.url.query().unwrap_or_default().to_owned())
}

#[test]
fn each_page_names_the_next() {
    let mut pager = pager("http://a.example/list?maxResults=2");
    assert_eq!(next_query(&mut pager).as_deref(), Some("maxResults=2"));
    pager.heard(page(r#"{"nextPageToken":"a=b"}"#)).unwrap();
    assert_eq!(next_query(&mut pager).as_deref(), Some("maxResults=2&pageToken=a%3Db"));
    pager.heard(page(r#"{"nextPageToken":"c"}"#)).unwrap();
    assert_eq!(next_query(&mut pager).as_deref(), Some("maxResults=2&pageToken=c"));
    pager.heard(page(r#"{"items":[]}"#)).unwrap();
    assert_eq!(next_query(&mut pager), None);
}

#[test]
fn an_empty_token_or_no_json_is_the_last_page() {
    for body in [r#"{"nextPageToken":""}"#, r#"{"nextPageToken":7}"#, "[]", "text", ""] {
        let mut pager = pager("http://a.example/list");
        next_query(&mut pager);
        pager.heard(page(body)).unwrap();
        assert_eq!(next_query(&mut pager), None, "{body}");
    }
}

#[test]
fn a_token_that_stays_the_same_is_an_error() {
    let mut pager = pager("http://a.example/list");
    pager.heard(page(r#"{"nextPageToken":"a"}"#)).unwrap();
    assert!(pager.heard(page(r#"{"nextPageToken":"a"}"#)).is_err());
    assert_eq!(next_query(&mut pager), None);
}

#[test]
fn an_error_is_the_end() {
    let mut wrong = pager("ftp://a.example/");
    assert!(wrong.next_call().is_err());
    assert!(wrong.next_call().unwrap().is_none());

    let mut cut = pager("http://a.example/list");
    assert!(cut.heard(Err(Error::broken("cut"))).is_err());
    assert!(cut.next_call().unwrap().is_none());
}

#[test]
fn a_mask_is_widened_by_the_token() {
    let cases = [
        ("fields=items", "fields=items%2CnextPageToken"),
        ("a=1&fields=items(id)&b=2", "a=1&fields=items%28id%29%2CnextPageToken&b=2"),
        ("fields=nextPageToken", "fields=nextPageToken"),
        ("fields=*", "fields=*"),
        ("fields=a(", "fields=a("),
        ("a=1", "a=1"),
    ];
    for (before, after) in cases {
        let mut pager = pager(&format!("http://a.example/list?{before}"));
        let query = next_query(&mut pager).unwrap().replace("%2F", "/");
        assert_eq!(query, after.replace("items%28id%29", &items_id()), "{before}");
    }
}

/// The canonical print of `items(id)`, encoded.
fn items_id() -> String {
    let mask = dak_proto::fields::Mask::parse("items(id)").unwrap().to_string();
    url::form_urlencoded::byte_serialize(mask.as_bytes()).collect::<String>().replace("%2F", "/")
}
