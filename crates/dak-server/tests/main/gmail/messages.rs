//! Messages by themselves: insert, get, labels, the end (G1, G2, G5 to G7, G11).

use serde_json::{Value, json};

use super::{NOW_MS, Post, id, labels, raw};

const MAIL: &str = "From: Ana <ana@example.com>\nTo: me@example.com\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\
Message-ID: <1@example.com>\nDate: Fri, 27 Nov 2026 10:00:00 +0000\nMIME-Version: 1.0\n\
Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHello & bye\n--b\n\
Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b--\n";

#[tokio::test]
async fn a_message_is_shown_in_four_formats() {
    let post = Post::new().await;
    let made = post.insert(MAIL, &["INBOX"]).await;
    assert_eq!(made, json!({"id": made["id"], "threadId": made["id"], "labelIds": ["INBOX"]}));
    let path = format!("messages/{}", id(&made));
    let minimal = post.get(&format!("{path}?format=minimal")).await;
    let size = MAIL.len() + MAIL.matches('\n').count();
    assert_eq!(minimal["snippet"], "Hello &amp; bye");
    assert_eq!((&minimal["sizeEstimate"], &minimal["internalDate"]), (&json!(size), &json!(NOW_MS.to_string())));
    assert_eq!(minimal["historyId"], post.get("profile").await["historyId"]);
    assert_eq!((minimal.get("payload"), minimal.get("raw")), (None, None));

    let as_it_came = post.get(&format!("{path}?format=raw")).await;
    assert_eq!((&as_it_came["raw"], as_it_came.get("payload")), (&json!(raw(MAIL)), None));

    let metadata = post.get(&format!("{path}?format=metadata&metadataHeaders=subject&metadataHeaders=TO")).await;
    let headers = json!([{"name": "To", "value": "me@example.com"}, {"name": "Subject", "value": "Grüße"}]);
    assert_eq!(metadata["payload"], json!({"partId": "", "headers": headers}));
    let all = post.get(&format!("{path}?format=metadata")).await;
    assert_eq!(post.get(&format!("{path}?format=metadata&metadataHeaders=")).await, all);
    assert!(all["payload"]["headers"].as_array().unwrap().len() > 2);

    let payload = &post.get(&path).await["payload"];
    assert_eq!((&payload["partId"], &payload["mimeType"]), (&json!(""), &json!("multipart/mixed")));
    assert_eq!((&payload["filename"], &payload["body"]), (&json!(""), &json!({"size": 0})));
    let text = &payload["parts"][0];
    assert_eq!(text["body"], json!({"size": 11, "data": "SGVsbG8gJiBieWU="}));
    assert_eq!((&text["partId"], text.get("parts")), (&json!("0"), None));
    let pdf = &payload["parts"][1];
    assert_eq!((&pdf["filename"], &pdf["body"]["size"], pdf["body"].get("data")), (&json!("a.pdf"), &json!(5), None));
    let attachment = format!("{path}/attachments/{}", pdf["body"]["attachmentId"].as_str().unwrap());
    assert_eq!(post.get(&attachment).await, json!({"size": 5, "data": "aGVsbG8="}));
}

#[tokio::test]
async fn base64_of_every_kind_is_taken() {
    let post = Post::new().await;
    let mail = "Subject: ???>>>\r\n\r\n~~~\u{3ff}";
    let padded = base64_simd::STANDARD.encode_to_string(mail);
    let lines = padded.as_bytes().chunks(20).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>();
    for form in [
        padded.clone(),
        padded.trim_end_matches('=').to_owned(),
        padded.replace('+', "-").replace('/', "_"),
        lines.join("\n"),
        lines.join("\r\n"),
    ] {
        let made = post.call(200, "POST messages", json!({"raw": form})).await;
        let read = post.get(&format!("messages/{}?format=raw", id(&made))).await;
        assert_eq!(read["raw"], base64_simd::URL_SAFE.encode_to_string(mail), "{form}");
    }
}

