//! What methods do by their shape (`D50`, `D52`, `D53`, `D58` to `D61`), over an office of desks, whatever a desk is.

use serde_json::{Value, json};

use crate::describe;
use crate::stage::Stage;

const SCHEMAS: &[(&str, &str)] = &[
    ("Desk", "name label!office.desks.create roomId"),
    ("Desks", "desks:[Desk] nextPageToken"),
    ("Settings", "name colour light:integer"),
    ("Policy", "etag roles:[string]"),
    ("SetPolicy", "policy:Policy"),
    ("Asked", "permissions:[string]"),
    ("Operation", "name done:boolean response:Anything"),
    ("Anything", ""),
    ("Empty", ""),
    ("Badge", "id!office.badges.insert holder"),
    ("Badges", "items:[BadgeShort]"),
    ("BadgeShort", "id"),
    ("Ad", "id title"),
    ("Ads", "items:[Ad] nextPageToken"),
    ("Room", "roomReference:RoomReference title"),
    ("RoomReference", "roomId floor"),
    ("Release", "number:integer text"),
    ("Plan", "planId floorId title"),
    ("Plans", "items:[Plan] nextPageToken prevPageToken"),
];

const METHODS: &[&str] = &[
    "desks.list GET v1/{+parent=floors/*}/desks - Desks pageSize:integer pageToken",
    "desks.get GET v1/{+name=floors/*/desks/*} - Desk",
    "desks.create POST v1/{+parent=floors/*}/desks Desk Desk",
    "desks.patch PATCH v1/{+name=floors/*/desks/*} Desk Desk",
    "desks.getPolicy GET v1/{+resource=floors/*/desks/*}:getPolicy - Policy",
    "desks.setPolicy POST v1/{+resource=floors/*/desks/*}:setPolicy SetPolicy Policy",
    "desks.testPermissions POST v1/{+resource=floors/*/desks/*}:testPermissions Asked Asked",
    "desks.delete POST v1/{+name=floors/*/desks/*}:delete Empty Operation",
    "settings.get GET v1/{+name=floors/*/settings} - Settings",
    "settings.update PATCH v1/{+name=floors/*/settings} Settings Settings updateMask",
    "operations.get GET v1/{+name=operations/*} - Operation",
    "operations.wait POST v1/{+name=operations/*}:wait Empty Operation",
    "operations.cancel POST v1/{+name=operations/*}:cancel Empty Empty",
    "badges.list GET v1/badges - Badges",
    "badges.get GET v1/badges/{badgeId} - Badge",
    "badges.insert POST v1/badges Badge Badge",
    "ads.list GET v1/ads - Ads title filter pageSize:integer pageToken",
    "ads.get GET v1/ads/{id} - Ad",
    "ads.insert POST v1/ads Ad Ad requestId",
    "ads.patch PATCH v1/ads Ad Ad id",
    "ads.update PUT v1/ads Ad Ad",
    "rooms.get GET v1/rooms/{roomId} - Room",
    "rooms.insert POST v1/rooms Room Room",
    "rooms.update PUT v1/rooms/{roomId} Room Room",
    "releases.get GET v1/releases/{number} - Release",
    "releases.create POST v1/releases Release Release",
    "plans.list GET v1/plans/{floorId} - Plans pageSize:integer pageToken",
    "plans.insert POST v1/plans/{floorId} Plan Plan",
    "plans.get GET v1/plans/{floorId}/{planId} - Plan",
];

fn office() -> Stage {
    Stage::serving(&describe::document("office", SCHEMAS, METHODS))
}

async fn with_desk() -> Stage {
    let stage = office();
    stage.json(200, "POST /v1/floors/f/desks\n\n{\"name\":\"d\",\"label\":\"L\"}").await;
    stage
}

#[tokio::test]
async fn what_there_is_one_of_is_there_from_the_start() {
    let stage = office();
    let blank = stage.json(200, "GET /v1/floors/f/settings").await;
    assert_eq!(blank, json!({ "name": "floors/f/settings" }));
    let set = stage.json(200, "PATCH /v1/floors/f/settings?updateMask=light\n\n{\"light\":3}").await;
    assert_eq!(set, json!({ "name": "floors/f/settings", "light": 3 }));
    stage.json(200, "PATCH /v1/floors/f/settings\n\n{\"colour\":\"red\"}").await;
    let both = json!({ "name": "floors/f/settings", "light": 3, "colour": "red" });
    assert_eq!(stage.json(200, "GET /v1/floors/f/settings").await, both);
    assert_eq!(stage.json(200, "GET /v1/floors/g/settings").await, json!({ "name": "floors/g/settings" }));
}

