//! Pieces of work without sockets, for counting instructions: the projection, and requests down the whole road.

use std::hint::black_box;
use std::sync::Arc;

use bytes::Bytes;
use dak_api::Api;
use dak_proto::fields::Mask;
use dak_proto::json::Layout;
use dak_server::body::Body;
use dak_server::pipeline::{self, Caller, Request, Trace};
use dak_server::reply::{Answer, Content};
use dak_server::services::resources::ServerIndexer;
use dak_server::{App, Settings};
use dak_store::memory::{Memory, MemoryBlobs};
use tokio::runtime::Runtime;

use crate::dak::ITEMS;
use crate::data;
use crate::failure::Failure;

const MASK: &str = "nextPageToken,items(id,author/email,status)";
const ITEMS_LISTED: usize = 50;
const ITEM_BYTES: usize = 780;
const POSTS: &str = "/v3/blogs/1001/posts";
const POSTS_LISTED: usize = 50;

/// A piece of work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    pub(crate) name: &'static str,
    /// What one piece is counted by.
    pub(crate) unit: &'static str,
    run: fn(u64) -> Result<(), Failure>,
}

/// All of them.
pub(crate) const ALL: [Work; 6] = [
    Work { name: "projection", unit: "byte", run: projection },
    Work {
        name: "GET",
        unit: "request",
        run: |times| travel("GET", |number| format!("?quotaUser={number}"), "", times),
    },
    Work { name: "GET, asked again", unit: "request", run: |times| travel("GET", |_| String::new(), "", times) },
    Work { name: "304", unit: "request", run: |times| travel("GET", |_| String::new(), "*", times) },
    Work { name: "PATCH", unit: "request", run: |times| travel("PATCH", |_| String::new(), "", times) },
    Work { name: "list of posts", unit: "request", run: posts },
];

/// Does a piece of work so many times.
pub(crate) fn run(name: &str, times: u64) -> Result<(), Failure> {
    let work = ALL.iter().find(|work| work.name == name).ok_or_else(|| Failure::new("there is no such work"))?;
    (work.run)(times)
}

/// How many units a piece has.
pub(crate) fn units(work: &Work) -> f64 {
    if work.unit == "byte" { document().len() as f64 } else { 1.0 }
}

/// A list as the server would give it whole.
fn document() -> String {
    let items: Vec<String> = (0..ITEMS_LISTED).map(|number| data::item(number, ITEM_BYTES)).collect();
    format!("{{\"kind\":\"demo\",\"items\":[{}]}}", items.join(","))
}

fn projection(times: u64) -> Result<(), Failure> {
    let document = document();
    let mask = Mask::parse(MASK).map_err(|error| Failure::new(error.to_string()))?;
    let mut out = Vec::with_capacity(document.len());
    for _ in 0..times {
        out.clear();
        mask.project(black_box(document.as_bytes()), Layout::Compact, &mut out);
        black_box(&out);
    }
    Ok(())
}

/// Requests for one item of 1 KB, each after the other.
fn travel(method: &str, query: impl Fn(u64) -> String, if_none_match: &str, times: u64) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let app = app(&runtime)?;
    let inserted = ask(&runtime, &app, "POST", ITEMS, "", data::item(0, 850))?;
    let Content::Whole(inserted) = inserted.body else { return Err(Failure::new("a new item is not whole")) };
    let item: serde_json::Value = serde_json::from_slice(&inserted)?;
    let path = format!("{ITEMS}/{}", item["id"].as_str().unwrap_or_default());
    let expected = if if_none_match.is_empty() { 200 } else { 304 };
    for number in 0..times {
        let target = format!("{path}{}", query(number));
        let body = if method == "PATCH" { format!("{{\"comment\":\"Change {number}.\"}}") } else { String::new() };
        let answer = ask(&runtime, &app, method, &target, if_none_match, body)?;
        if answer.status != expected {
            return Err(Failure::new(format!("{method} {target} was answered {}", answer.status)));
        }
        black_box(answer);
    }
    Ok(())
}

/// Requests for a part of a blog's posts, each made anew of what is known of the list.
fn posts(times: u64) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let app = app(&runtime)?;
    for number in 0..POSTS_LISTED {
        ask(&runtime, &app, "POST", POSTS, "", data::post(number))?;
    }
    for number in 0..times {
        let target = format!("{POSTS}?maxResults={POSTS_LISTED}&fields=items(id,title)&quotaUser={number}");
        let answer = ask(&runtime, &app, "GET", &target, "", String::new())?;
        if answer.status != 200 {
            return Err(Failure::new(format!("{target} was answered {}", answer.status)));
        }
        black_box(answer);
    }
    Ok(())
}

/// A server over memory.
fn app(runtime: &Runtime) -> Result<Arc<App>, Failure> {
    let parsed: Result<Vec<Arc<Api>>, _> =
        dak_api::builtin().iter().map(|document| Api::parse(document).map(Arc::new)).collect();
    let apis = parsed.map_err(|error| Failure::new(error.to_string()))?;
    let store = Arc::new(Memory::new(Arc::new(ServerIndexer::new(&apis))));
    let blobs = Arc::new(MemoryBlobs::default());
    let app = Arc::new(App::new(Settings::default(), &apis, store, blobs, None).map_err(Failure::new)?);
    runtime.block_on(app.seed()).map_err(|fault| Failure::new(fault.message))?;
    Ok(app)
}

fn ask(
    runtime: &Runtime,
    app: &Arc<App>,
    method: &str,
    target: &str,
    if_none_match: &str,
    body: String,
) -> Result<Answer, Failure> {
    let mut builder = http::Request::builder().method(method).uri(target).header("host", "127.0.0.1:7070");
    if !if_none_match.is_empty() {
        builder = builder.header("if-none-match", if_none_match);
    }
    if !body.is_empty() {
        builder = builder.header("content-type", "application/json");
    }
    let (head, ()) = builder.body(()).map_err(|error| Failure::new(error.to_string()))?.into_parts();
    let body = if body.is_empty() { Body::Empty } else { Body::Whole(Bytes::from(body)) };
    let caller = Caller { peer: ([127, 0, 0, 1], 50000).into(), port: 7070, secure: false };
    let request = Request { head, body, caller };
    Ok(runtime.block_on(pipeline::travel(app, request, &mut Trace::default())))
}
