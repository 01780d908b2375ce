//! Settings of which a mailbox has one each, filters, forwarding addresses, delegates.

use serde_json::{Value, json};

use super::{Post, Step};

const NOTHING: Value = Value::Null;

/// A new mailbox has them all, what is said is kept, and what cannot be is refused (G30, G31).
#[tokio::test]
async fn single_settings() {
    let imap = json!({"enabled": true, "autoExpunge": true, "expungeBehavior": "archive", "maxFolderSize": 0});
    let away = json!({"enableAutoReply": false, "restrictToContacts": false, "restrictToDomain": false});
    let sizes = "Invalid maxFolderSize: 0, 1000, 2000, 5000 and 10000 are possible";
    let silent = "To answer mail, a subject or a body is needed";
    Post::new()
        .await
        .walk([
            Step("GET settings/autoForwarding", NOTHING, 200, json!({"enabled": false})),
            Step("GET settings/imap", NOTHING, 200, imap),
            Step("GET settings/language", NOTHING, 200, json!({"displayLanguage": "en"})),
            Step("GET settings/pop", NOTHING, 200, json!({"accessWindow": "disabled", "disposition": "leaveInInbox"})),
            Step("GET settings/vacation", NOTHING, 200, away.clone()),
            Step(
                "PUT settings/imap",
                json!({"enabled": true, "maxFolderSize": 1000, "expungeBehavior": "expungeBehaviorUnspecified"}),
                200,
                json!({"enabled": true, "autoExpunge": false, "expungeBehavior": "archive", "maxFolderSize": 1000}),
            ),
            Step("PUT settings/imap", json!({"maxFolderSize": 7}), 400, json!(sizes)),
            Step(
                "GET settings/imap",
                NOTHING,
                200,
                json!({"enabled": true, "autoExpunge": false, "expungeBehavior": "archive", "maxFolderSize": 1000}),
            ),
            Step("PUT settings/language", json!({"displayLanguage": "BN-bd"}), 200, json!({"displayLanguage": "bn"})),
            Step("PUT settings/language", json!({"displayLanguage": "1"}), 400, json!("Invalid displayLanguage")),
            Step("PUT settings/language", json!({"displayLanguage": "zzzz"}), 400, json!("Invalid displayLanguage")),
            Step("PUT settings/language", json!({}), 400, json!("Invalid displayLanguage")),
            Step("GET settings/language", NOTHING, 200, json!({"displayLanguage": "bn"})),
            Step(
                "PUT settings/pop",
                json!({"accessWindow": "allMail", "disposition": "TRASH"}),
                200,
                json!({"accessWindow": "allMail", "disposition": "trash"}),
            ),
            Step("PUT settings/vacation", json!({"enableAutoReply": true}), 400, json!(silent)),
            Step(
                "PUT settings/vacation",
                json!({"enableAutoReply": true, "responseBodyHtml": "<script>x()</script>"}),
                400,
                json!(silent),
            ),
            Step(
                "PUT settings/vacation",
                json!({"startTime": "2000", "endTime": 1000}),
                400,
                json!("startTime must be before endTime"),
            ),
            Step(
                "PUT settings/vacation",
                json!({"enableAutoReply": true, "responseBodyHtml": "<b onclick=x()>away</b>", "startTime": 1000,
                    "endTime": "2000"}),
                200,
                json!({"enableAutoReply": true, "restrictToContacts": false, "restrictToDomain": false,
                    "responseBodyHtml": "<b>away</b>", "startTime": "1000", "endTime": "2000"}),
            ),
            Step("PUT settings/vacation", json!({}), 200, away),
        ])
        .await;
}

