use std::ffi::OsString;
use std::path::Path;

use dak_client::Way;

use super::{Source, Upload, split};
use crate::args::{self, Command, Typed};
use crate::environment::Environment;
use crate::error::Error;
use crate::plan::World;

/// Plans `dak upload` with these words (apart by `|`), where a.jpg, b.jpg, dir/c.jpg, x=y.txt and meta.json are files.
fn planned(line: &str) -> Result<Upload, Error> {
    let argv: Vec<OsString> = ["dak", "upload"].into_iter().chain(line.split('|')).map(OsString::from).collect();
    let Typed::Command(Command::Upload(args)) = args::parse(argv).expect(line) else { panic!("{line}") };
    let environment = Environment { token: Some("secret".into()), ..Environment::default() };
    let read = |path: &str| match path {
        "meta.json" => Ok(b"{\"n\":1.50}".to_vec()),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    };
    let exists = |path: &Path| {
        ["a.jpg", "b.jpg", "dir/c.jpg", "x=y.txt", "./x=y.txt"].contains(&path.to_str().unwrap_or_default())
    };
    Upload::new(&args, &exists, World { environment: &environment, read: &read, draw: &|| Ok("drawn".to_owned()) })
}

/// (words, sources, URL, metadata)
const LINES: &[(&str, &str, &str, &str)] = &[
    ("a.jpg|:7070/demo/v1", "a.jpg", "http://localhost:7070/demo/v1", "-"),
    ("a.jpg|b.jpg|dir/c.jpg|:7070/demo/v1", "a.jpg b.jpg dir/c.jpg", "http://localhost:7070/demo/v1", "-"),
    ("a.jpg|https://h/x|title=A", "a.jpg", "https://h/x", "{\"title\":\"A\"}"),
    ("a.jpg|b.jpg|example.com/x|n:=1.50", "a.jpg b.jpg", "http://example.com/x", "{\"n\":1.50}"),
    ("a.jpg|host/x|q==1|X-A:b", "a.jpg", "http://host/x?q=1", "-"),
    ("a.jpg|host|t=1", "a.jpg", "http://host/", "{\"t\":\"1\"}"),
    // A file is a file, whatever its name looks like, and the first word always is.
    ("x=y.txt|host/x", "x=y.txt", "http://host/x", "-"),
    ("a.jpg|x=y.txt|host/x|t=1", "a.jpg x=y.txt", "http://host/x", "{\"t\":\"1\"}"),
    ("gone.jpg|host/x", "gone.jpg", "http://host/x", "-"),
    ("a.jpg|gone.jpg|http://host/x", "a.jpg gone.jpg", "http://host/x", "-"),
    ("-|:7070/demo/v1", "-", "http://localhost:7070/demo/v1", "-"),
    ("a.jpg|:1/x|--raw|{\"a\": 1}", "a.jpg", "http://localhost:1/x", "{\"a\":1}"),
    ("a.jpg|:1/x|@meta.json", "a.jpg", "http://localhost:1/x", "{\"n\":1.50}"),
    ("a.jpg|:1/x|--fields|id", "a.jpg", "http://localhost:1/x?fields=id", "-"),
];

#[test]
fn files_url_and_items_are_told_apart() {
    for (line, sources, url, metadata) in LINES {
        let plan = planned(line).expect(line);
        let names = plan.sources.iter().map(|source| match source {
            Source::File(path) => path.to_str().expect(line),
            Source::Stdin => "-",
        });
        let told = plan.metadata.map_or("-".to_owned(), |metadata| metadata.to_string());
        let got = (names.collect::<Vec<_>>().join(" "), plan.transfer.request.target.url(), told);
        assert_eq!(got, ((*sources).to_owned(), (*url).to_owned(), (*metadata).to_owned()), "{line}");
        assert_eq!(plan.transfer.request.headers.get("content-type"), None, "{line}");
    }
}

#[test]
fn flags_say_how() {
    let plan = planned("a.jpg|:1/x|--type|image/x|--chunk-size|8MiB|--method|put|--if-match|t").expect("a plan");
    assert_eq!((plan.media_type.as_deref(), plan.chunk_bytes, plan.way), (Some("image/x"), Some(8 << 20), None));
    assert_eq!(plan.transfer.request.method, "PUT");
    assert_eq!(plan.transfer.request.headers["if-match"], "\"t\"");
    assert_eq!(plan.transfer.request.headers["authorization"], "Bearer secret");
    assert_eq!((plan.transfer.sending.retries, plan.transfer.sending.redirects_max), (5, 10));
    let ways = [("media", Way::Simple), ("multipart", Way::Multipart), ("resumable", Way::Resumable)];
    for (name, way) in ways {
        assert_eq!(planned(&format!("a.jpg|:1/x|--upload-type|{name}")).expect(name).way, Some(way));
    }
}

