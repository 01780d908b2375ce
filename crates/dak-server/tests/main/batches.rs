//! `G60` to `G75`: many requests in one.

use bytes::Bytes;
use dak_proto::batch::{Part, Reader, Writer, write_request};
use dak_server::Settings;
use dak_server::settings::AuthorisationMode;
use http::{HeaderValue, Request};
use serde_json::{Value, json};

use crate::stage::{Stage, Told, gunzip, gzip};

const HEAD: &str = "POST /batch\nContent-Type: multipart/mixed; boundary=b";

/// A batch of these requests as a client might write it, ids `<u + 0>` and so on.
fn batch(requests: &[&str]) -> String {
    let part = |(place, request): (usize, &&str)| {
        format!("--b\nContent-Type: application/http\nContent-ID: <u + {place}>\n\n{request}\n")
    };
    requests.iter().enumerate().map(part).chain(["--b--".to_owned()]).collect()
}

/// The parts of an answer: id, status, body.
fn parts(told: &Told) -> Vec<Part> {
    assert_eq!(told.status, 200, "{}", told.text);
    let mut reader = Reader::new(told.header("content-type"), 10 << 20).unwrap();
    reader.push(told.text.as_bytes());
    reader.end();
    std::iter::from_fn(|| reader.next().unwrap()).collect()
}

/// Sends requests in a batch to a path with these further header fields; a line for each answer: status and reason or title.
async fn outcomes(stage: &Stage, head: &str, requests: &[&str]) -> Vec<String> {
    let told = stage.send(&format!("{head}\n\n{}", batch(requests))).await;
    let parts = parts(&told);
    for (place, part) in parts.iter().enumerate() {
        assert_eq!(part.id().unwrap(), &format!("<response-u + {place}>"));
    }
    parts.iter().map(outcome).collect()
}

fn outcome(part: &Part) -> String {
    let response = part.response().unwrap();
    let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    let told = [&body["error"]["errors"][0]["reason"], &body["title"], &body["kind"]];
    let told = told.into_iter().find_map(Value::as_str).unwrap_or_default();
    format!("{} {told}", response.status().as_u16()).trim_end().to_owned()
}

/// `G60`, `G62`, `G65`: each part goes the whole road, and has its own answer.
#[tokio::test]
async fn each_part_goes_the_whole_road() {
    let stage = Stage::new().await;
    let tag = stage.json(200, "GET /demo/v1/324").await["etag"].as_str().unwrap().to_owned();
    // Parts are carried out at the same time: those here that depend on each other stand in batches of their own.
    for (request, wanted) in [
        ("GET /demo/v1/324?fields=title HTTP/1.1", "200 First title"),
        ("GET https://demo.example.com/demo/v1/325?fields=title", "200 Second title"),
        ("GET demo/v1/324?fields=titel", "400 invalidParameter"),
        ("GET /demo/v1/none", "404 notFound"),
        ("GET /nowhere", "404 notFound"),
        ("PUT /demo/v1", "405 httpMethodNotAllowed"),
        (&format!("GET /demo/v1/324\nIf-None-Match: {tag}"), "304"),
        (&format!("PATCH /demo/v1/325?fields=title\nIf-Match: {tag}\n\n{{\"title\":\"No\"}}"), "412 conditionNotMet"),
        ("POST /demo/v1\nContent-Type: application/json\ncontent-length: 15\n\n{\"title\":\"Made\"}", "200 Made"),
        ("POST /demo/v1\nContent-Type: text/plain\n\n{\"title\":\"Made\"}", "415 unsupportedMediaType"),
        ("POST /demo/v1\n\n{\"titel\":\"Made\"}", "400 invalid"),
        ("POST /demo/v1/325?fields=title\nX-HTTP-Method-Override: PATCH\n\n{\"title\":\"Changed\"}", "200 Changed"),
        (
            "POST /demo/v1\nX-HTTP-Method-Override: GET\nContent-Type: application/x-www-form-urlencoded\n\nfields=kind\n",
            "200 demo",
        ),
        ("HEAD /demo/v1/324", "200"),
        ("DELETE /demo/v1/325", "204"),
        ("GET /demo/v1/324?callback=f&fields=kind", "403 forbidden"),
        ("?", "400 badContent"),
        ("GET /v3/blogs/1001?fields=kind", "200 blogger#blog"),
        ("GET /wrapped/v1?fields=kind", "200"),
    ] {
        assert_eq!(outcomes(&stage, HEAD, &[request]).await, [wanted], "{request}");
    }
    stage.json(404, "GET /demo/v1/325").await;
}

