//! Uploads: what is answered to each request, written as it would stand on the wire.

use std::time::Duration;

use bytes::Bytes;
use dak_proto::media::receiver::Rules;
use dak_proto::media::start::CreatedStatus;
use dak_server::Settings;
use dak_server::body::{Body, Interrupted};
use dak_server::settings::{Limits, Uploads};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::stage::{Stage, Told, gzip};

const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// A request, and what its answer must be: a status, then any number of `| name: value` for its header fields, `| no name`
/// for one that must not be there, and `| ~ text` for a part of its body.
///
/// `SESSION` in a request stands for the URI of the session that was opened last, `ITEM` for the id of the item made last.
pub(crate) type Exchange = (&'static str, &'static str);

/// Uploads under way, as one client sees them.
pub(crate) struct Uploader {
    pub(crate) stage: Stage,
    session: String,
    item: String,
}

impl Uploader {
    pub(crate) async fn new(settings: Settings) -> Uploader {
        Uploader { stage: Stage::with(settings).await, session: String::new(), item: String::new() }
    }

    pub(crate) fn serving(document: &Value) -> Uploader {
        Uploader { stage: Stage::serving(document), session: String::new(), item: String::new() }
    }

    pub(crate) async fn play(&mut self, exchanges: &[Exchange]) {
        for (request, expected) in exchanges {
            let request = request.replace("SESSION", &self.session).replace("ITEM", &self.item);
            let told = self.send(&request).await;
            check(&request, &told, expected);
        }
    }

    pub(crate) async fn send(&mut self, request: &str) -> Told {
        let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
        let mut head = head.to_owned();
        if !head.contains("Content-Length") && !body.is_empty() {
            head = format!("{head}\nContent-Length: {}", body.len());
        }
        self.send_bytes(&head, Bytes::copy_from_slice(body.as_bytes())).await
    }

    pub(crate) async fn send_bytes(&mut self, head: &str, body: Bytes) -> Told {
        let told = self.stage.send_bytes(&head.replace("SESSION", &self.session), body).await;
        let session = [told.header("location"), told.header("x-goog-upload-url")].concat();
        if let Some(target) = session.strip_prefix("http://127.0.0.1:7070") {
            self.session = target.to_owned();
        }
        let made = serde_json::from_str::<Value>(&told.text).unwrap_or_default();
        if let Some(id) = made["id"].as_str() {
            self.item = id.to_owned();
        }
        told
    }

    /// How many items with media there are.
    pub(crate) async fn items(&self) -> usize {
        let list = self.stage.json(200, "GET /demo/v1?maxResults=500").await;
        list["items"].as_array().unwrap().iter().filter(|item| item.get("size").is_some()).count()
    }
}

pub(crate) fn check(request: &str, told: &Told, expected: &str) {
    let mut parts = expected.split(" | ");
    let status = parts.next().unwrap();
    assert_eq!(told.status.to_string(), status, "{request}\n{}", told.text);
    for part in parts {
        if let Some(text) = part.strip_prefix("~ ") {
            assert!(told.text.contains(text), "{request}: {text} is not in\n{}", told.text);
        } else if let Some(name) = part.strip_prefix("no ") {
            assert_eq!(told.header(name), "", "{request}: {name}");
        } else {
            let (name, value) = part.split_once(": ").unwrap();
            assert_eq!(told.header(name), value, "{request}: {name}");
        }
    }
}

pub(crate) async fn play(exchanges: &[Exchange]) {
    Uploader::new(Settings::default()).await.play(exchanges).await;
}

pub(crate) const START: &str = "POST /upload/demo/v1?uploadType=resumable";

