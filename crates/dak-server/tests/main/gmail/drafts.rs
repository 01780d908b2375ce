//! Drafts: their container stays, their message changes (G9).

use dak_server::services::gmail::recount;
use serde_json::{Value, json};

use super::{Post, id, ids, labels, raw};

fn draft(mail: &str) -> Value {
    json!({"message": {"raw": raw(mail)}})
}

#[tokio::test]
async fn a_draft_from_its_beginning_to_its_end() {
    let post = Post::new().await;
    let made = post.call(200, "POST drafts", draft("To: a@b.c\nSubject: One\n\nFirst")).await;
    let draft_id = id(&made);
    assert!(draft_id.strip_prefix("r-").is_some_and(|digits| digits.len() == 19), "{draft_id}");
    let first = id(&made["message"]);
    assert_eq!(made["message"], json!({"id": first, "threadId": first, "labelIds": ["DRAFT"]}));

    let path = format!("drafts/{draft_id}");
    let changed = post.call(200, &format!("PUT {path}"), draft("To: a@b.c\nSubject: Two\n\nSecond")).await;
    assert_eq!((id(&changed), &changed["message"]["threadId"]), (draft_id.clone(), &json!(first)));
    let second = id(&changed["message"]);
    assert_ne!(second, first);
    post.call(404, &format!("GET messages/{first}"), Value::Null).await;
    let read = post.get(&path).await;
    assert_eq!((&read["message"]["snippet"], &read["message"]["id"]), (&json!("Second"), &json!(second)));
    assert_eq!(post.get(&format!("{path}?format=minimal")).await["message"].get("payload"), None);
    let list =
        json!({"drafts": [{"id": draft_id, "message": {"id": second, "threadId": first}}], "resultSizeEstimate": 1});
    assert_eq!(post.get("drafts").await, list);
    assert_eq!(ids(&post.get("messages").await["messages"]), [second.as_str()]);

    let sent = post.call(200, "POST drafts/send", json!({"id": draft_id})).await;
    assert_eq!((labels(&sent), &sent["threadId"]), (vec!["SENT"], &json!(first)));
    assert_ne!(id(&sent), second);
    for gone in [&path, &format!("messages/{second}")] {
        post.call(404, &format!("GET {gone}"), Value::Null).await;
    }
    assert_eq!(post.get("drafts").await, json!({"resultSizeEstimate": 0}));
    assert_eq!(post.desk("GET /_dak/outbox", &Value::Null).await["mails"][0]["snippet"], "Second");
    let history = post.get("history?startHistoryId=1000").await;
    let kinds: Vec<(usize, usize)> = history["history"].as_array().unwrap().iter().map(counts).collect();
    assert_eq!(kinds, [(1, 0), (1, 1), (1, 1)]);
    assert_eq!(recount(&*post.stage.app.store).await, Ok(Vec::new()));
}

/// How many messages came and went with a record of history.
fn counts(record: &Value) -> (usize, usize) {
    let count = |kind: &str| record[kind].as_array().map_or(0, Vec::len);
    (count("messagesAdded"), count("messagesDeleted"))
}

/// However its message goes, the draft goes too.
#[tokio::test]
async fn a_draft_goes_with_its_message() {
    for end in ["DELETE drafts/DRAFT", "DELETE messages/ID", "DELETE threads/ID", "POST messages/batchDelete"] {
        let post = Post::new().await;
        let made = post.call(200, "POST drafts", draft("Subject: a\n\nb")).await;
        let message = id(&made["message"]);
        let line = end.replace("DRAFT", &id(&made)).replace("ID", &message);
        let body = if end.starts_with("POST") { json!({"ids": [message]}) } else { Value::Null };
        post.call(204, &line, body).await;
        post.call(404, &format!("GET drafts/{}", id(&made)), Value::Null).await;
        assert_eq!(post.get("profile").await["messagesTotal"], 0);
        assert_eq!(recount(&*post.stage.app.store).await, Ok(Vec::new()), "{end}");
    }
}

