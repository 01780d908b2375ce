//! Lists of messages and threads (G3, G11).

use serde_json::json;

use super::{Post, ids};

#[tokio::test]
async fn newest_first_in_pages() {
    let post = Post::new().await;
    let made = post.fill(&["a", "b", "c", "d", "e"]).await;
    let newest_first: Vec<&String> = made.iter().rev().collect();
    for noun in ["messages", "threads"] {
        let mut found = Vec::new();
        let mut token = String::new();
        loop {
            let page = post.get(&format!("{noun}?maxResults=2&pageToken={token}")).await;
            assert_eq!(page["resultSizeEstimate"], 5, "{page}");
            found.extend(ids(&page[noun]));
            match page["nextPageToken"].as_str() {
                Some(next) => token = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(found.iter().collect::<Vec<_>>(), newest_first, "{noun}");
    }
    let first = &post.get("messages?maxResults=1").await["messages"][0];
    assert_eq!(*first, json!({"id": made[4], "threadId": made[4]}));
    let first = &post.get("threads?maxResults=1").await["threads"][0];
    assert_eq!(*first, json!({"id": made[4], "snippet": "About e", "historyId": first["historyId"]}));
}

/// Labels that are asked for, and how many messages are found. Spam and trash are left out unless they are named.
#[tokio::test]
async fn labels_narrow() {
    let post = Post::new().await;
    for labels in [&["INBOX", "STARRED"][..], &["INBOX"], &["SPAM"], &["TRASH", "STARRED"], &[]] {
        post.insert("Subject: a\n\nText", labels).await;
    }
    for (query, found) in [
        ("", 3),
        ("?includeSpamTrash=true", 5),
        ("?labelIds=INBOX", 2),
        ("?labelIds=INBOX&labelIds=STARRED", 1),
        ("?labelIds=STARRED", 1),
        ("?labelIds=STARRED&includeSpamTrash=true", 2),
        ("?labelIds=TRASH", 1),
        ("?labelIds=SPAM&labelIds=TRASH", 0),
        ("?labelIds=CATEGORY_SOCIAL", 0),
    ] {
        for noun in ["messages", "threads"] {
            let list = post.get(&format!("{noun}{query}")).await;
            assert_eq!(list["resultSizeEstimate"], found, "{noun}{query}");
            assert_eq!(ids(&list[noun]).len(), found, "{noun}{query}");
            assert_eq!(list.get(noun).is_some(), found > 0, "{noun}{query}");
        }
    }
}

/// Beyond a bound nobody counts, but for the last page, which tells how many there were.
#[tokio::test]
async fn estimates_saturate() {
    for (estimate_max, estimate) in [(4, 5), (5, 6), (6, 6), (1000, 6)] {
        let mut settings = dak_server::Settings::default();
        settings.gmail.estimate_max = estimate_max;
        let post = Post::with(settings).await;
        post.fill(&["a", "b", "c", "d", "e", "f"]).await;
        for noun in ["messages", "threads", "messages?q=About", "drafts"] {
            let (separator, all) = (if noun.contains('?') { '&' } else { '?' }, u64::from(noun != "drafts") * 6);
            assert_eq!(post.get(noun).await["resultSizeEstimate"], all, "{noun}, {estimate_max}");
            let (mut token, mut found) = (String::new(), Vec::new());
            while found.last().is_none_or(|(_, is_last)| !is_last) {
                let page = post.get(&format!("{noun}{separator}maxResults=2&pageToken={token}")).await;
                token = page["nextPageToken"].as_str().unwrap_or_default().to_owned();
                found.push((page["resultSizeEstimate"].as_u64().unwrap(), token.is_empty()));
            }
            let expected = [(estimate.min(all), false), (estimate.min(all), false), (all, true)];
            assert_eq!(found, expected[if all == 0 { 2 } else { 0 }..], "{noun}, {estimate_max}");
        }
    }
}

/// A list that did not change is not sent again.
#[tokio::test]
async fn versions_of_lists() {
    let post = Post::new().await;
    post.fill(&["a"]).await;
    for noun in ["messages", "threads", "history?startHistoryId=1000", "profile"] {
        let request = format!("GET /gmail/v1/users/me/{noun}");
        let etag = post.stage.send(&request).await.header("etag").to_owned();
        assert_eq!(post.stage.send(&format!("{request}\nIf-None-Match: {etag}")).await.status, 304, "{noun}");
        post.fill(&["b"]).await;
        assert_eq!(post.stage.send(&format!("{request}\nIf-None-Match: {etag}")).await.status, 200, "{noun}");
    }
}
