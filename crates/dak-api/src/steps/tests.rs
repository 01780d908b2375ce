use serde_json::json;

use crate::sample;
use crate::steps::{Step, Steps};

/// `things/*/**`: a literal, one segment, one or more.
fn shown(pattern: &str) -> String {
    let name = json!({ "type": "string", "location": "path", "required": true, "pattern": pattern });
    let api = sample::method(&json!({ "path": "v1/{+name}", "parameters": { "name": name } }));
    let method = sample::run(&api);
    let row = Steps::new("", &method.template, &method.parameters);
    let text = |step: &Step| match step {
        Step::Literal(text) => text.clone(),
        Step::Variable => "*".to_owned(),
        Step::Rest => "**".to_owned(),
    };
    row.steps.iter().map(text).collect::<Vec<_>>().join("/")
}

#[test]
fn patterns_say_how_many_segments_there_are() {
    let cases = [
        ("^projects/[^/]+$", "v1/projects/*"),
        ("^projects/[^/]+/locations/[^/]+/things$", "v1/projects/*/locations/*/things"),
        ("^[^/]+$", "v1/*"),
        ("^[^/]+/[^/]+/things/[^/]+$", "v1/*/*/things/*"),
        ("^folders/[0-9]{1,19}$", "v1/folders/*"),
        ("^blocks/([a-z](?:[-a-z0-9]{0,61}[a-z0-9])?|[1-9][0-9]{0,19})$", "v1/blocks/*"),
        ("^projects/[^/]+/files/.*$", "v1/projects/*/files/**"),
        ("^operations/.*/and/.*$", "v1/**"),
        ("^[a-z](?:[-a-zA-Z0-9/]{0,255}[a-zA-Z0-9])?$", "v1/**"),
        ("^projects/[^/]+|folders/[^/]+$", "v1/**"),
        ("^files/[^:]+$", "v1/files/**"),
        ("^files/\\S+$", "v1/files/**"),
        ("projects/[^/]+", "v1/projects/*"),
        ("^.*$", "v1/**"),
    ];
    for (pattern, expected) in cases {
        assert_eq!(shown(pattern), expected, "{pattern}");
    }
}
