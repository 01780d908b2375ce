//! Bodies that come bit by bit: cut, stalled, overtaken, larger than they may be.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use dak_server::Settings;
use dak_server::body::{Body, Interrupted};
use dak_server::settings::Limits;
use http_body::Frame;
use http_body_util::BodyExt;
use tokio::sync::mpsc;

use crate::stage::{Stage, Told};

/// A body that a test feeds.
struct Fed(mpsc::UnboundedReceiver<Result<Bytes, Interrupted>>);

/// What feeds it. Dropping it ends the body.
struct Feeder(mpsc::UnboundedSender<Result<Bytes, Interrupted>>);

impl Feeder {
    /// A body that nobody reads any more is what some of these tests are about.
    fn feed(&self, text: impl Into<Bytes>) {
        let _ = self.0.send(Ok(text.into()));
    }

    fn cut(&self) {
        let _ = self.0.send(Err(Interrupted("cut".to_owned())));
    }
}

impl http_body::Body for Fed {
    type Data = Bytes;
    type Error = Interrupted;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Interrupted>>> {
        self.0.poll_recv(context).map(|fed| fed.map(|piece| piece.map(Frame::data)))
    }
}

fn fed() -> (Feeder, Body) {
    let (feeder, pieces) = mpsc::unbounded_channel();
    (Feeder(feeder), Body::Stream(Fed(pieces).boxed_unsync()))
}

async fn session(stage: &Stage) -> String {
    let told = stage.send("POST /upload/demo/v1?uploadType=resumable").await;
    told.header("location").strip_prefix("http://127.0.0.1:7070").unwrap().to_owned()
}

async fn status(stage: &Stage, session: &str) -> Told {
    stage.send(&format!("PUT {session}\nContent-Range: bytes */*\nContent-Length: 0")).await
}

