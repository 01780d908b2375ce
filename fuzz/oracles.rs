//! What each fuzz target demands of its input. Ordinary tests demand the same of the files in `corpus/`.

use dak_proto::batch;
use dak_proto::fields::{MASK_CHARS_MAX, Mask};
use dak_proto::json::{DEPTH_MAX, Layout, canonical, parse_limited};
use dak_proto::media::content_range::{ContentRange, Unit, kept, range};
use dak_proto::media::hash::Wanted;
use dak_proto::media::multipart::{Event, Reader};
use dak_proto::media::receiver::{Ending, Receiver, Request, Rules, Verdict};
use dak_proto::media::session::{Declared, Session};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

/// A mask that parses is printed as a mask that parses to the same; any other is refused with its text.
pub(crate) fn fields_parse(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match Mask::parse(text) {
        Ok(mask) => prints_itself(&mask),
        Err(error) => assert!(error.fault(text).message.ends_with(text)),
    }
}

/// A line with a mask, then JSON: bytes and trees are narrowed alike. What is not JSON makes nothing panic.
pub(crate) fn fields_project(input: &[u8]) {
    let mut lines = input.splitn(2, |byte| *byte == b'\n');
    let (Some(text), Some(json)) = (lines.next(), lines.next()) else { return };
    let Ok(Ok(mask)) = std::str::from_utf8(text).map(Mask::parse) else { return };
    project(&mask, json, Layout::Compact);
    project(&mask, json, Layout::Pretty);
    let Ok(value) = parse_limited(json, DEPTH_MAX) else { return };
    let stored = canonical(&value);
    let kept = mask.apply(value);
    assert_eq!(project(&mask, &stored, Layout::Compact), kept.to_string().as_bytes());
    assert_eq!(project(&mask, &stored, Layout::Pretty), format!("{kept:#}").as_bytes());
}

/// A range that is read is written as a range that is read the same; its numbers never run over.
pub(crate) fn content_range(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Some(range) = ContentRange::parse(text, Unit::Optional) {
        assert_eq!(ContentRange::parse(&range.to_string(), Unit::Demanded), Some(range));
    }
    if let Some(bytes) = kept(text) {
        assert_eq!(range(bytes).and_then(|range| kept(range.to_str().ok()?)), Some(bytes));
    }
}

/// A line with a Content-Type, then a body: however it is cut, it comes to the same.
pub(crate) fn multipart(input: &[u8]) {
    let mut lines = input.splitn(2, |byte| *byte == b'\n');
    let (Some(kind), Some(body)) = (lines.next(), lines.next()) else { return };
    let Ok(kind) = std::str::from_utf8(kind) else { return };
    let whole = parts(kind, body, body.len());
    for piece in [1, 2, 3, 7, 64] {
        assert_eq!(parts(kind, body, piece), whole, "in pieces of {piece}");
    }
}

/// A line with a Content-Type, then a batch: however it is cut, it comes to the same, and a request or an answer in it is
/// written as one that is read the same.
pub(crate) fn batch(input: &[u8]) {
    let mut lines = input.splitn(2, |byte| *byte == b'\n');
    let (Some(kind), Some(body)) = (lines.next(), lines.next()) else { return };
    let Ok(kind) = std::str::from_utf8(kind) else { return };
    let whole = batch_parts(kind, body, body.len());
    for piece in [1, 2, 3, 7, 64] {
        assert_eq!(batch_parts(kind, body, piece), whole, "in pieces of {piece}");
    }
    for part in whole.unwrap_or_default() {
        let same = |message: &[u8], found: &dyn Fn(&batch::Part) -> bool| {
            let writer = batch::Writer::new(7);
            let body = [writer.part(part.id(), message), writer.end()].concat();
            let kind = writer.content_type();
            let again = batch_parts(kind.to_str().unwrap_or_default(), &body, body.len());
            let is_same = again.is_ok_and(|again| again.first().is_some_and(found));
            assert!(is_same, "{}", message.escape_ascii());
        };
        if let Ok(request) = part.request() {
            same(&batch::write_request(&request), &|again| {
                again.request().is_ok_and(|again| again.uri() == request.uri() && again.body() == request.body())
            });
        }
        if let Ok(answer) = part.response() {
            same(&batch::write_response(&answer), &|again| {
                again
                    .response()
                    .is_ok_and(|again| again.status() == answer.status() && again.headers() == answer.headers())
            });
        }
    }
}

