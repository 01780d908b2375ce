use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use serde_json::json;

use super::{Failure, Fetcher, Step};
use crate::media::hash::{Hashes, Wanted};
use crate::retry::{Outcome, Policy};

const WHOLE: &[u8] = b"123456789";

fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
    let fields =
        fields.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()));
    fields.collect()
}

/// What the other side does, and the file that comes of it.
#[derive(Default)]
struct Disk(Vec<u8>);

/// A download played against a script of answers: `200 length=9 etag="a"`, then what became of its body: `+4 cut`, `+9 end`.
fn play(script: &[&str]) -> String {
    let mut fetcher = Fetcher::new(Policy::google());
    let mut disk = Disk::default();
    let mut said = Vec::new();
    for line in script {
        said.push(carry_out(&mut fetcher, &mut disk));
        told(&mut fetcher, &mut disk, line);
    }
    said.push(carry_out(&mut fetcher, &mut disk));
    said.join(", ")
}

/// Carries out what needs no answer, and says in short what does.
fn carry_out(fetcher: &mut Fetcher, disk: &mut Disk) -> String {
    loop {
        match fetcher.step() {
            Step::Get(headers) => return asked(&headers),
            Step::Take { first } => {
                disk.0.truncate(first as usize);
                return format!("take {first}");
            }
            Step::Wait { .. } => fetcher.waited(),
            Step::Hash => {
                let mut hashes = Hashes::new(Wanted { md5: true, sha256: false });
                hashes.update(&disk.0);
                fetcher.hashed(&hashes.digests());
            }
            Step::Done => return format!("done {}", disk.0.len()),
            Step::Failed(failure) => return format!("{failure:?}"),
        }
    }
}

fn asked(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    match (text("range"), text("if-range")) {
        (Some(range), Some(version)) => format!("get {} of {version}", range.replace("bytes=", "")),
        (None, None) => "get".into(),
        other => panic!("{other:?}"),
    }
}

fn told(fetcher: &mut Fetcher, disk: &mut Disk, line: &str) {
    let mut words = line.split(' ').peekable();
    if let Some(bytes) = words.peek().and_then(|word| word.strip_prefix('+')) {
        let bytes: usize = bytes.parse().unwrap();
        let first = disk.0.len();
        disk.0.extend((first..first + bytes).map(|at| WHOLE[at % WHOLE.len()]));
        fetcher.received(bytes as u64);
        words.next();
    }
    match words.next().unwrap() {
        "cut" => fetcher.broke(Outcome::Broken, 0, 0),
        "end" => fetcher.ended(0, 0),
        code => fetcher.answered(code.parse().unwrap(), &answer(words), 0, 0),
    }
}

fn answer<'a>(words: impl Iterator<Item = &'a str>) -> HeaderMap {
    let names = [
        ("length", "content-length"),
        ("range", "content-range"),
        ("etag", "etag"),
        ("hash", "x-goog-hash"),
        ("coding", "content-encoding"),
        ("type", "content-type"),
    ];
    let mut fields = HeaderMap::new();
    for word in words {
        let (short, value) = word.split_once('=').unwrap();
        let name = names.iter().find(|(name, _)| *name == short).unwrap().1;
        let value = if short == "range" { format!("bytes {value}") } else { value.to_owned() };
        fields.extend(headers(&[(name, &value)]));
    }
    fields
}

/// CRC32C of [`WHOLE`].
const OURS: &str = "crc32c=4waSgw==";