/// Waits until so many bytes of a body that still comes have arrived.
async fn until_received(stage: &Stage, bytes: u64) {
    loop {
        let list = dak_server::uploads::watch::list(&stage.app).await.unwrap();
        if list["uploads"][0]["receivedBytes"].as_u64() == Some(bytes) {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_came_before_a_cut_is_kept() {
    let stage = Stage::new().await;
    let session = session(&stage).await;
    let (feeder, body) = fed();
    feeder.feed("1234");
    feeder.cut();
    let told = stage.send_body(&format!("PUT {session}\nContent-Range: bytes 0-8/9"), body).await;
    assert_eq!(told.status, 400);
    assert_eq!(status(&stage, &session).await.header("range"), "bytes=0-3");
    let rest = stage.send(&format!("PUT {session}\nContent-Range: bytes 4-8/9\nContent-Length: 5\n\n56789")).await;
    assert_eq!((rest.status, &rest.json()["crc32c"]), (201, &"4waSgw==".into()));
}

#[tokio::test]
async fn a_body_that_stalls_is_given_up_and_what_came_is_kept() {
    let limits = Limits { body_idle_timeout: Duration::from_millis(1), ..Limits::default() };
    let stage = Stage::with(Settings { limits, ..Settings::default() }).await;
    let session = session(&stage).await;
    let (feeder, body) = fed();
    feeder.feed("1234");
    let told = stage.send_body(&format!("PUT {session}\nContent-Range: bytes 0-8/9"), body).await;
    assert_eq!(told.status, 408);
    assert_eq!(status(&stage, &session).await.header("range"), "bytes=0-3");
}

/// A client whose line went dead sends the rest again; the old request's bytes are kept as far as they came, and what it
/// still brings counts for nothing.
#[tokio::test]
async fn a_newer_request_overtakes() {
    let stage = Stage::new().await;
    let session = session(&stage).await;
    let (old, body) = fed();
    old.feed("1234");
    let old_head = format!("PUT {session}\nContent-Range: bytes 0-8/9");
    let new_head = format!("PUT {session}\nContent-Range: bytes 2-8/9\nContent-Length: 7\n\n3456789");
    let newer = async {
        until_received(&stage, 4).await;
        assert_eq!(status(&stage, &session).await.header("range"), "", "a question does not disturb");
        let told = stage.send(&new_head).await;
        old.feed("xxxxx");
        drop(old);
        told
    };
    let (old_told, new_told) = tokio::join!(stage.send_body(&old_head, body), newer);
    assert_eq!(old_told.status, 503);
    assert_eq!((new_told.status, &new_told.json()["crc32c"]), (201, &"4waSgw==".into()));
    assert_eq!(status(&stage, &session).await.status, 201);
}

/// Of many requests with the same bytes at the same moment one makes the item, and all are told the same in the end.
#[tokio::test]
async fn many_at_once_make_one_item() {
    let stage = Stage::new().await;
    let session = session(&stage).await;
    let head = format!("PUT {session}\nContent-Range: bytes 0-8/9\nContent-Length: 9\n\n123456789");
    let sent: Vec<_> = (0..20).map(|_| stage.send(&head)).collect();
    let mut codes = Vec::new();
    for told in join_all(sent).await {
        codes.push(told.status);
    }
    assert!(codes.iter().all(|code| matches!(code, 201 | 503)), "{codes:?}");
    assert_eq!(status(&stage, &session).await.status, 201);
    let list = stage.json(200, "GET /demo/v1").await;
    let made = list["items"].as_array().unwrap().iter().filter(|item| item.get("size").is_some());
    assert_eq!(made.count(), 1);
}

async fn join_all(sent: Vec<impl Future<Output = Told>>) -> Vec<Told> {
    let mut sent: Vec<_> = sent.into_iter().map(Box::pin).collect();
    let mut told: Vec<Option<Told>> = sent.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (request, told) in sent.iter_mut().zip(&mut told) {
            if told.is_none()
                && let Poll::Ready(answer) = request.as_mut().poll(context)
            {
                *told = Some(answer);
            }
        }
        if told.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    told.into_iter().flatten().collect()
}

#[tokio::test]
async fn a_body_longer_than_its_range_is_refused_and_the_session_goes_on() {
    let stage = Stage::new().await;
    let session = session(&stage).await;
    for (range, kept, text) in [
        ("0-3/9", "", "There were 8 byte(s)"),
        ("0-7/9", "bytes=0-7", ""),
        ("8-*/9", "bytes=0-7", "There were 8 byte(s)"),
        // Longer than what is kept of it between two checkpoints; one that is cut then is no better.
        ("8-25165831/*", "bytes=0-7", "There were 33554432 byte(s)"),
        ("8-25165831/25165832", "bytes=0-7", "There were 33554432 byte(s)"),
    ] {
        let (feeder, body) = fed();
        let (pieces, times) = if range.len() > 6 { (4, 1 << 20) } else { (1, 1) };
        (0..pieces).for_each(|_| feeder.feed("12345678".repeat(times)));
        if !text.is_empty() {
            feeder.cut();
        }
        drop(feeder);
        let told = stage.send_body(&format!("PUT {session}\nContent-Range: bytes {range}"), body).await;
        assert_eq!(told.status, if text.is_empty() { 308 } else { 400 }, "{range}: {}", told.text);
        assert!(told.text.contains(text), "{range}: {}", told.text);
        assert_eq!(status(&stage, &session).await.header("range"), kept, "{range}");
    }
    let told = stage.send(&format!("PUT {session}\nContent-Range: bytes 8-8/9\nContent-Length: 1\n\n9")).await;
    assert_eq!(told.status, 201, "{}", told.text);
    assert!(told.text.contains("\"crc32c\": \"4waSgw==\""), "{}", told.text);
}

/// An upload in one request that is cut leaves nothing behind.
#[tokio::test]
async fn a_cut_upload_in_one_request_is_nothing() {
    let stage = Stage::new().await;
    for head in [
        "POST /upload/demo/v1?uploadType=media",
        "POST /upload/demo/v1?uploadType=multipart\nContent-Type: multipart/related; boundary=b",
    ] {
        let (feeder, body) = fed();
        feeder.feed("--b\n\n{\"title\":\"t\"}\n--b\n\nabc");
        feeder.cut();
        assert_eq!(stage.send_body(head, body).await.status, 400, "{head}");
    }
    stage.app.carry_out_due().await.unwrap();
    assert_eq!(stage.blobs.names(), Vec::<String>::new());
    assert_eq!(stage.json(200, "GET /demo/v1").await["items"].as_array().unwrap().len(), 2);
}

/// What a process left behind that was killed during an upload in one request goes at the next start; a session stays.
#[tokio::test]
async fn what_nobody_can_go_on_with_goes_at_the_start() {
    let stage = Stage::new().await;
    let session = session(&stage).await;
    stage.send(&format!("PUT {session}\nContent-Range: bytes 0-2/*\nContent-Length: 3\n\nabc")).await;
    let (feeder, body) = fed();
    feeder.feed("1234");
    let interrupted = async {
        while stage.blobs.names().len() < 2 {
            tokio::task::yield_now().await;
        }
        stage.app.recover().await.unwrap();
        assert_eq!(stage.blobs.names().len(), 1);
        feeder.cut();
    };
    let (told, ()) = tokio::join!(stage.send_body("POST /upload/demo/v1?uploadType=media", body), interrupted);
    assert_eq!(told.status, 400);
    assert_eq!(status(&stage, &session).await.header("range"), "bytes=0-2");
}
