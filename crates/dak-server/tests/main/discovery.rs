//! Descriptions as clients ask for them.

use serde_json::Value;

use crate::stage::Stage;

/// Which API a description is asked of where Google's clients know one host for each (D26).
#[tokio::test]
async fn the_api_of_a_host() {
    let stage = Stage::new().await;
    for (request, api) in [
        // What Google's Python client asks for, which says nothing of the API.
        ("$discovery/rest?version=v1", "gmail"),
        ("$discovery/rest?version=v3", "blogger"),
        ("$discovery/rest?version=v9", ""),
        ("$discovery/rest?version=v1\nHost: demo.localhost:7070", "demo"),
        ("$discovery/rest?version=v1\nHost: wrapped.localhost:7070", "wrapped"),
        ("$discovery/rest?version=v1\nHost: gmail.localhost:7070", "gmail"),
        ("$discovery/rest?version=v1&api=demo", "demo"),
        ("$discovery/rest?version=v1&api=demo\nHost: gmail.localhost:7070", "demo"),
        ("$discovery/rest?version=v1&api=blogger", ""),
        ("demo/$discovery/rest?version=v1", "demo"),
        ("gmail/$discovery/rest?version=v1", "gmail"),
        ("discovery/v1/apis/gmail/v1/rest", "gmail"),
    ] {
        let told = stage.send(&format!("GET /{request}")).await;
        let found = if told.status == 404 { Value::from("") } else { told.json()["name"].clone() };
        assert_eq!(found, api, "{request}\n{}", told.status);
    }
}
