//! Pages.

use serde_json::json;

use super::{each, stage};

#[tokio::test]
async fn a_page_from_insert_to_delete() {
    let stage = stage().await;
    let page =
        stage.json(200, "POST /v3/blogs/1001/pages?isDraft=true\n\n{\"title\":\"About us\",\"content\":\"x\"}").await;
    let path = format!("/v3/blogs/1001/pages/{}", page["id"].as_str().unwrap());
    assert_eq!((&page["kind"], &page["status"], &page["url"]), (&json!("blogger#page"), &json!("DRAFT"), &json!(null)));
    assert_eq!(page["replies"], json!(null));
    stage.json(404, &format!("GET {path}")).await;
    stage.json(404, "GET /v3/blogs/1001/pages?status=DRAFT").await;
    let drafts = stage.json(200, "GET /v3/blogs/1001/pages?status=draft&view=author&fetchBodies=false").await;
    assert_eq!(
        (each(&drafts, "id"), each(&drafts, "content")),
        (page["id"].as_str().unwrap().to_owned(), "-".to_owned())
    );

    let live = stage.json(200, &format!("POST {path}/publish")).await;
    assert_eq!(
        (&live["status"], &live["url"]),
        (&json!("LIVE"), &json!("http://first-steps.example.com/p/about-us.html"))
    );
    assert_eq!(stage.json(200, "GET /v3/blogs/1001").await["pages"]["totalItems"], 1);
    for (step, status) in [
        (format!("PATCH {path}?revert=true\n\n{{\"title\":\"Us\"}}"), "DRAFT"),
        (format!("PUT {path}?publish=true\n\n{{\"content\":\"y\"}}"), "LIVE"),
        (format!("POST {path}/revert"), "DRAFT"),
        (format!("POST {path}/publish"), "LIVE"),
    ] {
        assert_eq!(stage.json(200, &step).await["status"], status, "{step}");
    }
    let shown = stage.json(200, &format!("GET {path}")).await;
    assert_eq!((&shown["title"], &shown["content"]), (&json!(null), &json!("y")));
    stage.json(400, &format!("PATCH {path}\n\n{{\"labels\":[\"a\"]}}")).await;
    stage.json(412, &format!("PUT {path}\nIf-Match: \"other\"\n\n{{}}")).await;

    assert_eq!(stage.send(&format!("DELETE {path}?useTrash=true")).await.status, 204);
    stage.json(404, &format!("GET {path}")).await;
    let trash = stage.json(200, "GET /v3/blogs/1001/pages?status=SOFT_TRASHED&view=ADMIN").await;
    assert_eq!(each(&trash, "trashed"), "2026-11-28T12:00:00.000Z");
    assert_eq!(stage.send(&format!("DELETE {path}")).await.status, 204);
    stage.json(404, &format!("GET {path}?view=ADMIN")).await;
    assert_eq!(stage.json(200, "GET /v3/blogs/1001").await["pages"]["totalItems"], 0);
}

/// A page is not scheduled: its date says only what it says.
#[tokio::test]
async fn a_page_is_published_at_once() {
    let stage = stage().await;
    let page = stage.json(200, "POST /v3/blogs/1001/pages\n\n{\"published\":\"2027-01-01T00:00:00Z\"}").await;
    assert_eq!((&page["status"], &page["published"]), (&json!("LIVE"), &json!("2027-01-01T00:00:00.000Z")));
    assert_eq!(page["url"], "http://first-steps.example.com/p/blog-page.html");
}
