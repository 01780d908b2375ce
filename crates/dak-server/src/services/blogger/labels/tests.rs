use serde_json::{Value, json};

use super::settle;

fn settled(labels: Value) -> Option<Value> {
    let mut post = json!({"labels": labels});
    settle(post.as_object_mut().unwrap()).ok()?;
    Some(post["labels"].take())
}

#[test]
fn labels_have_one_form() {
    let twenty: Vec<String> = (0..20).map(|number| format!("label{number}")).collect();
    for (sent, kept) in [
        (json!([]), Some(json!([]))),
        (json!([" a ", "b", "a", "", "কবিতা"]), Some(json!(["a", "b", "কবিতা"]))),
        (json!(["a, b", ",c,,"]), Some(json!(["a", "b", "c"]))),
        (json!(twenty), Some(json!(twenty))),
        (json!([twenty.clone(), vec!["one more".to_owned()]].concat()), None),
        (json!(["x".repeat(200)]), Some(json!(["x".repeat(200)]))),
        (json!(["x".repeat(201)]), None),
        (json!(["x".repeat(99), "y".repeat(100)]), None),
    ] {
        assert_eq!(settled(sent.clone()), kept, "{sent}");
    }
}
