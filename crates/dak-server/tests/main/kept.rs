//! Media of methods that are none of a collection's by their shape alone: kept, answered and given back (`D92` to `D94`).

use dak_api::{Api, Rules};
use dak_server::Settings;
use serde_json::{Value, json};

use crate::describe;
use crate::stage::Stage;
use crate::uploads::{Exchange, Uploader};

const SCHEMAS: &[(&str, &str)] = &[
    ("Edit", "id"),
    ("Apk", "versionCode:integer size signer sha256"),
    ("Apks", "apks:[Apk] nextPageToken"),
    ("Track", "name title state:NEW|HEARD size"),
    ("Tracks", "tracks:[Track] nextPageToken"),
    ("TrackWords", "title rating:integer trackId"),
    ("Held", "warning:Empty track:Track"),
    ("Checked", "title verdict"),
    ("Operation", "name done:boolean response:Anything"),
    ("Operated", "operation:Operation"),
    ("Reference", "reference:Named"),
    ("Named", "resourceName"),
    ("Wall", "wall"),
    ("Slip", "trackId words"),
    ("Anything", ""),
    ("Empty", ""),
];

const METHODS: &[&str] = &[
    "edits.insert POST edits Edit Edit",
    "edits.get GET edits/{edit} - Edit",
    "apks.list GET edits/{edit}/apks - Apks",
    "apks.upload POST edits/{edit}/apks - Apk +upload=image/*",
    "marks.upload POST edits/{edit}/apks/{version}/marks - Slip +upload",
    "tracks.list GET v1/tracks - Tracks",
    "tracks.get GET v1/{+name=tracks/*} - Track",
    "tracks.delete DELETE v1/{+name=tracks/*} - Empty",
    "tracks.add POST v1/tracks:add TrackWords Held +upload",
    "tracks.record POST v1/tracks:record TrackWords Operated +upload",
    "tracks.upload POST v1/{+name=tracks/*}:upload TrackWords Checked +upload",
    "tracks.download GET v1/{+name=tracks/*}:download - Empty +download",
    "tracks.hear POST v1/{+name=tracks/*}:hear - Track +upload",
    "covers.set POST covers/set Track - trackId!x +upload",
    "media.upload POST v1/raw/{+resourceName} Named Named +upload",
    "media.download GET v1/media/{+resourceName} - Named +download",
    "walls.insert POST v1/walls Wall Wall",
    "walls.get GET v1/walls/{wall} - Wall",
    "slips.upload POST v1/desks/{trackId}/slips - Slip +upload",
    "walls.upload POST v1/walls/{wall}/attachments:upload - Reference +upload",
    "blobs.put PUT v1/blobs/{blob} - - +upload",
    "blobs.get GET v1/blobs/{blob} - - +download",
    "notes.import POST notes:import TrackWords Empty +upload",
];

fn document() -> Value {
    describe::document("shop", SCHEMAS, METHODS)
}

async fn play(exchanges: &[Exchange]) {
    Uploader::serving(&document()).play(exchanges).await;
}

/// A multipart upload of `media` with this metadata.
fn multipart(path: &str, metadata: &Value) -> String {
    format!(
        "POST /upload/{path}?uploadType=multipart\nContent-Type: multipart/related; boundary=b\n\n\
         --b\nContent-Type: application/json\n\n{metadata}\n--b\nContent-Type: text/plain\n\nmedia\n--b--"
    )
}

