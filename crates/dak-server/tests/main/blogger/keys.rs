//! An API key reads what is public, where callers need tokens (D48).

use dak_server::Settings;
use dak_server::settings::{Authorisation, AuthorisationMode};
use serde_json::json;

use super::{NOW_MS, desk, each};
use crate::stage::Stage;

async fn stage() -> Stage {
    let authorisation = Authorisation { mode: AuthorisationMode::Tokens, ..Settings::default().authorisation };
    let control_token = Some("desk".to_owned());
    Stage::at(Settings { authorisation, control_token, test_controls: true, ..Settings::default() }, NOW_MS).await
}

#[tokio::test]
async fn what_a_key_opens() {
    let stage = stage().await;
    let comment = json!({"blogId": "1001", "postId": "2001", "content": "Well said"});
    desk(&stage, 200, "POST /_dak/comments", &comment.to_string()).await;
    for (status, request) in [
        (200, "GET /v3/blogs/1001"),
        (200, "GET /v3/blogs/byurl?url=http://first-steps.example.com/"),
        (200, "GET /blogger/v3/blogs/1001/posts?maxResults=2"),
        (200, "GET /v3/blogs/1001/posts/2001?maxComments=1"),
        (200, "GET /v3/blogs/1001/posts/search?q=server"),
        (200, "GET /v3/blogs/1001/posts/bypath?path=/2026/11/pictures-and-places.html"),
        (200, "GET /v3/blogs/1001/posts/2001/comments"),
        (200, "GET /v3/blogs/1001/comments"),
        (200, "GET /v3/blogs/1001/pages"),
        // A script of a foreign page could have asked.
        (401, "GET /v3/blogs/1001?callback=f"),
        // Nobody in particular is a reader, and is nobody's self.
        (403, "GET /v3/blogs/1001?view=ADMIN"),
        (403, "GET /v3/blogs/1001/posts?view=AUTHOR&status=DRAFT"),
        (404, "GET /v3/blogs/1001/posts?status=DRAFT"),
        (404, "GET /v3/blogs/1001/comments?status=SPAM"),
        (401, "GET /v3/users/self"),
        (401, "GET /v3/users/self/blogs"),
        (401, "GET /v3/users/self/blogs/1001"),
        (401, "GET /v3/users/self/blogs/1001/posts"),
        // What writes, what only administrators know, and other APIs need a token.
        (401, "GET /v3/blogs/1001/pageviews"),
        (401, "POST /v3/blogs/1001/posts"),
        (401, "PATCH /v3/blogs/1001/posts/2001"),
        (401, "DELETE /v3/blogs/1001/posts/2001"),
        (401, "GET /demo/v1/324"),
    ] {
        let and = if request.contains('?') { '&' } else { '?' };
        stage.json(status, &format!("{request}{and}key=any")).await;
        stage.json(401, request).await;
        stage.json(401, &format!("{request}{and}key=")).await;
        stage.json(401, &format!("{request}{and}key=any\nAuthorization: Bearer unknown")).await;
    }
}

/// What a key is answered is not what the owner saw before.
#[tokio::test]
async fn a_key_and_a_token() {
    let stage = stage().await;
    let wish = json!({"user": "me@example.com", "scopes": ["*"]}).to_string();
    let token = desk(&stage, 200, "POST /_dak/tokens", &wish).await["token"].as_str().unwrap().to_owned();
    let bearer = format!("Authorization: Bearer {token}");
    stage.json(200, &format!("GET /v3/blogs/1001/posts?key=any&view=ADMIN\n{bearer}")).await;
    stage.json(403, "GET /v3/blogs/1001/posts?key=any&view=ADMIN").await;
    let owner = stage.json(200, &format!("GET /v3/blogs/1001/comments?key=any\n{bearer}")).await;
    let anybody = stage.json(200, "GET /v3/blogs/1001/comments?key=any").await;
    assert_eq!((each(&owner, "id"), each(&anybody, "id")), (String::new(), String::new()));
    let user = stage.json(200, &format!("GET /v3/users/self?key=any\n{bearer}")).await;
    let public = format!("GET /v3/users/{}?key=any", user["id"].as_str().unwrap());
    assert_eq!(stage.json(200, &public).await["displayName"], "me");
}
