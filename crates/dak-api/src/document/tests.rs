use serde_json::{Value, json};

use crate::api::Api;
use crate::sample;

const LIST: &str = "/resources/items/methods/list";

fn check(pointer: &str, value: Value, expected: &str) {
    let error = Api::parse(&sample::demo_with(pointer, value)).unwrap_err();
    assert_eq!(error.to_string(), expected, "{pointer}");
}

#[test]
fn errors_name_the_path() {
    let list = "resources.items.methods.list";
    let cases = [
        ("/name", json!(null), "has no \"name\"".to_owned()),
        ("/version", json!(1), "version: must be a string".to_owned()),
        ("/features", json!(["a", 1]), "features[1]: must be a string".to_owned()),
        ("/resources", json!([]), "resources: must be an object".to_owned()),
        ("/schemas/Item/properties/title", json!(1), "schemas.Item.properties.title: must be an object".to_owned()),
        (
            "/schemas/Item/properties/author/$ref",
            json!("Nobody"),
            "schemas.Item.properties.author: there is no schema \"Nobody\"".to_owned(),
        ),
        (
            "/schemas/Item/properties/comment/type",
            json!("text"),
            "schemas.Item.properties.comment: the type \"text\" cannot stand here".to_owned(),
        ),
        (
            "/schemas/Item/properties/title/annotations/required",
            json!("x"),
            "schemas.Item.properties.title.annotations.required: must be an array".to_owned(),
        ),
        (&format!("{LIST}/path"), json!(null), format!("{list}: has no \"path\"")),
        (
            &format!("{LIST}/path"),
            json!("a/{b}"),
            format!("{list}: path \"a/{{b}}\": there is no path parameter \"b\""),
        ),
        (
            &format!("{LIST}/path"),
            json!("a/{b"),
            format!("{list}: path \"a/{{b\": `{{b` is neither text nor one {{name}} or {{+name}}"),
        ),
        (
            &format!("{LIST}/httpMethod"),
            json!("FETCH"),
            format!("{list}: the HTTP method \"FETCH\" is not one of DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"),
        ),
        (&format!("{LIST}/response/$ref"), json!("X"), format!("{list}.response: there is no schema \"X\"")),
        (
            &format!("{LIST}/parameters/maxResults/maximum"),
            json!("many"),
            format!("{list}.parameters.maxResults.maximum: must be a number of the member's type"),
        ),
        (
            &format!("{LIST}/parameters/q/location"),
            json!("header"),
            format!("{list}.parameters.q: the location must be \"path\" or \"query\""),
        ),
        (
            &format!("{LIST}/parameters/q/repeated"),
            json!("yes"),
            format!("{list}.parameters.q.repeated: must be true or false"),
        ),
        (
            &format!("{LIST}/mediaUpload"),
            json!({ "maxSize": "35 lightyears" }),
            format!("{list}.mediaUpload.maxSize: must be a size like \"35MB\" or a number of bytes"),
        ),
    ];
    for (pointer, value, expected) in cases {
        check(pointer, value, &expected);
    }
}

/// `D86`: names that could stand in no path, what is there twice, and what is there and nothing.
#[test]
fn what_a_request_would_find_out() {
    let list = "resources.items.methods.list";
    let word = "must be of letters, digits, and _ - . between them";
    let same = "resources.items.methods.get: another method has the id \"demo.items.get\" too";
    let cases = [
        ("/name", json!("a/b"), format!("name: {word}")),
        ("/name", json!(""), format!("name: {word}")),
        ("/version", json!(".."), format!("version: {word}")),
        (LIST, json!(null), format!("{list}: must not be null; leave it out")),
        (&format!("{LIST}/id"), json!("demo.items.get"), same.to_owned()),
        (
            &format!("{LIST}/parameters/q/pattern"),
            json!("("),
            format!("{list}.parameters.q.pattern: is no regular expression: a ( is not closed"),
        ),
    ];
    for (pointer, value, expected) in cases {
        check(pointer, value, &expected);
    }
}

#[test]
fn what_is_not_json_is_said_to_be_so() {
    let error = Api::parse(b"{\"name\":").unwrap_err();
    assert_eq!(error.path, "");
    assert!(error.message.starts_with("not JSON: EOF"), "{error}");
    let kinds = [("[]", "an array"), ("7", "none")];
    for (text, kind) in kinds {
        let expected = format!("a description is a JSON object, and this is {kind}");
        assert_eq!(Api::parse(text.as_bytes()).unwrap_err().to_string(), expected);
    }
}