/// (what came back, what was done)
const DOWNLOADS: &[(&[&str], &str)] = &[
    (&["200 length=9 etag=\"a\"", "+9 end"], "get, take 0, done 9"),
    (&["200 length=0 etag=\"a\"", "end"], "get, take 0, done 0"),
    (&["200", "+9 end"], "get, take 0, done 9"),
    (&["203 length=9", "+9 end"], "get, take 0, done 9"),
    // Cut, and gone on with.
    (
        &["200 length=9 etag=\"a\"", "+4 cut", "206 range=4-8/9", "+5 end"],
        "get, take 0, get 4- of \"a\", take 4, done 9",
    ),
    (
        &["200 length=9 etag=\"a\"", "+4 cut", "206 range=4-5/9 etag=\"a\"", "+2 end", "206 range=6-8/*", "+3 end"],
        "get, take 0, get 4- of \"a\", take 4, get 6- of \"a\", take 6, done 9",
    ),
    // The body ended before its time without a word.
    (
        &["200 length=9 etag=\"a\"", "+4 end", "206 range=4-8/9", "+5 end"],
        "get, take 0, get 4- of \"a\", take 4, done 9",
    ),
    // How long the whole is shows only when nothing stands behind it.
    (
        &["200 etag=\"a\"", "+4 cut", "206 range=4-8/*", "+5 end", "416 range=*/9"],
        "get, take 0, get 4- of \"a\", take 4, get 9- of \"a\", done 9",
    ),
    // All was there already.
    (&["200 etag=\"a\"", "+9 cut", "416 range=*/9"], "get, take 0, get 9- of \"a\", done 9"),
    (&["200 etag=\"a\"", "+9 cut", "416 range=*/8", "404"], "get, take 0, get 9- of \"a\", get, Refused(404)"),
    (&["200 length=9 etag=\"a\"", "+4 cut", "416 range=*/4", "404"], "get, take 0, get 4- of \"a\", get, Refused(404)"),
    (&["200 etag=\"a\"", "+9 cut", "416", "404"], "get, take 0, get 9- of \"a\", get, Refused(404)"),
    // Another version meanwhile.
    (
        &["200 length=9 etag=\"a\"", "+4 cut", "200 length=3 etag=\"b\"", "+3 end"],
        "get, take 0, get 4- of \"a\", take 0, done 3",
    ),
    (
        &["200 length=9 etag=\"a\"", "+4 cut", "206 range=4-8/9 etag=\"b\"", "404"],
        "get, take 0, get 4- of \"a\", get, Refused(404)",
    ),
    (
        &["200 length=9 etag=\"a\"", "+4 cut", "206 range=4-9/10", "404"],
        "get, take 0, get 4- of \"a\", get, Refused(404)",
    ),
    (
        &["200 etag=\"a\" type=a/b", "+4 cut", "200 etag=\"b\" type=a/c", "+9 end"],
        "get, take 0, get 4- of \"a\", take 0, done 9",
    ),
    (
        &["200 etag=\"a\" type=a/b;c=d", "+4 cut", "200 type=A/B", "+9 end"],
        "get, take 0, get 4- of \"a\", take 0, done 9",
    ),
    (&["200 type=a/b", "+4 cut", "200 type=a/c", "+9 end"], "get, take 0, get, take 0, done 9"),
    (
        &["200 etag=\"a\" type=text/html", "+4 cut", "200 type=text/html", "+9 end"],
        "get, take 0, get 4- of \"a\", take 0, done 9",
    ),
    // Somebody else's page.
    (
        &["200 etag=\"a\" type=a/b", "+4 cut", "200 etag=\"b\" type=text/html;charset=utf-8"],
        "get, take 0, get 4- of \"a\", Unlike(\"the server answered with text/html where a/b was begun\")",
    ),
    (
        &["200 etag=\"a\"", "+4 cut", "200 type=a/b"],
        "get, take 0, get 4- of \"a\", Unlike(\"the server answered with a/b where something without a type was begun\")",
    ),
    (
        &["200 etag=\"a\" type=a/b", "+4 cut", "200 coding=gzip"],
        "get, take 0, get 4- of \"a\", Unlike(\"the server answered with something without a type where a/b was begun\")",
    ),
    (
        &["200 type=a/b", "+4 cut", "200 type=text/html"],
        "get, take 0, get, Unlike(\"the server answered with text/html where a/b was begun\")",
    ),
    // No version, or a weak one: from the beginning.
    (&["200 length=9", "+4 cut", "200 length=9", "+9 end"], "get, take 0, get, take 0, done 9"),
    (&["200 etag=W/\"a\"", "+4 cut", "200", "+9 end"], "get, take 0, get, take 0, done 9"),
    // Nothing came of it.
    (&["200 length=9 etag=\"a\"", "cut", "200 length=9", "+9 end"], "get, take 0, get, take 0, done 9"),
    // Parts that were not asked for, or lie elsewhere.
    (&["206 range=0-8/9", "404"], "get, get, Refused(404)"),
    (
        &["200 length=9 etag=\"a\"", "+4 cut", "206 range=0-8/9", "206 range=0-8/9", "206 range=0-8/9", "206"],
        "get, take 0, get 4- of \"a\", get, get, get, Unfitting",
    ),
    (
        &["200 length=9 etag=\"a\"", "+4 cut", "206 range=4-5/9", "+3 end", "404"],
        "get, take 0, get 4- of \"a\", take 4, get, Refused(404)",
    ),
    // A coding that was not asked for: its length and version are not of these bytes.
    (&["200 length=5 etag=\"a\" coding=gzip", "+9 end"], "get, take 0, done 9"),
    (&["200 length=5 etag=\"a\" coding=gzip", "+4 cut", "404"], "get, take 0, get, Refused(404)"),
    (
        &["200 length=9 etag=\"a\"", "+4 cut", "206 range=4-8/9 coding=gzip", "404"],
        "get, take 0, get 4- of \"a\", get, Refused(404)",
    ),
    (&["200 length=9 etag=\"a\" coding=identity", "+4 cut", "404"], "get, take 0, get 4- of \"a\", Refused(404)"),
    // Failures that pass, and those that do not.
    (&["503", "429", "408", "200 length=9", "+9 end"], "get, get, get, get, take 0, done 9"),
    (&["500", "500", "500", "500", "500", "500"], "get, get, get, get, get, get, GaveUp(Exhausted)"),
    (&["cut", "cut", "cut", "cut", "cut", "cut"], "get, get, get, get, get, get, GaveUp(Exhausted)"),
    (&["403"], "get, Refused(403)"),
    (&["302"], "get, Refused(302)"),
    (&["416"], "get, Refused(416)"),
];

