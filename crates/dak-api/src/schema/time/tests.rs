use serde_json::{Value, json};

use crate::sample;
use crate::schema::{Event, TimeForm};

/// `D84`: by name and type, with what the description says of the unit.
#[test]
fn members_that_are_times() {
    let time = json!({ "type": "string", "format": "google-datetime" });
    let text = json!({ "type": "string" });
    let number = |description: &str| json!({ "type": "string", "format": "int64", "description": description });
    let marked = json!({ "type": "string", "format": "date-time", "readOnly": true });
    let cases = [
        ("createTime", &time, Some((Event::Created, TimeForm::Text, false))),
        ("createdTime", &time, Some((Event::Created, TimeForm::Text, true))),
        ("createdTime", &marked, Some((Event::Created, TimeForm::Text, false))),
        ("modifiedTime", &time, Some((Event::Changed, TimeForm::Text, true))),
        ("updated", &text, Some((Event::Changed, TimeForm::Text, false))),
        ("creationTime", &number("In milliseconds."), Some((Event::Created, TimeForm::Milliseconds, true))),
        ("creationTime", &number("In seconds. Output only."), Some((Event::Created, TimeForm::Seconds, false))),
        ("published", &json!({ "type": "boolean" }), None),
        ("created", &json!({ "type": "integer", "format": "int32" }), None),
        ("created", &json!({ "type": "string", "enum": ["A"] }), None),
        ("backupCreateTime", &time, None),
        ("startTime", &time, None),
    ];
    for (name, schema, expected) in cases {
        let found = times(name, schema);
        assert_eq!(found, expected, "{name} {schema}");
    }
}

fn times(name: &str, schema: &Value) -> Option<(Event, TimeForm, bool)> {
    let api = sample::document(&json!({ "schemas": { "Item": { "type": "object", "properties": { name: schema } } } }));
    let item = api.schemas.object(api.schemas.named("Item").unwrap()).unwrap();
    item.times().first().map(|time| (time.event, time.form, time.may_be_given))
}
