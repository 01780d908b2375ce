use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::{
    Answer, Content, Dialect, Ending, GRANULARITY_BYTES, Receiver, Request, Rules, Verdict, dialect, finished, refused,
    unread,
};
use crate::media::hash::Wanted;
use crate::media::session::{Declared, LIFE_S, Reply, Session, State};

const LENIENT: Receiver = Receiver { length_max: Some(1 << 20), rules: Rules::Lenient };
const FAITHFUL: Receiver = Receiver { length_max: None, rules: Rules::Faithful };

fn session(length: Option<u64>, kept: &str) -> Session {
    let declared = Declared { length, ..Declared::default() };
    let mut session = Session::new(Method::POST, declared, Wanted::default(), 0);
    session.append(kept.as_bytes());
    session
}

/// `name: value` lines, divided by `|`.
fn headers(lines: &str) -> HeaderMap {
    let fields = lines.split('|').filter(|line| !line.is_empty()).map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        (HeaderName::try_from(name.trim()).unwrap(), HeaderValue::from_str(value).unwrap())
    });
    fields.collect()
}

/// Plays one request with its whole body, and says in short how it is answered.
fn play(receiver: &Receiver, session: &mut Session, method: &Method, lines: &str, body: &str) -> String {
    match answered(receiver, session, method, lines, body, 0) {
        Ok(answer) | Err(answer) => short(&answer),
    }
}

fn answered(
    receiver: &Receiver,
    session: &mut Session,
    method: &Method,
    lines: &str,
    body: &str,
    now_s: u64,
) -> Result<Answer, Answer> {
    let headers = headers(lines);
    let unread = |session: &Session, answer| unread(Some(session), dialect(&headers), answer, now_s);
    let request = Request::parse(method, &headers, receiver).map_err(|answer| unread(session, answer))?;
    let mut intake = match receiver.receive(Some(session), request, now_s) {
        Verdict::Receive(intake) => intake,
        Verdict::Answer(answer) | Verdict::Cancel(answer) => return Ok(answer),
    };
    let before = session.clone();
    for piece in body.as_bytes().chunks(3) {
        session.append(intake.take(piece).map_err(|fault| Answer::refused(Dialect::Range, fault))?);
    }
    Ok(match receiver.ended(&intake, session, now_s) {
        Ending::Answer(answer) => answer,
        Ending::Undo(answer) => {
            *session = before;
            answer
        }
        Ending::Finish { unchecked } => {
            let body = if unchecked.is_empty() { "done" } else { "check" };
            let reply = Reply { code: 201, headers: Vec::new(), body: body.into() };
            finished(session, intake.dialect(), reply, now_s)
        }
        Ending::Refuse(fault) => refused(session, intake.dialect(), &fault, now_s),
    })
}

/// Status, the headers that matter, and the body's first words.
fn short(answer: &Answer) -> String {
    let mut text = answer.code.to_string();
    for name in ["range", "x-http-status-code-override", "x-goog-upload-status", "x-goog-upload-size-received"] {
        if let Some(value) = answer.headers.get(name) {
            text = format!("{text} {}", value.to_str().unwrap());
        }
    }
    match &answer.content {
        Content::Empty => text,
        Content::Text(body) => format!("{text} text {}", body.chars().take(17).collect::<String>().trim()),
        Content::Fault(fault) => format!("{text} {}", fault.reason),
        Content::Reply(body) => format!("{text} {}", if body.starts_with('{') { "fault" } else { body }),
    }
}

