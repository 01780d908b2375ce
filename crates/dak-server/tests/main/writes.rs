//! Insert, delete, conditions, repeated requests, and writers that meet.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::stage::{Stage, gzip};

#[tokio::test]
async fn insert_get_delete() {
    let stage = Stage::new().await;
    let made = stage.json(200, "POST /demo/v1\n\n{\"title\":\"Third\",\"status\":\"active\"}").await;
    let id = made["id"].as_str().unwrap();
    assert_eq!(made["kind"], "demo#item");
    assert_eq!(stage.json(200, &format!("GET /demo/v1/{id}")).await, made);
    assert_eq!(stage.json(200, "GET /demo/v1?fields=items/id").await["items"].as_array().unwrap().len(), 3);

    let gone = stage.send(&format!("DELETE /demo/v1/{id}")).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    for request in [
        format!("GET /demo/v1/{id}"),
        format!("DELETE /demo/v1/{id}"),
        format!("PATCH /demo/v1/{id}\nIf-Match: \"x\"\n\n{{}}"),
        format!("PUT /demo/v1/{id}\n\n{{\"title\":\"no upsert\"}}"),
    ] {
        let error = stage.json(404, &request).await;
        assert_eq!(error["error"]["errors"][0]["reason"], "notFound", "{request}");
    }
}

#[tokio::test]
async fn conditional_reads() {
    let stage = Stage::new().await;
    for path in ["/demo/v1/324", "/demo/v1", "/discovery/v1/apis", "/discovery/v1/apis/demo/v1/rest"] {
        let etag = stage.send(&format!("GET {path}")).await.header("etag").to_owned();
        for held in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".to_owned()] {
            let told = stage.send(&format!("GET {path}\nIf-None-Match: {held}")).await;
            assert_eq!(
                (told.status, told.text.as_str(), told.header("etag")),
                (304, "", etag.as_str()),
                "{path} {held}"
            );
        }
        let told = stage.send(&format!("GET {path}\nIf-None-Match: \"other\"")).await;
        assert_eq!(told.status, 200);
    }
    stage.json(200, "PATCH /demo/v1/325\n\n{\"title\":\"Changed\"}").await;
}

/// Dates stand in for tags where there are none (RFC 9110 13.2.2).
#[tokio::test]
async fn conditions_by_date() {
    let stage = Stage::new().await;
    let told = stage.send("GET /demo/v1/324").await;
    let modified = told.header("last-modified").to_owned();
    let etag = told.header("etag").to_owned();
    for (request, status) in [
        (format!("GET /demo/v1/324\nIf-Modified-Since: {modified}"), 304),
        ("GET /demo/v1/324\nIf-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT".to_owned(), 200),
        (format!("GET /demo/v1/324\nIf-Modified-Since: {modified}\nIf-None-Match: \"other\""), 200),
        ("GET /demo/v1/324\nIf-Modified-Since: yesterday".to_owned(), 200),
        ("PATCH /demo/v1/324\nIf-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT\n\n{}".to_owned(), 412),
        (
            format!("PATCH /demo/v1/324\nIf-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT\nIf-Match: {etag}\n\n{{}}"),
            200,
        ),
    ] {
        assert_eq!(stage.send(&request).await.status, status, "{request}");
    }
}

#[tokio::test]
async fn conditional_deletes() {
    let stage = Stage::new().await;
    stage.json(412, "DELETE /demo/v1/324\nIf-Match: \"AAAAAAAAAAAAAAAA\"").await;
    stage.json(412, "DELETE /demo/v1/324\nIf-None-Match: *").await;
    let etag = stage.send("GET /demo/v1/324").await.header("etag").to_owned();
    assert_eq!(stage.send(&format!("DELETE /demo/v1/324\nIf-Match: {etag}")).await.status, 204);
}

/// 50 writers with one tag: one wins, the others are told so.
#[tokio::test(flavor = "multi_thread")]
async fn one_winner() {
    let stage = Arc::new(Stage::new().await);
    let etag = stage.send("GET /demo/v1/324").await.header("etag").to_owned();
    let writers: Vec<_> = (0..50)
        .map(|writer| {
            let (stage, etag) = (Arc::clone(&stage), etag.clone());
            tokio::spawn(async move {
                let body = json!({"title": format!("Writer {writer}")});
                stage.send(&format!("PATCH /demo/v1/324\nIf-Match: {etag}\n\n{body}")).await.status
            })
        })
        .collect();
    let mut statuses = Vec::new();
    for writer in writers {
        statuses.push(writer.await.unwrap());
    }
    let count = |status| statuses.iter().filter(|found| **found == status).count();
    assert_eq!((count(200), count(412)), (1, 49));
}

