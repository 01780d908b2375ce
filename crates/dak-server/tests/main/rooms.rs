//! What must be in memory whole waits where there is no room for it, and gives its room back however it ends.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use dak_server::Settings;
use dak_server::body::{Body, Interrupted};
use dak_server::room::Room;
use dak_server::settings::Limits;
use http_body::Frame;
use http_body_util::BodyExt;

use crate::stage::{Stage, gzip, is_done};

const ROOM_BYTES: usize = 4 << 20;
/// How large the bodies are that a test begins to send.
const LARGE: usize = 1 << 20;
const PIECE_BYTES: usize = 16 << 10;
/// What is read of a body before it must have room.
const READ_BYTES_MAX: usize = 64 << 10;

const JSON: &str = "POST /demo/v1\nContent-Type: application/json";
const SESSION: &str = "POST /upload/demo/v1?uploadType=resumable\nContent-Type: application/json";
const PARTS: &str = "POST /upload/demo/v1?uploadType=multipart\nContent-Type: multipart/related; boundary=b";
const BATCH: &str = "POST /batch/demo/v1\nContent-Type: multipart/mixed; boundary=b";
const FORM: &str = "POST /demo/v1\nX-HTTP-Method-Override: GET\nContent-Type: application/x-www-form-urlencoded";

/// A body that comes in small pieces as fast as it is read, and then ends, breaks off, or stalls.
struct Coming {
    rest: Bytes,
    end: End,
    read: Arc<AtomicUsize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Whole,
    Cut,
    Stall,
}

impl Coming {
    /// The body, and how many bytes of it were read.
    fn body(bytes: impl Into<Bytes>, end: End) -> (Body, Arc<AtomicUsize>) {
        let read = Arc::new(AtomicUsize::new(0));
        let coming = Coming { rest: bytes.into(), end, read: Arc::clone(&read) };
        (Body::Stream(coming.boxed_unsync()), read)
    }
}

impl http_body::Body for Coming {
    type Data = Bytes;
    type Error = Interrupted;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Interrupted>>> {
        let length = self.rest.len().min(PIECE_BYTES);
        let piece = self.rest.split_to(length);
        self.read.fetch_add(length, Ordering::Relaxed);
        match self.end {
            _ if length > 0 => Poll::Ready(Some(Ok(Frame::data(piece)))),
            End::Whole => Poll::Ready(None),
            End::Cut => Poll::Ready(Some(Err(Interrupted("cut".to_owned())))),
            End::Stall => Poll::Pending,
        }
    }
}

async fn stage() -> Stage {
    let limits = Limits { room_bytes_max: ROOM_BYTES, body_bytes_max: 2 * LARGE, ..Limits::default() };
    Stage::with(Settings { limits, ..Settings::default() }).await
}

fn is_free(room: &Room) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    pin!(room.take(ROOM_BYTES as u64)).poll(&mut context).is_ready()
}

fn json(title_bytes: usize) -> String {
    format!("{{\"title\":\"{}\"}}", "t".repeat(title_bytes))
}

fn parts(title_bytes: usize) -> String {
    let metadata = json(title_bytes);
    format!("--b\r\nContent-Type: application/json\r\n\r\n{metadata}\r\n--b\r\n\r\nmedia\r\n--b--")
}

fn batch(title_bytes: usize) -> String {
    let (body, head) = (json(title_bytes), "POST /demo/v1\r\nContent-Type: application/json");
    let length = body.len();
    format!("--b\r\nContent-Type: application/http\r\n\r\n{head}\r\nContent-Length: {length}\r\n\r\n{body}\r\n--b--")
}

/// A request whose body is held whole.
struct Way {
    head: &'static str,
    /// A body with a text of so many bytes.
    written: fn(usize) -> String,
    /// The answer if that is large.
    status: u16,
}

const WAYS: [Way; 5] = [
    Way { head: JSON, written: json, status: 200 },
    Way { head: SESSION, written: json, status: 200 },
    Way { head: PARTS, written: parts, status: 200 },
    Way { head: BATCH, written: batch, status: 200 },
    Way { head: FORM, written: |bytes| format!("q={}", "t".repeat(bytes)), status: 413 },
];

fn room_of<'a>(stage: &'a Stage, head: &str) -> &'a Room {
    if head == BATCH { &stage.app.batch_room } else { &stage.app.room }
}

#[tokio::test]
async fn large_bodies_wait_for_room() {
    let stage = stage().await;
    for Way { head, written, status } in WAYS {
        let room = room_of(&stage, head);
        let taken = room.take(ROOM_BYTES as u64).await.unwrap();
        let (body, read) = Coming::body(written(LARGE), End::Whole);
        let mut sent = pin!(stage.send_body(head, body));
        assert!(!is_done(sent.as_mut()).await, "{head}");
        assert!((1..=READ_BYTES_MAX).contains(&read.load(Ordering::Relaxed)), "{head} {read:?}");
        drop(taken);
        let told = sent.await;
        assert_eq!((told.status, is_free(room)), (status, true), "{head} {}", told.text);
    }
}

