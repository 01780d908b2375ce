//! Blogger v3 over the whole road.

use crate::stage::Stage;

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
