use http::Method;

use crate::api::Api;
use crate::router::{Found, Router};
use crate::sample;

/// `METHOD-ID capture capture`, `405 METHOD METHOD` or `404`.
fn find(apis: &[Api], line: &str) -> String {
    let (http_method, path) = line.split_once(' ').unwrap();
    let http_method = Method::from_bytes(http_method.as_bytes()).unwrap();
    match Router::new(apis).unwrap().find(&http_method, path) {
        Found::Unknown => "404".to_owned(),
        Found::WrongMethod(allowed) => allowed.iter().fold("405".to_owned(), |text, method| format!("{text} {method}")),
        Found::Route(route) => {
            let id = apis[route.api].methods[route.method].id.clone();
            route.captures.iter().fold(id, |text, capture| format!("{text} {capture}"))
        }
    }
}

fn check(apis: &[Api], cases: &[(&str, &str)]) {
    for (line, expected) in cases {
        assert_eq!(find(apis, line), *expected, "{line}");
    }
}

#[test]
fn the_demo_api_and_its_twin() {
    check(
        &[sample::demo(), sample::wrapped()],
        &[
            ("GET /demo/v1", "demo.items.list"),
            ("HEAD /demo/v1", "demo.items.list"),
            ("POST /demo/v1", "demo.items.insert"),
            ("GET /demo/v1/324", "demo.items.get 324"),
            ("PATCH /demo/v1/a%2Fb:c", "demo.items.patch a%2Fb:c"),
            ("DELETE /wrapped/v1/324", "wrapped.items.delete 324"),
            ("GET /%64emo/v1", "demo.items.list"),
            ("PATCH /demo/v1", "405 GET HEAD POST"),
            ("OPTIONS /demo/v1/1", "405 DELETE GET HEAD PATCH PUT"),
            ("GET /demo/v1/", "404"),
            ("GET /demo//v1", "404"),
            ("GET /demo/v1/1/2", "404"),
            ("GET /demo", "404"),
            ("GET /demo%2Fv1", "404"),
            ("GET /%FF/v1", "404"),
            ("GET /", "404"),
            ("GET ", "404"),
            ("GET demo/v1", "404"),
            ("OPTIONS *", "404"),
        ],
    );
}

#[test]
fn literals_before_variables_and_verbs_before_none() {
    let api = sample::routes(
        "test",
        &[
            "get GET things/{id}",
            "search GET things/search",
            "delete DELETE things/{id}",
            "copy POST things/{id}:copy",
            "batch POST things:batch",
            "parts GET things/{id}/parts",
            "part GET things/{id}/parts/{part}",
            "run GET things/search/{run}",
        ],
    );
    check(
        &[api],
        &[
            ("GET /things/search", "search"),
            ("DELETE /things/search", "delete search"),
            ("PUT /things/search", "405 DELETE GET HEAD"),
            ("POST /things/1:copy", "copy 1"),
            ("POST /things/a:b:copy", "copy a:b"),
            ("GET /things/1:copy", "get 1:copy"),
            ("POST /things/1:paste", "405 DELETE GET HEAD"),
            ("POST /things/:copy", "405 DELETE GET HEAD"),
            ("POST /things:batch", "batch"),
            ("GET /things/search/parts", "run parts"),
            ("GET /things/search/parts/1", "part search 1"),
            ("GET /things/search/other", "run other"),
            ("GET /things//parts", "404"),
        ],
    );
}

/// `{+name}` with a pattern of fixed length stands in the tree; with any other it is tried afterwards.
#[test]
fn names_of_several_segments() {
    let path = |pattern: &str, path: &str, id: &str| {
        let name = serde_json::json!({ "type": "string", "location": "path", "required": true, "pattern": pattern });
        serde_json::json!({ "id": id, "httpMethod": "GET", "path": path, "parameters": { "name": name } })
    };
    let api = sample::document(&serde_json::json!({ "servicePath": "api/", "methods": {
        "project": path("^projects/[^/]+$", "v1/{+name}", "project"),
        "thing": path("^projects/[^/]+/things/[^/]+$", "v1/{+name}", "thing"),
        "cancel": path("^projects/[^/]+/things/[^/]+$", "v1/{+name}:cancel", "cancel"),
        "things": path("^projects/[^/]+$", "v1/{+name}/things", "things"),
        "file": path("^files/.*$", "v1/{+name}", "file"),
        "stop": path("^files/.*$", "v1/{+name}:stop", "stop"),
        "state": path("^files/.*$", "v1/{+name}/state", "state"),
        "one": path("^[^/]+$", "v2/{+name}", "one"),
    } }));
    check(
        &[api],
        &[
            ("GET /api/v1/projects/p", "project projects/p"),
            ("GET /api/v1/projects/p/things", "things projects/p"),
            ("GET /api/v1/projects/p/things/t", "thing projects/p/things/t"),
            ("GET /api/v1/projects/p/things/t:cancel", "cancel projects/p/things/t"),
            ("PUT /api/v1/projects/p", "405 GET HEAD"),
            ("GET /api/v1/folders/p", "404"),
            ("GET /v1/projects/p", "404"),
            ("GET /api/v1/files/a/b/c", "file files/a/b/c"),
            ("GET /api/v1/files/a/b/state", "state files/a/b"),
            ("GET /api/v1/files/a/b:stop", "stop files/a/b"),
            ("GET /api/v2/x", "one x"),
            ("GET /api/v2/x/y", "404"),
        ],
    );
}

#[test]
fn an_api_may_stand_at_several_paths() {
    let own = serde_json::json!({
        "dakServicePaths": ["blogger/"],
        "methods": { "list": { "id": "list", "httpMethod": "GET", "path": "v3/blogs" } },
    });
    let cases = [("GET /v3/blogs", "list"), ("GET /blogger/v3/blogs", "list"), ("GET /other/v3/blogs", "404")];
    check(&[sample::document(&own)], &cases);
}

#[test]
fn a_path_may_be_longer_than_the_tree_is_deep() {
    let long = format!("GET /demo{}", "/x".repeat(500));
    check(&[sample::demo(), sample::routes("rest", &["any GET any/{+name}"])], &[(&long, "404")]);
}

#[test]
fn a_conflict_names_both() {
    let cases = [
        ("one", "list GET a/{b}/c", "two", "all GET a/{x}/c", "GET a/{x}/c is both one:v1 list and two:v1 all"),
        ("one", "get GET a/{+b}", "two", "take GET a/{+b}", "GET a/{+b} is both one:v1 get and two:v1 take"),
        ("one", "do POST a/{b}:c", "two", "do POST a/{b}:c", "POST a/{b}:c is both one:v1 do and two:v1 do"),
    ];
    for (name, line, other_name, other_line, expected) in cases {
        let apis = [sample::routes(name, &[line]), sample::routes(other_name, &[other_line])];
        assert_eq!(Router::new(&apis).unwrap_err().to_string(), expected);
    }
    let apart =
        [sample::routes("one", &["get GET a/{b}"]), sample::routes("two", &["get PUT a/{b}", "do GET a/{b}:c"])];
    assert!(Router::new(&apart).is_ok());
}
