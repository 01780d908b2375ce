//! Walks along lists, forwards and backwards.

use serde_json::{Value, json};

use super::{desk, each, stage};
use crate::stage::Stage;

/// A blog with so many posts, of which pairs have one date.
async fn blog_of(stage: &Stage, posts: usize) -> String {
    let blog = desk(stage, 200, "POST /_dak/blogs", r#"{"name":"Many"}"#).await["id"].as_str().unwrap().to_owned();
    for number in 0..posts {
        let body =
            json!({"title": number.to_string(), "published": format!("2026-10-{:02}T00:00:00Z", number / 2 + 1)});
        stage.json(200, &format!("POST /v3/blogs/{blog}/posts\n\n{body}")).await;
    }
    blog
}

/// A page, and the tokens beside it.
async fn page(stage: &Stage, list: &str, token: &Value) -> (String, Value, Value) {
    let token = token.as_str().unwrap_or_default();
    let page = stage.json(200, &format!("GET {list}&pageToken={token}")).await;
    (each(&page, "title"), page["prevPageToken"].clone(), page["nextPageToken"].clone())
}

/// `prevPageToken` (D49) leads back over the same pages; the first page has none, the last no `nextPageToken`.
#[tokio::test]
async fn there_and_back() {
    let stage = stage().await;
    let blog = blog_of(&stage, 8).await;
    for (query, pages) in [
        ("sortOption=ASCENDING", ["0 1 2", "3 4 5", "6 7"]),
        ("sortOption=DESCENDING", ["7 6 5", "4 3 2", "1 0"]),
        ("orderBy=UPDATED&sortOption=ascending", ["0 1 2", "3 4 5", "6 7"]),
    ] {
        let list = format!("/v3/blogs/{blog}/posts?maxResults=3&{query}");
        let (first, none, token) = page(&stage, &list, &json!("")).await;
        assert_eq!((first.as_str(), &none), (pages[0], &json!(null)), "{query}");
        let (second, back, token) = page(&stage, &list, &token).await;
        let (third, back_again, none) = page(&stage, &list, &token).await;
        assert_eq!((second.as_str(), third.as_str(), &none), (pages[1], pages[2], &json!(null)), "{query}");
        let (second_again, back_from_there, on) = page(&stage, &list, &back_again).await;
        assert_eq!(second_again, second, "{query}");
        assert_eq!(page(&stage, &list, &on).await.0, third, "{query}");
        for back in [back, back_from_there] {
            let (first_again, none, on) = page(&stage, &list, &back).await;
            assert_eq!((first_again.as_str(), &none), (pages[0], &json!(null)), "{query}");
            assert_eq!(page(&stage, &list, &on).await.0, second, "{query}");
        }
    }
}

/// Where nothing is left on one side, the tokens lead to what is on the other.
#[tokio::test]
async fn sides_that_are_gone() {
    let stage = stage().await;
    let blog = blog_of(&stage, 4).await;
    let list = format!("/v3/blogs/{blog}/posts?maxResults=2&sortOption=ASCENDING");
    let posts = stage.json(200, &list.replace("/v3", "GET /v3").replace("maxResults=2", "maxResults=9")).await;
    let delete = async |places: [usize; 2]| {
        for place in places {
            let id = posts["items"][place]["id"].as_str().unwrap();
            assert_eq!(stage.send(&format!("DELETE /v3/blogs/{blog}/posts/{id}")).await.status, 204);
        }
    };
    let (_, _, token) = page(&stage, &list, &json!("")).await;
    let (last, back, _) = page(&stage, &list, &token).await;
    delete([0, 1]).await;
    let (nothing, none, on) = page(&stage, &list, &back).await;
    assert_eq!((nothing.as_str(), &none), ("", &json!(null)));
    assert_eq!(page(&stage, &list, &on).await.0, last);
    delete([2, 3]).await;
    let (nothing, back, none) = page(&stage, &list, &token).await;
    assert_eq!((nothing.as_str(), &none), ("", &json!(null)));
    assert_eq!(page(&stage, &list, &back).await.0, "");
}

/// Comments have both tokens; lists whose description has no `prevPageToken` have one.
#[tokio::test]
async fn which_lists_lead_back() {
    let stage = stage().await;
    for number in 0..3 {
        let body = json!({"blogId": "1001", "postId": "2001", "content": number.to_string()});
        desk(&stage, 200, "POST /_dak/comments", &body.to_string()).await;
        stage.json(200, &format!("POST /v3/blogs/1001/pages\n\n{{\"title\":\"{number}\"}}")).await;
    }
    for (list, leads_back) in [
        ("/v3/blogs/1001/posts?", true),
        ("/v3/blogs/1001/comments?", true),
        ("/v3/blogs/1001/posts/2001/comments?", true),
        ("/v3/blogs/1001/pages?", false),
        ("/v3/users/self/blogs/1001/posts?", false),
    ] {
        let first = stage.json(200, &format!("GET {list}maxResults=1")).await;
        let token = first["nextPageToken"].as_str().unwrap();
        let second = stage.json(200, &format!("GET {list}maxResults=1&pageToken={token}")).await;
        assert_eq!(second["prevPageToken"].is_string(), leads_back, "{list}");
        assert!(second["nextPageToken"].is_string(), "{list}");
    }
}

/// A list is made once for each version: another mask finds what it is made of, and who sees less is not shown more.
#[tokio::test]
async fn lists_are_made_once() {
    let stage = stage().await;
    for status in ["LIVE", "SPAM"] {
        let body = json!({"blogId": "1001", "postId": "2001", "content": status, "status": status});
        desk(&stage, 200, "POST /_dak/comments", &body.to_string()).await;
    }
    let other = "Authorization: Bearer other@example.com";
    for (path, member, own, others) in [
        ("/v3/blogs/1001/posts?view=READER", "items(id,status)", 0, 0),
        ("/v3/blogs/1001/comments?a", "items/status", 1, 0),
        ("/v3/users/self/blogs/1001/posts?a", "items/post_user_info/hasEditAccess", 3, 0),
        ("/v3/users/self/blogs/1001?a", "blog_user_info/hasAdminAccess", 1, 0),
    ] {
        let path = path.replace("?a", "?maxResults=5").replace("1001?maxResults=5", "1001?maxPosts=1");
        for quota in 0..2 {
            for (user, expected) in [("", own), (other, others)] {
                let request = format!("GET {path}&fields={member}&quotaUser={quota}\n{user}");
                let text = stage.send(&request).await.text;
                assert_eq!(
                    text.matches("true").count() + text.matches("\"LIVE\"").count(),
                    expected,
                    "{request} {text}"
                );
            }
        }
    }
    let before = stage.json(200, "GET /v3/blogs/1001/posts?fields=items/title").await;
    stage.json(200, "PATCH /v3/blogs/1001/posts/2003\n\n{\"title\":\"New\"}").await;
    let after = stage.json(200, "GET /v3/blogs/1001/posts?fields=items/title").await;
    assert_eq!(
        (&before["items"][0]["title"], &after["items"][0]["title"]),
        (&json!("Pictures and places"), &json!("New"))
    );
}
