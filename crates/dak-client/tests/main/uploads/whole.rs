//! Media in one request, and what the requests of a session say besides their bytes.

use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use dak_client::{Error, UploadPhase, Way, blocking};
use dak_testkit::{Play, Recorded, Scripted};
use serde_json::{Value, json};

use super::{BOTH, CHUNK_BYTES, Wish, media, play};
use crate::support::{answer, impatient, one_connection, read_head};

/// The names are those of the request's headers.
fn headers<const N: usize>(request: &Recorded, names: [&str; N]) -> [Option<String>; N] {
    names.map(|name| request.header(name).map(str::to_owned))
}

#[test]
fn short_media_goes_in_one_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mail.eml");
    std::fs::write(&path, "Subject: hi\r\n\r\n").unwrap();
    for by in BOTH {
        let server = Scripted::start([play("200")]);
        let wish = Wish { file: Some(path.clone()), ..Wish::default() };
        let phases = wish.phases.clone();
        assert_eq!(wish.send(by, &server.url("/demo/v1")).0.unwrap()["id"], "1");
        let requests = server.requests();
        let [request] = requests.as_slice() else { panic!("{requests:?}") };
        assert_eq!((&*request.method, &*request.target), ("POST", "/upload/demo/v1?uploadType=media"));
        assert_eq!(request.body, b"Subject: hi\r\n\r\n");
        let wanted = [Some("message/rfc822".to_owned()), Some("15".to_owned())];
        assert_eq!(headers(request, ["content-type", "content-length"]), wanted);
        assert_eq!(*phases.lock().unwrap(), ["Starting", "Sending", "Done"]);
    }
}

#[test]
fn metadata_goes_before_the_media() {
    for by in BOTH {
        let server = Scripted::start([play("200")]);
        let wish =
            Wish {
                bytes: Some(b"the media".to_vec()), metadata: Some(json!({"title": "ডাক"})), ..Wish::default()
            };
        wish.send(by, &server.url("/demo/v1?fields=id")).0.unwrap();
        let request = &server.requests()[0];
        assert_eq!(request.target, "/upload/demo/v1?fields=id&uploadType=multipart");
        let content_type = request.header("content-type").unwrap();
        let boundary = content_type.strip_prefix("multipart/related; boundary=").unwrap();
        let body = format!(
            "--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{{\"title\":\"ডাক\"}}\r\n\
             --{boundary}\r\nContent-Type: application/octet-stream\r\n\r\nthe media\r\n--{boundary}--\r\n"
        );
        assert_eq!(String::from_utf8_lossy(&request.body), body);
        assert_eq!(request.header("content-length"), Some(&*body.len().to_string()));
    }
}

/// `U12`, `U15`: a cut is waited for like a 5xx, and the server can tell that all the requests are one.
#[test]
fn one_request_is_repeated_until_it_is_answered() {
    let cases: [(&[&str], &[u64], &str); 9] = [
        (&["close", "cut 3", "close", "200"], &[1, 2, 4], ""),
        (&["500", "502", "504", "503", "200"], &[1, 2, 4, 8], ""),
        (&["408", "200"], &[1], ""),
        (&["close", "close", "close", "close", "close", "close"], &[1, 2, 4, 8, 16], "(sent 6 times)"),
        (&["400"], &[], "As the script says."),
        (&["200 crc32c=AAAAAA=="], &[], "the item is there and wrong: the server's checksum is not that"),
        (&["200 size=9"], &[], "the item is there and wrong: the server has 9 bytes, which is not what was sent"),
        (&["200 size=10"], &[], ""),
        (&["200 shoe=42"], &[], ""),
    ];
    let ways = [Wish { bytes: Some(media(10)), ..Wish::default() }];
    let with_metadata = Wish { metadata: Some(json!({})), ..ways[0].clone() };
    for ((script, waits, end), wish) in cases.iter().flat_map(|case| [(*case, &ways[0]), (*case, &with_metadata)]) {
        for by in BOTH {
            let server = Scripted::start(script.iter().map(|line| play(line)));
            let (result, waits_s) = wish.clone().send(by, &server.url("/demo/v1"));
            let requests = server.requests();
            assert_eq!((requests.len(), &*waits_s), (script.len(), waits), "{script:?}");
            let key = requests[0].header("idempotency-key");
            assert!(key.is_some() && requests.iter().all(|request| request.header("idempotency-key") == key));
            let error = result.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(end) && error.is_empty() == end.is_empty(), "{script:?}: {error}");
        }
    }
}

