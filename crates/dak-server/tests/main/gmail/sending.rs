//! Sending: who gets which copy, with which labels (G10, G12).

use serde_json::{Value, json};

use super::{NOW_MS, Post, id, ids, labels, raw};

impl Post {
    /// Sends a request as a user: method and the path behind the user, then a body; the JSON of the answer.
    async fn call_as(&self, user: &str, line: &str, body: &Value) -> Value {
        let (method, path) = line.split_once(' ').unwrap();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let told = self
            .stage
            .send(&format!("{method} /gmail/v1/users/me/{path}\nAuthorization: Bearer {user}\n\n{body}"))
            .await;
        assert!(told.status < 300, "{line} {body}\n{}", told.text);
        if told.text.is_empty() { Value::Null } else { told.json() }
    }

    /// Makes mailboxes.
    pub(super) async fn users(&self, users: &[&str]) {
        for user in users {
            self.call_as(user, "GET profile", &Value::Null).await;
        }
    }

    /// All messages of a user in full, the newest first.
    async fn mailbox(&self, user: &str) -> Vec<Value> {
        let mut messages = Vec::new();
        let list = self.call_as(user, "GET messages?includeSpamTrash=true", &Value::Null).await;
        for id in ids(&list["messages"]) {
            messages.push(self.call_as(user, &format!("GET messages/{id}"), &Value::Null).await);
        }
        messages
    }

    async fn send_mail(&self, mail: &str) -> Value {
        self.call(200, "POST messages/send", json!({"raw": raw(mail)})).await
    }

    async fn outbox(&self) -> Vec<Value> {
        self.desk("GET /_dak/outbox", &Value::Null).await["mails"].as_array().unwrap().clone()
    }
}

