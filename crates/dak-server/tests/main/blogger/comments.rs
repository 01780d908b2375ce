//! Comments and their moderation.

use dak_server::Settings;
use serde_json::{Value, json};

use super::{NOW_MS, desk, each, stage};
use crate::stage::Stage;

const POST: &str = "/v3/blogs/1001/posts/2001";

/// The id of a new comment.
async fn comment(stage: &Stage, members: Value) -> String {
    let mut body = json!({"blogId": "1001", "postId": "2001", "content": "Well said"});
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made = desk(stage, 200, "POST /_dak/comments", &body.to_string()).await;
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_comment() {
    let stage = stage().await;
    let first = comment(&stage, json!({"author": "Rina", "published": "2026-11-27T00:00:00Z"})).await;
    let answer = comment(&stage, json!({"email": "rahim@example.com", "inReplyTo": first})).await;
    let shown = stage.json(200, &format!("GET {POST}/comments/{answer}")).await;
    assert_eq!((&shown["kind"], &shown["content"]), (&json!("blogger#comment"), &json!("Well said")));
    assert_eq!((&shown["inReplyTo"]["id"], &shown["post"]["id"]), (&json!(first), &json!("2001")));
    assert_eq!((&shown["author"]["displayName"], &shown["status"]), (&json!("rahim"), &json!(null)));
    stage.json(404, &format!("GET /v3/blogs/1001/posts/2002/comments/{answer}")).await;

    let post = stage.json(200, &format!("GET {POST}?maxComments=1")).await;
    assert_eq!((&post["replies"]["totalItems"], each(&post["replies"], "id")), (&json!("2"), answer.clone()));
    for (query, ids) in [
        ("", format!("{answer} {first}")),
        ("?maxResults=1", answer.clone()),
        ("?endDate=2026-11-28T00:00:00Z", first.clone()),
        ("?startDate=2026-11-28T00:00:00Z", answer.clone()),
    ] {
        for list in [format!("{POST}/comments"), "/v3/blogs/1001/comments".to_owned()] {
            assert_eq!(each(&stage.json(200, &format!("GET {list}{query}")).await, "id"), ids, "{list}{query}");
        }
    }
    let bare = stage.json(200, &format!("GET {POST}/comments?fetchBodies=false")).await;
    assert_eq!(each(&bare, "content"), "- -");
    assert_eq!(each(&stage.json(200, "GET /v3/blogs/1001/posts/2002/comments").await, "id"), "");
    stage.json(404, "GET /v3/blogs/1001/posts/7/comments").await;
}

/// What is said on a post that readers do not see is not shown to them either.
#[tokio::test]
async fn comments_on_what_is_hidden() {
    let stage = stage().await;
    let (hidden, shown) = (comment(&stage, json!({})).await, comment(&stage, json!({"postId": "2002"})).await);
    for hide in ["POST /v3/blogs/1001/posts/2001/revert", "DELETE /v3/blogs/1001/posts/2001?useTrash=true"] {
        assert!(stage.send(hide).await.status < 300, "{hide}");
        for (caller, ids) in [("other@example.com", shown.clone()), ("me@example.com", format!("{shown} {hidden}"))] {
            let list = format!("GET /v3/blogs/1001/comments\nAuthorization: Bearer {caller}");
            assert_eq!(each(&stage.json(200, &list).await, "id"), ids, "{hide} {caller}");
        }
    }
    stage.json(200, "POST /v3/blogs/1001/posts/2001/publish").await;
    let list = stage.json(200, "GET /v3/blogs/1001/comments\nAuthorization: Bearer other@example.com").await;
    assert_eq!(each(&list, "id"), format!("{shown} {hidden}"));
}

/// A comment of a user bears the name that the user has here, unless another one is said.
#[tokio::test]
async fn who_wrote_it() {
    let seed = json!({
        "users": [{"email": "rina@example.com", "displayName": "রিনা"}],
        "blogs": [{"id": "1001", "name": "B", "posts": [{"id": "2001"}]}],
    });
    let control_token = Some("desk".to_owned());
    let stage = Stage::at(Settings { seed: Some(seed), control_token, ..Settings::default() }, NOW_MS).await;
    for (members, name, is_known) in [
        (json!({}), "Anonymous", false),
        (json!({"author": "Karim"}), "Karim", false),
        (json!({"email": "Rina@Example.com"}), "রিনা", true),
        (json!({"email": "rina@example.com", "author": "R."}), "R.", true),
        (json!({"email": "rahim@example.com"}), "rahim", true),
    ] {
        let id = comment(&stage, members.clone()).await;
        let author = stage.json(200, &format!("GET {POST}/comments/{id}")).await["author"].clone();
        assert_eq!((author["displayName"].as_str(), author["id"].is_string()), (Some(name), is_known), "{members}");
        if let Some(id) = author["id"].as_str() {
            stage.json(200, &format!("GET /v3/users/{id}")).await;
        }
    }
}

/// From each state, by each verdict, to which; how many comments the post then has.
#[tokio::test]
async fn moderation() {
    for (status, verdict, after, replies) in [
        ("LIVE", "/approve", "LIVE", "1"),
        ("LIVE", "/spam", "SPAM", "0"),
        ("LIVE", "/removecontent", "EMPTIED", "0"),
        ("PENDING", "/approve", "LIVE", "1"),
        ("PENDING", "/spam", "SPAM", "0"),
        ("PENDING", "/removecontent", "EMPTIED", "0"),
        ("SPAM", "/approve", "LIVE", "1"),
        ("SPAM", "/spam", "SPAM", "0"),
    ] {
        let stage = stage().await;
        let id = comment(&stage, json!({"status": status})).await;
        let before = stage.send(&format!("GET {POST}")).await;
        let judged = stage.json(200, &format!("POST {POST}/comments/{id}{verdict}")).await;
        assert_eq!(judged["status"], after, "{status} {verdict}");
        assert_eq!(judged["content"].is_null(), after == "EMPTIED", "{status} {verdict}");
        assert_eq!(stage.json(200, &format!("GET {POST}/comments/{id}?view=ADMIN")).await, judged);
        let post = stage.send(&format!("GET {POST}")).await;
        let is_same = post.json()["replies"] == before.json()["replies"];
        assert_eq!(post.json()["replies"]["totalItems"], replies, "{status} {verdict}");
        assert_eq!(post.header("etag") == before.header("etag"), is_same, "{status} {verdict}");

        let is_public = after == "LIVE" || after == "EMPTIED";
        let code = if is_public { 200 } else { 404 };
        stage.json(code, &format!("GET {POST}/comments/{id}")).await;
        stage.json(code, &format!("GET {POST}/comments?status={after}")).await;
        for list in
            [format!("{POST}/comments?view=ADMIN&status={after}"), format!("/v3/blogs/1001/comments?status={after}")]
        {
            assert_eq!(each(&stage.json(200, &format!("GET {list}")).await, "id"), id, "{list}");
        }
        let stranger = "Authorization: Bearer other@example.com";
        stage.json(403, &format!("POST {POST}/comments/{id}/approve\n{stranger}")).await;
        stage.json(code, &format!("GET /v3/blogs/1001/comments?status={after}\n{stranger}")).await;

        assert_eq!(stage.send(&format!("DELETE {POST}/comments/{id}")).await.status, 204);
        stage.json(404, &format!("GET {POST}/comments/{id}?view=ADMIN")).await;
        assert_eq!(stage.json(200, &format!("GET {POST}")).await["replies"]["totalItems"], "0");
    }
}

/// What has no content any more stays without, whatever is thought of it.
#[tokio::test]
async fn content_that_is_gone() {
    let stage = stage().await;
    let id = comment(&stage, json!({})).await;
    for (verdict, after) in [("removecontent", "EMPTIED"), ("spam", "SPAM"), ("approve", "EMPTIED")] {
        let judged = stage.json(200, &format!("POST {POST}/comments/{id}/{verdict}")).await;
        assert_eq!((&judged["status"], &judged["content"]), (&json!(after), &json!(null)), "{verdict}");
    }
}

#[tokio::test]
async fn comments_go_with_their_post() {
    let stage = stage().await;
    let id = comment(&stage, json!({})).await;
    assert_eq!(stage.send(&format!("DELETE {POST}")).await.status, 204);
    stage.json(404, &format!("GET {POST}/comments/{id}")).await;
    assert_eq!(each(&stage.json(200, "GET /v3/blogs/1001/comments").await, "id"), "");
}

#[tokio::test]
async fn comments_that_cannot_be() {
    let stage = stage().await;
    for (status, body) in [
        (404, json!({"blogId": "7", "postId": "2001", "content": "x"})),
        (404, json!({"blogId": "1001", "postId": "7", "content": "x"})),
        (400, json!({"blogId": "1001", "postId": "2001"})),
        (400, json!({"blogId": "1001", "content": "x"})),
        (400, json!({"blogId": "1001", "postId": "2001", "content": " "})),
        (400, json!({"blogId": "1001", "postId": "2001", "content": "x", "status": "EMPTIED"})),
        (400, json!({"blogId": "1001", "postId": "2001", "content": "x", "published": "noon"})),
        (404, json!({"blogId": "1001", "postId": "2001", "content": "x", "inReplyTo": "7"})),
    ] {
        desk(&stage, status, "POST /_dak/comments", &body.to_string()).await;
    }
    assert_eq!(each(&stage.json(200, "GET /v3/blogs/1001/comments").await, "id"), "");
}