#[test]
fn a_key_of_the_caller_stays_and_a_reader_has_none() {
    let server = Scripted::start(["200", "close"].map(play));
    let client = impatient().0.build().unwrap();
    client.upload(server.url("/demo/v1")).bytes("media").header("idempotency-key", "mine").send().unwrap();
    let upload = client.upload(server.url("/demo/v1")).reader(None, &b"media"[..]);
    let error = upload.way(Way::Simple).send().unwrap_err().to_string();
    assert!(error.contains("not sent again"), "{error}");
    let keys: Vec<_> =
        server.requests().iter().map(|request| request.header("idempotency-key").map(str::to_owned)).collect();
    assert_eq!(keys, [Some("mine".to_owned()), None]);
}

/// A short reader is held, as bytes in memory are.
#[test]
fn a_short_reader_is_sent_again_and_is_as_long_as_was_said() {
    let server = Scripted::start(["503", "close", "200"].map(play));
    let client = impatient().0.build().unwrap();
    let upload = |length| client.upload(server.url("/demo/v1")).reader(Some(length), &b"media"[..]);
    upload(5).metadata(&json!({})).send().unwrap();
    let requests = server.requests();
    assert!(requests.len() == 3 && requests.iter().all(|request| request.body == requests[0].body));
    for (length, wanted) in [(4, "goes on after 4 bytes"), (6, "ended after 5 bytes"), (5, "")] {
        for way in [Way::Simple, Way::Resumable] {
            let server = Scripted::start(["200 /s", "200"].map(play));
            let upload = client.upload(server.url("/demo/v1")).reader(Some(length), &b"media"[..]).way(way);
            match upload.send() {
                Err(Error::Source(error)) => assert!(error.contains(wanted) && !wanted.is_empty(), "{error}"),
                sent => assert!(sent.is_ok() == wanted.is_empty(), "{way:?}: {sent:?}"),
            }
        }
    }
}

/// Gives a piece, and then waits until nobody wants more.
struct Halting(Option<&'static [u8]>, mpsc::Receiver<()>);

impl Read for Halting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.take() {
            Some(mut piece) => piece.read(buffer),
            None => self.1.recv().map_or(Ok(0), |()| Ok(0)),
        }
    }
}

#[test]
fn success_before_all_was_sent_is_none() {
    let client = blocking::Client::new();
    for length in [None, Some(6_000_000)] {
        let (url, server) = one_connection(|mut stream| {
            read_head(&mut stream);
            answer(&mut stream, "a page");
            stream
        });
        let (wanted, wants) = mpsc::channel();
        let error =
            client.upload(url).reader(length, Halting(Some(b"media"), wants)).way(Way::Simple).send().unwrap_err();
        drop(wanted);
        assert_eq!(error.to_string(), "the server answered 200 OK before it had all that was to be sent");
        assert_eq!(error.response().unwrap().text().unwrap(), "a page");
        server.join().unwrap();
    }
    // What shows its end only when it is there has one too.
    let server = Scripted::start([play("200")]);
    client.upload(server.url("/")).reader(None, &b"media"[..]).way(Way::Simple).send().unwrap();
}