/// `U9`, `U10`: (declared length, bytes kept, headers, body, answer, bytes kept then) for a PUT
const RANGES: &[(Option<u64>, &str, &str, &str, &str, &str)] = &[
    // Chunks.
    (None, "", "content-range: bytes 0-2/6", "abc", "308 bytes=0-2", "abc"),
    (None, "", "content-range: bytes 0-2/*", "abc", "308 bytes=0-2", "abc"),
    (None, "abc", "content-range: bytes 3-5/6", "def", "201 done", "abcdef"),
    (None, "abc", "content-range: bytes 3-5/*", "def", "308 bytes=0-5", "abcdef"),
    (Some(6), "abc", "content-range: bytes 3-5/*", "def", "201 done", "abcdef"),
    // To the end of the body.
    (None, "abc", "content-range: bytes 3-*/*", "def", "201 done", "abcdef"),
    (None, "abc", "content-range: bytes 3-*/6", "def", "201 done", "abcdef"),
    (None, "abc", "content-range: bytes 3-*/6", "de", "400 text Invalid request.", "abc"),
    (Some(6), "abc", "content-range: bytes 3-*/*", "de", "400 invalid", "abc"),
    // The whole in one body.
    (None, "", "", "abcdef", "201 done", "abcdef"),
    (None, "", "content-length: 6", "abcdef", "201 done", "abcdef"),
    (None, "", "content-length: 0", "", "201 done", ""),
    (None, "abc", "content-length: 6", "abcdef", "201 done", "abcdef"),
    (None, "abcdef", "", "abc", "400 invalid", "abcdef"),
    (Some(6), "", "content-length: 5", "abcde", "400 invalid", ""),
    // What is kept already does not count twice.
    (None, "abc", "content-range: bytes 0-2/6", "xyz", "308 bytes=0-2", "abc"),
    (None, "abc", "content-range: bytes 1-4/6", "xyde", "308 bytes=0-4", "abcde"),
    (None, "abcd", "content-range: bytes 0-5/6", "xxxxef", "201 done", "abcdef"),
    // A gap.
    (None, "", "content-range: bytes 4-5/6", "ef", "503 text Invalid request.", ""),
    // The status, and the ends it can make.
    (None, "", "content-range: bytes */6|content-length: 0", "", "308", ""),
    (None, "", "content-range: bytes */*", "", "308", ""),
    (None, "abc", "content-range: bytes */6|content-length: 0", "", "308 bytes=0-2", "abc"),
    (None, "abc", "content-range: */6", "", "308 bytes=0-2", "abc"),
    (None, "abc", "content-range: bytes */2", "", "308 bytes=0-2", "abc"),
    (None, "abc", "content-range: bytes */3", "", "201 done", "abc"),
    (None, "abc", "content-range: bytes 3-2/3", "", "201 done", "abc"),
    (Some(3), "abc", "content-range: bytes */*", "", "201 done", "abc"),
    (None, "", "content-range: bytes */0", "", "201 done", ""),
    (None, "", "content-range: bytes 0--1/0", "", "201 done", ""),
    // A client that cannot take 308.
    (None, "abc", "content-range: bytes */*|x-guploader-no-308: yes", "", "200 bytes=0-2 308", "abc"),
    (None, "", "content-range: bytes 0-2/*|x-guploader-no-308: yes", "abc", "200 bytes=0-2 308", "abc"),
    (None, "", "content-range: bytes */*|x-guploader-no-308: yes", "", "200 308", ""),
    // Lengths that contradict each other.
    (None, "", "content-range: bytes 0-5/6|content-length: 3", "abc", "400 text Invalid request.", ""),
    (None, "", "content-range: bytes 0-5/6", "abc", "400 text Invalid request.", ""),
    (None, "", "content-range: bytes 0-2/6", "abcdef", "400 text Invalid request.", ""),
    (Some(6), "", "content-range: bytes 0-*/*", "abcdefghi", "400 invalid", ""),
    (Some(6), "", "content-range: bytes 0-2/7", "abc", "400 invalid", ""),
    (Some(3), "", "content-range: bytes 0-5/*", "abcdef", "400 invalid", ""),
    (None, "abcdef", "content-range: bytes 0-2/3", "abc", "400 invalid", "abcdef"),
    // Compressed bodies are counted when they are decoded.
    (None, "", "content-range: bytes 0-5/6|content-length: 3|content-encoding: gzip", "abcdef", "201 done", "abcdef"),
    // What cannot be read.
    (None, "", "content-range: bytes 5", "abc", "400 text Failed to parse C", ""),
    // What is too large, as soon as that is known.
    (None, "", "content-range: bytes 0-2/6|content-range: bytes 0-2/9", "abc", "400 invalidHeader", ""),
    // A checksum of the whole counts with whatever ends the upload, and only there.
    (None, "abc", "content-range: bytes */3|x-goog-hash: crc32c=AAAAAA==", "", "400 fault", "abc"),
    (Some(6), "abc", "content-range: bytes 3-5/*|x-goog-hash: crc32c=AAAAAA==", "def", "400 fault", "abcdef"),
    (None, "abc", "content-range: bytes 3-5/*|x-goog-hash: crc32c=AAAAAA==", "def", "308 bytes=0-5", "abcdef"),
    (None, "", "content-range: bytes 0-2/1048577", "abc", "413 uploadTooLarge", ""),
    (None, "", "content-range: bytes */1048577", "", "308", ""),
    (None, "", "content-length: 1048577", "", "413 uploadTooLarge", ""),
    (None, "", "content-range: bytes 1048577-*/*", "", "413 uploadTooLarge", ""),
    // Checksums.
    (None, "", "x-goog-hash: crc32c=4waSgw==", "123456789", "201 done", "123456789"),
    (None, "", "x-goog-hash: crc32c=4waSgw==", "123456780", "400 fault", "123456780"),
    (None, "", "x-goog-hash: crc32c=?", "123456789", "400 invalidHeader", ""),
    (None, "", "content-md5: JfnnlDI7RTiF9RgfG2JNCw==", "123456789", "201 done", "123456789"),
    (
        None,
        "1",
        "x-goog-hash: md5=JfnnlDI7RTiF9RgfG2JNCw==|content-range: bytes 1-8/9",
        "23456789",
        "201 check",
        "123456789",
    ),
];

