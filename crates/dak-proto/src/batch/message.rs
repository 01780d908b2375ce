//! Requests and answers as text (RFC 9112), lenient as far as clients need it: a request line without a version, lines that
//! end in LF, a URL with a host or without a slash (`G62`).

use bytes::{Buf, Bytes};
use http::header::{CONTENT_LENGTH, HeaderMap, HeaderValue};
use http::uri::PathAndQuery;
use http::{Method, Request, Response, StatusCode, Uri};
use memchr::memchr;

use crate::fault::Fault;
use crate::media::multipart::framing::{fields, head_bytes};

/// The most bytes of the head of a message in a batch.
pub const HEAD_BYTES_MAX: usize = 64 << 10;

/// Reads a request. Its headers are its own, without `Content-Length`, which its body has by now.
pub(super) fn read_request(text: &Bytes) -> Result<Request<Bytes>, Fault> {
    let (line, headers, body) = taken_apart(text)?;
    let (method, target) = request_line(&line).ok_or_else(no_request_line)?;
    let target = path_and_query(target).ok_or_else(|| bad_target(target))?;
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = Uri::from(target);
    *request.headers_mut() = headers;
    Ok(request)
}

/// Reads an answer.
pub(super) fn read_response(text: &Bytes) -> Result<Response<Bytes>, Fault> {
    let (line, headers, body) = taken_apart(text)?;
    let code = line.strip_prefix("HTTP/").and_then(|rest| rest.split(' ').nth(1));
    let status = code.and_then(|code| StatusCode::from_bytes(code.as_bytes()).ok()).ok_or_else(no_status_line)?;
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// Writes a request, with the length of its body.
pub fn write_request(request: &Request<Bytes>) -> Vec<u8> {
    let target = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    let line = format!("{} {target} HTTP/1.1\r\n", request.method());
    let has_length = !request.body().is_empty();
    written(line, request.headers(), has_length, request.body())
}

/// Writes an answer. It says its length where it may have a body; one that stands there already, as on an answer to HEAD, stays.
///
/// One without any header field says it as well, for Python's client cannot read an answer that has none.
pub fn write_response(response: &Response<Bytes>) -> Vec<u8> {
    let status = response.status();
    let line = format!("HTTP/1.1 {} {}\r\n", status.as_u16(), status.canonical_reason().unwrap_or("Unknown"));
    let has_body = !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    written(line, response.headers(), has_body || response.headers().is_empty(), response.body())
}

fn written(line: String, headers: &HeaderMap, has_length: bool, body: &[u8]) -> Vec<u8> {
    let mut text = line.into_bytes();
    for (name, value) in headers {
        field(&mut text, name.as_str(), value.as_bytes());
    }
    if has_length && !headers.contains_key(CONTENT_LENGTH) {
        field(&mut text, "content-length", body.len().to_string().as_bytes());
    }
    text.extend_from_slice(b"\r\n");
    text.extend_from_slice(body);
    text
}

fn field(text: &mut Vec<u8>, name: &str, value: &[u8]) {
    for piece in [name.as_bytes(), b": ", value, b"\r\n"] {
        text.extend_from_slice(piece);
    }
}

/// First line, header fields and body. A head that nothing follows needs no empty line.
fn taken_apart(text: &Bytes) -> Result<(String, HeaderMap, Bytes), Fault> {
    let mut rest = text.clone();
    rest.advance(text.iter().take_while(|byte| is_line_end(**byte)).count());
    let bytes = head_bytes(&rest).unwrap_or(rest.len());
    if bytes > HEAD_BYTES_MAX {
        let message = format!("The head of a request in a batch may have {HEAD_BYTES_MAX} bytes.");
        return Err(Fault::new(431, "headersTooLarge", message));
    }
    let mut head = rest.split_to(bytes);
    let line = head.split_to(memchr(b'\n', &head).map_or(head.len(), |end| end + 1));
    let line = std::str::from_utf8(&line).map_err(|_| no_request_line())?.trim_end().to_owned();
    let mut headers = fields(&head)?;
    let length = headers.remove(CONTENT_LENGTH);
    Ok((line, headers, body(rest, length.as_ref())))
}

/// The boundary says where a body ends. Line ends before it are part of the body only where its length counts them.
fn body(mut bytes: Bytes, length: Option<&HeaderValue>) -> Bytes {
    let blank = bytes.iter().rev().take_while(|byte| is_line_end(**byte)).count();
    let least = bytes.len() - blank;
    let said = length.and_then(|length| length.to_str().ok()?.parse().ok());
    let said = said.filter(|said| (least..=bytes.len()).contains(said));
    bytes.truncate(said.unwrap_or(least));
    bytes
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Method and target; the version may be missing.
fn request_line(line: &str) -> Option<(Method, &str)> {
    let mut words = line.split_ascii_whitespace();
    let (method, target) = (words.next()?, words.next()?);
    let version_fits = words.next().is_none_or(|version| version.starts_with("HTTP/"));
    let method = Method::from_bytes(method.as_bytes()).ok()?;
    (version_fits && words.next().is_none()).then_some((method, target))
}

/// What stands behind the host of a URL, or behind nothing.
fn path_and_query(target: &str) -> Option<PathAndQuery> {
    let target = target.split('#').next().unwrap_or_default();
    let behind = target.strip_prefix("http://").or_else(|| target.strip_prefix("https://"));
    let path =
        behind.map_or(target, |behind| behind.find(['/', '?']).map_or("/", |at| behind.get(at..).unwrap_or("/")));
    if path.starts_with('/') { path.parse().ok() } else { format!("/{path}").parse().ok() }
}

fn no_request_line() -> Fault {
    Fault::bad_request("badContent", "A part of a batch must begin with a request line, such as GET /demo/v1 HTTP/1.1.")
}

fn no_status_line() -> Fault {
    Fault::bad_request("badContent", "A part of the answer must begin with a status line, such as HTTP/1.1 200 OK.")
}

fn bad_target(target: &str) -> Fault {
    Fault::bad_request("badContent", format!("In a part of the batch \"{target}\" is not the URL of a request."))
}