/// `U1`: any method whose description takes media, within what it takes.
#[tokio::test]
async fn as_described() {
    let method = |name: &str, http_method: &str, path: &str, upload: Value| {
        let id =
            path.contains("{id}").then(|| json!({ "id": { "type": "string", "location": "path", "required": true } }));
        json!({
            "id": format!("post.letters.{name}"), "path": path, "httpMethod": http_method, "parameters": id,
            "request": { "$ref": "Letter" }, "response": { "$ref": "Letter" }, "mediaUpload": upload,
        })
    };
    let simple = json!({ "accept": ["message/*"], "maxSize": "10", "protocols": { "simple": { "multipart": true } } });
    let resumable =
        json!({ "accept": ["image/png", "image/jpeg"], "maxSize": "1KB", "protocols": { "resumable": {} } });
    let mut stamp = method("stamp", "POST", "letters/{id}/stamp", resumable.clone());
    stamp.as_object_mut().unwrap().remove("response");
    let properties = json!({ "id": { "type": "string" }, "subject": { "type": "string" }, "md5Checksum": { "type": "string" }, "size": { "type": "string" } });
    let document = json!({
        "name": "post", "version": "v1", "servicePath": "post/v1/",
        "schemas": { "Letter": { "id": "Letter", "type": "object", "properties": properties } },
        "resources": { "letters": { "methods": {
            "insert": method("insert", "POST", "letters", simple),
            "update": method("update", "PUT", "letters/{id}", resumable),
            "stamp": stamp,
        } } },
    });
    Uploader::serving(&document)
        .play(&[
            ("POST /upload/post/v1/letters?uploadType=media\nContent-Type: text/plain\n\nabc", "400 | ~ Media type 'text/plain' is not supported. Valid media types: [message/*]"),
            ("POST /upload/post/v1/letters?uploadType=media\nContent-Type: message/rfc822\n\n01234567890", "413 | ~ uploadTooLarge"),
            ("POST /upload/post/v1/letters?uploadType=resumable", "400 | ~ takes no resumable uploads"),
            ("POST /upload/post/v1/letters?uploadType=multipart\nContent-Type: multipart/related; boundary=b\n\n--b\n\n{}\n--b\nContent-Type: text/html\n\nabc\n--b--", "400 | ~ badContent"),
            ("POST /upload/post/v1/letters?uploadType=multipart\nContent-Type: multipart/related; boundary=b\n\n--b\n\n{}\n--b\nContent-Type: message/rfc822\n\n01234567890\n--b--", "413 | ~ uploadTooLarge"),
            ("POST /upload/post/v1/letters?uploadType=media\nContent-Type: message/rfc822\nContent-MD5: kAFQmDzST7DWlj99KOF/cg==\n\nabc", "200 | ~ \"size\": \"3\" | ~ 900150983cd24fb0d6963f7d28e17f72"),
            ("PUT /upload/post/v1/letters/ITEM?uploadType=resumable\nX-Upload-Content-Type: text/html", "400 | ~ badContent"),
            ("PUT /upload/post/v1/letters/ITEM?uploadType=resumable\nX-Upload-Content-Length: 1025", "413"),
            ("PUT /upload/post/v1/letters/ITEM?uploadType=resumable", "200"),
            ("PUT SESSION\nContent-Type: text/html\n\nabc", "400 | ~ badContent"),
            // D94: the item has a member for it.
            ("PUT SESSION\nContent-Type: image/jpeg\n\nabc", "200 | ~ \"size\": \"3\" | ~ 900150983cd24fb0d6963f7d28e17f72"),
            ("POST /upload/post/v1/letters/ITEM/stamp?uploadType=resumable", "200"),
            ("PUT SESSION\nContent-Type: image/png\n\nabc", "201"),
        ])
        .await;
}

