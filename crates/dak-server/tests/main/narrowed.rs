//! Lists of any API: ordered (`D70`), over all parents (`D71`), by ids (`D72`), searched (`D62`, `D73`), by members (`D74`).

use std::collections::BTreeSet;

use serde_json::Value;

use crate::describe;
use crate::stage::Stage;

const SCHEMAS: &[(&str, &str)] = &[
    ("Shelf", "name title"),
    ("Book", "name title pages:integer copies:Copies tags:[string] createTime updateTime"),
    ("Copies", "sold language"),
    ("Books", "books:[Book] nextPageToken"),
    ("Clip", "id about:About"),
    ("About", "title showId"),
    ("Clips", "items:[Clip] nextPageToken"),
    ("Empty", ""),
];

const METHODS: &[&str] = &[
    "shelves.get GET v1/{+name=rooms/*/shelves/*} - Shelf",
    "shelves.create POST v1/{+parent=rooms/*}/shelves Shelf Shelf shelfId",
    "books.list GET v1/{+parent=rooms/*/shelves/*}/books - Books pageSize:integer pageToken orderBy filter q language",
    "books.get GET v1/{+name=rooms/*/shelves/*/books/*} - Book",
    "books.create POST v1/{+parent=rooms/*/shelves/*}/books Book Book bookId",
    "books.patch PATCH v1/{+name=rooms/*/shelves/*/books/*} Book Book",
    "books.delete DELETE v1/{+name=rooms/*/shelves/*/books/*} - Empty",
    "clips.list GET v1/clips - Clips id maxResults:integer pageToken orderBy showId q",
    "clips.get GET v1/clips/{id} - Clip",
    "clips.insert POST v1/clips Clip Clip",
    "clips.delete DELETE v1/clips/{id} - Empty",
];