/// A draft bears no other label, but it may be thrown away.
#[tokio::test]
async fn labels_of_drafts() {
    let post = Post::new().await;
    let made = post.call(200, "POST drafts", draft("Subject: a\n\nb")).await;
    let message = id(&made["message"]);
    let star = json!({"addLabelIds": ["STARRED"]});
    let told = post.refused(400, &format!("POST messages/{message}/modify"), star.clone()).await;
    assert_eq!(told.0, "Invalid label: STARRED");
    let thread = post.call(200, &format!("POST threads/{message}/modify"), star).await;
    assert_eq!(labels(&thread["messages"][0]), ["DRAFT"]);
    post.call(200, &format!("POST messages/{message}/trash"), Value::Null).await;
    for (query, found) in [("", 0), ("?includeSpamTrash=true", 1), ("?q=in:trash", 1), ("?q=in:anywhere b", 1)] {
        let query = query.replace(' ', "%20");
        assert_eq!(post.get(&format!("drafts{query}")).await["resultSizeEstimate"], found, "{query}");
    }
}

/// A mail that is inserted among the drafts is one.
#[tokio::test]
async fn an_inserted_draft() {
    let post = Post::new().await;
    let made = post.insert("From: me@example.com\nTo: a@b.c\nSubject: a\n\nb", &["DRAFT"]).await;
    assert_eq!(labels(&made), ["DRAFT"]);
    let drafts = post.get("drafts").await;
    assert_eq!(drafts["drafts"][0]["message"]["id"], made["id"]);
    post.call(200, "POST drafts/send", json!({"id": drafts["drafts"][0]["id"]})).await;
    assert_eq!(recount(&*post.stage.app.store).await, Ok(Vec::new()));
}

/// What a draft is sent as: what it says, or what comes along.
#[tokio::test]
async fn a_draft_is_sent_with_other_content() {
    let post = Post::new().await;
    for media in [false, true] {
        let made = post.call(200, "POST drafts", draft("To: a@b.c\nSubject: Old\n\nOld")).await;
        let mail = "To: d@e.f\nSubject: New\n\nNew";
        let sent = match media {
            false => post.call(200, "POST drafts/send", json!({"id": made["id"], "message": {"raw": raw(mail)}})).await,
            true => {
                let head = "POST /upload/gmail/v1/users/me/drafts/send?uploadType=multipart\nContent-Type: multipart/related; boundary=b";
                let body = format!(
                    "--b\r\nContent-Type: application/json\r\n\r\n{}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{}\r\n--b--\r\n",
                    json!({"id": made["id"]}),
                    mail.replace('\n', "\r\n"),
                );
                let told = post.stage.send_bytes(head, body.into()).await;
                assert_eq!(told.status, 200, "{}", told.text);
                told.json()
            }
        };
        assert_eq!(post.get(&format!("messages/{}", id(&sent))).await["snippet"], "New");
    }
    assert_eq!(post.get("drafts").await["resultSizeEstimate"], 0);
    post.desk("POST /_dak/clock", &json!({"advanceMs": 0})).await;
    assert_eq!(post.stage.blobs.names(), Vec::<String>::new());
}

#[tokio::test]
async fn drafts_that_are_not_there() {
    let post = Post::new().await;
    let gone = "Requested entity was not found.";
    let missing = "'raw' RFC822 payload message string or uploading message via /upload/* URL required";
    let made = post.call(200, "POST drafts", draft("Subject: a\n\nb")).await;
    let put = format!("PUT drafts/{}", id(&made));
    for (status, line, body, message) in [
        (404, "GET drafts/r-1", Value::Null, gone),
        (404, "DELETE drafts/r-1", Value::Null, gone),
        (404, "PUT drafts/r-1", draft("Subject: a\n\nb"), gone),
        (404, "POST drafts/send", json!({"id": "r-1"}), gone),
        (400, "POST drafts/send", json!({}), "Missing draft id"),
        (400, "POST drafts/send", json!({"id": made["id"]}), "Recipient address required"),
        (400, "POST drafts", json!({}), missing),
        (400, "POST drafts", json!({"message": {"threadId": "x"}}), missing),
        (400, &put, json!({"message": {}}), missing),
    ] {
        assert_eq!(post.refused(status, line, body.clone()).await.0, message, "{line} {body}");
    }
    assert_eq!(post.get(&format!("drafts/{}", id(&made))).await["message"]["snippet"], "b");
}