/// `U2` `U3`
#[tokio::test]
async fn simple() {
    play(&[
        ("POST /upload/demo/v1?uploadType=media\nContent-Type: image/png\n\n123456789", "200 | ~ \"size\": \"9\" | ~ \"crc32c\": \"4waSgw==\" | ~ \"mimeType\": \"image/png\" | x-goog-hash: crc32c=4waSgw=="),
        ("GET /demo/v1/ITEM?alt=media", "200 | content-type: image/png | ~ 123456789 | x-content-type-options: nosniff | content-security-policy: sandbox; default-src 'none'"),
        ("PUT /upload/demo/v1/ITEM?uploadType=media\nContent-Type: text/html\n\n<b>", "200 | ~ \"size\": \"3\""),
        ("GET /demo/v1/ITEM?alt=media", "200 | ~ <b> | content-type: text/html"),
        ("PATCH /upload/demo/v1/ITEM?uploadType=media&fields=size,title\nContent-Type: text/plain\n\nwords", "200 | ~ \"size\": \"5\" | ~ \"title\""),
        ("PATCH /demo/v1/ITEM\nContent-Type: application/json\n\n{\"title\":\"t\"}", "200 | ~ \"size\": \"5\""),
        ("GET /demo/v1/ITEM?alt=media", "200 | ~ words | content-disposition: inline; filename=\"t\""),
        ("PATCH /demo/v1/ITEM\nContent-Type: application/json\n\n{\"title\":\"../a\\u202eb\\n\"}", "200"),
        ("GET /demo/v1/ITEM?alt=media", "200 | ~ words | content-disposition: inline; filename=\".._a_b_\""),
        // D95: as clients of storage services ask.
        ("GET /download/demo/v1/ITEM?alt=media\nRange: bytes=1-2", "206 | ~ or"),
        ("GET /download/demo/v1/ITEM", "200 | ~ \"size\": \"5\""),
        ("GET /download/demo/v1", "404"),
        ("DELETE /download/demo/v1/ITEM", "404"),
        ("POST /upload/demo/v1?upload_protocol=raw\nContent-Length: 0", "200 | ~ \"size\": \"0\" | ~ application/octet-stream"),
        ("GET /demo/v1/ITEM?alt=media", "200"),
        ("POST /upload/demo/v1\nX-Goog-Upload-Protocol: raw\n\nabc", "200 | x-goog-upload-status: final"),
        ("POST /upload/demo/v1\nX-Goog-Upload-Protocol: raw\nX-Goog-Upload-Header-Content-Type: a/b\n\nabc", "200 | ~ a/b"),
        ("POST /upload/demo/v1?uploadType=media\nContent-Range: bytes 0-2/3\n\nabc", "200 | ~ \"size\": \"3\""),
        ("POST /resumable/upload/demo/v1?uploadType=media\n\nabc", "200"),
        ("POST /upload/demo/v1?uploadType=media\nX-Goog-Hash: crc32c=4waSgw==\n\n12345678", "400 | ~ doesn't match"),
        ("POST /upload/demo/v1?uploadType=media\nContent-MD5: JfnnlDI7RTiF9RgfG2JNCw==\n\n123456789", "200 | ~ \"md5Hash\": \"JfnnlDI7RTiF9RgfG2JNCw==\""),
        ("PUT /upload/demo/v1/999?uploadType=media\n\nabc", "404"),
        ("PUT /upload/demo/v1/324?uploadType=media\nIf-Match: \"stale\"\n\nabc", "412"),
        ("DELETE /upload/demo/v1/324?uploadType=media", "400 | ~ notUpload"),
        ("POST /upload/nothing?uploadType=media\n\nabc", "404"),
    ])
    .await;
}

/// `U4`
#[tokio::test]
async fn multipart() {
    let related = |body: &str| {
        format!("POST /upload/demo/v1?uploadType=multipart\nContent-Type: multipart/related; boundary=b\n\n{body}")
    };
    let cases: [(&str, &str); 9] = [
        (
            "--b\n\n{\"title\":\"t\"}\n--b\nContent-Type: text/plain\n\nabc\r\n--b--",
            "200 | ~ \"size\": \"4\" | ~ \"title\": \"t\"",
        ),
        (
            "--b\r\nContent-Type: application/json\r\n\r\n{\"title\":\"t\"}\r\n--b\r\n\r\nabc\r\n--b--\r\n",
            "200 | ~ \"size\": \"3\"",
        ),
        (
            "--b\r\n\r\n{\"title\":\"t\"}\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--b--",
            "200 | ~ \"crc32c\": \"Nks/tw==\"",
        ),
        ("--b\r\n\r\n\r\n--b\r\n\r\nabc\r\n--b--", "200 | ~ \"title\": \"\""),
        ("--b\r\n\r\n{\"title\":7}\r\n--b\r\n\r\nabc\r\n--b--", "400 | ~ title"),
        ("--b\r\n\r\n{\r\n--b\r\n\r\nabc\r\n--b--", "400 | ~ parseError"),
        ("--b\r\n\r\n{\"title\":\"t\",\"crc32c\":\"AAAAAA==\"}\r\n--b\r\n\r\nabc\r\n--b--", "400 | ~ doesn't match"),
        ("--b\r\n\r\n{\"title\":\"t\"}\r\n--b\r\n\r\nabc\r\n--b\r\n\r\nabc\r\n--b--", "400 | ~ tooManyParts"),
        ("--b\r\n\r\n{\"title\":\"t\"}\r\n--b\r\n\r\nabc", "400"),
    ];
    let mut uploader = Uploader::new(Settings::default()).await;
    for (body, expected) in cases {
        let request = related(body);
        let told = uploader.send(&request).await;
        check(&request, &told, expected);
    }
    assert_eq!(uploader.items().await, 4);
}