/// Mail is forwarded only to addresses whose owners agreed, and no longer than they are there (G34).
#[tokio::test]
async fn forwarding() {
    let own = json!({"forwardingEmail": "Team@Example.com", "verificationStatus": "accepted"});
    let other = json!({"forwardingEmail": "jo@example.org", "verificationStatus": "pending"});
    let unknown = json!("Unrecognized forwarding address");
    let to = |address: &str| json!({"enabled": true, "emailAddress": address, "disposition": "archive"});
    Post::new()
        .await
        .walk([
            Step("GET settings/forwardingAddresses", NOTHING, 200, json!({})),
            Step("POST settings/forwardingAddresses", json!({"forwardingEmail": "Team@Example.com"}), 200, own.clone()),
            Step("POST settings/forwardingAddresses", json!({"forwardingEmail": "jo@example.org"}), 200, other.clone()),
            Step(
                "POST settings/forwardingAddresses",
                json!({"forwardingEmail": "team@example.com"}),
                409,
                json!("Forwarding address already exists"),
            ),
            Step("POST settings/forwardingAddresses", json!({}), 400, json!("Missing forwardingEmail")),
            Step(
                "POST settings/forwardingAddresses",
                json!({"forwardingEmail": "x"}),
                400,
                json!("Invalid forwardingEmail"),
            ),
            Step(
                "GET settings/forwardingAddresses",
                NOTHING,
                200,
                json!({"forwardingAddresses": [other.clone(), own.clone()]}),
            ),
            Step("GET settings/forwardingAddresses/TEAM@example.com", NOTHING, 200, own),
            Step(
                "GET settings/forwardingAddresses/a@example.com",
                NOTHING,
                404,
                json!("Requested entity was not found."),
            ),
            Step("PUT settings/autoForwarding", to("jo@example.org"), 400, unknown.clone()),
            Step("PUT settings/autoForwarding", json!({"enabled": true}), 400, unknown.clone()),
            Step("PUT settings/autoForwarding", to("team@example.com"), 200, to("team@example.com")),
            Step("DELETE settings/forwardingAddresses/jo@example.org", NOTHING, 204, NOTHING),
            Step("GET settings/autoForwarding", NOTHING, 200, to("team@example.com")),
            Step("DELETE settings/forwardingAddresses/team@example.com", NOTHING, 204, NOTHING),
            Step("GET settings/autoForwarding", NOTHING, 200, json!({"enabled": false})),
            Step("DELETE settings/forwardingAddresses/team@example.com", NOTHING, 404, json!("*")),
        ])
        .await;
}

/// A delegate may use the mailbox, and nobody else (G39).
#[tokio::test]
async fn delegates() {
    let post = Post::new().await;
    let rina = json!({"delegateEmail": "rina@example.com", "verificationStatus": "accepted"});
    post.walk([
        Step("GET settings/delegates", NOTHING, 200, json!({})),
        Step("POST settings/delegates", json!({"delegateEmail": "rina@example.com"}), 200, rina.clone()),
        Step(
            "POST settings/delegates",
            json!({"delegateEmail": "RINA@example.com"}),
            409,
            json!("Delegate already exists"),
        ),
        Step("POST settings/delegates", json!({"delegateEmail": "me@example.com"}), 400, json!("Invalid delegate")),
        Step("GET settings/delegates/rina@example.com", NOTHING, 200, rina.clone()),
        Step("GET settings/delegates", NOTHING, 200, json!({"delegates": [rina]})),
    ])
    .await;
    let profile = "GET /gmail/v1/users/me@example.com/profile\nAuthorization: Bearer ";
    assert_eq!(post.stage.json(200, &format!("{profile}rina@example.com")).await["emailAddress"], "me@example.com");
    let denied = post.stage.json(403, &format!("{profile}jo@example.com")).await;
    assert_eq!(denied["error"]["message"], "Delegation denied for jo@example.com");
    for number in 1..25 {
        let delegate = json!({"delegateEmail": format!("{number}@example.com")});
        post.walk([Step(
            "POST settings/delegates",
            delegate,
            200,
            json!({"delegateEmail": "*", "verificationStatus": "accepted"}),
        )])
        .await;
    }
    post.walk([
        Step("POST settings/delegates", json!({"delegateEmail": "jo@example.com"}), 400, json!("Too many delegates")),
        Step("DELETE settings/delegates/rina@example.com", NOTHING, 204, NOTHING),
        Step("GET settings/delegates/rina@example.com", NOTHING, 404, json!("*")),
    ])
    .await;
    post.stage.json(403, &format!("{profile}rina@example.com")).await;
}

fn filter() -> Value {
    json!({
        "criteria": {"from": "jo@example.com", "subject": "  a   b ", "hasAttachment": true},
        "action": {"addLabelIds": ["STARRED"], "removeLabelIds": ["INBOX"]},
    })
}

