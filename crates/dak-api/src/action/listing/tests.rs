use dak_proto::query::Query;
use serde_json::{Value, json};

use crate::action::{Action, Listing, Order};
use crate::api::Api;
use crate::sample;

fn text(location: &str, repeated: bool) -> Value {
    json!({ "type": "string", "location": location, "repeated": repeated, "required": location == "path" })
}

/// Clips of shows, in channels.
fn clips() -> Api {
    let texts = |names: &str| -> Value {
        names
            .split(' ')
            .map(|name| (name.to_owned(), json!({ "type": "string" })))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let object = |members: Value| json!({ "type": "object", "properties": members });
    let about = json!({ "showId": {"type": "string"}, "person": {"$ref": "Person"}, "size": {"type": "string", "format": "int64"} });
    let clip = json!({
        "id": {"type": "string"}, "title": {"type": "string"}, "ownerId": {"type": "string"}, "made": {"type": "string", "format": "date-time"},
        "about": {"$ref": "About"}, "more": {"$ref": "Person"}, "parts": {"type": "array", "items": {"$ref": "Part"}},
    });
    let path = "channels/{channelId}/clips";
    let method = |id: &str, http_method: &str, path: &str, parameters: Value, response: &str| json!({ "id": id, "httpMethod": http_method, "path": path, "parameters": parameters, "response": { "$ref": response } });
    let mut narrowing =
        json!({ "channelId": text("path", false), "id": text("query", true), "ownerIds": text("query", true) });
    for name in ["title", "showId", "name", "part", "place", "q", "filter", "orderBy", "pageToken"] {
        narrowing[name] = text("query", false);
    }
    let one = json!({ "channelId": text("path", false), "clipId": text("path", false) });
    let list = method("c.list", "GET", path, narrowing, "Clips");
    let get = method("c.get", "GET", &format!("{path}/{{clipId}}"), one, "GoogleMediaV1p1beta1ShowClip");
    sample::document(&json!({
        "schemas": {
            "GoogleMediaV1p1beta1ShowClip": object(clip), "About": object(about), "Part": object(texts("part")),
            "Person": object(json!({ "name": {"type": "string"}, "place": {"type": "string"}, "about": {"$ref": "About"} })),
            "Clips": object(json!({ "items": { "type": "array", "items": { "$ref": "GoogleMediaV1p1beta1ShowClip" } },
                "nextPageToken": {"type": "string"} })),
        },
        "resources": { "clips": { "methods": { "list": list, "get": get } } },
    }))
}

fn listing(api: &Api) -> &Listing {
    match &api.method("c.list").unwrap().action {
        Action::List(listing) => listing,
        other => panic!("{other:?}"),
    }
}

/// `D74`: an own member, several of one, the only one inside; not one of two, and not one inside an array.
#[test]
fn parameters_that_name_members() {
    let api = clips();
    let mut named: Vec<String> = listing(&api)
        .member_parameters
        .iter()
        .map(|member| format!("{} {}", member.parameter, member.path.join(".")))
        .collect();
    named.sort();
    // The name of the person it is more about is nearer than that of the one it is about.
    let expected = ["name more.name", "ownerIds ownerId", "place more.place", "showId about.showId", "title title"];
    assert_eq!(named, expected);
}

/// `D72`.
#[test]
fn ids_that_are_named() {
    let api = clips();
    assert_eq!(listing(&api).ids_parameter.as_deref(), Some("id"));
    for (query, expected) in [
        ("", None),
        ("title=x", None),
        ("id=a", Some(vec!["a"])),
        ("id=b,a&id=c&id=+a+,b", Some(vec!["b", "a", "c"])),
        ("id=,", Some(vec![])),
    ] {
        let parsed = Query::parse(query).unwrap();
        let arguments = api.method("c.list").unwrap().arguments(&["7"], &parsed).unwrap();
        assert_eq!(listing(&api).ids(&arguments), expected, "{query}");
    }
}

/// `D70`.
#[test]
fn orders_by_any_member() {
    let api = clips();
    let listing = listing(&api);
    let shape = api.shape(listing.collection.item);
    for (query, expected) in [
        ("", Ok(String::new())),
        ("orderBy=", Ok(String::new())),
        ("orderBy=title", Ok("title".to_owned())),
        ("orderBy=about.size+desc,made", Ok("about.size desc,made".to_owned())),
        ("orderBy=owner_id", Ok("ownerId".to_owned())),
        ("orderBy=about", Err(())),
        ("orderBy=colour", Err(())),
    ] {
        let parsed = Query::parse(query).unwrap();
        let arguments = api.method("c.list").unwrap().arguments(&["7"], &parsed).unwrap();
        let order = listing.ordering.as_ref().unwrap().order(&arguments, &shape);
        let told = order.map_err(drop).map(|order| match order {
            Some(Order::By(order)) => {
                let member = |member: &dak_proto::order_by::OrderMember| {
                    format!("{}{}", member.path.join("."), if member.descending { " desc" } else { "" })
                };
                order.members().iter().map(member).collect::<Vec<_>>().join(",")
            }
            _ => String::new(),
        });
        assert_eq!(told, expected, "{query}");
    }
}

/// `D71`: what a request about all parents would say of one of them.
#[test]
fn all_parents_and_one_of_them() {
    let api = clips();
    let collection = &listing(&api).collection;
    let query = Query::default();
    let method = api.method("c.list").unwrap();
    for (channel, space, expected) in [
        ("-", "test/clips/a%2Fb", Some("a/b")),
        ("-", "test/clips/7/8", None),
        ("-", "test/other/7", None),
        ("7", "test/clips/7", Some("7")),
        ("7", "test/clips/8", None),
    ] {
        let arguments = method.arguments(&[channel], &query).unwrap();
        assert_eq!(collection.is_across(&arguments), channel == "-");
        let within = collection.within(&arguments, space);
        assert_eq!(within.as_ref().and_then(|arguments| arguments.text("channelId")), expected, "{channel} {space}");
    }
    let all = method.arguments(&["-"], &query).unwrap();
    assert_eq!(collection.space_prefix(&all), "test/clips/");
}

/// `D75`.
#[test]
fn what_an_item_is_called() {
    assert_eq!(listing(&clips()).collection.noun, "show clip");
    for (name, expected) in [
        ("Item", "item"),
        ("CalendarListEntry", "calendar list entry"),
        ("GoogleCloudApigeeV1ApiProduct", "api product"),
        ("HTTPHealthCheck", "http health check"),
        ("ChannelV2", "channel v2"),
        ("Acl_rule", "acl rule"),
    ] {
        assert_eq!(crate::action::group::words(name), expected, "{name}");
    }
}