/// The values of a header.
fn header<'a>(message: &'a Value, name: &str) -> Vec<&'a str> {
    let headers = message["payload"]["headers"].as_array().unwrap().iter();
    headers.filter(|header| header["name"] == name).map(|header| header["value"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn everybody_gets_a_copy() {
    let post = Post::new().await;
    post.users(&["bob@example.com", "eve@example.com"]).await;
    let mail = "From: me@example.com\nTo: Bob <BOB@example.com>, bob+news@example.com\nCc: x@elsewhere.org\n\
        Bcc: eve@example.com, y@elsewhere.org\nSubject: Hi\nMessage-ID: <1@x>\n\nHello";
    let sent = post.send_mail(mail).await;
    assert_eq!(sent, json!({"id": sent["id"], "threadId": sent["id"], "labelIds": ["SENT"]}));
    let own = post.get(&format!("messages/{}", id(&sent))).await;
    assert_eq!(header(&own, "Bcc"), ["eve@example.com, y@elsewhere.org"]);
    assert_eq!(
        (header(&own, "Date"), &own["internalDate"]),
        (vec!["Sat, 28 Nov 2026 12:00:00 +0000"], &json!(NOW_MS.to_string()))
    );
    for user in ["bob@example.com", "eve@example.com"] {
        let mailbox = post.mailbox(user).await;
        let [message] = mailbox.as_slice() else { panic!("{user} has {} messages", mailbox.len()) };
        assert_eq!(labels(message), ["UNREAD", "INBOX"]);
        assert_eq!((header(message, "Bcc"), header(message, "Delivered-To")), (vec![], vec![user]));
        assert_eq!((header(message, "Message-ID"), &message["snippet"]), (vec!["<1@x>"], &json!("Hello")));
    }
    let outbox = post.outbox().await;
    let [outgoing] = outbox.as_slice() else { panic!("{outbox:?}") };
    assert_eq!(outgoing["recipients"], json!(["x@elsewhere.org", "y@elsewhere.org"]));
    assert_eq!((&outgoing["from"], &outgoing["snippet"]), (&json!("me@example.com"), &json!("Hello")));
    let shown = post.desk("POST /_dak/outbox", &json!({"id": outgoing["id"]})).await;
    let bytes = base64_simd::URL_SAFE.decode_to_vec(shown["raw"].as_str().unwrap()).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("Subject: Hi\r\n") && !text.contains("Bcc"), "{text}");
    post.desk("DELETE /_dak/outbox", &json!({"id": outgoing["id"]})).await;
    assert_eq!(post.outbox().await, Vec::<Value>::new());
}

/// G12: the outbox comes by pages, the oldest mail first.
#[tokio::test]
async fn the_outbox_has_pages() {
    let post = Post::new().await;
    for number in 0..5 {
        post.send_mail(&format!("To: {number}@elsewhere.org\n\nHello")).await;
    }
    let (mut pages, mut next) = (Vec::new(), Some(String::new()));
    while let Some(token) = next {
        let page = post.desk(&format!("GET /_dak/outbox?maxResults=2&pageToken={token}"), &Value::Null).await;
        let mails = page["mails"].as_array().unwrap().iter();
        pages.push(mails.map(|mail| mail["recipients"][0].as_str().unwrap()[..1].to_owned()).collect::<String>());
        next = page["nextPageToken"].as_str().map(str::to_owned);
    }
    assert_eq!(pages, ["01", "23", "4"]);
    for query in ["pageToken=x", "maxResults=all"] {
        let told = post.stage.send(&format!("GET /_dak/outbox?{query}\nAuthorization: Bearer desk\n\n")).await;
        assert_eq!(told.status, 400, "{query}");
    }
}

/// Whom a mail says it is from, and whom it is from.
#[tokio::test]
async fn senders() {
    for (from, expected) in [
        ("", "me@example.com"),
        ("From: me@example.com\n", "me@example.com"),
        ("From: Me <ME@example.com>\n", "Me <ME@example.com>"),
        ("From: boss@example.com\n", "me@example.com"),
        ("From: me@example.com, boss@example.com\n", "me@example.com"),
        ("From: Other <alias@elsewhere.org>\n", "Other <alias@elsewhere.org>"),
        ("From: Other <waits@elsewhere.org>\n", "me@example.com"),
    ] {
        let post = Post::new().await;
        for address in ["alias@elsewhere.org", "waits@elsewhere.org"] {
            post.call(200, "POST settings/sendAs", json!({"sendAsEmail": address})).await;
        }
        post.desk("POST /_dak/addresses", &json!({"user": "me@example.com", "address": "alias@elsewhere.org"})).await;
        let sent = post.send_mail(&format!("{from}To: a@b.c\n\nHello")).await;
        let message = post.get(&format!("messages/{}", id(&sent))).await;
        assert_eq!(header(&message, "From"), [expected], "{from}");
        assert_eq!((header(&message, "Message-ID").len(), header(&message, "Date").len()), (1, 1));
    }
}

/// Mail to an address that is nobody's own reaches the one user who may send from it (G76).
#[tokio::test]
async fn aliases_receive() {
    let post = Post::new().await;
    let [ana, bob, own] = ["ana@example.com", "bob@example.com", "me@example.com"];
    post.users(&[ana, bob]).await;
    for (user, address) in [
        (ana, "Sales@example.com"),
        (ana, "both@example.com"),
        (bob, "both@example.com"),
        (bob, "late@example.com"),
        // Another user's own address, in both forms; one in another domain that agrees, and one that waits.
        (ana, "bob@example.com"),
        (ana, "bob+news@example.com"),
        (ana, "ana@elsewhere.org"),
        (ana, "waits@elsewhere.org"),
        (own, "self@example.com"),
    ] {
        let made = post.call_as(user, "POST settings/sendAs", &json!({"sendAsEmail": address})).await;
        let waits = address.contains("elsewhere") || address.contains("bob");
        assert_eq!(made["verificationStatus"], if waits { "pending" } else { "accepted" }, "{address}");
    }
    post.desk("POST /_dak/addresses", &json!({"user": ana, "address": "ana@elsewhere.org"})).await;
    post.users(&["late@example.com"]).await;
    for (address, expected) in [
        ("sales@EXAMPLE.com", vec![ana]),
        ("sales+autumn@example.com", vec![ana]),
        ("ana@elsewhere.org", vec![ana]),
        ("self@example.com", vec![own]),
        ("both@example.com", vec![]),
        ("waits@elsewhere.org", vec![]),
        ("bob+news@example.com", vec![bob]),
        ("late@example.com", vec!["late@example.com"]),
    ] {
        let sent = post.send_mail(&format!("To: {address}\nSubject: To {address}\n\nHello")).await;
        let mut found = Vec::new();
        for user in [ana, bob, own, "late@example.com"] {
            for message in post.mailbox(user).await {
                let is_own = message["id"] == sent["id"] && !labels(&message).contains(&"INBOX");
                if header(&message, "Subject") == [format!("To {address}")] && !is_own {
                    found.push(user);
                }
            }
        }
        assert_eq!(found, expected, "{address}");
        assert_eq!(post.outbox().await.len(), usize::from(expected.is_empty()), "{address}");
        for outgoing in post.outbox().await {
            post.desk("DELETE /_dak/outbox", &json!({"id": outgoing["id"]})).await;
        }
    }
    // What two had is one's as soon as the other gives it up, by the settings or with the mailbox.
    post.call_as(bob, "DELETE settings/sendAs/both@example.com", &Value::Null).await;
    post.send_mail("To: both@example.com\n\nHello").await;
    assert_eq!(header(&post.mailbox(ana).await[0], "Delivered-To"), ["both@example.com"]);
    while post.desk("DELETE /_dak/users", &json!({"address": ana})).await["isLeft"] == true {}
    post.send_mail("To: both@example.com, sales@example.com\n\nHello").await;
    assert_eq!(post.outbox().await[0]["recipients"], json!(["both@example.com", "sales@example.com"]));
}

#[tokio::test]
async fn what_is_sent_to_oneself_arrives() {
    let post = Post::new().await;
    let sent = post.send_mail("To: me@example.com\nSubject: Note\n\nHello").await;
    assert_eq!(labels(&sent), ["UNREAD", "SENT", "INBOX"]);
    assert_eq!(post.get("profile").await["messagesTotal"], 1);
    assert_eq!(post.outbox().await.len(), 0);
}

/// An answer joins the thread in both mailboxes, whose ids have nothing to do with each other.
#[tokio::test]
async fn a_conversation() {
    let post = Post::new().await;
    post.users(&["bob@example.com"]).await;
    let sent = post.send_mail("To: bob@example.com\nSubject: Plan\nMessage-ID: <1@x>\n\nWhen?").await;
    let thread = post.mailbox("bob@example.com").await[0]["threadId"].clone();
    assert_ne!(thread, sent["threadId"]);
    let answer = "To: me@example.com\nSubject: Re: Plan\nIn-Reply-To: <1@x>\nReferences: <1@x>\n\nNow.";
    let body = json!({"raw": raw(answer), "threadId": thread});
    let answer = post.call_as("bob@example.com", "POST messages/send", &body).await;
    assert_eq!(answer["threadId"], thread);
    let own = post.get(&format!("threads/{}", id(&sent))).await;
    let found: Vec<Vec<&str>> = own["messages"].as_array().unwrap().iter().map(labels).collect();
    assert_eq!(found, [vec!["SENT"], vec!["UNREAD", "INBOX"]]);
    let list = post.get("threads?labelIds=INBOX").await;
    assert_eq!((ids(&list["threads"]), &list["threads"][0]["snippet"]), (vec![id(&sent)], &json!("Now.")));
}

/// What filters do to mail that comes in, that is imported (G77), and to that from oneself.
#[tokio::test]
async fn filters_sort() {
    for (criteria, add, remove, expected) in [
        (json!({"from": "me@example.com"}), json!(["STARRED"]), json!(["INBOX"]), vec!["UNREAD", "STARRED"]),
        (json!({"subject": "report"}), json!([]), json!(["UNREAD"]), vec!["INBOX"]),
        (json!({"query": "weekly OR daily"}), json!(["TRASH"]), json!([]), vec!["UNREAD", "TRASH"]),
        (json!({"to": "eve@example.com"}), json!(["STARRED"]), json!([]), vec!["UNREAD", "INBOX"]),
        (json!({"negatedQuery": "weekly"}), json!(["STARRED"]), json!([]), vec!["UNREAD", "INBOX"]),
        (
            json!({"size": 10, "sizeComparison": "larger"}),
            json!(["IMPORTANT"]),
            json!([]),
            vec!["UNREAD", "INBOX", "IMPORTANT"],
        ),
    ] {
        let post = Post::new().await;
        let body = json!({"criteria": criteria, "action": {"addLabelIds": add, "removeLabelIds": remove}});
        post.call_as("bob@example.com", "POST settings/filters", &body).await;
        let mail = "To: bob@example.com\nSubject: The report\n\nIt is weekly.";
        post.send_mail(mail).await;
        assert_eq!(labels(&post.mailbox("bob@example.com").await[0]), expected, "{criteria}");
        let mail = raw(&format!("From: me@example.com\n{mail}"));
        for (line, labels, expected) in [
            ("POST messages/import", json!(null), expected.clone()),
            ("POST messages/import", json!(["UNREAD", "INBOX"]), expected),
            ("POST messages/import", json!(["DRAFT"]), vec!["DRAFT"]),
            ("POST messages", json!(["INBOX"]), vec!["INBOX"]),
        ] {
            let made = post.call_as("bob@example.com", line, &json!({"raw": mail, "labelIds": labels})).await;
            assert_eq!(super::labels(&made), expected, "{criteria} {line}");
        }
    }
}

/// `neverMarkSpam` holds for filters too (G77).
#[tokio::test]
async fn an_import_that_is_no_spam_stays_out_of_it() {
    let post = Post::new().await;
    let action = json!({"addLabelIds": ["SPAM", "STARRED"]});
    post.call(200, "POST settings/filters", json!({"criteria": {"subject": "report"}, "action": action})).await;
    for (query, expected) in [
        ("", vec!["UNREAD", "SPAM", "STARRED"]),
        ("?neverMarkSpam=false", vec!["UNREAD", "SPAM", "STARRED"]),
        ("?neverMarkSpam=true", vec!["UNREAD", "INBOX", "STARRED"]),
    ] {
        let body = json!({"raw": raw("From: a@b.c\nSubject: The report\n\nHello")});
        let made = post.call(200, &format!("POST messages/import{query}"), body).await;
        assert_eq!(labels(&made), expected, "{query}");
    }
}

/// No line of a sender's is longer than mail may have (RFC 5322 2.1.1).
#[tokio::test]
async fn long_names_are_folded() {
    let post = Post::new().await;
    for name in ["Long name ".repeat(500), "\"".repeat(400), "নাম".repeat(400)] {
        let name = name.trim();
        post.call(200, "PATCH settings/sendAs/me@example.com", json!({"displayName": name})).await;
        let sent = post.send_mail("To: a@b.c\n\nHello").await;
        let shown = post.get(&format!("messages/{}?format=raw", id(&sent))).await;
        let mail = base64_simd::URL_SAFE.decode_to_vec(shown["raw"].as_str().unwrap()).unwrap();
        assert!(String::from_utf8(mail).unwrap().lines().all(|line| line.len() <= 998), "{name}");
        let shown = post.get(&format!("messages/{}", id(&sent))).await;
        assert!(header(&shown, "From")[0].replace('\\', "").contains(name), "{name}");
    }
}

#[tokio::test]
async fn what_cannot_be_sent() {
    let post = Post::new().await;
    for (mail, message) in [
        ("Subject: a\n\nb", "Recipient address required"),
        ("To: undisclosed-recipients:;\n\nb", "Recipient address required"),
        ("To: nobody\n\nb", "Invalid To header"),
        ("To: a@b.c\nCc: a@b.c, what\n\nb", "Invalid Cc header"),
        ("To: =?utf-8?Q?rina@example.com?=\n\nb", "Invalid To header"),
        ("To: a@b.c\nBcc: Rina <=?utf-8?Q?rina?=@example.com>\n\nb", "Invalid Bcc header"),
    ] {
        let told = post.refused(400, "POST messages/send", json!({"raw": raw(mail)})).await;
        assert_eq!(told.0, message, "{mail}");
    }
    let missing = "'raw' RFC822 payload message string or uploading message via /upload/* URL required";
    assert_eq!(post.refused(400, "POST messages/send", json!({})).await.0, missing);
    assert_eq!(post.get("profile").await["messagesTotal"], 0);
}

/// The same request again sends nothing again.
#[tokio::test]
async fn a_repeated_request_sends_once() {
    let post = Post::new().await;
    let body = json!({"raw": raw("To: a@b.c\n\nHello")});
    let request = format!("POST /gmail/v1/users/me/messages/send\nIdempotency-Key: once\n\n{body}");
    let first = post.stage.json(200, &request).await;
    assert_eq!(post.stage.json(200, &request).await, first);
    assert_eq!((post.get("profile").await["messagesTotal"].clone(), post.outbox().await.len()), (json!(1), 1));
}

/// A large mail has its bytes in each mailbox, and all of them go with it.
#[tokio::test]
async fn large_mails_are_sent() {
    let post = Post::new().await;
    post.users(&["bob@example.com"]).await;
    let mail =
        format!("To: bob@example.com, a@b.c\r\nSubject: Large\r\n\r\n{}", "0123456789 abcde\r\n".repeat(100_000));
    let head = "POST /upload/gmail/v1/users/me/messages/send?uploadType=media\nContent-Type: message/rfc822";
    let told = post.stage.send_bytes(head, mail.clone().into()).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let received = &post.mailbox("bob@example.com").await[0];
    assert_eq!(received["payload"]["body"]["size"], 1_800_000);
    assert!(received["snippet"].as_str().unwrap().starts_with("0123456789 abcde 0123"));
    post.call(204, &format!("DELETE messages/{}", id(&told.json())), Value::Null).await;
    post.call_as("bob@example.com", &format!("DELETE messages/{}", id(received)), &Value::Null).await;
    let outgoing = post.outbox().await.remove(0);
    let shown = post.desk("POST /_dak/outbox", &json!({"id": outgoing["id"]})).await;
    assert!(shown["raw"].as_str().unwrap().len() > 1_800_000);
    post.desk("DELETE /_dak/outbox", &json!({"id": outgoing["id"]})).await;
    post.desk("POST /_dak/clock", &json!({"advanceMs": 0})).await;
    assert_eq!(post.stage.blobs.names(), Vec::<String>::new());
}