#[test]
fn requests_with_ranges_are_answered_as_documented() {
    for (length, kept, lines, body, wanted, then) in RANGES {
        let mut now = session(*length, kept);
        assert_eq!(play(&LENIENT, &mut now, &Method::PUT, lines, body), *wanted, "{kept} + {lines}");
        assert_eq!(now.hashes.crc32c(), session(None, then).hashes.crc32c(), "{kept} + {lines}");
        let epoch = u64::from(!matches!(now.state, State::Active) || now.offset as usize > kept.len());
        assert!(now.epoch >= epoch, "{kept} + {lines}: bytes without an epoch of their own");
    }
}

/// The newer protocol: (bytes kept, headers, body, answer)
const COMMANDS: &[(&str, &str, &str, &str)] = &[
    ("", "x-goog-upload-command: upload|x-goog-upload-offset: 0", "abc", "200 active 3"),
    ("abc", "x-goog-upload-command: upload, finalize|x-goog-upload-offset: 3", "def", "200 final done"),
    ("abc", "x-goog-upload-command: finalize", "", "200 final done"),
    ("abc", "x-goog-upload-command: finalize|x-goog-upload-offset: 3", "", "200 final done"),
    ("abc", "x-goog-upload-command: query", "", "200 active 3"),
    ("abc", "x-goog-upload-command: cancel", "", "200 cancelled"),
    ("abc", "x-goog-upload-command: upload|x-goog-upload-offset: 0", "abc", "400 active 3 invalid"),
    ("abc", "x-goog-upload-command: upload|x-goog-upload-offset: 9", "abc", "400 active 3 invalid"),
    ("abc", "x-goog-upload-command: upload", "abc", "400 active 3 invalidHeader"),
    ("abc", "x-goog-upload-command: upload|x-goog-upload-offset: +3", "abc", "400 active 3 invalidHeader"),
    ("abc", "x-goog-upload-command: upload|x-goog-upload-offset: x", "abc", "400 active 3 invalidHeader"),
    ("abc", "x-goog-upload-command: start", "", "400 active 3 invalidHeader"),
    ("abc", "x-goog-upload-command: query|x-goog-upload-command: cancel", "", "400 active 3 invalidHeader"),
];

#[test]
fn commands_of_the_newer_protocol_are_answered_as_documented() {
    for (kept, lines, body, wanted) in COMMANDS {
        assert_eq!(play(&LENIENT, &mut session(None, kept), &Method::POST, lines, body), *wanted, "{lines}");
    }
}

#[test]
fn what_has_finished_is_answered_the_same_for_ever() {
    let mut session = session(None, "abc");
    let ask = |session: &mut Session, method, lines| play(&LENIENT, session, &method, lines, "");
    assert_eq!(ask(&mut session, Method::PUT, "content-range: bytes */3"), "201 done");
    for lines in ["content-range: bytes */3", "content-range: bytes */9", "content-range: bytes 0-1/*", ""] {
        assert_eq!(ask(&mut session, Method::PUT, lines), "201 done", "{lines}");
    }
    assert_eq!(ask(&mut session, Method::POST, "x-goog-upload-command: query"), "200 final done");
    assert_eq!(ask(&mut session, Method::POST, "x-goog-upload-command: cancel"), "400 final invalid");
    assert_eq!(ask(&mut session, Method::DELETE, ""), "400 invalid");
}

