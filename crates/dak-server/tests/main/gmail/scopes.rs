//! What tokens allow.

use dak_server::Settings;
use dak_server::settings::{Authorisation, AuthorisationMode};
use serde_json::{Value, json};

use super::Post;
use crate::stage::Told;

const SCOPE: &str = "https://www.googleapis.com/auth/gmail.";

/// A server that believes tokens alone, with a mailbox of `me@example.com`.
struct Guarded {
    post: Post,
}

impl Guarded {
    async fn new() -> Guarded {
        let open = Post::new().await;
        open.get("profile").await;
        let authorisation = Authorisation { mode: AuthorisationMode::Tokens, ..Authorisation::default() };
        let control_token = Some("desk".to_owned());
        let settings = Settings { authorisation, control_token, ..Settings::default() };
        Guarded { post: Post { stage: open.stage.again(settings) } }
    }

    /// A token with these scopes; those without a slash are Gmail's.
    async fn token(&self, scopes: &[&str]) -> String {
        let is_whole = |scope: &str| scope.contains(['/', '*']);
        let whole = |scope: &&str| if is_whole(scope) { (*scope).to_owned() } else { format!("{SCOPE}{scope}") };
        let scopes: Vec<String> = scopes.iter().map(whole).collect();
        let made = self.post.desk("POST /_dak/tokens", &json!({"user": "me@example.com", "scopes": scopes})).await;
        made["token"].as_str().unwrap().to_owned()
    }

    async fn send(&self, token: &str, line: &str, body: &Value) -> Told {
        let (method, path) = line.split_once(' ').unwrap();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let header = if token.is_empty() { String::new() } else { format!("\nAuthorization: Bearer {token}") };
        self.post.stage.send(&format!("{method} /gmail/v1/users/me/{path}{header}\n\n{body}")).await
    }
}

