//! Blogs, their members, users, page views.

use serde_json::json;

use super::{desk, each, stage};

#[tokio::test]
async fn a_blog() {
    let stage = stage().await;
    let blog = stage.json(200, "GET /v3/blogs/1001").await;
    assert_eq!((&blog["kind"], &blog["name"]), (&json!("blogger#blog"), &json!("First steps")));
    assert_eq!(blog["posts"], json!({"totalItems": 3, "selfLink": "http://127.0.0.1:7070/v3/blogs/1001/posts"}));
    assert_eq!(blog["pages"]["totalItems"], 0);
    assert_eq!((&blog["status"], &blog["locale"]), (&json!(null), &json!({"language": "en"})));
    let with_posts = stage.json(200, "GET /v3/blogs/1001?maxPosts=2&view=admin").await;
    assert_eq!(each(&with_posts["posts"], "id"), "2003 2002");
    assert_eq!(with_posts["status"], "LIVE");
    for url in ["http://first-steps.example.com/", "https://First-Steps.example.com", "first-steps.example.com"] {
        assert_eq!(stage.json(200, &format!("GET /v3/blogs/byurl?url={url}")).await, blog);
    }
    for (status, request) in [
        (404, "GET /v3/blogs/byurl?url=http://other.example.com/"),
        (400, "GET /v3/blogs/byurl"),
        (404, "GET /v3/blogs/7"),
        (404, "GET /v3/blogs/a%2Fb"),
        (403, "GET /v3/blogs/1001?view=ADMIN\nAuthorization: Bearer other@example.com"),
        (400, "GET /v3/blogs/1001?view=GOD"),
    ] {
        stage.json(status, request).await;
    }
}

/// A blog has another version once a post has been written, since it counts them.
#[tokio::test]
async fn a_blogs_version() {
    let stage = stage().await;
    let etag = stage.send("GET /v3/blogs/1001").await.header("etag").to_owned();
    assert_eq!(stage.send(&format!("GET /v3/blogs/1001\nIf-None-Match: {etag}")).await.status, 304);
    stage.json(200, "POST /v3/blogs/1001/posts\n\n{\"title\":\"Fourth\"}").await;
    let told = stage.send(&format!("GET /v3/blogs/1001\nIf-None-Match: {etag}")).await;
    let blog = told.json();
    assert_eq!((told.status, &blog["posts"]["totalItems"]), (200, &json!(4)));
    assert_eq!(blog["updated"], "2026-11-28T12:00:00.000Z");
}