#[test]
fn a_refusal_for_good_is_repeated_and_creates_nothing() {
    let mut session = session(None, "");
    let lines = "x-goog-hash: crc32c=4waSgw==";
    assert_eq!(play(&LENIENT, &mut session, &Method::PUT, lines, "other"), "400 fault");
    assert_eq!(play(&LENIENT, &mut session, &Method::PUT, "content-range: bytes */5", ""), "400 fault");
    // Clients of the newer protocol ask without end after 400.
    for (lines, wanted) in
        [("x-goog-upload-command: finalize", "400 final fault"), ("x-goog-upload-command: query", "410 final deleted")]
    {
        assert_eq!(play(&LENIENT, &mut session, &Method::POST, lines, ""), wanted, "{lines}");
    }
}

#[test]
fn an_end_is_told_for_a_week_however_late_it_came() {
    let mut session = session(None, "abc");
    let ask = |session: &mut Session, now_s| {
        answered(&LENIENT, session, &Method::PUT, "content-range: bytes */3", "", now_s).unwrap().code
    };
    assert_eq!(ask(&mut session, LIFE_S - 1), 201);
    assert_eq!([2 * LIFE_S - 2, 2 * LIFE_S - 1].map(|now_s| ask(&mut session, now_s)), [201, 410]);
}

/// (method, headers) that mean nothing
const UNREADABLE: &[(Method, &str)] = &[
    (Method::PUT, "content-range: zzz"),
    (Method::POST, "x-goog-upload-command: upload"),
    (Method::POST, "x-goog-upload-command: bogus"),
];

#[test]
fn what_has_ended_says_so_to_whatever_is_asked() {
    for (method, lines) in UNREADABLE {
        let mut ended = session(None, "abc");
        assert_eq!(play(&LENIENT, &mut ended, &Method::PUT, "content-range: bytes */3", ""), "201 done");
        assert!(play(&LENIENT, &mut ended, method, lines, "").ends_with("done"), "{method} {lines}");
        let mut cancelled = session(None, "abc");
        assert_eq!(play(&LENIENT, &mut cancelled, &Method::DELETE, "", ""), "499");
        let answer = play(&LENIENT, &mut cancelled, method, lines, "");
        assert!(["410 deleted", "410 cancelled deleted"].contains(&answer.as_str()), "{method} {lines}: {answer}");
        let wanted = "405 httpMethodNotAllowed";
        assert_eq!(play(&LENIENT, &mut cancelled, &Method::GET, lines, ""), wanted, "{lines}");
    }
}

/// (length declared at the beginning, headers, how many bytes fit)
const FITTING: &[(Option<u64>, &str, usize)] = &[
    (None, "content-range: bytes 0-2/6", 3),
    (None, "content-range: bytes 0-*/6", 6),
    (Some(4), "content-range: bytes 0-*/*", 4),
    (Some(4), "", 4),
    (None, "", 9),
    (None, "content-range: bytes 0-*/*", 9),
];

#[test]
fn a_body_overruns_with_the_first_byte_too_many() {
    for (length, lines, fitting) in FITTING {
        let request = Request::parse(&Method::PUT, &headers(lines), &LENIENT).unwrap();
        let verdict = LENIENT.receive(Some(&mut session(*length, "")), request, 0);
        let Verdict::Receive(mut intake) = verdict else { panic!("{lines}") };
        let overrun = (0..9).find(|_| intake.take(b"x").is_ok() && intake.is_overrun());
        assert_eq!(overrun.unwrap_or(9), *fitting, "{length:?} {lines}");
    }
}

/// (headers, whether the refusal can be told while another request sends)
const REFUSALS: &[(&str, bool)] = &[
    ("content-range: bytes 0-5/6|content-length: 3", true),
    ("content-range: bytes 0-2/2097152", true),
    ("content-range: bytes 0-2/9", true),
    ("content-range: bytes 5-5/6", false),
    ("content-range: bytes 3-5/6", false),
    ("content-range: bytes */*", false),
    ("x-goog-upload-command: upload|x-goog-upload-offset: 9", false),
];