#[test]
fn a_redirect_that_is_not_followed_is_no_upload() {
    for code in [300, 303, 304, 307, 308] {
        let fields: &[(&str, &str)] = if code == 307 { &[("Location", "/elsewhere")] } else { &[] };
        for way in [Way::Simple, Way::Resumable] {
            let server = Scripted::start([Play::new(code, fields, "")]);
            let is_done = Arc::new(AtomicBool::new(false));
            let seen = is_done.clone();
            let client = impatient().0.redirects_max(0).build().unwrap();
            let upload = client.upload(server.url("/demo/v1")).bytes("media").way(way);
            let upload = upload.progress(move |now| seen.store(now.phase == UploadPhase::Done, Ordering::Relaxed));
            let error = upload.send().unwrap_err();
            assert_eq!(error.status().map(|status| status.as_u16()), Some(code), "{error:?}");
            assert!(matches!(error, Error::Status(_)) && !is_done.load(Ordering::Relaxed), "{code}");
        }
    }
}

/// Where the server has something else, what it says of it is not lost.
#[test]
fn the_answer_stays_with_what_is_wrong() {
    let client = impatient().0.build().unwrap();
    for (way, script) in [
        (Way::Simple, &["201 crc32c=AAAAAA=="][..]),
        (Way::Resumable, &["200 /s", "201 crc32c=AAAAAA=="]),
        (Way::Resumable, &["200 /s", "201 size=9"]),
    ] {
        let server = Scripted::start(script.iter().map(|line| play(line)));
        let error = client.upload(server.url("/demo/v1")).bytes("media").way(way).send().unwrap_err();
        let answer = error.response().unwrap();
        assert_eq!((answer.status().as_u16(), answer["id"].as_str()), (201, Some("1")), "{error}");
    }
}

#[test]
fn a_session_is_begun_with_all_that_is_known() {
    let server = Scripted::start(["200 /s", "201", "200 /s", "201"].map(play));
    let (builder, _) = impatient();
    let client = builder.bearer("secret").build().unwrap();
    client
        .upload(server.url("/demo/v1/324"))
        .method(dak_client::Method::PATCH)
        .bytes("media")
        .content_type("text/plain")
        .metadata(&json!({"title": "t"}))
        .if_match("tag")
        .query("pretty", 1)
        .resumable()
        .send()
        .unwrap();
    client.upload(server.url("/demo/v1")).bytes("media").resumable().send().unwrap();
    let requests = server.requests();
    let [first, data, second, _] = requests.as_slice() else { panic!("{requests:?}") };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!((&*first.method, &*first.target), ("PATCH", "/upload/demo/v1/324?pretty=1&uploadType=resumable"));
    assert_eq!(serde_json::from_slice::<Value>(&first.body).unwrap(), json!({"title": "t"}));
    let told = ["content-type", "x-upload-content-type", "x-upload-content-length", "if-match", "authorization"];
    assert_eq!(
        headers(first, told),
        [
            text("application/json; charset=UTF-8"),
            text("text/plain"),
            text("5"),
            text("\"tag\""),
            text("Bearer secret")
        ]
    );
    // The session knows the rest; only who sends is said again.
    assert_eq!(headers(data, told), [None, None, None, None, text("Bearer secret")]);
    let told = ["content-type", "content-length", "x-upload-content-type"];
    assert_eq!(headers(second, told), [None, text("0"), text("application/octet-stream")]);
}

#[test]
fn a_session_elsewhere_gets_no_credentials() {
    let elsewhere = Scripted::start(["cut 2", "308 0-1", "201"].map(play));
    let server = Scripted::start([Play::new(200, &[("Location", &elsewhere.url("/s"))], "")]);
    let (builder, _) = impatient();
    let client = builder.bearer("secret").build().unwrap();
    client.upload(server.url("/demo/v1")).bytes("media").resumable().send().unwrap();
    let requests = elsewhere.requests();
    assert_eq!(requests.len(), 3);
    for request in requests {
        assert_eq!((&*request.target, request.header("authorization")), ("/s", None));
    }
}

