//! The server's own pages: what is served here, that it serves, and how it fares.

use bytes::Bytes;
use http::StatusCode;
use http::header::{self, HeaderMap, HeaderValue};

use crate::app::App;
use crate::pipeline::origin::Visitor;
use crate::reply::Answer;

/// `/`: a page of text for whoever opens the address in a browser.
#[must_use]
pub fn index(app: &App, visitor: &Visitor) -> Answer {
    let base = &visitor.base_url;
    let mut page = format!("Dak {}\n\nServed here:\n", env!("CARGO_PKG_VERSION"));
    for served in app.served.iter().filter(|served| served.listed) {
        let (name, version) = (&served.api.name, &served.api.version);
        page.push_str(&format!("  {name} {version}  {base}/discovery/v1/apis/{name}/{version}/rest\n"));
    }
    page.push_str(&format!("\nAll descriptions  {base}/discovery/v1/apis\nHealth            {base}/healthz\nMetrics           {base}/metrics\n"));
    text(page.into(), "text/plain; charset=UTF-8")
}

/// `/healthz`: answers as soon as requests are served.
#[must_use]
pub fn health() -> Answer {
    text(Bytes::from_static(b"ok\n"), "text/plain; charset=UTF-8")
}

/// `/metrics`: Prometheus text.
#[must_use]
pub fn metrics(app: &App) -> Answer {
    text(app.metrics.text().into(), "text/plain; version=0.0.4; charset=utf-8")
}

fn text(body: Bytes, content_type: &'static str) -> Answer {
    let mut headers = HeaderMap::with_capacity(3);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Answer::new(StatusCode::OK, headers, body)
}
