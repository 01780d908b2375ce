//! Uploads that are refused, and what must not slip through.

use dak_proto::media::hash::{Hashes, Wanted};
use dak_server::Settings;
use dak_server::settings::Limits;

use crate::stage::gzip;
use crate::uploads::{START, Uploader, check, play};

const GOOG: &str = "POST /upload/demo/v1\nX-Goog-Upload-Protocol: resumable\nX-Goog-Upload-Command: start";

/// `Content-MD5` is of the body it stands at: of a chunk, of all parts together, of the media part. Nothing of a chunk that
/// is another is kept.
#[tokio::test]
async fn checksums_of_a_body() {
    play(&[
        (START, "200"),
        (
            "PUT SESSION\nContent-MD5: kAFQmDzST7DWlj99KOF/cg==\nContent-MD5: AAAAAAAAAAAAAAAAAAAAAA==\n\nabc",
            "400 | ~ must be there once",
        ),
        (
            "PUT SESSION\nContent-Range: bytes 0-2/6\nContent-MD5: kAFQmDzST7DWlj99KOF/cg==\n\nabc",
            "308 | range: bytes=0-2",
        ),
        (
            "PUT SESSION\nContent-Range: bytes 3-5/6\nContent-MD5: kAFQmDzST7DWlj99KOF/cg==\n\nabd",
            "400 | ~ doesn't match",
        ),
        ("PUT SESSION\nContent-Range: bytes */6", "308 | range: bytes=0-2"),
        ("PUT SESSION\nContent-Range: bytes 3-5/6\nContent-MD5: zz\n\nabc", "400 | ~ invalidHeader"),
        (
            "PUT SESSION\nContent-Range: bytes 3-5/6\nContent-MD5: kAFQmDzST7DWlj99KOF/cg==\n\nabc",
            "201 | ~ \"size\": \"6\"",
        ),
        ("GET /demo/v1/ITEM?alt=media", "200 | ~ abcabc"),
        (
            "POST /upload/demo/v1?uploadType=multipart\nContent-Type: multipart/related; boundary=b\n\n\
             --b\n\n{}\n--b\nContent-MD5: AAAAAAAAAAAAAAAAAAAAAA==\n\nabc\n--b--",
            "400 | ~ doesn't match",
        ),
        (
            "POST /upload/demo/v1?uploadType=multipart\nContent-Type: multipart/related; boundary=b\n\n\
             --b\nContent-MD5: AAAAAAAAAAAAAAAAAAAAAA==\n\n{}\n--b\n\nabc\n--b--",
            "400 | ~ doesn't match",
        ),
        (
            "POST /upload/demo/v1?uploadType=multipart\nContent-Type: multipart/related; boundary=b\nContent-MD5: YrXywCLVsVc2hR54QiEhTA==\n\n\
             --b\n\n{\"title\":\"t\"}\n--b\n\nabc\n--b--",
            "200 | ~ \"size\": \"3\"",
        ),
        (
            "POST /upload/demo/v1?uploadType=multipart\nContent-Type: multipart/related; boundary=b\nContent-MD5: kAFQmDzST7DWlj99KOF/cg==\n\n\
             --b\n\n{\"title\":\"t\"}\n--b\n\nabc\n--b--",
            "400 | ~ doesn't match",
        ),
    ])
    .await;
}

/// Media on a path that would lose it, and requests that would end an upload before it began.
#[tokio::test]
async fn nothing_is_lost_without_a_word() {
    play(&[
        (
            "POST /demo/v1\nX-Goog-Upload-Protocol: raw\nContent-Type: application/json\n\n{\"title\":\"t\"}",
            "400 | ~ wrongUrlForUpload",
        ),
        (
            "POST /upload/demo/v1\nX-Goog-Upload-Protocol: resumable\nX-Goog-Upload-Command: query",
            "400 | ~ invalidHeader",
        ),
        ("POST /upload/demo/v1?uploadType=media", "411 | ~ lengthRequired"),
        (START, "200 | content-type: text/plain; charset=utf-8"),
        ("PUT SESSION", "411"),
        ("PUT SESSION\nContent-Length: 0", "201 | ~ \"size\": \"0\""),
        // Clients that have no metadata to send send an empty object.
        ("POST /upload/demo/v1?uploadType=resumable\nContent-Type: application/json\n\n{}", "200"),
        ("PUT SESSION\n\nabc", "201 | ~ \"title\": \"\""),
    ])
    .await;
}

