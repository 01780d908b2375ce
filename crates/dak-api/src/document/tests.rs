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

#[test]
fn what_is_not_json_is_said_to_be_so() {
    let error = Api::parse(b"{\"name\":").unwrap_err();
    assert_eq!(error.path, "");
    assert!(error.message.starts_with("not JSON: EOF"), "{error}");
    assert_eq!(Api::parse(b"[]").unwrap_err().to_string(), "has no \"name\"");
}