#[tokio::test]
async fn small_bodies_need_none() {
    let stage = stage().await;
    for Way { head, written, .. } in WAYS {
        let _taken = room_of(&stage, head).take(ROOM_BYTES as u64).await.unwrap();
        for coding in ["identity", "gzip"] {
            let body = written(5000).into_bytes();
            let body = if coding == "gzip" { gzip(&body) } else { body };
            let head = format!("{head}\nContent-Encoding: {coding}");
            let told = stage.send_body(&head, Coming::body(body, End::Whole).0).await;
            assert!((200..=201).contains(&told.status), "{head} {coding} {}", told.text);
        }
    }
}

/// Few bytes that become many wait before they do.
#[tokio::test]
async fn inflated_bodies_wait_for_room() {
    let stage = stage().await;
    for Way { head, written, status } in WAYS {
        let room = room_of(&stage, head);
        let taken = room.take(ROOM_BYTES as u64).await.unwrap();
        let (body, _) = Coming::body(gzip(written(LARGE).as_bytes()), End::Whole);
        let head = format!("{head}\nContent-Encoding: gzip");
        let mut sent = pin!(stage.send_body(&head, body));
        assert!(!is_done(sent.as_mut()).await, "{head}");
        drop(taken);
        let told = sent.await;
        assert_eq!((told.status, is_free(room)), (status, true), "{head} {}", told.text);
    }
}

#[tokio::test]
async fn room_comes_back_however_a_body_ends() {
    let stage = stage().await;
    for Way { head, written, .. } in WAYS {
        let room = room_of(&stage, head);
        for (bytes, end, status) in [(LARGE, End::Cut, 400), (3 * LARGE, End::Stall, 413)] {
            let body = written(bytes).into_bytes().into_iter().take(bytes).collect::<Vec<u8>>();
            let told = stage.send_body(head, Coming::body(body, end).0).await;
            assert_eq!((told.status, is_free(room)), (status, true), "{head} {end:?} {}", told.text);
        }
        let body = written(LARGE).into_bytes().into_iter().take(LARGE).collect::<Vec<u8>>();
        {
            let mut sent = pin!(stage.send_body(head, Coming::body(body, End::Stall).0));
            assert_eq!((is_done(sent.as_mut()).await, is_free(room)), (false, false), "{head}");
        }
        // Who sent it has gone.
        assert!(is_free(room), "{head}");
    }
}

/// `D96`: more values than there is ever room for are none that anybody waits for.
#[tokio::test]
async fn too_many_values() {
    let stage = stage().await;
    for (count, status) in [(20_000, 400), (30_000, 413)] {
        let values = format!("{{\"title\":\"t\",\"none\":[{}0]}}", "0,".repeat(count));
        let told = stage.send_body(JSON, Coming::body(values, End::Whole).0).await;
        assert_eq!((told.status, is_free(&stage.app.tree_room)), (status, true), "{}", told.text);
    }
}

/// What a small body says may be large: many values wait for room of their own.
#[tokio::test]
async fn many_values_wait_for_room() {
    let stage = stage().await;
    let values = format!("{{\"title\":\"t\",\"none\":[{}0]}}", "0,".repeat(10_000));
    let part = format!("--b\r\nContent-Type: application/json\r\n\r\n{values}\r\n--b\r\n\r\nmedia\r\n--b--");
    for (head, body) in [(JSON, &values), (SESSION, &values), (PARTS, &part)] {
        let taken = stage.app.tree_room.take(ROOM_BYTES as u64).await.unwrap();
        let mut sent = pin!(stage.send_body(head, Coming::body(body.clone(), End::Whole).0));
        assert!(!is_done(sent.as_mut()).await, "{head}");
        drop(taken);
        let told = sent.await;
        assert_eq!((told.status, is_free(&stage.app.tree_room)), (400, true), "{head} {}", told.text);
    }
}

/// Large metadata are not held while media come, and wait for room when these are there.
#[tokio::test]
async fn metadata_wait_for_room_again_at_the_end() {
    let stage = stage().await;
    let told = stage.send_body(SESSION, Coming::body(json(LARGE), End::Whole).0).await;
    let session = told.header("location").strip_prefix("http://127.0.0.1:7070").unwrap().to_owned();
    let head = format!("PUT {session}\nContent-Length: 5");
    {
        let mut sent = pin!(stage.send_body(&head, Coming::body("med", End::Stall).0));
        assert_eq!((is_done(sent.as_mut()).await, is_free(&stage.app.room)), (false, true));
    }
    let taken = stage.app.room.take(ROOM_BYTES as u64).await.unwrap();
    let mut sent = pin!(stage.send_body(&head, Coming::body("media", End::Whole).0));
    assert!(!is_done(sent.as_mut()).await);
    drop(taken);
    let told = sent.await;
    assert_eq!((told.status, is_free(&stage.app.room)), (201, true), "{}", told.text);
    assert_eq!(told.json()["title"].as_str().map(str::len), Some(LARGE));
}
