//! What the parts of a batch have from the request that brought them (`G64`).

use http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};

/// They speak of a connection, of the coding of the whole, or of the page that sent it.
const OF_THE_WHOLE: [HeaderName; 9] = [
    ACCEPT_ENCODING,
    CONNECTION,
    EXPECT,
    ORIGIN,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
];

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The header fields of the part in this place: its own, and where it has none of a name those of the batch.
///
/// `Content-*` of the batch speaks of its own body. By which name the server was called and through which proxies only the
/// batch can say. An `Idempotency-Key` of the batch becomes one for each place, so that a batch can be repeated as a whole.
pub fn with_defaults(batch: &HeaderMap, mut own: HeaderMap, place: usize) -> HeaderMap {
    let strange: Vec<HeaderName> = own.keys().filter(|name| !is_for_part(name)).cloned().collect();
    for name in strange {
        own.remove(name);
    }
    let mut headers = HeaderMap::new();
    for (name, value) in batch {
        if is_inherited(name) && !own.contains_key(name) {
            headers.append(name, value.clone());
        }
    }
    if let Some(key) = headers.remove(IDEMPOTENCY_KEY).and_then(|key| of_place(&key, place)) {
        headers.insert(IDEMPOTENCY_KEY, key);
    }
    headers.extend(own);
    headers
}

fn is_inherited(name: &HeaderName) -> bool {
    !name.as_str().starts_with("content-") && !is_of_the_whole(name)
}

/// A part may not say where the batch came from.
fn is_for_part(name: &HeaderName) -> bool {
    let of_the_road = *name == HOST || *name == CONTENT_LENGTH || name.as_str().starts_with("x-forwarded-");
    !of_the_road && !is_of_the_whole(name)
}

fn is_of_the_whole(name: &HeaderName) -> bool {
    OF_THE_WHOLE.contains(name) || name.as_str().starts_with("sec-")
}

fn of_place(key: &HeaderValue, place: usize) -> Option<HeaderValue> {
    HeaderValue::from_bytes(&[key.as_bytes(), format!("/{place}").as_bytes()].concat()).ok()
}