/// `G61`: a hundred at most, answered in their order.
#[tokio::test]
async fn a_hundred_parts_in_their_order() {
    let stage = Stage::new().await;
    let requests: Vec<String> = (0..100)
        .map(|place| match place % 3 {
            0 => format!("POST /demo/v1?fields=title\n\n{{\"title\":\"{place}\"}}"),
            1 => format!("GET /demo/v1/none-{place}"),
            _ => "GET /demo/v1/324?fields=title".to_owned(),
        })
        .collect();
    let requests: Vec<&str> = requests.iter().map(String::as_str).collect();
    let wanted: Vec<String> = (0..100)
        .map(|place| match place % 3 {
            0 => format!("200 {place}"),
            1 => "404 notFound".to_owned(),
            _ => "200 First title".to_owned(),
        })
        .collect();
    assert_eq!(outcomes(&stage, HEAD, &requests).await, wanted);
    let before = stage.json(200, "GET /demo/v1?fields=items/id&maxResults=500").await;
    let too_many = [requests.as_slice(), &["POST /demo/v1\n\n{\"title\":\"Too many\"}"]].concat();
    let refused = stage.json(400, &format!("{HEAD}\n\n{}", batch(&too_many))).await;
    assert_eq!(refused["error"]["errors"][0]["reason"], "tooManyParts");
    assert_eq!(stage.json(200, "GET /demo/v1?fields=items/id&maxResults=500").await, before);
}

/// `G60`: (path, what a part for the demo comes to there)
#[tokio::test]
async fn every_api_has_a_path_for_its_batches() {
    let stage = Stage::new().await;
    let request = "GET /demo/v1/324?fields=title";
    for (path, wanted) in [
        ("/batch", "200 First title"),
        ("/batch?prettyPrint=false&key=k", "200 First title"),
        ("/batch/demo/v1", "200 First title"),
        ("/batch/blogger/v3", "404 notFound"),
    ] {
        let head = HEAD.replace("/batch", path);
        assert_eq!(outcomes(&stage, &head, &[request]).await, [wanted], "{path}");
    }
    for (request, status) in [
        ("POST /batch/demo/v2", 404),
        ("POST /batch/demo", 404),
        ("POST /batch/", 404),
        ("GET /batch", 405),
        ("POST /batch\nX-HTTP-Method-Override: GET", 405),
        ("POST /batch?maxResults=1", 400),
        ("POST /batch", 400),
        ("POST /batch\nContent-Type: application/json\n\n{}", 400),
        ("POST /batch\nContent-Type: multipart/mixed; boundary=b\n\n--b--", 400),
        ("POST /batch\nContent-Type: multipart/mixed; boundary=b\nContent-Encoding: br\n\n--b--", 415),
        ("OPTIONS /batch/demo/v1", 204),
    ] {
        let told = stage.send(request).await;
        assert_eq!(told.status, status, "{request} {}", told.text);
    }
    assert_eq!(stage.send("GET /batch").await.header("allow"), "POST");
}

