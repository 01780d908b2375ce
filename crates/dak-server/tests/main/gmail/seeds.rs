//! `G74`: mailboxes out of a seed.

use dak_server::Settings;
use serde_json::{Value, json};

use super::{NOW_MS, Post};
use crate::stage::Stage;

/// The default user's seed with these members.
fn seed(members: &Value) -> Value {
    let mut user = json!({"email": "me@example.com", "displayName": "Me"});
    for (name, value) in members.as_object().unwrap() {
        user[name] = value.clone();
    }
    json!({"users": [user]})
}

fn subject(message: &Value) -> String {
    let headers = message["payload"]["headers"].as_array().unwrap();
    let subject = headers.iter().find(|header| header["name"] == "Subject");
    subject.map_or(String::new(), |subject| subject["value"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn labels_filters_and_messages() {
    let seed = seed(&json!({
        "labels": ["Work", {"name": "কাজ/ছুটি", "color": {"textColor": "#ffffff", "backgroundColor": "#000000"}}],
        "filters": [{"criteria": {"from": "karim@example.com"}, "action": {"addLabelIds": ["Work", "STARRED"]}}],
        "messages": [
            {
                "from": "Karim <karim@example.com>", "subject": "ছুটি", "date": "-3d", "text": "কাল",
                "labels": ["INBOX", "Work"], "messageId": "a@example.com",
                "attachments": [{"filename": "তালিকা.txt", "mimeType": "text/plain", "text": "১"}],
            },
            {
                "from": "me@example.com", "to": ["karim@example.com"], "subject": "Re: ছুটি", "date": "-2d",
                "html": "<p>Good</p>", "labels": ["SENT"], "inReplyTo": "a@example.com",
            },
            {"from": "rina@example.com"},
            {"raw": "Subject: raw\r\nDate: Sun, 22 Nov 2026 07:41:43 +0000\r\n\r\nAs it is\r\n", "labels": []},
        ],
    }));
    let post = Post::with(Settings { seed: Some(seed), ..Settings::default() }).await;
    let labels = post.get("labels").await;
    let own: Vec<&Value> =
        labels["labels"].as_array().unwrap().iter().filter(|label| label["type"] == "user").collect();
    assert_eq!((&own[0]["name"], &own[1]["name"]), (&json!("Work"), &json!("কাজ/ছুটি")));
    assert_eq!(own[1]["color"]["textColor"], "#ffffff");
    let filters = post.get("settings/filters").await;
    let action = json!({"addLabelIds": [own[0]["id"], "STARRED"]});
    assert_eq!(filters["filter"][0]["action"], action);
    let same = json!({"criteria": {"from": "karim@example.com"}, "action": action});
    assert_eq!(post.refused(400, "POST settings/filters", same).await.0, "Filter already exists");
    let mut found = Vec::new();
    for message in post.get("messages").await["messages"].as_array().unwrap() {
        let message = post.get(&format!("messages/{}", message["id"].as_str().unwrap())).await;
        let age_ms = NOW_MS - message["internalDate"].as_str().unwrap().parse::<i64>().unwrap();
        found.push((subject(&message), age_ms / 3_600_000, message["labelIds"].clone()));
    }
    assert_eq!(
        found,
        [
            (String::new(), 0, json!(["INBOX", "UNREAD"])),
            ("Re: ছুটি".to_owned(), 48, json!(["SENT"])),
            ("ছুটি".to_owned(), 72, json!(["INBOX", own[0]["id"]])),
            ("raw".to_owned(), 148, Value::Null),
        ]
    );
    assert_eq!(post.get("threads").await["threads"].as_array().unwrap().len(), 3);
    let profile = post.get("profile").await;
    // The same seed again, as at the next start, changes nothing.
    post.stage.app.seed().await.unwrap();
    assert_eq!(post.get("profile").await, profile);
}

/// (the default user's members, what is said of them)
#[tokio::test]
async fn seeds_that_cannot_be_planted_change_nothing() {
    for (members, complaint) in [
        (json!({"labels": [{"name": "Work", "colour": 1}]}), "users[0].labels[0]"),
        (json!({"labels": ["Inbox"]}), "users[0].labels[0]"),
        (json!({"filters": [{"criterion": {}}]}), "users[0].filters[0]"),
        (json!({"messages": [{"subject": "nobody's"}]}), "users[0].messages[0]: \"from\" is required"),
        (json!({"messages": [{"from": "Karim"}]}), "users[0].messages[0]: \"from\": write an address"),
        (json!({"messages": [{"from": "a@x", "date": "soon"}]}), "users[0].messages[0]: \"date\""),
        (json!({"messages": [{"from": "a@x", "labels": "INBOX"}]}), "users[0].messages[0]"),
        (json!({"messages": [{"from": "a@x", "attachments": [{"filename": "x"}]}]}), "messages[0].attachments[0]"),
        (json!({"messages": [{"from": "a@x", "messageId": "1"}, {"from": "a@x", "messageId": "1"}]}), "messages[1]"),
        (
            json!({"messages": [{"from": "a@x", "labels": ["SPAM", "TRASH"]}]}),
            "messages[0]: Can only add one of: INBOX",
        ),
        (json!({"message": []}), "there is no member \"message\""),
    ] {
        let stage = Stage::bare(Settings { seed: Some(seed(&members)), ..Settings::default() });
        let fault = stage.app.seed().await.unwrap_err();
        assert!(fault.message.contains(complaint), "{members}\n{}", fault.message);
        assert_eq!(stage.json(200, "GET /gmail/v1/users/me/labels").await["labels"].as_array().unwrap().len(), 14);
    }
}
