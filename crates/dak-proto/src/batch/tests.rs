use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use proptest::prelude::*;

use super::{
    HEAD_BYTES_MAX, PARTS_MAX, Part, Reader, Writer, answer_id, request_id, with_defaults, write_request,
    write_response,
};
use crate::fault::Fault;

const PART_BYTES_MAX: usize = 200_000;
const B: &str = "multipart/mixed; boundary=b";

/// Reads a body in pieces of so many bytes.
fn read(kind: &str, body: &[u8], piece: usize) -> Result<Vec<Part>, Fault> {
    let mut reader = Reader::new(kind, PART_BYTES_MAX)?;
    let mut parts = Vec::new();
    for piece in body.chunks(piece) {
        reader.push(piece);
        while let Some(part) = reader.next()? {
            parts.push(part);
        }
    }
    reader.end();
    while let Some(part) = reader.next()? {
        parts.push(part);
    }
    assert_eq!(reader.next(), Ok(None));
    Ok(parts)
}

/// A request in a line: method, target, headers, body.
fn shown(request: Result<Request<Bytes>, Fault>) -> String {
    let request = match request {
        Ok(request) => request,
        Err(fault) => return format!("{} {}", fault.code, fault.reason),
    };
    let headers = request.headers().iter().map(|(name, value)| format!(" {name}={}", value.as_bytes().escape_ascii()));
    let line = format!("{} {}{}", request.method(), request.uri(), headers.collect::<String>());
    if request.body().is_empty() { line } else { format!("{line} {}", request.body().escape_ascii()) }
}

/// The same however the body is cut: a line for each part, its id before it.
fn outcome(kind: &str, body: &[u8]) -> Vec<String> {
    let show = |result: Result<Vec<Part>, Fault>| match result {
        Ok(parts) => parts.iter().map(|part| id_of(part) + &shown(part.request())).collect(),
        Err(fault) => vec![format!("{} {}", fault.code, fault.reason)],
    };
    let whole: Vec<String> = show(read(kind, body, body.len().max(1)));
    for piece in [1, 2, 3, 7, 64] {
        assert_eq!(show(read(kind, body, piece)), whole, "in pieces of {piece}: {}", body.escape_ascii());
    }
    whole
}

fn id_of(part: &Part) -> String {
    part.id().map_or(String::new(), |id| format!("{}: ", id.to_str().unwrap()))
}

/// `G60`, `G62`: (body, what it comes to)
const BODIES: &[(&str, &[&str])] = &[
    // As Python's client writes it: LF, a head of its own for each request.
    (
        "--b\nContent-Type: application/http\nMIME-Version: 1.0\nContent-Transfer-Encoding: binary\n\
         Content-ID: <u + 1>\n\nGET /demo/v1?alt=json HTTP/1.1\nContent-Type: application/json\nMIME-Version: 1.0\n\
         accept: application/json\nHost: 127.0.0.1:7070\n\n\n--b\nContent-Type: application/http\nMIME-Version: 1.0\n\
         Content-Transfer-Encoding: binary\nContent-ID: <u + 2>\n\nPOST /demo/v1 HTTP/1.1\n\
         Content-Type: application/json\ncontent-length: 2\n\n{}\n--b--",
        &[
            "<u + 1>: GET /demo/v1?alt=json content-type=application/json mime-version=1.0 accept=application/json \
             host=127.0.0.1:7070",
            "<u + 2>: POST /demo/v1 content-type=application/json {}",
        ],
    ),
    // As Google's guide writes it.
    (
        "--b\r\nContent-Type: application/http\r\nContent-ID: <item1:1@x>\r\n\r\nGET /farm/v1/animals/pony\r\n\r\n\
         --b\r\nContent-Type: application/http\r\nContent-ID: <item2:1@x>\r\n\r\nPUT /farm/v1/animals/sheep\r\n\
         Content-Type: application/json\r\nContent-Length: 4\r\nIf-Match: \"e\"\r\n\r\n{  }\r\n--b--\r\n",
        &[
            "<item1:1@x>: GET /farm/v1/animals/pony",
            "<item2:1@x>: PUT /farm/v1/animals/sheep content-type=application/json if-match=\\\"e\\\" {  }",
        ],
    ),
    // An id that was folded; none; one in base64; a part that is nothing; one of another type; one without any.
    ("--b\nContent-Type: application/http\nContent-ID: <u +\n 1>\n\nGET /a\n--b--", &["<u + 1>: GET /a"]),
    ("--b\nContent-Type: application/http; msgtype=request\n\nGET /a\n--b--", &["GET /a"]),
    ("--b\nContent-Type: application/http\nContent-Transfer-Encoding: base64\n\nR0VUIC9h\n--b--", &["GET /a"]),
    ("--b\nContent-Type: application/http\nContent-Transfer-Encoding: base64\n\n?\n--b--", &["400 badContent"]),
    ("--b\nContent-Type: application/http\nContent-Transfer-Encoding: x\n\nGET /a\n--b--", &["400 badContent"]),
    ("--b\nContent-Type: application/http\n\n--b--", &["400 badContent"]),
    ("--b\nContent-Type: application/json\n\nGET /a\n--b--", &["400 badContent"]),
    ("--b\n\nGET /a\n--b--", &["400 badContent"]),
    // One that cannot be read leaves the next alone.
    (
        "--b\nContent-Type: application/http\n\n?\n--b\nContent-Type: application/http\n\nGET /a\n--b--",
        &["400 badContent", "GET /a"],
    ),
    // What is no batch.
    ("", &["400 badContent"]),
    ("--b--", &["400 badContent"]),
    ("GET /a", &["400 badContent"]),
    ("--b\nContent-Type: application/http\n\nGET /a", &["400 badContent"]),
    ("--b\nno colon\n\nGET /a\n--b--", &["400 badContent"]),
];