fn batch_parts(kind: &str, body: &[u8], piece: usize) -> Result<Vec<batch::Part>, String> {
    let mut reader = batch::Reader::new(kind, 4096).map_err(|fault| fault.reason.into_owned())?;
    let (mut parts, mut pieces, mut has_ended) = (Vec::new(), body.chunks(piece.max(1)), false);
    loop {
        match reader.next().map_err(|fault| fault.reason.into_owned())? {
            Some(part) => parts.push(part),
            None if has_ended => return Ok(parts),
            None => match pieces.next() {
                Some(piece) => reader.push(piece),
                None => {
                    has_ended = true;
                    reader.end();
                }
            },
        }
    }
}

/// Requests to one session, each a head of `name: value` lines and, after an empty line, a body; `%` lines divide them.
/// Bytes are never kept twice nor out of place, and a session never grows beyond its limit.
pub(crate) fn receiver(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    for rules in [Rules::Lenient, Rules::Faithful] {
        let receiver = Receiver { length_max: Some(64), rules };
        let mut session = Session::new(Method::POST, Declared::default(), Wanted::default(), 0);
        for (now_s, request) in (0..).zip(text.split("\n%\n")) {
            let before = session.offset;
            serve(&receiver, &mut session, request, now_s);
            assert!(session.offset >= before && session.offset <= 64);
            assert_eq!(Session::from_json(&session.to_json()).as_ref(), Some(&session));
        }
    }
}

fn serve(receiver: &Receiver, session: &mut Session, request: &str, now_s: u64) {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let mut lines = head.lines();
    let Some(Ok(method)) = lines.next().map(str::parse::<Method>) else { return };
    let headers: HeaderMap = lines.filter_map(field).collect();
    let Ok(request) = Request::parse(&method, &headers, receiver) else { return };
    let Verdict::Receive(mut intake) = receiver.receive(Some(session), request, now_s) else { return };
    let before = session.clone();
    for piece in body.as_bytes().chunks(5) {
        let Ok(new) = intake.take(piece) else { return };
        session.append(new);
    }
    match receiver.ended(&intake, session, now_s) {
        Ending::Answer(answer) => {
            let said = answer.headers.get("range").and_then(|range| kept(range.to_str().ok()?));
            assert!(said.is_none_or(|said| said == session.offset));
        }
        Ending::Undo(answer) => {
            assert_eq!(answer.code, 400);
            *session = before;
        }
        Ending::Finish { .. } | Ending::Refuse(_) => {}
    }
}

fn field(line: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = line.split_once(": ")?;
    Some((name.parse().ok()?, value.parse().ok()?))
}

/// Metadata and media, or the reason of the refusal.
fn parts(kind: &str, body: &[u8], piece: usize) -> Result<(Vec<u8>, Vec<u8>), String> {
    let mut reader = Reader::new(kind, 256).map_err(|fault| fault.reason.into_owned())?;
    let (mut metadata, mut media) = (Vec::new(), Vec::new());
    let mut pieces = body.chunks(piece.max(1));
    loop {
        match reader.next().map_err(|fault| fault.reason.into_owned())? {
            Some(Event::Metadata { body, .. }) => metadata = body.to_vec(),
            Some(Event::Media(_)) => {}
            Some(Event::Data(bytes)) => media.extend_from_slice(&bytes),
            Some(Event::End) => return Ok((metadata, media)),
            None => match pieces.next() {
                Some(piece) => reader.push(piece),
                None => reader.end(),
            },
        }
    }
}

fn prints_itself(mask: &Mask) {
    let printed = mask.to_string();
    if printed.chars().count() <= MASK_CHARS_MAX {
        assert_eq!(Mask::parse(&printed).as_ref(), Ok(mask));
    }
    assert_eq!(mask.clone().union(mask.clone()).as_ref(), Ok(mask));
}

fn project(mask: &Mask, json: &[u8], layout: Layout) -> Vec<u8> {
    let mut out = Vec::new();
    mask.project(json, layout, &mut out);
    out
}