#[tokio::test]
async fn what_is_got_and_set_by_verbs() {
    let stage = with_desk().await;
    let desk = "/v1/floors/f/desks/d";
    let unset = stage.json(200, &format!("GET {desk}:getPolicy")).await;
    assert_eq!(unset["roles"], Value::Null);
    let set = stage.json(200, &format!("POST {desk}:setPolicy\n\n{{\"policy\":{{\"roles\":[\"owner\"]}}}}")).await;
    assert_eq!(set["roles"], json!(["owner"]));
    assert_ne!(set["etag"], unset["etag"]);
    assert_eq!(stage.json(200, &format!("GET {desk}:getPolicy")).await, set);
    let asked = json!({ "permissions": ["a", "b"] });
    assert_eq!(stage.json(200, &format!("POST {desk}:testPermissions\n\n{asked}")).await, asked);
    for verb in ["GET /v1/floors/f/desks/none:getPolicy", "POST /v1/floors/f/desks/none:testPermissions\n\n{}"] {
        stage.json(404, verb).await;
    }
}

#[tokio::test]
async fn operations_are_done_when_one_waits_for_them_or_cancels() {
    let stage = with_desk().await;
    let operation = stage.json(200, "POST /v1/floors/f/desks/d:delete\n\n{}").await;
    stage.json(404, "GET /v1/floors/f/desks/d").await;
    let name = operation["name"].as_str().unwrap();
    assert_eq!(operation["done"], true);
    assert_eq!(stage.json(200, &format!("POST /v1/{name}:wait\n\n{{}}")).await, operation);
    assert_eq!(stage.json(200, &format!("POST /v1/{name}:cancel\n\n{{}}")).await, json!({}));
    assert_eq!(stage.json(200, &format!("GET /v1/{name}")).await, operation);
    stage.json(404, "POST /v1/operations/none:wait\n\n{}").await;
}

#[tokio::test]
async fn what_is_required_of_new_items_is_there_in_patched_ones() {
    let stage = with_desk().await;
    stage.json(400, "POST /v1/floors/f/desks\n\n{\"name\":\"e\"}").await;
    let patched = stage.json(200, "PATCH /v1/floors/f/desks/d\n\n{\"roomId\":\"1\"}").await;
    assert_eq!(patched, json!({ "name": "floors/f/desks/d", "label": "L", "roomId": "1" }));
    stage.json(400, "PATCH /v1/floors/f/desks/d\n\n{\"label\":null}").await;
}

#[tokio::test]
async fn ids_that_a_description_requires_are_the_clients() {
    let stage = office();
    stage.json(400, "POST /v1/badges\n\n{\"holder\":\"Rina\"}").await;
    let badge = json!({ "id": "007", "holder": "Rina" });
    assert_eq!(stage.json(200, &format!("POST /v1/badges\n\n{badge}")).await, badge);
    assert_eq!(stage.json(200, "GET /v1/badges/007").await, badge);
    stage.json(409, &format!("POST /v1/badges\n\n{badge}")).await;
    // A list may show less of an item than get does.
    assert_eq!(stage.json(200, "GET /v1/badges").await, json!({ "items": [{ "id": "007" }] }));
}

#[tokio::test]
async fn ids_in_the_query_or_in_the_body() {
    let stage = office();
    let ad = stage.json(200, "POST /v1/ads\n\n{\"title\":\"A\"}").await;
    let id = ad["id"].as_str().unwrap();
    assert_eq!(stage.json(200, &format!("PATCH /v1/ads?id={id}\n\n{{\"title\":\"B\"}}")).await["title"], "B");
    let whole = json!({ "id": id, "title": "C" });
    assert_eq!(stage.json(200, &format!("PATCH /v1/ads\n\n{whole}")).await, whole);
    assert_eq!(stage.json(200, &format!("PUT /v1/ads\n\n{whole}")).await, whole);
    let unnamed = stage.json(400, "PUT /v1/ads\n\n{\"title\":\"D\"}").await;
    assert_eq!(unnamed["error"]["errors"][0]["reason"], "required");
    stage.json(404, "PUT /v1/ads\n\n{\"id\":\"1\",\"title\":\"D\"}").await;
}