/// Every way of sending makes an item that the collection lists, with what is known of its media.
#[tokio::test]
async fn in_the_collection_of_the_path() {
    play(&[
        ("POST /edits\n\n{}", "200"),
        ("POST /upload/edits/none/apks?uploadType=media\nContent-Type: image/png\n\nabc", "404"),
        ("POST /upload/edits/none/apks?uploadType=resumable", "404"),
        ("POST /upload/edits/ITEM/apks?uploadType=media\nContent-Type: text/plain\n\nabc", "400 | ~ badContent"),
        ("POST /upload/edits/ITEM/apks?uploadType=resumable\nX-Upload-Content-Length: 1025", "413"),
        ("POST /upload/edits/ITEM/apks?uploadType=media\nContent-Type: image/png\n\nabc", "200 | ~ \"versionCode\": | ~ \"size\": \"3\" | ~ \"sha256\": \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""),
        ("POST /upload/edits/ITEM/apks?uploadType=multipart\nContent-Type: multipart/related; boundary=b\n\n--b\n\n{\"signer\":\"me\"}\n--b\nContent-Type: image/png\n\nabcd\n--b--", "200 | ~ \"signer\": \"me\" | ~ \"size\": \"4\""),
        ("POST /upload/edits/ITEM/apks?uploadType=multipart\nContent-Type: multipart/related; boundary=b\n\n--b\n\n{\"sings\":\"me\"}\n--b\nContent-Type: image/png\n\nabcd\n--b--", "400 | ~ sings"),
        ("POST /upload/edits/ITEM/apks\nX-Goog-Upload-Protocol: raw\nContent-Type: image/png\n\nabcde", "200 | x-goog-upload-status: final | ~ \"size\": \"5\""),
        ("POST /upload/edits/ITEM/apks?uploadType=resumable", "200"),
        ("PUT SESSION\nContent-Type: image/png\n\nabcdef", "201 | ~ \"size\": \"6\""),
        ("PUT SESSION\nContent-Range: bytes */6", "201 | ~ \"size\": \"6\""),
        ("POST /upload/edits/ITEM/apks\nX-Goog-Upload-Protocol: resumable\nX-Goog-Upload-Command: start\nX-Goog-Upload-Header-Content-Type: image/png", "200"),
        ("POST SESSION\nX-Goog-Upload-Command: upload, finalize\nX-Goog-Upload-Offset: 0\n\nabcdefg", "200 | x-goog-upload-status: final | ~ \"size\": \"7\""),
        ("POST /upload/edits/ITEM/apks/9/marks?uploadType=media\n\nabc", "200"),
        ("GET /edits/ITEM/apks?fields=apks/size", "200 | ~ \"3\" | ~ \"4\" | ~ \"5\" | ~ \"6\" | ~ \"7\""),
    ])
    .await;
}

/// An item is wrapped as the response has it; what the body shares with it is its own, `thingId` is its id.
#[tokio::test]
async fn in_the_form_of_the_response() {
    let stage = Stage::serving(&document());
    let words = json!({ "title": "Song", "rating": 5, "trackId": "t" });
    let added = stage.json(200, &multipart("v1/tracks:add", &words)).await;
    assert_eq!(added, json!({ "track": { "name": "tracks/t", "title": "Song", "size": "5" } }));
    assert_eq!(stage.json(200, "GET /v1/tracks/t").await, added["track"]);
    assert_eq!(stage.json(200, "GET /v1/tracks").await["tracks"], json!([added["track"]]));
    stage.json(409, &multipart("v1/tracks:add", &words)).await;
    // D32: told before the media is sent, but to who repeats what was begun.
    let begin = |key: &str| {
        format!("POST /upload/v1/tracks:add?uploadType=resumable{key}\nContent-Type: application/json\n\n{words}")
    };
    stage.json(409, &begin("")).await;
    assert_eq!(stage.send(&begin("\nIdempotency-Key: k")).await.status, 200);
    stage.json(400, &multipart("v1/tracks:add", &json!({ "titel": "Song" }))).await;
    let recorded = stage.json(200, &multipart("v1/tracks:record", &json!({ "title": "Live" }))).await;
    assert_eq!(
        (&recorded["operation"]["done"], &recorded["operation"]["response"]["title"]),
        (&json!(true), &json!("Live"))
    );
    assert_eq!(stage.json(200, &multipart("notes:import", &json!({ "title": "Note" }))).await, json!({}));
}

/// The media of an item, given back by name and by verb, and gone with it.
#[tokio::test]
async fn of_an_item() {
    let stage = Stage::serving(&document());
    stage.json(404, &multipart("v1/tracks/t:upload", &json!({}))).await;
    stage.json(200, &multipart("v1/tracks:add", &json!({ "title": "Song", "trackId": "t" }))).await;
    let checked = stage.json(200, &multipart("v1/tracks/t:upload", &json!({ "title": "Hymn" }))).await;
    assert_eq!(checked, json!({ "title": "Hymn" }));
    assert_eq!(stage.json(200, "GET /v1/tracks/t").await["title"], "Hymn");
    assert_eq!(stage.send("GET /v1/tracks/t:download?alt=media").await.text, "media");
    assert_eq!(stage.json(200, "GET /v1/tracks/t:download").await, json!({}));
    stage.json(200, "DELETE /v1/tracks/t").await;
    stage.json(404, "GET /v1/tracks/t:download?alt=media").await;
    stage.app.carry_out_due().await.unwrap();
    assert_eq!(stage.blobs.names().len(), 0);
}

#[tokio::test]
async fn by_a_name_and_by_itself() {
    play(&[
        ("POST /upload/v1/raw/blobs/a/7?uploadType=media\n\nabc", "200 | ~ \"resourceName\": \"blobs/a/7\""),
        ("GET /v1/media/blobs/a/7?alt=media", "200 | ~ abc"),
        ("POST /upload/v1/raw/blobs/a/7?uploadType=resumable", "200"),
        ("PUT SESSION\n\nother", "201"),
        ("GET /v1/media/blobs/a/7?alt=media", "200 | ~ other"),
        ("GET /v1/media/blobs/a/8?alt=media", "404"),
        ("PUT /upload/v1/blobs/b?uploadType=resumable", "200"),
        ("PUT SESSION\n\nblob", "200"),
        ("GET /v1/blobs/b", "200 | ~ blob"),
        ("GET /v1/blobs/c", "404"),
        ("POST /upload/covers/set?uploadType=media\n\nabc", "400 | ~ trackId"),
        ("POST /upload/covers/set?uploadType=media&trackId=t\n\nabc", "204"),
        ("POST /upload/covers/set?uploadType=resumable&trackId=t", "200"),
        ("PUT SESSION\n\nabc", "201"),
        ("PUT SESSION\nContent-Range: bytes */3", "201"),
    ])
    .await;
}

/// What a name is for is inside of what its path says, and that must be there.
#[tokio::test]
async fn inside_of_something() {
    let stage = Stage::serving(&document());
    let attach = "POST /upload/v1/walls/w/attachments:upload?uploadType=media\nContent-Length: 3\n\nabc";
    stage.json(404, attach).await;
    let wall = stage.json(200, "POST /v1/walls\n\n{}").await;
    let attached = stage.json(200, &attach.replace("/w/", &format!("/{}/", wall["wall"].as_str().unwrap()))).await;
    let name = attached["reference"]["resourceName"].as_str().unwrap();
    assert_eq!(stage.send(&format!("GET /v1/media/{name}?alt=media")).await.text, "abc");
    let slip = "POST /upload/v1/desks/7/slips?uploadType=media\nContent-Length: 3\n\nabc";
    assert_eq!(stage.json(200, slip).await, json!({ "trackId": "7" }));
}

/// What is kept in place of something frees that.
#[tokio::test]
async fn one_at_a_time() {
    let stage = Stage::serving(&document());
    for _ in 0..3 {
        let covers = "POST /upload/covers/set?uploadType=media&trackId=t\nContent-Length: 3\n\nabc";
        assert_eq!(stage.send(covers).await.status, 204);
        stage.app.carry_out_due().await.unwrap();
        assert_eq!(stage.blobs.names().len(), 1);
    }
}

const RULES: &str = "
api: shop:v1
methods:
  shop.tracks.hear:
    if: { state: [NEW, null] }
    set: { state: HEARD }
  shop.notes.import:
    of: tracks
    insert: { title: $body.title }
    returns: {}
  shop.slips.upload:
    returns: { trackId: $parameters.trackId, words: $user }
";

/// `D93`
#[tokio::test]
async fn by_a_rule() {
    let api = Api::parse(document().to_string().as_bytes()).unwrap();
    let stage = Stage::of(api.ruled(&Rules::parse(RULES).unwrap()).unwrap(), Settings::default());
    stage.json(200, &multipart("v1/tracks:add", &json!({ "title": "Song", "trackId": "t" }))).await;
    let hear = "POST /upload/v1/tracks/t:hear?uploadType=media\nContent-Length: 5\n\nheard";
    stage.json(404, &hear.replace("/t:", "/none:")).await;
    let heard = stage.json(200, hear).await;
    assert_eq!((&heard["state"], &heard["title"]), (&json!("HEARD"), &json!("Song")));
    assert_eq!(stage.send("GET /v1/tracks/t:download?alt=media").await.text, "heard");
    stage.json(400, hear).await;
    stage.json(400, &hear.replace("=media", "=resumable").replace("\nContent-Length: 5\n\nheard", "")).await;
    stage.json(200, &multipart("notes:import", &json!({ "title": "Note" }))).await;
    let titles = stage.json(200, "GET /v1/tracks?fields=tracks/title").await;
    assert_eq!(titles["tracks"], json!([{ "title": "Song" }, { "title": "Note" }]));
    let slip = "POST /upload/v1/desks/7/slips?uploadType=media\nContent-Length: 3\n\nabc";
    assert_eq!(stage.json(200, slip).await, json!({ "trackId": "7", "words": "me@example.com" }));
    stage.app.carry_out_due().await.unwrap();
    assert_eq!(stage.blobs.names().len(), 3);
}
