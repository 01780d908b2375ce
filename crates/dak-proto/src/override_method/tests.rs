use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Uri};

use super::{METHOD_OVERRIDE, OVERRIDES, URI_CHARS_MAX, disguise, effective_method, is_too_long};

const FORM: &str = "application/x-www-form-urlencoded";

fn headers(overrides: &[&str], content_type: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in overrides {
        headers.append(METHOD_OVERRIDE, HeaderValue::from_str(value).unwrap());
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
    headers
}

/// (method, override headers, content type, the method meant or 405, whether the form is the query)
const CASES: &[(Method, &[&str], &str, Option<Method>, bool)] = &[
    (Method::POST, &[], "application/json", Some(Method::POST), false),
    (Method::POST, &["PATCH"], "application/json", Some(Method::PATCH), false),
    (Method::POST, &[" patch "], "application/json", Some(Method::PATCH), false),
    (Method::POST, &["Delete"], "application/json", Some(Method::DELETE), false),
    (Method::POST, &["PUT"], FORM, Some(Method::PUT), false),
    (Method::POST, &["POST"], FORM, Some(Method::POST), false),
    (Method::POST, &["GET"], FORM, Some(Method::GET), true),
    (Method::POST, &["HEAD"], FORM, Some(Method::HEAD), true),
    (Method::POST, &["GET"], "Application/X-WWW-Form-URLEncoded; charset=utf-8", Some(Method::GET), true),
    (Method::POST, &["GET"], "application/json", Some(Method::GET), false),
    (Method::POST, &[""], "application/json", Some(Method::POST), false),
    (Method::POST, &["  "], "application/json", Some(Method::POST), false),
    (Method::POST, &[], FORM, Some(Method::POST), false),
    // Nothing but the six.
    (Method::POST, &["TRACE"], "application/json", None, false),
    (Method::POST, &["OPTIONS"], "application/json", None, false),
    (Method::POST, &["PATCH, DELETE"], "application/json", None, false),
    (Method::POST, &["PATCH", "DELETE"], "application/json", None, false),
    (Method::POST, &["", "DELETE"], "application/json", None, false),
    // Nothing but POST is overridden.
    (Method::GET, &["DELETE"], FORM, Some(Method::GET), false),
    (Method::PUT, &["PATCH"], "application/json", Some(Method::PUT), false),
    (Method::HEAD, &["nonsense"], FORM, Some(Method::HEAD), false),
];

#[test]
fn a_post_can_mean_another_method() {
    for (method, overrides, content_type, wanted, form_is_query) in CASES {
        let found = effective_method(method, &headers(overrides, content_type));
        let found = found.map(|effective| (effective.method, effective.form_is_query));
        match wanted {
            Some(wanted) => assert_eq!(found, Ok((wanted.clone(), *form_is_query)), "{overrides:?}"),
            None => assert_eq!(found.map_err(|fault| fault.code), Err(405), "{overrides:?}"),
        }
    }
}

#[test]
fn a_refusal_says_what_is_allowed() {
    let fault = effective_method(&Method::POST, &headers(&["LINK"], FORM)).unwrap_err();
    let allow = fault.headers.iter().find(|(name, _)| *name == ALLOW);
    assert_eq!(allow.unwrap().1, "GET, HEAD, PUT, PATCH, DELETE, POST");
}

#[test]
fn odd_bytes_are_refused() {
    let mut headers = HeaderMap::new();
    headers.insert(METHOD_OVERRIDE, HeaderValue::from_bytes(b"\xffGET").unwrap());
    assert_eq!(effective_method(&Method::POST, &headers).unwrap_err().code, 405);
}

#[test]
fn a_head_that_came_as_a_post_is_framed_as_one() {
    for (travelled_as, overrides, framed) in
        [(Method::POST, "HEAD", true), (Method::HEAD, "", false), (Method::POST, "GET", false)]
    {
        let effective = effective_method(&travelled_as, &headers(&[overrides], FORM)).unwrap();
        assert_eq!(effective.frames_head_as_post(&travelled_as), framed, "{overrides}");
    }
}

#[test]
fn a_disguise_is_seen_through() {
    for method in OVERRIDES {
        let (travels_as, value) = disguise(&method);
        assert!(travels_as == Method::GET || travels_as == Method::POST);
        let mut headers = HeaderMap::new();
        headers.extend(value.map(|value| (METHOD_OVERRIDE, value)));
        assert_eq!(effective_method(&travels_as, &headers).unwrap().method, method);
    }
    assert_eq!(disguise(&Method::OPTIONS), (Method::OPTIONS, None));
}

#[test]
fn long_uris_are_told_from_short_ones() {
    for (chars, wanted) in [(URI_CHARS_MAX, false), (URI_CHARS_MAX + 1, true)] {
        let uri: Uri = format!("/{}", "a".repeat(chars - 1)).parse().unwrap();
        assert_eq!(is_too_long(&uri), wanted, "{chars}");
    }
}