/// What is asked for, and the labels and the date that come of it.
#[tokio::test]
async fn labels_and_dates_of_new_messages() {
    let written = "1795773600000";
    let now = &NOW_MS.to_string();
    for (path, from, asked, expected, date) in [
        ("messages", "ana@example.com", json!([]), vec![], now.as_str()),
        ("messages", "ME@example.com", json!([]), vec!["SENT"], now),
        ("messages", "me@example.com", json!(["INBOX", "SENT"]), vec!["INBOX", "SENT"], now),
        ("messages?internalDateSource=dateHeader", "b@c", json!(["SPAM", "STARRED"]), vec!["SPAM", "STARRED"], written),
        ("messages/import", "me@example.com", json!(["TRASH"]), vec!["TRASH"], written),
        ("messages/import?internalDateSource=receivedTime", "b@c", json!(null), vec!["UNREAD", "INBOX"], now),
    ] {
        let post = Post::new().await;
        let mail = format!("From: {from}\nDate: Fri, 27 Nov 2026 10:00:00 +0000\n\nText");
        let made = post.call(200, &format!("POST {path}"), json!({"raw": raw(&mail), "labelIds": asked})).await;
        let message = post.get(&format!("messages/{}", id(&made))).await;
        assert_eq!(labels(&message), expected, "{path} {from}");
        assert_eq!(message["internalDate"], date, "{path} {from}");
    }
}

/// What is added and removed one after the other, and what the labels are then.
#[tokio::test]
async fn labels_change() {
    let post = Post::new().await;
    let id = post.fill(&["a"]).await.remove(0);
    for (verb, body, expected) in [
        ("modify", json!({"removeLabelIds": ["UNREAD"]}), vec!["INBOX"]),
        ("modify", json!({"removeLabelIds": ["UNREAD"]}), vec!["INBOX"]),
        ("modify", json!({"addLabelIds": ["STARRED", "STARRED"]}), vec!["INBOX", "STARRED"]),
        ("trash", Value::Null, vec!["STARRED", "TRASH"]),
        ("trash", Value::Null, vec!["STARRED", "TRASH"]),
        ("untrash", Value::Null, vec!["STARRED", "INBOX"]),
        ("modify", json!({"removeLabelIds": ["INBOX"]}), vec!["STARRED"]),
        ("trash", Value::Null, vec!["STARRED", "TRASH"]),
        ("untrash", Value::Null, vec!["STARRED"]),
        ("modify", json!({"addLabelIds": ["INBOX"]}), vec!["STARRED", "INBOX"]),
        ("modify", json!({"addLabelIds": ["TRASH"]}), vec!["STARRED", "TRASH"]),
        ("untrash", Value::Null, vec!["STARRED", "INBOX"]),
        ("modify", json!({"addLabelIds": ["SPAM"]}), vec!["STARRED", "SPAM"]),
        ("modify", json!({"removeLabelIds": ["SPAM"]}), vec!["STARRED"]),
    ] {
        let answer = post.call(200, &format!("POST messages/{id}/{verb}"), body.clone()).await;
        assert_eq!(labels(&answer), expected, "{verb} {body}");
        assert_eq!(answer["threadId"], answer["id"]);
        assert_eq!(labels(&post.get(&format!("messages/{id}")).await), expected, "{verb} {body}");
    }
}

