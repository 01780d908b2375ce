//! Whose mailbox a request is about, and who may (G13).

use dak_server::Settings;
use dak_server::settings::{Authorisation, AuthorisationMode};
use serde_json::{Value, json};

use super::Post;

/// The caller's token, the user that is named, and the mailbox or the refusal.
#[tokio::test]
async fn open_to_anybody() {
    let post = Post::new().await;
    for (token, user, told) in [
        ("", "me", "me@example.com"),
        ("Bearer whatever", "me", "me@example.com"),
        ("Bearer ana@example.com", "me", "ana@example.com"),
        ("Bearer Ana@Example.com", "ANA@example.com", "ana@example.com"),
        ("", "bob@example.com", "bob@example.com"),
        ("Bearer ana@example.com", "bob@example.com", "Delegation denied for ana@example.com"),
        ("Bearer ana@example.com", "nobody@example.com", "Delegation denied for ana@example.com"),
        ("", "bob", "Invalid userId value"),
        ("", "a@b@c", "Invalid userId value"),
    ] {
        let authorization = if token.is_empty() { String::new() } else { format!("\nAuthorization: {token}") };
        let answer = post.stage.send(&format!("GET /gmail/v1/users/{user}/profile{authorization}")).await.json();
        let found = answer["emailAddress"].as_str().or(answer["error"]["message"].as_str());
        assert_eq!(found, Some(told), "{token} {user}");
    }
}

#[tokio::test]
async fn open_by_tokens() {
    let authorisation = Authorisation { mode: AuthorisationMode::Tokens, ..Authorisation::default() };
    let post = Post::with(Settings { authorisation, ..Settings::default() }).await;
    let wish = json!({"user": "ana@example.com", "scopes": ["https://mail.google.com/"]});
    let token = post.desk("POST /_dak/tokens", &wish).await["token"].as_str().unwrap().to_owned();
    let profile = |user: &str| format!("GET /gmail/v1/users/{user}/profile\nAuthorization: Bearer {token}");
    let refused = post.stage.json(400, &profile("me")).await["error"].clone();
    assert_eq!(
        (&refused["message"], &refused["status"]),
        (&json!("Mail service not enabled"), &json!("FAILED_PRECONDITION"))
    );
    for user in ["ana@example.com", "bob@example.com"] {
        post.desk("POST /_dak/users", &json!({"address": user})).await;
    }
    assert_eq!(post.stage.json(200, &profile("me")).await["emailAddress"], "ana@example.com");
    let refused = post.stage.json(403, &profile("bob@example.com")).await;
    assert_eq!(refused["error"]["message"], "Delegation denied for ana@example.com");
    assert_eq!(refused["error"]["details"], Value::Null);
}

/// While a mailbox is deleted nothing comes in, so that nothing is left of it (G79).
#[tokio::test]
async fn deleted_while_mail_comes() {
    let post = Post::new().await;
    let ana = "ana@example.com";
    let insert = format!("POST /gmail/v1/users/{ana}/messages\n\n{}", json!({"raw": super::raw("Subject: a\n\nb")}));
    let setting = format!("PUT /gmail/v1/users/{ana}/settings/pop\n\n{{}}");
    post.stage.json(200, &insert).await;
    let named = json!({"address": ana});
    let delete = || post.desk("DELETE /_dak/users", &named);
    assert_eq!(delete().await, json!({"isLeft": true}));
    for request in [&insert, &setting] {
        assert_eq!(post.stage.send(request).await.status, 503, "{request}");
    }
    post.call(200, "POST messages/send", json!({"raw": super::raw(&format!("To: {ana}\n\nb"))})).await;
    let outbox = post.desk("GET /_dak/outbox", &Value::Null).await;
    assert_eq!(outbox["mails"][0]["recipients"], json!([ana]));
    while delete().await["isLeft"] == true {}
    let profile = post.stage.json(200, &format!("GET /gmail/v1/users/{ana}/profile")).await;
    assert_eq!(profile["messagesTotal"], 0);
    post.stage.json(200, &insert).await;
}