/// `U6` `U7` `U9` `U10`
#[tokio::test]
async fn resumable() {
    play(&[
        (START, "200 | no x-goog-upload-chunk-granularity | ~ "),
        ("PUT SESSION\nContent-Range: bytes */*", "308 | no range | no location | x-goog-running-hash: crc32c=AAAAAA=="),
        ("PUT SESSION\nContent-Range: bytes 0-2/9\n\n123", "308 | range: bytes=0-2 | no location"),
        ("PUT SESSION\nContent-Range: */9", "308 | range: bytes=0-2"),
        ("POST SESSION\nContent-Range: bytes 1-4/*\n\n2345", "308 | range: bytes=0-4"),
        ("PUT SESSION\nContent-Range: bytes 7-8/9\n\n89", "503 | content-type: text/plain; charset=utf-8 | ~ offset is 7 byte(s), which exceeds already uploaded size of 5"),
        ("PUT SESSION\nContent-Range: bytes 5-8/9\n\n678", "400 | ~ There were 3 byte(s) in the request body."),
        ("PUT SESSION\nContent-Range: bytes 5-8\n\n6789", "400 | ~ Failed to parse Content-Range header."),
        ("PUT SESSION\nX-GUploader-No-308: yes\nContent-Range: bytes */9", "200 | x-http-status-code-override: 308 | range: bytes=0-4"),
        ("PUT SESSION\nContent-Range: bytes 5-8/9\n\n6789", "201 | ~ \"size\": \"9\" | ~ \"crc32c\": \"4waSgw==\""),
        ("PUT SESSION\nContent-Range: bytes */9", "201 | ~ \"size\": \"9\""),
        ("PUT SESSION\nContent-Range: bytes 5-8/9\n\n6789", "201 | ~ \"size\": \"9\""),
        ("GET /demo/v1/ITEM?alt=media", "200 | ~ 123456789"),
        // What was declared ends the upload when it is there.
        ("POST /upload/demo/v1?uploadType=resumable\nX-Upload-Content-Length: 3\nX-Upload-Content-Type: a/b", "200"),
        ("PUT SESSION\nContent-Range: bytes 0-2/*\n\nabc", "201 | ~ a/b"),
        // A length that shows at the end.
        (START, "200"),
        ("PUT SESSION\nContent-Range: bytes 0-2/*\n\nabc", "308"),
        ("PUT SESSION\nContent-Range: bytes */3", "201 | ~ \"size\": \"3\""),
        (START, "200"),
        ("PUT SESSION\nContent-Range: bytes 0--1/0", "201 | ~ \"size\": \"0\""),
        // An item that is there.
        ("PUT /upload/demo/v1/ITEM?uploadType=resumable\nContent-Type: application/json\n\n{\"title\":\"n\"}", "200"),
        ("PUT SESSION\nContent-Type: image/gif\n\nGIF", "200 | ~ image/gif | ~ \"title\": \"n\""),
        ("POST /upload/demo/v1/ITEM?uploadType=resumable\nX-HTTP-Method-Override: PATCH", "200"),
        ("PUT SESSION\n\nabc", "200 | ~ \"title\": \"n\""),
        ("PUT /upload/demo/v1/999?uploadType=resumable", "404"),
    ])
    .await;
}

#[tokio::test]
async fn sessions_end() {
    play(&[
        (START, "200"),
        ("DELETE SESSION", "499"),
        ("PUT SESSION\n\nabc", "410"),
        ("PUT SESSION\nContent-Range: bytes */*", "410"),
        ("PUT /upload/demo/v1?uploadType=resumable&upload_id=never\n\nabc", "404"),
        ("GET SESSION", "405"),
        // A checksum that is not that of the bytes ends it, and whoever asks is told again.
        (START, "200"),
        ("PUT SESSION\nX-Goog-Hash: crc32c=AAAAAA==\n\nabc", "400 | ~ doesn't match"),
        ("PUT SESSION\nContent-Range: bytes */3", "400 | ~ doesn't match"),
    ])
    .await;
}