#[tokio::test]
async fn ids_inside_of_references_and_short_ones() {
    let stage = office();
    let room = json!({ "title": "R", "roomReference": { "floor": "2", "roomId": "blue" } });
    let made = stage.json(200, &format!("POST /v1/rooms\n\n{room}")).await;
    assert_eq!(made, room);
    assert_eq!(stage.json(200, "GET /v1/rooms/blue").await, room);
    let kept = stage.json(200, "PUT /v1/rooms/blue\n\n{\"title\":\"S\"}").await;
    assert_eq!(kept, json!({ "title": "S", "roomReference": { "roomId": "blue" } }));
    let release = stage.json(200, "POST /v1/releases\n\n{\"text\":\"First\"}").await;
    let number = release["number"].as_i64().unwrap();
    assert!(number > 0 && number <= i64::from(i32::MAX), "{release}");
    assert_eq!(stage.json(200, &format!("GET /v1/releases/{number}")).await, release);
}

#[tokio::test]
async fn a_collection_may_end_in_a_variable_and_its_items_say_so() {
    let stage = office();
    let plan = stage.json(200, "POST /v1/plans/2\n\n{\"title\":\"P\"}").await;
    assert_eq!((&plan["floorId"], &plan["title"]), (&json!("2"), &json!("P")));
    let id = plan["planId"].as_str().unwrap();
    assert_eq!(stage.json(200, &format!("GET /v1/plans/2/{id}")).await, plan);
    assert_eq!(stage.json(200, "GET /v1/plans/2").await, json!({ "items": [plan] }));
    assert_eq!(stage.json(200, "GET /v1/plans/3").await, json!({ "items": [] }));
}

#[tokio::test]
async fn filters_of_lists() {
    let stage = office();
    for number in 0..30 {
        let title = if number % 3 == 0 { "odd one" } else { "other" };
        stage.json(200, &format!("POST /v1/ads\n\n{{\"title\":\"{title}\"}}")).await;
    }
    let (mut token, mut found) = (String::new(), 0);
    loop {
        let target = format!("GET /v1/ads?pageSize=4&filter=title+%3D+%22odd+one%22&pageToken={token}");
        let page = stage.json(200, &target).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 4 && items.iter().all(|item| item["title"] == "odd one"), "{page}");
        found += items.len();
        match page["nextPageToken"].as_str() {
            Some(next) => token = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(found, 10);
    for (filter, part) in [("titel+%3D+1", "\"titel\" is no member"), ("title+like+1", "is not understood")] {
        let refusal = stage.json(400, &format!("GET /v1/ads?filter={filter}")).await;
        assert!(refusal["error"]["message"].as_str().unwrap().contains(part), "{refusal}");
    }
}

#[tokio::test]
async fn a_request_with_an_id_is_carried_out_once() {
    let stage = office();
    let request = "POST /v1/ads?requestId=r1\n\n{\"title\":\"A\"}";
    let made = stage.json(200, request).await;
    assert_eq!(stage.json(200, request).await, made);
    assert_ne!(stage.json(200, "POST /v1/ads?requestId=r2\n\n{\"title\":\"A\"}").await, made);
    stage.json(422, "POST /v1/ads?requestId=r1\n\n{\"title\":\"B\"}").await;
}

/// Three pages there and back (`D63`).
#[tokio::test]
async fn lists_lead_back_where_they_say_so() {
    let stage = office();
    for number in 0..8 {
        stage.json(200, &format!("POST /v1/plans/2\n\n{{\"title\":\"{number}\"}}")).await;
    }
    let steps = [
        ("", "012", false, true),
        ("nextPageToken", "345", true, true),
        ("nextPageToken", "67", true, false),
        ("prevPageToken", "345", true, true),
        ("prevPageToken", "012", false, true),
        ("nextPageToken", "345", true, true),
    ];
    let mut page = json!({});
    for (member, titles, leads_back, leads_on) in steps {
        let token = page[member].as_str().unwrap_or_default();
        page = stage.json(200, &format!("GET /v1/plans/2?pageSize=3&pageToken={token}")).await;
        let shown: String =
            page["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect();
        assert_eq!(shown, titles);
        assert_eq!(
            (page["prevPageToken"].is_string(), page["nextPageToken"].is_string()),
            (leads_back, leads_on),
            "{page}"
        );
    }
    stage.json(400, "GET /v1/plans/2?pageSize=3&pageToken=x").await;
}
