//! What is told by the words of a description and by the query of a request: times, kinds, tags, members of new items
//! (`D80` to `D84`), over a store of files.

use serde_json::{Value, json};

use crate::describe;
use crate::stage::Stage;

const SCHEMAS: &[(&str, &str)] = &[
    ("Bucket", "name kind etag title seen createTime creationTime modifiedTime parts:[Part]"),
    ("Part", "size"),
    ("File", "kind name size etag"),
    ("Person", "id label"),
    ("Watch", "id topic"),
    ("NewWatch", "watch:Watch watchId"),
    ("Watches", "watches:[Watch]"),
];

const METHODS: &[&str] = &[
    "buckets.get GET v1/buckets/{bucket} - Bucket",
    "buckets.insert POST v1/buckets Bucket Bucket",
    "buckets.patch PATCH v1/buckets/{bucket} Bucket Bucket updateMask requestId",
    "buckets.update PUT v1/buckets/{bucket} Bucket Bucket",
    "buckets.delete DELETE v1/buckets/{bucket} - - etag requestId allowMissing:boolean",
    "files.get GET v1/buckets/{bucket}/files/{file} - File",
    "files.insert POST v1/buckets/{bucket}/files File File name size",
    "people.get GET v1/people/{id} - Person",
    "people.createPerson POST v1/people:createPerson Person Person",
    "people.updatePerson PATCH v1/people/{id}:updatePerson Person Person",
    "people.deletePerson DELETE v1/people/{id}:deletePerson - -",
    "people.deletePhoto DELETE v1/people/{id}:deletePhoto - -",
    "watches.create POST v1/watches NewWatch Watch",
    "watches.list GET v1/watches - Watches",
    "watches.delete DELETE v1/watches/{watchId} - -",
    "files.update PUT v1/buckets/{bucket}/files/{file} File File",
];

fn store() -> Stage {
    let mut document = describe::document("store", SCHEMAS, METHODS);
    let words = [
        ("kind", json!({ "type": "string", "description": "For buckets this is always `store#bucket`." })),
        ("etag", json!({ "type": "string", "description": "May be sent on update requests." })),
        ("seen", json!({ "type": "string", "description": "Output only. Who saw it." })),
        ("createTime", json!({ "type": "string", "format": "google-datetime" })),
        ("creationTime", json!({ "type": "string", "format": "int64", "description": "In milliseconds." })),
        ("modifiedTime", json!({ "type": "string", "format": "date-time" })),
    ];
    for (name, schema) in words {
        document["schemas"]["Bucket"]["properties"][name] = schema;
    }
    Stage::serving(&document)
}

async fn with_bucket() -> (Stage, Value) {
    let stage = store();
    let bucket = stage.json(200, "POST /v1/buckets\n\n{\"name\":\"b\",\"seen\":\"x\"}").await;
    (stage, bucket)
}

/// `D80`: a name in the query is the name by which the item is found.
#[tokio::test]
async fn the_query_says_what_a_new_item_is_called() {
    let (stage, _) = with_bucket().await;
    let made = stage.json(200, "POST /v1/buckets/b/files?name=a%2Fb&size=7\n\n{}").await;
    assert_eq!((&made["name"], &made["size"]), (&json!("a/b"), &json!("7")));
    assert_eq!(stage.json(200, "GET /v1/buckets/b/files/a%2Fb").await, made);
    stage.json(409, "POST /v1/buckets/b/files?name=a%2Fb\n\n{}").await;
    let own = stage.json(200, "POST /v1/buckets/b/files?name=other\n\n{\"name\":\"own\"}").await;
    assert_eq!(own["name"], "own");
}

/// `D81`: another version's tag is 409 and nothing is changed, wherever it is said.
#[tokio::test]
async fn tags_beside_the_header_are_conditions() {
    let (stage, bucket) = with_bucket().await;
    let stale = [
        "PATCH /v1/buckets/b\n\n{\"title\":\"T\",\"etag\":\"old\"}",
        "PUT /v1/buckets/b\n\n{\"title\":\"T\",\"etag\":\"old\"}",
        "DELETE /v1/buckets/b?etag=old",
    ];
    for request in stale {
        let refusal = stage.json(409, request).await;
        assert_eq!(refusal["error"]["status"], "ABORTED", "{request}");
        assert_eq!(stage.json(200, "GET /v1/buckets/b").await, bucket);
    }
    let patch = |tag: &Value| format!("PATCH /v1/buckets/b\n\n{}", json!({ "title": "T", "etag": tag }));
    let patched = stage.json(200, &patch(&bucket["etag"])).await;
    stage.json(409, &patch(&bucket["etag"])).await;
    stage.json(200, &patch(&json!(""))).await;
    stage.json(409, &format!("DELETE /v1/buckets/b?etag={}", patched["etag"].as_str().unwrap())).await;
    assert_eq!(stage.send("DELETE /v1/buckets/b?etag=").await.status, 204);
    // A tag that is not said to guard anything is no condition (P9).
    let (stage, _) = with_bucket().await;
    stage.json(200, "POST /v1/buckets/b/files?name=f\n\n{}").await;
    stage.json(200, "PUT /v1/buckets/b/files/f\n\n{\"etag\":\"old\"}").await;
}