#[test]
fn a_refusal_that_nothing_can_change_disturbs_nobody() {
    for (lines, wanted) in REFUSALS {
        let session = session(Some(6), "abc");
        let request = Request::parse(&Method::PUT, &headers(lines), &LENIENT).unwrap();
        assert_eq!(LENIENT.refusal(&session, request, 0).is_some(), *wanted, "{lines}");
    }
}

#[test]
fn a_cancelled_session_is_gone_and_a_week_later_forgotten() {
    let mut session = session(None, "abc");
    assert_eq!(play(&LENIENT, &mut session, &Method::DELETE, "content-length: 0", ""), "499");
    let at = |session: &mut Session, now_s| {
        let lines = "content-range: bytes */*";
        answered(&LENIENT, session, &Method::PUT, lines, "", now_s).unwrap().code
    };
    assert_eq!(at(&mut session, 1), 410);
    assert_eq!(at(&mut session, LIFE_S), 404);
    let request = Request::parse(&Method::PUT, &HeaderMap::new(), &LENIENT).unwrap();
    let Verdict::Answer(answer) = LENIENT.receive(None, request, 0) else { panic!() };
    assert_eq!(answer.code, 404);
}

#[test]
fn a_newer_request_overtakes_an_older_one() {
    let mut session = session(None, "");
    let request = Request::parse(&Method::PUT, &headers("content-range: bytes 0-2/6"), &LENIENT).unwrap();
    let Verdict::Receive(old) = LENIENT.receive(Some(&mut session), request, 0) else { panic!() };
    assert_eq!(play(&LENIENT, &mut session, &Method::PUT, "content-range: bytes 0-2/6", "abc"), "308 bytes=0-2");
    let Ending::Answer(answer) = LENIENT.ended(&old, &session, 0) else { panic!() };
    assert_eq!(short(&answer), "503 backendError");
    assert_eq!(session.epoch, old.epoch() + 1);
}

#[test]
fn faithful_rules_round_chunks_and_demand_the_unit() {
    let granularity = usize::try_from(GRANULARITY_BYTES).unwrap();
    let chunk = "x".repeat(granularity + 5);
    let lines = format!("content-range: bytes 0-{}/9999999", granularity + 4);
    let kept = format!("308 bytes=0-{}", granularity - 1);
    assert_eq!(play(&FAITHFUL, &mut session(None, ""), &Method::PUT, &lines, &chunk), kept);
    let mut short_one = session(None, "");
    let lines = "content-range: bytes 0-2/9999999";
    assert_eq!(play(&FAITHFUL, &mut short_one, &Method::PUT, lines, "abc"), "400 text Invalid request.");
    assert_eq!(play(&FAITHFUL, &mut short_one, &Method::PUT, "content-range: */9", ""), "400 text Failed to parse C");
    assert_eq!(play(&FAITHFUL, &mut short_one, &Method::PUT, "content-range: bytes 0-2/3", "abc"), "201 done");
}

#[test]
fn a_body_without_a_length_is_stopped_at_the_limit() {
    let receiver = Receiver { length_max: Some(4), rules: Rules::Lenient };
    assert_eq!(play(&receiver, &mut session(None, ""), &Method::PUT, "", "abcdef"), "413 uploadTooLarge");
}

#[test]
fn the_start_says_where_and_only_the_newer_protocol_how() {
    let url = HeaderValue::from_static("http://h/upload?upload_id=x");
    let started = Answer::started(Dialect::Range, &url);
    assert_eq!(started.headers["location"], url);
    assert_eq!(started.headers.len(), 2);
    assert!(started.headers.contains_key("content-type"));
    let started = Answer::started(Dialect::Goog, &url);
    assert_eq!(started.headers["x-goog-upload-url"], url);
    assert_eq!(started.headers["x-goog-upload-chunk-granularity"], "262144");
    assert!(!started.headers.contains_key("location"));
}

#[test]
fn a_308_never_has_a_location_and_proves_its_bytes() {
    let mut session = session(None, "123456789");
    let answer = answered(&LENIENT, &mut session, &Method::PUT, "content-range: bytes */*", "", 0).unwrap();
    assert!(!answer.headers.contains_key("location"));
    assert_eq!(answer.headers["x-goog-running-hash"], "crc32c=4waSgw==");
}