#[test]
fn every_way_to_write_a_batch_is_read_however_it_is_cut() {
    for (body, wanted) in BODIES {
        assert_eq!(outcome(B, body.as_bytes()), *wanted, "{body}");
    }
}

#[test]
fn only_mixed_parts_with_a_boundary_are_a_batch() {
    let body = b"--b\nContent-Type: application/http\n\nGET /a\n--b--";
    for (kind, wanted) in [
        ("multipart/mixed; boundary=\"b\"", "GET /a"),
        ("Multipart/Mixed; charset=utf-8; Boundary=b", "GET /a"),
        ("multipart/related; boundary=b", "400 badContent"),
        ("multipart/mixed", "400 badContent"),
        ("application/json", "400 badContent"),
        ("", "400 badContent"),
    ] {
        assert_eq!(outcome(kind, body), [wanted], "{kind}");
    }
}

/// `G62`: (a part's text, the request it comes to)
const REQUESTS: &[(&str, &str)] = &[
    ("GET /a?b=c HTTP/1.1\r\n\r\n", "GET /a?b=c"),
    ("GET /a?b=c", "GET /a?b=c"),
    ("\r\n\nGET  /a  HTTP/2\nX: y\n\n", "GET /a x=y"),
    ("GET a/b", "GET /a/b"),
    ("GET https://gmail.googleapis.com/a?b#c", "GET /a?b"),
    ("GET http://127.0.0.1:7070", "GET /"),
    ("GET http://127.0.0.1:7070?b=c", "GET /?b=c"),
    ("PATCH /a\nX: y\n z\nX: w\n\n{\"t\":1}\n", "PATCH /a x=y z x=w {\\\"t\\\":1}"),
    // A length that counts line ends keeps them; one that fits nothing does not count.
    ("POST /a\nContent-Length: 4\n\n{}\r\n\r\n", "POST /a {}\\r\\n"),
    ("POST /a\nContent-Length: 1\n\n{}\n", "POST /a {}"),
    ("POST /a\nContent-Length: 9\n\n{}\n", "POST /a {}"),
    ("POST /a\nContent-Length: x\n\n\n{}", "POST /a \\n{}"),
    ("GET", "400 badContent"),
    ("GET /a b", "400 badContent"),
    ("GET /a HTTP/1.1 x", "400 badContent"),
    ("G\u{e9}T /a", "400 badContent"),
    ("GET /a\"<", "400 badContent"),
    ("GET /a\nno colon\n\n", "400 badContent"),
    ("\n\n", "400 badContent"),
];

#[test]
fn requests_are_read_as_leniently_as_clients_need() {
    for (text, wanted) in REQUESTS {
        let body = format!("--b\nContent-Type: application/http\n\n{text}\n--b--");
        assert_eq!(outcome(B, body.as_bytes()), [*wanted], "{text}");
    }
}

/// `G61`
#[test]
fn parts_are_bounded_in_number_and_bytes() {
    let part = "--b\nContent-Type: application/http\n\nGET /a\n";
    let of = |parts: usize| format!("{}--b--", part.repeat(parts));
    assert_eq!(read(B, of(PARTS_MAX).as_bytes(), 1000).unwrap().len(), PARTS_MAX);
    assert_eq!(read(B, of(PARTS_MAX + 1).as_bytes(), 1000).unwrap_err().reason, "tooManyParts");
    let long = |bytes: usize| "x".repeat(bytes);
    for (text, wanted) in [
        (format!("POST /a\n\n{}", long(PART_BYTES_MAX - 9)), "POST /a x"),
        (format!("POST /a\n\n{}", long(PART_BYTES_MAX)), "413"),
        (format!("GET /a\nX: {}", long(HEAD_BYTES_MAX)), "431"),
        (format!("GET /a\n{}", "a:\n".repeat(HEAD_BYTES_MAX / 3 - 5)), "GET /a a="),
    ] {
        let body = format!("{part}--b\nContent-Type: application/http\n\n{text}\n{part}--b--");
        let parts = read(B, body.as_bytes(), 1000).unwrap();
        let [before, it, after] = parts.as_slice() else { panic!("{} parts", parts.len()) };
        assert!(shown(it.request()).starts_with(wanted), "{wanted}");
        assert_eq!([before, after].map(|part| shown(part.request())), ["GET /a", "GET /a"]);
    }
}

