//! `Content-ID`: which answer belongs to which request (`G63`).

use http::HeaderValue;

const PREFIX: &[u8] = b"response-";

/// The id of the answer to the request with this id: `<x>` becomes `<response-x>`, byte for byte. Blanks stay, for Python's
/// client writes `<UUID + ID>` and looks for ` + ` in what comes back.
pub fn answer_id(id: &HeaderValue) -> HeaderValue {
    let (open, rest) = opened(id.as_bytes());
    // What was a header's value stays one with these letters in it.
    HeaderValue::from_bytes(&[open, PREFIX, rest].concat()).unwrap_or_else(|_| id.clone())
}

/// The id of the request that an answer with this id belongs to; `None` for what no answer has.
pub fn request_id(id: &HeaderValue) -> Option<HeaderValue> {
    let (open, rest) = opened(id.as_bytes());
    HeaderValue::from_bytes(&[open, rest.strip_prefix(PREFIX)?].concat()).ok()
}

fn opened(id: &[u8]) -> (&[u8], &[u8]) {
    id.split_at(usize::from(id.starts_with(b"<")))
}
