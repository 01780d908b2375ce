//! The helper of all tests here: a server, and requests written as they would stand on the wire.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use bytes::Bytes;
use dak_api::Api;
use dak_server::pipeline::{self, Caller, Request, Trace};
use dak_server::reply::{Answer, Content};
use dak_server::services::resources::ServerIndexer;
use dak_server::{App, Settings};
use dak_store::Blobs;
use dak_store::memory::{Memory, MemoryBlobs};
use http_body_util::BodyExt;
use serde_json::Value;

/// A server over an empty store with the demo data.
pub(crate) struct Stage {
    /// The server.
    pub(crate) app: Arc<App>,
    /// The bytes of its media.
    pub(crate) blobs: Arc<MemoryBlobs>,
}

/// An answer, taken apart.
pub(crate) struct Told {
    /// The status.
    pub(crate) status: u16,
    /// The answer itself.
    pub(crate) answer: Answer,
    /// Its body, decoded.
    pub(crate) text: String,
}

impl Stage {
    /// A server as it is by default.
    pub(crate) async fn new() -> Stage {
        Stage::with(Settings::default()).await
    }

    /// A server of one's own choice.
    pub(crate) async fn with(settings: Settings) -> Stage {
        let stage = Stage::bare(settings);
        stage.app.seed().await.unwrap();
        stage
    }

    /// A server of one's own choice, new at this time (ms), at which its clock stands still.
    pub(crate) async fn at(settings: Settings, now_ms: i64) -> Stage {
        let stage = Stage::bare(settings);
        stage.app.clock.stop_at_ms(now_ms);
        stage.app.seed().await.unwrap();
        stage
    }

    /// The same over a store without any data.
    pub(crate) fn bare(settings: Settings) -> Stage {
        let blobs = Arc::new(MemoryBlobs::new());
        Stage { app: app(settings, records(), blobs.clone()), blobs }
    }

    /// A server of this one API.
    pub(crate) fn serving(document: &Value) -> Stage {
        Stage::serving_with(document, Settings::default())
    }

    /// The same of one's own choice.
    pub(crate) fn serving_with(document: &Value, settings: Settings) -> Stage {
        Stage::of(Api::parse(document.to_string().as_bytes()).unwrap(), settings)
    }

    /// A server of this one API.
    pub(crate) fn of(api: Api, settings: Settings) -> Stage {
        let apis = [Arc::new(api)];
        let records = Arc::new(Memory::new(Arc::new(ServerIndexer::new(&apis))));
        let blobs = Arc::new(MemoryBlobs::new());
        let app = App::new(settings, &apis, records, blobs.clone(), None).unwrap();
        Stage { app: Arc::new(app), blobs }
    }

    /// A server over records and bytes that are there already.
    pub(crate) fn over(records: Arc<Memory>, blobs: Arc<dyn Blobs>) -> Stage {
        Stage { app: app(Settings::default(), records, blobs), blobs: Arc::default() }
    }

    /// Another server of one's own choice over the same records and bytes.
    pub(crate) fn again(&self, settings: Settings) -> Stage {
        let (records, blobs) = (Arc::clone(&self.app.store), self.blobs.clone());
        let app = App::new(settings, &apis(), records, blobs.clone(), None).unwrap();
        Stage { app: Arc::new(app), blobs }
    }

    /// Sends a request: its first line, header fields a line each, an empty line, the body.
    pub(crate) async fn send(&self, request: &str) -> Told {
        let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
        self.send_bytes(head, Bytes::copy_from_slice(body.as_bytes())).await
    }

    /// The same with a body of any bytes.
    pub(crate) async fn send_bytes(&self, head: &str, body: Bytes) -> Told {
        self.send_body(head, dak_server::body::Body::Whole(body)).await
    }

    /// The same with a body of any kind.
    pub(crate) async fn send_body(&self, head: &str, body: dak_server::body::Body) -> Told {
        let request = Request { body, ..parse(head) };
        let mut trace = Trace::default();
        let answer = dak_server::control::faults::around(&self.app, request, &mut trace).await;
        Told::new(whole(answer).await)
    }

    /// Sends a request and gives its JSON, which must come with this status.
    pub(crate) async fn json(&self, status: u16, request: &str) -> Value {
        let told = self.send(request).await;
        assert_eq!(told.status, status, "{request}\n{}", told.text);
        told.json()
    }
}

impl Told {
    fn new(answer: Answer) -> Told {
        let gzipped = answer.headers.get("content-encoding").is_some_and(|coding| coding == "gzip");
        let bytes = if gzipped { gunzip(answer.body.whole()) } else { answer.body.whole().to_vec() };
        Told { status: answer.status.as_u16(), text: String::from_utf8(bytes).unwrap(), answer }
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// A header field's value; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

fn apis() -> Vec<Arc<Api>> {
    dak_api::builtin().iter().map(|document| Arc::new(Api::parse(document).unwrap())).collect()
}

fn app(settings: Settings, records: Arc<Memory>, blobs: Arc<dyn Blobs>) -> Arc<App> {
    Arc::new(App::new(settings, &apis(), records, blobs, None).unwrap())
}

/// Records of the built-in APIs, none yet.
pub(crate) fn records() -> Arc<Memory> {
    Arc::new(Memory::new(Arc::new(ServerIndexer::new(&apis()))))
}

fn parse(head: &str) -> Request {
    let mut lines = head.lines();
    let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
    let mut builder = http::Request::builder().method(method).uri(target);
    let mut has_host = false;
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        has_host |= name.eq_ignore_ascii_case("host");
        builder = builder.header(name, value);
    }
    if !has_host {
        builder = builder.header("Host", "127.0.0.1:7070");
    }
    let (head, ()) = builder.body(()).unwrap().into_parts();
    let caller = Caller { peer: "127.0.0.1:50000".parse().unwrap(), port: 7070, secure: false };
    Request { head, body: dak_server::body::Body::Empty, caller }
}

/// An answer with all of its body there.
async fn whole(answer: Answer) -> Answer {
    let body = match answer.body {
        Content::Stream { pieces, .. } => pieces.collect().await.unwrap().to_bytes().into(),
        body => body,
    };
    Answer { body, ..answer }
}

/// Goes on with a request as far as it can go without anything from outside; whether it was answered.
pub(crate) async fn is_done(mut sent: Pin<&mut impl Future<Output = Told>>) -> bool {
    for _ in 0..1000 {
        let mut context = Context::from_waker(Waker::noop());
        if sent.as_mut().poll(&mut context).is_ready() {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

/// Undoes gzip.
pub(crate) fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes), &mut out).unwrap();
    out
}

/// Does gzip.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzEncoder::new(bytes, flate2::Compression::fast()), &mut out)
        .unwrap();
    out
}

#[tokio::test]
async fn a_request_travels_without_a_socket() {
    let stage = Stage::new().await;
    let request = parse("GET /healthz");
    let answer = pipeline::travel(&stage.app, request, &mut Trace::default()).await;
    assert_eq!(answer.status, 200);
}
