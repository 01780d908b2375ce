//! What is asked again with the same `Idempotency-Key`, and what is asked by two at the same time (D21).

use std::sync::Arc;

use serde_json::{Value, json};

use super::Post;

const CHAIN: &str = include_str!("../../../../dak-mail/src/certificates/chain.p7b");

/// Everything in a mailbox that can be made: where, and of what.
fn makings() -> Vec<(&'static str, Value)> {
    let certificate = json!({"pkcs12": "MAMCAQM="});
    let keys = json!({"pkcs7": CHAIN, "privateKeyMetadata": [{"hardwareKeyMetadata": {"description": "a card"}}]});
    vec![
        ("labels", json!({"name": "Work"})),
        ("settings/filters", json!({"criteria": {"from": "jo"}, "action": {"addLabelIds": ["STARRED"]}})),
        ("settings/delegates", json!({"delegateEmail": "jo@example.org"})),
        ("settings/forwardingAddresses", json!({"forwardingEmail": "jo@example.org"})),
        ("settings/sendAs", json!({"sendAsEmail": "jo@example.org"})),
        ("settings/sendAs/me@example.com/smimeInfo", certificate),
        ("settings/cse/keypairs", keys),
        ("drafts", json!({"message": {"raw": super::raw("Subject: a\n\n")}})),
        ("messages", json!({"raw": super::raw("Subject: a\n\n")})),
        ("messages/import", json!({"raw": super::raw("Subject: a\n\n")})),
        ("messages/send", json!({"raw": super::raw("To: a@b.c\n\n")})),
    ]
}

fn request(path: &str, key: &str, body: &Value) -> String {
    format!("POST /gmail/v1/users/me/{path}\nIdempotency-Key: {key}\n\n{body}")
}

#[tokio::test]
async fn what_is_repeated_is_made_once() {
    let post = Post::new().await;
    for (path, body) in makings() {
        let first = post.stage.json(200, &request(path, "first", &body)).await;
        assert_eq!(post.stage.json(200, &request(path, "first", &body)).await, first, "{path}");
        let other = json!({"name": "Other"});
        let told = post.stage.send(&request(path, "first", &other)).await;
        // Of a body that the method does not take nothing is compared.
        assert!(matches!(told.status, 400 | 422), "{path}: {}", told.text);
    }
    let told = post.stage.send(&request("labels", "first", &json!({"name": "Another"}))).await;
    assert_eq!(told.status, 422, "{}", told.text);
    assert_eq!(post.get("profile").await["messagesTotal"], 4);
}

#[tokio::test]
async fn what_comes_twice_at_once_is_made_once() {
    let post = Post::new().await;
    for (path, body) in makings() {
        let stage = Arc::new(post.stage.again(post.stage.app.settings.clone()));
        let repeat = |_| {
            let (stage, request) = (Arc::clone(&stage), request(path, "same", &body));
            tokio::spawn(async move { stage.json(200, &request).await })
        };
        let mut answers = Vec::new();
        for repeated in (0..8).map(repeat).collect::<Vec<_>>() {
            answers.push(repeated.await.unwrap());
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{path}: {answers:?}");
    }
}

/// Of certificates that come at the same time one is the default (G37).
#[tokio::test]
async fn one_certificate_is_the_default() {
    let post = Post::new().await;
    let stage = Arc::new(post.stage.again(post.stage.app.settings.clone()));
    let path = "settings/sendAs/me@example.com/smimeInfo";
    let insert = |number: usize| {
        let (stage, request) = (Arc::clone(&stage), request(path, &number.to_string(), &json!({"pkcs12": "MAMCAQM="})));
        tokio::spawn(async move { stage.json(200, &request).await })
    };
    for inserted in (0..8).map(insert).collect::<Vec<_>>() {
        inserted.await.unwrap();
    }
    let certificates = post.get(path).await;
    let defaults = certificates["smimeInfo"].as_array().unwrap().iter().filter(|it| it["isDefault"] == true);
    assert_eq!((certificates["smimeInfo"].as_array().unwrap().len(), defaults.count()), (8, 1));
}
