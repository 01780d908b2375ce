//! The floors that are servers: hyper alone, and hyper with JSON as a tree.

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use dak_proto::fields::Mask;
use http::{HeaderMap, StatusCode};
use http_body_util::Full;
use hyper::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::canned::Canned;
use crate::failure::Failure;

/// What a floor sends.
struct Answers {
    status: StatusCode,
    headers: HeaderMap,
    body: Box<dyn Fn() -> Bytes + Send + Sync>,
}

/// Serves one finished answer.
pub(crate) fn hyper(canned: &Path) -> Result<(), Failure> {
    let canned = Canned::read(canned)?;
    let (status, headers) = canned.head()?;
    serve(Answers { status, headers, body: Box::new(move || canned.body.clone()) })
}

/// Serves a document's masked part the usual way: parse it, filter the tree, write the tree.
pub(crate) fn tree(canned: &Path, mask: &str) -> Result<(), Failure> {
    let canned = Canned::read(canned)?;
    let (status, headers) = canned.head()?;
    let mask = Mask::parse(mask).map_err(|error| Failure::new(error.to_string()))?;
    let masked = move || {
        let value: Value = serde_json::from_slice(&canned.body).unwrap_or_default();
        serde_json::to_vec(&mask.apply(value)).unwrap_or_default().into()
    };
    serve(Answers { status, headers, body: Box::new(masked) })
}

/// The runtime is the program's: a worker for each core it may use.
fn serve(answers: Answers) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("http://{}", listener.local_addr()?);
        let answers = Arc::new(answers);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let answers = Arc::clone(&answers);
            let service = service_fn(move |_| {
                let answers = Arc::clone(&answers);
                async move { Ok::<_, Infallible>(answer(&answers)) }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    })
}

fn answer(answers: &Answers) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new((answers.body)()));
    *response.status_mut() = answers.status;
    *response.headers_mut() = answers.headers.clone();
    response
}
