use serde_json::{Map, Value, json};

use crate::action::{Action, Outcome};
use crate::api::Api;
use crate::sample;

const SCHEMAS: &[(&str, &[(&str, &str)])] = &[
    ("Apk", &[("versionCode", "integer"), ("size", "string"), ("signer", "string")]),
    ("Apks", &[("apks", "[Apk]")]),
    ("Photo", &[("id", "string"), ("title", "string"), ("sha256", "string")]),
    ("PhotoWords", &[("title", "string"), ("photoId", "string"), ("filter", "string")]),
    ("Held", &[("warning", "Nothing"), ("photo", "Photo")]),
    ("Listed", &[("items", "[Photo]"), ("visitor", "string")]),
    ("Operation", &[("done", "boolean"), ("name", "string"), ("response", "Nothing")]),
    ("Operated", &[("operation", "Operation")]),
    ("Ticket", &[("ticketId", "string"), ("place", "string")]),
    ("Reference", &[("reference", "Named")]),
    ("Named", &[("resourceName", "string"), ("secret", "string")]),
    ("Told", &[("title", "string"), ("state", "string")]),
    ("Nothing", &[]),
];

/// Id, method, path, request, response, and what it does with media or in its query.
const METHODS: &[[&str; 6]] = &[
    ["apks.list", "GET", "edits/{edit}/apks", "-", "Apks", ""],
    ["apks.upload", "POST", "edits/{edit}/apks", "-", "Apk", "up"],
    ["photos.get", "GET", "photos/{photo}", "-", "Photo", ""],
    ["photos.add", "POST", "photos:add", "PhotoWords", "Held", "up"],
    ["photos.analyze", "POST", "photos:analyze", "PhotoWords", "Operated", "up"],
    ["photos.upload", "POST", "photos/{photo}:upload", "PhotoWords", "Told", "up"],
    ["photos.download", "GET", "photos/{photo}:download", "-", "Nothing", "down"],
    ["photos.uploadFrame", "POST", "photos/{photo}/uploadFrame", "-", "Nothing", "up"],
    ["photos.downloadFrame", "GET", "photos/{photo}/downloadFrame", "-", "Nothing", "down"],
    ["photos.export", "GET", "photos/{photo}:export", "-", "Nothing", "down"],
    ["symbols.upload", "POST", "edits/{edit}/symbols/{kind}", "-", "Ticket", "up"],
    ["images.list", "GET", "shops/{shop}/{kind}", "-", "Listed", ""],
    ["images.upload", "POST", "shops/{shop}/{kind}", "-", "Listed", "up"],
    ["images.delete", "DELETE", "shops/{shop}/{kind}/{image}", "-", "-", ""],
    ["blobs.put", "PUT", "blobs/{blob}", "-", "-", "up"],
    ["blobs.get", "GET", "blobs/{blob}", "-", "-", "down"],
    ["blobs.delete", "DELETE", "blobs/{blob}", "-", "-", ""],
    ["banners.insert", "POST", "banners/insert", "-", "Ticket", "up"],
    ["covers.set", "POST", "covers/set", "Photo", "-", "up wall"],
    ["notes.import", "POST", "notes:import", "PhotoWords", "Operation", "up"],
    ["blank.upload", "POST", "blank", "-", "-", "up"],
    ["media.download", "GET", "media/{+resourceName}", "-", "Named", "down"],
    ["attachments.upload", "POST", "walls/{wall}/attachments:upload", "-", "Reference", "up"],
    ["media.upload", "POST", "raw/{+resourceName}", "Named", "Named", "up"],
    ["photos.peek", "GET", "photos/{photo}:peek", "-", "Told", "up"],
];

fn api() -> Api {
    let schemas: Map<String, Value> =
        SCHEMAS.iter().map(|(name, members)| ((*name).to_owned(), object(members))).collect();
    let mut resources = json!({});
    for line in METHODS {
        let (resource, name) = line[0].split_once('.').unwrap();
        resources[resource]["methods"][name] = method(line);
    }
    sample::document(&json!({ "schemas": schemas, "resources": resources }))
}