#[test]
fn each_answer_leads_to_the_next_step() {
    for (script, done) in DOWNLOADS {
        assert_eq!(play(script), *done, "{script:?}");
    }
}

#[test]
fn checksums_are_compared_at_the_end() {
    let cases = [
        (OURS, "get, take 0, get 4- of \"a\", take 4, done 9"),
        ("md5=JfnnlDI7RTiF9RgfG2JNCw==", "get, take 0, get 4- of \"a\", take 4, done 9"),
        // One that cannot be read cannot be compared.
        ("crc32c=?", "get, take 0, get 4- of \"a\", take 4, done 9"),
        (
            "crc32c=AAAAAA==",
            "get, take 0, get 4- of \"a\", take 4, Corrupted(\"Provided crc32c hash \\\"AAAAAA==\\\" doesn't match \
             calculated crc32c hash \\\"4waSgw==\\\".\")",
        ),
    ];
    for (hash, done) in cases {
        let first = format!("200 length=9 etag=\"a\" hash={hash}");
        assert_eq!(play(&[&first, "+4 cut", "206 range=4-8/9", "+5 end"]), done, "{hash}");
    }
}

#[test]
fn what_is_given_up_is_counted() {
    // (the first answer, the next one to what is cut after 4 bytes, how many are given up)
    let cases = [
        ("length=9 etag=\"a\"", "206 range=4-8/9", 0),
        ("length=9 etag=\"a\"", "206 range=3-8/9", 4),
        ("length=9 etag=\"a\"", "200 etag=\"b\"", 4),
        ("length=9 etag=\"a\"", "416", 4),
        ("length=9", "200", 0),
    ];
    for (first, next, dropped) in cases {
        let (mut fetcher, mut disk) = (Fetcher::new(Policy::google()), Disk::default());
        for line in [&format!("200 {first}"), "+4 cut", next] {
            carry_out(&mut fetcher, &mut disk);
            told(&mut fetcher, &mut disk, line);
        }
        assert_eq!(fetcher.dropped(), dropped, "{first}, {next}");
    }
}

#[test]
fn progress_gives_the_whole_budget_again() {
    let mut script = vec!["200 length=9 etag=\"a\"".to_owned()];
    for at in 1..9 {
        script.extend(["+1 cut".to_owned(), format!("206 range={at}-8/9")]);
    }
    script.push("+1 end".into());
    let script: Vec<&str> = script.iter().map(String::as_str).collect();
    assert!(play(&script).ends_with("take 8, done 9"));
}

