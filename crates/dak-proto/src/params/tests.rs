use http::{HeaderMap, HeaderValue, Method};
use proptest::prelude::*;

use super::{Alt, CALLBACK_CHARS_MAX, FIELD_MASK_HEADER, MaskSource, Standard, is_standard};
use crate::fault::{Fault, LocationKind};
use crate::fields::Mask;
use crate::json::Layout;
use crate::query::Query;

fn parse(query: &str, mask_header: Option<&str>, method: &Method) -> Result<Standard, Fault> {
    let mut headers = HeaderMap::new();
    if let Some(text) = mask_header {
        headers.insert("x-goog-fieldmask", HeaderValue::from_str(text).unwrap());
    }
    Standard::parse(&Query::parse(query).unwrap(), &headers, method)
}

fn get(query: &str) -> Standard {
    parse(query, None, &Method::GET).unwrap()
}

/// (query of a GET, the parameter that is refused)
const REFUSED: &[(&str, &str)] = &[
    ("$.xgafv=3", "$.xgafv"),
    ("$.xgafv=01", "$.xgafv"),
    ("alt=proto", "alt"),
    ("alt=xml", "alt"),
    ("alt=JSON", "alt"),
    ("callback=1a", "callback"),
    ("callback=a.", "callback"),
    ("callback=.a", "callback"),
    ("callback=a..b", "callback"),
    ("callback=a-b", "callback"),
    ("callback=alert(1)//", "callback"),
    ("callback=a%3Cscript", "callback"),
    ("callback=a%0Ab", "callback"),
    ("callback=%E0%A6%A1", "callback"),
    ("fields=a(", "fields"),
    ("$fields=a(", "fields"),
    // In the order of the checks, not of the query.
    ("fields=a(&callback=-&alt=xml&$.xgafv=3", "$.xgafv"),
    ("fields=a(&callback=-&alt=xml&$.xgafv=2", "alt"),
    ("fields=a(&callback=-&alt=json", "callback"),
    ("fields=a(&callback=f", "fields"),
    // The first of several counts.
    ("alt=xml&alt=json", "alt"),
    ("fields=a(&fields=a", "fields"),
];

#[test]
fn the_first_bad_parameter_is_refused() {
    for (query, name) in REFUSED {
        let fault = parse(query, None, &Method::GET).unwrap_err();
        assert_eq!(fault.code, 400, "{query}");
        assert_eq!(fault.location.unwrap().name, *name, "{query}");
    }
}

#[test]
fn protocol_buffers_are_refused_in_words() {
    let fault = parse("alt=proto", None, &Method::GET).unwrap_err();
    assert_eq!(fault.message, "alt=proto is not supported; use json or media.");
}

#[test]
fn the_defaults() {
    let standard = get("");
    assert_eq!((standard.alt, standard.layout, standard.errors_list), (Alt::Json, Layout::Pretty, true));
    assert!(standard.mask.is_all());
    assert_eq!((standard.mask_text, standard.mask_source), (None, MaskSource::Absent));
    assert_eq!((standard.callback, standard.key, standard.quota_user), (None, None, None));
    assert_eq!(get("alt=&callback=&key=&$.xgafv=&fields=").key, None);
}

#[test]
fn the_plain_ones() {
    let standard = get("key=k&quotaUser=q&access_token=t&oauth_token=o&uploadType=media&upload_protocol=raw&key=2");
    assert_eq!(standard.key.as_deref(), Some("k"));
    assert_eq!(standard.quota_user.as_deref(), Some("q"));
    assert_eq!(standard.upload_type.as_deref(), Some("media"));
    assert_eq!(standard.upload_protocol.as_deref(), Some("raw"));
    assert_eq!(standard.query_token(), Some("t"));
    assert_eq!(get("oauth_token=o").query_token(), Some("o"));
    assert_eq!(get("alt=media").alt, Alt::Media);
    assert!(get("$.xgafv=1").errors_list);
    assert!(!get("$.xgafv=2").errors_list);
}

