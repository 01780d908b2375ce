//! Posts: writing, reading, listing, finding; who sees which.

use serde_json::{Value, json};

use super::{each, stage};
use crate::stage::Stage;

/// The id of a new post.
async fn insert(stage: &Stage, query: &str, body: Value) -> String {
    let post = stage.json(200, &format!("POST /v3/blogs/1001/posts{query}\n\n{body}")).await;
    post["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_post_from_insert_to_delete() {
    let stage = stage().await;
    let sent = json!({"title": "Title words", "content": "<p>Hi</p>", "labels": ["a", "b"], "id": "7", "kind": "x",
        "status": "DRAFT", "url": "http://x", "author": {"id": "1"}, "replies": {"totalItems": "5"}, "etag": "x"});
    let told = stage.send(&format!("POST /v3/blogs/1001/posts\n\n{sent}")).await;
    let post = told.json();
    assert_eq!(told.status, 200);
    let id = post["id"].as_str().unwrap().to_owned();
    for (member, value) in [
        ("kind", json!("blogger#post")),
        ("blog", json!({"id": "1001"})),
        ("published", json!("2026-11-28T12:00:00.000Z")),
        ("url", json!("http://first-steps.example.com/2026/11/title-words.html")),
        ("selfLink", json!(format!("http://127.0.0.1:7070/v3/blogs/1001/posts/{id}"))),
        ("status", json!("LIVE")),
        ("labels", json!(["a", "b"])),
        ("content", json!("<p>Hi</p>")),
    ] {
        assert_eq!(post[member], value, "{member}");
    }
    assert_eq!(post["replies"]["totalItems"], "0");
    assert_eq!(told.header("etag"), format!("\"{}\"", post["etag"].as_str().unwrap()));

    let path = format!("/v3/blogs/1001/posts/{id}");
    let read = stage.json(200, &format!("GET {path}?view=AUTHOR")).await;
    assert_eq!(read, post);
    let by_path = stage.json(200, "GET /v3/blogs/1001/posts/bypath?path=/2026/11/title-words.html&view=ADMIN").await;
    assert_eq!(by_path, post);
    stage.json(404, "GET /v3/blogs/1001/posts/bypath?path=/2026/11/other.html").await;

    let etag = post["etag"].as_str().unwrap();
    let patched =
        stage.json(200, &format!("PATCH {path}\nIf-Match: \"{etag}\"\n\n{{\"title\":\"New\",\"labels\":null}}")).await;
    assert_eq!((&patched["title"], &patched["labels"]), (&json!("New"), &json!(null)));
    assert_eq!((&patched["content"], &patched["url"]), (&post["content"], &post["url"]));
    stage.json(412, &format!("PATCH {path}\nIf-Match: \"{etag}\"\n\n{{}}")).await;
    stage.json(412, &format!("DELETE {path}\nIf-Match: \"{etag}\"")).await;
    let put = stage.json(200, &format!("PUT {path}?fetchBody=false\n\n{{\"content\":\"only this\"}}")).await;
    assert_eq!((&put["title"], &put["content"], &put["published"]), (&json!(null), &json!(null), &post["published"]));
    assert_eq!(stage.json(200, &format!("GET {path}?fields=content")).await, json!({"content": "only this"}));

    assert_eq!(stage.send(&format!("DELETE {path}")).await.status, 204);
    for line in ["GET", "PATCH", "PUT", "DELETE"] {
        stage
            .json(404, &format!("{line} {path}\n\n{}", if line == "GET" || line == "DELETE" { "" } else { "{}" }))
            .await;
    }
    assert_eq!(stage.json(200, "GET /v3/blogs/1001").await["posts"]["totalItems"], 3);
    let again = stage.json(200, "POST /v3/blogs/1001/posts\n\n{\"title\":\"Title words\"}").await;
    assert_eq!(again["url"], post["url"]);
}

/// What each view shows of posts in each state: by get and by list.
#[tokio::test]
async fn views_and_states() {
    let stage = stage().await;
    let live = insert(&stage, "", json!({"title": "Live"})).await;
    let draft = insert(&stage, "?isDraft=true", json!({"title": "Draft"})).await;
    let scheduled = insert(&stage, "", json!({"title": "Later", "published": "2026-12-24T00:00:00+06:00"})).await;
    let trashed = insert(&stage, "", json!({"title": "Trash"})).await;
    assert_eq!(stage.send(&format!("DELETE /v3/blogs/1001/posts/{trashed}?useTrash=true")).await.status, 204);
    for (id, status) in [(&live, "LIVE"), (&draft, "DRAFT"), (&scheduled, "SCHEDULED"), (&trashed, "SOFT_TRASHED")] {
        for (view, shown) in [("", false), ("&view=READER", false), ("&view=author", true), ("&view=ADMIN", true)] {
            let is_shown = shown || status == "LIVE";
            let found = stage.send(&format!("GET /v3/blogs/1001/posts/{id}?fetchBody=true{view}")).await;
            assert_eq!(found.status, if is_shown { 200 } else { 404 }, "{status} {view}");
            let told = if shown { json!(status) } else { json!(null) };
            assert_eq!(found.json()["status"], told, "{status} {view}");
            let list = format!("GET /v3/blogs/1001/posts?startDate=2026-11-28T12:00:00Z&status={status}{view}");
            let list = stage.json(if is_shown { 200 } else { 404 }, &list).await;
            if is_shown && status != "SOFT_TRASHED" {
                assert_eq!(each(&list, "id"), **id, "{status} {view}");
            }
        }
        let stranger = "\nAuthorization: Bearer other@example.com";
        stage.json(403, &format!("GET /v3/blogs/1001/posts?status={status}&view=ADMIN{stranger}")).await;
        stage.json(403, &format!("PATCH /v3/blogs/1001/posts/{id}{stranger}\n\n{{}}")).await;
    }
    let all = "GET /v3/blogs/1001/posts?view=ADMIN&fields=items(id,status,trashed)&status=live&status=draft&status=scheduled&status=soft_trashed";
    let all = stage.json(200, all).await;
    assert_eq!(each(&all, "status"), "SCHEDULED SOFT_TRASHED DRAFT LIVE LIVE LIVE LIVE");
    assert_eq!(each(&all, "trashed"), "- 2026-11-28T12:00:00.000Z - - - - -");
    assert_eq!(each(&stage.json(200, "GET /v3/blogs/1001/posts").await, "id"), format!("{live} 2003 2002 2001"));
    assert_eq!(stage.json(200, "GET /v3/blogs/1001").await["posts"]["totalItems"], 4);
}

/// From each state, by each way, to which.
#[tokio::test]
async fn publishing_and_reverting() {
    let stage = stage().await;
    const FUTURE: &str = "2026-12-01T00:00:00.000Z";
    const NOW: &str = "2026-11-28T12:00:00.000Z";
    let (publish, revert) = ("POST /publish", "POST /revert");
    for (body, steps, status, published) in [
        (json!({}), vec![publish], "LIVE", NOW),
        (json!({"published": FUTURE}), vec![publish], "SCHEDULED", FUTURE),
        (json!({"published": "2026-01-01T06:00:00+06:00"}), vec![publish], "LIVE", "2026-01-01T00:00:00.000Z"),
        (json!({}), vec!["POST /publish?publishDate=2026-12-01T00:00:00Z"], "SCHEDULED", FUTURE),
        (json!({"published": FUTURE}), vec!["POST /publish?publishDate=2026-11-28T12:00:00Z"], "LIVE", NOW),
        (json!({"published": FUTURE}), vec![publish, revert], "DRAFT", FUTURE),
        (json!({"published": FUTURE}), vec![publish, revert, publish], "SCHEDULED", FUTURE),
        (json!({"published": "2026-01-01T00:00:00Z"}), vec![publish, revert, publish], "LIVE", NOW),
        (json!({}), vec!["PATCH ?publish=true"], "LIVE", NOW),
        (json!({}), vec!["PUT ?publish=true", "PATCH ?revert=true"], "DRAFT", NOW),
        (json!({}), vec![publish, "DELETE ?useTrash=true", revert], "DRAFT", NOW),
        (json!({}), vec![publish, "DELETE ?useTrash=true", publish], "LIVE", NOW),
    ] {
        let id = insert(&stage, "?isDraft=true", body.clone()).await;
        for step in &steps {
            let (method, rest) = step.split_once(' ').unwrap();
            let sent = if method.starts_with('P') && !rest.starts_with('/') { "{}" } else { "" };
            let told = stage.send(&format!("{method} /v3/blogs/1001/posts/{id}{rest}\n\n{sent}")).await;
            assert!(told.status < 300, "{step} {}", told.text);
        }
        let post = stage.json(200, &format!("GET /v3/blogs/1001/posts/{id}?view=ADMIN")).await;
        assert_eq!((&post["status"], &post["published"]), (&json!(status), &json!(published)), "{body} {steps:?}");
        assert_eq!(post["trashed"], json!(null));
        assert_eq!(stage.send(&format!("DELETE /v3/blogs/1001/posts/{id}")).await.status, 204);
    }
    for (verb, path) in [("PATCH", "/2001"), ("PUT", "/2001")] {
        let both = format!("{verb} /v3/blogs/1001/posts{path}?publish=true&revert=true\n\n{{\"title\":\"no\"}}");
        stage.json(400, &both).await;
    }
    assert_eq!(stage.json(200, "GET /v3/blogs/1001").await["posts"]["totalItems"], 3);
}

#[tokio::test]
async fn lists() {
    let stage = stage().await;
    stage.json(200, "PATCH /v3/blogs/1001/posts/2001\n\n{\"titleLink\":\"http://a\"}").await;
    for (query, ids) in [
        ("", "2003 2002 2001"),
        ("?sortOption=ascending", "2001 2002 2003"),
        ("?orderBy=updated", "2001 2003 2002"),
        ("?orderBy=UPDATED&sortOption=ASCENDING", "2002 2003 2001"),
        ("?labels=beginning", "2002 2001"),
        ("?labels=beginning,server", "2001"),
        ("?labels=%E0%A6%AC%E0%A6%BE%E0%A6%82%E0%A6%B2%E0%A6%BE", "2002"),
        ("?labels=begin", ""),
        ("?status=live&view=reader&orderBy=published", "2003 2002 2001"),
        ("?startDate=0001-01-01T00:00:00Z&endDate=9999-12-31T23:59:59Z", "2003 2002 2001"),
        ("?maxResults=0", "2003 2002 2001"),
        ("?maxResults=99999", "2003 2002 2001"),
    ] {
        let list = stage.json(200, &format!("GET /v3/blogs/1001/posts{query}")).await;
        assert_eq!(each(&list, "id"), ids, "{query}");
        assert_eq!((&list["kind"], &list["nextPageToken"]), (&json!("blogger#postList"), &json!(null)));
    }
    // One letter may be written in two ways, and so may the accents of Latin ones.
    for (label, asked) in [("\u{9b8}\u{9ae}\u{9af}\u{9bc}", "%E0%A6%B8%E0%A6%AE%E0%A7%9F"), ("caf\u{e9}", "cafe%CC%81")]
    {
        let id = insert(&stage, "?isDraft=true", json!({"labels": [label]})).await;
        let list = format!("GET /v3/blogs/1001/posts?view=ADMIN&status=DRAFT&labels={asked}");
        assert_eq!(each(&stage.json(200, &list).await, "id"), id, "{label}");
    }
    let middle = stage.json(200, "GET /v3/blogs/1001/posts/2002").await["published"].as_str().unwrap().to_owned();
    for (query, ids) in [("startDate", "2003 2002"), ("endDate", "2001")] {
        let list = stage.json(200, &format!("GET /v3/blogs/1001/posts?{query}={middle}")).await;
        assert_eq!(each(&list, "id"), ids, "{query}");
    }
    let bare = stage.json(200, "GET /v3/blogs/1001/posts?fetchBodies=false&fetchImages=true").await;
    assert_eq!(each(&bare, "content"), "- - -");
    assert_eq!(bare["items"][0]["images"], json!([{"url": "http://first-steps.example.com/picture.png"}]));
    for bad in [
        "startDate=yesterday",
        "maxResults=-1",
        "orderBy=TITLE",
        "pageToken=BOGUS",
        "status=GONE",
        "other=1",
        "labels=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21",
    ] {
        stage.json(400, &format!("GET /v3/blogs/1001/posts?{bad}")).await;
    }
    let first = stage.json(200, "GET /v3/blogs/1001/posts?maxResults=2").await;
    let token = first["nextPageToken"].as_str().unwrap();
    let rest = stage.json(200, &format!("GET /v3/blogs/1001/posts?maxResults=5&pageToken={token}")).await;
    assert_eq!((each(&first, "id"), each(&rest, "id")), ("2003 2002".to_owned(), "2001".to_owned()));
    stage.json(400, &format!("GET /v3/blogs/1001/posts?labels=server&pageToken={token}")).await;
}

#[tokio::test]
async fn searches() {
    let stage = stage().await;
    let long = format!("within {} beyond", "filler ".repeat(100_000));
    insert(&stage, "", json!({"title": "Long", "content": long})).await;
    for (word, found) in [("within", 1), ("beyond", 0)] {
        let list = stage.json(200, &format!("GET /v3/blogs/1001/posts/search?q={word}&fetchBodies=false")).await;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(found), "{word}");
    }
    insert(&stage, "?isDraft=true", json!({"title": "A server too"})).await;
    for (words, ids) in [
        ("server", "2001"),
        ("SERVER%20folder", "2001"),
        ("%E0%A6%B8%E0%A7%8B%E0%A6%A8%E0%A6%BE%E0%A6%B0", "2002"), // সোনার
        ("%E0%A6%B8%E0%A7%8B%E0%A6%A8%E0%A6%BE", ""),              // সোনা: another word
        ("%E0%A6%B6%E0%A6%AC%E0%A7%8D%E0%A6%A6", "2002"),          // শব্দ
        ("beginning", "2002 2001"),
        ("img", ""),
        ("pictures", "2003"),
    ] {
        let list = stage.json(200, &format!("GET /v3/blogs/1001/posts/search?q={words}")).await;
        assert_eq!(each(&list, "id"), ids, "{words}");
    }
    let bare = stage.json(200, "GET /v3/blogs/1001/posts/search?q=server&fetchBodies=false&orderBy=UPDATED").await;
    assert_eq!(each(&bare, "content"), "-");
    for nothing in ["", "?q=", "?q=%20"] {
        stage.json(400, &format!("GET /v3/blogs/1001/posts/search{nothing}")).await;
    }
}

