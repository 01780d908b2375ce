use serde_json::json;

use super::{FileMark, Fingerprint, UploadToken};

fn token() -> UploadToken {
    UploadToken {
        method: "POST".into(),
        method_override: false,
        url: "http://h/upload/demo/v1?key=hidden&uploadType=resumable".into(),
        headers: vec![("if-match".into(), "\"tag\"".into())],
        metadata: Some("{\"title\":\"ডাক\"}".into()),
        media_type: "text/plain".into(),
        file: Some(FileMark {
            path: "/home/me/a b.txt".into(),
            fingerprint: Fingerprint { length: 9, modified_ns: Some(u64::MAX), inode: Some(7) },
        }),
        began_s: 1_800_000_000,
        sender: json!({"uri": "http://h/s?upload_id=hidden", "length": 9, "chunkBytes": null, "offset": 4, "crc32c": 1, "marks": []}),
        kept_in: None,
    }
}

#[test]
fn a_token_is_read_as_it_was_written() {
    let read = UploadToken::from_json(&token().to_json()).unwrap();
    assert_eq!(read, token());
    assert_eq!((read.offset(), read.length(), read.method()), (4, Some(9), "POST"));
    for text in ["", "{}", "[]", "{\"method\":\"POST\"}"] {
        assert!(UploadToken::from_json(text).is_err(), "{text}");
    }
    for uri in ["", "/s", "file:///s", "http://"] {
        let text = token().to_json().replace("http://h/s?upload_id=hidden", uri);
        assert!(UploadToken::from_json(&text).is_err(), "{text}");
    }
}

#[test]
fn secrets_stay_out_of_debug_output() {
    let text = format!("{:?}", token());
    assert!(text.contains("/home/me/a b.txt") && !text.contains("hidden"), "{text}");
}

#[test]
fn a_file_is_told_from_what_it_was() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let now = || Fingerprint::of(&file.path().metadata().unwrap());
    let before = now();
    assert_eq!(now(), before);
    std::fs::write(file.path(), "more").unwrap();
    assert_ne!(now(), before);
}
