//! What the documents say beside their examples, which `documents` quotes (P2–P13, H2).

use serde_json::{Value, json};

use crate::stage::Stage;

/// P3: every example of the syntax selects something.
#[tokio::test]
async fn masks_of_the_documents_select_something() {
    let stage = Stage::new().await;
    for (path, mask) in [
        ("/demo/v1", "items"),
        ("/demo/v1", "etag,items"),
        ("/demo/v1", "items/title"),
        ("/demo/v1", "context/facets/label"),
        ("/demo/v1", "items(title,author/uri)"),
        ("/demo/v1", "items(id,author/email)"),
        ("/demo/v1", "items/pagemap/*"),
        ("/demo/v1", "items/pagemap/*/title"),
        ("/demo/v1/324", "title"),
        ("/demo/v1/324", "author/uri"),
        ("/demo/v1/324", "links/*/href"),
    ] {
        let request = format!("GET {path}?fields={mask}&prettyPrint=false");
        let told = stage.send(&request).await;
        assert_eq!(told.status, 200, "{request} {}", told.text);
        let leaf = mask.rsplit(['/', ',', '(']).next().unwrap().trim_end_matches(')').replace('*', "");
        assert!(told.text.contains(&leaf) && told.text.len() > 20, "{request} {}", told.text);
    }
}

/// P5 and P4: a selection of nothing is an error that names the path as it was written.
#[tokio::test]
async fn masks_that_name_nothing() {
    let stage = Stage::new().await;
    for (request, message) in [
        ("GET /demo/v1?fields=a/b", "Invalid field selection a/b"),
        ("GET /demo/v1?fields=items(titel)", "Invalid field selection titel"),
        ("GET /demo/v1/324?fields=title/x", "Invalid field selection title/x"),
        ("GET /wrapped/v1?fields=data/items", "Invalid field selection data/items"),
        ("GET /demo/v1?fields=items(", "Invalid field selection items("),
        ("PATCH /demo/v1/324?fields=nope\n\n{\"title\":\"Lost\"}", "Invalid field selection nope"),
    ] {
        let error = stage.json(400, request).await;
        assert_eq!(error["error"]["message"], message, "{request}");
        assert_eq!(error["error"]["errors"][0]["location"], "fields", "{request}");
    }
    assert_eq!(stage.json(200, "GET /demo/v1/324?fields=title").await, json!({"title": "First title"}));
}

/// P8: the title alone changes.
#[tokio::test]
async fn patch_changes_what_it_names() {
    let stage = Stage::new().await;
    let before = stage.json(200, "GET /demo/v1/324").await;
    let after =
        stage.json(200, "PATCH /demo/v1/324\nContent-Type: application/json\n\n{\"title\": \"New title\"}").await;
    assert_eq!(after["title"], "New title");
    assert_ne!(after["etag"], before["etag"]);
    let strip = |mut value: Value| {
        for name in ["title", "etag", "updated"] {
            value.as_object_mut().unwrap().remove(name);
        }
        value
    };
    assert_eq!(strip(after), strip(before));
}

