use serde_json::json;

use crate::method::MediaUpload;
use crate::sample;

#[test]
fn methods_stand_at_any_depth() {
    let api = sample::document(&json!({
        "methods": { "about": { "id": "test.about", "httpMethod": "GET", "path": "about" } },
        "resources": { "blogs": {
            "methods": { "list": { "id": "test.blogs.list", "httpMethod": "GET", "path": "blogs" } },
            "resources": { "posts": { "methods": {
                "list": { "id": "test.blogs.posts.list", "httpMethod": "GET", "path": "posts", "scopes": ["a", "b"] },
            } } },
        } },
    }));
    let found: Vec<_> = api.methods.iter().map(|method| (method.id.as_str(), method.resource.as_str())).collect();
    let expected = [("test.about", ""), ("test.blogs.list", "blogs"), ("test.blogs.posts.list", "blogs.posts")];
    assert_eq!(found, expected);
    assert_eq!(api.methods[2].scopes, ["a", "b"]);
}

#[test]
fn sizes_have_units() {
    let cases = [
        (json!("35MB"), Some(35 << 20)),
        (json!("10GB"), Some(10 << 30)),
        (json!("1KB"), Some(1 << 10)),
        (json!("2TB"), Some(2 << 40)),
        (json!("7"), Some(7)),
        (json!("7 B"), Some(7)),
        (json!(1000), Some(1000)),
        (json!(null), None),
    ];
    for (size, expected) in cases {
        let api = sample::method(&json!({ "mediaUpload": { "maxSize": size } }));
        let upload = sample::run(&api).media_upload.as_ref().unwrap();
        assert_eq!(upload.bytes_max, expected, "{size}");
    }
}

#[test]
fn media() {
    let api = sample::method(&json!({
        "supportsMediaDownload": true,
        "mediaUpload": {
            "accept": ["message/*"],
            "maxSize": "35MB",
            "protocols": { "simple": { "multipart": true, "path": "/a" }, "resumable": { "path": "/b" } },
        },
    }));
    let expected = MediaUpload {
        accept: vec!["message/*".to_owned()],
        bytes_max: Some(35 << 20),
        multipart: true,
        resumable: true,
    };
    assert_eq!(sample::run(&api).media_upload, Some(expected));
    assert!(sample::run(&api).media_download);
}

#[test]
fn parameters_by_position() {
    let required = |place: &str| json!({ "type": "string", "location": place, "required": true });
    let parameters =
        json!({ "q": required("query"), "a": required("path"), "o": { "type": "string", "location": "query" } });
    let told = json!({ "path": "{a}", "parameters": parameters, "parameterOrder": ["q", "a"] });
    let untold = json!({ "path": "{a}", "parameters": parameters });
    assert_eq!(sample::run(&sample::method(&told)).parameter_order, ["q", "a"]);
    assert_eq!(sample::run(&sample::method(&untold)).parameter_order, ["a", "q"]);
}