/// `G60`: a description's own path, and its place in the document that is served.
#[tokio::test]
async fn a_description_names_the_path_of_its_batches() {
    for (named, path, served) in [
        (json!("batch/things/v7"), "/batch/things/v7", "batch/things/v7"),
        (json!("/batch/translate"), "/batch/translate", "batch/translate"),
        (json!("elsewhere"), "/batch", "batch"),
        (json!(null), "/batch", "batch"),
    ] {
        let method =
            json!({"id": "things.list", "path": "things", "httpMethod": "GET", "response": {"$ref": "Things"}});
        let mut document = json!({
            "name": "things", "version": "v1", "rootUrl": "http://x/", "servicePath": "", "batchPath": named,
            "schemas": {
                "Thing": {"id": "Thing", "type": "object", "properties": {"id": {"type": "string"}}},
                "Things": {"id": "Things", "type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "Thing"}}}},
            },
            "resources": {"things": {"methods": {"list": method}}},
        });
        if named.is_null() {
            document.as_object_mut().unwrap().remove("batchPath");
        }
        let stage = Stage::serving(&document);
        let head = HEAD.replace("/batch", path);
        assert_eq!(outcomes(&stage, &head, &["GET /things"]).await, ["200"], "{path}");
        let shown = stage.json(200, "GET /discovery/v1/apis/things/v1/rest?fields=batchPath").await;
        assert_eq!(shown, json!({"batchPath": served}));
    }
}

/// `G66`: what comes by itself alone is refused, and nothing else of the batch is.
#[tokio::test]
async fn batches_media_and_own_pages_are_not_in_a_batch() {
    let stage = Stage::new().await;
    let inner = batch(&["GET /demo/v1/324"]).replace("--b", "--c");
    let nested = format!("POST /batch\nContent-Type: multipart/mixed; boundary=c\n\n{inner}");
    let upload = stage
        .send("POST /upload/demo/v1?uploadType=media&fields=id\nContent-Type: text/plain\nContent-Length: 2\n\nhi")
        .await;
    let media = format!("GET /demo/v1/{}?alt=media", upload.json()["id"].as_str().unwrap());
    let table = [
        (nested.as_str(), "400 badRequest"),
        ("POST /upload/demo/v1?uploadType=media\nContent-Type: text/plain\n\nhi", "400 badRequest"),
        ("POST /resumable/upload/demo/v1", "400 badRequest"),
        (&media, "400 badRequest"),
        ("GET /metrics", "404 notFound"),
        ("POST /_dak/reset", "404 notFound"),
        ("GET /demo/v1/324?fields=title", "200 First title"),
    ];
    let (requests, wanted): (Vec<_>, Vec<_>) = table.into_iter().unzip();
    assert_eq!(outcomes(&stage, HEAD, &requests).await, wanted);
}

/// `G64`: the batch's header fields count for its parts, theirs before them.
#[tokio::test]
async fn parts_have_the_batch_s_header_fields() {
    let mut settings = Settings::default();
    settings.authorisation.mode = AuthorisationMode::Open;
    let stage = Stage::with(settings).await;
    let requests = [
        "GET /v3/users/self?fields=id",
        "GET /v3/users/self?fields=id\nAuthorization: Bearer other@example.com\nHost: evil.example.com\nOrigin: http://evil.example",
    ];
    let told = stage.send(&format!("{HEAD}\nAuthorization: Bearer rina@example.com\n\n{}", batch(&requests))).await;
    let found: Vec<Value> =
        parts(&told).iter().map(|part| serde_json::from_slice(part.response().unwrap().body()).unwrap()).collect();
    for (user, found) in ["rina@example.com", "other@example.com"].iter().zip(&found) {
        let alone = stage.json(200, &format!("GET /v3/users/self?fields=id\nAuthorization: Bearer {user}")).await;
        assert_eq!(*found, alone);
    }
    // A mask for all; an idempotency key that gives each part its own, so that the batch can be sent again.
    let made = ["POST /demo/v1\n\n{\"title\":\"One\"}", "POST /demo/v1\n\n{\"title\":\"Two\"}"];
    let head = format!("{HEAD}\nX-Goog-FieldMask: id,title\nIdempotency-Key: k");
    let first = stage.send(&format!("{head}\n\n{}", batch(&made))).await;
    let again = stage.send(&format!("{head}\n\n{}", batch(&made))).await;
    let bodies =
        |told: &Told| -> Vec<Bytes> { parts(told).iter().map(|part| part.response().unwrap().into_body()).collect() };
    assert_eq!(bodies(&first), bodies(&again));
    assert_eq!(serde_json::from_slice::<Value>(&bodies(&first)[0]).unwrap().as_object().unwrap().len(), 2);
}

/// `G64`: without a token each part is refused, and the batch is 200 all the same.
#[tokio::test]
async fn a_batch_is_200_though_all_of_it_fails() {
    let mut settings = Settings::default();
    settings.authorisation.mode = AuthorisationMode::Tokens;
    let stage = Stage::with(settings).await;
    let requests = ["GET /demo/v1/324", "GET /demo/v1/325\nAuthorization: Bearer wrong"];
    assert_eq!(outcomes(&stage, HEAD, &requests).await, ["401 authError", "401 authError"]);
}

/// `G61`: bytes of a part, of the whole, and of its gzip.
#[tokio::test]
async fn batches_are_bounded_in_bytes() {
    let mut settings = Settings::default();
    settings.limits.part_bytes_max = 1000;
    settings.limits.body_bytes_max = 3000;
    let stage = Stage::with(settings).await;
    let large = format!("POST /demo/v1\n\n{{\"title\":\"{}\"}}", "x".repeat(1000));
    let small = "GET /demo/v1/324?fields=title";
    let outcome = outcomes(&stage, HEAD, &[small, &large, small]).await;
    assert_eq!(outcome, ["200 First title", "413 uploadTooLarge", "200 First title"]);
    for (parts, status) in [(2, 200), (3, 413)] {
        let body = batch(&vec![large.as_str(); parts]);
        let told = stage.send(&format!("{HEAD}\n\n{body}")).await;
        assert_eq!(told.status, status, "{}", told.text);
        let told = stage.send_bytes(&format!("{HEAD}\nContent-Encoding: gzip"), gzip(body.as_bytes()).into()).await;
        assert_eq!(told.status, status, "{}", told.text);
    }
}

/// `G65`: the whole is compressed, its parts are not.
#[tokio::test]
async fn the_whole_is_compressed_and_not_its_parts() {
    let stage = Stage::new().await;
    let requests = ["GET /discovery/v1/apis/demo/v1/rest\nAccept-Encoding: gzip"; 20];
    let plain = stage.send(&format!("{HEAD}\n\n{}", batch(&requests))).await;
    let told = stage.send(&format!("{HEAD}\nAccept-Encoding: gzip\n\n{}", batch(&requests))).await;
    assert_eq!(told.header("content-encoding"), "gzip");
    let sent = told.answer.body.whole();
    assert!(sent.len() * 4 < plain.text.len(), "{} of {}", sent.len(), plain.text.len());
    assert_eq!(gunzip(sent).len(), plain.text.len());
    assert_eq!(parts(&told), parts(&plain));
    assert!(parts(&told)[0].response().unwrap().headers().get("content-encoding").is_none());
}

/// Faults that were asked for act on parts; what is lost breaks the batch off where it stands.
#[tokio::test]
async fn faults_act_on_parts() {
    let stage =
        Stage::with(Settings { test_controls: true, control_token: Some("T".to_owned()), ..Settings::default() }).await;
    let plan = |fault: &str| format!("POST /_dak/faults\nAuthorization: Bearer T\n\n{fault}");
    stage.send(&plan("{\"methodId\":\"demo.items.get\",\"status\":503,\"after\":1}")).await;
    let one_at_a_time = ["GET /demo/v1/324?fields=title"];
    for wanted in ["200 First title", "503 backendError", "200 First title"] {
        assert_eq!(outcomes(&stage, HEAD, &one_at_a_time).await, [wanted]);
    }
    let seen = stage.json(200, "GET /_dak/requests\nAuthorization: Bearer T").await;
    let ids: Vec<&str> =
        seen["requests"].as_array().unwrap().iter().filter_map(|seen| seen["methodId"].as_str()).collect();
    assert_eq!(ids, ["batch", "demo.items.get", "batch", "batch", "demo.items.get"]);
}

/// What our own end writes is taken.
#[tokio::test]
async fn a_batch_as_our_client_writes_it() {
    let stage = Stage::new().await;
    let writer = Writer::new(9);
    let request = Request::patch("/demo/v1/324").body(Bytes::from_static(b"{\"title\":\"New\"}")).unwrap();
    let body = [writer.part(Some(&HeaderValue::from_static("1")), &write_request(&request)), writer.end()].concat();
    let kind = writer.content_type().to_str().unwrap().to_owned();
    let told = stage.send_bytes(&format!("POST /batch\nContent-Type: {kind}"), body.into()).await;
    let parts = parts(&told);
    assert_eq!(parts[0].id().unwrap(), "response-1");
    assert_eq!(outcome(&parts[0]), "200 New");
}