/// Google's words, and the headers that go with them (G51).
#[tokio::test]
async fn refusals_word_for_word() {
    let guarded = Guarded::new().await;
    let sender = guarded.token(&["send"]).await;
    let realm = "Bearer realm=\"https://accounts.google.com/\"";
    let expected = "Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
    let info = |reason: &str| {
        json!([{
            "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com",
            "metadata": {"service": "gmail.googleapis.com", "method": "caribou.api.proto.MailboxService.GetProfile"},
        }])
    };
    let entry = |message: &str, reason: &str| json!({"message": message, "domain": "global", "reason": reason});
    let at_header = |mut entry: Value| {
        entry["location"] = json!("Authorization");
        entry["locationType"] = json!("header");
        entry
    };
    let scopes = [
        "https://mail.google.com/".to_owned(),
        format!("{SCOPE}compose"),
        format!("{SCOPE}metadata"),
        format!("{SCOPE}modify"),
        format!("{SCOPE}readonly"),
    ]
    .join(" ");
    for (token, challenge, error) in [
        (
            "",
            realm.to_owned(),
            json!({
                "code": 401, "message": format!("Request is missing required authentication credential. {expected}"),
                "errors": [at_header(entry("Login Required.", "required"))], "status": "UNAUTHENTICATED",
                "details": info("CREDENTIALS_MISSING"),
            }),
        ),
        (
            "unknown",
            format!("{realm}, error=\"invalid_token\""),
            json!({
                "code": 401, "message": format!("Request had invalid authentication credentials. {expected}"),
                "errors": [at_header(entry("Invalid Credentials", "authError"))], "status": "UNAUTHENTICATED",
            }),
        ),
        (
            &sender,
            format!("{realm}, error=\"insufficient_scope\", scope=\"{scopes}\""),
            json!({
                "code": 403, "message": "Request had insufficient authentication scopes.",
                "errors": [entry("Insufficient Permission", "insufficientPermissions")], "status": "PERMISSION_DENIED",
                "details": info("ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
            }),
        ),
    ] {
        let told = guarded.send(token, "GET profile", &Value::Null).await;
        assert_eq!(told.json(), json!({ "error": error }));
        assert_eq!(u64::from(told.status), error["code"].as_u64().unwrap());
        assert_eq!(told.header("www-authenticate"), challenge);
    }
}

/// Each method takes the scopes of its description and no others.
#[tokio::test]
async fn each_scope_allows_its_methods() {
    let guarded = Guarded::new().await;
    let mailbox = guarded.token(&["https://mail.google.com/"]).await;
    let mail = json!({"raw": super::raw("Subject: a\n\nb")});
    let made = guarded.send(&mailbox, "POST messages", &mail).await.json();
    let message = format!("GET messages/{}", made["id"].as_str().unwrap());
    for (scope, allowed) in [
        ("readonly", "profile messages message labels settings/imap"),
        ("metadata", "profile messages labels"),
        ("modify", "profile messages message labels settings/imap"),
        ("labels", "labels"),
        ("settings.basic", "settings/imap"),
        ("compose", "profile"),
        ("send", ""),
        ("insert", ""),
    ] {
        let token = guarded.token(&[scope]).await;
        let mut found = Vec::new();
        for (name, line) in [
            ("profile", "GET profile"),
            ("messages", "GET messages"),
            ("message", &message),
            ("labels", "GET labels"),
            ("settings/imap", "GET settings/imap"),
        ] {
            if guarded.send(&token, line, &Value::Null).await.status == 200 {
                found.push(name);
            }
        }
        assert_eq!(found.join(" "), allowed, "{scope}");
    }
}

/// A token that shows no text is shown none, whatever another token was shown before (G52).
#[tokio::test]
async fn scopes_without_text() {
    let guarded = Guarded::new().await;
    let (all, metadata) = (guarded.token(&["*"]).await, guarded.token(&["metadata", "labels"]).await);
    let made = guarded.send(&all, "POST messages", &json!({"raw": super::raw("Subject: a\n\ntext")})).await.json();
    let id = made["id"].as_str().unwrap();
    for (path, message) in [
        (format!("messages/{id}"), "Metadata scope doesn't allow format FULL"),
        (format!("messages/{id}?format=full"), "Metadata scope doesn't allow format FULL"),
        (format!("messages/{id}?format=RAW"), "Metadata scope doesn't allow format RAW"),
        (format!("threads/{id}"), "Metadata scope doesn't allow format FULL"),
        ("messages?q=a".to_owned(), "Metadata scope does not support 'q' parameter"),
        ("threads?q=a".to_owned(), "Metadata scope does not support 'q' parameter"),
    ] {
        let line = format!("GET {path}");
        let refused = guarded.send(&metadata, &line, &Value::Null).await;
        let error = &refused.json()["error"];
        let found = (refused.status, error["message"].as_str(), error["errors"][0]["reason"].as_str());
        assert_eq!(found, (403, Some(message), Some("forbidden")), "{path}");
        assert_eq!(guarded.send(&all, &line, &Value::Null).await.status, 200, "{path}");
    }
    for (path, pointer) in [
        (format!("messages/{id}?format=metadata"), ""),
        (format!("messages/{id}?format=minimal"), ""),
        (format!("threads/{id}?format=metadata"), "/messages/0"),
        ("threads".to_owned(), "/threads/0"),
    ] {
        let mut etags = Vec::new();
        for (token, snippet) in [(&all, json!("text")), (&metadata, Value::Null)] {
            let told = guarded.send(token, &format!("GET {path}"), &Value::Null).await;
            let found = told.json();
            assert_eq!((told.status, &found.pointer(pointer).unwrap()["snippet"]), (200, &snippet), "{path}");
            etags.push(told.header("etag").to_owned());
        }
        // What one of them was shown is never said to be what the other is.
        for (token, statuses) in [(&all, [304, 200]), (&metadata, [200, 304])] {
            for (etag, status) in etags.iter().zip(statuses) {
                let told = guarded.send(token, &format!("GET {path}\nIf-None-Match: {etag}"), &Value::Null).await;
                assert_eq!(told.status, status, "{path}");
            }
        }
    }
}
