use dak_proto::query::Query;
use serde_json::{Value, json};

use crate::api::Api;
use crate::sample;

/// Names and values as `a=1&b=2`, or the fault's message.
fn arguments(api: &Api, id: &str, captures: &[&str], query: &str) -> String {
    let query = Query::parse(query).unwrap();
    let text = |(name, value): (&str, &str)| format!("{name}={value}");
    match api.method(id).unwrap().arguments(captures, &query) {
        Ok(arguments) => arguments.iter().map(text).collect::<Vec<_>>().join("&"),
        Err(fault) => {
            assert_eq!(fault.code, 400);
            assert!(fault.location.is_some());
            fault.message
        }
    }
}

#[test]
fn of_the_demo_list() {
    let api = sample::demo();
    let cases = [
        ("", ""),
        ("maxResults=2&pageToken=x", "maxResults=2&pageToken=x"),
        ("alt=json&fields=items&prettyPrint=false&key=k&%24.xgafv=2", ""),
        ("maxResults=0", "maxResults=0"),
        ("maxResults=100000000000000000000000", "maxResults=100000000000000000000000"),
        ("maxResults=-1", "Invalid value at 'maxResults' (TYPE_UINT32), \"-1\": expected a whole number, 0 or more."),
        ("maxResults=ten", "Invalid value at 'maxResults' (TYPE_UINT32), \"ten\": expected a whole number, 0 or more."),
        ("maxResults=", "Invalid value at 'maxResults' (TYPE_UINT32), \"\": expected a whole number, 0 or more."),
        ("status=active&status=pending", "status=active"),
        (
            "orderBy=size",
            "Invalid value at 'orderBy' (TYPE_ENUM), \"size\": \
                expected one of created, created desc, updated, updated desc, title, title desc.",
        ),
        ("orderBy=updated+desc", "orderBy=updated desc"),
        ("maxresults=1", "Unknown name \"maxresults\": the method has no such query parameter."),
        ("id=324", "Unknown name \"id\": the method has no such query parameter."),
    ];
    for (query, expected) in cases {
        assert_eq!(arguments(&api, "demo.items.list", &[], query), expected, "{query}");
    }
}

#[test]
fn of_the_path() {
    let api = sample::demo();
    let cases = [
        ("324", "", "id=324"),
        ("a%2Fb%20c", "", "id=a/b c"),
        ("%FF", "", "The value of id is not UTF-8."),
        ("324", "id=325", "Unknown name \"id\": the method has no such query parameter."),
    ];
    for (capture, query, expected) in cases {
        assert_eq!(arguments(&api, "demo.items.get", &[capture], query), expected, "{capture} {query}");
    }
}

fn check(parameter: &Value, query: &str, expected: &str) {
    let mut named = parameter.clone();
    named["location"] = json!("query");
    let api = sample::method(&json!({ "parameters": { "p": named } }));
    assert_eq!(arguments(&api, "test.run", &[], query), expected, "{parameter} {query}");
}

#[test]
fn repeated_required_and_default() {
    let required = json!({ "type": "string", "required": true });
    check(&required, "", "Required parameter: p");
    check(&required, "p=", "p=");
    check(&json!({ "type": "string", "required": true, "default": "x" }), "", "");
    check(&json!({ "type": "string", "repeated": true }), "p=1&p=2", "p=1&p=2");
    check(&json!({ "type": "boolean" }), "p=True", "p=true");
    let limited = json!({ "type": "integer", "maximum": "3", "repeated": true });
    check(
        &limited,
        "p=1&p=4",
        "Invalid value at 'p' (TYPE_INT32), \"4\": expected a whole number from -2147483648 to 3.",
    );
}

#[test]
fn a_long_value_is_not_repeated_whole() {
    let boolean = json!({ "type": "boolean" });
    let long = "ব".repeat(5000);
    let expected = format!("Invalid value at 'p' (TYPE_BOOL), \"{}…\": expected true or false.", "ব".repeat(100));
    check(&boolean, &format!("p={long}"), &expected);
}

#[test]
fn parameters_of_the_api_are_every_methods() {
    let api = sample::document(&json!({
        "parameters": {
            "userIp": { "type": "string", "location": "query" },
            "key": { "type": "integer", "location": "query" },
            "own": { "type": "boolean", "location": "query" },
        },
        "methods": { "run": {
            "id": "test.run", "httpMethod": "GET", "path": "run",
            "parameters": { "own": { "type": "string", "location": "query" } },
        } },
    }));
    assert_eq!(arguments(&api, "test.run", &[], "userIp=1&key=secret&own=text"), "userIp=1&own=text");
}

#[test]
fn values_or_defaults() {
    let api = sample::method(&json!({ "parameters": {
        "text": { "type": "string", "default": "d", "location": "query" },
        "yes": { "type": "boolean", "default": "true", "location": "query" },
        "no": { "type": "boolean", "location": "query" },
        "count": { "type": "integer", "location": "query" },
    } }));
    let query = Query::parse("count=12").unwrap();
    let arguments = sample::run(&api).arguments(&[], &query).unwrap();
    assert_eq!(arguments.text("text"), Some("d"));
    assert_eq!(arguments.all("text").count(), 0);
    assert!(arguments.flag("yes"));
    assert!(!arguments.flag("no"));
    assert_eq!(arguments.unsigned("count"), Some(12));
    assert_eq!(arguments.unsigned("text"), None);
    assert_eq!(arguments.text("unknown"), None);
}