/// Checksums that come too late to be counted on the way are counted over what is stored.
#[tokio::test]
async fn checksums_declared_at_the_end() {
    play(&[
        (START, "200"),
        ("PUT SESSION\nContent-Range: bytes 0-3/9\n\n1234", "308 | no x-range-md5"),
        (
            "PUT SESSION\nX-Goog-Hash: md5=JfnnlDI7RTiF9RgfG2JNCw==\nContent-Range: bytes 4-8/9\n\n56789",
            "201 | ~ \"md5Hash\": \"JfnnlDI7RTiF9RgfG2JNCw==\"",
        ),
        ("POST /upload/demo/v1?uploadType=resumable\nX-Goog-Hash: md5=JfnnlDI7RTiF9RgfG2JNCw==", "200"),
        ("PUT SESSION\nContent-Range: bytes 0-3/9\n\n1234", "308 | x-range-md5: 81dc9bdb52d04dc20036dbd8313ed055"),
        (START, "200"),
        ("PUT SESSION\nContent-Range: bytes 0-3/9\n\n1234", "308"),
        (
            "PUT SESSION\nX-Goog-Hash: md5=JfnnlDI7RTiF9RgfG2JNCw==\nContent-Range: bytes 4-8/9\n\n56780",
            "400 | ~ doesn't match",
        ),
    ])
    .await;
}

/// The newer protocol over the same sessions.
#[tokio::test]
async fn goog_upload() {
    let start = "POST /upload/demo/v1\nX-Goog-Upload-Protocol: resumable\nX-Goog-Upload-Command: start";
    play(&[
        (start, "200 | x-goog-upload-status: active | x-goog-upload-chunk-granularity: 262144 | no location"),
        (
            "POST SESSION\nX-Goog-Upload-Command: upload\nX-Goog-Upload-Offset: 0\n\n1234",
            "200 | x-goog-upload-status: active | x-goog-upload-size-received: 4",
        ),
        (
            "POST SESSION\nX-Goog-Upload-Command: upload\nX-Goog-Upload-Offset: 2\n\n34",
            "400 | x-goog-upload-status: active | x-goog-upload-size-received: 4",
        ),
        (
            "POST SESSION\nX-Goog-Upload-Command: query",
            "200 | x-goog-upload-status: active | x-goog-upload-size-received: 4",
        ),
        ("PUT SESSION\nContent-Range: bytes */9", "308 | range: bytes=0-3"),
        (
            "POST SESSION\nX-Goog-Upload-Command: upload, finalize\nX-Goog-Upload-Offset: 4\n\n56789",
            "200 | x-goog-upload-status: final | ~ \"size\": \"9\"",
        ),
        ("POST SESSION\nX-Goog-Upload-Command: query", "200 | x-goog-upload-status: final | ~ \"size\": \"9\""),
        ("POST SESSION\nX-Goog-Upload-Command: cancel", "400"),
        (start, "200"),
        ("POST SESSION\nX-Goog-Upload-Command: cancel", "200 | x-goog-upload-status: cancelled"),
        ("POST SESSION\nX-Goog-Upload-Command: query", "410 | x-goog-upload-status: cancelled"),
    ])
    .await;
}

