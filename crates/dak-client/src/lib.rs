//! An HTTP client with gzip, partial responses, ETags, retries and streaming built in.
//!
//! ```no_run
//! # async fn run() -> Result<(), dak_client::Error> {
//! let answer = dak_client::get("http://127.0.0.1:7070/demo/v1").fields("kind,items(title)").await?;
//! println!("{} {}", answer.status(), answer["items"][0]["title"]);
//! # Ok(())
//! # }
//! ```
//!
//! The same names, with `.send()` in place of `.await`, stand in [`blocking`]. A request is described as plain data
//! ([`Call`]); a pure machine decides after each answer what comes next (follow a redirect, wait and send again, be
//! done); one loop carries that out. The blocking client runs that loop on the caller's thread.
//!
//! What happens without asking:
//!
//! * gzip is asked for in both of the ways that servers look at (`Accept-Encoding` and the User-Agent), and undone;
//! * GET, HEAD, OPTIONS and TRACE are sent again after a cut connection, a timeout, 429 or 5xx, with the waits of
//!   exponential backoff or those of `Retry-After`; other methods when the server cannot have acted, or when the
//!   request carries an `Idempotency-Key`, as a short upload does by itself;
//! * a download ([`Client::download`]) goes on after a cut, in a later process too, and the file is there once it is whole;
//! * redirects are followed, at most ten, and credentials stay with the origin they were meant for;
//! * 4xx and 5xx are an [`Error`] that keeps the whole response and the server's message;
//! * media goes to `/upload/…` in the way that fits its length; one that is large goes on after whatever goes wrong, also
//!   in another process: see [`UploadBuilder`] and [`uploads`];
//! * an answer is held in memory up to 10 MiB; [`RequestBuilder::send_streaming`] reads larger ones piece by piece.
//!
//! Nothing here reads the environment, except that TLS roots come from the system, where `SSL_CERT_FILE` counts; they
//! are loaded at the first `https` connection. Proxies are not supported, and `http_proxy` and its like do not count.
//! The async client needs a tokio runtime.

pub mod blocking;
mod body;
mod builder;
mod call;
mod client;
mod clock;
mod download;
mod edit;
mod elsewhere;
mod error;
mod exchange;
mod gunzip;
mod incoming;
mod link;
mod outgoing;
mod pages;
mod redirect;
mod request;
mod reread;
mod response;
mod run;
mod tls;
mod transport;
mod upload;
pub mod uploads;

pub use body::Body;
pub use builder::ClientBuilder;
pub use bytes::Bytes;
pub use call::{Call, Settings};
pub use client::{Client, delete, get, head, patch, post, put, request, upload};
pub use clock::{Clock, Waiting};
pub use dak_proto::{etag, fault, retry, secrets};
pub use download::{DownloadBuilder, DownloadProgress, Downloaded};
pub use error::{Error, Failure, Refusal, UploadFailure};
pub use exchange::Retrying;
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
pub use pages::Pages;
pub use request::RequestBuilder;
pub use response::{Response, Streaming};
pub use upload::{UploadBuilder, UploadPhase, UploadProgress, UploadToken, Way};
pub use url::Url;