/// P9: the read-modify-write loop, its stale tag, and the star.
#[tokio::test]
async fn patch_with_an_etag() {
    let stage = Stage::new().await;
    let path = "/demo/v1/324?fields=etag,title,comment,characteristics";
    let told = stage.send(&format!("GET {path}")).await;
    let read = told.json();
    let opaque = read["etag"].as_str().unwrap().to_owned();
    assert_eq!(told.header("etag"), format!("\"{opaque}\""));
    assert_eq!(read["characteristics"]["level"], "5");
    assert_eq!(read["characteristics"]["accuracy"], Value::Null);

    let body = r#"{"etag":"ETagString","title":"","comment":null,"characteristics":{"length":"short","level":"10","followers":["Jo","Liz"],"accuracy":"high"}}"#;
    let written = stage.json(200, &format!("PATCH {path}\nIf-Match: \"{opaque}\"\n\n{body}")).await;
    assert_ne!(written["etag"], read["etag"]);
    assert_eq!(written["title"], "");
    assert_eq!(written.get("comment"), None);
    assert_eq!(
        written["characteristics"],
        json!({"length": "short", "level": "10", "followers": ["Jo", "Liz"], "accuracy": "high"})
    );

    for stale in [format!("\"{opaque}\""), opaque.clone(), format!("W/\"{opaque}\"")] {
        let error = stage.json(412, &format!("PATCH {path}\nIf-Match: {stale}\n\n{body}")).await;
        assert_eq!(error["error"]["errors"][0]["reason"], "conditionNotMet");
    }
    stage.json(200, &format!("PATCH {path}\nIf-Match: *\n\n{body}")).await;
    let current = stage.json(200, &format!("GET {path}")).await["etag"].as_str().unwrap().to_owned();
    stage.json(200, &format!("PUT /demo/v1/324\nIf-Match: {current}\n\n{{\"title\":\"Bare tags match\"}}")).await;
}

/// P11, P12 and P13.
#[tokio::test]
async fn put_and_patch_keep_the_resource_valid() {
    let stage = Stage::new().await;
    let before = stage.json(200, "GET /demo/v1/324").await;
    for request in [
        "PATCH /demo/v1/324\n\n{\"title\":null}",
        "PATCH /demo/v1/324\n\n{\"title\":5}",
        "PATCH /demo/v1/324\n\n{\"characteristics\":\"short\"}",
        "PATCH /demo/v1/324\n\n[]",
        "PATCH /demo/v1/324\n\n{\"nope\":1}",
        "PUT /demo/v1/324\n\n{\"comment\":\"no title\"}",
        "POST /demo/v1\n\n{\"comment\":\"no title\"}",
        "POST /demo/v1\n\n{\"title\":",
    ] {
        stage.json(400, request).await;
    }
    assert_eq!(stage.json(200, "GET /demo/v1/324").await, before);

    let overridden = "POST /demo/v1/324\nX-HTTP-Method-Override: PATCH\n\n{\"title\":\"By POST\"}";
    assert_eq!(stage.json(200, overridden).await["title"], "By POST");

    let put = "PUT /demo/v1/324\n\n{\"title\":\"\",\"id\":\"1\",\"created\":7,\"etag\":\"x\",\"kind\":null}";
    let replaced = stage.json(200, put).await;
    assert_eq!(replaced["title"], "");
    assert_eq!(replaced["id"], "324");
    assert_eq!(replaced["created"], before["created"]);
    assert_eq!(replaced.get("comment"), None, "an optional member that is left out is cleared");
}

/// H2: free-form JSON, kept and given back.
#[tokio::test]
async fn data_and_submit() {
    let stage = Stage::new().await;
    assert!(stage.json(200, "GET /data").await.is_object());
    for body in ["{\"key\": \"value\"}", "[1,[2]]", "\"text\"", "null", "{\"বাংলা\":\"ডাক\"}"] {
        let sent: Value = serde_json::from_str(body).unwrap();
        let request = format!("POST /submit?any=thing\nContent-Type: application/json\nX-Custom: 1\n\n{body}");
        assert_eq!(stage.json(200, &request).await, sent);
        assert_eq!(stage.json(200, "GET /data").await, sent);
    }
}

/// Numbers come back with the digits they were written with.
#[tokio::test]
async fn numbers_keep_their_digits() {
    let stage = Stage::new().await;
    let body = "[123456789012345678901,-9223372036854775809,1.10,3.0000000000000000001,1e5,1E400,0.1]";
    stage.json(200, &format!("POST /submit\n\n{body}")).await;
    let kept = body.replace("1e5", "1e+5").replace("1E400", "1e+400");
    assert_eq!(stage.send("GET /data?prettyPrint=false").await.text, kept);
}