/// Paths are unique, kept, and given when something is published first.
#[tokio::test]
async fn paths() {
    let stage = stage().await;
    let url = |post: &Value| post["url"].as_str().map(|url| url.replace("http://first-steps.example.com", ""));
    for (number, expected) in [(1, "/2026/11/same.html"), (2, "/2026/11/same_1.html"), (3, "/2026/11/same_2.html")] {
        let post = stage.json(200, "POST /v3/blogs/1001/posts\n\n{\"title\":\"Same\"}").await;
        assert_eq!(url(&post).as_deref(), Some(expected), "{number}");
    }
    let draft = stage.json(200, "POST /v3/blogs/1001/posts?isDraft=true\n\n{\"title\":\"Same\"}").await;
    assert_eq!(url(&draft), None);
    let path = format!("/v3/blogs/1001/posts/{}", draft["id"].as_str().unwrap());
    stage.json(200, &format!("PATCH {path}\n\n{{\"title\":\"Other\"}}")).await;
    let steps =
        [format!("POST {path}/publish"), format!("PATCH {path}\n\n{{\"title\":\"X\"}}"), format!("POST {path}/revert")];
    for step in steps {
        assert_eq!(url(&stage.json(200, &step).await).as_deref(), Some("/2026/11/other.html"), "{step}");
    }
    for _ in 3..25 {
        insert(&stage, "", json!({"title": "Same"})).await;
    }
    let many = stage.json(200, "GET /v3/blogs/1001/posts?maxResults=500&fields=items/url").await;
    let mut urls: Vec<&str> =
        many["items"].as_array().unwrap().iter().map(|post| post["url"].as_str().unwrap()).collect();
    let count = urls.len();
    urls.sort_unstable();
    urls.dedup();
    assert_eq!((urls.len(), count), (28, 28));
}