/// `D82` and `D83`: the kind that a description names, and what it says only the server sets.
#[tokio::test]
async fn what_a_description_says_in_words() {
    let (_, bucket) = with_bucket().await;
    assert_eq!(bucket["kind"], "store#bucket");
    assert_eq!(bucket.get("seen"), None);
}

/// `D84`: times by name; one that a client may say, and says anew, is the client's.
#[tokio::test]
async fn times_are_kept_by_their_names() {
    let (stage, bucket) = with_bucket().await;
    let made = bucket["createTime"].as_str().unwrap();
    assert_eq!(bucket["modifiedTime"], made);
    assert!(bucket["creationTime"].as_str().unwrap().parse::<i64>().is_ok(), "{bucket}");
    let whole = stage.json(200, &format!("PUT /v1/buckets/b\n\n{bucket}")).await;
    assert_eq!((&whole["createTime"], &whole["creationTime"]), (&bucket["createTime"], &bucket["creationTime"]));
    let old = "2001-02-03T04:05:06Z";
    let set = json!({ "modifiedTime": old, "creationTime": "5", "createTime": old });
    let set = stage.json(200, &format!("PATCH /v1/buckets/b\n\n{set}")).await;
    assert_eq!((&set["modifiedTime"], &set["creationTime"]), (&json!(old), &json!("5")));
    assert_eq!(set["createTime"], made);
    let after = stage.json(200, "PATCH /v1/buckets/b\n\n{\"title\":\"T\"}").await;
    assert_ne!(after["modifiedTime"], old);
    assert_eq!(after["creationTime"], "5");
}

/// `D88`: a change or a deletion that is repeated with its id is answered as the first time, and done once.
#[tokio::test]
async fn changes_with_an_id_are_carried_out_once() {
    let (stage, _) = with_bucket().await;
    let first = stage.json(200, "PATCH /v1/buckets/b?requestId=1\n\n{\"title\":\"A\"}").await;
    stage.json(200, "PATCH /v1/buckets/b?requestId=2\n\n{\"title\":\"B\"}").await;
    assert_eq!(stage.json(200, "PATCH /v1/buckets/b?requestId=1\n\n{\"title\":\"A\"}").await, first);
    assert_eq!(stage.json(200, "GET /v1/buckets/b").await["title"], "B");
    stage.json(422, "PATCH /v1/buckets/b?requestId=1\n\n{\"title\":\"C\"}").await;
    for _ in 0..2 {
        assert_eq!(stage.send("DELETE /v1/buckets/b?requestId=3").await.status, 204);
    }
    stage.json(404, "DELETE /v1/buckets/b?requestId=4").await;
    assert_eq!(stage.send("DELETE /v1/buckets/b?allowMissing=true").await.status, 204);
}

/// `D88`: a mask names an array whole.
#[tokio::test]
async fn masks_do_not_lead_into_arrays() {
    let (stage, _) = with_bucket().await;
    let body = "{\"parts\":[{\"size\":\"1\"}]}";
    stage.json(400, &format!("PATCH /v1/buckets/b?updateMask=parts.size\n\n{body}")).await;
    assert_eq!(stage.json(200, "GET /v1/buckets/b").await.get("parts"), None);
    let set = stage.json(200, &format!("PATCH /v1/buckets/b?updateMask=parts\n\n{body}")).await;
    assert_eq!(set["parts"], json!([{ "size": "1" }]));
}

/// `D89`: verbs that say of themselves what they make, change and delete, and what is only told where it is made.
#[tokio::test]
async fn verbs_that_name_what_they_make() {
    let stage = store();
    let person = stage.json(200, "POST /v1/people:createPerson\n\n{\"label\":\"Rina\"}").await;
    let path = format!("/v1/people/{}", person["id"].as_str().unwrap());
    assert_eq!(stage.json(200, &format!("GET {path}")).await, person);
    let changed = stage.json(200, &format!("PATCH {path}:updatePerson\n\n{{\"label\":\"Mita\"}}")).await;
    assert_eq!(changed["label"], "Mita");
    stage.json(501, &format!("DELETE {path}:deletePhoto")).await;
    assert_eq!(stage.send(&format!("DELETE {path}:deletePerson")).await.status, 204);
    stage.json(404, &format!("GET {path}")).await;
    let watch = stage.json(200, "POST /v1/watches\n\n{\"watch\":{\"topic\":\"t\"},\"watchId\":\"w\"}").await;
    assert_eq!(watch, json!({ "id": "w", "topic": "t" }));
    assert_eq!(stage.json(200, "GET /v1/watches").await, json!({ "watches": [watch] }));
    assert_eq!(stage.send("DELETE /v1/watches/w").await.status, 204);
}