#[tokio::test]
async fn not_uploads() {
    play(&[
        (
            "POST /upload/demo/v1?fields=id\n\nabc",
            "400 | ~ notUpload | ~ Not an upload request. Re-send request to: http://127.0.0.1:7070/demo/v1?fields=id",
        ),
        ("POST /upload/demo/v1\nHost: 127.0.0.1:\n\nabc", "400 | ~ http://127.0.0.1:7070/demo/v1"),
        ("PUT /upload/demo/v1/324?uploadType=media\nContent-Range: bytes 0-2/9\n\nabc", "400 | ~ Content-Range"),
        ("PUT /upload/demo/v1/324?uploadType=media\nContent-Range: bytes 3-5/6\n\nabc", "400 | ~ Content-Range"),
        ("PUT /upload/demo/v1/324?uploadType=media\nContent-Range: bytes 0-9/10\n\nabc", "400 | ~ Content-Range"),
        ("POST /upload/demo/v1?uploadType=tus\n\nabc", "400 | ~ unsupportedMediaProtocol"),
        ("POST /demo/v1?uploadType=media\nContent-Type: image/png\n\nabc", "400 | ~ wrongUrlForUpload"),
        ("POST /demo/v1\nContent-Type: image/png\n\nabc", "400 | ~ wrongUrlForUpload"),
        ("POST /upload/submit?uploadType=media\n\n{}", "400 | ~ notUpload"),
        ("POST /upload/demo/v1?uploadType=resumable\nContent-Type: application/json\n\n{", "400 | ~ parseError"),
        ("POST /upload/demo/v1?uploadType=resumable&fields=nothing", "400 | ~ Invalid field selection nothing"),
        ("POST /upload/demo/v1?uploadType=media&wrong=1\n\nabc", "400 | ~ wrong"),
        ("GET /demo/v1/324?alt=media", "404"),
    ])
    .await;
}

/// RFC 9110 14: parts of media.
#[tokio::test]
async fn ranges() {
    let mut uploader = Uploader::new(Settings::default()).await;
    uploader.play(&[("POST /upload/demo/v1?uploadType=media\n\n0123456789", "200")]).await;
    let told = uploader.send(&format!("GET /demo/v1/{}?alt=media", uploader.item)).await;
    let etag = told.header("etag").to_owned();
    let cases: [(&str, &str); 9] = [
        ("Range: bytes=2-4", "206 | content-range: bytes 2-4/10 | ~ 234"),
        ("Range: bytes=8-", "206 | content-range: bytes 8-9/10 | ~ 89"),
        ("Range: bytes=-1", "206 | ~ 9"),
        ("Range: bytes=10-", "416 | content-range: bytes */10"),
        ("Range: bytes=1-2,4-5", "200 | no content-range"),
        ("Range: bytes=2-4\nIf-Range: ETAG", "206 | ~ 234"),
        ("Range: bytes=2-4\nIf-Range: \"other\"", "200"),
        ("If-None-Match: ETAG", "304"),
        ("If-Match: \"other\"", "412"),
    ];
    for (fields, expected) in cases {
        let request = format!("GET /demo/v1/{}?alt=media\n{}", uploader.item, fields.replace("ETAG", &etag));
        let told = uploader.send(&request).await;
        check(&request, &told, expected);
    }
}

/// `U8`, and Google's chunk rules.
#[tokio::test]
async fn choices_of_the_operator() {
    let uploads = Uploads { rules: Rules::Faithful, created: CreatedStatus::Always200 };
    let mut uploader = Uploader::new(Settings { uploads, ..Settings::default() }).await;
    uploader
        .play(&[
            (START, "200"),
            ("PUT SESSION\nContent-Range: */3", "400"),
            ("PUT SESSION\nContent-Range: bytes 0-2/9\n\n123", "400 | ~ equal or greater than 262144"),
            ("PUT SESSION\n\n123456789", "200 | ~ \"size\": \"9\""),
        ])
        .await;
}

/// Content codings are undone before bytes are counted.
#[tokio::test]
async fn compressed() {
    let mut uploader = Uploader::new(Settings::default()).await;
    let head = "POST /upload/demo/v1?uploadType=media\nContent-Encoding: gzip";
    check(head, &uploader.send_bytes(head, gzip(b"123456789").into()).await, "200 | ~ \"size\": \"9\" | ~ 4waSgw==");
    uploader.play(&[(START, "200")]).await;
    let head = format!("PUT {}\nContent-Encoding: gzip\nContent-Range: bytes 0-8/9", uploader.session);
    check(&head, &uploader.send_bytes(&head, gzip(b"123456789").into()).await, "201 | ~ 4waSgw==");
    let head = "POST /upload/demo/v1?uploadType=media\nContent-Encoding: gzip";
    check(head, &uploader.send_bytes(head, Bytes::from_static(b"no gzip")).await, "400 | ~ not valid gzip");
    let whole = gzip(b"123456789");
    let half = Bytes::copy_from_slice(&whole[..whole.len() - 9]);
    check(head, &uploader.send_bytes(head, half).await, "400 | ~ not valid gzip");
    assert_eq!(uploader.items().await, 2);
}

