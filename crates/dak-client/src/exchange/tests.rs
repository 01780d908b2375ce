use bytes::Bytes;
use dak_proto::retry::GiveUp;
use http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Version};

use super::{Exchange, Heard, Moment};
use crate::body::Body;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::response::{Head, Response};

const NOW: Moment = Moment { now_s: 1_000_000, random: 0 };

fn call(method: Method) -> Call {
    let client = Client::new();
    let request = client.request(method, "http://one.example/a/b").bearer("secret");
    request.json("body").into_call().unwrap()
}

fn location(target: &str) -> HeaderMap {
    HeaderMap::from_iter([(LOCATION, HeaderValue::from_str(target).unwrap())])
}

fn heard(exchange: &mut Exchange, status: u16, headers: &HeaderMap) -> Result<Heard, Error> {
    exchange.heard(StatusCode::from_u16(status).unwrap(), headers)
}

fn response(status: u16, headers: &[(&'static str, &str)], body: &str) -> Response {
    let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    let status = StatusCode::from_u16(status).unwrap();
    let url = "http://one.example/".parse().unwrap();
    let head = Head { status, version: Version::HTTP_11, headers, url, attempts: 1 };
    Response::new(head, Bytes::copy_from_slice(body.as_bytes()), 0)
}

/// Status, method; then what the call is after a redirect: method, and whether it still has its body.
#[test]
fn a_redirect_keeps_or_changes_the_method() {
    let cases = [
        (301, Method::POST, Method::GET, false),
        (302, Method::POST, Method::GET, false),
        (303, Method::POST, Method::GET, false),
        (303, Method::PATCH, Method::GET, false),
        (301, Method::PATCH, Method::PATCH, true),
        (302, Method::GET, Method::GET, true),
        (303, Method::HEAD, Method::HEAD, true),
        (307, Method::POST, Method::POST, true),
        (308, Method::PUT, Method::PUT, true),
    ];
    for (status, before, after, keeps_body) in cases {
        let mut exchange = Exchange::new(call(before.clone()));
        let heard = heard(&mut exchange, status, &location("/c")).unwrap();
        assert_eq!(heard, Heard::Redirected, "{status} {before}");
        let call = exchange.call();
        assert_eq!(call.method, after, "{status} {before}");
        assert_eq!(call.url.as_str(), "http://one.example/c");
        assert_eq!(!call.body.is_empty(), keeps_body, "{status} {before}");
        assert_eq!(call.headers.contains_key(CONTENT_TYPE), keeps_body, "{status} {before}");
    }
}

/// Status, and whether the call goes on with all that it has.
#[test]
fn a_redirect_never_leaves_media_behind() {
    for (status, goes_on) in [(301, true), (302, true), (303, false), (307, true), (308, true)] {
        for method in [Method::POST, Method::PUT, Method::PATCH] {
            let mut call = call(method.clone());
            call.settings.carries_media = true;
            let mut exchange = Exchange::new(call);
            let heard = heard(&mut exchange, status, &location("/c"));
            if goes_on {
                assert_eq!(heard.unwrap(), Heard::Redirected, "{status}");
                let call = exchange.call();
                assert_eq!((&call.method, call.body.is_empty()), (&method, false), "{status}");
                assert!(call.headers.contains_key(CONTENT_TYPE), "{status}");
            } else {
                let error = heard.unwrap_err().to_string();
                assert!(error.contains("303 See Other to http://one.example/c"), "{error}");
            }
        }
    }
}

#[test]
fn what_is_not_a_redirect_is_an_answer() {
    for (status, headers) in [
        (308, HeaderMap::new()),
        (301, HeaderMap::new()),
        (300, location("/c")),
        (304, location("/c")),
        (201, location("/c")),
    ] {
        let mut exchange = Exchange::new(call(Method::PUT));
        assert_eq!(heard(&mut exchange, status, &headers).unwrap(), Heard::Answer, "{status}");
    }
    let mut stay = call(Method::GET);
    stay.settings.redirects_max = 0;
    assert_eq!(heard(&mut Exchange::new(stay), 302, &location("/c")).unwrap(), Heard::Answer);
}

#[test]
fn credentials_stay_with_their_origin() {
    let cases = [
        ("/c", true),
        ("c?d", true),
        ("http://one.example:80/c", true),
        ("https://one.example/a", false),
        ("http://one.example:81/a", false),
        ("//two.example/", false),
        ("http://sub.one.example/", false),
    ];
    for (target, keeps) in cases {
        let mut exchange = Exchange::new(call(Method::GET));
        heard(&mut exchange, 307, &location(target)).unwrap();
        assert_eq!(exchange.call().headers.contains_key(AUTHORIZATION), keeps, "{target}");
    }
}

#[test]
fn a_server_does_not_choose_the_credentials() {
    let mut exchange = Exchange::new(call(Method::GET));
    heard(&mut exchange, 302, &location("http://a:b@two.example/")).unwrap();
    assert_eq!(exchange.call().url.as_str(), "http://two.example/");
}

#[test]
fn redirects_that_lead_nowhere_are_errors() {
    let message =
        |exchange: &mut Exchange, target: &str| heard(exchange, 302, &location(target)).unwrap_err().to_string();

    let mut circle = Exchange::new(call(Method::GET));
    heard(&mut circle, 302, &location("/c")).unwrap();
    assert!(message(&mut circle, "/a/b").contains("in a loop"));

    let mut long = Exchange::new(call(Method::GET));
    for step in 0..10 {
        heard(&mut long, 302, &location(&format!("/{step}"))).unwrap();
    }
    assert_eq!(message(&mut long, "/10"), "the server redirects more than 10 times");

    let mut strange = Exchange::new(call(Method::GET));
    assert!(message(&mut strange, "ftp://one.example/").contains("ftp is not followed"));
    assert!(message(&mut strange, "http://").contains("the server redirects to \"http://\""));

    let mut once = call(Method::POST);
    once.body = Body::reader(None, std::io::empty());
    let error = heard(&mut Exchange::new(once), 307, &location("/c")).unwrap_err();
    assert!(error.to_string().contains("cannot be sent again"), "{error}");
}

#[test]
fn a_post_that_was_answered_elsewhere_is_not_a_loop() {
    let mut exchange = Exchange::new(call(Method::POST));
    heard(&mut exchange, 303, &location("/a/b")).unwrap();
    assert_eq!(exchange.call().method, Method::GET);
}

/// Method, whether there is a key, status; then the wait in seconds, or why there is none.
#[test]
fn an_error_is_retried_where_that_is_safe() {
    let cases = [
        (Method::GET, false, 503, Ok(1)),
        (Method::GET, false, 500, Ok(1)),
        (Method::GET, false, 429, Ok(1)),
        (Method::GET, false, 404, Err(GiveUp::Permanent)),
        (Method::GET, false, 401, Err(GiveUp::Permanent)),
        (Method::POST, false, 500, Err(GiveUp::MayHaveActed)),
        (Method::POST, false, 503, Ok(1)),
        (Method::POST, true, 500, Ok(1)),
        (Method::PUT, false, 502, Err(GiveUp::MayHaveActed)),
        (Method::DELETE, false, 504, Err(GiveUp::MayHaveActed)),
        (Method::PATCH, false, 429, Ok(1)),
    ];
    for (method, has_key, status, expected) in cases {
        let mut call = call(method.clone());
        if has_key {
            call.headers.insert(super::IDEMPOTENCY_KEY, HeaderValue::from_static("1"));
        }
        let verdict = Exchange::new(call).judge(&response(status, &[], ""), NOW);
        assert_eq!(verdict.map(|retrying| retrying.wait.as_secs()), expected, "{method} {status}");
    }
}

#[test]
fn retry_after_and_rate_limits_are_heeded() {
    let limit = r#"{"error":{"code":403,"message":"slow","errors":[{"reason":"rateLimitExceeded"}]}}"#;
    let cases = [
        (503, vec![("retry-after", "7")], "", Ok(7)),
        (503, vec![("retry-after", "Mon, 12 Jan 1970 13:46:50 GMT")], "", Ok(10)),
        (503, vec![("retry-after", "soon")], "", Ok(1)),
        (403, vec![], limit, Ok(1)),
        (403, vec![], "{}", Err(GiveUp::Permanent)),
    ];
    for (status, headers, body, expected) in cases {
        let verdict = Exchange::new(call(Method::GET)).judge(&response(status, &headers, body), NOW);
        assert_eq!(verdict.map(|retrying| retrying.wait.as_secs()), expected, "{status} {headers:?}");
    }
}

#[test]
fn the_waits_double_and_end() {
    let mut exchange = Exchange::new(call(Method::GET));
    let waits: Vec<u64> = std::iter::from_fn(|| {
        exchange.begin();
        let retrying = exchange.judge(&response(500, &[], ""), NOW).ok()?;
        assert_eq!(retrying.why, "the server answered 500 Internal Server Error (exponential backoff)");
        Some(retrying.wait.as_secs())
    })
    .collect();
    assert_eq!(waits, [1, 2, 4, 8, 16]);
    assert_eq!(exchange.attempts(), 6);
}

#[test]
fn failures_of_the_connection_are_retried_or_reported() {
    let mut get = Exchange::new(call(Method::GET));
    assert!(get.failed(Error::broken("cut"), NOW).is_ok());

    let mut post = Exchange::new(call(Method::POST));
    assert!(post.failed(Error::connect("refused"), NOW).is_ok());
    let error = post.failed(Error::broken("cut"), NOW).unwrap_err();
    assert_eq!(error.to_string(), "cut (not sent again: the server may have acted on it)");
    assert!(error.is_retryable());

    let mut once = call(Method::GET);
    once.body = Body::reader(None, std::io::empty());
    let error = Exchange::new(once).failed(Error::connect("refused"), NOW).unwrap_err();
    assert_eq!(error.to_string(), "refused (not sent again: its body cannot be sent again)");

    let error = get.failed(Error::TooLarge { limit: 5 }, NOW).unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 5 }));
}

#[test]
fn a_refusal_keeps_the_answer_and_its_message() {
    let body = r#"{"error":{"code":404,"message":"No item 7","errors":[{"reason":"notFound"}]}}"#;
    let exchange = Exchange::new(call(Method::GET));
    let error = exchange.refuse(response(404, &[("x-a", "1")], body), GiveUp::Permanent).unwrap_err();
    assert_eq!(error.to_string(), "the server answered 404 Not Found: No item 7");
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    assert_eq!(error.response().unwrap().headers()["x-a"], "1");
    assert_eq!(error.fault().unwrap().reason, "notFound");
    assert!(!error.is_retryable());
}