#[test]
fn without_progress_the_budget_ends_also_where_each_time_something_comes() {
    let script = [["200 length=9", "+4 cut"]; 6].concat();
    assert!(play(&script).ends_with("take 0, GaveUp(Exhausted)"), "{}", play(&script));
}

/// The waits grow though each attempt is answered well, until bytes come.
#[test]
fn only_bytes_make_the_waits_short_again() {
    let mut fetcher = Fetcher::new(Policy::google());
    let mut waits_ms = Vec::new();
    for bytes in [4, 0, 0, 0, 1, 0] {
        let mut headers = HeaderMap::from_iter([(http::header::ETAG, HeaderValue::from_static("\"a\""))]);
        if fetcher.kept() > 0 {
            headers.insert(http::header::CONTENT_RANGE, format!("bytes {}-8/9", fetcher.kept()).parse().unwrap());
        }
        fetcher.answered(if fetcher.kept() > 0 { 206 } else { 200 }, &headers, 0, 0);
        fetcher.received(bytes);
        fetcher.broke(Outcome::Broken, 0, 0);
        let Step::Wait { ms, .. } = fetcher.step() else { panic!("{:?}", fetcher.step()) };
        waits_ms.push(ms);
        fetcher.waited();
    }
    assert_eq!(waits_ms, [1000, 2000, 4000, 8000, 1000, 2000]);
}

#[test]
fn another_process_goes_on() {
    let mut fetcher = Fetcher::new(Policy::google());
    fetcher.answered(200, &answer(format!("length=9 etag=\"a\" type=a/b hash={OURS}").split(' ')), 0, 0);
    fetcher.received(4);
    let token = fetcher.to_json();
    let wanted =
        json!({"kept": 4, "validator": "\"a\"", "length": 9, "digests": {"crc32c": "4waSgw=="}, "mediaType": "a/b"});
    assert_eq!(token, wanted);
    let mut later = Fetcher::from_json(&token, Policy::google()).unwrap();
    assert_eq!(later.step(), Step::Get(headers(&[("range", "bytes=4-"), ("if-range", "\"a\"")])));
    assert_eq!((later.kept(), later.length(), later.declared()), (4, Some(9), fetcher.declared()));
    let mut answered = later.clone();
    answered.answered(200, &answer(["type=text/html"].into_iter()), 0, 0);
    // What is there stays.
    assert!(matches!(answered.step(), Step::Failed(Failure::Unlike(_))) && answered.to_json() == token);
    later.answered(206, &answer(["range=4-8/9"].into_iter()), 0, 0);
    assert_eq!(later.step(), Step::Take { first: 4 });
    for (name, bad) in [
        ("kept", json!("4")),
        ("validator", json!("W/\"a\"")),
        ("length", json!(-1)),
        ("digests", json!({"crc32c": 5})),
    ] {
        let mut token = token.clone();
        token[name] = bad;
        assert_eq!(Fetcher::from_json(&token, Policy::google()), None, "{name}");
    }
}

proptest! {
    #[test]
    fn whatever_comes_back_what_is_whole_is_as_long_as_was_said(codes in prop::collection::vec((100_u16..600, 0_u64..12, 0_u64..12, any::<bool>()), 0..60)) {
        let mut fetcher = Fetcher::new(Policy::google());
        for (code, first, more, cut) in codes {
            let range = format!("range={first}-{}/12", first + more);
            let mut words = vec!["etag=\"a\""];
            if first + more < 12 {
                words.push(&range);
            }
            match fetcher.step() {
                Step::Get(_) => fetcher.answered(code, &answer(words.into_iter()), 0, 0),
                Step::Take { .. } if cut => fetcher.broke(Outcome::Broken, 0, 0),
                Step::Take { .. } => { fetcher.received(more); fetcher.ended(0, 0); }
                Step::Wait { ms, .. } => { prop_assert!(ms < 60_000); fetcher.waited(); }
                Step::Hash => { prop_assert_eq!(fetcher.length(), Some(fetcher.kept())); break; }
                Step::Done | Step::Failed(_) => break,
            }
        }
    }
}
