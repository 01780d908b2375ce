//! Who may call: strangers' pages, tokens, scopes; and how answers are dressed.

use dak_proto::encoding::UserAgentRule;
use dak_server::settings::{AuthorisationMode, Settings};
use serde_json::json;

use crate::stage::Stage;

fn settings(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings::default();
    change(&mut settings);
    settings
}

/// A page of another origin, a rebound name, a cross-site form and a script get nothing.
#[tokio::test]
async fn strangers_get_nothing() {
    let stage = Stage::with(settings(|settings| {
        settings.access.hosts = vec!["dak.test".to_owned()];
        settings.access.origins = vec!["https://app.example".to_owned()];
        settings.access.public_url = Some("https://api.example".to_owned());
    }))
    .await;
    for (request, status) in [
        ("GET /demo/v1\nHost: evil.example:7070", 403),
        ("GET /demo/v1\nHost: localhost.evil.example", 403),
        ("GET /demo/v1\nHost: localhost:7070", 200),
        ("GET /demo/v1\nHost: [::1]:7070", 200),
        ("GET /demo/v1\nHost: dak.test:7070", 200),
        ("GET /demo/v1\nHost: api.example", 200),
        ("GET /demo/v1\nHost: a b", 400),
        ("GET /demo/v1\nOrigin: https://evil.example", 403),
        ("GET /demo/v1\nOrigin: null", 403),
        ("GET /demo/v1\nOrigin: http://localhost:3000", 200),
        ("GET /demo/v1\nOrigin: https://app.example", 200),
        ("GET /demo/v1\nOrigin: https://app.example.evil.example", 403),
        ("GET /demo/v1\nOrigin: http://localhost.evil.example", 403),
        ("POST /demo/v1\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document\n\n{}", 403),
        ("GET /demo/v1\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: no-cors\nSec-Fetch-Dest: script", 403),
        ("GET /demo/v1\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: iframe", 403),
        ("GET /demo/v1\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document", 200),
        ("GET /demo/v1\nSec-Fetch-Site: same-origin\nSec-Fetch-Mode: cors", 200),
        ("GET /demo/v1?callback=cb", 403),
        ("GET /demo/v1?callback=cb&access_token=guessed", 403),
        ("GET /demo/v1?callback=cb\nAuthorization: Bearer t", 200),
        ("OPTIONS /demo/v1\nOrigin: https://evil.example\nAccess-Control-Request-Method: PATCH", 403),
    ] {
        assert_eq!(stage.send(request).await.status, status, "{request}");
    }
}

#[tokio::test]
async fn pages_of_allowed_origins_may_read() {
    let stage = Stage::new().await;
    let told = stage.send("GET /demo/v1\nOrigin: http://localhost:3000").await;
    assert_eq!(told.header("access-control-allow-origin"), "http://localhost:3000");
    assert!(told.header("access-control-expose-headers").contains("ETag"));
    let told = stage
        .send("OPTIONS /demo/v1/324\nOrigin: http://localhost:3000\nAccess-Control-Request-Method: PATCH\nAccess-Control-Request-Headers: if-match")
        .await;
    assert_eq!(told.status, 204);
    assert!(told.header("access-control-allow-methods").contains("PATCH"));
    assert_eq!(told.header("access-control-allow-headers"), "if-match");
    assert_eq!(told.header("allow"), "DELETE, GET, HEAD, PATCH, PUT");
    assert_eq!(stage.send("GET /demo/v1").await.header("access-control-allow-origin"), "");
    let refused = stage.send("GET /demo/v1/none\nOrigin: http://localhost:3000").await;
    assert_eq!(refused.header("access-control-allow-origin"), "http://localhost:3000");
}

