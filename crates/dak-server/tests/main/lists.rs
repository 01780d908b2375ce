//! Pages, orders, filters and search.

use serde_json::Value;

use crate::stage::Stage;

async fn filled(titles: &[&str]) -> Stage {
    let stage = Stage::new().await;
    for title in titles {
        let body = serde_json::json!({"title": title, "status": "closed"});
        stage.app.clock.advance_ms(1);
        stage.json(200, &format!("POST /demo/v1\n\n{body}")).await;
    }
    stage
}

fn titles(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().into_iter().flatten();
    items.map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

/// All pages of a list, put together.
async fn walk(stage: &Stage, query: &str) -> Vec<String> {
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let list = stage.json(200, &format!("GET /demo/v1?{query}&pageToken={token}")).await;
        all.extend(titles(&list));
        match list["nextPageToken"].as_str() {
            Some(next) => next.clone_into(&mut token),
            None => return all,
        }
    }
}

/// Items of one millisecond come in the order in which they were made.
#[tokio::test]
async fn a_clock_that_stands_still() {
    let stage = Stage::new().await;
    stage.app.clock.stop_at_ms(stage.app.clock.now_ms());
    for number in 0..20 {
        stage.json(200, &format!("POST /demo/v1\n\n{{\"title\":\"{number}\"}}")).await;
    }
    let made: Vec<String> = (0..20).map(|number: u8| number.to_string()).collect();
    assert_eq!(walk(&stage, "maxResults=7").await[2..], made);
}

#[tokio::test]
async fn pages_put_together_are_the_list() {
    let stage = filled(&["c", "a", "b"]).await;
    let whole = ["First title", "Second title", "c", "a", "b"];
    for size in 1..=6 {
        assert_eq!(walk(&stage, &format!("maxResults={size}")).await, whole, "{size}");
    }
    let ordered = walk(&stage, "maxResults=2&orderBy=title%20desc").await;
    assert_eq!(ordered, ["c", "b", "a", "Second title", "First title"]);
}

/// A page token stands for a place, not for a number of items: what is made or deleted moves nothing.
#[tokio::test]
async fn tokens_survive_inserts_and_deletes() {
    let stage = filled(&["a", "b", "c"]).await;
    let first = stage.json(200, "GET /demo/v1?maxResults=2&orderBy=title").await;
    assert_eq!(titles(&first), ["First title", "Second title"]);
    stage.json(200, "POST /demo/v1\n\n{\"title\":\"A title before\"}").await;
    assert_eq!(stage.send("DELETE /demo/v1/325").await.status, 204);
    let token = first["nextPageToken"].as_str().unwrap();
    let rest = stage.json(200, &format!("GET /demo/v1?orderBy=title&pageToken={token}")).await;
    assert_eq!(titles(&rest), ["a", "b", "c"]);
}

/// Another mask shows the same list, and only that list: no other filter's, no other page's, none from before a write.
#[tokio::test]
async fn a_list_is_kept_for_other_masks() {
    let stage = filled(&["a"]).await;
    let cases = [
        ("?fields=items/title", vec!["First title", "Second title", "a"]),
        ("?fields=items(id,title)", vec!["First title", "Second title", "a"]),
        ("?status=closed&fields=items/title", vec!["a"]),
        ("?maxResults=1&fields=items/title", vec!["First title"]),
    ];
    for (query, expected) in &cases {
        assert_eq!(titles(&stage.json(200, &format!("GET /demo/v1{query}")).await), *expected, "{query}");
    }
    assert_eq!(stage.send("DELETE /demo/v1/324").await.status, 204);
    for (query, _) in &cases {
        let shown = titles(&stage.json(200, &format!("GET /demo/v1{query},kind")).await);
        assert!(!shown.contains(&"First title".to_owned()), "{query}: {shown:?}");
    }
}

#[tokio::test]
async fn page_sizes_and_tokens_that_are_refused() {
    let stage = filled(&["a"]).await;
    let token = stage.json(200, "GET /demo/v1?maxResults=1").await["nextPageToken"].as_str().unwrap().to_owned();
    for (query, status) in [
        ("maxResults=0", 200),
        ("maxResults=100000", 200),
        ("maxResults=-1", 400),
        ("maxResults=two", 400),
        ("pageToken=BOGUS", 400),
        (&format!("pageToken={token}&maxResults=2"), 200),
        (&format!("pageToken={token}&orderBy=title"), 400),
        (&format!("pageToken={token}&q=a"), 400),
        ("orderBy=colour", 400),
    ] {
        let told = stage.send(&format!("GET /demo/v1?{query}")).await;
        assert_eq!(told.status, status, "{query} {}", told.text);
    }
}

#[tokio::test]
async fn filters_and_words() {
    let stage = filled(&["ডাক বাংলা", "বলা", "A quiet letter", "quiet"]).await;
    for (query, expected) in [
        ("status=closed", vec!["ডাক বাংলা", "বলা", "A quiet letter", "quiet"]),
        ("status=active", vec!["First title"]),
        ("status=none", vec![]),
        ("q=quiet", vec!["A quiet letter", "quiet"]),
        ("q=quiet%20letter", vec!["A quiet letter"]),
        ("q=%E0%A6%AC%E0%A6%BE%E0%A6%82%E0%A6%B2%E0%A6%BE", vec!["ডাক বাংলা"]),
        ("q=quie", vec![]),
        ("q=quiet&status=active", vec![]),
    ] {
        let list = stage.json(200, &format!("GET /demo/v1?{query}")).await;
        assert_eq!(titles(&list), expected, "{query}");
        assert!(list["items"].is_array(), "an empty list has its member: {list}");
    }
}

/// The list's etag changes with each write to it, and only then.
#[tokio::test]
async fn list_etags() {
    let stage = Stage::new().await;
    let etag = |told: &crate::stage::Told| told.header("etag").to_owned();
    let first = etag(&stage.send("GET /demo/v1").await);
    assert_eq!(etag(&stage.send("GET /demo/v1?fields=etag").await), first);
    stage.json(200, "POST /submit\n\n1").await;
    assert_eq!(etag(&stage.send("GET /demo/v1").await), first);
    stage.json(200, "PATCH /demo/v1/324\n\n{\"title\":\"x\"}").await;
    assert_ne!(etag(&stage.send("GET /demo/v1").await), first);
}
