//! The control desk: its token, the clock, faults, what was requested.

use dak_server::reply::Delivery;
use dak_server::settings::Settings;
use serde_json::json;

use crate::stage::Stage;

async fn desk(tests: bool) -> Stage {
    let settings = Settings { control_token: Some("desk".to_owned()), test_controls: tests, ..Settings::default() };
    Stage::with(settings).await
}

fn desk_call(line: &str, body: &str) -> String {
    format!("{line}\nAuthorization: Bearer desk\n\n{body}")
}

#[tokio::test]
async fn the_desk_asks_for_its_token() {
    let stage = desk(true).await;
    stage.json(401, "GET /_dak/clock").await;
    stage.json(401, "GET /_dak/clock\nAuthorization: Bearer other").await;
    stage.json(200, &desk_call("GET /_dak/clock", "")).await;
    stage.json(404, &desk_call("GET /_dak/nothing", "")).await;
    stage.json(405, &desk_call("PUT /_dak/clock", "")).await;
    let plain = desk(false).await;
    for name in ["clock", "faults", "requests"] {
        plain.json(403, &desk_call(&format!("GET /_dak/{name}"), "")).await;
    }
    plain.json(200, &desk_call("GET /_dak/tokens", "")).await;
}

#[tokio::test]
async fn time_can_be_moved() {
    let stage = desk(true).await;
    let set = stage.json(200, &desk_call("POST /_dak/clock", r#"{"set":"2026-11-22T09:00:00Z","stopped":true}"#)).await;
    assert_eq!(set, json!({"now": "2026-11-22T09:00:00.000Z", "stopped": true}));
    let moved = stage.json(200, &desk_call("POST /_dak/clock", r#"{"advanceMs":60000}"#)).await;
    assert_eq!(moved["now"], "2026-11-22T09:01:00.000Z");
    let made = stage.json(200, "POST /demo/v1\n\n{\"title\":\"t\"}").await;
    assert_eq!(made["created"], "2026-11-22T09:01:00.000Z");
    stage.json(400, &desk_call("POST /_dak/clock", r#"{"set":"noon"}"#)).await;
}

#[tokio::test]
async fn faults_act_as_often_as_asked() {
    let stage = desk(true).await;
    let plan = |fault: &str| desk_call("POST /_dak/faults", fault);
    stage.json(200, &plan(r#"{"methodId":"demo.items.get","status":503,"count":2,"after":1}"#)).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(stage.send("GET /demo/v1/324").await.status);
        assert_eq!(stage.send("GET /demo/v1").await.status, 200);
    }
    assert_eq!(statuses, [200, 503, 503, 200]);

    stage.json(200, &plan(r#"{"method":"patch","status":429,"retryAfter":2}"#)).await;
    assert_eq!(stage.send("GET /demo/v1/324").await.status, 200);
    let busy = stage.send("PATCH /demo/v1/324\n\n{}").await;
    assert_eq!((busy.status, busy.header("retry-after")), (429, "2"));

    stage.json(200, &plan(r#"{"path":"/demo","cutAfterBytes":5}"#)).await;
    assert_eq!(stage.send("GET /demo/v1").await.answer.delivery, Delivery::CutAfter(5));
    stage.json(200, &plan(r#"{"path":"/demo","loseAnswer":true}"#)).await;
    let lost = stage.send("PATCH /demo/v1/324\n\n{\"title\":\"Kept\"}").await;
    assert_eq!(lost.answer.delivery, Delivery::Lost);
    assert_eq!(stage.json(200, "GET /demo/v1/324?fields=title").await, json!({"title": "Kept"}));
    stage.json(200, &plan(r#"{"drop":true}"#)).await;
    assert_eq!(stage.send("DELETE /demo/v1/324").await.answer.delivery, Delivery::Lost);
    stage.json(200, "GET /demo/v1/324").await;

    for fault in [
        r#"{}"#,
        r#"{"status":200}"#,
        r#"{"status":503,"drop":true}"#,
        r#"{"staus":503}"#,
        "[]",
        r#"{"drop":true,"count":0}"#,
    ] {
        stage.json(400, &plan(fault)).await;
    }
}

#[tokio::test]
async fn requests_are_remembered_without_secrets() {
    let stage = desk(true).await;
    stage.send("GET /demo/v1?maxResults=1&key=secret\nAuthorization: Bearer secret\nX-Test: 1").await;
    let seen = stage.json(200, &desk_call("GET /_dak/requests", "")).await;
    let first = &seen["requests"][0];
    assert_eq!(first["target"], "/demo/v1?maxResults=1&key=(hidden)");
    assert_eq!(first["headers"]["x-test"], "1");
    assert_eq!(first["status"], 200);
    assert_eq!(first["methodId"], "demo.items.list");
    assert!(!seen.to_string().contains("secret"));
    assert_eq!(seen["requests"].as_array().unwrap().len(), 1, "calls to the desk are not among them");
    // Names in other clothes, and URLs in headers.
    stage
        .send("GET /demo/v1?%6Bey=secret&q=a?Access_Token=x\nX-Api-Key: secret\nReferer: http://h/u?a=1&upload%5Fid=secret")
        .await;
    let seen = stage.json(200, &desk_call("GET /_dak/requests", "")).await;
    assert_eq!(seen["requests"][1]["target"], "/demo/v1?%6Bey=(hidden)&q=a?Access_Token=x");
    assert_eq!(seen["requests"][1]["headers"]["referer"], "http://h/u?a=1&upload%5Fid=(hidden)");
    assert!(!seen.to_string().contains("secret"));
}