#[tokio::test]
async fn users_and_their_blogs() {
    let stage = stage().await;
    let user = stage.json(200, "GET /v3/users/self").await;
    let id = user["id"].as_str().unwrap();
    assert_eq!(id.len(), 19);
    assert_eq!(stage.json(200, &format!("GET /v3/users/{id}")).await, user);
    assert_eq!(user["blogs"]["selfLink"], format!("http://127.0.0.1:7070/v3/users/{id}/blogs"));
    let other = stage.json(200, "GET /v3/users/self\nAuthorization: Bearer rina@example.com").await;
    assert_eq!((&other["displayName"], &other["created"]), (&json!("rina"), &json!(null)));
    stage.json(404, &format!("GET /v3/users/{}", other["id"].as_str().unwrap())).await;

    let made = desk(
        &stage,
        200,
        "POST /_dak/blogs",
        r#"{"name":"Rina writes","url":"http://rina.example.com/","owner":"rina@example.com","authors":["self@example.com"]}"#,
    )
    .await;
    let blog = made["id"].as_str().unwrap();
    for (user, query, expected) in [
        ("", "", "1001".to_owned()),
        ("self@example.com", "", blog.to_owned()),
        ("self@example.com", "?role=admin", String::new()),
        ("self@example.com", "?role=AUTHOR&role=ADMIN", blog.to_owned()),
        ("self@example.com", "?role=VIEW_TYPE_UNSPECIFIED", blog.to_owned()),
        ("rina@example.com", "?status=LIVE", blog.to_owned()),
        ("rina@example.com", "?status=DELETED", String::new()),
    ] {
        let list = stage.json(200, &format!("GET /v3/users/self/blogs{query}\nAuthorization: Bearer {user}")).await;
        assert_eq!(each(&list, "id"), expected, "{user} {query}");
    }
    let infos = stage.json(200, "GET /v3/users/self/blogs?fetchUserInfo=true").await;
    assert_eq!(infos["blogUserInfos"][0]["blog_user_info"]["role"], "ADMIN");
    assert_eq!(infos["blogUserInfos"][0]["blog"]["id"], "1001");

    // Who is somebody in a blog is known here; who only called is not.
    let owner = stage.json(200, &format!("GET /v3/users/{}", other["id"].as_str().unwrap())).await;
    assert_eq!((&owner["displayName"], &owner["created"]), (&json!("rina"), &json!("2026-11-28T12:00:00.000Z")));

    for url in ["rina.example.com", "javascript:alert(1)", "http://", "http://a/?b", "http://a/#b", "http://a b/"] {
        desk(&stage, 400, "POST /_dak/blogs", &json!({"name": "Again", "url": url}).to_string()).await;
    }
    desk(&stage, 409, "POST /_dak/blogs", r#"{"name":"Again","url":"https://rina.example.com"}"#).await;
    desk(&stage, 200, "DELETE /_dak/blogs", &json!({"id": blog}).to_string()).await;
    stage.json(404, &format!("GET /v3/blogs/{blog}")).await;
    let list = stage.json(200, "GET /v3/users/self/blogs?status=DELETED\nAuthorization: Bearer rina@example.com").await;
    assert_eq!((each(&list, "id").as_str(), each(&list, "status").as_str()), (blog, "DELETED"));
    // Nobody but its administrators learns of a blog that is gone.
    for caller in ["other@example.com", "self@example.com"] {
        let list = format!(
            "GET /v3/users/{}/blogs?status=DELETED\nAuthorization: Bearer {caller}",
            other["id"].as_str().unwrap()
        );
        assert_eq!(each(&stage.json(200, &list).await, "id"), "", "{caller}");
    }
    desk(&stage, 200, "POST /_dak/blogs", r#"{"name":"Again","url":"https://rina.example.com"}"#).await;
    let blogs = desk(&stage, 200, "GET /_dak/blogs", "").await;
    assert_eq!(blogs["blogs"].as_array().unwrap().len(), 2);
}

/// What a user may do, in the names of the API, snake case and all.
#[tokio::test]
async fn what_a_user_may_do() {
    let stage = stage().await;
    for (user, role, may) in [("", "ADMIN", true), ("other@example.com", "READER", false)] {
        let get = |path: &str| format!("GET /v3/users/self/blogs/1001{path}\nAuthorization: Bearer {user}");
        let info = stage.json(200, &get("?maxPosts=1")).await;
        assert_eq!(info["kind"], "blogger#blogUserInfo");
        assert_eq!(each(&info["blog"]["posts"], "id"), "2003");
        let per_user = &info["blog_user_info"];
        assert_eq!((&per_user["role"], &per_user["hasAdminAccess"]), (&json!(role), &json!(may)));
        let info = stage.json(200, &get("/posts/2001")).await;
        assert_eq!((&info["post"]["id"], &info["post_user_info"]["hasEditAccess"]), (&json!("2001"), &json!(may)));
        let list = stage.json(200, &get("/posts?maxResults=2")).await;
        let ids: Vec<_> = (0..2).map(|place| list["items"][place]["post_user_info"]["postId"].clone()).collect();
        assert_eq!(ids, ["2003", "2002"]);
        assert_eq!(list["items"][0]["post"]["content"], json!(null));
        assert!(list["nextPageToken"].is_string());
    }
    stage.json(403, "GET /v3/users/1000000000000000001/blogs/1001").await;
    stage.json(403, "GET /v3/users/1000000000000000001/blogs/1001/posts").await;
}

#[tokio::test]
async fn page_views() {
    let stage = stage().await;
    let counts = |ranges: &'static str| {
        let stage = &stage;
        async move {
            let views = stage.json(200, &format!("GET /v3/blogs/1001/pageviews{ranges}")).await;
            let counts = views["counts"].as_array().unwrap().clone();
            let shown = |count: &serde_json::Value| {
                format!("{} {}", count["timeRange"].as_str().unwrap(), count["count"].as_str().unwrap())
            };
            counts.iter().map(shown).collect::<Vec<_>>().join(", ")
        }
    };
    assert_eq!(counts("").await, "ALL_TIME 0");
    const DAY: &str = r#"{"advanceMs":86400000}"#;
    for views in [1, 20, 300] {
        desk(&stage, 200, "POST /_dak/pageviews", &json!({"blogId": "1001", "views": views}).to_string()).await;
        for _ in 0..6 {
            desk(&stage, 200, "POST /_dak/clock", DAY).await;
        }
    }
    assert_eq!(
        counts("?range=all&range=30days&range=7DAYS&range=ALL").await,
        "ALL_TIME 321, THIRTY_DAYS 321, SEVEN_DAYS 300"
    );
    for _ in 0..12 {
        desk(&stage, 200, "POST /_dak/clock", DAY).await;
    }
    assert_eq!(counts("?range=30DAYS&range=7DAYS").await, "THIRTY_DAYS 320, SEVEN_DAYS 0");
    stage.json(403, "GET /v3/blogs/1001/pageviews\nAuthorization: Bearer other@example.com").await;
}

/// What the desk cannot mean is refused and named, and nothing is made of it.
#[tokio::test]
async fn what_the_desk_refuses() {
    let stage = stage().await;
    for (line, status, body, named) in [
        ("POST /_dak/pageviews", 200, json!({"blogId": 1001}), ""),
        ("POST /_dak/pageviews", 404, json!({"blogId": "7"}), "blog 7"),
        ("POST /_dak/pageviews", 400, json!({}), "blogId"),
        ("POST /_dak/pageviews", 400, json!([]), "object"),
        ("POST /_dak/pageviews", 400, json!({"blogId": "1001", "views": 0}), "views"),
        ("POST /_dak/pageviews", 400, json!({"blogId": "1001", "views": "x"}), "views"),
        ("POST /_dak/pageviews", 400, json!({"blogId": "1001", "view": 5}), "\"view\""),
        ("POST /_dak/comments", 404, json!({"blogId": "1001", "postId": 9, "content": "x"}), "post 9 in the blog 1001"),
        ("POST /_dak/comments", 404, json!({"blogId": "9", "postId": "9", "content": "x"}), "blog 9"),
        ("POST /_dak/comments", 400, json!({"blogId": "1001", "content": "x"}), "postId"),
        ("POST /_dak/comments", 400, json!({"blogId": "1001", "postId": "2001", "content": " "}), "content"),
        (
            "POST /_dak/comments",
            400,
            json!({"blogId": "1001", "postId": "2001", "content": "x", "mail": ""}),
            "\"mail\"",
        ),
        (
            "POST /_dak/comments",
            400,
            json!({"blogId": "1001", "postId": "2001", "content": "x", "email": "x"}),
            "email",
        ),
        (
            "POST /_dak/comments",
            400,
            json!({"blogId": "1001", "postId": "2001", "content": "x", "status": 5}),
            "status",
        ),
        (
            "POST /_dak/comments",
            400,
            json!({"blogId": "1001", "postId": "2001", "content": "x", "published": "x"}),
            "published",
        ),
        ("POST /_dak/blogs", 400, json!({"name": " "}), "name"),
        ("POST /_dak/blogs", 400, json!({"name": "x", "titel": "x"}), "\"titel\""),
        ("POST /_dak/blogs", 400, json!({"name": "x", "description": 5}), "description"),
        ("POST /_dak/blogs", 400, json!({"name": "x", "locale": "en"}), "locale"),
        ("POST /_dak/blogs", 400, json!({"name": "x", "owner": "rina"}), "owner"),
        ("POST /_dak/blogs", 400, json!({"name": "x", "authors": ["rina"]}), "authors[0]"),
        ("DELETE /_dak/blogs", 400, json!({}), "\"id\""),
        ("DELETE /_dak/blogs", 404, json!({"id": 9}), "blog 9"),
    ] {
        let told = desk(&stage, status, line, &body.to_string()).await;
        let message = told["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains(named), "{line} {body}: {message}");
    }
    assert_eq!(desk(&stage, 200, "GET /_dak/blogs", "").await["blogs"].as_array().unwrap().len(), 1);
}

/// What looks different to two who ask by the same words has another tag for each.
#[tokio::test]
async fn a_version_for_each_who_sees_it() {
    let stage = stage().await;
    let own = "/v3/users/self/blogs/1001";
    for path in ["/v3/blogs/1001/comments", own, &format!("{own}/posts"), &format!("{own}/posts/2001")] {
        let get =
            |who: &str, tag: &str| format!("GET {path}\nAuthorization: Bearer {who}@example.com\nIf-None-Match: {tag}");
        let tag = stage.send(&get("me", "\"\"")).await.header("etag").to_owned();
        assert_eq!(stage.send(&get("me", &tag)).await.status, 304, "{path}");
        assert_eq!(stage.send(&get("other", &tag)).await.status, 200, "{path}");
    }
}

/// What one write made has the chance of a tag of its own, and two stores never share one (D3).
#[tokio::test]
async fn the_first_version_is_by_chance() {
    let mut tags = std::collections::BTreeSet::new();
    for _ in 0..2 {
        let stage = stage().await;
        for path in ["/v3/blogs/1001", "/v3/users/self/blogs/1001/posts/2001"] {
            let tag = stage.send(&format!("GET {path}")).await.header("etag").to_owned();
            assert!(
                tag.len() == 18 && tag.chars().collect::<std::collections::BTreeSet<_>>().len() > 5,
                "{path}: {tag}"
            );
            tags.insert(tag);
        }
    }
    assert!(tags.len() >= 2, "{tags:?}");
}