/// (query, whether the answer is compact)
const LAYOUTS: &[(&str, bool)] = &[
    ("prettyPrint=false", true),
    ("prettyPrint=0", true),
    ("prettyPrint=true", false),
    ("prettyPrint=False", false),
    ("prettyPrint=no", false),
    ("prettyPrint=", false),
    ("prettyPrint=00", false),
    ("prettyPrint=true&prettyPrint=false", false),
    ("prettyPrint=false&prettyPrint=true", true),
];

#[test]
fn only_false_and_0_make_it_compact() {
    for (query, compact) in LAYOUTS {
        assert_eq!(get(query).layout == Layout::Compact, *compact, "{query}");
    }
}

/// (query, header, the mask that counts, where it came from)
const MASKS: &[(&str, Option<&str>, &str, MaskSource)] = &[
    ("fields=a,b", None, "a,b", MaskSource::Query),
    ("$fields=a", None, "a", MaskSource::Query),
    ("fields=a&$fields=b", None, "a", MaskSource::Query),
    ("$fields=b&fields=a", None, "b", MaskSource::Query),
    ("fields=a&fields=(", None, "a", MaskSource::Query),
    ("", Some("a.b"), "a/b", MaskSource::Header),
    ("fields=c", Some("a"), "c", MaskSource::Query),
    ("fields=c", Some("a("), "c", MaskSource::Query),
    ("fields=", Some("a"), "*", MaskSource::Query),
    ("fields=*", None, "*", MaskSource::Query),
    ("fields=+", None, "*", MaskSource::Query),
    ("", Some(""), "*", MaskSource::Header),
    // Where media is asked for a mask is neither looked at nor checked.
    ("alt=media&fields=a(", Some("("), "*", MaskSource::Absent),
];

#[test]
fn the_query_goes_before_the_header() {
    for (query, header, wanted, source) in MASKS {
        let standard = parse(query, *header, &Method::GET).unwrap();
        assert_eq!(standard.mask, Mask::parse(wanted).unwrap(), "{query} {header:?}");
        assert_eq!(standard.mask_source, *source, "{query} {header:?}");
    }
    assert_eq!(get("fields=a,+b").mask_text.as_deref(), Some("a, b"));
    assert_eq!(get("fields=+").mask_text, None);
}

#[test]
fn a_bad_mask_in_the_header_is_the_headers_fault() {
    let fault = parse("", Some("a("), &Method::GET).unwrap_err();
    let location = fault.location.unwrap();
    assert_eq!((location.kind, location.name.as_str()), (LocationKind::Header, FIELD_MASK_HEADER));

    let mut headers = HeaderMap::new();
    headers.insert("x-goog-fieldmask", HeaderValue::from_bytes(b"\xff").unwrap());
    assert_eq!(Standard::parse(&Query::default(), &headers, &Method::GET).unwrap_err().code, 400);
}

#[test]
fn a_callback_names_a_function() {
    let longest = "f".repeat(CALLBACK_CHARS_MAX);
    for name in ["f", "jQuery1234_5", "angular.callbacks._0", "$", "_.a.b", &longest] {
        assert_eq!(get(&format!("callback={name}")).callback.as_deref(), Some(name));
    }
    assert!(parse(&format!("callback={longest}f"), None, &Method::GET).is_err());
}

#[test]
fn a_callback_is_for_reads_alone() {
    for method in [Method::POST, Method::PATCH, Method::DELETE] {
        for query in ["callback=f", "callback=-"] {
            assert_eq!(parse(query, None, &method).unwrap().callback, None, "{method} {query}");
        }
    }
}

#[test]
fn every_method_takes_the_standard_ones() {
    for name in
        ["$.xgafv", "alt", "fields", "$fields", "prettyPrint", "upload_protocol", "trace", "pp", "userip", "strict"]
    {
        assert!(is_standard(name), "{name}");
    }
    for name in ["", "Fields", "maxResults", "pageToken", "q", "upload_id"] {
        assert!(!is_standard(name), "{name}");
    }
}

proptest! {
    #[test]
    fn any_query_is_read_or_refused(name in "alt|callback|fields|prettyPrint|[$].xgafv", value: String) {
        let text = form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).finish();
        if let Err(fault) = parse(&text, None, &Method::GET) {
            prop_assert_eq!(fault.code, 400);
            prop_assert_eq!(fault.location.unwrap().name, name);
        }
    }
}
