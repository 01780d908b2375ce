use proptest::prelude::*;

use super::{Event, PART_HEAD_BYTES_MAX, Reader, Writer, content_type};
use crate::fault::Fault;

const METADATA_BYTES_MAX: usize = 64;

/// What a body came to.
#[derive(Clone, Debug, Default, PartialEq)]
struct Parts {
    metadata: Vec<u8>,
    media_type: String,
    media: Vec<u8>,
}

/// Reads a body in pieces of so many bytes.
fn read(kind: &str, body: &[u8], piece: usize) -> Result<Parts, Fault> {
    let mut reader = Reader::new(kind, METADATA_BYTES_MAX)?;
    let mut parts = Parts::default();
    let mut is_over = false;
    for piece in body.chunks(piece) {
        reader.push(piece);
        is_over |= drain(&mut reader, &mut parts)?;
    }
    reader.end();
    assert!(drain(&mut reader, &mut parts)? || is_over, "no end");
    assert_eq!(reader.next(), Ok(None));
    Ok(parts)
}

/// Whether the end was seen.
fn drain(reader: &mut Reader, parts: &mut Parts) -> Result<bool, Fault> {
    while let Some(event) = reader.next()? {
        match event {
            Event::Metadata { body, .. } => parts.metadata = body.to_vec(),
            Event::Media(headers) => content_type(&headers).clone_into(&mut parts.media_type),
            Event::Data(bytes) => parts.media.extend_from_slice(&bytes),
            Event::End => {
                reader.push(b"epilogue, and \r\n--b\r\n");
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The same however the body is cut: metadata, media type and media, or the reason of the refusal.
fn outcome(kind: &str, body: &[u8]) -> String {
    let show = |result: Result<Parts, Fault>| match result {
        Ok(Parts { metadata, media_type, media }) => {
            format!("{} {media_type} {}", metadata.escape_ascii(), media.escape_ascii())
        }
        Err(fault) => format!("{} {}", fault.code, fault.reason),
    };
    let whole = show(read(kind, body, body.len().max(1)));
    for piece in 1..body.len() {
        assert_eq!(show(read(kind, body, piece)), whole, "in pieces of {piece}: {}", body.escape_ascii());
    }
    whole
}

const B: &str = "multipart/related; boundary=b";

/// `U4`: (Content-Type, body, what it comes to)
const BODIES: &[(&str, &[u8], &str)] = &[
    // The ways clients write it.
    (B, b"--b\r\nContent-Type: j\r\n\r\n{}\r\n--b\r\nContent-Type: t/x\r\n\r\nab\r\n--b--\r\n", "{} t/x ab"),
    (B, b"--b\nContent-Type: j\n\n{}\n--b\nContent-Type: t/x\n\nab\n--b--\n", "{} t/x ab"),
    (B, b"--b\r\ncontent-type: j\r\n\r\n{}\r\n--b\r\ncontent-type:t/x\r\n\r\nab\r\n--b--", "{} t/x ab"),
    (B, b"\r\n--b\r\nContent-Length: 2\r\n\r\n{}\r\n--b\r\nContent-Type: t/x\r\n\r\nab\r\n--b--", "{} t/x ab"),
    (B, b"preamble\r\n--b\r\n\r\n{}\r\n--b\r\n\r\nab\r\n--b--epilogue", "{}  ab"),
    (B, b"--bb\r\n--b \t\r\n\r\n{}\r\n--b \r\n\r\nab\r\n--b--", "{}  ab"),
    (B, b"--b\r\nContent-Type: j;\r\n charset=UTF-8\r\n\r\n{}\r\n--b\r\nContent-Type: t/x;\r\n\ty=z\r\n\r\nab\r\n--b--", "{} t/x;\ty=z ab"),
    // With LF alone the last byte of a payload may be CR; with CRLF it may be LF.
    (B, b"--b\n\n{}\r\n--b\n\nab\r\n--b--\n", "{}\\r  ab\\r"),
    (B, b"--b\r\n\r\n{}\n\r\n--b\r\n\r\nab\r\n\n--b--\r\n--b--", "{}\\n  ab\\r\\n\\n--b--"),
    // What looks like a boundary and is none.
    (B, b"--b\r\n\r\n{}\r\n--b\r\n\r\n--a\r\n--bx\r\n--b-\r\n-b\r\n\r\n--b--", "{}  --a\\r\\n--bx\\r\\n--b-\\r\\n-b\\r\\n"),
    (B, b"--b\r\n\r\n{}\r\n--b\r\n\r\n\r\n\r\r\n\r\n--b--", "{}  \\r\\n\\r\\r\\n"),
    // Empty parts, with a line end of their own and without.
    (B, b"--b\r\n\r\n\r\n--b\r\n\r\n\r\n--b--", "  "),
    (B, b"--b\r\n\r\n--b\r\n\r\n--b--", "  "),
    (B, b"--b\n\n--b\n\n--b--", "  "),
    // Base64, in lines, with and without padding.
    (B, b"--b\r\n\r\n{}\r\n--b\r\nContent-Transfer-Encoding: BASE64\r\n\r\nYW\r\nJj ZA==\r\n\r\n--b--", "{}  abcd"),
    (B, b"--b\r\n\r\n{}\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJjZA\r\n--b--", "{}  abcd"),
    (B, b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\ne30=\r\n--b\r\nContent-Transfer-Encoding: binary\r\n\r\nab\r\n--b--", "{}  ab"),
    // What is not two parts.
    (B, b"", "400 badContent"),
    (B, b"no boundary\r\nat all", "400 badContent"),
    (B, b"--b--", "400 badContent"),
    (B, b"--b", "400 badContent"),
    (B, b"--b\r\n\r\n{}\r\n--b--", "400 badContent"),
    (B, b"--b\r\n\r\n{}\r\n--b\r\n\r\nab", "400 badContent"),
    (B, b"--b\r\n\r\n{}\r\n--b\r\n\r\nab\r\n--b", "400 badContent"),
    (B, b"--b\r\n\r\n{}\r\n--b\r\n\r\nab\r\n--b-", "400 badContent"),
    (B, b"--b\r\n\r\n{}\r\n--b\r\n\r\nab\r\n--b\r\n\r\ncd\r\n--b--", "400 tooManyParts"),
    (B, b"--b\r\nno colon\r\n\r\n{}\r\n--b\r\n\r\nab\r\n--b--", "400 badContent"),
    (B, b"--b\r\nna me: x\r\n\r\n{}\r\n--b\r\n\r\nab\r\n--b--", "400 badContent"),
    (B, b"--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n--b\r\n\r\nab\r\n--b--", "400 badContent"),
    (B, b"--b\r\n\r\n{}\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n?\r\n--b--", "400 badContent"),
    (B, b"--b\r\n\r\n{}\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\nYW==YWJj\r\n--b--", "400 badContent"),
    (B, b"--b\r\n\r\n{}\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\nYW==Y\r\n--b--", "400 badContent"),
];

#[test]
fn every_way_to_write_it_is_read_however_it_is_cut() {
    for (kind, body, wanted) in BODIES {
        assert_eq!(outcome(kind, body), *wanted, "{}", body.escape_ascii());
    }
}

/// (Content-Type, the boundary it names; `None`: 400)
const BOUNDARIES: &[(&str, Option<&str>)] = &[
    ("multipart/related; boundary=foo_bar_baz", Some("foo_bar_baz")),
    ("multipart/related;boundary=x", Some("x")),
    ("Multipart/Related; Boundary=x", Some("x")),
    ("multipart/related; boundary=\"===============7==\"", Some("===============7==")),
    ("multipart/related; boundary='===============7=='", Some("===============7==")),
    ("multipart/related; boundary='x", Some("'x")),
    ("multipart/related; type=\"a;boundary=no\"; boundary=x", Some("x")),
    ("multipart/related; boundary=x; start=\"<a@b>\"", Some("x")),
    ("multipart/related; boundary=\"a b\\\"c\"", Some("a b\"c")),
    (
        "multipart/related; boundary=__END_OF_PART__0d5ff7f5-55e6-4d2d-8a4a-2b3bb5b6d3f0__",
        Some("__END_OF_PART__0d5ff7f5-55e6-4d2d-8a4a-2b3bb5b6d3f0__"),
    ),
    ("multipart/related", None),
    ("multipart/related; boundary=", None),
    ("multipart/related; boundary=\"\"", None),
    ("multipart/related; boundary", None),
    ("multipart/related; boundary=ডাক", None),
    ("multipart/related; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x", None),
    ("multipart/form-data; boundary=x", None),
    ("multipart/mixed; boundary=x", None),
    ("application/json", None),
    ("", None),
];

#[test]
fn the_boundary_is_found_in_every_kind_of_quotes() {
    for (kind, boundary) in BOUNDARIES {
        let boundary_or_b = boundary.unwrap_or("b");
        let body = format!("--{boundary_or_b}\n\n{{}}\n--{boundary_or_b}\n\nab\n--{boundary_or_b}--");
        let read = read(kind, body.as_bytes(), body.len());
        match boundary {
            Some(_) => assert_eq!(read.unwrap().media, b"ab", "{kind}"),
            None => assert_eq!(read.unwrap_err().reason, "badContent", "{kind}"),
        }
    }
}

#[test]
fn heads_metadata_and_preambles_are_bounded() {
    let long = "x".repeat(PART_HEAD_BYTES_MAX);
    let metadata = "x".repeat(METADATA_BYTES_MAX + 1);
    let cases = [
        (format!("--b\r\nA: {long}\r\n\r\n{{}}\r\n--b\r\n\r\nab\r\n--b--"), 400),
        (format!("--b\r\nA: {long}"), 400),
        (format!("{long}{long}"), 400),
        (format!("--b\r\n\r\n{metadata}\r\n--b\r\n\r\nab\r\n--b--"), 413),
    ];
    for (body, code) in cases {
        assert_eq!(read(B, body.as_bytes(), 1000).unwrap_err().code, code);
    }
    let many = format!("{}\r\n", "x".repeat(1000)).repeat(20);
    let body = format!("{many}--b\r\n\r\n{{}}\r\n--b\r\n\r\nab\r\n--b--");
    assert_eq!(read(B, body.as_bytes(), 1000).unwrap().media, b"ab");
}

/// Bytes that are likely to look like a boundary.
fn payloads() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop_oneof![
        Just(b"\r\n".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"-".to_vec()),
        Just(b"--".to_vec()),
        Just(b"par".to_vec()),
        Just(b"part_0".to_vec()),
        prop::collection::vec(any::<u8>(), 0..20),
    ];
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_byte_of_what_is_written_is_lost(media in payloads(), random: u128, piece in 1..80_usize, lf: bool) {
        let writer = Writer::new(random);
        let mut head = writer.head(b"{\"a\":1}", "message/rfc822");
        let mut tail = writer.tail();
        if lf {
            head.retain(|byte| *byte != b'\r');
            tail.retain(|byte| *byte != b'\r');
        }
        let body = [head, media.clone(), tail].concat();
        let kind = writer.content_type();
        let parts = read(kind.to_str().unwrap(), &body, piece).unwrap();
        prop_assert_eq!(parts, Parts { metadata: b"{\"a\":1}".to_vec(), media_type: "message/rfc822".into(), media });
    }
}