/// What cannot be, in Gmail's words.
#[tokio::test]
async fn refusals() {
    let post = Post::new().await;
    let ids = post.fill(&["a", "b"]).await;
    let modify = format!("POST messages/{}/modify", ids[0]);
    let missing = "'raw' RFC822 payload message string or uploading message via /upload/* URL required";
    let mail = raw("Subject: a\n\n");
    for (status, line, body, message) in [
        (404, "GET messages/0123456789abcdef", json!(null), "Requested entity was not found."),
        (400, "GET messages/Hello", json!(null), "Invalid id value"),
        (400, "DELETE messages/0123456789ABCDEF", json!(null), "Invalid id value"),
        (404, "POST messages/0123456789abcdef/trash", json!(null), "Requested entity was not found."),
        (400, &modify, json!({}), "No label add or removes specified"),
        (400, &modify, json!({"addLabelIds": ["SENT"]}), "Invalid label: SENT"),
        (400, &modify, json!({"removeLabelIds": ["Label_7"]}), "Invalid label: Label_7"),
        (400, &modify, json!({"addLabelIds": ["inbox"]}), "Invalid label: inbox"),
        (400, &modify, json!({"addLabelIds": ["INBOX", "SPAM"]}), "Can only add one of: INBOX, SPAM, TRASH"),
        (400, "POST messages", json!({}), missing),
        (400, "POST messages", json!({"raw": ""}), missing),
        (400, "POST messages", json!({"raw": mail, "threadId": "x"}), "Invalid thread_id value"),
        (404, "POST messages", json!({"raw": mail, "threadId": "0123456789abcdef"}), "Requested entity was not found."),
        (400, "POST messages", json!({"raw": mail, "labelIds": ["Label_7"]}), "Invalid label: Label_7"),
        (400, "POST messages/import", json!({"raw": mail, "labelIds": ["CHAT"]}), "Invalid label: CHAT"),
        (400, "POST messages/batchModify", json!({"ids": ["a"], "addLabelIds": ["SPAM"]}), "Invalid ids value"),
        (400, "POST messages/batchDelete", json!({"ids": []}), "No message ids specified"),
        (400, "GET messages?labelIds=Label_7", json!(null), "Invalid label: Label_7"),
        (400, &format!("GET messages/{}/attachments/abc", ids[0]), json!(null), "Invalid attachment token"),
        (404, "GET threads/0123456789abcdef", json!(null), "Requested entity was not found."),
        (404, "DELETE threads/0123456789abcdef", json!(null), "Requested entity was not found."),
        (400, "POST threads/x/trash", json!(null), "Invalid id value"),
    ] {
        assert_eq!(post.refused(status, line, body.clone()).await.0, message, "{line} {body}");
    }
    assert_eq!(post.get("profile").await["messagesTotal"], 2);
}

#[tokio::test]
async fn batches_change_those_that_are_there() {
    let post = Post::new().await;
    let ids = post.fill(&["a", "b", "c"]).await;
    let some = json!({"ids": [ids[0], ids[1], ids[0], "0123456789abcdef"], "addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]});
    post.call(204, "POST messages/batchModify", some).await;
    assert_eq!(super::ids(&post.get("messages?labelIds=STARRED").await["messages"]), [ids[1].as_str(), &ids[0]]);
    assert_eq!(super::ids(&post.get("messages?labelIds=UNREAD").await["messages"]), [ids[2].as_str()]);
    post.call(204, "POST messages/batchDelete", json!({"ids": [ids[0], ids[2], "0123456789abcdef"]})).await;
    assert_eq!(super::ids(&post.get("messages").await["messages"]), [ids[1].as_str()]);
    post.call(204, &format!("DELETE messages/{}", ids[1]), Value::Null).await;
    assert_eq!(post.get("messages").await, json!({"resultSizeEstimate": 0}));
    let profile = post.get("profile").await;
    assert_eq!((&profile["messagesTotal"], &profile["threadsTotal"]), (&json!(0), &json!(0)));
}

/// A message that was not changed is not sent again; one that was is changed only by who saw its version.
#[tokio::test]
async fn versions_of_messages() {
    let post = Post::new().await;
    let id = post.fill(&["a"]).await.remove(0);
    let path = format!("/gmail/v1/users/me/messages/{id}");
    let etag = post.stage.send(&format!("GET {path}")).await.header("etag").to_owned();
    assert_eq!(post.stage.send(&format!("GET {path}\nIf-None-Match: {etag}")).await.status, 304);
    for status in [200, 412] {
        let body = json!({"removeLabelIds": ["UNREAD"]});
        let told = post.stage.send(&format!("POST {path}/modify\nIf-Match: {etag}\n\n{body}")).await;
        assert_eq!(told.status, status);
    }
    assert_eq!(post.stage.send(&format!("GET {path}\nIf-None-Match: {etag}")).await.status, 200);
}