#[tokio::test]
async fn filters() {
    let post = Post::new().await;
    let mut shown = filter();
    shown["id"] = json!("*");
    shown["criteria"]["subject"] = json!("a b");
    let larger = json!({"criteria": {"size": 1000, "sizeComparison": "larger"}, "action": {"addLabelIds": ["TRASH"]}});
    post.walk([
        Step("GET settings/filters", NOTHING, 200, json!({})),
        Step("POST settings/filters", filter(), 200, shown.clone()),
        Step("POST settings/filters", filter(), 400, json!("Filter already exists")),
        Step(
            "POST settings/filters",
            larger.clone(),
            200,
            json!({"id": "*", "criteria": larger["criteria"], "action": larger["action"]}),
        ),
        Step("GET settings/filters/none", NOTHING, 404, json!("Requested entity was not found.")),
    ])
    .await;
    let list = post.stage.json(200, "GET /gmail/v1/users/me/settings/filters").await;
    let filters = list["filter"].as_array().unwrap();
    assert_eq!((filters.len(), &filters[0]["criteria"]), (2, &shown["criteria"]));
    let id = filters[0]["id"].as_str().unwrap();
    assert!(id.starts_with("ANe1Bm"), "{id}");
    post.walk([
        Step(&format!("GET settings/filters/{id}"), NOTHING, 200, shown),
        Step(&format!("DELETE settings/filters/{id}"), NOTHING, 204, NOTHING),
        Step(&format!("GET settings/filters/{id}"), NOTHING, 404, json!("*")),
    ])
    .await;
}

/// The sentences with which filters are refused are those that clients know (G33).
#[tokio::test]
async fn filters_that_are_none() {
    let with = |name: &str, value: Value| {
        let mut sent = filter();
        sent[name] = value;
        sent
    };
    let no_criteria = json!("Filter doesn't have any criteria");
    let post = Post::new().await;
    for name in ["One", "Two"] {
        post.call(200, "POST labels", json!({"name": name})).await;
    }
    let one_label = json!("Only one user-defined label is allowed per filter");
    post.walk(
        [
            (json!({}), no_criteria.clone()),
            (with("action", json!({"addLabelIds": ["Label_1", "STARRED", "Label_2"]})), one_label),
            (with("criteria", json!({"from": " ", "size": 5})), no_criteria.clone()),
            (with("criteria", json!({"subject": "***", "query": "( - )", "excludeChats": true})), no_criteria.clone()),
            (with("criteria", json!({"hasAttachment": false, "excludeChats": true})), no_criteria),
            (with("action", json!({"addLabelIds": []})), json!("Filter doesn't have any actions")),
            (with("action", json!({"forward": "jo@example.com"})), json!("Unrecognized forwarding address")),
            (with("action", json!({"addLabelIds": ["Label_7"]})), json!("Invalid label: Label_7")),
            (with("action", json!({"addLabelIds": ["SENT"]})), json!("Invalid label: SENT")),
        ]
        .map(|(sent, message)| Step("POST settings/filters", sent, 400, message)),
    )
    .await;
}

/// A mailbox has 1,000 filters at most.
#[tokio::test]
async fn too_many_filters() {
    let post = Post::new().await;
    let filter = |number: usize| json!({"criteria": {"from": format!("{number}@example.com")}, "action": {"addLabelIds": ["STARRED"]}});
    for number in 0..1000 {
        post.walk([Step(
            "POST settings/filters",
            filter(number),
            200,
            json!({"id": "*", "criteria": "*", "action": "*"}),
        )])
        .await;
    }
    post.walk([Step("POST settings/filters", filter(1000), 400, json!("Too many filters"))]).await;
}

/// Settings have tags, so that two who change one do not overwrite each other.
#[tokio::test]
async fn settings_are_changed_under_conditions() {
    let post = Post::new().await;
    let put = |tag: &str| format!("PUT /gmail/v1/users/me/settings/imap\nIf-Match: {tag}\n\n{{\"enabled\":false}}");
    let tag = post.stage.send("GET /gmail/v1/users/me/settings/imap").await.header("etag").to_owned();
    assert_eq!(
        post.stage.send(&format!("GET /gmail/v1/users/me/settings/imap\nIf-None-Match: {tag}")).await.status,
        304
    );
    post.stage.json(200, &put(&tag)).await;
    post.stage.json(412, &put(&tag)).await;
    assert_eq!(post.stage.json(200, "GET /gmail/v1/users/me/settings/imap").await["enabled"], false);
}

/// As many at once as may be, and as many again: no more than may be are there then (G78).
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn bounds_hold_for_those_who_come_together() {
    let post = std::sync::Arc::new(Post::new().await);
    let mut together = tokio::task::JoinSet::new();
    for number in 0..50 {
        let post = std::sync::Arc::clone(&post);
        together.spawn(async move {
            let body = json!({"delegateEmail": format!("d{number}@example.com")});
            let told = post.send("POST settings/delegates", &body).await;
            (told.status, told.json()["error"]["message"].as_str().unwrap_or_default().to_owned())
        });
    }
    let told = together.join_all().await;
    let full = (400, "Too many delegates".to_owned());
    assert_eq!(told.iter().filter(|told| **told == full).count(), 25, "{told:?}");
    let list = post.get("settings/delegates").await;
    assert_eq!(list["delegates"].as_array().unwrap().len(), 25);
}
