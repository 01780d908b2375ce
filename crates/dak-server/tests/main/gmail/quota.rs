//! Quota.

use dak_server::Settings;
use dak_server::settings::{Quota, QuotaRefusal};
use serde_json::{Value, json};

use super::{NOW_MS, Post, raw};

async fn limited(refusal: QuotaRefusal) -> Post {
    let units = [("labels.list".to_owned(), 40)].into();
    let quota = Some(Quota { units_per_minute: 100, refusal, units });
    Post::with(Settings { quota, ..Settings::default() }).await
}

/// Who asks for too much is refused in Google's words until the minute is over, and nothing is changed (G53).
#[tokio::test]
async fn who_asks_for_too_much() {
    for (refusal, status, reason, canonical) in [
        (QuotaRefusal::Forbidden, 403, "userRateLimitExceeded", "PERMISSION_DENIED"),
        (QuotaRefusal::TooManyRequests, 429, "rateLimitExceeded", "RESOURCE_EXHAUSTED"),
    ] {
        let post = limited(refusal).await;
        let mail = json!({"raw": raw("Subject: a\n\nb")});
        post.call(200, "POST messages", mail.clone()).await;
        post.call(200, "GET labels", Value::Null).await;
        post.desk("POST /_dak/clock", &json!({"advanceMs": 30_000})).await;
        post.call(200, "POST messages", mail.clone()).await;
        post.call(200, "GET messages", Value::Null).await;
        let told = post.send("POST messages", &mail).await;
        let message = "User-rate limit exceeded.  Retry after 2026-11-28T12:01:00.000Z";
        assert_eq!((told.status, told.header("retry-after")), (status, ""));
        assert_eq!(
            told.json()["error"],
            json!({
                "code": status, "message": message, "status": canonical,
                "errors": [{"message": message, "domain": "usageLimits", "reason": reason}],
            })
        );
        post.stage.json(200, "GET /gmail/v1/users/me/profile\nAuthorization: Bearer rina@example.com").await;
        post.desk("POST /_dak/clock", &json!({"advanceMs": 30_000})).await;
        assert_eq!(post.get("profile").await["messagesTotal"], 2);
    }
}

/// An upload costs what it does once, when it begins.
#[tokio::test]
async fn uploads_are_counted_once() {
    let post = limited(QuotaRefusal::Forbidden).await;
    let path = "/upload/gmail/v1/users/me/messages?uploadType=media";
    let upload = format!("POST {path}\nContent-Type: message/rfc822\nContent-Length: 13\n\nSubject: a\n\nb\n");
    for status in [200, 200, 200, 200, 403] {
        post.stage.json(status, &upload).await;
    }
    let metrics = post.stage.send("GET /metrics").await.text;
    let line = "dak_quota_units_total{method=\"gmail.users.messages.insert\"} 100\n";
    assert!(metrics.contains(line), "{metrics}");
}

/// Whoever a call says that it is for, its caller pays (G80).
#[tokio::test]
async fn other_names_do_not_help() {
    let post = limited(QuotaRefusal::Forbidden).await;
    for (number, status) in [(1, 200), (41, 200), (1000, 403)] {
        let path = format!("GET labels?quotaUser={}", "u".repeat(number));
        assert_eq!(post.send(&path, &Value::Null).await.status, status, "{number}");
    }
}

/// Units are counted without a quota too.
#[tokio::test]
async fn units_are_counted() {
    let post = Post::new().await;
    for _ in 0..3 {
        post.get("threads").await;
    }
    let metrics = post.stage.send("GET /metrics").await.text;
    assert!(metrics.contains("dak_quota_units_total{method=\"gmail.users.threads.list\"} 30\n"), "{metrics}");
    assert_eq!(post.stage.app.clock.now_ms(), NOW_MS);
}