/// Two rooms with a shelf `s` each, the second with a shelf `t` too, and books on them.
async fn library() -> Stage {
    let stage = Stage::serving(&describe::document("library", SCHEMAS, METHODS));
    for (parent, id) in [("rooms/1", "s"), ("rooms/2", "s"), ("rooms/2", "t")] {
        stage.json(200, &format!("POST /v1/{parent}/shelves?shelfId={id}\n\n{{}}")).await;
    }
    for (shelf, id, book) in [
        ("1/shelves/s", "a", r#"{"title":"Salt","pages":10,"copies":{"sold":"x","language":"bn"},"tags":["cook"]}"#),
        ("1/shelves/s", "b", r#"{"title":"pepper","pages":9,"tags":["cook","old"]}"#),
        ("2/shelves/s", "a", r#"{"title":"Sugar and salt","pages":100,"copies":{"language":"en"}}"#),
        ("2/shelves/t", "c", r#"{"title":"Sugar"}"#),
    ] {
        stage.app.clock.advance_ms(1);
        stage.json(200, &format!("POST /v1/rooms/{shelf}/books?bookId={id}\n\n{book}")).await;
    }
    stage
}

/// What the items of a list are called, without what they have in common.
fn names(list: &Value) -> Vec<String> {
    let items = ["books", "items"].iter().find_map(|member| list[member].as_array()).unwrap();
    let name = |item: &Value| match item["name"].as_str() {
        Some(name) => name.replace("rooms/", "").replace("shelves/", "").replace("books/", ""),
        None => item["about"]["title"].as_str().unwrap().to_owned(),
    };
    items.iter().map(name).collect()
}

/// All pages of a list, put together.
async fn walk(stage: &Stage, target: &str) -> String {
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let list = stage.json(200, &format!("GET {target}&pageToken={token}")).await;
        all.extend(names(&list));
        match list["nextPageToken"].as_str() {
            Some(next) => next.clone_into(&mut token),
            None => return all.join(" "),
        }
    }
}

#[tokio::test]
async fn orders_filters_and_pages_over_all_parents() {
    let stage = library().await;
    for (parent, query, expected) in [
        ("1/shelves/s", "", "1/s/a 1/s/b"),
        ("1/shelves/s", "orderBy=pages", "1/s/b 1/s/a"),
        ("1/shelves/s", "orderBy=create_time%20desc", "1/s/b 1/s/a"),
        ("-/shelves/s", "", "1/s/a 1/s/b 2/s/a"),
        ("2/shelves/-", "", "2/s/a 2/t/c"),
        ("3/shelves/-", "", ""),
        ("-/shelves/-", "", "1/s/a 1/s/b 2/s/a 2/t/c"),
        ("-/shelves/-", "orderBy=pages%20desc", "2/s/a 1/s/a 1/s/b 2/t/c"),
        ("-/shelves/-", "orderBy=title", "1/s/a 2/t/c 2/s/a 1/s/b"),
        ("-/shelves/-", "orderBy=copies.language,title%20desc", "1/s/b 2/t/c 1/s/a 2/s/a"),
        ("-/shelves/-", "filter=pages%20%3E%209", "1/s/a 2/s/a"),
        ("-/shelves/-", "filter=title:sugar%20OR%20tags:old&orderBy=name%20desc", "2/t/c 2/s/a 1/s/b"),
        ("-/shelves/-", "filter=createTime%20%3E%20%221970-01-01%22", "1/s/a 1/s/b 2/s/a 2/t/c"),
        ("-/shelves/-", "language=bn", "1/s/a"),
        ("-/shelves/-", "q=salt", "1/s/a 2/s/a"),
        ("-/shelves/-", "q=sugar%20-salt", "2/t/c"),
        ("-/shelves/-", "q=salt%20OR%20pepper&filter=pages%3C100", "1/s/a 1/s/b"),
        ("-/shelves/-", "q=title%20contains%20'SALT'%20and%20pages%20%3E%2010", "2/s/a"),
        ("-/shelves/-", "q='old'%20in%20tags", "1/s/b"),
    ] {
        for size in [1, 2, 3, 50] {
            let target = format!("/v1/rooms/{parent}/books?pageSize={size}&{query}");
            assert_eq!(walk(&stage, &target).await, expected, "{target}");
        }
    }
}

#[tokio::test]
async fn what_is_not_understood_is_400_and_named() {
    let stage = library().await;
    for (query, part) in [
        ("orderBy=titel", "\"titel\" is no member"),
        ("orderBy=copies", "\"copies\" is no member"),
        ("orderBy=title%20up", "\"title up\" is not understood"),
        ("filter=titel:x", "\"titel\" is no member"),
        ("filter=pages%3Emany", "\"many\" is nothing that pages can be"),
        ("q=titel%20%3D%20'x'", "\"titel\" is no member"),
        ("q=title%20%3D%20'x", "is not understood"),
        ("q=a%20OR", "\"OR\" is not understood"),
    ] {
        for parent in ["1/shelves/s", "-/shelves/-"] {
            let refusal = stage.json(400, &format!("GET /v1/rooms/{parent}/books?{query}")).await;
            let error = &refusal["error"];
            assert!(error["message"].as_str().unwrap().contains(part), "{refusal}");
            assert_eq!(error["errors"][0]["location"], query.split('=').next().unwrap(), "{refusal}");
        }
    }
}

#[tokio::test]
async fn one_item_in_all_parents() {
    let stage = library().await;
    for (method, name, status) in [
        ("GET", "-/shelves/-/books/c", 200),
        ("GET", "2/shelves/-/books/a", 200),
        ("GET", "-/shelves/s/books/a", 400),
        ("GET", "-/shelves/-/books/z", 404),
        ("PATCH", "2/shelves/-/books/c", 400),
        ("DELETE", "2/shelves/-/books/c", 400),
    ] {
        let told = stage.send(&format!("{method} /v1/rooms/{name}\n\n{{}}")).await;
        assert_eq!(told.status, status, "{method} {name} {}", told.text);
    }
    let found = stage.json(200, "GET /v1/rooms/-/shelves/-/books/c").await;
    assert_eq!(found["name"], "rooms/2/shelves/t/books/c");
    stage.json(400, "POST /v1/rooms/2/shelves/-/books\n\n{}").await;
    let missing = stage.json(404, "GET /v1/rooms/2/shelves/t/books/z").await;
    assert!(missing["error"]["message"].as_str().unwrap().contains("there is no book \"z\""), "{missing}");
}

/// None twice and none missed of those that were there all along, in every kind of list.
#[tokio::test]
async fn pages_while_others_write() {
    let orders = ["", "orderBy=pages%20desc", "orderBy=pages,name%20desc", "filter=pages:*"];
    for (parent, order) in
        ["rooms/-/shelves/-", "rooms/9/shelves/1"].iter().flat_map(|parent| orders.map(|order| (parent, order)))
    {
        let stage = library().await;
        stage.json(200, "POST /v1/rooms/9/shelves?shelfId=1\n\n{}").await;
        let mut kept = BTreeSet::new();
        for number in 0..40 {
            let path = format!("/v1/rooms/9/shelves/1/books?bookId=k{number}");
            stage.json(200, &format!("POST {path}\n\n{{\"pages\":{}}}", number * 7 % 10)).await;
            kept.insert(format!("9/1/k{number}"));
        }
        let (mut seen, mut token, mut round) = (Vec::new(), String::new(), 0);
        loop {
            let target = format!("GET /v1/{parent}/books?pageSize=3&{order}&pageToken={token}");
            let list = stage.json(200, &target).await;
            seen.extend(names(&list));
            // What was shown is deleted, the place of the token included, and others come before and after it.
            if let Some(last) = list["books"].as_array().unwrap().last() {
                let name = last["name"].as_str().unwrap();
                assert_eq!(stage.send(&format!("DELETE /v1/{name}")).await.status, 200, "{name}");
            }
            for shelf in ["rooms/9/shelves/1", "rooms/1/shelves/s"] {
                let path = format!("/v1/{shelf}/books?bookId=n{round}");
                stage.json(200, &format!("POST {path}\n\n{{\"pages\":{}}}", round % 10)).await;
            }
            round += 1;
            match list["nextPageToken"].as_str() {
                // What comes behind the place is shown as well, so that a walk among such writers ends by their end.
                Some(next) if round < 60 => next.clone_into(&mut token),
                _ => break,
            }
        }
        let once: BTreeSet<_> = seen.iter().cloned().collect();
        assert_eq!(once.len(), seen.len(), "{parent} {order}: {seen:?}");
        assert!(kept.is_subset(&once), "{parent} {order}: {seen:?}");
    }
}

#[tokio::test]
async fn items_by_their_ids() {
    let stage = Stage::serving(&describe::document("library", SCHEMAS, METHODS));
    let mut ids = Vec::new();
    for (title, show) in [("a", "x"), ("b", "y"), ("c", "x")] {
        let body = format!("{{\"about\":{{\"title\":\"{title}\",\"showId\":\"{show}\"}}}}");
        let clip = stage.json(200, &format!("POST /v1/clips\n\n{body}")).await;
        ids.push(clip["id"].as_str().unwrap().to_owned());
    }
    let [a, b, c] = &ids[..] else { panic!("{ids:?}") };
    for (query, expected) in [
        (format!("id={c},none,{a}"), "c a"),
        (format!("id={c},{a}&showId=y"), ""),
        (format!("id={c},{b}&showId=x"), "c"),
        (format!("id={c},{b}&orderBy=about.title"), "b c"),
        (format!("id={b},{a}&q=a"), "a"),
        ("id=".to_owned(), ""),
        ("showId=x".to_owned(), "a c"),
    ] {
        for size in [1, 2, 50] {
            let target = format!("/v1/clips?maxResults={size}&{query}");
            assert_eq!(walk(&stage, &target).await, expected, "{target}");
        }
    }
}