#[test]
fn what_cannot_be_is_said_before_anything_is_sent() {
    let client = blocking::Client::new();
    let upload = || client.upload("http://127.0.0.1:1/demo/v1");
    let cases = [
        (upload(), "there is nothing to upload"),
        (upload().file("/no/such/file"), "cannot read /no/such/file: "),
        (upload().bytes("m").metadata(&json!({})).way(Way::Simple), "metadata cannot be sent the simple way"),
        (upload().bytes("m").chunk_size(1000), "must be a multiple of 262144 bytes, and 1000 is not"),
        (upload().bytes("m").chunk_size(0), "must be a multiple of 262144 bytes, and 0 is not"),
        (upload().bytes("m").chunk_size(CHUNK_BYTES).way(Way::Simple), "only a resumable upload goes in chunks"),
        (upload().bytes("m").chunk_size(CHUNK_BYTES).query("uploadType", "media"), "only a resumable upload goes in"),
        (upload().bytes("m").metadata("{}"), "the metadata is not a JSON object"),
        (upload().bytes("m").metadata(&[json!({})]), "the metadata is not a JSON object"),
        (upload().file("/"), "cannot read /: is a directory"),
        (upload().bytes("m").content_type("a\nb"), "the header content-type cannot hold"),
        (upload().bytes("m").content_type("image"), "is no media type"),
        (upload().bytes("m").header("content-length", "1"), "the client itself sets the header content-length"),
        (
            upload().bytes("m").header("Transfer-Encoding", "chunked"),
            "the client itself sets the header transfer-encoding",
        ),
        (upload().bytes("m").header("content-range", "bytes */1"), "the client itself sets the header content-range"),
        (client.upload("ftp://h/").bytes("m"), "the scheme ftp is not http or https"),
    ];
    for (upload, wanted) in cases {
        let error = upload.send().unwrap_err();
        let is_kind = matches!(&error, Error::Usage(_)) != matches!(&error, Error::Source(_));
        assert!(is_kind && error.to_string().contains(wanted), "{wanted}: {error}");
    }
}

#[test]
fn a_name_that_is_not_found_at_the_start_is_told_at_once() {
    // No name has so long a part, which needs no network to find out.
    let url = format!("http://{}.test/demo/v1", "a".repeat(64));
    let (builder, clock) = impatient();
    let client = builder.build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let errors = [
        client.upload(&url).bytes("m").send().unwrap_err(),
        client.upload(&url).bytes("m").resumable().send().unwrap_err(),
        client.download(&url).to(folder.path().join("x")).send().unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(&error, Error::Connect(failure) if failure.attempts == 1), "{error:?}");
    }
    assert!(clock.waits_s().is_empty());
}

/// RFC 9110 8.6, `U6`, `U10`: whoever means to send nothing says so.
#[test]
fn nothing_has_a_length() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nothing.bin");
    let full = folder.path().join("full.bin");
    std::fs::write(&path, "").unwrap();
    std::fs::write(&full, "media").unwrap();
    // (file, way, method, whether it is overridden, script, the requests without a body)
    let cases: [(_, _, _, _, &[&str], &[usize]); 5] = [
        (&path, Way::Simple, "POST", false, &["200"], &[0]),
        (&path, Way::Simple, "PUT", false, &["200"], &[0]),
        (&path, Way::Simple, "PATCH", true, &["200"], &[0]),
        (&path, Way::Resumable, "PUT", true, &["200 /s", "200"], &[0, 1]),
        (&full, Way::Resumable, "POST", false, &["200 /s", "close", "308 0-4", "201"], &[0, 2, 3]),
    ];
    for (path, way, method, is_overridden, script, empty) in cases {
        let server = Scripted::start(script.iter().map(|line| play(line)));
        let client = impatient().0.build().unwrap();
        let upload = client.upload(server.url("/demo/v1")).method(method.parse().unwrap()).file(path).way(way);
        upload.method_override(is_overridden).send().unwrap();
        let requests = server.requests();
        for at in empty {
            assert_eq!(requests[*at].header("content-length"), Some("0"), "{way:?} {method} {at}");
            assert_eq!(requests[*at].header("transfer-encoding"), None, "{way:?} {method} {at}");
        }
    }
}