/// What a damaged coding has become is not kept: only its end tells that it is damaged.
#[tokio::test]
async fn damaged_coding() {
    let bytes: Vec<u8> = (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let whole = gzip(&bytes);
    let (mut other, end) = (whole.clone(), whole.len());
    other[end - 8] ^= 1;
    for damaged in [other, whole[..end - 8].to_vec(), whole[..end - 1].to_vec()] {
        let mut uploader = Uploader::new(Settings::default()).await;
        uploader.play(&[(START, "200")]).await;
        let head = format!("PUT {}\nContent-Encoding: gzip\nContent-Range: bytes 0-99999/*", uploader.session);
        check(&head, &uploader.send_bytes(&head, damaged.into()).await, "400 | ~ not valid gzip");
        uploader.play(&[("PUT SESSION\nContent-Range: bytes */*", "308 | no range")]).await;
        check(&head, &uploader.send_bytes(&head, whole.clone().into()).await, "308 | range: bytes=0-99999");
    }
}

/// `U11`: a week, and a week more in which it is known that there was something.
#[tokio::test]
async fn time_runs_out() {
    let mut uploader = Uploader::new(Settings::default()).await;
    uploader.stage.app.clock.stop_at_ms(1_800_000_000_000);
    uploader.play(&[(START, "200"), ("PUT SESSION\nContent-Range: bytes 0-2/*\n\nabc", "308")]).await;
    let begun = uploader.session.clone();
    uploader.play(&[(START, "200"), ("PUT SESSION\n\nabc", "201")]).await;
    let finished = uploader.session.clone();
    for (weeks, begun_answer, finished_answer) in [(0, "308", "201"), (1, "410", "410"), (1, "404", "404")] {
        uploader.stage.app.clock.advance_ms(weeks * WEEK_MS);
        uploader.stage.app.carry_out_due().await.unwrap();
        // The bytes of the session that was not finished go when it expires; the item keeps its own.
        assert_eq!(uploader.stage.blobs.names().len(), if weeks == 0 { 2 } else { 1 });
        for (session, expected) in [(&begun, begun_answer), (&finished, finished_answer)] {
            let request = format!("PUT {session}\nContent-Range: bytes */*");
            check(&request, &uploader.send(&request).await, expected);
        }
    }
    assert_eq!(uploader.items().await, 1);
}

/// Whoever opened a session is believed to own it; a session never shows how it is opened.
#[tokio::test]
async fn sessions_are_listed_without_their_secrets() {
    let control_token = Some("control".to_owned());
    let large = format!("{START}\nContent-Type: application/json\n\n{{\"title\": \"{}\"}}", "x".repeat(1 << 20));
    let mut uploader = Uploader::new(Settings { control_token, ..Settings::default() }).await;
    uploader.play(&[(START, "200"), ("PUT SESSION\nContent-Range: bytes 0-2/*\n\nabc", "308")]).await;
    let list = uploader.stage.json(200, "GET /_dak/uploads\nAuthorization: Bearer control").await;
    let secret = uploader.session.split("upload_id=").nth(1).unwrap().to_owned();
    assert_eq!(list["uploads"][0]["offset"], 3);
    assert_eq!(list["uploads"][0]["method"], "demo.items.insert");
    assert!(!list.to_string().contains(&secret));
    uploader.play(&[("DELETE SESSION", "499")]).await;
    let list = uploader.stage.json(200, "GET /_dak/uploads\nAuthorization: Bearer control").await;
    assert_eq!(list["uploads"].as_array().unwrap().len(), 0);
    // More than the store gives at once.
    for _ in 0..6 {
        assert_eq!(uploader.stage.send(&large).await.status, 200);
    }
    let list = uploader.stage.json(200, "GET /_dak/uploads\nAuthorization: Bearer control").await;
    assert_eq!((list["uploads"].as_array().unwrap().len(), &list["areMore"]), (6, &Value::Null));
}

/// Bodies larger than a method takes, by name, on the way, and in metadata.
#[tokio::test]
async fn too_much() {
    let limits = Limits { body_bytes_max: 100, ..Limits::default() };
    let mut uploader = Uploader::new(Settings { limits, ..Settings::default() }).await;
    let long = "x".repeat(200);
    let metadata = format!("{START}\nContent-Type: application/json\n\n{{\"title\":\"{long}\"}}");
    check(&metadata, &uploader.send(&metadata).await, "413 | ~ uploadTooLarge");
    uploader
        .play(&[
            (
                "POST /upload/demo/v1?uploadType=resumable\nX-Upload-Content-Length: 6000000000000",
                "413 | ~ uploadTooLarge",
            ),
            (START, "200"),
            ("PUT SESSION\nContent-Range: bytes 0-2/6000000000000\n\nabc", "413"),
        ])
        .await;
    // Media is not bound by what holds for JSON.
    let media = format!("POST /upload/demo/v1?uploadType=media\n\n{long}");
    check(&media, &uploader.send(&media).await, "200 | ~ \"size\": \"200\"");
}

/// A request that is repeated with its key makes nothing anew, and its bytes go.
#[tokio::test]
async fn repeated_with_a_key() {
    let media = "POST /upload/demo/v1?uploadType=media\nIdempotency-Key: one";
    let start = "POST /upload/demo/v1?uploadType=resumable\nIdempotency-Key: two";
    let mut uploader = Uploader::new(Settings::default()).await;
    let (abc, abd) = (format!("{media}\n\nabc"), format!("{media}\n\nabd"));
    for (request, expected) in [(&abc, "200"), (&abc, "200 | ~ \"size\": \"3\""), (&abd, "422")] {
        check(request, &uploader.send(request).await, expected);
    }
    for _ in 0..2 {
        uploader.play(&[(start, "200"), ("PUT SESSION\n\nabcd", "201 | ~ \"size\": \"4\"")]).await;
        uploader.play(&[("PUT SESSION\nContent-Range: bytes */4", "201")]).await;
    }
    uploader.stage.app.carry_out_due().await.unwrap();
    assert_eq!((uploader.items().await, uploader.stage.blobs.names().len()), (2, 2));
}

/// `U10`: what came before a stall lasts although its request has not ended, and then goes on.
#[tokio::test(start_paused = true)]
async fn a_body_that_stalls() {
    let mut uploader = Uploader::new(Settings::default()).await;
    uploader.play(&[(START, "200")]).await;
    let (said, body) = http_body_util::channel::Channel::<Bytes, Interrupted>::new(1);
    let head = format!("PUT {}\nContent-Range: bytes 0-5/*", uploader.session);
    let sending = uploader.stage.send_body(&head, Body::Stream(body.boxed_unsync()));
    let asking = async {
        let mut said = said;
        said.send_data(Bytes::from("abc")).await.unwrap();
        for expected in ["no range", "range: bytes=0-2"] {
            let asked = format!("PUT {}\nContent-Range: bytes */*", uploader.session);
            let told = uploader.stage.send(&asked).await;
            check(&asked, &told, &format!("308 | {expected}"));
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        said.send_data(Bytes::from("def")).await.unwrap();
    };
    let (told, ()) = tokio::join!(sending, asking);
    check(&head, &told, "308 | range: bytes=0-5");
}

/// Of what was thrown away nothing is left.
#[tokio::test]
async fn deleted_media_goes() {
    let mut uploader = Uploader::new(Settings::default()).await;
    uploader
        .play(&[
            ("POST /upload/demo/v1?uploadType=media\n\nabc", "200"),
            ("PUT /upload/demo/v1/ITEM?uploadType=media\n\nabcd", "200"),
            ("DELETE /demo/v1/ITEM", "204"),
            (START, "200"),
            ("PUT SESSION\nContent-Range: bytes 0-2/*\n\nabc", "308"),
            ("DELETE SESSION", "499"),
            ("POST /upload/demo/v1?uploadType=media\nX-Goog-Hash: crc32c=AAAAAA==\n\nabc", "400"),
        ])
        .await;
    uploader.stage.app.carry_out_due().await.unwrap();
    assert_eq!(uploader.stage.blobs.names(), Vec::<String>::new());
}
