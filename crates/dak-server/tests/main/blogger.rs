//! Blogger v3 over the whole road.

mod blogs;
mod comments;
mod keys;
mod pages;
mod posts;
mod schedules;
mod seeds;
mod walks;

use dak_server::Settings;
use serde_json::Value;

use crate::stage::Stage;

/// Noon of 28 November 2026.
pub(crate) const NOW_MS: i64 = 1_795_867_200_000;

/// A server whose time stands still at noon of 28 November 2026, with its control desk.
pub(crate) async fn stage() -> Stage {
    let control_token = Some("desk".to_owned());
    Stage::at(Settings { control_token, test_controls: true, ..Settings::default() }, NOW_MS).await
}

/// A call to the control desk.
pub(crate) async fn desk(stage: &Stage, status: u16, line: &str, body: &str) -> Value {
    stage.json(status, &format!("{line}\nAuthorization: Bearer desk\n\n{body}")).await
}

/// The values of a member of each item of a list, as one text.
pub(crate) fn each(list: &Value, member: &str) -> String {
    let items = list["items"].as_array().unwrap_or_else(|| panic!("{list}"));
    let values: Vec<&str> = items.iter().map(|item| item[member].as_str().unwrap_or("-")).collect();
    values.join(" ")
}

/// What asks for the version that has ended is told so (P14).
#[tokio::test]
async fn version_2_has_ended() {
    let stage = Stage::new().await;
    for request in [
        "GET /v2/blogs/1001",
        "GET /v2/blogs/1001/posts/2001/comments?maxResults=5&key=k",
        "GET /blogger/v2/users/self/blogs",
        "POST /blogger/v2/blogs/1001/posts\n\n{\"title\":\"a\"}",
        "DELETE /v2/blogs/1001/posts/2001",
    ] {
        let error = &stage.json(410, request).await["error"];
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("v3") && message.contains("30 September 2024"), "{request}: {message}");
    }
    stage.json(404, "GET /v2/anything/else").await;
}

/// Both bases lead to the same blog.
#[tokio::test]
async fn two_bases() {
    let stage = Stage::new().await;
    let new = stage.json(200, "GET /v3/blogs/1001").await;
    assert_eq!(stage.json(200, "GET /blogger/v3/blogs/1001").await, new);
    assert_eq!(new["selfLink"], "http://127.0.0.1:7070/v3/blogs/1001");
}
