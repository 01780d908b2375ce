//! History: what happened, since when, and how long it is known (G4).

use serde_json::{Value, json};

use super::{Post, id, raw};

/// What happens, and the kinds and labels of the events it leaves.
#[tokio::test]
async fn four_kinds() {
    let post = Post::new().await;
    let start = post.get("profile").await["historyId"].as_str().unwrap().to_owned();
    assert_eq!(post.get(&format!("history?startHistoryId={start}")).await, json!({"historyId": start}));
    let made = id(&post.insert("Subject: a\n\nb", &["INBOX", "UNREAD"]).await);
    post.call(
        200,
        &format!("POST messages/{made}/modify"),
        json!({"removeLabelIds": ["UNREAD"], "addLabelIds": ["STARRED"]}),
    )
    .await;
    post.call(200, &format!("POST messages/{made}/modify"), json!({"addLabelIds": ["STARRED"]})).await;
    post.call(200, &format!("POST messages/{made}/trash"), Value::Null).await;
    post.call(204, &format!("DELETE messages/{made}"), Value::Null).await;

    let list = post.get(&format!("history?startHistoryId={start}")).await;
    let records = list["history"].as_array().unwrap();
    let plain = json!({"id": made, "threadId": made});
    let with = |labels: Value| json!({"id": made, "threadId": made, "labelIds": labels});
    let expected = [
        json!({"messagesAdded": [{"message": with(json!(["INBOX", "UNREAD"]))}]}),
        json!({
            "labelsAdded": [{"message": with(json!(["INBOX", "STARRED"])), "labelIds": ["STARRED"]}],
            "labelsRemoved": [{"message": with(json!(["INBOX", "STARRED"])), "labelIds": ["UNREAD"]}],
        }),
        json!({
            "labelsAdded": [{"message": with(json!(["STARRED", "TRASH"])), "labelIds": ["TRASH"]}],
            "labelsRemoved": [{"message": with(json!(["STARRED", "TRASH"])), "labelIds": ["INBOX"]}],
        }),
        json!({"messagesDeleted": [{"message": with(json!(["STARRED", "TRASH"]))}]}),
    ];
    assert_eq!(records.len(), expected.len(), "{list}");
    for (record, mut expected) in records.iter().zip(expected) {
        expected["id"] = record["id"].clone();
        expected["messages"] = json!([plain]);
        assert_eq!(*record, expected);
    }
    assert_eq!(list["historyId"], post.get("profile").await["historyId"]);

    for (query, found) in [
        ("historyTypes=messageAdded", vec![0]),
        ("historyTypes=messageAdded&historyTypes=messageDeleted", vec![0, 3]),
        ("historyTypes=labelAdded", vec![1, 2]),
        ("historyTypes=labelRemoved&labelId=UNREAD", vec![1]),
        ("historyTypes=labelAdded&labelId=TRASH", vec![2]),
        ("labelId=TRASH", vec![2, 3]),
        ("labelId=UNREAD", vec![0, 1]),
        ("labelId=SPAM", vec![]),
    ] {
        let narrowed = post.get(&format!("history?startHistoryId={start}&{query}")).await;
        let ids = super::ids(&narrowed["history"]);
        let expected: Vec<String> = found.iter().map(|place: &usize| id(&records[*place])).collect();
        assert_eq!(ids, expected, "{query}");
    }
}

#[tokio::test]
async fn history_comes_in_pages() {
    let post = Post::new().await;
    post.fill(&["a", "b", "c", "d", "e"]).await;
    let (mut found, mut token) = (Vec::new(), String::new());
    loop {
        let page = post.get(&format!("history?startHistoryId=1000&maxResults=2&pageToken={token}")).await;
        found.extend(super::ids(&page["history"]));
        match page["nextPageToken"].as_str() {
            Some(next) => token = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(found.len(), 5);
    assert!(found.is_sorted());
    let rest = post.get(&format!("history?startHistoryId={}", found[2])).await;
    assert_eq!(super::ids(&rest["history"]), found[3..]);
}

#[tokio::test]
async fn what_is_too_old_or_no_id() {
    let post = Post::new().await;
    post.fill(&["a"]).await;
    let gone = "Requested entity was not found.";
    let missing = "Missing/invalid parameter: startHistoryId";
    for (status, query, message, reason) in [
        (400, "", missing, "invalidArgument"),
        (404, "?startHistoryId=1", gone, "notFound"),
        (404, "?startHistoryId=999", gone, "notFound"),
        (404, "?startHistoryId=5000", gone, "notFound"),
    ] {
        let told = post.refused(status, &format!("GET history{query}"), Value::Null).await;
        assert_eq!(told, (message.to_owned(), reason.to_owned()), "{query}");
    }
}

/// After a week what happened is forgotten, and who asks is told so.
#[tokio::test]
async fn history_is_forgotten() {
    let post = Post::new().await;
    post.fill(&["a"]).await;
    let first = post.get("profile").await["historyId"].as_str().unwrap().to_owned();
    post.fill(&["b"]).await;
    post.desk("POST /_dak/clock", &json!({"advanceMs": 5 * 24 * 60 * 60 * 1000})).await;
    post.fill(&["c"]).await;
    let second = post.get("profile").await["historyId"].as_str().unwrap().to_owned();
    post.fill(&["d"]).await;
    for (days, first_known, second_known) in [(0, true, true), (3, false, true), (5, false, false)] {
        post.desk("POST /_dak/clock", &json!({"advanceMs": days * 24 * 60 * 60 * 1000_i64})).await;
        for (start, known) in [(&first, first_known), (&second, second_known)] {
            let status = if known { 200 } else { 404 };
            post.call(status, &format!("GET history?startHistoryId={start}"), Value::Null).await;
        }
    }
    let now = post.get("profile").await["historyId"].as_str().unwrap().to_owned();
    post.call(200, "POST messages", json!({"raw": raw("Subject: e\n\n")})).await;
    assert_eq!(post.get(&format!("history?startHistoryId={now}")).await["history"].as_array().unwrap().len(), 1);
}