#[tokio::test]
async fn bad_posts_change_nothing() {
    let stage = stage().await;
    let many: Vec<String> = (0..21).map(|number| number.to_string()).collect();
    for body in [
        json!({"labels": many}),
        json!({"labels": ["x".repeat(201)]}),
        json!({"labels": "a"}),
        json!({"title": 7}),
        json!({"titel": "x"}),
        json!({"published": "tomorrow"}),
        json!({"readerComments": "SOMETIMES"}),
        json!({"location": {"lat": "north"}}),
        json!({"location": {"lat": 90.1}}),
        json!({"location": {"lat": "NaN"}}),
        json!({"location": {"lng": -180.1}}),
        json!([]),
    ] {
        for request in ["POST /v3/blogs/1001/posts", "PUT /v3/blogs/1001/posts/2001", "PATCH /v3/blogs/1001/posts/2001"]
        {
            stage.json(400, &format!("{request}\n\n{body}")).await;
        }
    }
    let message = stage.json(400, &format!("POST /v3/blogs/1001/posts\n\n{}", json!({"labels": many}))).await;
    assert_eq!(message["error"]["message"], "We're sorry, but the value for field labels was not valid.");
    assert_eq!(message["error"]["errors"][0]["reason"], "invalid");
    for request in ["PUT /v3/blogs/1001/posts/2001", "PATCH /v3/blogs/1001/posts/2001"] {
        stage.json(400, request).await;
    }
    stage.json(404, "POST /v3/blogs/7/posts\n\n{}").await;
    let forbidden = stage.json(403, "POST /v3/blogs/1001/posts\nAuthorization: Bearer a@example.com\n\n{}").await;
    assert_eq!(forbidden["error"]["errors"][0]["reason"], "forbidden");
    assert_eq!(each(&stage.json(200, "GET /v3/blogs/1001/posts").await, "id"), "2003 2002 2001");
    assert_eq!(stage.json(200, "GET /v3/blogs/1001/posts/2001").await["labels"], json!(["server", "beginning"]));
}

/// A request that is repeated makes one post.
#[tokio::test]
async fn a_repeated_insert() {
    let stage = stage().await;
    let request = "POST /v3/blogs/1001/posts\nIdempotency-Key: k1\n\n{\"title\":\"Once\"}";
    let first = stage.json(200, request).await;
    assert_eq!(stage.json(200, request).await, first);
    assert_eq!(stage.json(200, "GET /v3/blogs/1001").await["posts"]["totalItems"], 4);
}

/// Hostile content comes back as it was sent, as data and never as a page.
#[tokio::test]
async fn hostile_content() {
    let stage = stage().await;
    let content = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    let id = insert(&stage, "", json!({"title": content, "content": content})).await;
    let told = stage.send(&format!("GET /v3/blogs/1001/posts/{id}")).await;
    assert_eq!(told.json()["content"], content);
    assert_eq!(told.header("content-type"), "application/json; charset=UTF-8");
    assert_eq!(told.header("x-content-type-options"), "nosniff");
}
