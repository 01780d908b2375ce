//! Seeds of one's own.

use dak_server::Settings;
use serde_json::{Value, json};

use super::{NOW_MS, each};
use crate::stage::Stage;

async fn planted(seed: Value) -> Stage {
    Stage::at(Settings { seed: Some(seed), ..Settings::default() }, NOW_MS).await
}

#[tokio::test]
async fn users_blogs_posts_pages_comments() {
    let stage = planted(json!({
        "users": [{"email": "rina@example.com", "displayName": "Rina", "about": "Writes"}],
        "blogs": [{
            "id": "5", "name": "Rina writes", "url": "http://rina.example.com/", "owner": "rina@example.com",
            "authors": ["rahim@example.com"],
            "posts": [
                {"id": "51", "title": "Same", "published": "-3d", "labels": ["a"], "comments": [
                    {"content": "One", "author": "Karim", "published": "-2d"},
                    {"content": "Two", "email": "rahim@example.com", "status": "PENDING"},
                    {"content": "Three", "email": "RINA@example.com", "status": "SPAM"},
                    {"content": "Four", "email": "rina@example.com", "author": "R.", "status": "SPAM"},
                ]},
                {"id": "52", "title": "Same", "published": "-2d", "author": "rahim@example.com"},
                {"id": "53", "title": "Draft", "status": "DRAFT"},
                {"id": "54", "title": "Later", "published": "+2h"},
            ],
            "pages": [{"id": 61, "title": "About"}],
        }],
    }))
    .await;
    stage.json(404, "GET /v3/blogs/1001").await;
    let blog = stage.json(200, "GET /v3/blogs/5").await;
    assert_eq!((&blog["posts"]["totalItems"], &blog["pages"]["totalItems"]), (&json!(2), &json!(1)));
    let all = "GET /v3/blogs/5/posts?view=ADMIN&status=LIVE&status=DRAFT&status=SCHEDULED\nAuthorization: Bearer rina@example.com";
    let all = stage.json(200, all).await;
    assert_eq!(
        (each(&all, "id"), each(&all, "status")),
        ("54 53 52 51".to_owned(), "SCHEDULED DRAFT LIVE LIVE".to_owned())
    );
    assert_eq!(all["items"][2]["url"], "http://rina.example.com/2026/11/same_1.html");
    let names: Vec<_> = (0..4).map(|place| all["items"][place]["author"]["displayName"].clone()).collect();
    assert_eq!(names, ["Rina", "Rina", "rahim", "Rina"]);
    assert_eq!(all["items"][3]["replies"]["totalItems"], "1");
    assert_eq!(each(&stage.json(200, "GET /v3/blogs/5/posts/51/comments").await, "content"), "One");
    let hidden = "GET /v3/blogs/5/comments?status=SPAM&status=PENDING\nAuthorization: Bearer rina@example.com";
    let hidden = stage.json(200, hidden).await;
    let shown = |place: usize| {
        let comment = &hidden["items"][place];
        (comment["content"].as_str().unwrap(), comment["author"]["displayName"].as_str().unwrap())
    };
    assert_eq!(
        std::collections::BTreeMap::from([shown(0), shown(1), shown(2)]),
        [("Two", "rahim"), ("Three", "Rina"), ("Four", "R.")].into()
    );
    let me = stage.json(200, "GET /v3/users/self\nAuthorization: Bearer rina@example.com").await;
    assert_eq!((&me["displayName"], &me["about"]), (&json!("Rina"), &json!("Writes")));
    stage.app.clock.advance_ms(7_200_000);
    stage.app.carry_out_due().await.unwrap();
    assert_eq!(each(&stage.json(200, "GET /v3/blogs/5/posts").await, "id"), "54 52 51");
}

/// What cannot be is named by its place, and nothing is planted.
#[tokio::test]
async fn seeds_that_cannot_be() {
    let blog = |posts: Value| json!({"blogs": [{"name": "B", "posts": posts}]});
    for (seed, place) in [
        (json!([]), "a seed is an object"),
        (json!(null), "a seed is an object"),
        (json!({"blog": []}), "\"blog\""),
        (json!({"blogs": {}}), "\"blogs\""),
        (json!({"blogs": [{}]}), "blogs[0]"),
        (json!({"blogs": [{"name": "B", "id": "x"}]}), "blogs[0]"),
        (json!({"blogs": [{"name": "A", "id": "5"}, {"name": "B", "id": "5"}]}), "blogs[1]"),
        (json!({"blogs": [{"name": "A", "url": "http://a"}, {"name": "B", "url": "https://A/"}]}), "blogs[1]"),
        (json!({"users": [{"displayName": "x"}]}), "users[0]"),
        (json!({"users": [{"email": "x"}]}), "users[0]"),
        (json!({"users": [{"email": "a@b.c"}, {"email": "A@b.c"}]}), "users[1]"),
        (json!({"users": [{"email": "a@b.c", "about": 7}]}), "users[0]"),
        (json!({"blogs": [{"name": "B", "owner": 7}]}), "blogs[0]"),
        (json!({"blogs": [{"name": "B", "authors": ["a@b.c", "x"]}]}), "blogs[0].authors[1]"),
        (json!({"blogs": [{"name": "B", "authors": "a@b.c"}]}), "blogs[0]"),
        (json!({"blogs": [{"name": "B", "url": 7}]}), "blogs[0]"),
        (json!({"blogs": [{"name": "B", "url": "javascript:alert(1)"}]}), "blogs[0]"),
        (json!({"blogs": [{"name": "B", "locale": {"language": 7}}]}), "blogs[0].locale"),
        (blog(json!([{"author": "Rina"}])), "blogs[0].posts[0]"),
        (blog(json!([{"status": 7}])), "blogs[0].posts[0]"),
        (blog(json!([{"id": -1}])), "blogs[0].posts[0]"),
        (blog(json!([{"comments": [{"content": "a", "inReplyTo": "7"}]}])), "blogs[0].posts[0].comments[0]"),
        (blog(json!([{"title": 7}])), "blogs[0].posts[0]"),
        (blog(json!([{}, {"titel": "x"}])), "blogs[0].posts[1]"),
        (blog(json!([{"published": "soon"}])), "blogs[0].posts[0]"),
        (blog(json!([{"location": {"lat": 90.5}}])), "blogs[0].posts[0]"),
        (blog(json!([{"status": "GONE"}])), "blogs[0].posts[0]"),
        (blog(json!([{"comments": [{"content": "a"}, {}]}])), "blogs[0].posts[0].comments[1]"),
    ] {
        let stage = Stage::bare(Settings { seed: Some(seed.clone()), ..Settings::default() });
        let fault = stage.app.seed().await.unwrap_err();
        assert!(fault.message.contains(place), "{seed}: {}", fault.message);
        assert_eq!(each(&stage.json(200, "GET /v3/users/self/blogs").await, "id"), "");
    }
}