/// `G63`: (a request's id, its answer's)
#[test]
fn an_answer_bears_the_id_of_its_request() {
    for (id, answer) in [
        ("<12930812@x>", "<response-12930812@x>"),
        ("<u + 1>", "<response-u + 1>"),
        ("<>", "<response->"),
        ("bare", "response-bare"),
        ("<response-a>", "<response-response-a>"),
    ] {
        let (id, answer) = (HeaderValue::from_static(id), HeaderValue::from_static(answer));
        assert_eq!(answer_id(&id), answer);
        assert_eq!(request_id(&answer), Some(id));
    }
    assert_eq!(request_id(&HeaderValue::from_static("<a>")), None);
}

/// `G64`: (the batch's headers, the part's own, what the part has)
#[test]
fn the_batch_s_headers_are_the_parts_defaults() {
    for (batch, own, wanted) in [
        ("authorization=A user-agent=U", "", "authorization=A user-agent=U"),
        ("authorization=A if-match=x", "authorization=B", "if-match=x authorization=B"),
        ("accept=a accept=b", "x=y", "accept=a accept=b x=y"),
        ("accept=a accept=b", "accept=c accept=d", "accept=c accept=d"),
        (
            "content-type=m content-length=9 content-encoding=gzip content-language=l",
            "content-type=j",
            "content-type=j",
        ),
        ("", "content-type=j content-encoding=gzip", "content-type=j content-encoding=gzip"),
        (
            "host=h x-forwarded-host=f",
            "host=evil x-forwarded-host=evil x-forwarded-for=evil",
            "host=h x-forwarded-host=f",
        ),
        ("accept-encoding=gzip origin=o sec-fetch-site=s connection=close te=t transfer-encoding=chunked", "", ""),
        ("", "accept-encoding=gzip origin=o sec-fetch-site=s expect=e upgrade=u content-length=3 keep-alive=k", ""),
        ("idempotency-key=k", "", "idempotency-key=k/7"),
        ("idempotency-key=k", "idempotency-key=own", "idempotency-key=own"),
    ] {
        let headers = with_defaults(&fields(batch), fields(own), 7);
        assert_eq!(headers, fields(wanted), "{batch} | {own}");
    }
}

fn fields(text: &str) -> HeaderMap {
    let pairs = text.split_whitespace().map(|pair| pair.split_once('=').unwrap());
    pairs.map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap())).collect()
}

/// `G65`: (status, headers, body, the text of the answer)
#[test]
fn answers_are_written_with_their_length() {
    for (status, headers, body, wanted) in [
        (200, "etag=x", "{}\n", "HTTP/1.1 200 OK\r\netag: x\r\ncontent-length: 3\r\n\r\n{}\n"),
        (404, "", "", "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"),
        (204, "vary=v", "", "HTTP/1.1 204 No Content\r\nvary: v\r\n\r\n"),
        (204, "", "", "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n"),
        (304, "etag=x", "", "HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n"),
        (200, "content-length=9", "", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"),
        (299, "", "", "HTTP/1.1 299 Unknown\r\ncontent-length: 0\r\n\r\n"),
    ] {
        let response = response(status, headers, body);
        assert_eq!(String::from_utf8(write_response(&response)).unwrap(), wanted);
    }
}

fn response(status: u16, headers: &str, body: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::copy_from_slice(body.as_bytes()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    *response.headers_mut() = fields(headers);
    response
}

#[test]
fn what_is_no_answer_is_refused() {
    for text in ["", "GET /a", "HTTP/1.1", "HTTP/1.1 x", "HTTP/1.1 1000 Many"] {
        let body = format!("--b\nContent-Type: application/http\n\n{text}\n--b--");
        let parts = read(B, body.as_bytes(), 1000).unwrap();
        assert_eq!(parts[0].response().unwrap_err().code, 400, "{text}");
    }
}

proptest! {
    /// What one end writes the other reads, byte for byte.
    #[test]
    fn both_ends_agree(body: Vec<u8>, random: u128, lf: bool, piece in 1..80_usize) {
        let request = Request::patch("/a?b=c").header("if-match", "x").body(Bytes::from(body.clone())).unwrap();
        let answer = response(412, "etag=x", "");
        let answer = Response::from_parts(answer.into_parts().0, Bytes::from(body));
        let writer = Writer::new(random);
        let id = HeaderValue::from_static("<u + 1>");
        let mut text = [writer.part(Some(&id), &write_request(&request)), writer.part(None, &write_response(&answer))].concat();
        text.extend(writer.end());
        if lf && !request.body().contains(&b'\r') && !request.body().ends_with(b"\n") {
            text.retain(|byte| *byte != b'\r');
        }
        let parts = read(writer.content_type().to_str().unwrap(), &text, piece).unwrap();
        let (found, told) = (parts[0].request().unwrap(), parts[1].response().unwrap());
        prop_assert_eq!(parts[0].id(), Some(&id));
        prop_assert_eq!(found.body(), request.body());
        prop_assert_eq!(found.headers(), request.headers());
        prop_assert_eq!((found.method(), found.uri()), (request.method(), request.uri()));
        prop_assert_eq!((told.status(), told.body()), (answer.status(), answer.body()));
    }
}