#[tokio::test]
async fn tokens_and_scopes() {
    let stage = Stage::with(settings(|settings| {
        settings.authorisation.mode = AuthorisationMode::Tokens;
        settings.control_token = Some("desk".to_owned());
    }))
    .await;
    let create = |scope: &str, expires: serde_json::Value| {
        let wish = json!({"user": "jo@example.com", "scopes": [scope], "expires": expires});
        format!("POST /_dak/tokens\nAuthorization: Bearer desk\n\n{wish}")
    };
    let made = stage.json(200, &create("dak.demo", json!(null))).await;
    let (token, id) = (made["token"].as_str().unwrap(), made["id"].as_str().unwrap());
    let reader = stage.json(200, &create("dak.demo.readonly", json!(null))).await["token"].as_str().unwrap().to_owned();
    let short =
        stage.json(200, &create("*", json!("2020-01-01T00:00:00Z"))).await["token"].as_str().unwrap().to_owned();

    let patch = |token: &str| format!("PATCH /demo/v1/324\nAuthorization: Bearer {token}\n\n{{\"comment\":\"c\"}}");
    let get = |token: &str| format!("GET /demo/v1/324\nAuthorization: Bearer {token}");
    for (request, status) in [
        ("GET /demo/v1/324".to_owned(), 401),
        (get("unknown"), 401),
        (get(&short), 401),
        (get(token), 200),
        (get(&reader), 200),
        (patch(token), 200),
        (patch(&reader), 403),
        (format!("GET /demo/v1/324?access_token={token}"), 200),
        (format!("GET /demo/v1/324?oauth_token={token}"), 200),
        ("GET /discovery/v1/apis".to_owned(), 200),
        ("GET /healthz".to_owned(), 200),
    ] {
        let told = stage.send(&request).await;
        assert_eq!(told.status, status, "{request} {}", told.text);
        let challenges = told.answer.headers.get_all("www-authenticate").iter().count();
        assert_eq!(challenges, usize::from(status >= 400), "{request}");
    }
    let listed = stage.json(200, "GET /_dak/tokens\nAuthorization: Bearer desk").await;
    assert_eq!(listed["tokens"].as_array().unwrap().len(), 3);
    assert!(!listed.to_string().contains(token));
    stage.json(200, &format!("DELETE /_dak/tokens\nAuthorization: Bearer desk\n\n{{\"id\":\"{id}\"}}")).await;
    assert_eq!(stage.send(&get(token)).await.status, 401);
}

#[tokio::test]
async fn gzip_as_negotiated() {
    let stage = Stage::new().await;
    let coding = |told: &crate::stage::Told| told.header("content-encoding").to_owned();
    for (headers, expected) in [
        ("", ""),
        ("\nAccept-Encoding: gzip", "gzip"),
        ("\nAccept-Encoding: deflate, br", ""),
        ("\nAccept-Encoding: gzip;q=0", ""),
        ("\nAccept-Encoding: *", "gzip"),
    ] {
        let told = stage.send(&format!("GET /discovery/v1/apis/demo/v1/rest{headers}")).await;
        assert_eq!(coding(&told), expected, "{headers}");
        assert!(told.header("vary").contains("Accept-Encoding"), "{headers}");
        assert_eq!(told.json()["name"], "demo");
        assert_eq!(told.answer.body.whole().len() * 3 < told.text.len(), !expected.is_empty(), "gzip makes it smaller");
    }
    let forced = stage.send("GET /demo/v1/324?fields=title\nAccept-Encoding: gzip, identity;q=0").await;
    assert_eq!(coding(&forced), "gzip", "identity is forbidden");
    let small = stage.send("GET /demo/v1/324?fields=title\nAccept-Encoding: gzip").await;
    assert_eq!(coding(&small), "", "a small answer is not worth it");

    let strict = Stage::with(settings(|settings| settings.gzip_user_agent = UserAgentRule::Require)).await;
    let path = "GET /discovery/v1/apis/demo/v1/rest\nAccept-Encoding: gzip";
    assert_eq!(coding(&strict.send(path).await), "");
    assert_eq!(coding(&strict.send(&format!("{path}\nUser-Agent: my program (gzip)")).await), "gzip");
}

#[tokio::test]
async fn layouts_and_callbacks() {
    let stage = Stage::new().await;
    for (request, text) in [
        ("GET /demo/v1/324?fields=title", "{\n  \"title\": \"First title\"\n}\n"),
        ("GET /demo/v1/324?fields=title&prettyPrint=false", "{\"title\":\"First title\"}"),
        ("GET /demo/v1/324?fields=title&prettyPrint=0", "{\"title\":\"First title\"}"),
        ("GET /wrapped/v1/324?fields=title", "{\n  \"data\": {\n    \"title\": \"First title\"\n  }\n}\n"),
        (
            "GET /demo/v1/324?fields=title&prettyPrint=false&callback=cb\nAuthorization: Bearer t",
            "// API callback\ncb({\"title\":\"First title\"});",
        ),
    ] {
        let told = stage.send(request).await;
        assert_eq!(told.text, text, "{request}");
        assert_eq!(told.header("x-content-type-options"), "nosniff");
    }
}

/// A description that names no scopes is not for everyone because of that.
#[tokio::test]
async fn methods_without_scopes_need_a_token() {
    let document = json!({
        "name": "notes", "version": "v1",
        "schemas": { "Note": { "id": "Note", "type": "object", "properties": { "id": { "type": "string" } } } },
        "methods": { "add": {
            "id": "notes.add", "path": "notes", "httpMethod": "POST",
            "request": { "$ref": "Note" }, "response": { "$ref": "Note" },
        } },
    });
    let with_tokens = settings(|settings| settings.authorisation.mode = AuthorisationMode::Tokens);
    let stage = Stage::serving_with(&document, with_tokens);
    assert_eq!(stage.send("POST /notes\nContent-Type: application/json\n\n{}").await.status, 401);
    assert_eq!(stage.send("GET /discovery/v1/apis").await.status, 200);
}
