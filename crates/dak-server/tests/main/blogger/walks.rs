//! Walks along lists while others write.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::stage;

/// 1,000 posts by 7, while posts come and go: none twice, and none missed that was there all along.
#[tokio::test]
async fn a_walk_among_writers() {
    let stage = stage().await;
    let mut there = BTreeSet::from(["2001", "2002", "2003"].map(str::to_owned));
    for number in 0..997 {
        let body = json!({"title": format!("Post {number}"), "published": format!("2026-10-{:02}T00:00:00Z", number % 28 + 1)});
        let post = stage.json(200, &format!("POST /v3/blogs/1001/posts\n\n{body}")).await;
        there.insert(post["id"].as_str().unwrap().to_owned());
    }
    let (mut seen, mut token, mut page) = (Vec::new(), String::new(), 0);
    loop {
        let request = format!("GET /v3/blogs/1001/posts?maxResults=7&fields=items/id,nextPageToken{token}");
        let list: Value = stage.json(200, &request).await;
        let ids: Vec<String> =
            list["items"].as_array().unwrap().iter().map(|post| post["id"].as_str().unwrap().to_owned()).collect();
        page += 1;
        // One that was just seen goes, and others come before and behind.
        if page % 5 == 0 {
            assert_eq!(stage.send(&format!("DELETE /v3/blogs/1001/posts/{}", ids[6 % ids.len()])).await.status, 204);
            let body = json!({"title": "New", "published": format!("2026-10-{:02}T12:00:00Z", page % 28 + 1)});
            stage.json(200, &format!("POST /v3/blogs/1001/posts\n\n{body}")).await;
        }
        seen.extend(ids);
        let Some(next) = list["nextPageToken"].as_str() else { break };
        token = format!("&pageToken={next}");
    }
    let unique: BTreeSet<String> = seen.iter().cloned().collect();
    assert_eq!(unique.len(), seen.len(), "one was seen twice");
    assert!(there.is_subset(&unique), "missed: {:?}", there.difference(&unique).collect::<Vec<_>>());
}
