//! Paths, methods and bodies at and beyond their bounds.

use dak_server::settings::Settings;

use crate::stage::{Stage, gzip};

#[tokio::test]
async fn paths_and_methods() {
    let stage = Stage::new().await;
    for (request, status, allow) in [
        ("GET /nowhere", 404, ""),
        ("GET /demo/v1/", 404, ""),
        ("GET /demo/v1/none", 404, ""),
        ("PUT /demo/v1", 405, "GET, HEAD, POST"),
        ("POST /demo/v1/324", 405, "DELETE, GET, HEAD, PATCH, PUT"),
        ("POST /demo/v1/324\nX-HTTP-Method-Override: SING", 405, "GET"),
        ("GET /demo/v1/324\nX-HTTP-Method-Override: DELETE", 200, ""),
        ("HEAD /demo/v1/324", 200, ""),
        ("GET /demo/v1?alt=media", 400, ""),
        ("GET /demo/v1/324?alt=media", 404, ""),
        ("GET /demo/v1/324?alt=xml", 400, ""),
        ("OPTIONS /demo/v1", 204, "GET, HEAD, POST"),
        ("OPTIONS /upload/demo/v1", 204, "POST"),
        ("OPTIONS /upload/demo/v1/324", 204, "PATCH, PUT"),
        ("OPTIONS /upload/demo/v1?uploadType=resumable&upload%5Fid=x", 204, "PUT, POST, DELETE"),
        ("POST /upload/demo/v1/324?uploadType=media", 405, "PATCH, PUT"),
        ("OPTIONS /nowhere", 404, ""),
        ("OPTIONS /upload/nowhere", 404, ""),
        ("OPTIONS /upload/submit", 204, "POST"),
        ("GET /", 200, ""),
        ("GET /metrics", 200, ""),
        ("DELETE /metrics", 405, "GET, HEAD"),
        ("POST /healthz", 405, "GET, HEAD"),
        ("PATCH /demo/v1/324", 400, ""),
        ("POST /submit", 400, ""),
        ("GET /wrapped/$discovery/rest?version=v1", 200, ""),
    ] {
        let told = stage.send(request).await;
        assert_eq!(told.status, status, "{request} {}", told.text);
        assert!(told.header("allow").starts_with(allow), "{request} {}", told.header("allow"));
        if status >= 400 {
            assert_eq!(told.json()["error"]["code"], status, "{request}");
        }
    }
}

#[tokio::test]
async fn heads_beyond_their_bounds() {
    let mut settings = Settings::default();
    settings.limits.head_bytes_max = 10_000;
    let stage = Stage::with(settings).await;
    for (request, status) in [
        (format!("GET /data\nX-Large: {}", "x".repeat(9_000)), 200),
        (format!("GET /data\nX-Large: {}", "x".repeat(10_000)), 431),
        (format!("GET /data?{}", "x".repeat(9_000)), 200),
        (format!("GET /data?{}", "x".repeat(10_000)), 414),
    ] {
        let told = stage.send(&request).await;
        assert_eq!(told.status, status, "{}", request.len());
        told.json();
    }
}

/// A GET whose query is too long for a URL comes as a POST with a form body.
#[tokio::test]
async fn long_gets_by_post() {
    let stage = Stage::new().await;
    let head = "POST /demo/v1\nX-HTTP-Method-Override: GET\nContent-Type: application/x-www-form-urlencoded";
    let mask = vec!["items/title"; 300].join(",");
    let told = stage.send(&format!("{head}\n\nfields={mask}&maxResults=1&prettyPrint=false&alt=json")).await;
    assert_eq!(told.status, 200, "{}", told.text);
    assert!(told.text.starts_with("{\"items\":[{\"title\":\"First title\"}]"), "{}", told.text);
    let told = stage.send(&format!("{head}\n\nq={}", "x".repeat(200_000))).await;
    assert_eq!(told.status, 413);
}

#[tokio::test]
async fn bodies_beyond_their_bounds() {
    let mut settings = Settings::default();
    settings.limits.body_bytes_max = 2000;
    settings.limits.inflated_bytes_max = 5000;
    settings.limits.json_depth_max = 10;
    let stage = Stage::with(settings).await;
    let title = |bytes: usize| format!("{{\"title\":\"{}\"}}", "t".repeat(bytes));
    for (body, gzipped, status) in [
        (title(1900), false, 200),
        (title(2100), false, 413),
        (title(4000), true, 200),
        (title(6000), true, 413),
        (format!("{{\"title\":{}1{}}}", "[".repeat(20), "]".repeat(20)), false, 400),
        ("{\"title\":\"t\"} trailing".to_owned(), false, 400),
        ("\u{feff}{\"title\":\"t\"}".to_owned(), false, 400),
    ] {
        let (coding, bytes) = match gzipped {
            true => ("gzip", gzip(body.as_bytes())),
            false => ("identity", body.into_bytes()),
        };
        let told = stage.send_bytes(&format!("POST /demo/v1\nContent-Encoding: {coding}"), bytes.into()).await;
        assert_eq!(told.status, status, "{}", told.text);
    }
}
