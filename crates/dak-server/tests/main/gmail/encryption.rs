//! Mail that clients encrypt: key pairs and identities.

use serde_json::{Value, json};

use super::{Post, Step};

const NOTHING: Value = Value::Null;
/// A certificate of `me@example.com` with the one it was issued with.
const CHAIN: &str = include_str!("../../../../dak-mail/src/certificates/chain.p7b");
/// The first of them alone.
const LEAF: &str = include_str!("../../../../dak-mail/src/certificates/leaf.pem");
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn key_pair() -> Value {
    json!({"pkcs7": CHAIN, "privateKeyMetadata": [{"kaclsKeyMetadata": {"kaclsUri": "https://k.example", "kaclsData": "x"}}]})
}

async fn made(post: &Post) -> String {
    let made = post.stage.json(200, &format!("POST /gmail/v1/users/me/settings/cse/keypairs\n\n{}", key_pair())).await;
    made["keyPairId"].as_str().unwrap().to_owned()
}

/// A key pair is on or off, and goes for good after it has been off for more than 30 days (G38).
#[tokio::test]
async fn key_pairs() {
    let post = Post::new().await;
    let id = made(&post).await;
    let path = format!("settings/cse/keypairs/{id}");
    let enabled = json!({
        "keyPairId": id, "pem": "*", "subjectEmailAddresses": ["me@example.com", "rina@example.com"],
        "enablementState": "enabled",
        "privateKeyMetadata": [{
            "privateKeyMetadataId": "*",
            "kaclsKeyMetadata": {"kaclsUri": "https://k.example", "kaclsData": "x"},
        }],
    });
    let mut disabled = enabled.clone();
    disabled["enablementState"] = json!("disabled");
    disabled["disableTime"] = json!("2026-11-28T12:00:00.000Z");
    let early = json!("The key pair has not been disabled for more than 30 days");
    post.walk([
        Step(&format!("GET {path}"), NOTHING, 200, enabled.clone()),
        Step(&format!("POST {path}:obliterate"), json!({}), 400, early.clone()),
        Step(&format!("POST {path}:disable"), json!({}), 200, disabled.clone()),
        Step(&format!("POST {path}:obliterate"), json!({}), 400, early.clone()),
        Step(&format!("POST {path}:enable"), json!({}), 200, enabled),
        Step(&format!("POST {path}:disable"), json!({}), 200, disabled.clone()),
    ])
    .await;
    let found = post.stage.json(200, &format!("GET /gmail/v1/users/me/{path}")).await;
    assert!(found["pem"].as_str().unwrap().ends_with(LEAF), "{found}");
    post.desk("POST /_dak/clock", &json!({"advanceMs": 30 * DAY_MS})).await;
    let again = Step(&format!("POST {path}:disable"), json!({}), 200, disabled);
    post.walk([again, Step(&format!("POST {path}:obliterate"), json!({}), 400, early)]).await;
    post.desk("POST /_dak/clock", &json!({"advanceMs": 1})).await;
    post.walk([
        Step(&format!("POST {path}:obliterate"), json!({}), 204, NOTHING),
        Step(&format!("GET {path}"), NOTHING, 404, json!("*")),
        Step(&format!("POST {path}:enable"), json!({}), 404, json!("*")),
    ])
    .await;
}

#[tokio::test]
async fn key_pairs_that_are_none() {
    let with = |name: &str, value: Value| {
        let mut sent = key_pair();
        sent[name] = value;
        sent
    };
    let one = "privateKeyMetadata has one of kaclsKeyMetadata and hardwareKeyMetadata";
    let large = json!([{"kaclsKeyMetadata": {"kaclsData": "x".repeat(8193)}}]);
    Post::new()
        .await
        .walk([
            Step("POST settings/cse/keypairs", json!({}), 400, json!("Invalid pkcs7")),
            Step("POST settings/cse/keypairs", with("pkcs7", json!(LEAF)), 400, json!("Invalid pkcs7")),
            Step(
                "POST settings/cse/keypairs",
                with("privateKeyMetadata", json!([])),
                400,
                json!("Missing privateKeyMetadata"),
            ),
            Step("POST settings/cse/keypairs", with("privateKeyMetadata", json!([{}])), 400, json!(one)),
            Step(
                "POST settings/cse/keypairs",
                with("privateKeyMetadata", large),
                400,
                json!("Invalid kaclsData: it has more than 8 KiB"),
            ),
            Step("GET settings/cse/keypairs", NOTHING, 200, json!({})),
        ])
        .await;
}

#[tokio::test]
async fn identities() {
    let post = Post::new().await;
    let (one, two) = (made(&post).await, made(&post).await);
    let identity = json!({"emailAddress": "me@example.com", "primaryKeyPairId": one});
    let both = json!({"signingKeyPairId": one, "encryptionKeyPairId": two});
    let neither = "An identity has a primaryKeyPairId or two signAndEncryptKeyPairs";
    post.walk([
        Step("GET settings/cse/identities", NOTHING, 200, json!({})),
        Step("POST settings/cse/identities", identity.clone(), 200, identity.clone()),
        Step("POST settings/cse/identities", identity.clone(), 409, json!("CSE identity already exists")),
        Step("GET settings/cse/identities/me@example.com", NOTHING, 200, identity.clone()),
        Step("GET settings/cse/identities", NOTHING, 200, json!({"cseIdentities": [identity]})),
        Step(
            "PATCH settings/cse/identities/me@example.com",
            json!({"signAndEncryptKeyPairs": both}),
            200,
            json!({"emailAddress": "me@example.com", "signAndEncryptKeyPairs": both}),
        ),
        Step("PATCH settings/cse/identities/me@example.com", json!({}), 400, json!(neither)),
        Step(
            "PATCH settings/cse/identities/me@example.com",
            json!({"primaryKeyPairId": "none"}),
            400,
            json!("Invalid key pair: none is not there or not enabled"),
        ),
        Step(
            "POST settings/cse/identities",
            json!({"emailAddress": "jo@example.org", "primaryKeyPairId": one}),
            400,
            json!("Invalid emailAddress: the user does not send from it"),
        ),
        Step("DELETE settings/cse/identities/me@example.com", NOTHING, 204, NOTHING),
        Step("GET settings/cse/identities/me@example.com", NOTHING, 404, json!("*")),
    ])
    .await;
}

/// Lists come in pages (D10).
#[tokio::test]
async fn pages_of_key_pairs() {
    let post = Post::new().await;
    for _ in 0..21 {
        made(&post).await;
    }
    let list = |query: String| format!("GET /gmail/v1/users/me/settings/cse/keypairs{query}");
    let count = |page: &Value| page["cseKeyPairs"].as_array().unwrap().len();
    let first = post.stage.json(200, &list(String::new())).await;
    let token = first["nextPageToken"].as_str().unwrap();
    let second = post.stage.json(200, &list(format!("?pageToken={token}"))).await;
    assert_eq!((count(&first), count(&second), &second["nextPageToken"]), (20, 1, &NOTHING));
    assert_eq!(count(&post.stage.json(200, &list("?pageSize=500".to_owned())).await), 21);
    post.stage.json(400, &list("?pageSize=-1".to_owned())).await;
    post.stage.json(400, &list("?pageToken=x".to_owned())).await;
}
