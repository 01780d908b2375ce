//! Posts that publish themselves, at times that the test clock makes.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::{desk, each, stage};

#[tokio::test]
async fn a_schedule_publishes_itself() {
    let stage = stage().await;
    let body = json!({"title": "Later", "published": "2026-11-29T00:00:00Z"});
    let post = stage.json(200, &format!("POST /v3/blogs/1001/posts\n\n{body}")).await;
    let path = format!("/v3/blogs/1001/posts/{}", post["id"].as_str().unwrap());
    assert_eq!(post["url"], "http://first-steps.example.com/2026/11/later.html");
    for (time, status) in [("2026-11-28T23:59:59.999Z", 404), ("2026-11-29T00:00:00Z", 200)] {
        desk(&stage, 200, "POST /_dak/clock", &json!({"set": time, "stopped": true}).to_string()).await;
        assert_eq!(stage.send(&format!("GET {path}")).await.status, status, "{time}");
    }
    let live = stage.json(200, &format!("GET {path}?view=ADMIN")).await;
    assert_eq!((&live["status"], &live["published"]), (&json!("LIVE"), &json!("2026-11-29T00:00:00.000Z")));
    assert_ne!(live["etag"], post["etag"]);
    assert_eq!(each(&stage.json(200, "GET /v3/blogs/1001/posts?maxResults=1").await, "title"), "Later");
    assert_eq!(stage.json(200, "GET /v3/blogs/1001").await["posts"]["totalItems"], 4);
}

/// Whoever carries out what is due waits until the next hour, and hears of a sooner one.
#[tokio::test(start_paused = true)]
async fn the_wait_for_the_next_hour() {
    let stage = stage().await;
    let minute = Duration::from_secs(60);
    let waited = async |at_most| {
        let began = Instant::now();
        stage.app.wait_until_due(at_most).await.unwrap();
        began.elapsed().as_secs()
    };
    assert_eq!(waited(minute).await, 60);
    for (time, seconds) in [("12:00:40", 40), ("12:00:20", 20), ("13:00:00", 20)] {
        let body = json!({"title": "Later", "published": format!("2026-11-28T{time}Z")});
        let insert = format!("POST /v3/blogs/1001/posts\n\n{body}");
        let (waited_first, _) = tokio::join!(waited(minute), stage.json(200, &insert));
        assert_eq!((waited_first, waited(minute).await), (0, seconds), "{time}");
    }
    desk(&stage, 200, "POST /_dak/clock", r#"{"set":"2026-11-28T12:00:30Z","stopped":true}"#).await;
    assert_eq!(waited(minute).await, 10);
}

/// What came due while nobody served is there with the first request.
#[tokio::test]
async fn an_hour_that_passed_before_the_start() {
    let stage = stage().await;
    let body = json!({"title": "Later", "published": "2026-11-29T00:00:00Z"});
    stage.json(200, &format!("POST /v3/blogs/1001/posts\n\n{body}")).await;
    stage.app.clock.advance_ms(86_400_000);
    stage.app.recover().await.unwrap();
    assert_eq!(each(&stage.json(200, "GET /v3/blogs/1001/posts?maxResults=1").await, "title"), "Later");
}

/// A schedule that was changed holds as it is now.
#[tokio::test]
async fn a_schedule_can_be_changed() {
    for (step, at_first, at_last) in [
        ("POST /revert", "DRAFT", "DRAFT"),
        ("PATCH |{\"published\":\"2026-12-02T00:00:00Z\"}", "SCHEDULED", "LIVE"),
        ("PATCH |{\"published\":\"2026-11-28T13:00:00Z\"}", "LIVE", "LIVE"),
        ("PATCH |{\"title\":\"Other\"}", "LIVE", "LIVE"),
        ("DELETE ?useTrash=true", "SOFT_TRASHED", "SOFT_TRASHED"),
        ("POST /publish?publishDate=2026-11-28T12:00:00Z", "LIVE", "LIVE"),
        ("DELETE ", "", ""),
    ] {
        let stage = stage().await;
        let body = json!({"title": "Later", "published": "2026-12-01T00:00:00Z"});
        let post = stage.json(200, &format!("POST /v3/blogs/1001/posts\n\n{body}")).await;
        let path = format!("/v3/blogs/1001/posts/{}", post["id"].as_str().unwrap());
        let (method, rest) = step.split_once(' ').unwrap();
        let (rest, sent) = rest.split_once('|').unwrap_or((rest, ""));
        let told = stage.send(&format!("{method} {path}{rest}\n\n{sent}")).await;
        assert!(told.status < 300, "{step}: {}", told.text);
        for (time, status) in [("2026-12-01T00:00:00Z", at_first), ("2026-12-31T00:00:00Z", at_last)] {
            desk(&stage, 200, "POST /_dak/clock", &json!({"set": time, "stopped": true}).to_string()).await;
            let found = stage.send(&format!("GET {path}?view=ADMIN")).await.json();
            assert_eq!(found["status"].as_str().unwrap_or_default(), status, "{step} {time}");
        }
        let live = if at_last == "LIVE" { 4 } else { 3 };
        assert_eq!(stage.json(200, "GET /v3/blogs/1001").await["posts"]["totalItems"], live, "{step}");
    }
}