/// Writers that name no version all get through, and none undoes another.
#[tokio::test(flavor = "multi_thread")]
async fn writers_without_a_tag() {
    let stage = Arc::new(Stage::new().await);
    let writers: Vec<_> = (0..20)
        .map(|writer| {
            let stage = Arc::clone(&stage);
            tokio::spawn(async move {
                let body = json!({"links": {format!("l{writer}"): {"href": "https://example.com"}}});
                stage.json(200, &format!("PATCH /demo/v1/325\n\n{body}")).await;
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let links = stage.json(200, "GET /demo/v1/325?fields=links").await;
    assert!((0..20).all(|writer| links["links"].get(format!("l{writer}")).is_some()), "{links}");
}

#[tokio::test]
async fn idempotency_keys() {
    let stage = Stage::new().await;
    let request = "POST /demo/v1?fields=id,title,etag\nIdempotency-Key: k1\n\n{\"title\":\"Once\"}";
    let first = stage.json(200, request).await;
    assert_eq!(stage.json(200, request).await, first);
    assert_eq!(stage.json(200, "GET /demo/v1?fields=items/id").await["items"].as_array().unwrap().len(), 3);
    stage.json(422, "POST /demo/v1\nIdempotency-Key: k1\n\n{\"title\":\"Another\"}").await;
    stage.json(400, &format!("POST /demo/v1\nIdempotency-Key: {}\n\n{{\"title\":\"t\"}}", "k".repeat(256))).await;

    let submit = |body: &str| format!("POST /submit\nIdempotency-Key: k2\n\n{body}");
    stage.json(200, &submit("1")).await;
    stage.json(200, "POST /submit\n\n2").await;
    assert_eq!(stage.json(200, &submit("1")).await, 1);
    assert_eq!(stage.json(200, "GET /data").await, 2, "the repeated request did nothing");
    stage.json(422, &submit("3")).await;

    stage.app.clock.advance_ms(24 * 60 * 60 * 1000 + 1);
    let later = stage.json(200, request).await;
    assert_ne!(later["id"], first["id"]);
}

/// Requests with one key that come at once get one answer, whichever was first.
#[tokio::test(flavor = "multi_thread")]
async fn one_key_from_many() {
    for line in ["POST /submit", "POST /demo/v1?fields=id"] {
        let stage = Arc::new(Stage::new().await);
        let callers: Vec<_> = (0..20)
            .map(|_| {
                let stage = Arc::clone(&stage);
                let request = format!("{line}\nIdempotency-Key: k\n\n{{\"title\":\"Once\"}}");
                tokio::spawn(async move { stage.json(200, &request).await })
            })
            .collect();
        let mut answers = Vec::new();
        for caller in callers {
            answers.push(caller.await.unwrap());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{line}");
    }
}

#[tokio::test]
async fn bodies_in_their_codings() {
    let stage = Stage::new().await;
    let json = br#"{"title":"Zipped"}"#;
    let head = "POST /demo/v1\nContent-Type: application/json; charset=utf-8\nContent-Encoding: gzip";
    let told = stage.send_bytes(head, gzip(json).into()).await;
    assert_eq!((told.status, told.json()["title"].as_str()), (200, Some("Zipped")));
    let bad = stage.send_bytes(head, json.to_vec().into()).await;
    assert_eq!(bad.status, 400);
    for (header, status) in [
        ("Content-Encoding: br", 415),
        ("Content-Type: application/x-www-form-urlencoded", 415),
        ("Content-Type: text/plain", 415),
        ("Content-Type: application/json-patch+json", 415),
        ("Content-Type: application/merge-patch+json", 200),
    ] {
        let told = stage.send_bytes(&format!("POST /demo/v1\n{header}"), json.to_vec().into()).await;
        assert_eq!(told.status, status, "{header}");
    }
}

#[tokio::test]
async fn wrapped_bodies() {
    let stage = Stage::new().await;
    for body in [r#"{"data":{"title":"Wrapped"}}"#, r#"{"title":"Wrapped"}"#] {
        let made = stage.json(200, &format!("POST /wrapped/v1?fields=title\n\n{body}")).await;
        assert_eq!(made, json!({"data": {"title": "Wrapped"}}));
    }
    let items = stage.json(200, "GET /demo/v1?fields=items/title").await;
    assert_eq!(items["items"].as_array().map(Vec::len), Some(4), "both descriptions share the data");
}

#[tokio::test]
async fn unknown_members_are_named() {
    let stage = Stage::new().await;
    let error: Value = stage.json(400, "POST /demo/v1\n\n{\"title\":\"t\",\"colour\":\"red\"}").await;
    assert!(error["error"]["message"].as_str().unwrap().contains("colour"), "{error}");
    let error: Value = stage.json(400, "GET /demo/v1?colour=red").await;
    assert!(error["error"]["message"].as_str().unwrap().contains("colour"), "{error}");
}
