//! Threads: which messages join, and what is done to all of them (G8).

use serde_json::{Value, json};

use super::{Post, id, ids, labels, raw};

fn answer(to: &str, subject: &str) -> String {
    format!(
        "From: b@example.com\nSubject: {subject}\nMessage-ID: <{to}.{}@x>\nIn-Reply-To: <{to}@x>\n\nAnswer",
        subject.len()
    )
}

/// What a mail answers, its subject, the thread it asks for, and whether it joins.
#[tokio::test]
async fn who_joins() {
    for (to, subject, asks, joins) in [
        ("first", "Re: first", false, true),
        ("first", "RE: Fwd: First", true, true),
        ("first", "Re: other", false, false),
        ("first", "Re: other", true, false),
        ("nobody", "Re: first", true, false),
        ("nobody", "first", false, false),
    ] {
        let post = Post::new().await;
        let first = post.fill(&["first"]).await.remove(0);
        let mut body = json!({"raw": raw(&answer(to, subject))});
        if asks {
            body["threadId"] = first.as_str().into();
        }
        let made = post.call(200, "POST messages", body).await;
        let thread = if joins { json!(first) } else { made["id"].clone() };
        assert_eq!(made["threadId"], thread, "{to} {subject} {asks}");
        assert_eq!(post.get("profile").await["threadsTotal"], if joins { 1 } else { 2 });
    }
}

/// The messages of a thread stand in the order of their dates, whenever they came.
#[tokio::test]
async fn a_thread_is_in_order() {
    let post = Post::new().await;
    let mut made = Vec::new();
    for (day, to) in [(3, "-"), (5, "a3"), (1, "a3"), (4, "a5")] {
        let mail = format!(
            "Subject: a\nMessage-ID: <a{day}@x>\nReferences: <{to}@x>\nDate: {day} Nov 2026 10:00:00 +0000\n\nDay {day}"
        );
        let body = json!({"raw": raw(&mail), "labelIds": ["INBOX"]});
        made.push((day, id(&post.call(200, "POST messages?internalDateSource=dateHeader", body).await)));
    }
    let first = made[0].1.clone();
    made.sort_unstable();
    let thread = post.get(&format!("threads/{first}?format=minimal")).await;
    assert_eq!(ids(&thread["messages"]), made.iter().map(|(_, id)| id.as_str()).collect::<Vec<_>>());
    assert_eq!(thread["historyId"], post.get("profile").await["historyId"]);
    let list = post.get("threads").await;
    assert_eq!((&list["threads"][0]["snippet"], &list["resultSizeEstimate"]), (&json!("Day 5"), &json!(1)));
    for (gone, snippet) in [(5, "Day 4"), (1, "Day 4"), (4, "Day 3")] {
        let id = &made.iter().find(|(day, _)| *day == gone).unwrap().1;
        post.call(204, &format!("DELETE messages/{id}"), Value::Null).await;
        assert_eq!(post.get("threads").await["threads"][0]["snippet"], snippet);
    }
    let full = post.get(&format!("threads/{first}")).await;
    assert_eq!(full["messages"][0]["payload"]["body"]["size"], 5);
}

#[tokio::test]
async fn a_thread_changes_as_one() {
    let post = Post::new().await;
    let first = post.fill(&["first"]).await.remove(0);
    post.insert(&answer("first", "Re: first"), &[]).await;
    for (verb, body, expected) in [
        ("modify", json!({"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}), "INBOX,STARRED STARRED"),
        ("trash", Value::Null, "STARRED,TRASH STARRED,TRASH"),
        ("untrash", Value::Null, "STARRED,INBOX STARRED"),
    ] {
        let thread = post.call(200, &format!("POST threads/{first}/{verb}"), body).await;
        let messages = thread["messages"].as_array().unwrap();
        let found: Vec<String> = messages.iter().map(|message| labels(message).join(",")).collect();
        assert_eq!((thread["id"].as_str().unwrap(), found.join(" ").as_str()), (first.as_str(), expected), "{verb}");
    }
    post.call(204, &format!("DELETE threads/{first}"), Value::Null).await;
    post.call(404, &format!("GET threads/{first}"), Value::Null).await;
    assert_eq!(post.get("profile").await["messagesTotal"], 0);
}