fn object(members: &[(&str, &str)]) -> Value {
    let kind = |kind: &str| match kind.strip_prefix('[') {
        Some(element) => json!({ "type": "array", "items": { "$ref": element.trim_end_matches(']') } }),
        None if kind.starts_with(char::is_lowercase) => json!({ "type": kind }),
        None => json!({ "$ref": kind }),
    };
    let members: Map<String, Value> = members.iter().map(|(name, of)| ((*name).to_owned(), kind(of))).collect();
    json!({ "type": "object", "properties": members })
}

fn method([id, http_method, path, request, response, media]: &[&str; 6]) -> Value {
    let reference = |name: &str| if name == "-" { Value::Null } else { json!({ "$ref": name }) };
    let variables = path.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0.trim_start_matches('+')));
    let in_path = json!({ "type": "string", "location": "path", "required": true });
    let mut parameters: Map<String, Value> = variables.map(|name| (name.to_owned(), in_path.clone())).collect();
    if let Some(name) = media.strip_prefix("up ") {
        parameters.insert(format!("{name}Id"), json!({ "type": "string", "location": "query", "required": true }));
    }
    if let Some(name) = parameters.get_mut("resourceName") {
        name["pattern"] = "^.*$".into();
    }
    json!({ "id": id, "httpMethod": http_method, "path": path, "parameters": parameters, "request": reference(request),
        "response": reference(response), "supportsMediaDownload": *media == "down",
        "mediaUpload": media.starts_with("up").then(|| json!({ "accept": ["*/*"] })) })
}

/// What a method does to which collection, by which parameter an item is named, and how it answers.
fn told(action: &Action) -> String {
    let collection = action.collection().map_or_else(String::new, |collection| {
        let path = collection.path.split_once('/').map_or("", |(_, name)| name);
        let id = collection.id.as_ref().map_or_else(String::new, |id| format!("/{}", id.parameter));
        format!(" {path}{id}")
    });
    let outcome = match action.change().map(|change| &change.outcome) {
        Some(Outcome::Operation(operation)) => format!(" operation in {:?}", operation.member),
        Some(Outcome::Told(_)) => " told".to_owned(),
        Some(outcome) => format!(" {outcome:?}").to_lowercase(),
        None => String::new(),
    };
    format!("{}{collection}{outcome}", action.word())
}

/// `D92`
#[test]
fn told_by_shape_and_media() {
    let api = api();
    let cases = [
        // In the collection of their path, where a list or a get finds them.
        ("apks.upload", "insert apks item"),
        ("photos.add", "insert photos inside(\"photo\")"),
        ("photos.analyze", "insert photos operation in Some(\"operation\")"),
        ("images.upload", "insert images.shops listed(\"items\")"),
        ("images.list", "list images.shops"),
        ("images.delete", "delete images.shops/image nothing"),
        // The media of an item, and what else it has of media.
        ("photos.upload", "patch photos/photo told"),
        ("photos.download", "download photos/photo"),
        ("photos.uploadFrame", "patch photos:Frame empty"),
        ("photos.downloadFrame", "download photos:Frame"),
        ("symbols.upload", "patch symbols/kind item"),
        ("blobs.put", "patch blobs/blob nothing"),
        ("blobs.get", "download blobs/blob"),
        ("blobs.delete", "delete blobs/blob nothing"),
        ("covers.set", "update covers/wallId nothing"),
        // By the name that a download goes by.
        ("media.upload", "update media/resourceName item"),
        ("attachments.upload", "insert media inside(\"reference\")"),
        // By themselves.
        ("banners.insert", "insert banners item"),
        ("notes.import", "insert notes:import operation in None"),
        ("blank.upload", "insert blank nothing"),
        // What is not told by that.
        ("photos.export", "custom"),
        ("photos.peek", "custom"),
    ];
    for (id, expected) in cases {
        assert_eq!(told(&api.method(id).unwrap().action), expected, "{id}");
    }
}

/// `D92`: what nobody tells is said beforehand.
#[test]
fn what_is_not_told() {
    let api = api();
    let cases = [
        ("apks.upload", "partly: nothing is known of signer"),
        ("photos.add", "partly: no effect of filter"),
        ("photos.upload", "partly: no effect of filter, photoId"),
        ("photos.uploadFrame", "served"),
        ("banners.insert", "partly: nothing is known of place"),
        ("notes.import", "served"),
        ("covers.set", "served"),
    ];
    for (id, expected) in cases {
        assert_eq!(api.method(id).unwrap().verdict().to_string(), expected, "{id}");
    }
}