/// (words, the media's type)
const TYPES: &[(&str, Option<&str>)] = &[
    ("a.jpg|:1/x", None),
    ("a.jpg|:1/x|t=1", None),
    ("a.jpg|:1/x|--type|image/x", Some("image/x")),
    ("a.jpg|:1/x|Content-Type:image/x", Some("image/x")),
    ("a.jpg|:1/x|t=1|content-type:image/x; a=b", Some("image/x; a=b")),
    ("a.jpg|:1/x|@meta.json|Content-Type:image/x", Some("image/x")),
    ("a.jpg|:1/x|Content-Type:", None),
    ("a.jpg|:1/x|Content-Type;", Some("")),
];

#[test]
fn a_content_type_is_the_media_s() {
    for (line, wanted) in TYPES {
        let plan = planned(line).expect(line);
        assert_eq!(plan.media_type.as_deref(), *wanted, "{line}");
        assert_eq!(plan.transfer.request.headers.get("content-type"), None, "{line}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_may_be_called_anything_and_all_else_is_text() {
    use std::os::unix::ffi::OsStringExt;
    let raw =
        |text: &str| OsString::from_vec(text.bytes().map(|byte| if byte == b'?' { 0xff } else { byte }).collect());
    let exists = |path: &Path| path.as_os_str() == raw("b?");
    // (words, the number of files and the URL, or what is said)
    let cases = [
        ("a?|:1/x", Ok((1, ":1/x"))),
        ("a?|b?|host/x|t=1", Ok((2, "host/x"))),
        ("a?|gone?|host/x", Ok((2, "host/x"))),
        ("a|host/x|t=?", Err("t=\u{fffd} is not UTF-8")),
        ("a|http://host/?", Err("http://host/\u{fffd} is not UTF-8")),
        ("a|host/?", Err("host/\u{fffd} is not UTF-8")),
    ];
    for (line, wanted) in cases {
        let words: Vec<OsString> = line.split('|').map(raw).collect();
        match (split(&words, &exists), wanted) {
            (Ok(typed), Ok((files, url))) => {
                assert_eq!((typed.files, typed.url.as_str()), (words[..files].to_vec(), url))
            }
            (Err(error), Err(said)) => assert!(error.to_string().contains(said), "{line}: {error}"),
            (got, _) => panic!("{line}: {got:?}"),
        }
    }
}

#[test]
fn what_cannot_be_meant_is_said() {
    let cases = [
        ("a.jpg", "say where to"),
        ("a.jpg|b.jpg", "say where to"),
        ("a.jpg|t=1", "say where to"),
        ("a.jpg|-|:1/x", "standard input is uploaded by itself"),
        ("a.jpg|b.jpg|:1/x/1|--method|put", "PUT puts one file into one resource"),
        ("a.jpg|b.jpg|:1/x/1|--method|patch", "PATCH puts one file into one resource"),
        ("a.jpg|:1/x|--chunk-size|1MB", "no multiple of 256KiB"),
        ("a.jpg|:1/x|--chunk-size|1MiB|--upload-type|media", "leave one of the two out"),
        ("a.jpg|:1/x|t=1|--upload-type|media", "take multipart or resumable"),
        ("a.jpg|:1/x|--raw|{", "the metadata is not JSON"),
        ("a.jpg|:1/x|@gone.json", "cannot read gone.json"),
        ("a.jpg|:1/x|t=1|--raw|{}", "more than one body"),
        ("a.jpg|:1/x|--type|a/b|Content-Type:a/b", "leave one of them out"),
        ("a.jpg|:1/x|Content-Type:a/b|Content-Type:a/c", "give one Content-Type item"),
        ("a.jpg|:1/x|t@a.jpg", "is a file in a form"),
    ];
    for (line, said) in cases {
        let error = planned(line).expect_err(line).to_string();
        assert!(error.contains(said), "{line}: {error}");
    }
}