/// The newer protocol is refused in its own words.
#[tokio::test]
async fn goog_refusals() {
    let active = "400 | x-goog-upload-status: active | x-goog-upload-size-received: 4";
    play(&[
        (GOOG, "200"),
        ("POST SESSION\nX-Goog-Upload-Command: upload\nX-Goog-Upload-Offset: 0\n\n1234", "200"),
        ("POST SESSION\nX-Goog-Upload-Command: finalize\n\nabc", active),
        ("POST SESSION\nX-Goog-Upload-Command: upload\nX-Goog-Upload-Offset: 9\n\nabc", active),
        ("POST SESSION\nX-Goog-Upload-Command: stop", "400 | x-goog-upload-status: active"),
        ("POST SESSION\nX-Goog-Upload-Command: finalize", "200 | x-goog-upload-status: final"),
    ])
    .await;
}

/// `Content-MD5` is of a body as it is sent, compressed or not (RFC 1864).
#[tokio::test]
async fn checksums_of_compressed_bodies() {
    let sent = gzip(b"abc");
    let mut hashes = Hashes::new(Wanted { md5: true, sha256: false });
    hashes.update(&sent);
    let of_sent = hashes.digests().md5_text().unwrap();
    let of_text = "kAFQmDzST7DWlj99KOF/cg==";
    for (md5, simple, rest) in [(of_sent.as_str(), "200 | ~ \"size\": \"3\"", "201"), (of_text, "400", "400")] {
        let mut uploader = Uploader::new(Settings::default()).await;
        uploader.play(&[(START, "200")]).await;
        for (line, expected) in [("PUT SESSION", rest), ("POST /upload/demo/v1?uploadType=media", simple)] {
            let head = format!("{line}\nContent-Encoding: gzip\nContent-MD5: {md5}");
            check(&head, &uploader.send_bytes(&head, sent.clone().into()).await, expected);
        }
    }
}

/// What had ended or never was says so to whatever is asked of it, and a lasting refusal stands.
#[tokio::test]
async fn ended_sessions() {
    play(&[
        (GOOG, "200"),
        ("DELETE SESSION", "499"),
        ("POST SESSION\nX-Goog-Upload-Command: upload\n\nabc", "410 | x-goog-upload-status: cancelled"),
        ("PUT SESSION\nContent-Range: zzz\n\nabc", "410"),
        (GOOG, "200"),
        ("POST SESSION\nX-Goog-Upload-Command: upload, finalize\nX-Goog-Upload-Offset: 0\nX-Goog-Hash: crc32c=AAAAAA==\n\nabc", "400 | x-goog-upload-status: final"),
        ("POST SESSION\nX-Goog-Upload-Command: query", "410 | x-goog-upload-status: final | ~ doesn't match"),
        (START, "200"),
        ("PUT SESSION\nContent-Range: bytes 0-2/*\n\nabc", "308"),
        ("PUT SESSION\nContent-Range: bytes */3\nContent-Length: 0\nX-Goog-Hash: crc32c=AAAAAA==", "400"),
        ("PUT SESSION\nContent-Range: bytes */3\nContent-Length: 0", "400 | ~ doesn't match"),
    ])
    .await;
}

/// A body that becomes a thousand times as large as it was sent is nobody's.
#[tokio::test]
async fn bombs() {
    let limits = Limits { inflated_bytes_max: 1 << 20, ..Limits::default() };
    let mut uploader = Uploader::new(Settings { limits, ..Settings::default() }).await;
    let head = "POST /upload/demo/v1?uploadType=media\nContent-Encoding: gzip";
    let bomb = gzip(&vec![0; 2 << 20]);
    check(head, &uploader.send_bytes(head, bomb.into()).await, "413 | ~ times as large");
    uploader.stage.app.carry_out_due().await.unwrap();
    assert_eq!(uploader.stage.blobs.names().len(), 0);
}

/// A name without end would make a head that nobody reads.
#[tokio::test]
async fn long_names() {
    let mut uploader = Uploader::new(Settings::default()).await;
    let title = "é".repeat(9000);
    let request = format!("{START}\nContent-Type: application/json\n\n{{\"title\":\"{title}\"}}");
    check(&request, &uploader.send(&request).await, "200");
    uploader.play(&[("PUT SESSION\n\nabc", "201"), ("GET /demo/v1/ITEM?alt=media", "200 | ~ abc")]).await;
    let media = uploader.send("GET /demo/v1/ITEM?alt=media").await;
    assert!(media.header("content-disposition").len() < 1000);
}
