//! What goes out.

use std::fs;
use std::io::Read;

use dak_testkit::{Play, Recorded};

use crate::command::{dak, dak_reading, json_server, shell};

fn header<'r>(request: &'r Recorded, name: &str) -> Option<&'r str> {
    request.header(name)
}

/// Runs `dak` with `URL` in `line` (words apart by `|`) replaced; what the server was asked.
fn sent(line: &str, input: &[u8]) -> Recorded {
    let server = json_server("{}");
    let url = server.url("/x");
    let words: Vec<String> = line.split('|').map(|word| word.replace("URL", &url)).collect();
    let run = dak_reading(input, words.iter().map(String::as_str));
    assert_eq!(run.code, Some(0), "{line}: {run:?}");
    server.requests().remove(0)
}

#[test]
fn the_request_is_what_was_typed() {
    let cases: [(&str, &[u8], &str, &str, &str); 12] = [
        ("URL", b"", "GET", "/x", ""),
        ("URL|a==1|--fields|items(id,a/b)", b"", "GET", "/x?a=1&fields=items(id,a/b)", ""),
        ("URL|a=1|b:=[2]", b"", "POST", "/x", r#"{"a":"1","b":[2]}"#),
        ("patch|URL|a:=null", b"", "PATCH", "/x", r#"{"a":null}"#),
        ("put|URL|--raw|{}", b"", "PUT", "/x", "{}"),
        ("delete|URL", b"unread", "DELETE", "/x", ""),
        ("get|URL", b"unread", "GET", "/x", ""),
        ("URL", b"{\"piped\":1}", "POST", "/x", "{\"piped\":1}"),
        ("URL|-I", b"unread", "GET", "/x", ""),
        ("post|URL", b"", "POST", "/x", ""),
        ("post|URL|-f|a=1 2", b"", "POST", "/x", "a=1%202"),
        ("PROPFIND|URL", b"body", "PROPFIND", "/x", "body"),
    ];
    for (line, input, method, target, body) in cases {
        let request = sent(line, input);
        let got = (request.method.as_str(), request.target.as_str(), String::from_utf8_lossy(&request.body));
        assert_eq!(got, (method, target, body.into()), "{line}");
    }
}

#[test]
fn headers_go_out_as_planned() {
    let request = sent("patch|URL|a=1|--if-match|tag|--method-override|--bearer|t|X-A:b|--idempotency-key=k", b"");
    assert_eq!(request.method, "POST");
    let expected = [
        ("x-http-method-override", "PATCH"),
        ("if-match", "\"tag\""),
        ("authorization", "Bearer t"),
        ("x-a", "b"),
        ("idempotency-key", "k"),
        ("accept-encoding", "gzip"),
        ("user-agent", concat!("dak/", env!("CARGO_PKG_VERSION"), " (gzip)")),
        ("content-type", "application/json"),
        ("content-length", "9"),
    ];
    for (name, value) in expected {
        assert_eq!(header(&request, name), Some(value), "{name}");
    }
}

#[test]
fn a_long_standard_input_is_streamed() {
    let body: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
    let request = sent("post|URL", &body);
    assert!(request.body == body);
    assert_eq!(header(&request, "transfer-encoding"), Some("chunked"));
}

#[test]
fn files_are_sent_as_they_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("picture.png");
    let bytes: Vec<u8> = (0..=255).cycle().take(200_000).collect();
    fs::write(&path, &bytes).expect("a file");
    let path = path.to_str().expect("a path");

    let whole = sent(&format!("put|URL|@{path}"), b"");
    assert!(whole.body == bytes);
    assert_eq!(header(&whole, "content-type"), Some("image/png"));
    assert_eq!(header(&whole, "content-length"), Some("200000"));

    let form = sent(&format!("URL|-f|title=A|picture@{path}"), b"");
    let boundary = header(&form, "content-type").and_then(|value| value.split_once("boundary=")).expect("a form").1;
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA\r\n--{boundary}\r\n\
         Content-Disposition: form-data; name=\"picture\"; filename=\"picture.png\"\r\nContent-Type: image/png\r\n\r\n"
    );
    let expected = [head.as_bytes(), &bytes, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
    assert!(form.body == expected);

    let packed = sent(&format!("put|URL|@{path}|--gzip-request"), b"");
    assert_eq!(header(&packed, "content-encoding"), Some("gzip"));
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.body.as_slice()).read_to_end(&mut unpacked).expect("gzip");
    assert!(unpacked == bytes);
}

#[test]
fn the_curl_command_sends_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("it's a body.json");
    fs::write(&path, b"{\"f\":1}").expect("a file");
    let file = format!("@{}", path.to_str().expect("a path"));
    let lines: [&[&str]; 11] = [
        &["get", "URL", "q==a b&c", "X-A:it's"],
        &["URL", "title=it's \"quoted\" $HOME `id`", "n:=1.50", "u=বাংলা\n"],
        &["patch", "URL", "a:=null", "--if-match", "tag", "--bearer", "t"],
        &["patch", "URL", "a:=null", "--method-override"],
        &["delete", "URL", "Accept:", "User-Agent:"],
        &["head", "URL"],
        &["post", "URL"],
        &["put", "URL", &file],
        &["post", "URL", "-f", "a=1&2", "-a", "jo:p w"],
        &["post", "URL", "--raw", "@not-a-file", "Content-Type:text/plain", "X-Empty;"],
        &["put", "URL", "--raw", ""],
    ];
    for line in lines {
        let server = json_server("{}");
        let url = server.url("/y/../x{1}[2]");
        let line: Vec<&str> = line.iter().map(|&word| if word == "URL" { &url } else { word }).collect();
        assert_eq!(dak(line.iter().copied()).code, Some(0), "{line:?}");
        let printed = dak(line.iter().copied().chain(["--curl", "--show-secrets"])).text();
        assert_eq!(shell(&format!("{} -sS", printed.trim_end())).code, Some(0), "{printed}");
        let [ours, theirs] = server.requests().try_into().expect("two requests");
        assert_eq!(sorted(ours), sorted(theirs), "{printed}");
    }
}

fn sorted(mut request: Recorded) -> Recorded {
    request.headers.sort();
    request
}

#[test]
fn redirects_are_followed_when_asked_for() {
    let target = json_server("{\"there\":1}");
    let plays = vec![Play::new(302, &[("Location", &target.url("/there"))], ""); 2];
    let server = dak_testkit::Scripted::start(plays);
    let stays = dak(["get", &server.url("/x")]);
    assert_eq!(stays.code, Some(3));
    assert!(stays.complaint.contains("add --follow"), "{stays:?}");
    let follows = dak(["get", &server.url("/x"), "-F"]);
    assert_eq!((follows.text().as_str(), follows.code), ("{\"there\":1}", Some(0)));
}
